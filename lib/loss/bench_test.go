package loss_test

import (
	"math/rand/v2"
	"testing"

	"nncourse/lib/loss"
)

// Value and gradient of one sample of ten classes.
func BenchmarkLoss(b *testing.B) {
	p, y, g := gaussian(rand.New(rand.NewPCG(1, 1)), 10, 2), oneHot(10, 3), make([]float64, 10)
	for _, l := range loss.All {
		b.Run(l.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.F(y, p)
				l.D(g, y, p)
			}
		})
	}
}
