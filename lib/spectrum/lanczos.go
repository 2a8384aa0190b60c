package spectrum

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Lanczos turns a symmetric n×n operator A and a start vector into a small tridiagonal matrix (Golub & Van Loan,
// Matrix Computations, 4th ed., §10.1 and §10.3).
//
//  1. q₁ = start/‖start‖.
//  2. w = Aq_k is freed of all directions found so far, w ← w − Σ_j (q_jᵀw) q_j, twice; what it had along q_k is α_k.
//  3. β_k = ‖w‖, q_{k+1} = w/β_k, and again.
//
// In exact arithmetic w has parts along q_{k−1} and q_k only. In rounded arithmetic the q_j lose their orthogonality
// as soon as an eigenvalue has converged, and copies of it ("ghosts") appear; hence the full reorthogonalisation.
// One pass leaves what cancellation made large; two are enough (Parlett, The Symmetric Eigenvalue Problem, §6.9).
//
// Special case: β_k = 0 up to rounding means that q₁…q_k span an invariant space. All that the start vector can see
// is then known exactly, and the run ends, or goes on from a random direction if Restart is given.
//
// Cost: m products with A, 4nm² operations, and nm numbers for the q_j.
type Lanczos struct {
	Steps     int     // m ≥ 1; more than n steps are not taken
	Keep      bool    // keep Q in the result: eigenvectors need it
	Tolerance float64 // β_k ≤ Tolerance·‖T‖ counts as zero; 0 means 1e-12
	// Restart gives the direction in which to go on after a breakdown, orthogonal to all before. It finds further
	// copies of a multiple eigenvalue, of which a single start vector sees one. nil: the run ends at a breakdown.
	Restart *rand.Rand

	// Every is called after each step with the number of steps done; false ends the run early, without error. May be nil.
	Every func(done int) bool
	// File keeps the state, so that a run that was stopped goes on from there: saved every SaveEvery steps
	// (0 means 10), when the context ends, and at the end. A file of another start vector, dimension or Key is an
	// error. "" keeps nothing. It holds 8·n bytes a step.
	File      string
	SaveEvery int
	Key       string // names the operator, since a file cannot: weights and data, for example

	onStep func(k *Krylov) bool // like Every, with the state itself; k.Beta has the newest β too
}

// Krylov is what Lanczos found: QᵀAQ = T with QᵀQ = I, and AQ = QT + Residual·q_{k+1}e_kᵀ.
type Krylov struct {
	Alpha    []float64   // [k] the diagonal of T
	Beta     []float64   // [k−1] beside the diagonal: Beta[j] stands between steps j and j+1. Never negative
	Residual float64     // β_k, what was left of the last w: 0 at a breakdown
	Q        [][]float64 // [k][n] the directions, a row each; nil without Keep
	Exact    bool        // a breakdown: the space is invariant, and the eigenvalues of T are eigenvalues of A
}

// Run takes l.Steps steps from start, which it leaves alone.
//
// It panics if start has not a.Dim entries. It errs on a start vector that is zero or not finite, on a product that
// is not finite (naming the step), on the operator's own error, and when ctx ends; then the steps done so far are
// returned beside the error.
func (l Lanczos) Run(ctx context.Context, a Operator, start []float64) (*Krylov, error) {
	a.check("Lanczos")
	if len(start) != a.Dim {
		panic(fmt.Sprintf("spectrum: Lanczos: the start vector has %d entries, and the operator dimension %d", len(start), a.Dim))
	}
	if l.Steps < 1 {
		panic(fmt.Sprintf("spectrum: Lanczos: %d steps, want at least 1", l.Steps))
	}
	tolerance := l.Tolerance
	if tolerance == 0 {
		tolerance = 1e-12
	}
	saveEvery := l.SaveEvery
	if saveEvery <= 0 {
		saveEvery = 10
	}
	norm := floats.Norm(start, 2)
	if !(norm > 0) || math.IsInf(norm, 0) {
		return nil, fmt.Errorf("spectrum: Lanczos: the start vector has norm %v: give it a finite direction", norm)
	}
	// q₁ = start/‖start‖
	q := make([]float64, a.Dim)
	floats.ScaleTo(q, 1/norm, start)
	k := &Krylov{Q: [][]float64{q}} // Q holds one direction more than there are steps done
	if err := l.load(k, q); err != nil {
		return nil, err
	}
	steps := min(l.Steps, a.Dim)
	for len(k.Alpha) < steps && !k.Exact {
		j := len(k.Alpha) // the step, counted from 0
		if err := context.Cause(ctx); err != nil {
			err = errors.Join(fmt.Errorf("spectrum: Lanczos stopped after %d of %d steps: %w", j, steps, err), l.save(k))
			return k.finish(l), err
		}
		// w = Aq_k
		w := make([]float64, a.Dim)
		if err := a.Mul(ctx, w, k.Q[j]); err != nil {
			if ctx.Err() != nil {
				err = errors.Join(err, l.save(k))
			}
			return k.finish(l), fmt.Errorf("spectrum: Lanczos, step %d: %w", j+1, err)
		}
		if n := floats.Norm(w, 2); math.IsNaN(n) || math.IsInf(n, 0) {
			return k.finish(l), fmt.Errorf("spectrum: Lanczos, step %d: the product Av has norm %v: the operator overflows or is not defined here", j+1, n)
		}
		// α_k = q_kᵀw;  w ← w − Σ_j (q_jᵀw) q_j, twice
		alpha := orthogonalise(w, k.Q)
		alpha += orthogonalise(w, k.Q)
		// β_k = ‖w‖
		beta := floats.Norm(w, 2)
		k.Alpha = append(k.Alpha, alpha)
		if beta <= tolerance*k.norm() {
			beta = 0
			if k.Exact = l.Restart == nil || len(k.Alpha) == a.Dim; !k.Exact {
				w = fresh(k.Q, l.Restart)
			}
		}
		if !k.Exact {
			// q_{k+1} = w/β_k
			if beta > 0 {
				floats.Scale(1/beta, w)
			}
			k.Beta = append(k.Beta, beta)
			k.Q = append(k.Q, w)
		}
		more := (l.Every == nil || l.Every(len(k.Alpha))) && (l.onStep == nil || l.onStep(k))
		if !more || k.Exact || len(k.Alpha) == steps || len(k.Alpha)%saveEvery == 0 {
			if err := l.save(k); err != nil {
				return k.finish(l), err
			}
		}
		if !more {
			break
		}
	}
	return k.finish(l), nil
}

// orthogonalise takes from w its parts along the rows of q, one after the other (modified Gram-Schmidt), and returns
// the part along the last.
func orthogonalise(w []float64, q [][]float64) (last float64) {
	for _, u := range q {
		// h = uᵀw;  w ← w − hu
		last = floats.Dot(u, w)
		floats.AddScaled(w, -last, u)
	}
	return last
}

// fresh is a random unit vector orthogonal to the rows of q.
func fresh(q [][]float64, rng *rand.Rand) []float64 {
	for {
		w := Normal(len(q[0]), rng)
		before := floats.Norm(w, 2)
		orthogonalise(w, q)
		orthogonalise(w, q)
		if n := floats.Norm(w, 2); n > 1e-8*before { // else chance put w into the space: draw again
			floats.Scale(1/n, w)
			return w
		}
	}
}

// norm is the largest column sum of |T|, between ‖T‖ and 3‖T‖.
func (k *Krylov) norm() float64 {
	n := 0.0
	for j, a := range k.Alpha {
		s := math.Abs(a)
		if j > 0 {
			s += k.Beta[j-1]
		}
		if j < len(k.Beta) {
			s += k.Beta[j]
		}
		n = max(n, s)
	}
	return n
}

// finish gives the state the form of a result: the last β becomes the residual, and Q has a row a step.
func (k *Krylov) finish(l Lanczos) *Krylov {
	steps := len(k.Alpha)
	if steps > 0 && len(k.Beta) == steps {
		k.Residual, k.Beta = k.Beta[steps-1], k.Beta[:steps-1]
	}
	if !l.Keep {
		k.Q = nil
	} else {
		k.Q = k.Q[:steps]
	}
	return k
}

// T is the tridiagonal matrix.
func (k *Krylov) T() *mat.SymDense {
	t := mat.NewSymDense(len(k.Alpha), nil)
	for j, a := range k.Alpha {
		t.SetSym(j, j, a)
	}
	for j, b := range k.Beta {
		t.SetSym(j, j+1, b)
	}
	return t
}

// eigen are the eigenvalues of T, ascending, and its eigenvectors as columns.
func (k *Krylov) eigen() (values []float64, vectors *mat.Dense, err error) {
	var e mat.EigenSym
	if len(k.Alpha) == 0 {
		return nil, nil, errors.New("spectrum: no Lanczos step was done, so there is no T")
	}
	if !e.Factorize(k.T(), true) {
		return nil, nil, fmt.Errorf("spectrum: the eigenvalues of the %d×%d matrix T did not converge", len(k.Alpha), len(k.Alpha))
	}
	vectors = new(mat.Dense)
	e.VectorsTo(vectors)
	return e.Values(nil), vectors, nil
}
