package linearregions

import (
	"fmt"
	"testing"
)

// The cases of the statement.
var (
	threeW = [][][]float64{{{1, 0}, {0, 1}, {1, 1}}}
	threeB = [][]float64{{0, 0, -1}}

	foldW = [][][]float64{{{1, 0}, {-1, 0}}, {{1, 1}}} // relu(x), relu(−x), then |x| − 1
	foldB = [][]float64{{0, 0}, {-1}}

	givenBox = []float64{-2, 2, -2, 2}
)

func expectText(t *testing.T, what string, got any, err error, want string) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	} else if fmt.Sprint(got) != want {
		t.Errorf("%s: %v, want %s", what, got, want)
	}
}

func TestMostRegions(t *testing.T) {
	n, err := MostRegions(3, 2)
	expectText(t, "3 lines in the plane", n, err, "7")
	n, err = MostRegions(4, 1)
	expectText(t, "4 points on the line", n, err, "5")
}

func TestPattern(t *testing.T) {
	p, err := Pattern(threeW, threeB, []float64{1, -1})
	expectText(t, "three lines at (1, −1)", p, err, "[1 0 0]")
	p, err = Pattern(foldW, foldB, []float64{-1.5, 0})
	expectText(t, "the fold at (−1.5, 0)", p, err, "[0 1 1]")
}

func TestSplit(t *testing.T) {
	square := [][]float64{{0, 0}, {2, 0}, {2, 2}, {0, 2}}
	plus, minus, err := Split(square, []float64{1, 1, -1})
	if err != nil || len(plus) != 5 || len(minus) != 3 {
		t.Errorf("the square cut by x + y = 1: %v and %v (%v), want five corners and three", plus, minus, err)
	}
	plus, minus, err = Split(square, []float64{1, 0, 0})
	if err != nil || len(plus) != 4 || len(minus) != 0 {
		t.Errorf("the square cut by x = 0, one of its sides: %v and %v (%v), want all and nothing", plus, minus, err)
	}
}

func TestCount(t *testing.T) {
	n, err := Count(threeW, threeB, givenBox)
	expectText(t, "three lines", n, err, "7")
	n, err = Count(foldW, foldB, givenBox)
	expectText(t, "the fold", n, err, "4")
}
