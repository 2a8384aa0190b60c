// ### BEGIN HIDDEN TESTS

package vae

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to 1 and the largest number wanted. Every number is a sum of at most some hundred terms, each good to some 10⁻¹³: e^700 loses three digits.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "log-sigma", Cause: "log σ² is read as log σ", Hint: "σ² = e^(log σ²), σ = e^(½ log σ²)"},
	{ID: "kl-sign", Cause: "the sign of log σ² in KL is wrong", Hint: "½(μ² + σ² − 1 − log σ²): it is least at σ = 1, and rises as σ → 0"},
	{ID: "pixels-averaged", Cause: "the likelihood is averaged over the pixels", Hint: "log p(x | z) is a sum over the pixels: they are independent given z"},
	{ID: "not-averaged", Cause: "the examples are summed", Hint: "1/m before the likelihood and before KL"},
	{ID: "kl-added", Cause: "KL is added to the ELBO", Hint: "ELBO = likelihood − KL"},
	{ID: "no-noise", Cause: "z is μ", Hint: "z = μ + σ ⊙ ε, backwards too"},
	{ID: "score-scale", Cause: "Score divides by σ in place of σ²", Hint: "log q(z) = −½(z − μ)²/σ² − ½ log σ² + constant: differentiate that"},
	{ID: "descends", Cause: "the gradient is that of −ELBO", Hint: "the derivatives of the ELBO itself, along which it rises"},
	{ID: "no-noise-path", Cause: "log σ² has its gradient from KL alone", Hint: "z depends on σ: ∂z/∂ log σ² = ½σε"},
	{ID: "no-kl-back", Cause: "KL has no share in the gradient", Hint: "∂KL/∂μ = μ, ∂KL/∂ log σ² = ½(σ² − 1)"},
	{ID: "overflow", Cause: "the logarithm is taken of a p that was rounded to 0 or 1", Hint: "x log p + (1 − x) log(1 − p) = xt − max(t, 0) − log(1 + e^(−|t|))"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "make new slices"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every entry of every argument"},
	{ID: "shape-passes", Cause: "shapes are not checked", Hint: "the number of rows and every row of x, ε, A, B and V; the lengths of all slices"},
	{ID: "range-passes", Cause: "a number outside its range is accepted", Hint: "x inside [0, 1]; log σ², given or computed, inside [−700, 700]"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "one example, one pixel, one latent number, pixels of exactly 0 and 1 and large logits are good"},
}

func same(a, b []float64) bool {
	return kit.Near(append(slices.Clone(a), 1), append(slices.Clone(b), 1), tol)
}

// deviation is σ, with a mistake.
func deviation(logVar float64, wrong string) float64 {
	if wrong == "log-sigma" {
		return math.Exp(logVar)
	}
	return math.Exp(logVar / 2)
}

func divergence(mean, logVar []float64, wrong string) float64 {
	kl := 0.0
	for i, mu := range mean {
		s := deviation(logVar[i], wrong)
		log := 2 * math.Log(s)
		if wrong == "kl-sign" {
			log = -log
		}
		kl += 0.5 * (mu*mu + s*s - 1 - log)
	}
	return kl
}

func sample(mean, logVar, eps []float64, wrong string) []float64 {
	z := slices.Clone(mean)
	for i := range z {
		if wrong != "no-noise" {
			z[i] += deviation(logVar[i], wrong) * eps[i]
		}
	}
	return z
}

func score(mean, logVar, z []float64, wrong string) []float64 {
	var byMean, byLogVar []float64
	for i := range z {
		s, half := deviation(logVar[i], wrong), 0.5
		if wrong == "log-sigma" {
			half = 1 // by log σ
		}
		r := (z[i] - mean[i]) / s
		by := r / s
		if wrong == "score-scale" {
			by = r
		}
		byMean, byLogVar = append(byMean, by), append(byLogVar, half*(by*(z[i]-mean[i])-1))
	}
	return append(byMean, byLogVar...)
}

