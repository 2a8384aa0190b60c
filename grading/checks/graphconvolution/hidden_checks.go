// ### BEGIN HIDDEN TESTS

package graphconvolution

import (
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance: relative to the largest number. Sums of at most some hundred products of numbers near 1, and two roots; round-off stays
// below 10⁻¹³.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "mean", Cause: "the coefficient is 1/d of the receiving node", Hint: "both degrees count: 1/√(d_i·d_j)"},
	{ID: "sender-mean", Cause: "the coefficient is 1/d of the sending node", Hint: "both degrees count: 1/√(d_i·d_j)"},
	{ID: "plain-sum", Cause: "neighbours are added up as they are", Hint: "each with c_ij = 1/√(d_i·d_j)"},
	{ID: "one-way", Cause: "an edge carries in one direction only", Hint: "u[k] gets from v[k], and v[k] from u[k]; both count it in their degree"},
	{ID: "loops-uncounted", Cause: "loops are in the sum and not in the degrees", Hint: "with loops d is the number of neighbours and one more"},
	{ID: "loops-always", Cause: "a node is its own neighbour without loops too", Hint: "loops = false: neither in the sum nor in d"},
	{ID: "loops-never", Cause: "the layer forgets the node's own features", Hint: "Layer and Gradient propagate with loops"},
	{ID: "isolated", Cause: "a degree of 0 is divided by", Hint: "go over the edges: an isolated node then has nothing to divide"},
	{ID: "relu", Cause: "the ReLU is left out, or applied unasked", Hint: "max(z, 0) exactly if relu"},
	{ID: "bias-first", Cause: "b goes through the propagation", Hint: "ÂXW + b: b is added last, once a row"},
	{ID: "mask", Cause: "the gradient passes where the ReLU is flat", Hint: "δ = g where z > 0, else 0"},
	{ID: "dw-graph", Cause: "∂J/∂W comes from X", Hint: "what W is multiplied by is ÂX: ∂J/∂W = (ÂX)ᵀδ"},
	{ID: "dx-graph", Cause: "∂J/∂X of a node sees its own δ only", Hint: "a node's features went to all its neighbours: (Âδ)Wᵀ"},
	{ID: "db-graph", Cause: "∂J/∂b sums Âδ", Hint: "b is added after the propagation: Σⱼ δⱼ"},
	{ID: "changes-arguments", Cause: "what was passed in holds other numbers afterwards", Hint: "write into slices of your own"},
	{ID: "arguments-pass", Cause: "a bad argument is computed with", Hint: "the statement's table lists what is refused"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "no edges, one node, one column: all have results"},
}

type problem struct {
	n    int
	u, v []int
	x, w [][]float64
	b    []float64
	relu bool
	g    [][]float64
}

// matrix is Â by the definition, dense, or with a mistake.
func (p problem) matrix(loops bool, mistake string) [][]float64 {
	loops = (loops || mistake == "loops-always") && mistake != "loops-never"
	a, d := make([][]float64, p.n), make([]float64, p.n)
	for i := range a {
		a[i] = make([]float64, p.n)
		if loops {
			a[i][i] = 1
			if mistake != "loops-uncounted" {
				d[i]++
			}
		}
	}
	for k := range p.u {
		a[p.u[k]][p.v[k]] = 1
		d[p.u[k]]++
		d[p.v[k]]++
		if mistake != "one-way" {
			a[p.v[k]][p.u[k]] = 1
		}
	}
	for i := range a {
		for j := range a {
			switch {
			case a[i][j] == 0 && mistake != "isolated":
			case mistake == "mean":
				a[i][j] /= d[i]
			case mistake == "sender-mean":
				a[i][j] /= d[j]
			case mistake == "loops-uncounted" && d[i]*d[j] == 0:
				a[i][j] = 0
			case mistake != "plain-sum":
				a[i][j] /= math.Sqrt(d[i] * d[j])
			}
		}
	}
	return a
}

