// ### BEGIN HIDDEN TESTS

package sparseautoencoder

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to 1 and the largest number wanted. Every number is a sum of at most some hundred terms of about 1, each good to 10⁻¹⁵.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "reversed-kl", Cause: "the penalty is KL(ρ̂‖ρ)", Hint: "ρ stands before the logarithm, ρ̂ only inside"},
	{ID: "one-term", Cause: "the second term of the KL divergence is missing", Hint: "a coin has two sides: (1 − ρ) log((1 − ρ)/(1 − ρ̂))"},
	{ID: "slope-sign", Cause: "the slope of the penalty has a wrong sign", Hint: "a unit that is too active, ρ̂ > ρ, has a positive slope"},
	{ID: "not-averaged", Cause: "the squared error is summed over the examples", Hint: "1/(2m)"},
	{ID: "no-half", Cause: "the squared error has 1/m", Hint: "1/(2m)"},
	{ID: "no-beta", Cause: "β is not used", Hint: "β times the sum of the divergences"},
	{ID: "no-decay", Cause: "λ is not used", Hint: "λ/2 times the squares of all weights; its gradient is λW"},
	{ID: "decay-biases", Cause: "the biases decay too", Hint: "only W₁ and W₂"},
	{ID: "each-example", Cause: "the penalty is computed of each activation, and averaged", Hint: "first the mean activation ρ̂_j, then its divergence"},
	{ID: "no-penalty-back", Cause: "the penalty has no share in the gradient", Hint: "ρ̂ depends on W₁ and b₁"},
	{ID: "not-over-m", Cause: "the penalty's share in the gradient lacks 1/m", Hint: "∂ρ̂_j/∂a_ij = 1/m"},
	{ID: "after-sigmoid", Cause: "the penalty's share does not pass through the sigmoid", Hint: "inside the bracket, which is multiplied by a(1 − a)"},
	{ID: "ascends", Cause: "the step goes up", Hint: "θ − rate · ∂J/∂θ"},
	{ID: "one-after-the-other", Cause: "W₂ is changed before W₁'s gradient is computed", Hint: "all gradients at the old weights, then all steps"},
	{ID: "overflow", Cause: "the sigmoid overflows", Hint: "1/(1 + e^(−z)) is good for all z; e^z/(1 + e^z) is ∞/∞ at z = 1000"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "make new slices"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every entry of x, the weights and the biases"},
	{ID: "shape-passes", Cause: "shapes are not checked", Hint: "every row of x, W₁ and W₂, and both biases"},
	{ID: "saturation-passes", Cause: "a mean activation of 0 or 1 is accepted with β > 0", Hint: "KL(ρ‖0) = KL(ρ‖1) = ∞"},
	{ID: "arguments-pass", Cause: "a number that the statement's table refuses is accepted", Hint: "go through the table line by line; !(rate > 0) catches NaN too"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "β = 0, λ = 0, one example, one unit are good, and saturated units where β = 0"},
}

type problem struct {
	x, w1             [][]float64
	b1                []float64
	w2                [][]float64
	b2                []float64
	rho, beta, lambda float64
	rate              float64
}

func (p problem) args(fn string) []any {
	a := []any{p.x, p.w1, p.b1, p.w2, p.b2, p.rho, p.beta, p.lambda}
	if fn == "Step" {
		a = append(a, p.rate)
	}
	return a
}

func fromArgs(a []any) problem {
	return problem{x: a[0].([][]float64), w1: a[1].([][]float64), b1: a[2].([]float64), w2: a[3].([][]float64), b2: a[4].([]float64),
		rho: a[5].(float64), beta: a[6].(float64), lambda: a[7].(float64), rate: 0.1}
}

func divergence(rho, q float64, wrong string) float64 {
	if wrong == "reversed-kl" {
		rho, q = q, rho
	}
	v := rho * math.Log(rho/q)
	if wrong != "one-term" {
		v += (1 - rho) * (math.Log1p(-rho) - math.Log1p(-q))
	}
	return v
}

func slope(rho, q float64, wrong string) float64 {
	switch wrong {
	case "reversed-kl": // of q log(q/ρ) + (1 − q) log((1 − q)/(1 − ρ))
		return math.Log(q/rho) - math.Log((1-q)/(1-rho))
	case "one-term":
		return -rho / q
	case "slope-sign":
		return rho/q - (1-rho)/(1-q)
	}
	return -rho/q + (1-rho)/(1-q)
}

