package robust_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/attack"
	"nncourse/lib/backend"
	"nncourse/lib/datasets"
	"nncourse/lib/nets"
	"nncourse/lib/robust"
)

var golden struct {
	Shares []struct {
		K, N          int
		Level, Lo, Hi float64
	}
	Means []struct {
		X             []float64
		Level, Lo, Hi float64
	}
	Training struct {
		X, W0, W               [][]float64
		Y                      []int32
		Losses                 []float64
		Steps                  int
		Eps, Grow, Clean, Rate float64
	}
}

func read(t *testing.T) {
	t.Helper()
	b, err := os.ReadFile("testdata/golden.json")
	if err == nil {
		err = json.Unmarshal(b, &golden)
	}
	if err != nil || len(golden.Shares) == 0 || len(golden.Means) == 0 || len(golden.Training.W) == 0 {
		t.Fatalf("testdata/golden.json is unreadable or has parts missing (%v)", err)
	}
}

func seeded(a, b uint64) *rand.Rand { return rand.New(rand.NewPCG(a, b)) }

// The intervals are those of SciPy.
func TestIntervals(t *testing.T) {
	read(t)
	for _, g := range golden.Shares {
		lo, hi := robust.ClopperPearson(g.K, g.N, g.Level)
		// the quantile of the beta distribution is found by a search, to about 1e-9
		if math.Abs(lo-g.Lo) > 1e-8 || math.Abs(hi-g.Hi) > 1e-8 {
			t.Errorf("Clopper-Pearson of %d of %d at %v: [%v, %v], SciPy [%v, %v]", g.K, g.N, g.Level, lo, hi, g.Lo, g.Hi)
		}
	}
	for _, g := range golden.Means {
		_, lo, hi := robust.MeanInterval(g.X, g.Level)
		if math.Abs(lo-g.Lo) > 1e-7 || math.Abs(hi-g.Hi) > 1e-7 {
			t.Errorf("mean of %d values at %v: [%v, %v], SciPy [%v, %v]", len(g.X), g.Level, lo, hi, g.Lo, g.Hi)
		}
	}
	if mean, lo, hi := robust.MeanInterval([]float64{3}, 0.9); mean != 3 || !math.IsInf(lo, -1) || !math.IsInf(hi, 1) {
		t.Errorf("one value: %v [%v, %v]", mean, lo, hi)
	}
	if mean, _, _ := robust.MeanInterval(nil, 0.9); !math.IsNaN(mean) {
		t.Errorf("no value has the mean %v", mean)
	}
}

// linear is a linear classifier: weights [dim][classes] as a variable, no offset.
func linear(t testing.TB, w [][]float64) *nets.Model {
	t.Helper()
	b, err := backend.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var flat []float32
	for _, row := range w {
		for _, v := range row {
			flat = append(flat, float32(v))
		}
	}
	dim, classes := len(w), len(w[0])
	store := model.NewStore()
	first := func(g *graph.Graph, s shapes.Shape) *graph.Node {
		return graph.Reshape(graph.Const(g, flat), s.Dimensions...)
	}
	return &nets.Model{Backend: b, Store: store, Input: [3]int{1, 1, dim}, Classes: classes,
		Logits: func(scope *model.Scope, x *graph.Node) *graph.Node {
			W := scope.WithInitializer(first).VariableWithShape("w", shapes.Make(x.DType(), dim, classes)).NodeValue(x.Graph())
			return graph.Einsum("nd,dc->nc", graph.Reshape(x, -1, dim), W)
		}}
}

