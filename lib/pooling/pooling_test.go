package pooling_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"nncourse/lib/gradcheck"
	"nncourse/lib/pooling"
)

//go:embed testdata/golden.json
var goldenJSON []byte

type golden struct {
	Window, Stride, Pad [2]int
	Pools               map[string]struct{ X, Y, DY, DX [][]float64 }
}

func cases(t *testing.T) (all []golden) {
	if err := json.Unmarshal(goldenJSON, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// tol: sums of at most 36 numbers near 1, and powers of them.
const tol = 1e-13

func near(t testing.TB, what string, got, want [][]float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
	}
	for i := range want {
		if len(got[i]) != len(want[i]) {
			t.Fatalf("%s: row %d has %d entries, want %d", what, i, len(got[i]), len(want[i]))
		}
		for j := range want[i] {
			if !(math.Abs(got[i][j]-want[i][j]) <= tol*(1+math.Abs(want[i][j]))) {
				t.Fatalf("%s, entry %d, %d: %v, want %v", what, i, j, got[i][j], want[i][j])
			}
		}
	}
}

func gaussian(rng *rand.Rand, m, n int) [][]float64 {
	a := make([][]float64, m)
	for i := range a {
		a[i] = make([]float64, n)
		for j := range a[i] {
			a[i][j] = rng.NormFloat64()
		}
	}
	return a
}

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 5)) }

// PyTorch's pools, forwards and backwards, with ties, overlaps and padding; where there is one row the functions of one dimension too.
func TestGolden(t *testing.T) {
	ran, signals := map[string]int{}, 0
	for i, g := range cases(t) {
		rows := pooling.Options{Window: g.Window[0], Stride: g.Stride[0], Pad: g.Pad[0]}
		cols := pooling.Options{Window: g.Window[1], Stride: g.Stride[1], Pad: g.Pad[1]}
		for name, p := range g.Pools {
			what := fmt.Sprintf("case %d, %s", i, name)
			ran[name]++
			m, n := len(p.X), len(p.X[0])
			switch name {
			case "max":
				y, arg := pooling.Max2D(p.X, rows, cols)
				near(t, what, y, p.Y)
				near(t, what+", dx", pooling.Max2DBackward(m, n, arg, p.DY), p.DX)
			case "mean":
				near(t, what, pooling.Mean2D(p.X, rows, cols), p.Y)
				near(t, what+", dx", pooling.Mean2DBackward(m, n, p.DY, rows, cols), p.DX)
			default:
				q := map[string]float64{"lp2": 2, "lp3": 3}[name]
				near(t, what, pooling.Lp2D(p.X, q, rows, cols), p.Y)
				near(t, what+", dx", pooling.Lp2DBackward(p.X, q, p.DY, rows, cols), p.DX)
			}
			if m > 1 {
				continue
			}
			signals++
			x, dy, row := p.X[0], p.DY[0], func(v []float64) [][]float64 { return [][]float64{v} }
			switch name {
			case "max":
				y, arg := pooling.Max(x, cols)
				near(t, what+" 1-D", row(y), p.Y)
				near(t, what+" 1-D, dx", row(pooling.MaxBackward(n, arg, dy)), p.DX)
			case "mean":
				near(t, what+" 1-D", row(pooling.Mean(x, cols)), p.Y)
				near(t, what+" 1-D, dx", row(pooling.MeanBackward(n, dy, cols)), p.DX)
			default:
				q := map[string]float64{"lp2": 2, "lp3": 3}[name]
				near(t, what+" 1-D", row(pooling.Lp(x, q, cols)), p.Y)
				near(t, what+" 1-D, dx", row(pooling.LpBackward(x, q, dy, cols)), p.DX)
			}
		}
	}
	if ran["max"] != 12 || ran["mean"] != 12 || ran["lp2"] != 7 || ran["lp3"] != 7 || signals != 6 {
		t.Errorf("ran %v, %d signals", ran, signals)
	}
}

