// ‖gx − g′z‖ = ‖x − g⁻¹g′z‖: a single loop over the products g⁻¹g′, with how often each occurs. The templates stay, and x is moved back.

package orbitkernel

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

type counted struct {
	g     []int
	times float64
}

func inverse(g []int) []int {
	h := make([]int, len(g))
	for i, v := range g {
		h[v] = i
	}
	return h
}

func valid(maps [][]int, vectors ...[]float64) (int, error) {
	if len(maps) == 0 {
		return 0, errors.New("no maps")
	}
	n := len(maps[0])
	if n == 0 {
		return 0, errors.New("n = 0")
	}
	for _, g := range maps {
		if len(g) != n {
			return 0, errors.New("lengths of maps differ")
		}
		for i := range n {
			if !slices.Contains(g, i) {
				return 0, fmt.Errorf("%d is missing in a map", i)
			}
		}
	}
	for _, v := range vectors {
		if len(v) != n {
			return 0, errors.New("a vector of another length")
		}
		for _, x := range v {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return 0, errors.New("a number is not finite")
			}
		}
	}
	return n, nil
}

// quotients are the g⁻¹g′ of all pairs.
func quotients(maps [][]int) (list []counted) {
	for _, g := range maps {
		back := inverse(g)
		for _, h := range maps {
			q := make([]int, len(g))
			for i := range q {
				q[i] = h[back[i]] // (g⁻¹g′)[i] = g′[g⁻¹[i]]
			}
			at := slices.IndexFunc(list, func(c counted) bool { return slices.Equal(c.g, q) })
			if at < 0 {
				list = append(list, counted{q, 0})
				at = len(list) - 1
			}
			list[at].times++
		}
	}
	return list
}

func value(gamma float64, q []counted, x, z []float64) float64 {
	sum := 0.0
	for _, c := range q {
		s := 0.0
		for i, v := range x {
			d := v - z[c.g[i]]
			s += d * d
		}
		sum += c.times * math.Exp(-gamma*s)
	}
	return sum
}

func Kernel(gamma float64, maps [][]int, x, z []float64) (float64, error) {
	k, err := table(gamma, maps, [][]float64{x}, [][]float64{z})
	if err != nil {
		return 0, err
	}
	return k[0][0], nil
}

func Gram(gamma float64, maps [][]int, points [][]float64) ([][]float64, error) {
	if len(points) == 0 {
		return nil, errors.New("no points")
	}
	return table(gamma, maps, points, points)
}

func table(gamma float64, maps [][]int, a, b [][]float64) ([][]float64, error) {
	if _, err := valid(maps, slices.Concat(a, b)...); err != nil {
		return nil, err
	}
	if math.IsNaN(gamma) || gamma <= 0 || math.IsInf(gamma, 1) {
		return nil, errors.New("gamma out of range")
	}
	q := quotients(maps)
	var out [][]float64
	for _, x := range a {
		var row []float64
		for _, z := range b {
			row = append(row, value(gamma, q, x, z))
		}
		out = append(out, row)
	}
	return out, nil
}

func Normalise(k [][]float64) ([][]float64, error) {
	if len(k) == 0 {
		return nil, errors.New("empty")
	}
	out := make([][]float64, len(k))
	for i := range k {
		if len(k[i]) != len(k) {
			return nil, errors.New("not square")
		}
		out[i] = slices.Clone(k[i])
	}
	for i := range k {
		d := k[i][i]
		if math.IsNaN(d) || d <= 0 {
			return nil, errors.New("a diagonal entry that is not positive")
		}
		for j := range k {
			out[i][j] /= math.Sqrt(d)
			out[j][i] /= math.Sqrt(d)
		}
	}
	for i := range out {
		for j, v := range out[i] {
			if math.IsNaN(v) || math.IsInf(v, 0) || math.IsInf(k[i][j], 0) || math.IsInf(k[i][i], 0) {
				return nil, errors.New("a number is not finite")
			}
		}
	}
	return out, nil
}

func Features(maps [][]int, templates [][]float64, x []float64) ([]float64, error) {
	if len(templates) == 0 {
		return nil, errors.New("no templates")
	}
	if _, err := valid(maps, slices.Concat([][]float64{x}, templates)...); err != nil {
		return nil, err
	}
	var out []float64
	for _, t := range templates {
		total := 0.0
		for _, g := range maps {
			// ⟨x, gt⟩ = ⟨g⁻¹x, t⟩
			s := 0.0
			for i, from := range inverse(g) {
				s += x[from] * t[i]
			}
			total += math.Max(s, 0)
		}
		if math.IsNaN(total) || math.IsInf(total, 0) {
			return nil, errors.New("overflow")
		}
		out = append(out, total)
	}
	return out, nil
}

func Defect(gamma float64, maps [][]int, x, z []float64) (float64, error) {
	base, err := Kernel(gamma, maps, x, z)
	if err != nil {
		return 0, err
	}
	if base == 0 {
		return 0, errors.New("K is 0")
	}
	var moved [][]float64
	for _, g := range maps {
		y := make([]float64, len(x))
		for i, from := range g {
			y[i] = x[from]
		}
		moved = append(moved, y)
	}
	k, err := table(gamma, maps, moved, [][]float64{z})
	if err != nil {
		return 0, err
	}
	worst := 0.0
	for _, row := range k {
		worst = math.Max(worst, math.Abs(row[0]-base)/base)
	}
	if math.IsInf(worst, 0) {
		return 0, errors.New("overflow")
	}
	return worst, nil
}
