package explain

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/floats"

	"nncourse/lib/nets"
)

// oneLayer is a = f(Wx + b) on pictures h×w×c, with four units; b is not zero.
func oneLayer(t *testing.T, b compute.Backend, h, w, c int, f func(*graph.Node) *graph.Node) (*nets.Model, [][]float64) {
	t.Helper()
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, int64(3))
	m := &nets.Model{Backend: b, Store: store, Input: [3]int{h, w, c}, Classes: 4, Logits: func(s *model.Scope, x *graph.Node) *graph.Node {
		return f(layers.DenseWithBias(s.At("layer"), graph.Reshape(x, x.Shape().Dimensions[0], h*w*c), 4))
	}}
	if _, _, err := m.Predict(context.Background(), make([]float32, h*w*c)); err != nil { // makes the variables
		t.Fatal(err)
	}
	if err := m.Store.GetVariable("/layer/dense/biases").SetValue(tensorOf([]float32{0.5, -1.5, 2, -0.1})); err != nil {
		t.Fatal(err)
	}
	flat, _, err := m.Weights("/layer/dense/weights") // [inputs, 4]
	if err != nil {
		t.Fatal(err)
	}
	W := make([][]float64, 4)
	for i := range W {
		for j := range h * w * c {
			W[i] = append(W[i], float64(flat[j*4+i]))
		}
	}
	return m, W
}

func double(v []float32) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = float64(v[i])
	}
	return out
}

// One layer: the ascent ends at W_i/‖W_i‖, for the identity and for the sigmoid, with one step or three in an execution; by
// Fourier coefficients, whose steps the ball's projection does not undo, at PW_i/‖PW_i‖.
func TestOneLayerClosedForm(t *testing.T) {
	b := open(t)
	for name, f := range map[string]func(*graph.Node) *graph.Node{"identity": func(x *graph.Node) *graph.Node { return x }, "sigmoid": graph.Sigmoid} {
		m, W := oneLayer(t, b, 4, 5, 1, f)
		want, err := LayerMaximisers(W, 1.5)
		if err != nil {
			t.Fatal(err)
		}
		unroll := map[string]int{"identity": 1, "sigmoid": 3}[name]
		c, err := ActMax{Unroll: unroll}.Compile(m)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []float64{0, 0.5} {
			c.ActMax = ActMax{Steps: 60, Rate: 1, Noise: 1, Radius: 1.5, Fourier: p}
			got, err := c.Run(context.Background(), []int32{0, 1, 2, 3})
			if err != nil {
				t.Fatal(err)
			}
			for i := range W {
				if p > 0 {
					want[i] = reference(W[i], 4, 5, p)
					floats.Scale(1.5/floats.Norm(want[i], 2), want[i])
				}
				if d := floats.Distance(double(got.Image(i)), want[i], math.Inf(1)); !(d < 1e-6) {
					t.Errorf("%s, Fourier %g: unit %d is %.2g from the closed form", name, p, i, d)
				}
			}
		}
		c.Close()
	}
}

// reference is F⁻¹(f⁻²ᵖ∘Fg) by gonum's complex FFT, for one channel.
func reference(g []float64, h, w int, p float64) []float64 {
	z := make([]complex128, h*w)
	for i, v := range g {
		z[i] = complex(v, 0)
	}
	fh, fw := fourier.NewCmplxFFT(h), fourier.NewCmplxFFT(w)
	transform := func(back bool) {
		column := make([]complex128, h)
		for y := range h {
			row := z[y*w : (y+1)*w]
			if back {
				fw.Sequence(row, slices.Clone(row))
			} else {
				fw.Coefficients(row, slices.Clone(row))
			}
		}
		for x := range w {
			for y := range h {
				column[y] = z[y*w+x]
			}
			if back {
				fh.Sequence(column, slices.Clone(column))
			} else {
				fh.Coefficients(column, slices.Clone(column))
			}
			for y := range h {
				z[y*w+x] = column[y]
			}
		}
	}
	transform(false)
	for y := range h {
		for x := range w {
			f := math.Hypot(fh.Freq(y), fw.Freq(x))
			z[y*w+x] *= complex(math.Pow(max(f, 1/float64(max(h, w))), -2*p), 0)
		}
	}
	transform(true)
	out := make([]float64, h*w)
	for i := range z {
		out[i] = real(z[i])
	}
	return out
}

