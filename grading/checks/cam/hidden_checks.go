// ### BEGIN HIDDEN TESTS

package cam

import (
	"fmt"
	"math"

	"nncourse/grading"
)

// tol is the tolerance, relative to the greatest number involved. Every sound method errs by some hundred roundings
// at most, 10⁻¹⁴; a wrong one by far more than 10⁻⁶, since inputs have three digits.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "weights-transposed", Cause: "weights[class][k] is read, and the weights are [K][C]", Hint: "one row a channel, one column a class: w_k^c is weights[k][c]"},
	{ID: "wrong-class", Cause: "the map belongs to another class", Hint: "classes count from 0: the column is `class` itself"},
	{ID: "cam-relu", Cause: "CAM is cut off at zero", Hint: "places that speak against the class have negative values, and the logit needs them; only Grad-CAM cuts"},
	{ID: "absolute-weights", Cause: "|w| stands in the place of w", Hint: "a channel with a negative weight lowers the score: keep the sign"},
	{ID: "positive-weights", Cause: "channels with negative weights are left out", Hint: "sum over all k, with the sign of w_k^c"},
	{ID: "softmax-weights", Cause: "the weights went through a softmax", Hint: "softmax turns scores of classes into probabilities; the map comes before it, from the bare weights"},
	{ID: "channels-scaled", Cause: "each channel is scaled to its maximum before the sum", Hint: "use f_k as it is, or mean + bias is no longer the logit"},
	{ID: "map-scaled", Cause: "the map is scaled (to [0, 1], or to its maximum)", Hint: "scaling is for drawing and has its own function, Normalise"},
	{ID: "map-divided", Cause: "the map is divided by the number of places", Hint: "the 1/HW belongs to the mean: M_c itself is Σ_k w_k^c f_k"},
	{ID: "strongest-channel", Cause: "only the channel of the greatest weight is used", Hint: "sum over all channels"},
	{ID: "transposed", Cause: "x and y are exchanged", Hint: "row first: m[y][x], H rows of W numbers; try a map with H ≠ W"},
	{ID: "gradcam-maximum", Cause: "the greatest gradient of a channel stands for its mean", Hint: "α_k is the mean over all H·W places"},
	{ID: "gradcam-sum", Cause: "the gradients are summed and not averaged: the map is H·W times too large", Hint: "α_k has the factor 1/(HW)"},
	{ID: "gradcam-elementwise", Cause: "features are multiplied by gradients place by place", Hint: "first one number α_k a channel, the mean of its gradients, then Σ_k α_k f_k"},
	{ID: "gradcam-absolute", Cause: "absolute values are taken", Hint: "gradients keep their sign, and of the sum the negative part becomes zero"},
	{ID: "gradcam-relu-early", Cause: "max(0, ·) is applied before the sum over channels", Hint: "cut once, last: max(0, Σ_k α_k f_k)"},
	{ID: "gradcam-no-relu", Cause: "the sum is not cut off at zero", Hint: "L_c = max(0, Σ_k α_k f_k)"},
	{ID: "upsample-nearest", Cause: "each pixel takes the value of one place", Hint: "bilinear: mix the two neighbours along x, and along y"},
	{ID: "upsample-corners", Cause: "the outer centres are aligned with the outer pixels, u = j·(W−1)/(width−1)", Hint: "align the edges of the image: u = (j + ½)·W/width − ½"},
	{ID: "upsample-no-half", Cause: "the half pixels are missing, u = j·W/width", Hint: "pixel j has its centre at j + ½, and place i at i + ½"},
	{ID: "upsample-no-clamp", Cause: "values are continued beyond the outer centres", Hint: "move u into [0, W−1] before you split it"},
	{ID: "upsample-swapped", Cause: "height and width are exchanged", Hint: "the result has `height` rows of `width` numbers"},
	{ID: "normalise-from-zero", Cause: "the search for minimum or maximum starts at 0", Hint: "start at m[0][0]: all values may lie on one side of zero"},
	{ID: "normalise-by-maximum", Cause: "the minimum is not subtracted", Hint: "(m − min)/(max − min): the smallest value becomes 0"},
	{ID: "constant-nan", Cause: "0 is divided by 0 on a constant map", Hint: "max = min is a case of its own, with zeros as the result"},
	{ID: "box-absolute", Cause: "values are compared with the threshold itself", Hint: "compare with threshold·max(m)"},
	{ID: "box-range", Cause: "the cut lies at min + threshold·(max − min)", Hint: "compare with threshold·max(m), whatever the minimum"},
	{ID: "box-strict", Cause: "pixels that just reach threshold·max are left out", Hint: "m ≥ threshold·max: at the threshold 1 the maximum itself is in"},
	{ID: "box-inclusive", Cause: "x1, y1 are the last pixel", Hint: "one past the last: x1 − x0 is the width"},
	{ID: "box-width", Cause: "width and height stand in the place of x1, y1", Hint: "x1 and y1 are coordinates, one past the last pixel"},
	{ID: "box-swapped", Cause: "rows and columns are exchanged", Hint: "x0, y0, x1, y1: x counts columns"},
	{ID: "box-largest-part", Cause: "only the largest connected part is boxed", Hint: "here the box holds all pixels that reach the threshold"},
	{ID: "box-no-evidence", Cause: "a map without a positive value gets a box", Hint: "if max ≤ 0 the answer is 0, 0, 0, 0"},
	{ID: "changes-input", Cause: "the function writes to its arguments, or returns them", Hint: "make a new map and write there"},
	{ID: "nan-passes", Cause: "NaN or infinity in the input is not noticed", Hint: "check with math.IsNaN and math.IsInf before computing"},
	{ID: "ragged-passes", Cause: "different lengths, or emptiness, are not noticed", Hint: "compare every row's and every place's length with the first, and test the first for zero"},
	{ID: "shape-passes", Cause: "shapes that do not fit each other are not noticed", Hint: "K channels need K rows of weights; gradients have the features' shape"},
	{ID: "class-not-checked", Cause: "a class that does not exist is not noticed", Hint: "0 ≤ class < C, where C is the length of a row of weights"},
	{ID: "size-not-checked", Cause: "a height, width or threshold out of its range is not noticed", Hint: "height, width ≥ 1; 0 < threshold ≤ 1, which !(threshold > 0 && threshold <= 1) tests with NaN in mind"},
}

