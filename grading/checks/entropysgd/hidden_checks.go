// ### BEGIN HIDDEN TESTS

package entropysgd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted. At most 40 steps of a map that does not amplify: the order of sums changes results by about
// 10⁻¹³ of it; a wrong formula is off by far more than 10⁻⁹.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "linear-scope", Cause: "the scope grows as γ₀(1 + γ₁t)", Hint: "γ₀(1 + γ₁)ᵗ: each update multiplies by 1 + γ₁"},
	{ID: "late-scope", Cause: "the scope is that of the next update", Hint: "updates count from t = 0, whose scope is γ₀"},
	{ID: "fixed-scope", Cause: "the scope stays γ₀", Hint: "γ(t) with the number of the update"},
	{ID: "minus", Cause: "the derivative of F is returned, not of −F", Hint: "−F is minimised: its derivative is γ(x − ⟨x′⟩), positive where the good places lie to the left"},
	{ID: "rectangle", Cause: "all places have the weight of a gap: the ends count twice too much, or uneven gaps are not seen", Hint: "place j has the weight (x′ⱼ₊₁ − x′ⱼ₋₁)/2, an end half its one gap"},
	{ID: "no-half", Cause: "the exponent holds γ(x − x′)²", Hint: "γ/2 (x − x′)²"},
	{ID: "unscaled", Cause: "the derivative lacks the factor γ", Hint: "γ(x − ⟨x′⟩)"},
	{ID: "underflow", Cause: "exponentials under- or overflow", Hint: "take the largest exponent out of the sum first, and add it to the logarithm"},
	{ID: "pushes", Cause: "γ pushes x′ away from x", Hint: "dx′ = ∇f(x′) − γ(x − x′)"},
	{ID: "noise-rate", Cause: "the noise is η′ε", Hint: "a step of length η′ takes noise of size √η′ε"},
	{ID: "noise-whole", Cause: "the noise is ε", Hint: "a step of length η′ takes noise of size √η′ε"},
	{ID: "swapped", Cause: "α and 1 − α are exchanged", Hint: "μ ← (1 − α)μ + αx′: the newest sample has the weight α"},
	{ID: "stale", Cause: "∇f is taken at x in every step", Hint: "∇f(x′), at the present sample"},
	{ID: "last-sample", Cause: "x moves to the last sample, or that is returned as μ", Hint: "x ← x − ηγ(x − μ), with the average"},
	{ID: "without-gamma", Cause: "γ is missing in the outer update", Hint: "x ← x − ηγ(x − μ)"},
	{ID: "ascends", Cause: "x moves away from μ", Hint: "x ← x − ηγ(x − μ)"},
	{ID: "goes-on", Cause: "the inner loop goes on from the last x′", Hint: "each inner loop starts with x′ = μ = x"},
	{ID: "extra-calls", Cause: "gradient is not called once a step", Hint: "one call a step, its result kept"},
	{ID: "changes-start", Cause: "a slice that was handed in is changed, handed back, or used for two results", Hint: "copy first: slices.Clone(x)"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, from callbacks too, and every result"},
	{ID: "shape-passes", Cause: "lengths are not checked", Hint: "compare every length with the table of the statement, of what gradient returns too"},
	{ID: "setting-passes", Cause: "a setting out of its range is accepted", Hint: "γ, γ₀, η, η′ in (0, ∞), γ₁ and ε in [0, ∞), α in (0, 1], t ≥ 0: !(v > 0) catches NaN too"},
	{ID: "order-passes", Cause: "places that do not increase are accepted", Hint: "compare each place with the one before; equal ones are refused too"},
	{ID: "empty-passes", Cause: "too few numbers are accepted", Hint: "no coordinates, no inner step, fewer than two places: an error"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one; no noise, α = 1, γ₁ = 0 and no updates are good"},
}

func accepted(t *grading.T, what, mistake, fn string, args ...any) grading.Answer {
	a := t.Call(fn, args...)
	if a.Failed() {
		kit.Fail(t, what, "error: "+a.Err, "a result", "an error where a result exists", mistake)
	}
	return a
}

// near compares on the scale of the largest number wanted.
func near(got, want []float64) bool {
	size := 0.0
	for _, v := range want {
		size = math.Max(size, math.Abs(v))
	}
	return within(got, want, slices.Repeat([]float64{tol * size}, len(want)))
}

func within(got, want, room []float64) bool {
	if len(got) != len(want) {
		return false
	}
	for i, v := range want {
		if !(math.Abs(got[i]-v) <= room[i]) {
			return false
		}
	}
	return true
}

// judge compares a vector; would maps mistakes to what they give.
func judge(t *grading.T, what string, got, want []float64, same func(a, b []float64) bool, would map[string][]float64) {
	kit.Judge(t, mistakes, what, got, want, same, would)
}

// ---- Scope

func scopeAt(mode string, gamma0, gamma1 float64, t int) float64 {
	switch mode {
	case "linear-scope":
		return gamma0 * (1 + gamma1*float64(t))
	case "late-scope":
		t++
	case "fixed-scope":
		t = 0
	}
	return gamma0 * math.Pow(1+gamma1, float64(t))
}

func scope(t *grading.T, what string, gamma0, gamma1 float64, k int) {
	would := map[string][]float64{}
	for _, m := range []string{"linear-scope", "late-scope", "fixed-scope"} {
		would[m] = []float64{scopeAt(m, gamma0, gamma1, k)}
	}
	got := accepted(t, what, "refuses-good", "Scope", gamma0, gamma1, k).Float(0)
	judge(t, what, []float64{got}, []float64{scopeAt("", gamma0, gamma1, k)}, near, would)
}

func scopeRandom(t *grading.T) {
	r := t.Rand
	for range 6 {
		scope(t, "random settings", math.Exp(2*r.NormFloat64()), r.Float64(), r.IntN(12))
	}
	scope(t, "the first update", 0.03, 0.5, 0)
	scope(t, "a constant scope", 0.7, 0, 9)
	scope(t, "the paper's slow growth", 1e-4, 1e-3, 5000)
	scope(t, "a scope near 10⁻¹⁵⁰", 1e-150, 0.1, 20)
	scope(t, "a scope near 10¹⁵⁰", 1e150, 0.1, 20)
}

func scopeRefuses(t *grading.T) {
	accepted(t, "good settings", "refuses-good", "Scope", 1.0, 0.1, 2)
	for _, v := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		kit.Refuses(t, fmt.Sprintf("γ₀ = %v", v), "setting-passes", "Scope", v, 0.1, 2)
	}
	for _, v := range []float64{-0.1, math.NaN(), math.Inf(1)} {
		kit.Refuses(t, fmt.Sprintf("γ₁ = %v", v), "setting-passes", "Scope", 1.0, v, 0)
	}
	kit.Refuses(t, "t = −1", "setting-passes", "Scope", 1.0, 0.1, -1)
	kit.Refuses(t, "a scope that overflows", "nan-passes", "Scope", 1.0, 9.0, 400)
}