// Central differences, for p that PyTorch's lp_pool has not; sums of the gradients; scaling.
func TestGradientsAndProperties(t *testing.T) {
	rng := source(1)
	for range 20 {
		m, n := 4+rng.IntN(5), 4+rng.IntN(5)
		rows := pooling.Options{Window: 2 + rng.IntN(2), Stride: rng.IntN(4), Pad: rng.IntN(2)}
		cols := pooling.Options{Window: 1 + rng.IntN(3), Stride: rng.IntN(4)}
		x := gaussian(rng, m, n)
		dy := gaussian(rng, rows.Size(m), cols.Size(n))
		back := func(flat []float64) (a [][]float64) {
			for i := range m {
				a = append(a, flat[i*n:(i+1)*n])
			}
			return a
		}
		dot := func(y [][]float64) float64 {
			s := 0.0
			for i := range y {
				for j := range y[i] {
					s += dy[i][j] * y[i][j]
				}
			}
			return s
		}
		_, arg := pooling.Max2D(x, rows, cols)
		for _, c := range []struct {
			name string
			f    func(x [][]float64) [][]float64
			dx   [][]float64
			sum  bool // the gradients of x add up to those of y
		}{
			{"max", func(x [][]float64) [][]float64 { y, _ := pooling.Max2D(x, rows, cols); return y }, pooling.Max2DBackward(m, n, arg, dy), true},
			{"mean", func(x [][]float64) [][]float64 { return pooling.Mean2D(x, rows, cols) }, pooling.Mean2DBackward(m, n, dy, rows, cols), true},
			{"p = 1", func(x [][]float64) [][]float64 { return pooling.Lp2D(x, 1, rows, cols) }, pooling.Lp2DBackward(x, 1, dy, rows, cols), false},
			{"p = 1.7", func(x [][]float64) [][]float64 { return pooling.Lp2D(x, 1.7, rows, cols) }, pooling.Lp2DBackward(x, 1.7, dy, rows, cols), false},
			{"p = 2", func(x [][]float64) [][]float64 { return pooling.Lp2D(x, 2, rows, cols) }, pooling.Lp2DBackward(x, 2, dy, rows, cols), false},
			{"p = 5", func(x [][]float64) [][]float64 { return pooling.Lp2D(x, 5, rows, cols) }, pooling.Lp2DBackward(x, 5, dy, rows, cols), false},
		} {
			r := gradcheck.Checker{}.Check(func(v []float64) float64 { return dot(c.f(back(v))) }, slices.Concat(x...), slices.Concat(c.dx...), rng)
			if err := r.Err(); err != nil {
				t.Errorf("%s, %d×%d, %+v, %+v: %v", c.name, m, n, rows, cols, err)
			}
			// pool(2x) = 2 pool(x)
			double := gaussian(rng, m, n)
			for i := range double {
				for j := range double[i] {
					double[i][j] = 2 * x[i][j]
				}
			}
			y, y2 := c.f(x), c.f(double)
			for i := range y {
				for j := range y[i] {
					y[i][j] *= 2
				}
			}
			near(t, c.name+" of 2x", y2, y)
			if c.sum {
				total := 0.0
				for _, v := range slices.Concat(c.dx...) {
					total += v
				}
				for _, v := range slices.Concat(dy...) {
					total -= v
				}
				if !(math.Abs(total) <= 1e-12) {
					t.Errorf("%s: Σ dx − Σ dy = %v", c.name, total)
				}
			}
		}
	}
}

// mean |x| ≤ (mean |x|^p)^{1/p} ≤ max |x|, and p → ∞ is the maximum.
func TestBetween(t *testing.T) {
	rng := source(2)
	opt := pooling.Options{Window: 3, Stride: 2}
	for range 50 {
		x := gaussian(rng, 1, 15)[0]
		for i := range x {
			x[i] = math.Abs(x[i])
		}
		low := pooling.Mean(x, opt)
		high, _ := pooling.Max(x, opt)
		for _, p := range []float64{1.5, 2, 4, 50} {
			for i, y := range pooling.Lp(x, p, opt) {
				if m := y / math.Pow(3, 1/p); !(low[i]-tol <= m && m <= high[i]+tol) || y < high[i]-tol {
					t.Errorf("p = %v: %v, mean %v, max %v", p, y, low[i], high[i])
				}
			}
		}
		for i, y := range pooling.Lp(x, 1e4, opt) {
			if !(math.Abs(y-high[i]) <= 2e-4*high[i]) { // 3^(1/p) = 1 + 1.1e-4
				t.Errorf("p = 10⁴: %v, max %v", y, high[i])
			}
		}
		for i, y := range pooling.Lp(x, 1, opt) {
			if !(math.Abs(y-3*low[i]) <= tol*y) {
				t.Errorf("p = 1: %v, three means %v", y, 3*low[i])
			}
		}
	}
}

