// Package implicitregularisation with the mean epoch by sums over subsets: steps are affine, so orders that have used the
// same samples can be added up before they go on.
package implicitregularisation

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

var errInput = errors.New("not an input of this exercise")

func bad(v ...float64) bool {
	for _, x := range v {
		if x-x != 0 {
			return true
		}
	}
	return false
}

func dense(a [][]float64, cols int) *mat.Dense {
	m := mat.NewDense(len(a), cols, nil)
	for i, row := range a {
		if len(row) != cols || bad(row...) {
			return nil
		}
		m.SetRow(i, row)
	}
	return m
}

// ModifiedGradient is (I + ε/2 H)g.
func ModifiedGradient(gradient func(w []float64) []float64, hessian func(w []float64) [][]float64, w []float64, rate float64) ([]float64, error) {
	n := len(w)
	if n == 0 || bad(w...) || !(rate > 0) || math.IsInf(rate, 1) {
		return nil, errInput
	}
	rows := hessian(append([]float64{}, w...))
	g := append([]float64{}, gradient(append([]float64{}, w...))...)
	if len(g) != n || bad(g...) || len(rows) != n {
		return nil, errInput
	}
	h := dense(rows, n)
	if h == nil {
		return nil, errInput
	}
	var hg mat.VecDense
	hg.MulVec(h, mat.NewVecDense(n, g))
	floats.AddScaled(g, rate/2, hg.RawVector().Data)
	if bad(g...) {
		return nil, errInput
	}
	return g, nil
}

// Penalties uses Σ‖gₖ − ḡ‖² row by row.
func Penalties(gradients [][]float64, rate float64) (gd, shuffling float64, err error) {
	if len(gradients) == 0 || len(gradients[0]) == 0 || !(rate > 0) || math.IsInf(rate, 1) {
		return 0, 0, errInput
	}
	m := dense(gradients, len(gradients[0]))
	if m == nil {
		return 0, 0, errInput
	}
	r, c := m.Dims()
	mean := make([]float64, c)
	for j := range mean {
		mean[j] = floats.Sum(mat.Col(nil, j, m)) / float64(r)
	}
	for i := range r {
		d := floats.Distance(m.RawRowView(i), mean, 2)
		shuffling += d * d * rate / 4 / float64(r)
	}
	gd = floats.Dot(mean, mean) * rate / 4
	if bad(gd, shuffling) {
		return 0, 0, errInput
	}
	return gd, shuffling, nil
}

// Flow writes the four stages out.
func Flow(gradient func(w []float64) []float64, w0 []float64, time float64, steps int) ([][]float64, error) {
	if len(w0) == 0 || bad(w0...) || bad(time) || time < 0 || steps <= 0 {
		return nil, errInput
	}
	h := time / float64(steps)
	wrong := false
	k := func(w []float64, s float64, d []float64) []float64 {
		p := append([]float64{}, w...)
		if d != nil && !wrong {
			floats.AddScaled(p, -s, d)
		}
		g := append([]float64{}, gradient(p)...)
		wrong = wrong || len(g) != len(w)
		return g
	}
	path := [][]float64{append([]float64{}, w0...)}
	for range steps {
		w := path[len(path)-1]
		k1 := k(w, 0, nil)
		k2 := k(w, h/2, k1)
		k3 := k(w, h/2, k2)
		k4 := k(w, h, k3)
		if wrong {
			return nil, errInput
		}
		next := make([]float64, len(w))
		for i := range w {
			next[i] = w[i] - h*k1[i]/6 - h*k2[i]/3 - h*k3[i]/3 - h*k4[i]/6
		}
		if bad(next...) {
			return nil, errInput
		}
		path = append(path, next)
	}
	return path, nil
}

// EpochMean keeps, for each subset of the samples, the mean of the points that its orders reach.
func EpochMean(a [][]float64, y, w0 []float64, rate float64) ([]float64, error) {
	n := len(a)
	if n == 0 || n > 7 || len(a[0]) == 0 || len(y) != n || len(w0) != len(a[0]) || bad(y...) || bad(w0...) ||
		!(rate > 0) || math.IsInf(rate, 1) || dense(a, len(w0)) == nil {
		return nil, errInput
	}
	mean := make([][]float64, 1<<n)
	mean[0] = append([]float64{}, w0...)
	for set := 1; set < 1<<n; set++ {
		m := make([]float64, len(w0))
		size := 0.0
		for i := range n {
			if set>>i&1 == 0 {
				continue
			}
			size++
			// the orders of set that end with i
			before := mean[set&^(1<<i)]
			r := floats.Dot(a[i], before) - y[i]
			floats.Add(m, before)
			floats.AddScaled(m, -rate*r, a[i])
		}
		floats.Scale(1/size, m)
		if bad(m...) {
			return nil, errInput
		}
		mean[set] = m
	}
	return mean[len(mean)-1], nil
}
