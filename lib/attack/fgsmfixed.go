package attack

import (
	"context"
	"fmt"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// FixedFGSM is the fast gradient sign method as it was published, with the step length given (Goodfellow, Shlens, Szegedy,
// ICLR 2015, §4; with the gradient itself in place of its sign: Miyato et al. 2016):
//
//	r = ε·sign(∇ₓJ(x, y)),   or   r = ε·∇ₓJ(x, y)/‖∇ₓJ(x, y)‖₂
//
// It is one step of PGD from x₀ of the length ε, and is computed so. Towards a target the sign of r is the opposite, with J the loss of the
// target. FGSM (fgsm.go) looks for the smallest ε that is enough; this one asks whether a given ε is.
type FixedFGSM struct {
	Epsilon  float64 // ≥ 0: ‖r‖_∞, or ‖r‖₂ if Gradient
	Gradient bool    // false: along the sign; true: along the gradient
	Targets  []int32 // as for PGD
	Lo, Hi   float64 // valid range of every input value; both 0 = no clipping
}

// PGD is the same attack as a PGD.
func (a FixedFGSM) PGD() PGD {
	p := PGD{Norm: Inf, Epsilon: a.Epsilon, Step: a.Epsilon, Steps: 1, Targets: a.Targets, Lo: a.Lo, Hi: a.Hi, Unroll: 1}
	if a.Gradient {
		p.Norm = L2
	}
	return p
}

// String describes the attack: "FGSM, ε = 0.1".
func (a FixedFGSM) String() string {
	s := fmt.Sprintf("FGSM, ε = %v", a.Epsilon)
	if a.Gradient {
		s = fmt.Sprintf("gradient direction, ε = %v", a.Epsilon)
	}
	if a.Targets != nil {
		s += ", targeted"
	}
	return s
}

// Attack takes the step for every image that m labels as images.Labels does. Panics, errors and statuses are those of CompiledPGD.Attack.
func (a FixedFGSM) Attack(ctx context.Context, m *nets.Model, images *datasets.Images) (*Result, error) {
	res, err := a.PGD().Attack(ctx, m, images)
	if err == nil {
		res.Name = a.String()
	}
	return res, err
}
