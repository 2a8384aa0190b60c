package conv_test

import (
	"testing"

	"nncourse/lib/conv"
)

func BenchmarkCorrelate2D(b *testing.B) {
	rng := source(1)
	x, w := gaussian2D(rng, 64, 64), gaussian2D(rng, 5, 5)
	for b.Loop() {
		conv.Correlate2D(x, w, conv.Options{})
	}
}

func BenchmarkFFT2D(b *testing.B) {
	rng := source(1)
	x, w := gaussian2D(rng, 64, 64), gaussian2D(rng, 31, 31)
	for b.Loop() {
		conv.FFT2D(x, w)
	}
}

// The first layer of LeNet on a batch of 8.
func BenchmarkLayer(b *testing.B) {
	rng := source(1)
	l, x := conv.NewLayer(5, 5, 1, 6, conv.Options{}, rng), tensor(rng, 8, 28, 28, 1)
	dy := l.Forward(x)
	b.Run("forward", func(b *testing.B) {
		for b.Loop() {
			l.Forward(x)
		}
	})
	b.Run("backward", func(b *testing.B) {
		for b.Loop() {
			l.Backward(x, dy)
		}
	})
}
