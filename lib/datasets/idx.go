package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// FileError says that a data file is not what it should be: cut off, corrupt, or another file altogether.
type FileError struct {
	File    string // the path
	Offset  int64  // where the fault was noticed: bytes from the start of the file, for a .gz of the unpacked content; −1 if it concerns the whole
	Problem string // what was expected there and what was found
	Want    string // the file's checksum by the manifest, as "sha256:HEX" or "md5:HEX", "" where the manifest does not know the file
	Got     string // the checksum found, in the same form
	Err     error  // the cause, if it came from another package
}

func (e *FileError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "datasets: %s: ", e.File)
	if e.Offset >= 0 {
		fmt.Fprintf(&b, "at byte %d: ", e.Offset)
	}
	b.WriteString(e.Problem)
	switch {
	case e.Want != "" && e.Got == e.Want:
		b.WriteString("; the checksum is the expected one, " + e.Want)
	case e.Want != "":
		fmt.Fprintf(&b, "; expected checksum %s, found %s: delete the file and fetch it again", e.Want, e.Got)
	}
	return b.String()
}

func (e *FileError) Unwrap() error { return e.Err }

// The IDX format (yann.lecun.com/exdb/mnist): two zero bytes, the element type, the number of dimensions, each
// dimension as a big-endian uint32, and the elements in row-major order.
const idxUint8 = 0x08

// maxIDX bounds what a header may ask for: a corrupt header must not make the program ask for terabytes.
const maxIDX = 1 << 31

// readIDX reads an IDX array of unsigned bytes with the given number of dimensions. An error is a *FileError
// without its File, or the error of r.
func readIDX(r io.Reader, dims int) (shape []int, data []byte, err error) {
	var magic [4]byte
	if n, err := io.ReadFull(r, magic[:]); err != nil {
		return nil, nil, cut(int64(n), 4, "the magic number", err)
	}
	want := [4]byte{0, 0, idxUint8, byte(dims)}
	if magic != want {
		return nil, nil, &FileError{Offset: 0, Problem: fmt.Sprintf(
			"the magic number of an IDX file of bytes with %d dimension(s) is %x, found %x", dims, want, magic)}
	}
	shape = make([]int, dims)
	total := int64(1)
	for i := range shape {
		var b [4]byte
		at := int64(4 + 4*i)
		if n, err := io.ReadFull(r, b[:]); err != nil {
			return nil, nil, cut(at+int64(n), 4+4*int64(dims), "the header", err)
		}
		n := binary.BigEndian.Uint32(b[:])
		if n == 0 || int64(n) > maxIDX/total {
			return nil, nil, &FileError{Offset: at, Problem: fmt.Sprintf(
				"dimension %d is %d: it must be at least 1, and all together at most %d elements", i, n, maxIDX)}
		}
		total *= int64(n)
		shape[i] = int(n)
	}
	// The buffer grows with what really comes, so that a wrong count costs no more memory than the file has bytes.
	start := int64(4 + 4*dims)
	var buf bytes.Buffer
	if total <= 64<<20 {
		buf.Grow(int(total))
	}
	n, err := io.Copy(&buf, io.LimitReader(r, total))
	if err == nil && n < total {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, nil, cut(start+n, start+total, fmt.Sprintf("the elements of shape %v", shape), err)
	}
	var extra [1]byte
	switch n, err := io.ReadFull(r, extra[:]); {
	case n > 0:
		return nil, nil, &FileError{Offset: start + total, Problem: fmt.Sprintf("there are bytes after the last element of shape %v", shape)}
	case !errors.Is(err, io.EOF):
		return nil, nil, cut(start+total, start+total, "the end of the file", err)
	}
	return shape, buf.Bytes(), nil
}

// cut makes the error for a stream that ended, or failed, at offset at where want bytes were expected.
func cut(at, want int64, part string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &FileError{Offset: at, Problem: fmt.Sprintf("the file ends within %s: %d bytes expected, %d found", part, want, at), Err: err}
	}
	return &FileError{Offset: at, Problem: fmt.Sprintf("%s cannot be read: %v", part, err), Err: err}
}

// readIDXFile reads an IDX file, plain or (by its name) packed with gzip, and checks it against the manifest.
func readIDXFile(path string, dims int) (shape []int, data []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	packed := io.TeeReader(bufio.NewReaderSize(f, 1<<20), sum)
	var r io.Reader = packed
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(packed)
		if err != nil {
			return nil, nil, whole(path, 0, "this is not a gzip file", err)
		}
		r = z
	}
	shape, data, err = readIDX(r, dims)
	if err != nil {
		var fe *FileError
		if errors.As(err, &fe) {
			return nil, nil, whole(path, fe.Offset, fe.Problem, fe.Err)
		}
		return nil, nil, err
	}
	if _, err := io.Copy(io.Discard, packed); err != nil {
		return nil, nil, fmt.Errorf("datasets: %s: %w", path, err)
	}
	want := knownSum(filepath.Base(filepath.Dir(path)), filepath.Base(path))
	if got := "sha256:" + hex.EncodeToString(sum.Sum(nil)); want != "" && got != want {
		return nil, nil, &FileError{File: path, Offset: -1, Problem: "the file is well formed but not the published one", Want: want, Got: got}
	}
	return shape, data, nil
}

// whole completes a fault with the file's checksum, expected and found.
func whole(path string, offset int64, problem string, cause error) error {
	e := &FileError{File: path, Offset: offset, Problem: problem, Err: cause}
	e.Want = knownSum(filepath.Base(filepath.Dir(path)), filepath.Base(path))
	if e.Want != "" {
		f, err := os.Open(path)
		if err != nil {
			e.Got = "none (" + err.Error() + ")"
			return e
		}
		defer f.Close()
		sum := sha256.New()
		if _, err := io.Copy(sum, f); err != nil {
			e.Got = "none (" + err.Error() + ")"
			return e
		}
		e.Got = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	}
	return e
}

// knownSum gives the manifest's checksum of a file, or "".
func knownSum(folder, name string) string { return "" }
