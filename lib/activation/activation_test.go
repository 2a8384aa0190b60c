package activation_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
)

// zoo are all functions of one number, with other parameters too.
func zoo() []activation.Func {
	return append(append([]activation.Func(nil), activation.All...),
		activation.LeakyReLU(0.1), activation.LeakyReLU(-1), activation.LeakyReLU(0), activation.LeakyReLU(1), activation.ELU(1.7), activation.ELU(0.5))
}

// near wants got to be want up to tol relatively (and up to the smallest normal float64).
func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Abs(want)+0x1p-1022) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func find(t *testing.T, name string) activation.Func {
	t.Helper()
	f, err := activation.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

type goldenFile struct {
	Functions []struct {
		Name string
		Rows []struct{ Z, F, D float64 }
	}
	Kinks   map[string]float64
	Softmax []struct {
		Z, P, Log []float64
		Jacobian  [][]float64
	}
}

func golden(t *testing.T) (g goldenFile) {
	t.Helper()
	b, err := os.ReadFile("testdata/golden.json")
	if err == nil {
		err = json.Unmarshal(b, &g)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Functions) < 9 || len(g.Softmax) < 6 || len(g.Kinks) < 3 {
		t.Fatal("golden.json is not whole")
	}
	return g
}

// Values and derivatives, relatively to some ulps even where they are 10⁻³⁰⁰, against 1000-digit arithmetic.
func TestGolden(t *testing.T) {
	for _, g := range golden(t).Functions {
		f := find(t, g.Name)
		if len(g.Rows) < 20 {
			t.Fatalf("%s: %d rows", g.Name, len(g.Rows))
		}
		for _, r := range g.Rows {
			near(t, fmt.Sprintf("%s(%v)", g.Name, r.Z), f.F(r.Z), r.F, 8*0x1p-52)
			near(t, fmt.Sprintf("%s′(%v)", g.Name, r.Z), f.D(r.Z), r.D, 8*0x1p-52)
		}
	}
}

// The stated convention at each kink: the derivative from the left. PyTorch takes the same.
func TestKinks(t *testing.T) {
	for _, c := range []struct {
		f    activation.Func
		want float64
	}{
		{activation.ReLU, 0}, {activation.LeakyReLU(0.1), 0.1}, {activation.LeakyReLU(-1), -1}, {activation.ELU(1.7), 1.7},
		{activation.ELU(0.5), 0.5}, {activation.Step, 0}, {activation.Sign, 0},
	} {
		if len(c.f.Kinks) != 1 || c.f.Kinks[0] != 0 {
			t.Errorf("%s: kinks are %v", c.f.Name, c.f.Kinks)
		}
		for _, zero := range []float64{0, math.Copysign(0, -1)} {
			if got := c.f.D(zero); got != c.want {
				t.Errorf("%s′(%v) is %v, want %v", c.f.Name, zero, got, c.want)
			}
		}
		// from the left: the limit of the derivatives at −2⁻ᵏ
		if got := c.f.D(-0x1p-60); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%s′(0⁻) is %v, want %v", c.f.Name, got, c.want)
		}
	}
	for name, want := range golden(t).Kinks {
		if got := find(t, name).D(0); got != want {
			t.Errorf("%s′(0) is %v, PyTorch has %v", name, got, want)
		}
	}
	if activation.Step.F(0) != 1 || activation.Sign.F(0) != 0 || activation.Step.F(-1e-300) != 0 || activation.Sign.F(-1e-300) != -1 {
		t.Error("the values at the jump are not as stated")
	}
	for _, f := range []activation.Func{activation.Sigmoid, activation.Tanh, activation.Softplus, activation.ELU(1), activation.Identity, activation.LeakyReLU(1)} {
		if len(f.Kinks) != 0 {
			t.Errorf("%s: kinks are %v", f.Name, f.Kinks)
		}
	}
}

// Derivatives against central differences, at random points that no symmetry favours.
func TestDerivative(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	for _, f := range zoo() {
		for range 200 {
			z := 3*rng.NormFloat64() + 0.1
			if math.Abs(z) < 1e-3 {
				continue // the difference would straddle the kink
			}
			// h = 6e-6: truncation h²|f‴| ≤ 1e-10, rounding 2⁻⁵²|f|/h ≤ 1e-9
			want := fd.Derivative(f.F, z, &fd.Settings{Formula: fd.Central})
			if got := f.D(z); math.Abs(got-want) > 5e-9*(1+math.Abs(z)) {
				t.Errorf("%s′(%v) is %v, the difference quotient %v", f.Name, z, got, want)
			}
		}
	}
}