// activations gives a [m][h] and y − x [m][d].
func (p problem) activations() (a, e [][]float64) {
	for _, row := range p.x {
		act, err := make([]float64, len(p.w1)), make([]float64, len(row))
		for j := range act {
			act[j] = 1 / (1 + math.Exp(-kit.Dot(row, p.w1[j])-p.b1[j]))
		}
		for k := range err {
			err[k] = kit.Dot(p.w2[k], act) + p.b2[k] - row[k]
		}
		a, e = append(a, act), append(e, err)
	}
	return a, e
}

// loss is J, with a mistake.
func (p problem) loss(wrong string) float64 {
	a, e := p.activations()
	m, h := float64(len(a)), len(p.w1)
	over := map[string]float64{"not-averaged": 0.5, "no-half": 1 / m}[wrong]
	if over == 0 {
		over = 1 / (2 * m)
	}
	J := 0.0
	for _, row := range e {
		J += over * kit.Dot(row, row)
	}
	beta := p.beta
	if wrong == "no-beta" {
		beta = 1
	}
	if p.beta > 0 {
		for j := range h {
			rhoHat := 0.0
			for i := range a {
				rhoHat += a[i][j] / m
				if wrong == "each-example" {
					J += beta / m * divergence(p.rho, a[i][j], wrong)
				}
			}
			if wrong != "each-example" {
				J += beta * divergence(p.rho, rhoHat, wrong)
			}
		}
	}
	if wrong != "no-decay" {
		for _, row := range slices.Concat(p.w1, p.w2) {
			J += p.lambda / 2 * kit.Dot(row, row)
		}
	}
	if wrong == "decay-biases" {
		J += p.lambda / 2 * (kit.Dot(p.b1, p.b1) + kit.Dot(p.b2, p.b2))
	}
	return J
}

// gradient is ∂J by W₁, b₁, W₂, b₂ in one vector, with a mistake.
func (p problem) gradient(wrong string) []float64 {
	a, e := p.activations()
	m, h, d := float64(len(a)), len(p.w1), len(p.b2)
	back := p.w2 // what the error goes back through
	over, beta, lambda, biases := 1/m, p.beta, p.lambda, 0.0
	switch wrong {
	case "not-averaged":
		over = 1
	case "no-half":
		over = 2 / m
	case "no-beta":
		if beta > 0 {
			beta = 1
		}
	case "no-penalty-back":
		beta = 0
	case "no-decay":
		lambda = 0
	case "decay-biases":
		biases = p.lambda
	}
	share := beta / m
	if wrong == "not-over-m" {
		share = beta
	}
	w1, b1, w2, b2 := kit.Zeros(h, d), kit.Scale(p.b1, biases), kit.Zeros(d, h), kit.Scale(p.b2, biases)
	for k := range d {
		for i := range a {
			w2[k] = kit.Add(w2[k], over*e[i][k], a[i])
			b2[k] += over * e[i][k]
		}
		w2[k] = kit.Add(w2[k], lambda, p.w2[k])
	}
	if wrong == "one-after-the-other" {
		back = kit.Zeros(d, h)
		for k := range d {
			back[k] = kit.Add(p.w2[k], -p.rate, w2[k])
		}
	}
	for j := range h {
		rhoHat := 0.0
		for i := range a {
			rhoHat += a[i][j] / m
		}
		for i := range a {
			q := rhoHat
			if wrong == "each-example" {
				q = a[i][j]
			}
			s := 0.0
			if beta > 0 {
				s = share * slope(p.rho, q, wrong)
			}
			v := 0.0
			for k := range d {
				v += over * e[i][k] * back[k][j]
			}
			if wrong == "after-sigmoid" {
				v = v*a[i][j]*(1-a[i][j]) + s
			} else {
				v = (v + s) * a[i][j] * (1 - a[i][j])
			}
			w1[j] = kit.Add(w1[j], v, p.x[i])
			b1[j] += v
		}
		w1[j] = kit.Add(w1[j], lambda, p.w1[j])
	}
	return flat(w1, b1, w2, b2)
}

func (p problem) step(wrong string) []float64 {
	s := -p.rate
	if wrong == "ascends" {
		s = p.rate
	}
	return kit.Add(flat(p.w1, p.b1, p.w2, p.b2), s, p.gradient(wrong))
}

func flat(w1 [][]float64, b1 []float64, w2 [][]float64, b2 []float64) []float64 {
	return slices.Concat(slices.Concat(w1...), b1, slices.Concat(w2...), b2)
}

