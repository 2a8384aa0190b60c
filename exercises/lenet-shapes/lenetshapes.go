// Package lenetshapes is the exercise "Shapes of LeNet": its statement is README.md.
package lenetshapes

import "errors"

// The kinds of layers: the first number of a layer's row.
const (
	Conv    = 0 // {Conv, channels, kernel, padding, stride, dilation}
	Pool    = 1 // {Pool, kernel, padding, stride}
	Flatten = 2 // {Flatten}
	Dense   = 3 // {Dense, units}
)

var errTodo = errors.New("exercise lenet-shapes: not written yet")

// OutputSize returns how many places a window of the given kernel has along an axis of n pixels: padding pixels are added at both ends,
// neighbouring entries of the window lie dilation pixels apart, and it moves stride pixels at a time. It errs if n, kernel,
// stride or dilation is less than 1, if padding is negative, or if the window is longer than the padded axis.
func OutputSize(n, kernel, padding, stride, dilation int) (int, error) {
	return 0, errTodo
}

// Shapes returns the shape of the input and of the output of every layer, len(layers)+1 rows: {height, width, channels} of a picture, {n}
// of a vector. It errs if a number of input is less than 1 or there are not three of them or one, if a row of layers has an
// unknown kind, the wrong number of entries, channels or units less than 1, or a window that OutputSize refuses, if Conv, Pool or
// Flatten is given a vector, or Dense a picture.
func Shapes(input []int, layers [][]int) ([][]int, error) {
	return nil, errTodo
}

// Parameters returns the number of weights and biases of every layer, [len(layers)]. It errs where Shapes does.
func Parameters(input []int, layers [][]int) ([]int, error) {
	return nil, errTodo
}

// Multiplications returns how often every layer multiplies for one input, [len(layers)]; products with padding count.
// It errs where Shapes does.
func Multiplications(input []int, layers [][]int) ([]int, error) {
	return nil, errTodo
}

// ReceptiveField returns, for every layer of a stack of Conv and Pool, how many pixels of the input a unit of its output spans along an axis,
// [len(layers)]. It errs if a row has another kind or the wrong number of entries, if channels, a kernel, a stride or a
// dilation is less than 1, or if a padding is negative.
func ReceptiveField(layers [][]int) ([]int, error) {
	return nil, errTodo
}

// FlatIndex returns the place, in the vector that Flatten makes of a picture of the shape {height, width, channels}, of the pixel
// in row i and column j of map k. It errs if shape has not three numbers or one is less than 1, or if i, j or k lies outside.
func FlatIndex(shape []int, i, j, k int) (int, error) {
	return 0, errTodo
}
