package audio

import (
	"fmt"
	"math"
)

// Scale maps frequencies so that equal steps sound about equally large.
type Scale struct {
	Name string
	Mel  func(hz float64) float64 // rising, 0 at 0
	Hz   func(mel float64) float64
}

// HTK is the scale of the Hidden Markov Model Toolkit's book (Young et al. 2006, eq. 5.13): m = 2595 log₁₀(1 + f/700).
var HTK = Scale{
	Name: "HTK",
	Mel:  func(hz float64) float64 { return 2595 * math.Log10(1+hz/700) },
	Hz:   func(mel float64) float64 { return 700 * (math.Pow(10, mel/2595) - 1) },
}

// Slaney is the scale of the Auditory Toolbox (Slaney 1998), which librosa takes by default: linear below 1000 Hz, logarithmic above.
//
//	m = 3f/200                              f < 1000 Hz
//	m = 15 + 27 ln(f/1000)/ln 6.4           else
//
// Its unit is another than HTK's: 1000 Hz are 15 here and 1000 there.
var Slaney = Scale{
	Name: "Slaney",
	Mel: func(hz float64) float64 {
		if hz < 1000 {
			return 3 * hz / 200
		}
		return 15 + 27*math.Log(hz/1000)/math.Log(6.4)
	},
	Hz: func(mel float64) float64 {
		if mel < 15 {
			return 200 * mel / 3
		}
		return 1000 * math.Exp((mel-15)*math.Log(6.4)/27)
	},
}

// Edges gives bands + 2 frequencies from low to high, in Hz, at equal distances on the scale. Filter b rises from edge b to edge b + 1 and
// falls to edge b + 2.
func (s Scale) Edges(bands int, low, high float64) []float64 {
	e := make([]float64, bands+2)
	from, to := s.Mel(low), s.Mel(high)
	for i := range e {
		e[i] = s.Hz(from + (to-from)*float64(i)/float64(bands+1))
	}
	e[0], e[bands+1] = low, high // without the rounding of there and back
	return e
}

// Filters gives triangular weights [bands][window/2+1] for the frequencies k·rate/window: with the edges l < c < r of a band,
//
//	h(f) = max(0, min((f − l)/(c − l), (r − f)/(r − c))),
//
// 1 at c, as in HTK (there the sides are straight on the Mel axis, here in Hz, as in librosa). If area is set, h is divided by
// (r − l)/2, so that all triangles have the area 1 (Slaney; librosa's norm="slaney").
//
// A filter that is narrower than the distance rate/window of frequencies may contain none: its row is 0. It panics unless
// 0 ≤ low < high ≤ rate/2, bands ≥ 1, and window is even and positive.
func (s Scale) Filters(bands, window, rate int, low, high float64, area bool) [][]float64 {
	if bands < 1 || window < 2 || window%2 == 1 || !(0 <= low && low < high && high <= float64(rate)/2) {
		panic(fmt.Sprintf("audio: %d filters for windows of %d samples, %d a second, from %g to %g Hz", bands, window, rate, low, high))
	}
	e := s.Edges(bands, low, high)
	h := make([][]float64, bands)
	for b := range h {
		h[b] = make([]float64, window/2+1)
		l, c, r := e[b], e[b+1], e[b+2]
		for k := range h[b] {
			f := float64(k) * float64(rate) / float64(window)
			h[b][k] = max(0, min((f-l)/(c-l), (r-f)/(r-c)))
			if area {
				h[b][k] *= 2 / (r - l)
			}
		}
	}
	return h
}
