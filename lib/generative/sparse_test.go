package generative_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/generative"
	"nncourse/lib/gradcheck"
)

func normalRows(seed uint64, m, d int) *mat.Dense {
	rng, x := source(seed), mat.NewDense(m, d, nil)
	x.Apply(func(int, int, float64) float64 { return rng.NormFloat64() }, x)
	return x
}

func TestKLBernoulli(t *testing.T) {
	for _, c := range []struct{ rho, q, want float64 }{
		{0.5, 0.25, math.Log(2)/2 + math.Log(2.0/3)/2},
		{0.2, 0.2, 0}, {0, 0.5, math.Log(2)}, {1, 0.5, math.Log(2)}, {0.2, 0, math.Inf(1)}, {0.2, 1, math.Inf(1)},
	} {
		if got := generative.KLBernoulli(c.rho, c.q); !(got == c.want || math.Abs(got-c.want) < 1e-15) {
			t.Errorf("KL(%v‖%v) = %v, want %v", c.rho, c.q, got, c.want)
		}
	}
	for _, q := range []float64{0.01, 0.2, 0.5, 0.9} {
		num := gradcheck.Numeric(func(x []float64) float64 { return generative.KLBernoulli(0.2, x[0]) }, []float64{q})[0]
		if got := generative.KLBernoulliSlope(0.2, q); math.Abs(got-num) > 1e-6*max(1, math.Abs(num)) {
			t.Errorf("slope at %v: %v, by differences %v", q, got, num)
		}
	}
}

func TestSparseGradient(t *testing.T) {
	for _, s := range []generative.Sparse{{Hidden: 4, Rho: 0.1, Beta: 3, Decay: 1e-2}, {Hidden: 7, Rho: 0.3}} {
		x := normalRows(1, 9, 5)
		n := s.New(5, source(2))
		p := n.Flat()
		for i := range p {
			p[i] += 0.1 * float64(i%3)
		}
		n.SetFlat(p)
		_, g := s.Gradient(n, x)
		r := gradcheck.Checker{}.Check(func(p []float64) float64 {
			n := s.New(5, source(2))
			n.SetFlat(p)
			J, _ := s.Gradient(n, x)
			return J
		}, p, g.Flat(), source(3))
		if err := r.Err(); err != nil {
			t.Error(err)
		}
	}
}

// TestSparseByHand is one example, one unit: W₁ = 0, so a = ρ̂ = 1/2, y = 2·½ + 0 = 1.
func TestSparseByHand(t *testing.T) {
	s := generative.Sparse{Hidden: 1, Rho: 0.25, Beta: 2, Decay: 0.5}
	n := &generative.SparseModel{W1: mat.NewDense(1, 1, nil), B1: []float64{0}, W2: mat.NewDense(1, 1, []float64{2}), B2: []float64{0}}
	J, g := s.Gradient(n, mat.NewDense(1, 1, []float64{3}))
	if want := 2 + 1 + 2*generative.KLBernoulli(0.25, 0.5); math.Abs(J-want) > 1e-15 {
		t.Errorf("J = %v, want %v", J, want)
	}
	// δ₂ = −2; KL′ = −½ + 3/2 = 1; δ₁ = (−4 + 2)/4 = −½
	for i, want := range []float64{-1.5, -0.5, -1 + 1, -2} {
		if got := g.Flat()[i]; math.Abs(got-want) > 1e-15 {
			t.Errorf("entry %d: %v, want %v", i, got, want)
		}
	}
}

// TestSparsity: with the penalty the mean activations come close to ρ, without it they do not.
func TestSparsity(t *testing.T) {
	x := normalRows(4, 200, 6)
	far := func(beta float64) float64 {
		s := generative.Sparse{Hidden: 8, Rho: 0.1, Beta: beta, Decay: 1e-3, Steps: 150}
		n := s.New(6, source(5))
		J, err := s.Fit(context.Background(), n, x)
		if err != nil {
			t.Fatal(err)
		}
		if !(J[len(J)-1] < J[0]) {
			t.Errorf("β = %v: J from %v to %v", beta, J[0], J[len(J)-1])
		}
		worst := 0.0
		for _, q := range generative.MeanActivation(n.Encode(x)) {
			worst = max(worst, math.Abs(q-0.1))
		}
		return worst
	}
	if with, without := far(5), far(0); !(with < 0.05 && without > 0.2) {
		t.Errorf("the mean activations are off by %v with the penalty and %v without", with, without)
	}
}

func TestSparseStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := generative.Sparse{Hidden: 2, Rho: 0.1}
	x := normalRows(1, 5, 3)
	if _, err := s.Fit(ctx, s.New(3, source(1)), x); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	x.Set(1, 1, math.NaN())
	if _, err := s.Fit(context.Background(), s.New(3, source(1)), x); err == nil {
		t.Error("NaN gave no error")
	}
}

// TestLinearIsPCA: an autoencoder without nonlinearity, trained by its gradient, ends in the subspace of PCA with PCA's error.
func TestLinearIsPCA(t *testing.T) {
	x := normalRows(6, 300, 8)
	mix := normalRows(7, 8, 8)
	var data mat.Dense
	data.Mul(x, mix)
	data.Apply(func(_, j int, v float64) float64 { return (v + float64(j)) / (1 + float64(j)) }, &data)
	p, err := generative.NewPCA(&data, 3)
	if err != nil {
		t.Fatal(err)
	}
	// the closed form: squared distances to the reconstructions
	var e mat.Dense
	e.Sub(p.Decode(p.Encode(&data)), &data)
	if got := mat.Norm(&e, 2) * mat.Norm(&e, 2) / 300; math.Abs(got-p.Residual()) > 1e-10*got {
		t.Errorf("the residual is %v, the dropped variances sum to %v", got, p.Residual())
	}
	for seed := range uint64(5) {
		n := generative.NewLinearAutoencoder(&data, 3, source(seed))
		J, err := n.Fit(context.Background(), &data, 500)
		if err != nil {
			t.Fatal(err)
		}
		if got := J[len(J)-1]; math.Abs(got-p.Residual()) > 1e-6*got {
			t.Errorf("seed %d: J = %v, PCA %v", seed, got, p.Residual())
		}
		if angle := generative.SubspaceAngle(n.V, p.Directions); angle > 1e-3 {
			t.Errorf("seed %d: the subspaces differ by %v", seed, angle)
		}
		if angle := generative.SubspaceAngle(n.V.ColView(0), p.Directions.ColView(0)); angle < 1e-2 {
			t.Errorf("seed %d: the first column is the first principal direction; nothing asks for that", seed)
		}
	}
}

func TestLinearGradient(t *testing.T) {
	x := normalRows(8, 7, 4)
	n := generative.NewLinearAutoencoder(x, 2, source(1))
	_, dW, dV := n.Gradient(x)
	f := func(p []float64) float64 {
		c := &generative.LinearAutoencoder{W: mat.NewDense(2, 4, p[:8]), V: mat.NewDense(4, 2, p[8:])}
		J, _, _ := c.Gradient(x)
		return J
	}
	p := append(append([]float64(nil), n.W.RawMatrix().Data...), n.V.RawMatrix().Data...)
	if err := (gradcheck.Checker{}).Check(f, p, append(dW.RawMatrix().Data, dV.RawMatrix().Data...), source(1)).Err(); err != nil {
		t.Error(err)
	}
}

func TestSubspaceAngle(t *testing.T) {
	const angle = 1e-5
	a := mat.NewDense(3, 2, []float64{1, 1, 0, 1, 0, 0}) // the x-y plane
	b := mat.NewDense(3, 2, []float64{1, 0, 0, math.Cos(angle), 0, math.Sin(angle)})
	if got := generative.SubspaceAngle(a, b); math.Abs(got-angle) > 1e-12 {
		t.Errorf("%v, want %v", got, angle)
	}
}

func ExampleKLBernoulli() {
	for _, q := range []float64{0.01, 0.05, 0.5} {
		fmt.Printf("KL(0.05‖%.2f) = %.3f\n", q, generative.KLBernoulli(0.05, q))
	}
	// Output:
	// KL(0.05‖0.01) = 0.041
	// KL(0.05‖0.05) = 0.000
	// KL(0.05‖0.50) = 0.495
}

func BenchmarkSparseGradient(b *testing.B) {
	s := generative.Sparse{Hidden: 36, Rho: 0.05, Beta: 3, Decay: 1e-4}
	x := normalRows(1, 2000, 64)
	n := s.New(64, source(1))
	for b.Loop() {
		s.Gradient(n, x)
	}
}
