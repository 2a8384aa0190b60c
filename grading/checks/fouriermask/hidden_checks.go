// ### BEGIN HIDDEN TESTS

package fouriermask

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted: sums of at most 48 terms of like size, three times over; the difference of two losses
// of size 10 loses a digit or two, and E(t²) with t² up to 20 multiplies errors by 40. Round-off stays below 10⁻¹².
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "plus", Cause: "the exponent of the transform is positive", Hint: "F has e^(−2πi…), F⁻¹ has e^(+2πi…)"},
	{ID: "rows-only", Cause: "only the rows are transformed", Hint: "a second pass goes down the columns"},
	{ID: "sides", Cause: "h and w are exchanged in the exponent", Hint: "uy goes with h, vz with w"},
	{ID: "scaled", Cause: "the transform is divided by hw", Hint: "F has no factor, F⁻¹ has it"},
	{ID: "no-scale", Cause: "F⁻¹ lacks its factor 1/(hw)", Hint: "F⁻¹Fx must be x"},
	{ID: "magnitude", Cause: "the size of the inverse is taken in place of its real part", Hint: "x̄ may be negative: real(z), not cmplx.Abs(z)"},
	{ID: "centred", Cause: "the mask is applied as if the frequency zero were in the middle", Hint: "M[0][0] belongs to X[0][0]"},
	{ID: "sum", Cause: "a sum over the images in place of the mean", Hint: "divide by n, value and gradient alike"},
	{ID: "penalty-mean", Cause: "λ multiplies the mean of M", Hint: "the penalty is the sum of all entries"},
	{ID: "no-exp", Cause: "t² in place of E(t²)", Hint: "E(s) = eˢ, up to s = 20"},
	{ID: "no-difference", Cause: "L(x̄) in place of L(x̄) − L(x)", Hint: "the mask shall keep the loss, not lower it"},
	{ID: "not-squared", Cause: "E(t) in place of E(t²)", Hint: "a loss that falls counts as much as one that rises"},
	{ID: "no-conjugate", Cause: "the gradient multiplies Fx and Fg without the conjugate", Hint: "Re(Fx·conj(Fg)): only the frequency 0 hides the difference"},
	{ID: "no-adjoint-scale", Cause: "the gradient lacks 1/(hw)", Hint: "F⁻¹'s factor is in x̄, so it is in the gradient"},
	{ID: "no-two", Cause: "the gradient lacks the 2 of 2t", Hint: "the derivative of t² is 2t"},
	{ID: "no-slope", Cause: "the gradient lacks E′(t²)", Hint: "chain: E′(t²)·2t·∂L/∂M"},
	{ID: "penalty-forgotten", Cause: "λ is missing in the gradient", Hint: "the penalty adds λ to every entry"},
	{ID: "gradient-at-x", Cause: "g is taken at x", Hint: "L(x̄) is what changes with M: softmax at x̄"},
	{ID: "descending-g", Cause: "g has the opposite sign", Hint: "∂L/∂z_k = p_k − 1[k = y]"},
	{ID: "no-tangent", Cause: "eˢ is taken above s = 20 too", Hint: "E(s) = e²⁰(1 + s − 20), with the slope e²⁰"},
	{ID: "flat", Cause: "above s = 20 E is constant", Hint: "the tangent rises: what is cut off flat has no gradient to come back by"},
	{ID: "overflow", Cause: "exp of a large logit", Hint: "subtract the largest logit first"},
	{ID: "no-clip", Cause: "the mask leaves [0, 1]", Hint: "min(max(v, 0), 1)"},
	{ID: "ascends", Cause: "the step goes up", Hint: "M − rate·gradient"},
	{ID: "indices", Cause: "indices in place of frequencies", Hint: "above n/2 the index k stands for k − n"},
	{ID: "floor", Cause: "the distance is cut off, not rounded", Hint: "⌊ρ + ½⌋"},
	{ID: "ring-sum", Cause: "sums in place of means", Hint: "divide by the number of entries in the ring"},
	{ID: "changes-arguments", Cause: "an argument is changed", Hint: "write to a new slice"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in"},
	{ID: "arguments-pass", Cause: "an argument that the statement's table refuses is accepted", Hint: "go through the table line by line; !(rate > 0) catches NaN too"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "one class, one image, one pixel and λ = 0 are good"},
}

func near(got, want []float64) bool { return kit.Near(got, want, tol) }

