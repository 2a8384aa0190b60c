package svm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// What holds at the optimum, on random problems of every kernel and C: box, Σαy = 0, the three cases of yf, P = D.
func TestOptimality(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	ran := 0
	for name, k := range kernels {
		for _, c := range []float64{0.05, 1, 30, math.Inf(1)} {
			for range 3 {
				n, apart := 20+rng.IntN(40), 2.0
				if math.IsInf(c, 1) {
					apart = 9
				}
				x, y := blobs(rng, n, 2, apart)
				m, err := SMO{C: c, Kernel: k}.Fit(ctx, x, y)
				if err != nil {
					t.Errorf("%s, C = %v: %v", name, c, err)
					continue
				}
				sum := 0.0
				for i, f := range m.Scores() {
					a, yf := m.Alpha[i], y[i]*f
					sum += a * y[i]
					if !(a >= 0 && a <= c) {
						t.Errorf("%s, C = %v: α[%d] = %v is outside the box", name, c, i, a)
					}
					// within twice Tol: b is between, and rounding
					if a == 0 && yf < 1-1e-7 || a == c && yf > 1+1e-7 || a > 0 && a < c && math.Abs(yf-1) > 1e-7 || math.IsNaN(yf) {
						t.Errorf("%s, C = %v: α[%d] = %v, yf = %v", name, c, i, a, yf)
					}
				}
				if math.Abs(sum) > 1e-10*max(1, floats.Sum(m.Alpha)) {
					t.Errorf("%s, C = %v: Σαy = %v", name, c, sum)
				}
				if gap := m.Gap(); !(gap >= -1e-9*m.Dual() && gap <= 1e-6*max(1, m.Dual())) {
					t.Errorf("%s, C = %v: P − D = %v with D = %v", name, c, gap, m.Dual())
				}
				if !(m.BLo <= m.B && m.B <= m.BHi) {
					t.Errorf("%s, C = %v: b = %v is outside [%v, %v]", name, c, m.B, m.BLo, m.BHi)
				}
				if got := m.Objective[len(m.Objective)-1]; math.Abs(got-m.Dual()) > 1e-9*max(1, got) {
					t.Errorf("%s, C = %v: the history ends at D = %v, the model has %v", name, c, got, m.Dual())
				}
				for s := 1; s < len(m.Objective); s++ {
					if m.Objective[s] < m.Objective[s-1] {
						t.Errorf("%s, C = %v: D falls at step %d", name, c, s)
						break
					}
				}
				if len(m.Free())+len(m.Bounded()) != len(m.Support()) {
					t.Errorf("%s, C = %v: %d free and %d bounded of %d support vectors", name, c, len(m.Free()), len(m.Bounded()), len(m.Support()))
				}
				// leaving out a point that is no support vector changes nothing
				for i, a := range m.Alpha {
					if a != 0 {
						continue
					}
					x2, y2 := append(append([][]float64(nil), x[:i]...), x[i+1:]...), append(append([]float64(nil), y[:i]...), y[i+1:]...)
					m2, err := SMO{C: c, Kernel: k}.Fit(ctx, x2, y2)
					if err != nil || math.Abs(m2.Norm()-m.Norm()) > 1e-6*m.Norm() {
						t.Errorf("%s, C = %v: without x[%d], which is no support vector, ‖w‖ changes (%v)", name, c, i, err)
					}
					break
				}
				ran++
			}
		}
	}
	if ran < 50 {
		t.Errorf("only %d problems ran", ran)
	}
}

