package robust_test

import (
	"os"
	"testing"

	"nncourse/lib/attack"
	"nncourse/lib/backend"
	"nncourse/lib/nb"
	"nncourse/lib/robust"
	"nncourse/lib/train"
)

// After adversarial training at ε = 0.2 the course's LeNet has at least 98 % of MNIST's test images right, and holds at least 85 % of
// the first 1000 under 40 steps of PGD from each of 5 random starts.
func TestRobustLeNetMNIST(t *testing.T) {
	if os.Getenv("COURSE_ROBUST") == "" {
		t.Skip("COURSE_ROBUST=1 attacks 1000 digits 200 steps each, and trains first where there is no checkpoint: some minutes")
	}
	if nb.Fast() {
		t.Skip("the figures are those of the full setting, and COURSE_FAST is set")
	}
	b, err := backend.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m, test, h, err := train.RobustLeNet(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if test.Generated {
		t.Skip("MNIST's files are not here: go tool course data fetch mnist")
	}
	clean, err := m.Accuracy(t.Context(), test)
	if err != nil {
		t.Fatal(err)
	}
	c, err := robust.Measure(t.Context(), m, test.Slice(0, 1000),
		attack.PGD{Norm: attack.Inf, Steps: 40, Restarts: 5, Rand: seeded(58, 1), Lo: 0, Hi: 1, Every: 10}, []float64{train.RobustEpsilon}, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("clean %.2f %%, %s: %.1f %% [%.1f, %.1f]; trained in %.0f s (loaded: %v)", 100*clean, c.Attack, 100*c.Accuracy[0], 100*c.Lo[0], 100*c.Hi[0], h.Duration.Seconds(), h.Loaded)
	if clean < 0.98 || c.Accuracy[0] < 0.85 {
		t.Errorf("clean accuracy %.4f, want 0.98; under attack %.3f, want 0.85", clean, c.Accuracy[0])
	}
}
