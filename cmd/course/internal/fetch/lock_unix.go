//go:build unix

package fetch

import (
	"os"
	"syscall"
)

// lock keeps two downloads from writing to one file. The system releases it when the file is closed or the process ends.
func lock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
