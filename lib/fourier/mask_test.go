package fourier

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// linearModel answers z = Ax, a [classes][h·w].
func linearModel(t testing.TB, h, w int, a [][]float64) *nets.Model {
	weights := make([][]float32, h*w)
	for j := range weights {
		for _, row := range a {
			weights[j] = append(weights[j], float32(row[j]))
		}
	}
	return &nets.Model{Backend: newBackend(t), Store: model.NewStore(), Input: [3]int{h, w, 1}, Classes: len(a),
		Logits: func(scope *model.Scope, x *graph.Node) *graph.Node {
			return graph.Dot(graph.Reshape(x, x.Shape().Dimensions[0], h*w), graph.Const(x.Graph(), weights)).Product()
		}}
}

func images(h, w int, x []float64, y []int32, classes int) *datasets.Images {
	d := &datasets.Images{Name: "test", N: len(y), H: h, W: w, C: 1, Pix: float32s(x), Labels: y}
	for range classes {
		d.Classes = append(d.Classes, "c")
	}
	return d
}

func split(v []float64, n int) (rows [][]float64) {
	for ; len(v) > 0; v = v[n:] {
		rows = append(rows, v[:n:n])
	}
	return rows
}

// TestMaskGradientGolden: the first term and its gradient, at random masks, one a class, against jax in float64; five images in
// executions of two, so that one is padded.
func TestMaskGradientGolden(t *testing.T) {
	r := readReference(t).Mask
	if !(r.Largest*r.Largest > expLinear) {
		t.Errorf("the largest change %g does not reach the tangent", r.Largest)
	}
	m, d := linearModel(t, r.H, r.W, split(r.A, r.H*r.W)), images(r.H, r.W, r.X, r.Y, r.Classes)
	s := MaskSearch{Slots: 2}.withDefaults()
	before, share, label := make([]float32, 6), make([]float32, 6), append(append([]int32(nil), r.Y...), 0)
	_, z, err := m.Predict(context.Background(), d.Pix)
	if err != nil {
		t.Fatal(err)
	}
	count := make([]float32, r.Classes)
	for _, y := range r.Y {
		count[y]++
	}
	for i, y := range r.Y {
		before[i], share[i] = crossEntropy(z[i*r.Classes:(i+1)*r.Classes], y), 1/count[y]
	}
	p, err := s.program(m, d, label, label, before, share)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	change, g, err := p.gradient(split(r.M, r.H*r.W))
	if err != nil {
		t.Fatal(err)
	}
	for c := range change {
		// relative: e²⁰ is 5·10⁸; t² has an error of 10⁻⁵ or so, which exp makes relative
		near(t, "change", []float64{change[c] / r.Change[c]}, []float64{1}, 1e-4)
		size := 0.0
		for _, v := range r.G[c*r.H*r.W : (c+1)*r.H*r.W] {
			size = max(size, math.Abs(v))
		}
		for j := range r.H * r.W {
			i := c*r.H*r.W + j
			near(t, "gradient", []float64{g[i] / size}, []float64{r.G[i] / size}, 2e-4)
		}
	}
}

