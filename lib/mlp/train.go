package mlp

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/loss"
)

// TrainConfig says how a network is trained.
type TrainConfig struct {
	Epochs   int        // passes over the data, ≥ 0
	Batch    int        // samples a step, the last batch of an epoch may be smaller; 0 means all
	Rate     float64    // learning rate η > 0; 0 means 0.01
	Momentum float64    // β of the heavy ball, 0 ≤ β < 1; 0 is plain gradient descent. Not with Adam
	Adam     bool       // Adam in the place of gradient descent
	L1, L2   float64    // λ₁, λ₂ ≥ 0: what is minimised is the mean loss + λ₁‖W‖₁ + ½λ₂‖W‖₂²; biases are free
	Rand     *rand.Rand // shuffles the samples before every epoch; nil keeps their order
	// Every, if not nil, is called with the mean loss over all samples: before the first epoch, as epoch 0, and after
	// each. It may look at the network. If it returns false, the training ends.
	Every func(epoch int, loss float64) bool
}

// History is the trajectory of a training.
type History struct {
	Loss     []float64     // Loss[e] is the mean loss over all samples after e epochs, without the penalties
	Steps    int           // steps taken
	Duration time.Duration // from the first to the last
}

// Train fits the network to the samples x, [samples, in], with targets y, [samples, out].
//
// One epoch deals the samples out to mini-batches; each gives one step with the gradient of its mean loss and the
// penalties, where |w| has slope 0 at w = 0.
//
// It ends with an error, and the history up to there, if ctx ends, if x or y has an entry that is not finite, or if the
// loss becomes NaN or infinite; the network is left as it then is. Two trainings of clones with the same settings
// and random numbers give the same bits. It panics if shapes or settings are out of range.
func (n *Net) Train(ctx context.Context, x, y mat.Matrix, l loss.Func, cfg TrainConfig) (*History, error) {
	rate, batch, err := n.checkTraining(x, y, cfg)
	if err != nil {
		return &History{}, err
	}
	samples, in := x.Dims()
	_, out := y.Dims()
	theta := n.Params()
	step := (&momentum{rate: rate, beta: cfg.Momentum, v: make([]float64, len(theta))}).step
	if cfg.Adam {
		step = (&adam{rate: rate, m: make([]float64, len(theta)), s: make([]float64, len(theta))}).step
	}

	h := &History{}
	start := time.Now()
	defer func() { h.Duration = time.Since(start) }()
	var all Pass
	// note records the loss and tells whether to go on.
	note := func(epoch int) (bool, error) {
		v := meanLoss(n.ForwardTo(&all, x), y, l)
		h.Loss = append(h.Loss, v)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false, fmt.Errorf("mlp: after epoch %d the loss is %v: take a smaller learning rate than %g, or smaller inputs", epoch, v, rate)
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
	bx, by, g := &mat.Dense{}, &mat.Dense{}, &Gradient{}
	var flat []float64
	for epoch := 1; epoch <= cfg.Epochs; epoch++ {
		if cfg.Rand != nil {
			cfg.Rand.Shuffle(samples, func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		for lo := 0; lo < samples; lo += batch {
			if err := ctx.Err(); err != nil {
				return h, fmt.Errorf("mlp: training ended in epoch %d of %d: %w", epoch, cfg.Epochs, err)
			}
			rows := order[lo:min(lo+batch, samples)]
			shape(bx, len(rows), in)
			shape(by, len(rows), out)
			for i, r := range rows {
				mat.Row(bx.RawRowView(i), r, x)
				mat.Row(by.RawRowView(i), r, y)
			}
			n.GradientTo(g, bx, by, l)
			flat = g.appendTo(flat[:0])
			n.penalise(flat, theta, cfg.L1, cfg.L2)
			step(theta, flat)
			n.SetParams(theta)
			h.Steps++
		}
		if more, err := note(epoch); !more {
			return h, err
		}
	}
	return h, nil
}

// penalise adds the gradient of λ₁‖W‖₁ + ½λ₂‖W‖₂² at theta, λ₁ sign W + λ₂W, to g; b has none.
func (n *Net) penalise(g, theta []float64, l1, l2 float64) {
	if l1 == 0 && l2 == 0 {
		return
	}
	i := 0
	for _, layer := range n.Layers {
		out, in := layer.W.Dims()
		for range out * in {
			g[i] += l2 * theta[i]
			if theta[i] != 0 {
				g[i] += math.Copysign(l1, theta[i])
			}
			i++
		}
		i += out
	}
}

// checkTraining gives the rate and the batch size, and refuses what has no training.
func (n *Net) checkTraining(x, y mat.Matrix, cfg TrainConfig) (rate float64, batch int, err error) {
	samples, in := x.Dims()
	ys, out := y.Dims()
	n.check("Train", in)
	switch {
	case samples != ys || samples == 0:
		panic(fmt.Sprintf("mlp: Train: %d inputs and %d targets", samples, ys))
	case out != len(n.Layers[len(n.Layers)-1].B):
		panic(fmt.Sprintf("mlp: Train: targets of %d numbers, the network gives %d", out, len(n.Layers[len(n.Layers)-1].B)))
	case cfg.Epochs < 0 || cfg.Batch < 0:
		panic(fmt.Sprintf("mlp: Train: Epochs is %d, Batch %d, need ≥ 0", cfg.Epochs, cfg.Batch))
	case !(cfg.Rate >= 0) || !(cfg.L1 >= 0) || !(cfg.L2 >= 0):
		panic(fmt.Sprintf("mlp: Train: Rate is %v, L1 %v, L2 %v, need ≥ 0", cfg.Rate, cfg.L1, cfg.L2))
	case !(cfg.Momentum >= 0 && cfg.Momentum < 1) || cfg.Adam && cfg.Momentum != 0:
		panic(fmt.Sprintf("mlp: Train: Momentum is %v, need 0 ≤ Momentum < 1, and 0 with Adam", cfg.Momentum))
	}
	for _, m := range []struct {
		name string
		m    mat.Matrix
		cols int
	}{{"x", x, in}, {"y", y, out}} {
		for i := range samples {
			for j := range m.cols {
				if v := m.m.At(i, j); math.IsNaN(v) || math.IsInf(v, 0) {
					return 0, 0, fmt.Errorf("mlp: %s[%d, %d] is %v: the samples must be finite numbers", m.name, i, j, v)
				}
			}
		}
	}
	rate, batch = cfg.Rate, cfg.Batch
	if rate == 0 {
		rate = 0.01
	}
	if batch == 0 || batch > samples {
		batch = samples
	}
	return rate, batch, nil
}
