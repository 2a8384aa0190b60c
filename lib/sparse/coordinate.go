package sparse

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// CoordinateDescent minimises E exactly in one coordinate after the other (Friedman, Hastie & Tibshirani 2010, with covariance updates).
// With c = Wᵀ(x − Wz), which is kept up to date,
//
//	z_j ← h_α(c_j + ‖w_j‖² z_j)/‖w_j‖²,    c ← c − (Δz_j) Wᵀw_j.
//
// Between sweeps over all coordinates it sweeps over those alone that are not 0, until they settle. A coordinate that does not
// change costs one comparison, one that does m operations; WᵀW is computed once for all rows, and rows run on all cores.
//
// It needs no step size, and its end is certified by the duality gap: the reference for ISTA, FISTA and LISTA.
type CoordinateDescent struct {
	Sweeps int        // sweeps over all coordinates at most; 0 means 10 000
	Gap    float64    // a row is done once its duality gap is at most Gap·½‖x‖²; 0 means 1e-12
	Start  *mat.Dense // z₀, [P, m]; nil means zeros. It is not changed
}

// Solve returns the codes of the rows of x, [P, n], as [P, m]. It errs if an entry is not finite, if ctx ends, or if a row
// misses the gap after the last sweep; the codes reached come with the error of the latter. Wrong shapes and settings panic, and so
// does α = 0, least squares, for which the gap is no certificate.
func (d CoordinateDescent) Solve(ctx context.Context, p Problem, x *mat.Dense) (*mat.Dense, error) {
	if err := p.check("CoordinateDescent", x, d.Start); err != nil {
		return nil, err
	}
	if d.Sweeps < 0 || !(d.Gap >= 0) {
		panic(fmt.Sprintf("sparse: CoordinateDescent: want Sweeps, Gap ≥ 0, have %d, %v", d.Sweeps, d.Gap))
	}
	if p.Alpha == 0 {
		panic("sparse: CoordinateDescent: α = 0: this is least squares")
	}
	if d.Sweeps == 0 {
		d.Sweeps = 10000
	}
	if d.Gap == 0 {
		d.Gap = 1e-12
	}
	rows, _ := x.Dims()
	_, m := p.W.Dims()
	var gram, q mat.Dense
	gram.Mul(p.W.T(), p.W) // WᵀW, [m, m]
	q.Mul(x, p.W)          // rows Wᵀx, [P, m]
	z := mat.NewDense(rows, m, nil)
	if d.Start != nil {
		z.Copy(d.Start)
	}
	left := make([]float64, rows) // gap over what is allowed
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(rows, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < rows && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				left[i] = d.row(p.Alpha, &gram, q.RawRowView(i), floats.Norm(x.RawRowView(i), 2), z.RawRowView(i))
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("sparse: CoordinateDescent: %w", err)
	}
	for i, v := range left {
		if !(v <= 1) {
			return z, fmt.Errorf("sparse: CoordinateDescent: row %d has %.2g times the allowed gap after %d sweeps: allow more of either", i, v, d.Sweeps)
		}
	}
	return z, nil
}

// row solves one problem in place, from q = Wᵀx and ‖x‖, and returns its gap over what is allowed.
func (d CoordinateDescent) row(alpha float64, gram *mat.Dense, q []float64, norm float64, z []float64) float64 {
	m := len(z)
	c := make([]float64, m) // Wᵀ(x − Wz)
	copy(c, q)
	for j, v := range z {
		if v != 0 {
			floats.AddScaled(c, -v, gram.RawRowView(j))
		}
	}
	xx := norm * norm
	// visit minimises along coordinate j and returns |Δz_j|·‖w_j‖.
	visit := func(j int) float64 {
		g := gram.RawRowView(j)
		ww := g[j] // ‖w_j‖²
		if ww == 0 {
			z[j] = 0
			return 0
		}
		// z_j ← h_α(c_j + ‖w_j‖²z_j)/‖w_j‖²
		v := c[j] + ww*z[j]
		switch {
		case v > alpha:
			v = (v - alpha) / ww
		case v < -alpha:
			v = (v + alpha) / ww
		default:
			v = 0
		}
		delta := v - z[j]
		if delta == 0 {
			return 0
		}
		z[j] = v
		floats.AddScaled(c, -delta, g) // c ← c − Δz_j Wᵀw_j
		return math.Abs(delta) * math.Sqrt(ww)
	}
	active := make([]int, 0, m)
	for range d.Sweeps {
		active = active[:0]
		for j := range m {
			visit(j)
			if z[j] != 0 {
				active = append(active, j)
			}
		}
		for range 100 { // the support, until its code moves by less than rounding
			most := 0.0
			for _, j := range active {
				most = max(most, visit(j))
			}
			if most <= 1e-3*math.Sqrt(d.Gap)*norm {
				break
			}
		}
		if left := d.left(alpha, xx, q, c, z); left <= 1 {
			return left
		}
	}
	return d.left(alpha, xx, q, c, z)
}

// left is the duality gap over what is allowed, from inner products alone: Wᵀr = c, ‖r‖² = ‖x‖² − zᵀ(q + c), xᵀr = ‖x‖² − zᵀq.
func (d CoordinateDescent) left(alpha, xx float64, q, c, z []float64) float64 {
	if xx == 0 {
		return 0
	}
	zq := floats.Dot(z, q)
	rr := max(0, xx-zq-floats.Dot(z, c))
	gap := dualityGap(alpha, floats.Norm(z, 1), rr, xx-zq, floats.Norm(c, math.Inf(1)))
	return gap / (d.Gap * 0.5 * xx)
}
