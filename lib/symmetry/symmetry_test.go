package symmetry_test

import (
	_ "embed"
	"encoding/json"
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

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 9)) }

func gaussian(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

// all are the groups of the tests, with their order and whether they commute.
var all = []struct {
	g       *symmetry.Group
	order   int
	abelian bool
}{
	{symmetry.CyclicShifts(1), 1, true}, {symmetry.CyclicShifts(7), 7, true}, {symmetry.CyclicShifts2D(3, 4), 12, true},
	{symmetry.C4(1), 1, true}, {symmetry.C4(2), 4, true}, {symmetry.C4(5), 4, true},
	{symmetry.D4(2), 8, false}, {symmetry.D4(5), 8, false},
	{symmetry.Permutations(1), 1, true}, {symmetry.Permutations(2), 2, true}, {symmetry.Permutations(4), 24, false},
	{symmetry.Signs(3), 2, true}, {symmetry.Mirror(2, 1), 2, true},
	{symmetry.Rotations(1), 1, true}, {symmetry.Rotations(4), 4, true}, {symmetry.Rotations(5), 5, true}, {symmetry.Rotations(12), 12, true},
}

//go:embed testdata/golden.json
var goldenJSON []byte

// NumPy's rot90, fliplr and roll.
func TestGolden(t *testing.T) {
	var g struct {
		Turns, Mirrored map[string][][]float64
		Shifts          map[string][][]float64
	}
	if err := json.Unmarshal(goldenJSON, &g); err != nil {
		t.Fatal(err)
	}
	ramp := func(n int) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = float64(i)
		}
		return v
	}
	compare := func(what string, got, want [][]float64) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
		}
		for i := range want {
			if !slices.Equal(got[i], want[i]) {
				t.Errorf("%s, element %d: %v, NumPy %v", what, i, got[i], want[i])
			}
		}
	}
	for _, n := range []int{2, 3, 5} {
		key := fmt.Sprint(n)
		compare("C4 of "+key, symmetry.C4(n).Images(ramp(n*n)), g.Turns[key])
		compare("D4 of "+key, symmetry.D4(n).Images(ramp(n*n)), append(slices.Clone(g.Turns[key]), g.Mirrored[key]...))
	}
	for _, s := range [][2]int{{1, 4}, {3, 2}, {4, 5}} {
		key := fmt.Sprintf("%dx%d", s[0], s[1])
		compare("shifts of "+key, symmetry.CyclicShifts2D(s[0], s[1]).Images(ramp(s[0]*s[1])), g.Shifts[key])
	}
	compare("shifts of a line", symmetry.CyclicShifts(4).Images(ramp(4)), g.Shifts["1x4"])
}

// The four axioms, the order, commutativity; the table agrees with what the elements do to vectors.
func TestGroups(t *testing.T) {
	for _, c := range all {
		t.Run(c.g.Name, func(t *testing.T) {
			n := c.g.Order()
			if n != c.order {
				t.Fatalf("order %d, want %d", n, c.order)
			}
			a := symmetry.Check(c.g.Elements...)
			if !a.Hold() || a.Products != n*n || a.Triples != n*n*n {
				t.Errorf("axioms: %+v", a)
			}
			x := gaussian(source(1), c.g.Dim())
			if y := c.g.Elements[c.g.Identity].Apply(nil, x); !slices.Equal(x, y) {
				t.Errorf("the identity moves %v to %v", x, y)
			}
			commutes := true
			for i, g := range c.g.Elements {
				if !g.Orthogonal() || math.Abs(floats.Norm(g.Apply(nil, x), 2)-floats.Norm(x, 2)) > 1e-12 {
					t.Errorf("%s is not orthogonal", g.Name)
				}
				if m := g.Dense(); mat.Norm(m, 2) == 0 || !(distance(matVec(m, x), g.Apply(nil, x)) < 1e-14) {
					t.Errorf("%s and its matrix differ", g.Name)
				}
				if back := c.g.Elements[c.g.Inv[i]].Apply(nil, g.Apply(nil, x)); !(distance(back, x) < 1e-12) {
					t.Errorf("%s⁻¹%[1]s x differs from x", g.Name)
				}
				inv, err := g.Inverse()
				if err != nil || !inv.Equal(c.g.Elements[c.g.Inv[i]]) {
					t.Errorf("%s: Inverse and the table differ (%v)", g.Name, err)
				}
				for j, h := range c.g.Elements {
					k := c.g.Table[i][j]
					if one, two := g.Apply(nil, h.Apply(nil, x)), c.g.Elements[k].Apply(nil, x); !(distance(one, two) < 1e-12) {
						t.Fatalf("table: %s·%s = %s, but on a vector it is not", g.Name, h.Name, c.g.Elements[k].Name)
					}
					commutes = commutes && k == c.g.Table[j][i]
				}
			}
			if commutes != c.abelian {
				t.Errorf("commutes: %v, want %v", commutes, c.abelian)
			}
		})
	}
}

