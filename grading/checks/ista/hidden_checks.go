// ### BEGIN HIDDEN TESTS

package ista

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted. With l ≥ λ_max(WᵀW) a step expands no error, so that rounding adds up to at most
// some tens of 10⁻¹⁵.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "hard-threshold", Cause: "small entries are cut off, the others stay", Hint: "the soft threshold moves every entry by θ towards zero"},
	{ID: "one-sided", Cause: "negative entries become zero", Hint: "sign(v) max(|v| − θ, 0)"},
	{ID: "no-half", Cause: "the squared distance lacks its ½", Hint: "½‖x − Wz‖² + α‖z‖₁"},
	{ID: "squared-penalty", Cause: "the penalty is squared", Hint: "‖z‖₁ is the sum of |zⱼ|"},
	{ID: "root", Cause: "the largest singular value is returned, not its square", Hint: "λ(WᵀW) = σ(W)²"},
	{ID: "sum-of-squares", Cause: "all squared singular values are added", Hint: "the largest alone; the trace of WᵀW is a bound that makes steps far too short"},
	{ID: "ascends", Cause: "the gradient step goes the wrong way", Hint: "the gradient of ½‖x − Wz‖² is −Wᵀ(x − Wz)"},
	{ID: "no-step", Cause: "the gradient is not divided by L", Hint: "z + (1/L)Wᵀ(x − Wz)"},
	{ID: "theta-is-alpha", Cause: "the threshold is α", Hint: "θ = α/L: the proximal step is as long as the gradient step"},
	{ID: "threshold-first", Cause: "the threshold comes before the gradient step", Hint: "h of the whole sum"},
	{ID: "no-momentum", Cause: "FISTA takes ISTA's steps", Hint: "from the third step on y differs from z"},
	{ID: "gradient-at-z", Cause: "the step starts at y, with the gradient at z", Hint: "y stands in both places"},
	{ID: "factor", Cause: "the factor of the momentum is wrong", Hint: "(t_k − 1)/t_{k+1}: the old t above, the new one below"},
	{ID: "missing-start", Cause: "E(z₀) is missing", Hint: "energies has steps + 1 numbers, and begins with ½‖x‖²"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "make new slices"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every entry of w, x, z and v"},
	{ID: "shape-passes", Cause: "shapes are not checked", Hint: "every row of w; x against rows, z against columns"},
	{ID: "arguments-pass", Cause: "a number that the statement's table refuses is accepted", Hint: "go through the table line by line; !(l > 0) catches NaN too"},
	{ID: "divergence-passes", Cause: "steps that grow without end are returned", Hint: "an energy that is NaN or infinite is an error"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "α = 0, θ = 0, no steps, an empty v, one atom, a dictionary or an x of zeros are good"},
}

type problem struct {
	w        [][]float64
	x        []float64
	alpha, l float64
	steps    int
}

func (p problem) args() []any { return []any{p.w, p.x, p.alpha, p.l, p.steps} }

// same is closeness relative to the largest number wanted.
func same(got, want []float64) bool { return kit.Near(got, want, tol) }

// judge calls fn, and judges what results takes from its answer by what the reference gives, for each mistake.
func judge(t *grading.T, fn string, args []any, results func(a grading.Answer) []float64, reference func(wrong string) []float64) grading.Answer {
	a := kit.Untouched(t, "changes-arguments", fn, args...)
	compare(t, fn, results(a), reference)
	return a
}

func compare(t *grading.T, what string, got []float64, reference func(wrong string) []float64) {
	would := map[string][]float64{}
	for _, m := range mistakes {
		would[m.ID] = reference(m.ID)
	}
	kit.Judge(t, mistakes, what, got, reference(""), same, would)
}

// ---- the reference, with a mistake

func soft(v []float64, theta float64, wrong string) []float64 {
	h := make([]float64, len(v))
	for i, a := range v {
		switch {
		case wrong == "hard-threshold":
			if math.Abs(a) > theta {
				h[i] = a
			}
		case wrong == "one-sided":
			h[i] = math.Max(a-theta, 0)
		case math.Abs(a) > theta:
			h[i] = a - math.Copysign(theta, a)
		}
	}
	return h
}

