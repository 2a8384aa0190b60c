package loss_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"

	"nncourse/lib/activation"
	"nncourse/lib/loss"
)

// ofProbabilities are the losses that apply a softmax: a common shift of the scores does not change them.
var ofProbabilities = []loss.Func{loss.Expectation, loss.RegularisedExpectation, loss.Chebyshev, loss.Log, loss.Log2, loss.Tanimoto, loss.CauchySchwarz, loss.SoftmaxCrossEntropy}

func gradient(l loss.Func, y, p []float64) []float64 {
	g := make([]float64, len(p))
	for i := range g {
		g[i] = 99 // must be overwritten
	}
	l.D(g, y, p)
	return g
}

func gaussian(rng *rand.Rand, n int, scale float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = scale * rng.NormFloat64()
	}
	return v
}

func oneHot(n, c int) []float64 {
	y := make([]float64, n)
	y[c] = 1
	return y
}

// target is one-hot or, every other time, a distribution without zeros.
func target(rng *rand.Rand, n int) []float64 {
	if rng.IntN(2) == 0 {
		return oneHot(n, rng.IntN(n))
	}
	return activation.Softmax(nil, gaussian(rng, n, 1))
}

type goldenFile struct {
	Losses []struct {
		Name string
		Rows []struct {
			Kind    string
			Y, P, D []float64
			F       float64
		}
	}
	LogSumExp []struct {
		Z []float64
		F float64
	}
}

func golden(t *testing.T) (g goldenFile) {
	t.Helper()
	b, err := os.ReadFile("testdata/golden.json")
	if err == nil {
		err = json.Unmarshal(b, &g)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Losses) != len(loss.All) || len(g.LogSumExp) < 6 {
		t.Fatal("golden.json is not whole")
	}
	return g
}

// Values and gradients against 2200-digit arithmetic, from scores of 1 to scores of 1000. For a one-hot target each
// entry of the gradient is right relatively, also where it is 10⁻³⁰⁰; for others entries may cancel, and it is
// measured against the largest possible one.
func TestGolden(t *testing.T) {
	for _, g := range golden(t).Losses {
		l, err := loss.ByName(g.Name)
		if err != nil {
			t.Fatal(err)
		}
		if len(g.Rows) < 25 {
			t.Fatalf("%s: %d rows", g.Name, len(g.Rows))
		}
		for _, r := range g.Rows {
			// the differences of scores are rounded by 2⁻⁵³|z|, their exponentials as much, relatively
			tol := 0x1p-52 * (20 + 4*floats.Norm(r.P, math.Inf(1)))
			got, grad := l.F(r.Y, r.P), gradient(l, r.Y, r.P)
			if !(math.Abs(got-r.F) <= tol*math.Abs(r.F)+tol*cancels(g.Name, r.Y)) {
				t.Errorf("%s, %s: loss %v, want %v", g.Name, r.Kind, got, r.F)
			}
			for j := range grad {
				slack := 0x1p-1022 // denormals
				if !strings.HasPrefix(r.Kind, "one") && !strings.HasPrefix(r.Kind, "cert") {
					slack = tol * (1 + math.Abs(r.D[j]))
				}
				if !(math.Abs(grad[j]-r.D[j]) <= tol*math.Abs(r.D[j])+slack) {
					t.Errorf("%s, %s: ∂/∂p%d is %v, want %v (y %v, p %v)", g.Name, r.Kind, j, grad[j], r.D[j], r.Y, r.P)
				}
			}
		}
	}
}

// cancels is the absolute error that a loss's value may have: Cauchy-Schwarz is a difference of log-sum-exps of the
// size of the scores; other losses of a distribution have differences σ − y in them.
func cancels(name string, y []float64) float64 {
	if name == "cauchy-schwarz" || slices.Max(y) < 1 {
		return 1
	}
	return 0
}

