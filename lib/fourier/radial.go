package fourier

import "math"

// Radius is the distance of the frequency of index (u, v) from zero, in cycles per the longer side: max(h, w) times the length of
// Frequency. It runs up to max(h, w)/√2, in the corners of the centred spectrum.
func Radius(u, v, h, w int) float64 {
	down, right := Frequency(u, v, h, w)
	return float64(max(h, w)) * math.Hypot(down, right)
}

// Profile is a radial average. Ring k holds the frequencies whose Radius rounds to k (halves up): k − ½ ≤ ρ < k + ½.
type Profile struct {
	Radius []float64 // k, in cycles per the longer side
	Mean   []float64 // of the ring's values; 0 for a ring without any
	Sum    []float64
	Count  []int // values in the ring; 0 can occur only where h ≠ w
}

// Radial averages e [h, w], in the order of a transform, over rings.
func Radial(e []float64, h, w int) *Profile {
	check("Radial", len(e), h, w)
	p := new(Profile)
	for u := range h {
		for v := range w {
			k := int(math.Floor(Radius(u, v, h, w) + 0.5))
			for len(p.Count) <= k {
				p.Radius, p.Sum, p.Count = append(p.Radius, float64(len(p.Count))), append(p.Sum, 0), append(p.Count, 0)
			}
			p.Sum[k] += e[u*w+v]
			p.Count[k]++
		}
	}
	p.Mean = make([]float64, len(p.Sum))
	for k, n := range p.Count {
		if n > 0 {
			p.Mean[k] = p.Sum[k] / float64(n)
		}
	}
	return p
}

// LowToHigh is the sum of e [h, w] over the frequencies of Radius ≤ cut, divided by the sum over the others: +Inf where only the
// first is positive, NaN where both are 0. With e an energy, white noise has the ratio of the numbers of frequencies, LowToHigh of
// ones.
func LowToHigh(e []float64, h, w int, cut float64) float64 {
	check("LowToHigh", len(e), h, w)
	low, high := 0.0, 0.0
	for i, v := range e {
		if Radius(i/w, i%w, h, w) <= cut+1e-9 { // 28·(3/28) need not be 3
			low += v
		} else {
			high += v
		}
	}
	return low / high
}

// MeanRadius is Σ ρ·e / Σ e, the mean frequency under e [h, w] as weights; NaN if they sum to 0.
func MeanRadius(e []float64, h, w int) float64 {
	check("MeanRadius", len(e), h, w)
	s, total := 0.0, 0.0
	for i, v := range e {
		s += v * Radius(i/w, i%w, h, w)
		total += v
	}
	return s / total
}
