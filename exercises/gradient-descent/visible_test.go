package gradientdescent

import (
	"math"
	"testing"
)

// The cases of the statement.

func bowl(x []float64) []float64 { return []float64{x[0], 4 * x[1]} }

var (
	ones = [][]float64{{1}, {1}, {1}}
	y    = []float64{1, 2, 6}
)

func want(t *testing.T, what string, got []float64, err error, want ...float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := range want {
		ok = ok && math.Abs(got[i]-want[i]) <= 1e-12
	}
	if !ok {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestDescend(t *testing.T) {
	x0 := []float64{5, 5}
	points, err := Descend(bowl, x0, 0.4, 2)
	if err != nil || len(points) != 3 {
		t.Fatalf("%d points, error %v; want 3 points", len(points), err)
	}
	want(t, "the start", points[0], nil, 5, 5)
	want(t, "the first point", points[1], nil, 3, -3)
	want(t, "the second point", points[2], nil, 1.8, 1.8)
	want(t, "x0 after the call", x0, nil, 5, 5)
	if _, err := Descend(bowl, x0, -0.4, 2); err == nil {
		t.Error("a negative rate gave no error")
	}
}

func TestBatchGradient(t *testing.T) {
	g, err := BatchGradient(ones, y, []float64{0}, []int{0, 1, 2})
	want(t, "the gradient of all three", g, err, -3)
	g, err = BatchGradient(ones, y, []float64{0}, []int{2, 0})
	want(t, "the gradient of the samples 2 and 0", g, err, -3.5)
	if _, err := BatchGradient(ones, y, []float64{0}, nil); err == nil {
		t.Error("an empty batch gave no error")
	}
}

func TestEpoch(t *testing.T) {
	points, err := Epoch(ones, y, []float64{0}, []int{2, 0, 1}, 2, 0.5)
	if err != nil || len(points) != 3 {
		t.Fatalf("%d points, error %v; want 3 points", len(points), err)
	}
	want(t, "the start", points[0], nil, 0)
	want(t, "the point after the samples 2 and 0", points[1], nil, 1.75)
	want(t, "the point after the sample 1", points[2], nil, 1.875)
}

func TestBestRate(t *testing.T) {
	rate, factor, err := BestRate([]float64{1, 4})
	want(t, "rate and factor", []float64{rate, factor}, err, 0.4, 0.6)
}
