package fourier

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
)

func TestMorletGolden(t *testing.T) {
	g := readGolden(t).Morlet
	s := Morlet{}.Transform(g.X, g.Rate, g.Hz)
	for i := range g.Hz {
		for j, v := range s.W[i] {
			// The sum over time is not band-limited as the spectrum is; the bell has e^(−18) at negative frequencies.
			if d := cmplx.Abs(v - complex(g.Re[i][j], g.Im[i][j])); d > 2e-6 {
				t.Fatalf("%g Hz, sample %d: %v, want %g%+gi, off by %g", g.Hz[i], j, v, g.Re[i][j], g.Im[i][j], d)
			}
		}
	}
}

// TestMorletClosedForm: of A·cos(2πf₀t+φ), away from the ends, |W(f)| = A·exp(−ω₀²(f₀/f−1)²/2) and arg W = 2πf₀t+φ.
func TestMorletClosedForm(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	const rate, n = 500.0, 2000
	for range 10 {
		m := Morlet{Omega0: 5 + 5*rng.Float64()}
		f0, size, phase := 15+20*rng.Float64(), 0.5+rng.Float64(), 6*rng.Float64()
		x := make([]float64, n)
		for i := range x {
			x[i] = size * math.Cos(2*math.Pi*f0*float64(i)/rate+phase)
		}
		hz := []float64{f0, f0 * 1.1, f0 / 1.2}
		s := m.Transform(x, rate, hz)
		for i, f := range hz {
			u := m.Omega0 * (f0/f - 1)
			want := size * math.Exp(-u*u/2)
			got := s.W[i][n/2]
			if math.Abs(cmplx.Abs(got)-want) > 1e-5*size {
				t.Errorf("ω₀ = %g, wave of %g Hz at %g Hz: |W| = %g, want %g", m.Omega0, f0, f, cmplx.Abs(got), want)
			}
			turn := cmplx.Exp(complex(0, 2*math.Pi*f0*(n/2)/rate+phase)) // the phase that it should have
			if d := cmplx.Abs(got/complex(cmplx.Abs(got), 0) - turn); d > 1e-4 {
				t.Errorf("the phase is off by %g", d)
			}
		}
	}
}

// TestMorletCone: a jump's influence on |W|² falls by e² over the cone. The response to one impulse at the distance u·s is
// e^(−u²/2): at u = √2 its square is e^(−2).
func TestMorletCone(t *testing.T) {
	x := make([]float64, 4096)
	x[2048] = 1
	s := Morlet{}.Transform(x, 1000, []float64{5})
	off := int(math.Round(s.Cone[0] * 1000))
	ratio := cmplx.Abs(s.W[0][2048+off]) / cmplx.Abs(s.W[0][2048])
	if math.Abs(ratio*ratio-math.Exp(-2)) > 2e-3 {
		t.Errorf("at the cone's edge |W|² is %g of its peak, want e^(−2) = %g", ratio*ratio, math.Exp(-2))
	}
	if s.Inside(0, off-1) || !s.Inside(0, off+1) || !s.Inside(0, 4095-off-1) || s.Inside(0, 4095-off+1) {
		t.Errorf("Inside changes elsewhere than %d samples from the ends", off)
	}
}

// TestMorletEnds: what comes first and last in time does not reach round.
func TestMorletEnds(t *testing.T) {
	x := make([]float64, 1024)
	for i := range 50 {
		x[1023-i] = 1
	}
	s := Morlet{}.Transform(x, 1000, []float64{20, 100})
	for i := range s.W {
		if a := cmplx.Abs(s.W[i][0]); a > 1e-7 {
			t.Errorf("%g Hz: |W| = %g at the start, of a signal at the end", s.Hz[i], a)
		}
	}
}

// TestMorletFastest: the wave +1, −1, … of half the rate has its amplitude too, though it is its own negative.
func TestMorletFastest(t *testing.T) {
	x := make([]float64, 512)
	for i := range x {
		x[i] = 3 * float64(1-2*(i%2))
	}
	s := Morlet{}.Transform(x, 100, []float64{50})
	// The bell at half the rate is cut in the middle: W is 3·(½ of 2), and no other frequency is there.
	near(t, "|W| at half the rate", []float64{cmplx.Abs(s.W[0][256])}, []float64{3}, 1e-2)
}

func TestMorletScales(t *testing.T) {
	m := Morlet{Omega0: 7}
	near(t, "Frequency(Scale(f))", []float64{m.Frequency(m.Scale(3.5)), m.Scale(7 / (2 * math.Pi))}, []float64{3.5, 1}, 1e-15)
	// The wave of ψ has ω₀/2π cycles a unit: after 2π/ω₀ its phase is back.
	w := m.Wavelet(2 * math.Pi / 7)
	near(t, "phase after one cycle", []float64{cmplx.Phase(w)}, []float64{0}, 1e-14)
	near(t, "ψ(0)", []float64{real(m.Wavelet(0)), imag(m.Wavelet(0))}, []float64{1, 0}, 0)
}

func TestMorletPanics(t *testing.T) {
	x := make([]float64, 8)
	panics(t, "no samples", func() { Morlet{}.Transform(nil, 1, []float64{0.1}) })
	panics(t, "no frequency", func() { Morlet{}.Transform(x, 1, nil) })
	panics(t, "above half the rate", func() { Morlet{}.Transform(x, 1, []float64{0.6}) })
	panics(t, "0 Hz", func() { Morlet{}.Transform(x, 1, []float64{0}) })
	panics(t, "ω₀ = 2", func() { Morlet{Omega0: 2}.Transform(x, 1, []float64{0.1}) })
}

// Two notes, one after the other: the scalogram says which and when.
func ExampleMorlet_Transform() {
	const rate = 1000.0
	x := make([]float64, 1000)
	for i := range x {
		f := 40.0
		if i >= 500 {
			f = 100
		}
		x[i] = math.Sin(2 * math.Pi * f * float64(i) / rate)
	}
	s := Morlet{}.Transform(x, rate, []float64{40, 100})
	a := s.Amplitude()
	fmt.Printf("40 Hz: %.3f %.3f\n", a[0][250], a[0][750])
	fmt.Printf("100 Hz: %.3f %.3f\n", a[1][250], a[1][750])
	// Output:
	// 40 Hz: 1.000 0.000
	// 100 Hz: 0.002 1.000
}

func BenchmarkMorlet(b *testing.B) {
	x := normal(rand.New(rand.NewPCG(1, 0)), 2048)
	hz := floats.LogSpan(make([]float64, 40), 10, 400)
	for b.Loop() {
		Morlet{}.Transform(x, 1000, hz)
	}
}
