// Package attack finds small changes of an input that change a classifier's answer.
//
//	linear.go      closed forms for linear classifiers: minimum L2, minimum L∞, maximum-allowable L∞, one-vs-all
//	deepfool.go    DeepFool in plain float64 over functions: the algorithm to read
//	deepfoolxla.go the same algorithm on many examples of a nets.Model at once, on XLA
//	superdeepfool.go  DeepFool, and what is not along the boundary's normal taken off: as short as CW
//	fgsm.go        the smallest sufficient step along the loss gradient's sign, or along the gradient itself
//	fgsmfixed.go   FGSM as published: one step of a given length
//	ifgsm.go       iterated FGSM: many short steps, clipped into the L∞ ball
//	pgd.go         projected gradient in the L2 or L∞ ball, random starts, targets: the most harm within a radius
//	cw.go          Carlini-Wagner in L2: shorter perturbations by optimisation, at a thousand times the price
//	universal.go   one perturbation for many images
//	noise.go       random noise of a given length, for comparison
//
// An attack never fails as a whole because one example does: what happened to each example is its Status. A
// function that attacks a single example returns an error instead, which wraps ErrZeroGradient, ErrNotFinite or
// ErrTied and names iteration and index.
//
// Perturbations are in the units of the input (for the course's images, where a pixel lies in [0, 1], 0.1 is a
// tenth of the range). Clipping to a valid range happens only when it is asked for.
//
// The batched attacks work in float32. A perturbation ends where the label flips, so round-off decides the last
// digits of its norm: expect agreement with the float64 reference to about 1e-4 relative on small nets, and
// compare norms of different attacks in the same type.
package attack

import (
	"errors"
	"fmt"
)

// Status says how the attack on one example ended.
type Status int

const (
	Flipped      Status = iota // the label changed: R is an adversarial perturbation
	AlreadyWrong               // the model's answer was not the given label to begin with: R is zero
	Exhausted                  // iteration cap or largest step reached and the label stands: R is the last try
	ZeroGradient               // the gradients vanish, so there is no direction to go: R is the last try
	NotFinite                  // the model answered NaN or ±Inf: R is the last finite try
	Tied                       // two classes share the largest logit at x₀, which therefore lies on the boundary: R is zero
	numStatus
)

func (s Status) String() string {
	names := [numStatus]string{"flipped", "already wrong", "exhausted", "zero gradient", "not finite", "tied"}
	if s < 0 || s >= numStatus {
		return fmt.Sprintf("Status(%d)", int(s))
	}
	return names[s]
}

var (
	// ErrZeroGradient is wrapped when no candidate class has a usable gradient: the linearised boundary is nowhere.
	ErrZeroGradient = errors.New("zero gradient")
	// ErrNotFinite is wrapped when the model returns NaN or ±Inf.
	ErrNotFinite = errors.New("value is not finite")
	// ErrTied is wrapped when x₀ lies on the boundary already, so that it has no label to lose.
	ErrTied = errors.New("classes tie at the start")
)
