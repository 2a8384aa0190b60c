package sparse

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// LogUniform draws a problem that is as hard as the bounds of ISTA and FISTA allow for, with its solution z*, [1, 80], and x, [1, 80]. The 80 eigenvalues λ
// of WᵀW lie evenly in the logarithm from 1 to 10⁻⁸, and z* has the same share of each: with α all but 0,
//
//	ISTA: E(z_k) − E* ≈ ½ Σ λ(1 − λ)^2k ∝ 1/k,    FISTA: ½ Σ λ f(k²λ) ∝ 1/k²
//
// up to k of some thousands. x = Wz* + r with Wᵀr = α sign z* makes z* the solution.
func LogUniform(rng *rand.Rand) (p Problem, x, z *mat.Dense) {
	const m, decades, alpha = 80, 8, 1e-9
	orthogonal := func() *mat.Dense {
		a, q := mat.NewDense(m, m, nil), new(mat.Dense)
		a.Apply(func(int, int, float64) float64 { return rng.NormFloat64() }, a)
		var qr mat.QR
		qr.Factorize(a)
		qr.QTo(q)
		return q
	}
	u, v := orthogonal(), orthogonal()
	sigma, inverse := mat.NewDiagDense(m, nil), mat.NewDiagDense(m, nil)
	z = mat.NewDense(1, m, nil)
	for i := range m {
		s := math.Pow(10, -decades/2*float64(i)/(m-1)) // σ = √λ
		sigma.SetDiag(i, s)
		inverse.SetDiag(i, 1/s)
		for j := range m { // z* = V(1, …, 1)ᵀ
			z.Set(0, j, z.At(0, j)+v.At(j, i))
		}
	}
	var w, r, wz, sign mat.Dense
	w.Product(u, sigma, v.T()) // W = UΣVᵀ
	sign.Apply(func(_, _ int, a float64) float64 { return math.Copysign(alpha, a) }, z)
	r.Product(&sign, v, inverse, u.T()) // r = UΣ⁻¹Vᵀ α sign z*, as a row
	wz.Mul(z, w.T())
	r.Add(&r, &wz)
	return Problem{W: &w, Alpha: alpha}, &r, z
}
