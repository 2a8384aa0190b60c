// Package release writes the student edition of the course from the one source.
//
// It has the course's files without any folder named solutions, without the tests that need one, and without the parts
// between nbgrader's markers, in Go files and notebooks. Each marker stands alone on its line, in Go after "//":
//
//	### BEGIN + SOLUTION, ### END + SOLUTION          the stub takes the place of the region
//	### BEGIN + HIDDEN TESTS, ### END + HIDDEN TESTS  the region is removed
//
// (without the +, which is here so that this file is not stripped). A file of which nothing is left is left out. Before
// the edition takes its place it is read again, and searched for every line that was to stay behind.
package release

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Manifest is the file in a student edition that lists its files with their SHA-256. By it a release knows an earlier one.
const Manifest = ".edition.json"

// Options say how an edition is written.
type Options struct {
	Root     string   // the course
	Out      string   // the folder to write
	CodeStub string   // takes the place of a solution in Go; "" means // YOUR CODE HERE
	TextStub string   // and in a notebook's text; "" means YOUR ANSWER HERE
	Vet      []string // packages of the edition that must pass go vet: "./cmd/course"

	beforeProof func(dir string) // for tests
}

// Result says what was done. OK is false if the proof found a leak; nothing is left of the edition then.
type Result struct {
	Out     string   `json:"out"`
	Files   int      `json:"files"`
	Regions int      `json:"stripped_regions"`
	LeftOut []string `json:"left_out"`
	Proof   *Proof   `json:"proof"`
	OK      bool     `json:"ok"`
}

const (
	editionFile = "grading/edition.go"
	teachers    = "const StudentEdition = false"
	students    = "const StudentEdition = true"
)

// ErrOut is returned for a folder that cannot take the edition.
var ErrOut = errors.New("the folder cannot take a student edition")

// Build writes the edition.
func Build(ctx context.Context, o Options) (*Result, error) {
	if o.CodeStub == "" {
		o.CodeStub = "// YOUR CODE HERE"
	}
	if o.TextStub == "" {
		o.TextStub = "YOUR ANSWER HERE"
	}
	root, err := filepath.Abs(o.Root)
	if err != nil {
		return nil, err
	}
	out, err := filepath.Abs(o.Out)
	if err != nil {
		return nil, err
	}
	if err := mayReplace(root, out); err != nil {
		return nil, err
	}
	e, err := read(root, o)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(out), "."+filepath.Base(out)+"-new-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	if err := e.write(ctx, tmp); err != nil {
		return nil, err
	}
	if len(o.Vet) > 0 {
		cmd := exec.CommandContext(ctx, "go", append([]string{"vet"}, o.Vet...)...)
		cmd.Dir, cmd.Env = tmp, append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
		if b, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("go vet of the student edition (which has no file that git does not track): %w\n%s", err, bytes.TrimSpace(b))
		}
	}
	if o.beforeProof != nil {
		o.beforeProof(tmp)
	}
	r := &Result{Out: o.Out, Files: len(e.files) + 1, Regions: e.regions, LeftOut: e.leftOut}
	if r.Proof, err = prove(tmp, &e.secrets, e.kept); err != nil {
		return nil, err
	}
	if len(r.Proof.Leaks) > 0 {
		return r, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := place(tmp, out); err != nil {
		return nil, err
	}
	r.OK = true
	return r, nil
}

// edition is what is to be written, and what is not.
type edition struct {
	files   map[string][]byte
	mode    map[string]fs.FileMode
	kept    map[string][]byte // the parts of the source that students get, before anything is put in their place
	secrets secrets
	regions int
	leftOut []string
}

