package lagrange_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/lagrange"
)

// near compares on the scale of the wanted vector.
func near(got, want []float64, tol float64) bool {
	return len(got) == len(want) && floats.Distance(got, want, math.Inf(1)) <= tol*(1+floats.Norm(want, math.Inf(1)))
}

func dense(rows [][]float64) *mat.Dense {
	d := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, r := range rows {
		d.SetRow(i, r)
	}
	return d
}

func symmetric(rows [][]float64) *mat.SymDense {
	s := mat.NewSymDense(len(rows), nil)
	for i, r := range rows {
		for j := i; j < len(r); j++ {
			s.SetSym(i, j, r[j])
		}
	}
	return s
}

func normal(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

func TestAgainstReference(t *testing.T) {
	var ref struct {
		Equality []struct {
			Q, A            [][]float64
			C, B, X, Lambda []float64
			Value           float64
		}
		HalfSpace []struct {
			Q       [][]float64
			C, W, X []float64
			B       float64
		}
	}
	file, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file, &ref); err != nil {
		t.Fatal(err)
	}
	if len(ref.Equality) != 12 || len(ref.HalfSpace) != 12 {
		t.Fatalf("%d and %d cases", len(ref.Equality), len(ref.HalfSpace))
	}
	for i, c := range ref.Equality {
		s, err := lagrange.Equality(lagrange.Quadratic{Q: symmetric(c.Q), C: c.C}, dense(c.A), c.B)
		if err != nil {
			t.Errorf("case %d: %v", i, err)
			continue
		}
		// Both sides solve systems with condition numbers up to about 10⁴ in float64.
		if !near(s.X, c.X, 1e-9) || !near(s.Lambda, c.Lambda, 1e-9) || math.Abs(s.Value-c.Value) > 1e-9*(1+math.Abs(c.Value)) {
			t.Errorf("case %d: x %v, λ %v, f %v; want %v, %v, %v", i, s.X, s.Lambda, s.Value, c.X, c.Lambda, c.Value)
		}
	}
	slack := 0
	for i, c := range ref.HalfSpace {
		s, err := lagrange.HalfSpace(lagrange.Quadratic{Q: symmetric(c.Q), C: c.C}, c.W, c.B)
		if err != nil {
			t.Errorf("half space %d: %v", i, err)
			continue
		}
		if !near(s.X, c.X, 1e-5) { // SLSQP stops at a change of f of 1e-15, an error of x of about its root
			t.Errorf("half space %d: %v, want %v", i, s.X, c.X)
		}
		// primal and dual feasibility, complementary slackness, stationarity
		gap := floats.Dot(c.W, s.X) - c.B
		g := lagrange.Quadratic{Q: symmetric(c.Q), C: c.C}.Gradient(s.X)
		floats.AddScaled(g, -s.Lambda[0], c.W)
		if !(gap <= 1e-12) || !(s.Lambda[0] <= 0) || math.Abs(gap*s.Lambda[0]) > 1e-10 || floats.Norm(g, 2) > 1e-10 {
			t.Errorf("half space %d: gap %v, λ %v, ∇f − λw = %v", i, gap, s.Lambda[0], g)
		}
		if s.Lambda[0] == 0 {
			slack++
		}
	}
	if slack == 0 || slack == 12 {
		t.Errorf("%d of 12 constraints are slack: both cases must occur", slack)
	}
}

// The lecture's example: x² + y² on x + y = 1.
func TestWorked(t *testing.T) {
	f := lagrange.Quadratic{Q: mat.NewSymDense(2, []float64{2, 0, 0, 2}), C: make([]float64, 2)}
	s, err := lagrange.Equality(f, mat.NewDense(1, 2, []float64{1, 1}), []float64{1})
	if err != nil {
		t.Fatal(err)
	}
	if !near(s.X, []float64{0.5, 0.5}, 1e-15) || !near(s.Lambda, []float64{1}, 1e-15) || math.Abs(s.Value-0.5) > 1e-15 || math.Abs(s.Curvature-2) > 1e-14 {
		t.Errorf("%+v", s)
	}
}

// The projection onto a hyperplane is the minimum-norm step of class 5: x₀ − (wᵀx₀ − b)/‖w‖² w.
func TestProjectIsClosedForm(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		n := 1 + rng.IntN(10)
		w, x0, b := normal(rng, n), normal(rng, n), rng.NormFloat64()
		s, err := lagrange.Project(mat.NewDense(1, n, w), []float64{b}, x0)
		if err != nil {
			t.Fatal(err)
		}
		c := (b - floats.Dot(w, x0)) / floats.Dot(w, w)
		want := append([]float64(nil), x0...)
		floats.AddScaled(want, c, w)
		// n = 1 may draw a w near zero: then c is large, and near is relative to it
		if !near(s.X, want, 1e-9) || !near(s.Lambda, []float64{c}, 1e-9) {
			t.Errorf("w %v: %v, λ %v; want %v, %v", w, s.X, s.Lambda, want, c)
		}
		if d := floats.Distance(s.X, x0, 2); math.Abs(s.Value-d*d/2) > 1e-9*(1+d*d) {
			t.Errorf("value %v at the distance %v", s.Value, d)
		}
	}
}

