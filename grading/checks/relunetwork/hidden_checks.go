// ### BEGIN HIDDEN TESTS

package relunetwork

import (
	"fmt"
	"math"

	"nncourse/grading"
)

// tol is relative to the greatest number involved, and no smaller than tol itself for places. All results are sums of at most some dozen products, so that sound
// methods err by 10⁻¹³; kinks that count as one may be reported anywhere within 10⁻⁹; wrong results are off by 10⁻² and more.
const tol = 1e-8

var mistakes = []grading.Mistake{
	{ID: "changes-input", Cause: "the function writes to its arguments, as sorting w in place does", Hint: "work on a copy: slices.Clone"},
	{ID: "nan-passes", Cause: "NaN or infinity in the input is not noticed", Hint: "check every entry with math.IsNaN and math.IsInf before computing"},
	{ID: "shape-passes", Cause: "different lengths are not noticed", Hint: "w, b and v have one entry a unit, x and y one a point: compare them, and refuse no point at all"},
	{ID: "order-passes", Cause: "points that do not ascend strictly are not noticed", Hint: "x[i] <= x[i−1] is an error: two values in one place have no function, and the slope divides by zero"},
	{ID: "no-relu", Cause: "the units are added without max(0, ·)", Hint: "each unit is cut off at zero before it is weighed"},
	{ID: "relu-outside", Cause: "max(0, ·) is applied to the weighted unit or to the sum", Hint: "max belongs around wx + b alone; v and c come after it and may be negative"},
	{ID: "no-output-bias", Cause: "c is left out", Hint: "f = c + Σ…: start the sum at c"},
	{ID: "kink-sign", Cause: "the kinks are put at b/w", Hint: "wx + b = 0 at x = −b/w"},
	{ID: "unsorted", Cause: "the kinks come in the order of the units", Hint: "sort them by place, together with their changes of slope"},
	{ID: "repeated", Cause: "units that bend in one place are listed each for itself", Hint: "add up the changes of slope of kinks in one place, then list it once"},
	{ID: "keeps-cancelled", Cause: "a place is listed where the changes of slope cancel", Hint: "after adding up, drop the places whose change is zero"},
	{ID: "keeps-silent", Cause: "the kink of a unit with v = 0 is listed", Hint: "nobody hears that unit: its change of slope is |w|·0"},
	{ID: "divides-by-zero", Cause: "−b/w is computed for a unit with w = 0", Hint: "w = 0 makes the unit a constant: skip it"},
	{ID: "starts-flat", Cause: "the slope at the far left is taken as 0", Hint: "there the units with w < 0 are on: start with the sum of their w·v"},
	{ID: "jump-sign", Cause: "the slope changes by w·v at each kink", Hint: "a unit with w < 0 is on before its kink and off behind it: the slope changes by −wv, so always by |w|v"},
	{ID: "slopes-as-weights", Cause: "the interpolant's v are the slopes", Hint: "earlier units stay on: v is the slope after the point minus the slope before it"},
	{ID: "goes-on", Cause: "the interpolant goes on beyond the last point with the last slope", Hint: "a last unit at xₙ takes the slope back to 0"},
	{ID: "starts-at-zero", Cause: "the interpolant does not start at y₁", Hint: "left of all kinks the units are off: c = y₁"},
}

func size(vs ...[]float64) float64 {
	m := 0.0
	for _, v := range vs {
		for _, x := range v {
			m = math.Max(m, math.Abs(x))
		}
	}
	return m
}

// same says whether two lists are equal up to tol·scale.
func same(got, want []float64, scale float64) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tol*scale) {
			return false
		}
	}
	return true
}

// judge fails the check unless got is want, and names the mistake whose result it is.
func judge(t *grading.T, name string, got, want []float64, scale float64, would []guess) {
	if same(got, want, scale) {
		return
	}
	mistake := ""
	for _, g := range would {
		if same(got, g.v, scale) && !same(want, g.v, scale) {
			mistake = g.id
			break
		}
	}
	e := fmt.Sprintf("%d numbers, want %d", len(got), len(want))
	if len(got) == len(want) {
		for i := range want {
			if !(math.Abs(got[i]-want[i]) <= tol*scale) {
				e = fmt.Sprintf("number %d is %s, want %s", i, grading.Show(got[i]), grading.Show(want[i]))
				break
			}
		}
	}
	t.Fail(grading.Failure{Input: name + ": " + t.Input(), Computed: grading.Show(got), Expected: grading.Show(want), Error: e, Mistake: mistake})
}

type guess struct {
	id string
	v  []float64
}