func TestLogSumExp(t *testing.T) {
	for _, g := range golden(t).LogSumExp {
		if got := loss.LogSumExp(g.Z); !(math.Abs(got-g.F) <= 0x1p-51*math.Abs(g.F)) {
			t.Errorf("LogSumExp(%v) is %v, want %v", g.Z, got, g.F)
		}
	}
	inf := math.Inf(1)
	for _, c := range []struct {
		z    []float64
		want float64
	}{{nil, -inf}, {[]float64{-inf}, -inf}, {[]float64{-inf, -inf}, -inf}, {[]float64{inf, 3}, inf}, {[]float64{-inf, inf}, inf}, {[]float64{-inf, 2}, 2}, {[]float64{-5}, -5}} {
		if got := loss.LogSumExp(c.z); got != c.want {
			t.Errorf("LogSumExp(%v) is %v, want %v", c.z, got, c.want)
		}
	}
	for _, z := range [][]float64{{math.NaN()}, {1, math.NaN()}, {inf, math.NaN()}, {math.NaN(), inf}} {
		if got := loss.LogSumExp(z); got == got {
			t.Errorf("LogSumExp(%v) is %v", z, got)
		}
	}
	rng := rand.New(rand.NewPCG(11, 1))
	for range 200 {
		n := 1 + rng.IntN(6)
		z := gaussian(rng, n, 10)
		// max ≤ LSE ≤ max + log n
		if m, v := slices.Max(z), loss.LogSumExp(z); v < m || v > m+math.Log(float64(n))+1e-12 {
			t.Errorf("LogSumExp(%v) is %v", z, v)
		}
		// its gradient is the softmax
		for j, want := range fd.Gradient(nil, loss.LogSumExp, z, &fd.Settings{Formula: fd.Central}) {
			if p := activation.Softmax(nil, z)[j]; math.Abs(p-want) > 1e-7 {
				t.Errorf("softmax %v, difference quotient %v", p, want)
			}
		}
	}
}

// Gradients against central differences, at random points that no symmetry favours.
func TestGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 2))
	for _, l := range loss.All {
		ran := 0
		for range 200 {
			n := 1 + rng.IntN(5)
			y, p := target(rng, n), gaussian(rng, n, 1.5)
			if nearKink(l.Name, y, p) {
				continue
			}
			ran++
			want := fd.Gradient(nil, func(p []float64) float64 { return l.F(y, p) }, p, &fd.Settings{Formula: fd.Central})
			// h = 6e-6: truncation h²|F‴| ≤ 1e-9, rounding 2⁻⁵²|F|/h ≤ 1e-9, F and F‴ up to some tens
			for j, g := range gradient(l, y, p) {
				if math.Abs(g-want[j]) > 1e-7 {
					t.Errorf("%s, y %v, p %v: ∂/∂p%d is %v, the difference quotient %v", l.Name, y, p, j, g, want[j])
				}
			}
		}
		if ran < 150 {
			t.Errorf("%s: only %d points tried", l.Name, ran)
		}
	}
}

// Targets that do not sum to 1, such as a weighted one-hot, scale cross entropy and its gradient.
func TestWeightedTarget(t *testing.T) {
	y, quarter, p := []float64{0, 3, 1}, []float64{0, 0.75, 0.25}, []float64{0.4, -1, 2.5}
	a, b := gradient(loss.SoftmaxCrossEntropy, y, p), gradient(loss.SoftmaxCrossEntropy, quarter, p)
	floats.Scale(4, b)
	if !floats.EqualApprox(a, b, 1e-14) || math.Abs(loss.Log.F(y, p)-4*loss.Log.F(quarter, p)) > 1e-14 {
		t.Errorf("gradient %v, want %v", a, b)
	}
}

