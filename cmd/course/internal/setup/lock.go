//go:build unix

package setup

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps two set-ups of one checkout apart. It ends with the process.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, errors.New("another `course setup` is at work in this folder")
	}
	return func() { f.Close() }, nil
}
