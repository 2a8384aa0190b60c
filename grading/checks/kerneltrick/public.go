package kerneltrick

import (
	"fmt"
	"math"
	"slices"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func points() (x, z []float64) { return []float64{1, 2}, []float64{3, -1} }

func quadraticXOR() [][]float64 {
	return [][]float64{{9, 1, 1, 1}, {1, 9, 1, 1}, {1, 1, 9, 1}, {1, 1, 1, 9}}
}

func linearXOR() [][]float64 {
	return [][]float64{{2, -2, 0, 0}, {-2, 2, 0, 0}, {0, 0, 2, -2}, {0, 0, -2, 2}}
}

func xorLabels() []float64 { return []float64{1, 1, -1, -1} }

func kernelsGiven(t *grading.T) {
	x, z := points()
	lifted := [][]float64{{30, 51}, {51, 110}}
	// ### BEGIN HIDDEN TESTS
	for _, kind := range kinds {
		kernel(t, "the points of the statement", kind, 0.1, x, z)
	}
	distances(t, "the points of the statement, lifted", lifted)
	// ### END HIDDEN TESTS
	const name, tol = "the points of the statement", 1e-9
	t.Cases(
		grading.Case{Name: name, Func: "Kernel", Args: []any{"linear", 0.0, x, z}, Want: 1.0, Tol: tol},
		grading.Case{Name: name, Func: "Kernel", Args: []any{"quadratic", 1.0, x, z}, Want: 4.0, Tol: tol},
		grading.Case{Name: name, Func: "Kernel", Args: []any{"lift", 0.0, x, z}, Want: 51.0, Tol: tol},
		grading.Case{Name: name, Func: "Kernel", Args: []any{"rbf", 0.1, x, z}, Want: 0.27253179303401259, Tol: tol},
		grading.Case{Name: name, Func: "Gram", Args: []any{"lift", 0.0, [][]float64{x, z}}, Want: lifted, Tol: tol},
		grading.Case{Name: name, Func: "Distances", Args: []any{lifted}, Want: [][]float64{{0, math.Sqrt(38)}, {math.Sqrt(38), 0}}, Tol: tol})
}

func perceptronGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	psd(t, "a 2×2 matrix", [][]float64{{1, 2}, {2, 1}}, false)
	psd(t, "a 2×2 matrix", [][]float64{{1, 1}, {1, 1}}, true)
	perceptron(t, "XOR, quadratic kernel", quadraticXOR(), xorLabels(), 100)
	perceptron(t, "XOR, linear kernel", linearXOR(), xorLabels(), 3)
	// ### END HIDDEN TESTS
	for _, c := range []struct {
		k    [][]float64
		want bool
	}{{[][]float64{{1, 2}, {2, 1}}, false}, {[][]float64{{1, 1}, {1, 1}}, true}} {
		if a := t.CallOK("IsPSD", c.k); a.Bool(0) != c.want {
			t.Fail(grading.Failure{Input: t.Input(), Computed: a.String(), Expected: fmt.Sprint(c.want), Error: "the eigenvalues are −1 and 3, or 0 and 2"})
		}
	}
	for _, c := range []struct {
		name             string
		k                [][]float64
		epochs           int
		counts, mistakes []int
	}{
		{"XOR, quadratic kernel", quadraticXOR(), 100, []int{1, 1, 1, 1}, []int{3, 1, 0}},
		{"XOR, linear kernel", linearXOR(), 3, []int{3, 3, 3, 3}, []int{4, 4, 4}},
	} {
		a := t.CallOK("Perceptron", c.k, xorLabels(), c.epochs)
		if !slices.Equal(a.Ints(0), c.counts) || !slices.Equal(a.Ints(1), c.mistakes) {
			t.Fail(grading.Failure{Input: c.name + ": " + t.Input(), Computed: a.String(), Expected: fmt.Sprintf("counts %v, mistakes %v", c.counts, c.mistakes), Error: "counts or mistakes differ"})
		}
	}
}
