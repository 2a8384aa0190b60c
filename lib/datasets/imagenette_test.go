package datasets

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// averageBySampling is centreSquare the slow way: every target pixel is the mean of 40×40 samples of its square.
func averageBySampling(img *image.RGBA, side int) []float64 {
	b := img.Bounds()
	s := min(b.Dx(), b.Dy())
	x0, y0 := b.Min.X+(b.Dx()-s)/2, b.Min.Y+(b.Dy()-s)/2
	const sub = 40
	out := make([]float64, side*side*3)
	for y := range side {
		for x := range side {
			for k := range sub * sub {
				sx := int((float64(x) + (float64(k%sub)+0.5)/sub) * float64(s) / float64(side))
				sy := int((float64(y) + (float64(k/sub)+0.5)/sub) * float64(s) / float64(side))
				c := img.RGBAAt(x0+sx, y0+sy)
				for ch, v := range []uint8{c.R, c.G, c.B} {
					out[(y*side+x)*3+ch] += float64(v) / 255 / (sub * sub)
				}
			}
		}
	}
	return out
}

func noisy(w, h int) *image.RGBA {
	rng := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	img := image.NewRGBA(image.Rect(3, 5, 3+w, 5+h)) // bounds that do not begin at 0
	for y := 5; y < 5+h; y++ {
		for x := 3; x < 3+w; x++ {
			img.SetRGBA(x, y, color.RGBA{uint8(rng.Uint32()), uint8(rng.Uint32()), uint8(rng.Uint32()), 255})
		}
	}
	return img
}

func TestCentreSquare(t *testing.T) {
	for _, c := range []struct{ w, h, side int }{{20, 30, 10}, {33, 20, 7}, {17, 17, 17}, {9, 12, 20}, {16, 10, 3}, {5, 5, 1}} {
		img := noisy(c.w, c.h)
		got, want := centreSquare(img, c.side, false), averageBySampling(img, c.side)
		grey := centreSquare(img, c.side, true)
		worst, worstGrey := 0.0, 0.0
		for i := range want {
			worst = max(worst, math.Abs(float64(got[i])-want[i]))
		}
		for i := range grey {
			luma := 0.299*got[3*i] + 0.587*got[3*i+1] + 0.114*got[3*i+2]
			worstGrey = max(worstGrey, math.Abs(float64(grey[i]-luma)))
		}
		// the samples hit the border between two pixels to within 1/40 of a target pixel
		if worst > 0.03 || worstGrey > 1e-5 {
			t.Errorf("%+v: differs from sampling by %.3g, grey from the luma by %.3g", c, worst, worstGrey)
		}
		if c.w == c.side && worst > 1e-6 {
			t.Errorf("%+v: the same size, and yet it differs by %.3g", c, worst)
		}
		// Averaging keeps the mean.
		meanGot, meanWant := 0.0, 0.0
		for i := range want {
			meanGot += float64(got[i]) / float64(len(got))
		}
		one := averageBySampling(img, 1)
		meanWant = (one[0] + one[1] + one[2]) / 3
		if math.Abs(meanGot-meanWant) > 0.01 {
			t.Errorf("%+v: mean %.4f, want %.4f", c, meanGot, meanWant)
		}
	}
}

func jpegBytes(t *testing.T, img image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// flat is a photograph of one colour, so that what is read can be told from the class it lies in.
func flat(w, h int, c color.RGBA) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := 0; i < len(img.Pix); i += 4 {
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = c.R, c.G, c.B, 255
	}
	return img
}

func putImagenette(t *testing.T) string {
	dir := filepath.Join(emptyCourse(t), "imagenette", "imagenette2-160", "val")
	red, green := jpegBytes(t, flat(30, 20, color.RGBA{R: 200})), jpegBytes(t, flat(20, 40, color.RGBA{G: 200}))
	put(t, filepath.Join(dir, "n01440764", "a.JPEG"), red)
	put(t, filepath.Join(dir, "n01440764", "b.jpg"), red)
	put(t, filepath.Join(dir, "n01440764", "notes.txt"), []byte("not an image"))
	put(t, filepath.Join(dir, "n03888257", "c.jpeg"), green)
	put(t, filepath.Join(dir, "noise.csv"), []byte("not a class"))
	return dir
}

