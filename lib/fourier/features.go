package fourier

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"nncourse/lib/conv"
)

// Designed features: numbers that a person chose to compute from a signal or a picture, before any learning.

// Amplitudes returns the one-sided amplitude spectrum of x, sampled rate times a second: a[k] at hz[k] = k·rate/n, k = 0 … n/2.
//
//	a[0] = |x̂[0]|/n,  a[k] = 2|x̂[k]|/n,  and |x̂[n/2]|/n for even n
//
// A·cos(2πft + φ) with f = hz[k], 0 < k < n/2, gives a[k] = |A| and 0 elsewhere. O(n log n). It panics if x is empty or rate ≤ 0.
func Amplitudes(x []float64, rate float64) (hz, a []float64) {
	if !(rate > 0) {
		panic(fmt.Sprintf("fourier: %g samples a second", rate))
	}
	spectrum, n := conv.Spectrum(x), len(x)
	for k := range n/2 + 1 {
		size := 2 * math.Hypot(real(spectrum[k]), imag(spectrum[k])) / float64(n)
		if k == 0 || 2*k == n {
			size /= 2
		}
		hz, a = append(hz, float64(k)*rate/float64(n)), append(a, size)
	}
	return hz, a
}

// Power returns |x̂[k, l]|² of a picture x [h, w], row-major, [h, w], frequency 0 first. Σ|x̂|² = h·w·Σx² (Parseval). It panics
// unless x has h·w > 0 values.
func Power(x []float64, h, w int) []float64 {
	power := make([]float64, 0, h*w)
	for _, row := range conv.Spectrum2D(rows(x, h, w)) {
		for _, v := range row {
			power = append(power, real(v)*real(v)+imag(v)*imag(v))
		}
	}
	return power
}

// Frequency gives the frequency of entry (k, l) of an [h, w] spectrum in cycles a pixel, down and to the right, each in
// [−1/2, 1/2): the upper half of the indices are the negative frequencies.
func Frequency(k, l, h, w int) (down, right float64) {
	signed := func(k, n int) float64 {
		if 2*k >= n {
			k -= n
		}
		return float64(k) / float64(n)
	}
	return signed(k, h), signed(l, w)
}

// Directions returns, for a picture x [h, w], the shares of Σ|x̂|² without frequency 0 that lie in n sectors of direction, each π/n
// wide: sector i is centred at the angle iπ/n, measured from the frequency axis "to the right" towards "down". Upright
// stripes vary to the right: all their energy is in sector 0. A picture of one grey gives zeros. It panics if n < 1 or as Power does.
func Directions(x []float64, h, w, n int) []float64 {
	if n < 1 {
		panic(fmt.Sprintf("fourier: %d directions", n))
	}
	share, sum := make([]float64, n), 0.0
	for i, p := range Power(x, h, w) {
		if i == 0 {
			continue
		}
		share[sector(i, h, w, n)] += p
		sum += p
	}
	if sum > 0 {
		for i := range share {
			share[i] /= sum
		}
	}
	return share
}

// Polar returns Σ|x̂|²/(h·w)² of a picture x [h, w] over the cells of a polar grid of frequencies: ring r holds the Radius from
// edges[r] on and below edges[r+1], and sector i the directions as in Directions. Cell (r, i) is at r·sectors + i; there are
// (len(edges)−1)·sectors. A shift with wrap-around changes none of them. It panics unless edges rise from more than 0, on sectors < 1, or as
// Power does.
func Polar(x []float64, h, w int, edges []float64, sectors int) []float64 {
	if len(edges) < 2 || !(edges[0] > 0) || sectors < 1 || !slices.IsSorted(edges) {
		panic(fmt.Sprintf("fourier: a polar grid with the edges %v and %d sectors", edges, sectors))
	}
	energy := make([]float64, (len(edges)-1)*sectors)
	for i, p := range Power(x, h, w) {
		radius := Radius(i/w, i%w, h, w)
		if radius < edges[0] || radius >= edges[len(edges)-1] {
			continue
		}
		ring := sort.SearchFloat64s(edges, math.Nextafter(radius, math.Inf(1))) - 1 // the last edge ≤ radius
		energy[ring*sectors+sector(i, h, w, sectors)] += p / float64(h*w) / float64(h*w)
	}
	return energy
}

// sector is the number of the sector of direction, of n, of the frequency with index i; (k, l) and (−k, −l) are one wave: angles are
// taken modulo π.
func sector(i, h, w, n int) int {
	down, right := Frequency(i/w, i%w, h, w)
	return int(math.Round(math.Atan2(down, right)/math.Pi*float64(n))+float64(2*n)) % n
}

// HaarEnergies returns, for a picture x [h, w], Σc²/(h·w) over each band of Haar2, in the order of HaarBands: 3·levels + 1 numbers whose
// sum is the mean of x². It panics as Haar2 does.
func HaarEnergies(x []float64, h, w, levels int) []float64 {
	c := Haar2(x, h, w, levels)
	var energy []float64
	for _, b := range HaarBands(h, w, levels) {
		sum := 0.0
		for i := range b.H {
			for _, v := range c[(b.Row+i)*w+b.Col:][:b.W] {
				sum += v * v
			}
		}
		energy = append(energy, sum/float64(h*w))
	}
	return energy
}

// rows gives a flat picture as rows, which share its memory.
func rows(x []float64, h, w int) [][]float64 {
	if h < 1 || w < 1 || len(x) != h*w {
		panic(fmt.Sprintf("fourier: %d values for a picture of %d×%d", len(x), h, w))
	}
	r := make([][]float64, h)
	for i := range r {
		r[i] = x[i*w : (i+1)*w]
	}
	return r
}