// ---- LocalEntropy

func entropyAs(mode string, f, places []float64, x, gamma float64) []float64 {
	n := len(places)
	half, shift := gamma/2, math.Inf(-1)
	if mode == "no-half" {
		half = gamma
	}
	for j, p := range places {
		shift = math.Max(shift, -f[j]-half*(x-p)*(x-p))
	}
	z, first := 0.0, 0.0
	for j, p := range places {
		w := (places[min(j+1, n-1)] - places[max(j-1, 0)]) / 2
		if mode == "rectangle" {
			w = (places[n-1] - places[0]) / float64(n-1)
		}
		e := w * math.Exp(-f[j]-half*(x-p)*(x-p)-shift)
		z, first = z+e, first+e*(p-x)
	}
	out := []float64{shift + math.Log(z), -gamma * first / z}
	switch mode {
	case "minus":
		out[1] = -out[1]
	case "unscaled":
		out[1] /= gamma
	}
	return out
}

func entropy(t *grading.T, what string, f, places []float64, x, gamma float64) {
	want := entropyAs("", f, places, x, gamma)
	// Each number on its own scale; the derivative is a difference of places, which rounding leaves 10⁻¹⁶ of.
	far := math.Abs(x)
	for _, p := range places {
		far = math.Max(far, math.Abs(p))
	}
	room := []float64{tol * (1e-3 + math.Abs(want[0])), tol*math.Abs(want[1]) + 1e-12*gamma*far}
	would := map[string][]float64{}
	for _, m := range []string{"minus", "rectangle", "no-half", "unscaled"} {
		would[m] = entropyAs(m, f, places, x, gamma)
	}
	mistake := "refuses-good"
	if slices.Max(f) > 600 || slices.Min(f) < -600 {
		mistake = "underflow"
	}
	got := accepted(t, what, mistake, "LocalEntropy", f, places, x, gamma).Floats(0)
	judge(t, what, got, want, func(a, b []float64) bool { return within(a, b, room) }, would)
}

