package spectrum

import "fmt"

// Density estimates the density of the eigenvalues at x, seen through a Gaussian window of width σ > 0:
//
//	φ_σ(x) = (1/n) Σ_i N(x − λ_i; σ²)  ≈  mean over the probes of Σ_j ω_j N(x − θ_j; σ²)
//
// (Ghorbani, Krishnan & Xiao 2019, eq. 3–5). σ blurs on purpose: a peak of the result narrower than 2σ is one of the
// window. Its integral over x is 1.
func (s *Spectrum) Density(x, sigma float64) Estimate {
	if !(sigma > 0) {
		panic(fmt.Sprintf("spectrum: Density with σ = %v, want > 0", sigma))
	}
	return s.Mean(func(theta float64) float64 { return gaussian(x-theta, sigma) })
}

// Curve is Density on a grid: mean, and mean ± one standard error (the mean itself, for a single probe).
func (s *Spectrum) Curve(grid []float64, sigma float64) (mean, lo, hi []float64) {
	mean, lo, hi = make([]float64, len(grid)), make([]float64, len(grid)), make([]float64, len(grid))
	for i, x := range grid {
		e := s.Density(x, sigma)
		mean[i], lo[i], hi[i] = e.Mean, e.Mean, e.Mean
		if e.Error == e.Error {
			lo[i], hi[i] = e.Mean-e.Error, e.Mean+e.Error
		}
	}
	return mean, lo, hi
}
