package sandbox

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A control group bounds what the limits of a process cannot: memory with its shared and cached pages, and the number of
// processes and threads together. The grader makes one for each program under a folder that is its own to divide:
//
//   - the folders that the variable COURSE_CGROUP names, joined by colons (version 1 has one for memory and one for
//     pids; it is used only so, for nothing there says which folder is whose);
//   - or, of version 2, the grader's own group, if it was delegated to it: `systemd-run --user --scope -p Delegate=yes`,
//     or a container whose /sys/fs/cgroup is writable.

// groups are the folders under which groups are made.
type groups struct {
	parents []string
	bounds  []string // "memory", "pids"
}

// groupView is what findGroups looks at; tests make up their own.
type groupView struct {
	env       string // COURSE_CGROUP
	self      string // content of /proc/self/cgroup
	mountinfo string // content of /proc/self/mountinfo
	pid       int
	ancestors []int // process numbers of the grader's parent, its parent, …
	uid       int
}

func machineGroups() groupView {
	v := groupView{env: os.Getenv("COURSE_CGROUP"), pid: os.Getpid(), uid: os.Geteuid()}
	b, _ := os.ReadFile("/proc/self/cgroup")
	v.self = string(b)
	b, _ = os.ReadFile("/proc/self/mountinfo")
	v.mountinfo = string(b)
	for p := os.Getppid(); p > 0 && len(v.ancestors) < 64; {
		v.ancestors = append(v.ancestors, p)
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p))
		_, rest, _ := strings.Cut(string(b), ") ")
		f := strings.Fields(rest)
		if len(f) < 2 {
			break
		}
		p, _ = strconv.Atoi(f[1])
	}
	return v
}

// findGroups finds the folders, or says why there are none and what would give some.
func findGroups(v groupView) (g *groups, why, advice string) {
	const delegate = "start the grader by: systemd-run --user --scope -p Delegate=yes …"
	if v.env != "" {
		g = &groups{parents: filepath.SplitList(v.env)}
		for _, p := range g.parents {
			if err := unix.Access(p, unix.W_OK); err != nil {
				return nil, fmt.Sprintf("COURSE_CGROUP: %s: %v", p, err), "name a control group's folder in which the grader may make folders"
			}
			for _, b := range []struct{ name, file string }{{"memory", "memory.limit_in_bytes"}, {"pids", "pids.max"}} {
				if _, err := os.Stat(filepath.Join(p, b.file)); err == nil {
					g.bounds = append(g.bounds, b.name)
				}
			}
			controllers, _ := os.ReadFile(filepath.Join(p, "cgroup.subtree_control"))
			for _, c := range strings.Fields(string(controllers)) {
				if (c == "memory" || c == "pids") && !slices.Contains(g.bounds, c) {
					g.bounds = append(g.bounds, c)
				}
			}
		}
		if len(g.bounds) == 0 {
			return nil, "COURSE_CGROUP names no folder that bounds memory or pids", "name one of memory and one of pids, or one of version 2 with both in cgroup.subtree_control"
		}
		return g, "", ""
	}
	mount := ""
	for line := range strings.Lines(v.mountinfo) {
		before, after, ok := strings.Cut(line, " - ")
		f, a := strings.Fields(before), strings.Fields(after)
		if ok && len(f) >= 6 && len(a) > 0 && a[0] == "cgroup2" && f[3] == "/" {
			mount = f[4]
			if slices.Contains(strings.Split(f[5], ","), "ro") {
				return nil, "control groups are mounted read-only", "nothing, unless you want them: mount /sys/fs/cgroup writable in the container"
			}
		}
	}
	own := ""
	for line := range strings.Lines(v.self) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "0::"); ok {
			own = path
		}
	}
	if mount == "" || own == "" {
		return nil, "there are no control groups of version 2", "name delegated folders of version 1 in COURSE_CGROUP"
	}
	folder := filepath.Join(mount, own)
	controllers, _ := os.ReadFile(filepath.Join(folder, "cgroup.controllers"))
	for _, c := range strings.Fields(string(controllers)) {
		if c == "memory" || c == "pids" {
			if g == nil {
				g = &groups{parents: []string{folder}}
			}
			g.bounds = append(g.bounds, c)
		}
	}
	if g == nil {
		return nil, "control groups of version 2 bound neither memory nor processes here", "name delegated folders of version 1 in COURSE_CGROUP, or " + delegate
	}
	if err := unix.Access(folder, unix.W_OK); err != nil {
		return nil, "the control group is not the grader's to divide", delegate
	}
	if !delegated(folder, own, v.uid) {
		return nil, "the control group is not delegated to the grader", delegate
	}
	// A group with processes of its own cannot bound its children: they go to a child. Others' are not moved.
	enabled, _ := os.ReadFile(filepath.Join(folder, "cgroup.subtree_control"))
	if f := strings.Fields(string(enabled)); !slices.ContainsFunc(g.bounds, func(b string) bool { return !slices.Contains(f, b) }) {
		return g, "", ""
	}
	procs, _ := os.ReadFile(filepath.Join(folder, "cgroup.procs"))
	var move []int
	for _, f := range strings.Fields(string(procs)) {
		pid, _ := strconv.Atoi(f)
		if pid != v.pid && !slices.Contains(v.ancestors, pid) {
			return nil, "other processes are in the grader's control group", delegate
		}
		move = append(move, pid)
	}
	child := filepath.Join(folder, "course-grader")
	if err := os.Mkdir(child, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, "the control group cannot be divided: " + err.Error(), delegate
	}
	for _, pid := range move {
		if err := writeGroup(child, "cgroup.procs", strconv.Itoa(pid)); err != nil {
			return nil, "the control group cannot be divided: " + err.Error(), delegate
		}
	}
	if err := writeGroup(folder, "cgroup.subtree_control", "+"+strings.Join(g.bounds, " +")); err != nil {
		return nil, "the control group cannot be divided: " + err.Error(), delegate
	}
	return g, "", ""
}

