package leastnorm

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// GradientDescent minimises f(x) = ½‖Ax − b‖² by
//
//	x_{k+1} = x_k − μ∇f(x_k),   ∇f(x) = Aᵀ(Ax − b).
//
// For 0 < μ < 2/σ₁² it converges to V₂V₂ᵀx₀ + A⁺b (Decomposition.Limit); Decomposition.Iterations says how fast.
// One step costs 4mn operations and allocates nothing.
type GradientDescent struct {
	Step       float64   // μ ≥ 0; 0 means the best one, 2/(σ₁² + σᵣ²), which costs an SVD of A
	Iterations int       // number of steps, ≥ 0
	Tolerance  float64   // stop early once ‖Ax_k − b‖ ≤ Tolerance·‖b‖; 0 means never
	Every      int       // record every so many steps (and the first and last); 0 means 1
	Keep       bool      // record the points x_k too, n numbers a record
	Target     []float64 // [n] record ‖x_k − Target‖ (such as the limit); nil means no distances

	// Checkpoint, if not empty, is a file that holds the last point and the records: written at records, at most once a
	// second, and when the run ends, by ctx too. If it exists, the run goes on from there, and ends with the same bits as
	// one that was never interrupted. It errs if the file is of another problem; more Iterations than before are welcome.
	Checkpoint string

	// Progress, if not nil, is called after each record with the steps done and ‖Ax_k − b‖.
	Progress func(k int, residual float64)
}

// Trajectory is what an iteration went through. Record i is about the point after K[i] steps.
type Trajectory struct {
	X         []float64   // [n] the last point
	Step      float64     // μ as used
	K         []int       // steps done at each record, K[0] = 0
	Residuals []float64   // ‖Ax_k − b‖₂
	Distances []float64   // ‖x_k − Target‖₂, nil without a Target
	Points    [][]float64 // x_k, nil without Keep
	Stopped   bool        // ended early because of Tolerance
	Resumed   int         // steps that were taken from Checkpoint, 0 if none
}

// ErrDiverged is returned, with the trajectory so far, once the iterates overflow.
var ErrDiverged = errors.New("leastnorm: gradient descent diverged")

// Run takes the steps from x0. A is m×n, b has m entries, x0 has n; none is modified. It panics if the
// shapes do not fit or a field is out of its range, and errs on NaN or infinity in the input. If the
// iterates overflow it returns ErrDiverged, if ctx ends its cause; both come with the trajectory so far. With a
// Checkpoint it also errs if that cannot be read or written, or belongs to another problem.
func (d GradientDescent) Run(ctx context.Context, a *mat.Dense, b, x0 []float64) (*Trajectory, error) {
	if err := d.check("GradientDescent", a, b, x0); err != nil {
		return nil, err
	}
	mu, err := stepOrBest(d.Step, a)
	if err != nil {
		return nil, err
	}
	every := max(1, d.Every)

	var (
		x    = append([]float64(nil), x0...) // x_k
		r    = make([]float64, len(b))       // Ax_k − b
		g    = make([]float64, len(x0))      // ∇f(x_k)
		stop = d.Tolerance * floats.Norm(b, 2)
		t    = d.newTrajectory(x, mu, d.Iterations/every+2)
	)
	saved, k, err := d.openCheckpoint("float64", t, a, b, x0)
	if err != nil {
		return nil, err
	}
	for ; ; k++ {
		if err := context.Cause(ctx); err != nil {
			err = errors.Join(err, saved.save(k, t))
			return t, fmt.Errorf("leastnorm: gradient descent stopped after %d of %d steps: %w", k, d.Iterations, err)
		}
		// r = Ax_k − b, ∇f(x_k) = Aᵀr
		Gradient(g, r, a, b, x)
		last := k == d.Iterations
		if last || k%every == 0 || d.Tolerance > 0 {
			norm := floats.Norm(r, 2)
			if !last && norm <= stop && d.Tolerance > 0 {
				last, t.Stopped = true, true
			}
			if last || k%every == 0 {
				t.record(d, k, x, norm)
			}
			if !finite(norm) {
				return t, diverged(k, mu)
			}
			if err := saved.maybe(k, t); err != nil {
				return t, err
			}
		}
		if last {
			return t, saved.save(k, t)
		}
		// x_{k+1} = x_k − μ∇f(x_k)
		floats.AddScaled(x, -mu, g)
	}
}

// check panics unless the shapes fit and the fields are in range, and errs on NaN or infinity in the input.
func (d GradientDescent) check(op string, a *mat.Dense, b, x0 []float64) error {
	if x0 == nil {
		panic("leastnorm: " + op + ": x0 is nil; pass make([]float64, n) to start at the origin")
	}
	checkDims(op, a, b, x0)
	if !(d.Step >= 0) || !finite(d.Step) || d.Iterations < 0 || d.Every < 0 || !(d.Tolerance >= 0) {
		panic(fmt.Sprintf("leastnorm: %s: need finite Step, Iterations, Every, Tolerance ≥ 0, have %v, %d, %d, %v",
			op, d.Step, d.Iterations, d.Every, d.Tolerance))
	}
	if d.Target != nil && len(d.Target) != len(x0) {
		panic(fmt.Sprintf("leastnorm: %s: Target has %d entries, x0 has %d", op, len(d.Target), len(x0)))
	}
	return checkFinite(op, a, b, x0)
}

// newTrajectory makes room for so many records, so that recording does not allocate.
func (d GradientDescent) newTrajectory(x []float64, mu float64, records int) *Trajectory {
	t := &Trajectory{X: x, Step: mu, K: make([]int, 0, records), Residuals: make([]float64, 0, records)}
	if d.Target != nil {
		t.Distances = make([]float64, 0, records)
	}
	if d.Keep {
		t.Points = make([][]float64, 0, records)
	}
	return t
}

// record appends the point x after k steps, whose residual has the given norm.
func (t *Trajectory) record(d GradientDescent, k int, x []float64, norm float64) {
	t.K, t.Residuals = append(t.K, k), append(t.Residuals, norm)
	if d.Target != nil {
		t.Distances = append(t.Distances, floats.Distance(x, d.Target, 2))
	}
	if d.Keep {
		t.Points = append(t.Points, append([]float64(nil), x...))
	}
	if d.Progress != nil {
		d.Progress(k, norm)
	}
}

func diverged(k int, mu float64) error {
	return fmt.Errorf("%w: the iterates overflowed by step %d with μ = %.6g: take a step below 2/σ₁² (Decomposition.StepLimit)", ErrDiverged, k, mu)
}

// stepOrBest returns step, or for 0 the best step of A (1 for a zero matrix, on which nothing moves).
func stepOrBest(step float64, a mat.Matrix) (float64, error) {
	if step != 0 {
		return step, nil
	}
	d, err := SVD{}.Decompose(a)
	if err != nil {
		return 0, err
	}
	if d.Rank == 0 {
		return 1, nil
	}
	return d.BestStep(), nil
}

// pow returns v^k for an integer k ≥ 0 and any sign of v.
func pow(v float64, k int) float64 {
	p := math.Pow(math.Abs(v), float64(k))
	if v < 0 && k%2 == 1 {
		return -p
	}
	return p
}
