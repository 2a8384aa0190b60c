package augment

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"nncourse/lib/datasets"
	"nncourse/lib/symmetry"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func random(n int, rng *rand.Rand) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = rng.Float32()
	}
	return x
}

func apart(a, b []float32) float64 {
	worst := 0.0
	for i := range a {
		worst = max(worst, math.Abs(float64(a[i]-b[i])))
	}
	return worst
}

// Against scipy.ndimage (testdata/golden.py): interpolation to float32's rounding, the filter to float64's.
func TestGolden(t *testing.T) {
	var g struct {
		H, W                            int
		Pix, X, Y, Value, Noise, Smooth []float64
		Sigma                           float64
	}
	b, err := os.ReadFile("testdata/warp.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	if len(g.X) != 200 || len(g.Smooth) != 99 {
		t.Fatalf("golden file with %d points and %d filtered values", len(g.X), len(g.Smooth))
	}
	pix := make([]float32, len(g.Pix))
	for i, v := range g.Pix {
		pix[i] = float32(v)
	}
	for k, want := range g.Value {
		got := Warp(pix, g.H, g.W, 1, func(x, y float64) (float64, float64) { return g.X[k], g.Y[k] })[0]
		if math.Abs(float64(got)-want) > 1e-6 {
			t.Errorf("(%g, %g): %g, scipy %g", g.X[k], g.Y[k], got, want)
		}
	}
	gaussian(g.Noise, g.H, g.W, g.Sigma)
	for p, want := range g.Smooth {
		if math.Abs(g.Noise[p]-want) > 1e-12 {
			t.Errorf("filtered value %d: %g, scipy %g", p, g.Noise[p], want)
		}
	}
}

func TestQuarterTurnsAreThoseOfC4(t *testing.T) {
	const n = 7
	x := random(n*n, source(1))
	for k, e := range symmetry.C4(n).Elements {
		got := Moved(x, n, n, 1, float64(k)*math.Pi/2, 1, 1, 0, 0, 0)
		if d := apart(got, symmetry.Move(e, x)); d > 1e-6 {
			t.Errorf("%s: %g apart", e.Name, d)
		}
	}
}

// A linear picture a + bx + cy is interpolated without error; so where a transformed point comes from is seen exactly.
func TestMovedPullsBack(t *testing.T) {
	const h, w = 31, 41
	rng := source(2)
	for range 20 {
		turn, sx, sy, slant, dx, dy := rng.Float64()-0.5, math.Exp(0.4*rng.Float64()-0.2), math.Exp(0.4*rng.Float64()-0.2), 0.4*rng.Float64()-0.2, 4*rng.Float64()-2, 4*rng.Float64()-2
		var pix [2][]float32 // the coordinates of the old picture, from its middle
		for p := range h * w {
			pix[0], pix[1] = append(pix[0], float32(p%w)-(w-1)/2), append(pix[1], float32(p/w)-(h-1)/2)
		}
		ox, oy := Moved(pix[0], h, w, 1, turn, sx, sy, slant, dx, dy), Moved(pix[1], h, w, 1, turn, sx, sy, slant, dx, dy)
		for y := 12; y < h-12; y++ {
			for x := 15; x < w-15; x++ {
				// forwards: scale, slant (up is −y), turn, shift must lead to (x, y)
				u, v := sx*float64(ox[y*w+x]), sy*float64(oy[y*w+x])
				u -= slant * v
				u, v = math.Cos(turn)*u+math.Sin(turn)*v+dx, -math.Sin(turn)*u+math.Cos(turn)*v+dy
				if math.Hypot(u-float64(x-(w-1)/2), v-float64(y-(h-1)/2)) > 1e-4 {
					t.Fatalf("(%d, %d) comes from a point that goes to (%g, %g)", x, y, u+(w-1)/2, v+(h-1)/2)
				}
			}
		}
	}
}

func TestIdentities(t *testing.T) {
	const h, w, c = 8, 6, 3
	x := random(h*w*c, source(3))
	for name, f := range map[string]Func{"Shift(0)": Shift(0), "Affine{}": Affine{}.Func(), "Elastic(0, 2)": Elastic(0, 2), "Noise(0)": Noise(0), "Chain()": Chain()} {
		if d := apart(f(x, h, w, c, source(1)), x); d > 1e-6 {
			t.Errorf("%s changes by %g", name, d)
		}
	}
	all := Chain(Shift(2), Affine{Turn: 1, Scale: 0.5, Slant: 0.5, Shift: 2}.Func(), Elastic(2, 2), Mirror, Noise(0.1))
	before := slices.Clone(x)
	a, b, d := all(x, h, w, c, source(1)), all(x, h, w, c, source(1)), all(x, h, w, c, source(2))
	if !slices.Equal(a, b) || slices.Equal(a, d) || !slices.Equal(x, before) {
		t.Error("one seed must give one picture, another one another, and the picture must stay")
	}
	for i, v := range a {
		if !(v >= 0 && v <= 1) {
			t.Fatalf("value %d is %g", i, v)
		}
	}
}