func matVec(m *mat.Dense, x []float64) []float64 {
	y := make([]float64, len(x))
	mat.NewVecDense(len(x), y).MulVec(m, mat.NewVecDense(len(x), x))
	return y
}

func distance(x, y []float64) float64 { return floats.Distance(x, y, math.Inf(1)) }

// Sets that are no groups fail the axiom that they should, and only that.
func TestNoGroups(t *testing.T) {
	shifts, turns := symmetry.CyclicShifts(4).Elements, symmetry.Rotations(5).Elements
	shift := func(i int) symmetry.Element { return shifts[i] }
	half := symmetry.Element{Name: "half", Matrix: mat.NewDense(2, 2, []float64{0.5, 0, 0, 0.5})}
	flat := symmetry.Element{Name: "flat", Matrix: mat.NewDense(2, 2, []float64{1, 0, 0, 0})}
	id2 := symmetry.Mirror(2, 0).Elements[0]
	for name, c := range map[string]struct {
		e    []symmetry.Element
		want [4]bool // closure, associativity, identity, inverse
	}{
		"two shifts":           {[]symmetry.Element{shift(0), shift(1)}, [4]bool{false, true, true, false}},
		"no identity":          {[]symmetry.Element{shift(1), shift(3)}, [4]bool{false, true, false, true}},
		"closed, no group":     {[]symmetry.Element{id2, flat}, [4]bool{true, true, true, false}},
		"only a projection":    {[]symmetry.Element{flat}, [4]bool{true, true, false, false}},
		"shrinking":            {[]symmetry.Element{id2, half}, [4]bool{false, true, true, false}},
		"shifts to both sides": {[]symmetry.Element{shift(0), shift(1), shift(3)}, [4]bool{false, true, true, true}},
		"turns without one":    {turns[:4], [4]bool{false, true, true, false}},
	} {
		a := symmetry.Check(c.e...)
		if got := [4]bool{a.Closure == "", a.Associativity == "", a.Identity == "", a.Inverse == ""}; got != c.want {
			t.Errorf("%s: %v, want %v:\n%v", name, got, c.want, a)
		}
		if _, err := symmetry.New(name, c.e...); err == nil || !strings.Contains(err.Error(), name+" is not a group") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := symmetry.New("half turn", shift(0), shift(2)); err != nil {
		t.Error(err)
	}
	for name, e := range map[string][]symmetry.Element{
		"nothing":            nil,
		"twice":              {shift(1), shift(1)},
		"twice, as a matrix": {shift(1), {Matrix: shift(1).Dense()}},
		"different sizes":    {shift(0), id2},
		"no permutation":     {{From: []int{0, 0}}},
		"out of range":       {{From: []int{0, 2}}},
		"a sign of 2":        {{From: []int{0}, Sign: []float64{2}}},
		"signs missing":      {{From: []int{0, 1}, Sign: []float64{1}}},
		"matrix not square":  {{Matrix: mat.NewDense(1, 2, nil)}},
		"matrix and from":    {{Matrix: mat.NewDense(1, 1, nil), From: []int{0}}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			symmetry.Check(e...)
		}()
	}
}

// Operations that are no composition of maps can fail every axiom.
func TestCheckTable(t *testing.T) {
	table := func(n int, f func(i, j int) int) ([]string, [][]int) {
		names, rows := make([]string, n), make([][]int, n)
		for i := range n {
			names[i] = fmt.Sprint(i)
			for j := range n {
				rows[i] = append(rows[i], f(i, j))
			}
		}
		return names, rows
	}
	for name, c := range map[string]struct {
		n    int
		f    func(i, j int) int
		want [4]bool // closure, associativity, identity, inverse
	}{
		"addition mod 5":       {5, func(i, j int) int { return (i + j) % 5 }, [4]bool{true, true, true, true}},
		"subtraction mod 5":    {5, func(i, j int) int { return (i - j + 5) % 5 }, [4]bool{true, false, false, false}},
		"multiplication mod 4": {4, func(i, j int) int { return i * j % 4 }, [4]bool{true, true, true, false}},
		"maximum":              {3, func(i, j int) int { return max(i, j) }, [4]bool{true, true, true, false}},
		"the left one":         {3, func(i, j int) int { return i }, [4]bool{true, true, false, false}},
		"addition up to 3": {4, func(i, j int) int {
			if i+j > 3 {
				return -1
			}
			return i + j
		}, [4]bool{false, true, true, false}},
	} {
		a := symmetry.CheckTable(table(c.n, c.f))
		if got := [4]bool{a.Closure == "", a.Associativity == "", a.Identity == "", a.Inverse == ""}; got != c.want {
			t.Errorf("%s: %v, want %v:\n%v", name, got, c.want, a)
		}
	}
	// The tables of the groups pass on their own.
	for _, c := range all {
		names := make([]string, c.g.Order())
		if a := symmetry.CheckTable(names, c.g.Table); !a.Hold() || a.Triples != len(names)*len(names)*len(names) {
			t.Errorf("%s: %+v", c.g.Name, a)
		}
	}
}

// |orbit|·|stabiliser| = |G|, orbits are equal or disjoint, the projection is invariant and idempotent.
func TestOrbits(t *testing.T) {
	for _, c := range all {
		for seed := range uint64(8) {
			rng := source(seed)
			x := make([]float64, c.g.Dim())
			for i := range x {
				x[i] = float64(rng.IntN(3)) // repeated values: some elements leave x alone
			}
			orbit, stabiliser := c.g.Orbit(x, 1e-9), c.g.Stabiliser(x, 1e-9)
			if len(orbit)*len(stabiliser) != c.g.Order() {
				t.Errorf("%s at %v: orbit of %d, stabiliser of %d, order %d", c.g.Name, x, len(orbit), len(stabiliser), c.g.Order())
			}
			if len(c.g.Orbit(orbit[len(orbit)-1], 1e-9)) != len(orbit) {
				t.Errorf("%s: another point of the orbit has another orbit", c.g.Name)
			}
			p := c.g.Project(x)
			if s := c.g.Stabiliser(p, 1e-12); len(s) != c.g.Order() {
				t.Errorf("%s: the projection of %v is moved", c.g.Name, x)
			}
			if !(distance(c.g.Project(p), p) < 1e-12) {
				t.Errorf("%s: projecting twice differs", c.g.Name)
			}
			// orthogonal projection: what is taken off is orthogonal to it
			rest := slices.Clone(x)
			floats.Sub(rest, p)
			if d := floats.Dot(rest, p); !(math.Abs(d) < 1e-12*float64(len(x))) {
				t.Errorf("%s: the projection is not orthogonal (%g)", c.g.Name, d)
			}
		}
	}
}

// f(gx) = P_g f(x), P_{gh} = P_g P_h, and the sum of the features is invariant; without a group it is not.
func TestFeatures(t *testing.T) {
	for _, c := range all {
		for seed := range uint64(3) {
			rng := source(seed)
			w, x := gaussian(rng, c.g.Dim()), gaussian(rng, c.g.Dim())
			f := c.g.Features(w, x, math.Tanh)
			for i, row := range c.g.Lift(w) {
				if !(math.Abs(f[i]-math.Tanh(floats.Dot(row, x))) < 1e-14) {
					t.Fatalf("%s: Features and Lift differ", c.g.Name)
				}
			}
			for k, g := range c.g.Elements {
				moved := c.g.Features(w, g.Apply(nil, x), math.Tanh)
				p := c.g.P(k)
				for i := range f {
					if !(math.Abs(moved[i]-f[p[i]]) < 1e-12) {
						t.Fatalf("%s, %s: f(gx)[%d] = %v, (P_g f(x))[%d] = %v", c.g.Name, g.Name, i, moved[i], i, f[p[i]])
					}
				}
				if !(math.Abs(floats.Sum(moved)-floats.Sum(f)) < 1e-12) {
					t.Errorf("%s, %s: the sum of the features changes", c.g.Name, g.Name)
				}
				// (P_g P_h f)[i] = (P_h f)[p_g[i]] = f[p_h[p_g[i]]]
				for j := range c.g.Elements {
					pj, pkj := c.g.P(j), c.g.P(c.g.Table[k][j])
					for i := range pkj {
						if pkj[i] != pj[p[i]] {
							t.Fatalf("%s: P_{gh} differs from P_g P_h", c.g.Name)
						}
					}
				}
			}
		}
	}
}

// A data set is closed exactly if every image is there, with its label and as often as the point.
func TestOnData(t *testing.T) {
	for _, c := range all {
		rng := source(2)
		var x, y [][]float64
		for range 5 {
			x, y = append(x, gaussian(rng, c.g.Dim())), append(y, []float64{rng.NormFloat64()})
		}
		cx, cy := c.g.Close(x, y)
		if len(cx) != 5*c.g.Order() || len(cy) != len(cx) {
			t.Fatalf("%s: closing 5 rows gives %d and %d", c.g.Name, len(cx), len(cy))
		}
		perm, err := c.g.OnData(cx, cy, 1e-9)
		if err != nil {
			t.Fatalf("%s: %v", c.g.Name, err)
		}
		for i, p := range perm {
			seen := make([]bool, len(p))
			for s, to := range p {
				if seen[to] {
					t.Fatalf("%s: the image of two rows is row %d", c.g.Name, to)
				}
				seen[to] = true
				if !(distance(c.g.Elements[i].Apply(nil, cx[s]), cx[to]) < 1e-9) || cy[s][0] != cy[to][0] {
					t.Errorf("%s: row %d does not go to %d", c.g.Name, s, to)
				}
			}
			// π_{gh} = π_g∘π_h
			for j := range perm {
				for s := range p {
					if perm[c.g.Table[i][j]][s] != p[perm[j][s]] {
						t.Fatalf("%s: the permutations of the rows do not multiply as the group", c.g.Name)
					}
				}
			}
		}
		if d := c.g.Defect(perm, cx, cy); !(d < 1e-12) {
			t.Errorf("%s: defect %g", c.g.Name, d)
		}
		if c.g.Order() == 1 {
			continue
		}
		// one row away, one label, one point
		if _, err := c.g.OnData(cx[1:], cy[1:], 1e-9); err == nil || !strings.Contains(err.Error(), "missing") {
			t.Errorf("%s, a row removed: %v", c.g.Name, err)
		}
		bad := slices.Clone(cy)
		bad[0] = []float64{9}
		if _, err := c.g.OnData(cx, bad, 1e-9); err == nil || !strings.Contains(err.Error(), "another label") {
			t.Errorf("%s, a label changed: %v", c.g.Name, err)
		}
		if _, err := c.g.OnData(cx, nil, 1e-9); err != nil {
			t.Errorf("%s without labels: %v", c.g.Name, err)
		}
		if d := c.g.Defect(perm, cx, bad); !(d > 1) {
			t.Errorf("%s, a label changed: defect %g", c.g.Name, d)
		}
		moved := slices.Clone(cx)
		moved[1] = gaussian(rng, c.g.Dim())
		if d := c.g.Defect(perm, moved, cy); !(d > 1e-3) {
			t.Errorf("%s, a point moved: defect %g", c.g.Name, d)
		}
	}
	// Repeated rows count: {1, −1} is closed under the sign, {1, 1, −1} is not.
	s := symmetry.Signs(1)
	if _, err := s.OnData([][]float64{{1}, {-1}}, nil, 0); err != nil {
		t.Error(err)
	}
	if _, err := s.OnData([][]float64{{1}, {1}, {-1}}, nil, 0); err == nil {
		t.Error("{1, 1, −1} passes as closed under the sign")
	}
}

func TestSpan(t *testing.T) {
	for seed := range uint64(20) {
		rng := source(seed)
		n := 3 + rng.IntN(8)
		rank := 1 + rng.IntN(n-1)
		var x [][]float64
		for range rank {
			x = append(x, gaussian(rng, n))
		}
		in := make([]float64, n)
		for _, r := range x {
			floats.AddScaled(in, rng.NormFloat64(), r)
		}
		s := symmetry.SpanOf(append(x, in)) // a dependent row adds nothing
		if s.Rank() != rank {
			t.Fatalf("rank %d, want %d", s.Rank(), rank)
		}
		if !(s.Rest(in) < 1e-12*floats.Norm(in, 2)*10) {
			t.Errorf("a combination of the rows is %g away from their span", s.Rest(in))
		}
		out := gaussian(rng, n)
		// The distance is what least squares leaves.
		var sol mat.Dense
		a := mat.NewDense(n, rank, nil)
		for j, r := range x {
			a.SetCol(j, r)
		}
		if err := sol.Solve(a, mat.NewDense(n, 1, slices.Clone(out))); err != nil {
			t.Fatal(err)
		}
		var fit mat.Dense
		fit.Mul(a, &sol)
		if want := floats.Distance(out, fit.RawMatrix().Data, 2); !(math.Abs(s.Rest(out)-want) < 1e-9) {
			t.Errorf("distance %v, least squares leaves %v", s.Rest(out), want)
		}
	}
	if s := symmetry.SpanOf([][]float64{{0, 0}}); s.Rank() != 0 || s.Rest([]float64{3, 4}) != 5 {
		t.Errorf("the span of zero has rank %d", s.Rank())
	}
}

func TestPanics(t *testing.T) {
	g := symmetry.CyclicShifts(3)
	for name, f := range map[string]func(){
		"size":          func() { g.Images([]float64{1}) },
		"shifts of 0":   func() { symmetry.CyclicShifts(0) },
		"D4 of 1":       func() { symmetry.D4(1) },
		"7! elements":   func() { symmetry.Permutations(7) },
		"coordinate":    func() { symmetry.Mirror(2, 2) },
		"labels":        func() { g.OnData([][]float64{{1, 1, 1}}, [][]float64{}, 0) },
		"span":          func() { symmetry.SpanOf(nil) },
		"ragged":        func() { symmetry.SpanOf([][]float64{{1}, {1, 2}}) },
		"product sizes": func() { g.Elements[0].Times(symmetry.Signs(2).Elements[0]) },
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
	if _, err := (symmetry.Element{Name: "flat", Matrix: mat.NewDense(1, 1, nil)}).Inverse(); err == nil {
		t.Error("the zero matrix has an inverse")
	}
}

func BenchmarkCyclicShifts2D(b *testing.B) {
	for b.Loop() {
		symmetry.CyclicShifts2D(8, 8)
	}
}

func BenchmarkOnData(b *testing.B) {
	g := symmetry.D4(8)
	rng := source(1)
	var x [][]float64
	for range 25 {
		x = append(x, gaussian(rng, 64))
	}
	x, _ = g.Close(x, nil)
	for b.Loop() {
		if _, err := g.OnData(x, nil, 1e-9); err != nil {
			b.Fatal(err)
		}
	}
}
