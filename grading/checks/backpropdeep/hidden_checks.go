// ### BEGIN HIDDEN TESTS

package backpropdeep

import (
	"fmt"
	"math"
	"math/rand/v2"

	"nncourse/grading"
)

// Tolerances. Sums of at most 30 products in up to 20 layers, whose weights are scaled to keep signals of size 1: right to
// 10⁻¹². A few steps of training do not amplify that by 10³. A slip is off by far more than 10⁻⁹. A difference quotient of
// step 10⁻⁵ errs by h²|R‴| + 2⁻⁵²|R|/h ≈ 10⁻⁹ for R of size 1.
const (
	tolerance   = 1e-9
	tolQuotient = 1e-6
	quotient    = 1e-5
)

var activations = []string{"sigmoid", "tanh", "relu", "identity"}

// judge compares the results part by part with those of the reference, which is with(""), and names the mistake.
func judge(t *grading.T, a grading.Answer, names []string, with func(slip string) []any) {
	want := with("")
	input := t.Input()
	if a.Failed() {
		t.Fail(grading.Failure{Input: input, Computed: a.String(), Expected: names[0] + " = " + grading.Show(want[0]), Error: "an error where a result exists"})
	}
	got := make([]any, len(want))
	for i, w := range want {
		got[i] = result(a, i, w)
	}
	for i := range want {
		if !grading.CloseAny(got[i], want[i], tolerance) {
			t.Fail(grading.Failure{Input: input, Computed: names[i] + " = " + grading.Show(got[i]), Expected: names[i] + " = " + grading.Show(want[i]), Error: names[i] + " is wrong",
				Mistake: diagnose(i, got, want, with)})
		}
	}
}

// diagnose names the mistake that gives all of got; if none does, the first that gives part i of it.
func diagnose(i int, got, want []any, with func(slip string) []any) string {
	alone := ""
	for _, m := range mistakes {
		would := with(m.ID)
		all, some := true, false
		for k := range got {
			all = all && grading.CloseAny(got[k], would[k], tolerance)
			some = some || !grading.CloseAny(would[k], want[k], tolerance)
		}
		if all && some {
			return m.ID
		}
		if alone == "" && grading.CloseAny(got[i], would[i], tolerance) && !grading.CloseAny(would[i], want[i], tolerance) {
			alone = m.ID
		}
	}
	return alone
}

func judgeForward(t *grading.T, w [][][]float64, g string, x []float64) {
	judge(t, t.Call("Forward", w, g, x), []string{"a", "z"}, func(slip string) []any {
		a, z := forward(w, g, x, slip)
		return []any{a, z}
	})
}

func judgeDeltas(t *grading.T, w [][][]float64, g string, x, y []float64) {
	judge(t, t.Call("Deltas", w, g, x, y), []string{"δ"}, func(slip string) []any {
		a, z := forward(w, g, x, slip)
		return []any{deltas(w, g, a, z, y, slip)}
	})
}

func judgeGradient(t *grading.T, w [][][]float64, g string, x, y [][]float64) {
	judge(t, t.Call("Gradient", w, g, x, y), []string{"R", "∂R/∂w"}, func(slip string) []any {
		risk, dw := gradient(w, g, x, y, slip)
		return []any{risk, dw}
	})
}

func judgeTrain(t *grading.T, w [][][]float64, g string, x, y [][]float64, rate float64, steps int) {
	judge(t, t.Call("Train", w, g, x, y, rate, steps), []string{"w", "the risks"}, func(slip string) []any {
		end, risks := train(w, g, x, y, rate, steps, slip)
		return []any{end, risks}
	})
}

func gaussian(r *rand.Rand, rows, cols int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		for range cols {
			m[i] = append(m[i], r.NormFloat64())
		}
	}
	return m
}

// network has weights that keep signals of size 1.
func network(r *rand.Rand, sizes ...int) [][][]float64 {
	var w [][][]float64
	for l := 1; l < len(sizes); l++ {
		m := gaussian(r, sizes[l-1], sizes[l])
		for _, row := range m {
			for j := range row {
				row[j] *= math.Sqrt(1.5 / float64(sizes[l-1]))
			}
		}
		w = append(w, m)
	}
	return w
}