// want compares a map with the right one and fails with the mistake whose result it equals.
func want(t *grading.T, input string, got, right [][]float64, size float64, guesses func() []guess) {
	if off(got, right) <= tol*size {
		return
	}
	mistake := ""
	for _, g := range guesses() {
		if alike(got, g.m, tol*size) && !alike(right, g.m, tol*size) {
			mistake = g.mistake
			break
		}
	}
	t.Fail(grading.Failure{Input: input, Computed: show(got), Expected: show(right), Error: difference(got, right), Mistake: mistake})
}

// difference says in words how two maps differ.
func difference(got, right [][]float64) string {
	if len(got) != len(right) {
		return fmt.Sprintf("%d rows where %d are due", len(got), len(right))
	}
	worst, text := -1.0, ""
	for y := range right {
		if len(got[y]) != len(right[y]) {
			return fmt.Sprintf("row %d has %d numbers where %d are due", y, len(got[y]), len(right[y]))
		}
		for x, v := range right[y] {
			d := math.Abs(got[y][x] - v)
			if math.IsNaN(d) || math.IsInf(d, 0) {
				return fmt.Sprintf("m[%d][%d] is %s", y, x, number(got[y][x]))
			}
			if d > worst {
				worst, text = d, fmt.Sprintf("m[%d][%d] is off by %.2g", y, x, d)
			}
		}
	}
	return text
}

