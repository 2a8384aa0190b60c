package sparse

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Trajectory is what a run went through. Step, Energy, Gap, Nonzeros and Error run in parallel; entry 0 is the start.
type Trajectory struct {
	Z        *mat.Dense // the last codes, [P, m]
	L        float64    // the L that was used
	Step     []int      // steps done
	Energy   []float64  // mean of E over the rows
	Gap      []float64  // largest duality gap of a row; empty unless asked for
	Nonzeros []float64  // mean number of entries of a code that are not 0
	Error    []float64  // mean of ‖z − z*‖² over the rows; empty without a Target
	Restarts int        // FISTA: restarts of the momentum, over all rows
	Stopped  bool       // ended before its last step because the gap was small enough
}

// Settings are what ISTA and FISTA have in common.
type Settings struct {
	L      float64    // step 1/L, L ≥ λ_max(WᵀW); 0 means λ_max(WᵀW). A smaller L may diverge
	Steps  int        // K ≥ 0
	Every  int        // record every so many steps, and the first and last; 0 means 1
	Gap    float64    // > 0: stop once no row's duality gap is larger; looked at when recording
	Start  *mat.Dense // z₀, [P, m]; nil means zeros. It is not changed
	Target *mat.Dense // z*, [P, m]: the trajectory then has Error
}

// run is a run under way.
type run struct {
	Settings
	ctx context.Context
	op  string
	p   Problem
	x   *mat.Dense
	r   mat.Dense // scratch, [P, n]
	t   *Trajectory
}

// begin checks what was handed in, and records the start.
func begin(ctx context.Context, op string, p Problem, x *mat.Dense, s Settings) (*run, error) {
	if err := p.check(op, x, s.Start); err != nil {
		return nil, err
	}
	if !(s.L >= 0) || math.IsInf(s.L, 0) || s.Steps < 0 || s.Every < 0 || !(s.Gap >= 0) {
		panic(fmt.Sprintf("sparse: %s: want finite L ≥ 0, Steps, Every, Gap ≥ 0, have %v, %d, %d, %v", op, s.L, s.Steps, s.Every, s.Gap))
	}
	rows, _ := x.Dims()
	_, m := p.W.Dims()
	if s.Target != nil {
		if tr, tc := s.Target.Dims(); tr != rows || tc != m {
			panic(fmt.Sprintf("sparse: %s: Target is [%d, %d], want [%d, %d]", op, tr, tc, rows, m))
		}
	}
	if s.Every == 0 {
		s.Every = 1
	}
	if s.L == 0 {
		var err error
		if s.L, err = p.Lipschitz(); err != nil {
			return nil, err
		}
		if s.L == 0 { // W = 0: any step will do
			s.L = 1
		}
	}
	z := mat.NewDense(rows, m, nil)
	if s.Start != nil {
		z.Copy(s.Start)
	}
	r := &run{Settings: s, ctx: ctx, op: op, p: p, x: x, t: &Trajectory{Z: z, L: s.L}}
	_, err := r.at(0)
	return r, err
}

// descend stores h_{α/L}(Y + (1/L)(X − YWᵀ)W) in dst: the step of both methods, from y.
func (r *run) descend(dst, y *mat.Dense) {
	// R = X − YWᵀ
	r.r.Mul(y, r.p.W.T())
	r.r.Sub(r.x, &r.r)
	// V = Y + (1/L)RW
	dst.Mul(&r.r, r.p.W)
	v, from := dst.RawMatrix().Data, y.RawMatrix().Data
	for i := range v {
		v[i] = from[i] + v[i]/r.L
	}
	// h_{α/L}(V)
	SoftThreshold(v, v, r.p.Alpha/r.L)
}

// at records t.Z after k steps, if k is a step to be recorded; done says that the run is over.
func (r *run) at(k int) (done bool, err error) {
	if err := context.Cause(r.ctx); err != nil {
		return true, fmt.Errorf("sparse: %s stopped after %d steps: %w", r.op, k, err)
	}
	done = k >= r.Steps
	if !done && k%r.Every != 0 {
		return false, nil
	}
	t := r.t
	e := r.p.Energy(r.x, t.Z)
	rows := float64(len(e))
	t.Step = append(t.Step, k)
	t.Energy = append(t.Energy, floats.Sum(e)/rows)
	nonzeros := 0
	for _, v := range t.Z.RawMatrix().Data {
		if v != 0 {
			nonzeros++
		}
	}
	t.Nonzeros = append(t.Nonzeros, float64(nonzeros)/rows)
	if r.Target != nil {
		var d mat.Dense
		d.Sub(t.Z, r.Target)
		t.Error = append(t.Error, floats.Dot(d.RawMatrix().Data, d.RawMatrix().Data)/rows)
	}
	if v := t.Energy[len(t.Energy)-1]; math.IsNaN(v) || math.IsInf(v, 0) {
		return true, fmt.Errorf("sparse: %s: the energy is %v after %d steps: L = %.3g is too small for W, or x too large", r.op, v, k, r.L)
	}
	if r.Gap > 0 {
		t.Gap = append(t.Gap, slices.Max(r.p.Gap(r.x, t.Z)))
		if t.Gap[len(t.Gap)-1] <= r.Gap {
			t.Stopped = !done
			done = true
		}
	}
	return done, nil
}
