package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
)

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

// readIDXFile reads an IDX file, plain or (by its name) packed with gzip, and checks it against the manifest.
func readIDXFile(path string, dims int) (shape []int, data []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	packed := bufio.NewReaderSize(io.TeeReader(f, sum), 1<<18)
	var r io.Reader = packed
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(packed)
		if err != nil {
			return nil, nil, fault(path, 0, "this is not a gzip file: "+err.Error(), err)
		}
		r = z
	}
	shape, data, err = readIDX(r, dims)
	var fe *FileError
	switch {
	case errors.As(err, &fe):
		return nil, nil, fault(path, fe.Offset, fe.Problem, fe.Err)
	case err != nil:
		return nil, nil, err
	}
	if _, err := io.Copy(io.Discard, packed); err != nil {
		return nil, nil, fmt.Errorf("datasets: %s: %w", path, err)
	}
	if err := verify(path, hexSum(sum), func() string { return hexSum(idxSum(shape, data)) }); err != nil {
		return nil, nil, err
	}
	return shape, data, nil
}

// idxSum is the SHA-256 of the plain IDX file with this shape and content.
func idxSum(shape []int, data []byte) hash.Hash {
	sum := sha256.New()
	sum.Write([]byte{0, 0, idxUint8, byte(len(shape))})
	for _, n := range shape {
		sum.Write(binary.BigEndian.AppendUint32(nil, uint32(n)))
	}
	sum.Write(data)
	return sum
}
