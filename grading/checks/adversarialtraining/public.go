package adversarialtraining

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

// handed is a function of (θ, x, y) and its two gradients as the harness calls it: θ's length, θ, x, y, and back the length of ∂J/∂θ, ∂J/∂θ, ∂J/∂x.
func handed(t *grading.T, p, d int, grad func(theta, x []float64, y float64) (dtheta, dx []float64)) any {
	return t.VectorFunc(p+d+2, func(v []float64) []float64 {
		if int(v[0]) != p {
			t.Failf("grad is called with %d parameters and %d entries of x, want %d and %d", int(v[0]), len(v)-2-int(v[0]), p, d)
		}
		dtheta, dx := grad(v[1:1+p], v[1+p:1+p+d], v[1+p+d])
		return append(append([]float64{float64(len(dtheta))}, dtheta...), dx...)
	})
}

// squares is half the squared error of θᵀx: ∂J/∂θ = (θᵀx − y)x, ∂J/∂x = (θᵀx − y)θ.
func squares(theta, x []float64, y float64) (dtheta, dx []float64) {
	e := -y
	for j := range x {
		e += theta[j] * x[j]
	}
	for j := range x {
		dtheta, dx = append(dtheta, e*x[j]), append(dx, e*theta[j])
	}
	return dtheta, dx
}

// slope is a loss with the same gradients everywhere.
func slope(_, _ []float64, _ float64) (dtheta, dx []float64) {
	return []float64{1}, []float64{3, -0.1, 0}
}

func difference(x []float64) float64 { return x[0] - x[1] }

func lossGiven(t *grading.T) {
	w, b, x, y, eps := []float64{2, -1, 0}, 0.5, [][]float64{{1, 1, 3}}, []float64{1}, 0.25
	// ### BEGIN HIDDEN TESTS
	checkLoss(t, w, b, x, y, eps)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the loss", Func: "RobustLoss", Args: []any{w, b, x, y, eps}, Want: 0.386871006115, Tol: 1e-9})
}

func perturbGiven(t *grading.T) {
	x, zero := []float64{0.9, 0.5, 0.2}, []float64{0, 0, 0}
	// ### BEGIN HIDDEN TESTS
	checkPerturb(t, problem{grad: slope, theta: []float64{1}, x: [][]float64{x}, y: []float64{1}, start: [][]float64{zero}, eps: 0.2, step: 0.15, steps: 2, hi: 1})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two steps", Func: "Perturb", Args: []any{handed(t, 1, 3, slope), []float64{1}, x, 1.0, zero, 0.2, 0.15, 2, 0.0, 1.0}, Want: []float64{0.1, -0.2, 0}, Tol: 1e-9})
}

func stepGiven(t *grading.T) {
	theta, x, y, zero := []float64{1, 2}, [][]float64{{0.5, 0.25}, {0.2, 0.4}}, []float64{0, 2}, [][]float64{{0, 0}, {0, 0}}
	// ### BEGIN HIDDEN TESTS
	checkStep(t, problem{grad: squares, theta: theta, x: x, y: y, start: zero, eps: 0.1, step: 0.1, steps: 1, hi: 1, rate: 0.2})
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two examples", Func: "Step", Args: []any{handed(t, 2, 2, squares), theta, x, y, zero, 0.1, 0.1, 1, 0.0, 1.0, 0.2}, Want: []float64{0.935, 1.9935}, Tol: 1e-9})
}

func accuracyGiven(t *grading.T) {
	x, y := [][]float64{{1, 0}, {0, 1}, {2, 0}}, []float64{1, -1, 1}
	r := [][][]float64{{{-2, 0}, {0, 0}, {0, 0}}, {{0, 0}, {0, 0}, {0, 3}}}
	// ### BEGIN HIDDEN TESTS
	checkAccuracy(t, difference, x, y, r)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "two attacks", Func: "RobustAccuracy", Args: []any{t.ScalarFunc(2, difference), x, y, r}, Want: 1.0 / 3, Tol: 1e-9})
}
