package mlp_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
	"nncourse/lib/gradcheck"
	"nncourse/lib/loss"
	"nncourse/lib/mlp"
)

var background = context.Background()

type goldenFile struct {
	Gradients []struct {
		Sizes       []int
		Activations []string
		Loss        string
		Params      []float64
		X, Y, Out   [][]float64
		Value       float64
		Gradient    []float64
		GradientX   [][]float64
	}
	Trainings []struct {
		Name, Activation       string
		Sizes                  []int
		Batch, Epochs          int
		Rate, Momentum, L1, L2 float64
		Adam                   bool
		Start, End, Losses     []float64
		X, Y                   [][]float64
	}
}

func golden(t *testing.T) (g goldenFile) {
	t.Helper()
	b, err := os.ReadFile("testdata/golden.json")
	if err == nil {
		err = json.Unmarshal(b, &g)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Gradients) < 5 || len(g.Trainings) < 7 {
		t.Fatalf("golden.json holds %d gradients and %d trainings", len(g.Gradients), len(g.Trainings))
	}
	return g
}

func dense(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, r := range rows {
		m.SetRow(i, r)
	}
	return m
}

func gaussian(rng *rand.Rand, r, c int) *mat.Dense {
	m := mat.NewDense(r, c, nil)
	for i := range r {
		for j := range c {
			m.Set(i, j, rng.NormFloat64())
		}
	}
	return m
}

// build is a network with one activation a layer.
func build(t testing.TB, rng *rand.Rand, sizes []int, names ...string) *mlp.Net {
	t.Helper()
	n := mlp.New(rng, activation.Identity, sizes...)
	for i, name := range names {
		act, err := activation.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		n.Layers[i].Act = act
	}
	for _, l := range n.Layers {
		for i := range l.B {
			l.B[i] = rng.NormFloat64()
		}
	}
	return n
}

func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tol*math.Max(1, math.Abs(want[i]))) {
			t.Errorf("%s: entry %d is %.17g, want %.17g", what, i, got[i], want[i])
			return
		}
	}
}

func data(m *mat.Dense) []float64 { return mat.DenseCopyOf(m).RawMatrix().Data }

// Sums of at most 25 products of numbers of size 1, through 4 layers: rounding of 1e-14 leaves room at 1e-12.
func TestGradientsMatchJAX(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	again := &mlp.Gradient{} // one for nets of all shapes
	for _, c := range golden(t).Gradients {
		n := build(t, rng, c.Sizes, c.Activations...)
		n.SetParams(c.Params)
		l, err := loss.ByName(c.Loss)
		if err != nil {
			t.Fatal(err)
		}
		x, y := dense(c.X), dense(c.Y)
		near(t, c.Loss+": output", data(n.Forward(x).Out()), data(dense(c.Out)), 1e-12)
		for i, row := range c.X {
			near(t, c.Loss+": Predict", n.Predict(row), c.Out[i], 1e-12)
		}
		value, g := n.Gradient(x, y, l)
		near(t, c.Loss+": value", []float64{value, n.Loss(x, y, l)}, []float64{c.Value, c.Value}, 1e-12)
		near(t, c.Loss+": gradient", g.Flat(), c.Gradient, 1e-12)
		near(t, c.Loss+": ∂J/∂X", data(g.X), data(dense(c.GradientX)), 1e-12)
		for range 2 {
			near(t, c.Loss+": GradientTo", []float64{n.GradientTo(again, x, y, l)}, []float64{c.Value}, 1e-12)
			near(t, c.Loss+": GradientTo", again.Flat(), c.Gradient, 1e-12)
		}
	}
}

// At most 50 steps, which do not amplify rounding by more than a few: 1e-10. Adam divides by √ŝ, which is not small here.
func TestTrainingsMatchPyTorch(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for _, c := range golden(t).Trainings {
		names := make([]string, len(c.Sizes)-1)
		for i := range names {
			names[i] = c.Activation
		}
		names[len(names)-1] = "identity"
		n := build(t, rng, c.Sizes, names...)
		n.SetParams(c.Start)
		var seen []float64
		h, err := n.Train(background, dense(c.X), dense(c.Y), loss.L2, mlp.TrainConfig{
			Epochs: c.Epochs, Batch: c.Batch, Rate: c.Rate, Momentum: c.Momentum, Adam: c.Adam, L1: c.L1, L2: c.L2,
			Every: func(epoch int, loss float64) bool {
				if epoch != len(seen) {
					t.Errorf("%s: Every has epoch %d after %d calls", c.Name, epoch, len(seen))
				}
				seen = append(seen, loss)
				return true
			},
		})
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		near(t, c.Name+": losses", h.Loss, c.Losses, 1e-10)
		near(t, c.Name+": losses in Every", seen, c.Losses, 1e-10)
		near(t, c.Name+": parameters", n.Params(), c.End, 1e-10)
		if want := c.Epochs * ((len(c.X) + c.Batch - 1) / c.Batch); h.Steps != want {
			t.Errorf("%s: %d steps, want %d", c.Name, h.Steps, want)
		}
	}
}

