// Mistake: ascends: the generator goes up
package gan

import (
	"errors"
	"fmt"
	"math"
)

// Optimal returns p/(p + q).
func Optimal(p, q []float64) ([]float64, error) {
	if err := densities(p, q, false); err != nil {
		return nil, err
	}
	d := make([]float64, len(p))
	for i := range p {
		d[i] = 0.5
		if p[i] > 0 || q[i] > 0 {
			d[i] = p[i] / (p[i] + q[i])
		}
	}
	return d, nil
}

// Value returns Σ p log D + q log(1 − D).
func Value(p, q, d []float64) (float64, error) {
	if err := densities(p, q, true); err != nil {
		return 0, err
	}
	if len(d) != len(p) {
		return 0, fmt.Errorf("%d values of D at %d points", len(d), len(p))
	}
	V := 0.0
	for i, v := range d {
		if !(v >= 0 && v <= 1) {
			return 0, fmt.Errorf("D is %v at point %d", v, i)
		}
		if p[i] > 0 {
			V += p[i] * math.Log(v)
		}
		if q[i] > 0 {
			V += q[i] * math.Log(1-v)
		}
	}
	if math.IsInf(V, 0) {
		return 0, errors.New("V is −∞")
	}
	return V, nil
}

// JSD returns ½KL(p‖m) + ½KL(q‖m).
func JSD(p, q []float64) (float64, error) {
	if err := densities(p, q, true); err != nil {
		return 0, err
	}
	sum := 0.0
	for i := range p {
		m := (p[i] + q[i]) / 2
		if p[i] > 0 {
			sum += p[i] * math.Log(p[i]/m) / 2
		}
		if q[i] > 0 {
			sum += q[i] * math.Log(q[i]/m) / 2
		}
	}
	return sum, nil
}

// StepD returns w + rate · ∂V/∂w.
func StepD(x, z, w []float64, a, b, rate float64) ([]float64, error) {
	if err := numbers(w, a, b, rate, x, z); err != nil {
		return nil, err
	}
	out := make([]float64, 3)
	copy(out, w)
	for _, v := range x {
		d, _ := at(w, v)
		r := rate * (1 - d) / float64(len(x))
		out[0] += r
		out[1] += r * v
		out[2] += r * v * v
	}
	for _, n := range z {
		g := a + b*n
		d, _ := at(w, g)
		r := rate * d / float64(len(z))
		out[0] -= r
		out[1] -= r * g
		out[2] -= r * g * g
	}
	return out, nil
}

// StepG returns a and b less rate times the derivatives of the loss.
func StepG(z, w []float64, a, b, rate float64, saturating bool) (newA, newB float64, err error) {
	if err := numbers(w, a, b, rate, z); err != nil {
		return 0, 0, err
	}
	newA, newB = a, b
	for _, n := range z {
		d, slope := at(w, a+b*n)
		r := (1 - d) * slope
		if saturating {
			r = d * slope
		}
		newA -= rate * r / float64(len(z))
		newB -= rate * r * n / float64(len(z))
	}
	return newA, newB, nil
}

// Round returns w, a and b after k steps of the discriminator and one of the generator.
func Round(x, z [][]float64, w []float64, a, b, rateD, rateG float64, saturating bool) (newW []float64, newA, newB float64, err error) {
	if len(x) == 0 || len(z) != len(x)+1 {
		return nil, 0, 0, fmt.Errorf("%d batches of data and %d of noise", len(x), len(z))
	}
	newW = w
	for i := range x {
		if newW, err = StepD(x[i], z[i], newW, a, b, rateD); err != nil {
			return nil, 0, 0, err
		}
	}
	newA, newB, err = StepG(z[len(x)], newW, a, b, rateG, saturating)
	return newW, newA, newB, err
}

// at gives D(x) and ds/dx.
func at(w []float64, x float64) (d, slope float64) {
	return 1 / (1 + math.Exp(-(w[0] + w[1]*x + w[2]*x*x))), w[1] + 2*w[2]*x
}

// densities checks p and q, and if they are probabilities that they sum to 1.
func densities(p, q []float64, probabilities bool) error {
	if len(p) == 0 || len(p) != len(q) {
		return fmt.Errorf("%d and %d numbers", len(p), len(q))
	}
	for _, v := range [][]float64{p, q} {
		sum := 0.0
		for i, e := range v {
			if !(e >= 0) || math.IsInf(e, 0) {
				return fmt.Errorf("entry %d is %v", i, e)
			}
			sum += e
		}
		if probabilities && math.Abs(sum-1) > 1e-9 {
			return fmt.Errorf("the sum is %v", sum)
		}
	}
	return nil
}

// numbers checks the arguments of a step.
func numbers(w []float64, a, b, rate float64, batches ...[]float64) error {
	if len(w) != 3 {
		return fmt.Errorf("%d weights", len(w))
	}
	if !(rate > 0) {
		return fmt.Errorf("the rate is %v", rate)
	}
	for _, v := range append(batches, w, []float64{a, b, rate}) {
		if len(v) == 0 {
			return errors.New("an empty batch")
		}
		for i, e := range v {
			if math.IsNaN(e) || math.IsInf(e, 0) {
				return fmt.Errorf("number %d is %v", i, e)
			}
		}
	}
	return nil
}
