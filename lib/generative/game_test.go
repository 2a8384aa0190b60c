package generative_test

import (
	"fmt"
	"math"
	"testing"

	"nncourse/lib/generative"
)

// densities gives two normal densities on an even grid that holds all but 10⁻¹² of each.
func densities(a, b, m, s float64) (p, q, x []float64, h float64) {
	h = 0.01
	for v := -20.0; v <= 20; v += h {
		x = append(x, v)
		p = append(p, (&generative.Game{A: a, B: b}).Density(v))
		q = append(q, (&generative.Game{A: m, B: s}).Density(v))
	}
	return p, q, x, h
}

// TestOptimalDiscriminator: V(G, D*) = 2 JSD − log 4, and no other D has a larger V.
func TestOptimalDiscriminator(t *testing.T) {
	for _, c := range [][4]float64{{0, 1, 1, 1}, {2, 0.5, -1, 2}, {3, 0.3, -3, 0.3}, {0, 1, 0, 1}} {
		p, q, x, h := densities(c[0], c[1], c[2], c[3])
		s := make([]float64, len(p)) // of D*
		for i := range s {
			s[i] = math.Log(p[i]) - math.Log(q[i])
			if d := generative.OptimalDiscriminator(p[i], q[i]); p[i] > 0 && q[i] > 0 && math.Abs(d-1/(1+math.Exp(-s[i]))) > 1e-12 {
				t.Fatalf("D*(%v) = %v, logit %v", x[i], d, s[i])
			}
		}
		jsd, best := generative.JensenShannon(p, q, h), generative.GameValue(p, q, s, h)
		if math.Abs(best-(2*jsd-math.Log(4))) > 1e-9 || jsd < -1e-12 || jsd > math.Ln2+1e-9 {
			t.Errorf("%v: V = %v, JSD = %v", c, best, jsd)
		}
		if c[0] == c[2] && math.Abs(jsd) > 1e-12 {
			t.Errorf("JSD of a density and itself: %v", jsd)
		}
		for k := range 5 { // another discriminator: D* with a bent logit
			other := make([]float64, len(s))
			for i := range s {
				other[i] = s[i] + 0.3*math.Sin(x[i]*float64(k+1))
			}
			if v := generative.GameValue(p, q, other, h); v > best+1e-9 {
				t.Errorf("%v: a discriminator reaches %v, D* %v", c, v, best)
			}
		}
	}
	if d := generative.OptimalDiscriminator(0, 0); d != 0.5 {
		t.Errorf("where there is neither: %v", d)
	}
	if d := generative.OptimalDiscriminator(1e308, 1e308); d != 0.5 {
		t.Errorf("at huge densities: %v", d)
	}
	if j := generative.JensenShannon([]float64{1, 0}, []float64{0, 1}, 1); math.Abs(j-math.Ln2) > 1e-15 {
		t.Errorf("disjoint probabilities: %v, want log 2", j)
	}
}

// TestGameGradients compares the steps with central differences of what they climb and descend.
func TestGameGradients(t *testing.T) {
	rng := source(11)
	for _, features := range []func(float64) (phi, slope []float64){generative.Quadratic, generative.Bumps(0.7, -1, 0.5)} {
		x, z, w := make([]float64, 7), make([]float64, 9), make([]float64, 3)
		for _, v := range [][]float64{x, z, w} {
			for i := range v {
				v[i] = rng.NormFloat64()
			}
		}
		game := func(change func(g *generative.Game)) *generative.Game {
			g := &generative.Game{A: 0.3, B: -0.8, W: append([]float64(nil), w...), Features: features}
			change(g)
			return g
		}
		const h, rate = 1e-5, 0.1
		stepped := game(func(*generative.Game) {})
		stepped.StepD(x, z, rate)
		for i := range w {
			value := func(by float64) float64 { return game(func(g *generative.Game) { g.W[i] += by }).StepD(x, z, rate) }
			if want := (value(h) - value(-h)) / (2 * h); math.Abs((stepped.W[i]-w[i])/rate-want) > 1e-8 {
				t.Errorf("∂V/∂w[%d]: %v, by differences %v", i, (stepped.W[i]-w[i])/rate, want)
			}
		}
		for _, loss := range []generative.GeneratorLoss{generative.Minimax, generative.NonSaturating} {
			stepped := game(func(*generative.Game) {})
			stepped.StepG(z, rate, loss)
			a := func(by float64) float64 { return game(func(g *generative.Game) { g.A += by }).StepG(z, rate, loss) }
			b := func(by float64) float64 { return game(func(g *generative.Game) { g.B += by }).StepG(z, rate, loss) }
			for _, c := range [][2]float64{{(0.3 - stepped.A) / rate, (a(h) - a(-h)) / (2 * h)}, {(-0.8 - stepped.B) / rate, (b(h) - b(-h)) / (2 * h)}} {
				if math.Abs(c[0]-c[1]) > 1e-8 {
					t.Errorf("loss %d: derivative %v, by differences %v", loss, c[0], c[1])
				}
			}
		}
	}
}

// TestGame: the learnt discriminator comes to D*, and with it the generator to the data.
func TestGame(t *testing.T) {
	for seed := range uint64(2) {
		rng := source(20 + seed)
		g := &generative.Game{A: -1, B: 0.6, W: make([]float64, 3), Features: generative.Quadratic}
		batch := func() (x, z []float64) {
			for range 64 {
				x, z = append(x, 1+rng.NormFloat64()), append(z, rng.NormFloat64())
			}
			return x, z
		}
		for range 1500 {
			x, z := batch()
			g.StepD(x, z, 0.05)
		}
		data := &generative.Game{A: 1, B: 1}
		for _, v := range []float64{-2, -1, 0, 1, 2} {
			if want := generative.OptimalDiscriminator(data.Density(v), g.Density(v)); math.Abs(g.D(v)-want) > 0.08 {
				t.Errorf("seed %d: D(%v) = %.3f, D* = %.3f", seed, v, g.D(v), want)
			}
		}
		for range 500 {
			for range 4 {
				x, z := batch()
				g.StepD(x, z, 0.05)
			}
			_, z := batch()
			g.StepG(z, 0.05, generative.NonSaturating)
		}
		if math.Abs(g.A-1) > 0.25 || math.Abs(math.Abs(g.B)-1) > 0.3 {
			t.Errorf("seed %d: the generator ends at N(%.2f, %.2f²), the data are N(1, 1)", seed, g.A, g.B)
		}
	}
}

func ExampleOptimalDiscriminator() {
	p, q := 0.3, 0.1 // densities of data and of samples at one point
	fmt.Printf("%.4f\n", generative.OptimalDiscriminator(p, q))
	fmt.Printf("%.4f\n", generative.JensenShannon([]float64{0.75, 0.25}, []float64{0.25, 0.75}, 1))
	// Output:
	// 0.7500
	// 0.1308
}
