// ### BEGIN HIDDEN TESTS

package minnormattack

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the numbers that a quantity is made of. Sums of at most 600 products: round-off is some 10⁻¹³
// of Σ|wᵢxᵢ| + |b|, and the instances have |g(x)| of at least a hundredth of that. A wrong formula is off by percents.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "norm-not-squared", Cause: "the step is divided by ‖w‖ once, and must be by ‖w‖²", Hint: "does (4, 1, 3) − (1, 2, 2) lie on the boundary of the statement's case? The direction w/‖w‖ has length one, the distance is |g|/‖w‖"},
	{ID: "no-bias", Cause: "wᵀx stands where wᵀx + b belongs", Hint: "the boundary is g = 0, not wᵀx = 0"},
	{ID: "wrong-sign", Cause: "the step leads away from the boundary", Hint: "g(x + r) must be zero for an overshoot of 0, not twice g(x)"},
	{ID: "abs", Cause: "|g| stands where g belongs: from the negative side the step leads away", Hint: "from (0, 0, 0) in the statement's case, must the entries grow or fall?"},
	{ID: "inf-l2-step", Cause: "the L2 step is returned for L∞", Hint: "in L∞ all entries may move by the same amount: r is a multiple of sign(w)"},
	{ID: "inf-max-norm", Cause: "the L∞ step is divided by max|wᵢ|, and must be by the dual norm", Hint: "how much does g change along sign(w)? wᵀsign(w) = Σ|wᵢ|"},
	{ID: "inf-l2-norm", Cause: "the L∞ step is divided by ‖w‖₂, and must be by the dual norm", Hint: "how much does g change along sign(w)? wᵀsign(w) = Σ|wᵢ|"},
	{ID: "inf-l2-choice", Cause: "in L∞ the rival is chosen by the L2 distance", Hint: "|f'|/‖w'‖₁: the dual norm in both places"},
	{ID: "no-overshoot", Cause: "the overshoot is not applied: x + r lies on the boundary, where nothing is decided", Hint: "(1 + η)·r"},
	{ID: "max-one-side", Cause: "the direction is −η·sign(w) for points of both sides", Hint: "a point with g(x) < 0 must be moved up"},
	{ID: "max-l2-norm", Cause: "whether η is enough is judged by ‖w‖₂", Hint: "r = ∓η·sign(w) moves g by wᵀr: that is η times which norm of w?"},
	{ID: "at-threshold", Cause: "arriving at g = 0 is taken for the other sign", Hint: "on the boundary nothing is decided: > and not ≥"},
	{ID: "class-by-gap", Cause: "the rival is chosen by |f'_k| alone", Hint: "a small gap with a small gradient is far away: see class 2 of the statement's table"},
	{ID: "class-without-abs", Cause: "the rival is chosen by f'_k/‖w'_k‖, which is negative: the smallest is the farthest", Hint: "a distance is |f'_k|/‖w'_k‖"},
	{ID: "rival-weights-only", Cause: "w_k stands where w_k − w_y belongs", Hint: "the boundary is f_k − f_y = 0: what is its normal?"},
	{ID: "own-class", Cause: "the answer's own class is among the candidates, where f' = 0 and w' = 0", Hint: "what is 0/0, and what does a comparison with it give? Leave k = y out"},
	{ID: "equal-weights-fail", Cause: "one class with the weights of the answer is taken for a failure, although others remain", Hint: "it has no boundary with the answer: pass it over, and fail if none is left"},
	{ID: "small-is-zero", Cause: "small weights are taken for zero", Hint: "scaling w and b changes no boundary: compare with 0 exactly"},
	{ID: "zero-weights-pass", Cause: "weights of zero are divided by", Hint: "x/0 is ±Inf or NaN in Go, without a panic: test the norm first"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number handed in, and every result"},
	{ID: "shape-passes", Cause: "lengths are not checked", Hint: "w and x; each row of W and x; W and b; x of length 0"},
	{ID: "setting-passes", Cause: "a negative or infinite overshoot or eta is accepted", Hint: "!(v >= 0) catches NaN too"},
	{ID: "boundary-passes", Cause: "MaxAllowable answers for a point on the boundary", Hint: "g(x) = 0 has no sign, so there is none to move to"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one: g(x) = 0 is good for all but MaxAllowable, an overshoot of 0 too"},
	{ID: "changes-argument", Cause: "a slice that was handed in is changed", Hint: "write into a slice of your own: make([]float64, len(w))"},
}

func accepted(t *grading.T, what, mistake, fn string, args ...any) grading.Answer {
	a := t.Call(fn, args...)
	if a.Failed() {
		kit.Fail(t, what, "error: "+a.Err, "a result", "an error where a result exists", mistake)
	}
	return a
}

// dual is ‖w‖₁ for L∞ and ‖w‖₂ for L2; length is ‖r‖_∞ and ‖r‖₂.
func dual(w []float64, inf bool) float64 {
	if inf {
		s := 0.0
		for _, v := range w {
			s += math.Abs(v)
		}
		return s
	}
	return length(w, false)
}

func length(r []float64, inf bool) float64 {
	s := 0.0
	for _, v := range r {
		if inf {
			s = max(s, math.Abs(v))
		} else {
			s = math.Hypot(s, v)
		}
	}
	return s
}

func affine(w []float64, b float64, x []float64) float64 {
	for i := range w {
		b += w[i] * x[i]
	}
	return b
}

// size is what the round-off of affine is relative to.
func size(w []float64, b float64, x []float64) float64 {
	s := math.Abs(b)
	for i := range w {
		s += math.Abs(w[i] * x[i])
	}
	return s
}

func signs(w []float64) []float64 {
	u := make([]float64, len(w))
	for i, v := range w {
		switch {
		case v > 0:
			u[i] = 1
		case v < 0:
			u[i] = -1
		}
	}
	return u
}

func scaled(c float64, v []float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = c * v[i]
	}
	return out
}

