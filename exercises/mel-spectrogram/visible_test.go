package melspectrogram

import (
	"math"
	"testing"
)

// The cases of the statement.

func want(t *testing.T, got []float64, err error, want ...float64) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	ok := len(got) == len(want)
	for j := 0; ok && j < len(want); j++ {
		ok = math.Abs(got[j]-want[j]) <= 1e-9
	}
	if !ok {
		t.Errorf("%v, want %v", got, want)
	}
}

// row is the only row of m.
func row(t *testing.T, m [][]float64, err error) []float64 {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if len(m) != 1 {
		t.Fatalf("%d rows, want 1", len(m))
	}
	return m[0]
}

func TestMel(t *testing.T) {
	got, err := Mel([]float64{700}, false)
	want(t, got, err, 2595*math.Log10(2))
	got, err = Mel([]float64{500, 6400}, true)
	want(t, got, err, 7.5, 42)
	if _, err := Mel([]float64{-1}, true); err == nil {
		t.Error("−1 Hz gave no error")
	}
}

func TestHertz(t *testing.T) {
	got, err := Hertz([]float64{2595 * math.Log10(2)}, false)
	want(t, got, err, 700)
	got, err = Hertz([]float64{7.5, 42}, true)
	want(t, got, err, 500, 6400)
}

func TestFilters(t *testing.T) {
	for _, area := range []bool{false, true} {
		size := 1.0
		if area {
			size = 2.0 / 2100
		}
		m, err := Filters(1, 8, 5600, 0, 2100, false, area)
		want(t, row(t, m, err), nil, 0, size, size/2, 0, 0)
	}
}

func TestPower(t *testing.T) {
	m, err := Power([]float64{0, 1, 2, 3}, 4, 2)
	want(t, row(t, m, err), nil, 16, 5, 0)
}

func TestLogMel(t *testing.T) {
	m, err := LogMel([]float64{0, 1, 2, 3}, [][]float64{{1, 0, 0}, {0, 2, 1}, {0, 0, 1}}, 4, 2, 1e-3)
	want(t, row(t, m, err), nil, 10*math.Log10(16), 10, -30)
}