// nearKink tells whether a difference quotient at p could straddle a kink.
func nearKink(name string, y, p []float64) bool {
	σ := activation.Softmax(nil, p)
	miss := make([]float64, len(p))
	for j := range p {
		miss[j] = math.Abs(σ[j] - y[j])
		switch name {
		case "l1":
			if math.Abs(p[j]-y[j]) < 1e-3 {
				return true
			}
		case "expectation":
			if miss[j] < 1e-3 && len(p) > 1 {
				return true
			}
		case "hinge":
			if math.Abs(0.5-(2*y[j]-1)*p[j]) < 1e-3 {
				return true
			}
		}
	}
	slices.Sort(miss)
	n := len(miss)
	return name == "chebyshev" && n > 2 && miss[n-1]-miss[n-2] < 1e-3
}

// The stated subgradient at each kink.
func TestKinks(t *testing.T) {
	for _, c := range []struct {
		l          loss.Func
		y, p, want []float64
	}{
		{loss.L1, []float64{1, 0, 2}, []float64{1, 3, -1}, []float64{0, 1, -1}},
		{loss.Hinge, []float64{1, 0, 1, 0}, []float64{0.5, -0.5, 0.4, -0.4}, []float64{0, 0, -1, 1}},
		{loss.Hinge2, []float64{1, 0}, []float64{0.5, -0.5}, []float64{0, 0}},
		{loss.Hinge3, []float64{1, 0}, []float64{0.5, -0.5}, []float64{0, 0}},
		// σ = y = (½, ½): nothing to do
		{loss.Expectation, []float64{0.5, 0.5}, []float64{3, 3}, []float64{0, 0}},
		{loss.Chebyshev, []float64{0.5, 0.5}, []float64{3, 3}, []float64{0, 0}},
		// σ = (½, ½), both off by ½: the right class counts, |σ₀ − 1|, with slopes −σ₀(1−σ₀) and +σ₀σ₁
		{loss.Chebyshev, []float64{1, 0}, []float64{3, 3}, []float64{-0.25, 0.25}},
		// the same, with the classes exchanged: of equals, the right class counts
		{loss.Chebyshev, []float64{0, 1}, []float64{3, 3}, []float64{0.25, -0.25}},
		// σ = (¼, ¼, ½) and y = (½, 0, ½): |σ−y| = (¼, ¼, 0): the one of the larger target, of slope −1 in σ₀
		{loss.Chebyshev, []float64{0.5, 0, 0.5}, []float64{0, 0, math.Ln2}, []float64{-0.1875, 0.0625, 0.125}},
		// σ = (½, ¼, ¼), y = (½, ½, 0): signs (0, −1, 1), whose σ-mean is 0
		{loss.Expectation, []float64{0.5, 0.5, 0}, []float64{math.Ln2, 0, 0}, []float64{0, -0.25, 0.25}},
	} {
		if g := gradient(c.l, c.y, c.p); !floats.EqualApprox(g, c.want, 1e-15) {
			t.Errorf("%s at the kink y %v, p %v: %v, want %v", c.l.Name, c.y, c.p, g, c.want)
		}
	}
	// Where the loss is convex, what is taken at a kink is a subgradient: F(q) ≥ F(p) + gᵀ(q − p).
	rng := rand.New(rand.NewPCG(11, 3))
	for _, l := range []loss.Func{loss.L1, loss.Hinge} {
		for range 200 {
			y := oneHot(3, rng.IntN(3))
			p, q := make([]float64, 3), gaussian(rng, 3, 2)
			for j := range p {
				p[j] = []float64{y[j], 0.5 * (2*y[j] - 1)}[rng.IntN(2)]
			}
			g := gradient(l, y, p)
			if bound := l.F(y, p) + floats.Dot(g, q) - floats.Dot(g, p); l.F(y, q) < bound-1e-12 {
				t.Errorf("%s: F(q) = %v < %v", l.Name, l.F(y, q), bound)
			}
		}
	}
}

