package attack_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/attack"
	"nncourse/lib/backend"
	"nncourse/lib/datasets"
	"nncourse/lib/nets"
	"nncourse/lib/train"
)

// onBackend makes of the float64 net a nets.Model over [1, 1, inputs] with the same weights as float32 constants.
func onBackend(t testing.TB, m mlp) *nets.Model {
	t.Helper()
	b, err := backend.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in, classes := len(m[0].W[0]), len(m[len(m)-1].B)
	return &nets.Model{Backend: b, Store: model.NewStore(), Input: [3]int{1, 1, in}, Classes: classes,
		Logits: func(_ *model.Scope, x *graph.Node) *graph.Node {
			g := x.Graph()
			x = graph.Reshape(x, x.Shape().Dimensions[0], in)
			for n, l := range m {
				x = graph.Einsum("ni,oi->no", x, graph.ConvertDType(graph.Const(g, l.W), dtypes.Float32))
				x = graph.Add(x, graph.Reshape(graph.ConvertDType(graph.Const(g, l.B), dtypes.Float32), 1, len(l.B)))
				if n < len(m)-1 {
					x = graph.Tanh(x)
				}
			}
			return x
		}}
}

// points makes a set of the rows of x with the labels f gives them.
func points(f func([]float64) []float64, x ...[]float64) *datasets.Images {
	d := &datasets.Images{Name: "points", Source: "random points", Generated: true, N: len(x), H: 1, W: 1, C: len(x[0])}
	for _, row := range x {
		for _, v := range row {
			d.Pix = append(d.Pix, float32(v))
		}
		d.Labels = append(d.Labels, int32(attack.ArgMax(f(row))))
	}
	return d
}

func wide(v []float32) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = float64(v[i])
	}
	return out
}

func sample(rng *rand.Rand, n, dim int) [][]float64 {
	x := make([][]float64, n)
	for i := range x {
		x[i] = normal(rng, dim)
		for j := range x[i] {
			x[i][j] = float64(float32(x[i][j])) // so that both versions start at the same point
		}
	}
	return x
}

// The batched float32 attack is the float64 reference to 1e-4 of ‖r‖ (and 1e-6) where both take the same number of steps; round-off may
// add or save a step for a few that end at the very edge, whose norms then still agree to 2 %.
func TestBatchedAgainstReference(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 1))
	same, other := 0, 0
	for _, p := range []attack.Norm{attack.L2, attack.Inf} {
		m := newMLP(rng, 1.2, 12, 20, 16, 6)
		nm := onBackend(t, m)
		x := sample(rng, 150, 12)
		images := points(m.logits, x...)
		d := attack.DeepFool{Norm: p, MinStep: 1e-6, KeepPath: true, Slots: 32}
		res, err := d.Attack(t.Context(), nm, images)
		if err != nil {
			t.Fatal(err)
		}
		for i, x0 := range x {
			ref, err := d.Multiclass(m.logits, m.jacobian, x0, -1)
			if err != nil || ref.Status != attack.Flipped {
				if res.Status[i] == attack.Flipped {
					t.Logf("%v example %d: reference %v (%v), batched flipped", p, i, ref.Status, err)
				}
				continue
			}
			if res.Status[i] != attack.Flipped {
				t.Errorf("%v example %d: %v, reference flipped after %d", p, i, res.Status[i], ref.Iterations)
				continue
			}
			got, want := wide(res.Perturbation(i)), p.Of(ref.R)
			if res.Iterations[i] != ref.Iterations {
				other++
				if diff := math.Abs(p.Of(got) - want); diff > 0.02*want {
					t.Errorf("%v example %d: ‖r‖ = %v after %d, reference %v after %d", p, i, p.Of(got), res.Iterations[i], want, ref.Iterations)
				}
				continue
			}
			same++
			if w := worst(got, ref.R); w > 1e-4*want+1e-6 {
				t.Errorf("%v example %d (%d iterations): r differs by %g of %g", p, i, ref.Iterations, w, want)
			}
			if int(res.To[i]) != ref.To || int(res.From[i]) != ref.From {
				t.Errorf("%v example %d: %d→%d, reference %d→%d", p, i, res.From[i], res.To[i], ref.From, ref.To)
			}
			if len(res.Path[i]) != 12*(ref.Iterations+1) || worst(wide(res.Path[i]), slices.Concat(ref.Path...)) > 1e-4*(1+want) {
				t.Errorf("%v example %d: the paths differ", p, i)
			}
			// Every step costs two queries; a step looks at all five candidates or at one, and one that was thrown away at one more.
			steps := (res.Queries[i] - 2) / 2
			if again := steps - ref.Iterations; res.Queries[i] != 2+2*steps || again < 0 || again > ref.Iterations-1 ||
				res.Gradients[i] < 5+steps-1 || res.Gradients[i] > 5*ref.Iterations+again {
				t.Errorf("%v example %d: %d queries and %d gradients in %d iterations", p, i, res.Queries[i], res.Gradients[i], ref.Iterations)
			}
		}
	}
	t.Logf("%d with the same number of iterations, %d with another", same, other)
	if same < 250 || other > 6 {
		t.Errorf("%d with the same number of iterations, %d with another", same, other)
	}
}

