package backpropdeep

import "nncourse/grading"

// The case of the statement, with its answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.
var (
	givenW = [][][]float64{{{1, -1}, {2, 1}}, {{3}, {-2}}}
	givenX = [][]float64{{1, 1}, {0, 0}}
	givenY = [][]float64{{4}, {2}}
)

// part is a result by its name.
type part struct {
	name string
	want any
}

// parts compares all results of an answer.
func parts(t *grading.T, a grading.Answer, want ...part) {
	if a.Failed() {
		t.Fail(grading.Failure{Input: t.Input(), Computed: a.String(), Expected: "a result", Error: "an error where a result exists"})
	}
	for i, p := range want {
		got := result(a, i, p.want)
		if !grading.CloseAny(got, p.want, 1e-9) {
			t.Fail(grading.Failure{Input: t.Input(), Computed: p.name + " = " + grading.Show(got), Expected: p.name + " = " + grading.Show(p.want), Error: p.name + " is wrong"})
		}
	}
}

// result is result i of the answer, of the type of like.
func result(a grading.Answer, i int, like any) any {
	switch like.(type) {
	case float64:
		return a.Float(i)
	case []float64:
		return a.Floats(i)
	case [][]float64:
		return a.Matrix(i)
	}
	return a.Cube(i)
}

func passesGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	judgeForward(t, givenW, "relu", givenX[0])
	judgeDeltas(t, givenW, "relu", givenX[0], givenY[0])
	// ### END HIDDEN TESTS
	parts(t, t.Call("Forward", givenW, "relu", givenX[0]), part{"a", [][]float64{{3, 0}, {9}}}, part{"z", [][]float64{{3, 0}, {9}}})
	parts(t, t.Call("Deltas", givenW, "relu", givenX[0], givenY[0]), part{"δ", [][]float64{{15, 0}, {5}}})
}

func gradientGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	judgeGradient(t, givenW, "relu", givenX, givenY)
	// ### END HIDDEN TESTS
	parts(t, t.Call("Gradient", givenW, "relu", givenX[:1], givenY[:1]), part{"R", 12.5}, part{"∂R/∂w", [][][]float64{{{15, 0}, {15, 0}}, {{15}, {0}}}})
	parts(t, t.Call("Gradient", givenW, "relu", givenX, givenY), part{"R", 7.25}, part{"∂R/∂w", [][][]float64{{{7.5, 0}, {7.5, 0}}, {{7.5}, {0}}}})
}

func trainGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	judgeTrain(t, givenW, "relu", givenX[:1], givenY[:1], 0.01, 1)
	// ### END HIDDEN TESTS
	parts(t, t.Call("Train", givenW, "relu", givenX[:1], givenY[:1], 0.01, 1),
		part{"w", [][][]float64{{{0.85, -1}, {1.85, 1}}, {{2.85}, {-2}}}}, part{"the risks", []float64{12.5, 3.695 * 3.695 / 2}})
}
