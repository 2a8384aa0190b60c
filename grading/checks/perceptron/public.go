package perceptron

import (
	"fmt"
	"slices"

	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

func two() (x [][]float64, y []float64) {
	return [][]float64{{2, 0}, {0, 2}}, []float64{1, -1}
}

func square() [][]float64 { return [][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}} }

func trainGiven(t *grading.T) {
	x, y := two()
	and, xor := []float64{-1, -1, -1, 1}, []float64{-1, 1, 1, -1}
	// ### BEGIN HIDDEN TESTS
	train(t, problem{"two points", x, y}, 10)
	train(t, problem{"AND", square(), and}, 1)
	train(t, problem{"AND", square(), and}, 100)
	train(t, problem{"XOR", square(), xor}, 3)
	// ### END HIDDEN TESTS
	for _, c := range []struct {
		name     string
		x        [][]float64
		y        []float64
		epochs   int
		w        []float64
		b        float64
		mistakes []int
	}{
		{"two points", x, y, 10, []float64{2, -2}, 0, []int{2, 0}},
		{"AND, one epoch", square(), and, 1, []float64{1, 1}, 0, []int{2}},
		{"AND", square(), and, 100, []float64{3, 2}, -4, []int{2, 3, 3, 2, 2, 3, 2, 1, 0}},
		{"XOR", square(), xor, 3, []float64{0, 0}, 0, []int{4, 4, 4}},
	} {
		a := t.CallOK("Train", c.x, c.y, c.epochs)
		if !grading.CloseSlice(a.Floats(0), c.w, 1e-9) || !grading.Close(a.Float(1), c.b, 1e-9) || !slices.Equal(a.Ints(2), c.mistakes) {
			t.Fail(grading.Failure{Input: c.name + ": " + t.Input(), Computed: a.String(),
				Expected: fmt.Sprintf("w = %v, b = %v, mistakes = %v", c.w, c.b, c.mistakes), Error: "w, b or the numbers of mistakes differ"})
		}
	}
}

func lossBoundGiven(t *grading.T) {
	x, y := two()
	// ### BEGIN HIDDEN TESTS
	loss(t, problem{"two points", x, y}, []float64{-1, 1}, 1)
	bound(t, problem{"two points", x, y}, []float64{2, -2}, 0)
	// ### END HIDDEN TESTS
	t.Cases(
		grading.Case{Name: "two points", Func: "Loss", Args: []any{[]float64{-1, 1}, 1.0, x, y}, Want: 2.0, Tol: 1e-9},
		grading.Case{Name: "two points", Func: "Bound", Args: []any{[]float64{2, -2}, 0.0, x, y}, Want: 2.5, Tol: 1e-9})
}
