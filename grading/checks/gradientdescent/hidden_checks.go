// ### BEGIN HIDDEN TESTS

package gradientdescent

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance. Paths of at most 60 steps on contractions, sums of at most 40 products: the order of the sums changes
// results by about 60·40·2⁻⁵² ≈ 5·10⁻¹³ of the largest number; a wrong formula is off by far more than 10⁻⁹ of it.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "ascent", Cause: "the step goes up the gradient", Hint: "descent subtracts: x ← x − η∇L(x)"},
	{ID: "gradient-factor", Cause: "the gradient is twice too long: that of (aᵀw − y)²", Hint: "the ½ of the loss cancels the 2 of the derivative: r·aᵢ"},
	{ID: "sum-not-mean", Cause: "the batch's gradients are added up, not averaged", Hint: "divide by len(batch); with sums the step grows with the batch"},
	{ID: "divides-by-n", Cause: "the batch's sum is divided by N, the number of all samples", Hint: "the mean is over the batch: divide by len(batch)"},
	{ID: "divides-by-size", Cause: "the sum over the last, smaller batch is divided by size", Hint: "divide by the samples that the batch holds"},
	{ID: "no-residual-sign", Cause: "the residual is y − aᵀw, so that the gradient has the wrong sign", Hint: "the derivative of ½(aᵀw − y)² is (aᵀw − y)a"},
	{ID: "distinct-only", Cause: "a sample that the batch names twice counts once", Hint: "loop over the batch as it is; with replacement repeats are part of the mean"},
	{ID: "shared-points", Cause: "all rows of the result are one slice, which the loop goes on changing", Hint: "append a copy: append(points, slices.Clone(x))"},
	{ID: "changes-start", Cause: "x := x0 shares memory with the caller", Hint: "copy first: x := slices.Clone(x0)"},
	{ID: "no-start", Cause: "the start is missing from the path", Hint: "row 0 is x₀, before any step"},
	{ID: "one-step-short", Cause: "one step fewer than asked is taken", Hint: "steps steps give steps + 1 points"},
	{ID: "stops-early", Cause: "the path ends before all steps are taken", Hint: "take exactly steps steps, even if little moves"},
	{ID: "mixed-point", Cause: "coordinates move before the gradient of the step is complete, so that one step looks at several points", Hint: "ask for the gradient once, keep it, then move all coordinates"},
	{ID: "normalised", Cause: "the gradient is divided by its length", Hint: "the step is η∇L(x), long where the loss is steep"},
	{ID: "extra-calls", Cause: "grad is called more often than once a step", Hint: "one call a step, its result kept"},
	{ID: "stale-gradient", Cause: "all batches of the epoch look at w₀", Hint: "the gradient of a batch is taken where the last batch has led: pass the present w"},
	{ID: "ignores-order", Cause: "samples are taken as 0, 1, 2, … whatever the order says", Hint: "a batch is a piece of order"},
	{ID: "drops-last", Cause: "the last, smaller batch is left out", Hint: "⌈len(order)/size⌉ batches: let the last end at len(order)"},
	{ID: "one-over-max", Cause: "the rate is 1/λ_max", Hint: "it is safe, not best: make |1 − ηλ_min| and |1 − ηλ_max| equal"},
	{ID: "limit", Cause: "the rate is 2/λ_max, at which gradient descent no longer converges", Hint: "that is the limit; the best rate is 2/(λ_min + λ_max)"},
	{ID: "unsorted", Cause: "the first and the last eigenvalue are taken for the smallest and the largest", Hint: "they come in any order: look for the extremes"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every entry with math.IsNaN and math.IsInf before you compute, and every new point"},
	{ID: "shape-passes", Cause: "lengths or indices are not checked", Hint: "compare len(y) with the rows, len(w) with the columns, every index with N"},
	{ID: "setting-passes", Cause: "rate, steps or size out of range is accepted", Hint: "rate must be in (0, ∞), steps ≥ 0, size ≥ 1: !(rate > 0) catches NaN too"},
	{ID: "empty-passes", Cause: "an empty batch, order, start or list is accepted", Hint: "a mean over nothing is 0/0: return an error"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one"},
}

// path judges a list of points against the right one; would maps mistakes to the paths they give.
func path(t *grading.T, what string, a grading.Answer, want [][]float64, would map[string][][]float64) {
	got := a.Matrix(0)
	if near(got, want) {
		if a.Bool(1) {
			kit.Fail(t, what, "row 0 is the slice x0 itself", "a copy", "the result shares memory with x0", "changes-start")
		}
		return
	}
	mistake := ""
	last := want[len(want)-1]
	ends := func(y []float64) bool { return near([][]float64{y}, [][]float64{last}) }
	switch {
	case len(got) == len(want) && !slices.ContainsFunc(got, func(y []float64) bool { return !ends(y) }):
		mistake = "shared-points"
	case len(got) == len(want)-1 && near(got, want[1:]):
		mistake = "no-start"
	case len(got) == len(want)-1 && near(got, want[:len(want)-1]):
		mistake = "one-step-short"
		if _, ok := would["drops-last"]; ok {
			mistake = "drops-last"
		}
	case len(got) < len(want) && len(got) > 0 && near(got, want[:len(got)]):
		mistake = "stops-early"
	default:
		for _, m := range mistakes {
			if p, ok := would[m.ID]; ok && near(got, p) && !near(p, want) {
				mistake = m.ID
				break
			}
		}
	}
	if len(got) != len(want) {
		kit.Fail(t, what, got, want, fmt.Sprintf("%d points, want %d", len(got), len(want)), mistake)
	}
	for k := range want {
		if !near(got[k:k+1], want[k:k+1]) {
			kit.Fail(t, what, fmt.Sprintf("point %d is %s", k, grading.Show(got[k])), grading.Show(want[k]), "the paths part at point "+fmt.Sprint(k), mistake)
		}
	}
	kit.Fail(t, what, got, want, "the paths differ", mistake)
}

// near compares lists of points on the scale of the largest number wanted.
func near(got, want [][]float64) bool {
	if len(got) != len(want) {
		return false
	}
	size := 0.0
	for _, row := range want {
		for _, v := range row {
			size = math.Max(size, math.Abs(v))
		}
	}
	for k := range want {
		if len(got[k]) != len(want[k]) {
			return false
		}
		for i, v := range want[k] {
			if !(math.Abs(got[k][i]-v) <= tol*size) {
				return false
			}
		}
	}
	return true
}

// ---- Descend

// descent is a problem for Descend.
type descent struct {
	name string
	grad func(x []float64) []float64
	x0   []float64
	rate float64
	n    int
}

func (d descent) judge(t *grading.T) {
	t.SetCallbackBudget(4*len(d.x0)*(d.n+1) + 8)
	want := descend(d.grad, d.x0, d.rate, d.n)
	a := kit.Accepted(t, d.name, "Descend", t.VectorFunc(len(d.x0), d.grad), d.x0, d.rate, d.n)
	calls := t.CallbackCount()
	path(t, d.name, a, want, map[string][][]float64{
		"ascent":          descend(d.grad, d.x0, -d.rate, d.n),
		"gradient-factor": descend(d.grad, d.x0, 2*d.rate, d.n),
		"mixed-point":     mixed(d.grad, d.x0, d.rate, d.n),
		"normalised":      normalised(d.grad, d.x0, d.rate, d.n),
	})
	if calls != d.n {
		kit.Fail(t, d.name, fmt.Sprintf("%d calls of grad", calls), fmt.Sprintf("%d, one a step", d.n), "the path is right, at the wrong cost", "extra-calls")
	}
}

func descendCase(t *grading.T) {
	descent{"½(x₁² + 4x₂²)", bowl, []float64{5, 5}, 0.4, 2}.judge(t)
}

func descendRandom(t *grading.T) {
	r := t.Rand
	for i := range 4 {
		n := 2 + r.IntN(4)
		h, top := spd(r, n)
		c := kit.Normal(r, n)
		grad := func(x []float64) []float64 { return kit.Times(h, sub(x, c)) }
		descent{fmt.Sprintf("a bowl in %d dimensions", n), grad, kit.Normal(r, n), (0.2 + 1.5*r.Float64()) / top, 3 + 5*i}.judge(t)
	}
	// tanh gradients: no two steps alike, and coordinates coupled
	w := [][]float64{kit.Normal(r, 3), kit.Normal(r, 3)}
	grad := func(x []float64) []float64 {
		g := slices.Clone(x)
		for _, row := range w {
			s := math.Tanh(kit.Dot(row, x))
			for i := range g {
				g[i] += s * row[i]
			}
		}
		return g
	}
	descent{"a loss that is no bowl", grad, kit.Normal(r, 3), 0.1, 20}.judge(t)
}

func descendEdges(t *grading.T) {
	r := t.Rand
	identity := func(x []float64) []float64 { return slices.Clone(x) }
	zero := func(x []float64) []float64 { return make([]float64, len(x)) }
	descent{"no step", identity, kit.Normal(r, 3), 0.5, 0}.judge(t)
	descent{"one step", identity, kit.Normal(r, 3), 0.5, 1}.judge(t)
	descent{"one coordinate", identity, kit.Normal(r, 1), 0.3, 6}.judge(t)
	descent{"a gradient of zero: nothing moves, and all steps are there", zero, kit.Normal(r, 2), 0.5, 4}.judge(t)
	descent{"the minimum after one step, and three more", identity, kit.Normal(r, 2), 1, 4}.judge(t)
	for _, scale := range []float64{1e-100, 1e100} {
		x := kit.Normal(r, 3)
		for i := range x {
			x[i] *= scale
		}
		descent{fmt.Sprintf("numbers near %.0e", scale), identity, x, 0.4, 5}.judge(t)
	}
	descent{"a gentle slope and a rate of 10⁶", func(x []float64) []float64 { return []float64{1e-7 * x[0], 1e-6 * x[1]} }, kit.Normal(r, 2), 1e6, 5}.judge(t)
	descent{"a rate too large, still finite", identity, kit.Normal(r, 2), 3, 10}.judge(t)
}

func descendRefuses(t *grading.T) {
	identity := func(x []float64) []float64 { return slices.Clone(x) }
	good := []float64{1, 2}
	call := func(what, mistake string, g any, x0 []float64, rate float64, steps int) {
		kit.Refuses(t, what, mistake, "Descend", g, x0, rate, steps)
	}
	g := t.VectorFunc(2, identity)
	kit.Accepted(t, "a good input", "Descend", g, good, 0.5, 3) // who refuses everything earns nothing
	call("a rate of 0", "setting-passes", g, good, 0, 3)
	call("a rate of −0.1", "setting-passes", g, good, -0.1, 3)
	call("a rate of NaN", "setting-passes", g, good, math.NaN(), 3)
	call("an infinite rate and no step", "setting-passes", g, good, math.Inf(1), 0)
	call("−1 steps", "setting-passes", g, good, 0.5, -1)
	call("an empty start", "empty-passes", t.VectorFunc(0, identity), []float64{}, 0.5, 2)
	call("a start with NaN, no step", "nan-passes", g, []float64{1, math.NaN()}, 0.5, 0)
	call("a start with an infinity", "nan-passes", g, []float64{math.Inf(-1), 1}, 0.5, 2)
	anyLength := func(f func(x []float64) []float64) any {
		return t.Callback(func(args []any) ([]any, error) {
			x, ok := args[0].([]float64)
			if !ok {
				return nil, fmt.Errorf("grad was called with a %T", args[0])
			}
			return []any{f(x)}, nil
		})
	}
	call("a gradient with an entry too few", "shape-passes", anyLength(func(x []float64) []float64 { return x[:1] }), good, 0.5, 2)
	call("a gradient with an entry too many", "shape-passes", anyLength(func(x []float64) []float64 { return []float64{x[0], x[1], 1} }), good, 0.5, 2)
	call("a gradient of NaN", "nan-passes", t.VectorFunc(2, func([]float64) []float64 { return []float64{math.NaN(), 1} }), good, 0.5, 1)
	t.SetCallbackBudget(3000)
	call("a rate of 10, until the numbers overflow", "nan-passes", g, good, 10, 2000)
}

// ---- BatchGradient

// batchOf judges one call.
func batchOf(t *grading.T, what string, a [][]float64, y, w []float64, batch []int) {
	want := gradient(a, y, w, batch)
	ans := kit.Accepted(t, what, "BatchGradient", a, y, w, batch)
	got := ans.Floats(0)
	if near([][]float64{got}, [][]float64{want}) {
		return
	}
	m := float64(len(batch))
	would := map[string][]float64{
		"sum-not-mean":     scale(want, m),
		"divides-by-n":     scale(want, m/float64(len(a))),
		"gradient-factor":  scale(want, 2),
		"no-residual-sign": scale(want, -1),
		"distinct-only":    gradient(a, y, w, slices.Compact(slices.Sorted(slices.Values(batch)))),
	}
	mistake := ""
	for _, k := range mistakes {
		if v, ok := would[k.ID]; ok && near([][]float64{got}, [][]float64{v}) && !near([][]float64{v}, [][]float64{want}) {
			mistake = k.ID
			break
		}
	}
	err := "the gradients differ"
	if len(got) != len(want) {
		err = fmt.Sprintf("%d entries, want %d", len(got), len(want))
	}
	kit.Fail(t, what, got, want, err, mistake)
}

func batchCase(t *grading.T) {
	a, y := samples()
	batchOf(t, "all three samples", a, y, []float64{0}, []int{0, 1, 2})
	batchOf(t, "the samples 2 and 0", a, y, []float64{0}, []int{2, 0})
}

func batchRandom(t *grading.T) {
	r := t.Rand
	for range 6 {
		n, d := 3+r.IntN(10), 1+r.IntN(5)
		a, y, w := data(r, n, d)
		batchOf(t, "a random batch", a, y, w, r.Perm(n)[:2+r.IntN(n-2)])
	}
}

func batchEdges(t *grading.T) {
	r := t.Rand
	a, y, w := data(r, 7, 3)
	batchOf(t, "all samples", a, y, w, r.Perm(7))
	batchOf(t, "one sample", a, y, w, []int{r.IntN(7)})
	batchOf(t, "the last sample", a, y, w, []int{6})
	batchOf(t, "a sample named twice", a, y, w, []int{4, 1, 4})
	batchOf(t, "more draws than samples", a, y, w, []int{0, 6, 6, 2, 3, 0, 6, 1, 5, 5})
	batchOf(t, "w = 0", a, y, make([]float64, 3), []int{0, 2, 5})
	fitted := make([]float64, 7)
	for i := range fitted {
		fitted[i] = kit.Dot(a[i], w) + 1e-3 // residual −10⁻³ everywhere
	}
	batchOf(t, "small residuals", a, fitted, w, []int{1, 2, 3})
	batchOf(t, "one sample in all", [][]float64{{2}}, []float64{3}, []float64{5}, []int{0})
	for _, s := range []float64{1e-60, 1e60} {
		b := make([][]float64, len(a))
		for i := range a {
			b[i] = scale(a[i], s)
		}
		batchOf(t, fmt.Sprintf("features near %.0e", s), b, scale(y, s), w, []int{0, 3, 4})
	}
}

func batchRefuses(t *grading.T) {
	a, y, w := data(t.Rand, 4, 2)
	kit.Accepted(t, "a good input", "BatchGradient", a, y, w, []int{0, 3})
	call := func(what, mistake string, a [][]float64, y, w []float64, batch []int) {
		kit.Refuses(t, what, mistake, "BatchGradient", a, y, w, batch)
	}
	call("an empty batch", "empty-passes", a, y, w, []int{})
	call("the sample 4 of four", "shape-passes", a, y, w, []int{0, 4})
	call("the sample −1", "shape-passes", a, y, w, []int{-1})
	call("a y too short", "shape-passes", a, y[:3], w, []int{0})
	call("a w too short", "shape-passes", a, y, w[:1], []int{0})
	call("a w too long", "shape-passes", a, y, append(slices.Clone(w), 1), []int{0})
	call("a ragged row outside the batch", "shape-passes", [][]float64{{1, 2}, {3}, {4, 5}, {6, 7}}, y, w, []int{0})
	call("no samples", "empty-passes", [][]float64{}, []float64{}, w, []int{})
	call("samples without features", "empty-passes", [][]float64{{}, {}}, []float64{1, 2}, []float64{}, []int{0})
	bad := [][]float64{{1, 2}, {3, math.NaN()}, {4, 5}, {6, 7}}
	call("NaN in a", "nan-passes", bad, y, w, []int{1})
	call("an infinite w", "nan-passes", a, y, []float64{1, math.Inf(1)}, []int{0})
	call("NaN in y", "nan-passes", a, []float64{math.NaN(), 1, 2, 3}, w, []int{0})
}

// ---- Epoch

func epochOf(t *grading.T, what string, a [][]float64, y, w0 []float64, order []int, size int, rate float64) {
	with := func(g func(w []float64, batch []int, k int) []float64) [][]float64 {
		w := slices.Clone(w0)
		p := [][]float64{slices.Clone(w)}
		for k := 0; k*size < len(order); k++ {
			w = sub(w, scale(g(w, order[k*size:min(len(order), (k+1)*size)], k), rate))
			p = append(p, w)
		}
		return p
	}
	plain := func(w []float64, batch []int, _ int) []float64 { return gradient(a, y, w, batch) }
	factor := func(f func(batch []int) float64) [][]float64 {
		return with(func(w []float64, batch []int, k int) []float64 { return scale(plain(w, batch, k), f(batch)) })
	}
	want := with(plain)
	would := map[string][][]float64{
		"ascent":          factor(func([]int) float64 { return -1 }),
		"gradient-factor": factor(func([]int) float64 { return 2 }),
		"sum-not-mean":    factor(func(b []int) float64 { return float64(len(b)) }),
		"divides-by-n":    factor(func(b []int) float64 { return float64(len(b)) / float64(len(a)) }),
		"divides-by-size": factor(func(b []int) float64 { return float64(len(b)) / float64(size) }),
		"stale-gradient":  with(func(_ []float64, batch []int, _ int) []float64 { return gradient(a, y, w0, batch) }),
	}
	if len(order) <= len(a) {
		would["ignores-order"] = with(func(w []float64, batch []int, k int) []float64 {
			natural := make([]int, len(batch))
			for i := range natural {
				natural[i] = k*size + i
			}
			return gradient(a, y, w, natural)
		})
	}
	if len(order)%size != 0 {
		would["drops-last"] = want[:len(want)-1]
	}
	path(t, what, kit.Accepted(t, what, "Epoch", a, y, w0, order, size, rate), want, would)
}

func epochCase(t *grading.T) {
	a, y := samples()
	epochOf(t, "the order 2, 0, 1 in batches of two", a, y, []float64{0}, []int{2, 0, 1}, 2, 0.5)
}

func epochRandom(t *grading.T) {
	r := t.Rand
	for i := range 5 {
		size := 2 + r.IntN(3)
		n, d := size*(2+r.IntN(3))+i%size, 1+r.IntN(4)
		a, y, w := data(r, n, d)
		epochOf(t, fmt.Sprintf("%d samples in batches of %d", n, size), a, y, w, r.Perm(n), size, 0.05+0.1*r.Float64())
	}
	a, y, w := data(r, 6, 2)
	epochOf(t, "batches of one", a, y, w, r.Perm(6), 1, 0.05)
	epochOf(t, "one batch of all", a, y, w, r.Perm(6), 6, 0.2)
	epochOf(t, "a size larger than the order", a, y, w, r.Perm(6), 100, 0.2)
	epochOf(t, "an order shorter than N", a, y, w, []int{5, 2}, 1, 0.1)
	epochOf(t, "an order longer than N, with repeats", a, y, w, []int{5, 5, 2, 0, 5, 1, 1, 3, 4, 2, 2}, 3, 0.1)
}

func epochRefuses(t *grading.T) {
	a, y, w := data(t.Rand, 4, 2)
	kit.Accepted(t, "a good input", "Epoch", a, y, w, []int{0, 3, 1}, 2, 0.1)
	call := func(what, mistake string, a [][]float64, w []float64, order []int, size int, rate float64) {
		kit.Refuses(t, what, mistake, "Epoch", a, y, w, order, size, rate)
	}
	call("a size of 0", "setting-passes", a, w, []int{0, 1}, 0, 0.1)
	call("a size of −2", "setting-passes", a, w, []int{0, 1}, -2, 0.1)
	call("a rate of 0", "setting-passes", a, w, []int{0, 1}, 1, 0)
	call("a rate of NaN", "setting-passes", a, w, []int{0, 1}, 1, math.NaN())
	call("an infinite rate", "setting-passes", a, w, []int{0, 1}, 1, math.Inf(1))
	call("an empty order", "empty-passes", a, w, []int{}, 2, 0.1)
	call("an unknown sample at the end of the order", "shape-passes", a, w, []int{0, 1, 4}, 2, 0.1)
	call("a w too short", "shape-passes", a, w[:1], []int{0, 1}, 2, 0.1)
	call("NaN in w0", "nan-passes", a, []float64{1, math.NaN()}, []int{0, 1}, 2, 0.1)
	huge := [][]float64{{1e200, 1}, {1, 1e200}, {1, 1}, {1, 1}}
	call("a last step that overflows", "nan-passes", huge, w, []int{2, 3, 0, 1}, 2, 0.1)
}

// ---- BestRate

func rate(t *grading.T, what string, eigenvalues ...float64) {
	lo, hi := slices.Min(eigenvalues), slices.Max(eigenvalues)
	answer := func(eta float64) []float64 {
		return []float64{eta, math.Max(math.Abs(1-eta*lo), math.Abs(1-eta*hi))}
	}
	first, last := eigenvalues[0], eigenvalues[len(eigenvalues)-1]
	want := []float64{2 / (lo + hi), (hi - lo) / (hi + lo)}
	got := kit.Accepted(t, what, "BestRate", eigenvalues).Vector(0, 2)
	// the rate is relative to its size, the factor is between 0 and 1
	same := func(a, b []float64) bool { return math.Abs(a[0]-b[0]) <= tol*b[0] && math.Abs(a[1]-b[1]) <= tol }
	if same(got, want) {
		return
	}
	mistake := ""
	unsorted := answer(2 / (first + last))
	switch {
	case same(got, answer(1/hi)) || math.Abs(got[0]-1/hi) <= tol/hi:
		mistake = "one-over-max"
	case math.Abs(got[0]-2/hi) <= 2*tol/hi:
		mistake = "limit"
	case math.Abs(got[0]-unsorted[0]) <= tol*unsorted[0] && unsorted[0] != want[0],
		same(got, []float64{want[0], math.Abs(first-last) / (first + last)}):
		mistake = "unsorted"
	}
	worst := fmt.Sprintf("with that rate the largest |1 − ηλ| is %.6g", answer(got[0])[1])
	kit.Fail(t, what, got, want, "rate or factor differ; "+worst, mistake)
}

func rateRandom(t *grading.T) {
	r := t.Rand
	for n := 2; n < 7; n++ {
		v := make([]float64, n)
		for i := range v {
			v[i] = math.Exp(3 * r.NormFloat64())
		}
		// the extremes never stand at both ends
		slices.Sort(v)
		v[0], v[n/2] = v[n/2], v[0]
		if n == 2 {
			v[0], v[1] = v[1], v[0]
		}
		rate(t, fmt.Sprintf("%d random eigenvalues", n), v...)
	}
	rate(t, "one eigenvalue", 0.5+r.Float64())
	rate(t, "all equal", 3, 3, 3)
	rate(t, "near 10⁻¹⁰⁰", 2e-100, 5e-100, 1e-100)
	rate(t, "near 10¹⁰⁰", 2e100, 5e100, 1e100)
	rate(t, "a condition number of 10⁸", 1, 1e8, 1e4)
	kit.Refuses(t, "no eigenvalue", "empty-passes", "BestRate", []float64{})
	kit.Refuses(t, "an eigenvalue of 0", "setting-passes", "BestRate", []float64{1, 0, 2})
	kit.Refuses(t, "a negative eigenvalue", "setting-passes", "BestRate", []float64{1, -0.5, 2})
	kit.Refuses(t, "NaN", "nan-passes", "BestRate", []float64{1, math.NaN(), 2})
	kit.Refuses(t, "infinity", "nan-passes", "BestRate", []float64{1, math.Inf(1), 2})
}

// ---- arguments

func untouched(t *grading.T) {
	a, y, w := data(t.Rand, 5, 2)
	identity := t.VectorFunc(2, func(x []float64) []float64 { return slices.Clone(x) })
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"Descend", []any{identity, w, 0.5, 4}},
		{"BatchGradient", []any{a, y, w, []int{3, 1, 4}}},
		{"Epoch", []any{a, y, w, []int{3, 1, 4, 0, 2}, 2, 0.1}},
		{"BestRate", []any{[]float64{3, 1, 2}}},
	} {
		kit.Untouched(t, "changes-start", c.fn, c.args...)
	}
}

