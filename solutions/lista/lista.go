// Package lista is the solution of the exercise "LISTA".
package lista

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
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

// Loss returns the mean of ½‖z_T − z*‖².
func Loss(we, s [][]float64, theta []float64, x, z [][]float64, steps int) (float64, error) {
	if err := weights(we, s, theta, steps); err != nil {
		return 0, err
	}
	if err := examples(we, x, z); err != nil {
		return 0, err
	}
	sum := 0.0
	for p := range x {
		_, own := forward(we, s, theta, x[p], steps)
		d := floats.SubTo(make([]float64, len(we)), own[steps], z[p])
		sum += 0.5 * floats.Dot(d, d)
	}
	return sum / float64(len(x)), nil
}

// Gradient returns the gradient of Loss.
func Gradient(we, s [][]float64, theta []float64, x, z [][]float64, steps int) (dWe, dS [][]float64, dTheta []float64, err error) {
	if err := weights(we, s, theta, steps); err != nil {
		return nil, nil, nil, err
	}
	if err := examples(we, x, z); err != nil {
		return nil, nil, nil, err
	}
	m, n := len(we), len(we[0])
	dWe, dS, dTheta = grid(m, n), grid(m, m), make([]float64, m)
	for p := range x {
		v, own := forward(we, s, theta, x[p], steps)
		delta := floats.SubTo(make([]float64, m), own[steps], z[p])
		floats.Scale(1/float64(len(x)), delta)
		for t := steps; t >= 0; t-- {
			before := make([]float64, m) // Sᵀδ, for layer t − 1
			for j := range m {
				if math.Abs(v[t][j]) <= theta[j] {
					continue
				}
				dTheta[j] -= delta[j] * math.Copysign(1, v[t][j])
				floats.AddScaled(dWe[j], delta[j], x[p])
				if t > 0 {
					floats.AddScaled(dS[j], delta[j], own[t-1])
				}
				floats.AddScaled(before, delta[j], s[j])
			}
			delta = before
		}
	}
	return dWe, dS, dTheta, nil
}
