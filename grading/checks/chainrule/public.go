package chainrule

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

// given compares a call with numbers that have six digits.
func given(t *grading.T, fn string, args []any, want ...float64) {
	a := t.Call(fn, args...)
	f := grading.Failure{Input: t.Input(), Computed: a.String(), Expected: grading.Show(want), Error: "the numbers are wrong"}
	if a.Failed() {
		f.Error = "an error where a result exists"
		t.Fail(f)
	}
	var got []float64
	if fn == "Gradient" {
		got = append([]float64{a.Float(0)}, a.Floats(1)...)
	} else {
		got = a.Floats(0)
	}
	if !grading.CloseSlice(got, want, 1e-6) {
		t.Fail(f)
	}
}

func localGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	judgeLocal(t, "mul", 3, 2)
	judgeLocal(t, "div", 1, 2)
	// ### END HIDDEN TESTS
	given(t, "Local", []any{"mul", 3., 2.}, 6, 2, 3)
	given(t, "Local", []any{"div", 1., 2.}, 0.5, 0.5, -0.25)
}

func chainGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	judgeChain(t, []string{"sin", "cos"}, 1)
	// ### END HIDDEN TESTS
	given(t, "Chain", []any{"sin cos", 1.}, 0.666367, -0.402862)
}

func gradientGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	judgeGradient(t, program{{"mul", 0, 1}, {"add", 2, 0}}, []float64{2, 5})
	judgeGradient(t, program{{"mul", 0, 0}}, []float64{3})
	// ### END HIDDEN TESTS
	given(t, "Gradient", []any{"mul 0 1; add 2 0", []float64{2, 5}}, 12, 6, 2)
	given(t, "Gradient", []any{"mul 0 0", []float64{3}}, 9, 6)
}
