// ### BEGIN HIDDEN TESTS

package leastnormgd

import (
	"fmt"
	"math"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerances. A result may be computed by any sound method:
//   - direct: with κ ≤ 10⁴ here, a method that forms AAᵀ errs by about 10·κ²·2⁻⁵² = 2·10⁻⁷, others by κ·2⁻⁵² = 2·10⁻¹²;
//     a wrong method is off by far more than 10⁻⁶.
//   - limits of steps: an iteration for σ₁ may stop at seven digits.
//   - iterates: the map contracts, so that rounding errors add up to at most iters·n·2⁻⁵² ≈ 10⁻¹¹ on the scale of the numbers.
const (
	tolDirect  = 1e-6
	tolStep    = 1e-6
	tolDescent = 1e-9
)

var mistakes = []grading.Mistake{
	{ID: "gradient-sign", Cause: "the step goes up the gradient: x + μAᵀ(Ax − b)", Hint: "descent subtracts: x ← x − μAᵀ(Ax − b); watch ‖Ax − b‖ over three steps, it must fall"},
	{ID: "missing-transpose", Cause: "A stands where Aᵀ belongs in the gradient", Hint: "the residual has m entries, the gradient n: g = Σᵢ rᵢ·(row i of A)"},
	{ID: "gradient-factor", Cause: "the gradient is twice too large: that of ‖Ax − b‖²", Hint: "the loss is ½‖Ax − b‖², so the 2 of the derivative cancels"},
	{ID: "gradient-halved", Cause: "the gradient is half of what it should be", Hint: "the ½ of the loss is used up by the derivative of the square; apply it once"},
	{ID: "stops-early", Cause: "gradient descent ends before it has taken its steps", Hint: "take exactly iters steps; end early only if a step changes nothing at all"},
	{ID: "one-step-short", Cause: "one step fewer than asked is taken", Hint: "count: iters = 1 is one step, iters = 0 is none"},
	{ID: "one-step-more", Cause: "one step more than asked is taken", Hint: "count: iters = 1 is one step, iters = 0 is none"},
	{ID: "changes-start", Cause: "x := x0 shares memory, so that the steps overwrite the caller's x₀", Hint: "copy first: x := append([]float64(nil), x0...)"},
	{ID: "changes-matrix", Cause: "A or the right-hand side is modified in place", Hint: "work on a copy; a slice of slices is shared with the caller"},
	{ID: "ignores-start", Cause: "gradient descent begins at the origin instead of x₀", Hint: "the first iterate is a copy of x₀"},
	{ID: "mixed-iterates", Cause: "each row corrects x before the next row's residual is computed", Hint: "all residuals of a step belong to the same x: collect the gradient in a vector of its own, then move"},
	{ID: "forgets-null-space", Cause: "the limit is x_ln for every start, without V₂V₂ᵀx₀", Hint: "what A does not see, gradient descent does not change: add the part of x₀ in null(A)"},
	{ID: "adds-whole-start", Cause: "the limit is x₀ + x_ln, with the part of x₀ in the row space, which gradient descent removes", Hint: "project first: V₂V₂ᵀx₀ = x₀ − V₁V₁ᵀx₀"},
	{ID: "wrong-projector", Cause: "x₀ is projected on the row space (V₁V₁ᵀ) instead of the null space (V₂V₂ᵀ)", Hint: "V₂V₂ᵀ = I − V₁V₁ᵀ, and the thin SVD returns V₁"},
	{ID: "forgets-least-norm", Cause: "the limit is only the part of x₀ in null(A)", Hint: "it must solve Ax = b too: add x_ln"},
	{ID: "basic-solution", Cause: "it solves the system but is not the shortest solution: it has a part in null(A)", Hint: "the least-norm solution is a combination of the rows of A, x = Aᵀz; find z"},
	{ID: "ata-inverse", Cause: "probably (AᵀA)⁻¹Aᵀy: right for square and tall matrices, but AᵀA (n×n) is singular for a wide A", Hint: "x_ln = Aᵀ(AAᵀ)⁻¹y has the m×m matrix AAᵀ; better, use the SVD or QR of Aᵀ"},
	{ID: "ridge", Cause: "the result is x_ln shrunken along each singular vector, as (AᵀA + λI)⁻¹Aᵀy gives: it does not solve the system", Hint: "no λ is needed: x = Σᵢ (uᵢᵀy/σᵢ)vᵢ"},
	{ID: "no-rank-check", Cause: "rank deficiency is not looked for", Hint: "compare the smallest of the m singular values with the largest, and return an error if it is zero up to rounding"},
	{ID: "column-rank", Cause: "full rank is read as full column rank: a tall matrix passes", Hint: "with m > n the rows are always dependent and AAᵀ is singular: return an error"},
	{ID: "absolute-tolerance", Cause: "the rank is decided with a fixed threshold, which depends on the unit of A", Hint: "compare σ_m with ε·σ₁, not with ε"},
	{ID: "sigma-not-squared", Cause: "the limit is 2/σ₁", Hint: "the error along v₁ is multiplied by 1 − μσ₁²: square it"},
	{ID: "half-limit", Cause: "the limit is 1/σ₁², the step of the usual proof", Hint: "|1 − μσ₁²| < 1 holds up to μ = 2/σ₁²"},
	{ID: "smallest-sigma", Cause: "the smallest singular value is taken for the largest", Hint: "the fastest direction limits the step: take σ₁"},
	{ID: "frobenius", Cause: "the Frobenius norm is taken for σ₁", Hint: "‖A‖_F² is the sum of all σᵢ²; take the largest singular value alone"},
	{ID: "no-step-check", Cause: "a step above 2/σ₁² is accepted, and gradient descent diverges", Hint: "compare step with StepLimit(a) and return an error"},
	{ID: "nan-passes", Cause: "NaN and infinity in the input are not looked for", Hint: "check every entry with math.IsNaN and math.IsInf before you compute"},
	{ID: "shape-passes", Cause: "lengths are not compared", Hint: "check len(b) against the rows, len(x0) against the columns, and every row against the first"},
}

// call is one call and what it was about, for the report.
type call struct {
	t     *grading.T
	input string
}

func (c call) fail(computed, expected, err, mistake string) {
	c.t.Fail(grading.Failure{Input: c.input, Computed: computed, Expected: expected, Error: err, Mistake: mistake})
}

// vector reads the result of an answer that must be a finite vector of n entries; want is what to print as expected.
func (c call) vector(a grading.Answer, n int, want []float64, mistake func() string) []float64 {
	if a.Failed() {
		c.fail("error: "+a.Err, text(want), "an error where a result exists", mistake())
	}
	x := a.Floats(0)
	if len(x) != n {
		c.fail(text(x), text(want), fmt.Sprintf("%d entries, want %d", len(x), n), "")
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			c.fail(text(x), text(want), fmt.Sprintf("entry %d is %v", i, v), mistake())
		}
	}
	return x
}

