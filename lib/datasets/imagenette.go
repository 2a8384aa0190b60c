package datasets

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ImageFolder is a labelled set of JPEG photographs on disk, a folder a class, that are read as they are needed.
type ImageFolder struct {
	Name    string
	Source  string   // one line for a caption
	Classes []string // in the order of the labels: the folders sorted by name
	Files   []string // [N] paths, by class and then by name
	Labels  []int32  // [N]
	Side    int      // every image comes out Side×Side
	Grey    bool     // true: one channel, the luma 0.299 R + 0.587 G + 0.114 B; false: three
}

// imagenetteClasses names the ten synsets of ImageNet.
var imagenetteClasses = map[string]string{
	"n01440764": "tench", "n02102040": "English springer", "n02979186": "cassette player", "n03000684": "chain saw",
	"n03028079": "church", "n03394916": "French horn", "n03417042": "garbage truck", "n03425413": "gas pump",
	"n03445777": "golf ball", "n03888257": "parachute",
}

// Imagenette returns Imagenette 2 (fast.ai): ten easily told classes of ImageNet, 9469 photographs to train on and 3925 to test on
// (its part "val"), of various sizes, cut to side×side. The files are those of imagenette2-160.tgz, unpacked in the folder
// imagenette. Only the names are read here; see ImageFolder.All and ImageFolder.Load. The error is ErrAbsent where
// the files are nowhere. It panics unless side ≥ 1.
func Imagenette(s Split, side int, grey bool) (*ImageFolder, error) {
	part, ok := map[Split]string{Train: "train", Test: "val"}[s]
	if !ok {
		panic(fmt.Sprintf("datasets: Imagenette: no such part: %v", s))
	}
	dir, err := find("imagenette", "imagenette", filepath.Join("imagenette2-160", part), filepath.Join("imagenette2-320", part), filepath.Join("imagenette2", part))
	if err != nil {
		return nil, err
	}
	d, err := OpenImageFolder(dir, side, grey)
	if err != nil {
		return nil, err
	}
	d.Name = "Imagenette " + s.String()
	d.Source = fmt.Sprintf("Imagenette 2, %s part, %d photographs cut to %d×%d (%s)", s, len(d.Files), side, side, tidy(dir))
	for i, c := range d.Classes {
		if name, ok := imagenetteClasses[c]; ok {
			d.Classes[i] = name
		}
	}
	return d, nil
}

// OpenImageFolder lists the JPEG files (.jpg, .jpeg, in any case) of DIR/CLASS/; a class is a folder, in the order of their names.
// The error names the folder that cannot be read, or says that there is no class or that a class has no image.
// It panics unless side ≥ 1.
func OpenImageFolder(dir string, side int, grey bool) (*ImageFolder, error) {
	if side < 1 {
		panic(fmt.Sprintf("datasets: images of side %d", side))
	}
	d := &ImageFolder{Name: filepath.Base(dir), Side: side, Grey: grey}
	classes, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	for _, c := range classes {
		if !c.IsDir() || strings.HasPrefix(c.Name(), ".") {
			continue
		}
		label := int32(len(d.Classes))
		d.Classes = append(d.Classes, c.Name())
		files, err := os.ReadDir(filepath.Join(dir, c.Name()))
		if err != nil {
			return nil, fmt.Errorf("datasets: %w", err)
		}
		before := len(d.Files)
		for _, f := range files {
			ext := strings.ToLower(filepath.Ext(f.Name()))
			if f.Type()&fs.ModeType == 0 && (ext == ".jpg" || ext == ".jpeg") {
				d.Files = append(d.Files, filepath.Join(dir, c.Name(), f.Name()))
				d.Labels = append(d.Labels, label)
			}
		}
		if len(d.Files) == before {
			return nil, fmt.Errorf("datasets: %s: there is no JPEG file in this folder of a class", filepath.Join(dir, c.Name()))
		}
	}
	if len(d.Classes) == 0 {
		return nil, fmt.Errorf("datasets: %s: there is no folder of a class in it", dir)
	}
	d.Source = fmt.Sprintf("%d photographs cut to %d×%d (%s)", len(d.Files), side, side, tidy(dir))
	return d, nil
}

// channels is 1 for grey and 3 for colour.
func (d *ImageFolder) channels() int {
	if d.Grey {
		return 1
	}
	return 3
}

// Decode reads image i: [Side·Side·C] values in [0, 1], row-major. The photograph is cut to its central square and brought to
// Side×Side by averaging each pixel's area (and so interpolated constantly where it is enlarged). The error is a
// *FileError that names the file.
func (d *ImageFolder) Decode(i int) ([]float32, error) {
	f, err := os.Open(d.Files[i])
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	defer f.Close()
	count := &countingReader{r: f}
	img, err := jpeg.Decode(bufio.NewReader(count))
	if err != nil {
		return nil, &FileError{File: d.Files[i], Offset: count.n, Problem: fmt.Sprintf("not a whole JPEG image: %v (read up to there)", err), Err: err}
	}
	return centreSquare(img, d.Side, d.Grey), nil
}

