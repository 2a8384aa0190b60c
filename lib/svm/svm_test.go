package svm

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/floats"
)

var ctx = context.Background()

// blobs returns n points of two normal clouds, their centres apart along the first axis.
func blobs(rng *rand.Rand, n, d int, apart float64) (x [][]float64, y []float64) {
	for i := range n {
		p, label := make([]float64, d), float64(1-2*(i%2))
		for j := range p {
			p[j] = rng.NormFloat64()
		}
		p[0] += apart * label / 2
		x, y = append(x, p), append(y, label)
	}
	return x, y
}

// kernels of the golden file and of the properties.
var kernels = map[string]Kernel{
	"linear": Linear{}, "poly2": Polynomial{Degree: 2, Coef0: 1}, "poly3": Polynomial{Degree: 3, Gamma: 0.5, Coef0: 1},
	"rbf": RBF{Gamma: 0.5}, "lift": Lift{},
}

type golden struct {
	Name, Kernel  string
	C             any
	X             [][]float64
	Y, Alpha, W   []float64
	B, Norm, Dual float64
}

func (g golden) c() float64 {
	if g.C == "inf" {
		return math.Inf(1)
	}
	return g.C.(float64)
}

func readGolden(t testing.TB) []golden {
	b, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g []golden
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	if len(g) < 20 {
		t.Fatalf("%d cases in the golden file, want 20 or more", len(g))
	}
	return g
}

// The independent solution: α, b, ‖w‖, w and D agree to 1e-6 of the largest α (of 1, if that is less).
func TestGolden(t *testing.T) {
	seen := map[string]int{}
	for _, g := range readGolden(t) {
		m, err := SMO{C: g.c(), Kernel: kernels[g.Kernel]}.Fit(ctx, g.X, g.Y)
		if err != nil {
			t.Errorf("%s: %v", g.Name, err)
			continue
		}
		scale := max(1, floats.Max(g.Alpha))
		da, db := 0.0, math.Abs(m.B-g.B)/max(1, math.Abs(g.B))
		for i := range g.Alpha {
			da = max(da, math.Abs(m.Alpha[i]-g.Alpha[i])/scale)
			if math.IsNaN(m.Alpha[i]) {
				t.Fatalf("%s: α[%d] is NaN", g.Name, i)
			}
		}
		dn := math.Abs(m.Norm()/g.Norm - 1)
		dd := math.Abs(m.Dual()-g.Dual) / max(1, math.Abs(g.Dual))
		dw := 0.0
		for j := range g.W {
			dw = max(dw, math.Abs(m.W[j]-g.W[j])/max(1, g.Norm))
		}
		t.Logf("%-28s %6d steps, %2d support vectors: α off by %.1e, b %.1e, ‖w‖ %.1e, w %.1e, D %.1e", g.Name, m.Steps, len(m.Support()), da, db, dn, dw, dd)
		if !(da <= 1e-6 && db <= 1e-6 && dn <= 1e-6 && dw <= 1e-6 && dd <= 1e-6) {
			t.Errorf("%s: α off by %.2g, b %.2g, ‖w‖ %.2g, w %.2g, D %.2g; want 1e-6", g.Name, da, db, dn, dw, dd)
		}
		kind := "soft "
		if math.IsInf(g.c(), 1) {
			kind = "hard "
		}
		seen[kind+g.Kernel]++
	}
	for k := range kernels {
		if seen["hard "+k] == 0 || seen["soft "+k] == 0 {
			t.Errorf("no hard or no soft case of %s in the golden file", k)
		}
	}
}