// Ties, NaN, scales: one signal each.
func TestEdges(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	two := pooling.Options{Window: 2}
	y, arg := pooling.Max([]float64{3, 3, -1, -1, nan, 5, 5, nan, -inf, -inf, -inf, inf}, two)
	if fmt.Sprint(y, arg) != "[3 -1 NaN NaN -Inf +Inf] [0 2 4 7 8 11]" {
		t.Error(y, arg)
	}
	if dx := pooling.MaxBackward(3, []int{1, 1}, []float64{2, 5}); fmt.Sprint(dx) != "[0 7 0]" {
		t.Error("one entry is the maximum of two windows:", dx)
	}
	for _, s := range []float64{1e-200, 1e200} {
		x := []float64{3 * s, -4 * s}
		if y := pooling.Lp(x, 2, two); !(math.Abs(y[0]/(5*s)-1) <= tol) {
			t.Errorf("scale %g: %v", s, y)
		}
		if dx := pooling.LpBackward(x, 2, []float64{1}, two); !(math.Abs(dx[0]-0.6)+math.Abs(dx[1]+0.8) <= tol) {
			t.Errorf("scale %g: %v", s, dx)
		}
	}
	if y := pooling.Lp([]float64{0, 0, nan, 1, -inf, 1}, 2, two); y[0] != 0 || y[1] == y[1] || !math.IsInf(y[2], 1) {
		t.Error(y)
	}
	for _, p := range []float64{1, 2, 3} {
		if dx := pooling.LpBackward([]float64{0, 0}, p, []float64{7}, two); fmt.Sprint(dx) != "[0 0]" {
			t.Errorf("p = %v at 0: %v", p, dx)
		}
	}
	x := [][]float64{{1, -2, 3}, {-7, 5, 6}}
	y1, at := pooling.GlobalMax(x)
	if y1 != 6 || at != [2]int{1, 2} || pooling.GlobalMean(x) != 1 || math.Abs(pooling.GlobalLp(x, 2)-math.Sqrt(124)) > tol {
		t.Error(y1, at, pooling.GlobalMean(x), pooling.GlobalLp(x, 2))
	}
}

func TestPanics(t *testing.T) {
	x, two := [][]float64{{1, 2}, {3, 4}}, pooling.Options{Window: 2}
	for what, f := range map[string]func(){
		"does not fit":         func() { pooling.Max([]float64{1}, two) },
		"window 0":             func() { pooling.Mean([]float64{1}, pooling.Options{}) },
		"stride -1":            func() { pooling.Mean([]float64{1}, pooling.Options{Window: 1, Stride: -1}) },
		"padding 2":            func() { pooling.Mean([]float64{1, 2}, pooling.Options{Window: 2, Pad: 2}) },
		"padding -1":           func() { pooling.Mean([]float64{1, 2, 3, 4}, pooling.Options{Window: 1, Pad: -1}) },
		"x is empty":           func() { pooling.Max2D([][]float64{{}}, two, two) },
		"row 1 of x has 1":     func() { pooling.Mean2D([][]float64{{1, 2}, {1}}, two, two) },
		"p = 0.5":              func() { pooling.Lp2D(x, 0.5, two, two) },
		"p = NaN":              func() { pooling.Lp2DBackward(x, math.NaN(), x, two, two) },
		"dy is 2×2":            func() { pooling.Mean2DBackward(2, 2, x, two, two) },
		"dy is 1×2, the pool":  func() { pooling.Lp2DBackward(x, 2, x[:1], two, two) },
		"arg[0][0] is (0, 2)":  func() { pooling.MaxBackward(2, []int{2}, []float64{1}) },
		"dy has 2 rows, arg 1": func() { pooling.Max2DBackward(2, 2, [][][2]int{{{0, 0}, {0, 0}}}, x) },
		"dy has 2 entries":     func() { pooling.MaxBackward(2, []int{1}, []float64{1, 2}) },
		"want at least 1":      func() { pooling.AllKeptShare(2, 0) },
		"want at least":        func() { pooling.Kept(0) },
	} {
		func() {
			defer func() {
				if r := fmt.Sprint(recover()); !strings.HasPrefix(r, "pooling: ") || !strings.Contains(r, what) {
					t.Errorf("%s: %s", what, r)
				}
			}()
			f()
		}()
	}
}

func TestArgumentsAreKept(t *testing.T) {
	rng, opt := source(3), pooling.Options{Window: 2, Stride: 1}
	x, dy := gaussian(rng, 4, 4), gaussian(rng, 3, 3)
	before := fmt.Sprint(x, dy)
	_, arg := pooling.Max2D(x, opt, opt)
	places := fmt.Sprint(arg)
	pooling.Max2DBackward(4, 4, arg, dy)
	pooling.Mean2D(x, opt, opt)
	pooling.Mean2DBackward(4, 4, dy, opt, opt)
	pooling.Lp2D(x, 2, opt, opt)
	pooling.Lp2DBackward(x, 2, dy, opt, opt)
	if fmt.Sprint(x, dy) != before || fmt.Sprint(arg) != places {
		t.Error("an argument was changed")
	}
}
