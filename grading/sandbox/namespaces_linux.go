package sandbox

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// setNamespaces makes the command start in namespaces of its own. Who is not root gets a user namespace too, in which
// the shim may mount; the program is left nothing of that.
func setNamespaces(cmd *exec.Cmd) {
	a := cmd.SysProcAttr
	a.Cloneflags |= unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS | unix.CLONE_NEWCGROUP
	if os.Geteuid() != 0 {
		a.Cloneflags |= unix.CLONE_NEWUSER
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
}

// bind is one thing that the new root holds, at the path that it has in the old one.
type bind struct {
	path  string
	attrs uint64 // of the mount
	tree  int    // detached copy of the mount
	dir   bool
}

// binds lists what the order lets the program see, parents first. What lies in a folder that is listed for reading
// anyway is left out.
func binds(o order) []bind {
	const closed = unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV
	byPath := map[string]bind{}
	for _, p := range slices.Concat(o.Read, o.Exec) {
		covered := slices.ContainsFunc(slices.Concat(o.Read, o.Exec), func(q string) bool {
			return beneath(q, p) && (!slices.Contains(o.Exec, p) || slices.Contains(o.Exec, q))
		})
		if !covered {
			byPath[p] = bind{path: p, attrs: closed | unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOEXEC}
		}
	}
	for _, p := range o.Write {
		byPath[p] = bind{path: p, attrs: closed | unix.MOUNT_ATTR_NOEXEC}
	}
	for _, p := range o.Exec {
		if b, ok := byPath[p]; ok {
			b.attrs &^= unix.MOUNT_ATTR_NOEXEC
			byPath[p] = b
		}
	}
	if o.Path != "" {
		byPath[o.Path] = bind{path: o.Path, attrs: closed | unix.MOUNT_ATTR_RDONLY}
	}
	var list []bind
	for _, b := range byPath {
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b bind) int { return strings.Compare(a.path, b.path) })
	return list
}

// beneath tells whether path lies in folder.
func beneath(folder, path string) bool {
	return strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/") && path != folder
}

// enter makes the new root, of a tmpfs and what binds lists, and goes there. Nothing else is left: the old root is
// unmounted.
func enter(o order) error {
	// Nothing that is mounted from here on reaches the namespace that this one was copied from.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making the mounts private: %w", err)
	}
	list := binds(o)
	// First the copies, for the new root will cover a folder.
	for i := range list {
		b := &list[i]
		if !filepath.IsAbs(b.path) || filepath.Clean(b.path) != b.path || b.path == "/" {
			return fmt.Errorf("%q cannot be in the sandbox", b.path)
		}
		var st unix.Stat_t
		if err := unix.Stat(b.path, &st); err != nil {
			return fmt.Errorf("%s: %w", b.path, err)
		}
		b.dir = st.Mode&unix.S_IFMT == unix.S_IFDIR
		var err error
		if b.tree, err = unix.OpenTree(unix.AT_FDCWD, b.path, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE); err != nil {
			return fmt.Errorf("open_tree %s: %w", b.path, err)
		}
		attr := unix.MountAttr{Attr_set: b.attrs}
		if err := unix.MountSetattr(b.tree, "", unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, &attr); err != nil {
			return fmt.Errorf("mount_setattr %s: %w", b.path, err)
		}
	}
	root, err := newTmpfs()
	if err != nil {
		return err
	}
	// Any folder will do to put the new root on; it is gone with the old one.
	cover := "/tmp"
	if _, err := os.Stat(cover); err != nil {
		cover = "/proc"
	}
	if err := unix.MoveMount(root, "", unix.AT_FDCWD, cover, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return fmt.Errorf("mounting the new root: %w", err)
	}
	if err := unix.Fchdir(root); err != nil {
		return err
	}
	for _, b := range list {
		at := strings.TrimPrefix(b.path, "/")
		if err := makePlace(at, b.dir); err != nil {
			return fmt.Errorf("a place for %s: %w", b.path, err)
		}
		if err := unix.MoveMount(b.tree, "", unix.AT_FDCWD, at, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
			return fmt.Errorf("mounting %s: %w", b.path, err)
		}
		unix.Close(b.tree)
	}
	if dir := strings.TrimPrefix(o.Dir, "/"); dir != "" {
		if err := makePlace(dir, true); err != nil {
			return fmt.Errorf("a place for %s: %w", o.Dir, err)
		}
	}
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	if err := unix.MountSetattr(root, "", unix.AT_EMPTY_PATH, &attr); err != nil {
		return fmt.Errorf("closing the new root: %w", err)
	}
	unix.Close(root)
	// The old root comes to lie on the new one, and is taken off.
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("pivot_root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leaving the old root: %w", err)
	}
	dir := o.Dir
	if dir == "" {
		dir = "/"
	}
	if err := unix.Chdir(dir); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	return nil
}

// newTmpfs gives a detached tmpfs.
func newTmpfs() (int, error) {
	fs, err := unix.Fsopen("tmpfs", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return -1, fmt.Errorf("fsopen: %w", err)
	}
	defer unix.Close(fs)
	for _, kv := range [][2]string{{"mode", "0755"}, {"size", "64k"}} {
		if err := unix.FsconfigSetString(fs, kv[0], kv[1]); err != nil {
			return -1, fmt.Errorf("tmpfs %s: %w", kv[0], err)
		}
	}
	if err := unix.FsconfigCreate(fs); err != nil {
		return -1, fmt.Errorf("tmpfs: %w", err)
	}
	fd, err := unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV|unix.MOUNT_ATTR_NOEXEC)
	if err != nil {
		return -1, fmt.Errorf("fsmount: %w", err)
	}
	return fd, nil
}

// makePlace makes a folder or an empty file to mount on, and its parents, below the working folder.
func makePlace(path string, dir bool) error {
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	parent := path
	if !dir {
		parent = filepath.Dir(path)
	}
	if err := os.MkdirAll(parent, 0o755); err != nil || dir {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	return f.Close()
}

// dropBounding takes from the calling thread what an executed program could get back.
func dropBounding() {
	for c := uintptr(0); c <= 63; c++ {
		// EINVAL: there is no such capability. EPERM: it is not ours to drop, and no_new_privs says as much.
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); err == unix.EINVAL {
			break
		}
	}
	unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
}

// clearCapabilities empties the calling thread's sets.
func clearCapabilities() error {
	h := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	if _, _, e := unix.RawSyscall(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&h)), uintptr(unsafe.Pointer(&none[0])), 0); e != 0 {
		return fmt.Errorf("capset: %w", e)
	}
	return nil
}

// setUser changes the user: of the calling thread only, which is the one that lives on in the program.
func setUser(id int) error {
	if _, _, e := unix.RawSyscall(unix.SYS_SETGROUPS, 0, 0, 0); e != 0 {
		return fmt.Errorf("setgroups: %w", e)
	}
	if _, _, e := unix.RawSyscall(unix.SYS_SETRESGID, uintptr(id), uintptr(id), uintptr(id)); e != 0 {
		return fmt.Errorf("setresgid %d: %w", id, e)
	}
	if _, _, e := unix.RawSyscall(unix.SYS_SETRESUID, uintptr(id), uintptr(id), uintptr(id)); e != 0 {
		return fmt.Errorf("setresuid %d: %w", id, e)
	}
	return nil
}

// orphan tells whether the grader has ended: the other end of the status pipe is closed. (Its number would tell nothing
// in another process namespace.)
func orphan(status int) bool {
	fds := []unix.PollFd{{Fd: int32(status)}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n == 1 && fds[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0
}