// Finite at ±1000 in every arrangement, and no gradient larger than the loss's own bound.
func TestExtremes(t *testing.T) {
	for _, l := range loss.All {
		for c := range 3 {
			for code := range 27 {
				p := []float64{1000 * float64(code%3-1), 1000 * float64(code/3%3-1), 1000 * float64(code/9%3-1)}
				y := oneHot(3, c)
				v, g := l.F(y, p), gradient(l, y, p)
				if !floats.HasNaN(g) && v == v && !math.IsInf(v, 0) && !math.IsInf(floats.Norm(g, 1), 0) {
					continue
				}
				t.Errorf("%s, class %d, scores %v: loss %v, gradient %v", l.Name, c, p, v, g)
			}
		}
		for _, bad := range [][]float64{{math.NaN(), 0, 1}, {0, math.NaN(), 1}, {5, 1, math.NaN()}} {
			for c := range 3 {
				if v := l.F(oneHot(3, c), bad); v == v {
					t.Errorf("%s of %v is %v", l.Name, bad, v)
				}
				if g := gradient(l, oneHot(3, c), bad); !floats.HasNaN(g) {
					t.Errorf("%s: the gradient at %v is %v", l.Name, bad, g)
				}
			}
		}
	}
	for _, l := range ofProbabilities {
		for c := range 2 {
			y, p := oneHot(2, c), []float64{math.Inf(1), 0}
			if v, g := l.F(y, p), gradient(l, y, p); v == v || g[0] == g[0] || g[1] == g[1] {
				t.Errorf("%s of a score of +∞ is %v, gradient %v", l.Name, v, g)
			}
		}
	}
	// what naive forms give up: a loss of 2000, and gradients of 10⁻²⁵⁰ on the right side
	if v := loss.SoftmaxCrossEntropy.F([]float64{0, 1}, []float64{1000, -1000}); v != 2000 {
		t.Errorf("cross entropy is %v, want 2000", v)
	}
	g := gradient(loss.SoftmaxCrossEntropy, []float64{1, 0}, []float64{600, 0})
	if want := math.Exp(-600); math.Abs(g[0]+want) > 1e-12*want || math.Abs(g[1]-want) > 1e-12*want {
		t.Errorf("gradient %v, want ∓%v", g, want)
	}
	// σ(100) − σ(50) = σ(−50) − σ(−100), both sides almost certain
	g = gradient(loss.CauchySchwarz, []float64{0.5, 0.5}, []float64{50, 0})
	if want := math.Exp(-50); math.Abs(g[0]-want) > 1e-12*want || math.Abs(g[1]+want) > 1e-12*want {
		t.Errorf("gradient %v, want ±%v", g, want)
	}
	// −∞ is a class that is ruled out
	if v := loss.SoftmaxCrossEntropy.F([]float64{1, 0}, []float64{0, math.Inf(-1)}); v != 0 {
		t.Errorf("a ruled-out class costs %v", v)
	}
	if v := loss.SoftmaxCrossEntropy.F([]float64{1, 0}, []float64{math.Inf(-1), 0}); !math.IsInf(v, 1) {
		t.Errorf("the right class ruled out costs %v", v)
	}
}

// Losses of probabilities: a common shift changes nothing, the gradient sums to 0, classes may be renamed.
func TestProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 4))
	for _, l := range ofProbabilities {
		for range 100 {
			n := 2 + rng.IntN(4)
			y, p := target(rng, n), gaussian(rng, n, 2)
			v, g := l.F(y, p), gradient(l, y, p)
			if s := floats.Sum(g); math.Abs(s) > 1e-14*(1+floats.Norm(g, 1)) {
				t.Errorf("%s: the gradient sums to %v", l.Name, s)
			}
			shifted := slices.Clone(p)
			floats.AddConst(-256, shifted)
			if w := l.F(y, shifted); math.Abs(w-v) > 1e-11*(1+v*v) { // p − 256 is rounded to 2⁻⁴⁵
				t.Errorf("%s: shifted %v, else %v", l.Name, w, v)
			}
		}
	}
	for _, l := range loss.All {
		for range 50 {
			n := 2 + rng.IntN(4)
			y, p, perm := target(rng, n), gaussian(rng, n, 2), rng.Perm(n)
			py, pp := make([]float64, n), make([]float64, n)
			for j, k := range perm {
				py[j], pp[j] = y[k], p[k]
			}
			if a, b := l.F(y, p), l.F(py, pp); math.Abs(a-b) > 1e-13*(1+math.Abs(a)) {
				t.Errorf("%s: renamed %v, else %v", l.Name, b, a)
			}
			g, pg := gradient(l, y, p), gradient(l, py, pp)
			for j, k := range perm {
				if math.Abs(pg[j]-g[k]) > 1e-13*(1+math.Abs(g[k])) {
					t.Errorf("%s: renamed gradient %v, else %v", l.Name, pg, g)
				}
			}
		}
	}
}

