package robust

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// ClopperPearson is the exact interval of a probability of which k successes in n trials were seen (Clopper and Pearson 1934): with
// a = 1 − level,
//
//	lo: P(K ≥ k | lo) = a/2,   the a/2 quantile of Beta(k, n − k + 1),        0 for k = 0
//	hi: P(K ≤ k | hi) = a/2,   the 1 − a/2 quantile of Beta(k + 1, n − k),    1 for k = n
//
// Whatever the probability, it is covered at least as often as level says; proportion.Wilson is shorter, and covers it about as often.
// It panics unless 0 ≤ k ≤ n, n ≥ 1, and 0 < level < 1.
func ClopperPearson(k, n int, level float64) (lo, hi float64) {
	if n < 1 || k < 0 || k > n || !(level > 0 && level < 1) {
		panic(fmt.Sprintf("robust: ClopperPearson of %d of %d at the level %v; it needs 0 ≤ k ≤ n, n ≥ 1 and a level between 0 and 1", k, n, level))
	}
	a := 1 - level
	K, N := float64(k), float64(n)
	hi = 1
	if k > 0 {
		lo = distuv.Beta{Alpha: K, Beta: N - K + 1}.Quantile(a / 2)
	}
	if k < n {
		hi = distuv.Beta{Alpha: K + 1, Beta: N - K}.Quantile(1 - a/2)
	}
	return lo, hi
}

// MeanInterval is the mean x̄ of independent values and Student's interval of what it estimates,
//
//	x̄ ± t·s/√n,   s² = Σ(xᵢ − x̄)²/(n − 1),   t the (1 + level)/2 quantile of Student's t with n − 1 degrees of freedom.
//
// It is exact for normal values, and good for others where n is large. One value has the interval (−∞, ∞); none, NaN.
// It panics unless 0 < level < 1.
func MeanInterval(x []float64, level float64) (mean, lo, hi float64) {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("robust: MeanInterval at the level %v, which is not between 0 and 1", level))
	}
	switch len(x) {
	case 0:
		return math.NaN(), math.NaN(), math.NaN()
	case 1:
		return x[0], math.Inf(-1), math.Inf(1)
	}
	mean, s := stat.MeanStdDev(x, nil)
	n := float64(len(x))
	half := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile((1+level)/2) * s / math.Sqrt(n)
	return mean, mean - half, mean + half
}