// All yields the images one after the other, in random order if rng is not nil, with their index in Files. One image is in memory
// at a time. It stops after the first error, which it yields, and yields the context's error when that ends.
func (d *ImageFolder) All(ctx context.Context, rng *rand.Rand) iter.Seq2[LabelledImage, error] {
	order := make([]int, len(d.Files))
	for i := range order {
		order[i] = i
	}
	if rng != nil {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	return func(yield func(LabelledImage, error) bool) {
		for _, i := range order {
			if err := ctx.Err(); err != nil {
				yield(LabelledImage{Index: i}, err)
				return
			}
			pix, err := d.Decode(i)
			if !yield(LabelledImage{Index: i, Pix: pix, Label: d.Labels[i]}, err) || err != nil {
				return
			}
		}
	}
}

// LabelledImage is what ImageFolder.All yields.
type LabelledImage struct {
	Index int       // in Files
	Pix   []float32 // [Side, Side, C]
	Label int32
}

// Load reads the images with the given indices into memory (4·Side²·C bytes each), on all cores; all of them for nil.
// The error is the first one by index.
func (d *ImageFolder) Load(ctx context.Context, idx []int) (*Images, error) {
	if idx == nil {
		for i := range d.Files {
			idx = append(idx, i)
		}
	}
	out := &Images{Name: d.Name, Source: d.Source, N: len(idx), H: d.Side, W: d.Side, C: d.channels(), Classes: slices.Clone(d.Classes)}
	if len(idx) < len(d.Files) {
		out.Source = fmt.Sprintf("%s; %d of these", d.Source, len(idx))
	}
	size := d.Side * d.Side * out.C
	out.Pix = make([]float32, len(idx)*size)
	out.Labels = make([]int32, len(idx))
	errs := make([]error, len(idx))
	parallel(len(idx), func(j int) {
		if errs[j] = ctx.Err(); errs[j] != nil {
			return
		}
		var pix []float32
		if pix, errs[j] = d.Decode(idx[j]); errs[j] == nil {
			copy(out.Pix[j*size:], pix)
			out.Labels[j] = d.Labels[idx[j]]
		}
	})
	if i := slices.IndexFunc(errs, func(err error) bool {
		return err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
	}); i >= 0 {
		return nil, errs[i]
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

// centreSquare cuts the largest central square out of img and averages it down to side×side. The pixel (x, y) of the result covers
// the square [x, x+1)·s/side × [y, y+1)·s/side of the source, s its side; a source pixel counts by the area that it shares.
// The weights factor: first along the rows, then along the columns.
func centreSquare(img image.Image, side int, grey bool) []float32 {
	b := img.Bounds()
	s := min(b.Dx(), b.Dy())
	x0, y0 := b.Min.X+(b.Dx()-s)/2, b.Min.Y+(b.Dy()-s)/2
	channels := 3
	if grey {
		channels = 1
	}
	at := pixelOf(img)
	scale := float64(s) / float64(side)
	out := make([]float32, side*side*channels)
	rows := make([]float64, side*channels) // one source row, averaged along x
	line := make([]float64, s*channels)
	for y := range s {
		for x := range s {
			r, g, b := at(x0+x, y0+y)
			if grey {
				line[x] = 0.299*r + 0.587*g + 0.114*b
			} else {
				line[3*x], line[3*x+1], line[3*x+2] = r, g, b
			}
		}
		for i := range rows {
			rows[i] = 0
		}
		for x := range side {
			overlaps(x, scale, s, func(sx int, weight float64) {
				for c := range channels {
					rows[x*channels+c] += weight * line[sx*channels+c]
				}
			})
		}
		lo, hi := int(float64(y)/scale), int(float64(y+1)/scale)
		for ty := lo; ty <= min(hi, side-1); ty++ {
			weight := (min(float64(y+1), float64(ty+1)*scale) - max(float64(y), float64(ty)*scale)) / scale
			if weight <= 0 {
				continue
			}
			for i, v := range rows {
				out[ty*side*channels+i] += float32(weight * v)
			}
		}
	}
	for i, v := range out {
		out[i] = clip(v)
	}
	return out
}

// overlaps calls f for each source pixel that target pixel x covers, with the part of the target that it fills.
func overlaps(x int, scale float64, s int, f func(sx int, weight float64)) {
	a, b := float64(x)*scale, float64(x+1)*scale
	for sx := int(a); sx < s && float64(sx) < b; sx++ {
		if w := (min(b, float64(sx+1)) - max(a, float64(sx))) / scale; w > 0 {
			f(sx, w)
		}
	}
}

// pixelOf returns a function that gives red, green and blue in [0, 1]. The kinds of image that image/jpeg and image/png make of
// the course's data are read directly.
func pixelOf(img image.Image) func(x, y int) (r, g, b float64) {
	switch m := img.(type) {
	case *image.YCbCr:
		return func(x, y int) (float64, float64, float64) {
			c := m.COffset(x, y)
			r, g, b := color.YCbCrToRGB(m.Y[m.YOffset(x, y)], m.Cb[c], m.Cr[c])
			return float64(r) / 255, float64(g) / 255, float64(b) / 255
		}
	case *image.RGBA: // of image/png, opaque
		return func(x, y int) (float64, float64, float64) {
			p := m.Pix[m.PixOffset(x, y):]
			return float64(p[0]) / 255, float64(p[1]) / 255, float64(p[2]) / 255
		}
	case *image.Gray:
		return func(x, y int) (float64, float64, float64) {
			v := float64(m.GrayAt(x, y).Y) / 255
			return v, v, v
		}
	}
	return func(x, y int) (float64, float64, float64) {
		r, g, b, _ := img.At(x, y).RGBA()
		return float64(r) / 65535, float64(g) / 65535, float64(b) / 65535
	}
}