// For a one-hot target of class c each loss of probabilities is a formula in σ_c and ‖σ‖.
func TestOneHotForms(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 5))
	for range 200 {
		n := 2 + rng.IntN(4)
		c, p := rng.IntN(n), gaussian(rng, n, 2)
		y, σ := oneHot(n, c), activation.Softmax(nil, p)
		s, norm := σ[c], floats.Norm(σ, 2)
		for _, f := range []struct {
			l    loss.Func
			want float64
		}{
			{loss.Expectation, 2 * (1 - s)},
			{loss.RegularisedExpectation, 2*(1-s) + norm*norm - 1},
			{loss.Chebyshev, 1 - s},
			{loss.Log, -math.Log(s)},
			{loss.Log2, math.Log(s) * math.Log(s)},
			{loss.Tanimoto, -s / (norm*norm + 1 - s)},
			{loss.CauchySchwarz, -math.Log(s / norm)},
			{loss.SoftmaxCrossEntropy, -math.Log(s)},
		} {
			if got := f.l.F(y, p); math.Abs(got-f.want) > 1e-12*(1+math.Abs(f.want)) {
				t.Errorf("%s is %v, its formula %v", f.l.Name, got, f.want)
			}
		}
		// ½‖r‖² is half of ‖r‖², and two classes make cross entropy the binary one of the difference of scores
		if loss.SquaredHalf.F(y, p) != loss.L2.F(y, p)/2 {
			t.Error("SquaredHalf is not half of L2")
		}
		a, b := loss.SoftmaxCrossEntropy.F([]float64{1, 0}, p[:2]), loss.BinaryCrossEntropy.F([]float64{1}, []float64{p[0] - p[1]})
		if math.Abs(a-b) > 1e-14*(1+a) {
			t.Errorf("two classes %v, binary %v", a, b)
		}
	}
}

// Bounds: which losses an outlier can make as large as it likes, and which not.
func TestBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 6))
	bound := map[string][2]float64{ // of the value, for a one-hot target
		"expectation": {0, 2}, "regularised-expectation": {0, 2}, "chebyshev": {0, 1}, "tanimoto": {-1, 0},
	}
	for _, l := range loss.All {
		lo, hi := 0.0, math.Inf(1)
		if b, ok := bound[l.Name]; ok {
			lo, hi = b[0], b[1]
		}
		for range 300 {
			n := 2 + rng.IntN(4)
			y, p := oneHot(n, rng.IntN(n)), gaussian(rng, n, math.Exp(3*rng.NormFloat64()))
			if v := l.F(y, p); !(v >= lo-1e-15 && v <= hi+1e-15) {
				t.Errorf("%s is %v", l.Name, v)
			}
		}
	}
	// never below the entropy of the target, and there at σ = y
	for range 100 {
		n := 2 + rng.IntN(4)
		scores := gaussian(rng, n, 1)
		y := activation.Softmax(nil, scores)
		entropy := 0.0
		for _, v := range y {
			entropy -= v * math.Log(v)
		}
		if v := loss.SoftmaxCrossEntropy.F(y, gaussian(rng, n, 2)); v < entropy-1e-14 {
			t.Errorf("cross entropy %v below the entropy %v", v, entropy)
		}
		if v := loss.SoftmaxCrossEntropy.F(y, scores); math.Abs(v-entropy) > 1e-14*(1+v) {
			t.Errorf("cross entropy at σ = y is %v, the entropy %v", v, entropy)
		}
		if g := gradient(loss.SoftmaxCrossEntropy, y, scores); floats.Norm(g, math.Inf(1)) > 1e-15 {
			t.Errorf("gradient at σ = y is %v", g)
		}
	}
}