// judge names the mistake whose numbers came; solve gives the right numbers for "".
func judge(t *grading.T, what string, got []float64, solve func(wrong string) []float64) {
	want := solve("")
	if near(got, want) {
		return
	}
	would := map[string][]float64{}
	for _, m := range mistakes {
		would[m.ID] = solve(m.ID)
	}
	kit.Judge(t, mistakes, what, got, want, near, would)
}

// ---- the reference, with mistakes

// transform is Σ x e^(sign·2πi(uy/h + vz/w)).
func transform(x []complex128, h, w int, sign float64, wrong string) []complex128 {
	if wrong == "plus" {
		sign = -sign
	}
	a, b := float64(h), float64(w)
	if wrong == "sides" {
		a, b = b, a
	}
	rows, out := make([]complex128, h*w), make([]complex128, h*w)
	for i := range rows {
		for z := range w {
			rows[i] += x[i/w*w+z] * cmplx.Rect(1, sign*2*math.Pi*float64(i%w*z)/b)
		}
	}
	if wrong == "rows-only" {
		return rows
	}
	for i := range out {
		for y := range h {
			out[i] += rows[y*w+i%w] * cmplx.Rect(1, sign*2*math.Pi*float64(i/w*y)/a)
		}
	}
	return out
}

func forward(x []float64, h, w int, wrong string) []complex128 {
	c := make([]complex128, h*w)
	for i, v := range x {
		c[i] = complex(v, 0)
	}
	c = transform(c, h, w, -1, wrong)
	if wrong == "scaled" {
		for i := range c {
			c[i] /= complex(float64(h*w), 0)
		}
	}
	return c
}

func filter(x, mask []float64, h, w int, wrong string) []float64 {
	c := forward(x, h, w, wrong)
	for i := range c {
		m := mask[i]
		if wrong == "centred" {
			m = mask[(i/w+h/2)%h*w+(i%w+w/2)%w]
		}
		c[i] *= complex(m, 0)
	}
	out := make([]float64, h*w)
	for i, z := range transform(c, h, w, 1, wrong) {
		out[i] = real(z) / float64(h*w)
		switch wrong {
		case "no-scale":
			out[i] = real(z)
		case "magnitude":
			out[i] = cmplx.Abs(z) / float64(h*w)
		}
	}
	return out
}

type problem struct {
	weights [][]float64
	bias    []float64
	images  [][]float64
	labels  []int
	mask    [][]float64
	lambda  float64
}

func (p problem) loss(x []float64, y int, wrong string) (float64, []float64) {
	z := kit.Add(kit.Times(p.weights, x), 1, p.bias)
	top := slices.Max(z)
	if wrong == "overflow" {
		top = 0
	}
	sum, g := 0.0, make([]float64, len(x))
	for _, v := range z {
		sum += math.Exp(v - top)
	}
	for k, v := range z {
		s := math.Exp(v-top) / sum
		if k == y {
			s--
		}
		if wrong == "descending-g" {
			s = -s
		}
		g = kit.Add(g, s, p.weights[k])
	}
	return math.Log(sum) + top - z[y], g
}

// solve gives the value and, after it, the gradient.
func (p problem) solve(wrong string) []float64 {
	h, w := len(p.mask), len(p.mask[0])
	mask := slices.Concat(p.mask...)
	n, size := float64(len(p.images)), float64(h*w)
	if wrong == "sum" {
		n = 1
	}
	out := make([]float64, 1+h*w)
	for i, x := range p.images {
		before, gx := p.loss(x, p.labels[i], wrong)
		after, g := p.loss(filter(x, mask, h, w, wrong), p.labels[i], wrong)
		t := after - before
		if wrong == "no-difference" {
			t = after
		}
		if wrong == "gradient-at-x" {
			g = gx
		}
		s, inner := t*t, 2*t
		if wrong == "not-squared" {
			s, inner = t, 1
		}
		e, slope := math.Exp(s), math.Exp(s)
		if s > 20 && wrong != "no-tangent" {
			e, slope = math.Exp(20)*(1+s-20), math.Exp(20)
			if wrong == "flat" {
				e, slope = math.Exp(20), 0
			}
		}
		switch wrong {
		case "no-exp":
			e, slope = s, 1
		case "no-slope":
			slope = 1
		case "no-two":
			inner = t
		}
		out[0] += e / n
		c, d := forward(x, h, w, wrong), forward(g, h, w, wrong)
		for j := range c {
			v := real(c[j]*cmplx.Conj(d[j])) / size
			switch wrong {
			case "no-conjugate":
				v = real(c[j]*d[j]) / size
			case "no-adjoint-scale":
				v *= size
			}
			out[1+j] += slope * inner * v / n
		}
	}
	for j, m := range mask {
		if wrong == "penalty-mean" {
			m /= size
		}
		out[0] += p.lambda * m
		switch wrong {
		case "penalty-forgotten":
		case "penalty-mean":
			out[1+j] += p.lambda / size
		default:
			out[1+j] += p.lambda
		}
	}
	return out
}

