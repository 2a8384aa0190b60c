// ### BEGIN HIDDEN TESTS

package activationmaximisation

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted: a few roots, divisions and sums of at most fifty terms, and up to a dozen
// steps of an ascent whose slope is at most 3; round-off stays below 10⁻¹².
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "not-normalised", Cause: "x is R·w, without the division by ‖w‖₂", Hint: "x must have the length R"},
	{ID: "squared-length", Cause: "w is divided by ‖w‖², not by ‖w‖", Hint: "the root is missing"},
	{ID: "underflow", Cause: "the squares of tiny or huge numbers leave float64's range", Hint: "divide by the largest |wⱼ| before you square, or use math.Hypot"},
	{ID: "descends", Cause: "the steps go against the gradient", Hint: "the score is to rise: x + α·g/‖g‖"},
	{ID: "raw-gradient", Cause: "a step is α·g", Hint: "a step has the length α, whatever the gradient's is"},
	{ID: "no-projection", Cause: "nothing brings the point back into the ball", Hint: "after every step: x·min(1, R/‖x‖₂)"},
	{ID: "projected-first", Cause: "the projection comes before the step", Hint: "step first: the points that are returned lie in the ball"},
	{ID: "onto-sphere", Cause: "what lies inside the ball is moved to its surface", Hint: "shorten only what is longer than R"},
	{ID: "stale-gradient", Cause: "all steps use the gradient at the start", Hint: "ask for the gradient at the point where you stand"},
	{ID: "zero-gradient", Cause: "0/0 where the gradient is zero", Hint: "if ‖g‖₂ = 0 there is no step"},
	{ID: "shared-rows", Cause: "rows share memory with each other or with x₀", Hint: "append a copy: append(rows, slices.Clone(x))"},
	{ID: "extra-calls", Cause: "score or gradient is not called as often as the statement says, or at another point", Hint: "once a step in Ascend; once each in Objective, at the shifted picture"},
	{ID: "backwards", Cause: "the picture is shifted the other way", Hint: "what was at (y, x) is at (y + dy, x + dx)"},
	{ID: "axes", Cause: "rows and columns are exchanged", Hint: "dy moves along the rows' index y, dx along the columns' x"},
	{ID: "no-wrap", Cause: "what leaves the picture on one side does not come in on the other", Hint: "indices modulo H and W"},
	{ID: "one-end", Cause: "TV's gradient has one end of each difference only", Hint: "Δ_y = x[y+1][x] − x[y][x] depends on two pixels: a pixel is in its own root, in that above and in that to the left"},
	{ID: "own-root", Cause: "all differences round a pixel are divided by its own root", Hint: "the difference to the pixel above is in that pixel's root: divide by the root in which it stands"},
	{ID: "wrapped", Cause: "the last row or column takes a difference to the first", Hint: "in the last row Δ_y = 0, in the last column Δ_x = 0: the picture has an end"},
	{ID: "without-epsilon", Cause: "ε is not subtracted from the roots", Hint: "a flat picture has the total variation 0"},
	{ID: "bonus", Cause: "λ·TV is added", Hint: "a penalty lowers what is to be raised: S − λ·TV, in value and gradient"},
	{ID: "not-shifted-back", Cause: "the gradient of S stays where the shifted picture has it", Hint: "Shift(…, −dy, −dx)"},
	{ID: "shifted-twice", Cause: "the gradient of S is shifted once more the same way", Hint: "back means −dy, −dx"},
	{ID: "changes", Cause: "an argument is changed", Hint: "make a new slice for every result"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, from score and gradient too"},
	{ID: "arguments-pass", Cause: "an argument that the statement's table refuses is accepted", Hint: "go through the table line by line; !(rate > 0) catches NaN too"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "steps = 0, λ = 0, a zero gradient, a start outside the ball and a picture of one pixel are good"},
}

func near(got, want []float64) bool { return kit.Near(got, want, tol) }

// judge compares; would gives what a mistake makes, for those of names.
func judge(t *grading.T, what string, got, want []float64, would func(wrong string) []float64, names ...string) {
	m := map[string][]float64{}
	for _, n := range names {
		m[n] = would(n)
	}
	kit.Judge(t, mistakes, what, got, want, near, m)
}

func flat(m [][]float64) []float64 { return slices.Concat(m...) }

func rows(v []float64, h, w int) [][]float64 {
	m := make([][]float64, h)
	for y := range m {
		m[y] = v[y*w : (y+1)*w]
	}
	return m
}

