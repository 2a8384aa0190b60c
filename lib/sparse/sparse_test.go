package sparse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"nncourse/lib/datasets"
	"nncourse/lib/gradcheck"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 701)) }

func normal(rng *rand.Rand, rows, columns int) *mat.Dense {
	a := mat.NewDense(rows, columns, nil)
	a.Apply(func(int, int, float64) float64 { return rng.NormFloat64() }, a)
	return a
}

// random is a problem with unit Gaussian atoms, rows of x, and an α that is a tenth of the smallest that gives zero.
func random(seed uint64, rows, n, m int) (Problem, *mat.Dense) {
	rng := source(seed)
	w := normal(rng, n, m)
	for j := range m {
		c := mat.Col(nil, j, w)
		floats.Scale(1/floats.Norm(c, 2), c)
		w.SetCol(j, c)
	}
	p, x := Problem{W: w}, normal(rng, rows, n)
	p.Alpha = 0.1 * slices.Max(p.AlphaMax(x))
	return p, x
}

func TestGolden(t *testing.T) {
	raw, err := os.ReadFile("testdata/lasso.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Kind          string
		W             [][]float64
		X, Z          []float64
		Alpha, Energy float64
		Nonzeros      int
	}
	if err := json.Unmarshal(raw, &cases); err != nil || len(cases) != 4 {
		t.Fatal(err, len(cases))
	}
	for _, c := range cases {
		p := Problem{W: mat.NewDense(len(c.W), len(c.W[0]), slices.Concat(c.W...)), Alpha: c.Alpha}
		x := mat.NewDense(1, len(c.X), c.X)
		s := Settings{Steps: 200000, Every: 100, Gap: 1e-11}
		ista, err1 := ISTA{s}.Solve(t.Context(), p, x)
		fista, err2 := FISTA{Settings: s}.Solve(t.Context(), p, x)
		restart, err3 := FISTA{Settings: s, Restart: true}.Solve(t.Context(), p, x)
		cd, err4 := CoordinateDescent{}.Solve(t.Context(), p, x)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			t.Fatal(c.Kind, err)
		}
		for name, z := range map[string]*mat.Dense{"ISTA": ista.Z, "FISTA": fista.Z, "FISTA with restart": restart.Z, "coordinate descent": cd} {
			if e := p.Energy(x, z)[0]; !(math.Abs(e-c.Energy) <= 1e-8) {
				t.Errorf("%s, %s: E = %.12g, want %.12g", c.Kind, name, e, c.Energy)
			}
			if d := floats.Distance(z.RawRowView(0), c.Z, math.Inf(1)); !(d <= 1e-4) {
				t.Errorf("%s, %s: z differs by %.2g", c.Kind, name, d)
			}
		}
		count := 0
		for _, v := range cd.RawRowView(0) {
			if v != 0 {
				count++
			}
		}
		if count != c.Nonzeros {
			t.Errorf("%s: %d nonzeros, want %d", c.Kind, count, c.Nonzeros)
		}
	}
}

