package sandbox

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// shimName is the shim's argv[0], and shimEnv the variable that must be set as well, so that no user starts it by chance.
const (
	shimName = "course-sandbox-shim"
	shimEnv  = "COURSE_SANDBOX_SHIM"
)

// order is what the shim is told, as JSON in argv[1].
type order struct {
	Path    string
	Args    []string
	Env     []string
	Level   Level
	Limits  Limits
	Profile Profile
	Read    []string
	Write   []string
	Status  int // descriptor for errors
	Parent  int
	Probe   bool // try the layers instead of becoming a program
}

// wrap turns the command into a start of the shim that becomes it.
func wrap(cmd *exec.Cmd, s Spec, level Level) error {
	return wrapOrder(cmd, order{Path: s.Path, Args: s.Args, Env: cmd.Env, Level: level, Limits: s.Limits, Profile: s.Profile, Read: s.Read, Write: s.Write})
}

func wrapOrder(cmd *exec.Cmd, o order) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	o.Status, o.Parent = 2+len(cmd.ExtraFiles), os.Getpid()
	b, err := json.Marshal(o)
	if err != nil {
		return err
	}
	cmd.Path, cmd.Args = self, []string{shimName, string(b)}
	// The shim itself needs two threads, not one for each core, and no collector.
	cmd.Env = []string{shimEnv + "=1", "GOMAXPROCS=1", "GOGC=off"}
	return nil
}

func init() {
	if len(os.Args) == 2 && os.Args[0] == shimName && os.Getenv(shimEnv) != "" {
		shim()
	}
}

// shim does not return.
func shim() {
	runtime.LockOSThread() // layers are put on this thread, and it is the one that lives on in the program
	var o order
	status := os.Stderr
	err := json.Unmarshal([]byte(os.Args[1]), &o)
	if err == nil {
		unix.CloseOnExec(o.Status)
		status = os.NewFile(uintptr(o.Status), "status")
		err = become(o)
	}
	fmt.Fprint(status, err)
	os.Exit(125)
}

func become(o order) error {
	if os.Getppid() != o.Parent {
		return fmt.Errorf("the grader is gone")
	}
	if o.Level&Rlimits != 0 {
		if err := setLimits(o.Limits); err != nil {
			return err
		}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no_new_privs: %w", err)
	}
	if o.Level&Landlock != 0 {
		if err := restrict(o); err != nil {
			return err
		}
	}
	if o.Level&Seccomp != 0 {
		if err := installFilter(o.Profile, len(o.Read)+len(o.Write) > 0); err != nil {
			return err
		}
	}
	if o.Probe {
		return probe(o.Level)
	}
	if err := unix.Exec(o.Path, o.Args, o.Env); err != nil {
		return fmt.Errorf("starting %s: %w", o.Path, err)
	}
	return nil
}

func setLimits(l Limits) error {
	for _, x := range []struct {
		name     string
		resource int
		value    int64
		set      bool
	}{
		// RLIMIT_DATA and not RLIMIT_AS: a Go program reserves far more addresses than it uses.
		{"memory", unix.RLIMIT_DATA, int64(l.MemoryMB) << 20, l.MemoryMB > 0},
		{"processor time", unix.RLIMIT_CPU, int64((l.CPU + time.Second - 1) / time.Second), l.CPU > 0},
		{"file size", unix.RLIMIT_FSIZE, int64(l.FileMB) << 20, l.FileMB > 0},
		{"open files", unix.RLIMIT_NOFILE, int64(l.OpenFiles), l.OpenFiles > 0},
		{"core", unix.RLIMIT_CORE, 0, true},
		// Threads count too, of all the user's processes: enough for an honest program, an end to a fork bomb. It does
		// not bind root.
		{"processes", unix.RLIMIT_NPROC, 4096, true},
	} {
		if !x.set {
			continue
		}
		var old unix.Rlimit
		if err := unix.Getrlimit(x.resource, &old); err != nil {
			return fmt.Errorf("limit of %s: %w", x.name, err)
		}
		v := min(uint64(x.value), old.Max)
		if err := unix.Setrlimit(x.resource, &unix.Rlimit{Cur: v, Max: v}); err != nil {
			return fmt.Errorf("limit of %s: %w", x.name, err)
		}
	}
	return nil
}

// landlockABI gives the version of Landlock that the kernel speaks.
func landlockABI() (int, error) {
	v, _, e := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if e != 0 {
		return 0, e
	}
	return int(v), nil
}

const (
	readFile = unix.LANDLOCK_ACCESS_FS_READ_FILE
	readDir  = unix.LANDLOCK_ACCESS_FS_READ_DIR
	execute  = unix.LANDLOCK_ACCESS_FS_EXECUTE
)