func plus(a, b []float64) []float64 {
	out := slices.Clone(a)
	for i := range out {
		out[i] += b[i]
	}
	return out
}

// step is −c·g times the unit direction over the dual norm.
func step(w []float64, g float64, inf bool, c float64) []float64 {
	if inf {
		return scaled(-c*g/dual(w, true), signs(w))
	}
	return scaled(-c*g/dual(w, false), scaled(1/dual(w, false), w))
}

// near compares on the scale of want, where w is not 0 (in L∞ the other entries are free).
func near(got, want, w []float64) bool {
	if len(got) != len(want) {
		return false
	}
	s := length(want, true)
	for i := range want {
		if w[i] != 0 && !(math.Abs(got[i]-want[i]) <= 1e-6*s) {
			return false
		}
	}
	return true
}

// judge looks at a perturbation r of a two-class problem with weights w and value g at x: is it of length
// (1 + η)|g|/‖w‖_q at most, and is the value at x + r −η·g? Then it is right. Else would names the mistake.
func judge(t *grading.T, what string, w []float64, g, scale float64, r []float64, inf bool, eta float64, would map[string][]float64) {
	want := step(w, g, inf, 1+eta)
	limit := (1 + eta) * math.Abs(g) / dual(w, inf)
	mistake := func() string {
		for _, m := range mistakes {
			if v, ok := would[m.ID]; ok && near(r, v, w) && !near(v, want, w) {
				return m.ID
			}
		}
		return ""
	}
	name := "‖r‖₂"
	if inf {
		name = "‖r‖∞"
	}
	if len(r) != len(w) {
		kit.Fail(t, what, r, want, fmt.Sprintf("%d entries, want %d", len(r), len(w)), "")
	}
	after := affine(w, g, r) // g(x + r)
	switch {
	case !(math.Abs(after+eta*g) <= tol*(scale+math.Abs(g))):
		kit.Fail(t, what, fmt.Sprintf("%s, and g(x + r) = %.6g", grading.Show(r), after), want, fmt.Sprintf("g(x) = %.6g: with the overshoot %v g(x + r) must be %.6g", g, eta, -eta*g), mistake())
	case !(length(r, inf) <= limit*(1+tol)+tol*scale/dual(w, inf)):
		kit.Fail(t, what, r, want, fmt.Sprintf("%s = %.9g, and %.9g is enough", name, length(r, inf), limit), mistake())
	case eta > 1e-3 && math.Abs(g) > 1e-3*scale && !(after*g < 0):
		kit.Fail(t, what, r, want, fmt.Sprintf("the sign stands: g was %.6g and is %.6g", g, after), mistake())
	}
}

