package exchange

import (
	"io/fs"
	"syscall"
	"time"
)

// changed tells when a file, or anything about it, was last changed: the inode's ctime, which its owner cannot set back.
func changed(info fs.FileInfo) time.Time {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(int64(s.Ctim.Sec), int64(s.Ctim.Nsec)) //nolint:unconvert // int32 on some machines
	}
	return info.ModTime()
}