// Finite at ±1000 and ±10³⁰⁰, the limits at ±Inf, NaN at NaN.
func TestExtremes(t *testing.T) {
	for _, f := range zoo() {
		for _, z := range []float64{1000, -1000, 1e300, -1e300} {
			for what, v := range map[string]float64{"": f.F(z), "′": f.D(z)} {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Errorf("%s%s(%v) is %v", f.Name, what, z, v)
				}
			}
		}
		for _, side := range []int{-1, 1} {
			inf := math.Inf(side)
			if got := f.D(inf); got != f.D(float64(side)*1e300) {
				t.Errorf("%s′(%v) is %v", f.Name, inf, got)
			}
			if far, at := f.F(float64(side)*1e300), f.F(inf); at != far && !(math.IsInf(at, 0) && math.Abs(far) > 1e298 && at*far > 0) {
				t.Errorf("%s(%v) is %v, at %ve300 %v", f.Name, inf, at, side, far)
			}
		}
		if v := f.F(math.NaN()); v == v {
			t.Errorf("%s(NaN) is %v", f.Name, v)
		}
		if v := f.D(math.NaN()); v == v {
			t.Errorf("%s′(NaN) is %v", f.Name, v)
		}
	}
	// −0.0 must not turn up as −∞ or NaN in what divides by it
	if v := activation.LeakyReLU(0).F(math.Inf(-1)); v != 0 {
		t.Errorf("leaky-relu(0)(−∞) is %v", v)
	}
}

// What ties the functions to each other.
func TestIdentities(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 2))
	sigmoid, tanh, softplus, relu := activation.Sigmoid, activation.Tanh, activation.Softplus, activation.ReLU
	for range 500 {
		z := 20 * rng.NormFloat64()
		near(t, "σ(z) + σ(−z)", sigmoid.F(z)+sigmoid.F(-z), 1, 0x1p-51)
		near(t, "σ′(z)", sigmoid.D(z), sigmoid.F(z)*sigmoid.F(-z), 0x1p-50)
		if got, want := tanh.F(z), 2*sigmoid.F(2*z)-1; math.Abs(got-want) > 0x1p-50 {
			t.Errorf("tanh %v is %v, 2σ(2z) − 1 is %v", z, got, want)
		}
		near(t, "tanh′", tanh.D(z), 4*sigmoid.D(2*z), 0x1p-49)
		near(t, "softplus′", softplus.D(z), sigmoid.F(z), 0)
		if gap := softplus.F(z) - relu.F(z); gap < 0 || gap > math.Ln2 {
			t.Errorf("softplus(%v) − relu is %v", z, gap)
		}
		near(t, "relu(z) − relu(−z)", relu.F(z)-relu.F(-z), z, 0)
		if s := 0.25 - sigmoid.D(z); s < 0 || tanh.D(z) > 1 {
			t.Errorf("slopes at %v: σ′ %v, tanh′ %v", z, sigmoid.D(z), tanh.D(z))
		}
	}
	if sigmoid.D(0) != 0.25 || tanh.D(0) != 1 || softplus.F(0) != math.Ln2 {
		t.Error("values at 0 are not as stated")
	}
	// All but Sign's and Step's jumps: monotone.
	for _, f := range zoo() {
		if f.Name == "leaky-relu(-1)" {
			continue
		}
		for last, z := math.Inf(-1), -30.0; z < 30; z += 0.37 {
			if v := f.F(z); v < last || f.D(z) < 0 {
				t.Errorf("%s falls before %v", f.Name, z)
			} else {
				last = v
			}
		}
	}
}

// The mean over draws is zΦ(z/s) + sφ(z/s), and D is its derivative.
func TestNoisyReLU(t *testing.T) {
	const s, n = 0.7, 200000
	rng := rand.New(rand.NewPCG(8, 3))
	f := activation.NoisyReLU(s, rng)
	mean := func(z float64) float64 {
		return z*math.Erfc(-z/s/math.Sqrt2)/2 + s*math.Exp(-z*z/s/s/2)/math.Sqrt(2*math.Pi)
	}
	for _, z := range []float64{-1.5, -0.3, 0, 0.4, 2} {
		sum, squares := 0.0, 0.0
		for range n {
			v := f.F(z)
			sum, squares = sum+v, squares+v*v
		}
		m := sum / n
		// five standard errors
		if bound := 5 * math.Sqrt((squares/n-m*m)/n); math.Abs(m-mean(z)) > bound {
			t.Errorf("mean at %v is %v, want %v ± %v", z, m, mean(z), bound)
		}
		if d := fd.Derivative(mean, z, &fd.Settings{Formula: fd.Central}); math.Abs(f.D(z)-d) > 1e-8 {
			t.Errorf("D(%v) is %v, the mean's slope %v", z, f.D(z), d)
		}
	}
	a, b := activation.NoisyReLU(1, rand.New(rand.NewPCG(1, 2))), activation.NoisyReLU(1, rand.New(rand.NewPCG(1, 2)))
	for range 20 {
		if a.F(1) != b.F(1) {
			t.Fatal("one seed, two results")
		}
	}
	if still := activation.NoisyReLU(0, nil); still.F(-2) != 0 || still.F(3) != 3 || still.D(0) != 0 || still.Name != "noisy-relu(0)" {
		t.Error("without noise it is not ReLU")
	}
	if v := f.F(math.NaN()); v == v {
		t.Errorf("NaN gives %v", v)
	}
}

