package svm

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// SMO is sequential minimal optimisation of the dual: two αs at a time, since one alone would break Σαᵢyᵢ = 0.
//
// What it keeps is, for every point, the bias that would put it on its margin, yₜf(xₜ) = 1:
//
//	eₜ = yₜ − Σᵢ αᵢyᵢk(xᵢ, xₜ)          (in LIBSVM's terms −yₜ∇W(α)ₜ)
//
// Moving αᵢ by +yᵢt and αⱼ by −yⱼt keeps Σαᵢyᵢ and changes D by (eᵢ − eⱼ)t − ½aᵢⱼt², aᵢⱼ = k(xᵢ, xᵢ) + k(xⱼ, xⱼ) − 2k(xᵢ, xⱼ) = ‖φ(xᵢ) − φ(xⱼ)‖². So
//
//  1. up = {t : αₜyₜ can rise}, low = {t : αₜyₜ can fall}. α is optimal if and only if m = max over up of eₜ ≤ M = min over low of eₜ; b lies between.
//  2. Stop at m − M ≤ Tol. Else i = the point of up with the largest e, and of the j in low with eⱼ < eᵢ the one that promises the largest gain,
//     (eᵢ − eⱼ)²/(2aᵢⱼ): second-order information (Fan, Chen and Lin 2005, WSS 2).
//  3. t = (eᵢ − eⱼ)/aᵢⱼ, cut so that both αs stay in [0, C].
//  4. eₜ ← eₜ − t(k(xᵢ, xₜ) − k(xⱼ, xₜ)) for all t.
//
// A step costs O(n) once rows i and j of the Gram matrix are there, each n values of the kernel. It converges linearly in the long run.
// On two moons with C = 1 and n = 100 … 2000 (course bench svm) the steps grow like n^0.7 and the time like n^1.8.
// Where aᵢⱼ ≤ 0 (equal images; or k is no kernel), a small positive number takes its place, as in the paper.
//
// At the end e is computed anew from α, and the work goes on if rounding hid a violation.
type SMO struct {
	C       float64 // > 0, the price of slack; 0 means 1; math.Inf(1) is the hard margin
	Kernel  Kernel  // nil means Linear{}
	Tol     float64 // of m − M, in units of y f; 0 means 1e-8 (LIBSVM takes 1e-3)
	MaxIter int     // most steps; 0 means 10⁷
	CacheMB int     // for rows of the Gram matrix, 8n bytes each; 0 means 256
	Every   int     // record the history every so many steps; 0 means 1
}

// ErrNotSeparable says that the hard margin has no solution.
var ErrNotSeparable = errors.New("svm: the classes are not separable with this kernel: take a finite C, or another kernel")

// ErrNotConverged says that MaxIter steps did not suffice; it comes with the model so far.
var ErrNotConverged = errors.New("svm: SMO did not converge")

const (
	tau = 1e-12 // takes the place of aᵢⱼ ≤ 0, relative to the largest k(x, x)
	// The hard margin is given up once two points of the convex hulls of the classes are known that are closer than this, relative to the
	// size of the data: the margin is at most half of that.
	hullTol = 1e-6
)

