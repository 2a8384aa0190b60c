// Package gan is the exercise "Generative adversarial network": its statement is README.md.
package gan

import "errors"

var errTodo = errors.New("exercise gan: not written yet")

// Optimal returns D* = p/(p + q) at each point, ½ where both are 0. It errs as the statement's table says.
func Optimal(p, q []float64) ([]float64, error) {
	return nil, errTodo
}

// Value returns V = Σ p log D + q log(1 − D).
func Value(p, q, d []float64) (float64, error) {
	return 0, errTodo
}

// JSD returns the Jensen-Shannon divergence of p and q in nats.
func JSD(p, q []float64) (float64, error) {
	return 0, errTodo
}

// StepD returns w after one step of gradient ascent in V, with data x and samples a + bz.
func StepD(x, z, w []float64, a, b, rate float64) ([]float64, error) {
	return nil, errTodo
}

// StepG returns a and b after one step of gradient descent in the mean of log(1 − D) if saturating, else of −log D.
func StepG(z, w []float64, a, b, rate float64, saturating bool) (newA, newB float64, err error) {
	return 0, 0, errTodo
}

// Round returns w, a and b after len(x) steps of the discriminator and one of the generator, on the last row of z.
func Round(x, z [][]float64, w []float64, a, b, rateD, rateG float64, saturating bool) (newW []float64, newA, newB float64, err error) {
	return nil, 0, 0, errTodo
}
