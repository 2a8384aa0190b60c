// ### BEGIN HIDDEN TESTS

package fgsm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
)

// Tolerance, absolute and relative: twelve steps of additions, a root and a division on numbers near 1, by a gradient whose slope
// is at most 3; round-off stays below 10⁻¹².
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "target-ignored", Cause: "a targeted step goes the same way as an untargeted one", Hint: "the loss of the target is lowered: −α·d"},
	{ID: "always-down", Cause: "the step goes against the gradient without a target, and along it with one", Hint: "an untargeted attack raises the loss"},
	{ID: "sign-of-zero", Cause: "an entry whose gradient is 0 moves", Hint: "sign(0) = 0; math.Copysign and math.Signbit know no zero"},
	{ID: "no-clip", Cause: "the result is not clipped into [lo, hi]", Hint: "min(max(v, lo), hi), for every entry, after the step"},
	{ID: "onto-sphere", Cause: "what lies inside the ball is moved to its surface", Hint: "multiply by min(1, ε/‖x − x₀‖): inside nothing changes"},
	{ID: "no-projection", Cause: "nothing brings the point back into the ball", Hint: "after every step: x = Project(norm, x, x0, eps)"},
	{ID: "wrong-centre", Cause: "the ball is taken round the last point", Hint: "the centre is x₀ in every step"},
	{ID: "start-centre", Cause: "the ball is taken round start", Hint: "the centre is x₀; start is only where the walk begins"},
	{ID: "clip-first", Cause: "the range comes before the ball", Hint: "project first, clip then: in L2 the other order ends elsewhere"},
	{ID: "normalised-inf", Cause: "in L∞ the step is α·g/‖g‖₂", Hint: "L∞ allows every entry the same change: α·sign(g)"},
	{ID: "not-normalised", Cause: "in L2 the step is α·g", Hint: "g/‖g‖₂ has the length one; the step has the length α, whatever the gradient's is"},
	{ID: "step-is-eps", Cause: "every step has the length ε", Hint: "α is the argument step"},
	{ID: "stale-gradient", Cause: "all steps use the gradient at the start", Hint: "ask for the gradient at the point where you stand"},
	{ID: "zero-gradient", Cause: "0/0 where the gradient is zero", Hint: "if ‖g‖₂ = 0 the point stays"},
	{ID: "underflow", Cause: "the squares of a tiny or huge gradient leave float64's range", Hint: "divide by the largest |gⱼ| before you square"},
	{ID: "shared-rows", Cause: "rows share memory with each other or with start", Hint: "append a copy: append(rows, slices.Clone(x))"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "copy first: slices.Clone"},
	{ID: "extra-calls", Cause: "gradient is not called exactly once a step", Hint: "keep the result of the one call; none is needed at the last point"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every entry that comes in, from gradient too"},
	{ID: "arguments-pass", Cause: "an argument that the statement's table refuses is accepted", Hint: "go through the table line by line; !(step > 0) catches NaN too"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "steps = 0, eps = 0, a zero gradient and a start outside the ball are good"},
}

func fail(t *grading.T, computed, expected any, err, mistake string) {
	text := func(v any) string {
		if s, ok := v.(string); ok {
			return s
		}
		return grading.Show(v)
	}
	t.Fail(grading.Failure{Input: t.Input(), Computed: text(computed), Expected: text(expected), Error: err, Mistake: mistake})
}

func accepted(t *grading.T, fn string, args ...any) grading.Answer {
	a := t.Call(fn, args...)
	if a.Failed() {
		fail(t, "error: "+a.Err, "a result", "an error where a result exists", "refuses-good")
	}
	for i, v := range args {
		switch v.(type) {
		case []float64:
			if a.Changed(i) {
				fail(t, "an argument is changed", "arguments as they were", "the function writes to a slice that it was handed", "changes-arguments")
			}
		}
	}
	return a
}

func same(a, b []float64) bool { return grading.CloseSlice(a, b, tol) }

