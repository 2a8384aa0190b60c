package attack_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"nncourse/lib/attack"
)

func TestMulticlassAgainstGolden(t *testing.T) {
	g := readGolden(t)
	for i, c := range g.Cases {
		m := g.Nets[c.Net]
		d := attack.DeepFool{Overshoot: c.Overshoot}
		if c.P == "inf" {
			d.Norm = attack.Inf
		}
		tr, err := d.Multiclass(m.logits, m.jacobian, c.X0, c.Label)
		if err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		if tr.Iterations != c.Iterations || tr.To != c.To || !slices.Equal(tr.Rivals, c.Rivals) {
			t.Errorf("case %d: %d iterations over %v to class %d, golden %d over %v to %d", i, tr.Iterations, tr.Rivals, tr.To, c.Iterations, c.Rivals, c.To)
		}
		if w := worst(tr.R, c.R); w > 1e-9*(1+attack.Inf.Of(c.R)) {
			t.Errorf("case %d: r differs by %g from the golden one", i, w)
		}
	}
}

// On a linear classifier DeepFool is the closed form times 1 + η, in one step.
func TestDeepFoolIsClosedFormOnLinear(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	for range 100 {
		n, classes := 2+rng.IntN(5), 2+rng.IntN(4)
		w, x0, w0 := normal(rng, n), normal(rng, n), rng.NormFloat64()
		m := newMLP(rng, 2, n, classes)
		for _, p := range norms {
			for _, eta := range []float64{1e-4, 0.02, 0.5} {
				d := attack.DeepFool{Norm: p, Overshoot: eta}
				tr, err := d.Binary(func(x []float64) float64 { return dot(w, x) + w0 }, func([]float64) []float64 { return w }, x0)
				if err != nil {
					t.Fatal(err)
				}
				r, _ := attack.LinearMin(p, w, w0, x0)
				compare(t, "binary", p, tr, r, eta)

				tr, err = d.Multiclass(m.logits, m.jacobian, x0, -1)
				if err != nil {
					t.Fatal(err)
				}
				r, rival, _ := attack.OneVsAllMin(p, m[0].W, m[0].B, x0, tr.From)
				compare(t, "multiclass", p, tr, r, eta)
				if tr.Rivals[0] != rival {
					t.Errorf("multiclass %v: went for class %d, nearest is %d", p, tr.Rivals[0], rival)
				}
			}
		}
	}
}

func compare(t *testing.T, what string, p attack.Norm, tr *attack.Trace, r []float64, eta float64) {
	t.Helper()
	want := make([]float64, len(r))
	for i := range r {
		want[i] = (1 + eta) * r[i]
	}
	if tr.Status != attack.Flipped || tr.Iterations != 1 || worst(tr.R, want) > 1e-9 {
		t.Errorf("%s %v: %v after %d iterations, r off by %g", what, p, tr.Status, tr.Iterations, worst(tr.R, want))
	}
}

