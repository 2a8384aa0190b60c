package datasets

import (
	"archive/tar"
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// cifarBytes makes records: record k has the label k mod 10 and its pixel p of channel c the value 7k + 3p + 100c mod 256.
func cifarBytes(records int) []byte {
	b := make([]byte, 0, records*cifarRecord)
	for k := range records {
		b = append(b, byte(k%10))
		for c := range 3 {
			for p := range cifarPlane {
				b = append(b, byte(7*k+3*p+100*c))
			}
		}
	}
	return b
}

func cifarSet(n int) *Images {
	return &Images{N: n, H: 32, W: 32, C: 3, Pix: make([]float32, n*3*cifarPlane), Labels: make([]int32, n), Classes: cifarClasses}
}

func TestCIFARLayout(t *testing.T) {
	d := cifarSet(6)
	for batch := range 2 {
		if err := readCIFAR(bytes.NewReader(cifarBytes(3)), d, batch, 3); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(d.Labels, []int32{0, 1, 2, 0, 1, 2}) {
		t.Errorf("labels %v", d.Labels)
	}
	for _, at := range [][4]int{{0, 0, 0, 0}, {1, 0, 1, 2}, {5, 31, 30, 1}, {4, 17, 3, 0}} {
		i, y, x, c := at[0], at[1], at[2], at[3]
		want := float32(byte(7*(i%3)+3*(y*32+x)+100*c)) / 255
		if got := d.Image(i)[(y*32+x)*3+c]; got != want {
			t.Errorf("image %d, row %d, column %d, channel %d: %v, want %v", i, y, x, c, got, want)
		}
	}
}

func TestCIFARFaults(t *testing.T) {
	good := cifarBytes(3)
	wrongLabel := bytes.Clone(good)
	wrongLabel[2*cifarRecord] = 10
	for _, c := range []struct {
		name   string
		b      []byte
		offset int64
		want   string
	}{
		{"empty", nil, 0, "record 0 of 3"},
		{"cut", good[:5000], 5000, "9219 bytes expected, 5000 found"},
		{"cut between records", good[:2*cifarRecord], 2 * cifarRecord, "record 2 of 3"},
		{"label", wrongLabel, 2 * cifarRecord, "label 10 of record 2"},
		{"too long", append(bytes.Clone(good), 0), 3 * cifarRecord, "after record 2"},
	} {
		err := readCIFAR(bytes.NewReader(c.b), cifarSet(3), 0, 3)
		var fe *FileError
		if !errors.As(err, &fe) || fe.Offset != c.offset || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want offset %d and %q", c.name, err, c.offset, c.want)
		}
	}
}

func tarGz(t *testing.T, entries map[string][]byte) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range []string{"cifar-10-batches-bin/batches.meta.txt", "cifar-10-batches-bin/test_batch.bin"} {
		if content, ok := entries[name]; ok {
			if err := w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Size: int64(len(content)), Mode: 0o644}); err != nil {
				t.Fatal(err)
			}
			w.Write(content)
		}
	}
	w.Close()
	return gzipped(b.Bytes(), 1)
}

func TestCIFARFiles(t *testing.T) {
	dir := filepath.Join(emptyCourse(t), "cifar10")
	batch := cifarBytes(cifarBatch)
	put(t, filepath.Join(dir, "cifar-10-batches-bin", "test_batch.bin"), batch)
	d, err := CIFAR10(Test)
	if err != nil {
		t.Fatal(err)
	}
	if d.N != 10000 || d.H != 32 || d.C != 3 || d.Labels[9999] != 9 || d.Classes[9] != "truck" || !strings.Contains(d.Source, "10000 images (.course/data/cifar10/cifar-10-batches-bin)") {
		t.Errorf("%d images, %q", d.N, d.Source)
	}
	put(t, filepath.Join(dir, "cifar-10-batches-bin", "test_batch.bin"), batch[:len(batch)-1])
	var fe *FileError
	if _, err := CIFAR10(Test); !errors.As(err, &fe) || filepath.Base(fe.File) != "test_batch.bin" || fe.Offset != int64(len(batch)-1) {
		t.Errorf("cut: %v", err)
	}

	// The archive has a published checksum, so one made here is read, and then refused for it.
	const want = "sha256:c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
	dir = filepath.Join(emptyCourse(t), "cifar10")
	path := filepath.Join(dir, "cifar-10-binary.tar.gz")
	meta := "cifar-10-batches-bin/batches.meta.txt"
	bin := "cifar-10-batches-bin/test_batch.bin"
	packed := tarGz(t, map[string][]byte{meta: []byte("airplane\n"), bin: batch})
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"good but not the published": {packed, "not the published file"},
		"no batch in it":             {tarGz(t, map[string][]byte{meta: []byte("airplane\n")}), "does not hold test_batch.bin"},
		"a short batch":              {tarGz(t, map[string][]byte{bin: batch[:5000]}), "test_batch.bin in the archive: the file ends within record 1"},
		"cut":                        {packed[:len(packed)/2], "ends within"},
		"no gzip":                    {[]byte("<html>"), "not a gzip file"},
	} {
		put(t, path, c.content)
		_, err := CIFAR10(Test)
		if !errors.As(err, &fe) || fe.Want != want || fe.Got == want || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzCIFAR(f *testing.F) {
	good := cifarBytes(2)
	f.Add(good)
	f.Add(good[:cifarRecord])
	f.Add(append([]byte{10}, good[1:]...))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		d := cifarSet(2)
		err := readCIFAR(bytes.NewReader(b), d, 0, 2)
		if err != nil {
			var fe *FileError
			if !errors.As(err, &fe) || fe.Offset < 0 || fe.Offset > int64(len(b)) {
				t.Fatalf("%d bytes: %#v", len(b), err)
			}
			return
		}
		if len(b) != 2*cifarRecord || b[0] > 9 || b[cifarRecord] > 9 {
			t.Fatalf("%d bytes with labels %d, %d were taken", len(b), b[0], b[cifarRecord])
		}
		for _, v := range d.Pix {
			if v < 0 || v > 1 {
				t.Fatalf("pixel %v", v)
			}
		}
	})
}
