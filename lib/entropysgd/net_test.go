package entropysgd

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/backend"
	"nncourse/lib/datasets"
	"nncourse/lib/nets"
	"nncourse/lib/optim"
)

const side, classes = 2, 3

// regression is softmax regression on 2×2 images: 4·3 weights and 3 biases, small enough for a reference by hand.
func regression(t *testing.T, seed int64) *nets.Model { return regressionOf(t, seed, side) }

func regressionOf(t *testing.T, seed int64, side int) *nets.Model {
	t.Helper()
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, seed)
	return &nets.Model{Backend: b, Store: store, Input: [3]int{side, side, 1}, Classes: classes, Logits: func(s *model.Scope, x *graph.Node) *graph.Node {
		return layers.DenseWithBias(s.At("logits"), graph.Reshape(x, -1, side*side), classes)
	}}
}

func dots(n int) *datasets.Images {
	r := rng(11)
	d := &datasets.Images{Name: "dots", Source: "drawn", N: n, H: side, W: side, C: 1, Classes: []string{"a", "b", "c"}}
	for range n {
		y := r.IntN(classes)
		for i := range side * side {
			v := r.Float32()
			if i == y {
				v++
			}
			d.Pix = append(d.Pix, v)
		}
		d.Labels = append(d.Labels, int32(y))
	}
	return d
}

// problem is the same in float64: weights in the order of the paths, biases [3], then weights [4, 3].
func problem(d *datasets.Images) optim.Problem {
	const p = side * side
	visit := func(w []float64, batch []int, f func(x []float32, q []float64, y int32)) float64 {
		if batch == nil {
			batch = make([]int, d.N)
			for i := range batch {
				batch[i] = i
			}
		}
		for _, i := range batch {
			q, sum := make([]float64, classes), 0.0
			for c := range q {
				z := w[c]
				for j, v := range d.Image(i) {
					z += float64(v) * w[classes+j*classes+c]
				}
				q[c] = math.Exp(z)
				sum += q[c]
			}
			for c := range q {
				q[c] /= sum
			}
			f(d.Image(i), q, d.Labels[i])
		}
		return float64(len(batch))
	}
	return optim.Problem{
		N: d.N,
		Loss: func(w []float64, batch []int) float64 {
			l := 0.0
			n := visit(w, batch, func(_ []float32, q []float64, y int32) { l -= math.Log(q[y]) })
			return l / n
		},
		Grad: func(dst, w []float64, batch []int) {
			clear(dst)
			n := visit(w, batch, func(x []float32, q []float64, y int32) {
				q[y]--
				for c, v := range q {
					dst[c] += v
					for j := range p {
						dst[classes+j*classes+c] += v * float64(x[j])
					}
				}
			})
			for i := range dst {
				dst[i] /= n
			}
		},
	}
}

