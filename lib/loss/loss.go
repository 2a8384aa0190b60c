// Package loss has the losses of a lecture's table, each a value and a gradient, one file a loss.
//
// A loss compares a target y with the output o of a network, both of K entries. Targets are coded alike for all:
// y is one-hot (or a distribution) over K classes, or for the regression losses any numbers. Notation as in
// Janocha & Czarnecki 2017, "On loss functions for deep neural networks in classification", table 1:
//
//	o   the scores, what the last layer gives before any activation (p in the code)
//	σ   softmax(o), the probabilities: the losses that have σ in them apply it themselves
//	ŷ   2y − 1, the target in the code ±1 (hinge losses)
//
//	L1                     ‖y − o‖₁            Hinge, Hinge2, Hinge3   Σⱼ max(0, ½ − ŷⱼoⱼ)^1,2,3
//	L2                     ‖y − o‖₂²           Log                     −Σⱼ yⱼ log σⱼ
//	SquaredHalf            ½‖y − o‖₂²          Log2                    +Σⱼ (yⱼ log σⱼ)²
//	Expectation            ‖y − σ‖₁            Tanimoto                −Σσy / (‖σ‖² + ‖y‖² − Σσy)
//	RegularisedExpectation ‖y − σ‖₂²           CauchySchwarz           −log(Σσy / (‖σ‖‖y‖))
//	Chebyshev              maxⱼ |σⱼ − yⱼ|       BinaryCrossEntropy      −1/K Σⱼ [yⱼ log sⱼ + (1−yⱼ) log(1−sⱼ)], s = sigmoid(o)
//
// All are stable for scores of ±1000 and far beyond: no e^o is formed, and no 1 − σ by subtraction, so that a
// gradient keeps its digits where a class is almost certain.
//
// At a kink the gradient is a chosen subgradient: |r| has slope 0 at r = 0, a hinge has slope 0 at its corner,
// and of equal largest misses (Chebyshev) the one at the largest target counts.
//
// F and D panic if the lengths differ or are 0; dst must not overlap y or p. NaN gives NaN, and so
// does a score of +Inf under a softmax; a score of −Inf is a class of probability 0.
package loss

import (
	"fmt"
)

// Func is a loss of one sample.
type Func struct {
	Name string                       // such as "cross-entropy"; ByName finds the loss by it
	F    func(y, p []float64) float64 // the loss of the prediction or scores p for the target y
	D    func(dst, y, p []float64)    // writes ∂F/∂p to dst
}

// All are the losses, in the order of the table.
var All = []Func{
	L1, L2, SquaredHalf, Expectation, RegularisedExpectation, Chebyshev, Hinge, Hinge2, Hinge3,
	Log, Log2, Tanimoto, CauchySchwarz, BinaryCrossEntropy, SoftmaxCrossEntropy,
}

// ByName returns the loss of that name, or an error that lists the names.
func ByName(name string) (Func, error) {
	var names string
	for _, f := range All {
		if f.Name == name {
			return f, nil
		}
		names += " " + f.Name
	}
	return Func{}, fmt.Errorf("loss: no loss %q; there are%s", name, names)
}

// check panics unless all have the same number of entries, at least one.
func check(name string, y, p []float64, dst ...[]float64) {
	if len(y) != len(p) || len(y) == 0 {
		panic(fmt.Sprintf("loss: %s: y has %d entries, p has %d, need as many and at least one", name, len(y), len(p)))
	}
	for _, d := range dst {
		if len(d) != len(p) {
			panic(fmt.Sprintf("loss: %s: dst has %d entries, p has %d", name, len(d), len(p)))
		}
	}
}

// sign is r/|r|, 0 at the kink, NaN for NaN.
func sign(r float64) float64 {
	switch {
	case r > 0:
		return 1
	case r < 0:
		return -1
	}
	return r
}

// sum adds term(j) for all j < n.
func sum(n int, term func(j int) float64) (s float64) {
	for j := range n {
		s += term(j)
	}
	return s
}
