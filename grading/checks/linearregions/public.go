package linearregions

import (
	"nncourse/grading"
)

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same calls judged by the
// reference, which names the likely cause.

const (
	three = "three lines"
	fold  = "the fold"
)

func threeLines() ([][][]float64, [][]float64) {
	return [][][]float64{{{1, 0}, {0, 1}, {1, 1}}}, [][]float64{{0, 0, -1}}
}

func foldNet() ([][][]float64, [][]float64) {
	return [][][]float64{{{1, 0}, {-1, 0}}, {{1, 1}}}, [][]float64{{0, 0}, {-1}}
}

func square() [][]float64 { return [][]float64{{0, 0}, {2, 0}, {2, 2}, {0, 2}} }

func givenBox() []float64 { return []float64{-2, 2, -2, 2} }

func integer(t *grading.T, name, fn string, want int, args ...any) {
	a := t.CallOK(fn, args...)
	if got := a.Int(0); got != want {
		t.Fail(grading.Failure{Input: name + ": " + t.Input(), Computed: grading.Show(got), Expected: grading.Show(want), Error: "another number"})
	}
}

func firstGiven(t *grading.T) {
	tw, tb := threeLines()
	fw, fb := foldNet()
	// ### BEGIN HIDDEN TESTS
	judgeMost(t, 3, 2)
	judgeMost(t, 4, 1)
	judgePattern(t, net{three, tw, tb}, []float64{1, -1})
	judgePattern(t, net{fold, fw, fb}, []float64{-1.5, 0})
	// ### END HIDDEN TESTS
	integer(t, "3 lines in the plane", "MostRegions", 7, 3, 2)
	integer(t, "4 points on the line", "MostRegions", 5, 4, 1)
	t.Cases(
		grading.Case{Name: three, Func: "Pattern", Args: []any{tw, tb, []float64{1, -1}}, Want: []int{1, 0, 0}},
		grading.Case{Name: fold, Func: "Pattern", Args: []any{fw, fb, []float64{-1.5, 0}}, Want: []int{0, 1, 1}})
}

func splitGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	judgeSplit(t, "the square and x + y = 1", square(), []float64{1, 1, -1})
	judgeSplit(t, "the square and one of its sides, x = 0", square(), []float64{1, 0, 0})
	// ### END HIDDEN TESTS
	for _, c := range []struct {
		name        string
		line        []float64
		plus, minus [][]float64
	}{
		{"the square and x + y = 1", []float64{1, 1, -1}, [][]float64{{1, 0}, {2, 0}, {2, 2}, {0, 2}, {0, 1}}, [][]float64{{0, 0}, {1, 0}, {0, 1}}},
		{"the square and one of its sides, x = 0", []float64{1, 0, 0}, square(), nil},
	} {
		a := t.CallOK("Split", square(), c.line)
		for i, want := range [][][]float64{c.plus, c.minus} {
			if got := a.Matrix(i); !sameRing(got, want, 1e-9) {
				t.Fail(grading.Failure{Input: c.name + ": " + t.Input(), Computed: []string{"plus ", "minus "}[i] + grading.Show(got), Expected: grading.Show(want), Error: "another polygon"})
			}
		}
	}
}

func countGiven(t *grading.T) {
	tw, tb := threeLines()
	fw, fb := foldNet()
	// ### BEGIN HIDDEN TESTS
	judgeCount(t, net{three, tw, tb}, givenBox())
	judgeCount(t, net{fold, fw, fb}, givenBox())
	// ### END HIDDEN TESTS
	integer(t, three, "Count", 7, tw, tb, givenBox())
	integer(t, fold, "Count", 4, fw, fb, givenBox())
}

// sameRing says whether two polygons have the same corners in the same order, beginning anywhere, up to tol.
func sameRing(p, q [][]float64, tol float64) bool {
	if len(p) != len(q) {
		return false
	}
	if len(p) == 0 {
		return true
	}
	for shift := range p {
		same := true
		for i := range q {
			same = same && grading.CloseSlice(p[(i+shift)%len(p)], q[i], tol)
		}
		if same {
			return true
		}
	}
	return false
}
