package text

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Attention is scaled dot-product attention (Vaswani et al. 2017, eq. 1), of one head:
//
//	S = QKᵀ/√d                  [n, m]   how well query i fits key j
//	A = softmax(S), row by row  [n, m]   the weights: each row is positive and sums to 1
//	O = AV                      [n, e]   row i is a mean of the values
//
// with queries Q [n, d], keys K [m, d], values V [m, e]. Causal attention, for n = m, lets place i see the places 0 … i only: S_ij = −∞ for j > i, so that
// A_ij = 0. What comes later changes nothing before.
//
// The division by √d: if the entries of q and k are independent with mean 0 and variance 1, q·k has the variance d; without it, softmax would be near one-hot,
// where its gradient is near 0.
type Attention struct {
	Q, K, V *mat.Dense
	Causal  bool
	A       *mat.Dense // the weights
	O       *mat.Dense // the result
}

// Attend computes A and O. It panics where shapes do not fit.
func Attend(q, k, v *mat.Dense, causal bool) *Attention {
	n, d := q.Dims()
	m, dk := k.Dims()
	mv, e := v.Dims()
	if d != dk || m != mv || causal && n != m {
		panic(fmt.Sprintf("text: Attend: queries [%d, %d], keys [%d, %d], values [%d, %d], causal %t", n, d, m, dk, mv, e, causal))
	}
	// S = QKᵀ/√d
	a := mat.NewDense(n, m, nil)
	a.Mul(q, k.T())
	a.Scale(1/math.Sqrt(float64(d)), a)
	for i := range n {
		row := a.RawRowView(i)
		sees := m
		if causal {
			sees = i + 1
		}
		// A_ij = e^{S_ij − max} / Σ e^{S_ij − max}; the common factor e^{−max} cancels, and nothing overflows
		top := math.Inf(-1)
		for _, s := range row[:sees] {
			top = math.Max(top, s)
		}
		sum := 0.0
		for j := range row[:sees] {
			row[j] = math.Exp(row[j] - top)
			sum += row[j]
		}
		for j := range row {
			if j < sees {
				row[j] /= sum
			} else {
				row[j] = 0
			}
		}
	}
	o := mat.NewDense(n, e, nil)
	o.Mul(a, v)
	return &Attention{Q: q, K: k, V: v, Causal: causal, A: a, O: o}
}

// Backward gives the gradient of a number J from dO = ∂J/∂O [n, e]:
//
//	∂J/∂V = Aᵀ dO
//	dA = dO Vᵀ
//	dS_ij = A_ij (dA_ij − Σ_l A_il dA_il)     softmax, row by row; 0 where A is, so the mask needs no care
//	∂J/∂Q = dS K/√d,   ∂J/∂K = dSᵀ Q/√d
//
// It panics unless dO has O's shape.
func (a *Attention) Backward(dO *mat.Dense) (dQ, dK, dV *mat.Dense) {
	n, d := a.Q.Dims()
	m, e := a.V.Dims()
	if r, c := dO.Dims(); r != n || c != e {
		panic(fmt.Sprintf("text: Attention.Backward: dO is [%d, %d], O is [%d, %d]", r, c, n, e))
	}
	dQ, dK, dV = mat.NewDense(n, d, nil), mat.NewDense(m, d, nil), mat.NewDense(m, e, nil)
	dV.Mul(a.A.T(), dO)
	dS := mat.NewDense(n, m, nil)
	dS.Mul(dO, a.V.T()) // dA
	for i := range n {
		w, row := a.A.RawRowView(i), dS.RawRowView(i)
		mean := 0.0
		for j := range row {
			mean += w[j] * row[j]
		}
		for j := range row {
			row[j] = w[j] * (row[j] - mean) / math.Sqrt(float64(d)) // the scale, here, is in both products below
		}
	}
	dQ.Mul(dS, a.K)
	dK.Mul(dS.T(), a.Q)
	return dQ, dK, dV
}
