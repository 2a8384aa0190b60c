package fourier

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestHaarGolden(t *testing.T) {
	g := readGolden(t)
	for l, want := range g.Haar.C {
		near(t, fmt.Sprint("Haar, levels ", l), Haar(g.Haar.X, l), want, 1e-14)
	}
	for l, want := range g.Haar2.C {
		near(t, fmt.Sprint("Haar2, levels ", l), Haar2(g.Haar2.X, g.Haar2.H, g.Haar2.W, l), want, 1e-14)
	}
}

// TestHaarProperties: the inverse inverts, Σx² stays, constants have no details.
func TestHaarProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for range 20 {
		levels := rng.IntN(5)
		h, w := (1+rng.IntN(3))<<levels, (1+rng.IntN(3))<<levels
		x := normal(rng, h*w)
		c := Haar(x, levels)
		near(t, "InverseHaar", InverseHaar(c, levels), x, 1e-13)
		near(t, "Parseval", []float64{squares(c)}, []float64{squares(x)}, 1e-11)
		c = Haar2(x, h, w, levels)
		near(t, "InverseHaar2", InverseHaar2(c, h, w, levels), x, 1e-13)
		near(t, "Parseval in two dimensions", []float64{squares(c)}, []float64{squares(x)}, 1e-11)
		for i := range x {
			x[i] = 3
		}
		n := h * w >> (2 * levels)
		c = Haar2(x, h, w, levels)
		near(t, "energy of the approximation of a constant", []float64{squares(c)}, []float64{float64(9 * h * w)}, 1e-9)
		near(t, "approximation of a constant", c[:1], []float64{3 * float64(int(1)<<levels)}, 1e-12)
		details := 0
		for _, v := range c {
			if math.Abs(v) < 1e-12 {
				details++
			}
		}
		if details != h*w-n {
			t.Fatalf("%d×%d, %d levels: %d coefficients of a constant are 0, want %d", h, w, levels, details, h*w-n)
		}
	}
}

// TestHaarBands: they tile the picture, and each kind answers to its own stripes alone.
func TestHaarBands(t *testing.T) {
	seen := make([]int, 16*24)
	for _, b := range HaarBands(16, 24, 3) {
		for i := range b.H {
			for j := range b.W {
				seen[(b.Row+i)*24+b.Col+j]++
			}
		}
	}
	for i, n := range seen {
		if n != 1 {
			t.Fatalf("entry %d is in %d bands", i, n)
		}
	}
	stripes := map[string]func(i, j int) int{"upright": func(i, j int) int { return j }, "level": func(i, j int) int { return i }, "diagonal": func(i, j int) int { return i + j }}
	for kind, f := range stripes {
		x := make([]float64, 64)
		for i := range x {
			x[i] = 1 - 2*float64(f(i/8, i%8)%2)
		}
		e := HaarEnergies(x, 8, 8, 2)
		for i, b := range HaarBands(8, 8, 2) {
			want := 0.0
			if b.Level == 1 && b.Kind == kind {
				want = 1
			}
			near(t, fmt.Sprint(kind, " stripes in ", b), e[i:i+1], []float64{want}, 1e-14)
		}
	}
}

func TestHaarPanics(t *testing.T) {
	panics(t, "no values", func() { Haar(nil, 0) })
	panics(t, "6 values, 2 levels", func() { Haar(make([]float64, 6), 2) })
	panics(t, "−1 levels", func() { InverseHaar(make([]float64, 4), -1) })
	panics(t, "a wrong size", func() { Haar2(make([]float64, 12), 4, 4, 1) })
	panics(t, "64 levels", func() { Haar(make([]float64, 4), 64) })
}

func ExampleHaar() {
	fmt.Printf("%.3f\n", Haar([]float64{1, 3, 2, 2}, 2))
	// Output: [4.000 0.000 -1.414 0.000]
}

func BenchmarkHaar2(b *testing.B) {
	x := normal(rand.New(rand.NewPCG(1, 0)), 64*64)
	for b.Loop() {
		Haar2(x, 64, 64, 4)
	}
}
