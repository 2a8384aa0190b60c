// ### BEGIN HIDDEN TESTS

package schedules

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance of a rate, relative to it. A power by 1000 products is off by about 1000·2⁻⁵³ ≈ 10⁻¹³; a mistake in the count by far more
// than 10⁻⁹. Where a rate is a small difference (the cosine near its end) rounding is 10⁻¹⁶ of the largest, for which tiny stands.
const tol, tiny = 1e-9, 1e-14

var mistakes = []grading.Mistake{
	{ID: "counts-from-one", Cause: "the first step is counted as 1", Hint: "entry k belongs to step k, and k begins at 0"},
	{ID: "rounds-up", Cause: "k/every is rounded up, so that the rate falls after the first step", Hint: "⌊k/every⌋: Go's division of integers"},
	{ID: "no-floor", Cause: "k/every is not rounded down: the rate falls a little at every step", Hint: "⌊k/every⌋: divide the integers, then convert"},
	{ID: "wave-goes-on", Cause: "after half a wave the cosine rises again", Hint: "from k = period on, the rate is end"},
	{ID: "no-half", Cause: "the ½ before the cosine is missing: the first rate is too large", Hint: "1 + cos 0 = 2"},
	{ID: "period-less-one", Cause: "the wave is one step too short", Hint: "divide by period, not by period − 1: the end is reached at k = period"},
	{ID: "scale-ignored", Cause: "the rate is rate/(1 + k): scale is ignored", Hint: "rate/(1 + k/scale)"},
	{ID: "warm-from-zero", Cause: "the climb begins at 0: its first step does not move", Hint: "rates[0]·(k + 1)/climb"},
	{ID: "overwrites", Cause: "the climb takes the place of the first rates instead of coming before them", Hint: "the result has climb + len(rates) entries: append all of rates"},
	{ID: "one-over", Cause: "the limit is 1/λ_max", Hint: "1/λ_max ends the steepest direction in one step; it diverges from 2/λ_max on"},
	{ID: "largest-size", Cause: "the eigenvalue of largest size is taken, which is negative here", Hint: "λ_max is the largest: shift the matrix by a multiple of the unit matrix first, or sort all eigenvalues"},
	{ID: "diagonal", Cause: "the largest entry of the diagonal is taken for λ_max", Hint: "λ_max is at least that; it needs the entries beside the diagonal too"},
	{ID: "power-stuck", Cause: "power iteration stops before it has converged, or its start has no part along the eigenvector", Hint: "two eigenvalues that lie close need thousands of rounds; start without pattern, or take all eigenvalues"},
	{ID: "finite-limit", Cause: "a limit is given where none exists", Hint: "λ_max ≤ 0 limits nothing: math.Inf(1)"},
	{ID: "next-rate", Cause: "step k takes the rate of step k + 1", Hint: "x_{k+1} = x_k − η_k∇L(x_k)"},
	{ID: "stale-gradient", Cause: "all steps take the gradient at x₀", Hint: "ask for the gradient in each round, at the present point"},
	{ID: "shared-points", Cause: "all rows of the result are one slice, which the loop goes on changing", Hint: "append a copy: append(points, slices.Clone(x))"},
	{ID: "changes-arguments", Cause: "the result shares memory with an argument, or an argument was changed", Hint: "copy first: slices.Clone"},
	{ID: "setting-passes", Cause: "a number out of its range is accepted", Hint: "compare with the table, one by one; !(rate > 0) catches NaN too"},
	{ID: "nan-passes", Cause: "NaN or infinity is accepted, or a divergence not noticed", Hint: "math.IsNaN and math.IsInf, for every entry and every new point"},
	{ID: "shape-passes", Cause: "lengths or the symmetry are not checked", Hint: "every row of h has n entries, h[i][j] = h[j][i], a gradient has d entries"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one"},
}

// fail ends the check; the input is the last call.
func fail(t *grading.T, what, computed, expected, err, mistake string) {
	t.Fail(grading.Failure{Input: what + ": " + t.Input(), Computed: computed, Expected: expected, Error: err, Mistake: mistake})
}

// named is the first mistake that gives what was got, and not what was wanted.
func named(would map[string]bool) string {
	for _, m := range mistakes {
		if would[m.ID] {
			return m.ID
		}
	}
	return ""
}

// same compares lists of rates.
func same(got, want []float64) bool {
	if len(got) != len(want) {
		return false
	}
	size := 0.0
	for _, v := range want {
		size = math.Max(size, math.Abs(v))
	}
	for k, v := range want {
		if !(math.Abs(got[k]-v) <= tol*math.Abs(v)+tiny*size) {
			return false
		}
	}
	return true
}

// list returns f(0), …, f(n−1).
func list(n int, f func(k float64) float64) []float64 {
	v := make([]float64, n)
	for k := range v {
		v[k] = f(float64(k))
	}
	return v
}

// judge compares rates with the right ones and with those of mistakes.
func judge(t *grading.T, what string, got, want []float64, would map[string][]float64) {
	if same(got, want) {
		return
	}
	hit := map[string]bool{}
	for id, v := range would {
		hit[id] = same(got, v) && !same(v, want)
	}
	err := fmt.Sprintf("%d rates, want %d", len(got), len(want))
	if len(got) == len(want) {
		k := 0
		for same(got[k:k+1], want[k:k+1]) && k < len(got)-1 {
			k++
		}
		err = fmt.Sprintf("the rate of step %d is %.6g, want %.6g", k, got[k], want[k])
	}
	fail(t, what, grading.Show(got), grading.Show(want), err, named(hit))
}

// ---- the four schedules

func stepDecayOf(t *grading.T, rate, factor float64, every, steps int) {
	f := func(exponent func(k float64) float64) []float64 {
		return list(steps, func(k float64) float64 { return rate * math.Pow(factor, exponent(k)) })
	}
	n := float64(every)
	would := map[string][]float64{"no-floor": f(func(k float64) float64 { return k / n })}
	if every > 2 { // for 2 the next two are the same rates
		would["counts-from-one"] = f(func(k float64) float64 { return math.Floor((k + 1) / n) })
		would["rounds-up"] = f(func(k float64) float64 { return math.Ceil(k / n) })
	}
	judge(t, "StepDecay", kit.Accepted(t, "a step decay", "StepDecay", rate, factor, every, steps).Floats(0),
		f(func(k float64) float64 { return math.Floor(k / n) }), would)
}

func exponentialOf(t *grading.T, rate, factor float64, steps int) {
	judge(t, "Exponential", kit.Accepted(t, "an exponential decay", "Exponential", rate, factor, steps).Floats(0),
		list(steps, func(k float64) float64 { return rate * math.Pow(factor, k) }), map[string][]float64{
			"counts-from-one": list(steps, func(k float64) float64 { return rate * math.Pow(factor, k+1) }),
		})
}

func cosineOf(t *grading.T, rate, end float64, period, steps int) {
	n := float64(period)
	wave := func(k, n float64) float64 { return end + (rate-end)*(1+math.Cos(math.Pi*k/n))/2 }
	stop := func(k, n float64) float64 {
		if k >= n {
			return end
		}
		return wave(k, n)
	}
	judge(t, "Cosine", kit.Accepted(t, "a cosine", "Cosine", rate, end, period, steps).Floats(0),
		list(steps, func(k float64) float64 { return stop(k, n) }), map[string][]float64{
			"wave-goes-on":    list(steps, func(k float64) float64 { return wave(k, n) }),
			"counts-from-one": list(steps, func(k float64) float64 { return stop(k+1, n) }),
			"period-less-one": list(steps, func(k float64) float64 { return stop(k, n-1) }),
			"no-half":         list(steps, func(k float64) float64 { return end + 2*(stop(k, n)-end) }),
		})
}

func inverseOf(t *grading.T, rate, scale float64, steps int) {
	judge(t, "Inverse", kit.Accepted(t, "an inverse decay", "Inverse", rate, scale, steps).Floats(0),
		list(steps, func(k float64) float64 { return rate / (1 + k/scale) }), map[string][]float64{
			"counts-from-one": list(steps, func(k float64) float64 { return rate / (1 + (k+1)/scale) }),
			"scale-ignored":   list(steps, func(k float64) float64 { return rate / (1 + k) }),
		})
}

// some returns a rate and a factor.
func some(r *rand.Rand) (rate, factor float64) {
	return math.Exp(2 * r.NormFloat64()), 0.1 + 0.85*r.Float64()
}

func stepDecay(t *grading.T) {
	for _, every := range []int{3, 4, 2, 5, 6} {
		rate, factor := some(t.Rand)
		stepDecayOf(t, rate, factor, every, 5*every+t.Rand.IntN(every))
	}
	rate, factor := some(t.Rand)
	stepDecayOf(t, rate, factor, 1, 9)
	stepDecayOf(t, rate, factor, 10, 4) // no fall at all
	stepDecayOf(t, rate, 1, 3, 8)       // a constant rate
	stepDecayOf(t, rate, factor, 3, 0)
	stepDecayOf(t, rate, factor, 3, 1)
	stepDecayOf(t, 1e-200, factor, 3, 10)
}

func exponential(t *grading.T) {
	for range 4 {
		rate, factor := some(t.Rand)
		exponentialOf(t, rate, factor, 3+t.Rand.IntN(30))
	}
	rate, _ := some(t.Rand)
	exponentialOf(t, rate, 1, 5)
	exponentialOf(t, rate, 0.999, 800)
	exponentialOf(t, rate, 0.5, 0)
	exponentialOf(t, 1e200, 0.01, 150) // over 300 powers of ten
}

func cosine(t *grading.T) {
	for range 5 {
		rate, part := some(t.Rand)
		period := 3 + t.Rand.IntN(12)
		cosineOf(t, rate, part*rate, period, period+2+t.Rand.IntN(2*period))
	}
	rate, part := some(t.Rand)
	cosineOf(t, rate, part*rate, 30, 12) // only a part of the wave
	cosineOf(t, rate, 0, 7, 7)
	cosineOf(t, rate, rate, 4, 6) // a constant rate
	cosineOf(t, rate, 0, 1, 3)
	cosineOf(t, rate, 0, 5, 0)
}

func inverse(t *grading.T) {
	for range 4 {
		rate, _ := some(t.Rand)
		inverseOf(t, rate, 1.1+5*t.Rand.Float64(), 4+t.Rand.IntN(30))
	}
	rate, _ := some(t.Rand)
	inverseOf(t, rate, 1, 10)
	inverseOf(t, rate, 0.01, 10)
	inverseOf(t, rate, 1e6, 5)
	inverseOf(t, rate, 2, 0)
}

// ---- WarmUp

func warmUpOf(t *grading.T, what string, climb int, rates []float64) {
	n, first := float64(climb), rates[0]
	before := func(f func(k float64) float64) []float64 { return append(list(climb, f), rates...) }
	would := map[string][]float64{
		"warm-from-zero": before(func(k float64) float64 { return first * k / n }),
	}
	want := before(func(k float64) float64 { return first * (k + 1) / n })
	if climb <= len(rates) {
		would["overwrites"] = append(slices.Clone(want[:climb]), rates[climb:]...)
	}
	a := kit.Accepted(t, what, "WarmUp", climb, rates)
	judge(t, what, a.Floats(0), want, would)
	if a.Bool(1) {
		fail(t, what, "the result is the slice rates itself", "a copy", "the result shares memory with rates", "changes-arguments")
	}
}

func warmUp(t *grading.T) {
	r := t.Rand
	for climb := 1; climb < 8; climb += 2 {
		rate, factor := some(r)
		warmUpOf(t, "before a decay", climb, list(climb+3, func(k float64) float64 { return rate * math.Pow(factor, k) }))
	}
	rate, _ := some(r)
	warmUpOf(t, "before a rate that rises", 4, list(6, func(k float64) float64 { return rate * (1 + k) }))
	warmUpOf(t, "longer than the schedule", 9, []float64{rate, rate / 2})
	warmUpOf(t, "one rate", 3, []float64{rate})
	warmUpOf(t, "no climb", 0, []float64{rate, rate / 2, 0})
	warmUpOf(t, "a climb to 0", 2, []float64{0, rate})
}

// ---- StepLimit

// limitOf judges one call: h has the given eigenvalues, in any order.
func limitOf(t *grading.T, what string, h [][]float64, eigenvalues ...float64) {
	top, low := slices.Max(eigenvalues), slices.Min(eigenvalues)
	got := kit.Accepted(t, what, "StepLimit", h).Float(0)
	want := math.Inf(1)
	if top > 0 {
		want = 2 / top
	}
	is := func(v float64) bool { return math.Abs(got-v) <= tol*math.Abs(v) }
	if got == want || top > 0 && is(want) {
		return
	}
	if math.IsInf(want, 1) {
		fail(t, what, grading.Show(got), "+Inf", "no curvature is positive", "finite-limit")
	}
	size, diagonal := math.Max(top, -low), 0.0
	for i := range h {
		diagonal = math.Max(diagonal, h[i][i])
	}
	hit := map[string]bool{
		"one-over":     is(1 / top),
		"largest-size": -low > top && (is(2/size) || is(-2/size) || math.IsInf(got, 1)),
		"diagonal":     is(2 / diagonal),
		"power-stuck":  len(h) > 1 && got > want,
	}
	fail(t, what, grading.Show(got), grading.Show(want), fmt.Sprintf("2/limit is %.8g, and the largest eigenvalue %.8g", 2/got, top), named(hit))
}

// matrix returns a symmetric matrix with the eigenvalues, Q diag(λ) Qᵀ with Q a product of two reflections.
func matrix(r *rand.Rand, eigenvalues ...float64) [][]float64 {
	n := len(eigenvalues)
	h := make([][]float64, n)
	for i := range h {
		h[i] = make([]float64, n)
		h[i][i] = eigenvalues[i]
	}
	for range 2 {
		u := kit.Normal(r, n)
		uu := kit.Dot(u, u)
		reflect := func(x []float64) { // x ← x − 2u(uᵀx)/(uᵀu)
			s := 2 * kit.Dot(u, x) / uu
			for i := range x {
				x[i] -= s * u[i]
			}
		}
		for i := range h {
			reflect(h[i])
		}
		column := make([]float64, n)
		for j := range n {
			for i := range h {
				column[i] = h[i][j]
			}
			reflect(column)
			for i := range h {
				h[i][j] = column[i]
			}
		}
	}
	for i := range h {
		for j := range i {
			h[i][j] = (h[i][j] + h[j][i]) / 2
			h[j][i] = h[i][j]
		}
	}
	return h
}

func limit(t *grading.T) {
	r := t.Rand
	for n := 2; n < 7; n++ {
		v := make([]float64, n)
		for i := range v {
			v[i] = math.Exp(r.NormFloat64())
		}
		limitOf(t, fmt.Sprintf("positive definite, %d dimensions", n), matrix(r, v...), v...)
	}
	for n := 2; n < 6; n++ {
		v := make([]float64, n)
		for i := range v {
			v[i] = 2 * r.NormFloat64()
		}
		v[0], v[1] = 1+r.Float64(), -4-4*r.Float64()
		limitOf(t, fmt.Sprintf("a saddle in %d dimensions, the largest size negative", n), matrix(r, v...), v...)
	}
	limitOf(t, "a singular one", matrix(r, 0, 2, 0, 1), 0, 2, 0, 1)
}

func limitEdges(t *grading.T) {
	r := t.Rand
	limitOf(t, "one entry", [][]float64{{5}}, 5)
	limitOf(t, "one negative entry", [][]float64{{-5}}, -5)
	limitOf(t, "no curvature", [][]float64{{0, 0}, {0, 0}}, 0, 0)
	limitOf(t, "negative definite", matrix(r, -1, -2, -3), -1, -2, -3)
	limitOf(t, "the eigenvector (1, −1)", [][]float64{{1, -1}, {-1, 1}}, 0, 2)
	limitOf(t, "diagonal, the largest last", [][]float64{{1, 0, 0}, {0, 2, 0}, {0, 0, 7}}, 1, 2, 7)
	limitOf(t, "all equal", matrix(r, 3, 3, 3), 3, 3, 3)
	limitOf(t, "the largest 1 % apart", matrix(r, 1, 0.99, 0.5, 0.1), 1, 0.99, 0.5, 0.1)
	limitOf(t, "1 and −1", [][]float64{{0, 1}, {1, 0}}, 1, -1)
	limitOf(t, "a condition number of 10⁸", matrix(r, 1e-8, 1, 1e-4), 1e-8, 1, 1e-4)
	for _, s := range []float64{1e-100, 1e100} {
		limitOf(t, fmt.Sprintf("numbers near %.0e", s), matrix(r, s, 3*s, 2*s), s, 3*s, 2*s)
	}
	h := matrix(r, 1, 4)
	h[0][1] *= 1 + 1e-13 // symmetric but for rounding
	limitOf(t, "symmetric up to rounding", h, 1, 4)
}

// ---- Descend

func descendOf(t *grading.T, what string, grad func(x []float64) []float64, x0, rates []float64) {
	path := func(rate func(k int) float64) [][]float64 {
		p := [][]float64{slices.Clone(x0)}
		for k := range rates {
			x := slices.Clone(p[k])
			for i, g := range grad(p[k]) {
				x[i] -= rate(k) * g
			}
			p = append(p, x)
		}
		return p
	}
	want := path(func(k int) float64 { return rates[k] })
	t.SetCallbackBudget(8*len(rates) + 8)
	a := kit.Accepted(t, what, "Descend", t.VectorFunc(len(x0), grad), x0, rates)
	calls := t.CallbackCount()
	got := a.Matrix(0)
	near := func(p, q [][]float64) bool {
		return slices.EqualFunc(p, q, func(x, y []float64) bool {
			// 10⁻⁹ of the point's size, which is that of its largest coordinate
			return len(x) == len(y) && math.Sqrt(dist2(x, y)) <= tol*(math.Sqrt(kit.Dot(y, y))+math.Sqrt(kit.Dot(x0, x0)))
		})
	}
	if near(got, want) {
		if a.Bool(1) {
			fail(t, what, "row 0 is the slice x0 itself", "a copy", "the result shares memory with x0", "changes-arguments")
		}
		if calls != len(rates) {
			fail(t, what, fmt.Sprintf("%d calls of grad", calls), fmt.Sprintf("%d, one a step", len(rates)), "the path is right, at the wrong cost", "")
		}
		return
	}
	stale := [][]float64{slices.Clone(x0)}
	for k := range rates {
		x := slices.Clone(stale[k])
		for i, g := range grad(x0) {
			x[i] -= rates[k] * g
		}
		stale = append(stale, x)
	}
	end := want[len(want)-1]
	hit := map[string]bool{
		"next-rate":      near(got, path(func(k int) float64 { return rates[min(k+1, len(rates)-1)] })),
		"stale-gradient": near(got, stale),
		"shared-points":  len(got) == len(want) && !slices.ContainsFunc(got, func(x []float64) bool { return !near([][]float64{x}, [][]float64{end}) }),
	}
	err := fmt.Sprintf("%d points, want %d", len(got), len(want))
	if len(got) == len(want) {
		k := 0
		for k < len(got)-1 && near(got[k:k+1], want[k:k+1]) {
			k++
		}
		err = fmt.Sprintf("the paths part at point %d", k)
	}
	fail(t, what, grading.Show(got), grading.Show(want), err, named(hit))
}

func descendRandom(t *grading.T) {
	r := t.Rand
	identity := func(x []float64) []float64 { return slices.Clone(x) }
	for n := 1; n < 5; n++ {
		v := make([]float64, n)
		for i := range v {
			v[i] = 0.3 + r.Float64()
		}
		h := matrix(r, v...)
		c := kit.Normal(r, n)
		grad := func(x []float64) []float64 {
			g := make([]float64, n)
			for i := range g {
				for j := range g {
					g[i] += h[i][j] * (x[j] - c[j])
				}
			}
			return g
		}
		descendOf(t, fmt.Sprintf("a bowl in %d dimensions, falling rates", n), grad, kit.Normal(r, n), list(4+2*n, func(k float64) float64 { return 1.2 / (1 + k/3) }))
	}
	descendOf(t, "a loss that is no bowl", func(x []float64) []float64 { return []float64{math.Tanh(x[0] + x[1]), x[1] + math.Sin(x[0])} },
		kit.Normal(r, 2), []float64{0.1, 0.4, 0.2, 0.7, 0.05})
	descendOf(t, "rates of 0 among others", identity, kit.Normal(r, 2), []float64{0, 0.5, 0, 0, 0.25, 0})
	descendOf(t, "no rate", identity, kit.Normal(r, 3), []float64{})
	descendOf(t, "a gradient of zero", func(x []float64) []float64 { return make([]float64, len(x)) }, kit.Normal(r, 2), []float64{1, 2, 3})
	descendOf(t, "a rate too large, still finite", identity, kit.Normal(r, 2), []float64{3, 4, 5})
}

// ---- refusals

func refuse(t *grading.T) {
	nan, inf := math.NaN(), math.Inf(1)
	// who refuses everything earns nothing
	kit.Accepted(t, "a good input", "StepDecay", 1.0, 0.5, 2, 3)
	kit.Accepted(t, "a good input", "Exponential", 1.0, 0.5, 3)
	kit.Accepted(t, "a good input", "Cosine", 1.0, 0.5, 2, 3)
	kit.Accepted(t, "a good input", "Inverse", 1.0, 0.5, 3)
	for _, rate := range []float64{0, -1, nan, inf} {
		id := "setting-passes"
		if rate != rate || math.IsInf(rate, 1) {
			id = "nan-passes"
		}
		what := fmt.Sprintf("a rate of %v", rate)
		kit.Refuses(t, what, id, "StepDecay", rate, 0.5, 2, 3)
		kit.Refuses(t, what, id, "Exponential", rate, 0.5, 3)
		kit.Refuses(t, what, id, "Cosine", rate, 0.0, 2, 3)
		kit.Refuses(t, what, id, "Inverse", rate, 2.0, 3)
	}
	kit.Refuses(t, "−1 steps", "setting-passes", "StepDecay", 1.0, 0.5, 2, -1)
	kit.Refuses(t, "−1 steps", "setting-passes", "Exponential", 1.0, 0.5, -1)
	kit.Refuses(t, "−1 steps", "setting-passes", "Cosine", 1.0, 0.5, 2, -1)
	kit.Refuses(t, "−1 steps", "setting-passes", "Inverse", 1.0, 2.0, -1)
	kit.Refuses(t, "every = 0", "setting-passes", "StepDecay", 1.0, 0.5, 0, 3)
	kit.Refuses(t, "period = 0", "setting-passes", "Cosine", 1.0, 0.5, 0, 3)
	for _, factor := range []float64{0, -0.5, 1.01} {
		kit.Refuses(t, fmt.Sprintf("a factor of %v", factor), "setting-passes", "StepDecay", 1.0, factor, 2, 3)
		kit.Refuses(t, fmt.Sprintf("a factor of %v", factor), "setting-passes", "Exponential", 1.0, factor, 3)
	}
	kit.Refuses(t, "a factor of NaN", "nan-passes", "StepDecay", 1.0, nan, 2, 3)
	kit.Refuses(t, "a factor of NaN, no step", "nan-passes", "Exponential", 1.0, nan, 0)
	kit.Refuses(t, "an end above the rate", "setting-passes", "Cosine", 1.0, 1.5, 2, 3)
	kit.Refuses(t, "a negative end", "setting-passes", "Cosine", 1.0, -0.5, 2, 3)
	kit.Refuses(t, "an end of NaN", "nan-passes", "Cosine", 1.0, nan, 2, 3)
	kit.Refuses(t, "a scale of 0", "setting-passes", "Inverse", 1.0, 0.0, 3)
	kit.Refuses(t, "a scale of −2", "setting-passes", "Inverse", 1.0, -2.0, 3)
	kit.Refuses(t, "an infinite scale", "nan-passes", "Inverse", 1.0, inf, 3)
	kit.Refuses(t, "a climb of −1", "setting-passes", "WarmUp", -1, []float64{1})
	kit.Refuses(t, "no rates", "setting-passes", "WarmUp", 2, []float64{})
	kit.Refuses(t, "a negative rate at the end", "setting-passes", "WarmUp", 2, []float64{1, -1})
	kit.Refuses(t, "a rate of NaN", "nan-passes", "WarmUp", 0, []float64{1, nan})
	kit.Refuses(t, "an infinite rate", "nan-passes", "WarmUp", 1, []float64{inf, 1})
	kit.Refuses(t, "an empty matrix", "shape-passes", "StepLimit", [][]float64{})
	kit.Refuses(t, "a matrix of 2 rows and 3 columns", "shape-passes", "StepLimit", [][]float64{{1, 0, 0}, {0, 1, 0}})
	kit.Refuses(t, "a ragged matrix", "shape-passes", "StepLimit", [][]float64{{1, 0}, {0}})
	kit.Refuses(t, "a matrix that is not symmetric", "shape-passes", "StepLimit", [][]float64{{1, 0.5}, {0.4, 1}})
	kit.Refuses(t, "NaN in the matrix", "nan-passes", "StepLimit", [][]float64{{1, nan}, {nan, 1}})
	kit.Refuses(t, "an infinity in the matrix", "nan-passes", "StepLimit", [][]float64{{inf, 0}, {0, 1}})

	identity := t.VectorFunc(1, func(x []float64) []float64 { return slices.Clone(x) })
	x, rates := []float64{1}, []float64{0.5, 0.2}
	kit.Accepted(t, "a good input", "Descend", identity, x, rates)
	kit.Refuses(t, "an empty start", "shape-passes", "Descend", t.VectorFunc(0, func(x []float64) []float64 { return x }), []float64{}, rates)
	kit.Refuses(t, "a start of NaN", "nan-passes", "Descend", identity, []float64{nan}, []float64{})
	kit.Refuses(t, "a negative last rate", "setting-passes", "Descend", identity, x, []float64{0.5, -0.2})
	kit.Refuses(t, "a rate of NaN", "nan-passes", "Descend", identity, x, []float64{nan})
	kit.Refuses(t, "a gradient of two entries", "shape-passes", "Descend", t.Callback(func([]any) ([]any, error) { return []any{[]float64{1, 2}}, nil }), x, rates)
	kit.Refuses(t, "a gradient of NaN", "nan-passes", "Descend", t.VectorFunc(1, func([]float64) []float64 { return []float64{nan} }), x, rates)
	t.SetCallbackBudget(100)
	kit.Refuses(t, "a last step that overflows", "nan-passes", "Descend", identity, []float64{1e200}, []float64{0.5, 1e200})
}

func untouched(t *grading.T) {
	identity := t.VectorFunc(2, func(x []float64) []float64 { return slices.Clone(x) })
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"WarmUp", []any{3, []float64{1, 2, 0.5}}},
		{"StepLimit", []any{matrix(t.Rand, 1, 2, -3)}},
		{"Descend", []any{identity, kit.Normal(t.Rand, 2), []float64{0.5, 0.2, 0.1}}},
	} {
		kit.Untouched(t, "changes-arguments", c.fn, c.args...)
	}
}

// ---- what the checks know about it

func dist2(x, y []float64) float64 {
	s := 0.0
	for i := range x {
		s += (x[i] - y[i]) * (x[i] - y[i])
	}
	return s
}

// ### END HIDDEN TESTS