// w, where there is one, gives the same f as the kernel does; and the machine on lifted data with the linear kernel is the same machine.
func TestKernelIsLift(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for name, k := range kernels {
		mapped, ok := k.(Mapped)
		if !ok {
			continue
		}
		for _, d := range []int{1, 2, 4} {
			x, y := blobs(rng, 40, d, 2)
			lifted := make([][]float64, len(x))
			for i := range x {
				lifted[i] = mapped.Features(x[i])
				for j := range x {
					if a, b := k.At(x[i], x[j]), floats.Dot(mapped.Features(x[i]), mapped.Features(x[j])); math.Abs(a-b) > 1e-11*(1+math.Abs(a)) {
						t.Fatalf("%s, d = %d: k = %v, φᵀφ = %v", name, d, a, b)
					}
				}
			}
			dual, err := SMO{Kernel: k}.Fit(ctx, x, y)
			if err != nil {
				t.Fatal(err)
			}
			primal, err := SMO{}.Fit(ctx, lifted, y)
			if err != nil {
				t.Fatal(err)
			}
			if d := floats.Distance(dual.W, primal.W, math.Inf(1)); d > 1e-6*dual.Norm() || math.Abs(dual.B-primal.B) > 1e-6 {
				t.Errorf("%s, d = %d: w differs by %v, b by %v", name, len(x[0]), d, dual.B-primal.B)
			}
			for _, p := range x {
				if f, g := dual.Score(p), floats.Dot(dual.W, mapped.Features(p))+dual.B; math.Abs(f-g) > 1e-9*(1+math.Abs(f)) {
					t.Errorf("%s: f by the kernel is %v, by w %v", name, f, g)
				}
			}
		}
	}
	// the monomials of the documentation
	got := Polynomial{Coef0: 1}.Features([]float64{2, 3})
	if want := []float64{4, 6 * math.Sqrt2, 2 * math.Sqrt2, 9, 3 * math.Sqrt2, 1}; !floats.EqualApprox(got, want, 1e-14) {
		t.Errorf("features %v, want %v", got, want)
	}
	if got := (Polynomial{Degree: 3}).Features([]float64{2, 3}); len(got) != 4 {
		t.Errorf("homogeneous of degree 3 in the plane: %d features, want 4", len(got))
	}
}

func TestGram(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	x, _ := blobs(rng, 40, 3, 1)
	for name, k := range kernels {
		if ok, least, err := IsPSD(Gram(k, x), 0); !ok || err != nil {
			t.Errorf("%s: not positive semidefinite: least eigenvalue %v, %v", name, least, err)
		}
	}
	// not kernels: the negative distance, and tanh(xᵀz − 1)
	for _, k := range []Func{
		{"−‖x − z‖", func(x, z []float64) float64 { return -floats.Distance(x, z, 2) }},
		{"tanh", func(x, z []float64) float64 { return math.Tanh(floats.Dot(x, z) - 1) }},
	} {
		if ok, least, err := IsPSD(Gram(k, x), 0); ok || err != nil {
			t.Errorf("%s passes for a kernel: least eigenvalue %v, %v", k, least, err)
		}
	}
	v, err := Spectrum(mat.NewSymDense(2, []float64{2, 1, 1, 2}))
	if err != nil || !floats.EqualApprox(v, []float64{1, 3}, 1e-14) {
		t.Errorf("spectrum %v, %v, want 1 and 3", v, err)
	}
	if _, err := Spectrum(mat.NewSymDense(2, []float64{2, math.NaN(), 0, 2})); err == nil || !strings.Contains(err.Error(), "(0, 1)") {
		t.Errorf("NaN: %v", err)
	}
	if ok, _, _ := IsPSD(mat.NewSymDense(2, []float64{1e-30, 0, 0, -1e-30}), 0); ok {
		t.Error("diag(1, −1)·10⁻³⁰ passes: the tolerance must be relative")
	}
}

// A cache of two rows gives what a full one gives.
func TestSmallCache(t *testing.T) {
	x, y := blobs(rand.New(rand.NewPCG(7, 8)), 60, 2, 2)
	full, err := SMO{Kernel: RBF{}}.Fit(ctx, x, y)
	if err != nil {
		t.Fatal(err)
	}
	r := newRows(RBF{}, x, 0)
	if r.limit != 2 {
		t.Fatalf("limit %d", r.limit)
	}
	for i := range 500 {
		a, b := i*7%60, i*11%60
		ra := r.at(a)
		rb := r.at(b)
		for t2 := range x {
			if ra[t2] != (RBF{}).At(x[a], x[t2]) || rb[t2] != (RBF{}).At(x[b], x[t2]) {
				t.Fatalf("rows %d and %d are wrong after %d requests", a, b, i)
			}
		}
	}
	// 1 MB is room for 2184 rows of 60: all of them; a big problem with 1 MB
	x, y = blobs(rand.New(rand.NewPCG(7, 8)), 1000, 2, 2)
	small, err := SMO{Kernel: RBF{}, CacheMB: 1}.Fit(ctx, x, y)
	if err != nil {
		t.Fatal(err)
	}
	full, err = SMO{Kernel: RBF{}}.Fit(ctx, x, y)
	if err != nil {
		t.Fatal(err)
	}
	if !floats.Equal(small.Alpha, full.Alpha) {
		t.Error("α depends on the cache")
	}
}

