package generative

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"nncourse/lib/weights"
)

// GAN says what a generative adversarial network (Goodfellow et al. 2014) for d numbers in [0, 1] looks like:
//
//	generator:      z ∼ N(0, I) [latent] → Generator, by batch normalisation and ReLU → d logits, σ
//	discriminator:  x → Critic, by ReLU of slope 0.2 below 0 → logit of D(x)
//
// The batch normalisation is without gain and shift, and always by the batch's own mean and variance: a sample depends a little on those drawn beside it.
type GAN struct {
	Features, Latent  int
	Generator, Critic []int // widths of the hidden layers
}

// GANModel is a GAN with its weights, on GoMLX. It must not be used by two goroutines at once.
type GANModel struct {
	GAN
	Backend compute.Backend
	Store   *model.Store

	sample, judge *model.Exec
}

// GANTraining is how a GAN is trained: Alg. 1 of Goodfellow et al. 2014, by Adam with β₁ = ½ (Radford et al. 2016) in place of plain steps.
type GANTraining struct {
	Steps       int     // of the generator
	BatchSize   int     // of data and of noise; 0 means 64
	CriticSteps int     // k, steps of the discriminator before each of the generator; 0 means 1
	Rate        float64 // Adam's, of both; 0 means 1e-3
	Loss        GeneratorLoss
	// Penalty is γ ≥ 0 of ½γ E ‖∂s/∂x‖² at the data, s the discriminator's logit, which it lowers beside raising V (Mescheder et al. 2018, R₁): it keeps the
	// discriminator from becoming steep, and the generator from running in circles.
	Penalty  float64
	Seed     uint64                             // of the order and of the noise
	Progress func(done, total int, note string) // called about 100 times; nil: silent
}

// GANHistory has an entry for each step.
type GANHistory struct {
	Value []float64 // V(G, D) on the batch of the last of the discriminator's steps, before it
	Loss  []float64 // the generator's, before its step
}

// New makes an untrained GAN. Its weights follow from the seed.
func (c GAN) New(b compute.Backend, seed int64) *GANModel {
	if c.Features < 1 || c.Latent < 1 || slices.ContainsFunc(append(slices.Clone(c.Generator), c.Critic...), func(w int) bool { return w < 1 }) {
		panic(fmt.Sprintf("generative: a GAN needs positive widths: %+v", c))
	}
	m := &GANModel{GAN: c, Backend: b, Store: model.NewStore()}
	m.Store.SetParam(model.ParamInitialSeed, seed)
	return m
}

// generate gives G(z) [batch, d] of z [batch, latent]. Its weights are below scope.
func (c GAN) generate(scope *model.Scope, z *graph.Node) *graph.Node {
	h := z
	for i, width := range c.Generator {
		h = layers.Dense(scope.At("hidden%d", i), h, false, width)
		// (h − mean)/√(variance + 10⁻⁵) of each unit over the batch
		h = graph.Sub(h, graph.ReduceAndKeep(h, graph.ReduceMean, 0))
		h = graph.Div(h, graph.Sqrt(graph.AddScalar(graph.ReduceAndKeep(graph.Square(h), graph.ReduceMean, 0), 1e-5)))
		h = activation.Relu(h)
	}
	return graph.Sigmoid(layers.DenseWithBias(scope.At("out"), h, c.Features))
}

// critic gives the logit of D [batch] of x [batch, d].
func (c GAN) critic(scope *model.Scope, x *graph.Node) *graph.Node {
	h := x
	for i, width := range c.Critic {
		h = activation.LeakyReluWith(layers.DenseWithBias(scope.At("hidden%d", i), h, width), 0.2)
	}
	return graph.Squeeze(layers.DenseWithBias(scope.At("out"), h, 1), 1)
}

// softplus is log(1 + eᵗ) = max(t, 0) + log(1 + e^(−|t|)).
func softplus(t *graph.Node) *graph.Node {
	return graph.Add(activation.Relu(t), graph.Log(graph.OnePlus(graph.Exp(graph.Neg(graph.Abs(t))))))
}