// Every attack on a linear classifier equals its closed form to 1e-5.
func TestBatchedOnLinear(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 1))
	m := newMLP(rng, 1, 10, 5)
	nm := onBackend(t, m)
	x := sample(rng, 100, 10)
	images := points(m.logits, x...)
	for _, p := range []attack.Norm{attack.L2, attack.Inf} {
		res, err := attack.DeepFool{Norm: p}.Attack(t.Context(), nm, images)
		if err != nil {
			t.Fatal(err)
		}
		for i, x0 := range x {
			r, _, _ := attack.OneVsAllMin(p, m[0].W, m[0].B, x0, int(images.Labels[i]))
			length := p.Of(r)
			if length < 0.02 {
				continue // within reach of MinStep and of round-off at the boundary
			}
			for j := range r {
				r[j] *= 1.02
			}
			if w := worst(wide(res.Perturbation(i)), r); res.Iterations[i] != 1 || w > 1e-5 {
				t.Errorf("%v example %d: r off by %g after %d iterations, ‖r‖ = %g", p, i, w, res.Iterations[i], length)
			}
		}
	}
	// Two classes: the loss gradient is parallel to w, so FGSM's smallest step is the closed form too.
	m = newMLP(rng, 1, 10, 2)
	nm = onBackend(t, m)
	images = points(m.logits, x...)
	for _, a := range []attack.FGSM{{Max: 4}, {Gradient: true, Max: 8}} {
		p, a := attack.Inf, a
		if a.Gradient {
			p = attack.L2
		}
		a.Bisections = 22
		res, err := a.Attack(t.Context(), nm, images)
		if err != nil {
			t.Fatal(err)
		}
		for i, x0 := range x {
			r, _, _ := attack.OneVsAllMin(p, m[0].W, m[0].B, x0, int(images.Labels[i]))
			if res.Status[i] != attack.Flipped {
				if p.Of(r) < a.Max {
					t.Errorf("%v example %d: %v", a, i, res.Status[i])
				}
				continue
			}
			if w := worst(wide(res.Perturbation(i)), r); w > 1e-5 {
				t.Errorf("%v example %d: r off by %g of %g", a, i, w, p.Of(r))
			}
			if math.Abs(res.Epsilon[i]-p.Of(r)) > 1e-5 {
				t.Errorf("%v example %d: ε = %v, ‖r‖ = %v", a, i, res.Epsilon[i], p.Of(r))
			}
		}
	}
}

