// ### BEGIN HIDDEN TESTS

package gradientcheck

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerances. Steps here are at least 10⁻³ and values at most 10³, so that two sound ways to form the same quotient differ by
// at most about 10³·2⁻⁵²/10⁻³ ≈ 2·10⁻¹⁰; a wrong formula differs by h·f″ or more. Verdicts: claims are off by less than
// a tenth of the tolerance, or by more than ten times it.
const tolQuotient = 1e-8

var mistakes = []grading.Mistake{
	{ID: "forward", Cause: "a forward difference: its error falls with h only, not with h²", Hint: "(f(x + h) − f(x − h)) / 2h"},
	{ID: "not-halved", Cause: "the difference is divided by h, but the two points are 2h apart", Hint: "divide by 2*h"},
	{ID: "not-restored", Cause: "x[i] is not put back before the next coordinate is measured", Hint: "work on a copy and set y[i] = x[i] at the end of each round"},
	{ID: "scaled-step", Cause: "the step is scaled by the size of x", Hint: "take h as it is given"},
	{ID: "normalised", Cause: "u is made a unit vector", Hint: "the slope is ∇f(x)ᵀu, which grows with u"},
	{ID: "extra-calls", Cause: "f is called more often than allowed", Hint: "2n values for Central, two for Slope, 4n + 1 for Check: f(x) is needed once"},
	{ID: "absolute-error", Cause: "the difference is not divided by the size of the numbers", Hint: "divide by max(1, |aᵢ|, |bᵢ|)"},
	{ID: "no-floor", Cause: "the difference is divided by max(|aᵢ|, |bᵢ|) without the 1, which magnifies small numbers and is 0/0 for zeros", Hint: "max(1, |aᵢ|, |bᵢ|)"},
	{ID: "mean-error", Cause: "the mean over the entries is taken, in which one wrong entry drowns", Hint: "take the largest"},
	{ID: "signed-error", Cause: "the difference is taken without its absolute value", Hint: "math.Abs(a[i] - b[i])"},
	{ID: "nan-hides", Cause: "a NaN is not greater than anything, and passes a comparison written as err > tol", Hint: "write conditions that are true for what is good: !(err <= tol)"},
	{ID: "kink-ignored", Cause: "kinks are judged by the central difference, half-way between the slopes", Hint: "compare gap(h/2) with ¾·gap(h) first"},
	{ID: "kink-passes", Cause: "any claim at a kink is accepted", Hint: "it must lie between the one-sided slopes, up to tol·s"},
	{ID: "kink-fails", Cause: "every claim at a kink is rejected", Hint: "what lies between the one-sided slopes is a subgradient"},
	{ID: "one-gap", Cause: "a kink is seen wherever gap(h) is large, so that strong curvature looks like one", Hint: "half the step: where f is smooth the gap falls to half"},
	{ID: "unordered", Cause: "the left slope is taken for the smaller one; at a concave kink it is the larger", Hint: "lo, hi := math.Min(L, R), math.Max(L, R)"},
	{ID: "input-passes", Cause: "NaN, infinity or a setting out of range in the input is accepted", Hint: "check x, u, h and tol before you measure: !(h > 0) catches NaN too"},
	{ID: "value-passes", Cause: "a value of f that is NaN or infinite is used", Hint: "look at each value before you use it"},
	{ID: "shape-passes", Cause: "lengths are not compared", Hint: "compare len(u), len(claimed) or len(b) with len(x), and look for 0"},
	{ID: "changes-input", Cause: "x is not put back exactly", Hint: "(x + h) − h is not always x: keep the old number, or work on a copy"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one"},
}

type function = func(x []float64) float64

// near compares on the scale of the larger of 1 and the numbers wanted.
func near(got, want []float64, tol float64) bool { return grading.CloseSlice(got, want, tol) }

// first names the first known mistake whose answer is got and is not the right one.
func first[V any](got, want V, same func(a, b V) bool, would map[string]V) string {
	for _, m := range mistakes {
		if v, ok := would[m.ID]; ok && same(got, v) && !same(v, want) {
			return m.ID
		}
	}
	return ""
}

// ---- Central

func at(x []float64, i int, d float64) []float64 {
	y := slices.Clone(x)
	y[i] += d
	return y
}

func quotients(f function, x []float64, q func(i int) float64) []float64 {
	g := make([]float64, len(x))
	for i := range g {
		g[i] = q(i)
	}
	return g
}

func central(t *grading.T, what string, f function, x []float64, h float64) {
	n := len(x)
	diff := func(i int, h float64) float64 { return f(at(x, i, h)) - f(at(x, i, -h)) }
	want := quotients(f, x, func(i int) float64 { return diff(i, h) / (2 * h) })
	t.SetCallbackBudget(20*n + 20)
	got := kit.Accepted(t, what, "Central", t.ScalarFunc(n, f), x, h).Floats(0)
	calls := t.CallbackCount()
	same := func(a, b []float64) bool { return near(a, b, tolQuotient) }
	if !same(got, want) {
		moved := slices.Clone(x) // never put back: x ends up at x − h in each coordinate already measured
		left := slices.Clone(x)  // x + h
		err := "the difference quotients differ"
		if len(got) != n {
			err = fmt.Sprintf("%d entries, want %d", len(got), n)
		} else if i, d := grading.WorstDiff(got, want); i >= 0 {
			err = fmt.Sprintf("coordinate %d is off by %.2g", i, d)
		}
		kit.Fail(t, what, got, want, err, first(got, want, same, map[string][]float64{
			"forward":    quotients(f, x, func(i int) float64 { return (f(at(x, i, h)) - f(x)) / h }),
			"not-halved": quotients(f, x, func(i int) float64 { return diff(i, h) / h }),
			"not-restored": quotients(f, x, func(i int) float64 {
				q := (f(at(moved, i, h)) - f(at(moved, i, -h))) / (2 * h)
				moved[i] -= h
				return q
			}),
			"scaled-step": quotients(f, x, func(i int) float64 {
				s := h * math.Max(1, math.Abs(x[i]))
				return diff(i, s) / (2 * s)
			}),
		})+restored(f, left, h, got, same))
	}
	if calls != 2*n {
		kit.Fail(t, what, fmt.Sprintf("%d calls of f", calls), fmt.Sprintf("%d, two a coordinate", 2*n), "the quotients are right, at the wrong cost", "extra-calls")
	}
}

// restored recognises the other way not to put x back: it stays at x + h.
func restored(f function, x []float64, h float64, got []float64, same func(a, b []float64) bool) string {
	q := quotients(f, x, func(i int) float64 {
		d := (f(at(x, i, h)) - f(at(x, i, -h))) / (2 * h)
		x[i] += h
		return d
	})
	if len(x) > 1 && same(got, q) {
		return "not-restored"
	}
	return ""
}

// wavy is smooth with all derivatives of size 1 and coupled coordinates, so that no two points have the same slopes.
func wavy(r *rand.Rand, n int) function {
	a, b := kit.Normal(r, n), kit.Normal(r, n)
	return func(x []float64) float64 {
		s, c := 0.0, 0.0
		for i := range x {
			s += a[i] * x[i]
			c += b[i] * x[i] * x[i] * x[i] / 6
		}
		return math.Sin(s) + c + s*s/2
	}
}

func centralRandom(t *grading.T) {
	r := t.Rand
	for n := 2; n < 6; n++ {
		central(t, fmt.Sprintf("a smooth function of %d numbers", n), wavy(r, n), kit.Normal(r, n), 0.05+0.1*r.Float64())
	}
	n := 3
	c, x := kit.Normal(r, n), kit.Normal(r, n)
	parabola := func(x []float64) float64 {
		s := 0.0
		for i := range x {
			s += (i2f(i) + 1) * (x[i] - c[i]) * (x[i] - c[i])
		}
		return s
	}
	// a property: for a parabola a central difference is exact with any step
	for _, h := range []float64{1, 0.01} {
		got := kit.Accepted(t, "a parabola", "Central", t.ScalarFunc(n, parabola), x, h).Floats(0)
		exact := quotients(parabola, x, func(i int) float64 { return 2 * (i2f(i) + 1) * (x[i] - c[i]) })
		if !near(got, exact, tolQuotient) {
			kit.Fail(t, "a parabola", got, exact, "a central difference is exact here", "")
		}
	}
	central(t, "one coordinate", func(x []float64) float64 { return x[0] * x[0] * x[0] }, []float64{2 + r.Float64()}, 0.1)
	central(t, "a constant", func([]float64) float64 { return 7 }, kit.Normal(r, 2), 0.01)
	central(t, "a cube far from the origin", func(x []float64) float64 { return x[0]*x[0]*x[0] - x[1] }, []float64{8 + r.Float64(), -9}, 0.25)
	central(t, "a large step", wavy(r, 2), kit.Normal(r, 2), 3)
}

func i2f(i int) float64 { return float64(i) }

func centralRefuses(t *grading.T) {
	sum := func(x []float64) float64 {
		s := 0.0
		for _, v := range x {
			s += v
		}
		return s
	}
	f, x := t.ScalarFunc(2, sum), []float64{1, 2}
	kit.Accepted(t, "a good input", "Central", f, x, 0.1)
	call := func(what, mistake string, f any, x []float64, h float64) {
		kit.Refuses(t, what, mistake, "Central", f, x, h)
	}
	call("an empty x", "shape-passes", t.ScalarFunc(0, sum), []float64{}, 0.1)
	call("NaN in x", "input-passes", f, []float64{1, math.NaN()}, 0.1)
	call("an infinite x", "input-passes", f, []float64{math.Inf(1), 1}, 0.1)
	call("h = 0", "input-passes", f, x, 0)
	call("h = −0.1", "input-passes", f, x, -0.1)
	call("h = NaN", "input-passes", f, x, math.NaN())
	call("h = ∞", "input-passes", f, x, math.Inf(1))
	root := func(x []float64) float64 { return math.Sqrt(x[0]-1) + x[1] } // NaN left of 1
	call("a value of NaN", "value-passes", t.ScalarFunc(2, root), x, 0.1)
	pole := func(x []float64) float64 { // +Inf at x₂ = 2.5
		if x[1] == 2.5 {
			return math.Inf(1)
		}
		return x[0]
	}
	call("an infinite value", "value-passes", t.ScalarFunc(2, pole), x, 0.5)
}

// ---- Slope

func slope(t *grading.T, what string, f function, x, u []float64, h float64) {
	point := func(s float64) []float64 {
		y := slices.Clone(x)
		for i := range y {
			y[i] += s * u[i]
		}
		return y
	}
	norm := 0.0
	for _, v := range u {
		norm = math.Hypot(norm, v)
	}
	want := (f(point(h)) - f(point(-h))) / (2 * h)
	t.SetCallbackBudget(4*len(x) + 20)
	got := kit.Accepted(t, what, "Slope", t.ScalarFunc(len(x), f), x, u, h).Float(0)
	calls := t.CallbackCount()
	same := func(a, b float64) bool { return grading.Close(a, b, tolQuotient) }
	if !same(got, want) {
		would := map[string]float64{
			"forward":    (f(point(h)) - f(x)) / h,
			"not-halved": 2 * want,
		}
		if norm > 0 {
			would["normalised"] = (f(point(h/norm)) - f(point(-h/norm))) / (2 * h)
		}
		kit.Fail(t, what, got, want, fmt.Sprintf("off by %.2g", math.Abs(got-want)), first(got, want, same, would))
	}
	if calls != 2 {
		kit.Fail(t, what, fmt.Sprintf("%d calls of f", calls), "2", "the slope is right, at the wrong cost", "extra-calls")
	}
}

func slopeRandom(t *grading.T) {
	r := t.Rand
	for n := 1; n < 7; n++ {
		slope(t, fmt.Sprintf("a smooth function of %d numbers", n), wavy(r, n), kit.Normal(r, n), kit.Normal(r, n), 0.02+0.1*r.Float64())
	}
	slope(t, "a unit vector", wavy(r, 3), kit.Normal(r, 3), []float64{0, 1, 0}, 0.1)
	slope(t, "u = 0", wavy(r, 3), kit.Normal(r, 3), []float64{0, 0, 0}, 0.1)
	slope(t, "a long u", wavy(r, 2), kit.Normal(r, 2), []float64{3, -4}, 0.01)
	slope(t, "a short u", wavy(r, 2), kit.Normal(r, 2), []float64{0.03, -0.04}, 1)
}

func slopeRefuses(t *grading.T) {
	f := t.ScalarFunc(2, func(x []float64) float64 { return x[0] + 2*x[1] })
	x, u := []float64{1, 2}, []float64{1, -1}
	kit.Accepted(t, "a good input", "Slope", f, x, u, 0.1)
	call := func(what, mistake string, f any, x, u []float64, h float64) {
		kit.Refuses(t, what, mistake, "Slope", f, x, u, h)
	}
	call("a u too short", "shape-passes", f, x, u[:1], 0.1)
	call("a u too long", "shape-passes", f, x, []float64{1, 2, 3}, 0.1)
	call("an empty x", "shape-passes", t.ScalarFunc(0, func([]float64) float64 { return 1 }), []float64{}, []float64{}, 0.1)
	call("NaN in u", "input-passes", f, x, []float64{1, math.NaN()}, 0.1)
	call("an infinite x", "input-passes", f, []float64{1, math.Inf(-1)}, u, 0.1)
	call("h = 0", "input-passes", f, x, u, 0)
	nan := t.ScalarFunc(2, func([]float64) float64 { return math.NaN() })
	call("a value of NaN", "value-passes", nan, x, u, 0.1)
}

// ---- RelError

func relError(t *grading.T, what string, a, b []float64) {
	want := worst(a, b, func(x, y float64) float64 { return math.Max(1, math.Max(math.Abs(x), math.Abs(y))) }, math.Abs)
	got := kit.Accepted(t, what, "RelError", a, b).Float(0)
	same := func(x, y float64) bool {
		if math.IsInf(x, 0) || math.IsInf(y, 0) || math.IsNaN(y) {
			return x == y || math.IsNaN(x) && math.IsNaN(y)
		}
		return math.Abs(x-y) <= 1e-12*math.Max(math.Abs(y), 1e-100)
	}
	if same(got, want) {
		return
	}
	id := func(v float64) float64 { return v }
	mean := 0.0
	for i := range a {
		mean += math.Abs(a[i]-b[i]) / math.Max(1, math.Max(math.Abs(a[i]), math.Abs(b[i]))) / float64(len(a))
	}
	would := map[string]float64{
		"absolute-error": worst(a, b, func(float64, float64) float64 { return 1 }, math.Abs),
		"no-floor":       worst(a, b, func(x, y float64) float64 { return math.Max(math.Abs(x), math.Abs(y)) }, math.Abs),
		"mean-error":     mean,
		"signed-error":   math.Max(0, worst(a, b, func(x, y float64) float64 { return math.Max(1, math.Max(math.Abs(x), math.Abs(y))) }, id)),
	}
	mistake := first(got, want, same, would)
	if math.IsInf(want, 1) {
		mistake = "nan-hides"
	} else if math.IsNaN(got) {
		mistake = "no-floor"
	}
	kit.Fail(t, what, got, want, "the errors differ", mistake)
}

func worst(a, b []float64, size func(x, y float64) float64, abs func(float64) float64) float64 {
	w := math.Inf(-1)
	for i := range a {
		if math.IsNaN(a[i]+b[i]) || math.IsInf(a[i], 0) || math.IsInf(b[i], 0) {
			return math.Inf(1)
		}
		w = math.Max(w, abs(a[i]-b[i])/size(a[i], b[i]))
	}
	return w
}

func errorRandom(t *grading.T) {
	r := t.Rand
	shifted := func(a []float64, by ...float64) []float64 {
		b := slices.Clone(a)
		for i, d := range by {
			b[i] += d
		}
		return b
	}
	for range 4 {
		a := kit.Normal(r, 5)
		for i := range a {
			a[i] *= math.Exp(2 * r.NormFloat64())
		}
		relError(t, "random gradients", a, shifted(a, kit.Normal(r, 5)...))
	}
	a := kit.Normal(r, 4)
	relError(t, "one entry off, upwards", a, shifted(a, 0, 0, 0.3))
	relError(t, "one entry off, downwards", a, shifted(a, 0, -0.3))
	relError(t, "equal", a, slices.Clone(a))
	relError(t, "zeros", []float64{0, 0}, []float64{0, 0})
	relError(t, "zero and small", []float64{0, 2e-9}, []float64{1e-9, 2e-9})
	relError(t, "large numbers", []float64{2e9, 1}, []float64{2.5e9, 1})
	relError(t, "one entry", []float64{-3}, []float64{5})
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		relError(t, "a bad first entry", []float64{bad, 1, 2}, []float64{1, 1, 2})
		relError(t, "a bad last entry", []float64{1, 1, 2}, []float64{1, 1, bad})
		relError(t, "the same bad entry in both", []float64{1, bad}, []float64{1, bad})
	}
	kit.Refuses(t, "different lengths", "shape-passes", "RelError", []float64{1, 2}, []float64{1})
	kit.Refuses(t, "no entries", "shape-passes", "RelError", []float64{}, []float64{})
}

