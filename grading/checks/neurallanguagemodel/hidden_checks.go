// ### BEGIN HIDDEN TESTS

package neurallanguagemodel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number: sums of at most a few dozen products, exponentials and a division; rounding stays below 10⁻¹².
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "reversed", Cause: "the context stands the wrong way round", Hint: "the oldest token first: x = (C[w_{t−n}], …, C[w_{t−1}])"},
	{ID: "no-tanh", Cause: "the hidden layer is linear", Hint: "a = tanh(Hx + D)"},
	{ID: "leak", Cause: "the context holds the token to predict", Hint: "w_t is predicted from ids[t−n : t], which ends before it"},
	{ID: "overflow", Cause: "an exponential overflows, or the logarithm of 0 is taken", Hint: "log p_i = z_i − max − log Σ e^{z − max}"},
	{ID: "sum", Cause: "the loss is the sum over the places", Hint: "divide by their number, len(ids) − n"},
	{ID: "divides-by-tokens", Cause: "the loss is divided by the number of tokens", Hint: "the first n are not predicted: len(ids) − n places"},
	{ID: "perplexity-base", Cause: "the perplexity is a power of 2", Hint: "the loss is in nats: e^loss"},
	{ID: "no-derivative", Cause: "the derivative of tanh is left out", Hint: "∂q = (1 − a²) ∘ Uᵀ∂z"},
	{ID: "overwritten", Cause: "a row of ∂C is set, not added to", Hint: "a token that stands in several blocks gets the sum over them"},
	{ID: "gradient-sum", Cause: "the gradient is the sum over the places", Hint: "J is a mean: divide by their number"},
	{ID: "temperature-times", Cause: "logits are multiplied by the temperature", Hint: "z/temperature: a low temperature is sharp"},
	{ID: "not-normalised", Cause: "p does not sum to 1", Hint: "divide by the sum over the tokens that are kept"},
	{ID: "ties", Cause: "all equals at the edge of the top k are kept", Hint: "k tokens, of equals the first: sort stably"},
	{ID: "impossible", Cause: "a token of probability 0 is drawn", Hint: "the first i with p_0 + … + p_i > u: larger, not equal"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "write to slices of your own"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every parameter, every logit, the temperature and u"},
	{ID: "shapes-pass", Cause: "shapes, tokens or settings that do not fit are accepted", Hint: "go through the statement's table line by line"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "one token, a context of 1, a text of n + 1 tokens, a top k above V are good"},
}

// params are C, H, D, U, B.
type params struct {
	C, H [][]float64
	D    []float64
	U    [][]float64
	B    []float64
}

func read(m []any) params {
	return params{m[0].([][]float64), m[1].([][]float64), m[2].([]float64), m[3].([][]float64), m[4].([]float64)}
}

func (m params) args(ids []int) []any { return []any{m.C, m.H, m.D, m.U, m.B, ids} }

func (m params) order() int { return len(m.H[0]) / len(m.C[0]) }

// forward is the reference, with a mistake: x, a, z.
func (m params) forward(context []int, wrong string) (x, a, z []float64) {
	for k := range context {
		if wrong == "reversed" {
			k = len(context) - 1 - k
		}
		x = append(x, m.C[context[k]]...)
	}
	a = kit.Add(kit.Times(m.H, x), 1, m.D)
	if wrong != "no-tanh" {
		for i := range a {
			a[i] = math.Tanh(a[i])
		}
	}
	return x, a, kit.Add(kit.Times(m.U, a), 1, m.B)
}

// logSoftmax is z − log Σ e^z.
func logSoftmax(z []float64) []float64 {
	out, sum := make([]float64, len(z)), 0.0
	for i := range z {
		out[i] = z[i] - slices.Max(z)
		sum += math.Exp(out[i])
	}
	for i := range out {
		out[i] -= math.Log(sum)
	}
	return out
}

func context(ids []int, t, n int, wrong string) []int {
	if wrong == "leak" {
		return ids[t-n+1 : t+1]
	}
	return ids[t-n : t]
}

// loss gives the nats and the perplexity.
func (m params) loss(ids []int, wrong string) []float64 {
	n, sum := m.order(), 0.0
	for t := n; t < len(ids); t++ {
		_, _, z := m.forward(context(ids, t, n, wrong), wrong)
		sum -= logSoftmax(z)[ids[t]]
	}
	switch wrong {
	case "sum":
	case "divides-by-tokens":
		sum /= float64(len(ids))
	default:
		sum /= float64(len(ids) - n)
	}
	if wrong == "perplexity-base" {
		return []float64{sum, math.Exp2(sum)}
	}
	return []float64{sum, math.Exp(sum)}
}

