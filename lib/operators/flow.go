package operators

import (
	"context"
	"errors"
	"fmt"

	"nncourse/lib/datasets"
	"nncourse/lib/implicit"
)

func absent(err error) bool { return errors.Is(err, datasets.ErrAbsent) }

// Lorenz stores the Lorenz system dx/dt = 10(y − x), dy/dt = x(28 − z) − y, dz/dt = xy − 8z/3 (Lorenz 1963) in dst.
func Lorenz(dst []float64, _ float64, v []float64) {
	dst[0] = 10 * (v[1] - v[0])
	dst[1] = v[0]*(28-v[2]) - v[1]
	dst[2] = v[0]*v[1] - 8*v[2]/3
}

// LotkaVolterra returns the flow of prey h and predators l: dh/dt = a h − b hl, dl/dt = −c l + d hl.
func LotkaVolterra(a, b, c, d float64) func(dst []float64, t float64, v []float64) {
	return func(dst []float64, _ float64, v []float64) {
		dst[0] = a*v[0] - b*v[0]*v[1]
		dst[1] = -c*v[1] + d*v[0]*v[1]
	}
}

// Follow returns the flow's points, [len(t)][d], at the times t from v0 at t[0] on.
func Follow(ctx context.Context, flow func(dst []float64, t float64, v []float64), v0, t []float64) ([][]float64, error) {
	points := [][]float64{append([]float64(nil), v0...)}
	for i := 1; i < len(t); i++ {
		path, err := implicit.DormandPrince{}.Solve(ctx, flow, points[i-1], t[i-1], t[i])
		if err != nil {
			return points, fmt.Errorf("operators: between times %v and %v: %w", t[i-1], t[i], err)
		}
		points = append(points, path.End())
	}
	return points, nil
}
