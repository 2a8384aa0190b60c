package svm

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Gram returns the n×n matrix K with K_ij = k(xᵢ, xⱼ). x is [n][d], n ≥ 1. n(n+1)/2 values of the kernel.
func Gram(k Kernel, x [][]float64) *mat.SymDense {
	if len(x) == 0 {
		panic("svm: Gram: no points")
	}
	g := mat.NewSymDense(len(x), nil)
	for i := range x {
		for j := i; j < len(x); j++ {
			g.SetSym(i, j, k.At(x[i], x[j]))
		}
	}
	return g
}

// Spectrum returns the eigenvalues of a symmetric matrix, rising. It errs if a value is not finite. O(n³).
func Spectrum(g mat.Symmetric) ([]float64, error) {
	n := g.SymmetricDim()
	for i := range n {
		for j := i; j < n; j++ {
			if v := g.At(i, j); !finite(v) {
				return nil, fmt.Errorf("svm: Spectrum: entry (%d, %d) is %v", i, j, v)
			}
		}
	}
	var e mat.EigenSym
	if !e.Factorize(g, false) {
		return nil, fmt.Errorf("svm: Spectrum: the eigenvalues of a %d×%d matrix did not converge", n, n)
	}
	return e.Values(nil), nil
}

// IsPSD tells whether a symmetric matrix is positive semidefinite, cᵀKc ≥ 0 for all c, and returns its least
// eigenvalue. Rounding makes slightly negative eigenvalues of zeros: those down to −tol·(the largest magnitude) pass; tol = 0 means n·2⁻⁵².
// It errs as Spectrum does.
func IsPSD(g mat.Symmetric, tol float64) (ok bool, least float64, err error) {
	if !(tol >= 0) {
		panic(fmt.Sprintf("svm: IsPSD: tol is %v", tol))
	}
	v, err := Spectrum(g)
	if err != nil {
		return false, 0, err
	}
	n := len(v)
	if tol == 0 {
		tol = float64(n) * 0x1p-52
	}
	return v[0] >= -tol*max(v[n-1], -v[0]), v[0], nil
}