func line(r *rand.Rand, n int, even bool) []float64 {
	p, at := make([]float64, n), -2+r.Float64()
	for j := range p {
		p[j] = at
		if even {
			at += 4 / float64(n)
		} else {
			at += 8 / float64(n) * (0.1 + r.Float64())
		}
	}
	return p
}

func entropyRandom(t *grading.T) {
	r := t.Rand
	losses := func(n int) []float64 { return kit.Scale(kit.Normal(r, n), 2) }
	for range 4 {
		n := 5 + r.IntN(20)
		entropy(t, "even places", losses(n), line(r, n, true), r.NormFloat64(), 0.2+3*r.Float64())
		entropy(t, "uneven places", losses(n), line(r, n, false), r.NormFloat64(), 0.2+3*r.Float64())
	}
	entropy(t, "two places", losses(2), []float64{-1, 2}, 0.3, 1.5)
	entropy(t, "a flat loss", make([]float64, 21), line(r, 21, true), 0.2, 2)
	entropy(t, "x outside of the places", losses(9), line(r, 9, true), 5, 0.7)
	entropy(t, "a wide scope", losses(9), line(r, 9, false), 0.4, 1e-6)
	entropy(t, "a narrow scope", losses(30), line(r, 30, true), 0.1, 200)
	for _, s := range []float64{1e4, -1e4} {
		f := losses(12)
		for j := range f {
			f[j] += s
		}
		entropy(t, fmt.Sprintf("losses near %v", s), f, line(r, 12, false), 0.2, 1)
	}
	entropy(t, "losses far apart", kit.Scale(kit.Normal(r, 12), 3000), line(r, 12, false), 0.2, 1)
}

func entropyRefuses(t *grading.T) {
	f, p := []float64{1, 0, 2}, []float64{-1, 0, 1.5}
	accepted(t, "a good input", "refuses-good", "LocalEntropy", f, p, 0.2, 1.0)
	call := func(what, mistake string, f, p []float64, x, gamma float64) {
		kit.Refuses(t, what, mistake, "LocalEntropy", f, p, x, gamma)
	}
	for _, g := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		call(fmt.Sprintf("γ = %v", g), "setting-passes", f, p, 0.2, g)
	}
	call("no places", "empty-passes", []float64{}, []float64{}, 0.2, 1)
	call("one place", "empty-passes", []float64{1}, []float64{0}, 0.2, 1)
	call("a loss too few", "shape-passes", f[:2], p, 0.2, 1)
	call("a loss too many", "shape-passes", append(slices.Clone(f), 1), p, 0.2, 1)
	call("falling places", "order-passes", f, []float64{1, 0, -1}, 0.2, 1)
	call("a place twice", "order-passes", f, []float64{-1, 0, 0}, 0.2, 1)
	call("NaN in f", "nan-passes", []float64{1, math.NaN(), 2}, p, 0.2, 1)
	call("an infinite loss", "nan-passes", []float64{1, math.Inf(1), 2}, p, 0.2, 1)
	call("an infinite place", "nan-passes", f, []float64{-1, 0, math.Inf(1)}, 0.2, 1)
	call("x = NaN", "nan-passes", f, p, math.NaN(), 1)
}

