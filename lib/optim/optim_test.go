package optim_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/gradcheck"
	"nncourse/lib/optim"
)

var background = context.Background()

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 5)) }

func gaussian(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

// spd returns a symmetric matrix with the eigenvalues given and random eigenvectors, the columns of q.
func spd(rng *rand.Rand, eigen ...float64) (h *mat.SymDense, q *mat.Dense) {
	n := len(eigen)
	var f mat.QR
	f.Factorize(mat.NewDense(n, n, gaussian(rng, n*n)))
	q = new(mat.Dense)
	f.QTo(q)
	h = mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s := 0.0
			for k, l := range eigen {
				s += q.At(i, k) * l * q.At(j, k)
			}
			h.SetSym(i, j, s)
		}
	}
	return h, q
}

// minimize fails the test on an error.
func minimize(t testing.TB, m optim.Method, p optim.Problem, x0 []float64, seed uint64) *optim.Trajectory {
	t.Helper()
	tr, err := m.Minimize(background, p, x0, source(seed))
	if err != nil {
		t.Fatalf("%+v: %v", m, err)
	}
	return tr
}

//go:embed testdata/golden.json
var goldenJSON []byte

type golden struct {
	Logistic struct {
		A                          [][]float64
		Y, X0                      []float64
		Mu, Rate, MinLoss          float64
		Points                     [][]float64
		Losses, GradNorms, Minimum []float64
	}
	Rosenbrock struct {
		Rate   float64
		Points [][]float64
		Losses []float64
	}
}

