package operators

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// SavitzkyGolay takes derivatives of the polynomial that fits a window of neighbours best (Savitzky & Golay 1964): smoothing and
// differentiation at once. Wide windows average more noise away, and bend what changes within them. Near the ends the polynomial of the
// first or last whole window is used.
type SavitzkyGolay struct {
	Window   int  // places in the window, odd, > Degree
	Degree   int  // of the polynomial, ≥ the order of the derivative
	Periodic bool // the place after the last is the first
}

// Derivative implements Differentiator.
func (d SavitzkyGolay) Derivative(u []float64, h float64, order int) ([]float64, error) {
	if d.Window%2 == 0 || d.Window <= d.Degree || d.Degree < 0 {
		panic(fmt.Sprintf("operators: SavitzkyGolay: a window of %d for degree %d: want an odd window, larger than the degree", d.Window, d.Degree))
	}
	if order > d.Degree {
		return nil, fmt.Errorf("operators: SavitzkyGolay: derivative %d of a polynomial of degree %d: take a higher degree", order, d.Degree)
	}
	if err := checkGrid("SavitzkyGolay", u, h, order, d.Window); err != nil {
		return nil, err
	}
	n, r := len(u), d.Window/2
	weights := map[int][]float64{}
	out := make([]float64, n)
	for i := range out {
		lo := i - r
		if !d.Periodic {
			lo = min(max(lo, 0), n-d.Window)
		}
		w, ok := weights[i-lo]
		if !ok {
			var err error
			if w, err = d.Weights(i-lo, order); err != nil {
				return nil, err
			}
			weights[i-lo] = w
		}
		for j, v := range w {
			out[i] += v * u[((lo+j)%n+n)%n]
		}
		for range order {
			out[i] /= h
		}
	}
	return out, nil
}

// Weights returns w, [Window], with which Σⱼ w[j] u[j] is the derivative, for spacing 1, of the fitted polynomial at place number at of
// the window. It errs if the degree is too high for float64.
func (d SavitzkyGolay) Weights(at, order int) ([]float64, error) {
	// With s = (j − at)/r the fit is c = V⁺u, V[j][p] = sᵖ, and the derivative at s = 0 is m! c[m]/rᵐ.
	r := math.Max(1, float64(d.Window/2))
	v := mat.NewDense(d.Window, d.Degree+1, nil)
	eye := mat.NewDense(d.Window, d.Window, nil)
	for j := range d.Window {
		for p := range d.Degree + 1 {
			v.Set(j, p, math.Pow(float64(j-at)/r, float64(p)))
		}
		eye.Set(j, j, 1)
	}
	var inverse mat.Dense
	if err := inverse.Solve(v, eye); err != nil {
		return nil, fmt.Errorf("operators: SavitzkyGolay: degree %d in a window of %d: %w", d.Degree, d.Window, err)
	}
	w := mat.Row(nil, order, &inverse)
	for j := range w {
		for m := 1; m <= order; m++ {
			w[j] *= float64(m) / r
		}
	}
	return w, nil
}