func unknown() string { return "" }

// ---- LeastNorm

// A statement's case: the numbers a student can follow by hand.
func lineCase() *system {
	return newSystem("the line x₁ + 2x₂ = 5", [][]float64{{1, 2}}, []float64{5}, []float64{2, -1})
}
func planeCase() *system {
	return newSystem("two equations, three unknowns", [][]float64{{1, 0, 1}, {0, 1, 1}}, []float64{2, 4}, []float64{3, 0, 0})
}

func leastNorm(t *grading.T, s *system) {
	c := call{t, fmt.Sprintf("LeastNorm, %s: A = %s, y = %s", s.name, text(s.a), text(s.b))}
	want := s.leastNorm()
	x := c.vector(t.Call("LeastNorm", s.a, s.b), len(want), want, func() string { return refusedLeastNorm(t, s) })
	if err, mistake := s.judge(t, x); err != "" {
		c.fail(text(x), text(want), err, mistake)
	}
}

// judge says what is wrong with x as the least-norm solution of s, and which mistake gives it; "" if nothing is.
func (s *system) judge(t *grading.T, x []float64) (err, mistake string) {
	want := s.leastNorm()
	residual, null, off := norm(sub(s.times(x), s.b)), norm(s.null(x)), norm(sub(x, want))
	solves, inRows := residual <= tolDirect*norm(s.b), null <= tolDirect*norm(x)
	switch {
	case solves && inRows && off <= tolDirect*norm(want):
		return "", ""
	case solves && !inRows:
		return fmt.Sprintf("‖Ax − y‖ = %.2g is fine, but the part in null(A) has norm %.2g, and ‖x‖ = %.4g > ‖x_ln‖ = %.4g", residual, null, norm(x), norm(want)), "basic-solution"
	case inRows && s.shrunken(x):
		mistake = "ridge"
	case len(s.a) < len(s.a[0]) && squareWorks(t):
		mistake = "ata-inverse"
	}
	return fmt.Sprintf("‖Ax − y‖ = %.2g, allowed %.2g; part in null(A) %.2g; ‖x − x_ln‖ = %.2g", residual, tolDirect*norm(s.b), null, off), mistake
}