// ---- InnerLoop

// innerAs is SGLD from sample (nil: x), with a mistake.
func innerAs(mode string, gradient func([]float64) []float64, x, sample []float64, gamma, rate, noise, alpha float64, normal [][]float64) (mean, last []float64) {
	if sample == nil {
		sample = x
	}
	sample, mean = identity(sample), identity(x)
	size := math.Sqrt(rate) * noise
	switch mode {
	case "noise-rate":
		size = rate * noise
	case "noise-whole":
		size = noise
	case "pushes":
		gamma = -gamma
	case "swapped":
		alpha = 1 - alpha
	}
	for _, row := range normal {
		at := sample
		if mode == "stale" {
			at = x
		}
		g := gradient(at)
		g = kit.Add(kit.Add(g, -gamma, x), gamma, sample) // ∇f(x′) − γ(x − x′)
		sample = kit.Add(kit.Add(sample, -rate, g), size, row)
		mean = kit.Add(kit.Scale(mean, 1-alpha), alpha, sample)
	}
	if mode == "last-sample" {
		mean = sample
	}
	return mean, sample
}

var innerModes = []string{"pushes", "noise-rate", "noise-whole", "swapped", "stale", "last-sample"}

func inner(t *grading.T, what string, gradient func([]float64) []float64, x []float64, gamma, rate, noise, alpha float64, normal [][]float64) {
	t.SetCallbackBudget(10*len(normal) + 8)
	flat := func(mode string) []float64 {
		m, s := innerAs(mode, gradient, x, nil, gamma, rate, noise, alpha, normal)
		return slices.Concat(m, s)
	}
	would := map[string][]float64{}
	for _, m := range innerModes {
		would[m] = flat(m)
	}
	a := accepted(t, what, "refuses-good", "InnerLoop", t.VectorFunc(len(x), gradient), x, gamma, rate, noise, alpha, normal)
	calls := t.CallbackCount()
	judge(t, what, slices.Concat(a.Matrix(0)...), flat(""), near, would)
	shared(t, what, a)
	counted(t, what, calls, len(normal))
}

func shared(t *grading.T, what string, a grading.Answer) {
	if a.Bool(1) {
		kit.Fail(t, what, "two slices of one memory", "slices of their own", "results share memory with each other or with x", "changes-start")
	}
}

func counted(t *grading.T, what string, calls, want int) {
	if calls != want {
		kit.Fail(t, what, fmt.Sprintf("%d calls of gradient", calls), fmt.Sprintf("%d, one a step", want), "the numbers are right, at the wrong cost", "extra-calls")
	}
}

// curved is the gradient of ½‖x‖² + Σ log cosh(bᵀx): convex, of curvature at most 1 + Σ‖b‖².
func curved(r *rand.Rand, d int) func([]float64) []float64 {
	b := [][]float64{kit.Scale(kit.Normal(r, d), 0.5), kit.Scale(kit.Normal(r, d), 0.5)}
	return func(x []float64) []float64 {
		g := identity(x)
		for _, row := range b {
			s := 0.0
			for i := range x {
				s += row[i] * x[i]
			}
			g = kit.Add(g, math.Tanh(s), row)
		}
		return g
	}
}

func noiseRows(r *rand.Rand, l, d int) (rows [][]float64) {
	for range l {
		rows = append(rows, kit.Normal(r, d))
	}
	return rows
}

