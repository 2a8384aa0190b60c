// ### BEGIN HIDDEN TESTS

package momentum

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted. Paths of at most 40 steps on which no error grows, sums of at most six
// products: the order of the sums changes results by about 40·6·2⁻⁵² ≈ 5·10⁻¹⁴ of it, and by 1/(1 − ρ) = 50 times more where a
// velocity is recomputed from a difference of points. A wrong formula is off by far more than 10⁻⁹.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "ascent", Cause: "the ball rolls up the gradient", Hint: "x ← x − ηv with v ← ρv + ∇L, or x ← x + v with v ← ρv − η∇L"},
	{ID: "velocity-sign", Cause: "the old velocity is subtracted, not kept", Hint: "ρv enters with a plus: the ball goes on where it was going"},
	{ID: "no-carry", Cause: "the velocity is forgotten after each step", Hint: "declare v before the loop, and change it in the loop"},
	{ID: "damping", Cause: "the gradient enters the velocity with the factor 1 − ρ", Hint: "v is a sum of gradients here, not their mean: v ← ρv + ∇L(x)"},
	{ID: "swapped-momentum", Cause: "1 − ρ of the velocity is kept instead of ρ", Hint: "ρ is the part that is kept: ρ = 0 remembers nothing"},
	{ID: "late-velocity", Cause: "x moves before v is brought up to date", Hint: "first v, then x: the first step is a step of gradient descent"},
	{ID: "start-velocity", Cause: "the velocity does not start at 0", Hint: "v₀ = 0: after the first step v is ∇L(x₀), or −η∇L(x₀)"},
	{ID: "rate-inside", Cause: "the rate is multiplied into the velocity of the heavy ball", Hint: "v ← ρv + ∇L(x), x ← x − ηv: a new rate acts on all of v"},
	{ID: "rate-outside", Cause: "the rate stands outside Nesterov's velocity", Hint: "v ← ρv − η∇L(y), x ← x + v: a new rate acts on the new gradient alone"},
	{ID: "one-rate", Cause: "all steps have the first rate", Hint: "step k has rates[k]"},
	{ID: "gradient-at-x", Cause: "the gradient is taken at x, which makes the heavy ball", Hint: "Nesterov asks at y = x + ρv"},
	{ID: "gradient-behind", Cause: "the gradient is taken at x − ρv, behind the ball", Hint: "y = x + ρv with v in the direction of motion"},
	{ID: "from-y", Cause: "v is added to y, so that ρv counts twice", Hint: "x ← x + v with the new v; y serves the gradient alone"},
	{ID: "returns-y", Cause: "the points y are returned", Hint: "y is where the gradient is taken; the path holds the x"},
	{ID: "shared-points", Cause: "all rows of the result are one slice, which the loop goes on changing", Hint: "append a copy: append(points, slices.Clone(x))"},
	{ID: "changes-start", Cause: "x := x0 shares memory with the caller", Hint: "copy first: x := slices.Clone(x0)"},
	{ID: "no-start", Cause: "the start is missing from the path", Hint: "row 0 is x₀, before any step"},
	{ID: "extra-calls", Cause: "grad is not called once a step", Hint: "one call a step, its result kept"},
	{ID: "gd-limit", Cause: "the limit is that of gradient descent, 2/λ_max", Hint: "momentum moves it: look where a root of z² − tz + p reaches −1"},
	{ID: "same-limit", Cause: "Nesterov is given the heavy ball's limit", Hint: "Nesterov's p = ρ(1 − ηλ) depends on η: solve (1 + ρ)c = −(1 + ρc) for c = 1 − ηλ"},
	{ID: "unsorted", Cause: "the first and the last eigenvalue are taken for the smallest and the largest", Hint: "they come in any order: look for the extremes"},
	{ID: "no-square", Cause: "the momentum is (√κ − 1)/(√κ + 1) without the square", Hint: "that is √ρ: ρ is its square"},
	{ID: "factor-is-momentum", Cause: "the factor is taken as ρ", Hint: "ρ is the product of the two roots; the factor is the size of one, √ρ"},
	{ID: "no-roots", Cause: "κ stands where √κ belongs", Hint: "that is gradient descent's: √(ηλ_min) = 1 − √ρ and √(ηλ_max) = 1 + √ρ"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every entry with math.IsNaN and math.IsInf before you compute, and every new point"},
	{ID: "shape-passes", Cause: "the length of a gradient is not checked", Hint: "compare len(g) with len(x)"},
	{ID: "setting-passes", Cause: "a rate, a momentum or an eigenvalue out of range is accepted", Hint: "rates in (0, ∞), momentum in [0, 1), eigenvalues in (0, ∞): !(rate > 0) catches NaN too"},
	{ID: "empty-passes", Cause: "an empty slice is accepted", Hint: "no coordinates or no eigenvalues: an error. No rates: a path of one point"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one; a momentum of 0 and a path without steps are good"},
}

// near compares lists of points on the scale of the largest number wanted.
func near(got, want [][]float64) bool {
	if len(got) != len(want) {
		return false
	}
	size := 0.0
	for _, p := range want {
		for _, v := range p {
			size = math.Max(size, math.Abs(v))
		}
	}
	for k, p := range want {
		if len(got[k]) != len(p) {
			return false
		}
		for i, v := range p {
			if !(math.Abs(got[k][i]-v) <= tol*size) {
				return false
			}
		}
	}
	return true
}

// ---- the two paths

// roll is one instance.
type roll struct {
	name      string
	grad      func([]float64) []float64
	x0, rates []float64
	rho       float64
}

// form is what can differ between two methods: the gradient is taken at x + ahead·v, v ← keep·v + enter·g with the rate inside or
// not, and x moves by the new v, or by the one before.
type form struct {
	ahead, keep, enter float64
	inside             bool // v ← keep·v − rate·enter·g, x ← x + v; else v ← keep·v + enter·g, x ← x − rate·v
	late               bool // x moves first
	fromY              bool // x moves from the look-ahead
	showY              bool // the path holds the look-aheads
	warm               bool // v starts at the first gradient
	oneRate            bool
}

func (d roll) path(f form) [][]float64 {
	x, v := slices.Clone(d.x0), make([]float64, len(d.x0))
	sign := 1.0 // v is −(direction of motion) where the rate is outside
	if f.inside {
		sign = -1
	}
	rate := func(k int) float64 {
		if f.oneRate {
			return d.rates[0]
		}
		return d.rates[k]
	}
	if f.warm && len(d.rates) > 0 {
		v = kit.Scale(d.grad(x), 1)
		if f.inside {
			v = kit.Scale(v, -rate(0))
		}
	}
	p := [][]float64{slices.Clone(x)}
	for k := range d.rates {
		eta := rate(k)
		look := kit.Add(x, -sign*f.ahead*eta, v)
		if f.inside {
			look = kit.Add(x, f.ahead, v)
		}
		g := kit.Scale(d.grad(look), f.enter)
		if f.inside {
			g = kit.Scale(g, -eta)
		}
		old := v
		v = kit.Add(g, f.keep, v)
		move := v
		if f.late {
			move = old
		}
		from := x
		if f.fromY {
			from = look
		}
		if f.inside {
			x = kit.Add(from, 1, move)
		} else {
			x = kit.Add(from, -eta, move)
		}
		if f.showY {
			p = append(p, kit.Add(x, f.ahead, v))
		} else {
			p = append(p, x)
		}
	}
	return p
}

func heavyForm(rho float64) form    { return form{keep: rho, enter: 1} }
func nesterovForm(rho float64) form { return form{ahead: rho, keep: rho, enter: 1, inside: true} }

func with(f form, change func(f *form)) form {
	change(&f)
	return f
}

// common is what goes wrong in either.
func (d roll) common(f form) map[string][][]float64 {
	return map[string][][]float64{
		"ascent":           d.path(with(f, func(f *form) { f.enter = -1 })),
		"velocity-sign":    d.path(with(f, func(f *form) { f.keep = -d.rho })),
		"no-carry":         d.path(with(f, func(f *form) { f.keep, f.ahead = 0, 0 })),
		"damping":          d.path(with(f, func(f *form) { f.enter = 1 - d.rho })),
		"swapped-momentum": d.path(with(f, func(f *form) { f.keep = 1 - d.rho; f.ahead *= (1 - d.rho) / math.Max(d.rho, 1e-300) })),
		"late-velocity":    d.path(with(f, func(f *form) { f.late = true })),
		"start-velocity":   d.path(with(f, func(f *form) { f.warm = true })),
		"one-rate":         d.path(with(f, func(f *form) { f.oneRate = true })),
	}
}

func (d roll) heavy(t *grading.T) {
	f := heavyForm(d.rho)
	would := d.common(f)
	would["rate-inside"] = d.path(form{keep: d.rho, enter: 1, inside: true})
	d.judge(t, "HeavyBall", d.path(f), would)
}

func (d roll) nesterov(t *grading.T) {
	f := nesterovForm(d.rho)
	would := d.common(f)
	would["rate-outside"] = d.path(form{keep: d.rho, ahead: d.rho, enter: 1})
	would["gradient-at-x"] = d.path(with(f, func(f *form) { f.ahead = 0 }))
	would["gradient-behind"] = d.path(with(f, func(f *form) { f.ahead = -d.rho }))
	would["from-y"] = d.path(with(f, func(f *form) { f.fromY = true }))
	would["returns-y"] = d.path(with(f, func(f *form) { f.showY = true }))
	d.judge(t, "Nesterov", d.path(f), would)
}

func (d roll) judge(t *grading.T, fn string, want [][]float64, would map[string][][]float64) {
	n := len(d.rates)
	t.SetCallbackBudget(t.CallbackCount() + 20*n + 20)
	before := t.CallbackCount()
	a := kit.Accepted(t, d.name, fn, t.VectorFunc(len(d.x0), d.grad), d.x0, d.rates, d.rho)
	calls := t.CallbackCount() - before
	got := a.Matrix(0)
	if !near(got, want) {
		d.blame(t, got, want, would)
	}
	if a.Bool(1) {
		kit.Fail(t, d.name, "row 0 is the slice x0 itself", "a copy", "the result shares memory with x0", "changes-start")
	}
	if calls != n {
		kit.Fail(t, d.name, fmt.Sprintf("%d calls of grad", calls), fmt.Sprintf("%d, one a step", n), "the path is right, at the wrong cost", "extra-calls")
	}
}

// blame names the likely cause and ends the check.
func (d roll) blame(t *grading.T, got, want [][]float64, would map[string][][]float64) {
	n := len(d.rates)
	mistake := ""
	ends := func(p []float64) bool { return near([][]float64{p}, want[n:]) }
	switch {
	case len(got) == n+1 && n > 0 && !slices.ContainsFunc(got, func(p []float64) bool { return !ends(p) }):
		mistake = "shared-points"
	case len(got) == n && near(got, want[1:]):
		mistake = "no-start"
	default:
		for _, m := range mistakes {
			if p, ok := would[m.ID]; ok && near(got, p) && !near(p, want) {
				mistake = m.ID
				break
			}
		}
	}
	if len(got) != n+1 {
		kit.Fail(t, d.name, got, want, fmt.Sprintf("%d points, want %d", len(got), n+1), mistake)
	}
	for k := range want {
		if !near(got[k:k+1], want[k:k+1]) {
			kit.Fail(t, d.name, fmt.Sprintf("point %d is %s", k, grading.Show(got[k])), grading.Show(want[k]), "the paths part at point "+fmt.Sprint(k), mistake)
		}
	}
	kit.Fail(t, d.name, got, want, "the paths differ", mistake)
}

// instances are random; the rates of a path all differ, so that the place of the rate shows.
func instances(r *rand.Rand) []roll {
	var all []roll
	for i := range 4 {
		n := 2 + r.IntN(4)
		h, top := spd(r, n)
		c := kit.Normal(r, n)
		all = append(all, roll{fmt.Sprintf("a bowl in %d dimensions", n), func(x []float64) []float64 { return kit.Times(h, kit.Add(x, -1, c)) },
			kit.Normal(r, n), rates(r, 3+6*i, 0.7/top), 0.3 + 0.5*r.Float64()})
	}
	g := curved(r, 3)
	all = append(all, roll{"a loss that is no bowl", g, kit.Normal(r, 3), rates(r, 15, 0.05), 0.6 + 0.3*r.Float64()})
	return append(all, roll{"a loss that is no bowl, one rate", g, kit.Normal(r, 3), constant(12, 0.05), 0.8})
}

func edges(r *rand.Rand) []roll {
	zero := func(x []float64) []float64 { return make([]float64, len(x)) }
	slope := kit.Normal(r, 2)
	all := []roll{
		{"no step", identity, kit.Normal(r, 3), nil, 0.5},
		{"one step", identity, kit.Normal(r, 3), []float64{0.4}, 0.7},
		{"one coordinate", identity, kit.Normal(r, 1), rates(r, 6, 0.3), 0.5},
		{"no momentum", identity, kit.Normal(r, 2), rates(r, 6, 0.3), 0},
		{"a momentum of 0.98", identity, kit.Normal(r, 2), rates(r, 40, 0.1), 0.98},
		{"a gradient of zero: nothing moves, and all steps are there", zero, kit.Normal(r, 2), constant(4, 0.5), 0.9},
		{"a slope of constant gradient", func([]float64) []float64 { return slices.Clone(slope) }, kit.Normal(r, 2), rates(r, 20, 0.1), 0.9},
		{"through the minimum and on", identity, kit.Normal(r, 2), constant(5, 1), 0.5},
		{"a rate too large, still finite", identity, kit.Normal(r, 2), constant(8, 5), 0.5},
		{"rates from 10⁻³ to 1", identity, kit.Normal(r, 2), []float64{1e-3, 1, 1e-2, 0.5, 1e-3, 0.1}, 0.6},
		{"a gentle slope and rates of 10⁶", func(x []float64) []float64 { return []float64{1e-7 * x[0], 1e-6 * x[1]} }, kit.Normal(r, 2), rates(r, 5, 3e5), 0.5},
	}
	for _, s := range []float64{1e-100, 1e100} {
		all = append(all, roll{fmt.Sprintf("numbers near %.0e", s), identity, kit.Scale(kit.Normal(r, 3), s), rates(r, 5, 0.3), 0.5})
	}
	return all
}

func heavyRandom(t *grading.T) {
	for _, d := range instances(t.Rand) {
		d.heavy(t)
	}
}

func nesterovRandom(t *grading.T) {
	for _, d := range instances(t.Rand) {
		d.nesterov(t)
	}
}

func heavyEdges(t *grading.T) {
	for _, d := range edges(t.Rand) {
		d.heavy(t)
	}
}

func nesterovEdges(t *grading.T) {
	for _, d := range edges(t.Rand) {
		d.nesterov(t)
	}
}

func heavyRefuses(t *grading.T)    { pathRefuses(t, "HeavyBall") }
func nesterovRefuses(t *grading.T) { pathRefuses(t, "Nesterov") }

func pathRefuses(t *grading.T, fn string) {
	good, g := []float64{1, 2}, t.VectorFunc(2, identity)
	some := []float64{0.1, 0.2}
	call := func(what, mistake string, g any, x0, rates []float64, rho float64) {
		kit.Refuses(t, what, mistake, fn, g, x0, rates, rho)
	}
	kit.Accepted(t, "a good input", fn, g, good, some, 0.9)
	for _, bad := range []float64{0, -0.1} {
		call(fmt.Sprintf("a last rate of %v", bad), "setting-passes", g, good, []float64{0.1, bad}, 0.9)
	}
	for _, bad := range []float64{1, -0.1, 1.5} {
		call(fmt.Sprintf("a momentum of %v", bad), "setting-passes", g, good, some, bad)
	}
	flat := t.VectorFunc(2, func([]float64) []float64 { return []float64{0, 0} })
	call("a momentum of NaN, no step", "nan-passes", flat, good, []float64{}, math.NaN())
	call("a rate of NaN", "nan-passes", flat, good, []float64{0.1, math.NaN()}, 0.5)
	call("an infinite rate", "nan-passes", flat, good, []float64{0.1, math.Inf(1)}, 0.5)
	call("an empty start", "empty-passes", t.VectorFunc(0, identity), []float64{}, some, 0.5)
	call("a start with NaN, no step", "nan-passes", flat, []float64{1, math.NaN()}, []float64{}, 0.5)
	call("a start with an infinity", "nan-passes", flat, []float64{math.Inf(-1), 1}, some, 0.5)
	call("a gradient with an entry too few", "shape-passes", t.VectorFunc(2, func(x []float64) []float64 { return x[:1] }), good, some, 0.5)
	call("a gradient with an entry too many", "shape-passes", t.VectorFunc(2, func(x []float64) []float64 { return []float64{x[0], x[1], 1} }), good, some, 0.5)
	call("a gradient of NaN", "nan-passes", t.VectorFunc(2, func([]float64) []float64 { return []float64{1, math.NaN()} }), good, []float64{0.1}, 0.5)
	call("a last step that overflows", "nan-passes", t.VectorFunc(2, func(x []float64) []float64 { return kit.Scale(x, -1e200) }), good, []float64{1, 1}, 0.5)
}

// ---- Limits and BestHeavyBall

// judge compares a few numbers; would maps mistakes to what they give.
func judge(t *grading.T, what string, got, want []float64, same func(a, b []float64) bool, would map[string][]float64) {
	if same(got, want) {
		return
	}
	mistake := ""
	for _, m := range mistakes {
		if v, ok := would[m.ID]; ok && same(got, v) && !same(v, want) {
			mistake = m.ID
			break
		}
	}
	kit.Fail(t, what, got, want, "the numbers differ", mistake)
}

func limits(t *grading.T, what string, rho float64, eigenvalues ...float64) {
	of := func(lambda float64) []float64 {
		return []float64{2 * (1 + rho) / lambda, 2 * (1 + rho) / (1 + 2*rho) / lambda}
	}
	hi := slices.Max(eigenvalues)
	want := of(hi)
	same := func(a, b []float64) bool {
		return math.Abs(a[0]-b[0]) <= tol*b[0] && math.Abs(a[1]-b[1]) <= tol*b[1]
	}
	got := kit.Accepted(t, what, "Limits", eigenvalues, rho).Vector(0, 2)
	judge(t, what, got, want, same, map[string][]float64{
		"gd-limit": {2 / hi, 2 / hi}, "same-limit": {want[0], want[0]}, "unsorted": of(eigenvalues[len(eigenvalues)-1]),
	})
}

func best(t *grading.T, what string, eigenvalues ...float64) {
	of := func(lo, hi float64) []float64 {
		lo, hi = math.Sqrt(lo), math.Sqrt(hi)
		f := (hi - lo) / (hi + lo)
		return []float64{4 / ((lo + hi) * (lo + hi)), f * f, f}
	}
	lo, hi := slices.Min(eigenvalues), slices.Max(eigenvalues)
	want := of(lo, hi)
	// the rate is relative to its size, the others are between 0 and 1
	same := func(a, b []float64) bool {
		return math.Abs(a[0]-b[0]) <= tol*b[0] && math.Abs(a[1]-b[1]) <= tol && math.Abs(a[2]-b[2]) <= tol
	}
	f := (hi - lo) / (hi + lo)
	got := kit.Accepted(t, what, "BestHeavyBall", eigenvalues).Vector(0, 3)
	judge(t, what, got, want, same, map[string][]float64{
		"unsorted":           of(eigenvalues[0], eigenvalues[len(eigenvalues)-1]),
		"no-square":          {want[0], want[2], want[2]},
		"factor-is-momentum": {want[0], want[1], want[1]},
		"no-roots":           {4 / ((lo + hi) * (lo + hi)), f * f, f},
	})
}

// spectra are lists of eigenvalues whose extremes do not stand at the ends.
func spectra(r *rand.Rand) map[string][]float64 {
	all := map[string][]float64{
		"one eigenvalue":         {0.5 + r.Float64()},
		"all equal":              {3, 3, 3},
		"near 10⁻¹⁰⁰":            {2e-100, 5e-100, 1e-100, 3e-100},
		"near 10¹⁰⁰":             {2e100, 5e100, 1e100, 3e100},
		"κ of a hundred million": {1e4, 1, 1e8, 1e2},
		"two, falling":           {4 + r.Float64(), 0.5},
	}
	for n := 3; n < 7; n++ {
		v := make([]float64, n)
		for i := range v {
			v[i] = math.Exp(2 * r.NormFloat64())
		}
		slices.Sort(v)
		v[0], v[1] = v[1], v[0]
		v[n-1], v[n-2] = v[n-2], v[n-1]
		if n == 3 {
			v = append(v, (v[0]+v[1])/2)
		}
		all[fmt.Sprintf("%d random eigenvalues, no. %d", len(v), n-2)] = v
	}
	return all
}

func limitsRandom(t *grading.T) {
	r := t.Rand
	s := spectra(r)
	for _, name := range slices.Sorted(maps.Keys(s)) {
		limits(t, name, 0.2+0.75*r.Float64(), s[name]...)
	}
	limits(t, "no momentum: gradient descent's limit, twice", 0, 2, 5, 1)
	limits(t, "a momentum of 0.999", 0.999, 2, 5, 1)
	spectrumRefuses(t, "Limits", 0.5)
	for _, rho := range []float64{1, -0.5, math.NaN()} {
		kit.Refuses(t, fmt.Sprintf("a momentum of %v", rho), "setting-passes", "Limits", []float64{1, 2}, rho)
	}
}

func bestRandom(t *grading.T) {
	s := spectra(t.Rand)
	for _, name := range slices.Sorted(maps.Keys(s)) {
		best(t, name, s[name]...)
	}
	spectrumRefuses(t, "BestHeavyBall")
}

func spectrumRefuses(t *grading.T, fn string, rest ...any) {
	call := func(what, mistake string, v ...float64) {
		kit.Refuses(t, what, mistake, fn, append([]any{append([]float64{}, v...)}, rest...)...)
	}
	call("no eigenvalue", "empty-passes")
	call("an eigenvalue of 0", "setting-passes", 1, 0, 2)
	call("a negative eigenvalue", "setting-passes", 1, -0.5, 2)
	call("NaN", "nan-passes", 1, math.NaN(), 2)
	call("infinity", "nan-passes", 1, math.Inf(1), 2)
}

// ---- arguments

func untouched(t *grading.T) {
	x0, rates := kit.Normal(t.Rand, 2), []float64{0.3, 0.1, 0.2}
	g := t.VectorFunc(2, identity)
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"HeavyBall", []any{g, x0, rates, 0.5}},
		{"Nesterov", []any{g, x0, rates, 0.5}},
		{"Limits", []any{[]float64{3, 1, 2}, 0.5}},
		{"BestHeavyBall", []any{[]float64{3, 1, 2}}},
	} {
		kit.Untouched(t, "changes-start", c.fn, c.args...)
	}
}

