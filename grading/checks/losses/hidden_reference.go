// ### BEGIN HIDDEN TESTS

package losses

import (
	"math"

	"nncourse/grading"
)

// The reference, and what each mistake gives in its place. All of it comes from the definitions, none from lib/loss.

var mistakes = []grading.Mistake{
	{ID: "overflow", Cause: "e^o overflows: ∞/∞ is NaN", Hint: "subtract the largest score from all before you take exponentials; it cancels"},
	{ID: "log-underflow", Cause: "the logarithm of a probability that is too small for a float64, and so 0", Hint: "log σⱼ = oⱼ − LSE(o) needs no σⱼ; for CauchySchwarz see hint 3"},
	{ID: "not-the-scores", Cause: "the gradient is ∂F/∂σ, with respect to the probabilities", Hint: "the scores come before the softmax: ∂F/∂oⱼ = σⱼ(dⱼ − Σᵢσᵢdᵢ), d = ∂F/∂σ"},
	{ID: "diagonal", Cause: "only the diagonal of the softmax's Jacobian is used, σⱼ(1 − σⱼ)dⱼ", Hint: "every probability depends on every score: ∂σᵢ/∂oⱼ = σᵢ(δᵢⱼ − σⱼ); the gradient must sum to 0"},
	{ID: "sigmoid", Cause: "σ is the sigmoid of each score instead of the softmax of all", Hint: "σⱼ = e^oⱼ/Σᵢe^oᵢ: the σⱼ sum to 1"},
	{ID: "gradient-sign", Cause: "the gradient has the wrong sign", Hint: "it points to where the loss grows: raise the score of the right class by a little, and the loss must fall"},
	{ID: "root", Cause: "the norm is taken where its square is asked", Hint: "‖r‖₂² = Σr², without the root"},
	{ID: "half", Cause: "there is a ½ in the loss or in its gradient that the table does not have", Hint: "F = Σr² has ∂F/∂oⱼ = 2rⱼ"},
	{ID: "kink", Cause: "at the kink of |r| the slope is not 0", Hint: "sign(0) = 0, as the statement says; math.Copysign(1, 0) is 1"},
	{ID: "code", Cause: "the hinge has y where ŷ = 2y − 1 belongs: wrong classes get no gradient", Hint: "code the target as ±1 first: ŷ = 2y − 1"},
	{ID: "corner", Cause: "at the corner of the hinge the slope is not 0", Hint: "only h > 0 has a gradient; with q = 1 beware of 0⁰ = 1"},
	{ID: "margin", Cause: "the margin of the hinge is 1", Hint: "the table has ½ − ŷo"},
	{ID: "power-factor", Cause: "the factor q of the derivative of h^q is missing", Hint: "∂h^q/∂o = q·h^(q−1)·∂h/∂o"},
	{ID: "signed", Cause: "the maximum is that of σ − y, without the absolute value", Hint: "the right class has σ − y < 0 and is usually the worst: compare |σⱼ − yⱼ|"},
	{ID: "minus", Cause: "the squared log has a minus before the sum, so that it falls without bound", Hint: "a square is ≥ 0 and so is this loss: +Σ(y log σ)²"},
	{ID: "target-once", Cause: "the squared log has y log²σ instead of (y log σ)²", Hint: "y is inside the square; for a one-hot y that is the same, for a distribution not"},
	{ID: "binary", Cause: "the terms (1 − y) log(1 − σ) of the binary cross entropy are added", Hint: "Log has one term a class: −y log σ"},
	{ID: "numerator", Cause: "Tanimoto is only its numerator, −Σσy", Hint: "divide by ‖σ‖² + ‖y‖² − Σσy"},
	{ID: "target-norm", Cause: "‖y‖ is left out, which is 1 only for a one-hot y", Hint: "divide by ‖σ‖‖y‖: the loss is 0 at σ = y"},
	{ID: "nan-passes", Cause: "NaN and infinity in the input are not looked for", Hint: "check every entry of y and o with math.IsNaN and math.IsInf"},
	{ID: "shape-passes", Cause: "lengths are not compared", Hint: "len(y) == len(o) ≥ 1, before anything else"},
	{ID: "target-passes", Cause: "y is not checked to be a distribution", Hint: "no entry below 0, and |Σy − 1| ≤ 10⁻⁶"},
	{ID: "power-passes", Cause: "the power of the hinge is not checked", Hint: "1, 2 and 3 are allowed"},
	{ID: "changes-arguments", Cause: "o or y is modified in place", Hint: "write to a new slice"},
}

// result is a loss and its gradient in one vector: F, then ∂F/∂o.
type result []float64

// reference returns the loss of that name, made with the mistake slip ("" for none), and whether the slip concerns it.
func reference(name string, y, o []float64, slip string) result {
	switch name {
	case "L1", "L2":
		return plain(name, y, o, slip)
	case "Hinge 1", "Hinge 2", "Hinge 3":
		return hinged(int(name[6]-'0'), y, o, slip)
	}
	return probable(name, y, o, slip)
}

func plain(name string, y, o []float64, slip string) result {
	r := make(result, 1+len(o))
	for j := range o {
		d := o[j] - y[j]
		if name == "L1" {
			r[0] += math.Abs(d)
			r[1+j] = slope(d, slip)
		} else {
			r[0] += d * d
			r[1+j] = 2 * d
		}
	}
	switch {
	case name == "L2" && slip == "root" && r[0] > 0:
		r[0] = math.Sqrt(r[0])
		for j := range o {
			r[1+j] /= 2 * r[0]
		}
	case name == "L2" && slip == "half":
		scale(r, 0.5)
	}
	return flipped(r, slip)
}

