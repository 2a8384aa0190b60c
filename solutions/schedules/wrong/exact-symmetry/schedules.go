// Mistake: refuses-good: symmetry is asked for to the last digit

package schedules

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// StepDecay returns the rates rate·factor^⌊k/every⌋ for k = 0 … steps−1.
func StepDecay(rate, factor float64, every, steps int) ([]float64, error) {
	if !(factor > 0 && factor <= 1) || every < 1 {
		return nil, fmt.Errorf("factor %v, every %d: need 0 < factor ≤ 1 and every ≥ 1", factor, every)
	}
	return list(rate, steps, func(k int) float64 { return rate * math.Pow(factor, float64(k/every)) })
}

// Exponential returns the rates rate·factorᵏ for k = 0 … steps−1.
func Exponential(rate, factor float64, steps int) ([]float64, error) {
	if !(factor > 0 && factor <= 1) {
		return nil, fmt.Errorf("factor %v: need 0 < factor ≤ 1", factor)
	}
	return list(rate, steps, func(k int) float64 { return rate * math.Pow(factor, float64(k)) })
}

// Cosine returns the rates end + ½(rate − end)(1 + cos(πk/period)) for k < period, and end from then on.
func Cosine(rate, end float64, period, steps int) ([]float64, error) {
	if !(end >= 0 && end <= rate) || period < 1 {
		return nil, fmt.Errorf("end %v, period %d: need 0 ≤ end ≤ rate and period ≥ 1", end, period)
	}
	return list(rate, steps, func(k int) float64 {
		if k >= period {
			return end
		}
		return end + (rate-end)*(1+math.Cos(math.Pi*float64(k)/float64(period)))/2
	})
}

// Inverse returns the rates rate/(1 + k/scale) for k = 0 … steps−1.
func Inverse(rate, scale float64, steps int) ([]float64, error) {
	if !positive(scale) {
		return nil, fmt.Errorf("scale %v: need 0 < scale < ∞", scale)
	}
	return list(rate, steps, func(k int) float64 { return rate / (1 + float64(k)/scale) })
}

// WarmUp returns climb rates rates[0]·(k + 1)/climb, and after them all of rates.
func WarmUp(climb int, rates []float64) ([]float64, error) {
	if climb < 0 || len(rates) == 0 {
		return nil, fmt.Errorf("a climb of %d steps to %d rates", climb, len(rates))
	}
	if err := goodRates(rates); err != nil {
		return nil, err
	}
	var all []float64
	for k := range climb {
		all = append(all, rates[0]*float64(k+1)/float64(climb))
	}
	return append(all, rates...), nil
}

// StepLimit returns 2/λ_max, and +Inf where λ_max ≤ 0.
func StepLimit(h [][]float64) (float64, error) {
	n := len(h)
	if n == 0 {
		return 0, errors.New("the matrix is empty")
	}
	size := 0.0
	for i, row := range h {
		if len(row) != n {
			return 0, fmt.Errorf("row %d has %d entries, want %d", i, len(row), n)
		}
		if err := finite("h", row); err != nil {
			return 0, err
		}
		for _, v := range row {
			size = math.Max(size, math.Abs(v))
		}
	}
	for i := range h {
		for j := range i {
			if math.Abs(h[i][j]-h[j][i]) > 0 {
				return 0, fmt.Errorf("h[%d][%d] is %v and h[%d][%d] is %v", i, j, h[i][j], j, i, h[j][i])
			}
		}
	}
	if size == 0 {
		return math.Inf(1), nil
	}
	top := largest(h, size)
	if top <= 0 {
		return math.Inf(1), nil
	}
	return 2 / top, nil
}

// largest is the largest eigenvalue.
func largest(h [][]float64, size float64) float64 {
	s := mat.NewSymDense(len(h), nil)
	for i := range h {
		for j := range i + 1 {
			s.SetSym(i, j, h[i][j]/size)
		}
	}
	var e mat.EigenSym
	e.Factorize(s, false)
	values := e.Values(nil)
	return values[len(values)-1] * size
}

// Descend takes the steps x ← x − rates[k]·grad(x) from x0 and returns all points, the start first.
func Descend(grad func(x []float64) []float64, x0, rates []float64) ([][]float64, error) {
	if len(x0) == 0 {
		return nil, errors.New("the start is empty")
	}
	if err := finite("x0", x0); err != nil {
		return nil, err
	}
	if err := goodRates(rates); err != nil {
		return nil, err
	}
	x := slices.Clone(x0)
	points := [][]float64{slices.Clone(x)}
	for _, rate := range rates {
		g := grad(slices.Clone(x))
		if len(g) != len(x) {
			return nil, fmt.Errorf("a gradient of %d entries for a point of %d", len(g), len(x))
		}
		// x ← x − η_k∇L(x)
		for i := range x {
			x[i] -= rate * g[i]
		}
		if err := finite("x", x); err != nil {
			return nil, fmt.Errorf("diverged: %w", err)
		}
		points = append(points, slices.Clone(x))
	}
	return points, nil
}

// list returns f(0), …, f(steps−1).
func list(rate float64, steps int, f func(k int) float64) ([]float64, error) {
	if !positive(rate) || steps < 0 {
		return nil, fmt.Errorf("rate %v, %d steps: need 0 < rate < ∞ and steps ≥ 0", rate, steps)
	}
	rates := make([]float64, steps)
	for k := range rates {
		rates[k] = f(k)
	}
	return rates, nil
}

func positive(v float64) bool { return v > 0 && !math.IsInf(v, 0) }

func goodRates(rates []float64) error {
	for k, v := range rates {
		if !(v >= 0) || math.IsInf(v, 0) {
			return fmt.Errorf("rates[%d] is %v: need a number in [0, ∞)", k, v)
		}
	}
	return nil
}

func finite(what string, v []float64) error {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%s[%d] is %v", what, i, x)
		}
	}
	return nil
}
