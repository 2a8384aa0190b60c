package vae

import (
	"math"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

var (
	given = []any{[][]float64{{1, 0}}, [][]float64{{-0.5}}, [][]float64{{2, 5}}, [][]float64{{math.Log(4), 0}}, [][]float64{{math.Log(3)}, {0}}}
	kl    = (7 - math.Log(4)) / 2
)

func codeGiven(t *grading.T) {
	four := math.Log(4)
	// ### BEGIN HIDDEN TESTS
	check(t, "KL", []float64{2, 0}, []float64{four, 0})
	check(t, "Reparameterise", []float64{2, 1}, []float64{four, 0}, []float64{-0.5, 3})
	check(t, "Score", []float64{2}, []float64{four}, []float64{6})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "KL", Func: "KL", Args: []any{[]float64{2, 0}, []float64{four, 0}}, Want: kl, Tol: 1e-9},
		grading.Case{Name: "z", Func: "Reparameterise", Args: []any{[]float64{2, 1}, []float64{four, 0}, []float64{-0.5, 3}}, Want: []float64{1, 4}, Tol: 1e-9},
		grading.Case{Name: "Score by μ", Func: "Score", Args: []any{[]float64{2}, []float64{four}, []float64{6}}, Want: []float64{1}, Tol: 1e-9})
}

func elboGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	batch(t, "ELBO", fromArgs(given))
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "ELBO", Func: "ELBO", Args: given, Want: math.Log(0.375) - kl, Tol: 1e-9})
}

func gradientGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	batch(t, "Gradient", fromArgs(given))
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "∂ELBO/∂A", Func: "Gradient", Args: given, Want: [][]float64{{math.Log(3)/4 - 2, 0}}, Tol: 1e-9})
}
