// Mistake: power-of-two: 2ⁿ is returned

package linearregions

import (
	"errors"
	"fmt"
	"math"
)

// MostRegions returns Σ_{k=0}^{d} C(n, k).
func MostRegions(n, d int) (int, error) {
	if n < 0 || n > 60 || d < 0 {
		return 0, fmt.Errorf("n = %d, d = %d: want 0 ≤ n ≤ 60 and d ≥ 0", n, d)
	}
	return 1 << n, nil
}

// Pattern is a forward pass.
func Pattern(w [][][]float64, b [][]float64, x []float64) ([]int, error) {
	if err := check(w, b, len(x)); err != nil {
		return nil, err
	}
	if err := finite(x); err != nil {
		return nil, err
	}
	pattern := []int{}
	for l := range w {
		next := make([]float64, len(w[l]))
		for j, row := range w[l] {
			z := b[l][j]
			for k := range row {
				z += row[k] * x[k]
			}
			if z > 0 {
				next[j] = z
				pattern = append(pattern, 1)
			} else {
				pattern = append(pattern, 0)
			}
		}
		x = next
	}
	return pattern, nil
}

// Split cuts a polygon.
func Split(polygon [][]float64, line []float64) (plus, minus [][]float64, err error) {
	if len(polygon) < 3 || len(line) != 3 {
		return nil, nil, fmt.Errorf("%d corners and a line of %d numbers", len(polygon), len(line))
	}
	for _, p := range polygon {
		if len(p) != 2 {
			return nil, nil, fmt.Errorf("a corner of %d numbers", len(p))
		}
		if err := finite(p); err != nil {
			return nil, nil, err
		}
	}
	if err := finite(line); err != nil {
		return nil, nil, err
	}
	plus, minus, _ = split(polygon, [3]float64(line))
	return plus, minus, nil
}

// split also says on which side an undivided polygon lies: 1, or −1, which holds for one on the line too.
func split(polygon [][]float64, f [3]float64) (plus, minus [][]float64, side int) {
	v := make([]float64, len(polygon))
	scale := 0.0
	for i, p := range polygon {
		v[i] = f[0]*p[0] + f[1]*p[1] + f[2]
		scale = max(scale, math.Abs(f[0]*p[0])+math.Abs(f[1]*p[1])+math.Abs(f[2]))
	}
	above, below := false, false
	for i := range v {
		if math.Abs(v[i]) <= 1e-9*scale {
			v[i] = 0
		}
		above = above || v[i] > 0
		below = below || v[i] < 0
	}
	switch {
	case !above:
		return nil, polygon, -1
	case !below:
		return polygon, nil, 1
	}
	for i, p := range polygon {
		j := (i + 1) % len(polygon)
		q := polygon[j]
		if v[i] >= 0 {
			plus = append(plus, p)
		}
		if v[i] <= 0 {
			minus = append(minus, p)
		}
		if v[i]*v[j] < 0 {
			t := v[i] / (v[i] - v[j])
			r := []float64{p[0] + t*(q[0]-p[0]), p[1] + t*(q[1]-p[1])}
			plus, minus = append(plus, r), append(minus, r)
		}
	}
	return plus, minus, 0
}

// region is a polygon with the outputs of the layer before, each an affine function [a, b, c].
type region struct {
	polygon [][]float64
	out     [][3]float64
}

// Count refines the box layer by layer.
func Count(w [][][]float64, b [][]float64, box []float64) (int, error) {
	if err := check(w, b, 2); err != nil {
		return 0, err
	}
	if len(box) != 4 || finite(box) != nil || box[0] >= box[1] || box[2] >= box[3] {
		return 0, fmt.Errorf("box %v: want xmin < xmax, ymin < ymax", box)
	}
	regions := []region{{
		[][]float64{{box[0], box[2]}, {box[1], box[2]}, {box[1], box[3]}, {box[0], box[3]}},
		[][3]float64{{1, 0, 0}, {0, 1, 0}},
	}}
	for l := range w {
		var next []region
		for _, r := range regions {
			next = append(next, refine(r, w[l], b[l])...)
		}
		regions = next
	}
	return len(regions), nil
}

// refine cuts a region by the units of a layer.
func refine(r region, w [][]float64, b []float64) []region {
	parts := []region{{polygon: r.polygon}}
	for j, row := range w {
		z := [3]float64{0, 0, b[j]}
		for k, o := range r.out {
			for i := range z {
				z[i] += row[k] * o[i]
			}
		}
		var next []region
		for _, p := range parts {
			on := append(p.out[:len(p.out):len(p.out)], z)
			off := append(p.out[:len(p.out):len(p.out)], [3]float64{})
			switch plus, minus, side := split(p.polygon, z); side {
			case 1:
				next = append(next, region{p.polygon, on})
			case -1:
				next = append(next, region{p.polygon, off})
			default:
				next = append(next, region{plus, on}, region{minus, off})
			}
		}
		parts = next
	}
	return parts
}

func check(w [][][]float64, b [][]float64, inputs int) error {
	if len(w) != len(b) {
		return fmt.Errorf("%d layers of weights, %d of biases", len(w), len(b))
	}
	for l := range w {
		if len(w[l]) == 0 || len(w[l]) != len(b[l]) {
			return fmt.Errorf("layer %d has %d rows of weights, %d biases", l, len(w[l]), len(b[l]))
		}
		for j, row := range w[l] {
			if len(row) != inputs {
				return fmt.Errorf("layer %d, unit %d has %d weights for %d inputs", l, j, len(row), inputs)
			}
			if err := finite(row); err != nil {
				return err
			}
		}
		if err := finite(b[l]); err != nil {
			return err
		}
		inputs = len(w[l])
	}
	return nil
}

func finite(v []float64) error {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return errors.New("NaN or infinity")
		}
	}
	return nil
}
