// ### BEGIN HIDDEN TESTS

package orbitkernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted. Sums of at most 24² terms, and exponents of at most some hundreds: these
// turn a rounding of 10⁻¹⁵ into 10⁻¹³ of the term. A wrong formula is off by far more than 10⁻⁹.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "single-sum", Cause: "one sum, with the same g on both sides", Hint: "g and g′ run independently: two loops, N² terms"},
	{ID: "one-sided", Cause: "only z is moved", Hint: "both points are moved, by all pairs of maps"},
	{ID: "mean", Cause: "the sum is divided by N²", Hint: "K is a sum"},
	{ID: "maximum", Cause: "the largest term is taken", Hint: "K is the sum of all terms; the maximum is no kernel"},
	{ID: "distance", Cause: "the distance is not squared", Hint: "exp(−γ‖a − b‖²), without a root"},
	{ID: "width", Cause: "γ is taken for a width, exp(−‖a − b‖²/2γ²)", Hint: "γ multiplies the squared distance"},
	{ID: "root-of-product", Cause: "the product of two diagonal entries overflows or underflows", Hint: "take two roots and divide twice"},
	{ID: "row-length", Cause: "rows are divided by their own diagonal entry only", Hint: "√K_ii·√K_jj: the result is symmetric if the matrix was"},
	{ID: "no-root", Cause: "the roots are missing", Hint: "K_ii is a squared length: the diagonal has to become 1"},
	{ID: "relu-after", Cause: "max(0, ·) is taken of the sum over g", Hint: "the nonlinearity comes before the pooling: Σ max(0, ·)"},
	{ID: "no-relu", Cause: "the nonlinearity is missing", Hint: "max(0, ⟨x, gt⟩)"},
	{ID: "first-template", Cause: "every entry uses the first template, as on some slides", Hint: "t₁ should be t"},
	{ID: "absolute", Cause: "the difference is not divided by K(x, z)", Hint: "the defect is relative"},
	{ID: "both-moved", Cause: "x and z are both moved by g", Hint: "K(gx, z): z stays"},
	{ID: "last-only", Cause: "not the largest defect is returned", Hint: "keep the maximum over all maps"},
	{ID: "maps-pass", Cause: "lists that are no maps are accepted", Hint: "lengths, range 0 … n−1, no number twice, and at least one of each"},
	{ID: "gamma-passes", Cause: "a gamma out of range is accepted", Hint: "!(gamma > 0) catches NaN too; infinity is out as well"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, and every result"},
	{ID: "shape-passes", Cause: "lengths are not checked", Hint: "compare every length with the table of the statement"},
	{ID: "empty-passes", Cause: "nothing is accepted where something is needed", Hint: "no points, no rows, no templates: an error"},
	{ID: "zero-passes", Cause: "a division by zero, or the root of a number below, is not seen", Hint: "K_ii ≤ 0 and K(x, z) = 0 are errors"},
	{ID: "changes", Cause: "an argument is changed", Hint: "make a new slice for every result"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one; no function needs a group"},
}

func near(got, want []float64) bool { return kit.Near(got, want, tol) }

// judge compares a vector; would maps mistakes to what they give.
func judge(t *grading.T, what string, got, want []float64, same func(a, b []float64) bool, would map[string][]float64) {
	kit.Judge(t, mistakes, what, got, want, same, would)
}

func apply(g, x []float64) []float64 {
	y := make([]float64, len(g))
	for i := range y {
		y[i] = x[int(g[i])]
	}
	return y
}

func squared(x, y []float64) float64 {
	s := 0.0
	for i := range x {
		s += (x[i] - y[i]) * (x[i] - y[i])
	}
	return s
}

// ---- lists of maps

func cyclic(n, by int) []float64 {
	g := make([]float64, n)
	for i := range g {
		g[i] = float64((i + by) % n)
	}
	return g
}

func shifts(n int) (maps [][]float64) {
	for k := range n {
		maps = append(maps, cyclic(n, k))
	}
	return maps
}

func permutations(n int) (maps [][]float64) {
	var place func(p []float64)
	place = func(p []float64) {
		if len(p) == n {
			maps = append(maps, slices.Clone(p))
		}
		for v := range n {
			if !slices.Contains(p, float64(v)) {
				place(append(p, float64(v)))
			}
		}
	}
	place(nil)
	return maps
}

type list struct {
	name  string
	maps  [][]float64
	group bool
}

// lists are groups, commuting and not, and lists that are none, in random order.
func lists(r *rand.Rand) []list {
	n := 4 + r.IntN(3)
	turns := [][]float64{{0, 1, 2, 3, 4, 5, 6, 7, 8}, {2, 5, 8, 1, 4, 7, 0, 3, 6}, {8, 7, 6, 5, 4, 3, 2, 1, 0}, {6, 3, 0, 7, 4, 1, 8, 5, 2}}
	random := func(k, n int) (maps [][]float64) {
		for range k {
			g := make([]float64, n)
			for i, v := range r.Perm(n) {
				g[i] = float64(v)
			}
			maps = append(maps, g)
		}
		return maps
	}
	out := []list{
		{fmt.Sprintf("two of %d shifts", n), shifts(n)[:2], false},
		{fmt.Sprintf("all shifts of %d", n), shifts(n), true},
		{"all permutations of three", permutations(3), true},
		{"quarter turns of 3×3", turns, true},
		{"a part of the quarter turns", turns[:3], false},
		{"three random permutations of six", random(3, 6), false},
	}
	for _, l := range out {
		r.Shuffle(len(l.maps), func(i, j int) { l.maps[i], l.maps[j] = l.maps[j], l.maps[i] })
	}
	return out
}

func some(r *rand.Rand, k, n int) (x [][]float64) {
	for range k {
		x = append(x, kit.Gaussian(r, n, 0.7))
	}
	return x
}

// ---- Kernel, Gram

type termFunc func(gamma float64, a, b []float64) float64

func rbf(gamma float64, a, b []float64) float64 { return math.Exp(-gamma * squared(a, b)) }

func double(f termFunc, gamma float64, maps [][]float64, x, z []float64) float64 {
	sum := 0.0
	for _, g := range maps {
		for _, h := range maps {
			sum += f(gamma, apply(g, x), apply(h, z))
		}
	}
	return sum
}

func kernelMistakes(gamma float64, maps [][]float64, x, z []float64) map[string]float64 {
	n := float64(len(maps))
	single, sided, most := 0.0, 0.0, 0.0
	for _, g := range maps {
		single += rbf(gamma, apply(g, x), apply(g, z))
		sided += rbf(gamma, x, apply(g, z))
		for _, h := range maps {
			most = math.Max(most, rbf(gamma, apply(g, x), apply(h, z)))
		}
	}
	return map[string]float64{
		"single-sum": single, "one-sided": sided, "maximum": most,
		"mean":     double(rbf, gamma, maps, x, z) / (n * n),
		"distance": double(func(c float64, a, b []float64) float64 { return math.Exp(-c * math.Sqrt(squared(a, b))) }, gamma, maps, x, z),
		"width":    double(func(c float64, a, b []float64) float64 { return math.Exp(-squared(a, b) / (2 * c * c)) }, gamma, maps, x, z),
	}
}

func kernel(t *grading.T, what string, gamma float64, maps [][]float64, x, z []float64) {
	would := map[string][]float64{}
	for id, v := range kernelMistakes(gamma, maps, x, z) {
		would[id] = []float64{v}
	}
	got := kit.Accepted(t, what, "Kernel", gamma, maps, x, z).Float(0)
	judge(t, what, []float64{got}, []float64{double(rbf, gamma, maps, x, z)}, near, would)
}

func kernelRandom(t *grading.T) {
	r := t.Rand
	for _, l := range lists(r) {
		n := len(l.maps[0])
		kernel(t, l.name, 0.2+r.Float64()/2, l.maps, kit.Gaussian(r, n, 0.7), kit.Gaussian(r, n, 0.7))
		x := kit.Gaussian(r, n, 0.7)
		kernel(t, l.name+", a point with itself", 0.3, l.maps, x, x)
		kernel(t, l.name+", a point and its image", 0.3, l.maps, x, apply(l.maps[len(l.maps)-1], x))
	}
	kernel(t, "one place, one map", 0.5, [][]float64{{0}}, []float64{1}, []float64{2})
	kernel(t, "the shift alone", 0.5, [][]float64{{1, 2, 0}}, []float64{1, 2, 3}, []float64{3, 0, 1})
	kernel(t, "points far apart", 1, shifts(3), []float64{10, 0, 0}, []float64{0, 0, -8})
	kernel(t, "a tiny gamma", 1e-12, shifts(4), kit.Gaussian(r, 4, 1), kit.Gaussian(r, 4, 1))
	kernel(t, "a huge gamma and the same point", 1e6, shifts(4), []float64{1, 2, 3, 4}, []float64{1, 2, 3, 4})
	kernel(t, "a map twice", 0.4, [][]float64{{0, 1, 2}, {0, 1, 2}, {1, 2, 0}}, kit.Gaussian(r, 3, 1), kit.Gaussian(r, 3, 1))
}

func square(flat []float64, n int) (m [][]float64) {
	for i := range n {
		m = append(m, flat[i*n:(i+1)*n])
	}
	return m
}

func gram(t *grading.T, what string, gamma float64, maps [][]float64, points [][]float64) {
	var want []float64
	would := map[string][]float64{}
	for _, x := range points {
		for _, z := range points {
			want = append(want, double(rbf, gamma, maps, x, z))
			for id, v := range kernelMistakes(gamma, maps, x, z) {
				would[id] = append(would[id], v)
			}
		}
	}
	matrix(t, what, kit.Accepted(t, what, "Gram", gamma, maps, points).Matrix(0), square(want, len(points)), would)
}

// matrix compares shapes, then entries.
func matrix(t *grading.T, what string, got, want [][]float64, would map[string][]float64) {
	if len(got) != len(want) || slices.ContainsFunc(got, func(r []float64) bool { return len(r) != len(want) }) {
		kit.Fail(t, what, got, want, fmt.Sprintf("not %d×%d", len(want), len(want)), "")
	}
	judge(t, what, slices.Concat(got...), slices.Concat(want...), near, would)
}

func gramRandom(t *grading.T) {
	r := t.Rand
	for _, l := range lists(r) {
		gram(t, l.name, 0.4, l.maps, some(r, 4, len(l.maps[0])))
	}
	gram(t, "one point", 0.4, shifts(4), some(r, 1, 4))
	x := kit.Gaussian(r, 4, 0.7)
	gram(t, "equal points", 0.4, shifts(4), [][]float64{x, x, x})
	var orbit [][]float64
	for _, g := range shifts(5) {
		orbit = append(orbit, apply(g, []float64{1, 2, 0, -1, 0.5}))
	}
	gram(t, "an orbit", 0.4, shifts(5), orbit)
}

// ---- Normalise

func normalise(t *grading.T, what string, k [][]float64) {
	n := len(k)
	var want, rows, bare, product []float64
	for i := range k {
		for j, v := range k[i] {
			want = append(want, v/math.Sqrt(k[i][i])/math.Sqrt(k[j][j]))
			rows = append(rows, v/k[i][i])
			bare = append(bare, v/(k[i][i]*k[j][j]))
			product = append(product, v/math.Sqrt(k[i][i]*k[j][j]))
		}
	}
	a := t.Call("Normalise", k)
	if a.Failed() {
		mistake := "refuses-good"
		if !grading.AllFinite(product) {
			mistake = "root-of-product"
		}
		kit.Fail(t, what, "error: "+a.Err, square(want, n), "an error where a result exists", mistake)
	}
	same := func(x, y []float64) bool {
		return near(x, y) || !grading.AllFinite(y) && fmt.Sprint(x) == fmt.Sprint(y)
	}
	got := a.Matrix(0)
	if len(got) != n || slices.ContainsFunc(got, func(r []float64) bool { return len(r) != n }) {
		kit.Fail(t, what, got, square(want, n), fmt.Sprintf("not %d×%d", n, n), "")
	}
	judge(t, what, slices.Concat(got...), want, same, map[string][]float64{"row-length": rows, "no-root": bare, "root-of-product": product})
}

func normaliseRandom(t *grading.T) {
	r := t.Rand
	random := func(n int, size float64) [][]float64 {
		x := some(r, n, n+1)
		k := make([][]float64, n)
		for i := range k {
			for j := range n {
				k[i] = append(k[i], size*kit.Dot(x[i], x[j]))
			}
		}
		return k
	}
	for _, n := range []int{2, 3, 5} {
		normalise(t, fmt.Sprintf("%d points", n), random(n, 1))
	}
	normalise(t, "one point", [][]float64{{3}})
	normalise(t, "a matrix that is not symmetric", [][]float64{{4, 1}, {-3, 9}})
	normalise(t, "huge entries", random(3, 1e200))
	normalise(t, "tiny entries", random(3, 1e-200))
	normalise(t, "lengths that differ much", [][]float64{{1e-8, 1e-4}, {1e-4, 1e8}})
}

// ---- Features

func features(t *grading.T, what string, maps, templates [][]float64, x []float64) {
	layer := func(templates [][]float64, s func(v float64) float64) []float64 {
		out := make([]float64, len(templates))
		for i, w := range templates {
			for _, g := range maps {
				out[i] += s(kit.Dot(x, apply(g, w)))
			}
		}
		return out
	}
	relu := func(v float64) float64 { return math.Max(0, v) }
	linear := layer(templates, func(v float64) float64 { return v })
	after := make([]float64, len(linear))
	one := make([][]float64, len(templates))
	mean := layer(templates, relu)
	for i := range linear {
		after[i], one[i] = relu(linear[i]), templates[0]
		mean[i] /= float64(len(maps))
	}
	judge(t, what, kit.Accepted(t, what, "Features", maps, templates, x).Floats(0), layer(templates, relu), near,
		map[string][]float64{"relu-after": after, "no-relu": linear, "first-template": layer(one, relu), "mean": mean})
}

func featuresRandom(t *grading.T) {
	r := t.Rand
	for _, l := range lists(r) {
		n := len(l.maps[0])
		features(t, l.name, l.maps, some(r, 2+r.IntN(4), n), kit.Gaussian(r, n, 1))
	}
	features(t, "one template", shifts(4), some(r, 1, 4), kit.Gaussian(r, 4, 1))
	features(t, "x = 0", shifts(4), some(r, 2, 4), make([]float64, 4))
	features(t, "a template of zeros", shifts(3), [][]float64{{0, 0, 0}, {1, -2, 1}}, kit.Gaussian(r, 3, 1))
	features(t, "huge numbers", shifts(3), [][]float64{kit.Gaussian(r, 3, 1e100)}, kit.Gaussian(r, 3, 1e100))
	features(t, "tiny numbers", shifts(3), [][]float64{kit.Gaussian(r, 3, 1e-100)}, kit.Gaussian(r, 3, 1e-100))
}

// ---- Defect

func defect(t *grading.T, what string, gamma float64, maps [][]float64, x, z []float64) {
	k := double(rbf, gamma, maps, x, z)
	want, moved, last := 0.0, 0.0, 0.0
	for _, g := range maps {
		last = math.Abs(double(rbf, gamma, maps, apply(g, x), z)-k) / k
		want = math.Max(want, last)
		moved = math.Max(moved, math.Abs(double(rbf, gamma, maps, apply(g, x), apply(g, z))-k)/k)
	}
	// the zero of a group is rounding: absolute below 1
	same := func(a, b []float64) bool {
		return len(a) == 1 && math.Abs(a[0]-b[0]) <= tol*math.Max(1, math.Abs(b[0]))
	}
	got := kit.Accepted(t, what, "Defect", gamma, maps, x, z).Float(0)
	judge(t, what, []float64{got}, []float64{want}, same, map[string][]float64{"absolute": {want * k}, "both-moved": {moved}, "last-only": {last}})
}

func defectRandom(t *grading.T) {
	r := t.Rand
	// the largest comes first, then the identity with 0, then a third: which one was returned shows
	three, x, z := shifts(5)[:3], kit.Gaussian(r, 5, 0.7), kit.Gaussian(r, 5, 0.7)
	by := func(g []float64) float64 {
		return math.Abs(double(rbf, 0.5, three, apply(g, x), z) - double(rbf, 0.5, three, x, z))
	}
	if by(three[1]) > by(three[2]) {
		three = [][]float64{three[1], three[0], three[2]}
	} else {
		three = [][]float64{three[2], three[0], three[1]}
	}
	defect(t, "three shifts of five", 0.5, three, x, z)
	for _, l := range lists(r) {
		n := len(l.maps[0])
		what := l.name + ", no group"
		if l.group {
			what = l.name + ", a group"
		}
		defect(t, what, 0.5, l.maps, kit.Gaussian(r, n, 0.7), kit.Gaussian(r, n, 0.7))
		defect(t, what, 0.2, l.maps, kit.Gaussian(r, n, 0.7), kit.Gaussian(r, n, 0.7))
	}
	// here the largest is not the last, and is large
	defect(t, "two shifts", 1, shifts(3)[:2], []float64{1, 0, 0}, []float64{0, 0, 1})
	defect(t, "two shifts, the identity last", 1, [][]float64{{1, 2, 0}, {0, 1, 2}}, []float64{1, 0, 0}, []float64{1, 0.5, 0})
	defect(t, "a small K", 1, shifts(3)[:2], []float64{3, 0, 0}, []float64{0, 0, -2})
	defect(t, "the identity alone", 1, [][]float64{{0, 1, 2}}, kit.Gaussian(r, 3, 1), kit.Gaussian(r, 3, 1))
	defect(t, "constant points", 1, shifts(3)[:2], []float64{2, 2, 2}, []float64{1, 1, 1})
}

// ---- refusals

func refusals(t *grading.T) {
	x, z := []float64{1, 2, 3}, []float64{3, 0, 1}
	good := shifts(3)
	kit.Accepted(t, "a good input", "Kernel", 0.5, good, x, z)
	kit.Accepted(t, "a list that is no group", "Gram", 0.5, good[:2], [][]float64{x, z})
	for _, b := range []struct {
		what string
		maps [][]float64
	}{
		{"no maps", [][]float64{}}, {"a shorter map", [][]float64{{0, 1, 2}, {1, 0}}}, {"a longer map", [][]float64{{0, 1, 2}, {1, 0, 2, 3}}},
		{"a number twice", [][]float64{{0, 1, 2}, {0, 0, 2}}}, {"a number too large", [][]float64{{0, 1, 2}, {1, 3, 0}}}, {"a number below 0", [][]float64{{0, 1, 2}, {1, -1, 0}}},
	} {
		kit.Refuses(t, b.what, "maps-pass", "Kernel", 0.5, b.maps, x, z)
		kit.Refuses(t, b.what, "maps-pass", "Gram", 0.5, b.maps, [][]float64{x, z})
		kit.Refuses(t, b.what, "maps-pass", "Features", b.maps, [][]float64{z}, x)
		kit.Refuses(t, b.what, "maps-pass", "Defect", 0.5, b.maps, x, z)
	}
	kit.Refuses(t, "maps of nothing", "maps-pass", "Kernel", 0.5, [][]float64{{}}, []float64{}, []float64{})
	for _, gamma := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		what := fmt.Sprintf("a gamma of %v", gamma)
		kit.Refuses(t, what, "gamma-passes", "Kernel", gamma, good, x, z)
		kit.Refuses(t, what, "gamma-passes", "Gram", gamma, good, [][]float64{x, z})
		kit.Refuses(t, what, "gamma-passes", "Defect", gamma, good, x, z)
	}
	short, long := x[:2], []float64{1, 2, 3, 4}
	kit.Refuses(t, "an x too short", "shape-passes", "Kernel", 0.5, good, short, z)
	kit.Refuses(t, "a z too short", "shape-passes", "Kernel", 0.5, good, x, short)
	kit.Refuses(t, "both too long", "shape-passes", "Kernel", 0.5, good, long, long)
	kit.Refuses(t, "a point too long", "shape-passes", "Gram", 0.5, good, [][]float64{x, long})
	kit.Refuses(t, "an x too long", "shape-passes", "Features", good, [][]float64{z}, long)
	kit.Refuses(t, "a template too short", "shape-passes", "Features", good, [][]float64{z, short}, x)
	kit.Refuses(t, "both too long", "shape-passes", "Defect", 0.5, good, long, long)
	kit.Refuses(t, "a matrix that is not square", "shape-passes", "Normalise", [][]float64{{1, 2, 3}, {2, 5, 6}})
	kit.Refuses(t, "a row too short", "shape-passes", "Normalise", [][]float64{{1, 2}, {4}})
	kit.Refuses(t, "no points", "empty-passes", "Gram", 0.5, good, [][]float64{})
	kit.Refuses(t, "no templates", "empty-passes", "Features", good, [][]float64{}, x)
	kit.Refuses(t, "no rows", "empty-passes", "Normalise", [][]float64{})
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		spoilt, what := []float64{1, v, 3}, fmt.Sprintf("%v among the numbers", v)
		kit.Refuses(t, what, "nan-passes", "Kernel", 0.5, good, spoilt, z)
		kit.Refuses(t, what, "nan-passes", "Kernel", 0.5, good, x, spoilt)
		kit.Refuses(t, what, "nan-passes", "Gram", 0.5, good, [][]float64{x, spoilt})
		kit.Refuses(t, what, "nan-passes", "Features", good, [][]float64{z}, spoilt)
		kit.Refuses(t, what, "nan-passes", "Features", good, [][]float64{z, spoilt}, x)
		kit.Refuses(t, what, "nan-passes", "Defect", 0.5, good, spoilt, z)
		kit.Refuses(t, what, "nan-passes", "Normalise", [][]float64{{1, v}, {v, 2}})
	}
	big := []float64{1e200, 1e200, 1e200}
	kit.Refuses(t, "features that overflow", "nan-passes", "Features", good, [][]float64{big}, big)
	kit.Refuses(t, "a zero on the diagonal", "zero-passes", "Normalise", [][]float64{{1, 0}, {0, 0}})
	kit.Refuses(t, "a diagonal entry below zero", "zero-passes", "Normalise", [][]float64{{1, 0.5}, {0.5, -2}})
	kit.Refuses(t, "points so far apart that K = 0", "zero-passes", "Defect", 1.0, good, []float64{100, 0, 0}, []float64{0, 0, -100})
}

func untouched(t *grading.T) {
	x, z, maps := []float64{1, 2, 3}, []float64{3, 0, 1}, shifts(3)
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"Kernel", []any{0.5, maps, x, z}}, {"Gram", []any{0.5, maps, [][]float64{x, z}}}, {"Normalise", []any{givenGram}},
		{"Features", []any{maps, [][]float64{x, z}, z}}, {"Defect", []any{0.5, maps, x, z}},
	} {
		kit.Untouched(t, "changes", c.fn, c.args...)
	}
}

// ### END HIDDEN TESTS
