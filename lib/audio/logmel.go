package audio

import "math"

// LogMel makes a picture of a sound: the power in bands of the Mel scale, moment by moment, in decibels.
type LogMel struct {
	STFT
	Scale Scale   // HTK where it is the zero value
	Bands int     // 40 where 0
	Low   float64 // Hz; 0
	High  float64 // Hz; rate/2 where 0
	Area  bool    // triangles of area 1 in place of height 1
	Floor float64 // power below it counts as this much: 1e-10 where 0. It keeps silence from being −∞.
}

// Powers gives Σₖ h[b, k] |X[t, k]|², [frames][bands], in O(frames · N log N).
func (m LogMel) Powers(s *Sound) [][]float64 { return m.powers(s, func(row []float64) {}) }

// powers is Powers; finish ends each row, on any goroutine.
func (m LogMel) powers(s *Sound, finish func(row []float64)) [][]float64 {
	if m.Scale.Mel == nil {
		m.Scale = HTK
	}
	if m.Bands == 0 {
		m.Bands = 40
	}
	if m.High == 0 {
		m.High = float64(s.Rate) / 2
	}
	window, _ := m.sizes()
	filters := m.Scale.Filters(m.Bands, window, s.Rate, m.Low, m.High, m.Area)
	// a filter is 0 but for a few neighbours
	first, last := make([]int, m.Bands), make([]int, m.Bands)
	for b, h := range filters {
		first[b] = len(h)
		for k, v := range h {
			if v > 0 {
				first[b], last[b] = min(first[b], k), k+1
			}
		}
	}
	out := table[float64](m.Frames(len(s.X)), m.Bands)
	m.frames(s.X, func() func(t int, c []complex128) {
		p := make([]float64, window/2+1)
		return func(t int, c []complex128) {
			squares(p, c)
			for b, h := range filters {
				sum := 0.0
				for k := first[b]; k < last[b]; k++ {
					sum += h[k] * p[k]
				}
				out[t][b] = sum
			}
			finish(out[t])
		}
	})
	return out
}

// Decibels gives 10 log₁₀ max(power, Floor), [frames][bands].
func (m LogMel) Decibels(s *Sound) [][]float64 {
	floor := m.Floor
	if floor == 0 {
		floor = 1e-10
	}
	return m.powers(s, func(row []float64) {
		for b, v := range row {
			row[b] = 10 / math.Ln10 * math.Log(max(v, floor)) // faster than Log10
		}
	})
}

// Picture gives the decibels as [bands][columns] in [0, 1], the lowest band last, as a picture has it: 1 is the loudest place, 0 is
// span decibels below it and everything softer. Time is stretched or squeezed so that the whole sound fills the columns (linear
// interpolation between frames). A sound without a frame, or of silence, gives zeros.
func (m LogMel) Picture(s *Sound, columns int, span float64) [][]float32 {
	db := m.Decibels(s)
	bands := m.Bands
	if bands == 0 {
		bands = 40
	}
	out := make([][]float32, bands)
	for b := range out {
		out[b] = make([]float32, columns)
	}
	top, bottom := math.Inf(-1), math.Inf(1)
	for _, row := range db {
		for _, v := range row {
			top, bottom = max(top, v), min(bottom, v)
		}
	}
	if len(db) == 0 || top == bottom {
		return out
	}
	for c := range columns {
		at := 0.0
		if columns > 1 {
			at = float64(c) * float64(len(db)-1) / float64(columns-1)
		}
		t := min(int(at), len(db)-1)
		next := min(t+1, len(db)-1)
		for b := range bands {
			v := db[t][b] + (at-float64(t))*(db[next][b]-db[t][b])
			out[bands-1-b][c] = float32(max(0, 1-(top-v)/span))
		}
	}
	return out
}
