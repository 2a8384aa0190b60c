package generative_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"nncourse/lib/generative"
	"nncourse/lib/linear"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 608)) }

// TestScikitLearn compares with golden figures of scikit-learn, and of NumPy for the shared variance.
func TestScikitLearn(t *testing.T) {
	var g struct {
		Y                []int
		Real, Yes, Count [][]float64
		Models           []struct {
			Name             string
			A                float64
			Joint, Posterior [][]float64
		}
	}
	b, err := os.ReadFile("testdata/naivebayes.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Models) != 7 {
		t.Fatalf("%d models", len(g.Models))
	}
	for _, w := range g.Models {
		var m generative.NaiveBayes
		var err error
		x := g.Real
		switch w.Name {
		case "gaussian":
			m, err = generative.Gaussian{Floor: w.A}.Fit(x, g.Y, 3)
		case "shared":
			m, err = generative.Gaussian{Floor: w.A, Shared: true}.Fit(x, g.Y, 3)
		case "bernoulli":
			x = g.Yes
			m, err = generative.Bernoulli{Alpha: w.A}.Fit(x, g.Y, 3)
		case "multinomial":
			x = g.Count
			m, err = generative.Multinomial{Alpha: w.A}.Fit(x, g.Y, 3)
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range w.Joint {
			near(t, fmt.Sprint(w.Name, " joint of ", i), m.LogJoint(x[i]), w.Joint[i], 1e-10)
			near(t, fmt.Sprint(w.Name, " posterior of ", i), generative.Posterior(m, x[i]), w.Posterior[i], 1e-10)
		}
	}
}

func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	for i, w := range want {
		if !(math.Abs(got[i]-w) <= tol*(1+math.Abs(w))) || len(got) != len(want) {
			t.Errorf("%s: %v, want %v", what, got, want)
			return
		}
	}
}

// normals draws n points of d features in two classes: means ±shift, standard deviations sigma[c].
func normals(n, d int, shift float64, sigma [2]float64, rng *rand.Rand) (x [][]float64, y []int) {
	for i := range n {
		c := i % 2
		row := make([]float64, d)
		for j := range row {
			row[j] = float64(2*c-1)*shift + sigma[c]*rng.NormFloat64()
		}
		x, y = append(x, row), append(y, c)
	}
	return x, y
}

// TestSharedIsLogistic checks that with one variance for both classes the posterior is σ(wᵀx + b), w = (μ₁ − μ₀)/σ²: the form of
// logistic regression (Ng and Jordan 2002, §3), whose maximum of the conditional likelihood it cannot exceed.
func TestSharedIsLogistic(t *testing.T) {
	x, y := normals(60, 3, 0.5, [2]float64{1, 2}, source(1))
	m, err := generative.Gaussian{Shared: true}.Fit(x, y, 2)
	if err != nil {
		t.Fatal(err)
	}
	w, b := make([]float64, 3), m.LogPrior[1]-m.LogPrior[0]
	for j := range w {
		v := m.Variance[0][j]
		w[j] = (m.Mean[1][j] - m.Mean[0][j]) / v
		b += (m.Mean[0][j]*m.Mean[0][j] - m.Mean[1][j]*m.Mean[1][j]) / (2 * v)
	}
	for i := range x {
		p := generative.Posterior(m, x[i])
		if want := 1 / (1 + math.Exp(-linear.Score(w, b, x[i]))); math.Abs(p[1]-want) > 1e-12 || math.Abs(p[0]+p[1]-1) > 1e-12 {
			t.Errorf("posterior %v, want %v", p, want)
		}
	}
	fit, err := linear.Logistic{}.Fit(x, linear.Signs(y))
	if err != nil {
		t.Fatal(err)
	}
	l := linear.Logistic{}
	if a, c := l.Loss(w, b, x, linear.Signs(y)), l.Loss(fit.W, fit.B, x, linear.Signs(y)); a < c {
		t.Errorf("conditional loss %v of naive Bayes, below the least one %v", a, c)
	}
}

