package generative

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// The variational autoencoder (Kingma & Welling 2014) supposes that x came about by drawing z from N(0, I) and x from p(x | z). Its encoder gives, for each x,
// a normal distribution q(z | x) = N(μ, diag σ²) over what z may have been. It maximises the evidence lower bound
//
//	ELBO(x) = E_q log p(x | z) − KL(q(z | x) ‖ N(0, I)) = log p(x) − KL(q(z | x) ‖ p(z | x)) ≤ log p(x),
//
// so that Coder.Fit minimises J = −ELBO, with one sample z a step, drawn as z = μ + σ ⊙ ε.

// Reparameterise returns z = μ + σ ⊙ ε with σ = e^(logVar/2). If ε is standard normal, z is N(μ, σ²), and μ and σ can be differentiated through it.
func Reparameterise(mean, logVar, eps []float64) []float64 {
	if len(mean) != len(logVar) || len(mean) != len(eps) {
		panic(fmt.Sprintf("generative: Reparameterise of %d means, %d log variances, %d ε", len(mean), len(logVar), len(eps)))
	}
	z := make([]float64, len(mean))
	for i := range z {
		z[i] = mean[i] + math.Exp(logVar[i]/2)*eps[i]
	}
	return z
}

// KLStandardNormal is KL(N(μ, diag σ²) ‖ N(0, I)) = ½ Σ (μ² + σ² − 1 − log σ²), in nats.
func KLStandardNormal(mean, logVar []float64) float64 {
	if len(mean) != len(logVar) {
		panic(fmt.Sprintf("generative: KLStandardNormal of %d means and %d log variances", len(mean), len(logVar)))
	}
	sum := 0.0
	for i, mu := range mean {
		// σ² − 1 by Expm1: near σ = 1 the difference to log σ² is of second order
		sum += (mu*mu + math.Expm1(logVar[i]) - logVar[i]) / 2
	}
	return sum
}

// Bound is an estimate of the ELBO by its two parts, in nats an example: ELBO = −Miss − KL.
type Bound struct{ ELBO, Miss, KL float64 }

// ELBO estimates the bound as a mean over the rows of x [n, d], with so many samples z of each; for pictures trained with Binary, x should be drawn by
// Binarise first. Its KL is exact. It panics unless the model is variational.
func (m *CoderModel) ELBO(x []float32, samples int, rng *rand.Rand) (Bound, error) {
	if !m.Variational || samples < 1 {
		panic(fmt.Sprintf("generative: ELBO with %d samples, variational: %v", samples, m.Variational))
	}
	n := rowsOf(x, m.Features)
	if m.bound == nil {
		var err error
		m.bound, err = model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
			miss, kl := m.terms(scope, in[0], in[1])
			return []*graph.Node{miss, kl}
		})
		if err != nil {
			return Bound{}, fmt.Errorf("generative: %w", err)
		}
	}
	var b Bound
	eps := make([]float32, n*m.Latent)
	for range samples {
		noise(eps, rng)
		out, err := chunks(m.bound, n, x, eps)
		if err != nil {
			return Bound{}, err
		}
		for i := range n {
			b.Miss += float64(out[0][i]) / float64(n*samples)
			b.KL += float64(out[1][i]) / float64(n*samples)
		}
	}
	b.ELBO = -b.Miss - b.KL
	return b, nil
}

// Sample draws n pictures: z from N(0, I), and returns the probabilities p of its pixels, flat [n, d].
func (m *CoderModel) Sample(n int, rng *rand.Rand) ([]float32, error) {
	z := make([]float32, n*m.Latent)
	noise(z, rng)
	return m.Decode(z)
}
