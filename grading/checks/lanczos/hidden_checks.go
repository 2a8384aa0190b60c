// ### BEGIN HIDDEN TESTS

package lanczos

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerances. Two rounds of orthogonalisation leave products of rows near 10⁻¹⁵, and the three-term relation holds to
// about 10⁻¹⁵‖A‖; one round leaves 10⁻¹⁶‖A‖/β. Values are compared relative to the largest number wanted: up to 12
// nodes with gaps above 10⁻³ of the spectrum are right to 10⁻¹².
const (
	orthoTol    = 1e-12
	relationTol = 1e-10
	tol         = 1e-9
)

var mistakes = []grading.Mistake{
	{ID: "not-normalised", Cause: "q₁ is the start itself", Hint: "divide by ‖s‖: every row of Q has the length 1"},
	{ID: "late-alpha", Cause: "α is taken after the part along qⱼ is gone", Hint: "αⱼ = qⱼᵀ(Aqⱼ), before anything is subtracted"},
	{ID: "beta-length", Cause: "β has as many entries as α", Hint: "m rows have m − 1 neighbours: no leading zero, and not the length of the last w"},
	{ID: "not-reorthogonalised", Cause: "w is orthogonalised against the last two rows only", Hint: "rounding lets the part along converged directions grow back: subtract the part along every row of Q"},
	{ID: "one-round", Cause: "w is orthogonalised once", Hint: "where βⱼ is small, w is what is left of large numbers: a second round over all rows removes the rounding of the first"},
	{ID: "missed-breakdown", Cause: "the loop goes on after β has become rounding", Hint: "compare βⱼ with 10⁻¹⁰ times the largest ‖Aqᵢ‖ before you divide by it"},
	{ID: "absolute-threshold", Cause: "β is compared with a fixed number", Hint: "A may be tiny or huge: compare with the largest ‖Aqᵢ‖ so far"},
	{ID: "extra-calls", Cause: "matvec is called more often than there are steps", Hint: "one product a step, its result kept; none after the last α"},
	{ID: "plain-norm", Cause: "the length of the start is the root of a plain sum of squares", Hint: "(10⁻²⁰⁰)² is 0 and (10²⁰⁰)² infinite: floats.Norm, or divide by the largest entry first"},
	{ID: "first-vector", Cause: "the weights are the entries of the first eigenvector", Hint: "weight i is the square of the first entry of eigenvector i: a row of the matrix that has them in its columns"},
	{ID: "not-squared", Cause: "the weights are not squared", Hint: "they add up to 1, as squares of a unit row do"},
	{ID: "sum", Cause: "the probes are added up", Hint: "the mean: divide by their number"},
	{ID: "rayleigh", Cause: "zᵀAz is divided by zᵀz", Hint: "E zᵀAz is tr A already, as E zzᵀ is the identity"},
	{ID: "no-length", Cause: "‖z‖² is missing", Hint: "the quadrature is for the unit vector q₁ = z/‖z‖: zᵀf(A)z is ‖z‖² times as large"},
	{ID: "dimension", Cause: "n stands for ‖z‖²", Hint: "they are equal for probes of ±1 only"},
	{ID: "equal-weights", Cause: "f is averaged over the nodes without the weights", Hint: "Σ weightᵢ f(θᵢ)"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "breakdown and k > n are no errors, nor is a probe of zeros in Trace"},
	{ID: "setting-passes", Cause: "a zero start, or k < 1, is accepted", Hint: "a direction is needed, and one step at least"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every slice that comes in, what matvec and f return too"},
	{ID: "shape-passes", Cause: "lengths are not checked", Hint: "compare every length with the table of the statement, of what matvec returns too"},
	{ID: "changes-start", Cause: "a slice that was handed in is changed", Hint: "copy first: slices.Clone(start)"},
}

func accepted(t *grading.T, what, mistake, fn string, args ...any) grading.Answer {
	a := t.Call(fn, args...)
	if a.Failed() {
		kit.Fail(t, what, "error: "+a.Err, "a result", "an error where a result exists", mistake)
	}
	return a
}

// ---- Lanczos

// reference returns α, and β with the lengths of all w, the last too.
func reference(apply func([]float64) []float64, start []float64, steps int) (alpha, beta []float64) {
	q := [][]float64{unit(start)}
	for j := range steps {
		w := apply(q[j])
		alpha = append(alpha, floats.Dot(q[j], w))
		for range 2 {
			for _, v := range q {
				floats.AddScaled(w, -floats.Dot(v, w), v)
			}
		}
		b := floats.Norm(w, 2)
		beta = append(beta, b)
		if b > 0 {
			floats.Scale(1/b, w)
		}
		q = append(q, w)
	}
	return alpha, beta
}

// lanczos judges k steps that must end after the given number.
func lanczos(t *grading.T, what string, apply func([]float64) []float64, start []float64, k, steps int) {
	n := len(start)
	t.SetCallbackBudget(20*k + 20)
	refusal := "refuses-good"
	if size := floats.Norm(start, math.Inf(1)); size > 1e150 || size < 1e-150 {
		refusal = "plain-norm"
	}
	ans := accepted(t, what, refusal, "Lanczos", t.VectorFunc(n, apply), start, k)
	calls := t.CallbackCount()
	alpha, beta, q := ans.Floats(0), ans.Floats(1), ans.Matrix(2)
	wantA, wantB := reference(apply, start, steps)
	first := unit(start)

	// where it ends
	wrong := ""
	switch {
	case len(alpha) > steps:
		wrong = "missed-breakdown"
	case len(alpha) < steps:
		if scale := floats.Norm(apply(first), 2); scale < 1e-8 {
			wrong = "absolute-threshold"
		}
	}
	if len(alpha) != steps {
		kit.Fail(t, what, fmt.Sprintf("%d steps", len(alpha)), fmt.Sprintf("%d steps", steps), "α has a wrong number of entries", wrong)
	}
	if len(beta) == len(alpha) {
		kit.Fail(t, what, beta, wantB[:steps-1], fmt.Sprintf("β has %d entries, want %d", len(beta), steps-1), "beta-length")
	}
	if len(beta) != steps-1 || len(q) != steps || slices.ContainsFunc(q, func(v []float64) bool { return len(v) != n }) {
		kit.Fail(t, what, fmt.Sprintf("%d β, %d rows of Q", len(beta), len(q)), fmt.Sprintf("%d β, %d rows of Q of %d entries", steps-1, steps, n), "the shapes do not fit", "")
	}
	if calls != steps {
		kit.Fail(t, what, fmt.Sprintf("%d calls of matvec", calls), fmt.Sprintf("%d, one a step", steps), "the result may be right, at the wrong cost", "extra-calls")
	}
	// the first row
	if !kit.Near(q[0], first, tol) {
		wrong = ""
		if kit.Near(q[0], start, tol) {
			wrong = "not-normalised"
		} else if refusal == "plain-norm" {
			wrong = refusal
		}
		kit.Fail(t, what+", q₁", q[0], first, "the first row of Q is not the start divided by its length", wrong)
	}
	if largest := maxAbs(wantA); maxAbs(alpha) <= 1e-6*largest && largest > 0.01*maxAbs(wantB) {
		kit.Fail(t, what+", α", alpha, wantA, "α is no more than rounding", "late-alpha")
	}
	// orthonormal
	for i := range q {
		for j := range i + 1 {
			want := 0.0
			if i == j {
				want = 1
			}
			if d := floats.Dot(q[i], q[j]) - want; !(math.Abs(d) <= orthoTol) {
				kit.Fail(t, what, fmt.Sprintf("q%dᵀq%d = %.3g", j+1, i+1, want+d), fmt.Sprintf("%g up to %.0e", want, orthoTol), "Q is not orthonormal", orthogonality(wantB[:steps-1]))
			}
		}
	}
	// Aqⱼ = βⱼ₋₁qⱼ₋₁ + αⱼqⱼ + βⱼqⱼ₊₁; for the last row along qⱼ only
	scale := math.Max(maxAbs(wantA), maxAbs(wantB))
	for j := range q {
		r := apply(q[j])
		floats.AddScaled(r, -alpha[j], q[j])
		if j > 0 {
			floats.AddScaled(r, -beta[j-1], q[j-1])
		}
		off := math.Abs(floats.Dot(r, q[j]))
		if j+1 < steps {
			floats.AddScaled(r, -beta[j], q[j+1])
			off = floats.Norm(r, 2)
		}
		if !(off <= relationTol*scale) {
			kit.Fail(t, what, slices.Concat(alpha, beta), slices.Concat(wantA, wantB[:steps-1]), fmt.Sprintf("α and β: in step %d, Aq is off βq + αq + βq by %.2g", j+1, off), "")
		}
		if j+1 < steps && !(beta[j] > 0) {
			kit.Fail(t, what, beta, wantB[:steps-1], fmt.Sprintf("β%d is not positive", j+1), "")
		}
	}
}

// orthogonality names what Q misses: a small β calls for a second round, else there was none.
func orthogonality(beta []float64) string {
	if len(beta) > 0 && floats.Min(beta) < 1e-5*floats.Max(beta) {
		return "one-round"
	}
	return "not-reorthogonalised"
}

// tridiagonal returns UTUᵀ with a random orthogonal U, and its first column: Lanczos from there gives T back.
func tridiagonal(r *rand.Rand, alpha, beta []float64) (apply func([]float64) []float64, start []float64) {
	n := len(alpha)
	u := orthogonal(r, n)
	m := mat.NewSymDense(n, nil)
	for i := range alpha {
		m.SetSym(i, i, alpha[i])
		if i+1 < n {
			m.SetSym(i, i+1, beta[i])
		}
	}
	return conjugate(u, m), mat.Col(nil, 0, u)
}

// withSpectrum returns UΛUᵀ and U.
func withSpectrum(r *rand.Rand, values ...float64) (apply func([]float64) []float64, u *mat.Dense) {
	u = orthogonal(r, len(values))
	return conjugate(u, mat.NewDiagDense(len(values), values)), u
}

func conjugate(u *mat.Dense, m mat.Matrix) func([]float64) []float64 {
	var um, a mat.Dense
	um.Mul(u, m)
	a.Mul(&um, u.T())
	n, _ := a.Dims()
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = make([]float64, n)
		for j := range rows[i] {
			rows[i][j] = (a.At(i, j) + a.At(j, i)) / 2
		}
	}
	return times(rows)
}

