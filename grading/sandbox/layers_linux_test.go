package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// sight is what a program finds under some layers.
type sight struct {
	PID, UID int
	Caps     [2]unix.CapUserData
	Bounding int
	Groups   int
	Cwd      string
	Tree     []string // all that can be listed from /, "…" where a mount begins
	Read     map[string]string
	Write    map[string]string
	Exec     string
	Network  string
	Mount    string
	Setuid   string
}

// look is the program: it runs without Landlock and seccomp, so that what stops it is the layer that is tried.
func look() {
	var s sight
	s.PID, s.UID = os.Getpid(), os.Getuid()
	h := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	unix.Capget(&h, &s.Caps[0])
	for c := range uintptr(41) {
		if v, _, e := unix.Syscall(unix.SYS_PRCTL, unix.PR_CAPBSET_READ, c, 0); e == 0 && v == 1 {
			s.Bounding++
		}
	}
	groups, _ := os.Getgroups()
	s.Groups = len(groups)
	s.Cwd, _ = os.Getwd()
	n := 0
	filepath.WalkDir("/", func(p string, d fs.DirEntry, err error) error {
		if n++; err != nil || n > 100 {
			return fs.SkipAll
		}
		s.Tree = append(s.Tree, p)
		return nil
	})
	s.Read, s.Write = map[string]string{}, map[string]string{}
	for _, p := range os.Args[2:] {
		what, path, _ := strings.Cut(p, "=")
		b, err := os.ReadFile(path)
		s.Read[what] = said(string(b), err)
		s.Write[what] = said("written", os.WriteFile(path+".new", []byte("new"), 0o644))
	}
	self, _ := os.Executable()
	if s.Write["write"] == "written" {
		b, _ := os.ReadFile(self)
		copied := filepath.Join(filepath.Dir(strings.TrimPrefix(os.Args[3], "write=")), "program")
		os.WriteFile(copied, b, 0o755)
		s.Exec = said("executed", exec.Command(copied, "-test.list=none").Run())
	}
	if fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0); err == nil {
		s.Network = said("reached", unix.Sendto(fd, []byte("x"), 0, &unix.SockaddrInet4{Port: 9, Addr: [4]byte{127, 0, 0, 1}}))
	}
	s.Mount = said("mounted", unix.Mount("x", "/", "tmpfs", 0, ""))
	s.Setuid = said("root", unix.Setuid(0))
	if s.UID == 0 {
		s.Setuid = "is root"
	}
	json.NewEncoder(os.Stdout).Encode(s)
}

func said(good string, err error) string {
	if err != nil {
		return "no: " + err.Error()
	}
	return good
}

// special are the programs of the tests in this file.
func special(what string) {
	switch what {
	case "look":
		look()
	case "bomb":
		bomb()
	case "group":
		realGroup(os.Args[2])
	case "grader":
		self, _ := os.Executable()
		p, err := Start(Spec{Path: self, Args: []string{"child", "sleep"}, Dir: "/", Limits: Limits{MemoryMB: 400}})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p.Pid())
		time.Sleep(time.Minute)
	}
}

// bomb starts processes until it may start no more, and leaves them.
func bomb() {
	n := 0
	for ; n < 2000; n++ {
		pid, _, e := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
		if e != 0 {
			break
		}
		if pid == 0 {
			for {
				unix.RawSyscall(unix.SYS_PAUSE, 0, 0, 0)
			}
		}
	}
	fmt.Println(n)
}