func times(a, b [][]float64) [][]float64 {
	c := make([][]float64, len(a))
	for i := range a {
		c[i] = make([]float64, len(b[0]))
		for k := range b {
			for j := range b[k] {
				c[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return c
}

func transposed(a [][]float64) [][]float64 {
	c := make([][]float64, len(a[0]))
	for i := range a {
		for j, v := range a[i] {
			c[j] = append(c[j], v)
		}
	}
	return c
}

// forward is z = ÂXW + b and H, or with a mistake.
func (p problem) forward(mistake string) (z, h [][]float64) {
	a := p.matrix(true, mistake)
	z = times(times(a, p.x), p.w)
	shift := make([]float64, p.n)
	for i := range shift {
		shift[i] = 1
		if mistake == "bias-first" {
			shift[i] = 0
			for _, v := range a[i] {
				shift[i] += v
			}
		}
	}
	for i := range z {
		row := make([]float64, len(p.b))
		for j := range row {
			z[i][j] += shift[i] * p.b[j]
			row[j] = z[i][j]
			if p.relu != (mistake == "relu") {
				row[j] = math.Max(row[j], 0)
			}
		}
		h = append(h, row)
	}
	return z, h
}

// backward is ∂J/∂W, ∂J/∂b, ∂J/∂X, one after the other, or with a mistake.
func (p problem) backward(mistake string) []float64 {
	a := p.matrix(true, mistake)
	z, _ := p.forward(mistake)
	delta := make([][]float64, p.n)
	for i := range delta {
		for j, g := range p.g[i] {
			if p.relu && z[i][j] <= 0 && mistake != "mask" {
				g = 0
			}
			delta[i] = append(delta[i], g)
		}
	}
	ax, back, sum := times(a, p.x), times(transposed(a), delta), make([]float64, len(p.b))
	for i := range delta {
		for j := range sum {
			if mistake == "db-graph" {
				sum[j] += back[i][j]
			} else {
				sum[j] += delta[i][j]
			}
		}
	}
	if mistake == "dw-graph" {
		ax = p.x
	}
	if mistake == "dx-graph" {
		back = delta
	}
	return slices.Concat(slices.Concat(times(transposed(ax), delta)...), sum, slices.Concat(times(back, transposed(p.w))...))
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

var ofGraph = []string{"mean", "sender-mean", "plain-sum", "one-way", "loops-uncounted", "loops-always", "loops-never"}

func checkPropagate(t *grading.T, p problem, loops bool) {
	got := slices.Concat(kit.Accepted(t, "a good graph", "Propagate", p.n, p.u, p.v, p.x, loops).Matrix(0)...)
	f := func(mistake string) []float64 { return slices.Concat(times(p.matrix(loops, mistake), p.x)...) }
	for _, v := range got {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			kit.Fail(t, "Propagate", got, f(""), "a number is not finite", "isolated")
		}
	}
	kit.Judge(t, mistakes, "Propagate", got, f(""), same, would(f, ofGraph...))
}

func checkLayer(t *grading.T, p problem) {
	got := slices.Concat(kit.Accepted(t, "a good layer", "Layer", p.n, p.u, p.v, p.x, p.w, p.b, p.relu).Matrix(0)...)
	f := func(mistake string) []float64 { _, h := p.forward(mistake); return slices.Concat(h...) }
	kit.Judge(t, mistakes, "Layer", got, f(""), same, would(f, append([]string{"relu", "bias-first"}, ofGraph...)...))
}

func checkGradient(t *grading.T, p problem) {
	a := kit.Accepted(t, "a good layer", "Gradient", p.n, p.u, p.v, p.x, p.w, p.b, p.relu, p.g)
	got := slices.Concat(slices.Concat(a.Matrix(0)...), a.Floats(1), slices.Concat(a.Matrix(2)...))
	kit.Judge(t, mistakes, "∂J/∂W, ∂J/∂b, ∂J/∂X", got, p.backward(""), same, would(p.backward, append([]string{"mask", "dw-graph", "dx-graph", "db-graph"}, ofGraph...)...))
}

func rows(r *rand.Rand, n, m int) [][]float64 {
	x := make([][]float64, n)
	for i := range x {
		x[i] = kit.Normal(r, m)
	}
	return x
}

// newProblem is a random graph of 4 to 9 nodes of which the first two are joined and the third is joined to the first too, so that degrees
// differ; the last is isolated if alone.
func newProblem(r *rand.Rand, alone bool) problem {
	n, f, h := 4+r.IntN(6), 1+r.IntN(3), 1+r.IntN(3)
	p := problem{n: n, x: rows(r, n, f), w: rows(r, f, h), b: kit.Normal(r, h), g: rows(r, n, h)}
	last := n
	if alone {
		last--
	}
	for i := range last {
		for j := range i {
			if j == 0 && i <= 2 || r.Float64() < 0.35 {
				if r.IntN(2) == 0 {
					p.u, p.v = append(p.u, i), append(p.v, j)
				} else {
					p.u, p.v = append(p.u, j), append(p.v, i)
				}
			}
		}
	}
	return p
}

func propagateRandom(t *grading.T) {
	for k := range 10 {
		checkPropagate(t, newProblem(t.Rand, false), k%2 == 0)
	}
}

func layerRandom(t *grading.T) {
	for k := range 10 {
		p := newProblem(t.Rand, false)
		p.relu = k%2 == 1
		checkLayer(t, p)
	}
}

func gradientRandom(t *grading.T) {
	for k := range 10 {
		p := newProblem(t.Rand, false)
		p.relu = k%2 == 1
		checkGradient(t, p)
	}
}

func properties(t *grading.T) {
	for range 4 {
		p := newProblem(t.Rand, true)
		p.relu = true
		h := kit.Accepted(t, "a good layer", "Layer", p.n, p.u, p.v, p.x, p.w, p.b, p.relu).Matrix(0)
		q, want := p, make([][]float64, p.n)
		to := t.Rand.Perm(p.n) // new number of each node
		order := t.Rand.Perm(len(p.u))
		q.u, q.v, q.x = nil, nil, make([][]float64, p.n)
		for _, k := range order {
			q.u, q.v = append(q.u, to[p.v[k]]), append(q.v, to[p.u[k]]) // turned round
		}
		for i := range p.n {
			q.x[to[i]] = p.x[i]
		}
		if len(h) != p.n {
			kit.Fail(t, "Layer", h, p.n, "the number of rows", "")
		}
		for i := range p.n {
			want[to[i]] = h[i]
		}
		got := kit.Accepted(t, "the graph renumbered", "Layer", q.n, q.u, q.v, q.x, q.w, q.b, q.relu).Matrix(0)
		f := func(mistake string) []float64 { _, h := q.forward(mistake); return slices.Concat(h...) }
		kit.Judge(t, mistakes, "Layer of the renumbered graph, its edges turned round", slices.Concat(got...), slices.Concat(want...), same, would(f, "one-way", "mean"))
	}
}

func edgeCases(t *grading.T) {
	for _, loops := range []bool{true, false} {
		checkPropagate(t, newProblem(t.Rand, true), loops)
		checkPropagate(t, problem{n: 1, x: [][]float64{{2, -1}}}, loops)
		checkPropagate(t, problem{n: 3, x: column(1, 2, 3)}, loops)
	}
	p := newProblem(t.Rand, true)
	p.relu = true
	checkLayer(t, p)
	checkGradient(t, p)
	one := problem{n: 1, x: [][]float64{{2, -1}}, w: [][]float64{{1}, {3}}, b: []float64{1}, g: column(1), relu: true} // z = 0: no gradient
	checkLayer(t, one)
	checkGradient(t, one)
	big := problem{n: 300, x: rows(t.Rand, 300, 2)}
	for i := 1; i < 300; i++ {
		big.u, big.v = append(big.u, i), append(big.v, t.Rand.IntN(i))
	}
	checkPropagate(t, big, true)
	kit.Untouched(t, "changes-arguments", "Propagate", p.n, p.u, p.v, p.x, false)
	kit.Untouched(t, "changes-arguments", "Layer", p.n, p.u, p.v, p.x, p.w, p.b, true)
	kit.Untouched(t, "changes-arguments", "Gradient", p.n, p.u, p.v, p.x, p.w, p.b, true, p.g)
}

func refuses(t *grading.T) {
	u, v, x, w, b, g := []int{0, 1}, []int{1, 2}, column(1, 2, 3), [][]float64{{1, 2}}, []float64{0, 1}, [][]float64{{1, 1}, {1, 1}, {1, 1}}
	checkGradient(t, problem{n: 3, u: u, v: v, x: x, w: w, b: b, g: g}) // the same arguments without a flaw
	no := func(what, fn string, args ...any) { kit.Refuses(t, what, "arguments-pass", fn, args...) }
	no("no node", "Propagate", 0, []int{}, []int{}, [][]float64{}, true)
	no("u and v of different lengths", "Propagate", 3, u, []int{1}, x, true)
	no("an end that is no node", "Propagate", 3, u, []int{1, 3}, x, true)
	no("an end below 0", "Layer", 3, []int{0, -1}, v, x, w, b, true)
	no("a loop", "Propagate", 3, []int{0, 2}, []int{1, 2}, x, false)
	no("an edge twice", "Propagate", 3, []int{0, 0}, []int{1, 1}, x, true)
	no("an edge twice, once turned round", "Gradient", 3, []int{0, 1}, []int{1, 0}, x, w, b, true, g)
	no("a row too few", "Propagate", 3, u, v, column(1, 2), true)
	no("no column", "Propagate", 3, u, v, [][]float64{{}, {}, {}}, true)
	no("ragged rows", "Layer", 3, u, v, [][]float64{{1}, {1, 2}, {1}}, w, b, true)
	no("W with a row too many", "Layer", 3, u, v, x, [][]float64{{1, 2}, {3, 4}}, b, true)
	no("b too short", "Layer", 3, u, v, x, w, []float64{1}, true)
	no("g with a row too few", "Gradient", 3, u, v, x, w, b, true, g[:2])
	no("g with a column too few", "Gradient", 3, u, v, x, w, b, true, x)
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		no("x not finite", "Propagate", 3, u, v, column(1, bad, 3), true)
		no("W not finite", "Layer", 3, u, v, x, [][]float64{{1, bad}}, b, true)
		no("b not finite", "Layer", 3, u, v, x, w, []float64{bad, 0}, true)
		no("g not finite", "Gradient", 3, u, v, x, w, b, false, [][]float64{{1, 1}, {bad, 1}, {1, 1}})
	}
}

// ### END HIDDEN TESTS
