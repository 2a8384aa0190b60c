package fourierfeatures

import (
	"math"
	"slices"
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
	for i := 0; ok && i < len(want); i++ {
		ok = math.Abs(got[i]-want[i]) <= 1e-7
	}
	if !ok {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestDFT(t *testing.T) {
	x := []float64{1, 4, 2, 1}
	re, im, err := DFT(x)
	want(t, "re", re, err, 8, -1, -2, -1)
	want(t, "im", im, err, 0, -3, 0, 3)
	want(t, "x after the call", x, nil, 1, 4, 2, 1)
}

func TestAmplitudes(t *testing.T) {
	a, err := Amplitudes([]float64{1, 4, 2, 1})
	want(t, "the amplitudes", a, err, 2, 1.5811388, 0.5)
}

func TestKeepLargest(t *testing.T) {
	y, share, err := KeepLargest([]float64{1, 4, 2, 1}, 2)
	want(t, "y", y, err, 1.5, 3.5, 2.5, 0.5)
	want(t, "the share", []float64{share}, err, 0.9545455)
}

func TestHaar(t *testing.T) {
	c, err := Haar([]float64{1, 4, 2, 1}, 2)
	want(t, "Haar", c, err, 4, 1, -2.1213203, 0.7071068)
}

func TestInverseHaar(t *testing.T) {
	x, err := InverseHaar([]float64{4, 1, -2.1213203, 0.7071068}, 2)
	want(t, "InverseHaar", x, err, 1, 4, 2, 1)
}

func TestNearestMean(t *testing.T) {
	got, err := NearestMean([][]float64{{0, 0}, {2, 400}, {10, 500}, {12, 900}}, []int{0, 0, 1, 1}, [][]float64{{4, 600}, {9, 200}})
	if err != nil || !slices.Equal(got, []int{0, 1}) {
		t.Errorf("the classes are %v, error %v; want [0 1]", got, err)
	}
}
