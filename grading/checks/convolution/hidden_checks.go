// ### BEGIN HIDDEN TESTS

package convolution

import (
	"fmt"
	"math"
	"math/rand/v2"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest sum of |products|: at most 49 products, whose order changes a sum by less than 10⁻¹⁴
// of it. A wrong entry is off by about one product.
const tol = 1e-10

var mistakes = []grading.Mistake{
	{ID: "flipped", Cause: "the kernel is flipped where it should slide as it is", Hint: "w[a][b] meets x[i+a][j+b], with the same signs"},
	{ID: "not-flipped", Cause: "the kernel is not flipped: this is the correlation", Hint: "the last row and column of w come first: w[m−1−a][n−1−b]"},
	{ID: "rows-only", Cause: "the order of the kernel's rows is reversed, but not that of its columns", Hint: "flip along both axes: turn by 180°"},
	{ID: "columns-only", Cause: "the order of the kernel's columns is reversed, but not that of its rows", Hint: "flip along both axes: turn by 180°"},
	{ID: "transposed", Cause: "the kernel is transposed", Hint: "a counts rows in w[a][b] and in x[i+a][j+b]; b counts columns"},
	{ID: "short", Cause: "the result is a row and a column too small", Hint: "there are M − m + 1 places: the first is 0, the last M − m"},
	{ID: "padded", Cause: "the result is as large as the picture, as if zeros stood round it", Hint: "only places where all of the kernel lies on the picture: M − m + 1 by N − n + 1"},
	{ID: "circulant-transposed", Cause: "the matrix is C(w)ᵀ: w is in its first row", Hint: "w is the first column: C[i][j] = w[(i−j) mod n]"},
	{ID: "circulant-sum", Cause: "entries are w[(i+j) mod n]: each row is turned the other way", Hint: "C[i][j] depends on i − j: the diagonals are constant"},
	{ID: "circulant-cut", Cause: "what goes over the edge is lost", Hint: "count modulo n: ((i−j)%n + n) % n, for % keeps the sign in Go"},
	{ID: "dw-flipped", Cause: "the gradient of the kernel is upside down", Hint: "∂J/∂w[a][b] = Σ dy[i][j]·x[i+a][j+b]: a correlation"},
	{ID: "dw-mean", Cause: "the gradient is the mean over the places", Hint: "a shared weight gets the sum of what all places say: the chain rule adds"},
	{ID: "dw-one-place", Cause: "only one place counts in the gradient", Hint: "every place (i, j) used this weight: += in place of ="},
	{ID: "dx-correlated", Cause: "∂J/∂x is spread by the flipped kernel", Hint: "dy[i][j] goes to x[i+a][j+b] with w[a][b], the weight it came with"},
	{ID: "dx-overwritten", Cause: "a later place overwrites what an earlier one gave", Hint: "inputs are seen from many places: += in place of ="},
	{ID: "dx-cropped", Cause: "the gradient has the wrong size: it is cut at the edge", Hint: "x was larger than y: M = M' + m − 1"},
	{ID: "kernels-added", Cause: "the kernels' widths are added up", Hint: "neighbouring fields overlap: a kernel m adds m − 1 (times the jump)"},
	{ID: "no-strides", Cause: "the strides do not lengthen the fields", Hint: "the units that a kernel joins lie jump inputs apart: r ← r + (m−1)·jump"},
	{ID: "stride-early", Cause: "a layer's stride is applied to its own field", Hint: "first r ← r + (m−1)·jump, then jump ← jump·s"},
	{ID: "jump-added", Cause: "the jump is not the product of the strides", Hint: "jump ← jump·s, in every layer"},
	{ID: "changes-argument", Cause: "something that was handed in is changed", Hint: "flip into a new matrix"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, and every result"},
	{ID: "shape-passes", Cause: "empty or ragged matrices, or lengths that differ, are accepted", Hint: "compare each row's length with row 0's"},
	{ID: "size-passes", Cause: "a kernel that does not fit, or a size below 1, is accepted", Hint: "compare with the table of the statement, height and width both"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one"},
}

// same compares on the scale of the sums of |products|.
func same(got, want [][]float64, size float64) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range want {
		if len(got[i]) != len(want[i]) {
			return false
		}
		for j, v := range want[i] {
			if !(math.Abs(got[i][j]-v) <= tol*size) {
				return false
			}
		}
	}
	return true
}

// judge compares a matrix; would maps mistakes to what they give.
func judge(t *grading.T, what string, got, want [][]float64, size float64, would map[string][][]float64) {
	if same(got, want, size) {
		return
	}
	mistake := ""
	for _, m := range mistakes {
		if v, ok := would[m.ID]; ok && same(got, v, size) && !same(v, want, size) {
			mistake = m.ID
			break
		}
	}
	err := "the numbers differ"
	if d := dims(got); d != dims(want) {
		err = d + ", want " + dims(want)
	}
	kit.Fail(t, what, got, want, err, mistake)
}

func dims(a [][]float64) string {
	if len(a) == 0 {
		return "no rows"
	}
	for _, row := range a {
		if len(row) != len(a[0]) {
			return "rows of different lengths"
		}
	}
	return fmt.Sprintf("%d×%d", len(a), len(a[0]))
}

// ---- reference

// slide gives rows×cols places, the first at (−p, −q), zeros outside x.
func slide(x, w [][]float64, rows, cols, p, q int) [][]float64 {
	return table(rows, cols, func(i, j int) float64 {
		sum := 0.0
		for a := range w {
			for b, v := range w[a] {
				if r, c := i+a-p, j+b-q; r >= 0 && c >= 0 && r < len(x) && c < len(x[0]) {
					sum += v * x[r][c]
				}
			}
		}
		return sum
	})
}

func valid(x, w [][]float64) [][]float64 {
	return slide(x, w, len(x)-len(w)+1, len(x[0])-len(w[0])+1, 0, 0)
}

// spread adds w at every place (i, j) times dy[i][j].
func spread(w, dy [][]float64) [][]float64 {
	m, n := len(w), len(w[0])
	return slide(dy, turned(w, true, true), len(dy)+m-1, len(dy[0])+n-1, m-1, n-1)
}

func table(rows, cols int, f func(i, j int) float64) [][]float64 {
	a := make([][]float64, max(0, rows))
	for i := range a {
		a[i] = make([]float64, max(0, cols))
		for j := range a[i] {
			a[i][j] = f(i, j)
		}
	}
	return a
}

func each(a [][]float64, f func(v float64) float64) [][]float64 {
	return table(len(a), len(a[0]), func(i, j int) float64 { return f(a[i][j]) })
}

func turned(w [][]float64, rows, cols bool) [][]float64 {
	return table(len(w), len(w[0]), func(a, b int) float64 {
		if rows {
			a = len(w) - 1 - a
		}
		if cols {
			b = len(w[0]) - 1 - b
		}
		return w[a][b]
	})
}

func transpose(w [][]float64) [][]float64 {
	return table(len(w[0]), len(w), func(a, b int) float64 { return w[b][a] })
}

func largest(a [][]float64) float64 {
	s := 0.0
	for _, row := range a {
		for _, v := range row {
			s = math.Max(s, math.Abs(v))
		}
	}
	return s
}

// ---- Correlate and Convolve

func correlateCase(t *grading.T, what string, x, w [][]float64) {
	pairCase(t, "Correlate", what, x, w, w, "flipped", turned(w, true, true))
}

func convolveCase(t *grading.T, what string, x, w [][]float64) {
	pairCase(t, "Convolve", what, x, w, turned(w, true, true), "not-flipped", w)
}

// pairCase wants the correlation of x with right.
func pairCase(t *grading.T, fn, what string, x, w, right [][]float64, opposite string, other [][]float64) {
	size := largest(valid(each(x, math.Abs), each(right, math.Abs)))
	want := valid(x, right)
	m, n := len(w), len(w[0])
	would := map[string][][]float64{
		opposite:       valid(x, other),
		"rows-only":    valid(x, turned(w, true, false)),
		"columns-only": valid(x, turned(w, false, true)),
		"short":        table(len(want)-1, len(want[0])-1, func(i, j int) float64 { return want[i][j] }),
		"padded":       slide(x, right, len(x), len(x[0]), (m-1)/2, (n-1)/2),
	}
	// the transposed kernel, of Convolve flipped or not
	for _, k := range [][][]float64{transpose(w), transpose(right)} {
		if len(k) <= len(x) && len(k[0]) <= len(x[0]) {
			if v := valid(x, k); would["transposed"] == nil || fn == "Convolve" {
				would["transposed"] = v
			}
		}
	}
	judge(t, what, kit.Accepted(t, what, fn, x, w).Matrix(0), want, size, would)
}

func pairRandom(t *grading.T, do func(t *grading.T, what string, x, w [][]float64)) {
	r := t.Rand
	do(t, "the lecture's 5×5 and 3×3",
		[][]float64{{2, 4, 9, 1, 4}, {2, 1, 4, 4, 6}, {1, 1, 2, 9, 2}, {7, 3, 5, 1, 3}, {2, 3, 4, 8, 5}}, [][]float64{{1, 2, 3}, {-4, 7, 4}, {2, -5, 1}})
	for range 3 {
		k := 2 + r.IntN(2)
		do(t, "a square kernel", gaussian(r, k+1+r.IntN(4), k+1+r.IntN(4)), gaussian(r, k, k))
	}
	for range 3 {
		m, n := 1+r.IntN(3), 1+r.IntN(4)
		do(t, "a random kernel", gaussian(r, m+r.IntN(5), n+r.IntN(5)), gaussian(r, m, n))
	}
	do(t, "a kernel higher than wide", gaussian(r, 6, 4), gaussian(r, 4, 2))
	do(t, "a kernel of one entry", gaussian(r, 3, 4), gaussian(r, 1, 1))
	do(t, "a kernel as large as the picture", gaussian(r, 3, 4), gaussian(r, 3, 4))
	do(t, "one pixel", gaussian(r, 1, 1), gaussian(r, 1, 1))
	do(t, "one row", gaussian(r, 1, 7), gaussian(r, 1, 3))
	do(t, "one column", gaussian(r, 7, 1), gaussian(r, 3, 1))
	do(t, "a picture of zeros", table(4, 4, func(i, j int) float64 { return 0 }), gaussian(r, 2, 2))
	for _, s := range []float64{1e-100, 1e100} {
		do(t, fmt.Sprintf("numbers near %.0e", s), each(gaussian(r, 5, 4), func(v float64) float64 { return v * s }),
			each(gaussian(r, 2, 3), func(v float64) float64 { return v * s }))
	}
	do(t, "a larger picture", gaussian(r, 20, 24), gaussian(r, 7, 5))
}

func correlateRandom(t *grading.T) { pairRandom(t, correlateCase) }
func convolveRandom(t *grading.T)  { pairRandom(t, convolveCase) }

// ---- Circulant

func circulantCase(t *grading.T, what string, w []float64, n int) {
	at := func(k int) float64 {
		if k = (k%n + n) % n; k < len(w) {
			return w[k]
		}
		return 0
	}
	square := func(f func(i, j int) float64) [][]float64 { return table(n, n, f) }
	judge(t, what, kit.Accepted(t, what, "Circulant", w, n).Matrix(0), square(func(i, j int) float64 { return at(i - j) }), largest([][]float64{w}),
		map[string][][]float64{
			"circulant-transposed": square(func(i, j int) float64 { return at(j - i) }),
			"circulant-sum":        square(func(i, j int) float64 { return at(i + j) }),
			"circulant-cut": square(func(i, j int) float64 {
				if i < j {
					return 0
				}
				return at(i - j)
			}),
		})
}

func circulantRandom(t *grading.T) {
	r := t.Rand
	for range 3 {
		n := 3 + r.IntN(5)
		circulantCase(t, "as many entries as the size", gaussian(r, 1, n)[0], n)
		circulantCase(t, "fewer entries than the size", gaussian(r, 1, 2+r.IntN(n-2))[0], n)
	}
	circulantCase(t, "size one", gaussian(r, 1, 1)[0], 1)
	circulantCase(t, "one entry: a multiple of I", gaussian(r, 1, 1)[0], 4)
	circulantCase(t, "a shift", []float64{0, 1}, 5)
	circulantCase(t, "size two", gaussian(r, 1, 2)[0], 2)
	circulantCase(t, "zeros", []float64{0, 0, 0}, 3)
	circulantCase(t, "tiny numbers", []float64{1e-300, 2e-300}, 3)
}

// ---- gradients

func kernelCase(t *grading.T, what string, x, dy [][]float64) {
	want := valid(x, dy)
	places := float64(len(dy) * len(dy[0]))
	lastI, lastJ := len(dy)-1, len(dy[0])-1
	judge(t, what, kit.Accepted(t, what, "KernelGradient", x, dy).Matrix(0), want, largest(valid(each(x, math.Abs), each(dy, math.Abs))), map[string][][]float64{
		"dw-flipped":   valid(x, turned(dy, true, true)),
		"dw-mean":      each(want, func(v float64) float64 { return v / places }),
		"dw-one-place": table(len(want), len(want[0]), func(a, b int) float64 { return dy[lastI][lastJ] * x[lastI+a][lastJ+b] }),
	})
}

func kernelRandom(t *grading.T) {
	r := t.Rand
	for range 4 {
		m, n := 1+r.IntN(3), 1+r.IntN(3)
		h, w := 2+r.IntN(3), 2+r.IntN(3)
		kernelCase(t, "a random picture", gaussian(r, m+h-1, n+w-1), gaussian(r, h, w))
	}
	kernelCase(t, "one place", gaussian(r, 3, 2), gaussian(r, 1, 1))
	kernelCase(t, "one weight", gaussian(r, 3, 4), gaussian(r, 3, 4))
	kernelCase(t, "no gradient", gaussian(r, 3, 4), [][]float64{{0, 0}})
	kernelCase(t, "tiny numbers", each(gaussian(r, 4, 4), func(v float64) float64 { return v * 1e-100 }), gaussian(r, 2, 3))
	kernelCase(t, "more places than weights", gaussian(r, 16, 15), gaussian(r, 12, 13))
}

func inputCase(t *grading.T, what string, w, dy [][]float64) {
	want := spread(w, dy)
	m, n := len(w), len(w[0])
	over := table(len(want), len(want[0]), func(i, j int) float64 { return 0 })
	for i := range dy {
		for j, v := range dy[i] {
			for a := range w {
				for b := range w[a] {
					over[i+a][j+b] = w[a][b] * v
				}
			}
		}
	}
	judge(t, what, kit.Accepted(t, what, "InputGradient", w, dy).Matrix(0), want, largest(spread(each(w, math.Abs), each(dy, math.Abs))), map[string][][]float64{
		"dx-correlated":  spread(turned(w, true, true), dy),
		"dx-overwritten": over,
		"dx-cropped":     slide(dy, turned(w, true, true), len(dy), len(dy[0]), (m-1)/2, (n-1)/2),
	})
}

func inputRandom(t *grading.T) {
	r := t.Rand
	for range 4 {
		inputCase(t, "a random kernel", gaussian(r, 2+r.IntN(2), 2+r.IntN(2)), gaussian(r, 2+r.IntN(3), 2+r.IntN(3)))
	}
	inputCase(t, "a kernel larger than y", gaussian(r, 4, 3), gaussian(r, 2, 1))
	inputCase(t, "one place", gaussian(r, 3, 2), gaussian(r, 1, 1))
	inputCase(t, "one weight", gaussian(r, 1, 1), gaussian(r, 3, 4))
	inputCase(t, "no gradient", gaussian(r, 2, 3), [][]float64{{0, 0}})
	inputCase(t, "huge numbers", each(gaussian(r, 2, 2), func(v float64) float64 { return v * 1e100 }), gaussian(r, 2, 3))
}

// ---- ReceptiveField

func receptiveCase(t *grading.T, what string, kernels, strides []int) {
	walk := func(f func(r, j *int, m, s int)) []int {
		r, j := 1, 1
		for l := range kernels {
			f(&r, &j, kernels[l], strides[l])
		}
		return []int{r, j}
	}
	want := walk(func(r, j *int, m, s int) { *r += (m - 1) * *j; *j *= s })
	got := kit.Accepted(t, what, "ReceptiveField", kernels, strides).Ints(0)
	if len(got) == 2 && got[0] == want[0] && got[1] == want[1] {
		return
	}
	would := map[string][]int{
		"kernels-added": walk(func(r, j *int, m, s int) { *r += m * *j; *j *= s }),
		"no-strides":    walk(func(r, j *int, m, s int) { *r += m - 1; *j *= s }),
		"stride-early":  walk(func(r, j *int, m, s int) { *j *= s; *r += (m - 1) * *j }),
	}
	mistake := ""
	for _, m := range mistakes {
		if v, ok := would[m.ID]; ok && len(got) == 2 && got[0] == v[0] && v[0] != want[0] {
			mistake = m.ID
			break
		}
	}
	if mistake == "" && len(got) == 2 && got[1] != want[1] {
		mistake = "jump-added"
	}
	kit.Fail(t, what, got, want, "size and jump differ", mistake)
}

func receptiveRandom(t *grading.T) {
	r := t.Rand
	receptiveCase(t, "two layers of width 3", []int{3, 3}, []int{1, 1})
	receptiveCase(t, "one layer", []int{5}, []int{3})
	receptiveCase(t, "no layers", []int{}, []int{})
	receptiveCase(t, "strides longer than kernels", []int{1, 2, 3}, []int{3, 4, 2})
	receptiveCase(t, "kernels of one", []int{1, 1, 1}, []int{1, 2, 2})
	for range 6 {
		var kernels, strides []int
		for range 2 + r.IntN(5) {
			kernels, strides = append(kernels, 1+r.IntN(5)), append(strides, 1+r.IntN(3))
		}
		receptiveCase(t, "a random stack", kernels, strides)
	}
}

// ---- refusals

func refusesAll(t *grading.T) {
	refuse := func(what, mistake, fn string, args ...any) {
		t.CallErr(grading.Failure{Input: fn + ", " + what, Error: "no error", Mistake: mistake}, fn, args...)
	}
	x, w := gaussian(t.Rand, 4, 5), gaussian(t.Rand, 2, 2)
	ragged := [][]float64{{1, 2}, {3}}
	longer := [][]float64{{1}, {2, 3}}
	bad := func(v float64) [][]float64 { return [][]float64{{1, 2}, {3, v}} }
	huge := [][]float64{{1e200, 1e200}, {1, 1}}
	for _, fn := range []string{"Correlate", "Convolve", "KernelGradient", "InputGradient"} {
		kit.Accepted(t, "a good input", fn, x, w)
		refuse("no rows first", "shape-passes", fn, [][]float64{}, w)
		refuse("no rows second", "shape-passes", fn, x, [][]float64{})
		refuse("rows without entries", "shape-passes", fn, x, [][]float64{{}, {}})
		refuse("a ragged first matrix", "shape-passes", fn, ragged, [][]float64{{1}})
		refuse("a second row too long", "shape-passes", fn, x, longer)
		refuse("a second row too short", "shape-passes", fn, x, ragged)
		for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			refuse(fmt.Sprintf("%v in the second", v), "nan-passes", fn, x, bad(v))
			refuse(fmt.Sprintf("%v in the first", v), "nan-passes", fn, bad(v), [][]float64{{1}})
		}
		refuse("an infinite entry times 0", "nan-passes", fn, bad(math.Inf(1)), [][]float64{{0}})
		refuse("a result that overflows", "nan-passes", fn, huge, [][]float64{{1e200}})
		if fn != "InputGradient" {
			refuse("too high", "size-passes", fn, [][]float64{{1, 2, 3}}, w)
			refuse("too wide", "size-passes", fn, [][]float64{{1}, {2}, {3}}, w)
		}
	}
	kit.Accepted(t, "a good input", "Circulant", []float64{1, 2}, 2)
	refuse("no entries", "shape-passes", "Circulant", []float64{}, 3)
	refuse("more entries than the size", "size-passes", "Circulant", []float64{1, 2, 3}, 2)
	refuse("size 0", "size-passes", "Circulant", []float64{1}, 0)
	refuse("size −2", "size-passes", "Circulant", []float64{1}, -2)
	refuse("NaN", "nan-passes", "Circulant", []float64{1, math.NaN()}, 3)
	refuse("an infinity", "nan-passes", "Circulant", []float64{math.Inf(-1)}, 3)
	kit.Accepted(t, "a good input", "ReceptiveField", []int{3}, []int{1})
	refuse("a stride too few", "shape-passes", "ReceptiveField", []int{3, 3}, []int{1})
	refuse("a stride too many", "shape-passes", "ReceptiveField", []int{3}, []int{1, 1})
	refuse("a kernel of 0", "size-passes", "ReceptiveField", []int{3, 0}, []int{1, 1})
	refuse("a negative kernel", "size-passes", "ReceptiveField", []int{-3}, []int{1})
	refuse("a stride of 0", "size-passes", "ReceptiveField", []int{3, 3}, []int{0, 1})
	refuse("a last stride of 0", "size-passes", "ReceptiveField", []int{3, 3}, []int{1, 0})
}

func untouched(t *grading.T) {
	x, w := gaussian(t.Rand, 4, 5), gaussian(t.Rand, 3, 2)
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"Correlate", []any{x, w}}, {"Convolve", []any{x, w}}, {"KernelGradient", []any{x, w}}, {"InputGradient", []any{w, x}},
		{"Circulant", []any{w[0], 4}}, {"ReceptiveField", []any{[]int{3, 2}, []int{1, 2}}},
	} {
		kit.Untouched(t, "changes-argument", c.fn, c.args...)
	}
}

func gaussian(r *rand.Rand, m, n int) [][]float64 {
	return table(m, n, func(i, j int) float64 { return r.NormFloat64() })
}

// ### END HIDDEN TESTS