// ---- Check

const (
	agrees = iota
	differs
	within
	outside
)

// judge follows the rule of the statement, or one of the known mistakes.
func judge(f function, claimed, x []float64, h, tol float64, mistake string) []int {
	out := make([]int, len(x))
	f0 := f(x)
	size := func(a, b float64) float64 { return math.Max(1, math.Max(math.Abs(a), math.Abs(b))) }
	for i, g := range claimed {
		slopes := func(h float64) (left, right float64) { return (f0 - f(at(x, i, -h))) / h, (f(at(x, i, h)) - f0) / h }
		left, right := slopes(h)
		left2, right2 := slopes(h / 2)
		gap, gap2 := math.Abs(right-left), math.Abs(right2-left2)
		bad := math.IsNaN(g) || math.IsInf(g, 0)
		kink := gap2 > 0.75*gap && gap2 > tol*size(left2, right2)
		lo, hi := math.Min(left2, right2), math.Max(left2, right2)
		switch mistake {
		case "kink-ignored":
			kink = false
		case "one-gap":
			kink = gap > tol*size(left, right)
		case "unordered":
			lo, hi = left2, right2
		case "nan-hides":
			bad = false
		}
		d := (left + right) / 2
		s := size(lo, hi)
		ok := math.Abs(g-d) <= tol*size(g, d)
		switch {
		case kink && mistake == "kink-passes":
			ok = true
		case kink && mistake == "kink-fails":
			ok = false
		case kink:
			ok = lo-tol*s <= g && g <= hi+tol*s
		case mistake == "absolute-error":
			ok = math.Abs(g-d) <= tol
		case mistake == "forward":
			ok = math.Abs(g-right) <= tol*size(g, right)
		}
		if mistake == "nan-hides" && math.IsNaN(g) {
			ok = true
		}
		switch {
		case kink && ok && !bad:
			out[i] = within
		case kink:
			out[i] = outside
		case ok && !bad:
			out[i] = agrees
		default:
			out[i] = differs
		}
	}
	return out
}

