package highdim_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"nncourse/lib/highdim"
)

func ExampleEdge() {
	for _, s := range []float64{0.1, 0.01} {
		fmt.Printf("%g of the volume of 10 dimensions: %.3f of every side\n", s, highdim.Edge(s, 10))
	}
	// Output:
	// 0.1 of the volume of 10 dimensions: 0.794 of every side
	// 0.01 of the volume of 10 dimensions: 0.631 of every side
}

func ExampleMedianNearest() {
	fmt.Printf("500 points in the ball of 10 dimensions, the nearest to its centre: %.3f\n", highdim.MedianNearest(500, 10))
	// Output: 500 points in the ball of 10 dimensions, the nearest to its centre: 0.518
}

func ExampleDenseParameters() {
	const inputs = 4000 * 3000 * 3
	fmt.Println("fully connected, width 100:", highdim.DenseParameters(inputs, 100))
	fmt.Println("100 filters of 5×5:", highdim.ConvParameters(5, 3, 100))
	// Output:
	// fully connected, width 100: 3600000100
	// 100 filters of 5×5: 7600
}

func BenchmarkNearest(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	points := highdim.Points(1000, 100, highdim.Cube, rng)
	x := highdim.Points(1, 100, highdim.Cube, rng)[0]
	b.ReportAllocs()
	for b.Loop() {
		highdim.Nearest(points, x)
	}
}
