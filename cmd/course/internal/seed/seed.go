// Package seed puts a shipped copy of the course into a folder that outlives the shipping: the student's volume of a
// container. What the student wrote is never overwritten and never removed.
//
// The folder keeps a record of the hashes last shipped into it (Record). From it and from the file's present hash follows what
// happens to each shipped file:
//
//	there is none                    it is copied
//	it is as last shipped            it is replaced
//	it was changed, and so was ours  it stays, and ours is written beside it: lesson.new.ipynb, exercise.go.new
//	it was changed, ours was not     it stays
//
// A file that is no longer shipped is removed if it is as last shipped, else it stays.
//
// All work goes through os.Root: a symbolic link in the folder leads nowhere outside it.
package seed

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Record is the file, below the seeded folder, that holds the hashes of what was last shipped into it.
const Record = ".course/shipped.json"

// Options says what is shipped.
type Options struct {
	// From is the shipped course. Its folders .git and .course are left out. "" means that only the links are made.
	From string
	// Made is what `course setup` made of it. Each of its entries becomes a symbolic link in .course/, unless something that is
	// no link stands there: then the student has made their own. Those in Own are passed over. "" for none.
	Made string
}

// Own are the entries of .course/ that belong to the student: they are written while working.
var Own = []string{"checkpoints", "class-secret", "data", "jupyter", "scratch", "setup.lock"}

// copied are the entries of .course/ that programs replace by renaming, which would turn a link into an old copy.
var copied = []string{"setup.json", "go-bin"}

// Kept is a file that the student changed and that changed in the course, too.
type Kept struct {
	File string `json:"file"` // the student's, as it was
	New  string `json:"new"`  // the course's, beside it
}

// Report says what was done. Paths are relative to the folder, with slashes.
type Report struct {
	Files    int    `json:"files"`    // shipped
	Copied   int    `json:"copied"`   // were not there
	Replaced int    `json:"replaced"` // were as shipped before, and are new now
	Removed  int    `json:"removed"`  // were as shipped before, and are shipped no longer
	Kept     []Kept `json:"kept"`
}

type record struct {
	Files map[string]string `json:"files"` // path → hash last shipped there
}

// Seed brings the folder dir, which must exist, up to the shipped course. It may be run any number of times; a run that was
// interrupted is completed by the next.
func Seed(dir string, o Options) (*Report, error) {
	dst, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer dst.Close()
	r := &Report{Kept: []Kept{}}
	if o.From != "" {
		if err := ship(dst, o.From, r); err != nil {
			return nil, err
		}
	}
	if err := dst.MkdirAll(".course/checkpoints", 0o755); err != nil { // set-up does not make it, lessons write to it
		return nil, err
	}
	if o.Made != "" {
		if err := link(dst, o.Made); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// ship copies and removes files, and notes what it did in r and in the folder's record.
func ship(dst *os.Root, from string, r *Report) error {
	shipped, err := list(from)
	if err != nil {
		return err
	}
	if len(shipped) == 0 {
		return fmt.Errorf("%s holds no course", from)
	}
	src, err := os.OpenRoot(from)
	if err != nil {
		return err
	}
	defer src.Close()

	last := record{map[string]string{}}
	if b, err := dst.ReadFile(Record); err == nil {
		// Without a readable record every file that differs counts as the student's.
		_ = json.Unmarshal(b, &last)
	}
	next := record{make(map[string]string, len(shipped))}
	r.Files = len(shipped)
	for _, p := range shipped {
		ours, err := hash(src, p)
		if err != nil {
			return err
		}
		next.Files[p] = ours
		theirs, err := hash(dst, p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if err := put(dst, p, src, p); err != nil {
				return err
			}
			r.Copied++
		case err == nil && theirs == ours:
		case err == nil && theirs == last.Files[p]:
			if err := put(dst, p, src, p); err != nil {
				return err
			}
			r.Replaced++
		case errors.Is(err, fs.ErrPermission):
			return err
		case err != nil && err != errNoFile: // on the way to it stands a file, or a link to the outside: the student's affair
		case ours == last.Files[p]: // changed by the student alone
		default:
			beside, err := putBeside(dst, src, p, ours)
			if err != nil {
				return err
			}
			r.Kept = append(r.Kept, Kept{p, beside})
		}
	}
	for p, was := range last.Files {
		if _, still := next.Files[p]; still || !fs.ValidPath(p) {
			continue
		}
		if theirs, err := hash(dst, p); err != nil || theirs != was {
			continue
		}
		if err := dst.Remove(p); err != nil {
			return err
		}
		r.Removed++
		for up := path.Dir(p); up != "." && dst.Remove(up) == nil; up = path.Dir(up) { // folders that became empty
		}
	}
	if err := dst.MkdirAll(".course", 0o755); err != nil {
		return err
	}
	b, err := json.Marshal(next)
	if err != nil {
		return err
	}
	return replace(dst, Record, 0o644, strings.NewReader(string(b)))
}

// list gives the regular files below dir, sorted, without .git and .course.
func list(dir string) ([]string, error) {
	var files []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (p == ".git" || p == ".course"):
			return fs.SkipDir
		case d.Type().IsRegular():
			files = append(files, p)
		}
		return nil
	})
	return files, err
}

