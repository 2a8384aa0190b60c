package symmetry_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/symmetry"
)

// Every action this package makes is one: ρ(gᵢ)ρ(gⱼ) = ρ(gᵢgⱼ), which NewAction checks for all pairs.
func TestActions(t *testing.T) {
	for _, c := range all {
		if c.order > 24 {
			continue
		}
		g := c.g
		nat, reg := g.Natural(), g.Regular()
		for _, a := range []*symmetry.Action{nat, g.Trivial(3), reg, symmetry.Sum(nat, reg, g.Trivial(1)), symmetry.Tensor(nat, g.Trivial(2)), symmetry.Tensor(nat, nat)} {
			if _, err := symmetry.NewAction(g, a.Name, a.Maps...); err != nil {
				t.Error(err)
			}
		}
	}
	// the lecture's order matters: f[index of g·gᵢ] in place of g⁻¹gᵢ is no action where the group does not commute
	g := symmetry.D4(3)
	var wrong []symmetry.Element
	for k := range g.Elements {
		wrong = append(wrong, symmetry.Element{Name: "wrong", From: g.Table[k]})
	}
	if _, err := symmetry.NewAction(g, "wrong way round", wrong...); err == nil || !strings.Contains(err.Error(), "is no action of symmetries of the square") {
		t.Errorf("an action without the inverse: %v", err)
	}
	if _, err := symmetry.NewAction(g, "too few", wrong[:3]...); err == nil {
		t.Error("three maps for eight elements")
	}
}

// Tensor(a, b) is M ↦ ρ_a M ρ_bᵀ by matrix products, Sum is block diagonal, OnGraphs is PAPᵀ and PX.
func TestTensorAndSum(t *testing.T) {
	rng := source(21)
	product := func(a symmetry.Element, m *mat.Dense, b symmetry.Element) []float64 {
		var p, q mat.Dense
		p.Mul(a.Dense(), m)
		q.Mul(&p, b.Dense().T())
		return q.RawMatrix().Data
	}
	for _, g := range []*symmetry.Group{symmetry.Rotations(5), symmetry.Rotations(4), symmetry.Mirror(3, 1), symmetry.Permutations(3)} {
		a, b := g.Natural(), g.Regular()
		x := gaussian(rng, a.Dim()*b.Dim())
		ten, sum := symmetry.Tensor(a, b), symmetry.Sum(a, b)
		y := gaussian(rng, sum.Dim())
		for k := range g.Elements {
			want := product(a.Maps[k], mat.NewDense(a.Dim(), b.Dim(), slices.Clone(x)), b.Maps[k])
			if d := distance(ten.Maps[k].Apply(nil, x), want); d > 1e-14 {
				t.Errorf("Tensor over %s, element %d: off by %g", g.Name, k, d)
			}
			want = append(a.Maps[k].Apply(nil, y[:a.Dim()]), b.Maps[k].Apply(nil, y[a.Dim():])...)
			if d := distance(sum.Maps[k].Apply(nil, y), want); d > 1e-14 {
				t.Errorf("Sum over %s, element %d: off by %g", g.Name, k, d)
			}
		}
	}
	g := symmetry.Permutations(4)
	graphs := g.OnGraphs(2)
	x := gaussian(rng, 16+8)
	one := symmetry.Element{From: []int{0, 1}}
	for k, e := range g.Elements {
		got := graphs.Maps[k].Apply(nil, x)
		want := append(slices.Clone(product(e, mat.NewDense(4, 4, slices.Clone(x[:16])), e)), product(e, mat.NewDense(4, 2, slices.Clone(x[16:])), one)...)
		if distance(got, want) != 0 {
			t.Errorf("graph under %s: %v, want %v", e.Name, got, want)
		}
	}
	if g.OnGraphs(0).Dim() != 16 {
		t.Error("a graph without features is its matrix")
	}
}

