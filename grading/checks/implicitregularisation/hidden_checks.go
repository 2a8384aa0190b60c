// ### BEGIN HIDDEN TESTS

package implicitregularisation

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted. Sums of at most 7! = 5040 terms of one size and 30 steps of a
// contraction: the order of sums changes results by about 10⁻¹² of it; a wrong formula is off by far more than 10⁻⁹.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "quarter", Cause: "the gradient of ε/4‖∇L‖² is taken as ε/4 ∇²L∇L", Hint: "the derivative of a square has a factor 2: ε/2 is left"},
	{ID: "no-half", Cause: "the gradient of ε/4‖∇L‖² is taken as ε ∇²L∇L", Hint: "ε/4 times 2 is ε/2"},
	{ID: "minus", Cause: "the term is subtracted", Hint: "the modified loss adds ε/4‖∇L‖²: gradient descent goes faster where it is steep"},
	{ID: "diagonal", Cause: "only the diagonal of the Hessian is used", Hint: "∇²L∇L is a product of a matrix and a vector: entry i is the sum over j of Hᵢⱼgⱼ"},
	{ID: "squares", Cause: "the gradient of ε/4‖∇L‖² is taken without the Hessian", Hint: "‖∇L‖² depends on w through ∇L: the chain rule brings ∇²L"},
	{ID: "no-mean", Cause: "the lengths of the ∇Lₖ are added up, not of their differences from the mean", Hint: "subtract ∇L, the mean gradient, from each first"},
	{ID: "without-m", Cause: "the factor 1/m is missing in the term of the shuffling", Hint: "ε/(4m)"},
	{ID: "unbiased", Cause: "the variance is divided by m − 1", Hint: "nothing is estimated here: ε/(4m)"},
	{ID: "not-squared", Cause: "norms are not squared", Hint: "‖v‖² is the sum of the squares, without a root"},
	{ID: "half", Cause: "a half stands where a quarter belongs", Hint: "ε/4 and ε/(4m) in the loss; ε/2 only in its gradient"},
	{ID: "summed-gradient", Cause: "∇L is taken as the sum of the ∇Lₖ", Hint: "L is the mean of the Lₖ: divide by m"},
	{ID: "shared-points", Cause: "all rows of the result are one slice, which the loop goes on changing", Hint: "append a copy: append(points, slices.Clone(w))"},
	{ID: "no-start", Cause: "the start is missing from the path", Hint: "row 0 is w₀, before any step"},
	{ID: "uphill", Cause: "the path follows +∇L", Hint: "f(w) = −∇L(w) in every stage"},
	{ID: "euler", Cause: "all stages look at the same point: Euler's method", Hint: "k₂ is taken at w + ½hk₁, k₃ at w + ½hk₂, k₄ at w + hk₃"},
	{ID: "midpoint", Cause: "the step is h·k₂, of order two", Hint: "h/6 (k₁ + 2k₂ + 2k₃ + k₄)"},
	{ID: "equal-weights", Cause: "the four stages have equal weights", Hint: "1, 2, 2, 1 sixths: the middle counts twice"},
	{ID: "whole-time", Cause: "each step has the length of the whole time", Hint: "h = time/steps"},
	{ID: "extra-calls", Cause: "gradient is not called four times a step", Hint: "one call a stage, its result kept"},
	{ID: "one-order", Cause: "one order of the samples is run, not all", Hint: "the mean is over all N! orders"},
	{ID: "rotations", Cause: "only the rotations of one order are run", Hint: "N! orders, not N: 0, 2, 1 belongs to them too"},
	{ID: "replacement", Cause: "samples are drawn with replacement", Hint: "each order has each sample once: mark what is used"},
	{ID: "stale-gradient", Cause: "all gradients of the epoch are taken at w₀", Hint: "each step starts where the last has ended"},
	{ID: "short-steps", Cause: "the step is divided by N", Hint: "each sample is a minibatch, and each step has the full length ε"},
	{ID: "gradient-factor", Cause: "the gradient is twice too long: that of (aᵀw − y)²", Hint: "the ½ of the loss cancels the 2: (aᵀw − y)a"},
	{ID: "changes-start", Cause: "a slice that was handed in is changed or handed back", Hint: "copy first: w := slices.Clone(w0)"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, from callbacks too, and every result"},
	{ID: "shape-passes", Cause: "lengths are not checked", Hint: "compare every length with the table of the statement, of what callbacks return too"},
	{ID: "setting-passes", Cause: "a rate, a time, a number of steps or of samples out of range is accepted", Hint: "rate in (0, ∞), time in [0, ∞), steps ≥ 1, at most 7 samples: !(rate > 0) catches NaN too"},
	{ID: "empty-passes", Cause: "an empty slice is accepted", Hint: "no weights, no gradients, no samples: an error"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one; a time of 0 is good"},
}

// near compares on the scale of the largest number wanted.
func near(got, want []float64) bool { return kit.Near(got, want, tol) }

// judge compares a vector; would maps mistakes to what they give.
func judge(t *grading.T, what string, got, want []float64, same func(a, b []float64) bool, would map[string][]float64) {
	kit.Judge(t, mistakes, what, got, want, same, would)
}

// ---- ModifiedGradient

func modified(t *grading.T, what string, gradient func([]float64) []float64, hessian func([]float64) [][]float64, w []float64, rate float64) {
	g, h := gradient(w), hessian(w)
	hg := kit.Times(h, g)
	diagonal, squares := make([]float64, len(w)), make([]float64, len(w))
	for i := range w {
		diagonal[i], squares[i] = h[i][i]*g[i], g[i]*g[i]
	}
	a := kit.Accepted(t, what, "ModifiedGradient", t.VectorFunc(len(w), gradient), t.MatrixFunc(len(w), hessian), w, rate)
	judge(t, what, a.Floats(0), kit.Add(g, rate/2, hg), near, map[string][]float64{
		"quarter": kit.Add(g, rate/4, hg), "no-half": kit.Add(g, rate, hg), "minus": kit.Add(g, -rate/2, hg),
		"diagonal": kit.Add(g, rate/2, diagonal), "squares": kit.Add(g, rate/2, squares),
	})
}

// losses that are no bowls: ½‖w‖² + Σ log cosh(bᵀw), Hessian I + Σ (1 − tanh²) bbᵀ.
func curved(r *rand.Rand, d int) (func([]float64) []float64, func([]float64) [][]float64) {
	b := [][]float64{kit.Normal(r, d), kit.Normal(r, d)}
	gradient := func(w []float64) []float64 {
		g := identity(w)
		for _, row := range b {
			g = kit.Add(g, math.Tanh(kit.Dot(row, w)), row)
		}
		return g
	}
	hessian := func(w []float64) [][]float64 {
		h := make([][]float64, d)
		for i := range h {
			h[i] = make([]float64, d)
			h[i][i] = 1
			for _, row := range b {
				s := math.Tanh(kit.Dot(row, w))
				h[i] = kit.Add(h[i], (1-s*s)*row[i], row)
			}
		}
		return h
	}
	return gradient, hessian
}

func modifiedRandom(t *grading.T) {
	r := t.Rand
	for range 4 {
		d := 2 + r.IntN(4)
		g, h := curved(r, d)
		modified(t, fmt.Sprintf("a loss of %d weights", d), g, h, kit.Normal(r, d), 0.1+r.Float64())
	}
	modified(t, "½(ab − 1)²", productGradient, productHessian, kit.Normal(r, 2), 0.3)
	modified(t, "½(ab − 1)² in its valley", productGradient, productHessian, []float64{2, 0.5}, 0.3)
	modified(t, "½(ab − 1)² at its saddle", productGradient, productHessian, []float64{0, 0}, 0.3)
	modified(t, "one weight", func(w []float64) []float64 { return []float64{w[0] * w[0] * w[0]} },
		func(w []float64) [][]float64 { return [][]float64{{3 * w[0] * w[0]}} }, kit.Normal(r, 1), 0.5)
	for _, s := range []float64{1e-60, 1e60} {
		g, h := curved(r, 3)
		w := kit.Normal(r, 3)
		modified(t, fmt.Sprintf("a gradient near %.0e", s), func(w []float64) []float64 { return kit.Scale(g(w), s) }, h, w, 0.4)
	}
	g, h := curved(r, 3)
	modified(t, "a rate of 10⁶", g, h, kit.Normal(r, 3), 1e6)
	modified(t, "a rate of 10⁻⁶", g, h, kit.Normal(r, 3), 1e-6)
}

func modifiedRefuses(t *grading.T) {
	g, h := t.VectorFunc(2, productGradient), t.MatrixFunc(2, productHessian)
	w := []float64{2, 1}
	kit.Accepted(t, "a good input", "ModifiedGradient", g, h, w, 0.1)
	call := func(what, mistake string, g, h any, w []float64, rate float64) {
		kit.Refuses(t, what, mistake, "ModifiedGradient", g, h, w, rate)
	}
	vector := func(v ...float64) any { return t.VectorFunc(2, func([]float64) []float64 { return v }) }
	matrix := func(m ...[]float64) any { return t.MatrixFunc(2, func([]float64) [][]float64 { return m }) }
	for _, rate := range []float64{0, -0.1, math.NaN(), math.Inf(1)} {
		call(fmt.Sprintf("a rate of %v", rate), "setting-passes", g, h, w, rate)
	}
	call("an empty w", "empty-passes", t.VectorFunc(0, identity), t.MatrixFunc(0, func([]float64) [][]float64 { return [][]float64{} }), []float64{}, 0.1)
	call("NaN in w", "nan-passes", vector(1, 2), matrix([]float64{1, 0}, []float64{0, 1}), []float64{1, math.NaN()}, 0.1)
	call("a gradient with an infinity", "nan-passes", vector(1, math.Inf(1)), h, w, 0.1)
	call("a Hessian with NaN", "nan-passes", g, matrix([]float64{1, 0}, []float64{math.NaN(), 1}), w, 0.1)
	call("a result that overflows", "nan-passes", vector(1e300, 1e300), matrix([]float64{1e300, 0}, []float64{0, 1}), w, 0.1)
	call("a gradient too long", "shape-passes", vector(1, 2, 3), h, w, 0.1)
	call("a gradient too short", "shape-passes", vector(1), h, w, 0.1)
	call("a Hessian with a third row", "shape-passes", g, matrix([]float64{1, 0}, []float64{0, 1}, []float64{1, 1}), w, 0.1)
	call("a Hessian with a row too long", "shape-passes", g, matrix([]float64{1, 0}, []float64{0, 1, 1}), w, 0.1)
}

// ---- Penalties

func penalties(t *grading.T, what string, gradients [][]float64, rate float64) {
	m := float64(len(gradients))
	mean := make([]float64, len(gradients[0]))
	for _, g := range gradients {
		mean = kit.Add(mean, 1/m, g)
	}
	var spread, spreadNorm, own, aroundSum float64
	for _, g := range gradients {
		d, s := kit.Add(g, -1, mean), kit.Add(g, -m, mean)
		spread += kit.Dot(d, d)
		spreadNorm += math.Sqrt(kit.Dot(d, d))
		own += kit.Dot(g, g)
		aroundSum += kit.Dot(s, s)
	}
	square, q := kit.Dot(mean, mean), rate/4
	// each of the two on its own scale, beside which rounding leaves 10⁻¹⁵ of the gradients' squares
	floor := 1e-13 * q * own / m
	same := func(a, b []float64) bool {
		if len(a) != 2 {
			return false
		}
		for i := range a {
			if !(math.Abs(a[i]-b[i]) <= tol*math.Abs(b[i])+floor) {
				return false
			}
		}
		return true
	}
	would := map[string][]float64{
		"no-mean":         {q * square, q / m * own},
		"without-m":       {q * square, q * spread},
		"not-squared":     {q * math.Sqrt(square), q / m * spreadNorm},
		"half":            {2 * q * square, 2 * q / m * spread},
		"summed-gradient": {q * m * m * square, q / m * aroundSum},
	}
	if m > 1 {
		would["unbiased"] = []float64{q * square, q / (m - 1) * spread}
	}
	got := kit.Accepted(t, what, "Penalties", gradients, rate).Floats(0)
	judge(t, what, got, []float64{q * square, q / m * spread}, same, would)
}

func penaltiesRandom(t *grading.T) {
	r := t.Rand
	some := func(m, d int, s float64) (g [][]float64) {
		for range m {
			g = append(g, kit.Scale(kit.Normal(r, d), s))
		}
		return g
	}
	for range 5 {
		penalties(t, "random minibatches", some(3+r.IntN(5), 2+r.IntN(4), 1), 0.1+r.Float64())
	}
	penalties(t, "one minibatch: no shuffling", some(1, 3, 1), 0.3)
	one := kit.Normal(r, 3)
	penalties(t, "equal minibatches", [][]float64{one, one, one}, 0.3)
	penalties(t, "opposite minibatches: no ∇L", [][]float64{one, kit.Scale(one, -1)}, 0.3)
	penalties(t, "no gradient anywhere", [][]float64{{0, 0}, {0, 0}}, 0.3)
	penalties(t, "one weight", some(4, 1, 1), 2)
	penalties(t, "gradients near 10⁻⁶⁰", some(4, 3, 1e-60), 0.5)
	penalties(t, "gradients near 10⁶⁰", some(4, 3, 1e60), 0.5)
	// a small difference beside a large mean: Σ‖∇Lₖ‖² − m‖∇L‖² would lose it
	big := some(3, 3, 1e-6)
	for _, g := range big {
		for i := range g {
			g[i] += 10
		}
	}
	penalties(t, "minibatches nearly equal", big, 0.5)
}

func penaltiesRefuses(t *grading.T) {
	g := [][]float64{{1, 2}, {3, 4}}
	kit.Accepted(t, "a good input", "Penalties", g, 0.1)
	for _, rate := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		kit.Refuses(t, fmt.Sprintf("a rate of %v", rate), "setting-passes", "Penalties", g, rate)
	}
	kit.Refuses(t, "no gradient", "empty-passes", "Penalties", [][]float64{}, 0.1)
	kit.Refuses(t, "empty gradients", "empty-passes", "Penalties", [][]float64{{}, {}}, 0.1)
	kit.Refuses(t, "a gradient too short", "shape-passes", "Penalties", [][]float64{{1, 2}, {3}}, 0.1)
	kit.Refuses(t, "a gradient too long", "shape-passes", "Penalties", [][]float64{{1, 2}, {3, 4, 5}}, 0.1)
	kit.Refuses(t, "NaN", "nan-passes", "Penalties", [][]float64{{1, math.NaN()}, {3, 4}}, 0.1)
	kit.Refuses(t, "infinity", "nan-passes", "Penalties", [][]float64{{1, 2}, {3, math.Inf(-1)}}, 0.1)
	kit.Refuses(t, "squares that overflow", "nan-passes", "Penalties", [][]float64{{1e200, 2}, {3, 4}}, 0.1)
}

