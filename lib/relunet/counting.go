package relunet

import (
	"math"
	"math/big"
)

// MostRegions is the number of regions into which n hyperplanes in general position divide ℝᵈ (Zaslavsky 1975; Schläfli):
//
//	Σ_{k=0}^{d} C(n, k)
//
// It is the most that one hidden layer of n units can have on d inputs. +Inf if it is beyond float64.
func MostRegions(n, d int) float64 {
	sum := new(big.Int)
	for k := 0; k <= min(n, d); k++ {
		sum.Add(sum, new(big.Int).Binomial(int64(n), int64(k)))
	}
	f, _ := new(big.Float).SetInt(sum).Float64()
	return f
}

// MostRegionsDeep bounds the number of regions of hidden layers of the given widths on d inputs: each layer cuts each region of the
// layers before it into at most MostRegions(width, d) (Raghu 2017, Theorem 1; with the rank bound d ← min(d, width) of
// Montúfar 2017, Proposition 3).
func MostRegionsDeep(d int, widths ...int) float64 {
	p := 1.0
	for _, w := range widths {
		p *= MostRegions(w, d)
		d = min(d, w)
	}
	return p
}

// ExpectedRegions is the number of regions, N^d/d!, that a random network of N hidden units has on d inputs by the rule of thumb of Hanin
// and Rolnick (2019, Theorem 5 with constant 1), whatever its depth. It is for N ≫ d.
func ExpectedRegions(units, d int) float64 {
	return math.Exp(float64(d)*math.Log(float64(units)) - lgamma(d+1))
}

func lgamma(n int) float64 {
	v, _ := math.Lgamma(float64(n))
	return v
}
