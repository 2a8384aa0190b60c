// ### BEGIN HIDDEN TESTS

package messagepassing

import (
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance: relative to the largest number. Sums of at most twenty numbers near 1, exp and a quotient; round-off stays below 10⁻¹³.
const tol = 1e-9

var kinds = []string{"sum", "mean", "max"}

var mistakes = []grading.Mistake{
	{ID: "max-from-zero", Cause: "a maximum starts at 0", Hint: "the first row of a group is its maximum so far, whatever its sign; only an empty group gives 0"},
	{ID: "mean-over-all", Cause: "a mean divides by the number of all rows", Hint: "count the rows of each group"},
	{ID: "empty", Cause: "an empty group is divided by 0", Hint: "divide only where the counter is not 0"},
	{ID: "overwrites", Cause: "of several rows the last one stays", Hint: "out[index[e]][k] += …"},
	{ID: "softmax-all", Cause: "softmax goes over all arcs", Hint: "a sum for each head: sum[to[e]]"},
	{ID: "overflow", Cause: "exp overflows, or all of a group underflows", Hint: "subtract the group's largest score first"},
	{ID: "swapped", Cause: "ψ reads the sender before the receiver", Hint: "x of to[e], x of from[e], y of e"},
	{ID: "direction", Cause: "messages are collected at the senders", Hint: "the index of an arc's message is to[e]"},
	{ID: "no-arc-features", Cause: "ψ does not see the arc's features", Hint: "the last part of its input is y[e]"},
	{ID: "update-forgets", Cause: "φ does not see the node's own features", Hint: "the first part of its input is x[v]"},
	{ID: "changes-arguments", Cause: "what was passed in holds other numbers afterwards", Hint: "write into slices of your own"},
	{ID: "arguments-pass", Cause: "a bad argument is computed with", Hint: "the statement's table lists what is refused"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "no arcs, one node, arcs twice: all have results"},
}

// aggregate is the definition, group by group, or with a mistake.
func aggregate(kind string, n int, index []int, rows [][]float64, d int, mistake string) []float64 {
	var out []float64
	for v := range n {
		for k := range d {
			var group []float64
			for e, row := range rows {
				if index[e] == v {
					group = append(group, row[k])
				}
			}
			sum, count := 0.0, float64(len(group))
			for _, x := range group {
				sum += x
				if mistake == "overwrites" {
					sum = x
				}
			}
			switch {
			case len(group) == 0:
			case kind == "max":
				sum = slices.Max(group)
				if mistake == "max-from-zero" {
					sum = math.Max(sum, 0)
				}
			case kind == "mean" && mistake == "mean-over-all":
				sum /= float64(len(rows))
			case kind == "mean":
				sum /= count
			}
			out = append(out, sum)
		}
	}
	return out
}

// attention is the definition, or with a mistake.
func attention(to []int, scores []float64, mistake string) []float64 {
	var alpha []float64
	for e := range to {
		sum := 0.0
		for k := range to {
			if to[k] == to[e] || mistake == "softmax-all" {
				sum += math.Exp(scores[k] - scores[e]) // 1/α
			}
		}
		alpha = append(alpha, 1/sum)
	}
	return alpha
}

type problem struct {
	kind     string
	from, to []int
	x, y     [][]float64
	psi      func(in []float64) []float64
	d        int
	phi      func(in []float64) []float64
}

// step is the definition, or with a mistake.
func (p problem) step(mistake string) []float64 {
	var messages [][]float64
	index := p.to
	if mistake == "direction" {
		index = p.from
	}
	for e, v := range p.to {
		u, y := p.from[e], p.y[e]
		if mistake == "swapped" {
			u, v = v, u
		}
		if mistake == "no-arc-features" {
			y = make([]float64, len(y))
		}
		messages = append(messages, p.psi(slices.Concat(p.x[v], p.x[u], y)))
	}
	all := aggregate(p.kind, len(p.x), index, messages, p.d, mistake)
	var out []float64
	for v, x := range p.x {
		if mistake == "update-forgets" {
			x = make([]float64, len(x))
		}
		out = append(out, p.phi(slices.Concat(x, all[v*p.d:(v+1)*p.d]))...)
	}
	return out
}

func same(got, want []float64) bool { return kit.Near(got, want, tol) }

// would gives what each mistake gives.
func would(f func(mistake string) []float64, names ...string) map[string][]float64 {
	m := map[string][]float64{}
	for _, k := range names {
		m[k] = f(k)
	}
	return m
}

// finite fails the check with the mistake if a number is not.
func finite(t *grading.T, what string, got, want []float64, mistake string) {
	for _, v := range got {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			kit.Fail(t, what, got, want, "a number is not finite", mistake)
		}
	}
}

