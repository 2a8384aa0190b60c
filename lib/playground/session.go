// Package playground is the course's playground without its page: a small network learns to tell two classes of points of
// the plane apart, epoch by epoch, and everything a picture needs can be asked for. The page (playground/web) is this
// package compiled to WebAssembly, drawn by a browser; what learns there is package mlp.
//
// The network's output f(x) is a logit: σ(f) is the probability of class 1. With the class c ∈ {0, 1} the loss is the cross entropy
//
//	J = −(1/B) Σ [c log σ(f) + (1 − c) log(1 − σ(f))] + λ₁‖W‖₁ + ½λ₂‖W‖₂²
//
// the sums over a mini-batch and over all weights but the biases; a step is W ← W − η ∂J/∂W, and |w| has the subgradient
// 0 at 0.
package playground

import (
	"math"
	"math/rand/v2"

	"nncourse/lib/activation"
	"nncourse/lib/datasets"
	"nncourse/lib/loss"
	"nncourse/lib/mlp"

	"gonum.org/v1/gonum/mat"
)

// Range is how far the picture reaches: [−Range, Range]².
const Range = 1.5

// Session is a state that learns.
type Session struct {
	state       State
	net         *mlp.Net
	train, test []Point
	x, y        *mat.Dense // the training points' features, [n, inputs], and classes, [n, 1]
	tx, ty      *mat.Dense // the test points'
	bx, by      *mat.Dense // a mini-batch
	grad        mlp.Gradient
	grid        map[int]*mat.Dense
}

// New begins, or goes on with, a session. The generated points, the split, the first weights and the order of the
// batches follow from the seed; those of an epoch do not depend on how it was reached.
func New(s State) (*Session, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	p := &Session{state: s, grid: map[int]*mat.Dense{}}
	points := generate(&s)
	points = append(points, s.Own...)
	// Both parts hold at least one point.
	rng := rand.New(rand.NewPCG(s.Seed, 1))
	rng.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
	n := len(points)
	cut := 0
	if n > 0 {
		cut = min(max(int(math.Round(s.Train*float64(n))), 1), max(n-1, 1))
	}
	p.train, p.test = points[:cut], points[cut:]
	p.x, p.y = p.matrices(p.train)
	p.tx, p.ty = p.matrices(p.test)
	act := map[string]activation.Func{"relu": activation.ReLU, "tanh": activation.Tanh, "sigmoid": activation.Sigmoid, "linear": activation.Identity}[s.Activation]
	sizes := append(append([]int{len(s.Inputs)}, s.Hidden...), 1)
	p.net = mlp.New(rand.New(rand.NewPCG(s.Seed, 2)), act, sizes...)
	if s.Weights != nil {
		p.net.SetParams(s.Weights)
	}
	return p, nil
}

// generate makes the state's points, in [−Range, Range]² but for the noise.
func generate(s *State) []Point {
	rng := rand.New(rand.NewPCG(s.Seed, 0))
	var d *datasets.Points
	switch s.Data {
	case "circles":
		d = datasets.Circles(s.N, s.Noise, rng)
	case "xor":
		d = datasets.XOR(s.N, s.Noise, rng)
	case "blobs":
		d = datasets.Blobs(s.N, [][2]float64{{-0.7, -0.7}, {0.7, 0.7}}, 0.2+s.Noise, rng)
	case "spirals":
		d = datasets.Spirals(s.N, 2, s.Noise, rng)
	case "moons":
		d = datasets.TwoMoons(s.N, s.Noise, rng)
		for i := range d.X { // to the middle
			d.X[i][0], d.X[i][1] = d.X[i][0]-0.5, d.X[i][1]-0.25
		}
	default:
		return nil
	}
	points := make([]Point, s.N)
	for i, x := range d.X {
		points[i] = Point{x[0], x[1], d.Y[i]}
	}
	return points
}

// feature computes what enters the network from a point.
func feature(name string, x, y float64) float64 {
	switch name {
	case "x":
		return x
	case "y":
		return y
	case "xx":
		return x * x
	case "yy":
		return y * y
	case "xy":
		return x * y
	case "sinx":
		return math.Sin(math.Pi * x)
	case "siny":
		return math.Sin(math.Pi * y)
	}
	panic("playground: no feature " + name)
}