// One step by Fourier coefficients is the step that the FFT gives, and a step has the length of the rate.
func TestFourierStep(t *testing.T) {
	b, ran := open(t), 0
	for _, size := range [][2]int{{6, 6}, {5, 8}} {
		h, w := size[0], size[1]
		m, W := oneLayer(t, b, h, w, 1, func(x *graph.Node) *graph.Node { return x })
		c, err := ActMax{}.Compile(m)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		for _, p := range []float64{0, 0.5, 1, 1.5} {
			c.ActMax = ActMax{Steps: 1, Rate: 0.7, Fourier: p, KeepFrames: true}
			got, err := c.Run(context.Background(), []int32{2})
			if err != nil {
				t.Fatal(err)
			}
			step := double(got.Frame(1, 0))
			floats.Sub(step, double(got.Frame(0, 0)))
			want := reference(W[2], h, w, p)
			floats.Scale(0.7/floats.Norm(want, 2), want)
			if d := floats.Distance(step, want, math.Inf(1)); !(d < 1e-6) {
				t.Errorf("%d×%d, p = %g: the step is %.2g from that by FFT", h, w, p, d)
			}
			ran++
		}
	}
	if ran != 8 {
		t.Fatalf("%d steps compared", ran)
	}
}

// The gradient of the total variation against central differences of TotalVariation.
func TestTotalVariationGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	const h, w, c = 4, 5, 2
	m := &nets.Model{Backend: open(t), Store: model.NewStore(), Input: [3]int{h, w, c}, Classes: 2}
	pix := make([]float32, h*w*c)
	for i := range pix {
		pix[i] = float32(rng.NormFloat64())
	}
	out, _, err := m.Outputs(pix, func(_ *model.Scope, x *graph.Node) []*graph.Node {
		tv := totalVariation(x)
		return []*graph.Node{tv, graph.Gradient(tv, x)[0]}
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := TotalVariation(pix, h, w, c, TVEpsilon); math.Abs(float64(out[0][0])-want) > 1e-5*want {
		t.Errorf("TV in the graph %v, in float64 %v", out[0][0], want)
	}
	for i := range pix {
		const d = 1.0 / 1024
		up, down := slices.Clone(pix), slices.Clone(pix)
		up[i] += d
		down[i] -= d
		slope := (TotalVariation(up, h, w, c, TVEpsilon) - TotalVariation(down, h, w, c, TVEpsilon)) / float64(up[i]-down[i])
		if math.Abs(slope-float64(out[1][i])) > 1e-3 {
			t.Errorf("∂TV/∂x[%d] = %v, by differences %v", i, out[1][i], slope)
		}
	}
	// by hand: one step edge of height 2 and length 4
	edge := []float32{0, 2, 2, 0, 2, 2, 0, 2, 2, 0, 2, 2}
	if tv := TotalVariation(edge, 4, 3, 1, 0); tv != 8 {
		t.Errorf("TV of the edge is %v, want 8", tv)
	}
	if tv := TotalVariation([]float32{3, 3, 3, 3}, 2, 2, 1, 0.1); tv != 0 {
		t.Errorf("TV of a flat picture is %v", tv)
	}
}

func TestRollAndBlur(t *testing.T) {
	const h, w = 4, 6
	m := &nets.Model{Backend: open(t), Store: model.NewStore(), Input: [3]int{h, w, 1}, Classes: 2}
	pix := make([]float32, h*w)
	for i := range pix {
		pix[i] = float32(i * i % 17)
	}
	for _, r := range [][2]int{{0, 0}, {1, 0}, {0, -2}, {-3, 5}} {
		out, _, err := m.Outputs(pix, func(_ *model.Scope, x *graph.Node) []*graph.Node {
			at := func(v int) *graph.Node { return graph.Const(x.Graph(), int32(v)) }
			return []*graph.Node{separable(x, rollMatrix(at(r[0]), h), rollMatrix(at(r[1]), w))}
		})
		if err != nil {
			t.Fatal(err)
		}
		for y := range h {
			for x := range w {
				if got, want := out[0][(y+r[0]+h)%h*w+(x+r[1]+w)%w], pix[y*w+x]; got != want {
					t.Fatalf("shift %v: pixel %d, %d is not where it should be", r, y, x)
				}
			}
		}
	}
	for _, sigma := range []float64{0, 0.5, 3} {
		b := blurMatrix(5, sigma)
		for i := range 5 {
			if s := floats.Sum(b.RawRowView(i)); math.Abs(s-1) > 1e-12 {
				t.Errorf("σ = %g: row %d sums to %v", sigma, i, s)
			}
		}
		// neighbours in the middle row: the ratio of the Gaussian
		if ratio := b.At(2, 3) / b.At(2, 2); sigma > 0 && math.Abs(ratio-math.Exp(-1/(2*sigma*sigma))) > 1e-12 || sigma == 0 && ratio != 0 {
			t.Errorf("σ = %g: ratio %v", sigma, ratio)
		}
	}
}

// convolutional is a net with a convolution on 8×6 pictures, smooth enough for small steps.
func convolutional(b compute.Backend) (*nets.Model, func(s *model.Scope, x *graph.Node) *graph.Node) {
	maps := func(s *model.Scope, x *graph.Node) *graph.Node {
		return activation.Relu(layers.Convolution(s.At("conv"), x).Channels(5).KernelSize(3).PadSame().Done())
	}
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, int64(9))
	return &nets.Model{Backend: b, Store: store, Input: [3]int{8, 6, 1}, Classes: 3, Logits: func(s *model.Scope, x *graph.Node) *graph.Node {
		f := maps(s, x)
		return layers.DenseWithBias(s.At("logits"), graph.Reshape(f, x.Shape().Dimensions[0], 8*6*5), 3)
	}}, maps
}