// ---- Flow

// path takes steps of length h: p ← p + h·Σ bₛkₛ with kₛ taken at p + cₛh·kₛ₋₁.
func path(gradient func([]float64) []float64, w0 []float64, h float64, steps int, c, b [4]float64) [][]float64 {
	p := [][]float64{identity(w0)}
	for range steps {
		w := p[len(p)-1]
		next := identity(w)
		k := make([]float64, len(w))
		for s := range 4 {
			k = kit.Scale(gradient(kit.Add(w, c[s]*h, k)), -1)
			next = kit.Add(next, h*b[s], k)
		}
		p = append(p, next)
	}
	return p
}

var rungeC, rungeB = [4]float64{0, 0.5, 0.5, 1}, [4]float64{1. / 6, 1. / 3, 1. / 3, 1. / 6}

func flow(t *grading.T, what string, gradient func([]float64) []float64, w0 []float64, time float64, steps int) {
	t.SetCallbackBudget(40*steps + 8)
	h := time / float64(steps)
	want := path(gradient, w0, h, steps, rungeC, rungeB)
	a := kit.Accepted(t, what, "Flow", t.VectorFunc(len(w0), gradient), w0, time, steps)
	calls := t.CallbackCount()
	got := a.Matrix(0)
	flat := func(p [][]float64) []float64 { return slices.Concat(p...) }
	shape := len(got) == steps+1 && !slices.ContainsFunc(got, func(p []float64) bool { return len(p) != len(w0) })
	last := want[steps]
	switch {
	case shape && near(flat(got), flat(want)):
	case shape && !slices.ContainsFunc(got, func(p []float64) bool { return !near(p, last) }):
		kit.Fail(t, what, got, want, "all rows are the end of the path", "shared-points")
	case len(got) == steps && near(flat(got), flat(want[1:])):
		kit.Fail(t, what, got, want, fmt.Sprintf("%d points, want %d", len(got), steps+1), "no-start")
	case !shape:
		kit.Fail(t, what, got, want, fmt.Sprintf("%d points, want %d of %d entries", len(got), steps+1, len(w0)), "")
	default:
		judge(t, what, flat(got), flat(want), near, map[string][]float64{
			"uphill":        flat(path(gradient, w0, -h, steps, rungeC, rungeB)),
			"euler":         flat(path(gradient, w0, h, steps, [4]float64{}, rungeB)),
			"midpoint":      flat(path(gradient, w0, h, steps, rungeC, [4]float64{0, 1})),
			"equal-weights": flat(path(gradient, w0, h, steps, rungeC, [4]float64{0.25, 0.25, 0.25, 0.25})),
			"whole-time":    flat(path(gradient, w0, time, steps, rungeC, rungeB)),
		})
	}
	if a.Bool(1) {
		kit.Fail(t, what, "row 0 is the slice w0 itself", "a copy", "the result shares memory with w0", "changes-start")
	}
	if calls != 4*steps {
		kit.Fail(t, what, fmt.Sprintf("%d calls of gradient", calls), fmt.Sprintf("%d, four a step", 4*steps), "the path is right, at the wrong cost", "extra-calls")
	}
}

