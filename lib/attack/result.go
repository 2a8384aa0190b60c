package attack

import (
	"context"
	"fmt"
	"math"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// Attack is what the batched attacks of this package have in common.
type Attack interface {
	// Attack perturbs every image of d that m classifies as labelled.
	Attack(ctx context.Context, m *nets.Model, d *datasets.Images) (*Result, error)
}

// Result is a batched attack's outcome, example by example, in the order of the images given.
type Result struct {
	Name       string      // the attack and its hyperparameters in words
	N, Dim     int         // examples, and values in each (H·W·C)
	R          []float32   // [N, Dim] perturbations: adversarial image = image + R
	Status     []Status    // [N]
	Iterations []int       // [N] steps taken (for FGSM: step lengths tried)
	Queries    []int       // [N] evaluations of the model's logits, gradients' forward passes included
	Gradients  []int       // [N] gradients of one scalar taken
	From, To   []int32     // [N] the model's label before and after
	Epsilon    []float64   // [N] step length, for attacks that search one (FGSM); else nil
	Path       [][]float32 // [N] iterates x₀, x₁, … one after another, each Dim long; nil unless asked for
}

// Perturbation is example i's part of R: a view, not a copy.
func (r *Result) Perturbation(i int) []float32 { return r.R[i*r.Dim : (i+1)*r.Dim] }

// Count returns the number of examples that ended with the status s.
func (r *Result) Count(s Status) int {
	n := 0
	for _, t := range r.Status {
		if t == s {
			n++
		}
	}
	return n
}

// flipped lists the examples that ended so.
func (r *Result) flipped() []int {
	var index []int
	for i, s := range r.Status {
		if s == Flipped {
			index = append(index, i)
		}
	}
	return index
}

// Norms returns ‖rᵢ‖_p of every example [N], computed in float64.
func (r *Result) Norms(p Norm) []float64 {
	out := make([]float64, r.N)
	for i := range out {
		out[i] = p.of32(r.Perturbation(i))
	}
	return out
}

// Ratios returns ‖rᵢ‖₂/‖xᵢ‖₂ for every example that was Flipped, in order, and those examples' indices.
// An image of zeros has no ratio: it is left out.
func (r *Result) Ratios(d *datasets.Images) (ratios []float64, index []int) {
	if d.N != r.N || d.H*d.W*d.C != r.Dim {
		panic(fmt.Sprintf("attack: Ratios: result of %d×%d values, images of %d×%d", r.N, r.Dim, d.N, d.H*d.W*d.C))
	}
	norms := r.Norms(L2)
	for _, i := range r.flipped() {
		if nx := L2.of32(d.Image(i)); nx > 0 {
			ratios, index = append(ratios, norms[i]/nx), append(index, i)
		}
	}
	return ratios, index
}

// Rho is the robustness measure of Moosavi-Dezfooli et al. 2016 (their eq. 2, with the attack in place of the
// unknown minimum),
//
//	ρ̂_adv = mean over the examples of ‖r(x)‖₂ / ‖x‖₂,
//
// over the examples whose label the attack flipped. Examples that were wrong from the start are no attack's merit and
// are left out; so are failures, which Count tells. NaN when nothing was flipped.
func (r *Result) Rho(d *datasets.Images) float64 {
	ratios, _ := r.Ratios(d)
	s := 0.0
	for _, q := range ratios {
		s += q
	}
	if len(ratios) == 0 {
		return math.NaN()
	}
	return s / float64(len(ratios))
}

// Adversarial returns the images d + R with the labels of d.
func (r *Result) Adversarial(d *datasets.Images) *datasets.Images {
	if d.N != r.N || d.H*d.W*d.C != r.Dim {
		panic(fmt.Sprintf("attack: Adversarial: result of %d×%d values, images of %d×%d", r.N, r.Dim, d.N, d.H*d.W*d.C))
	}
	out := *d
	out.Name, out.Source = d.Name+" + "+r.Name, d.Source+"; perturbed by "+r.Name
	out.Pix = make([]float32, len(r.R))
	for i := range out.Pix {
		out.Pix[i] = d.Pix[i] + r.R[i]
	}
	return &out
}
