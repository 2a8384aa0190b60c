package sandbox

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
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
	Exec    []string
	Write   []string
	Dir     string   // working folder, where the shim must go there itself
	UID     int      // user number, with the layer UID
	Cgroups []string // control groups to join
	Status  int      // descriptor for errors
	Probe   bool     // try the layers instead of becoming a program
}

// wrap turns the command into a start of the shim that becomes it. The function undoes, after the end, what it did for
// the program; level is what will be on.
func wrap(cmd *exec.Cmd, s Spec, level Level) (undo func(), on Level, uid int, err error) {
	o := order{Path: s.Path, Args: s.Args, Env: cmd.Env, Level: level, Limits: s.Limits, Profile: s.Profile, Read: s.Read, Exec: s.Exec, Write: s.Write, Dir: s.Dir}
	return wrapOrder(cmd, o)
}

func wrapOrder(cmd *exec.Cmd, o order) (undo func(), on Level, uid int, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, 0, 0, err
	}
	var undos []func()
	undo = func() {
		for _, f := range slices.Backward(undos) {
			f()
		}
	}
	defer func() {
		if err != nil {
			undo()
		}
	}()
	if o.Level&UID != 0 {
		id, release, err := takeUID()
		if err != nil {
			return nil, 0, 0, err
		}
		if giveBack, err := lend(o, id, o.Level&Namespaces != 0); err == nil {
			undos = append(undos, release, giveBack)
			o.UID = id
		} else {
			// The compiler in a place that only the grader may enter. It keeps the grader's user, without its rights.
			release()
			o.Level &^= UID
		}
	}
	if o.Level&Cgroup != 0 {
		folders, remove, err := makeGroup(o.Limits)
		if err != nil {
			return nil, 0, 0, err
		}
		undos = append(undos, remove)
		o.Cgroups = folders
	}
	if o.Level&Namespaces != 0 {
		setNamespaces(cmd)
		cmd.Dir = "/"
	}
	o.Status = 2 + len(cmd.ExtraFiles)
	b, err := json.Marshal(o)
	if err != nil {
		return nil, 0, 0, err
	}
	cmd.Path, cmd.Args = self, []string{shimName, string(b)}
	// The shim itself needs two threads, not one for each core, and no collector.
	cmd.Env = []string{shimEnv + "=1", "GOMAXPROCS=1", "GOGC=off"}
	return undo, o.Level, o.UID, nil
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
	// What is made from here on is seen by other users: the new root by the program, what it makes by the next one.
	unix.Umask(0o022)
	// Group and namespaces come first, for they need rights that the next layers take.
	if err := joinGroup(o.Cgroups); err != nil {
		return err
	}
	if o.Level&Namespaces != 0 {
		if err := enter(o); err != nil {
			return fmt.Errorf("namespaces: %w", err)
		}
	}
	// The program is named by a descriptor where its user may not go its path.
	program := -1
	if o.Level&UID != 0 && o.Level&Namespaces == 0 && !o.Probe {
		var err error
		if program, err = unix.Open(o.Path, unix.O_PATH|unix.O_CLOEXEC, 0); err != nil {
			return fmt.Errorf("%s: %w", o.Path, err)
		}
	}
	if o.Level&Rlimits != 0 {
		if err := setLimits(o.Limits, o.Level); err != nil {
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
	dropBounding()
	if o.Level&UID != 0 {
		if err := setUser(o.UID); err != nil {
			return err
		}
	}
	if err := clearCapabilities(); err != nil {
		return err
	}
	// A change of user takes this back, and whoever is in another process namespace has no parent to compare.
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return fmt.Errorf("parent's death: %w", err)
	}
	if orphan(o.Status) {
		return fmt.Errorf("the grader is gone")
	}
	if o.Probe {
		if err := probeOpen(o); err != nil {
			return err
		}
	}
	if o.Level&Seccomp != 0 {
		if err := installFilter(o.Profile, len(o.Read)+len(o.Exec)+len(o.Write) > 0); err != nil {
			return err
		}
	}
	if o.Probe {
		return probe(o.Level)
	}
	if program >= 0 {
		return fmt.Errorf("starting %s: %w", o.Path, execFile(program, o.Args, o.Env))
	}
	if err := unix.Exec(o.Path, o.Args, o.Env); err != nil {
		return fmt.Errorf("starting %s: %w", o.Path, err)
	}
	return nil
}

// execFile becomes the program that is open as fd.
func execFile(fd int, args, env []string) error {
	argv, err := syscall.SlicePtrFromStrings(args)
	if err != nil {
		return err
	}
	envv, err := syscall.SlicePtrFromStrings(env)
	if err != nil {
		return err
	}
	empty := [1]byte{}
	_, _, e := unix.RawSyscall6(unix.SYS_EXECVEAT, uintptr(fd), uintptr(unsafe.Pointer(&empty[0])), uintptr(unsafe.Pointer(&argv[0])),
		uintptr(unsafe.Pointer(&envv[0])), unix.AT_EMPTY_PATH, 0)
	return e
}

func setLimits(l Limits, level Level) error {
	processes := int64(4096)
	if level&UID != 0 {
		processes = 512 // the number is the program's own
	}
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
		// not bind root, but it binds a user number of the program's own.
		{"processes", unix.RLIMIT_NPROC, processes, true},
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
	for _, p := range o.Exec {
		if err := allow(p, readFile|readDir|execute); err != nil {
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
