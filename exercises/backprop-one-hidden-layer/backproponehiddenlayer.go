// Package backproponehiddenlayer is the exercise "Backpropagation by hand": its statement is README.md.
//
// The network is ŷ = softmax(U ReLU(Wx + b₁) + b₂), the loss J the cross entropy of ŷ for the target y.
package backproponehiddenlayer

import "errors"

var errTodo = errors.New("exercise backprop-one-hidden-layer: not written yet")

// Gradients holds the five derivatives of J, each with the shape of what it is the derivative by.
type Gradients struct {
	U  [][]float64 // [Nc][Dh]
	B2 []float64   // [Nc]
	W  [][]float64 // [Dh][Dx]
	B1 []float64   // [Dh]
	X  []float64   // [Dx]
}

// Forward returns z = Wx + b₁, h = ReLU(z), θ = Uh + b₂ and ŷ = softmax(θ): w is [Dh][Dx], b1 [Dh], u [Nc][Dh], b2 [Nc], x [Dx].
func Forward(w [][]float64, b1 []float64, u [][]float64, b2, x []float64) (z, h, theta, yhat []float64, err error) {
	return nil, nil, nil, nil, errTodo
}

// Deltas returns δ₁ = ∂J/∂θ [Nc] and δ₂ = ∂J/∂z [Dh]: u is [Nc][Dh], z [Dh], yhat and y [Nc].
func Deltas(u [][]float64, z, yhat, y []float64) (delta1, delta2 []float64, err error) {
	return nil, nil, errTodo
}

// Backward returns J and its five derivatives; shapes as in Forward, y is [Nc].
func Backward(w [][]float64, b1 []float64, u [][]float64, b2, x, y []float64) (j float64, g Gradients, err error) {
	return 0, Gradients{}, errTodo
}
