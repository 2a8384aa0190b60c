// Package highdim computes what is strange about many dimensions: the curse of dimensionality.
//
//  1. A cube that holds the share s of the unit cube's volume has the edge s^(1/p): a tenth of the volume of ten dimensions takes
//     0.794 of every side (Edge).
//  2. A ball fills next to nothing of its cube, and what it fills lies at its surface (BallVolume, InscribedShare, ShellShare).
//  3. The nearest of N points is far: the median of its distance from the centre of the unit ball is
//     (1 − (1/2)^(1/N))^(1/p) (MedianNearest), and hardly nearer than the farthest (Distances).
//  4. To know a 1-Lipschitz function on the cube to ε takes about ε^−p values (LogSamples, GridPoints), and without them it can be anything (Fool).
//  5. What helps is not to need all of it: locality and shared weights (DenseParameters, LocalParameters, ConvParameters).
//
// Dimensions below 1 and numbers of points below 1 are a caller's bug and panic.
//
// Sources: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §2.5, eq. 2.24; Beyer, Goldstein,
// Ramakrishnan, Shaft (1999), When is "nearest neighbor" meaningful?; Traub, Wasilkowski, Woźniakowski (1988),
// Information-Based Complexity.
package highdim

import (
	"fmt"
	"math"
)

// Edge returns s^(1/p), the edge of a cube whose volume is the share s in [0, 1] of that of the unit cube in p dimensions.
// It panics if s is outside.
func Edge(s float64, p int) float64 {
	check("Edge", p, 1)
	if !(s >= 0 && s <= 1) {
		panic(fmt.Sprintf("highdim: Edge: the share is %v, want one in [0, 1]", s))
	}
	return math.Pow(s, 1/float64(p))
}

// BallVolume returns the volume of the ball of radius r ≥ 0 in p dimensions, π^(p/2)/Γ(p/2 + 1)·r^p. For r = 1 it is largest
// for p = 5, with 5.264, and tends to 0.
func BallVolume(r float64, p int) float64 { return math.Exp(LogBallVolume(r, p)) }

// LogBallVolume returns the natural logarithm of BallVolume, which does not underflow where that does (p > 300, say).
func LogBallVolume(r float64, p int) float64 {
	check("BallVolume", p, 1)
	if !(r >= 0) {
		panic(fmt.Sprintf("highdim: BallVolume: the radius is %v", r))
	}
	h := float64(p) / 2
	// ln V = (p/2)·ln π − ln Γ(p/2 + 1) + p·ln r
	lg, _ := math.Lgamma(h + 1)
	return h*math.Log(math.Pi) - lg + float64(p)*math.Log(r)
}

// InscribedShare returns which share of a cube the ball within it fills: BallVolume(½, p). In ten dimensions 0.25 %.
func InscribedShare(p int) float64 { return BallVolume(0.5, p) }

// ShellShare returns which share of a ball (or a cube) lies within the share e in [0, 1] of its radius (its half edge) of
// the surface: 1 − (1 − e)^p.
func ShellShare(e float64, p int) float64 {
	check("ShellShare", p, 1)
	if !(e >= 0 && e <= 1) {
		panic(fmt.Sprintf("highdim: ShellShare: the depth is %v, want one in [0, 1]", e))
	}
	// 1 − (1 − e)^p = −expm1(p·ln(1 − e)), which keeps the digits of a small e
	return -math.Expm1(float64(p) * math.Log1p(-e))
}

// check panics unless p and n are 1 or more.
func check(op string, p, n int) {
	if p < 1 || n < 1 {
		panic(fmt.Sprintf("highdim: %s: %d dimensions, %d points; want 1 or more of each", op, p, n))
	}
}