// samples are n inputs and targets for which no relu is near its kink, and neither all units of a layer are off.
func samples(r *rand.Rand, w [][][]float64, n int) (x, y [][]float64) {
	outputs := len(w[len(w)-1][0])
	for tries := 0; len(x) < n; tries++ {
		v := gaussian(r, 1, len(w[0]))[0]
		a, z := forward(w, "relu", v, "")
		good := true
		for l := range a {
			some := false
			for k := range a[l] {
				good, some = good && math.Abs(a[l][k]) > 1e-3, some || z[l][k] > 0
			}
			good = good && some
		}
		if good || tries > 200 { // a network with a dead layer has no such inputs
			x, y = append(x, v), append(y, gaussian(r, 1, outputs)[0])
		}
	}
	return x, y
}

func sizes(r *rand.Rand, layers int) []int {
	s := make([]int, layers+1)
	for i := range s {
		s[i] = 2 + r.IntN(4)
		if i > 0 && s[i] == s[i-1] {
			s[i]++
		}
	}
	return s
}

func forwardRandom(t *grading.T) {
	r := t.Rand
	for layers := 1; layers <= 6; layers++ {
		w := network(r, sizes(r, layers)...)
		x, _ := samples(r, w, 1)
		for _, g := range activations {
			judgeForward(t, w, g, x[0])
		}
	}
}

func deltasRandom(t *grading.T) {
	r := t.Rand
	for layers := 1; layers <= 6; layers++ {
		w := network(r, sizes(r, layers)...)
		x, y := samples(r, w, 1)
		for _, g := range activations {
			judgeDeltas(t, w, g, x[0], y[0])
		}
	}
}

func gradientRandom(t *grading.T) {
	r := t.Rand
	for layers := 1; layers <= 4; layers++ {
		w := network(r, sizes(r, layers)...)
		x, y := samples(r, w, 2+r.IntN(4))
		for _, g := range activations {
			judgeGradient(t, w, g, x, y)
		}
	}
}

func square(t *grading.T) {
	r := t.Rand
	for _, k := range []int{2, 3, 5} {
		w := network(r, k, k, k, k)
		x, y := samples(r, w, 3)
		for _, g := range activations {
			judgeForward(t, w, g, x[0])
			judgeDeltas(t, w, g, x[0], y[0])
			judgeGradient(t, w, g, x, y)
		}
	}
}

// quotients compares the gradient with difference quotients of the risk, all by the student's own function.
func quotients(t *grading.T) {
	r := t.Rand
	for _, g := range activations {
		w := network(r, 2, 3, 2, 1)
		x, y := samples(r, w, 3)
		a := t.Call("Gradient", w, g, x, y)
		if a.Failed() || !sameShape(a.Cube(1), w) {
			judgeGradient(t, w, g, x, y)
		}
		input, dw := t.Input(), a.Cube(1)
		for l := range w {
			for i := range w[l] {
				slopes := make([]float64, len(w[l][i]))
				for j, old := range w[l][i] {
					w[l][i][j] = old + quotient
					up := t.CallOK("Gradient", w, g, x, y).Float(0)
					w[l][i][j] = old - quotient
					down := t.CallOK("Gradient", w, g, x, y).Float(0)
					w[l][i][j] = old
					slopes[j] = (up - down) / (2 * quotient)
				}
				if !grading.CloseSlice(dw[l][i], slopes, tolQuotient) {
					judgeGradient(t, w, g, x, y) // it names the cause, if there is a known one
					name := fmt.Sprintf("∂R/∂w[%d][%d]", l, i)
					t.Fail(grading.Failure{Input: input, Computed: name + " = " + grading.Show(dw[l][i]), Expected: "difference quotients of R: " + grading.Show(slopes), Error: name + " is not the derivative of the R returned"})
				}
			}
		}
	}
}

