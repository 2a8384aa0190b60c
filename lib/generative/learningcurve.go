package generative

import (
	"context"
	"fmt"
	"math/rand/v2"

	"nncourse/lib/linear"
)

// Trainer fits labels y in [0, classes) on x [n][d] and returns a classifier.
type Trainer func(x [][]float64, y []int) (func(x []float64) int, error)

// LogisticTrainer is logistic regression for two classes, the discriminative partner of naive Bayes.
func LogisticTrainer(l linear.Logistic) Trainer {
	return func(x [][]float64, y []int) (func(x []float64) int, error) {
		fit, err := l.Fit(x, linear.Signs(y))
		if err != nil {
			return nil, err
		}
		return func(x []float64) int {
			if linear.Classify(fit.W, fit.B, x) > 0 {
				return 1
			}
			return 0
		}, nil
	}
}

// LearningCurves returns error[k][s][r], the share of wrong answers on the test examples, of trainer k, fitted on sizes[s] examples in
// repeat r. In each repeat the n examples are shuffled; the last test ones test, and the first sizes[s] train, so that larger training
// sets contain the smaller ones and all trainers see the same. So that both methods are defined from the start, the first
// classes examples are one of each class.
//
// The error is a trainer's or the context's. It panics unless every size is at least the number of classes and sizes and test fit into n.
func LearningCurves(ctx context.Context, x [][]float64, y []int, classes int, sizes []int, test, repeats int, rng *rand.Rand, trainers ...Trainer) ([][][]float64, error) {
	out := make([][][]float64, len(trainers))
	for k := range out {
		out[k] = make([][]float64, len(sizes))
	}
	for _, m := range sizes {
		if m < classes || m+test > len(x) || test < 1 || len(x) != len(y) {
			panic(fmt.Sprintf("generative: LearningCurves: %d to train, %d to test, %d points, %d labels, %d classes", m, test, len(x), len(y), classes))
		}
	}
	for range repeats {
		order := rng.Perm(len(x))
		for c := range classes {
			at := c
			for at < len(order)-test && y[order[at]] != c {
				at++
			}
			if at == len(order)-test {
				return nil, fmt.Errorf("generative: LearningCurves: no example of class %d is left to train on", c)
			}
			order[c], order[at] = order[at], order[c]
		}
		fitX, fitY := make([][]float64, len(x)), make([]int, len(x))
		for i, j := range order {
			fitX[i], fitY[i] = x[j], y[j]
		}
		for s, m := range sizes {
			for k, train := range trainers {
				if err := ctx.Err(); err != nil {
					return nil, fmt.Errorf("generative: LearningCurves: stopped: %w", context.Cause(ctx))
				}
				classify, err := train(fitX[:m], fitY[:m])
				if err != nil {
					return nil, fmt.Errorf("generative: LearningCurves: trainer %d on %d examples: %w", k, m, err)
				}
				wrong := 0
				for i := len(x) - test; i < len(x); i++ {
					if classify(fitX[i]) != fitY[i] {
						wrong++
					}
				}
				out[k][s] = append(out[k][s], float64(wrong)/float64(test))
			}
		}
	}
	return out, nil
}
