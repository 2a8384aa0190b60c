//go:build unix

package grading_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"nncourse/grading"
	"nncourse/grading/class"
	"nncourse/grading/internal/sample"
)

// entry is a hostile entry of a class's folder: what a student hands in to be unpacked and graded with the others'.
type entry struct {
	name string // as the table says it
	put  func(t *testing.T, path string)
	ext  string // of the entry's own name: ".zip", ".tar.gz", "" for a folder, ".go" for a file
	want []string
}

const wrongFile = "package sample\nfunc Scale(v []float64, c float64) ([]float64, error) { return nil, nil }\nfunc Dot(a, b []float64) (float64, error) { return 0, nil }\nfunc Minimum(grad func(x []float64) []float64, x0 []float64, step float64, n int) ([]float64, error) { return nil, nil }\n"

// member is a file of an archive.
type member struct {
	name, text, link string
	mode             fs.FileMode
	size             int // zeros instead of text
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func (m member) body() io.Reader {
	if m.size > 0 {
		return io.LimitReader(zeros{}, int64(m.size))
	}
	return strings.NewReader(m.text)
}

// made keeps the archives: each is made once for all configurations.
func made(make func(t *testing.T) []byte) func(t *testing.T, path string) {
	var once sync.Once
	var data []byte
	return func(t *testing.T, path string) {
		once.Do(func() { data = make(t) })
		must(t, os.WriteFile(path, data, 0o644))
	}
}

func zipFile(members ...member) func(t *testing.T, path string) {
	return made(func(t *testing.T) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, m := range members {
			h := &zip.FileHeader{Name: m.name, Method: zip.Deflate}
			h.SetMode(m.mode | 0o644)
			w, err := z.CreateHeader(h)
			must(t, err)
			if m.link != "" {
				m.text = m.link
			}
			_, err = io.Copy(w, m.body())
			must(t, err)
		}
		must(t, z.Close())
		return b.Bytes()
	})
}

func tarFile(members ...member) func(t *testing.T, path string) {
	return made(func(t *testing.T) []byte {
		var b bytes.Buffer
		g := gzip.NewWriter(&b)
		w := tar.NewWriter(g)
		for _, m := range members {
			h := &tar.Header{Name: m.name, Mode: 0o644, Size: int64(max(len(m.text), m.size)), Linkname: m.link}
			switch {
			case m.mode&fs.ModeSymlink != 0:
				h.Typeflag, h.Size = tar.TypeSymlink, 0
			case m.mode&fs.ModeNamedPipe != 0:
				h.Typeflag, h.Size = tar.TypeFifo, 0
			case m.mode&fs.ModeCharDevice != 0:
				h.Typeflag, h.Size, h.Devmajor, h.Devminor = tar.TypeChar, 0, 1, 5
			case m.link != "":
				h.Typeflag, h.Size = tar.TypeLink, 0
			}
			must(t, w.WriteHeader(h))
			if h.Size > 0 {
				_, err := io.Copy(w, m.body())
				must(t, err)
			}
		}
		must(t, w.Close())
		must(t, g.Close())
		return b.Bytes()
	})
}

var refused, zero = []string{"refused"}, []string{"fail", "refused", "unbuildable", "missing"}

var entries = []entry{
	{name: "an archive with paths that lead out of it", ext: ".zip", want: refused,
		put: zipFile(member{name: "sample.go", text: wrongFile}, member{name: "../../../../../../../../tmp/evil.go", text: "x"})},
	{name: "an archive with paths that lead out of it, by tar", ext: ".tar.gz", want: refused,
		put: tarFile(member{name: "sample.go", text: wrongFile}, member{name: "../out/results/honest/sample.json", text: `{"state":"graded"}`})},
	{name: "an archive with absolute paths", ext: ".zip", want: refused,
		put: zipFile(member{name: "/tmp/evil.go", text: "x"}, member{name: "sample.go", text: wrongFile})},
	{name: "an archive with backslashes and drives", ext: ".zip", want: refused,
		put: zipFile(member{name: `C:\evil.go`, text: "x"}, member{name: `a\..\..\evil.go`, text: "x"})},
	{name: "a link to the solution in a zip", ext: ".zip", want: zero, put: func(t *testing.T, path string) {
		zipFile(member{name: "sample.go", mode: fs.ModeSymlink, link: solutionFile()})(t, path)
	}},
	{name: "symbolic and hard links to the solution in a tar", ext: ".tar.gz", want: zero, put: func(t *testing.T, path string) {
		tarFile(member{name: "a", mode: fs.ModeSymlink, link: filepath.Dir(solutionFile())}, member{name: "sample.go", link: "a/sample.go"}, member{name: "b/sample.go", link: solutionFile()})(t, path)
	}},
	{name: "a device and a named pipe in a tar", ext: ".tar.gz", want: zero,
		put: tarFile(member{name: "sample.go", mode: fs.ModeCharDevice}, member{name: "more/sample.go", mode: fs.ModeNamedPipe})},
	{name: "a zip bomb in the file", ext: ".zip", want: zero, put: zipFile(member{name: "sample.go", size: 32 << 20})},
	{name: "a zip bomb beside the file", ext: ".zip", want: refused, put: zipFile(member{name: "sample.go", text: wrongFile}, member{name: "notes.txt", size: 200 << 20})},
	{name: "a bomb in a compressed tar", ext: ".tar.gz", want: refused, put: tarFile(member{name: "notes.txt", size: 200 << 20}, member{name: "sample.go", text: wrongFile})},
	{name: "a zip bomb of many entries", ext: ".zip", want: refused, put: func(t *testing.T, path string) {
		list := make([]member, 5000)
		for i := range list {
			list[i] = member{name: strings.Repeat("x", i%100+1) + string(rune('a'+i%26)) + time.Duration(i).String() + ".go"}
		}
		zipFile(list...)(t, path)
	}},
	{name: "odd file names in an archive", ext: ".zip", want: zero, put: zipFile(member{name: "sample.go", text: wrongFile}, member{name: "-rf .go"}, member{name: "a\nb.go", text: "x"},
		member{name: "\u202eog.x.go", text: "x"}, member{name: "=cmd|' !A0.go", text: "x"}, member{name: "<script>alert(1)<.go", text: "x"})},
	{name: "two files of one name in an archive", ext: ".zip", want: refused, put: zipFile(member{name: "sample.go", text: wrongFile}, member{name: "./sample.go", text: wrongFile})},
	{name: "a broken archive", ext: ".zip", want: refused, put: func(t *testing.T, path string) {
		must(t, os.WriteFile(path, []byte("PK\x03\x04\xff\xff\xff\xff"), 0o644))
	}},
	{name: "a student's folder that is a link to another's", want: zero, put: func(t *testing.T, path string) {
		must(t, os.Symlink(filepath.Join(filepath.Dir(path), "honest"), path))
	}},
	{name: "a student's file that is a named pipe", ext: ".go", want: zero, put: func(t *testing.T, path string) { must(t, syscall.Mkfifo(path, 0o666)) }},
	{name: "a student's folder that holds links to another's", want: zero, put: func(t *testing.T, path string) {
		must(t, os.Mkdir(path, 0o755))
		must(t, os.Symlink(filepath.Join(filepath.Dir(path), "honest", "sample.go"), filepath.Join(path, "sample.go")))
		must(t, os.Symlink("/", filepath.Join(path, "root")))
	}},
	{name: "a results file and a policy in the student's folder", want: zero, put: func(t *testing.T, path string) {
		must(t, os.MkdirAll(filepath.Join(path, "results"), 0o755))
		for name, text := range map[string]string{"sample.go": wrongFile, "results/sample.json": `{"state":"graded","grade":{"counts":true,"final":12}}`, "manual.csv": "student_id,exercise,points\nx,sample,12\n",
			"policy.json": `{"extra":12}`, "submitted_at": "1970-01-01T00:00:00Z"} {
			must(t, os.WriteFile(filepath.Join(path, name), []byte(text), 0o644))
		}
	}},
}

