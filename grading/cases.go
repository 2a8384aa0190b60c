package grading

import (
	"fmt"
	"math"
)

// Case is a call with fixed arguments whose right answer is known as numbers. Public checks are made of cases, so that
// a student edition holds no code that computes answers.
type Case struct {
	Name string // "the line x₁ + 2x₂ = 5"
	Func string // as the harness names it
	Args []any
	Want any     // the first result: float64, []float64, [][]float64 or []int
	Tol  float64 // relative to the largest number of Want, and no smaller than Tol itself
}

// Cases runs the cases in order; the first wrong answer fails the check.
func (t *T) Cases(cases ...Case) {
	for _, c := range cases {
		a := t.Call(c.Func, c.Args...)
		f := Failure{Input: c.Name + ": " + t.Input(), Computed: a.show(), Expected: Show(c.Want)}
		if a.Failed() {
			f.Error = "an error where a result exists"
			t.Fail(f)
		}
		var got [][]float64
		want, kind := rows(c.Want), ""
		switch c.Want.(type) {
		case float64:
			got = rows(a.Float(0))
		case []float64:
			got, kind = rows(a.Floats(0)), "numbers"
		case []int:
			got, kind = rows(a.Ints(0)), "numbers"
		case [][]float64:
			got, kind = rows(a.Matrix(0)), "rows"
		default:
			panic(fmt.Sprintf("grading: a case cannot want a %T", c.Want))
		}
		if f.Error = differ(got, want, kind, c.Tol); f.Error != "" {
			t.Fail(f)
		}
	}
}

// rows writes a number, a vector or a matrix as a matrix.
func rows(v any) [][]float64 {
	switch v := v.(type) {
	case float64:
		return [][]float64{{v}}
	case []float64:
		return [][]float64{v}
	case []int:
		r := make([]float64, len(v))
		for i, n := range v {
			r[i] = float64(n)
		}
		return [][]float64{r}
	case [][]float64:
		return v
	}
	return nil
}

// differ says how got differs from want, "" if it does not. A NaN differs from everything.
func differ(got, want [][]float64, kind string, tol float64) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d %s, want %d", len(got), kind, len(want))
	}
	size := 1.0
	for _, r := range want {
		for _, x := range r {
			size = math.Max(size, math.Abs(x))
		}
	}
	for i := range want {
		if len(got[i]) != len(want[i]) {
			return fmt.Sprintf("row %d has %d numbers, want %d", i, len(got[i]), len(want[i]))
		}
		for j, x := range want[i] {
			if d := math.Abs(got[i][j] - x); !(d <= tol*size) {
				return fmt.Sprintf("number %d of row %d is off by %.2g", j, i, d)
			}
		}
	}
	return ""
}
