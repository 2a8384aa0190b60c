// Package svm holds support vector machines: the hyperplane of largest margin, and what kernels make of it.
//
// The soft-margin problem, for labels yᵢ = ±1 and f(x) = wᵀφ(x) + b, is
//
//	primal   min over w, b, ξ ≥ 0   P = ½‖w‖² + C Σξᵢ              subject to yᵢf(xᵢ) ≥ 1 − ξᵢ
//	dual     max over α             D = Σαᵢ − ½ ΣΣ αᵢαⱼyᵢyⱼk(xᵢ, xⱼ)   subject to Σαᵢyᵢ = 0, 0 ≤ αᵢ ≤ C
//
// The box [0, C] of the dual belongs to ½‖w‖² in the primal. With wᵀw + CΣξ in the primal (some texts) it is [0, C/2].
// C = +Inf is the hard margin: no slack. At the optimum P = D, and
//
//	w = Σαᵢyᵢφ(xᵢ),   b = yᵢ − Σⱼαⱼyⱼk(xⱼ, xᵢ) for every i with 0 < αᵢ < C.
//
//	αᵢ = 0       yᵢf(xᵢ) ≥ 1: the point could be left out
//	0 < αᵢ < C   yᵢf(xᵢ) = 1: on the margin
//	αᵢ = C       yᵢf(xᵢ) ≤ 1: inside the margin, or on the wrong side
//
// SMO solves the dual, with any kernel; Subgradient descends on the primal, with φ(x) = x. Points with αᵢ > 0 are the support vectors.
//
// Sources: Cortes and Vapnik, Support-vector networks (1995); Fan, Chen and Lin, Working set selection using second
// order information for training support vector machines (JMLR 6, 2005); Chang and Lin, LIBSVM (2011).
package svm

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Model is a trained machine, f(x) = Σαᵢyᵢk(xᵢ, x) + b.
type Model struct {
	Kernel Kernel
	C      float64     // +Inf: hard margin
	X      [][]float64 // [n][d] the points it was trained on (the caller's own rows)
	Y      []float64   // [n] their labels, ±1
	Alpha  []float64   // [n]
	B      float64
	// BLo ≤ b ≤ BHi is what the dual says about b. Both are B, up to the tolerance, if some 0 < αᵢ < C. If there is none, every b between them is
	// optimal, and B is the middle.
	BLo, BHi float64
	W        []float64 // w = Σαᵢyᵢφ(xᵢ) if the kernel is Mapped, else nil

	Steps     int       // of SMO
	Every     int       // the histories have one entry for so many steps
	Objective []float64 // the dual D, rising
	Violation []float64 // of the optimality conditions: m(α) − M(α), in units of y f
}

// Score returns f(x).
func (m *Model) Score(x []float64) float64 {
	f := m.B
	for i, a := range m.Alpha {
		if a != 0 {
			f += a * m.Y[i] * m.Kernel.At(m.X[i], x)
		}
	}
	return f
}

// Classify returns +1 where f(x) ≥ 0, else −1.
func (m *Model) Classify(x []float64) float64 {
	if m.Score(x) >= 0 {
		return 1
	}
	return -1
}

// Scores returns f(xᵢ) for the points of the training set.
func (m *Model) Scores() []float64 {
	f := make([]float64, len(m.X))
	for i, x := range m.X {
		f[i] = m.Score(x)
	}
	return f
}

// Support returns the indices of the support vectors, αᵢ > 0.
func (m *Model) Support() []int {
	return m.which(func(a float64) bool { return a > 0 })
}

// Free returns the indices of those on the margin, 0 < αᵢ < C.
func (m *Model) Free() []int {
	return m.which(func(a float64) bool { return a > 0 && a < m.C })
}

// Bounded returns the indices of those with αᵢ = C.
func (m *Model) Bounded() []int {
	return m.which(func(a float64) bool { return a >= m.C })
}

func (m *Model) which(in func(a float64) bool) []int {
	var s []int
	for i, a := range m.Alpha {
		if in(a) {
			s = append(s, i)
		}
	}
	return s
}

// Norm returns ‖w‖ = √(ΣΣ αᵢαⱼyᵢyⱼk(xᵢ, xⱼ)), in the space of φ.
func (m *Model) Norm() float64 {
	s := 0.0
	for i, a := range m.Alpha {
		if a != 0 {
			s += a * m.Y[i] * (m.Score(m.X[i]) - m.B)
		}
	}
	return math.Sqrt(max(0, s))
}

// Margin returns 1/‖w‖, the distance in the space of φ between the hyperplane f = 0 and each of f = ±1.
func (m *Model) Margin() float64 { return 1 / m.Norm() }

// Slack returns ξᵢ = max(0, 1 − yᵢf(xᵢ)): above 0 inside the margin, above 1 on the wrong side.
func (m *Model) Slack() []float64 {
	xi := m.Scores()
	for i, f := range xi {
		xi[i] = max(0, 1-m.Y[i]*f)
	}
	return xi
}

// Primal returns P = ½‖w‖² + C Σξᵢ. For the hard margin it is that of (w, b) scaled so that no point has slack, and +Inf if
// no scaling does that. It is never less than the optimum.
func (m *Model) Primal() float64 {
	w := m.Norm()
	if math.IsInf(m.C, 1) {
		least := math.Inf(1)
		for i, f := range m.Scores() {
			least = min(least, m.Y[i]*f)
		}
		if least <= 0 {
			return math.Inf(1)
		}
		return w / least * (w / least) / 2
	}
	return w*w/2 + m.C*floats.Sum(m.Slack())
}

// Dual returns D = Σαᵢ − ½‖w‖². It is never more than the optimum (as far as Σαᵢyᵢ = 0 holds, which SMO keeps up to rounding).
func (m *Model) Dual() float64 {
	w := m.Norm()
	return floats.Sum(m.Alpha) - w*w/2
}

// Gap returns P − D ≥ 0, which proves how far from the optimum both are at most.
func (m *Model) Gap() float64 { return m.Primal() - m.Dual() }

// check panics unless there are n ≥ 1 points of one length d ≥ 1 and n labels, and errs at a label that is not ±1, at NaN or
// infinity, and if there are not both classes. It returns d.
func check(op string, x [][]float64, y []float64) (int, error) {
	if len(x) == 0 || len(x[0]) == 0 {
		panic("svm: " + op + ": no points, or points without coordinates")
	}
	if len(y) != len(x) {
		panic(fmt.Sprintf("svm: %s: %d labels for %d points", op, len(y), len(x)))
	}
	d, sum := len(x[0]), 0.0
	for i, p := range x {
		if len(p) != d {
			panic(fmt.Sprintf("svm: %s: x[%d] has %d coordinates, x[0] has %d", op, i, len(p), d))
		}
		for j, v := range p {
			if !finite(v) {
				return d, fmt.Errorf("svm: %s: x[%d][%d] is %v: clean the input first", op, i, j, v)
			}
		}
		if y[i] != 1 && y[i] != -1 {
			return d, fmt.Errorf("svm: %s: y[%d] is %v, want +1 or −1", op, i, y[i])
		}
		sum += y[i]
	}
	if math.Abs(sum) == float64(len(y)) {
		return d, fmt.Errorf("svm: %s: all %d labels are %+g: both classes are needed", op, len(y), y[0])
	}
	return d, nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
