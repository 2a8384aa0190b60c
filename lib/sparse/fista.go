package sparse

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

// FISTA is ISTA with Nesterov's momentum (Beck & Teboulle 2009, eq. 4.1 to 4.3): with y₁ = z₀, t₁ = 1,
//
//	z_k     = h_{α/L}(y_k + (1/L)Wᵀ(x − Wy_k))
//	t_{k+1} = (1 + √(1 + 4t_k²))/2
//	y_{k+1} = z_k + (t_k − 1)/t_{k+1} · (z_k − z_{k−1}).
//
// E(z_k) − E* ≤ 2L‖z₀ − z*‖²/(k + 1)² (Theorem 4.4). E may rise now and then: momentum overshoots, and the iterates circle the solution.
//
// With Restart a row forgets its momentum, t = 1 and y = z, when the step just taken points against the descent direction,
//
//	(y_k − z_k)ᵀ(z_k − z_{k−1}) > 0
//
// (O'Donoghue & Candès 2015, the gradient scheme, with L(y − z) in the place of the gradient). That keeps the 1/k² in practice, and
// gains the linear rate in the end without knowing a constant of the problem.
type FISTA struct {
	Settings
	Restart bool
}

// Solve is as ISTA.Solve.
func (d FISTA) Solve(ctx context.Context, p Problem, x *mat.Dense) (*Trajectory, error) {
	run, err := begin(ctx, "FISTA", p, x, d.Settings)
	if run == nil || err != nil {
		return nil, err
	}
	t := run.t
	rows, _ := x.Dims()
	y, next := mat.DenseCopyOf(t.Z), mat.DenseCopyOf(t.Z)
	tk := make([]float64, rows) // t_k of each row
	for i := range tk {
		tk[i] = 1
	}
	for k := 1; k <= run.Steps; k++ {
		run.descend(next, y) // z_k
		for i := range rows {
			zi, before, yi := next.RawRowView(i), t.Z.RawRowView(i), y.RawRowView(i) // z_k, z_{k−1}, y_k
			if d.Restart {
				against := 0.0
				for j := range zi {
					against += (yi[j] - zi[j]) * (zi[j] - before[j])
				}
				if against > 0 {
					tk[i] = 1 // then t_k − 1 = 0, and y_{k+1} = z_k
					t.Restarts++
				}
			}
			after := (1 + math.Sqrt(1+4*tk[i]*tk[i])) / 2 // t_{k+1}
			momentum := (tk[i] - 1) / after
			for j := range zi {
				yi[j] = zi[j] + momentum*(zi[j]-before[j])
			}
			tk[i] = after
		}
		t.Z, next = next, t.Z
		if done, err := run.at(k); done || err != nil {
			return t, err
		}
	}
	return t, nil
}