// result calls fn and returns its map; an error where a result exists fails the check.
func result(t *grading.T, input, fn string, args ...any) [][]float64 {
	a := t.Call(fn, args...)
	if a.Failed() {
		t.Fail(grading.Failure{Input: input, Computed: "error: " + a.Err, Expected: "a map", Error: "an error where a result exists"})
	}
	return a.Matrix(0)
}

// ---- CAM

func statement() *net {
	return &net{
		name: "the case of the statement",
		f:    [][][]float64{{{4, 1}, {0, 1}}, {{0, 1}, {0, 3}}},
		g:    [][][]float64{{{0.5, -0.25}, {0.5, -0.25}}, {{0.5, -0.25}, {0.5, -0.25}}},
		w:    [][]float64{{2, 0}, {-1, 1}},
		b:    []float64{0.5, 0},
	}
}

// cam checks CAM on one net and class: first that the map accounts for the logit, then each place.
func cam(t *grading.T, n *net, class int) {
	h, w, _, _ := n.size()
	input := fmt.Sprintf("CAM, %s: %s, weights = %s, class = %d", n.name, showCube(n.f), show(n.w), class)
	got := result(t, input, "CAM", n.f, n.w, class)
	right := n.cam(class)
	size := max(scale(right), scale(n.f...)*scale(n.w))
	if len(got) == h && off(got, right) < math.Inf(1) && off(got, right) > tol*size {
		mean := 0.0
		for _, r := range got {
			for _, v := range r {
				mean += v / float64(h*w)
			}
		}
		logit := n.logit(class)
		if d := math.Abs(mean + n.b[class] - logit); !(d <= tol*(size+math.Abs(logit))) {
			mistake := ""
			for _, g := range n.camGuesses(class) {
				if alike(got, g.m, tol*size) && !alike(right, g.m, tol*size) {
					mistake = g.mistake
					break
				}
			}
			t.Fail(grading.Failure{Input: input, Mistake: mistake,
				Computed: fmt.Sprintf("%s, whose mean plus the bias %s is %s", show(got), number(n.b[class]), number(mean+n.b[class])),
				Expected: fmt.Sprintf("%s, and the logit %s", show(right), number(logit)),
				Error:    fmt.Sprintf("mean + bias misses the logit by %.2g", d)})
		}
	}
	want(t, input, got, right, size, func() []guess { return n.camGuesses(class) })
}

func camCase(t *grading.T) {
	cam(t, statement(), 0)
	cam(t, statement(), 1)
}

func camLogit(t *grading.T) {
	r := t.Rand
	for i := range 5 {
		h, w, k, c := 1+r.IntN(4), 1+r.IntN(4), 2+r.IntN(4), 2+r.IntN(3)
		if i == 0 {
			h, w, k, c = 2, 3, 3, 3
		}
		n := random(r, fmt.Sprintf("random net %d", i+1), h, w, k, c)
		for class := range c {
			cam(t, n, class)
		}
	}
	n := random(r, "a larger random net", 7, 8, 32, 10)
	cam(t, n, r.IntN(10))
}