// result calls a function that must have a result and leave its arguments alone.
func result(t *grading.T, name, fn string, args ...any) grading.Answer {
	a := t.Call(fn, args...)
	if a.Failed() {
		t.Fail(grading.Failure{Input: name + ": " + t.Input(), Computed: "error: " + a.Err, Expected: "a result", Error: "an error where a result exists"})
	}
	for i := range args {
		if a.Changed(i) {
			t.Fail(grading.Failure{Input: name + ": " + t.Input(), Computed: fmt.Sprintf("argument %d is changed after the call", i+1), Expected: "arguments as they were", Error: "the function writes to what it was given", Mistake: "changes-input"})
		}
	}
	return a
}

func judgeNetwork(t *grading.T, u units, c float64, x []float64) {
	got := result(t, u.name, "Network", u.w, u.b, u.v, c, x).Floats(0)
	var want, linear, outside, unit, bare []float64
	for _, p := range x {
		f := c + u.value(p, false)
		want = append(want, f)
		linear = append(linear, c+u.value(p, true))
		outside = append(outside, math.Max(0, c+u.value(p, true)))
		cut := c
		for j := range u.w {
			cut += math.Max(0, u.v[j]*(u.w[j]*p+u.b[j]))
		}
		unit = append(unit, cut)
		bare = append(bare, f-c)
	}
	judge(t, u.name, got, want, math.Max(size(want), size(u.v)*math.Max(size(u.b), size(u.w)*size(x))), []guess{
		{"no-relu", linear}, {"relu-outside", outside}, {"relu-outside", unit}, {"no-output-bias", bare}})
}

func judgeBreakpoints(t *grading.T, u units) {
	got := result(t, u.name, "Breakpoints", u.w, u.b, u.v).Floats(0)
	want := places(u.right())
	var negated, heard []bend
	for _, b := range u.right() {
		negated = append(negated, bend{-b.x, b.jump})
	}
	for _, b := range u.bends() {
		if b.jump != 0 {
			heard = append(heard, b)
		}
	}
	bad := false // anything that is not a finite number comes from w = 0
	for _, x := range got {
		bad = bad || math.IsNaN(x) || math.IsInf(x, 0)
	}
	if bad {
		t.Fail(grading.Failure{Input: u.name + ": " + t.Input(), Computed: grading.Show(got), Expected: grading.Show(want), Error: "a breakpoint that is not finite", Mistake: "divides-by-zero"})
	}
	judge(t, u.name, got, want, math.Max(size(want), 1e-300), []guess{
		{"kink-sign", places(sorted(negated))},
		{"unsorted", unsorted(u)},
		{"keeps-silent", onlySilent(u)},
		{"repeated", places(sorted(heard))},
		{"repeated", places(sorted(u.bends()))},
		{"keeps-cancelled", places(u.merge(heard, false))},
		{"keeps-cancelled", places(u.merge(u.bends(), false))},
	})
}

// unsorted lists the right kinks in the order of the first unit at each.
func unsorted(u units) []float64 {
	var x []float64
	used := map[int]bool{}
	right := places(u.right())
	for _, b := range u.bends() {
		for i, p := range right {
			if !used[i] && math.Abs(p-b.x) <= 1e-9*math.Max(1, math.Abs(p)) {
				used[i] = true
				x = append(x, p)
			}
		}
	}
	return x
}

// onlySilent lists the right kinks and those of the units with v = 0.
func onlySilent(u units) []float64 {
	all := u.right()
	for _, b := range u.bends() {
		if b.jump == 0 {
			all = append(all, b)
		}
	}
	return places(u.merge(all, false))
}

func judgeSlopes(t *grading.T, u units) {
	got := result(t, u.name, "Slopes", u.w, u.b, u.v).Floats(0)
	right := u.right()
	want := slopes(u.first(), right)
	var plain []bend // w·v
	for j, w := range u.w {
		if w != 0 {
			plain = append(plain, bend{-u.b[j] / w, w * u.v[j]})
		}
	}
	judge(t, u.name, got, want, math.Max(size(want), 1e-300), []guess{
		{"starts-flat", slopes(0, right)},
		{"jump-sign", slopes(u.first(), u.merge(plain, true))},
		{"jump-sign", slopes(u.first(), u.merge(plain, false))},
		{"repeated", slopes(u.first(), sorted(u.bends()))},
		{"keeps-cancelled", slopes(u.first(), u.merge(u.bends(), false))},
		{"unsorted", slopes(u.first(), u.bends())},
	})
}

