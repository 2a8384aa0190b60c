package fourier

import (
	"fmt"
	"math"
)

// The Haar wavelets (Haar 1910; Mallat 1989, "A theory for multiresolution signal decomposition"). One step takes neighbours
// in pairs and replaces them by their sum and their difference, both divided by √2:
//
//	a[i] = (x[2i] + x[2i+1])/√2      the approximation: the same signal at half the resolution
//	d[i] = (x[2i] − x[2i+1])/√2      the detail: what was lost by it
//
// The 2×2 matrix of a pair is orthogonal, so the step keeps Σx² and its transpose undoes it. The next level takes a step on a
// alone. After L levels stand, in the place of x,
//
//	a_L | d_L | d_{L−1} | … | d_1      of the lengths n/2^L, n/2^L, n/2^{L−1}, …, n/2
//
// A detail of level l is the scalar product of x with a step of the height ±2^(−l/2) on 2^l samples: it knows where, and at which scale.

// Haar returns the orthonormal Haar transform of x over the given levels, in the layout above. O(n). It panics unless levels ≥ 0
// and 2^levels divides len(x) > 0.
func Haar(x []float64, levels int) []float64 {
	checkHaar(len(x), levels)
	c := append([]float64(nil), x...)
	work := make([]float64, len(x))
	for l := range levels {
		haarStep(c[:len(c)>>l], work)
	}
	return c
}

// InverseHaar returns the x with Haar(x, levels) = c. It panics as Haar does.
func InverseHaar(c []float64, levels int) []float64 {
	checkHaar(len(c), levels)
	x := append([]float64(nil), c...)
	work := make([]float64, len(x))
	for l := levels - 1; l >= 0; l-- {
		haarUnstep(x[:len(x)>>l], work)
	}
	return x
}

// Haar2 is the Haar transform of a picture x [h, w], row-major: at each level a step along the rows and one along the columns of
// the approximation, which shrinks into the top left corner; HaarBands names the rectangles. It keeps Σx². It panics unless
// x has h·w > 0 values and 2^levels divides h and w.
func Haar2(x []float64, h, w, levels int) []float64 {
	checkHaar2(len(x), h, w, levels)
	c := append([]float64(nil), x...)
	for l := range levels {
		lines(c, h>>l, w>>l, w, haarStep)
	}
	return c
}

// InverseHaar2 returns the picture with Haar2(x, h, w, levels) = c. It panics as Haar2 does.
func InverseHaar2(c []float64, h, w, levels int) []float64 {
	checkHaar2(len(c), h, w, levels)
	x := append([]float64(nil), c...)
	for l := levels - 1; l >= 0; l-- {
		lines(x, h>>l, w>>l, w, haarUnstep)
	}
	return x
}

// HaarBand is a rectangle of Haar2's result.
type HaarBand struct {
	Level          int    // 1 is the finest; the approximation has the last
	Kind           string // "approximation"; "upright", "level", "diagonal": the edges that its coefficients answer to
	Row, Col, H, W int    // in the result
}

// HaarBands lists the 3·levels + 1 bands of Haar2, the approximation first, then from coarse to fine. It panics as Haar2 does.
func HaarBands(h, w, levels int) []HaarBand {
	checkHaar2(h*w, h, w, levels)
	bands := []HaarBand{{levels, "approximation", 0, 0, h >> levels, w >> levels}}
	for l := levels; l > 0; l-- {
		bh, bw := h>>l, w>>l
		bands = append(bands,
			HaarBand{l, "upright", 0, bw, bh, bw}, // differences along a row, sums along a column
			HaarBand{l, "level", bh, 0, bh, bw},
			HaarBand{l, "diagonal", bh, bw, bh, bw})
	}
	return bands
}

// haarStep replaces x by a | d, of half the length each; work is at least as long.
func haarStep(x, work []float64) {
	half := len(x) / 2
	for i := range half {
		// a = (x₀ + x₁)/√2,  d = (x₀ − x₁)/√2
		work[i], work[half+i] = (x[2*i]+x[2*i+1])/math.Sqrt2, (x[2*i]-x[2*i+1])/math.Sqrt2
	}
	copy(x, work[:2*half])
}

// haarUnstep undoes haarStep.
func haarUnstep(x, work []float64) {
	half := len(x) / 2
	for i := range half {
		// x₀ = (a + d)/√2,  x₁ = (a − d)/√2
		work[2*i], work[2*i+1] = (x[i]+x[half+i])/math.Sqrt2, (x[i]-x[half+i])/math.Sqrt2
	}
	copy(x, work[:2*half])
}

// lines runs a step over the rows and then the columns of the top left [h, w] of a picture whose rows are stride apart. Rows and
// columns may be taken in either order, forth and back: the two steps commute.
func lines(x []float64, h, w, stride int, step func(x, work []float64)) {
	work, column := make([]float64, max(h, w)), make([]float64, h)
	for i := range h {
		step(x[i*stride:i*stride+w], work)
	}
	for j := range w {
		for i := range column {
			column[i] = x[i*stride+j]
		}
		step(column, work)
		for i := range column {
			x[i*stride+j] = column[i]
		}
	}
}

func checkHaar(n, levels int) {
	if n == 0 || levels < 0 || levels > 62 || n%(1<<levels) != 0 {
		panic(fmt.Sprintf("fourier: %d Haar levels of %d values: 2^levels must divide their number", levels, n))
	}
}

func checkHaar2(n, h, w, levels int) {
	if h < 1 || w < 1 || n != h*w {
		panic(fmt.Sprintf("fourier: %d values for a picture of %d×%d", n, h, w))
	}
	checkHaar(h, levels)
	checkHaar(w, levels)
}
