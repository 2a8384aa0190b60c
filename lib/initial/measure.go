package initial

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
)

// Signals are mean squares, layer by layer, of a network of Depth layers: over the units and the samples.
type Signals struct {
	Forward  []float64 // [depth+1] of A_l; entry 0 is the input
	Backward []float64 // [depth+1] of ∂J/∂A_l; entry depth is the gradient that is put in at the end
}

// Measure sends a batch of samples with entries from N(0, 1) through depth layers A_l = σ(A_{l−1}W_lᵀ) of width n, no biases, and
// a gradient with entries from N(0, 1), independent of them, back: ∂J/∂A_{l−1} = (∂J/∂A_l ∘ σ′(Z_l))W_l. It holds all layers' weights
// and signals at once and costs 4·batch·depth·n² operations.
func Measure(s Scheme, act activation.Func, n, depth, batch int, rng *rand.Rand) Signals {
	if n < 1 || depth < 0 || batch < 1 || rng == nil {
		panic(fmt.Sprintf("initial: Measure: width %d, depth %d, batch %d: need ≥ 1, ≥ 0, ≥ 1 and a random source", n, depth, batch))
	}
	gaussian := func() *mat.Dense {
		m := mat.NewDense(batch, n, nil)
		each(m, rng.NormFloat64)
		return m
	}
	w, z := make([]*mat.Dense, depth+1), make([]*mat.Dense, depth+1) // entries 1 … depth
	a := gaussian()                                                  // A_l
	sig := Signals{Forward: make([]float64, depth+1), Backward: make([]float64, depth+1)}
	sig.Forward[0] = meanSquare(a)
	for l := 1; l <= depth; l++ {
		w[l], z[l] = mat.NewDense(n, n, nil), new(mat.Dense)
		s.Fill(w[l], rng)
		// Z_l = A_{l−1}W_lᵀ, A_l = σ(Z_l)
		z[l].Mul(a, w[l].T())
		a = mat.NewDense(batch, n, nil)
		a.Apply(func(_, _ int, v float64) float64 { return act.F(v) }, z[l])
		sig.Forward[l] = meanSquare(a)
	}
	g := gaussian() // ∂J/∂A_l
	sig.Backward[depth] = meanSquare(g)
	for l := depth; l >= 1; l-- {
		// ∂J/∂A_{l−1} = (∂J/∂A_l ∘ σ′(Z_l))W_l
		g.Apply(func(i, j int, v float64) float64 { return v * act.D(z[l].At(i, j)) }, g)
		back := mat.NewDense(batch, n, nil)
		back.Mul(g, w[l])
		g = back
		sig.Backward[l-1] = meanSquare(g)
	}
	return sig
}

// Theory is what Measure tends to as the width grows, for independent entries of mean 0 (Poole et al. 2016, eq. 3; Schoenholz et
// al. 2017, eq. 8): with ν = n·Variance and z from N(0, νq_{l−1}),
//
//	q_l = E[σ(z)²]                 q₀ = 1
//	g_{l−1} = ν E[σ′(z)²] g_l      g_L = 1.
//
// For ReLU that is a factor ν/2 a layer both ways, for the identity ν. At finite width the logarithm of the mean square wanders
// besides, with a mean of minus half of and a variance of about 5l/n after l layers of ReLU and 2l/n of the identity (Hanin and Nica 2018): wide, or not
// too deep. Not for Constant, whose entries do not have mean 0.
func Theory(s Scheme, act activation.Func, n, depth int) Signals {
	if _, ok := s.(Constant); ok {
		panic("initial: Theory: the entries of Constant do not have mean 0")
	}
	nu := float64(n) * s.Variance(n, n)
	sig := Signals{Forward: make([]float64, depth+1), Backward: make([]float64, depth+1)}
	sig.Forward[0], sig.Backward[depth] = 1, 1
	factor := make([]float64, depth+1)
	for l := 1; l <= depth; l++ {
		std := math.Sqrt(nu * sig.Forward[l-1])
		sig.Forward[l] = expect(func(z float64) float64 { v := act.F(z); return v * v }, std)
		factor[l] = nu * expect(func(z float64) float64 { v := act.D(z); return v * v }, std)
	}
	for l := depth; l >= 1; l-- {
		sig.Backward[l-1] = factor[l] * sig.Backward[l]
	}
	return sig
}

// expect is E[f(z)] for z from N(0, std²), by the midpoint rule on ±10 standard deviations, whose cells meet at 0: for smooth f
// the error is that of rounding, for one with a kink at 0 about 10⁻⁷ of f.
func expect(f func(float64) float64, std float64) float64 {
	if std == 0 {
		return f(0)
	}
	const cells, reach = 8000, 10.0
	const h = 2 * reach / cells
	sum := 0.0
	for i := range cells {
		t := -reach + (float64(i)+0.5)*h
		sum += f(std*t) * math.Exp(-t*t/2)
	}
	return sum * h / math.Sqrt(2*math.Pi)
}

func meanSquare(m *mat.Dense) float64 {
	r, c := m.Dims()
	norm := mat.Norm(m, 2)
	return norm * norm / float64(r*c)
}
