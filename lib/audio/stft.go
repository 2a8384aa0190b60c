package audio

import (
	"fmt"
	"math"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/dsp/fourier"
)

// STFT is the short-time Fourier transform with Hann's window.
//
//	X[t, k] = Σₙ w[n] x[tH + n] e^(−2πikn/N),    w[n] = ½(1 − cos 2πn/N),    n = 0 … N−1,  k = 0 … N/2
//
// Only whole frames are taken: pad x where its ends matter. A window of N samples lasts N/rate seconds, and its frequencies are
// rate/N apart: a longer one tells pitches better and moments worse.
type STFT struct {
	Window int // N, even; 256 where 0
	Hop    int // H; N/4 where 0
}

func (s STFT) sizes() (window, hop int) {
	if s.Window == 0 {
		s.Window = 256
	}
	if s.Hop == 0 {
		s.Hop = max(1, s.Window/4)
	}
	if s.Window < 2 || s.Window%2 == 1 || s.Hop < 1 {
		panic(fmt.Sprintf("audio: STFT with windows of %d and hops of %d samples", s.Window, s.Hop))
	}
	return s.Window, s.Hop
}

// Hann is Hann's window in its periodic form, [n]: copies of it at distance n/2 add up to 1.
func Hann(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		// w[n] = ½(1 − cos 2πn/N)
		w[i] = (1 - math.Cos(2*math.Pi*float64(i)/float64(n))) / 2
	}
	return w
}

// Frames is the number of whole windows in n samples, 1 + ⌊(n − N)/H⌋.
func (s STFT) Frames(n int) int {
	window, hop := s.sizes()
	if n < window {
		return 0
	}
	return 1 + (n-window)/hop
}

// frames computes X[t, ·] for every t, on all processors: each worker calls start once, and then what it returned with its frames, whose c
// [N/2+1] it must not keep.
func (s STFT) frames(x []float64, start func() func(t int, c []complex128)) {
	const least = 64 // frames that are worth a worker
	window, hop := s.sizes()
	n, w := s.Frames(len(x)), Hann(window)
	workers := max(1, min(runtime.GOMAXPROCS(0), n/least))
	work := func(from, to int) {
		fft, frame, c, f := fourier.NewFFT(window), make([]float64, window), make([]complex128, window/2+1), start()
		for t := from; t < to; t++ {
			for i, v := range x[t*hop : t*hop+window] {
				frame[i] = w[i] * v
			}
			f(t, fft.Coefficients(c, frame))
		}
	}
	var all sync.WaitGroup
	for k := range workers - 1 {
		all.Go(func() { work(n*(k+1)/workers, n*(k+2)/workers) })
	}
	work(0, n/workers)
	all.Wait()
}

// table is [rows][columns] in one piece of memory.
func table[T any](rows, columns int) [][]T {
	all, t := make([]T, rows*columns), make([][]T, rows)
	for i := range t {
		t[i] = all[i*columns : (i+1)*columns : (i+1)*columns]
	}
	return t
}

// Transform gives X, [frames][N/2+1], in O(frames · N log N). A sound shorter than a window has no frame. It panics if Window is odd.
func (s STFT) Transform(x []float64) [][]complex128 {
	window, _ := s.sizes()
	out := table[complex128](s.Frames(len(x)), window/2+1)
	s.frames(x, func() func(t int, c []complex128) { return func(t int, c []complex128) { copy(out[t], c) } })
	return out
}

// Power gives |X|², [frames][N/2+1].
//
// Parseval: for each frame, Σₖ cₖ|X[t, k]|² = N Σₙ (w[n] x[tH + n])² with c = 1 for k = 0 and N/2, else 2, as the coefficient k
// stands for N − k as well.
func (s STFT) Power(x []float64) [][]float64 {
	window, _ := s.sizes()
	p := table[float64](s.Frames(len(x)), window/2+1)
	s.frames(x, func() func(t int, c []complex128) { return func(t int, c []complex128) { squares(p[t], c) } })
	return p
}

// squares writes |c|² to p.
func squares(p []float64, c []complex128) {
	for k, v := range c {
		p[k] = real(v)*real(v) + imag(v)*imag(v)
	}
}

// Inverse gives the n samples whose transform is nearest to X in the sum of squares (Griffin and Lim 1984, eq. 6):
//
//	x[m] = Σₜ w[m − tH] xₜ[m − tH] / Σₜ w²[m − tH],    xₜ the inverse transform of frame t
//
// For the transform of a sound it is that sound, wherever Σ w² > 0: not the first sample, where the window is 0, nor samples that no
// frame reaches; these are 0. It panics unless X has Frames(n) frames of N/2+1.
func (s STFT) Inverse(c [][]complex128, n int) []float64 {
	window, hop := s.sizes()
	if len(c) != s.Frames(n) {
		panic(fmt.Sprintf("audio: Inverse of %d frames to %d samples, which have %d", len(c), n, s.Frames(n)))
	}
	fft, w, frame := fourier.NewFFT(window), Hann(window), make([]float64, window)
	x, weight := make([]float64, n), make([]float64, n)
	for t, row := range c {
		fft.Sequence(frame, row) // N times the inverse transform
		for i, v := range frame {
			x[t*hop+i] += w[i] * v / float64(window)
			weight[t*hop+i] += w[i] * w[i]
		}
	}
	for i, v := range weight {
		if v > 1e-10 {
			x[i] /= v
		} else {
			x[i] = 0
		}
	}
	return x
}
