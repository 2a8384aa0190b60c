package convolution

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

var (
	picture = [][]float64{{1, 2, 0}, {0, 1, 3}, {4, 0, 1}}
	kernel  = [][]float64{{1, 2}, {3, -1}}
)

func correlateGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	correlateCase(t, "the statement's picture", picture, kernel)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the statement's picture", Func: "Correlate", Args: []any{picture, kernel}, Want: [][]float64{{4, 2}, {14, 6}}, Tol: 1e-9})
}

func convolveGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	convolveCase(t, "the statement's picture", picture, kernel)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the statement's picture", Func: "Convolve", Args: []any{picture, kernel}, Want: [][]float64{{6, 3}, {11, 9}}, Tol: 1e-9})
}

func circulantGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	circulantCase(t, "C(1, 2)", []float64{1, 2}, 3)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "C(1, 2)", Func: "Circulant", Args: []any{[]float64{1, 2}, 3}, Want: [][]float64{{1, 0, 2}, {2, 1, 0}, {0, 2, 1}}, Tol: 1e-9})
}

func kernelGiven(t *grading.T) {
	x, dy := [][]float64{{1, 2, 3}}, [][]float64{{1, 2}}
	// ### BEGIN HIDDEN TESTS
	kernelCase(t, "the statement's signal", x, dy)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the statement's signal", Func: "KernelGradient", Args: []any{x, dy}, Want: [][]float64{{5, 8}}, Tol: 1e-9})
}

func inputGiven(t *grading.T) {
	w, dy := [][]float64{{1, 10}}, [][]float64{{1, 2}}
	// ### BEGIN HIDDEN TESTS
	inputCase(t, "the statement's signal", w, dy)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the statement's signal", Func: "InputGradient", Args: []any{w, dy}, Want: [][]float64{{1, 12, 20}}, Tol: 1e-9})
}

func receptiveGiven(t *grading.T) {
	kernels, strides := []int{5, 2, 5, 2}, []int{1, 2, 1, 2}
	// ### BEGIN HIDDEN TESTS
	receptiveCase(t, "LeNet", kernels, strides)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "LeNet", Func: "ReceptiveField", Args: []any{kernels, strides}, Want: []int{16, 4}})
}