// same is closeness relative to the larger of 1 and the largest number; NaN is close to nothing.
func same(got, want []float64) bool {
	most := 1.0
	for _, v := range want {
		most = max(most, math.Abs(v))
	}
	return slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= tol*most })
}

// judge calls fn and judges what results collects from its answer.
func judge(t *grading.T, fn string, args []any, results func(a grading.Answer) []float64, solve func(wrong string) []float64) {
	a := kit.Untouched(t, "changes-arguments", fn, args...)
	got, would := results(a), map[string][]float64{}
	for _, m := range mistakes {
		would[m.ID] = solve(m.ID)
	}
	if slices.ContainsFunc(got, math.IsNaN) {
		kit.Fail(t, fn, got, solve(""), "a result is NaN", "overflow")
	}
	kit.Judge(t, mistakes, fn, got, solve(""), same, would)
}

// check judges one of the three functions of the network.
func check(t *grading.T, fn string, p problem) {
	solve := p.step
	switch fn {
	case "Loss":
		solve = func(wrong string) []float64 { return []float64{p.loss(wrong)} }
	case "Gradient":
		solve = p.gradient
	}
	judge(t, fn, p.args(fn), func(a grading.Answer) []float64 {
		if fn == "Loss" {
			return []float64{a.Float(0)}
		}
		w1, b1, w2, b2 := a.Matrix(0), a.Floats(1), a.Matrix(2), a.Floats(3)
		h, d := len(p.w1), len(p.b2)
		shape := func(g [][]float64, rows, columns int) bool {
			return len(g) == rows && !slices.ContainsFunc(g, func(r []float64) bool { return len(r) != columns })
		}
		if !shape(w1, h, d) || len(b1) != h || !shape(w2, d, h) || len(b2) != d {
			kit.Fail(t, fn, fmt.Sprint(w1, b1, w2, b2), "the shapes of W₁, b₁, W₂, b₂", "a wrong shape", "")
		}
		return flat(w1, b1, w2, b2)
	}, solve)
}

func checkPenalty(t *grading.T, rho float64, rhoHat []float64) {
	args := []any{rho, rhoHat}
	judge(t, "Penalty", args, func(a grading.Answer) []float64 { return []float64{a.Float(0)} }, func(wrong string) []float64 {
		sum := 0.0
		for _, q := range rhoHat {
			sum += divergence(rho, q, wrong)
		}
		return []float64{sum}
	})
	judge(t, "Slope", args, func(a grading.Answer) []float64 { return a.Floats(0) }, func(wrong string) []float64 {
		var s []float64
		for _, q := range rhoHat {
			s = append(s, slope(rho, q, wrong))
		}
		return s
	})
}

func random(r *rand.Rand, m, d, h int) problem {
	rows := func(n, k int, size float64) [][]float64 {
		g := make([][]float64, n)
		for i := range g {
			g[i] = kit.Gaussian(r, k, size)
		}
		return g
	}
	return problem{x: rows(m, d, 1), w1: rows(h, d, 0.7), b1: kit.Gaussian(r, h, 0.7), w2: rows(d, h, 0.7), b2: kit.Gaussian(r, d, 0.7),
		rho: 0.05 + 0.3*r.Float64(), beta: 1.5 + 3*r.Float64(), lambda: 0.1 + r.Float64(), rate: 0.05 + 0.1*r.Float64()}
}

func penaltyRandom(t *grading.T) {
	r := t.Rand
	share := func() float64 { return 0.01 + 0.98*r.Float64() }
	for range 6 {
		rho, q := share(), make([]float64, 1+r.IntN(5))
		for j := range q {
			q[j] = share()
		}
		checkPenalty(t, rho, q)
	}
	checkPenalty(t, 0.05, []float64{1e-9, 1 - 1e-9, 0.05}) // dead, always active, as wanted
	checkPenalty(t, 0.5, []float64{1e-300})
}

// several calls judge with random networks, and with those that lack one thing or another.
func several(t *grading.T, fn string) {
	r := t.Rand
	for range 4 {
		check(t, fn, random(r, 3+r.IntN(5), 2+r.IntN(4), 2+r.IntN(5)))
	}
	for _, change := range []func(p *problem){
		func(p *problem) { p.beta, p.b1[0], p.b1[1] = 0, 1000, -1000 },
		func(p *problem) { p.beta = 0 },
		func(p *problem) { p.lambda = 0 },
		func(p *problem) { p.x = p.x[:1] },
		func(p *problem) { // one example switches a unit fully on, another off: their mean is inside (0, 1)
			p.w1[0], p.x[0], p.x[1] = []float64{1000, 0, 0}, []float64{1, 0.5, 0}, []float64{-1, 0.5, 0}
		},
	} {
		p := random(r, 4, 3, 2)
		change(&p)
		check(t, fn, p)
	}
	check(t, fn, random(r, 1, 1, 1))
}

