// Package backproponehiddenlayer solves "Backpropagation by hand" entry by entry, each derivative from its sum over paths.
package backproponehiddenlayer

import (
	"fmt"
	"math"
)

// Gradients holds the five derivatives of J.
type Gradients struct {
	U  [][]float64
	B2 []float64
	W  [][]float64
	B1 []float64
	X  []float64
}

func fits(cols int, m [][]float64, rows int) bool {
	ok := cols > 0 && rows > 0 && len(m) == rows
	for _, row := range m {
		ok = ok && len(row) == cols && sound(row)
	}
	return ok
}

func sound(v []float64) bool {
	for _, e := range v {
		if e-e != 0 {
			return false
		}
	}
	return true
}

// Forward fills in all four.
func Forward(w [][]float64, b1 []float64, u [][]float64, b2, x []float64) (z, h, theta, yhat []float64, err error) {
	if !fits(len(x), w, len(b1)) || !fits(len(b1), u, len(b2)) || !sound(b1) || !sound(b2) || !sound(x) {
		return nil, nil, nil, nil, fmt.Errorf("the network or its input is not sound")
	}
	for i := range w {
		sum := b1[i]
		for k := range x {
			sum += w[i][k] * x[k]
		}
		z, h = append(z, sum), append(h, math.Max(sum, 0))
	}
	for c := range u {
		sum := b2[c]
		for i := range h {
			sum += u[c][i] * h[i]
		}
		theta = append(theta, sum)
	}
	for c := range theta {
		// 1/ŷ_c = Σ e^(θ_k − θ_c), which may be +Inf
		inverse := 0.0
		for k := range theta {
			inverse += math.Exp(theta[k] - theta[c])
		}
		yhat = append(yhat, 1/inverse)
	}
	return z, h, theta, yhat, nil
}

// Deltas sums over classes.
func Deltas(u [][]float64, z, yhat, y []float64) (delta1, delta2 []float64, err error) {
	if !fits(len(z), u, len(yhat)) || len(y) != len(yhat) || !sound(z) || !sound(y) || !sound(yhat) {
		return nil, nil, fmt.Errorf("the signals are not sound")
	}
	total := 0.0
	for c := range y {
		if total += y[c]; y[c] < 0 {
			return nil, nil, fmt.Errorf("a negative probability, %v", y[c])
		}
		delta1 = append(delta1, yhat[c]-y[c])
	}
	if total < 1-1e-6 || total > 1+1e-6 {
		return nil, nil, fmt.Errorf("probabilities sum to %v", total)
	}
	for i := range z {
		sum := 0.0
		for c := range delta1 {
			if z[i] > 0 {
				sum += delta1[c] * u[c][i]
			}
		}
		delta2 = append(delta2, sum)
	}
	return delta1, delta2, nil
}

// Backward does the rest.
func Backward(w [][]float64, b1 []float64, u [][]float64, b2, x, y []float64) (j float64, g Gradients, err error) {
	z, h, theta, yhat, err := Forward(w, b1, u, b2, x)
	if err != nil {
		return 0, g, err
	}
	g.B2, g.B1, err = Deltas(u, z, yhat, y)
	if err != nil {
		return 0, g, err
	}
	for c := range y {
		// −log ŷ_c = the largest difference θ_k − θ_c, and what the others add
		top, sum := 0.0, 0.0
		for k := range theta {
			top = math.Max(top, theta[k]-theta[c])
		}
		for k := range theta {
			sum += math.Exp(theta[k] - theta[c] - top)
		}
		j += y[c] * (top + math.Log(sum))
		row := make([]float64, len(h))
		for i := range h {
			row[i] = g.B2[c] * h[i]
		}
		g.U = append(g.U, row)
	}
	g.X = make([]float64, len(x))
	for i := range z {
		row := make([]float64, len(x))
		for k := range x {
			row[k] = g.B1[i] * x[k]
			g.X[k] += g.B1[i] * w[i][k]
		}
		g.W = append(g.W, row)
	}
	return j, g, nil
}
