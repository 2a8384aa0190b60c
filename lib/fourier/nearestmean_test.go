package fourier

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestNearestMean: means and deviations by hand, and the answers do not change with a feature's unit.
func TestNearestMean(t *testing.T) {
	x := [][]float64{{0, 100}, {2, 300}, {10, 200}, {12, 200}}
	c := FitNearestMean(x, []int32{0, 0, 1, 1}, 2)
	near(t, "mean 0", c.Means[0], []float64{1, 200}, 0)
	near(t, "mean 1", c.Means[1], []float64{11, 200}, 0)
	near(t, "deviations", c.Scale, []float64{1, 70.71067811865476}, 1e-12)
	if c.Predict([]float64{5.9, 0}) != 0 || c.Predict([]float64{6.1, 900}) != 1 || c.Predict([]float64{6, 7}) != 0 {
		t.Error("the answers are not by the nearer mean, ties to the first")
	}
	rng := rand.New(rand.NewPCG(7, 0))
	var a, b [][]float64
	var y []int32
	for i := range 60 {
		v := normal(rng, 3)
		v[0] += float64(i % 3)
		a, b, y = append(a, v), append(b, []float64{v[0] * 1e6, v[1] - 5, v[2] * 1e-3}), append(y, int32(i%3))
	}
	ca, cb := FitNearestMean(a, y, 3), FitNearestMean(b, y, 3)
	for i := range a {
		if ca.Predict(a[i]) != cb.Predict(b[i]) {
			t.Fatalf("example %d: another unit, another answer", i)
		}
	}
	if acc := ca.Accuracy(a, y); acc < 0.4 || acc == 1 {
		t.Errorf("accuracy %g", acc)
	}
	panics(t, "a class without examples", func() { FitNearestMean(a, y, 4) })
	panics(t, "a label too great", func() { FitNearestMean(a, y, 2) })
	panics(t, "ragged features", func() { FitNearestMean([][]float64{{1}, {1, 2}}, []int32{0, 0}, 1) })
}

func ExampleFitNearestMean() {
	c := FitNearestMean([][]float64{{0, 1}, {1, 0}, {9, 1}, {10, 0}}, []int32{0, 0, 1, 1}, 2)
	fmt.Println(c.Means, c.Predict([]float64{7, 3}))
	// Output: [[0.5 0.5] [9.5 0.5]] 1
}
