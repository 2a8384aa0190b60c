package seed

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	p := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func gone(t *testing.T, dir, name string) {
	t.Helper()
	if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name))); err == nil {
		t.Errorf("%s is there", name)
	}
}

func seeded(t *testing.T, dir string, o Options) *Report {
	t.Helper()
	r, err := Seed(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Three images follow one another on one volume, and the student works in between.
func TestUpgrades(t *testing.T) {
	one, two, three, home := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	write(t, one, "go.mod", "module nncourse\n")
	write(t, one, "notebooks/a.ipynb", "a1")
	write(t, one, "notebooks/b.ipynb", "b1")
	write(t, one, "exercises/x/x.go", "x1")
	write(t, one, "lib/old/old.go", "old")
	write(t, one, "lib/mine/mine.go", "mine")
	write(t, one, ".git/config", "never")
	write(t, one, ".course/setup.json", "never")
	if err := os.Chmod(filepath.Join(one, "go.mod"), 0o755); err != nil {
		t.Fatal(err)
	}

	if r, want := seeded(t, home, Options{From: one}), (&Report{Files: 6, Copied: 6, Kept: []Kept{}}); !reflect.DeepEqual(r, want) {
		t.Errorf("first: %+v", r)
	}
	gone(t, home, ".git")
	gone(t, home, ".course/setup.json")
	if info, err := os.Stat(filepath.Join(home, "go.mod")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o755 {
		t.Errorf("go.mod: %v, %v: the bit for execution is lost", info.Mode(), err)
	}
	if r, want := seeded(t, home, Options{From: one}), (&Report{Files: 6, Kept: []Kept{}}); !reflect.DeepEqual(r, want) {
		t.Errorf("again: %+v", r)
	}

	// The student changes a notebook, an exercise and a file of the library, writes one of their own, and deletes one.
	write(t, home, "notebooks/a.ipynb", "my a")
	write(t, home, "exercises/x/x.go", "my x")
	write(t, home, "lib/mine/mine.go", "my mine")
	write(t, home, "notes.md", "my notes")
	if err := os.Remove(filepath.Join(home, "notebooks/b.ipynb")); err != nil {
		t.Fatal(err)
	}

	// The second image changes go.mod, a and x, keeps b, and ships two files no longer.
	write(t, two, "go.mod", "module nncourse // 2\n")
	write(t, two, "notebooks/a.ipynb", "a2")
	write(t, two, "notebooks/b.ipynb", "b1")
	write(t, two, "exercises/x/x.go", "x2")
	want := &Report{Files: 4, Copied: 1, Replaced: 1, Removed: 1, Kept: []Kept{{"exercises/x/x.go", "exercises/x/x.go.new"}, {"notebooks/a.ipynb", "notebooks/a.new.ipynb"}}}
	if r := seeded(t, home, Options{From: two}); !reflect.DeepEqual(r, want) {
		t.Errorf("upgrade: %+v, want %+v", r, want)
	}
	for name, text := range map[string]string{"go.mod": "module nncourse // 2\n", "notebooks/a.ipynb": "my a", "notebooks/a.new.ipynb": "a2", "notebooks/b.ipynb": "b1",
		"exercises/x/x.go": "my x", "exercises/x/x.go.new": "x2", "lib/mine/mine.go": "my mine", "notes.md": "my notes"} {
		if got := read(t, home, name); got != text {
			t.Errorf("%s: %q, want %q", name, got, text)
		}
	}
	gone(t, home, "lib/old")
	// The student is told once; what lies beside, and was deleted, does not come back.
	if err := os.Remove(filepath.Join(home, "exercises/x/x.go.new")); err != nil {
		t.Fatal(err)
	}
	if r := seeded(t, home, Options{From: two}); len(r.Kept)+r.Copied+r.Replaced+r.Removed != 0 {
		t.Errorf("a second start of the same image: %+v", r)
	}
	gone(t, home, "exercises/x/x.go.new")

	// The third image: a changes again, and a.new was changed too, so it stays as well; x comes back to what the student has.
	write(t, home, "notebooks/a.new.ipynb", "my second a")
	write(t, three, "notebooks/a.ipynb", "a3")
	write(t, three, "exercises/x/x.go", "my x")
	write(t, three, "go.mod", "module nncourse // 2\n")
	want = &Report{Files: 3, Removed: 1, Kept: []Kept{{"notebooks/a.ipynb", "notebooks/a.new2.ipynb"}}}
	if r := seeded(t, home, Options{From: three}); !reflect.DeepEqual(r, want) {
		t.Errorf("third: %+v, want %+v", r, want)
	}
	if a, b, c := read(t, home, "notebooks/a.ipynb"), read(t, home, "notebooks/a.new.ipynb"), read(t, home, "notebooks/a.new2.ipynb"); a != "my a" || b != "my second a" || c != "a3" {
		t.Errorf("%q, %q, %q", a, b, c)
	}
}

// Without its record, or with a broken one, the folder's files that differ are the student's.
func TestNoRecord(t *testing.T) {
	for _, record := range []string{"", "{", `{"files":{"../../etc/passwd":"0"}}`, `{"files":null}`} {
		from, home := t.TempDir(), t.TempDir()
		write(t, from, "a.ipynb", "ours")
		write(t, home, "a.ipynb", "theirs")
		if record != "" {
			write(t, home, Record, record)
		}
		if r := seeded(t, home, Options{From: from}); len(r.Kept) != 1 || read(t, home, "a.ipynb") != "theirs" || read(t, home, "a.new.ipynb") != "ours" {
			t.Errorf("record %q: %+v", record, r)
		}
	}
}

// A link that the student made, to a file or for a folder, leads the copying nowhere outside.
func TestLinksLeadNowhere(t *testing.T) {
	from, home, outside := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, from, "a.txt", "ours")
	write(t, outside, "a.txt", "precious")
	if err := os.Symlink(filepath.Join(outside, "a.txt"), filepath.Join(home, "a.txt")); err != nil {
		t.Skip("no symbolic links here: " + err.Error())
	}
	seeded(t, home, Options{From: from})
	if read(t, outside, "a.txt") != "precious" || read(t, home, "a.txt.new") != "ours" {
		t.Error("the link was followed")
	}
	write(t, from, "dir/b.txt", "ours")
	if err := os.Symlink(outside, filepath.Join(home, "dir")); err != nil {
		t.Fatal(err)
	}
	seeded(t, home, Options{From: from}) // the folder is the student's affair: no error, and nothing is written there
	gone(t, outside, "b.txt")
}

// What set-up made is linked, and linked anew after an upgrade; what the student made in its place stays.
func TestMade(t *testing.T) {
	from, made, newer, home := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	write(t, from, "go.mod", "module nncourse\n")
	for _, m := range []string{made, newer} {
		write(t, m, "bin/gonb", "program of "+m)
		write(t, m, "venv/python", "python of "+m)
		write(t, m, "setup.json", m)
		write(t, m, "checkpoints/lenet", "never")
	}
	seeded(t, home, Options{Made: made}) // only the links
	gone(t, home, "go.mod")
	seeded(t, home, Options{From: from, Made: made})
	if got := read(t, home, ".course/bin/gonb"); got != "program of "+made {
		t.Error(got)
	}
	gone(t, home, ".course/checkpoints/lenet")
	if err := os.Remove(filepath.Join(home, ".course/venv")); err != nil {
		t.Fatal(err)
	}
	write(t, home, ".course/venv/python", "my python")
	seeded(t, home, Options{From: from, Made: newer})
	if a, b, c := read(t, home, ".course/bin/gonb"), read(t, home, ".course/venv/python"), read(t, home, ".course/setup.json"); a != "program of "+newer || b != "my python" || c != newer {
		t.Errorf("%q, %q, %q", a, b, c)
	}
}

func TestNothingToShip(t *testing.T) {
	if _, err := Seed(t.TempDir(), Options{From: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "no course") {
		t.Error(err)
	}
	if _, err := Seed(filepath.Join(t.TempDir(), "absent"), Options{From: t.TempDir()}); err == nil {
		t.Error("no error")
	}
}