// gradient gives ∂C, ∂H, ∂D, ∂U, ∂B, one after the other.
func (m params) gradient(ids []int, wrong string) []float64 {
	n, width := m.order(), len(m.C[0])
	g := params{C: table(m.C), H: table(m.H), D: make([]float64, len(m.D)), U: table(m.U), B: make([]float64, len(m.B))}
	share := 1 / float64(len(ids)-n)
	if wrong == "gradient-sum" {
		share = 1
	}
	for t := n; t < len(ids); t++ {
		words := context(ids, t, n, wrong)
		x, a, z := m.forward(words, wrong)
		dz := logSoftmax(z)
		for i := range dz {
			dz[i] = math.Exp(dz[i])
		}
		dz[ids[t]]--
		dz = kit.Scale(dz, share)
		g.B = kit.Add(g.B, 1, dz)
		dq := make([]float64, len(a))
		for i := range dz {
			g.U[i] = kit.Add(g.U[i], dz[i], a)
			dq = kit.Add(dq, dz[i], m.U[i])
		}
		for j := range dq {
			if wrong != "no-derivative" && wrong != "no-tanh" {
				dq[j] *= 1 - a[j]*a[j]
			}
		}
		g.D = kit.Add(g.D, 1, dq)
		dx := make([]float64, len(x))
		for i := range dq {
			g.H[i] = kit.Add(g.H[i], dq[i], x)
			dx = kit.Add(dx, dq[i], m.H[i])
		}
		for k := range words {
			w := words[k]
			if wrong == "reversed" {
				w = words[n-1-k]
			}
			block := dx[k*width : (k+1)*width]
			if wrong == "overwritten" {
				g.C[w] = slices.Clone(block)
			} else {
				g.C[w] = kit.Add(g.C[w], 1, block)
			}
		}
	}
	return g.flat()
}

func (m params) flat() []float64 {
	return slices.Concat(slices.Concat(m.C...), slices.Concat(m.H...), m.D, slices.Concat(m.U...), m.B)
}

// distribution is the reference of p: token i is kept if fewer than topK others come before it.
func distribution(z []float64, temperature float64, topK int, wrong string) []float64 {
	if topK == 0 {
		topK = len(z)
	}
	if temperature == 0 {
		topK = 1
	}
	p, sum := make([]float64, len(z)), 0.0
	for i := range z {
		before := 0
		for j := range z {
			if z[j] > z[i] || z[j] == z[i] && j < i && !(wrong == "ties" && temperature > 0) {
				before++
			}
		}
		d := z[i] - slices.Max(z)
		switch {
		case d == 0:
		case wrong == "temperature-times":
			d *= temperature
		default:
			d /= temperature
		}
		if before < topK {
			p[i] = math.Exp(d)
		}
		if before < topK || wrong == "not-normalised" {
			sum += math.Exp(d)
		}
	}
	return kit.Scale(p, 1/sum)
}

// ---- judging

func near(a, b []float64) bool { return kit.Near(a, b, tol) }

func checkLogits(t *grading.T, what string, m params, words []int) {
	got := kit.Accepted(t, what, "Logits", m.args(words)...).Vector(0, len(m.B))
	judge(t, what+", logits", got, func(wrong string) []float64 { _, _, z := m.forward(words, wrong); return z }, "reversed", "no-tanh")
}

func checkLoss(t *grading.T, what string, m params, ids []int) {
	a := kit.Accepted(t, what, "Loss", m.args(ids)...)
	got := []float64{a.Float(0), a.Float(1)}
	judge(t, what+", nats and perplexity", got, func(wrong string) []float64 { return m.loss(ids, wrong) },
		"reversed", "no-tanh", "leak", "sum", "divides-by-tokens", "perplexity-base")
}

func checkGradient(t *grading.T, what string, m params, ids []int) {
	a := kit.Accepted(t, what, "Gradient", m.args(ids)...)
	g := params{C: shaped(t, what+", ∂C", a.Matrix(0), m.C), H: shaped(t, what+", ∂H", a.Matrix(1), m.H), D: a.Vector(2, len(m.D)), U: shaped(t, what+", ∂U", a.Matrix(3), m.U), B: a.Vector(4, len(m.B))}
	judge(t, what+", ∂C, ∂H, ∂D, ∂U, ∂B", g.flat(), func(wrong string) []float64 { return m.gradient(ids, wrong) },
		"reversed", "no-tanh", "leak", "no-derivative", "overwritten", "gradient-sum")
}