// The smallest step found flips, and no step of a fine scan below it does, but for what the documentation allows:
// changes that come and go within Max/Grid.
func TestFGSMIsSmallest(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 1))
	m := newMLP(rng, 1.5, 8, 12, 4)
	nm := onBackend(t, m)
	x := sample(rng, 80, 8)
	images := points(m.logits, x...)
	res, err := attack.FGSM{Max: 3, Grid: 30}.Attack(t.Context(), nm, images)
	if err != nil {
		t.Fatal(err)
	}
	flipped := 0
	for i, x0 := range x {
		if res.Status[i] != attack.Flipped {
			continue
		}
		flipped++
		// the reference direction: sign of the cross entropy's gradient, in float64
		f, J := m.both(x0)
		y := int(images.Labels[i])
		d := make([]float64, 8)
		sum := 0.0
		for _, v := range f {
			sum += math.Exp(v - f[y])
		}
		for k := range f {
			for j := range d {
				pk := math.Exp(f[k]-f[y]) / sum
				if k == y {
					pk--
				}
				d[j] += pk * J[k][j]
			}
		}
		at := func(eps float64) bool {
			z := slices.Clone(x0)
			for j := range z {
				z[j] += math.Copysign(eps, d[j])
			}
			return attack.ArgMax(m.logits(z)) != y
		}
		eps := res.Epsilon[i]
		if !at(eps * (1 + 1e-5)) {
			t.Errorf("example %d: ε = %v is not enough", i, eps)
		}
		if below := eps - 2*3./30/4096 - 1e-5; below > 0 && at(below) {
			t.Errorf("example %d: ε = %v is enough, %v was found", i, below, eps)
		}
		for k := 1; float64(k)*0.1 < eps-1e-6; k++ {
			if at(float64(k) * 0.1) {
				t.Errorf("example %d: the grid point %v is enough, %v was found", i, float64(k)*0.1, eps)
			}
		}
	}
	if flipped < 40 {
		t.Errorf("only %d of 80 flipped", flipped)
	}
}

// A net so sure of itself that 1 − p_y is zero in float32 still has a direction.
func TestFGSMSaturated(t *testing.T) {
	m := mlp{{W: [][]float64{{100, 50}, {-100, -50}, {0, -60}}, B: []float64{0, 0, 0}}}
	images := points(m.logits, []float64{1, 1})
	res, err := attack.FGSM{Max: 2}.Attack(t.Context(), onBackend(t, m), images)
	if err != nil {
		t.Fatal(err)
	}
	if res.Status[0] != attack.Flipped || res.Perturbation(0)[0] >= 0 || math.Abs(res.Epsilon[0]-1) > 1e-4 {
		t.Errorf("%v, r = %v, ε = %v; want ε = 1", res.Status[0], res.Perturbation(0), res.Epsilon)
	}
}