func TestThreshold(t *testing.T) {
	rng := source(1)
	for range 200 {
		theta := rng.ExpFloat64()
		u, v := normal(rng, 1, 6).RawRowView(0), normal(rng, 1, 6).RawRowView(0)
		hu, hv := SoftThreshold(nil, u, theta), SoftThreshold(nil, v, theta)
		if floats.Distance(hu, hv, 2) > floats.Distance(u, v, 2)*(1+1e-15) {
			t.Fatal("it expands", u, v, theta)
		}
		// firmly: ‖h(u) − h(v)‖² ≤ (h(u) − h(v))ᵀ(u − v)
		dh, d := floats.SubTo(make([]float64, 6), hu, hv), floats.SubTo(make([]float64, 6), u, v)
		if floats.Dot(dh, dh) > floats.Dot(dh, d)+1e-15 {
			t.Fatal("it is not firmly nonexpansive", u, v, theta)
		}
		// Moreau: v = h_θ(v) + Clip_θ(v)
		sum := floats.AddTo(make([]float64, 6), hv, Clip(nil, v, theta))
		if floats.Distance(sum, v, math.Inf(1)) > 1e-15 {
			t.Fatal("Moreau's decomposition fails", v, theta, sum)
		}
		// the argmin: nothing near or far is lower
		f := func(u, v float64) float64 { return 0.5*(u-v)*(u-v) + theta*math.Abs(u) }
		for j := range v {
			for _, other := range []float64{hv[j] + 1e-3, hv[j] - 1e-3, 0, v[j], u[j]} {
				if f(other, v[j]) < f(hv[j], v[j])-1e-15 {
					t.Fatalf("h(%v) = %v with θ = %v, but %v is better", v[j], hv[j], theta, other)
				}
			}
		}
	}
	got := SoftThreshold(nil, []float64{3, -3, 1, -1, 0, math.Inf(-1), math.NaN()}, 1)
	if !slices.Equal(got[:6], []float64{2, -2, 0, 0, 0, math.Inf(-1)}) || !math.IsNaN(got[6]) {
		t.Error(got)
	}
}

// slope fits log(E − E*) = a + s·log k for k from lo to hi.
func slope(t *Trajectory, best float64, lo, hi int) float64 {
	var a, b []float64
	for k := float64(lo); k <= float64(hi); k = math.Ceil(1.1 * k) {
		a, b = append(a, math.Log(k)), append(b, math.Log(t.Energy[int(k)]-best))
	}
	_, s := stat.LinearRegression(a, b, nil, false)
	return s
}

func TestRates(t *testing.T) {
	for seed := range uint64(3) {
		p, x, z := LogUniform(source(seed))
		best := p.Energy(x, z)[0]
		if gap := p.Gap(x, z)[0]; !(math.Abs(gap) < 1e-13) {
			t.Fatalf("the constructed code has the gap %.2g", gap)
		}
		s := Settings{L: 1, Steps: 1000}
		ista, err1 := ISTA{s}.Solve(t.Context(), p, x)
		fista, err2 := FISTA{Settings: s}.Solve(t.Context(), p, x)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		distance := mat.Norm(z, 2) * mat.Norm(z, 2)
		for k := 1; k <= s.Steps; k++ {
			if e := ista.Energy[k] - best; e > distance/(2*float64(k)) || ista.Energy[k] > ista.Energy[k-1] {
				t.Fatalf("ISTA at k = %d: %.3g above, bound %.3g; before %.3g", k, e, distance/(2*float64(k)), ista.Energy[k-1]-best)
			}
			if e := fista.Energy[k] - best; e > 2*distance/float64((k+1)*(k+1)) {
				t.Fatalf("FISTA at k = %d: %.3g above, bound %.3g", k, e, 2*distance/float64((k+1)*(k+1)))
			}
		}
		if v := slope(ista, best, 10, 1000); math.Abs(v+1) > 0.1 {
			t.Errorf("seed %d: ISTA falls like k^%.3f, want k⁻¹", seed, v)
		}
		if v := slope(fista, best, 10, 1000); math.Abs(v+2) > 0.2 {
			t.Errorf("seed %d: FISTA falls like k^%.3f, want k⁻²", seed, v)
		}
	}
}

