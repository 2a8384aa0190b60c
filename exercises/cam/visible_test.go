package cam

import (
	"fmt"
	"math"
	"testing"
)

// The two cases of the statement.
var (
	features = [][][]float64{
		{{4, 1}, {0, 1}},
		{{0, 1}, {0, 3}},
	}
	weights = [][]float64{{2, 0}, {-1, 1}}
)

func same(t *testing.T, what string, got [][]float64, err error, want [][]float64) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	ok := len(got) == len(want)
	for y := 0; ok && y < len(want); y++ {
		ok = len(got[y]) == len(want[y])
		for x := 0; ok && x < len(want[y]); x++ {
			ok = math.Abs(got[y][x]-want[y][x]) <= 1e-9
		}
	}
	if !ok {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestCAM(t *testing.T) {
	m, err := CAM(features, weights, 0)
	same(t, "M₀", m, err, [][]float64{{7, -1}, {-1, -3}})
	m, err = CAM(features, weights, 1)
	same(t, "M₁", m, err, [][]float64{{1, 1}, {1, 3}})
	if _, err := CAM(features, weights, 2); err == nil {
		t.Error("there are two classes, but class 2 gave no error")
	}
}

// The mean of the map and the bias make the logit, here of three channels on one row of two places.
func TestMeanPlusBiasIsTheLogit(t *testing.T) {
	f := [][][]float64{{{1, 0, 2}, {3, 4, 0}}}
	w := [][]float64{{1, -2}, {0.5, 1}, {-1, 3}}
	bias := []float64{0.25, -1}
	F := []float64{2, 2, 1} // means of the channels
	for c := range 2 {
		m, err := CAM(f, w, c)
		if err != nil || len(m) != 1 || len(m[0]) != 2 {
			t.Errorf("class %d: map %v, error %v; want one row of two", c, m, err)
			continue
		}
		logit := w[0][c]*F[0] + w[1][c]*F[1] + w[2][c]*F[2] + bias[c]
		if got := (m[0][0]+m[0][1])/2 + bias[c]; !(math.Abs(got-logit) <= 1e-9) {
			t.Errorf("class %d: mean of the map + bias = %g, logit %g", c, got, logit)
		}
	}
}

func TestGradCAM(t *testing.T) {
	g := [][][]float64{
		{{0.5, -0.25}, {0.5, -0.25}},
		{{0.5, -0.25}, {0.5, -0.25}},
	}
	m, err := GradCAM(features, g)
	same(t, "L₀", m, err, [][]float64{{1.75, 0}, {0, 0}})
}

func TestUpsample(t *testing.T) {
	m, err := Upsample([][]float64{{0, 6}}, 1, 6)
	same(t, "[0 6] at six pixels", m, err, [][]float64{{0, 0, 2, 4, 6, 6}})
}

func TestNormalise(t *testing.T) {
	m, err := Normalise([][]float64{{-2, 0}, {6, 2}})
	same(t, "[-2 0; 6 2] in [0, 1]", m, err, [][]float64{{0, 0.25}, {1, 0.5}})
}

func TestBox(t *testing.T) {
	b, err := Box([][]float64{{0, 0, 2, 4, 6, 6}}, 0.5)
	if err != nil || fmt.Sprint(b) != "[3 0 6 1]" {
		t.Errorf("box is %v (error %v), want [3 0 6 1]", b, err)
	}
}
