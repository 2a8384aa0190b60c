// ### BEGIN HIDDEN TESTS

package attention

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number: products and sums of at most 8 numbers, an exponential and a division; rounding stays below 10⁻¹³.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "no-scale", Cause: "the scores are not divided by √d", Hint: "S = QKᵀ/√d"},
	{ID: "scale-d", Cause: "the scores are divided by d", Hint: "the root of it: q·k has the variance d"},
	{ID: "along-columns", Cause: "softmax runs along the columns", Hint: "each query's weights sum to 1: row by row"},
	{ID: "no-mask", Cause: "causal is not heeded", Hint: "row i sees j ≤ i only"},
	{ID: "mask-self", Cause: "a place does not see itself", Hint: "j ≤ i, with i"},
	{ID: "mask-zero", Cause: "masked scores are 0, not −∞", Hint: "e⁰ = 1: such a place still counts; leave it out of the sum"},
	{ID: "mask-after", Cause: "the mask comes after the softmax", Hint: "the weights that are left must sum to 1"},
	{ID: "mask-side", Cause: "the mask hides what lies behind", Hint: "hide j > i"},
	{ID: "overflow", Cause: "an exponential overflows", Hint: "subtract the row's largest score first"},
	{ID: "no-mean", Cause: "Σ A dA is left out of the gradient", Hint: "dS_ij = A_ij (dA_ij − Σ_l A_il dA_il): the weights of a row move together"},
	{ID: "mean-unweighted", Cause: "the mean of dA is taken without the weights", Hint: "Σ_l A_il dA_il"},
	{ID: "gradient-scale", Cause: "√d is missing in the gradient", Hint: "S = QKᵀ/√d, so ∂J/∂Q = dS K/√d and ∂J/∂K = dSᵀ Q/√d"},
	{ID: "gradient-mask", Cause: "the gradient does not heed causal", Hint: "take A from the function that heeds it"},
	{ID: "swapped", Cause: "∂J/∂Q and ∂J/∂K are exchanged", Hint: "∂J/∂Q is made of keys, ∂J/∂K of queries"},
	{ID: "value-weights", Cause: "∂J/∂V is taken without the weights", Hint: "∂J/∂V = Aᵀ dO"},
	{ID: "heads-scale", Cause: "heads divide by the root of the whole width", Hint: "√(d/heads)"},
	{ID: "interleaved", Cause: "heads take every so-many-th column", Hint: "blocks: head h takes the columns h·w … h·w + w − 1"},
	{ID: "heads-ignored", Cause: "all columns are one head", Hint: "each block has weights of its own"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "write to tables of your own"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every entry, of dO too"},
	{ID: "shapes-pass", Cause: "shapes that do not fit are accepted", Hint: "go through the statement's table line by line"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "one place, width 1, more keys than queries are good"},
}

// weights is the reference, with a mistake.
func weights(q, k [][]float64, causal bool, width int, wrong string) [][]float64 {
	root := math.Sqrt(float64(width))
	switch wrong {
	case "no-scale":
		root = 1
	case "scale-d":
		root = float64(width)
	}
	s, a := kit.Zeros(len(q), len(k)), kit.Zeros(len(q), len(k))
	for i := range s {
		for j := range s[i] {
			s[i][j] = kit.Dot(q[i], k[j]) / root
		}
	}
	hidden := func(i, j int) bool {
		switch {
		case !causal || wrong == "no-mask":
			return false
		case wrong == "mask-self":
			return j >= i
		case wrong == "mask-side":
			return j < i
		}
		return j > i
	}
	for i := range s {
		counts := func(j int) bool { return !hidden(i, j) || wrong == "mask-zero" || wrong == "mask-after" }
		top, sum := math.Inf(-1), 0.0
		for j := range s[i] {
			if hidden(i, j) && wrong == "mask-zero" {
				s[i][j] = 0
			}
			if counts(j) {
				top = math.Max(top, s[i][j])
			}
		}
		for j := range s[i] {
			if counts(j) {
				a[i][j] = math.Exp(s[i][j] - top)
			}
			sum += a[i][j]
		}
		for j := range s[i] {
			if sum > 0 && wrong != "along-columns" {
				a[i][j] /= sum
			}
			if hidden(i, j) && wrong == "mask-after" {
				a[i][j] = 0
			}
		}
	}
	if wrong == "along-columns" {
		for j := range k {
			sum, top := 0.0, math.Inf(-1)
			for i := range q {
				if !hidden(i, j) {
					top = math.Max(top, s[i][j])
				}
			}
			for i := range q {
				a[i][j] = 0
				if !hidden(i, j) {
					a[i][j] = math.Exp(s[i][j] - top)
				}
				sum += a[i][j]
			}
			for i := range q {
				a[i][j] /= sum
			}
		}
	}
	return a
}