// ---- the reference, with mistakes

func sign(v float64, wrong string) float64 {
	switch {
	case v > 0 || v == 0 && wrong == "sign-of-zero":
		return 1
	case v < 0:
		return -1
	}
	return 0
}

func euclid(v []float64) float64 {
	n := 0.0
	for _, x := range v {
		n = math.Hypot(n, x)
	}
	return n
}

func project(norm string, x, x0 []float64, eps float64, wrong string) []float64 {
	r := make([]float64, len(x))
	for j := range r {
		r[j] = x[j] - x0[j]
	}
	n := euclid(r)
	out := slices.Clone(x)
	for j := range out {
		if norm == "linf" {
			out[j] = x0[j] + min(max(r[j], -eps), eps)
		} else if n > eps || wrong == "onto-sphere" && n > 0 {
			out[j] = x0[j] + r[j]/n*eps
		}
	}
	return out
}

type problem struct {
	norm      string
	gradient  func([]float64) []float64
	x0, start []float64
	eps, step float64
	steps     int
	lo, hi    float64
	targeted  bool
}

func (p problem) solve(wrong string) [][]float64 {
	x := slices.Clone(p.start)
	clip := func(x []float64) {
		for j := range x {
			if wrong != "no-clip" {
				x[j] = min(max(x[j], p.lo), p.hi)
			}
		}
	}
	rows := [][]float64{slices.Clone(x)}
	first := p.gradient(x)
	for range p.steps {
		last := slices.Clone(x)
		g := p.gradient(x)
		if wrong == "stale-gradient" {
			g = first
		}
		alpha := p.step
		if wrong == "step-is-eps" {
			alpha = p.eps
		}
		if p.targeted != (wrong == "always-down") && wrong != "target-ignored" {
			alpha = -alpha
		}
		n := euclid(g)
		for j := range x {
			switch {
			case wrong == "not-normalised" && p.norm == "l2":
				x[j] += alpha * g[j]
			case p.norm == "linf" && wrong != "normalised-inf":
				x[j] += alpha * sign(g[j], wrong)
			case n > 0:
				x[j] += alpha * (g[j] / n)
			}
		}
		centre := p.x0
		switch wrong {
		case "wrong-centre":
			centre = last
		case "start-centre":
			centre = p.start
		}
		if wrong == "clip-first" {
			clip(x)
		}
		if wrong != "no-projection" {
			x = project(p.norm, x, centre, p.eps, wrong)
		}
		if wrong != "clip-first" {
			clip(x)
		}
		rows = append(rows, slices.Clone(x))
	}
	return rows
}

// ---- judging

func checkFGSM(t *grading.T, gradient func([]float64) []float64, x0 []float64, eps, lo, hi float64, targeted bool) {
	calls, at := 0, []float64(nil)
	a := accepted(t, "FGSM", t.VectorFunc(len(x0), func(x []float64) []float64 { calls++; at = slices.Clone(x); return gradient(x) }), x0, eps, lo, hi, targeted)
	p := problem{norm: "linf", gradient: gradient, x0: x0, start: x0, eps: eps, step: eps, steps: 1, lo: lo, hi: hi, targeted: targeted}
	got, want := a.Floats(0), p.solve("")[1]
	if calls != 1 || !slices.Equal(at, x0) {
		fail(t, fmt.Sprintf("%d calls of gradient, the last at %s", calls, grading.Show(at)), "one call, at x₀", "gradient is called otherwise", "extra-calls")
	}
	if same(got, want) {
		return
	}
	mistake := ""
	for _, m := range []string{"target-ignored", "always-down", "sign-of-zero", "no-clip", "normalised-inf"} {
		if w := p.solve(m)[1]; same(got, w) && !same(w, want) {
			mistake = m
			break
		}
	}
	fail(t, got, want, "the numbers differ", mistake)
}