func orthogonal(r *rand.Rand, n int) *mat.Dense {
	var f mat.QR
	f.Factorize(mat.NewDense(n, n, kit.Normal(r, n*n)))
	var q mat.Dense
	f.QTo(&q)
	return &q
}

// uniform returns n numbers in [lo, hi).
func uniform(r *rand.Rand, n int, lo, hi float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = lo + (hi-lo)*r.Float64()
	}
	return v
}

func lanczosRandom(t *grading.T) {
	r := t.Rand
	for range 3 {
		n := 3 + r.IntN(5)
		apply, s := tridiagonal(r, uniform(r, n, -2, 2), uniform(r, n-1, 0.5, 1.5))
		s = scaled(s, 0.1+5*r.Float64())
		lanczos(t, "every step", apply, s, n, n)
		lanczos(t, "two steps", apply, s, 2, 2)
		lanczos(t, "one step", apply, s, 1, 1)
	}
	n := 4 + r.IntN(3)
	apply, s := tridiagonal(r, uniform(r, n, -2, 2), uniform(r, n-1, 0.5, 1.5))
	lanczos(t, "k > n", apply, s, n+3, n)
	lanczos(t, "a start of length 10⁻²⁰⁰", apply, scaled(s, 1e-200), 3, 3)
	lanczos(t, "a start of length 10²⁰⁰", apply, scaled(s, 1e200), 3, 3)
	for _, size := range []float64{1e-100, 1e-12, 1e100} {
		lanczos(t, fmt.Sprintf("a matrix near %.0e", size), func(v []float64) []float64 { return scaled(apply(v), size) }, s, n, n)
	}
	one := func(v []float64) []float64 { return scaled(v, -3) }
	lanczos(t, "one by one", one, []float64{-2}, 1, 1)
	// no diagonal: all α are zero
	apply, s = tridiagonal(r, make([]float64, 6), uniform(r, 5, 0.5, 1.5))
	lanczos(t, "zero α", apply, s, 5, 5)
}