func product(a, b [][]float64) [][]float64 {
	out := kit.Zeros(len(a), len(b[0]))
	for i := range a {
		for j := range b {
			out[i] = kit.Add(out[i], a[i][j], b[j])
		}
	}
	return out
}

func transposed(a [][]float64) [][]float64 {
	out := kit.Zeros(len(a[0]), len(a))
	for i := range a {
		for j := range a[i] {
			out[j][i] = a[i][j]
		}
	}
	return out
}

// gradient is ∂J/∂Q, ∂J/∂K, ∂J/∂V, one after the other.
func gradient(q, k, v [][]float64, causal bool, dO [][]float64, wrong string) []float64 {
	if wrong == "gradient-mask" {
		causal = false
	}
	d := len(q[0])
	a := weights(q, k, causal, d, wrong)
	dS := product(dO, transposed(v))
	for i, r := range dS {
		mean := kit.Dot(a[i], r)
		switch wrong {
		case "no-mean":
			mean = 0
		case "mean-unweighted":
			mean = 0
			for _, x := range r {
				mean += x / float64(len(r))
			}
		}
		for j := range r {
			r[j] = a[i][j] * (r[j] - mean)
			if wrong != "gradient-scale" && wrong != "no-scale" {
				r[j] /= math.Sqrt(float64(d))
			}
			if wrong == "scale-d" {
				r[j] /= math.Sqrt(float64(d))
			}
		}
	}
	dQ, dK, dV := product(dS, k), product(transposed(dS), q), product(transposed(a), dO)
	if wrong == "swapped" {
		dQ, dK = dK, dQ
	}
	if wrong == "value-weights" {
		for i := range a {
			for j := range a[i] {
				a[i][j] = 1
			}
		}
		dV = product(transposed(a), dO)
	}
	return slices.Concat(slices.Concat(dQ...), slices.Concat(dK...), slices.Concat(dV...))
}

func heads(q, k, v [][]float64, n int, causal bool, wrong string) []float64 {
	if wrong == "heads-ignored" {
		n = 1
	}
	part := func(x [][]float64, h int) [][]float64 {
		w := len(x[0]) / n
		out := kit.Zeros(len(x), w)
		for i := range x {
			for c := range w {
				if wrong == "interleaved" {
					out[i][c] = x[i][c*n+h]
				} else {
					out[i][c] = x[i][h*w+c]
				}
			}
		}
		return out
	}
	out := kit.Zeros(len(q), len(v[0]))
	for h := range n {
		width := len(q[0]) / n
		if wrong == "heads-scale" {
			width = len(q[0])
		}
		o := product(weights(part(q, h), part(k, h), causal, width, wrong), part(v, h))
		for i := range o {
			for c, x := range o[i] {
				if wrong == "interleaved" {
					out[i][c*n+h] = x
				} else {
					out[i][h*len(o[i])+c] = x
				}
			}
		}
	}
	return slices.Concat(out...)
}

// ---- judging

func flat(t *grading.T, what string, m [][]float64, rows, cols int) []float64 {
	if len(m) != rows || slices.ContainsFunc(m, func(r []float64) bool { return len(r) != cols }) {
		kit.Fail(t, what, m, fmt.Sprintf("%d rows of %d numbers", rows, cols), "a wrong shape", "")
	}
	return slices.Concat(m...)
}

func near(a, b []float64) bool { return kit.Near(a, b, tol) }

var softmaxMistakes = []string{"no-scale", "scale-d", "along-columns", "no-mask", "mask-self", "mask-zero", "mask-after", "mask-side"}

func checkAttend(t *grading.T, what string, q, k, v [][]float64, causal bool) {
	ans := kit.Accepted(t, what, "Attend", q, k, v, causal)
	both := func(wrong string) []float64 {
		a := weights(q, k, causal, len(q[0]), wrong)
		return slices.Concat(slices.Concat(product(a, v)...), slices.Concat(a...))
	}
	got := slices.Concat(flat(t, what+", O", ans.Matrix(0), len(q), len(v[0])), flat(t, what+", A", ans.Matrix(1), len(q), len(k)))
	would := map[string][]float64{}
	for _, m := range softmaxMistakes {
		would[m] = both(m)
	}
	kit.Judge(t, mistakes, what+", O and A", got, both(""), near, would)
}

