// ### BEGIN HIDDEN TESTS

package softmaxcrossentropy

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
)

// Tolerances. Scores of 1000 are known to 10⁻¹³, and so are exponents, and relatively what is made of exponentials; sums
// of 50 terms leave that below 10⁻¹¹. A slip is off by far more than 10⁻⁹. A difference quotient of step 10⁻⁵ errs by h²|F‴| + 2⁻⁵²|F|/h ≈ 10⁻⁹.
const (
	tolerance   = 1e-9
	tolQuotient = 1e-6
	quotient    = 1e-5
)

// flat writes any result as one vector, so that results of all shapes are compared alike.
func flat(values ...any) []float64 {
	var f []float64
	for _, v := range values {
		switch v := v.(type) {
		case float64:
			f = append(f, v)
		case []float64:
			f = append(f, v...)
		case [][]float64:
			for _, row := range v {
				f = append(f, row...)
			}
		}
	}
	return f
}

// compute is the reference's result of fn, with a slip.
func compute(fn, slip string, args []any) []any {
	switch fn {
	case "LogSumExp":
		return []any{lse(args[0].([]float64), slip)}
	case "Softmax":
		return []any{softmax(args[0].([]float64), slip)}
	case "LogSoftmax":
		return []any{logSoftmax(args[0].([]float64), slip)}
	case "Jacobian":
		return []any{jacobianOf(args[0].([]float64), slip)}
	case "CrossEntropy":
		l, g := crossEntropy(args[0].([]float64), args[1].([]float64), slip)
		return []any{l, g}
	}
	l, g := batchOf(args[0].([]int), args[1].([][]float64), slip)
	return []any{l, g}
}

// results reads the student's results in the shapes of want; the check fails if they have others.
func results(t *grading.T, fn string, want []any, args []any) []any {
	a := t.Call(fn, args...)
	f := grading.Failure{Input: t.Input(), Computed: a.String(), Expected: show(want)}
	if a.Failed() {
		f.Error = "an error where a result exists"
		t.Fail(f)
	}
	got := make([]any, len(want))
	for i, w := range want {
		switch w := w.(type) {
		case float64:
			got[i] = a.Float(i)
		case []float64:
			g := a.Floats(i)
			if len(g) != len(w) {
				f.Error = fmt.Sprintf("%d entries, want %d", len(g), len(w))
				t.Fail(f)
			}
			got[i] = g
		case [][]float64:
			g := a.Matrix(i)
			ok := len(g) == len(w)
			for r := range g {
				ok = ok && len(g[r]) == len(w[r])
			}
			if !ok {
				f.Error = fmt.Sprintf("the matrix has another shape than %d×%d", len(w), len(w[0]))
				t.Fail(f)
			}
			got[i] = g
		}
	}
	if !grading.AllFinite(flat(got...)) {
		f.Error = "the result is not finite"
		// with e^z out of range the softmax of (1000, 999) tells an overflow from log 0
		if s := t.Call("Softmax", []float64{1000, 999}); !s.Failed() && len(s.Floats(0)) == 2 && grading.AllFinite(s.Floats(0)) {
			f.Mistake = "log-underflow"
		} else {
			f.Mistake = "overflow"
		}
		t.Fail(f)
	}
	return got
}

func show(values []any) string {
	s := ""
	for i, v := range values {
		if i > 0 {
			s += ", "
		}
		s += grading.Show(v)
	}
	return s
}

// judge demands the reference's results, and returns the student's.
func judge(t *grading.T, fn string, args ...any) []any {
	want := compute(fn, "", args)
	got := results(t, fn, want, args)
	input := t.Input()
	g, w := flat(got...), flat(want...)
	if grading.CloseSlice(g, w, tolerance) {
		return got
	}
	_, off := grading.WorstDiff(g, w)
	t.Fail(grading.Failure{Input: input, Computed: show(got), Expected: show(want), Error: fmt.Sprintf("off by %.2g, allowed %.0e", off, tolerance), Mistake: diagnose(t, fn, args, g, w)})
	return nil
}