func TestLayers(t *testing.T) {
	have := Available()
	for _, level := range []Level{Namespaces | UID | Rlimits, Namespaces | Rlimits, UID | Rlimits, Rlimits} {
		if have&level != level {
			t.Logf("%s: not here (%s)", level, Detect().Why)
			continue
		}
		t.Run(level.String(), func(t *testing.T) {
			// (The testing package's own folder is closed to others: without namespaces no other user could be lent it.)
			base, err := os.MkdirTemp("", "layers-")
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(base)
			if err := os.Chmod(base, 0o755); err != nil {
				t.Fatal(err)
			}
			for _, d := range []string{"read", "write", "other", "work"} {
				if err := os.Mkdir(filepath.Join(base, d), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(base, d, "file"), []byte(d), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			at := func(d string) string { return filepath.Join(base, d, "file") }
			p, out := start(t, "look", func(s *Spec) {
				s.Args = append(s.Args, "write="+at("write"), "read="+at("read"), "other="+at("other"))
				s.Dir = filepath.Join(base, "work")
				s.Read, s.Write = []string{filepath.Join(base, "read")}, []string{filepath.Join(base, "write")}
				s.Limits.FileMB = 100
				s.Without = Full &^ level
			})
			if e := p.Wait(); e.Code != 0 {
				t.Fatalf("%+v\n%s", e, out)
			}
			var s sight
			if err := json.Unmarshal(out.Bytes(), &s); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if s.Caps != [2]unix.CapUserData{} || os.Getuid() == 0 && s.Bounding != 0 {
				t.Errorf("capabilities %+v, %d in the bounding set", s.Caps, s.Bounding)
			}
			if s.Read["read"] != "read" || s.Read["write"] != "write" || s.Write["write"] != "written" {
				t.Errorf("what is listed cannot be used: %+v", s)
			}
			if s.Cwd != filepath.Join(base, "work") {
				t.Errorf("working folder %s", s.Cwd)
			}
			if level&Namespaces != 0 {
				self, _ := os.Executable()
				allowed := append(above(self), above(at("read"))...)
				allowed = append(allowed, above(at("write"))...)
				allowed = append(allowed, above(filepath.Join(base, "work"))...)
				for _, p := range s.Tree {
					if !contains(allowed, p) {
						t.Errorf("%s can be seen", p)
					}
				}
				if len(s.Tree) < 5 || s.PID != 1 {
					t.Errorf("tree %q, process %d", s.Tree, s.PID)
				}
				for what, got := range map[string]string{"other's text": s.Read["other"], "other": s.Write["other"], "read": s.Write["read"], "execution of what was written": s.Exec, "network": s.Network, "mount": s.Mount} {
					if !strings.HasPrefix(got, "no: ") {
						t.Errorf("%s: %q", what, got)
					}
				}
			}
			if level&UID != 0 {
				if s.UID < smallUIDBase || s.UID != p.uid || s.Groups != 0 || s.Setuid == "root" {
					t.Errorf("user %d (given %d), %d groups, setuid %q", s.UID, p.uid, s.Groups, s.Setuid)
				}
				passwd, _ := os.ReadFile("/etc/passwd")
				if strings.Contains(string(passwd), ":"+strconv.Itoa(s.UID)+":") {
					t.Errorf("user %d is somebody", s.UID)
				}
				for what, got := range map[string]string{"other's text": s.Read["other"], "other": s.Write["other"]} {
					if !strings.HasPrefix(got, "no: ") {
						t.Errorf("%s: %q", what, got)
					}
				}
			}
			// Everything is the grader's again, what was made too.
			filepath.WalkDir(base, func(p string, d fs.DirEntry, err error) error {
				var st unix.Stat_t
				if err := unix.Lstat(p, &st); err != nil || int(st.Uid) != os.Getuid() {
					t.Errorf("%s belongs to %d (%v)", p, st.Uid, err)
				}
				return nil
			})
			if b, err := os.ReadFile(at("write") + ".new"); err != nil || string(b) != "new" {
				t.Errorf("what it wrote: %q, %v", b, err)
			}
		})
	}
}

// above lists a path and the folders that it lies in.
func above(p string) []string {
	list := []string{p}
	for p != "/" {
		p = filepath.Dir(p)
		list = append(list, p)
	}
	return list
}

func contains(list []string, p string) bool {
	for _, q := range list {
		if p == q || strings.HasSuffix(q, "/file") && (p == q+".new" || p == filepath.Join(filepath.Dir(q), "program")) {
			return true
		}
	}
	return false
}

// Without seccomp a fork bomb ends at the limit of its user, alone, and ends with its namespace.
func TestForkBomb(t *testing.T) {
	if Available()&(Namespaces|UID) != Namespaces|UID {
		t.Skip("no namespaces and users of their own: " + Detect().Why)
	}
	p, out := start(t, "bomb", func(s *Spec) { s.Without = Landlock | Seccomp })
	other, hello := start(t, "hello", nil)
	if e := other.Wait(); e.Code != 0 || hello.String() != "hello" {
		t.Errorf("beside a bomb: %+v %q", e, hello)
	}
	e := p.Wait()
	n, _ := strconv.Atoi(strings.TrimSpace(out.String()))
	if n < 10 || n > 512 {
		t.Errorf("%d processes (%+v %s)", n, e, out)
	}
	if left := ofUser(t, p.uid); left != 0 {
		t.Errorf("%d processes are left", left)
	}
}

// ofUser counts the processes of a user.
func ofUser(t *testing.T, uid int) (n int) {
	list, err := filepath.Glob("/proc/[0-9]*")
	if err != nil || len(list) == 0 {
		t.Fatal("/proc cannot be read")
	}
	for _, p := range list {
		var st unix.Stat_t
		if unix.Stat(p, &st) == nil && int(st.Uid) == uid {
			n++
		}
	}
	return n
}

// Programs that run at once have different users.
func TestUsers(t *testing.T) {
	if Available()&UID == 0 {
		t.Skip("no users of their own: " + Detect().Why)
	}
	seen := map[int]bool{}
	for range 8 {
		p, _ := start(t, "sleep", nil)
		defer p.Kill()
		if seen[p.uid] || p.uid < smallUIDBase {
			t.Errorf("user %d twice, or too small", p.uid)
		}
		seen[p.uid] = true
	}
}

// The end of the grader is the end of the program, in namespaces too.
func TestGraderKilled(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := &exec.Cmd{Path: self, Args: []string{"child", "grader"}, Stderr: os.Stderr}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 100)
	n, err := out.Read(line)
	pid, convErr := strconv.Atoi(strings.TrimSpace(string(line[:n])))
	if err != nil || convErr != nil || pid < 2 {
		t.Fatalf("%q %v %v", line[:n], err, convErr)
	}
	if err := syscall.Kill(pid, 0); err != nil {
		t.Fatalf("the program does not run: %v", err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	for range 200 {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return
		}
		// An orphan's parent may be slow to collect it.
		if b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil && strings.Contains(string(b), ") Z ") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %d lives on", pid)
}

// Each layer can be refused, and the rest still holds.
func TestFallBack(t *testing.T) {
	if !Available().Contains() {
		t.Skip("no sandbox that contains a hostile program: " + Detect().Why)
	}
	for _, without := range []Level{Namespaces, UID, Namespaces | UID, Landlock, Namespaces | Landlock, UID | Landlock, Namespaces | UID | Landlock} {
		p, out := start(t, "open", func(s *Spec) { s.Without = without })
		if e := p.Wait(); e.Code != 7 || p.Level != Available()&^without {
			t.Errorf("without %s: %+v %q under %s", without, e, out, p.Level)
		}
	}
	// One layer after the other is found again, as where the whole is refused.
	var r refusal
	if got := climb(Available(), &r); got != Available() || r.why != nil {
		t.Errorf("climbed to %s: %q", got, r.why)
	}
}

// The compiler keeps the grader's user where another could not read what it needs.
func TestClosedFolder(t *testing.T) {
	if Available()&UID == 0 {
		t.Skip("no users of their own: " + Detect().Why)
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "secret"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p, out := start(t, "hello", func(s *Spec) { s.Read, s.Profile = []string{dir}, Compile })
	if e := p.Wait(); e.Code != 0 || p.Level&UID != 0 {
		t.Errorf("%+v %q under %s", e, out, p.Level)
	}
}

// A program that only the grader may execute is executed by the grader's user.
func TestClosedProgram(t *testing.T) {
	if Available()&UID == 0 {
		t.Skip("no users of their own: " + Detect().Why)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, b, 0o700); err != nil {
		t.Fatal(err)
	}
	p, out := start(t, "hello", func(s *Spec) { s.Path = program })
	if e := p.Wait(); e.Code != 0 || out.String() != "hello" || p.Level != Available()&^UID {
		t.Errorf("%+v %q under %s", e, out, p.Level)
	}
}

// A teacher who lets nobody read new files can grade.
func TestUmask(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	p, out := start(t, "hello", nil)
	if e := p.Wait(); e.Code != 0 || out.String() != "hello" || p.Level != Available() {
		t.Errorf("%+v %q under %s", e, out, p.Level)
	}
}

// The tests of this package hold for a user without privilege too.
func TestUnprivileged(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("these tests run without privilege already")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "unprivileged-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "test")
	from, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(binary, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(to, from)
	if err := errors.Join(err, to.Close()); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-test.run=^Test(Detect|Hello|Open|Kill|Layers|GraderKilled|FallBack|Groups)$", "-test.v")
	cmd.Dir, cmd.Env = dir, []string{"TMPDIR=" + dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 12345, Gid: 12345}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "Level:") {
			t.Log(strings.TrimSpace(line))
		}
	}
	if strings.Contains(string(out), "SKIP") {
		t.Logf("%s", out)
	}
	if Available()&Default == Default && !strings.Contains(string(out), "landlock+seccomp+rlimits") {
		t.Errorf("a lower level than root's\n%s", out)
	}
}