func checkGradient(t *grading.T, what string, q, k, v [][]float64, causal bool, dO [][]float64) {
	ans := kit.Accepted(t, what, "Gradient", q, k, v, causal, dO)
	got := slices.Concat(flat(t, what+", ∂J/∂Q", ans.Matrix(0), len(q), len(q[0])), flat(t, what+", ∂J/∂K", ans.Matrix(1), len(k), len(k[0])),
		flat(t, what+", ∂J/∂V", ans.Matrix(2), len(v), len(v[0])))
	would := map[string][]float64{}
	for _, m := range append([]string{"no-mean", "mean-unweighted", "gradient-scale", "gradient-mask", "value-weights"}, softmaxMistakes...) {
		would[m] = gradient(q, k, v, causal, dO, m)
	}
	delete(would, "no-mask") // gives the same numbers as gradient-mask
	if len(q) == len(k) {
		would["swapped"] = gradient(q, k, v, causal, dO, "swapped")
	}
	kit.Judge(t, mistakes, what+", ∂J/∂Q, ∂J/∂K, ∂J/∂V", got, gradient(q, k, v, causal, dO, ""), near, would)
}

func checkHeads(t *grading.T, what string, q, k, v [][]float64, n int, causal bool) {
	ans := kit.Accepted(t, what, "MultiHead", q, k, v, n, causal)
	would := map[string][]float64{}
	for _, m := range append([]string{"heads-scale", "interleaved", "heads-ignored"}, softmaxMistakes...) {
		would[m] = heads(q, k, v, n, causal, m)
	}
	kit.Judge(t, mistakes, what, flat(t, what, ans.Matrix(0), len(q), len(v[0])), heads(q, k, v, n, causal, ""), near, would)
}

// ---- instances

func normal(r *rand.Rand, rows, cols int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		m[i] = kit.Normal(r, cols)
	}
	return m
}

func attendRandom(t *grading.T) {
	r := t.Rand
	for k := range 5 {
		n, d, e := 3+r.IntN(4), 2+r.IntN(4), 1+r.IntN(4)
		checkAttend(t, "causal", normal(r, n, d), normal(r, n, d), normal(r, n, e), true)
		m := n + 1 + k%3 - 2
		checkAttend(t, "full", normal(r, n, d), normal(r, m, d), normal(r, m, e), false)
	}
	// what comes later changes nothing before
	n, d := 5, 3
	q, k, v := normal(r, n, d), normal(r, n, d), normal(r, n, 2)
	before := kit.Accepted(t, "causal", "Attend", q, k, v, true).Matrix(0)
	at := 1 + r.IntN(n-1)
	q[at], k[at], v[at] = kit.Normal(r, d), kit.Normal(r, d), kit.Normal(r, 2)
	after := kit.Accepted(t, "causal", "Attend", q, k, v, true).Matrix(0)
	for i := range at {
		if !near(after[i], before[i]) {
			kit.Fail(t, fmt.Sprintf("place %d is another one", at), after[i], before[i], fmt.Sprintf("the output of place %d changed with a later place", i), "no-mask")
		}
	}
}

func edges(t *grading.T) {
	r := t.Rand
	checkAttend(t, "one place", normal(r, 1, 3), normal(r, 1, 3), normal(r, 1, 2), true)
	checkAttend(t, "width 1", normal(r, 4, 1), normal(r, 4, 1), normal(r, 4, 1), true)
	checkAttend(t, "one query", normal(r, 1, 2), normal(r, 5, 2), normal(r, 5, 2), false)
	k := kit.Zeros(5, 3)
	copy(k[0], kit.Normal(r, 3))
	for i := range k {
		copy(k[i], k[0])
	}
	checkAttend(t, "equal keys", normal(r, 5, 3), k, normal(r, 5, 2), true)
	for _, sign := range []float64{1e5, -1e5} {
		q, k := normal(r, 4, 2), normal(r, 4, 2)
		for i := range q {
			q[i][0], k[i][0] = math.Abs(q[i][0])+1, sign*(math.Abs(k[i][0])+1) // all scores of one sign: an exponential overflows, or all are 0
		}
		a := kit.Accepted(t, "scores of 10⁵", "Attend", q, k, normal(r, 4, 2), true)
		// A score of 10⁵ is off by 10⁻¹⁰, so are the weights.
		if got, want := flat(t, "scores of 10⁵", a.Matrix(1), 4, 4), slices.Concat(weights(q, k, true, 2, "")...); !kit.Near(got, want, 1e-6) {
			kit.Fail(t, "scores of 10⁵: A", got, want, "the weights differ", "overflow")
		}
	}
}

