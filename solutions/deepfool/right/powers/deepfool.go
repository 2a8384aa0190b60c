// Package deepfool solves the exercise with the paper's formula for general norms (eq. 12), q = 2 and q = 1, written out
// without unit vectors, and with a search over gaps and powers.
package deepfool

import (
	"errors"
	"math"
	"slices"
)

var errNotFinite = errors.New("deepfool: the model returned a number that is not finite")

// Binary is Algorithm 1.
func Binary(f func(x []float64) float64, grad func(x []float64) []float64, x0 []float64, overshoot float64, maxIter int) ([]float64, int, error) {
	if maxIter < 1 || !(overshoot >= 0) {
		return nil, 0, errors.New("deepfool: bad arguments")
	}
	first := f(slices.Clone(x0))
	switch {
	case bad(first):
		return nil, 0, errNotFinite
	case first == 0:
		return nil, 0, errors.New("deepfool: f(x0) is zero")
	}
	s := make([]float64, len(x0))
	value := first
	for k := 1; k <= maxIter; k++ {
		w := grad(along(x0, 1+overshoot, s))
		if slices.ContainsFunc(w, bad) {
			return nil, k, errNotFinite
		}
		square := 0.0
		for _, v := range w {
			square += v * v
		}
		if square == 0 {
			return nil, k, errors.New("deepfool: zero gradient")
		}
		for i, v := range w {
			s[i] += -value * v / square
		}
		judged := f(along(x0, 1+overshoot, s))
		if bad(judged) {
			return nil, k, errNotFinite
		}
		if judged*first < 0 {
			return along(make([]float64, len(x0)), 1+overshoot, s), k, nil
		}
		value = judged
	}
	return nil, maxIter, errors.New("deepfool: not flipped")
}

// Multiclass is Algorithm 2.
func Multiclass(logits func(x []float64) []float64, jacobian func(x []float64) [][]float64, x0 []float64, label int, overshoot float64, maxIter int) ([]float64, int, error) {
	return search(logits, jacobian, x0, label, overshoot, maxIter, 2)
}

// MulticlassInf is Algorithm 2 with q = 1, the dual exponent of p = ∞.
func MulticlassInf(logits func(x []float64) []float64, jacobian func(x []float64) [][]float64, x0 []float64, label int, overshoot float64, maxIter int) ([]float64, int, error) {
	return search(logits, jacobian, x0, label, overshoot, maxIter, 1)
}

// search keeps ‖r‖_p small, q its dual exponent: rᵢ = |f'|/‖w'‖_q^q · |w'|^(q−1) ∘ sign(w').
func search(logits func(x []float64) []float64, jacobian func(x []float64) [][]float64, x0 []float64, label int, overshoot float64, maxIter int, q float64) ([]float64, int, error) {
	if maxIter < 1 || !(overshoot >= 0) {
		return nil, 0, errors.New("deepfool: bad arguments")
	}
	f := logits(slices.Clone(x0))
	if slices.ContainsFunc(f, bad) {
		return nil, 0, errNotFinite
	}
	if label < 0 || label >= len(f) {
		return nil, 0, errors.New("deepfool: no such label")
	}
	top := slices.Max(f)
	if slices.Index(f, top) != label {
		return make([]float64, len(x0)), 0, nil
	}
	if slices.Index(f[label+1:], top) >= 0 {
		return nil, 0, errors.New("deepfool: a tie at x0")
	}
	s := make([]float64, len(x0))
	for n := 1; n <= maxIter; n++ {
		rows := jacobian(along(x0, 1+overshoot, s))
		for _, row := range rows {
			if slices.ContainsFunc(row, bad) {
				return nil, n, errNotFinite
			}
		}
		chosen, least, power := -1, 0.0, 0.0
		for k := range rows {
			sum := 0.0 // ‖w'‖_q^q
			for i := range x0 {
				sum += math.Pow(math.Abs(rows[k][i]-rows[label][i]), q)
			}
			if k == label || sum == 0 {
				continue
			}
			if d := math.Abs(f[k]-f[label]) / math.Pow(sum, 1/q); chosen < 0 || d < least {
				chosen, least, power = k, d, sum
			}
		}
		if chosen < 0 {
			return nil, n, errors.New("deepfool: zero gradients")
		}
		gap := math.Abs(f[chosen] - f[label])
		for i := range s {
			if w := rows[chosen][i] - rows[label][i]; w != 0 {
				s[i] += gap / power * math.Copysign(math.Pow(math.Abs(w), q-1), w)
			}
		}
		judged := logits(along(x0, 1+overshoot, s))
		if slices.ContainsFunc(judged, bad) {
			return nil, n, errNotFinite
		}
		if slices.Index(judged, slices.Max(judged)) != label {
			return along(make([]float64, len(x0)), 1+overshoot, s), n, nil
		}
		f = judged
	}
	return nil, maxIter, errors.New("deepfool: the label stands")
}

func bad(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// along is x + c·s.
func along(x []float64, c float64, s []float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = x[i] + c*s[i]
	}
	return out
}
