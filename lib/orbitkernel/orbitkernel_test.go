package orbitkernel_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"nncourse/lib/orbitkernel"
	"nncourse/lib/svm"
	"nncourse/lib/symmetry"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 46)) }

func gaussian(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

func several(rng *rand.Rand, k, n int) (x [][]float64) {
	for range k {
		x = append(x, gaussian(rng, n))
	}
	return x
}

var groups = []*symmetry.Group{symmetry.CyclicShifts(6), symmetry.C4(3), symmetry.D4(3), symmetry.Permutations(4), symmetry.Signs(3), symmetry.Rotations(5)}

var bases = []svm.Kernel{nil, svm.RBF{Gamma: 0.1}, svm.Linear{}, svm.Polynomial{Degree: 3, Coef0: 1}, svm.Lift{}}

//go:embed testdata/golden.json
var goldenJSON []byte

// NumPy, by roll and rot90 (testdata/golden.py).
func TestGolden(t *testing.T) {
	var cases []struct {
		Group, Base     string
		X, Z            []float64
		Sum, Part, Best float64
	}
	if err := json.Unmarshal(goldenJSON, &cases); err != nil || len(cases) != 9 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		g := map[string]*symmetry.Group{"shifts": groups[0], "C4": groups[1], "D4": groups[2]}[c.Group]
		base := map[string]svm.Kernel{"rbf 0.3": svm.RBF{Gamma: 0.3}, "rbf 0.05": svm.RBF{Gamma: 0.05}, "cubic": svm.Polynomial{Degree: 3, Coef0: 1}}[c.Base]
		n := float64(g.Order())
		for name, v := range map[string][2]float64{
			"sum":    {orbitkernel.New(base, g).At(c.X, c.Z), c.Sum},
			"mean":   {orbitkernel.Kernel{Base: base, Maps: g.Elements, Mean: true}.At(c.X, c.Z), c.Sum / (n * n)},
			"single": {orbitkernel.Single{Base: base, Group: g}.At(c.X, c.Z), c.Sum},
			"part":   {orbitkernel.Kernel{Base: base, Maps: g.Elements[:3]}.At(c.X, c.Z), c.Part},
			"best":   {orbitkernel.BestMatch{Base: base, Maps: g.Elements}.At(c.X, c.Z), c.Best},
		} {
			if !(math.Abs(v[0]-v[1]) <= 1e-12*math.Abs(v[1])) {
				t.Errorf("%s, %s, %s: %v, NumPy %v", c.Group, c.Base, name, v[0], v[1])
			}
		}
	}
}

// Over a group K is symmetric, invariant in each argument, equal to the single sum and positive semidefinite.
func TestGroups(t *testing.T) {
	rng := source(1)
	for _, g := range groups {
		x := several(rng, 7, g.Dim())
		for _, base := range bases {
			k := orbitkernel.New(base, g)
			single := orbitkernel.Single{Base: base, Group: g, Mean: true}
			n := float64(g.Order())
			if _, linear := base.(svm.Linear); linear && (g.Name == "sign" || g.Dim() == 2) {
				// x and −x, or the corners of a pentagon, add up to nothing: Φ = 0, and K is rounding
				if v := math.Abs(k.At(x[0], x[1])); v > 1e-13 {
					t.Errorf("%v over %s is %g, want 0", k, g.Name, v)
				}
				continue
			}
			if d := orbitkernel.Invariance(k, g.Elements, x); !(d < 1e-10) {
				t.Errorf("%v over %s moves by %g", k, g.Name, d)
			}
			for _, a := range x {
				for _, b := range x {
					scale := math.Sqrt(k.At(a, a) * k.At(b, b))
					if d := math.Abs(k.At(a, b) - k.At(b, a)); d > 1e-12*scale {
						t.Errorf("%v over %s: not symmetric by %g", k, g.Name, d)
					}
					if d := math.Abs(single.At(a, b)*n*n - k.At(a, b)); !(d <= 1e-11*scale) {
						t.Errorf("%v over %s: single and double sum differ by %g of %g", k, g.Name, d, scale)
					}
				}
			}
			gram := svm.Gram(k, x)
			if ok, least, err := svm.IsPSD(gram, 1e-10); err != nil || !ok {
				t.Errorf("%v over %s: least eigenvalue %g (%v)", k, g.Name, least, err)
			}
			cosine := orbitkernel.Normalised{Kernel: k}
			if ok, least, err := svm.IsPSD(svm.Gram(cosine, x), 1e-10); err != nil || !ok {
				t.Errorf("%v: least eigenvalue %g (%v)", cosine, least, err)
			}
			for i, a := range x {
				if k.At(a, a) > 1e-9 && math.Abs(cosine.At(a, a)-1) > 1e-12 {
					t.Errorf("%v of a point with itself is %v", cosine, cosine.At(a, a))
				}
				if c := cosine.At(a, x[(i+1)%7]); math.Abs(c) > 1+1e-9 {
					t.Errorf("%v is %v", cosine, c)
				}
			}
		}
	}
}

