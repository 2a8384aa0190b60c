package gradcheck_test

import (
	"testing"

	"gonum.org/v1/gonum/floats"

	"nncourse/lib/gradcheck"
)

// A thousand parameters: every coordinate, against eight random directions.
func BenchmarkCheck(b *testing.B) {
	x := gaussian(source(1), 1000)
	g := make([]float64, 1000)
	floats.AddScaled(g, 2, x)
	f := func(x []float64) float64 { return floats.Dot(x, x) }
	for name, c := range map[string]gradcheck.Checker{"coordinates": {}, "random": {Random: 8}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := c.Check(f, x, g, source(2)).Err(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
