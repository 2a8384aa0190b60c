package residualblock

import (
	"math"
	"slices"
	"testing"
)

// The cases of the statement.

func given() Block {
	return Block{W1: [][]float64{{1, -1}, {2, 1}}, B1: []float64{0, -1}, W2: [][]float64{{1, 0}, {-1, 1}}, B2: []float64{-2, 1}}
}

func close(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= 1e-12 })
}

func TestForward(t *testing.T) {
	if y, err := Forward(given(), []float64{1, 2}); err != nil || !close(y, []float64{0, 6}) {
		t.Errorf("y is %v (%v), want (0, 6)", y, err)
	}
	if _, err := Forward(given(), []float64{1, 2, 3}); err == nil {
		t.Error("an x too long gave no error")
	}
}

func TestBackward(t *testing.T) {
	dx, d, err := Backward(given(), []float64{1, 2}, []float64{5, 1})
	if err != nil || !close(dx, []float64{2, 2}) {
		t.Fatalf("∂L/∂x is %v (%v), want (2, 2)", dx, err)
	}
	if !close(slices.Concat(d.W1...), []float64{0, 0, 1, 2}) || !close(d.B1, []float64{0, 1}) || !close(slices.Concat(d.W2...), []float64{0, 0, 0, 3}) || !close(d.B2, []float64{0, 1}) {
		t.Errorf("the derivatives are %v, want W1 [0 0; 1 2], B1 (0, 1), W2 [0 0; 0 3], B2 (0, 1)", d)
	}
}

func TestGradientNorms(t *testing.T) {
	b := Block{W1: [][]float64{{1}}, B1: []float64{0}, W2: [][]float64{{0.5}}, B2: []float64{0}}
	n, err := GradientNorms([]Block{b, b, b}, []float64{1}, []float64{2})
	if err != nil || !close(n, []float64{6.75, 4.5, 3, 2}) {
		t.Errorf("residual: the norms are %v (%v), want 6.75, 4.5, 3, 2", n, err)
	}
	b.Plain = true
	n, err = GradientNorms([]Block{b, b, b}, []float64{1}, []float64{2})
	if err != nil || !close(n, []float64{0.25, 0.5, 1, 2}) {
		t.Errorf("plain: the norms are %v (%v), want 0.25, 0.5, 1, 2", n, err)
	}
}

func TestVGGParameters(t *testing.T) {
	conv, dense, err := VGGParameters([][]int{{2}, {3}}, []int{5}, 8, 8, 1, 10)
	if err != nil || conv != 77 || dense != 125 {
		t.Errorf("the small net has %d and %d parameters (%v), want 77 and 125", conv, dense, err)
	}
	conv, dense, err = VGGParameters([][]int{{64}, {128}, {256, 256}, {512, 512}, {512, 512}}, []int{4096, 4096}, 224, 224, 3, 1000)
	if err != nil || conv+dense != 132_863_336 {
		t.Errorf("VGG11 has %d + %d parameters (%v), want 132863336", conv, dense, err)
	}
}

func TestResNetParameters(t *testing.T) {
	for _, c := range []struct {
		kernel            int
		blocks, widths    []int
		channels, classes int
		projection        bool
		want              int
	}{
		{3, []int{1, 1}, []int{2, 4}, 1, 3, false, 349},
		{3, []int{1, 1}, []int{2, 4}, 1, 3, true, 365},
		{7, []int{2, 2, 2, 2}, []int{64, 128, 256, 512}, 3, 1000, true, 11_689_512},
	} {
		if n, err := ResNetParameters(c.kernel, c.blocks, c.widths, c.channels, c.classes, c.projection); err != nil || n != c.want {
			t.Errorf("ResNetParameters(%v) is %d (%v)", c, n, err)
		}
	}
}
