package optim_test

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/optim"
)

// An epoch over 4096 samples of 32 numbers, by batch size: the work is the same, the overhead a step is not.
func BenchmarkEpoch(b *testing.B) {
	const n, d = 4096, 32
	rng := source(1)
	p := optim.LeastSquares(mat.NewDense(n, d, gaussian(rng, n*d)), gaussian(rng, n))
	x0 := make([]float64, d)
	for _, size := range []int{1, 32, n} {
		b.Run(fmt.Sprintf("B=%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (optim.SGD{Rate: 1e-3, Batch: size, Epochs: 1}).Minimize(background, p, x0, rng); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64((n+size-1)/size), "ns/step")
		})
	}
}
