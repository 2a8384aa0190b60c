package generative

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// LinearAutoencoder is x̂ = mean + V W(x − mean) with k hidden units and no nonlinearity. It minimises
//
//	J = (1/m) Σᵢ ‖xᵢ − x̂ᵢ‖².
//
// Where the k-th and the next variance differ, every minimum spans what the first k principal directions span, WV = I, and all other stationary points are
// saddles (Baldi & Hornik 1989). The columns of V need be neither orthogonal nor the principal directions: J is the same for VA and A⁻¹W.
type LinearAutoencoder struct {
	Mean []float64  // [d]
	W    *mat.Dense // encoder, [k, d]
	V    *mat.Dense // decoder, [d, k]
}

// NewLinearAutoencoder takes the mean from the rows of x [m, d] and draws weights of variance 1/d.
func NewLinearAutoencoder(x *mat.Dense, k int, rng *rand.Rand) *LinearAutoencoder {
	m, d := x.Dims()
	n := &LinearAutoencoder{Mean: columnSums(x), W: mat.NewDense(k, d, nil), V: mat.NewDense(d, k, nil)}
	for j := range n.Mean {
		n.Mean[j] /= float64(m)
	}
	for _, w := range []*mat.Dense{n.W, n.V} {
		w.Apply(func(int, int, float64) float64 { return rng.NormFloat64() / math.Sqrt(float64(d)) }, w)
	}
	return n
}

// Gradient returns J of centred rows x [m, d] and its gradients by W and V. With Z = XWᵀ and E = ZVᵀ − X:
//
//	∂J/∂V = (2/m) EᵀZ,    ∂J/∂W = (2/m) VᵀEᵀX.
func (n *LinearAutoencoder) Gradient(x *mat.Dense) (J float64, dW, dV *mat.Dense) {
	m, _ := x.Dims()
	var z, e, back mat.Dense
	z.Mul(x, n.W.T())
	e.Mul(&z, n.V.T())
	e.Sub(&e, x)
	J = mat.Norm(&e, 2) * mat.Norm(&e, 2) / float64(m)
	e.Scale(2/float64(m), &e)
	dV, dW = new(mat.Dense), new(mat.Dense)
	dV.Mul(e.T(), &z)
	back.Mul(&e, n.V)
	dW.Mul(back.T(), x)
	return J, dW, dV
}

// Fit minimises J over the rows of x by L-BFGS from the weights that n has, and returns J after each iteration.
func (n *LinearAutoencoder) Fit(ctx context.Context, x *mat.Dense, steps int) ([]float64, error) {
	c := (&PCA{Mean: n.Mean}).centred(x)
	w, v := n.W.RawMatrix().Data, n.V.RawMatrix().Data
	set := func(p []float64) { copy(v, p[copy(w, p):]) }
	start := append(append([]float64(nil), w...), v...)
	return descend(ctx, steps, start, func(p, dst []float64) float64 {
		set(p)
		J, dW, dV := n.Gradient(c)
		copy(dst[copy(dst, dW.RawMatrix().Data):], dV.RawMatrix().Data)
		return J
	}, set)
}