var collected = []string{"max-from-zero", "mean-over-all", "overwrites"}

func checkAggregate(t *grading.T, kind string, n int, index []int, rows [][]float64, d int) {
	got := slices.Concat(kit.Accepted(t, "good rows", "Aggregate", kind, n, index, rows, d).Matrix(0)...)
	f := func(mistake string) []float64 { return aggregate(kind, n, index, rows, d, mistake) }
	finite(t, "Aggregate", got, f(""), "empty")
	kit.Judge(t, mistakes, "Aggregate, "+kind, got, f(""), same, would(f, collected...))
}

func checkAttention(t *grading.T, n int, to []int, scores []float64) {
	got := kit.Accepted(t, "good scores", "Attention", n, to, scores).Floats(0)
	f := func(mistake string) []float64 { return attention(to, scores, mistake) }
	finite(t, "Attention", got, f(""), "overflow")
	kit.Judge(t, mistakes, "Attention", got, f(""), same, would(f, "softmax-all"))
}

func (p problem) args(t *grading.T) []any {
	f, k := len(p.x[0]), 0
	if len(p.y) > 0 {
		k = len(p.y[0])
	}
	return []any{p.kind, p.from, p.to, p.x, p.y, t.VectorFunc(2*f+k, p.psi), p.d, t.VectorFunc(f+p.d, p.phi)}
}

func checkStep(t *grading.T, p problem) {
	got := slices.Concat(kit.Accepted(t, "a good graph", "Step", p.args(t)...).Matrix(0)...)
	finite(t, "Step", got, p.step(""), "empty")
	kit.Judge(t, mistakes, "Step, "+p.kind, got, p.step(""), same, would(p.step, append([]string{"swapped", "direction", "no-arc-features", "update-forgets"}, collected...)...))
}

func rows(r *rand.Rand, n, m int) [][]float64 {
	x := make([][]float64, n)
	for i := range x {
		x[i] = kit.Normal(r, m)
	}
	return x
}

// waves is a map to k numbers in [−1, 1], the first of which is negative.
func waves(r *rand.Rand, k int) func(in []float64) []float64 {
	shift := kit.Normal(r, k)
	return func(in []float64) []float64 {
		out := make([]float64, k)
		for i := range out {
			s := shift[i]
			for j, v := range in {
				s += v * math.Cos(float64(3*i+5*j))
			}
			out[i] = math.Sin(s)
		}
		out[0] = -math.Abs(out[0]) - 0.1
		return out
	}
}

// indices are m in 0 … n−1, of which n−1 does not come, 0 comes twice, and 1 too.
func indices(r *rand.Rand, m, n int) []int {
	v := make([]int, m)
	for i := range v {
		v[i] = r.IntN(n - 1)
	}
	v[0], v[1], v[2] = 0, 0, 1
	r.Shuffle(m, func(i, j int) { v[i], v[j] = v[j], v[i] })
	return v
}

func aggregateRandom(t *grading.T) {
	for k := range 12 {
		n, m, d := 3+t.Rand.IntN(4), 4+t.Rand.IntN(8), 1+t.Rand.IntN(3)
		x := rows(t.Rand, m, d)
		for i := range x {
			x[i][0] = -math.Abs(x[i][0])
		}
		checkAggregate(t, kinds[k%3], n, indices(t.Rand, m, n), x, d)
	}
}

func attentionRandom(t *grading.T) {
	for range 8 {
		n, m := 3+t.Rand.IntN(4), 4+t.Rand.IntN(8)
		checkAttention(t, n, indices(t.Rand, m, n), kit.Gaussian(t.Rand, m, 2))
	}
}

func hugeScores(t *grading.T) {
	to, s := []int{0, 0, 1, 1, 1}, kit.Normal(t.Rand, 5)
	for _, shift := range []float64{800, -800, 1e5} {
		checkAttention(t, 2, to, []float64{s[0] + shift, s[1] + shift, s[2], s[3], s[4]})
		checkAttention(t, 2, to, []float64{s[0], s[1], s[2] - shift, s[3] + shift, s[4] + shift})
	}
	checkAttention(t, 2, to, []float64{1e300, -1e300, 1e300, 1e300, 0})
}

