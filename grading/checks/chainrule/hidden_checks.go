// ### BEGIN HIDDEN TESTS

package chainrule

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"nncourse/grading"
)

// Tolerances. A computation here has at most 2000 steps of which each is right to 2⁻⁵² and stretches the errors before
// it by slopes below 50; instances in which derivatives exceed 10⁴ are not used. A slip is off by far more than 10⁻⁹.
// A difference quotient of step 10⁻⁵ errs by h²|f‴| + 2⁻⁵²|f|/h, some 10⁻⁷ for the mild computations it is used on.
const (
	tolerance   = 1e-9
	tolQuotient = 1e-4
	quotient    = 1e-5
)

// numbers returns the k numbers of an answer; the check fails if there are none.
func numbers(t *grading.T, a grading.Answer, got func() []float64, want []float64) []float64 {
	f := grading.Failure{Input: t.Input(), Computed: a.String(), Expected: grading.Show(want)}
	if a.Failed() {
		f.Error = "an error where a result exists"
		t.Fail(f)
	}
	g := got()
	if len(g) != len(want) {
		f.Error = fmt.Sprintf("%d derivatives, want %d", len(g)-1, len(want)-1)
		t.Fail(f)
	}
	return g
}

// judge demands want, and names the mistake whose numbers were returned.
func judge(t *grading.T, a grading.Answer, got, want []float64, names []string, with func(slip string) []float64) {
	if grading.CloseSlice(got, want, tolerance) {
		return
	}
	would := map[string]any{}
	for _, m := range mistakes {
		would[m.ID] = with(m.ID)
	}
	i, off := grading.WorstDiff(got, want)
	name := names[min(i, len(names)-1)]
	if i >= len(names) {
		name = fmt.Sprintf("∂y/∂x[%d]", i-1)
	}
	t.Fail(grading.Failure{Input: t.Input(), Computed: a.String(), Expected: grading.Show(want), Error: fmt.Sprintf("%s is off by %.2g, allowed %.0e", name, off, tolerance),
		Mistake: t.Mistaken(got, want, tolerance, would)})
}

func judgeLocal(t *grading.T, op string, a, b float64) {
	with := func(slip string) []float64 {
		v, da, db := local(op, a, b, slip)
		return []float64{v, da, db}
	}
	r := t.Call("Local", op, a, b)
	judge(t, r, numbers(t, r, func() []float64 { return r.Floats(0) }, with("")), with(""), []string{"the value", "∂v/∂a", "∂v/∂b"}, with)
}

func judgeChain(t *grading.T, ops []string, x float64) []float64 {
	with := func(slip string) []float64 {
		y, slope := chain(ops, x, slip)
		return []float64{y, slope}
	}
	r := t.Call("Chain", strings.Join(ops, " "), x)
	got := numbers(t, r, func() []float64 { return r.Floats(0) }, with(""))
	judge(t, r, got, with(""), []string{"y", "dy/dx"}, with)
	return got
}

func judgeGradient(t *grading.T, p program, x []float64) {
	with := func(slip string) []float64 {
		y, g, _ := gradient(p, x, slip)
		return append([]float64{y}, g...)
	}
	r := t.Call("Gradient", p.String(), x)
	judge(t, r, numbers(t, r, func() []float64 { return append([]float64{r.Float(0)}, r.Floats(1)...) }, with("")), with(""), []string{"y"}, with)
}

// away is a number whose size is in [0.2, 2.2].
func away(r *rand.Rand) float64 { return math.Copysign(0.2+2*r.Float64(), r.Float64()-0.5) }

func locals(t *grading.T) {
	r := t.Rand
	for range 3 {
		for _, op := range []string{"add", "sub", "mul", "div"} {
			judgeLocal(t, op, away(r), away(r))
		}
		for _, op := range unary {
			a := away(r)
			if op == "log" {
				a = math.Abs(a)
			}
			judgeLocal(t, op, a, away(r))
		}
	}
}

