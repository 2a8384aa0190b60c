package fourier

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestMeanGolden(t *testing.T) {
	r := readReference(t).Mean
	s := Mean(float32s(r.Pix), r.H, r.W, r.C)
	if s.N != 3 {
		t.Errorf("%d images", s.N)
	}
	near(t, "mean |Fx|", s.Amplitude, r.Amplitude, 1e-12)
	near(t, "mean |Fx|²", s.Energy, r.Energy, 1e-11)
	near(t, "centred", Centred(s.Energy, r.H, r.W), r.Centred, 1e-11)
}

func TestMeanParseval(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	x := float32s(normal(rng, 4*6*7))
	want := 0.0
	for _, v := range x {
		want += float64(v) * float64(v) / 4
	}
	got := 0.0
	for _, e := range Mean(x, 6, 7, 1).Energy {
		got += e / 42
	}
	near(t, "energy over pixels and over frequencies", []float64{got}, []float64{want}, 1e-10)
}

// wave is amplitude·cos(2π(uy/h + vz/w) + 0.3).
func wave(amplitude float64, u, v, h, w int) []float64 {
	x := make([]float64, h*w)
	for i := range x {
		x[i] = amplitude * math.Cos(2*math.Pi*(float64(u*(i/w))/float64(h)+float64(v*(i%w))/float64(w))+0.3)
	}
	return x
}

// TestWave: a plane wave has the amplitude a·hw/2 at ±(u, v), and nothing elsewhere; its ring is that of √(u² + v²).
func TestWave(t *testing.T) {
	const h, w, u, v, a = 12, 12, 3, 4, 0.7
	s := Mean(float32s(wave(a, u, v, h, w)), h, w, 1)
	want := make([]float64, h*w)
	want[u*w+v], want[Mirror(u*w+v, h, w)] = a*h*w/2, a*h*w/2
	near(t, "spectrum of a wave", s.Amplitude, want, 1e-5) // float32 pixels
	p := Radial(s.Energy, h, w)
	for k, sum := range p.Sum {
		if k == 5 {
			near(t, "ring 5", []float64{sum}, []float64{2 * math.Pow(a*h*w/2, 2)}, 1e-2)
		} else if sum > 1e-8 {
			t.Errorf("ring %d has the energy %g", k, sum)
		}
	}
	near(t, "mean radius", []float64{MeanRadius(s.Energy, h, w)}, []float64{5}, 1e-6)
	if r := LowToHigh(s.Energy, h, w, 5); !(r > 1e10) {
		t.Errorf("cut at the wave: low to high %g", r)
	}
	if r := LowToHigh(s.Energy, h, w, 4.9); !(r < 1e-10) {
		t.Errorf("cut below the wave: low to high %g", r)
	}
}

func TestRadialGolden(t *testing.T) {
	tried := 0
	for _, r := range readReference(t).Radial {
		tried++
		p := Radial(r.E, r.H, r.W)
		near(t, "sums", p.Sum, r.Sum, 1e-12)
		near(t, "means", p.Mean, r.Mean, 1e-12)
		for k, n := range r.Count {
			if p.Count[k] != n || p.Radius[k] != float64(k) {
				t.Errorf("%d×%d, ring %d: %d values of radius %g, want %d", r.H, r.W, k, p.Count[k], p.Radius[k], n)
			}
		}
		near(t, "low to high, mean radius", []float64{LowToHigh(r.E, r.H, r.W, 2), MeanRadius(r.E, r.H, r.W)}, []float64{r.Ratio, r.MeanRadius}, 1e-12)
	}
	if tried == 0 {
		t.Error("no case")
	}
}

// TestRadialCuts: on 28×28 every integer cut takes the frequencies of that length in, whatever 28·(k/28) rounds to.
func TestRadialCuts(t *testing.T) {
	ones := make([]float64, 28*28)
	for i := range ones {
		ones[i] = 1
	}
	for cut := 1; cut < 14; cut++ {
		low := 0
		for u := -14; u < 14; u++ {
			for v := -14; v < 14; v++ {
				if u*u+v*v <= cut*cut {
					low++
				}
			}
		}
		near(t, fmt.Sprintf("cut %d", cut), []float64{LowToHigh(ones, 28, 28, float64(cut))}, []float64{float64(low) / float64(784-low)}, 1e-12)
	}
}

func TestSpectrumPanics(t *testing.T) {
	panics(t, "Mean of nothing", func() { Mean(nil, 2, 2, 1) })
	panics(t, "Mean of half an image", func() { Mean(make([]float32, 6), 2, 2, 1) })
	panics(t, "Radial of another shape", func() { Radial(make([]float64, 5), 2, 2) })
	panics(t, "Centred of another shape", func() { Centred([]int{1, 2}, 2, 2) })
}

// A picture of 8×8 that is one wave of 2 cycles downwards: half its energy at (2, 0) and half at (−2, 0), which lies at index (6, 0).
func ExampleMean() {
	x := make([]float32, 64)
	for i := range x {
		x[i] = float32(math.Cos(2 * math.Pi * 2 * float64(i/8) / 8))
	}
	s := Mean(x, 8, 8, 1)
	fmt.Printf("%.1f %.1f\n", s.Amplitude[2*8], s.Amplitude[6*8])
	fmt.Printf("ring 2 holds %.1f\n", Radial(s.Amplitude, 8, 8).Sum[2])
	// Output:
	// 32.0 32.0
	// ring 2 holds 64.0
}
