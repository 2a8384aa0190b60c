// Package lagrange minimises under equality constraints by Lagrange's multipliers.
//
//	minimise f(x) subject to g₁(x) = b₁, …, g_m(x) = b_m
//
// At a solution x at which the gradients ∇gᵢ are linearly independent there are numbers λᵢ, the multipliers, with
//
//	∇f(x) = Σᵢ λᵢ ∇gᵢ(x)        (1)
//
// : along the constraints f cannot fall any more to first order, so nothing of ∇f is left within their tangent space.
// (1) is necessary, not sufficient; it holds at maxima and saddles along the constraint too.
//
// Signs: with (1), λᵢ = ∂f*/∂bᵢ, the price of moving constraint i, f* being the least value. Texts that write
// ∇f + λ∇g = 0 mean −λ. No multiplier need differ from zero: λᵢ = 0 says that constraint i costs nothing here, as
// where f's own minimum lies on it.
//
//	Quadratic, Equality   f quadratic, constraints linear: one linear system, the KKT system
//	Project               its case f = ½‖x − x₀‖²: the nearest point of an affine set
//	Multipliers           λ and what is left of (1), from gradients, for any f and g
//	HalfSpace             one inequality: either the constraint is slack and λ = 0, or it holds with equality
//
// Source: Nocedal & Wright, Numerical Optimization, 2nd ed. (2006), ch. 12.1-12.3 and 16.1.
package lagrange

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

var (
	// ErrRank is wrapped when the constraints' gradients are linearly dependent: some say the same twice, or contradict each other.
	ErrRank = errors.New("the constraints are linearly dependent")
	// ErrNoMinimum is wrapped when f does not grow in every direction that the constraints leave free: it has no
	// minimum there, or a whole line of them.
	ErrNoMinimum = errors.New("no strict minimum under the constraints")
	// ErrNotFinite is wrapped when a number given or found is NaN or infinite.
	ErrNotFinite = errors.New("value is not finite")
)

// Quadratic is f(x) = ½xᵀQx + cᵀx + d. Q is symmetric, [n, n]; C has n entries.
type Quadratic struct {
	Q *mat.SymDense
	C []float64
	D float64
}

// Distance is ½‖x − x0‖² = ½xᵀx − x₀ᵀx + ½‖x₀‖².
func Distance(x0 []float64) Quadratic {
	q := Quadratic{Q: mat.NewSymDense(len(x0), nil), C: make([]float64, len(x0)), D: floats.Dot(x0, x0) / 2}
	for i, v := range x0 {
		q.Q.SetSym(i, i, 1)
		q.C[i] = -v
	}
	return q
}

// Value returns f(x). It panics if x has not n entries.
func (q Quadratic) Value(x []float64) float64 {
	q.check(x)
	v := mat.NewVecDense(len(x), x)
	// f = ½xᵀQx + cᵀx + d
	return mat.Inner(v, q.Q, v)/2 + floats.Dot(q.C, x) + q.D
}

// Gradient returns ∇f(x) = Qx + c as a new slice. It panics if x has not n entries.
func (q Quadratic) Gradient(x []float64) []float64 {
	q.check(x)
	g := mat.NewVecDense(len(x), nil)
	g.MulVec(q.Q, mat.NewVecDense(len(x), x))
	floats.Add(g.RawVector().Data, q.C)
	return g.RawVector().Data
}

func (q Quadratic) check(x []float64) {
	if q.Q == nil || q.Q.SymmetricDim() != len(q.C) || len(x) != len(q.C) {
		panic(fmt.Sprintf("lagrange: Q, C and x do not fit: C has %d entries, x has %d", len(q.C), len(x)))
	}
}

// Solution is a minimum under constraints.
type Solution struct {
	X         []float64 // [n] the minimiser
	Lambda    []float64 // [m] the multipliers: ∇f(X) = AᵀLambda, Lambda[i] = ∂Value/∂b[i]
	Value     float64   // f(X)
	Curvature float64   // least eigenvalue of Q along the constraints, > 0; +Inf if they leave a single point
}

