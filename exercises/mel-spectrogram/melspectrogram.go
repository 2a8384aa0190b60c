// Package melspectrogram is the exercise "The log-Mel spectrogram": its statement is README.md.
package melspectrogram

import "errors"

var errTodo = errors.New("exercise mel-spectrogram: not written yet")

// Mel gives each frequency (Hz) on the Mel scale: Slaney's if slaney is set, else HTK's.
func Mel(hz []float64, slaney bool) ([]float64, error) {
	return nil, errTodo
}

// Hertz is the inverse of Mel.
func Hertz(mel []float64, slaney bool) ([]float64, error) {
	return nil, errTodo
}

// Filters gives triangular filters [bands][window/2+1] over the frequencies k·rate/window, whose edges are at equal distances on the
// scale from low to high (Hz). If area is set, each is divided by half the distance of its outer edges.
func Filters(bands, window int, rate, low, high float64, slaney, area bool) ([][]float64, error) {
	return nil, errTodo
}

// Power gives |X|² [frames][window/2+1] of the short-time Fourier transform with Hann's window (periodic), whole frames only.
func Power(x []float64, window, hop int) ([][]float64, error) {
	return nil, errTodo
}

// LogMel gives 10 log₁₀ max(Σ filter · power, floor), [frames][bands].
func LogMel(x []float64, filters [][]float64, window, hop int, floor float64) ([][]float64, error) {
	return nil, errTodo
}
