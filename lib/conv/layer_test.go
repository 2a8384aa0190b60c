package conv_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"nncourse/lib/conv"
)

func tensor(rng *rand.Rand, n, h, w, c int) *conv.Tensor {
	t := conv.NewTensor(n, h, w, c)
	copy(t.V, gaussian(rng, len(t.V)))
	return t
}

func layers(yield func(l *conv.Layer, x *conv.Tensor) bool) {
	rng := source(7)
	for _, mode := range modes {
		for _, k := range [][2]int{{1, 1}, {3, 2}, {3, 3}} {
			for _, g := range [][2]int{{1, 1}, {2, 1}, {1, 2}} {
				in, out := 1+rng.IntN(3), 1+rng.IntN(3)
				l := conv.NewLayer(k[0], k[1], in, out, conv.Options{Mode: mode, Stride: g[0], Dilation: g[1]}, rng)
				copy(l.B, gaussian(rng, out))
				if !yield(l, tensor(rng, 2, 5, 6, in)) {
					return
				}
			}
		}
	}
}

// A layer is a sum of 2-D correlations over the channels in, plus a bias.
func TestLayerIsCorrelations(t *testing.T) {
	for l, x := range layers {
		y := l.Forward(x)
		for b := range x.N {
			for o := range l.Out {
				want := make([]float64, y.H*y.W)
				for i := range want {
					want[i] = l.B[o]
				}
				for c := range l.In {
					plane := make([][]float64, x.H)
					for i := range plane {
						for j := range x.W {
							plane[i] = append(plane[i], x.V[x.Index(b, i, j, c)])
						}
					}
					kernel := make([][]float64, l.KH)
					for u := range kernel {
						for v := range l.KW {
							kernel[u] = append(kernel[u], l.W[((u*l.KW+v)*l.In+c)*l.Out+o])
						}
					}
					for i, v := range flat(conv.Correlate2D(plane, kernel, l.Options)) {
						want[i] += v
					}
				}
				for i := range want {
					near(t, fmt.Sprintf("%+v", l.Options), []float64{y.V[y.Index(b, i/y.W, i%y.W, o)]}, want[i:i+1])
				}
			}
		}
	}
}