func sameShape(a, b [][][]float64) bool {
	ok := len(a) == len(b)
	for l := 0; ok && l < len(b); l++ {
		ok = len(a[l]) == len(b[l])
		for i := 0; ok && i < len(b[l]); i++ {
			ok = len(a[l][i]) == len(b[l][i])
		}
	}
	return ok
}

func edges(t *grading.T) {
	r := t.Rand
	kink := [][][]float64{{{1, 2, -1}, {1, -2, -2}}, {{1}, {1}, {1}}}
	judgeDeltas(t, kink, "relu", []float64{1, 1}, []float64{5}) // units at 2, at 0 and at −3
	judgeGradient(t, kink, "relu", [][]float64{{1, 1}}, [][]float64{{5}})

	one := [][][]float64{{{-1.5}}}
	for _, g := range activations {
		judgeGradient(t, one, g, [][]float64{{2}}, [][]float64{{0.25}})
		judgeGradient(t, one, g, [][]float64{{0}}, [][]float64{{1}})
	}

	widths := make([]int, 21)
	for i := range widths {
		widths[i] = 3 + i%2
	}
	deep := network(r, widths...)
	x, y := gaussian(r, 2, 3), gaussian(r, 2, 3)
	for _, g := range activations {
		judgeGradient(t, deep, g, x, y)
	}

	dead := [][][]float64{{{-1, -2}, {-1, -1}}, {{1, 2}, {3, 4}}}
	judgeGradient(t, dead, "relu", [][]float64{{1, 1}}, [][]float64{{1, 0}}) // nothing comes through

	w := network(r, 2, 3, 2)
	_, z := forward(w, "tanh", []float64{0.5, -1}, "")
	judgeGradient(t, w, "tanh", [][]float64{{0.5, -1}}, [][]float64{z[1]}) // no error, no gradient

	flat := [][][]float64{{{1, -1}}, {{1}, {2}}}
	for _, g := range []string{"sigmoid", "tanh"} {
		for _, v := range []float64{1000, -1000} {
			judgeForward(t, flat, g, []float64{v})
			judgeGradient(t, flat, g, [][]float64{{v}}, [][]float64{{0.5}})
		}
	}
	judgeGradient(t, flat, "relu", [][]float64{{1000}}, [][]float64{{-1000}})
}

func trainRandom(t *grading.T) {
	r := t.Rand
	for i, g := range activations {
		w := network(r, 2, 3, 2, 2)
		x, y := samples(r, w, 3)
		judgeTrain(t, w, g, x, y, 0.05, 1+i)
	}
	w := network(r, 2, 2)
	x, y := samples(r, w, 2)
	judgeTrain(t, w, "sigmoid", x, y, 0.1, 0)

	// a property: on a small step the risk falls by rate·‖∂R/∂w‖², up to the square of the rate
	w = network(r, 3, 4, 2)
	x, y = samples(r, w, 4)
	a := t.CallOK("Train", w, "tanh", x, y, 1e-5, 1)
	_, dw := gradient(w, "tanh", x, y, "")
	fall := 0.0
	for _, m := range dw {
		for _, row := range m {
			for _, e := range row {
				fall += 1e-5 * e * e
			}
		}
	}
	risks := a.Vector(1, 2)
	if !(math.Abs(risks[0]-risks[1]-fall) <= 1e-3*fall) {
		judgeTrain(t, w, "tanh", x, y, 1e-5, 1)
		t.Fail(grading.Failure{Input: t.Input(), Computed: fmt.Sprintf("the risk falls by %.4g", risks[0]-risks[1]), Expected: fmt.Sprintf("%.4g = rate·‖∂R/∂w‖²", fall), Error: "the step does not go along the gradient"})
	}
	judgeTrain(t, w, "tanh", x, y, 0.2, 30)
}

