// Command capstone serves a submission of the exercise capstone to the grader. A model crosses as a line of text for each layer (kind,
// size, out) and two rows of numbers for each (W and B): the grader computes with them, and asks the submission nothing about its answers.
package main

import (
	"fmt"
	"strings"

	"nncourse/exercises/capstone"
	"nncourse/grading/wire"
)

func pack(m capstone.Model) (spec string, numbers [][]float64) {
	for i, l := range m.Layers {
		if i == 100 {
			break // more than any model may have: the grader refuses it, and need not read it
		}
		kind := l.Kind
		if len(kind) > 40 || strings.ContainsAny(kind, " \n") || kind == "" {
			kind = "?"
		}
		spec += fmt.Sprintf("%s %d %d\n", kind, l.Size, l.Out)
		numbers = append(numbers, l.W, l.B)
	}
	return spec, numbers
}

func unpack(spec string, numbers [][]float64) (m capstone.Model) {
	for i, line := range strings.Split(strings.TrimSuffix(spec, "\n"), "\n") {
		l := capstone.Layer{}
		if _, err := fmt.Sscanf(line, "%s %d %d", &l.Kind, &l.Size, &l.Out); err != nil {
			continue // no layer at all
		}
		l.W, l.B = numbers[2*i], numbers[2*i+1]
		m.Layers = append(m.Layers, l)
	}
	return m
}

func main() {
	wire.Serve(wire.Funcs{
		"Logits": func(c *wire.Call) []any {
			z, err := capstone.Logits(unpack(c.String(0), c.Matrix(1)), c.Int(2), c.Int(3), c.Floats(4))
			return wire.Return(err, z)
		},
		"Saved": func(c *wire.Call) []any { return wire.Return(nil, capstone.Saved()) },
		"Train": func(c *wire.Call) []any {
			m, err := capstone.Train(c.Matrix(0), c.Ints(1), c.Int(2))
			spec, numbers := pack(m)
			return wire.Return(err, spec, numbers)
		},
	})
}
