// ### BEGIN HIDDEN TESTS

package losses

import (
	"fmt"
	"math"
	"math/rand/v2"

	"nncourse/grading"
)

// Tolerances. Scores up to 1000 are known to 10⁻¹³, and so are the exponents oⱼ − m and, relatively, all that is made
// of their exponentials; sums of 50 terms and a quotient leave that below 10⁻¹¹. A slip is off by far more than 10⁻⁹.
// A difference quotient of step 10⁻⁵ errs by h²|F‴| + 2⁻⁵²|F|/h ≈ 10⁻⁹ for the losses here, which stay below 100.
const (
	tolerance   = 1e-9
	tolQuotient = 1e-6
	quotient    = 1e-5
)

var all = []string{"L1", "L2", "Hinge 1", "Hinge 2", "Hinge 3", "Expectation", "RegularisedExpectation", "Chebyshev", "Log", "SquaredLog", "Tanimoto", "CauchySchwarz"}

// soft are those with a softmax.
var soft = all[5:]

// call runs the function of that name: its arguments are y, o and for a hinge the power.
func call(t *grading.T, name string, y, o []float64) grading.Answer {
	fn, args := arguments(name, y, o)
	return t.Call(fn, args...)
}

func arguments(name string, y, o []float64) (fn string, args []any) {
	if len(name) == 7 && name[:6] == "Hinge " {
		return "Hinge", []any{y, o, int(name[6] - '0')}
	}
	return name, []any{y, o}
}

// answer returns the loss and its gradient in one vector; the check fails if there is no such result.
func answer(t *grading.T, name string, y, o []float64) result {
	a := call(t, name, y, o)
	want := reference(name, y, o, "")
	f := grading.Failure{Input: t.Input(), Computed: a.String(), Expected: text(want)}
	if a.Failed() {
		f.Error = "an error where a result exists"
		t.Fail(f)
	}
	v, g := a.Float(0), a.Floats(1)
	if len(g) != len(o) {
		f.Error = fmt.Sprintf("the gradient has %d entries, want %d", len(g), len(o))
		t.Fail(f)
	}
	r := append(result{v}, g...)
	if !grading.AllFinite(r) {
		f.Error = "the result is not finite"
		f.Mistake = notFinite(t, o)
		t.Fail(f)
	}
	return r
}

// notFinite says why a result at the scores o may not be finite: with e^o out of range, Expectation, which has no
// logarithm, tells an overflow from log 0.
func notFinite(t *grading.T, o []float64) string {
	large := 0.0
	for _, v := range o {
		large = math.Max(large, math.Abs(v))
	}
	if large < 30 {
		return ""
	}
	a := t.Call("Expectation", []float64{1, 0}, []float64{1000, 999})
	if a.Failed() || (!math.IsNaN(a.Float(0)) && grading.AllFinite(a.Floats(1))) {
		return "log-underflow"
	}
	return "overflow"
}

func text(r result) string { return grading.Show(r[0]) + ", " + grading.Show([]float64(r[1:])) }

// judge demands the reference's loss and gradient.
func judge(t *grading.T, name string, y, o []float64) {
	got, want := answer(t, name, y, o), reference(name, y, o, "")
	if grading.CloseSlice(got, want, tolerance) {
		return
	}
	fn, args := arguments(name, y, o)
	input := fn + "("
	for i, a := range args {
		if i > 0 {
			input += ", "
		}
		input += grading.Show(a)
	}
	i, off := grading.WorstDiff(got, want)
	what := "the loss is off"
	if i > 0 {
		what = fmt.Sprintf("entry %d of the gradient is off", i-1)
	}
	t.Fail(grading.Failure{Input: input + ")", Computed: text(got), Expected: text(want), Error: fmt.Sprintf("%s by %.2g, allowed %.0e", what, off, tolerance),
		Mistake: diagnose(t, name, y, o, got, want)})
}

// diagnose names the mistake that gives got: the loss and the gradient, or else only one of them beside the right other.
func diagnose(t *grading.T, name string, y, o []float64, got, want result) string {
	whole, gradient, value := map[string]any{}, map[string]any{}, map[string]any{}
	for _, m := range mistakes {
		r := reference(name, y, o, m.ID)
		whole[m.ID] = []float64(r)
		gradient[m.ID] = append([]float64{want[0]}, r[1:]...)
		value[m.ID] = append([]float64{r[0]}, want[1:]...)
	}
	for _, would := range []map[string]any{whole, gradient, value} {
		if id := t.Mistaken([]float64(got), []float64(want), tolerance, would); id != "" {
			return id
		}
	}
	return ""
}

