package train

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"nncourse/lib/datasets"
)

// ShapesGAPNet's frame, on few images: the second call loads what the first trained; another configuration is another folder.
func TestGAPNetIsKept(t *testing.T) {
	b := open(t) // before the root is another, which has no plugin
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module nncourse\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("COURSE_ROOT", root)
	cfg := Config{Epochs: 1, Schedule: Cosine, Seed: 1}
	d := datasets.TexturedShapes(5, rand.New(rand.NewPCG(9, 9)))
	m, h, err := gapNet(ctx, b, "try", cfg, 128, 10)
	if err != nil || h.Loaded {
		t.Fatalf("first call: %v, loaded %v", err, h != nil && h.Loaded)
	}
	_, first, err := m.Predict(ctx, d.Pix)
	if err != nil {
		t.Fatal(err)
	}
	again, h, err := gapNet(ctx, b, "try", cfg, 128, 10)
	if err != nil || !h.Loaded || len(h.Epoch) != 1 {
		t.Fatalf("second call: %v, %+v", err, h)
	}
	if _, second, err := again.Predict(ctx, d.Pix); err != nil || !slices.Equal(first, second) {
		t.Errorf("the loaded net answers %v, the trained one %v (%v)", second, first, err)
	}
	cfg.LearningRate = 0.01
	other, h, err := gapNet(ctx, b, "try", cfg, 128, 10)
	if err != nil || h.Loaded {
		t.Fatalf("another learning rate: %v, loaded %v", err, h != nil && h.Loaded)
	}
	if _, third, err := other.Predict(ctx, d.Pix); err != nil || slices.Equal(first, third) {
		t.Errorf("another learning rate, and the same answers (%v)", err)
	}
	if dirs, _ := filepath.Glob(filepath.Join(root, ".course", "checkpoints", "try-????????")); len(dirs) != 2 {
		t.Errorf("folders %v, want two", dirs)
	}
}