// tryEntries grades a class of an honest student and all the hostile entries, and gives what became of each.
func tryEntries(t *testing.T, c config) map[string]string {
	w := newWorld(t)
	base := t.TempDir()
	subs, out := filepath.Join(base, "subs"), filepath.Join(base, "out")
	must(t, os.MkdirAll(filepath.Join(subs, "honest"), 0o755))
	right, err := os.ReadFile(solutionFile())
	must(t, err)
	must(t, os.WriteFile(filepath.Join(subs, "honest", "sample.go"), right, 0o644))
	student := func(i int) string { return "m" + string(rune('a'+i/26)) + string(rune('a'+i%26)) }
	for i, e := range entries {
		e.put(t, filepath.Join(subs, student(i)+e.ext))
	}
	before := tree(t, subs)
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	allocated := mem.TotalAlloc
	x := sample.Exercise
	o := class.Options{Submissions: subs, Out: out, Exercises: []*grading.Exercise{&x}, Jobs: 2,
		Grading: grading.Options{Root: sample.Root(), Tree: sample.Tree(), Secret: []byte("a secret in a test"), Others: c.contains}, Unsafe: !c.contains}
	c.options(&o.Grading)
	batch, err := class.Run(context.Background(), o)
	must(t, err)
	outcomes := map[string]string{}
	for _, s := range batch.Students {
		if len(s.Results) != 1 {
			t.Fatalf("%d results of %s", len(s.Results), s.ID)
		}
		r := s.Results[0]
		if s.ID == "honest" {
			if r.State != class.Graded || r.Grade.Final != r.Grade.Max || r.Grade.Max == 0 {
				t.Errorf("the honest student: %+v", r)
			}
			continue
		}
		i := slices.IndexFunc(entries, func(e entry) bool {
			return student(slices.IndexFunc(entries, func(f entry) bool { return f.name == e.name })) == s.ID
		})
		if i < 0 {
			t.Errorf("a student %q out of nothing", s.ID)
			continue
		}
		outcome := string(r.State)
		if r.State == class.Graded {
			outcome = string(r.Report.Verdict)
		}
		if r.Grade.Final != 0 {
			t.Errorf("%s: undeserved %g points", entries[i].name, r.Grade.Final)
		}
		if !slices.Contains(entries[i].want, outcome) {
			t.Errorf("%s: %s, due %v (%s)", entries[i].name, outcome, entries[i].want, r.Error)
		}
		outcomes[entries[i].name] = outcome
	}
	// A pipe or a link in a student's place may be nobody's: the honest one is there, and nobody has points.
	book, err := os.ReadFile(filepath.Join(out, class.GradebookFile))
	must(t, err)
	rows, err := csv.NewReader(bytes.NewReader(book)).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Errorf("the gradebook: %v\n%s", err, book)
	}
	for _, e := range entries {
		if outcomes[e.name] == "" {
			if !slices.Contains(e.want, "missing") {
				t.Errorf("%s: no result", e.name)
			}
			outcomes[e.name] = "left aside"
		}
	}
	if after := tree(t, subs); after != before {
		t.Errorf("the submissions were changed: %s, then %s", before, after)
	}
	w.unharmed(t)
	runtime.ReadMemStats(&mem)
	if n := (mem.TotalAlloc - allocated) >> 20; n > 1500 {
		t.Errorf("reading the entries took %d MB", n)
	}
	return outcomes
}
