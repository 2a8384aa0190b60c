// Package gradcheck compares a gradient that was derived by hand with one that was measured.
//
// For a direction u the slope of f at x along u is ∇f(x)ᵀu. Measured by a central difference it is
//
//	D(h) = (f(x + hu) − f(x − hu)) / 2h = ∇f(x)ᵀu + (h²/6) f‴ + O(h⁴),   rounding ≈ ε|f|/h,
//
// so that h ≈ ε^⅓ (about 6e-6 for numbers of size 1) balances the two errors and leaves about ten digits.
//
// # Kinks
//
// ReLU, |·|, max and hinge have points without a derivative, and a difference that steps across one measures neither
// side. The two one-sided slopes tell: where f is smooth their gap
//
//	D₊(h) − D₋(h) = (f(x + hu) − 2f(x) + f(x − hu)) / h = h f″ + O(h³)
//
// falls by half when h is halved; with a kink at x it stays. Method of Checker.Check, for each direction:
//
//  1. Measure with h, h/2, h/4, … as long as the gap does not shrink in proportion: a kink beside x drops out of reach.
//  2. If it shrinks, compare D with the claimed slope; the tolerance covers truncation (measured, from the change of D)
//     and rounding.
//  3. If it never does, the kink is at x (or nearer than h/2¹²). The claim is then accepted if it lies between the two
//     one-sided slopes, which is where every subgradient's slope of a convex f lies, and counted under Kinks, not Checked.
//
// One-sided slopes that grow without bound as h shrinks are a jump, which no gradient fits; a slope that is lost in the
// rounding of f at every usable h (f = 10¹⁶ + x) is reported as such. Both are rejected. A report whose Checked is 0 is an
// error too: it proved nothing.
package gradcheck

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"gonum.org/v1/gonum/floats"
)

// Checker holds the settings; its zero value checks every coordinate.
type Checker struct {
	Step      float64 // h relative to max(1, ‖x‖∞); 0 means ε^⅓ ≈ 6.06e-6
	Tolerance float64 // accepted |measured − claimed| / max(1, |measured|, |claimed|); 0 means 1e-6
	Random    int     // check along so many random unit directions instead of every coordinate; 0 means every coordinate
}

// Entry is the result along one direction.
type Entry struct {
	Index       int     // the coordinate, or the number of the random direction
	Claimed     float64 // gᵀu, g the gradient under test
	Measured    float64 // D(h)
	Error       float64 // |Measured − Claimed| / max(1, |Measured|, |Claimed|); at a kink the distance to [Left, Right]
	Left, Right float64 // the one-sided slopes D₋, D₊ in the direction u
	Step        float64 // the h used
	Kink        bool    // the one-sided slopes differ however small h is
	Jump        bool    // they grow as h shrinks: f is not continuous here
	Lost        bool    // rounding hides the slope
	Bad         bool    // the claim is rejected
}

// Report is the result of a check.
type Report struct {
	Entries []Entry
	Checked int     // directions compared with a central difference
	Kinks   int     // directions with a kink at x, compared with the one-sided slopes
	Worst   float64 // largest Error among the Checked
	Random  bool    // the entries are random directions, not coordinates
}

