package residualblock

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

// block is a residual block, in the order of the wire.
type block struct {
	w1    [][]float64
	b1    []float64
	w2    [][]float64
	b2    []float64
	p     [][]float64
	plain bool
}

func (b block) args(more ...any) []any {
	return append([]any{b.w1, b.b1, b.w2, b.b2, b.p, b.plain}, more...)
}

var given = block{
	w1: [][]float64{{1, -1}, {2, 1}}, b1: []float64{0, -1},
	w2: [][]float64{{1, 0}, {-1, 1}}, b2: []float64{-2, 1}, p: [][]float64{},
}

// half is x ↦ relu(½·relu(x) + x), or without the shortcut.
func half(plain bool) block {
	return block{w1: [][]float64{{1}}, b1: []float64{0}, w2: [][]float64{{0.5}}, b2: []float64{0}, p: [][]float64{}, plain: plain}
}

// stack puts blocks of one kind in the order of the wire.
func stack(blocks []block, more ...any) []any {
	var w1, w2, p [][][]float64
	var b1, b2 [][]float64
	for _, b := range blocks {
		w1, b1, w2, b2, p = append(w1, b.w1), append(b1, b.b1), append(w2, b.w2), append(b2, b.b2), append(p, b.p)
	}
	return append([]any{w1, b1, w2, b2, p, blocks[0].plain}, more...)
}

func vggArgs(stages [][]int, hidden []int, h, w, c, classes int) []any {
	args := []any{hidden, h, w, c, classes}
	for _, s := range stages {
		args = append(args, s)
	}
	return args
}

func forwardGiven(t *grading.T) {
	x := []float64{1, 2}
	// ### BEGIN HIDDEN TESTS
	forward(t, "the case of the statement", given, x)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the case of the statement", Func: "Forward", Args: given.args(x), Want: []float64{0, 6}, Tol: 1e-9})
}

func backwardGiven(t *grading.T) {
	x, dy := []float64{1, 2}, []float64{5, 1}
	// ### BEGIN HIDDEN TESTS
	backward(t, "the case of the statement", given, x, dy)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the case of the statement", Func: "Backward", Args: given.args(x, dy), Want: []float64{2, 2}, Tol: 1e-9})
}

func normsGiven(t *grading.T) {
	for _, plain := range []bool{false, true} {
		b := half(plain)
		blocks := []block{b, b, b}
		want := []float64{6.75, 4.5, 3, 2}
		if plain {
			want = []float64{0.25, 0.5, 1, 2}
		}
		// ### BEGIN HIDDEN TESTS
		norms(t, "three halving blocks", blocks, []float64{1}, []float64{2})
		// ### END HIDDEN TESTS
		t.Cases(grading.Case{Name: "three halving blocks", Func: "GradientNorms", Args: stack(blocks, []float64{1}, []float64{2}), Want: want, Tol: 1e-9})
	}
}

func vggGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	vgg(t, "the case of the statement", [][]int{{2}, {3}}, []int{5}, 8, 8, 1, 10)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the case of the statement", Func: "VGGParameters", Args: vggArgs([][]int{{2}, {3}}, []int{5}, 8, 8, 1, 10), Want: []int{77, 125}})
}

func resnetGiven(t *grading.T) {
	for _, projection := range []bool{false, true} {
		want := 349
		if projection {
			want = 365
		}
		// ### BEGIN HIDDEN TESTS
		resnet(t, "the case of the statement", 3, []int{1, 1}, []int{2, 4}, 1, 3, projection)
		// ### END HIDDEN TESTS
		if got := t.CallOK("ResNetParameters", 3, []int{1, 1}, []int{2, 4}, 1, 3, projection).Int(0); got != want {
			t.Fail(grading.Failure{Input: t.Input(), Computed: grading.Show(got), Expected: grading.Show(want), Error: "another number"})
		}
	}
}
