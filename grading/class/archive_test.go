package class

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// item is an entry of an archive made for a test.
type item struct {
	name string
	text string
	mode fs.FileMode // 0: a regular file
	link string
	size int64 // what a tar header claims, if not the text's
}

func zipOf(t testing.TB, items ...item) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, it := range items {
		h := &zip.FileHeader{Name: it.name, Method: zip.Deflate}
		h.SetMode(it.mode | 0o644)
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		text := it.text
		if it.link != "" {
			text = it.link
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tgzOf(t testing.TB, items ...item) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, it := range items {
		h := &tar.Header{Name: it.name, Mode: 0o644, Size: int64(len(it.text)), Typeflag: tar.TypeReg, Linkname: it.link}
		switch {
		case it.mode&fs.ModeSymlink != 0:
			h.Typeflag = tar.TypeSymlink
		case it.mode&fs.ModeNamedPipe != 0:
			h.Typeflag = tar.TypeFifo
		case it.mode&fs.ModeCharDevice != 0:
			h.Typeflag = tar.TypeChar
		case it.mode&fs.ModeDir != 0:
			h.Typeflag = tar.TypeDir
		case it.link != "":
			h.Typeflag = tar.TypeLink
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(it.text)); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	z.Close()
	return b.Bytes()
}

// small are limits with which a test needs no large archives.
var small = Limits{Archive: 1 << 20, Entries: 20, Entry: 100 << 10, Total: 4 << 20, Ratio: 50, Depth: 5}

func TestArchive(t *testing.T) {
	a := item{name: "deepfool/deepfool.go", text: "package deepfool\n"}
	many := make([]item, 30)
	for i := range many {
		many[i] = item{name: fmt.Sprintf("f%d.txt", i)}
	}
	for _, tc := range []struct {
		name  string
		items []item
		want  string // part of the refusal; "" if it is taken
	}{
		{"plain", []item{a, {name: "notes.pdf", text: "x"}}, ""},
		{"a folder's own entry", []item{{name: "deepfool/", mode: fs.ModeDir}, a}, ""},
		{"dot", []item{{name: "./deepfool/deepfool.go", text: a.text}}, ""},
		{"absolute", []item{a, {name: "/etc/cron.d/x.go", text: "x"}}, "absolute"},
		{"drive", []item{{name: `C:\deepfool.go`, text: "x"}}, "absolute"},
		{"traversal", []item{a, {name: "../../x.go", text: "x"}}, "leads out"},
		{"traversal inside", []item{{name: "a/../../x.go", text: "x"}}, "leads out"},
		{"traversal by backslash", []item{{name: `a\..\..\x.go`, text: "x"}}, "leads out"},
		{"twice", []item{a, a}, "two entries"},
		{"twice, in other words", []item{a, {name: "deepfool/./deepfool.go", text: "x"}}, "two entries"},
		{"too many", many, "more than 20 entries"},
		{"too deep", []item{{name: "a/b/c/d/e/f/g.go"}}, "deeper"},
		{"long name", []item{{name: strings.Repeat("x", 2000) + ".go"}}, "too long"},
		{"name not UTF-8", []item{{name: "\xff.go", text: "x"}}, "not UTF-8"},
		{"bomb that nobody would read", []item{a, {name: "x.bin", text: strings.Repeat("\x00", 3<<20)}}, "bomb"},
		{"larger than the total", []item{{name: "x.bin", text: strings.Repeat("\x00", 5<<20)}}, "content"},
	} {
		for kind, data := range map[string][]byte{"x.zip": zipOf(t, tc.items...), "x.tar.gz": tgzOf(t, tc.items...)} {
			if strings.HasPrefix(tc.name, "name not UTF-8") && kind != "x.zip" {
				continue // the tar writer refuses it
			}
			b, err := readArchive(kind, data, small)
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("%s, %s: %v", tc.name, kind, err)
			case tc.want == "":
				f := b.files["deepfool/deepfool.go"]
				if f == nil {
					t.Errorf("%s, %s: the file is not there", tc.name, kind)
				} else if text, err := f.read(1000); err != nil || string(text) != a.text {
					t.Errorf("%s, %s: read %q, %v", tc.name, kind, text, err)
				}
			case err == nil || !errors.Is(err, ErrArchive) || !strings.Contains(err.Error(), tc.want):
				t.Errorf("%s, %s: %v, want %q", tc.name, kind, err, tc.want)
			}
		}
	}
}

// A Go file that unpacks to far too much is not unpacked further than its limit.
func TestArchiveLargeFile(t *testing.T) {
	b, err := readArchive("x.zip", zipOf(t, item{name: "deepfool.go", text: strings.Repeat("\x00", 3<<20)}), small)
	if err != nil || !strings.Contains(b.files["deepfool.go"].refused, "larger") {
		t.Errorf("zip: %v", err)
	}
	// In a tar everything has to be unpacked to get past it.
	if _, err := readArchive("x.tgz", tgzOf(t, item{name: "deepfool.go", text: strings.Repeat("\x00", 3<<20)}), small); err == nil || !strings.Contains(err.Error(), "bomb") {
		t.Errorf("tar: %v", err)
	}
}

// Links and devices stand beside what is honest, and are never read.
func TestArchiveSpecials(t *testing.T) {
	for kind, data := range map[string][]byte{
		"symlink.zip":    zipOf(t, item{name: "deepfool.go", mode: fs.ModeSymlink, link: "/etc/passwd"}),
		"symlink.tar.gz": tgzOf(t, item{name: "deepfool.go", mode: fs.ModeSymlink, link: "/etc/passwd"}),
		"hard.tgz":       tgzOf(t, item{name: "deepfool.go", link: "/etc/passwd"}),
		"pipe.tgz":       tgzOf(t, item{name: "deepfool.go", mode: fs.ModeNamedPipe}),
		"device.tgz":     tgzOf(t, item{name: "deepfool.go", mode: fs.ModeCharDevice}),
	} {
		b, err := readArchive(kind, data, small)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if f := b.files["deepfool.go"]; f == nil || f.refused == "" || f.read != nil {
			t.Errorf("%s: %+v", kind, f)
		}
	}
}

// A directory that lies about sizes, and a header that claims more than there is.
func TestArchiveLies(t *testing.T) {
	data := zipOf(t, item{name: "deepfool.go", text: strings.Repeat("\x00", 3<<20)})
	// The uncompressed size in the directory (at 24 in its header) becomes 10.
	i := bytes.LastIndex(data, []byte("PK\x01\x02"))
	copy(data[i+24:], []byte{10, 0, 0, 0})
	if _, err := readArchive("x.zip", data, small); !errors.Is(err, ErrArchive) {
		t.Errorf("a false size: %v", err)
	}
	// More directory headers than the end record admits: counted before they are read.
	var b bytes.Buffer
	for range 200 {
		b.WriteString("PK\x01\x02")
	}
	if _, err := readArchive("x.zip", b.Bytes(), small); err == nil || !strings.Contains(err.Error(), "entries") {
		t.Errorf("a long directory: %v", err)
	}
	enc := zipOf(t, item{name: "deepfool.go", text: "package deepfool"})
	for _, sig := range []struct {
		mark string
		at   int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		i := bytes.Index(enc, []byte(sig.mark))
		enc[i+sig.at] |= 1
	}
	if _, err := readArchive("x.zip", enc, small); err == nil || !strings.Contains(err.Error(), "encrypted") {
		t.Errorf("encrypted: %v", err)
	}
	if _, err := readArchive("x.zip", make([]byte, 2<<20), small); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("a large archive: %v", err)
	}
	for _, junk := range []string{"", "PK", "\x1f\x8b", "hello", "\x1f\x8b\x08\x00"} {
		for _, name := range []string{"x.zip", "x.tgz"} {
			if _, err := readArchive(name, []byte(junk), small); !errors.Is(err, ErrArchive) {
				t.Errorf("%q as %s: %v", junk, name, err)
			}
		}
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.WriteFile(filepath.Join(dir, "deepfool.go"), []byte("package deepfool"), 0o644))
	must(os.MkdirAll(filepath.Join(dir, ".git", "x"), 0o755))
	must(os.WriteFile(filepath.Join(dir, ".git", "x", "y.go"), nil, 0o644))
	must(os.Symlink("/etc", filepath.Join(dir, "etc")))
	must(os.Symlink("/etc/passwd", filepath.Join(dir, "passwd.go")))
	if err := exec.Command("mkfifo", filepath.Join(dir, "pipe.go")).Run(); err != nil {
		t.Log("no named pipes here:", err)
	}
	b, err := readFolder(dir, "anna", small)
	must(err)
	if f := b.files["deepfool.go"]; f == nil || f.refused != "" {
		t.Errorf("the file: %+v", f)
	}
	for p, f := range b.files {
		if p != "deepfool.go" && f.refused == "" {
			t.Errorf("%s is taken", p)
		}
	}
	if b.files["etc/passwd"] != nil || b.files[".git/x/y.go"] != nil {
		t.Error("a link or a hidden folder was followed")
	}
	for i := range 30 {
		must(os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%d", i)), nil, 0o644))
	}
	if _, err := readFolder(dir, "anna", small); err == nil {
		t.Error("a folder of too many entries is taken")
	}
}

// FuzzArchive reads any bytes as both kinds of archives: no panic, nothing outside of the limits, no name that leads out.
func FuzzArchive(f *testing.F) {
	f.Add(zipOf(f, item{name: "a/deepfool.go", text: "package deepfool"}))
	f.Add(tgzOf(f, item{name: "a/deepfool.go", text: "package deepfool"}))
	f.Add(zipOf(f, item{name: "../x.go", text: "x"}, item{name: "l.go", mode: fs.ModeSymlink, link: "/"}))
	f.Add(tgzOf(f, item{name: "../x.go", text: "x"}, item{name: "l.go", mode: fs.ModeSymlink, link: "/"}))
	f.Add(zipOf(f, item{name: "x.ipynb", text: strings.Repeat("0", 200<<10)}))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"x.zip", "x.tar.gz"} {
			b, err := readArchive(name, data, small)
			if err != nil {
				if !errors.Is(err, ErrArchive) {
					t.Fatalf("%s: an error of another kind: %v", name, err)
				}
				continue
			}
			if len(b.files) > small.Entries {
				t.Fatalf("%s: %d files", name, len(b.files))
			}
			total := int64(0)
			for p, f := range b.files {
				if !filepath.IsLocal(filepath.FromSlash(p)) {
					t.Fatalf("%s: the name %q leads out", name, p)
				}
				if f.refused != "" {
					continue
				}
				text, err := f.read(small.Entry)
				if err != nil || int64(len(text)) > small.Entry {
					t.Fatalf("%s: %q: %d bytes, %v", name, p, len(text), err)
				}
				total += int64(len(text))
			}
			if total > small.Total {
				t.Fatalf("%s: %d bytes in all", name, total)
			}
		}
	})
}
