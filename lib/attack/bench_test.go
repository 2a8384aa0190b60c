package attack_test

import (
	"context"
	"testing"

	"nncourse/lib/attack"
	"nncourse/lib/backend"
	"nncourse/lib/train"
)

// BenchmarkDeepFool256 attacks 256 test digits that the course's LeNet gets right; compiling is not counted.
func BenchmarkDeepFool256(b *testing.B) {
	ctx := context.Background()
	be, err := backend.New(ctx)
	if err != nil {
		b.Fatal(err)
	}
	m, test, _, err := train.DigitsLeNet(ctx, be)
	if err != nil {
		b.Fatal(err)
	}
	labels, _, err := m.Predict(ctx, test.Slice(0, 400).Pix)
	if err != nil {
		b.Fatal(err)
	}
	var right []int
	for i, y := range labels {
		if y == test.Labels[i] && len(right) < 256 {
			right = append(right, i)
		}
	}
	digits := test.Subset(right)
	b.Log(test.Source)
	for name, d := range map[string]attack.DeepFool{"L2": {}, "Linf": {Norm: attack.Inf}} {
		b.Run(name, func(b *testing.B) {
			c, err := d.Compile(m)
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			res, err := c.Attack(ctx, digits) // compiles
			if err != nil {
				b.Fatal(err)
			}
			if n := res.Count(attack.Flipped); n != digits.N {
				b.Fatalf("%d of %d flipped", n, digits.N)
			}
			steps := 0
			for _, k := range res.Iterations {
				steps += k
			}
			for b.Loop() {
				if _, err := c.Attack(ctx, digits); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(res.Rho(digits), "ρ")
			b.ReportMetric(float64(steps)/float64(digits.N), "steps/digit")
		})
	}
}

// BenchmarkPGD1000 is 40 steps of PGD on the first 1000 of 1024 test digits that the course's LeNet gets right, all 40 for each
// digit, from the digits themselves, clipped to [0, 1]; compiling is not counted.
func BenchmarkPGD1000(b *testing.B) {
	ctx := context.Background()
	be, err := backend.New(ctx)
	if err != nil {
		b.Fatal(err)
	}
	m, test, _, err := train.DigitsLeNet(ctx, be)
	if err != nil {
		b.Fatal(err)
	}
	labels, _, err := m.Predict(ctx, test.Slice(0, min(1024, test.N)).Pix)
	if err != nil {
		b.Fatal(err)
	}
	var right []int
	for i, y := range labels {
		if y == test.Labels[i] && len(right) < 1000 {
			right = append(right, i)
		}
	}
	digits := test.Subset(right)
	b.Log(test.Source)
	for _, c := range []struct {
		name string
		a    attack.PGD
	}{
		{"Linf", attack.PGD{Norm: attack.Inf, Epsilon: 0.1, Step: 0.01, Steps: 40, Lo: 0, Hi: 1}},
		{"L2", attack.PGD{Norm: attack.L2, Epsilon: 1.5, Step: 0.1, Steps: 40, Lo: 0, Hi: 1}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c, err := c.a.Compile(m)
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			res, err := c.Attack(ctx, digits) // compiles
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := c.Attack(ctx, digits); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(res.Count(attack.Exhausted))/float64(digits.N), "robust")
		})
	}
}