// ---- what the checks know about it

func descend(grad func([]float64) []float64, x0 []float64, rate float64, steps int) [][]float64 {
	p := [][]float64{slices.Clone(x0)}
	for range steps {
		x := p[len(p)-1]
		p = append(p, sub(x, scale(grad(x), rate)))
	}
	return p
}

// mixed moves the coordinates one by one, each by the gradient at the point so far.
func mixed(grad func([]float64) []float64, x0 []float64, rate float64, steps int) [][]float64 {
	x := slices.Clone(x0)
	p := [][]float64{slices.Clone(x)}
	for range steps {
		for i := range x {
			x[i] -= rate * grad(x)[i]
		}
		p = append(p, slices.Clone(x))
	}
	return p
}

func normalised(grad func([]float64) []float64, x0 []float64, rate float64, steps int) [][]float64 {
	return descend(func(x []float64) []float64 {
		g := grad(x)
		return scale(g, 1/math.Sqrt(kit.Dot(g, g)))
	}, x0, rate, steps)
}

func gradient(a [][]float64, y, w []float64, batch []int) []float64 {
	g := make([]float64, len(w))
	for _, i := range batch {
		r := kit.Dot(a[i], w) - y[i]
		for j := range g {
			g[j] += r * a[i][j] / float64(len(batch))
		}
	}
	return g
}

// spd returns a symmetric positive definite matrix and a bound on its eigenvalues.
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
		top += h[i][i] // the trace
	}
	return h, top
}

func data(r *rand.Rand, n, d int) (a [][]float64, y, w []float64) {
	for range n {
		a = append(a, kit.Normal(r, d))
	}
	return a, kit.Normal(r, n), kit.Normal(r, d)
}

func sub(x, y []float64) []float64 {
	z := make([]float64, len(x))
	for i := range z {
		z[i] = x[i] - y[i]
	}
	return z
}

func scale(x []float64, s float64) []float64 {
	z := make([]float64, len(x))
	for i := range z {
		z[i] = x[i] * s
	}
	return z
}

// ### END HIDDEN TESTS
