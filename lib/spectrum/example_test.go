package spectrum_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"nncourse/lib/spectrum"
)

// A matrix of 1000 eigenvalues: 900 zeros, 99 ones, and one of 50. Few steps see them all.
func Example() {
	d := make([]float64, 1000)
	for i := 900; i < 1000; i++ {
		d[i] = 1
	}
	d[999] = 50
	a := spectrum.Diagonal(d)
	rng := rand.New(rand.NewPCG(1, 2))

	top, err := spectrum.Top(context.Background(), a, 2, 0, rng)
	if err != nil {
		panic(err)
	}
	fmt.Printf("largest %.4f and %.4f\n", top[0].Value, top[1].Value)

	s, err := spectrum.SLQ{Steps: 10, Probes: 5}.Run(context.Background(), a, rng)
	if err != nil {
		panic(err)
	}
	fmt.Printf("share near zero %.3f\n", s.Near(1e-4).Mean)

	trace, err := spectrum.Trace(context.Background(), a, 1, rng)
	if err != nil {
		panic(err)
	}
	fmt.Printf("trace %.0f\n", trace.Mean)
	// Output:
	// largest 50.0000 and 1.0000
	// share near zero 0.900
	// trace 149
}