func verdict(t *grading.T, what string, f function, claimed, x []float64, h, tol float64) {
	n := len(x)
	want := judge(f, claimed, x, h, tol, "")
	t.SetCallbackBudget(20*n + 20)
	got := kit.Accepted(t, what, "Check", t.ScalarFunc(n, f), claimed, x, h, tol).Ints(0)
	calls := t.CallbackCount()
	if !slices.Equal(got, want) {
		would := map[string][]int{}
		for _, m := range []string{"kink-ignored", "one-gap", "unordered", "nan-hides", "kink-passes", "kink-fails", "absolute-error", "forward"} {
			would[m] = judge(f, claimed, x, h, tol, m)
		}
		err := fmt.Sprintf("%d verdicts, want %d", len(got), n)
		for i := range want {
			if len(got) == n && got[i] != want[i] {
				err = fmt.Sprintf("coordinate %d: verdict %d, want %d", i, got[i], want[i])
				break
			}
		}
		kit.Fail(t, what, got, want, err, first(got, want, slices.Equal[[]int], would))
	}
	if calls > 4*n+1 {
		kit.Fail(t, what, fmt.Sprintf("%d calls of f", calls), fmt.Sprintf("at most %d", 4*n+1), "the verdicts are right, at the wrong cost", "extra-calls")
	}
}

