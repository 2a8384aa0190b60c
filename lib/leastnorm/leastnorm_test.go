package leastnorm_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/leastnorm"
)

// problem is one case of testdata/golden.json, made by testdata/golden.py.
type problem struct {
	Name      string
	A         [][]float64
	B, X      []float64
	Rank      int
	Sigma     []float64
	Residual  float64
	X0, Limit []float64
	Step      float64
	Steps     int
	GD        []float64
}

func golden(t testing.TB) []problem {
	t.Helper()
	raw, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []problem }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) < 15 {
		t.Fatalf("golden.json holds %d cases", len(file.Cases))
	}
	return file.Cases
}

func dense(rows [][]float64) *mat.Dense {
	d := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, r := range rows {
		d.SetRow(i, r)
	}
	return d
}

// cond returns κ over the singular values that count.
func (p problem) cond() float64 {
	if p.Rank == 0 {
		return 1
	}
	return p.Sigma[0] / p.Sigma[p.Rank-1]
}

// near fails unless got is within rel·scale of want in the 2-norm; NaN fails.
func near(t *testing.T, what string, got, want []float64, rel, scale float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d entries, want %d", what, len(got), len(want))
	}
	d := floats.Distance(got, want, 2)
	if !(d <= rel*scale) {
		t.Errorf("%s: off by %.3g, allowed %.3g\n got %.6g\nwant %.6g", what, d, rel*scale, got, want)
	}
}

// method is a direct solver and how the error of its result grows with κ.
type method struct {
	name     string
	solve    func(mat.Matrix, []float64) (*leastnorm.Solution, error)
	power    float64 // error of x ≲ 100·2⁻⁵²·κ^power
	anyShape bool    // solves without full row rank
}

var methods = []method{
	{"SVD", leastnorm.SVD{}.Solve, 1, true},
	{"QR", leastnorm.QR{}.Solve, 1, false},
	{"Gram", leastnorm.Gram{}.Solve, 2, false},
}

// Every method against SciPy's gelsd, on every shape, rank and scale.
func TestGolden(t *testing.T) {
	for _, p := range golden(t) {
		for _, m := range methods {
			t.Run(p.Name+"/"+m.name, func(t *testing.T) {
				a := dense(p.A)
				rows, cols := a.Dims()
				if m.name == "Gram" && p.cond() > 1e7 && p.Rank == rows {
					t.Skip("AAᵀ has condition number κ² > 10¹⁴: TestErrorGrowth covers it")
				}
				s, err := m.solve(a, p.B)
				if !m.anyShape && p.Rank < rows {
					var rank *leastnorm.RankError
					if !errors.As(err, &rank) {
						t.Fatalf("rank %d of %d rows: error %v, want a RankError", p.Rank, rows, err)
					}
					if rank.Rank != p.Rank && m.name == "QR" || rank.Rank > p.Rank {
						t.Errorf("error says rank %d, is %d", rank.Rank, p.Rank)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				tol := 100 * 0x1p-52 * math.Pow(p.cond(), m.power)
				near(t, "x", s.X, p.X, tol, floats.Norm(p.X, 2))
				if s.Rank != p.Rank {
					t.Errorf("rank %d, want %d", s.Rank, p.Rank)
				}
				if want := p.Residual; math.Abs(s.Residual-want) > 100*tol*floats.Norm(p.B, 2)+1e-12*want {
					t.Errorf("residual %.3g, want %.3g", s.Residual, want)
				}
				if len(s.X) != cols {
					t.Errorf("x has %d entries for %d columns", len(s.X), cols)
				}
			})
		}
	}
}

var withSpectrum, gaussian = leastnorm.WithSpectrum, leastnorm.Gaussian

// The singular values are those asked for, in every shape.
func TestWithSpectrum(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 2))
	for _, c := range []struct{ m, n int }{{3, 7}, {7, 3}, {3, 3}, {5, 9}} {
		d := decompose(t, withSpectrum(rng, c.m, c.n, 0.5, 4, 2))
		near(t, "singular values", d.Sigma[:3], []float64{4, 2, 0.5}, 1e-14, 10)
		if d.Rank != 3 {
			t.Errorf("%d×%d: rank %d, want 3", c.m, c.n, d.Rank)
		}
	}
	panics(t, "too many singular values", "3 singular values", func() { withSpectrum(rng, 2, 5, 1, 2, 3) })
}

func times(a mat.Matrix, x []float64) []float64 {
	m, _ := a.Dims()
	y := make([]float64, m)
	mat.NewVecDense(m, y).MulVec(a, mat.NewVecDense(len(x), x))
	return y
}