// diagnose names the mistake that gives got: as a whole, or else in the gradient only or in the loss only.
func diagnose(t *grading.T, fn string, args []any, got, want []float64) string {
	whole, gradient, value := map[string]any{}, map[string]any{}, map[string]any{}
	for _, m := range mistakes {
		r := flat(compute(fn, m.ID, args)...)
		whole[m.ID] = r
		if fn == "CrossEntropy" || fn == "Batch" {
			gradient[m.ID] = append([]float64{want[0]}, r[1:]...)
			value[m.ID] = append([]float64{r[0]}, want[1:]...)
		}
	}
	for _, would := range []map[string]any{whole, gradient, value} {
		if id := t.Mistaken(got, want, tolerance, would); id != "" {
			return id
		}
	}
	return ""
}

func gaussian(r *rand.Rand, k int, scale float64) []float64 {
	z := make([]float64, k)
	for j := range z {
		z[j] = scale * r.NormFloat64()
	}
	return z
}

// spread is a distribution of k classes.
func spread(r *rand.Rand, k int) []float64 {
	y, sum := make([]float64, k), 0.0
	for j := range y {
		y[j] = 0.05 + r.ExpFloat64()
		sum += y[j]
	}
	for j := range y {
		y[j] /= sum
	}
	return y
}

func softmaxCases(t *grading.T) {
	for _, fn := range []string{"LogSumExp", "Softmax", "LogSoftmax", "Jacobian"} {
		judge(t, fn, half)
		judge(t, fn, lecture)
	}
	judge(t, "LogSoftmax", []float64{1000, -1000})
}

func entropyCases(t *grading.T) {
	judge(t, "CrossEntropy", []float64{0, 1, 0}, half)
	judge(t, "CrossEntropy", []float64{0, 1, 0, 0}, lecture)
	judge(t, "Batch", []int{1, 0}, [][]float64{half, {0, 0, 0}})
}

func softmaxRandom(t *grading.T) {
	r := t.Rand
	for range 4 {
		k := 2 + r.IntN(5)
		z := gaussian(r, k, 2)
		p := results(t, "Softmax", compute("Softmax", "", []any{z}), []any{z})[0].([]float64)
		input, sum := t.Input(), 0.0
		for _, v := range p {
			sum += v
		}
		fail := func(expected, err string) {
			t.Fail(grading.Failure{Input: input, Computed: grading.Show(p), Expected: expected, Error: err,
				Mistake: diagnose(t, "Softmax", []any{z}, p, softmax(z, ""))})
		}
		if !grading.Close(sum, 1, tolerance) {
			fail("probabilities that sum to 1", fmt.Sprintf("they sum to %.6g", sum))
		}
		for i := range z {
			for j := range z {
				if z[i] > z[j] && !(p[i] > p[j]) {
					fail("the order of the scores", fmt.Sprintf("score %d is above score %d, but its probability is not", i, j))
				}
			}
		}
		judge(t, "Softmax", z)
		judge(t, "LogSoftmax", z)
		judge(t, "Softmax", minus(z, -50-20*r.Float64())) // a common shift
	}
	judge(t, "Softmax", []float64{0.7})
	judge(t, "LogSoftmax", gaussian(r, 50, 3))
}

func logSumExpRandom(t *grading.T) {
	r := t.Rand
	for range 4 {
		k := 2 + r.IntN(6)
		z := gaussian(r, k, 3)
		l := results(t, "LogSumExp", compute("LogSumExp", "", []any{z}), []any{z})[0].(float64)
		m := slices.Max(z)
		if !(l >= m-tolerance && l <= m+math.Log(float64(k))+tolerance) {
			t.Fail(grading.Failure{Input: t.Input(), Computed: grading.Show(l), Expected: fmt.Sprintf("between max = %.4g and max + log %d = %.4g", m, k, m+math.Log(float64(k))),
				Error: "outside of these bounds", Mistake: diagnose(t, "LogSumExp", []any{z}, []float64{l}, []float64{lse(z, "")})})
		}
		judge(t, "LogSumExp", z)
		judge(t, "LogSumExp", minus(z, 100)) // all far below 0
	}
	judge(t, "LogSumExp", []float64{-2.5})
	judge(t, "LogSumExp", make([]float64, 50))
}

