package explain

import (
	"fmt"
	"math"
)

// Upsample enlarges (or shrinks) a map m [H][W] to h×w by bilinear interpolation between the centres of its places.
//
// Pixels and places are squares that cover the same image; pixel j of w reads the map at
//
//	u = (j + ½)·W/w − ½, moved into [0, W−1]
//
// in units of places: the "half-pixel" convention (PyTorch align_corners=False, OpenCV, scipy's zoom with
// grid_mode=True, mode="nearest"), under which a mirrored map gives the mirrored picture and a map of equal
// numbers stays as it is. Rows likewise. Shrinking samples and does not average.
//
// It panics where m is empty or ragged or h, w < 1, and errs where a value is not finite.
func Upsample(m [][]float64, h, w int) ([][]float64, error) {
	H, W, err := mapSize("Upsample", m)
	if err != nil {
		return nil, err
	}
	if h < 1 || w < 1 {
		panic(fmt.Sprintf("explain: Upsample to %d×%d", h, w))
	}
	out := newMap(h, w)
	for i := range out {
		y0, y1, b := neighbours(i, h, H)
		for j := range out[i] {
			x0, x1, a := neighbours(j, w, W)
			top := (1-a)*m[y0][x0] + a*m[y0][x1]
			bottom := (1-a)*m[y1][x0] + a*m[y1][x1]
			out[i][j] = (1-b)*top + b*bottom
		}
	}
	return out, nil
}

// neighbours gives the two of N places between whose centres pixel j of n lies, and its distance a ∈ [0, 1) from the
// first.
func neighbours(j, n, N int) (lo, hi int, a float64) {
	u := (float64(j)+0.5)*float64(N)/float64(n) - 0.5
	u = math.Min(math.Max(u, 0), float64(N-1))
	lo = int(u)
	return lo, min(lo+1, N-1), u - float64(lo)
}

// Normalise maps m linearly to [0, 1]: (m − min)/(max − min). A constant map holds no information about places and
// becomes all zeros. The result is for looking at: sums and signs are lost, so do it last.
//
// It panics where m is empty or ragged, and errs where a value is not finite.
func Normalise(m [][]float64) ([][]float64, error) {
	h, w, err := mapSize("Normalise", m)
	if err != nil {
		return nil, err
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, row := range m {
		for _, v := range row {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	out := newMap(h, w)
	if hi == lo {
		return out, nil
	}
	for y, row := range m {
		for x, v := range row {
			out[y][x] = v/(hi-lo) - lo/(hi-lo)
		}
	}
	return out, nil
}

// Coarse returns maps with one value for k×k pixels, their mean (fewer at the right and lower border). Maps by pixels, like
// saliency's, are a grain of single points; a box or a peak asks where much of it is. It panics where k < 1.
func (m *Maps) Coarse(k int) *Maps {
	if k < 1 {
		panic(fmt.Sprintf("explain: Coarse(%d)", k))
	}
	out := *m
	out.H, out.W = (m.H+k-1)/k, (m.W+k-1)/k
	out.Values = make([]float32, m.N*out.H*out.W)
	for i := range m.N {
		for y := range m.H {
			for x := range m.W {
				size := min(k, m.H-y/k*k) * min(k, m.W-x/k*k)
				out.Values[(i*out.H+y/k)*out.W+x/k] += m.Values[(i*m.H+y)*m.W+x] / float32(size)
			}
		}
	}
	return &out
}

// AtPixels returns all maps at h×w pixels (see Upsample), as Deletion and Insertion want them.
func (m *Maps) AtPixels(h, w int) ([][][]float64, error) {
	out := make([][][]float64, m.N)
	for i := range out {
		var err error
		if out[i], err = m.Upsampled(i, h, w); err != nil {
			return nil, fmt.Errorf("map %d: %w", i, err)
		}
	}
	return out, nil
}
