package generative

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"nncourse/lib/weights"
)

// Coder says what an autoencoder looks like: d numbers in [0, 1] → Hidden, by ReLU → Latent → Hidden reversed, by ReLU → d logits. It minimises, by Adam,
//
//	J = −(1/m) Σᵢ log p(xᵢ | zᵢ),    log p(x | z) = Σₖ xₖ log pₖ + (1 − xₖ) log(1 − pₖ),    p = σ(logits of z),
//
// in nats an example. With Variational it is a variational autoencoder: see vae.go for what it minimises then.
type Coder struct {
	Features    int
	Hidden      []int // widths of the encoder's hidden layers
	Latent      int
	Variational bool
}

// CoderModel is an autoencoder with its weights, on GoMLX. It must not be used by two goroutines at once.
type CoderModel struct {
	Coder
	Backend compute.Backend
	Store   *model.Store

	encode, decode, bound *model.Exec
}

// CoderTraining is how an autoencoder is trained.
type CoderTraining struct {
	Epochs    int     // 0 means 10
	BatchSize int     // 0 means 128; at most the number of examples
	Rate      float64 // Adam's at the start; it falls in a line to a twentieth. 0 means 2e-3
	Seed      uint64  // of the order, of ε and of the binary pictures
	// Binary draws, at every step anew, each number of x as 0 or 1, with x the probability of 1 (Salakhutdinov & Murray 2008): then p(x | z) is a
	// distribution, and ELBOs of different models may be compared. Otherwise x itself stands in J.
	Binary   bool
	Progress func(done, total int, note string) // called about 100 times; nil: silent
}

// chunk is the number of rows of one call of Encode, Decode and ELBO; the last one is filled up, since each shape compiles anew.
const chunk = 250

// New makes an untrained autoencoder. Its weights follow from the seed.
func (c Coder) New(b compute.Backend, seed int64) *CoderModel {
	if c.Features < 1 || c.Latent < 1 || slices.ContainsFunc(c.Hidden, func(w int) bool { return w < 1 }) {
		panic(fmt.Sprintf("generative: a Coder needs positive widths: %+v", c))
	}
	m := &CoderModel{Coder: c, Backend: b, Store: model.NewStore()}
	m.Store.SetParam(model.ParamInitialSeed, seed)
	return m
}

// code gives the encoder's output for x [batch, d]: z, or mean and log variance, each [batch, latent].
func (c Coder) code(scope *model.Scope, x *graph.Node) (mean, logVar *graph.Node) {
	h := x
	for i, width := range c.Hidden {
		h = activation.Relu(layers.DenseWithBias(scope.At("encode%d", i), h, width))
	}
	mean = layers.DenseWithBias(scope.At("mean"), h, c.Latent)
	if c.Variational {
		logVar = layers.DenseWithBias(scope.At("logvar"), h, c.Latent)
	}
	return mean, logVar
}

// logits gives the decoder's output for z [batch, latent]: [batch, d].
func (c Coder) logits(scope *model.Scope, z *graph.Node) *graph.Node {
	h := z
	for i := len(c.Hidden) - 1; i >= 0; i-- {
		h = activation.Relu(layers.DenseWithBias(scope.At("decode%d", i), h, c.Hidden[i]))
	}
	return layers.DenseWithBias(scope.At("logits"), h, c.Features)
}

// terms gives −log p(x | z) and the KL divergence, [batch] each, with z = μ + σ ⊙ ε; x, target [batch, d], ε [batch, latent]. The target of the
// likelihood is x.
func (c Coder) terms(scope *model.Scope, x, eps *graph.Node) (miss, kl *graph.Node) {
	z, logVar := c.code(scope, x)
	kl = graph.MulScalar(graph.ReduceSum(z, 1), 0)
	if c.Variational {
		// KL = ½ Σ (μ² + σ² − 1 − log σ²)
		variance := graph.Exp(logVar)
		kl = graph.MulScalar(graph.ReduceSum(graph.Sub(graph.Add(graph.Square(z), variance), graph.OnePlus(logVar)), 1), 0.5)
		z = graph.Add(z, graph.Mul(graph.Exp(graph.MulScalar(logVar, 0.5)), eps))
	}
	t := c.logits(scope, z)
	// −log p(x | z) = Σ log(1 + eᵗ) − xt
	miss = graph.ReduceSum(graph.Sub(softplus(t), graph.Mul(x, t)), 1)
	return miss, kl
}