func lanczosOrthogonal(t *grading.T) {
	r := t.Rand
	for range 2 {
		values := append(uniform(r, 42, -1, 1), 1000, 500, 200, -100, -300)
		apply, _ := withSpectrum(r, values...)
		lanczos(t, "outliers", apply, kit.Normal(r, len(values)), 30, 30)
	}
	for range 4 {
		alpha, beta := uniform(r, 9, -2, 2), uniform(r, 8, 0.5, 1.5)
		beta[1+r.IntN(3)] = 1e-7
		apply, s := tridiagonal(r, alpha, beta)
		lanczos(t, "a β of 10⁻⁷", apply, s, 8, 8)
	}
}

func lanczosBreakdown(t *grading.T) {
	r := t.Rand
	for range 2 {
		apply, u := withSpectrum(r, 3, -1, 0.5, 3, -1, 0.5, 3, 3, 0.5)
		lanczos(t, "three different eigenvalues", apply, kit.Normal(r, 9), 8, 3)
		lanczos(t, "exactly as many steps", apply, kit.Normal(r, 9), 3, 3)
		lanczos(t, "an eigenvector", apply, mat.Col(nil, r.IntN(9), u), 5, 1)
		two := mat.Col(nil, 0, u)
		floats.AddScaled(two, 1+r.Float64(), mat.Col(nil, 1, u))
		lanczos(t, "a sum of two eigenvectors", apply, two, 4, 2)
		lanczos(t, "three eigenvalues near 10⁶⁰", func(v []float64) []float64 { return scaled(apply(v), 1e60) }, kit.Normal(r, 9), 8, 3)
		lanczos(t, "three eigenvalues near 10⁻⁶⁰", func(v []float64) []float64 { return scaled(apply(v), 1e-60) }, kit.Normal(r, 9), 8, 3)
	}
	lanczos(t, "the zero matrix", func(v []float64) []float64 { return make([]float64, len(v)) }, kit.Normal(r, 4), 3, 1)
	lanczos(t, "a multiple of the identity", func(v []float64) []float64 { return scaled(v, 7) }, kit.Normal(r, 4), 4, 1)
	lanczos(t, "one by one", func(v []float64) []float64 { return scaled(v, 7) }, kit.Normal(r, 1), 4, 1)
}

