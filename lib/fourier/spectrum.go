package fourier

import (
	"fmt"
	"math"
)

// Centred gives the values [h, w] in the order of a picture: frequencies rise from left to right and from top to bottom, zero is at
// [h/2, w/2]. It is a copy.
func Centred[T any](e []T, h, w int) []T {
	check("Centred", len(e), h, w)
	out := make([]T, len(e))
	for u := range h {
		for v := range w {
			out[(u+h/2)%h*w+(v+w/2)%w] = e[u*w+v]
		}
	}
	return out
}

// MeanSpectrum is the mean spectrum of N images, [H, W], over images and channels.
type MeanSpectrum struct {
	N, H, W   int
	Amplitude []float64 // mean |Fx|
	Energy    []float64 // mean |Fx|²
}

// Mean computes the mean spectrum of images [n, h, w, channels], or perturbations of them, in the units of pix. It panics on
// lengths that do not fit, and without an image.
func Mean(pix []float32, h, w, channels int) *MeanSpectrum {
	if h < 1 || w < 1 || channels < 1 || len(pix) == 0 || len(pix)%(h*w*channels) != 0 {
		panic(fmt.Sprintf("fourier: Mean of %d values, no positive multiple of %d·%d·%d", len(pix), h, w, channels))
	}
	s := &MeanSpectrum{N: len(pix) / (h * w * channels), H: h, W: w, Amplitude: make([]float64, h*w), Energy: make([]float64, h*w)}
	x := make([]float64, h*w)
	share := 1 / float64(s.N*channels)
	for i := range s.N {
		for c := range channels {
			for j := range x {
				x[j] = float64(pix[(i*h*w+j)*channels+c])
			}
			for j, p := range Power(x, h, w) {
				s.Amplitude[j] += share * math.Sqrt(p)
				s.Energy[j] += share * p
			}
		}
	}
	return s
}

func check(name string, n, h, w int) {
	if h < 1 || w < 1 || n != h*w {
		panic(fmt.Sprintf("fourier: %s of %d values as %d×%d", name, n, h, w))
	}
}
