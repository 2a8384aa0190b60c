// Mistake: shape-passes: does not compare the shapes of features and gradients.

package cam

import (
	"fmt"
	"math"
)

// CAM returns M_c(x, y) = Σ_k w_k^c f_k(x, y).
func CAM(features [][][]float64, weights [][]float64, class int) ([][]float64, error) {
	_, _, k, err := cube("features", features)
	if err != nil {
		return nil, err
	}
	rows, classes, err := matrix("weights", weights)
	if err != nil {
		return nil, err
	}
	if rows != k {
		return nil, fmt.Errorf("weights has %d rows for %d channels", rows, k)
	}
	if class < 0 || class >= classes {
		return nil, fmt.Errorf("class %d is not in 0 … %d", class, classes-1)
	}
	alpha := make([]float64, k)
	for i := range alpha {
		alpha[i] = weights[i][class] // α_k = w_k^c
	}
	return weighted(features, alpha), nil
}

// GradCAM returns L_c(x, y) = max(0, Σ_k α_k f_k(x, y)), α_k = (1/HW) Σ_xy ∂S_c/∂f_k(x, y).
func GradCAM(features, gradients [][][]float64) ([][]float64, error) {
	h, w, k, err := cube("features", features)
	if err != nil {
		return nil, err
	}
	_, _, gk, err := cube("gradients", gradients)
	if err != nil {
		return nil, err
	}
	alpha := make([]float64, max(k, gk))
	for y := range gradients {
		for x := range gradients[y] {
			for i, g := range gradients[y][x] {
				alpha[i] += g / float64(h*w)
			}
		}
	}
	m := weighted(features, alpha)
	for y := range m {
		for x := range m[y] {
			m[y][x] = math.Max(0, m[y][x])
		}
	}
	return m, nil
}

// weighted returns Σ_k α_k f_k(x, y).
func weighted(features [][][]float64, alpha []float64) [][]float64 {
	m := zeros(len(features), len(features[0]))
	for y := range m {
		for x := range m[y] {
			for i, f := range features[y][x] {
				m[y][x] += alpha[i] * f
			}
		}
	}
	return m
}

// Upsample interpolates between the centres of places, first along x, then along y.
func Upsample(m [][]float64, height, width int) ([][]float64, error) {
	h, w, err := matrix("m", m)
	if err != nil {
		return nil, err
	}
	if height < 1 || width < 1 {
		return nil, fmt.Errorf("size %d×%d is below 1×1", height, width)
	}
	out := zeros(height, width)
	for i := range out {
		y0, y1, b := between(i, height, h)
		for j := range out[i] {
			x0, x1, a := between(j, width, w)
			top := (1-a)*m[y0][x0] + a*m[y0][x1]
			bottom := (1-a)*m[y1][x0] + a*m[y1][x1]
			out[i][j] = (1-b)*top + b*bottom
		}
	}
	return out, nil
}

// between returns the two of N places between which pixel j of n reads, and the share of the second.
func between(j, n, N int) (int, int, float64) {
	u := (float64(j)+0.5)*float64(N)/float64(n) - 0.5
	u = math.Max(0, math.Min(u, float64(N-1)))
	i := int(u)
	return i, min(i+1, N-1), u - float64(i)
}

// Normalise returns (m − min)/(max − min), zeros for a constant map.
func Normalise(m [][]float64) ([][]float64, error) {
	h, w, err := matrix("m", m)
	if err != nil {
		return nil, err
	}
	lo, hi := extremes(m)
	out := zeros(h, w)
	if hi == lo {
		return out, nil
	}
	for y := range m {
		for x := range m[y] {
			out[y][x] = (m[y][x] - lo) / (hi - lo)
		}
	}
	return out, nil
}

// Box returns the smallest rectangle that holds all pixels with m ≥ threshold·max(m).
func Box(m [][]float64, threshold float64) ([]int, error) {
	h, w, err := matrix("m", m)
	if err != nil {
		return nil, err
	}
	if !(threshold > 0 && threshold <= 1) {
		return nil, fmt.Errorf("threshold %g is not in (0, 1]", threshold)
	}
	_, hi := extremes(m)
	if hi <= 0 {
		return []int{0, 0, 0, 0}, nil
	}
	x0, y0, x1, y1 := w, h, 0, 0
	for y := range m {
		for x := range m[y] {
			if m[y][x] >= threshold*hi {
				x0, y0 = min(x0, x), min(y0, y)
				x1, y1 = max(x1, x+1), max(y1, y+1)
			}
		}
	}
	return []int{x0, y0, x1, y1}, nil
}

func extremes(m [][]float64) (lo, hi float64) {
	lo, hi = m[0][0], m[0][0]
	for _, row := range m {
		for _, v := range row {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	return lo, hi
}

func zeros(h, w int) [][]float64 {
	m := make([][]float64, h)
	for y := range m {
		m[y] = make([]float64, w)
	}
	return m
}

// matrix returns rows and columns of m, or an error if it is empty, ragged or not finite.
func matrix(name string, m [][]float64) (rows, cols int, err error) {
	if len(m) == 0 || len(m[0]) == 0 {
		return 0, 0, fmt.Errorf("%s is empty", name)
	}
	for i, row := range m {
		if len(row) != len(m[0]) {
			return 0, 0, fmt.Errorf("%s[%d] has length %d, and %s[0] has %d", name, i, len(row), name, len(m[0]))
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return 0, 0, fmt.Errorf("%s[%d][%d] is %g", name, i, j, v)
			}
		}
	}
	return len(m), len(m[0]), nil
}

// cube returns H, W and K of f, or an error if it is empty, ragged or not finite.
func cube(name string, f [][][]float64) (h, w, k int, err error) {
	if len(f) == 0 {
		return 0, 0, 0, fmt.Errorf("%s is empty", name)
	}
	for y := range f {
		rows, cols, err := matrix(fmt.Sprintf("%s[%d]", name, y), f[y])
		if err != nil {
			return 0, 0, 0, err
		}
		if y == 0 {
			w, k = rows, cols
		}
		if rows != w || cols != k {
			return 0, 0, 0, fmt.Errorf("%s[%d] is %d×%d, and %s[0] is %d×%d", name, y, rows, cols, name, w, k)
		}
	}
	return len(f), w, k, nil
}