func checkProject(t *grading.T, norm string, x, x0 []float64, eps float64) {
	a := accepted(t, "Project", norm, x, x0, eps)
	got, want := a.Floats(0), project(norm, x, x0, eps, "")
	if same(got, want) {
		return
	}
	mistake := ""
	if same(got, project(norm, x, x0, eps, "onto-sphere")) {
		mistake = "onto-sphere"
	}
	if mistake == "" && same(got, x) {
		mistake = "no-projection"
	}
	fail(t, got, want, "the numbers differ", mistake)
}

// variants are PGD's mistakes, those that name most precisely first.
var variants = []string{"target-ignored", "always-down", "no-projection", "wrong-centre", "start-centre", "clip-first", "normalised-inf", "not-normalised",
	"step-is-eps", "stale-gradient", "sign-of-zero", "no-clip", "onto-sphere"}

func checkPGD(t *grading.T, p problem) {
	calls := 0
	a := accepted(t, "PGD", p.norm, t.VectorFunc(len(p.x0), func(x []float64) []float64 { calls++; return p.gradient(x) }), p.x0, p.start, p.eps, p.step, p.steps, p.lo, p.hi, p.targeted)
	got, want := a.Matrix(0), p.solve("")
	equal := func(a, b [][]float64) bool { return slices.EqualFunc(a, b, same) }
	if !equal(got, want) {
		mistake := ""
		for _, m := range variants {
			if w := p.solve(m); equal(got, w) && !equal(w, want) {
				mistake = m
				break
			}
		}
		if mistake == "" && len(got) == len(want) && p.steps > 1 {
			all := true // every row is the same
			for _, r := range got {
				all = all && slices.Equal(r, got[len(got)-1])
			}
			if all {
				mistake = "shared-rows"
			}
		}
		err := "the points differ"
		if len(got) != len(want) {
			err = fmt.Sprintf("%d rows, want %d", len(got), len(want))
		}
		fail(t, got, want, err, mistake)
	}
	if a.Bool(1) {
		fail(t, "row 0 is start itself", "a slice of its own", "what the caller does to start changes the result", "shared-rows")
	}
	if calls != p.steps {
		fail(t, fmt.Sprintf("%d calls of gradient", calls), fmt.Sprintf("%d, one a step", p.steps), "gradient is called otherwise", "extra-calls")
	}
}

// ---- random problems

func normal(rng *rand.Rand, n int, scale float64) []float64 {
	v := make([]float64, n)
	for j := range v {
		v[j] = scale * rng.NormFloat64()
	}
	return v
}

// waves is the gradient of a smooth loss: gⱼ = bⱼ + Σₖ aₖⱼ sin(xₖ + j), with slopes of at most 3.
func waves(rng *rand.Rand, n int) func([]float64) []float64 {
	b, a := normal(rng, n, 1), make([][]float64, n)
	for k := range a {
		a[k] = normal(rng, n, 1/float64(n))
	}
	return func(x []float64) []float64 {
		g := slices.Clone(b)
		for k := range x {
			for j := range g {
				g[j] += a[k][j] * math.Sin(x[k]+float64(j))
			}
		}
		return g
	}
}

func uniform(rng *rand.Rand, n int, lo, hi float64) []float64 {
	v := make([]float64, n)
	for j := range v {
		v[j] = lo + (hi-lo)*rng.Float64()
	}
	return v
}

func fgsmRandom(t *grading.T) {
	for k := range 12 {
		n := 1 + t.Rand.IntN(5)
		lo, hi := -t.Rand.Float64(), 1+t.Rand.Float64()
		x0 := uniform(t.Rand, n, lo, hi)
		if k%3 == 0 {
			x0[0] = []float64{lo, hi}[k/3%2]
		}
		g := waves(t.Rand, n)
		h := g
		if k%4 == 0 && n > 1 {
			h = func(x []float64) []float64 { v := g(x); v[n-1] = 0; return v }
		}
		checkFGSM(t, h, x0, 0.05+0.6*t.Rand.Float64(), lo, hi, k%2 == 1)
	}
	checkFGSM(t, constant(0, 2, 0, -1), []float64{0.5, 0.5, 0.25, 0.75}, 0.1, 0, 1, false)
	checkFGSM(t, constant(1, 2), []float64{0.5, 0.5}, 0, 0, 1, true)
}

