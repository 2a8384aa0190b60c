package sparse

import (
	"context"

	"gonum.org/v1/gonum/mat"
)

// ISTA is the iterative shrinkage-thresholding algorithm (Daubechies, Defrise & De Mol 2004), proximal gradient descent on E:
//
//	z_{k+1} = h_{α/L}(z_k + (1/L)Wᵀ(x − Wz_k)) = h_θ(W_e x + S z_k),
//	W_e = (1/L)Wᵀ,   S = I − (1/L)WᵀW,   θ = α/L.
//
// For L ≥ λ_max(WᵀW) E never rises, and E(z_k) − E* ≤ L‖z₀ − z*‖²/(2k) (Beck & Teboulle 2009, Theorem 3.1). Once the support of
// z* has been found, and if its atoms are independent, the error shrinks by 1 − λ_min(W_SᵀW_S)/L a step: linearly.
//
// A step costs 4nm operations a row.
type ISTA struct{ Settings }

// Solve runs on the rows of x, [P, n]. It errs, with the trajectory so far if there is one, if an entry is not finite, if
// E overflows (L too small), or if ctx ends. Wrong shapes and settings panic.
func (d ISTA) Solve(ctx context.Context, p Problem, x *mat.Dense) (*Trajectory, error) {
	r, err := begin(ctx, "ISTA", p, x, d.Settings)
	if r == nil || err != nil {
		return nil, err
	}
	t := r.t
	next := mat.DenseCopyOf(t.Z)
	for k := 1; k <= r.Steps; k++ {
		// z_{k+1} = h_{α/L}(z_k + (1/L)Wᵀ(x − Wz_k))
		r.descend(next, t.Z)
		t.Z, next = next, t.Z
		if done, err := r.at(k); done || err != nil {
			return t, err
		}
	}
	return t, nil
}
