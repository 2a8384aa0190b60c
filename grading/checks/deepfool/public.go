package deepfool

import (
	"fmt"
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

// asked counts what a submission asks of a classifier.
type asked struct{ values, gradients int }

// expect fails the check unless a is the vector want, or (want nil) good says "", after the given number of steps.
func expect(t *grading.T, name string, a grading.Answer, n asked, want []float64, steps int, good func(r []float64) string) {
	fail := func(expected, why string) {
		t.Fail(grading.Failure{Input: name + ": " + t.Input(), Computed: fmt.Sprintf("%s, with %d values and %d gradients asked for", a, n.values, n.gradients), Expected: expected, Error: why})
	}
	if a.Failed() {
		fail("a result", "an error where a result exists")
	}
	a.Unchanged()
	r, iters := a.Vector(0, 2), a.Int(1)
	if want != nil {
		if !grading.CloseSlice(r, want, 1e-9) {
			fail(grading.Show(want), "r differs")
		}
		if iters != steps {
			fail(fmt.Sprintf("%d steps", steps), fmt.Sprintf("%d steps reported", iters))
		}
	} else if why := good(r); why != "" {
		fail("a short r that changes the sign", why)
	}
	if n.gradients > iters+1 || n.values > 2*iters+2 || n.gradients < iters {
		fail(fmt.Sprintf("%d gradients and %d values at most, for %d steps", iters+1, 2*iters+2, iters), "the calls do not fit the steps")
	}
}

func binaryGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	binaryCases(t)
	// ### END HIDDEN TESTS
	run := func(f func(x []float64) float64, grad func(x []float64) []float64, x0 []float64) (grading.Answer, asked) {
		var n asked
		a := t.Call("Binary",
			t.ScalarFunc(2, func(x []float64) float64 { n.values++; return f(x) }),
			t.VectorFunc(2, func(x []float64) []float64 { n.gradients++; return grad(x) }), x0, 0.02, 50)
		return a, n
	}
	a, n := run(func(x []float64) float64 { return 3*x[0] - 4*x[1] + 5 }, func([]float64) []float64 { return []float64{3, -4} }, []float64{2, -1})
	expect(t, "the line 3x₁ − 4x₂ + 5 = 0", a, n, []float64{-1.836, 2.448}, 1, nil)

	circle := func(x []float64) float64 { return x[0]*x[0] + x[1]*x[1] - 1 }
	a, n = run(circle, func(x []float64) []float64 { return []float64{2 * x[0], 2 * x[1]} }, []float64{2, 1})
	expect(t, "the circle x₁² + x₂² = 1", a, n, nil, 0, func(r []float64) string {
		if f := circle([]float64{2 + r[0], 1 + r[1]}); !(f < 0) {
			return fmt.Sprintf("f(x₀ + r) = %.3g: the sign is the old one", f)
		}
		if l := math.Hypot(r[0], r[1]); !(l <= 1.02*1.2362) {
			return fmt.Sprintf("‖r‖ = %.5g, and 1.02·1.2362 is allowed", l)
		}
		return ""
	})
}

func multiclassGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	multiclassCases(t)
	// ### END HIDDEN TESTS
	w, b := [][]float64{{1, -1}, {3.5, -1}, {4, 3}, {1, -0.5}}, []float64{2, 1, -0.5, 1.5}
	run := func(fn string, label int) (grading.Answer, asked) {
		var n asked
		a := t.Call(fn,
			t.VectorFunc(2, func(x []float64) []float64 {
				n.values++
				f := make([]float64, len(b))
				for k := range f {
					f[k] = w[k][0]*x[0] + w[k][1]*x[1] + b[k]
				}
				return f
			}),
			t.MatrixFunc(2, func([]float64) [][]float64 { n.gradients++; return w }), []float64{0, 0}, label, 0.02, 50)
		return a, n
	}
	const name = "the four classes of the statement"
	a, n := run("Multiclass", 0)
	expect(t, name, a, n, []float64{0.408, 0}, 1, nil)
	a, n = run("MulticlassInf", 0)
	expect(t, name, a, n, []float64{1.02 * 2.5 / 7, 1.02 * 2.5 / 7}, 1, nil)
	a, n = run("Multiclass", 3)
	expect(t, name+", label 3, which is not the model's answer", a, n, []float64{0, 0}, 0, nil)
	if n.gradients > 0 {
		t.Failf("gradients were asked for where there is nothing to do")
	}
}
