package train

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"github.com/gomlx/compute"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
	"nncourse/lib/workspace"
)

// GreyVGG is what GreyVGG11 is trained on and how: the full setting, and the fast one of workspace.Fast.
var (
	greyFull = greySetting{Config{Epochs: 6, BatchSize: 64, LearningRate: 2e-3, Schedule: WarmUp(0.1, Cosine), Seed: 1, Progress: true}, 3000, 500, 6644, 1934}
	greyFast = greySetting{Config{Epochs: 6, BatchSize: 64, LearningRate: 2e-3, Schedule: WarmUp(0.1, Cosine), Seed: 1, Progress: true}, 2000, 500, 2000, 500}
)

type greySetting struct {
	Config
	nTrain, nValid int // textured shapes
	iTrain, iValid int // photographs of Imagenette; in the full setting as many as the lecture names
}

// GreyTestSeed is the seed of the textured shapes that GreyVGG11 returns to test on.
const GreyTestSeed = 3

// GreyVGG11 returns nets.VGG11Grey trained on ten grey-scale classes at 64×64, images to test on that training has not seen, and the
// training history. The classes are Imagenette's where its files are present, in the numbers of the lecture (6,644 to
// train on and 1,934 to test on, drawn from the two parts of the public set); else textured shapes with matched cues, and 500 to test on.
// The Source of the test images says which.
//
// As with ShapesGAPNet, the first call trains and keeps the net in ROOT/.course/checkpoints, later ones load it, and COURSE_FAST=1 trains
// less and keeps that net apart. On shapes the full setting takes half a minute on two quiet cores and ends above 95 %; the
// fast one a third of that, near 93 %.
func GreyVGG11(ctx context.Context, b compute.Backend) (*nets.Model, *datasets.Images, *History, error) {
	set, suffix := greyFull, ""
	if workspace.Fast() {
		set, suffix = greyFast, "-fast"
	}
	net := nets.VGG11Grey
	set.Label = "VGG11 on ten grey classes"
	photos, err := datasets.Imagenette(datasets.Train, net.Input[0], true)
	if errors.Is(err, datasets.ErrAbsent) {
		m, h, err := shapesNet(ctx, b, "vgg11-shapes"+suffix, fmt.Sprintln("VGG", net, b.Name()), net.New, set.Config, set.nTrain, set.nValid)
		if err != nil {
			return nil, nil, nil, err
		}
		return m, &datasets.TexturedShapes(500, rand.New(rand.NewPCG(GreyTestSeed, 0))).Images, h, nil
	}
	if err != nil {
		return nil, nil, nil, err
	}
	return photoNet(ctx, b, "vgg11-imagenette"+suffix, net, photos, set)
}

// photoNet loads the network trained on photographs, or trains it. Of the images to test on a quarter is looked at after each epoch, for the
// history alone: nothing is chosen by it.
func photoNet(ctx context.Context, b compute.Backend, name string, net nets.VGG, photos *datasets.ImageFolder, set greySetting) (*nets.Model, *datasets.Images, *History, error) {
	tests, err := datasets.Imagenette(datasets.Test, net.Input[0], true)
	if err != nil {
		return nil, nil, nil, err
	}
	some := func(d *datasets.ImageFolder, n int, seed uint64) (*datasets.Images, error) {
		idx := rand.New(rand.NewPCG(seed, 0)).Perm(len(d.Files))
		idx = idx[:min(n, len(idx))]
		slices.Sort(idx)
		return d.Load(ctx, idx)
	}
	test, err := some(tests, set.iValid, ShapesValidSeed)
	if err != nil {
		return nil, nil, nil, err
	}
	root, err := workspace.Checkpoints("")
	if err != nil {
		return nil, nil, nil, fmt.Errorf("train: %w", err)
	}
	hash := sha256.New()
	fmt.Fprintln(hash, net, b.Name(), set.Epochs, set.BatchSize, set.LearningRate, set.Seed, set.iTrain, len(photos.Files), test.N, test.Pix[:4096])
	final := filepath.Join(root, fmt.Sprintf("%s-%x", name, hash.Sum(nil)[:4]))
	unlock, err := lock(ctx, final+".lock")
	if err != nil {
		return nil, nil, nil, err
	}
	defer unlock()
	m := net.New(b, set.Seed)
	if _, err := os.Stat(final); err == nil {
		h, err := Load(m, final)
		return m, test, h, err
	}
	fit, err := some(photos, set.iTrain, ShapesTrainSeed)
	if err != nil {
		return nil, nil, nil, err
	}
	cfg := set.Config
	cfg.Epochs *= 2 // photographs vary more
	cfg.Checkpoint = final + ".part"
	h, err := Fit(ctx, m, fit, test.Slice(0, (test.N+3)/4), cfg)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := os.Rename(cfg.Checkpoint, final); err != nil {
		return nil, nil, nil, fmt.Errorf("train: %w", err)
	}
	return m, test, h, nil
}
