package linear

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Logistic is logistic regression, P(y | x) = σ(y f(x)), fitted by Newton's method on
//
//		J(w, b) = (1/n) Σ log(1 + exp(−yᵢ f(xᵢ))) + ½λ‖w‖².
//
//	 1. With pᵢ = σ(−yᵢ f(xᵢ)), the probability given to the wrong class, and x̃ = (x, 1):
//	    ∇J = −(1/n) Σ pᵢyᵢx̃ᵢ + λ(w, 0)
//	    ∇²J = (1/n) Σ pᵢ(1 − pᵢ) x̃ᵢx̃ᵢᵀ + λ diag(1, …, 1, 0)
//	 2. The step −(∇²J)⁻¹∇J is halved until J falls (Armijo); J is convex, so this reaches the minimum, in the end doubling the digits a step.
//
// Without a penalty (λ = 0) separable data has no minimum: J falls for ever as ‖w‖ grows. That is ErrSeparable.
//
// Source: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §4.4.1.
type Logistic struct {
	L2      float64 // λ ≥ 0; the bias is not penalised
	Tol     float64 // stop at ‖∇J‖ ≤ Tol; 0 means 1e-10
	MaxIter int     // 0 means 100
}

// LogisticFit is the fitted classifier and its history.
type LogisticFit struct {
	W        []float64 // [d]
	B        float64
	Loss     []float64 // J at each iterate, the start (0, 0) first
	GradNorm []float64 // ‖∇J‖₂ there
}

// ErrSeparable says that the likelihood has no maximum, because a hyperplane separates the classes.
var ErrSeparable = errors.New("linear: the classes are separable, so that the likelihood grows with ‖w‖ for ever; set L2 > 0")

// Fit fits the classifier from (0, 0). x is [n][d], y holds n labels ±1. It panics if shapes do not fit or a field is out of its range; it errs on
// labels other than ±1, NaN, infinity, on separable classes with L2 = 0 (ErrSeparable), if the Hessian is singular (the points lie in a
// hyperplane and L2 = 0), and if MaxIter steps do not suffice. A step costs O(nd² + d³).
func (l Logistic) Fit(x [][]float64, y []float64) (*LogisticFit, error) {
	d, err := check("Logistic", x, y)
	if err != nil {
		return nil, err
	}
	if !(l.L2 >= 0) || !(l.Tol >= 0) || l.MaxIter < 0 {
		panic(fmt.Sprintf("linear: Logistic: need L2, Tol, MaxIter ≥ 0, have %v, %v, %d", l.L2, l.Tol, l.MaxIter))
	}
	tol, maxIter := l.Tol, l.MaxIter
	if tol == 0 {
		tol = 1e-10
	}
	if maxIter == 0 {
		maxIter = 100
	}
	var (
		theta = make([]float64, d+1) // (w, b)
		g     = make([]float64, d+1) // ∇J
		h     = mat.NewSymDense(d+1, nil)
		step  = mat.NewVecDense(d+1, nil)
		next  = make([]float64, d+1)
		fit   = &LogisticFit{}
	)
	loss := l.Loss(theta[:d], theta[d], x, y)
	for k := 0; ; k++ {
		l.derivatives(g, h, theta, x, y)
		norm := floats.Norm(g, 2)
		fit.Loss, fit.GradNorm = append(fit.Loss, loss), append(fit.GradNorm, norm)
		fit.W, fit.B = append([]float64(nil), theta[:d]...), theta[d]
		if l.L2 == 0 && Mistakes(fit.W, fit.B, x, y) == 0 {
			return fit, ErrSeparable
		}
		if norm <= tol {
			return fit, nil
		}
		if k == maxIter {
			return fit, fmt.Errorf("linear: Logistic: ‖∇J‖ is %.3g after %d steps, want %.3g: raise MaxIter or L2", norm, k, tol)
		}
		var chol mat.Cholesky
		if !chol.Factorize(h) {
			return fit, fmt.Errorf("linear: Logistic: the Hessian is singular at step %d: the points lie in a hyperplane; set L2 > 0", k)
		}
		// s = (∇²J)⁻¹∇J
		if err := chol.SolveVecTo(step, mat.NewVecDense(d+1, g)); err != nil && !errors.As(err, new(mat.Condition)) {
			return fit, fmt.Errorf("linear: Logistic: step %d: %w", k, err)
		}
		s := step.RawVector().Data
		slope := floats.Dot(g, s)
		for t := 1.0; ; t /= 2 {
			floats.AddScaledTo(next, theta, -t, s)
			// J(θ − ts) ≤ J(θ) − 10⁻⁴ t ∇Jᵀs, up to the rounding of J
			if v := l.Loss(next[:d], next[d], x, y); v <= loss-1e-4*t*slope+1e-15*math.Abs(loss) || t < 1e-10 {
				copy(theta, next)
				loss = v
				break
			}
		}
	}
}

// Loss returns J(w, b).
func (l Logistic) Loss(w []float64, b float64, x [][]float64, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += log1pexp(-y[i] * Score(w, b, x[i]))
	}
	return sum/float64(len(x)) + l.L2/2*floats.Dot(w, w)
}

// Gradient returns ∂J/∂w and ∂J/∂b at (w, b).
func (l Logistic) Gradient(w []float64, b float64, x [][]float64, y []float64) (dw []float64, db float64) {
	theta, g := append(append([]float64(nil), w...), b), make([]float64, len(w)+1)
	l.derivatives(g, nil, theta, x, y)
	return g[:len(w)], g[len(w)]
}

// derivatives stores ∇J in g and, if h is not nil, ∇²J in h.
func (l Logistic) derivatives(g []float64, h *mat.SymDense, theta []float64, x [][]float64, y []float64) {
	d := len(theta) - 1
	clear(g)
	if h != nil {
		h.Zero()
	}
	one := make([]float64, d+1) // x̃ = (x, 1)
	one[d] = 1
	for i := range x {
		copy(one, x[i])
		p := sigmoid(-y[i] * floats.Dot(theta, one))
		floats.AddScaled(g, -p*y[i]/float64(len(x)), one)
		if h != nil {
			h.SymRankOne(h, p*(1-p)/float64(len(x)), mat.NewVecDense(d+1, one))
		}
	}
	for j := range d {
		g[j] += l.L2 * theta[j]
		if h != nil {
			h.SetSym(j, j, h.At(j, j)+l.L2)
		}
	}
}

// log1pexp returns log(1 + eᶻ) without overflow: z + log(1 + e⁻ᶻ) for z > 0.
func log1pexp(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

// sigmoid returns σ(z) = 1/(1 + e⁻ᶻ) without overflow.
func sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}
