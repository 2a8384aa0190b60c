// Mistake: other-scale: the model is trained on pictures from −1 to 1.

package capstone

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

// Model describes a classifier: what is done to a picture, layer after layer. The last layer gives the logits.
type Model struct {
	Layers []Layer `json:"layers"`
}

// Layer is one step; the statement's table says what each kind computes.
type Layer struct {
	Kind string    `json:"kind"`           // conv, dense, relu, maxpool, globalmax, globalmean
	Size int       `json:"size,omitempty"` // conv: side of the kernel; maxpool: side of the window
	Out  int       `json:"out,omitempty"`  // conv: channels; dense: numbers
	W    []float64 `json:"w,omitempty"`    // conv: [size, size, in, out]; dense: [out, in]
	B    []float64 `json:"b,omitempty"`    // [out]
}

const (
	side    = 12
	classes = 6
)

// shape is [height, width, channels].
type shape struct{ h, w, c int }

func (s shape) n() int { return s.h * s.w * s.c }

// shapes gives the input shape of every layer, and that of the logits at the end.
func (m Model) shapes(h, w int) ([]shape, error) {
	if len(m.Layers) == 0 {
		return nil, errors.New("a model without layers")
	}
	if h < 1 || w < 1 {
		return nil, fmt.Errorf("a picture of %d×%d", h, w)
	}
	s := shape{h, w, 1}
	all := []shape{s}
	for i, l := range m.Layers {
		weights, biases := 0, 0
		fits := l.Size >= 1 && l.Size <= s.h && l.Size <= s.w
		switch l.Kind {
		case "conv":
			if !fits || l.Out < 1 {
				return nil, fmt.Errorf("layer %d: a kernel of side %d on %d×%d, %d channels out", i+1, l.Size, s.h, s.w, l.Out)
			}
			weights, biases = l.Size*l.Size*s.c*l.Out, l.Out
			s = shape{s.h - l.Size + 1, s.w - l.Size + 1, l.Out}
		case "dense":
			if l.Out < 1 {
				return nil, fmt.Errorf("layer %d: %d numbers out", i+1, l.Out)
			}
			weights, biases = s.n()*l.Out, l.Out
			s = shape{1, 1, l.Out}
		case "maxpool":
			if !fits {
				return nil, fmt.Errorf("layer %d: a window of side %d on %d×%d", i+1, l.Size, s.h, s.w)
			}
			s = shape{s.h / l.Size, s.w / l.Size, s.c}
		case "relu":
		case "globalmax", "globalmean":
			s = shape{1, 1, s.c}
		default:
			return nil, fmt.Errorf("layer %d: there is no kind %q", i+1, l.Kind)
		}
		if len(l.W) != weights || len(l.B) != biases {
			return nil, fmt.Errorf("layer %d: %d weights and %d biases, want %d and %d", i+1, len(l.W), len(l.B), weights, biases)
		}
		all = append(all, s)
	}
	return all, nil
}

// Logits computes the model for a picture of h·w numbers.
func Logits(m Model, h, w int, x []float64) ([]float64, error) {
	shapes, err := m.shapes(h, w)
	if err != nil {
		return nil, err
	}
	if len(x) != h*w {
		return nil, fmt.Errorf("%d numbers for a picture of %d×%d", len(x), h, w)
	}
	at := m.forward(shapes, x)
	return at[len(at)-1], nil
}

// forward gives the input of every layer, and the logits at the end.
func (m Model) forward(shapes []shape, x []float64) [][]float64 {
	at := [][]float64{x}
	for i := range m.Layers {
		x = m.Layers[i].forward(shapes[i], shapes[i+1], x)
		at = append(at, x)
	}
	return at
}

