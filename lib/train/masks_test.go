package train

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"nncourse/lib/backend"
	"nncourse/lib/datasets"
	"nncourse/lib/nets"
	"nncourse/lib/segment"
)

func smallRoads(n int, seed uint64) *datasets.RoadImages {
	return datasets.RoadScenesWith(n, datasets.RoadOptions{H: 16, W: 24}, rand.New(rand.NewPCG(seed, 0)))
}

func TestFitMasks(t *testing.T) {
	ctx := context.Background()
	b, err := backend.New(ctx)
	if err != nil {
		t.Fatal(err)
	}
	net := nets.Segmenter{Widths: []int{6, 8, 8}}
	train, valid := smallRoads(64, 1), smallRoads(32, 2)
	cfg := Config{Epochs: 12, BatchSize: 8, LearningRate: 1e-2, Seed: 1, Schedule: Cosine}
	m := net.New(b, 1)
	h, err := FitMasks(ctx, m, train, valid, cfg)
	if err != nil {
		t.Fatal(err)
	}
	_, constant := segment.BestConstant(valid.Mask, valid.H*valid.W)
	if last(h.ValidAccuracy) < constant || last(h.EpochLoss) > 0.5*h.EpochLoss[0] || !h.Finished {
		t.Errorf("IoU %v (constant mask %g), losses %v", h.ValidAccuracy, constant, h.EpochLoss)
	}

	// The last validation loss, by the definition and in another way than measureMasks.
	z, err := m.Predict(ctx, valid.Pix, valid.H, valid.W)
	if err != nil {
		t.Fatal(err)
	}
	mean := 0.0
	for p, z := range z {
		q := 1 / (1 + math.Exp(-float64(z)))
		if valid.Mask[p] == 0 {
			q = 1 - q
		}
		mean -= math.Log(q) / float64(len(valid.Mask))
	}
	if math.Abs(mean-last(h.ValidLoss)) > 1e-6 {
		t.Errorf("validation loss %g, by its definition %g", last(h.ValidLoss), mean)
	}

	// Stopped after five epochs and resumed: the same bits. And the finished run is loaded.
	dir := t.TempDir()
	again := cfg
	again.Checkpoint = dir
	short, cancel := context.WithCancel(ctx)
	again.Schedule = func(done float64) float64 {
		if done >= 5.5/12 {
			cancel()
		}
		return Cosine(done)
	}
	if _, err := FitMasks(short, net.New(b, 1), train, valid, again); err == nil {
		t.Fatal("a cancelled run returned no error")
	}
	again.Schedule = Cosine
	resumed := net.New(b, 1)
	hr, err := FitMasks(ctx, resumed, train, valid, again)
	if err != nil {
		t.Fatal(err)
	}
	loaded := net.New(b, 9)
	if hl, err := LoadMasks(loaded, dir); err != nil || !hl.Loaded {
		t.Fatal(err)
	}
	for name, other := range map[string]*nets.PixelModel{"resumed": resumed, "loaded": loaded} {
		y, err := other.Predict(ctx, valid.Pix, valid.H, valid.W)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(y, z) {
			t.Errorf("%s: other logits", name)
		}
	}
	if !slices.Equal(hr.Loss, h.Loss) || !slices.Equal(hr.ValidAccuracy, h.ValidAccuracy) {
		t.Error("the resumed run has another history")
	}
}

func TestFitMasksPanics(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	bad := datasets.RoadScenesWith(2, datasets.RoadOptions{H: 18, W: 24}, rand.New(rand.NewPCG(1, 0)))
	defer func() {
		if recover() == nil {
			t.Error("18 rows for a net with a grid of 4: no panic")
		}
	}()
	FitMasks(context.Background(), nets.Segmenter{Widths: []int{4, 4, 4}}.New(b, 1), bad, bad, Config{})
}
