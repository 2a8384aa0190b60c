// Mistake: no-decay: λ is not used
package sparseautoencoder

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Penalty returns Σ_j ρ log(ρ/ρ̂_j) + (1 − ρ) log((1 − ρ)/(1 − ρ̂_j)).
func Penalty(rho float64, rhoHat []float64) (float64, error) {
	if err := shares(rho, rhoHat); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, q := range rhoHat {
		sum += rho*math.Log(rho/q) + (1-rho)*math.Log((1-rho)/(1-q))
	}
	return sum, nil
}

// Slope returns −ρ/ρ̂_j + (1 − ρ)/(1 − ρ̂_j).
func Slope(rho float64, rhoHat []float64) ([]float64, error) {
	if err := shares(rho, rhoHat); err != nil {
		return nil, err
	}
	s := make([]float64, len(rhoHat))
	for j, q := range rhoHat {
		s[j] = -rho/q + (1-rho)/(1-q)
	}
	return s, nil
}

// Loss returns J.
func Loss(x, w1 [][]float64, b1 []float64, w2 [][]float64, b2 []float64, rho, beta, decay float64) (float64, error) {
	p, err := forward(x, w1, b1, w2, b2, rho, beta, decay)
	if err != nil {
		return 0, err
	}
	m, J := float64(len(x)), 0.0
	for _, e := range slices.Concat(p.e...) {
		J += e * e / 2 / m
	}
	for _, w := range slices.Concat(slices.Concat(w1...), slices.Concat(w2...)) {
		_ = w
	}
	if beta > 0 {
		kl, err := Penalty(rho, p.rhoHat)
		if err != nil {
			return 0, err
		}
		J += beta * kl
	}
	return J, nil
}

// Gradient returns the derivatives of J.
func Gradient(x, w1 [][]float64, b1 []float64, w2 [][]float64, b2 []float64, rho, beta, decay float64) (dw1 [][]float64, db1 []float64, dw2 [][]float64, db2 []float64, err error) {
	p, err := forward(x, w1, b1, w2, b2, rho, beta, decay)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	m, slope := float64(len(x)), make([]float64, len(w1))
	if beta > 0 {
		if slope, err = Slope(rho, p.rhoHat); err != nil {
			return nil, nil, nil, nil, err
		}
	}
	dw1, db1, dw2, db2 = scaled(0, w1), make([]float64, len(b1)), scaled(0, w2), make([]float64, len(b2))
	for i := range x {
		for k, e := range p.e[i] {
			// δ₂ = (y − x)/m
			db2[k] += e / m
			for j, a := range p.a[i] {
				dw2[k][j] += e / m * a
			}
		}
		for j, a := range p.a[i] {
			back := 0.0
			for k, e := range p.e[i] {
				back += e / m * w2[k][j]
			}
			// δ₁ = (W₂ᵀδ₂ + (β/m) slope) a (1 − a)
			d := (back + beta/m*slope[j]) * a * (1 - a)
			db1[j] += d
			for k, v := range x[i] {
				dw1[j][k] += d * v
			}
		}
	}
	return dw1, db1, dw2, db2, nil
}

// Step returns θ − rate · ∂J/∂θ.
func Step(x, w1 [][]float64, b1 []float64, w2 [][]float64, b2 []float64, rho, beta, decay, rate float64) (v1 [][]float64, c1 []float64, v2 [][]float64, c2 []float64, err error) {
	if !(rate > 0) || math.IsInf(rate, 0) {
		return nil, nil, nil, nil, fmt.Errorf("the rate is %v", rate)
	}
	dw1, db1, dw2, db2, err := Gradient(x, w1, b1, w2, b2, rho, beta, decay)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	move := func(w, dw []float64) []float64 {
		v := make([]float64, len(w))
		for i := range w {
			v[i] = w[i] - rate*dw[i]
		}
		return v
	}
	for j := range w1 {
		v1 = append(v1, move(w1[j], dw1[j]))
	}
	for k := range w2 {
		v2 = append(v2, move(w2[k], dw2[k]))
	}
	return v1, move(b1, db1), v2, move(b2, db2), nil
}

// pass is what goes forwards: activations [m][h], errors y − x [m][d], mean activations [h].
type pass struct {
	a, e   [][]float64
	rhoHat []float64
}

func forward(x, w1 [][]float64, b1 []float64, w2 [][]float64, b2 []float64, rho, beta, decay float64) (*pass, error) {
	if err := examine(x, w1, b1, w2, b2, rho, beta, decay); err != nil {
		return nil, err
	}
	p := &pass{rhoHat: make([]float64, len(w1))}
	for _, row := range x {
		a, e := make([]float64, len(w1)), make([]float64, len(row))
		for j := range a {
			z := b1[j]
			for k, v := range row {
				z += w1[j][k] * v
			}
			a[j] = 1 / (1 + math.Exp(-z))
			p.rhoHat[j] += a[j] / float64(len(x))
		}
		for k := range e {
			e[k] = b2[k] - row[k]
			for j := range a {
				e[k] += w2[k][j] * a[j]
			}
		}
		p.a, p.e = append(p.a, a), append(p.e, e)
	}
	return p, nil
}

func scaled(s float64, w [][]float64) [][]float64 {
	out := make([][]float64, len(w))
	for i, row := range w {
		for _, v := range row {
			out[i] = append(out[i], s*v)
		}
	}
	return out
}

// shares checks that ρ and all ρ̂ lie inside (0, 1).
func shares(rho float64, rhoHat []float64) error {
	if len(rhoHat) == 0 {
		return errors.New("no mean activation")
	}
	for j, q := range append([]float64{rho}, rhoHat...) {
		if !(q > 0 && q < 1) {
			return fmt.Errorf("number %d of ρ, ρ̂ is %v, outside (0, 1)", j, q)
		}
	}
	return nil
}

func examine(x, w1 [][]float64, b1 []float64, w2 [][]float64, b2 []float64, rho, beta, decay float64) error {
	if len(x) == 0 || len(x[0]) == 0 || len(w1) == 0 {
		return errors.New("no example, no feature or no hidden unit")
	}
	d, h := len(x[0]), len(w1)
	if len(b1) != h || len(w2) != d || len(b2) != d {
		return fmt.Errorf("%d and %d biases and %d rows of W₂ for %d hidden units and %d features", len(b1), len(b2), len(w2), h, d)
	}
	if !(rho > 0 && rho < 1) || !(beta >= 0 && decay >= 0) {
		return fmt.Errorf("ρ = %v, β = %v, λ = %v", rho, beta, decay)
	}
	for _, part := range []struct {
		rows  [][]float64
		width int
	}{{x, d}, {w1, d}, {w2, h}, {[][]float64{b1}, h}, {[][]float64{b2}, d}, {[][]float64{{beta, decay}}, 2}} {
		for i, row := range part.rows {
			if len(row) != part.width {
				return fmt.Errorf("row %d has %d entries, want %d", i, len(row), part.width)
			}
			if slices.ContainsFunc(row, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
				return fmt.Errorf("row %d is %v", i, row)
			}
		}
	}
	return nil
}