func (p problem) residual(z []float64) []float64 { return kit.Add(p.x, -1, kit.Times(p.w, z)) }

func (p problem) energy(z []float64, wrong string) float64 {
	r := p.residual(z)
	e, l1 := kit.Dot(r, r)/2, 0.0
	for _, v := range z {
		l1 += math.Abs(v)
		if wrong == "squared-penalty" {
			l1 += v*v - math.Abs(v)
		}
	}
	if wrong == "no-half" {
		e *= 2
	}
	return e + p.alpha*l1
}

// step is h_θ(y + (1/L)Wᵀ(x − W at)).
func (p problem) step(y, at []float64, wrong string) []float64 {
	over, theta := 1/p.l, p.alpha/p.l
	switch wrong {
	case "ascends":
		over = -over
	case "no-step":
		over = 1
	case "theta-is-alpha":
		theta = p.alpha
	case "threshold-first":
		y = soft(y, theta, wrong)
		at, theta = y, 0
	}
	v := slices.Clone(y)
	for i, r := range p.residual(at) {
		v = kit.Add(v, over*r, p.w[i])
	}
	return soft(v, theta, wrong)
}

// path is z after the steps, and the energies.
func (p problem) path(fast bool, wrong string) (z, energies []float64) {
	z = make([]float64, len(p.w[0]))
	energies = []float64{p.energy(z, wrong)}
	y, k := z, 1.0
	for range p.steps {
		before, at := z, y
		if wrong == "gradient-at-z" {
			at = z
		}
		z = p.step(y, at, wrong)
		energies = append(energies, p.energy(z, wrong))
		if y = z; !fast || wrong == "no-momentum" {
			continue
		}
		after := (1 + math.Sqrt(1+4*k*k)) / 2
		factor := (k - 1) / after
		if wrong == "factor" {
			factor = (k - 1) / k
		}
		y = kit.Add(z, factor, kit.Add(z, -1, before))
		k = after
	}
	if wrong == "missing-start" {
		energies = energies[1:]
	}
	return z, energies
}

// ---- the checks' calls

func threshold(t *grading.T, v []float64, theta float64) {
	judge(t, "SoftThreshold", []any{v, theta}, func(a grading.Answer) []float64 { return a.Floats(0) },
		func(wrong string) []float64 { return soft(v, theta, wrong) })
}

func energy(t *grading.T, p problem, z []float64) {
	judge(t, "Energy", []any{p.w, p.x, z, p.alpha}, func(a grading.Answer) []float64 { return []float64{a.Float(0)} },
		func(wrong string) []float64 { return []float64{p.energy(z, wrong)} })
}

func lipschitz(t *grading.T, what string, w [][]float64, sigma []float64) {
	most, sum := 0.0, 0.0
	for _, s := range sigma {
		most, sum = max(most, s*s), sum+s*s
	}
	judge(t, "Lipschitz", []any{w}, func(a grading.Answer) []float64 { return []float64{a.Float(0)} }, func(wrong string) []float64 {
		switch wrong {
		case "root":
			return []float64{math.Sqrt(most)}
		case "sum-of-squares":
			return []float64{sum}
		}
		return []float64{most}
	})
}

func solve(t *grading.T, fn string, p problem) {
	fast := fn == "FISTA"
	a := judge(t, fn, p.args(), func(a grading.Answer) []float64 { return a.Floats(0) }, func(wrong string) []float64 {
		z, _ := p.path(fast, wrong)
		return z
	})
	compare(t, fn+", energies", a.Floats(1), func(wrong string) []float64 {
		_, e := p.path(fast, wrong)
		return e
	})
}

// ---- random instances

func dictionary(r *rand.Rand, n, m int) [][]float64 {
	w := make([][]float64, n)
	for i := range w {
		w[i] = kit.Normal(r, m)
	}
	return w
}

// values are the singular values.
func values(w [][]float64) []float64 {
	var svd mat.SVD
	svd.Factorize(mat.NewDense(len(w), len(w[0]), slices.Concat(w...)), mat.SVDNone)
	return svd.Values(nil)
}

// random is a problem with a few steps, whose code is neither zero nor full.
func random(r *rand.Rand, n, m, steps int) problem {
	p := problem{w: dictionary(r, n, m), x: kit.Gaussian(r, n, 2), steps: steps}
	p.alpha = (0.05 + 0.25*r.Float64()) * correlation(p)
	s := values(p.w)[0]
	p.l = (1 + r.Float64()) * s * s
	return p
}

