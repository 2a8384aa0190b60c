package linear

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Perceptron is Rosenblatt's algorithm. It goes through the points, epoch after epoch, and corrects at each mistake:
//
//	if yᵢ(wᵀxᵢ + b) ≤ 0:   w ← w + η yᵢxᵢ,   b ← b + η yᵢ
//
// This is stochastic subgradient descent on max(0, −y f(x)), the score f taken before the sign. It ends at the first epoch
// without a mistake. If the classes are separable, that comes after at most (R/γ)² mistakes (see Novikoff), whatever the order
// of the points; if not, it never comes. In a fixed order (w, b) then often returns to an earlier value, and repeats itself from there on.
//
// From (0, 0), the rate changes the scale of (w, b) and nothing else: every mistake is the same.
//
// Source: F. Rosenblatt, The Perceptron (1958); Shalev-Shwartz and Ben-David, Understanding Machine Learning, §9.1.2.
type Perceptron struct {
	Rate    float64    // η > 0; 0 means 1
	Epochs  int        // most passes over the data, ≥ 0; 0 means 1000
	Shuffle *rand.Rand // a new order in each epoch; nil: always that of the data
	W0      []float64  // [d] the start; nil means 0
	B0      float64    // the start
	Keep    bool       // record (w, b) after each correction, d + 1 numbers a record
}

// PerceptronRun is what the algorithm went through. Correction k = 1, 2, … is described by entry k−1 of Sample and Epoch.
type PerceptronRun struct {
	W         []float64   // [d] the last w
	B         float64     // the last b
	Mistakes  []int       // corrections in each epoch; ends with 0 if Converged
	Sample    []int       // the point that was corrected
	Epoch     []int       // the epoch, from 0, of the correction
	Ws        [][]float64 // with Keep: w after k corrections, Ws[0] is the start
	Bs        []float64   // with Keep: b after k corrections
	Converged bool        // an epoch passed without a mistake
	// Cycle is the number of epochs after which (w, b) came back, bit by bit, to an earlier value at the start of an epoch; 0 if it was
	// not seen to. Then no further epoch brings anything new, and training ends. Only in a fixed order.
	Cycle int
}

// Train runs the algorithm. x is [n][d], y holds n labels ±1; neither is modified. It panics if shapes do not fit or a field is out of its range, and
// errs on a label that is not ±1 and on NaN or infinity. Data that is not separable is no error: see Converged and Cycle.
func (p Perceptron) Train(x [][]float64, y []float64) (*PerceptronRun, error) {
	d, err := check("Perceptron", x, y)
	if err != nil {
		return nil, err
	}
	eta, epochs := p.Rate, p.Epochs
	if eta == 0 {
		eta = 1
	}
	if epochs == 0 {
		epochs = 1000
	}
	if !(eta > 0) || math.IsInf(eta, 0) || epochs < 0 || p.W0 != nil && len(p.W0) != d {
		panic(fmt.Sprintf("linear: Perceptron: need a finite Rate > 0, Epochs ≥ 0, and W0 of %d entries; have %v, %d, %d", d, p.Rate, p.Epochs, len(p.W0)))
	}

	var (
		w     = make([]float64, d) // w after the corrections so far
		b     = p.B0
		r     = &PerceptronRun{}
		order = make([]int, len(x))
		// Brent's method of finding a cycle: the state at the start of epoch 1, 2, 4, 8, …
		savedW, savedB, savedAt = []float64(nil), 0.0, 0
	)
	copy(w, p.W0)
	for i := range order {
		order[i] = i
	}
	keep := func() {
		if p.Keep {
			r.Ws, r.Bs = append(r.Ws, slices.Clone(w)), append(r.Bs, b)
		}
	}
	keep()
	for epoch := range epochs {
		if p.Shuffle != nil {
			p.Shuffle.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		} else if savedW != nil && b == savedB && slices.Equal(w, savedW) {
			r.Cycle = epoch - savedAt
			break
		} else if epoch&(epoch-1) == 0 {
			savedW, savedB, savedAt = slices.Clone(w), b, epoch
		}
		mistakes := 0
		for _, i := range order {
			if y[i]*Score(w, b, x[i]) <= 0 {
				// w ← w + η yᵢxᵢ,   b ← b + η yᵢ
				floats.AddScaled(w, eta*y[i], x[i])
				b += eta * y[i]
				mistakes++
				r.Sample, r.Epoch = append(r.Sample, i), append(r.Epoch, epoch)
				keep()
			}
		}
		r.Mistakes = append(r.Mistakes, mistakes)
		if mistakes == 0 {
			r.Converged = true
			break
		}
	}
	r.W, r.B = w, b
	return r, nil
}

// PerceptronLoss returns (1/n) Σ max(0, −yᵢ f(xᵢ)), what the algorithm descends. f is the score before the sign:
// with f = sgn(…) the loss would be flat almost everywhere, and with max(0, +y f) it would reward mistakes.
func PerceptronLoss(w []float64, b float64, x [][]float64, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += max(0, -y[i]*Score(w, b, x[i]))
	}
	return sum / float64(len(x))
}