func radial(e [][]float64, wrong string) []float64 {
	var sum, count []float64
	for u, row := range e {
		for v, x := range row {
			a, b := u, v
			if 2*a > len(e) && wrong != "indices" {
				a -= len(e)
			}
			if 2*b > len(row) && wrong != "indices" {
				b -= len(row)
			}
			rho := math.Sqrt(float64(a*a + b*b))
			k := int(math.Round(rho))
			if wrong == "floor" {
				k = int(rho)
			}
			for len(sum) <= k {
				sum, count = append(sum, 0), append(count, 0)
			}
			sum[k] += x
			count[k]++
		}
	}
	for k := range sum {
		if count[k] > 0 && wrong != "ring-sum" {
			sum[k] /= count[k]
		}
	}
	return sum
}

// ---- calls

// grid fails the check unless m is [h][w], and flattens it.
func grid(t *grading.T, what string, m [][]float64, h, w int) []float64 {
	ok := len(m) == h
	for _, row := range m {
		ok = ok && len(row) == w
	}
	if !ok {
		kit.Fail(t, what, m, "rows and columns as the argument's", "the shape differs", "")
	}
	return slices.Concat(m...)
}

func checkDFT(t *grading.T, x [][]float64) {
	h, w := len(x), len(x[0])
	a := kit.Untouched(t, "changes-arguments", "DFT2", x)
	got := append(grid(t, "re", a.Matrix(0), h, w), grid(t, "im", a.Matrix(1), h, w)...)
	judge(t, "DFT2: re, then im", got, func(wrong string) []float64 {
		var re, im []float64
		for _, z := range forward(slices.Concat(x...), h, w, wrong) {
			re, im = append(re, real(z)), append(im, imag(z))
		}
		return append(re, im...)
	})
}

func checkFilter(t *grading.T, x, mask [][]float64) {
	h, w := len(x), len(x[0])
	a := kit.Untouched(t, "changes-arguments", "Filter", x, mask)
	got := grid(t, "x̄", a.Matrix(0), h, w)
	flat, m := slices.Concat(x...), slices.Concat(mask...)
	if slices.Min(m) == 1 && !near(got, flat) {
		kit.Fail(t, "Filter with M = 1", got, flat, "a mask of ones must change nothing", "no-scale")
	}
	// beside the size of x: of a mask of zeros 0 is left, up to nothing
	judge(t, "Filter, 1 first", append([]float64{1}, got...), func(wrong string) []float64 {
		return append([]float64{1}, filter(flat, m, h, w, wrong)...)
	})
}

func checkObjective(t *grading.T, p problem) {
	a := kit.Untouched(t, "changes-arguments", "Objective", p.weights, p.bias, p.images, p.labels, p.mask, p.lambda)
	got := append([]float64{a.Float(0)}, grid(t, "the gradient", a.Matrix(1), len(p.mask), len(p.mask[0]))...)
	for _, v := range got {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			mistake := "no-tangent"
			if slices.Max(p.bias) > 700 {
				mistake = "overflow"
			}
			kit.Fail(t, "Objective: the value, then its gradient", got, p.solve(""), "not finite", mistake)
		}
	}
	judge(t, "Objective: the value, then its gradient", got, p.solve)
}

func checkStep(t *grading.T, mask, gradient [][]float64, rate float64) {
	a := kit.Untouched(t, "changes-arguments", "Step", mask, gradient, rate)
	got := grid(t, "the mask", a.Matrix(0), len(mask), len(mask[0]))
	m, g := slices.Concat(mask...), slices.Concat(gradient...)
	judge(t, "Step", append([]float64{1}, got...), func(wrong string) []float64 {
		s := -rate
		if wrong == "ascends" {
			s = rate
		}
		next := kit.Add(m, s, g)
		for j, v := range next {
			if wrong != "no-clip" {
				next[j] = min(max(v, 0), 1)
			}
		}
		return append([]float64{1}, next...)
	})
}

