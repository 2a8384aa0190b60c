package explain

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/backend"
	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

func open(t testing.TB) compute.Backend {
	t.Helper()
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func noise(rng *rand.Rand, n, h, w int) *datasets.Images {
	d := &datasets.Images{Name: "noise", N: n, H: h, W: w, C: 1, Pix: make([]float32, n*h*w), Labels: make([]int32, n)}
	for i := range d.Pix {
		d.Pix[i] = rng.Float32()
	}
	return d
}

// small is a net with global pooling on 6×4 images: K = 5 maps of 6×4 places, 3 classes.
func small(b compute.Backend, p Pooling) (*nets.Model, Stages) {
	stages := func(scope *model.Scope, x *graph.Node) (f, logits *graph.Node) {
		f = activation.Relu(layers.Convolution(scope.At("conv"), x).Channels(5).KernelSize(3).PadSame().Done())
		F := graph.ReduceSum(f, 1, 2)
		if p == Mean {
			F = graph.ReduceMean(f, 1, 2)
		}
		return f, layers.DenseWithBias(scope.At("logits"), F, 3)
	}
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, int64(7))
	return &nets.Model{Backend: b, Store: store, Input: [3]int{6, 4, 1}, Classes: 3, Logits: func(s *model.Scope, x *graph.Node) *graph.Node {
		_, logits := stages(s, x)
		return logits
	}}, stages
}

