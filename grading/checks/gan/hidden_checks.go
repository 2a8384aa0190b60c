// ### BEGIN HIDDEN TESTS

package gan

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to 1 and the largest number wanted. Every number comes of some dozen terms of about 1, each good to 10⁻¹⁵.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "reversed", Cause: "D* is q/(p + q)", Hint: "D says how likely data are: p belongs to the data"},
	{ID: "zero-over-zero", Cause: "0/0 where neither data nor samples are", Hint: "½ where p = q = 0"},
	{ID: "bits", Cause: "the logarithm has base 2", Hint: "nats: math.Log"},
	{ID: "no-mean", Cause: "JSD compares with p + q", Hint: "with the mean (p + q)/2"},
	{ID: "zero-log", Cause: "0 log 0 is computed as NaN", Hint: "what has no probability adds nothing: leave its term out"},
	{ID: "summed", Cause: "the derivatives are summed over the batch", Hint: "means: divide those of x by the length of x, those of z by that of z"},
	{ID: "descends", Cause: "the discriminator goes down", Hint: "w + rate · ∂V/∂w"},
	{ID: "ascends", Cause: "the generator goes up", Hint: "a − rate · ∂J/∂a; a sample must move to where D is larger"},
	{ID: "swapped-losses", Cause: "the saturating and the other loss are exchanged", Hint: "log(1 − D) saturates: its derivative has the factor D, small where D is sure"},
	{ID: "slope", Cause: "ds/dx is w₁ + w₂x", Hint: "the derivative of x² is 2x"},
	{ID: "b-without-z", Cause: "∂G/∂b is taken as 1", Hint: "G = a + bz: ∂G/∂b = z"},
	{ID: "stale", Cause: "the generator faces the discriminator's old w", Hint: "hand StepG the w that the last StepD returned"},
	{ID: "same-noise", Cause: "the generator learns on the noise of the last step of D", Hint: "z[k], the last row of z"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "make new slices"},
	{ID: "arguments-pass", Cause: "an argument that the statement's table refuses is accepted", Hint: "go through the table line by line; !(rate > 0) catches NaN too"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "zeros in p and q, distributions without a common point, batches of one, b = 0 and large weights are good"},
}

func same(a, b []float64) bool {
	return kit.Near(append(slices.Clone(a), 1), append(slices.Clone(b), 1), tol)
}

func optimal(p, q []float64, wrong string) []float64 {
	var d []float64
	for i := range p {
		switch {
		case p[i] == 0 && q[i] == 0 && wrong != "zero-over-zero":
			d = append(d, 0.5)
		case wrong == "reversed":
			d = append(d, q[i]/(p[i]+q[i]))
		default:
			d = append(d, p[i]/(p[i]+q[i]))
		}
	}
	return d
}

// xlog is x log y.
func xlog(x, y float64, wrong string) float64 {
	if x == 0 && wrong != "zero-log" {
		return 0
	}
	if wrong == "bits" {
		return x * math.Log2(y)
	}
	return x * math.Log(y)
}

func value(p, q, d []float64, wrong string) float64 {
	V := 0.0
	for i := range p {
		V += xlog(p[i], d[i], wrong) + xlog(q[i], 1-d[i], wrong)
	}
	return V
}

func jsd(p, q []float64, wrong string) float64 {
	sum, half := 0.0, 0.5
	if wrong == "no-mean" {
		half = 1
	}
	for i := range p {
		m := half * (p[i] + q[i])
		sum += xlog(p[i], p[i]/m, wrong) + xlog(q[i], q[i]/m, wrong)
	}
	return sum / 2
}

// at gives D and ds/dx.
func at(w []float64, x float64, wrong string) (d, slope float64) {
	slope = w[1] + 2*w[2]*x
	if wrong == "slope" {
		slope = w[1] + w[2]*x
	}
	return 1 / (1 + math.Exp(-w[0]-x*(w[1]+x*w[2]))), slope
}