// Once the support is found, E − E* falls by (1 − λ_min(W_SᵀW_S)/L)² a step.
func TestLinearAfterSupport(t *testing.T) {
	for seed := range uint64(3) {
		p, x := random(seed, 1, 40, 80)
		z, err := CoordinateDescent{Gap: 1e-15, Sweeps: 1000}.Solve(t.Context(), p, x)
		if z == nil {
			t.Fatal(err)
		}
		best := p.Energy(x, z)[0]
		var support []int
		for j, v := range z.RawRowView(0) {
			if v != 0 {
				support = append(support, j)
			}
		}
		ws := mat.NewDense(40, len(support), nil)
		for i, j := range support {
			ws.SetCol(i, mat.Col(nil, j, p.W))
		}
		var svd mat.SVD
		svd.Factorize(ws, mat.SVDNone)
		values := svd.Values(nil)
		least := values[len(support)-1] * values[len(support)-1]

		tr, err := ISTA{Settings{Steps: 40000}}.Solve(t.Context(), p, x)
		if err != nil {
			t.Fatal(err)
		}
		var k, l []float64
		for i, e := range tr.Energy {
			if d := (e - best) / best; d < 1e-6 && d > 1e-12 {
				k, l = append(k, float64(i)), append(l, math.Log(d))
			}
		}
		_, got := stat.LinearRegression(k, l, nil, false)
		want := 2 * math.Log1p(-least/tr.L)
		if len(k) < 20 || math.Abs(got/want-1) > 0.1 {
			t.Errorf("seed %d: over %d steps the error shrinks by e^%.5f a step, want e^%.5f", seed, len(k), got, want)
		}

		// restart gains on FISTA, FISTA on ISTA
		s := Settings{Steps: 40000, Gap: 1e-10 * best}
		ista, err1 := ISTA{s}.Solve(t.Context(), p, x)
		fista, err2 := FISTA{Settings: s}.Solve(t.Context(), p, x)
		restart, err3 := FISTA{Settings: s, Restart: true}.Solve(t.Context(), p, x)
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		last := func(t *Trajectory) int { return t.Step[len(t.Step)-1] }
		if !(restart.Stopped && restart.Restarts > 0 && last(restart) < last(fista) && last(restart) < last(ista)/2) {
			t.Errorf("seed %d: steps to a gap of 10⁻¹⁰: ISTA %d, FISTA %d, with %d restarts %d", seed, last(ista), last(fista), restart.Restarts, last(restart))
		}
	}
}

func TestGap(t *testing.T) {
	p, x := random(4, 5, 10, 20)
	z, err := CoordinateDescent{}.Solve(t.Context(), p, x)
	if err != nil {
		t.Fatal(err)
	}
	best := p.Energy(x, z)
	rng := source(5)
	for range 50 {
		other := normal(rng, 5, 20)
		other.Scale(0.1, other)
		other.Add(other, z)
		e := p.Energy(x, other)
		for i, gap := range p.Gap(x, other) {
			if gap < e[i]-best[i]-1e-9 {
				t.Fatalf("row %d: gap %v, but E is %v above", i, gap, e[i]-best[i])
			}
		}
	}
	for i, a := range p.AlphaMax(x) {
		row := mat.NewDense(1, 10, x.RawRowView(i))
		for factor, zero := range map[float64]bool{1 + 1e-12: true, 1 - 1e-3: false} {
			z, err := CoordinateDescent{}.Solve(t.Context(), Problem{p.W, factor * a}, row)
			if err != nil || (mat.Norm(z, 1) == 0) != zero {
				t.Errorf("row %d, α = %v of the largest: %v, %v", i, factor, z.RawRowView(0), err)
			}
		}
	}
}

// With ISTA's matrices the network of T steps is T + 1 steps of ISTA.
func TestLISTAIsISTA(t *testing.T) {
	p, x := random(10, 5, 8, 14)
	for steps := range 4 {
		ista, err := ISTA{Settings{Steps: steps + 1, Target: mat.NewDense(5, 14, nil)}}.Solve(t.Context(), p, x)
		if err != nil {
			t.Fatal(err)
		}
		for _, untied := range []bool{false, true} {
			l, err := FromISTA(p, 0, steps, untied)
			if err != nil {
				t.Fatal(err)
			}
			z := l.Codes(x)
			if !mat.EqualApprox(z, ista.Z, 1e-12) {
				t.Errorf("T = %d, untied %v: the codes differ from ISTA's", steps, untied)
			}
			if got, want := l.Miss(x, mat.NewDense(5, 14, nil)), ista.Error[steps+1]; math.Abs(got-want) > 1e-12 {
				t.Errorf("T = %d: Miss %v, want %v", steps, got, want)
			}
			if want := map[bool]int{false: 1, true: steps + 1}[untied]; len(l.We) != want || len(l.Theta) != want || len(l.S) != min(steps, max(want-1, 1)) {
				t.Errorf("T = %d, untied %v: %d W_e, %d S, %d θ", steps, untied, len(l.We), len(l.S), len(l.Theta))
			}
			// a negative θ counts as a positive one
			for _, theta := range l.Theta {
				floats.Scale(-1, theta)
			}
			if !mat.Equal(l.Codes(x), z) {
				t.Error("the sign of θ matters")
			}
		}
	}
}