// Along every segment the convex ones are below their chord; for the others a segment is known where they are not.
func TestConvexity(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 7))
	convex := []string{"l1", "l2", "squared-half", "hinge", "hinge2", "hinge3", "log", "log2", "cauchy-schwarz", "binary-cross-entropy", "cross-entropy"}
	for _, l := range loss.All {
		above := false
		for range 2000 {
			n := 2 + rng.IntN(3)
			y, p, q := oneHot(n, rng.IntN(n)), gaussian(rng, n, 3), gaussian(rng, n, 3)
			mid := make([]float64, n)
			floats.AddTo(mid, p, q)
			floats.Scale(0.5, mid)
			if chord := (l.F(y, p) + l.F(y, q)) / 2; l.F(y, mid) > chord+1e-12*(1+chord) {
				above = true
			}
		}
		if l.Name == "cauchy-schwarz" { // convex for one-hot targets only: a difference of log-sum-exps
			y, p, q, mid := []float64{0.5, 0.5}, []float64{-6, 6}, []float64{-2, 2}, []float64{-4, 4}
			if l.F(y, mid) <= (l.F(y, p)+l.F(y, q))/2 {
				t.Error("cauchy-schwarz is below its chord for a distribution too")
			}
		}
		if above == slices.Contains(convex, l.Name) {
			t.Errorf("%s: above a chord: %v", l.Name, above)
		}
	}
}

func TestMargin(t *testing.T) {
	svm, perceptron := loss.Margin("svm", 1, 1), loss.Margin("perceptron", 0, 1)
	for _, c := range []struct{ y, p, svm, perceptron float64 }{{1, 0.3, 0.7, 0}, {1, -2, 3, 2}, {0, 0.3, 1.3, 0.3}, {0, -2, 0, 0}} {
		y, p := []float64{c.y}, []float64{c.p}
		if a, b := svm.F(y, p), perceptron.F(y, p); math.Abs(a-c.svm) > 1e-15 || b != c.perceptron {
			t.Errorf("y %v, p %v: %v, %v", c.y, c.p, a, b)
		}
	}
	if g := gradient(perceptron, []float64{1}, []float64{0}); g[0] != 0 {
		t.Errorf("the perceptron's slope at 0 is %v", g)
	}
}

func TestByName(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range loss.All {
		if got, err := loss.ByName(l.Name); err != nil || got.Name != l.Name || seen[l.Name] {
			t.Errorf("%q: %v, %v", l.Name, got.Name, err)
		}
		seen[l.Name] = true
	}
	if _, err := loss.ByName("huber"); err == nil || !strings.Contains(err.Error(), "cauchy-schwarz") {
		t.Errorf("error %v", err)
	}
}

func TestPanics(t *testing.T) {
	must := func(what string, f func()) {
		defer func() {
			if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "loss: ") {
				t.Errorf("%s: panic %q", what, s)
			}
		}()
		f()
	}
	for _, l := range loss.All {
		two, three := make([]float64, 2), make([]float64, 3)
		must(l.Name+" lengths", func() { l.F(two, three) })
		must(l.Name+" empty", func() { l.F(nil, nil) })
		must(l.Name+" gradient", func() { l.D(three, two, three) })
		must(l.Name+" dst", func() { l.D(two, three, three) })
	}
	for _, power := range []int{0, 4} {
		must(fmt.Sprint("power ", power), func() { loss.Margin("x", 1, power) })
	}
}
