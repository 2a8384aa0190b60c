package datasets

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A record of CIFAR-10's binary version is one byte of label and 3072 bytes of pixels: the 32×32 red values in row-major
// order, then green, then blue. A batch holds 10000 records and nothing else (www.cs.toronto.edu/~kriz/cifar.html).
const (
	cifarSide   = 32
	cifarPlane  = cifarSide * cifarSide
	cifarRecord = 1 + 3*cifarPlane
	cifarBatch  = 10000
)

var cifarClasses = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}

// CIFAR10 returns the tiny photographs of Krizhevsky (2009): 50000 images to train on, 10000 to test on, 32×32×3.
// The files are the binary batches, in the folder cifar10/cifar-10-batches-bin, or still packed in
// cifar10/cifar-10-binary.tar.gz. The error is ErrAbsent where neither is there and a *FileError where one is cut
// off, corrupt or wrong.
func CIFAR10(s Split) (*Images, error) {
	var names []string
	switch s {
	case Train:
		for i := 1; i <= 5; i++ {
			names = append(names, fmt.Sprintf("data_batch_%d.bin", i))
		}
	case Test:
		names = []string{"test_batch.bin"}
	default:
		panic(fmt.Sprintf("datasets: CIFAR-10: no such part: %v", s))
	}
	at, err := find("cifar10", "cifar10", filepath.Join("cifar-10-batches-bin", names[0]), "cifar-10-binary.tar.gz")
	if err != nil {
		return nil, err
	}
	d := &Images{Name: "CIFAR-10 " + s.String(), N: len(names) * cifarBatch, H: cifarSide, W: cifarSide, C: 3, Classes: cifarClasses}
	d.Source = fmt.Sprintf("CIFAR-10, %s part, %d images (%s)", s, d.N, tidy(filepath.Dir(at)))
	d.Pix = make([]float32, d.N*3*cifarPlane)
	d.Labels = make([]int32, d.N)
	if strings.HasSuffix(at, ".tar.gz") {
		err = cifarArchive(at, names, d)
	} else {
		for i, name := range names {
			if err = cifarFile(filepath.Join(filepath.Dir(at), name), d, i); err != nil {
				break
			}
		}
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// cifarFile reads one batch file into the places of batch i.
func cifarFile(name string, d *Images, i int) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("datasets: %w", err)
	}
	defer f.Close()
	return atFile(name, readCIFAR(bufio.NewReaderSize(f, 1<<18), d, i, cifarBatch))
}

// cifarArchive reads the named batches out of the official archive. The archive is read to its end, so that its
// checksum is known.
func cifarArchive(name string, batches []string, d *Images) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("datasets: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	packed := bufio.NewReaderSize(io.TeeReader(f, sum), 1<<18)
	z, err := gzip.NewReader(packed)
	if err != nil {
		return fault(name, 0, "this is not a gzip file: "+err.Error(), err)
	}
	count := &countingReader{r: z}
	missing := slices.Clone(batches)
	for tr := tar.NewReader(count); ; {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return atFile(name, cut(count.n, count.n, "the archive", err))
		}
		base := path.Base(h.Name)
		i := slices.Index(batches, base)
		if i < 0 || h.Typeflag != tar.TypeReg {
			continue
		}
		start := count.n
		if err := readCIFAR(bufio.NewReaderSize(tr, 1<<18), d, i, cifarBatch); err != nil {
			var fe *FileError
			if errors.As(err, &fe) && fe.Offset >= 0 {
				fe.Offset += start
				fe.Problem = base + " in the archive: " + fe.Problem
			}
			return atFile(name, err)
		}
		missing = slices.DeleteFunc(missing, func(m string) bool { return m == base })
	}
	if _, err := io.Copy(io.Discard, count); err != nil {
		return atFile(name, cut(count.n, count.n, "the archive", err))
	}
	if _, err := io.Copy(io.Discard, packed); err != nil {
		return fmt.Errorf("datasets: %s: %w", name, err)
	}
	if len(missing) > 0 {
		return fault(name, -1, "the archive does not hold "+strings.Join(missing, ", "), nil)
	}
	return verify(name, hexSum(sum), func() string { return "" })
}

// readCIFAR reads batch i of d: so many records and then the end. An error is a *FileError without its File.
func readCIFAR(r io.Reader, d *Images, i, records int) error {
	var table [256]float32
	for v := range table {
		table[v] = float32(v) / 255
	}
	var record [cifarRecord]byte
	for k := range records {
		at := int64(k) * cifarRecord
		if n, err := io.ReadFull(r, record[:]); err != nil {
			return cut(at+int64(n), int64(records)*cifarRecord, fmt.Sprintf("record %d of %d", k, records), err)
		}
		label := int32(record[0])
		if int(label) >= len(cifarClasses) {
			return &FileError{Offset: at, Problem: fmt.Sprintf("label %d of record %d is not in 0…%d", label, k, len(cifarClasses)-1)}
		}
		image := i*records + k
		d.Labels[image] = label
		// planes [3, 32·32] → interleaved [32·32, 3]
		out := d.Pix[image*3*cifarPlane : (image+1)*3*cifarPlane]
		red, green, blue := record[1:1+cifarPlane], record[1+cifarPlane:1+2*cifarPlane], record[1+2*cifarPlane:]
		for p := range cifarPlane {
			out[3*p], out[3*p+1], out[3*p+2] = table[red[p]], table[green[p]], table[blue[p]]
		}
	}
	var extra [1]byte
	switch n, err := io.ReadFull(r, extra[:]); {
	case n > 0:
		return &FileError{Offset: int64(records) * cifarRecord, Problem: fmt.Sprintf("there are bytes after record %d, the last of a batch", records-1)}
	case !errors.Is(err, io.EOF):
		return cut(int64(records)*cifarRecord, int64(records)*cifarRecord, "the end of the batch", err)
	}
	return nil
}

// atFile completes an error of a reader with the file's name and checksums; nil stays nil.
func atFile(name string, err error) error {
	var fe *FileError
	if errors.As(err, &fe) {
		return fault(name, fe.Offset, fe.Problem, fe.Err)
	}
	return err
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
