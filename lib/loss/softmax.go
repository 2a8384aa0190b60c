package loss

import "math"

// LogSumExp returns log Σⱼ e^zⱼ = m + log1p(Σ_{j≠k} e^(zⱼ−m)), m = z_k the largest entry: it does not overflow, and
// the sum of the small terms keeps its digits. −Inf for no entries or nothing but −Inf, +Inf if one is +Inf, NaN for NaN.
func LogSumExp(z []float64) float64 {
	if len(z) == 0 {
		return math.Inf(-1)
	}
	p := newProbabilities(z)
	if m := z[p.k]; math.IsInf(m, 0) {
		return m
	}
	return z[p.k] + math.Log1p(p.rest)
}

// probabilities are σ = softmax(z), in a form in which nothing cancels. With k the place of the largest score and
//
//	rest = Σ_{j≠k} e^(zⱼ−z_k),   σⱼ = e^(zⱼ−z_k)/(1 + rest),   1 − σ_k = rest/(1 + rest).
type probabilities struct {
	z    []float64
	k    int
	rest float64
}

func newProbabilities(z []float64) probabilities {
	p := probabilities{z: z}
	for j, v := range z {
		if v != v {
			p.k = j
			break
		}
		if v > z[p.k] {
			p.k = j
		}
	}
	for j, v := range z {
		if j != p.k {
			p.rest += math.Exp(v - z[p.k])
		}
	}
	p.rest += z[p.k] - z[p.k] // NaN for NaN and infinite scores
	return p
}

// at returns σⱼ.
func (p probabilities) at(j int) float64 { return math.Exp(p.z[j]-p.z[p.k]) / (1 + p.rest) }

// log returns log σⱼ.
func (p probabilities) log(j int) float64 { return (p.z[j] - p.z[p.k]) - math.Log1p(p.rest) }

// minus returns σⱼ − v, without the cancellation at σ_k ≈ v ≈ 1: σ_k − v = (1 − v) − (1 − σ_k).
func (p probabilities) minus(j int, v float64) float64 {
	if j == p.k {
		return (1 - v) - p.rest/(1+p.rest)
	}
	return p.at(j) - v
}

// back turns s = ∂F/∂σ into ∂F/∂z = Jᵀs in place, J the Jacobian of softmax:
//
//	(Jᵀs)ⱼ = σⱼ(sⱼ − Σᵢ σᵢsᵢ)
//
// As Σσ = 1, a constant may be taken off s first. With s_k taken off, the term of the class that is almost certain
// is 0, and the small ones are not lost beside it.
func (p probabilities) back(s []float64) {
	base, mean := s[p.k], 0.0
	for j := range s {
		s[j] -= base
		if j != p.k {
			mean += p.at(j) * s[j]
		}
	}
	for j := range s {
		s[j] = p.at(j) * (s[j] - mean)
	}
}