// Gradient, through the step with α = 0: z₁ = z₀ − ∇/L.
func TestGradient(t *testing.T) {
	p, x := random(6, 3, 5, 8)
	p.Alpha = 0
	z := normal(source(7), 3, 8)
	tr, err := ISTA{Settings{L: 10, Steps: 1, Start: z}}.Solve(t.Context(), p, x)
	if err != nil {
		t.Fatal(err)
	}
	var g mat.Dense
	g.Sub(z, tr.Z)
	g.Scale(10, &g)
	report := gradcheck.Checker{}.Check(func(v []float64) float64 {
		return floats.Sum(p.Energy(x, mat.NewDense(3, 8, slices.Clone(v))))
	}, z.RawMatrix().Data, g.RawMatrix().Data, nil)
	if err := report.Err(); err != nil {
		t.Error(err)
	}
}

// Many rows at once give what each gives alone, and FISTA's restarts are a row's own.
func TestRows(t *testing.T) {
	p, x := random(8, 4, 12, 20)
	s := Settings{Steps: 60}
	all, err := FISTA{Settings: s, Restart: true}.Solve(t.Context(), p, x)
	if err != nil {
		t.Fatal(err)
	}
	restarts, energy := 0, 0.0
	for i := range 4 {
		one, err := FISTA{Settings: s, Restart: true}.Solve(t.Context(), p, mat.NewDense(1, 12, x.RawRowView(i)))
		if err != nil {
			t.Fatal(err)
		}
		restarts += one.Restarts
		energy += one.Energy[60] / 4
		if d := floats.Distance(one.Z.RawRowView(0), all.Z.RawRowView(i), math.Inf(1)); d > 1e-12 {
			t.Errorf("row %d differs by %v", i, d)
		}
	}
	if restarts == 0 || restarts != all.Restarts || math.Abs(energy-all.Energy[60]) > 1e-12 {
		t.Error(restarts, all.Restarts, energy, all.Energy[60])
	}
	// a target: the error of the last record is the distance
	with, err := FISTA{Settings: Settings{Steps: 10, Every: 4, Target: all.Z}}.Solve(t.Context(), p, x)
	if err != nil || !slices.Equal(with.Step, []int{0, 4, 8, 10}) || len(with.Error) != 4 {
		t.Fatal(with, err)
	}
	var d mat.Dense
	d.Sub(with.Z, all.Z)
	if want := math.Pow(mat.Norm(&d, 2), 2) / 4; math.Abs(with.Error[3]-want) > 1e-12 {
		t.Error(with.Error[3], want)
	}
}

