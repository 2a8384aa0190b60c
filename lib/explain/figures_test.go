package explain_test

import (
	"context"
	"image"
	"math/rand/v2"
	"slices"
	"testing"

	"nncourse/lib/backend"
	"nncourse/lib/datasets"
	"nncourse/lib/explain"
	"nncourse/lib/train"
	"nncourse/lib/workspace"
)

// What the course says of these methods, on a net that learned class names alone: the maps find the shape, they name the pixels
// that matter, and they depend on the weights. The net is that of the fast setting, trained once a machine and kept; lesson
// 6.5 uses it, too.
func TestFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: this trains a net (once a machine) and explains it in seven ways")
	}
	if _, err := workspace.Checkpoints(""); err != nil {
		t.Skipf("no place for a trained net: %v", err)
	}
	t.Setenv(workspace.FastEnv, "1")
	ctx := context.Background()
	b, err := backend.New(ctx)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := train.ShapesGAPNet(ctx, b)
	if err != nil {
		t.Fatal(err)
	}
	test := datasets.TexturedShapes(200, rand.New(rand.NewPCG(3, 0)))
	if a, err := m.Accuracy(ctx, &test.Images); err != nil || a < 0.8 {
		t.Fatalf("the net is right on %g of new images (%v)", a, err)
	}
	few := test.Subset([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
	grey := slices.Repeat([]float32{0.45}, test.H*test.W)
	const steps = 7
	curves := func(maps [][][]float64) (deletion, insertion float64) {
		d, err := explain.Deletion(ctx, m, &few.Images, maps, few.Labels, grey, steps)
		if err != nil {
			t.Fatal(err)
		}
		i, err := explain.Insertion(ctx, m, &few.Images, maps, few.Labels, grey, steps)
		if err != nil {
			t.Fatal(err)
		}
		return d.Area, i.Area
	}
	rd, ri := curves(explain.RandomOrder(rand.New(rand.NewPCG(5, 0)), few.N, few.H, few.W))
	t.Logf("random order: deletion %.3f, insertion %.3f", rd, ri)
	layers := []string{"/logits", "/conv4", "/conv3", "/conv2", "/conv1"}

	for _, c := range []struct {
		e    explain.Explainer
		asks bool // whether it asks the net at all
	}{
		{&explain.CAM{}, true},
		{&explain.GradCAM{}, true},
		{&explain.Saliency{}, true},
		{&explain.IntegratedGradients{Baseline: grey, Steps: 16}, true},
		{&explain.Occlusion{Size: 16, Stride: 8, Fill: 0.45}, true},
		{&explain.LocalContrast{}, false},
	} {
		maps, err := c.e.Explain(ctx, m, &few.Images, few.Labels)
		if err != nil {
			t.Fatal(err)
		}
		at, err := maps.AtPixels(few.H, few.W)
		if err != nil {
			t.Fatal(err)
		}
		d, i := curves(at)
		s, err := explain.SanityCheck(ctx, c.e, m, &few.Slice(0, 8).Images, few.Labels[:8], layers, rand.New(rand.NewPCG(7, 0)))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%-21s deletion %.3f, insertion %.3f, likeness %.2f", maps.Name, d, i, s.Likeness)
		if c.asks && (d > rd-0.03 || i < ri+0.03) {
			t.Errorf("%s: deletion %.3f (random %.3f), insertion %.3f (random %.3f)", maps.Name, d, rd, i, ri)
		}
		if s.Passes(0.5) != c.asks {
			t.Errorf("%s: the randomisation check says %v: %.2f", maps.Name, s.Passes(0.5), s.Likeness)
		}
	}

	maps, err := (&explain.CAM{}).Explain(ctx, m, &test.Images, test.Labels)
	if err != nil {
		t.Fatal(err)
	}
	cam, err := explain.Localise(maps, test.H, test.W, test.Boxes, 0.4)
	if err != nil {
		t.Fatal(err)
	}
	fixed := explain.BestCentredBox(test.W, test.H, test.Boxes) // chosen on the test images themselves: stronger than fair
	guess := explain.LocaliseBoxes(slices.Repeat([]image.Rectangle{fixed}, test.N), test.Boxes)
	t.Logf("IoU ≥ ½: CAM %.2f, best centred box %.2f; pointing %.2f and %.2f", cam.Half, guess.Half, cam.Pointing, guess.Pointing)
	if cam.Half < guess.Half+0.2 || cam.Pointing < 0.9 {
		t.Errorf("CAM hits %.2f, the centred box %.2f: 20 points more are promised; CAM points into %.2f", cam.Half, guess.Half, cam.Pointing)
	}
}