// On random nets: the label flips, the binary attack on f_0 − f_1 is the two-class attack, x₀ is left alone,
// calls are counted, the path adds up, and and in the plane
// the median of ‖r‖ over the least norm, found by search on rays, is near 1 (DeepFool is not exact; far out on a
// saturated net it can be far off, so the worst case is only logged).
func TestDeepFoolOnNets(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	var ratio []float64
	for range 60 {
		m := newMLP(rng, 1, 2, 8, 2)
		x0 := normal(rng, 2)
		before := slices.Clone(x0)
		q, gr := 0, 0
		for _, p := range []attack.Norm{attack.L2, attack.Inf} {
			d := attack.DeepFool{Norm: p}
			q, gr = 0, 0
			tr, err := d.Multiclass(func(x []float64) []float64 { q++; f := m.logits(x); x[0] = 99; return f },
				func(x []float64) [][]float64 { gr++; J := m.jacobian(x); x[0] = 99; return J }, x0, -1)
			if errors.Is(err, attack.ErrZeroGradient) {
				continue // thrown far out, where every tanh is saturated
			}
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(x0, before) {
				t.Fatal("x₀ was changed")
			}
			if tr.Queries != q || tr.Gradients != gr || q != tr.Iterations+1 || gr != tr.Iterations || len(tr.Path) != tr.Iterations+1 || len(tr.Steps) != tr.Iterations {
				t.Fatalf("counts %+v, called %d and %d times", tr, q, gr)
			}
			if worst(tr.Path[len(tr.Path)-1], add(x0, tr.R)) > 1e-12 {
				t.Fatal("the path does not end at x₀ + R")
			}
			if tr.Status != attack.Flipped {
				continue // a plane without a second class in reach
			}
			if attack.ArgMax(m.logits(add(x0, tr.R))) == tr.From {
				t.Fatal("Flipped, but the label stands")
			}
			bin, err := d.Binary(func(x []float64) float64 { f := m.logits(x); return f[0] - f[1] },
				func(x []float64) []float64 {
					J := m.jacobian(x)
					return []float64{J[0][0] - J[1][0], J[0][1] - J[1][1]}
				}, x0)
			if err != nil || worst(bin.R, tr.R) > 1e-9 {
				t.Fatalf("binary %v, two-class %v: %v", bin.R, tr.R, err)
			}
			if p == attack.L2 {
				ratio = append(ratio, attack.L2.Of(tr.R)/nearest(m, x0, tr.From, attack.L2.Of(tr.R)))
			}
		}
	}
	if len(ratio) < 30 {
		t.Fatalf("only %d of 60 were flipped", len(ratio))
	}
	slices.Sort(ratio)
	median := ratio[len(ratio)/2]
	t.Logf("%d flipped, ‖r‖ over the least norm found on rays: median %.3f, worst %.2f", len(ratio), median, ratio[len(ratio)-1])
	if !(median < 1.25) {
		t.Errorf("the median of ‖r‖ over the least norm on rays is %.3f", median)
	}
}

// nearest searches 90 rays for the nearest point with another label, up to the radius limit.
func nearest(m mlp, x0 []float64, y int, limit float64) float64 {
	best := limit
	for a := range 90 {
		s, c := math.Sincos(float64(a) * math.Pi / 45)
		for k := 1; k <= 100; k++ {
			rad := limit * float64(k) / 100
			if rad >= best {
				break
			}
			if attack.ArgMax(m.logits([]float64{x0[0] + rad*c, x0[1] + rad*s})) != y {
				best = rad
			}
		}
	}
	return best
}

func TestDeepFoolOptions(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	m := newMLP(rng, 2, 3, 5)
	x0 := []float64{0.2, 0.9, 0.5}
	f := m.logits(x0)
	y := attack.ArgMax(f)

	// The label given is not the model's: nothing to do.
	tr, err := attack.DeepFool{}.Multiclass(m.logits, m.jacobian, x0, (y+1)%5)
	if err != nil || tr.Status != attack.AlreadyWrong || attack.L2.Of(tr.R) != 0 || tr.Iterations != 0 || tr.Queries != 1 || tr.Gradients != 0 {
		t.Errorf("already wrong: %+v, %v", tr, err)
	}
	// Without overshoot the point lies on the boundary.
	tr, err = attack.DeepFool{Overshoot: attack.NoOvershoot, MaxIterations: 1}.Multiclass(m.logits, m.jacobian, x0, y)
	if err != nil {
		t.Fatal(err)
	}
	at := m.logits(add(x0, tr.R))
	if gap := at[y] - at[tr.Rivals[0]]; math.Abs(gap) > 1e-12 {
		t.Errorf("gap %g after one step without overshoot", gap)
	}
	// Clipping: x stays in the box and R is what really was added.
	tr, err = attack.DeepFool{Lo: 0, Hi: 1, Overshoot: 0.5}.Multiclass(m.logits, m.jacobian, x0, y)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range tr.Path {
		for i, v := range x {
			if v < 0 || v > 1 {
				t.Errorf("x[%d] = %v left the box", i, v)
			}
		}
	}
	// One candidate: only the strongest rival is aimed at.
	order := []int{0, 1, 2, 3, 4}
	slices.SortFunc(order, func(a, b int) int {
		if f[a] > f[b] {
			return -1
		}
		return 1
	})
	tr, err = attack.DeepFool{Candidates: 1}.Multiclass(m.logits, m.jacobian, x0, y)
	if err != nil || tr.Rivals[0] != order[1] {
		t.Errorf("candidates: aimed at %v, strongest rival is %d (%v)", tr.Rivals, order[1], err)
	}
	// A function without zeros: the cap holds and the status tells.
	tr, err = attack.DeepFool{MaxIterations: 7}.Binary(func(x []float64) float64 { return 1 + x[0]*x[0] },
		func(x []float64) []float64 { return []float64{2 * x[0]} }, []float64{3})
	if err != nil || tr.Status != attack.Exhausted || tr.Iterations != 7 || tr.To != tr.From {
		t.Errorf("cap: %+v, %v", tr, err)
	}
}

func TestDeepFoolErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	one := func([]float64) []float64 { return []float64{1} }
	for _, c := range []struct {
		what   string
		f      func([]float64) float64
		grad   func([]float64) []float64
		want   error
		status attack.Status
	}{
		{"zero gradient", func([]float64) float64 { return 1 }, func([]float64) []float64 { return []float64{0} }, attack.ErrZeroGradient, attack.ZeroGradient},
		{"NaN value", func([]float64) float64 { return nan }, one, attack.ErrNotFinite, attack.NotFinite},
		{"infinite value", func([]float64) float64 { return inf }, one, attack.ErrNotFinite, attack.NotFinite},
		{"NaN gradient", func([]float64) float64 { return 1 }, func([]float64) []float64 { return []float64{nan} }, attack.ErrNotFinite, attack.NotFinite},
		{"NaN on the way", func(x []float64) float64 { return map[bool]float64{true: 1, false: nan}[x[0] == 0] }, one, attack.ErrNotFinite, attack.NotFinite},
		{"on the boundary", func([]float64) float64 { return 0 }, one, attack.ErrTied, attack.Tied},
	} {
		tr, err := attack.DeepFool{}.Binary(c.f, c.grad, []float64{0})
		if !errors.Is(err, c.want) || tr.Status != c.status {
			t.Errorf("binary, %s: %v, %v", c.what, tr.Status, err)
		}
		two := func(x []float64) []float64 { return []float64{c.f(x), 0} }
		jac := func(x []float64) [][]float64 { return [][]float64{c.grad(x), {0}} }
		tr, err = attack.DeepFool{}.Multiclass(two, jac, []float64{0}, 0)
		if !errors.Is(err, c.want) || tr.Status != c.status {
			t.Errorf("multiclass, %s: %v, %v", c.what, tr.Status, err)
		}
	}
	// A class whose gradient equals the label's is passed over, not chosen at infinite distance.
	tr, err := attack.DeepFool{}.Multiclass(func(x []float64) []float64 { return []float64{x[0] + 2, x[0] + 1, 0} },
		func([]float64) [][]float64 { return [][]float64{{1}, {1}, {0}} }, []float64{0}, 0)
	if err != nil || tr.Status != attack.Flipped || tr.To == 0 || tr.Rivals[0] != 2 {
		t.Errorf("parallel class: %+v, %v", tr, err)
	}
}

// A circle as boundary: f = ‖x‖² − 1 seen from (2, 1). The nearest point is at ‖x‖ = 1.
func ExampleDeepFool_Binary() {
	f := func(x []float64) float64 { return x[0]*x[0] + x[1]*x[1] - 1 }
	grad := func(x []float64) []float64 { return []float64{2 * x[0], 2 * x[1]} }
	tr, err := attack.DeepFool{}.Binary(f, grad, []float64{2, 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, x := range tr.Path {
		fmt.Printf("x%d = %.4f  f = %.4f\n", i, x, f(x))
	}
	fmt.Printf("‖r‖₂ = %.4f, least possible %.4f\n", attack.L2.Of(tr.R), math.Sqrt(5)-1)
	// Output:
	// x0 = [2.0000 1.0000]  f = 4.0000
	// x1 = [1.1840 0.5920]  f = 0.7523
	// x2 = [0.9248 0.4624]  f = 0.0690
	// x3 = [0.8943 0.4472]  f = -0.0002
	// ‖r‖₂ = 1.2362, least possible 1.2361
}

func BenchmarkDeepFoolFloat64(b *testing.B) {
	rng := rand.New(rand.NewPCG(9, 1))
	m := newMLP(rng, 1.5, 20, 30, 10)
	x0 := normal(rng, 20)
	for b.Loop() {
		if _, err := (attack.DeepFool{}).Multiclass(m.logits, m.jacobian, x0, -1); err != nil {
			b.Fatal(err)
		}
	}
}
