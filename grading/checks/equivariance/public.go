package equivariance

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

var (
	two    = [][]float64{{0, 1, 2, 3}, {3, 0, 1, 2}}
	even   = [][]float64{{0, 1, 2, 3}, {2, 3, 0, 1}}
	shifts = [][]float64{{0, 1, 2}, {2, 0, 1}, {1, 2, 0}}
	path   = [][]float64{{0, 5, 0}, {5, 0, 7}, {0, 7, 9}}
)

func first(x []float64) []float64 {
	y := make([]float64, len(x))
	y[0] = x[0]
	return y
}

func axiomsGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	axioms(t, "shifts by 0 and 1 of four", two)
	axioms(t, "shifts by 0 and 2 of four", even)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "shifts by 0 and 1 of four", Func: "Axioms", Args: []any{two}, Want: []int{0, 1, 0}},
		grading.Case{Name: "shifts by 0 and 2 of four", Func: "Axioms", Args: []any{even}, Want: []int{1, 1, 1}})
}

func featuresGiven(t *grading.T) {
	w, x := []float64{1, -1, 0}, []float64{5, 3, 2}
	// ### BEGIN HIDDEN TESTS
	features(t, "shifts of three", shifts, w, x)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "shifts of three", Func: "Features", Args: []any{shifts, w, x}, Want: []float64{2, 1, -3}, Tol: 1e-9})
}

func permutationGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	moves(t, "shifts of three", shifts, 1)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "shifts of three, k = 1", Func: "Permutation", Args: []any{shifts, 1}, Want: []int{2, 0, 1}})
}

func symmetriseGiven(t *grading.T) {
	x := []float64{5, 3, 2}
	// ### BEGIN HIDDEN TESTS
	symmetrise(t, "F(x) = (x₀, 0, 0)", first, shifts, x)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "F(x) = (x₀, 0, 0)", Func: "Symmetrise", Args: []any{t.VectorFunc(3, first), shifts, x}, Want: []float64{5. / 3, 1, 2. / 3}, Tol: 1e-9})
}

func relabelGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	relabel(t, "a path of three", path, []int{2, 0, 1})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "a path of three", Func: "Relabel", Args: []any{path, []int{2, 0, 1}}, Want: [][]float64{{9, 0, 7}, {0, 0, 5}, {7, 5, 0}}, Tol: 1e-9})
}
