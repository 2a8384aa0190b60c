package generative_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"nncourse/lib/backend"
	"nncourse/lib/generative"
)

// TestGAN trains a small one on the pictures of bars: 8 of the 65536 black and white pictures of 16 pixels.
func TestGAN(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	x := bars(512)
	m := generative.GAN{Features: 16, Latent: 8, Generator: []int{32}, Critic: []int{32}}.New(b, 1)
	far := func() float64 { return astray(t, m, x) }
	before := far()
	h, err := m.Fit(context.Background(), x, generative.GANTraining{Steps: 300, Rate: 3e-3, CriticSteps: 2, Penalty: 1, Loss: generative.NonSaturating, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	after := far()
	t.Logf("from the nearest bars %.2f, untrained %.2f; V from %.2f to %.2f", after, before, h.Value[0], h.Value[299])
	if !(after < 0.6*before) || len(h.Value) != 300 || len(h.Loss) != 300 {
		t.Errorf("samples are %.2f from the nearest bars, untrained %.2f", after, before)
	}
	s, err := m.Sample(400, source(1))
	if err != nil {
		t.Fatal(err)
	}

	// what is saved is what is loaded
	file := filepath.Join(t.TempDir(), "gan.gob")
	if err := m.Save(file); err != nil {
		t.Fatal(err)
	}
	l, err := generative.LoadGAN(b, file)
	if err != nil {
		t.Fatal(err)
	}
	again, err := l.Sample(400, source(1))
	if err != nil || !slices.Equal(again, s) {
		t.Errorf("the loaded model samples otherwise (%v)", err)
	}
	one, err := m.Discriminate(x)
	two, err2 := l.Discriminate(x)
	if err != nil || err2 != nil || !slices.Equal(one, two) || slices.Min(one) <= 0 || slices.Max(one) >= 1 {
		t.Errorf("the loaded model judges otherwise (%v, %v)", err, err2)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := m.Fit(ctx, x, generative.GANTraining{Steps: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// astray is the mean squared distance of 250 samples from the picture nearest to each.
func astray(t *testing.T, m *generative.GANModel, x []float32) float64 {
	s, err := m.Sample(250, source(2))
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i := 0; i < len(s); i += 16 {
		near := math.Inf(1)
		for k := 0; k < len(x); k += 16 {
			d := 0.0
			for j := range 16 {
				e := float64(s[i+j] - x[k+j])
				d += e * e
			}
			near = min(near, d)
		}
		sum += near / 250
	}
	return sum
}
