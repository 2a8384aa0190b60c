package operators

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/datasets"
)

// Term is the operator u ↦ uᴾ ∂ᴷu with P = Power, K = Order; with K = 0 it is u ↦ uᴾ.
type Term struct{ Power, Order int }

// String writes a term as formulas do: "1", "u²", "∂xx u", "u ∂x u".
func (t Term) String() string {
	power := superscripted("u", t.Power)
	if t.Order == 0 {
		if t.Power == 0 {
			return "1"
		}
		return power
	}
	d := "∂" + strings.Repeat("x", t.Order) + " u"
	if t.Power == 0 {
		return d
	}
	return power + " " + d
}

// superscripted is name^p, "" for p = 0.
func superscripted(name string, p int) string {
	switch p {
	case 0:
		return ""
	case 1:
		return name
	}
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	for _, c := range fmt.Sprint(p) {
		name += string(digits[c-'0'])
	}
	return name
}

// Products returns the terms uᵖ ∂ᵏu with p ≤ power, k ≤ order: (power + 1)(order + 1) of them, 1, u, u², …, ∂x u, u ∂x u, ….
func Products(power, order int) []Term {
	var all []Term
	for k := range order + 1 {
		for p := range power + 1 {
			all = append(all, Term{Power: p, Order: k})
		}
	}
	return all
}

// Apply returns the operators' values on one function u, [n], as columns: [n, terms]. Powers are of u as the method gives it for order 0.
func Apply(terms []Term, u []float64, h float64, space Differentiator) (*mat.Dense, error) {
	derivatives := map[int][]float64{}
	for _, t := range append([]Term{{}}, terms...) { // order 0 always
		if derivatives[t.Order] == nil {
			d, err := space.Derivative(u, h, t.Order)
			if err != nil {
				return nil, err
			}
			derivatives[t.Order] = d
		}
	}
	theta := mat.NewDense(len(u), len(terms), nil)
	for j, t := range terms {
		for i := range u {
			v := 1.0
			if t.Order > 0 {
				v = derivatives[t.Order][i]
			}
			for range t.Power {
				v *= derivatives[0][i]
			}
			theta.Set(i, j, v)
		}
	}
	return theta, nil
}

// Regression is Θα ≈ y: one column a term, one row a place and time.
type Regression struct {
	Names  []string   // [terms]
	Target string     // what y is, such as "∂t u"
	Theta  *mat.Dense // [rows, terms]
	Y      []float64  // [rows]
}

// Margins says which rows of a field are left out: derivatives are less sure near the ends.
type Margins struct {
	Time  int // times at the beginning and at the end
	Space int // places at both ends
}

// Evolution makes the regression for ∂t u = Σⱼ αⱼ termⱼ(u) of a field.
//
// Both sides see the same smoothing: the terms are taken of u smoothed in time, ∂t u is smoothed in space (each as order 0 of its
// method). What is linear then has no bias by smoothing, as the operations can be exchanged.
func Evolution(f *datasets.Field, terms []Term, space, time Differentiator, margin Margins) (*Regression, error) {
	n, m := len(f.X), len(f.T)
	h, err := Spacing(f.X)
	if err != nil {
		return nil, err
	}
	dt, err := Spacing(f.T)
	if err != nil {
		return nil, err
	}
	if len(terms) == 0 || margin.Time < 0 || margin.Space < 0 || 2*margin.Time >= m || 2*margin.Space >= n {
		return nil, fmt.Errorf("operators: %d terms, margins %+v of %d times and %d places: nothing is left", len(terms), margin, m, n)
	}
	smooth, change := mat.NewDense(m, n, nil), mat.NewDense(m, n, nil)
	column := make([]float64, m)
	for i := range n {
		for j := range m {
			column[j] = f.U[j][i]
		}
		for order, to := range []*mat.Dense{smooth, change} {
			d, err := time.Derivative(column, dt, order)
			if err != nil {
				return nil, err
			}
			to.SetCol(i, d)
		}
	}
	r := &Regression{Target: "∂t u"}
	for _, t := range terms {
		r.Names = append(r.Names, t.String())
	}
	wide := n - 2*margin.Space
	r.Theta = mat.NewDense((m-2*margin.Time)*wide, len(terms), nil)
	for j := margin.Time; j < m-margin.Time; j++ {
		theta, err := Apply(terms, smooth.RawRowView(j), h, space)
		if err != nil {
			return nil, err
		}
		y, err := space.Derivative(change.RawRowView(j), h, 0)
		if err != nil {
			return nil, err
		}
		at := (j - margin.Time) * wide
		r.Theta.Slice(at, at+wide, 0, len(terms)).(*mat.Dense).Copy(theta.Slice(margin.Space, margin.Space+wide, 0, len(terms)))
		r.Y = append(r.Y, y[margin.Space:margin.Space+wide]...)
	}
	return r, nil
}

// Equation writes Target = Σ αⱼ Nameⱼ with the terms that are not zero, three digits each.
func (r *Regression) Equation(alpha []float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s =", r.Target)
	empty := true
	for j, a := range alpha {
		if a == 0 {
			continue
		}
		sign := " + "
		if a < 0 {
			sign, a = " − ", -a
		}
		if empty && sign == " + " {
			sign = " "
		}
		name := " " + r.Names[j]
		if r.Names[j] == "1" {
			name = ""
		}
		fmt.Fprintf(&b, "%s%.3g%s", sign, a, name)
		empty = false
	}
	if empty {
		b.WriteString(" 0")
	}
	return b.String()
}
