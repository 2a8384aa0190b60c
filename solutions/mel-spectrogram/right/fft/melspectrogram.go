// Package melspectrogram solves the exercise with a recursive transform of complex numbers and filters that are built segment by segment.
package melspectrogram

import (
	"errors"
	"math"
	"math/cmplx"
	"slices"
)

var errBad = errors.New("mel-spectrogram: an argument without meaning")

func bad(v ...float64) bool {
	return slices.ContainsFunc(v, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
}

func below(v []float64) bool { return slices.ContainsFunc(v, func(x float64) bool { return x < 0 }) }

// Mel, with 1127 ln for 2595 log₁₀ up to rounding.
func Mel(hz []float64, slaney bool) ([]float64, error) {
	if bad(hz...) || below(hz) {
		return nil, errBad
	}
	out := slices.Clone(hz)
	for i, f := range hz {
		switch {
		case !slaney:
			out[i] = 2595 / math.Ln10 * math.Log1p(f/700)
		case f < 1000:
			out[i] = f * 0.015
		default:
			out[i] = 15 + math.Log(f/1000)/(math.Log(6.4)/27)
		}
	}
	return out, nil
}

// Hertz is its inverse.
func Hertz(mel []float64, slaney bool) ([]float64, error) {
	if bad(mel...) || below(mel) {
		return nil, errBad
	}
	out := slices.Clone(mel)
	for i, m := range mel {
		switch {
		case !slaney:
			out[i] = 700 * math.Expm1(m*math.Ln10/2595)
		case m < 15:
			out[i] = m / 0.015
		default:
			out[i] = 1000 * math.Exp((m-15)*math.Log(6.4)/27)
		}
	}
	return out, nil
}

// Filters walks over the frequencies, and asks on which side of the middle each lies.
func Filters(bands, window int, rate, low, high float64, slaney, area bool) ([][]float64, error) {
	if bands < 1 || window < 2 || window%2 != 0 || bad(rate, low, high) || low < 0 || low >= high || 2*high > rate {
		return nil, errBad
	}
	ends, err := Mel([]float64{low, high}, slaney)
	if err != nil {
		return nil, err
	}
	points := make([]float64, bands+2)
	for i := range points {
		share := float64(i) / float64(bands+1)
		points[i] = (1-share)*ends[0] + share*ends[1]
	}
	edge, err := Hertz(points, slaney)
	if err != nil {
		return nil, err
	}
	h := make([][]float64, bands)
	for b := range h {
		l, c, r := edge[b], edge[b+1], edge[b+2]
		for k := 0; k <= window/2; k++ {
			f, v := rate*float64(k)/float64(window), 0.0
			if f > l && f <= c {
				v = (f - l) / (c - l)
			} else if f > c && f < r {
				v = (r - f) / (r - c)
			}
			if area {
				v = 2 * v / (r - l)
			}
			h[b] = append(h[b], v)
		}
	}
	return h, nil
}

// transform splits an even length in two, and sums an odd one.
func transform(x []complex128) []complex128 {
	n := len(x)
	out := make([]complex128, n)
	if n%2 == 1 {
		for k := range out {
			for j, v := range x {
				out[k] += v * cmplx.Rect(1, -2*math.Pi*float64(j*k%n)/float64(n))
			}
		}
		return out
	}
	even, odd := make([]complex128, n/2), make([]complex128, n/2)
	for i := range even {
		even[i], odd[i] = x[2*i], x[2*i+1]
	}
	even, odd = transform(even), transform(odd)
	for k := range even {
		turn := cmplx.Rect(1, -2*math.Pi*float64(k)/float64(n)) * odd[k]
		out[k], out[k+n/2] = even[k]+turn, even[k]-turn
	}
	return out
}

// Power begins a frame wherever one fits.
func Power(x []float64, window, hop int) ([][]float64, error) {
	if window < 2 || window%2 != 0 || hop < 1 || len(x) < window || bad(x...) {
		return nil, errBad
	}
	var out [][]float64
	for at := 0; at+window <= len(x); at += hop {
		frame := make([]complex128, window)
		for n := range frame {
			s := math.Sin(math.Pi * float64(n) / float64(window)) // sin² is Hann's window
			frame[n] = complex(s*s*x[at+n], 0)
		}
		row := make([]float64, window/2+1)
		for k, c := range transform(frame)[:window/2+1] {
			row[k] = real(c * cmplx.Conj(c))
		}
		out = append(out, row)
	}
	return out, nil
}

// LogMel, band by band.
func LogMel(x []float64, filters [][]float64, window, hop int, floor float64) ([][]float64, error) {
	if bad(floor) || floor <= 0 || len(filters) == 0 {
		return nil, errBad
	}
	power, err := Power(x, window, hop)
	if err != nil {
		return nil, err
	}
	out := make([][]float64, len(power))
	for _, h := range filters {
		if len(h) != window/2+1 || bad(h...) || below(h) {
			return nil, errBad
		}
		for t, p := range power {
			v := floor
			sum := 0.0
			for k := range p {
				sum += p[k] * h[k]
			}
			if sum > v {
				v = sum
			}
			out[t] = append(out[t], 10*math.Log10(v))
		}
	}
	return out, nil
}