// check judges KL, Reparameterise or Score.
func check(t *grading.T, fn string, v ...[]float64) {
	args := make([]any, len(v))
	for i := range v {
		args[i] = v[i]
	}
	a := kit.Untouched(t, "changes-arguments", fn, args...)
	var got []float64
	var solve func(wrong string) []float64
	switch fn {
	case "KL":
		got, solve = []float64{a.Float(0)}, func(wrong string) []float64 { return []float64{divergence(v[0], v[1], wrong)} }
	case "Reparameterise":
		got, solve = a.Floats(0), func(wrong string) []float64 { return sample(v[0], v[1], v[2], wrong) }
	default:
		got, solve = slices.Concat(a.Floats(0), a.Floats(1)), func(wrong string) []float64 { return score(v[0], v[1], v[2], wrong) }
	}
	judge(t, fn, got, solve)
}

func judge(t *grading.T, fn string, got []float64, solve func(wrong string) []float64) {
	would := map[string][]float64{}
	for _, m := range mistakes {
		would[m.ID] = solve(m.ID)
	}
	kit.Judge(t, mistakes, fn, got, solve(""), same, would)
}

type problem struct{ x, eps, a, b, v [][]float64 }

func (p problem) args() []any { return []any{p.x, p.eps, p.a, p.b, p.v} }

func fromArgs(a []any) problem {
	m := func(i int) [][]float64 { return a[i].([][]float64) }
	return problem{m(0), m(1), m(2), m(3), m(4)}
}

// solve gives ELBO and KL, and the derivatives by A, B, V in one vector, with a mistake.
func (p problem) solve(wrong string) (bound, gradient []float64) {
	m, d, k := float64(len(p.x)), len(p.v), len(p.a)
	over, sign, kls := 1/m, 1.0, -1.0 // of the examples, of the gradient, of KL
	pixel := 1.0
	switch wrong {
	case "not-averaged":
		over = 1
	case "pixels-averaged":
		pixel = 1 / float64(d)
	case "kl-added":
		kls = 1
	case "descends":
		sign = -1
	}
	back := kls // KL's share in the gradient
	if wrong == "no-kl-back" {
		back = 0
	}
	elbo, kl := 0.0, 0.0
	da, db, dv := kit.Zeros(k, d), kit.Zeros(k, d), kit.Zeros(d, k)
	for i, x := range p.x {
		mean, logVar := kit.Times(p.a, x), kit.Times(p.b, x)
		z := sample(mean, logVar, p.eps[i], wrong)
		one := divergence(mean, logVar, wrong)
		kl += over * one
		elbo += over * kls * one
		dz := make([]float64, k)
		for j := range d {
			t := kit.Dot(p.v[j], z)
			q := 1 / (1 + math.Exp(-t))
			// log(1 + eᵗ), by the larger of 1 and eᵗ
			elbo += over * pixel * (x[j]*t - math.Max(t, 0) - math.Log1p(math.Exp(-math.Abs(t))))
			g := sign * over * pixel * (x[j] - q)
			dv[j] = kit.Add(dv[j], g, z)
			dz = kit.Add(dz, g, p.v[j])
		}
		for l := range k {
			s, half := deviation(logVar[l], wrong), 0.5
			if wrong == "log-sigma" {
				half = 1
			}
			byMean := dz[l] + sign*over*back*mean[l]
			byLogVar := sign * over * back * half * (s*s - 1)
			if wrong == "kl-sign" {
				byLogVar = sign * over * back * half * (s*s + 1)
			}
			if wrong != "no-noise" && wrong != "no-noise-path" {
				byLogVar += dz[l] * half * s * p.eps[i][l]
			}
			da[l], db[l] = kit.Add(da[l], byMean, x), kit.Add(db[l], byLogVar, x)
		}
	}
	return []float64{elbo, kl}, flat(da, db, dv)
}

func flat(a, b, v [][]float64) []float64 {
	return slices.Concat(slices.Concat(a...), slices.Concat(b...), slices.Concat(v...))
}

