package dropout

import (
	"fmt"
	"math/rand/v2"
)

// Stochastic depth (Huang, Sun, Liu, Sedra, Weinberger 2016, "Deep networks with stochastic depth") drops whole residual
// blocks: block l of L takes part in a training step with probability p_l,
//
//	H_l = σ(b_l f_l(H_{l−1}) + H_{l−1})     b_l ∈ {0, 1}      in training (eq. 2)
//	H_l = σ(p_l f_l(H_{l−1}) + H_{l−1})                       at test time (eq. 5)
//
// A block that is left out costs nothing, forward or backward. lib/nets has it for convolutional nets, ResNet.Survival.

// Survival gives p_l of block l = 1 … L for p_L = last in (0, 1], by the linear rule (eq. 4):
//
//	p_l = 1 − (l/L)(1 − p_L)
func Survival(l, L int, last float64) float64 {
	probability("Survival", last)
	if l < 1 || l > L {
		panic(fmt.Sprintf("dropout: Survival: block %d of %d", l, L))
	}
	return 1 - float64(l)/float64(L)*(1-last)
}

// Schedule gives p_1 … p_L.
func Schedule(L int, last float64) []float64 {
	p := make([]float64, L)
	for i := range p {
		p[i] = Survival(i+1, L, last)
	}
	return p
}

// ExpectedDepth is the mean number of blocks that take part, Σ_l p_l. For the linear rule it is L − (L+1)(1−p_L)/2.
func ExpectedDepth(p []float64) float64 {
	sum := 0.0
	for l, v := range p {
		probability(fmt.Sprintf("block %d", l+1), v)
		sum += v // E Σ b_l = Σ p_l
	}
	return sum
}

// DepthDistribution gives P(k blocks take part) for k = 0 … L: the Poisson binomial distribution, block by block.
func DepthDistribution(p []float64) []float64 {
	q := []float64{1}
	for l, v := range p {
		probability(fmt.Sprintf("block %d", l+1), v)
		next := make([]float64, len(q)+1)
		for k, prob := range q {
			// P_l(k) = (1 − p_l) P_{l−1}(k) + p_l P_{l−1}(k−1)
			next[k] += (1 - v) * prob
			next[k+1] += v * prob
		}
		q = next
	}
	return q
}

// Gates draws b_1 … b_L.
func Gates(p []float64, rng *rand.Rand) []float64 {
	b := make([]float64, len(p))
	for l, v := range p {
		b[l] = Mask(1, v, rng)[0]
	}
	return b
}

// Residual runs a chain of blocks H_l = act(gate_l f_l(H_{l−1}) + H_{l−1}) and returns H_0 … H_L: with gates b_l it is a
// training step, with p_l test time. A block with gate 0 is not computed. act nil means the identity. Every f_l gives as
// many numbers as it takes.
func Residual(x []float64, blocks []func(h []float64) []float64, gates []float64, act func(float64) float64) [][]float64 {
	if len(blocks) != len(gates) {
		panic(fmt.Sprintf("dropout: Residual: %d blocks and %d gates", len(blocks), len(gates)))
	}
	h := append([]float64(nil), x...)
	all := [][]float64{h}
	for l, f := range blocks {
		next := append([]float64(nil), h...)
		if gates[l] != 0 {
			v := f(h)
			if len(v) != len(h) {
				panic(fmt.Sprintf("dropout: Residual: block %d gives %d numbers for %d", l+1, len(v), len(h)))
			}
			for i := range next {
				next[i] += gates[l] * v[i]
			}
		}
		if act != nil {
			for i := range next {
				next[i] = act(next[i])
			}
		}
		h = next
		all = append(all, h)
	}
	return all
}
