package audio

import "math"

// Glide is a sound whose frequency moves: sample i of seconds·rate has the time t = i/rate and the value
//
//	x = size · sin(2π ∫₀ᵗ f),
//
// the integral summed by the trapezoidal rule, which is exact for a tone and for a linear chirp. A frequency above rate/2 cannot be
// told from its mirror image below.
func Glide(rate int, seconds, size float64, f func(t float64) float64) *Sound {
	s := &Sound{Rate: rate, X: make([]float64, int(math.Round(seconds*float64(rate))))}
	phase, before := 0.0, f(0)
	for i := range s.X {
		if i > 0 {
			now := f(float64(i) / float64(rate))
			phase += (before + now) / 2 / float64(rate)
			phase -= math.Floor(phase) // whole turns do not matter
			before = now
		}
		s.X[i] = size * math.Sin(2*math.Pi*phase)
	}
	return s
}

// Tone is a sine of one frequency.
func Tone(rate int, seconds, size, hz float64) *Sound {
	return Glide(rate, seconds, size, func(float64) float64 { return hz })
}

// Chirp is a sine whose frequency moves linearly from one to the other.
func Chirp(rate int, seconds, size, from, to float64) *Sound {
	return Glide(rate, seconds, size, func(t float64) float64 { return from + (to-from)*t/seconds })
}