func stepD(x, z, w []float64, a, b, rate float64, wrong string) []float64 {
	out := slices.Clone(w)
	if wrong == "descends" {
		rate = -rate
	}
	add := func(v, by float64) {
		for j, f := range []float64{1, v, v * v} {
			out[j] += rate * by * f
		}
	}
	n, m := float64(len(x)), float64(len(z))
	if wrong == "summed" {
		n, m = 1, 1
	}
	for _, v := range x {
		d, _ := at(w, v, wrong)
		add(v, (1-d)/n)
	}
	for _, v := range z {
		d, _ := at(w, a+b*v, wrong)
		add(a+b*v, -d/m)
	}
	return out
}

func stepG(z, w []float64, a, b, rate float64, saturating bool, wrong string) []float64 {
	m := float64(len(z))
	if wrong == "summed" {
		m = 1
	}
	if wrong == "ascends" {
		rate = -rate
	}
	out := []float64{a, b}
	for _, v := range z {
		d, slope := at(w, a+b*v, wrong)
		r := 1 - d
		if saturating != (wrong == "swapped-losses") {
			r = d
		}
		out[0] += rate * r * slope / m
		if wrong == "b-without-z" {
			v = 1
		}
		out[1] += rate * r * slope * v / m
	}
	return out
}

func round(x, z [][]float64, w []float64, a, b, rateD, rateG float64, saturating bool, wrong string) []float64 {
	now := w
	for i := range x {
		now = stepD(x[i], z[i], now, a, b, rateD, wrong)
	}
	faced, noise := now, z[len(x)]
	if wrong == "stale" {
		faced = w
	}
	if wrong == "same-noise" {
		noise = z[len(x)-1]
	}
	return append(slices.Clone(now), stepG(noise, faced, a, b, rateG, saturating, wrong)...)
}

// check calls fn with good arguments and judges its numbers.
func check(t *grading.T, fn string, args ...any) {
	a := kit.Untouched(t, "changes-arguments", fn, args...)
	v := func(i int) []float64 { return args[i].([]float64) }
	f := func(i int) float64 { return args[i].(float64) }
	var got []float64
	var solve func(wrong string) []float64
	switch fn {
	case "Optimal":
		got, solve = a.Floats(0), func(wrong string) []float64 { return optimal(v(0), v(1), wrong) }
	case "Value":
		got, solve = []float64{a.Float(0)}, func(wrong string) []float64 { return []float64{value(v(0), v(1), v(2), wrong)} }
	case "JSD":
		got, solve = []float64{a.Float(0)}, func(wrong string) []float64 { return []float64{jsd(v(0), v(1), wrong)} }
	case "StepD":
		got, solve = a.Floats(0), func(wrong string) []float64 { return stepD(v(0), v(1), v(2), f(3), f(4), f(5), wrong) }
	case "StepG":
		got, solve = []float64{a.Float(0), a.Float(1)}, func(wrong string) []float64 {
			return stepG(v(0), v(1), f(2), f(3), f(4), args[5].(bool), wrong)
		}
	default:
		got, solve = append(slices.Clone(a.Floats(0)), a.Float(1), a.Float(2)), func(wrong string) []float64 {
			return round(args[0].([][]float64), args[1].([][]float64), v(2), f(3), f(4), f(5), f(6), args[7].(bool), wrong)
		}
	}
	if slices.ContainsFunc(got, math.IsNaN) {
		mistake := "zero-log"
		if fn == "Optimal" {
			mistake = "zero-over-zero"
		}
		kit.Fail(t, fn, got, solve(""), "a result is NaN", mistake)
	}
	would := map[string][]float64{}
	for _, m := range mistakes {
		would[m.ID] = solve(m.ID)
	}
	kit.Judge(t, mistakes, fn, got, solve(""), same, would)
}

// probabilities draws n that sum to 1; the share of zeros is about half where zeros is set, and index keep is not among them.
func probabilities(r *rand.Rand, n int, zeros bool, keep int) []float64 {
	p, sum := make([]float64, n), 0.0
	for i := range p {
		if !zeros || i == keep || r.IntN(2) == 0 {
			p[i] = 0.05 + r.Float64()
		}
		sum += p[i]
	}
	return kit.Scale(p, 1/sum)
}

