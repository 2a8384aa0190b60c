// ### BEGIN HIDDEN TESTS

package deepfool

import (
	"fmt"
	"math"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

const (
	tolExact = 1e-9 // affine: a handful of float64 operations on numbers near 1
	maxRatio = 1.02 // nets: ‖r‖ against the best known
)

// variants are the mistakes that solve can make, those that name most precisely first.
var variants = []string{"norm-not-squared", "binary-abs", "wrong-sign", "rival-gradient-only", "class-by-gap", "class-without-abs",
	"inf-l2-choice", "inf-max-norm", "inf-l2-norm", "inf-all-l2", "one-step", "never-relinearises", "last-step-only", "returns-unscaled",
	"overshoot-compounds", "goes-on-from-s", "no-overshoot", "current-label"}

var mistakes = []grading.Mistake{
	{ID: "norm-not-squared", Cause: "the step is divided by ‖w‖ once, and must be by ‖w‖²", Hint: "on 3x₁ − 4x₂ + 5 from (2, −1), does one step end on the line? The direction w/‖w‖ has length one, and the distance is |f|/‖w‖"},
	{ID: "binary-abs", Cause: "|f| stands where f belongs: from the side where f < 0 the step leads away from the boundary", Hint: "try a start with f(x₀) < 0 on paper: which way must x move along ∇f?"},
	{ID: "wrong-sign", Cause: "the step goes away from the boundary", Hint: "after one step on an affine classifier f must be zero, not twice as large"},
	{ID: "rival-gradient-only", Cause: "∇f_k stands where ∇f_k − ∇f_y belongs", Hint: "the boundary to class k is f_k − f_y = 0: what is its normal?"},
	{ID: "class-by-gap", Cause: "the nearest class is chosen by |f'_k| alone", Hint: "a small gap with a small gradient can be far away: a distance is |f'_k|/‖w'_k‖. See class 3 of the statement's table"},
	{ID: "class-without-abs", Cause: "the nearest class is chosen by f'_k/‖w'_k‖, which is negative: the smallest is then the farthest", Hint: "a distance is |f'_k|/‖w'_k‖"},
	{ID: "own-class", Cause: "the label's own class takes part in the choice, where f' = 0 and w' = 0", Hint: "what is 0/0, and what does a comparison with it give? Leave k = y out"},
	{ID: "inf-l2-choice", Cause: "in L∞ the nearest class is still chosen with ‖w'‖₂", Hint: "the distance in L∞ is |f'|/‖w'‖₁: the dual norm in both places"},
	{ID: "inf-max-norm", Cause: "in L∞ the distance is divided by max|w'ᵢ|, and must be by the dual norm", Hint: "how much does f gain along sign(w')? w'ᵀsign(w') = Σ|w'ᵢ|"},
	{ID: "inf-l2-norm", Cause: "in L∞ the distance is divided by ‖w'‖₂, and must be by the dual norm", Hint: "how much does f gain along sign(w')? w'ᵀsign(w') = Σ|w'ᵢ|"},
	{ID: "inf-all-l2", Cause: "MulticlassInf takes the L2 step", Hint: "in L∞ every entry may move by the same amount: the direction is sign(w')"},
	{ID: "one-step", Cause: "it stops after the first step, whatever the answer is there", Hint: "only an affine classifier is done in one step: look at the answer, and go on while it stands"},
	{ID: "never-relinearises", Cause: "the gradient is that at x₀ in every step", Hint: "ask for the gradient at the point where you stand"},
	{ID: "last-step-only", Cause: "the last step is returned in place of the sum of all", Hint: "r is the way from x₀, not from the last point"},
	{ID: "returns-unscaled", Cause: "the answer is looked up with the overshoot, but r is returned without it", Hint: "x₀ + r must be the point at which you saw another answer"},
	{ID: "overshoot-compounds", Cause: "(1 + η) is multiplied into the sum again in every step", Hint: "keep the sum of the steps apart from x: x = x₀ + (1 + η)·s"},
	{ID: "goes-on-from-s", Cause: "the next linearisation is made at x₀ + s, and must be where the answer was looked up, at x₀ + (1 + η)s", Hint: "after a step there is one point: the value, the answer and the next gradient belong to it"},
	{ID: "no-overshoot", Cause: "the overshoot is not applied: the step ends on the boundary, where the answer has not changed", Hint: "x = x₀ + (1 + η)·s"},
	{ID: "current-label", Cause: "the label is looked up anew in each step, so that the walk turns back after it has crossed", Hint: "y is the label that was given, in every step and in the comparison"},
	{ID: "changes-start", Cause: "x₀ is overwritten: x := x0 shares its memory", Hint: "copy first: x := append([]float64(nil), x0...)"},
	{ID: "calls-per-class", Cause: "the Jacobian is asked for again for every class", Hint: "one call gives the gradients of all classes at x: call it before the loop over the classes"},
	{ID: "ignores-cap", Cause: "it takes more than maxIter steps", Hint: "count the steps, also those that change nothing"},
	{ID: "cap-silent", Cause: "the answer stands after maxIter steps, and no error says so", Hint: "who calls you must be able to tell success from giving up"},
	{ID: "on-is-across", Cause: "f(x) = 0 is taken for the other sign", Hint: "on the boundary nothing is decided: the signs must be opposite, f(x)·f(x₀) < 0"},
	{ID: "tie-passes", Cause: "a start on the boundary is not noticed", Hint: "there the step is zero, and (1 + η)·0 = 0: return an error before the loop"},
	{ID: "zero-gradient-passes", Cause: "a zero gradient is divided by", Hint: "x/0 is ±Inf or NaN in Go, without a panic: test the norm before you divide"},
	{ID: "zero-class-fails", Cause: "one class with w'_k = 0 is taken for a failure, although others remain", Hint: "no step leads to that class: pass it over, and fail if none is left"},
	{ID: "ignores-label", Cause: "the example is attacked although the model does not answer its label", Hint: "compare the answer at x₀ with label first: there is nothing to do, r = 0"},
	{ID: "nan-passes", Cause: "NaN or infinity from the model is not noticed", Hint: "comparisons with NaN are false, so a branch is taken silently: test every number the model returns"},
	{ID: "arguments-pass", Cause: "an impossible overshoot, maxIter or label is accepted", Hint: "check the arguments first; !(overshoot >= 0) catches NaN too"},
}

// seen is what a call asked of the classifier.
type seen struct {
	values, grads int
	points        [][]float64 // where gradients were asked for
	late          int         // calls after the first answer that was not finite
	bad           bool        // such an answer was given
	nowhere       bool        // asked for a value at a point that is not finite
}

// call runs the submission on p. Beyond the cap the classifier answers otherwise, so that even an endless loop ends.
func call(t *grading.T, p problem) (grading.Answer, *seen) {
	s := &seen{}
	note := func(v []float64) []float64 {
		if s.bad {
			s.late++
		}
		s.bad = s.bad || !finite(v)
		return v
	}
	over := func() bool { return s.grads > p.maxIter+2 && s.grads > 2+len(p.f(p.x0))*p.maxIter || s.late > 200 }
	value := func(x []float64) []float64 {
		s.values++
		s.nowhere = s.nowhere || !finite(x)
		f := note(p.f(x))
		if over() {
			f = scaled(-1, p.f(p.x0))
		}
		return f
	}
	rows := func(x []float64) [][]float64 {
		s.grads++
		s.points = append(s.points, slices.Clone(x))
		return p.jac(x)
	}
	n := len(p.x0)
	if p.binary() {
		return t.Call(p.fn, t.ScalarFunc(n, func(x []float64) float64 { return value(x)[0] }),
			t.VectorFunc(n, func(x []float64) []float64 { return note(rows(x)[0]) }), p.x0, p.eta, p.maxIter), s
	}
	return t.Call(p.fn, t.VectorFunc(n, value),
		t.MatrixFunc(n, func(x []float64) [][]float64 { J := rows(x); note(slices.Concat(J...)); return J }), p.x0, p.label, p.eta, p.maxIter), s
}

// input describes p for the report.
func (p problem) input() string {
	f := p.f(p.x0)
	if p.binary() {
		return fmt.Sprintf("Binary, %s: f(x₀) = %s, ∇f(x₀) = %s, x₀ = %s, overshoot %v, maxIter %d", p.name, grading.Show(f[0]), grading.Show(p.jac(p.x0)[0]), grading.Show(p.x0), p.eta, p.maxIter)
	}
	return fmt.Sprintf("%s, %s: logits(x₀) = %s, jacobian(x₀) = %s, x₀ = %s, label %d, overshoot %v, maxIter %d", p.fn, p.name, grading.Show(f), grading.Show(p.jac(p.x0)), grading.Show(p.x0), p.label, p.eta, p.maxIter)
}

// solved runs the submission on p, which has a solution: a short r (for exact, the r of the formula) in few calls.
func solved(t *grading.T, p problem, exact bool) {
	a, s := call(t, p)
	ref := p.solve("")
	expected := fmt.Sprintf("r = %s, ‖r‖ = %.5g, after %d steps", grading.Show(ref.r), p.length(ref.r), ref.iters)
	fail := func(computed, why, mistake string) {
		if mistake == "" && s.nowhere && !p.binary() {
			mistake = "own-class" // no other w' of p is zero
		}
		if mistake == "" {
			mistake = p.diagnose(a, s, ref)
		}
		t.Fail(grading.Failure{Input: p.input(), Computed: computed, Expected: expected, Error: why, Mistake: mistake})
	}
	if a.Failed() {
		mistake := ""
		if s.grads > p.maxIter {
			mistake = p.many(s, s.grads/max(1, p.maxIter))
		}
		fail("error: "+a.Err, "an error where a result exists", mistake)
	}
	r, iters := a.Floats(0), a.Int(1)
	computed := fmt.Sprintf("r = %s, ‖r‖ = %.5g, after %d steps and %d calls for gradients", grading.Show(r), p.length(r), iters, s.grads)
	if a.Changed(2) {
		fail("x₀ is changed after the call; "+computed, "the function writes to x₀", "changes-start")
	}
	if len(r) != len(p.x0) {
		fail(computed, fmt.Sprintf("%d entries, want %d", len(r), len(p.x0)), "")
	}
	if !finite(r) {
		fail(computed, "r is not finite", "")
	}
	if exact && !grading.CloseSlice(r, ref.r, tolExact) {
		_, diff := grading.WorstDiff(r, ref.r)
		fail(computed, fmt.Sprintf("r is off by %.3g", diff), "")
	}
	if !p.flips(r) {
		fail(computed, fmt.Sprintf("the answer at x₀ + r is the old one: %s", grading.Show(p.f(add(p.x0, r)))), "")
	}
	if best := p.length(ref.r); !(p.length(r) <= maxRatio*best) {
		fail(computed, fmt.Sprintf("‖r‖ is %.3f times the best known, %.5g; %v is allowed", p.length(r)/best, best, maxRatio), "")
	}
	if exact && iters != ref.iters {
		fail(computed, fmt.Sprintf("%d steps reported, want %d", iters, ref.iters), "")
	}
	if s.grads > iters+1 || s.values > 2*iters+2 {
		fail(computed, fmt.Sprintf("%d steps need %d gradients and %d values; %d and %d were asked for", iters, iters, iters+1, s.grads, s.values), p.many(s, s.grads/max(1, iters)))
	}
	if iters < 1 || iters > p.maxIter || s.grads < iters {
		fail(computed, fmt.Sprintf("%d steps reported with %d gradients asked for", iters, s.grads), "")
	}
}

// many names the mistake behind too many calls for the Jacobian, perStep in each step.
func (p problem) many(s *seen, perStep int) string {
	if k := len(p.f(p.x0)); !p.binary() && (perStep == k || perStep == k-1) {
		return "calls-per-class"
	}
	if s.grads > p.maxIter+2 {
		return "ignores-cap"
	}
	return ""
}

// diagnose names the mistake that walks the same way and returns the same; "" if none does.
func (p problem) diagnose(a grading.Answer, s *seen, ref run) string {
	same := func(o run) bool {
		if len(o.points) != len(s.points) || o.failed != a.Failed() {
			return false
		}
		for i := range min(len(o.points), 6) { // later points of a walk that leads nowhere magnify round-off
			if !grading.CloseSlice(s.points[i], o.points[i], 1e-6) {
				return false
			}
		}
		return a.Failed() || grading.CloseSlice(a.Floats(0), o.r, 1e-6)
	}
	if same(ref) {
		return ""
	}
	for _, wrong := range variants {
		if same(p.solve(wrong)) {
			return wrong
		}
	}
	return ""
}

// ---- the statement's cases

func lineCase() problem {
	return affine("the line 3x₁ − 4x₂ + 5 = 0", "Binary", [][]float64{{3, -4}}, []float64{5}, []float64{2, -1})
}

func circleCase() problem {
	return problem{name: "the circle x₁² + x₂² = 1", fn: "Binary", x0: []float64{2, 1}, eta: 0.02, maxIter: 50,
		f:   func(x []float64) []float64 { return []float64{kit.Dot(x, x) - 1} },
		jac: func(x []float64) [][]float64 { return [][]float64{scaled(2, x)} }}
}

func fourCase(fn string) problem {
	return affine("the four classes of the statement", fn, [][]float64{{1, -1}, {3.5, -1}, {4, 3}, {1, -0.5}}, []float64{2, 1, -0.5, 1.5}, []float64{0, 0})
}

func binaryCases(t *grading.T) {
	solved(t, lineCase(), true)
	solved(t, circleCase(), false)
}

func multiclassCases(t *grading.T) {
	solved(t, fourCase("Multiclass"), true)
	solved(t, fourCase("MulticlassInf"), true)
	alreadyAnother(t, fourCase("Multiclass"), 3)
}

// ---- random problems

func binaryAffine(t *grading.T) {
	below, above := 0, 0
	for below < 6 || above < 6 {
		p := newAffine(t.Rand, "Binary", true)
		if p.f(p.x0)[0] < 0 {
			below++
		} else {
			above++
		}
		solved(t, p, true)
	}
}

func binaryCurved(t *grading.T) {
	for range 8 {
		solved(t, newQuadric(t.Rand), false)
		solved(t, newNet(t.Rand, "Binary"), false)
	}
}

func affineRandom(t *grading.T, fn string) {
	for i := range 12 {
		solved(t, newAffine(t.Rand, fn, i%3 != 2), true)
	}
	// The label comes first, in the middle and last.
	for want := range 3 {
		for {
			if p := newAffine(t.Rand, fn, false); p.label == want {
				solved(t, p, true)
				break
			}
		}
	}
}

func netsRandom(t *grading.T, fn string) {
	for range 12 {
		solved(t, newNet(t.Rand, fn), false)
	}
}

// ---- edges

// refused runs the submission on p, which must be refused with an error; atOnce: after the first number that is not
// finite at most two more calls are made.
func refused(t *grading.T, p problem, why, mistake string, atOnce bool) {
	a, s := call(t, p)
	if !a.Failed() {
		t.Fail(grading.Failure{Input: p.input(), Computed: a.String(), Expected: "an error", Error: why + ", but no error says so", Mistake: mistake})
	}
	if atOnce && s.late > 2 {
		t.Fail(grading.Failure{Input: p.input(), Computed: fmt.Sprintf("%d more calls, then the error: %s", s.late, a.Err), Expected: "an error at once", Error: why + ", and it went on", Mistake: mistake})
	}
}

// capped runs the submission on p, whose answer cannot be changed.
func capped(t *grading.T, p problem) {
	a, s := call(t, p)
	if s.grads > p.maxIter+1 {
		t.Fail(grading.Failure{Input: p.input(), Computed: fmt.Sprintf("%d gradients asked for", s.grads), Expected: fmt.Sprintf("an error after %d steps", p.maxIter),
			Error: "more than maxIter steps", Mistake: p.capMistake(s)})
	}
	if !a.Failed() {
		t.Fail(grading.Failure{Input: p.input(), Computed: a.String(), Expected: "an error", Error: fmt.Sprintf("the answer cannot have changed: it stands after %d steps, but no error says so", p.maxIter), Mistake: "cap-silent"})
	}
	if s.grads < p.maxIter {
		t.Fail(grading.Failure{Input: p.input(), Computed: fmt.Sprintf("error after %d gradients: %s", s.grads, a.Err), Expected: fmt.Sprintf("an error after %d steps", p.maxIter), Error: "it gave up early"})
	}
}

func (p problem) capMistake(s *seen) string {
	if m := p.many(s, s.grads/p.maxIter); m != "" {
		return m
	}
	return "ignores-cap"
}

// alreadyAnother gives p a label that its classifier does not answer.
func alreadyAnother(t *grading.T, p problem, label int) {
	p.label = label
	a, s := call(t, p)
	zero := make([]float64, len(p.x0))
	fail := func(why string) {
		t.Fail(grading.Failure{Input: p.input(), Computed: a.String(), Expected: fmt.Sprintf("r = %s, 0 steps, no error", grading.Show(zero)), Error: why, Mistake: "ignores-label"})
	}
	if a.Failed() {
		fail("an error, where there is nothing to do")
	}
	if !slices.Equal(a.Floats(0), zero) || a.Int(1) != 0 {
		fail("a change, where none is needed")
	}
	if s.grads > 0 {
		fail(fmt.Sprintf("%d gradients asked for, where none is needed", s.grads))
	}
}

// hill is a problem whose answer is the same everywhere: f = 2 + waves of height ½.
func hill(fn string, x0 []float64) problem {
	wave := func(x []float64) (f float64, g []float64) {
		f, g = 2, make([]float64, len(x))
		for i, v := range x {
			f += math.Sin(3*v+1) / float64(2*len(x))
			g[i] = 3 * math.Cos(3*v+1) / float64(2*len(x))
		}
		return f, g
	}
	p := problem{name: "f(x) ≥ 1.5 everywhere", fn: fn, x0: x0, eta: 0.02, maxIter: 12}
	if p.binary() {
		p.f = func(x []float64) []float64 { f, _ := wave(x); return []float64{f} }
		p.jac = func(x []float64) [][]float64 { _, g := wave(x); return [][]float64{g} }
		return p
	}
	p.name = "class 1 wins everywhere"
	p.label = 1
	p.f = func(x []float64) []float64 { f, _ := wave(x); return []float64{0, f, -1} }
	p.jac = func(x []float64) [][]float64 {
		_, g := wave(x)
		return [][]float64{make([]float64, len(x)), g, make([]float64, len(x))}
	}
	return p
}

// spoilt makes p's classifier answer bad in place of one number, logit row or entry of the gradient of logit row: at x₀,
// or (later) everywhere else.
func spoilt(p problem, gradient bool, row, entry int, bad float64, later bool) problem {
	q := p
	what := fmt.Sprintf("f_%d", row)
	if gradient {
		what = fmt.Sprintf("∇f_%d[%d]", row, entry)
	}
	q.name = fmt.Sprintf("%s, but %s = %v %s", p.name, what, bad, map[bool]string{false: "at x₀", true: "after the first step"}[later])
	here := func(x []float64) bool { return slices.Equal(x, p.x0) != later }
	if gradient {
		q.jac = func(x []float64) [][]float64 {
			J := p.jac(x)
			if here(x) {
				J[row][entry] = bad
			}
			return J
		}
		return q
	}
	q.f = func(x []float64) []float64 {
		f := p.f(x)
		if here(x) {
			f[row] = bad
		}
		return f
	}
	return q
}

func binaryEdges(t *grading.T) {
	solved(t, newQuadric(t.Rand), false)
	x0 := normal(t.Rand, 3)

	flat := affine("f = 1.5, gradient zero", "Binary", [][]float64{{0, 0, 0}}, []float64{1.5}, x0)
	refused(t, flat, "the gradient is zero", "zero-gradient-passes", false)
	// The first step leads from the slope onto a plain.
	plain := problem{name: "a slope that ends in a plain", fn: "Binary", x0: []float64{-1}, eta: 0.02, maxIter: 50,
		f:   func(x []float64) []float64 { return []float64{math.Max(1, 1-x[0])} },
		jac: func(x []float64) [][]float64 { return [][]float64{{map[bool]float64{true: -1, false: 0}[x[0] < 0]}} }}
	refused(t, plain, "the gradient is zero after the first step", "zero-gradient-passes", false)

	w := normal(t.Rand, 3)
	on := affine("x₀ on the boundary", "Binary", [][]float64{w}, []float64{-kit.Dot(w, x0)}, x0)
	on.f = func(x []float64) []float64 {
		if slices.Equal(x, x0) {
			return []float64{0}
		}
		return []float64{kit.Dot(w, sub(x, x0))}
	}
	refused(t, on, "f(x₀) = 0", "tie-passes", false)

	capped(t, hill("Binary", []float64{0.3, -0.2}))

	// With η = 0 the only step ends exactly on the boundary, in binary arithmetic too.
	for _, side := range []float64{1, -1} {
		onto := affine("a step that ends exactly on the boundary", "Binary", [][]float64{{2 * side, 0}}, []float64{-2 * side}, []float64{3, 1})
		onto.eta = 0
		if a, _ := call(t, onto); !a.Failed() {
			t.Fail(grading.Failure{Input: onto.input(), Computed: a.String(), Expected: "an error: without overshoot x stays on the boundary", Error: "f(x₀ + r) = 0, and the sign has not changed", Mistake: "on-is-across"})
		}
	}
	p := newQuadric(t.Rand)
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, later := range []bool{false, true} {
			refused(t, spoilt(p, false, 0, 0, bad, later), fmt.Sprintf("f is %v", bad), "nan-passes", true)
			refused(t, spoilt(p, true, 0, t.Rand.IntN(len(p.x0)), bad, later), fmt.Sprintf("an entry of the gradient is %v", bad), "nan-passes", true)
		}
	}
	arguments(t, p)
}

