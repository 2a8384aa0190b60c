package batchnorm

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

var (
	two              = [][]float64{{2}, {4}}
	given            = []any{[]float64{2}, []float64{5}, []float64{1}, []float64{6}} // γ, β, averages
	givenX, givenEps = append([]any{two}, given...), 3.0
)

func trainingGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	training(t, "the case of the statement", layer{[]float64{2}, []float64{5}, []float64{1}, []float64{6}, 0.75, 3}, two)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "training", Func: "Forward", Args: append(givenX[:5:5], 0.75, givenEps, true), Want: [][]float64{{4}, {6}}, Tol: 1e-9})
}

func testGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	testTime(t, "the case of the statement", layer{[]float64{2}, []float64{5}, []float64{1}, []float64{6}, 0.75, 3}, two)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "test", Func: "Forward", Args: append(givenX[:5:5], 0.75, givenEps, false), Want: [][]float64{{17. / 3}, {7}}, Tol: 1e-9})
}

func backwardGiven(t *grading.T) {
	dy := [][]float64{{1}, {0}}
	// ### BEGIN HIDDEN TESTS
	backward(t, "the case of the statement", two, dy, []float64{2}, 3)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "∂x", Func: "Backward", Args: []any{two, dy, []float64{2}, givenEps}, Want: [][]float64{{0.375}, {-0.375}}, Tol: 1e-9})
}

func channelsGiven(t *grading.T) {
	images := [][][]float64{{{0}, {2}}, {{4}, {6}}}
	// ### BEGIN HIDDEN TESTS
	channels(t, "the case of the statement", images)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two pictures", Func: "ChannelStatistics", Args: []any{images}, Want: [][]float64{{3}, {5}}, Tol: 1e-9})
}

func affineGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	affine(t, "the case of the statement", layer{[]float64{2}, []float64{5}, []float64{1}, []float64{6}, 0.75, 3})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "scale and shift", Func: "Affine", Args: append(given[:4:4], givenEps), Want: [][]float64{{2. / 3}, {13. / 3}}, Tol: 1e-9})
}
