package grading

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"unicode/utf8"
)

// MaxSource is the greatest size of a submission's Go source in bytes, all files together.
const MaxSource = 256 << 10

// MaxNotebook is the greatest size of a notebook in bytes; its pictures count.
const MaxNotebook = 64 << 20

// Submission is a student's work, read into memory: the files on disk are not looked at again.
type Submission struct {
	Target   string   // as given: a folder, a file, a notebook
	Student  string   // whose it is, "" for one's own
	Attempt  string   // which instances it gets: see Options.Secret
	Notes    []string // what was left aside, and why
	Problems []Problem

	files []sourceFile
}

// sourceFile is one Go file that will be compiled.
type sourceFile struct {
	name   string // in the package
	shown  string // as the student knows it: "my.go", "lesson.ipynb"
	source []byte
	// origin gives, for each line of source, where it comes from; nil means the same line of shown.
	origin []origin
	// where gives, for each line of source, the place in words, "" if the line is the grader's own; nil means it is not used.
	where []string
}

// origin is the place of a line in a notebook.
type origin struct {
	cell int // number among the notebook's code cells, from 1; 0 if the line is the grader's own
	line int // in the cell, from 1
}

// Problem is why a submission could not be built: a refusal at intake, or an error of the compiler.
type Problem struct {
	Place   string `json:"place"`   // "deepfool.go:12:3", "cell 4, line 2", "" for the whole
	Source  string `json:"source"`  // the line itself
	Message string `json:"message"` // what is wrong; the compiler's own words for its errors
	Explain string `json:"explain"` // in plain words, and what to do
}

func (p Problem) String() string {
	s := p.Message
	if p.Place != "" {
		s = p.Place + ": " + s
	}
	if p.Explain != "" {
		s += " (" + p.Explain + ")"
	}
	return s
}

// place gives a line of a file as the student knows it, and the line itself. The column is left out if it is 0.
func (f *sourceFile) place(line, col int) (place, text string) {
	lines := bytes.Split(f.source, []byte("\n"))
	if line >= 1 && line <= len(lines) {
		text = clip(strings.TrimRight(string(lines[line-1]), "\r"), 200)
	}
	if f.where != nil {
		if line < 1 || line > len(f.where) || f.where[line-1] == "" {
			return f.shown, text
		}
		return f.where[line-1], text
	}
	if f.origin != nil {
		if line < 1 || line > len(f.origin) || f.origin[line-1].cell == 0 {
			return f.shown, text
		}
		o := f.origin[line-1]
		return fmt.Sprintf("cell %d, line %d", o.cell, o.line), text
	}
	if line < 1 {
		return f.shown, ""
	}
	place = fmt.Sprintf("%s:%d", f.shown, line)
	if col > 0 {
		place += fmt.Sprintf(":%d", col)
	}
	return place, text
}

// locate gives a line of the file named name in the package, as the student knows it.
func (s *Submission) locate(name string, line, col int) (place, text string) {
	for i := range s.files {
		if s.files[i].name == name {
			return s.files[i].place(line, col)
		}
	}
	return "", ""
}