// extremes are scores whose exponentials have no place in a float64.
func extremes(r *rand.Rand) [][]float64 {
	all := [][]float64{{1000, 999, 998.5}, {-1000, -1001.5, -999}, {1000, -1000, 0}, {710, 709, 3}, {-746, -747, -750}, {1000, 1000, 1000}, {-1000, -1000, -1000}, {1000}, {-1000}}
	for _, z := range all {
		r.Shuffle(len(z), func(i, j int) { z[i], z[j] = z[j], z[i] })
	}
	return all
}

func stable(t *grading.T) {
	for _, z := range extremes(t.Rand) {
		judge(t, "LogSumExp", z)
		judge(t, "Softmax", z)
		judge(t, "LogSoftmax", z)
	}
}

func jacobian(t *grading.T) {
	r := t.Rand
	scores := append(extremes(r), gaussian(r, 2, 1), gaussian(r, 4, 1.5), gaussian(r, 6, 2), []float64{0.3})
	slices.Reverse(scores) // the harmless ones first
	for _, z := range scores {
		jac := results(t, "Jacobian", compute("Jacobian", "", []any{z}), []any{z})[0].([][]float64)
		input := t.Input()
		fail := func(expected, err string) {
			t.Fail(grading.Failure{Input: input, Computed: grading.Show(jac), Expected: expected, Error: err,
				Mistake: diagnose(t, "Jacobian", []any{z}, flat(jac), flat(jacobianOf(z, "")))})
		}
		for i, row := range jac {
			sum := 0.0
			for j, v := range row {
				sum += v
				if !grading.Close(v, jac[j][i], tolerance) {
					fail("a symmetric matrix", fmt.Sprintf("entries (%d, %d) and (%d, %d) differ", i, j, j, i))
				}
			}
			if !(math.Abs(sum) <= tolerance) {
				fail("rows that sum to 0", fmt.Sprintf("row %d sums to %.4g", i, sum))
			}
		}
		judge(t, "Jacobian", z)
	}
}

// entropy demands that the gradient is that of the loss, then the values.
func entropy(t *grading.T, y, z []float64) {
	args := []any{y, z}
	want := compute("CrossEntropy", "", args)
	got := results(t, "CrossEntropy", want, args)
	input := t.Input()
	slopes := make([]float64, len(z))
	for j := range z {
		up, down := slices.Clone(z), slices.Clone(z)
		up[j], down[j] = z[j]+quotient, z[j]-quotient
		a := results(t, "CrossEntropy", want, []any{y, up})[0].(float64)
		b := results(t, "CrossEntropy", want, []any{y, down})[0].(float64)
		slopes[j] = (a - b) / (2 * quotient)
	}
	if i, off := grading.WorstDiff(got[1].([]float64), slopes); !(off <= tolQuotient) {
		t.Fail(grading.Failure{Input: input, Computed: "gradient " + grading.Show(got[1]), Expected: "difference quotients of the loss returned: " + grading.Show(slopes),
			Error: fmt.Sprintf("entry %d is off by %.2g", i, off), Mistake: diagnose(t, "CrossEntropy", args, flat(got...), flat(want...))})
	}
	judge(t, "CrossEntropy", y, z)
}

func entropyRandom(t *grading.T) {
	r := t.Rand
	for range 3 {
		k := 2 + r.IntN(4)
		entropy(t, oneHot(k, r.IntN(k)), gaussian(r, k, 2))
		entropy(t, spread(r, k), gaussian(r, k, 2))
	}
}

func entropyEdges(t *grading.T) {
	r := t.Rand
	judge(t, "CrossEntropy", []float64{1}, gaussian(r, 1, 3)) // one class: no loss, no gradient
	judge(t, "CrossEntropy", oneHot(50, r.IntN(50)), gaussian(r, 50, 2))
	y := spread(r, 5)
	log := make([]float64, 5)
	for j := range y {
		log[j] = math.Log(y[j]) + 7
	}
	judge(t, "CrossEntropy", y, log) // p = y: the loss is the entropy, the gradient 0
	for _, z := range extremes(r) {
		for c := range z {
			judge(t, "CrossEntropy", oneHot(len(z), c), z)
		}
	}
}

