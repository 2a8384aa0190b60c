package sandbox

import "golang.org/x/sys/unix"

const (
	auditArch      = unix.AUDIT_ARCH_X86_64
	archCloneFlags = unix.CLONE_SETTLS
)

// Calls that only this processor has.
var archCalls = []int{unix.SYS_ARCH_PRCTL, unix.SYS_EPOLL_WAIT, unix.SYS_POLL, unix.SYS_GETRLIMIT, unix.SYS_TIME, unix.SYS_DUP2}

// archFileCalls open and name files.
var archFileCalls = []int{unix.SYS_NEWFSTATAT, unix.SYS_STAT, unix.SYS_LSTAT, unix.SYS_OPEN, unix.SYS_ACCESS, unix.SYS_READLINK}

// archCompileCalls change names of files.
var archCompileCalls = []int{unix.SYS_RENAMEAT}