// batch judges ELBO or Gradient.
func batch(t *grading.T, fn string, p problem) {
	a := kit.Untouched(t, "changes-arguments", fn, p.args()...)
	var got []float64
	if fn == "ELBO" {
		got = []float64{a.Float(0), a.Float(1)}
	} else {
		d, k := len(p.v), len(p.a)
		shape := func(g [][]float64, rows, columns int) bool {
			return len(g) == rows && !slices.ContainsFunc(g, func(r []float64) bool { return len(r) != columns })
		}
		da, db, dv := a.Matrix(0), a.Matrix(1), a.Matrix(2)
		if !shape(da, k, d) || !shape(db, k, d) || !shape(dv, d, k) {
			kit.Fail(t, fn, fmt.Sprint(da, db, dv), "the shapes of A, B and V", "a wrong shape", "")
		}
		got = flat(da, db, dv)
	}
	if slices.ContainsFunc(got, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
		kit.Fail(t, fn, got, "finite numbers", "NaN or infinity", "overflow")
	}
	judge(t, fn, got, func(wrong string) []float64 {
		bound, gradient := p.solve(wrong)
		if fn == "ELBO" {
			return bound
		}
		return gradient
	})
}

func random(r *rand.Rand, m, d, k int) problem {
	rows := func(n, width int, size float64) [][]float64 {
		g := make([][]float64, n)
		for i := range g {
			g[i] = kit.Gaussian(r, width, size)
		}
		return g
	}
	p := problem{rows(m, d, 1), rows(m, k, 1), rows(k, d, 0.7), rows(k, d, 0.7), rows(d, k, 0.7)}
	for _, row := range p.x {
		for j := range row {
			row[j] = r.Float64()
		}
	}
	return p
}

func codeRandom(t *grading.T) {
	r := t.Rand
	for range 5 {
		n := 1 + r.IntN(5)
		mean, logVar := kit.Normal(r, n), kit.Normal(r, n)
		check(t, "KL", mean, logVar)
		check(t, "Reparameterise", mean, logVar, kit.Normal(r, n))
	}
	for _, c := range [][2]float64{{0, 0}, {0, -700}, {1, 700}, {-1e6, -3}} { // the prior itself, nearly a point, very wide, far away
		mean, logVar := []float64{c[0], 0.5}, []float64{c[1], -0.5}
		check(t, "KL", mean, logVar)
		check(t, "Reparameterise", mean, logVar, kit.Normal(r, 2))
	}
}

func scoreRandom(t *grading.T) {
	r := t.Rand
	for range 5 {
		n := 1 + r.IntN(5)
		check(t, "Score", kit.Normal(r, n), kit.Normal(r, n), kit.Normal(r, n))
	}
	check(t, "Score", []float64{3, 1}, []float64{1, -0.5}, []float64{3, 1}) // at the mode
}

// several calls judge with random batches, and with special ones.
func several(t *grading.T, fn string) {
	r := t.Rand
	for range 4 {
		batch(t, fn, random(r, 2+r.IntN(4), 2+r.IntN(4), 1+r.IntN(3)))
	}
	batch(t, fn, random(r, 1, 1, 1))
	p := random(r, 3, 4, 2)
	for _, row := range p.x {
		for j := range row {
			row[j] = math.Round(row[j])
		}
	}
	batch(t, fn, p)
	// Logits of about ±1000 at black, white and grey pixels: z is about 5, since the encoder hardly sees x.
	p = random(r, 3, 4, 1)
	p.a, p.b = [][]float64{{5, 0, 0, 0}}, [][]float64{{-20, 0, 0, 0}}
	p.v = [][]float64{{200}, {-200}, {200}, {0.1}}
	for i := range p.x {
		p.x[i] = []float64{1, float64(i % 2), float64((i + 1) % 2), 0.5}
	}
	batch(t, fn, p)
}

func elboRandom(t *grading.T)     { several(t, "ELBO") }
func gradientRandom(t *grading.T) { several(t, "Gradient") }

