package attack_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/attack"
	"nncourse/lib/backend"
	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

func seeded(a, b uint64) *rand.Rand { return rand.New(rand.NewPCG(a, b)) }

// On a linear classifier of two classes the ball's point of greatest loss is a closed form, ε·sign(w) in L∞ and ε·w/‖w‖ in
// L2 with w = w_k − w_y, in both cases clipped; every gradient attack reaches it to 1e-5.
func TestFixedRadiusOnLinear(t *testing.T) {
	rng := seeded(21, 1)
	m := newMLP(rng, 1, 10, 2)
	nm := onBackend(t, m)
	x := sample(rng, 60, 10)
	for _, row := range x {
		for j := range row {
			row[j] = float64(float32(rng.Float64()))
		}
	}
	images := points(m.logits, x...)
	const eps = 0.15
	for _, c := range []struct {
		a     attack.Attack
		p     attack.Norm
		clips bool
	}{
		{attack.PGD{Norm: attack.Inf, Epsilon: eps, Steps: 12}, attack.Inf, false},
		{attack.PGD{Norm: attack.Inf, Epsilon: eps, Steps: 30, Rand: seeded(1, 1), Lo: 0, Hi: 1, Unroll: 7}, attack.Inf, true},
		{attack.PGD{Epsilon: eps, Steps: 12}, attack.L2, false},
		{attack.PGD{Epsilon: eps, Steps: 400, Step: eps, Rand: seeded(1, 1)}, attack.L2, false},
		{attack.FixedFGSM{Epsilon: eps, Lo: 0, Hi: 1}, attack.Inf, true},
		{attack.FixedFGSM{Epsilon: eps, Gradient: true}, attack.L2, false},
		{attack.FixedFGSM{Epsilon: eps, Gradient: true, Lo: 0, Hi: 1}, attack.L2, true},
		{attack.IteratedFGSM{Epsilon: eps, Lo: 0, Hi: 1}, attack.Inf, true},
	} {
		res, err := c.a.Attack(t.Context(), nm, images)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[attack.Status]int{}
		for i, x0 := range x {
			y := int(images.Labels[i])
			w := make([]float64, 10)
			for j := range w {
				w[j] = m[0].W[1-y][j] - m[0].W[y][j]
			}
			want, _ := c.p.Steepest(w)
			for j := range want {
				want[j] *= eps
				if c.clips {
					want[j] = min(max(x0[j]+want[j], 0), 1) - x0[j]
				}
			}
			if off := worst(wide(res.Perturbation(i)), want); !(off <= 1e-5) {
				t.Errorf("%v example %d: r is off by %g", c.a, i, off)
			}
			f := m.logits(add(x0, want))
			status := attack.Exhausted
			if f[1-y] > f[y] {
				status = attack.Flipped
			}
			if math.Abs(f[1-y]-f[y]) > 1e-5 && res.Status[i] != status {
				t.Errorf("%v example %d: %v, margin %g", c.a, i, res.Status[i], f[y]-f[1-y])
			}
			seen[status]++
		}
		if seen[attack.Flipped] < 3 || seen[attack.Exhausted] < 3 {
			t.Errorf("%v: one-sided cases: %v", c.a, seen)
		}
	}
}

// The float64 reference: PGD written again, plainly, on the tests' own network with the exact Jacobian.
func reference(m mlp, a attack.PGD, x0 []float64, class int, r []float64) (path [][]float64) {
	r = slices.Clone(r)
	path = append(path, add(x0, r))
	for range a.Steps {
		f, J := m.both(add(x0, r))
		g := make([]float64, len(r)) // of log Σ_{k≠y} exp(f_k) − f_y
		top, sum := math.Inf(-1), 0.0
		for k := range f {
			if k != class {
				top = max(top, f[k])
			}
		}
		for k := range f {
			if k != class {
				sum += math.Exp(f[k] - top)
			}
		}
		for k := range f {
			c := math.Exp(f[k]-top) / sum
			if k == class {
				c = -1
			}
			for j := range g {
				g[j] += c * J[k][j]
			}
		}
		d, _ := a.Norm.Steepest(g)
		for j := range r {
			if a.Targets != nil {
				d[j] = -d[j]
			}
			r[j] += a.Step * d[j]
		}
		if length := a.Norm.Of(r); a.Norm == attack.Inf {
			for j := range r {
				r[j] = min(max(r[j], -a.Epsilon), a.Epsilon)
			}
		} else if length > a.Epsilon {
			for j := range r {
				r[j] *= a.Epsilon / length
			}
		}
		if a.Hi > a.Lo {
			for j := range r {
				r[j] = min(max(x0[j]+r[j], a.Lo), a.Hi) - x0[j]
			}
		}
		path = append(path, add(x0, r))
	}
	return path
}