func lanczosRefuses(t *grading.T) {
	a := times([][]float64{{1, 2}, {2, 3}})
	good, s := t.VectorFunc(2, a), []float64{1, 2}
	accepted(t, "a good input", "refuses-good", "Lanczos", good, s, 2)
	call := func(what, mistake string, f any, s []float64, k int) {
		kit.Refuses(t, what, mistake, "Lanczos", f, s, k)
	}
	constant := func(n int, v ...float64) any {
		return t.VectorFunc(n, func([]float64) []float64 { return slices.Clone(v) })
	}
	call("a start of zeros", "setting-passes", good, []float64{0, 0}, 2)
	call("no steps", "setting-passes", good, s, 0)
	call("−1 steps", "setting-passes", good, s, -1)
	call("an empty start", "setting-passes", constant(0), []float64{}, 1)
	call("a start with NaN", "nan-passes", constant(2, 1, 1), []float64{1, math.NaN()}, 1)
	call("a start with an infinity", "nan-passes", constant(2, 1, 1), []float64{1, math.Inf(-1)}, 1)
	call("a product with NaN", "nan-passes", constant(2, 1, math.NaN()), s, 1)
	call("a product with an infinity", "nan-passes", constant(2, math.Inf(1), 1), s, 2)
	call("a product too long", "shape-passes", constant(2, 1, 2, 3), s, 1)
	call("a product too short", "shape-passes", constant(2, 1), s, 1)
}

