// ### BEGIN HIDDEN TESTS

package lista

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted. The weights are drawn so that a layer expands errors by less than two; six layers leave 10⁻¹³.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "no-identity", Cause: "S lacks the identity", Hint: "S = I − WᵀW/L"},
	{ID: "theta-is-alpha", Cause: "θ is α", Hint: "θ = α/L"},
	{ID: "one-less", Cause: "there are T layers in place of T + 1", Hint: "z₀ is a layer of its own: T = 0 gives h_θ(W_e x)"},
	{ID: "no-drive", Cause: "W_e x enters the first layer alone", Hint: "v_t = W_e x + S z_{t−1} for every t ≥ 1"},
	{ID: "no-half", Cause: "the loss lacks its ½", Hint: "½‖z_T − z*‖²; its derivative is z_T − z*"},
	{ID: "not-averaged", Cause: "sums stand where means over the examples should", Hint: "divide by P, in the loss and in its gradient"},
	{ID: "last-layer", Cause: "only the last layer has a share in the gradient", Hint: "the weights are shared: add what every layer gives"},
	{ID: "no-transpose", Cause: "δ goes back through S, not Sᵀ", Hint: "next δ[k] = Σᵢ S[i][k] δ[i]"},
	{ID: "no-mask", Cause: "δ passes the threshold everywhere", Hint: "where |v| ≤ θ the output is 0 and stays 0: δ becomes 0 there"},
	{ID: "theta-sign", Cause: "∂θ has the wrong sign", Hint: "a larger θ makes |z| smaller: ∂z/∂θ = −sign(v)"},
	{ID: "theta-side", Cause: "∂θ forgets the sign of v", Hint: "∂z/∂θ = −sign(v): +1 for negative v"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "make new slices"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every entry of all arguments"},
	{ID: "shape-passes", Cause: "shapes are not checked", Hint: "every row of every matrix; S and θ against W_e; x against columns, z against rows, x against z"},
	{ID: "arguments-pass", Cause: "a number that the statement's table refuses is accepted", Hint: "go through the table line by line; !(l > 0) catches NaN too"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "T = 0, α = 0, θ = 0, one example, one atom are good"},
}

type network struct {
	we, s [][]float64
	theta []float64
	x, z  [][]float64
	steps int
}

func given() network { return network{givenWe, givenS, givenTheta, givenX, givenZ, 1} }

func (n network) args() []any { return []any{n.we, n.s, n.theta, n.x, n.z, n.steps} }

// judge compares numbers, with each mistake's.
func judge(t *grading.T, what string, got []float64, reference func(wrong string) []float64) {
	would := map[string][]float64{}
	for _, m := range mistakes {
		would[m.ID] = reference(m.ID)
	}
	kit.Judge(t, mistakes, what, got, reference(""), func(a, b []float64) bool { return kit.Near(a, b, tol) }, would)
}

// ---- the reference, with a mistake

// forward gives v_t and z_t for t = 0, …, T.
func (n network) forward(x []float64, wrong string) (v, z [][]float64) {
	drive := kit.Times(n.we, x)
	layers := n.steps + 1
	if wrong == "one-less" {
		layers = max(n.steps, 1)
	}
	for t := range layers {
		vt := drive
		if t > 0 {
			back := kit.Times(n.s, z[t-1])
			vt = kit.Add(drive, 1, back)
			if wrong == "no-drive" {
				vt = back
			}
		}
		zt := make([]float64, len(vt))
		for j, a := range vt {
			if math.Abs(a) > n.theta[j] {
				zt[j] = a - math.Copysign(n.theta[j], a)
			}
		}
		v, z = append(v, vt), append(z, zt)
	}
	return v, z
}

func (n network) loss(wrong string) float64 {
	sum := 0.0
	for p, x := range n.x {
		_, z := n.forward(x, wrong)
		d := kit.Add(z[len(z)-1], -1, n.z[p])
		sum += kit.Dot(d, d)
	}
	if wrong != "no-half" {
		sum /= 2
	}
	if wrong != "not-averaged" {
		sum /= float64(len(n.x))
	}
	return sum
}

