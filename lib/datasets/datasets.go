package datasets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"nncourse/lib/workspace"
)

// Images is a labelled set of images, all of one size, in one block of memory.
type Images struct {
	Name      string    // "MNIST test"
	Source    string    // one honest line for a caption: where the images came from, and how many of how many
	Generated bool      // true: made by this package; false: read from files
	N         int       // images
	H, W, C   int       // height, width (pixels), channels: 1 grey, 3 red-green-blue
	Pix       []float32 // [N, H, W, C], row-major, 0 = black … 1 = full intensity
	Labels    []int32   // [N], each in [0, len(Classes))
	Classes   []string  // names of the classes, in the order of the labels
}

// Image returns image i as a view of length H·W·C into Pix: writing to it writes to the set.
// It panics unless 0 ≤ i < N.
func (d *Images) Image(i int) []float32 {
	if i < 0 || i >= d.N {
		panic(fmt.Sprintf("datasets: Image(%d) of %d images", i, d.N))
	}
	size := d.H * d.W * d.C
	return d.Pix[i*size : (i+1)*size : (i+1)*size]
}

// Slice returns the images lo ≤ i < hi as a view: both sets share their pixels and labels.
// It panics unless 0 ≤ lo ≤ hi ≤ N.
func (d *Images) Slice(lo, hi int) *Images {
	if lo < 0 || hi < lo || hi > d.N {
		panic(fmt.Sprintf("datasets: Slice(%d, %d) of %d images", lo, hi, d.N))
	}
	size := d.H * d.W * d.C
	part := *d
	part.N = hi - lo
	part.Pix = d.Pix[lo*size : hi*size : hi*size]
	part.Labels = d.Labels[lo:hi:hi]
	if part.N != d.N {
		part.Source = fmt.Sprintf("%s; images %d to %d of these", d.Source, lo, hi-1)
	}
	return &part
}

// Subset returns a copy of the images with the given indices, in that order; an index may occur more than once.
// It panics where an index is not in [0, N).
func (d *Images) Subset(idx []int) *Images {
	size := d.H * d.W * d.C
	part := *d
	part.N = len(idx)
	part.Pix = make([]float32, len(idx)*size)
	part.Labels = make([]int32, len(idx))
	for j, i := range idx {
		if i < 0 || i >= d.N {
			panic(fmt.Sprintf("datasets: Subset: idx[%d] = %d of %d images", j, i, d.N))
		}
		copy(part.Pix[j*size:], d.Pix[i*size:(i+1)*size])
		part.Labels[j] = d.Labels[i]
	}
	part.Source = fmt.Sprintf("%s; %d of these %d", d.Source, part.N, d.N)
	return &part
}

// Counts returns how many images each class has.
func (d *Images) Counts() []int {
	counts := make([]int, len(d.Classes))
	for _, l := range d.Labels {
		counts[l]++
	}
	return counts
}

// Split names one of the two parts in which a benchmark set is published.
type Split int

const (
	Train Split = iota // to fit on
	Test               // to report on, and never to fit or choose on
)

func (s Split) String() string {
	switch s {
	case Train:
		return "train"
	case Test:
		return "test"
	}
	return fmt.Sprintf("Split(%d)", int(s))
}

// ErrAbsent is the error (for errors.Is) of a set whose files are in none of the data folders.
// The error's text names the set, the folders, and the command that fetches it.
var ErrAbsent = errors.New("the data is not here")

// absent makes the error for a set of which no folder holds any file.
func absent(name, what string, dirs []string) error {
	return fmt.Errorf("datasets: %s: %w: %s is in none of %s; get it with `go tool course data fetch %s`, or put the files there by hand",
		name, ErrAbsent, what, strings.Join(dirs, ", "), name)
}

// find returns the path of the first of the named files that exists in DIR/folder, DIR over the data folders in order.
func find(set, folder string, names ...string) (string, error) {
	dirs, err := workspace.DataDirs()
	if err != nil {
		return "", fmt.Errorf("datasets: %s: %w", set, err)
	}
	var looked []string
	for _, dir := range dirs {
		at := filepath.Join(dir, folder)
		looked = append(looked, at)
		for _, name := range names {
			path := filepath.Join(at, name)
			_, err := os.Stat(path)
			switch {
			case err == nil:
				return path, nil
			case !errors.Is(err, fs.ErrNotExist):
				return "", fmt.Errorf("datasets: %s: %w", set, err)
			}
		}
	}
	return "", absent(set, strings.Join(names, " or "), looked)
}

// tidy shortens a path for a caption: relative to the course's root where that is possible, with / as separator.
func tidy(path string) string {
	root, err := workspace.Root()
	if err != nil {
		return filepath.ToSlash(path)
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	rel = filepath.ToSlash(rel)
	if rest, ok := strings.CutPrefix(rel, "../"); ok && !strings.HasPrefix(rest, "../") {
		return rest // beside the course: "shared/data/mnist"
	}
	if strings.HasPrefix(rel, "../") {
		return filepath.Base(path) // elsewhere ($COURSE_DATA): no machine's path in an output that is kept
	}
	return rel
}