// shrunken tells whether x is x_ln with each coordinate vᵢᵀx scaled by a factor in (0, 1], the more the smaller σᵢ is.
func (s *system) shrunken(x []float64) bool {
	want, last := s.leastNorm(), 1+1e-9
	for _, v := range s.v {
		f := dot(v, x) / dot(v, want)
		if !(f > 0 && f <= last+1e-9) {
			return false
		}
		last = f
	}
	return true
}

// squareWorks tells whether LeastNorm solves a harmless square system, where (AᵀA)⁻¹Aᵀ is right too.
func squareWorks(t *grading.T) bool {
	s := newSystem("", [][]float64{{2, 1}, {-1, 3}}, []float64{1, 2}, []float64{0, 0})
	a := t.Call("LeastNorm", s.a, s.b)
	return !a.Failed() && len(a.Floats(0)) == 2 && norm(sub(a.Floats(0), s.leastNorm())) <= tolDirect
}

// refusedLeastNorm finds out why a solvable system was refused.
func refusedLeastNorm(t *grading.T, s *system) string {
	if top := s.sigma[0]; top < 1e-3 || top > 1e3 {
		scaled := clone(s.a)
		for _, row := range scaled {
			for j := range row {
				row[j] /= top
			}
		}
		if !t.Call("LeastNorm", scaled, s.b).Failed() {
			return "absolute-tolerance"
		}
	}
	if len(s.a) < len(s.a[0]) && squareWorks(t) {
		return "ata-inverse"
	}
	return ""
}

func leastNormCases(t *grading.T) {
	leastNorm(t, lineCase())
	leastNorm(t, planeCase())
}

func leastNormRandom(t *grading.T) {
	for i := range 6 {
		m := 2 + t.Rand.IntN(5)
		n := m + 1 + t.Rand.IntN(8)
		leastNorm(t, random(t.Rand, fmt.Sprintf("random system %d", i+1), m, n, 1, spread(t.Rand, m, 10)...))
	}
	leastNorm(t, random(t.Rand, "a larger random system", 25, 60, 1, spread(t.Rand, 25, 50)...))
}

func leastNormEdges(t *grading.T) {
	r := t.Rand
	leastNorm(t, random(r, "square", 4, 4, 1, spread(r, 4, 5)...))
	leastNorm(t, random(r, "one row", 1, 6, 1, 3))
	leastNorm(t, random(r, "one entry", 1, 1, 1, 2))
	leastNorm(t, random(r, "condition number 10⁴", 4, 9, 1, 2, 0.1, 3e-3, 2e-4))
	leastNorm(t, random(r, "entries near 10⁻⁶⁰", 3, 7, 1e-60, spread(r, 3, 5)...))
	leastNorm(t, random(r, "entries near 10⁶⁰", 3, 7, 1e60, spread(r, 3, 5)...))
	zero := random(r, "y = 0", 2, 5, 1, 2, 1)
	clear(zero.b)
	leastNorm(t, zero)
	axis := newSystem("columns of zeros", [][]float64{{0, 0, 3, 0}, {0, -2, 0, 0}}, []float64{6, 1}, make([]float64, 4))
	leastNorm(t, axis)
}

// refuses demands an error.
func refuses(t *grading.T, fn, what, mistake string, args ...any) {
	c := call{t, fmt.Sprintf("%s, %s", fn, what)}
	for _, a := range args {
		c.input += ", " + text(a)
	}
	if a := t.Call(fn, args...); !a.Failed() {
		computed := ""
		if fn == "StepLimit" {
			computed = text(a.Float(0))
		} else {
			computed = text(a.Floats(0))
		}
		c.fail(computed, "an error", "no error", mistake)
	}
}

// poisoned returns a copy of v whose last entry is bad.
func poisoned(v []float64, bad float64) []float64 {
	p := append([]float64(nil), v...)
	p[len(p)-1] = bad
	return p
}

func poisonedMatrix(a [][]float64, bad float64) [][]float64 {
	p := clone(a)
	p[len(p)-1] = poisoned(p[len(p)-1], bad)
	return p
}

