// ### BEGIN HIDDEN TESTS

package deepfool

import (
	"fmt"
	"math"
	"math/rand/v2"
	"nncourse/grading/checks/kit"
)

func normal(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

// overshoots are the values of η that random problems use; the large ones tell mistakes about η apart.
var overshoots = []float64{0.02, 0.1, 0.25}

// newAffine makes a problem with the logits Wx + b. Many classes: the nearest class is nearest by more than 10 %, and (for
// tell = true) it is neither the one of the smallest gap nor, for MulticlassInf, the one nearest in L2.
func newAffine(rng *rand.Rand, fn string, tell bool) problem {
	for {
		n, classes := 2+rng.IntN(6), 1
		if fn != "Binary" {
			classes = 3 + rng.IntN(4)
		}
		unit := math.Pow(10, 2*rng.Float64()-1)
		W, b := make([][]float64, classes), scaled(unit, normal(rng, classes))
		for k := range W {
			W[k] = scaled(unit*(0.3+2*rng.Float64()), normal(rng, n))
		}
		p := affine(fmt.Sprintf("affine, %d inputs", n), fn, W, b, normal(rng, n))
		p.eta = overshoots[rng.IntN(len(overshoots))]
		if fn != "Binary" {
			p.name += fmt.Sprintf(", %d classes", classes)
			p.label = argmax(p.f(p.x0))
			margin, byGap, byL2, byL1 := p.nearness()
			if !(margin > 1.1) || tell && (p.inf() && (byL1 == byGap || byL1 == byL2) || !p.inf() && byL2 == byGap) {
				continue
			}
		}
		if o := p.solve(""); o.failed || o.iters != 1 || p.length(o.r) < 1e-3 {
			continue
		}
		return p
	}
}

func affine(name, fn string, W [][]float64, b, x0 []float64) problem {
	return problem{name: name, fn: fn, x0: x0, eta: 0.02, maxIter: 50,
		f: func(x []float64) []float64 {
			f := make([]float64, len(W))
			for k := range f {
				f[k] = kit.Dot(W[k], x) + b[k]
			}
			return f
		},
		jac: func([]float64) [][]float64 {
			J := make([][]float64, len(W))
			for k := range J {
				J[k] = scaled(1, W[k])
			}
			return J
		}}
}

// newNet makes a problem with a random tanh network on which DeepFool takes 2 to 6 steps, and round-off does not decide
// its way.
func newNet(rng *rand.Rand, fn string) problem {
	for {
		n, hidden, classes := 2+rng.IntN(5), 6+rng.IntN(7), 1
		if fn != "Binary" {
			classes = 3 + rng.IntN(3)
		}
		V, c := make([][]float64, hidden), normal(rng, hidden)
		for h := range V {
			V[h] = scaled(1.2/math.Sqrt(float64(n)), normal(rng, n))
		}
		W, b := make([][]float64, classes), scaled(0.5, normal(rng, classes))
		for k := range W {
			W[k] = normal(rng, hidden)
		}
		act := func(x []float64) []float64 {
			a := make([]float64, hidden)
			for h := range a {
				a[h] = math.Tanh(kit.Dot(V[h], x) + c[h])
			}
			return a
		}
		p := problem{name: fmt.Sprintf("tanh network %d-%d-%d", n, hidden, classes), fn: fn, x0: scaled(1.5, normal(rng, n)),
			eta: overshoots[rng.IntN(len(overshoots))], maxIter: 50,
			f: func(x []float64) []float64 {
				a, f := act(x), make([]float64, classes)
				for k := range f {
					f[k] = kit.Dot(W[k], a) + b[k]
				}
				return f
			},
			jac: func(x []float64) [][]float64 {
				a, J := act(x), make([][]float64, classes)
				for k := range J {
					J[k] = make([]float64, n)
					for h := range V {
						for i := range J[k] {
							J[k][i] += W[k][h] * (1 - a[h]*a[h]) * V[h][i]
						}
					}
				}
				return J
			}}
		if fn != "Binary" {
			p.label = argmax(p.f(p.x0))
			if margin, _, _, _ := p.nearness(); !(margin > 1.1) {
				continue
			}
		}
		if p.settled() {
			return p
		}
	}
}

// newQuadric makes a binary problem f(x) = Σ qᵢ(xᵢ − cᵢ)² − ρ², seen from inside (f < 0) or outside.
func newQuadric(rng *rand.Rand) problem {
	for {
		n := 2 + rng.IntN(5)
		c, rho, q := normal(rng, n), 1+rng.Float64(), make([]float64, n)
		for i := range q {
			q[i] = 0.5 + rng.Float64()
		}
		p := problem{name: fmt.Sprintf("quadric, %d inputs", n), fn: "Binary", x0: scaled(1.5, normal(rng, n)), eta: overshoots[rng.IntN(len(overshoots))], maxIter: 50,
			f: func(x []float64) []float64 {
				s := -rho * rho
				for i := range x {
					s += q[i] * (x[i] - c[i]) * (x[i] - c[i])
				}
				return []float64{s}
			},
			jac: func(x []float64) [][]float64 {
				g := make([]float64, n)
				for i := range x {
					g[i] = 2 * q[i] * (x[i] - c[i])
				}
				return [][]float64{g}
			}}
		if p.settled() {
			return p
		}
	}
}

// settled tells whether DeepFool flips p in 2 to 6 steps, by a length that a change of x₀ by 10⁻⁹ leaves as it is.
func (p problem) settled() bool {
	o := p.solve("")
	if o.failed || o.iters < 2 || o.iters > 6 || !p.flips(o.r) {
		return false
	}
	q := p
	q.x0 = scaled(1+1e-9, p.x0)
	moved := q.solve("")
	l := p.length(o.r)
	return l > 1e-2 && l < 5 && moved.iters == o.iters && math.Abs(p.length(moved.r)-l) < 1e-6
}

// ### END HIDDEN TESTS
