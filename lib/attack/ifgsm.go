package attack

import (
	"context"
	"fmt"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// IteratedFGSM is the basic iterative method: the fast gradient sign in small steps, each clipped into the L∞ ball of
// radius ε round x₀ and into the valid range (Kurakin, Goodfellow, Bengio, "Adversarial examples in the physical world",
// ICLR 2017 workshop, §2.2; with targets: §2.3, where the target is the least likely class):
//
//	x ← clip(x + α·sign(∇ₓJ(x, y)), x₀ − ε, x₀ + ε),   from x = x₀
//
// PGD in L∞ that starts at x₀ is the same algorithm, and computes it.
type IteratedFGSM struct {
	Epsilon  float64 // ≥ 0: radius of the L∞ ball
	Step     float64 // α: 0 = ε/Steps, which just reaches a corner of the ball
	Steps    int     // 0 = 10
	Targets  []int32 // as for PGD
	Lo, Hi   float64 // valid range of every input value; both 0 = no clipping
	KeepPath bool
}

// PGD is the same attack as a PGD.
func (a IteratedFGSM) PGD() PGD {
	if a.Steps <= 0 {
		a.Steps = 10
	}
	if a.Step == 0 {
		a.Step = a.Epsilon / float64(a.Steps)
	}
	return PGD{Norm: Inf, Epsilon: a.Epsilon, Step: a.Step, Steps: a.Steps, Targets: a.Targets, Lo: a.Lo, Hi: a.Hi, KeepPath: a.KeepPath}
}

// String describes the attack: "iterated FGSM, ε = 0.1, 10 steps of 0.01".
func (a IteratedFGSM) String() string {
	p := a.PGD()
	s := fmt.Sprintf("iterated FGSM, ε = %v, %d steps of %.4g", p.Epsilon, p.Steps, p.Step)
	if a.Targets != nil {
		s += ", targeted"
	}
	return s
}

// Attack attacks every image that m labels as images.Labels does. Panics, errors and statuses are those of CompiledPGD.Attack.
func (a IteratedFGSM) Attack(ctx context.Context, m *nets.Model, images *datasets.Images) (*Result, error) {
	res, err := a.PGD().Attack(ctx, m, images)
	if err == nil {
		res.Name = a.String()
	}
	return res, err
}