// ---- MinL2 and MinInf

func minimum(t *grading.T, fn, what string, w []float64, b float64, x []float64, eta float64) {
	inf := fn == "MinInf"
	g := affine(w, b, x)
	other := "refuses-good"
	if length(w, true) < 1e-6 {
		other = "small-is-zero"
	}
	r := accepted(t, what, other, fn, w, b, x, eta).Floats(0)
	n2 := dual(w, false)
	would := map[string][]float64{
		"wrong-sign":   step(w, g, inf, -1-eta),
		"abs":          step(w, math.Abs(g), inf, 1+eta),
		"no-bias":      step(w, g-b, inf, 1+eta),
		"no-overshoot": step(w, g, inf, 1),
	}
	if inf {
		would["inf-l2-step"] = step(w, g, false, 1+eta)
		would["inf-max-norm"] = scaled(-(1+eta)*g/length(w, true), signs(w))
		would["inf-l2-norm"] = scaled(-(1+eta)*g/n2, signs(w))
	} else {
		would["norm-not-squared"] = scaled(-(1+eta)*g/n2, w)
	}
	if g < 0 {
		delete(would, "wrong-sign") // the same as abs
	}
	judge(t, what, w, g, size(w, b, x), r, inf, eta, would)
}

// problem draws weights and a point on the side of the sign, with |g| not small against its terms.
func problem(r *rand.Rand, n int, sign float64) (w []float64, b float64, x []float64) {
	for {
		w, b, x = kit.Normal(r, n), 1+r.Float64(), kit.Normal(r, n)
		if r.IntN(2) == 0 {
			b = -b
		}
		if g := affine(w, b, x); g*sign > 0.02*size(w, b, x) && math.Abs(g-b) > 0.02*size(w, b, x) {
			return w, b, x
		}
	}
}

func minRandom(t *grading.T, fn string) {
	r := t.Rand
	for i, eta := range []float64{0.02, 0.02, 0, 0, 0.5, 1e-6} {
		sign := float64(1 - i%2*2)
		w, b, x := problem(r, 3+i, sign)
		minimum(t, fn, fmt.Sprintf("%d inputs", 3+i), w, b, x, eta)
	}
	w, b, x := problem(r, 5, 1)
	w[1], w[4] = 0, 0
	b += 10 - affine(w, b, x) // g(x) = 10
	minimum(t, fn, "zeros among the weights", w, b, x, 0.1)
	w, b, x = problem(r, 1, -1)
	minimum(t, fn, "one input", w, b, x, 0.02)
	w, b, x = problem(r, 500, 1)
	minimum(t, fn, "500 inputs", w, b, x, 0.02)
	for _, s := range []float64{1e-100, 1e100} {
		w, b, x = problem(r, 4, -1)
		minimum(t, fn, fmt.Sprintf("weights near %.0e", s), scaled(s, w), s*b, x, 0.02)
	}
	w, b, x = problem(r, 4, 1)
	minimum(t, fn, "a point far out", w, 1e6*b, scaled(1e6, x), 0.02)
	minimum(t, fn, "a point on the boundary", []float64{1, -2, 3}, -2, []float64{3, 2, 1}, 0.02)
}