// piece is a function of one number with its slopes at the point in question.
type piece struct {
	f           func(v float64) float64
	x           float64
	left, right float64
}

// gentle, linear, curved are smooth at x; kinked has slopes of its own on either side.
func gentle(r *rand.Rand) piece {
	a, x := 1+r.Float64(), r.NormFloat64()
	return piece{func(v float64) float64 { return a * math.Sin(v) }, x, a * math.Cos(x), a * math.Cos(x)}
}

func linear(r *rand.Rand) piece {
	a := 3 * r.NormFloat64()
	return piece{func(v float64) float64 { return a * v }, r.NormFloat64(), a, a}
}

// curved has f″ = 400: with h = 10⁻³ its gap is 0.4, with h/2 it is 0.2.
func curved(r *rand.Rand) piece {
	c, x := r.NormFloat64(), r.NormFloat64()
	return piece{func(v float64) float64 { return 200 * (v - c) * (v - c) }, x, 400 * (x - c), 400 * (x - c)}
}

func kinked(r *rand.Rand, sign float64) piece {
	x, b, a := r.NormFloat64(), r.NormFloat64(), sign*(0.5+r.Float64())
	return piece{func(v float64) float64 { return a*math.Abs(v-x) + b*v }, x, b - a, b + a}
}

// relu is a kink at the origin with slope 0 on the left.
func relu(r *rand.Rand) piece {
	a := 1 + r.Float64()
	return piece{func(v float64) float64 { return a * math.Max(0, v) }, 0, 0, a}
}

