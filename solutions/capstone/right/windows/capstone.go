// Package capstone solves the exercise "Capstone" without a gradient by the picture: the worst picture is written down, window by window.
package capstone

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Model describes a classifier.
type Model struct {
	Layers []Layer `json:"layers"`
}

// Layer is one step of a model.
type Layer struct {
	Kind string    `json:"kind"`
	Size int       `json:"size,omitempty"`
	Out  int       `json:"out,omitempty"`
	W    []float64 `json:"w,omitempty"`
	B    []float64 `json:"b,omitempty"`
}

// block is numbers with their shape.
type block struct {
	h, w, c int
	v       []float64
}

func (b block) at(i, j, c int) float64 { return b.v[(i*b.w+j)*b.c+c] }

// each makes a block of the numbers that f gives.
func each(h, w, c int, f func(i, j, c int) float64) block {
	b := block{h, w, c, nil}
	for i := range h {
		for j := range w {
			for k := range c {
				b.v = append(b.v, f(i, j, k))
			}
		}
	}
	return b
}

// Logits computes the model for one picture.
func Logits(m Model, height, width int, x []float64) ([]float64, error) {
	if len(m.Layers) == 0 || height < 1 || width < 1 || len(x) != height*width {
		return nil, errors.New("no layer, or a picture of another size")
	}
	b := block{height, width, 1, x}
	for _, l := range m.Layers {
		if l.Kind == "dense" { // a kernel as large as its input
			b = block{1, 1, len(b.v), b.v}
		}
		var weights, biases int
		var f func(i, j, c int) float64
		h, w, c, n := b.h, b.w, b.c, l.Size
		if (l.Kind == "conv" || l.Kind == "maxpool") && (n < 1 || n > h || n > w) || (l.Kind == "conv" || l.Kind == "dense") && l.Out < 1 {
			return nil, fmt.Errorf("%s of size %d, %d out", l.Kind, n, l.Out)
		}
		greatest := func(i, j, c, n, o int) float64 {
			v := math.Inf(-1)
			for u := range n {
				for k := range o {
					v = max(v, b.at(i+u, j+k, c))
				}
			}
			return v
		}
		switch in := b; l.Kind {
		case "conv":
			weights, biases = n*n*in.c*l.Out, l.Out
			h, w, c = h-n+1, w-n+1, l.Out
			f = func(i, j, o int) float64 {
				s := l.B[o]
				for k := range n * n * in.c {
					s += l.W[k*l.Out+o] * in.at(i+k/in.c/n, j+k/in.c%n, k%in.c)
				}
				return s
			}
		case "dense":
			weights, biases = in.c*l.Out, l.Out
			c = l.Out
			f = func(_, _, o int) float64 {
				s := l.B[o]
				for k, v := range in.v {
					s += l.W[o*in.c+k] * v
				}
				return s
			}
		case "relu":
			f = func(i, j, c int) float64 { return max(0, in.at(i, j, c)) }
		case "maxpool":
			h, w = h/n, w/n
			f = func(i, j, c int) float64 { return greatest(n*i, n*j, c, n, n) }
		case "globalmax":
			h, w = 1, 1
			f = func(_, _, c int) float64 { return greatest(0, 0, c, in.h, in.w) }
		case "globalmean":
			h, w = 1, 1
			f = func(_, _, c int) float64 {
				s := 0.0
				for k := range in.h * in.w {
					s += in.v[k*in.c+c]
				}
				return s / float64(in.h*in.w)
			}
		default:
			return nil, fmt.Errorf("there is no kind %q", l.Kind)
		}
		if len(l.W) != weights || len(l.B) != biases {
			return nil, fmt.Errorf("%s: %d weights and %d biases, want %d and %d", l.Kind, len(l.W), len(l.B), weights, biases)
		}
		b = each(h, w, c, f)
	}
	return b.v, nil
}

func check(x [][]float64, y []int) error {
	if len(x) == 0 || len(x) != len(y) {
		return errors.New("no pictures, or another number of labels")
	}
	for i := range x {
		if len(x[i]) != 144 || y[i] < 0 || y[i] > 5 {
			return fmt.Errorf("picture %d", i)
		}
	}
	return nil
}

