package autodiff_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/activation"
	ad "nncourse/lib/autodiff"
	"nncourse/lib/gradcheck"
	"nncourse/lib/loss"
	"nncourse/lib/mlp"
)

func close(got, want, tol float64) bool {
	if math.IsInf(want, 0) {
		return got == want
	}
	return math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))
}

// Closed forms of derivatives, written without the chain rule's steps.
func TestClosedForms(t *testing.T) {
	sq := func(v float64) float64 { return v * v }
	for _, c := range []struct {
		name string
		f    func(x ad.Value) ad.Value
		want func(x float64) float64
		at   []float64
	}{
		{"cos(sin x)", func(x ad.Value) ad.Value { return ad.Cos(ad.Sin(x)) }, func(x float64) float64 { return -math.Sin(math.Sin(x)) * math.Cos(x) }, []float64{-2, 0, 0.5, 1, 3}},
		{"x", func(x ad.Value) ad.Value { return x }, func(float64) float64 { return 1 }, []float64{-1, 0, 7}},
		{"x + x", func(x ad.Value) ad.Value { return ad.Add(x, x) }, func(float64) float64 { return 2 }, []float64{-1, 0, 7}},
		{"x − x", func(x ad.Value) ad.Value { return ad.Sub(x, x) }, func(float64) float64 { return 0 }, []float64{-1, 0, 7}},
		{"x·x·x", func(x ad.Value) ad.Value { return ad.Mul(ad.Mul(x, x), x) }, func(x float64) float64 { return 3 * x * x }, []float64{-1, 0, 7}},
		{"x/x", func(x ad.Value) ad.Value { return ad.Div(x, x) }, func(float64) float64 { return 0 }, []float64{-1, 0.3, 7}},
		{"1/(1 + x²)", func(x ad.Value) ad.Value {
			one := x.Tape().Const(1)
			return ad.Div(one, ad.Add(one, ad.Pow(x, 2)))
		}, func(x float64) float64 { return -2 * x / sq(1+x*x) }, []float64{-3, 0, 0.5}},
		{"x⁻²", func(x ad.Value) ad.Value { return ad.Pow(x, -2) }, func(x float64) float64 { return -2 / (x * x * x) }, []float64{-3, 0.5}},
		{"x⁰", func(x ad.Value) ad.Value { return ad.Pow(x, 0) }, func(float64) float64 { return 0 }, []float64{-3, 0}},
		{"e^(−x²/2)", func(x ad.Value) ad.Value { return ad.Exp(ad.Scale(-0.5, ad.Pow(x, 2))) }, func(x float64) float64 { return -x * math.Exp(-x*x/2) }, []float64{-3, 0, 1}},
		{"ln √x", func(x ad.Value) ad.Value { return ad.Log(ad.Sqrt(x)) }, func(x float64) float64 { return 1 / (2 * x) }, []float64{1e-3, 1, 50}},
		{"ln σ(x)", func(x ad.Value) ad.Value { return ad.Log(ad.Sigmoid(x)) }, func(x float64) float64 { return 1 / (1 + math.Exp(x)) }, []float64{-30, 0, 1, 30}},
		{"tanh x", ad.Tanh, func(x float64) float64 { return 4 / sq(math.Exp(x)+math.Exp(-x)) }, []float64{-2, 0, 1}},
		{"tanh x, far out", ad.Tanh, func(x float64) float64 { return 4 * math.Exp(-2*x) }, []float64{25, 300}},
		{"tanh x, out of range", ad.Tanh, func(x float64) float64 { return 0 }, []float64{1000, -1000}},
		{"−x", ad.Neg, func(x float64) float64 { return -1 }, []float64{-2, 0}},
		{"ReLU", ad.ReLU, func(x float64) float64 { return max(0, sign(x)) }, []float64{-2, 0, 3}},
		{"|x|", ad.Abs, sign, []float64{-2, 0, 3}},
	} {
		for _, x := range c.at {
			_, g := ad.Gradient(func(xs []ad.Value) ad.Value { return c.f(xs[0]) }, []float64{x})
			want := c.want(x)
			// relative, as some derivatives are tiny; the closed forms themselves round
			if !(math.Abs(g[0]-want) <= 1e-13*math.Max(math.Abs(want), 1e-300)+1e-15*math.Abs(x)*math.Abs(want)) && !close(g[0], want, 1e-15) {
				t.Errorf("d/dx %s at %v is %v, want %v", c.name, x, g[0], want)
			}
		}
	}
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// random builds an expression of many operations: each takes earlier values, so that most are used more than once.
func random(rng *rand.Rand, steps int) func(xs []ad.Value) ad.Value {
	type op struct{ kind, a, b int }
	list := make([]op, steps)
	for i := range list {
		list[i] = op{rng.IntN(10), rng.IntN(1 << 20), rng.IntN(1 << 20)}
	}
	return func(xs []ad.Value) ad.Value {
		v := append([]ad.Value(nil), xs...)
		one := xs[0].Tape().Const(1)
		for _, o := range list {
			a, b := v[o.a%len(v)], v[o.b%len(v)]
			safe := ad.Add(one, ad.Pow(b, 2)) // ≥ 1
			switch o.kind {
			case 0:
				a = ad.Tanh(ad.Mul(a, b))
			case 1:
				a = ad.Add(a, ad.Scale(0.3, b))
			case 2:
				a = ad.Sub(ad.Sin(a), b)
			case 3:
				a = ad.Div(a, safe)
			case 4:
				a = ad.Cos(ad.Sin(a))
			case 5:
				a = ad.Exp(ad.Neg(ad.Pow(a, 2)))
			case 6:
				a = ad.Log(safe)
			case 7:
				a = ad.Sqrt(safe)
			case 8:
				a = ad.Sigmoid(ad.Sub(a, b))
			case 9:
				a = ad.Add(ad.ReLU(a), ad.Abs(b))
			}
			v = append(v, a)
		}
		y := v[len(v)-1]
		for _, a := range v[:len(v)-1] {
			y = ad.Add(y, ad.Scale(0.1, a))
		}
		return y
	}
}

func TestRandomExpressionsByDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	checked := 0
	for range 60 {
		f := random(rng, 1+rng.IntN(20))
		x := make([]float64, 1+rng.IntN(4))
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		_, g := ad.Gradient(f, x)
		r := gradcheck.Checker{Tolerance: 1e-6}.Check(func(x []float64) float64 { v, _ := ad.Gradient(f, x); return v }, x, g, nil)
		if err := r.Err(); err != nil {
			t.Error(err)
		}
		checked += r.Checked
	}
	if checked < 100 {
		t.Errorf("only %d derivatives were compared", checked)
	}
}