func weights(t testing.TB, m *nets.Model) []float32 {
	t.Helper()
	v := m.Store.GetVariable("/w")
	if v == nil {
		t.Fatal("the model has no weights")
	}
	value, err := v.Value()
	if err != nil {
		t.Fatal(err)
	}
	w, err := tensors.CopyFlatData[float32](value)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func points(x [][]float64, y []int32) *datasets.Images {
	d := &datasets.Images{Name: "points", Source: "test", Generated: true, N: len(x), H: 1, W: 1, C: len(x[0]), Labels: y}
	for _, row := range x {
		for _, v := range row {
			d.Pix = append(d.Pix, float32(v))
		}
	}
	return d
}

// draw gives a linear classifier of two classes, points in the unit cube, and labels of which some are wrong.
func draw(rng *rand.Rand, n, dim int) (w, x [][]float64, y []int32) {
	for range dim {
		w = append(w, []float64{rng.NormFloat64(), rng.NormFloat64()})
	}
	for range n {
		row := make([]float64, dim)
		for j := range row {
			row[j] = float64(rng.Float32())
		}
		x, y = append(x, row), append(y, int32(rng.IntN(2)))
	}
	return w, x, y
}

// On a linear classifier of two classes the loss is greatest at r = ε·sign(w_k − w_y), clipped into the range: in one step from anywhere
// if α ≥ 2ε, and in several shorter ones.
func TestInnerOnLinear(t *testing.T) {
	const n, dim, eps = 30, 7, 0.15
	rng := seeded(3, 1)
	w, x, y := draw(rng, n, dim)
	m, d := linear(t, w), points(x, y)
	u := make([]float32, n*dim)
	for i := range u {
		u[i] = 2*rng.Float32() - 1
	}
	for _, c := range []struct {
		inner robust.Inner
		full  bool // reaches the corner from any start
	}{
		{robust.Inner{Step: 2}, true},
		{robust.Inner{Step: 2, Hi: 1}, true},
		{robust.Inner{Steps: 4, Step: 0.5}, true},
		{robust.Inner{Steps: 3}, true}, // α = 2.5·ε/3
		{robust.Inner{Steps: 4, Step: 0.5, Hi: 1}, true},
		{robust.Inner{}, false}, // α = 1.25·ε: min(ε, ε·u + α) from the start u
		{robust.Inner{Steps: 2, Step: 0.4}, false},
	} {
		exec, err := model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
			return []*graph.Node{c.inner.Perturb(func(x *graph.Node) *graph.Node { return m.Logits(scope, x) }, in[0], in[1], in[2], in[3])}
		})
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Call(tensors.FromFlatDataAndDimensions(d.Pix, n, 1, 1, dim), tensors.FromFlatDataAndDimensions(y, n, 1),
			tensors.FromFlatDataAndDimensions(u, n, 1, 1, dim), float32(eps))
		if err != nil {
			t.Fatal(err)
		}
		r, err := tensors.CopyFlatData[float32](out[0])
		if err != nil {
			t.Fatal(err)
		}
		exec.Finalize()
		steps, step := max(1, c.inner.Steps), c.inner.Step
		if step == 0 {
			step = map[int]float64{1: 1.25, 3: 2.5 / 3}[steps]
		}
		for i := range n {
			for j := range dim {
				s := math.Copysign(1, w[j][1-y[i]]-w[j][y[i]])
				want := eps * s
				if !c.full {
					want = s * eps * min(1, s*float64(u[i*dim+j])+float64(steps)*step)
				}
				if c.inner.Hi == 1 {
					want = min(max(x[i][j]+want, 0), 1) - x[i][j]
				}
				if got := float64(r[i*dim+j]); math.Abs(got-want) > 1e-6 {
					t.Fatalf("%+v: r of point %d, coordinate %d, is %v, the closed form %v", c.inner, i, j, got, want)
				}
			}
		}
	}
}

// Training a linear classifier gives the weights that JAX reaches by Adam on the closed form of the inner maximum.
func TestTrainingOnLinear(t *testing.T) {
	read(t)
	g := golden.Training
	tr := robust.Training{Epsilon: g.Eps, Grow: g.Grow, Clean: g.Clean, LearningRate: g.Rate, Epochs: g.Steps, BatchSize: len(g.X),
		Inner: robust.Inner{Step: 2}, Schedule: func(done float64) float64 { return 1 - done }}
	m := linear(t, g.W0)
	h, err := tr.Fit(t.Context(), m, points(g.X, g.Y))
	if err != nil {
		t.Fatal(err)
	}
	for k, l := range h.Loss { // one record an epoch, and one step an epoch
		if math.Abs(l-g.Losses[k]) > 1e-5 {
			t.Errorf("loss %v at step %d, JAX %v", l, h.Step[k], g.Losses[k])
		}
	}
	w := weights(t, m)
	for j, row := range g.W {
		for c, want := range row {
			// forty steps of Adam in float32
			if got := float64(w[j*2+c]); math.Abs(got-want) > 1e-4 {
				t.Errorf("weight %d of class %d is %v, JAX %v", j, c, got, want)
			}
		}
	}
	if len(h.Loss) != g.Steps || h.Step[g.Steps-1] != g.Steps || h.Epsilon[0] != 0 || h.Epsilon[g.Steps-1] != g.Eps {
		t.Errorf("history of %d records, ε from %v to %v", len(h.Loss), h.Epsilon[0], h.Epsilon[len(h.Epsilon)-1])
	}
	left := 0
	for v := range m.Store.IterVariables() {
		left++
		if v.Path() != "/w" {
			t.Errorf("the training left %s in the store", v.Path())
		}
	}
	if left != 1 {
		t.Errorf("%d variables in the store", left)
	}
}

