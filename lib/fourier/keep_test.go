package fourier

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestMaskedGolden(t *testing.T) {
	g := readGolden(t).Mask
	near(t, "Power", Power(g.X, g.H, g.W), g.Power, 1e-11)
	near(t, "Masked", Masked(g.X, g.Mask, g.H, g.W), g.Masked, 1e-13)
}

// TestKeepFirst: whole waves, k or k+1 of them, nested, and everything at the end; the kept energy is that of the picture
// left (Parseval).
func TestKeepFirst(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 0))
	for _, size := range [][2]int{{6, 8}, {5, 7}, {4, 5}, {1, 6}, {1, 1}} {
		h, w := size[0], size[1]
		x := normal(rng, h*w)
		power := Power(x, h, w)
		order := ByImportance(power, h, w)
		last, left := -1.0, make([]float64, h*w)
		for k := range h*w + 1 {
			mask := KeepFirst(order, k, h, w)
			count := 0
			for i, m := range mask {
				count += int(m)
				if mask[Mirror(i, h, w)] != m || m < left[i] {
					t.Fatalf("%d×%d, k = %d: entry %d without its mirror, or not nested", h, w, k, i)
				}
			}
			left = mask
			if count != k && count != k+1 {
				t.Fatalf("%d×%d, k = %d: %d are kept", h, w, k, count)
			}
			share := KeptEnergy(power, mask)
			if share < last-1e-15 {
				t.Fatalf("the kept energy falls from %g to %g", last, share)
			}
			last = share
			near(t, "energy of the picture left", []float64{squares(Masked(x, mask, h, w))}, []float64{share * squares(x)}, 1e-11)
		}
		soft := normal(rng, h*w) // any real mask that is the same at a frequency and its mirror
		for i := range soft {
			soft[i] = soft[max(i, Mirror(i, h, w))]
		}
		near(t, "energy under a soft mask", []float64{squares(Masked(x, soft, h, w))}, []float64{KeptEnergy(power, soft) * squares(x)}, 1e-11)
		near(t, "all", Masked(x, KeepFirst(order, h*w, h, w), h, w), x, 1e-13)
	}
}

// TestKeepStrongestIsBest: no other choice of as many whole waves leaves a nearer picture; all 2^p choices are tried.
func TestKeepStrongestIsBest(t *testing.T) {
	const h, w = 3, 5 // one real wave alone (frequency 0) and seven pairs
	x := normal(rand.New(rand.NewPCG(6, 0)), h*w)
	power := Power(x, h, w)
	best := map[int]float64{}
	var pairs []int
	for i := 1; i < h*w; i++ {
		if i < Mirror(i, h, w) {
			pairs = append(pairs, i)
		}
	}
	for choice := range 1 << len(pairs) {
		for _, zero := range []float64{0, 1} {
			mask, count := make([]float64, h*w), int(zero)
			mask[0] = zero
			for b, i := range pairs {
				if choice>>b&1 == 1 {
					mask[i], mask[Mirror(i, h, w)] = 1, 1
					count += 2
				}
			}
			best[count] = max(best[count], KeptEnergy(power, mask))
		}
	}
	for k := 0; k <= h*w; k++ {
		mask := KeepFirst(ByImportance(power, h, w), k, h, w) // by falling power a coefficient, as the best filling of a knapsack
		count := 0
		for _, m := range mask {
			count += int(m)
		}
		if got := KeptEnergy(power, mask); got < best[count]-1e-12 {
			t.Errorf("%d kept: share %g, possible %g", count, got, best[count])
		}
	}
}

func TestByFrequency(t *testing.T) {
	h, w := 6, 8
	order := ByFrequency(h, w)
	seen, last := map[int]bool{}, -1.0
	for _, i := range order {
		if r := Radius(i/w, i%w, h, w); r < last-1e-12 || seen[i] {
			t.Fatalf("index %d with the frequency %g comes after %g, or twice", i, r, last)
		} else {
			last, seen[i] = r, true
		}
	}
	d, r := Frequency(5, 4, 6, 8)
	near(t, "Frequency(5, 4)", []float64{d, r}, []float64{-1. / 6, -0.5}, 0)
	if order[0] != 0 || len(order) != h*w {
		t.Errorf("%d indices, the first %d", len(order), order[0])
	}
}

func TestKeepPanics(t *testing.T) {
	panics(t, "k < 0", func() { KeepFirst([]int{0}, -1, 1, 1) })
	panics(t, "a short importance", func() { ByImportance([]float64{1}, 2, 2) })
	panics(t, "a short mask", func() { Masked(make([]float64, 4), make([]float64, 3), 2, 2) })
	if KeptEnergy([]float64{0, 0}, []float64{0, 1}) != 1 {
		t.Error("of nothing, not everything is kept")
	}
}

// The mean and the one wave of a picture of stripes are all there is.
func ExampleKeepFirst() {
	const h, w = 4, 8
	x := make([]float64, h*w)
	for i := range x {
		x[i] = 2 + math.Cos(2*math.Pi*2*float64(i%w)/w)
	}
	power := Power(x, h, w)
	mask := KeepFirst(ByImportance(power, h, w), 3, h, w)
	fmt.Printf("%.3f %.3f\n", KeptEnergy(power, mask), Masked(x, mask, h, w)[:w])
	// Output: 1.000 [3.000 2.000 1.000 2.000 3.000 2.000 1.000 2.000]
}
