package capstone

import "math"

// Net is a model that can be computed. It keeps nothing between calls, and may be used by several goroutines.
type Net struct {
	layers          []layer
	in              size
	parameters      int
	multiplications int
}

type size struct{ h, w, c int }

func (s size) n() int { return s.h * s.w * s.c }

type layer struct {
	Layer
	in, out size
}

// Parameters counts weights and biases.
func (n *Net) Parameters() int { return n.parameters }

// Multiplications counts those of one forward pass, in conv and dense layers.
func (n *Net) Multiplications() int { return n.multiplications }

// Logits returns the scores of the classes for a picture.
func (n *Net) Logits(x []float64) []float64 {
	for i := range n.layers {
		x = n.layers[i].forward(x)
	}
	return x
}

// Answer returns the class of the greatest logit, the first of equals; −1 if a logit is not finite.
func (n *Net) Answer(x []float64) int { return argMax(n.Logits(x)) }

func argMax(z []float64) int {
	best := 0
	for k, v := range z {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return -1
		}
		if v > z[best] {
			best = k
		}
	}
	return best
}

// Pass is one forward pass, kept so that gradients can follow.
type Pass struct {
	net *Net
	at  [][]float64 // at[l] is the input of layer l; the last entry is the logits
}

// Forward computes a pass.
func (n *Net) Forward(x []float64) *Pass {
	p := &Pass{n, [][]float64{x}}
	for i := range n.layers {
		x = n.layers[i].forward(x)
		p.at = append(p.at, x)
	}
	return p
}

// Logits gives the pass's logits.
func (p *Pass) Logits() []float64 { return p.at[len(p.at)-1] }

// Gradient returns Σₖ dz[k]·∂logit[k]/∂x, the gradient by the picture of whatever has the gradient dz by the logits.
func (p *Pass) Gradient(dz []float64) []float64 {
	d := dz
	for i := len(p.net.layers) - 1; i >= 0; i-- {
		d = p.net.layers[i].backward(p.at[i], p.at[i+1], d)
	}
	return d
}

// forward computes y from x by the table of Layer.
func (l *layer) forward(x []float64) []float64 {
	y := make([]float64, l.out.n())
	switch l.Kind {
	case "conv":
		in, out := l.in.c, l.Out
		for i := range l.out.h {
			for j := range l.out.w {
				to := y[(i*l.out.w+j)*out:][:out]
				copy(to, l.B)
				for u := range l.Size {
					// a row of the kernel meets Size·in neighbouring numbers
					row, w := x[((i+u)*l.in.w+j)*in:][:l.Size*in], l.W[u*l.Size*in*out:]
					for m, v := range row {
						for o, wo := range w[m*out:][:out] {
							to[o] += wo * v
						}
					}
				}
			}
		}
	case "dense":
		for o := range y {
			s := l.B[o]
			for m, w := range l.W[o*len(x):][:len(x)] {
				s += w * x[m]
			}
			y[o] = s
		}
	case "relu":
		for i, v := range x {
			y[i] = max(v, 0)
		}
	case "maxpool", "globalmax":
		l.windows(x, func(to, from int) { y[to] = x[from] })
	case "globalmean":
		for i, v := range x {
			y[i%l.in.c] += v / float64(l.in.h*l.in.w)
		}
	}
	return y
}

// windows finds the place of each window's maximum, the first of equals.
func (l *layer) windows(x []float64, do func(to, from int)) {
	h, w := l.Size, l.Size
	if l.Kind == "globalmax" {
		h, w = l.in.h, l.in.w
	}
	for i := range l.out.h {
		for j := range l.out.w {
			for c := range l.in.c {
				best := ((i*h)*l.in.w+j*w)*l.in.c + c
				for u := range h {
					for v := range w {
						if at := ((i*h+u)*l.in.w+j*w+v)*l.in.c + c; x[at] > x[best] {
							best = at
						}
					}
				}
				do((i*l.out.w+j)*l.out.c+c, best)
			}
		}
	}
}

// backward computes ∂J/∂x from ∂J/∂y. At the kink of a relu the gradient is 0.
func (l *layer) backward(x, y, dy []float64) []float64 {
	dx := make([]float64, len(x))
	switch l.Kind {
	case "conv":
		in, out := l.in.c, l.Out
		for i := range l.out.h {
			for j := range l.out.w {
				from := dy[(i*l.out.w+j)*out:][:out]
				zero := true
				for _, v := range from {
					zero = zero && v == 0
				}
				if zero {
					continue // most places, below a maximum over all of them
				}
				for u := range l.Size {
					row, w := dx[((i+u)*l.in.w+j)*in:][:l.Size*in], l.W[u*l.Size*in*out:]
					for m := range row {
						for o, wo := range w[m*out:][:out] {
							row[m] += wo * from[o]
						}
					}
				}
			}
		}
	case "dense":
		for o, d := range dy {
			if d == 0 {
				continue
			}
			for m, w := range l.W[o*len(x):][:len(x)] {
				dx[m] += w * d
			}
		}
	case "relu":
		for i, v := range x {
			if v > 0 {
				dx[i] = dy[i]
			}
		}
	case "maxpool", "globalmax":
		l.windows(x, func(to, from int) { dx[from] += dy[to] })
	case "globalmean":
		for i := range dx {
			dx[i] = dy[i%l.in.c] / float64(l.in.h*l.in.w)
		}
	}
	return dx
}