// Fit trains on the rows of x [n, d], flat, and returns J of each epoch, a mean over its batches. With the seeds fixed two runs on one machine give the
// same bits. On an error, the context's, the backend's or a loss that is not finite, the model holds the weights reached.
func (m *CoderModel) Fit(ctx context.Context, x []float32, t CoderTraining) (J []float64, err error) {
	n := rowsOf(x, m.Features)
	if t.Epochs == 0 {
		t.Epochs = 10
	}
	if t.BatchSize == 0 {
		t.BatchSize = 128
	}
	if t.Rate == 0 {
		t.Rate = 2e-3
	}
	t.BatchSize = min(t.BatchSize, n)
	if t.Epochs < 0 || t.BatchSize < 1 || !(t.Rate > 0) {
		panic(fmt.Sprintf("generative: CoderTraining needs an example, Epochs ≥ 0, BatchSize ≥ 1, Rate > 0: %d examples, %+v", n, t))
	}
	forget := func() error {
		err := errors.Join(m.Store.DeleteVariablesInScope(optimizer.Scope), m.Store.DeleteVariablesInScope(optimizer.AdamDefaultScope),
			m.Store.DeleteVariable(optimizer.GlobalStepVariableName))
		if err != nil {
			return fmt.Errorf("generative: %w", err)
		}
		return nil
	}
	if err := forget(); err != nil {
		return nil, err
	}
	adam := optimizer.Adam().LearningRate(t.Rate).Done()
	exec, err := model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		miss, kl := m.terms(scope, in[0], in[1])
		J := graph.ReduceAllMean(graph.Add(miss, kl))
		adam.UpdateGraph(scope, J.Graph(), J)
		return []*graph.Node{J}
	})
	if err != nil {
		return nil, fmt.Errorf("generative: %w", err)
	}
	defer exec.Finalize()
	rng := rand.New(rand.NewPCG(t.Seed, 610))
	perEpoch := n / t.BatchSize
	total := t.Epochs * perEpoch
	rows, eps := make([]float32, t.BatchSize*m.Features), make([]float32, t.BatchSize*m.Latent)
	for epoch := range t.Epochs {
		order, sum := rng.Perm(n), 0.0
		for k := range perEpoch {
			if err := ctx.Err(); err != nil {
				return J, err
			}
			for j, i := range order[k*t.BatchSize : (k+1)*t.BatchSize] {
				copy(rows[j*m.Features:], x[i*m.Features:(i+1)*m.Features])
			}
			if t.Binary {
				Binarise(rows, rng)
			}
			noise(eps, rng)
			done := epoch*perEpoch + k
			rate := float32(t.Rate * (1 - 0.95*float64(done)/float64(total)))
			if err := optimizer.LearningRateVarWithValue(m.Store.RootScope(), dtypes.Float32, float64(rate)).SetValue(tensors.FromScalar(rate)); err != nil {
				return J, fmt.Errorf("generative: %w", err)
			}
			out, err := call(exec, [][]float32{rows, eps}, t.BatchSize)
			if err != nil {
				return J, fmt.Errorf("generative: step %d: %w", done+1, err)
			}
			j := float64(out[0][0])
			if math.IsNaN(j) || math.IsInf(j, 0) {
				return J, fmt.Errorf("generative: the loss is %v at step %d: lower the rate (%g now)", j, done+1, rate)
			}
			sum += j
			if t.Progress != nil && (done%max(1, total/100) == 0 || done+1 == total) {
				t.Progress(done+1, total, fmt.Sprintf("epoch %d: %.1f nats", epoch+1, sum/float64(k+1)))
			}
		}
		J = append(J, sum/float64(perEpoch))
	}
	return J, forget()
}

