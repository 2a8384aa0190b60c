package cam

import "nncourse/grading"

// The case of the statement, with its answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

const given = "the case of the statement"

func givenFeatures() [][][]float64 { return [][][]float64{{{4, 1}, {0, 1}}, {{0, 1}, {0, 3}}} }

func camGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	camCase(t)
	// ### END HIDDEN TESTS
	weights := [][]float64{{2, 0}, {-1, 1}}
	t.Cases(
		grading.Case{Name: given, Func: "CAM", Args: []any{givenFeatures(), weights, 0}, Want: [][]float64{{7, -1}, {-1, -3}}, Tol: 1e-9},
		grading.Case{Name: given, Func: "CAM", Args: []any{givenFeatures(), weights, 1}, Want: [][]float64{{1, 1}, {1, 3}}, Tol: 1e-9})
}

func gradGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	gradCase(t)
	// ### END HIDDEN TESTS
	g := [][]float64{{0.5, -0.25}, {0.5, -0.25}}
	t.Cases(grading.Case{Name: given, Func: "GradCAM", Args: []any{givenFeatures(), [][][]float64{g, g}}, Want: [][]float64{{1.75, 0}, {0, 0}}, Tol: 1e-9})
}

func upsampleGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	upsampleCase(t)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: given, Func: "Upsample", Args: []any{[][]float64{{0, 6}}, 1, 6}, Want: [][]float64{{0, 0, 2, 4, 6, 6}}, Tol: 1e-9})
}

func boxGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	boxCase(t)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: given, Func: "Box", Args: []any{[][]float64{{0, 0, 2, 4, 6, 6}}, 0.5}, Want: []int{3, 0, 6, 1}})
}