func TestShift(t *testing.T) {
	const h, w, c, most = 5, 7, 2, 2
	x := random(h*w*c, source(4))
	rng := source(5)
	seen := map[[2]int]int{}
	for range 2000 {
		got := Shift(most)(x, h, w, c, rng)
		found := 0
		for dy := -most; dy <= most; dy++ {
			for dx := -most; dx <= most; dx++ {
				same := true
				for p := range got {
					row, col := p/c/w-dy, p/c%w-dx
					want := float32(0)
					if row >= 0 && row < h && col >= 0 && col < w {
						want = x[(row*w+col)*c+p%c]
					}
					same = same && got[p] == want
				}
				if same {
					seen[[2]int{dy, dx}]++
					found++
				}
			}
		}
		if found != 1 {
			t.Fatalf("the picture is %d of the 25 shifted ones", found)
		}
	}
	for s, n := range seen { // 80 expected, standard deviation 8.8
		if n < 40 || n > 120 {
			t.Errorf("shift %v came %d times of 2000", s, n)
		}
	}
	if len(seen) != 25 {
		t.Errorf("%d of 25 shifts came", len(seen))
	}
}

func TestMirror(t *testing.T) {
	x := []float32{1, 2, 3, 4, 5, 6}
	rng := source(6)
	turned := 0
	for range 400 {
		switch y := Mirror(x, 2, 3, 1, rng); {
		case slices.Equal(y, []float32{3, 2, 1, 6, 5, 4}):
			turned++
		case !slices.Equal(y, x):
			t.Fatalf("%v", y)
		}
	}
	if turned < 150 || turned > 250 { // 200 ± 10
		t.Errorf("mirrored %d of 400 times", turned)
	}
}

// The root mean square of the pulls is alpha away from the border, and neighbours have the correlation of a filtered noise,
// e^(−d²/4σ²) at distance d.
func TestFieldStatistics(t *testing.T) {
	const h, w, alpha = 28, 28, 1.7
	rng := source(7)
	for _, sigma := range []float64{2, 3} {
		sum, cross, n := 0.0, 0.0, 0.0
		for range 400 {
			f := Field(h, w, alpha, sigma, rng)
			for y := 10; y < 18; y++ {
				for x := 10; x < 16; x++ {
					sum, cross, n = sum+f[y*w+x]*f[y*w+x], cross+f[y*w+x]*f[y*w+x+2], n+1
				}
			}
		}
		if rms := math.Sqrt(sum / n); math.Abs(rms/alpha-1) > 0.06 { // about 400 fields of a few independent places each
			t.Errorf("σ = %g: root mean square %g, want %g", sigma, rms, alpha)
		}
		if got, want := cross/sum, math.Exp(-4/(4*sigma*sigma)); math.Abs(got-want) > 0.03 {
			t.Errorf("σ = %g: correlation at distance 2 %g, want %g", sigma, got, want)
		}
	}
}

func TestNoise(t *testing.T) {
	x := make([]float32, 20000)
	for i := range x {
		x[i] = 0.5
	}
	sum, squares := 0.0, 0.0
	for _, v := range Noise(0.1)(x, 100, 200, 1, source(8)) {
		sum, squares = sum+float64(v)-0.5, squares+(float64(v)-0.5)*(float64(v)-0.5)
	}
	if mean, sd := sum/20000, math.Sqrt(squares/20000); math.Abs(mean) > 0.003 || math.Abs(sd-0.1) > 0.003 {
		t.Errorf("mean %g, standard deviation %g", mean, sd)
	}
}

func TestImages(t *testing.T) {
	d := datasets.Strokes(7, source(1))
	a, b := Images(d, 3, Shift(2), source(2)), Images(d, 3, Shift(2), source(2))
	if a.N != 21 || !slices.Equal(a.Pix, b.Pix) || !slices.Equal(a.Pix[:7*784], d.Pix) {
		t.Fatal("3 copies of 7 images, the first ones as they were, the same for one seed")
	}
	for i := range a.N {
		if a.Labels[i] != d.Labels[i%7] {
			t.Errorf("copy %d has label %d", i, a.Labels[i])
		}
	}
	if slices.Equal(a.Image(7), a.Image(14)) || slices.Equal(a.Image(7), d.Image(0)) && slices.Equal(a.Image(8), d.Image(1)) && slices.Equal(a.Image(9), d.Image(2)) {
		t.Error("the copies are not changed")
	}
	if c := Images(d, 2, nil, source(2)); !slices.Equal(c.Image(7), d.Image(0)) {
		t.Error("without a function the copies are copies")
	}
}

func TestPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"size": func() { Warp(nil, 2, 2, 1, nil) }, "elastic": func() { Elastic(1, 0) }, "copies": func() { Images(datasets.Strokes(1, source(1)), 0, nil, source(1)) },
		"ridge": func() { Ridge([][]float64{{1}}, []float64{1}, 0) }, "rows": func() { Ridge([][]float64{{1}, {1, 2}}, []float64{1, 2}, 1) },
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
}

func ExampleMoved() {
	// A bar of two pixels, turned by 90° counter-clockwise.
	x := []float32{
		0, 0, 0,
		0, 1, 1,
		0, 0, 0,
	}
	y := Moved(x, 3, 3, 1, math.Pi/2, 1, 1, 0, 0, 0)
	for r := range 3 {
		fmt.Printf("%.0f\n", y[3*r:3*r+3])
	}
	// Output:
	// [0 1 0]
	// [0 1 0]
	// [0 0 0]
}

func BenchmarkElastic(b *testing.B) {
	x, rng := random(28*28, source(1)), source(2)
	f := Elastic(1, 3)
	for b.Loop() {
		f(x, 28, 28, 1, rng)
	}
}
