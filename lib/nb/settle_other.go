//go:build !linux

package nb

import "time"

// settle gives the kernel time to read what the program printed. Text and rich output
// reach the kernel by two pipes, and without this a figure may overtake the lines
// printed before it.
func settle() { time.Sleep(20 * time.Millisecond) }