func leastNormRefuses(t *grading.T) {
	r := t.Rand
	good := random(r, "a good system", 3, 6, 1, spread(r, 3, 4)...)
	leastNorm(t, good) // who refuses everything earns nothing
	refuse := func(what, mistake string, s *system) { refuses(t, "LeastNorm", what, mistake, s.a, s.b) }
	refuse("rank 2 of 3 rows", "no-rank-check", random(r, "", 3, 6, 1, 2, 1))
	refuse("rank 2 of 4 rows, square", "no-rank-check", random(r, "", 4, 4, 1, 2, 1))
	twice := random(r, "", 3, 6, 1, spread(r, 3, 4)...)
	twice.a[2] = append([]float64(nil), twice.a[0]...)
	refuse("one equation twice", "no-rank-check", twice)
	refuse("rank 1 of 3 rows, entries near 10⁶⁰", "absolute-tolerance", random(r, "", 3, 5, 1e60, 2))
	refuse("a zero matrix", "no-rank-check", &system{a: [][]float64{{0, 0, 0}, {0, 0, 0}}, b: []float64{0, 0}})
	refuse("4×2 of full column rank", "column-rank", random(r, "", 4, 2, 1, 2, 1))
	refuse("a column", "column-rank", random(r, "", 3, 1, 1, 2))
	refuses(t, "LeastNorm", "NaN in y", "nan-passes", good.a, poisoned(good.b, math.NaN()))
	refuses(t, "LeastNorm", "infinity in y", "nan-passes", good.a, poisoned(good.b, math.Inf(-1)))
	refuses(t, "LeastNorm", "NaN in A", "nan-passes", poisonedMatrix(good.a, math.NaN()), good.b)
	refuses(t, "LeastNorm", "y too long", "shape-passes", good.a, append([]float64{1}, good.b...))
	refuses(t, "LeastNorm", "y too short", "shape-passes", good.a, good.b[:2])
	ragged := clone(good.a)
	ragged[1] = ragged[1][:4]
	refuses(t, "LeastNorm", "rows of different length", "shape-passes", ragged, good.b)
	refuses(t, "LeastNorm", "no rows", "shape-passes", [][]float64{}, []float64{})
}

// ---- StepLimit

func limitOf(t *grading.T, s *system) {
	c := call{t, fmt.Sprintf("StepLimit, %s: A = %s", s.name, text(s.a))}
	want := s.stepLimit()
	a := t.Call("StepLimit", s.a)
	if a.Failed() {
		c.fail("error: "+a.Err, text(want), "an error where a limit exists", "")
	}
	if got := a.Float(0); got != want && (math.IsInf(want, 0) || !(math.Abs(got-want) <= tolStep*want)) {
		c.fail(text(got), text(want), fmt.Sprintf("relative error %.2g", math.Abs(got/want-1)), s.limitMistake(got))
	}
}

// limitMistake names the mistake that gives got for the step limit.
func (s *system) limitMistake(got float64) string {
	top, low, frobenius := s.sigma[0], s.sigma[len(s.sigma)-1], norm(s.sigma)
	for _, m := range []struct {
		id    string
		value float64
	}{{"sigma-not-squared", 2 / top}, {"half-limit", 1 / top / top}, {"smallest-sigma", 2 / low / low}, {"frobenius", 2 / frobenius / frobenius}} {
		if math.Abs(got-m.value) <= tolStep*m.value {
			return m.id
		}
	}
	return ""
}

func stepLimit(t *grading.T) {
	r := t.Rand
	for i := range 4 {
		m, n := 2+r.IntN(4), 2+r.IntN(6)
		limitOf(t, random(r, fmt.Sprintf("random matrix %d", i+1), m, n, 1, spread(r, min(m, n), 4)...))
	}
	limitOf(t, random(r, "rank 2 of 4 rows", 4, 6, 1, 2, 1))
	limitOf(t, random(r, "a column", 5, 1, 1, 3))
	limitOf(t, random(r, "one entry", 1, 1, 1, 0.5))
	limitOf(t, random(r, "entries near 10⁻⁶⁰", 3, 7, 1e-60, spread(r, 3, 5)...))
	limitOf(t, random(r, "entries near 10⁶⁰", 3, 7, 1e60, spread(r, 3, 5)...))
	limitOf(t, newSystem("a zero matrix", [][]float64{{0, 0}, {0, 0}, {0, 0}}, nil, nil))
	refuses(t, "StepLimit", "NaN in A", "nan-passes", poisonedMatrix([][]float64{{1, 2}, {3, 4}}, math.NaN()))
}