func checkRadial(t *grading.T, e [][]float64) {
	a := kit.Untouched(t, "changes-arguments", "RadialMean", e)
	judge(t, "RadialMean", a.Floats(0), func(wrong string) []float64 { return radial(e, wrong) })
}

// ---- instances

func rows(r *rand.Rand, h, w int, draw func() float64) [][]float64 {
	x := make([][]float64, h)
	for y := range x {
		x[y] = make([]float64, w)
		for z := range x[y] {
			x[y][z] = draw()
		}
	}
	return x
}

var sizes = [][2]int{{3, 4}, {4, 3}, {1, 5}, {6, 1}, {1, 1}, {2, 2}, {5, 7}, {6, 4}, {8, 6}}

func dftRandom(t *grading.T) {
	for _, s := range sizes {
		checkDFT(t, rows(t.Rand, s[0], s[1], t.Rand.NormFloat64))
	}
	checkDFT(t, [][]float64{{0, 0}, {0, 0}, {0, 1e100}})
}

func filterRandom(t *grading.T) {
	for _, s := range sizes {
		h, w := s[0], s[1]
		x := rows(t.Rand, h, w, t.Rand.NormFloat64)
		checkFilter(t, x, rows(t.Rand, h, w, t.Rand.Float64))
		checkFilter(t, x, rows(t.Rand, h, w, func() float64 { return 1 }))
		checkFilter(t, x, rows(t.Rand, h, w, func() float64 { return 0 }))
		m := rows(t.Rand, h, w, t.Rand.Float64)
		for u := range m {
			for v := range m[u] {
				m[u][v] = m[(h-u)%h][(w-v)%w]
			}
		}
		checkFilter(t, x, m)
	}
}

// newProblem has losses that change by less than 4, most of them by about 1.
func newProblem(r *rand.Rand, h, w, classes, n int, size float64) problem {
	p := problem{weights: rows(r, classes, h*w, r.NormFloat64), bias: kit.Normal(r, classes), images: rows(r, n, h*w, r.NormFloat64), mask: rows(r, h, w, r.Float64), lambda: 0.05 + r.Float64()}
	for range n {
		p.labels = append(p.labels, r.IntN(classes))
	}
	for k := range p.weights {
		p.weights[k] = kit.Scale(p.weights[k], size/math.Sqrt(float64(h*w)))
	}
	return p
}

func objectiveRandom(t *grading.T) {
	for _, s := range sizes {
		checkObjective(t, newProblem(t.Rand, s[0], s[1], 2+t.Rand.IntN(3), 1+t.Rand.IntN(4), 0.7))
	}
	p := newProblem(t.Rand, 3, 4, 3, 2, 0.7)
	p.lambda = 0
	checkObjective(t, p)
	p = newProblem(t.Rand, 3, 4, 1, 2, 0.7) // one class: no loss, no change
	checkObjective(t, p)
	p = newProblem(t.Rand, 4, 3, 3, 3, 0.7)
	p.mask = rows(t.Rand, 4, 3, func() float64 { return 1 }) // nothing changes yet
	checkObjective(t, p)
}

func objectiveLarge(t *grading.T) {
	// first above s = 20 where eˢ is still a number, which names the mistake; then above what eˢ can hold
	for k, size := range []float64{8, 8, 60, 60} {
		p := newProblem(t.Rand, 3, 4, 3, 1, size)
		for ; k < 2; p = newProblem(t.Rand, 3, 4, 3, 1, size) {
			before, _ := p.loss(p.images[0], p.labels[0], "")
			after, _ := p.loss(filter(p.images[0], slices.Concat(p.mask...), 3, 4, ""), p.labels[0], "")
			if s := (after - before) * (after - before); s > 30 && s < 500 {
				break
			}
		}
		if k == 3 {
			p.bias[0] += 900 // a logit that exp cannot hold
		}
		checkObjective(t, p)
	}
}

func stepRandom(t *grading.T) {
	for k := range 6 {
		h, w := 1+t.Rand.IntN(4), 1+t.Rand.IntN(4)
		m := rows(t.Rand, h, w, t.Rand.Float64)
		m[0][0] = float64(k % 2)
		checkStep(t, m, rows(t.Rand, h, w, t.Rand.NormFloat64), 0.05+2*t.Rand.Float64())
	}
	checkStep(t, [][]float64{{0, 1}}, [][]float64{{5, -5}}, 1)
	checkStep(t, [][]float64{{0, 1}}, [][]float64{{-1e300, 1e300}}, 1)
}

