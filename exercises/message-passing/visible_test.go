package messagepassing

import (
	"math"
	"testing"
)

// The cases of the statement.

func want(t *testing.T, what string, got [][]float64, err error, want ...float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = len(got[i]) == 1 && math.Abs(got[i][0]-want[i]) <= 1e-12
	}
	if !ok {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestAggregate(t *testing.T) {
	index, rows := []int{0, 0, 2}, [][]float64{{-1}, {-3}, {5}}
	a, err := Aggregate("sum", 3, index, rows, 1)
	want(t, "the sum", a, err, -4, 0, 5)
	a, err = Aggregate("mean", 3, index, rows, 1)
	want(t, "the mean", a, err, -2, 0, 5)
	a, err = Aggregate("max", 3, index, rows, 1)
	want(t, "the maximum", a, err, -1, 0, 5)
}

func TestAttention(t *testing.T) {
	a, err := Attention(2, []int{0, 0, 1}, []float64{0, math.Log(3), 100})
	var rows [][]float64
	for _, v := range a {
		rows = append(rows, []float64{v})
	}
	want(t, "the attention", rows, err, 0.25, 0.75, 1)
}

func TestStep(t *testing.T) {
	message := func(in []float64) []float64 { return []float64{in[0]*in[1] + in[2]} }
	update := func(in []float64) []float64 { return []float64{in[0] + in[1]} }
	x, y := [][]float64{{1}, {2}, {3}}, [][]float64{{10}, {20}}
	h, err := Step("sum", []int{0, 2}, []int{1, 1}, x, y, message, 1, update)
	want(t, "a step by sum", h, err, 1, 40, 3)
	h, err = Step("max", []int{0, 2}, []int{1, 1}, x, y, message, 1, update)
	want(t, "a step by maximum", h, err, 1, 28, 3)
	want(t, "x after the calls", x, nil, 1, 2, 3)
}