// gradient is ∂W_e, ∂S, ∂θ.
func (n network) gradient(wrong string) (dWe, dS [][]float64, dTheta []float64) {
	m := len(n.we)
	dWe, dS, dTheta = kit.Zeros(m, len(n.we[0])), kit.Zeros(m, m), make([]float64, m)
	over := 1 / float64(len(n.x))
	switch wrong {
	case "not-averaged":
		over = 1
	case "no-half":
		over *= 2
	}
	for p, x := range n.x {
		v, z := n.forward(x, wrong)
		delta := kit.Scale(kit.Add(z[len(z)-1], -1, n.z[p]), over)
		for t := len(v) - 1; t >= 0; t-- {
			next := make([]float64, m)
			for j, d := range delta {
				if math.Abs(v[t][j]) <= n.theta[j] && wrong != "no-mask" {
					continue
				}
				share := -d * math.Copysign(1, v[t][j])
				switch wrong {
				case "theta-sign":
					share = -share
				case "theta-side":
					share = -d
				}
				dTheta[j] += share
				dWe[j] = kit.Add(dWe[j], d, x)
				if t > 0 {
					dS[j] = kit.Add(dS[j], d, z[t-1])
				}
				for k := range next {
					if wrong == "no-transpose" {
						next[k] += n.s[k][j] * d
					} else {
						next[k] += n.s[j][k] * d
					}
				}
			}
			if delta = next; wrong == "last-layer" {
				break
			}
		}
	}
	return dWe, dS, dTheta
}

// ---- the checks' calls

func shaped(a [][]float64, rows, columns int) bool {
	return len(a) == rows && !slices.ContainsFunc(a, func(r []float64) bool { return len(r) != columns })
}

func start(t *grading.T, w [][]float64, alpha, l float64) {
	n, m := len(w), len(w[0])
	a := kit.Untouched(t, "changes-arguments", "Start", w, alpha, l)
	we, s, theta := a.Matrix(0), a.Matrix(1), a.Floats(2)
	if !shaped(we, m, n) || !shaped(s, m, m) || len(theta) != m {
		kit.Fail(t, "Start", fmt.Sprint(we, s, theta), "W_e [m][n], S [m][m], θ [m]", "a wrong shape", "")
	}
	filter, inhibition := kit.Zeros(m, n), kit.Zeros(m, m)
	for j := range m {
		for i := range n {
			filter[j][i] = w[i][j] / l
			inhibition[j] = kit.Add(inhibition[j], -w[i][j]/l, w[i])
		}
	}
	judge(t, "Start, W_e", slices.Concat(we...), func(string) []float64 { return slices.Concat(filter...) })
	judge(t, "Start, S", slices.Concat(s...), func(wrong string) []float64 {
		v := slices.Concat(inhibition...)
		for j := range m {
			if wrong != "no-identity" {
				v[j*m+j]++
			}
		}
		return v
	})
	judge(t, "Start, θ", theta, func(wrong string) []float64 {
		v := make([]float64, m)
		for j := range v {
			if v[j] = alpha / l; wrong == "theta-is-alpha" {
				v[j] = alpha
			}
		}
		return v
	})
}

func encode(t *grading.T, n network) {
	a := kit.Untouched(t, "changes-arguments", "Encode", n.we, n.s, n.theta, n.x[0], n.steps)
	judge(t, "Encode", a.Floats(0), func(wrong string) []float64 {
		_, z := n.forward(n.x[0], wrong)
		return z[len(z)-1]
	})
}

func loss(t *grading.T, n network) {
	a := kit.Untouched(t, "changes-arguments", "Loss", n.args()...)
	judge(t, "Loss", []float64{a.Float(0)}, func(wrong string) []float64 { return []float64{n.loss(wrong)} })
}

