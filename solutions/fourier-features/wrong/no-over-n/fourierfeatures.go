// Mistake: no-over-n: forgets 1/n on the way back
package fourierfeatures

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// DFT returns X[k] = Σⱼ x[j]·e^(−2πijk/n).
func DFT(x []float64) (re, im []float64, err error) {
	if err := signal(x); err != nil {
		return nil, nil, err
	}
	n := len(x)
	re, im = make([]float64, n), make([]float64, n)
	for k := range n {
		for j, v := range x {
			sin, cos := wave(j, k, n)
			re[k] += v * cos
			im[k] -= v * sin
		}
	}
	return re, im, nil
}

// Amplitudes returns 2|X[k]|/n, half of it where k is its own mirror.
func Amplitudes(x []float64) ([]float64, error) {
	re, im, err := DFT(x)
	if err != nil {
		return nil, err
	}
	n := len(x)
	a := make([]float64, n/2+1)
	for k := range a {
		a[k] = members(k, n) * math.Hypot(re[k], im[k]) / float64(n)
	}
	return a, nil
}

// KeepLargest returns the sum of the k waves with the most energy, and their share of it.
func KeepLargest(x []float64, k int) (y []float64, share float64, err error) {
	re, im, err := DFT(x)
	if err != nil {
		return nil, 0, err
	}
	n := len(x)
	if k < 0 || k > n/2+1 {
		return nil, 0, fmt.Errorf("%d waves of %d", k, n/2+1)
	}
	energy, order, all := make([]float64, n/2+1), make([]int, n/2+1), 0.0
	for i := range energy {
		order[i] = i
		energy[i] = members(i, n) * (re[i]*re[i] + im[i]*im[i])
		all += energy[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case energy[a] > energy[b]:
			return -1
		case energy[a] < energy[b]:
			return 1
		}
		return 0
	})
	y = make([]float64, n)
	for _, i := range order[:k] {
		share += energy[i]
		for j := range y {
			// (X e^(iθ) + its conjugate)/n
			sin, cos := wave(j, i, n)
			y[j] += members(i, n) * (re[i]*cos - im[i]*sin)
		}
	}
	if all == 0 {
		return y, 1, nil
	}
	return y, share / all, nil
}

// Haar returns a_L | d_L | … | d_1.
func Haar(x []float64, levels int) ([]float64, error) {
	if err := divides(x, levels); err != nil {
		return nil, err
	}
	c, work := slices.Clone(x), make([]float64, len(x))
	for l := range levels {
		half := len(x) >> l / 2
		for i := range half {
			work[i] = (c[2*i] + c[2*i+1]) / math.Sqrt2
			work[half+i] = (c[2*i] - c[2*i+1]) / math.Sqrt2
		}
		copy(c, work[:2*half])
	}
	return c, nil
}

// InverseHaar undoes Haar.
func InverseHaar(c []float64, levels int) ([]float64, error) {
	if err := divides(c, levels); err != nil {
		return nil, err
	}
	x, work := slices.Clone(c), make([]float64, len(c))
	for l := levels - 1; l >= 0; l-- {
		half := len(x) >> l / 2
		for i := range half {
			work[2*i] = (x[i] + x[half+i]) / math.Sqrt2
			work[2*i+1] = (x[i] - x[half+i]) / math.Sqrt2
		}
		copy(x, work[:2*half])
	}
	return x, nil
}

// NearestMean classifies by the nearest mean in units of the deviations within the classes.
func NearestMean(train [][]float64, labels []int, test [][]float64) ([]int, error) {
	if len(train) == 0 || len(labels) != len(train) {
		return nil, fmt.Errorf("%d rows with %d labels", len(train), len(labels))
	}
	d := len(train[0])
	for i, row := range slices.Concat(train, test) {
		if err := signal(row); err != nil || len(row) != d {
			return nil, fmt.Errorf("row %d of training and test: %d features, want %d; %v", i, len(row), d, err)
		}
	}
	if slices.Min(labels) < 0 || slices.Max(labels) >= len(labels) {
		return nil, errors.New("a label that cannot be")
	}
	classes := slices.Max(labels) + 1
	means, count := make([][]float64, classes), make([]float64, classes)
	for k := range means {
		means[k] = make([]float64, d)
	}
	for i, row := range train {
		count[labels[i]]++
		for j, v := range row {
			means[labels[i]][j] += v
		}
	}
	for k := range means {
		if count[k] == 0 {
			return nil, fmt.Errorf("class %d has no row", k)
		}
		for j := range means[k] {
			means[k][j] /= count[k]
		}
	}
	deviation := make([]float64, d)
	for j := range deviation {
		for i, row := range train {
			e := row[j] - means[labels[i]][j]
			deviation[j] += e * e
		}
		deviation[j] = math.Sqrt(deviation[j] / float64(len(train)))
		if deviation[j] == 0 {
			deviation[j] = 1
		}
	}
	answers := make([]int, len(test))
	for i, row := range test {
		least := math.Inf(1)
		for k := range means {
			sum := 0.0
			for j, v := range row {
				e := (v - means[k][j]) / deviation[j]
				sum += e * e
			}
			if sum < least {
				least, answers[i] = sum, k
			}
		}
	}
	return answers, nil
}

// wave gives sine and cosine of 2πjk/n.
func wave(j, k, n int) (sin, cos float64) {
	return math.Sincos(2 * math.Pi * float64(j*k%n) / float64(n))
}

// members is the number of coefficients of wave k: 1 if it is its own mirror.
func members(k, n int) float64 {
	if k == 0 || 2*k == n {
		return 1
	}
	return 2
}

func signal(x []float64) error {
	if len(x) == 0 {
		return errors.New("no numbers")
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("number %d is %v", i, v)
		}
	}
	return nil
}

func divides(x []float64, levels int) error {
	if err := signal(x); err != nil {
		return err
	}
	if levels < 0 || levels > 60 || len(x)%(1<<levels) != 0 {
		return fmt.Errorf("%d levels of %d numbers", levels, len(x))
	}
	return nil
}
