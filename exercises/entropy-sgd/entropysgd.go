// Package entropysgd is the exercise "Entropy-SGD": its statement is README.md.
package entropysgd

import "errors"

var errTodo = errors.New("exercise entropy-sgd: not written yet")

// Scope returns γ(t) = gamma0·(1 + gamma1)ᵗ. It errs if gamma0 is not in (0, ∞), gamma1 not in [0, ∞), t is negative, or the result is not finite.
func Scope(gamma0, gamma1 float64, t int) (float64, error) {
	return 0, errTodo
}

// LocalEntropy returns F(x, γ) = log ∫ exp(−f(x′) − γ/2 (x − x′)²) dx′ on the line, by the trapezoidal rule on the given places, where the loss has the
// values f, and the derivative of −F at x, γ(x − ⟨x′⟩). It errs if there are fewer than two places, if they do not increase strictly, if f has another
// length, if γ is not in (0, ∞), or if a number given or computed is not finite.
func LocalEntropy(f, places []float64, x, gamma float64) (entropy, gradient float64, err error) {
	return 0, 0, errTodo
}

// InnerLoop takes one step of stochastic gradient Langevin dynamics round x for each row of normal, [L][d], which holds the normal numbers of the step, and
// returns the average μ and the last x′. It calls gradient once a step, at x′. The table in README.md says when it errs.
func InnerLoop(gradient func(x []float64) []float64, x []float64, gamma, rate, noise, alpha float64, normal [][]float64) (mean, last []float64, err error) {
	return nil, nil, errTodo
}

// EntropySGD makes one update x ← x − eta·γ(t)(x − μ) for each t < T with the normal numbers normal, [T][L][d], and returns all points, [T+1][d], the start first.
// The table in README.md says when it errs.
func EntropySGD(gradient func(x []float64) []float64, x0 []float64, gamma0, gamma1, eta, rate, noise, alpha float64, normal [][][]float64) ([][]float64, error) {
	return nil, errTodo
}