// slope is the chosen derivative of |d|.
func slope(d float64, slip string) float64 {
	switch {
	case d > 0, d == 0 && slip == "kink":
		return 1
	case d < 0:
		return -1
	}
	return 0
}

func hinged(q int, y, o []float64, slip string) result {
	r := make(result, 1+len(o))
	margin := 0.5
	if slip == "margin" {
		margin = 1
	}
	for j := range o {
		code := 2*y[j] - 1
		if slip == "code" {
			code = y[j]
		}
		h := margin - code*o[j]
		if h < 0 || h == 0 && slip != "corner" {
			continue
		}
		factor := float64(q)
		if slip == "power-factor" {
			factor = 1
		}
		r[0] += math.Pow(h, float64(q))
		r[1+j] = -factor * code * math.Pow(h, float64(q-1))
	}
	return flipped(r, slip)
}

// probable is a loss with a softmax in it.
func probable(name string, y, o []float64, slip string) result {
	k := len(o)
	// log σ = o − LSE(o)
	log, s := make([]float64, k), make([]float64, k)
	m, z := math.Inf(-1), 0.0
	for _, v := range o {
		m = math.Max(m, v)
	}
	for _, v := range o {
		z += math.Exp(v - m)
	}
	for j, v := range o {
		log[j] = (v - m) - math.Log(z)
		if slip == "sigmoid" {
			log[j] = -math.Log1p(math.Exp(-math.Abs(v))) + math.Min(v, 0)
		}
		s[j] = math.Exp(log[j])
	}
	sy, ss, yy := 0.0, 0.0, 0.0
	for j := range o {
		sy, ss, yy = sy+s[j]*y[j], ss+s[j]*s[j], yy+y[j]*y[j]
	}
	if slip == "target-norm" {
		yy = 1
	}

	value, d := 0.0, make([]float64, k) // F and ∂F/∂σ, or ∂F/∂(log σ) where logs is set
	logs := false
	switch name {
	case "Expectation":
		for j := range o {
			value += math.Abs(s[j] - y[j])
			d[j] = slope(s[j]-y[j], slip)
		}
	case "RegularisedExpectation":
		for j := range o {
			value += (s[j] - y[j]) * (s[j] - y[j])
			d[j] = 2 * (s[j] - y[j])
		}
		switch {
		case slip == "root" && value > 0:
			value = math.Sqrt(value)
			scale(d, 0.5/value)
		case slip == "half":
			value /= 2
			scale(d, 0.5)
		}
	case "Chebyshev":
		w, best := 0, math.Inf(-1)
		for j := range o {
			miss := s[j] - y[j]
			if slip != "signed" {
				miss = math.Abs(miss)
			}
			if miss > best {
				w, best = j, miss
			}
		}
		value, d[w] = best, slope(s[w]-y[w], slip)
	case "Log":
		logs = true
		for j := range o {
			if y[j] > 0 {
				value -= y[j] * log[j]
			}
			d[j] = -y[j]
			if slip == "binary" {
				value -= (1 - y[j]) * math.Log1p(-s[j])
				d[j] += (1 - y[j]) * s[j] / (1 - s[j])
			}
		}
	case "SquaredLog":
		logs = true
		for j := range o {
			if y[j] == 0 {
				continue
			}
			value += y[j] * y[j] * log[j] * log[j]
			d[j] = 2 * y[j] * y[j] * log[j]
			if slip == "target-once" {
				value += (y[j] - y[j]*y[j]) * log[j] * log[j]
				d[j] /= y[j]
			}
		}
		if slip == "minus" {
			value = -value
			scale(d, -1)
		}
	case "Tanimoto":
		b := ss + yy - sy
		value = -sy / b
		for j := range o {
			d[j] = -y[j]/b + sy*(2*s[j]-y[j])/(b*b)
		}
		if slip == "numerator" {
			value = -sy
			for j := range o {
				d[j] = -y[j]
			}
		}
	case "CauchySchwarz":
		// ∂F/∂(log σⱼ) = σⱼ²/‖σ‖² − σⱼyⱼ/Σσy, in logarithms, so that no σ is too small
		logs = true
		a, b := math.Inf(-1), math.Inf(-1) // log Σσy, log Σσ²
		for j := range o {
			a, b = logAdd(a, log[j]+math.Log(y[j])), logAdd(b, 2*log[j])
		}
		value = b/2 + math.Log(yy)/2 - a
		for j := range o {
			d[j] = math.Exp(2*log[j]-b) - math.Exp(log[j]+math.Log(y[j])-a)
		}
	}

	r := append(make(result, 0, 1+k), value)
	mean, total := 0.0, 0.0
	for j := range o {
		mean, total = mean+s[j]*d[j], total+d[j]
	}
	for j := range o {
		g := s[j] * (d[j] - mean)
		if logs {
			g = d[j] - s[j]*total
		}
		wrt := d[j] // ∂F/∂σⱼ
		if logs {
			wrt /= s[j]
		}
		switch slip {
		case "not-the-scores":
			g = wrt
		case "diagonal", "sigmoid": // the sigmoid's Jacobian is diagonal
			g = s[j] * (1 - s[j]) * wrt
		}
		r = append(r, g)
	}
	return flipped(r, slip)
}

// flipped turns the gradient round, for that slip.
func flipped(r result, slip string) result {
	if slip == "gradient-sign" {
		scale(r[1:], -1)
	}
	return r
}

func scale(v []float64, c float64) {
	for i := range v {
		v[i] *= c
	}
}

// logAdd returns log(eᵃ + eᵇ).
func logAdd(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(b, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}

// ### END HIDDEN TESTS
