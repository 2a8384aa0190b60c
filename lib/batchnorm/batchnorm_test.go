package batchnorm_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
	"nncourse/lib/batchnorm"
	"nncourse/lib/gradcheck"
	"nncourse/lib/loss"
	"nncourse/lib/mlp"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 413)) }

func gaussian(rng *rand.Rand, rows, cols int, mean, size float64) *mat.Dense {
	m := mat.NewDense(rows, cols, nil)
	m.Apply(func(_, _ int, _ float64) float64 { return mean + size*rng.NormFloat64() }, m)
	return m
}

func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	size := 0.0
	for _, v := range want {
		size = math.Max(size, math.Abs(v))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tol*math.Max(size, 1e-3)) {
			t.Fatalf("%s: entry %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

func flat(m *mat.Dense) []float64 { return m.RawMatrix().Data }

//go:embed testdata/golden.json
var goldenJSON []byte

// PyTorch's BatchNorm1d and BatchNorm2d (testdata/golden.py).
func TestGolden(t *testing.T) {
	var golden struct {
		Cases []struct {
			Name                                  string
			Shape                                 []int
			Eps, Momentum                         float64
			Gamma, Beta, DY, Y, DX, DGamma, DBeta []float64
			X                                     [][]float64
			Mean, Var, Test                       []float64
			TestDX                                []float64 `json:"test_dx"`
			TestDGamma                            []float64 `json:"test_dgamma"`
			TestDBeta                             []float64 `json:"test_dbeta"`
		}
	}
	if err := json.Unmarshal(goldenJSON, &golden); err != nil || len(golden.Cases) != 5 {
		t.Fatal(len(golden.Cases), err)
	}
	for _, c := range golden.Cases {
		features := c.Shape[len(c.Shape)-1]
		rows := func(x []float64) *mat.Dense {
			if len(c.Shape) == 4 {
				return batchnorm.Maps(x, c.Shape[0], c.Shape[1], c.Shape[2], c.Shape[3])
			}
			return mat.NewDense(c.Shape[0], features, x)
		}
		n := batchnorm.New(features)
		n.Gamma, n.Beta, n.Epsilon, n.Momentum, n.Unbiased = c.Gamma, c.Beta, c.Eps, c.Momentum, true
		var p *batchnorm.Pass
		for _, x := range c.X {
			p = n.Train(rows(x))
		}
		near(t, c.Name+": y", flat(p.Out), c.Y, 1e-11)
		near(t, c.Name+": running mean", n.Mean, c.Mean, 1e-13)
		near(t, c.Name+": running variance", n.Var, c.Var, 1e-12)
		g := n.Backward(p, rows(c.DY))
		near(t, c.Name+": ∂γ", g.Gamma, c.DGamma, 1e-10)
		near(t, c.Name+": ∂β", g.Beta, c.DBeta, 1e-12)
		near(t, c.Name+": ∂x", flat(g.X), c.DX, 1e-10)
		p = n.Test(rows(c.X[len(c.X)-1]))
		near(t, c.Name+": test", flat(p.Out), c.Test, 1e-11)
		g = n.Backward(p, rows(c.DY))
		near(t, c.Name+": test, ∂γ", g.Gamma, c.TestDGamma, 1e-10)
		near(t, c.Name+": test, ∂β", g.Beta, c.TestDBeta, 1e-12)
		near(t, c.Name+": test, ∂x", flat(g.X), c.TestDX, 1e-10)
	}
}

// Two rows by hand: x̂ = ∓1/√(1 + ε/4), and the averages.
func TestTwoRows(t *testing.T) {
	n := batchnorm.New(1)
	n.Gamma[0], n.Beta[0], n.Epsilon, n.Momentum = 2, 5, 3, 0.75
	p := n.Train(mat.NewDense(2, 1, []float64{2, 4})) // μ = 3, σ² = 1, √(1 + 3) = 2
	near(t, "y", flat(p.Out), []float64{4, 6}, 1e-15)
	near(t, "averages", []float64{n.Mean[0], n.Var[0]}, []float64{0.75, 1}, 1e-15)
	n.Unbiased = true
	n.Train(mat.NewDense(2, 1, []float64{2, 4})) // 0.75·0.75 + 0.25·3, 0.75 + 0.25·2
	near(t, "averages", []float64{n.Mean[0], n.Var[0]}, []float64{1.3125, 1.25}, 1e-15)
	near(t, "one row", flat(batchnorm.New(2).Train(mat.NewDense(1, 2, []float64{7, -3})).Out), []float64{0, 0}, 1e-15)
}

// Mean β and variance γ²σ²/(σ² + ε) of each column; no change when x is scaled and moved, up to ε; columns and rows keep to themselves.
func TestProperties(t *testing.T) {
	rng := source(1)
	for range 20 {
		m, k := 2+rng.IntN(9), 1+rng.IntN(5)
		n := batchnorm.New(k)
		for j := range k {
			n.Gamma[j], n.Beta[j] = rng.NormFloat64(), rng.NormFloat64()
		}
		x := gaussian(rng, m, k, 3, 2)
		p := n.Batch(x)
		other := batchnorm.New(k)
		*other = *n
		for j := range k {
			mean, square, variance := 0.0, 0.0, p.Std[j]*p.Std[j]-n.Epsilon
			for i := range m {
				mean += p.Out.At(i, j) / float64(m)
			}
			for i := range m {
				square += math.Pow(p.Out.At(i, j)-mean, 2) / float64(m)
			}
			near(t, "column mean and variance", []float64{mean, square},
				[]float64{n.Beta[j], n.Gamma[j] * n.Gamma[j] * variance / (variance + n.Epsilon)}, 1e-12)
		}
		moved := mat.NewDense(m, k, nil)
		moved.Apply(func(_, j int, v float64) float64 { return 1e4*float64(j+1)*v - 7 }, x)
		n.Epsilon = 1e-300
		near(t, "scaled and moved", flat(n.Batch(moved).Out), flat(n.Batch(x).Out), 1e-9)

		// ∂ℓ/∂x sums to nothing and, without ε, is orthogonal to x̂: moving or scaling a column does not change y.
		q := n.Batch(x)
		g := n.Backward(q, gaussian(rng, m, k, 0, 1))
		for j := range k {
			sum, along, size := 0.0, 0.0, 0.0
			for i := range m {
				sum += g.X.At(i, j)
				along += g.X.At(i, j) * q.Xhat.At(i, j)
				size += math.Abs(g.X.At(i, j))
			}
			if !(math.Abs(sum) <= 1e-12*(1+size)) || !(math.Abs(along) <= 1e-12*(1+size)) {
				t.Fatalf("column %d: ∂x sums to %v, along x̂ %v", j, sum, along)
			}
		}
	}
}

// Train moves the averages, Batch and Test do not; with many equal batches the averages become the batch's statistics, and test
// time gives what training gives.
func TestAverages(t *testing.T) {
	rng := source(2)
	x := gaussian(rng, 6, 3, 1, 2)
	n := batchnorm.New(3)
	n.Batch(x)
	n.Test(x)
	near(t, "mean", n.Mean, []float64{0, 0, 0}, 0)
	near(t, "variance", n.Var, []float64{1, 1, 1}, 0)
	for range 400 {
		n.Train(x)
	}
	near(t, "test and training", flat(n.Test(x).Out), flat(n.Batch(x).Out), 1e-12)
	scale, shift := n.Affine()
	want := flat(n.Test(x).Out)
	for i := range 6 {
		for j := range 3 {
			near(t, "Affine", []float64{scale[j]*x.At(i, j) + shift[j]}, []float64{want[3*i+j]}, 1e-12)
		}
	}
}

func TestGradients(t *testing.T) {
	rng := source(3)
	for _, own := range []bool{true, false} {
		m, k := 5, 3
		n := batchnorm.New(k)
		n.Epsilon = 0.01
		x, dy := gaussian(rng, m, k, 1, 1.5), gaussian(rng, m, k, 0, 1)
		for j := range k {
			n.Gamma[j], n.Beta[j], n.Mean[j], n.Var[j] = rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64(), 0.5+rng.Float64()
		}
		run := n.Batch
		if !own {
			run = n.Test
		}
		value := func(v []float64) float64 {
			copy(n.Gamma, v)
			copy(n.Beta, v[k:])
			s := 0.0
			for i, y := range flat(run(mat.NewDense(m, k, v[2*k:])).Out) {
				s += flat(dy)[i]*y + y*y*y/10
			}
			return s
		}
		at := append(append(append([]float64(nil), n.Gamma...), n.Beta...), flat(x)...)
		p := run(x)
		d := mat.DenseCopyOf(dy)
		d.Apply(func(i, j int, v float64) float64 { return v + 0.3*p.Out.At(i, j)*p.Out.At(i, j) }, d)
		g := n.Backward(p, d)
		grad := append(append(append([]float64(nil), g.Gamma...), g.Beta...), flat(g.X)...)
		if err := (gradcheck.Checker{}).Check(value, append([]float64(nil), at...), grad, rng).Err(); err != nil {
			t.Errorf("own statistics %v: %v", own, err)
		}
		value(at)
		grad = append(append([]float64(nil), grad[:2*k]...), flat(n.BackwardConstant(p, d).X)...)
		if err := (gradcheck.Checker{}).Check(value, append([]float64(nil), at...), grad, rng).Err(); (err == nil) == own {
			t.Errorf("own statistics %v: with constant statistics the check says %v", own, err)
		}
	}
}

// Without Norms the net is an mlp.Net; its step is gradient descent.
func TestPlainNet(t *testing.T) {
	rng := source(4)
	m := mlp.New(rng, activation.Tanh, 3, 5, 4, 2)
	x, y := gaussian(rng, 6, 3, 0, 1), gaussian(rng, 6, 2, 0, 1)
	net := batchnorm.Plain(m.Clone())
	p := net.Train(x)
	near(t, "out", flat(p.Out()), flat(m.Forward(x).Out()), 1e-12)
	j, d := p.Loss(y, loss.SquaredHalf)
	want, grad := m.Gradient(x, y, loss.SquaredHalf)
	near(t, "loss", []float64{j}, []float64{want}, 1e-13)
	g := net.Backward(p, d)
	for l := range grad.W {
		near(t, "∂W", flat(g.W[l]), flat(grad.W[l]), 1e-12)
		near(t, "∂b", g.B[l], grad.B[l], 1e-12)
	}
	near(t, "∂x", flat(g.X), flat(grad.X), 1e-12)
	net.Step(x, y, loss.SquaredHalf, 0.1)
	theta := m.Params()
	for i, v := range grad.Flat() {
		theta[i] -= 0.1 * v
	}
	near(t, "a step", net.Merge().Params(), theta, 1e-12)
}

func TestNet(t *testing.T) {
	rng := source(5)
	m := mlp.New(rng, activation.Tanh, 3, 4, 5, 2)
	net := batchnorm.Wrap(m)
	x, y := gaussian(rng, 7, 3, 1, 2), gaussian(rng, 7, 2, 0, 1)
	for l := range net.Norms[:2] {
		for j := range net.Norms[l].Gamma {
			net.Norms[l].Gamma[j], net.Norms[l].Beta[j] = 1+0.3*rng.NormFloat64(), rng.NormFloat64()
		}
	}
	for _, layer := range net.Layers {
		for j := range layer.B {
			layer.B[j] = rng.NormFloat64()
		}
	}
	if net.Norms[2] != nil {
		t.Fatal("the last layer is normalised")
	}
	// all that is learned as one vector, through pointers
	p := net.Batch(x)
	j, d := p.Loss(y, loss.SquaredHalf)
	g := net.Backward(p, d)
	var where []*float64
	var grad []float64
	add := func(v, dv []float64) {
		for i := range v {
			where, grad = append(where, &v[i]), append(grad, dv[i])
		}
	}
	for l, layer := range net.Layers {
		add(layer.W.RawMatrix().Data, flat(g.W[l]))
		add(layer.B, g.B[l])
		if net.Norms[l] != nil {
			add(net.Norms[l].Gamma, g.Gamma[l])
			add(net.Norms[l].Beta, g.Beta[l])
			near(t, "∂b of a normalised layer", g.B[l], make([]float64, len(layer.B)), 1e-12)
		}
	}
	add(flat(x), flat(g.X))
	at := make([]float64, len(where))
	for i, w := range where {
		at[i] = *w
	}
	set := func(v []float64) {
		for i, w := range where {
			*w = v[i]
		}
	}
	value := func(v []float64) float64 {
		set(v)
		j, _ := net.Batch(x).Loss(y, loss.SquaredHalf)
		return j
	}
	if err := (gradcheck.Checker{}).Check(value, at, grad, rng).Err(); err != nil {
		t.Error(err)
	}
	set(at)
	if got := net.Step(x, y, loss.SquaredHalf, 0.01); math.Abs(got-j) > 1e-14 {
		t.Errorf("Step gives the loss %v, want %v", got, j)
	}
	for i, w := range where[:len(where)-len(flat(x))] {
		if want := at[i] - 0.01*grad[i]; math.Abs(*w-want) > 1e-13 {
			t.Fatalf("after a step parameter %d is %v, want %v", i, *w, want)
		}
	}
	near(t, "Merge", flat(net.Merge().Forward(x).Out()), flat(net.Test(x).Out()), 1e-12)
	near(t, "the weights are shared", flat(m.Layers[0].W), flat(net.Layers[0].W), 0)
}

func TestPanics(t *testing.T) {
	x := mat.NewDense(2, 3, nil)
	for name, f := range map[string]func(){
		"no features":    func() { batchnorm.New(0) },
		"a wrong width":  func() { batchnorm.New(2).Train(x) },
		"test":           func() { batchnorm.New(2).Test(x) },
		"epsilon 0":      func() { n := batchnorm.New(3); n.Epsilon = 0; n.Train(x) },
		"momentum 1":     func() { n := batchnorm.New(3); n.Momentum = 1; n.Train(x) },
		"one row":        func() { n := batchnorm.New(3); n.Unbiased = true; n.Train(mat.NewDense(1, 3, nil)) },
		"maps":           func() { batchnorm.Maps(make([]float64, 11), 1, 2, 2, 3) },
		"the derivative": func() { n := batchnorm.New(3); n.Backward(n.Train(x), mat.NewDense(3, 3, nil)) },
		"targets":        func() { batchnorm.Plain(mlp.New(source(1), activation.ReLU, 3, 2)).Test(x).Loss(x, loss.L2) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func ExampleNorm() {
	n := batchnorm.New(1)
	n.Epsilon, n.Gamma[0], n.Beta[0] = 3, 2, 5
	x := mat.NewDense(2, 1, []float64{2, 4})
	p := n.Train(x)
	fmt.Printf("training %.0f averages %.2f %.2f\n", mat.Formatted(p.Out.T()), n.Mean, n.Var)
	fmt.Printf("test     %.3f\n", mat.Formatted(n.Test(x).Out.T()))
	fmt.Printf("∂x       %.3f\n", mat.Formatted(n.Backward(p, mat.NewDense(2, 1, []float64{1, 0})).X.T()))
	// Output:
	// training [4  6] averages [0.30] [1.00]
	// test     [6.700  8.700]
	// ∂x       [ 0.375  -0.375]
}

func BenchmarkTrain(b *testing.B) {
	x := gaussian(source(6), 64, 128, 0, 1)
	n := batchnorm.New(128)
	for b.Loop() {
		n.Train(x)
	}
}

func BenchmarkBackward(b *testing.B) {
	x := gaussian(source(6), 64, 128, 0, 1)
	n := batchnorm.New(128)
	p := n.Train(x)
	for b.Loop() {
		n.Backward(p, x)
	}
}
