// Mistake: row-length: divides by K_ii only

package orbitkernel

import (
	"errors"
	"fmt"
	"math"
)

// Kernel is the double sum.
func Kernel(gamma float64, maps [][]int, x, z []float64) (float64, error) {
	if err := errors.Join(check(maps, x, z), goodGamma(gamma)); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, g := range maps {
		for _, h := range maps {
			// K′(gx, g′z)
			sum += rbf(gamma, apply(g, x), apply(h, z))
		}
	}
	return sum, nil
}

// Gram is Kernel for all pairs.
func Gram(gamma float64, maps [][]int, points [][]float64) ([][]float64, error) {
	if len(points) == 0 {
		return nil, errors.New("no points")
	}
	out := make([][]float64, len(points))
	for i, x := range points {
		out[i] = make([]float64, len(points))
		for j, z := range points {
			k, err := Kernel(gamma, maps, x, z)
			if err != nil {
				return nil, err
			}
			out[i][j] = k
		}
	}
	return out, nil
}

// Normalise divides by the lengths.
func Normalise(k [][]float64) ([][]float64, error) {
	if len(k) == 0 {
		return nil, errors.New("no rows")
	}
	for i, row := range k {
		if len(row) != len(k) {
			return nil, fmt.Errorf("row %d has %d entries, want %d", i, len(row), len(k))
		}
		if err := finite("k", row); err != nil {
			return nil, err
		}
		if row[i] <= 0 {
			return nil, fmt.Errorf("entry %d of the diagonal is %v", i, row[i])
		}
	}
	out := make([][]float64, len(k))
	for i, row := range k {
		out[i] = make([]float64, len(k))
		for j, v := range row {
			out[i][j] = v / row[i]
		}
		if err := finite("the result", out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Features is a convolutional layer with ReLU and sum pooling.
func Features(maps [][]int, templates [][]float64, x []float64) ([]float64, error) {
	if len(templates) == 0 {
		return nil, errors.New("no templates")
	}
	if err := check(maps, append([][]float64{x}, templates...)...); err != nil {
		return nil, err
	}
	out := make([]float64, len(templates))
	for i, t := range templates {
		for _, g := range maps {
			// max(0, ⟨x, gt⟩)
			s := 0.0
			for j, v := range apply(g, t) {
				s += x[j] * v
			}
			out[i] += max(0, s)
		}
	}
	return out, finite("the result", out)
}

// Defect moves x alone.
func Defect(gamma float64, maps [][]int, x, z []float64) (float64, error) {
	want, err := Kernel(gamma, maps, x, z)
	if err != nil {
		return 0, err
	}
	if want == 0 {
		return 0, errors.New("K(x, z) is 0")
	}
	worst := 0.0
	for _, g := range maps {
		k, err := Kernel(gamma, maps, apply(g, x), z)
		if err != nil {
			return 0, err
		}
		worst = max(worst, math.Abs(k-want)/want)
	}
	return worst, finite("the result", []float64{worst})
}

func rbf(gamma float64, a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += (a[i] - b[i]) * (a[i] - b[i])
	}
	return math.Exp(-gamma * s)
}

// apply is gx.
func apply(g []int, x []float64) []float64 {
	out := make([]float64, len(x))
	for i, from := range g {
		out[i] = x[from]
	}
	return out
}

func check(maps [][]int, vectors ...[]float64) error {
	if len(maps) == 0 || len(maps[0]) == 0 {
		return errors.New("no maps, or maps of nothing")
	}
	n := len(maps[0])
	for i, g := range maps {
		if len(g) != n {
			return fmt.Errorf("map %d has %d entries, map 0 has %d", i, len(g), n)
		}
		seen := make([]bool, n)
		for j, from := range g {
			if from < 0 || from >= n || seen[from] {
				return fmt.Errorf("map %d: entry %d is %d: no permutation", i, j, from)
			}
			seen[from] = true
		}
	}
	for _, v := range vectors {
		if len(v) != n {
			return fmt.Errorf("a vector of %d entries, maps of %d", len(v), n)
		}
		if err := finite("a vector", v); err != nil {
			return err
		}
	}
	return nil
}

func goodGamma(gamma float64) error {
	if !(gamma > 0) || math.IsInf(gamma, 0) {
		return fmt.Errorf("gamma is %v", gamma)
	}
	return nil
}

func finite(name string, v []float64) error {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("entry %d of %s is %v", i, name, x)
		}
	}
	return nil
}