// Equality minimises f subject to Ax = b, A being [m, n] with m ≥ 1 rows and b having m entries.
//
//  1. The rows of A must be independent, else λ is not unique (or there is no x at all): ErrRank.
//
//  2. With Z an orthonormal basis of A's null space, f along the constraints has the second derivative ZᵀQZ. It must be
//     positive definite, else ErrNoMinimum. Q itself need not be.
//
//  3. (1) and the constraints are n + m linear equations, the KKT system (Nocedal & Wright, eq. 16.4):
//
//     Q  −Aᵀ    x     −c
//     A   0     λ  =   b
//
// One factorisation of order n + m: O((n + m)³). Panics if shapes do not fit.
func Equality(q Quadratic, a mat.Matrix, b []float64) (*Solution, error) {
	m, n := a.Dims()
	if len(b) != m || len(q.C) != n {
		panic(fmt.Sprintf("lagrange: Equality: A is %d×%d, b has %d entries, f has %d variables", m, n, len(b), len(q.C)))
	}
	q.check(q.C)
	for i := range m {
		if row := mat.Row(nil, i, a); !finite(row) || !finite(b[i:i+1]) {
			return nil, fmt.Errorf("lagrange: constraint %d is %v·x = %v: %w", i, row, b[i], ErrNotFinite)
		}
	}
	if !finite(q.Q.RawSymmetric().Data) || !finite(q.C) {
		return nil, fmt.Errorf("lagrange: f has coefficients that are not numbers: %w", ErrNotFinite)
	}
	z, err := nullSpace(a)
	if err != nil {
		return nil, err
	}
	curvature := math.Inf(1)
	if z != nil {
		// ZᵀQZ > 0
		_, k := z.Dims()
		var qz, h mat.Dense
		qz.Mul(q.Q, z)
		h.Mul(z.T(), &qz)
		s := mat.NewSymDense(k, nil)
		for i := range k {
			for j := i; j < k; j++ {
				s.SetSym(i, j, (h.At(i, j)+h.At(j, i))/2)
			}
		}
		var e mat.EigenSym
		if !e.Factorize(s, false) {
			return nil, fmt.Errorf("lagrange: the eigenvalues of ZᵀQZ were not found: %w", ErrNotFinite)
		}
		curvature = e.Values(nil)[0]
		if tol := float64(n) * 1e-15 * mat.Norm(q.Q, 1); !(curvature > tol) {
			return nil, fmt.Errorf("lagrange: along the constraints f has the curvature %.3g: %w", curvature, ErrNoMinimum)
		}
	}
	kkt, rhs := mat.NewDense(n+m, n+m, nil), mat.NewVecDense(n+m, nil)
	for i := range n {
		for j := range n {
			kkt.Set(i, j, q.Q.At(i, j))
		}
		rhs.SetVec(i, -q.C[i])
	}
	for i := range m {
		for j := range n {
			kkt.Set(j, n+i, -a.At(i, j))
			kkt.Set(n+i, j, a.At(i, j))
		}
		rhs.SetVec(n+i, b[i])
	}
	var xl mat.VecDense
	if err := xl.SolveVec(kkt, rhs); err != nil {
		var bad mat.Condition
		if !errors.As(err, &bad) || math.IsInf(float64(bad), 0) {
			return nil, fmt.Errorf("lagrange: the KKT system: %w", err)
		} // else ill-conditioned, by scale alone: its solution is checked below
	}
	v := xl.RawVector().Data
	s := &Solution{X: v[:n:n], Lambda: v[n:], Curvature: curvature}
	if s.Value = q.Value(s.X); !finite(v) || !finite([]float64{s.Value}) {
		return nil, fmt.Errorf("lagrange: x = %v, λ = %v: %w", s.X, s.Lambda, ErrNotFinite)
	}
	return s, nil
}

// Project returns the point of {x : Ax = b} nearest to x0 in L2, and the multipliers:
//
//	x = x₀ + Aᵀλ,   AAᵀλ = b − Ax₀.
//
// For a single constraint wᵀx = b that is x₀ + (b − wᵀx₀)/‖w‖² · w. Errors as for Equality.
func Project(a mat.Matrix, b, x0 []float64) (*Solution, error) { return Equality(Distance(x0), a, b) }

