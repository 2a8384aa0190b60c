package backproponehiddenlayer

import (
	"math"

	"nncourse/grading"
)

// The case of the statement, with its answers as numbers. In the teacher's edition each check begins with the same
// call judged by the reference, which names the likely cause.
var (
	givenW = [][]float64{{1, 0}, {0, -1}, {1, 1}}
	givenU = [][]float64{{1, 2, 0}, {-1, 1, 1}}
	given1 = []float64{0, 1, -1}
	given2 = []float64{0, 0}
	givenX = []float64{1, 2}
	givenY = []float64{1, 0}
)

// part is a result by its name and place.
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
		var got any
		switch p.want.(type) {
		case float64:
			got = a.Float(i)
		case []float64:
			got = a.Floats(i)
		case [][]float64:
			got = a.Matrix(i)
		}
		if !grading.CloseAny(got, p.want, 1e-9) {
			t.Fail(grading.Failure{Input: t.Input(), Computed: p.name + " = " + grading.Show(got), Expected: p.name + " = " + grading.Show(p.want), Error: p.name + " is wrong"})
		}
	}
}

func forwardGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	judgeForward(t, statement())
	// ### END HIDDEN TESTS
	parts(t, t.Call("Forward", givenW, given1, givenU, given2, givenX),
		part{"z", []float64{1, -1, 2}}, part{"h", []float64{1, 0, 2}}, part{"θ", []float64{1, 1}}, part{"ŷ", []float64{0.5, 0.5}})
}

func deltasGiven(t *grading.T) {
	z, yhat := []float64{1, -1, 2}, []float64{0.5, 0.5}
	// ### BEGIN HIDDEN TESTS
	judgeDeltas(t, givenU, z, yhat, givenY)
	// ### END HIDDEN TESTS
	parts(t, t.Call("Deltas", givenU, z, yhat, givenY), part{"δ₁", []float64{-0.5, 0.5}}, part{"δ₂", []float64{-1, 0, 0.5}})
}

func backwardGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	judgeBackward(t, statement())
	// ### END HIDDEN TESTS
	parts(t, t.Call("Backward", givenW, given1, givenU, given2, givenX, givenY),
		part{"J", math.Ln2},
		part{"∂J/∂U", [][]float64{{-0.5, 0, -1}, {0.5, 0, 1}}}, part{"∂J/∂b₂", []float64{-0.5, 0.5}},
		part{"∂J/∂W", [][]float64{{-1, -2}, {0, 0}, {0.5, 1}}}, part{"∂J/∂b₁", []float64{-1, 0, 0.5}},
		part{"∂J/∂x", []float64{-0.5, 0.5}})
	half := []float64{0.5, 0.5}
	parts(t, t.Call("Backward", givenW, given1, givenU, given2, givenX, half),
		part{"J", math.Ln2},
		part{"∂J/∂U", [][]float64{{0, 0, 0}, {0, 0, 0}}}, part{"∂J/∂b₂", []float64{0, 0}},
		part{"∂J/∂W", [][]float64{{0, 0}, {0, 0}, {0, 0}}}, part{"∂J/∂b₁", []float64{0, 0, 0}},
		part{"∂J/∂x", []float64{0, 0}})
}
