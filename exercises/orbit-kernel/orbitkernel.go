// Package orbitkernel is the exercise "Orbit kernel": its statement is README.md.
package orbitkernel

import "errors"

var errTodo = errors.New("exercise orbit-kernel: not written yet")

// Kernel returns K(x, z) = Σ_g Σ_g′ exp(−gamma‖gx − g′z‖²) over a list of permutations, (gx)[i] = x[g[i]], [N][n].
// It errs if there are no maps or one is no permutation of n ≥ 1 places, if x or z has not n entries, if a number is not
// finite, or if gamma is not positive and finite. The maps need not be a group.
func Kernel(gamma float64, maps [][]int, x, z []float64) (float64, error) {
	return 0, errTodo
}

// Gram returns the matrix of Kernel for all pairs of points, [P][P]. It errs as Kernel does, or if there is no point.
func Gram(gamma float64, maps [][]int, points [][]float64) ([][]float64, error) {
	return nil, errTodo
}

// Normalise returns k[i][j]/√(k[i][i]·k[j][j]), [P][P]. It errs if k has no rows or is not square, if a number is
// not finite, or if an entry of the diagonal is not positive.
func Normalise(k [][]float64) ([][]float64, error) {
	return nil, errTodo
}

// Features returns Φ(x)_t = Σ_g max(0, ⟨x, gt⟩) for templates [T][n], [T]. It errs as Kernel does, or if there is no
// template or one has not n entries.
func Features(maps [][]int, templates [][]float64, x []float64) ([]float64, error) {
	return nil, errTodo
}

// Defect returns the largest |K(gx, z) − K(x, z)|/K(x, z) over the list. It errs as Kernel does, or if K(x, z) is 0.
func Defect(gamma float64, maps [][]int, x, z []float64) (float64, error) {
	return 0, errTodo
}
