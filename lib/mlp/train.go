package mlp

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/loss"
)

// TrainConfig says how a network is trained.
type TrainConfig struct {
	Epochs   int        // passes over the data
	Batch    int        // mini-batch size; 0 means all
	Rate     float64    // learning rate; 0 means 0.01
	Momentum float64    // heavy ball, 0 … 1; not with Adam
	L1, L2   float64    // weights of ‖W‖₁ and ½‖W‖₂²; biases are free
	Adam     bool       // Kingma & Ba 2015, with β₁ = 0.9, β₂ = 0.999, ε = 1e−8
	Rand     *rand.Rand // order of the samples; nil keeps it
	// Every is called before the first epoch, as epoch 0, and after each; false ends the training. It may be nil.
	Every func(epoch int, loss float64) bool
}

// History is what a training leaves.
type History struct {
	Loss []float64 // Loss[e] is the mean loss over the data after e epochs, without the penalties
}

// Train trains on x, [samples, in], and y, [samples, out]. It ends early with ctx, or with an error where the loss is no
// longer finite.
func (n *Net) Train(ctx context.Context, x, y mat.Matrix, l loss.Func, cfg TrainConfig) (*History, error) {
	samples, in := x.Dims()
	ys, out := y.Dims()
	if samples != ys || samples == 0 {
		panic(fmt.Sprintf("mlp: Train on %d inputs and %d targets", samples, ys))
	}
	rate, batch := cfg.Rate, cfg.Batch
	if rate == 0 {
		rate = 0.01
	}
	if batch <= 0 || batch > samples {
		batch = samples
	}
	h := &History{}
	note := func(epoch int) (bool, error) {
		v := n.Loss(x, y, l)
		h.Loss = append(h.Loss, v)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false, fmt.Errorf("mlp: the loss is %v after %d epochs: take a smaller learning rate than %g", v, epoch, rate)
		}
		return cfg.Every == nil || cfg.Every(epoch, v), nil
	}
	if more, err := note(0); !more {
		return h, err
	}
	order := make([]int, samples)
	for i := range order {
		order[i] = i
	}
	bx, by := mat.NewDense(batch, in, nil), mat.NewDense(batch, out, nil)
	p := n.Params()
	m, v := make([]float64, len(p)), make([]float64, len(p))
	step := 0
	for epoch := 1; epoch <= cfg.Epochs; epoch++ {
		if cfg.Rand != nil {
			cfg.Rand.Shuffle(samples, func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		for lo := 0; lo < samples; lo += batch {
			if err := ctx.Err(); err != nil {
				return h, err
			}
			rows := order[lo:min(lo+batch, samples)]
			cx, cy := bx.Slice(0, len(rows), 0, in).(*mat.Dense), by.Slice(0, len(rows), 0, out).(*mat.Dense)
			for i, r := range rows {
				mat.Row(cx.RawRowView(i), r, x)
				mat.Row(cy.RawRowView(i), r, y)
			}
			_, grad := n.Gradient(cx, cy, l)
			g := grad.Flat()
			n.penalise(g, p, cfg.L1, cfg.L2)
			step++
			for i := range p {
				switch {
				case cfg.Adam:
					m[i] = 0.9*m[i] + 0.1*g[i]
					v[i] = 0.999*v[i] + 0.001*g[i]*g[i]
					mh, vh := m[i]/(1-math.Pow(0.9, float64(step))), v[i]/(1-math.Pow(0.999, float64(step)))
					p[i] -= rate * mh / (math.Sqrt(vh) + 1e-8)
				default:
					m[i] = cfg.Momentum*m[i] - rate*g[i]
					p[i] += m[i]
				}
			}
			n.SetParams(p)
		}
		if more, err := note(epoch); !more {
			return h, err
		}
	}
	return h, nil
}

// penalise adds the gradient of λ₁‖W‖₁ + ½λ₂‖W‖₂² to g; |w| has slope 0 at 0.
func (n *Net) penalise(g, p []float64, l1, l2 float64) {
	if l1 == 0 && l2 == 0 {
		return
	}
	i := 0
	for _, l := range n.Layers {
		out, in := l.W.Dims()
		for range out * in {
			g[i] += l2 * p[i]
			if p[i] != 0 {
				g[i] += l1 * math.Copysign(1, p[i])
			}
			i++
		}
		i += out
	}
}
