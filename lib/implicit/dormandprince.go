package implicit

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// DormandPrince solves dy/dt = f(t, y) by the embedded Runge-Kutta pair 5(4) of Dormand & Prince (1980), with seven stages,
// the last of which is the first of the next step:
//
//  1. kₛ = f(t + cₛh, y + h Σⱼ aₛⱼ kⱼ), s = 1…7.
//  2. y₅ = y + h Σ bₛ kₛ, of order five; e = h Σ (bₛ − b̂ₛ) kₛ is what it differs by from a solution of order four.
//  3. error = root mean square of eᵢ / (Absolute + Relative·max(|yᵢ|, |y₅ᵢ|)). The step counts if error ≤ 1.
//  4. h ← h · min(5, max(0.2, 0.9·error^(−1/5))), no longer than before right after a refused step
//     (Hairer, Nørsett & Wanner 1993, Sec. II.4).
//
// The zero value is ready to use.
type DormandPrince struct {
	Relative float64 // relative tolerance of a step, ≥ 0; 0 means 1e-9 (unless Absolute is given)
	Absolute float64 // absolute tolerance of a step, ≥ 0; 0 means 1e-12 (unless Relative is given)
	First    float64 // length of the first step, ≥ 0; 0 means chosen from f and its change (Hairer et al., p. 169)
	MaxSteps int     // steps tried at most, ≥ 0; 0 means 100 000
}

// Path is what a solver went through: the points that it accepted, T[0] and Y[0] the start.
type Path struct {
	T           []float64   // times, rising (falling if the end is before the start)
	Y           [][]float64 // [len(T)][d]
	Evaluations int         // calls of f
	Rejected    int         // steps refused
}

// End is the last point.
func (p *Path) End() []float64 { return p.Y[len(p.Y)-1] }

