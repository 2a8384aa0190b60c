package lanczos

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

// times is v ↦ Av.
func times(a [][]float64) func(v []float64) []float64 {
	return func(v []float64) []float64 {
		w := make([]float64, len(a))
		for i, row := range a {
			for j, x := range row {
				w[i] += x * v[j]
			}
		}
		return w
	}
}

func square(x []float64) float64 { return x[0] * x[0] }

func lanczosGiven(t *grading.T) {
	a, s := [][]float64{{1, 3, 4}, {3, 2, 0}, {4, 0, 7}}, []float64{7, 0, 0}
	// ### BEGIN HIDDEN TESTS
	lanczos(t, "the matrix of the statement", times(a), s, 3, 3)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the matrix of the statement, α", Func: "Lanczos",
		Args: []any{t.VectorFunc(3, times(a)), s, 3}, Want: []float64{1, 5.2, 3.8}, Tol: 1e-9})
}

func quadratureGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	quadrature(t, "two by two", []float64{2, 5}, []float64{2})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two by two, nodes and weights", Func: "Quadrature",
		Args: []any{[]float64{2, 5}, []float64{2}}, Want: [][]float64{{1, 6}, {0.8, 0.2}}, Tol: 1e-9})
}

func traceGiven(t *grading.T) {
	a, probes := [][]float64{{2, 1}, {1, 3}}, [][]float64{{1, 1}, {1, -1}, {2, 0}}
	// ### BEGIN HIDDEN TESTS
	trace(t, "three probes", times(a), probes)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "three probes", Func: "Trace", Args: []any{t.VectorFunc(2, times(a)), probes}, Want: 6.0, Tol: 1e-9})
}

func traceOfGiven(t *grading.T) {
	a, probes := [][]float64{{2, 2}, {2, 5}}, [][]float64{{3, 0}, {0, 1}}
	for i, want := range []float64{30.5, 50.5} {
		k := i + 1
		// ### BEGIN HIDDEN TESTS
		traceOf(t, "x²", times(a), square, probes, k)
		// ### END HIDDEN TESTS
		t.Cases(grading.Case{Name: "x²", Func: "TraceOf", Args: []any{t.VectorFunc(2, times(a)), t.ScalarFunc(1, square), probes, k}, Want: want, Tol: 1e-9})
	}
}
