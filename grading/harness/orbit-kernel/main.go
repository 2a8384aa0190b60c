// Command orbit-kernel serves a submission of the exercise orbit-kernel to the grader.
package main

import (
	"nncourse/exercises/orbit-kernel"
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

func main() {
	wire.Serve(wire.Funcs{
		"Kernel": func(c *wire.Call) []any {
			m, keep := maps(c, 1)
			k, err := orbitkernel.Kernel(c.Float(0), m, c.Floats(2), c.Floats(3))
			keep()
			return wire.Return(err, k)
		},
		"Gram": func(c *wire.Call) []any {
			m, keep := maps(c, 1)
			k, err := orbitkernel.Gram(c.Float(0), m, c.Matrix(2))
			keep()
			return wire.Return(err, k)
		},
		"Normalise": func(c *wire.Call) []any {
			k, err := orbitkernel.Normalise(c.Matrix(0))
			return wire.Return(err, k)
		},
		"Features": func(c *wire.Call) []any {
			m, keep := maps(c, 0)
			f, err := orbitkernel.Features(m, c.Matrix(1), c.Floats(2))
			keep()
			return wire.Return(err, f)
		},
		"Defect": func(c *wire.Call) []any {
			m, keep := maps(c, 1)
			d, err := orbitkernel.Defect(c.Float(0), m, c.Floats(2), c.Floats(3))
			keep()
			return wire.Return(err, d)
		},
	})
}
