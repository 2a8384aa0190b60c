package mlp_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"nncourse/lib/activation"
	"nncourse/lib/loss"
	"nncourse/lib/mlp"
)

// One mini-batch's gradient: a net as in the playground, the tiny net of the XLA comparison, a wider one.
func BenchmarkGradient(b *testing.B) {
	for _, c := range []struct {
		batch int
		sizes []int
	}{{10, []int{2, 4, 2, 1}}, {64, []int{2, 64, 64, 1}}, {64, []int{784, 128, 10}}} {
		b.Run(fmt.Sprintf("%v/batch=%d", c.sizes, c.batch), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 1))
			n := mlp.New(rng, activation.ReLU, c.sizes...)
			x, y := gaussian(rng, c.batch, c.sizes[0]), gaussian(rng, c.batch, c.sizes[len(c.sizes)-1])
			g := &mlp.Gradient{}
			b.ReportAllocs()
			for b.Loop() {
				n.GradientTo(g, x, y, loss.SquaredHalf)
			}
		})
	}
}

// An epoch over 500 points of the plane in batches of 10, with the loss of all at its end.
func BenchmarkEpoch(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	n := mlp.New(rng, activation.Tanh, 2, 4, 2, 1)
	x, y := gaussian(rng, 500, 2), gaussian(rng, 500, 1)
	b.ReportAllocs()
	b.ResetTimer()
	if _, err := n.Train(background, x, y, loss.SquaredHalf, mlp.TrainConfig{Epochs: b.N, Batch: 10, Rate: 0.001}); err != nil {
		b.Fatal(err)
	}
}