// Fit solves the dual. x is [n][d], y holds n labels ±1, both classes among them; neither is modified, and the model keeps
// x's rows. It panics if shapes do not fit or a field is out of its range. It errs on labels other than ±1, a missing class, NaN or infinity (also of the kernel);
// for C = +Inf with ErrNotSeparable; with ErrNotConverged and the model so far after MaxIter steps, and so with ctx's cause.
func (s SMO) Fit(ctx context.Context, x [][]float64, y []float64) (*Model, error) {
	if _, err := check("SMO", x, y); err != nil {
		return nil, err
	}
	if s.C == 0 {
		s.C = 1
	}
	if s.Kernel == nil {
		s.Kernel = Linear{}
	}
	if s.Tol == 0 {
		s.Tol = 1e-8
	}
	if s.MaxIter == 0 {
		s.MaxIter = 1e7
	}
	if s.CacheMB == 0 {
		s.CacheMB = 256
	}
	if !(s.C > 0) || !(s.Tol > 0) || s.MaxIter < 0 || s.CacheMB < 0 || s.Every < 0 {
		panic(fmt.Sprintf("svm: SMO: need C, Tol > 0 and MaxIter, CacheMB, Every ≥ 0, have %v, %v, %d, %d, %d", s.C, s.Tol, s.MaxIter, s.CacheMB, s.Every))
	}
	n := len(x)
	r := &smo{
		SMO: s, x: x, y: y, n: n,
		alpha: make([]float64, n), e: append([]float64(nil), y...), diagonal: make([]float64, n),
		rows: newRows(s.Kernel, x, s.CacheMB),
	}
	every := max(1, s.Every)
	for t := range n {
		r.diagonal[t] = s.Kernel.At(x[t], x[t])
		r.scale = max(r.scale, math.Abs(r.diagonal[t]))
		if !finite(r.diagonal[t]) {
			return nil, fmt.Errorf("svm: SMO: the kernel of x[%d] with itself is %v: scale the data", t, r.diagonal[t])
		}
	}
	m := &Model{Kernel: s.Kernel, C: s.C, X: x, Y: y, Alpha: r.alpha, Every: every}
	dual, fresh := 0.0, 0 // D; steps at which e was last computed from α
	var stop error
	for ; ; m.Steps++ {
		i, j := r.choose()
		violation := r.m - r.low
		if m.Steps%every == 0 {
			m.Objective, m.Violation = append(m.Objective, dual), append(m.Violation, violation)
		}
		if math.IsNaN(violation) {
			return nil, fmt.Errorf("svm: SMO: NaN at step %d: a value of the kernel is not finite; scale the data", m.Steps)
		}
		if violation <= s.Tol {
			if fresh == m.Steps {
				break
			}
			r.refresh()
			fresh = m.Steps + 1
			if i, j = r.choose(); r.m-r.low <= s.Tol {
				break
			}
		}
		if m.Steps == s.MaxIter {
			stop = fmt.Errorf("%w: m − M is %.3g after %d steps, want %.3g; raise MaxIter or Tol, scale the data, or lower C", ErrNotConverged, violation, m.Steps, s.Tol)
			break
		}
		if m.Steps%1024 == 1023 {
			if err := context.Cause(ctx); err != nil {
				stop = fmt.Errorf("svm: SMO stopped after %d steps: %w", m.Steps, err)
				break
			}
			if math.IsInf(s.C, 1) && r.hullsTouch() {
				return nil, fmt.Errorf("%w (after %d steps their convex hulls are known to come closer than %g of the data's size)", ErrNotSeparable, m.Steps, hullTol)
			}
		}
		gain, bounded := r.step(i, j)
		if !bounded {
			return nil, fmt.Errorf("%w: x[%d] and x[%d] have the same image and different labels", ErrNotSeparable, i, j)
		}
		dual += gain
	}
	r.finish(m)
	return m, stop
}

// smo is the state of the algorithm.
type smo struct {
	SMO
	x        [][]float64
	y        []float64
	n        int
	alpha    []float64
	e        []float64 // eₜ = yₜ − Σᵢ αᵢyᵢk(xᵢ, xₜ)
	diagonal []float64 // k(xₜ, xₜ)
	scale    float64   // max |k(xₜ, xₜ)|
	rows     *rows
	m, low   float64 // m = max over up, M = min over low, of e
}

// up tells whether αₜyₜ can rise, down whether it can fall.
func (r *smo) up(t int) bool {
	if r.y[t] > 0 {
		return r.alpha[t] < r.C
	}
	return r.alpha[t] > 0
}

func (r *smo) down(t int) bool {
	if r.y[t] > 0 {
		return r.alpha[t] > 0
	}
	return r.alpha[t] < r.C
}

// choose returns the working set and sets m and M.
func (r *smo) choose() (i, j int) {
	i, j = -1, -1
	r.m, r.low = math.Inf(-1), math.Inf(1)
	// i = argmax over up of eₜ
	for t, e := range r.e {
		if e > r.m && r.up(t) {
			i, r.m = t, e
		}
	}
	if i < 0 {
		return
	}
	row, kii, best := r.rows.at(i), r.diagonal[i], 0.0
	for t, e := range r.e {
		if !r.down(t) {
			continue
		}
		r.low = min(r.low, e) // min keeps a NaN
		if b := r.m - e; b > 0 {
			// j = argmax over low of (eᵢ − eₜ)²/aᵢₜ
			if gain := b * b / r.curvature(kii+r.diagonal[t]-2*row[t]); gain > best {
				j, best = t, gain
			}
		}
	}
	return
}

