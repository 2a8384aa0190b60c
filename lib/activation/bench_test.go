package activation_test

import (
	"math/rand/v2"
	"testing"

	"nncourse/lib/activation"
)

// A layer of 1000 units.
func BenchmarkApply(b *testing.B) {
	z := gaussian(rand.New(rand.NewPCG(1, 1)), 1000)
	dst := make([]float64, len(z))
	for _, f := range activation.All {
		b.Run(f.Name, func(b *testing.B) {
			for b.Loop() {
				f.Apply(dst, z)
			}
		})
	}
}

func BenchmarkSoftmax(b *testing.B) {
	z := gaussian(rand.New(rand.NewPCG(1, 1)), 1000)
	dst := make([]float64, len(z))
	for b.Loop() {
		activation.Softmax(dst, z)
	}
}