// rectangle fails the check unless m is h×w.
func rectangle(t *grading.T, what string, m [][]float64, h, w int) {
	ok := len(m) == h
	for _, row := range m {
		ok = ok && len(row) == w
	}
	if !ok {
		kit.Fail(t, what, m, fmt.Sprintf("%d rows of %d", h, w), "the result has another shape", "")
	}
}

// ---- the reference, with mistakes

func euclid(v []float64) float64 {
	n := 0.0
	for _, x := range v {
		n = math.Hypot(n, x)
	}
	return n
}

func maximiser(w []float64, radius float64, wrong string) []float64 {
	n, x := euclid(w), make([]float64, len(w))
	for j, v := range w {
		switch wrong {
		case "not-normalised":
			x[j] = radius * v
		case "squared-length":
			x[j] = radius * (v / n / n)
		default:
			x[j] = radius * (v / n)
		}
	}
	return x
}

func ascend(gradient func([]float64) []float64, x0 []float64, rate, radius float64, steps int, wrong string) []float64 {
	x := slices.Clone(x0)
	out, first := slices.Clone(x), gradient(slices.Clone(x))
	project := func() {
		if n := euclid(x); n > radius || wrong == "onto-sphere" && n > 0 {
			x = kit.Scale(x, radius/n)
		}
	}
	for range steps {
		if wrong == "projected-first" {
			project()
		}
		g := gradient(slices.Clone(x))
		if wrong == "stale-gradient" {
			g = first
		}
		alpha := rate
		if wrong == "descends" {
			alpha = -rate
		}
		if n := euclid(g); wrong == "raw-gradient" {
			x = kit.Add(x, alpha, g)
		} else if n > 0 {
			for j := range x {
				x[j] += alpha * (g[j] / n)
			}
		}
		if wrong != "no-projection" && wrong != "projected-first" {
			project()
		}
		out = append(out, x...)
	}
	return out
}

func shift(p [][]float64, dy, dx int, wrong string) [][]float64 {
	h, w := len(p), len(p[0])
	out := rows(make([]float64, h*w), h, w)
	switch wrong {
	case "backwards":
		dy, dx = -dy, -dx
	case "axes":
		dy, dx = dx, dy
	}
	for y := range p {
		for x, v := range p[y] {
			ty, tx := y+dy, x+dx
			if wrong == "no-wrap" && (ty < 0 || ty >= h || tx < 0 || tx >= w) {
				continue
			}
			out[(ty%h+h)%h][(tx%w+w)%w] = v
		}
	}
	return out
}

// variation is TV and its gradient, written by what each pixel gathers.
func variation(p [][]float64, eps float64, wrong string) (float64, [][]float64) {
	h, w, value := len(p), len(p[0]), 0.0
	root, down, right := make([]float64, h*w), make([]float64, h*w), make([]float64, h*w)
	for y := range h {
		for x := range w {
			i := y*w + x
			if y+1 < h || wrong == "wrapped" {
				down[i] = p[(y+1)%h][x] - p[y][x]
			}
			if x+1 < w || wrong == "wrapped" {
				right[i] = p[y][(x+1)%w] - p[y][x]
			}
			root[i] = math.Sqrt(down[i]*down[i] + right[i]*right[i] + eps*eps)
			if value += root[i] - eps; wrong == "without-epsilon" {
				value += eps
			}
		}
	}
	g := rows(make([]float64, h*w), h, w)
	for y := range h {
		for x := range w {
			i := y*w + x
			over := func(d float64, at int) float64 { // d/r, r the root at the place
				if wrong == "own-root" {
					return d / root[i]
				}
				return d / root[at]
			}
			g[y][x] = -over(down[i], i) - over(right[i], i)
			if wrong == "one-end" {
				continue
			}
			if y > 0 || wrong == "wrapped" {
				k := (y+h-1)%h*w + x
				g[y][x] += over(down[k], k)
			}
			if x > 0 || wrong == "wrapped" {
				k := y*w + (x+w-1)%w
				g[y][x] += over(right[k], k)
			}
		}
	}
	return value, g
}

// objective is J, followed by its gradient row by row.
func objective(score func([]float64) float64, gradient func([]float64) []float64, p [][]float64, dy, dx int, lambda, eps float64, wrong string) []float64 {
	h, w := len(p), len(p[0])
	tv, penalty := variation(p, eps, wrong)
	at := flat(shift(p, dy, dx, wrong))
	back := rows(gradient(slices.Clone(at)), h, w)
	switch wrong {
	case "not-shifted-back":
	case "shifted-twice":
		back = shift(back, dy, dx, "")
	default:
		back = shift(back, -dy, -dx, wrong)
	}
	if wrong == "bonus" {
		lambda = -lambda
	}
	return append([]float64{score(at) - lambda*tv}, kit.Add(flat(back), -lambda, flat(penalty))...)
}