// checkSample looks at p first; then the token must be the one that u draws, where u is not within rounding of an edge.
func checkSample(t *grading.T, what string, z []float64, temperature float64, topK int, u float64) {
	a := kit.Accepted(t, what, "Sample", z, temperature, topK, u)
	p := a.Vector(1, len(z))
	judge(t, what+", p", p, func(wrong string) []float64 { return distribution(z, temperature, topK, wrong) }, "temperature-times", "not-normalised", "ties")
	token, want, sum := a.Ints(0)[0], len(z)-1, 0.0
	if token < 0 || token >= len(z) {
		kit.Fail(t, what, token, fmt.Sprintf("a token below %d", len(z)), "no such token", "")
	}
	exact := distribution(z, temperature, topK, "")
	if exact[token] == 0 {
		kit.Fail(t, what, token, "a token that is possible", "a token of probability 0", "impossible")
	}
	for i, w := range exact {
		if sum += w; w > 0 && math.Abs(sum-u) < 1e-9 {
			return // either neighbour
		}
		if sum > u {
			want = i
			break
		}
	}
	if token != want {
		kit.Fail(t, what, token, want, fmt.Sprintf("another token for u = %g and p = %v", u, exact), "")
	}
}

func judge(t *grading.T, what string, got []float64, reference func(wrong string) []float64, known ...string) {
	would := map[string][]float64{}
	for _, m := range known {
		would[m] = reference(m)
	}
	kit.Judge(t, mistakes, what, got, reference(""), near, would)
}

func shaped(t *grading.T, what string, got, like [][]float64) [][]float64 {
	if len(got) != len(like) || slices.ContainsFunc(got, func(r []float64) bool { return len(r) != len(like[0]) }) {
		kit.Fail(t, what, got, fmt.Sprintf("%d rows of %d numbers", len(like), len(like[0])), "a wrong shape", "")
	}
	return got
}

// ---- instances

func table(like [][]float64) [][]float64 {
	out := make([][]float64, len(like))
	for i := range out {
		out[i] = make([]float64, len(like[i]))
	}
	return out
}

func normal(r *rand.Rand, rows, cols int) [][]float64 {
	out := make([][]float64, rows)
	for i := range out {
		out[i] = kit.Normal(r, cols)
	}
	return out
}

func random(r *rand.Rand, v, m, n, h int) params {
	return params{C: normal(r, v, m), H: normal(r, h, n*m), D: kit.Normal(r, h), U: normal(r, v, h), B: kit.Normal(r, v)}
}

func text(r *rand.Rand, v, n int) []int {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = r.IntN(v)
	}
	return ids
}

func logitsRandom(t *grading.T) {
	r := t.Rand
	for k := range 6 {
		v, n := 3+r.IntN(4), 1+k%3
		words := r.Perm(v)[:n] // different ones: their order shows
		checkLogits(t, fmt.Sprintf("a context of %d", n), random(r, v, 1+r.IntN(3), n, 1+r.IntN(4)), words)
	}
	checkLogits(t, "one token", random(r, 1, 2, 2, 3), []int{0, 0})
}

func lossRandom(t *grading.T) {
	r := t.Rand
	for k := range 5 {
		v, n := 3+r.IntN(4), 1+k%3
		checkLoss(t, fmt.Sprintf("a context of %d", n), random(r, v, 1+r.IntN(3), n, 2+r.IntN(3)), text(r, v, n+2+r.IntN(6)))
	}
	m := random(r, 4, 2, 2, 3)
	checkLoss(t, "one place", m, text(r, 4, 3))
	for i := range m.U {
		m.U[i], m.B[i] = make([]float64, 3), 0.5
	}
	checkLoss(t, "equal logits: perplexity 4", m, text(r, 4, 9))
	extreme := func(what string, ids []int) {
		a := kit.Accepted(t, what, "Loss", m.args(ids)...)
		got := []float64{a.Float(0), a.Float(1)}
		if want := m.loss(ids, ""); !kit.Near(got, want, 1e-7) { // logits of 10⁵ are off by 10⁻¹¹
			kit.Fail(t, what, got, want, "nats and perplexity differ", "overflow")
		}
	}
	for _, c := range []float64{1e5, -1e5} {
		for i := range m.B {
			m.B[i] = c + r.NormFloat64()
		}
		extreme("logits of 10⁵", text(r, 4, 9))
	}
	m.B = []float64{0, 800, 0, 0}
	extreme("a token of 800 nats", []int{1, 1, 0, 1, 1, 1, 1})
	one := random(r, 1, 2, 1, 2)
	if a := kit.Accepted(t, "one token only", "Loss", one.args([]int{0, 0, 0})...); !(math.Abs(a.Float(0)) < tol && math.Abs(a.Float(1)-1) < tol) {
		kit.Fail(t, "one token only", []float64{a.Float(0), a.Float(1)}, []float64{0, 1}, "nats and perplexity differ", "")
	}
}

