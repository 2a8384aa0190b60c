// Mistake: normalised: makes u a unit vector

package gradientcheck

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// The verdicts of Check.
const (
	Agrees  = 0 // smooth, and the claim is right
	Differs = 1 // smooth, and the claim is wrong
	Within  = 2 // a kink, and the claim lies between the one-sided slopes
	Outside = 3 // a kink, and the claim does not
)

// Central returns (f(x + h·eᵢ) − f(x − h·eᵢ))/2h for each coordinate.
func Central(f func(x []float64) float64, x []float64, h float64) ([]float64, error) {
	if err := check(x, h); err != nil {
		return nil, err
	}
	y := slices.Clone(x)
	g := make([]float64, len(x))
	for i := range x {
		y[i] = x[i] + h
		up, err := value(f, y)
		if err != nil {
			return nil, err
		}
		y[i] = x[i] - h
		down, err := value(f, y)
		if err != nil {
			return nil, err
		}
		y[i] = x[i]
		g[i] = (up - down) / (2 * h)
	}
	return g, nil
}

// Slope returns (f(x + h·u) − f(x − h·u))/2h.
func Slope(f func(x []float64) float64, x, u []float64, h float64) (float64, error) {
	if err := check(x, h); err != nil {
		return 0, err
	}
	if len(u) != len(x) {
		return 0, fmt.Errorf("u has %d entries, x %d", len(u), len(x))
	}
	if err := finite("u", u); err != nil {
		return 0, err
	}
	norm := 0.0
	for _, v := range u {
		norm = math.Hypot(norm, v)
	}
	u = slices.Clone(u)
	for i := range u {
		u[i] /= math.Max(norm, 1e-300)
	}
	at := func(t float64) (float64, error) {
		y := slices.Clone(x)
		for i := range y {
			y[i] += t * u[i]
		}
		return value(f, y)
	}
	up, err := at(h)
	if err != nil {
		return 0, err
	}
	down, err := at(-h)
	if err != nil {
		return 0, err
	}
	return (up - down) / (2 * h), nil
}

// RelError returns the largest |aᵢ − bᵢ| / max(1, |aᵢ|, |bᵢ|).
func RelError(a, b []float64) (float64, error) {
	if len(a) != len(b) || len(a) == 0 {
		return 0, fmt.Errorf("%d and %d entries", len(a), len(b))
	}
	if finite("a", a) != nil || finite("b", b) != nil {
		return math.Inf(1), nil
	}
	worst := 0.0
	for i := range a {
		worst = math.Max(worst, math.Abs(a[i]-b[i])/scale(a[i], b[i]))
	}
	return worst, nil
}

// Check judges each coordinate of the claimed gradient.
func Check(f func(x []float64) float64, claimed, x []float64, h, tol float64) ([]int, error) {
	if err := check(x, h); err != nil {
		return nil, err
	}
	if len(claimed) != len(x) {
		return nil, fmt.Errorf("%d claims for %d coordinates", len(claimed), len(x))
	}
	if !(tol > 0) || math.IsInf(tol, 0) {
		return nil, fmt.Errorf("a tolerance of %v", tol)
	}
	f0, err := value(f, x)
	if err != nil {
		return nil, err
	}
	verdicts := make([]int, len(x))
	for i, g := range claimed {
		left, right, err := slopes(f, f0, x, i, h)
		if err != nil {
			return nil, err
		}
		left2, right2, err := slopes(f, f0, x, i, h/2)
		if err != nil {
			return nil, err
		}
		gap, gap2 := math.Abs(right-left), math.Abs(right2-left2)
		known := !math.IsNaN(g) && !math.IsInf(g, 0)
		if gap2 > 0.75*gap && gap2 > tol*scale(left2, right2) {
			verdicts[i] = Outside
			lo, hi := math.Min(left2, right2), math.Max(left2, right2)
			if s := scale(lo, hi); known && lo-tol*s <= g && g <= hi+tol*s {
				verdicts[i] = Within
			}
			continue
		}
		verdicts[i] = Differs
		if d := (left + right) / 2; known && math.Abs(g-d) <= tol*scale(g, d) {
			verdicts[i] = Agrees
		}
	}
	return verdicts, nil
}

// slopes measures L(h) and R(h) in coordinate i.
func slopes(f func(x []float64) float64, f0 float64, x []float64, i int, h float64) (left, right float64, err error) {
	y := slices.Clone(x)
	y[i] = x[i] - h
	down, err := value(f, y)
	if err != nil {
		return 0, 0, err
	}
	y[i] = x[i] + h
	up, err := value(f, y)
	if err != nil {
		return 0, 0, err
	}
	return (f0 - down) / h, (up - f0) / h, nil
}

func value(f func(x []float64) float64, x []float64) (float64, error) {
	v := f(slices.Clone(x))
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("f(%v) is %v", x, v)
	}
	return v, nil
}

func check(x []float64, h float64) error {
	if len(x) == 0 {
		return errors.New("x is empty")
	}
	if !(h > 0) || math.IsInf(h, 0) {
		return fmt.Errorf("a step of %v", h)
	}
	return finite("x", x)
}

func finite(name string, v []float64) error {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%s[%d] is %v", name, i, x)
		}
	}
	return nil
}

func scale(a, b float64) float64 { return math.Max(1, math.Max(math.Abs(a), math.Abs(b))) }
