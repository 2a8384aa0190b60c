package lanczos

import (
	"math"
	"testing"
)

// The cases of the statement.

// givenMatrix returns v ↦ Av and a count of its calls.
func givenMatrix(a [][]float64) (matvec func(v []float64) []float64, calls *int) {
	calls = new(int)
	return func(v []float64) []float64 {
		*calls++
		w := make([]float64, len(a))
		for i, row := range a {
			for j, x := range row {
				w[i] += x * v[j]
			}
		}
		return w
	}, calls
}

func wantNumbers(t *testing.T, what string, got []float64, err error, want ...float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = math.Abs(got[i]-want[i]) <= 1e-12*math.Max(1, math.Abs(want[i]))
	}
	if !ok {
		t.Errorf("%s: %.6g, want %.6g", what, got, want)
	}
}

func TestLanczos(t *testing.T) {
	matvec, calls := givenMatrix([][]float64{{1, 3, 4}, {3, 2, 0}, {4, 0, 7}})
	start := []float64{7, 0, 0}
	alpha, beta, q, err := Lanczos(matvec, start, 3)
	wantNumbers(t, "α", alpha, err, 1, 5.2, 3.8)
	wantNumbers(t, "β", beta, err, 5, 2.4)
	if len(q) != 3 {
		t.Fatalf("%d rows of Q, want 3", len(q))
	}
	wantNumbers(t, "q₁", q[0], err, 1, 0, 0)
	wantNumbers(t, "q₂", q[1], err, 0, 0.6, 0.8)
	wantNumbers(t, "q₃", q[2], err, 0, -0.8, 0.6)
	wantNumbers(t, "the start after the call", start, nil, 7, 0, 0)
	if *calls != 3 {
		t.Errorf("%d products for 3 steps", *calls)
	}
}

// On 2I every direction is an eigenvector: one step, whatever k.
func TestLanczosBreaksDown(t *testing.T) {
	matvec, _ := givenMatrix([][]float64{{2, 0, 0}, {0, 2, 0}, {0, 0, 2}})
	alpha, beta, q, err := Lanczos(matvec, []float64{1, 2, 2}, 5)
	wantNumbers(t, "α", alpha, err, 2)
	wantNumbers(t, "β", beta, err)
	if len(q) != 1 {
		t.Fatalf("%d rows of Q, want 1", len(q))
	}
	wantNumbers(t, "q₁", q[0], err, 1./3, 2./3, 2./3)
	if _, _, _, err := Lanczos(matvec, []float64{0, 0, 0}, 2); err == nil {
		t.Error("a start of zeros gave no error")
	}
}

func TestQuadrature(t *testing.T) {
	nodes, weights, err := Quadrature([]float64{2, 5}, []float64{2})
	wantNumbers(t, "nodes", nodes, err, 1, 6)
	wantNumbers(t, "weights", weights, err, 0.8, 0.2)
	if _, _, err := Quadrature([]float64{2, 5}, []float64{2, 0}); err == nil {
		t.Error("two side diagonal entries for two rows gave no error")
	}
}

func TestTrace(t *testing.T) {
	matvec, calls := givenMatrix([][]float64{{2, 1}, {1, 3}})
	got, err := Trace(matvec, [][]float64{{1, 1}, {1, -1}, {2, 0}})
	wantNumbers(t, "the estimate of the trace", []float64{got}, err, 6)
	if *calls != 3 {
		t.Errorf("%d products for 3 probes", *calls)
	}
}

func TestTraceOf(t *testing.T) {
	matvec, _ := givenMatrix([][]float64{{2, 2}, {2, 5}})
	square := func(x float64) float64 { return x * x }
	probes := [][]float64{{3, 0}, {0, 1}}
	two, err := TraceOf(matvec, square, probes, 2)
	wantNumbers(t, "two steps", []float64{two}, err, 50.5)
	one, err := TraceOf(matvec, square, probes, 1)
	wantNumbers(t, "one step", []float64{one}, err, 30.5)
}