// correlation is ‖Wᵀx‖∞, the least α with the code zero.
func correlation(p problem) float64 {
	c := make([]float64, len(p.w[0]))
	most := 0.0
	for i, v := range p.x {
		c = kit.Add(c, v, p.w[i])
	}
	for _, v := range c {
		most = max(most, math.Abs(v))
	}
	return most
}

func scaled(w [][]float64, s float64) [][]float64 {
	out := make([][]float64, len(w))
	for i := range w {
		out[i] = kit.Scale(w[i], s)
	}
	return out
}

func thresholdRandom(t *grading.T) {
	r := t.Rand
	for range 5 {
		threshold(t, kit.Gaussian(r, 1+r.IntN(8), 2), r.ExpFloat64())
	}
	threshold(t, []float64{-3, 3, 0.5}, 1)
	threshold(t, []float64{1, -1, 0, 5e-324, 2}, 1) // ties
	threshold(t, kit.Normal(r, 4), 0)
	threshold(t, kit.Gaussian(r, 4, 1e300), 1e300)
	threshold(t, kit.Gaussian(r, 4, 1e-300), 1e-300)
	threshold(t, []float64{}, 1)
}

func energyRandom(t *grading.T) {
	r := t.Rand
	for range 4 {
		n, m := 1+r.IntN(5), 2+r.IntN(6)
		energy(t, problem{w: dictionary(r, n, m), x: kit.Normal(r, n), alpha: 0.5 + 2*r.Float64()}, kit.Normal(r, m))
	}
	energy(t, problem{w: dictionary(r, 3, 2), x: kit.Normal(r, 3)}, kit.Normal(r, 2)) // α = 0
	energy(t, problem{w: dictionary(r, 3, 2), x: make([]float64, 3), alpha: 1}, make([]float64, 2))
	energy(t, problem{w: [][]float64{{0, 0}}, x: []float64{3}, alpha: 0.5}, []float64{-2, 1})
	energy(t, problem{w: dictionary(r, 2, 3), x: kit.Gaussian(r, 2, 1e100), alpha: 1e100}, kit.Gaussian(r, 3, 1e100))
}

func lipschitzRandom(t *grading.T) {
	r := t.Rand
	for _, shape := range [][2]int{{3, 7}, {7, 3}, {4, 4}, {1, 5}, {5, 1}, {1, 1}} {
		w := dictionary(r, shape[0], shape[1])
		lipschitz(t, "random", w, values(w))
	}
	// two singular values that agree in 4 digits: a power iteration that stops early is off
	a, b := 0.3+r.Float64(), 2+r.Float64()
	c, s := math.Cos(a), math.Sin(a)
	near := b * (1 - 1e-4)
	lipschitz(t, "close singular values", [][]float64{{b * c, -near * s}, {b * s, near * c}}, []float64{b, near})
	lipschitz(t, "a column of zeros", [][]float64{{3, 0}, {4, 0}}, []float64{5, 0})
	lipschitz(t, "zeros", [][]float64{{0, 0, 0}, {0, 0, 0}}, []float64{0})
	w := dictionary(r, 3, 4)
	for _, size := range []float64{1e-60, 1e60} {
		lipschitz(t, "huge or tiny", scaled(w, size), values(scaled(w, size)))
	}
}

func several(t *grading.T, fn string) {
	r := t.Rand
	for range 5 {
		solve(t, fn, random(r, 2+r.IntN(4), 3+r.IntN(6), 4+r.IntN(6)))
	}
	for _, change := range []func(p *problem){
		func(p *problem) { p.alpha = 0 },
		func(p *problem) { p.steps = 0 },
		func(p *problem) { p.steps = 1 },
		func(p *problem) { p.steps = 200 },
		func(p *problem) { p.l *= 5 },
		func(p *problem) { p.alpha = 2 * correlation(*p) }, // the code is zero
		func(p *problem) { p.x = make([]float64, len(p.x)) },
		func(p *problem) { p.w = scaled(p.w, 0) },
		func(p *problem) { p.w[0][1], p.w[1][1], p.w[2][1] = 0, 0, 0 }, // an atom of zeros
		func(p *problem) { p.w, p.l = scaled(p.w, 1e50), p.l*1e100; p.alpha *= 1e50 },
		func(p *problem) { p.x, p.alpha = kit.Scale(p.x, 1e-50), p.alpha*1e-50 },
	} {
		p := random(r, 3, 5, 6)
		change(&p)
		solve(t, fn, p)
	}
	solve(t, fn, random(r, 1, 1, 5))
}