func refuses(t *grading.T) {
	r := t.Rand
	check(t, "KL", []float64{0.1}, []float64{0.2})
	check(t, "Reparameterise", []float64{0.1}, []float64{0.2}, []float64{1})
	check(t, "Score", []float64{0.1}, []float64{0.2}, []float64{1})
	for _, fn := range []string{"KL", "Reparameterise", "Score"} {
		try := func(what, mistake string, v ...[]float64) {
			if fn == "KL" {
				v = v[:2]
			}
			args := make([]any, len(v))
			for i := range v {
				args[i] = v[i]
			}
			kit.Refuses(t, what, mistake, fn, args...)
		}
		try("nothing", "shape-passes", []float64{}, []float64{}, []float64{})
		try("a log σ² too few", "shape-passes", []float64{1, 2}, []float64{0}, []float64{1, 2})
		try("a log σ² too many", "shape-passes", []float64{1}, []float64{0, 0}, []float64{1})
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			try(fmt.Sprintf("a mean of %v", bad), "nan-passes", []float64{1, bad}, []float64{0, 0}, []float64{1, 2})
			try(fmt.Sprintf("a log σ² of %v", bad), "nan-passes", []float64{1, 1}, []float64{0, bad}, []float64{1, 2})
			if fn != "KL" {
				try(fmt.Sprintf("a last argument with %v", bad), "nan-passes", []float64{1, 1}, []float64{0, 1}, []float64{1, bad})
			}
		}
		for _, bad := range []float64{701, -701} {
			try(fmt.Sprintf("a log σ² of %v", bad), "range-passes", []float64{1, 1}, []float64{0, bad}, []float64{1, 2})
		}
		if fn != "KL" {
			try("a number too few in the last argument", "shape-passes", []float64{1, 2}, []float64{0, 0}, []float64{1})
		}
	}
	for _, fn := range []string{"ELBO", "Gradient"} {
		batch(t, fn, random(r, 3, 3, 2))
		try := func(what, mistake string, change func(p *problem)) {
			p := random(r, 3, 3, 2)
			change(&p)
			kit.Refuses(t, what, mistake, fn, p.args()...)
		}
		try("no example", "shape-passes", func(p *problem) { p.x, p.eps = [][]float64{}, [][]float64{} })
		try("no pixel", "shape-passes", func(p *problem) {
			p.x, p.eps, p.a, p.b, p.v = [][]float64{{}}, p.eps[:1], [][]float64{{}, {}}, [][]float64{{}, {}}, [][]float64{}
		})
		try("no latent number", "shape-passes", func(p *problem) {
			p.eps, p.a, p.b, p.v = [][]float64{{}, {}, {}}, [][]float64{}, [][]float64{}, [][]float64{{}, {}, {}}
		})
		for k, what := range []string{"x", "ε", "A", "B", "V"} {
			part := func(p *problem) *[][]float64 { return []*[][]float64{&p.x, &p.eps, &p.a, &p.b, &p.v}[k] }
			try("a row too few in "+what, "shape-passes", func(p *problem) { m := part(p); *m = (*m)[:len(*m)-1] })
			try("a row too many in "+what, "shape-passes", func(p *problem) { m := part(p); *m = append(*m, (*m)[0]) })
			try("a short row in "+what, "shape-passes", func(p *problem) { m := *part(p); m[1] = m[1][:1] })
			try("a long row in "+what, "shape-passes", func(p *problem) { m := *part(p); m[1] = append(m[1], 0) })
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				mistake := "nan-passes"
				if k == 0 && !math.IsNaN(bad) {
					mistake = "" // outside [0, 1] too
				}
				try(fmt.Sprintf("%v in %s", bad, what), mistake, func(p *problem) { (*part(p))[1][r.IntN(2)] = bad })
			}
		}
		for _, bad := range []float64{-0.01, 1.01} {
			try(fmt.Sprintf("a pixel of %v", bad), "range-passes", func(p *problem) { p.x[2][1] = bad })
		}
		for _, bad := range []float64{2000, -2000} {
			try(fmt.Sprintf("a computed log σ² of about %v", bad/2), "range-passes", func(p *problem) { p.x[1][0], p.b[1] = 0.5, []float64{bad, 0, 0} })
		}
	}
}

// ### END HIDDEN TESTS
