package datasets

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// emptyCourse points the package at a course without any data and returns its data folder.
func emptyCourse(t testing.TB) string {
	root := filepath.Join(t.TempDir(), "course")
	dir := filepath.Join(root, ".course", "data")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(root, "go.mod"), []byte("module nncourse\n"))
	t.Setenv("COURSE_ROOT", root)
	t.Setenv("COURSE_DATA", "")
	return dir
}

func put(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func gzipped(content []byte, level int) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		panic(err)
	}
	z.Write(content)
	z.Close()
	return b.Bytes()
}

// idx packs bytes as an IDX file.
func idx(content []byte, shape ...int) []byte {
	b := []byte{0, 0, 8, byte(len(shape))}
	for _, n := range shape {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return append(b, content...)
}

// realMNIST returns the bytes of a file of the real set, or skips.
func realMNIST(t testing.TB, name string) []byte {
	path, err := find("mnist", "mnist", name)
	if errors.Is(err, ErrAbsent) {
		t.Skip("MNIST is not here: go tool course data fetch mnist")
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func small() *Images {
	d := &Images{Name: "small", Source: "made", N: 5, H: 2, W: 3, C: 1, Classes: []string{"a", "b"}, Labels: []int32{0, 1, 1, 0, 1}}
	for i := range 30 {
		d.Pix = append(d.Pix, float32(i)/30)
	}
	return d
}

func TestImagesViewsAndCopies(t *testing.T) {
	d := small()
	if got := d.Image(2); len(got) != 6 || got[0] != 12./30 {
		t.Errorf("Image(2) = %v", got)
	}
	s := d.Slice(1, 3)
	if s.N != 2 || len(s.Labels) != 2 || &s.Pix[0] != &d.Pix[6] || len(s.Pix) != 12 || s.Labels[1] != 1 {
		t.Errorf("Slice: %+v", s)
	}
	if !strings.Contains(s.Source, "images 1 to 2") || d.Source != "made" {
		t.Errorf("Source of a slice %q, of the whole %q", s.Source, d.Source)
	}
	c := d.Subset([]int{4, 0, 4})
	if c.N != 3 || !slices.Equal(c.Image(0), d.Image(4)) || !slices.Equal(c.Image(2), d.Image(4)) || !slices.Equal(c.Labels, []int32{1, 0, 1}) {
		t.Errorf("Subset: %+v", c)
	}
	c.Pix[0] = -1
	if d.Image(4)[0] == -1 {
		t.Error("Subset shares its pixels")
	}
	if got := d.Counts(); !slices.Equal(got, []int{2, 3}) {
		t.Errorf("Counts %v", got)
	}
	if e := d.Slice(2, 2); e.N != 0 || len(e.Pix) != 0 {
		t.Errorf("an empty slice: %+v", e)
	}
}

func TestImagesPanics(t *testing.T) {
	d := small()
	for name, f := range map[string]func(){
		"Image(-1)":   func() { d.Image(-1) },
		"Image(5)":    func() { d.Image(5) },
		"Slice(3,2)":  func() { d.Slice(3, 2) },
		"Slice(0,6)":  func() { d.Slice(0, 6) },
		"Subset([5])": func() { d.Subset([]int{0, 5}) },
		"MNIST(2)":    func() { MNIST(2) },
		"CIFAR10(2)":  func() { CIFAR10(2) },
		"Strokes(-1)": func() { Strokes(-1, nil) },
		"Digits(-1)":  func() { Digits(-1, 0, 1) },
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "datasets: ") {
					t.Errorf("%s: recovered %q", name, s)
				}
			}()
			f()
		}()
	}
}

func TestAbsent(t *testing.T) {
	dir := emptyCourse(t)
	for name, f := range map[string]func() error{
		"mnist":         func() error { _, err := MNIST(Test); return err },
		"fashion-mnist": func() error { _, err := FashionMNIST(Train); return err },
		"cifar10":       func() error { _, err := CIFAR10(Test); return err },
		"imagenette":    func() error { _, err := Imagenette(Test, 64, true); return err },
	} {
		err := f()
		if !errors.Is(err, ErrAbsent) {
			t.Errorf("%s: %v is not ErrAbsent", name, err)
			continue
		}
		for _, want := range []string{"go tool course data fetch " + name, filepath.Join(dir, name)} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not say %q", name, err, want)
			}
		}
	}
}

func TestDigitsWithoutMNIST(t *testing.T) {
	emptyCourse(t)
	train, test, err := Digits(30, 30, 5)
	if err != nil {
		t.Fatal(err)
	}
	if train.N != 30 || test.N != 30 || !train.Generated || !strings.Contains(train.Source, "drawn from strokes") || !strings.Contains(train.Source, "seed 5") {
		t.Errorf("%+v", train.Source)
	}
	if slices.Equal(train.Image(0), test.Image(0)) {
		t.Error("the two parts begin with the same image")
	}
	again, _, _ := Digits(30, 30, 5)
	other, _, _ := Digits(30, 30, 6)
	if !slices.Equal(again.Pix, train.Pix) || slices.Equal(other.Pix, train.Pix) {
		t.Error("the seed does not determine the images")
	}
}

// A set that is there but bad must be an error, and not silently something else.
func TestDigitsWithBadMNIST(t *testing.T) {
	dir := emptyCourse(t)
	put(t, filepath.Join(dir, "mnist", "train-images-idx3-ubyte"), []byte("bad"))
	put(t, filepath.Join(dir, "mnist", "train-labels-idx1-ubyte"), []byte("bad"))
	_, _, err := Digits(30, 20, 5)
	var fe *FileError
	if !errors.As(err, &fe) || errors.Is(err, ErrAbsent) {
		t.Errorf("error %v", err)
	}
}

func TestDigitsWithMNIST(t *testing.T) {
	realMNIST(t, "t10k-labels-idx1-ubyte.gz")
	train, test, err := Digits(500, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if train.N != 500 || test.N != 10000 || train.Generated || !strings.Contains(train.Source, "500 of these, chosen with seed 1") {
		t.Errorf("%d, %d, %q", train.N, test.N, train.Source)
	}
	if _, _, err := Digits(60001, 0, 1); err == nil || !strings.Contains(err.Error(), "60001 images wanted") {
		t.Errorf("too many: %v", err)
	}
}
