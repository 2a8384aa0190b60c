// ### BEGIN HIDDEN TESTS

package backproponehiddenlayer

import (
	"math"

	"nncourse/grading"
)

// The reference, and what each mistake gives in its place. None of it comes from lib/mlp.

var mistakes = []grading.Mistake{
	{ID: "overflow", Cause: "e^θ overflows: ∞/∞ is NaN", Hint: "subtract the largest score from all before you take exponentials; it cancels"},
	{ID: "log-underflow", Cause: "the logarithm of a ŷ that is too small for a float64, and so 0", Hint: "log ŷ_c = θ_c − max − log Σe^(θ − max) needs no ŷ_c; and a class with y_c = 0 adds nothing"},
	{ID: "no-bias", Cause: "the biases are left out", Hint: "z = Wx + b₁, θ = Uh + b₂"},
	{ID: "sigmoid", Cause: "ŷ is the sigmoid of each score", Hint: "softmax: e^θ_c over the sum of all e^θ_k; the entries of ŷ sum to 1"},
	{ID: "z-overwritten", Cause: "ReLU is applied in place, so that z has lost its negative entries", Hint: "make a new slice for h: the mask 1[z > 0] needs z"},
	{ID: "relu-on-theta", Cause: "ReLU is applied to θ too", Hint: "scores may be negative: the softmax takes θ as it is"},
	{ID: "delta-sign", Cause: "δ₁ is y − ŷ", Hint: "δ₁ = ŷ − y: where ŷ_c is too large, J grows with θ_c"},
	{ID: "softmax-twice", Cause: "ŷ − y is multiplied by the Jacobian of the softmax", Hint: "ŷ − y is ∂J/∂θ, the softmax included; ∂J/∂ŷ would be −y/ŷ"},
	{ID: "no-mask", Cause: "δ₂ = δ₁U without the mask 1[z > 0]", Hint: "a unit that was off passes nothing back"},
	{ID: "relu-at-zero", Cause: "a unit with z = 0 passes the gradient", Hint: "the statement chooses ReLU′(0) = 0: z > 0, not z ≥ 0"},
	{ID: "mask-on-sign", Cause: "δ₂ keeps only its positive entries: ReLU is applied to δ₁U", Hint: "the mask looks at z, not at the signal that comes back"},
	{ID: "u-untransposed", Cause: "the signal goes back through U in the place of Uᵀ: (Uδ₁) for a square U", Hint: "∂J/∂h_i = Σ_c δ₁_c U_ci: sum over the rows of U"},
	{ID: "through-theta", Cause: "∂J/∂W or ∂J/∂b₁ is made from δ₁ = ∂J/∂θ", Hint: "what W and b₁ change is z: go through δ₂ = ∂J/∂z"},
	{ID: "z-for-h", Cause: "∂J/∂U is made from z", Hint: "U multiplies h: ∂J/∂U = δ₁ᵀhᵀ"},
	{ID: "h-for-x", Cause: "∂J/∂W is made from h", Hint: "W multiplies x: ∂J/∂W = δ₂ᵀxᵀ"},
	{ID: "w-untransposed", Cause: "∂J/∂x is Wδ₂ for a square W", Hint: "∂J/∂x_j = Σ_i δ₂_i W_ij: sum over the rows of W"},
	{ID: "transposed", Cause: "a gradient by a matrix is its transpose", Hint: "∂J/∂U has the shape of U: the signal counts the rows, the input the columns"},
	{ID: "binary", Cause: "the terms (1 − y) log(1 − ŷ) of the binary cross entropy are in J", Hint: "J has one term a class: −y_c log ŷ_c"},
	{ID: "nan-passes", Cause: "NaN and infinity in the input are not looked for", Hint: "check every entry with math.IsNaN and math.IsInf before you compute"},
	{ID: "shape-passes", Cause: "lengths are not compared", Hint: "len(W) = len(b₁), len(W[i]) = len(x), len(U) = len(b₂), len(U[c]) = len(b₁), all at least 1"},
	{ID: "target-passes", Cause: "y is not checked to be a distribution", Hint: "no entry below 0, and |Σy − 1| ≤ 10⁻⁶"},
	{ID: "changes-arguments", Cause: "an argument is modified in place", Hint: "copy a slice before you write to it"},
}

// network is a case: the parameters, an input, a target.
type network struct {
	w, u         [][]float64
	b1, b2, x, y []float64
}

func statement() network { return network{givenW, givenU, given1, given2, givenX, givenY} }

