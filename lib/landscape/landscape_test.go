package landscape_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/landscape"
	"nncourse/lib/optim"
)

var background = context.Background()

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 8)) }

func gaussian(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

//go:embed testdata/golden.json
var goldenJSON []byte

type golden struct {
	Path        [][]float64
	U, V        []float64
	Share       [2]float64
	Minima      [][]float64
	Eigenvalues [][]float64
}

func readGolden(t testing.TB) (g golden) {
	if err := json.Unmarshal(goldenJSON, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// himmelblau has four minima, all of value 0.
func himmelblau() optim.Problem {
	return optim.Problem{
		N: 1,
		Loss: func(x []float64, _ []int) float64 {
			a, b := x[0]*x[0]+x[1]-11, x[0]+x[1]*x[1]-7
			return a*a + b*b
		},
		Grad: func(dst, x []float64, _ []int) {
			a, b := x[0]*x[0]+x[1]-11, x[0]+x[1]*x[1]-7
			dst[0], dst[1] = 4*a*x[0]+2*b, 2*a+4*b*x[1]
		},
	}
}

func TestPlane(t *testing.T) {
	// f(x) = x₁ + 10x₂ + 100x₃ shows every index.
	f := func(x []float64) float64 { return x[0] + 10*x[1] + 100*x[2] }
	g, err := landscape.Plane(background, f, []float64{1, 1, 1}, []float64{1, 0, 0}, []float64{0, 0, 2}, [2]float64{-1, 1}, [2]float64{0, 2}, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float64{{110, 111, 112}, {510, 511, 512}}
	for i := range want {
		if !slices.Equal(g.Z[i], want[i]) {
			t.Errorf("row %d is %v, want %v", i, g.Z[i], want[i])
		}
	}
	if !slices.Equal(g.A, []float64{-1, 0, 1}) || !slices.Equal(g.B, []float64{0, 2}) {
		t.Errorf("coefficients %v and %v", g.A, g.B)
	}
	if z, a, b := g.Min(); z != 110 || a != -1 || b != 0 {
		t.Errorf("minimum %v at (%v, %v)", z, a, b)
	}
	if x := g.At(2, 3); !slices.Equal(x, []float64{3, 1, 7}) {
		t.Errorf("At(2, 3) = %v", x)
	}
	g.Z[0][0] = math.NaN()
	if z, _, _ := g.Min(); z != 111 {
		t.Errorf("minimum beside a NaN is %v", z)
	}
	ended, cancel := context.WithCancel(background)
	cancel()
	if _, err := landscape.Plane(ended, f, g.Centre, g.U, g.V, [2]float64{0, 1}, [2]float64{0, 1}, 2, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
}

// Every slice of a convex function is convex: midpoints lie under chords, on lines and planes in any direction.
func TestSlicesOfConvex(t *testing.T) {
	for seed := range uint64(20) {
		rng := source(seed)
		const n = 6
		a := mat.NewDense(9, n, gaussian(rng, 9*n))
		p := optim.LeastSquares(a, gaussian(rng, 9))
		loss := func(x []float64) float64 { return p.Loss(x, nil) }
		u, v := landscape.Random(rng, n)
		g, err := landscape.Plane(background, loss, gaussian(rng, n), u, v, [2]float64{-2, 2}, [2]float64{-3, 1}, 11, 9)
		if err != nil {
			t.Fatal(err)
		}
		for i := range g.Z {
			for j := 1; j+1 < len(g.A); j++ {
				if mid := (g.Z[i][j-1] + g.Z[i][j+1]) / 2; g.Z[i][j] > mid+1e-12*mid {
					t.Fatalf("seed %d: row %d is not convex at column %d", seed, i, j)
				}
			}
		}
		_, z := landscape.Line(loss, gaussian(rng, n), gaussian(rng, n), -1, 2, 13)
		for j := 1; j+1 < len(z); j++ {
			if mid := (z[j-1] + z[j+1]) / 2; z[j] > mid+1e-12*mid {
				t.Fatalf("seed %d: the line is not convex at point %d", seed, j)
			}
		}
	}
}

func TestLine(t *testing.T) {
	s, z := landscape.Line(func(x []float64) float64 { return x[0] * x[1] }, []float64{1, 2}, []float64{3, 0}, 0, 1, 3)
	if !slices.Equal(s, []float64{0, 0.5, 1}) || !slices.Equal(z, []float64{2, 2, 0}) {
		t.Errorf("%v, %v", s, z)
	}
}

func TestDirections(t *testing.T) {
	for seed := range uint64(20) {
		rng := source(seed)
		n := 2 + rng.IntN(30)
		u, v := landscape.Random(rng, n)
		for what, got := range map[string]float64{"‖u‖": floats.Norm(u, 2) - 1, "‖v‖": floats.Norm(v, 2) - 1, "⟨u,v⟩": floats.Dot(u, v)} {
			if !(math.Abs(got) < 1e-14) {
				t.Errorf("seed %d: %s is off by %g", seed, what, got)
			}
		}
		// Coordinates inverts At, and measures what sticks out.
		w := gaussian(rng, n)
		skew := slices.Clone(u)
		floats.AddScaled(skew, 0.5, v) // not orthogonal to v
		g := landscape.Grid{Centre: w, U: skew, V: v}
		a, b, rest := landscape.Coordinates(g.At(1.5, -2), w, skew, v)
		if !(math.Abs(a-1.5) < 1e-12 && math.Abs(b+2) < 1e-12 && rest < 1e-12) {
			t.Errorf("seed %d: coordinates (%v, %v), rest %v", seed, a, b, rest)
		}
		if n > 2 {
			// A third direction, orthogonal to both.
			o := gaussian(rng, n)
			_, o = landscape.Orthonormal(u, o)
			_, o = landscape.Orthonormal(v, o)
			x := g.At(1.5, -2)
			floats.AddScaled(x, 3, o)
			if a, b, rest := landscape.Coordinates(x, w, skew, v); !(math.Abs(a-1.5) < 1e-9 && math.Abs(b+2) < 1e-9 && math.Abs(rest-3) < 1e-9) {
				t.Errorf("seed %d: coordinates (%v, %v), rest %v, want 1.5, −2, 3", seed, a, b, rest)
			}
		}
	}
	// Nearly parallel vectors still give orthogonal ones.
	u, v := landscape.Orthonormal([]float64{1, 1, 1}, []float64{1, 1, 1 + 1e-7})
	if d := floats.Dot(u, v); !(math.Abs(d) < 1e-15) {
		t.Errorf("nearly parallel: ⟨u,v⟩ = %g", d)
	}

	c, u, v := landscape.Through([]float64{1, 0, 0}, []float64{1, 3, 0}, []float64{1, 1, 4})
	if !slices.Equal(c, []float64{1, 0, 0}) || !slices.Equal(u, []float64{0, 1, 0}) || !slices.Equal(v, []float64{0, 0, 1}) {
		t.Errorf("through three points: %v %v %v", c, u, v)
	}
}

// Each filter of the direction gets the norm of the weights' filter, and keeps its own direction; the rest is 0.
func TestFilterNormalise(t *testing.T) {
	for seed := range uint64(10) {
		rng := source(seed)
		x, d := gaussian(rng, 12), gaussian(rng, 12)
		filters := []landscape.Filter{{0, 4}, {4, 8}, {8, 10}}
		got := landscape.FilterNormalise(d, x, filters)
		for _, f := range filters {
			g, w, o := got[f.Lo:f.Hi], x[f.Lo:f.Hi], d[f.Lo:f.Hi]
			if !(math.Abs(floats.Norm(g, 2)/floats.Norm(w, 2)-1) < 1e-14) {
				t.Errorf("filter %v has norm %v, the weights %v", f, floats.Norm(g, 2), floats.Norm(w, 2))
			}
			if c := floats.Dot(g, o) / floats.Norm(g, 2) / floats.Norm(o, 2); !(math.Abs(c-1) < 1e-14) {
				t.Errorf("filter %v has turned: cosine %v", f, c)
			}
		}
		if got[10] != 0 || got[11] != 0 {
			t.Error("parameters in no filter move")
		}
		// Invariant: the direction's own scale does not matter, the weights' scale carries over.
		floats.Scale(7, d)
		if again := landscape.FilterNormalise(d, x, filters); !floats.EqualApprox(again, got, 1e-14) {
			t.Error("the direction's scale matters")
		}
	}
}

func TestPCA(t *testing.T) {
	g := readGolden(t)
	u, v, share := landscape.PCA(g.Path)
	for _, c := range []struct{ got, want []float64 }{{u, g.U}, {v, g.V}} {
		// up to sign
		if d := math.Abs(floats.Dot(c.got, c.want)); !(math.Abs(d-1) < 1e-12) {
			t.Errorf("direction %v, NumPy %v", c.got, c.want)
		}
	}
	if !(math.Abs(share[0]-g.Share[0]) < 1e-12 && math.Abs(share[1]-g.Share[1]) < 1e-12) {
		t.Errorf("shares %v, NumPy %v", share, g.Share)
	}
	// A path in a plane is explained by it.
	rng := source(1)
	e, f := landscape.Random(rng, 50)
	var flat [][]float64
	for range 8 {
		p := make([]float64, 50)
		floats.AddScaled(p, rng.NormFloat64(), e)
		floats.AddScaled(p, rng.NormFloat64(), f)
		flat = append(flat, p)
	}
	u, v, share = landscape.PCA(flat)
	if s := share[0] + share[1]; !(math.Abs(s-1) < 1e-12) {
		t.Errorf("a flat path: shares sum to %v", s)
	}
	for _, p := range flat {
		if _, _, rest := landscape.Coordinates(p, flat[7], u, v); !(rest < 1e-12) {
			t.Errorf("a flat path sticks out by %g", rest)
		}
	}
}

// From a grid of starts Himmelblau's function is minimised to SciPy's four minima; the nearest start is in each basin.
func TestEnds(t *testing.T) {
	want := readGolden(t).Minima
	starts := landscape.GridStarts([2]float64{-5, 5}, [2]float64{-5, 5}, 21, 17)
	done := 0
	b := landscape.Basins{Method: optim.GD{Rate: 0.01, Steps: 4000, Every: 4000, Tolerance: 1e-8}, Progress: func(n int) { done = n }}
	e, err := b.Ends(background, himmelblau(), append(starts, []float64{40, 40}), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Minima) != 4 || done != 21*17+1 {
		t.Fatalf("%d minima after %d runs, want 4 after %d", len(e.Minima), done, 21*17+1)
	}
	for _, m := range want {
		i := slices.IndexFunc(e.Minima, func(x []float64) bool { return floats.Distance(x, m, 2) < 1e-6 })
		if i < 0 {
			t.Errorf("the minimum %v is not among the ends %v", m, e.Minima)
			continue
		}
		near := 0
		for k, s := range starts {
			if floats.Distance(s, m, 2) < floats.Distance(starts[near], m, 2) {
				near = k
			}
		}
		if e.Label[near] != i {
			t.Errorf("the start %v beside the minimum %v ends at %v", starts[near], m, e.Ends[near])
		}
	}
	total := 0
	for i, c := range e.Count {
		total += c
		if n := count(e.Label, i); n != c {
			t.Errorf("minimum %d: count %d, but %d labels", i, c, n)
		}
	}
	last := len(starts)
	if e.Label[last] != -1 || !math.IsInf(e.Loss[last], 1) {
		t.Errorf("the start that diverges has label %d and loss %v", e.Label[last], e.Loss[last])
	}
	if total != e.Settled || e.Settled < 21*17-2 {
		t.Errorf("%d settled, the minima count %d", e.Settled, total)
	}
	for k := range starts {
		if l := e.Label[k]; l >= 0 && floats.Distance(e.Ends[k], e.Minima[l], 2) > 1e-2 {
			t.Errorf("start %v has label %d but ends at %v", starts[k], l, e.Ends[k])
		}
	}

	// One function of Same makes all one.
	b.Same = func(x, y []float64) bool { return true }
	if e, _ := b.Ends(background, himmelblau(), starts[:40], nil); len(e.Minima) != 1 {
		t.Errorf("%d minima with Same always true", len(e.Minima))
	}
	ended, cancel := context.WithCancel(background)
	cancel()
	if _, err := b.Ends(ended, himmelblau(), starts, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
}

// Two minima of different loss: the better is number 0 whatever order the starts come in.
func TestEndsOrder(t *testing.T) {
	// (x² − 1)² + 0.3x: minima near −1 (lower) and +1.
	p := optim.Problem{N: 1,
		Loss: func(x []float64, _ []int) float64 { return math.Pow(x[0]*x[0]-1, 2) + 0.3*x[0] },
		Grad: func(dst, x []float64, _ []int) { dst[0] = 4*x[0]*(x[0]*x[0]-1) + 0.3 },
	}
	e, err := landscape.Basins{Method: optim.GD{Rate: 0.05, Steps: 2000}}.Ends(background, p, [][]float64{{2}, {0.5}, {-0.5}, {-2}, {1.5}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(e.Label, []int{1, 1, 0, 0, 1}) || !slices.Equal(e.Count, []int{2, 3}) || !(e.Minima[0][0] < 0) {
		t.Errorf("labels %v, counts %v, minima %v", e.Label, e.Count, e.Minima)
	}
	slow, _ := landscape.Basins{Method: optim.GD{Rate: 0.05, Steps: 2}}.Ends(background, p, [][]float64{{2}}, nil)
	if slow.Label[0] != -1 || slow.Settled != 0 || math.IsInf(slow.Loss[0], 0) {
		t.Errorf("a run that has not settled: label %d, loss %v", slow.Label[0], slow.Loss[0])
	}
}

func count(labels []int, l int) (n int) {
	for _, v := range labels {
		if v == l {
			n++
		}
	}
	return n
}

func TestHessian(t *testing.T) {
	g := readGolden(t)
	p := himmelblau()
	grad := func(dst, x []float64) { p.Grad(dst, x, nil) }
	for i, m := range g.Minima {
		// h²/6 of fourth derivatives of 24 with h = 2e-5, and rounding of gradients near 0 of terms near 100
		if got := landscape.Eigenvalues(landscape.Hessian(grad, m)); !floats.EqualApprox(got, g.Eigenvalues[i], 1e-6) {
			t.Errorf("eigenvalues at %v: %v, NumPy %v", m, got, g.Eigenvalues[i])
		}
	}
	// A saddle of x² − y² + 3xy, at any point.
	saddle := func(dst, x []float64) { dst[0], dst[1] = 2*x[0]+3*x[1], -2*x[1]+3*x[0] }
	h := landscape.Hessian(saddle, []float64{50, -3})
	if !mat.EqualApprox(h, mat.NewSymDense(2, []float64{2, 3, 3, -2}), 1e-8) {
		t.Errorf("Hessian %v", mat.Formatted(h))
	}
	if e := landscape.Eigenvalues(h); !(e[0] < 0 && e[1] > 0) {
		t.Errorf("eigenvalues of a saddle: %v", e)
	}
}

func TestPanics(t *testing.T) {
	f := func(x []float64) float64 { return 0 }
	r := [2]float64{0, 1}
	for name, g := range map[string]func(){
		"lengths": func() { landscape.Plane(background, f, []float64{1}, []float64{1, 2}, []float64{1}, r, r, 2, 2) },
		"range": func() {
			landscape.Plane(background, f, []float64{1}, []float64{1}, []float64{1}, [2]float64{1, 1}, r, 2, 2)
		},
		"line":      func() { landscape.Line(f, []float64{1}, []float64{1, 2}, 0, 1, 5) },
		"1-D":       func() { landscape.Random(source(1), 1) },
		"zero":      func() { landscape.Orthonormal([]float64{0, 0}, []float64{1, 0}) },
		"parallel":  func() { landscape.Orthonormal([]float64{1, 1}, []float64{2, 2}) },
		"dependent": func() { landscape.Coordinates([]float64{1, 1}, []float64{0, 0}, []float64{1, 1}, []float64{2, 2}) },
		"overlap": func() {
			landscape.FilterNormalise([]float64{1, 1}, []float64{1, 1}, []landscape.Filter{{0, 2}, {1, 2}})
		},
		"beyond":     func() { landscape.FilterNormalise([]float64{1, 1}, []float64{1, 1}, []landscape.Filter{{0, 3}}) },
		"two points": func() { landscape.PCA([][]float64{{1, 2}, {3, 4}}) },
		"one line":   func() { landscape.PCA([][]float64{{1, 2}, {2, 4}, {3, 6}}) },
		"no method":  func() { landscape.Basins{}.Ends(background, himmelblau(), nil, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			g()
		}()
	}
}

// 41×41 points of a least-squares loss of 200 samples and 30 parameters.
func BenchmarkPlane(b *testing.B) {
	rng := source(1)
	p := optim.LeastSquares(mat.NewDense(200, 30, gaussian(rng, 6000)), gaussian(rng, 200))
	u, v := landscape.Random(rng, 30)
	centre := gaussian(rng, 30)
	for b.Loop() {
		if _, err := landscape.Plane(background, func(x []float64) float64 { return p.Loss(x, nil) }, centre, u, v, [2]float64{-1, 1}, [2]float64{-1, 1}, 41, 41); err != nil {
			b.Fatal(err)
		}
	}
}