func camProperties(t *grading.T) {
	r := t.Rand
	h, w, k, c := 2+r.IntN(3), 3+r.IntN(3), 3+r.IntN(3), 3
	n := random(r, "random net", h, w, k, c)
	class := r.IntN(c)
	tell := func(what string) string { return fmt.Sprintf("CAM, %s: %s, class %d", what, showCube(n.f), class) }
	base := result(t, tell("random net"), "CAM", n.f, n.w, class)
	size := 10 * max(scale(n.cam(class)), scale(n.f...)*scale(n.w)) * float64(k)
	compare := func(input string, got, due [][]float64, law, mistake string) {
		if off(got, due) <= tol*size {
			return
		}
		t.Fail(grading.Failure{Input: input, Computed: show(got), Expected: show(due), Error: law, Mistake: mistake})
	}
	want(t, tell("random net"), base, n.cam(class), size, func() []guess { return n.camGuesses(class) })

	// linear in the weights
	other := random(r, "", h, w, k, c)
	mixed := blank(k, c)
	for i := range mixed {
		for j := range mixed[i] {
			mixed[i][j] = 2*n.w[i][j] - 3*other.w[i][j]
		}
	}
	second := result(t, tell("other weights"), "CAM", n.f, other.w, class)
	if off(second, n.cam(class)) < math.Inf(1) {
		due := blank(h, w)
		for y := range due {
			for x := range due[y] {
				due[y][x] = 2*base[y][x] - 3*second[y][x]
			}
		}
		compare(tell("weights 2A − 3B"), result(t, tell("weights 2A − 3B"), "CAM", n.f, mixed, class), due, "the map is not linear in the weights: it should be 2·CAM(A) − 3·CAM(B)", "")
	}

	// the order of the channels
	perm := r.Perm(k)
	p := &net{f: cloneCube(n.f), w: clone(n.w)}
	for i, from := range perm {
		copy(p.w[i], n.w[from])
		for y := range p.f {
			for x := range p.f[y] {
				p.f[y][x][i] = n.f[y][x][from]
			}
		}
	}
	compare(tell("channels in another order"), result(t, tell("channels in another order"), "CAM", p.f, p.w, class), base, "the map changed when the channels, with their weights, changed places", "")

	// what moves in the features moves in the map
	dy, dx := r.IntN(h), 1+r.IntN(w-1)
	moved, due := cloneCube(n.f), blank(h, w)
	for y := range h {
		for x := range w {
			copy(moved[y][x], n.f[(y+dy)%h][(x+dx)%w])
			due[y][x] = base[(y+dy)%h][(x+dx)%w]
		}
	}
	compare(tell("features moved round"), result(t, tell("features moved round"), "CAM", moved, n.w, class), due, fmt.Sprintf("the features moved by %d rows and %d columns, and the map did not", dy, dx), "")
}

func camEdges(t *grading.T) {
	r := t.Rand
	cam(t, random(r, "K = C, where [k][c] and [c][k] both exist", 3, 2, 4, 4), 1)
	cam(t, random(r, "one channel", 3, 4, 1, 3), 2)
	cam(t, random(r, "one place", 1, 1, 5, 3), 0)
	cam(t, random(r, "one class", 2, 3, 4, 1), 0)
	cam(t, random(r, "one row", 1, 6, 3, 2), 1)
	cam(t, random(r, "one column", 6, 1, 3, 2), 1)
	cam(t, random(r, "one number", 1, 1, 1, 1), 0)
	negative := random(r, "all weights of the class negative", 2, 4, 3, 3)
	for k := range negative.w {
		negative.w[k][2] = -0.5 - math.Abs(negative.w[k][2])
	}
	cam(t, negative, 2)
	zero := random(r, "features all zero", 3, 2, 3, 2)
	for y := range zero.f {
		zero.f[y] = blank(2, 3)
	}
	cam(t, zero, 0)
	without := random(r, "weights all zero", 2, 2, 3, 2)
	without.w = blank(3, 2)
	cam(t, without, 1)
	for _, s := range []struct {
		name   string
		factor float64
	}{{"features near 10⁻⁶⁰", 1e-60}, {"features near 10⁶⁰", 1e60}} {
		n := random(r, s.name, 2, 3, 3, 2)
		for y := range n.f {
			n.f[y] = each(n.f[y], func(v float64) float64 { return v * s.factor })
		}
		cam(t, n, 1)
	}
}

// ---- GradCAM

func grad(t *grading.T, n *net) {
	input := fmt.Sprintf("GradCAM, %s: %s; gradients %s", n.name, showCube(n.f), showCube(n.g))
	got := result(t, input, "GradCAM", n.f, n.g)
	right := n.gradCAM()
	want(t, input, got, right, max(scale(right), scale(n.f...)*scale(n.g...)), n.gradGuesses)
}

func gradCase(t *grading.T) { grad(t, statement()) }