func istaRandom(t *grading.T)  { several(t, "ISTA") }
func fistaRandom(t *grading.T) { several(t, "FISTA") }

func refuses(t *grading.T) {
	r := t.Rand
	bad := []float64{math.NaN(), math.Inf(1), math.Inf(-1)}
	kit.Untouched(t, "changes-arguments", "SoftThreshold", []float64{1, -2}, 0.5)
	for _, v := range append(bad, -0.1) {
		kit.Refuses(t, fmt.Sprintf("θ = %v", v), "arguments-pass", "SoftThreshold", []float64{1, 2}, v)
	}
	for _, v := range bad {
		kit.Refuses(t, fmt.Sprintf("%v in v", v), "nan-passes", "SoftThreshold", []float64{1, v}, 0.5)
	}
	for _, fn := range []string{"Lipschitz", "Energy", "ISTA", "FISTA"} {
		try := func(what, mistake string, change func(p *problem, z *[]float64)) {
			p, z := random(r, 3, 4, 3), kit.Normal(r, 4)
			change(&p, &z)
			args := p.args()
			switch fn {
			case "Lipschitz":
				args = []any{p.w}
			case "Energy":
				args = []any{p.w, p.x, z, p.alpha}
			}
			kit.Refuses(t, what, mistake, fn, args...)
		}
		try("no row in w", "shape-passes", func(p *problem, _ *[]float64) { p.w, p.x = [][]float64{}, []float64{} })
		try("no column in w", "shape-passes", func(p *problem, z *[]float64) { p.w, *z = [][]float64{{}, {}, {}}, []float64{} })
		try("a short row of w", "shape-passes", func(p *problem, _ *[]float64) { p.w[1] = p.w[1][:3] })
		try("a long row of w", "shape-passes", func(p *problem, _ *[]float64) { p.w[2] = append(p.w[2], 1) })
		for _, v := range bad {
			try(fmt.Sprintf("%v in w", v), "nan-passes", func(p *problem, _ *[]float64) { p.w[2][r.IntN(4)] = v })
		}
		if fn == "Lipschitz" {
			continue
		}
		try("x too short", "shape-passes", func(p *problem, _ *[]float64) { p.x = p.x[:2] })
		try("x too long", "shape-passes", func(p *problem, _ *[]float64) { p.x = append(p.x, 1) })
		for _, v := range bad {
			try(fmt.Sprintf("%v in x", v), "nan-passes", func(p *problem, _ *[]float64) { p.x[r.IntN(3)] = v })
			try(fmt.Sprintf("α = %v", v), "arguments-pass", func(p *problem, _ *[]float64) { p.alpha = v })
		}
		try("a negative α", "arguments-pass", func(p *problem, _ *[]float64) { p.alpha = -0.1 })
		if fn == "Energy" {
			try("z too short", "shape-passes", func(_ *problem, z *[]float64) { *z = (*z)[:3] })
			try("z too long", "shape-passes", func(_ *problem, z *[]float64) { *z = append(*z, 1) })
			for _, v := range bad {
				try(fmt.Sprintf("%v in z", v), "nan-passes", func(_ *problem, z *[]float64) { (*z)[r.IntN(4)] = v })
			}
			continue
		}
		for _, v := range append(bad, 0, -1) {
			try(fmt.Sprintf("l = %v", v), "arguments-pass", func(p *problem, _ *[]float64) { p.l = v })
		}
		try("−1 steps", "arguments-pass", func(p *problem, _ *[]float64) { p.steps = -1 })
		try("l a hundredth of what it must be, 500 steps", "divergence-passes", func(p *problem, _ *[]float64) { p.l, p.steps = p.l/100, 500 })
	}
}

// ### END HIDDEN TESTS
