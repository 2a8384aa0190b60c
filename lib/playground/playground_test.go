package playground

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"nncourse/lib/relunet"
)

func session(t *testing.T, link string) *Session {
	t.Helper()
	s, err := Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A link holds the whole state, to the last bit: going on from it is going on.
func TestLinkIsTheState(t *testing.T) {
	for _, link := range []string{
		"", "data=xor&net=8-8-8-8-8-8&act=relu&in=x-y-xx-yy-xy-sinx-siny&seed=18446744073709551615&noise=0.05&l2=0.001",
		"data=none&own=0.1_0.2_0*-0.3_1.5_1*0.25_-1_1&net=&batch=3", "data=spirals&n=500&train=0.9&rate=0.3&act=sigmoid&l1=0.0001", "data=moons&net=1", "data=blobs",
	} {
		p := session(t, link)
		for range 3 {
			p.Step()
		}
		s := p.State()
		q := session(t, "#"+s.Link())
		if again := q.State(); !reflect.DeepEqual(again, s) {
			t.Errorf("%s: the state\n%+v\nbecame\n%+v", link, s, again)
		}
		for range 2 {
			p.Step()
			q.Step()
		}
		if !reflect.DeepEqual(p.State(), q.State()) {
			t.Errorf("%s: two epochs on, the states differ", link)
		}
	}
}

// The default network learns the circles, a single layer cannot, and with x² and y² it can: bands over seeds.
func TestLearns(t *testing.T) {
	for _, c := range []struct {
		link   string
		lo, hi float64 // of the training loss after 600 epochs
		most   int     // seeds of 5 that may lie outside
	}{
		{"net=4-2", 0, 0.06, 1},
		{"net=", 0.6, math.Ln2 + 0.01, 0},
		{"net=&in=xx-yy&rate=0.3", 0, 0.1, 0},
		{"data=xor&net=4&act=relu&noise=0", 0, 0.15, 2},
		{"data=xor&net=&in=x-y&noise=0", 0.6, 0.7, 0},
		{"data=xor&net=&in=xy&noise=0&rate=1", 0, 0.2, 0},
	} {
		out := 0
		for seed := range uint64(5) {
			s, err := Parse(c.link)
			if err != nil {
				t.Fatal(err)
			}
			s.Seed = seed
			p, err := New(s)
			if err != nil {
				t.Fatal(err)
			}
			for range 600 {
				p.Step()
			}
			train, _ := p.Loss()
			if !(train >= c.lo && train <= c.hi) {
				out++
				t.Logf("%s, seed %d: loss %.3f", c.link, seed, train)
			}
		}
		if out > c.most {
			t.Errorf("%s: %d of 5 seeds outside %g … %g", c.link, out, c.lo, c.hi)
		}
	}
}

// A step is gradient descent on J: with all points in one batch the loss with its penalties falls, and a weight's
// change is −η times the central difference of J.
func TestStepIsTheGradient(t *testing.T) {
	s := Default()
	s.Batch, s.Rate, s.L2, s.N, s.Train = 100, 1e-3, 0.01, 60, 0.5
	p, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	j := func(w []float64) float64 {
		q, err := New(s)
		if err != nil {
			t.Fatal(err)
		}
		q.net.SetParams(w)
		v, _ := q.Loss()
		for _, l := range q.net.Layers {
			for _, x := range l.W.RawMatrix().Data {
				v += s.L2 / 2 * x * x
			}
		}
		return v
	}
	before := p.net.Params()
	p.Step()
	after := p.net.Params()
	for i := range before {
		const h = 1e-5
		up, down := append([]float64(nil), before...), append([]float64(nil), before...)
		up[i] += h
		down[i] -= h
		want := -s.Rate * (j(up) - j(down)) / (2 * h)
		if got := after[i] - before[i]; math.Abs(got-want) > 1e-9 {
			t.Errorf("weight %d moved by %.3e, the gradient says %.3e", i, got, want)
		}
	}
	if j(after) >= j(before) {
		t.Errorf("J rose from %g to %g", j(before), j(after))
	}
}

// The surfaces are the network's answers at the pixels' centres.
func TestSurfaces(t *testing.T) {
	p := session(t, "in=x-xy&net=3&act=relu")
	p.Step()
	const n = 7
	all := p.Surfaces(n)
	if len(all) != 3 || len(all[0]) != 2*n*n || len(all[1]) != 3*n*n || len(all[2]) != n*n {
		t.Fatalf("%d layers", len(all))
	}
	for i := range n {
		for j := range n {
			x, y := Range*(2*(float64(j)+0.5)/n-1), Range*(1-2*(float64(i)+0.5)/n)
			want := math.Tanh(p.Net().Predict([]float64{x, x * y})[0] / 2)
			if got := float64(all[2][i*n+j]); math.Abs(got-want) > 1e-6 {
				t.Fatalf("at (%g, %g): %g, want %g", x, y, got, want)
			}
			if got := float64(all[0][n*n+i*n+j]); math.Abs(got-x*y) > 1e-6 {
				t.Fatalf("feature xy at (%g, %g): %g", x, y, got)
			}
		}
	}
}

// The regions tile the square, and within one the network is affine.
func TestRegions(t *testing.T) {
	p := session(t, "data=xor&net=6-4&act=relu&in=y")
	for range 20 {
		p.Step()
	}
	for _, link := range []string{"in=y", "in=x-y"} {
		p := session(t, "data=xor&net=6-4&act=relu&"+link)
		polygons, ok := p.Regions()
		if !ok || len(polygons) < 2 {
			t.Fatalf("%s: %d regions", link, len(polygons))
		}
		area := 0.0
		for _, v := range polygons {
			for i := range v {
				q := v[(i+1)%len(v)]
				area += (v[i][0]*q[1] - q[0]*v[i][1]) / 2
			}
		}
		if math.Abs(area-4*Range*Range) > 1e-9 {
			t.Errorf("%s: the regions cover %g of %g", link, area, 4*Range*Range)
		}
		rng := rand.New(rand.NewPCG(1, 1))
		at := func(x, y float64) float64 {
			in := []float64{x, y}
			if link == "in=y" {
				in = in[1:]
			}
			return p.Net().Predict(in)[0]
		}
		for _, v := range polygons {
			// Three random inner points and their mean: affine means equal.
			var c [3][2]float64
			for k := range c {
				sum := 0.0
				for _, q := range v {
					w := rng.ExpFloat64()
					sum += w
					c[k][0], c[k][1] = c[k][0]+w*q[0], c[k][1]+w*q[1]
				}
				c[k][0], c[k][1] = c[k][0]/sum, c[k][1]/sum
			}
			mean := at((c[0][0]+c[1][0]+c[2][0])/3, (c[0][1]+c[1][1]+c[2][1])/3)
			if want := (at(c[0][0], c[0][1]) + at(c[1][0], c[1][1]) + at(c[2][0], c[2][1])) / 3; math.Abs(mean-want) > 1e-9 {
				t.Errorf("%s: not affine within a region: %g, %g", link, mean, want)
			}
		}
	}
	for _, link := range []string{"act=tanh", "act=relu&in=x-xx"} {
		if _, ok := session(t, link).Regions(); ok {
			t.Errorf("%s has linear regions", link)
		}
	}
	if relunet.Square(Range).XMax != Range {
		t.Error("the square is not the picture's")
	}
}

func TestWrongLinks(t *testing.T) {
	for link, want := range map[string]string{
		"data=cats": "none of circles", "net=9": "1 … 8", "net=1-1-1-1-1-1-1": "layers", "net=a": "net=a", "in=": "none of", "in=y-x": "order", "in=x-x": "order",
		"rate=0": "rate", "rate=NaN": "rate", "noise=-1": "noise", "n=1e9": "n=", "seed=-1": "seed", "what=1": "unknown", "own=1_2": "x_y_class", "own=9_0_0": "own point",
		"w=AAAA": "weights", "w=AAAAAAAAAAA": "weights for a network", "epoch=-1": "epoch", "batch=0": "batch", "l1=2": "l1", "train=1": "train", "n=%zz": "n=",
		"own=" + strings.Repeat("0_0_0*", 600) + "0_0_0": "more than", strings.Repeat("x", 70000): "characters",
	} {
		s, err := Parse(link)
		if err == nil {
			_, err = New(s)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: error %v, want one with %q", link, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("data=xor&net=2-2&own=0_0_1")
	f.Add("w=AAAAAAAA8D8")
	f.Fuzz(func(t *testing.T, link string) {
		s, err := Parse(link)
		if err != nil {
			return
		}
		again, err := Parse(s.Link())
		if err != nil || !reflect.DeepEqual(again, s) && s.Own == nil {
			t.Errorf("%q: %v\n%+v\n%+v", link, err, s, again)
		}
	})
}

func BenchmarkEpoch(b *testing.B) {
	p, err := New(Default())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p.Step()
	}
}
