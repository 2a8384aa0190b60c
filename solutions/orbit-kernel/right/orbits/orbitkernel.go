// Orbits are laid out once; the kernel is a sum over two lists of points.

package orbitkernel

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// orbit returns gx for all maps, or what is wrong with them or with x.
func orbit(maps [][]int, x []float64) ([][]float64, error) {
	if len(maps) == 0 || len(x) == 0 {
		return nil, errors.New("nothing given")
	}
	var out [][]float64
	for _, g := range maps {
		sorted := slices.Sorted(slices.Values(g))
		if len(g) != len(x) {
			return nil, fmt.Errorf("a map of %d places and %d numbers", len(g), len(x))
		}
		for i, v := range sorted {
			if i != v {
				return nil, fmt.Errorf("%v is no permutation", g)
			}
		}
		y := make([]float64, 0, len(x))
		for _, from := range g {
			if math.IsNaN(x[from] - x[from]) {
				return nil, errors.New("a number is not finite")
			}
			y = append(y, x[from])
		}
		out = append(out, y)
	}
	return out, nil
}

func between(gamma float64, a, b [][]float64) (sum float64) {
	for _, x := range a {
		for _, z := range b {
			s := 0.0
			for i, v := range x {
				s += math.Pow(v-z[i], 2)
			}
			sum += math.Exp(-gamma * s)
		}
	}
	return sum
}

func good(gamma float64) error {
	if gamma > 0 && gamma <= math.MaxFloat64 {
		return nil
	}
	return fmt.Errorf("gamma = %v", gamma)
}

func Kernel(gamma float64, maps [][]int, x, z []float64) (float64, error) {
	a, err := orbit(maps, x)
	b, err2 := orbit(maps, z)
	if err := errors.Join(err, err2, good(gamma)); err != nil {
		return 0, err
	}
	return between(gamma, a, b), nil
}

func Gram(gamma float64, maps [][]int, points [][]float64) ([][]float64, error) {
	if err := good(gamma); err != nil || len(points) == 0 {
		return nil, errors.Join(err, errors.New("no points, or a bad gamma"))
	}
	var orbits [][][]float64
	for _, x := range points {
		o, err := orbit(maps, x)
		if err != nil {
			return nil, err
		}
		orbits = append(orbits, o)
	}
	k := make([][]float64, len(points))
	for i := range k {
		k[i] = make([]float64, len(points))
		for j := range i + 1 {
			k[i][j] = between(gamma, orbits[i], orbits[j])
			k[j][i] = k[i][j]
		}
	}
	return k, nil
}

func Normalise(k [][]float64) ([][]float64, error) {
	var length []float64
	for i, row := range k {
		if len(row) != len(k) || !(row[i] > 0) {
			return nil, fmt.Errorf("row %d", i)
		}
		length = append(length, math.Sqrt(row[i]))
	}
	if len(k) == 0 {
		return nil, errors.New("no rows")
	}
	var out [][]float64
	for i, row := range k {
		var r []float64
		for j, v := range row {
			c := v / length[i] / length[j]
			if math.IsNaN(c - c) {
				return nil, errors.New("a number is not finite")
			}
			r = append(r, c)
		}
		out = append(out, r)
	}
	return out, nil
}

func Features(maps [][]int, templates [][]float64, x []float64) ([]float64, error) {
	if len(templates) == 0 {
		return nil, errors.New("no templates")
	}
	if _, err := orbit(maps, x); err != nil {
		return nil, err
	}
	phi := make([]float64, len(templates))
	for k, t := range templates {
		moved, err := orbit(maps, t)
		if err != nil {
			return nil, err
		}
		for _, gt := range moved {
			s := 0.0
			for i, v := range gt {
				s += v * x[i]
			}
			if s > 0 {
				phi[k] += s
			}
			if math.IsNaN(s - s) {
				return nil, errors.New("overflow")
			}
		}
		if math.IsInf(phi[k], 0) {
			return nil, errors.New("overflow")
		}
	}
	return phi, nil
}

func Defect(gamma float64, maps [][]int, x, z []float64) (float64, error) {
	k, err := Kernel(gamma, maps, x, z)
	if err != nil || k == 0 {
		return 0, errors.Join(err, errors.New("no number to divide by"))
	}
	images, _ := orbit(maps, x)
	far := 0.0
	for _, y := range images {
		moved, err := Kernel(gamma, maps, y, z)
		if err != nil {
			return 0, err
		}
		far = math.Max(far, math.Abs(moved/k-1))
	}
	if math.IsInf(far, 0) {
		return 0, errors.New("overflow")
	}
	return far, nil
}
