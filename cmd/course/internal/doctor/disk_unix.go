//go:build unix

package doctor

import "syscall"

// freeMB is the free space of the disk on which the folder lies; 0 if unknown.
func freeMB(dir string) int {
	var fs syscall.Statfs_t
	if syscall.Statfs(dir, &fs) != nil {
		return 0
	}
	return int(uint64(fs.Bavail) * uint64(fs.Bsize) >> 20)
}
