package pooling_test

import (
	"testing"

	"nncourse/lib/pooling"
)

func BenchmarkPools(b *testing.B) {
	x, two := gaussian(source(1), 64, 64), pooling.Options{Window: 2}
	_, arg := pooling.Max2D(x, two, two)
	dy := gaussian(source(2), 32, 32)
	for name, f := range map[string]func(){
		"max":           func() { pooling.Max2D(x, two, two) },
		"max backward":  func() { pooling.Max2DBackward(64, 64, arg, dy) },
		"mean":          func() { pooling.Mean2D(x, two, two) },
		"mean backward": func() { pooling.Mean2DBackward(64, 64, dy, two, two) },
		"L2":            func() { pooling.Lp2D(x, 2, two, two) },
		"L2 backward":   func() { pooling.Lp2DBackward(x, 2, dy, two, two) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
}