func flowRandom(t *grading.T) {
	r := t.Rand
	for i := range 3 {
		d := 2 + r.IntN(3)
		g, _ := curved(r, d)
		flow(t, fmt.Sprintf("a loss of %d weights", d), g, kit.Normal(r, d), 0.5+r.Float64(), 3+5*i)
	}
	flow(t, "½(ab − 1)²", productGradient, []float64{0.5 + r.Float64(), 0.3}, 1.5, 6)
	flow(t, "one weight, one step", identity, kit.Normal(r, 1), 0.8, 1)
	flow(t, "no time", identity, kit.Normal(r, 3), 0, 4)
	flow(t, "a gradient of zero", func(w []float64) []float64 { return make([]float64, len(w)) }, kit.Normal(r, 2), 2, 3)
	flow(t, "a valley's bottom", productGradient, []float64{2, 0.5}, 2, 3)
	flow(t, "steps too long, still finite", identity, kit.Normal(r, 2), 20, 4)
	for _, s := range []float64{1e-100, 1e100} {
		flow(t, fmt.Sprintf("weights near %.0e", s), identity, kit.Scale(kit.Normal(r, 2), s), 1, 4)
	}
}

func flowRefuses(t *grading.T) {
	g := t.VectorFunc(2, identity)
	good := []float64{1, 2}
	call := func(what, mistake string, g any, w0 []float64, time float64, steps int) {
		kit.Refuses(t, what, mistake, "Flow", g, w0, time, steps)
	}
	kit.Accepted(t, "a good input", "Flow", g, good, 1.0, 2)
	call("a time of −1", "setting-passes", g, good, -1, 2)
	call("no steps", "setting-passes", g, good, 1, 0)
	call("−2 steps", "setting-passes", g, good, 1, -2)
	flat := t.VectorFunc(2, func([]float64) []float64 { return []float64{0, 0} })
	call("a time of NaN", "nan-passes", flat, good, math.NaN(), 2)
	call("an infinite time", "nan-passes", flat, good, math.Inf(1), 2)
	call("an empty start", "empty-passes", t.VectorFunc(0, identity), []float64{}, 1, 2)
	call("a start with NaN", "nan-passes", flat, []float64{1, math.NaN()}, 0, 1)
	call("a gradient too long", "shape-passes", t.VectorFunc(2, func([]float64) []float64 { return []float64{1, 2, 3} }), good, 1, 2)
	call("a gradient of NaN", "nan-passes", t.VectorFunc(2, func([]float64) []float64 { return []float64{1, math.NaN()} }), good, 1, 2)
	call("a last step that overflows", "nan-passes", t.VectorFunc(2, func(w []float64) []float64 { return kit.Scale(w, -1e200) }), good, 1, 1)
}

