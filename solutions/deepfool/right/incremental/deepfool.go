// Package deepfool solves the exercise with one walk for all three functions: x itself moves by (1 + η) times each step,
// and r is what it moved in all.
package deepfool

import (
	"fmt"
	"math"
)

// walker is what the three functions differ in.
type walker struct {
	eta   float64
	steps int
	unit  func(w []float64) (u []float64, gain float64)
	judge func(x []float64) (changed bool, err error)                       // one value
	slope func(x []float64) (gap []float64, normals [][]float64, err error) // one gradient, at the point judged last
}

func (k walker) walk(x0 []float64) ([]float64, int, error) {
	if k.steps <= 0 {
		return nil, 0, fmt.Errorf("maxIter = %d", k.steps)
	}
	if math.IsNaN(k.eta) || k.eta < 0 {
		return nil, 0, fmt.Errorf("overshoot = %v", k.eta)
	}
	x := make([]float64, len(x0))
	copy(x, x0)
	if done, err := k.judge(x); done || err != nil {
		return make([]float64, len(x0)), 0, err
	}
	for n := 1; n <= k.steps; n++ {
		gaps, normals, err := k.slope(x)
		if err != nil {
			return nil, n, err
		}
		var u []float64
		d := math.MaxFloat64
		for i, w := range normals {
			if v, gain := k.unit(w); gain > 0 && gaps[i]/gain < d {
				u, d = v, gaps[i]/gain
			}
		}
		if u == nil {
			return nil, n, fmt.Errorf("step %d: no gradient leads anywhere", n)
		}
		for i := range x {
			x[i] += (1 + k.eta) * d * u[i]
		}
		done, err := k.judge(x)
		if err != nil {
			return nil, n, err
		}
		if done {
			r := make([]float64, len(x0))
			for i := range r {
				r[i] = x[i] - x0[i]
			}
			return r, n, nil
		}
	}
	return nil, k.steps, fmt.Errorf("no other answer within %d steps", k.steps)
}

func Binary(f func(x []float64) float64, grad func(x []float64) []float64, x0 []float64, overshoot float64, maxIter int) ([]float64, int, error) {
	var side, now float64 // the sign at x0, and the value there or at the point judged last
	return walker{overshoot, maxIter, euclid,
		func(x []float64) (bool, error) {
			now = f(append([]float64{}, x...))
			if err := numbers(now); err != nil {
				return false, err
			}
			if side == 0 {
				if now == 0 {
					return false, fmt.Errorf("x0 is on the boundary")
				}
				side = math.Copysign(1, now)
			}
			return now*side < 0, nil
		},
		func(x []float64) ([]float64, [][]float64, error) {
			g := grad(append([]float64{}, x...))
			down := make([]float64, len(g))
			for i := range g {
				down[i] = -side * g[i]
			}
			return []float64{now * side}, [][]float64{down}, numbers(g...)
		}}.walk(x0)
}

func Multiclass(logits func(x []float64) []float64, jacobian func(x []float64) [][]float64, x0 []float64, label int, overshoot float64, maxIter int) ([]float64, int, error) {
	return many(logits, jacobian, x0, label, overshoot, maxIter, euclid)
}

func MulticlassInf(logits func(x []float64) []float64, jacobian func(x []float64) [][]float64, x0 []float64, label int, overshoot float64, maxIter int) ([]float64, int, error) {
	return many(logits, jacobian, x0, label, overshoot, maxIter, box)
}

func many(logits func(x []float64) []float64, jacobian func(x []float64) [][]float64, x0 []float64, label int, overshoot float64, maxIter int,
	unit func(w []float64) ([]float64, float64)) ([]float64, int, error) {
	var f []float64
	started := false
	return walker{overshoot, maxIter, unit,
		func(x []float64) (bool, error) {
			f = logits(append([]float64{}, x...))
			if err := numbers(f...); err != nil {
				return false, err
			}
			if label < 0 || label > len(f)-1 {
				return false, fmt.Errorf("no class %d", label)
			}
			equal := 0
			for k, v := range f {
				if v > f[label] || v == f[label] && k < label {
					return true, nil
				}
				if v == f[label] {
					equal++
				}
			}
			if !started && equal > 1 {
				return false, fmt.Errorf("%d classes tie", equal)
			}
			started = true
			return false, nil
		},
		func(x []float64) ([]float64, [][]float64, error) {
			var gaps []float64
			var normals [][]float64
			for k, row := range jacobian(append([]float64{}, x...)) {
				if err := numbers(row...); err != nil {
					return nil, nil, err
				}
				gaps = append(gaps, f[label]-f[k])
				normals = append(normals, row)
			}
			for k := range normals {
				if k != label {
					normals[k] = minus(normals[k], normals[label])
				}
			}
			normals[label] = make([]float64, len(x)) // leads nowhere
			return gaps, normals, nil
		}}.walk(x0)
}

// euclid is the L2 unit vector along w.
func euclid(w []float64) ([]float64, float64) {
	n := 0.0
	for _, v := range w {
		n = math.Hypot(n, v)
	}
	u := make([]float64, len(w))
	for i := range w {
		u[i] = w[i] / n
	}
	return u, n
}

// box is the corner of the L∞ unit ball along w.
func box(w []float64) ([]float64, float64) {
	u, n := make([]float64, len(w)), 0.0
	for i, v := range w {
		if v > 0 {
			u[i] = 1
		} else if v < 0 {
			u[i] = -1
		}
		n += u[i] * v
	}
	return u, n
}

func minus(a, b []float64) []float64 {
	c := make([]float64, len(a))
	for i := range c {
		c[i] = a[i] - b[i]
	}
	return c
}

func numbers(v ...float64) error {
	for i, x := range v {
		if x != x || x > math.MaxFloat64 || x < -math.MaxFloat64 {
			return fmt.Errorf("number %d of the model is %v", i, x)
		}
	}
	return nil
}
