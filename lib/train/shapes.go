package train

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/gomlx/compute"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
	"nncourse/lib/workspace"
)

// Seeds of the textured shapes that ShapesGAPNet is trained and validated on: rand.NewPCG(seed, 0). Test on others.
const (
	ShapesTrainSeed = 1
	ShapesValidSeed = 2
)

// shapesConfig is how ShapesGAPNet is trained: 2000 images, 248 steps.
var shapesConfig = Config{Epochs: 8, BatchSize: 64, LearningRate: 3e-3, Schedule: Cosine, Seed: 1, Progress: true, Label: "GAPNet on textured shapes"}

const shapesTrain, shapesValid = 2000, 500

// shapesFast is the fast setting (workspace.Fast): 1000 images, 217 steps of half the batch.
var shapesFast = Config{Epochs: 7, BatchSize: 32, LearningRate: 4e-3, Schedule: Cosine, Seed: 1, Progress: true, Label: "GAPNet on fewer textured shapes"}

const shapesFastTrain, shapesFastValid = 1000, 100

// ShapesGAPNet returns nets.GAPNet trained to name textured shapes (datasets.TexturedShapes, shape and texture
// matched), and its training history. It was trained on class names alone: no box was used.
//
// The first call trains, under half a minute on two quiet cores through XLA, to about 98 % right answers on new images,
// and stores the model in ROOT/.course/checkpoints/gapnet-shapes-HASH, HASH being that of network, configuration,
// backend and images; later calls load it (History.Loaded). As with DigitsLeNet, of two processes that ask at once one
// trains, and a training that was cut is resumed. Under the fast setting, COURSE_FAST=1, it trains a third as long, to about
// 93 %, and keeps that net apart.
func ShapesGAPNet(ctx context.Context, b compute.Backend) (*nets.Model, *History, error) {
	if workspace.Fast() {
		return gapNet(ctx, b, "gapnet-shapes-fast", shapesFast, shapesFastTrain, shapesFastValid)
	}
	return gapNet(ctx, b, "gapnet-shapes", shapesConfig, shapesTrain, shapesValid)
}

func gapNet(ctx context.Context, b compute.Backend, name string, cfg Config, nTrain, nValid int) (*nets.Model, *History, error) {
	return shapesNet(ctx, b, name, fmt.Sprintln("GAPNet 5/2×8, 5×16, pool, 3, 3", nets.GAPNetMaps, nets.GAPNetWidth, b.Name()), nets.NewGAPNet, cfg, nTrain, nValid)
}

// shapesNet loads the network that was trained on textured shapes under this name, or trains it. identity says what the network is, for
// the hash.
func shapesNet(ctx context.Context, b compute.Backend, name, identity string, untrained func(b compute.Backend, seed int64) *nets.Model, cfg Config, nTrain, nValid int) (*nets.Model, *History, error) {
	root, err := workspace.Checkpoints("")
	if err != nil {
		return nil, nil, fmt.Errorf("train: %w", err)
	}
	hash := sha256.New()
	fmt.Fprint(hash, identity)
	fmt.Fprintln(hash, cfg.Epochs, cfg.BatchSize, cfg.LearningRate, cfg.Seed, nTrain, nValid, cfg.Schedule(0), cfg.Schedule(0.5))
	sample := datasets.TexturedShapes(10, rand.New(rand.NewPCG(ShapesValidSeed, 0))) // another generator, another run
	fmt.Fprintln(hash, sample.Classes, sample.Labels, sample.Pix)
	final := filepath.Join(root, fmt.Sprintf("%s-%x", name, hash.Sum(nil)[:4]))
	unlock, err := lock(ctx, final+".lock")
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	m := untrained(b, cfg.Seed)
	if _, err := os.Stat(final); err == nil {
		h, err := Load(m, final)
		return m, h, err
	}
	fit := datasets.TexturedShapes(nTrain, rand.New(rand.NewPCG(ShapesTrainSeed, 0)))
	valid := datasets.TexturedShapes(nValid, rand.New(rand.NewPCG(ShapesValidSeed, 0)))
	cfg.Checkpoint = final + ".part" // an unfinished run, resumed by the next call
	h, err := Fit(ctx, m, &fit.Images, &valid.Images, cfg)
	if err != nil {
		return nil, nil, err
	}
	if err := os.Rename(cfg.Checkpoint, final); err != nil {
		return nil, nil, fmt.Errorf("train: %w", err)
	}
	return m, h, nil
}