// Along the way the score rises, and every picture lies in ball and range; with and without the regularisers.
func TestScoreRises(t *testing.T) {
	m, _ := convolutional(open(t))
	c, err := ActMax{}.Compile(m)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	rough := map[string]float64{}
	for name, a := range map[string]ActMax{
		"plain":   {Radius: 2},
		"range":   {Radius: 1.5, Lo: 0, Hi: 1, Ground: 0.5},
		"fourier": {Radius: 2, Fourier: 1},
		"jitter":  {Radius: 2, Jitter: 1},
		"blur":    {Radius: 2, Blur: 0.5},
		"tv":      {Radius: 2, TotalVariation: 0.2},
	} {
		a.Steps, a.Rate, a.Noise, a.Every, a.KeepFrames = 60, 0.05, 0.2, 10, true
		c.ActMax = a
		got, err := c.Run(context.Background(), []int32{0, 1, 2, 1})
		if err != nil {
			t.Fatal(err)
		}
		if want := []int{0, 10, 20, 30, 40, 50, 60}; !slices.Equal(got.Step, want) || len(got.Frames) != len(want) {
			t.Fatalf("%s: records at %v, %d frames", name, got.Step, len(got.Frames))
		}
		for i, s := range got.Score {
			for k := range s[1:] {
				if (name == "plain" || name == "range") && s[k+1] < s[k]-0.02*math.Abs(s[k]) {
					t.Errorf("%s, picture %d: the score falls from %v to %v", name, i, s[k], s[k+1])
				}
				r := double(got.Frame(k+1, i))
				for j := range r {
					if (a.Lo != 0 || a.Hi != 0) && !(r[j] >= a.Lo && r[j] <= a.Hi) {
						t.Fatalf("%s: pixel %v", name, r[j])
					}
					r[j] -= a.Ground
				}
				if n := floats.Norm(r, 2); n > a.Radius*(1+1e-6) {
					t.Errorf("%s: ‖x‖ = %v", name, n)
				}
			}
			if s[6] < s[0]+0.2 {
				t.Errorf("%s, picture %d: from %v to %v", name, i, s[0], s[6])
			}
		}
		for i := range got.N {
			rough[name] += TotalVariation(got.Image(i), 8, 6, 1, 0)
		}
	}
	for _, name := range []string{"fourier", "blur", "tv"} {
		if !(rough[name] < 0.9*rough["plain"]) {
			t.Errorf("%s: total variation %v, without it %v", name, rough[name], rough["plain"])
		}
	}
}

