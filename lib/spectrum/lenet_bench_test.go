package spectrum

import (
	"context"
	"math/rand/v2"
	"testing"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
	"nncourse/lib/train"
)

// BenchmarkHVP is one Hessian-vector product of LeNet over 1024 drawn digits.
func BenchmarkHVP(b *testing.B) {
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(1, 1))
	d := datasets.Strokes(1024, rng)
	for name, of := range map[string]func() (*Hessian, error){
		"model": func() (*Hessian, error) { return OfModel(ctx, nets.NewLeNet(open(b), 1), d, 256) },
		"lenet": func() (*Hessian, error) { return OfLeNet(ctx, nets.NewLeNet(open(b), 1), d, 64) },
	} {
		b.Run(name, func(b *testing.B) {
			h, err := of()
			if err != nil {
				b.Fatal(err)
			}
			defer h.Close()
			v, dst := Rademacher(h.Dim, rng), make([]float64, h.Dim)
			for range 2 {
				if err := h.Mul(ctx, dst, v); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				if err := h.Mul(ctx, dst, v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLanczos80 is 80 Lanczos steps with full reorthogonalisation on the Hessian of the course's LeNet over 1024
// test digits, from a vector of ones. `course bench lanczos --peers` sets it beside JAX.
func BenchmarkLanczos80(b *testing.B) {
	ctx := context.Background()
	m, test, _, err := train.DigitsLeNet(ctx, open(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("LeNet, 1024 digits", func(b *testing.B) {
		h, err := OfLeNet(ctx, m, test.Slice(0, 1024), 0)
		if err != nil {
			b.Fatal(err)
		}
		defer h.Close()
		start := make([]float64, h.Dim)
		for i := range start {
			start[i] = 1
		}
		if err := h.Mul(ctx, make([]float64, h.Dim), start); err != nil { // compiles
			b.Fatal(err)
		}
		largest := 0.0
		for b.Loop() {
			k, err := Lanczos{Steps: 80}.Run(ctx, h.Operator(), start)
			if err != nil {
				b.Fatal(err)
			}
			q, err := k.Quadrature()
			if err != nil {
				b.Fatal(err)
			}
			largest = q.Node[len(q.Node)-1]
		}
		b.ReportMetric(largest, "λmax")
	})
}