func gradient(t *grading.T, n network) {
	a := kit.Untouched(t, "changes-arguments", "Gradient", n.args()...)
	we, s, theta := a.Matrix(0), a.Matrix(1), a.Floats(2)
	m := len(n.we)
	if !shaped(we, m, len(n.we[0])) || !shaped(s, m, m) || len(theta) != m {
		kit.Fail(t, "Gradient", fmt.Sprint(we, s, theta), "the shapes of W_e, S, θ", "a wrong shape", "")
	}
	parts := func(wrong string, k int) []float64 {
		dWe, dS, dTheta := n.gradient(wrong)
		return [][]float64{slices.Concat(dWe...), slices.Concat(dS...), dTheta}[k]
	}
	for k, got := range [][]float64{slices.Concat(we...), slices.Concat(s...), theta} {
		judge(t, "Gradient, "+[]string{"∂W_e", "∂S", "∂θ"}[k], got, func(wrong string) []float64 { return parts(wrong, k) })
	}
}

// ---- random instances

// random draws a network whose layers expand little, with thresholds that some entries reach and others do not.
func random(r *rand.Rand, rows, n, m, steps int) network {
	net := network{we: kit.Zeros(m, n), s: kit.Zeros(m, m), theta: make([]float64, m), x: kit.Zeros(rows, n), z: kit.Zeros(rows, m), steps: steps}
	for j := range m {
		net.we[j] = kit.Gaussian(r, n, 1/math.Sqrt(float64(n)))
		net.s[j] = kit.Gaussian(r, m, 0.8/math.Sqrt(float64(m)))
		net.theta[j] = 0.1 + 0.5*r.Float64()
	}
	for p := range rows {
		net.x[p], net.z[p] = kit.Gaussian(r, n, 1.5), kit.Normal(r, m)
	}
	return net
}

func startRandom(t *grading.T) {
	r := t.Rand
	for _, shape := range [][2]int{{3, 5}, {5, 3}, {1, 4}, {4, 1}, {1, 1}} {
		w := make([][]float64, shape[0])
		for i := range w {
			w[i] = kit.Normal(r, shape[1])
		}
		start(t, w, r.Float64(), 2+3*r.Float64())
	}
	start(t, [][]float64{{1, 2}, {0, 3}}, 0, 5)
	start(t, [][]float64{{0, 0}}, 1, 2)
	start(t, [][]float64{{-1e50, 2e50}, {0, 3e50}}, 1e50, 2e101)
}

// several calls check with random networks, and with special ones.
func several(t *grading.T, check func(t *grading.T, n network)) {
	r := t.Rand
	for steps := range 6 {
		check(t, random(r, 3+r.IntN(3), 3+r.IntN(4), 5+r.IntN(4), steps)) // of two examples the sum would be what a missing ½ gives
	}
	for _, change := range []func(n *network){
		func(n *network) { n.theta = make([]float64, 6) },               // a linear network
		func(n *network) { n.theta = slices.Repeat([]float64{1e6}, 6) }, // nothing passes
		func(n *network) { n.s = kit.Zeros(6, 6) },
		func(n *network) { n.x = kit.Zeros(3, 4) },
		func(n *network) { n.x, n.z = n.x[:1], n.z[:1] },
		func(n *network) { n.theta[0], n.we[0] = 0, make([]float64, 4); n.s[0] = make([]float64, 6) }, // v = θ = 0: at the kink
	} {
		n := random(r, 3, 4, 6, 2)
		change(&n)
		check(t, n)
	}
	check(t, random(r, 1, 1, 1, 3))
}

func encodeRandom(t *grading.T)   { several(t, encode) }
func lossRandom(t *grading.T)     { several(t, loss) }
func gradientRandom(t *grading.T) { several(t, gradient) }

