package fourier

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestAmplitudes: waves on the grid come back with their amplitudes, for even and odd lengths, the constant and the fastest one too.
func TestAmplitudes(t *testing.T) {
	for _, n := range []int{20, 21} {
		x := make([]float64, n)
		for i := range x {
			x[i] = 2 + 0.5*math.Cos(2*math.Pi*3*float64(i)/float64(n)+1)
			if n == 20 {
				x[i] += 0.25 * float64(1-2*(i%2))
			}
		}
		want := make([]float64, n/2+1)
		want[0], want[3] = 2, 0.5
		if n == 20 {
			want[10] = 0.25
		}
		hz, a := Amplitudes(x, 100)
		near(t, "amplitudes", a, want, 1e-14)
		near(t, "frequencies", []float64{hz[0], hz[3]}, []float64{0, 300 / float64(n)}, 1e-13)
	}
	panics(t, "no samples", func() { Amplitudes(nil, 1) })
	panics(t, "rate 0", func() { Amplitudes([]float64{1}, 0) })
}

// TestDirections: a wave has its direction; the shares do not depend on brightness, contrast or a shift; transposing mirrors the sectors.
func TestDirections(t *testing.T) {
	wave := func(down, right int, shift float64) []float64 {
		x := make([]float64, 32*32)
		for i := range x {
			x[i] = 5 + 3*math.Cos(2*math.Pi*(float64(down*(i/32))+float64(right*(i%32)))/32+shift)
		}
		return x
	}
	for _, c := range []struct{ down, right, sector int }{{0, 5, 0}, {0, -5, 0}, {5, 0, 4}, {3, 3, 2}, {-3, 3, 6}, {3, -3, 6}, {1, 9, 0}, {9, 1, 4}, {-1, 9, 0}} {
		want := make([]float64, 8)
		want[c.sector] = 1
		near(t, fmt.Sprint("wave ", c.down, c.right), Directions(wave(c.down, c.right, 0.7), 32, 32, 8), want, 1e-13)
	}
	rng := rand.New(rand.NewPCG(3, 0))
	x := normal(rng, 15*11)
	y, turned := make([]float64, len(x)), make([]float64, len(x))
	for i := range x {
		y[i] = 7 - 2*x[i/11*11+(i%11+5)%11] // shifted along the row, in another contrast
		turned[(i%11)*15+i/11] = x[i]       // transposed
	}
	d := Directions(x, 15, 11, 6)
	near(t, "after a shift and another contrast", Directions(y, 15, 11, 6), d, 1e-12)
	e := Directions(turned, 11, 15, 6) // sector i and sector 3 − i swap
	for i := range d {
		near(t, "transposed", e[i:i+1], d[(9-i)%6:(9-i)%6+1], 1e-12)
	}
	near(t, "a grey picture", Directions(make([]float64, 12), 3, 4, 2), []float64{0, 0}, 0)
	panics(t, "no direction", func() { Directions(x, 15, 11, 0) })
}

// TestPolar: a wave of amplitude A has its energy A²/2 in its own cell, on a ring's lower edge too, and rings that cover all frequencies
// but 0 add up to the variance.
func TestPolar(t *testing.T) {
	const n = 32
	x := make([]float64, n*n)
	for _, c := range []struct{ down, right, cell int }{{0, 4, 4}, {0, 3, 0}, {5, 0, 6}, {8, 0, 10}, {0, 15, 8}} {
		for i := range x {
			x[i] = 5 + 3*math.Cos(2*math.Pi*float64(c.down*(i/n)+c.right*(i%n))/n)
		}
		want := make([]float64, 12)
		want[c.cell] = 4.5
		near(t, fmt.Sprint("wave ", c.down, c.right), Polar(x, n, n, []float64{1, 4, 8, 16}, 4), want, 1e-12)
	}
	y := normal(rand.New(rand.NewPCG(8, 0)), 12*9)
	mean, sum := 0.0, 0.0
	for _, v := range y {
		mean += v / float64(len(y))
	}
	for _, v := range Polar(y, 12, 9, []float64{0.5, 2, 100}, 5) {
		sum += v
	}
	near(t, "variance", []float64{sum}, []float64{squares(y)/float64(len(y)) - mean*mean}, 1e-12)
	panics(t, "falling edges", func() { Polar(y, 12, 9, []float64{2, 1}, 4) })
	panics(t, "an edge of 0", func() { Polar(y, 12, 9, []float64{0, 1}, 4) })
}

func TestHaarEnergiesSum(t *testing.T) {
	x := normal(rand.New(rand.NewPCG(4, 0)), 16*8)
	e := HaarEnergies(x, 16, 8, 3)
	sum := 0.0
	for _, v := range e {
		sum += v
	}
	if len(e) != 10 || math.Abs(sum-squares(x)/float64(len(x))) > 1e-12 {
		t.Errorf("%d energies with the sum %g, want 10 with %g", len(e), sum, squares(x)/float64(len(x)))
	}
}

func ExampleAmplitudes() {
	x := make([]float64, 8)
	for i := range x {
		x[i] = 1 + 3*math.Cos(2*math.Pi*2*float64(i)/8)
	}
	hz, a := Amplitudes(x, 80)
	for k := range hz {
		fmt.Printf("%g Hz: %.1f\n", hz[k], a[k])
	}
	// Output:
	// 0 Hz: 1.0
	// 10 Hz: 0.0
	// 20 Hz: 3.0
	// 30 Hz: 0.0
	// 40 Hz: 0.0
}