// ---- judging

func checkMaximiser(t *grading.T, w []float64, radius float64) {
	got := kit.Untouched(t, "changes", "Maximiser", w, radius).Floats(0)
	judge(t, "Maximiser", got, maximiser(w, radius, ""), func(m string) []float64 { return maximiser(w, radius, m) }, "not-normalised", "squared-length")
}

func checkAscend(t *grading.T, gradient func([]float64) []float64, x0 []float64, rate, radius float64, steps int) {
	calls := 0
	a := kit.Untouched(t, "changes", "Ascend", t.VectorFunc(len(x0), func(x []float64) []float64 { calls++; return gradient(x) }), x0, rate, radius, steps)
	got := a.Matrix(0)
	last := slices.Concat(x0, slices.Concat(slices.Repeat([][]float64{flat(got[max(0, len(got)-1):])}, steps)...)) // every row the last
	names := []string{"descends", "raw-gradient", "no-projection", "projected-first", "onto-sphere", "stale-gradient", "shared-rows"}
	judge(t, "Ascend, all points", flat(got), ascend(gradient, x0, rate, radius, steps, ""), func(m string) []float64 {
		if m == "shared-rows" {
			return last
		}
		return ascend(gradient, x0, rate, radius, steps, m)
	}, names...)
	rectangle(t, "Ascend", got, steps+1, len(x0))
	if a.Bool(1) {
		kit.Fail(t, "Ascend", "two rows of the result, or a row and x₀, are one slice", "a slice of its own for each", "what the caller does to one changes the other", "shared-rows")
	}
	if calls != steps {
		kit.Fail(t, "Ascend", fmt.Sprintf("%d calls of gradient", calls), fmt.Sprintf("%d, one a step", steps), "gradient is called otherwise", "extra-calls")
	}
}

func checkShift(t *grading.T, p [][]float64, dy, dx int) {
	got := kit.Untouched(t, "changes", "Shift", p, dy, dx).Matrix(0)
	judge(t, "Shift", flat(got), flat(shift(p, dy, dx, "")), func(m string) []float64 { return flat(shift(p, dy, dx, m)) }, "backwards", "axes", "no-wrap")
	rectangle(t, "Shift", got, len(p), len(p[0]))
}

func checkVariation(t *grading.T, p [][]float64, eps float64) {
	a := kit.Untouched(t, "changes", "TotalVariation", p, eps)
	both := func(m string) []float64 {
		v, g := variation(p, eps, m)
		return append([]float64{v}, flat(g)...)
	}
	got := a.Matrix(1)
	judge(t, "TotalVariation, the value and its gradient", append([]float64{a.Float(0)}, flat(got)...), both(""), both, "one-end", "own-root", "wrapped", "without-epsilon")
	rectangle(t, "TotalVariation's gradient", got, len(p), len(p[0]))
}

func checkObjective(t *grading.T, score func([]float64) float64, gradient func([]float64) []float64, p [][]float64, dy, dx int, lambda, eps float64) {
	n := len(p) * len(p[0])
	scores, gradients := 0, 0
	a := kit.Untouched(t, "changes", "Objective", t.ScalarFunc(n, func(x []float64) float64 { scores++; return score(x) }), t.VectorFunc(n, func(x []float64) []float64 { gradients++; return gradient(x) }), p, dy, dx, lambda, eps)
	both := func(m string) []float64 { return objective(score, gradient, p, dy, dx, lambda, eps, m) }
	got := a.Matrix(1)
	judge(t, "Objective, the value and its gradient", append([]float64{a.Float(0)}, flat(got)...), both(""), both, "one-end", "own-root", "wrapped", "without-epsilon",
		"backwards", "axes", "no-wrap", "bonus", "not-shifted-back", "shifted-twice")
	rectangle(t, "Objective's gradient", got, len(p), len(p[0]))
	if scores != 1 || gradients != 1 {
		kit.Fail(t, "Objective", fmt.Sprintf("%d calls of score and %d of gradient", scores, gradients), "one each", "they are called otherwise", "extra-calls")
	}
}

// ---- random instances

func picture(r *rand.Rand, h, w int) [][]float64 { return rows(kit.Normal(r, h*w), h, w) }