func TestMaxout(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 4))
	for range 50 {
		k, n := 1+rng.IntN(5), 1+rng.IntN(4)
		m := activation.Maxout{W: mat.NewDense(k, n, gaussian(rng, k*n)), B: gaussian(rng, k)}
		x, y := gaussian(rng, n), gaussian(rng, n)
		// the largest of the pieces
		best := math.Inf(-1)
		for i := range k {
			best = max(best, floats.Dot(m.W.RawRowView(i), x)+m.B[i])
		}
		if m.F(x) != best {
			t.Fatalf("F is %v, want %v", m.F(x), best)
		}
		g := m.D(nil, x)
		for j, want := range fd.Gradient(nil, m.F, x, &fd.Settings{Formula: fd.Central}) {
			if math.Abs(g[j]-want) > 1e-8 {
				t.Errorf("gradient %v, the difference quotient has %v at %d", g, want, j)
			}
		}
		// subgradient inequality: σ(y) ≥ σ(x) + gᵀ(y − x)
		if d := floats.Dot(g, y) - floats.Dot(g, x); m.F(y) < m.F(x)+d-1e-12 {
			t.Errorf("not a subgradient: %v < %v + %v", m.F(y), m.F(x), d)
		}
	}
	// two pieces, x and 0, are ReLU; where they meet the first is active
	relu := activation.Maxout{W: mat.NewDense(2, 1, []float64{1, 0}), B: []float64{0, 0}}
	for _, z := range []float64{-1000, -1, 0, 0.5, 1000} {
		if relu.F([]float64{z}) != activation.ReLU.F(z) {
			t.Errorf("two pieces at %v give %v", z, relu.F([]float64{z}))
		}
	}
	if relu.Active([]float64{0}) != 0 || relu.D(nil, []float64{0})[0] != 1 || relu.Active([]float64{-1}) != 1 {
		t.Error("the active piece is not as stated")
	}
	if v := relu.F([]float64{math.NaN()}); v == v {
		t.Errorf("NaN gives %v", v)
	}
}

func gaussian(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

func TestSoftmaxGolden(t *testing.T) {
	for _, g := range golden(t).Softmax {
		// the exponents zᵢ − m are rounded: an error of 2⁻⁵³|z| in them is as large a relative error in the result
		tol := 0x1p-52 * (10 + 4*floats.Norm(g.Z, math.Inf(1)))
		p, log, jac := activation.Softmax(nil, g.Z), activation.LogSoftmax(nil, g.Z), activation.SoftmaxJacobian(g.Z)
		for i := range g.Z {
			near(t, fmt.Sprintf("p%d of %v", i, g.Z), p[i], g.P[i], tol)
			near(t, fmt.Sprintf("log p%d of %v", i, g.Z), log[i], g.Log[i], tol)
			for j := range g.Z {
				near(t, fmt.Sprintf("∂p%d/∂z%d of %v", i, j, g.Z), jac.At(i, j), g.Jacobian[i][j], tol)
			}
		}
	}
}

func TestSoftmax(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 5))
	for range 100 {
		n := 1 + rng.IntN(6)
		z := gaussian(rng, n)
		floats.Scale(3, z)
		p := activation.Softmax(nil, z)
		near(t, "Σp", floats.Sum(p), 1, 0x1p-50)
		// a common shift changes nothing
		shifted := append([]float64(nil), z...)
		floats.AddConst(512, shifted)
		for i, v := range activation.Softmax(nil, shifted) {
			near(t, "shifted", v, p[i], 1e-12) // z + 512 is rounded to 2⁻⁴⁴
		}
		// in place
		q := append([]float64(nil), z...)
		if activation.Softmax(q, q); !floats.Equal(q, p) {
			t.Errorf("in place %v, else %v", q, p)
		}
		// the Jacobian: rows sum to 0, symmetric, no negative direction, the differences agree
		jac := activation.SoftmaxJacobian(z)
		want := mat.NewDense(n, n, nil)
		fd.Jacobian(want, func(y, x []float64) { activation.Softmax(y, x) }, z, &fd.JacobianSettings{Formula: fd.Central})
		for i := range n {
			if s := floats.Sum(jac.RawRowView(i)); math.Abs(s) > 1e-15 {
				t.Errorf("row %d sums to %v", i, s)
			}
			for j := range n {
				if jac.At(i, j) != jac.At(j, i) || math.Abs(jac.At(i, j)-want.At(i, j)) > 1e-8 {
					t.Errorf("∂p%d/∂z%d is %v, the difference quotient %v", i, j, jac.At(i, j), want.At(i, j))
				}
			}
		}
		v := mat.NewVecDense(n, gaussian(rng, n))
		if q := mat.Inner(v, jac, v); q < -1e-15 {
			t.Errorf("vᵀJv = %v", q)
		}
	}
	inf, nan := math.Inf(1), math.NaN()
	if p := activation.Softmax(nil, []float64{0, -inf, 0}); !floats.Equal(p, []float64{0.5, 0, 0.5}) {
		t.Errorf("with −∞: %v", p)
	}
	if l := activation.LogSoftmax(nil, []float64{0, -inf}); l[0] != 0 || l[1] != -inf {
		t.Errorf("log with −∞: %v", l)
	}
	for _, z := range [][]float64{{nan, 1}, {1, nan, 2}, {inf, 1}, {-inf, -inf}, {inf, inf}, {nan}} {
		for i := range z {
			if p := activation.Softmax(nil, z)[i]; p == p {
				t.Errorf("p of %v has %v", z, p)
			}
			if l := activation.LogSoftmax(nil, z)[i]; l == l {
				t.Errorf("log p of %v has %v", z, l)
			}
		}
	}
	if len(activation.Softmax(nil, nil)) != 0 || len(activation.LogSoftmax(nil, nil)) != 0 {
		t.Error("nothing gives something")
	}
	if z := []float64{1000, -1000}; activation.LogSoftmax(nil, z)[1] != -2000 || activation.Softmax(nil, z)[1] != 0 {
		t.Error("log p = −2000 is lost")
	}
}

