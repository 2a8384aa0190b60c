package workspace

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Replace writes a file in one step: what write gives goes beside it, and into its place when all is there. A reader sees the old content or
// the new one, and whoever is interrupted keeps one of the two. Its folder must exist. The error is write's or the system's.
func Replace(path string, write func(w io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
