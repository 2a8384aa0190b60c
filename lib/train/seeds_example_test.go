package train_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/train"
)

// A linear classifier of drawn digits from three initial weights: where each run ends differs little.
func ExampleSeeds() {
	b, err := gobackend.New("")
	if err != nil {
		fmt.Println(err)
		return
	}
	linear := func(scope *model.Scope, x *graph.Node) *graph.Node {
		return layers.DenseWithBias(scope, graph.Reshape(x, x.Shape().Dimensions[0], -1), 10)
	}
	digits := datasets.Strokes(320, rand.New(rand.NewPCG(1, 1)))
	runs, err := train.Seeds{Logits: linear, Epochs: 8, BatchSize: 32, LearningRate: 0.02, Momentum: 0.9, Seeds: []uint64{1, 2, 3}}.Run(context.Background(), b, digits)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range runs {
		fmt.Println("seed", r.Seed, "first epoch wrong above a half:", r.Wrong[0] > 0.5, "last one below a quarter:", r.Wrong[7] < 0.25)
	}
	// Output:
	// seed 1 first epoch wrong above a half: true last one below a quarter: true
	// seed 2 first epoch wrong above a half: true last one below a quarter: true
	// seed 3 first epoch wrong above a half: true last one below a quarter: true
}
