// ### BEGIN HIDDEN TESTS

package equivariance

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted. Sums of at most 24 terms of one size err by some 10⁻¹⁵ of it; a
// wrong formula is off by far more than 10⁻⁹.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "squares-only", Cause: "closure looks at gg only", Hint: "all pairs: a product of two different elements may be missing"},
	{ID: "inverse-anywhere", Cause: "the inverse is found to exist, not to be in the list", Hint: "a shift by 3 undoes a shift by 1; is it among the maps?"},
	{ID: "own-inverse", Cause: "only elements that undo themselves count as having an inverse", Hint: "gh = e with any h of the list"},
	{ID: "identity-first", Cause: "the identity is looked for in the first place only", Hint: "it may stand anywhere in the list"},
	{ID: "feature-forward", Cause: "x is moved by g, not by its inverse", Hint: "f(x)ᵢ = ⟨w, gᵢ⁻¹x⟩, which is ⟨gᵢw, x⟩"},
	{ID: "feature-repeats", Cause: "every entry is ⟨w, x⟩, as on some slides", Hint: "entry i needs gᵢ"},
	{ID: "p-inverse", Cause: "the permutation is that of gₖgᵢ", Hint: "f(gₖx)ᵢ = ⟨w, gᵢ⁻¹gₖx⟩ = ⟨w, (gₖ⁻¹gᵢ)⁻¹x⟩"},
	{ID: "p-order", Cause: "a product is taken the wrong way round", Hint: "(gh)[i] = h[g[i]]: compare with apply(g, apply(h, x)) on permutations of three"},
	{ID: "not-back", Cause: "the values F(gᵢx) are averaged as they are", Hint: "each has to be turned back: gᵢ⁻¹F(gᵢx)"},
	{ID: "back-forward", Cause: "the values F(gᵢx) are moved on by gᵢ, not back", Hint: "gᵢ⁻¹F(gᵢx): with F the identity nothing may change"},
	{ID: "sum", Cause: "the sum is not divided by N", Hint: "with F the identity the result is x"},
	{ID: "extra-calls", Cause: "f is not called once for each element", Hint: "one call for each map, its result kept"},
	{ID: "rows-only", Cause: "only the rows are permuted", Hint: "PMPᵀ: the nodes name the columns too"},
	{ID: "relabel-back", Cause: "the numbering goes the wrong way, PᵀMP", Hint: "entry (i, j) of the result is M[p[i]][p[j]]"},
	{ID: "no-group-passes", Cause: "maps that are no group are accepted", Hint: "Permutation and Symmetrise have no meaning without a group: an error"},
	{ID: "maps-pass", Cause: "lists that are no maps are accepted", Hint: "lengths, range 0 … n−1, no number twice, no map twice, and at least one of each"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, from callbacks too, and every result"},
	{ID: "shape-passes", Cause: "lengths are not checked", Hint: "compare every length with the table of the statement, of what f returns too"},
	{ID: "index-passes", Cause: "an element out of range is accepted", Hint: "0 ≤ k < N"},
	{ID: "changes", Cause: "an argument is changed", Hint: "make a new slice for every result"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one; Features needs no group"},
}

func show(v any) string {
	switch s := v.(type) {
	case string:
		return s
	case []int:
		return fmt.Sprint(s)
	}
	return grading.Show(v)
}

// ---- permutations, as rows of floats on the wire and as ints here

func ints(maps [][]float64) [][]int {
	out := make([][]int, len(maps))
	for i, g := range maps {
		for _, v := range g {
			out[i] = append(out[i], int(v))
		}
	}
	return out
}

func floats(maps [][]int) [][]float64 {
	out := make([][]float64, len(maps))
	for i, g := range maps {
		for _, v := range g {
			out[i] = append(out[i], float64(v))
		}
	}
	return out
}

func apply(g []int, x []float64) []float64 {
	y := make([]float64, len(g))
	for i := range y {
		y[i] = x[g[i]]
	}
	return y
}

// times is gh, h first.
func times(g, h []int) []int {
	out := make([]int, len(g))
	for i := range out {
		out[i] = h[g[i]]
	}
	return out
}

func inverse(g []int) []int {
	out := make([]int, len(g))
	for i := range out {
		out[g[i]] = i
	}
	return out
}

func find(maps [][]int, g []int) int {
	return slices.IndexFunc(maps, func(h []int) bool { return slices.Equal(g, h) })
}

func identity(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// generate closes a list under products.
func generate(gens ...[]int) [][]int {
	found := [][]int{identity(len(gens[0]))}
	for i := 0; i < len(found); i++ {
		for _, g := range gens {
			if p := times(g, found[i]); find(found, p) < 0 {
				found = append(found, p)
			}
		}
	}
	return found
}

func cyclic(n int) []int {
	g := make([]int, n)
	for i := range g {
		g[i] = (i + n - 1) % n
	}
	return g
}

// groups are a commuting one and others, of random sizes, listed in random order.
func groups(r *rand.Rand) (out []struct {
	name string
	maps [][]int
}) {
	n := 4 + r.IntN(4)
	flip := make([]int, n)
	for i := range flip {
		flip[i] = n - 1 - i
	}
	swap := identity(4)
	swap[0], swap[1] = 1, 0
	three := append(cyclic(3), 3, 4) // a cycle of three of five places, a swap of the other two
	three[3], three[4] = 4, 3
	for _, c := range []struct {
		name string
		gens [][]int
	}{
		{fmt.Sprintf("all shifts of %d", n), [][]int{cyclic(n)}},
		{fmt.Sprintf("shifts and reflections of %d", n), [][]int{cyclic(n), flip}},
		{"all permutations of four", [][]int{swap, cyclic(4)}},
		{"a cycle of three beside a swap", [][]int{three}},
		{"quarter turns of 3×3", [][]int{{2, 5, 8, 1, 4, 7, 0, 3, 6}}},
		{"all permutations of three", [][]int{{1, 0, 2}, {2, 0, 1}}},
	} {
		maps := generate(c.gens...)
		r.Shuffle(len(maps), func(i, j int) { maps[i], maps[j] = maps[j], maps[i] })
		out = append(out, struct {
			name string
			maps [][]int
		}{c.name, maps})
	}
	return out
}

// ---- Axioms

// truth is closure, identity, inverse.
func truth(maps [][]int) []int {
	out := []int{1, 0, 1}
	for _, g := range maps {
		for _, h := range maps {
			if find(maps, times(g, h)) < 0 {
				out[0] = 0
			}
		}
		if find(maps, inverse(g)) < 0 {
			out[2] = 0
		}
	}
	if find(maps, identity(len(maps[0]))) >= 0 {
		out[1] = 1
	}
	return out
}

func axioms(t *grading.T, what string, given [][]float64) {
	maps := ints(given)
	want := truth(maps)
	got := kit.Accepted(t, what, "Axioms", given).Ints(0)
	if slices.Equal(got, want) {
		return
	}
	squares, own := 1, 1
	for _, g := range maps {
		if find(maps, times(g, g)) < 0 {
			squares = 0
		}
		if !slices.Equal(g, inverse(g)) {
			own = 0
		}
	}
	start := 0
	if slices.Equal(maps[0], identity(len(maps[0]))) {
		start = 1
	}
	mistake := ""
	switch {
	case got[0] != want[0] && got[0] == squares:
		mistake = "squares-only"
	case got[2] == 1 && want[2] == 0:
		mistake = "inverse-anywhere"
	case got[2] == 0 && want[2] == 1 && own == 0:
		mistake = "own-inverse"
	case got[1] != want[1] && got[1] == start:
		mistake = "identity-first"
	}
	kit.Fail(t, what, got, want, "closure, identity, inverse (1: holds)", mistake)
}

func axiomsRandom(t *grading.T) {
	r := t.Rand
	for _, g := range groups(r) {
		axioms(t, g.name, floats(g.maps))
		n := len(g.maps)
		if n == 2 {
			continue
		}
		axioms(t, g.name+", without the last", floats(g.maps[:n-1]))
		k := slices.IndexFunc(g.maps, func(h []int) bool { return slices.Equal(h, identity(len(h))) })
		axioms(t, g.name+", without the identity", floats(slices.Delete(slices.Clone(g.maps), k, k+1)))
		some := slices.Clone(g.maps)
		r.Shuffle(n, func(i, j int) { some[i], some[j] = some[j], some[i] })
		axioms(t, "some of "+g.name, floats(some[:1+r.IntN(n-1)]))
	}
	c := generate(cyclic(5))
	axioms(t, "shifts by 0, 1 and 4 of five", floats([][]int{c[0], c[1], c[4]}))
	axioms(t, "shifts by 1 and 4 of five", floats([][]int{c[1], c[4]}))
	axioms(t, "shifts by 1 and 2 of five", floats([][]int{c[1], c[2]}))
	// all squares are in the list: two swaps whose product is not
	axioms(t, "two swaps that share a place", floats([][]int{{1, 0, 2}, {0, 1, 2}, {0, 2, 1}}))
	axioms(t, "the identity alone", [][]float64{{0, 1, 2}})
	axioms(t, "one place", [][]float64{{0}})
	axioms(t, "a shift alone", floats([][]int{cyclic(3)}))
}

// ---- Features

func near(got, want []float64) bool { return kit.Near(got, want, tol) }

// judge compares a vector; would maps mistakes to what they give.
func judge(t *grading.T, what string, got, want []float64, would map[string][]float64) {
	kit.Judge(t, mistakes, what, got, want, near, would)
}

func features(t *grading.T, what string, given [][]float64, w, x []float64) {
	var want, forward, repeats []float64
	for _, g := range ints(given) {
		want = append(want, kit.Dot(w, apply(inverse(g), x)))
		forward = append(forward, kit.Dot(w, apply(g, x)))
		repeats = append(repeats, kit.Dot(w, x))
	}
	judge(t, what, kit.Accepted(t, what, "Features", given, w, x).Floats(0), want, map[string][]float64{"feature-forward": forward, "feature-repeats": repeats})
}

func featuresRandom(t *grading.T) {
	r := t.Rand
	for _, g := range groups(r) {
		n := len(g.maps[0])
		features(t, g.name, floats(g.maps), kit.Gaussian(r, n, 1), kit.Gaussian(r, n, 1))
		features(t, g.name+", without the last two", floats(g.maps[:len(g.maps)-2+len(g.maps)%2]), kit.Gaussian(r, n, 1), kit.Gaussian(r, n, 1))
	}
	c := floats(generate(cyclic(5)))
	features(t, "tiny numbers", c, kit.Gaussian(r, 5, 1e-100), kit.Gaussian(r, 5, 1e-100))
	features(t, "huge numbers", c, kit.Gaussian(r, 5, 1e100), kit.Gaussian(r, 5, 1e100))
	features(t, "x = 0", c, kit.Gaussian(r, 5, 1), make([]float64, 5))
	features(t, "one place", [][]float64{{0}}, []float64{2}, []float64{-3})
}

// ---- Permutation

func moves(t *grading.T, what string, given [][]float64, k int) {
	maps := ints(given)
	list := func(product func(g []int) []int) []int {
		p := make([]int, len(maps))
		for i, g := range maps {
			p[i] = find(maps, product(g))
		}
		return p
	}
	back := inverse(maps[k])
	want := list(func(g []int) []int { return times(back, g) })
	got := kit.Accepted(t, what, "Permutation", given, k).Ints(0)
	if slices.Equal(got, want) {
		return
	}
	mistake := ""
	switch {
	case slices.Equal(got, list(func(g []int) []int { return times(maps[k], g) })):
		mistake = "p-inverse"
	case slices.Equal(got, list(func(g []int) []int { return times(g, back) })), slices.Equal(got, list(func(g []int) []int { return times(g, maps[k]) })):
		mistake = "p-order"
	}
	kit.Fail(t, fmt.Sprintf("%s, element %d", what, k), got, want, "f(gₖx) is another permutation of f(x)", mistake)
}

func permutationRandom(t *grading.T) {
	for _, g := range groups(t.Rand) {
		// a few elements each; of order three and more, and not commuting, are among them for certain in the smallest group
		for k := range g.maps {
			if k < 3 || len(g.maps) <= 6 {
				moves(t, g.name, floats(g.maps), k)
			}
		}
	}
	moves(t, "one place", [][]float64{{0}}, 0)
}

// ---- Symmetrise

func symmetrise(t *grading.T, what string, f func([]float64) []float64, given [][]float64, x []float64) {
	maps := ints(given)
	n := len(x)
	want, plain, on, sum := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for _, g := range maps {
		y := f(apply(g, x))
		back, forward := apply(inverse(g), y), apply(g, y)
		for i := range y {
			want[i] += back[i] / float64(len(maps))
			plain[i] += y[i] / float64(len(maps))
			on[i] += forward[i] / float64(len(maps))
			sum[i] += back[i]
		}
	}
	t.SetCallbackBudget(10*len(maps) + 8)
	a := kit.Accepted(t, what, "Symmetrise", t.VectorFunc(n, f), given, x)
	calls := t.CallbackCount()
	judge(t, what, a.Floats(0), want, map[string][]float64{"not-back": plain, "back-forward": on, "sum": sum})
	if calls != len(maps) {
		kit.Fail(t, what, fmt.Sprintf("%d calls of f", calls), fmt.Sprint(len(maps)), "the result is right, at the wrong cost", "extra-calls")
	}
}

func symmetriseRandom(t *grading.T) {
	r := t.Rand
	for _, g := range groups(r) {
		n := len(g.maps[0])
		a := [][]float64{kit.Gaussian(r, n, 1), kit.Gaussian(r, n, 1)}
		// no symmetry: weights, their order, a square
		f := func(x []float64) []float64 {
			y := make([]float64, n)
			for i := range y {
				y[i] = math.Tanh(a[0][i]*x[i]) + a[1][i]*x[(i+1)%n] + float64(i)*x[0]*x[0]
			}
			return y
		}
		symmetrise(t, g.name, f, floats(g.maps), kit.Gaussian(r, n, 1))
	}
	c := floats(generate(cyclic(5)))
	symmetrise(t, "F(x) = x", func(x []float64) []float64 { return slices.Clone(x) }, c, kit.Gaussian(r, 5, 1))
	symmetrise(t, "F(x) = 0", func(x []float64) []float64 { return make([]float64, len(x)) }, c, kit.Gaussian(r, 5, 1))
	symmetrise(t, "huge numbers", first, c, kit.Gaussian(r, 5, 1e200))
	symmetrise(t, "the identity alone", first, [][]float64{{0, 1, 2}}, kit.Gaussian(r, 3, 1))
}

// ---- Relabel

func relabel(t *grading.T, what string, m [][]float64, p []int) {
	n := len(m)
	build := func(at func(i, j int) float64) [][]float64 {
		out := make([][]float64, n)
		for i := range out {
			for j := range n {
				out[i] = append(out[i], at(i, j))
			}
		}
		return out
	}
	q := inverse(p)
	want := build(func(i, j int) float64 { return m[p[i]][p[j]] })
	got := kit.Accepted(t, what, "Relabel", m, p).Matrix(0)
	same := func(w [][]float64) bool { return slices.EqualFunc(got, w, slices.Equal[[]float64]) } // copies, no arithmetic: exact
	mistake := ""
	switch {
	case same(want):
		return
	case same(build(func(i, j int) float64 { return m[q[i]][q[j]] })):
		mistake = "relabel-back"
	case same(build(func(i, j int) float64 { return m[p[i]][j] })):
		mistake = "rows-only"
	}
	kit.Fail(t, what, got, want, "entries differ", mistake)
}

func relabelRandom(t *grading.T) {
	r := t.Rand
	for _, n := range []int{5, 4, 6, 3, 2, 1} {
		var m [][]float64
		for range n {
			m = append(m, kit.Gaussian(r, n, 1))
		}
		relabel(t, fmt.Sprintf("%d nodes, edges with a direction", n), m, r.Perm(n))
		for i := range m {
			for j := range i {
				m[i][j] = m[j][i]
			}
		}
		relabel(t, fmt.Sprintf("%d nodes", n), m, append([]int{n - 1}, r.Perm(n-1)...))
		relabel(t, "the same numbering", m, identity(n))
	}
	relabel(t, "huge and tiny bonds", [][]float64{{0, 1e300, 1e-300}, {1e300, 0, 2}, {1e-300, 2, 0}}, []int{1, 2, 0})
}

// ---- refusals

func refusesMaps(t *grading.T) {
	id := t.VectorFunc(3, func(x []float64) []float64 { return slices.Clone(x) })
	x, w := []float64{1, 2, 3}, []float64{1, -1, 0}
	bad := []struct {
		what string
		maps [][]float64
	}{
		{"no maps", [][]float64{}}, {"maps of nothing", [][]float64{{}}},
		{"a shorter map", [][]float64{{0, 1, 2}, {1, 0}}}, {"a longer map", [][]float64{{0, 1, 2}, {1, 0, 2, 3}}},
		{"a number twice", [][]float64{{0, 1, 2}, {0, 0, 2}}}, {"a number too large", [][]float64{{0, 1, 2}, {1, 3, 0}}},
		{"a number below 0", [][]float64{{0, 1, 2}, {1, -1, 0}}}, {"a map twice", [][]float64{{0, 1, 2}, {1, 0, 2}, {1, 0, 2}}},
	}
	kit.Accepted(t, "a good list", "Axioms", shifts)
	kit.Accepted(t, "a list that is no group", "Features", shifts[:2], w, x)
	for _, b := range bad {
		kit.Refuses(t, b.what, "maps-pass", "Axioms", b.maps)
		n := 3
		if b.what == "maps of nothing" {
			n = 0
		}
		kit.Refuses(t, b.what, "maps-pass", "Features", b.maps, w[:n], x[:n])
		kit.Refuses(t, b.what, "maps-pass", "Permutation", b.maps, 0)
		kit.Refuses(t, b.what, "maps-pass", "Symmetrise", id, b.maps, x[:n])
	}
	for _, maps := range [][][]float64{shifts[:2], shifts[1:], {{1, 0, 2}, {0, 1, 2}, {0, 2, 1}}} {
		kit.Refuses(t, "maps that are no group", "no-group-passes", "Permutation", maps, 0)
		kit.Refuses(t, "maps that are no group", "no-group-passes", "Symmetrise", id, maps, x)
	}
	for _, k := range []int{-1, 3, 100} {
		kit.Refuses(t, fmt.Sprintf("element %d of 3", k), "index-passes", "Permutation", shifts, k)
	}
	for _, p := range [][]int{{0, 1}, {0, 1, 2, 3}, {0, 0, 1}, {1, 2, 3}, {0, -1, 1}} {
		kit.Refuses(t, fmt.Sprintf("p = %v", p), "maps-pass", "Relabel", path, p)
	}
	kit.Refuses(t, "no rows", "maps-pass", "Relabel", [][]float64{}, []int{})
}

func refusesRest(t *grading.T) {
	x, w := []float64{1, 2, 3}, []float64{1, -1, 0}
	id := func(x []float64) []float64 { return slices.Clone(x) }
	kit.Accepted(t, "a good input", "Features", shifts, w, x)
	kit.Refuses(t, "a w too short", "shape-passes", "Features", shifts, w[:2], x)
	kit.Refuses(t, "an x too short", "shape-passes", "Features", shifts, w, x[:2])
	kit.Refuses(t, "an x too long", "shape-passes", "Features", shifts, w, append(slices.Clone(x), 1))
	kit.Refuses(t, "an x too long", "shape-passes", "Symmetrise", t.VectorFunc(4, id), shifts, append(slices.Clone(x), 1))
	kit.Refuses(t, "an f that returns too few", "shape-passes", "Symmetrise", t.VectorFunc(3, func(x []float64) []float64 { return x[:2] }), shifts, x)
	kit.Refuses(t, "an f that returns too many", "shape-passes", "Symmetrise", t.VectorFunc(3, func(x []float64) []float64 { return append(slices.Clone(x), 1) }), shifts, x)
	kit.Refuses(t, "a matrix that is not square", "shape-passes", "Relabel", [][]float64{{1, 2, 3}, {4, 5, 6}}, []int{1, 0})
	kit.Refuses(t, "a row too short", "shape-passes", "Relabel", [][]float64{{1, 2}, {4}}, []int{0, 1})
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		spoilt := []float64{1, v, 3}
		kit.Refuses(t, fmt.Sprintf("%v in x", v), "nan-passes", "Features", shifts, w, spoilt)
		kit.Refuses(t, fmt.Sprintf("%v in w", v), "nan-passes", "Features", shifts, spoilt, x)
		constant := func(y []float64) func([]float64) []float64 {
			return func([]float64) []float64 { return y }
		}
		kit.Refuses(t, fmt.Sprintf("%v in x", v), "nan-passes", "Symmetrise", t.VectorFunc(3, constant(w)), shifts, spoilt)
		kit.Refuses(t, fmt.Sprintf("an f that returns %v", v), "nan-passes", "Symmetrise", t.VectorFunc(3, constant(spoilt)), shifts, x)
		kit.Refuses(t, fmt.Sprintf("%v in m", v), "nan-passes", "Relabel", [][]float64{{1, v}, {v, 2}}, []int{0, 1})
	}
	big := []float64{1e200, 1e200, 1e200}
	kit.Refuses(t, "a result that overflows", "nan-passes", "Features", shifts, big, big)
}

func untouched(t *grading.T) {
	id := t.VectorFunc(3, func(x []float64) []float64 { return slices.Clone(x) })
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"Axioms", []any{shifts}},
		{"Features", []any{shifts, []float64{1, -1, 0}, []float64{5, 3, 2}}},
		{"Permutation", []any{shifts, 1}},
		{"Symmetrise", []any{id, shifts, []float64{5, 3, 2}}},
		{"Relabel", []any{path, []int{2, 0, 1}}},
	} {
		kit.Untouched(t, "changes", c.fn, c.args...)
	}
}

// ### END HIDDEN TESTS