func batchRandom(t *grading.T) {
	r := t.Rand
	for i := range 4 {
		n, k := 2+r.IntN(5), 2+r.IntN(4)
		if i == 0 {
			n = 1
		}
		labels, z := make([]int, n), make([][]float64, n)
		for i := range z {
			labels[i], z[i] = r.IntN(k), gaussian(r, k, 2)
		}
		judge(t, "Batch", labels, z)
	}
	judge(t, "Batch", []int{1, 0, 2}, [][]float64{{1000, -1000, 3}, {0, 0, 0}, {-1000, -999, -998}})
	judge(t, "Batch", []int{0, 0}, [][]float64{{4}, {-1000}}) // one class
}

func untouched(t *grading.T) {
	z, y := []float64{0.5, -0.25, 2}, []float64{0, 1, 0}
	for _, c := range []struct {
		fn   string
		args []any
	}{{"LogSumExp", []any{z}}, {"Softmax", []any{z}}, {"LogSoftmax", []any{z}}, {"Jacobian", []any{z}}, {"CrossEntropy", []any{y, z}}, {"Batch", []any{[]int{2}, [][]float64{z}}}} {
		fn, args := c.fn, c.args
		a := t.Call(fn, args...)
		for i := range args {
			if a.Changed(i) {
				t.Fail(grading.Failure{Input: t.Input(), Computed: fmt.Sprintf("argument %d is changed after the call", i+1), Expected: "arguments as they were",
					Error: "the function writes to what it was given", Mistake: "changes-arguments"})
			}
		}
		judge(t, fn, args...)
	}
}

func refusesAll(t *grading.T) {
	good := []float64{0.3, -1, 2}
	nan, inf := math.NaN(), math.Inf(1)
	refuse := func(what, mistake, fn string, args ...any) {
		t.CallErr(grading.Failure{Error: what + ", and no error", Mistake: mistake}, fn, args...)
	}
	for _, fn := range []string{"LogSumExp", "Softmax", "LogSoftmax", "Jacobian"} {
		judge(t, fn, good) // who refuses everything earns nothing
		refuse("a score is NaN", "nan-passes", fn, []float64{1, nan})
		refuse("a score is +∞", "nan-passes", fn, []float64{inf, 1})
		refuse("a score is −∞", "nan-passes", fn, []float64{1, -inf, 2})
		refuse("no scores", "shape-passes", fn, []float64{})
	}
	y := []float64{0, 1, 0}
	judge(t, "CrossEntropy", y, good)
	refuse("a score is NaN", "nan-passes", "CrossEntropy", y, []float64{nan, 1, 2})
	refuse("a target is NaN", "target-passes", "CrossEntropy", []float64{0, 1, nan}, good)
	refuse("three targets for two scores", "shape-passes", "CrossEntropy", y, good[:2])
	refuse("nothing at all", "shape-passes", "CrossEntropy", []float64{}, []float64{})
	refuse("the target sums to 2", "target-passes", "CrossEntropy", []float64{1, 1, 0}, good)
	refuse("the target is zero", "target-passes", "CrossEntropy", []float64{0, 0, 0}, good)
	refuse("an entry of the target is negative", "target-passes", "CrossEntropy", []float64{-0.5, 1, 0.5}, good)
	rows := [][]float64{good, {1, 2, 3}}
	judge(t, "Batch", []int{2, 0}, rows)
	refuse("a score is +∞", "nan-passes", "Batch", []int{2, 0}, [][]float64{good, {inf, 2, 3}})
	refuse("label 3 of three classes", "label-passes", "Batch", []int{2, 3}, rows)
	refuse("label −1", "label-passes", "Batch", []int{-1, 0}, rows)
	refuse("rows of different length", "shape-passes", "Batch", []int{0, 0}, [][]float64{good, {1, 2}})
	refuse("three labels for two rows", "shape-passes", "Batch", []int{0, 0, 0}, rows)
	refuse("no rows", "shape-passes", "Batch", []int{}, [][]float64{})
}

// ### END HIDDEN TESTS
