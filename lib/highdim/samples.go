package highdim

import (
	"fmt"
	"math"
	"math/big"
)

// LogSamples returns log₁₀ of ε^−d, the order of the number of values that it takes to know every 1-Lipschitz function of [0, 1]^d to the accuracy ε
// in (0, 1]. The number itself is no float64 from d = 309 on, for ε = 0.1.
func LogSamples(eps float64, d int) float64 {
	check("LogSamples", d, 1)
	checkEps("LogSamples", eps)
	// log₁₀ ε^−d
	return -float64(d) * math.Log10(eps)
}

// PerAxis returns ⌈1/(2ε)⌉, how many equidistant values on [0, 1] come within ε in (0, 1] of each number of it: cells of width 2ε, a value in the middle of each.
func PerAxis(eps float64) int {
	checkEps("PerAxis", eps)
	// a quotient that rounding has moved just above a whole number counts as that number
	return int(math.Ceil((1 - 1e-12) / (2 * eps)))
}

// GridPoints returns PerAxis(ε)^d, exactly: the smallest number of points such that each point of [0, 1]^d is within ε of
// one in every coordinate. It is the ε^−d of LogSamples with its constant, 2^−d.
func GridPoints(eps float64, d int) *big.Int {
	check("GridPoints", d, 1)
	return new(big.Int).Exp(big.NewInt(int64(PerAxis(eps))), big.NewInt(int64(d)), nil)
}

// Fool returns the function f(x) = minᵢ‖x − xᵢ‖ of the points, [n][d]. It is 1-Lipschitz and 0 at every point, so that
// whoever saw values at the points alone cannot tell it from 0, nor from −f. At x any answer is off by Nearest's distance for one of f and −f.
func Fool(points [][]float64) func(x []float64) float64 {
	return func(x []float64) float64 {
		_, d := Nearest(points, x)
		return d
	}
}

// DenseParameters returns how many parameters a fully connected layer has: a weight for each pair, and a bias for each output.
func DenseParameters(inputs, outputs int) int {
	positive("DenseParameters", inputs, outputs)
	return (inputs + 1) * outputs
}

// LocalParameters returns how many parameters a layer has whose outputs, channels of them at each of height×width places, see k×k places of
// in channels each, every place with weights of its own: locality without sharing.
func LocalParameters(height, width, k, in, channels int) int {
	positive("LocalParameters", height, width, k, in, channels)
	return height * width * ConvParameters(k, in, channels)
}

// ConvParameters returns how many parameters a convolution has, the same layer with one set of weights for all places: (k²·in + 1)·channels.
func ConvParameters(k, in, channels int) int {
	positive("ConvParameters", k, in, channels)
	return (k*k*in + 1) * channels
}

func checkEps(op string, eps float64) {
	if !(eps > 0 && eps <= 1) {
		panic(fmt.Sprintf("highdim: %s: ε is %v, want one in (0, 1]", op, eps))
	}
}

func positive(op string, sizes ...int) {
	for _, n := range sizes {
		if n < 1 {
			panic(fmt.Sprintf("highdim: %s: a size of %d, want 1 or more", op, n))
		}
	}
}
