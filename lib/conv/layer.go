package conv

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Tensor holds pictures with channels, [batch, height, width, channels], row-major: entry (b, i, j, c) is
// V[((b·H + i)·W + j)·C + c].
type Tensor struct {
	N, H, W, C int
	V          []float64
}

// NewTensor returns a tensor of zeros. It panics unless all sizes are positive.
func NewTensor(n, h, w, c int) *Tensor {
	if n < 1 || h < 1 || w < 1 || c < 1 {
		panic(fmt.Sprintf("conv: a tensor [%d, %d, %d, %d]", n, h, w, c))
	}
	return &Tensor{n, h, w, c, make([]float64, n*h*w*c)}
}

// Index returns the place of entry (b, i, j, c) in V.
func (t *Tensor) Index(b, i, j, c int) int { return ((b*t.H+i)*t.W+j)*t.C + c }

func (t *Tensor) check(what string) {
	if t.N < 1 || t.H < 1 || t.W < 1 || t.C < 1 || len(t.V) != t.N*t.H*t.W*t.C {
		panic(fmt.Sprintf("conv: %s has %d numbers for [%d, %d, %d, %d]", what, len(t.V), t.N, t.H, t.W, t.C))
	}
}

// Layer is a convolutional layer as networks have it: a correlation over places, a full connection over channels.
//
//	y[b,i,j,o] = B[o] + Σ_{u,v,c} W[u,v,c,o] x[b, i·s + u·d − p, j·s + v·d − q, c]
type Layer struct {
	KH, KW, In, Out int       // kernel height and width, channels in and out; all ≥ 1
	W               []float64 // [KH, KW, In, Out], the order of GoMLX and TensorFlow
	B               []float64 // [Out]; nil means zeros
	Options
}

// NewLayer returns a layer with W normal of variance 2/(KH·KW·In) (He et al. 2015, eq. 10) and B = 0. It panics unless the sizes
// are positive.
func NewLayer(kh, kw, in, out int, opt Options, rng *rand.Rand) *Layer {
	if kh < 1 || kw < 1 || in < 1 || out < 1 {
		panic(fmt.Sprintf("conv: a layer %d×%d from %d to %d channels", kh, kw, in, out))
	}
	l := &Layer{KH: kh, KW: kw, In: in, Out: out, Options: opt, W: make([]float64, kh*kw*in*out), B: make([]float64, out)}
	sigma := math.Sqrt(2 / float64(kh*kw*in))
	for i := range l.W {
		l.W[i] = sigma * rng.NormFloat64()
	}
	return l
}

// Forward returns y, [batch, height', width', Out], for x, [batch, height, width, In]. Places are those of Correlate2D. It panics if x, W or B
// has another shape, or where Options.Size does. Cost: Cost multiplications per picture in the mode Valid.
func (l *Layer) Forward(x *Tensor) *Tensor {
	y := l.output(x)
	for i := range y.V {
		if l.B != nil {
			y.V[i] = l.B[i%l.Out]
		}
	}
	l.triples(x, y, func(xi, wi, yi int) {
		// y += W x
		for o := range l.Out {
			y.V[yi+o] += l.W[wi+o] * x.V[xi]
		}
	})
	return y
}

// LayerGradient holds the derivatives of a number J that Backward returns.
type LayerGradient struct {
	W []float64 // ∂J/∂W, the shape of Layer.W (or Local.W), summed over the batch
	B []float64 // ∂J/∂B
	X *Tensor   // ∂J/∂x
}

// Backward returns the gradients of J, given x and dy = ∂J/∂y, the shape of Forward(x). y is a sum of products W·x, one for each
// triple of an entry of x, of W and of y, and so all three of them are one loop:
//
//	y += W x     ∂J/∂W += ∂J/∂y x     ∂J/∂x += W ∂J/∂y
//
// A weight is in many triples, one for each place: its gradient is the sum over places. It panics where Forward does, and if dy
// has not the shape of y.
func (l *Layer) Backward(x, dy *Tensor) *LayerGradient {
	y := l.output(x)
	dy.check("dy")
	if dy.N != y.N || dy.H != y.H || dy.W != y.W || dy.C != y.C {
		panic(fmt.Sprintf("conv: dy is [%d, %d, %d, %d], y [%d, %d, %d, %d]", dy.N, dy.H, dy.W, dy.C, y.N, y.H, y.W, y.C))
	}
	g := &LayerGradient{W: make([]float64, len(l.W)), B: make([]float64, l.Out), X: NewTensor(x.N, x.H, x.W, x.C)}
	for i, v := range dy.V {
		g.B[i%l.Out] += v
	}
	l.triples(x, y, func(xi, wi, yi int) {
		for o := range l.Out {
			g.W[wi+o] += dy.V[yi+o] * x.V[xi]
			g.X.V[xi] += l.W[wi+o] * dy.V[yi+o]
		}
	})
	return g
}

// output checks all shapes and returns zeros of the shape of y.
func (l *Layer) output(x *Tensor) *Tensor {
	x.check("x")
	if x.C != l.In || len(l.W) != l.KH*l.KW*l.In*l.Out || l.B != nil && len(l.B) != l.Out {
		panic(fmt.Sprintf("conv: x has %d channels, W %d numbers and B %d for a layer %d×%d from %d to %d", x.C, len(l.W), len(l.B), l.KH, l.KW, l.In, l.Out))
	}
	return NewTensor(x.N, l.Size(x.H, l.KH), l.Size(x.W, l.KW), l.Out)
}

// triples calls do for every product in the layer: the index of an entry of x, and the first indices, over the Out
// channels, of the weights it is multiplied with and of the outputs it goes to.
func (l *Layer) triples(x, y *Tensor, do func(xi, wi, yi int)) {
	s, d, p, q := l.stride(), l.dilation(), l.before(l.KH), l.before(l.KW)
	for b := range y.N {
		for i := range y.H {
			for j := range y.W {
				yi := y.Index(b, i, j, 0)
				for u := range l.KH {
					r, ok := l.at(i*s+u*d-p, x.H)
					if !ok {
						continue
					}
					for v := range l.KW {
						c, ok := l.at(j*s+v*d-q, x.W)
						if !ok {
							continue
						}
						xi, wi := x.Index(b, r, c, 0), (u*l.KW+v)*l.In*l.Out
						for k := range l.In {
							do(xi+k, wi+k*l.Out, yi)
						}
					}
				}
			}
		}
	}
}
