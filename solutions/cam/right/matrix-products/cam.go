// Package cam solves the exercise with matrix products: features as an HW×K matrix, upsampling as R·m·Cᵀ.
package cam

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// dense copies a matrix, or says what is wrong with it.
func dense(m [][]float64) (*mat.Dense, error) {
	if len(m) == 0 || len(m[0]) == 0 {
		return nil, errors.New("empty")
	}
	d := mat.NewDense(len(m), len(m[0]), nil)
	for i, row := range m {
		if len(row) != len(m[0]) {
			return nil, fmt.Errorf("ragged at row %d", i)
		}
		d.SetRow(i, row)
	}
	for i, v := range d.RawMatrix().Data {
		if v-v != 0 { // NaN for NaN and infinities
			return nil, fmt.Errorf("value %d is %g", i, v)
		}
	}
	return d, nil
}

// places stacks the places of f as rows: HW×K.
func places(f [][][]float64) (d *mat.Dense, h, w int, err error) {
	var rows [][]float64
	for _, line := range f {
		if len(line) != len(f[0]) {
			return nil, 0, 0, errors.New("ragged lines of places")
		}
		rows = append(rows, line...)
	}
	if d, err = dense(rows); err != nil {
		return nil, 0, 0, err
	}
	return d, len(f), len(f[0]), nil
}

// unstack turns a column of HW numbers into H rows.
func unstack(v mat.Vector, h, w int) [][]float64 {
	m := make([][]float64, h)
	for i := range v.Len() {
		m[i/w] = append(m[i/w], v.AtVec(i))
	}
	return m
}

func CAM(features [][][]float64, weights [][]float64, class int) ([][]float64, error) {
	f, h, w, err := places(features)
	if err != nil {
		return nil, err
	}
	W, err := dense(weights)
	if err != nil {
		return nil, err
	}
	_, k := f.Dims()
	if rows, classes := W.Dims(); rows != k || class < 0 || class >= classes {
		return nil, fmt.Errorf("%d channels, weights %d×%d, class %d", k, rows, classes, class)
	}
	var m mat.VecDense
	m.MulVec(f, W.ColView(class))
	return unstack(&m, h, w), nil
}

func GradCAM(features, gradients [][][]float64) ([][]float64, error) {
	f, h, w, err := places(features)
	if err != nil {
		return nil, err
	}
	g, gh, gw, err := places(gradients)
	if err != nil {
		return nil, err
	}
	_, k := f.Dims()
	if _, gk := g.Dims(); gh != h || gw != w || gk != k {
		return nil, errors.New("features and gradients differ in shape")
	}
	ones := mat.NewVecDense(h*w, nil)
	for i := range h * w {
		ones.SetVec(i, 1/float64(h*w))
	}
	var alpha, m mat.VecDense
	alpha.MulVec(g.T(), ones)
	m.MulVec(f, &alpha)
	for i := range m.Len() {
		if m.AtVec(i) < 0 {
			m.SetVec(i, 0)
		}
	}
	return unstack(&m, h, w), nil
}

// tent is the n×N matrix of bilinear shares: place i has the share max(0, 1 − |u − i|) in the pixel that reads at u.
func tent(n, N int) *mat.Dense {
	d := mat.NewDense(n, N, nil)
	for j := range n {
		u := math.Min(math.Max((float64(j)+0.5)*float64(N)/float64(n)-0.5, 0), float64(N-1))
		for i := range N {
			d.Set(j, i, math.Max(0, 1-math.Abs(u-float64(i))))
		}
	}
	return d
}

func Upsample(m [][]float64, height, width int) ([][]float64, error) {
	d, err := dense(m)
	if err != nil {
		return nil, err
	}
	if height <= 0 || width <= 0 {
		return nil, errors.New("no pixels")
	}
	h, w := d.Dims()
	var out mat.Dense
	out.Product(tent(height, h), d, tent(width, w).T())
	return rows(&out), nil
}

func rows(d *mat.Dense) [][]float64 {
	h, _ := d.Dims()
	m := make([][]float64, h)
	for i := range m {
		m[i] = mat.Row(nil, i, d)
	}
	return m
}

func Normalise(m [][]float64) ([][]float64, error) {
	d, err := dense(m)
	if err != nil {
		return nil, err
	}
	lo, span := mat.Min(d), mat.Max(d)-mat.Min(d)
	d.Apply(func(_, _ int, v float64) float64 {
		if span == 0 {
			return 0
		}
		return (v - lo) / span
	}, d)
	return rows(d), nil
}

func Box(m [][]float64, threshold float64) ([]int, error) {
	d, err := dense(m)
	if err != nil {
		return nil, err
	}
	if math.IsNaN(threshold) || threshold <= 0 || threshold > 1 {
		return nil, fmt.Errorf("threshold %g", threshold)
	}
	cut := threshold * mat.Max(d)
	if cut <= 0 {
		return make([]int, 4), nil
	}
	h, w := d.Dims()
	x0, x1 := span(w, func(x int) bool { return mat.Max(d.ColView(x)) >= cut })
	y0, y1 := span(h, func(y int) bool { return mat.Max(d.RowView(y)) >= cut })
	return []int{x0, y0, x1, y1}, nil
}

// span returns the first index that reaches, and one past the last.
func span(n int, reaches func(int) bool) (from, to int) {
	from = -1
	for i := range n {
		if reaches(i) {
			if from < 0 {
				from = i
			}
			to = i + 1
		}
	}
	return from, to
}