// curvature is a, or a small positive number in the place of what is none.
func (r *smo) curvature(a float64) float64 {
	if a <= tau*r.scale {
		return max(tau*r.scale, math.SmallestNonzeroFloat64)
	}
	return a
}

// step moves αᵢ and αⱼ, and returns what D gained. It is not bounded if nothing stops them.
func (r *smo) step(i, j int) (gain float64, bounded bool) {
	ki, kj := r.rows.at(i), r.rows.at(j)
	a, b := r.diagonal[i]+r.diagonal[j]-2*ki[j], r.e[i]-r.e[j]
	if a <= tau*r.scale && math.IsInf(r.C, 1) && r.y[i] != r.y[j] {
		return 0, false
	}
	a = r.curvature(a)
	// t = (eᵢ − eⱼ)/aᵢⱼ, at most as far as the box lets αᵢ + yᵢt and αⱼ − yⱼt go
	t := b / a
	roomI, endI := r.room(i, r.y[i])
	roomJ, endJ := r.room(j, -r.y[j])
	t = min(t, roomI, roomJ)
	r.alpha[i] += r.y[i] * t
	r.alpha[j] -= r.y[j] * t
	if t == roomI {
		r.alpha[i] = endI // exactly
	}
	if t == roomJ {
		r.alpha[j] = endJ
	}
	// eₜ ← eₜ − t(k(xᵢ, xₜ) − k(xⱼ, xₜ))
	for s := range r.e {
		r.e[s] -= t * (ki[s] - kj[s])
	}
	return b*t - a*t*t/2, true
}

// room says how far αₜ can go in a direction of ±1, and where it ends.
func (r *smo) room(t int, direction float64) (room, end float64) {
	if direction > 0 {
		return r.C - r.alpha[t], r.C
	}
	return r.alpha[t], 0
}

// refresh computes e from α.
func (r *smo) refresh() {
	copy(r.e, r.y)
	for i, a := range r.alpha {
		if a == 0 {
			continue
		}
		ki, c := r.rows.at(i), a*r.y[i]
		for t := range r.e {
			r.e[t] -= c * ki[t]
		}
	}
}

// hullsTouch tells whether α shows that the convex hulls of the classes come closer than hullTol: with s = Σ over one class of αᵢ
// (as much as over the other), w/s is the difference of a point of each hull.
func (r *smo) hullsTouch() bool {
	s, w2 := 0.0, 0.0
	for i, a := range r.alpha {
		s += a / 2
		w2 += a * r.y[i] * (r.y[i] - r.e[i]) // ‖w‖² = Σαᵢyᵢ·Σⱼαⱼyⱼk(xⱼ, xᵢ)
	}
	return math.Sqrt(max(0, w2)) < hullTol*math.Sqrt(r.scale)*s
}

// finish sets b, its interval, and w.
func (r *smo) finish(m *Model) {
	m.BLo, m.BHi = r.m, r.low
	sum, free := 0.0, 0
	for t, a := range r.alpha {
		if a > 0 && a < r.C {
			sum += r.e[t]
			free++
		}
	}
	if m.BLo > m.BHi { // within Tol
		m.BLo, m.BHi = m.BHi, m.BLo
	}
	switch {
	case free > 0:
		m.B = sum / float64(free)
	case math.IsInf(m.BHi, 0) || math.IsInf(m.BLo, 0):
		m.B = math.Max(math.Min(m.BHi, math.MaxFloat64), m.BLo) // the finite end
	default:
		m.B = m.BLo/2 + m.BHi/2
	}
	if k, ok := r.Kernel.(Mapped); ok {
		for i, a := range r.alpha {
			if a == 0 && m.W != nil {
				continue
			}
			phi := k.Features(r.x[i])
			if m.W == nil {
				m.W = make([]float64, len(phi))
			}
			for c, v := range phi {
				m.W[c] += a * r.y[i] * v
			}
		}
	}
}
