package attack_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"nncourse/lib/attack"
)

var norms = []attack.Norm{attack.L1, 1.5, attack.L2, 3, attack.Inf}

// The closed form lands on the boundary, has the dual norm's length, and no random point of the boundary is nearer.
func TestLinearMin(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for trial := range 200 {
		n := 1 + rng.IntN(6)
		w, x0, w0 := normal(rng, n), normal(rng, n), rng.NormFloat64()
		if n > 2 && trial%3 == 0 {
			w[1] = 0
		}
		g := dot(w, x0) + w0
		for _, p := range norms {
			r, err := attack.LinearMin(p, w, w0, x0)
			if err != nil {
				t.Fatal(err)
			}
			if on := dot(w, add(x0, r)) + w0; math.Abs(on) > 1e-12*(1+math.Abs(g)) {
				t.Errorf("%v: g(x₀ + r) = %g", p, on)
			}
			length := p.Of(r)
			if want := math.Abs(g) / p.Dual().Of(w); math.Abs(length-want) > 1e-12*(1+want) {
				t.Errorf("%v: ‖r‖ = %v, want |g|/‖w‖_q = %v", p, length, want)
			}
			for range 50 { // other points of the boundary: r + z with wᵀz = 0
				z := normal(rng, n)
				c := dot(w, z) / dot(w, w)
				for i := range z {
					z[i] = r[i] + 0.1*(z[i]-c*w[i])
				}
				if other := p.Of(z); other < length*(1-1e-12) {
					t.Fatalf("%v: w=%v w0=%v x0=%v: a boundary point at distance %v < %v", p, w, w0, x0, other, length)
				}
			}
		}
	}
}

func TestLinearMinWorked(t *testing.T) {
	w, x0 := []float64{3, -4}, []float64{2, -1} // g = 6 + 4 + 5 = 15
	for _, c := range []struct {
		p    attack.Norm
		want []float64
	}{
		{attack.L2, []float64{-1.8, 2.4}},          // −15/25·w
		{attack.Inf, []float64{-15. / 7, 15. / 7}}, // −15/7·sign w
		{attack.L1, []float64{0, 15. / 4}},         // only the largest |w|
		{0, []float64{-1.8, 2.4}},                  // the zero value is L2
	} {
		r, err := attack.LinearMin(c.p, w, 5, x0)
		if err != nil || worst(r, c.want) > 1e-14 {
			t.Errorf("%v: r = %v, %v; want %v", c.p, r, err, c.want)
		}
	}
	if r := attack.LinearMaxInf(w, 0.5); worst(r, []float64{-0.5, 0.5}) != 0 {
		t.Errorf("LinearMaxInf = %v", r)
	}
	if r := attack.LinearMaxInf([]float64{0, 2}, 0.5); r[0] != 0 || r[1] != -0.5 {
		t.Errorf("LinearMaxInf with w₁ = 0 gives %v", r)
	}
}

// No point of the box ‖r‖_∞ ≤ η lowers g more than LinearMaxInf, and the η at which it flips is LinearMin's length.
func TestLinearMaxInf(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 100 {
		w, eta := normal(rng, 5), rng.Float64()
		best := dot(w, attack.LinearMaxInf(w, eta))
		if want := -eta * attack.L1.Of(w); math.Abs(best-want) > 1e-12 {
			t.Errorf("wᵀr = %v, want −η‖w‖₁ = %v", best, want)
		}
		for range 100 {
			r := make([]float64, 5)
			for i := range r {
				r[i] = eta * (2*rng.Float64() - 1)
			}
			if dot(w, r) < best {
				t.Fatalf("r = %v lowers g by more", r)
			}
		}
		x0, w0 := normal(rng, 5), rng.NormFloat64()
		if g := dot(w, x0) + w0; g > 0 {
			r, _ := attack.LinearMin(attack.Inf, w, w0, x0)
			if worst(r, attack.LinearMaxInf(w, attack.Inf.Of(r))) > 1e-12 {
				t.Errorf("LinearMin L∞ %v is not LinearMaxInf at its own length", r)
			}
		}
	}
}