func inner(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// J = Σ dy·y + ½ Σ y² by central differences along random directions of W, B and x.
func TestLayerGradient(t *testing.T) {
	rng := source(8)
	for l, x := range layers {
		check := func(what string, forward func() *conv.Tensor, backward func(dy *conv.Tensor) *conv.LayerGradient, w, b []float64) {
			y := forward()
			target := gaussian(rng, len(y.V))
			value := func() float64 {
				y := forward()
				return inner(target, y.V) + inner(y.V, y.V)/2
			}
			dy := conv.NewTensor(y.N, y.H, y.W, y.C)
			for i := range dy.V {
				dy.V[i] = target[i] + y.V[i]
			}
			g := backward(dy)
			for name, pair := range map[string][2][]float64{"W": {w, g.W}, "B": {b, g.B}, "x": {x.V, g.X.V}} {
				d := gaussian(rng, len(pair[0]))
				const h = 1e-4
				move := func(s float64) {
					for i := range d {
						pair[0][i] += s * d[i]
					}
				}
				move(h)
				up := value()
				move(-2 * h)
				down := value()
				move(h)
				// J is a polynomial of degree 2 in each: central differences are exact up to rounding
				if got, want := (up-down)/(2*h), inner(pair[1], d); !(math.Abs(got-want) < 1e-7*(1+math.Abs(want))) {
					t.Errorf("%s %+v: along a direction of %s %v, gradient says %v", what, l.Options, name, got, want)
				}
			}
		}
		check("layer", func() *conv.Tensor { return l.Forward(x) }, func(dy *conv.Tensor) *conv.LayerGradient { return l.Backward(x, dy) }, l.W, l.B)
		u := conv.Untie(l, x.H, x.W)
		for i := range u.K {
			u.K[i] += rng.NormFloat64()
		}
		check("local", func() *conv.Tensor { return u.Forward(x) }, func(dy *conv.Tensor) *conv.LayerGradient { return u.Backward(x, dy) }, u.K, u.B)
	}
}

// The gradient of a shared weight is the sum of the gradients of the weights it stands for.
func TestSharedGradientIsTheSum(t *testing.T) {
	rng := source(9)
	for l, x := range layers {
		u := conv.Untie(l, x.H, x.W)
		y := l.Forward(x)
		near(t, "untied forward", u.Forward(x).V, y.V)
		dy := tensor(rng, y.N, y.H, y.W, y.C)
		shared, sum := l.Backward(x, dy), u.Tie(u.Backward(x, dy))
		near(t, "W", sum.W, shared.W)
		near(t, "B", sum.B, shared.B)
		near(t, "x", sum.X.V, shared.X.V)
	}
}

// Each place has its own kernel: changing one moves the outputs of that place alone.
func TestLocalKernelsAreOfTheirPlace(t *testing.T) {
	rng := source(13)
	l := conv.NewLayer(2, 3, 2, 3, conv.Options{}, rng)
	x := tensor(rng, 2, 4, 6, 2)
	u := conv.Untie(l, x.H, x.W)
	before := u.Forward(x)
	const i, j = 1, 2
	kernel := u.K[(i*u.W+j)*len(l.W) : (i*u.W+j+1)*len(l.W)]
	for k := range kernel {
		kernel[k]++
	}
	after := u.Forward(x)
	for k := range after.V {
		place := k / l.Out % (u.H * u.W)
		if moved := after.V[k] != before.V[k]; moved != (place == i*u.W+j) {
			t.Errorf("output %d at place (%d, %d): moved is %v", k, place/u.W, place%u.W, moved)
		}
	}
}

// In one channel the gradients are convolutions again: ∂J/∂W is the correlation of x with ∂J/∂y, ∂J/∂x the full convolution of ∂J/∂y with W.
func TestGradientsAreConvolutions(t *testing.T) {
	rng := source(10)
	l := conv.NewLayer(3, 2, 1, 1, conv.Options{}, rng)
	l.B = nil
	x, dy := gaussian2D(rng, 5, 6), gaussian2D(rng, 3, 5)
	g := l.Backward(&conv.Tensor{N: 1, H: 5, W: 6, C: 1, V: flat(x)}, &conv.Tensor{N: 1, H: 3, W: 5, C: 1, V: flat(dy)})
	near(t, "W", g.W, flat(conv.Correlate2D(x, dy, conv.Options{})))
	w := [][]float64{l.W[:2], l.W[2:4], l.W[4:]}
	near(t, "x", g.X.V, flat(conv.Convolve2D(dy, w, conv.Options{Mode: conv.Full})))
}

func TestCounts(t *testing.T) {
	// LeNet's first layer: 28×28, 5×5, 1 → 6.
	if got := conv.Cost(28, 28, 5, 5, 1, 6); got != 86400 {
		t.Errorf("cost %d, want 86400", got)
	}
	full, local, shared := conv.FullParameters(28, 28, 1, 24, 24, 6), conv.LocalParameters(5, 5, 1, 24, 24, 6), conv.ConvolutionalParameters(5, 5, 1, 6)
	if full != 785*3456 || local != 26*3456 || shared != 156 {
		t.Errorf("%d, %d, %d parameters", full, local, shared)
	}
	rng := source(11)
	for range 20 {
		M, N, m, n, in, out := 4+rng.IntN(4), 4+rng.IntN(4), 1+rng.IntN(4), 1+rng.IntN(4), 1+rng.IntN(3), 1+rng.IntN(3)
		l := conv.NewLayer(m, n, in, out, conv.Options{}, rng)
		u := conv.Untie(l, M, N)
		if got := conv.ConvolutionalParameters(m, n, in, out); got != len(l.W)+len(l.B) {
			t.Errorf("convolutional: %d, the layer has %d", got, len(l.W)+len(l.B))
		}
		if got := conv.LocalParameters(m, n, in, u.H, u.W, out); got != len(u.K)+len(u.B) {
			t.Errorf("local: %d, the layer has %d", got, len(u.K)+len(u.B))
		}
		// the local layer uses each of its kernels' weights once
		if got := conv.Cost(M, N, m, n, in, out); got != len(u.K) {
			t.Errorf("cost: %d, the layer multiplies %d times", got, len(u.K))
		}
	}
}

func TestReceptive(t *testing.T) {
	f := conv.Receptive(conv.Stage{Kernel: 3}, conv.Stage{Kernel: 3})
	if f[0] != (conv.Field{Size: 1, Jump: 1}) || f[1].Size != 3 || f[2].Size != 5 {
		t.Errorf("the lecture's two layers of width 3: %v, want 1, 3 and 5", f)
	}
	// LeNet: 5×5, pool 2, 5×5, pool 2.
	f = conv.Receptive(conv.Stage{Kernel: 5}, conv.Stage{Kernel: 2, Stride: 2}, conv.Stage{Kernel: 5}, conv.Stage{Kernel: 2, Stride: 2})
	if f[4] != (conv.Field{Size: 16, Jump: 4}) {
		t.Errorf("LeNet: %+v, want size 16, jump 4", f[4])
	}
	// Random stacks of positive kernels, by perturbation.
	rng := source(12)
	for range 40 {
		var stages []conv.Stage
		var opts []conv.Options
		var kernels [][]float64
		const n = 60
		size, widest := n, 1
		for range 1 + rng.IntN(3) {
			o := conv.Options{Mode: conv.Mode(rng.IntN(3)), Stride: 1 + rng.IntN(2), Dilation: 1 + rng.IntN(2)}
			w := make([]float64, 1+rng.IntN(3))
			for i := range w {
				w[i] = 1 + rng.Float64()
			}
			if o.Mode == conv.Valid && o.Span(len(w)) > size {
				continue
			}
			size = o.Size(size, len(w))
			before := map[conv.Mode]int{conv.Same: (o.Span(len(w)) - 1) / 2, conv.Full: o.Span(len(w)) - 1}[o.Mode]
			stages = append(stages, conv.Stage{Kernel: len(w), Stride: o.Stride, Dilation: o.Dilation, Before: before})
			opts, kernels = append(opts, o), append(kernels, w)
			widest = max(widest, len(w))
		}
		unit := rng.IntN(size)
		seen := conv.Sees(func(x []float64) float64 {
			for i := range kernels {
				x = conv.Correlate(x, kernels[i], opts[i])
			}
			return x[unit]
		}, gaussian(rng, n), 1)
		f := conv.Receptive(stages...)[len(stages)]
		lo := f.Start + unit*f.Jump
		hi := lo + f.Size - 1
		if lo >= 0 && hi < n && (len(seen) == 0 || seen[0] != lo || seen[len(seen)-1] != hi) {
			t.Errorf("%+v, unit %d: sees %v, want %d to %d", stages, unit, seen, lo, hi)
		}
		for _, j := range seen {
			if j < lo || j > hi {
				t.Errorf("%+v, unit %d: sees %d, outside %d to %d", stages, unit, j, lo, hi)
			}
		}
	}
}
