package easgd

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

// A gradient comes with the worker's number in front of the point.
func towards8(q []float64) []float64 { return []float64{q[1] - 8*q[0]} }

func itself(q []float64) []float64 { return append([]float64(nil), q[1:]...) }

func meetGiven(t *grading.T) {
	x, c := []float64{4, 0}, []float64{0, 2}
	// ### BEGIN HIDDEN TESTS
	meet(t, "two entries", x, c, 0.25)
	// ### END HIDDEN TESTS
	a := t.CallOK("Meet", x, c, 0.25)
	wantPublic(t, a.Floats(0), []float64{3, 0.5})
	wantPublic(t, a.Floats(1), []float64{1, 1.5})
}

func syncGiven(t *grading.T) {
	x, g, c := [][]float64{{4}, {-2}}, [][]float64{{2}, {-4}}, []float64{0}
	// ### BEGIN HIDDEN TESTS
	synchronous(t, "two workers", x, g, c, 0.5, 0.25)
	// ### END HIDDEN TESTS
	a := t.CallOK("SyncStep", x, g, c, 0.5, 0.25)
	wantPublic(t, a.Matrix(0), [][]float64{{2}, {0.5}})
	wantPublic(t, a.Floats(1), []float64{0.5})
}

func elasticGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	elastic(t, "two workers", towards8, []float64{4}, 2, 2, 1, 0.5, 0.25, 0)
	elastic(t, "one worker with momentum", itself, []float64{8}, 1, 3, 2, 0.5, 0.25, 0.5)
	// ### END HIDDEN TESTS
	a := t.CallOK("Elastic", t.VectorFunc(2, towards8), []float64{4}, 2, 2, 1, 0.5, 0.25, 0.0)
	wantPublic(t, a.Matrix(0), [][]float64{{4}, {4}, {4.125}})
	wantPublic(t, a.Matrix(1), [][]float64{{1.5}, {6.375}})
	a = t.CallOK("Elastic", t.VectorFunc(2, itself), []float64{8}, 1, 3, 2, 0.5, 0.25, 0.5)
	wantPublic(t, a.Matrix(0), [][]float64{{8}, {8}, {8}, {6.25}})
	wantPublic(t, a.Matrix(1), [][]float64{{1.5}})
}

func downpourGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	downpour(t, "two workers", itself, []float64{4}, 2, 3, 2, 0.5)
	// ### END HIDDEN TESTS
	a := t.CallOK("Downpour", t.VectorFunc(2, itself), []float64{4}, 2, 3, 2, 0.5)
	wantPublic(t, a.Matrix(0), [][]float64{{4}, {4}, {4}, {-2}})
}

func wantPublic(t *grading.T, got, want any) {
	if !same(got, want) {
		t.Fail(grading.Failure{Computed: grading.Show(got), Expected: grading.Show(want), Error: "the numbers differ"})
	}
}

// same compares points or lists of points whose numbers are exact in binary.
func same(got, want any) bool {
	switch g := got.(type) {
	case []float64:
		return grading.CloseSlice(g, want.([]float64), 1e-9)
	case [][]float64:
		w := want.([][]float64)
		if len(g) != len(w) {
			return false
		}
		for i := range g {
			if !grading.CloseSlice(g[i], w[i], 1e-9) {
				return false
			}
		}
		return true
	}
	return false
}