// ---- EpochMean

func epoch(t *grading.T, what string, a [][]float64, y, w0 []float64, rate float64) {
	n := len(a)
	step := func(w []float64, at []float64, i int, s float64) []float64 {
		return kit.Add(w, -s*(kit.Dot(a[i], at)-y[i]), a[i])
	}
	// mean over all sequences that next allows, by the tree
	var tree func(w []float64, used []int, s float64, again bool) []float64
	tree = func(w []float64, used []int, s float64, again bool) []float64 {
		if len(used) == n {
			return w
		}
		sum, count := make([]float64, len(w)), 0.0
		for i := range n {
			if again || !slices.Contains(used, i) {
				sum = kit.Add(sum, 1, tree(step(w, w, i, s), append(slices.Clone(used), i), s, again))
				count++
			}
		}
		return kit.Scale(sum, 1/count)
	}
	want := tree(w0, nil, rate, false)
	one := func(shift int) []float64 {
		w := identity(w0)
		for i := range n {
			w = step(w, w, (i+shift)%n, rate)
		}
		return w
	}
	rotations, stale := make([]float64, len(w0)), identity(w0)
	for i := range n {
		rotations = kit.Add(rotations, 1/float64(n), one(i))
		stale = step(stale, w0, i, rate)
	}
	would := map[string][]float64{
		"one-order": one(0), "rotations": rotations, "stale-gradient": stale,
		"short-steps":     tree(w0, nil, rate/float64(n), false),
		"gradient-factor": tree(w0, nil, 2*rate, false),
	}
	if n <= 5 {
		would["replacement"] = tree(w0, nil, rate, true)
	}
	judge(t, what, kit.Accepted(t, what, "EpochMean", a, y, w0, rate).Floats(0), want, near, would)
}