func refuses(t *grading.T) {
	r := t.Rand
	bad := []float64{math.NaN(), math.Inf(1), math.Inf(-1)}
	w := [][]float64{{1, 2, 0}, {0, 1, 1}}
	kit.Accepted(t, "a good input", "Start", w, 1.0, 8.0)
	kit.Refuses(t, "no row", "shape-passes", "Start", [][]float64{}, 1.0, 8.0)
	kit.Refuses(t, "no column", "shape-passes", "Start", [][]float64{{}, {}}, 1.0, 8.0)
	kit.Refuses(t, "a long row", "shape-passes", "Start", [][]float64{{1, 2}, {1, 2, 3}}, 1.0, 8.0)
	for _, v := range bad {
		kit.Refuses(t, fmt.Sprintf("%v in w", v), "nan-passes", "Start", [][]float64{{1, 2}, {3, v}}, 1.0, 8.0)
		kit.Refuses(t, fmt.Sprintf("α = %v", v), "arguments-pass", "Start", w, v, 8.0)
	}
	kit.Refuses(t, "α = −1", "arguments-pass", "Start", w, -1.0, 8.0)
	for _, v := range append(bad, 0, -2) {
		kit.Refuses(t, fmt.Sprintf("l = %v", v), "arguments-pass", "Start", w, 1.0, v)
	}
	for _, fn := range []string{"Encode", "Loss", "Gradient"} {
		args := func(n network) []any {
			if fn == "Encode" {
				return []any{n.we, n.s, n.theta, n.x[0], n.steps}
			}
			return n.args()
		}
		try := func(what, mistake string, change func(n *network)) {
			n := random(r, 3, 4, 5, 2)
			change(&n)
			kit.Refuses(t, what, mistake, fn, args(n)...)
		}
		if fn != "Encode" {
			// before the others: a submission that lets this pass goes on without a crash
			try("a row of z too many", "shape-passes", func(n *network) { n.z = append(n.z, kit.Normal(r, 5)) })
			try("a row of x too many", "shape-passes", func(n *network) { n.x = append(n.x, kit.Normal(r, 4)) })
			try("no example", "shape-passes", func(n *network) { n.x, n.z = [][]float64{}, [][]float64{} })
			try("a short row of x", "shape-passes", func(n *network) { n.x[2] = n.x[2][:3] })
			try("a short row of z", "shape-passes", func(n *network) { n.z[1] = n.z[1][:4] })
			try("a long row of z", "shape-passes", func(n *network) { n.z[1] = append(n.z[1], 1) })
		}
		try("x too short", "shape-passes", func(n *network) { n.x[0] = n.x[0][:3] })
		try("x too long", "shape-passes", func(n *network) { n.x[0] = append(n.x[0], 1) })
		try("θ too short", "shape-passes", func(n *network) { n.theta = n.theta[:4] })
		try("θ too long", "shape-passes", func(n *network) { n.theta = append(n.theta, 1) })
		try("a row of S too many", "shape-passes", func(n *network) { n.s = append(n.s, kit.Normal(r, 5)) })
		try("a short row of S", "shape-passes", func(n *network) { n.s[3] = n.s[3][:4] })
		try("a long row of W_e", "shape-passes", func(n *network) { n.we[4] = append(n.we[4], 1) })
		try("no row of W_e", "shape-passes", func(n *network) { n.we, n.s, n.theta = [][]float64{}, [][]float64{}, []float64{} })
		try("−1 steps", "arguments-pass", func(n *network) { n.steps = -1 })
		try("a negative θ", "arguments-pass", func(n *network) { n.theta[r.IntN(5)] = -0.1 })
		for _, v := range bad {
			for k, what := range []string{"W_e", "S", "x"} {
				try(fmt.Sprintf("%v in %s", v, what), "nan-passes", func(n *network) { [][]float64{n.we[3], n.s[4], n.x[0]}[k][r.IntN(4)] = v })
			}
			try(fmt.Sprintf("%v in θ", v), "nan-passes", func(n *network) { n.theta[2] = v })
			if fn != "Encode" {
				try(fmt.Sprintf("%v in z", v), "nan-passes", func(n *network) { n.z[2][r.IntN(5)] = v })
			}
		}
	}
}

// ### END HIDDEN TESTS