// beside has a kink ten steps away.
func beside(r *rand.Rand) piece {
	return piece{func(v float64) float64 { return math.Max(0, v) }, -10 * h, 0, 0}
}

const (
	h   = 1e-3
	tol = 1e-4
)

// total adds the pieces, each in its own coordinate.
func total(p []piece) (f function, x []float64) {
	for _, q := range p {
		x = append(x, q.x)
	}
	return func(x []float64) float64 {
		s := 0.0
		for i, q := range p {
			s += q.f(x[i])
		}
		return s
	}, x
}

// claims draws for each piece a claim of which it is known whether it is right, and makes sure that the rule says so too.
func claims(t *grading.T, what string, p []piece) {
	r := t.Rand
	f, x := total(p)
	g, want := make([]float64, len(p)), make([]int, len(p))
	for i, q := range p {
		lo, hi := math.Min(q.left, q.right), math.Max(q.left, q.right)
		s := math.Max(1, math.Max(math.Abs(lo), math.Abs(hi)))
		kink := lo < hi
		off := (0.01 + r.Float64()) * s // ≥ 100 tolerances
		switch choice := r.IntN(5); {
		case choice == 0:
			g[i] = lo - off
			want[i] = differs
		case choice == 1:
			g[i] = hi + off
			want[i] = differs
		case choice == 2 && kink:
			g[i] = lo
		case choice == 3 && kink:
			g[i] = hi
		default:
			g[i] = lo + (hi-lo)*(0.1+0.8*r.Float64())
		}
		if kink {
			want[i] += within
		}
	}
	if rule := judge(f, g, x, h, tol, ""); !slices.Equal(rule, want) {
		panic(fmt.Sprintf("gradientcheck: %s: the rule says %v, the claims were made to be %v", what, rule, want))
	}
	verdict(t, what, f, g, x, h, tol)
}