func innerRandom(t *grading.T) {
	r := t.Rand
	for i := range 4 {
		d := 2 + r.IntN(3)
		inner(t, fmt.Sprintf("%d coordinates", d), curved(r, d), kit.Normal(r, d), 0.3+r.Float64(), 0.02+0.1*r.Float64(), 0.2+r.Float64(), 0.55+0.4*r.Float64(), noiseRows(r, 3+4*i, d))
	}
	inner(t, "one coordinate, one step", curved(r, 1), kit.Normal(r, 1), 0.7, 0.1, 0.5, 0.75, noiseRows(r, 1, 1))
	inner(t, "no noise", curved(r, 3), kit.Normal(r, 3), 0.7, 0.1, 0, 0.75, noiseRows(r, 6, 3))
	inner(t, "α = 1", curved(r, 2), kit.Normal(r, 2), 0.7, 0.1, 0.3, 1, noiseRows(r, 6, 2))
	inner(t, "a strong scope", curved(r, 2), kit.Normal(r, 2), 30, 0.02, 0.3, 0.2, noiseRows(r, 20, 2))
	inner(t, "a weak scope", curved(r, 2), kit.Normal(r, 2), 1e-9, 0.02, 0.3, 0.2, noiseRows(r, 20, 2))
	inner(t, "no slope but γ", func(x []float64) []float64 { return make([]float64, len(x)) }, kit.Normal(r, 2), 0.5, 0.2, 1, 0.4, noiseRows(r, 8, 2))
	for _, s := range []float64{1e-100, 1e100} {
		inner(t, fmt.Sprintf("numbers near %.0e", s), identity, kit.Scale(kit.Normal(r, 2), s), 0.5, 0.2, s, 0.6, noiseRows(r, 5, 2))
	}
}

func innerRefuses(t *grading.T) {
	good, rows := []float64{1, 2}, [][]float64{{0.1, 0.2}, {0.3, -0.4}}
	id := t.VectorFunc(2, identity)
	call := func(what, mistake string, g any, x []float64, gamma, rate, noise, alpha float64, normal [][]float64) {
		kit.Refuses(t, what, mistake, "InnerLoop", g, x, gamma, rate, noise, alpha, normal)
	}
	accepted(t, "a good input", "refuses-good", "InnerLoop", id, good, 1.0, 0.1, 0.1, 0.75, rows)
	for _, v := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		call(fmt.Sprintf("γ = %v", v), "setting-passes", id, good, v, 0.1, 0.1, 0.75, rows)
		call(fmt.Sprintf("η′ = %v", v), "setting-passes", id, good, 1, v, 0.1, 0.75, rows)
		call(fmt.Sprintf("α = %v", v), "setting-passes", id, good, 1, 0.1, 0.1, v, rows)
	}
	call("α = 1.1", "setting-passes", id, good, 1, 0.1, 0.1, 1.1, rows)
	for _, v := range []float64{-1, math.NaN(), math.Inf(1)} {
		call(fmt.Sprintf("ε = %v", v), "setting-passes", id, good, 1, 0.1, v, 0.75, rows)
	}
	call("no coordinates", "empty-passes", t.VectorFunc(0, identity), []float64{}, 1, 0.1, 0.1, 0.75, [][]float64{{}, {}})
	call("no step", "empty-passes", id, good, 1, 0.1, 0.1, 0.75, [][]float64{})
	call("a row too short", "shape-passes", id, good, 1, 0.1, 0.1, 0.75, [][]float64{{1, 2}, {1}})
	call("a row too long", "shape-passes", id, good, 1, 0.1, 0.1, 0.75, [][]float64{{1, 2}, {1, 2, 3}})
	call("a gradient too short", "shape-passes", t.VectorFunc(2, func([]float64) []float64 { return []float64{1} }), good, 1, 0.1, 0.1, 0.75, rows)
	call("a gradient too long", "shape-passes", t.VectorFunc(2, func([]float64) []float64 { return []float64{1, 2, 3} }), good, 1, 0.1, 0.1, 0.75, rows)
	flat := t.VectorFunc(2, func([]float64) []float64 { return []float64{0, 0} })
	call("NaN in x", "nan-passes", flat, []float64{1, math.NaN()}, 1, 0.1, 0.1, 0.75, rows)
	call("NaN in normal", "nan-passes", flat, good, 1, 0.1, 0.1, 0.75, [][]float64{{1, 2}, {math.NaN(), 0}})
	call("a gradient of NaN", "nan-passes", t.VectorFunc(2, func([]float64) []float64 { return []float64{0, math.NaN()} }), good, 1, 0.1, 0.1, 0.75, rows)
	call("a last step that overflows", "nan-passes", t.VectorFunc(2, func([]float64) []float64 { return []float64{1e300, 0} }), good, 1, 1e100, 0.1, 0.75, rows[:1])
}