func minRefuses(t *grading.T, fn string) {
	w, b, x := problem(t.Rand, 3, 1)
	nan := math.NaN()
	accepted(t, "a good input", "refuses-good", fn, w, b, x, 0.02)
	kit.Refuses(t, "weights of zero", "zero-weights-pass", fn, []float64{0, 0, 0}, b, x, 0.02)
	kit.Refuses(t, "weights of zero and g(x) = 0", "zero-weights-pass", fn, []float64{0, 0, 0}, 0.0, x, 0.02)
	kit.Refuses(t, "no inputs", "shape-passes", fn, []float64{}, b, []float64{}, 0.02)
	kit.Refuses(t, "too few weights", "shape-passes", fn, w[:2], b, x, 0.02)
	kit.Refuses(t, "too many weights", "shape-passes", fn, append(slices.Clone(w), 0), b, x, 0.02)
	kit.Refuses(t, "an overshoot of −0.5", "setting-passes", fn, w, b, x, -0.5)
	kit.Refuses(t, "an overshoot of NaN", "nan-passes", fn, w, b, x, nan)
	kit.Refuses(t, "an infinite overshoot", "setting-passes", fn, w, b, x, math.Inf(1))
	kit.Refuses(t, "NaN among the weights", "nan-passes", fn, []float64{1, nan, 2}, b, x, 0.02)
	kit.Refuses(t, "an infinite weight", "nan-passes", fn, []float64{1, math.Inf(1), 2}, b, x, 0.02)
	kit.Refuses(t, "a bias of NaN", "nan-passes", fn, w, nan, x, 0.02)
	kit.Refuses(t, "an infinite input", "nan-passes", fn, w, b, []float64{1, math.Inf(-1), 2}, 0.02)
	kit.Refuses(t, "an infinite input with weight 0", "nan-passes", fn, []float64{1, 0, 2}, b, []float64{1, math.Inf(-1), 2}, 0.02)
	kit.Refuses(t, "a boundary too far away for a float64", "nan-passes", fn, []float64{1e-140, 0, 0}, 1e300, x, 0.02)
}

// ---- MaxAllowable

func largest(t *grading.T, what string, w []float64, b float64, x []float64, eta float64) {
	g, n := affine(w, b, x), dual(w, true)
	a := accepted(t, what, "refuses-good", "MaxAllowable", w, b, x, eta)
	r, flips := a.Floats(0), a.Bool(1)
	want := scaled(-eta, signs(w))
	if g < 0 {
		want = scaled(eta, signs(w))
	}
	if len(r) != len(w) {
		kit.Fail(t, what, r, want, fmt.Sprintf("%d entries, want %d", len(r), len(w)), "")
	}
	mistake := ""
	switch {
	case g < 0 && near(r, scaled(-1, want), w):
		mistake = "max-one-side"
	case near(r, scaled(-1, want), w):
		mistake = "wrong-sign"
	case near(r, scaled(-eta/dual(w, false)*math.Copysign(1, g), w), w):
		mistake = "inf-l2-step"
	}
	moved := affine(w, 0, r)
	if !(length(r, true) <= eta*(1+tol)) {
		kit.Fail(t, what, r, want, fmt.Sprintf("‖r‖∞ = %.9g, and %v is allowed", length(r, true), eta), mistake)
	}
	if !(math.Abs(moved+math.Copysign(eta*n, g)) <= tol*eta*n) {
		kit.Fail(t, what, r, want, fmt.Sprintf("g(x) = %.6g is moved by %.6g, and %.6g is possible", g, moved, -math.Copysign(eta*n, g)), mistake)
	}
	if enough := eta*n > math.Abs(g); flips != enough {
		switch {
		case eta*n == math.Abs(g):
			mistake = "at-threshold"
		case flips == (eta*dual(w, false) > math.Abs(g)):
			mistake = "max-l2-norm"
		}
		kit.Fail(t, what, fmt.Sprintf("flips = %v", flips), fmt.Sprintf("%v", enough), fmt.Sprintf("g(x) = %.6g can be moved by %.6g", g, eta*n), mistake)
	}
}

func maxRandom(t *grading.T) {
	r := t.Rand
	for i, part := range []float64{0.5, 1.5, 0.99, 1.01, 1 - 1e-6, 1 + 1e-6} {
		for _, sign := range []float64{1, -1} {
			w, b, x := problem(r, 3+i, sign)
			largest(t, fmt.Sprintf("%v of what it takes", part), w, b, x, part*math.Abs(affine(w, b, x))/dual(w, true))
		}
	}
	largest(t, "exactly what it takes", []float64{1, -1, 2}, -1, []float64{4, 0, 3}, 2.25)
	largest(t, "zeros among the weights", []float64{1, 0, -2}, 1, kit.Normal(r, 3), 0.25)
	largest(t, "no change allowed", []float64{1, 2}, 1, []float64{2, 3}, 0)
	w, b, x := problem(r, 400, -1)
	largest(t, "400 inputs", w, b, x, 0.3)
	w, b, x = problem(r, 4, 1)
	largest(t, "weights near 1e-100", scaled(1e-100, w), 1e-100*b, x, 3)
}

