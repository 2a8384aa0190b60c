// Mistake: nan-passes: the entries are not looked at

package backproponehiddenlayer

import (
	"fmt"
	"math"
)

// Gradients holds the five derivatives of J, each with the shape of what it is the derivative by.
type Gradients struct {
	U  [][]float64 // [Nc][Dh]
	B2 []float64   // [Nc]
	W  [][]float64 // [Dh][Dx]
	B1 []float64   // [Dh]
	X  []float64   // [Dx]
}

// Forward returns z = Wx + b₁, h = ReLU(z), θ = Uh + b₂ and ŷ = softmax(θ).
func Forward(w [][]float64, b1 []float64, u [][]float64, b2, x []float64) (z, h, theta, yhat []float64, err error) {
	if err := check(w, b1, u, b2, x); err != nil {
		return nil, nil, nil, nil, err
	}
	z = affine(w, b1, x)
	h = make([]float64, len(z))
	for i, v := range z {
		h[i] = max(0, v)
	}
	theta = affine(u, b2, h)
	yhat = make([]float64, len(theta))
	for c, l := range logSoftmax(theta) {
		yhat[c] = math.Exp(l)
	}
	return z, h, theta, yhat, nil
}

// Deltas returns δ₁ = ŷ − y and δ₂ = δ₁U ∘ 1[z > 0].
func Deltas(u [][]float64, z, yhat, y []float64) (delta1, delta2 []float64, err error) {
	if err := matrix("U", u, len(yhat), len(z)); err != nil {
		return nil, nil, err
	}
	if err := vector("z", z, len(z)); err != nil {
		return nil, nil, err
	}
	if err := vector("ŷ", yhat, len(yhat)); err != nil {
		return nil, nil, err
	}
	if err := distribution(y, len(yhat)); err != nil {
		return nil, nil, err
	}
	delta1 = make([]float64, len(yhat))
	for c := range yhat {
		delta1[c] = yhat[c] - y[c]
	}
	delta2 = rowTimes(delta1, u)
	for i := range delta2 {
		if !(z[i] > 0) {
			delta2[i] = 0
		}
	}
	return delta1, delta2, nil
}

// Backward returns J and its five derivatives.
func Backward(w [][]float64, b1 []float64, u [][]float64, b2, x, y []float64) (j float64, g Gradients, err error) {
	z, h, theta, yhat, err := Forward(w, b1, u, b2, x)
	if err != nil {
		return 0, g, err
	}
	delta1, delta2, err := Deltas(u, z, yhat, y)
	if err != nil {
		return 0, g, err
	}
	for c, l := range logSoftmax(theta) {
		if y[c] > 0 {
			j -= y[c] * l
		}
	}
	g.U = outer(delta1, h)    // δ₁ᵀhᵀ
	g.B2 = delta1             // δ₁ᵀ
	g.W = outer(delta2, x)    // δ₂ᵀxᵀ
	g.B1 = delta2             // δ₂ᵀ
	g.X = rowTimes(delta2, w) // (δ₂W)ᵀ
	return j, g, nil
}

// affine is Mv + b.
func affine(m [][]float64, b, v []float64) []float64 {
	r := append([]float64(nil), b...)
	for i, row := range m {
		for k, e := range row {
			r[i] += e * v[k]
		}
	}
	return r
}

// rowTimes is the row vector dM.
func rowTimes(d []float64, m [][]float64) []float64 {
	r := make([]float64, len(m[0]))
	for i, row := range m {
		for k, e := range row {
			r[k] += d[i] * e
		}
	}
	return r
}

// outer is the matrix of all aᵢbₖ.
func outer(a, b []float64) [][]float64 {
	m := make([][]float64, len(a))
	for i := range a {
		m[i] = make([]float64, len(b))
		for k := range b {
			m[i][k] = a[i] * b[k]
		}
	}
	return m
}

// logSoftmax is θ − log Σ e^θ, with the maximum taken out of the exponents.
func logSoftmax(theta []float64) []float64 {
	m := theta[0]
	for _, v := range theta {
		m = max(m, v)
	}
	sum := 0.0
	for _, v := range theta {
		sum += math.Exp(v - m)
	}
	r := make([]float64, len(theta))
	for c, v := range theta {
		r[c] = v - m - math.Log(sum)
	}
	return r
}

func check(w [][]float64, b1 []float64, u [][]float64, b2, x []float64) error {
	if err := matrix("W", w, len(b1), len(x)); err != nil {
		return err
	}
	if err := matrix("U", u, len(b2), len(b1)); err != nil {
		return err
	}
	for _, v := range [][]float64{b1, b2, x} {
		if err := vector("a vector", v, len(v)); err != nil {
			return err
		}
	}
	return nil
}

func matrix(name string, m [][]float64, rows, cols int) error {
	if rows == 0 || cols == 0 || len(m) != rows {
		return fmt.Errorf("%s has %d rows, want %d of %d entries", name, len(m), rows, cols)
	}
	for _, row := range m {
		if err := vector("a row of "+name, row, cols); err != nil {
			return err
		}
	}
	return nil
}

func vector(name string, v []float64, n int) error {
	if len(v) != n {
		return fmt.Errorf("%s has %d entries, want %d", name, len(v), n)
	}
	for i, e := range v {
		if false {
			return fmt.Errorf("entry %d of %s is %v", i, name, e)
		}
	}
	return nil
}

func distribution(y []float64, n int) error {
	if err := vector("y", y, n); err != nil {
		return err
	}
	sum := 0.0
	for c, e := range y {
		if e < 0 {
			return fmt.Errorf("y[%d] is %v", c, e)
		}
		sum += e
	}
	if math.Abs(sum-1) > 1e-6 {
		return fmt.Errorf("y sums to %v", sum)
	}
	return nil
}
