package schedules

import (
	"math"
	"testing"
)

// The cases of the statement.

func want(t *testing.T, what string, got []float64, err error, want ...float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := range min(len(got), len(want)) {
		ok = ok && math.Abs(got[i]-want[i]) <= 1e-12
	}
	if !ok {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestStepDecay(t *testing.T) {
	got, err := StepDecay(0.8, 0.5, 2, 5)
	want(t, "StepDecay", got, err, 0.8, 0.8, 0.4, 0.4, 0.2)
	if _, err := StepDecay(0.8, 1.5, 2, 5); err == nil {
		t.Error("a factor of 1.5 gave no error")
	}
}

func TestExponential(t *testing.T) {
	got, err := Exponential(0.8, 0.5, 4)
	want(t, "Exponential", got, err, 0.8, 0.4, 0.2, 0.1)
}

func TestCosine(t *testing.T) {
	got, err := Cosine(1, 0, 4, 6)
	want(t, "Cosine", got, err, 1, (1+math.Sqrt(0.5))/2, 0.5, (1-math.Sqrt(0.5))/2, 0, 0)
}

func TestInverse(t *testing.T) {
	got, err := Inverse(0.6, 2, 5)
	want(t, "Inverse", got, err, 0.6, 0.4, 0.3, 0.24, 0.2)
}

func TestWarmUp(t *testing.T) {
	rates := []float64{0.6, 0.3}
	got, err := WarmUp(2, rates)
	want(t, "WarmUp", got, err, 0.3, 0.6, 0.6, 0.3)
	want(t, "rates after the call", rates, nil, 0.6, 0.3)
}

func TestStepLimit(t *testing.T) {
	limit, err := StepLimit([][]float64{{2, 1}, {1, 2}})
	want(t, "StepLimit", []float64{limit}, err, 2.0/3)
	if _, err := StepLimit([][]float64{{2, 1}, {0, 2}}); err == nil {
		t.Error("a matrix that is not symmetric gave no error")
	}
}

func TestDescend(t *testing.T) {
	points, err := Descend(func(x []float64) []float64 { return []float64{x[0]} }, []float64{8}, []float64{0.5, 1.5, 0.25})
	if err != nil || len(points) != 4 {
		t.Fatalf("%d points, error %v; want 4 points", len(points), err)
	}
	for k, v := range []float64{8, 4, -2, -1.5} {
		want(t, "a point", points[k], nil, v)
	}
}