func maxRefuses(t *grading.T) {
	w, b, x := problem(t.Rand, 3, 1)
	nan := math.NaN()
	const fn = "MaxAllowable"
	accepted(t, "a good input", "refuses-good", fn, w, b, x, 0.1)
	kit.Refuses(t, "a point on the boundary", "boundary-passes", fn, []float64{1, -2, 3}, -2.0, []float64{3, 2, 1}, 0.1)
	kit.Refuses(t, "weights of zero", "zero-weights-pass", fn, []float64{0, 0, 0}, 1.0, x, 0.1)
	kit.Refuses(t, "no inputs", "shape-passes", fn, []float64{}, b, []float64{}, 0.1)
	kit.Refuses(t, "too few weights", "shape-passes", fn, w[:2], b, x, 0.1)
	kit.Refuses(t, "η = −0.5", "setting-passes", fn, w, b, x, -0.5)
	kit.Refuses(t, "η = NaN", "nan-passes", fn, w, b, x, nan)
	kit.Refuses(t, "η = ∞", "setting-passes", fn, w, b, x, math.Inf(1))
	kit.Refuses(t, "NaN among the weights", "nan-passes", fn, []float64{1, nan, 2}, b, x, 0.1)
	kit.Refuses(t, "NaN among the inputs", "nan-passes", fn, w, b, []float64{1, nan, 2}, 0.1)
	kit.Refuses(t, "an infinite bias", "nan-passes", fn, w, math.Inf(1), x, 0.1)
}

// ---- OneVsAll

// rivals gives the answer, and for each class f' and w' and their distance (+Inf for none).
func rivals(W [][]float64, b, x []float64, inf bool) (y int, f []float64, w [][]float64, dist []float64) {
	f = make([]float64, len(W))
	for k := range W {
		f[k] = affine(W[k], b[k], x)
		if f[k] > f[y] {
			y = k
		}
	}
	top := f[y]
	for k := range W {
		f[k] -= top
		w = append(w, plus(W[k], scaled(-1, W[y])))
		d := math.Inf(1)
		if n := dual(w[k], inf); k != y && n > 0 {
			d = math.Abs(f[k]) / n
		}
		dist = append(dist, d)
	}
	return y, f, w, dist
}

