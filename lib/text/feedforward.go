package text

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
	"nncourse/lib/loss"
	"nncourse/lib/mlp"
	"nncourse/lib/optim"
)

// FeedForward is the feed-forward language model (Bengio, Ducharme, Vincent and Jauvin 2003, section 2): the last Order tokens, each by its vector, one after
// the other, into a network with one hidden layer, whose softmax is the distribution of the next token:
//
//	x = (C[w_{t−n}], …, C[w_{t−1}])            n·m numbers; C [V, m] is shared by all places
//	z = b + U tanh(h + Hx)                     logits [V]
//	p(w_t | w_{t−n} … w_{t−1}) = softmax(z)
//
// The paper's direct connections Wx, which it calls optional, are left out. The vectors C are learned with all else: words that are followed by the
// same get similar ones.
type FeedForward struct {
	Order      int        // n
	Embeddings *mat.Dense // C
	Net        *mlp.Net   // H, h, U, b
}

// NewFeedForward makes an untrained one, with vectors of normal numbers. It panics on sizes below 1.
func NewFeedForward(rng *rand.Rand, vocabulary, order, width, hidden int) *FeedForward {
	if min(vocabulary, order, width, hidden) < 1 {
		panic(fmt.Sprintf("text: NewFeedForward: vocabulary %d, order %d, width %d, %d hidden", vocabulary, order, width, hidden))
	}
	c := mat.NewDense(vocabulary, width, nil)
	for i := range vocabulary {
		row := c.RawRowView(i)
		for j := range row {
			row[j] = rng.NormFloat64()
		}
	}
	return &FeedForward{Order: order, Embeddings: c, Net: mlp.New(rng, activation.Tanh, order*width, hidden, vocabulary)}
}

// Params are all parameters as one vector: C row by row, then the network's.
func (f *FeedForward) Params() []float64 {
	return append(append([]float64(nil), f.Embeddings.RawMatrix().Data...), f.Net.Params()...)
}

// SetParams is the inverse of Params. It panics on another length.
func (f *FeedForward) SetParams(p []float64) {
	n := copy(f.Embeddings.RawMatrix().Data, p)
	f.Net.SetParams(p[n:])
}

// batch gives the network's inputs and one-hot targets for the tokens at places: x [len(places), n·m], y [len(places), V].
func (f *FeedForward) batch(ids, places []int) (x, y *mat.Dense) {
	v, m := f.Embeddings.Dims()
	x, y = mat.NewDense(len(places), f.Order*m, nil), mat.NewDense(len(places), v, nil)
	for i, t := range places {
		if t < f.Order || t >= len(ids) {
			panic(fmt.Sprintf("text: FeedForward: the token at place %d of %d has not %d before it", t, len(ids), f.Order))
		}
		for k := range f.Order {
			copy(x.RawRowView(i)[k*m:], f.Embeddings.RawRowView(ids[t-f.Order+k]))
		}
		y.Set(i, ids[t], 1)
	}
	return x, y
}

// Loss is the mean of −log p, nats a token, of the tokens at places. It panics on a place below Order or beyond the text.
func (f *FeedForward) Loss(ids, places []int) float64 {
	x, y := f.batch(ids, places)
	return f.Net.Loss(x, y, loss.SoftmaxCrossEntropy)
}

// Gradient gives Loss and its gradient, in the order of Params: the network's, and for C the sum over all places where a token stands,
// ∂J/∂C[w] = Σ ∂J/∂x over w's blocks of x.
func (f *FeedForward) Gradient(ids, places []int) (float64, []float64) {
	x, y := f.batch(ids, places)
	J, g := f.Net.Gradient(x, y, loss.SoftmaxCrossEntropy)
	_, m := f.Embeddings.Dims()
	out := make([]float64, len(f.Embeddings.RawMatrix().Data))
	for i, t := range places {
		dx := g.X.RawRowView(i)
		for k := range f.Order {
			w := ids[t-f.Order+k]
			for j := range m {
				out[w*m+j] += dx[k*m+j]
			}
		}
	}
	return J, append(out, g.Flat()...)
}

// Problem is the text as a sum to minimise: sample i is the token at place Order + i. Its functions set f's parameters.
func (f *FeedForward) Problem(ids []int) optim.Problem {
	places := func(batch []int) []int {
		if batch == nil {
			batch = make([]int, len(ids)-f.Order)
			for i := range batch {
				batch[i] = i
			}
		}
		out := make([]int, len(batch))
		for k, i := range batch {
			out[k] = f.Order + i
		}
		return out
	}
	return optim.Problem{
		N:    len(ids) - f.Order,
		Loss: func(x []float64, batch []int) float64 { f.SetParams(x); return f.Loss(ids, places(batch)) },
		Grad: func(dst, x []float64, batch []int) {
			f.SetParams(x)
			_, g := f.Gradient(ids, places(batch))
			copy(dst, g)
		},
	}
}

// Train minimises the loss on a text by a method of package optim and leaves the last parameters in f.
func (f *FeedForward) Train(ctx context.Context, ids []int, method optim.Method, rng *rand.Rand) (*optim.Trajectory, error) {
	t, err := method.Minimize(ctx, f.Problem(ids), f.Params(), rng)
	if t != nil && len(t.X) > 0 {
		f.SetParams(t.X[len(t.X)-1])
	}
	return t, err
}

// Next gives the logits [V] of the token after the last Order ones of a text. It panics where the text is shorter.
func (f *FeedForward) Next(ids []int) []float64 {
	x, _ := f.batch(append(append([]int(nil), ids...), 0), []int{len(ids)})
	return f.Net.Predict(x.RawRowView(0))
}

// Generate continues a text of at least Order tokens by n tokens, each drawn by Sample.
func (f *FeedForward) Generate(ids []int, n int, temperature float64, topK int, rng *rand.Rand) []int {
	out := append([]int(nil), ids...)
	for range n {
		out = append(out, Sample(f.Next(out), temperature, topK, rng))
	}
	return out
}