// ---- Quadrature

// eigen returns the eigenvalues, rising, and the eigenvectors, in columns.
func eigen(alpha, beta []float64) ([]float64, *mat.Dense) {
	m := mat.NewSymDense(len(alpha), nil)
	for i := range alpha {
		m.SetSym(i, i, alpha[i])
		if i+1 < len(alpha) {
			m.SetSym(i, i+1, beta[i])
		}
	}
	var e mat.EigenSym
	if !e.Factorize(m, true) {
		panic("lanczos: the reference found no eigenvalues")
	}
	var v mat.Dense
	e.VectorsTo(&v)
	return e.Values(nil), &v
}

// gauss returns nodes and weights.
func gauss(alpha, beta []float64) (nodes, weights []float64) {
	nodes, v := eigen(alpha, beta)
	weights = mat.Row(nil, 0, v)
	for i, x := range weights {
		weights[i] = x * x
	}
	return nodes, weights
}

func quadrature(t *grading.T, what string, alpha, beta []float64) {
	nodes, weights := gauss(alpha, beta)
	judgeQuadrature(t, what, alpha, beta, nodes, weights)
}

func judgeQuadrature(t *grading.T, what string, alpha, beta, nodes, weights []float64) {
	got := accepted(t, what, "refuses-good", "Quadrature", alpha, beta).Matrix(0)
	if len(got) != 2 || !kit.Near(got[0], nodes, tol) {
		kit.Fail(t, what+", nodes", got, [][]float64{nodes, weights}, "the nodes are not the eigenvalues, rising", "")
	}
	if kit.Near(got[1], weights, tol) {
		return
	}
	_, v := eigen(alpha, beta)
	column, row := mat.Col(nil, 0, v), mat.Row(nil, 0, v)
	plain := slices.Clone(row)
	for i := range column {
		column[i] *= column[i]
		plain[i] = math.Abs(plain[i])
	}
	absolute := slices.Clone(got[1])
	for i, x := range absolute {
		absolute[i] = math.Abs(x)
	}
	wrong := ""
	switch {
	case kit.Near(got[1], column, tol):
		wrong = "first-vector"
	case kit.Near(absolute, plain, tol):
		wrong = "not-squared"
	}
	kit.Fail(t, what+", weights", got[1], weights, "the weights differ", wrong)
}

func quadratureRandom(t *grading.T) {
	r := t.Rand
	for range 4 {
		m := 3 + r.IntN(7)
		quadrature(t, fmt.Sprintf("%d nodes", m), kit.Normal(r, m), uniform(r, m-1, 0.5, 1.5))
	}
	quadrature(t, "one node", kit.Normal(r, 1), []float64{})
	alpha, beta := uniform(r, 5, -2, 2), uniform(r, 4, 0.5, 1.5)
	beta[1] = -beta[1]
	quadrature(t, "a negative β", alpha, beta)
	quadrature(t, "a β of zero", []float64{1, 2, 10, 12}, []float64{1, 0, 0.5})
	for _, size := range []float64{1e-100, 1e100} {
		quadrature(t, fmt.Sprintf("numbers near %.0e", size), scaled(alpha, size), scaled(beta, size))
	}
	// Chebyshev polynomials of the second kind: nodes cos(iπ/(m+1)), weights 2/(m+1)·sin²(iπ/(m+1)).
	m := 4 + r.IntN(9)
	half, nodes, weights := make([]float64, m-1), make([]float64, m), make([]float64, m)
	for i := range m {
		if i > 0 {
			half[i-1] = 0.5
		}
		at := math.Pi * float64(m-i) / float64(m+1)
		nodes[i], weights[i] = math.Cos(at), 2/float64(m+1)*math.Sin(at)*math.Sin(at)
	}
	judgeQuadrature(t, "Chebyshev's of the second kind", make([]float64, m), half, nodes, weights)
}

