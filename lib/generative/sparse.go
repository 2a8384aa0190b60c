package generative

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Sparse is an autoencoder with one hidden layer of sigmoids and a linear output whose hidden units are asked to be active for a
// share Rho of the examples only (Ng 2011, "Sparse autoencoder", lecture notes of CS294A). For m examples, with a_i = σ(W₁x_i + b₁), y_i = W₂a_i + b₂,
//
//	J = (1/2m) Σᵢ ‖yᵢ − xᵢ‖² + (λ/2)(‖W₁‖² + ‖W₂‖²) + β Σⱼ KL(ρ‖ρ̂ⱼ),    ρ̂ⱼ = (1/m) Σᵢ aᵢⱼ.
//
// The notes' sigmoid output would need data in [0, 1]; the linear one is their "linear decoder".
type Sparse struct {
	Hidden int
	Rho    float64 // ρ in (0, 1)
	Beta   float64 // β ≥ 0; 0 is an autoencoder without the penalty
	Decay  float64 // λ ≥ 0
	Steps  int     // of L-BFGS at most; 0 means 200
}

// SparseModel holds the weights of a sparse autoencoder, or a gradient by them.
type SparseModel struct {
	W1 *mat.Dense // [hidden, d]
	B1 []float64  // [hidden]
	W2 *mat.Dense // [d, hidden]
	B2 []float64  // [d]
}

// KLBernoulli is KL(ρ‖q) = ρ log(ρ/q) + (1 − ρ) log((1 − ρ)/(1 − q)) in nats, of two coins that show heads with probability ρ and q; 0·log 0 is 0.
// It is 0 at q = ρ alone and +∞ if q is 0 or 1 and ρ is not. It panics outside [0, 1].
func KLBernoulli(rho, q float64) float64 {
	if !(rho >= 0 && rho <= 1 && q >= 0 && q <= 1) {
		panic(fmt.Sprintf("generative: KLBernoulli of %v and %v", rho, q))
	}
	term := func(p, q float64) float64 {
		if p == 0 {
			return 0
		}
		return p * math.Log(p/q)
	}
	// log(1 − ρ) − log(1 − q) by Log1p, since 1 − ρ rounds
	kl := term(rho, q)
	if rho < 1 {
		kl += (1 - rho) * (math.Log1p(-rho) - math.Log1p(-q))
	}
	return max(kl, 0) // rounding
}

// KLBernoulliSlope is ∂KL(ρ‖q)/∂q = −ρ/q + (1 − ρ)/(1 − q), for q in (0, 1).
func KLBernoulliSlope(rho, q float64) float64 { return -rho/q + (1-rho)/(1-q) }

// New draws weights uniformly from ±√(6/(d + hidden + 1)), as the notes do; biases are 0.
func (s Sparse) New(d int, rng *rand.Rand) *SparseModel {
	s.check()
	r := math.Sqrt(6 / float64(d+s.Hidden+1))
	draw := func(rows, columns int) *mat.Dense {
		w := make([]float64, rows*columns)
		for i := range w {
			w[i] = (2*rng.Float64() - 1) * r
		}
		return mat.NewDense(rows, columns, w)
	}
	return &SparseModel{W1: draw(s.Hidden, d), B1: make([]float64, s.Hidden), W2: draw(d, s.Hidden), B2: make([]float64, d)}
}

func (s Sparse) check() {
	if s.Hidden < 1 || !(s.Rho > 0 && s.Rho < 1) || !(s.Beta >= 0) || !(s.Decay >= 0) || s.Steps < 0 {
		panic(fmt.Sprintf("generative: Sparse needs Hidden ≥ 1, 0 < Rho < 1, Beta, Decay, Steps ≥ 0: %+v", s))
	}
}

// Encode returns a = σ(xW₁ᵀ + b₁), [m, hidden], for the rows of x [m, d].
func (n *SparseModel) Encode(x mat.Matrix) *mat.Dense {
	a := new(mat.Dense)
	a.Mul(x, n.W1.T())
	a.Apply(func(_, j int, z float64) float64 { return 1 / (1 + math.Exp(-z-n.B1[j])) }, a)
	return a
}

// Decode returns aW₂ᵀ + b₂, [m, d].
func (n *SparseModel) Decode(a mat.Matrix) *mat.Dense {
	y := new(mat.Dense)
	y.Mul(a, n.W2.T())
	y.Apply(func(_, j int, v float64) float64 { return v + n.B2[j] }, y)
	return y
}

