// Package linearregions is a solution that cuts by half-planes, depth first, and adds binomials by Pascal's rule.
package linearregions

import (
	"errors"
	"math"
)

var errInput = errors.New("shapes that do not fit, a range that is empty, NaN or infinity")

// MostRegions uses r(n, d) = r(n−1, d) + r(n−1, d−1): the n-th hyperplane is divided by the others like a space of one dimension less.
func MostRegions(n, d int) (int, error) {
	if n < 0 || n > 60 || d < 0 {
		return 0, errInput
	}
	d = min(d, n)
	r := make([]int, d+1) // r[k] is r(0, k)
	for k := range r {
		r[k] = 1
	}
	for range n {
		for k := d; k > 0; k-- {
			r[k] += r[k-1]
		}
	}
	return r[d], nil
}

func fits(w [][][]float64, b [][]float64, in int) bool {
	if len(w) != len(b) {
		return false
	}
	for l := range w {
		if len(w[l]) == 0 || len(b[l]) != len(w[l]) || bad(b[l]) {
			return false
		}
		for _, row := range w[l] {
			if len(row) != in || bad(row) {
				return false
			}
		}
		in = len(w[l])
	}
	return true
}

func bad(v []float64) bool {
	for _, x := range v {
		if x-x != 0 {
			return true
		}
	}
	return false
}

// Pattern goes through the layers.
func Pattern(w [][][]float64, b [][]float64, x []float64) ([]int, error) {
	if !fits(w, b, len(x)) || bad(x) {
		return nil, errInput
	}
	out := make([]int, 0)
	for l, layer := range w {
		y := append([]float64(nil), b[l]...)
		for j, row := range layer {
			for k, v := range row {
				y[j] += v * x[k]
			}
			bit := 0
			if y[j] > 0 {
				bit = 1
			}
			y[j] *= float64(bit)
			out = append(out, bit)
		}
		x = y
	}
	return out, nil
}

// Split clips twice (Sutherland and Hodgman).
func Split(polygon [][]float64, line []float64) (plus, minus [][]float64, err error) {
	if len(polygon) < 3 || len(line) != 3 || bad(line) {
		return nil, nil, errInput
	}
	for _, p := range polygon {
		if len(p) != 2 || bad(p) {
			return nil, nil, errInput
		}
	}
	v, up, down := values(polygon, [3]float64(line))
	switch {
	case !up:
		return nil, polygon, nil
	case !down:
		return polygon, nil, nil
	}
	return clip(polygon, v, 1), clip(polygon, v, -1), nil
}

func values(p [][]float64, f [3]float64) (v []float64, up, down bool) {
	most := 0.0
	for _, q := range p {
		v = append(v, f[0]*q[0]+f[1]*q[1]+f[2])
		most = math.Max(most, math.Abs(f[0]*q[0])+math.Abs(f[1]*q[1])+math.Abs(f[2]))
	}
	for i := range v {
		if math.Abs(v[i]) <= 1e-9*most {
			v[i] = 0
		}
		up, down = up || v[i] > 0, down || v[i] < 0
	}
	return v, up, down
}

// clip keeps what has the sign s.
func clip(p [][]float64, v []float64, s float64) (out [][]float64) {
	n := len(p)
	for i := range p {
		before := (i + n - 1) % n
		if v[before]*v[i] < 0 {
			a, b := math.Abs(v[before]), math.Abs(v[i])
			out = append(out, []float64{(b*p[before][0] + a*p[i][0]) / (a + b), (b*p[before][1] + a*p[i][1]) / (a + b)})
		}
		if s*v[i] >= 0 {
			out = append(out, p[i])
		}
	}
	return out
}

// Count asks each unit in turn.
func Count(w [][][]float64, b [][]float64, box []float64) (int, error) {
	if !fits(w, b, 2) || len(box) != 4 || bad(box) || box[0] >= box[1] || box[2] >= box[3] {
		return 0, errInput
	}
	start := [][]float64{{box[0], box[3]}, {box[0], box[2]}, {box[1], box[2]}, {box[1], box[3]}}
	return count(w, b, 0, 0, start, [][3]float64{{1, 0, 0}, {0, 1, 0}}, nil), nil
}

// count is the number of regions within p by unit j of layer l and all that follow; in is the outputs of the layer before, out those of
// the units of this layer before j.
func count(w [][][]float64, b [][]float64, l, j int, p [][]float64, in, out [][3]float64) int {
	if l == len(w) {
		return 1
	}
	if j == len(w[l]) {
		return count(w, b, l+1, 0, p, out, nil)
	}
	z := [3]float64{2: b[l][j]}
	for k, f := range in {
		for i := range z {
			z[i] += w[l][j][k] * f[i]
		}
	}
	n := len(out)
	on := func(q [][]float64) int { return count(w, b, l, j+1, q, in, append(out[:n:n], z)) }
	off := func(q [][]float64) int { return count(w, b, l, j+1, q, in, append(out[:n:n], [3]float64{})) }
	v, up, down := values(p, z)
	switch {
	case !up:
		return off(p)
	case !down:
		return on(p)
	}
	return on(clip(p, v, 1)) + off(clip(p, v, -1))
}