// ---- GradientDescent

func descent(t *grading.T, s *system, step float64, iters int) {
	c := call{t, fmt.Sprintf("GradientDescent, %s: A = %s, b = %s, x0 = %s, step = %.6g, iters = %d", s.name, text(s.a), text(s.b), text(s.x0), step, iters)}
	want := s.descend(s.x0, step, iters)
	x := c.vector(t.Call("GradientDescent", s.a, s.b, s.x0, step, iters), len(s.x0), want, func() string {
		// a wrong limit refuses good steps
		if a := t.Call("StepLimit", s.a); !a.Failed() {
			return s.limitMistake(a.Float(0))
		}
		return ""
	})
	tol := tolDescent * (norm(s.x0) + norm(want) + norm(s.leastNorm()))
	if off := norm(sub(x, want)); !(off <= tol) {
		c.fail(text(x), text(want), fmt.Sprintf("off by %.2g, allowed %.2g", off, tol), s.descentMistake(x, want, step, iters, tol))
	}
}

// descentMistake names the mistake that gives x, whose right value is want.
func (s *system) descentMistake(x, want []float64, step float64, iters int, tol float64) string {
	is := func(y []float64) bool { return norm(sub(x, y)) <= tol+tolDescent*norm(y) }
	origin := make([]float64, len(s.x0))
	switch {
	case len(s.a) == len(s.x0) && is(s.untransposed(step, iters)):
		return "missing-transpose"
	case is(s.descend(s.x0, -step, iters)):
		return "gradient-sign"
	case is(s.descend(s.x0, 2*step, iters)):
		return "gradient-factor"
	case is(s.descend(s.x0, step/2, iters)):
		return "gradient-halved"
	case is(s.descend(origin, step, iters)):
		return "ignores-start"
	case is(s.mixed(step, iters)):
		return "mixed-iterates"
	case is(s.descend(s.x0, step, iters+1)):
		return "one-step-more"
	case iters > 0 && is(s.descend(s.x0, step, iters-1)):
		return "one-step-short"
	}
	for k := range max(0, iters-1) {
		if is(s.descend(s.x0, step, k)) {
			return "stops-early"
		}
	}
	return ""
}

func descentCases(t *grading.T) {
	for iters := range 4 {
		descent(t, lineCase(), 0.1, iters)
	}
	descent(t, planeCase(), 0.5, 200)
}

func descentSquare(t *grading.T) {
	for i := range 3 {
		n := 2 + i
		s := random(t.Rand, "square, not symmetric", n, n, 1, spread(t.Rand, n, 3)...)
		descent(t, s, 0.4*s.stepLimit(), 1)
		descent(t, s, 0.7*s.stepLimit(), 6)
	}
}

func descentRandom(t *grading.T) {
	r := t.Rand
	for i := range 5 {
		m := 2 + r.IntN(4)
		n := m + 1 + r.IntN(6)
		s := random(r, fmt.Sprintf("random system %d", i+1), m, n, 1, spread(r, m, 3)...)
		descent(t, s, (0.1+0.8*r.Float64())*s.stepLimit(), 1+r.IntN(3))
		// residuals below 10⁻³, and still the steps asked for
		descent(t, s, 0.5*s.stepLimit(), 60+r.IntN(60))
		// the end: V₂V₂ᵀx₀ + A⁺b; with κ = 3 the error shrinks by 8/9 a step or faster, 10⁻²⁰ after 400
		step := 0.55 * s.stepLimit()
		c := call{t, fmt.Sprintf("GradientDescent, %s, to the end: A = %s, b = %s, x0 = %s, step = %.6g, iters = 400", s.name, text(s.a), text(s.b), text(s.x0), step)}
		want := s.limit()
		x := c.vector(t.Call("GradientDescent", s.a, s.b, s.x0, step, 400), n, want, unknown)
		if off := norm(sub(x, want)); !(off <= 1e-8*(norm(want)+norm(s.x0))) {
			mistake := ""
			if norm(sub(x, s.leastNorm())) <= 1e-8*norm(want) {
				mistake = "ignores-start"
			}
			c.fail(text(x), text(want)+" = V₂V₂ᵀx₀ + A⁺b", fmt.Sprintf("‖x − x∞‖ = %.2g; ‖Ax − b‖ = %.2g; the part in null(A) is off by %.2g",
				off, norm(sub(s.times(x), s.b)), norm(sub(s.null(x), s.null(s.x0)))), mistake)
		}
	}
	s := random(r, "a larger random system", 25, 60, 1, spread(r, 25, 10)...)
	descent(t, s, 0.9*s.stepLimit(), 40)
}

