package conv

import (
	"fmt"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Spectrum returns the discrete Fourier transform of x, all len(x) coefficients of it:
//
//	x̂[k] = Σⱼ x[j] exp(−2πi jk/n)
//
// in O(n log n) if n has small prime factors only. It panics if x is empty.
func Spectrum(x []float64) []complex128 {
	if len(x) == 0 {
		panic("conv: the spectrum of nothing")
	}
	c := make([]complex128, len(x))
	for i, v := range x {
		c[i] = complex(v, 0)
	}
	return fourier.NewCmplxFFT(len(x)).Coefficients(nil, c)
}

// FromSpectrum returns the signal with the spectrum, x[j] = (1/n) Σₖ x̂[k] exp(2πi jk/n), and drops imaginary parts, which
// are rounding errors if the spectrum is that of a real signal. It panics if the spectrum is empty.
func FromSpectrum(spectrum []complex128) []float64 {
	if len(spectrum) == 0 {
		panic("conv: the signal of no spectrum")
	}
	c := fourier.NewCmplxFFT(len(spectrum)).Sequence(nil, spectrum)
	x := make([]float64, len(c))
	for i, v := range c {
		x[i] = real(v) / float64(len(c))
	}
	return x
}

// Spectrum2D returns the 2-D discrete Fourier transform of x [M][N]: Spectrum of the rows, then of the columns.
//
//	x̂[k][l] = Σᵢ Σⱼ x[i][j] exp(−2πi (ik/M + jl/N))
func Spectrum2D(x [][]float64) [][]complex128 {
	rows, cols := shape("the picture", x)
	s := make([][]complex128, rows)
	for i := range s {
		s[i] = Spectrum(x[i])
	}
	t := fourier.NewCmplxFFT(rows)
	for j := range cols {
		column(s, j, func(c []complex128) { t.Coefficients(c, c) })
	}
	return s
}

// FromSpectrum2D inverts Spectrum2D and drops imaginary parts.
func FromSpectrum2D(spectrum [][]complex128) [][]float64 {
	rows, cols := len(spectrum), len(spectrum[0])
	s := make([][]complex128, rows)
	for i := range s {
		s[i] = append([]complex128(nil), spectrum[i]...)
	}
	t := fourier.NewCmplxFFT(rows)
	for j := range cols {
		column(s, j, func(c []complex128) { t.Sequence(c, c) })
	}
	x := make([][]float64, rows)
	for i := range x {
		x[i] = FromSpectrum(s[i])
		for j := range x[i] {
			x[i][j] /= float64(rows)
		}
	}
	return x
}

func column(s [][]complex128, j int, do func(c []complex128)) {
	c := make([]complex128, len(s))
	for i := range s {
		c[i] = s[i][j]
	}
	do(c)
	for i := range s {
		s[i][j] = c[i]
	}
}

// FFT is the full convolution of x and w, Convolve in the mode Full at stride 1, by the convolution theorem: both are padded with
// zeros to a common length of at least n + m − 1, so that nothing comes round from the other end, and
//
//	y = F⁻¹( F x · F w )
//
// in O((n+m) log(n+m)) instead of O(nm) operations. Errors are of the size of rounding relative to ‖x‖‖w‖, not to each y[i].
// It panics if x or w is empty.
func FFT(x, w []float64) []float64 {
	if len(x) == 0 || len(w) == 0 {
		panic("conv: an empty signal or kernel")
	}
	n := len(x) + len(w) - 1
	size := FastSize(n)
	// The transform of a real signal, the half of Spectrum that holds all: the other half is its conjugate.
	t := fourier.NewFFT(size)
	a, b := t.Coefficients(nil, padded(x, size)), t.Coefficients(nil, padded(w, size))
	for k := range a {
		a[k] *= b[k]
	}
	y := t.Sequence(nil, a)[:n]
	for i := range y {
		y[i] /= float64(size)
	}
	return y
}

// CircularFFT is Convolve in the mode Circular at stride 1 by the convolution theorem: no padding but of w to len(x). It panics
// unless 1 ≤ len(w) ≤ len(x).
func CircularFFT(x, w []float64) []float64 {
	if len(w) < 1 || len(w) > len(x) {
		panic(fmt.Sprintf("conv: a circular kernel of %d entries on a signal of %d", len(w), len(x)))
	}
	a, b := Spectrum(x), Spectrum(padded(w, len(x)))
	for k := range a {
		a[k] *= b[k]
	}
	return FromSpectrum(a)
}

// FFT2D is Convolve2D in the mode Full at stride 1 by the convolution theorem, O(MN log MN) whatever the size of w. It panics if x or w
// is empty or ragged.
func FFT2D(x, w [][]float64) [][]float64 {
	rows, cols := shape("the picture", x)
	m, n := shape("the kernel", w)
	high, wide := rows+m-1, cols+n-1
	pad := func(a [][]float64) [][]float64 {
		p := zeros(FastSize(high), FastSize(wide))
		for i, row := range a {
			copy(p[i], row)
		}
		return p
	}
	a, b := Spectrum2D(pad(x)), Spectrum2D(pad(w))
	for k := range a {
		for l := range a[k] {
			a[k][l] *= b[k][l]
		}
	}
	y := FromSpectrum2D(a)[:high]
	for i := range y {
		y[i] = y[i][:wide:wide]
	}
	return y
}

// FastSize returns the least number of the form 2ᵃ3ᵇ5ᶜ that is at least n: a length for which the transform is fast. It
// panics if n < 1.
func FastSize(n int) int {
	if n < 1 {
		panic(fmt.Sprintf("conv: a transform of length %d", n))
	}
	for ; ; n++ {
		r := n
		for _, p := range []int{2, 3, 5} {
			for r%p == 0 {
				r /= p
			}
		}
		if r == 1 {
			return n
		}
	}
}

func padded(x []float64, n int) []float64 {
	p := make([]float64, n)
	copy(p, x)
	return p
}
