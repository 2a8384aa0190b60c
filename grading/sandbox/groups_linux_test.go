package sandbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A made-up machine for findGroups: folders and files under a scratch place.
func machine(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestGroups(t *testing.T) {
	whole := map[string]string{"cgroup.controllers": "cpu memory pids", "cgroup.subtree_control": "memory pids", "cgroup.procs": "", "cgroup.type": "domain"}
	with := func(name, text string) map[string]string {
		m := map[string]string{}
		for k, v := range whole {
			m[k] = v
		}
		m[name] = text
		return m
	}
	without := func(name string) map[string]string {
		m := with(name, "")
		delete(m, name)
		return m
	}
	const rw, ro = "31 23 0:28 / %s rw,relatime - cgroup2 cgroup2 rw", "31 23 0:28 / %s ro,relatime - cgroup2 cgroup2 rw"
	for _, tc := range []struct {
		name, self, mount string
		files             map[string]string
		uid               int // whose the groups are not, to try the marks
		bounds            []string
		why               string
	}{
		{"a container's root", "0::/\n", rw, whole, -1, []string{"memory", "pids"}, ""},
		{"hybrid", "4:memory:/a\n0::/\n", rw, with("cgroup.controllers", "hugetlb"), -1, nil, "bound neither memory"},
		{"the machine's root", "0::/\n", rw, without("cgroup.type"), -1, nil, "not delegated"},
		{"read-only", "0::/\n", ro, whole, -1, nil, "read-only"},
		{"no version 2", "4:memory:/a\n", "31 23 0:28 / %s rw - cgroup cgroup rw,memory", whole, -1, nil, "no control groups of version 2"},
		{"others in it", "0::/\n", rw, with2(with("cgroup.subtree_control", ""), "cgroup.procs", "4711\n99\n"), -1, nil, "other processes"},
		{"only the grader and its parent in it", "0::/\n", rw, with2(with2(with("cgroup.subtree_control", ""), "cgroup.procs", "4711\n4710\n"), "course-grader/cgroup.procs", ""), -1, []string{"memory", "pids"}, ""},
		{"pids only", "0::/\n", rw, with2(with("cgroup.controllers", "pids"), "cgroup.subtree_control", "pids"), -1, []string{"pids"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			root := machine(t, tc.files)
			g, why, advice := findGroups(groupView{self: tc.self, mountinfo: fmt.Sprintf(tc.mount, root), pid: 4711, ancestors: []int{4710, 1}, uid: tc.uid})
			if tc.why != "" {
				if g != nil || !strings.Contains(why, tc.why) || advice == "" {
					t.Errorf("%+v, %q, %q", g, why, advice)
				}
				return
			}
			if g == nil || !slices.Equal(g.bounds, tc.bounds) || !slices.Equal(g.parents, []string{root}) {
				t.Fatalf("%+v, %q", g, why)
			}
			if strings.Contains(tc.name, "parent") {
				control, _ := os.ReadFile(filepath.Join(root, "cgroup.subtree_control"))
				moved, _ := os.ReadFile(filepath.Join(root, "course-grader", "cgroup.procs"))
				if string(control) != "+memory +pids" || string(moved) != "4710" { // each write begins the file anew here
					t.Errorf("enabled %q, moved %q", control, moved)
				}
			}
		})
	}
	if g, why, _ := findGroups(groupView{env: filepath.Join(t.TempDir(), "absent")}); g != nil || !strings.Contains(why, "COURSE_CGROUP") {
		t.Errorf("%+v, %q", g, why)
	}
	// What is written where, on a folder that already has a group's files.
	root := machine(t, map[string]string{"memory.limit_in_bytes": "", "pids.max": ""})
	g, why, _ := findGroups(groupView{env: root})
	if g == nil || len(g.bounds) != 2 {
		t.Fatalf("%+v, %q", g, why)
	}
	folders, remove, err := g.make(Limits{MemoryMB: 300})
	if err != nil || len(folders) != 1 || filepath.Dir(folders[0]) != root {
		t.Fatalf("%q, %v", folders, err)
	}
	remove()
	if _, err := os.Stat(folders[0]); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the group is left: %v", err)
	}
}

func with2(m map[string]string, name, text string) map[string]string {
	m[name] = text
	return m
}

// A real group of the pids controller ends a fork bomb that no other layer holds.
func TestRealGroup(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can mount control groups")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// In a mount namespace of its own, so that nothing stays mounted.
	cmd := &exec.Cmd{Path: self, Args: []string{"child", "group", t.TempDir()}}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	out, err := cmd.CombinedOutput()
	if why, ok := strings.CutPrefix(string(out), "SKIP "); ok {
		t.Skip("no hierarchy of control groups to try: " + why)
	}
	if err != nil && len(out) == 0 {
		t.Skip("no mount namespace here: " + err.Error())
	}
	if err != nil || !strings.HasPrefix(string(out), "OK") {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// realGroup mounts the pids hierarchy at dir, makes a group in it, and has Start use it.
func realGroup(dir string) {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		fmt.Println("SKIP", err)
		return
	}
	version := 1
	if err := unix.Mount("cgroup", dir, "cgroup", 0, "pids"); err != nil {
		version = 2
		if err := unix.Mount("cgroup2", dir, "cgroup2", 0, ""); err != nil {
			fmt.Println("SKIP", err)
			return
		}
	}
	parent := filepath.Join(dir, "course-test-"+strconv.Itoa(os.Getpid()))
	if err := os.Mkdir(parent, 0o755); err != nil {
		fmt.Println("SKIP", err)
		return
	}
	defer os.Remove(parent)
	if version == 2 {
		if err := writeGroup(parent, "cgroup.subtree_control", "+pids"); err != nil {
			fmt.Println("SKIP", err)
			return
		}
	}
	os.Setenv("COURSE_CGROUP", parent)
	if Available()&Cgroup == 0 {
		fmt.Printf("no group: %+v\n", Detect())
		os.Exit(1)
	}
	self, _ := os.Executable()
	var out strings.Builder
	p, err := Start(Spec{Path: self, Args: []string{"child", "bomb"}, Dir: "/", Stdout: &out, Stderr: &out, Limits: Limits{MemoryMB: 400}, Without: Full &^ (Cgroup | Rlimits)})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	e := p.Wait()
	n, _ := strconv.Atoi(strings.TrimSpace(out.String()))
	left, _ := filepath.Glob(filepath.Join(parent, "course-*"))
	if p.Level != Cgroup|Rlimits || n < 10 || n > maxPids || len(left) > 0 {
		fmt.Printf("under %s: %d processes, groups left %q; %+v %s\n", p.Level, n, left, e, &out)
		os.Exit(1)
	}
	// And all layers at once.
	out.Reset()
	p, err = Start(Spec{Path: self, Args: []string{"child", "hello"}, Dir: "/", Stdout: &out, Stderr: &out, Limits: Limits{MemoryMB: 400}})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if e := p.Wait(); e.Code != 0 || out.String() != "hello" || p.Level&Cgroup == 0 {
		fmt.Printf("%+v %q under %s\n", e, &out, p.Level)
		os.Exit(1)
	}
	fmt.Printf("OK version %d: the bomb ended at %d processes; level %s\n", version, n, p.Level)
}