// TestMaskFindsTheWave: a network that reads one plane wave needs that wave alone. The masks of both classes end at 0 but at ±(1, 2),
// and there at the least of the objective, which is then a function of one number and can be searched on a grid.
func TestMaskFindsTheWave(t *testing.T) {
	const h, w, n, lambda = 6, 6, 8, 0.02
	rng := rand.New(rand.NewPCG(5, 1))
	a := wave(0.15, 1, 2, h, w)
	minus := make([]float64, h*w)
	for j := range minus {
		minus[j] = -a[j]
	}
	var x []float64
	var y []int32
	for i := range n {
		noise := normal(rng, h*w)
		for j := range noise {
			noise[j] += float64(1-2*(i%2)) * 5 * a[j]
		}
		x, y = append(x, noise...), append(y, int32(i%2))
	}
	// logits (⟨a, x⟩, −⟨a, x⟩)
	m, d := linearModel(t, h, w, [][]float64{a, minus}), images(h, w, x, y, 2)
	k, err := MaskSearch{Lambda: lambda, Steps: 200}.Learn(context.Background(), m, d)
	if err != nil {
		t.Fatal(err)
	}
	for c, mask := range k.M {
		one := 1*w + 2
		for i, v := range mask {
			if i != one && i != Mirror(one, h, w) && v > 1e-3 {
				t.Errorf("class %d keeps %g of the frequency %d", c, v, i)
			}
			if math.Abs(v-mask[Mirror(i, h, w)]) != 0 {
				t.Errorf("class %d: entries %d and %d differ", c, i, Mirror(i, h, w))
			}
		}
		// what is left of ⟨a, x⟩ is M·⟨a, x⟩
		best := math.Inf(1)
		for s := range 10001 {
			v, sum, count := float64(s)/10000, 0.0, 0.0
			for i := range n {
				if int(y[i]) == c {
					inner := 0.0
					for j := range a {
						inner += a[j] * x[i*h*w+j] * float64(1-2*c)
					}
					sum += math.Exp(math.Pow(math.Log1p(math.Exp(-2*v*inner))-math.Log1p(math.Exp(-2*inner)), 2))
					count++
				}
			}
			best = min(best, sum/count+lambda*2*v)
		}
		last := k.Objective[c][len(k.Objective[c])-1]
		if !(last > best-1e-4 && last < best+2e-3) {
			t.Errorf("class %d: the objective ends at %g, the least is %g", c, last, best)
		}
		if mask[one] < 0.05 || mask[one] > 0.99 {
			t.Errorf("class %d keeps %g of its wave: no test", c, mask[one])
		}
		near(t, "start", []float64{k.Change[c][0], k.Norm[c][0], k.Objective[c][0]}, []float64{1, h * w, 1 + lambda*h*w}, 1e-4)
	}
	if kept := k.Kept(0.05); kept[0] != 2 || kept[1] != 2 {
		t.Errorf("kept %v", kept)
	}
	// filtered images keep their answers
	_, before, err := m.Predict(context.Background(), d.Pix)
	if err != nil {
		t.Fatal(err)
	}
	_, after, err := m.Predict(context.Background(), k.Apply(d).Pix)
	if err != nil {
		t.Fatal(err)
	}
	for i := range d.N {
		want := k.M[y[i]][1*w+2] * float64(before[2*i])
		near(t, "logit of the filtered image", []float64{float64(after[2*i])}, []float64{want}, 1e-3+0.02*math.Abs(want))
	}
}

// TestMaskWithoutPrice: with λ = 0 the start is a minimum, and nothing moves; a class without images stays as well.
func TestMaskWithoutPrice(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	m := linearModel(t, 4, 4, split(normal(rng, 48), 16))
	d := images(4, 4, normal(rng, 32), []int32{0, 2}, 3)
	for _, s := range []MaskSearch{{Steps: 3, P: 2}, {Steps: 3, Shared: true}} {
		k, err := s.Learn(context.Background(), m, d)
		if err != nil {
			t.Fatal(err)
		}
		if want := 3; !s.Shared && len(k.M) != want || s.Shared && len(k.M) != 1 {
			t.Errorf("%d masks", len(k.M))
		}
		for c := range k.M {
			near(t, "change", k.Change[c], []float64{1, 1, 1, 1}, 5e-3)
			for _, v := range k.M[c] {
				// the gradient is 0 but for round-off, which gives small steps
				if v < 0.95 {
					t.Errorf("an entry of %g", v)
				}
			}
		}
		if !s.Shared && MeanRadius(k.M[1], 4, 4) != MeanRadius([]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 4, 4) {
			t.Error("the mask of the class without images has moved")
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (MaskSearch{Steps: 3}).Learn(ctx, m, d); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	panics(t, "λ < 0", func() { MaskSearch{Lambda: -1}.Learn(context.Background(), m, d) })
	panics(t, "p < 1", func() { MaskSearch{P: 0.5}.Learn(context.Background(), m, d) })
	panics(t, "p infinite", func() { MaskSearch{P: math.Inf(1)}.Learn(context.Background(), m, d) })
	panics(t, "no images", func() { MaskSearch{}.Learn(context.Background(), m, d.Slice(0, 0)) })
}

// TestPNorm compares the gradient with central differences, and its values at 0.
func TestPNorm(t *testing.T) {
	for _, p := range []float64{1, 1.5, 2, 4} {
		m := []float64{0.3, 0.9, 0.05, 1}
		norm, g := pNorm(m, p)
		s := 0.0
		for j := range m {
			s += math.Pow(m[j], p)
			const h = 1e-6
			m[j] += h
			up, _ := pNorm(m, p)
			m[j] -= 2 * h
			down, _ := pNorm(m, p)
			m[j] += h
			near(t, "gradient", []float64{g[j]}, []float64{(up - down) / (2 * h)}, 1e-8)
		}
		near(t, "norm", []float64{norm}, []float64{math.Pow(s, 1/p)}, 1e-12)
		_, zero := pNorm([]float64{0, 0}, p)
		want := 0.0
		if p == 1 {
			want = 1
		}
		near(t, "gradient at 0", zero, []float64{want, want}, 0)
	}
}
