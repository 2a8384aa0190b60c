package text

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/layers/norm"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"nncourse/lib/weights"
)

// Transformer is a decoder-only language model (Vaswani et al. 2017; Radford et al. 2019 put the normalisation first, as here): from the tokens so far to
// the logits of the next one, at every place at once.
//
//	x = E[token] + P[place]                           [batch, T, d]
//	x ← x + Attention(norm(x)),  x ← x + MLP(norm(x))   Layers times
//	logits = norm(x) W + b                            [batch·T, V]
//
// Dense layers are products of matrices [batch·T, ·]: rows are tokens.
type Transformer struct {
	Backend    compute.Backend
	Store      *model.Store
	Vocabulary int // V, number of tokens
	Context    int // T, the most tokens it sees
	Width      int // d, divisible by Heads
	Heads      int
	Layers     int

	show, loss *model.Exec // compiled at their first use: tokens [1, T] → logits, attention; tokens, next [batch, T] → mean cross entropy
}

// NewTransformer makes an untrained one; its first weights follow from the seed. It panics on sizes below 1, or heads that do not divide the width.
func NewTransformer(b compute.Backend, vocabulary, context, width, heads, layerCount int, seed int64) *Transformer {
	if min(vocabulary, context, width, heads, layerCount) < 1 || width%heads != 0 {
		panic(fmt.Sprintf("text: NewTransformer: vocabulary %d, context %d, width %d, %d heads, %d layers", vocabulary, context, width, heads, layerCount))
	}
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, seed)
	return &Transformer{Backend: b, Store: store, Vocabulary: vocabulary, Context: context, Width: width, Heads: heads, Layers: layerCount}
}

// sizes are what a file keeps of a Transformer beside its weights.
type sizes struct{ Vocabulary, Context, Width, Heads, Layers int }

// Save writes the sizes and the weights to a file.
func (t *Transformer) Save(file string) error {
	return weights.Save(file, sizes{t.Vocabulary, t.Context, t.Width, t.Heads, t.Layers}, t.Store)
}

// LoadTransformer reads what Save wrote.
func LoadTransformer(b compute.Backend, file string) (*Transformer, error) {
	var s sizes
	trained, err := weights.Read(file, &s)
	if err != nil {
		return nil, err
	}
	t := NewTransformer(b, s.Vocabulary, s.Context, s.Width, s.Heads, s.Layers, 0)
	if _, _, err := t.Next([]int{0}); err != nil { // makes the variables
		return nil, err
	}
	return t, weights.Set(t.Store, trained, file)
}

// Logits are those of the next token, [batch·T, V], for tokens [batch, T] of int32, T ≤ Context; and the weights of attention of each layer,
// [batch, heads, T, T].
func (t *Transformer) Logits(scope *model.Scope, tokens *graph.Node) (logits *graph.Node, attention []*graph.Node) {
	g, batch, T, d := tokens.Graph(), tokens.Shape().Dimensions[0], tokens.Shape().Dimensions[1], t.Width
	if T > t.Context {
		panic(fmt.Errorf("text: Transformer: %d tokens, %d at most", T, t.Context))
	}
	scope = scope.WithInitializer(initializer.RandomNormalFn(scope, 0.5/math.Sqrt(float64(d))))                   // small, as GPT-2's (0.02 for d = 768): the first logits are near 0
	x := layers.Embedding(scope.At("tokens"), graph.Reshape(tokens, batch*T, 1), dtypes.Float32, t.Vocabulary, d) // [batch·T, d]
	places := scope.At("places").VariableWithShape("embeddings", shapes.Make(dtypes.Float32, t.Context, d)).NodeValue(g)
	places = graph.Slice(places, graph.AxisRange(0, T), graph.AxisRange())
	x = graph.Reshape(graph.Add(graph.Reshape(x, batch, T, d), graph.BroadcastToDims(graph.InsertAxes(places, 0), batch, T, d)), batch*T, d)
	for l := range t.Layers {
		s := scope.At("layer%d", l)
		a, A := t.attention(s.At("attention"), normed(s.At("norm1"), x), batch, T)
		x = graph.Add(x, a)
		h := activation.GeluApproximate(layers.DenseWithBias(s.At("mlp1"), normed(s.At("norm2"), x), 4*d))
		x = graph.Add(x, layers.DenseWithBias(s.At("mlp2"), h, d))
		attention = append(attention, A)
	}
	logits = layers.DenseWithBias(scope.At("logits"), normed(scope.At("norm"), x), t.Vocabulary)
	logits.AssertDims(batch*T, t.Vocabulary)
	return logits, attention
}

// normed gives each row mean 0 and variance 1, then a learned scale and shift (Ba, Kiros and Hinton 2016).
func normed(scope *model.Scope, x *graph.Node) *graph.Node {
	return norm.LayerNorm(scope, x, -1).Epsilon(1e-5).Done()
}

