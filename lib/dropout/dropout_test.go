package dropout_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
	"nncourse/lib/dropout"
	"nncourse/lib/gradcheck"
	"nncourse/lib/loss"
	"nncourse/lib/mlp"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 414)) }

func gaussian(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tol*math.Max(1, math.Abs(want[i]))) {
			t.Fatalf("%s: entry %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

func flat(m *mat.Dense) []float64 { return m.RawMatrix().Data }

//go:embed testdata/golden.json
var goldenJSON []byte

// PyTorch, with the masks written out (testdata/golden.py).
func TestGolden(t *testing.T) {
	var golden struct {
		Nets []struct {
			Inverted            bool
			Keep                []float64
			Sizes               []int
			M                   int
			W, B, Masks, DW, DB [][]float64
			X, Y, Out, Test, DX []float64
			Loss                float64
		}
		Depth []struct {
			P, Distribution []float64
			Mean            float64
		}
	}
	if err := json.Unmarshal(goldenJSON, &golden); err != nil || len(golden.Nets) != 2 || len(golden.Depth) != 2 {
		t.Fatal(len(golden.Nets), err)
	}
	for _, c := range golden.Nets {
		net := &dropout.Net{Net: mlp.New(source(0), activation.Tanh, c.Sizes...), Drop: make([]dropout.Layer, 3)}
		masks := make([]*mat.Dense, 3)
		for l, layer := range net.Layers {
			copy(layer.W.RawMatrix().Data, c.W[l])
			copy(layer.B, c.B[l])
			masks[l] = mat.NewDense(c.M, c.Sizes[l], c.Masks[l])
			switch {
			case c.Keep[l] == 1:
			case c.Inverted:
				net.Drop[l] = dropout.Inverted{Keep: c.Keep[l]}
			default:
				net.Drop[l] = dropout.Standard{Keep: c.Keep[l]}
			}
		}
		x, y := mat.NewDense(c.M, c.Sizes[0], c.X), mat.NewDense(c.M, c.Sizes[3], c.Y)
		near(t, "out", flat(net.Train(x, masks).Out), c.Out, 1e-12)
		near(t, "test", flat(net.Test(x).Out), c.Test, 1e-12)
		j, g := net.Gradient(x, y, loss.SquaredHalf, masks)
		near(t, "loss", []float64{j}, []float64{c.Loss}, 1e-12)
		for l := range g.W {
			near(t, "∂W", flat(g.W[l]), c.DW[l], 1e-12)
			near(t, "∂b", g.B[l], c.DB[l], 1e-12)
		}
		near(t, "∂x", flat(g.X), c.DX, 1e-12)
	}
	for _, c := range golden.Depth {
		near(t, "distribution of the depth", dropout.DepthDistribution(c.P), c.Distribution, 1e-14)
		near(t, "expected depth", []float64{dropout.ExpectedDepth(c.P)}, []float64{c.Mean}, 1e-14)
	}
}

// A linear unit's mean over all masks is its test-time output, under both rules; its variance is known too. Behind a
// ReLU the mean lies above (Jensen).
func TestExpectation(t *testing.T) {
	rng := source(1)
	for _, keep := range []float64{0.1, 0.5, 0.8, 1} {
		n := 1 + rng.IntN(10)
		x, w := gaussian(rng, n), gaussian(rng, n)
		dot := func(v []float64) (s float64) {
			for i := range v {
				s += w[i] * v[i]
			}
			return s
		}
		for _, layer := range []dropout.Layer{dropout.Standard{Keep: keep}, dropout.Inverted{Keep: keep}} {
			mean, variance := dropout.Expect(n, keep, func(mask []float64) []float64 {
				z := dot(layer.Train(make([]float64, n), x, mask))
				return []float64{z, math.Max(0, z)}
			})
			z := dot(layer.Test(make([]float64, n), x))
			near(t, "the mean", mean[:1], []float64{z}, 1e-12)
			if mean[1] < math.Max(0, z)-1e-12 {
				t.Errorf("the mean of ReLU is %v, below ReLU of the mean %v", mean[1], z)
			}
			want := 0.0 // Var = p(1−p) Σ (wᵢxᵢ)², over p² if inverted
			for i := range x {
				want += keep * (1 - keep) * w[i] * w[i] * x[i] * x[i]
			}
			if layer == (dropout.Inverted{Keep: keep}) {
				want /= keep * keep
			}
			near(t, "the variance", variance[:1], []float64{want}, 1e-12)
		}
	}
	total, count := 0.0, 0
	dropout.Masks(5, 0.3, func(mask []float64, p float64) { total += p; count++ })
	near(t, "all probabilities", []float64{total, float64(count)}, []float64{1, 32}, 1e-14)
}

func TestLinearLoss(t *testing.T) {
	rng := source(2)
	x, y, w := [][]float64{gaussian(rng, 6), gaussian(rng, 6), gaussian(rng, 6)}, gaussian(rng, 3), gaussian(rng, 6)
	want := 0.0
	for s := range x { // samples have their own masks, so that means add
		mean, _ := dropout.Expect(6, 0.7, func(mask []float64) []float64 {
			dot := 0.0
			for j, v := range (dropout.Standard{Keep: 0.7}).Train(make([]float64, 6), x[s], mask) {
				dot += w[j] * v
			}
			return []float64{(y[s] - dot) * (y[s] - dot)}
		})
		want += mean[0]
	}
	fit, penalty := dropout.LinearLoss(x, y, w, 0.7)
	near(t, "the loss", []float64{fit + penalty}, []float64{want}, 1e-12)
	if penalty <= 0 {
		t.Error("no penalty")
	}
}

func TestMask(t *testing.T) {
	rng := source(3)
	const n = 40000
	for _, keep := range []float64{0.2, 0.5, 0.9, 1} {
		sum := 0.0
		for _, v := range dropout.Mask(n, keep, rng) {
			if v != 0 && v != 1 {
				t.Fatalf("a mask holds %v", v)
			}
			sum += v
		}
		// six standard deviations: one run in 10⁹ would fail
		if math.Abs(sum/n-keep) > 6*math.Sqrt(keep*(1-keep)/n) {
			t.Errorf("keep = %v: %v of the units are kept", keep, sum/n)
		}
	}
	near(t, "Keep", []float64{dropout.Keep(0.2)}, []float64{0.8}, 1e-15)
	near(t, "Entropy", []float64{dropout.Entropy(10, 0.5), dropout.Entropy(10, 1), dropout.Entropy(4, 0.25)}, []float64{10, 0, 4 * (2 - 0.75*math.Log2(3))}, 1e-14)
}

func TestBackward(t *testing.T) {
	rng := source(4)
	for _, layer := range []dropout.Layer{dropout.Standard{Keep: 0.6}, dropout.Inverted{Keep: 0.6}} {
		x, dy, mask := gaussian(rng, 8), gaussian(rng, 8), dropout.Mask(8, 0.6, rng)
		value := func(x []float64) float64 {
			s := 0.0
			for i, v := range layer.Train(make([]float64, 8), x, mask) {
				s += dy[i] * v
			}
			return s
		}
		if err := (gradcheck.Checker{}).Check(value, x, layer.Backward(make([]float64, 8), dy, mask), rng).Err(); err != nil {
			t.Errorf("%T: %v", layer, err)
		}
	}
	net := &dropout.Net{Net: mlp.New(rng, activation.Tanh, 4, 5, 3, 2), Drop: []dropout.Layer{dropout.Inverted{Keep: 0.8}, nil, dropout.Standard{Keep: 0.5}}}
	x, y := mat.NewDense(3, 4, gaussian(rng, 12)), mat.NewDense(3, 2, gaussian(rng, 6))
	masks := net.Masks(3, rng)
	if masks[1] != nil {
		t.Error("a mask where there is no dropout")
	}
	_, g := net.Gradient(x, y, loss.SquaredHalf, masks)
	value := func(p []float64) float64 {
		net.SetParams(p)
		j, _ := net.Gradient(x, y, loss.SquaredHalf, masks)
		return j
	}
	if err := (gradcheck.Checker{}).Check(value, net.Params(), g.Flat(), rng).Err(); err != nil {
		t.Error(err)
	}
}

func TestDepth(t *testing.T) {
	near(t, "p_l", dropout.Schedule(4, 0.5), []float64{0.875, 0.75, 0.625, 0.5}, 1e-15)
	// L = 54, p_L = 0.5: (3L − 1)/4 = 40.25, the "about 40" of Huang et al. 2016, §3
	near(t, "expected depth", []float64{dropout.ExpectedDepth(dropout.Schedule(54, 0.5))}, []float64{40.25}, 1e-13)
	q := dropout.DepthDistribution(dropout.Schedule(20, 0.3))
	sum, mean := 0.0, 0.0
	for k, v := range q {
		sum, mean = sum+v, mean+float64(k)*v
	}
	near(t, "sum and mean", []float64{sum, mean}, []float64{1, 20 - 21*0.7/2}, 1e-13)
	near(t, "always there", dropout.Gates([]float64{1, 1}, source(5)), []float64{1, 1}, 0)

	// linear blocks of independent gates: the mean over all gates is the test-time output, as E Π(1 + b_l a_l) = Π(1 + p_l a_l)
	calls := 0
	block := func(a float64) func(h []float64) []float64 {
		return func(h []float64) []float64 { calls++; return []float64{a * h[0]} }
	}
	blocks := []func(h []float64) []float64{block(0.5), block(-2), block(1)}
	p := []float64{0.9, 0.6, 0.3}
	mean = 0
	for bits := range 8 {
		gates, prob := make([]float64, 3), 1.0
		for l := range gates {
			gates[l] = float64(bits >> l & 1)
			prob *= 1 - p[l] + gates[l]*(2*p[l]-1)
		}
		mean += prob * dropout.Residual([]float64{1}, blocks, gates, nil)[3][0]
	}
	if calls != 12 {
		t.Errorf("%d blocks computed, want 12: those that are left out cost nothing", calls)
	}
	near(t, "the mean", []float64{mean}, dropout.Residual([]float64{1}, blocks, p, nil)[3], 1e-14)
	h := dropout.Residual([]float64{1}, blocks, []float64{1, 1, 0}, activation.ReLU.F)
	near(t, "H", []float64{h[0][0], h[1][0], h[2][0], h[3][0]}, []float64{1, 1.5, 0, 0}, 1e-15)
}

func TestPanics(t *testing.T) {
	v := []float64{1, 2}
	one := []func(h []float64) []float64{func(h []float64) []float64 { return nil }}
	for name, f := range map[string]func(){
		"keep 0":           func() { dropout.Mask(3, 0, source(1)) },
		"keep NaN":         func() { dropout.Standard{Keep: math.NaN()}.Test(v, v) },
		"no keep":          func() { dropout.Inverted{}.Train(v, v, v) },
		"drop 1":           func() { dropout.Keep(1) },
		"a short mask":     func() { dropout.Standard{Keep: 1}.Train(v, v, v[:1]) },
		"a short dst":      func() { dropout.Inverted{Keep: 1}.Test(v[:1], v) },
		"many units":       func() { dropout.Masks(21, 0.5, nil) },
		"block 0":          func() { dropout.Survival(0, 3, 0.5) },
		"survival 0":       func() { dropout.Survival(1, 3, 0) },
		"gates":            func() { dropout.Residual(v, one, v, nil) },
		"a block's length": func() { dropout.Residual(v, one, v[:1], nil) },
		"targets":          func() { dropout.LinearLoss([][]float64{v}, nil, v, 0.5) },
		"features":         func() { dropout.LinearLoss([][]float64{v}, v[:1], v[:1], 0.5) },
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

func ExampleExpect() {
	// Two equal units, kept with p = ½: their sum is 0, 1, 1 or 2. It is 1 on average, as at test time; its square is not.
	mean, _ := dropout.Expect(2, 0.5, func(mask []float64) []float64 {
		z := mask[0] + mask[1]
		return []float64{z, z * z}
	})
	test := dropout.Standard{Keep: 0.5}.Test(make([]float64, 2), []float64{1, 1})
	z := test[0] + test[1]
	fmt.Println("mean", mean, "at test time", z, z*z)
	// Output:
	// mean [1 1.5] at test time 1 1
}

func ExampleSchedule() {
	p := dropout.Schedule(4, 0.5)
	fmt.Println(p, "expected depth", dropout.ExpectedDepth(p))
	// Output:
	// [0.875 0.75 0.625 0.5] expected depth 2.75
}

func BenchmarkGradient(b *testing.B) {
	rng := source(6)
	net := &dropout.Net{Net: mlp.New(rng, activation.ReLU, 196, 128, 10), Drop: []dropout.Layer{dropout.Standard{Keep: 0.8}, dropout.Standard{Keep: 0.5}}}
	x, y := mat.NewDense(50, 196, gaussian(rng, 50*196)), mat.NewDense(50, 10, gaussian(rng, 500))
	for b.Loop() {
		net.Gradient(x, y, loss.SquaredHalf, net.Masks(50, rng))
	}
}