func gradientRandom(t *grading.T) {
	r := t.Rand
	for k := range 5 {
		n, d, e := 3+r.IntN(3), 2+r.IntN(3), 1+r.IntN(4)
		checkGradient(t, "causal", normal(r, n, d), normal(r, n, d), normal(r, n, e), true, normal(r, n, e))
		m := n + 1 + k%3 - 2
		checkGradient(t, "full", normal(r, n, d), normal(r, m, d), normal(r, m, e), false, normal(r, n, e))
	}
	checkGradient(t, "one place", normal(r, 1, 2), normal(r, 1, 2), normal(r, 1, 2), true, normal(r, 1, 2))
}

func headsRandom(t *grading.T) {
	r := t.Rand
	for k := range 6 {
		n, h := 3+r.IntN(3), 2+k%2
		d, e := h*(2+r.IntN(2)), h*(2+r.IntN(2))
		m, causal := n+k/2, k < 2
		checkHeads(t, fmt.Sprintf("%d heads", h), normal(r, n, d), normal(r, m, d), normal(r, m, e), h, causal)
	}
	checkHeads(t, "one head", normal(r, 3, 3), normal(r, 3, 3), normal(r, 3, 2), 1, true)
}

func refuses(t *grading.T) {
	r := t.Rand
	m := func(rows, cols int) [][]float64 { return normal(r, rows, cols) }
	kit.Untouched(t, "changes-arguments", "Attend", m(3, 2), m(3, 2), m(3, 4), true)
	kit.Untouched(t, "changes-arguments", "Gradient", m(3, 2), m(3, 2), m(3, 4), true, m(3, 4))
	kit.Untouched(t, "changes-arguments", "MultiHead", m(3, 2), m(3, 2), m(3, 4), 2, true)
	ragged := [][]float64{{1, 2}, {3}, {1, 2}}
	for _, fn := range []string{"Attend", "Gradient", "MultiHead"} {
		try := func(what, mistake string, q, k, v [][]float64, causal bool) {
			args := []any{q, k, v, causal}
			switch fn {
			case "Gradient":
				args = append(args, m(3, 2))
			case "MultiHead":
				args = []any{q, k, v, 1, causal}
			}
			kit.Refuses(t, what, mistake, fn, args...)
		}
		try("no queries", "shapes-pass", [][]float64{}, m(3, 2), m(3, 2), false)
		try("no keys", "shapes-pass", m(3, 2), [][]float64{}, [][]float64{}, false)
		try("width 0", "shapes-pass", [][]float64{{}, {}, {}}, [][]float64{{}, {}, {}}, m(3, 2), false)
		try("rows of different lengths", "shapes-pass", ragged, m(3, 2), m(3, 2), false)
		try("rows of different lengths", "shapes-pass", m(3, 2), ragged, m(3, 2), false)
		try("rows of different lengths", "shapes-pass", m(3, 2), m(3, 2), ragged, false)
		try("Q wider than K", "shapes-pass", m(3, 3), m(3, 2), m(3, 2), false)
		try("K wider than Q", "shapes-pass", m(3, 2), m(3, 3), m(3, 2), false)
		try("more keys than values", "shapes-pass", m(3, 2), m(4, 2), m(3, 2), false)
		try("fewer keys than values", "shapes-pass", m(3, 2), m(3, 2), m(4, 2), false)
		try("causal, more keys than queries", "shapes-pass", m(3, 2), m(4, 2), m(4, 2), true)
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			for i := range 3 {
				x := [][][]float64{m(3, 2), m(3, 2), m(3, 2)}
				x[i][1+r.IntN(2)][r.IntN(2)] = bad
				try("not finite", "nan-passes", x[0], x[1], x[2], false)
			}
		}
	}
	g := func(what, mistake string, dO [][]float64) {
		kit.Refuses(t, what, mistake, "Gradient", m(3, 2), m(3, 2), m(3, 2), true, dO)
	}
	g("dO has a row too many", "shapes-pass", m(4, 2))
	g("dO is too wide", "shapes-pass", m(3, 3))
	g("dO is empty", "shapes-pass", [][]float64{})
	g("dO is ragged", "shapes-pass", ragged)
	g("dO is not finite", "nan-passes", [][]float64{{1, 2}, {3, math.NaN()}, {1, 2}})
	for _, n := range []int{0, -1, 3, 8} {
		kit.Refuses(t, fmt.Sprintf("%d heads of width 4", n), "shapes-pass", "MultiHead", m(3, 4), m(3, 4), m(3, 4), n, true)
	}
	kit.Refuses(t, "heads that do not divide the values' width", "shapes-pass", "MultiHead", m(3, 4), m(3, 4), m(3, 3), 2, true)
	kit.Refuses(t, "heads that do not divide the queries' width", "shapes-pass", "MultiHead", m(3, 3), m(3, 3), m(3, 4), 2, true)
}

// ### END HIDDEN TESTS
