package datasets

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The facts about MNIST that its page and many papers state.
func TestMNIST(t *testing.T) {
	realMNIST(t, "t10k-labels-idx1-ubyte.gz")
	for _, c := range []struct {
		part   Split
		n      int
		mean   float64 // of all pixels: 0.1307 in the training part, the constant that everybody normalises with
		first  []int32
		counts []int
	}{
		{Train, 60000, 0.13066, []int32{5, 0, 4, 1, 9}, []int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}},
		{Test, 10000, 0.13251, []int32{7, 2, 1, 0, 4}, []int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}},
	} {
		d, err := MNIST(c.part)
		if err != nil {
			t.Fatal(err)
		}
		if d.N != c.n || d.H != 28 || d.W != 28 || d.C != 1 || len(d.Pix) != c.n*784 || d.Generated {
			t.Errorf("%s: %d images %d×%d×%d", d.Name, d.N, d.H, d.W, d.C)
		}
		if !slices.Equal(d.Labels[:5], c.first) || !slices.Equal(d.Counts(), c.counts) {
			t.Errorf("%s: labels %v, counts %v", d.Name, d.Labels[:5], d.Counts())
		}
		sum := 0.0
		for _, v := range d.Pix {
			sum += float64(v)
		}
		if mean := sum / float64(len(d.Pix)); math.Abs(mean-c.mean) > 1e-5 {
			t.Errorf("%s: mean %.6f, want %.5f", d.Name, mean, c.mean)
		}
		if strings.Contains(d.Source, "/work") || !strings.Contains(d.Source, "mnist") {
			t.Errorf("Source %q", d.Source)
		}
	}
}

func TestIDXRoundTrip(t *testing.T) {
	content := []byte{1, 2, 3, 4, 5, 250}
	shape, got, err := readIDX(bytes.NewReader(idx(content, 1, 2, 3)), 3)
	if err != nil || !slices.Equal(shape, []int{1, 2, 3}) || !bytes.Equal(got, content) {
		t.Errorf("%v %v %v", shape, got, err)
	}
}

// Each fault is noticed at its place.
func TestIDXFaults(t *testing.T) {
	good := idx(make([]byte, 12), 3, 2, 2)
	for _, c := range []struct {
		name   string
		b      []byte
		offset int64
		want   string
	}{
		{"empty", nil, 0, "magic"},
		{"cut in the magic number", good[:3], 3, "magic"},
		{"other type", append([]byte{0, 0, 9, 3}, good[4:]...), 0, "found 00000903"},
		{"labels for images", idx(make([]byte, 12), 12), 0, "found 00000801"},
		{"cut in the header", good[:9], 9, "16 bytes expected"},
		{"no images", idx(nil, 0, 2, 2), 4, "dimension 0 is 0"},
		{"absurd", idx(nil, 1<<31, 1<<31, 1<<31), 8, "dimension 1"},
		{"cut in the elements", good[:20], 20, "28 bytes expected, 20 found"},
		{"count too large", idx(make([]byte, 12), 4, 2, 2), 28, "32 bytes expected, 28 found"},
		{"count too small", idx(make([]byte, 12), 2, 2, 2), 24, "after the last element"},
	} {
		_, _, err := readIDX(bytes.NewReader(c.b), 3)
		var fe *FileError
		if !errors.As(err, &fe) || fe.Offset != c.offset || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want offset %d and %q", c.name, err, c.offset, c.want)
		}
	}
}