// step is k steps of the discriminator, each on its own part of x [k·batch, d] and of z [(k+1)·batch, latent], and one of the generator on the rest of z.
func (c GAN) step(scope *model.Scope, x, z *graph.Node, t GANTraining, adam optimizer.Interface) (value, loss *graph.Node) {
	g, d, n := scope.At("generator"), scope.At("critic"), t.BatchSize
	part := func(v *graph.Node, k int) *graph.Node { return graph.Slice(v, graph.AxisRange(k*n, (k+1)*n)) }
	for k := range t.CriticSteps {
		// V = E log D(x) + E log(1 − D(G(z))); log D = −log(1 + e^(−s)), log(1 − D) = −log(1 + eˢ)
		data := part(x, k)
		real := c.critic(d, data)
		fake := c.critic(d, c.generate(g, part(z, k)))
		value = graph.Neg(graph.Add(graph.ReduceAllMean(softplus(graph.Neg(real))), graph.ReduceAllMean(softplus(fake))))
		down := graph.Neg(value)
		if t.Penalty > 0 {
			// ½γ E ‖∂s/∂x‖² at the data
			slope := graph.Gradient(graph.ReduceAllSum(real), data)[0]
			down = graph.Add(down, graph.MulScalar(graph.ReduceAllMean(graph.ReduceSum(graph.Square(slope), 1)), t.Penalty/2))
		}
		adam.UpdateGraph(d, value.Graph(), down)
	}
	// from here on the critic's weights are the new ones
	s := c.critic(d, c.generate(g, part(z, t.CriticSteps)))
	if t.Loss == Minimax {
		loss = graph.Neg(graph.ReduceAllMean(softplus(s)))
	} else {
		loss = graph.ReduceAllMean(softplus(graph.Neg(s)))
	}
	adam.UpdateGraph(g, loss.Graph(), loss)
	return value, loss
}

// Fit plays the game on the rows of x [n, d], flat, from the weights the model has; Adam's averages start anew. With the seeds fixed two runs on one machine
// give the same bits. On an error, the context's, the backend's or a loss that is not finite, the model holds the weights reached.
func (m *GANModel) Fit(ctx context.Context, x []float32, t GANTraining) (*GANHistory, error) {
	if t.BatchSize == 0 {
		t.BatchSize = 64
	}
	if t.CriticSteps == 0 {
		t.CriticSteps = 1
	}
	if t.Rate == 0 {
		t.Rate = 1e-3
	}
	n := rowsOf(x, m.Features)
	if t.Steps < 1 || t.BatchSize < 2 || t.CriticSteps < 1 || !(t.Rate > 0) || !(t.Penalty >= 0) || t.Loss < Minimax || t.Loss > NonSaturating {
		panic(fmt.Sprintf("generative: GANTraining needs Steps ≥ 1, BatchSize ≥ 2, CriticSteps ≥ 1, Rate > 0, Penalty ≥ 0 and a loss there is: %+v", t))
	}
	forget := func() error {
		err := errors.Join(m.Store.DeleteVariablesInScope(optimizer.AdamDefaultScope), m.Store.DeleteVariable(optimizer.GlobalStepVariableName))
		for _, player := range []*model.Scope{m.Store.RootScope().At("generator"), m.Store.RootScope().At("critic")} {
			err = errors.Join(err, player.At(optimizer.Scope).DeleteVariablesInScope(), player.At(optimizer.AdamDefaultScope).DeleteVariablesInScope())
		}
		if err != nil {
			return fmt.Errorf("generative: %w", err)
		}
		return nil
	}
	if err := forget(); err != nil {
		return nil, err
	}
	adam := optimizer.Adam().LearningRate(t.Rate).Betas(0.5, 0.999).Done()
	exec, err := model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		value, loss := m.step(scope, in[0], in[1], t, adam)
		return []*graph.Node{value, loss}
	})
	if err != nil {
		return nil, fmt.Errorf("generative: %w", err)
	}
	defer exec.Finalize()
	rng, h := rand.New(rand.NewPCG(t.Seed, 611)), &GANHistory{}
	rows := make([]float32, t.CriticSteps*t.BatchSize*m.Features)
	z := make([]float32, (t.CriticSteps+1)*t.BatchSize*m.Latent)
	var order []int
	for step := range t.Steps {
		if err := ctx.Err(); err != nil {
			return h, err
		}
		for j := range t.CriticSteps * t.BatchSize {
			if len(order) == 0 {
				order = rng.Perm(n)
			}
			copy(rows[j*m.Features:], x[order[0]*m.Features:(order[0]+1)*m.Features])
			order = order[1:]
		}
		noise(z, rng)
		args := []any{tensors.FromFlatDataAndDimensions(rows, t.CriticSteps*t.BatchSize, m.Features),
			tensors.FromFlatDataAndDimensions(z, (t.CriticSteps+1)*t.BatchSize, m.Latent)}
		out, err := exec.Call(args...)
		for _, a := range args {
			a.(*tensors.Tensor).FinalizeAll()
		}
		if err != nil {
			return h, fmt.Errorf("generative: step %d: %w", step+1, err)
		}
		value, loss := float64(tensors.ToScalar[float32](out[0])), float64(tensors.ToScalar[float32](out[1]))
		for _, o := range out {
			o.FinalizeAll()
		}
		if s := value + loss; math.IsNaN(s) || math.IsInf(s, 0) {
			return h, fmt.Errorf("generative: V is %v and the generator's loss %v at step %d: lower the rate (%g now)", value, loss, step+1, t.Rate)
		}
		h.Value, h.Loss = append(h.Value, value), append(h.Loss, loss)
		if t.Progress != nil && (step%max(1, t.Steps/100) == 0 || step+1 == t.Steps) {
			t.Progress(step+1, t.Steps, fmt.Sprintf("V = %.2f, generator %.2f", value, loss))
		}
	}
	return h, forget()
}