// Every activation and loss, in nets of several shapes, against central differences.
func TestGradientsByDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	checked := 0
	for _, act := range []string{"identity", "sigmoid", "tanh", "relu", "leaky-relu(0.1)", "elu(1)", "softplus"} {
		for _, l := range []loss.Func{loss.SquaredHalf, loss.SoftmaxCrossEntropy, loss.BinaryCrossEntropy, loss.Hinge2} {
			depth := 1 + rng.IntN(3)
			sizes := []int{1 + rng.IntN(4)}
			names := []string{}
			for range depth {
				sizes, names = append(sizes, 1+rng.IntN(5)), append(names, act)
			}
			sizes = append(sizes, 1+rng.IntN(3))
			n := build(t, rng, sizes, names...)
			batch := 1 + rng.IntN(6)
			x, y := gaussian(rng, batch, sizes[0]), mat.NewDense(batch, sizes[len(sizes)-1], nil)
			for i := range batch {
				y.Set(i, rng.IntN(sizes[len(sizes)-1]), 1)
			}
			_, g := n.Gradient(x, y, l)
			theta := n.Params()
			byParams := func(p []float64) float64 { n.SetParams(p); return n.Loss(x, y, l) }
			byX := func(v []float64) float64 { return n.Loss(mat.NewDense(batch, sizes[0], v), y, l) }
			r := gradcheck.Checker{Tolerance: 1e-7}.Check(byParams, theta, g.Flat(), nil)
			if err := r.Err(); err != nil {
				t.Errorf("%s, %s, %v: parameters: %v", act, l.Name, sizes, err)
			}
			n.SetParams(theta)
			rx := gradcheck.Checker{Tolerance: 1e-7}.Check(byX, data(x), data(g.X), nil)
			if err := rx.Err(); err != nil {
				t.Errorf("%s, %s, %v: inputs: %v", act, l.Name, sizes, err)
			}
			checked += r.Checked + rx.Checked
		}
	}
	if checked < 500 {
		t.Errorf("only %d derivatives were compared", checked)
	}
}

// What holds for every net: the gradient of a mean is the mean of the gradients, whatever the batch is cut into; the order
// of the samples does not count; Backward gives what Gradient gives, from ∂J/∂out alone.
func TestBatches(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	n := build(t, rng, []int{3, 6, 4, 2}, "tanh", "relu")
	x, y := gaussian(rng, 9, 3), gaussian(rng, 9, 2)
	j, all := n.Gradient(x, y, loss.L2)
	sum, mean := make([]float64, n.NumParams()), 0.0
	for _, i := range rng.Perm(9) {
		ji, gi := n.Gradient(x.Slice(i, i+1, 0, 3), y.Slice(i, i+1, 0, 2), loss.L2)
		mean += ji / 9
		for k, v := range gi.Flat() {
			sum[k] += v / 9
		}
	}
	near(t, "mean of the losses", []float64{mean}, []float64{j}, 1e-13)
	near(t, "mean of the gradients", sum, all.Flat(), 1e-13)

	p := n.Forward(x)
	d := mat.NewDense(9, 2, nil)
	d.Sub(p.Out(), y)
	d.Scale(2./9, d)
	before := mat.DenseCopyOf(d)
	g := n.Backward(p, d)
	near(t, "Backward", g.Flat(), all.Flat(), 1e-13)
	near(t, "Backward, X", data(g.X), data(all.X), 1e-13)
	if !mat.Equal(d, before) {
		t.Error("Backward changed dOut")
	}
	// a transposed matrix has no rows to view, and works
	xt := mat.DenseCopyOf(x.T())
	_, gt := n.Gradient(xt.T(), y, loss.L2)
	near(t, "transposed", gt.Flat(), all.Flat(), 1e-13)
}