func gradRandom(t *grading.T) {
	r := t.Rand
	for i := range 6 {
		grad(t, random(r, fmt.Sprintf("random features %d", i+1), 2+r.IntN(3), 2+r.IntN(3), 2+r.IntN(3), 1))
	}
	grad(t, random(r, "larger random features", 7, 9, 16, 1))
}

func gradEdges(t *grading.T) {
	r := t.Rand
	// A net with global mean pooling: ∂S_c/∂f_k = w_k^c/(HW) at every place.
	for range 2 {
		n := random(r, "the gradients w_k^c/(HW) of a net with global pooling", 2+r.IntN(2), 3, 3, 2)
		h, w, k, _ := n.size()
		for y := range n.g {
			for x := range n.g[y] {
				for i := range k {
					n.g[y][x][i] = n.w[i][1] / float64(h*w)
				}
			}
		}
		grad(t, n)
	}
	grad(t, random(r, "one place", 1, 1, 4, 1))
	grad(t, random(r, "one channel", 3, 2, 1, 1))
	grad(t, random(r, "one row", 1, 5, 3, 1))
	grad(t, random(r, "one column", 5, 1, 3, 1))
	n := random(r, "nothing positive", 2, 3, 2, 1)
	for y := range n.f {
		n.f[y] = each(n.f[y], func(v float64) float64 { return 0.1 + math.Abs(v) })
		n.g[y] = each(n.g[y], func(v float64) float64 { return -0.1 - math.Abs(v) })
	}
	grad(t, n)
	zero := random(r, "gradients all zero", 3, 2, 3, 1)
	for y := range zero.g {
		zero.g[y] = blank(2, 3)
	}
	grad(t, zero)
}

// ---- Upsample

func up(t *grading.T, name string, m [][]float64, height, width int) {
	input := fmt.Sprintf("Upsample, %s: m = %s, height = %d, width = %d", name, show(m), height, width)
	got := result(t, input, "Upsample", m, height, width)
	want(t, input, got, upsample(m, height, width), scale(m), func() []guess { return upsampleGuesses(m, height, width) })
}

func upsampleCase(t *grading.T) {
	up(t, "the case of the statement", [][]float64{{0, 6}}, 1, 6)
}

func upsampleRandom(t *grading.T) {
	r := t.Rand
	up(t, "a whole factor", matrix(r, 2, 3), 4, 9)
	for i := range 4 {
		H, W := 2+r.IntN(3), 2+r.IntN(3)
		up(t, fmt.Sprintf("larger %d", i+1), matrix(r, H, W), H+1+r.IntN(5), W+3+r.IntN(5))
	}
	for i := range 3 {
		H, W := 4+r.IntN(3), 5+r.IntN(3)
		up(t, fmt.Sprintf("smaller %d", i+1), matrix(r, H, W), 2+r.IntN(H-2), 2+r.IntN(W-3))
	}
	up(t, "as in the lesson", matrix(r, 8, 8), 64, 64)
}

func upsampleEdges(t *grading.T) {
	r := t.Rand
	up(t, "one place", matrix(r, 1, 1), 3, 4)
	up(t, "one row", matrix(r, 1, 4), 3, 7)
	up(t, "one column", matrix(r, 4, 1), 9, 2)
	up(t, "to one pixel", matrix(r, 3, 4), 1, 1)
	up(t, "to one row", matrix(r, 3, 4), 1, 8)
	up(t, "the same size", matrix(r, 3, 4), 3, 4)
	constant := each(blank(3, 2), func(float64) float64 { return -2.5 })
	up(t, "constant", constant, 5, 7)
	m := matrix(r, 3, 4)
	up(t, "a map", m, 6, 10)
	for _, row := range m {
		for i, j := 0, len(row)-1; i < j; i, j = i+1, j-1 {
			row[i], row[j] = row[j], row[i]
		}
	}
	up(t, "its mirror image", m, 6, 10)
}

// ---- Normalise