func quadratureRefuses(t *grading.T) {
	accepted(t, "a good input", "refuses-good", "Quadrature", []float64{1, 2}, []float64{3})
	call := func(what, mistake string, alpha, beta []float64) {
		kit.Refuses(t, what, mistake, "Quadrature", alpha, beta)
	}
	call("no α", "shape-passes", []float64{}, []float64{})
	call("a β too many", "shape-passes", []float64{1, 2}, []float64{3, 4})
	call("a β too few", "shape-passes", []float64{1, 2, 3}, []float64{3})
	call("NaN in α", "nan-passes", []float64{1, math.NaN()}, []float64{3})
	call("an infinite α", "nan-passes", []float64{math.Inf(1)}, []float64{})
	call("NaN in β", "nan-passes", []float64{1, 2}, []float64{math.NaN()})
}

// ---- Trace, TraceOf

// judge compares one number; size is what rounding is relative to, would maps mistakes to what they give.
func judge(t *grading.T, what string, got, want, size float64, would map[string]float64) {
	same := func(a, b float64) bool { return math.Abs(a-b) <= tol*size }
	if same(got, want) {
		return
	}
	wrong := ""
	for _, m := range mistakes {
		if v, ok := would[m.ID]; ok && same(got, v) && !same(v, want) {
			wrong = m.ID
			break
		}
	}
	kit.Fail(t, what, got, want, "the estimate differs", wrong)
}

func trace(t *grading.T, what string, apply func([]float64) []float64, probes [][]float64) {
	var sum, size, rayleigh float64
	for _, z := range probes {
		w := apply(z)
		v := floats.Dot(z, w)
		sum, size = sum+v, size+floats.Norm(z, 2)*floats.Norm(w, 2)
		if zz := floats.Dot(z, z); zz > 0 {
			rayleigh += v / zz
		}
	}
	p := float64(len(probes))
	t.SetCallbackBudget(20*len(probes) + 20)
	got := accepted(t, what, "refuses-good", "Trace", t.VectorFunc(len(probes[0]), apply), probes).Float(0)
	calls := t.CallbackCount()
	judge(t, what, got, sum/p, size/p, map[string]float64{"sum": sum, "rayleigh": rayleigh / p})
	if calls != len(probes) {
		kit.Fail(t, what, fmt.Sprintf("%d calls of matvec", calls), fmt.Sprintf("%d, one a probe", len(probes)), "the estimate is right, at the wrong cost", "extra-calls")
	}
}

func traceRandom(t *grading.T) {
	r := t.Rand
	for range 4 {
		n := 2 + r.IntN(6)
		apply, _ := withSpectrum(r, uniform(r, n, -1, 3)...)
		trace(t, "Gaussian probes", apply, rows(r, 2+r.IntN(4), n))
	}
	apply, _ := withSpectrum(r, uniform(r, 4, 1, 3)...)
	trace(t, "one probe", apply, rows(r, 1, 4))
	trace(t, "a probe of zeros among others", apply, append(rows(r, 2, 4), make([]float64, 4)))
	signs := rows(r, 3, 4)
	for _, z := range signs {
		for i := range z {
			z[i] = math.Copysign(1, z[i])
		}
	}
	trace(t, "probes of ±1", apply, signs)
	trace(t, "the unit vectors, longer: twice the trace is the sum of 8", apply, [][]float64{{2, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, 2, 0}, {0, 0, 0, 2}})
	trace(t, "one by one", func(v []float64) []float64 { return scaled(v, -2) }, rows(r, 3, 1))
	trace(t, "the zero matrix", func(v []float64) []float64 { return make([]float64, len(v)) }, rows(r, 2, 3))
	for _, size := range []float64{1e-100, 1e100} {
		trace(t, fmt.Sprintf("a matrix near %.0e", size), func(v []float64) []float64 { return scaled(apply(v), size) }, rows(r, 3, 4))
	}
}