func TestParams(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	n := mlp.New(rng, activation.Tanh, 2, 3, 1)
	if n.NumParams() != 13 || len(n.Params()) != 13 {
		t.Fatalf("2-3-1 has %d parameters, want 2·3+3 + 3+1 = 13", n.NumParams())
	}
	p := make([]float64, 13)
	for i := range p {
		p[i] = float64(i)
	}
	n.SetParams(p)
	near(t, "back", n.Params(), p, 0)
	if n.Layers[0].W.At(1, 0) != 2 || n.Layers[0].B[0] != 6 || n.Layers[1].W.At(0, 2) != 11 || n.Layers[1].B[0] != 12 {
		t.Errorf("the order is not W by rows, then b, layer by layer: %v %v", mat.Formatted(n.Layers[0].W), n.Layers[1].B)
	}
	c := n.Clone()
	c.Layers[0].W.Set(0, 0, 99)
	c.Layers[1].B[0] = 99
	near(t, "after a change of the clone", n.Params(), p, 0)
	w, b := n.Weights()
	if w[0][1][0] != 2 || b[1][0] != 12 || len(w) != 2 {
		t.Errorf("Weights: %v %v", w, b)
	}
}

// The variance of the weights, over enough of them that 5 % is four standard deviations.
func TestInitialWeights(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	for _, c := range []struct {
		act  activation.Func
		want float64
	}{
		{activation.ReLU, 2. / 100}, {activation.ELU(1), 2. / 100}, {activation.Softplus, 2. / 100},
		{activation.LeakyReLU(0.5), 2 / (1.25 * 100)}, {activation.Tanh, 2. / 250}, {activation.Sigmoid, 2. / 250}, {activation.Identity, 2. / 250},
	} {
		n := mlp.New(rng, c.act, 100, 150, 80)
		for l, want := range []float64{c.want, 2. / 230} {
			sum, count := 0.0, 0
			for _, w := range data(n.Layers[l].W) {
				sum += w * w
				count++
			}
			if v := sum / float64(count); math.Abs(v/want-1) > 0.05 {
				t.Errorf("%s, layer %d: variance %.5f, want %.5f", c.act.Name, l+1, v, want)
			}
			for _, b := range n.Layers[l].B {
				if b != 0 {
					t.Fatalf("%s, layer %d: a bias is %v", c.act.Name, l+1, b)
				}
			}
		}
		if n.Layers[0].Act.Name != c.act.Name || n.Layers[1].Act.Name != "identity" {
			t.Errorf("activations are %s, %s", n.Layers[0].Act.Name, n.Layers[1].Act.Name)
		}
	}
}

func xor() (x, y *mat.Dense) {
	return mat.NewDense(4, 2, []float64{0, 0, 0, 1, 1, 0, 1, 1}), mat.NewDense(4, 1, []float64{0, 1, 1, 0})
}

// The same seed gives the same bits; another order other bits.
func TestReproducible(t *testing.T) {
	train := func(order uint64) []float64 {
		n := mlp.New(rand.New(rand.NewPCG(7, 1)), activation.Tanh, 2, 4, 1)
		x, y := xor()
		if _, err := n.Train(background, x, y, loss.L2, mlp.TrainConfig{Epochs: 30, Batch: 1, Rate: 0.1, Rand: rand.New(rand.NewPCG(order, 0))}); err != nil {
			t.Fatal(err)
		}
		return n.Params()
	}
	a, b, c := train(1), train(1), train(2)
	same := true
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			t.Fatalf("parameter %d is %v, then %v", i, a[i], b[i])
		}
		same = same && a[i] == c[i]
	}
	if same {
		t.Error("the order of the samples makes no difference, so nothing was shuffled")
	}
}

func TestTrainEnds(t *testing.T) {
	x, y := xor()
	fresh := func() *mlp.Net { return mlp.New(rand.New(rand.NewPCG(8, 1)), activation.ReLU, 2, 4, 1) }

	n := fresh()
	h, err := n.Train(background, x, y, loss.L2, mlp.TrainConfig{Epochs: 50, Every: func(e int, _ float64) bool { return e < 3 }})
	if err != nil || len(h.Loss) != 4 || h.Steps != 3 {
		t.Errorf("Every ends it after epoch 3: %d losses, %d steps, %v", len(h.Loss), h.Steps, err)
	}

	ctx, cancel := context.WithCancel(background)
	h, err = fresh().Train(ctx, x, y, loss.L2, mlp.TrainConfig{Epochs: 50, Every: func(e int, _ float64) bool {
		if e == 5 {
			cancel()
		}
		return true
	}})
	if !errors.Is(err, context.Canceled) || h == nil || len(h.Loss) != 6 {
		t.Errorf("cancelled after epoch 5: %v, history %v", err, h)
	}

	h, err = fresh().Train(background, x, y, loss.L2, mlp.TrainConfig{Epochs: 500, Rate: 100})
	if err == nil || !strings.Contains(err.Error(), "smaller learning rate") || len(h.Loss) < 2 {
		t.Errorf("a rate of 100 diverges: %v", err)
	}

	n = fresh()
	before := n.Params()
	h, err = n.Train(background, x, y, loss.L2, mlp.TrainConfig{})
	if err != nil || len(h.Loss) != 1 || h.Steps != 0 {
		t.Errorf("no epochs: %v, %v", h, err)
	}
	near(t, "no epochs", n.Params(), before, 0)

	bad := mat.DenseCopyOf(y)
	bad.Set(2, 0, math.Inf(1))
	if _, err = fresh().Train(background, x, bad, loss.L2, mlp.TrainConfig{Epochs: 1}); err == nil || !strings.Contains(err.Error(), "y[2, 0] is +Inf") {
		t.Errorf("an infinite target: %v", err)
	}
}

