package fourier

import (
	"fmt"
	"math"
)

// NearestMean classifies by features: each class is the mean of its examples, and a new one gets the class whose mean is nearest, after
// every feature was divided by its standard deviation round the means. It is what is left of learning once the features
// are designed: a linear classifier with K·d numbers.
type NearestMean struct {
	Means [][]float64 // [K][d]
	Scale []float64   // [d], the standard deviation within the classes; 1 where it is 0
}

// FitNearestMean fits the means of the features x [n][d] of the labels y, each in [0, classes). It panics if a class has no example,
// on lengths that differ and on other labels.
func FitNearestMean(x [][]float64, y []int32, classes int) *NearestMean {
	if len(x) == 0 || len(x) != len(y) {
		panic(fmt.Sprintf("fourier: %d feature vectors with %d labels", len(x), len(y)))
	}
	d := len(x[0])
	c := &NearestMean{Means: make([][]float64, classes), Scale: make([]float64, d)}
	count := make([]float64, classes)
	for k := range c.Means {
		c.Means[k] = make([]float64, d)
	}
	for i, v := range x {
		if len(v) != d || y[i] < 0 || int(y[i]) >= classes {
			panic(fmt.Sprintf("fourier: example %d has %d features of %d, and the label %d of %d classes", i, len(v), d, y[i], classes))
		}
		count[y[i]]++
		for j := range v {
			c.Means[y[i]][j] += v[j]
		}
	}
	for k, m := range c.Means {
		if count[k] == 0 {
			panic(fmt.Sprintf("fourier: no example of class %d", k))
		}
		for j := range m {
			m[j] /= count[k]
		}
	}
	for i, v := range x {
		for j := range v {
			e := v[j] - c.Means[y[i]][j]
			c.Scale[j] += e * e / float64(len(x))
		}
	}
	for j, v := range c.Scale {
		if c.Scale[j] = math.Sqrt(v); v == 0 {
			c.Scale[j] = 1
		}
	}
	return c
}

// Predict gives the class of the nearest mean; of equally near ones the first.
func (c *NearestMean) Predict(x []float64) int32 {
	best, least := int32(0), math.Inf(1)
	for k, m := range c.Means {
		sum := 0.0
		for j := range m {
			e := (x[j] - m[j]) / c.Scale[j]
			sum += e * e
		}
		if sum < least {
			best, least = int32(k), sum
		}
	}
	return best
}

// Accuracy is the share of examples that Predict answers right.
func (c *NearestMean) Accuracy(x [][]float64, y []int32) float64 {
	right := 0
	for i := range x {
		if c.Predict(x[i]) == y[i] {
			right++
		}
	}
	return float64(right) / float64(len(x))
}
