package convolution

import (
	"math"
	"testing"
)

// The cases of the statement.

var (
	picture = [][]float64{{1, 2, 0}, {0, 1, 3}, {4, 0, 1}}
	kernel  = [][]float64{{1, 2}, {3, -1}}
)

func want(t *testing.T, what string, got [][]float64, err error, want [][]float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = len(got[i]) == len(want[i])
		for j := 0; ok && j < len(want[i]); j++ {
			ok = math.Abs(got[i][j]-want[i][j]) <= 1e-12
		}
	}
	if !ok {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestCorrelate(t *testing.T) {
	y, err := Correlate(picture, kernel)
	want(t, "the correlation", y, err, [][]float64{{4, 2}, {14, 6}})
	if _, err := Correlate(kernel, picture); err == nil {
		t.Error("a kernel larger than the picture gave no error")
	}
}

func TestConvolve(t *testing.T) {
	y, err := Convolve(picture, kernel)
	want(t, "the convolution", y, err, [][]float64{{6, 3}, {11, 9}})
	want(t, "the kernel after the call", kernel, nil, [][]float64{{1, 2}, {3, -1}})
}

func TestCirculant(t *testing.T) {
	c, err := Circulant([]float64{1, 2}, 3)
	want(t, "C(1, 2)", c, err, [][]float64{{1, 0, 2}, {2, 1, 0}, {0, 2, 1}})
}

func TestKernelGradient(t *testing.T) {
	g, err := KernelGradient([][]float64{{1, 2, 3}}, [][]float64{{1, 2}})
	want(t, "∂J/∂w", g, err, [][]float64{{5, 8}})
}

func TestInputGradient(t *testing.T) {
	g, err := InputGradient([][]float64{{1, 10}}, [][]float64{{1, 2}})
	want(t, "∂J/∂x", g, err, [][]float64{{1, 12, 20}})
}

func TestReceptiveField(t *testing.T) {
	size, jump, err := ReceptiveField([]int{5, 2, 5, 2}, []int{1, 2, 1, 2})
	if err != nil || size != 16 || jump != 4 {
		t.Errorf("the stack of LeNet: size %d, jump %d, error %v; want 16, 4", size, jump, err)
	}
}
