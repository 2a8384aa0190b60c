package pooling

import (
	"fmt"
	"math/big"
)

// Shifts are the eight ways to move a picture by one pixel: rows down, columns right.
var Shifts = [8][2]int{{-1, -1}, {-1, 0}, {-1, 1}, {0, -1}, {0, 1}, {1, -1}, {1, 0}, {1, 1}}

// How many of the eight shifts leave a max pool as it was? The answer depends on what is meant. Windows are k×k, side by side.
//
//	Kept           the maximum is at a given place of its window, and stays inside: 3, 5 or 8 of 8 for k ≥ 3, always 3 for k = 2
//	KeptShare      the same, on average over the k² places: ((3k−2)² − k²)/8k², that is 3/8 for k = 2 and 5/9 for k = 3
//	SpotShare      one bright pixel on black, any stride: the whole pooled picture stays
//	AllKeptShare   m windows, each with its own spot, at independent places: all of them stay
//	NoiseShare     all entries are random and different: one output keeps its value, 5/21 for k = 2 and 11/28 for k = 3
//
// The often quoted 3/8 and 5/8 (deeplearning.net's LeNet tutorial) are Kept for k = 2, anywhere, and for k = 3 with the maximum at the
// middle of an edge; no average over places gives 5/8.

// Kept returns the number of the eight shifts after which an entry at each place of a k×k window is still in the window, [k][k],
// counted one by one. It panics unless k ≥ 1.
func Kept(k int) [][]int {
	atLeast("window", k, 1)
	count := make([][]int, k)
	for i := range count {
		count[i] = make([]int, k)
		for j := range k {
			for _, d := range Shifts {
				if inside(i+d[0], k) && inside(j+d[1], k) {
					count[i][j]++
				}
			}
		}
	}
	return count
}

// KeptShare returns the mean of Kept over places, divided by 8.
func KeptShare(k int) *big.Rat {
	sum := 0
	for _, row := range Kept(k) {
		for _, n := range row {
			sum += n
		}
	}
	return big.NewRat(int64(sum), int64(8*k*k))
}

// SpotShare puts one bright pixel at each place of a period, moves it by each shift, max-pools both pictures with the k×k windows at the
// stride given, far from the border, and returns the share of the cases where the two pooled pictures are the same. Where stride = k it is KeptShare;
// where windows overlap (stride < k) less stays, where they leave gaps a spot may be in no window. It panics unless k, stride ≥ 1.
func SpotShare(k, stride int) *big.Rat {
	atLeast("window", k, 1)
	atLeast("stride", stride, 1)
	opt := Options{Window: k, Stride: stride}
	first := stride * ((k+1)/stride + 1) // a window's first entry, with room for a whole window and a shift before it
	n := first + stride + 2*k + 1        // and behind the last place
	spot := func(r, c int) [][]float64 {
		x := zeros(n, n)
		x[r][c] = 1
		y, _ := Max2D(x, opt, opt)
		return y
	}
	same := 0
	for r := first; r < first+stride; r++ {
		for c := first; c < first+stride; c++ {
			y := spot(r, c)
			for _, d := range Shifts {
				if equal(y, spot(r+d[0], c+d[1])) {
					same++
				}
			}
		}
	}
	return big.NewRat(int64(same), int64(8*stride*stride))
}

// AllKeptShare returns the share of cases in which m windows all keep their maxima, which lie at independent, equally likely
// places. Given the shift d a maximum stays with probability ω_d/k², where ω_d = (k − |d₁|)(k − |d₂|) counts the entries that
// window and shifted window share; so it is
//
//	(1/8) Σ_d (ω_d/k²)^m.
//
// A layer behind the pool that sees m windows keeps its input, and so for certain its output, in these cases. It panics unless k, m ≥ 1.
func AllKeptShare(k, m int) *big.Rat {
	atLeast("window", k, 1)
	atLeast("number of windows", m, 1)
	sum := new(big.Rat)
	for _, d := range Shifts {
		stays, all := big.NewRat(int64(shared(k, d)), int64(k*k)), big.NewRat(1, 8)
		for range m {
			all.Mul(all, stays)
		}
		sum.Add(sum, all)
	}
	return sum
}

// NoiseShare returns the share of cases in which one output of the pool keeps its value, if all orders of the entries are equally
// likely and no two are equal. The window W before and W′ after the shift hold u = 2k² − ω entries together, ω of them in both. The largest of the u is at
// each place with equal chance, and max W = max W′ exactly if it is one of the ω:
//
//	(1/8) Σ_d ω_d/(2k² − ω_d).
//
// The entries are counted one by one. It panics unless k ≥ 1.
func NoiseShare(k int) *big.Rat {
	atLeast("window", k, 1)
	sum := new(big.Rat)
	for _, d := range Shifts {
		both, either := 0, 0
		for i := -1; i <= k; i++ {
			for j := -1; j <= k; j++ {
				before, after := inside(i, k) && inside(j, k), inside(i+d[0], k) && inside(j+d[1], k)
				if before && after {
					both++
				}
				if before || after {
					either++
				}
			}
		}
		sum.Add(sum, big.NewRat(int64(both), int64(8*either)))
	}
	return sum
}

func inside(i, k int) bool { return 0 <= i && i < k }

// shared is ω_d.
func shared(k int, d [2]int) int {
	side := func(d int) int { return k - max(d, -d) }
	return side(d[0]) * side(d[1])
}

func equal(a, b [][]float64) bool {
	for i := range a {
		for j := range a[i] {
			if a[i][j] != b[i][j] {
				return false
			}
		}
	}
	return true
}

func atLeast(what string, v, low int) {
	if v < low {
		panic(fmt.Sprintf("pooling: %s %d, want at least %d", what, v, low))
	}
}