func localEdges(t *grading.T) {
	judgeLocal(t, "relu", 0, 1)
	judgeLocal(t, "relu", math.Copysign(0, -1), 1)
	judgeLocal(t, "relu", 1e-300, 1)
	judgeLocal(t, "relu", -1e300, 1)
	for _, op := range []string{"add", "sub", "mul"} {
		judgeLocal(t, op, 0, 0)
	}
	judgeLocal(t, "div", 0, -2)
	judgeLocal(t, "mul", 1e100, 1e-100)
	for _, a := range []float64{0, 20, -20, 400, -400} {
		judgeLocal(t, "tanh", a, 1)
	}
	judgeLocal(t, "exp", -800, 1)
	judgeLocal(t, "exp", 5, 1)
	judgeLocal(t, "log", 1e-3, 1)
	for _, op := range []string{"sin", "cos", "exp", "tanh", "relu", "log"} {
		judgeLocal(t, op, 0.5, math.NaN()) // there is no b
		judgeLocal(t, op, 0.5, 0)
	}
}

// mild is a chain of k operations that neither leave their domain at x nor come near their kinks there.
func mild(r *rand.Rand, k int) (ops []string, x float64) {
	for {
		ops, x = nil, away(r)
		y := x
		for len(ops) < k {
			op := unary[r.IntN(len(unary))]
			if op == "log" && y < 0.3 || op == "exp" && y > 2 || op == "relu" && y < 0.1 {
				op = []string{"sin", "cos", "tanh"}[r.IntN(3)]
			}
			v, _, _ := local(op, y, 0, "")
			ops, y = append(ops, op), v
		}
		if _, slope := chain(ops, x, ""); math.Abs(slope) > 1e-4 && math.Abs(slope) < 1e3 {
			return ops, x
		}
	}
}

func composition(t *grading.T) {
	for range 5 {
		ops, x := mild(t.Rand, 2+t.Rand.IntN(3))
		cut := 1 + t.Rand.IntN(len(ops)-1)
		inner := judgeless(t, ops[:cut], x)
		outer := judgeless(t, ops[cut:], inner[0])
		whole := judgeless(t, ops, x)
		if want := inner[1] * outer[1]; !grading.Close(whole[1], want, tolerance) {
			judgeChain(t, ops, x) // it names the cause, if there is a known one
			t.Fail(grading.Failure{Input: t.Input(), Computed: "slope " + grading.Show(whole[1]), Expected: fmt.Sprintf("%s = the inner slope %s times the outer slope %s", grading.Show(want), grading.Show(inner[1]), grading.Show(outer[1])),
				Error: "the slope of a composition is not the product of the slopes of its parts"})
		}
	}
}

// judgeless returns y and the slope, whatever they are.
func judgeless(t *grading.T, ops []string, x float64) []float64 {
	y, slope := chain(ops, x, "")
	a := t.Call("Chain", strings.Join(ops, " "), x)
	return numbers(t, a, func() []float64 { return a.Floats(0) }, []float64{y, slope})
}

func chains(t *grading.T) {
	r := t.Rand
	for range 8 {
		ops, x := mild(r, 1+r.IntN(6))
		judgeChain(t, ops, x)
	}
	judgeChain(t, nil, away(r))
	judgeChain(t, []string{"exp", "log", "exp", "log"}, 2)
	judgeChain(t, []string{"sin", "relu", "cos"}, -1) // dead: slope 0
	judgeChain(t, []string{"tanh", "relu", "exp"}, 0) // at the kink
	forty := make([]string, 40)
	for i := range forty {
		forty[i] = []string{"sin", "exp", "tanh", "cos"}[i%4]
	}
	judgeChain(t, forty, away(r))
}

