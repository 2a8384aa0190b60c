package train

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// The course's LeNet has at least 99.0 % of MNIST's test images right.
func TestLeNetMNIST(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the training on MNIST")
	}
	if slow(open(t)) {
		t.Skip("the pure-Go backend trains on 4000 images only")
	}
	m, test, h, err := DigitsLeNet(ctx, open(t))
	if err != nil {
		t.Fatal(err)
	}
	if test.Generated {
		t.Skip("MNIST's files are not here: go tool course data fetch mnist")
	}
	a, err := m.Accuracy(ctx, test)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("test accuracy %.2f %%, trained in %.0f s (loaded: %v), validation %v", 100*a, h.Duration.Seconds(), h.Loaded, h.ValidAccuracy)
	if a < 0.99 {
		t.Errorf("%.2f %% of the test images right, want at least 99.0", 100*a)
	}
}

// TestLeNetRecipe trains with several seeds and prints the band of their test accuracies: each at least 99.2 % in under three minutes.
func TestLeNetRecipe(t *testing.T) {
	seeds, _ := strconv.Atoi(os.Getenv("COURSE_SEEDS"))
	if seeds < 1 {
		t.Skip("COURSE_SEEDS=3 trains with three seeds, a minute and a half each on two quiet cores")
	}
	test, err := digitsPlan(open(t)).images(datasets.Test, 0)
	if err != nil {
		t.Fatal(err)
	}
	if test.Generated {
		t.Skip("MNIST's files are not here: go tool course data fetch mnist")
	}
	all, err := datasets.MNIST(datasets.Train)
	if err != nil {
		t.Fatal(err)
	}
	var band []float64
	for seed := range int64(seeds) {
		m := nets.NewLeNet(open(t), seed+1)
		h, err := Fit(ctx, m, all.Slice(0, all.N-5000), all.Slice(all.N-5000, all.N), LeNetRecipe(seed+1))
		if err != nil {
			t.Fatal(err)
		}
		a, err := m.Accuracy(ctx, test)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("seed %d: test accuracy %.2f %%, %.1f s", seed+1, 100*a, h.Duration.Seconds())
		band = append(band, a)
		if h.Duration > 3*time.Minute {
			t.Errorf("seed %d: trained in %v, want under 3 minutes", seed+1, h.Duration)
		}
	}
	slices.Sort(band)
	t.Logf("worst %.2f %%, median %.2f %%, best %.2f %%", 100*band[0], 100*band[len(band)/2], 100*band[len(band)-1])
	if band[0] < 0.992 {
		t.Errorf("worst of %d seeds %.2f %%, want at least 99.2", seeds, 100*band[0])
	}
}

// Without MNIST the course's LeNet is trained on drawn digits, and reads unseen ones well enough for every lesson.
func TestLeNetDrawnDigits(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the training on drawn digits")
	}
	if slow(open(t)) {
		t.Skip("the pure-Go backend would take minutes")
	}
	p := digitsPlan(open(t))
	p.drawn, p.name, p.cfg.Progress = true, "lenet-drawn", false
	m, test, h, err := p.model(ctx, open(t))
	if err != nil {
		t.Fatal(err)
	}
	a, err := m.Accuracy(ctx, test)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: test accuracy %.2f %%, trained in %.0f s (loaded: %v), validation %v", test.Source, 100*a, h.Duration.Seconds(), h.Loaded, h.ValidAccuracy)
	if !test.Generated || a < 0.95 {
		t.Errorf("%.2f %% of %s right, want drawn digits and at least 95 %%", 100*a, test.Source)
	}
}
