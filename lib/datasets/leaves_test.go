package datasets

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Leaves: values in [0, 1], the same from the same seed, and differences of neighbours with the heavy tails of an edgy world.
func TestDeadLeaves(t *testing.T) {
	d := DeadLeaves(4, 64, rand.New(rand.NewPCG(1, 7)))
	again := DeadLeaves(4, 64, rand.New(rand.NewPCG(1, 7)))
	if d.N != 4 || len(d.Pix) != 4*64*64 || !slices.Equal(d.Pix, again.Pix) {
		t.Fatal("the same seed draws other pictures")
	}
	var square, fourth, mean, n float64
	for i := range 4 {
		img := d.Image(i)
		for p, v := range img {
			if v < 0 || v > 1 || math.IsNaN(float64(v)) {
				t.Fatalf("picture %d, pixel %d: %v", i, p, v)
			}
			mean += float64(v) / float64(len(d.Pix))
			if p%64 > 0 {
				e := float64(v - img[p-1])
				square, fourth, n = square+e*e, fourth+e*e*e*e, n+1
			}
		}
	}
	if kurtosis := fourth / n / (square / n * square / n); kurtosis < 5 { // a Gaussian has 3
		t.Errorf("kurtosis of the differences: %.2f", kurtosis)
	}
	if mean < 0.3 || mean > 0.7 {
		t.Errorf("mean grey %.2f", mean)
	}
}

// Scenes gives photographs where they are, and leaves elsewhere.
func TestScenes(t *testing.T) {
	d, err := Scenes(t.Context(), 3, 32, rand.New(rand.NewPCG(2, 7)))
	if err != nil || d.N != 3 || d.H != 32 || d.C != 1 || d.Source == "" {
		t.Fatal(d, err)
	}
	if _, err := Caltech101(Train, 32, true); (err == nil) == d.Generated {
		t.Errorf("generated: %v, but the photographs: %v", d.Generated, err)
	}
}
