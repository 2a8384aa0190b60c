// Package generative models how the data of each class come about, p(x, c), and not only where the classes part, p(c | x).
//
//	naivebayes.go     what the three naive Bayes classifiers share: log p(x, c), posterior, prediction
//	gaussian.go       measurements: a normal distribution for each class and feature
//	bernoulli.go      yes or no: a probability for each class and feature
//	multinomial.go    counts of words: a distribution over words for each class
//	learningcurve.go  error against the number of training examples, of several methods on the same examples
//
// And it finds few numbers that say what a picture is, without labels:
//
//	pca.go                principal components, the best linear way to few numbers and back
//	autoencoderlinear.go  the same, learned by gradient
//	sparse.go             many hidden units, few of them active: the penalty KL(ρ‖ρ̂)
//	autoencoder.go        a bottleneck between nonlinear layers, on GoMLX
//	vae.go                variational autoencoder: a distribution over the codes, and a bound on log p(x)
package generative

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"nncourse/lib/loss"
)

// NaiveBayes is a fitted naive Bayes classifier. It supposes that within a class the features are independent,
//
//	p(x, c) = p(c) Πⱼ p(xⱼ | c),
//
// and computes with logarithms, for a product of hundreds of probabilities underflows.
type NaiveBayes interface {
	// LogJoint returns log p(x, c) = log p(c) + Σⱼ log p(xⱼ | c) of each class, [classes]; for densities it may be positive.
	// It panics unless x has as many features as the training data.
	LogJoint(x []float64) []float64
}

// Posterior returns p(c | x) = p(x, c) / Σ_k p(x, k), [classes], by Bayes's rule. Where x is impossible in every class
// (all log p(x, c) are −∞), the data say nothing, and all are NaN.
func Posterior(m NaiveBayes, x []float64) []float64 {
	p := m.LogJoint(x)
	// p(c | x) = exp(log p(x, c) − log Σ_k exp log p(x, k))
	floats.AddConst(-loss.LogSumExp(p), p)
	for i := range p {
		p[i] = math.Exp(p[i])
	}
	return p
}

// Classify returns the class of the largest p(x, c), the first of equals. The normalising sum is not needed for it.
func Classify(m NaiveBayes, x []float64) int { return floats.MaxIdx(m.LogJoint(x)) }

// logPriors returns log(n_c/n) of the labels y in [0, classes), and n_c.
func logPriors(who string, x [][]float64, y []int, classes int) (prior []float64, count []int, err error) {
	if len(x) == 0 || len(x) != len(y) || classes < 1 {
		panic(fmt.Sprintf("generative: %s: %d points, %d labels, %d classes", who, len(x), len(y), classes))
	}
	count = make([]int, classes)
	for i, row := range x {
		if len(row) != len(x[0]) {
			panic(fmt.Sprintf("generative: %s: point %d has %d features, point 0 has %d", who, i, len(row), len(x[0])))
		}
		if y[i] < 0 || y[i] >= classes {
			return nil, nil, fmt.Errorf("generative: %s: label %d is %d, not one of %d classes", who, i, y[i], classes)
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, nil, fmt.Errorf("generative: %s: point %d, feature %d is %v", who, i, j, v)
			}
		}
		count[y[i]]++
	}
	prior = make([]float64, classes)
	for c, n := range count {
		if n == 0 {
			return nil, nil, fmt.Errorf("generative: %s: class %d has no example, so nothing is known of it", who, c)
		}
		prior[c] = math.Log(float64(n) / float64(len(x)))
	}
	return prior, count, nil
}

// checkFeatures panics unless x has d features.
func checkFeatures(x []float64, d int) {
	if len(x) != d {
		panic(fmt.Sprintf("generative: LogJoint: %d features, the model has %d", len(x), d))
	}
}