// probabilities is the softmax.
func probabilities(z []float64) []float64 {
	p, sum := make([]float64, len(z)), 0.0
	for k, v := range z {
		p[k] = math.Exp(v - slices.Max(z))
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// Saved returns "": the model is trained.
func Saved() string { return "" }

const (
	classes = 6
	n       = 5 // side of the kernel
	eps     = 0.11
)

// kernels are w, [n, n, classes], and b.
type kernels struct{ w, b []float64 }

// light is pixel j of the window at place p of the 64.
func light(x []float64, p, j int) *float64 { return &x[(p/8+j/n)*12+p%8+j%n] }

// respond gives the greatest response of each kernel and where it is.
func (k kernels) respond(x []float64) (z [classes]float64, place [classes]int) {
	for c := range z {
		z[c] = math.Inf(-1)
	}
	for p := range 64 {
		var r [classes]float64
		copy(r[:], k.b)
		for u := range n {
			for v, light := range x[(p/8+u)*12+p%8:][:n] {
				for c, weight := range k.w[(u*n+v)*classes:][:classes] {
					r[c] += weight * light
				}
			}
		}
		for c, v := range r {
			if v > z[c] {
				z[c], place[c] = v, p
			}
		}
	}
	return z, place
}

func sign(v float64) float64 {
	if v > 0 {
		return 1
	}
	return -1
}

// worst helps the strongest rival where it responds, hurts class y where it does, and looks again: three times.
func (k kernels) worst(x []float64, y int) []float64 {
	a := slices.Clone(x)
	for range 3 {
		z, place := k.respond(a)
		rival := (y + 1) % classes
		for c := range z {
			if c != y && z[c] > z[rival] {
				rival = c
			}
		}
		for _, step := range []struct {
			c    int
			size float64
		}{{rival, eps}, {y, -eps}} {
			p := place[step.c]
			for j := range n * n {
				*light(a, p, j) = min(1, max(0, *light(x, p, j)+step.size*sign(k.w[j*classes+step.c])))
			}
		}
	}
	return a
}

// Train has one kernel for each class; the logit is its greatest response. It learns by single steps on the pictures that worst gives.
func Train(x [][]float64, y []int, seed int) (Model, error) {
	if err := check(x, y); err != nil {
		return Model{}, err
	}
	const epochs, rate = 5, 0.3
	rng := rand.New(rand.NewPCG(uint64(seed), 2))
	k := kernels{make([]float64, n*n*classes), make([]float64, classes)}
	for i := range x { // to begin with, what stands out in the brightest window of the class
		most, at := 0.0, 0
		for p := range 64 {
			sum := 0.0
			for j := range n * n {
				sum += *light(x[i], p, j)
			}
			if sum > most {
				most, at = sum, p
			}
		}
		for j := range n * n {
			k.w[j*classes+y[i]] += 30 * (*light(x[i], at, j) - most/(n*n)) / float64(len(x))
		}
	}
	mean, count := kernels{make([]float64, len(k.w)), make([]float64, classes)}, 0.0 // over the second half (Polyak and Juditsky 1992)
	for epoch := range epochs {
		for _, i := range rng.Perm(len(x)) {
			a := k.worst(x[i], y[i])
			z, place := k.respond(a)
			d := probabilities(z[:])
			d[y[i]]--
			for c := range d {
				k.b[c] -= rate * d[c]
				for j := range n * n {
					k.w[j*classes+c] -= rate * d[c] * *light(a, place[c], j)
				}
			}
			if epoch >= epochs/2 {
				count++
				for j, v := range k.w {
					mean.w[j] += (v - mean.w[j]) / count
				}
				for c, v := range k.b {
					mean.b[c] += (v - mean.b[c]) / count
				}
			}
		}
	}
	return Model{[]Layer{{Kind: "conv", Size: n, Out: classes, W: mean.w, B: mean.b}, {Kind: "globalmax"}}}, nil
}
