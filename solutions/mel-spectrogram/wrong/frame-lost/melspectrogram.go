// Mistake: frame-lost: one frame too few
package melspectrogram

import (
	"errors"
	"fmt"
	"math"
)

// Mel gives each frequency on the scale.
func Mel(hz []float64, slaney bool) ([]float64, error) {
	return convert(hz, slaney, mel)
}

// Hertz is the inverse of Mel.
func Hertz(m []float64, slaney bool) ([]float64, error) {
	return convert(m, slaney, hertz)
}

func convert(v []float64, slaney bool, f func(v float64, slaney bool) float64) ([]float64, error) {
	if err := finite(v, 0); err != nil {
		return nil, err
	}
	out := make([]float64, len(v))
	for i := range v {
		out[i] = f(v[i], slaney)
	}
	return out, nil
}

// finite errs if an entry is NaN, infinite, or below low.
func finite(v []float64, low float64) error {
	for i, x := range v {
		if !(x >= low && x <= math.MaxFloat64) {
			return fmt.Errorf("mel-spectrogram: entry %d is %v", i, x)
		}
	}
	return nil
}

func mel(f float64, slaney bool) float64 {
	if !slaney {
		return 2595 * math.Log10(1+f/700)
	}
	if f < 1000 {
		return 3 * f / 200
	}
	return 15 + 27*math.Log(f/1000)/math.Log(6.4)
}

func hertz(m float64, slaney bool) float64 {
	if !slaney {
		return 700 * (math.Pow(10, m/2595) - 1)
	}
	if m < 15 {
		return 200 * m / 3
	}
	return 1000 * math.Pow(6.4, (m-15)/27)
}

// Filters gives triangles, [bands][window/2+1].
func Filters(bands, window int, rate, low, high float64, slaney, area bool) ([][]float64, error) {
	if bands < 1 || window < 2 || window%2 == 1 {
		return nil, fmt.Errorf("mel-spectrogram: %d bands, windows of %d samples", bands, window)
	}
	if !(0 <= low && low < high && high <= rate/2 && rate <= math.MaxFloat64) {
		return nil, fmt.Errorf("mel-spectrogram: from %v to %v Hz at a rate of %v", low, high, rate)
	}
	from, to := mel(low, slaney), mel(high, slaney)
	edge := make([]float64, bands+2)
	for i := range edge {
		edge[i] = hertz(from+(to-from)*float64(i)/float64(bands+1), slaney)
	}
	h := make([][]float64, bands)
	for b := range h {
		l, c, r := edge[b], edge[b+1], edge[b+2]
		h[b] = make([]float64, window/2+1)
		for k := range h[b] {
			f := float64(k) * rate / float64(window)
			h[b][k] = max(0, min((f-l)/(c-l), (r-f)/(r-c)))
			if area {
				h[b][k] *= 2 / (r - l)
			}
		}
	}
	return h, nil
}

// Power gives |X|², [frames][window/2+1].
func Power(x []float64, window, hop int) ([][]float64, error) {
	if window < 2 || window%2 == 1 || hop < 1 || len(x) < window {
		return nil, fmt.Errorf("mel-spectrogram: windows of %d samples and hops of %d in %d samples", window, hop, len(x))
	}
	if err := finite(x, -math.MaxFloat64); err != nil {
		return nil, err
	}
	cos, sin := make([]float64, window), make([]float64, window)
	for n := range cos {
		angle := 2 * math.Pi * float64(n) / float64(window)
		cos[n], sin[n] = math.Cos(angle), math.Sin(angle)
	}
	frames := (len(x) - window) / hop
	out := make([][]float64, frames)
	y := make([]float64, window)
	for t := range out {
		for n := range y {
			w := (1 - cos[n]) / 2
			y[n] = w * x[t*hop+n]
		}
		out[t] = make([]float64, window/2+1)
		for k := range out[t] {
			re, im := 0.0, 0.0
			for n, v := range y {
				re += v * cos[k*n%window]
				im -= v * sin[k*n%window]
			}
			out[t][k] = re*re + im*im
		}
	}
	return out, nil
}

// LogMel gives decibels, [frames][bands].
func LogMel(x []float64, filters [][]float64, window, hop int, floor float64) ([][]float64, error) {
	power, err := Power(x, window, hop)
	if err != nil {
		return nil, err
	}
	if len(filters) == 0 || !(floor > 0 && floor <= math.MaxFloat64) {
		return nil, errors.New("mel-spectrogram: no filter, or no positive floor")
	}
	for _, h := range filters {
		if len(h) != window/2+1 {
			return nil, fmt.Errorf("mel-spectrogram: a filter has %d entries", len(h))
		}
		if err := finite(h, 0); err != nil {
			return nil, err
		}
	}
	out := make([][]float64, len(power))
	for t, p := range power {
		out[t] = make([]float64, len(filters))
		for b, h := range filters {
			sum := 0.0
			for k := range h {
				sum += h[k] * p[k]
			}
			out[t][b] = 10 * math.Log10(max(sum, floor))
		}
	}
	return out, nil
}
