// The bias as one more weight: every point gets a last coordinate 1.

package perceptron

import (
	"errors"
	"fmt"
	"math"
)

func finite(vs ...float64) bool {
	for _, v := range vs {
		if math.IsNaN(v - v) { // Inf − Inf is NaN too
			return false
		}
	}
	return true
}

// augment returns yᵢ(xᵢ, 1).
func augment(x [][]float64, y []float64) ([][]float64, error) {
	if len(x) != len(y) || len(x) == 0 {
		return nil, fmt.Errorf("%d points, %d labels", len(x), len(y))
	}
	z := make([][]float64, len(x))
	for i := range x {
		if len(x[i]) == 0 || len(x[i]) != len(x[0]) || !finite(x[i]...) || math.Abs(y[i]) != 1 {
			return nil, fmt.Errorf("point %d or its label is not right", i)
		}
		z[i] = append(append([]float64{}, x[i]...), 1)
		for j := range z[i] {
			z[i][j] *= y[i]
		}
	}
	return z, nil
}

func dot(a, b []float64) (s float64) {
	for i := range a {
		s += a[i] * b[i]
	}
	return
}

func together(w []float64, b float64, z [][]float64) ([]float64, error) {
	v := append(append([]float64{}, w...), b)
	if len(v) != len(z[0]) || !finite(v...) {
		return nil, errors.New("w or b is not right")
	}
	return v, nil
}

func Loss(w []float64, b float64, x [][]float64, y []float64) (float64, error) {
	z, err := augment(x, y)
	if err != nil {
		return 0, err
	}
	v, err := together(w, b, z)
	if err != nil {
		return 0, err
	}
	loss := 0.0
	for i, zi := range z {
		// a running mean
		loss += (math.Max(0, -dot(v, zi)) - loss) / float64(i+1)
	}
	return loss, nil
}

func Train(x [][]float64, y []float64, epochs int) ([]float64, float64, []int, error) {
	z, err := augment(x, y)
	if err != nil || epochs < 0 {
		return nil, 0, nil, errors.Join(err, errors.New("no training"))
	}
	d := len(x[0])
	v := make([]float64, d+1)
	var counts []int
	for done := false; !done && len(counts) < epochs; {
		n := 0
		for _, zi := range z {
			if !(dot(v, zi) > 0) {
				for j := range v {
					v[j] += zi[j]
				}
				n++
			}
		}
		counts = append(counts, n)
		done = n == 0
	}
	return v[:d], v[d], counts, nil
}

func Bound(w []float64, b float64, x [][]float64, y []float64) (float64, error) {
	z, err := augment(x, y)
	if err != nil {
		return 0, err
	}
	v, err := together(w, b, z)
	if err != nil {
		return 0, err
	}
	r2, worst := 0.0, 0.0
	for _, zi := range z {
		f := dot(v, zi)
		if !(f > 0) {
			return 0, errors.New("not separated")
		}
		r2, worst = math.Max(r2, dot(zi, zi)), math.Max(worst, 1/f)
	}
	return r2 * dot(v, v) * worst * worst, nil
}