func densitiesRandom(t *grading.T) {
	r := t.Rand
	for k := range 8 {
		n := 2 + r.IntN(5)
		p, q := probabilities(r, n, k%2 == 1, 0), probabilities(r, n, k%2 == 1, n-1)
		if k == 7 {
			p, q = append(p, 0, 0), append(q, 0, 0)
		}
		check(t, "Optimal", p, q)
		check(t, "JSD", p, q)
		d := make([]float64, len(p))
		for i := range d {
			d[i] = 0.02 + 0.96*r.Float64()
		}
		check(t, "Value", p, q, d)
		check(t, "Value", p, q, optimal(p, q, "")) // 0 and 1 among them
	}
	check(t, "Optimal", []float64{3, 0, 1e-300, 1e300}, []float64{5, 0, 1e-300, 1e-300}) // densities need no sum
	check(t, "Optimal", []float64{0}, []float64{0})
	check(t, "JSD", []float64{1, 0}, []float64{0, 1}) // log 2
	check(t, "JSD", []float64{1}, []float64{1})
	check(t, "Value", []float64{1, 0}, []float64{0, 1}, []float64{1, 0}) // 0, the largest there is
}

type players struct {
	w    []float64
	a, b float64
}

func random(r *rand.Rand) players {
	return players{kit.Gaussian(r, 3, 0.6), r.NormFloat64(), r.NormFloat64()}
}

func discriminatorRandom(t *grading.T) {
	r := t.Rand
	for range 6 {
		g := random(r)
		check(t, "StepD", kit.Normal(r, 2+r.IntN(4)), kit.Normal(r, 2+r.IntN(4)), g.w, g.a, g.b, 0.05+r.Float64())
	}
	g := random(r)
	check(t, "StepD", kit.Normal(r, 1), kit.Normal(r, 1), g.w, g.a, 0.0, 0.1)                                    // one each, a generator of one point
	check(t, "StepD", []float64{1, 2, -1}, []float64{0.5, 1}, []float64{0, 1000, 0}, 0.5, 1.0, 0.1)              // a sure discriminator
	check(t, "StepD", []float64{1, 2, -1}, []float64{0.5, 1, 2, 3}, []float64{-1000, 0, 0}, g.a, g.b, 0.05)      // of which all is false
	check(t, "StepD", []float64{1e-3, 2e-3}, []float64{0.5, 1}, []float64{0, 0, 0}, 1e-3, 1e-3, 1e3*r.Float64()) // small data
}

func generatorRandom(t *grading.T) {
	r := t.Rand
	for k := range 8 {
		g := random(r)
		check(t, "StepG", kit.Normal(r, 2+r.IntN(4)), g.w, g.a, g.b, 0.05+r.Float64(), k%2 == 0)
	}
	for _, saturating := range []bool{true, false} {
		check(t, "StepG", kit.Normal(r, 1), random(r).w, 0.3, 0.0, 0.1, saturating)
		check(t, "StepG", kit.Normal(r, 3), []float64{-1000, 2, 0.5}, 0.3, 0.2, 0.1, saturating) // all samples look false: D = 0
		check(t, "StepG", kit.Normal(r, 3), []float64{1000, 2, 0.5}, 0.3, 0.2, 0.1, saturating)  // all look true
	}
}

func roundRandom(t *grading.T) {
	r := t.Rand
	for k := 1; k <= 4; k++ {
		for _, saturating := range []bool{true, false} {
			g := random(r)
			var x, z [][]float64
			for i := range k + 1 {
				if i < k {
					x = append(x, kit.Normal(r, 3))
				}
				z = append(z, kit.Normal(r, 4))
			}
			check(t, "Round", x, z, g.w, g.a, g.b, 0.1+0.3*r.Float64(), 0.1+0.3*r.Float64(), saturating)
		}
	}
}