// What cannot be attacked gets its status, and does not disturb its neighbours.
func TestBatchedStatus(t *testing.T) {
	// f = (2 − |x₁|·0 …): three affine classes of two inputs, where x₂ decides what goes wrong
	m := mlp{{W: [][]float64{{1, 0}, {-1, 0}}, B: []float64{0, 0}}}
	nm := onBackend(t, m)
	inner := nm.Logits
	nm.Logits = func(s *model.Scope, x *graph.Node) *graph.Node {
		f := inner(s, x)
		n := x.Shape().Dimensions[0]
		x2 := graph.Slice(graph.Reshape(x, n, 2), graph.AxisRange(), graph.AxisRange(1, 2)) // [n, 1]
		flat := graph.GreaterThan(x2, graph.OnesLike(x2))                                   // x₂ > 1: constant logits
		f = graph.Where(graph.BroadcastToDims(flat, n, 2), graph.BroadcastToDims(graph.Const(x.Graph(), [][]float32{{3, 1}}), n, 2), f)
		return graph.Add(f, graph.Log(graph.AddScalar(graph.MulScalar(graph.Min(x2, graph.ZerosLike(x2)), 1), 1))) // x₂ < −1: NaN; x₂ = −1: −Inf
	}
	images := &datasets.Images{Name: "edge cases", N: 6, H: 1, W: 1, C: 2,
		Pix:    []float32{0.5, 0, 0.5, 0, 0.5, 2, 0.5, -3, 0, 0, 0.5, -1},
		Labels: []int32{0, 1, 0, 0, 0, 0}}
	want := []attack.Status{attack.Flipped, attack.AlreadyWrong, attack.ZeroGradient, attack.NotFinite, attack.Tied, attack.NotFinite}
	for _, a := range []attack.Attack{attack.DeepFool{}, attack.DeepFool{Norm: attack.Inf}, attack.FGSM{}, attack.FGSM{Gradient: true}} {
		res, err := a.Attack(t.Context(), nm, images)
		if err != nil {
			t.Fatalf("%v: %v", a, err)
		}
		if !slices.Equal(res.Status, want) {
			t.Errorf("%v: %v, want %v", a, res.Status, want)
		}
		for i := 1; i < 6; i++ {
			if r := res.Perturbation(i); r[0] != 0 || r[1] != 0 {
				t.Errorf("%v example %d (%v): r = %v", a, i, res.Status[i], r)
			}
		}
		if n := res.Count(attack.NotFinite); n != 2 {
			t.Errorf("%v: Count(NotFinite) = %d", a, n)
		}
	}
	// A label that cannot be changed: the cap holds.
	m = mlp{{W: [][]float64{{1, 0}, {1, 0.001}}, B: []float64{1, 0}}}
	images = points(m.logits, []float64{0, 0})
	res, err := attack.FGSM{}.Attack(t.Context(), onBackend(t, m), images)
	if err != nil || res.Status[0] != attack.Exhausted || res.Epsilon[0] != 1 || res.To[0] != res.From[0] {
		t.Errorf("FGSM beyond Max: %+v, %v", res, err)
	}
	hill := onBackend(t, m)
	hill.Logits = func(_ *model.Scope, x *graph.Node) *graph.Node { // f = (x₁² + 1, 0): class 0 everywhere
		n := x.Shape().Dimensions[0]
		x1 := graph.Slice(graph.Reshape(x, n, 2), graph.AxisRange(), graph.AxisRange(0, 1))
		return graph.Concatenate([]*graph.Node{graph.AddScalar(graph.Square(x1), 1), graph.ZerosLike(x1)}, 1)
	}
	images.Pix, images.Labels = []float32{0.7, 0}, []int32{0}
	res, err = attack.DeepFool{MaxIterations: 9}.Attack(t.Context(), hill, images)
	if err != nil || res.Status[0] != attack.Exhausted || res.Iterations[0] != 9 {
		t.Errorf("DeepFool without a boundary: %+v, %v", res, err)
	}
}

// A flip that only the step's own forward pass sees does not count: the attack goes on until Predict confirms it. The
// model here favours class 0 a little in Predict's batch size, as round-off might.
func TestBatchedConfirms(t *testing.T) {
	m := mlp{{W: [][]float64{{1, 0}, {-1, 0}}, B: []float64{0, 0}}}
	nm := onBackend(t, m)
	inner := nm.Logits
	nm.Logits = func(s *model.Scope, x *graph.Node) *graph.Node {
		f := inner(s, x)
		if x.Shape().Dimensions[0] == nets.PredictBatch {
			f = graph.Add(f, graph.Const(x.Graph(), [][]float32{{0.03, 0}}))
		}
		return f
	}
	images := points(m.logits, []float64{0.5, 0})
	res, err := attack.DeepFool{}.Attack(t.Context(), nm, images)
	if err != nil {
		t.Fatal(err)
	}
	// One step ends at x₁ = −0.01, where Predict's lead of class 0 is −0.02 + 0.03: not enough.
	if x1 := 0.5 + res.Perturbation(0)[0]; res.Status[0] != attack.Flipped || res.Iterations[0] < 2 || x1 >= -0.015 {
		t.Errorf("%v after %d iterations at x₁ = %v", res.Status[0], res.Iterations[0], x1)
	}
	res, err = attack.DeepFool{MaxIterations: 1}.Attack(t.Context(), nm, images)
	if err != nil || res.Status[0] != attack.Exhausted || res.To[0] != 0 {
		t.Errorf("with one iteration: %v, label %d, %v", res.Status[0], res.To[0], err)
	}
}