// ---- what the checks are made of

func identity(x []float64) []float64 { return append([]float64{}, x...) }

// curved is the gradient of ½‖x‖² + Σ log cosh(bᵀx): coordinates coupled, no two steps alike.
func curved(r *rand.Rand, d int) func([]float64) []float64 {
	b := [][]float64{kit.Normal(r, d), kit.Normal(r, d)}
	return func(x []float64) []float64 {
		g := identity(x)
		for _, row := range b {
			g = kit.Add(g, math.Tanh(kit.Dot(row, x)), row)
		}
		return g
	}
}

// spd returns a symmetric positive definite matrix and its trace, which bounds its eigenvalues.
func spd(r *rand.Rand, n int) (h [][]float64, top float64) {
	m := make([][]float64, n)
	for i := range m {
		m[i] = kit.Normal(r, n)
	}
	h = make([][]float64, n)
	for i := range h {
		h[i] = make([]float64, n)
		for j := range h[i] {
			h[i][j] = kit.Dot(m[i], m[j])
		}
		h[i][i] += 0.5
		top += h[i][i]
	}
	return h, top
}

// rates are n rates between half of and one and a half times the mean.
func rates(r *rand.Rand, n int, mean float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = mean * (0.5 + r.Float64())
	}
	return v
}

func constant(n int, v float64) []float64 { return slices.Repeat([]float64{v}, n) }

// ### END HIDDEN TESTS
