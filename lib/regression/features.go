package regression

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
)

// RandomFeatures is a network with one hidden layer whose first layer is drawn and left as it is, so that only the sum
//
//	f(x) = Σ_{j≤N} v_j φ(ω_j·x + b_j)
//
// is fitted. It is the form of the universal approximation theorem (Cybenko 1989; Leshno et al. 1993 for any φ that is no
// polynomial), without training: what it reaches with N units, N learnt units reach too. Rahimi & Recht 2008.
type RandomFeatures struct {
	N      int             // units, at least 1
	Act    activation.Func // φ; the zero value means ReLU
	Radius float64         // each unit's kink lies on a random hyperplane through the ball of that radius; 0 means 1
	Centre []float64       // the ball's centre; nil means the origin
	Slope  float64         // ‖ω_j‖; 0 means 1
	Ridge  float64         // λ ≥ 0 on ‖v‖²; give a small one (1e-10): units whose kink misses the points are linear there, and so alike
}

// FeaturesFit is a fitted sum.
type FeaturesFit struct {
	Act   activation.Func
	Omega [][]float64 // [N][d]
	B     []float64   // [N]
	V     []float64   // [N], and the constant at its end
}

// Fit draws ω_j uniform in direction and b_j = −ω_j·p_j for a point p_j of the ball, and then minimises
// Σ(f(x_i) − y_i)² + λ‖v‖². The sum also has a constant.
func (h RandomFeatures) Fit(x [][]float64, y []float64, rng *rand.Rand) (*FeaturesFit, error) {
	if err := check(x, y); err != nil {
		return nil, err
	}
	d := len(x[0])
	if h.N < 1 || !(h.Radius >= 0) || !(h.Slope >= 0) || h.Centre != nil && len(h.Centre) != d {
		return nil, fmt.Errorf("regression: %d random features in %d dimensions, radius %v, slope %v, centre %v", h.N, d, h.Radius, h.Slope, h.Centre)
	}
	f := &FeaturesFit{Act: h.Act}
	if f.Act.F == nil {
		f.Act = activation.ReLU
	}
	radius, slope := h.Radius, h.Slope
	if radius == 0 {
		radius = 1
	}
	if slope == 0 {
		slope = 1
	}
	for range h.N {
		w, p := direction(d, rng), direction(d, rng)
		floats.Scale(slope, w)
		floats.Scale(radius*math.Pow(rng.Float64(), 1/float64(d)), p)
		if h.Centre != nil {
			floats.Add(p, h.Centre)
		}
		f.Omega, f.B = append(f.Omega, w), append(f.B, -floats.Dot(w, p))
	}
	phi := mat.NewDense(len(x), h.N+1, nil)
	for i := range x {
		phi.SetRow(i, f.features(x[i]))
	}
	var err error
	f.V, err = Ridge(phi, y, h.Ridge)
	return f, err
}

// direction draws a unit vector of d coordinates.
func direction(d int, rng *rand.Rand) []float64 {
	for {
		v := make([]float64, d)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		if n := floats.Norm(v, 2); n > 1e-9 {
			floats.Scale(1/n, v)
			return v
		}
	}
}

// features returns φ(ω_j·x + b_j), and 1.
func (f *FeaturesFit) features(x []float64) []float64 {
	v := make([]float64, len(f.Omega)+1)
	for j, w := range f.Omega {
		v[j] = f.Act.F(floats.Dot(w, x) + f.B[j])
	}
	v[len(f.Omega)] = 1
	return v
}

// Predict returns f(x).
func (f *FeaturesFit) Predict(x []float64) float64 { return floats.Dot(f.V, f.features(x)) }
