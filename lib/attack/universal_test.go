package attack_test

import (
	"math"
	"slices"
	"testing"

	"nncourse/lib/attack"
)

// Noise has the length asked for, the same seed gives the same noise, and its label is what Predict says.
func TestNoise(t *testing.T) {
	rng := seeded(41, 1)
	m := newMLP(rng, 2, 8, 12, 3)
	nm := onBackend(t, m)
	images := points(m.logits, sample(rng, 100, 8)...)
	for _, kind := range []attack.NoiseKind{attack.Gaussian, attack.Uniform, attack.Signs} {
		for _, p := range []attack.Norm{attack.L2, attack.Inf} {
			a := attack.Noise{Kind: kind, Norm: p, Epsilon: 0.7, Rand: seeded(1, 1)}
			one, err := a.Attack(t.Context(), nm, images)
			if err != nil {
				t.Fatal(err)
			}
			for i, length := range one.Norms(p) {
				if math.Abs(length-0.7) > 1e-6 {
					t.Errorf("%v: ‖r‖ = %v", a, length)
				}
				if kind == attack.Signs && math.Abs(math.Abs(float64(one.R[i*8]))-math.Abs(float64(one.R[i*8+1]))) > 1e-7 {
					t.Errorf("%v: entries %v", a, one.Perturbation(i))
				}
			}
			a.Rand, a.Tries = seeded(1, 1), 6
			six, err := a.Attack(t.Context(), nm, images)
			if err != nil {
				t.Fatal(err)
			}
			now, _, err := nm.Predict(t.Context(), six.Adversarial(images).Pix)
			if err != nil {
				t.Fatal(err)
			}
			for i := range now {
				if (now[i] != images.Labels[i]) != (six.Status[i] == attack.Flipped) || now[i] != six.To[i] {
					t.Errorf("%v example %d: %v to %d, Predict says %d", a, i, six.Status[i], six.To[i], now[i])
				}
				if one.Status[i] == attack.Flipped && !slices.Equal(one.Perturbation(i), six.Perturbation(i)) {
					t.Errorf("%v example %d: the first try is another one", a, i)
				}
			}
			if six.Count(attack.Flipped) <= one.Count(attack.Flipped) {
				t.Errorf("%v: six tries flip %d, one %d", a, six.Count(attack.Flipped), one.Count(attack.Flipped))
			}
		}
	}
	// The mean of many draws is near zero, and so is that of products of two entries: no direction is preferred.
	a := attack.Noise{Epsilon: 1, Rand: seeded(2, 2)}
	v, mean, cross := make([]float64, 3), make([]float64, 3), 0.0
	for range 20000 {
		a.Draw(v)
		for j := range v {
			mean[j] += v[j] / 20000
		}
		cross += v[0] * v[1] / 20000
	}
	if attack.Inf.Of(mean) > 0.02 || math.Abs(cross) > 0.02 { // five standard deviations of 1/√(3·20000)
		t.Errorf("mean %v, mean product %v", mean, cross)
	}
}

// Where one class wins everywhere near the data and the logits are affine, one v of the closed form's direction serves all
// images; its length stays in the ball, and far more answers change than under noise.
func TestUniversal(t *testing.T) {
	rng := seeded(42, 1)
	m := mlp{{W: [][]float64{normal(rng, 10), normal(rng, 10)}, B: []float64{0, 0}}}
	nm := onBackend(t, m)
	x := sample(rng, 200, 10)
	w, _ := attack.L2.Steepest(add(m[0].W[0], []float64{-m[0].W[1][0], -m[0].W[1][1], -m[0].W[1][2], -m[0].W[1][3], -m[0].W[1][4], -m[0].W[1][5], -m[0].W[1][6], -m[0].W[1][7], -m[0].W[1][8], -m[0].W[1][9]}))
	for _, row := range x { // all on one side, at distances from 0 to 2
		side := 2*rng.Float64() - dot(row, w)
		for j := range row {
			row[j] = float64(float32(row[j] + side*w[j]))
		}
	}
	images := points(m.logits, x...)
	for _, p := range []attack.Norm{attack.L2, attack.Inf} {
		a := attack.Universal{Norm: p, Epsilon: 1.5, Rand: seeded(1, 1)}
		if p == attack.Inf {
			a.Epsilon = 0.6
		}
		u, err := a.Find(t.Context(), nm, images)
		if err != nil {
			t.Fatal(err)
		}
		rate, err := attack.FoolingRate(t.Context(), nm, images, u.V)
		if err != nil || rate != slices.Max(u.Rates) || u.Rates[u.Pass-1] != rate {
			t.Errorf("%v: rate %v (%v), %v in pass %d", a, rate, err, u.Rates, u.Pass)
		}
		// The best of the ball: a shift of ε‖w‖_q against w, which crosses the boundary for all within that distance.
		reach := a.Epsilon * p.Dual().Of(w)
		possible := 0
		for _, row := range x {
			if d := dot(row, w); d > 0 && d < reach {
				possible++
			}
		}
		if got := rate * 200; got < 0.8*math.Min(float64(possible), 160) || got > float64(possible)+4 {
			t.Errorf("%v: %v of 200 changed, %d can be", a, got, possible)
		}
		if length := p.Of(wide(u.V)); length > a.Epsilon*(1+1e-6) {
			t.Errorf("%v: ‖v‖ = %v", a, length)
		}
		a.Rand = seeded(1, 1)
		if again, err := a.Find(t.Context(), nm, images); err != nil || !slices.Equal(again.V, u.V) {
			t.Errorf("%v: the same seed gives another v (%v)", a, err)
		}
	}
}
