// ### BEGIN HIDDEN TESTS

package batchnorm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted. Sums of at most some dozen terms of like size: rounding is below 10⁻¹²
// of the largest. Where the mean is 10⁵ times the spread, the mean's rounding is 10⁻¹¹ of the spread. A wrong formula is
// off by far more than 10⁻⁸.
const tol = 1e-8

var mistakes = []grading.Mistake{
	{ID: "unbiased", Cause: "the variance has 1/(m − 1)", Hint: "the layer divides by m, and here the averages do too"},
	{ID: "epsilon-outside", Cause: "ε is added to the root", Hint: "√(σ² + ε): inside"},
	{ID: "no-root", Cause: "the root is missing", Hint: "divide by √(σ² + ε), not by σ² + ε"},
	{ID: "running-in-training", Cause: "the averages are used in training", Hint: "in training the batch's own mean and variance normalise"},
	{ID: "batch-at-test", Cause: "the batch's statistics are used at test time", Hint: "at test time a row's output does not depend on the other rows"},
	{ID: "updates-at-test", Cause: "the averages move at test time", Hint: "testing changes nothing"},
	{ID: "momentum", Cause: "α and 1 − α are exchanged", Hint: "α r + (1 − α)·new: α is what stays"},
	{ID: "rows", Cause: "rows are normalised", Hint: "each column by itself, over the rows"},
	{ID: "exchanged", Cause: "γ and β are exchanged", Hint: "γ multiplies, β is added"},
	{ID: "difference", Cause: "the variance is a difference of two large numbers", Hint: "the mean first, then the squares around it"},
	{ID: "constants", Cause: "mean and variance are taken for constants", Hint: "each xᵢ moves μ and σ², and these move every row: two more terms"},
	{ID: "constant-variance", Cause: "the variance is taken for a constant", Hint: "one term is missing: through σ²"},
	{ID: "constant-mean", Cause: "the mean is taken for a constant", Hint: "one term is missing: through μ"},
	{ID: "without-gamma", Cause: "γ is missing in ∂ℓ/∂x", Hint: "∂ℓ/∂x̂ = γ ∂ℓ/∂y comes first"},
	{ID: "raw-x", Cause: "∂ℓ/∂γ is taken with x", Hint: "y = γx̂ + β: x̂ is what γ multiplies"},
	{ID: "averaged", Cause: "∂ℓ/∂γ and ∂ℓ/∂β are averaged", Hint: "γ acts on every row: a sum"},
	{ID: "mean-of-variances", Cause: "the pictures' variances are averaged", Hint: "the pictures' means differ too: all places of all pictures are one list"},
	{ID: "mean-stays", Cause: "the mean is not in the shift", Hint: "γ(x − μ)/s + β: collect what does not hang on x"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, and every result"},
	{ID: "shape-passes", Cause: "lengths are not checked", Hint: "compare every length with the table of the statement, of every row too"},
	{ID: "setting-passes", Cause: "a setting out of its range is accepted", Hint: "momentum in [0, 1), epsilon in (0, ∞), no negative variance"},
	{ID: "hands-back", Cause: "an argument is changed, or handed back as a result", Hint: "slices.Clone the averages before you change or return them"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one; one row, momentum 0 and a variance of 0 are good"},
}

func near(got, want []float64) bool { return kit.Near(got, want, tol) }

// judge compares a matrix; would maps mistakes to what they give.
func judge(t *grading.T, what string, got, want [][]float64, would map[string][][]float64) {
	if len(got) != len(want) || slices.ContainsFunc(got, func(r []float64) bool { return len(r) != len(want[0]) }) {
		kit.Fail(t, what, got, want, "a wrong shape", "")
	}
	flat := slices.Concat(got...)
	if near(flat, slices.Concat(want...)) {
		return
	}
	mistake := ""
	for _, m := range mistakes {
		if v, ok := would[m.ID]; ok && near(flat, slices.Concat(v...)) && !near(slices.Concat(v...), slices.Concat(want...)) {
			mistake = m.ID
			break
		}
	}
	kit.Fail(t, what, got, want, "the numbers differ", mistake)
}

func gaussian(r *rand.Rand, n int, mean, size float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = mean + size*r.NormFloat64()
	}
	return v
}

func batch(r *rand.Rand, m, k int, mean, size float64) (x [][]float64) {
	for range m {
		x = append(x, gaussian(r, k, mean, size))
	}
	return x
}

// ---- the layer

type layer struct {
	gamma, beta, mean, variance []float64
	momentum, epsilon           float64
}

func random(r *rand.Rand, k int) layer {
	l := layer{momentum: 0.6 + 0.35*r.Float64(), epsilon: 0.1 + r.Float64()}
	for range k {
		l.gamma, l.beta = append(l.gamma, 1+r.Float64()), append(l.beta, r.NormFloat64())
		l.mean, l.variance = append(l.mean, 2*r.NormFloat64()), append(l.variance, 0.5+3*r.Float64())
	}
	return l
}

func (l layer) args(x [][]float64, training bool) []any {
	return []any{x, l.gamma, l.beta, l.mean, l.variance, l.momentum, l.epsilon, training}
}

func statistics(x [][]float64) (mean, variance []float64) {
	m := float64(len(x))
	mean, variance = make([]float64, len(x[0])), make([]float64, len(x[0]))
	for j := range mean {
		for i := range x {
			mean[j] += x[i][j] / m
		}
		for i := range x {
			variance[j] += (x[i][j] - mean[j]) * (x[i][j] - mean[j]) / m
		}
	}
	return mean, variance
}

func scaled(v []float64, s float64) []float64 {
	w := slices.Clone(v)
	for i := range w {
		w[i] *= s
	}
	return w
}

// apply is γ(x − μ)/divisor(σ²) + β.
func apply(x [][]float64, gamma, beta, mean, variance []float64, divisor func(v float64) float64) (y [][]float64) {
	for _, row := range x {
		out := make([]float64, len(row))
		for j, v := range row {
			out[j] = gamma[j]*(v-mean[j])/divisor(variance[j]) + beta[j]
		}
		y = append(y, out)
	}
	return y
}

func (l layer) root(v float64) float64 { return math.Sqrt(v + l.epsilon) }

func (l layer) move(mean, variance []float64, stays float64) [][]float64 {
	m, v := scaled(l.mean, stays), scaled(l.variance, stays)
	for j := range m {
		m[j] += (1 - stays) * mean[j]
		v[j] += (1 - stays) * variance[j]
	}
	return [][]float64{m, v}
}

func bessel(m int) float64 {
	if m == 1 {
		return 1
	}
	return float64(m) / float64(m-1)
}

// difference is the variance as the mean of squares minus the squared mean.
func difference(x [][]float64) []float64 {
	mean, v := make([]float64, len(x[0])), make([]float64, len(x[0]))
	for j := range v {
		for i := range x {
			mean[j] += x[i][j] / float64(len(x))
			v[j] += x[i][j] * x[i][j] / float64(len(x))
		}
		v[j] = math.Max(0, v[j]-mean[j]*mean[j])
	}
	return v
}

func training(t *grading.T, what string, l layer, x [][]float64) {
	mean, variance := statistics(x)
	unbiased := scaled(variance, bessel(len(x)))
	moved := l.move(mean, variance, l.momentum)
	var rows [][]float64
	for _, row := range x {
		rm, rv := statistics(transpose(row))
		one := slices.Repeat([]float64{1}, len(row))
		rows = append(rows, apply([][]float64{row}, l.gamma, l.beta, scaled(one, rm[0]), scaled(one, rv[0]), l.root)...)
	}
	a := kit.Accepted(t, what, "Forward", l.args(x, true)...)
	judge(t, what+", y", a.Matrix(0), apply(x, l.gamma, l.beta, mean, variance, l.root), map[string][][]float64{
		"unbiased":            apply(x, l.gamma, l.beta, mean, unbiased, l.root),
		"epsilon-outside":     apply(x, l.gamma, l.beta, mean, variance, func(v float64) float64 { return math.Sqrt(v) + l.epsilon }),
		"no-root":             apply(x, l.gamma, l.beta, mean, variance, func(v float64) float64 { return v + l.epsilon }),
		"running-in-training": apply(x, l.gamma, l.beta, moved[0], moved[1], l.root),
		"exchanged":           apply(x, l.beta, l.gamma, mean, variance, l.root),
		"difference":          apply(x, l.gamma, l.beta, mean, difference(x), l.root),
		"rows":                rows,
	})
	judge(t, what+", the averages", [][]float64{a.Floats(1), a.Floats(2)}, moved, map[string][][]float64{
		"momentum":   l.move(mean, variance, 1-l.momentum),
		"unbiased":   l.move(mean, unbiased, l.momentum),
		"difference": l.move(mean, difference(x), l.momentum),
	})
}

// transpose makes a column of a row, so that its statistics can be taken.
func transpose(row []float64) (x [][]float64) {
	for _, v := range row {
		x = append(x, []float64{v})
	}
	return x
}

func trainingRandom(t *grading.T) {
	r := t.Rand
	for range 4 {
		k := 2 + r.IntN(3)
		training(t, "a random batch", random(r, k), batch(r, 3+r.IntN(5), k, 1, 2))
	}
	training(t, "one row", random(r, 3), batch(r, 1, 3, 1, 2))
	training(t, "two rows, one feature", random(r, 1), batch(r, 2, 1, 1, 2))
	row := gaussian(r, 3, 0, 1)
	training(t, "equal rows", random(r, 3), [][]float64{row, row, row})
	l := random(r, 2)
	l.momentum = 0
	training(t, "momentum 0", l, batch(r, 4, 2, 1, 2))
	far := random(r, 2)
	far.epsilon = 1e-5
	far.mean, far.variance = make([]float64, 2), []float64{1, 1}
	for _, c := range []float64{1e5, -1e5} { // x² is 10¹⁰, and its last digit 10⁻⁶
		training(t, fmt.Sprintf("a mean of %.0e", c), far, batch(r, 6, 2, c, 0.5))
	}
	tiny := random(r, 2)
	tiny.epsilon = 1e-12
	training(t, "tiny numbers and a tiny epsilon", tiny, batch(r, 5, 2, 0, 1e-5))
	training(t, "huge numbers", random(r, 2), batch(r, 5, 2, 0, 1e100))
}

func testTime(t *grading.T, what string, l layer, x [][]float64) {
	mean, variance := statistics(x)
	a := kit.Accepted(t, what, "Forward", l.args(x, false)...)
	averages := [][]float64{l.mean, l.variance}
	judge(t, what+", the averages", [][]float64{a.Floats(1), a.Floats(2)}, averages, map[string][][]float64{
		"updates-at-test": l.move(mean, variance, l.momentum),
		"momentum":        l.move(mean, variance, 1-l.momentum),
	})
	moved := l.move(mean, variance, l.momentum)
	judge(t, what+", y", a.Matrix(0), apply(x, l.gamma, l.beta, l.mean, l.variance, l.root), map[string][][]float64{
		"batch-at-test":   apply(x, l.gamma, l.beta, mean, variance, l.root),
		"updates-at-test": apply(x, l.gamma, l.beta, moved[0], moved[1], l.root),
		"epsilon-outside": apply(x, l.gamma, l.beta, l.mean, l.variance, func(v float64) float64 { return math.Sqrt(v) + l.epsilon }),
		"no-root":         apply(x, l.gamma, l.beta, l.mean, l.variance, func(v float64) float64 { return v + l.epsilon }),
		"exchanged":       apply(x, l.beta, l.gamma, l.mean, l.variance, l.root),
	})
}

func testRandom(t *grading.T) {
	r := t.Rand
	for range 3 {
		k := 1 + r.IntN(4)
		l, x := random(r, k), batch(r, 2+r.IntN(5), k, 1, 2)
		testTime(t, "a random batch", l, x)
		testTime(t, "its first row alone", l, x[:1])
	}
	l := random(r, 2)
	l.variance[0] = 0
	testTime(t, "an average of 0", l, batch(r, 3, 2, 1, 2))
	l.gamma = []float64{0, -1}
	testTime(t, "γ of 0 and −1", l, batch(r, 3, 2, 1, 2))
}

// ---- Backward

func backward(t *grading.T, what string, x, dy [][]float64, gamma []float64, epsilon float64) {
	m, k := len(x), len(gamma)
	mean, variance := statistics(x)
	zeros := func() (z [][]float64) {
		for range m {
			z = append(z, make([]float64, k))
		}
		return z
	}
	dx, constants, noVariance, noMean, without := zeros(), zeros(), zeros(), zeros(), zeros()
	d, raw, averaged := [][]float64{make([]float64, k), make([]float64, k)}, [][]float64{make([]float64, k), make([]float64, k)}, [][]float64(nil)
	for j := range k {
		s := math.Sqrt(variance[j] + epsilon)
		for i := range x {
			d[0][j] += dy[i][j] * (x[i][j] - mean[j]) / s
			raw[0][j] += dy[i][j] * x[i][j]
			d[1][j] += dy[i][j]
			raw[1][j] += dy[i][j]
		}
		for i := range x {
			// γ/s·(∂y − mean ∂y − x̂ mean(∂y x̂))
			g, a, b := gamma[j]/s, d[1][j]/float64(m), (x[i][j]-mean[j])/s*d[0][j]/float64(m)
			dx[i][j], constants[i][j] = g*(dy[i][j]-a-b), g*dy[i][j]
			noVariance[i][j], noMean[i][j] = g*(dy[i][j]-a), g*(dy[i][j]-b)
			without[i][j] = (dy[i][j] - a - b) / s
		}
	}
	for _, v := range d {
		averaged = append(averaged, scaled(v, 1/float64(m)))
	}
	answer := kit.Accepted(t, what, "Backward", x, dy, gamma, epsilon)
	// Where the derivatives by x all vanish, as for one row, rounding is compared with dy γ/s.
	got := answer.Matrix(0)
	if len(got) == m && small(dx, constants) && small(got, constants) {
		got = dx
	}
	judge(t, what+", ∂x", got, dx, map[string][][]float64{"constants": constants, "constant-variance": noVariance, "constant-mean": noMean, "without-gamma": without})
	judge(t, what+", ∂γ and ∂β", [][]float64{answer.Floats(1), answer.Floats(2)}, d, map[string][][]float64{"raw-x": raw, "averaged": averaged})
}

// small says whether a is nothing beside b.
func small(a, b [][]float64) bool {
	size := func(v [][]float64) float64 {
		s := 0.0
		for _, e := range slices.Concat(v...) {
			s = math.Max(s, math.Abs(e))
		}
		return s
	}
	return size(a) <= 1e-12*size(b)
}

func backwardRandom(t *grading.T) {
	r := t.Rand
	for range 4 {
		m, k := 3+r.IntN(5), 1+r.IntN(4)
		backward(t, "a random batch", batch(r, m, k, 1, 2), batch(r, m, k, 0.5, 1), gaussian(r, k, 2, 0.5), 0.1+r.Float64())
	}
	backward(t, "one row", batch(r, 1, 3, 1, 2), batch(r, 1, 3, 0.5, 1), gaussian(r, 3, 2, 0.5), 0.5)
	backward(t, "a constant ∂y", batch(r, 4, 1, 1, 2), [][]float64{{3}, {3}, {3}, {3}}, []float64{2}, 0.5)
	row := gaussian(r, 2, 0, 1)
	backward(t, "equal rows", [][]float64{row, row, row}, batch(r, 3, 2, 0.5, 1), []float64{1, -2}, 0.5)
	backward(t, "a tiny epsilon", batch(r, 6, 2, 0, 1), batch(r, 6, 2, 0.5, 1), gaussian(r, 2, 2, 0.5), 1e-12)
	backward(t, "small numbers", batch(r, 5, 2, 0, 1e-4), batch(r, 5, 2, 0, 1e-4), gaussian(r, 2, 2, 0.5), 1e-8)
	backward(t, "γ of 0", batch(r, 4, 2, 1, 1), batch(r, 4, 2, 1, 1), []float64{0, 1}, 0.1)
}

// ---- ChannelStatistics, Affine

func channels(t *grading.T, what string, images [][][]float64) {
	rows := slices.Concat(images...)
	mean, variance := statistics(rows)
	within := make([]float64, len(mean))
	for _, p := range images {
		_, v := statistics(p)
		for j := range v {
			within[j] += v[j] / float64(len(images))
		}
	}
	judge(t, what, kit.Accepted(t, what, "ChannelStatistics", images).Matrix(0), [][]float64{mean, variance}, map[string][][]float64{
		"mean-of-variances": {mean, within},
		"unbiased":          {mean, scaled(variance, bessel(len(rows)))},
		"difference":        {mean, difference(rows)},
	})
}

func channelsRandom(t *grading.T) {
	r := t.Rand
	pictures := func(n, places, k int, size float64) (p [][][]float64) {
		for range n {
			p = append(p, batch(r, places, k, size*r.NormFloat64(), size))
		}
		return p
	}
	for range 3 {
		channels(t, "random pictures", pictures(2+r.IntN(3), 3+r.IntN(4), 1+r.IntN(3), 1))
	}
	channels(t, "one picture", pictures(1, 6, 2, 1))
	channels(t, "one place", pictures(5, 1, 2, 1))
	channels(t, "one number", pictures(1, 1, 1, 1))
	channels(t, "huge numbers", pictures(2, 3, 2, 1e100))
	far := pictures(3, 4, 2, 1)
	for _, v := range slices.Concat(far...) {
		for j := range v {
			v[j] += 1e5
		}
	}
	m, v := statistics(slices.Concat(far...)) // the variance is judged by itself: beside a mean of 10⁵ it would not count
	got := kit.Accepted(t, "a mean of 1e5", "ChannelStatistics", far).Matrix(0)
	judge(t, "a mean of 1e5", got, [][]float64{m, v}, nil)
	judge(t, "a mean of 1e5, the variance", got[1:], [][]float64{v}, map[string][][]float64{"difference": {difference(slices.Concat(far...))}})
}

func affine(t *grading.T, what string, l layer) {
	var scale, shift, flat []float64
	for j := range l.gamma {
		s := l.gamma[j] / l.root(l.variance[j])
		scale, shift = append(scale, s), append(shift, l.beta[j]-s*l.mean[j])
		flat = append(flat, l.gamma[j]/(l.variance[j]+l.epsilon))
	}
	outside := make([]float64, len(flat))
	for j := range flat {
		outside[j] = l.beta[j] - flat[j]*l.mean[j]
	}
	judge(t, what, kit.Accepted(t, what, "Affine", l.gamma, l.beta, l.mean, l.variance, l.epsilon).Matrix(0), [][]float64{scale, shift}, map[string][][]float64{
		"mean-stays": {scale, l.beta}, "no-root": {flat, outside}})
}

func affineRandom(t *grading.T) {
	r := t.Rand
	for k := 1; k < 5; k++ {
		affine(t, "a random layer", random(r, k))
	}
	l := random(r, 2)
	l.variance, l.gamma = []float64{0, 1e6}, []float64{-1, 0}
	affine(t, "variances of 0 and 10⁶", l)
}

// ---- what is refused

func refusals(t *grading.T) {
	r := t.Rand
	l, x := random(r, 2), batch(r, 3, 2, 1, 1)
	dy := batch(r, 3, 2, 0, 1)
	kit.Accepted(t, "a good input", "Forward", l.args(x, true)...)
	with := func(change func(l *layer)) layer {
		c := l
		change(&c)
		return c
	}
	bad := func(what, mistake string, l layer, x [][]float64) {
		for _, training := range []bool{true, false} {
			kit.Refuses(t, fmt.Sprintf("%s, training %v", what, training), mistake, "Forward", l.args(x, training)...)
		}
	}
	for _, v := range []float64{1, -0.1, math.NaN()} {
		bad(fmt.Sprintf("momentum %v", v), "setting-passes", with(func(l *layer) { l.momentum = v }), x)
	}
	for _, v := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		what := fmt.Sprintf("epsilon %v", v)
		bad(what, "setting-passes", with(func(l *layer) { l.epsilon = v }), x)
		kit.Refuses(t, what, "setting-passes", "Backward", x, dy, l.gamma, v)
		kit.Refuses(t, what, "setting-passes", "Affine", l.gamma, l.beta, l.mean, l.variance, v)
	}
	bad("a negative variance", "setting-passes", with(func(l *layer) { l.variance = []float64{1, -0.01} }), x)
	kit.Refuses(t, "a negative variance", "setting-passes", "Affine", l.gamma, l.beta, l.mean, []float64{1, -0.01}, 0.5)

	long, short := []float64{1, 1, 1}, []float64{1}
	for _, v := range [][]float64{long, short, {}} {
		what := fmt.Sprintf("%d entries for two features", len(v))
		bad("gamma of "+what, "shape-passes", with(func(l *layer) { l.gamma = v }), x)
		bad("beta of "+what, "shape-passes", with(func(l *layer) { l.beta = v }), x)
		bad("mean of "+what, "shape-passes", with(func(l *layer) { l.mean = v }), x)
		bad("variance of "+what, "shape-passes", with(func(l *layer) { l.variance = v }), x)
		kit.Refuses(t, "gamma of "+what, "shape-passes", "Backward", x, dy, v, 0.5)
		kit.Refuses(t, "shift: mean of "+what, "shape-passes", "Affine", l.gamma, l.beta, v, l.variance, 0.5)
	}
	ragged := [][]float64{x[0], {1, 2, 3}, x[2]}
	bad("a ragged x", "shape-passes", l, ragged)
	bad("no rows", "shape-passes", l, [][]float64{})
	bad("no features", "shape-passes", layer{[]float64{}, []float64{}, []float64{}, []float64{}, 0.5, 0.5}, [][]float64{{}, {}})
	kit.Refuses(t, "a ragged x", "shape-passes", "Backward", ragged, dy, l.gamma, 0.5)
	kit.Refuses(t, "a ragged dy", "shape-passes", "Backward", x, ragged, l.gamma, 0.5)
	kit.Refuses(t, "a dy with a row more", "shape-passes", "Backward", x, append(slices.Clone(dy), []float64{1, 1}), l.gamma, 0.5)
	kit.Refuses(t, "a dy with a row less", "shape-passes", "Backward", x, dy[:2], l.gamma, 0.5)
	kit.Refuses(t, "pictures with different places", "shape-passes", "ChannelStatistics", [][][]float64{x, x[:2]})
	kit.Refuses(t, "places with different channels", "shape-passes", "ChannelStatistics", [][][]float64{x, ragged})
	kit.Refuses(t, "no pictures", "shape-passes", "ChannelStatistics", [][][]float64{})
	kit.Refuses(t, "no places", "shape-passes", "ChannelStatistics", [][][]float64{{}, {}})
	kit.Refuses(t, "no channels", "shape-passes", "ChannelStatistics", [][][]float64{{{}}, {{}}})
	kit.Refuses(t, "no features", "shape-passes", "Affine", []float64{}, []float64{}, []float64{}, []float64{}, 0.5)

	for _, v := range []float64{math.NaN(), math.Inf(1)} {
		what := fmt.Sprintf("with %v", v)
		nan, vec := [][]float64{x[0], {1, v}, x[2]}, []float64{1, v}
		bad("x "+what, "nan-passes", l, nan)
		bad("gamma "+what, "nan-passes", with(func(l *layer) { l.gamma = vec }), x)
		bad("beta "+what, "nan-passes", with(func(l *layer) { l.beta = vec }), x)
		bad("mean "+what, "nan-passes", with(func(l *layer) { l.mean = vec }), x)
		bad("variance "+what, "nan-passes", with(func(l *layer) { l.variance = vec }), x)
		kit.Refuses(t, "x "+what, "nan-passes", "Backward", nan, dy, l.gamma, 0.5)
		kit.Refuses(t, "dy "+what, "nan-passes", "Backward", x, nan, l.gamma, 0.5)
		kit.Refuses(t, "a picture "+what, "nan-passes", "ChannelStatistics", [][][]float64{x, nan})
		kit.Refuses(t, "beta "+what, "nan-passes", "Affine", l.gamma, vec, l.mean, l.variance, 0.5)
	}
	kit.Refuses(t, "numbers whose squares overflow", "nan-passes", "Forward", l.args(batch(r, 3, 2, 0, 1e200), true)...)
	kit.Refuses(t, "numbers whose squares overflow", "nan-passes", "ChannelStatistics", [][][]float64{batch(r, 3, 2, 0, 1e200)})
}

func untouched(t *grading.T) {
	r := t.Rand
	l, x := random(r, 2), batch(r, 3, 2, 1, 1)
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"Forward", l.args(x, true)},
		{"Forward", l.args(x, false)},
		{"Backward", []any{x, batch(r, 3, 2, 0, 1), l.gamma, 0.5}},
		{"ChannelStatistics", []any{[][][]float64{x, batch(r, 3, 2, 0, 1)}}},
		{"Affine", []any{l.gamma, l.beta, l.mean, l.variance, 0.5}},
	} {
		a := kit.Untouched(t, "hands-back", c.fn, c.args...)
		if c.fn == "Forward" && a.Bool(3) {
			kit.Fail(t, c.fn, "a result that shares memory with an argument", "slices of their own", "whoever changes one changes the other", "hands-back")
		}
	}
}

// ### END HIDDEN TESTS
