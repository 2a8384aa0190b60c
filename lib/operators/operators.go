// Package operators replaces a function that is only known by what it does to functions, data of a physical system or a trained
// network φ_W, by a short sum of operators with names: ∂t u = −u ∂x u + 0.1 ∂xx u.
//
//	derivatives   FiniteDifference   weights of Fornberg 1988, any order, any accuracy
//	              Spectral           multiplication by (ik)^m, with a low-pass against noise; periodic functions
//	              SavitzkyGolay      the derivative of a polynomial fitted to a window; against noise
//	dictionaries  Products           uᵖ ∂ᵏu for fields (PDE); with Evolution they become a regression Θα ≈ ∂t u
//	              Monomials          xᵃyᵇ… for trajectories (ODE)
//	sparse fits   STLSQ              least squares, terms under a threshold dropped, again (Brunton, Proctor & Kutz 2016)
//	              L0                 min λ‖α‖₀ + ‖Θα − y‖² over all subsets; small dictionaries
//	              Ensemble           STLSQ on resampled rows: how often is each term in? (Fasel et al. 2022)
//	systems       Equation           ∂t u = L u − a u ∂x u on a circle: heat, Burgers, Korteweg-de Vries
//	              Lorenz, LotkaVolterra
//	networks      LocalNet           a convolutional φ_W: one kernel of 2r + 1 places, then 1×1 layers
//
// The lecture's objective has no weight on ‖α‖₀ and no square on the residual: min Σᵢ ‖φ_W(xᵢ) − (Dα)(xᵢ)‖ + ‖α‖₀ has another
// minimum if the unit of y changes. Here it is λ‖α‖₀ + Σᵢ ‖·‖².
package operators

import (
	"fmt"
	"math"
	"slices"
)

// Differentiator takes derivatives of functions given on an equally spaced grid.
type Differentiator interface {
	// Derivative returns the derivative of the given order ≥ 0 of u, [n], at the n places of a grid with spacing h. Order 0 is u, or u
	// smoothed if the method smooths. It panics if h is not in (0, ∞) or the order is negative, and errs if u is too short or not
	// finite.
	Derivative(u []float64, h float64, order int) ([]float64, error)
}

// checkGrid is what every Differentiator asks of its arguments.
func checkGrid(method string, u []float64, h float64, order, least int) error {
	if !(h > 0) || math.IsInf(h, 1) || order < 0 {
		panic(fmt.Sprintf("operators: %s: a spacing of %v, order %d: want a finite spacing over 0 and an order ≥ 0", method, h, order))
	}
	if len(u) < least {
		return fmt.Errorf("operators: %s: order %d needs %d places, there are %d", method, order, least, len(u))
	}
	if i := slices.IndexFunc(u, func(v float64) bool { return math.IsNaN(v - v) }); i >= 0 {
		return fmt.Errorf("operators: %s: u[%d] is %v", method, i, u[i])
	}
	return nil
}

// Spacing returns the distance of neighbours of an equally spaced grid. It errs if there are fewer than two places, if they do not
// rise, or if a distance differs from the mean one by over 1 part in 10⁶.
func Spacing(x []float64) (float64, error) {
	if len(x) < 2 {
		return 0, fmt.Errorf("operators: a grid of %d places has no spacing", len(x))
	}
	h := (x[len(x)-1] - x[0]) / float64(len(x)-1)
	for i := 1; i < len(x); i++ {
		if !(h > 0) || !(math.Abs(x[i]-x[i-1]-h) <= 1e-6*h) {
			return 0, fmt.Errorf("operators: the grid is not equally spaced: %v after %v, %v on average", x[i], x[i-1], h)
		}
	}
	return h, nil
}