// OneVsAllMin is the least of the pairwise closed forms, and its point ties label and rival above all others.
func TestOneVsAllMin(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	for range 200 {
		n, classes := 2+rng.IntN(5), 2+rng.IntN(5)
		W, b, x0 := make([][]float64, classes), normal(rng, classes), normal(rng, n)
		for k := range W {
			W[k] = normal(rng, n)
		}
		f := func(x []float64) []float64 {
			out := make([]float64, classes)
			for k := range out {
				out[k] = dot(W[k], x) + b[k]
			}
			return out
		}
		label := attack.ArgMax(f(x0))
		for _, p := range norms {
			r, rival, err := attack.OneVsAllMin(p, W, b, x0, label)
			if err != nil {
				t.Fatal(err)
			}
			after := f(add(x0, r))
			for k, v := range after {
				if v > after[label]+1e-9 {
					t.Errorf("%v: class %d is above the label at the boundary point", p, k)
				}
			}
			if math.Abs(after[rival]-after[label]) > 1e-9 {
				t.Errorf("%v: label and rival differ by %g", p, after[rival]-after[label])
			}
			least := math.Inf(1)
			for k := range W {
				if k != label {
					w := make([]float64, n)
					for i := range w {
						w[i] = W[k][i] - W[label][i]
					}
					rk, _ := attack.LinearMin(p, w, b[k]-b[label], x0)
					least = math.Min(least, p.Of(rk))
				}
			}
			if got := p.Of(r); math.Abs(got-least) > 1e-12*(1+least) {
				t.Errorf("%v: ‖r‖ = %v, the least pairwise %v", p, got, least)
			}
		}
		wrong := (label + 1) % classes
		if r, k, err := attack.OneVsAllMin(attack.L2, W, b, x0, wrong); err != nil || k != label || attack.L2.Of(r) != 0 {
			t.Errorf("already wrong: r = %v, class %d, %v", r, k, err)
		}
	}
}

func TestLinearErrors(t *testing.T) {
	if _, err := attack.LinearMin(attack.L2, []float64{0, 0}, 1, []float64{1, 2}); !errors.Is(err, attack.ErrZeroGradient) {
		t.Errorf("w = 0: %v", err)
	}
	if _, err := attack.LinearMin(attack.L2, []float64{1, math.NaN()}, 1, []float64{1, 2}); !errors.Is(err, attack.ErrNotFinite) {
		t.Errorf("NaN: %v", err)
	}
	same := [][]float64{{1, 2}, {1, 2}}
	if _, _, err := attack.OneVsAllMin(attack.Inf, same, []float64{1, 0}, []float64{0, 0}, 0); !errors.Is(err, attack.ErrZeroGradient) {
		t.Errorf("equal rows: %v", err)
	}
	if _, _, err := attack.OneVsAllMin(attack.Inf, same, []float64{1, math.Inf(1)}, []float64{0, 0}, 0); !errors.Is(err, attack.ErrNotFinite) {
		t.Errorf("infinite logit: %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("unequal lengths: no panic")
		}
	}()
	attack.LinearMin(attack.L2, []float64{1}, 0, []float64{1, 2})
}

func TestNorm(t *testing.T) {
	v := []float64{3, -4}
	for p, want := range map[attack.Norm]float64{1: 7, 2: 5, 0: 5, attack.Inf: 4, 3: math.Cbrt(91)} {
		if got := p.Of(v); math.Abs(got-want) > 1e-14 {
			t.Errorf("%v of %v = %v, want %v", p, v, got, want)
		}
	}
	if got := attack.L2.Of([]float64{3e200, 4e200}); math.Abs(got/5e200-1) > 1e-15 {
		t.Errorf("overflow: %v", got)
	}
	if got := attack.L2.Of([]float64{3e-200, 4e-200}); math.Abs(got/5e-200-1) > 1e-15 {
		t.Errorf("underflow: %v", got)
	}
	rng := rand.New(rand.NewPCG(5, 1))
	for range 100 {
		w := normal(rng, 4)
		for _, p := range norms {
			u, gain := p.Steepest(w)
			if math.Abs(p.Of(u)-1) > 1e-12 || math.Abs(dot(w, u)-gain) > 1e-12*gain || math.Abs(gain-p.Dual().Of(w)) > 1e-12*gain {
				t.Errorf("%v: ‖u‖ = %v, wᵀu = %v, ‖w‖_q = %v", p, p.Of(u), dot(w, u), gain)
			}
		}
	}
}

// The closed form stops on the boundary: only a little overshoot flips the label.
func ExampleLinearMin() {
	w, w0, x0 := []float64{3, -4}, 5.0, []float64{2, -1}
	g := func(x []float64) float64 { return w[0]*x[0] + w[1]*x[1] + w0 }
	for _, p := range []attack.Norm{attack.L2, attack.Inf} {
		r, _ := attack.LinearMin(p, w, w0, x0)
		on := []float64{x0[0] + r[0], x0[1] + r[1]}
		over := []float64{x0[0] + 1.02*r[0], x0[1] + 1.02*r[1]}
		fmt.Printf("%v: r = %.3f, length %.3f; g = %.1f → %.1f, with 2 %% overshoot %.1f\n", p, r, p.Of(r), g(x0), math.Abs(g(on)), g(over))
	}
	// Output:
	// L2: r = [-1.800 2.400], length 3.000; g = 15.0 → 0.0, with 2 % overshoot -0.3
	// L∞: r = [-2.143 2.143], length 2.143; g = 15.0 → 0.0, with 2 % overshoot -0.3
}
