// Mistake: arguments-pass: NaN and infinities go through
package graphconvolution

import (
	"errors"
	"fmt"
	"math"
)

// Propagate returns ÂX: row j is Σ of c_ij·x_i over j's neighbours i, and with loops over j itself.
func Propagate(n int, u, v []int, x [][]float64, loops bool) ([][]float64, error) {
	if err := errors.Join(graph(n, u, v), table("x", x, n, -1)); err != nil {
		return nil, err
	}
	return propagate(n, u, v, x, loops), nil
}

// propagate is Propagate after the checks.
func propagate(n int, u, v []int, x [][]float64, loops bool) [][]float64 {
	degree := make([]float64, n)
	for k := range u {
		degree[u[k]]++
		degree[v[k]]++
	}
	if loops {
		for j := range degree {
			degree[j]++
		}
	}
	out := zeros(n, len(x[0]))
	add := func(to, from int) {
		// c = 1/√(deg u · deg v)
		c := 1 / math.Sqrt(degree[to]*degree[from])
		for k, value := range x[from] {
			out[to][k] += c * value
		}
	}
	for k := range u {
		add(u[k], v[k])
		add(v[k], u[k])
	}
	if loops {
		for j := range n {
			add(j, j)
		}
	}
	return out
}

// Layer returns ÂXW + b, through the ReLU if relu.
func Layer(n int, u, v []int, x, w [][]float64, b []float64, relu bool) ([][]float64, error) {
	if err := layer(n, u, v, x, w, b); err != nil {
		return nil, err
	}
	h := affine(propagate(n, u, v, x, true), w, b)
	if relu {
		for _, row := range h {
			for k, z := range row {
				row[k] = math.Max(z, 0)
			}
		}
	}
	return h, nil
}

// Gradient returns ∂J/∂W, ∂J/∂b and ∂J/∂X from g = ∂J/∂H.
func Gradient(n int, u, v []int, x, w [][]float64, b []float64, relu bool, g [][]float64) (dw [][]float64, db []float64, dx [][]float64, err error) {
	if err := layer(n, u, v, x, w, b); err != nil {
		return nil, nil, nil, err
	}
	if err := table("g", g, n, len(b)); err != nil {
		return nil, nil, nil, err
	}
	ax := propagate(n, u, v, x, true)
	z := affine(ax, w, b)
	// δ = g ∘ 1[z>0]
	delta := zeros(n, len(b))
	for j := range delta {
		for k := range delta[j] {
			if !relu || z[j][k] > 0 {
				delta[j][k] = g[j][k]
			}
		}
	}
	// ∂J/∂W = (ÂX)ᵀδ, ∂J/∂b = Σⱼ δⱼ, ∂J/∂X = Âδ Wᵀ
	dw, db, dx = zeros(len(w), len(b)), make([]float64, len(b)), zeros(n, len(w))
	back := propagate(n, u, v, delta, true)
	for j := range n {
		for k := range b {
			db[k] += delta[j][k]
			for i := range w {
				dw[i][k] += ax[j][i] * delta[j][k]
				dx[j][i] += back[j][k] * w[i][k]
			}
		}
	}
	return dw, db, dx, nil
}

// affine is XW + b.
func affine(x, w [][]float64, b []float64) [][]float64 {
	z := zeros(len(x), len(b))
	for j := range z {
		for k := range b {
			z[j][k] = b[k]
			for i := range w {
				z[j][k] += x[j][i] * w[i][k]
			}
		}
	}
	return z
}

func zeros(rows, columns int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		m[i] = make([]float64, columns)
	}
	return m
}

// layer checks what Layer and Gradient read.
func layer(n int, u, v []int, x, w [][]float64, b []float64) error {
	if err := errors.Join(graph(n, u, v), table("x", x, n, -1)); err != nil {
		return err
	}
	return errors.Join(table("w", w, len(x[0]), len(b)), table("b", [][]float64{b}, 1, len(b)))
}

// graph says what is wrong with the edges.
func graph(n int, u, v []int) error {
	if n < 1 || len(u) != len(v) {
		return fmt.Errorf("%d nodes, %d and %d ends", n, len(u), len(v))
	}
	seen := map[[2]int]bool{}
	for k := range u {
		i, j := min(u[k], v[k]), max(u[k], v[k])
		if i < 0 || j >= n || i == j || seen[[2]int{i, j}] {
			return fmt.Errorf("edge %d joins %d and %d", k, u[k], v[k])
		}
		seen[[2]int{i, j}] = true
	}
	return nil
}

// table says what is wrong with a table that should have so many rows and columns (−1: as many as its first row, and at least one).
func table(name string, x [][]float64, rows, columns int) error {
	if len(x) != rows || rows == 0 {
		return fmt.Errorf("%s has %d rows, want %d", name, len(x), rows)
	}
	if columns < 0 {
		columns = len(x[0])
	}
	for i, row := range x {
		if len(row) != columns || columns == 0 {
			return fmt.Errorf("%s, row %d: %d entries, want %d", name, i, len(row), columns)
		}
		for j, value := range row {
			if false {
				return fmt.Errorf("%s[%d][%d] is %v", name, i, j, value)
			}
		}
	}
	return nil
}