func TestBatchedClipCandidatesCancel(t *testing.T) {
	rng := rand.New(rand.NewPCG(14, 1))
	m := newMLP(rng, 2, 6, 10, 5)
	nm := onBackend(t, m)
	x := sample(rng, 100, 6)
	for _, row := range x {
		for j := range row {
			row[j] = float64(float32(rng.Float64()))
		}
	}
	images := points(m.logits, x...)
	before := slices.Clone(images.Pix)
	var reports []int
	for _, a := range []attack.Attack{
		attack.DeepFool{Lo: 0, Hi: 1, Progress: func(done, total int) { reports = append(reports, done, total) }},
		attack.DeepFool{Norm: attack.Inf, Lo: 0, Hi: 1, Overshoot: 0.1},
		attack.DeepFool{Candidates: 1},
		attack.FGSM{Lo: 0, Hi: 1},
	} {
		res, err := a.Attack(t.Context(), nm, images)
		if err != nil {
			t.Fatal(err)
		}
		adv := res.Adversarial(images)
		now, _, err := nm.Predict(t.Context(), adv.Pix)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range res.Status {
			if (now[i] != images.Labels[i]) != (s == attack.Flipped) || now[i] != res.To[i] && s == attack.Flipped {
				t.Errorf("%v example %d: %v, but Predict says %d → %d, result %d", a, i, s, images.Labels[i], now[i], res.To[i])
			}
		}
		if _, free := a.(attack.DeepFool); !free || a.(attack.DeepFool).Hi == 1 {
			for i, v := range adv.Pix {
				if v < 0 || v > 1 {
					t.Fatalf("%v: value %d of the adversarial images is %v", a, i, v)
				}
			}
		}
		if res.Count(attack.Flipped) < 25 {
			t.Errorf("%v: only %d flipped", a, res.Count(attack.Flipped))
		}
	}
	if !slices.Equal(images.Pix, before) {
		t.Error("the images were changed")
	}
	if n := len(reports); n < 4 || reports[0] != 0 || reports[n-2] != 100 || reports[n-1] != 100 {
		t.Errorf("progress %v", reports)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, a := range []attack.Attack{attack.DeepFool{}, attack.FGSM{}} {
		if _, err := a.Attack(ctx, nm, images); !errors.Is(err, context.Canceled) {
			t.Errorf("%v: cancelled, and the error is %v", a, err)
		}
	}
	ctx, cancel = context.WithCancel(t.Context())
	d := attack.DeepFool{Slots: 16, Progress: func(done, total int) {
		if done > 20 {
			cancel()
		}
	}}
	if _, err := d.Attack(ctx, nm, images); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled on the way, and the error is %v", err)
	}
}

func TestRho(t *testing.T) {
	d := &datasets.Images{N: 4, H: 1, W: 1, C: 2, Pix: []float32{3, 4, 0, 2, 0, 0, 1, 0}, Labels: make([]int32, 4)}
	r := &attack.Result{N: 4, Dim: 2, R: []float32{0.3, 0.4, 1, 0, 1, 1, 5, 0},
		Status: []attack.Status{attack.Flipped, attack.Flipped, attack.Flipped, attack.Exhausted}}
	// 0.5/5 and 1/2; the black image has no ratio and the failure does not count
	if got := r.Rho(d); math.Abs(got-0.3) > 1e-7 {
		t.Errorf("ρ = %v, want 0.3", got)
	}
	if got := (&attack.Result{Dim: 2}).Rho(&datasets.Images{H: 1, W: 1, C: 2}); !math.IsNaN(got) {
		t.Errorf("ρ of nothing is %v", got)
	}
}

