package fourier

import (
	"fmt"
	"math"

	dsp "gonum.org/v1/gonum/dsp/fourier"
)

// Morlet is the continuous wavelet transform with the complex Morlet wavelet, a wave under a bell:
//
//	ψ(t) = e^(iω₀t) e^(−t²/2),     W(s, b) = c/s ∫ x(t) ψ*((t−b)/s) dt
//
// At the scale s, in seconds, the wavelet waves with the frequency f = ω₀/(2πs) and lasts about s: a high note is looked at for a
// short while, a low one for long. Here W is taken at chosen frequencies, s = ω₀/(2πf), and through the spectrum, which is where
// the wavelet is a bell too (Torrence and Compo 1998, "A practical guide to wavelet analysis", eq. 4):
//
//	W(s, b) = (1/2π) ∫ x̂(ω) 2 e^(−(sω−ω₀)²/2) e^(iωb) dω   over ω > 0
//
// Departures from that paper: the factor 2, constant over the scales, in place of √s, so that A·cos(2πft) has |W| = A at its own
// frequency, at every f; and hence its eq. for the scale (§3h), which holds for √s, is not used. Negative frequencies are left
// out, exactly; the constant e^(−ω₀²/2) that would make the mean of ψ zero is not: below 2·10⁻⁸ for ω₀ = 6.
type Morlet struct {
	Omega0 float64 // ω₀, radians of the wave within one width of the bell; at least 5; 0 means 6. Greater: sharper in frequency, more blurred in time.
}

// Scalogram is the wavelet transform of a signal at some frequencies.
type Scalogram struct {
	Rate float64        // samples a second
	Hz   []float64      // [F], the frequency of each row
	W    [][]complex128 // [F][n]: |W| the amplitude, arg W the phase, at sample b
	// Cone is, for each row, √2·s in seconds: how far from a jump of the signal, such as its two ends, the jump's influence on
	// |W|² has fallen by e² (the cone of influence; Torrence and Compo 1998, Table 1).
	Cone []float64
}

// Transform returns the scalogram of x at the frequencies hz. Outside its ends x is taken as 0, for as long as the widest wavelet
// reaches. O(F N log N), N the padded length. It panics if x or hz is empty, rate ≤ 0, Omega0 < 5, or a frequency is not in (0, rate/2].
func (m Morlet) Transform(x []float64, rate float64, hz []float64) *Scalogram {
	omega0 := m.omega0()
	if len(x) == 0 || len(hz) == 0 || !(rate > 0) {
		panic(fmt.Sprintf("fourier: a scalogram of %d samples at %g a second, %d frequencies", len(x), rate, len(hz)))
	}
	widest := 0.0
	for _, f := range hz {
		if !(f > 0 && f <= rate/2) {
			panic(fmt.Sprintf("fourier: %g Hz is not in (0, %g Hz], half the rate", f, rate/2))
		}
		widest = max(widest, m.Scale(f))
	}
	// Zeros behind the signal: e^(−u²/2) is 10⁻⁸ at u = 6, so nothing comes round the end of the circle.
	n := 1
	for n < len(x)+int(math.Ceil(6*widest*rate)) {
		n *= 2
	}
	padded := make([]complex128, n)
	for i, v := range x {
		padded[i] = complex(v, 0)
	}
	fft := dsp.NewCmplxFFT(n)
	spectrum := fft.Coefficients(nil, padded)
	s := &Scalogram{Rate: rate, Hz: append([]float64(nil), hz...)}
	for _, f := range hz {
		scale := m.Scale(f)
		row := make([]complex128, n)
		for k := 1; k <= n/2; k++ {
			// 2 e^(−(sω−ω₀)²/2), ω = 2πk·rate/n. The frequency rate/2 stands for its negative too: half of it.
			u := scale*2*math.Pi*rate*float64(k)/float64(n) - omega0
			bell := 2 * math.Exp(-u*u/2)
			if 2*k == n {
				bell /= 2
			}
			row[k] = spectrum[k] * complex(bell/float64(n), 0)
		}
		fft.Sequence(row, row)
		s.W = append(s.W, row[:len(x):len(x)])
		s.Cone = append(s.Cone, math.Sqrt2*scale)
	}
	return s
}

// Scale is the scale, in seconds, whose wavelet waves with the frequency hz: s = ω₀/(2πf).
func (m Morlet) Scale(hz float64) float64 { return m.omega0() / (2 * math.Pi * hz) }

// Frequency undoes Scale: f = ω₀/(2πs), in Hz.
func (m Morlet) Frequency(scale float64) float64 { return m.omega0() / (2 * math.Pi * scale) }

// Wavelet is ψ(t), t in units of the scale.
func (m Morlet) Wavelet(t float64) complex128 {
	sin, cos := math.Sincos(m.omega0() * t)
	bell := math.Exp(-t * t / 2)
	return complex(bell*cos, bell*sin)
}

func (m Morlet) omega0() float64 {
	if m.Omega0 == 0 {
		return 6
	}
	if !(m.Omega0 >= 5) {
		panic(fmt.Sprintf("fourier: a Morlet wavelet with ω₀ = %g: below 5 its mean is not nearly 0", m.Omega0))
	}
	return m.Omega0
}

// Amplitude is |W|, [F][n].
func (s *Scalogram) Amplitude() [][]float64 {
	a := make([][]float64, len(s.W))
	for i, row := range s.W {
		a[i] = make([]float64, len(row))
		for j, v := range row {
			a[i][j] = math.Hypot(real(v), imag(v))
		}
	}
	return a
}

// Inside says whether the wavelet of row i at sample j is clear of both ends of the signal: outside the cone of influence.
func (s *Scalogram) Inside(i, j int) bool {
	t, last := float64(j)/s.Rate, float64(len(s.W[i])-1)/s.Rate
	return t >= s.Cone[i] && last-t >= s.Cone[i]
}