// wild is a computation of k steps on n variables in which values are used several times.
func wild(r *rand.Rand, n, k int) (program, []float64) {
	for {
		x := make([]float64, n)
		for i := range x {
			x[i] = away(r)
		}
		var p program
		for len(p) < k {
			m := n + len(p)
			s := step{a: r.IntN(m), b: r.IntN(m)}
			if s.op = []string{"add", "sub", "mul", "div"}[r.IntN(4)]; r.IntN(2) == 0 {
				s.op = unary[r.IntN(len(unary))]
			}
			p = append(p, s)
		}
		// the last value takes in what else there is
		for i := range min(3, k) {
			p = append(p, step{[]string{"add", "sub", "mul"}[i%3], n + len(p) - 1, r.IntN(n + len(p))})
		}
		_, g, ok := gradient(p, x, "")
		used := 0
		for _, e := range g {
			if math.Abs(e) > 1e-3 {
				used++
			}
		}
		if ok && used >= (n+1)/2 && !kinked(p, x) {
			return p, x
		}
	}
}

// kinked tells whether a relu is so near its kink that a difference quotient may meet it.
func kinked(p program, x []float64) bool {
	v := append([]float64(nil), x...)
	for _, s := range p {
		b := 0.0
		if binary(s.op) {
			b = v[s.b]
		}
		if s.op == "relu" && math.Abs(v[s.a]) < 0.05 {
			return true
		}
		y, _, _ := local(s.op, v[s.a], b, "")
		v = append(v, y)
	}
	return false
}

func gradients(t *grading.T) {
	r := t.Rand
	for range 8 {
		p, x := wild(r, 1+r.IntN(4), 2+r.IntN(8))
		judgeGradient(t, p, x)
	}
	for _, op := range []string{"add", "sub", "mul", "div"} { // the same input twice
		judgeGradient(t, program{{op, 0, 0}, {"sin", 0, 0}, {"add", 1, 2}}, []float64{away(r)})
	}
}

func quotients(t *grading.T) {
	r := t.Rand
	for done := 0; done < 4; {
		p, x := wild(r, 2, 4)
		// third derivatives must be mild: the reference's own difference quotient tells
		if !mildQuotient(p, x) {
			continue
		}
		done++
		y := func(x []float64) float64 {
			a := t.Call("Gradient", p.String(), x)
			v, g, _ := gradient(p, x, "")
			return numbers(t, a, func() []float64 { return append([]float64{a.Float(0)}, a.Floats(1)...) }, append([]float64{v}, g...))[0]
		}
		slopes := make([]float64, len(x))
		for i := range x {
			up, down := append([]float64(nil), x...), append([]float64(nil), x...)
			up[i], down[i] = x[i]+quotient, x[i]-quotient
			slopes[i] = (y(up) - y(down)) / (2 * quotient)
		}
		y(x)
		got := t.Call("Gradient", p.String(), x)
		if i, off := grading.WorstDiff(got.Floats(1), slopes); !(off <= tolQuotient) {
			judgeGradient(t, p, x) // it names the cause, if there is a known one
			t.Fail(grading.Failure{Input: t.Input(), Computed: "gradient " + grading.Show(got.Floats(1)), Expected: "difference quotients of the value returned: " + grading.Show(slopes), Error: fmt.Sprintf("∂y/∂x[%d] is off by %.2g", i, off)})
		}
	}
}

func mildQuotient(p program, x []float64) bool {
	_, g, _ := gradient(p, x, "")
	for i := range x {
		up, down := append([]float64(nil), x...), append([]float64(nil), x...)
		up[i], down[i] = x[i]+quotient, x[i]-quotient
		a, _, okA := gradient(p, up, "")
		b, _, okB := gradient(p, down, "")
		if !okA || !okB || !grading.Close((a-b)/(2*quotient), g[i], tolQuotient/10) {
			return false
		}
	}
	return true
}

