// Package spectrum looks at the eigenvalues of symmetric matrices that are known only through their products with
// vectors, above all the Hessian of a network's loss.
//
//   - Lanczos with full reorthogonalisation: A becomes a small tridiagonal T (lanczos.go)
//   - eigenpairs at the ends of the spectrum, each with the norm of its residual (ritz.go)
//   - stochastic Lanczos quadrature: the distribution of all eigenvalues (quadrature.go, slq.go, density.go)
//   - Hutchinson's estimate of the trace (trace.go)
//   - products with the Hessian of the mean loss of any GoMLX model over any dataset (hessian.go, second.go), and by hand for
//     LeNet, faster (lenet.go)
//
// All but the Hessian is plain Go in float64 and asks for nothing but an Operator.
package spectrum

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Operator is a symmetric n×n matrix A that shows itself through products only.
type Operator struct {
	Dim int // n
	// Mul writes Av into dst; both have n entries and do not overlap. Its error ends the algorithm that called it.
	Mul func(ctx context.Context, dst, v []float64) error
}

// Dense is the operator of a matrix that is there as numbers: the reference for all others. O(n²) a product.
func Dense(a mat.Symmetric) Operator {
	n := a.SymmetricDim()
	return Operator{Dim: n, Mul: func(_ context.Context, dst, v []float64) error {
		mat.NewVecDense(n, dst).MulVec(a, mat.NewVecDense(n, v))
		return nil
	}}
}

// Diagonal is the operator of diag(d): a matrix whose eigenvalues are known. It keeps d.
func Diagonal(d []float64) Operator {
	return Operator{Dim: len(d), Mul: func(_ context.Context, dst, v []float64) error {
		for i, x := range d {
			dst[i] = x * v[i]
		}
		return nil
	}}
}

// Matrix writes the operator out: column j is A·e_j, and entries (i, j) and (j, i) are averaged. It also returns
// the largest difference |A_ij − A_ji| that the average hid, relative to max |A_ij|. n products, n² numbers: for
// small n, as a reference.
func (a Operator) Matrix(ctx context.Context) (m *mat.SymDense, asymmetry float64, err error) {
	a.check("Matrix")
	full := mat.NewDense(a.Dim, a.Dim, nil) // row j holds A·e_j
	e := make([]float64, a.Dim)
	for j := range a.Dim {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		e[j] = 1
		if err := a.Mul(ctx, full.RawRowView(j), e); err != nil {
			return nil, 0, fmt.Errorf("spectrum: column %d: %w", j, err)
		}
		e[j] = 0
	}
	m = mat.NewSymDense(a.Dim, nil)
	largest := 0.0
	for i := range a.Dim {
		for j := range i + 1 {
			x, y := full.At(i, j), full.At(j, i)
			m.SetSym(i, j, (x+y)/2)
			largest = max(largest, math.Abs(x), math.Abs(y))
			asymmetry = max(asymmetry, math.Abs(x-y))
		}
	}
	if largest > 0 {
		asymmetry /= largest
	}
	return m, asymmetry, nil
}

func (a Operator) check(caller string) {
	if a.Dim < 1 || a.Mul == nil {
		panic(fmt.Sprintf("spectrum: %s: the operator has dimension %d and Mul set: %v; want both", caller, a.Dim, a.Mul != nil))
	}
}

// Rademacher is a vector of n independent signs ±1: vᵀv = n exactly, and E vvᵀ = I.
func Rademacher(n int, rng *rand.Rand) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = float64(2*rng.IntN(2) - 1)
	}
	return v
}

// Normal is a vector of n independent standard normal numbers; divided by its length it is uniform on the sphere.
func Normal(n int, rng *rand.Rand) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

// Estimate is a mean over random probes with its uncertainty.
type Estimate struct {
	Mean    float64
	Error   float64   // standard error of the mean, s/√n; NaN for a single probe
	Samples []float64 // one value a probe
}

// estimate makes mean and standard error of samples.
func estimate(samples []float64) Estimate {
	n := float64(len(samples))
	mean, ss := 0.0, 0.0
	for _, x := range samples {
		mean += x / n
	}
	for _, x := range samples {
		ss += (x - mean) * (x - mean)
	}
	e := Estimate{Mean: mean, Error: math.NaN(), Samples: samples}
	if len(samples) > 1 {
		e.Error = math.Sqrt(ss / (n - 1) / n)
	}
	return e
}