// Orders of groups from generators that are in every book, and what has no end.
func TestGenerate(t *testing.T) {
	transposition, cycle := symmetry.Element{Name: "(12)", From: []int{1, 0, 2, 3, 4}}, symmetry.Element{Name: "(12345)", From: []int{4, 0, 1, 2, 3}}
	shift := symmetry.CyclicShifts2D(4, 4)
	quarter := symmetry.C4(4).Elements[1]
	mirror := symmetry.D4(4).Elements[4]
	for _, c := range []struct {
		name  string
		order int
		gens  []symmetry.Element
	}{
		{"S5", 120, []symmetry.Element{transposition, cycle}},
		{"A5", 60, []symmetry.Element{cycle, {Name: "(123)", From: []int{2, 0, 1, 3, 4}}}},
		{"C5", 5, []symmetry.Element{cycle}},
		{"p4 on a torus of 4×4", 64, []symmetry.Element{shift.Elements[1], shift.Elements[4], quarter}},
		{"p4m on a torus of 4×4", 128, []symmetry.Element{shift.Elements[1], shift.Elements[4], quarter, mirror}},
		{"rotations", 7, []symmetry.Element{symmetry.Rotations(7).Elements[2]}},
		{"the identity", 1, []symmetry.Element{{Name: "one", From: []int{0, 1}}}},
	} {
		g, err := symmetry.Generate(c.name, 200, c.gens...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if g.Order() != c.order || g.Identity != 0 {
			t.Errorf("%s has %d elements, identity at %d; want %d, 0", c.name, g.Order(), g.Identity, c.order)
		}
	}
	if _, err := symmetry.Generate("S5", 119, transposition, cycle); err == nil || !strings.Contains(err.Error(), "more than 119") {
		t.Errorf("limit: %v", err)
	}
	s, c := math.Sincos(1)
	if _, err := symmetry.Generate("one radian", 500, symmetry.Element{Name: "r", Matrix: mat.NewDense(2, 2, []float64{c, -s, s, c})}); err == nil {
		t.Error("rotations by one radian came to an end")
	}
	if _, err := symmetry.Generate("flat", 9, symmetry.Element{Name: "p", Matrix: mat.NewDense(2, 2, []float64{1, 0, 0, 0})}); err == nil {
		t.Error("a projection generated a group")
	}
}

// f(gx) = P_g f(x) for Correlate, also where the action is not orthogonal and Features fails; both are one where it is.
func TestCorrelate(t *testing.T) {
	rng := source(22)
	for _, c := range all {
		g := c.g
		w, x := gaussian(rng, g.Dim()), gaussian(rng, g.Dim())
		if d := distance(g.Correlate(w, x), g.Features(w, x, nil)); d > 1e-12 {
			t.Errorf("%s: Correlate and Features differ by %g", g.Name, d)
		}
	}
	// a shear conjugated mirror: m² = 1, not orthogonal
	skew, err := symmetry.New("skew mirror", symmetry.Element{Name: "e", From: []int{0, 1}}, symmetry.Element{Name: "m", Matrix: mat.NewDense(2, 2, []float64{1, 2, 0, -1})})
	if err != nil {
		t.Fatal(err)
	}
	w, points := gaussian(rng, 2), [][]float64{gaussian(rng, 2), gaussian(rng, 2)}
	if r := symmetry.Equivariance(func(x []float64) []float64 { return skew.Correlate(w, x) }, skew.Elements, skew.Regular().Maps, points); !(r.Error < 1e-14) {
		t.Error("Correlate:", r)
	}
	if r := symmetry.Equivariance(func(x []float64) []float64 { return skew.Features(w, x, nil) }, skew.Elements, skew.Regular().Maps, points); !(r.Error > 0.1) {
		t.Error("Features of a skew mirror:", r)
	}
}

// Convolve: the formula for a circle, equivariant for each group and in the first factor, associative, with the indicator
// of e as its one; and every equivariant linear map of the regular action is one.
func TestConvolve(t *testing.T) {
	rng := source(23)
	circle := symmetry.CyclicShifts(6)
	f, psi := gaussian(rng, 6), gaussian(rng, 6)
	want, cross := make([]float64, 6), make([]float64, 6)
	for i := range want {
		for j := range 6 {
			want[i] += f[j] * psi[(i-j+6)%6]
			cross[i] += psi[(j-i+6)%6] * f[j]
		}
	}
	if d := distance(circle.Convolve(f, psi), want); d > 1e-14 {
		t.Errorf("circular convolution off by %g", d)
	}
	if d := distance(circle.Cross(psi, f), cross); d > 1e-14 {
		t.Errorf("circular correlation off by %g", d)
	}
	for _, c := range all {
		g, n := c.g, c.order
		reg := g.Regular()
		a, b, d := gaussian(rng, n), gaussian(rng, n), gaussian(rng, n)
		points := [][]float64{a, d}
		for name, layer := range map[string]func(x []float64) []float64{
			"Convolve": func(x []float64) []float64 { return g.Convolve(x, b) },
			"Cross":    func(x []float64) []float64 { return g.Cross(b, x) },
		} {
			if r := symmetry.Equivariance(layer, reg.Maps, reg.Maps, points); !(r.Error < 1e-13) {
				t.Errorf("%s of %s: %v", name, g.Name, r)
			}
		}
		if off := distance(g.Convolve(g.Convolve(a, b), d), g.Convolve(a, g.Convolve(b, d))); off > 1e-12 {
			t.Errorf("%s: not associative, %g", g.Name, off)
		}
		one := make([]float64, n)
		one[g.Identity] = 1
		if distance(g.Convolve(a, one), a) > 0 || distance(g.Convolve(one, a), a) > 0 {
			t.Errorf("%s: the indicator of e is not the one", g.Name)
		}
		if commutes := distance(g.Convolve(a, b), g.Convolve(b, a)) < 1e-12; commutes != c.abelian {
			t.Errorf("%s: convolution commutes: %v", g.Name, commutes)
		}
		// a random matrix, averaged over the group, is the convolution with its column at e
		m := mat.NewDense(n, n, gaussian(rng, n*n))
		sym := symmetry.Symmetrised(reg, reg, func(x []float64) []float64 { return matVec(m, x) })
		if off := distance(sym(a), g.Convolve(a, sym(one))); off > 1e-12 {
			t.Errorf("%s: an equivariant matrix is no convolution, off by %g", g.Name, off)
		}
	}
}

// Pooling the orbit of any function is invariant, to rounding, for a group; over half of one it is not. Symmetrised functions are
// equivariant, those that were stay, and symmetrising twice is symmetrising once.
func TestPooledAndSymmetrised(t *testing.T) {
	rng := source(24)
	for _, c := range all {
		g := c.g
		w := gaussian(rng, g.Dim())
		// no symmetry at all: weights differ, tanh and a square
		f := func(x []float64) float64 { return math.Tanh(floats.Dot(w, x)) + x[0]*x[0] + 0.3*x[len(x)-1] }
		points := [][]float64{gaussian(rng, g.Dim()), gaussian(rng, g.Dim()), gaussian(rng, g.Dim())}
		for name, pool := range map[string]symmetry.Pooling{"mean": symmetry.Mean, "max": symmetry.Max, "L2": symmetry.L2} {
			if r := symmetry.Invariance(symmetry.Pooled(pool, g.Elements, f), g.Elements, points); !(r.Error < 1e-12) {
				t.Errorf("%s over %s: %v", name, g.Name, r)
			}
			if half := g.Elements[:c.order/2+1]; c.order > 3 {
				if r := symmetry.Invariance(symmetry.Pooled(pool, half, f), g.Elements, points); !(r.Error > 1e-3) {
					t.Errorf("%s over a part of %s: %v", name, g.Name, r)
				}
			}
		}
		nat := g.Natural()
		m := mat.NewDense(g.Dim(), g.Dim(), gaussian(rng, g.Dim()*g.Dim()))
		layer := func(x []float64) []float64 {
			y := matVec(m, x)
			for i := range y {
				y[i] = math.Tanh(y[i]) + float64(i)
			}
			return y
		}
		sym := symmetry.Symmetrised(nat, nat, layer)
		if r := symmetry.Equivariance(sym, nat.Maps, nat.Maps, points); !(r.Error < 1e-12 || r.Scale < 1e-12) {
			t.Errorf("symmetrised over %s: %v", g.Name, r)
		}
		twice := symmetry.Symmetrised(nat, nat, sym)
		if d := distance(twice(points[0]), sym(points[0])); d > 1e-12 {
			t.Errorf("%s: symmetrising twice moves by %g", g.Name, d)
		}
		if c.order > 1 {
			if r := symmetry.Equivariance(layer, nat.Maps, nat.Maps, points); !(r.Error > 1e-3) {
				t.Errorf("%s: the layer was equivariant before: %v", g.Name, r)
			}
		}
	}
}

// The tester finds the one element, point and coordinate where a function was broken, in both types; NaN is no pass.
func TestTester(t *testing.T) {
	g := symmetry.CyclicShifts(5)
	points := [][]float64{{1, 2, 3, 4, 5}, {0, 0, 7, 0, 0}, {2, 2, 2, 2, 2}}
	id := func(x []float64) []float64 { return slices.Clone(x) }
	r := symmetry.Equivariance(id, g.Elements, g.Elements, points)
	if r.Error != 0 || r.Scale != 7 || r.Tests != 15 || r.String() != "no difference in 15 tests" {
		t.Errorf("identity: %v, scale %v", r, r.Scale)
	}
	// broken at the point s3·points[1] = (7, 0, 0, 0, 0) only, where coordinate 4 gets 3.5
	broken := func(x []float64) []float64 {
		y := slices.Clone(x)
		if x[0] == 7 {
			y[4] += 3.5
		}
		return y
	}
	r = symmetry.Equivariance(broken, g.Elements, g.Elements, points)
	if r.Error != 0.5 || r.Element != 3 || r.Name != "s3" || r.Point != 1 || r.Coordinate != 4 ||
		!slices.Equal(r.X, points[1]) || !slices.Equal(r.Got, []float64{7, 0, 0, 0, 3.5}) || !slices.Equal(r.Want, []float64{7, 0, 0, 0, 0}) ||
		!slices.Equal(r.Each, []float64{0, 0, 0, 0.5, 0}) {
		// element 3 is the first at which it is 0.5: s_k moves 7 to place 2 + k
		t.Errorf("broken: %+v", r)
	}
	nan := func(x []float64) float64 { return math.NaN() }
	if r := symmetry.Invariance(nan, g.Elements, points); !math.IsInf(r.Error, 1) {
		t.Errorf("NaN: %v", r)
	}
	small := func(x []float32) float32 { return x[0]*0.1 + x[1]*0.1 + x[2]*0.1 + x[3]*0.1 + x[4]*0.1 }
	r = symmetry.Invariance(small, g.Elements, [][]float32{{1.1, 2.3, 3.7, 4.9, 5.3}})
	if !(r.Error > 0 && r.Error < 1e-6) {
		t.Errorf("a float32 sum in five orders: %v", r)
	}
	turn := symmetry.Rotations(8)
	if y := symmetry.Move(turn.Elements[1], []float32{1, 0}); y[0] != float32(math.Sqrt2/2) || y[1] != float32(math.Sqrt2/2) {
		t.Errorf("an eighth turn in float32: %v", y)
	}
}

// In float32, Features over every group is equivariant to 1e-6 of the largest value.
func TestFloat32(t *testing.T) {
	rng := rand.New(rand.NewPCG(25, 9))
	for _, c := range all {
		g := c.g
		w := gaussian(rng, g.Dim())
		var templates [][]float32
		for _, row := range g.Lift(w) {
			var r []float32
			for _, v := range row {
				r = append(r, float32(v))
			}
			templates = append(templates, r)
		}
		features := func(x []float32) []float32 {
			out := make([]float32, len(templates))
			for i, t := range templates {
				for j, v := range t {
					out[i] += v * x[j]
				}
			}
			return out
		}
		var points [][]float32
		for range 5 {
			x := make([]float32, g.Dim())
			for i := range x {
				x[i] = float32(rng.NormFloat64())
			}
			points = append(points, x)
		}
		r := symmetry.Equivariance(features, g.Elements, g.Regular().Maps, points)
		if !(r.Error <= 1e-6) || !(r.Scale > 0.01) {
			t.Errorf("%s: %v", g.Name, r)
		}
	}
}

func TestActionPanics(t *testing.T) {
	g, h := symmetry.CyclicShifts(3), symmetry.CyclicShifts(3)
	id := func(x []float64) []float64 { return x }
	for name, f := range map[string]func(){
		"Sum of no actions":        func() { symmetry.Sum() },
		"different groups":         func() { symmetry.Tensor(g.Natural(), h.Natural()) },
		"does not permute":         func() { symmetry.Signs(2).OnGraphs(1) },
		"0 generators":             func() { symmetry.Generate("none", 5) },
		"0 points":                 func() { symmetry.Equivariance(id, g.Elements, g.Elements, nil) },
		"f returned 3 values":      func() { symmetry.Equivariance(id, g.Elements, g.Trivial(2).Maps, [][]float64{{1, 2, 3}}) },
		"acts on 3 numbers, have":  func() { symmetry.Move(g.Elements[0], []float32{1}) },
		"for a function on 3":      func() { g.Convolve([]float64{1}, []float64{1, 2, 3}) },
		"Trivial of size 0":        func() { g.Trivial(0) },
		"map 1 acts on 2 numbers,": func() { symmetry.NewAction(g, "mixed", g.Elements[0], symmetry.Signs(2).Elements[0], g.Elements[1]) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), name) {
					t.Errorf("want a panic with %q, got %v", name, r)
				}
			}()
			f()
		}()
	}
}