// Properties: nothing on the constraint is lower; λ is the derivative of the least value by b.
func TestEqualityProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		n := 2 + rng.IntN(5)
		m := 1 + rng.IntN(n-1)
		root := mat.NewDense(n, n, normal(rng, n*n))
		var q mat.SymDense
		q.SymOuterK(1, root)
		for i := range n {
			q.SetSym(i, i, q.At(i, i)+0.5)
		}
		f := lagrange.Quadratic{Q: &q, C: normal(rng, n), D: rng.NormFloat64()}
		a, b := mat.NewDense(m, n, normal(rng, m*n)), normal(rng, m)
		s, err := lagrange.Equality(f, a, b)
		if err != nil {
			t.Fatal(err)
		}
		lambda, rest, err := lagrange.Multipliers(f.Gradient(s.X), a)
		if err != nil || !near(lambda, s.Lambda, 1e-7) || rest > 1e-7*(1+floats.Norm(s.Lambda, 2)) {
			t.Errorf("multipliers %v, rest %v, %v; want %v", lambda, rest, err, s.Lambda)
		}
		for range 5 { // another point of the constraint: a random one, projected
			p, err := lagrange.Project(a, b, normal(rng, n))
			if err != nil {
				t.Fatal(err)
			}
			d := floats.Distance(p.X, s.X, 2)
			if v := f.Value(p.X); v < s.Value+s.Curvature*d*d/2-1e-7*(1+math.Abs(v)) {
				t.Errorf("f is %v at the distance %v, least value %v, curvature %v", v, d, s.Value, s.Curvature)
			}
		}
		for i := range m {
			const h = 1e-4 // f* is quadratic in b: the central difference is exact up to round-off
			at := func(step float64) float64 {
				c := append([]float64(nil), b...)
				c[i] += step
				s, err := lagrange.Equality(f, a, c)
				if err != nil {
					t.Fatal(err)
				}
				return s.Value
			}
			if d := (at(h) - at(-h)) / (2 * h); math.Abs(d-s.Lambda[i]) > 1e-6*(1+math.Abs(s.Value)+math.Abs(d)) {
				t.Errorf("∂f*/∂b[%d] = %v, λ = %v", i, d, s.Lambda[i])
			}
		}
	}
}

func TestGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	f := lagrange.Quadratic{Q: symmetric([][]float64{{2, -1, 0.5}, {-1, 3, 1}, {0.5, 1, -4}}), C: []float64{1, -2, 3}, D: 7}
	for range 8 {
		x, u := normal(rng, 3), normal(rng, 3)
		const h = 1e-4
		at := func(s float64) float64 {
			y := append([]float64(nil), x...)
			floats.AddScaled(y, s, u)
			return f.Value(y)
		}
		if d, want := (at(h)-at(-h))/(2*h), floats.Dot(f.Gradient(x), u); math.Abs(d-want) > 1e-8*(1+math.Abs(want)) {
			t.Errorf("along %v: %v, want %v", u, d, want)
		}
	}
	if got := f.Value([]float64{1, 0, 0}); got != 9 { // ½·2 + 1 + 7
		t.Errorf("f = %v, want 9", got)
	}
}

// A circle: ∇f is parallel to ∇g at the nearest and at the farthest point, and nowhere else.
func TestMultipliers(t *testing.T) {
	// f = x + 2y on x² + y² = 5: at ±(1, 2), λ = ±½
	for _, c := range []struct{ x, y, lambda, rest float64 }{
		{1, 2, 0.5, 0}, {-1, -2, -0.5, 0}, {2, 1, 0.4, math.Sqrt(1.8)},
	} {
		l, rest, err := lagrange.Multipliers([]float64{1, 2}, mat.NewDense(1, 2, []float64{2 * c.x, 2 * c.y}))
		if err != nil || math.Abs(l[0]-c.lambda) > 1e-14 || math.Abs(rest-c.rest) > 1e-14 {
			t.Errorf("at (%v, %v): λ %v, rest %v, %v; want %v, %v", c.x, c.y, l, rest, err, c.lambda, c.rest)
		}
	}
}

