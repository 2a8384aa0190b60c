// Package lista solves the exercise with all examples at once, as products of matrices.
package lista

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

var errInput = errors.New("exercise lista: the input has no result")

// numbers errs if an entry is not finite.
func numbers(v []float64) error {
	for i, a := range v {
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return fmt.Errorf("%w: number %d is %v", errInput, i, a)
		}
	}
	return nil
}

// matrix errs unless a is a finite matrix with so many columns; −1 means any, but one at least.
func matrix(name string, a [][]float64, columns int) error {
	if len(a) == 0 || len(a[0]) == 0 {
		return fmt.Errorf("%w: %s is empty", errInput, name)
	}
	if columns < 0 {
		columns = len(a[0])
	}
	for i, row := range a {
		if len(row) != columns {
			return fmt.Errorf("%w: row %d of %s has %d entries, want %d", errInput, i, name, len(row), columns)
		}
		if err := numbers(row); err != nil {
			return err
		}
	}
	return nil
}

// weights errs unless we, s and theta make a network.
func weights(we, s [][]float64, theta []float64, steps int) error {
	if err := matrix("we", we, -1); err != nil {
		return err
	}
	m := len(we)
	if len(s) != m || len(theta) != m {
		return fmt.Errorf("%w: s has %d rows, theta %d entries, we %d rows", errInput, len(s), len(theta), m)
	}
	if err := matrix("s", s, m); err != nil {
		return err
	}
	if steps < 0 {
		return fmt.Errorf("%w: %d steps", errInput, steps)
	}
	for i, t := range theta {
		if !(t >= 0) {
			return fmt.Errorf("%w: θ[%d] = %v", errInput, i, t)
		}
	}
	return numbers(theta)
}

// examples errs unless the rows of x and z fit the network and each other.
func examples(we, x, z [][]float64) error {
	if err := matrix("x", x, len(we[0])); err != nil {
		return err
	}
	if len(z) != len(x) {
		return fmt.Errorf("%w: %d rows of x, %d of z", errInput, len(x), len(z))
	}
	return matrix("z", z, len(we))
}

// Start returns ISTA's weights.
func Start(w [][]float64, alpha, l float64) (we, s [][]float64, theta []float64, err error) {
	if err := matrix("w", w, -1); err != nil {
		return nil, nil, nil, err
	}
	if !(alpha >= 0) || math.IsInf(alpha, 0) || !(l > 0) || math.IsInf(l, 0) {
		return nil, nil, nil, fmt.Errorf("%w: α = %v, L = %v", errInput, alpha, l)
	}
	n, m := len(w), len(w[0])
	we, s, theta = grid(m, n), grid(m, m), make([]float64, m)
	for j := range m {
		theta[j] = alpha / l
		s[j][j] = 1
		for i, row := range w {
			we[j][i] = row[j] / l
			floats.AddScaled(s[j], -row[j]/l, row)
		}
	}
	return we, s, theta, nil
}

func grid(rows, columns int) [][]float64 {
	g := make([][]float64, rows)
	for i := range g {
		g[i] = make([]float64, columns)
	}
	return g
}

// forward returns v_t and z_t for t = 0, …, T.
func forward(we, s [][]float64, theta, x []float64, steps int) (v, z [][]float64) {
	m := len(we)
	drive := make([]float64, m) // W_e x
	for j, row := range we {
		drive[j] = floats.Dot(row, x)
	}
	for t := range steps + 1 {
		vt, zt := slices.Clone(drive), make([]float64, m)
		if t > 0 {
			for j, row := range s {
				vt[j] += floats.Dot(row, z[t-1])
			}
		}
		for j, a := range vt {
			zt[j] = math.Copysign(math.Max(math.Abs(a)-theta[j], 0), a)
		}
		v, z = append(v, vt), append(z, zt)
	}
	return v, z
}

// Encode returns z_T.
func Encode(we, s [][]float64, theta, x []float64, steps int) ([]float64, error) {
	if err := weights(we, s, theta, steps); err != nil {
		return nil, err
	}
	if err := matrix("x", [][]float64{x}, len(we[0])); err != nil {
		return nil, err
	}
	_, z := forward(we, s, theta, x, steps)
	return z[steps], nil
}

func dense(a [][]float64) *mat.Dense { return mat.NewDense(len(a), len(a[0]), slices.Concat(a...)) }

func rows(a *mat.Dense) [][]float64 {
	n, m := a.Dims()
	g := grid(n, m)
	for i := range g {
		copy(g[i], a.RawRowView(i))
	}
	return g
}

// Loss returns the mean of ½‖z_T − z*‖².
func Loss(we, s [][]float64, theta []float64, x, z [][]float64, steps int) (float64, error) {
	loss, _, _, _, err := both(we, s, theta, x, z, steps)
	return loss, err
}

// Gradient returns the gradient of Loss.
func Gradient(we, s [][]float64, theta []float64, x, z [][]float64, steps int) (dWe, dS [][]float64, dTheta []float64, err error) {
	_, dWe, dS, dTheta, err = both(we, s, theta, x, z, steps)
	return dWe, dS, dTheta, err
}

// both returns the loss and its gradient. Rows of V and Z are examples.
func both(we, s [][]float64, theta []float64, x, z [][]float64, steps int) (loss float64, dWe, dS [][]float64, dTheta []float64, err error) {
	if err := weights(we, s, theta, steps); err != nil {
		return 0, nil, nil, nil, err
	}
	if err := examples(we, x, z); err != nil {
		return 0, nil, nil, nil, err
	}
	m := len(we)
	ms, mx := dense(s), dense(x)
	var drive mat.Dense
	drive.Mul(mx, dense(we).T())
	vs, zs := make([]*mat.Dense, steps+1), make([]*mat.Dense, steps+1)
	for t := range vs {
		v := mat.DenseCopyOf(&drive)
		if t > 0 {
			var back mat.Dense
			back.Mul(zs[t-1], ms.T())
			v.Add(v, &back)
		}
		vs[t], zs[t] = v, mat.DenseCopyOf(v)
		zs[t].Apply(func(_, j int, a float64) float64 { return math.Max(a-theta[j], 0) - math.Max(-a-theta[j], 0) }, v)
	}
	delta := mat.DenseCopyOf(zs[steps])
	delta.Sub(delta, dense(z))
	norm := mat.Norm(delta, 2)
	loss = norm * norm / float64(2*len(x))
	delta.Scale(1/float64(len(x)), delta)
	gw, gs := mat.NewDense(m, len(x[0]), nil), mat.NewDense(m, m, nil)
	dTheta = make([]float64, m)
	for t := steps; t >= 0; t-- {
		delta.Apply(func(i, j int, d float64) float64 {
			switch v := vs[t].At(i, j); {
			case v > theta[j]:
				dTheta[j] -= d
			case v < -theta[j]:
				dTheta[j] += d
			default:
				return 0
			}
			return d
		}, delta)
		var g mat.Dense
		g.Mul(delta.T(), mx)
		gw.Add(gw, &g)
		if t > 0 {
			var h, next mat.Dense
			h.Mul(delta.T(), zs[t-1])
			gs.Add(gs, &h)
			next.Mul(delta, ms)
			delta = &next
		}
	}
	return loss, rows(gw), rows(gs), dTheta, nil
}
