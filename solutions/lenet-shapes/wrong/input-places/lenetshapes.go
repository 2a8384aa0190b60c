// Mistake: input-places: counts multiplications over the pixels of the input

package lenetshapes

import (
	"fmt"
	"slices"
)

// The kinds of layers: the first number of a layer's row.
const (
	Conv    = 0 // {Conv, channels, kernel, padding, stride, dilation}
	Pool    = 1 // {Pool, kernel, padding, stride}
	Flatten = 2 // {Flatten}
	Dense   = 3 // {Dense, units}
)

// OutputSize is ⌊(n + 2p − d(k−1) − 1)/s⌋ + 1.
func OutputSize(n, kernel, padding, stride, dilation int) (int, error) {
	if n < 1 || kernel < 1 || padding < 0 || stride < 1 || dilation < 1 {
		return 0, fmt.Errorf("no window of %d with padding %d, stride %d, dilation %d on %d pixels", kernel, padding, stride, dilation, n)
	}
	span := dilation*(kernel-1) + 1
	left := n + 2*padding - span
	if left < 0 {
		return 0, fmt.Errorf("a window that spans %d does not fit on %d pixels with padding %d", span, n, padding)
	}
	return left/stride + 1, nil
}

// apply is one layer.
func apply(shape, row []int) (out []int, parameters, multiplications int, err error) {
	bad := func(err error) ([]int, int, int, error) {
		return nil, 0, 0, fmt.Errorf("layer %v on %v: %w", row, shape, err)
	}
	lengths := []int{Conv: 6, Pool: 4, Flatten: 1, Dense: 2}
	if len(row) == 0 || row[0] < 0 || row[0] >= len(lengths) || len(row) != lengths[row[0]] {
		return bad(fmt.Errorf("unknown kind, or a wrong number of entries"))
	}
	if (len(shape) == 1) != (row[0] == Dense) {
		return bad(fmt.Errorf("it does not read this kind of input"))
	}
	switch row[0] {
	case Conv, Pool:
		channels, kernel, padding, stride, dilation := shape[2], row[1], 0, 0, 1
		if row[0] == Conv {
			channels, kernel, padding, stride, dilation = row[1], row[2], row[3], row[4], row[5]
		} else {
			padding, stride = row[2], row[3]
		}
		if channels < 1 {
			return bad(fmt.Errorf("no channels"))
		}
		h, err := OutputSize(shape[0], kernel, padding, stride, dilation)
		if err != nil {
			return bad(err)
		}
		w, err := OutputSize(shape[1], kernel, padding, stride, dilation)
		if err != nil {
			return bad(err)
		}
		if row[0] == Conv {
			// k·k·C weights and a bias for each of the C' kernels; all weights once at each place.
			weights := kernel * kernel * shape[2] * channels
			parameters = weights + channels
			multiplications = shape[0] * shape[1] * weights
		}
		return []int{h, w, channels}, parameters, multiplications, nil
	case Flatten:
		return []int{shape[0] * shape[1] * shape[2]}, 0, 0, nil
	}
	units := row[1]
	if units < 1 {
		return bad(fmt.Errorf("no units"))
	}
	return []int{units}, shape[0]*units + units, shape[0] * units, nil
}

// walk goes through all layers.
func walk(input []int, layers [][]int) (shapes [][]int, parameters, multiplications []int, err error) {
	if len(input) != 1 && len(input) != 3 || slices.Min(input) < 1 {
		return nil, nil, nil, fmt.Errorf("the input %v is neither a picture nor a vector", input)
	}
	shapes = [][]int{slices.Clone(input)}
	for _, row := range layers {
		out, p, m, err := apply(shapes[len(shapes)-1], row)
		if err != nil {
			return nil, nil, nil, err
		}
		shapes, parameters, multiplications = append(shapes, out), append(parameters, p), append(multiplications, m)
	}
	return shapes, parameters, multiplications, nil
}

// Shapes is the first part of what walk finds.
func Shapes(input []int, layers [][]int) ([][]int, error) {
	s, _, _, err := walk(input, layers)
	return s, err
}

// Parameters is the second.
func Parameters(input []int, layers [][]int) ([]int, error) {
	_, p, _, err := walk(input, layers)
	return p, err
}

// Multiplications is the third.
func Multiplications(input []int, layers [][]int) ([]int, error) {
	_, _, m, err := walk(input, layers)
	return m, err
}

// ReceptiveField goes up from the input: field ← field + d(k−1)·jump, then jump ← jump·s.
func ReceptiveField(layers [][]int) ([]int, error) {
	var fields []int
	field, jump := 1, 1
	for _, row := range layers {
		var kernel, padding, stride, dilation int
		switch {
		case len(row) == 6 && row[0] == Conv && row[1] >= 1:
			kernel, padding, stride, dilation = row[2], row[3], row[4], row[5]
		case len(row) == 4 && row[0] == Pool:
			kernel, padding, stride, dilation = row[1], row[2], row[3], 1
		default:
			return nil, fmt.Errorf("the layer %v is neither a convolution nor a pool", row)
		}
		if kernel < 1 || padding < 0 || stride < 1 || dilation < 1 {
			return nil, fmt.Errorf("the layer %v has a number out of range", row)
		}
		field += dilation * (kernel - 1) * jump
		jump *= stride
		fields = append(fields, field)
	}
	return fields, nil
}

// FlatIndex is (i·W + j)·C + k.
func FlatIndex(shape []int, i, j, k int) (int, error) {
	if len(shape) != 3 || slices.Min(shape) < 1 {
		return 0, fmt.Errorf("%v is no picture", shape)
	}
	if i < 0 || j < 0 || k < 0 || i >= shape[0] || j >= shape[1] || k >= shape[2] {
		return 0, fmt.Errorf("pixel (%d, %d) of map %d lies outside %v", i, j, k, shape)
	}
	return (i*shape[1]+j)*shape[2] + k, nil
}