// delegated tells whether a group of version 2 is the grader's to divide: it belongs to the grader's user, systemd marked
// it, or it is the root of a container's view (which, unlike the machine's root, has a type).
func delegated(folder, own string, uid int) bool {
	var st unix.Stat_t
	if err := unix.Stat(folder, &st); err == nil && uid != 0 && int(st.Uid) == uid {
		return true
	}
	for _, name := range []string{"user.delegate", "trusted.delegate"} {
		b := make([]byte, 8)
		if n, err := unix.Getxattr(folder, name, b); err == nil && string(b[:n]) == "1" {
			return true
		}
	}
	_, err := os.Stat(filepath.Join(folder, "cgroup.type"))
	return own == "/" && err == nil
}

func writeGroup(folder, file, text string) error {
	f, err := os.OpenFile(filepath.Join(folder, file), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// maxPids bounds the processes and threads of one program.
const maxPids = 256

// make makes a group for one program. A file for a bound that a folder lacks is another folder's, or another version's.
func (g *groups) make(l Limits) (folders []string, remove func(), err error) {
	var name [8]byte
	rand.Read(name[:])
	remove = func() {
		for _, f := range folders {
			// What is still in it ends; the group of a process that has just ended is busy for a moment.
			writeGroup(f, "cgroup.kill", "1")
			for i := range 50 {
				if err := os.Remove(f); err == nil || errors.Is(err, os.ErrNotExist) {
					break
				}
				time.Sleep(time.Duration(i) * time.Millisecond)
			}
		}
	}
	for _, p := range g.parents {
		f := filepath.Join(p, fmt.Sprintf("course-%d-%x", os.Getpid(), name))
		if err := os.Mkdir(f, 0o755); err != nil {
			remove()
			return nil, nil, fmt.Errorf("a control group: %w", err)
		}
		folders = append(folders, f)
		settings := [][2]string{{"pids.max", strconv.Itoa(maxPids)}}
		if l.MemoryMB > 0 {
			// Limits.MemoryMB is private memory; here the program's own pages count too.
			bytes := strconv.Itoa((l.MemoryMB + 64) << 20)
			settings = append(settings, [2]string{"memory.max", bytes}, [2]string{"memory.swap.max", "0"}, [2]string{"memory.limit_in_bytes", bytes})
		}
		for _, s := range settings {
			if err := writeGroup(f, s[0], s[1]); err != nil && !errors.Is(err, os.ErrNotExist) {
				remove()
				return nil, nil, fmt.Errorf("a control group's %s: %w", s[0], err)
			}
		}
	}
	return folders, remove, nil
}

// joinGroup moves the calling process into the groups.
func joinGroup(folders []string) error {
	for _, f := range folders {
		if err := writeGroup(f, "cgroup.procs", "0"); err != nil {
			return fmt.Errorf("joining the control group: %w", err)
		}
	}
	return nil
}