// net is a score with curvature, Σ vₖ tanh(wₖᵀx + bₖ), and its gradient.
func net(r *rand.Rand, n int) (score func([]float64) float64, gradient func([]float64) []float64) {
	const units = 4
	v, b := kit.Normal(r, units), kit.Normal(r, units)
	w := rows(kit.Gaussian(r, units*n, 1/math.Sqrt(float64(n))), units, n)
	score = func(x []float64) float64 {
		s := 0.0
		for k := range w {
			s += v[k] * math.Tanh(kit.Dot(w[k], x)+b[k])
		}
		return s
	}
	gradient = func(x []float64) []float64 {
		g := make([]float64, n)
		for k := range w {
			th := math.Tanh(kit.Dot(w[k], x) + b[k])
			g = kit.Add(g, v[k]*(1-th*th), w[k])
		}
		return g
	}
	return score, gradient
}

func maximiserRandom(t *grading.T) {
	for _, n := range []int{1, 2, 3, 7, 40} {
		w, radius := kit.Gaussian(t.Rand, n, 3), 0.1+5*t.Rand.Float64()
		checkMaximiser(t, w, radius)
		checkMaximiser(t, append(w, 0), radius)
	}
	for _, scale := range []float64{1e-200, 1e200} {
		w := kit.Gaussian(t.Rand, 3, scale)
		a := t.Call("Maximiser", w, 2.0)
		if want := maximiser(w, 2, ""); a.Failed() || !near(a.Floats(0), want) {
			kit.Fail(t, fmt.Sprintf("weights of the size %g", scale), a.String(), want, "the numbers differ", "underflow")
		}
	}
}

func ascendRandom(t *grading.T) {
	for k := range 10 {
		n := 2 + t.Rand.IntN(4)
		_, g := net(t.Rand, n)
		radius := 1 + t.Rand.Float64()
		x0 := kit.Gaussian(t.Rand, n, 0.3)
		if k == 0 {
			x0[0] = 3 * radius // outside
		}
		checkAscend(t, g, x0, radius*(0.2+0.4*t.Rand.Float64()), radius, k)
	}
	// one layer: the closed form, by forty steps
	w := kit.Normal(t.Rand, 5)
	checkAscend(t, constant(w...), kit.Gaussian(t.Rand, 5, 0.1), 1, 1, 40)
	zero := func([]float64) []float64 { return make([]float64, 3) }
	for _, x0 := range [][]float64{kit.Gaussian(t.Rand, 3, 0.1), {3, -4, 0}} {
		a := t.Call("Ascend", t.VectorFunc(3, zero), x0, 0.5, 1.0, 3)
		if want := ascend(zero, x0, 0.5, 1, 3, ""); a.Failed() || !near(flat(a.Matrix(0)), want) {
			kit.Fail(t, "a gradient of zeros", a.String(), rows(want, 4, 3), "there is no step; the projection stays", "zero-gradient")
		}
	}
	for _, scale := range []float64{1e-200, 1e200} {
		g := constant(kit.Gaussian(t.Rand, 3, scale)...)
		a := t.Call("Ascend", t.VectorFunc(3, g), []float64{0.1, 0, 0.2}, 0.5, 1.0, 2)
		if want := ascend(g, []float64{0.1, 0, 0.2}, 0.5, 1, 2, ""); a.Failed() || !near(flat(a.Matrix(0)), want) {
			kit.Fail(t, fmt.Sprintf("a gradient of the size %g", scale), a.String(), rows(want, 3, 3), "the points differ", "underflow")
		}
	}
}

func shiftRandom(t *grading.T) {
	for _, size := range [][2]int{{1, 1}, {1, 4}, {3, 1}, {3, 4}, {5, 3}} {
		p := picture(t.Rand, size[0], size[1])
		for _, d := range [][2]int{{0, 0}, {1, 0}, {0, 1}, {-1, 2}, {t.Rand.IntN(30) - 15, t.Rand.IntN(30) - 15}} {
			checkShift(t, p, d[0], d[1])
		}
	}
}

func variationRandom(t *grading.T) {
	for _, size := range [][2]int{{1, 1}, {1, 4}, {4, 1}, {2, 2}, {3, 5}, {6, 4}} {
		for _, eps := range []float64{0.01, 0.3, 4} {
			checkVariation(t, picture(t.Rand, size[0], size[1]), eps)
		}
	}
	checkVariation(t, [][]float64{{0, 2, 2}, {0, 2, 2}, {0, 2, 2}}, 0.1) // an edge
	// flat: nothing to be seen, so an absolute tolerance
	flatPicture := [][]float64{{1.5, 1.5}, {1.5, 1.5}, {1.5, 1.5}}
	a := kit.Accepted(t, "a flat picture", "TotalVariation", flatPicture, 0.5)
	if v := a.Float(0); !(math.Abs(v) <= 1e-12) {
		mistake := ""
		if grading.Close(v, 3, tol) {
			mistake = "without-epsilon"
		}
		kit.Fail(t, "a flat picture", v, 0.0, "its total variation is zero", mistake)
	}
}