func judgeInterpolant(t *grading.T, name string, x, y []float64) {
	a := result(t, name, "Interpolant", x, y)
	w, b, v := a.Floats(0), a.Floats(1), a.Floats(2)
	input := name + ": " + t.Input()
	if len(w) != len(b) || len(w) != len(v) || len(w) > len(x) {
		t.Fail(grading.Failure{Input: input, Computed: fmt.Sprintf("%d w, %d b, %d v", len(w), len(b), len(v)), Expected: fmt.Sprintf("at most %d units, with as many w as b and v", len(x)), Error: "the number of units"})
	}
	n := len(x)
	span := math.Max(x[n-1]-x[0], 1e-3*math.Abs(x[0]))
	if span == 0 {
		span = 1
	}
	at := []float64{x[0] - 2*span, x[0] - 0.1*span}
	for i, p := range x {
		at = append(at, p)
		if i+1 < n {
			at = append(at, p+0.31*(x[i+1]-p), p+0.72*(x[i+1]-p))
		}
	}
	at = append(at, x[n-1]+0.1*span, x[n-1]+2*span)
	u := units{w: w, b: b, v: v}
	var got, want, on, low, sum []float64
	for _, p := range at {
		f := chain(x, y, p)
		got, want = append(got, a.Float(3)+u.value(p, false)), append(want, f)
		low = append(low, f-y[0])
		if n > 1 && p > x[n-1] {
			f += (p - x[n-1]) * (y[n-1] - y[n-2]) / (x[n-1] - x[n-2])
		}
		on = append(on, f)
		s := y[0] // slopes in the place of their changes
		for i := range n - 1 {
			s += (y[i+1] - y[i]) / (x[i+1] - x[i]) * math.Max(0, p-x[i])
		}
		sum = append(sum, s)
	}
	if same(got, want, size(y)) {
		return
	}
	mistake := ""
	for _, g := range []guess{{"goes-on", on}, {"starts-at-zero", low}, {"slopes-as-weights", sum}} {
		if same(got, g.v, math.Max(size(g.v), 1e-300)) && !same(want, g.v, size(y)) {
			mistake = g.id
			break
		}
	}
	for i := range at {
		if !(math.Abs(got[i]-want[i]) <= tol*size(y)) {
			t.Fail(grading.Failure{Input: input, Computed: fmt.Sprintf("f(%s) = %s", grading.Show(at[i]), grading.Show(got[i])), Expected: grading.Show(want[i]), Error: fmt.Sprintf("off by %.2g", math.Abs(got[i]-want[i])), Mistake: mistake})
		}
	}
}

func points(t *grading.T, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = t.Rand.NormFloat64() * 2
	}
	return x
}

func networkRandom(t *grading.T) {
	for i, m := range []int{5, 12, 1, 0, 30} {
		// two points far out: there a network without max(0, ·) has both signs, so that each mistake shows its own way
		judgeNetwork(t, random(t.Rand, fmt.Sprintf("%d random units", m), m), t.Rand.NormFloat64()+2, append(points(t, 4+i), -1000, 1000))
	}
	judgeNetwork(t, random(t.Rand, "no point", 3), 1, []float64{})
	judgeNetwork(t, units{"units that are all off", []float64{1, -1}, []float64{-9, -9}, []float64{2, 3}}, 0.5, []float64{0, 3, -4})
	judgeNetwork(t, units{"at the kink itself", []float64{2}, []float64{-1}, []float64{3}}, -1, []float64{0.5, 0.25, 0.75})
}

func breakpointsRandom(t *grading.T) {
	r := t.Rand
	for _, m := range []int{4, 9, 25, 1, 0} {
		judgeBreakpoints(t, random(r, fmt.Sprintf("%d random units", m), m))
	}
	for _, scale := range []float64{1e-120, 1e120} {
		u := random(r, fmt.Sprintf("weights near %g", scale), 6)
		for j := range u.w {
			u.w[j] *= scale
			u.b[j] *= scale
		}
		judgeBreakpoints(t, u)
		u = random(r, fmt.Sprintf("v near %g", scale), 6)
		for j := range u.v {
			u.v[j] *= scale
		}
		judgeBreakpoints(t, u)
	}
}

// edges are networks with something special, each alone first so that its own mistake is named.
func edges(t *grading.T) []units {
	base := random(t.Rand, "", 4)
	return []units{
		base.with("a unit with w = 0, b > 0", [3]float64{0, 1.5, 2}),
		base.with("a unit with w = 0, b = 0", [3]float64{0, 0, 2}),
		base.with("a unit with v = 0", [3]float64{2, 11, 0}),
		base.with("two units that bend at 5 and add up", [3]float64{2, -10, 1}, [3]float64{1, -5, 3}),
		base.with("two units that bend at 5, one on each side", [3]float64{2, -10, 1}, [3]float64{-1, 5, 3}),
		base.with("relu(x − 5) twice, once subtracted", [3]float64{1, -5, 1}, [3]float64{1, -5, -1}),
		base.with("relu(2x − 10) − 2relu(−x + 5) is 2x − 10: no kink at 5", [3]float64{2, -10, 1}, [3]float64{-1, 5, -2}),
		base.with("three units at −4 that cancel", [3]float64{1, 4, 1}, [3]float64{2, 8, 1}, [3]float64{3, 12, -1}),
		units{name: "nothing left: relu(x) − relu(−x) = x", w: []float64{1, -1}, b: []float64{0, 0}, v: []float64{1, -1}},
	}
}

