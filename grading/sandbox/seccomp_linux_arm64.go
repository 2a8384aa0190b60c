package sandbox

import "golang.org/x/sys/unix"

const (
	auditArch      = unix.AUDIT_ARCH_AARCH64
	archCloneFlags = 0
)

// Calls that only this processor has.
var archCalls = []int{unix.SYS_GETRLIMIT}

// archFileCalls open and name files.
var archFileCalls = []int{unix.SYS_NEWFSTATAT}

// archCompileCalls change names of files.
var archCompileCalls = []int{unix.SYS_RENAMEAT}