func lossRandom(t *grading.T)     { several(t, "Loss") }
func gradientRandom(t *grading.T) { several(t, "Gradient") }
func stepRandom(t *grading.T)     { several(t, "Step") }

func refuses(t *grading.T) {
	r := t.Rand
	for _, fn := range []string{"Penalty", "Slope"} {
		kit.Untouched(t, "changes-arguments", fn, 0.2, []float64{0.3, 0.1})
		kit.Refuses(t, "no unit", "arguments-pass", fn, 0.2, []float64{})
		for _, bad := range []float64{0, 1, -0.1, 1.1, math.NaN(), math.Inf(1)} {
			kit.Refuses(t, fmt.Sprintf("ρ = %v", bad), "arguments-pass", fn, bad, []float64{0.3})
			mistake := "arguments-pass"
			if bad == 0 || bad == 1 {
				mistake = "saturation-passes"
			}
			kit.Refuses(t, fmt.Sprintf("ρ̂ = %v", bad), mistake, fn, 0.2, []float64{0.3, bad})
		}
	}
	for _, fn := range []string{"Loss", "Gradient", "Step"} {
		try := func(what, mistake string, change func(p *problem)) {
			p := random(r, 3, 3, 2)
			change(&p)
			kit.Refuses(t, what, mistake, fn, p.args(fn)...)
		}
		try("a unit that is always active", "saturation-passes", func(p *problem) { p.b1[1] = 1000 })
		try("a unit that is never active", "saturation-passes", func(p *problem) { p.b1[0] = -1000 })
		try("no example", "shape-passes", func(p *problem) { p.x = [][]float64{} })
		try("no feature", "shape-passes", func(p *problem) {
			p.x, p.w1, p.w2, p.b2 = [][]float64{{}}, [][]float64{{}, {}}, [][]float64{}, []float64{}
		})
		try("no unit", "shape-passes", func(p *problem) {
			p.w1, p.b1, p.w2 = [][]float64{}, []float64{}, [][]float64{{}, {}, {}}
		})
		try("a short row of x", "shape-passes", func(p *problem) { p.x[2] = p.x[2][:2] })
		try("a short row of W₁", "shape-passes", func(p *problem) { p.w1[1] = p.w1[1][:2] })
		try("a long row of W₂", "shape-passes", func(p *problem) { p.w2[1] = append(p.w2[1], 1) })
		try("a row too many in W₂", "shape-passes", func(p *problem) { p.w2 = append(p.w2, p.w2[0]) })
		try("a bias too many in b₁", "shape-passes", func(p *problem) { p.b1 = append(p.b1, 0) })
		try("a bias too few in b₂", "shape-passes", func(p *problem) { p.b2 = p.b2[:2] })
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			for k, what := range []string{"x", "W₁", "b₁", "W₂", "b₂"} {
				try(fmt.Sprintf("%v in %s", bad, what), "nan-passes", func(p *problem) {
					[][]float64{p.x[2], p.w1[1], p.b1, p.w2[2], p.b2}[k][r.IntN(2)] = bad
				})
			}
		}
		for _, bad := range []float64{-0.1, math.NaN(), math.Inf(1)} {
			try(fmt.Sprintf("β = %v", bad), "arguments-pass", func(p *problem) { p.beta = bad })
			try(fmt.Sprintf("λ = %v", bad), "arguments-pass", func(p *problem) { p.lambda = bad })
			if fn == "Step" {
				try(fmt.Sprintf("a rate of %v", bad), "arguments-pass", func(p *problem) { p.rate = bad })
			}
		}
		for _, bad := range []float64{0, 1, -0.5, math.NaN()} {
			try(fmt.Sprintf("ρ = %v", bad), "arguments-pass", func(p *problem) { p.rho, p.beta = bad, 0 })
		}
	}
	p := random(r, 3, 2, 2)
	p.rate = 0
	kit.Refuses(t, "a rate of 0", "arguments-pass", "Step", p.args("Step")...)
}

// ### END HIDDEN TESTS