func smoothRandom(t *grading.T) {
	r := t.Rand
	for range 3 {
		claims(t, "gentle and linear", []piece{gentle(r), linear(r), gentle(r), linear(r), gentle(r)})
		claims(t, "strongly curved", []piece{curved(r), gentle(r), curved(r)})
	}
	claims(t, "a kink ten steps away", []piece{beside(r), gentle(r), beside(r), beside(r)})
	// right claims all, so that a check which rejects good ones shows
	p := []piece{curved(r), linear(r), gentle(r), curved(r), beside(r)}
	f, x := total(p)
	g := make([]float64, len(p))
	for i := range p {
		g[i] = p[i].left
	}
	verdict(t, "all claims right", f, g, x, h, tol)
	verdict(t, "a constant, claimed 0", func([]float64) float64 { return 3 }, []float64{0, 0}, kit.Normal(r, 2), h, tol)
	// slopes near 10⁵: an error of 1 is 10⁻⁵ of them, a tenth of the tolerance; 100 is ten times it
	steep := func(x []float64) float64 { return 1e5 * x[0] }
	for _, off := range []float64{1, 100} {
		verdict(t, "a steep line", steep, []float64{1e5 + off}, []float64{r.Float64()}, h, tol)
	}
}

func kinksRandom(t *grading.T) {
	r := t.Rand
	// First one convex and one concave kink with claims inside and outside each, which tells the known mistakes apart.
	four := []piece{kinked(r, 1), kinked(r, -1), kinked(r, 1), kinked(r, -1)}
	f, x := total(four)
	g := make([]float64, len(four))
	for i, p := range four {
		g[i] = (p.left + p.right) / 2
		if i >= 2 {
			g[i] += 3 * math.Abs(p.right-p.left)
		}
	}
	verdict(t, "convex and concave kinks", f, g, x, h, tol)
	for range 4 {
		claims(t, "kinks among smooth ones", []piece{kinked(r, 1), gentle(r), kinked(r, -1), relu(r), curved(r), kinked(r, -1)})
	}
	// each kind with each kind of claim
	for _, p := range []piece{kinked(r, 1), kinked(r, -1), relu(r)} {
		f, x := total([]piece{p})
		lo, hi := math.Min(p.left, p.right), math.Max(p.left, p.right)
		for _, g := range []float64{lo, hi, (lo + hi) / 2, 0.9*lo + 0.1*hi, lo - 0.02*(1+math.Abs(lo)), hi + 0.02*(1+math.Abs(hi))} {
			verdict(t, fmt.Sprintf("a kink with slopes %.4g and %.4g", p.left, p.right), f, []float64{g}, x, h, tol)
		}
	}
}

