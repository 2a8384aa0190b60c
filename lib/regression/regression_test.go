package regression

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"nncourse/lib/activation"
	"nncourse/lib/svm"
)

func column(x []float64) [][]float64 {
	rows := make([][]float64, len(x))
	for i, v := range x {
		rows[i] = []float64{v}
	}
	return rows
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*(1+math.Abs(want))) {
		t.Errorf("%s = %.15g, want %.15g", what, got, want)
	}
}

// Against numpy (testdata/golden.py).
func TestGolden(t *testing.T) {
	b, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g struct {
		Poly                   map[string][]float64
		Ridge9, Alpha, At      []float64
		SmallX, SmallY, SmallQ []float64
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatal(err)
	}
	read := func(name string, into any) {
		t.Helper()
		if err := json.Unmarshal(raw[name], into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	read("x", &g.SmallX)
	read("y", &g.SmallY)
	read("q", &g.SmallQ)
	read("poly", &g.Poly)
	read("ridge9", &g.Ridge9)
	read("alpha", &g.Alpha)
	read("at", &g.At)
	if len(g.Poly) == 0 {
		t.Fatal("no polynomials in the golden file")
	}
	for name, want := range g.Poly {
		p, _ := strconv.Atoi(name)
		f, err := Polynomial{Degree: p}.Fit(column(g.SmallX), g.SmallY)
		if err != nil {
			t.Fatal(err)
		}
		for i, q := range g.SmallQ {
			near(t, fmt.Sprintf("degree %d at %.2f", p, q), f.Predict([]float64{q}), want[i], 1e-9)
		}
	}
	f, err := Polynomial{Degree: 9, Ridge: 0.5}.Fit(column(g.SmallX), g.SmallY)
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range g.SmallQ {
		near(t, "ridge", f.Predict([]float64{q}), g.Ridge9[i], 1e-10)
	}
	var x, q [][]float64
	var y []float64
	read("X", &x)
	read("Y", &y)
	read("Q", &q)
	k, err := KernelRidge{svm.RBF{Gamma: 0.7}, 0.05}.Fit(x, y)
	if err != nil {
		t.Fatal(err)
	}
	for i := range g.Alpha {
		near(t, "α", k.Alpha[i], g.Alpha[i], 1e-10)
	}
	for i := range q {
		near(t, "f", k.Predict(q[i]), g.At[i], 1e-10)
	}
}

// A polynomial of degree p is found again from p + 1 points and more; what is orthogonal to the space is left.
func TestPolynomialReproduces(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for p := range 12 {
		c := make([]float64, p+1)
		for i := range c {
			c[i] = rng.NormFloat64()
		}
		at := func(x float64) float64 {
			s := 0.0
			for i := p; i >= 0; i-- {
				s = s*x + c[i]
			}
			return s
		}
		x := make([]float64, p+1+rng.IntN(10))
		y := make([]float64, len(x))
		for i := range x {
			x[i] = 2*rng.Float64() - 1
			y[i] = at(x[i])
		}
		f, err := Polynomial{Degree: p, Lo: -1, Hi: 1}.Fit(column(x), y)
		if err != nil {
			t.Fatal(err)
		}
		if e := MeanSquared(f, column(x), y); e > 1e-16 {
			t.Errorf("degree %d: mean squared error %g at the points", p, e)
		}
	}
}

// A kernel with finite features gives the same function as ridge regression on the features.
func TestKernelEqualsFeatures(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	k := svm.Polynomial{Degree: 2, Gamma: 1, Coef0: 1}
	var x [][]float64
	var y []float64
	for range 20 {
		x = append(x, []float64{rng.NormFloat64(), rng.NormFloat64()})
		y = append(y, rng.NormFloat64())
	}
	f, err := KernelRidge{k, 0.3}.Fit(x, y)
	if err != nil {
		t.Fatal(err)
	}
	// v = Σ α_i φ(x_i) must have gradient zero: Σ(vᵀφ(x_i) − y_i)φ(x_i) + λv = 0.
	m := len(k.Features(x[0]))
	v, g := make([]float64, m), make([]float64, m)
	for i := range x {
		for j, p := range k.Features(x[i]) {
			v[j] += f.Alpha[i] * p
		}
	}
	for i := range x {
		r := f.Predict(x[i]) - y[i]
		for j, p := range k.Features(x[i]) {
			g[j] += r * p
		}
	}
	for j := range g {
		near(t, "gradient", g[j]+0.3*v[j], 0, 1e-10)
	}
}

// More units never fit the training points worse (the spaces are nested when the draws are), and one draw is one function.
func TestRandomFeatures(t *testing.T) {
	var x [][]float64
	var y []float64
	rng := rand.New(rand.NewPCG(3, 1))
	for range 200 {
		p := []float64{rng.Float64(), rng.Float64()}
		x, y = append(x, p), append(y, math.Sin(5*p[0])*p[1])
	}
	last := math.Inf(1)
	for _, n := range []int{1, 4, 16, 64} {
		h := RandomFeatures{N: n, Radius: 0.8, Ridge: 1e-10, Centre: []float64{0.5, 0.5}, Act: activation.ReLU}
		a, err := h.Fit(x, y, rand.New(rand.NewPCG(4, 1)))
		if err != nil {
			t.Fatal(err)
		}
		b, err := h.Fit(x, y, rand.New(rand.NewPCG(4, 1)))
		if err != nil {
			t.Fatal(err)
		}
		e := MeanSquared(a, x, y)
		if e != MeanSquared(b, x, y) {
			t.Error("the same source gave another function")
		}
		if e > last*(1+1e-6) {
			t.Errorf("%d units: error %g, with fewer %g", n, e, last)
		}
		last = e
	}
	if last > 1e-3 {
		t.Errorf("64 units leave %g", last)
	}
}

func TestRefusals(t *testing.T) {
	nan := math.NaN()
	rng := rand.New(rand.NewPCG(1, 1))
	for name, f := range map[string]func() error{
		"no points":     func() error { _, err := Polynomial{Degree: 1}.Fit(nil, nil); return err },
		"lengths":       func() error { _, err := Polynomial{}.Fit(column([]float64{1}), nil); return err },
		"NaN":           func() error { _, err := Polynomial{}.Fit(column([]float64{nan}), []float64{1}); return err },
		"two variables": func() error { _, err := Polynomial{}.Fit([][]float64{{1, 2}}, []float64{1}); return err },
		"too many terms": func() error {
			_, err := Polynomial{Degree: 3}.Fit(column([]float64{1, 2}), []float64{1, 2})
			return err
		},
		"equal points": func() error {
			_, err := Polynomial{Degree: 1, Lo: -1, Hi: 1}.Fit(column([]float64{1, 1, 1}), []float64{1, 2, 3})
			return err
		},
		"negative ridge": func() error { _, err := Polynomial{Ridge: -1}.Fit(column([]float64{1}), []float64{1}); return err },
		"ridge zero": func() error {
			_, err := KernelRidge{svm.Linear{}, 0}.Fit(column([]float64{1}), []float64{1})
			return err
		},
		"no kernel": func() error { _, err := KernelRidge{nil, 1}.Fit(column([]float64{1}), []float64{1}); return err },
		"ragged": func() error {
			_, err := KernelRidge{svm.Linear{}, 1}.Fit([][]float64{{1}, {1, 2}}, []float64{1, 2})
			return err
		},
		"no units": func() error { _, err := RandomFeatures{}.Fit(column([]float64{1}), []float64{1}, rng); return err },
		"infinite output": func() error {
			_, err := RandomFeatures{N: 1}.Fit(column([]float64{1, 2}), []float64{1, math.Inf(1)}, rng)
			return err
		},
		"centre of 2 for 1": func() error {
			_, err := RandomFeatures{N: 1, Centre: []float64{0, 0}}.Fit(column([]float64{1, 2}), []float64{1, 2}, rng)
			return err
		},
	} {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func ExamplePolynomial() {
	x, y := [][]float64{{0}, {1}, {2}, {3}}, []float64{1, 2, 5, 10} // 1 + x²
	for p := range 3 {
		f, _ := Polynomial{Degree: p}.Fit(x, y)
		fmt.Printf("H%d: f(4) = %.2f, error %.2f\n", p, f.Predict([]float64{4}), MeanSquared(f, x, y))
	}
	// Output:
	// H0: f(4) = 4.50, error 12.25
	// H1: f(4) = 12.00, error 1.00
	// H2: f(4) = 17.00, error 0.00
}

func BenchmarkKernelRidge(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{100, 200, 400} {
		var x [][]float64
		var y []float64
		for range n {
			x, y = append(x, []float64{rng.NormFloat64(), rng.NormFloat64()}), append(y, rng.NormFloat64())
		}
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := (KernelRidge{svm.RBF{Gamma: 1}, 0.1}).Fit(x, y); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