func TestImagenette(t *testing.T) {
	dir := putImagenette(t)
	d, err := Imagenette(Test, 8, false)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(d.Classes, []string{"tench", "parachute"}) || !slices.Equal(d.Labels, []int32{0, 0, 1}) || filepath.Base(d.Files[2]) != "c.jpeg" {
		t.Errorf("%+v", d)
	}
	all, err := d.Load(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if all.N != 3 || all.H != 8 || all.C != 3 || !slices.Equal(all.Labels, d.Labels) || len(all.Pix) != 3*8*8*3 {
		t.Errorf("%d images %d×%d×%d", all.N, all.H, all.W, all.C)
	}
	for i, want := range [][3]float64{{200. / 255, 0, 0}, {200. / 255, 0, 0}, {0, 200. / 255, 0}} {
		for c := range 3 {
			if got := float64(all.Image(i)[3*20+c]); math.Abs(got-want[c]) > 0.02 {
				t.Errorf("image %d, channel %d: %.3f, want %.3f", i, c, got, want[c])
			}
		}
	}
	part, err := d.Load(t.Context(), []int{2})
	if err != nil || part.N != 1 || part.Labels[0] != 1 || !slices.Equal(part.Pix, all.Image(2)) || !strings.Contains(part.Source, "1 of these") {
		t.Errorf("a part: %v, %+v", err, part)
	}

	grey, err := Imagenette(Test, 8, true)
	if err != nil {
		t.Fatal(err)
	}
	var order []int
	for im, err := range grey.All(t.Context(), rand.New(rand.NewPCG(1, 1))) {
		if err != nil {
			t.Fatal(err)
		}
		want := 0.299 * 200 / 255
		if im.Label == 1 {
			want = 0.587 * 200 / 255
		}
		if len(im.Pix) != 64 || im.Label != grey.Labels[im.Index] || math.Abs(float64(im.Pix[9])-want) > 0.02 {
			t.Errorf("image %d: %d values, label %d, %.3f, want %.3f", im.Index, len(im.Pix), im.Label, im.Pix[9], want)
		}
		order = append(order, im.Index)
	}
	slices.Sort(order)
	if !slices.Equal(order, []int{0, 1, 2}) {
		t.Errorf("order %v", order)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Load(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Load, cancelled: %v", err)
	}
	n := 0
	for _, err := range d.All(ctx, nil) {
		if n++; !errors.Is(err, context.Canceled) {
			t.Errorf("All, cancelled: %v", err)
		}
	}
	if n != 1 {
		t.Errorf("All, cancelled: %d rounds", n)
	}

	whole := jpegBytes(t, flat(30, 20, color.RGBA{R: 200}))
	put(t, filepath.Join(dir, "n01440764", "b.jpg"), whole[:len(whole)/2])
	var fe *FileError
	if _, err := d.Load(t.Context(), nil); !errors.As(err, &fe) || filepath.Base(fe.File) != "b.jpg" || fe.Offset != int64(len(whole)/2) {
		t.Errorf("a cut file: %v", err)
	}
}

func TestImageFolderFaults(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenImageFolder(filepath.Join(dir, "nothing"), 8, false); err == nil {
		t.Error("a folder that is not there is taken")
	}
	if _, err := OpenImageFolder(dir, 8, false); err == nil || !strings.Contains(err.Error(), "no folder of a class") {
		t.Errorf("an empty folder: %v", err)
	}
	put(t, filepath.Join(dir, "cat", "notes.txt"), nil)
	if _, err := OpenImageFolder(dir, 8, false); err == nil || !strings.Contains(err.Error(), "no JPEG file") {
		t.Errorf("an empty class: %v", err)
	}
}

// The ten classes of Caltech-101 are the real photographs at hand.
func TestImageFolderOnPhotographs(t *testing.T) {
	dir, err := find("caltech101", "caltech101", "test")
	if errors.Is(err, ErrAbsent) {
		t.Skip("caltech101 is not here: go tool course data fetch caltech101")
	}
	if err != nil {
		t.Fatal(err)
	}
	d, err := OpenImageFolder(dir, 32, true)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Files) != 200 || len(d.Classes) != 10 || d.Classes[0] != "Leopards" {
		t.Fatalf("%d files of %v", len(d.Files), d.Classes)
	}
	all, err := d.Load(t.Context(), []int{0, 50, 100, 150, 199})
	if err != nil {
		t.Fatal(err)
	}
	for i := range all.N {
		lo, hi := float32(1), float32(0)
		for _, v := range all.Image(i) {
			lo, hi = min(lo, v), max(hi, v)
		}
		if lo < 0 || hi > 1 || hi-lo < 0.3 {
			t.Errorf("image %d: values from %.2f to %.2f", i, lo, hi)
		}
	}
}
