// Package optim minimises a loss that is a mean over samples,
//
//	L(x) = (1/N) Σᵢ ℓᵢ(x),
//
// by steps along gradients, and keeps the trajectory of every run so that it can be plotted.
//
//   - GD, gradient descent: every step looks at all N samples.
//   - SGD, stochastic gradient descent: every step looks at a mini-batch of B of them; B = 1 is the textbook's SGD,
//     B = N without noise is GD again.
//   - HeavyBall and Polyak, the two forms of gradient descent with momentum, and Nesterov, which looks ahead.
//   - Adam, with a step of its own for every coordinate.
//
// The last four take a constant rate or a Schedule, all samples or mini-batches; HeavyBall without momentum is GD or SGD with
// a schedule. What a step does on a quadratic, and up to which rate, is in rates.go.
//
// One algorithm, one file, one struct; the fields are the hyperparameters. All of them are a Method, take a Problem, and
// share the recording of trajectory.go.
//
// # Sums and means
//
// A batch's loss and gradient are means here, not sums. The two differ by the factor B, which is a factor on the step
// size: a rate η that suits the mean needs η/B for the sum, and a rule written with a sum in one line and a mean in the
// next changes its step with the batch size without saying so. Sums makes the other reading out of a Problem.
package optim

import (
	"context"
	"fmt"
	"math/rand/v2"
)

// Problem is a loss over N samples at the point x.
//
// Loss returns the mean of ℓᵢ(x) over the samples i in batch, Grad stores the mean of ∇ℓᵢ(x) in dst (len(dst) = len(x)),
// overwriting what is there. A nil batch means all samples. Neither changes x or keeps batch. A problem without samples
// (a formula such as Rosenbrock's) has N = 1 and ignores batch.
type Problem struct {
	N    int
	Loss func(x []float64, batch []int) float64
	Grad func(dst, x []float64, batch []int)
}

// Method is an algorithm with its hyperparameters, such as GD{Rate: 0.1, Steps: 100}.
//
// Minimize starts at x0, which it does not change, and returns the trajectory. It errs, with the trajectory so far, if
// the iterates or the loss overflow or become NaN (ErrDiverged) or if ctx ends (its cause). Hyperparameters out of range
// panic. A Method that draws nothing ignores rng, which may then be nil.
type Method interface {
	Minimize(ctx context.Context, p Problem, x0 []float64, rng *rand.Rand) (*Trajectory, error)
}

// Sums is the problem p with every mean over a batch replaced by the sum over it: value and gradient are multiplied by
// the number of samples in the batch. GD with rate η on p takes the same steps as with η/N on Sums(p).
func Sums(p Problem) Problem {
	p.check("Sums")
	size := func(batch []int) float64 {
		if batch == nil {
			return float64(p.N)
		}
		return float64(len(batch))
	}
	return Problem{
		N:    p.N,
		Loss: func(x []float64, batch []int) float64 { return size(batch) * p.Loss(x, batch) },
		Grad: func(dst, x []float64, batch []int) {
			p.Grad(dst, x, batch)
			for i := range dst {
				dst[i] *= size(batch)
			}
		},
	}
}

// check panics unless the problem is complete.
func (p Problem) check(op string) {
	if p.N < 1 || p.Loss == nil || p.Grad == nil {
		panic(fmt.Sprintf("optim: %s: a Problem needs N ≥ 1 (have %d), Loss and Grad", op, p.N))
	}
}