// Without a group it is a kernel still, and does not stay: the invariance is the group's doing.
func TestNoGroup(t *testing.T) {
	rng := source(2)
	g := symmetry.CyclicShifts(6)
	x := several(rng, 6, 6)
	for _, maps := range [][]symmetry.Element{g.Elements[:2], g.Elements[1:], g.Elements[:5], {g.Elements[0], g.Elements[2]}} {
		if symmetry.Check(maps...).Hold() {
			t.Fatal("a group after all")
		}
		k := orbitkernel.Kernel{Base: svm.RBF{Gamma: 0.1}, Maps: maps}
		if d := orbitkernel.Invariance(k, maps, x); !(d > 1e-3) {
			t.Errorf("%d shifts, no group: moves by %g only", len(maps), d)
		}
		if ok, least, err := svm.IsPSD(svm.Gram(k, x), 1e-10); err != nil || !ok {
			t.Errorf("%d shifts: least eigenvalue %g (%v)", len(maps), least, err)
		}
	}
	// a subgroup is a group: shifts by 0, 2, 4 give invariance under themselves, and not under the others
	even := []symmetry.Element{g.Elements[0], g.Elements[2], g.Elements[4]}
	k := orbitkernel.Kernel{Base: svm.RBF{Gamma: 0.1}, Maps: even}
	if in, out := orbitkernel.Invariance(k, even, x), orbitkernel.Invariance(k, g.Elements, x); !(in < 1e-12 && out > 1e-3) {
		t.Errorf("even shifts: %g under themselves, %g under all", in, out)
	}
}

// With the linear K′, Φ(x) = Σ_g gx, which for shifts is the constant Σxᵢ: K = n(Σx)(Σz). With templates it is
// the convolutional layer of the lecture, Φ(x)_t = Σ_g s⟨x, gt⟩.
func TestFeatures(t *testing.T) {
	rng := source(3)
	shifts := symmetry.CyclicShifts(5)
	x, z := gaussian(rng, 5), gaussian(rng, 5)
	if got, want := orbitkernel.New(svm.Linear{}, shifts).At(x, z), 5*floats.Sum(x)*floats.Sum(z); math.Abs(got-want) > 1e-12*math.Abs(want) {
		t.Errorf("linear K′ over shifts: %v, want %v", got, want)
	}
	relu := func(v float64) float64 { return max(v, 0) }
	for _, g := range groups {
		layer := orbitkernel.Templates{T: several(rng, 6, g.Dim()), S: relu}
		k := orbitkernel.New(layer, g)
		m, ok := k.Explicit()
		if !ok {
			t.Fatal("templates have features")
		}
		x, z := gaussian(rng, g.Dim()), gaussian(rng, g.Dim())
		want := make([]float64, 6)
		for i, template := range layer.T {
			for _, v := range g.Features(template, x, relu) {
				want[i] += v
			}
		}
		if d := floats.Distance(m.Features(x), want, math.Inf(1)); !(d < 1e-12) {
			t.Errorf("Φ over %s is off by %g", g.Name, d)
		}
		if a, b := m.At(x, z), k.At(x, z); math.Abs(a-b) > 1e-10*math.Abs(b) {
			t.Errorf("⟨Φ, Φ⟩ = %v, the double sum %v", a, b)
		}
		k.Mean = true
		m, _ = k.Explicit()
		if a, b := m.At(x, z), k.At(x, z); math.Abs(a-b) > 1e-10*math.Abs(b) {
			t.Errorf("means: ⟨Φ, Φ⟩ = %v, the double sum %v", a, b)
		}
	}
	if _, ok := orbitkernel.New(svm.RBF{}, shifts).Explicit(); ok {
		t.Error("RBF has no features that can be written down")
	}
}

// The best match is symmetric and invariant, and no kernel: sets of points with a negative eigenvalue exist.
func TestBestMatch(t *testing.T) {
	g := symmetry.CyclicShifts(6)
	k := orbitkernel.BestMatch{Base: svm.RBF{Gamma: 0.5}, Maps: g.Elements}
	negative := 0
	for seed := range uint64(20) {
		x := several(source(seed), 12, 6)
		for _, r := range x {
			for i := range r {
				r[i] = math.Round(r[i] / 2) // few values: many near matches
			}
		}
		if d := orbitkernel.Invariance(k, g.Elements, x[:4]); d > 1e-12 {
			t.Errorf("moves by %g", d)
		}
		if ok, _, err := svm.IsPSD(svm.Gram(k, x), 1e-9); err == nil && !ok {
			negative++
		}
	}
	if negative == 0 {
		t.Error("no Gram matrix of 20 had an eigenvalue below zero")
	}
	t.Logf("%d of 20 Gram matrices indefinite", negative)
}