// attention is Attend with several heads, for a batch: x [batch·T, d] → [batch·T, d], and the weights [batch, heads, T, T].
func (t *Transformer) attention(scope *model.Scope, x *graph.Node, batch, T int) (out, A *graph.Node) {
	d, w := t.Width, t.Width/t.Heads
	qkv := layers.Dense(scope.At("qkv"), x, false, 3*d) // one product for all three
	part := func(i int) *graph.Node {                   // [batch, T, heads, w]
		return graph.Reshape(graph.Slice(qkv, graph.AxisRange(), graph.AxisRange(i*d, (i+1)*d)), batch, T, t.Heads, w)
	}
	q, k, v := part(0), part(1), part(2)
	S := graph.DivScalar(graph.Einsum("bihw,bjhw->bhij", q, k), math.Sqrt(float64(w))) // QKᵀ/√w
	sees := graph.BroadcastToDims(graph.Reshape(graph.LowerTriangular(x.Graph(), T), 1, 1, T, T), batch, t.Heads, T, T)
	S = graph.Where(sees, S, graph.AddScalar(graph.ZerosLike(S), -1e9)) // e^{−10⁹} is 0
	A = graph.Softmax(S, -1)
	o := graph.Einsum("bhij,bjhw->bihw", A, v)
	return layers.DenseWithBias(scope.At("out"), graph.Reshape(o, batch*T, d), d), A
}

// crossEntropy is the mean of −log p(next token), in nats, over all places.
func (t *Transformer) crossEntropy(scope *model.Scope, tokens, next *graph.Node) *graph.Node {
	z, _ := t.Logits(scope, tokens)
	hot := graph.OneHot(graph.Reshape(next, -1), t.Vocabulary, z.DType())
	return graph.Neg(graph.ReduceAllMean(graph.ReduceSum(graph.Mul(hot, graph.LogSoftmax(z, -1)), -1)))
}

// TransformerConfig is how to train. The zero value of a field means the default it names.
type TransformerConfig struct {
	Steps int     // 1000
	Batch int     // pieces of Context + 1 tokens a step, from random places of the text; 32
	Rate  float64 // Adam's largest, reached after a tenth of the steps, falling to 0 as a cosine does; 3e-3
	Seed  uint64  // of the places
	// Every is called after each step with its loss (nats a token); false ends the training.
	Every func(step int, loss float64) bool
}

// Train minimises the cross entropy on a text and gives each step's loss. It errs on a loss that is NaN or infinite, and with the context's or the
// backend's error. It panics on a text shorter than Context + 1.
func (t *Transformer) Train(ctx context.Context, ids []int, cfg TransformerConfig) (loss []float64, err error) {
	if cfg.Steps == 0 {
		cfg.Steps = 1000
	}
	if cfg.Batch == 0 {
		cfg.Batch = 32
	}
	if cfg.Rate == 0 {
		cfg.Rate = 3e-3
	}
	if len(ids) < t.Context+1 {
		panic(fmt.Sprintf("text: Train: %d tokens, context %d", len(ids), t.Context))
	}
	adam := optimizer.Adam().LearningRate(cfg.Rate).Done()
	exec, err := model.NewExec(t.Backend, t.Store, func(scope *model.Scope, tokens, next *graph.Node) *graph.Node {
		scope.Store().SetTraining(tokens.Graph(), true)
		J := t.crossEntropy(scope, tokens, next)
		adam.UpdateGraph(scope, tokens.Graph(), J)
		return J
	})
	if err != nil {
		return nil, fmt.Errorf("text: %w", err)
	}
	defer exec.Finalize()
	rng := rand.New(rand.NewPCG(cfg.Seed, 12))
	rate := optimizer.LearningRateVarWithValue(t.Store.RootScope(), dtypes.Float32, cfg.Rate)
	starts := make([]int, cfg.Batch)
	for step := range cfg.Steps {
		if err := ctx.Err(); err != nil {
			return loss, err
		}
		done := float64(step) / float64(cfg.Steps)
		r := cfg.Rate * min(10*float64(step+1)/float64(cfg.Steps), (1+math.Cos(math.Pi*done))/2)
		if err := rate.SetValue(tensors.FromScalar(float32(r))); err != nil {
			return loss, fmt.Errorf("text: %w", err)
		}
		for i := range starts {
			starts[i] = rng.IntN(len(ids) - t.Context)
		}
		J, err := t.call(exec, ids, starts)
		if err != nil {
			return loss, err
		}
		if math.IsNaN(J) || math.IsInf(J, 0) {
			return loss, fmt.Errorf("text: the loss is %g at step %d: lower the learning rate (%g)", J, step+1, r)
		}
		loss = append(loss, J)
		if cfg.Every != nil && !cfg.Every(step+1, J) {
			break
		}
	}
	return loss, nil
}