// Every iterate of the batched float32 attack is the reference's to 1e-4, from the same start; in L∞ an entry of the
// gradient within round-off of zero may step the other way, for which 3 % of the examples are allowed.
func TestPGDAgainstReference(t *testing.T) {
	rng := seeded(22, 1)
	m := newMLP(rng, 1.5, 9, 16, 12, 5)
	nm := onBackend(t, m)
	x := sample(rng, 60, 9)
	for _, row := range x {
		for j := range row {
			row[j] = float64(float32(rng.Float64()))
		}
	}
	images := points(m.logits, x...)
	targets := make([]int32, len(x))
	for i := range targets {
		targets[i] = (images.Labels[i] + 1 + int32(rng.IntN(4))) % 5
	}
	for _, a := range []attack.PGD{
		{Norm: attack.L2, Epsilon: 0.6, Steps: 11, Step: 0.12},
		{Norm: attack.L2, Epsilon: 0.6, Steps: 11, Step: 0.12, Lo: 0, Hi: 1, Rand: seeded(3, 3)},
		{Norm: attack.L2, Epsilon: 0.6, Steps: 11, Step: 0.12, Targets: targets},
		{Norm: attack.Inf, Epsilon: 0.2, Steps: 9, Step: 0.05},
		{Norm: attack.Inf, Epsilon: 0.2, Steps: 9, Step: 0.05, Lo: 0, Hi: 1, Rand: seeded(3, 3), Targets: targets},
	} {
		a.KeepPath, a.Slots = true, 32
		res, err := a.Attack(t.Context(), nm, images)
		if err != nil {
			t.Fatal(err)
		}
		off, flipped := 0, 0
		for i, x0 := range x {
			class := int(images.Labels[i])
			if a.Targets != nil {
				class = int(targets[i])
			}
			path := wide(res.Path[i])
			if len(path) != 9*(a.Steps+1) {
				t.Fatalf("%v example %d: a path of %d numbers", a, i, len(path))
			}
			start := make([]float64, 9)
			for j := range start {
				start[j] = path[j] - x0[j]
			}
			if a.Rand == nil && attack.L2.Of(start) != 0 || a.Norm.Of(start) > a.Epsilon+1e-6 {
				t.Errorf("%v example %d starts at r = %v", a, i, start)
			}
			want := slices.Concat(reference(m, a, x0, class, start)...)
			if !(worst(path, want) <= 1e-4) {
				off++
			}
			end := attack.ArgMax(m.logits(want[len(want)-9:]))
			success := end != int(images.Labels[i])
			if a.Targets != nil {
				success = end == class
			}
			if success != (res.Status[i] == attack.Flipped) {
				off++
			}
			if success {
				flipped++
			}
			if worst(add(x0, wide(res.Perturbation(i))), path[len(path)-9:]) > 1e-6 {
				t.Errorf("%v example %d: R is not the path's end", a, i)
			}
			if res.Iterations[i] != a.Steps || res.Gradients[i] != a.Steps || res.Queries[i] != a.Steps+2 {
				t.Errorf("%v example %d: %d iterations, %d gradients, %d queries", a, i, res.Iterations[i], res.Gradients[i], res.Queries[i])
			}
		}
		if off > 2 || flipped < 8 || flipped > 57 {
			t.Errorf("%v: %d of 60 differ from the reference; %d flipped", a, off, flipped)
		}
	}
}