func gradientRandom(t *grading.T) {
	r := t.Rand
	// tokens 3 and 4 stand in no context: their rows stay 0; the biases' gradient sums to 0, as p and y both sum to 1
	m, ids := random(r, 5, 2, 2, 3), append(text(r, 3, 6), 3)
	a := kit.Accepted(t, "tokens 3 and 4 are in no context", "Gradient", m.args(ids)...)
	sum := 0.0
	for _, v := range a.Vector(4, 5) {
		sum += v
	}
	if !(math.Abs(sum) < tol) {
		kit.Fail(t, "∂B", a.Floats(4), "numbers that sum to 0", fmt.Sprintf("the sum is %g", sum), "")
	}
	if c := shaped(t, "∂C", a.Matrix(0), m.C); slices.ContainsFunc(slices.Concat(c[3:]...), func(v float64) bool { return v != 0 }) {
		mistake := ""
		if near(slices.Concat(c...), m.gradient(ids, "leak")[:10]) {
			mistake = "leak"
		}
		kit.Fail(t, "∂C", c, "rows 3 and 4 are 0", "a token that is in no context has a gradient", mistake)
	}
	for k := range 6 {
		v, n := 3+r.IntN(3), 1+k%3
		checkGradient(t, fmt.Sprintf("a context of %d", n), random(r, v, 1+r.IntN(3), n, 2+r.IntN(3)), text(r, v, n+3+r.IntN(5)))
	}
	checkGradient(t, "one token all over", random(r, 3, 2, 3, 2), []int{1, 1, 1, 1, 1})
	m = random(r, 4, 2, 1, 2)
	for i := range m.B {
		m.B[i] += 1e5
	}
	ids = text(r, 4, 6)
	g := kit.Accepted(t, "logits of 10⁵", "Gradient", m.args(ids)...)
	if got, want := g.Vector(4, 4), m.gradient(ids, ""); !kit.Near(got, want[len(want)-4:], 1e-7) {
		kit.Fail(t, "logits of 10⁵: ∂B", got, want[len(want)-4:], "the gradient differs", "overflow")
	}
}

func sampleRandom(t *grading.T) {
	r := t.Rand
	for range 6 {
		n := 3 + r.IntN(5)
		z := kit.Normal(r, n)
		for _, temperature := range []float64{0.3 + 0.5*r.Float64(), 1, 1.5 + r.Float64()} {
			checkSample(t, "all tokens", z, temperature, 0, r.Float64())
			checkSample(t, "some tokens", z, temperature, 1+r.IntN(n-1), r.Float64())
		}
		checkSample(t, "temperature 0", z, 0, r.IntN(n), r.Float64())
		checkSample(t, "a top k above V", z, 1, n+3, r.Float64())
	}
	checkSample(t, "equals", []float64{1, 2, 0, 2, 2, 1}, 0.7, 2, r.Float64())
	checkSample(t, "equals at temperature 0", []float64{1, 2, 0, 2}, 0, 0, r.Float64())
	checkSample(t, "all equal", []float64{0, 0, 0, 0}, 1, 3, 0.9)
	checkSample(t, "one token", kit.Normal(r, 1), 1, 0, r.Float64())
	for _, u := range []float64{0, math.Nextafter(1, 0)} {
		checkSample(t, "u at an end", []float64{-2000, 1, 3, 2, 3, -2000}, 1, 0, u)
		checkSample(t, "u at an end", []float64{0, 3, 2, 1, 0}, 0.5, 2, u)
		checkSample(t, "a temperature of 10⁻³⁰⁰", []float64{1, 3, 2, 3, 0}, 1e-300, 0, u)
		for _, c := range []float64{1e5, -1e5} {
			z := []float64{c, c + 1, c + 0.5}
			a := kit.Accepted(t, "logits of 10⁵", "Sample", z, 0.5, 0, u)
			if got, want := a.Vector(1, 3), distribution(z, 0.5, 0, ""); !near(got, want) {
				kit.Fail(t, "logits of 10⁵: p", got, want, "p differs", "overflow")
			}
		}
	}
}

