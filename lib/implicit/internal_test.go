package implicit

import (
	"math"
	"testing"
)

// The tableau's conditions: each row sums to its c, b integrates polynomials up to degree four exactly, b̂ up to degree three.
func TestTableau(t *testing.T) {
	for s := range dpA {
		sum := 0.0
		for _, v := range dpA[s] {
			sum += v
		}
		if math.Abs(sum-dpC[s]) > 1e-14 {
			t.Errorf("row %d sums to %v, c is %v", s, sum, dpC[s])
		}
	}
	for degree := range 5 {
		b, e := 0.0, 0.0
		for s := range 7 {
			c := math.Pow(dpC[s], float64(degree))
			e += dpE[s] * c
			if s < 6 {
				b += dpA[6][s] * c
			}
		}
		if math.Abs(b-1/float64(degree+1)) > 1e-14 {
			t.Errorf("b integrates t^%d to %v", degree, b)
		}
		if (degree < 4) != (math.Abs(e) < 1e-14) {
			t.Errorf("b − b̂ integrates t^%d to %v", degree, e)
		}
	}
}

// One step is of order five: its error falls as h⁶, its estimate as h⁵.
func TestStepOrder(t *testing.T) {
	// y₁' = y₂, y₂' = −y₁ y₂ + cos t has no closed form; y' = −2ty² does: 1/(1 + t²)
	f := func(dst []float64, t float64, y []float64) { dst[0] = -2 * t * y[0] * y[0] }
	const t0 = 0.4
	var steps, errs, estimates []float64
	for _, h := range []float64{0.2, 0.1, 0.05} {
		y := []float64{1 / (1 + t0*t0)}
		var k [7][]float64
		for i := range k {
			k[i] = make([]float64, 1)
		}
		f(k[0], t0, y)
		next, e := make([]float64, 1), make([]float64, 1)
		dpStep(f, t0, y, h, &k, next, e)
		steps = append(steps, h)
		errs = append(errs, math.Abs(next[0]-1/(1+(t0+h)*(t0+h))))
		estimates = append(estimates, math.Abs(e[0]))
	}
	for _, c := range []struct {
		name string
		e    []float64
		want float64
	}{{"error", errs, 6}, {"estimate", estimates, 5}} {
		p, err := Order(steps, c.e)
		if err != nil || math.Abs(p-c.want) > 0.4 {
			t.Errorf("the %s of one step has order %.3f (%v), want %v; %v", c.name, p, err, c.want, c.e)
		}
	}
}
