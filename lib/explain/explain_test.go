package explain

import (
	"encoding/json"
	"image"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// golden is testdata/golden.json, made by testdata/golden.py with numpy and scipy.
type golden struct {
	Maps []struct {
		F, G         [][][]float64
		W            [][]float64
		B            []float64
		Class        int
		CAM, GradCAM [][]float64
		Mean         float64 `json:"mean_logit"`
		Sum          float64 `json:"sum_logit"`
	}
	Upsample []struct {
		M            [][]float64
		H, W         int
		Sum, Squares float64
		Diagonal     []float64
	}
	Boxes []struct {
		M         [][]float64
		Threshold float64
		Box       [4]int
	}
	Ranks []struct {
		A, B [][]float64
		Rho  float64
	}
}

func readGolden(t *testing.T) golden {
	t.Helper()
	raw, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(raw, &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Maps) < 10 || len(g.Upsample) < 8 || len(g.Boxes) < 40 || len(g.Ranks) < 6 {
		t.Fatalf("golden.json holds %d, %d, %d, %d cases: make it anew", len(g.Maps), len(g.Upsample), len(g.Boxes), len(g.Ranks))
	}
	return g
}

func near(a, b, tol float64) bool { return math.Abs(a-b) <= tol*(1+math.Abs(b)) }

func sameMap(t *testing.T, what string, got, want [][]float64, tol float64) {
	t.Helper()
	if len(got) != len(want) || len(got[0]) != len(want[0]) {
		t.Fatalf("%s: %d×%d, want %d×%d", what, len(got), len(got[0]), len(want), len(want[0]))
	}
	for y := range want {
		for x, v := range want[y] {
			if !near(got[y][x], v, tol) {
				t.Fatalf("%s: [%d][%d] = %.17g, want %.17g", what, y, x, got[y][x], v)
			}
		}
	}
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestMapsAgainstNumpy(t *testing.T) {
	for i, c := range readGolden(t).Maps {
		m, err := ClassMap(c.F, c.W, c.Class)
		if err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		sameMap(t, "ClassMap", m, c.CAM, 1e-12)
		g, err := GradMap(c.F, c.G)
		if err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		sameMap(t, "GradMap", g, c.GradCAM, 1e-12)
		for p, want := range map[Pooling]float64{Mean: c.Mean, Sum: c.Sum} {
			F, err := Pool(c.F, p)
			if err != nil {
				t.Fatalf("case %d: %v", i, err)
			}
			if got := Score(F, c.W, c.B, c.Class); !near(got, want, 1e-12) {
				t.Errorf("case %d: Score with %v pooling = %g, want %g", i, p, got, want)
			}
		}
	}
}

func total(m [][]float64) (s float64) {
	for _, row := range m {
		for _, v := range row {
			s += v
		}
	}
	return s
}

func randomMap(rng *rand.Rand, h, w int) [][]float64 {
	m := newMap(h, w)
	for y := range m {
		for x := range m[y] {
			m[y][x] = rng.NormFloat64()
		}
	}
	return m
}

func randomFeatures(rng *rand.Rand, h, w, k int) [][][]float64 {
	f := make([][][]float64, h)
	for y := range f {
		f[y] = randomMap(rng, w, k)
	}
	return f
}

// Both readings of F_k: the map accounts for the logit by its mean, or by its sum, but never by the other.
func TestTheMapAccountsForTheLogit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		h, w, k, n := 1+rng.IntN(6), 1+rng.IntN(6), 1+rng.IntN(8), 1+rng.IntN(5)
		f, W, b := randomFeatures(rng, h, w, k), randomMap(rng, k, n), randomMap(rng, 1, n)[0]
		for c := range n {
			m := must[[][]float64](t)(ClassMap(f, W, c))
			mean := Score(must[[]float64](t)(Pool(f, Mean)), W, b, c)
			sum := Score(must[[]float64](t)(Pool(f, Sum)), W, b, c)
			if got := total(m)/float64(h*w) + b[c]; !near(got, mean, 1e-12) {
				t.Fatalf("mean of M + b = %g, S = %g", got, mean)
			}
			if got := total(m) + b[c]; !near(got, sum, 1e-12) {
				t.Fatalf("sum of M + b = %g, S = %g", got, sum)
			}
			if got := total(m) + b[c]; h*w > 1 && near(got, mean, 1e-6) {
				t.Fatalf("%d×%d: the sum of M gives the logit of the mean, too: %g", h, w, got)
			}
		}
	}
}

func TestProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		h, w, k := 1+rng.IntN(5), 1+rng.IntN(5), 1+rng.IntN(6)
		f, A, B := randomFeatures(rng, h, w, k), randomMap(rng, k, 3), randomMap(rng, k, 3)
		// linear in the weights: M(2A − 3B) = 2M(A) − 3M(B)
		C := newMap(k, 3)
		for i := range C {
			for c := range C[i] {
				C[i][c] = 2*A[i][c] - 3*B[i][c]
			}
		}
		a, b, both := must[[][]float64](t)(ClassMap(f, A, 1)), must[[][]float64](t)(ClassMap(f, B, 1)), must[[][]float64](t)(ClassMap(f, C, 1))
		for y := range both {
			for x := range both[y] {
				if !near(both[y][x], 2*a[y][x]-3*b[y][x], 1e-12) {
					t.Fatal("not linear in the weights")
				}
			}
		}
		// the order of the channels does not matter
		perm := rng.Perm(k)
		pf, pA := randomFeatures(rng, h, w, k), newMap(k, 3)
		for i, j := range perm {
			copy(pA[i], A[j])
			for y := range f {
				for x := range f[y] {
					pf[y][x][i] = f[y][x][j]
				}
			}
		}
		sameMap(t, "permuted channels", must[[][]float64](t)(ClassMap(pf, pA, 1)), a, 1e-12)
		// what moves in the features moves in the map
		dy, dx := rng.IntN(h), rng.IntN(w)
		moved, want := make([][][]float64, h), newMap(h, w)
		for y := range moved {
			moved[y] = make([][]float64, w)
			for x := range moved[y] {
				moved[y][x] = f[(y+dy)%h][(x+dx)%w]
				want[y][x] = a[(y+dy)%h][(x+dx)%w]
			}
		}
		sameMap(t, "moved features", must[[][]float64](t)(ClassMap(moved, A, 1)), want, 0)
		// Grad-CAM with the gradients of a Mean net is max(0, M)/(HW)
		g, cut := make([][][]float64, h), newMap(h, w)
		for y := range g {
			g[y] = newMap(w, k)
			for x := range g[y] {
				cut[y][x] = max(0, a[y][x]) / float64(h*w)
				for i := range k {
					g[y][x][i] = A[i][1] / float64(h*w)
				}
			}
		}
		sameMap(t, "Grad-CAM of a Mean net", must[[][]float64](t)(GradMap(f, g)), cut, 1e-12)
	}
}

func TestUpsampleAgainstScipy(t *testing.T) {
	for i, c := range readGolden(t).Upsample {
		m, err := Upsample(c.M, c.H, c.W)
		if err != nil {
			t.Fatal(err)
		}
		var sum, squares float64
		for y := range m {
			for _, v := range m[y] {
				sum, squares = sum+v, squares+v*v
			}
			if got := m[y][y*c.W/c.H]; !near(got, c.Diagonal[y], 1e-12) {
				t.Errorf("case %d: row %d: %g, want %g", i, y, got, c.Diagonal[y])
			}
		}
		if !near(sum, c.Sum, 1e-10) || !near(squares, c.Squares, 1e-10) {
			t.Errorf("case %d: sum %g, of squares %g; want %g, %g", i, sum, squares, c.Sum, c.Squares)
		}
	}
}

func TestUpsampleProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	flip := func(m [][]float64) [][]float64 {
		out := newMap(len(m), len(m[0]))
		for y := range m {
			for x := range m[y] {
				out[y][x] = m[y][len(m[y])-1-x]
			}
		}
		return out
	}
	for range 30 {
		H, W, h, w := 1+rng.IntN(6), 1+rng.IntN(6), 1+rng.IntN(20), 1+rng.IntN(20)
		m := randomMap(rng, H, W)
		up := must[[][]float64](t)(Upsample(m, h, w))
		sameMap(t, "same size", must[[][]float64](t)(Upsample(m, H, W)), m, 1e-13)
		sameMap(t, "mirrored", must[[][]float64](t)(Upsample(flip(m), h, w)), flip(up), 1e-12)
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, row := range m {
			for _, v := range row {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
		for _, row := range up {
			for _, v := range row {
				if v < lo-1e-12 || v > hi+1e-12 {
					t.Fatalf("%g outside [%g, %g]", v, lo, hi)
				}
			}
		}
	}
}

func TestNormalise(t *testing.T) {
	sameMap(t, "Normalise", must[[][]float64](t)(Normalise([][]float64{{-2, 0}, {6, 2}})), [][]float64{{0, .25}, {1, .5}}, 1e-15)
	sameMap(t, "constant", must[[][]float64](t)(Normalise([][]float64{{7, 7}, {7, 7}})), newMap(2, 2), 0)
	sameMap(t, "huge", must[[][]float64](t)(Normalise([][]float64{{-8e307, 8e307, 0}})), [][]float64{{0, 1, .5}}, 1e-12)
}

func TestBoxAgainstScipy(t *testing.T) {
	empty := 0
	for i, c := range readGolden(t).Boxes {
		got, err := Box(c.M, c.Threshold)
		if err != nil {
			t.Fatal(err)
		}
		if want := image.Rect(c.Box[0], c.Box[1], c.Box[2], c.Box[3]); got != want {
			t.Errorf("case %d: %v, want %v", i, got, want)
		}
		if got.Empty() {
			empty++
		}
	}
	if empty == 0 || empty == 40 {
		t.Errorf("%d of 40 boxes are empty: the cases do not test both", empty)
	}
}

func TestIoU(t *testing.T) {
	a := image.Rect(0, 0, 4, 4)
	for _, c := range []struct {
		b    image.Rectangle
		want float64
	}{
		{a, 1}, {image.Rect(2, 0, 6, 4), 8. / 24}, {image.Rect(4, 4, 8, 8), 0}, {image.Rect(1, 1, 3, 3), 4. / 16},
		{image.Rectangle{}, 0}, {image.Rect(3, 3, 5, 6), 1. / 21},
	} {
		if got := IoU(a, c.b); !near(got, c.want, 1e-15) || got != IoU(c.b, a) {
			t.Errorf("IoU(%v, %v) = %g, want %g both ways", a, c.b, got, c.want)
		}
	}
	if IoU(image.Rectangle{}, image.Rectangle{}) != 0 {
		t.Error("two empty boxes")
	}
}

func TestBestCentredBox(t *testing.T) {
	// Boxes that are all the same centred one: it must be found. Then a pair, where the best is between.
	b := image.Rect(3, 2, 7, 8)
	if got := BestCentredBox(10, 10, []image.Rectangle{b, b}); got != b {
		t.Errorf("best centred box %v, want %v", got, b)
	}
	got := BestCentredBox(10, 10, []image.Rectangle{image.Rect(4, 4, 6, 6), image.Rect(1, 1, 9, 9)})
	sum := func(r image.Rectangle) float64 {
		return IoU(r, image.Rect(4, 4, 6, 6)) + IoU(r, image.Rect(1, 1, 9, 9))
	}
	for s := 2; s <= 8; s += 2 {
		if r := CentredBox(10, 10, s, s); sum(r) > sum(got)+1e-12 {
			t.Errorf("%v beats %v", r, got)
		}
	}
}

func TestRankCorrelationAgainstScipy(t *testing.T) {
	for i, c := range readGolden(t).Ranks {
		got, err := RankCorrelation(c.A, c.B)
		if err != nil || !near(got, c.Rho, 1e-12) {
			t.Errorf("case %d: %g (%v), want %g", i, got, err, c.Rho)
		}
	}
	if r := must[float64](t)(RankCorrelation([][]float64{{1, 1}}, [][]float64{{1, 2}})); !math.IsNaN(r) {
		t.Errorf("a constant map correlates %g", r)
	}
}

func TestLocalise(t *testing.T) {
	// Map 0 points into its box and fills it; map 1 points elsewhere; map 2 has nothing positive.
	maps := &Maps{N: 3, H: 2, W: 2, Values: []float32{
		1, 0, 0, 0,
		0, 0, 0, 5,
		-1, -2, -3, -4,
	}}
	l, err := Localise(maps, 2, 2, []image.Rectangle{image.Rect(0, 0, 1, 1), image.Rect(0, 0, 1, 1), image.Rect(1, 1, 2, 2)}, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	if l.IoU[0] != 1 || l.IoU[1] != 0 || l.IoU[2] != 0 || !near(l.MeanIoU, 1./3, 1e-12) || !near(l.Half, 1./3, 1e-12) || !near(l.Pointing, 1./3, 1e-12) {
		t.Errorf("%+v", l)
	}
	if !l.Boxes[2].Empty() {
		t.Errorf("box of a map without evidence: %v", l.Boxes[2])
	}
}

func TestPanicsAndErrors(t *testing.T) {
	nan := math.NaN()
	ok, okW := [][][]float64{{{1}}}, [][]float64{{1, 2}}
	for name, f := range map[string]func(){
		"empty features":   func() { ClassMap(nil, okW, 0) },
		"ragged rows":      func() { ClassMap([][][]float64{{{1}, {2}}, {{1}}}, okW, 0) },
		"ragged channels":  func() { ClassMap([][][]float64{{{1}, {2, 3}}}, okW, 0) },
		"class too large":  func() { ClassMap(ok, okW, 2) },
		"class negative":   func() { ClassMap(ok, okW, -1) },
		"weights [C][K]":   func() { ClassMap([][][]float64{{{1, 2, 3}}}, okW, 0) },
		"gradient's shape": func() { GradMap(ok, [][][]float64{{{1, 2}}}) },
		"size 0":           func() { Upsample([][]float64{{1}}, 0, 3) },
		"threshold 0":      func() { Box([][]float64{{1}}, 0) },
		"threshold NaN":    func() { Box([][]float64{{1}}, nan) },
		"ragged map":       func() { Box([][]float64{{1}, {1, 2}}, 1) },
		"shapes differ":    func() { RankCorrelation([][]float64{{1}}, [][]float64{{1, 2}}) },
	} {
		func() {
			defer func() {
				if e, _ := recover().(string); !strings.HasPrefix(e, "explain: ") {
					t.Errorf("%s: panic %q", name, e)
				}
			}()
			f()
		}()
	}
	bad := [][][]float64{{{1, 2}, {3, nan}}}
	for name, c := range map[string]struct {
		f    func() error
		want string
	}{
		"NaN feature":  {func() error { _, err := ClassMap(bad, [][]float64{{1}, {1}}, 0); return err }, "f[0][1][1] = NaN"},
		"Inf weight":   {func() error { _, err := ClassMap(ok, [][]float64{{math.Inf(1)}}, 0); return err }, "weights[0][0] = +Inf"},
		"NaN gradient": {func() error { _, err := GradMap([][][]float64{{{1, 2}, {3, 4}}}, bad); return err }, "g[0][1][1] = NaN"},
		"NaN map":      {func() error { _, err := Upsample([][]float64{{1}, {nan}}, 2, 2); return err }, "m[1][0] = NaN"},
		"NaN box":      {func() error { _, err := Box([][]float64{{1}, {nan}}, .5); return err }, "m[1][0] = NaN"},
	} {
		if err := c.f(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v does not say %q", name, err, c.want)
		}
	}
	// A weight of another class may be anything.
	if _, err := ClassMap(ok, [][]float64{{1, nan}}, 0); err != nil {
		t.Errorf("NaN in a class that is not asked for: %v", err)
	}
}

func TestBoxOfAWindingPart(t *testing.T) {
	m := [][]float64{
		{1, 0, 0, 0, 1},
		{1, 0, 1, 1, 0},
		{1, 1, 1, 0, 0},
	}
	if got, err := Box(m, 0.5); err != nil || got != image.Rect(0, 0, 4, 3) {
		t.Errorf("box %v (%v): the part winds upwards to column 3, and the corner pixel is not of it", got, err)
	}
	if at, err := Peak(m); err != nil || at != image.Pt(0, 0) {
		t.Errorf("of equal peaks the first in reading order is meant, not %v (%v)", at, err)
	}
}