func descentEdges(t *grading.T) {
	r := t.Rand
	with := func(s *system, x0 []float64) *system { return newSystem(s.name, s.a, s.b, x0) }
	wide := func(name string) *system { return random(r, name, 3, 6, 1, spread(r, 3, 3)...) }

	s := wide("no step")
	descent(t, s, 0.5*s.stepLimit(), 0)
	s = wide("x₀ = 0")
	descent(t, with(s, make([]float64, 6)), 0.5*s.stepLimit(), 20)
	s = wide("x₀ in null(A)")
	s = with(s, s.null(s.x0))
	descent(t, s, 0.5*s.stepLimit(), 20)
	s = wide("x₀ = x_ln, where nothing is left to do")
	s = with(s, s.leastNorm())
	descent(t, s, 0.5*s.stepLimit(), 20)
	s = wide("just below the limit")
	descent(t, s, 0.999*s.stepLimit(), 30)
	for _, s := range []*system{
		random(r, "tall, least squares", 6, 3, 1, spread(r, 3, 3)...),
		random(r, "a column", 5, 1, 1, 2),
		random(r, "a row", 1, 5, 1, 2),
		random(r, "one entry", 1, 1, 1, 3),
		random(r, "rank 2 of 4 rows", 4, 7, 1, 2, 1),
		random(r, "entries near 10⁻⁶⁰", 3, 6, 1e-60, spread(r, 3, 3)...),
		random(r, "entries near 10⁶⁰", 3, 6, 1e60, spread(r, 3, 3)...),
	} {
		descent(t, s, 0.6*s.stepLimit(), 25)
	}
	descent(t, newSystem("a zero matrix", [][]float64{{0, 0, 0}, {0, 0, 0}}, kit.Normal(r, 2), kit.Normal(r, 3)), 1, 5)
}

func descentRefuses(t *grading.T) {
	r := t.Rand
	s := random(r, "a good system", 3, 6, 1, spread(r, 3, 3)...)
	l := s.stepLimit()
	descent(t, s, 0.99*l, 5) // who refuses everything earns nothing
	refuse := func(what, mistake string, step float64, iters int) {
		refuses(t, "GradientDescent", what, mistake, s.a, s.b, s.x0, step, iters)
	}
	mistake := "no-step-check"
	if a := t.Call("StepLimit", s.a); !a.Failed() {
		if m := s.limitMistake(a.Float(0)); m != "" {
			mistake = m
		}
	}
	refuse("step 1 % above 2/σ₁²", mistake, 1.01*l, 5)
	refuse("step 3 times 2/σ₁²", mistake, 3*l, 5)
	refuse("step 0", "no-step-check", 0, 5)
	refuse("step −0.1", "no-step-check", -0.1, 5)
	refuse("step NaN", "nan-passes", math.NaN(), 5)
	refuse("−1 iterations", "", 0.5*l, -1)
	refuses(t, "GradientDescent", "NaN in x0", "nan-passes", s.a, s.b, poisoned(s.x0, math.NaN()), 0.5*l, 3)
	refuses(t, "GradientDescent", "infinity in b", "nan-passes", s.a, poisoned(s.b, math.Inf(1)), s.x0, 0.5*l, 3)
	refuses(t, "GradientDescent", "b too short", "shape-passes", s.a, s.b[:2], s.x0, 0.5*l, 3)
	refuses(t, "GradientDescent", "x0 too short", "shape-passes", s.a, s.b, s.x0[:5], 0.5*l, 3)
	refuses(t, "GradientDescent", "x0 too long", "shape-passes", s.a, s.b, append([]float64{1}, s.x0...), 0.5*l, 3)
}

// ---- arguments