func TestApply(t *testing.T) {
	z := []float64{-1, 0, 2}
	if got := activation.ReLU.Apply(nil, z); !floats.Equal(got, []float64{0, 0, 2}) {
		t.Errorf("Apply gives %v", got)
	}
	if got := activation.ReLU.Derivative(z, z); !floats.Equal(got, []float64{0, 0, 1}) || &got[0] != &z[0] {
		t.Errorf("Derivative in place gives %v", got)
	}
}

func TestByName(t *testing.T) {
	for _, f := range zoo() {
		g := find(t, f.Name)
		if g.Name != f.Name {
			t.Errorf("%s gives %s", f.Name, g.Name)
		}
		for _, z := range []float64{-1.3, 0, 2} {
			if g.F(z) != f.F(z) || g.D(z) != f.D(z) {
				t.Errorf("%s: another function", f.Name)
			}
		}
	}
	if f := find(t, "leaky-relu"); f.F(-1) != -0.01 {
		t.Errorf("the usual slope is %v", f.F(-1))
	}
	for _, bad := range []string{"", "ReLU", "relu(1)", "elu(", "elu()", "elu(x)", "elu(NaN)", "elu(Inf)", "elu(1", "elu(1)x", "noisy-relu(1)", "maxout"} {
		if _, err := activation.ByName(bad); err == nil || !strings.HasPrefix(err.Error(), "activation: ") {
			t.Errorf("%q gives the error %v", bad, err)
		}
	}
}

func TestPanics(t *testing.T) {
	two := mat.NewDense(2, 1, []float64{1, 0})
	for name, f := range map[string]func(){
		"Apply":           func() { activation.ReLU.Apply(make([]float64, 2), make([]float64, 3)) },
		"Softmax":         func() { activation.Softmax(make([]float64, 2), make([]float64, 3)) },
		"LogSoftmax":      func() { activation.LogSoftmax(make([]float64, 2), make([]float64, 3)) },
		"SoftmaxJacobian": func() { activation.SoftmaxJacobian(nil) },
		"Maxout bias":     func() { activation.Maxout{W: two, B: []float64{1}}.F([]float64{1}) },
		"Maxout x":        func() { activation.Maxout{W: two, B: []float64{1, 2}}.F([]float64{1, 2}) },
		"Maxout dst":      func() { activation.Maxout{W: two, B: []float64{1, 2}}.D(make([]float64, 2), []float64{1}) },
		"slope":           func() { activation.LeakyReLU(math.NaN()) },
		"alpha":           func() { activation.ELU(math.Inf(1)) },
		"sigma":           func() { activation.NoisyReLU(-1, rand.New(rand.NewPCG(1, 1))) },
		"rng":             func() { activation.NoisyReLU(1, nil) },
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "activation: ") {
					t.Errorf("%s: panic %q", name, s)
				}
			}()
			f()
		}()
	}
}