func data(r *rand.Rand, n, d int) (a [][]float64, y, w []float64) {
	for range n {
		a = append(a, kit.Normal(r, d))
	}
	return a, kit.Normal(r, n), kit.Normal(r, d)
}

func epochRandom(t *grading.T) {
	r := t.Rand
	for _, n := range []int{4, 3, 5, 1, 2, 6, 7} {
		a, y, w := data(r, n, 1+r.IntN(4))
		epoch(t, fmt.Sprintf("%d samples", n), a, y, w, 0.05+0.1*r.Float64())
	}
	a, y, w := data(r, 4, 2)
	epoch(t, "a long step", a, y, w, 1.5)
	epoch(t, "a tiny step", a, y, w, 1e-6)
	for i := range a {
		y[i] = kit.Dot(a[i], w)
	}
	epoch(t, "all samples fitted", a, y, w, 0.2)
	epoch(t, "equal samples", [][]float64{a[0], a[0], a[0]}, []float64{1, 1, 1}, w, 0.2)
	epoch(t, "a sample of zeros", [][]float64{a[0], {0, 0}, a[1]}, []float64{1, 5, 2}, w, 0.2)
	for _, s := range []float64{1e-60, 1e60} {
		epoch(t, fmt.Sprintf("targets and weights near %.0e", s), a, kit.Scale(kit.Normal(r, 4), s), kit.Scale(kit.Normal(r, 2), s), 0.2)
	}
}