// Loss is the mean cross entropy, nats a token, of a text cut into pieces of Context tokens, each piece by itself; what is left at the end is not counted,
// nor are the last pieces where they do not fill a batch of 32. It panics on a text shorter than Context + 1.
func (t *Transformer) Loss(ctx context.Context, ids []int) (float64, error) {
	n := (len(ids) - 1) / t.Context
	if n < 1 {
		panic(fmt.Sprintf("text: Loss: %d tokens, context %d", len(ids), t.Context))
	}
	batch := min(n, 32)
	if t.loss == nil {
		exec, err := model.NewExec(t.Backend, t.Store, t.crossEntropy)
		if err != nil {
			return 0, fmt.Errorf("text: %w", err)
		}
		t.loss = exec
	}
	sum, count := 0.0, 0
	for lo := 0; lo+batch <= n; lo += batch {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		starts := make([]int, batch)
		for i := range starts {
			starts[i] = (lo + i) * t.Context
		}
		J, err := t.call(t.loss, ids, starts)
		if err != nil {
			return 0, err
		}
		sum, count = sum+J, count+1
	}
	return sum / float64(count), nil
}

// call runs a graph of tokens and next tokens on the pieces that start there.
func (t *Transformer) call(exec *model.Exec, ids, starts []int) (float64, error) {
	x, y := make([]int32, 0, len(starts)*t.Context), make([]int32, 0, len(starts)*t.Context)
	for _, s := range starts {
		for i := range t.Context {
			x, y = append(x, int32(ids[s+i])), append(y, int32(ids[s+i+1]))
		}
	}
	tokens, next := tensors.FromFlatDataAndDimensions(x, len(starts), t.Context), tensors.FromFlatDataAndDimensions(y, len(starts), t.Context)
	defer tokens.FinalizeAll()
	defer next.FinalizeAll()
	out, err := exec.Call1(tokens, next)
	if err != nil {
		return 0, fmt.Errorf("text: %w", err)
	}
	defer out.FinalizeAll()
	return float64(tensors.ToScalar[float32](out)), nil
}

// Next gives the logits after each token of a text of at most Context tokens, [len(ids)][V], and the weights of attention, [layers][heads][len(ids)][len(ids)]:
// how much each place looks at which. It panics on no token or too many.
func (t *Transformer) Next(ids []int) (logits [][]float64, attention [][][][]float64, err error) {
	n := len(ids)
	if n < 1 || n > t.Context {
		panic(fmt.Sprintf("text: Next: %d tokens, context %d", n, t.Context))
	}
	if t.show == nil {
		t.show, err = model.NewExec(t.Backend, t.Store, func(scope *model.Scope, tokens *graph.Node) []*graph.Node {
			z, a := t.Logits(scope, tokens)
			return append([]*graph.Node{z}, a...)
		})
		if err != nil {
			return nil, nil, fmt.Errorf("text: %w", err)
		}
	}
	x := make([]int32, t.Context) // one shape for all lengths: what follows a token changes nothing before it
	for i, id := range ids {
		x[i] = int32(id)
	}
	in := tensors.FromFlatDataAndDimensions(x, 1, t.Context)
	defer in.FinalizeAll()
	out, err := t.show.Call(in)
	if err != nil {
		return nil, nil, fmt.Errorf("text: %w", err)
	}
	for l, o := range out {
		flat := tensors.MustCopyFlatData[float32](o)
		o.FinalizeAll()
		row := func(from, n int) []float64 {
			r := make([]float64, n)
			for i := range r {
				r[i] = float64(flat[from+i])
			}
			return r
		}
		if l == 0 {
			for i := range n {
				logits = append(logits, row(i*t.Vocabulary, t.Vocabulary))
			}
			continue
		}
		heads := make([][][]float64, t.Heads)
		for h := range heads {
			for i := range n {
				heads[h] = append(heads[h], row((h*t.Context+i)*t.Context, n))
			}
		}
		attention = append(attention, heads)
	}
	return logits, attention, nil
}

// Generate continues a text by n tokens, each drawn by Sample from the logits after the last Context tokens. It panics on an empty start.
func (t *Transformer) Generate(ctx context.Context, start []int, n int, temperature float64, topK int, rng *rand.Rand) ([]int, error) {
	ids := append([]int(nil), start...)
	for range n {
		if err := ctx.Err(); err != nil {
			return ids, err
		}
		z, _, err := t.Next(ids[max(0, len(ids)-t.Context):])
		if err != nil {
			return ids, err
		}
		ids = append(ids, Sample(z[len(z)-1], temperature, topK, rng))
	}
	return ids, nil
}