// Sample draws n examples: G(z) of z from N(0, I), flat [n, d].
func (m *GANModel) Sample(n int, rng *rand.Rand) ([]float32, error) {
	if m.sample == nil {
		var err error
		m.sample, err = model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
			return []*graph.Node{m.generate(scope.At("generator"), in[0])}
		})
		if err != nil {
			return nil, fmt.Errorf("generative: %w", err)
		}
	}
	// whole chunks of noise: a filling of zeros would shift the batch's mean
	z := make([]float32, (n+chunk-1)/chunk*chunk*m.Latent)
	noise(z, rng)
	out, err := chunks(m.sample, len(z)/m.Latent, z)
	if err != nil {
		return nil, err
	}
	return out[0][:n*m.Features], nil
}

// Discriminate returns D of the rows of x [n, d], flat.
func (m *GANModel) Discriminate(x []float32) ([]float32, error) {
	if m.judge == nil {
		var err error
		m.judge, err = model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
			return []*graph.Node{graph.Sigmoid(m.critic(scope.At("critic"), in[0]))}
		})
		if err != nil {
			return nil, fmt.Errorf("generative: %w", err)
		}
	}
	out, err := chunks(m.judge, rowsOf(x, m.Features), x)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// Save writes the weights to a file.
func (m *GANModel) Save(file string) error { return weights.Save(file, m.GAN, m.Store) }

// LoadGAN reads what Save wrote.
func LoadGAN(b compute.Backend, file string) (*GANModel, error) {
	var c GAN
	trained, err := weights.Read(file, &c)
	if err != nil {
		return nil, err
	}
	m := c.New(b, 0)
	// a call of each half makes the variables
	if _, err := m.Sample(1, rand.New(rand.NewPCG(0, 0))); err != nil {
		return nil, err
	}
	if _, err := m.Discriminate(make([]float32, c.Features)); err != nil {
		return nil, err
	}
	return m, weights.Set(m.Store, trained, file)
}
