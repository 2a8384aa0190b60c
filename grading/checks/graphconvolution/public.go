package graphconvolution

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func column(v ...float64) [][]float64 {
	var x [][]float64
	for _, a := range v {
		x = append(x, []float64{a})
	}
	return x
}

func propagateGiven(t *grading.T) {
	x, star := column(2, 4, 6), column(8, 1, 2, 3, 4)
	from, to := []int{0, 0, 3, 4}, []int{1, 2, 0, 0}
	// ### BEGIN HIDDEN TESTS
	checkPropagate(t, problem{n: 3, u: []int{0}, v: []int{1}, x: x}, true)
	checkPropagate(t, problem{n: 3, u: []int{0}, v: []int{1}, x: x}, false)
	checkPropagate(t, problem{n: 5, u: from, v: to, x: star}, false)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "loops", Func: "Propagate", Args: []any{3, []int{0}, []int{1}, x, true}, Want: column(3, 3, 6), Tol: 1e-9},
		grading.Case{Name: "no loops", Func: "Propagate", Args: []any{3, []int{0}, []int{1}, x, false}, Want: column(4, 2, 0), Tol: 1e-9},
		grading.Case{Name: "star", Func: "Propagate", Args: []any{5, from, to, star, false}, Want: column(5, 4, 4, 4, 4), Tol: 1e-9})
}

func layerGiven(t *grading.T) {
	x, w, b := column(2, 4, 6), [][]float64{{1, -1}}, []float64{-4, 4}
	// ### BEGIN HIDDEN TESTS
	checkLayer(t, problem{n: 3, u: []int{0}, v: []int{1}, x: x, w: w, b: b, relu: true})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "ReLU", Func: "Layer", Args: []any{3, []int{0}, []int{1}, x, w, b, true}, Want: [][]float64{{0, 1}, {0, 1}, {2, 0}}, Tol: 1e-9})
}

func gradientGiven(t *grading.T) {
	x, w, b, g := column(2, 4, 6), [][]float64{{1, -1}}, []float64{-4, 4}, [][]float64{{1, 1}, {1, 1}, {1, 1}}
	// ### BEGIN HIDDEN TESTS
	checkGradient(t, problem{n: 3, u: []int{0}, v: []int{1}, x: x, w: w, b: b, relu: true, g: g})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "ReLU", Func: "Gradient", Args: []any{3, []int{0}, []int{1}, x, w, b, true, g}, Want: [][]float64{{6, 6}}, Tol: 1e-9})
}