// ---- EntropySGD

// outerAs runs the updates with a mistake; s is γ₀, γ₁, η, η′, ε, α.
func outerAs(mode string, gradient func([]float64) []float64, x0 []float64, s [6]float64, normal [][][]float64) []float64 {
	x, path := identity(x0), identity(x0)
	var last []float64
	for t, rows := range normal {
		gamma, from := scopeAt(mode, s[0], s[1], t), x
		if mode == "goes-on" && last != nil {
			from = last
		}
		var mu []float64
		mu, last = innerAs(mode, gradient, x, from, gamma, s[3], s[4], s[5], rows)
		step := s[2] * gamma
		switch mode {
		case "without-gamma":
			step = s[2]
		case "ascends":
			step = -step
		}
		x = kit.Add(kit.Scale(x, 1-step), step, mu)
		path = append(path, x...)
	}
	return path
}

func outer(t *grading.T, what string, gradient func([]float64) []float64, x0 []float64, s [6]float64, normal [][][]float64) {
	steps := 0
	for _, rows := range normal {
		steps += len(rows)
	}
	t.SetCallbackBudget(10*steps + 8)
	would := map[string][]float64{}
	for _, m := range append([]string{"linear-scope", "late-scope", "fixed-scope", "goes-on", "without-gamma", "ascends"}, innerModes...) {
		would[m] = outerAs(m, gradient, x0, s, normal)
	}
	a := accepted(t, what, "refuses-good", "EntropySGD", t.VectorFunc(len(x0), gradient), x0, s[0], s[1], s[2], s[3], s[4], s[5], normal)
	calls := t.CallbackCount()
	got := a.Matrix(0)
	if len(got) != len(normal)+1 || slices.ContainsFunc(got, func(p []float64) bool { return len(p) != len(x0) }) {
		kit.Fail(t, what, got, fmt.Sprintf("%d points of %d entries", len(normal)+1, len(x0)), "the shape is another", "")
	}
	judge(t, what, slices.Concat(got...), outerAs("", gradient, x0, s, normal), near, would)
	shared(t, what, a)
	counted(t, what, calls, steps)
}

func noiseCube(r *rand.Rand, n, l, d int) (cube [][][]float64) {
	for range n {
		cube = append(cube, noiseRows(r, l, d))
	}
	return cube
}

