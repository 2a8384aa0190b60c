package losses

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

// given is a case of the statement: value is the loss, gradient what follows it.
type given struct {
	loss     string
	value    float64
	gradient []float64
}

// cases compares the value and the gradient of each.
func cases(t *grading.T, y, o []float64, want ...given) {
	for _, g := range want {
		fn, args := g.loss, []any{y, o}
		if power, is := map[string]int{"Hinge 1": 1, "Hinge 2": 2, "Hinge 3": 3}[g.loss]; is {
			fn, args = "Hinge", append(args, power)
		}
		a := t.Call(fn, args...)
		f := grading.Failure{Input: t.Input(), Computed: a.String(), Expected: grading.Show(g.value) + ", " + grading.Show(g.gradient)}
		switch {
		case a.Failed():
			f.Error = "an error where a result exists"
		case !grading.Close(a.Float(0), g.value, 1e-9):
			f.Error = "the loss is wrong"
		case !grading.CloseSlice(a.Floats(1), g.gradient, 1e-9):
			f.Error = "the gradient is wrong"
		default:
			continue
		}
		t.Fail(f)
	}
}

var (
	twoY, twoO     = []float64{1, 0}, []float64{0, 0}
	threeY, threeO = []float64{0, 1, 0}, []float64{math.Ln2, 0, 0}
)

func scoresGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	judged(t, twoY, twoO, "L1", "L2", "Hinge 1", "Hinge 2", "Hinge 3")
	// ### END HIDDEN TESTS
	cases(t, twoY, twoO,
		given{"L1", 1, []float64{-1, 0}},
		given{"L2", 1, []float64{-2, 0}},
		given{"Hinge 1", 1, []float64{-1, 1}},
		given{"Hinge 2", 0.5, []float64{-1, 1}},
		given{"Hinge 3", 0.25, []float64{-0.75, 0.75}})
}

func probabilitiesGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	judged(t, threeY, threeO, "Expectation", "RegularisedExpectation", "Chebyshev", "Tanimoto")
	// ### END HIDDEN TESTS
	cases(t, twoY, twoO,
		given{"Expectation", 1, []float64{-0.5, 0.5}},
		given{"RegularisedExpectation", 0.5, []float64{-0.5, 0.5}},
		given{"Chebyshev", 0.5, []float64{-0.25, 0.25}},
		given{"Tanimoto", -0.5, []float64{-0.375, 0.375}})
	cases(t, threeY, threeO,
		given{"Expectation", 1.5, []float64{0.25, -0.375, 0.125}},
		given{"RegularisedExpectation", 0.875, []float64{0.375, -0.4375, 0.0625}},
		given{"Chebyshev", 0.75, []float64{0.125, -0.1875, 0.0625}},
		given{"Tanimoto", -2. / 9, []float64{13. / 81, -17.5 / 81, 4.5 / 81}})
}

func logarithmsGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	judged(t, threeY, threeO, "Log", "SquaredLog", "CauchySchwarz")
	// ### END HIDDEN TESTS
	const ln2 = math.Ln2
	cases(t, twoY, twoO,
		given{"Log", ln2, []float64{-0.5, 0.5}},
		given{"SquaredLog", ln2 * ln2, []float64{-ln2, ln2}},
		given{"CauchySchwarz", ln2 / 2, []float64{-0.5, 0.5}})
	cases(t, threeY, threeO,
		given{"Log", 2 * ln2, []float64{0.5, -0.75, 0.25}},
		given{"SquaredLog", 4 * ln2 * ln2, []float64{2 * ln2, -3 * ln2, ln2}},
		given{"CauchySchwarz", math.Log(6) / 2, []float64{2. / 3, -5. / 6, 1. / 6}})
}
