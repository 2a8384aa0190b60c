package implicit

import "context"

// Flow follows the gradient flow dw/dt = −∇L(w) from w0 for a time T ≥ 0 by DormandPrince with relative and absolute
// tolerance 1e-12, and returns its path; the last point is w(T). Errors are those of DormandPrince.Solve.
func Flow(ctx context.Context, l Loss, w0 []float64, time float64) (*Path, error) {
	solver := DormandPrince{Relative: 1e-12, Absolute: 1e-12}
	return solver.Solve(ctx, func(dst []float64, _ float64, w []float64) {
		l.Gradient(dst, w)
		for i := range dst {
			dst[i] = -dst[i]
		}
	}, w0, 0, time)
}