func (l *Layer) forward(in, out shape, x []float64) []float64 {
	y := make([]float64, out.n())
	switch l.Kind {
	case "conv":
		l.places(in, out, func(i, j, from, w int) {
			to := y[(i*out.w+j)*out.c:][:out.c]
			if w == 0 {
				copy(to, l.B)
			}
			for m, v := range x[from:][:l.Size*in.c] {
				for o, wo := range l.W[w+m*out.c:][:out.c] {
					to[o] += wo * v
				}
			}
		})
	case "dense":
		for o := range y {
			y[o] = l.B[o]
			for m, w := range l.W[o*len(x):][:len(x)] {
				y[o] += w * x[m]
			}
		}
	case "relu":
		for i, v := range x {
			y[i] = max(v, 0)
		}
	case "maxpool", "globalmax":
		l.windows(in, out, x, func(to, from int) { y[to] = x[from] })
	case "globalmean":
		for i, v := range x {
			y[i%in.c] += v / float64(in.h*in.w)
		}
	}
	return y
}

// places calls do for each place (i, j) and each row of the kernel: where the row of x begins and where the row of W begins.
func (l *Layer) places(in, out shape, do func(i, j, from, w int)) {
	for i := range out.h {
		for j := range out.w {
			for u := range l.Size {
				do(i, j, ((i+u)*in.w+j)*in.c, u*l.Size*in.c*out.c)
			}
		}
	}
}

func (l *Layer) windows(in, out shape, x []float64, do func(to, from int)) {
	h, w := l.Size, l.Size
	if l.Kind == "globalmax" {
		h, w = in.h, in.w
	}
	for i := range out.h {
		for j := range out.w {
			for c := range in.c {
				best := (i*h*in.w+j*w)*in.c + c
				for u := range h {
					for v := range w {
						if at := ((i*h+u)*in.w+j*w+v)*in.c + c; x[at] > x[best] {
							best = at
						}
					}
				}
				do((i*out.w+j)*out.c+c, best)
			}
		}
	}
}

// gradient holds ∂J/∂W and ∂J/∂B of every layer.
type gradient struct{ w, b [][]float64 }

func (m Model) zero() gradient {
	var g gradient
	for _, l := range m.Layers {
		g.w, g.b = append(g.w, make([]float64, len(l.W))), append(g.b, make([]float64, len(l.B)))
	}
	return g
}

// backward returns ∂J/∂x, and adds the gradients by the weights to g where it is not nil.
func (m Model) backward(shapes []shape, at [][]float64, dz []float64, g *gradient) []float64 {
	d := dz
	for k := len(m.Layers) - 1; k >= 0; k-- {
		l, in, out, x := &m.Layers[k], shapes[k], shapes[k+1], at[k]
		var dw, db []float64
		if g != nil {
			dw, db = g.w[k], g.b[k]
		}
		dx := make([]float64, len(x))
		switch l.Kind {
		case "conv":
			l.places(in, out, func(i, j, from, w int) {
				dy := d[(i*out.w+j)*out.c:][:out.c]
				if allZero(dy) {
					return
				}
				for m := range l.Size * in.c {
					ww := l.W[w+m*out.c:][:out.c]
					for o, v := range dy {
						dx[from+m] += ww[o] * v
					}
					if g != nil {
						gw := dw[w+m*out.c:][:out.c]
						for o, v := range dy {
							gw[o] += x[from+m] * v
						}
					}
				}
				if g != nil && w == 0 {
					for o, v := range dy {
						db[o] += v
					}
				}
			})
		case "dense":
			for o, v := range d {
				for m, w := range l.W[o*len(x):][:len(x)] {
					dx[m] += w * v
					if g != nil {
						dw[o*len(x)+m] += v * x[m]
					}
				}
				if g != nil {
					db[o] += v
				}
			}
		case "relu":
			for i, v := range x {
				if v > 0 {
					dx[i] = d[i]
				}
			}
		case "maxpool", "globalmax":
			l.windows(in, out, x, func(to, from int) { dx[from] += d[to] })
		case "globalmean":
			for i := range dx {
				dx[i] = d[i%in.c] / float64(in.h*in.w)
			}
		}
		d = dx
	}
	return d
}