func judged(t *grading.T, y, o []float64, names ...string) {
	for _, name := range names {
		judge(t, name, y, o)
	}
}

func oneHot(k, c int) []float64 {
	y := make([]float64, k)
	y[c] = 1
	return y
}

func gaussian(r *rand.Rand, k int, scale float64) []float64 {
	o := make([]float64, k)
	for j := range o {
		o[j] = scale * r.NormFloat64()
	}
	return o
}

// spread is a distribution of k classes without zeros, and sometimes with one.
func spread(r *rand.Rand, k int) []float64 {
	y, sum := make([]float64, k), 0.0
	for j := range y {
		y[j] = 0.1 + r.ExpFloat64()
		sum += y[j]
	}
	if k > 2 && r.IntN(3) == 0 {
		j := r.IntN(k)
		sum -= y[j]
		y[j] = 0
	}
	for j := range y {
		y[j] /= sum
	}
	return y
}

// apart tells whether no kink is near enough for a difference quotient to straddle it.
func apart(name string, y, o []float64) bool {
	r := reference(name, y, o, "")
	for j := range o {
		for _, step := range []float64{-10 * quotient, 10 * quotient} {
			q := append([]float64(nil), o...)
			q[j] += step
			for i, g := range reference(name, y, q, "")[1:] {
				if math.Abs(g-r[1+i]) > 0.05*(1+math.Abs(g)) { // a jump
					return false
				}
			}
		}
	}
	return true
}

func gradients(t *grading.T) {
	r := t.Rand
	for _, name := range all {
		for try, done := 0, 0; done < 2; try++ {
			if try == 100 {
				panic("losses: no point away from the kinks of " + name)
			}
			k := 3 + r.IntN(2)
			y, o := oneHot(k, r.IntN(k)), gaussian(r, k, 1.2)
			if done == 1 {
				y = spread(r, k)
			}
			if !apart(name, y, o) {
				continue
			}
			done++
			got := answer(t, name, y, o)
			input := t.Input()
			slopes, sum := make([]float64, k), 0.0
			for j := range o {
				up, down := append([]float64(nil), o...), append([]float64(nil), o...)
				up[j], down[j] = o[j]+quotient, o[j]-quotient
				slopes[j] = (answer(t, name, y, up)[0] - answer(t, name, y, down)[0]) / (2 * quotient)
				sum += got[1+j]
			}
			f := grading.Failure{Input: input, Computed: "gradient " + grading.Show([]float64(got[1:])), Expected: "difference quotients of the loss returned: " + grading.Show(slopes)}
			if i, off := grading.WorstDiff(got[1:], slopes); !(off <= tolQuotient) {
				f.Error = fmt.Sprintf("entry %d is off by %.2g", i, off)
				f.Mistake = diagnose(t, name, y, o, got, reference(name, y, o, ""))
				t.Fail(f)
			}
			if name != "L1" && name != "L2" && name[0] != 'H' && !(math.Abs(sum) <= tolerance) {
				f.Error, f.Expected = fmt.Sprintf("the gradient sums to %.2g", sum), "a gradient that sums to 0, as the softmax does not see a common shift of the scores"
				f.Mistake = diagnose(t, name, y, o, got, reference(name, y, o, ""))
				t.Fail(f)
			}
		}
	}
}

func l1l2(t *grading.T) {
	r := t.Rand
	for range 4 {
		k := 1 + r.IntN(5)
		judged(t, gaussian(r, k, 2), gaussian(r, k, 2), "L1", "L2") // any numbers, no distribution
	}
	o := gaussian(r, 4, 2)
	y := append([]float64(nil), o...)
	y[1] += 1
	judged(t, y, o, "L1", "L2")                                         // three entries at the kink
	judged(t, o, o, "L1", "L2")                                         // all of them
	judged(t, gaussian(r, 3, 1e-60), gaussian(r, 3, 1e-60), "L1", "L2") // signs of tiny differences
	judged(t, gaussian(r, 3, 1e60), gaussian(r, 3, 1e60), "L1", "L2")   // squares of 10¹²⁰
}

func hinge(t *grading.T) {
	r := t.Rand
	for range 4 {
		k := 1 + r.IntN(5)
		judged(t, oneHot(k, r.IntN(k)), gaussian(r, k, 1), "Hinge 1", "Hinge 2", "Hinge 3")
	}
	judged(t, spread(r, 4), gaussian(r, 4, 1), "Hinge 1", "Hinge 2", "Hinge 3")
	judged(t, oneHot(3, 1), []float64{-0.5, 0.5, 0.25}, "Hinge 1", "Hinge 2", "Hinge 3") // two corners
	judged(t, oneHot(3, 1), []float64{-3, 2, -0.75}, "Hinge 1", "Hinge 2", "Hinge 3")    // all beyond the margin
	judged(t, oneHot(2, 0), []float64{-1000, 1000}, "Hinge 1", "Hinge 2", "Hinge 3")
}

