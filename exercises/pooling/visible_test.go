package pooling

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.

var (
	picture = [][]float64{{3, 4, 0}, {0, 0, 12}}
	equals  = [][]float64{{7, 7}, {7, 7}}
)

func want(t *testing.T, what string, got [][]float64, err error, want [][]float64) {
	t.Helper()
	same := func(a, b []float64) bool {
		return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= 1e-9 })
	}
	if err != nil || !slices.EqualFunc(got, want, same) {
		t.Errorf("%s is %v (%v), want %v", what, got, err, want)
	}
}

func TestMax(t *testing.T) {
	y, err := Max(picture, 2, 1)
	want(t, "Max", y, err, [][]float64{{4, 12}})
}

func TestMaxBackward(t *testing.T) {
	dx, err := MaxBackward(picture, [][]float64{{10, 1}}, 2, 1)
	want(t, "MaxBackward", dx, err, [][]float64{{0, 10, 0}, {0, 0, 1}})
	dx, err = MaxBackward(equals, [][]float64{{9}}, 2, 2)
	want(t, "MaxBackward of four equals", dx, err, [][]float64{{9, 0}, {0, 0}})
}

func TestMean(t *testing.T) {
	y, err := Mean(picture, 2, 2, 1)
	want(t, "Mean", y, err, [][]float64{{3, 2}, {0, 6}})
}

func TestMeanBackward(t *testing.T) {
	dx, err := MeanBackward(2, 3, [][]float64{{1, 2}, {3, 4}}, 2, 2, 1)
	want(t, "MeanBackward", dx, err, [][]float64{{1, 1, 1}, {3, 2, 2}})
}

func TestL2(t *testing.T) {
	y, err := L2(picture, 2, 1)
	want(t, "L2", y, err, [][]float64{{5, math.Sqrt(160)}})
}

func TestL2Backward(t *testing.T) {
	dx, err := L2Backward(picture, [][]float64{{5, 0}}, 2, 1)
	want(t, "L2Backward", dx, err, [][]float64{{3, 4, 0}, {0, 0, 0}})
}

func TestKept(t *testing.T) {
	counts, num, den, err := Kept(2)
	if err != nil || !slices.Equal(counts, []int{3, 3, 3, 3}) || num != 3 || den != 8 {
		t.Errorf("Kept(2) is %v, %d/%d (%v), want 3 everywhere and 3/8", counts, num, den, err)
	}
}
