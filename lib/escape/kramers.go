package escape

import (
	"fmt"
	"math"

	"nncourse/lib/landscape"
)

// Kramers is the mean time that dx = −∇L dt + √(2T) dW takes from the minimum to a small ball round the next one beyond the saddle,
//
//	τ = (2π/|λ₋|) √(|det H(saddle)|/det H(minimum)) e^{ΔL/T},   ΔL = L(saddle) − L(minimum),
//
// with λ₋ the negative eigenvalue at the saddle (Kramers 1940; Eyring's rate in several dimensions; proved by Bovier et al. 2004, Thm 3.2). In one
// dimension that is 2π/√(L″(min)|L″(max)|) e^{ΔL/T}. It holds for T much smaller than ΔL, with an error of the order T, and for one saddle;
// the time to the saddle itself is half of it. It errs if the Hessians do not have the signs of a minimum and a pass, or T is not positive.
func (l *Landscape) Kramers(minimum, saddle []float64, temperature float64) (float64, error) {
	if !positive(temperature) {
		return 0, fmt.Errorf("escape: Kramers: the temperature is %v, need one in (0, ∞)", temperature)
	}
	bottom := landscape.Eigenvalues(landscape.Hessian(l.Grad, minimum))
	pass := landscape.Eigenvalues(landscape.Hessian(l.Grad, saddle))
	if bottom[0] <= 0 {
		return 0, fmt.Errorf("escape: Kramers: the curvatures %.4g at %.4g are not those of a minimum", bottom, minimum)
	}
	if pass[0] >= 0 || len(pass) > 1 && pass[1] <= 0 {
		return 0, fmt.Errorf("escape: Kramers: the curvatures %.4g at %.4g are not those of a pass", pass, saddle)
	}
	ratio := 1.0 // |det H(saddle)|/det H(minimum)
	for i := range pass {
		ratio *= math.Abs(pass[i]) / bottom[i]
	}
	barrier := l.Loss(saddle) - l.Loss(minimum)
	return 2 * math.Pi / math.Abs(pass[0]) * math.Sqrt(ratio) * math.Exp(barrier/temperature), nil
}

// MeanExit is the exact mean time in one dimension from the point from to the first visit of to, with a wall (reflecting, or so high up that it
// is never reached) on the other side of from (Gardiner, Handbook of Stochastic Methods, eq. 5.2.160):
//
//	τ = (1/T) ∫_from^to e^{L(y)/T} ∫_wall^y e^{−L(z)/T} dz dy.
//
// Both integrals are by the trapezoidal rule on one grid of 8000 intervals. A landscape of more dimensions, and an order other than
// wall < from < to or wall > from > to, panic.
func (l *Landscape) MeanExit(from, to, wall, temperature float64) float64 {
	if l.Dim != 1 || !positive(temperature) || (from-wall)*(to-from) <= 0 {
		panic(fmt.Sprintf("escape: MeanExit: need one dimension (have %d), T in (0, ∞) (have %v) and from = %v between wall = %v and to = %v",
			l.Dim, temperature, from, wall, to))
	}
	const n = 8000
	h := (to - wall) / n // negative if the way goes down the axis; the two signs cancel
	x := make([]float64, 1)
	loss := func(k int) float64 { x[0] = wall + float64(k)*h; return l.Loss(x) }
	low := math.Inf(1)
	for k := range n + 1 {
		low = math.Min(low, loss(k))
	}
	inner, outer := 0.0, 0.0 // ∫ e^{−(L−low)/T}, ∫ e^{(L−low)/T}·inner
	before := math.Exp((low - loss(0)) / temperature)
	last, started := 0.0, false
	for k := 1; k <= n; k++ {
		v := loss(k)
		now := math.Exp((low - v) / temperature)
		inner += (before + now) / 2 * h
		before = now
		if y := wall + float64(k)*h; (y-from)*h >= 0 {
			value := math.Exp((v-low)/temperature) * inner
			if started {
				outer += (last + value) / 2 * h
			} else { // the part of the first interval that lies beyond from
				outer += value * (y - from)
			}
			last, started = value, true
		}
	}
	return outer / temperature
}

// Shares returns how e^{−L/T} is divided among the basins in the long run: the sums over the midpoints of a grid of cells per direction
// on the box lo … hi. For a quadratic basin the share is proportional to e^{−L(min)/T}/√det H: a flat basin holds more than a sharp one of the same
// depth, in n dimensions by the n-th power of what it is in one. More than three dimensions, or a bad box, panic.
func (l *Landscape) Shares(temperature float64, lo, hi []float64, cells int) []float64 {
	if l.Dim > 3 || len(lo) != l.Dim || len(hi) != l.Dim || cells < 1 || !positive(temperature) {
		panic(fmt.Sprintf("escape: Shares: need a box of at most 3 dimensions, those of the landscape (%d), cells ≥ 1 and T in (0, ∞)", l.Dim))
	}
	low := math.Inf(1)
	for _, m := range l.Minima {
		low = math.Min(low, l.Loss(m))
	}
	shares, total := make([]float64, len(l.Minima)), 0.0
	index, x := make([]int, l.Dim), make([]float64, l.Dim)
	for {
		for j := range x {
			x[j] = lo[j] + (float64(index[j])+0.5)*(hi[j]-lo[j])/float64(cells)
		}
		w := math.Exp((low - l.Loss(x)) / temperature)
		shares[l.Basin(x)] += w
		total += w
		j := 0
		for ; j < l.Dim; j++ { // count up
			if index[j]++; index[j] < cells {
				break
			}
			index[j] = 0
		}
		if j == l.Dim {
			break
		}
	}
	for i := range shares {
		shares[i] /= total
	}
	return shares
}