func refuses(t *grading.T) {
	r := t.Rand
	good := random(r, 4, 2, 2, 3)
	kit.Untouched(t, "changes-arguments", "Logits", good.args([]int{1, 2})...)
	kit.Untouched(t, "changes-arguments", "Loss", good.args([]int{1, 2, 3, 0, 1})...)
	kit.Untouched(t, "changes-arguments", "Gradient", good.args([]int{1, 2, 3, 0, 1})...)
	kit.Untouched(t, "changes-arguments", "Sample", kit.Normal(r, 5), 0.5, 3, 0.7)
	for _, fn := range []string{"Logits", "Loss", "Gradient"} {
		try := func(what, mistake string, change func(m *params, ids *[]int)) {
			m, ids := random(r, 4, 2, 2, 3), []int{1, 2}
			if fn != "Logits" {
				ids = []int{1, 2, 3, 0}
			}
			change(&m, &ids)
			kit.Refuses(t, what, mistake, fn, m.args(ids)...)
		}
		shape := func(what string, change func(m *params, ids *[]int)) { try(what, "shapes-pass", change) }
		shape("a token of V", func(m *params, ids *[]int) { (*ids)[1] = 4 })
		shape("a token of −1", func(m *params, ids *[]int) { (*ids)[0] = -1 })
		shape("no tokens", func(m *params, ids *[]int) { *ids = []int{} })
		shape("too few tokens", func(m *params, ids *[]int) { *ids = (*ids)[:min(2, len(*ids)-1)] })
		if fn == "Logits" {
			shape("a token too many", func(m *params, ids *[]int) { *ids = []int{1, 2, 3} })
		}
		shape("C is empty", func(m *params, ids *[]int) { m.C = [][]float64{} })
		shape("C has width 0", func(m *params, ids *[]int) { m.C = [][]float64{{}, {}, {}, {}} })
		shape("C is ragged", func(m *params, ids *[]int) { m.C[1] = []float64{1} })
		shape("C has a row more than U", func(m *params, ids *[]int) { m.C = append(m.C, []float64{1, 2}) })
		shape("H is empty", func(m *params, ids *[]int) { m.H = [][]float64{} })
		shape("H is ragged", func(m *params, ids *[]int) { m.H[2] = []float64{1, 2} })
		shape("the width of C does not divide that of H", func(m *params, ids *[]int) { m.H = normal(r, 3, 5) })
		shape("H narrower than C", func(m *params, ids *[]int) { m.H = normal(r, 3, 1) })
		shape("D is too short", func(m *params, ids *[]int) { m.D = m.D[:2] })
		shape("U is too wide", func(m *params, ids *[]int) { m.U = normal(r, 4, 4) })
		shape("U is ragged", func(m *params, ids *[]int) { m.U[3] = []float64{1, 2} })
		shape("U has a row too few", func(m *params, ids *[]int) { m.U, m.B = m.U[:3], m.B[:3] })
		shape("B is too long", func(m *params, ids *[]int) { m.B = append(m.B, 1) })
		for i, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			nan := func(change func(m *params, ids *[]int)) { try("not finite", "nan-passes", change) }
			nan(func(m *params, ids *[]int) { m.C[3][i%2] = bad })
			nan(func(m *params, ids *[]int) { m.H[i][r.IntN(4)] = bad })
			nan(func(m *params, ids *[]int) { m.D[i] = bad })
			nan(func(m *params, ids *[]int) { m.U[i][r.IntN(3)] = bad })
			nan(func(m *params, ids *[]int) { m.B[r.IntN(4)] = bad })
		}
	}
	sample := func(what, mistake string, z []float64, temperature float64, topK int, u float64) {
		kit.Refuses(t, what, mistake, "Sample", z, temperature, topK, u)
	}
	z := kit.Normal(r, 4)
	sample("no logits", "shapes-pass", []float64{}, 1, 0, 0.5)
	sample("a negative temperature", "shapes-pass", z, -0.5, 0, 0.5)
	sample("a negative top k", "shapes-pass", z, 1, -1, 0.5)
	sample("u = 1", "shapes-pass", z, 1, 0, 1)
	sample("u < 0", "shapes-pass", z, 1, 0, -0.1)
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		sample("a logit that is not finite", "nan-passes", []float64{1, bad, 2}, 1, 0, 0.5)
		sample("a logit that is not finite, at temperature 0", "nan-passes", []float64{1, bad, 2}, 0, 0, 0.5)
	}
	sample("a temperature of NaN", "nan-passes", z, math.NaN(), 0, 0.5)
	sample("a temperature of +∞", "nan-passes", z, math.Inf(1), 0, 0.5)
	sample("u is NaN", "nan-passes", z, 1, 0, math.NaN())
}

// ### END HIDDEN TESTS
