package sandbox

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// cloneThread are the flags with which Go's runtime starts a thread (runtime.cloneFlags, and what clone adds on this
// processor). No other clone is allowed, so no process is.
const cloneThread = unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_SYSVSEM | unix.CLONE_THREAD | archCloneFlags

// clonePthread are the flags with which a C library starts a thread.
const clonePthread = unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_SYSVSEM | unix.CLONE_THREAD |
	unix.CLONE_SETTLS | unix.CLONE_PARENT_SETTID | unix.CLONE_CHILD_CLEARTID

// Offsets in the kernel's struct seccomp_data { int nr; u32 arch; u64 ip; u64 args[6]; }; little endian.
const (
	offNr   = 0
	offArch = 4
	offArgs = 16
)

// installFilter puts the allow-list on the calling thread.
func installFilter(p Profile, files bool) error {
	raw, err := filter(p, files, os.Getpid())
	if err != nil {
		return err
	}
	prog := make([]unix.SockFilter, len(raw))
	for i, r := range raw {
		prog[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	fprog := unix.SockFprog{Len: uint16(len(prog)), Filter: &prog[0]}
	if _, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&fprog))); e != 0 {
		return fmt.Errorf("seccomp: %w", e)
	}
	return nil
}

// filter assembles the allow-list for the process pid.
func filter(p Profile, files bool, pid int) ([]bpf.RawInstruction, error) {
	nrs := allowed(p, files)
	if len(nrs) == 0 {
		return nil, fmt.Errorf("seccomp: no list of system calls for this processor")
	}
	const (
		allow  = unix.SECCOMP_RET_ALLOW
		refuse = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
		absent = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)
		notTTY = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOTTY)
		kill   = unix.SECCOMP_RET_KILL_PROCESS
	)
	prog := []bpf.Instruction{
		bpf.LoadAbsolute{Off: offArch, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: auditArch, SkipTrue: 1},
		bpf.RetConstant{Val: kill},
		bpf.LoadAbsolute{Off: offNr, Size: 4},
		// On amd64, numbers with this bit are those of x32, a second door to the same calls.
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: 0x4000_0000, SkipTrue: 1},
		bpf.RetConstant{Val: kill},
	}
	for _, nr := range nrs {
		prog = append(prog,
			bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(nr), SkipFalse: 1},
			bpf.RetConstant{Val: allow})
	}
	// The number nr is allowed if argument arg is one of the wanted, in all its 64 bits. (All of them are below 2³².)
	only := func(nr int, arg int, wants ...uint32) {
		off := uint32(offArgs + 8*arg)
		prog = append(prog,
			bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(nr), SkipFalse: uint8(2*len(wants) + 4)},
			bpf.LoadAbsolute{Off: off + 4, Size: 4},
			bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 0, SkipTrue: uint8(2*len(wants) + 1)},
			bpf.LoadAbsolute{Off: off, Size: 4})
		for _, want := range wants {
			prog = append(prog,
				bpf.JumpIf{Cond: bpf.JumpEqual, Val: want, SkipFalse: 1},
				bpf.RetConstant{Val: allow})
		}
		prog = append(prog, bpf.RetConstant{Val: refuse})
	}
	clones := []uint32{cloneThread}
	if p == XLA {
		clones = append(clones, clonePthread)
	}
	only(unix.SYS_CLONE, 0, clones...)
	only(unix.SYS_TGKILL, 0, uint32(pid)) // the runtime preempts its own threads by a signal
	only(unix.SYS_KILL, 0, uint32(pid))
	only(unix.SYS_PRLIMIT64, 2, 0)           // to read a limit, not to set one
	only(unix.SYS_PRCTL, 0, unix.PR_SET_VMA) // the runtime names its mappings
	if p == Compute {
		// Shared memory would not count against the limit of memory. (The linker maps its output so.)
		prog = append(prog,
			bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.SYS_MMAP, SkipFalse: 4},
			bpf.LoadAbsolute{Off: offArgs + 8*3, Size: 4},
			bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: unix.MAP_SHARED, SkipTrue: 1},
			bpf.RetConstant{Val: allow},
			bpf.RetConstant{Val: refuse})
	}
	for nr, ret := range map[int]uint32{
		unix.SYS_CLONE3: absent, // its flags lie in memory, out of a filter's sight
		unix.SYS_RSEQ:   absent,
		unix.SYS_IOCTL:  notTTY,
	} {
		prog = append(prog,
			bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(nr), SkipFalse: 1},
			bpf.RetConstant{Val: ret})
	}
	prog = append(prog, bpf.RetConstant{Val: refuse})
	return bpf.Assemble(prog)
}

// allowed lists the system calls that are allowed whatever their arguments, the frequent ones first.
func allowed(p Profile, files bool) []int {
	if archCalls == nil {
		return nil
	}
	list := append([]int{
		unix.SYS_FUTEX, unix.SYS_READ, unix.SYS_WRITE, unix.SYS_NANOSLEEP, unix.SYS_MADVISE, unix.SYS_MUNMAP,
		unix.SYS_MPROTECT, unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_CREATE1, unix.SYS_EVENTFD2,
		unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK,
		unix.SYS_CLOSE, unix.SYS_FSTAT, unix.SYS_FCNTL, unix.SYS_LSEEK, unix.SYS_PREAD64, unix.SYS_PWRITE64, unix.SYS_READV,
		unix.SYS_WRITEV, unix.SYS_DUP, unix.SYS_DUP3, unix.SYS_PIPE2, unix.SYS_PPOLL,
		unix.SYS_CLOCK_GETTIME, unix.SYS_CLOCK_GETRES, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_GETTIMEOFDAY, unix.SYS_RESTART_SYSCALL,
		unix.SYS_GETPID, unix.SYS_GETTID, unix.SYS_GETPPID, unix.SYS_GETUID, unix.SYS_GETEUID, unix.SYS_GETGID, unix.SYS_GETEGID,
		unix.SYS_GETRUSAGE, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_UNAME,
		unix.SYS_SET_TID_ADDRESS, unix.SYS_SET_ROBUST_LIST, unix.SYS_GETRANDOM, unix.SYS_BRK, unix.SYS_MINCORE, unix.SYS_GETCWD,
		unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
		// The shim becomes the program by it. The program could only become itself again: Landlock lets it execute
		// nothing else, and without Landlock it would be a program that cannot open its libraries.
		unix.SYS_EXECVE, unix.SYS_EXECVEAT,
	}, archCalls...)
	if p != Compute {
		list = append(list, unix.SYS_MMAP) // see filter
	}
	if p == XLA {
		list = append(list, unix.SYS_SCHED_GETSCHEDULER, unix.SYS_SCHED_GETPARAM)
	}
	if files || p != Compute {
		list = append(list, unix.SYS_OPENAT, unix.SYS_GETDENTS64, unix.SYS_READLINKAT, unix.SYS_FACCESSAT, unix.SYS_FACCESSAT2,
			unix.SYS_STATX, unix.SYS_FSTATFS, unix.SYS_FADVISE64)
		list = append(list, archFileCalls...)
	}
	if p == Compile {
		list = append(list, unix.SYS_MKDIRAT, unix.SYS_UNLINKAT, unix.SYS_RENAMEAT2, unix.SYS_FTRUNCATE,
			unix.SYS_FALLOCATE, unix.SYS_FCHMOD, unix.SYS_FCHMODAT, unix.SYS_FSYNC, unix.SYS_MSYNC, unix.SYS_FLOCK, unix.SYS_COPY_FILE_RANGE)
		list = append(list, archCompileCalls...)
	}
	return list
}
