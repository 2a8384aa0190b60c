package spectrum

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

var ctx = context.Background()

// symmetric is a random matrix of known eigenvalues, QΛQᵀ.
func symmetric(eigenvalues []float64, rng *rand.Rand) *mat.SymDense {
	n := len(eigenvalues)
	g := mat.NewDense(n, n, Normal(n*n, rng))
	var qr mat.QR
	qr.Factorize(g)
	var q, ql, a mat.Dense
	qr.QTo(&q)
	ql.Mul(&q, mat.NewDiagDense(n, eigenvalues))
	a.Mul(&ql, q.T())
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			s.SetSym(i, j, (a.At(i, j)+a.At(j, i))/2)
		}
	}
	return s
}

// Against Stieltjes' procedure on the spectral measure in 60 digits (testdata/lanczos.py).
func TestGolden(t *testing.T) {
	var g struct {
		A                                         [][]float64
		V, Eigenvalues, Alpha, Beta, Node, Weight []float64
		Residual                                  float64
	}
	text, err := os.ReadFile("testdata/lanczos.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	a := mat.NewSymDense(len(g.A), nil)
	for i, row := range g.A {
		for j := range i + 1 {
			a.SetSym(i, j, row[j])
		}
	}
	k, err := Lanczos{Steps: len(g.Alpha)}.Run(ctx, Dense(a), g.V)
	if err != nil {
		t.Fatal(err)
	}
	q, err := k.Quadrature()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		got, want []float64
	}{{"α", k.Alpha, g.Alpha}, {"β", k.Beta, g.Beta}, {"residual", []float64{k.Residual}, []float64{g.Residual}}, {"nodes", q.Node, g.Node}, {"weights", q.Weight, g.Weight}} {
		if len(c.got) != len(c.want) || !floats.EqualApprox(c.got, c.want, 1e-11) { // rounding grows with the steps, from 1e-16
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
	// The top pairs, all of them, against numpy's eigenvalues.
	top, err := Top(ctx, Dense(a), len(g.A), 0, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range top {
		if want := g.Eigenvalues[len(g.A)-1-i]; math.Abs(p.Value-want) > 1e-11 {
			t.Errorf("eigenvalue %d: %v, want %v", i, p.Value, want)
		}
	}
}

// QᵀQ = I, AQ = QT + βq e_kᵀ, and Gauss's rule is exact for polynomials of degree 2m − 1 and not of 2m.
func TestProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	const n, m = 60, 9
	d := make([]float64, n)
	for i := range d {
		d[i] = rng.NormFloat64()
	}
	d[0] = 40 // far from the rest: it converges at once, and without reorthogonalisation comes back as a ghost
	a := symmetric(d, rng)
	k, err := Lanczos{Steps: n, Keep: true}.Run(ctx, Dense(a), Normal(n, rng))
	if err != nil {
		t.Fatal(err)
	}
	for i := range k.Q {
		for j := range i + 1 {
			want := 0.0
			if i == j {
				want = 1
			}
			if got := floats.Dot(k.Q[i], k.Q[j]); math.Abs(got-want) > 1e-14 { // a few ε: the second pass makes it so
				t.Fatalf("q_%dᵀq_%d = %g", i, j, got)
			}
		}
	}
	v := Normal(n, rng)
	k, err = Lanczos{Steps: m, Keep: true}.Run(ctx, Dense(a), v)
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := k.Ritz()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs { // the residual that is announced is the true one
		ay := make([]float64, n)
		_ = Dense(a).Mul(ctx, ay, p.Vector)
		floats.AddScaled(ay, -p.Value, p.Vector)
		if got := floats.Norm(ay, 2); math.Abs(got-p.Residual) > 1e-12*40 {
			t.Errorf("θ = %g: residual %g, announced %g", p.Value, got, p.Residual)
		}
	}
	q, err := k.Quadrature()
	if err != nil {
		t.Fatal(err)
	}
	x := append([]float64(nil), v...)
	for degree := range 2*m + 1 { // vᵀA^k v / vᵀv
		want := floats.Dot(v, x) / floats.Dot(v, v)
		got := q.Integrate(func(z float64) float64 { return math.Pow(z, float64(degree)) })
		e := math.Abs(got-want) / math.Pow(40, float64(degree))
		if degree < 2*m && e > 1e-12 {
			t.Errorf("degree %d: %g, want %g", degree, got, want)
		}
		if degree == 2*m {
			// the next moment differs by Π β_j²
			gap := k.Residual * k.Residual
			for _, b := range k.Beta {
				gap *= b * b
			}
			if math.Abs((want-got)-gap) > 1e-6*gap+1e-12*math.Pow(40, float64(degree)) {
				t.Errorf("degree %d: off by %g, want %g", degree, want-got, gap)
			}
		}
		y := make([]float64, n)
		_ = Dense(a).Mul(ctx, y, x)
		x = y
	}
}

// A breakdown is noticed; a restart finds the copies of a multiple eigenvalue.
func TestBreakdown(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	d := []float64{5, 5, 5, 2, 2, 1, 1, 1, 1, -3}
	a := Dense(symmetric(d, rng))
	k, err := Lanczos{Steps: 10}.Run(ctx, a, Normal(10, rng))
	if err != nil || !k.Exact || len(k.Alpha) != 4 || k.Residual != 0 {
		t.Fatalf("%v: %d steps, exact %v, residual %g; four different eigenvalues make an invariant space of 4", err, len(k.Alpha), k.Exact, k.Residual)
	}
	top, err := Top(ctx, a, 5, 0, rng)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range top {
		if math.Abs(p.Value-d[i]) > 1e-12 {
			t.Errorf("eigenvalue %d of %v: %v", i, d, p.Value)
		}
	}
	bottom, err := Bottom(ctx, a, 2, 0, rng)
	if err != nil || math.Abs(bottom[0].Value+3) > 1e-12 || math.Abs(bottom[1].Value-1) > 1e-12 {
		t.Errorf("%v: bottom %v", err, bottom)
	}
	// One dimension, and an operator that is zero.
	k, err = Lanczos{Steps: 3, Keep: true}.Run(ctx, Diagonal([]float64{-7}), []float64{2})
	if err != nil || !k.Exact || k.Alpha[0] != -7 || k.Q[0][0] != 1 {
		t.Errorf("%v: %+v", err, k)
	}
	k, err = Lanczos{Steps: 3}.Run(ctx, Diagonal(make([]float64, 4)), []float64{1, 2, 3, 4})
	if err != nil || !k.Exact || k.Alpha[0] != 0 {
		t.Errorf("zero operator: %v: %+v", err, k)
	}
}

// Share, density and mean of a known spectrum, within 4 standard errors, and these errors are small.
func TestSLQ(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 1))
	const n = 2000
	d := make([]float64, n)
	for i := range d {
		switch {
		case i < 1800:
			d[i] = 1e-6 * rng.NormFloat64() // a bulk at zero
		case i < 1990:
			d[i] = 0.5 + rng.Float64()
		case i < 1998:
			d[i] = 10 + float64(i-1990)
		default:
			d[i] = -0.4
		}
	}
	// Signs on a diagonal matrix would give each eigenvector the same weight exactly; a rotation of planes makes it random.
	a := rotated(d, rng)
	s, err := SLQ{Steps: 40, Probes: 8}.Run(ctx, a, rng)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		got  Estimate
		want float64
	}{
		{"share near zero", s.Near(1e-3), 0.9},
		{"share negative", s.Share(-1, -0.1), 0.001},
		{"share above 5", s.Share(5, 100), 0.004},
		{"mean", s.Mean(func(x float64) float64 { return x }), floats.Sum(d) / n},
	} {
		if !(math.Abs(c.got.Mean-c.want) <= 4*c.got.Error+1e-12) || !(c.got.Error < 0.1*max(c.want, 0.05)) {
			t.Errorf("%s: %.5f ± %.5f, want %.5f", c.name, c.got.Mean, c.got.Error, c.want)
		}
	}
	// ∫ density = 1, and at a place with a known density.
	grid := make([]float64, 4000)
	floats.Span(grid, -5, 25)
	mean, lo, hi := s.Curve(grid, 0.1)
	if sum := floats.Sum(mean) * 30 / 3999; math.Abs(sum-1) > 1e-6 {
		t.Errorf("the density integrates to %g", sum)
	}
	for i := range grid {
		if lo[i] > mean[i] || hi[i] < mean[i] {
			t.Fatalf("band %g … %g round %g", lo[i], hi[i], mean[i])
		}
	}
	exact := 0.0
	for _, x := range d {
		exact += gaussian(1-x, 0.1) / n
	}
	if e := s.Density(1, 0.1); math.Abs(e.Mean-exact) > 4*e.Error+0.02*exact {
		t.Errorf("density at 1: %g ± %g, want %g", e.Mean, e.Error, exact)
	}
	if e, want := s.Density(0, 0.1), 0.9*gaussian(0, 0.1); math.Abs(e.Mean-want) > 4*e.Error+0.01*want { // the width of the peak is that of the window
		t.Errorf("density at 0: %g ± %g, want %g", e.Mean, e.Error, want)
	}
	// Signs weigh the eigenvectors of a diagonal matrix exactly alike: no spread, to rounding.
	plain, err := SLQ{Steps: 5, Probes: 2}.Run(ctx, Diagonal(d), rng)
	if err != nil {
		t.Fatal(err)
	}
	if e := plain.Mean(func(x float64) float64 { return x }); math.Abs(e.Mean-floats.Sum(d)/n) > 1e-12 || e.Error > 1e-12 {
		t.Errorf("mean of a diagonal: %g ± %g, want %g exactly", e.Mean, e.Error, floats.Sum(d)/n)
	}
	if l, h := s.Extremes(); math.Abs(l+0.4) > 1e-6 || math.Abs(h-17) > 1e-6 {
		t.Errorf("extremes %g, %g", l, h)
	}
}