// On XLA: map and logit agree for every class, Grad-CAM is CAM up to the known factor, and both are their definitions.
func TestBatchedMaps(t *testing.T) {
	ctx, b := context.Background(), open(t)
	for _, p := range []Pooling{Mean, Sum} {
		m, stages := small(b, p)
		d := noise(rand.New(rand.NewPCG(1, uint64(p))), Batch+3, 6, 4) // the last batch is padded
		labels, logits, err := m.Predict(ctx, d.Pix)
		if err != nil {
			t.Fatal(err)
		}
		// biases away from zero, so that forgetting one shows
		bias := []float32{0.5, -1.5, 2}
		if err := m.Store.GetVariable("/logits/dense/biases").SetValue(tensorOf(bias)); err != nil {
			t.Fatal(err)
		}
		if labels, logits, err = m.Predict(ctx, d.Pix); err != nil {
			t.Fatal(err)
		}
		weights, _, err := m.Weights(nets.GAPNetWeights)
		if err != nil {
			t.Fatal(err)
		}
		W := newMap(5, 3)
		for k := range W {
			for c := range W[k] {
				W[k][c] = float64(weights[k*3+c])
			}
		}
		places, factor := 24., 24.
		if p == Sum {
			places, factor = 1, 1
		}
		asked, want := make([]int32, d.N), make([]int32, d.N) // all classes, and Predicted, mixed
		for i := range want {
			asked[i] = int32(i%4) - 1
			if want[i] = asked[i]; want[i] == Predicted {
				want[i] = labels[i]
			}
		}
		cam, err := (&CAM{Stages: stages}).Explain(ctx, m, d, asked)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := (&GradCAM{Stages: stages, Signed: true}).Explain(ctx, m, d, asked)
		if err != nil {
			t.Fatal(err)
		}
		cut, err := (&GradCAM{Stages: stages}).Explain(ctx, m, d, asked)
		if err != nil {
			t.Fatal(err)
		}
		values, _, err := m.Outputs(d.Pix, func(s *model.Scope, x *graph.Node) []*graph.Node {
			f, _ := stages(s, x)
			return []*graph.Node{f}
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range d.N {
			c := int(want[i])
			if cam.Class[i] != want[i] || !near(float64(cam.Logits[i]), float64(logits[i*3+c]), 1e-6) {
				t.Fatalf("image %d: class %d with logit %g, want %d with %g", i, cam.Class[i], cam.Logits[i], c, logits[i*3+c])
			}
			M := cam.Map(i)
			if got := total(M)/places + float64(bias[c]); !near(got, float64(logits[i*3+c]), 1e-5) {
				t.Fatalf("%v pooling, image %d, class %d: map says %g, logit %g", p, i, c, got, logits[i*3+c])
			}
			ref, err := ClassMap(unflatten(values[0][i*6*4*5:], 6, 4, 5), W, c)
			if err != nil {
				t.Fatal(err)
			}
			sameMap(t, "CAM against its definition", M, ref, 1e-5)
			S, L := signed.Map(i), cut.Map(i)
			for y := range M {
				for x, v := range M[y] {
					if !near(factor*S[y][x], v, 1e-5) || !near(L[y][x], max(0, S[y][x]), 1e-6) {
						t.Fatalf("%v pooling: Grad-CAM·%g = %g, cut %g, CAM %g", p, factor, factor*S[y][x], L[y][x], v)
					}
				}
			}
		}
		again, err := (&CAM{Stages: stages}).Explain(ctx, m, d, nil)
		if err != nil || again.Class[4] != cam.Class[4] || again.Values[4*24+7] != cam.Values[4*24+7] {
			t.Errorf("nil is not Predicted: %v", err)
		}
	}
}

func unflatten(v []float32, h, w, k int) [][][]float64 {
	f := make([][][]float64, h)
	for y := range f {
		f[y] = newMap(w, k)
		for x := range f[y] {
			for i := range f[y][x] {
				f[y][x][i] = float64(v[(y*w+x)*k+i])
			}
		}
	}
	return f
}

// Grad-CAM's maps against central differences of a score that is not linear in the features, in float64.
func TestGradCAMByCentralDifferences(t *testing.T) {
	b := open(t)
	const n, h, w, k, classes = 2, 3, 4, 3, 5
	rng := rand.New(rand.NewPCG(8, 9))
	random := func(size int) []float64 {
		v := make([]float64, size)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		return v
	}
	V, W := random(h*w*k*6), random(6*classes)
	head := func(f *graph.Node) *graph.Node { // tanh net on all places: every place has a gradient of its own
		g := f.Graph()
		hidden := graph.Tanh(graph.Dot(graph.Reshape(f, n, h*w*k), graph.Reshape(graph.Const(g, V), h*w*k, 6)).Product())
		return graph.Dot(hidden, graph.Reshape(graph.Const(g, W), 6, classes)).Product()
	}
	chosen := []int32{4, 1}
	onehot := func(g *graph.Graph) *graph.Node { return graph.OneHot(graph.Const(g, chosen), classes, dtypes.Float64) }
	maps := graph.MustNewExec(b, func(f *graph.Node) *graph.Node { return gradMaps(f, head(f), onehot(f.Graph())) })
	score := graph.MustNewExec(b, func(f *graph.Node) *graph.Node { return graph.ReduceSum(graph.Mul(head(f), onehot(f.Graph())), 1) })

	point := random(n * h * w * k)
	eval := func(v []float64) []float64 { return score.MustCall1(tensorOf(v, n, h, w, k)).Value().([]float64) }
	const step = 1e-5
	got := maps.MustCall1(tensorOf(point, n, h, w, k)).Value().([][][]float64)
	for i := range n {
		g := make([][][]float64, h)
		f := make([][][]float64, h)
		for y := range g {
			g[y], f[y] = newMap(w, k), newMap(w, k)
			for x := range w {
				for c := range k {
					at := ((i*h+y)*w+x)*k + c
					v := append([]float64(nil), point...)
					v[at] += step
					up := eval(v)
					v[at] -= 2 * step
					g[y][x][c] = (up[i] - eval(v)[i]) / (2 * step)
					f[y][x][c] = point[at]
				}
			}
		}
		alpha := must[[]float64](t)(ChannelWeights(g))
		sameMap(t, "gradMaps", got[i], weighted(f, alpha), 1e-7)
	}
}

// On LeNet, which has no global pooling: batched maps against the definition on the net's own features and gradients.
func TestGradCAMOfLeNet(t *testing.T) {
	ctx, b := context.Background(), open(t)
	m := nets.NewLeNet(b, 3)
	d := noise(rand.New(rand.NewPCG(2, 2)), 3, 28, 28)
	stages := func(s *model.Scope, x *graph.Node) (f, logits *graph.Node) {
		l := nets.LeNetStages(s, x)
		return l.Conv2, l.Logits
	}
	maps, err := (&GradCAM{Stages: stages}).Explain(ctx, m, d, []int32{7, 0, 3})
	if err != nil {
		t.Fatal(err)
	}
	if maps.H != 14 || maps.W != 14 {
		t.Fatalf("maps of %d×%d", maps.H, maps.W)
	}
	for i, c := range []int{7, 0, 3} {
		values, _, err := m.Outputs(d.Image(i), func(s *model.Scope, x *graph.Node) []*graph.Node {
			f, logits := stages(s, x)
			one := graph.Slice(logits, graph.AxisRange(), graph.AxisElem(c))
			return []*graph.Node{f, graph.Gradient(graph.ReduceAllSum(one), f)[0]}
		})
		if err != nil {
			t.Fatal(err)
		}
		want := must[[][]float64](t)(GradMap(unflatten(values[0], 14, 14, 16), unflatten(values[1], 14, 14, 16)))
		if total(want) == 0 {
			t.Fatalf("image %d: the reference map is all zeros", i)
		}
		sameMap(t, "Grad-CAM of LeNet", maps.Map(i), want, 1e-5)
	}
}

func TestExplainRefuses(t *testing.T) {
	ctx, b := context.Background(), open(t)
	m, stages := small(b, Mean)
	d := noise(rand.New(rand.NewPCG(1, 1)), 2, 6, 4)
	for name, f := range map[string]func(){
		"class 3 of 3":    func() { (&CAM{Stages: stages}).Explain(ctx, m, d, []int32{0, 3}) },
		"too few classes": func() { (&CAM{Stages: stages}).Explain(ctx, m, d, []int32{0}) },
	} {
		func() {
			defer func() {
				if e, _ := recover().(string); !strings.HasPrefix(e, "explain: CAM") {
					t.Errorf("%s: panic %q", name, e)
				}
			}()
			f()
		}()
	}
	if _, err := (&CAM{Stages: stages, Weights: "/nowhere"}).Explain(ctx, m, d, nil); err == nil || !strings.Contains(err.Error(), "/nowhere") {
		t.Errorf("unknown weights: %v", err)
	}
	d.Pix[30] = float32(math.NaN())
	if _, err := (&CAM{Stages: stages}).Explain(ctx, m, d, nil); err == nil || !strings.Contains(err.Error(), "the map of image 1 is NaN") {
		t.Errorf("NaN in image 1: %v", err)
	}
	over, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := (&CAM{Stages: stages}).Explain(over, m, d, nil); err != context.Canceled {
		t.Errorf("cancelled: %v", err)
	}
}

// Deletion and insertion on a model with a closed form: logit 0 is Σ w_p x_p, logit 1 is 0.
func TestCurvesInClosedForm(t *testing.T) {
	ctx, b := context.Background(), open(t)
	weights := []float64{3, -1, 2, 0.5, -2, 1}
	m := &nets.Model{Backend: b, Store: model.NewStore(), Input: [3]int{2, 3, 1}, Classes: 2, Logits: func(s *model.Scope, x *graph.Node) *graph.Node {
		n := x.Shape().Dimensions[0]
		w := graph.ConvertDType(graph.Const(x.Graph(), weights), dtypes.Float32)
		z := graph.ReduceSum(graph.Mul(graph.Reshape(x, n, 6), graph.InsertAxes(w, 0)), 1)
		return graph.Stack([]*graph.Node{z, graph.ZerosLike(z)}, 1)
	}}
	d := noise(rand.New(rand.NewPCG(4, 4)), 2, 2, 3)
	maps := [][][]float64{{{5, 1, 4}, {3, 0, 2}}, {{0, 1, 2}, {2, 1, 9}}} // the second has ties: reading order
	order := [][]int{{0, 2, 3, 5, 1, 4}, {5, 2, 3, 1, 4, 0}}
	substitute := []float32{0, 0.5, 0, 0, 0.25, 0}
	class := []int32{0, 1}
	for _, insert := range []bool{false, true} {
		run := Deletion
		if insert {
			run = Insertion
		}
		c, err := run(ctx, m, d, maps, class, substitute, 3)
		if err != nil {
			t.Fatal(err)
		}
		var p []float64
		for step := 0; step <= 3; step++ {
			mean := 0.0
			for i := range 2 {
				z := 0.0
				for rank, at := range order[i] {
					v := d.Image(i)[at]
					if (rank < 2*step) != insert {
						v = substitute[at]
					}
					z += weights[at] * float64(v)
				}
				if class[i] == 1 {
					z = -z
				}
				mean += 1 / (1 + math.Exp(-z)) / 2
			}
			p = append(p, mean)
			if !near(c.Probability[step], mean, 1e-6) || !near(c.Share[step], float64(step)/3, 1e-12) {
				t.Errorf("insert=%v, step %d: %g at %g, want %g", insert, step, c.Probability[step], c.Share[step], mean)
			}
		}
		if want := (p[0]/2 + p[1] + p[2] + p[3]/2) / 3; !near(c.Area, want, 1e-6) {
			t.Errorf("insert=%v: area %g, want %g", insert, c.Area, want)
		}
	}
}

// One value serves several models, and sees weights that change after it was compiled.
func TestExplainAgainAndAnotherModel(t *testing.T) {
	ctx, b := context.Background(), open(t)
	m, stages := small(b, Mean)
	other, _ := small(b, Mean)
	d := noise(rand.New(rand.NewPCG(6, 6)), 2, 6, 4)
	e := &CAM{Stages: stages}
	class := []int32{1, 2}
	first, err := e.Explain(ctx, m, d, class)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := other.Predict(ctx, d.Pix); err != nil { // makes the variables
		t.Fatal(err)
	}
	w, dims, err := other.Weights(nets.GAPNetWeights)
	if err != nil {
		t.Fatal(err)
	}
	for i := range w {
		w[i] *= -2
	}
	if err := other.Store.GetVariable(nets.GAPNetWeights).SetValue(tensorOf(w, dims...)); err != nil {
		t.Fatal(err)
	}
	second, err := e.Explain(ctx, other, d, class)
	if err != nil {
		t.Fatal(err)
	}
	clear(w)
	if err := other.Store.GetVariable(nets.GAPNetWeights).SetValue(tensorOf(w, dims...)); err != nil {
		t.Fatal(err)
	}
	zero, err := e.Explain(ctx, other, d, class)
	if err != nil {
		t.Fatal(err)
	}
	back, err := e.Explain(ctx, m, d, class)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range first.Values {
		if !near(float64(second.Values[i]), -2*float64(v), 1e-5) || zero.Values[i] != 0 || !near(float64(back.Values[i]), float64(v), 1e-6) {
			t.Fatalf("value %d: %g, with weights times −2 %g, times 0 %g, and of the first model again %g", i, v, second.Values[i], zero.Values[i], back.Values[i])
		}
	}
}
