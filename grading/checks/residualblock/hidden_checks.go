// ### BEGIN HIDDEN TESTS

package residualblock

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted. Sums of some ten terms through at most 40 blocks err by less than 10⁻¹² of it;
// a wrong formula is off by far more than 10⁻⁹.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "relu-before", Cause: "the ReLU stands before the addition", Hint: "add first: relu(f + shortcut(x)). Otherwise a block can only add, never subtract"},
	{ID: "projection-ignored", Cause: "x is added as it is, though there is a projection", Hint: "where P is not empty the shortcut is P·x"},
	{ID: "pad-front", Cause: "the zeros of a wider block are put in front of x, or x is repeated", Hint: "entry i of the shortcut is x_i for i < n, and 0 behind"},
	{ID: "no-identity-back", Cause: "the gradient does not pass the shortcut back", Hint: "x has two ways to the loss: through the branch and through the shortcut. Their gradients add"},
	{ID: "projection-no-t", Cause: "the gradient passes the projection as if it were the identity", Hint: "∂L/∂x gets Pᵀδ, not δ"},
	{ID: "mask-f", Cause: "the last ReLU is masked by the branch f, not by the sum", Hint: "δ = dy ∘ 1[s > 0] with s = f + shortcut(x)"},
	{ID: "no-mask", Cause: "the last ReLU has no derivative in the backward pass", Hint: "δ = dy ∘ 1[s > 0]: where the block gave 0, nothing comes back"},
	{ID: "no-inner-mask", Cause: "the inner ReLU has no derivative in the backward pass", Hint: "∂L/∂a = W2ᵀδ ∘ 1[a > 0]"},
	{ID: "relu-at-zero", Cause: "the slope of the ReLU at 0 is taken as 1", Hint: "relu′(0) = 0: a > 0, not a ≥ 0"},
	{ID: "no-dp", Cause: "the derivative by the projection is missing or zero", Hint: "P is a weight like the others: ∂L/∂P = δxᵀ"},
	{ID: "squared", Cause: "the norms are not rooted", Hint: "‖v‖ = √Σvᵢ²"},
	{ID: "underflow", Cause: "the squares underflow or overflow", Hint: "10⁻²⁰⁰ squared is 0: divide by the largest entry first, or use math.Hypot"},
	{ID: "pool-forgotten", Cause: "the dense layers are counted without the pools", Hint: "every stage halves height and width before the maps are flattened"},
	{ID: "bn-statistics", Cause: "the running mean and variance are counted", Hint: "training changes a scale and an offset only: 2 for each channel"},
	{ID: "projection-always", Cause: "a projection is counted where the width does not change", Hint: "the first block of a stage has one only if in ≠ out"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, and every result"},
	{ID: "shape-passes", Cause: "shapes are not checked", Hint: "B1, B2 and x say k, m, n: compare the rows and columns of W1, W2 and P with them, and dy with m; see also what the table says about m < n and about plain blocks"},
	{ID: "layout-passes", Cause: "a layout that is none is accepted", Hint: "every number at least 1, no empty stage, no pool over an odd side, as many widths as blocks"},
	{ID: "changes", Cause: "an argument is changed", Hint: "make a new slice for every result; append(b2[:0:0], b2...) or slices.Clone copies"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one"},
}

func show(v any) string {
	switch s := v.(type) {
	case string:
		return s
	case int, []int:
		return fmt.Sprint(s)
	}
	return grading.Show(v)
}

func near(got, want []float64) bool { return kit.Near(got, want, tol) }

// judge compares; would gives what a mistake gives, and nil where it does not apply.
func judge(t *grading.T, what string, got, want []float64, ids []string, would func(id string) []float64) {
	if near(got, want) {
		return
	}
	mistake := ""
	for _, id := range ids {
		if v := would(id); v != nil && near(got, v) && !near(v, want) {
			mistake = id
			break
		}
	}
	err := "the numbers differ"
	if len(got) != len(want) {
		err = fmt.Sprintf("%d numbers, want %d", len(got), len(want))
	}
	kit.Fail(t, what, got, want, err, mistake)
}

// ---- the block, right ("") or with a mistake

func times(w [][]float64, x []float64) []float64 {
	y := make([]float64, len(w))
	for i, row := range w {
		for j := range row {
			y[i] += row[j] * x[j]
		}
	}
	return y
}

func transpose(w [][]float64, cols int) [][]float64 {
	m := make([][]float64, cols)
	for j := range m {
		m[j] = make([]float64, len(w))
		for i := range w {
			m[j][i] = w[i][j]
		}
	}
	return m
}

func add(x, y []float64) []float64 {
	z := slices.Clone(x)
	for i := range min(len(z), len(y)) {
		z[i] += y[i]
	}
	return z
}

func outer(d, x []float64) [][]float64 {
	w := make([][]float64, len(d))
	for i := range w {
		for _, v := range x {
			w[i] = append(w[i], d[i]*v)
		}
	}
	return w
}

func relu(x []float64) []float64 {
	y := slices.Clone(x)
	for i := range y {
		y[i] = max(y[i], 0)
	}
	return y
}

// gate is d where a lets it through.
func gate(d, a []float64, mistake string) []float64 {
	y := make([]float64, len(d))
	for i := range y {
		if a[i] > 0 || mistake == "relu-at-zero" && a[i] == 0 {
			y[i] = d[i]
		}
	}
	return y
}

type state struct{ x, a, h, f, s, y []float64 }

func run(b block, x []float64, mistake string) (p state) {
	p.x = x
	p.a = add(times(b.w1, x), b.b1)
	p.h = relu(p.a)
	p.f = add(times(b.w2, p.h), b.b2)
	short := make([]float64, len(b.b2))
	switch {
	case b.plain:
	case len(b.p) > 0 && mistake != "projection-ignored":
		short = times(b.p, x)
	case mistake == "pad-front":
		copy(short[max(0, len(short)-len(x)):], x)
	default:
		copy(short, x)
	}
	switch p.s = add(p.f, short); mistake {
	case "relu-before":
		p.s = add(relu(p.f), short)
		p.y = p.s
	default:
		p.y = relu(p.s)
	}
	return p
}

// back gives dx, dW1, db1, dW2, db2, dP in a row.
func back(b block, x, dy []float64, mistake string) (parts []([][]float64)) {
	p := run(b, x, "")
	ds := gate(dy, p.s, mistake)
	switch mistake {
	case "mask-f":
		ds = gate(dy, p.f, "")
	case "no-mask":
		ds = dy
	}
	dh := times(transpose(b.w2, len(p.h)), ds)
	da := gate(dh, p.a, mistake)
	if mistake == "no-inner-mask" {
		da = dh
	}
	dx := times(transpose(b.w1, len(x)), da)
	var dp [][]float64
	switch {
	case len(b.p) > 0:
		dp = outer(ds, x)
		if mistake == "no-dp" {
			dp = outer(make([]float64, len(ds)), x)
		}
		switch {
		case mistake == "no-identity-back":
		case mistake == "projection-no-t":
			dx = add(dx, ds)
		default:
			dx = add(dx, times(transpose(b.p, len(x)), ds))
		}
	case !b.plain && mistake != "no-identity-back":
		dx = add(dx, ds)
	}
	return [][][]float64{{dx}, outer(da, x), {da}, outer(ds, p.h), {ds}, dp}
}

func flat(parts [][][]float64) (v []float64) {
	for _, p := range parts {
		for _, row := range p {
			v = append(v, row...)
		}
	}
	return v
}

func matrix(r *rand.Rand, rows, cols int, s float64) [][]float64 {
	w := make([][]float64, rows)
	for i := range w {
		w[i] = kit.Gaussian(r, cols, s)
	}
	return w
}

// kinds of shortcut
const (
	identity = iota
	projected
	plain
)

func random(r *rand.Rand, n, k, m, kind int, s float64) block {
	b := block{w1: matrix(r, k, n, s/math.Sqrt(float64(n))), b1: kit.Gaussian(r, k, 0.1), w2: matrix(r, m, k, s/math.Sqrt(float64(k))), b2: kit.Gaussian(r, m, 0.1), p: [][]float64{}}
	switch kind {
	case projected:
		b.p = matrix(r, m, n, 1/math.Sqrt(float64(n)))
	case plain:
		b.plain = true
	}
	return b
}

// ---- Forward

var forwardIDs = []string{"relu-before", "projection-ignored", "pad-front"}

func forward(t *grading.T, what string, b block, x []float64) {
	got := kit.Accepted(t, what, "Forward", b.args(x)...).Floats(0)
	judge(t, what, got, run(b, x, "").y, forwardIDs, func(id string) []float64 { return run(b, x, id).y })
}

func each(t *grading.T, do func(what string, b block, x, dy []float64)) {
	r := t.Rand
	for range 3 {
		n, k := 3+r.IntN(3), 4+r.IntN(4)
		do("an identity shortcut", random(r, n, k, n, identity, 1.5), kit.Gaussian(r, n, 1), kit.Gaussian(r, n, 1))
		m := n + 1 + r.IntN(3)
		do("a wider block, padded", random(r, n, k, m, identity, 1.5), kit.Gaussian(r, n, 1), kit.Gaussian(r, m, 1))
		do("a projection to another width", random(r, n, k, m, projected, 1.5), kit.Gaussian(r, n, 1), kit.Gaussian(r, m, 1))
		do("a projection of the same width", random(r, n, k, n, projected, 1.5), kit.Gaussian(r, n, 1), kit.Gaussian(r, n, 1))
		do("a projection to fewer", random(r, m, k, n, projected, 1.5), kit.Gaussian(r, m, 1), kit.Gaussian(r, n, 1))
		do("a plain block", random(r, n, k, n, plain, 1.5), kit.Gaussian(r, n, 1), kit.Gaussian(r, n, 1))
		do("a plain block to fewer", random(r, m, k, n, plain, 1.5), kit.Gaussian(r, m, 1), kit.Gaussian(r, n, 1))
	}
	do("one number", random(r, 1, 1, 1, identity, 1), []float64{1}, []float64{2})
	zero := block{w1: matrix(r, 2, 2, 0), b1: []float64{0, 0}, w2: matrix(r, 2, 2, 0), b2: []float64{0, 0}, p: [][]float64{}}
	do("a branch of zeros: y = relu(x)", zero, []float64{3, -2}, []float64{1, 1})
	do("the same at x = 0", zero, []float64{0, 0}, []float64{1, 1})
	whole := block{w1: [][]float64{{1, -1}, {1, 1}}, b1: []float64{0, -1}, w2: [][]float64{{2, 1}, {1, -3}}, b2: []float64{-2, 1}, p: [][]float64{}}
	do("a and s with zeros in them", whole, []float64{1, 1}, []float64{4, 5})
	for _, s := range []float64{1e-100, 1e100} {
		b := random(r, 3, 4, 3, identity, 1)
		x := kit.Gaussian(r, 3, s)
		for i := range b.b1 {
			b.b1[i] *= s
		}
		for i := range b.b2 {
			b.b2[i] *= s
		}
		do(fmt.Sprintf("numbers near %.0e", s), b, x, kit.Gaussian(r, 3, 1))
	}
}

func forwardRandom(t *grading.T) {
	each(t, func(what string, b block, x, dy []float64) { forward(t, what, b, x) })
}

// ---- Backward

var backwardIDs = []string{"relu-at-zero", "no-identity-back", "projection-no-t", "mask-f", "no-mask", "no-inner-mask", "no-dp"}

var partNames = []string{"∂L/∂x", "∂L/∂W1", "∂L/∂b1", "∂L/∂W2", "∂L/∂b2", "∂L/∂P"}

func backward(t *grading.T, what string, b block, x, dy []float64) {
	a := kit.Accepted(t, what, "Backward", b.args(x, dy)...)
	got := [][][]float64{{a.Floats(0)}, a.Matrix(1), {a.Floats(2)}, a.Matrix(3), {a.Floats(4)}, a.Matrix(5)}
	want := back(b, x, dy, "")
	// the parts differ in size, so each is judged by its own
	for i := range want {
		rows := len(got[i]) == len(want[i])
		for j := range min(len(got[i]), len(want[i])) {
			rows = rows && len(got[i][j]) == len(want[i][j])
		}
		g, w := flat(got[i:i+1]), flat(want[i:i+1])
		if rows && near(g, w) {
			continue
		}
		mistake := ""
		for _, id := range backwardIDs {
			v := back(b, x, dy, id)
			same, other := true, false
			for j := range want {
				same = same && near(flat(got[j:j+1]), flat(v[j:j+1])) && (len(got[j]) == len(v[j]) || j == 5)
				other = other || len(v[j]) != len(want[j]) || !near(flat(v[j:j+1]), flat(want[j:j+1]))
			}
			if same && other {
				mistake = id
				break
			}
		}
		if i == 5 && len(got[i]) == 0 {
			mistake = "no-dp"
		}
		err := "the numbers differ: " + partNames[i]
		if !rows {
			err = "another shape: " + partNames[i]
		}
		kit.Fail(t, what, got[i], want[i], err, mistake)
	}
}

func backwardRandom(t *grading.T) {
	each(t, func(what string, b block, x, dy []float64) { backward(t, what, b, x, dy) })
	r := t.Rand
	b := random(r, 4, 5, 4, identity, 1)
	backward(t, "dy of zeros", b, kit.Gaussian(r, 4, 1), make([]float64, 4))
	backward(t, "dy near 10⁻²⁰⁰", b, kit.Gaussian(r, 4, 1), kit.Gaussian(r, 4, 1e-200))
	for i := range b.b1 {
		b.b1[i] = -100
	}
	backward(t, "a branch whose units are all dead", b, kit.Gaussian(r, 4, 1), kit.Gaussian(r, 4, 1))
}

// ---- GradientNorms

func length(v []float64) float64 {
	top := 0.0
	for _, x := range v {
		top = max(top, math.Abs(x))
	}
	if top == 0 {
		return 0
	}
	s := 0.0
	for _, x := range v {
		s += x / top * (x / top)
	}
	return top * math.Sqrt(s)
}

func through(blocks []block, x, dy []float64, mistake string) []float64 {
	h := [][]float64{x}
	for _, b := range blocks {
		h = append(h, run(b, h[len(h)-1], "").y)
	}
	out := make([]float64, len(h))
	d := dy
	for l := len(blocks); l >= 0; l-- {
		out[l] = length(d)
		switch mistake {
		case "squared":
			out[l] *= out[l]
		case "underflow":
			s := 0.0
			for _, v := range d {
				s += v * v
			}
			out[l] = math.Sqrt(s)
		}
		if l > 0 {
			d = back(blocks[l-1], h[l-1], d, mistake)[0][0]
		}
	}
	return out
}

var normsIDs = []string{"relu-at-zero", "underflow", "squared", "no-identity-back", "mask-f", "no-mask", "no-inner-mask", "projection-no-t"}

func norms(t *grading.T, what string, blocks []block, x, dy []float64) {
	got := kit.Accepted(t, what, "GradientNorms", stack(blocks, x, dy)...).Floats(0)
	want := through(blocks, x, dy, "")
	// each entry by itself: in a deep plain net they differ by many powers of ten
	same := func(a, b []float64) bool {
		ok := len(a) == len(b)
		for i := 0; ok && i < len(a); i++ {
			ok = near(a[i:i+1], b[i:i+1])
		}
		return ok
	}
	if same(got, want) {
		return
	}
	mistake := ""
	for _, id := range normsIDs {
		if v := through(blocks, x, dy, id); v != nil && same(got, v) && !same(v, want) {
			mistake = id
			break
		}
	}
	kit.Fail(t, what, got, want, "the norms differ", mistake)
}

func normsRandom(t *grading.T) {
	r := t.Rand
	some := func(l, n, kind int, s float64) (out []block) {
		for range l {
			out = append(out, random(r, n, n, n, kind, s))
		}
		return out
	}
	for _, l := range []int{1, 5, 40} {
		norms(t, fmt.Sprintf("%d residual blocks", l), some(l, 6, identity, 0.5), kit.Gaussian(r, 6, 1), kit.Gaussian(r, 6, 1))
		norms(t, fmt.Sprintf("%d plain blocks", l), some(l, 6, plain, 1), kit.Gaussian(r, 6, 1), kit.Gaussian(r, 6, 1))
		norms(t, fmt.Sprintf("%d blocks with projections", l), some(l, 6, projected, 0.5), kit.Gaussian(r, 6, 1), kit.Gaussian(r, 6, 1))
	}
	norms(t, "widths 2, 3, 5, 5", []block{random(r, 2, 4, 3, identity, 1), random(r, 3, 4, 5, identity, 1), random(r, 5, 4, 5, identity, 1)}, kit.Gaussian(r, 2, 1), kit.Gaussian(r, 5, 1))
	positive := func(v []float64) []float64 {
		for i := range v {
			v[i] = math.Abs(v[i])
		}
		return v
	}
	norms(t, "dy near 10⁻²⁰⁰", some(3, 4, identity, 0.1), positive(kit.Gaussian(r, 4, 1)), positive(kit.Gaussian(r, 4, 1e-200)))
	norms(t, "dy of zeros", some(3, 4, identity, 0.5), kit.Gaussian(r, 4, 1), make([]float64, 4))
	dead := some(2, 3, identity, 0.1)
	norms(t, "blocks that give zero", dead, []float64{-50, -50, -50}, kit.Gaussian(r, 3, 1))
}

// ---- counts

func vggCount(stages [][]int, hidden []int, h, w, c, classes int, mistake string) []int {
	conv, dense, in := 0, 0, c
	for _, s := range stages {
		for _, out := range s {
			conv += (9*in + 1) * out
			in = out
		}
		if mistake != "pool-forgotten" {
			h, w = h/2, w/2
		}
	}
	in *= h * w
	for _, out := range append(slices.Clone(hidden), classes) {
		dense += (in + 1) * out
		in = out
	}
	return []int{conv, dense}
}

func vgg(t *grading.T, what string, stages [][]int, hidden []int, h, w, c, classes int) {
	got := kit.Accepted(t, what, "VGGParameters", vggArgs(stages, hidden, h, w, c, classes)...).Ints(0)
	want := vggCount(stages, hidden, h, w, c, classes, "")
	if slices.Equal(got, want) {
		return
	}
	mistake := ""
	if slices.Equal(got, vggCount(stages, hidden, h, w, c, classes, "pool-forgotten")) {
		mistake = "pool-forgotten"
	}
	kit.Fail(t, what, got, want, "another number", mistake)
}

func vggRandom(t *grading.T) {
	r := t.Rand
	full := func(n ...int) (s [][]int) {
		for i, c := range []int{64, 128, 256, 512, 512} {
			s = append(s, slices.Repeat([]int{c}, n[i]))
		}
		return s
	}
	dense := []int{4096, 4096}
	vgg(t, "VGG11", full(1, 1, 2, 2, 2), dense, 224, 224, 3, 1000)
	vgg(t, "VGG13", full(2, 2, 2, 2, 2), dense, 224, 224, 3, 1000)
	vgg(t, "VGG16", full(2, 2, 3, 3, 3), dense, 224, 224, 3, 1000)
	vgg(t, "VGG19", full(2, 2, 4, 4, 4), dense, 224, 224, 3, 1000)
	vgg(t, "no hidden layer", [][]int{{3, 4}, {5}}, []int{}, 8, 16, 2, 7)
	vgg(t, "one of everything", [][]int{{1}}, []int{1}, 2, 2, 1, 1)
	for range 5 {
		var s [][]int
		for range 1 + r.IntN(3) {
			s = append(s, []int{1 + r.IntN(9), 1 + r.IntN(9)}[:1+r.IntN(2)])
		}
		vgg(t, "a small one", s, []int{1 + r.IntN(20)}, 8*(1+r.IntN(4)), 8*(1+r.IntN(4)), 1+r.IntN(3), 2+r.IntN(9))
	}
}

func resnetCount(kernel int, blocks, widths []int, c, classes int, projection bool, mistake string) int {
	norm := 2
	if mistake == "bn-statistics" {
		norm = 4
	}
	conv := func(k, in, out int) int { return k*k*in*out + norm*out }
	n := conv(kernel, c, widths[0])
	in := widths[0]
	for s, out := range widths {
		for b := range blocks[s] {
			n += conv(3, in, out) + conv(3, out, out)
			if projection && (in != out || mistake == "projection-always" && b == 0) {
				n += conv(1, in, out)
			}
			in = out
		}
	}
	return n + (in+1)*classes
}

func resnet(t *grading.T, what string, kernel int, blocks, widths []int, c, classes int, projection bool) {
	got := kit.Accepted(t, what, "ResNetParameters", kernel, blocks, widths, c, classes, projection).Int(0)
	want := resnetCount(kernel, blocks, widths, c, classes, projection, "")
	if got == want {
		return
	}
	mistake := ""
	for _, id := range []string{"bn-statistics", "projection-always"} {
		if v := resnetCount(kernel, blocks, widths, c, classes, projection, id); got == v && v != want {
			mistake = id
			break
		}
	}
	kit.Fail(t, what, got, want, "another number", mistake)
}

func resnetRandom(t *grading.T) {
	r := t.Rand
	resnet(t, "ResNet18", 7, []int{2, 2, 2, 2}, []int{64, 128, 256, 512}, 3, 1000, true)
	resnet(t, "ResNet34", 7, []int{3, 4, 6, 3}, []int{64, 128, 256, 512}, 3, 1000, true)
	resnet(t, "ResNet20 of small images", 3, []int{3, 3, 3}, []int{16, 32, 64}, 3, 10, false)
	resnet(t, "ResNet110 of small images", 3, []int{18, 18, 18}, []int{16, 32, 64}, 3, 10, false)
	resnet(t, "one of everything", 1, []int{1}, []int{1}, 1, 1, true)
	resnet(t, "stages of one width", 3, []int{2, 1}, []int{6, 6}, 1, 4, true)
	for range 5 {
		resnet(t, "a small one", 1+2*r.IntN(4), []int{1 + r.IntN(4), 1 + r.IntN(4)}, []int{1 + r.IntN(9), 1 + r.IntN(9)}, 1+r.IntN(3), 2+r.IntN(9), r.IntN(2) == 0)
	}
}

// ---- what has no result

func refusesBlocks(t *grading.T) {
	r := t.Rand
	x, dy := []float64{1, 2}, []float64{5, 1}
	kit.Accepted(t, "a good input", "Forward", given.args(x)...)
	kit.Accepted(t, "a good input", "Backward", given.args(x, dy)...)
	both := func(what, mistake string, b block, x, dy []float64) {
		kit.Refuses(t, what, mistake, "Forward", b.args(x)...)
		kit.Refuses(t, what, mistake, "Backward", b.args(x, dy)...)
		kit.Refuses(t, what, mistake, "GradientNorms", stack([]block{b}, x, dy)...)
	}
	with := func(change func(b *block)) block {
		b := given
		change(&b)
		return b
	}
	both("x too long", "shape-passes", given, []float64{1, 2, 3}, dy)
	both("x too short", "shape-passes", given, []float64{1}, dy)
	both("an empty x", "shape-passes", given, []float64{}, dy)
	both("W1 with a row too many", "shape-passes", with(func(b *block) { b.w1 = matrix(r, 3, 2, 1) }), x, dy)
	both("W1 with a short row", "shape-passes", with(func(b *block) { b.w1 = [][]float64{{1, 2}, {3}} }), x, dy)
	both("W2 with rows too long", "shape-passes", with(func(b *block) { b.w2 = matrix(r, 2, 3, 1) }), x, dy)
	both("b2 too short", "shape-passes", with(func(b *block) { b.b2 = []float64{1} }), x, []float64{1})
	both("no hidden units", "shape-passes", with(func(b *block) { b.w1, b.b1, b.w2 = [][]float64{}, []float64{}, [][]float64{{}, {}} }), x, dy)
	both("P with a column too many", "shape-passes", with(func(b *block) { b.p = matrix(r, 2, 3, 1) }), x, dy)
	both("P with a row missing", "shape-passes", with(func(b *block) { b.p = matrix(r, 1, 2, 1) }), x, dy)
	both("an identity from 3 to 2", "shape-passes", random(r, 3, 4, 2, identity, 1), []float64{1, 2, 3}, dy)
	both("a plain block with P", "shape-passes", with(func(b *block) { b.p, b.plain = matrix(r, 2, 2, 1), true }), x, dy)
	both("NaN in x", "nan-passes", given, []float64{1, math.NaN()}, dy)
	both("an infinite b1", "nan-passes", with(func(b *block) { b.b1 = []float64{math.Inf(-1), 0} }), x, dy)
	both("NaN in a W2 that meets a zero", "nan-passes", with(func(b *block) { b.w2 = [][]float64{{math.NaN(), 0}, {1, 1}} }), x, dy)
	both("NaN in P", "nan-passes", with(func(b *block) { b.p = [][]float64{{1, 0}, {0, math.NaN()}} }), x, dy)
	both("a sum that overflows", "nan-passes", with(func(b *block) {
		b.b2 = []float64{math.MaxFloat64, 0}
		b.w2 = [][]float64{{0, math.MaxFloat64 / 4}, {0, 0}}
	}), x, dy)
	kit.Refuses(t, "dy too long", "shape-passes", "Backward", given.args(x, []float64{1, 2, 3})...)
	kit.Refuses(t, "dy too short", "shape-passes", "Backward", given.args(x, []float64{1})...)
	kit.Refuses(t, "NaN in dy", "nan-passes", "Backward", given.args(x, []float64{math.NaN(), 1})...)
	kit.Refuses(t, "NaN in dy where the ReLU is shut", "nan-passes", "GradientNorms", stack([]block{given}, x, []float64{math.NaN(), 1})...)
	kit.Refuses(t, "a dy that does not fit", "shape-passes", "GradientNorms", stack([]block{given}, x, []float64{1, 2, 3})...)
	kit.Refuses(t, "blocks that do not fit each other", "shape-passes", "GradientNorms", stack([]block{random(r, 2, 3, 3, identity, 1), random(r, 2, 3, 2, identity, 1)}, x, dy)...)
	kit.Refuses(t, "no block", "shape-passes", "GradientNorms", [][][]float64{}, [][]float64{}, [][][]float64{}, [][]float64{}, [][][]float64{}, false, x, dy)
}

func refusesCounts(t *grading.T) {
	bad := func(what string, stages [][]int, hidden []int, h, w, c, classes int) {
		kit.Refuses(t, what, "layout-passes", "VGGParameters", vggArgs(stages, hidden, h, w, c, classes)...)
	}
	s, d := [][]int{{2}, {3}}, []int{5}
	kit.Accepted(t, "a good layout", "VGGParameters", vggArgs(s, d, 8, 8, 1, 10)...)
	bad("no stage", [][]int{}, d, 8, 8, 1, 10)
	bad("an empty stage", [][]int{{2}, {}}, d, 8, 8, 1, 10)
	bad("a convolution of 0 channels", [][]int{{2}, {0}}, d, 8, 8, 1, 10)
	bad("−5 hidden units", s, []int{-5}, 8, 8, 1, 10)
	bad("a second pool over an odd height", s, d, 6, 8, 1, 10)
	bad("a pool over an odd width", s, d, 8, 7, 1, 10)
	bad("more pools than the picture has", [][]int{{1}, {1}, {1}, {1}}, d, 8, 8, 1, 10)
	bad("no height", s, d, 0, 8, 1, 10)
	bad("no channels", s, d, 8, 8, 0, 10)
	bad("no classes", s, d, 8, 8, 1, 0)
	call := func(what string, kernel int, blocks, widths []int, c, classes int) {
		kit.Refuses(t, what, "layout-passes", "ResNetParameters", kernel, blocks, widths, c, classes, true)
	}
	kit.Accepted(t, "a good layout", "ResNetParameters", 3, []int{1, 1}, []int{2, 4}, 1, 3, true)
	call("no stage", 3, []int{}, []int{}, 1, 3)
	call("a width missing", 3, []int{1, 1}, []int{2}, 1, 3)
	call("a width too many", 3, []int{1}, []int{2, 4}, 1, 3)
	call("a stage of no block", 3, []int{1, 0}, []int{2, 4}, 1, 3)
	call("a width of −4", 3, []int{1, 1}, []int{2, -4}, 1, 3)
	call("a kernel of 0", 0, []int{1, 1}, []int{2, 4}, 1, 3)
	call("no channels", 3, []int{1, 1}, []int{2, 4}, 0, 3)
	call("no classes", 3, []int{1, 1}, []int{2, 4}, 1, 0)
}

func untouched(t *grading.T) {
	r := t.Rand
	x, dy := []float64{1, -2, 3}, []float64{5, 1, -1}
	for _, kind := range []int{identity, projected, plain} {
		b := random(r, 3, 4, 3, kind, 1)
		for _, c := range []struct {
			fn   string
			args []any
		}{
			{"Forward", b.args(x)}, {"Backward", b.args(x, dy)}, {"GradientNorms", stack([]block{b, b}, x, dy)},
			{"VGGParameters", vggArgs([][]int{{2}, {3}}, []int{5, 6}, 8, 8, 1, 10)}, {"ResNetParameters", []any{3, []int{1, 1}, []int{2, 4}, 1, 3, true}},
		} {
			kit.Untouched(t, "changes", c.fn, c.args...)
		}
	}
}

// ### END HIDDEN TESTS
