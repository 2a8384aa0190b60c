package gradcheck_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"

	"nncourse/lib/gradcheck"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 6)) }

func gaussian(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

type function struct {
	name string
	f    func(x []float64) float64
	grad func(x []float64) []float64
}

var smooth = []function{
	{"sum of squares", func(x []float64) float64 { return floats.Dot(x, x) },
		func(x []float64) []float64 { g := slices.Clone(x); floats.Scale(2, g); return g }},
	{"linear", func(x []float64) float64 { return 3*x[0] - 2*x[1] + x[2] + 7 },
		func(x []float64) []float64 { return []float64{3, -2, 1} }},
	{"constant", func(x []float64) float64 { return 7 },
		func(x []float64) []float64 { return []float64{0, 0, 0} }},
	{"x e^y sin z", func(x []float64) float64 { return x[0] * math.Exp(x[1]) * math.Sin(x[2]) },
		func(x []float64) []float64 {
			e, s, c := math.Exp(x[1]), math.Sin(x[2]), math.Cos(x[2])
			return []float64{e * s, x[0] * e * s, x[0] * e * c}
		}},
	{"tanh of a sum", func(x []float64) float64 { return math.Tanh(floats.Sum(x)) },
		func(x []float64) []float64 {
			t := math.Tanh(floats.Sum(x))
			return []float64{1 - t*t, 1 - t*t, 1 - t*t}
		}},
	{"far from zero", func(x []float64) float64 { return 1e4 + math.Sin(x[0])*x[1] + x[2] },
		func(x []float64) []float64 { return []float64{math.Cos(x[0]) * x[1], math.Sin(x[0]), 1} }},
	{"steep", func(x []float64) float64 { return 1e8 * floats.Dot(x, x) },
		func(x []float64) []float64 { g := slices.Clone(x); floats.Scale(2e8, g); return g }},
	{"fast", func(x []float64) float64 { return math.Sin(1e4*x[0]) / 1e4 * x[1] * x[2] },
		func(x []float64) []float64 {
			s, c := math.Sincos(1e4 * x[0])
			return []float64{c * x[1] * x[2], s / 1e4 * x[2], s / 1e4 * x[1]}
		}},
}

// Right gradients of smooth functions pass in every direction, and none is taken for a kink.
func TestSmooth(t *testing.T) {
	for _, fn := range smooth {
		for seed := range uint64(50) {
			rng := source(seed)
			x := gaussian(rng, 3)
			for _, c := range []gradcheck.Checker{{}, {Random: 8}} {
				r := c.Check(fn.f, x, fn.grad(x), rng)
				if err := r.Err(); err != nil || r.Kinks != 0 || r.Checked != len(r.Entries) {
					t.Fatalf("%s at %v: %v", fn.name, x, r)
				}
			}
		}
	}
}

// An error of 1e-5 of a slope's size is found, in the right coordinate; random directions find it too.
func TestWrong(t *testing.T) {
	for _, fn := range smooth {
		for seed := range uint64(20) {
			rng := source(seed)
			x := gaussian(rng, 3)
			g := fn.grad(x)
			i := rng.IntN(3)
			g[i] += 1e-5 * math.Max(1, math.Abs(g[i]))
			r := (gradcheck.Checker{}).Check(fn.f, x, g, nil)
			if r.Err() == nil || !r.Entries[i].Bad {
				t.Errorf("%s: an error in coordinate %d passed: %v", fn.name, i, r)
			}
			for j, e := range r.Entries {
				if j != i && e.Bad {
					t.Errorf("%s: coordinate %d rejected, only %d is wrong", fn.name, j, i)
				}
			}
			g[i] += math.Max(1, math.Abs(g[i]))
			if (gradcheck.Checker{Random: 8}).Check(fn.f, x, g, rng).Err() == nil {
				t.Errorf("%s: eight random directions missed an error of 100%% in one of three coordinates", fn.name)
			}
		}
	}
}

func relu(x []float64) float64 { return math.Max(0, x[0]) + 2*x[1] }

// At the kink every slope between the one-sided ones is accepted and none outside; beside it there is only one.
func TestKinks(t *testing.T) {
	for _, c := range []struct {
		x, claim float64
		kink, ok bool
	}{
		{0, 0, true, true}, {0, 1, true, true}, {0, 0.3, true, true},
		{0, -0.01, true, false}, {0, 1.01, true, false}, {0, math.NaN(), false, false},
		{1, 1, false, true}, {1, 0, false, false}, {-1, 0, false, true}, {-1, 1, false, false},
		// within h of the kink: the step shrinks until it no longer reaches it
		{1e-6, 1, false, true}, {1e-6, 0, false, false}, {-1e-7, 0, false, true}, {-1e-7, 1, false, false},
		{5e-6, 1, false, true}, {-5e-6, 0, false, true}, {6.1e-6, 1, false, true}, {4.2e-6, 0.5, false, false},
		// nearer than h/4096: for doubles a kink
		{1e-11, 1, true, true}, {1e-11, 1.01, true, false},
	} {
		x := []float64{c.x, 5}
		r := (gradcheck.Checker{}).Check(relu, x, []float64{c.claim, 2}, nil)
		if e := r.Entries[0]; e.Kink != c.kink || e.Bad == c.ok {
			t.Errorf("ReLU at %v, claim %v: kink %v, bad %v (%+v)", c.x, c.claim, e.Kink, e.Bad, e)
		}
		if (r.Err() == nil) != c.ok {
			t.Errorf("ReLU at %v, claim %v: %v", c.x, c.claim, r.Err())
		}
		if x[0] != c.x || x[1] != 5 {
			t.Error("x was changed")
		}
	}

	// A concave kink, and an exponent between kink and curve.
	minus := func(x []float64) float64 { return -math.Abs(x[0]) }
	for claim, ok := range map[float64]bool{1: true, -1: true, 0: true, 1.1: false, -1.1: false} {
		r := (gradcheck.Checker{}).Check(minus, []float64{0}, []float64{claim}, nil)
		if r.Entries[0].Bad == ok || r.Kinks != 1 {
			t.Errorf("−|x| at 0, claim %v: %+v", claim, r.Entries[0])
		}
	}
	root := func(x []float64) float64 { return math.Pow(math.Abs(x[0]), 1.5) }
	if r := (gradcheck.Checker{Tolerance: 1e-4}).Check(root, []float64{0}, []float64{0}, nil); r.Err() != nil || r.Checked != 1 {
		t.Errorf("|x|^1.5 at 0 has the derivative 0: %v", r)
	}
}

// All directions at kinks prove nothing.
func TestNothingChecked(t *testing.T) {
	abs := func(x []float64) float64 { return math.Abs(x[0]) + math.Abs(x[1]) }
	r := (gradcheck.Checker{}).Check(abs, []float64{0, 0}, []float64{0, 0}, nil)
	if err := r.Err(); r.Kinks != 2 || r.Checked != 0 || err == nil || !strings.Contains(err.Error(), "nothing was checked") {
		t.Errorf("%v: %v", r, err)
	}
	if r := (gradcheck.Checker{}).Check(func([]float64) float64 { return 0 }, nil, nil, nil); r.Err() == nil {
		t.Error("no coordinates passed")
	}
}

func TestRejects(t *testing.T) {
	step := func(x []float64) float64 { return math.Round(x[0]) }
	for name, c := range map[string]struct {
		f    func(x []float64) float64
		x, g float64
		word string
	}{
		"a jump":                     {step, 0.5, 0, "jumps"},
		"a slope lost in rounding":   {func(x []float64) float64 { return 1e16 + x[0] }, 1, 1, "rounding"},
		"NaN values":                 {func(x []float64) float64 { return math.Sqrt(x[0] - 2) }, 1, 0, "disagree"},
		"an infinite claim":          {func(x []float64) float64 { return x[0] }, 1, math.Inf(1), "disagree"},
		"a NaN claim":                {func(x []float64) float64 { return x[0] }, 1, math.NaN(), "disagree"},
		"a gradient with the sign":   {func(x []float64) float64 { return x[0] }, 1, -1, "coordinate 0"},
		"the wrong side of a kink":   {func(x []float64) float64 { return math.Abs(x[0]) }, 0, 2, "one-sided"},
		"a slope at the edge of log": {func(x []float64) float64 { return math.Log(x[0]) }, 0, 0, "disagree"},
	} {
		err := (gradcheck.Checker{}).Check(c.f, []float64{c.x}, []float64{c.g}, nil).Err()
		if err == nil || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.word)
		}
	}
	// Beside a jump, and inside the domain of log by less than h, the step shrinks.
	for _, c := range []struct {
		f    func(x []float64) float64
		x, g float64
	}{{step, 0.5 - 1e-6, 0}, {func(x []float64) float64 { return math.Log(x[0]) }, 1e-6, 1e6}} {
		if err := (gradcheck.Checker{Tolerance: 1e-4}).Check(c.f, []float64{c.x}, []float64{c.g}, nil).Err(); err != nil {
			t.Errorf("at %v: %v", c.x, err)
		}
	}
	for name, f := range map[string]func(){
		"lengths":   func() { (gradcheck.Checker{}).Check(relu, []float64{1, 2}, []float64{1}, nil) },
		"tolerance": func() { (gradcheck.Checker{Tolerance: -1}).Check(relu, []float64{1}, []float64{1}, nil) },
		"step":      func() { (gradcheck.Checker{Step: math.NaN()}).Check(relu, []float64{1}, []float64{1}, nil) },
		"no rng":    func() { (gradcheck.Checker{Random: 2}).Check(relu, []float64{1}, []float64{1}, nil) },
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

// Numeric agrees with the closed forms, and with gonum's differences.
func TestNumeric(t *testing.T) {
	for _, fn := range smooth {
		if fn.name == "far from zero" || fn.name == "fast" {
			continue // one fixed step does not suit them; Check adapts
		}
		for seed := range uint64(20) {
			x := gaussian(source(seed), 3)
			before := slices.Clone(x)
			got, want := gradcheck.Numeric(fn.f, x), fn.grad(x)
			gonum := fd.Gradient(nil, fn.f, x, &fd.Settings{Formula: fd.Central})
			size := math.Max(1, floats.Norm(want, math.Inf(1)))
			for i := range want {
				// h²f‴/6 + ε|f|/h, both about 1e-10 of the size here
				if !(math.Abs(got[i]-want[i]) <= 1e-8*size) || !(math.Abs(got[i]-gonum[i]) <= 1e-7*size) {
					t.Errorf("%s: %v, want %v, gonum %v", fn.name, got, want, gonum)
				}
			}
			if !slices.Equal(x, before) {
				t.Error("x was changed")
			}
		}
	}
}

// The error of a central difference falls with h² down to about ε^⅔, and rises again below with ε/h.
func TestStepSize(t *testing.T) {
	f := func(x []float64) float64 { return math.Exp(x[0]) }
	x, g := []float64{0.7}, []float64{math.Exp(0.7)}
	at := func(h float64) float64 {
		return (gradcheck.Checker{Step: h, Tolerance: 1}).Check(f, x, g, nil).Worst
	}
	if r := at(1e-2) / at(1e-3); !(math.Abs(r/100-1) < 0.05) {
		t.Errorf("ten times the step has %.4g times the error, want 100", r)
	}
	if best, tiny := at(0), at(1e-11); !(best < 1e-9 && tiny > 100*best) {
		t.Errorf("error %g at the default step, %g at 1e-11", best, tiny)
	}
}
