package explain

import (
	"context"
	"fmt"
	"math"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// LocalContrast is |pixel − mean of its neighbourhood|, mean over the channels: an edge and texture detector that never
// asks the net. It has the form of an explanation and is none, and it often looks like one. Measures of maps must be tried
// on it: localisation does not find it out, the randomisation check does (see SanityCheck).
type LocalContrast struct {
	Radius int // the neighbourhood is a square of 2·Radius+1 pixels, cut at the border; 0 means 4
}

// Explain computes the contrast of every image of d, one value a pixel, in plain Go. The class goes into the result as it
// came, and Logits are nil: the model is not asked. It panics where Radius is negative or class has another number than d of
// images. The error is the context's, or names an image with a value that is not finite.
func (e *LocalContrast) Explain(ctx context.Context, m *nets.Model, d *datasets.Images, class []int32) (*Maps, error) {
	r := e.Radius
	if r == 0 {
		r = 4
	}
	if r < 0 || class != nil && len(class) != d.N {
		panic(fmt.Sprintf("explain: local contrast: radius %d, %d classes for %d images", r, len(class), d.N))
	}
	out := &Maps{Name: "local contrast", N: d.N, H: d.H, W: d.W, Class: class, Values: make([]float32, d.N*d.H*d.W)}
	// total[y][x] is the sum of the pixels above and to the left of (x, y), of one channel.
	total := newMap(d.H+1, d.W+1)
	for i := range d.N {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		pix := d.Image(i)
		for ch := range d.C {
			for y := range d.H {
				for x := range d.W {
					v := float64(pix[(y*d.W+x)*d.C+ch])
					if math.IsNaN(v) || math.IsInf(v, 0) {
						return nil, fmt.Errorf("explain: local contrast: image %d is %g at row %d, column %d", i, v, y, x)
					}
					total[y+1][x+1] = v + total[y][x+1] + total[y+1][x] - total[y][x]
				}
			}
			for y := range d.H {
				top, bottom := max(0, y-r), min(d.H, y+r+1)
				for x := range d.W {
					left, right := max(0, x-r), min(d.W, x+r+1)
					sum := total[bottom][right] - total[top][right] - total[bottom][left] + total[top][left]
					mean := sum / float64((bottom-top)*(right-left))
					out.Values[(i*d.H+y)*d.W+x] += float32(math.Abs(float64(pix[(y*d.W+x)*d.C+ch])-mean) / float64(d.C))
				}
			}
		}
	}
	return out, nil
}
