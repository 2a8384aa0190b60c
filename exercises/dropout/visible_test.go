package dropout

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The cases of the statement.

func wantNumbers(t *testing.T, what string, got []float64, err error, want ...float64) {
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
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestMask(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	mask, err := Mask(5000, 0.8, rng.Float64)
	if err != nil || len(mask) != 5000 {
		t.Fatalf("%d entries, error %v; want 5000", len(mask), err)
	}
	kept := 0.0
	for _, v := range mask {
		if v != 0 && v != 1 {
			t.Fatalf("an entry is %v", v)
		}
		kept += v / 5000
	}
	if math.Abs(kept-0.8) > 0.04 { // seven standard deviations
		t.Errorf("%v of the units are kept, want about 0.8", kept)
	}
}

func TestForward(t *testing.T) {
	x, mask := []float64{2, -4}, []float64{1, 0}
	y, err := Drop(x, mask, 0.8, false, true)
	wantNumbers(t, "the lecture's rule, training", y, err, 2, 0)
	y, err = Drop(x, nil, 0.8, false, false)
	wantNumbers(t, "the lecture's rule, test", y, err, 1.6, -3.2)
	y, err = Drop(x, mask, 0.8, true, true)
	wantNumbers(t, "inverted, training", y, err, 2.5, 0)
	y, err = Drop(x, nil, 0.8, true, false)
	wantNumbers(t, "inverted, test", y, err, 2, -4)
	wantNumbers(t, "x after the calls", x, nil, 2, -4)
}

func TestBackward(t *testing.T) {
	d, err := DropGradient([]float64{3, 5}, []float64{1, 0}, 0.8, false)
	wantNumbers(t, "the lecture's rule", d, err, 3, 0)
	d, err = DropGradient([]float64{3, 5}, []float64{1, 0}, 0.8, true)
	wantNumbers(t, "inverted", d, err, 3.75, 0)
}

func TestExpectation(t *testing.T) {
	relu := func(h []float64) float64 { return math.Max(0, h[0]+h[1]) }
	for keep, want := range map[float64]float64{0.5: 1.25, 0.8: 1.76} {
		mean, err := Expectation(relu, []float64{3, -1}, keep)
		wantNumbers(t, "the mean over the masks", []float64{mean}, err, want)
	}
}

func TestSurvival(t *testing.T) {
	p, expected, err := Survival(4, 0.5)
	wantNumbers(t, "p_l", p, err, 0.875, 0.75, 0.625, 0.5)
	wantNumbers(t, "the expected depth", []float64{expected}, err, 2.75)
}
