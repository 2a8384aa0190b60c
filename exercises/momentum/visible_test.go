package momentum

import (
	"math"
	"testing"
)

// The cases of the statement.

func bowl(x []float64) []float64 { return []float64{x[0], 4 * x[1]} }

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

func TestHeavyBall(t *testing.T) {
	x0, calls := []float64{4, 4}, 0
	points, err := HeavyBall(func(x []float64) []float64 { calls++; return bowl(x) }, x0, []float64{0.25, 0.5}, 0.5)
	if err != nil || len(points) != 3 {
		t.Fatalf("%d points, error %v; want 3 points", len(points), err)
	}
	want(t, "the start", points[0], nil, 4, 4)
	want(t, "the first point", points[1], nil, 3, 0)
	want(t, "the second point", points[2], nil, 0.5, -4)
	want(t, "x0 after the call", x0, nil, 4, 4)
	if calls != 2 {
		t.Errorf("%d calls of grad, want 2", calls)
	}
	if _, err := HeavyBall(bowl, x0, []float64{0.25}, 1); err == nil {
		t.Error("a momentum of 1 gave no error")
	}
}

func TestNesterov(t *testing.T) {
	points, err := Nesterov(bowl, []float64{4, 4}, []float64{0.25, 0.5}, 0.5)
	if err != nil || len(points) != 3 {
		t.Fatalf("%d points, error %v; want 3 points", len(points), err)
	}
	want(t, "the first point", points[1], nil, 3, 0)
	want(t, "the second point", points[2], nil, 1.25, 2)
}

func TestLimits(t *testing.T) {
	heavy, nesterov, err := Limits([]float64{1, 4}, 0.5)
	want(t, "the two limits", []float64{heavy, nesterov}, err, 0.75, 0.375)
}

func TestBestHeavyBall(t *testing.T) {
	rate, momentum, factor, err := BestHeavyBall([]float64{1, 4})
	want(t, "rate, momentum and factor", []float64{rate, momentum, factor}, err, 4.0/9, 1.0/9, 1.0/3)
}
