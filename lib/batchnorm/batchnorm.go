// Package batchnorm is batch normalisation (Ioffe & Szegedy 2015, "Batch normalization: accelerating deep network
// training by reducing internal covariate shift"), in plain Go: training, test time, the gradient, each from its formula.
//
// A batch is a matrix with a sample in each row, [m, features]; every column is normalised by itself. In training
// (Alg. 1):
//
//	μ = 1/m Σᵢ xᵢ                    mean of the batch
//	σ² = 1/m Σᵢ (xᵢ − μ)²            variance of the batch, with 1/m
//	x̂ᵢ = (xᵢ − μ)/√(σ² + ε)
//	yᵢ = γ x̂ᵢ + β                    γ and β are learned
//
// and running averages of μ and σ² are kept. At test time these stand in the place of the batch's own (Alg. 2), so that
// a sample's output no longer depends on the samples beside it; the layer is then an affine map, see Affine.
//
// The convolutional form (§3.2) takes mean and variance of a map over the batch and all places. With channels last that
// is the same computation on a matrix of m = batch·height·width rows: see Maps.
//
// The files in the order to read them: batchnorm.go (the layer), forward.go, backward.go, net.go (a multilayer
// perceptron with such layers).
//
// Wrong shapes are a caller's bug and panic. NaN and infinities pass through, as in the formulas.
package batchnorm

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Norm is a batch normalisation layer.
type Norm struct {
	Gamma, Beta []float64 // γ and β, [features]: learned
	Mean, Var   []float64 // running averages of μ and σ², [features]: not learned, but kept by Train

	// Momentum in [0, 1) is the part of a running average that stays: r ← momentum·r + (1 − momentum)·new. New sets 0.9.
	// GoMLX and Keras call the same number momentum; PyTorch calls 1 − momentum so.
	Momentum float64
	// Epsilon > 0, ε, stands under the root. New sets 1e-5.
	Epsilon float64
	// Unbiased averages m/(m−1)·σ² in the place of σ², as Alg. 2 and PyTorch do (GoMLX and Keras do not). Normalising in
	// training takes σ² with 1/m in any case.
	Unbiased bool
}

// New makes a layer that begins with γ = 1, β = 0 and running averages of 0 and 1.
func New(features int) *Norm {
	if features < 1 {
		panic(fmt.Sprintf("batchnorm: New: %d features, need at least 1", features))
	}
	n := &Norm{Momentum: 0.9, Epsilon: 1e-5}
	for range features {
		n.Gamma, n.Beta = append(n.Gamma, 1), append(n.Beta, 0)
		n.Mean, n.Var = append(n.Mean, 0), append(n.Var, 1)
	}
	return n
}

// Maps views images x, [batch, height, width, channels] row by row, as the matrix [batch·height·width, channels] that the
// convolutional form normalises. They share memory.
func Maps(x []float64, batch, height, width, channels int) *mat.Dense {
	if len(x) != batch*height*width*channels {
		panic(fmt.Sprintf("batchnorm: Maps: %d numbers are not [%d, %d, %d, %d]", len(x), batch, height, width, channels))
	}
	return mat.NewDense(batch*height*width, channels, x)
}

// check panics unless the layer fits x, and gives x's shape.
func (n *Norm) check(op string, x mat.Matrix) (m, features int) {
	m, features = x.Dims()
	for _, v := range [][]float64{n.Gamma, n.Beta, n.Mean, n.Var} {
		if len(v) != features {
			panic(fmt.Sprintf("batchnorm: %s: x has %d columns, γ, β and the averages have %d, %d, %d, %d entries",
				op, features, len(n.Gamma), len(n.Beta), len(n.Mean), len(n.Var)))
		}
	}
	if m < 1 || !(n.Epsilon > 0) || !(n.Momentum >= 0 && n.Momentum < 1) {
		panic(fmt.Sprintf("batchnorm: %s: %d rows, ε = %v, momentum = %v; need rows, ε > 0 and momentum in [0, 1)", op, m, n.Epsilon, n.Momentum))
	}
	return m, features
}