func radialRandom(t *grading.T) {
	for _, s := range append(sizes, [2]int{2, 12}, [2]int{9, 9}) {
		checkRadial(t, rows(t.Rand, s[0], s[1], t.Rand.Float64))
	}
}

func refuses(t *grading.T) {
	p := newProblem(t.Rand, 2, 3, 2, 2, 1)
	p.labels = []int{0, 1}
	x, g := rows(t.Rand, 2, 3, t.Rand.NormFloat64), rows(t.Rand, 2, 3, t.Rand.NormFloat64)
	checkObjective(t, p) // the same arguments without a flaw
	checkFilter(t, x, p.mask)
	no := func(what, mistake, fn string, args ...any) { kit.Refuses(t, what, mistake, fn, args...) }
	// with sets one number of a copy
	with := func(m [][]float64, u, v int, value float64) [][]float64 {
		c := make([][]float64, len(m))
		for i := range m {
			c[i] = slices.Clone(m[i])
		}
		c[u][v] = value
		return c
	}
	objective := func(what, mistake string, q problem) {
		no(what, mistake, "Objective", q.weights, q.bias, q.images, q.labels, q.mask, q.lambda)
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		no("x not finite", "nan-passes", "DFT2", with(x, 1, 2, bad))
		no("x not finite", "nan-passes", "Filter", with(x, 0, 1, bad), p.mask)
		no("the mask not finite", "nan-passes", "Filter", x, with(p.mask, 0, 1, bad))
		no("the gradient not finite", "nan-passes", "Step", p.mask, with(g, 1, 1, bad), 0.1)
		no("e not finite", "nan-passes", "RadialMean", with(x, 1, 0, bad))
		no("the rate not finite", "arguments-pass", "Step", p.mask, g, bad)
		q := p
		q.weights = with(p.weights, 1, 5, bad)
		objective("weights not finite", "nan-passes", q)
		q = p
		q.images = with(p.images, 1, 0, bad)
		objective("an image not finite", "nan-passes", q)
		q = p
		q.bias = []float64{0, bad}
		objective("bias not finite", "nan-passes", q)
		q = p
		q.lambda = bad
		objective("λ not finite", "arguments-pass", q)
	}
	for _, m := range []float64{-0.01, 1.01} {
		no("a mask outside [0, 1]", "arguments-pass", "Filter", x, with(p.mask, 1, 1, m))
		no("a mask outside [0, 1]", "arguments-pass", "Step", with(p.mask, 1, 1, m), g, 0.1)
		q := p
		q.mask = with(p.mask, 1, 1, m)
		objective("a mask outside [0, 1]", "arguments-pass", q)
	}
	ragged, turned := [][]float64{{0.5, 0.5, 0.5}, {0.5, 0.5}}, [][]float64{{0.5, 0.5}, {0.5, 0.5}, {0.5, 0.5}}
	no("ragged rows", "arguments-pass", "DFT2", ragged)
	no("ragged rows", "arguments-pass", "RadialMean", ragged)
	no("ragged rows", "arguments-pass", "Step", ragged, ragged, 0.1)
	no("no rows", "arguments-pass", "DFT2", [][]float64{})
	no("no columns", "arguments-pass", "RadialMean", [][]float64{{}, {}})
	no("a mask of another shape", "arguments-pass", "Filter", x, turned)
	no("a gradient of another shape", "arguments-pass", "Step", p.mask, turned, 0.1)
	no("a rate of 0", "arguments-pass", "Step", p.mask, g, 0.0)
	no("a rate below 0", "arguments-pass", "Step", p.mask, g, -0.1)
	for _, y := range []int{-1, 2} {
		q := p
		q.labels = []int{0, y}
		objective("a label that is no class", "arguments-pass", q)
	}
	q := p
	q.lambda = -0.1
	objective("λ < 0", "arguments-pass", q)
	q = p
	q.bias = []float64{1}
	objective("one bias for two classes", "arguments-pass", q)
	q = p
	q.labels = []int{0}
	objective("one label for two images", "arguments-pass", q)
	q = p
	q.images, q.labels = [][]float64{}, []int{}
	objective("no image", "arguments-pass", q)
	q = p
	q.images = [][]float64{p.images[0], p.images[1][:5]}
	objective("an image too short", "arguments-pass", q)
	q = p
	q.weights = [][]float64{p.weights[0], p.weights[1][:5]}
	objective("weights too short", "arguments-pass", q)
}

// ### END HIDDEN TESTS
