package attack_test

import (
	"math"
	"slices"
	"testing"

	"nncourse/lib/attack"
)

// With two classes, linear logits and a range that does not bind, CW's r is the one-vs-all closed form: its length to 1.5 %, its direction to a
// cosine of 0.995; never shorter than the minimum.
func TestCWOnLinear(t *testing.T) {
	rng := seeded(31, 1)
	m := newMLP(rng, 1, 8, 2)
	nm := onBackend(t, m)
	x := sample(rng, 30, 8)
	for _, row := range x {
		for j := range row {
			row[j] = float64(float32(min(max(row[j], -2), 2)))
		}
	}
	images := points(m.logits, x...)
	res, err := attack.CW{Lo: -5, Hi: 5, Steps: 400, Searches: 8, Rate: 0.004, C: 0.3, Slots: 32, Unroll: 8}.Attack(t.Context(), nm, images)
	if err != nil {
		t.Fatal(err)
	}
	for i, x0 := range x {
		want, rival, _ := attack.OneVsAllMin(attack.L2, m[0].W, m[0].B, x0, int(images.Labels[i]))
		got := wide(res.Perturbation(i))
		length, least := attack.L2.Of(got), attack.L2.Of(want)
		if least < 0.1 {
			continue // Adam's last steps are of the size of the perturbation
		}
		if res.Status[i] != attack.Flipped || int(res.To[i]) != rival || length < least*(1-1e-5) || length > least*1.015 {
			t.Errorf("example %d: %v to %d, ‖r‖ = %v; the closed form goes to %d by %v", i, res.Status[i], res.To[i], length, rival, least)
		}
		if cos := dot(got, want) / (length * least); cos < 0.995 {
			t.Errorf("example %d: cosine %v to the closed form", i, cos)
		}
	}
}

// On networks CW stays in the range, keeps its margin κ, reaches its targets, and is as short as DeepFool or shorter.
func TestCWOnNet(t *testing.T) {
	rng := seeded(32, 1)
	m := newMLP(rng, 1.5, 8, 16, 4)
	half := make([]float64, 8)
	for j := range half {
		half[j] = 0.5
	}
	for k, v := range m.logits(half) { // so that no class wins the whole range
		m[1].B[k] -= v
	}
	nm := onBackend(t, m)
	x := sample(rng, 48, 8)
	for _, row := range x {
		for j := range row {
			row[j] = float64(float32(rng.Float64()))
		}
	}
	x[0][0], x[0][1] = 0, 1 // the ends of the range, where atanh is infinite
	images := points(m.logits, x...)
	base := attack.CW{Steps: 200, Searches: 6, Rate: 0.03, C: 0.3, Slots: 48, Unroll: 4}
	fool, err := attack.DeepFool{Lo: 0, Hi: 1}.Attack(t.Context(), nm, images)
	if err != nil {
		t.Fatal(err)
	}
	firm, aimed := base, base
	firm.Kappa = 0.5
	aimed.Targets = make([]int32, len(x))
	for i := range x {
		f := m.logits(x[i]) // the second-best class
		f[images.Labels[i]] = math.Inf(-1)
		aimed.Targets[i] = int32(attack.ArgMax(f))
	}
	var plain *attack.Result
	for n, a := range []attack.CW{base, firm, aimed} {
		res, err := a.Attack(t.Context(), nm, images)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			plain = res
			again, err := a.Attack(t.Context(), nm, images)
			if err != nil || !slices.Equal(again.R, res.R) {
				t.Errorf("a second run differs (%v)", err)
			}
		}
		adv := res.Adversarial(images)
		flipped, shorter, both := 0, 0, 0
		for i := range x {
			if res.Status[i] != attack.Flipped {
				continue
			}
			flipped++
			at := wide(adv.Image(i))
			if slices.Min(at) < 0 || slices.Max(at) > 1 {
				t.Errorf("%v example %d leaves the range: %v", a, i, at)
			}
			f := m.logits(at)
			to := attack.ArgMax(f)
			if n == 2 && to != int(a.Targets[i]) || to == int(images.Labels[i]) || to != int(res.To[i]) {
				t.Errorf("%v example %d: %d → %d, logits %v", a, i, images.Labels[i], res.To[i], f)
			}
			gap := math.Inf(1)
			for k := range f {
				if k != to {
					gap = min(gap, f[to]-f[k])
				}
			}
			if lead := f[to] - f[images.Labels[i]]; n == 1 && lead < a.Kappa-1e-4 {
				t.Errorf("%v example %d: a lead of %v", a, i, lead)
			}
			if fool.Status[i] == attack.Flipped && n == 0 {
				both++
				if attack.L2.Of(wide(res.Perturbation(i))) < 1.01*attack.L2.Of(wide(fool.Perturbation(i))) {
					shorter++
				}
			}
			if d, p := attack.L2.Of(wide(res.Perturbation(i))), attack.L2.Of(wide(plain.Perturbation(i))); n > 0 && plain.Status[i] == attack.Flipped && d < 0.99*p {
				t.Errorf("%v example %d: ‖r‖ = %v, and %v without the further demand", a, i, d, p)
			}
		}
		if flipped < 15 || n == 0 && (both < 15 || shorter < both*8/10) {
			t.Errorf("%v: %d flipped; %d of %d as short as DeepFool's", a, flipped, shorter, both)
		}
	}
}