func read(root string, o Options) (*edition, error) {
	names, err := list(root)
	if err != nil {
		return nil, err
	}
	e := &edition{files: map[string][]byte{}, mode: map[string]fs.FileMode{}, kept: map[string][]byte{}, leftOut: []string{}}
	for _, n := range names {
		path := filepath.Join(root, filepath.FromSlash(n))
		info, err := os.Lstat(path)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is not a regular file; a student edition has no links", n)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if n == Manifest {
			continue
		}
		if solution(n) {
			e.secrets.add(n, strings.Split(string(b), "\n"))
			e.leftOut = append(e.leftOut, n)
			continue
		}
		var left []byte
		var regions []Region
		switch {
		case strings.HasSuffix(n, ".go"):
			left, regions, err = stripGo(n, b, o.CodeStub)
		case strings.HasSuffix(n, ".ipynb"):
			left, regions, err = stripNotebook(n, b, o)
		default:
			left = b
		}
		if err != nil {
			return nil, err
		}
		for _, r := range regions {
			e.secrets.add(at(r.File, r.Cell, r.Line), r.Lines)
		}
		e.regions += len(regions)
		if left == nil && len(regions) > 0 {
			e.leftOut = append(e.leftOut, n)
			continue
		}
		e.files[n], e.mode[n] = left, 0o644|info.Mode().Perm()&0o111
	}
	tests, err := hiddenTests(e.files)
	if err != nil {
		return nil, err
	}
	for n := range tests {
		delete(e.files, n)
		e.leftOut = append(e.leftOut, n)
	}
	slices.Sort(e.leftOut)
	for n, b := range e.files {
		e.kept[n] = b
	}
	b := string(e.files[editionFile])
	switch strings.Count(b, teachers) {
	case 1:
		e.files[editionFile] = []byte(strings.Replace(b, teachers, students, 1))
	default:
		if strings.Contains(b, students) {
			return nil, fmt.Errorf("%s says that this is a student edition already; release from the teacher's source", editionFile)
		}
		return nil, fmt.Errorf("%s must have the line %q once", editionFile, teachers)
	}
	return e, nil
}

type manifest struct {
	Edition string            `json:"edition"`
	Files   map[string]string `json:"files"` // name → SHA-256
}

func (e *edition) write(ctx context.Context, dir string) error {
	m := manifest{"student", map[string]string{}}
	for n, b := range e.files {
		if err := ctx.Err(); err != nil {
			return err
		}
		path := filepath.Join(dir, filepath.FromSlash(n))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, b, e.mode[n]); err != nil {
			return err
		}
		m.Files[n] = hash(b)
	}
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, Manifest), append(b, '\n'), 0o644)
}

func hash(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// mayReplace tells why out cannot take an edition: it must be outside the course, and absent, empty, or an earlier
// release in which nobody has changed or added a file (.course aside, which set-up makes).
func mayReplace(root, out string) error {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrOut, fmt.Sprintf(format, args...))
	}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	parent := filepath.Dir(out)
	if real, err := filepath.EvalSymlinks(parent); err == nil {
		parent = real
	}
	if rel, err := filepath.Rel(root, filepath.Join(parent, filepath.Base(out))); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return refuse("it lies in the course itself")
	}
	info, err := os.Lstat(out)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return refuse("it is there and is no folder")
	}
	entries, err := os.ReadDir(out)
	if err != nil || len(entries) == 0 {
		return err
	}
	b, err := os.ReadFile(filepath.Join(out, Manifest))
	var m manifest
	if err != nil || json.Unmarshal(b, &m) != nil || m.Edition != "student" {
		return refuse("it is not empty and no earlier release")
	}
	return filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == out {
			return err
		}
		rel, _ := filepath.Rel(out, path)
		rel = filepath.ToSlash(rel)
		switch {
		case rel == ".course" && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || rel == Manifest:
			return nil
		case !d.Type().IsRegular() || m.Files[rel] == "":
			return refuse("%s was added to the earlier release", rel)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if hash(b) != m.Files[rel] {
			return refuse("%s was changed in the earlier release", rel)
		}
		return nil
	})
}

// place moves the finished edition to out. An earlier release goes aside first and is removed last; what its set-up
// made stays.
func place(tmp, out string) error {
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if _, err := os.Lstat(out); errors.Is(err, fs.ErrNotExist) {
		return os.Rename(tmp, out)
	}
	old := tmp + "-old"
	if err := os.Rename(out, old); err != nil {
		return err
	}
	if err := os.Rename(tmp, out); err != nil {
		return errors.Join(err, os.Rename(old, out))
	}
	if _, err := os.Lstat(filepath.Join(old, ".course")); err == nil {
		if err := os.Rename(filepath.Join(old, ".course"), filepath.Join(out, ".course")); err != nil {
			return err
		}
	}
	return os.RemoveAll(old)
}