func multiclassEdges(t *grading.T) {
	for _, fn := range []string{"Multiclass", "MulticlassInf"} {
		p := newAffine(t.Rand, fn, true)
		solved(t, p, true)
		for k := range p.f(p.x0) {
			if k != p.label {
				alreadyAnother(t, p, k)
			}
		}

		x0 := normal(t.Rand, 3)
		same := normal(t.Rand, 3)
		flat := affine("all classes have the same gradient", fn, [][]float64{same, same, same}, []float64{0, 1, 2}, x0)
		flat.label = 2
		refused(t, flat, "every w'_k is zero", "zero-gradient-passes", false)

		// One class of the same gradient as the label's, with the smallest gap: passed over.
		other := normal(t.Rand, 3)
		one := affine("class 0 has the label's gradient", fn, [][]float64{same, other, same}, []float64{0, 0, 0.25}, x0)
		one.f = func(x []float64) []float64 {
			return []float64{kit.Dot(same, x) + 1.75, kit.Dot(other, sub(x, x0)) + kit.Dot(same, x0), kit.Dot(same, x) + 2}
		}
		one.label = 2
		passedOver(t, one)

		tied := affine("classes 0 and 2 tie", fn, [][]float64{normal(t.Rand, 3), normal(t.Rand, 3), normal(t.Rand, 3)}, []float64{0, 0, 0}, x0)
		W := tied.jac(nil)
		tied.f = func(x []float64) []float64 {
			d := sub(x, x0)
			return []float64{1 + kit.Dot(W[0], d), 0.5 + kit.Dot(W[1], d), 1 + kit.Dot(W[2], d)}
		}
		tied.label = 0
		refused(t, tied, "two classes share the largest logit at x₀", "tie-passes", false)

		capped(t, hill(fn, []float64{0.3, -0.2, 0.9}))

		q := newNet(t.Rand, fn)
		rival := (q.label + 1) % len(q.f(q.x0))
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			for _, later := range []bool{false, true} {
				for _, row := range []int{q.label, rival} {
					refused(t, spoilt(q, false, row, 0, bad, later), fmt.Sprintf("logit %d is %v", row, bad), "nan-passes", true)
					refused(t, spoilt(q, true, row, t.Rand.IntN(len(q.x0)), bad, later), fmt.Sprintf("an entry of ∇f_%d is %v", row, bad), "nan-passes", true)
				}
			}
		}
		arguments(t, p)
		for _, label := range []int{-1, len(p.f(p.x0))} {
			bad := p
			bad.label = label
			refused(t, bad, fmt.Sprintf("there is no class %d", label), "arguments-pass", false)
		}
	}
}

// passedOver is solved for a problem in which one class has w' = 0.
func passedOver(t *grading.T, p problem) {
	a, _ := call(t, p)
	ref := p.solve("")
	expected := fmt.Sprintf("r = %s after %d steps: class 0 is passed over", grading.Show(ref.r), ref.iters)
	if a.Failed() {
		t.Fail(grading.Failure{Input: p.input(), Computed: "error: " + a.Err, Expected: expected, Error: "an error where a result exists", Mistake: "zero-class-fails"})
	}
	if r := a.Floats(0); !grading.CloseSlice(r, ref.r, tolExact) {
		t.Fail(grading.Failure{Input: p.input(), Computed: a.String(), Expected: expected, Error: "r is wrong where one class has w' = 0"})
	}
}

func arguments(t *grading.T, p problem) {
	for _, eta := range []float64{-0.1, math.NaN()} {
		q := p
		q.eta = eta
		refused(t, q, fmt.Sprintf("the overshoot is %v", eta), "arguments-pass", false)
	}
	for _, n := range []int{0, -1} {
		q := p
		q.maxIter = n
		refused(t, q, fmt.Sprintf("maxIter is %d", n), "arguments-pass", false)
	}
}

// ### END HIDDEN TESTS
