// Package exchange hands assignments out to a class and takes work in, by folders that a hub shares with its students.
//
//	EXCHANGE/released/SLUG/…                         an assignment: the teacher writes, everybody reads
//	EXCHANGE/students/NAME/inbound/SLUG/TIME/…       what NAME handed in: NAME writes, the teacher reads
//	EXCHANGE/students/NAME/feedback/…                the pages for NAME: the teacher writes, NAME reads
//
// Who may read what is the folders' owners' and modes' business (Prepare), or that of the mounts of a container, which gets
// no more than released, and inbound and feedback of its own student. The teacher's side trusts nothing that lies in inbound:
// no link is followed out of it, nothing but regular files is opened, and sizes are bounded. Nothing that a student has
// is ever overwritten or removed by Fetch, Submit or Feedback.
package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"nncourse/grading/class"
)

// ErrInput is wrapped by what is wrong with a name, a folder or a file that the caller gives.
var ErrInput = errors.New("the exchange cannot do this")

func wrong(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInput, fmt.Sprintf(format, args...))
}

// Bounds of one submission or assignment.
const (
	maxFiles = 500
	maxBytes = 64 << 20
	maxDepth = 12
)

var (
	plainStudent = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,63}$`)
	plainSlug    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
)

// CheckStudent refuses a name that is not plain as the name of a folder.
func CheckStudent(name string) error {
	if !plainStudent.MatchString(name) {
		return wrong("the student's name %q is not of letters, digits and . _ @ + - alone", name)
	}
	return nil
}

func checkSlug(slug string) error {
	if !plainSlug.MatchString(slug) {
		return wrong("the assignment's name %q is not of lower-case letters, digits and - alone", slug)
	}
	return nil
}

// Owner is a user and a group of the file system; {-1, -1} leaves them as they are.
type Owner struct{ UID, GID int }

func released(dir, slug string) string { return filepath.Join(dir, "released", slug) }

// Inbound and Feedbacks are the folders of one student.
func Inbound(dir, student string) string { return filepath.Join(dir, "students", student, "inbound") }
func Feedbacks(dir, student string) string {
	return filepath.Join(dir, "students", student, "feedback")
}

// Prepare makes a student's folders. inbound is the student's own, and of the teacher's group; feedback is the teacher's,
// and of the student's group. Nobody else can look into either, and the folder that holds them belongs to the teacher, so that
// a student cannot put a link in their place. What is there already gets the right owner and mode again.
func Prepare(dir, student string, who, teacher Owner) error {
	if err := CheckStudent(student); err != nil {
		return err
	}
	for _, f := range []struct {
		path  string
		owner Owner
		mode  os.FileMode
	}{
		{dir, Owner{-1, -1}, 0o755},
		{filepath.Join(dir, "released"), teacher, 0o755},
		{filepath.Join(dir, "students"), teacher, 0o711},
		{filepath.Join(dir, "students", student), teacher, 0o711},
		{Inbound(dir, student), Owner{who.UID, teacher.GID}, 0o770 | os.ModeSetgid},
		{Feedbacks(dir, student), Owner{teacher.UID, who.GID}, 0o750 | os.ModeSetgid},
	} {
		if err := os.MkdirAll(f.path, 0o755); err != nil {
			return err
		}
		if f.path == dir {
			continue
		}
		if info, err := os.Lstat(f.path); err != nil || !info.IsDir() {
			return wrong("%s is not a folder", f.path)
		}
		if f.owner != (Owner{-1, -1}) {
			if err := os.Chown(f.path, f.owner.UID, f.owner.GID); err != nil {
				return err
			}
		}
		if err := os.Chmod(f.path, f.mode); err != nil {
			return err
		}
	}
	return nil
}

// item is a file below a folder that is to be copied.
type item struct {
	name string // with slashes
	data []byte
	when time.Time // when it was last changed, as far as its owner cannot choose it
}

// read takes the regular files below root/dir, and says of the rest why it was left. Hidden ones are passed over. When bounds
// are exceeded it fails.
func read(root *os.Root, dir string) (items []item, left []string, err error) {
	total := 0
	err = fs.WalkDir(root.FS(), dir, func(p string, d fs.DirEntry, err error) error {
		rel := strings.TrimPrefix(strings.TrimPrefix(p, dir), "/")
		if p == dir {
			if err == nil && !d.IsDir() {
				err = wrong("it is not a folder")
			}
			return err
		}
		if err != nil {
			left = append(left, fmt.Sprintf("%q cannot be read", rel))
			return fs.SkipDir
		}
		switch {
		case strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case strings.Count(rel, "/") >= maxDepth:
			return wrong("it is more than %d folders deep", maxDepth)
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			left = append(left, fmt.Sprintf("%q is not a regular file", rel))
			return nil
		case len(items) == maxFiles:
			return wrong("it has more than %d files", maxFiles)
		}
		// Since it was listed it may have become anything: a pipe would block, a link leads at most elsewhere below root.
		f, err := root.OpenFile(p, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			left = append(left, fmt.Sprintf("%q cannot be read", rel))
			return nil
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil || !info.Mode().IsRegular() {
			left = append(left, fmt.Sprintf("%q is not a regular file", rel))
			return nil
		}
		data, err := io.ReadAll(io.LimitReader(f, int64(maxBytes-total)+1))
		if err != nil {
			left = append(left, fmt.Sprintf("%q cannot be read", rel))
			return nil
		}
		if total += len(data); total > maxBytes {
			return wrong("it has more than %d MB", maxBytes>>20)
		}
		items = append(items, item{rel, data, changed(info)})
		return nil
	})
	return items, left, err
}

func readFolder(dir string) ([]item, []string, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	return read(root, ".")
}

// write puts items into a folder that is new.
func write(dir string, items []item, mode os.FileMode, times bool) error {
	for _, it := range items {
		file := filepath.Join(dir, filepath.FromSlash(it.name))
		if err := makeDirs(dir, filepath.Dir(file), mode); err != nil {
			return err
		}
		if err := os.WriteFile(file, it.data, mode); err != nil {
			return err
		}
		if err := os.Chmod(file, mode); err != nil { // whatever the umask
			return err
		}
		if times {
			if err := os.Chtimes(file, it.when, it.when); err != nil {
				return err
			}
		}
	}
	return nil
}

// makeDirs makes the folders from base down to dir, with search permission where mode has read permission.
func makeDirs(base, dir string, mode os.FileMode) error {
	if _, err := os.Lstat(dir); err == nil {
		return nil
	}
	if dir != base {
		if err := makeDirs(base, filepath.Dir(dir), mode); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	return os.Chmod(dir, info.Mode()&os.ModeSetgid|mode|mode&0o444>>2)
}

// Release puts an assignment, the files of a folder or single files, into the exchange for everybody. An earlier release of the
// same name is replaced; students keep what they fetched of it. Files that still hold a solution or hidden tests between the
// markers of nbgrader are refused.
func Release(dir, slug string, from ...string) ([]string, error) {
	if err := checkSlug(slug); err != nil {
		return nil, err
	}
	var items []item
	for _, p := range from {
		info, err := os.Stat(p)
		if err != nil {
			return nil, wrong("%v", err)
		}
		if info.IsDir() {
			list, left, err := readFolder(p)
			if err != nil {
				return nil, err
			}
			if len(left) > 0 {
				return nil, wrong("in %s %s", p, left[0])
			}
			items = append(items, list...)
			continue
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return nil, err
		}
		items = append(items, item{name: filepath.Base(p), data: data})
	}
	if len(items) == 0 {
		return nil, wrong("there is nothing to release in %s", strings.Join(from, ", "))
	}
	var names []string
	for _, it := range items {
		for _, marker := range []string{"###" + " BEGIN SOLUTION", "###" + " BEGIN HIDDEN"} {
			if bytes.Contains(it.data, []byte(marker)) {
				return nil, wrong("%s holds %q: release it from a student edition, which course release makes", it.name, marker)
			}
		}
		if slices.Contains(names, it.name) {
			return nil, wrong("two files are named %s", it.name)
		}
		names = append(names, it.name)
	}
	if err := os.MkdirAll(filepath.Join(dir, "released"), 0o755); err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp(filepath.Join(dir, "released"), ".new-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	if err := os.Chmod(temp, 0o755); err != nil {
		return nil, err
	}
	if err := write(temp, items, 0o644, false); err != nil {
		return nil, err
	}
	if err := replace(temp, released(dir, slug)); err != nil {
		return nil, err
	}
	slices.Sort(names)
	return names, nil
}

// replace puts the folder temp in the place of dir. Between two renames there is none.
func replace(temp, dir string) error {
	old := temp + ".old"
	defer os.RemoveAll(old)
	if err := os.Rename(dir, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(temp, dir)
}

// Released lists the assignments.
func Released(dir string) ([]string, error) {
	list, err := os.ReadDir(filepath.Join(dir, "released"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, d := range list {
		if d.IsDir() && plainSlug.MatchString(d.Name()) {
			names = append(names, d.Name())
		}
	}
	return names, err
}

// Written is a file that Fetch or Feedback left in the student's folder.
type Written struct {
	File   string `json:"file"`
	Status string `json:"status"` // new; unchanged: it was there; beside: another is there, and this one got a new name
}

// Fetch copies an assignment into the folder to. A file that is there already with other content stays, and the assignment's
// is written beside it as NAME.new.EXT (NAME.new2.EXT, and so on).
func Fetch(dir, slug, to string) ([]Written, error) {
	if err := checkSlug(slug); err != nil {
		return nil, err
	}
	items, left, err := readFolder(released(dir, slug))
	if errors.Is(err, fs.ErrNotExist) {
		names, _ := Released(dir)
		return nil, wrong("there is no assignment %q; released: %s", slug, strings.Join(append([]string{}, names...), ", "))
	}
	if err != nil {
		return nil, err
	}
	if len(left) > 0 {
		return nil, wrong("in the assignment %s", left[0])
	}
	var done []Written
	for _, it := range items {
		w, err := keep(to, it)
		if err != nil {
			return done, err
		}
		done = append(done, w)
	}
	return done, nil
}

// keep writes an item below to under the first free name, unless one of the same content is there.
func keep(to string, it item) (Written, error) {
	ext := path.Ext(it.name)
	stem := strings.TrimSuffix(it.name, ext)
	for n := 0; n < 1000; n++ {
		name, status := it.name, "new"
		if n == 1 {
			name = stem + ".new" + ext
		} else if n > 1 {
			name = fmt.Sprintf("%s.new%d%s", stem, n, ext)
		}
		if n > 0 {
			status = "beside"
		}
		file := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return Written{}, err
		}
		f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			if info, err := os.Lstat(file); err == nil && info.Mode().IsRegular() && info.Size() == int64(len(it.data)) {
				if have, err := os.ReadFile(file); err == nil && bytes.Equal(have, it.data) {
					return Written{name, "unchanged"}, nil
				}
			}
			continue
		}
		if err != nil {
			return Written{}, err
		}
		_, err = f.Write(it.data)
		if e := f.Close(); err == nil {
			err = e
		}
		return Written{name, status}, err
	}
	return Written{}, wrong("there is no free name for %s in %s", it.name, to)
}

// timeName is how a submission is named: the time in UTC.
const timeName = "2006-01-02T15-04-05.000Z"

// Submit copies the files of a folder, or a single file, as a new submission. It gives its name and files. Earlier ones stay.
func Submit(dir, student, slug, from string, now time.Time) (name string, files []string, err error) {
	if err := errors.Join(CheckStudent(student), checkSlug(slug)); err != nil {
		return "", nil, err
	}
	info, err := os.Stat(from)
	if err != nil {
		return "", nil, wrong("%v", err)
	}
	var items []item
	if info.IsDir() {
		var left []string
		if items, left, err = readFolder(from); err != nil {
			return "", nil, fmt.Errorf("%s: %w", from, err)
		}
		if len(left) > 0 {
			return "", nil, wrong("in %s %s", from, left[0])
		}
	} else {
		data, err := os.ReadFile(from)
		if err != nil {
			return "", nil, err
		}
		items = []item{{name: filepath.Base(from), data: data}}
	}
	if len(items) == 0 {
		return "", nil, wrong("there is nothing to hand in in %s", from)
	}
	inbound := Inbound(dir, student)
	if _, err := os.Stat(inbound); err != nil {
		return "", nil, wrong("%s is not there, or not yours: are you %q?", inbound, student)
	}
	folder := filepath.Join(inbound, slug)
	if err := makeDirs(inbound, folder, 0o660); err != nil {
		return "", nil, err
	}
	temp, err := os.MkdirTemp(folder, ".new-")
	if err != nil {
		return "", nil, err
	}
	defer os.RemoveAll(temp)
	if err := os.Chmod(temp, 0o770|os.ModeSetgid); err != nil {
		return "", nil, err
	}
	if err := write(temp, items, 0o660, false); err != nil {
		return "", nil, err
	}
	for _, it := range items {
		files = append(files, it.name)
	}
	for n := range 1000 {
		name = now.Add(time.Duration(n) * time.Millisecond).UTC().Format(timeName)
		if _, err := os.Lstat(filepath.Join(folder, name)); err == nil {
			continue
		}
		return name, files, os.Rename(temp, filepath.Join(folder, name))
	}
	return "", nil, wrong("too many submissions at the same time")
}

// Submissions lists what a student handed in for an assignment, the oldest first.
func Submissions(dir, student, slug string) ([]string, error) {
	list, err := os.ReadDir(filepath.Join(Inbound(dir, student), slug))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, d := range list {
		if d.IsDir() && !strings.HasPrefix(d.Name(), ".") {
			names = append(names, d.Name())
		}
	}
	return names, err
}

// Feedback copies the student's pages into the folder to, each under its name and the time it was given out. What is there stays.
func Feedback(dir, student, to string) ([]Written, error) {
	if err := CheckStudent(student); err != nil {
		return nil, err
	}
	items, _, err := readFolder(Feedbacks(dir, student))
	if err != nil {
		return nil, wrong("%s is not there, or not yours: are you %q?", Feedbacks(dir, student), student)
	}
	var done []Written
	for _, it := range items {
		ext := path.Ext(it.name)
		it.name = strings.TrimSuffix(it.name, ext) + "-" + it.when.UTC().Format("2006-01-02T15-04-05") + ext
		w, err := keep(to, it)
		if err != nil {
			return done, err
		}
		done = append(done, w)
	}
	return done, nil
}

// Return gives each student of the exchange the pages that a graded class has for him, OUT/feedback/NAME. It gives those who
// got some that they did not have.
func Return(dir, out string) ([]string, error) {
	list, err := students(dir)
	if err != nil {
		return nil, err
	}
	var got []string
	for _, name := range list {
		items, _, err := readFolder(filepath.Join(out, "feedback", class.SafeName(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return got, err
		}
		any := false
		for _, it := range items {
			file := filepath.Join(Feedbacks(dir, name), filepath.FromSlash(it.name))
			if have, err := os.ReadFile(file); err == nil && bytes.Equal(have, it.data) {
				continue
			}
			any = true
			if err := makeDirs(Feedbacks(dir, name), filepath.Dir(file), 0o640); err != nil {
				return got, err
			}
			temp := filepath.Join(filepath.Dir(file), ".new-"+filepath.Base(file))
			if err := write(filepath.Dir(file), []item{{name: filepath.Base(temp), data: it.data}}, 0o640, false); err != nil {
				return got, err
			}
			if err := os.Rename(temp, file); err != nil {
				return got, err
			}
		}
		if any {
			got = append(got, name)
		}
	}
	return got, nil
}

// students lists whose folders the exchange has.
func students(dir string) ([]string, error) {
	list, err := os.ReadDir(filepath.Join(dir, "students"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, wrong("%s has no folder students: no student was prepared yet", dir)
	}
	var names []string
	for _, d := range list {
		if d.IsDir() && CheckStudent(d.Name()) == nil {
			names = append(names, d.Name())
		}
	}
	return names, err
}