// The tableau (Dormand & Prince 1980, Table 2).
var (
	dpC = [7]float64{0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1}
	dpA = [7][6]float64{
		{},
		{1. / 5},
		{3. / 40, 9. / 40},
		{44. / 45, -56. / 15, 32. / 9},
		{19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
		{9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
		{35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84}, // = b
	}
	// b − b̂
	dpE = [7]float64{71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40}
)

// Solve integrates from (t0, y0) to t1, which may lie before t0. f stores dy/dt in dst and keeps neither slice. y0 stays as it is.
//
// It errs, with the path so far, if f is not finite at an accepted point, if the step becomes too short for t to move (a
// singularity, or tolerances below what float64 can do), after MaxSteps, or if ctx ends. Negative settings or times that
// are not finite panic.
func (s DormandPrince) Solve(ctx context.Context, f func(dst []float64, t float64, y []float64), y0 []float64, t0, t1 float64) (*Path, error) {
	if !(s.Relative >= 0 && s.Absolute >= 0 && s.First >= 0) || s.MaxSteps < 0 {
		panic(fmt.Sprintf("implicit: DormandPrince: settings must be ≥ 0, have %+v", s))
	}
	if t1-t0 != t1-t0 || math.IsInf(t1-t0, 0) {
		panic(fmt.Sprintf("implicit: DormandPrince: from %v to %v is no finite time", t0, t1))
	}
	if s.Relative == 0 && s.Absolute == 0 {
		s.Relative, s.Absolute = 1e-9, 1e-12
	}
	if s.MaxSteps == 0 {
		s.MaxSteps = 100_000
	}
	d := len(y0)
	p := &Path{T: []float64{t0}, Y: [][]float64{slices.Clone(y0)}}
	count := func(dst []float64, t float64, y []float64) {
		p.Evaluations++
		f(dst, t, y)
	}
	if i := notFinite(y0); i >= 0 {
		return p, fmt.Errorf("implicit: DormandPrince: the start y[%d] is %v", i, y0[i])
	}
	if t1 == t0 || d == 0 {
		return p, nil
	}
	direction := math.Copysign(1, t1-t0)
	t, y := t0, slices.Clone(y0)
	var k [7][]float64 // stages
	for i := range k {
		k[i] = make([]float64, d)
	}
	next, e := make([]float64, d), make([]float64, d)
	count(k[0], t, y)
	if i := notFinite(k[0]); i >= 0 {
		return p, fmt.Errorf("implicit: DormandPrince: f[%d] is %v at the start", i, k[0][i])
	}
	h := s.First // > 0, whatever the direction
	if h == 0 {
		h = s.first(count, t, y, k[0], direction, math.Abs(t1-t0))
	}
	refused := false
	for range s.MaxSteps {
		if err := context.Cause(ctx); err != nil {
			return p, fmt.Errorf("implicit: DormandPrince: stopped at t = %v: %w", t, err)
		}
		last := h >= math.Abs(t1-t)
		if last {
			h = math.Abs(t1 - t)
		} else if t+direction*h == t {
			return p, fmt.Errorf("implicit: DormandPrince: the step has shrunk to %v at t = %v: a singularity, or tolerances too small", h, t)
		}
		dpStep(count, t, y, direction*h, &k, next, e)
		err := s.norm(e, y, next)
		if err <= 1 && notFinite(k[6]) < 0 { // NaN is refused too
			if last {
				t = t1
			} else {
				t += direction * h
			}
			copy(y, next)
			k[0], k[6] = k[6], k[0]
			p.T, p.Y = append(p.T, t), append(p.Y, slices.Clone(y))
			if last {
				return p, nil
			}
			grow := 5.0
			if refused {
				grow = 1
			}
			h *= min(grow, max(0.2, 0.9*math.Pow(err, -0.2)))
			refused = false
			continue
		}
		p.Rejected++
		refused = true
		shrink := 0.2
		if err > 1 && !math.IsInf(err, 1) {
			shrink = max(0.2, 0.9*math.Pow(err, -0.2))
		}
		h *= min(shrink, 0.9)
		if t+direction*h == t {
			return p, fmt.Errorf("implicit: DormandPrince: the step has shrunk to %v at t = %v: a singularity, or tolerances too small", h, t)
		}
	}
	return p, fmt.Errorf("implicit: DormandPrince: %d steps led only to t = %v of %v: allow more, or larger tolerances (is the equation stiff?)", s.MaxSteps, t, t1)
}

// dpStep takes one step of length h (signed) from (t, y), where k[0] = f(t, y): next becomes y₅, e its estimated error, and
// k[6] = f(t + h, next).
func dpStep(f func(dst []float64, t float64, y []float64), t float64, y []float64, h float64, k *[7][]float64, next, e []float64) {
	for s := 1; s < 7; s++ {
		// kₛ = f(t + cₛh, y + h Σⱼ aₛⱼ kⱼ)
		for i := range y {
			sum := 0.0
			for j := range s {
				sum += dpA[s][j] * k[j][i]
			}
			next[i] = y[i] + h*sum
		}
		f(k[s], t+dpC[s]*h, next)
	}
	// the point of the last stage is y₅, as a₇ⱼ = bⱼ; e = h Σ (bₛ − b̂ₛ) kₛ
	for i := range y {
		sum := 0.0
		for s := range k {
			sum += dpE[s] * k[s][i]
		}
		e[i] = h * sum
	}
}

// norm is the root mean square of e on the scale Absolute + Relative·max(|a|, |b|). 0/0 (no tolerance, no error) counts as 0.
func (s DormandPrince) norm(e, a, b []float64) float64 {
	sum := 0.0
	for i := range e {
		if e[i] != 0 {
			r := e[i] / (s.Absolute + s.Relative*max(math.Abs(a[i]), math.Abs(b[i])))
			sum += r * r
		}
	}
	return math.Sqrt(sum / float64(len(e)))
}

// first chooses the length of the first step from the sizes of y, f and the change of f over a short Euler step.
func (s DormandPrince) first(f func(dst []float64, t float64, y []float64), t float64, y, f0 []float64, direction, span float64) float64 {
	d0, d1 := s.norm(y, y, y), s.norm(f0, y, y)
	h0 := 1e-6
	if d0 >= 1e-5 && d1 >= 1e-5 {
		h0 = 0.01 * d0 / d1
	}
	h0 = min(h0, span)
	y1, f1 := slices.Clone(y), make([]float64, len(y))
	addScaled(y1, direction*h0, f0)
	f(f1, t+direction*h0, y1)
	addScaled(f1, -1, f0)
	d2 := s.norm(f1, y, y) / h0
	h1 := max(1e-6, h0*1e-3)
	if m := max(d1, d2); m > 1e-15 {
		h1 = math.Pow(0.01/m, 0.2)
	}
	if h := min(100*h0, h1, span); h > 0 {
		return h
	}
	return span * 1e-6 // sizes that are NaN or infinite
}

// notFinite is the index of the first entry that is NaN or infinite, −1 if there is none.
func notFinite(v []float64) int {
	return slices.IndexFunc(v, func(x float64) bool { return x-x != 0 })
}