func oneVsAll(t *grading.T, what string, W [][]float64, b, x []float64, inf bool, eta float64) {
	if inf {
		what += ", L∞"
	} else {
		what += ", L2"
	}
	y, f, w, dist := rivals(W, b, x, inf)
	best := 0
	other := "refuses-good"
	for k := range W {
		if dist[k] < dist[best] {
			best = k
		}
		if k != y && dual(w[k], inf) == 0 {
			other = "equal-weights-fail"
		}
	}
	a := accepted(t, what, other, "OneVsAll", W, b, x, inf, eta)
	r, rival := a.Floats(0), a.Int(1)
	want := fmt.Sprintf("%s, rival %d", grading.Show(step(w[best], f[best], inf, 1+eta)), best)
	computed := fmt.Sprintf("%s, rival %d", grading.Show(r), rival)
	if rival == y {
		kit.Fail(t, what, computed, want, fmt.Sprintf("the rival is the answer, class %d", y), "own-class")
	}
	if rival < 0 || rival >= len(W) {
		kit.Fail(t, what, computed, want, fmt.Sprintf("%d is no class", rival), "")
	}
	// which class a wrong choice would have named
	choice := func(d func(k int) float64) int {
		c := -1
		for k := range W {
			if k != y && dual(w[k], inf) > 0 && (c < 0 || d(k) < d(c)) {
				c = k
			}
		}
		return c
	}
	scale := 0.0
	for k := range W {
		scale = max(scale, size(W[k], b[k], x))
	}
	if rival != best && !(dist[rival]*(1-tol) <= dist[best]+tol*scale/dual(w[best], inf)) {
		mistake := ""
		plain := choice(func(k int) float64 { return math.Abs(f[k]) / dual(W[k], inf) })
		switch rival {
		case choice(func(k int) float64 { return math.Abs(f[k]) }):
			mistake = "class-by-gap"
		case choice(func(k int) float64 { return f[k] / dual(w[k], inf) }):
			mistake = "class-without-abs"
		case choice(func(k int) float64 { return math.Abs(f[k]) / dual(w[k], !inf) }):
			if inf {
				mistake = "inf-l2-choice"
			}
		}
		if rival == plain && near(r, step(W[plain], f[plain], inf, 1+eta), W[plain]) {
			mistake = "rival-weights-only"
		}
		kit.Fail(t, what, computed, want, fmt.Sprintf("the boundary to class %d is %.6g away, that to class %d %.6g", rival, dist[rival], best, dist[best]), mistake)
	}
	if rival != best && dist[rival] == dist[best] {
		kit.Fail(t, what, computed, want, fmt.Sprintf("classes %d and %d are equally near: the first is the rival", best, rival), "")
	}
	v, g := w[rival], f[rival]
	would := map[string][]float64{
		"wrong-sign":         step(v, g, inf, -1-eta),
		"no-overshoot":       step(v, g, inf, 1),
		"rival-weights-only": step(W[rival], g, inf, 1+eta),
	}
	if inf {
		would["inf-l2-step"] = step(v, g, false, 1+eta)
		would["inf-max-norm"] = scaled(-(1+eta)*g/length(v, true), signs(v))
		would["inf-l2-norm"] = scaled(-(1+eta)*g/dual(v, false), signs(v))
	} else {
		would["norm-not-squared"] = scaled(-(1+eta)*g/dual(v, false), v)
	}
	judge(t, what, v, g, scale, r, inf, eta, would)
	// the answer under this classifier
	if now, _, _, _ := rivals(W, b, plus(x, r), inf); eta > 1e-3 && g < -1e-3*scale && now == y {
		kit.Fail(t, what, computed, want, fmt.Sprintf("the answer at x + r is still class %d", y), "")
	}
}

// classifier draws k classes in n dimensions with a point whose answer is y, where the nearest boundary is clearly
// the nearest, and by more than one criterion another class than the wrong choices would take.
func classifier(r *rand.Rand, k, n, y int, inf bool) (W [][]float64, b, x []float64) {
	for {
		W, b, x = nil, kit.Normal(r, k), kit.Normal(r, n)
		for range k {
			W = append(W, scaled(math.Exp(r.NormFloat64()), kit.Normal(r, n)))
		}
		now, f, _, dist := rivals(W, b, x, inf)
		W[now], W[y], b[now], b[y] = W[y], W[now], b[y], b[now]
		dist[now], dist[y], f[now], f[y] = dist[y], dist[now], f[y], f[now]
		sorted := slices.Sorted(slices.Values(dist))
		if sorted[1] < 1.05*sorted[0] || sorted[0] < 0.05 {
			continue
		}
		// k ≥ 4: the class of the smallest gap is neither the nearest nor the farthest; k ≥ 6: the nearest in the other norm is another
		best := slices.Index(dist, sorted[0])
		_, _, _, o := rivals(W, b, x, !inf)
		gap := -1
		for j := range f {
			if j != y && (gap < 0 || -f[j] < -f[gap]) {
				gap = j
			}
		}
		far := -1
		for j := range dist {
			if j != y && (far < 0 || dist[j] > dist[far]) {
				far = j
			}
		}
		if k < 4 || gap != best && gap != far && (!inf || k < 6 || slices.Index(o, slices.Min(o)) != best) {
			return W, b, x
		}
	}
}

