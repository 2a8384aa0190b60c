package operators

import (
	"fmt"
	"math"
	"math/cmplx"

	"nncourse/lib/conv"
)

// Spectral takes derivatives of periodic functions by their Fourier series: ∂ᵐu = F⁻¹((ik)ᵐ F u). For a smooth u the error falls
// faster than any power of h. Noise is the same at all k, and (ik)ᵐ makes most of the largest: Keep cuts those off.
type Spectral struct {
	Keep float64 // share of the frequencies kept, the lowest, in (0, 1]; 0 means 1
}

// Derivative implements Differentiator. The n places are those of one period n·h.
func (d Spectral) Derivative(u []float64, h float64, order int) ([]float64, error) {
	keep := d.Keep
	if keep == 0 {
		keep = 1
	}
	if !(keep > 0 && keep <= 1) {
		panic(fmt.Sprintf("operators: Spectral: Keep = %v, want (0, 1]", d.Keep))
	}
	n := len(u)
	if err := checkGrid("Spectral", u, h, order, 2); err != nil {
		return nil, err
	}
	c := conv.Spectrum(u)
	for j := range c {
		k := 2 * math.Pi * Frequency(j, n) / (float64(n) * h)
		if math.Abs(Frequency(j, n)) > keep*float64(n)/2 {
			c[j] = 0
		}
		for range order {
			c[j] *= complex(0, k) // (ik)ᵐ û; of cos(πx/h), odd m, something imaginary, which FromSpectrum drops
		}
	}
	return conv.FromSpectrum(c), nil
}

// Frequency is the number of periods that coefficient j of n has on the circle: 0, 1, …, n/2, …, −1.
func Frequency(j, n int) float64 {
	if 2*j > n {
		j -= n
	}
	return float64(j)
}

// Amplitudes returns the sizes |û(j)|/n of the Fourier coefficients of u, [n], j periods on the circle: all of one size for white noise.
func Amplitudes(u []float64) []float64 {
	c := conv.Spectrum(u)
	size := make([]float64, len(c))
	for j, v := range c {
		size[j] = cmplx.Abs(v) / float64(len(c))
	}
	return size
}