// rotated has eigenvalues d; its eigenvectors are those of two layers of random plane rotations: O(n) a product.
func rotated(d []float64, rng *rand.Rand) Operator {
	n := len(d)
	type plane struct {
		i, j int
		c, s float64
	}
	var planes []plane
	for range 6 {
		p := rng.Perm(n)
		for i := 0; i+1 < n; i += 2 {
			angle := 2 * math.Pi * rng.Float64()
			planes = append(planes, plane{p[i], p[i+1], math.Cos(angle), math.Sin(angle)})
		}
	}
	return Operator{Dim: n, Mul: func(_ context.Context, dst, v []float64) error {
		copy(dst, v)
		for _, p := range planes {
			dst[p.i], dst[p.j] = p.c*dst[p.i]-p.s*dst[p.j], p.s*dst[p.i]+p.c*dst[p.j]
		}
		floats.Mul(dst, d)
		for i := len(planes) - 1; i >= 0; i-- {
			p := planes[i]
			dst[p.i], dst[p.j] = p.c*dst[p.i]+p.s*dst[p.j], -p.s*dst[p.i]+p.c*dst[p.j]
		}
		return nil
	}}
}

// Hutchinson: unbiased, with variance 2 Σ_{i≠j} A_ij² a probe, and exact on a diagonal.
func TestTrace(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	d := []float64{3, -1, 4, 1, -5, 9}
	e, err := Trace(ctx, Diagonal(d), 1, rng)
	if err != nil || e.Mean != 11 || !math.IsNaN(e.Error) {
		t.Errorf("diagonal: %v, %+v", err, e)
	}
	a := symmetric(d, rng)
	variance := 0.0
	for i := range 6 {
		for j := range 6 {
			if i != j {
				variance += 2 * a.At(i, j) * a.At(i, j)
			}
		}
	}
	const probes = 20000
	e, err = Trace(ctx, Dense(a), probes, rng)
	if err != nil {
		t.Fatal(err)
	}
	// the error of the standard error is 1/√(2·20000) = 0.5 %, times a kurtosis below 4
	if want := math.Sqrt(variance / probes); math.Abs(e.Mean-11) > 4*want || math.Abs(e.Error/want-1) > 0.05 {
		t.Errorf("trace %.4f ± %.4f, want 11 ± %.4f", e.Mean, e.Error, want)
	}
}