func TestEdges(t *testing.T) {
	hard := math.Inf(1)
	xor := [][]float64{{1, 1}, {-1, -1}, {1, -1}, {-1, 1}}
	xorY := []float64{1, 1, -1, -1}

	if _, err := (SMO{C: hard}).Fit(ctx, xor, xorY); !errors.Is(err, ErrNotSeparable) {
		t.Errorf("XOR, hard margin, linear: %v", err)
	}
	x, y := blobs(rand.New(rand.NewPCG(9, 9)), 100, 2, 2)
	if _, err := (SMO{C: hard}).Fit(ctx, x, y); !errors.Is(err, ErrNotSeparable) {
		t.Errorf("overlapping blobs, hard margin: %v", err)
	}
	if _, err := (SMO{C: hard, Kernel: RBF{}}).Fit(ctx, [][]float64{{1, 2}, {1, 2}}, []float64{1, -1}); !errors.Is(err, ErrNotSeparable) {
		t.Errorf("one point with two labels, hard margin: %v", err)
	}
	// the same with a price: both at C, f = 0, b = 0
	m, err := SMO{C: 3}.Fit(ctx, [][]float64{{1, 2}, {1, 2}}, []float64{1, -1})
	if err != nil || m.Alpha[0] != 3 || m.Alpha[1] != 3 || m.Norm() != 0 || m.B != 0 || m.BLo != -1 || m.BHi != 1 {
		t.Errorf("one point with two labels, C = 3: %v, %+v", err, m)
	}
	// a gap of a hundredth of the size is a gap, and takes long enough for the test of the hulls to be asked
	var narrow [][]float64
	var narrowY []float64
	rng := rand.New(rand.NewPCG(11, 9))
	for i := range 80 {
		label := float64(1 - 2*(i%2))
		narrow, narrowY = append(narrow, []float64{2*rng.Float64() - 1, label * (0.005 + 0.02*rng.Float64())}), append(narrowY, label)
	}
	m, err = SMO{C: hard}.Fit(ctx, narrow, narrowY)
	if err != nil || m.Steps < 1024 || m.Margin() < 0.005 || m.Gap() > 1e-6*m.Dual() {
		t.Errorf("a narrow gap: %v, %+v", err, m)
	}
	t.Logf("a narrow gap: %d steps", m.Steps)
	// a minority drowned by a majority around it: w = 0, f = +1
	m, err = SMO{C: 1}.Fit(ctx, [][]float64{{1, 1}, {-1, -1}, {1, -1}, {-1, 1}, {0, 0}}, []float64{1, 1, 1, 1, -1})
	if err != nil || m.Norm() > 1e-9 || math.Abs(m.B-1) > 1e-9 {
		t.Errorf("drowned minority: %v, %+v", err, m)
	}
	// units: x → sx with C → C/s² scales w by 1/s and leaves b
	x, y = blobs(rand.New(rand.NewPCG(10, 9)), 40, 2, 2)
	base, err := SMO{C: 2}.Fit(ctx, x, y)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []float64{1e-100, 1e-6, 1e6, 1e100} {
		xs := make([][]float64, len(x))
		for i := range x {
			xs[i] = floats.ScaleTo(make([]float64, 2), s, x[i])
		}
		m, err := SMO{C: 2 / s / s}.Fit(ctx, xs, y)
		if err != nil || math.Abs(m.B-base.B) > 1e-6 || math.Abs(m.Norm()*s/base.Norm()-1) > 1e-6 {
			t.Errorf("scaled by %g: %v", s, err)
		}
	}
	// errors that name what is wrong
	for want, in := range map[string]struct {
		x [][]float64
		y []float64
	}{
		"x[1][0] is NaN":      {[][]float64{{1}, {math.NaN()}}, []float64{1, -1}},
		"x[0][0] is +Inf":     {[][]float64{{math.Inf(1)}, {1}}, []float64{1, -1}},
		"y[1] is 0":           {[][]float64{{1}, {2}}, []float64{1, 0}},
		"both classes":        {[][]float64{{1}, {2}}, []float64{1, 1}},
		"kernel of x[0] with": {[][]float64{{1e200}, {2}}, []float64{1, -1}},
	} {
		if _, err := (SMO{}).Fit(ctx, in.x, in.y); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, have %v", want, err)
		}
		if strings.Contains(want, "kernel") {
			continue
		}
		if _, err := (Subgradient{}).Run(ctx, in.x, in.y); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Subgradient: want an error with %q, have %v", want, err)
		}
	}
	m, err = SMO{C: 100, MaxIter: 5}.Fit(ctx, x, y)
	if !errors.Is(err, ErrNotConverged) || m == nil || m.Steps != 5 {
		t.Errorf("MaxIter 5: %v", err)
	}
	done, cancel := context.WithCancelCause(ctx)
	cancel(errors.New("enough"))
	big, bigY := blobs(rand.New(rand.NewPCG(10, 9)), 400, 2, 1)
	if _, err = (SMO{C: 1e4}).Fit(done, big, bigY); err == nil || !strings.Contains(err.Error(), "enough") {
		t.Errorf("cancelled: %v", err)
	}
	for name, f := range map[string]func(){
		"labels": func() { SMO{}.Fit(ctx, x, y[:3]) },
		"ragged": func() { SMO{}.Fit(ctx, [][]float64{{1}, {1, 2}}, []float64{1, -1}) },
		"C":      func() { SMO{C: -1}.Fit(ctx, x, y) },
		"degree": func() { Polynomial{Degree: -1}.At(x[0], x[1]) },
		"hard":   func() { Subgradient{C: hard}.Run(ctx, x, y) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "svm: ") {
					t.Errorf("%s: panic %v, want one of svm", name, r)
				}
			}()
			f()
		}()
	}
}