// Encode returns z of the rows of x, flat [n, latent]; of a variational autoencoder the means, and the log variances (else nil).
func (m *CoderModel) Encode(x []float32) (mean, logVar []float32, err error) {
	if m.encode == nil {
		m.encode, err = model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
			mean, logVar := m.code(scope, in[0])
			if logVar == nil {
				return []*graph.Node{mean}
			}
			return []*graph.Node{mean, logVar}
		})
		if err != nil {
			return nil, nil, fmt.Errorf("generative: %w", err)
		}
	}
	out, err := chunks(m.encode, rowsOf(x, m.Features), x)
	if err != nil {
		return nil, nil, err
	}
	if m.Variational {
		logVar = out[1]
	}
	return out[0], logVar, nil
}

// Decode returns the probabilities p of the rows of z, flat [n, d].
func (m *CoderModel) Decode(z []float32) ([]float32, error) {
	if m.decode == nil {
		var err error
		m.decode, err = model.NewExec(m.Backend, m.Store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
			return []*graph.Node{graph.Sigmoid(m.logits(scope, in[0]))}
		})
		if err != nil {
			return nil, fmt.Errorf("generative: %w", err)
		}
	}
	out, err := chunks(m.decode, rowsOf(z, m.Latent), z)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// rowsOf gives the number of rows of flat data.
func rowsOf(x []float32, width int) int {
	if len(x) == 0 || len(x)%width != 0 {
		panic(fmt.Sprintf("generative: %d numbers are no rows of %d", len(x), width))
	}
	return len(x) / width
}

// chunks calls exec with chunks of n rows of each input, and joins the results.
func chunks(exec *model.Exec, n int, in ...[]float32) ([][]float32, error) {
	var all [][]float32
	for lo := 0; lo < n; lo += chunk {
		hi := min(lo+chunk, n)
		parts := make([][]float32, len(in))
		for k, v := range in {
			width := len(v) / n
			parts[k] = make([]float32, chunk*width)
			copy(parts[k], v[lo*width:hi*width])
		}
		out, err := call(exec, parts, chunk)
		if err != nil {
			return nil, fmt.Errorf("generative: rows %d to %d: %w", lo, hi-1, err)
		}
		if all == nil {
			all = make([][]float32, len(out))
		}
		for k, v := range out {
			all[k] = append(all[k], v[:(hi-lo)*len(v)/chunk]...)
		}
	}
	return all, nil
}

// call executes with inputs of so many rows and copies the results.
func call(exec *model.Exec, in [][]float32, rows int) ([][]float32, error) {
	args := make([]any, len(in))
	for k, v := range in {
		args[k] = tensors.FromFlatDataAndDimensions(v, rows, len(v)/rows)
	}
	out, err := exec.Call(args...)
	for _, a := range args {
		a.(*tensors.Tensor).FinalizeAll()
	}
	if err != nil {
		return nil, err
	}
	flat := make([][]float32, len(out))
	for k, o := range out {
		flat[k] = tensors.MustCopyFlatData[float32](o)
		o.FinalizeAll()
	}
	return flat, nil
}

// Binarise replaces each number of x by 1 with that probability, and by 0 otherwise.
func Binarise(x []float32, rng *rand.Rand) {
	for i, p := range x {
		switch {
		case p <= 0:
			x[i] = 0
		case p >= 1 || rng.Float32() < p:
			x[i] = 1
		default:
			x[i] = 0
		}
	}
}

func noise(eps []float32, rng *rand.Rand) {
	for i := range eps {
		eps[i] = float32(rng.NormFloat64())
	}
}

// Save writes the network and its weights to a file.
func (m *CoderModel) Save(file string) error { return weights.Save(file, m.Coder, m.Store) }

// LoadCoder reads what Save wrote.
func LoadCoder(b compute.Backend, file string) (*CoderModel, error) {
	var c Coder
	trained, err := weights.Read(file, &c)
	if err != nil {
		return nil, err
	}
	m := c.New(b, 0)
	// a call of each half makes the variables
	if _, _, err := m.Encode(make([]float32, m.Features)); err != nil {
		return nil, err
	}
	if _, err := m.Decode(make([]float32, m.Latent)); err != nil {
		return nil, err
	}
	return m, weights.Set(m.Store, trained, file)
}
