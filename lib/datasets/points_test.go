package datasets

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func seeded() *rand.Rand { return rand.New(rand.NewPCG(8, 1)) }

var centres = [][2]float64{{0, 0}, {3, 1}, {-2, 4}}

var pointSets = map[string]func(n int, noise float64, rng *rand.Rand) *Points{
	"two moons": TwoMoons,
	"circles":   Circles,
	"2 spirals": func(n int, noise float64, rng *rand.Rand) *Points { return Spirals(n, 2, noise, rng) },
	"XOR":       XOR,
	"3 Gaussian blobs": func(n int, noise float64, rng *rand.Rand) *Points {
		return Blobs(n, centres, noise, rng)
	},
}

func TestPointSets(t *testing.T) {
	for name, f := range pointSets {
		p := f(301, 0.1, seeded())
		if len(p.X) != 301 || len(p.Y) != 301 || !strings.HasPrefix(p.Source, name) {
			t.Errorf("%s: %d points, %q", name, len(p.X), p.Source)
		}
		counts := make([]int, p.Classes())
		for _, c := range p.Y {
			counts[c]++
		}
		if slices.Max(counts)-slices.Min(counts) > 1 {
			t.Errorf("%s: counts %v", name, counts)
		}
		if slices.IsSorted(p.Y) {
			t.Errorf("%s: the points are in the order of their classes", name)
		}
		q := f(301, 0.1, seeded())
		if !slices.Equal(p.X, q.X) || !slices.Equal(p.Y, q.Y) {
			t.Errorf("%s: one seed, two sets", name)
		}
		if e := f(0, 0, seeded()); len(e.X) != 0 {
			t.Errorf("%s: no points", name)
		}
		x, y := p.Columns(1)
		if len(x) != counts[1] || len(y) != counts[1] {
			t.Errorf("%s: Columns gives %d points, want %d", name, len(x), counts[1])
		}
	}
}

// Without noise every point lies on its curve: the closed forms.
func TestPointsOnTheirCurves(t *testing.T) {
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }
	on := map[string]func(x, y float64, c int) bool{
		"two moons": func(x, y float64, c int) bool {
			if c == 1 {
				x, y = 1-x, 0.5-y
			}
			return near(x*x+y*y, 1) && y >= 0
		},
		"circles": func(x, y float64, c int) bool { return near(math.Hypot(x, y), 1/float64(1+c)) },
		"2 spirals": func(x, y float64, c int) bool {
			r := math.Hypot(x, y)
			phi := 3*math.Pi*(r-0.1)/0.9 + math.Pi*float64(c)
			return r >= 0.1-1e-12 && r <= 1+1e-12 && math.Hypot(x-r*math.Cos(phi), y-r*math.Sin(phi)) < 1e-9
		},
		"XOR":              func(x, y float64, c int) bool { return (x*y < 0) == (c == 1) && math.Abs(x) <= 1 && math.Abs(y) <= 1 },
		"3 Gaussian blobs": func(x, y float64, c int) bool { return [2]float64{x, y} == centres[c] },
	}
	for name, f := range pointSets {
		p := f(500, 0, seeded())
		for i, x := range p.X {
			if !on[name](x[0], x[1], p.Y[i]) {
				t.Fatalf("%s: point %d, %v of class %d, is not where it belongs", name, i, x, p.Y[i])
			}
		}
	}
}

// The noise has the standard deviation that was asked for: for 20000 points of a blob, to within 2 % (four standard errors).
func TestNoise(t *testing.T) {
	p := Blobs(20000, [][2]float64{{1, -2}}, 0.7, seeded())
	for axis, mean := range []float64{1, -2} {
		s, s2 := 0.0, 0.0
		for _, x := range p.X {
			s += x[axis] - mean
			s2 += (x[axis] - mean) * (x[axis] - mean)
		}
		n := float64(len(p.X))
		if math.Abs(s/n) > 4*0.7/math.Sqrt(n) || math.Abs(math.Sqrt(s2/n)/0.7-1) > 0.02 {
			t.Errorf("axis %d: mean off by %.4f, standard deviation %.4f", axis, s/n, math.Sqrt(s2/n))
		}
	}
}

func TestPointsPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"n":       func() { TwoMoons(-1, 0, seeded()) },
		"noise":   func() { Circles(1, -1, seeded()) },
		"NaN":     func() { XOR(1, math.NaN(), seeded()) },
		"one arm": func() { Spirals(1, 1, 0, seeded()) },
		"centres": func() { Blobs(1, nil, 0, seeded()) },
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "datasets: ") {
					t.Errorf("%s: recovered %q", name, s)
				}
			}()
			f()
		}()
	}
}