func untouched(t *grading.T) {
	for _, a := range []grading.Answer{
		t.CallOK("Forward", givenW, "tanh", givenX[0]),
		t.CallOK("Deltas", givenW, "tanh", givenX[0], givenY[0]),
		t.CallOK("Gradient", givenW, "tanh", givenX, givenY),
		t.CallOK("Train", givenW, "tanh", givenX, givenY, 0.1, 2),
	} {
		for i := range 4 {
			if a.Changed(i) {
				t.Fail(grading.Failure{Input: t.Input(), Computed: fmt.Sprintf("argument %d is changed after the call", i+1), Expected: "arguments as they were", Error: "the function writes to what it was given", Mistake: "changes-arguments"})
			}
		}
	}
	judgeTrain(t, givenW, "tanh", givenX, givenY, 0.1, 2)
}

func refusesAll(t *grading.T) {
	judgeGradient(t, givenW, "relu", givenX, givenY) // who refuses everything earns nothing
	judgeTrain(t, givenW, "relu", givenX, givenY, 0.01, 1)
	nan, inf := math.NaN(), math.Inf(1)
	refuse := func(what, mistake, fn string, args ...any) {
		t.CallErr(grading.Failure{Error: what + ", and no error", Mistake: mistake}, fn, args...)
	}
	w, x, y := givenW, givenX, givenY
	refuse("no layer", "shape-passes", "Forward", [][][]float64{}, "relu", x[0])
	refuse("an empty x", "shape-passes", "Forward", w, "relu", []float64{})
	refuse("x has one entry, w[0] two rows", "shape-passes", "Forward", w, "relu", []float64{1})
	refuse("x has three entries, w[0] two rows", "shape-passes", "Gradient", w, "relu", [][]float64{{1, 1, 1}}, y[:1])
	refuse("w[1] has three rows, w[0] two columns", "shape-passes", "Forward", [][][]float64{{{1, -1}, {2, 1}}, {{3}, {-2}, {1}}}, "relu", x[0])
	refuse("w[1] has one row, w[0] two columns", "shape-passes", "Deltas", [][][]float64{{{1, -1}, {2, 1}}, {{3}}}, "relu", x[0], y[0])
	refuse("rows of w[0] differ in length", "shape-passes", "Forward", [][][]float64{{{1, -1}, {2, 1, 5}}, {{3}, {-2}}}, "relu", x[0])
	refuse("y has two entries, the network one output", "shape-passes", "Deltas", w, "relu", x[0], []float64{4, 1})
	refuse("two inputs and one target", "shape-passes", "Gradient", w, "relu", x, y[:1])
	refuse("no samples", "shape-passes", "Gradient", w, "relu", [][]float64{}, [][]float64{})
	refuse("an unknown activation", "unknown-passes", "Forward", w, "softplus", x[0])
	refuse("an activation without a name", "unknown-passes", "Gradient", w, "", x, y)
	refuse("x has a NaN", "nan-passes", "Forward", w, "tanh", []float64{1, nan})
	refuse("a weight is ∞", "nan-passes", "Forward", [][][]float64{{{1, -1}, {2, inf}}, {{3}, {-2}}}, "tanh", x[0])
	refuse("a weight is −∞ and the sigmoid hides it", "nan-passes", "Gradient", [][][]float64{{{1, -1}, {2, -inf}}, {{3}, {-2}}}, "sigmoid", x[:1], y[:1])
	refuse("y has a NaN", "nan-passes", "Deltas", w, "relu", x[0], []float64{nan})
	refuse("the second target is ∞", "nan-passes", "Gradient", w, "tanh", x, [][]float64{{4}, {inf}})
	refuse("the rate is 0", "diverges", "Train", w, "relu", x, y, 0., 1)
	refuse("the rate is negative", "diverges", "Train", w, "relu", x, y, -0.1, 1)
	refuse("the rate is NaN and no step is taken", "diverges", "Train", w, "relu", x, y, nan, 0)
	refuse("−1 steps", "diverges", "Train", w, "relu", x, y, 0.1, -1)
	refuse("the training diverges", "diverges", "Train", w, "identity", x, y, 1e6, 40)
}

// ### END HIDDEN TESTS