// Check compares grad, the claimed gradient of f at x, with differences of f. It costs four evaluations of f a
// direction, more near kinks, and one for all. x is not changed. rng is used for Random directions only. It panics if the lengths
// differ.
func (c Checker) Check(f func(x []float64) float64, x, grad []float64, rng *rand.Rand) *Report {
	if len(x) != len(grad) {
		panic(fmt.Sprintf("gradcheck: x has %d entries, the gradient %d", len(x), len(grad)))
	}
	if !(c.Step >= 0) || !(c.Tolerance >= 0) || c.Random < 0 {
		panic(fmt.Sprintf("gradcheck: need Step, Tolerance, Random ≥ 0, have %v, %v, %d", c.Step, c.Tolerance, c.Random))
	}
	if c.Random > 0 && rng == nil {
		panic("gradcheck: rng is nil: it draws the random directions")
	}
	h := c.Step
	if h == 0 {
		h = math.Cbrt(0x1p-52)
	}
	h *= math.Max(1, floats.Norm(x, math.Inf(1)))
	tol := c.Tolerance
	if tol == 0 {
		tol = 1e-6
	}

	r := &Report{Random: c.Random > 0}
	p := newProbe(f, x)
	u := make([]float64, len(x))
	n := len(x)
	if r.Random {
		n = c.Random
	}
	for i := range n {
		clear(u)
		if r.Random {
			for j := range u {
				u[j] = rng.NormFloat64()
			}
			floats.Scale(1/floats.Norm(u, 2), u)
		} else {
			u[i] = 1
		}
		e := p.along(u, floats.Dot(grad, u), h, tol)
		e.Index = i
		if e.Kink {
			r.Kinks++
		} else {
			r.Checked++
			r.Worst = larger(r.Worst, e.Error)
		}
		r.Entries = append(r.Entries, e)
	}
	return r
}

const (
	halvings = 12 // how often h is halved in search of a smooth neighbourhood: to h/4096
	growths  = 6  // how often h is multiplied by 4 before a slope is given up as lost in rounding
)

// probe evaluates f around x.
type probe struct {
	f   func([]float64) float64
	x   []float64
	f0  float64   // f(x)
	far float64   // ‖x‖∞
	y   []float64 // the point at which f is evaluated
}

func newProbe(f func([]float64) float64, x []float64) *probe {
	p := &probe{f: f, x: x, y: append([]float64(nil), x...)}
	if len(x) > 0 {
		p.f0, p.far = f(p.y), floats.Norm(x, math.Inf(1))
	}
	return p
}

// at returns f(x + tu).
func (p *probe) at(t float64, u []float64) float64 {
	floats.AddScaledTo(p.y, p.x, t, u)
	return p.f(p.y)
}