// weights of the model as float64.
func weights(t *testing.T, m *nets.Model) []float64 {
	t.Helper()
	f, err := newFlat(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	w, err := f.get()
	if err != nil {
		t.Fatal(err)
	}
	v := make([]float64, len(w))
	for i := range w {
		v[i] = float64(w[i])
	}
	return v
}

// The three methods in float32 on the device against lib/optim and EntropySGD in float64, on the same batches.
// Rounding to float32 is 6·10⁻⁸ a step; 10⁻⁵ allows for 48 steps that do not amplify.
func TestTrainAgainstPureGo(t *testing.T) {
	d := dots(40)
	p := problem(d)
	ctx := context.Background()
	half := func(done float64) float64 { return 1 - done/2 }
	inner := SGLD{Steps: 4, Rate: 0.3, Average: 0.6, Momentum: 0.5}
	dealt := func(r *run) func() []int {
		k := -1
		return func() []int {
			k++
			idx := make([]int32, 8)
			r.batch(idx, k)
			var b []int
			for _, i := range idx {
				b = append(b, int(i))
			}
			return b
		}
	}
	cfg := NetConfig{Evaluations: 48, Batch: 8, Seed: 3}
	var paths [][]float64
	for _, c := range []struct {
		name      string
		method    NetMethod
		perCall   int
		reference func(x0 []float64, r *run) ([]float64, error)
	}{
		{"Entropy-SGD", NetEntropySGD{Rate: 0.9, Unscaled: true, Momentum: 0.4, Scope: Scoping{0.5, 0.2}, Inner: inner}, 1, func(x0 []float64, r *run) ([]float64, error) {
			tr, err := EntropySGD{Rate: 0.9, Unscaled: true, Momentum: 0.4, Scope: Scoping{0.5, 0.2}, Inner: inner, Steps: 12}.minimize(ctx, p, x0, dealt(r), nil)
			x, _, _ := tr.Last()
			return x, err
		}},
		{"Entropy-SGD, scaled, 4 gradients a call", NetEntropySGD{Rate: 0.9, Momentum: 0.4, Scope: Scoping{0.5, 0.2}, Inner: inner}, 4, func(x0 []float64, r *run) ([]float64, error) {
			tr, err := EntropySGD{Rate: 0.9, Momentum: 0.4, Scope: Scoping{0.5, 0.2}, Inner: inner, Steps: 12}.minimize(ctx, p, x0, dealt(r), nil)
			x, _, _ := tr.Last()
			return x, err
		}},
		{"SGD", NetSGD{Rate: 0.3, Momentum: 0.7}, 3, func(x0 []float64, r *run) ([]float64, error) {
			// Nesterov's y_k, to which NetSGD's weights correspond, written out.
			x, v, g, next := slices.Clone(x0), make([]float64, len(x0)), make([]float64, len(x0)), dealt(r)
			for range 48 {
				p.Grad(g, x, next())
				for i := range x {
					v[i] = 0.7*v[i] + g[i]
					x[i] -= 0.3 * (g[i] + 0.7*v[i])
				}
			}
			return x, nil
		}},
		{"SGD with a schedule", NetSGD{Rate: 0.3, Schedule: half}, 1, func(x0 []float64, r *run) ([]float64, error) {
			x, g, next := slices.Clone(x0), make([]float64, len(x0)), dealt(r)
			for k := range 48 {
				p.Grad(g, x, next())
				for i := range x {
					x[i] -= 0.3 * (1 - float64(k)/96) * g[i]
				}
			}
			return x, nil
		}},
	} {
		m := regression(t, 5)
		x0 := weights(t, m)
		run := &run{d: d, cfg: cfg}
		cfg := cfg
		cfg.PerCall = c.perCall
		h, err := Train(ctx, m, d, c.method, cfg)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		want, err := c.reference(x0, run)
		if err != nil {
			t.Fatal(err)
		}
		got := weights(t, m)
		moved := 0.0
		for i := range want {
			near(t, c.name, got[i], want[i], 1e-5)
			moved = max(moved, math.Abs(want[i]-x0[i]))
		}
		if moved < 0.1 || !slices.Equal(h.Evaluations, []int{48}) {
			t.Errorf("%s: moved by %g, records %v", c.name, moved, h.Evaluations)
		}
		paths = append(paths, got)
	}
	if slices.Equal(paths[0], paths[1]) {
		t.Error("the scope in the step makes no difference")
	}
	// Adam and SGD with momentum against lib/optim on full batches, whose order does not matter.
	full := NetConfig{Evaluations: 30, Batch: 40}
	m := regression(t, 5)
	x0 := weights(t, m)
	if _, err := Train(ctx, m, d, NetAdam{Rate: 0.05}, full); err != nil {
		t.Fatal(err)
	}
	tr, err := optim.Adam{Rate: 0.05, Steps: 30}.Minimize(ctx, p, x0, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range weights(t, m) {
		near(t, "Adam", v, tr.X[30][i], 1e-4)
	}
	m = regression(t, 5)
	if _, err := Train(ctx, m, d, NetSGD{Rate: 0.3, Momentum: 0.7}, full); err != nil {
		t.Fatal(err)
	}
	if tr, err = (optim.Nesterov{Rate: 0.3, Momentum: 0.7, Steps: 30}).Minimize(ctx, p, x0, nil); err != nil {
		t.Fatal(err)
	}
	for i, v := range weights(t, m) {
		near(t, "Nesterov's look-ahead", v, tr.X[30][i]+0.7*(tr.X[30][i]-tr.X[29][i]), 1e-5)
	}
}

// On black images the weights of the dense layer have no gradient: x′ − x is an AR(1) process, pulled by γ alone, whose variance after L steps is
// η′ε² Σ_{ℓ<L} (1 − η′γ)²ˡ if the noise is normal, independent from step to step and from weight to weight.
func TestNoiseOnTheDevice(t *testing.T) {
	const wide, rate, gamma, eps, steps = 20, 0.1, 2, 0.7, 5
	m := regressionOf(t, 5, wide)
	d := &datasets.Images{Name: "black", N: 6, H: wide, W: wide, C: 1, Classes: []string{"a", "b", "c"}, Pix: make([]float32, 6*wide*wide), Labels: []int32{0, 1, 2, 0, 1, 2}}
	x0 := weights(t, m)
	method := NetEntropySGD{Rate: 1, Unscaled: true, Scope: Scoping{gamma, 0}, Inner: SGLD{Steps: steps, Rate: rate, Noise: eps, Average: 1}}
	if _, err := Train(context.Background(), m, d, method, NetConfig{Evaluations: steps, Batch: 6, Seed: 2}); err != nil {
		t.Fatal(err)
	}
	x := weights(t, m)
	n, mean, square, neighbours := 0.0, 0.0, 0.0, 0.0
	for i := classes + 1; i < len(x); i++ {
		e, before := x[i]-x0[i], x[i-1]-x0[i-1]
		n, mean, square, neighbours = n+1, mean+e, square+e*e, neighbours+e*before
	}
	want := 0.0
	for l := range steps {
		want += rate * eps * eps * math.Pow(1-rate*gamma, 2*float64(l))
	}
	// bands of 4 standard errors, seeds fixed
	if n < 1000 || math.Abs(mean/n) > 4*math.Sqrt(want/n) || math.Abs(square/n/want-1) > 4*math.Sqrt(2/n) || math.Abs(neighbours/n/want) > 4/math.Sqrt(n) {
		t.Errorf("%g weights moved with mean %.4f, variance %.4f, product of neighbours %.4f; want 0, %.4f, 0", n, mean/n, square/n, neighbours/n, want)
	}
}

func trainTo(t *testing.T, ctx context.Context, cfg NetConfig, method NetMethod) ([]float64, *NetHistory, error) {
	t.Helper()
	m := regression(t, 5)
	h, err := Train(ctx, m, dots(40), method, cfg)
	if err != nil {
		return nil, h, err // no look at the weights: it compiles
	}
	return weights(t, m), h, nil
}

// Resumed or not, in calls of one or of four gradients: the same bits; another seed: others.
func TestResume(t *testing.T) {
	method := NetEntropySGD{Rate: 0.9, Unscaled: true, Momentum: 0.3, Scope: Scoping{0.5, 0.2}, Inner: SGLD{Steps: 6, Rate: 0.3, Noise: 0.1, Momentum: 0.2}}
	cfg := NetConfig{Evaluations: 48, Batch: 8, Seed: 3, Every: 8, Valid: dots(10)}
	ctx := context.Background()
	whole, h, err := trainTo(t, ctx, cfg, method)
	if err != nil || len(h.Loss) != 6 || len(h.ValidAccuracy) != 6 || h.Loaded {
		t.Fatalf("%v, %+v", err, h)
	}
	if h.Loss[5] >= h.Loss[0] {
		t.Errorf("losses %v", h.Loss)
	}
	cfg.Checkpoint = filepath.Join(t.TempDir(), "a", "b")
	stop := errors.New("enough")
	ctx2, cancel := context.WithCancelCause(ctx)
	cut := method
	cut.Schedule = func(done float64) float64 {
		if done >= 0.5 {
			cancel(stop)
		}
		return 1
	}
	if _, part, err := trainTo(t, ctx2, cfg, cut); !errors.Is(err, stop) || len(part.Loss) != 3 {
		t.Fatalf("cancelled: %v, %+v", err, part)
	}
	resumed, h2, err := trainTo(t, ctx, cfg, method)
	if err != nil || h2.Loaded || !slices.Equal(resumed, whole) || !slices.Equal(h2.Loss, h.Loss) || !slices.Equal(h2.ValidLoss, h.ValidLoss) {
		t.Errorf("resumed: %v\n%v\n%v\n%+v", err, resumed, whole, h2)
	}
	loaded, h3, err := trainTo(t, ctx, cfg, method)
	if err != nil || !h3.Loaded || !slices.Equal(loaded, whole) {
		t.Errorf("loaded: %v, %+v", err, h3)
	}
	other := method
	other.Rate = 0.8
	if _, _, err := trainTo(t, ctx, cfg, other); err == nil || !strings.Contains(err.Error(), "another run") {
		t.Errorf("another run: %v", err)
	}
	if err := os.WriteFile(filepath.Join(cfg.Checkpoint, keptFile), []byte("no gob"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := trainTo(t, ctx, cfg, method); err == nil {
		t.Error("a broken checkpoint passed")
	}
	cfg.Checkpoint, cfg.PerCall = "", 4
	four, _, err := trainTo(t, ctx, cfg, method)
	if err != nil {
		t.Fatal(err)
	}
	for i := range four { // fused otherwise by the compiler: the last digit may differ
		near(t, "four gradients a call", four[i], whole[i], 1e-5)
	}
	cfg.Seed, cfg.Valid = 4, nil
	if w, _, err := trainTo(t, ctx, cfg, method); err != nil || slices.Equal(w, four) {
		t.Errorf("another seed: %v", err)
	}
}

func TestTrainRefuses(t *testing.T) {
	good := NetEntropySGD{Rate: 1, Unscaled: true, Scope: Scoping{1, 0}, Inner: SGLD{Steps: 2, Rate: 0.1}}
	bad := good
	bad.Inner.Rate = -1
	nan := good
	nan.Scope.Gamma0 = math.NaN()
	overflow := good
	overflow.Scope.Gamma0 = 1e300
	for name, c := range map[string]struct {
		method NetMethod
		cfg    NetConfig
	}{
		"no gradients":       {good, NetConfig{}},
		"an odd number":      {good, NetConfig{Evaluations: 3, Batch: 4}},
		"a batch too large":  {good, NetConfig{Evaluations: 4, Batch: 41}},
		"a negative batch":   {good, NetConfig{Evaluations: 4, Batch: -1}},
		"PerCall":            {good, NetConfig{Evaluations: 4, Batch: 4, PerCall: 3}},
		"Every":              {good, NetConfig{Evaluations: 4, Batch: 4, Every: -3}},
		"inner rate":         {bad, NetConfig{Evaluations: 4, Batch: 4}},
		"γ₀":                 {nan, NetConfig{Evaluations: 4, Batch: 4}},
		"a scope overflowed": {overflow, NetConfig{Evaluations: 4, Batch: 4}},
		"SGD":                {NetSGD{}, NetConfig{Evaluations: 4, Batch: 4}},
		"SGD's momentum":     {NetSGD{Rate: 1, Momentum: 1}, NetConfig{Evaluations: 4, Batch: 4}},
		"Adam":               {NetAdam{Rate: math.Inf(1)}, NetConfig{Evaluations: 4, Batch: 4}},
	} {
		if _, _, err := trainTo(t, context.Background(), c.cfg, c.method); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, _, err := trainTo(t, context.Background(), NetConfig{Evaluations: 50, Batch: 4}, NetSGD{Rate: 1e38, Momentum: 0.9}); !errors.Is(err, optim.ErrDiverged) {
		t.Errorf("a rate of 10³⁸: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	m := regression(t, 5)
	before := weights(t, m)
	cancel()
	if _, err := Train(ctx, m, dots(40), NetSGD{Rate: 0.1}, NetConfig{Evaluations: 4, Batch: 4}); !errors.Is(err, context.Canceled) || !slices.Equal(before, weights(t, m)) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestSetWeights(t *testing.T) {
	ctx := context.Background()
	m := regression(t, 5)
	w, err := Weights(ctx, m)
	if err != nil || len(w) != classes+side*side*classes {
		t.Fatalf("%d weights: %v", len(w), err)
	}
	w[2], w[classes+4] = 7, -3 // the third bias; input 1 to class 1
	if err := SetWeights(ctx, m, w); err != nil {
		t.Fatal(err)
	}
	bias, _, err := m.Weights("/logits/dense/biases")
	if err != nil || bias[2] != 7 {
		t.Errorf("biases %v: %v", bias, err)
	}
	dense, _, err := m.Weights("/logits/dense/weights")
	if err != nil || dense[4] != -3 {
		t.Errorf("weights %v: %v", dense, err)
	}
}

func TestEvaluate(t *testing.T) {
	m, d := regression(t, 5), dots(30)
	loss, accuracy, err := Evaluate(context.Background(), m, d)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss", loss, problem(d).Loss(weights(t, m), nil), 1e-6)
	if want, err := m.Accuracy(context.Background(), d); err != nil || math.Abs(accuracy-want) > 1e-12 {
		t.Errorf("accuracy %g, want %g (%v)", accuracy, want, err)
	}
}

func BenchmarkNet(b *testing.B) {
	bk, err := backend.New(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	d := datasets.Strokes(1024, rand.New(rand.NewPCG(1, 1)))
	for _, c := range []struct {
		name    string
		perCall int
	}{{"one gradient a call", 1}, {"five a call", 5}} {
		b.Run(c.name, func(b *testing.B) {
			m := nets.NewLeNet(bk, 1)
			method := NetEntropySGD{Rate: 1, Unscaled: true, Scope: Scoping{0.03, 0.001}, Inner: SGLD{Steps: 20, Rate: 0.1, Noise: 1e-4}}
			seconds := 0.0
			for b.Loop() {
				h, err := Train(context.Background(), m, d, method, NetConfig{Evaluations: 100, PerCall: c.perCall})
				if err != nil {
					b.Fatal(err)
				}
				seconds += h.Duration.Seconds()
			}
			b.ReportMetric(1e3*seconds/float64(100*b.N), "ms/gradient")
		})
	}
}