// Steps in one execution, other pictures beside, and the seed: what may change the result and what may not.
func TestSameClimb(t *testing.T) {
	m, maps := convolutional(open(t))
	run := func(c *CompiledActMax, seed uint64, units ...int32) *Maxima {
		c.Rand = rand.New(rand.NewPCG(seed, 0))
		out, err := c.Run(context.Background(), units)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	compile := func(a ActMax) *CompiledActMax {
		c, err := a.Compile(m)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		return c
	}
	settings := ActMax{Steps: 11, Rate: 0.2, Noise: 0.3, Radius: 3, Jitter: 2, Blur: 0.6, BlurEvery: 3, TotalVariation: 0.1, Fourier: 0.5, Every: 5}
	one := compile(settings)
	settings.Unroll = 3
	three := compile(settings)
	near := func(a, b []float32) bool { return floats.EqualApprox(double(a), double(b), 1e-4) }
	base := run(one, 4, 0, 2)
	if many := run(three, 4, 0, 2); !near(base.Pix, many.Pix) {
		t.Error("three steps in one execution end elsewhere")
	}
	if again := run(one, 4, 0, 2); !slices.Equal(base.Pix, again.Pix) {
		t.Error("the same seed ends elsewhere")
	}
	if other := run(one, 5, 0, 2); near(base.Pix, other.Pix) {
		t.Error("another seed ends at the same picture")
	}
	one.Jitter = 0 // its random numbers come after the starts of all
	if alone, both := run(one, 4, 0), run(one, 4, 0, 2); !near(alone.Image(0), both.Image(0)) {
		t.Error("a second picture changes the first one's climb")
	}
	// the objective: scores are the channel's mean, and rise
	c := run(compile(ActMax{Steps: 11, Rate: 0.2, Noise: 0.3, Radius: 3, Objective: Channel(maps)}), 4, 3, 4)
	out, _, err := m.Outputs(c.Pix, func(s *model.Scope, x *graph.Node) []*graph.Node {
		return []*graph.Node{graph.ReduceMean(maps(s, x), 1, 2)}
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range []int{3, 4} {
		if f := c.Final()[i]; math.Abs(f-float64(out[0][i*5+k])) > 1e-5 || f <= c.Score[i][0] {
			t.Errorf("channel %d: score %v, mean of the map %v, at the start %v", k, f, out[0][i*5+k], c.Score[i][0])
		}
	}
}

func TestActMaxErrors(t *testing.T) {
	m, _ := convolutional(open(t))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (ActMax{}).Run(ctx, m, []int32{0}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled climb gave %v", err)
	}
	infinite := ActMax{Steps: 2, Objective: func(_ *model.Scope, x, _ *graph.Node) *graph.Node {
		return graph.Log(graph.MulScalar(graph.ReduceSum(graph.Square(x), 1, 2, 3), 0))
	}}
	if _, err := infinite.Run(context.Background(), m, []int32{0}); err == nil {
		t.Error("a score of −∞ gave no error")
	}
	for name, f := range map[string]func(){
		"a class too many": func() { (ActMax{}).Run(context.Background(), m, []int32{3}) },
		"no unit":          func() { (ActMax{}).Run(context.Background(), m, nil) },
		"jitter":           func() { (ActMax{Jitter: 6}).Compile(m) },
		"ground":           func() { (ActMax{Lo: 0, Hi: 1, Ground: 2}).Compile(m) },
		"radius":           func() { (ActMax{Radius: math.NaN()}).Compile(m) },
		"layer's radius":   func() { LayerMaximisers([][]float64{{1}}, 0) },
		"ragged":           func() { LayerMaximisers([][]float64{{1}, {1, 2}}, 1) },
		"size":             func() { TotalVariation(make([]float32, 5), 2, 2, 1, 0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
	for _, W := range [][][]float64{{{0, 0}}, {{1, math.NaN()}}, {{math.Inf(1), 1}}} {
		if _, err := LayerMaximisers(W, 1); err == nil {
			t.Errorf("LayerMaximisers(%v): no error", W)
		}
	}
}

// A unit with the weights (3, −4) is excited most, within ‖x‖ ≤ 1, by (0.6, −0.8), whatever its bias.
func ExampleLayerMaximisers() {
	x, err := LayerMaximisers([][]float64{{3, -4}, {0, 2}}, 1)
	fmt.Printf("%.2f %v\n", x, err)
	// Output: [[0.60 -0.80] [0.00 1.00]] <nil>
}

func BenchmarkActMax(b *testing.B) {
	m, _ := convolutional(open(b))
	c, err := ActMax{Steps: 64, Radius: 2, Jitter: 1, Unroll: 8}.Compile(m)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	for b.Loop() {
		if _, err := c.Run(context.Background(), []int32{0, 1, 2}); err != nil {
			b.Fatal(err)
		}
	}
}
