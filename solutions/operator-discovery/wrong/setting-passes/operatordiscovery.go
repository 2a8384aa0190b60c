// Mistake: setting-passes: accepts a negative threshold
package operatordiscovery

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// Library returns Θ, [n][terms]: column j is u^power[j]·d[order[j]], and u^power[j] if order[j] is 0.
func Library(d [][]float64, power, order []int) ([][]float64, error) {
	if err := rectangle(d); err != nil {
		return nil, err
	}
	if len(power) == 0 || len(power) != len(order) {
		return nil, fmt.Errorf("%d powers and %d orders", len(power), len(order))
	}
	for j := range power {
		if power[j] < 0 || order[j] < 0 || order[j] >= len(d) {
			return nil, fmt.Errorf("term %d has power %d and order %d of %d", j, power[j], order[j], len(d))
		}
	}
	theta := make([][]float64, len(d[0]))
	for i := range theta {
		theta[i] = make([]float64, len(power))
		for j := range power {
			v := 1.0
			for range power[j] {
				v *= d[0][i]
			}
			if order[j] > 0 {
				v *= d[order[j]][i]
			}
			theta[i][j] = v
		}
	}
	return theta, rectangle(theta)
}

// LeastSquares returns the α with the smallest ‖Θα − y‖.
func LeastSquares(theta [][]float64, y []float64) ([]float64, error) {
	if err := problem(theta, y); err != nil {
		return nil, err
	}
	all := make([]int, len(theta[0]))
	for j := range all {
		all[j] = j
	}
	return fit(theta, y, all)
}

// STLSQ fits, drops terms below the threshold, and again; then what is left is fitted once more.
func STLSQ(theta [][]float64, y []float64, threshold float64, steps int) ([]float64, error) {
	if steps < 0 {
		return nil, fmt.Errorf("threshold %v, %d steps", threshold, steps)
	}
	alpha, err := LeastSquares(theta, y)
	if err != nil {
		return nil, err
	}
	var in []int
	for j := range alpha {
		in = append(in, j)
	}
	for range max(0, steps) {
		var left []int
		for _, j := range in {
			if math.Abs(alpha[j]) >= threshold {
				left = append(left, j)
			}
		}
		if len(left) == len(in) {
			break
		}
		in = left
		if alpha, err = fit(theta, y, in); err != nil {
			return nil, err
		}
	}
	return alpha, nil
}

// BestSubset minimises λ‖α‖₀ + ‖Θα − y‖².
func BestSubset(theta [][]float64, y []float64, lambda float64) ([]float64, float64, error) {
	if !(lambda >= 0) || math.IsInf(lambda, 1) {
		return nil, 0, fmt.Errorf("lambda is %v", lambda)
	}
	if _, err := LeastSquares(theta, y); err != nil {
		return nil, 0, err
	}
	p := len(theta[0])
	best, objective := []float64(nil), math.Inf(1)
	for size := 0; size <= p; size++ {
		for subset := uint(0); subset < 1<<p; subset++ {
			if bits.OnesCount(subset) != size {
				continue
			}
			var in []int
			for j := range p {
				if subset>>j&1 == 1 {
					in = append(in, j)
				}
			}
			alpha, err := fit(theta, y, in)
			if err != nil {
				return nil, 0, err
			}
			if v := lambda*float64(size) + square(theta, alpha, y); v < objective {
				best, objective = alpha, v
			}
		}
	}
	if best == nil {
		return nil, 0, errors.New("the squared residual is not finite")
	}
	return best, objective, nil
}

// square is ‖Θα − y‖².
func square(theta [][]float64, alpha, y []float64) float64 {
	s := 0.0
	for i, row := range theta {
		r := -y[i]
		for j, v := range row {
			r += v * alpha[j]
		}
		s += r * r
	}
	return s
}

// fit solves the least squares with the columns in the list, by Householder reflections. The other coefficients are 0.
func fit(theta [][]float64, y []float64, in []int) ([]float64, error) {
	n, p := len(y), len(in)
	alpha := make([]float64, len(theta[0]))
	// Columns of norm 1, and y behind them.
	columns, size := make([][]float64, p+1), make([]float64, p)
	for k, j := range in {
		columns[k] = make([]float64, n)
		for i := range theta {
			columns[k][i] = theta[i][j]
			size[k] = math.Hypot(size[k], theta[i][j])
		}
		if size[k] == 0 || math.IsInf(size[k], 1) {
			return nil, fmt.Errorf("column %d has the norm %v", j, size[k])
		}
		for i := range columns[k] {
			columns[k][i] /= size[k]
		}
	}
	columns[p] = slices.Clone(y)
	for k := range p {
		// v = x + sign(x₀)‖x‖e₀ reflects x, what is left of column k, to −sign(x₀)‖x‖e₀
		v := slices.Clone(columns[k][k:])
		length := norm(v)
		if length < 1e-10 {
			return nil, fmt.Errorf("column %d depends on those before it", in[k])
		}
		v[0] += math.Copysign(length, v[0])
		vv := 0.0
		for _, e := range v {
			vv += e * e
		}
		for _, c := range columns[k:] {
			dot := 0.0
			for i, e := range v {
				dot += e * c[k+i]
			}
			for i, e := range v {
				c[k+i] -= 2 * dot / vv * e
			}
		}
	}
	for k := p - 1; k >= 0; k-- {
		s := columns[p][k]
		for l := k + 1; l < p; l++ {
			s -= columns[l][k] * alpha[in[l]] * size[l]
		}
		alpha[in[k]] = s / columns[k][k] / size[k]
	}
	return alpha, finite(alpha)
}

func norm(v []float64) float64 {
	s := 0.0
	for _, e := range v {
		s = math.Hypot(s, e)
	}
	return s
}

func problem(theta [][]float64, y []float64) error {
	if err := errors.Join(rectangle(theta), finite(y)); err != nil {
		return err
	}
	if len(theta) != len(y) || len(theta) < len(theta[0]) {
		return fmt.Errorf("%d rows of %d terms for %d values", len(theta), len(theta[0]), len(y))
	}
	return nil
}

func rectangle(m [][]float64) error {
	if len(m) == 0 || len(m[0]) == 0 {
		return errors.New("no rows or no columns")
	}
	for i, row := range m {
		if len(row) != len(m[0]) {
			return fmt.Errorf("row %d has %d entries, row 0 has %d", i, len(row), len(m[0]))
		}
		if err := finite(row); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}

func finite(v []float64) error {
	for i, e := range v {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return fmt.Errorf("entry %d is %v", i, e)
		}
	}
	return nil
}