// A whole network, scalar by scalar: the gradient must be that of the matrices' formulas.
func TestNetwork(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	n := mlp.New(rng, activation.Tanh, 3, 5, 4, 2)
	x, y := mat.NewDense(1, 3, []float64{0.3, -1, 2}), mat.NewDense(1, 2, []float64{1, -1})
	j, g := n.Gradient(x, y, loss.SquaredHalf)
	got, grad := ad.Gradient(func(p []ad.Value) ad.Value {
		tape := p[0].Tape()
		a := []ad.Value{}
		for _, v := range x.RawRowView(0) {
			a = append(a, tape.Const(v))
		}
		for l, layer := range n.Layers {
			out, in := layer.W.Dims()
			w, b := p[:out*in], p[out*in:out*(in+1)]
			p = p[out*(in+1):]
			next := make([]ad.Value, out)
			for i := range out {
				z := b[i]
				for k := range in {
					z = ad.Add(z, ad.Mul(w[i*in+k], a[k]))
				}
				if next[i] = z; l < len(n.Layers)-1 {
					next[i] = ad.Tanh(z)
				}
			}
			a = next
		}
		sum := tape.Const(0)
		for i, v := range a {
			sum = ad.Add(sum, ad.Pow(ad.Sub(v, tape.Const(y.At(0, i))), 2))
		}
		return ad.Scale(0.5, sum)
	}, n.Params())
	if !close(got, j, 1e-13) {
		t.Errorf("J = %v, want %v", got, j)
	}
	for i, want := range g.Flat() {
		if !close(grad[i], want, 1e-13) {
			t.Fatalf("derivative %d is %v, want %v", i, grad[i], want)
		}
	}
}

func TestTape(t *testing.T) {
	tape := &ad.Tape{}
	x, c := tape.Var(3), tape.Const(2)
	y := ad.Mul(c, ad.Pow(x, 2))
	later := ad.Sin(y)
	y.Backward()
	if y.Float() != 18 || x.Grad() != 12 || c.Grad() != 9 || y.Grad() != 1 || later.Grad() != 0 {
		t.Errorf("y %v, ∂y/∂x %v, ∂y/∂c %v, ∂y/∂y %v, later %v", y.Float(), x.Grad(), c.Grad(), y.Grad(), later.Grad())
	}
	y.Backward() // nothing adds up over calls
	if x.Grad() != 12 {
		t.Errorf("after a second Backward ∂y/∂x is %v", x.Grad())
	}
	e := tape.Entries()
	if len(e) != 5 || e[2].Op != "pow" || e[3].Op != "×" || e[3].Inputs[1] != 2 || e[3].Slopes[0] != 9 || e[2].Grad != 2 || len(e[0].Inputs) != 0 {
		t.Errorf("entries: %+v", e)
	}
	tape.Reset()
	if len(tape.Entries()) != 0 {
		t.Error("Reset left entries")
	}
	defer func() {
		if r, ok := recover().(string); !ok || !strings.HasPrefix(r, "autodiff: ") {
			t.Errorf("values of two tapes: want a panic with the package's name, got %v", r)
		}
	}()
	ad.Add(tape.Var(1), (&ad.Tape{}).Var(1))
}

// A derivative of n variables costs a constant number of times the function, whatever n: the tape of a sum of n terms
// is one entry a term longer.
func TestOnePass(t *testing.T) {
	entries := func(n int) int {
		tape := &ad.Tape{}
		sum := tape.Const(0)
		for range n {
			sum = ad.Add(sum, ad.Sin(tape.Var(1)))
		}
		sum.Backward()
		return len(tape.Entries())
	}
	if a, b := entries(10), entries(1000); a != 31 || b != 3001 {
		t.Errorf("tapes of %d and %d entries, want 31 and 3001", a, b)
	}
}

func BenchmarkGradient(b *testing.B) {
	x := make([]float64, 1000)
	for i := range x {
		x[i] = float64(i)
	}
	tape := &ad.Tape{}
	for b.Loop() {
		tape.Reset()
		sum := tape.Const(0)
		for _, v := range x {
			sum = ad.Add(sum, ad.Cos(ad.Sin(tape.Var(v))))
		}
		sum.Backward()
	}
}