func breakpointsEdges(t *grading.T) {
	for _, u := range edges(t) {
		judgeBreakpoints(t, u)
	}
}

func slopesRandom(t *grading.T) {
	r := t.Rand
	for _, m := range []int{4, 9, 25, 1, 0} {
		judgeSlopes(t, random(r, fmt.Sprintf("%d random units", m), m))
	}
	u := random(r, "v near 1e−120", 6)
	for j := range u.v {
		u.v[j] *= 1e-120
	}
	judgeSlopes(t, u)
	for _, u := range edges(t) {
		judgeSlopes(t, u)
	}
}

func interpolantRandom(t *grading.T) {
	for _, n := range []int{4, 11, 2, 1} {
		judgeInterpolant(t, fmt.Sprintf("%d random points", n), ascending(t, n, 1), points(t, n))
	}
	y := points(t, 5)
	for i := range y {
		y[i] *= 1e80
	}
	judgeInterpolant(t, "values near 1e80, a thousandth apart", ascending(t, 5, 1e-3), y)
	judgeInterpolant(t, "three points on one line", []float64{0, 1, 3}, []float64{1, 3, 7})
	judgeInterpolant(t, "a constant", []float64{-2, 0, 1}, []float64{4, 4, 4})
}

// ascending returns n places that are at least a tenth of gap apart.
func ascending(t *grading.T, n int, gap float64) []float64 {
	x := make([]float64, n)
	at := t.Rand.NormFloat64()
	for i := range x {
		at += gap * (0.1 + t.Rand.Float64())
		x[i] = at
	}
	return x
}

// refuse demands an error.
func refuse(t *grading.T, what, mistake, fn string, args ...any) {
	t.CallErr(grading.Failure{Input: fn + ", " + what, Mistake: mistake}, fn, args...)
}

func refuses(t *grading.T) {
	u := random(t.Rand, "a good network", 3)
	judgeNetwork(t, u, 1, points(t, 3)) // who refuses everything earns nothing
	judgeBreakpoints(t, u)
	judgeSlopes(t, u)
	x, y := ascending(t, 3, 1), points(t, 3)
	judgeInterpolant(t, "three good points", x, y)
	poison := func(v []float64, bad float64) []float64 {
		p := append([]float64(nil), v...)
		p[1] = bad
		return p
	}
	for _, fn := range []string{"Network", "Breakpoints", "Slopes"} {
		call := func(what, mistake string, w, b, v []float64) {
			args := []any{w, b, v}
			if fn == "Network" {
				args = append(args, 1.0, x)
			}
			refuse(t, what, mistake, fn, args...)
		}
		call("NaN in w", "nan-passes", poison(u.w, math.NaN()), u.b, u.v)
		call("+Inf in b", "nan-passes", u.w, poison(u.b, math.Inf(1)), u.v)
		call("−Inf in v", "nan-passes", u.w, u.b, poison(u.v, math.Inf(-1)))
		call("a bias too few", "shape-passes", u.w, u.b[:2], u.v)
		call("a weight v too many", "shape-passes", u.w, u.b, append([]float64{1}, u.v...))
	}
	refuse(t, "c is NaN", "nan-passes", "Network", u.w, u.b, u.v, math.NaN(), x)
	refuse(t, "NaN in x", "nan-passes", "Network", u.w, u.b, u.v, 1.0, poison(x, math.NaN()))
	refuse(t, "NaN in x", "nan-passes", "Interpolant", poison(x, math.NaN()), y)
	refuse(t, "+Inf in y", "nan-passes", "Interpolant", x, poison(y, math.Inf(1)))
	refuse(t, "a value too few", "shape-passes", "Interpolant", x, y[:2])
	refuse(t, "no point", "shape-passes", "Interpolant", []float64{}, []float64{})
	refuse(t, "two points in one place", "order-passes", "Interpolant", []float64{0, 1, 1}, y)
	refuse(t, "points that go back", "order-passes", "Interpolant", []float64{0, 2, 1}, y)
}

// ### END HIDDEN TESTS
