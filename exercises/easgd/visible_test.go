package easgd

import (
	"math"
	"testing"
)

// The cases of the statement.

func wantPoint(t *testing.T, what string, got []float64, err error, want ...float64) {
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

// column is entry 0 of every row.
func column(rows [][]float64) (c []float64) {
	for _, r := range rows {
		if len(r) > 0 {
			c = append(c, r[0])
		}
	}
	return c
}

// towards8 has its minimum at 0 for worker 0 and at 8 for worker 1.
func towards8(worker int, x []float64) []float64 { return []float64{x[0] - 8*float64(worker)} }

func same(_ int, x []float64) []float64 { return []float64{x[0]} }

func TestMeet(t *testing.T) {
	x, c := []float64{4, 0}, []float64{0, 2}
	w, m, err := Meet(x, c, 0.25)
	wantPoint(t, "the worker", w, err, 3, 0.5)
	wantPoint(t, "the centre", m, err, 1, 1.5)
	wantPoint(t, "x after the call", x, nil, 4, 0)
	if _, _, err := Meet(x, []float64{1}, 0.25); err == nil {
		t.Error("a centre of another length gave no error")
	}
}

func TestSyncStep(t *testing.T) {
	w, m, err := SyncStep([][]float64{{4}, {-2}}, [][]float64{{2}, {-4}}, []float64{0}, 0.5, 0.25)
	wantPoint(t, "the workers", column(w), err, 2, 0.5)
	wantPoint(t, "the centre", m, err, 0.5)
	if _, _, err := SyncStep([][]float64{{4}, {-2}}, [][]float64{{2}}, []float64{0}, 0.5, 0.25); err == nil {
		t.Error("one gradient for two workers gave no error")
	}
}

func TestElastic(t *testing.T) {
	c, x, err := Elastic(towards8, []float64{4}, 2, 2, 1, 0.5, 0.25, 0)
	wantPoint(t, "the centre's path", column(c), err, 4, 4, 4.125)
	wantPoint(t, "the workers' ends", column(x), err, 1.5, 6.375)
}

func TestElasticWithMomentum(t *testing.T) {
	c, x, err := Elastic(same, []float64{8}, 1, 3, 2, 0.5, 0.25, 0.5)
	wantPoint(t, "the centre's path", column(c), err, 8, 8, 8, 6.25)
	wantPoint(t, "the worker's end", column(x), err, 1.5)
}

func TestDownpour(t *testing.T) {
	c, err := Downpour(same, []float64{4}, 2, 3, 2, 0.5)
	wantPoint(t, "the centre's path", column(c), err, 4, 4, 4, -2)
}
