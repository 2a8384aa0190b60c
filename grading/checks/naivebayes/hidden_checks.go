// ### BEGIN HIDDEN TESTS

package naivebayes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number of a row. A row is a difference of sums of at most some hundred logarithms, whose rounding is
// below 10⁻¹³ of the sum; the sums are at most 10⁴ times the differences.
const tol = 1e-8

var mistakes = []grading.Mistake{
	{ID: "no-prior", Cause: "the prior is left out", Hint: "ℓ begins with log(n_c/n)"},
	{ID: "no-alpha", Cause: "α is not used", Hint: "α pseudo-examples of each value: above α, below α times the number of values"},
	{ID: "alpha-above-only", Cause: "α is added above, and not below", Hint: "the θ of all values must sum to 1"},
	{ID: "alpha-once-below", Cause: "α is added once below, in place of once for each value", Hint: "2α for Bernoulli, αd for Multinomial: the θ of all values must sum to 1"},
	{ID: "absent-ignored", Cause: "features that are 0 are left out", Hint: "an absent feature speaks too: log(1 − θ)"},
	{ID: "counts-ignored", Cause: "a word counts once, however often it occurs", Hint: "q_j · log θ"},
	{ID: "texts-for-words", Cause: "a class is measured in texts, not in words", Hint: "below stands Σ_k n_ck, the number of all words of the class"},
	{ID: "no-sigma", Cause: "the factor 1/σ of the density is missing", Hint: "−½ log(2πσ²) differs between classes: it does not cancel"},
	{ID: "unbiased", Cause: "the variance has 1/(n_c − 1)", Hint: "maximum likelihood divides by n_c"},
	{ID: "no-floor", Cause: "floor is not added to the variance", Hint: "σ² = mean square + floor"},
	{ID: "one-variance", Cause: "all classes have the same variance", Hint: "the deviations from a class's mean, over its own examples"},
	{ID: "difference", Cause: "the variance is a difference of two large numbers", Hint: "the mean first, then the squares around it"},
	{ID: "not-normalised", Cause: "the rows are log p(q, c)", Hint: "subtract log Σ_k exp ℓ_k: the posteriors of a row must sum to 1"},
	{ID: "probabilities", Cause: "the rows are probabilities, not their logarithms", Hint: "return ℓ − log Σ eˡ"},
	{ID: "underflow", Cause: "a product of probabilities, or a sum of exponentials, left float64's range", Hint: "add logarithms; log Σ eˡ = m + log Σ e^(ℓ−m), m the largest"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "sum into a table of your own"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every entry, of the queries too"},
	{ID: "labels-pass", Cause: "labels are not checked", Hint: "each in 0 … classes − 1, and each class at least once"},
	{ID: "values-pass", Cause: "values that the model has no probability for are accepted", Hint: "Bernoulli takes 0 and 1, Multinomial nothing negative, in the queries too"},
	{ID: "arguments-pass", Cause: "an argument that the statement's table refuses is accepted", Hint: "go through the table line by line; !(alpha > 0) catches NaN too"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "one class, one example of a class, features that never vary and queries of zeros are good"},
}

type problem struct {
	x       [][]float64
	y       []int
	classes int
	extra   float64 // floor or alpha
	queries [][]float64
}

func (p problem) args() []any { return []any{p.x, p.y, p.classes, p.extra, p.queries} }

// solve is the reference, with a mistake; nil if the mistake does not concern fn.
func (p problem) solve(fn, wrong string) [][]float64 {
	d := len(p.x[0])
	sum, square, n := kit.Zeros(p.classes, d), kit.Zeros(p.classes, d), make([]float64, p.classes)
	for i, row := range p.x {
		n[p.y[i]]++
		for j, v := range row {
			sum[p.y[i]][j] += v
		}
	}
	pooled := make([]float64, d)
	for i, row := range p.x {
		for j, v := range row {
			c := p.y[i]
			dev := v - sum[c][j]/n[c]
			square[c][j] += dev * dev
			pooled[j] += dev * dev / float64(len(p.x))
		}
	}
	alpha, floor := p.extra, p.extra
	if wrong == "no-alpha" {
		alpha = 0
	}
	if wrong == "no-floor" {
		floor = 0
	}
	out := kit.Zeros(len(p.queries), p.classes)
	for i, q := range p.queries {
		l := out[i]
		for c := range l {
			if wrong != "no-prior" {
				l[c] = math.Log(n[c] / float64(len(p.x)))
			}
			words := 0.0
			for _, v := range sum[c] {
				words += v
			}
			if wrong == "texts-for-words" {
				words = n[c]
			}
			for j, v := range q {
				switch fn {
				case "Gaussian":
					variance := square[c][j]/n[c] + floor
					if wrong == "unbiased" {
						variance = square[c][j]/(n[c]-1) + floor
					}
					if wrong == "one-variance" {
						variance = pooled[j] + floor
					}
					dev := v - sum[c][j]/n[c]
					l[c] -= dev * dev / variance / 2
					if wrong != "no-sigma" {
						l[c] -= math.Log(2*math.Pi*variance) / 2
					}
				case "Bernoulli":
					all := n[c] + below(wrong, alpha, 2)
					if yes := (sum[c][j] + alpha) / all; v == 1 {
						l[c] += math.Log(yes)
					} else if wrong == "alpha-above-only" || wrong == "alpha-once-below" {
						l[c] += math.Log(1 - yes)
					} else if wrong != "absent-ignored" {
						l[c] += math.Log((n[c] - sum[c][j] + alpha) / all)
					}
				case "Multinomial":
					times := v
					if wrong == "counts-ignored" {
						times = math.Min(v, 1)
						if v > 0 {
							times = 1
						}
					}
					if v > 0 {
						l[c] += times * math.Log((sum[c][j]+alpha)/(words+below(wrong, alpha, float64(d))))
					}
				}
			}
		}
		most := slices.Max(l)
		all := 0.0
		for _, v := range l {
			all += math.Exp(v - most)
		}
		for c := range l {
			if wrong != "not-normalised" {
				l[c] -= most + math.Log(all)
			}
			if wrong == "probabilities" {
				l[c] = math.Exp(l[c])
			}
		}
	}
	return out
}

// below is what α adds below the fraction where there are so many values.
func below(wrong string, alpha, values float64) float64 {
	switch wrong {
	case "alpha-above-only":
		return 0
	case "alpha-once-below":
		return alpha
	}
	return values * alpha
}

// check calls fn and judges each row of its result: shape, finite numbers, a sum of 1, the values.
func check(t *grading.T, fn string, p problem) {
	a := kit.Accepted(t, fn, fn, p.args()...)
	for i := range p.args() {
		if a.Changed(i) {
			kit.Fail(t, fn, fmt.Sprintf("argument %d holds other numbers after the call", i+1), "arguments as they were", "an argument was changed", "changes-arguments")
		}
	}
	got, want := a.Matrix(0), p.solve(fn, "")
	if len(got) != len(want) || slices.ContainsFunc(got, func(r []float64) bool { return len(r) != p.classes }) {
		kit.Fail(t, fn, got, want, "a wrong shape", "")
	}
	would := map[string][][]float64{}
	for _, m := range mistakes[:slices.IndexFunc(mistakes, func(m grading.Mistake) bool { return m.ID == "difference" })] {
		would[m.ID] = p.solve(fn, m.ID)
	}
	for _, id := range []string{"not-normalised", "probabilities"} {
		would[id] = p.solve(fn, id)
	}
	// A mistake is named if it explains every row; one row may be explained by several.
	if slices.EqualFunc(got, want, near) {
		return
	}
	mistake := ""
	for _, m := range mistakes {
		if v, ok := would[m.ID]; ok && slices.EqualFunc(got, v, near) {
			mistake = m.ID
			break
		}
	}
	row := slices.IndexFunc(got, func(r []float64) bool {
		return slices.ContainsFunc(r, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	})
	if mistake == "" && row >= 0 {
		mistake = "underflow"
	}
	kit.Fail(t, fn, got, want, "the numbers differ", mistake)
}

// near is kit.Near for rows that may hold −∞ or NaN, as those of some mistakes do: these must be in the same places.
func near(got, want []float64) bool {
	if len(got) != len(want) {
		return false
	}
	var a, b []float64
	for i, w := range want {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			if !(got[i] == w || math.IsNaN(got[i]) && math.IsNaN(w)) {
				return false
			}
			continue
		}
		a, b = append(a, got[i]), append(b, w)
	}
	return kit.Near(a, b, tol)
}

// labels draws n labels with at least two of each class, and unequal classes: class c is about c + 1 times as frequent as class 0.
func labels(r *rand.Rand, n, classes int) []int {
	y := make([]int, 0, n)
	for c := range classes {
		y = append(y, c, c)
	}
	for len(y) < n {
		k := r.IntN(classes * (classes + 1) / 2)
		c := 0
		for k > c {
			k -= c + 1
			c++
		}
		y = append(y, c)
	}
	r.Shuffle(n, func(i, j int) { y[i], y[j] = y[j], y[i] })
	return y
}

// instance draws a problem for fn. One class never shows feature 0, and every query has it.
func instance(r *rand.Rand, fn string, n, d, classes, queries int) problem {
	p := problem{y: labels(r, n, classes), classes: classes, extra: 0.2 + 2*r.Float64()}
	centre, scale := kit.Zeros(classes, d), kit.Zeros(classes, d)
	for c := range centre {
		for j := range centre[c] {
			switch fn {
			case "Gaussian":
				centre[c][j], scale[c][j] = 3*r.NormFloat64(), math.Exp(r.NormFloat64())
			default:
				centre[c][j] = 0.15 + 0.7*r.Float64()
			}
		}
	}
	if fn != "Gaussian" {
		centre[r.IntN(classes)][0] = 0
	}
	draw := func(c int) []float64 {
		row := make([]float64, d)
		for j := range row {
			switch fn {
			case "Gaussian":
				row[j] = centre[c][j] + scale[c][j]*r.NormFloat64()
			case "Bernoulli":
				if r.Float64() < centre[c][j] {
					row[j] = 1
				}
			case "Multinomial":
				for range 4 {
					if r.Float64() < centre[c][j] {
						row[j]++
					}
				}
			}
		}
		return row
	}
	for _, c := range p.y {
		p.x = append(p.x, draw(c))
	}
	for range queries {
		q := draw(r.IntN(classes))
		if fn != "Gaussian" {
			q[0] = 1
		}
		p.queries = append(p.queries, q)
	}
	if fn == "Multinomial" && d > 1 {
		p.queries[0][d-1] = 3
	}
	return p
}

func random(t *grading.T, fn string) {
	for range 6 {
		check(t, fn, instance(t.Rand, fn, 12+t.Rand.IntN(20), 2+t.Rand.IntN(5), 2+t.Rand.IntN(3), 4))
	}
}

func gaussianRandom(t *grading.T)    { random(t, "Gaussian") }
func bernoulliRandom(t *grading.T)   { random(t, "Bernoulli") }
func multinomialRandom(t *grading.T) { random(t, "Multinomial") }

func long(t *grading.T) {
	r := t.Rand
	for _, fn := range []string{"Gaussian", "Bernoulli"} {
		// 900 features: the product of their probabilities is below 10⁻³²⁴
		check(t, fn, instance(r, fn, 12, 900, 3, 2))
	}
	p := instance(r, "Multinomial", 12, 4, 2, 2)
	p.queries[0] = []float64{1000, 3000, float64(r.IntN(2000)), 2500}
	p.queries[1] = []float64{0.5, 0, 1.25, 0} // weighted words
	check(t, "Multinomial", p)
	for _, fn := range []string{"Gaussian", "Bernoulli", "Multinomial"} {
		// one example of each class, one feature; a query of zero
		p := problem{x: [][]float64{{1}, {0}}, y: []int{1, 0}, classes: 2, extra: 0.5, queries: [][]float64{{0}, {1}}}
		check(t, fn, p)
		// one class alone: its posterior is 1
		p = instance(r, fn, 6, 2, 2, 2)
		p.classes, p.y = 1, make([]int, 6)
		a := kit.Accepted(t, "one class", fn, p.args()...)
		for _, row := range a.Matrix(0) {
			if len(row) != 1 || !(math.Abs(row[0]) <= 1e-9) {
				kit.Fail(t, fn+", one class", row, []float64{0}, "the only class has the posterior 1", "")
			}
		}
		// a feature that never varies
		p = instance(r, fn, 12, 3, 2, 3)
		for i := range p.x {
			p.x[i][1] = 1
		}
		for i := range p.queries {
			p.queries[i][1] = 1
		}
		check(t, fn, p)
	}
	// far from zero, the spread is small beside the mean
	p = instance(r, "Gaussian", 12, 2, 2, 3)
	for _, rows := range [][][]float64{p.x, p.queries} {
		for _, row := range rows {
			row[0] += 1 << 26
		}
	}
	a := kit.Accepted(t, "far from zero", "Gaussian", p.args()...)
	got, want := a.Matrix(0), p.solve("Gaussian", "")
	// the mean's rounding, 10⁻⁸, is the error of a deviation of some units
	if !slices.EqualFunc(got, want, func(a, b []float64) bool { return kit.Near(a, b, 1e-4) }) {
		kit.Fail(t, "Gaussian, a feature round 2²⁶", got, want, "the numbers differ", "difference")
	}
}

func refuses(t *grading.T) {
	r := t.Rand
	for _, fn := range []string{"Gaussian", "Bernoulli", "Multinomial"} {
		fresh := func() problem { return instance(r, fn, 10, 3, 2, 2) }
		kit.Untouched(t, "changes-arguments", fn, fresh().args()...)
		try := func(what, mistake string, change func(p *problem)) {
			p := fresh()
			change(&p)
			kit.Refuses(t, what, mistake, fn, p.args()...)
		}
		try("no example", "arguments-pass", func(p *problem) { p.x, p.y = [][]float64{}, []int{} })
		try("one label too few", "arguments-pass", func(p *problem) { p.y = p.y[1:] })
		try("a short row", "arguments-pass", func(p *problem) { p.x[7] = p.x[7][:2] })
		try("a short query", "arguments-pass", func(p *problem) { p.queries[1] = p.queries[1][:2] })
		try("a long query", "arguments-pass", func(p *problem) { p.queries[1] = append(p.queries[1], 0) })
		try("the label −1", "labels-pass", func(p *problem) { p.y[r.IntN(10)] = -1 })
		try("a label too large", "labels-pass", func(p *problem) { p.y[r.IntN(10)] = 2 })
		try("a class without example", "labels-pass", func(p *problem) { p.classes = 3 })
		try("no class", "labels-pass", func(p *problem) { p.classes = 0 })
		for _, bad := range []float64{0, -1, math.NaN(), math.Inf(1)} {
			try(fmt.Sprintf("%v in place of a positive number", bad), "arguments-pass", func(p *problem) { p.extra = bad })
		}
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			try(fmt.Sprintf("%v in an example", bad), "nan-passes", func(p *problem) { p.x[r.IntN(10)][r.IntN(3)] = bad })
			try(fmt.Sprintf("%v in a query", bad), "nan-passes", func(p *problem) { p.queries[1][r.IntN(3)] = bad })
		}
		bad := map[string]float64{"Bernoulli": 2, "Multinomial": -1}[fn]
		if bad != 0 {
			try(fmt.Sprintf("%v in an example", bad), "values-pass", func(p *problem) { p.x[r.IntN(10)][r.IntN(3)] = bad })
			try(fmt.Sprintf("%v in a query", bad), "values-pass", func(p *problem) { p.queries[0][r.IntN(3)] = bad })
		}
	}
}

// ### END HIDDEN TESTS
