// ### BEGIN HIDDEN TESTS

package easgd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted. At most 60 steps that do not amplify by more than 10³, in another order
// of sums: 10⁻¹² of it; a wrong formula is off by far more than 10⁻⁹.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "moved-worker", Cause: "the centre is pulled by the worker after it has moved", Hint: "compute α(x − x̃) once, from the numbers before the meeting, and use it for both"},
	{ID: "centre-still", Cause: "only the worker moves at a meeting", Hint: "what the worker loses the centre gains"},
	{ID: "apart", Cause: "worker and centre are pushed apart", Hint: "the worker moves by −α(x − x̃), the centre by +α(x − x̃)"},
	{ID: "mean", Cause: "the centre moves by α towards the mean of the workers", Hint: "it moves by the sum of the α(xⁱ − x̃): by β = pα towards the mean"},
	{ID: "after-step", Cause: "the centre is pulled by the workers after their step", Hint: "in a synchronous step all right-hand sides are from before it"},
	{ID: "one-by-one", Cause: "in the synchronous step a worker meets a centre that the one before has moved", Hint: "all workers see the old centre"},
	{ID: "gradient-sign", Cause: "steps go up the gradient", Hint: "xⁱ − η gⁱ − …"},
	{ID: "every-step", Cause: "workers meet the centre at every step", Hint: "only where period divides t"},
	{ID: "late", Cause: "workers meet the centre before or after the step at which they should", Hint: "t counts from 0, and t%period == 0"},
	{ID: "gradient-after", Cause: "the gradient is taken where the meeting has moved the worker", Hint: "keep x from the beginning of the step"},
	{ID: "no-look-ahead", Cause: "the gradient is taken at x", Hint: "at x + δvⁱ, with the velocity before the step"},
	{ID: "one-velocity", Cause: "all workers share one velocity", Hint: "a slice for each worker"},
	{ID: "no-momentum", Cause: "the velocity is forgotten", Hint: "vⁱ ← δvⁱ − ηg"},
	{ID: "downpour-mean", Cause: "the ways are averaged", Hint: "DOWNPOUR adds them: x̃ ← x̃ + vⁱ"},
	{ID: "way-kept", Cause: "the way is brought again at the next meeting", Hint: "vⁱ ← 0 after it was added"},
	{ID: "stays", Cause: "the worker does not start again from the centre", Hint: "xⁱ ← x̃ after it was added"},
	{ID: "shared-centres", Cause: "all rows of the path are one slice, which the loop goes on changing", Hint: "append a copy: append(centres, slices.Clone(centre))"},
	{ID: "no-start", Cause: "the start is missing from the path", Hint: "row 0 is x₀"},
	{ID: "order", Cause: "gradients are asked for too often, or not worker by worker and round by round", Hint: "the outer loop is over t, the inner over i, one call in each"},
	{ID: "changes-start", Cause: "an argument was written to", Hint: "work on copies: slices.Clone"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, from the gradient too, and every new point"},
	{ID: "shape-passes", Cause: "lengths are not checked", Hint: "compare every length with the table of the statement, the gradient's too"},
	{ID: "setting-passes", Cause: "a rate or a count out of range is accepted", Hint: "rate in (0, ∞), α in [0, ∞), momentum in [0, 1), workers ≥ 1, steps ≥ 0, period ≥ 1"},
	{ID: "empty-passes", Cause: "an empty point or no worker is accepted", Hint: "that is an error"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement; α = 0 and no steps are good"},
}

func fail(t *grading.T, what string, computed, expected any, err, mistake string) {
	t.Fail(grading.Failure{Input: what + ": " + t.Input(), Computed: grading.Show(computed), Expected: grading.Show(expected), Error: err, Mistake: mistake})
}

func accepted(t *grading.T, what, fn string, args ...any) grading.Answer {
	a := t.Call(fn, args...)
	if a.Failed() {
		t.Fail(grading.Failure{Input: what + ": " + t.Input(), Computed: "error: " + a.Err, Expected: "a result", Error: "an error where a result exists", Mistake: "refuses-good"})
	}
	return a
}

// near compares lists of points on the scale of the largest number wanted.
func near(got, want [][]float64) bool {
	if len(got) != len(want) {
		return false
	}
	size := 0.0
	for _, row := range want {
		for _, v := range row {
			size = max(size, math.Abs(v))
		}
	}
	for i, row := range want {
		if len(got[i]) != len(row) {
			return false
		}
		for j, v := range row {
			if !(math.Abs(got[i][j]-v) <= tol*size) {
				return false
			}
		}
	}
	return true
}

func judge(t *grading.T, what string, got, want [][]float64, would map[string][][]float64) {
	if near(got, want) {
		return
	}
	for _, m := range mistakes {
		if v, ok := would[m.ID]; ok && near(got, v) && !near(v, want) {
			fail(t, what, got, want, "the numbers differ", m.ID)
		}
	}
	err := "the numbers differ"
	if len(got) != len(want) {
		err = fmt.Sprintf("%d rows, want %d", len(got), len(want))
	}
	fail(t, what, got, want, err, "")
}

// ---- the reference, with the known mistakes in it

// pulled is worker and centre after a meeting.
func pulled(x, c []float64, alpha float64, twist string) (w, m []float64) {
	w, m = slices.Clone(x), slices.Clone(c)
	for j := range x {
		pull := alpha * (x[j] - c[j])
		switch twist {
		case "moved-worker":
			w[j], m[j] = x[j]-pull, c[j]+alpha*(x[j]-pull-c[j])
		case "centre-still":
			w[j] = x[j] - pull
		case "apart":
			w[j], m[j] = x[j]+pull, c[j]-pull
		default:
			w[j], m[j] = x[j]-pull, c[j]+pull
		}
	}
	return w, m
}

type gradients func(q []float64) []float64

func (g gradients) at(i int, x []float64) []float64 { return g(append([]float64{float64(i)}, x...)) }

func elasticReference(g gradients, x0 []float64, p, steps, period int, rate, alpha, delta float64, twist string) (centres, x [][]float64) {
	c := slices.Clone(x0)
	centres = append(centres, x0)
	v := make([][]float64, p)
	for i := range p {
		x, v[i] = append(x, slices.Clone(x0)), make([]float64, len(x0))
		if twist == "one-velocity" {
			v[i] = v[0]
		}
	}
	for t := range steps {
		for i := range p {
			look := delta
			if twist == "no-look-ahead" {
				look = 0
			}
			at := kit.Add(x[i], look, v[i])
			meets := t%period == 0
			if twist == "every-step" {
				meets = true
			}
			if twist == "late" {
				meets = (t+1)%period == 0
			}
			if meets {
				x[i], c = pulled(x[i], c, alpha, twist)
				if twist == "gradient-after" {
					at = kit.Add(x[i], look, v[i])
				}
			}
			dx := g.at(i, at)
			for j := range dx {
				if twist == "no-momentum" {
					v[i][j] = 0
				}
				if twist == "gradient-sign" {
					dx[j] *= -1
				}
				v[i][j] = delta*v[i][j] - rate*dx[j]
			}
			x[i] = kit.Add(x[i], 1, v[i])
		}
		centres = append(centres, slices.Clone(c))
	}
	return centres, x
}

func downpourReference(g gradients, x0 []float64, p, steps, period int, rate float64, twist string) (centres [][]float64) {
	c := slices.Clone(x0)
	centres = append(centres, x0)
	x, v := make([][]float64, p), make([][]float64, p)
	for i := range p {
		x[i], v[i] = slices.Clone(x0), make([]float64, len(x0))
	}
	for t := range steps {
		for i := range p {
			meets := t%period == 0
			if twist == "every-step" {
				meets = true
			}
			if twist == "late" {
				meets = (t+1)%period == 0
			}
			if meets {
				part := 1.0
				if twist == "downpour-mean" {
					part = 1 / float64(p)
				}
				c = kit.Add(c, part, v[i])
				if twist != "stays" {
					x[i] = slices.Clone(c)
				}
				if twist != "way-kept" {
					v[i] = make([]float64, len(x0))
				}
			}
			dx := g.at(i, x[i])
			s := rate
			if twist == "gradient-sign" {
				s = -rate
			}
			x[i], v[i] = kit.Add(x[i], -s, dx), kit.Add(v[i], -s, dx)
		}
		centres = append(centres, slices.Clone(c))
	}
	return centres
}

// ---- Meet

func meet(t *grading.T, what string, x, c []float64, alpha float64) {
	a := accepted(t, what, "Meet", x, c, alpha)
	would := map[string][][]float64{}
	for _, twist := range []string{"moved-worker", "centre-still", "apart"} {
		w, m := pulled(x, c, alpha, twist)
		would[twist] = [][]float64{w, m}
	}
	w, m := pulled(x, c, alpha, "")
	judge(t, what, [][]float64{a.Floats(0), a.Floats(1)}, [][]float64{w, m}, would)
}

func meetRandom(t *grading.T) {
	r := t.Rand
	for d := 1; d <= 5; d++ {
		meet(t, fmt.Sprintf("%d entries", d), kit.Normal(r, d), kit.Normal(r, d), r.Float64())
	}
	x, c := kit.Normal(r, 3), kit.Normal(r, 3)
	meet(t, "α = 0", x, c, 0)
	meet(t, "α = 1: they change places", x, c, 1)
	meet(t, "α = ½: they meet halfway", x, c, 0.5)
	meet(t, "α = 3", x, c, 3)
	meet(t, "worker and centre in one place", x, x, 0.3)
	for _, s := range []float64{1e-200, 1e200} {
		meet(t, fmt.Sprintf("numbers near %.0e", s), kit.Scale(kit.Normal(r, 2), s), kit.Scale(kit.Normal(r, 2), s), 0.3)
	}
}

// ---- SyncStep

func synchronous(t *grading.T, what string, x, g [][]float64, c []float64, rate, alpha float64) {
	a := accepted(t, what, "SyncStep", x, g, c, rate, alpha)
	ref := func(twist string) [][]float64 {
		m := slices.Clone(c)
		var out [][]float64
		for i := range x {
			seen, s := c, rate
			if twist == "one-by-one" {
				seen = slices.Clone(m)
			}
			if twist == "gradient-sign" {
				s = -rate
			}
			w, moved := pulled(x[i], seen, alpha, twist)
			w = kit.Add(w, -s, g[i])
			if twist == "after-step" {
				for j := range m {
					moved[j] = seen[j] + alpha*(w[j]-seen[j])
				}
			}
			part := 1.0
			if twist == "mean" {
				part = 1 / float64(len(x))
			}
			for j := range m {
				m[j] += part * (moved[j] - seen[j])
			}
			out = append(out, w)
		}
		return append(out, m)
	}
	would := map[string][][]float64{}
	for _, twist := range []string{"mean", "after-step", "one-by-one", "gradient-sign", "moved-worker", "centre-still", "apart"} {
		would[twist] = ref(twist)
	}
	judge(t, what, append(slices.Clone(a.Matrix(0)), a.Floats(1)), ref(""), would)
}

func points(r *rand.Rand, p, d int) (x [][]float64) {
	for range p {
		x = append(x, kit.Normal(r, d))
	}
	return x
}

func syncRandom(t *grading.T) {
	r := t.Rand
	for _, p := range []int{2, 3, 5, 4, 1} {
		d := 1 + r.IntN(4)
		synchronous(t, fmt.Sprintf("%d workers", p), points(r, p, d), points(r, p, d), kit.Normal(r, d), 0.1+r.Float64(), 0.05+0.4*r.Float64())
	}
	x, g, c := points(r, 3, 2), points(r, 3, 2), kit.Normal(r, 2)
	synchronous(t, "no springs", x, g, c, 0.3, 0)
	synchronous(t, "no slope", x, [][]float64{{0, 0}, {0, 0}, {0, 0}}, c, 0.3, 0.2)
	synchronous(t, "β = 1", x, g, c, 0.3, 1./3)
	synchronous(t, "all in one place", [][]float64{c, c, c}, g, c, 0.3, 0.2)
	for _, s := range []float64{1e-100, 1e100} {
		synchronous(t, fmt.Sprintf("numbers near %.0e", s), [][]float64{kit.Scale(x[0], s), kit.Scale(x[1], s)}, [][]float64{kit.Scale(g[0], s), kit.Scale(g[1], s)}, kit.Scale(c, s), 0.3, 0.2)
	}
}

// ---- Elastic and Downpour

// asked makes a callback that notes which workers ask.
func asked(t *grading.T, d int, g gradients, who *[]int) any {
	return t.VectorFunc(d+1, func(q []float64) []float64 {
		*who = append(*who, int(q[0]))
		return g(q)
	})
}

// way judges the centre's path's shape and the order of the questions.
func way(t *grading.T, what string, got, want [][]float64, who []int, p, steps int) {
	if steps > 0 && len(got) == steps && near(got, want[1:]) {
		fail(t, what, got, want, fmt.Sprintf("%d rows, want %d", len(got), steps+1), "no-start")
	}
	last := want[steps:]
	if steps > 0 && len(got) == steps+1 && !near(got, want) && !slices.ContainsFunc(got[1:], func(c []float64) bool { return !near([][]float64{c}, last) }) {
		fail(t, what, got, want, "all rows after the start are the last centre", "shared-centres")
	}
	ordered := len(who) == p*steps
	for k := range who {
		ordered = ordered && who[k] == k%p
	}
	if !ordered {
		fail(t, what, fmt.Sprintf("workers asked in the order %v", first(who, 12)), fmt.Sprintf("%d workers in turns, %d calls", p, p*steps), "the order of the gradients", "order")
	}
}

func first(who []int, n int) []int { return who[:min(n, len(who))] }

func elastic(t *grading.T, what string, g gradients, x0 []float64, p, steps, period int, rate, alpha, delta float64) {
	t.SetCallbackBudget(4*p*steps + 8)
	var who []int
	a := accepted(t, what, "Elastic", asked(t, len(x0), g, &who), x0, p, steps, period, rate, alpha, delta)
	centres, x := elasticReference(g, x0, p, steps, period, rate, alpha, delta, "")
	got := a.Matrix(0)
	way(t, what, got, centres, who, p, steps)
	would := map[string][][]float64{}
	for _, twist := range []string{"every-step", "late", "gradient-after", "no-look-ahead", "one-velocity", "no-momentum", "gradient-sign", "moved-worker", "centre-still", "apart"} {
		c, x := elasticReference(g, x0, p, steps, period, rate, alpha, delta, twist)
		would[twist] = append(c, x...)
	}
	judge(t, what, append(slices.Clone(got), a.Matrix(1)...), append(centres, x...), would)
}

// valley is a gradient that differs from worker to worker: of Σ log cosh(x − i·b) + ½|x|²/4.
func valley(r *rand.Rand, d int) gradients {
	b := kit.Normal(r, d)
	return func(q []float64) []float64 {
		g := make([]float64, d)
		for j := range g {
			g[j] = math.Tanh(q[j+1]-q[0]*b[j]-0.5) + q[j+1]/4
		}
		return g
	}
}

func elasticRandom(t *grading.T) {
	r := t.Rand
	for _, c := range []struct{ p, steps, period int }{{2, 6, 1}, {3, 9, 2}, {4, 10, 3}, {1, 6, 2}, {5, 4, 7}} {
		d := 1 + r.IntN(3)
		elastic(t, fmt.Sprintf("%d workers, period %d", c.p, c.period), valley(r, d), kit.Normal(r, d), c.p, c.steps, c.period, 0.1+0.4*r.Float64(), 0.1+0.4*r.Float64(), 0)
	}
	elastic(t, "no steps", valley(r, 2), kit.Normal(r, 2), 3, 0, 2, 0.1, 0.2, 0)
	elastic(t, "no springs", valley(r, 2), kit.Normal(r, 2), 3, 5, 2, 0.2, 0, 0)
	elastic(t, "flat ground", func(q []float64) []float64 { return make([]float64, len(q)-1) }, kit.Normal(r, 2), 2, 4, 1, 0.2, 0.3, 0)
	for _, s := range []float64{1e-100, 1e100} {
		g := func(q []float64) []float64 { return []float64{q[1] - s*q[0]} }
		elastic(t, fmt.Sprintf("points near %.0e", s), g, []float64{s * r.NormFloat64()}, 3, 6, 2, 0.3, 0.2, 0)
	}
}

func momentumRandom(t *grading.T) {
	r := t.Rand
	for _, c := range []struct{ p, steps, period int }{{2, 8, 1}, {3, 9, 3}, {1, 8, 2}, {4, 10, 2}} {
		d := 1 + r.IntN(3)
		elastic(t, fmt.Sprintf("%d workers, period %d", c.p, c.period), valley(r, d), kit.Normal(r, d), c.p, c.steps, c.period, 0.05+0.2*r.Float64(), 0.1+0.3*r.Float64(), 0.3+0.6*r.Float64())
	}
	elastic(t, "no springs", valley(r, 2), kit.Normal(r, 2), 2, 6, 1, 0.1, 0, 0.9)
	elastic(t, "no steps", valley(r, 2), kit.Normal(r, 2), 2, 0, 1, 0.1, 0.2, 0.9)
}

func downpour(t *grading.T, what string, g gradients, x0 []float64, p, steps, period int, rate float64) {
	t.SetCallbackBudget(4*p*steps + 8)
	var who []int
	a := accepted(t, what, "Downpour", asked(t, len(x0), g, &who), x0, p, steps, period, rate)
	want := downpourReference(g, x0, p, steps, period, rate, "")
	way(t, what, a.Matrix(0), want, who, p, steps)
	would := map[string][][]float64{}
	for _, twist := range []string{"every-step", "late", "gradient-sign", "downpour-mean", "way-kept", "stays"} {
		would[twist] = downpourReference(g, x0, p, steps, period, rate, twist)
	}
	judge(t, what, a.Matrix(0), want, would)
}

func downpourRandom(t *grading.T) {
	r := t.Rand
	for _, c := range []struct{ p, steps, period int }{{2, 7, 1}, {3, 9, 2}, {4, 10, 3}, {1, 6, 2}} {
		d := 1 + r.IntN(3)
		downpour(t, fmt.Sprintf("%d workers, period %d", c.p, c.period), valley(r, d), kit.Normal(r, d), c.p, c.steps, c.period, 0.1+0.3*r.Float64())
	}
	downpour(t, "no steps", valley(r, 2), kit.Normal(r, 2), 3, 0, 2, 0.1)
	downpour(t, "no meeting but the first", valley(r, 2), kit.Normal(r, 2), 3, 4, 9, 0.1)
	downpour(t, "over the valley and away", itself, kit.Normal(r, 2), 4, 12, 3, 0.5)
}

// ---- refusals

func refusals(t *grading.T) {
	r := t.Rand
	t.SetCallbackBudget(1 << 20)
	refuse := func(what, mistake, fn string, args ...any) {
		t.CallErr(grading.Failure{Input: fn + ", " + what, Error: "no error", Mistake: mistake}, fn, args...)
	}
	nan, inf := math.NaN(), math.Inf(1)
	x, c := kit.Normal(r, 2), kit.Normal(r, 2)
	accepted(t, "a good input", "Meet", x, c, 0.1)
	for _, v := range []float64{-0.1, nan, inf} {
		refuse(fmt.Sprintf("an α of %v", v), "setting-passes", "Meet", x, c, v)
	}
	refuse("a centre too long", "shape-passes", "Meet", x, []float64{1, 2, 3}, 0.1)
	refuse("a centre too short", "shape-passes", "Meet", x, []float64{1}, 0.1)
	refuse("empty points", "empty-passes", "Meet", []float64{}, []float64{}, 0.1)
	refuse("NaN in x", "nan-passes", "Meet", []float64{1, nan}, c, 0.1)
	refuse("an infinite centre, α = 0", "nan-passes", "Meet", x, []float64{1, -inf}, 0.0)
	refuse("a result that overflows", "nan-passes", "Meet", []float64{1e308, 1}, []float64{-1e308, 1}, 1e3)

	xs, gs := points(r, 2, 2), points(r, 2, 2)
	accepted(t, "a good input", "SyncStep", xs, gs, c, 0.1, 0.2)
	for _, v := range []float64{0, -1, nan, inf} {
		refuse(fmt.Sprintf("a rate of %v", v), "setting-passes", "SyncStep", xs, gs, c, v, 0.2)
	}
	refuse("an α of −1", "setting-passes", "SyncStep", xs, gs, c, 0.1, -1.0)
	refuse("no workers", "empty-passes", "SyncStep", [][]float64{}, [][]float64{}, c, 0.1, 0.2)
	refuse("empty points", "empty-passes", "SyncStep", [][]float64{{}}, [][]float64{{}}, []float64{}, 0.1, 0.2)
	refuse("a gradient missing", "shape-passes", "SyncStep", xs, gs[:1], c, 0.1, 0.2)
	refuse("a gradient too many", "shape-passes", "SyncStep", xs, append(slices.Clone(gs), c), c, 0.1, 0.2)
	refuse("a worker too long", "shape-passes", "SyncStep", [][]float64{xs[0], {1, 2, 3}}, gs, c, 0.1, 0.2)
	refuse("a gradient too long", "shape-passes", "SyncStep", xs, [][]float64{{1, 2, 3}, gs[1]}, c, 0.1, 0.2)
	refuse("NaN in a gradient", "nan-passes", "SyncStep", xs, [][]float64{gs[0], {nan, 1}}, c, 0.1, 0.2)
	refuse("an infinite worker", "nan-passes", "SyncStep", [][]float64{{inf, 1}, xs[1]}, gs, c, 0.1, 0.2)
	refuse("a result that overflows", "nan-passes", "SyncStep", xs, [][]float64{{1e300, 1}, gs[1]}, c, 1e10, 0.2)

	g := t.VectorFunc(3, itself)
	fixed := func(v ...float64) any { return t.VectorFunc(3, func([]float64) []float64 { return v }) }
	accepted(t, "a good input", "Elastic", g, x, 2, 2, 1, 0.1, 0.2, 0.5)
	accepted(t, "a good input", "Downpour", g, x, 2, 2, 1, 0.1)
	both := func(what, mistake string, g any, x0 []float64, workers, steps, period int, rate float64) {
		refuse(what, mistake, "Elastic", g, x0, workers, steps, period, rate, 0.2, 0.5)
		refuse(what, mistake, "Downpour", g, x0, workers, steps, period, rate)
	}
	both("no workers", "setting-passes", g, x, 0, 2, 1, 0.1)
	both("−1 steps", "setting-passes", g, x, 2, -1, 1, 0.1)
	both("a period of 0", "setting-passes", g, x, 2, 2, 0, 0.1)
	both("a rate of 0", "setting-passes", g, x, 2, 2, 1, 0)
	both("a rate of −1", "setting-passes", g, x, 2, 2, 1, -1)
	both("a rate of NaN, no steps", "setting-passes", g, x, 2, 0, 1, nan)
	both("an empty start", "empty-passes", t.VectorFunc(1, itself), []float64{}, 2, 2, 1, 0.1)
	both("NaN in the start, no steps", "nan-passes", g, []float64{1, nan}, 2, 0, 1, 0.1)
	both("a gradient too long", "shape-passes", fixed(1, 2, 3), x, 2, 2, 1, 0.1)
	both("a gradient of NaN", "nan-passes", fixed(1, nan), x, 2, 1, 1, 0.1)
	both("a last step that overflows", "nan-passes", fixed(1e300, 1), x, 1, 1, 1, 1e10)
	for _, v := range []float64{-0.1, 1, nan} {
		refuse(fmt.Sprintf("a momentum of %v", v), "setting-passes", "Elastic", g, x, 2, 2, 1, 0.1, 0.2, v)
	}
	refuse("an α of −1", "setting-passes", "Elastic", g, x, 2, 2, 1, 0.1, -1.0, 0.5)
}

func untouched(t *grading.T) {
	r := t.Rand
	g := t.VectorFunc(3, itself)
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"Meet", []any{kit.Normal(r, 2), kit.Normal(r, 2), 0.3}},
		{"SyncStep", []any{points(r, 2, 2), points(r, 2, 2), kit.Normal(r, 2), 0.1, 0.3}},
		{"Elastic", []any{g, kit.Normal(r, 2), 2, 3, 1, 0.1, 0.3, 0.5}},
		{"Downpour", []any{g, kit.Normal(r, 2), 2, 3, 1, 0.1}},
	} {
		kit.Untouched(t, "changes-start", c.fn, c.args...)
	}
}

// ### END HIDDEN TESTS