// matrices gives the points' features, [n, inputs], and classes, [n, 1]; nil, nil without points.
func (p *Session) matrices(points []Point) (x, y *mat.Dense) {
	if len(points) == 0 {
		return nil, nil
	}
	x, y = mat.NewDense(len(points), len(p.state.Inputs), nil), mat.NewDense(len(points), 1, nil)
	for i, q := range points {
		for j, f := range p.state.Inputs {
			x.Set(i, j, feature(f, q.X, q.Y))
		}
		y.Set(i, 0, float64(q.Class))
	}
	return x, y
}

// Step trains for one epoch: each training point is seen once, in an order that follows from the seed and the epoch.
func (p *Session) Step() {
	p.state.Epoch++
	n := len(p.train)
	if n == 0 {
		return
	}
	order := rand.New(rand.NewPCG(p.state.Seed, 3+uint64(p.state.Epoch))).Perm(n)
	params := p.net.Params()
	for lo := 0; lo < n; lo += p.state.Batch {
		batch := order[lo:min(lo+p.state.Batch, n)]
		x, y := p.batch(batch)
		p.net.GradientTo(&p.grad, x, y, loss.BinaryCrossEntropy)
		// W ← W − η(∂J/∂W + λ₁ sign W + λ₂W), b ← b − η ∂J/∂b
		i, flat := 0, p.grad.Flat()
		for _, l := range p.net.Layers {
			rows, cols := l.W.Dims()
			for range rows * cols {
				w := params[i]
				params[i] -= p.state.Rate * (flat[i] + p.state.L1*activation.Sign.F(w) + p.state.L2*w)
				i++
			}
			for range rows {
				params[i] -= p.state.Rate * flat[i]
				i++
			}
		}
		p.net.SetParams(params)
	}
}

// batch copies the rows of a mini-batch.
func (p *Session) batch(rows []int) (x, y *mat.Dense) {
	if p.bx == nil || p.bx.RawMatrix().Rows != len(rows) {
		p.bx, p.by = mat.NewDense(len(rows), len(p.state.Inputs), nil), mat.NewDense(len(rows), 1, nil)
	}
	for i, r := range rows {
		p.bx.SetRow(i, p.x.RawRowView(r))
		p.by.Set(i, 0, p.y.At(r, 0))
	}
	return p.bx, p.by
}

// Loss gives the mean cross entropy, without the penalties, of the training and of the test points; NaN where there are none.
func (p *Session) Loss() (train, test float64) {
	train, test = math.NaN(), math.NaN()
	if p.x != nil {
		train = p.net.Loss(p.x, p.y, loss.BinaryCrossEntropy)
	}
	if p.tx != nil {
		test = p.net.Loss(p.tx, p.ty, loss.BinaryCrossEntropy)
	}
	return train, test
}

// State gives the session's state as it is now, weights included.
func (p *Session) State() State {
	s := p.state
	s.Weights = p.net.Params()
	return s
}

// Points gives the training and the test points.
func (p *Session) Points() (train, test []Point) { return p.train, p.test }

// Net gives the network, to look at.
func (p *Session) Net() *mlp.Net { return p.net }

// Answer gives tanh(f/2) at a point: −1 where the network is certain of class 0, 0 at the border, 1 for class 1.
func (p *Session) Answer(x, y float64) float64 {
	in := make([]float64, len(p.state.Inputs))
	for j, f := range p.state.Inputs {
		in[j] = feature(f, x, y)
	}
	return math.Tanh(p.net.Predict(in)[0] / 2)
}

// Surfaces gives, on an n×n grid of pixel centres over [−Range, Range]² from the upper left, what each neuron answers:
// the features, then the hidden layers, then tanh(f/2) of the output, which is −1 where class 0 is certain and 1 where
// class 1 is. A layer's neurons follow each other, n·n values each.
func (p *Session) Surfaces(n int) [][]float32 {
	x := p.grid[n]
	if x == nil {
		points := make([]Point, 0, n*n)
		for i := range n {
			for j := range n {
				points = append(points, Point{X: Range * (2*(float64(j)+0.5)/float64(n) - 1), Y: Range * (1 - 2*(float64(i)+0.5)/float64(n))})
			}
		}
		x, _ = p.matrices(points)
		p.grid[n] = x
	}
	pass := p.net.Forward(x)
	layers := []*mat.Dense{x}
	for l := range p.net.Layers {
		layers = append(layers, pass.A[l])
	}
	all := make([][]float32, len(layers))
	for l, a := range layers {
		rows, cols := a.Dims()
		all[l] = make([]float32, rows*cols)
		for i := range rows {
			for j, v := range a.RawRowView(i) {
				if l == len(layers)-1 {
					v = math.Tanh(v / 2)
				}
				all[l][j*rows+i] = float32(v)
			}
		}
	}
	return all
}
