// Command lenet-shapes serves a submission of the exercise lenet-shapes to the grader. Rows of whole numbers cross as rows of floats.
package main

import (
	"nncourse/exercises/lenet-shapes"
	"nncourse/grading/wire"
)

func rows(c *wire.Call, i int) [][]int {
	m := c.Matrix(i)
	out := make([][]int, len(m))
	for r, row := range m {
		out[r] = make([]int, len(row))
		for j, v := range row {
			out[r][j] = int(v)
		}
	}
	return out
}

func floats(m [][]int) [][]float64 {
	out := make([][]float64, len(m))
	for r, row := range m {
		out[r] = make([]float64, len(row))
		for j, v := range row {
			out[r][j] = float64(v)
		}
	}
	return out
}

// changed says whether the call wrote into the rows of the layers, which the grader has sent as floats.
func changed(c *wire.Call, i int, after [][]int) bool {
	for r, row := range rows(c, i) {
		for j, v := range row {
			if after[r][j] != v {
				return true
			}
		}
	}
	return false
}

func counts(f func(input []int, layers [][]int) ([]int, error)) func(c *wire.Call) []any {
	return func(c *wire.Call) []any {
		layers := rows(c, 1)
		n, err := f(c.Ints(0), layers)
		return wire.Return(err, n, changed(c, 1, layers))
	}
}

func main() {
	wire.Serve(wire.Funcs{
		"OutputSize": func(c *wire.Call) []any {
			n, err := lenetshapes.OutputSize(c.Int(0), c.Int(1), c.Int(2), c.Int(3), c.Int(4))
			return wire.Return(err, []int{n})
		},
		"Shapes": func(c *wire.Call) []any {
			input, layers := c.Ints(0), rows(c, 1)
			s, err := lenetshapes.Shapes(input, layers)
			shared := len(s) > 0 && len(s[0]) > 0 && len(input) > 0 && &s[0][0] == &input[0]
			return wire.Return(err, floats(s), changed(c, 1, layers) || shared)
		},
		"Parameters":      counts(lenetshapes.Parameters),
		"Multiplications": counts(lenetshapes.Multiplications),
		"ReceptiveField": func(c *wire.Call) []any {
			layers := rows(c, 0)
			n, err := lenetshapes.ReceptiveField(layers)
			return wire.Return(err, n, changed(c, 0, layers))
		},
		"FlatIndex": func(c *wire.Call) []any {
			n, err := lenetshapes.FlatIndex(c.Ints(0), c.Int(1), c.Int(2), c.Int(3))
			return wire.Return(err, []int{n})
		},
	})
}