func normaliseOne(t *grading.T, name string, m [][]float64) {
	input := fmt.Sprintf("Normalise, %s: m = %s", name, show(m))
	want(t, input, result(t, input, "Normalise", m), normalise(m), 1, func() []guess { return normaliseGuesses(m) })
}

func normaliseAll(t *grading.T) {
	r := t.Rand
	normaliseOne(t, "both signs", matrix(r, 2, 4))
	normaliseOne(t, "all negative", each(matrix(r, 3, 2), func(v float64) float64 { return -2 - math.Abs(v) }))
	normaliseOne(t, "all positive", each(matrix(r, 3, 2), func(v float64) float64 { return 2 + math.Abs(v) }))
	normaliseOne(t, "near 10⁻⁶⁰", each(matrix(r, 2, 3), func(v float64) float64 { return 1e-60 * v }))
	normaliseOne(t, "near 10⁶⁰", each(matrix(r, 2, 3), func(v float64) float64 { return 1e60 * v }))
	normaliseOne(t, "already in [0, 1]", [][]float64{{0, 0.25}, {1, 0.5}})
	constant := math.Round(1000*(1+r.Float64())) / 1000
	normaliseOne(t, "constant", each(blank(2, 3), func(float64) float64 { return constant }))
	normaliseOne(t, "constant and negative", each(blank(2, 3), func(float64) float64 { return -constant }))
	normaliseOne(t, "all zero", blank(3, 2))
	normaliseOne(t, "one number", [][]float64{{constant}})
}

// ---- Box

func boxOne(t *grading.T, name string, m [][]float64, threshold float64) {
	input := fmt.Sprintf("Box, %s: m = %s, threshold = %s", name, show(m), number(threshold))
	a := t.Call("Box", m, threshold)
	right := box(m, threshold)
	if a.Failed() {
		t.Fail(grading.Failure{Input: input, Computed: "error: " + a.Err, Expected: ints(right), Error: "an error where a result exists"})
	}
	got := a.Ints(0)
	if equal(got, right) {
		return
	}
	mistake := ""
	if _, hi := extremes(m); hi <= 0 {
		mistake = "box-no-evidence" // whatever the box, there should be none
	}
	for _, g := range boxGuesses(m, threshold) {
		if mistake == "" && equal(got, g.b) {
			mistake = g.mistake
			break
		}
	}
	t.Fail(grading.Failure{Input: input, Computed: ints(got), Expected: ints(right), Error: "x0, y0, x1, y1 differ", Mistake: mistake})
}

func ints(v []int) string { return grading.Show(v) }

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range b {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// near tells whether a value lies at the cut, up to rounding.
func near(m [][]float64, threshold float64) bool {
	_, hi := extremes(m)
	for _, row := range m {
		for _, v := range row {
			if math.Abs(v-threshold*hi) < 1e-6 {
				return true
			}
		}
	}
	return false
}

func boxCase(t *grading.T) {
	boxOne(t, "the case of the statement", [][]float64{{0, 0, 2, 4, 6, 6}}, 0.5)
}

func boxAll(t *grading.T) {
	r := t.Rand
	// a hill of known place: 8 in the middle, 4 round it, 1 elsewhere
	x, y := 3+r.IntN(3), 1+r.IntN(2)
	hill := each(blank(4, 8), func(float64) float64 { return 1 })
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			hill[y+dy][x+dx] = 4
		}
	}
	hill[y][x] = 8
	boxOne(t, "a hill on flat ground, with its foot just at the threshold", each(hill, func(v float64) float64 {
		if v == 1 {
			return 0
		}
		return v
	}), 0.5)
	boxOne(t, "the same hill on a plateau of 1", hill, 0.5)
	boxOne(t, "the same hill, its top only", hill, 0.75)
	boxOne(t, "the same hill, threshold 1", hill, 1)
	boxOne(t, "the same hill, the whole image", hill, 0.125)
	low := each(hill, func(v float64) float64 { return v / 64 })
	boxOne(t, "a low hill: 1/8 at the top", low, 0.5)
	high := each(hill, func(v float64) float64 { return 10 * v })
	boxOne(t, "a high hill", high, 0.75)
	sunk := each(hill, func(v float64) float64 {
		if v == 1 {
			return -20
		}
		return v
	})
	boxOne(t, "a hill in a deep valley", sunk, 0.6)
	two := clone(hill)
	two[3-2*(y-1)][0] = 7
	boxOne(t, "two hills", two, 0.5)
	boxOne(t, "a corner", [][]float64{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 3}}, 0.2)
	boxOne(t, "one number", [][]float64{{2}}, 0.9)
	boxOne(t, "all negative", each(matrix(r, 3, 4), func(v float64) float64 { return -1 - math.Abs(v) }), 0.5)
	boxOne(t, "all zero", blank(2, 3), 0.5)
	for i := range 4 {
		m, threshold := matrix(r, 2+r.IntN(3), 3+r.IntN(4)), 0.3+0.6*r.Float64()
		for near(m, threshold) { // a pixel so near to the cut that rounding decides
			threshold = 0.3 + 0.6*r.Float64()
		}
		boxOne(t, fmt.Sprintf("random %d", i+1), m, threshold)
	}
}