// With the seed fixed two runs give the same bits, another seed gives others; a cancelled run ends with the context's error.
func TestTrainingRepeats(t *testing.T) {
	rng := seeded(5, 1)
	w, x, y := draw(rng, 64, 4)
	run := func(seed uint64) []float32 {
		m := linear(t, w)
		if _, err := (robust.Training{Epsilon: 0.1, Epochs: 2, BatchSize: 16, Seed: seed}).Fit(t.Context(), m, points(x, y)); err != nil {
			t.Fatal(err)
		}
		return weights(t, m)
	}
	a := run(1)
	if !slices.Equal(a, run(1)) {
		t.Error("the same seed gives other weights")
	}
	if slices.Equal(a, run(2)) {
		t.Error("another seed gives the same weights")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (robust.Training{}).Fit(ctx, linear(t, w), points(x, y)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	x[3][1] = math.NaN()
	if _, err := (robust.Training{Epsilon: 0.1}).Fit(t.Context(), linear(t, w), points(x, y)); err == nil {
		t.Error("a loss that is not a number went through")
	}
}

// A linear answer is right up to ε = margin/‖w_y − w_k‖₁ and wrong from there on; Measure's curve counts exactly that.
func TestMeasureOnLinear(t *testing.T) {
	const n, dim = 80, 6
	rng := seeded(8, 1)
	w, x, y := draw(rng, n, dim)
	radii := []float64{0, 0.01, 0.03, 0.1, 0.2, 0.5}
	c, err := robust.Measure(t.Context(), linear(t, w), points(x, y), attack.PGD{Norm: attack.Inf, Steps: 8, Restarts: 2, Rand: seeded(1, 1)}, radii, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	right := make([]int, len(radii))
	for i := range n {
		margin, size := 0.0, 0.0
		for j := range dim {
			d := w[j][y[i]] - w[j][1-y[i]]
			margin += d * x[i][j]
			size += math.Abs(d)
		}
		first := -1.0
		for k, eps := range radii {
			switch {
			case margin > eps*size:
				right[k]++
			case first < 0:
				first = eps
			}
			if math.Abs(margin-eps*size) < 1e-5 {
				t.Fatalf("point %d is a tie at %v: choose another seed", i, eps)
			}
		}
		if c.First[i] != first {
			t.Errorf("point %d first wrong at %v, closed form %v", i, c.First[i], first)
		}
	}
	if !slices.Equal(right, c.Right) || right[0] == right[2] || right[5] == n {
		t.Errorf("right %v, closed form %v", c.Right, right)
	}
	for k := range radii {
		lo, hi := robust.ClopperPearson(right[k], n, 0.95)
		if c.Accuracy[k] != float64(right[k])/n || c.Lo[k] != lo || c.Hi[k] != hi || lo > c.Accuracy[k] || hi < c.Accuracy[k] {
			t.Errorf("ε = %v: %v in [%v, %v]", radii[k], c.Accuracy[k], c.Lo[k], c.Hi[k])
		}
	}
}

// ρ_adv of DeepFool on a linear classifier is the mean of margin/(‖w_y − w_k‖₂·‖x‖₂) over the right answers.
func TestRhoOnLinear(t *testing.T) {
	rng := seeded(9, 1)
	w, x, y := draw(rng, 50, 6)
	d := points(x, y)
	res, err := attack.DeepFool{Overshoot: attack.NoOvershoot}.Attack(t.Context(), linear(t, w), d)
	if err != nil {
		t.Fatal(err)
	}
	got := robust.RhoAdv(res, d, 0.9)
	var want []float64
	for i := range x {
		margin, size, norm := 0.0, 0.0, 0.0
		for j := range w {
			dw := w[j][y[i]] - w[j][1-y[i]]
			margin, size, norm = margin+dw*x[i][j], size+dw*dw, norm+x[i][j]*x[i][j]
		}
		if margin > 0 && slices.Contains(got.Index, i) {
			want = append(want, margin/math.Sqrt(size*norm))
		}
	}
	mean, lo, hi := robust.MeanInterval(want, 0.9)
	if len(want) < 10 || got.Flipped != len(want) || got.Flipped+got.Wrong+got.Failed != 50 || got.Wrong < 5 || len(got.Ratios) != len(want) {
		t.Fatalf("%d flipped of %d right, %d wrong, %d failed", got.Flipped, len(want), got.Wrong, got.Failed)
	}
	// float32 decides where the label flips
	if worst := max(math.Abs(got.Mean-mean), math.Abs(got.Lo-lo), math.Abs(got.Hi-hi)); worst > 5e-4*mean || got.Level != 0.9 {
		t.Errorf("ρ = %v in [%v, %v], closed form %v in [%v, %v]", got.Mean, got.Lo, got.Hi, mean, lo, hi)
	}
}

func TestPanics(t *testing.T) {
	w, x, y := draw(seeded(1, 1), 4, 3)
	m, d := linear(t, w), points(x, y)
	for name, f := range map[string]func(){
		"share over 1":   func() { robust.ClopperPearson(3, 2, 0.95) },
		"no trials":      func() { robust.ClopperPearson(0, 0, 0.95) },
		"level 1":        func() { robust.ClopperPearson(1, 2, 1) },
		"level 0":        func() { robust.MeanInterval([]float64{1, 2}, 0) },
		"negative ε":     func() { robust.Training{Epsilon: -1}.Fit(t.Context(), m, d) },
		"λ = 2":          func() { robust.Training{Clean: 2}.Fit(t.Context(), m, d) },
		"unsorted radii": func() { robust.Measure(t.Context(), m, d, attack.PGD{Norm: attack.Inf}, []float64{1, 0}, 0.95) },
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