// Hash gives the SHA-256 of the files that are compiled: equal hashes get equal grades for the same instances.
func (s *Submission) Hash() string {
	h := sha256.New()
	for _, f := range s.files {
		fmt.Fprintf(h, "%s %d\n", f.name, len(f.source))
		h.Write(f.source)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Open reads a submission for the exercise: a folder with the exercise's files, one Go file, or a notebook, whose cells
// with the tag exercise:SLUG are taken. What the student did wrong is in Problems; an error is about reading.
func Open(target string, e *Exercise) (*Submission, error) {
	info, err := os.Stat(target)
	if err != nil {
		return nil, err
	}
	switch {
	case info.IsDir():
		return openFolder(target, e)
	case strings.HasSuffix(target, ".ipynb"):
		b, err := readRegular(target, MaxNotebook)
		if err != nil {
			return nil, err
		}
		return FromNotebook(target, b, e)
	case strings.HasSuffix(target, ".go"):
		s := &Submission{Target: target}
		if len(e.Files) > 1 {
			return nil, fmt.Errorf("exercise %s consists of %s: grade their folder", e.Slug, strings.Join(e.Files, ", "))
		}
		b, err := readRegular(target, MaxSource)
		if err != nil {
			if s.refuse(target, err) {
				return s, nil
			}
			return nil, err
		}
		s.add(e.Files[0], filepath.Base(target), b, nil, e)
		return s, nil
	}
	return nil, fmt.Errorf("%s is neither a folder nor a .go file nor a notebook (.ipynb)", target)
}

// FromSource makes a submission of one file's text.
func FromSource(name string, source []byte, e *Exercise) *Submission {
	s := &Submission{Target: name}
	s.add(e.Files[0], name, source, nil, e)
	return s
}

func openFolder(dir string, e *Exercise) (*Submission, error) {
	s := &Submission{Target: dir}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, f := range e.Files {
		wanted[f] = true
	}
	var extra []string
	for _, entry := range entries {
		name := entry.Name()
		if wanted[name] {
			continue
		}
		switch ext := strings.ToLower(filepath.Ext(name)); {
		case strings.HasSuffix(name, "_test.go"): // one's own tests are welcome, and not taken
		case ext == ".go" || ext == ".s" || ext == ".c" || ext == ".syso" || name == "go.mod" || name == "go.work" || name == "vendor":
			extra = append(extra, strings.ReplaceAll(Printable(name), "\n", "␊"))
		}
	}
	if len(extra) > 0 {
		sort.Strings(extra)
		s.Notes = append(s.Notes, fmt.Sprintf("left aside: %s; the exercise consists of %s", strings.Join(extra, ", "), strings.Join(e.Files, ", ")))
	}
	for _, name := range e.Files {
		b, err := readRegular(filepath.Join(dir, name), MaxSource)
		if err != nil {
			if s.refuse(name, err) {
				continue
			}
			return nil, err
		}
		s.add(name, name, b, nil, e)
	}
	return s, nil
}

// refuse notes an error of readRegular that is the submission's fault.
func (s *Submission) refuse(name string, err error) bool {
	var r *refusedFile
	switch {
	case errors.As(err, &r):
		s.Problems = append(s.Problems, Problem{Place: filepath.Base(name), Message: r.why, Explain: "a submission consists of plain Go files"})
	case errors.Is(err, fs.ErrNotExist):
		s.Problems = append(s.Problems, Problem{Place: filepath.Base(name), Message: "the file is missing", Explain: "the exercise needs it, under this name"})
	default:
		return false
	}
	return true
}

// add puts a file through the static gate and takes it.
func (s *Submission) add(name, shown string, source []byte, org []origin, e *Exercise) {
	s.addFile(sourceFile{name: name, shown: shown, source: source, origin: org}, e)
}

func (s *Submission) addFile(f sourceFile, e *Exercise) {
	total := len(f.source)
	for _, g := range s.files {
		total += len(g.source)
	}
	if total > MaxSource {
		s.Problems = append(s.Problems, Problem{Place: f.shown, Message: fmt.Sprintf("more than %d KB of source", MaxSource>>10)})
		return
	}
	s.files = append(s.files, f)
	s.Problems = append(s.Problems, gate(&f, e)...)
}

// refusedFile is what readRegular gives for a file that exists and is not taken.
type refusedFile struct{ why string }

func (r *refusedFile) Error() string { return r.why }

// readRegular reads a regular file of at most limit bytes. It follows no symbolic link, and does not hang on a pipe.
func readRegular(path string, limit int64) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &refusedFile{"it is " + FileKind(info.Mode()) + ", not a regular file"}
	}
	f, err := os.OpenFile(path, os.O_RDONLY|noFollow, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &refusedFile{"it is " + FileKind(info.Mode()) + ", not a regular file"}
	}
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, &refusedFile{fmt.Sprintf("it is larger than %d KB", limit>>10)}
	}
	return b, nil
}

// FileKind names what a file that is not regular is, for a refusal: "a symbolic link", "a named pipe".
func FileKind(m fs.FileMode) string {
	switch {
	case m&fs.ModeSymlink != 0:
		return "a symbolic link"
	case m.IsDir():
		return "a folder"
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "a special file"
}

// clip shortens a text to n bytes and makes it printable: control characters become visible, so that nothing of a
// student's steers the terminal.
func clip(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n] + "…"
	}
	return Printable(s)
}

// Printable replaces what is not UTF-8, and control characters other than newline and tab, which could steer a terminal.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20:
			return '␀' + r
		case r == 0x7f:
			return '␡'
		case r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
