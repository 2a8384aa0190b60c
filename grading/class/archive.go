package class

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"nncourse/grading"
)

// Limits bound what is read of one student's entry, so that nobody can fill the memory or the disk.
type Limits struct {
	Archive int64   // bytes of an archive
	Entries int     // files and folders in an archive or a folder
	Entry   int64   // bytes of a file that is read
	Total   int64   // bytes of an archive's content
	Ratio   float64 // content to archive, where the content is over 1 MB
	Depth   int     // folders within folders
}

// DefaultLimits are what Options.Limits means if it is zero.
var DefaultLimits = Limits{Archive: 64 << 20, Entries: 4000, Entry: grading.MaxNotebook, Total: 128 << 20, Ratio: 150, Depth: 16}

const noRatioBelow = 1 << 20

// bundle is what one student handed in as a whole: a folder or an archive. Nothing of an archive is ever written to disk.
type bundle struct {
	label string           // "anna.zip"
	files map[string]*file // by path, with slashes, clean, relative
	notes []string         // what was left aside
}

type file struct {
	refused string // why it cannot be read: "it is a symbolic link, not a regular file"
	mod     time.Time
	read    func(limit int64) ([]byte, error)
}

// paths gives the files' paths, sorted.
func (b *bundle) paths() []string {
	list := make([]string, 0, len(b.files))
	for p := range b.files {
		list = append(list, p)
	}
	slices.Sort(list)
	return list
}

// wanted tells whether a file can matter. Only those are read.
func wanted(name string) bool {
	return strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".ipynb")
}

// ignoredFolder tells whether what lies below a folder of this name is not the student's.
func ignoredFolder(name string) bool {
	return name == "__MACOSX" || name == "node_modules" || name == "vendor" || strings.HasPrefix(name, ".") && name != "." && name != ".."
}

// ErrArchive is wrapped by what is wrong with an archive.
var ErrArchive = errors.New("the archive is refused")

func refuseArchive(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrArchive, fmt.Sprintf(format, args...))
}

// isArchive tells whether a file's name is an archive's, and gives it without the ending.
func isArchive(name string) (stem string, ok bool) {
	lower := strings.ToLower(name)
	for _, ext := range []string{".zip", ".tar.gz", ".tgz"} {
		if strings.HasSuffix(lower, ext) && len(name) > len(ext) {
			return name[:len(name)-len(ext)], true
		}
	}
	return "", false
}

// readArchive reads what matters of an archive, a .zip or a .tar.gz by its name. A path that leaves the archive, too many
// or too large entries, one name used twice, and what is encrypted refuse it as a whole. Links and other special entries
// are never read.
func readArchive(name string, data []byte, l Limits) (*bundle, error) {
	if int64(len(data)) > l.Archive {
		return nil, refuseArchive("it is larger than %d MB", l.Archive>>20)
	}
	a := &archive{l: l, size: int64(len(data)), b: &bundle{label: name, files: map[string]*file{}}, seen: map[string]bool{}}
	var err error
	if strings.HasSuffix(strings.ToLower(name), ".zip") {
		err = a.zip(data)
	} else {
		err = a.tarGz(data)
	}
	if err != nil {
		return nil, err
	}
	return a.b, nil
}

type archive struct {
	l       Limits
	size    int64
	entries int
	total   int64
	b       *bundle
	seen    map[string]bool
}