// A run that is stopped and goes on from its file gives the same bits; a file of something else is refused.
func TestResume(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	d := Normal(50, rng)
	start := Normal(50, rng)
	whole, err := Lanczos{Steps: 30, Keep: true}.Run(ctx, Diagonal(d), start)
	if err != nil {
		t.Fatal(err)
	}
	l := Lanczos{Steps: 30, Keep: true, File: filepath.Join(t.TempDir(), "state"), SaveEvery: 4, Key: "d"}
	products := 0
	stop, cancel := context.WithCancel(ctx)
	a := Operator{Dim: 50, Mul: func(ctx context.Context, dst, v []float64) error {
		if products++; products == 13 {
			cancel()
		}
		return Diagonal(d).Mul(ctx, dst, v)
	}}
	part, err := l.Run(stop, a, start)
	if !errors.Is(err, context.Canceled) || len(part.Alpha) != 13 {
		t.Fatalf("%v after %d steps", err, len(part.Alpha))
	}
	got, err := l.Run(ctx, a, start)
	if err != nil || products != 30 || fmt.Sprint(got.Alpha, got.Beta, got.Residual) != fmt.Sprint(whole.Alpha, whole.Beta, whole.Residual) || len(got.Q) != 30 {
		t.Errorf("%v, %d products: resumed run differs", err, products)
	}
	short := l
	short.Steps = 20
	if got, err = short.Run(ctx, a, start); err != nil || products != 30 || len(got.Alpha) != 20 || got.Residual != whole.Beta[19] {
		t.Errorf("%v: fewer steps from the file: %d", err, len(got.Alpha))
	}
	other := l
	other.Key = "e"
	if _, err := other.Run(ctx, a, start); err == nil || !strings.Contains(err.Error(), "another operator") {
		t.Errorf("another key: %v", err)
	}
	if err := os.WriteFile(l.File, []byte("no gob"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Run(ctx, a, start); err == nil || !strings.Contains(err.Error(), "delete the file") {
		t.Errorf("broken file: %v", err)
	}

	// The same of a quadrature, stopped within its second probe.
	seed := func() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
	s := SLQ{Steps: 10, Probes: 3}
	want, err := s.Run(ctx, Diagonal(d), seed())
	if err != nil {
		t.Fatal(err)
	}
	s.Dir = t.TempDir()
	cancel()
	stop, cancel = context.WithCancel(ctx)
	defer func() { cancel() }()
	products = -2 // cancelled at the 15th product
	if part, err := s.Run(stop, a, seed()); !errors.Is(err, context.Canceled) || len(part.Probes) != 1 {
		t.Fatalf("%v, %d probes", err, len(part.Probes))
	}
	spectrum, err := s.Run(ctx, a, seed())
	if err != nil || products != 28 || fmt.Sprint(spectrum.Probes) != fmt.Sprint(want.Probes) {
		t.Errorf("%v, %d products: resumed quadrature differs", err, products)
	}
	if _, err := s.Run(ctx, a, rand.New(rand.NewPCG(1, 3))); err == nil || !strings.Contains(err.Error(), "another operator, seed") {
		t.Errorf("another seed: %v", err)
	}
}

func TestErrors(t *testing.T) {
	a := Diagonal([]float64{1, 2, 3})
	for name, v := range map[string][]float64{"norm 0": {0, 0, 0}, "norm NaN": {1, math.NaN(), 0}, "norm +Inf": {1, math.Inf(1), 0}} {
		if _, err := (Lanczos{Steps: 2}).Run(ctx, a, v); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad := Operator{Dim: 3, Mul: func(_ context.Context, dst, v []float64) error { dst[0] = math.NaN(); return nil }}
	if _, err := (Lanczos{Steps: 2}).Run(ctx, bad, []float64{1, 0, 0}); err == nil || !strings.Contains(err.Error(), "step 1") {
		t.Errorf("NaN: %v", err)
	}
	mine := errors.New("mine")
	bad.Mul = func(context.Context, []float64, []float64) error { return mine }
	if _, err := Trace(ctx, bad, 3, rand.New(rand.NewPCG(1, 1))); !errors.Is(err, mine) {
		t.Errorf("the operator's own: %v", err)
	}
	for name, f := range map[string]func(){
		"start":  func() { Lanczos{Steps: 2}.Run(ctx, a, []float64{1}) },
		"steps":  func() { Lanczos{}.Run(ctx, a, []float64{1, 1, 1}) },
		"probes": func() { SLQ{Steps: 1}.Run(ctx, a, nil) },
		"pairs":  func() { Top(ctx, a, 4, 0, nil) },
		"σ":      func() { (&Spectrum{}).Density(0, 0) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "spectrum: ") {
					t.Errorf("%s: recovered %v", name, r)
				}
			}()
			f()
		}()
	}
}
