package pooling_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"nncourse/lib/pooling"
)

func is(t *testing.T, what string, got *big.Rat, num, den int64) {
	t.Helper()
	if got.Cmp(big.NewRat(num, den)) != 0 {
		t.Errorf("%s is %v, want %d/%d", what, got, num, den)
	}
}

// The lecture's 3/8 and 5/8, and what the enumerations of other readings give.
func TestLecture(t *testing.T) {
	if got := fmt.Sprint(pooling.Kept(2), pooling.Kept(3)); got != "[[3 3] [3 3]] [[3 5 3] [5 8 5] [3 5 3]]" {
		t.Error(got)
	}
	is(t, "KeptShare(2)", pooling.KeptShare(2), 3, 8)
	is(t, "KeptShare(3)", pooling.KeptShare(3), 5, 9)
	is(t, "NoiseShare(2)", pooling.NoiseShare(2), 5, 21)
	is(t, "NoiseShare(3)", pooling.NoiseShare(3), 11, 28)
	is(t, "SpotShare(3, 2)", pooling.SpotShare(3, 2), 0, 1)
	// Windows with gaps: 4 places inside with 3 each, 4 in one gap with 4, 1 in two gaps with 4 (black before and after).
	is(t, "SpotShare(2, 3)", pooling.SpotShare(2, 3), 4*3+4*4+4, 72)
	is(t, "SpotShare(1, 3)", pooling.SpotShare(1, 3), 8*7, 72) // seen at one place of nine; each of the others has one shift that shows it
}

func TestShares(t *testing.T) {
	for k := 1; k <= 7; k++ {
		n := int64(k)
		is(t, fmt.Sprintf("KeptShare(%d)", k), pooling.KeptShare(k), (3*n-2)*(3*n-2)-n*n, 8*n*n)
		is(t, fmt.Sprintf("NoiseShare(%d)", k), pooling.NoiseShare(k).Add(pooling.NoiseShare(k), new(big.Rat)),
			(n*(n-1))*(2*n*n-(n-1)*(n-1))+(n-1)*(n-1)*(2*n*n-n*(n-1)), 2*(2*n*n-n*(n-1))*(2*n*n-(n-1)*(n-1)))
		if got := pooling.AllKeptShare(k, 1); got.Cmp(pooling.KeptShare(k)) != 0 {
			t.Errorf("one window of %d: %v", k, got)
		}
		if k < 5 {
			if got := pooling.SpotShare(k, k); got.Cmp(pooling.KeptShare(k)) != 0 {
				t.Errorf("one spot on black, window %d: %v", k, got)
			}
		}
	}
}

// Three windows, every combination of places.
func TestAllKept(t *testing.T) {
	for _, k := range []int{2, 3} {
		count, all, kk := int64(0), int64(0), k*k
		stays := func(place int, d [2]int) bool {
			r, c := place/k+d[0], place%k+d[1]
			return r >= 0 && r < k && c >= 0 && c < k
		}
		for _, d := range pooling.Shifts {
			for places := range kk * kk * kk {
				all++
				if stays(places%kk, d) && stays(places/kk%kk, d) && stays(places/kk/kk, d) {
					count++
				}
			}
		}
		is(t, fmt.Sprintf("AllKeptShare(%d, 3)", k), pooling.AllKeptShare(k, 3), count, all)
	}
}

// All 7! orders of the entries that a 2×2 window and its diagonal shift see, and all 6! for a shift along an axis, pooled by Max2D.
func TestNoiseByAllOrders(t *testing.T) {
	two := pooling.Options{Window: 2}
	pool := func(x [][]float64, r, c int) float64 {
		y, _ := pooling.Max2D([][]float64{x[r][c : c+2], x[r+1][c : c+2]}, two, two)
		return y[0][0]
	}
	share := new(big.Rat)
	for _, d := range pooling.Shifts {
		var places [][2]int
		for r := range 4 {
			for c := range 4 {
				in := func(r0, c0 int) bool { return r0 <= r && r < r0+2 && c0 <= c && c < c0+2 }
				if in(1, 1) || in(1-d[0], 1-d[1]) {
					places = append(places, [2]int{r, c})
				}
			}
		}
		x := [][]float64{make([]float64, 4), make([]float64, 4), make([]float64, 4), make([]float64, 4)}
		var same, all int64
		var order func(n int)
		order = func(n int) { // Heap's algorithm on the values 1 … n at the places
			if n == 1 {
				all++
				if pool(x, 1, 1) == pool(x, 1-d[0], 1-d[1]) {
					same++
				}
				return
			}
			for i := range n {
				order(n - 1)
				a, b := places[i], places[n-1]
				if n%2 == 1 {
					a = places[0]
				}
				x[a[0]][a[1]], x[b[0]][b[1]] = x[b[0]][b[1]], x[a[0]][a[1]]
			}
		}
		for i, p := range places {
			x[p[0]][p[1]] = float64(i + 1)
		}
		order(len(places))
		if want := map[int]int64{6: 720, 7: 5040}[len(places)]; all != want {
			t.Fatalf("%d orders of %d places", all, len(places))
		}
		share.Add(share, big.NewRat(same, 8*all))
	}
	if share.Cmp(pooling.NoiseShare(2)) != 0 {
		t.Errorf("all orders: %v, NoiseShare %v", share, pooling.NoiseShare(2))
	}
}

// 3×3: sampled.
func TestNoiseSampled(t *testing.T) {
	rng, three := source(4), pooling.Options{Window: 3, Stride: 1}
	same, all := 0, 0
	for range 20000 {
		y, _ := pooling.Max2D(gaussian(rng, 5, 5), three, three) // the window in the middle and its eight neighbours
		for _, d := range pooling.Shifts {
			all++
			if y[1][1] == y[1-d[0]][1-d[1]] {
				same++
			}
		}
	}
	// The eight of a picture are dependent: the deviation is below 0.5/√20000 = 0.0035.
	if got := float64(same) / float64(all); math.Abs(got-11./28) > 0.012 {
		t.Errorf("sampled %v, want 11/28 = %.4f", got, 11./28)
	}
}
