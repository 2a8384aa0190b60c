// Command residual-block serves a submission of the exercise residual-block to the grader.
package main

import (
	"nncourse/exercises/residual-block"
	"nncourse/grading/wire"
)

// block reads six arguments from i on: W1, B1, W2, B2, P, Plain.
func block(c *wire.Call, i int) residualblock.Block {
	return residualblock.Block{W1: c.Matrix(i), B1: c.Floats(i + 1), W2: c.Matrix(i + 2), B2: c.Floats(i + 3), P: c.Matrix(i + 4), Plain: c.Bool(i + 5)}
}

func main() {
	wire.Serve(wire.Funcs{
		"Forward": func(c *wire.Call) []any {
			y, err := residualblock.Forward(block(c, 0), c.Floats(6))
			return wire.Return(err, y)
		},
		"Backward": func(c *wire.Call) []any {
			dx, d, err := residualblock.Backward(block(c, 0), c.Floats(6), c.Floats(7))
			return wire.Return(err, dx, d.W1, d.B1, d.W2, d.B2, d.P)
		},
		"GradientNorms": func(c *wire.Call) []any {
			w1, b1, w2, b2, p := c.Cube(0), c.Matrix(1), c.Cube(2), c.Matrix(3), c.Cube(4)
			blocks := make([]residualblock.Block, len(w1))
			for l := range blocks {
				blocks[l] = residualblock.Block{W1: w1[l], B1: b1[l], W2: w2[l], B2: b2[l], P: p[l], Plain: c.Bool(5)}
			}
			norms, err := residualblock.GradientNorms(blocks, c.Floats(6), c.Floats(7))
			return wire.Return(err, norms)
		},
		"VGGParameters": func(c *wire.Call) []any {
			stages := make([][]int, c.Len()-5)
			for i := range stages {
				stages[i] = c.Ints(5 + i)
			}
			conv, dense, err := residualblock.VGGParameters(stages, c.Ints(0), c.Int(1), c.Int(2), c.Int(3), c.Int(4))
			return wire.Return(err, []int{conv, dense})
		},
		"ResNetParameters": func(c *wire.Call) []any {
			n, err := residualblock.ResNetParameters(c.Int(0), c.Ints(1), c.Ints(2), c.Int(3), c.Int(4), c.Bool(5))
			return wire.Return(err, n)
		},
	})
}