func projectRandom(t *grading.T) {
	for _, norm := range []string{"l2", "linf"} {
		for k := range 10 {
			n := 1 + t.Rand.IntN(5)
			x0 := normal(t.Rand, n, 2)
			x := normal(t.Rand, n, []float64{0.05, 3}[k%2])
			for j := range x {
				x[j] += x0[j]
			}
			checkProject(t, norm, x, x0, 0.3+t.Rand.Float64())
		}
		x0 := normal(t.Rand, 3, 1)
		checkProject(t, norm, x0, x0, 0.5)
		checkProject(t, norm, normal(t.Rand, 3, 1), x0, 0)
		checkProject(t, norm, x0, x0, 0)
		checkProject(t, norm, []float64{1, 2, 1}, []float64{1, 1, 1}, 1) // on the surface
		checkProject(t, norm, []float64{3e100, 4e100}, []float64{0, 0}, 1e100)
	}
}

// newProblem is a walk that meets the surface of the ball and the ends of the range.
func newProblem(rng *rand.Rand, norm string, targeted bool) problem {
	n := 2 + rng.IntN(4)
	p := problem{norm: norm, gradient: waves(rng, n), x0: uniform(rng, n, 0, 1), eps: 0.3 + 0.2*rng.Float64(), steps: 4 + rng.IntN(8), lo: 0, hi: 1, targeted: targeted}
	p.x0[0] = 0.05 * rng.Float64()
	p.step = p.eps * (0.3 + 0.3*rng.Float64())
	p.start = slices.Clone(p.x0)
	for j := range p.start {
		p.start[j] = min(max(p.start[j]+p.eps/float64(n)*(2*rng.Float64()-1), 0), 1)
	}
	return p
}

func pgdRandom(t *grading.T, norm string) {
	for k := range 12 {
		p := newProblem(t.Rand, norm, k%2 == 1)
		if k < 4 {
			p.start = slices.Clone(p.x0)
		}
		if k < 2 {
			p.step = 1.4 * p.eps // longer than the radius: a ball round the last point differs from no ball
		}
		checkPGD(t, p)
	}
}

func edges(t *grading.T) {
	for _, norm := range []string{"l2", "linf"} {
		p := newProblem(t.Rand, norm, false)
		p.steps = 0
		checkPGD(t, p)
		p = newProblem(t.Rand, norm, false)
		p.start = slices.Clone(p.x0)
		p.start[0] = p.x0[0] + 3 // outside ball and range
		checkPGD(t, p)
		p = newProblem(t.Rand, norm, true)
		p.eps = 0
		checkPGD(t, p)
		p = newProblem(t.Rand, norm, false)
		n := len(p.x0)
		p.gradient = func([]float64) []float64 { return make([]float64, n) }
		a := t.Call("PGD", p.norm, t.VectorFunc(n, p.gradient), p.x0, p.start, p.eps, p.step, p.steps, p.lo, p.hi, p.targeted)
		if a.Failed() || !slices.EqualFunc(a.Matrix(0), p.solve(""), same) {
			fail(t, a.String(), p.solve(""), "the gradient is zero, so that the point stays", "zero-gradient")
		}
		for _, scale := range []float64{1e-200, 1e200} {
			p = newProblem(t.Rand, norm, false)
			g := p.gradient
			p.gradient = func(x []float64) []float64 {
				v := g(x)
				for j := range v {
					v[j] *= scale
				}
				return v
			}
			a := t.Call("PGD", p.norm, t.VectorFunc(len(p.x0), p.gradient), p.x0, p.start, p.eps, p.step, p.steps, p.lo, p.hi, p.targeted)
			if a.Failed() || !slices.EqualFunc(a.Matrix(0), p.solve(""), same) {
				fail(t, a.String(), p.solve(""), fmt.Sprintf("a gradient of the size %g", scale), "underflow")
			}
		}
	}
}