func nanClaims(t *grading.T) {
	r := t.Rand
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		f, x := total([]piece{gentle(r), kinked(r, 1), linear(r), kinked(r, -1)})
		p := judge(f, []float64{bad, bad, bad, bad}, x, h, tol, "")
		if !slices.Equal(p, []int{differs, outside, differs, outside}) {
			panic(fmt.Sprintf("gradientcheck: the rule accepts %v: %v", bad, p))
		}
		t.SetCallbackBudget(200)
		got := kit.Accepted(t, "no finite claim", "Check", t.ScalarFunc(4, f), []float64{bad, bad, bad, bad}, x, h, tol).Ints(0)
		if !slices.Equal(got, p) {
			kit.Fail(t, "no finite claim", got, p, fmt.Sprintf("a claim of %v", bad), "nan-hides")
		}
	}
}

func checkRefuses(t *grading.T) {
	f := t.ScalarFunc(2, func(x []float64) float64 { return x[0] + 2*x[1] })
	g, x := []float64{1, 2}, []float64{0.5, 0.25}
	t.SetCallbackBudget(2000)
	kit.Accepted(t, "a good input", "Check", f, g, x, h, tol)
	call := func(what, mistake string, f any, g, x []float64, h, tol float64) {
		kit.Refuses(t, what, mistake, "Check", f, g, x, h, tol)
	}
	call("a claim too short", "shape-passes", f, g[:1], x, h, tol)
	call("a claim too long", "shape-passes", f, []float64{1, 2, 3}, x, h, tol)
	call("an empty x", "shape-passes", t.ScalarFunc(0, func([]float64) float64 { return 1 }), []float64{}, []float64{}, h, tol)
	call("NaN in x", "input-passes", f, g, []float64{math.NaN(), 1}, h, tol)
	call("h = 0", "input-passes", f, g, x, 0, tol)
	call("h = −10⁻³", "input-passes", f, g, x, -h, tol)
	call("tol = 0", "input-passes", f, g, x, h, 0)
	call("tol = NaN", "input-passes", f, g, x, h, math.NaN())
	nan := t.ScalarFunc(2, func(x []float64) float64 { return math.Log(x[0]) + x[1] })
	call("a value of NaN on the left", "value-passes", nan, []float64{1000, 1}, []float64{h / 2, 1}, h, tol)
	hole := t.ScalarFunc(2, func(y []float64) float64 {
		if slices.Equal(y, x) {
			return math.Inf(1)
		}
		return y[0]
	})
	call("an infinite value at x itself", "value-passes", hole, []float64{1, 0}, x, h, tol)
}

// ---- arguments

func untouched(t *grading.T) {
	r := t.Rand
	f := t.ScalarFunc(3, wavy(r, 3))
	x, u := kit.Normal(r, 3), kit.Normal(r, 3)
	// entries that steps there and back do not restore
	for i := range x {
		for x[i]+0.1-2*0.1+0.1 == x[i] || x[i]+0.1-0.1 == x[i] {
			x[i] = r.NormFloat64()
		}
	}
	t.SetCallbackBudget(200)
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"Central", []any{f, x, 0.1}},
		{"Slope", []any{f, x, u, 0.1}},
		{"RelError", []any{x, u}},
		{"Check", []any{f, u, x, 0.1, 0.01}},
	} {
		kit.Untouched(t, "changes-input", c.fn, c.args...)
	}
}

// ### END HIDDEN TESTS
