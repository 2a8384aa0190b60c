package highdim

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Ball fills x, [p], with a point that is uniform in the unit ball: a direction that is uniform because p standard normal
// numbers have none that they prefer, and a radius with P(‖x‖ ≤ r) = r^p.
func Ball(x []float64, rng *rand.Rand) {
	check("Ball", len(x), 1)
	norm := 0.0
	for norm == 0 { // once, but for a case that does not happen
		for i := range x {
			x[i] = rng.NormFloat64()
			norm += x[i] * x[i]
		}
	}
	// r = U^(1/p)
	r := math.Pow(rng.Float64(), 1/float64(len(x))) / math.Sqrt(norm)
	for i := range x {
		x[i] *= r
	}
}

// Cube fills x, [p], with a point that is uniform in the unit cube [0, 1)^p.
func Cube(x []float64, rng *rand.Rand) {
	for i := range x {
		x[i] = rng.Float64()
	}
}

// Points returns n points, [n][p], each filled by fill (Ball or Cube).
func Points(n, p int, fill func(x []float64, rng *rand.Rand), rng *rand.Rand) [][]float64 {
	check("Points", p, n)
	all := make([]float64, n*p)
	points := make([][]float64, n)
	for i := range points {
		points[i] = all[i*p : (i+1)*p : (i+1)*p]
		fill(points[i], rng)
	}
	return points
}

// Distance returns ‖x − y‖₂ of two points of equal length.
func Distance(x, y []float64) float64 {
	if len(x) != len(y) {
		panic(fmt.Sprintf("highdim: Distance: points of %d and %d dimensions", len(x), len(y)))
	}
	s := 0.0
	for i, v := range x {
		s += (v - y[i]) * (v - y[i])
	}
	return math.Sqrt(s)
}

// Nearest returns which of the points, [n][p], is nearest to x, [p], and how far it is: all n are looked at, np operations,
// and in high dimensions no search does much better. Of equal ones it is the first.
func Nearest(points [][]float64, x []float64) (index int, distance float64) {
	check("Nearest", len(x), len(points))
	distance = math.Inf(1)
	for i, y := range points {
		if d := Distance(x, y); d < distance {
			index, distance = i, d
		}
	}
	return index, distance
}

// MedianNearest returns the median of the distance from the centre of the unit ball to the nearest of n points that are
// uniform in it: (1 − (1/2)^(1/n))^(1/p), from P(all are farther than r) = (1 − r^p)^n = ½.
func MedianNearest(n, p int) float64 { return QuantileNearest(0.5, n, p) }

// QuantileNearest returns the q-quantile, q in [0, 1], of that distance: (1 − (1 − q)^(1/n))^(1/p).
func QuantileNearest(q float64, n, p int) float64 {
	check("QuantileNearest", p, n)
	if !(q >= 0 && q <= 1) {
		panic(fmt.Sprintf("highdim: QuantileNearest: q is %v, want one in [0, 1]", q))
	}
	// 1 − (1 − q)^(1/n) = −expm1(ln(1 − q)/n)
	return math.Pow(-math.Expm1(math.Log1p(-q)/float64(n)), 1/float64(p))
}

// MeanNearest returns the mean of that distance: ∫₀¹ (1 − r^p)^n dr = Γ(1 + 1/p) Γ(n + 1)/Γ(n + 1 + 1/p).
func MeanNearest(n, p int) float64 {
	check("MeanNearest", p, n)
	a, _ := math.Lgamma(1 + 1/float64(p))
	b, _ := math.Lgamma(float64(n) + 1)
	c, _ := math.Lgamma(float64(n) + 1 + 1/float64(p))
	return math.Exp(a + b - c)
}

// NearestToCentre draws n points in the unit ball and returns the distance of the nearest from its centre: one sample
// of what MedianNearest and MeanNearest are about.
func NearestToCentre(n, p int, rng *rand.Rand) float64 {
	_, d := Nearest(Points(n, p, Ball, rng), make([]float64, p))
	return d
}

// Distances draws one point and n others in the unit cube of p dimensions, and returns the n distances. With p they grow as
// √(p/6), while their spread stays at √(7/120) ≈ 0.24: nearest and farthest become alike.
func Distances(n, p int, rng *rand.Rand) []float64 {
	points := Points(n+1, p, Cube, rng)
	d := make([]float64, n)
	for i := range d {
		d[i] = Distance(points[0], points[i+1])
	}
	return d
}

// SquaredDistance returns mean and variance of ‖x − y‖² for two points that are uniform in the unit cube, exactly: p/6 and 7p/180,
// p times those of one coordinate.
func SquaredDistance(p int) (mean, variance float64) {
	check("SquaredDistance", p, 1)
	return float64(p) / 6, 7 * float64(p) / 180
}