// ---- arguments

func untouched(t *grading.T) {
	n := random(t.Rand, "", 2, 3, 3, 2)
	m := matrix(t.Rand, 3, 4)
	for _, c := range []struct {
		fn     string
		args   []any
		shared bool // the harness tells whether the result shares memory
	}{
		{"CAM", []any{n.f, n.w, 1}, false},
		{"GradCAM", []any{n.f, n.g}, false},
		{"Upsample", []any{m, 6, 5}, true},
		{"Upsample", []any{m, 3, 4}, true},
		{"Normalise", []any{m}, true},
		{"Normalise", []any{blank(2, 2)}, true},
		{"Box", []any{m, 0.5}, false},
	} {
		a := t.CallOK(c.fn, c.args...)
		for i := range c.args {
			if a.Changed(i) {
				t.Fail(grading.Failure{Computed: fmt.Sprintf("argument %d is changed after the call", i+1), Expected: "arguments as they were",
					Error: c.fn + " writes to what it was given", Mistake: "changes-input"})
			}
		}
		if c.shared && a.Int(1) != 0 {
			t.Fail(grading.Failure{Computed: "a row of the argument itself", Expected: "new rows",
				Error: c.fn + "'s result shares memory with its argument", Mistake: "changes-input"})
		}
	}
}

// ---- refusals

