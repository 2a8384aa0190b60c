// ### BEGIN HIDDEN TESTS

package operatordiscovery

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number, and absolute where all vanish: condition numbers up to 10⁷ leave nine digits of sixteen to an
// orthogonal factorisation, and two to ΘᵀΘ.
const tol = 1e-7

var mistakes = []grading.Mistake{
	{ID: "sum", Cause: "the factors of a term are added", Hint: "u^p times the derivative"},
	{ID: "derivative-power", Cause: "the power is the derivative's", Hint: "u^power · ∂u, and not (∂u)^power"},
	{ID: "order-zero", Cause: "order 0 brings a further factor u", Hint: "order 0 is u^power alone: the term 1 has power 0 and order 0"},
	{ID: "by-terms", Cause: "Θ has a row a term", Hint: "one row a place, one column a term"},
	{ID: "normal-equations", Cause: "the digits are lost as they are with ΘᵀΘ", Hint: "ΘᵀΘ squares the condition number: factorise Θ itself"},
	{ID: "signed", Cause: "negative coefficients are dropped, however large", Hint: "compare |αⱼ| with the threshold"},
	{ID: "once", Cause: "one round only, or all terms fitted again in each", Hint: "after a fit of what is left others may be small: repeat with the terms that are in, up to steps times"},
	{ID: "no-refit", Cause: "what is left is not fitted once more", Hint: "after the loop fit the terms that are in, without the others"},
	{ID: "steps-ignored", Cause: "rounds go on after steps", Hint: "at most steps rounds, and none for steps = 0"},
	{ID: "unweighted", Cause: "λ is left out: ‖α‖₀ + ‖Θα − y‖²", Hint: "λ times the number of terms"},
	{ID: "not-squared", Cause: "the residual is not squared: λ‖α‖₀ + ‖Θα − y‖", Hint: "the sum of squares, without the root"},
	{ID: "mean-square", Cause: "the squared residual is divided by the number of rows", Hint: "the sum over the rows, not their mean"},
	{ID: "l1", Cause: "the penalty is λ Σ|αⱼ|", Hint: "‖α‖₀ counts; sizes do not matter"},
	{ID: "greedy", Cause: "terms are added one at a time", Hint: "two terms can be best together though neither is alone: try all subsets"},
	{ID: "no-empty", Cause: "the subset with no term is not tried", Hint: "α = 0 has the objective ‖y‖²"},
	{ID: "dependent-passes", Cause: "columns that depend on each other have a result", Hint: "compare what is left of a column, divided by its norm at first, with 10⁻¹⁰"},
	{ID: "shape-passes", Cause: "shapes that do not fit are accepted", Hint: "check rows, columns, lengths, powers and orders before anything else"},
	{ID: "setting-passes", Cause: "a negative setting is accepted", Hint: "threshold, lambda and steps are ≥ 0; !(x >= 0) catches NaN too"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in and what you return"},
	{ID: "changes", Cause: "an argument is changed", Hint: "copy the columns and y before you reflect or scale them"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "one place, one term, as many rows as terms, steps 0, thresholds and λ of 0 are good"},
}

func same(a, b []float64) bool {
	if kit.Near(a, b, tol) {
		return true
	}
	for _, v := range append(slices.Clone(a), b...) {
		if !(math.Abs(v) <= 1e-9) {
			return false
		}
	}
	return len(a) == len(b)
}

// alone says whether mistake m gives other numbers than the right way, "", and than all other mistakes.
func alone(m string, all []string, numbers func(mistake string) []float64) bool {
	mine := numbers(m)
	for _, other := range append([]string{""}, all...) {
		if other != m && same(mine, numbers(other)) {
			return false
		}
	}
	return true
}

// ---- Library

func library(d [][]float64, power, order []int, wrong string) (rows [][]float64) {
	for i := range d[0] {
		var row []float64
		for j, p := range power {
			base, v := d[0][i], math.Pow(d[0][i], float64(p))
			switch {
			case wrong == "derivative-power":
				v = math.Pow(d[order[j]][i], float64(p))
				if p == 0 {
					v = d[order[j]][i]
				}
				if order[j] == 0 && p == 0 {
					v = 1
				}
			case order[j] == 0 && wrong == "order-zero":
				v *= base
			case order[j] > 0 && wrong == "sum" && p > 0:
				v += d[order[j]][i]
			case order[j] > 0:
				v *= d[order[j]][i]
			}
			row = append(row, v)
		}
		rows = append(rows, row)
	}
	return rows
}

func checkLibrary(t *grading.T, what string, d [][]float64, power, order []int) {
	got, want := kit.Accepted(t, what, "Library", d, power, order).Matrix(0), library(d, power, order, "")
	if len(got) != len(want) || len(got[0]) != len(want[0]) {
		mistake := ""
		if len(got) == len(want[0]) && len(got) > 0 && len(got[0]) == len(want) {
			mistake = "by-terms"
		}
		kit.Fail(t, what, got, want, "another shape", mistake)
	}
	would := map[string][]float64{}
	for _, m := range []string{"sum", "derivative-power", "order-zero"} {
		would[m] = slices.Concat(library(d, power, order, m)...)
	}
	if len(want) == len(want[0]) {
		var turned []float64
		for j := range want[0] {
			for i := range want {
				turned = append(turned, want[i][j])
			}
		}
		would["by-terms"] = turned
	}
	kit.Judge(t, mistakes, what, slices.Concat(got...), slices.Concat(want...), same, would)
}

func libraryRandom(t *grading.T) {
	r := t.Rand
	for range 4 {
		n, k := 3+r.IntN(5), 2+r.IntN(3)
		var d [][]float64
		for range k {
			d = append(d, kit.Normal(r, n))
		}
		power, order := []int{0, 1, 2, 0, 1, 2}, []int{0, 0, 0, 1, 1, 1}
		for range r.IntN(4) {
			power, order = append(power, r.IntN(4)), append(order, r.IntN(k))
		}
		checkLibrary(t, "a random dictionary", d, power, order)
	}
	checkLibrary(t, "one place", [][]float64{{-2}, {3}}, []int{3, 1}, []int{0, 1})
	checkLibrary(t, "one term", [][]float64{{-2, 5, 1}}, []int{0}, []int{0})
	checkLibrary(t, "u = 0 somewhere", [][]float64{{0, 2}, {3, 0}}, []int{0, 0, 1, 2}, []int{0, 1, 1, 0})
	checkLibrary(t, "u without derivatives", [][]float64{{1, 2, 3}}, []int{0, 1, 2, 3}, []int{0, 0, 0, 0})
}

// ---- the fits

// fit solves the least squares on the columns in the list by Gram-Schmidt, each column done twice.
func fit(theta [][]float64, y []float64, in []int) []float64 {
	q, r, sizes := [][]float64{}, [][]float64{}, []float64{}
	project := func(v []float64) (c []float64) {
		c = make([]float64, len(q))
		for range 2 {
			for k := range q {
				s := kit.Dot(q[k], v)
				c[k] += s
				copy(v, kit.Add(v, -s, q[k]))
			}
		}
		return c
	}
	for _, j := range in {
		v := columnOf(theta, j)
		size := math.Sqrt(kit.Dot(v, v))
		v = kit.Scale(v, 1/size)
		c := project(v)
		length := math.Sqrt(kit.Dot(v, v))
		q, r, sizes = append(q, kit.Scale(v, 1/length)), append(r, append(c, length)), append(sizes, size)
	}
	c := project(slices.Clone(y))
	for k := len(in) - 1; k >= 0; k-- {
		for l := k + 1; l < len(in); l++ {
			c[k] -= r[l][k] * c[l]
		}
		c[k] /= r[k][k]
	}
	alpha := make([]float64, len(theta[0]))
	for k, j := range in {
		alpha[j] = c[k] / sizes[k]
	}
	return alpha
}

func columnOf(theta [][]float64, j int) (v []float64) {
	for _, row := range theta {
		v = append(v, row[j])
	}
	return v
}

func terms(n int) (all []int) {
	for j := range n {
		all = append(all, j)
	}
	return all
}

// scaled is αⱼ‖θⱼ‖; an α of another length stays as it is.
func scaled(theta [][]float64, alpha []float64) []float64 {
	if len(alpha) != len(theta[0]) {
		return alpha
	}
	out := slices.Clone(alpha)
	for j := range out {
		v := columnOf(theta, j)
		out[j] *= math.Sqrt(kit.Dot(v, v))
	}
	return out
}

// normalEquations solves ΘᵀΘα = Θᵀy by elimination: what is lost says who did that.
func normalEquations(theta [][]float64, y []float64) []float64 {
	p := len(theta[0])
	a := make([][]float64, p)
	for j := range a {
		for k := range p {
			a[j] = append(a[j], kit.Dot(columnOf(theta, j), columnOf(theta, k)))
		}
		a[j] = append(a[j], kit.Dot(columnOf(theta, j), y))
	}
	for k := range p {
		best := k
		for i := k; i < p; i++ {
			if math.Abs(a[i][k]) > math.Abs(a[best][k]) {
				best = i
			}
		}
		a[k], a[best] = a[best], a[k]
		for i := range a {
			if i != k && a[k][k] != 0 {
				a[i] = kit.Add(a[i], -a[i][k]/a[k][k], a[k])
			}
		}
	}
	alpha := make([]float64, p)
	for k := range p {
		alpha[k] = a[k][p] / a[k][k]
	}
	return alpha
}

func checkFit(t *grading.T, what string, theta [][]float64, y []float64) {
	a := t.Call("LeastSquares", theta, y)
	got, want := []float64(nil), scaled(theta, fit(theta, y, terms(len(theta[0]))))
	if a.Failed() {
		kit.Fail(t, what, "error: "+a.Err, "a result", "an error where a result exists", kit.RefusesGood)
	} else {
		got = scaled(theta, a.Floats(0))
	}
	mistake := ""
	if same(got, want) {
		return
	}
	// However it was done, ΘᵀΘ loses about as many digits.
	if n := scaled(theta, normalEquations(theta, y)); len(got) == len(want) && !same(n, want) && kit.Near(got, want, 1e6) {
		mistake = "normal-equations"
	}
	kit.Fail(t, what+", αⱼ‖θⱼ‖", got, want, "the numbers differ", mistake)
}

// random draws a regression with some true terms: rows of columns with sizes 10^(±spread).
func random(r *rand.Rand, n, p int, spread float64) (theta [][]float64, y []float64) {
	theta = make([][]float64, n)
	y = make([]float64, n)
	for range p {
		size := math.Pow(10, spread*(2*r.Float64()-1))
		c := kit.Gaussian(r, n, size)
		weight := r.NormFloat64() / size
		if r.IntN(3) == 0 {
			weight = 0
		}
		for i := range c {
			theta[i] = append(theta[i], c[i])
			y[i] += weight*c[i] + 0.1*r.NormFloat64()
		}
	}
	return theta, y
}

func fitRandom(t *grading.T) {
	r := t.Rand
	for range 3 {
		p := 2 + r.IntN(5)
		theta, y := random(r, p+3+r.IntN(20), p, 0)
		checkFit(t, "a random regression", theta, y)
	}
	theta, y := random(r, 4, 4, 0)
	checkFit(t, "as many rows as terms", theta, y)
	theta, y = random(r, 1, 1, 0)
	checkFit(t, "one row, one term", theta, y)
	theta, y = random(r, 20, 5, 5)
	checkFit(t, "columns of sizes from 10⁻⁵ to 10⁵", theta, y)
	theta, y = random(r, 10, 3, 0)
	checkFit(t, "y = 0", theta, make([]float64, len(y)))
	for range 3 {
		// The third column is nearly the sum of the first two, and y needs all.
		theta, y = random(r, 15, 3, 0)
		for i, row := range theta {
			row[2] = row[0] + row[1] + 1e-6*row[2]
			y[i] = row[0] + 2*row[1] - 3*row[2] + 1e-7*y[i]
		}
		checkFit(t, "a column that nearly depends on others", theta, y)
	}
}

// stlsq is the reference, with mistakes. margin is how near a coefficient came to the threshold, as a share of it.
func stlsq(theta [][]float64, y []float64, threshold float64, steps int, wrong string) (alpha []float64, margin float64) {
	margin = math.Inf(1)
	all := terms(len(theta[0]))
	in := all
	alpha = fit(theta, y, in)
	switch {
	case wrong == "once":
		steps = min(steps, 1)
	case wrong == "steps-ignored":
		steps = len(all) + 1
	}
	for range steps {
		var left []int
		for _, j := range in {
			size := math.Abs(alpha[j])
			if wrong == "signed" {
				size = alpha[j]
			}
			margin = math.Min(margin, math.Abs(size-threshold)/(threshold+1e-300))
			if size >= threshold {
				left = append(left, j)
			}
		}
		if len(left) == len(in) {
			break
		}
		in = left
		if wrong == "no-refit" {
			kept := make([]float64, len(all))
			for _, j := range in {
				kept[j] = alpha[j]
			}
			if alpha = kept; steps > 1 {
				continue // the next round finds nothing more to drop
			}
		} else {
			alpha = fit(theta, y, in)
		}
	}
	return alpha, margin
}

var stlsqMistakes = []string{"signed", "once", "no-refit", "steps-ignored"}

func checkSTLSQ(t *grading.T, what string, theta [][]float64, y []float64, threshold float64, steps int) {
	what = fmt.Sprintf("%s, threshold %.4g, %d steps", what, threshold, steps)
	a := kit.Accepted(t, what, "STLSQ", theta, y, threshold, steps)
	want, _ := stlsq(theta, y, threshold, steps, "")
	would := map[string][]float64{}
	for _, m := range stlsqMistakes {
		v, _ := stlsq(theta, y, threshold, steps, m)
		would[m] = scaled(theta, v)
	}
	kit.Judge(t, mistakes, what+", αⱼ‖θⱼ‖", scaled(theta, a.Floats(0)), scaled(theta, want), same, would)
}

func stlsqRandom(t *grading.T) {
	r := t.Rand
	for _, m := range stlsqMistakes {
		// Columns that look alike: then what a dropped term did has to be done by others.
		for try := 0; ; try++ {
			p := 4 + r.IntN(3)
			theta, y := random(r, 12, p, 0)
			for i, row := range theta {
				for j := 1; j < p; j++ {
					row[j] = 0.7*row[j-1] + 0.5*row[j]
				}
				y[i] = row[0] - 1.2*row[p-1] + 0.5*r.NormFloat64()
			}
			threshold, steps := 0.1+0.7*r.Float64(), 10
			if m == "steps-ignored" {
				steps = 1 + r.IntN(2)
			}
			_, margin := stlsq(theta, y, threshold, steps, "")
			if try < 3000 && (margin < 1e-4 || !alone(m, stlsqMistakes, func(m string) []float64 { v, _ := stlsq(theta, y, threshold, steps, m); return v })) {
				continue
			}
			checkSTLSQ(t, "columns that look alike", theta, y, threshold, steps)
			break
		}
	}
	theta, y := random(r, 12, 4, 0)
	for j := range 2 {
		y[0] += float64(j)
	}
	checkSTLSQ(t, "no round", theta, y, 0.5, 0)
	checkSTLSQ(t, "threshold 0", theta, y, 0, 5)
	checkSTLSQ(t, "nothing left", theta, y, 1e6, 5)
	checkSTLSQ(t, "one term", [][]float64{{1}, {2}}, []float64{-3, -6}, 1, 3)
	far, fy := random(r, 20, 4, 2)
	if _, margin := stlsq(far, fy, 0.3, 10, ""); margin > 1e-4 {
		checkSTLSQ(t, "columns of sizes from 10⁻² to 10²", far, fy, 0.3, 10)
	}
}

// best is the reference of BestSubset, with mistakes. gap is how much worse the second best is, as a share of the best.
func best(theta [][]float64, y []float64, lambda float64, wrong string) (answer []float64, gap float64) {
	p := len(theta[0])
	value := func(alpha []float64, size int) float64 {
		s := 0.0
		for i, row := range theta {
			d := kit.Dot(row, alpha) - y[i]
			s += d * d
		}
		penalty := lambda * float64(size)
		switch wrong {
		case "unweighted":
			penalty = float64(size)
		case "not-squared":
			s = math.Sqrt(s)
		case "mean-square":
			s /= float64(len(y))
		case "l1":
			penalty = 0
			for _, a := range alpha {
				penalty += lambda * math.Abs(a)
			}
		}
		return penalty + s
	}
	lowest, second := math.Inf(1), math.Inf(1)
	var alpha []float64
	try := func(in []int) bool {
		a := fit(theta, y, in)
		v := value(a, len(in))
		if v < lowest {
			alpha, lowest, second = a, v, lowest
			return true
		}
		second = math.Min(second, v)
		return false
	}
	if wrong == "greedy" {
		try(nil)
		var in []int
		for better := true; better; {
			better = false
			var next []int
			for j := range p {
				if !slices.Contains(in, j) && try(append(slices.Clone(in), j)) {
					next, better = append(slices.Clone(in), j), true
				}
			}
			if better {
				in = next
			}
		}
	} else {
		for size := range p + 1 {
			for subset := range uint(1) << p {
				if bits.OnesCount(subset) != size || size == 0 && wrong == "no-empty" {
					continue
				}
				var in []int
				for j := range p {
					if subset>>j&1 == 1 {
						in = append(in, j)
					}
				}
				try(in)
			}
		}
	}
	return append(scaled(theta, alpha), lowest), (second - lowest) / (lowest + 1e-300)
}

var subsetMistakes = []string{"unweighted", "not-squared", "mean-square", "l1", "greedy", "no-empty"}

func checkSubset(t *grading.T, what string, theta [][]float64, y []float64, lambda float64) {
	what = fmt.Sprintf("%s, λ = %.4g", what, lambda)
	a := kit.Accepted(t, what, "BestSubset", theta, y, lambda)
	want, _ := best(theta, y, lambda, "")
	would := map[string][]float64{}
	for _, m := range subsetMistakes {
		would[m], _ = best(theta, y, lambda, m)
	}
	got := append(scaled(theta, a.Floats(0)), a.Float(1))
	kit.Judge(t, mistakes, what+", αⱼ‖θⱼ‖ and the objective", got, want, same, would)
}

func subsetRandom(t *grading.T) {
	r := t.Rand
	for _, m := range subsetMistakes {
		for try := 0; ; try++ {
			p := 3 + r.IntN(3)
			theta, y := random(r, 9, p, 0)
			if m == "greedy" {
				// A decoy that looks more like y than either of the two that make it.
				for i, row := range theta {
					y[i] = row[0] + row[1] + 0.02*r.NormFloat64()
					row[2] = y[i] + 0.4*row[2]
				}
			}
			lambda := kit.Dot(y, y) * math.Pow(10, -2.5*r.Float64())
			if m == "no-empty" {
				lambda = 1.2 * kit.Dot(y, y)
			}
			_, gap := best(theta, y, lambda, "")
			if try < 500 && (gap < 1e-4 || !alone(m, subsetMistakes, func(m string) []float64 { v, _ := best(theta, y, lambda, m); return v })) {
				continue
			}
			checkSubset(t, "a random regression", theta, y, lambda)
			break
		}
	}
	theta, y := random(r, 10, 3, 0)
	checkSubset(t, "λ = 0", theta, y, 0)
	checkSubset(t, "one term", [][]float64{{1}, {2}}, []float64{-3, -5}, 2)
	checkSubset(t, "as many rows as terms", [][]float64{{2, 1}, {1, 3}}, []float64{1, 1}, 0.1)
	theta, y = random(r, 12, 4, 3)
	if _, gap := best(theta, y, 0.2, ""); gap > 1e-4 {
		checkSubset(t, "columns of sizes from 10⁻³ to 10³", theta, y, 0.2)
	}
	checkSubset(t, "y = 0", theta, make([]float64, len(y)), 1)
}

// ---- what is refused

func refusals(t *grading.T) {
	r := t.Rand
	theta, y := random(r, 5, 3, 0)
	d := [][]float64{{1, 2}, {3, 4}}
	kit.Accepted(t, "a good input", "Library", d, []int{1}, []int{1})
	fits := func(what, mistake string, theta [][]float64, y []float64) {
		kit.Refuses(t, what, mistake, "LeastSquares", theta, y)
		kit.Refuses(t, what, mistake, "STLSQ", theta, y, 0.1, 3)
		kit.Refuses(t, what, mistake, "BestSubset", theta, y, 0.1)
	}
	for _, c := range []struct {
		what         string
		power, order []int
	}{
		{"a negative power", []int{-1}, []int{0}},
		{"a negative order", []int{1}, []int{-1}},
		{"an order past d", []int{1}, []int{2}},
		{"no terms", []int{}, []int{}},
		{"more powers than orders", []int{1, 1}, []int{1}},
		{"fewer powers than orders", []int{1}, []int{1, 0}},
	} {
		kit.Refuses(t, c.what, "shape-passes", "Library", d, c.power, c.order)
	}
	kit.Refuses(t, "no u", "shape-passes", "Library", [][]float64{}, []int{1}, []int{0})
	kit.Refuses(t, "no places", "shape-passes", "Library", [][]float64{{}}, []int{1}, []int{0})
	kit.Refuses(t, "ragged derivatives", "shape-passes", "Library", [][]float64{{1, 2}, {3}}, []int{1}, []int{0})
	kit.Refuses(t, "u⁴ overflows", "nan-passes", "Library", [][]float64{{1e100}}, []int{4}, []int{0})

	ragged := [][]float64{theta[0], theta[1], {1, 2}, theta[3], theta[4]}
	for _, c := range []struct {
		what  string
		theta [][]float64
		y     []float64
	}{
		{"no rows", [][]float64{}, []float64{}},
		{"no terms", [][]float64{{}, {}}, []float64{1, 2}},
		{"a ragged Θ", ragged, y},
		{"a y that is too short", theta, y[:4]},
		{"a y that is too long", theta, append(slices.Clone(y), 1)},
		{"fewer rows than terms", theta[:2], y[:2]},
	} {
		fits(c.what, "shape-passes", c.theta, c.y)
	}
	with := func(change func(row []float64)) (m [][]float64) {
		for _, row := range theta {
			row := slices.Clone(row)
			change(row)
			m = append(m, row)
		}
		return m
	}
	fits("two equal columns", "dependent-passes", with(func(row []float64) { row[2] = row[0] }), y)
	fits("a sum of columns", "dependent-passes", with(func(row []float64) { row[2] = row[0] + row[1] }), y)
	fits("a column of zeros", "dependent-passes", with(func(row []float64) { row[1] = 0 }), y)
	fits("a tiny multiple of a column", "dependent-passes", with(func(row []float64) { row[1] = 1e-20 * row[0] }), y)
	for _, v := range []float64{math.NaN(), math.Inf(1)} {
		fits(fmt.Sprintf("Θ with %v", v), "nan-passes", append(slices.Clone(theta[:4]), []float64{1, v, 1}), y)
		fits(fmt.Sprintf("y with %v", v), "nan-passes", theta, append(slices.Clone(y[:4]), v))
		kit.Refuses(t, fmt.Sprintf("u with %v", v), "nan-passes", "Library", [][]float64{{1, v}}, []int{1}, []int{0})
	}
	for _, v := range []float64{-0.1, math.NaN()} {
		kit.Refuses(t, fmt.Sprintf("a threshold of %v", v), "setting-passes", "STLSQ", theta, y, v, 3)
		kit.Refuses(t, fmt.Sprintf("λ = %v", v), "setting-passes", "BestSubset", theta, y, v)
	}
	kit.Refuses(t, "−1 steps", "setting-passes", "STLSQ", theta, y, 0.1, -1)
}

func untouched(t *grading.T) {
	theta, y := random(t.Rand, 6, 3, 0)
	kit.Untouched(t, "changes", "Library", theta, []int{1, 0}, []int{0, 1})
	kit.Untouched(t, "changes", "LeastSquares", theta, y)
	kit.Untouched(t, "changes", "STLSQ", theta, y, 0.2, 3)
	kit.Untouched(t, "changes", "BestSubset", theta, y, 0.2)
}

// ### END HIDDEN TESTS