func traceOf(t *grading.T, what string, apply func([]float64) []float64, f func([]float64) float64, probes [][]float64, k int) {
	n, p := len(probes[0]), float64(len(probes))
	var want, size, bare, dimension, equal float64
	steps := 0
	for _, z := range probes {
		// the run ends, as in the statement, with a β that is rounding
		m, scale := 0, 0.0
		alpha, beta := reference(apply, z, min(k, n))
		for m < len(alpha) {
			scale = math.Max(scale, math.Hypot(alpha[m], beta[m]))
			if m > 0 {
				scale = math.Max(scale, math.Hypot(beta[m-1], math.Hypot(alpha[m], beta[m])))
			}
			m++
			if beta[m-1] <= 1e-10*scale {
				break
			}
		}
		steps += m
		nodes, weights := gauss(alpha[:m], beta[:m-1])
		var inner, plain, most float64
		for i, x := range nodes {
			y := f([]float64{x})
			inner += weights[i] * y
			plain += y / float64(m)
			most = math.Max(most, math.Abs(y))
		}
		zz := floats.Dot(z, z)
		want += zz * inner / p
		size += zz * most / p
		bare += inner / p
		dimension += float64(n) * inner / p
		equal += zz * plain / p
	}
	calls := 0
	count := t.VectorFunc(n, func(v []float64) []float64 { calls++; return apply(v) })
	t.SetCallbackBudget(40*steps + 40)
	got := accepted(t, what, "refuses-good", "TraceOf", count, t.ScalarFunc(1, f), probes, k).Float(0)
	judge(t, what, got, want, size, map[string]float64{"sum": p * want, "no-length": bare, "dimension": dimension, "equal-weights": equal})
	if calls != steps {
		kit.Fail(t, what, fmt.Sprintf("%d calls of matvec", calls), fmt.Sprintf("%d, one a step", steps), "the estimate is right, at the wrong cost", "extra-calls")
	}
}

func traceOfRandom(t *grading.T) {
	r := t.Rand
	functions := []struct {
		name string
		f    func(x []float64) float64
	}{
		{"exp x", func(x []float64) float64 { return math.Exp(x[0]) }},
		{"x", func(x []float64) float64 { return x[0] }},
		{"1/(1 + x²)", func(x []float64) float64 { return 1 / (1 + x[0]*x[0]) }},
		{"log x", func(x []float64) float64 { return math.Log(x[0]) }},
		{"one", func([]float64) float64 { return 1 }},
	}
	for _, g := range functions {
		n := 4 + r.IntN(5)
		apply, _ := withSpectrum(r, uniform(r, n, 0.5, 3)...)
		traceOf(t, g.name+", few steps", apply, g.f, rows(r, 2+r.IntN(3), n), 2+r.IntN(2))
		traceOf(t, g.name+", more steps than needed", apply, g.f, rows(r, 2, n), n+2)
	}
	exp := functions[0].f
	apply, u := withSpectrum(r, 2, -1, 2, -1, 2)
	traceOf(t, "two different eigenvalues", apply, exp, rows(r, 3, 5), 4)
	traceOf(t, "an eigenvector, and another probe", apply, exp, [][]float64{mat.Col(nil, 1, u), kit.Normal(r, 5)}, 4)
	traceOf(t, "one probe, one step", apply, exp, rows(r, 1, 5), 1)
	traceOf(t, "the zero matrix", func(v []float64) []float64 { return make([]float64, len(v)) }, exp, rows(r, 2, 3), 3)
	long := rows(r, 2, 5)
	for i, size := range []float64{1e-80, 1e80} {
		traceOf(t, fmt.Sprintf("probes near %.0e", size), apply, exp, [][]float64{scaled(long[i], size)}, 2)
	}
}

