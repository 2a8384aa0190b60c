// Package linear holds classifiers with one hyperplane: f(x) = wᵀx + b, class +1 where f(x) ≥ 0 and −1 elsewhere.
//
//	Perceptron   corrects (w, b) at each mistake; stops after finitely many on separable data (Novikoff), cycles on others
//	Logistic     the smooth reference: the likelihood of P(y | x) = σ(y f(x)), by Newton's method
//
// Data is x, n points of d coordinates, and y, n labels that are +1 or −1; Signs makes such labels from classes 0 and 1.
// The classifier of largest margin is in package svm.
package linear

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Score returns f(x) = wᵀx + b. Its sign is the class; |f(x)|/‖w‖ is the distance of x from the hyperplane.
func Score(w []float64, b float64, x []float64) float64 { return floats.Dot(w, x) + b }

// Classify returns sgn f(x): +1 where f(x) ≥ 0, else −1.
func Classify(w []float64, b float64, x []float64) float64 {
	if Score(w, b, x) >= 0 {
		return 1
	}
	return -1
}

// Mistakes counts the points with y f(x) ≤ 0. A point on the hyperplane counts: it is on neither side.
func Mistakes(w []float64, b float64, x [][]float64, y []float64) int {
	n := 0
	for i := range x {
		if y[i]*Score(w, b, x[i]) <= 0 {
			n++
		}
	}
	return n
}

// Margin returns minᵢ yᵢ(wᵀxᵢ + b)/‖w‖, the distance of the nearest point from the hyperplane: positive if and
// only if (w, b) separates the classes, then the larger the better. It is −Inf for w = 0, which separates nothing.
func Margin(w []float64, b float64, x [][]float64, y []float64) float64 {
	norm := floats.Norm(w, 2)
	if norm == 0 {
		return math.Inf(-1)
	}
	m := math.Inf(1)
	for i := range x {
		m = min(m, y[i]*Score(w, b, x[i])/norm)
	}
	return m
}

// Signs makes labels of classes: class 0 becomes −1, class 1 becomes +1. It panics at any other class.
func Signs(class []int) []float64 {
	y := make([]float64, len(class))
	for i, c := range class {
		if c != 0 && c != 1 {
			panic(fmt.Sprintf("linear: Signs: class[%d] is %d, want 0 or 1", i, c))
		}
		y[i] = float64(2*c - 1)
	}
	return y
}

// check panics unless there are n ≥ 1 points of one length d ≥ 1 and n labels, and errs at a label that is not ±1 and
// at NaN or infinity. It returns d.
func check(op string, x [][]float64, y []float64) (int, error) {
	if len(x) == 0 || len(x[0]) == 0 {
		panic("linear: " + op + ": no points, or points without coordinates")
	}
	if len(y) != len(x) {
		panic(fmt.Sprintf("linear: %s: %d labels for %d points", op, len(y), len(x)))
	}
	d := len(x[0])
	for i, p := range x {
		if len(p) != d {
			panic(fmt.Sprintf("linear: %s: x[%d] has %d coordinates, x[0] has %d", op, i, len(p), d))
		}
		for j, v := range p {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return d, fmt.Errorf("linear: %s: x[%d][%d] is %v: clean the input first", op, i, j, v)
			}
		}
		if y[i] != 1 && y[i] != -1 {
			return d, fmt.Errorf("linear: %s: y[%d] is %v, want +1 or −1 (Signs makes them from classes 0 and 1)", op, i, y[i])
		}
	}
	return d, nil
}
