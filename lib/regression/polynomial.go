package regression

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Polynomial is the hypothesis space H_p of one variable. With p = 0, 1, 2 it is the constants, the lines, the parabolas.
type Polynomial struct {
	Degree int     // p ≥ 0
	Ridge  float64 // λ ≥ 0, the weight of ‖c‖² in the Legendre coefficients c
	Lo, Hi float64 // the interval that is mapped to [−1, 1]; both 0 means that of the data
}

// PolynomialFit is a fitted polynomial, f(x) = Σ c_k P_k(t) with t = (2x − Lo − Hi)/(Hi − Lo).
type PolynomialFit struct {
	Coefficients []float64 // of the Legendre polynomials P₀ … P_p
	Lo, Hi       float64
}

// Fit minimises Σ(f(x_i) − y_i)² + λ‖c‖² over the polynomials of degree p. Legendre polynomials span the same space as
// 1, x, …, x^p, but their columns are far from parallel, so that a degree of 20 is not lost in rounding. Inputs have one coordinate.
func (h Polynomial) Fit(x [][]float64, y []float64) (*PolynomialFit, error) {
	if err := check(x, y); err != nil {
		return nil, err
	}
	if len(x[0]) != 1 || h.Degree < 0 {
		return nil, fmt.Errorf("regression: a polynomial of degree %d in %d variables: only one variable, and degree 0 or more", h.Degree, len(x[0]))
	}
	f := &PolynomialFit{Lo: h.Lo, Hi: h.Hi}
	if f.Lo == 0 && f.Hi == 0 {
		f.Lo, f.Hi = math.Inf(1), math.Inf(-1)
		for _, v := range x {
			f.Lo, f.Hi = min(f.Lo, v[0]), max(f.Hi, v[0])
		}
		if f.Lo == f.Hi {
			f.Lo, f.Hi = f.Lo-1, f.Hi+1
		}
	}
	phi := mat.NewDense(len(x), h.Degree+1, nil)
	for i, v := range x {
		phi.SetRow(i, f.legendre(v[0], h.Degree))
	}
	c, err := Ridge(phi, y, h.Ridge)
	if err != nil {
		return nil, err
	}
	f.Coefficients = c
	return f, nil
}

// legendre returns P₀(t) … P_p(t).
func (f *PolynomialFit) legendre(x float64, p int) []float64 {
	t := (2*x - f.Lo - f.Hi) / (f.Hi - f.Lo)
	v := make([]float64, p+1)
	v[0] = 1
	for k := 1; k <= p; k++ {
		// k P_k = (2k − 1) t P_{k−1} − (k − 1) P_{k−2}
		v[k] = float64(2*k-1) * t * v[k-1]
		if k > 1 {
			v[k] -= float64(k-1) * v[k-2]
		}
		v[k] /= float64(k)
	}
	return v
}

// Predict returns f(x[0]).
func (f *PolynomialFit) Predict(x []float64) float64 {
	s := 0.0
	for k, p := range f.legendre(x[0], len(f.Coefficients)-1) {
		s += f.Coefficients[k] * p
	}
	return s
}