// What makes x_ln what it is, on random matrices of full row rank: it solves, it is orthogonal to
// null(A), every other solution is longer, and it depends linearly on b.
func TestProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	for range 60 {
		m := 1 + rng.IntN(8)
		n := m + rng.IntN(10)
		a, b := mat.NewDense(m, n, gaussian(rng, m*n)), gaussian(rng, m)
		d, err := leastnorm.SVD{}.Decompose(a)
		if err != nil {
			t.Fatal(err)
		}
		tol := 1e3 * 0x1p-52 * d.Cond() * d.Cond() // κ² for the sake of Gram
		for _, method := range methods {
			s, err := method.solve(a, b)
			if err != nil {
				t.Fatalf("%s, %d×%d: %v", method.name, m, n, err)
			}
			near(t, method.name+": Ax", times(a, s.X), b, tol, floats.Norm(b, 2))
			near(t, method.name+": part in null(A)", d.Null(s.X), make([]float64, n), tol, floats.Norm(s.X, 2))
			scaled := append([]float64(nil), b...)
			floats.Scale(-3, scaled)
			s3, err := method.solve(a, scaled)
			if err != nil {
				t.Fatal(err)
			}
			floats.Scale(-1.0/3, s3.X)
			near(t, method.name+": x(−3b)/−3", s3.X, s.X, tol, floats.Norm(s.X, 2))
			if n > m {
				// another solution: x + z with z ∈ null(A); ‖x + z‖² = ‖x‖² + ‖z‖²
				z := d.Null(gaussian(rng, n))
				other := append([]float64(nil), s.X...)
				floats.Add(other, z)
				near(t, method.name+": A(x + z)", times(a, other), b, tol, floats.Norm(b, 2))
				if got, want := floats.Norm(other, 2), math.Hypot(floats.Norm(s.X, 2), floats.Norm(z, 2)); math.Abs(got-want) > tol*want || got <= floats.Norm(s.X, 2) {
					t.Errorf("%s: another solution has norm %v, want %v > %v", method.name, got, want, floats.Norm(s.X, 2))
				}
			}
		}
	}
}

// Penrose's four conditions determine A⁺ for every shape and rank.
func TestPenrose(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	for _, c := range []struct{ m, n, r int }{{3, 6, 3}, {6, 3, 3}, {4, 4, 4}, {5, 7, 2}, {7, 5, 1}} {
		a := withSpectrum(rng, c.m, c.n, []float64{5, 3, 2, 1}[:c.r]...)
		d, err := leastnorm.SVD{}.Decompose(a)
		if err != nil {
			t.Fatal(err)
		}
		p := mat.NewDense(c.n, c.m, nil) // A⁺, column by column
		for j := range c.m {
			e := make([]float64, c.m)
			e[j] = 1
			p.SetCol(j, d.Apply(e))
		}
		var ap, pa, apa, pap mat.Dense
		ap.Mul(a, p)
		pa.Mul(p, a)
		apa.Mul(&ap, a)
		pap.Mul(&pa, p)
		for name, pair := range map[string][2]mat.Matrix{
			"AA⁺A = A": {&apa, a}, "A⁺AA⁺ = A⁺": {&pap, p}, "AA⁺ symmetric": {&ap, ap.T()}, "A⁺A symmetric": {&pa, pa.T()},
		} {
			if !mat.EqualApprox(pair[0], pair[1], 1e-13) {
				t.Errorf("%d×%d of rank %d: %s fails", c.m, c.n, c.r, name)
			}
		}
		if d.Rank != c.r {
			t.Errorf("rank %d, want %d", d.Rank, c.r)
		}
	}
}

// Against 512-bit arithmetic: the errors of SVD and QR stay near κ·2⁻⁵², that of Gram is near κ²·2⁻⁵².
func TestErrorGrowth(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 6))
	for _, kappa := range []float64{1, 1e2, 1e4, 1e6, 1e9} {
		worst := map[string]float64{}
		for range 10 {
			a, b := withSpectrum(rng, 4, 7, 1, math.Pow(kappa, -0.3), math.Pow(kappa, -0.8), 1/kappa), gaussian(rng, 4)
			want, err := leastnorm.Exact(a, b, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range methods {
				s, err := m.solve(a, b)
				if err != nil {
					if m.name == "Gram" && kappa > 1e7 {
						continue
					}
					t.Fatal(err)
				}
				worst[m.name] = max(worst[m.name], floats.Distance(s.X, want, 2)/floats.Norm(want, 2))
			}
		}
		for _, m := range methods {
			if bound := 100 * 0x1p-52 * math.Pow(kappa, m.power); !(worst[m.name] <= bound) {
				t.Errorf("κ = %.0e: %s errs by %.2g, want at most %.2g", kappa, m.name, worst[m.name], bound)
			}
		}
		if kappa >= 1e4 && kappa <= 1e6 && worst["Gram"] < 100*worst["QR"] {
			t.Errorf("κ = %.0e: Gram errs by %.2g, QR by %.2g: the square of κ does not show", kappa, worst["Gram"], worst["QR"])
		}
	}
}

