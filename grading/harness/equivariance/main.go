// Command equivariance serves a submission of the exercise equivariance to the grader.
package main

import (
	"nncourse/exercises/equivariance"
	"nncourse/grading/wire"
)

// maps gives the rows of argument i as lists of ints, and keep, which writes them back: what the student changed shows.
func maps(c *wire.Call, i int) (m [][]int, keep func()) {
	rows := c.Matrix(i)
	for _, r := range rows {
		g := make([]int, len(r))
		for j, v := range r {
			g[j] = int(v)
		}
		m = append(m, g)
	}
	given := append([][]int(nil), m...)
	return m, func() {
		for a, g := range given {
			for j, v := range g {
				rows[a][j] = float64(v)
			}
		}
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func main() {
	wire.Serve(wire.Funcs{
		"Axioms": func(c *wire.Call) []any {
			m, keep := maps(c, 0)
			closure, identity, inverse, err := equivariance.Axioms(m)
			keep()
			return wire.Return(err, []int{one(closure), one(identity), one(inverse)})
		},
		"Features": func(c *wire.Call) []any {
			m, keep := maps(c, 0)
			f, err := equivariance.Features(m, c.Floats(1), c.Floats(2))
			keep()
			return wire.Return(err, f)
		},
		"Permutation": func(c *wire.Call) []any {
			m, keep := maps(c, 0)
			p, err := equivariance.Permutation(m, c.Int(1))
			keep()
			return wire.Return(err, p)
		},
		"Symmetrise": func(c *wire.Call) []any {
			m, keep := maps(c, 1)
			y, err := equivariance.Symmetrise(c.VectorFunc(0), m, c.Floats(2))
			keep()
			return wire.Return(err, y)
		},
		"Relabel": func(c *wire.Call) []any {
			m, err := equivariance.Relabel(c.Matrix(0), c.Ints(1))
			return wire.Return(err, m)
		},
	})
}