// necklaces are two patterns of 12 beads, each turned at random, with noise.
func necklaces(rng *rand.Rand, n int) (x [][]float64, y []float64) {
	g := symmetry.CyclicShifts(12)
	patterns := [][]float64{{1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0}, {1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0}}
	for i := range n {
		p := g.Elements[rng.IntN(12)].Apply(nil, patterns[i%2])
		for j := range p {
			p[j] += 0.15 * rng.NormFloat64()
		}
		x, y = append(x, p), append(y, float64(1-2*(i%2)))
	}
	return x, y
}

// From 8 necklaces a machine with the orbit kernel tells the patterns apart, one with its base kernel does not.
// Over five seeds the first is right at least 95 % of the time, the second at most 75 %.
func TestLearnsFromFew(t *testing.T) {
	ctx := context.Background()
	base := svm.RBF{Gamma: 1}
	for seed := range uint64(5) {
		rng := source(40 + seed)
		x, y := necklaces(rng, 8)
		tx, ty := necklaces(rng, 200)
		rate := func(k svm.Kernel) float64 {
			m, err := svm.SMO{C: 100, Kernel: k}.Fit(ctx, x, y)
			if err != nil {
				t.Fatal(err)
			}
			right := 0.0
			for i := range tx {
				if m.Classify(tx[i]) == ty[i] {
					right++
				}
			}
			return right / 200
		}
		orbit, plain := rate(orbitkernel.Normalised{Kernel: orbitkernel.Single{Base: base, Group: symmetry.CyclicShifts(12)}}), rate(base)
		t.Logf("seed %d: orbit kernel %.3f, base kernel %.3f", seed, orbit, plain)
		if !(orbit >= 0.95 && plain <= 0.75) {
			t.Errorf("seed %d: orbit kernel %.3f, base kernel %.3f", seed, orbit, plain)
		}
	}
}

func TestEdges(t *testing.T) {
	g := symmetry.CyclicShifts(3)
	zero := orbitkernel.Normalised{Kernel: orbitkernel.New(svm.Linear{}, g)}
	if v := zero.At([]float64{1, -1, 0}, []float64{1, 2, 3}); v != 0 {
		t.Errorf("Φ = 0: %v, want 0", v)
	}
	for want, k := range map[string]svm.Kernel{
		"RBF, γ = 1, summed over 3×3 maps":              orbitkernel.New(nil, g),
		"linear, summed over cyclic shifts of 3":        orbitkernel.Single{Base: svm.Linear{}, Group: g},
		"RBF, γ = 1, best of 3 maps":                    orbitkernel.BestMatch{Maps: g.Elements},
		"2 templates, summed over 3×3 maps, normalised": orbitkernel.Normalised{Kernel: orbitkernel.New(orbitkernel.Templates{T: make([][]float64, 2)}, g)},
	} {
		if k.String() != want {
			t.Errorf("name %q, want %q", k.String(), want)
		}
	}
	defer func() {
		if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), "Kernel without maps") {
			t.Errorf("no maps: %v", r)
		}
	}()
	orbitkernel.Kernel{}.At([]float64{1}, []float64{1})
}

// Two necklaces that are one, turned, and one that is another: the orbit kernel sees what the base kernel does not.
func Example() {
	g := symmetry.CyclicShifts(4)
	k := orbitkernel.Normalised{Kernel: orbitkernel.New(svm.RBF{Gamma: 1}, g)}
	x := []float64{1, 1, 0, 0}
	for _, z := range [][]float64{{1, 1, 0, 0}, {0, 1, 1, 0}, {1, 0, 1, 0}} {
		fmt.Printf("%v base %.3f orbit %.3f\n", z, svm.RBF{Gamma: 1}.At(x, z), k.At(x, z))
	}
	// Output:
	// [1 1 0 0] base 1.000 orbit 1.000
	// [0 1 1 0] base 0.135 orbit 1.000
	// [1 0 1 0] base 0.135 orbit 0.334
}

func BenchmarkDouble(b *testing.B) {
	g := symmetry.CyclicShifts(16)
	k := orbitkernel.New(svm.RBF{}, g)
	x, z := gaussian(source(1), 16), gaussian(source(2), 16)
	for b.Loop() {
		k.At(x, z)
	}
}

func BenchmarkSingle(b *testing.B) {
	k := orbitkernel.Single{Group: symmetry.CyclicShifts(16)}
	x, z := gaussian(source(1), 16), gaussian(source(2), 16)
	for b.Loop() {
		k.At(x, z)
	}
}
