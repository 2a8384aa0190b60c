package operators

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/regression"
)

// STLSQ is sequentially thresholded least squares (Brunton, Proctor & Kutz 2016, Supporting Information; with a ridge Rudy et al. 2017):
//
//  1. α = argmin ‖Θα − y‖² + Ridge·‖α‖² over the terms that are left, at first all.
//  2. Terms below the threshold are dropped, αⱼ = 0. If there are any, and others are left, go on with 1.
//  3. What is left is fitted once more without the ridge.
//
// A dropped term does not come back. The columns are divided by their norms before the fit, which only the ridge notices.
type STLSQ struct {
	Threshold float64 // ≥ 0
	Relative  bool    // the threshold is compared with |αⱼ|‖θⱼ‖/‖y‖, the term's size beside y's, and not with |αⱼ|: free of units
	Ridge     float64 // ≥ 0, for columns of norm 1
	Steps     int     // rounds at most, ≥ 0; 0 means as many as there are terms
}

// Fit is a sparse solution.
type Fit struct {
	Alpha    []float64   // [terms], 0 where a term is out
	Residual float64     // ‖Θα − y‖/‖y‖; 0 if y is zero
	Path     [][]float64 // α after each round, before its terms were dropped
}

// Support returns the numbers of the terms that are in.
func (f *Fit) Support() (in []int) {
	for j, a := range f.Alpha {
		if a != 0 {
			in = append(in, j)
		}
	}
	return in
}

// Solve fits y by the columns of theta. It errs if there are fewer rows than terms, if the columns do not determine the
// coefficients and there is no ridge, or if a number is not finite.
func (s STLSQ) Solve(theta *mat.Dense, y []float64) (*Fit, error) {
	if !(s.Threshold >= 0) || !(s.Ridge >= 0) || s.Steps < 0 {
		panic(fmt.Sprintf("operators: STLSQ: settings must be ≥ 0, have %+v", s))
	}
	sizes, err := columnNorms(theta, y)
	if err != nil {
		return nil, err
	}
	_, p := theta.Dims()
	in := make([]int, p)
	for j := range in {
		in[j] = j
	}
	f := &Fit{Alpha: make([]float64, p)}
	norm := floats.Norm(y, 2)
	steps := s.Steps
	if steps == 0 {
		steps = p
	}
	for range steps {
		alpha, err := on(theta, y, sizes, in, s.Ridge)
		if err != nil {
			return nil, err
		}
		f.Path = append(f.Path, alpha)
		var left []int
		for _, j := range in {
			size := math.Abs(alpha[j])
			if s.Relative {
				size *= sizes[j] / norm
			}
			if size >= s.Threshold && alpha[j] != 0 {
				left = append(left, j)
			}
		}
		done := len(left) == len(in)
		if in = left; done || len(in) == 0 {
			break
		}
	}
	if len(in) > 0 {
		if f.Alpha, err = on(theta, y, sizes, in, 0); err != nil {
			return nil, err
		}
	}
	f.Residual = relative(theta, f.Alpha, y)
	return f, nil
}

// columnNorms checks the numbers of a regression and returns ‖θⱼ‖, [terms].
func columnNorms(theta *mat.Dense, y []float64) ([]float64, error) {
	n, p := theta.Dims()
	if len(y) != n {
		panic(fmt.Sprintf("operators: %d rows of terms for %d values", n, len(y)))
	}
	sizes := make([]float64, p)
	for j := range sizes {
		sizes[j] = mat.Norm(theta.ColView(j), 2)
		if !(sizes[j] > 0) || math.IsInf(sizes[j], 1) {
			return nil, fmt.Errorf("operators: term %d has the norm %v: a column must be finite and not all zero", j, sizes[j])
		}
	}
	if s := floats.Norm(y, 2); math.IsNaN(s) || math.IsInf(s, 1) {
		return nil, fmt.Errorf("operators: the values have the norm %v", s)
	}
	return sizes, nil
}

// on solves the least squares over some of the columns, each divided by its size, and returns all coefficients, 0 elsewhere.
func on(theta *mat.Dense, y, sizes []float64, in []int, ridge float64) ([]float64, error) {
	n, p := theta.Dims()
	part := mat.NewDense(n, len(in), nil)
	for k, j := range in {
		for i := range n {
			part.Set(i, k, theta.At(i, j)/sizes[j])
		}
	}
	c, err := regression.Ridge(part, y, ridge)
	if err != nil {
		return nil, fmt.Errorf("operators: terms %v: %w", in, err)
	}
	alpha := make([]float64, p)
	for k, j := range in {
		alpha[j] = c[k] / sizes[j]
	}
	return alpha, nil
}

// relative is ‖Θα − y‖/‖y‖.
func relative(theta *mat.Dense, alpha, y []float64) float64 {
	var r mat.VecDense
	r.MulVec(theta, mat.NewVecDense(len(alpha), alpha))
	return RelativeError(r.RawVector().Data, y)
}

// RelativeError is ‖a − b‖/‖b‖, 0 if a = b.
func RelativeError(a, b []float64) float64 {
	d := floats.Distance(a, b, 2)
	if d == 0 {
		return 0
	}
	return d / floats.Norm(b, 2)
}
