// Package proportion says how well a share is known that was counted: k of n.
package proportion

import (
	"fmt"
	"math"
)

// Wilson is the 95 % interval of a probability of which k successes in n trials were seen (Wilson 1927): with z = 1.96 and p̂ = k/n,
//
//	(p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n).
//
// Its ends are the p whose distance from p̂ is z standard deviations at that p: (p̂ − p)² = z² p(1 − p)/n.
// It stays within 0 … 1, and is not empty for k = 0 or k = n. It panics unless 0 ≤ k ≤ n and n ≥ 1.
func Wilson(k, n int) (lo, hi float64) {
	if n < 1 || k < 0 || k > n {
		panic(fmt.Sprintf("proportion: Wilson: %d successes in %d trials", k, n))
	}
	const z = 1.959963984540054
	m, p := float64(n), float64(k)/float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m)) / (1 + z*z/m)
	lo, hi = mid-half, mid+half
	// where nothing or everything succeeded, one end is p̂ itself; rounding must not move it
	if k == 0 {
		lo = 0
	}
	if k == n {
		hi = 1
	}
	return lo, hi
}
