// Mistake: wrong-sign: the correction is subtracted

package perceptron

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Loss returns (1/n) Σ max(0, −yᵢf(xᵢ)).
func Loss(w []float64, b float64, x [][]float64, y []float64) (float64, error) {
	if err := check(x, y); err != nil {
		return 0, err
	}
	if err := hyperplane(w, b, len(x[0])); err != nil {
		return 0, err
	}
	sum := 0.0
	for i := range x {
		f := floats.Dot(w, x[i]) + b
		sum += max(0, -y[i]*f)
	}
	return sum / float64(len(x)), nil
}

// Train runs the perceptron from zero.
func Train(x [][]float64, y []float64, epochs int) (w []float64, b float64, mistakes []int, err error) {
	if err := check(x, y); err != nil {
		return nil, 0, nil, err
	}
	if epochs < 0 {
		return nil, 0, nil, fmt.Errorf("%d epochs", epochs)
	}
	w = make([]float64, len(x[0]))
	for range epochs {
		count := 0
		for i := range x {
			f := floats.Dot(w, x[i]) + b
			if y[i]*f <= 0 {
				// w ← w + yᵢxᵢ,  b ← b + yᵢ
				floats.AddScaled(w, -y[i], x[i])
				b -= y[i]
				count++
			}
		}
		mistakes = append(mistakes, count)
		if count == 0 {
			break
		}
	}
	return w, b, mistakes, nil
}

// Bound returns (R/γ)².
func Bound(w []float64, b float64, x [][]float64, y []float64) (float64, error) {
	if err := check(x, y); err != nil {
		return 0, err
	}
	if err := hyperplane(w, b, len(x[0])); err != nil {
		return 0, err
	}
	radius, least := 0.0, math.Inf(1)
	for i := range x {
		radius = max(radius, math.Hypot(floats.Norm(x[i], 2), 1))
		least = min(least, y[i]*(floats.Dot(w, x[i])+b))
	}
	if least <= 0 {
		return 0, fmt.Errorf("the hyperplane does not separate: yf is %v", least)
	}
	gamma := least / math.Hypot(floats.Norm(w, 2), b)
	return radius / gamma * (radius / gamma), nil
}

// check looks at the points and the labels.
func check(x [][]float64, y []float64) error {
	if len(x) == 0 || len(x[0]) == 0 {
		return fmt.Errorf("no points, or no coordinates")
	}
	if len(y) != len(x) {
		return fmt.Errorf("%d labels for %d points", len(y), len(x))
	}
	for i, p := range x {
		if len(p) != len(x[0]) {
			return fmt.Errorf("point %d has %d coordinates, the first %d", i, len(p), len(x[0]))
		}
		for _, v := range p {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("point %d holds %v", i, v)
			}
		}
		if y[i] != 1 && y[i] != -1 {
			return fmt.Errorf("label %d is %v", i, y[i])
		}
	}
	return nil
}

// hyperplane looks at w and b.
func hyperplane(w []float64, b float64, d int) error {
	if len(w) != d {
		return fmt.Errorf("w has %d entries for %d coordinates", len(w), d)
	}
	for _, v := range append([]float64{b}, w...) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("w or b holds %v", v)
		}
	}
	return nil
}