func allZero(v []float64) bool {
	for _, x := range v {
		if x != 0 {
			return false
		}
	}
	return true
}

// lossGradient is ∂J/∂z = softmax(z) − e_y for the cross-entropy.
func lossGradient(z []float64, y int) []float64 {
	top, sum := z[0], 0.0
	for _, v := range z {
		top = max(top, v)
	}
	d := make([]float64, len(z))
	for k, v := range z {
		d[k] = math.Exp(v - top)
		sum += d[k]
	}
	for k := range d {
		d[k] /= sum
	}
	d[y]--
	return d
}

// Saved returns "": the model is trained.
func Saved() string { return "" }

// Train has one 5×5 kernel for each class, whose greatest response over all places is mixed to logits: one place decides for each kernel, so that the
// saliency lies where the letter is. A kernel begins as the mean of its class's brightest windows, which is the letter. Then the model is trained on
// the worst picture that two sign steps find in the L∞ ball (Madry et al. 2018); the texture, weaker than the ball is wide, is worth nothing to it.
func Train(x [][]float64, y []int, seed int) (Model, error) {
	if len(x) == 0 || len(x) != len(y) {
		return Model{}, fmt.Errorf("%d pictures and %d labels", len(x), len(y))
	}
	for i := range x {
		if len(x[i]) != side*side || y[i] < 0 || y[i] >= classes {
			return Model{}, fmt.Errorf("picture %d has %d numbers and label %d", i, len(x[i]), y[i])
		}
	}
	scaled := make([][]float64, len(x))
	for i := range x {
		for _, v := range x[i] {
			scaled[i] = append(scaled[i], 2*v-1)
		}
	}
	x = scaled
	const epochs, batch = 6, 16
	rng := rand.New(rand.NewPCG(uint64(seed), 1))
	normal := func(n int, sigma float64) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = sigma * rng.NormFloat64()
		}
		return v
	}
	m := Model{[]Layer{
		{Kind: "dense", Out: 24, W: normal(24*side*side, 0.12), B: make([]float64, 24)},
		{Kind: "relu"},
		{Kind: "dense", Out: classes, W: normal(24*classes, 0.3), B: make([]float64, classes)},
	}}
	shapes, err := m.shapes(side, side)
	if err != nil {
		return Model{}, err
	}
	first, second := m.zero(), m.zero() // Adam's moments
	step, steps := 0, epochs*((len(x)+batch-1)/batch)
	for range epochs {
		order := rng.Perm(len(x))
		for lo := 0; lo < len(order); lo += batch {
			part := order[lo:min(lo+batch, len(order))]
			step++
			done := float64(step) / float64(steps)
			g := m.zero()
			for _, i := range part {
				at := m.forward(shapes, x[i])
				m.backward(shapes, at, lossGradient(at[len(at)-1], y[i]), &g)
			}
			rate := 0.008 * (1 - 0.95*done)
			for k, l := range m.Layers {
				adam(l.W, g.w[k], first.w[k], second.w[k], rate, len(part), step)
				adam(l.B, g.b[k], first.b[k], second.b[k], rate, len(part), step)
			}
		}
	}
	return m, nil
}

// adam takes one step of Kingma and Ba 2015, algorithm 1, with the mean gradient g/n.
func adam(w, g, m1, m2 []float64, rate float64, n, step int) {
	c1, c2 := 1-math.Pow(0.9, float64(step)), 1-math.Pow(0.999, float64(step))
	for i := range w {
		v := g[i] / float64(n)
		m1[i] = 0.9*m1[i] + 0.1*v
		m2[i] = 0.999*m2[i] + 0.001*v*v
		w[i] -= rate * (m1[i] / c1) / (math.Sqrt(m2[i]/c2) + 1e-8)
	}
}
