package spectrum

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"nncourse/lib/workspace"
)

// kept is what a file of a Lanczos run holds.
type kept struct {
	Version     int
	Dim         int
	Start       [sha256.Size]byte // of q₁ and the key
	Alpha, Beta []float64
	Q           [][]float64
	Exact       bool
}

func fingerprint(q []float64, key string) [sha256.Size]byte {
	h := sha256.New()
	h.Write([]byte(key + "\x00"))
	var b [8]byte
	for _, x := range q {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(x))
		h.Write(b[:])
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// save writes the state beside its place and then renames it, so that a file is whole or the one before.
func (l Lanczos) save(k *Krylov) error {
	if l.File == "" || len(k.Alpha) == 0 {
		return nil
	}
	if err := writeGob(l.File, kept{1, len(k.Q[0]), fingerprint(k.Q[0], l.Key), k.Alpha, k.Beta, k.Q, k.Exact}); err != nil {
		return fmt.Errorf("spectrum: the Lanczos state could not be kept: %w", err)
	}
	return nil
}

// load continues a run from its file, if there is one. Of a longer run it takes the first l.Steps steps.
func (l Lanczos) load(k *Krylov, q []float64) error {
	if l.File == "" {
		return nil
	}
	var s kept
	err := readGob(l.File, &s)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("spectrum: the Lanczos state cannot be read: %w; delete the file to start anew", err)
	}
	if s.Version != 1 || s.Dim != len(q) || s.Start != fingerprint(q, l.Key) {
		return fmt.Errorf("spectrum: %s holds the Lanczos state of another operator or start vector: delete it, or name another file", l.File)
	}
	if n := min(l.Steps, len(q)); len(s.Alpha) > n { // more was done than is wanted now
		s.Alpha, s.Beta, s.Q, s.Exact = s.Alpha[:n], s.Beta[:n], s.Q[:n+1], false
	}
	k.Alpha, k.Beta, k.Q, k.Exact = s.Alpha, s.Beta, s.Q, s.Exact
	return nil
}

func writeGob(path string, v any) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return workspace.Replace(path, func(f io.Writer) error {
		w := bufio.NewWriterSize(f, 1<<20)
		return errors.Join(gob.NewEncoder(w).Encode(v), w.Flush())
	})
}

// remove deletes a file that may not be there.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func readGob(path string, v any) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return gob.NewDecoder(bufio.NewReaderSize(f, 1<<20)).Decode(v)
}
