//go:build unix

package class

import (
	"os"
	"syscall"
)

// lock keeps two batches from writing to one folder. The system releases it when the process ends, however it ends.
func lock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
