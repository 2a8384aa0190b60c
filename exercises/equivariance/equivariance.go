// Package equivariance is the exercise "Equivariance": its statement is README.md.
package equivariance

import "errors"

var errTodo = errors.New("exercise equivariance: not written yet")

// Axioms tells which of three axioms hold for a list of permutations, (gx)[i] = x[g[i]], [N][n]: every product is in
// the list, the identity is, the inverse of each is. It errs if there are none, if one is no permutation, if lengths differ or n = 0, or
// if two are equal.
func Axioms(maps [][]int) (closure, identity, inverse bool, err error) {
	return false, false, false, errTodo
}

// Features returns f(x)ᵢ = ⟨w, gᵢ⁻¹x⟩, [N], for w and x of n entries. It errs as Axioms does, if a length does not
// fit, or if a number is not finite. The maps need not be a group.
func Features(maps [][]int, w, x []float64) ([]float64, error) {
	return nil, errTodo
}

// Permutation returns p with f(gₖx)ᵢ = f(x)[p[i]] for the f of Features: g_{p[i]} = gₖ⁻¹gᵢ, [N]. It errs as Axioms
// does, if k is not in 0 … N−1, or if the maps are no group.
func Permutation(maps [][]int, k int) ([]int, error) {
	return nil, errTodo
}

// Symmetrise returns (1/N) Σᵢ gᵢ⁻¹f(gᵢx), [n], calling f once for each element. It errs as Axioms does, if the maps
// are no group, if x or what f returns has not n entries, or if a number is not finite.
func Symmetrise(f func(x []float64) []float64, maps [][]int, x []float64) ([]float64, error) {
	return nil, errTodo
}

// Relabel returns PMPᵀ, entry (i, j) = m[p[i]][p[j]], [n][n]. It errs if m has no rows or is not square, if a number
// is not finite, or if p is no permutation of 0 … n−1.
func Relabel(m [][]float64, p []int) ([][]float64, error) {
	return nil, errTodo
}