// No perturbation leaves the ball or the valid range, labels are as said, Every and Slots change no verdict but in favour of the
// attack, more restarts flip no fewer, and the same seed gives the same bits.
func TestPGDProperties(t *testing.T) {
	rng := seeded(23, 1)
	m := newMLP(rng, 2, 8, 20, 4)
	nm := onBackend(t, m)
	x := sample(rng, 90, 8)
	for _, row := range x {
		for j := range row {
			row[j] = float64(float32(rng.Float64()))
		}
	}
	images := points(m.logits, x...)
	before := slices.Clone(images.Pix)
	for _, p := range []attack.Norm{attack.L2, attack.Inf} {
		a := attack.PGD{Norm: p, Epsilon: 0.25, Steps: 8, Lo: 0, Hi: 1, Slots: 24}
		if p == attack.Inf {
			a.Epsilon = 0.1
		}
		c, err := a.Compile(nm)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		run := func(a attack.PGD, seed uint64) *attack.Result {
			a.Rand = seeded(seed, 7)
			c.PGD = a
			res, err := c.Attack(t.Context(), images)
			if err != nil {
				t.Fatal(err)
			}
			adv := res.Adversarial(images)
			now, _, err := nm.Predict(t.Context(), adv.Pix)
			if err != nil {
				t.Fatal(err)
			}
			for i, norm := range res.Norms(p) {
				if norm > a.Epsilon*(1+1e-6) {
					t.Errorf("%v example %d: ‖r‖ = %v", a, i, norm)
				}
				if (now[i] != images.Labels[i]) != (res.Status[i] == attack.Flipped) || now[i] != res.To[i] {
					t.Errorf("%v example %d: %v, %d → %d, Predict says %d", a, i, res.Status[i], res.From[i], res.To[i], now[i])
				}
			}
			for _, v := range adv.Pix {
				if v < 0 || v > 1 {
					t.Fatalf("%v: a value of %v", a, v)
				}
			}
			return res
		}
		plain, again := run(a, 5), run(a, 5)
		if !slices.Equal(plain.R, again.R) || !slices.Equal(plain.Status, again.Status) {
			t.Error("the same seed gives another result")
		}
		if other := run(a, 6); slices.Equal(plain.R, other.R) {
			t.Error("another seed gives the same result")
		}
		// Five runs of which the first is the one above.
		five := a
		five.Restarts = 5
		best := run(five, 5)
		for i := range x {
			if plain.Status[i] == attack.Flipped && (best.Status[i] != attack.Flipped || !slices.Equal(best.Perturbation(i), plain.Perturbation(i))) {
				t.Errorf("%v example %d: flipped by the first run, and not so by five", p, i)
			}
		}
		if best.Count(attack.Flipped) <= plain.Count(attack.Flipped) && p == attack.L2 {
			t.Logf("%v: %d flipped by one run and %d by five", p, plain.Count(attack.Flipped), best.Count(attack.Flipped))
		}
		early := a
		early.Every = 3
		sooner := run(early, 5)
		saved := 0
		for i := range x {
			if plain.Status[i] == attack.Flipped && sooner.Status[i] != attack.Flipped {
				t.Errorf("%v example %d: looking at the labels sooner has lost it", p, i)
			}
			if sooner.Status[i] != attack.Flipped && worst(wide(sooner.Perturbation(i)), wide(plain.Perturbation(i))) > 1e-5 {
				t.Errorf("%v example %d: another last point, by %g", p, i, worst(wide(sooner.Perturbation(i)), wide(plain.Perturbation(i))))
			}
			saved += plain.Iterations[i] - sooner.Iterations[i]
		}
		if saved < 50 {
			t.Errorf("%v: only %d steps saved", p, saved)
		}
		none := a
		none.Epsilon = 0
		if res := run(none, 5); res.Count(attack.Flipped) != 0 || attack.Inf.Of(wide(res.R)) != 0 {
			t.Error("a ball of radius 0 holds more than x₀")
		}
	}
	if !slices.Equal(images.Pix, before) {
		t.Error("the images were changed")
	}
}

// What cannot be attacked gets its status and no perturbation, as with the other attacks; a sure net has a direction.
func TestPGDStatus(t *testing.T) {
	m := mlp{{W: [][]float64{{1, 0}, {-1, 0}}, B: []float64{0, 0}}}
	nm := onBackend(t, m)
	inner := nm.Logits
	nm.Logits = func(s *model.Scope, x *graph.Node) *graph.Node {
		f := inner(s, x)
		n := x.Shape().Dimensions[0]
		x2 := graph.Slice(graph.Reshape(x, n, 2), graph.AxisRange(), graph.AxisRange(1, 2)) // [n, 1]
		flat := graph.GreaterThan(x2, graph.OnesLike(x2))                                   // x₂ > 1: constant logits
		f = graph.Where(graph.BroadcastToDims(flat, n, 2), graph.BroadcastToDims(graph.Const(x.Graph(), [][]float32{{3, 1}}), n, 2), f)
		return graph.Add(f, graph.Log(graph.AddScalar(graph.Min(x2, graph.ZerosLike(x2)), 1))) // x₂ < −1: NaN; x₂ = −1: −Inf
	}
	images := &datasets.Images{Name: "edge cases", N: 6, H: 1, W: 1, C: 2,
		Pix:    []float32{0.5, 0, 0.5, 0, 0.5, 2, 0.5, -3, 0, 0, 0.5, -1},
		Labels: []int32{0, 1, 0, 0, 0, 0}}
	want := []attack.Status{attack.Flipped, attack.AlreadyWrong, attack.ZeroGradient, attack.NotFinite, attack.Tied, attack.NotFinite}
	targets := []int32{1, 0, 1, 1, 1, 1}
	for _, a := range []attack.Attack{attack.PGD{Epsilon: 0.7, Steps: 3}, attack.PGD{Norm: attack.Inf, Epsilon: 0.7, Slots: 8, Targets: targets},
		attack.FixedFGSM{Epsilon: 0.7},
		attack.CW{Lo: -4, Hi: 4, Steps: 60, Searches: 3, Rate: 0.1}} {
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
	}
	// A lead of 150 in the logits: 1 − p is 0 in float32.
	sure := mlp{{W: [][]float64{{100, 50}, {-100, -50}, {0, -60}}, B: []float64{0, 0, 0}}}
	images = points(sure.logits, []float64{1, 1})
	res, err := attack.PGD{Norm: attack.Inf, Epsilon: 1.1}.Attack(t.Context(), onBackend(t, sure), images)
	if err != nil || res.Status[0] != attack.Flipped {
		t.Errorf("a sure net: %+v, %v", res, err)
	}
	// Gradients of 1e-30, whose squares underflow.
	faint := mlp{{W: [][]float64{{1e-30, 1e-30}, {-1e-30, -1e-30}}, B: []float64{0, 0}}}
	images = points(faint.logits, []float64{1, 1})
	if res, err = (attack.PGD{Epsilon: 2}).Attack(t.Context(), onBackend(t, faint), images); err != nil || res.Status[0] != attack.Flipped {
		t.Errorf("tiny gradients: %+v, %v", res, err)
	}
}

