package lista

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

var (
	givenW     = [][]float64{{2, 1}, {0, 1}}
	givenWe    = [][]float64{{0.25, 0}, {0.125, 0.125}}
	givenS     = [][]float64{{0.5, -0.25}, {-0.25, 0.75}}
	givenTheta = []float64{0.125, 0.125}
	givenX     = [][]float64{{4, 4}}
	givenZ     = [][]float64{{0.59375, 1.5625}}
)

func forwardGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	start(t, givenW, 1, 8)
	encode(t, given())
	loss(t, given())
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "W_e", Func: "Start", Args: []any{givenW, 1.0, 8.0}, Want: givenWe, Tol: 1e-9},
		grading.Case{Name: "z₁", Func: "Encode", Args: []any{givenWe, givenS, givenTheta, givenX[0], 1}, Want: []float64{1.09375, 1.3125}, Tol: 1e-9},
		grading.Case{Name: "the loss", Func: "Loss", Args: []any{givenWe, givenS, givenTheta, givenX, givenZ, 1}, Want: 0.15625, Tol: 1e-9})
}

func gradientGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	gradient(t, given())
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "∂W_e", Func: "Gradient", Args: []any{givenWe, givenS, givenTheta, givenX, givenZ, 1},
		Want: [][]float64{{3.25, 3.25}, {-2.25, -2.25}}, Tol: 1e-9})
}
