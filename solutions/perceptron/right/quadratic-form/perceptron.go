// The dual form: w = Σ cᵢyᵢxᵢ, where cᵢ counts the corrections at point i. f is computed from dot products of the points.

package perceptron

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

var errInput = errors.New("the input does not fit, or is not finite")

func data(x [][]float64, y []float64) (*mat.Dense, error) {
	n := len(x)
	if n == 0 || len(y) != n || len(x[0]) == 0 {
		return nil, errInput
	}
	m := mat.NewDense(n, len(x[0]), nil)
	for i, p := range x {
		if len(p) != len(x[0]) || y[i]*y[i] != 1 || slices.ContainsFunc(p, bad) {
			return nil, errInput
		}
		m.SetRow(i, p)
	}
	return m, nil
}

func bad(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// margins returns yᵢ(wᵀxᵢ + b).
func margins(w []float64, b float64, x [][]float64, y []float64) (*mat.Dense, []float64, error) {
	m, err := data(x, y)
	if err != nil {
		return nil, nil, err
	}
	if len(w) != len(x[0]) || bad(b) || slices.ContainsFunc(w, bad) {
		return nil, nil, errInput
	}
	var f mat.VecDense
	f.MulVec(m, mat.NewVecDense(len(w), slices.Clone(w)))
	out := make([]float64, len(y))
	for i := range out {
		out[i] = y[i] * (f.AtVec(i) + b)
	}
	return m, out, nil
}

func Loss(w []float64, b float64, x [][]float64, y []float64) (float64, error) {
	_, yf, err := margins(w, b, x, y)
	if err != nil {
		return 0, err
	}
	s := 0.0
	for _, v := range yf {
		if v < 0 {
			s -= v / float64(len(yf))
		}
	}
	return s, nil
}

func Train(x [][]float64, y []float64, epochs int) (w []float64, b float64, mistakes []int, err error) {
	m, err := data(x, y)
	if err != nil {
		return nil, 0, nil, err
	}
	if epochs < 0 {
		return nil, 0, nil, errInput
	}
	n := len(x)
	var gram mat.Dense
	gram.Mul(m, m.T())
	c := make([]float64, n)
	for e := 0; e < epochs; e++ {
		wrong := 0
		for i := 0; i < n; i++ {
			f, b := 0.0, 0.0
			for j := 0; j < n; j++ {
				f += c[j] * y[j] * gram.At(i, j)
				b += c[j] * y[j]
			}
			if (f+b)*y[i] <= 0 {
				c[i]++
				wrong++
			}
		}
		mistakes = append(mistakes, wrong)
		if wrong == 0 {
			break
		}
	}
	w = make([]float64, len(x[0]))
	for i, p := range x {
		b += c[i] * y[i]
		for j := range p {
			w[j] += c[i] * y[i] * p[j]
		}
	}
	return w, b, mistakes, nil
}

func Bound(w []float64, b float64, x [][]float64, y []float64) (float64, error) {
	_, yf, err := margins(w, b, x, y)
	if err != nil {
		return 0, err
	}
	gamma := slices.Min(yf)
	if gamma <= 0 {
		return 0, errors.New("the hyperplane does not separate")
	}
	gamma /= math.Sqrt(mat.Dot(mat.NewVecDense(len(w), slices.Clone(w)), mat.NewVecDense(len(w), slices.Clone(w))) + b*b)
	r := 0.0
	for _, p := range x {
		s := 1.0
		for _, v := range p {
			s += v * v
		}
		r = math.Max(r, math.Sqrt(s))
	}
	return math.Pow(r/gamma, 2), nil
}
