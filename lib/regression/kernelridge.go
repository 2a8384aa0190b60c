package regression

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/svm"
)

// KernelRidge is the hypothesis space H_K of a kernel: f(x) = Σ α_i K(x, x_i), one coefficient for each training point.
// Saunders, Gammerman & Vovk 1998.
type KernelRidge struct {
	Kernel svm.Kernel
	Ridge  float64 // λ > 0
}

// KernelFit is a fitted function of H_K.
type KernelFit struct {
	Kernel svm.Kernel
	X      [][]float64
	Alpha  []float64 // [n]
}

// Fit minimises Σ(f(x_i) − y_i)² + λ‖f‖²_K. By the representer theorem the minimiser has the form above, with
//
//	(G + λI) α = y,   G_ij = K(x_i, x_j),
//
// which Cholesky's factorisation solves in n³/3 operations.
func (h KernelRidge) Fit(x [][]float64, y []float64) (*KernelFit, error) {
	if err := check(x, y); err != nil {
		return nil, err
	}
	if !(h.Ridge > 0) || math.IsInf(h.Ridge, 0) || h.Kernel == nil {
		return nil, fmt.Errorf("regression: kernel ridge wants a kernel and a finite ridge over 0, got %v and %v", h.Kernel, h.Ridge)
	}
	n := len(x)
	g := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			g.SetSym(i, j, h.Kernel.At(x[i], x[j]))
		}
		g.SetSym(i, i, g.At(i, i)+h.Ridge)
	}
	var chol mat.Cholesky
	if !chol.Factorize(g) {
		return nil, fmt.Errorf("regression: G + λI is not positive definite: %s is no kernel on these points, or λ = %v is too small", h.Kernel, h.Ridge)
	}
	var alpha mat.VecDense
	if err := chol.SolveVecTo(&alpha, mat.NewVecDense(n, append([]float64(nil), y...))); err != nil {
		return nil, fmt.Errorf("regression: G + λI has the condition number %.1e: take a larger ridge", chol.Cond())
	}
	return &KernelFit{h.Kernel, x, alpha.RawVector().Data}, nil
}

// Predict returns Σ α_i K(x, x_i).
func (f *KernelFit) Predict(x []float64) float64 {
	s := 0.0
	for i, a := range f.Alpha {
		s += a * f.Kernel.At(x, f.X[i])
	}
	return s
}