// TestLikelihoods checks that each model is a distribution: all possible x together have probability p(c).
func TestLikelihoods(t *testing.T) {
	rng := source(2)
	var x [][]float64
	var y []int
	for i := range 30 {
		x = append(x, []float64{float64(rng.IntN(2)), float64(rng.IntN(2)), float64(rng.IntN(2))})
		y = append(y, i%3%2)
	}
	b, err := generative.Bernoulli{Alpha: 0.5}.Fit(x, y, 2)
	if err != nil {
		t.Fatal(err)
	}
	m, err := generative.Multinomial{Alpha: 0.5}.Fit(x, y, 2)
	if err != nil {
		t.Fatal(err)
	}
	for c := range 2 {
		all := 0.0
		for k := range 8 {
			all += math.Exp(b.LogJoint([]float64{float64(k & 1), float64(k >> 1 & 1), float64(k >> 2)})[c])
		}
		words := 0.0 // texts of one word
		for j := range 3 {
			one := make([]float64, 3)
			one[j] = 1
			words += math.Exp(m.LogJoint(one)[c])
		}
		prior := math.Exp(b.LogPrior[c])
		if math.Abs(all-prior) > 1e-12 || math.Abs(words-prior) > 1e-12 {
			t.Errorf("class %d: the probabilities sum to %v and %v, want %v", c, all, words, prior)
		}
	}
	// a text read twice has twice the evidence, and an empty one has the prior's
	p1, p2 := m.LogJoint([]float64{1, 2, 0}), m.LogJoint([]float64{2, 4, 0})
	for c := range 2 {
		if math.Abs(p2[c]-m.LogPrior[c]-2*(p1[c]-m.LogPrior[c])) > 1e-12 {
			t.Errorf("class %d: %v and, twice, %v", c, p1[c], p2[c])
		}
	}
	near(t, "empty text", m.LogJoint(make([]float64, 3)), m.LogPrior, 0)
}