func outerRandom(t *grading.T) {
	r := t.Rand
	for range 4 {
		d := 2 + r.IntN(2)
		s := [6]float64{0.3 + r.Float64(), 0.1 + 0.2*r.Float64(), 0.3 + 0.4*r.Float64(), 0.05 + 0.1*r.Float64(), 0.1 + 0.2*r.Float64(), 0.55 + 0.4*r.Float64()}
		outer(t, fmt.Sprintf("%d coordinates", d), curved(r, d), kit.Normal(r, d), s, noiseCube(r, 3+r.IntN(3), 2+r.IntN(3), d))
	}
	outer(t, "no noise, one inner step", curved(r, 2), kit.Normal(r, 2), [6]float64{0.5, 0.2, 0.7, 0.2, 0, 1}, noiseCube(r, 5, 1, 2))
	outer(t, "a constant scope", curved(r, 1), kit.Normal(r, 1), [6]float64{0.5, 0, 0.7, 0.2, 0.3, 0.75}, noiseCube(r, 4, 3, 1))
	outer(t, "one update", curved(r, 2), kit.Normal(r, 2), [6]float64{0.5, 0.5, 0.7, 0.2, 0.3, 0.75}, noiseCube(r, 1, 5, 2))
	outer(t, "no updates", curved(r, 2), kit.Normal(r, 2), [6]float64{0.5, 0.5, 0.7, 0.2, 0.3, 0.75}, [][][]float64{})
}

func outerRefuses(t *grading.T) {
	x, cube, good := []float64{1, 2}, noiseCube(t.Rand, 2, 2, 2), [6]float64{0.5, 0.1, 0.7, 0.1, 0.1, 0.75}
	id := t.VectorFunc(2, identity)
	call := func(what, mistake string, g any, x []float64, s [6]float64, normal [][][]float64) {
		kit.Refuses(t, what, mistake, "EntropySGD", g, x, s[0], s[1], s[2], s[3], s[4], s[5], normal)
	}
	accepted(t, "a good input", "refuses-good", "EntropySGD", id, x, good[0], good[1], good[2], good[3], good[4], good[5], cube)
	for i, name := range []string{"γ₀", "γ₁", "η", "η′", "ε", "α"} {
		for _, v := range []float64{-1, math.NaN(), math.Inf(1)} {
			s := good
			s[i] = v
			call(fmt.Sprintf("%s = %v", name, v), "setting-passes", id, x, s, cube)
			call(fmt.Sprintf("%s = %v, no updates", name, v), "setting-passes", id, x, s, [][][]float64{})
		}
	}
	call("no coordinates", "empty-passes", t.VectorFunc(0, identity), []float64{}, good, [][][]float64{})
	call("an update without a step", "empty-passes", id, x, good, [][][]float64{cube[0], {}})
	call("a row too short", "shape-passes", id, x, good, [][][]float64{cube[0], {{1, 2}, {1}}})
	call("a gradient too long", "shape-passes", t.VectorFunc(2, func([]float64) []float64 { return []float64{1, 2, 3} }), x, good, cube)
	call("NaN in x0", "nan-passes", id, []float64{1, math.NaN()}, good, [][][]float64{})
	call("NaN in normal", "nan-passes", id, x, good, [][][]float64{cube[0], {{math.NaN(), 1}}})
	call("a scope that overflows", "nan-passes", t.VectorFunc(2, func([]float64) []float64 { return []float64{0, 0} }), x, [6]float64{1e300, 1e20, 1e-300, 1e-300, 0, 0.5}, noiseCube(t.Rand, 3, 1, 2))
	call("a last update that overflows", "nan-passes", id, x, [6]float64{1e10, 0, 1e300, 0.1, 0, 0.75}, [][][]float64{{{0, 0}}})
}

// ---- arguments

func untouched(t *grading.T) {
	r := t.Rand
	x, id := kit.Normal(r, 2), t.VectorFunc(2, identity)
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"LocalEntropy", []any{kit.Normal(r, 5), line(r, 5, true), 0.2, 1.0}},
		{"InnerLoop", []any{id, x, 0.5, 0.1, 0.2, 0.75, noiseRows(r, 3, 2)}},
		{"EntropySGD", []any{id, x, 0.5, 0.1, 0.7, 0.1, 0.2, 0.75, noiseCube(r, 2, 3, 2)}},
	} {
		kit.Untouched(t, "changes-start", c.fn, c.args...)
	}
}

// ### END HIDDEN TESTS