func ExampleDeepFool_Attack() {
	ctx := context.Background()
	b, err := backend.New(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	// A linear classifier of two inputs with three classes.
	m := &nets.Model{Backend: b, Store: model.NewStore(), Input: [3]int{1, 1, 2}, Classes: 3,
		Logits: func(_ *model.Scope, x *graph.Node) *graph.Node {
			w := graph.Const(x.Graph(), [][]float32{{3, 0, -3}, {0, 4, -4}}) // [inputs, classes]
			return graph.Einsum("ni,ic->nc", graph.Reshape(x, x.Shape().Dimensions[0], 2), w)
		}}
	d := &datasets.Images{N: 2, H: 1, W: 1, C: 2, Pix: []float32{2, 1, -1, -2}, Labels: []int32{0, 2}}
	res, err := attack.DeepFool{}.Attack(ctx, m, d)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range d.N {
		fmt.Printf("%.2f: %v, %d → %d by %.3f, ‖r‖₂/‖x‖₂ = %.3f\n", d.Image(i), res.Status[i], res.From[i], res.To[i], res.Perturbation(i), res.Norms(attack.L2)[i]/attack.L2.Of([]float64{float64(d.Image(i)[0]), float64(d.Image(i)[1])}))
	}
	fmt.Printf("ρ = %.3f\n", res.Rho(d))
	// Output:
	// [2.00 1.00]: flipped, 0 → 1 by [-0.245 0.326], ‖r‖₂/‖x‖₂ = 0.182
	// [-1.00 -2.00]: flipped, 2 → 0 by [1.648 1.098], ‖r‖₂/‖x‖₂ = 0.886
	// ρ = 0.534
}

// TestPruning: looking at the last winner alone, where nothing else can win, gives what looking at every candidate gives, and takes fewer
// gradients. COURSE_SEEDS takes 256 digits.
func TestPruning(t *testing.T) {
	b, err := backend.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m, test, _, err := train.DigitsLeNet(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	n, slots := 96, 32
	if os.Getenv("COURSE_SEEDS") != "" { // as measured for the benchmark
		n, slots = 256, 64
	}
	if strings.HasPrefix(strings.ToLower(m.Backend.Name()), "go") {
		n = 8
	}
	d := test.Slice(0, n)
	for _, p := range []attack.Norm{attack.L2, attack.Inf} {
		fast, err := attack.DeepFool{Norm: p, Slots: slots}.Attack(t.Context(), m, d)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := attack.DeepFool{Norm: p, Plain: true, Slots: slots}.Attack(t.Context(), m, d)
		if err != nil {
			t.Fatal(err)
		}
		other, looked, all := 0, 0, 0
		for i := range n {
			looked, all = looked+fast.Gradients[i], all+plain.Gradients[i]
			if fast.Status[i] != plain.Status[i] {
				t.Errorf("%v digit %d: %v, plain %v", p, i, fast.Status[i], plain.Status[i])
			}
			a, b := fast.Perturbation(i), plain.Perturbation(i)
			if w := worst(wide(a), wide(b)); w > 1e-4*p.Of(wide(b)) || fast.To[i] != plain.To[i] || fast.Iterations[i] != plain.Iterations[i] {
				other++ // round-off decides on which side of the boundary a step ends
				t.Logf("%v digit %d: →%d after %d, length %v; plain →%d after %d, %v", p, i, fast.To[i], fast.Iterations[i], p.Of(wide(a)), plain.To[i], plain.Iterations[i], p.Of(wide(b)))
			}
		}
		t.Logf("%v: %d of %d digits end otherwise; %d gradients, plain %d", p, other, n, looked, all)
		if other > 1+n/50 {
			t.Errorf("%v: %d of %d digits end otherwise than by the plain algorithm", p, other, n)
		}
		if n > 64 && float64(looked) > 0.75*float64(all) {
			t.Errorf("%v: %d gradients, the plain algorithm takes %d", p, looked, all)
		}
	}
}
