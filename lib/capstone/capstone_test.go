package capstone

import (
	"errors"
	"image"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nncourse/lib/conv"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 9)) }

func normal(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

// everyKind has each kind of layer once.
func everyKind(rng *rand.Rand) Model {
	return Model{[]Layer{
		{Kind: "conv", Size: 3, Out: 3, W: normal(rng, 27), B: normal(rng, 3)},
		{Kind: "relu"},
		{Kind: "maxpool", Size: 2},
		{Kind: "conv", Size: 2, Out: 4, W: normal(rng, 48), B: normal(rng, 4)},
		{Kind: "globalmax"},
		{Kind: "dense", Out: 5, W: normal(rng, 20), B: normal(rng, 5)},
		{Kind: "globalmean"},
		{Kind: "dense", Out: 3, W: normal(rng, 15), B: normal(rng, 3)},
	}}
}

func compile(t testing.TB, m Model, h, w, logits int) *Net {
	t.Helper()
	n, err := Compile(m, h, w, logits)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The convolution is that of lib/conv, forward and backward.
func TestConvIsLibConv(t *testing.T) {
	rng := source(1)
	l := conv.NewLayer(3, 3, 1, 4, conv.Options{}, rng)
	l.B = normal(rng, 4)
	x := conv.NewTensor(1, 6, 5, 1)
	x.V = normal(rng, 30)
	want := l.Forward(x)
	n := compile(t, Model{[]Layer{{Kind: "conv", Size: 3, Out: 4, W: l.W, B: l.B}}}, 6, 5, 4*3*4)
	p := n.Forward(x.V)
	dy := conv.NewTensor(1, 4, 3, 4)
	dy.V = normal(rng, 48)
	g := p.Gradient(dy.V)
	for i, v := range l.Backward(x, dy).X.V {
		if math.Abs(g[i]-v) > 1e-12 {
			t.Fatalf("∂J/∂x[%d] = %v, lib/conv has %v", i, g[i], v)
		}
	}
	for i, v := range want.V {
		if math.Abs(p.Logits()[i]-v) > 1e-12 {
			t.Fatalf("y[%d] = %v, lib/conv has %v", i, p.Logits()[i], v)
		}
	}
}

func TestGradientIsCentralDifference(t *testing.T) {
	rng := source(2)
	n := compile(t, everyKind(rng), 9, 8, 3)
	x, dz := normal(rng, 72), normal(rng, 3)
	g := n.Forward(x).Gradient(dz)
	seen := 0
	for i := range x {
		j := func(h float64) float64 {
			y := slices.Clone(x)
			y[i] += h
			s := 0.0
			for k, v := range n.Logits(y) {
				s += dz[k] * v
			}
			return s
		}
		const h = 1e-6
		if d := (j(h) - j(-h)) / (2 * h); math.Abs(d-g[i]) > 1e-6*(1+math.Abs(d)) {
			t.Errorf("∂J/∂x[%d] = %v, differences give %v", i, g[i], d)
		}
		if g[i] != 0 {
			seen++
		}
	}
	if seen < 5 {
		t.Errorf("only %d entries of the gradient are not 0", seen)
	}
}

func TestCompileRefuses(t *testing.T) {
	rng := source(3)
	for name, c := range map[string]struct {
		kind   string
		change func(m *Model)
	}{
		"no layer":          {"shape", func(m *Model) { m.Layers = nil }},
		"33 layers":         {"size", func(m *Model) { m.Layers = append(m.Layers, make([]Layer, 33)...) }},
		"unknown kind":      {"shape", func(m *Model) { m.Layers[1].Kind = "tanh" }},
		"kernel too large":  {"shape", func(m *Model) { m.Layers[0].Size = 13 }},
		"window too large":  {"shape", func(m *Model) { m.Layers[2].Size = 13 }},
		"relu with a size":  {"shape", func(m *Model) { m.Layers[1].Size = 1 }},
		"dense with a size": {"shape", func(m *Model) { m.Layers[5].Size = 1 }},
		"no outputs":        {"shape", func(m *Model) { m.Layers[0].Out = 0 }},
		"a weight too few":  {"shape", func(m *Model) { m.Layers[0].W = m.Layers[0].W[1:] }},
		"a bias too many":   {"shape", func(m *Model) { m.Layers[3].B = append(m.Layers[3].B, 0) }},
		"other logits":      {"shape", func(m *Model) { m.Layers = m.Layers[:7] }},
		"NaN":               {"nan", func(m *Model) { m.Layers[0].W[3] = math.NaN() }},
		"infinite":          {"nan", func(m *Model) { m.Layers[5].B[2] = math.Inf(-1) }},
		"parameters":        {"size", func(m *Model) { m.Layers[0].W = make([]float64, MaxParameters) }},
		"multiplications": {"size", func(m *Model) {
			m.Layers = []Layer{{Kind: "conv", Size: 5, Out: 300, W: make([]float64, 7500), B: make([]float64, 300)}}
		}},
	} {
		m := everyKind(rng)
		c.change(&m)
		_, err := Compile(m, Side, Side, 3)
		var form *FormError
		if !errors.As(err, &form) || form.Kind != c.kind {
			t.Errorf("%s: %v, want a FormError %q", name, err, c.kind)
		}
	}
}

func TestSaveAndLoad(t *testing.T) {
	m := everyKind(source(4))
	text, err := m.Save()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Load(text)
	if err != nil || !reflect.DeepEqual(back, m) {
		t.Errorf("the model came back otherwise: %v", err)
	}
	for _, bad := range []string{"", "[1]", `{"layers":[{"kind":"relu","sizes":1}]}`, text + "{}", `{"layers":3}`} {
		if _, err := Load(bad); err == nil {
			t.Errorf("%.40q was taken", bad)
		}
	}
	m.Layers[0].W[0] = math.NaN()
	if _, err := m.Save(); err == nil {
		t.Error("NaN was saved")
	}
}

func TestDraw(t *testing.T) {
	d := Draw(300, source(5))
	if again := Draw(300, source(5)); !reflect.DeepEqual(d, again) {
		t.Error("one seed gives two sets")
	}
	count := [Classes]int{}
	for i, x := range d.X {
		count[d.Y[i]]++
		in, out, nIn, nOut := 0.0, 0.0, 0, 0
		for j, v := range x {
			if v < 0 || v > 1 || v*256 != math.Trunc(v*256) {
				t.Fatalf("pixel %d of picture %d is %v", j, i, v)
			}
			r, c := j/Side, j%Side
			if (image.Point{X: c, Y: r}).In(d.Boxes[i]) && letters[d.Y[i]][r-d.Boxes[i].Min.Y][c-d.Boxes[i].Min.X] == '#' {
				in, nIn = in+v, nIn+1
			} else {
				out, nOut = out+v, nOut+1
			}
		}
		if in/float64(nIn) < out/float64(nOut)+0.15 { // contrast at least 0.35, one pixel in sixteen missing
			t.Errorf("picture %d: the letter has the mean %.2f, the rest %.2f", i, in/float64(nIn), out/float64(nOut))
		}
	}
	for k, n := range count {
		if n < 25 {
			t.Errorf("class %d has %d of 300 pictures", k, n)
		}
	}
	if len(strings.Fields(Names)) != Classes {
		t.Errorf("%d names for %d classes", len(strings.Fields(Names)), Classes)
	}
}

// For a linear net the worst picture in the ball is known: the margin to class k falls by ε‖w_y − w_k‖₁ and by no more. PGD and DeepFool
// find it where it changes the answer, and nothing else does where it does not.
func TestAttacksOnLinearNets(t *testing.T) {
	rng := source(6)
	fell, stood := 0, 0
	for range 60 {
		l := Layer{Kind: "dense", Out: 2, W: normal(rng, 2*Pixels), B: make([]float64, 2)}
		x := make([]float64, Pixels)
		for i := range x {
			x[i] = 0.2 + 0.6*rng.Float64() // the range is never met
		}
		n := compile(t, Model{[]Layer{l}}, Side, Side, 2)
		y := n.Answer(x)
		norm := 0.0
		for i := range Pixels {
			norm += math.Abs(l.W[i] - l.W[Pixels+i])
		}
		edge := marginOf(n.Logits(x), y) / norm // the radius that just suffices
		if edge > 0.19 {
			continue // the ball would leave [0, 1]
		}
		for _, eps := range []float64{0.95 * edge, 1.05 * edge} {
			must := eps > edge
			if must {
				fell++
			} else {
				stood++
			}
			for name, a := range map[string][]float64{
				"PGD":      PGD{Steps: 10, Restarts: 1}.Run(n, x, y, eps, rng),
				"DeepFool": DeepFool{Steps: 3}.Run(n, x, y, eps),
			} {
				if (a != nil) != must {
					t.Errorf("%s at %.3f of the edge: success is %v", name, eps/edge, a != nil)
				}
				if a != nil {
					inBall(t, name, a, x, eps)
					if n.Answer(a) == y {
						t.Errorf("%s returns a picture that is answered rightly", name)
					}
				}
			}
			if a := (RandomSearch{Queries: 50}).Run(n, x, y, eps, rng); a != nil {
				inBall(t, "random search", a, x, eps)
				if !must || n.Answer(a) == y {
					t.Error("random search returns a picture that is answered rightly")
				}
			}
			inBall(t, "transfer", Transfer(n, x, y, eps, 5), x, eps)
		}
	}
	if fell < 20 || stood < 20 {
		t.Fatalf("only %d and %d cases", fell, stood)
	}
}

func inBall(t *testing.T, name string, a, x []float64, eps float64) {
	t.Helper()
	for i := range a {
		if math.Abs(a[i]-x[i]) > eps+1e-12 || a[i] < 0 || a[i] > 1 {
			t.Fatalf("%s: pixel %d went from %v to %v, radius %v", name, i, x[i], a[i], eps)
		}
	}
}

// The net that knows the textures is right, and nothing is left of it; scaled up, PGD alone would call it robust, and it is found out.
func TestMaskedGradientsAreFound(t *testing.T) {
	d := Draw(40, source(7))
	honest := Surrogates()[1]
	r := Measure(honest, d, Protocol{}, source(8))
	if r.CleanAccuracy() < 0.8 || r.PGD != 0 || r.Robust != 0 || r.Masked() {
		t.Errorf("the textures' net: %+v", r)
	}
	if r.Localisation < 0.2 || r.Localisation > 0.45 { // its saliency is flat, but for what rivals have in common
		t.Errorf("localisation %.2f of a net without a place", r.Localisation)
	}
	l := honest.layers[0].Layer
	l.W = slices.Clone(l.W)
	for i := range l.W {
		l.W[i] *= 1e7
	}
	masked := Measure(compile(t, Model{[]Layer{l}}, Side, Side, Classes), d, Protocol{}, source(8))
	if masked.Clean != r.Clean || masked.PGD < masked.Intact/2 || !masked.Masked() || masked.Robust != 0 {
		t.Errorf("scaled up: %+v", masked)
	}
	letters := Measure(Surrogates()[0], d, Protocol{}, source(8))
	if letters.CleanAccuracy() < 0.9 || letters.Localisation < 0.75 || letters.Masked() {
		t.Errorf("the letters' net: %+v", letters)
	}
}

func TestNotFiniteIsCounted(t *testing.T) {
	l := Layer{Kind: "dense", Out: Classes, W: make([]float64, Classes*Pixels), B: make([]float64, Classes)}
	for i := range l.W {
		l.W[i] = math.MaxFloat64
	}
	r := Measure(compile(t, Model{[]Layer{l}}, Side, Side, Classes), Draw(5, source(9)), Protocol{}, source(9))
	if r.NotFinite != 5 || r.Clean != 0 || r.Robust != 0 || r.Localisation != 0 {
		t.Errorf("%+v", r)
	}
}

func TestLocalisation(t *testing.T) {
	s := make([]float64, Pixels)
	s[0], s[3*Side+3], s[11*Side+11] = 1, 2, 2
	for _, c := range []struct {
		box  image.Rectangle
		want float64
	}{{image.Rect(4, 4, 9, 9), 4.0 / 9}, {image.Rect(0, 0, 5, 5), 5.0 / 9}, {image.Rect(5, 5, 10, 10), 0}} {
		if got := Localisation(s, c.box); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%v: %v, want %v", c.box, got, c.want)
		}
	}
	if got := Localisation(make([]float64, Pixels), image.Rect(4, 4, 9, 9)); got != 0 {
		t.Errorf("a map without energy: %v", got)
	}
}