func TestEnds(t *testing.T) {
	p, x := random(9, 3, 6, 9)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	_, err1 := ISTA{Settings{Steps: 5}}.Solve(ctx, p, x)
	_, err2 := FISTA{Settings: Settings{Steps: 5}}.Solve(ctx, p, x)
	_, err3 := CoordinateDescent{}.Solve(ctx, p, x)
	_, err4 := Alternating{Atoms: 4, Alpha: 0.1, Rounds: 2}.Fit(ctx, x, source(1))
	_, err5 := Online{Atoms: 4, Alpha: 0.1, Batches: 2}.Fit(ctx, x, source(1))
	for i, err := range []error{err1, err2, err3, err4, err5} {
		if !errors.Is(err, cause) {
			t.Errorf("method %d: %v", i, err)
		}
	}
	tr, err := ISTA{Settings{L: 0.01, Steps: 5000}}.Solve(t.Context(), p, x)
	if err == nil || !strings.Contains(err.Error(), "too small") || len(tr.Energy) < 2 {
		t.Error("a small L:", err)
	}
	bad := mat.DenseCopyOf(x)
	bad.Set(1, 2, math.NaN())
	if _, err := (ISTA{Settings{Steps: 1}}).Solve(t.Context(), p, bad); err == nil || !strings.Contains(err.Error(), "(1, 2) of x") {
		t.Error("NaN:", err)
	}
	if z, err := (CoordinateDescent{Sweeps: 1, Gap: 1e-16}).Solve(t.Context(), p, x); z == nil || err == nil {
		t.Error("one sweep for 10⁻¹⁶:", err)
	}
	if _, err := (Alternating{Atoms: 2, Alpha: 1, Rounds: 1}).Fit(t.Context(), mat.NewDense(2, 2, nil), source(1)); err == nil {
		t.Error("zeros are learned from")
	}
	for name, f := range map[string]func(){
		"shapes":      func() { ISTA{Settings{Steps: 1}}.Solve(t.Context(), p, mat.NewDense(1, 5, nil)) },
		"steps":       func() { FISTA{Settings: Settings{Steps: -1}}.Solve(t.Context(), p, x) },
		"alpha":       func() { ISTA{}.Solve(t.Context(), Problem{p.W, -1}, x) },
		"alpha zero":  func() { CoordinateDescent{}.Solve(t.Context(), Problem{p.W, 0}, x) },
		"start":       func() { CoordinateDescent{Start: x}.Solve(t.Context(), p, x) },
		"target":      func() { ISTA{Settings{Target: x}}.Solve(t.Context(), p, x) },
		"rounds":      func() { Alternating{Atoms: 2, Alpha: 1}.Fit(t.Context(), x, source(1)) },
		"random":      func() { Online{Atoms: 2, Alpha: 1, Batches: 1}.Fit(t.Context(), x, nil) },
		"lengths":     func() { SoftThreshold(make([]float64, 2), make([]float64, 3), 1) },
		"large patch": func() { Patches(datasets.DeadLeaves(1, 8, source(1)), 1, 9, source(1)) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "sparse: ") {
					t.Errorf("%s: %v", name, r)
				}
			}()
			f()
		}()
	}
}

// made draws x = Wz + noise, with so many nonzeros in each code.
func made(seed uint64, rows, n, m, nonzeros int) (w, x *mat.Dense) {
	p, _ := random(seed, 1, n, m)
	rng := source(seed + 100)
	z := mat.NewDense(rows, m, nil)
	for i := range rows {
		for _, j := range rng.Perm(m)[:nonzeros] {
			z.Set(i, j, math.Copysign(1+rng.Float64(), rng.NormFloat64()))
		}
	}
	x = normal(rng, rows, n)
	x.Scale(0.01, x)
	var wz mat.Dense
	wz.Mul(z, p.W.T())
	x.Add(x, &wz)
	return p.W, x
}

// recovered is the share of true atoms that a learned one matches to a cosine of 0.97, whatever its sign.
func recovered(truth, learned *mat.Dense) float64 {
	var c mat.Dense
	c.Mul(truth.T(), learned)
	rows, _ := c.Dims()
	found := 0
	for i := range rows {
		if floats.Norm(c.RawRowView(i), math.Inf(1)) > 0.97 {
			found++
		}
	}
	return float64(found) / float64(rows)
}

