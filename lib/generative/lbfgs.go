package generative

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// memory is the number of pairs of differences that descend keeps.
const memory = 10

// descend minimises f by L-BFGS (Nocedal & Wright 2006, Algorithms 7.4 and 7.5) with halved steps until f falls by 10⁻⁴ of what the slope promises,
// from x0, which is not changed. f writes its gradient to dst; set gets the last iterate. It ends after so many steps, or where no step lowers f in float64.
// values holds f at the start and after each step.
func descend(ctx context.Context, steps int, x0 []float64, f func(x, dst []float64) float64, set func(x []float64)) (values []float64, err error) {
	n := len(x0)
	x, next := append([]float64(nil), x0...), make([]float64, n)
	g, gNext, dir := make([]float64, n), make([]float64, n), make([]float64, n)
	defer func() { set(x) }()
	value := f(x, g)
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return nil, fmt.Errorf("generative: the loss of the first weights is %v: scale the data to about 1", value)
	}
	values = append(values, value)
	var s, y [][]float64 // xₖ₊₁ − xₖ and gₖ₊₁ − gₖ, the newest last
	alpha := make([]float64, memory)
	for range steps {
		if err := ctx.Err(); err != nil {
			return values, err
		}
		// dir = −H g by the two loops
		floats.ScaleTo(dir, -1, g)
		for i := len(s) - 1; i >= 0; i-- {
			alpha[i] = floats.Dot(s[i], dir) / floats.Dot(s[i], y[i])
			floats.AddScaled(dir, -alpha[i], y[i])
		}
		if k := len(s) - 1; k >= 0 {
			floats.Scale(floats.Dot(s[k], y[k])/floats.Dot(y[k], y[k]), dir)
		} else {
			floats.Scale(1/math.Max(1, floats.Norm(g, 2)), dir)
		}
		for i := range s {
			floats.AddScaled(dir, alpha[i]-floats.Dot(y[i], dir)/floats.Dot(s[i], y[i]), s[i])
		}
		slope, t, lower := floats.Dot(g, dir), 1.0, false
		for range 40 {
			floats.AddScaledTo(next, x, t, dir)
			v := f(next, gNext)
			if v <= value+1e-4*t*slope && v < value {
				value, lower = v, true
				break
			}
			t /= 2
		}
		if !lower {
			if len(s) == 0 {
				return values, nil
			}
			s, y = nil, nil // once more along −g
			continue
		}
		ds, dy := floats.SubTo(make([]float64, n), next, x), floats.SubTo(make([]float64, n), gNext, g)
		if floats.Dot(ds, dy) > 1e-10*floats.Dot(dy, dy) { // else the curvature along ds is not positive
			if len(s) == memory {
				s, y = s[1:], y[1:]
			}
			s, y = append(s, ds), append(y, dy)
		}
		x, next, g, gNext = next, x, gNext, g
		values = append(values, value)
	}
	return values, nil
}