// restrict puts Landlock on.
func restrict(o order) error {
	abi, err := landlockABI()
	if err != nil {
		return fmt.Errorf("landlock: %w", err)
	}
	var attr unix.LandlockRulesetAttr
	attr.Access_fs = 1<<13 - 1 // version 1: all up to MAKE_SYM
	if abi >= 2 {
		attr.Access_fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if abi >= 3 {
		attr.Access_fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if abi >= 4 {
		attr.Access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if abi >= 5 {
		attr.Access_fs |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	size := unsafe.Sizeof(attr.Access_fs)
	if abi >= 4 {
		size += unsafe.Sizeof(attr.Access_net)
	}
	if abi >= 6 {
		attr.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
		size = unsafe.Sizeof(attr)
	}
	r, _, e := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), size, 0)
	if e != 0 {
		return fmt.Errorf("landlock: making a ruleset: %w", e)
	}
	rules := int(r)
	defer unix.Close(rules)
	allow := func(path string, access uint64) error {
		fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("landlock: %s: %w", path, err)
		}
		defer unix.Close(fd)
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err != nil {
			return fmt.Errorf("landlock: %s: %w", path, err)
		}
		if st.Mode&unix.S_IFMT != unix.S_IFDIR {
			access &= execute | readFile | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE
		}
		rule := unix.LandlockPathBeneathAttr{Allowed_access: access & attr.Access_fs, Parent_fd: int32(fd)}
		if _, _, e := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(rules), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0); e != 0 {
			return fmt.Errorf("landlock: %s: %w", path, e)
		}
		return nil
	}
	if o.Path != "" {
		if err := allow(o.Path, execute|readFile); err != nil {
			return err
		}
	}
	for _, p := range o.Read {
		if err := allow(p, readFile|readDir); err != nil {
			return err
		}
	}
	for _, p := range o.Write {
		if err := allow(p, attr.Access_fs&^execute); err != nil {
			return err
		}
	}
	if _, _, e := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(rules), 0, 0); e != 0 {
		return fmt.Errorf("landlock: putting it on: %w", e)
	}
	return nil
}

// probe tries what the layers forbid.
func probe(level Level) error {
	if fd, err := unix.Open("/proc/self/status", unix.O_RDONLY|unix.O_CLOEXEC, 0); err == nil {
		unix.Close(fd)
		if level&(Landlock|Seccomp) != 0 {
			return fmt.Errorf("a file could be opened")
		}
	}
	if level&Seccomp != 0 {
		if fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0); err == nil {
			unix.Close(fd)
			return fmt.Errorf("a socket could be opened")
		}
		if pid, _, e := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0); e == 0 {
			if pid == 0 {
				unix.RawSyscall(unix.SYS_EXIT_GROUP, 0, 0, 0)
			}
			return fmt.Errorf("a process could be started")
		}
	}
	os.Exit(0)
	return nil
}

var detected = sync.OnceValues(func() (Level, Status) {
	level, why, advice := Rlimits, "", ""
	abi, err := landlockABI()
	switch {
	case err == unix.ENOSYS:
		why, advice = "this kernel has no Landlock (Linux 5.13 brought it)", "a newer kernel, or one built with it"
	case err == unix.EOPNOTSUPP:
		why, advice = "Landlock is switched off", "add landlock to the kernel's parameter lsm="
	case err != nil:
		why, advice = "Landlock is refused: "+err.Error(), "allow the landlock_* system calls in the container's seccomp profile"
	default:
		level |= Landlock
		_ = abi
	}
	action := uint32(unix.SECCOMP_RET_ERRNO)
	_, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action)))
	switch {
	case len(allowed(Compute, false)) == 0:
		why, advice = join(why, "there is no seccomp filter for "+runtime.GOARCH), join(advice, "use amd64 or arm64")
	case e != 0:
		why, advice = join(why, "seccomp is refused: "+e.Error()), join(advice, "allow the seccomp system call in the container's profile")
	default:
		level |= Seccomp
	}
	// Try the level, and fall back layer by layer.
	for {
		err := tryProbe(level)
		if err == nil {
			break
		}
		why = join(why, "the probe of "+level.String()+" failed: "+err.Error())
		advice = join(advice, "report this line")
		switch {
		case level&Landlock != 0:
			level &^= Landlock
		case level&Seccomp != 0:
			level &^= Seccomp
		default:
			return None, Status{None.String(), why, advice}
		}
	}
	return level, Status{level.String(), why, advice}
})

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

func tryProbe(level Level) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	defer w.Close()
	cmd := &exec.Cmd{ExtraFiles: []*os.File{w}, Dir: "/"}
	setSession(cmd)
	if err := wrapOrder(cmd, order{Level: level, Limits: Limits{CPU: 5 * time.Second, OpenFiles: 32}, Probe: true}); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	w.Close()
	timer := time.AfterFunc(5*time.Second, func() { cmd.Process.Kill() })
	defer timer.Stop()
	r.SetReadDeadline(time.Now().Add(5 * time.Second))
	msg := make([]byte, 500)
	n, _ := r.Read(msg)
	if err := cmd.Wait(); err != nil {
		if n > 0 {
			return fmt.Errorf("%s", msg[:n])
		}
		return fmt.Errorf("%s", strconv.Quote(err.Error()))
	}
	return nil
}