// Exact on a case by hand, on one whose digits float64 loses, and on a singular one.
func TestExact(t *testing.T) {
	x, err := leastnorm.Exact(mat.NewDense(2, 3, []float64{1, 0, 1, 0, 1, 1}), []float64{2, 4}, 0)
	if err != nil || !floats.Equal(x, []float64{0, 2, 2}) {
		t.Errorf("x = %v, %v; want 0, 2, 2", x, err)
	}
	// rows (1, 1, 1) and (1, 1, 1+2⁻⁴⁰): x₃ = 2⁴⁰ for b = (0, 1), x₁ = x₂ = −2³⁹
	x, err = leastnorm.Exact(mat.NewDense(2, 3, []float64{1, 1, 1, 1, 1, 1 + 0x1p-40}), []float64{0, 1}, 0)
	if err != nil || !floats.Equal(x, []float64{-0x1p39, -0x1p39, 0x1p40}) {
		t.Errorf("x = %v, %v", x, err)
	}
	if _, err = leastnorm.Exact(mat.NewDense(2, 1, []float64{1, 3}), []float64{1, 1}, 0); err == nil || !strings.Contains(err.Error(), "singular") {
		t.Errorf("a column: error %v", err)
	}
	panics(t, "10 bits", "at least 53", func() { leastnorm.Exact(mat.NewDense(1, 1, []float64{1}), []float64{1}, 10) })
}

// RelTol decides what counts as zero: at noise level 1e-6 a rank-2 matrix is of rank 2 again.
func TestRelTol(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 9))
	a := withSpectrum(rng, 4, 6, 1, 0.5, 1e-7, 1e-8)
	b := gaussian(rng, 4)
	for _, c := range []struct {
		tol  float64
		want int
	}{{0, 4}, {1e-10, 4}, {3e-8, 3}, {1e-6, 2}, {0.9, 1}} {
		s, err := leastnorm.SVD{RelTol: c.tol}.Solve(a, b)
		if err != nil || s.Rank != c.want {
			t.Errorf("SVD with RelTol %g: rank %v, want %d (%v)", c.tol, s, c.want, err)
		}
	}
	if _, err := (leastnorm.QR{RelTol: 1e-6}).Solve(a, b); err == nil || !strings.Contains(err.Error(), "rank 2") {
		t.Errorf("QR with RelTol 1e-6: error %v, want one that names rank 2", err)
	}
	if _, err := (leastnorm.QR{}).Solve(a, b); err != nil {
		t.Errorf("QR: %v", err)
	}
}

func TestInputErrors(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, m := range methods {
			a := mat.NewDense(2, 3, []float64{1, 2, 3, 4, bad, 6})
			if _, err := m.solve(a, []float64{1, 2}); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("A[1][1] is %v", bad)) {
				t.Errorf("%s: %v in A: error %v, want one with index and value", m.name, bad, err)
			}
			a.Set(1, 1, 5)
			if _, err := m.solve(a, []float64{1, bad}); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("b[1] is %v", bad)) {
				t.Errorf("%s: %v in b: error %v, want one with index and value", m.name, bad, err)
			}
			panics(t, m.name+" with a long b", "3 entries for the 2 rows", func() { m.solve(a, []float64{1, 2, 3}) })
		}
	}
	panics(t, "RelTol 1", "outside [0, 1)", func() { leastnorm.SVD{RelTol: 1}.Solve(mat.NewDense(1, 1, []float64{1}), []float64{1}) })
	panics(t, "empty A", "empty", func() { leastnorm.QR{}.Solve(&mat.Dense{}, nil) })
}

// panics fails unless f panics with the package prefix and the given text.
func panics(t *testing.T, what, text string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "leastnorm: ") || !strings.Contains(s, text) {
			t.Errorf("%s: panic %q, want the package prefix and %q", what, s, text)
		}
	}()
	f()
}

// Inputs stay as they are, and the result shares no memory with them.
func TestInputsUntouched(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	a, b := mat.NewDense(3, 5, gaussian(rng, 15)), gaussian(rng, 3)
	a0, b0 := mat.DenseCopyOf(a), append([]float64(nil), b...)
	for _, m := range methods {
		s, err := m.solve(a, b)
		if err != nil {
			t.Fatal(err)
		}
		floats.Scale(7, s.X)
		if !mat.Equal(a, a0) || !floats.Equal(b, b0) {
			t.Errorf("%s changed its input", m.name)
		}
	}
}
