package operators

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// Monomial is a product of powers: Monomial[i] is the exponent of variable i.
type Monomial []int

// Monomials returns the products of n variables up to the given degree, by degree: 1, x, y, x², xy, y², ….
func Monomials(n, degree int) []Monomial {
	var all []Monomial
	var fill func(m Monomial, i, left int)
	fill = func(m Monomial, i, left int) {
		if i == n-1 {
			all = append(all, append(append(Monomial{}, m...), left))
			return
		}
		for p := left; p >= 0; p-- {
			fill(append(m, p), i+1, left-p)
		}
	}
	for d := range degree + 1 {
		if n > 0 {
			fill(make(Monomial, 0, n), 0, d)
		}
	}
	return all
}

// Name writes the monomial with the variables' names.
func (m Monomial) Name(variables []string) string {
	var parts []string
	for i, p := range m {
		if p > 0 {
			parts = append(parts, superscripted(variables[i], p))
		}
	}
	if len(parts) == 0 {
		return "1"
	}
	return strings.Join(parts, " ")
}

// Trajectories makes the regressions for dxᵢ/dt = Σⱼ αⱼ monomialⱼ(x), one for each variable, from x, [m][variables], at the equally
// spaced times t, [m]. margin times at both ends are left out. As in Evolution the monomials are taken of x as the method gives it
// for order 0.
func Trajectories(t []float64, x [][]float64, variables []string, degree int, time Differentiator, margin int) ([]*Regression, error) {
	dt, err := Spacing(t)
	if err != nil {
		return nil, err
	}
	m, n := len(t), len(variables)
	if len(x) != m || margin < 0 || 2*margin >= m || n == 0 {
		return nil, fmt.Errorf("operators: %d points of %d variables at %d times with a margin of %d", len(x), n, m, margin)
	}
	smooth, change := mat.NewDense(m, n, nil), mat.NewDense(m, n, nil)
	column := make([]float64, m)
	for i := range n {
		for j := range x {
			if len(x[j]) != n {
				return nil, fmt.Errorf("operators: point %d has %d coordinates, want %d", j, len(x[j]), n)
			}
			column[j] = x[j][i]
		}
		for order, to := range []*mat.Dense{smooth, change} {
			d, err := time.Derivative(column, dt, order)
			if err != nil {
				return nil, err
			}
			to.SetCol(i, d)
		}
	}
	terms := Monomials(n, degree)
	theta := mat.NewDense(m-2*margin, len(terms), nil)
	var names []string
	for j, term := range terms {
		names = append(names, term.Name(variables))
		for k := range m - 2*margin {
			v := 1.0
			for i, p := range term {
				for range p {
					v *= smooth.At(k+margin, i)
				}
			}
			theta.Set(k, j, v)
		}
	}
	var all []*Regression
	for i, name := range variables {
		r := &Regression{Names: names, Target: "d" + name + "/dt", Theta: theta}
		for k := range m - 2*margin {
			r.Y = append(r.Y, change.At(k+margin, i))
		}
		all = append(all, r)
	}
	return all, nil
}
