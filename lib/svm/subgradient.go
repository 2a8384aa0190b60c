package svm

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Subgradient descends on the primal without constraints, in the plane of the data (φ(x) = x):
//
//		P(w, b) = ½‖w‖² + C Σ max(0, 1 − yᵢ(wᵀxᵢ + b))
//
//	 1. At (w, b), the points with yᵢf(xᵢ) < 1 give the subgradient  ∂w = w − C Σ yᵢxᵢ,  ∂b = −C Σ yᵢ.
//	    At the kink yᵢf(xᵢ) = 1 the point is left out.
//	 2. (w, b) ← (w, b) − ηₖ(∂w, ∂b) with ηₖ = Rate·2/(k + 2), k = 0, 1, …
//	 3. The average of the iterates with weights k + 1 is what is returned: with ηₖ as above its error is O(1/k) for a
//	    strongly convex function. P is strongly convex in w, and not in b, so that the bound is for w.
//
// A subgradient step need not descend: P rises and falls. Compare SMO, which ends at ten digits.
//
// Sources: Shalev-Shwartz, Singer, Srebro, Cotter, Pegasos (2011); Lacoste-Julien, Schmidt, Bach, A simpler approach
// to obtaining an O(1/t) convergence rate for the projected stochastic subgradient method (2012), eq. 3-4.
type Subgradient struct {
	C     float64 // > 0 and finite; 0 means 1
	Steps int     // 0 means 10 000
	Rate  float64 // > 0; 0 means 1
	Every int     // record every so many steps (and the last); 0 means 100
}

// Descent is what Subgradient went through.
type Descent struct {
	W         []float64 // [d] the weighted average
	B         float64
	Objective float64   // P at (W, B)
	K         []int     // steps done at each record
	Values    []float64 // P at the iterate
	Averages  []float64 // P at the average so far
}

// Hinge returns P(w, b) = ½‖w‖² + C Σ max(0, 1 − yᵢ(wᵀxᵢ + b)).
func Hinge(w []float64, b, c float64, x [][]float64, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += max(0, 1-y[i]*(floats.Dot(w, x[i])+b))
	}
	return floats.Dot(w, w)/2 + c*sum
}

// Run descends from (0, 0). x is [n][d], y holds n labels ±1, both classes among them. It panics if shapes do not fit or a field is out of its
// range, and errs on labels other than ±1, a missing class, NaN or infinity, and on ctx's end, with the descent so far. A step costs O(nd).
func (s Subgradient) Run(ctx context.Context, x [][]float64, y []float64) (*Descent, error) {
	d, err := check("Subgradient", x, y)
	if err != nil {
		return nil, err
	}
	if s.C == 0 {
		s.C = 1
	}
	if s.Steps == 0 {
		s.Steps = 10000
	}
	if s.Rate == 0 {
		s.Rate = 1
	}
	if s.Every == 0 {
		s.Every = 100
	}
	if !(s.C > 0) || math.IsInf(s.C, 0) || s.Steps < 0 || !(s.Rate > 0) || s.Every < 0 {
		panic(fmt.Sprintf("svm: Subgradient: need a finite C > 0, Rate > 0 and Steps, Every ≥ 0, have %v, %v, %d, %d", s.C, s.Rate, s.Steps, s.Every))
	}
	var (
		w, b = make([]float64, d), 0.0 // the iterate
		g    = make([]float64, d)      // ∂w
		r    = &Descent{W: make([]float64, d)}
	)
	for k := 0; ; k++ {
		// average ← average + (iterate − average)·(k + 1)/Σ₁^{k+1} j
		share := 2 / float64(k+2)
		for i := range w {
			r.W[i] += share * (w[i] - r.W[i])
		}
		r.B += share * (b - r.B)
		err := context.Cause(ctx)
		if k%s.Every == 0 || k == s.Steps || err != nil {
			r.Objective = Hinge(r.W, r.B, s.C, x, y)
			r.K, r.Values, r.Averages = append(r.K, k), append(r.Values, Hinge(w, b, s.C, x, y)), append(r.Averages, r.Objective)
		}
		if err != nil {
			return r, fmt.Errorf("svm: the descent stopped after %d of %d steps: %w", k, s.Steps, err)
		}
		if k == s.Steps {
			r.W = slices.Clip(r.W)
			return r, nil
		}
		// ∂w = w − C Σ yᵢxᵢ,  ∂b = −C Σ yᵢ, over yᵢf(xᵢ) < 1
		copy(g, w)
		gb := 0.0
		for i := range x {
			if y[i]*(floats.Dot(w, x[i])+b) < 1 {
				floats.AddScaled(g, -s.C*y[i], x[i])
				gb -= s.C * y[i]
			}
		}
		eta := s.Rate * 2 / float64(k+2)
		floats.AddScaled(w, -eta, g)
		b -= eta * gb
	}
}