func TestErrors(t *testing.T) {
	two := func(v ...float64) *mat.Dense { return mat.NewDense(1, 2, v) }
	bowl := lagrange.Distance([]float64{1, 2})
	saddle := lagrange.Quadratic{Q: mat.NewSymDense(2, []float64{1, 0, 0, -1}), C: make([]float64, 2)}
	flat := lagrange.Quadratic{Q: mat.NewSymDense(2, nil), C: []float64{1, 1}}
	nan := math.NaN()
	for _, c := range []struct {
		what string
		f    lagrange.Quadratic
		a    *mat.Dense
		b    []float64
		want error
	}{
		{"a zero constraint", bowl, two(0, 0), []float64{0}, lagrange.ErrRank},
		{"the same twice", bowl, mat.NewDense(2, 2, []float64{1, 2, 2, 4}), []float64{1, 2}, lagrange.ErrRank},
		{"contradictory", bowl, mat.NewDense(2, 2, []float64{1, 2, 1, 2}), []float64{1, 2}, lagrange.ErrRank},
		{"three in the plane", bowl, mat.NewDense(3, 2, []float64{1, 2, 1, 3, 1, 4}), []float64{1, 2, 3}, lagrange.ErrRank},
		{"a saddle that falls along the constraint", saddle, two(1, 0), []float64{1}, lagrange.ErrNoMinimum},
		{"a saddle flat along the constraint", saddle, two(1, -1), []float64{1}, lagrange.ErrNoMinimum},
		{"a plane, f constant along the constraint", flat, two(1, 1), []float64{1}, lagrange.ErrNoMinimum},
		{"NaN in A", bowl, two(1, nan), []float64{1}, lagrange.ErrNotFinite},
		{"infinite b", bowl, two(1, 1), []float64{math.Inf(1)}, lagrange.ErrNotFinite},
		{"NaN in c", lagrange.Quadratic{Q: bowl.Q, C: []float64{nan, 0}}, two(1, 1), []float64{1}, lagrange.ErrNotFinite},
	} {
		if s, err := lagrange.Equality(c.f, c.a, c.b); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, error %v; want %v", c.what, s, err, c.want)
		}
	}
	// A saddle has a minimum along a constraint that excludes its descent; f's own minimum on the constraint has λ = 0.
	if s, err := lagrange.Equality(saddle, two(0, 1), []float64{3}); err != nil || !near(s.X, []float64{0, 3}, 1e-15) || s.Lambda[0] != -3 {
		t.Errorf("saddle: %+v, %v", s, err)
	}
	if s, err := lagrange.Equality(bowl, two(1, 1), []float64{3}); err != nil || !near(s.X, []float64{1, 2}, 1e-14) || math.Abs(s.Lambda[0]) > 1e-14 {
		t.Errorf("own minimum: %+v, %v", s, err)
	}
	// As many constraints as variables leave one point, whatever f is.
	if s, err := lagrange.Equality(flat, mat.NewDense(2, 2, []float64{1, 1, 1, -1}), []float64{3, 1}); err != nil || !near(s.X, []float64{2, 1}, 1e-14) || !math.IsInf(s.Curvature, 1) {
		t.Errorf("one point: %+v, %v", s, err)
	}
	if _, err := lagrange.HalfSpace(saddle, []float64{1, 0}, 1); !errors.Is(err, lagrange.ErrNoMinimum) {
		t.Errorf("half space of a saddle: %v", err)
	}
	if _, err := lagrange.HalfSpace(bowl, []float64{1, nan}, 1); !errors.Is(err, lagrange.ErrNotFinite) {
		t.Errorf("half space with NaN: %v", err)
	}
	if _, _, err := lagrange.Multipliers([]float64{1, 2}, two(0, 0)); !errors.Is(err, lagrange.ErrRank) {
		t.Errorf("multipliers of a zero gradient: %v", err)
	}
	if _, _, err := lagrange.Multipliers([]float64{1, nan}, two(1, 0)); !errors.Is(err, lagrange.ErrNotFinite) {
		t.Errorf("multipliers of NaN: %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("unequal lengths: no panic")
		}
	}()
	lagrange.Equality(bowl, two(1, 1), []float64{1, 2})
}

func ExampleEquality() {
	// x² + y² on x + y = 1
	f := lagrange.Quadratic{Q: mat.NewSymDense(2, []float64{2, 0, 0, 2}), C: []float64{0, 0}}
	s, err := lagrange.Equality(f, mat.NewDense(1, 2, []float64{1, 1}), []float64{1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("x = %.2f  λ = %.2f  f = %.2f\n", s.X, s.Lambda, s.Value)
	// Output: x = [0.50 0.50]  λ = [1.00]  f = 0.50
}

func ExampleProject() {
	// the point of 3x − 4y = −5 nearest to (2, −1)
	s, err := lagrange.Project(mat.NewDense(1, 2, []float64{3, -4}), []float64{-5}, []float64{2, -1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("x = %.2f  λ = %.2f  distance = %.2f\n", s.X, s.Lambda, math.Sqrt(2*s.Value))
	// Output: x = [0.20 1.40]  λ = [-0.60]  distance = 3.00
}

func BenchmarkEquality(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 8))
	f, a, rhs := lagrange.Distance(normal(rng, 50)), mat.NewDense(5, 50, normal(rng, 250)), normal(rng, 5)
	for b.Loop() {
		if _, err := lagrange.Equality(f, a, rhs); err != nil {
			b.Fatal(err)
		}
	}
}
