package augment

import (
	"math"
	"math/rand/v2"
	"testing"

	"nncourse/lib/symmetry"
)

func gauss(n, d int, rng *rand.Rand) [][]float64 {
	x := make([][]float64, n)
	for i := range x {
		x[i] = make([]float64, d)
		for k := range x[i] {
			x[i][k] = rng.NormFloat64()
		}
	}
	return x
}

func relu(z float64) float64 { return max(z, 0) }

func ridge(t *testing.T, phi [][]float64, y []float64, lambda float64) []float64 {
	t.Helper()
	w, err := Ridge(phi, y, lambda)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// The gradient Σ 2(⟨w, φ⟩ − y)φ + 2λw vanishes.
func TestRidge(t *testing.T) {
	rng := source(1)
	phi, y := gauss(20, 7, rng), gauss(1, 20, rng)[0]
	w := ridge(t, phi, y, 0.3)
	for k := range w {
		g := 0.3 * w[k]
		for s := range phi {
			g += (Dot(w, phi[s]) - y[s]) * phi[s][k]
		}
		if math.Abs(g) > 1e-10 {
			t.Errorf("gradient %d is %g", k, g)
		}
	}
}

func TestOrbitAugmentationEqualsAveraging(t *testing.T) {
	const lambda = 0.05
	for _, g := range []*symmetry.Group{symmetry.C4(3), symmetry.D4(3), symmetry.CyclicShifts(6), symmetry.Signs(5), symmetry.Permutations(4), symmetry.Mirror(4, 1), symmetry.Rotations(5)} {
		rng := source(2)
		d, order := g.Dim(), float64(g.Order())
		x, y, fresh := gauss(12, d, rng), gauss(1, 12, rng)[0], gauss(10, d, rng)
		phi := OrbitFeatures(g, gauss(3, d, rng), relu)
		rows, labels := OnOrbits(g, phi, x, y)
		if len(rows) != 12*g.Order() {
			t.Fatalf("%s: %d rows", g.Name, len(rows))
		}
		// (1/|G|) Σ … + λ‖w‖² has the minimiser of Σ … + |G|λ‖w‖².
		augmented := ridge(t, rows, labels, order*lambda)
		mean := Averaged(g, phi)
		averaged := ridge(t, mean.Apply(x), y, lambda)
		for k := range augmented {
			if math.Abs(augmented[k]-averaged[k]) > 1e-9 {
				t.Fatalf("%s: coefficient %d is %g by augmentation, %g by averaging", g.Name, k, augmented[k], averaged[k])
			}
		}
		for _, z := range fresh {
			f := Dot(augmented, phi(z))
			if math.Abs(f-Dot(averaged, mean(z))) > 1e-9 {
				t.Errorf("%s: the two models differ at a new point", g.Name)
			}
			for _, gz := range g.Images(z) {
				if math.Abs(Dot(augmented, phi(gz))-f) > 1e-9 {
					t.Errorf("%s: the augmented model is not invariant", g.Name)
				}
			}
		}
		// And the training matters: ridge on the points alone gives something else.
		alone := ridge(t, phi.Apply(x), y, lambda)
		worst := 0.0
		for k := range alone {
			worst = max(worst, math.Abs(alone[k]-augmented[k]))
		}
		if worst < 1e-3 {
			t.Errorf("%s: without augmentation the coefficients are the same to %g", g.Name, worst)
		}
	}
}

// Where the group does not permute the features, the two solutions differ, and identity (1) says by what the objectives do.
func TestFeaturesThatAreNotClosed(t *testing.T) {
	const lambda = 0.05
	g := symmetry.C4(3)
	rng := source(3)
	x, y := gauss(12, 9, rng), gauss(1, 12, rng)[0]
	phi := PlainFeatures(gauss(12, 9, rng), relu)
	rows, labels := OnOrbits(g, phi, x, y)
	augmented := ridge(t, rows, labels, 4*lambda)
	mean := Averaged(g, phi)
	averaged := ridge(t, mean.Apply(x), y, lambda)
	worst := 0.0
	for k := range augmented {
		worst = max(worst, math.Abs(augmented[k]-averaged[k]))
	}
	if worst < 1e-2 {
		t.Errorf("the solutions are only %g apart", worst)
	}
	for _, w := range [][]float64{augmented, averaged, gauss(1, 12, rng)[0]} {
		left, right := 0.0, 0.0
		for s := range x {
			m := Dot(w, mean(x[s]))
			right += (m - y[s]) * (m - y[s])
			for i := range 4 {
				f := Dot(w, rows[4*s+i])
				left += (f - y[s]) * (f - y[s]) / 4
				right += (f - m) * (f - m) / 4
			}
		}
		if math.Abs(left-right) > 1e-9*left {
			t.Errorf("identity (1): %g against %g", left, right)
		}
	}
}
