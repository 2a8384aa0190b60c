package perceptron

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.
var (
	two    = [][]float64{{2, 0}, {0, 2}}
	twoY   = []float64{1, -1}
	square = [][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}}
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9 }

func TestLoss(t *testing.T) {
	l, err := Loss([]float64{-1, 1}, 1, two, twoY)
	if err != nil || !near(l, 2) {
		t.Errorf("loss of two points at w = (−1, 1), b = 1 is %v (%v), want 2", l, err)
	}
	if _, err := Loss([]float64{-1, 1}, 1, two, []float64{1, 0}); err == nil {
		t.Error("0 is no label, but Loss gave no error")
	}
}

func TestTrain(t *testing.T) {
	for _, c := range []struct {
		name     string
		x        [][]float64
		y        []float64
		epochs   int
		w        []float64
		b        float64
		mistakes []int
	}{
		{"two points", two, twoY, 10, []float64{2, -2}, 0, []int{2, 0}},
		{"AND, one epoch", square, []float64{-1, -1, -1, 1}, 1, []float64{1, 1}, 0, []int{2}},
		{"AND", square, []float64{-1, -1, -1, 1}, 100, []float64{3, 2}, -4, []int{2, 3, 3, 2, 2, 3, 2, 1, 0}},
		{"XOR, 3 epochs", square, []float64{-1, 1, 1, -1}, 3, []float64{0, 0}, 0, []int{4, 4, 4}},
	} {
		w, b, mistakes, err := Train(c.x, c.y, c.epochs)
		if err != nil || len(w) != 2 || !near(w[0], c.w[0]) || !near(w[1], c.w[1]) || !near(b, c.b) || !slices.Equal(mistakes, c.mistakes) {
			t.Errorf("%s: w = %v, b = %v, mistakes = %v, error %v; want %v, %v, %v", c.name, w, b, mistakes, err, c.w, c.b, c.mistakes)
		}
	}
}

func TestBound(t *testing.T) {
	n, err := Bound([]float64{2, -2}, 0, two, twoY)
	if err != nil || !near(n, 2.5) {
		t.Errorf("bound from w = (2, −2), b = 0 is %v (%v), want 2.5", n, err)
	}
	if _, err := Bound([]float64{1, 1}, 0, two, twoY); err == nil {
		t.Error("w = (1, 1), b = 0 does not separate the two points, but Bound gave no error")
	}
}
