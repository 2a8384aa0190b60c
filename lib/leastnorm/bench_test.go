package leastnorm_test

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/leastnorm"
)

// The problem of the benchmarks: a Gaussian 200×1000 matrix, 10 000 steps of the best size, from the origin.
func benchmarkProblem(b *testing.B) (a *mat.Dense, y, x0 []float64, d leastnorm.GradientDescent) {
	rng := rand.New(rand.NewPCG(200, 1000))
	a, y = mat.NewDense(200, 1000, gaussian(rng, 200*1000)), gaussian(rng, 200)
	return a, y, make([]float64, 1000), leastnorm.GradientDescent{Step: decompose(b, a).BestStep(), Iterations: 10000, Every: 10000}
}

func BenchmarkGD(b *testing.B) {
	a, y, x0, d := benchmarkProblem(b)
	b.Run("gonum", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.Run(background, a, y, x0); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, c := range []struct {
		name  string
		every int
	}{{"xla", 0}, {"xla-a-call-a-step", 1}} {
		b.Run(c.name, func(b *testing.B) {
			l := loop(b)
			d.Every = c.every
			if _, err := l.Run(background, d, a, y, x0); err != nil { // compiles
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := l.Run(background, d, a, y, x0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSolve(b *testing.B) {
	a, y, _, _ := benchmarkProblem(b)
	for _, m := range methods {
		b.Run(m.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := m.solve(a, y); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