// Renumbering the atoms of a molecule: its matrix becomes PMPᵀ, with atoms on the diagonal and bonds beside it.
func ExampleGroup_OnGraphs() {
	atoms := symmetry.Permutations(3)
	water := []float64{ // O, H, H
		8, 1, 1,
		1, 1, 0,
		1, 0, 1,
	}
	y := atoms.OnGraphs(0).Maps[2].Apply(nil, water)
	fmt.Println(atoms.Elements[2].Name, y[:3], y[3:6], y[6:])
	// Output: p[1 0 2] [1 1 0] [1 8 1] [0 1 1]
}

// The tester says where a function fails.
func ExampleEquivariance() {
	g := symmetry.CyclicShifts(4)
	difference := func(x []float64) []float64 { return []float64{x[1] - x[0], x[2] - x[1], x[3] - x[2], 0} } // no wrap
	fmt.Println(symmetry.Equivariance(difference, g.Elements, g.Elements, [][]float64{{1, 2, 4, 8}}))
	wrapped := func(x []float64) []float64 { return []float64{x[1] - x[0], x[2] - x[1], x[3] - x[2], x[0] - x[3]} }
	fmt.Println(symmetry.Equivariance(wrapped, g.Elements, g.Elements, [][]float64{{1, 2, 4, 8}}))
	// Output:
	// 4 tests, worst 1.8e+00 for s1 at point 0: f(gx)[0] = -7, (P_g f(x))[0] = 0
	// no difference in 4 tests
}

// The maximum over the orbit does not change along the orbit.
func ExamplePooled() {
	g := symmetry.C4(2)
	f := symmetry.Pooled(symmetry.Max, g.Elements, func(x []float64) float64 { return x[0] + 2*x[1] })
	for _, x := range g.Images([]float64{1, 2, 3, 4}) {
		fmt.Println(x, f(x))
	}
	// Output:
	// [1 2 3 4] 10
	// [2 4 1 3] 10
	// [4 3 2 1] 10
	// [3 1 4 2] 10
}

func BenchmarkConvolve(b *testing.B) {
	g := symmetry.CyclicShifts2D(12, 12)
	f := gaussian(source(1), 144)
	for b.Loop() {
		g.Convolve(f, f)
	}
}
