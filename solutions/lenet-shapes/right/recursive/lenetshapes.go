// Package lenetshapes is a third solution of the exercise: typed layers and recursion.
package lenetshapes

import (
	"errors"
	"fmt"
)

// The kinds of layers.
const (
	Conv    = 0
	Pool    = 1
	Flatten = 2
	Dense   = 3
)

type layer struct{ kind, out, k, p, s, d int }

func parse(row []int) (l layer, err error) {
	kind := -1
	if len(row) > 0 {
		kind = row[0]
	}
	switch {
	case kind == Conv && len(row) == 6:
		l = layer{Conv, row[1], row[2], row[3], row[4], row[5]}
	case kind == Pool && len(row) == 4:
		l = layer{Pool, 1, row[1], row[2], row[3], 1}
	case kind == Flatten && len(row) == 1:
		l = layer{Flatten, 1, 1, 0, 1, 1}
	case kind == Dense && len(row) == 2:
		l = layer{Dense, row[1], 1, 0, 1, 1}
	default:
		return l, fmt.Errorf("row %v is no layer", row)
	}
	if l.out < 1 || l.k < 1 || l.p < 0 || l.s < 1 || l.d < 1 {
		return l, fmt.Errorf("row %v is out of range", row)
	}
	return l, nil
}

// OutputSize is the last place's number plus one.
func OutputSize(n, kernel, padding, stride, dilation int) (int, error) {
	if min(n, kernel, stride, dilation, padding+1) < 1 {
		return 0, errors.New("out of range")
	}
	last := n + 2*padding - 1 - dilation*(kernel-1) // where the last window may begin
	if last < 0 {
		return 0, errors.New("the window does not fit")
	}
	return (last + stride) / stride, nil
}

// through visits the layers from the front, calling see with each one's input, and returns the shapes from here on.
func through(shape []int, rows [][]int, see func(in, out []int, l layer)) ([][]int, error) {
	if len(rows) == 0 {
		return [][]int{shape}, nil
	}
	l, err := parse(rows[0])
	if err != nil {
		return nil, err
	}
	if (l.kind == Dense) == (len(shape) == 3) {
		return nil, fmt.Errorf("row %v cannot read %v", rows[0], shape)
	}
	var out []int
	switch l.kind {
	case Dense:
		out = []int{l.out}
	case Flatten:
		out = []int{shape[0] * shape[1] * shape[2]}
	default:
		h, errH := OutputSize(shape[0], l.k, l.p, l.s, l.d)
		w, errW := OutputSize(shape[1], l.k, l.p, l.s, l.d)
		if err := errors.Join(errH, errW); err != nil {
			return nil, err
		}
		c := shape[2]
		if l.kind == Conv {
			c = l.out
		}
		out = []int{h, w, c}
	}
	see(shape, out, l)
	rest, err := through(out, rows[1:], see)
	if err != nil {
		return nil, err
	}
	return append([][]int{shape}, rest...), nil
}

func begin(input []int, rows [][]int, see func(in, out []int, l layer)) ([][]int, error) {
	ok := len(input) == 3 || len(input) == 1
	for _, v := range input {
		ok = ok && v > 0
	}
	if !ok {
		return nil, errors.New("no input")
	}
	return through(append([]int(nil), input...), rows, see)
}

// Shapes begins the recursion.
func Shapes(input []int, layers [][]int) ([][]int, error) {
	return begin(input, layers, func(_, _ []int, _ layer) {})
}

func weights(in []int, l layer) int {
	switch l.kind {
	case Conv:
		return l.k * l.k * in[2] * l.out
	case Dense:
		return in[0] * l.out
	}
	return 0
}

// Parameters adds the biases to the weights.
func Parameters(input []int, layers [][]int) (n []int, err error) {
	_, err = begin(input, layers, func(in, _ []int, l layer) {
		p := weights(in, l)
		if p > 0 {
			p += l.out
		}
		n = append(n, p)
	})
	return n, err
}

// Multiplications uses each weight once a place.
func Multiplications(input []int, layers [][]int) (n []int, err error) {
	_, err = begin(input, layers, func(in, out []int, l layer) {
		places := 1
		if len(out) == 3 {
			places = out[0] * out[1]
		}
		n = append(n, places*weights(in, l))
	})
	return n, err
}

// ReceptiveField adds up.
func ReceptiveField(layers [][]int) ([]int, error) {
	fields := []int{1}
	jump := 1
	for _, row := range layers {
		l, err := parse(row)
		if err != nil {
			return nil, err
		}
		if l.kind != Conv && l.kind != Pool {
			return nil, fmt.Errorf("row %v has no window", row)
		}
		fields = append(fields, fields[len(fields)-1]+l.d*(l.k-1)*jump)
		jump = jump * l.s
	}
	return fields[1:], nil
}

// FlatIndex is i·W·C + j·C + k.
func FlatIndex(shape []int, i, j, k int) (int, error) {
	if len(shape) != 3 {
		return 0, errors.New("no picture")
	}
	at := 0
	for axis, v := range []int{i, j, k} {
		if shape[axis] < 1 || v < 0 || v >= shape[axis] {
			return 0, fmt.Errorf("index %d of axis %d lies outside %v", v, axis, shape)
		}
		at = at*shape[axis] + v
	}
	return at, nil
}