// both tries a one-hot target and a distribution, a few times each.
func both(t *grading.T, names ...string) {
	r := t.Rand
	for range 3 {
		k := 2 + r.IntN(4)
		judged(t, oneHot(k, r.IntN(k)), gaussian(r, k, 2), names...)
		judged(t, spread(r, k), gaussian(r, k, 2), names...)
	}
}

func expectation(t *grading.T) { both(t, "Expectation", "RegularisedExpectation") }
func logs(t *grading.T)        { both(t, "Log", "SquaredLog") }
func tanimoto(t *grading.T)    { both(t, "Tanimoto") }
func cauchySchwarz(t *grading.T) {
	both(t, "CauchySchwarz")
}

func chebyshev(t *grading.T) {
	both(t, "Chebyshev")
	// the right class has a small probability: σ − y is far below 0 there and above 0 elsewhere
	o := gaussian(t.Rand, 4, 0.5)
	o[2] -= 3
	judge(t, "Chebyshev", oneHot(4, 2), o)
}

func edges(t *grading.T) {
	r := t.Rand
	judged(t, []float64{1}, gaussian(r, 1, 1), soft...) // one class is certain: no gradient
	judged(t, oneHot(2, 1), gaussian(r, 2, 1), soft...)
	judged(t, oneHot(50, r.IntN(50)), gaussian(r, 50, 2), soft...)
	judged(t, oneHot(4, 1), []float64{-7, -7, -7, -7}, soft...)
	// σ = y. Where |σ − y| or its maximum has a kink rounding decides the side, so that these two are left out.
	judged(t, []float64{0.25, 0.25, 0.25, 0.25}, []float64{3, 3, 3, 3}, "RegularisedExpectation", "Log", "SquaredLog", "Tanimoto", "CauchySchwarz")
}

func stable(t *grading.T) {
	r := t.Rand
	for _, o := range [][]float64{{1000, 998.5, 999}, {-1000, -1001, -999.25}, {1000, -1000, 0}, {-1000, 1000, 300}} {
		for i, j := range r.Perm(len(o)) {
			o[i], o[j] = o[j], o[i]
		}
		for c := range o {
			judged(t, oneHot(3, c), o, soft...)
		}
		judged(t, spread(r, 3), o, soft...)
	}
}

func untouched(t *grading.T) {
	for _, name := range all {
		y, o := oneHot(3, 1), []float64{0.5, -0.25, 2}
		a := call(t, name, y, o)
		if a.Changed(0) || a.Changed(1) {
			t.Fail(grading.Failure{Input: t.Input(), Computed: "y or o is changed after the call", Expected: "y and o as they were", Error: "the function writes to what it was given", Mistake: "changes-arguments"})
		}
		judge(t, name, y, o)
	}
}

func refusesAll(t *grading.T) {
	good, scores := []float64{0, 1, 0}, []float64{0.3, -1, 2}
	nan, inf := math.NaN(), math.Inf(1)
	for _, name := range all {
		judge(t, name, good, scores) // who refuses everything earns nothing
		refuse := func(what, mistake string, y, o []float64) {
			fn, args := arguments(name, y, o)
			t.CallErr(grading.Failure{Error: what + ", and no error", Mistake: mistake}, fn, args...)
		}
		refuse("two targets for three scores", "shape-passes", good[:2], scores)
		refuse("three targets for two scores", "shape-passes", good, scores[:2])
		refuse("nothing at all", "shape-passes", []float64{}, []float64{})
		refuse("a score is NaN", "nan-passes", good, []float64{0, nan, 1})
		refuse("a score is −∞", "nan-passes", good, []float64{0, 1, -inf})
		refuse("a target is NaN", "nan-passes", []float64{nan, 1, 0}, scores)
		if name == "L1" || name == "L2" {
			refuse("a target is ∞", "nan-passes", []float64{0, 1, inf}, scores)
			continue
		}
		refuse("the target sums to 2", "target-passes", []float64{1, 1, 0}, scores)
		refuse("the target is zero", "target-passes", []float64{0, 0, 0}, scores)
		refuse("an entry of the target is negative", "target-passes", []float64{-0.5, 1, 0.5}, scores)
	}
	for _, power := range []int{0, 4, -1} {
		t.CallErr(grading.Failure{Error: fmt.Sprintf("the power is %d, and no error", power), Mistake: "power-passes"}, "Hinge", good, scores, power)
	}
}

// ### END HIDDEN TESTS