func refuses(t *grading.T) {
	r := t.Rand
	half := []float64{0.5, 0.5}
	bad := []float64{math.NaN(), math.Inf(1), math.Inf(-1)}
	for _, fn := range []string{"Optimal", "JSD", "Value"} {
		args := func(p, q []float64) []any {
			if fn == "Value" {
				return []any{p, q, half}
			}
			return []any{p, q}
		}
		try := func(what string, p, q []float64) { kit.Refuses(t, what, "arguments-pass", fn, args(p, q)...) }
		check(t, fn, args(half, half)...)
		try("nothing", []float64{}, []float64{})
		try("q longer than p", half, []float64{0.5, 0.3, 0.2})
		try("q shorter than p", half, []float64{1})
		try("a negative p", []float64{1.5, -0.5}, half)
		try("a negative q", half, []float64{-0.5, 1.5})
		for _, v := range bad {
			try(fmt.Sprintf("p of %v", v), []float64{v, 0.5}, half)
			try(fmt.Sprintf("q of %v", v), half, []float64{0.5, v})
		}
		if fn != "Optimal" {
			try("p of the sum 1.1", []float64{0.6, 0.5}, half)
			try("q of the sum 0", half, []float64{0, 0})
		}
	}
	for _, d := range [][]float64{{0.5}, {0.5, 0.5, 0.5}, {-0.1, 0.5}, {0.5, 1.1}, {math.NaN(), 0.5}, {0, 0.5}, {0.5, 1}} {
		kit.Refuses(t, fmt.Sprintf("D of %v", d), "arguments-pass", "Value", half, half, d)
	}
	good := map[string]func() []any{
		"StepD": func() []any { return []any{kit.Normal(r, 3), kit.Normal(r, 3), kit.Normal(r, 3), 0.1, 0.2, 0.3} },
		"StepG": func() []any { return []any{kit.Normal(r, 3), kit.Normal(r, 3), 0.1, 0.2, 0.3, true} },
		"Round": func() []any {
			return []any{[][]float64{kit.Normal(r, 3), kit.Normal(r, 3)}, [][]float64{kit.Normal(r, 3), kit.Normal(r, 2), kit.Normal(r, 3)}, kit.Normal(r, 3), 0.1, 0.2, 0.3, 0.4, false}
		},
	}
	for _, fn := range []string{"StepD", "StepG", "Round"} {
		check(t, fn, good[fn]()...)
		n, first := 2, map[string]int{"StepD": 3, "StepG": 2, "Round": 3}[fn] // the first number after the slices
		rates := map[string][]int{"StepD": {5}, "StepG": {4}, "Round": {5, 6}}[fn]
		try := func(what string, i int, v any) {
			args := good[fn]()
			args[i] = v
			kit.Refuses(t, what, "arguments-pass", fn, args...)
		}
		try("two weights", first-1, kit.Normal(r, n))
		try("four weights", first-1, kit.Normal(r, 4))
		for _, v := range bad {
			try(fmt.Sprintf("a weight of %v", v), first-1, []float64{1, 2, v})
			for i := first; i < first+2; i++ {
				try(fmt.Sprintf("a or b of %v", v), i, v)
			}
		}
		for _, i := range rates {
			for _, v := range append([]float64{0, -0.1}, bad...) {
				try(fmt.Sprintf("a rate of %v", v), i, v)
			}
		}
		for i := range first - 1 {
			if fn == "Round" {
				rows := func(change func(m [][]float64) [][]float64) any {
					return change(slices.Clone(good[fn]()[i].([][]float64)))
				}
				try("a row too few", i, rows(func(m [][]float64) [][]float64 { return m[1:] }))
				try("a row too many", i, rows(func(m [][]float64) [][]float64 { return append(m, m[0]) }))
				try("an empty row", i, rows(func(m [][]float64) [][]float64 { m[1] = []float64{}; return m }))
				for _, v := range bad {
					try(fmt.Sprintf("a number of %v", v), i, rows(func(m [][]float64) [][]float64 { m[len(m)-1] = []float64{1, v}; return m }))
				}
				continue
			}
			try("an empty batch", i, []float64{})
			for _, v := range bad {
				try(fmt.Sprintf("a number of %v", v), i, []float64{1, v})
			}
		}
	}
	kit.Refuses(t, "no batch of data", "arguments-pass", "Round", [][]float64{}, [][]float64{{1}}, []float64{0, 0, 0}, 0.1, 0.2, 0.3, 0.4, true)
}

// ### END HIDDEN TESTS