func readGolden(t testing.TB) (g golden) {
	if err := json.Unmarshal(goldenJSON, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// logistic is the ridge logistic regression of golden.py.
func logistic(a [][]float64, y []float64, mu float64) optim.Problem {
	all := make([]int, len(a))
	for i := range all {
		all[i] = i
	}
	pick := func(batch []int) []int {
		if batch == nil {
			return all
		}
		return batch
	}
	return optim.Problem{
		N: len(a),
		Loss: func(x []float64, batch []int) float64 {
			s := 0.0
			for _, i := range pick(batch) {
				m := -y[i] * floats.Dot(a[i], x)
				s += math.Max(0, m) + math.Log1p(math.Exp(-math.Abs(m)))
			}
			return s/float64(len(pick(batch))) + mu/2*floats.Dot(x, x)
		},
		Grad: func(dst, x []float64, batch []int) {
			clear(dst)
			for _, i := range pick(batch) {
				floats.AddScaled(dst, -y[i]/(1+math.Exp(y[i]*floats.Dot(a[i], x)))/float64(len(pick(batch))), a[i])
			}
			floats.AddScaled(dst, mu, x)
		},
	}
}

func rosenbrock() optim.Problem {
	return optim.Problem{
		N: 1,
		Loss: func(x []float64, _ []int) float64 {
			return math.Pow(1-x[0], 2) + 100*math.Pow(x[1]-x[0]*x[0], 2)
		},
		Grad: func(dst, x []float64, _ []int) {
			d := x[1] - x[0]*x[0]
			dst[0], dst[1] = -2*(1-x[0])-400*x[0]*d, 200*d
		},
	}
}

// NumPy takes the same steps, SciPy finds the same minimum.
func TestGolden(t *testing.T) {
	g := readGolden(t)
	l := g.Logistic
	p := logistic(l.A, l.Y, l.Mu)
	tr := minimize(t, optim.GD{Rate: l.Rate, Steps: len(l.Points) - 1}, p, l.X0, 0)
	compare := func(what string, got, want []float64) {
		t.Helper()
		// Sixty steps of a contraction in float64: nothing builds up beyond a few roundings.
		if len(got) != len(want) || !floats.EqualApprox(got, want, 1e-12) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	for k := range l.Points {
		compare(fmt.Sprintf("logistic point %d", k), tr.X[k], l.Points[k])
	}
	compare("logistic losses", tr.Loss, l.Losses)
	compare("logistic gradient norms", tr.GradNorm, l.GradNorms)

	r := g.Rosenbrock
	tr = minimize(t, optim.GD{Rate: r.Rate, Steps: len(r.Points) - 1}, rosenbrock(), r.Points[0], 0)
	for k := range r.Points {
		compare(fmt.Sprintf("Rosenbrock point %d", k), tr.X[k], r.Points[k])
	}
	compare("Rosenbrock losses", tr.Loss, r.Losses)

	// To SciPy's minimum: BFGS there stopped near a gradient of 1e-8 or less.
	tr = minimize(t, optim.GD{Rate: l.Rate, Steps: 5000, Every: 5000, Tolerance: 1e-13}, p, l.X0, 0)
	x, loss, _ := tr.Last()
	if d := floats.Distance(x, l.Minimum, 2); !(d < 1e-6) {
		t.Errorf("logistic: ends %g from SciPy's minimum", d)
	}
	if !(math.Abs(loss-l.MinLoss) < 1e-13) {
		t.Errorf("logistic: loss %v, SciPy %v", loss, l.MinLoss)
	}
}

// x_k = x* + (I − ηH)ᵏ(x₀ − x*), for definite, singular and indefinite H.
func TestGDClosedForm(t *testing.T) {
	for seed := range uint64(20) {
		rng := source(seed)
		n := 1 + rng.IntN(6)
		eigen := make([]float64, n)
		for i := range eigen {
			eigen[i] = rng.Float64()*3 - 0.5 // some negative
		}
		if seed%4 == 0 {
			eigen[0] = 0
		}
		h, q := spd(rng, eigen...)
		minimum, x0 := gaussian(rng, n), gaussian(rng, n)
		const eta, steps = 0.3, 25
		tr := minimize(t, optim.GD{Rate: eta, Steps: steps}, optim.Quadratic(h, minimum), x0, 0)
		for k := range steps + 1 {
			want := slices.Clone(minimum)
			for j, l := range eigen {
				qj := mat.Col(nil, j, q)
				e0 := floats.Dot(qj, x0) - floats.Dot(qj, minimum)
				floats.AddScaled(want, e0*math.Pow(1-eta*l, float64(k)), qj)
			}
			// Growing directions reach 1.15²⁵ ≈ 33 times the start.
			if !floats.EqualApprox(tr.X[k], want, 1e-11) {
				t.Fatalf("seed %d, step %d: %v, want %v", seed, k, tr.X[k], want)
			}
		}
	}
}

// The rate decides between convergence and divergence at 2/λ_max, and at BestRate the factor a step is (κ−1)/(κ+1).
func TestRates(t *testing.T) {
	for seed := range uint64(10) {
		rng := source(seed)
		lo, hi := 0.2+rng.Float64(), 3+rng.Float64()*5
		h, q := spd(rng, lo, (lo+hi)/2, hi)
		p := optim.Quadratic(h, make([]float64, 3))
		if got := optim.StepLimit(h); !(math.Abs(got-2/hi) < 1e-12) {
			t.Errorf("StepLimit = %v, want %v", got, 2/hi)
		}
		x0 := gaussian(rng, 3)
		below := minimize(t, optim.GD{Rate: 0.99 * optim.StepLimit(h), Steps: 2000, Every: 2000}, p, x0, 0)
		if _, loss, _ := below.Last(); !(loss < 1e-15*below.Loss[0]) {
			t.Errorf("0.99 of the limit: loss %v after 2000 steps", loss)
		}
		above, err := optim.GD{Rate: 1.01 * optim.StepLimit(h), Steps: 100000, Every: 100}.Minimize(background, p, x0, nil)
		if !errors.Is(err, optim.ErrDiverged) || above == nil || len(above.X) < 3 {
			t.Errorf("1.01 of the limit: %v, want ErrDiverged with the trajectory", err)
		}

		// The worst start for BestRate mixes the two extreme eigenvectors.
		kappa := hi / lo
		rho := (kappa - 1) / (kappa + 1)
		worst := make([]float64, 3)
		mat.NewVecDense(3, worst).AddVec(q.ColView(0), q.ColView(2))
		best := optim.BestRate(h)
		tr := minimize(t, optim.GD{Rate: best, Steps: 20}, p, worst, 0)
		for k := range 20 {
			if got := math.Sqrt(tr.Loss[k+1] / tr.Loss[k]); !(math.Abs(got-rho) < 1e-9) {
				t.Fatalf("BestRate: factor %v at step %d, want %v", got, k, rho)
			}
		}
		for _, other := range []float64{0.9, 1.1} {
			// In the long run: after few steps the loss still weighs the two directions differently.
			long := minimize(t, optim.GD{Rate: best, Steps: 300}, p, worst, 0)
			o := minimize(t, optim.GD{Rate: other * best, Steps: 300}, p, worst, 0)
			if !(o.Loss[300] > long.Loss[300]) {
				t.Errorf("%v of BestRate does better than BestRate", other)
			}
		}
	}
}

// On a convex loss with Lipschitz gradient (L = λ_max(AᵀA)/4N + μ) and η ≤ 1/L:
// every step falls by ≥ (η/2)‖∇‖², and L(x_k) − L* ≤ ‖x₀ − x*‖²/(2ηk).
func TestConvexRate(t *testing.T) {
	l := readGolden(t).Logistic
	p := logistic(l.A, l.Y, l.Mu)
	a := mat.NewDense(len(l.A), len(l.X0), slices.Concat(l.A...))
	var ata mat.SymDense
	ata.SymOuterK(1, a.T())
	lip := 2/optim.StepLimit(&ata)/4/float64(len(l.A)) + l.Mu
	for seed := range uint64(10) {
		x0 := gaussian(source(seed), len(l.X0))
		floats.Scale(3, x0)
		eta := 1 / lip
		tr := minimize(t, optim.GD{Rate: eta, Steps: 200}, p, x0, 0)
		d := floats.Distance(x0, l.Minimum, 2)
		for k := 1; k < len(tr.Loss); k++ {
			if fall := tr.Loss[k-1] - tr.Loss[k]; fall < eta/2*math.Pow(tr.GradNorm[k-1], 2)-1e-14 {
				t.Fatalf("seed %d: step %d falls by %g, less than the descent lemma says", seed, k, fall)
			}
			if gap := tr.Loss[k] - l.MinLoss; gap > d*d/(2*eta*float64(k))+1e-14 {
				t.Fatalf("seed %d: gap %g after %d steps, above ‖x₀ − x*‖²/(2ηk)", seed, gap, k)
			}
		}
	}
}

// line is the loss (1/N) Σ ½(x − bᵢ)².
func line(b ...float64) optim.Problem {
	a := mat.NewDense(len(b), 1, nil)
	for i := range b {
		a.Set(i, 0, 1)
	}
	return optim.LeastSquares(a, b)
}

// With replacement, x_{k+1} = (1−η)x_k + η·mean(batch) on that line: the variance settles at η/(2−η)·σ²/B.
func TestSGDPlateau(t *testing.T) {
	rng := source(1)
	b := gaussian(rng, 50)
	mean := floats.Sum(b) / 50
	sigma2 := 0.0
	for _, v := range b {
		sigma2 += (v - mean) * (v - mean) / 50
	}
	for _, c := range []struct {
		eta   float64
		batch int
	}{{0.5, 1}, {0.25, 1}, {0.5, 5}, {0.1, 10}} {
		tr := minimize(t, optim.SGD{Rate: c.eta, Batch: c.batch, Epochs: 200000 * c.batch / 50, Every: 1, Replace: true}, line(b...), []float64{mean}, 3)
		sum, n := 0.0, 0.0
		for _, x := range tr.X[100:] {
			sum += (x[0] - mean) * (x[0] - mean)
			n++
		}
		want := c.eta / (2 - c.eta) * sigma2 / float64(c.batch)
		// About n·η/2 independent squares, each with a relative spread of √2: 4 standard errors.
		if got := sum / n; !(math.Abs(got/want-1) < 4*math.Sqrt(2/(n*c.eta/2))) {
			t.Errorf("η = %v, B = %d: variance %v, want %v", c.eta, c.batch, got, want)
		}
	}
}

// Where one x fits all samples their gradients vanish together: SGD then converges to it without a plateau.
func TestSGDInterpolates(t *testing.T) {
	for seed := range uint64(5) {
		rng := source(seed)
		a := mat.NewDense(30, 3, gaussian(rng, 90))
		want := gaussian(rng, 3)
		b := make([]float64, 30)
		mat.NewVecDense(30, b).MulVec(a, mat.NewVecDense(3, want))
		for _, batch := range []int{1, 7} {
			tr := minimize(t, optim.SGD{Rate: 0.05, Batch: batch, Epochs: 300 * batch}, optim.LeastSquares(a, b), make([]float64, 3), seed)
			if x, _, _ := tr.Last(); !(floats.Distance(x, want, 2) < 1e-10) {
				t.Errorf("seed %d, B = %d: ends %g from the solution", seed, batch, floats.Distance(x, want, 2))
			}
		}
	}
}

// The variance of a batch's gradient is σ²/B drawn with replacement, and (N−B)/(N−1) of that when dealt.
func TestBatchVariance(t *testing.T) {
	b := gaussian(source(9), 20)
	mean := floats.Sum(b) / 20
	sigma2 := 0.0
	for _, v := range b {
		sigma2 += (v - mean) * (v - mean) / 20
	}
	p := line(b...)
	for _, replace := range []bool{true, false} {
		for _, size := range []int{1, 4, 10, 20} {
			deal := optim.NewDealer(20, size, replace, source(uint64(size)))
			const draws = 40000
			sum, g := 0.0, []float64{0}
			for range draws {
				p.Grad(g, []float64{mean}, deal.Next())
				sum += g[0] * g[0]
			}
			want := sigma2 / float64(size)
			if !replace {
				want *= float64(20-size) / 19
			}
			// Five standard errors of a variance of near-normal numbers.
			if got := sum / draws; !(math.Abs(got-want) <= 5*want*math.Sqrt(2.0/draws)+1e-15) {
				t.Errorf("B = %d, replace %v: variance %v, want %v", size, replace, got, want)
			}
		}
	}
}

// An epoch deals every sample once; batches are of size B but the last.
func TestDealer(t *testing.T) {
	for n := 1; n <= 13; n++ {
		for size := 1; size <= n; size++ {
			d := optim.NewDealer(n, size, false, source(uint64(n)))
			for range 3 {
				var seen []int
				for len(seen) < n {
					b := d.Next()
					if want := min(size, n-len(seen)); len(b) != want {
						t.Fatalf("n = %d, B = %d: a batch of %d, want %d", n, size, len(b), want)
					}
					seen = append(seen, b...)
				}
				slices.Sort(seen)
				for i, v := range seen {
					if i != v {
						t.Fatalf("n = %d, B = %d: an epoch dealt %v", n, size, seen)
					}
				}
			}
		}
	}
	// All 24 orders of four samples arise, about equally often: χ² with 23 degrees of freedom, 99.99 % below 57.
	d := optim.NewDealer(4, 4, false, source(2))
	count := map[string]float64{}
	for range 24000 {
		count[fmt.Sprint(d.Next())]++
	}
	chi := 0.0
	for _, c := range count {
		chi += (c - 1000) * (c - 1000) / 1000
	}
	if len(count) != 24 || chi > 57 {
		t.Errorf("orders of four: %d different, χ² = %.1f", len(count), chi)
	}
}

// Every method solves every problem; each entry's tolerance is on the distance to the minimum.
func TestMethods(t *testing.T) {
	rng := source(4)
	h, _ := spd(rng, 0.5, 1, 4)
	l := readGolden(t).Logistic
	problems := []struct {
		name    string
		p       optim.Problem
		x0, min []float64
	}{
		{"quadratic", optim.Quadratic(h, []float64{1, -2, 3}), []float64{0, 0, 0}, []float64{1, -2, 3}},
		{"logistic", logistic(l.A, l.Y, l.Mu), l.X0, l.Minimum},
		{"line", line(1, 2, 6), []float64{-4}, []float64{3}},
	}
	methods := []struct {
		name string
		m    optim.Method
		tol  float64
	}{
		{"GD", optim.GD{Rate: 0.3, Steps: 3000, Every: 100}, 1e-6},
		{"SGD, B = N", optim.SGD{Rate: 0.3, Batch: 1000, Epochs: 3000, Every: 100}, 1e-6},
		{"SGD, B = 2", optim.SGD{Rate: 0.001, Batch: 2, Epochs: 20000, Every: 1000}, 0.02},
		{"SGD, B = 1 with replacement", optim.SGD{Rate: 0.001, Batch: 1, Epochs: 20000, Every: 1000, Replace: true}, 0.15},
	}
	for _, p := range problems {
		for _, m := range methods {
			t.Run(p.name+"/"+m.name, func(t *testing.T) {
				start := slices.Clone(p.x0)
				tr := minimize(t, m.m, p.p, start, 7)
				if !slices.Equal(start, p.x0) {
					t.Error("the start was changed")
				}
				x, loss, step := tr.Last()
				if d := floats.Distance(x, p.min, 2); !(d <= m.tol) {
					t.Errorf("ends %g from the minimum, want ≤ %g", d, m.tol)
				}
				k := len(tr.X)
				if len(tr.Loss) != k || len(tr.Step) != k || len(tr.GradNorm) != k || len(tr.Samples) != k || len(tr.Seconds) != k {
					t.Fatal("the trajectory's slices differ in length")
				}
				if tr.Step[0] != 0 || tr.Samples[0] != 0 || !slices.Equal(tr.X[0], p.x0) {
					t.Error("record 0 is not the start")
				}
				if !slices.IsSorted(tr.Step) || !slices.IsSorted(tr.Samples) || !slices.IsSorted(tr.Seconds) || !(tr.Seconds[k-1] > 0) {
					t.Error("steps, samples or seconds do not increase")
				}
				g := make([]float64, len(x))
				p.p.Grad(g, x, nil)
				if loss != p.p.Loss(x, nil) || tr.GradNorm[k-1] != floats.Norm(g, 2) || step != tr.Step[k-1] {
					t.Error("the last record is not about the last point")
				}
				again := minimize(t, m.m, p.p, p.x0, 7)
				if y, _, _ := again.Last(); !slices.Equal(x, y) {
					t.Error("the same seed took another path")
				}
			})
		}
	}
}

// One batch of all samples is GD, whatever the order they are summed in.
func TestFullBatchIsGD(t *testing.T) {
	l := readGolden(t).Logistic
	p := logistic(l.A, l.Y, l.Mu)
	gd := minimize(t, optim.GD{Rate: 0.5, Steps: 40}, p, l.X0, 0)
	sgd := minimize(t, optim.SGD{Rate: 0.5, Batch: p.N, Epochs: 40}, p, l.X0, 1)
	for k := range gd.X {
		if !floats.EqualApprox(gd.X[k], sgd.X[k], 1e-13) {
			t.Fatalf("step %d: GD at %v, SGD at %v", k, gd.X[k], sgd.X[k])
		}
	}
	if !slices.Equal(gd.Samples, sgd.Samples) {
		t.Errorf("samples %v and %v", gd.Samples, sgd.Samples)
	}
}

// The steps of SGD, replayed from the batches that its gradient was asked for.
func TestSGDReplay(t *testing.T) {
	rng := source(3)
	a, b := mat.NewDense(11, 2, gaussian(rng, 22)), gaussian(rng, 11)
	p := optim.LeastSquares(a, b)
	for _, replace := range []bool{false, true} {
		var batches [][]int
		spy := p
		spy.Grad = func(dst, x []float64, batch []int) {
			if batch != nil {
				batches = append(batches, slices.Clone(batch))
			}
			p.Grad(dst, x, batch)
		}
		tr := minimize(t, optim.SGD{Rate: 0.1, Batch: 4, Epochs: 5, Every: 1, Replace: replace}, spy, []float64{1, 1}, 8)
		if len(batches) != 15 || len(tr.X) != 16 {
			t.Fatalf("%d batches, %d records, want 15 and 16", len(batches), len(tr.X))
		}
		x, samples := []float64{1, 1}, 0
		for k, batch := range batches {
			g := make([]float64, 2)
			for _, i := range batch {
				r := a.At(i, 0)*x[0] + a.At(i, 1)*x[1] - b[i]
				g[0] += r * a.At(i, 0) / float64(len(batch))
				g[1] += r * a.At(i, 1) / float64(len(batch))
			}
			x = []float64{x[0] - 0.1*g[0], x[1] - 0.1*g[1]}
			samples += len(batch)
			if !floats.EqualApprox(tr.X[k+1], x, 1e-14) || tr.Samples[k+1] != samples {
				t.Fatalf("step %d: at %v after %d samples, want %v after %d", k+1, tr.X[k+1], tr.Samples[k+1], x, samples)
			}
		}
	}
}

// A sum over N samples needs the rate η/N to take the steps of the mean.
func TestSums(t *testing.T) {
	b := []float64{1, 2, 6, 7}
	mean := minimize(t, optim.GD{Rate: 0.4, Steps: 10}, line(b...), []float64{0}, 0)
	sum := minimize(t, optim.GD{Rate: 0.1, Steps: 10}, optim.Sums(line(b...)), []float64{0}, 0)
	for k := range mean.X {
		if !floats.EqualApprox(mean.X[k], sum.X[k], 1e-14) || !(math.Abs(sum.Loss[k]-4*mean.Loss[k]) < 1e-12) {
			t.Fatalf("step %d: %v and %v", k, mean.X[k], sum.X[k])
		}
	}
	s := optim.Sums(line(b...))
	if got := s.Loss([]float64{0}, []int{1, 3}); got != (4.0+49)/2 {
		t.Errorf("the sum of a batch's losses is %v", got)
	}
}

func TestGradients(t *testing.T) {
	rng := source(6)
	h, _ := spd(rng, -1, 2, 5)
	l := readGolden(t).Logistic
	for name, c := range map[string]struct {
		p     optim.Problem
		n     int
		batch []int
	}{
		"least squares":           {optim.LeastSquares(mat.NewDense(5, 3, gaussian(rng, 15)), gaussian(rng, 5)), 3, nil},
		"least squares, a batch":  {optim.LeastSquares(mat.NewDense(5, 3, gaussian(rng, 15)), gaussian(rng, 5)), 3, []int{4, 1, 4}},
		"quadratic":               {optim.Quadratic(h, gaussian(rng, 3)), 3, nil},
		"sums":                    {optim.Sums(optim.LeastSquares(mat.NewDense(5, 3, gaussian(rng, 15)), gaussian(rng, 5))), 3, []int{0, 2}},
		"logistic (of this test)": {logistic(l.A, l.Y, l.Mu), 4, nil},
	} {
		x := gaussian(rng, c.n)
		g := make([]float64, c.n)
		g[0] = 99 // Grad overwrites
		c.p.Grad(g, x, c.batch)
		if err := (gradcheck.Checker{}).Check(func(x []float64) float64 { return c.p.Loss(x, c.batch) }, x, g, nil).Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRecording(t *testing.T) {
	p := line(1, 2, 6)
	for _, c := range []struct {
		m    optim.Method
		want []int
	}{
		{optim.GD{Rate: 0.1, Steps: 7, Every: 3}, []int{0, 3, 6, 7}},
		{optim.GD{Rate: 0.1, Steps: 6, Every: 3}, []int{0, 3, 6}},
		{optim.GD{Rate: 0.1}, []int{0}},
		{optim.GD{Rate: 1, Steps: 5, Tolerance: 1e-12}, []int{0, 1}}, // one step of rate 1 ends at the mean
		{optim.GD{Rate: 1, Steps: 5, Every: 3, Tolerance: 1e-12}, []int{0, 1}},
		{optim.GD{Rate: 0.5, Steps: 5, Tolerance: 1}, []int{0, 1, 2}}, // gradients −3, −1.5, −0.75
		{optim.SGD{Rate: 0.1, Batch: 2, Epochs: 3}, []int{0, 2, 4, 6}},
		{optim.SGD{Rate: 0.1, Epochs: 2}, []int{0, 3, 6}},
		{optim.SGD{Rate: 0.1, Batch: 2, Epochs: 2, Every: 3}, []int{0, 3, 4}},
		{optim.SGD{Rate: 0.1}, []int{0}},
	} {
		tr := minimize(t, c.m, p, []float64{0}, 1)
		if !slices.Equal(tr.Step, c.want) {
			t.Errorf("%+v records %v, want %v", c.m, tr.Step, c.want)
		}
		if gd, ok := c.m.(optim.GD); ok && tr.Stopped != (gd.Tolerance > 0) {
			t.Errorf("%+v: Stopped = %v", c.m, tr.Stopped)
		}
	}
	tr := minimize(t, optim.GD{Rate: 0.5, Steps: 2}, optim.Quadratic(mat.NewSymDense(2, []float64{1, 0, 0, 1}), []float64{0, 0}), []float64{4, 8}, 0)
	if c := tr.Coordinate(1); !slices.Equal(c, []float64{8, 4, 2}) {
		t.Errorf("second coordinates %v", c)
	}
}

func TestErrors(t *testing.T) {
	p := line(1, 2, 6)
	methods := []optim.Method{optim.GD{Rate: 0.1, Steps: 5}, optim.SGD{Rate: 0.1, Epochs: 5}}
	for _, m := range methods {
		for _, bad := range []float64{math.NaN(), math.Inf(1)} {
			if tr, err := m.Minimize(background, p, []float64{bad}, source(1)); err == nil || tr != nil {
				t.Errorf("%T from %v: %v", m, bad, err)
			}
		}
		ended, cancel := context.WithCancelCause(background)
		reason := errors.New("enough")
		cancel(reason)
		if tr, err := m.Minimize(ended, p, []float64{1}, source(1)); !errors.Is(err, reason) || len(tr.X) != 1 {
			t.Errorf("%T with an ended context: %v", m, err)
		}
		nan := p
		nan.Loss = func([]float64, []int) float64 { return math.NaN() }
		if _, err := m.Minimize(background, nan, []float64{1}, source(1)); !errors.Is(err, optim.ErrDiverged) {
			t.Errorf("%T with a NaN loss: %v", m, err)
		}
	}
	if _, err := (optim.SGD{Rate: 3, Epochs: 2000}).Minimize(background, p, []float64{0}, source(1)); !errors.Is(err, optim.ErrDiverged) {
		t.Errorf("SGD with a rate of 3: %v", err)
	}

	for name, f := range map[string]func(){
		"rate 0":         func() { optim.GD{Steps: 1}.Minimize(background, p, []float64{0}, nil) },
		"rate NaN":       func() { optim.GD{Rate: math.NaN()}.Minimize(background, p, []float64{0}, nil) },
		"steps < 0":      func() { optim.GD{Rate: 1, Steps: -1}.Minimize(background, p, []float64{0}, nil) },
		"SGD rate Inf":   func() { optim.SGD{Rate: math.Inf(1)}.Minimize(background, p, []float64{0}, source(1)) },
		"SGD batch < 0":  func() { optim.SGD{Rate: 1, Batch: -1}.Minimize(background, p, []float64{0}, source(1)) },
		"no rng":         func() { optim.SGD{Rate: 1}.Minimize(background, p, []float64{0}, nil) },
		"empty start":    func() { optim.GD{Rate: 1}.Minimize(background, p, nil, nil) },
		"no gradient":    func() { optim.GD{Rate: 1}.Minimize(background, optim.Problem{N: 1, Loss: p.Loss}, []float64{0}, nil) },
		"long x":         func() { p.Loss([]float64{1, 2}, nil) },
		"labels":         func() { optim.LeastSquares(mat.NewDense(2, 1, nil), []float64{1}) },
		"minimum":        func() { optim.Quadratic(mat.NewSymDense(2, nil), []float64{1}) },
		"indefinite":     func() { optim.BestRate(mat.NewSymDense(2, []float64{1, 0, 0, -1})) },
		"batch too big":  func() { optim.NewDealer(3, 4, false, source(1)) },
		"sum of nothing": func() { optim.Sums(optim.Problem{}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
	if got := optim.StepLimit(mat.NewSymDense(1, []float64{0})); !math.IsInf(got, 1) {
		t.Errorf("the step limit of the zero Hessian is %v", got)
	}
}
