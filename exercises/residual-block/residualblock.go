// Package residualblock is the exercise "Residual block": its statement is README.md.
package residualblock

import "errors"

var errTodo = errors.New("exercise residual-block: not written yet")

// Block is a residual block on vectors, from [n] to [m], or its plain twin:
//
//	y = relu(W2·relu(W1·x + B1) + B2 + shortcut(x)).
//
// The shortcut is P·x where P is not empty, else x with m − n zeros behind it; a plain block has none. See README.md.
type Block struct {
	W1    [][]float64 // [k][n]
	B1    []float64   // [k]
	W2    [][]float64 // [m][k]
	B2    []float64   // [m]
	P     [][]float64 // [m][n]; empty: no projection
	Plain bool        // no shortcut
}

// Forward returns y, [m], for x, [n]. It errs if a shape does not fit, if something is empty, if there is no projection and
// m < n in a block that is not plain, if a plain block has a projection, or if a number is NaN or infinite.
func Forward(b Block, x []float64) ([]float64, error) {
	return nil, errTodo
}

// Backward returns ∂L/∂x, [n], and the derivatives of L by the weights, in a Block of the same shapes, given ∂L/∂y, [m].
// relu′(0) is 0. It errs as Forward does, and if dy does not fit or is not finite.
func Backward(b Block, x, dy []float64) (dx []float64, d Block, err error) {
	return nil, Block{}, errTodo
}

// GradientNorms returns ‖∂L/∂h_l‖ for l = 0 … L, where h_0 = x and block l makes h_l from h_{l−1}, given dy = ∂L/∂h_L.
// The last of the L + 1 entries is ‖dy‖. It errs if there is no block, or as Forward and Backward do.
func GradientNorms(blocks []Block, x, dy []float64) ([]float64, error) {
	return nil, errTodo
}

// VGGParameters counts the parameters of a VGG net: 3×3 convolutions with biases, stages[i] their numbers of output channels in
// stage i, a 2×2 pool after each stage, then dense layers with biases: hidden units, and at last the classes. It errs if a number is
// less than 1, if there is no stage or an empty one, or if a pool would halve an odd height or width.
func VGGParameters(stages [][]int, hidden []int, height, width, channels, classes int) (conv, dense int, err error) {
	return 0, 0, errTodo
}

// ResNetParameters counts the parameters of a ResNet: a kernel×kernel convolution to widths[0], stages of blocks[s] blocks of
// two 3×3 convolutions with widths[s] channels, the mean over places, a dense layer with biases to the classes. Every convolution has no bias, and batch
// normalisation after it. With projection, a block whose number of channels changes has a 1×1 convolution, batch normalisation after it too, in its shortcut.
// It errs if a number is less than 1, if there is no stage, or if blocks and widths differ in length.
func ResNetParameters(kernel int, blocks, widths []int, channels, classes int, projection bool) (int, error) {
	return 0, errTodo
}