func tracesRefuse(t *grading.T) {
	a := times([][]float64{{1, 2}, {2, 3}})
	good, f := t.VectorFunc(2, a), t.ScalarFunc(1, square)
	probes := rows(t.Rand, 2, 2)
	accepted(t, "a good input", "refuses-good", "Trace", good, probes)
	accepted(t, "a good input", "refuses-good", "TraceOf", good, f, probes, 2)
	both := func(what, mistake string, m any, probes [][]float64) {
		kit.Refuses(t, what, mistake, "Trace", m, probes)
		kit.Refuses(t, what, mistake, "TraceOf", m, f, probes, 2)
	}
	constant := func(n int, v ...float64) any {
		return t.VectorFunc(n, func([]float64) []float64 { return slices.Clone(v) })
	}
	nothing := t.Callback(func([]any) ([]any, error) { return []any{[]float64{}}, nil })
	either := t.Callback(func([]any) ([]any, error) { return []any{[]float64{1, 1}}, nil })
	both("no probes", "shape-passes", nothing, [][]float64{})
	both("empty probes", "shape-passes", nothing, [][]float64{{}, {}})
	both("probes of two lengths", "shape-passes", either, [][]float64{{1, 2}, {3}})
	both("a product too long", "shape-passes", constant(2, 1, 2, 3), probes)
	both("a product with NaN", "nan-passes", constant(2, 1, math.NaN()), probes)
	both("a probe with an infinity", "nan-passes", constant(2, 1, 1), [][]float64{{1, 2}, {math.Inf(1), 1}})
	kit.Refuses(t, "no steps", "setting-passes", "TraceOf", good, f, probes, 0)
	kit.Refuses(t, "a probe of zeros", "setting-passes", "TraceOf", good, f, [][]float64{{1, 2}, {0, 0}}, 2)
	kit.Refuses(t, "f gives NaN", "nan-passes", "TraceOf", good, t.ScalarFunc(1, func(x []float64) float64 { return math.NaN() }), probes, 2)
	kit.Refuses(t, "f gives an infinity", "nan-passes", "TraceOf", good, t.ScalarFunc(1, func(x []float64) float64 { return math.Inf(-1) }), probes, 2)
}

// ---- arguments

func untouched(t *grading.T) {
	apply, s := tridiagonal(t.Rand, uniform(t.Rand, 4, -2, 2), uniform(t.Rand, 3, 0.5, 1.5))
	m, probes := t.VectorFunc(4, apply), rows(t.Rand, 2, 4)
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"Lanczos", []any{m, scaled(s, 3), 3}},
		{"Quadrature", []any{[]float64{1, 2}, []float64{3}}},
		{"Trace", []any{m, probes}},
		{"TraceOf", []any{m, t.ScalarFunc(1, square), probes, 3}},
	} {
		kit.Untouched(t, "changes-start", c.fn, c.args...)
	}
}

func rows(r *rand.Rand, m, n int) [][]float64 {
	v := make([][]float64, m)
	for i := range v {
		v[i] = kit.Normal(r, n)
	}
	return v
}

func scaled(v []float64, s float64) []float64 { return floats.ScaleTo(make([]float64, len(v)), s, v) }

func unit(v []float64) []float64 {
	norm := floats.Norm(v, 2)
	u := slices.Clone(v)
	for i := range u {
		u[i] /= norm
	}
	return u
}

func maxAbs(v []float64) float64 { return floats.Norm(v, math.Inf(1)) }

// ### END HIDDEN TESTS
