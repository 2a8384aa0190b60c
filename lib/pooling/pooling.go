// Package pooling is pooling in float64, written to be read: windows over a signal or a picture, each of which gives one
// number. With W the entries of one window
//
//	Max    y = max_{i∈W} xᵢ              the gradient goes to the place of the maximum
//	Mean   y = (1/|W|) Σ_{i∈W} xᵢ        the gradient is shared equally
//	Lp     y = (Σ_{i∈W} |xᵢ|^p)^{1/p}    between the two: p = 1 is |W| times the mean of |x|, p → ∞ the maximum of |x|
//
// A global pool is a pool with one window, which holds everything.
//
// The files: max.go, mean.go, lp.go (each with its gradient, in one and two dimensions), global.go, shift.go (what
// one-pixel shifts change: exact shares, as fractions). Pictures are [rows][columns]. Arguments are never changed. Shapes that do not fit are
// a caller's bug and panic with "pooling: …".
package pooling

import "fmt"

// Options say where the windows lie on an axis with n entries: window i holds the entries
//
//	i·s − p, …, i·s − p + k − 1,   i = 0, …, Size(n) − 1,
//
// less those that lie outside 0 … n−1. Padding is not data: it is never the maximum and does not count in the mean.
// Entries behind the last whole window are not seen.
type Options struct {
	Window int // k ≥ 1: entries in a window
	Stride int // s ≥ 1: from one window to the next; 0 means k, windows side by side
	Pad    int // p, 0 ≤ p < k: how far the first window begins before the axis and the last may end behind it
}

func (o Options) stride() int {
	if o.Stride == 0 {
		return o.Window
	}
	return o.Stride
}

// Size returns the number of windows on n entries, ⌊(n + 2p − k)/s⌋ + 1. It panics if n or k is not positive, if the stride
// is negative, if not 0 ≤ p < k, or if no window fits.
func (o Options) Size(n int) int {
	switch {
	case n < 1 || o.Window < 1 || o.Stride < 0 || o.Pad < 0 || o.Pad >= o.Window:
		panic(fmt.Sprintf("pooling: window %d, stride %d, padding %d on %d entries", o.Window, o.Stride, o.Pad, n))
	case o.Window > n+2*o.Pad:
		panic(fmt.Sprintf("pooling: a window of %d does not fit on %d entries with padding %d", o.Window, n, o.Pad))
	}
	return (n+2*o.Pad-o.Window)/o.stride() + 1
}

// Entries returns the first entry of window i and the one behind its last, on an axis of n entries: lo < hi.
func (o Options) Entries(i, n int) (lo, hi int) {
	lo = i*o.stride() - o.Pad
	return max(lo, 0), min(lo+o.Window, n)
}

// shape returns the rows and columns of a, and panics if it is empty or ragged.
func shape(what string, a [][]float64) (rows, cols int) {
	if len(a) == 0 || len(a[0]) == 0 {
		panic("pooling: " + what + " is empty")
	}
	for i, row := range a {
		if len(row) != len(a[0]) {
			panic(fmt.Sprintf("pooling: row %d of %s has %d entries, row 0 has %d", i, what, len(row), len(a[0])))
		}
	}
	return len(a), len(a[0])
}

// windows calls do for every output (i, j) of a picture of m×n entries with the rows [r0, r1) and columns [c0, c1) of its window.
func windows(m, n int, rows, cols Options, do func(i, j, r0, r1, c0, c1 int)) {
	for i := range rows.Size(m) {
		r0, r1 := rows.Entries(i, m)
		for j := range cols.Size(n) {
			c0, c1 := cols.Entries(j, n)
			do(i, j, r0, r1, c0, c1)
		}
	}
}

// sameShape panics unless dy has the shape of the pool of m×n entries.
func sameShape(dy [][]float64, m, n int, rows, cols Options) {
	h, w := shape("dy", dy)
	if h != rows.Size(m) || w != cols.Size(n) {
		panic(fmt.Sprintf("pooling: dy is %d×%d, the pool of %d×%d entries %d×%d", h, w, m, n, rows.Size(m), cols.Size(n)))
	}
}

// zeros is a matrix of zeros.
func zeros(rows, cols int) [][]float64 {
	all := make([]float64, rows*cols)
	a := make([][]float64, rows)
	for i := range a {
		a[i] = all[i*cols : (i+1)*cols : (i+1)*cols]
	}
	return a
}

// row lets the functions of two dimensions serve one: a picture with one row, and windows of one row.
func row(x []float64) [][]float64 { return [][]float64{x} }

var one = Options{Window: 1}