// HalfSpace minimises f subject to the single inequality wᵀx ≤ b. Either f's own minimum satisfies it: then it is
// slack, and λ = 0. Or the minimum lies on wᵀx = b, and λ < 0: f would fall further if b rose. (With ∇f = λw a
// constraint wᵀx ≤ b has λ ≤ 0; and λ·(wᵀx − b) = 0 in both cases, which is called complementary slackness.)
// Q must be positive definite, else ErrNoMinimum.
func HalfSpace(q Quadratic, w []float64, b float64) (*Solution, error) {
	q.check(w)
	var chol mat.Cholesky
	if !finite(q.Q.RawSymmetric().Data) || !chol.Factorize(q.Q) {
		return nil, fmt.Errorf("lagrange: Q is not positive definite: %w", ErrNoMinimum)
	}
	// ∇f = Qx + c = 0
	var x mat.VecDense
	if err := chol.SolveVecTo(&x, mat.NewVecDense(len(w), q.C)); err != nil {
		return nil, fmt.Errorf("lagrange: Qx = −c: %w", err)
	}
	x.ScaleVec(-1, &x)
	free := x.RawVector().Data
	if floats.Dot(w, free) > b {
		return Equality(q, mat.NewDense(1, len(w), w), []float64{b})
	}
	if v := q.Value(free); finite(free) && finite([]float64{b, v}) && finite(w) {
		var e mat.EigenSym
		e.Factorize(q.Q, false)
		return &Solution{X: free, Lambda: []float64{0}, Value: v, Curvature: e.Values(nil)[0]}, nil
	}
	return nil, fmt.Errorf("lagrange: wᵀx ≤ %v with w = %v: %w", b, w, ErrNotFinite)
}

// Multipliers returns the λ with which Σᵢ λᵢ ∇gᵢ comes nearest to ∇f, and ‖∇f − Σᵢ λᵢ ∇gᵢ‖₂, which is zero where (1)
// holds: the part of ∇f within the tangent space of the constraints. gradF has n entries, gradG is [m, n] with
// independent rows, else ErrRank. O(m²n).
func Multipliers(gradF []float64, gradG mat.Matrix) (lambda []float64, rest float64, err error) {
	m, n := gradG.Dims()
	if len(gradF) != n {
		panic(fmt.Sprintf("lagrange: Multipliers: ∇f has %d entries, ∇g has %d", len(gradF), n))
	}
	for i := range m {
		if !finite(mat.Row(nil, i, gradG)) || !finite(gradF) {
			return nil, math.NaN(), fmt.Errorf("lagrange: a gradient: %w", ErrNotFinite)
		}
	}
	if _, err := nullSpace(gradG); err != nil {
		return nil, math.NaN(), err
	}
	// minimise ‖∇f − Gᵀλ‖₂
	var l, back mat.VecDense
	if err := l.SolveVec(gradG.T(), mat.NewVecDense(n, gradF)); err != nil {
		return nil, math.NaN(), fmt.Errorf("lagrange: %v: %w", err, ErrRank)
	}
	back.MulVec(gradG.T(), &l)
	return l.RawVector().Data, floats.Distance(gradF, back.RawVector().Data, 2), nil
}

// nullSpace returns an orthonormal basis of {x : Ax = 0} as columns, nil if that is only 0, and ErrRank if A's rows are
// dependent (singular values below max(m, n)·ε of the largest count as zero).
func nullSpace(a mat.Matrix) (*mat.Dense, error) {
	m, n := a.Dims()
	var svd mat.SVD
	if m > n || !svd.Factorize(a, mat.SVDFullV) {
		return nil, fmt.Errorf("lagrange: %d constraints for %d variables: %w", m, n, ErrRank)
	}
	if s := svd.Values(nil); !(s[m-1] > float64(n)*2.3e-16*s[0]) {
		return nil, fmt.Errorf("lagrange: the singular values of A go from %.3g to %.3g: %w", s[0], s[m-1], ErrRank)
	}
	if m == n {
		return nil, nil
	}
	var v mat.Dense
	svd.VTo(&v)
	return mat.DenseCopyOf(v.Slice(0, n, m, n)), nil
}

func finite(v []float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}