func untouched(t *grading.T) {
	s := random(t.Rand, "", 3, 5, 1, spread(t.Rand, 3, 3)...)
	for _, f := range []struct {
		name string
		args []any
	}{
		{"LeastNorm", []any{s.a, s.b}},
		{"StepLimit", []any{s.a}},
		{"GradientDescent", []any{s.a, s.b, s.x0, 0.5 * s.stepLimit(), 7}},
		{"Limit", []any{s.a, s.b, s.x0}},
	} {
		a := t.CallOK(f.name, f.args...)
		for i, m := range []struct{ argument, mistake string }{{"A", "changes-matrix"}, {"the right-hand side", "changes-matrix"}, {"x0", "changes-start"}} {
			if a.Changed(i) {
				call{t, t.Input()}.fail("after the call, "+m.argument+" holds other numbers", "arguments as they were", m.argument+" was changed", m.mistake)
			}
		}
	}
	if a := t.CallOK("GradientDescent", s.a, s.b, s.x0, 0.5*s.stepLimit(), 0); a.Bool(1) {
		call{t, t.Input()}.fail("x0 itself", "a copy of x0", "the result shares memory with x0", "changes-start")
	}
}

// ---- Limit

func limit(t *grading.T, s *system) {
	c := call{t, fmt.Sprintf("Limit, %s: A = %s, b = %s, x0 = %s", s.name, text(s.a), text(s.b), text(s.x0))}
	want := s.limit()
	x := c.vector(t.Call("Limit", s.a, s.b, s.x0), len(want), want, func() string { return refusedLeastNorm(t, s) })
	scale := norm(s.x0) + norm(want)
	residual, null, off := norm(sub(s.times(x), s.b)), norm(sub(s.null(x), s.null(s.x0))), norm(sub(x, want))
	if residual <= tolDirect*(norm(s.b)+s.sigma[0]*scale) && null <= tolDirect*scale && off <= tolDirect*scale {
		return
	}
	is := func(y []float64) bool { return norm(sub(x, y)) <= tolDirect*scale }
	mistake := ""
	switch ln := s.leastNorm(); {
	case is(ln):
		mistake = "forgets-null-space"
	case is(sum(s.x0, ln)):
		mistake = "adds-whole-start"
	case is(sum(s.row(s.x0), ln)):
		mistake = "wrong-projector"
	case is(s.null(s.x0)):
		mistake = "forgets-least-norm"
	default: // Limit may rest on a wrong LeastNorm
		if a := t.Call("LeastNorm", s.a, s.b); !a.Failed() && len(a.Floats(0)) == len(want) {
			_, mistake = s.judge(t, a.Floats(0))
		}
	}
	c.fail(text(x), text(want), fmt.Sprintf("‖Ax − b‖ = %.2g; the part in null(A) is off by %.2g; the whole by %.2g", residual, null, off), mistake)
}

func limitCases(t *grading.T) {
	for _, s := range []*system{lineCase(), planeCase()} {
		limitOf(t, s)
		limit(t, s)
	}
}

func limitRandom(t *grading.T) {
	r := t.Rand
	for i := range 5 {
		m := 1 + r.IntN(5)
		n := m + 1 + r.IntN(6)
		limit(t, random(r, fmt.Sprintf("random system %d", i+1), m, n, 1, spread(r, m, 5)...))
	}
	with := func(s *system, x0 []float64) *system { return newSystem(s.name, s.a, s.b, x0) }
	s := random(r, "x₀ = 0", 3, 6, 1, spread(r, 3, 5)...)
	limit(t, with(s, make([]float64, 6)))
	s = random(r, "x₀ in null(A)", 3, 6, 1, spread(r, 3, 5)...)
	limit(t, with(s, s.null(s.x0)))
	s = random(r, "x₀ in the row space", 3, 6, 1, spread(r, 3, 5)...)
	limit(t, with(s, s.row(s.x0)))
	limit(t, random(r, "square: one solution, whatever x₀", 4, 4, 1, spread(r, 4, 5)...))
	s = random(r, "rank 2 of 3 rows", 3, 6, 1, 2, 1)
	refuses(t, "Limit", s.name, "no-rank-check", s.a, s.b, s.x0)
	s = random(r, "4×2 of full column rank", 4, 2, 1, 2, 1)
	refuses(t, "Limit", s.name, "column-rank", s.a, s.b, s.x0)
	s = random(r, "", 3, 6, 1, spread(r, 3, 5)...)
	refuses(t, "Limit", "NaN in x0", "nan-passes", s.a, s.b, poisoned(s.x0, math.NaN()))
	refuses(t, "Limit", "x0 too short", "shape-passes", s.a, s.b, s.x0[:5])
}

// ### END HIDDEN TESTS