func refusesAll(t *grading.T) {
	n := random(t.Rand, "a good net", 2, 3, 3, 2)
	m := matrix(t.Rand, 3, 4)
	// Who refuses everything earns nothing.
	cam(t, n, 1)
	grad(t, n)
	up(t, "a good map", m, 4, 6)
	normaliseOne(t, "a good map", m)
	boxOne(t, "a good map", [][]float64{{0, 1}, {0, 1}}, 0.5)

	refuse := func(what, mistake, fn string, args ...any) {
		a := t.Call(fn, args...)
		if !a.Failed() {
			t.Fail(grading.Failure{Input: fmt.Sprintf("%s, %s: %s", fn, what, t.Input()), Computed: a.String(), Expected: "an error", Error: "no error", Mistake: mistake})
		}
	}
	nan, inf := math.NaN(), math.Inf(1)
	badCube := func(f [][][]float64, v float64) [][][]float64 {
		c := cloneCube(f)
		c[1][2][0] = v
		return c
	}
	bad := func(m [][]float64, v float64) [][]float64 {
		c := clone(m)
		c[len(c)-1][1] = v
		return c
	}
	shortPlace, shortRow, shortMap := cloneCube(n.f), cloneCube(n.f), clone(m)
	shortPlace[1][1] = shortPlace[1][1][:2]
	shortRow[1] = shortRow[1][:2]
	shortMap[2] = shortMap[2][:3]
	longMap := clone(m)
	longMap[1] = append(longMap[1], 7)

	refuse("class C", "class-not-checked", "CAM", n.f, n.w, 2)
	refuse("class −1", "class-not-checked", "CAM", n.f, n.w, -1)
	refuse("NaN in the features", "nan-passes", "CAM", badCube(n.f, nan), n.w, 0)
	refuse("infinity in the features", "nan-passes", "CAM", badCube(n.f, -inf), n.w, 0)
	refuse("infinity in the class's weights", "nan-passes", "CAM", n.f, bad(n.w, inf), 1)
	refuse("a place with fewer channels", "ragged-passes", "CAM", shortPlace, n.w, 0)
	refuse("a row with fewer places", "ragged-passes", "CAM", shortRow, n.w, 0)
	refuse("ragged weights", "ragged-passes", "CAM", n.f, [][]float64{{1, 2}, {3}, {4, 5}}, 0)
	refuse("no features", "ragged-passes", "CAM", [][][]float64{}, n.w, 0)
	refuse("a row without places", "ragged-passes", "CAM", [][][]float64{{}}, n.w, 0)
	refuse("places without channels", "ragged-passes", "CAM", [][][]float64{{{}}}, n.w, 0)
	refuse("a row of weights too many", "shape-passes", "CAM", n.f, append(clone(n.w), []float64{1, 2}), 0)
	refuse("a row of weights too few", "shape-passes", "CAM", n.f, n.w[:2], 0)
	refuse("no weights", "shape-passes", "CAM", n.f, [][]float64{}, 0)

	refuse("NaN in the gradients", "nan-passes", "GradCAM", n.f, badCube(n.g, nan))
	refuse("infinity in the features", "nan-passes", "GradCAM", badCube(n.f, inf), n.g)
	refuse("a place with fewer gradients", "ragged-passes", "GradCAM", n.f, shortPlace)
	refuse("fewer rows of gradients", "shape-passes", "GradCAM", n.f, n.g[:1])
	refuse("gradients of one column more", "shape-passes", "GradCAM", n.f, cube(t.Rand, 2, 4, 3))
	refuse("gradients of one channel more", "shape-passes", "GradCAM", n.f, cube(t.Rand, 2, 3, 4))
	refuse("gradients with H and W exchanged", "shape-passes", "GradCAM", n.f, cube(t.Rand, 3, 2, 3))
	refuse("nothing", "ragged-passes", "GradCAM", [][][]float64{}, [][][]float64{})

	refuse("height 0", "size-not-checked", "Upsample", m, 0, 5)
	refuse("width −3", "size-not-checked", "Upsample", m, 5, -3)
	refuse("NaN", "nan-passes", "Upsample", bad(m, nan), 5, 5)
	refuse("a short row", "ragged-passes", "Upsample", shortMap, 5, 5)
	refuse("a long row", "ragged-passes", "Upsample", longMap, 5, 5)
	refuse("an empty map", "ragged-passes", "Upsample", [][]float64{}, 5, 5)
	refuse("an empty row", "ragged-passes", "Upsample", [][]float64{{}}, 5, 5)

	refuse("infinity", "nan-passes", "Normalise", bad(m, inf))
	refuse("NaN", "nan-passes", "Normalise", bad(m, nan))
	refuse("a short row", "ragged-passes", "Normalise", shortMap)
	refuse("an empty map", "ragged-passes", "Normalise", [][]float64{})

	refuse("threshold 0", "size-not-checked", "Box", m, 0.0)
	refuse("threshold 1.01", "size-not-checked", "Box", m, 1.01)
	refuse("threshold NaN", "size-not-checked", "Box", m, nan)
	refuse("threshold −0.5", "size-not-checked", "Box", m, -0.5)
	refuse("NaN", "nan-passes", "Box", bad(m, nan), 0.5)
	refuse("a long row", "ragged-passes", "Box", longMap, 0.5)
	refuse("an empty map", "ragged-passes", "Box", [][]float64{}, 0.5)
}

// ### END HIDDEN TESTS
