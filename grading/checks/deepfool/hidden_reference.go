// ### BEGIN HIDDEN TESTS

package deepfool

import (
	"math"
	"nncourse/grading/checks/kit"
	"slices"
)

// problem is one classifier and one start. The classifier is the grader's own: a submission sees it only through callbacks.
type problem struct {
	name    string
	f       func(x []float64) []float64   // logits [classes]; for Binary one value
	jac     func(x []float64) [][]float64 // [classes][len(x0)]
	x0      []float64
	label   int // not used by Binary
	eta     float64
	maxIter int
	fn      string // Binary, Multiclass or MulticlassInf
}

func (p problem) inf() bool    { return p.fn == "MulticlassInf" }
func (p problem) binary() bool { return p.fn == "Binary" }

// length is ‖r‖ in the norm that p's function keeps small.
func (p problem) length(r []float64) float64 {
	if p.inf() {
		return maxNorm(r)
	}
	return norm2(r)
}

// flips tells whether the classifier's answer at x0 + r is another than at x0.
func (p problem) flips(r []float64) bool {
	before, after := p.f(p.x0), p.f(add(p.x0, r))
	if p.binary() {
		return before[0]*after[0] < 0
	}
	return argmax(after) != p.label
}

// run is what a way of solving p does.
type run struct {
	r      []float64
	iters  int
	failed bool        // an error: the answer stands after maxIter steps, or no direction is left
	points [][]float64 // where gradients were asked for
}

// solve runs DeepFool on p; wrong is "" or the ID of a mistake to make on the way. The loop is that of the statement, for
// all three functions at once, so that every mistake stands in one place.
func (p problem) solve(wrong string) (o run) {
	n, eta := len(p.x0), p.eta
	if wrong == "no-overshoot" {
		eta = 0
	}
	f := p.f(p.x0)
	y := p.label
	start := 1.0
	if p.binary() {
		start = math.Copysign(1, f[0])
	}
	flipped := func(f []float64) bool {
		if p.binary() {
			return f[0]*start < 0
		}
		return argmax(f) != y
	}
	s, x, at := make([]float64, n), p.x0, p.x0
	for o.iters < p.maxIter {
		if wrong == "current-label" {
			y = argmax(f)
		}
		if wrong == "never-relinearises" {
			at = p.x0
		}
		fAt := f
		if wrong == "goes-on-from-s" {
			fAt = p.f(at)
		}
		o.points = append(o.points, at)
		J := p.jac(at)
		step := p.step(fAt, J, y, wrong)
		if !finite(step) {
			o.failed = true
			return o
		}
		o.iters++
		s = add(s, step)
		o.r = scaled(1+eta, s)
		x = add(p.x0, o.r)
		switch wrong {
		case "overshoot-compounds":
			s = scaled(1+eta, s)
			o.r = s
			x = add(p.x0, s)
		case "last-step-only":
			o.r = scaled(1+eta, step)
		case "returns-unscaled":
			o.r = s
		}
		at = x
		if wrong == "goes-on-from-s" {
			at = add(p.x0, s)
		}
		f = p.f(x)
		if wrong == "one-step" || wrong != "current-label" && flipped(f) {
			return o
		}
	}
	o.failed = true
	return o
}

// step is one step from a point with logits f and Jacobian J; NaN where there is none.
func (p problem) step(f []float64, J [][]float64, y int, wrong string) []float64 {
	if p.binary() {
		// −f/‖∇f‖²·∇f
		g := J[0]
		c := -f[0] / kit.Dot(g, g)
		switch wrong {
		case "norm-not-squared":
			c = -f[0] / norm2(g)
		case "binary-abs":
			c = -math.Abs(f[0]) / kit.Dot(g, g)
		case "wrong-sign":
			c = -c
		}
		return scaled(c, g)
	}
	best, l := math.Inf(1), -1
	var step []float64
	for k := range f {
		if k == y {
			continue
		}
		// w'_k = ∇f_k − ∇f_y, f'_k = f_k − f_y
		w := sub(J[k], J[y])
		if wrong == "rival-gradient-only" {
			w = J[k]
		}
		gap := f[k] - f[y]
		if maxNorm(w) == 0 {
			continue
		}
		gain := norm2(w)
		u := scaled(1/gain, w)
		if p.inf() && wrong != "inf-all-l2" {
			u, gain = signs(w), norm1(w)
			switch wrong {
			case "inf-max-norm":
				gain = maxNorm(w)
			case "inf-l2-norm":
				gain = norm2(w)
			}
		}
		dist := math.Abs(gap) / gain
		length := dist
		switch wrong {
		case "class-by-gap":
			dist = math.Abs(gap)
		case "class-without-abs":
			dist = gap / gain
		case "inf-l2-choice":
			dist = math.Abs(gap) / norm2(w)
		case "norm-not-squared":
			length = math.Abs(gap)
		case "wrong-sign":
			length = -length
		}
		if dist < best {
			best, l, step = dist, k, scaled(length, u)
		}
	}
	if l < 0 {
		return []float64{math.NaN()}
	}
	return step
}

// nearness gives how much farther the second-nearest class is than the nearest at x0, in the norms that matter, and the
// nearest by gap, by L2 and by L1 distance.
func (p problem) nearness() (margin float64, byGap, byL2, byL1 int) {
	f, J := p.f(p.x0), p.jac(p.x0)
	order := func(dist func(gap float64, w []float64) float64) (nearest int, margin float64) {
		best, second := math.Inf(1), math.Inf(1)
		for k := range f {
			if k == p.label {
				continue
			}
			d := dist(math.Abs(f[k]-f[p.label]), sub(J[k], J[p.label]))
			if d < best {
				nearest, best, second = k, d, best
			} else if d < second {
				second = d
			}
		}
		return nearest, second / best
	}
	var m2, m1 float64
	byGap, _ = order(func(gap float64, _ []float64) float64 { return gap })
	byL2, m2 = order(func(gap float64, w []float64) float64 { return gap / norm2(w) })
	byL1, m1 = order(func(gap float64, w []float64) float64 { return gap / norm1(w) })
	if p.inf() {
		return m1, byGap, byL2, byL1
	}
	return m2, byGap, byL2, byL1
}

func argmax(v []float64) int {
	best := 0
	for k := range v {
		if v[k] > v[best] {
			best = k
		}
	}
	return best
}

func norm2(v []float64) float64 { return math.Sqrt(kit.Dot(v, v)) }

func norm1(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += math.Abs(x)
	}
	return s
}

func maxNorm(v []float64) float64 {
	m := 0.0
	for _, x := range v {
		m = math.Max(m, math.Abs(x))
	}
	return m
}

func signs(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		if x != 0 {
			out[i] = math.Copysign(1, x)
		}
	}
	return out
}

func add(a, b []float64) []float64 {
	out := slices.Clone(a)
	for i := range b {
		out[i] += b[i]
	}
	return out
}

func sub(a, b []float64) []float64 { return add(a, scaled(-1, b)) }

func scaled(c float64, v []float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = c * v[i]
	}
	return out
}

func finite(v []float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

// ### END HIDDEN TESTS