func TestPGDArguments(t *testing.T) {
	m := mlp{{W: [][]float64{{1, 0}, {-1, 0}}, B: []float64{0, 0}}}
	nm := onBackend(t, m)
	images := points(m.logits, []float64{1, 1}, []float64{-1, 1})
	for name, a := range map[string]attack.PGD{
		"norm": {Norm: attack.L1, Epsilon: 1}, "ε < 0": {Epsilon: -1}, "ε NaN": {Epsilon: math.NaN()}, "step": {Epsilon: 1, Step: math.Inf(1)},
		"restarts": {Epsilon: 1, Restarts: 2}, "targets": {Epsilon: 1, Targets: []int32{1}}, "own target": {Epsilon: 1, Targets: []int32{0, 0}}, "no class": {Epsilon: 1, Targets: []int32{2, 0}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			a.Attack(t.Context(), nm, images)
		}()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, a := range []attack.Attack{attack.PGD{Epsilon: 1}, attack.FixedFGSM{Epsilon: 1}, attack.CW{Hi: 1}, attack.Noise{Epsilon: 1, Rand: seeded(1, 1)}} {
		if _, err := a.Attack(ctx, nm, images); !errors.Is(err, context.Canceled) {
			t.Errorf("%v: cancelled, and the error is %v", a, err)
		}
	}
	// One compiled attack serves many radii, and sees the model as it is.
	c, err := attack.PGD{Norm: attack.Inf, Steps: 7}.Compile(nm)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, eps := range []float64{0, 0.5, 0.9, 1.1, 0.2} {
		c.Epsilon = eps
		res, err := c.Attack(t.Context(), images)
		if err != nil {
			t.Fatal(err)
		}
		if got := res.Count(attack.Flipped) == 2; got != (eps > 1) {
			t.Errorf("ε = %v: %v", eps, res.Status)
		}
	}
}

func ExamplePGD() {
	ctx := context.Background()
	b, err := backend.New(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	// The linear classifier of ExampleDeepFool_Attack: three classes of two inputs.
	m := &nets.Model{Backend: b, Store: model.NewStore(), Input: [3]int{1, 1, 2}, Classes: 3,
		Logits: func(_ *model.Scope, x *graph.Node) *graph.Node {
			w := graph.Const(x.Graph(), [][]float32{{3, 0, -3}, {0, 4, -4}}) // [inputs, classes]
			return graph.Einsum("ni,ic->nc", graph.Reshape(x, x.Shape().Dimensions[0], 2), w)
		}}
	d := &datasets.Images{N: 1, H: 1, W: 1, C: 2, Pix: []float32{2, 1}, Labels: []int32{0}}
	for _, a := range []attack.PGD{{Norm: attack.Inf, Epsilon: 0.25}, {Norm: attack.Inf, Epsilon: 0.5}, {Norm: attack.L2, Epsilon: 0.5}} {
		res, err := a.Attack(ctx, m, d)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%v: %v, %d → %d, r = %.2f\n", a, res.Status[0], res.From[0], res.To[0], res.Perturbation(0))
	}
	// Output:
	// PGD, L∞, ε = 0.25, 40 steps of 0.01562: exhausted, 0 → 0, r = [-0.25 0.25]
	// PGD, L∞, ε = 0.5, 40 steps of 0.03125: flipped, 0 → 1, r = [-0.50 0.50]
	// PGD, L2, ε = 0.5, 40 steps of 0.03125: flipped, 0 → 1, r = [-0.30 0.40]
}