func objectiveRandom(t *grading.T) {
	for k, size := range [][2]int{{3, 4}, {4, 3}, {2, 5}, {5, 5}, {1, 3}, {3, 1}, {1, 1}, {3, 5}} {
		h, w := size[0], size[1]
		s, g := net(t.Rand, h*w)
		dy, dx := 1+t.Rand.IntN(h), -1-t.Rand.IntN(w)
		lambda := 0.05 + t.Rand.Float64()
		switch k {
		case 1:
			lambda = 0
		case 3:
			dy, dx = 0, 0
		case 7:
			dy, dx = 1, 2
		}
		checkObjective(t, s, g, picture(t.Rand, h, w), dy, dx, lambda, 0.05+t.Rand.Float64())
	}
}

func refusals(t *grading.T) {
	x, p := []float64{0.5, 0.25}, [][]float64{{1, 2}, {3, 4}}
	score := func(v float64) any { return t.ScalarFunc(4, func([]float64) float64 { return v }) }
	g, g4 := t.VectorFunc(2, constant(1, -1)), t.VectorFunc(4, constant(1, 2, 3, 4))
	// the same arguments without a flaw
	kit.Accepted(t, "good arguments", "Ascend", g, x, 0.5, 1.0, 2)
	kit.Accepted(t, "good arguments", "Objective", score(1), g4, p, 1, 1, 0.5, 0.1)
	no := func(what, mistake, fn string, args ...any) { kit.Refuses(t, what, mistake, fn, args...) }
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		hole := [][]float64{{1, 2}, {bad, 4}}
		no("a weight is not finite", "nan-passes", "Maximiser", []float64{1, bad}, 1.0)
		no("x₀ is not finite", "nan-passes", "Ascend", g, []float64{bad, 1}, 0.5, 1.0, 2)
		no("the gradient is not finite", "nan-passes", "Ascend", t.VectorFunc(2, constant(1, bad)), x, 0.5, 1.0, 2)
		no("a pixel is not finite", "nan-passes", "Shift", hole, 0, 1)
		no("a pixel is not finite", "nan-passes", "TotalVariation", hole, 0.1)
		no("a pixel is not finite", "nan-passes", "Objective", score(1), g4, hole, 0, 1, 0.5, 0.1)
		no("the score is not finite", "nan-passes", "Objective", score(bad), g4, p, 0, 1, 0.5, 0.1)
		no("the gradient is not finite", "nan-passes", "Objective", score(1), t.VectorFunc(4, constant(1, 2, bad, 4)), p, 0, 1, 0.5, 0.1)
		no("the radius is not finite", "arguments-pass", "Maximiser", x, math.Abs(bad))
		no("the rate is not finite", "arguments-pass", "Ascend", g, x, math.Abs(bad), 1.0, 2)
		no("ε is not finite", "arguments-pass", "TotalVariation", p, math.Abs(bad))
		no("λ is not finite", "arguments-pass", "Objective", score(1), g4, p, 0, 1, math.Abs(bad), 0.1)
	}
	ragged := [][]float64{{1, 2}, {3}}
	no("w = 0", "arguments-pass", "Maximiser", []float64{0, 0}, 1.0)
	no("w empty", "arguments-pass", "Maximiser", []float64{}, 1.0)
	no("a radius of 0", "arguments-pass", "Maximiser", x, 0.0)
	no("x₀ empty", "arguments-pass", "Ascend", g, []float64{}, 0.5, 1.0, 0)
	no("a rate of 0", "arguments-pass", "Ascend", g, x, 0.0, 1.0, 2)
	no("a radius below 0", "arguments-pass", "Ascend", g, x, 0.5, -1.0, 2)
	no("steps < 0", "arguments-pass", "Ascend", g, x, 0.5, 1.0, -1)
	no("rows of different lengths", "arguments-pass", "Shift", ragged, 0, 0)
	no("a picture without rows", "arguments-pass", "Shift", [][]float64{}, 1, 1)
	no("a picture without columns", "arguments-pass", "TotalVariation", [][]float64{{}, {}}, 0.1)
	no("rows of different lengths", "arguments-pass", "TotalVariation", ragged, 0.1)
	no("ε = 0", "arguments-pass", "TotalVariation", p, 0.0)
	no("λ < 0", "arguments-pass", "Objective", score(1), g4, p, 0, 1, -0.5, 0.1)
	no("ε < 0", "arguments-pass", "Objective", score(1), g4, p, 0, 1, 0.5, -0.1)
}

// ### END HIDDEN TESTS
