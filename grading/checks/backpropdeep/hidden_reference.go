// ### BEGIN HIDDEN TESTS

package backpropdeep

import (
	"math"

	"nncourse/grading"
)

// The reference, and what each mistake gives in its place. None of it comes from lib/mlp.

var mistakes = []grading.Mistake{
	{ID: "linear-last", Cause: "the last layer is computed without its activation", Hint: "f(x) = g(a_ℓ): g stands in every layer, the last one too"},
	{ID: "uphill", Cause: "the steps go up the gradient, or δ has the wrong sign", Hint: "w ← w − rate·∂R/∂w"},
	{ID: "delta-sign", Cause: "δ has the opposite sign: y − z", Hint: "∂/∂z ½(y − z)² = −(y − z) = z − y"},
	{ID: "no-last-slope", Cause: "g′ of the last layer is missing", Hint: "δ_ℓ = −(y_ℓ − z_ℓ)g′(a_ℓ): the output passes through g too"},
	{ID: "no-hidden-slope", Cause: "g′ of the layers below the last is missing", Hint: "δ_k = (Σ_ℓ δ_ℓ w_kℓ) g′(a_k)"},
	{ID: "slope-at-z", Cause: "g′ is taken at z instead of a", Hint: "z = g(a): the slope belongs to what went into g"},
	{ID: "relu-at-zero", Cause: "relu passes the gradient at a = 0", Hint: "the statement chooses relu′(0) = 0: a > 0, not a ≥ 0"},
	{ID: "untransposed", Cause: "the signal goes back through w_ℓk in the place of w_kℓ", Hint: "δ_k sums over a row of w[l+1]: the weights that lead out of unit k"},
	{ID: "forward-untransposed", Cause: "the signal goes forwards through w_ji in the place of w_ij", Hint: "a_j sums over a column of w[l]: the weights that lead into unit j"},
	{ID: "a-for-z", Cause: "∂R/∂w is made from a instead of z", Hint: "w_jk multiplies z_j"},
	{ID: "transposed", Cause: "∂R/∂w is transposed", Hint: "dw[l][i][j] belongs to w[l][i][j]: the first index is where the weight comes from"},
	{ID: "sum", Cause: "the samples are added up without 1/N", Hint: "R is a mean: divide the risk and the gradient by N"},
	{ID: "mean-risk-only", Cause: "the risk is a mean, its gradient a sum", Hint: "∂R/∂w = (1/N) Σₙ δⁿzⁿ"},
	{ID: "no-half", Cause: "the risk lacks its ½, or the gradient is twice too large", Hint: "Lⁿ = ½ Σ (y − z)², and its derivative by z is z − y"},
	{ID: "last-sample", Cause: "only the last sample counts", Hint: "add up the gradients of all samples: +=, not ="},
	{ID: "in-place", Cause: "weights are changed before the layers below have got their δ through them", Hint: "compute the whole gradient at the old weights, then change all"},
	{ID: "one-risk-short", Cause: "the risk after the last step is missing", Hint: "steps + 1 risks: before the first step and after each"},
	{ID: "one-step-more", Cause: "one step more than asked is taken", Hint: "after the last step only the risk is computed"},
	{ID: "nan-passes", Cause: "NaN and infinity in the input are not looked for", Hint: "check every entry with math.IsNaN and math.IsInf before you compute"},
	{ID: "shape-passes", Cause: "lengths are not compared", Hint: "len(w[0]) = len(x), len(w[l+1]) = len(w[l][0]), all rows of a layer alike, and y as the last"},
	{ID: "unknown-passes", Cause: "an unknown activation gives a result", Hint: "the switch needs a default that returns an error"},
	{ID: "diverges", Cause: "a training that leaves the finite numbers ends without an error, or a rate is accepted that is none", Hint: "look at the risk after each step, and at rate before the first: !(rate > 0) also catches NaN"},
	{ID: "changes-arguments", Cause: "an argument is modified in place", Hint: "copy all three levels of w: append([]float64(nil), row...)"},
}

func act(g string, a float64) float64 {
	switch g {
	case "sigmoid":
		return 1 / (1 + math.Exp(-a))
	case "tanh":
		return math.Tanh(a)
	case "relu":
		return math.Max(0, a)
	}
	return a
}

func slope(g string, a float64, slip string) float64 {
	switch g {
	case "sigmoid":
		e := math.Exp(-math.Abs(a))
		return e / (1 + e) / (1 + e)
	case "tanh":
		c := math.Cosh(a)
		return 1 / c / c
	case "relu":
		if a > 0 || a == 0 && slip == "relu-at-zero" {
			return 1
		}
		return 0
	}
	return 1
}

func forward(w [][][]float64, g string, x []float64, slip string) (a, z [][]float64) {
	before := x
	for l, m := range w {
		al, zl := make([]float64, len(m[0])), make([]float64, len(m[0]))
		for j := range al {
			for i, v := range before {
				if slip == "forward-untransposed" && len(m) == len(m[0]) {
					al[j] += m[j][i] * v
				} else {
					al[j] += m[i][j] * v
				}
			}
			if zl[j] = act(g, al[j]); slip == "linear-last" && l == len(w)-1 {
				zl[j] = al[j]
			}
		}
		a, z, before = append(a, al), append(z, zl), zl
	}
	return a, z
}