func newProblem(r *rand.Rand, kind string) problem {
	n, m, f, k, d := 3+r.IntN(4), 4+r.IntN(7), 1+r.IntN(2), 1+r.IntN(2), 1+r.IntN(3)
	p := problem{kind: kind, from: indices(r, m, n), to: indices(r, m, n), x: rows(r, n, f), y: rows(r, m, k), psi: waves(r, d), d: d, phi: waves(r, 1+r.IntN(3))}
	for e := range p.from {
		if p.from[e] == p.to[e] {
			p.from[e] = n - 1
		}
	}
	return p
}

func stepRandom(t *grading.T) {
	for k := range 12 {
		checkStep(t, newProblem(t.Rand, kinds[k%3]))
	}
}

func edgeCases(t *grading.T) {
	for _, kind := range kinds {
		checkAggregate(t, kind, 2, []int{}, [][]float64{}, 2)
		checkAggregate(t, kind, 1, []int{0}, column(-2), 1)
		p := newProblem(t.Rand, kind)
		p.from, p.to, p.y = []int{}, []int{}, [][]float64{}
		checkStep(t, p)
		p = newProblem(t.Rand, kind)
		p.from, p.to, p.x, p.y = []int{0, 0}, []int{0, 0}, p.x[:1], p.y[:2] // a loop, twice
		checkStep(t, p)
	}
	checkAttention(t, 3, []int{}, []float64{})
	p := newProblem(t.Rand, "mean")
	kit.Untouched(t, "changes-arguments", "Aggregate", "sum", len(p.x), p.to, p.y, len(p.y[0]))
	kit.Untouched(t, "changes-arguments", "Attention", len(p.x), p.to, kit.Normal(t.Rand, len(p.to)))
	kit.Untouched(t, "changes-arguments", "Step", p.args(t)...)
}

func refuses(t *grading.T) {
	p := problem{kind: "sum", from: []int{0, 2}, to: []int{1, 1}, x: column(1, 2, 3), y: column(10, 20), psi: waves(t.Rand, 2), d: 2, phi: waves(t.Rand, 1)}
	checkStep(t, p) // the same arguments without a flaw
	no := func(what, fn string, args ...any) { kit.Refuses(t, what, "arguments-pass", fn, args...) }
	step := func(what string, i int, v any) {
		args := p.args(t)
		args[i] = v
		no(what, "Step", args...)
	}
	index, x := []int{0, 1}, column(1, 2)
	no("another kind", "Aggregate", "min", 2, index, x, 1)
	no("n = 0", "Aggregate", "sum", 0, []int{}, [][]float64{}, 1)
	no("d = 0", "Aggregate", "sum", 2, []int{}, [][]float64{}, 0)
	no("an index below 0", "Aggregate", "sum", 2, []int{0, -1}, x, 1)
	no("an index of n", "Aggregate", "mean", 2, []int{0, 2}, x, 1)
	no("an index too few", "Aggregate", "max", 2, []int{0}, x, 1)
	no("rows of another length", "Aggregate", "max", 2, index, x, 2)
	no("n = 0", "Attention", 0, []int{}, []float64{})
	no("a head below 0", "Attention", 2, []int{-1, 0}, []float64{1, 2})
	no("a head of n", "Attention", 2, []int{2, 0}, []float64{1, 2})
	no("a score too few", "Attention", 2, index, []float64{1})
	step("another kind", 0, "")
	step("a tail below 0", 1, []int{0, -1})
	step("a head of n", 2, []int{1, 3})
	step("a head too few", 2, []int{1})
	step("ragged x", 3, [][]float64{{1}, {1, 2}, {3}})
	step("y with a row too few", 4, column(10))
	step("messages of another length", 5, t.VectorFunc(3, waves(t.Rand, 3)))
	step("d = 0", 6, 0)
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		no("a row not finite", "Aggregate", "sum", 2, index, column(1, bad), 1)
		no("a score not finite", "Attention", 2, index, []float64{bad, 1})
		step("x not finite", 3, column(1, bad, 3))
		step("y not finite", 4, column(bad, 20))
		step("a message not finite", 5, t.VectorFunc(3, func([]float64) []float64 { return []float64{1, bad} }))
		step("an update not finite", 7, t.VectorFunc(3, func([]float64) []float64 { return []float64{bad} }))
	}
	step("updates of no entry", 7, t.VectorFunc(3, func([]float64) []float64 { return []float64{} }))
}

// ### END HIDDEN TESTS
