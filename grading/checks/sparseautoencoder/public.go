package sparseautoencoder

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

var (
	kl     = 0.25*math.Log(0.5) + 0.75*math.Log(1.5)
	shares = []any{0.25, []float64{0.5, 0.25}}
	given  = []any{[][]float64{{3}, {-1}}, [][]float64{{0}}, []float64{0}, [][]float64{{2}}, []float64{0}, 0.25, 2.0, 0.5}
)

func penaltyGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	checkPenalty(t, 0.25, []float64{0.5, 0.25})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "Penalty", Func: "Penalty", Args: shares, Want: kl, Tol: 1e-9},
		grading.Case{Name: "Slope", Func: "Slope", Args: shares, Want: []float64{1, 0}, Tol: 1e-9})
}

func lossGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	check(t, "Loss", fromArgs(given))
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "J", Func: "Loss", Args: given, Want: 3 + 2*kl, Tol: 1e-9})
}

func gradientGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	check(t, "Gradient", fromArgs(given))
	check(t, "Step", fromArgs(given))
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "∂J/∂W₁", Func: "Gradient", Args: given, Want: [][]float64{{-1.5}}, Tol: 1e-9},
		grading.Case{Name: "W₁ after a step", Func: "Step", Args: append(given[:8:8], 0.1), Want: [][]float64{{0.15}}, Tol: 1e-9})
}