// MeanActivation returns ρ̂ = the mean of the rows of a.
func MeanActivation(a *mat.Dense) []float64 {
	m, h := a.Dims()
	mean := make([]float64, h)
	for i := range m {
		for j, v := range a.RawRowView(i) {
			mean[j] += v / float64(m)
		}
	}
	return mean
}

// Gradient returns J of the rows of x and its gradient. With δ₂ = (y − x)/m the hidden units' share is
//
//	δ₁ = (δ₂W₂ + (β/m) KL′(ρ̂)) ⊙ a ⊙ (1 − a):
//
// every example moves every ρ̂ⱼ, by 1/m of its activation. So the whole batch must be seen before the first example goes backwards.
func (s Sparse) Gradient(n *SparseModel, x *mat.Dense) (J float64, g *SparseModel) {
	s.check()
	m, _ := x.Dims()
	a := n.Encode(x)
	d2 := n.Decode(a)
	d2.Sub(d2, x)
	norm := func(w mat.Matrix) float64 { f := mat.Norm(w, 2); return f * f }
	J = norm(d2)/float64(2*m) + s.Decay/2*(norm(n.W1)+norm(n.W2))
	d2.Scale(1/float64(m), d2)
	slope := make([]float64, s.Hidden)
	if s.Beta > 0 {
		for j, q := range MeanActivation(a) {
			J += s.Beta * KLBernoulli(s.Rho, q)
			slope[j] = s.Beta / float64(m) * KLBernoulliSlope(s.Rho, q)
		}
	}
	d1 := new(mat.Dense)
	d1.Mul(d2, n.W2)
	d1.Apply(func(i, j int, v float64) float64 { a := a.At(i, j); return (v + slope[j]) * a * (1 - a) }, d1)
	g = &SparseModel{W1: new(mat.Dense), W2: new(mat.Dense), B1: columnSums(d1), B2: columnSums(d2)}
	g.W1.Mul(d1.T(), x)
	g.W2.Mul(d2.T(), a)
	for _, w := range [][2]*mat.Dense{{g.W1, n.W1}, {g.W2, n.W2}} {
		w[0].Apply(func(i, j int, v float64) float64 { return v + s.Decay*w[1].At(i, j) }, w[0])
	}
	return J, g
}

func columnSums(x *mat.Dense) []float64 {
	rows, columns := x.Dims()
	s := make([]float64, columns)
	for i := range rows {
		for j, v := range x.RawRowView(i) {
			s[j] += v
		}
	}
	return s
}

// Flat copies W₁, b₁, W₂, b₂, in this order, into one vector.
func (n *SparseModel) Flat() []float64 {
	v := append([]float64(nil), n.W1.RawMatrix().Data...)
	v = append(v, n.B1...)
	v = append(v, n.W2.RawMatrix().Data...)
	return append(v, n.B2...)
}

// SetFlat takes back what Flat gave.
func (n *SparseModel) SetFlat(v []float64) {
	for _, p := range [][]float64{n.W1.RawMatrix().Data, n.B1, n.W2.RawMatrix().Data, n.B2} {
		v = v[copy(p, v):]
	}
}

// Fit minimises J from n's weights by L-BFGS, as the notes do, and leaves the result in n. It returns J after each iteration, J[0] being that of the
// start. The context's error, or that of a J that is not finite, comes with the weights reached.
func (s Sparse) Fit(ctx context.Context, n *SparseModel, x *mat.Dense) (J []float64, err error) {
	s.check()
	steps := s.Steps
	if steps == 0 {
		steps = 200
	}
	return descend(ctx, steps, n.Flat(), func(p, dst []float64) float64 {
		n.SetFlat(p)
		J, g := s.Gradient(n, x)
		copy(dst, g.Flat())
		return J
	}, n.SetFlat)
}

// Preferred is the input of length 1 that excites each hidden unit most, W₁ⱼ/‖W₁ⱼ‖, [hidden][d].
func (n *SparseModel) Preferred() [][]float64 {
	h, _ := n.W1.Dims()
	out := make([][]float64, h)
	for j := range out {
		w := mat.NewVecDense(len(n.B2), append([]float64(nil), n.W1.RawRowView(j)...))
		if l := mat.Norm(w, 2); l > 0 {
			w.ScaleVec(1/l, w)
		}
		out[j] = w.RawVector().Data
	}
	return out
}