// TestZeros checks what Laplace's rule is for: without it a word that a class never saw rules the class out, and a text with such a word
// for each class has no posterior; with it every text has one. A long text does not underflow.
func TestZeros(t *testing.T) {
	x, y := [][]float64{{3, 0, 1}, {0, 2, 1}}, []int{0, 1}
	plain, err := generative.Multinomial{}.Fit(x, y, 2)
	if err != nil {
		t.Fatal(err)
	}
	if p := generative.Posterior(plain, []float64{1, 0, 100}); p[0] != 1 || p[1] != 0 {
		t.Errorf("α = 0: posterior %v", p)
	}
	if p := generative.Posterior(plain, []float64{1, 1, 0}); !math.IsNaN(p[0]) {
		t.Errorf("α = 0, impossible in both: posterior %v", p)
	}
	m, err := generative.Multinomial{Alpha: 1}.Fit(x, y, 2)
	if err != nil {
		t.Fatal(err)
	}
	// by hand: θ₀ = (4, 1, 2)/7, θ₁ = (1, 3, 2)/6
	near(t, "by hand", generative.Posterior(m, []float64{1, 1, 0}), []float64{(4. / 49) / (4./49 + 3./36), (3. / 36) / (4./49 + 3./36)}, 1e-12)
	if p := generative.Posterior(m, []float64{2000, 1990, 5000}); math.IsNaN(p[0]) || math.Abs(p[0]+p[1]-1) > 1e-9 {
		t.Errorf("a text of 8990 words: posterior %v", p)
	}
	b, err := generative.Bernoulli{Alpha: 1}.Fit([][]float64{{1, 0}, {1, 1}, {0, 0}}, []int{0, 0, 1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	// by hand: θ₀ = (3, 2)/4, θ₁ = (1, 1)/3; x = (1, 0): ⅔·¾·½ against ⅓·⅓·⅔
	near(t, "Bernoulli by hand", generative.Posterior(b, []float64{1, 0}), []float64{0.25 / (0.25 + 2./27), (2. / 27) / (0.25 + 2./27)}, 1e-12)
}

func TestFloor(t *testing.T) {
	m, err := generative.Gaussian{}.Fit([][]float64{{0, 1}, {0, 2}, {0, 5}, {0, 7}}, []int{0, 0, 1, 1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if m.Variance[0][0] <= 0 || m.Variance[0][0] > 1e-7 {
		t.Errorf("a constant feature has the variance %v", m.Variance[0][0])
	}
	if c := generative.Classify(m, []float64{0, 6}); c != 1 {
		t.Errorf("class %d", c)
	}
}

func TestErrors(t *testing.T) {
	x := [][]float64{{1, 0}, {0, 1}}
	for want, f := range map[string]func() error{
		"label 1 is 2":           func() error { _, err := generative.Bernoulli{}.Fit(x, []int{0, 2}, 2); return err },
		"class 1 has no example": func() error { _, err := generative.Multinomial{}.Fit(x, []int{0, 0}, 2); return err },
		"feature 1 is NaN": func() error {
			_, err := generative.Gaussian{}.Fit([][]float64{{1, math.NaN()}, {0, 1}}, []int{0, 1}, 2)
			return err
		},
		"none of the 1 features varies": func() error { _, err := generative.Gaussian{}.Fit([][]float64{{2}, {2}}, []int{0, 1}, 2); return err },
		"want 0 or 1": func() error {
			_, err := generative.Bernoulli{}.Fit([][]float64{{0.5}, {1}}, []int{0, 1}, 2)
			return err
		},
		"want a count": func() error {
			_, err := generative.Multinomial{}.Fit([][]float64{{-1}, {1}}, []int{0, 1}, 2)
			return err
		},
		"no words": func() error {
			_, err := generative.Multinomial{}.Fit([][]float64{{0}, {1}}, []int{0, 1}, 2)
			return err
		},
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "generative: ") {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	m, err := generative.Bernoulli{Alpha: 1}.Fit(x, []int{0, 1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(){
		"features": func() { m.LogJoint([]float64{1}) },
		"alpha":    func() { generative.Multinomial{Alpha: -1}.Fit(x, []int{0, 1}, 2) },
		"floor":    func() { generative.Gaussian{Floor: math.NaN()}.Fit(x, []int{0, 1}, 2) },
		"ragged":   func() { generative.Gaussian{}.Fit([][]float64{{1}, {1, 2}}, []int{0, 1}, 2) },
		"labels":   func() { generative.Gaussian{}.Fit(x, []int{0}, 2) },
		"sizes": func() {
			generative.LearningCurves(t.Context(), x, []int{0, 1}, 2, []int{2}, 1, 1, source(1))
		},
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "generative: ") {
					t.Errorf("%s: recovered %v", name, s)
				}
			}()
			f()
		}()
	}
}

// TestCurvesCross is the figure of Ng and Jordan 2002: where the features of a class are not independent, naive Bayes is the better one with
// few examples, and logistic regression, which supposes less, with many.
func TestCurvesCross(t *testing.T) {
	rng := source(3)
	var x [][]float64
	var y []int
	for i := range 1500 {
		c := i % 2
		row := make([]float64, 20)
		common := rng.NormFloat64()
		for j := range row {
			row[j] = rng.NormFloat64() + 0.25*float64(2*c-1)
			if j < 10 { // ten features that say much the same
				row[j] = 0.3*rng.NormFloat64() + common + 0.5*float64(2*c-1)
			}
		}
		x, y = append(x, row), append(y, c)
	}
	bayes := func(x [][]float64, y []int) (func([]float64) int, error) {
		m, err := generative.Gaussian{Shared: true}.Fit(x, y, 2)
		return func(x []float64) int { return generative.Classify(m, x) }, err
	}
	seen := 0
	watch := func(x [][]float64, y []int) (func([]float64) int, error) {
		if y[0] != 0 || y[1] != 1 {
			t.Errorf("the first labels are %d, %d", y[0], y[1])
		}
		seen = max(seen, len(x))
		return func([]float64) int { return 0 }, nil
	}
	e, err := generative.LearningCurves(t.Context(), x, y, 2, []int{8, 900}, 500, 20, rng, bayes, generative.LogisticTrainer(linear.Logistic{L2: 1e-3}), watch)
	if err != nil {
		t.Fatal(err)
	}
	mean := func(v []float64) (m float64) {
		for _, e := range v {
			m += e / float64(len(v))
		}
		return m
	}
	t.Logf("errors: naive Bayes %.3f, %.3f; logistic regression %.3f, %.3f", mean(e[0][0]), mean(e[0][1]), mean(e[1][0]), mean(e[1][1]))
	if !(mean(e[0][0]) < mean(e[1][0])-0.01 && mean(e[1][1]) < mean(e[0][1])-0.02) {
		t.Errorf("the curves do not cross")
	}
	if seen != 900 || len(e[2][1]) != 20 || math.Abs(mean(e[2][1])-0.5) > 0.05 {
		t.Errorf("%d examples seen, %d repeats, constant answer wrong in %v", seen, len(e[2][1]), mean(e[2][1]))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := generative.LearningCurves(ctx, x, y, 2, []int{8}, 500, 2, rng, bayes); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, err := generative.LearningCurves(t.Context(), x, make([]int, len(x)), 2, []int{8}, 500, 2, rng, bayes); err == nil || !strings.Contains(err.Error(), "class 1") {
		t.Errorf("error %v", err)
	}
}

func ExamplePosterior() {
	// words: "free", "meeting"; texts of class 0 (ham) and 1 (spam)
	counts := [][]float64{{0, 2}, {1, 3}, {3, 0}}
	m, err := generative.Multinomial{Alpha: 1}.Fit(counts, []int{0, 0, 1}, 2)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.3f\n", generative.Posterior(m, []float64{2, 0}))
	// Output: [0.163 0.837]
}

func BenchmarkMultinomial(b *testing.B) {
	rng := source(9)
	x, y := make([][]float64, 1000), make([]int, 1000)
	for i := range x {
		x[i], y[i] = make([]float64, 500), i%2
		for j := range x[i] {
			x[i][j] = float64(rng.IntN(3))
		}
	}
	for b.Loop() {
		m, err := generative.Multinomial{Alpha: 1}.Fit(x, y, 2)
		if err != nil {
			b.Fatal(err)
		}
		for _, row := range x {
			generative.Classify(m, row)
		}
	}
}