func TestDictionary(t *testing.T) {
	for seed := range uint64(2) {
		truth, x := made(seed, 1500, 16, 24, 2)
		a, err1 := Alternating{Atoms: 24, Alpha: 0.15, Rounds: 30}.Fit(t.Context(), x, source(seed))
		o, err2 := Online{Atoms: 24, Alpha: 0.15, Batches: 200, Batch: 100}.Fit(t.Context(), x, source(seed))
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		for k := 1; k < len(a.Energy); k++ {
			if a.Fresh == 0 && a.Energy[k] > a.Energy[k-1]*(1+1e-5) { // codes are exact to a gap of 10⁻⁶
				t.Errorf("seed %d: the energy rises from %v to %v in round %d", seed, a.Energy[k-1], a.Energy[k], k)
			}
		}
		for name, l := range map[string]*Learned{"alternating": a, "online": o} {
			for j := range 24 {
				if norm := floats.Norm(mat.Col(nil, j, l.W), 2); math.Abs(norm-1) > 1e-12 {
					t.Errorf("%s: atom %d has length %v", name, j, norm)
				}
			}
			if share := recovered(truth, l.W); share < 0.8 {
				t.Errorf("seed %d, %s: %.0f %% of the atoms found again", seed, name, 100*share)
			}
		}
	}
	// from the truth it stays there, and Start is not changed
	truth, x := made(5, 300, 16, 24, 2)
	start := mat.DenseCopyOf(truth)
	start.Scale(3, start)
	kept := mat.DenseCopyOf(start)
	l, err := Alternating{Atoms: 24, Alpha: 0.05, Rounds: 3, Start: start}.Fit(t.Context(), x, source(1))
	if err != nil || recovered(truth, l.W) < 1 || !mat.Equal(start, kept) {
		t.Error(err, recovered(truth, l.W))
	}
	// an atom at right angles to all of x is used by nobody: a row of x takes its place
	flat := mat.NewDense(6, 3, []float64{1, 0, 0, 2, 0, 0, 0, 1, 0, 0, -2, 0, 1, 1, 0, 2, -1, 0})
	l, err = Alternating{Atoms: 3, Alpha: 0.1, Rounds: 1, Start: mat.NewDense(3, 3, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1})}.Fit(t.Context(), flat, source(1))
	if err != nil || l.Fresh != 1 || l.W.At(2, 2) != 0 {
		t.Error(err, l.Fresh, mat.Formatted(l.W))
	}
}

func TestPatches(t *testing.T) {
	d := datasets.DeadLeaves(3, 32, source(1))
	x, err := Patches(d, 50, 6, source(2))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		row := x.RawRowView(i)
		if math.Abs(floats.Sum(row)) > 1e-9 || math.Abs(floats.Norm(row, 2)-6) > 1e-9 {
			t.Errorf("patch %d has the sum %v and the length %v", i, floats.Sum(row), floats.Norm(row, 2))
		}
	}
	grey := &datasets.Images{Name: "grey", N: 1, H: 8, W: 8, C: 1, Pix: make([]float32, 64)}
	if _, err := Patches(grey, 1, 4, source(1)); err == nil || !strings.Contains(err.Error(), "flat") {
		t.Error(err)
	}
}

func ExampleFISTA() {
	// atoms (1, 0), (0, 1) and, better for x, the diagonal between them
	h := math.Sqrt(0.5)
	p := Problem{W: mat.NewDense(2, 3, []float64{1, 0, h, 0, 1, h}), Alpha: 0.1}
	x := mat.NewDense(1, 2, []float64{1, 1})
	t, err := FISTA{Settings: Settings{Steps: 1000, Gap: 1e-12}, Restart: true}.Solve(context.Background(), p, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("z = %.4f, E = %.4f\n", t.Z.RawRowView(0), t.Energy[len(t.Energy)-1])
	// Output: z = [0.0000 0.0000 1.3142], E = 0.1364
}

func BenchmarkCodes(b *testing.B) {
	p, x := random(1, 100, 100, 400)
	for name, solve := range map[string]func() error{
		"FISTA, 100 steps": func() error {
			_, err := FISTA{Settings: Settings{L: 9, Steps: 100, Every: 100}}.Solve(b.Context(), p, x)
			return err
		},
		"coordinate descent": func() error {
			_, err := CoordinateDescent{Gap: 1e-6}.Solve(b.Context(), p, x)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := solve(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