// name checks an entry's name and gives it clean; "" for one to pass over.
func (a *archive) name(raw string, dir bool) (string, error) {
	if a.entries++; a.entries > a.l.Entries {
		return "", refuseArchive("it has more than %d entries", a.l.Entries)
	}
	shown := raw
	if len(shown) > 60 {
		shown = shown[:60] + "…"
	}
	if raw == "" || len(raw) > 1000 || strings.ContainsRune(raw, 0) || !utf8.ValidString(raw) {
		return "", refuseArchive("an entry's name is empty, too long or not UTF-8: %q", shown)
	}
	name := strings.ReplaceAll(raw, `\`, "/") // as some programs on Windows write
	if strings.HasPrefix(name, "/") || len(name) >= 2 && name[1] == ':' {
		return "", refuseArchive("%q is an absolute path", shown)
	}
	parts := strings.Split(strings.TrimSuffix(name, "/"), "/")
	if slices.Contains(parts, "..") {
		return "", refuseArchive("%q leads out of the archive", shown)
	}
	if len(parts) > a.l.Depth {
		return "", refuseArchive("%q lies deeper than %d folders", shown, a.l.Depth)
	}
	name = path.Clean(name)
	if !dir {
		if a.seen[name] {
			return "", refuseArchive("two entries have the name %q", shown)
		}
		a.seen[name] = true
	}
	if slices.ContainsFunc(parts[:len(parts)-1], ignoredFolder) || strings.HasPrefix(parts[len(parts)-1], "._") {
		return "", nil
	}
	return name, nil
}

// grow counts bytes of content.
func (a *archive) grow(n int64) error {
	if a.total += n; a.total > a.l.Total || a.total < 0 {
		return refuseArchive("its content is larger than %d MB", a.l.Total>>20)
	}
	if a.total > noRatioBelow && float64(a.total) > a.l.Ratio*float64(a.size) {
		return refuseArchive("its content is over %g times its size (a zip bomb)", a.l.Ratio)
	}
	return nil
}

// meter is a reader that counts and stops what goes through it.
type meter struct {
	r io.Reader
	a *archive
}

func (m meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if e := m.a.grow(int64(n)); e != nil {
		return n, e
	}
	return n, err
}

func (a *archive) add(name string, mode fs.FileMode, mod time.Time, r io.Reader) error {
	switch {
	case mode.IsDir():
		return nil
	case !mode.IsRegular():
		a.b.files[name] = &file{refused: "it is " + grading.FileKind(mode) + ", not a regular file", mod: mod}
		return nil
	case !wanted(name):
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(r, a.l.Entry+1))
	switch {
	case errors.Is(err, ErrArchive):
		return err
	case err != nil:
		return refuseArchive("%q cannot be read: %v", name, err)
	case int64(len(data)) > a.l.Entry:
		a.b.files[name] = &file{refused: fmt.Sprintf("it is larger than %d MB", a.l.Entry>>20), mod: mod}
		return nil
	}
	a.b.files[name] = &file{mod: mod, read: func(limit int64) ([]byte, error) {
		if int64(len(data)) > limit {
			return nil, grading.RefuseFile(fmt.Sprintf("it is larger than %d KB", limit>>10))
		}
		return data, nil
	}}
	return nil
}

var zipDirectoryHeader = []byte("PK\x01\x02")

func (a *archive) zip(data []byte) error {
	// archive/zip reads the whole directory before it gives anything: count first, with room for the mark by chance.
	if bytes.Count(data, zipDirectoryHeader) > a.l.Entries+50 {
		return refuseArchive("it has more than %d entries", a.l.Entries)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		// An insecure path is judged below, with words.
		if !errors.Is(err, zip.ErrInsecurePath) {
			return refuseArchive("it is not a zip file: %v", err)
		}
	}
	for _, f := range z.File {
		mode := f.Mode()
		if strings.HasSuffix(f.Name, "/") || strings.HasSuffix(f.Name, `\`) {
			mode = fs.ModeDir
		}
		name, err := a.name(f.Name, mode.IsDir())
		if err != nil {
			return err
		}
		// What the directory says about the size may be a lie; what is read is counted as well.
		if f.UncompressedSize64 > uint64(a.l.Total) {
			return refuseArchive("its content is larger than %d MB", a.l.Total>>20)
		}
		if name == "" || mode.IsDir() {
			continue
		}
		if !mode.IsRegular() || !wanted(name) {
			if err := a.grow(int64(f.UncompressedSize64)); err != nil {
				return err
			}
			if err := a.add(name, mode, f.Modified, nil); err != nil {
				return err
			}
			continue
		}
		if f.Flags&1 != 0 {
			return refuseArchive("%q is encrypted", name)
		}
		r, err := f.Open()
		if err != nil {
			return refuseArchive("%q cannot be read: %v", name, err)
		}
		err = a.add(name, mode, f.Modified, meter{r, a})
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) tarGz(data []byte) error {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return refuseArchive("it is not a gzip file: %v", err)
	}
	// Everything that is unpacked passes the meter, whether it is kept or passed over.
	t := tar.NewReader(meter{z, a})
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			if errors.Is(err, ErrArchive) {
				return err
			}
			return refuseArchive("it is not a tar file: %v", err)
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		mode := h.FileInfo().Mode()
		switch h.Typeflag {
		case tar.TypeDir:
			mode = fs.ModeDir
		case tar.TypeReg:
			mode = 0o644
		case tar.TypeLink, tar.TypeSymlink:
			mode = fs.ModeSymlink
		default:
			if mode.IsRegular() || mode.IsDir() {
				mode = fs.ModeIrregular
			}
		}
		name, err := a.name(h.Name, mode.IsDir())
		if err != nil {
			return err
		}
		if h.Size > a.l.Total { // a sparse file's holes are not in the archive
			return refuseArchive("its content is larger than %d MB", a.l.Total>>20)
		}
		if name == "" || mode.IsDir() {
			continue
		}
		if err := a.add(name, mode, h.ModTime, t); err != nil {
			return err
		}
	}
}

// readFolder lists a student's folder. Links are not followed; files are read later, when it is known which matter.
func readFolder(dir, label string, l Limits) (*bundle, error) {
	b := &bundle{label: label, files: map[string]*file{}}
	n := 0
	var walk func(rel string, depth int) error
	walk = func(rel string, depth int) error {
		d, err := os.Open(filepath.Join(dir, filepath.FromSlash(rel)))
		if err != nil {
			return err
		}
		defer d.Close()
		for {
			entries, err := d.ReadDir(256)
			for _, entry := range entries {
				if n++; n > l.Entries {
					return refuseArchive("the folder has more than %d entries", l.Entries)
				}
				name := path.Join(rel, entry.Name())
				abs := filepath.Join(dir, filepath.FromSlash(name))
				info, err := entry.Info()
				if errors.Is(err, fs.ErrNotExist) {
					continue
				}
				if err != nil {
					return err
				}
				switch {
				case info.IsDir():
					if depth >= l.Depth {
						b.notes = append(b.notes, fmt.Sprintf("%s: deeper than %d folders, left aside", name, l.Depth))
					} else if !ignoredFolder(entry.Name()) {
						if err := walk(name, depth+1); err != nil {
							return err
						}
					}
				case !info.Mode().IsRegular():
					b.files[name] = &file{refused: "it is " + grading.FileKind(info.Mode()) + ", not a regular file", mod: info.ModTime()}
				default:
					b.files[name] = &file{mod: info.ModTime(), read: func(limit int64) ([]byte, error) { return grading.ReadRegular(abs, limit) }}
				}
			}
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
		}
	}
	if err := walk("", 0); err != nil {
		return nil, err
	}
	return b, nil
}
