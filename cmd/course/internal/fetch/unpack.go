package fetch

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Limits of an archive's content: far above any set of the course, far below a full disk.
const (
	maxEntries = 200_000
	maxBytes   = 8 << 30
)

// Unpack unpacks the .tgz at archive beside itself. Its content appears under its names only when all of it is there: it is
// unpacked into a temporary folder, whose entries are then renamed into place. Only folders and regular files
// are taken; a name that leads out of the folder, or one that already exists there, is an error.
func Unpack(ctx context.Context, archive string) (err error) {
	dir := filepath.Dir(archive)
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReaderSize(f, 1<<18))
	if err != nil {
		return fmt.Errorf("%s: %w", archive, err)
	}
	tmp, err := os.MkdirTemp(dir, ".unpack-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	var total int64
	tr := tar.NewReader(z)
	for n := 0; ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("%s: %w", archive, err)
		}
		name := path.Clean(h.Name)
		if path.IsAbs(name) || name == ".." || strings.HasPrefix(name, "../") || strings.Contains(name, `\`) {
			return fmt.Errorf("%s: the entry %q leads out of the folder", archive, h.Name)
		}
		if total += h.Size; n >= maxEntries || total > maxBytes {
			return fmt.Errorf("%s: more than %d entries or %d bytes", archive, maxEntries, int64(maxBytes))
		}
		to := filepath.Join(tmp, filepath.FromSlash(name))
		switch h.Typeflag {
		case tar.TypeDir:
			err = os.MkdirAll(to, 0o755)
		case tar.TypeReg:
			err = write(to, tr)
		case tar.TypeXGlobalHeader:
		default:
			err = fmt.Errorf("%s: the entry %q is neither a folder nor a regular file", archive, h.Name)
		}
		if err != nil {
			return err
		}
	}
	entries, err := os.ReadDir(tmp)
	if err != nil {
		return err
	}
	for _, e := range entries {
		to := filepath.Join(dir, e.Name())
		if _, err := os.Lstat(to); err == nil {
			return fmt.Errorf("%s: %s is already there; move it away and fetch again", archive, to)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(tmp, e.Name()), filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func write(to string, r io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}