// errNoFile means that a link, a folder or a device stands there.
var errNoFile = errors.New("no regular file")

// hash gives the SHA-256 of a regular file.
func hash(root *os.Root, p string) (string, error) {
	info, err := root.Lstat(p)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errNoFile
	}
	f, err := root.Open(p)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// put copies a file, so that the old one stands there until the new one is whole.
func put(dst *os.Root, to string, src *os.Root, from string) error {
	if err := dst.MkdirAll(path.Dir(to), 0o755); err != nil {
		return err
	}
	f, err := src.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return replace(dst, to, 0o644|info.Mode().Perm()&0o111, f)
}

func replace(dst *os.Root, to string, mode fs.FileMode, content io.Reader) error {
	tmp := path.Join(path.Dir(to), fmt.Sprintf(".seed-%d-%s", os.Getpid(), path.Base(to)))
	_ = dst.Remove(tmp)
	f, err := dst.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = dst.Rename(tmp, to)
	}
	if err != nil {
		_ = dst.Remove(tmp)
	}
	return err
}

// putBeside writes the shipped file p beside the student's, under the first name that is free or holds it already.
func putBeside(dst, src *os.Root, p, ours string) (string, error) {
	for i := 1; ; i++ {
		name := beside(p, i)
		there, err := hash(dst, name)
		if err == nil && there == ours {
			return name, nil
		}
		if errors.Is(err, fs.ErrNotExist) {
			return name, put(dst, name, src, p)
		}
		if i == 1000 {
			return "", fmt.Errorf("%s: no free name beside it: %w", p, err)
		}
	}
}

// beside names the i-th new version of p. A notebook keeps its ending, to be opened; every other file loses it, so that
// no program takes it for a part of the course (Go would compile x.new.go together with x.go).
func beside(p string, i int) string {
	n := "new"
	if i > 1 {
		n = fmt.Sprint("new", i)
	}
	if stem, ok := strings.CutSuffix(p, ".ipynb"); ok {
		return stem + "." + n + ".ipynb"
	}
	return p + "." + n
}

// link makes .course/NAME a symbolic link to made/NAME, for what set-up made.
func link(dst *os.Root, made string) error {
	entries, err := os.ReadDir(made)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name, at := e.Name(), path.Join(".course", e.Name())
		if slices.Contains(Own, name) {
			continue
		}
		if slices.Contains(copied, name) {
			b, err := os.ReadFile(path.Join(made, name))
			if err != nil {
				return err
			}
			if err := replace(dst, at, 0o644, strings.NewReader(string(b))); err != nil {
				return err
			}
			continue
		}
		target := path.Join(made, name)
		if info, err := dst.Lstat(at); err == nil {
			if info.Mode()&fs.ModeSymlink == 0 {
				continue
			}
			if now, err := dst.Readlink(at); err == nil && now == target {
				continue
			}
			if err := dst.Remove(at); err != nil {
				return err
			}
		}
		if err := dst.Symlink(target, at); err != nil {
			return err
		}
	}
	return nil
}
