package conv

import "fmt"

// Local is a locally connected layer: the connections of Shape, but every place (i, j) of the output has its own kernel and
// its own biases.
//
//	y[b,i,j,o] = B[i,j,o] + Σ_{u,v,c} W[i,j,u,v,c,o] x[b, i·s + u·d − p, j·s + v·d − q, c]
type Local struct {
	Shape Layer     // sizes and options; its W and B are not used
	H, W  int       // height and width of the output
	K     []float64 // [H, W, KH, KW, In, Out], the kernels
	B     []float64 // [H, W, Out]
}

// Untie returns the locally connected layer that computes what l does on pictures of height × width: a copy of l's kernel and biases
// at each place. It panics where l.Size does.
func Untie(l *Layer, height, width int) *Local {
	u := &Local{Shape: *l, H: l.Size(height, l.KH), W: l.Size(width, l.KW)}
	u.Shape.W, u.Shape.B = nil, nil
	bias := l.B
	if bias == nil {
		bias = make([]float64, l.Out)
	}
	for range u.H * u.W {
		u.K = append(u.K, l.W...)
		u.B = append(u.B, bias...)
	}
	return u
}

// Forward returns y, [batch, H, W, Out], for x, [batch, height, width, In]. It panics if shapes do not fit.
func (u *Local) Forward(x *Tensor) *Tensor {
	y := u.output(x)
	for i := range y.V {
		y.V[i] = u.B[i%len(u.B)]
	}
	l := &u.Shape
	l.triples(x, y, func(xi, wi, yi int) {
		own := u.kernel(yi) + wi
		for o := range l.Out {
			y.V[yi+o] += u.K[own+o] * x.V[xi]
		}
	})
	return y
}

// Backward returns the gradients of J, given dy = ∂J/∂y: LayerGradient.W has the shape of K, and B that of B, one kernel and
// biases for each place. It panics if shapes do not fit.
func (u *Local) Backward(x, dy *Tensor) *LayerGradient {
	y := u.output(x)
	dy.check("dy")
	if len(dy.V) != len(y.V) || dy.H != y.H || dy.W != y.W {
		panic(fmt.Sprintf("conv: dy is [%d, %d, %d, %d], y [%d, %d, %d, %d]", dy.N, dy.H, dy.W, dy.C, y.N, y.H, y.W, y.C))
	}
	g := &LayerGradient{W: make([]float64, len(u.K)), B: make([]float64, len(u.B)), X: NewTensor(x.N, x.H, x.W, x.C)}
	for i, v := range dy.V {
		g.B[i%len(u.B)] += v
	}
	l := &u.Shape
	l.triples(x, y, func(xi, wi, yi int) {
		own := u.kernel(yi) + wi
		for o := range l.Out {
			g.W[own+o] += dy.V[yi+o] * x.V[xi]
			g.X.V[xi] += u.K[own+o] * dy.V[yi+o]
		}
	})
	return g
}

// Tie adds up what belongs to one weight: from the gradient of the untied layer to that of the layer with shared weights,
//
//	∂J/∂W[u,v,c,o] = Σ_{i,j} ∂J/∂K[i,j,u,v,c,o],
//
// because K[i,j] = W for all places (chain rule). It panics if g is not of u.
func (u *Local) Tie(g *LayerGradient) *LayerGradient {
	if len(g.W) != len(u.K) || len(g.B) != len(u.B) {
		panic(fmt.Sprintf("conv: a gradient of %d weights and %d biases for %d and %d", len(g.W), len(g.B), len(u.K), len(u.B)))
	}
	kernel := len(u.K) / (u.H * u.W)
	t := &LayerGradient{W: make([]float64, kernel), B: make([]float64, u.Shape.Out), X: g.X}
	for i, v := range g.W {
		t.W[i%kernel] += v
	}
	for i, v := range g.B {
		t.B[i%u.Shape.Out] += v
	}
	return t
}

// kernel returns where the kernel of the place begins that output yi (first channel) belongs to.
func (u *Local) kernel(yi int) int {
	l := &u.Shape
	return yi / l.Out % (u.H * u.W) * (l.KH * l.KW * l.In * l.Out)
}

func (u *Local) output(x *Tensor) *Tensor {
	x.check("x")
	l := &u.Shape
	y := NewTensor(x.N, l.Size(x.H, l.KH), l.Size(x.W, l.KW), l.Out)
	if x.C != l.In || y.H != u.H || y.W != u.W || len(u.K) != u.H*u.W*l.KH*l.KW*l.In*l.Out || len(u.B) != u.H*u.W*l.Out {
		panic(fmt.Sprintf("conv: x [%d, %d, %d, %d] and %d weights, %d biases for a local layer with %d×%d places", x.N, x.H, x.W, x.C, len(u.K), len(u.B), u.H, u.W))
	}
	return y
}
