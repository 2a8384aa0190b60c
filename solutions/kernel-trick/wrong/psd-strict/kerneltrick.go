// Mistake: psd-strict: singular matrices are rejected

package kerneltrick

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Kernel returns k(x, z).
func Kernel(kind string, p float64, x, z []float64) (float64, error) {
	if err := point(x, len(x)); err != nil {
		return 0, err
	}
	if err := point(z, len(x)); err != nil {
		return 0, err
	}
	switch kind {
	case "linear":
		return floats.Dot(x, z), nil
	case "quadratic":
		if !(p >= 0) || math.IsInf(p, 0) {
			return 0, fmt.Errorf("p = %v, want 0 or more", p)
		}
		s := floats.Dot(x, z) + p
		return s * s, nil
	case "rbf":
		if !(p > 0) || math.IsInf(p, 0) {
			return 0, fmt.Errorf("p = %v, want more than 0", p)
		}
		d := floats.Distance(x, z, 2)
		return math.Exp(-p * d * d), nil
	case "lift":
		return floats.Dot(x, z) + floats.Dot(x, x)*floats.Dot(z, z), nil
	}
	return 0, fmt.Errorf("no kind %q", kind)
}

// Features returns x₁², …, √2xᵢxⱼ (i < j), …, √(2p)xᵢ, …, p.
func Features(p float64, x []float64) ([]float64, error) {
	if err := point(x, len(x)); err != nil {
		return nil, err
	}
	if !(p >= 0) || math.IsInf(p, 0) {
		return nil, fmt.Errorf("p = %v, want 0 or more", p)
	}
	var phi []float64
	for i, v := range x {
		phi = append(phi, v*v)
		for _, u := range x[:i] {
			phi = append(phi, math.Sqrt2*u*v)
		}
		phi = append(phi, math.Sqrt(2*p)*v)
	}
	return append(phi, p), nil
}

// Gram returns K.
func Gram(kind string, p float64, x [][]float64) ([][]float64, error) {
	if len(x) == 0 {
		return nil, fmt.Errorf("no points")
	}
	k := make([][]float64, len(x))
	for i := range x {
		k[i] = make([]float64, len(x))
		for j := range x {
			v, err := Kernel(kind, p, x[i], x[j])
			if err != nil {
				return nil, fmt.Errorf("points %d and %d: %w", i, j, err)
			}
			k[i][j] = v
		}
	}
	return k, nil
}

// IsPSD looks at the least eigenvalue.
func IsPSD(k [][]float64) (bool, error) {
	largest, err := matrix(k)
	if err != nil {
		return false, err
	}
	if largest == 0 {
		return false, nil
	}
	s := mat.NewSymDense(len(k), nil)
	for i := range k {
		for j := i; j < len(k); j++ {
			s.SetSym(i, j, k[i][j]/largest)
		}
	}
	var e mat.EigenSym
	if !e.Factorize(s, false) {
		return false, fmt.Errorf("no eigenvalues")
	}
	v := e.Values(nil)
	return v[0] > 1e-9*max(v[len(v)-1], -v[0]), nil
}

// Distances returns √(K_ii + K_jj − 2K_ij).
func Distances(k [][]float64) ([][]float64, error) {
	if _, err := matrix(k); err != nil {
		return nil, err
	}
	d := make([][]float64, len(k))
	for i := range k {
		d[i] = make([]float64, len(k))
		for j := range k {
			square := k[i][i] + k[j][j] - 2*k[i][j]
			d[i][j] = math.Sqrt(max(0, square))
		}
	}
	return d, nil
}

// Perceptron counts corrections.
func Perceptron(k [][]float64, y []float64, epochs int) (counts, mistakes []int, err error) {
	if _, err := matrix(k); err != nil {
		return nil, nil, err
	}
	if len(y) != len(k) {
		return nil, nil, fmt.Errorf("%d labels for %d points", len(y), len(k))
	}
	for i, v := range y {
		if v != 1 && v != -1 {
			return nil, nil, fmt.Errorf("label %d is %v", i, v)
		}
	}
	if epochs < 0 {
		return nil, nil, fmt.Errorf("%d epochs", epochs)
	}
	counts = make([]int, len(y))
	for range epochs {
		wrong := 0
		for j := range y {
			f := 0.0
			for i, c := range counts {
				// f(xⱼ) = Σ cᵢyᵢ(K_ij + 1)
				f += float64(c) * y[i] * (k[i][j] + 1)
			}
			if y[j]*f <= 0 {
				counts[j]++
				wrong++
			}
		}
		mistakes = append(mistakes, wrong)
		if wrong == 0 {
			break
		}
	}
	return counts, mistakes, nil
}

// point looks at a point that should have d ≥ 1 coordinates.
func point(x []float64, d int) error {
	if len(x) == 0 || len(x) != d {
		return fmt.Errorf("%d coordinates, want %d, and at least one", len(x), d)
	}
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("a coordinate is %v", v)
		}
	}
	return nil
}

// matrix looks at a Gram matrix and returns the largest magnitude in it.
func matrix(k [][]float64) (largest float64, err error) {
	if len(k) == 0 {
		return 0, fmt.Errorf("an empty matrix")
	}
	for i, row := range k {
		if err := point(row, len(k)); err != nil {
			return 0, fmt.Errorf("row %d: %w", i, err)
		}
		for _, v := range row {
			largest = max(largest, math.Abs(v))
		}
	}
	for i, row := range k {
		for j, v := range row {
			if math.Abs(v-k[j][i]) > 1e-9*largest {
				return 0, fmt.Errorf("not symmetric at (%d, %d)", i, j)
			}
		}
	}
	return largest, nil
}
