// Package gradientdescent with gonum: residual vector, transposed product, and one loop for both kinds of descent.
package gradientdescent

import (
	"errors"
	"fmt"
	"math"
	"sort"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

var errInput = errors.New("gradient descent: the input has no result")

func usable(v ...float64) bool {
	return !floats.HasNaN(v) && !math.IsInf(floats.Norm(v, math.Inf(1)), 0)
}

// walk takes a step for each k below steps.
func walk(x0 []float64, rate float64, steps int, grad func(k int, x []float64) ([]float64, error)) ([][]float64, error) {
	if len(x0) == 0 || !usable(x0...) || !usable(rate) || rate <= 0 || steps < 0 {
		return nil, errInput
	}
	path := mat.NewDense(steps+1, len(x0), nil)
	path.SetRow(0, x0)
	for k := 0; k < steps; k++ {
		g, err := grad(k, mat.Row(nil, k, path))
		if err != nil {
			return nil, err
		}
		if len(g) != len(x0) {
			return nil, errInput
		}
		floats.AddScaledTo(path.RawRowView(k+1), path.RawRowView(k), -rate, g)
		if !usable(path.RawRowView(k + 1)...) {
			return nil, fmt.Errorf("step %d: diverged", k)
		}
	}
	points := make([][]float64, steps+1)
	for k := range points {
		points[k] = mat.Row(nil, k, path)
	}
	return points, nil
}

// Descend is walk with the gradient given.
func Descend(grad func(x []float64) []float64, x0 []float64, rate float64, steps int) ([][]float64, error) {
	return walk(x0, rate, steps, func(_ int, x []float64) ([]float64, error) { return grad(x), nil })
}

// BatchGradient is A_Bᵀ(A_B w − y_B)/|B|.
func BatchGradient(a [][]float64, y, w []float64, batch []int) ([]float64, error) {
	if len(a) == 0 || len(w) == 0 || len(a) != len(y) || len(batch) == 0 || !usable(y...) || !usable(w...) {
		return nil, errInput
	}
	for _, row := range a {
		if len(row) != len(w) || !usable(row...) {
			return nil, errInput
		}
	}
	ab, yb := mat.NewDense(len(batch), len(w), nil), mat.NewVecDense(len(batch), nil)
	for k, i := range batch {
		if i < 0 || i >= len(a) {
			return nil, errInput
		}
		ab.SetRow(k, a[i])
		yb.SetVec(k, y[i])
	}
	var r, g mat.VecDense
	r.MulVec(ab, mat.NewVecDense(len(w), append([]float64(nil), w...)))
	r.SubVec(&r, yb)
	g.MulVec(ab.T(), &r)
	g.ScaleVec(1/float64(len(batch)), &g)
	return g.RawVector().Data, nil
}

// Epoch is walk with the gradient of batch k.
func Epoch(a [][]float64, y, w0 []float64, order []int, size int, rate float64) ([][]float64, error) {
	if size < 1 {
		return nil, errInput
	}
	if _, err := BatchGradient(a, y, w0, order); err != nil {
		return nil, err
	}
	batches := int(math.Ceil(float64(len(order)) / float64(size)))
	return walk(w0, rate, batches, func(k int, w []float64) ([]float64, error) {
		end := (k + 1) * size
		if k == batches-1 {
			end = len(order)
		}
		return BatchGradient(a, y, w, order[k*size:end])
	})
}

// BestRate sorts a copy.
func BestRate(eigenvalues []float64) (float64, float64, error) {
	v := append([]float64(nil), eigenvalues...)
	sort.Float64s(v)
	if len(v) == 0 || !usable(v...) || v[0] <= 0 {
		return 0, 0, errInput
	}
	rate := 1 / (v[0]/2 + v[len(v)-1]/2)
	return rate, math.Max(math.Abs(1-rate*v[0]), math.Abs(1-rate*v[len(v)-1])), nil
}
