package escape

import (
	"fmt"
	"math/rand/v2"

	"nncourse/lib/optim"
)

// SGD is stochastic gradient descent whose batches are drawn with replacement:
//
//	x_{k+1} = x_k − η (1/B) Σ_{i∈B_k} ∇ℓᵢ(x_k).
//
// It is optim.SGD with Replace, as a Process: without the record of a loss over all samples, and stopped from outside.
type SGD struct {
	On    optim.Problem // its Grad must be safe to call from several goroutines, as those of Tilted and Shifted are
	Rate  float64       // η > 0
	Batch int           // B ≥ 1
}

// Walker implements Process.
func (p SGD) Walker(dim int) func(x []float64, rng *rand.Rand) {
	if p.On.N < 1 || p.On.Grad == nil || !positive(p.Rate) || p.Batch < 1 {
		panic(fmt.Sprintf("escape: SGD: need a problem with samples, 0 < Rate < ∞ and Batch ≥ 1, have %v, %d", p.Rate, p.Batch))
	}
	g, batch := make([]float64, dim), make([]int, p.Batch)
	return func(x []float64, rng *rand.Rand) {
		for j := range batch {
			batch[j] = rng.IntN(p.On.N)
		}
		p.On.Grad(g, x, batch)
		for i := range x {
			x[i] -= p.Rate * g[i]
		}
	}
}

// Temperature is T = ησ²/(2B): what SGD's noise amounts to where each gradient of a sample has the variance σ² in every direction.
func Temperature(rate, variance float64, batch int) float64 {
	return rate * variance / (2 * float64(batch))
}

// Tilted makes N samples out of a landscape, each of them tilted: ℓᵢ(x) = L(x) + zᵢᵀx, with zᵢ the rows of z less their mean, so that the mean of
// all is L itself. The gradient's noise is then the same everywhere, and its variance in a coordinate that of z.
func Tilted(l *Landscape, z [][]float64) optim.Problem {
	c := centred("Tilted", l, z)
	return optim.Problem{
		N: len(c),
		Loss: func(x []float64, batch []int) float64 {
			sum := 0.0
			m := each(len(c), batch, func(i int) {
				for j, v := range c[i] {
					sum += v * x[j]
				}
			})
			return l.Loss(x) + sum/m
		},
		Grad: func(dst, x []float64, batch []int) {
			l.Grad(dst, x)
			if batch == nil {
				return // the tilts add up to 0
			}
			for _, i := range batch {
				for j, v := range c[i] {
					dst[j] += v / float64(len(batch))
				}
			}
		},
	}
}

// Shifted makes N samples out of a landscape, each of them moved: ℓᵢ(x) = L(x − zᵢ), with zᵢ the rows of z less their mean. Two things follow
// that data bring about too. The noise is largest where the landscape is curved, with the covariance H cov(z) H to first order, so that it
// shakes sharp basins most. And the mean loss is L smoothed, L + ½ tr(H cov(z)) + …, so that sharp basins fill up.
func Shifted(l *Landscape, z [][]float64) optim.Problem {
	c := centred("Shifted", l, z)
	return optim.Problem{
		N: len(c),
		Loss: func(x []float64, batch []int) float64 {
			y, sum := make([]float64, len(x)), 0.0
			m := each(len(c), batch, func(i int) {
				for j, v := range c[i] {
					y[j] = x[j] - v
				}
				sum += l.Loss(y)
			})
			return sum / m
		},
		Grad: func(dst, x []float64, batch []int) {
			y, g := make([]float64, len(x)), make([]float64, len(x))
			clear(dst)
			m := each(len(c), batch, func(i int) {
				for j, v := range c[i] {
					y[j] = x[j] - v
				}
				l.Grad(g, y)
				for j, v := range g {
					dst[j] += v
				}
			})
			for j := range dst {
				dst[j] /= m
			}
		},
	}
}

// centred returns the rows of z less their mean.
func centred(op string, l *Landscape, z [][]float64) [][]float64 {
	if l == nil || len(z) == 0 {
		panic("escape: " + op + ": need a landscape and samples")
	}
	mean := make([]float64, l.Dim)
	for i, row := range z {
		if len(row) != l.Dim {
			panic(fmt.Sprintf("escape: %s: z[%d] has %d entries, want %d", op, i, len(row), l.Dim))
		}
		for j, v := range row {
			mean[j] += v / float64(len(z))
		}
	}
	c := make([][]float64, len(z))
	for i, row := range z {
		c[i] = make([]float64, l.Dim)
		for j, v := range row {
			c[i][j] = v - mean[j]
		}
	}
	return c
}

// each calls f for the samples of the batch (nil: all n) and returns their number.
func each(n int, batch []int, f func(i int)) float64 {
	if batch == nil {
		for i := range n {
			f(i)
		}
		return float64(n)
	}
	for _, i := range batch {
		f(i)
	}
	return float64(len(batch))
}
