//go:build unix

package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func put(t *testing.T, text string, elem ...string) {
	t.Helper()
	f := filepath.Join(elem...)
	if err := os.MkdirAll(filepath.Dir(f), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, text string, elem ...string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elem...))
	if err != nil || string(b) != text {
		t.Errorf("%s: %q, %v; want %q", filepath.Join(elem...), b, err, text)
	}
}

// prepared is an exchange with anna and ben, all under this user.
func prepared(t *testing.T) string {
	t.Helper()
	ex := filepath.Join(t.TempDir(), "exchange")
	for _, s := range []string{"anna", "ben"} {
		for range 2 { // again does no harm
			if err := Prepare(ex, s, Owner{-1, -1}, Owner{-1, -1}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return ex
}

// An assignment goes out, comes back, and its feedback too; nothing that a student has is overwritten on the way.
func TestRound(t *testing.T) {
	ex, home, work := prepared(t), t.TempDir(), t.TempDir()
	put(t, "package deepfool // stub", work, "deepfool.go")
	put(t, "what to do", work, "README.md")
	put(t, "data", work, "data", "a.csv")
	put(t, "hidden", work, ".git", "config")
	names, err := Release(ex, "deepfool", work)
	if err != nil || !slices.Equal(names, []string{"README.md", "data/a.csv", "deepfool.go"}) {
		t.Fatalf("%v, %v", names, err)
	}
	if list, err := Released(ex); err != nil || !slices.Equal(list, []string{"deepfool"}) {
		t.Errorf("%v, %v", list, err)
	}
	at := filepath.Join(home, "deepfool")
	fetch := func(wants ...Written) {
		t.Helper()
		if got, err := Fetch(ex, "deepfool", at); err != nil || !slices.Equal(got, wants) {
			t.Errorf("%v, %v; want %v", got, err, wants)
		}
	}
	fetch(Written{"README.md", "new"}, Written{"data/a.csv", "new"}, Written{"deepfool.go", "new"})
	put(t, "package deepfool // mine", at, "deepfool.go")
	fetch(Written{"README.md", "unchanged"}, Written{"data/a.csv", "unchanged"}, Written{"deepfool.new.go", "beside"})
	fetch(Written{"README.md", "unchanged"}, Written{"data/a.csv", "unchanged"}, Written{"deepfool.new.go", "unchanged"})
	put(t, "package deepfool // stub, corrected", work, "deepfool.go")
	if _, err := Release(ex, "deepfool", work); err != nil {
		t.Fatal(err)
	}
	fetch(Written{"README.md", "unchanged"}, Written{"data/a.csv", "unchanged"}, Written{"deepfool.new2.go", "beside"})
	want(t, "package deepfool // mine", at, "deepfool.go")

	now := time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC)
	first, files, err := Submit(ex, "anna", "deepfool", filepath.Join(at, "deepfool.go"), now)
	if err != nil || first != "2026-11-21T22-00-00.000Z" || !slices.Equal(files, []string{"deepfool.go"}) {
		t.Fatalf("%s, %v, %v", first, files, err)
	}
	put(t, "package deepfool // better", at, "deepfool.go")
	second, files, err := Submit(ex, "anna", "deepfool", at, now) // in the same millisecond
	if err != nil || second != "2026-11-21T22-00-00.001Z" || len(files) != 5 {
		t.Fatalf("%s, %v, %v", second, files, err)
	}
	want(t, "package deepfool // mine", Inbound(ex, "anna"), "deepfool", first, "deepfool.go")
	if list, err := Submissions(ex, "anna", "deepfool"); err != nil || !slices.Equal(list, []string{first, second}) {
		t.Errorf("%v, %v", list, err)
	}

	to := filepath.Join(t.TempDir(), "collected")
	collect := func(status string) Collected {
		t.Helper()
		list, err := Collect(ex, to)
		if err != nil || len(list) != 1 || list[0].Student != "anna" || list[0].Status != status {
			t.Fatalf("%+v, %v; want %s", list, err, status)
		}
		return list[0]
	}
	c := collect("new")
	if c.Submission != second || c.Files != 5 || len(c.Left) != 0 || time.Since(c.At) > time.Hour {
		t.Errorf("%+v", c)
	}
	want(t, "package deepfool // better", to, "anna", "deepfool", "deepfool.go")
	if info, err := os.Stat(filepath.Join(to, "anna", "deepfool", "deepfool.go")); err != nil || time.Since(info.ModTime()) > time.Hour || info.Mode().Perm() != 0o600 {
		t.Errorf("the collected file: %v, %v", info, err)
	}
	collect("unchanged")
	put(t, "package deepfool // best", at, "deepfool.go")
	time.Sleep(20 * time.Millisecond) // the file system's clock
	if _, _, err := Submit(ex, "anna", "deepfool", at, time.Now()); err != nil {
		t.Fatal(err)
	}
	collect("new")
	want(t, "package deepfool // best", to, "anna", "deepfool", "deepfool.go")
	if list, err := Collect(ex, to, "losses"); err != nil || len(list) != 0 {
		t.Errorf("another assignment: %v, %v", list, err)
	}
	collect("unchanged")
	if list, _ := Submissions(ex, "anna", "deepfool"); len(list) != 3 {
		t.Errorf("submissions %v", list)
	}
	if runtimeLinux && time.Since(c.At) < time.Hour { // a time that anna sets back changes nothing
		old := time.Unix(1000, 0)
		if err := os.Chtimes(filepath.Join(Inbound(ex, "anna"), "deepfool", second, "deepfool.go"), old, old); err != nil {
			t.Fatal(err)
		}
		if again := collect("new"); again.At.Before(c.At) || again.Submission != second {
			t.Errorf("a submission that was touched: %+v", again)
		}
	}

	out := t.TempDir()
	put(t, "<p>10 of 12</p>", out, "feedback", "anna", "index.html")
	if got, err := Return(ex, out); err != nil || !slices.Equal(got, []string{"anna"}) {
		t.Fatalf("%v, %v", got, err)
	}
	if got, err := Return(ex, out); err != nil || len(got) != 0 {
		t.Errorf("once more: %v, %v", got, err)
	}
	pages := filepath.Join(home, "feedback")
	got, err := Feedback(ex, "anna", pages)
	if err != nil || len(got) != 1 || got[0].Status != "new" || !strings.HasPrefix(got[0].File, "index-20") {
		t.Fatalf("%v, %v", got, err)
	}
	want(t, "<p>10 of 12</p>", pages, got[0].File)
	put(t, "my notes in it", pages, got[0].File)
	if again, err := Feedback(ex, "anna", pages); err != nil || again[0].Status != "beside" {
		t.Errorf("%v, %v", again, err)
	}
	want(t, "my notes in it", pages, got[0].File)
	if got, err := Feedback(ex, "ben", pages); err != nil || len(got) != 0 {
		t.Errorf("ben has none yet: %v, %v", got, err)
	}
}

// The folders' modes keep everybody out who is neither the student nor the teacher.
func TestModes(t *testing.T) {
	ex := prepared(t)
	for dir, mode := range map[string]os.FileMode{
		"released": 0o755, "students": 0o711, "students/anna": 0o711,
		"students/anna/inbound": 0o770 | os.ModeSetgid, "students/anna/feedback": 0o750 | os.ModeSetgid,
	} {
		if info, err := os.Stat(filepath.Join(ex, dir)); err != nil || info.Mode()&(os.ModePerm|os.ModeSetgid) != mode {
			t.Errorf("%s: %v, %v; want %v", dir, info.Mode(), err, mode)
		}
	}
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	work := t.TempDir()
	put(t, "x", work, "sub", "x.go")
	if _, _, err := Submit(ex, "anna", "deepfool", work, time.Now()); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(Inbound(ex, "anna"), func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if m := info.Mode().Perm(); m&0o007 != 0 || m&0o060 != 0o060 {
			t.Errorf("%s has mode %v", p, m)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if _, err := Release(ex, "deepfool", work); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(ex, "released", "deepfool", "sub", "x.go")); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("students cannot read what is released: %v, %v", info, err)
	}
}

// What a hostile student leaves in inbound is neither followed nor waited for, and does not stop the others.
func TestHostile(t *testing.T) {
	ex := prepared(t)
	secret := t.TempDir()
	put(t, "ben's work", Inbound(ex, "ben"), "deepfool", "2026", "deepfool.go")
	put(t, "secret", secret, "deepfool.go")
	box := filepath.Join(Inbound(ex, "anna"), "deepfool")
	put(t, "anna's", box, "1", "deepfool.go")
	link := func(target, name string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	link(filepath.Join(secret, "deepfool.go"), filepath.Join(box, "1", "stolen.go"))
	link("../../../../ben/inbound/deepfool/2026/deepfool.go", filepath.Join(box, "1", "relative.go"))
	if err := syscall.Mkfifo(filepath.Join(box, "1", "pipe.go"), 0o644); err != nil {
		t.Fatal(err)
	}
	link(secret, filepath.Join(box, "2"))
	link(filepath.Join(Inbound(ex, "ben"), "deepfool"), filepath.Join(Inbound(ex, "anna"), "losses"))
	deep := filepath.Join(append([]string{box, "3"}, slices.Repeat([]string{"d"}, maxDepth+2)...)...)
	put(t, "x", deep, "deepfool.go")
	for i := range maxFiles + 1 {
		put(t, "x", box, "4", "f"+string(rune('a'+i%26))+string(rune('a'+i/26)))
	}
	big, err := os.Create(filepath.Join(box, "1", "big"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Join(box, "5"), 0o755), big.Truncate(maxBytes+1), big.Close(), os.Rename(big.Name(), filepath.Join(box, "5", "big"))); err != nil {
		t.Fatal(err)
	}
	put(t, "x", Inbound(ex, "anna"), "..odd", "1", "x.go")
	link(secret, filepath.Join(ex, "students", "zoe"))

	to := filepath.Join(t.TempDir(), "collected")
	list, err := Collect(ex, to)
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	if a := list[0]; a.Submission != "1" || a.Files != 1 || len(a.Left) != 6 {
		t.Errorf("anna: %+v", a)
	}
	want(t, "anna's", to, "anna", "deepfool", "deepfool.go")
	want(t, "ben's work", to, "ben", "deepfool", "deepfool.go")
	filepath.WalkDir(to, func(p string, d os.DirEntry, err error) error {
		if b, _ := os.ReadFile(p); d.Type().IsRegular() && filepath.Base(p) != CollectedFile && (bytes.Contains(b, []byte("secret")) || strings.Contains(p, "anna") && bytes.Contains(b, []byte("ben"))) {
			t.Errorf("%s: %s", p, b)
		}
		return err
	})
	var noted []Collected
	if b, err := os.ReadFile(filepath.Join(to, CollectedFile)); err != nil || json.Unmarshal(b, &noted) != nil || len(noted) != 2 {
		t.Errorf("%v, %+v", err, noted)
	}
}

// Names and folders that cannot be.
func TestRefused(t *testing.T) {
	ex, work := prepared(t), t.TempDir()
	put(t, "x", work, "x.go")
	marked := t.TempDir()
	put(t, "// ###"+" BEGIN SOLUTION\n", marked, "x.go")
	linked := t.TempDir()
	if err := os.Symlink("/etc/passwd", filepath.Join(linked, "x.go")); err != nil {
		t.Fatal(err)
	}
	foreign := t.TempDir()
	put(t, "x", foreign, "anna", "deepfool", "x.go")
	if _, _, err := Submit(ex, "anna", "deepfool", work, time.Now()); err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"student up":         func() error { return Prepare(ex, "..", Owner{-1, -1}, Owner{-1, -1}) },
		"student with slash": func() error { return Prepare(ex, "a/b", Owner{-1, -1}, Owner{-1, -1}) },
		"no student":         func() error { return CheckStudent("") },
		"hidden student":     func() error { return CheckStudent(".x") },
		"slug up":            func() error { _, err := Fetch(ex, "..", t.TempDir()); return err },
		"not released":       func() error { _, err := Fetch(ex, "losses", t.TempDir()); return err },
		"solution":           func() error { _, err := Release(ex, "deepfool", marked); return err },
		"two of a name":      func() error { _, err := Release(ex, "deepfool", work, filepath.Join(work, "x.go")); return err },
		"empty release":      func() error { _, err := Release(ex, "deepfool", t.TempDir()); return err },
		"link released":      func() error { _, err := Release(ex, "deepfool", linked); return err },
		"nobody":             func() error { _, _, err := Submit(ex, "zoe", "deepfool", work, time.Now()); return err },
		"nothing":            func() error { _, _, err := Submit(ex, "anna", "deepfool", t.TempDir(), time.Now()); return err },
		"nowhere": func() error {
			_, _, err := Submit(ex, "anna", "deepfool", filepath.Join(work, "none"), time.Now())
			return err
		},
		"link handed in":     func() error { _, _, err := Submit(ex, "anna", "deepfool", linked, time.Now()); return err },
		"no feedback folder": func() error { _, err := Feedback(ex, "zoe", t.TempDir()); return err },
		"nobody prepared":    func() error { _, err := Collect(t.TempDir(), t.TempDir()); return err },
		"not collected":      func() error { _, err := Collect(ex, foreign); return err },
		"a link for a folder": func() error {
			if err := os.Symlink("/", filepath.Join(ex, "students", "mallory")); err != nil {
				t.Fatal(err)
			}
			return Prepare(ex, "mallory", Owner{-1, -1}, Owner{-1, -1})
		},
	} {
		if err := do(); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// runtimeLinux: only there a time cannot be set back.
const runtimeLinux = runtime.GOOS == "linux"