// along measures the slope along u and judges the claim.
func (p *probe) along(u []float64, claimed, h, tol float64) Entry {
	f0, far := p.f0, p.far
	// slopes measures D₋(h), D₊(h) and what rounding may do to their gap.
	slopes := func(h float64) (left, right, noise float64) {
		fm, fp := p.at(-h, u), p.at(h, u)
		left, right = (f0-fm)/h, (fp-f0)/h
		// Roundings of f, of its terms (which may cancel) and of x ± hu, a few each.
		size := math.Max(math.Abs(f0), math.Max(math.Abs(fm), math.Abs(fp))) + math.Max(math.Abs(left), math.Abs(right))*far
		noise = 8 * 0x1p-52 * (1 + size) / h
		return left, right, noise
	}
	e := Entry{Claimed: claimed}
	left, right, noise := slopes(h)
	// A larger h where f is large against its slopes.
	for i := 0; i < growths && noise > tol/4*scale((left+right)/2, claimed); i++ {
		h *= 4
		left, right, noise = slopes(h)
	}
	first := math.Abs(right - left)
	smooth := false
	for range halvings {
		l2, r2, noise2 := slopes(h / 2)
		gap, gap2 := math.Abs(right-left), math.Abs(r2-l2)
		// Where f is smooth gap2 = gap/2, at a kink gap2 = gap; ¾ is the middle. A kink between h/2 and h shrinks the
		// gap as well, but it moves the central difference too.
		moved := math.Abs((l2+r2)/2 - (left+right)/2)
		if (gap2 <= 0.75*gap+noise2 || gap <= noise) && moved <= tol/4*scale((left+right)/2, claimed)+noise2 {
			smooth = true
			break
		}
		h, left, right, noise = h/2, l2, r2, noise2
	}
	e.Step, e.Left, e.Right, e.Measured = h, left, right, (left+right)/2
	size := scale(e.Measured, claimed)
	switch {
	case !finite(e.Left) || !finite(e.Right) || !finite(claimed):
		e.Error, e.Bad = math.Inf(1), true
	case smooth && noise > tol*size:
		e.Lost, e.Bad = true, true
		e.Error = math.Abs(e.Measured-claimed) / size
	case smooth:
		e.Error = math.Abs(e.Measured-claimed) / size
		e.Bad = !(e.Error <= tol+noise/size)
	case math.Abs(right-left) > 16*(first+noise):
		e.Jump, e.Bad = true, true
		e.Error = math.Inf(1)
	default:
		e.Kink = true
		lo, hi := math.Min(left, right), math.Max(left, right)
		e.Error = math.Max(0, math.Max(lo-claimed, claimed-hi)) / size
		e.Bad = !(e.Error <= tol+noise/size)
	}
	return e
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// scale makes an error relative for slopes above 1 and absolute below.
func scale(a, b float64) float64 { return math.Max(1, math.Max(math.Abs(a), math.Abs(b))) }

// larger is the maximum that keeps a NaN.
func larger(a, b float64) float64 {
	if b > a || math.IsNaN(b) {
		return b
	}
	return a
}

// Err returns nil if every direction agrees and at least one was checked away from kinks; else an error that names the
// worst direction.
func (r *Report) Err() error {
	worst, bad := -1, 0
	for i, e := range r.Entries {
		if e.Bad {
			bad++
			if worst < 0 || e.Error > r.Entries[worst].Error {
				worst = i
			}
		}
	}
	what := "coordinate"
	if r.Random {
		what = "random direction"
	}
	if bad > 0 {
		e := r.Entries[worst]
		switch {
		case e.Jump:
			return fmt.Errorf("gradcheck: f jumps in %s %d: its one-sided slopes grow as the step shrinks (%.3g and %.3g with %.3g)",
				what, e.Index, e.Left, e.Right, e.Step)
		case e.Lost:
			return fmt.Errorf("gradcheck: %s %d cannot be measured: f is so large against its slope that rounding hides it; subtract a constant from f or scale it", what, e.Index)
		case e.Kink:
			return fmt.Errorf("gradcheck: %d of %d %ss disagree; worst at the kink in %s %d: the gradient says %.9g, outside the one-sided slopes %.9g and %.9g",
				bad, len(r.Entries), what, what, e.Index, e.Claimed, e.Left, e.Right)
		}
		return fmt.Errorf("gradcheck: %d of %d %ss disagree; worst in %s %d: the gradient says %.9g, the difference quotient %.9g (error %.3g)",
			bad, len(r.Entries), what, what, e.Index, e.Claimed, e.Measured, e.Error)
	}
	if r.Checked == 0 {
		return fmt.Errorf("gradcheck: nothing was checked: all %d %ss meet a kink; move x a little", len(r.Entries), what)
	}
	return nil
}

// String is one line for a person.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d checked, %d at kinks, worst error %.2g", r.Checked, r.Kinks, r.Worst)
	if err := r.Err(); err != nil {
		fmt.Fprintf(&b, " — %v", err)
	}
	return b.String()
}

// Numeric returns the gradient of f at x by central differences with the step h = ε^⅓·max(1, |xᵢ|) in each coordinate:
// 2n evaluations. It does not look for kinks.
func Numeric(f func(x []float64) float64, x []float64) []float64 {
	y := append([]float64(nil), x...)
	g := make([]float64, len(x))
	for i, xi := range x {
		h := math.Cbrt(0x1p-52) * math.Max(1, math.Abs(xi))
		// What counts is the step that the rounded numbers take.
		up, down := xi+h, xi-h
		y[i] = up
		fp := f(y)
		y[i] = down
		fm := f(y)
		y[i] = xi
		g[i] = (fp - fm) / (up - down)
	}
	return g
}