func epochRefuses(t *grading.T) {
	a, y, w := data(t.Rand, 3, 2)
	kit.Accepted(t, "a good input", "EpochMean", a, y, w, 0.1)
	call := func(what, mistake string, a [][]float64, y, w []float64, rate float64) {
		kit.Refuses(t, what, mistake, "EpochMean", a, y, w, rate)
	}
	for _, rate := range []float64{0, -0.1, math.NaN(), math.Inf(1)} {
		call(fmt.Sprintf("a rate of %v", rate), "setting-passes", a, y, w, rate)
	}
	many, targets, at := data(t.Rand, 8, 1)
	call("eight samples", "setting-passes", many, targets, at, 0.1)
	call("no samples", "empty-passes", [][]float64{}, []float64{}, w, 0.1)
	call("samples without features", "empty-passes", [][]float64{{}, {}}, []float64{1, 2}, []float64{}, 0.1)
	call("a y too short", "shape-passes", a, y[:2], w, 0.1)
	call("a y too long", "shape-passes", a, append(slices.Clone(y), 1), w, 0.1)
	call("a w0 too long", "shape-passes", a, y, append(slices.Clone(w), 1), 0.1)
	call("a w0 too short", "shape-passes", a, y, w[:1], 0.1)
	call("a ragged row", "shape-passes", [][]float64{a[0], {1}, a[2]}, y, w, 0.1)
	call("NaN in a", "nan-passes", [][]float64{a[0], {1, math.NaN()}, a[2]}, y, w, 0.1)
	call("an infinite y", "nan-passes", a, []float64{1, math.Inf(1), 2}, w, 0.1)
	call("NaN in w0", "nan-passes", a, y, []float64{math.NaN(), 1}, 0.1)
	call("steps that overflow", "nan-passes", [][]float64{{1e200, 1}, {1, 1e200}, {1, 1}}, y, w, 0.1)
}

// ---- arguments

func untouched(t *grading.T) {
	a, y, w := data(t.Rand, 3, 2)
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"ModifiedGradient", []any{t.VectorFunc(2, productGradient), t.MatrixFunc(2, productHessian), w, 0.2}},
		{"Penalties", []any{a, 0.2}},
		{"Flow", []any{t.VectorFunc(2, identity), w, 1.0, 3}},
		{"EpochMean", []any{a, y, w, 0.2}},
	} {
		kit.Untouched(t, "changes-start", c.fn, c.args...)
	}
}

// ### END HIDDEN TESTS