// Faults that need both files, and the file's name in the message. These names are not in the manifest, so that the
// small sets made here have no expected checksum.
func TestIDXSetFaults(t *testing.T) {
	images, labels := idx(make([]byte, 3*784), 3, 28, 28), idx([]byte{0, 9, 4}, 3)
	read := func(images, labels []byte) (*Images, error) {
		dir := filepath.Join(emptyCourse(t), "fashion-mnist")
		put(t, filepath.Join(dir, "t10k-images.idx3-ubyte"), images)
		if labels != nil {
			put(t, filepath.Join(dir, "t10k-labels.idx1-ubyte"), labels)
		}
		return FashionMNIST(Test)
	}
	d, err := read(images, labels)
	if err != nil || d.N != 3 || !slices.Equal(d.Labels, []int32{0, 9, 4}) || d.Classes[9] != "ankle boot" {
		t.Fatalf("a good set: %v", err)
	}
	for _, c := range []struct {
		name           string
		images, labels []byte
		file           string
		offset         int64
		want           string
	}{
		{"label out of range", images, idx([]byte{0, 10, 4}, 3), "t10k-labels.idx1-ubyte", 9, "label 10 of image 1 is not in 0…9"},
		{"counts differ", images, idx([]byte{0, 1}, 2), "t10k-labels.idx1-ubyte", 4, "2 labels for the 3 images"},
		{"size", idx(make([]byte, 3*4), 3, 2, 2), labels, "t10k-images.idx3-ubyte", 8, "28×28 expected, found 2×2"},
		{"files exchanged", labels, images, "t10k-images.idx3-ubyte", 0, "magic"},
	} {
		_, err := read(c.images, c.labels)
		var fe *FileError
		if !errors.As(err, &fe) || filepath.Base(fe.File) != c.file || fe.Offset != c.offset || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := read(images, nil); !errors.Is(err, ErrAbsent) || !strings.Contains(err.Error(), "t10k-labels") {
		t.Errorf("no labels: %v", err)
	}
}

// Files with published names: whatever is wrong, the message holds the expected and the found checksum.
func TestIDXChecksums(t *testing.T) {
	const name, want = "t10k-labels-idx1-ubyte.gz", "sha256:f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
	expect := func(what, name string, content []byte, want string) *FileError {
		t.Helper()
		path := filepath.Join(t.TempDir(), "mnist", name)
		put(t, path, content)
		_, _, err := readIDXFile(path, 1)
		var fe *FileError
		if !errors.As(err, &fe) || fe.Want != want || fe.Got == want || len(fe.Got) != len(want) {
			t.Errorf("%s: %v", what, err)
			return &FileError{}
		}
		for _, s := range []string{path, fe.Want, fe.Got} {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %q does not say %q", what, err, s)
			}
		}
		return fe
	}
	expect("no gzip", name, []byte("<html>404</html>"), want)
	expect("empty", name, nil, want)
	expect("another set", name, gzipped(idx([]byte{1, 2, 3}, 3), 6), want)
	if fe := expect("cut in the content", name, gzipped(idx([]byte{1, 2, 3}, 30), 6), want); fe.Offset != 11 {
		t.Errorf("cut in the content: offset %d, want 11", fe.Offset)
	}

	real := realMNIST(t, name)
	expect("half", name, real[:len(real)/2], want)
	expect("last byte missing", name, real[:len(real)-1], want)
	for _, at := range []int{60, 100, 2000, len(real) - 6} { // past the name in the header, which does not matter
		flipped := bytes.Clone(real)
		flipped[at] ^= 0x10
		expect("a flipped bit", name, flipped, want)
	}
	z, err := gzip.NewReader(bytes.NewReader(real))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	const plainWant = "sha256:ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
	flipped := bytes.Clone(plain)
	flipped[5000] ^= 1
	expect("a flipped bit in the plain file", "t10k-labels-idx1-ubyte", flipped, plainWant)
	for name, content := range map[string][]byte{name: real, "t10k-labels-idx1-ubyte": plain} {
		path := filepath.Join(t.TempDir(), "mnist", name)
		put(t, path, content)
		if _, _, err := readIDXFile(path, 1); err != nil {
			t.Errorf("the published %s: %v", name, err)
		}
	}
	again := gzipped(plain, 1) // packed anew: another file with the same content
	if bytes.Equal(again, real) {
		t.Fatal("packing anew gave the same file")
	}
	path := filepath.Join(t.TempDir(), "mnist", name)
	put(t, path, again)
	if _, _, err := readIDXFile(path, 1); err != nil {
		t.Errorf("packed anew: %v", err)
	}
}

func FuzzIDX(f *testing.F) {
	f.Add(idx([]byte{1, 2, 3, 4, 5, 6}, 1, 2, 3), 3)
	f.Add(idx([]byte{1, 2, 3}, 3), 1)
	f.Add(idx([]byte{1, 2, 3}, 4), 1)
	f.Add(idx(nil, 1<<31, 1<<31, 1<<31), 3)
	f.Add([]byte{0, 0, 8}, 1)
	f.Fuzz(func(t *testing.T, b []byte, dims int) {
		if dims < 0 || dims > 255 {
			return
		}
		shape, content, err := readIDX(bytes.NewReader(b), dims)
		if err != nil {
			var fe *FileError
			if !errors.As(err, &fe) || fe.Offset < 0 || fe.Offset > int64(len(b)) {
				t.Fatalf("%d bytes: %#v", len(b), err)
			}
			return
		}
		if !bytes.Equal(idx(content, shape...), b) {
			t.Fatalf("what was read, written out, is not what was given: shape %v", shape)
		}
	})
}

func BenchmarkMNIST(b *testing.B) {
	realMNIST(b, "t10k-labels-idx1-ubyte.gz")
	for _, part := range []Split{Train, Test} {
		b.Run(part.String(), func(b *testing.B) {
			for b.Loop() {
				d, err := MNIST(part)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(d.Pix)))
			}
		})
	}
}
