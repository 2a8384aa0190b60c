package svm

import (
	"fmt"
	"math"
	"testing"
)

// moons is a set that any language can make alike: two interlocked half circles with noise, from the generator of
// "Numerical Recipes", u ← 1664525u + 1013904223 mod 2³². peers/svm.py of `course bench` has the same.
func moons(n int) (x [][]float64, y []float64) {
	state := uint32(n)
	uniform := func() float64 {
		state = 1664525*state + 1013904223
		return float64(state) / (1 << 32)
	}
	for i := range n {
		sin, cos := math.Sincos(math.Pi * uniform())
		dx, dy := uniform()+uniform()+uniform()-1.5, uniform()+uniform()+uniform()-1.5
		if i%2 == 0 {
			x, y = append(x, []float64{cos + 0.5*dx, sin + 0.5*dy}), append(y, 1)
		} else {
			x, y = append(x, []float64{1 - cos + 0.5*dx, 0.5 - sin + 0.5*dy}), append(y, -1)
		}
	}
	return x, y
}

// Growth with n. Tol is LIBSVM's own, for comparison.
func BenchmarkSMO(b *testing.B) {
	for _, k := range []struct {
		name   string
		kernel Kernel
	}{{"linear", Linear{}}, {"rbf", RBF{Gamma: 2}}} {
		for _, n := range []int{100, 200, 500, 1000, 2000} {
			b.Run(fmt.Sprintf("%s/n=%d", k.name, n), func(b *testing.B) {
				x, y := moons(n)
				var m *Model
				var err error
				for b.Loop() {
					if m, err = (SMO{Kernel: k.kernel, Tol: 1e-3, Every: 1 << 30}).Fit(ctx, x, y); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(m.Steps), "steps")
				b.ReportMetric(float64(len(m.Support())), "support-vectors")
				b.ReportMetric(m.Dual(), "dual")
			})
		}
	}
}
