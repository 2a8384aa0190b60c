package lenetshapes

import (
	"fmt"
	"reflect"
	"testing"
)

// The cases of the statement.

var exam = [][]int{{Conv, 4, 5, 0, 1, 1}, {Pool, 2, 0, 2}, {Conv, 6, 5, 0, 1, 1}, {Pool, 2, 0, 2}, {Flatten}, {Dense, 128}, {Dense, 10}}

func want(t *testing.T, what string, got any, err error, want any) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	} else if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestOutputSize(t *testing.T) {
	for _, c := range []struct{ n, kernel, padding, stride, dilation, want int }{
		{32, 5, 0, 1, 1, 28}, {28, 5, 2, 1, 1, 28}, {8, 3, 0, 2, 1, 3}, {10, 3, 1, 2, 2, 4},
	} {
		got, err := OutputSize(c.n, c.kernel, c.padding, c.stride, c.dilation)
		want(t, fmt.Sprint("n, k, p, s, d, size ", c), got, err, c.want)
	}
	if _, err := OutputSize(3, 5, 0, 1, 1); err == nil {
		t.Error("a window of 5 on 3 pixels gave no error")
	}
}

func TestShapes(t *testing.T) {
	got, err := Shapes([]int{32, 32, 1}, exam)
	want(t, "shapes", got, err, [][]int{{32, 32, 1}, {28, 28, 4}, {14, 14, 4}, {10, 10, 6}, {5, 5, 6}, {150}, {128}, {10}})
}

func TestParameters(t *testing.T) {
	got, err := Parameters([]int{32, 32, 1}, exam)
	want(t, "parameters", got, err, []int{104, 0, 606, 0, 0, 19328, 1290})
}

func TestMultiplications(t *testing.T) {
	got, err := Multiplications([]int{32, 32, 1}, exam)
	want(t, "multiplications", got, err, []int{78400, 0, 60000, 0, 0, 19200, 1280})
}

func TestReceptiveField(t *testing.T) {
	got, err := ReceptiveField(exam[:4])
	want(t, "receptive fields", got, err, []int{5, 6, 14, 16})
}

func TestFlatIndex(t *testing.T) {
	got, err := FlatIndex([]int{5, 5, 6}, 2, 3, 4)
	want(t, "the flat index", got, err, 82)
	if _, err := FlatIndex([]int{5, 5, 6}, 2, 5, 0); err == nil {
		t.Error("column 5 of 5 gave no error")
	}
}