// forward is z, h, θ, ŷ and log ŷ.
func (n network) forward(slip string) (z, h, theta, yhat, logs []float64) {
	b1, b2 := n.b1, n.b2
	if slip == "no-bias" {
		b1, b2 = make([]float64, len(b1)), make([]float64, len(b2))
	}
	z = make([]float64, len(n.w))
	h = make([]float64, len(n.w))
	for i, row := range n.w {
		z[i] = b1[i] + dot(row, n.x)
		h[i] = math.Max(0, z[i])
	}
	if slip == "z-overwritten" {
		copy(z, h)
	}
	theta = make([]float64, len(n.u))
	for c, row := range n.u {
		theta[c] = b2[c] + dot(row, h)
		if slip == "relu-on-theta" {
			theta[c] = math.Max(0, theta[c])
		}
	}
	top, sum := math.Inf(-1), 0.0
	for _, v := range theta {
		top = math.Max(top, v)
	}
	if slip == "overflow" {
		top = 0
	}
	for _, v := range theta {
		sum += math.Exp(v - top)
	}
	yhat, logs = make([]float64, len(theta)), make([]float64, len(theta))
	for c, v := range theta {
		logs[c] = (v - top) - math.Log(sum)
		if slip == "sigmoid" {
			logs[c] = math.Min(v, 0) - math.Log1p(math.Exp(-math.Abs(v)))
		}
		yhat[c] = math.Exp(logs[c])
	}
	return z, h, theta, yhat, logs
}

// deltas is δ₁ and δ₂.
func deltas(u [][]float64, z, yhat, y []float64, slip string) (d1, d2 []float64) {
	d1, d2 = make([]float64, len(yhat)), make([]float64, len(z))
	for c := range d1 {
		d1[c] = yhat[c] - y[c]
		if slip == "delta-sign" {
			d1[c] = -d1[c]
		}
	}
	if slip == "softmax-twice" {
		mean := dot(yhat, d1)
		for c := range d1 {
			d1[c] = yhat[c] * (d1[c] - mean)
		}
	}
	for i := range d2 {
		for c := range d1 {
			e := u[c][i]
			if slip == "u-untransposed" && len(u) == len(u[0]) {
				e = u[i][c]
			}
			d2[i] += d1[c] * e
		}
		switch {
		case slip == "no-mask", slip == "relu-at-zero" && z[i] == 0:
		case slip == "mask-on-sign":
			d2[i] = math.Max(0, d2[i])
		case !(z[i] > 0):
			d2[i] = 0
		}
	}
	return d1, d2
}

// backward is J, ∂J/∂U, ∂J/∂b₂, ∂J/∂W, ∂J/∂b₁, ∂J/∂x, matrices as rows.
func (n network) backward(slip string) []any {
	z, h, _, yhat, logs := n.forward(slip)
	d1, d2 := deltas(n.u, z, yhat, n.y, slip)
	j := 0.0
	for c, y := range n.y {
		if y > 0 {
			j -= y * logs[c]
		}
		if slip == "binary" && y < 1 {
			j -= (1 - y) * math.Log1p(-yhat[c])
		}
	}
	forU, forW, forB1, input := h, d2, d2, n.x
	if slip == "z-for-h" {
		forU = z
	}
	if slip == "through-theta" && len(d1) == len(d2) {
		forW, forB1 = d1, d1
	}
	if slip == "h-for-x" && len(h) == len(n.x) {
		input = h
	}
	dx := make([]float64, len(n.x))
	for k := range dx {
		for i, d := range d2 {
			if slip == "w-untransposed" && len(n.w) == len(n.x) {
				dx[k] += n.w[k][i] * d
			} else {
				dx[k] += n.w[i][k] * d
			}
		}
	}
	du, dw := outer(d1, forU), outer(forW, input)
	if slip == "transposed" {
		du, dw = transpose(du), transpose(dw)
	}
	return []any{j, du, d1, dw, forB1, dx}
}

func dot(a, b []float64) (s float64) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

func outer(a, b []float64) [][]float64 {
	m := make([][]float64, len(a))
	for i := range a {
		m[i] = make([]float64, len(b))
		for k := range b {
			m[i][k] = a[i] * b[k]
		}
	}
	return m
}

func transpose(m [][]float64) [][]float64 {
	t := make([][]float64, len(m[0]))
	for k := range t {
		t[k] = make([]float64, len(m))
		for i := range m {
			t[k][i] = m[i][k]
		}
	}
	return t
}

// ### END HIDDEN TESTS