func deltas(w [][][]float64, g string, a, z [][]float64, y []float64, slip string) [][]float64 {
	last := len(w) - 1
	d := make([][]float64, len(w))
	for l := last; l >= 0; l-- {
		d[l] = make([]float64, len(a[l]))
		for k := range d[l] {
			s := 0.0
			if l == last {
				s = z[l][k] - y[k]
			} else {
				for m, e := range d[l+1] {
					if slip == "untransposed" && len(w[l+1]) == len(w[l+1][0]) {
						s += e * w[l+1][m][k]
					} else {
						s += e * w[l+1][k][m]
					}
				}
			}
			at := a[l][k]
			if slip == "slope-at-z" {
				at = z[l][k]
			}
			switch {
			case slip == "no-last-slope" && l == last, slip == "linear-last" && l == last, slip == "no-hidden-slope" && l < last:
			default:
				s *= slope(g, at, slip)
			}
			if slip == "delta-sign" && l == last {
				s = -s
			}
			if slip == "no-half" && l == last {
				s *= 2
			}
			d[l][k] = s
		}
	}
	return d
}

// gradient is R and ∂R/∂w.
func gradient(w [][][]float64, g string, x, y [][]float64, slip string) (risk float64, dw [][][]float64) {
	dw = clone(w)
	zero(dw)
	count := float64(len(x))
	for n := range x {
		a, z := forward(w, g, x[n], slip)
		d := deltas(w, g, a, z, y[n], slip)
		if slip == "last-sample" {
			risk = 0
			zero(dw)
		}
		for k, v := range z[len(z)-1] {
			risk += (y[n][k] - v) * (y[n][k] - v) / 2 / count
		}
		for l := range w {
			before := x[n]
			if l > 0 {
				before = z[l-1]
				if slip == "a-for-z" {
					before = a[l-1]
				}
			}
			for i, v := range before {
				for j, e := range d[l] {
					dw[l][i][j] += e * v / count
				}
			}
		}
	}
	switch slip {
	case "sum":
		risk *= count
		scale(dw, count)
	case "mean-risk-only":
		scale(dw, count)
	case "no-half":
		risk *= 2
	case "transposed":
		for l, m := range dw {
			t := make([][]float64, len(m[0]))
			for j := range t {
				for i := range m {
					t[j] = append(t[j], m[i][j])
				}
			}
			dw[l] = t
		}
	}
	return risk, dw
}

func train(w [][][]float64, g string, x, y [][]float64, rate float64, steps int, slip string) ([][][]float64, []float64) {
	w = clone(w)
	var risks []float64
	if slip == "one-step-more" {
		steps++
	}
	for range steps {
		risk, dw := gradient(w, g, x, y, slip)
		if slip == "transposed" {
			_, dw = gradient(w, g, x, y, "")
		}
		risks = append(risks, risk)
		if slip == "in-place" {
			inPlace(w, g, x, y, rate)
			continue
		}
		move := -rate
		if slip == "uphill" {
			move = rate
		}
		for l := range w {
			for i := range w[l] {
				for j := range w[l][i] {
					w[l][i][j] += move * dw[l][i][j]
				}
			}
		}
	}
	if slip != "one-risk-short" {
		risk, _ := gradient(w, g, x, y, slip)
		risks = append(risks, risk)
	}
	if slip == "one-step-more" {
		risks = risks[:len(risks)-1]
	}
	return w, risks
}

// inPlace takes a step from the last layer to the first: w[l] is changed before δ[l−1] is taken through it.
func inPlace(w [][][]float64, g string, x, y [][]float64, rate float64) {
	a, z := make([][][]float64, len(x)), make([][][]float64, len(x))
	for n := range x {
		a[n], z[n] = forward(w, g, x[n], "")
	}
	for l := len(w) - 1; l >= 0; l-- {
		for n := range x {
			// the layers above l are new already, w[l] is still old for all samples: δ[l] does not see w[l]
			d := deltas(w, g, a[n], z[n], y[n], "")[l]
			before := x[n]
			if l > 0 {
				before = z[n][l-1]
			}
			for i, v := range before {
				for j, e := range d {
					w[l][i][j] -= rate * e * v / float64(len(x))
				}
			}
		}
	}
}

func clone(w [][][]float64) [][][]float64 {
	c := make([][][]float64, len(w))
	for l := range w {
		for _, row := range w[l] {
			c[l] = append(c[l], append([]float64(nil), row...))
		}
	}
	return c
}

func zero(w [][][]float64) { scale(w, 0) }

func scale(w [][][]float64, c float64) {
	for _, m := range w {
		for _, row := range m {
			for j := range row {
				row[j] *= c
			}
		}
	}
}

// ### END HIDDEN TESTS