func gradientEdges(t *grading.T) {
	r := t.Rand
	judgeGradient(t, nil, []float64{away(r)})
	judgeGradient(t, nil, []float64{away(r), away(r), away(r)}) // y is the last variable
	judgeGradient(t, program{{"exp", 0, 0}, {"sin", 1, 0}}, []float64{1, 2})
	judgeGradient(t, program{{"sin", 1, -7}, {"relu", 3, 99}}, []float64{away(r), -1, away(r)}) // B of one input means nothing
	judgeGradient(t, program{{"mul", 0, 1}}, []float64{0, 0})

	double := program{}
	for k := range 60 {
		double = append(double, step{"add", k, k})
	}
	judgeGradient(t, double, []float64{0.75}) // 2⁶⁰ paths

	long := program{{"sin", 0, 0}}
	for k := 1; k < 2000; k++ {
		long = append(long, step{[]string{"sin", "add", "cos", "tanh"}[k%4], k + 1, k % 2})
	}
	judgeGradient(t, long, []float64{away(r), away(r)})
}

func refusesAll(t *grading.T) {
	nan, inf := math.NaN(), math.Inf(1)
	refuse := func(what, mistake, fn string, args ...any) {
		t.CallErr(grading.Failure{Error: what + ", and no error", Mistake: mistake}, fn, args...)
	}
	judgeLocal(t, "add", 1, 2) // who refuses everything earns nothing
	judgeChain(t, []string{"sin"}, 1)
	judgeGradient(t, program{{"mul", 0, 1}}, []float64{1, 2})

	refuse("an unknown operation", "unknown-passes", "Local", "arctan", 1., 1.)
	refuse("an operation without a name", "unknown-passes", "Local", "", 1., 1.)
	refuse("an unknown operation", "unknown-passes", "Chain", "sin sinh", 1.)
	refuse("an unknown operation", "unknown-passes", "Gradient", "pow 0 0", []float64{1})
	refuse("a is NaN", "nan-passes", "Local", "relu", nan, 1.)
	refuse("b is ∞", "nan-passes", "Local", "div", 1., inf)
	refuse("a is −∞", "nan-passes", "Local", "tanh", -inf, 0.)
	refuse("a is −∞", "nan-passes", "Local", "exp", -inf, 0.)
	refuse("x is ∞ and nothing is applied to it", "nan-passes", "Chain", "", inf)
	refuse("x is NaN", "nan-passes", "Chain", "relu", nan)
	refuse("a variable is NaN, though it is not used", "nan-passes", "Gradient", "sin 0 0", []float64{1, nan})
	refuse("log of −1", "result-not-finite", "Local", "log", -1., 0.)
	refuse("log of 0", "result-not-finite", "Local", "log", 0., 0.)
	refuse("division by 0", "result-not-finite", "Local", "div", 1., 0.)
	refuse("0/0", "result-not-finite", "Local", "div", 0., 0.)
	refuse("e¹⁰⁰⁰", "result-not-finite", "Local", "exp", 1000., 0.)
	refuse("log of sin(−1)", "result-not-finite", "Chain", "sin log relu", -1.)
	refuse("division by x − x", "result-not-finite", "Gradient", "sub 0 0; div 0 1", []float64{2})
	refuse("log of relu(−1)", "result-not-finite", "Gradient", "relu 0 0; log 1 0; relu 2 0", []float64{-1})
	refuse("mul in a chain", "two-in-chain", "Chain", "sin mul", 1.)
	refuse("add in a chain", "two-in-chain", "Chain", "add", 0.)
	refuse("a step that takes its own value", "place-passes", "Gradient", "sin 1 0", []float64{1})
	refuse("a step that takes a later value", "place-passes", "Gradient", "add 0 2; sin 0 0", []float64{1})
	refuse("a negative place", "place-passes", "Gradient", "mul 0 -1", []float64{1})
	refuse("no variables", "place-passes", "Gradient", "", []float64{})
}

func untouched(t *grading.T) {
	x := []float64{0.5, -0.25}
	a := t.Call("Gradient", "mul 0 1; sin 2 0; add 3 0", x)
	if a.Changed(1) {
		t.Fail(grading.Failure{Input: t.Input(), Computed: "x is changed after the call", Expected: "x as it was", Error: "the function writes to what it was given", Mistake: "changes-x"})
	}
	judgeGradient(t, program{{"mul", 0, 1}, {"sin", 2, 0}, {"add", 3, 0}}, x)
}

// ### END HIDDEN TESTS