// The subgradient method approaches the optimum that SMO knows; its error falls with the steps.
func TestSubgradient(t *testing.T) {
	for seed := range uint64(5) {
		x, y := blobs(rand.New(rand.NewPCG(seed, 1)), 60, 2, 2)
		m, err := SMO{C: 0.5}.Fit(ctx, x, y)
		if err != nil {
			t.Fatal(err)
		}
		var last float64 = math.Inf(1)
		for _, steps := range []int{100, 1000, 10000, 100000} {
			d, err := Subgradient{C: 0.5, Steps: steps}.Run(ctx, x, y)
			if err != nil {
				t.Fatal(err)
			}
			off := d.Objective/m.Dual() - 1
			if off < -1e-9 {
				t.Errorf("seed %d: P = %v is below the optimum %v", seed, d.Objective, m.Dual())
			}
			if !(off < last/2) {
				t.Errorf("seed %d: %d steps are off by %.2g, a tenth of them by %.2g", seed, steps, off, last)
			}
			last = off
			if steps == 100000 {
				t.Logf("seed %d: P off by %.1e, w by %.1e, b by %.1e", seed, off, floats.Distance(d.W, m.W, 2), math.Abs(d.B-m.B))
				if !(off < 1e-3 && floats.Distance(d.W, m.W, 2) < 1e-2*m.Norm()) {
					t.Errorf("seed %d: P is off by %v, w by %v", seed, off, floats.Distance(d.W, m.W, 2))
				}
			}
			if h := Hinge(d.W, d.B, 0.5, x, y); h != d.Objective || d.K[len(d.K)-1] != steps {
				t.Errorf("objective %v, Hinge %v", d.Objective, h)
			}
		}
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	x, y := blobs(rand.New(rand.NewPCG(1, 1)), 60, 2, 2)
	if d, err := (Subgradient{}).Run(done, x, y); err == nil || d == nil {
		t.Error("no error although the context had ended")
	}
}

// Both readings of C: wᵀw + CΣξ is ½wᵀw + (C/2)Σξ, doubled.
func TestTwoReadingsOfC(t *testing.T) {
	x, y := blobs(rand.New(rand.NewPCG(2, 1)), 60, 2, 2)
	half, err := SMO{C: 0.5}.Fit(ctx, x, y)
	if err != nil {
		t.Fatal(err)
	}
	// Q(w, b) = wᵀw + 1·Σξ, nowhere less around its minimum
	q := func(w []float64, b float64) float64 { return floats.Dot(w, w)/2 + Hinge(w, b, 1, x, y) }
	least := q(half.W, half.B)
	rng := rand.New(rand.NewPCG(4, 4))
	for range 2000 {
		w := []float64{half.W[0] + 0.1*rng.NormFloat64(), half.W[1] + 0.1*rng.NormFloat64()}
		if q(w, half.B+0.1*rng.NormFloat64()) < least {
			t.Fatal("wᵀw + CΣξ is less elsewhere than where the box C/2 puts it")
		}
	}
	one, err := SMO{C: 1}.Fit(ctx, x, y)
	if err != nil || !(q(one.W, one.B) > least*1.0001) {
		t.Errorf("the box C gives wᵀw + CΣξ = %v, not above %v", q(one.W, one.B), least)
	}
}