// L2 shrinks the weights, L1 makes some of them (nearly) zero; neither touches the biases of a net without data to fit.
func TestPenalties(t *testing.T) {
	for _, cfg := range []mlp.TrainConfig{{L1: 0.1}, {L2: 0.1}} {
		n := mlp.New(rand.New(rand.NewPCG(9, 1)), activation.Identity, 3, 2)
		n.Layers[0].B[0], n.Layers[0].B[1] = 1, -2
		w := data(n.Layers[0].W)
		x, y := mat.NewDense(1, 3, nil), mat.NewDense(1, 2, []float64{1, -2}) // no error, no gradient but the penalty's
		cfg.Epochs, cfg.Rate = 1, 0.01
		if _, err := n.Train(background, x, y, loss.L2, cfg); err != nil {
			t.Fatal(err)
		}
		want := make([]float64, len(w))
		for i, v := range w {
			want[i] = v - 0.01*(cfg.L1*math.Copysign(1, v)+cfg.L2*v)
		}
		near(t, "weights", data(n.Layers[0].W), want, 1e-15)
		near(t, "biases", n.Layers[0].B, []float64{1, -2}, 0)
	}
}

func TestPanics(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 1))
	n := mlp.New(rng, activation.Tanh, 2, 3, 1)
	x, y := xor()
	train := func(cfg mlp.TrainConfig) func() {
		return func() { n.Train(background, x, y, loss.L2, cfg) }
	}
	torn := n.Clone()
	torn.Layers[1].W = mat.NewDense(1, 4, nil)
	for name, f := range map[string]func(){
		"one size":              func() { mlp.New(rng, activation.Tanh, 2) },
		"width 0":               func() { mlp.New(rng, activation.Tanh, 2, 0, 1) },
		"three features":        func() { n.Forward(mat.NewDense(1, 3, nil)) },
		"Predict":               func() { n.Predict([]float64{1}) },
		"layers that don't fit": func() { torn.Forward(x) },
		"no layers":             func() { (&mlp.Net{}).Forward(x) },
		"targets":               func() { n.Gradient(x, mat.NewDense(4, 2, nil), loss.L2) },
		"fewer targets":         func() { n.Loss(x, mat.NewDense(3, 1, nil), loss.L2) },
		"Backward":              func() { n.Backward(n.Forward(x), mat.NewDense(4, 2, nil)) },
		"SetParams":             func() { n.SetParams(make([]float64, 12)) },
		"Epochs":                train(mlp.TrainConfig{Epochs: -1}),
		"Rate":                  train(mlp.TrainConfig{Rate: math.NaN()}),
		"Momentum":              train(mlp.TrainConfig{Momentum: 1}),
		"Adam and momentum":     train(mlp.TrainConfig{Momentum: 0.5, Adam: true}),
		"L1":                    train(mlp.TrainConfig{L1: -1}),
	} {
		func() {
			defer func() {
				if r, ok := recover().(string); !ok || !strings.HasPrefix(r, "mlp: ") {
					t.Errorf("%s: want a panic with the package's name, got %v", name, r)
				}
			}()
			f()
		}()
	}
}

// Training uses its buffers again: what is allocated does not grow with the width of the net.
func TestFewAllocations(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 1))
	n := mlp.New(rng, activation.ReLU, 2, 8, 8, 1)
	x, y := gaussian(rng, 10, 2), gaussian(rng, 10, 1)
	g := &mlp.Gradient{}
	n.GradientTo(g, x, y, loss.SquaredHalf)
	if a := testing.AllocsPerRun(20, func() { n.GradientTo(g, x, y, loss.SquaredHalf) }); a > 16 {
		t.Errorf("%v allocations a gradient", a)
	}
}
