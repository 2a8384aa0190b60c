// Package adversarialtraining is the exercise "Adversarial training": its statement is README.md.
package adversarialtraining

import "errors"

var errTodo = errors.New("exercise adversarial-training: not written yet")

// RobustLoss returns the mean over the examples of log(1 + exp(−(y(wᵀx + b) − eps·‖w‖₁))), the greatest logistic loss that perturbations of at
// most eps in every entry can reach, and its gradient by w and by b. x is [n][d], y is [n] of 1 and −1. It errs as the statement's table says.
func RobustLoss(w []float64, b float64, x [][]float64, y []float64, eps float64) (loss float64, dw []float64, db float64, err error) {
	return 0, nil, 0, errTodo
}

// Perturb raises the loss whose gradients are grad's, by projected sign steps from start, and returns the perturbation r, [len(x)], with
// |r[j]| ≤ eps and lo ≤ x[j] + r[j] ≤ hi. It calls grad once a step. It errs as the statement's table says.
func Perturb(grad func(theta, x []float64, y float64) (dtheta, dx []float64), theta, x []float64, y float64, start []float64, eps, step float64, steps int, lo, hi float64) ([]float64, error) {
	return nil, errTodo
}

// Step is one step of adversarial training on the batch x [n][d] with the targets y [n]: it perturbs every example from its start, with the
// parameters theta, and returns theta − rate·(mean of the gradients by theta at the perturbed examples). It calls grad n·(steps+1)
// times. It errs as the statement's table says.
func Step(grad func(theta, x []float64, y float64) (dtheta, dx []float64), theta []float64, x [][]float64, y []float64, start [][]float64, eps, step float64, steps int, lo, hi, rate float64) ([]float64, error) {
	return nil, errTodo
}

// RobustAccuracy returns the share of the examples that are right (y·score > 0) as they are and under each of the perturbations r[k][i] of attack k. r is
// [attacks][n][d]; without an attack it is the plain accuracy. It errs as the statement's table says.
func RobustAccuracy(score func(x []float64) float64, x [][]float64, y []float64, r [][][]float64) (float64, error) {
	return 0, errTodo
}
