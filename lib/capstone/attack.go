package capstone

import (
	"math"
	"math/rand/v2"
)

// PGD raises the cross-entropy log Σₖ e^{zₖ} − z_y by projected sign steps in the L∞ ball of radius eps, from random starts (Madry et al.
// 2018, section 2.1). It returns a picture in [0, 1] that is answered wrongly, or nil. It is the attack as published: where the softmax is so
// sure that the gradient is 0 to the last bit, it has nowhere to go, and measure.go finds that out.
type PGD struct {
	Steps    int // in each start
	Restarts int // starts
}

// Run attacks one picture.
func (a PGD) Run(n *Net, x []float64, y int, eps float64, rng *rand.Rand) []float64 {
	for range a.Restarts {
		at := make([]float64, len(x))
		for i := range at {
			at[i] = into(x[i]+eps*(2*rng.Float64()-1), x[i], eps)
		}
		for step := range a.Steps + 1 {
			p := n.Forward(at)
			if argMax(p.Logits()) != y {
				return at
			}
			if step == a.Steps {
				break
			}
			dz := softmax(p.Logits())
			dz[y]--
			signStep(at, x, p.Gradient(dz), 2.5*eps/float64(a.Steps), eps)
		}
	}
	return nil
}

// signStep moves at by size·sign(g), and back into the ball around x and into [0, 1].
func signStep(at, x, g []float64, size, eps float64) {
	for i, v := range g {
		switch {
		case v > 0:
			at[i] = into(at[i]+size, x[i], eps)
		case v < 0:
			at[i] = into(at[i]-size, x[i], eps)
		}
	}
}

func into(v, x, eps float64) float64 { return min(1, x+eps, max(0, x-eps, v)) }

// softmax is e^{z} / Σ e^{z}, with the greatest z taken off first.
func softmax(z []float64) []float64 {
	top := z[0]
	for _, v := range z {
		top = max(top, v)
	}
	p, sum := make([]float64, len(z)), 0.0
	for k, v := range z {
		p[k] = math.Exp(v - top)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// DeepFool goes to the nearest class as if the net were linear, again and again (Moosavi-Dezfooli et al. 2016, algorithm 2 with p = ∞): with
// f_k = z_k − z_y and w_k its gradient, the class k with the least |f_k| / ‖w_k‖₁, and the step (|f_k| / ‖w_k‖₁)·sign(w_k), a little longer. It departs from the
// paper in staying inside the ball of radius eps and inside [0, 1]: asked is not how far the boundary is, but whether it is in there.
// Logits that are all multiplied by one number change nothing in it.
type DeepFool struct{ Steps int }

// Run attacks one picture. It returns one that is answered wrongly, or nil.
func (a DeepFool) Run(n *Net, x []float64, y int, eps float64) []float64 {
	at := append([]float64{}, x...)
	for range a.Steps {
		p := n.Forward(at)
		z := p.Logits()
		if argMax(z) != y {
			return at
		}
		var way []float64
		least := math.Inf(1)
		for k := range z {
			if k == y {
				continue
			}
			dz := make([]float64, len(z))
			dz[k], dz[y] = 1, -1
			w := p.Gradient(dz)
			norm := 0.0
			for _, v := range w {
				norm += math.Abs(v)
			}
			if d := (z[y] - z[k]) / norm; norm > 0 && d < least {
				least, way = d, w
			}
		}
		if way == nil {
			return nil
		}
		signStep(at, x, way, 1.1*least+1e-6, eps)
	}
	if n.Answer(at) != y {
		return at
	}
	return nil
}
