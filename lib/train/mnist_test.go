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

// TestLeNetMNISTSeeds trains with several seeds and prints the band of their test accuracies.
func TestLeNetMNISTSeeds(t *testing.T) {
	seeds, _ := strconv.Atoi(os.Getenv("COURSE_SEEDS"))
	if seeds < 1 {
		t.Skip("COURSE_SEEDS=5 trains with five seeds, half a minute each on two quiet cores")
	}
	p := digitsPlan(open(t))
	test, err := p.images(datasets.Test, p.nTest)
	if err != nil {
		t.Fatal(err)
	}
	all, err := p.images(datasets.Train, p.nTrain)
	if err != nil {
		t.Fatal(err)
	}
	var band []float64
	for seed := range int64(seeds) {
		m := nets.NewLeNet(open(t), seed+1)
		p.cfg.Seed = seed + 1
		h, err := Fit(ctx, m, all.Slice(0, all.N-p.valid), all.Slice(all.N-p.valid, all.N), p.cfg)
		if err != nil {
			t.Fatal(err)
		}
		a, err := m.Accuracy(ctx, test)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("seed %d: test accuracy %.2f %%, %.1f s", seed+1, 100*a, h.Duration.Seconds())
		band = append(band, a)
		if !test.Generated && h.Duration > 2*time.Minute {
			t.Errorf("seed %d: trained in %v, want under 2 minutes", seed+1, h.Duration)
		}
	}
	slices.Sort(band)
	t.Logf("%s: worst %.2f %%, median %.2f %%, best %.2f %%", test.Source, 100*band[0], 100*band[len(band)/2], 100*band[len(band)-1])
	if !test.Generated && band[0] < 0.99 {
		t.Errorf("worst of %d seeds %.2f %%, want at least 99.0", seeds, 100*band[0])
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