func classesRandom(t *grading.T) {
	r := t.Rand
	for _, inf := range []bool{false, true} {
		for i := range 6 {
			k := 4 + i
			W, b, x := classifier(r, k, 3+r.IntN(4), (1+2*i)%k, inf)
			oneVsAll(t, fmt.Sprintf("%d classes", k), W, b, x, inf, []float64{0.02, 0}[i%2])
		}
		W, b, x := classifier(r, 5, 4, 0, inf)
		oneVsAll(t, "the first class answers", W, b, x, inf, 0.02)
		W, b, x = classifier(r, 5, 4, 4, inf)
		oneVsAll(t, "the last class answers", W, b, x, inf, 0.02)
		W, b, x = classifier(r, 4, 4, 1, inf)
		W, b = append(W, W[1]), append(b, b[1]-0.01)
		oneVsAll(t, "a class with the answer's weights", W, b, x, inf, 0.02)
		W, b, x = classifier(r, 2, 3, 1, inf)
		oneVsAll(t, "two classes", W, b, x, inf, 0.02)
		W, b, x = classifier(r, 3, 200, 1, inf)
		oneVsAll(t, "200 inputs", W, b, x, inf, 0.02)
		W, b, x = classifier(r, 4, 3, 2, inf)
		for k := range W {
			W[k] = scaled(1e-100, W[k])
		}
		oneVsAll(t, "weights near 1e-100", W, scaled(1e-100, b), x, inf, 0.02)
		oneVsAll(t, "classes that tie", [][]float64{{0, 1}, {3, 1}, {1, 4}}, []float64{0, -1, -2}, []float64{1, 1}, inf, 0.02)
		oneVsAll(t, "two rivals equally near", [][]float64{{0, 0}, {1, 0}, {-1, 0}}, []float64{1, 0, 0}, []float64{0, 5}, inf, 0)
	}
}

func classesRefuses(t *grading.T) {
	W, b, x := classifier(t.Rand, 3, 3, 1, false)
	nan := math.NaN()
	const fn = "OneVsAll"
	accepted(t, "a good input", "refuses-good", fn, W, b, x, false, 0.02)
	for _, inf := range []bool{false, true} {
		kit.Refuses(t, "all classes with the same weights", "zero-weights-pass", fn, [][]float64{W[0], W[0], W[0]}, b, x, inf, 0.02)
		kit.Refuses(t, "a single class", "shape-passes", fn, W[:1], b[:1], x, inf, 0.02)
	}
	kit.Refuses(t, "no classes", "shape-passes", fn, [][]float64{}, []float64{}, x, false, 0.02)
	kit.Refuses(t, "too few biases", "shape-passes", fn, W, b[:2], x, false, 0.02)
	kit.Refuses(t, "too many biases", "shape-passes", fn, W, append(slices.Clone(b), 1), x, false, 0.02)
	kit.Refuses(t, "a ragged row", "shape-passes", fn, [][]float64{W[0], W[1], W[2][:2]}, b, x, false, 0.02)
	kit.Refuses(t, "no inputs", "shape-passes", fn, [][]float64{{}, {}}, []float64{1, 2}, []float64{}, false, 0.02)
	kit.Refuses(t, "an overshoot of −0.5", "setting-passes", fn, W, b, x, false, -0.5)
	kit.Refuses(t, "an overshoot of NaN", "nan-passes", fn, W, b, x, true, nan)
	kit.Refuses(t, "NaN among the weights", "nan-passes", fn, [][]float64{W[0], {1, nan, 2}, W[2]}, b, x, false, 0.02)
	kit.Refuses(t, "a bias of −∞", "nan-passes", fn, W, []float64{1, 2, math.Inf(-1)}, x, true, 0.02)
	kit.Refuses(t, "NaN among the inputs", "nan-passes", fn, W, b, []float64{1, nan, 2}, false, 0.02)
}

// ---- arguments

func untouched(t *grading.T) {
	w, b, x := problem(t.Rand, 4, -1)
	W, bs, at := classifier(t.Rand, 3, 3, 1, true)
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"MinL2", []any{w, b, x, 0.02}},
		{"MinInf", []any{w, b, x, 0.02}},
		{"MaxAllowable", []any{w, b, x, 0.1}},
		{"OneVsAll", []any{W, bs, at, false, 0.02}},
		{"OneVsAll", []any{W, bs, at, true, 0.02}},
	} {
		kit.Untouched(t, "changes-argument", c.fn, c.args...)
	}
}

// ### END HIDDEN TESTS
