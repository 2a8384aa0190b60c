package attack

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// Universal looks for one short perturbation v that changes the answers to many images at once (Moosavi-Dezfooli, A. Fawzi, O. Fawzi, Frossard,
// "Universal adversarial perturbations", CVPR 2017, Algorithm 1):
//
//	v = 0
//	repeat, Passes times or until the share of images with k(x + v) ≠ k(x) is Rate:
//	    for each image x, in random order, with k(x + v) = k(x):
//	        Δ ← DeepFool's perturbation of x + v
//	        v ← Π(v + Δ), the projection onto the ball of radius ε
//
// Nothing promises that the share rises from pass to pass: the best v at the end of a pass is returned. Labels are not
// used: k(x) is the model's own answer.
type Universal struct {
	Norm     Norm       // of the ball: 0 = L2, or Inf. DeepFool minimises the same norm
	Epsilon  float64    // its radius ξ > 0, in the units of x
	Rate     float64    // stop at this share of changed answers: 0 = 0.8 (the paper's δ = 0.2)
	Passes   int        // 0 = 10
	Rand     *rand.Rand // of the order; required
	Inner    int        // DeepFool's iterations an image: 0 = 10
	Progress func(pass, done, total int)
}

// Universality is the outcome of Universal.
type Universality struct {
	V     []float32 // [H·W·C]
	Rates []float64 // share of the images whose answer x + v changes, after each pass
	Pass  int       // the pass that V comes from, from 1
	Norms []float64 // ‖v‖_p after each pass
}

// String describes the attack: "universal perturbation, L∞, ε = 0.2".
func (a Universal) String() string {
	return fmt.Sprintf("universal perturbation, %v, ε = %v", a.Norm, a.Epsilon)
}

// Find looks for v. It panics if ε is not positive, if Rand is missing, or if the norm is neither L2 nor L∞. The error is the context's or
// the backend's, or ErrNotFinite where the model answers NaN or ±Inf to an image.
func (a Universal) Find(ctx context.Context, m *nets.Model, images *datasets.Images) (*Universality, error) {
	if !(a.Epsilon > 0) || math.IsInf(a.Epsilon, 1) || a.Rand == nil {
		panic(fmt.Sprintf("attack: universal perturbation with ε = %v, which must be positive and finite, and a source: %v", a.Epsilon, a.Rand != nil))
	}
	if a.Rate == 0 {
		a.Rate = 0.8
	}
	if a.Passes <= 0 {
		a.Passes = 10
	}
	if a.Inner <= 0 {
		a.Inner = 10
	}
	m.CheckImages(images)
	n, dim := images.N, images.H*images.W*images.C
	labels, logits, err := m.Predict(ctx, images.Pix[:n*dim])
	if err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	for i := range n {
		if startStatus(logits[i*m.Classes:(i+1)*m.Classes], labels[i], labels[i]) == NotFinite {
			return nil, fmt.Errorf("attack: the model's answer to image %d: %w", i, ErrNotFinite)
		}
	}
	fool, err := DeepFool{Norm: a.Norm, Slots: 1}.Compile(m)
	if err != nil {
		return nil, err
	}
	defer fool.Close()
	answer, err := model.NewExec(m.Backend, m.Store, m.Logits) // of one image
	if err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	defer answer.Finalize()

	v := make([]float64, dim)
	// one is the image x + v as a set, which DeepFool works on
	one := *images
	one.N, one.Pix, one.Labels = 1, make([]float32, dim), make([]int32, 1)
	shift := func(i int) {
		for j, x := range images.Image(i) {
			one.Pix[j] = x + float32(v[j])
		}
	}
	u := &Universality{}
	best := -1.0
	for pass := 1; pass <= a.Passes; pass++ {
		for done, i := range a.Rand.Perm(n) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if a.Progress != nil {
				a.Progress(pass, done, n)
			}
			shift(i)
			f, err := callLogits(answer, one.Pix, m)
			if err != nil {
				return nil, err
			}
			if startStatus(f, labels[i], labels[i]) == NotFinite || argMax32(f) != labels[i] {
				continue
			}
			// Δ = (1 + η)·Σ rₖ by DeepFool's steps from x + v
			total := make([]float32, dim)
			one.Labels[0] = labels[i]
			for range a.Inner {
				step, err := fool.run([]int{0}, len(fool.looks)-1, nil, &one, total, f, one.Labels)
				if err != nil {
					return nil, err
				}
				if step.state[0] != stepDone {
					break // zero gradient, or not finite: this image teaches nothing here
				}
				copy(total, step.after)
				if step.to[0] != labels[i] {
					break
				}
			}
			for j, d := range total {
				v[j] += (1 + fool.d.overshoot()) * float64(d)
			}
			project(v, a.Norm.orL2(), a.Epsilon)
		}
		rate, err := FoolingRate(ctx, m, images, float32s(v))
		if err != nil {
			return nil, err
		}
		u.Rates, u.Norms = append(u.Rates, rate), append(u.Norms, a.Norm.Of(v))
		if rate > best {
			best, u.Pass, u.V = rate, pass, float32s(v)
		}
		if rate >= a.Rate {
			break
		}
	}
	return u, nil
}

// FoolingRate is the share of the images whose answer by m changes when v [H·W·C] is added, without clipping; 0 of none.
func FoolingRate(ctx context.Context, m *nets.Model, images *datasets.Images, v []float32) (float64, error) {
	m.CheckImages(images)
	dim := images.H * images.W * images.C
	if len(v) != dim {
		panic(fmt.Sprintf("attack: FoolingRate: a perturbation of %d values for images of %d", len(v), dim))
	}
	before, _, err := m.Predict(ctx, images.Pix[:images.N*dim])
	if err != nil {
		return 0, fmt.Errorf("attack: %w", err)
	}
	pix := make([]float32, images.N*dim)
	for i := range pix {
		pix[i] = images.Pix[i] + v[i%dim]
	}
	after, _, err := m.Predict(ctx, pix)
	if err != nil {
		return 0, fmt.Errorf("attack: %w", err)
	}
	changed := 0
	for i := range before {
		if before[i] != after[i] {
			changed++
		}
	}
	return float64(changed) / float64(max(1, images.N)), nil
}

// project brings v onto the ball of radius eps of L2 or L∞, in place: min(max(vⱼ, −ε), ε), or v·min(1, ε/‖v‖₂).
func project(v []float64, p Norm, eps float64) {
	if p == Inf {
		for j := range v {
			v[j] = min(max(v[j], -eps), eps)
		}
		return
	}
	if length := p.Of(v); length > eps {
		for j := range v {
			v[j] *= eps / length
		}
	}
}

// callLogits gives the logits of one image.
func callLogits(exec *model.Exec, pix []float32, m *nets.Model) ([]float32, error) {
	x := tensors.FromFlatDataAndDimensions(pix, 1, m.Input[0], m.Input[1], m.Input[2])
	defer x.FinalizeAll()
	y, err := exec.Call1(x)
	if err != nil {
		return nil, fmt.Errorf("attack: %w", err)
	}
	defer y.FinalizeAll()
	return tensors.CopyFlatData[float32](y)
}

func argMax32(f []float32) int32 {
	best := 0
	for k, v := range f {
		if v > f[best] {
			best = k
		}
	}
	return int32(best)
}

func float32s(v []float64) []float32 {
	out := make([]float32, len(v))
	for j, x := range v {
		out[j] = float32(x)
	}
	return out
}