func refuses(t *grading.T) {
	x0, g := []float64{0.5, 0.25}, constant(1, -1)
	f := func(g func([]float64) []float64) any { return t.VectorFunc(2, g) }
	checkFGSM(t, g, x0, 0.1, 0, 1, false) // the same arguments without a flaw
	no := func(what, mistake, fn string, args ...any) {
		t.CallErr(grading.Failure{Input: fn + ", " + what, Error: "no error", Mistake: mistake}, fn, args...)
	}
	nan, inf := math.NaN(), math.Inf(1)
	for _, bad := range []float64{nan, inf, -inf} {
		no("x₀ not finite", "nan-passes", "FGSM", f(g), []float64{0.5, bad}, 0.1, 0.0, 1.0, false)
		no("the gradient is not finite", "nan-passes", "FGSM", f(constant(bad, 1)), x0, 0.1, 0.0, 1.0, false)
		no("x not finite", "nan-passes", "Project", "linf", []float64{bad, 1}, x0, 0.1)
		no("x₀ not finite", "nan-passes", "Project", "l2", x0, []float64{bad, 1}, 0.1)
		no("start not finite", "nan-passes", "PGD", "l2", f(g), x0, []float64{0.5, bad}, 0.1, 0.1, 2, 0.0, 1.0, false)
		no("the gradient is not finite", "nan-passes", "PGD", "linf", f(constant(1, bad)), x0, x0, 0.1, 0.1, 2, 0.0, 1.0, false)
		no("ε is NaN or infinite", "arguments-pass", "FGSM", f(g), x0, math.Abs(bad), 0.0, 1.0, false)
		no("the step is NaN or infinite", "arguments-pass", "PGD", "l2", f(g), x0, x0, 0.1, math.Abs(bad), 2, 0.0, 1.0, false)
	}
	for _, norm := range []string{"", "L2", "l1"} {
		no("norm "+norm, "arguments-pass", "Project", norm, x0, x0, 0.1)
		no("norm "+norm, "arguments-pass", "PGD", norm, f(g), x0, x0, 0.1, 0.1, 0, 0.0, 1.0, false)
	}
	no("ε < 0", "arguments-pass", "FGSM", f(g), x0, -0.1, 0.0, 1.0, false)
	no("ε < 0", "arguments-pass", "Project", "l2", x0, x0, -0.1)
	no("x₀ empty", "arguments-pass", "Project", "l2", []float64{}, []float64{}, 0.1)
	no("x longer than x₀", "arguments-pass", "Project", "l2", []float64{1, 2, 3}, x0, 0.1)
	no("start shorter than x₀", "arguments-pass", "PGD", "l2", f(g), x0, []float64{0.5}, 0.1, 0.1, 2, 0.0, 1.0, false)
	no("lo = hi", "arguments-pass", "FGSM", f(g), []float64{0.5, 0.5}, 0.1, 0.5, 0.5, false)
	no("x₀ outside the range", "arguments-pass", "FGSM", f(g), x0, 0.1, 0.3, 1.0, false)
	no("x₀ outside the range", "arguments-pass", "PGD", "linf", f(g), x0, x0, 0.1, 0.1, 2, 0.0, 0.4, false)
	no("a step of 0", "arguments-pass", "PGD", "l2", f(g), x0, x0, 0.1, 0.0, 2, 0.0, 1.0, false)
	no("steps < 0", "arguments-pass", "PGD", "l2", f(g), x0, x0, 0.1, 0.1, -1, 0.0, 1.0, false)
}

// ### END HIDDEN TESTS
