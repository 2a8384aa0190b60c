package sandbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// probeOpen tries, before the filter, what namespaces, the user number and the loss of capabilities forbid.
func probeOpen(o order) error {
	h := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var have [2]unix.CapUserData
	if err := unix.Capget(&h, &have[0]); err != nil {
		return fmt.Errorf("capget: %w", err)
	}
	if have != [2]unix.CapUserData{} {
		return fmt.Errorf("capabilities are left: %+v", have)
	}
	if o.Level&UID != 0 {
		if got := os.Getuid(); got != o.UID || os.Getgid() != o.UID {
			return fmt.Errorf("the user is %d, and not %d", got, o.UID)
		}
		if _, _, e := unix.RawSyscall(unix.SYS_SETRESUID, 0, 0, 0); e == 0 {
			return fmt.Errorf("the program could become root")
		}
	}
	if o.Level&Namespaces != 0 {
		if os.Getpid() != 1 || os.Getppid() != 0 {
			return fmt.Errorf("other processes can be seen")
		}
		for _, p := range []string{"/proc", "/etc", "/usr", "/dev", "/home", "/root", "/sys"} {
			if _, err := os.Lstat(p); !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("%s can be seen (%v)", p, err)
			}
		}
		if err := unix.Mount("x", "/", "tmpfs", 0, ""); err == nil {
			return fmt.Errorf("the program could mount")
		}
		if err := os.Mkdir("/x", 0o700); err == nil {
			return fmt.Errorf("the root can be written")
		}
		// An address that nobody has: with a network, sending there succeeds.
		if fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err == nil {
			err := unix.Sendto(fd, nil, 0, &unix.SockaddrInet4{Port: 9, Addr: [4]byte{127, 0, 0, 1}})
			unix.Close(fd)
			if err == nil {
				return fmt.Errorf("the network can be reached")
			}
		}
	}
	return nil
}

// probe tries what the other layers forbid, and ends.
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

// refusal collects why not more.
type refusal struct{ why, advice []string }

func (r *refusal) add(why, advice string) {
	r.why = append(r.why, why)
	if advice != "" {
		r.advice = append(r.advice, advice)
	}
}

// ownGroups are the folders under which makeGroup makes groups; set by detect.
var ownGroups *groups

func makeGroup(l Limits) ([]string, func(), error) { return ownGroups.make(l) }

var detected = sync.OnceValues(func() (Level, Status) {
	var r refusal
	level := Rlimits | base(&r) | more(&r)
	// Prove it: what needs no privilege, what does, each without the other to hide behind, and all together.
	errs := map[Level]error{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for _, l := range []Level{level & Default, level &^ (Landlock | Seccomp), level} {
		if _, ok := errs[l]; ok {
			continue
		}
		errs[l] = nil
		wait.Go(func() {
			err := tryProbe(l)
			mu.Lock()
			errs[l] = err
			mu.Unlock()
		})
	}
	wait.Wait()
	failed := false
	for _, err := range errs {
		failed = failed || err != nil
	}
	if failed {
		level = climb(level, &r)
	}
	return level, Status{level.String(), strings.Join(r.why, "; "), strings.Join(r.advice, "; ")}
})

// climb finds the highest level of the layers in want, one after the other.
func climb(want Level, r *refusal) Level {
	level := None
	for _, l := range []Level{Rlimits, Seccomp, Landlock, Namespaces, UID, Cgroup} {
		if want&l == 0 {
			continue
		}
		try := level | l
		err := tryProbe(try)
		if err == nil && l&(Namespaces|UID|Cgroup) != 0 {
			err = tryProbe(try &^ (Landlock | Seccomp))
		}
		if err == nil {
			level = try
			continue
		}
		switch l {
		case Namespaces:
			r.add(whyNoNamespaces(err))
		case UID:
			r.add("no user number of its own: "+err.Error(), "")
		default:
			r.add("the probe of "+try.String()+" failed: "+err.Error(), "report this line")
		}
	}
	return level
}

// base tells which of the layers that need no privilege the kernel offers.
func base(r *refusal) (level Level) {
	_, err := landlockABI()
	switch {
	case err == unix.ENOSYS:
		r.add("this kernel has no Landlock (Linux 5.13 brought it)", "a newer kernel, or one built with it")
	case err == unix.EOPNOTSUPP:
		r.add("Landlock is switched off", "add landlock to the kernel's parameter lsm=")
	case err != nil:
		r.add("Landlock is refused: "+err.Error(), "allow the landlock_* system calls in the container's seccomp profile")
	default:
		level |= Landlock
	}
	action := uint32(unix.SECCOMP_RET_ERRNO)
	_, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action)))
	switch {
	case len(allowed(Compute, false)) == 0:
		r.add("there is no seccomp filter for "+runtime.GOARCH, "use amd64 or arm64")
	case e != 0:
		r.add("seccomp is refused: "+e.Error(), "allow the seccomp system call in the container's profile")
	default:
		level |= Seccomp
	}
	return level
}

// more tells which of the others are worth a try.
func more(r *refusal) (level Level) {
	level |= Namespaces
	if os.Geteuid() == 0 {
		level |= UID
	} else {
		r.add("no user number of its own: the grader is not root", "")
	}
	var why, advice string
	if ownGroups, why, advice = findGroups(machineGroups()); ownGroups != nil {
		level |= Cgroup
	} else {
		r.add("no control group: "+why, advice)
	}
	return level
}

// whyNoNamespaces puts the probe's error in plain words.
func whyNoNamespaces(err error) (why, advice string) {
	why = "no namespaces: " + err.Error()
	setting := func(name string) string {
		b, _ := os.ReadFile("/proc/sys/" + name)
		return strings.TrimSpace(string(b))
	}
	switch {
	case os.Geteuid() == 0:
		return why, "a container needs the capability SYS_ADMIN for them"
	case setting("user/max_user_namespaces") == "0":
		return why, "sysctl user.max_user_namespaces is 0"
	case setting("kernel/unprivileged_userns_clone") == "0":
		return why, "sysctl kernel.unprivileged_userns_clone is 0"
	case setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
		return why, "sysctl kernel.apparmor_restrict_unprivileged_userns is 1"
	}
	return why, "a container needs a seccomp profile that allows unshare and mount"
}

// tryProbe starts the probe under a level.
func tryProbe(level Level) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	defer w.Close()
	cmd := &exec.Cmd{ExtraFiles: []*os.File{w}, Dir: "/"}
	setSession(cmd)
	undo, on, _, err := wrapOrder(cmd, order{Level: level, Limits: Limits{CPU: 5 * time.Second, OpenFiles: 32}, Probe: true})
	if err != nil {
		return err
	}
	defer undo()
	if on != level {
		return fmt.Errorf("only %s can be put on", on)
	}
	if err := cmd.Start(); err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err // not the path of the grader
		}
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
