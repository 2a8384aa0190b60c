// Package backpropdeep is the exercise "Backpropagation through any number of layers": its statement is README.md.
//
// Weights: w[l][i][j] leads from unit i of layer l to unit j of layer l+1; layer 0 is the input. The activation g of all
// layers is "sigmoid", "tanh", "relu" or "identity". There are no biases.
package backpropdeep

import "errors"

var errTodo = errors.New("exercise backprop-deep: not written yet")

// Forward returns, for each layer, a_j = Σ_i w_ij z_i and z_j = g(a_j): a[l] and z[l] are those of w[l], for l = 0 … L−1.
func Forward(w [][][]float64, g string, x []float64) (a, z [][]float64, err error) {
	return nil, nil, errTodo
}

// Deltas returns δ[l] = ∂L/∂a[l] for each layer, L = ½‖y − z[L−1]‖².
func Deltas(w [][][]float64, g string, x, y []float64) (delta [][]float64, err error) {
	return nil, errTodo
}

// Gradient returns the risk R = (1/N) Σₙ ½‖yⁿ − f(xⁿ)‖² over the rows of x and y, and ∂R/∂w in the shape of w.
func Gradient(w [][][]float64, g string, x, y [][]float64) (risk float64, dw [][][]float64, err error) {
	return 0, nil, errTodo
}

// Train takes steps w ← w − rate·∂R/∂w and returns the last weights and the risk before the first step and after each.
func Train(w [][][]float64, g string, x, y [][]float64, rate float64, steps int) (trained [][][]float64, risks []float64, err error) {
	return nil, nil, errTodo
}
