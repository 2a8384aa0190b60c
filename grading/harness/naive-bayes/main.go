// Command naive-bayes serves a submission of the exercise naive-bayes to the grader.
package main

import (
	naivebayes "nncourse/exercises/naive-bayes"
	"nncourse/grading/wire"
)

func serve(f func(x [][]float64, y []int, classes int, extra float64, queries [][]float64) ([][]float64, error)) func(c *wire.Call) []any {
	return func(c *wire.Call) []any {
		p, err := f(c.Matrix(0), c.Ints(1), c.Int(2), c.Float(3), c.Matrix(4))
		return wire.Return(err, p)
	}
}

func main() {
	wire.Serve(wire.Funcs{"Gaussian": serve(naivebayes.Gaussian), "Bernoulli": serve(naivebayes.Bernoulli), "Multinomial": serve(naivebayes.Multinomial)})
}
