// Package schedules as functions of the step, and with Jacobi's rotations for the eigenvalues.
package schedules

import (
	"errors"
	"fmt"
	"math"
)

type schedule func(k int) float64

func (s schedule) take(steps int, conditions ...bool) ([]float64, error) {
	for i, ok := range append(conditions, steps >= 0) {
		if !ok {
			return nil, fmt.Errorf("condition %d does not hold", i+1)
		}
	}
	out := []float64{}
	for k := range steps {
		out = append(out, s(k))
	}
	return out, nil
}

func open(v float64) bool { return v > 0 && v <= math.MaxFloat64 }

// StepDecay is a constant for each block of steps.
func StepDecay(rate, factor float64, every, steps int) ([]float64, error) {
	return schedule(func(k int) float64 {
		return rate * math.Exp(math.Log(factor)*math.Floor(float64(k)/float64(every)))
	}).take(steps, open(rate), factor > 0, factor <= 1, every > 0)
}

// Exponential is rate·e^{k log factor}.
func Exponential(rate, factor float64, steps int) ([]float64, error) {
	return schedule(func(k int) float64 { return rate * math.Exp(math.Log(factor)*float64(k)) }).take(steps, open(rate), factor > 0, factor <= 1)
}

// Cosine goes from rate to end.
func Cosine(rate, end float64, period, steps int) ([]float64, error) {
	middle, radius := end/2+rate/2, rate/2-end/2
	return schedule(func(k int) float64 {
		if k < period {
			return middle + radius*math.Cos(float64(k)*math.Pi/float64(period))
		}
		return end
	}).take(steps, open(rate), end >= 0, end <= rate, period > 0)
}

// Inverse is 1/(1/rate + k/(rate·scale)).
func Inverse(rate, scale float64, steps int) ([]float64, error) {
	return schedule(func(k int) float64 { return 1 / (1/rate + float64(k)/scale/rate) }).take(steps, open(rate), open(scale))
}

// WarmUp puts the climb before the rates.
func WarmUp(climb int, rates []float64) ([]float64, error) {
	conditions := []bool{len(rates) > 0, climb >= 0}
	for _, v := range rates {
		conditions = append(conditions, v == 0 || open(v))
	}
	return schedule(func(k int) float64 {
		if k >= climb {
			return rates[k-climb]
		}
		return rates[0] / float64(climb) * float64(1+k)
	}).take(max(climb, 0)+len(rates), conditions...)
}

// StepLimit turns one pair of axes after the other until the matrix is diagonal.
func StepLimit(h [][]float64) (float64, error) {
	n := len(h)
	if n == 0 {
		return 0, errors.New("no matrix")
	}
	a, size := make([][]float64, n), 0.0
	for i, row := range h {
		a[i] = append([]float64{}, row...)
		if len(row) != n {
			return 0, errors.New("not square")
		}
		for _, v := range row {
			if v-v != 0 {
				return 0, errors.New("not finite")
			}
			size = math.Max(size, math.Abs(v))
		}
	}
	for i := range a {
		for j := range a {
			if math.Abs(a[i][j]-a[j][i]) > 1e-9*size {
				return 0, errors.New("not symmetric")
			}
		}
	}
	for range 30 {
		for p := range n {
			for q := p + 1; q < n; q++ {
				if math.Abs(a[p][q]) <= 1e-17*size {
					continue
				}
				// the angle with tan 2φ = 2a_pq/(a_qq − a_pp)
				phi := math.Atan2(2*(a[p][q]/size), a[q][q]/size-a[p][p]/size) / 2
				c, s := math.Cos(phi), math.Sin(phi)
				for k := range n {
					a[k][p], a[k][q] = c*a[k][p]-s*a[k][q], s*a[k][p]+c*a[k][q]
				}
				for k := range n {
					a[p][k], a[q][k] = c*a[p][k]-s*a[q][k], s*a[p][k]+c*a[q][k]
				}
			}
		}
	}
	top := a[0][0]
	for i := range a {
		top = math.Max(top, a[i][i])
	}
	if !(top > 0) {
		return math.Inf(1), nil
	}
	return 2 / top, nil
}

// Descend writes all points into one array.
func Descend(grad func(x []float64) []float64, x0, rates []float64) ([][]float64, error) {
	d := len(x0)
	if d == 0 {
		return nil, errors.New("no start")
	}
	for _, v := range rates {
		if v != 0 && !open(v) {
			return nil, errors.New("not a rate")
		}
	}
	all := make([]float64, d*(len(rates)+1))
	points := make([][]float64, len(rates)+1)
	for k := range points {
		points[k] = all[k*d : (k+1)*d : (k+1)*d]
	}
	copy(points[0], x0)
	for k := 0; ; k++ {
		for _, v := range points[k] {
			if v-v != 0 {
				return nil, fmt.Errorf("point %d is not finite", k)
			}
		}
		if k == len(rates) {
			return points, nil
		}
		g := grad(append([]float64{}, points[k]...))
		if len(g) != d {
			return nil, errors.New("the gradient does not fit")
		}
		for i := range g {
			points[k+1][i] = points[k][i] - rates[k]*g[i]
		}
	}
}
