// Package cam solves the exercise channel by channel, with the checks written out where they are needed, the mean
// taken last in Grad-CAM, and upsampling by walking from centre to centre.
package cam

import (
	"errors"
	"math"
	"sort"
)

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func CAM(features [][][]float64, weights [][]float64, class int) ([][]float64, error) {
	if err := checkCube(features); err != nil {
		return nil, err
	}
	if err := checkMap(weights); err != nil {
		return nil, err
	}
	if len(weights) != len(features[0][0]) {
		return nil, errors.New("one row of weights for each channel, please")
	}
	if class < 0 || class >= len(weights[0]) {
		return nil, errors.New("no such class")
	}
	var sum [][]float64
	for k := len(weights) - 1; k >= 0; k-- {
		sum = add(sum, weights[k][class], features, k)
	}
	return sum, nil
}

func GradCAM(features, gradients [][][]float64) ([][]float64, error) {
	if err := checkCube(features); err != nil {
		return nil, err
	}
	if err := checkCube(gradients); err != nil {
		return nil, err
	}
	if len(features) != len(gradients) || len(features[0]) != len(gradients[0]) || len(features[0][0]) != len(gradients[0][0]) {
		return nil, errors.New("shapes differ")
	}
	var sum [][]float64
	for k := range features[0][0] {
		total := 0.0
		for _, row := range gradients {
			for _, place := range row {
				total += place[k]
			}
		}
		sum = add(sum, total, features, k)
	}
	n := float64(len(features) * len(features[0]))
	for _, row := range sum {
		for x := range row {
			if row[x] > 0 {
				row[x] /= n // the mean's 1/HW, which a cut at zero lets through
			} else {
				row[x] = 0
			}
		}
	}
	return sum, nil
}

// add adds c·f_k to the map, which it makes if there is none.
func add(m [][]float64, c float64, f [][][]float64, k int) [][]float64 {
	if m == nil {
		m = make([][]float64, len(f))
		for y := range m {
			m[y] = make([]float64, len(f[0]))
		}
	}
	for y := range f {
		for x := range f[y] {
			m[y][x] += c * f[y][x][k]
		}
	}
	return m
}

func Upsample(m [][]float64, height, width int) ([][]float64, error) {
	if err := checkMap(m); err != nil {
		return nil, err
	}
	if height < 1 || width < 1 {
		return nil, errors.New("no pixels")
	}
	// along x, then, on the transposed map, along y
	wide := make([][]float64, 0, len(m))
	for _, row := range m {
		wide = append(wide, stretch(row, width))
	}
	out := make([][]float64, height)
	for x := range width {
		column := make([]float64, len(m))
		for y := range column {
			column[y] = wide[y][x]
		}
		for y, v := range stretch(column, height) {
			out[y] = append(out[y], v)
		}
	}
	return out, nil
}

// stretch interpolates v, whose values sit at the centres (i+½)/N of N cells of [0, 1], at the centres of n cells.
func stretch(v []float64, n int) []float64 {
	N := len(v)
	out := make([]float64, n)
	for j := range out {
		at := (float64(j) + 0.5) / float64(n)
		next := sort.Search(N, func(i int) bool { return (float64(i)+0.5)/float64(N) >= at }) // first centre not left of it
		switch next {
		case 0:
			out[j] = v[0]
		case N:
			out[j] = v[N-1]
		default:
			share := at*float64(N) - (float64(next) - 0.5)
			out[j] = v[next-1] + share*(v[next]-v[next-1])
		}
	}
	return out
}

func Normalise(m [][]float64) ([][]float64, error) {
	if err := checkMap(m); err != nil {
		return nil, err
	}
	var all []float64
	for _, row := range m {
		all = append(all, row...)
	}
	sort.Float64s(all)
	lo, hi := all[0], all[len(all)-1]
	out := [][]float64{}
	for _, row := range m {
		scaled := make([]float64, len(row))
		for x, v := range row {
			if hi > lo {
				scaled[x] = (v - lo) / (hi - lo)
			}
		}
		out = append(out, scaled)
	}
	return out, nil
}

func Box(m [][]float64, threshold float64) ([]int, error) {
	if err := checkMap(m); err != nil {
		return nil, err
	}
	if !finite(threshold) || threshold <= 0 || threshold > 1 {
		return nil, errors.New("threshold outside (0, 1]")
	}
	top := math.Inf(-1)
	for _, row := range m {
		for _, v := range row {
			top = max(top, v)
		}
	}
	if top <= 0 {
		return []int{0, 0, 0, 0}, nil
	}
	var xs, ys []int
	for y, row := range m {
		for x, v := range row {
			if v >= top*threshold {
				xs, ys = append(xs, x), append(ys, y)
			}
		}
	}
	sort.Ints(xs)
	sort.Ints(ys)
	return []int{xs[0], ys[0], xs[len(xs)-1] + 1, ys[len(ys)-1] + 1}, nil
}

func checkMap(m [][]float64) error {
	if len(m) < 1 || len(m[0]) < 1 {
		return errors.New("nothing there")
	}
	for _, row := range m {
		if len(row) != len(m[0]) {
			return errors.New("ragged")
		}
		for _, v := range row {
			if !finite(v) {
				return errors.New("not finite")
			}
		}
	}
	return nil
}

func checkCube(f [][][]float64) error {
	if len(f) < 1 || len(f[0]) < 1 {
		return errors.New("nothing there")
	}
	for _, row := range f {
		if len(row) != len(f[0]) || checkMap(row) != nil || len(row[0]) != len(f[0][0]) {
			return errors.New("empty, ragged or not finite")
		}
	}
	return nil
}
