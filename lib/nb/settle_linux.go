package nb

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// settle waits until the kernel has read what the program printed. Text and rich
// output reach the kernel by two pipes, and without this a figure may overtake the
// lines printed before it. At most 1 s.
func settle() {
	for _, f := range [...]*os.File{os.Stdout, os.Stderr} {
		for range 500 {
			// FIONREAD: bytes in the pipe that nobody has read
			n, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCINQ)
			if err != nil || n == 0 { // an error: it is no pipe
				break
			}
			time.Sleep(2 * time.Millisecond)
		}
	}
	time.Sleep(3 * time.Millisecond) // what was read is being passed on
}
