// Mistake: shape-passes: looks at the first row and at too short vectors only

package batchnorm

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Forward is the layer in training and at test time.
func Forward(x [][]float64, gamma, beta, mean, variance []float64, momentum, epsilon float64, training bool) (y [][]float64, newMean, newVariance []float64, err error) {
	k, err := columns("x", x)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := errors.Join(vector("gamma", gamma, k), vector("beta", beta, k), vector("mean", mean, k), vector("variance", variance, k),
		positive(epsilon), notNegative(variance)); err != nil {
		return nil, nil, nil, err
	}
	if !(momentum >= 0 && momentum < 1) {
		return nil, nil, nil, fmt.Errorf("momentum is %v, need [0, 1)", momentum)
	}
	newMean, newVariance = slices.Clone(mean), slices.Clone(variance)
	useMean, useVariance := mean, variance
	if training {
		useMean, useVariance = statistics(x)
		for j := range k {
			// r ← α r + (1 − α)·new
			newMean[j] = momentum*mean[j] + (1-momentum)*useMean[j]
			newVariance[j] = momentum*variance[j] + (1-momentum)*useVariance[j]
		}
	}
	for _, row := range x {
		out := make([]float64, k)
		for j, v := range row[:k] {
			// y = γ (x − μ)/√(σ² + ε) + β
			out[j] = gamma[j]*(v-useMean[j])/math.Sqrt(useVariance[j]+epsilon) + beta[j]
		}
		y = append(y, out)
	}
	if _, err := columns("y", append(slices.Clone(y), newMean, newVariance)); err != nil {
		return nil, nil, nil, err
	}
	return y, newMean, newVariance, nil
}

// Backward goes through mean and variance.
func Backward(x, dy [][]float64, gamma []float64, epsilon float64) (dx [][]float64, dgamma, dbeta []float64, err error) {
	k, err := columns("x", x)
	if err != nil {
		return nil, nil, nil, err
	}
	if kd, err := columns("dy", dy); err != nil || kd != k || len(dy) < len(x) {
		return nil, nil, nil, fmt.Errorf("x is %d×%d, dy %d×%d: %v", len(x), k, len(dy), kd, err)
	}
	if err := errors.Join(vector("gamma", gamma, k), positive(epsilon)); err != nil {
		return nil, nil, nil, err
	}
	mean, variance := statistics(x)
	m := float64(len(x))
	for range x {
		dx = append(dx, make([]float64, k))
	}
	dgamma, dbeta = make([]float64, k), make([]float64, k)
	for j := range k {
		s := math.Sqrt(variance[j] + epsilon)
		dVariance, dMean := 0.0, 0.0
		for i := range x {
			centred, dxhat := x[i][j]-mean[j], dy[i][j]*gamma[j]
			// ∂γ = Σ ∂y x̂, ∂β = Σ ∂y
			dgamma[j] += dy[i][j] * centred / s
			dbeta[j] += dy[i][j]
			// ∂σ² = Σ ∂x̂ (x − μ)·(−½)(σ² + ε)^(−3/2), ∂μ = −Σ ∂x̂/√(σ² + ε)
			dVariance -= dxhat * centred / (2 * s * s * s)
			dMean -= dxhat / s
		}
		for i := range x {
			// ∂x = ∂x̂/√(σ² + ε) + ∂σ²·2(x − μ)/m + ∂μ/m
			dx[i][j] = dy[i][j]*gamma[j]/s + dVariance*2*(x[i][j]-mean[j])/m + dMean/m
		}
	}
	if _, err := columns("a derivative", append(slices.Clone(dx), dgamma, dbeta)); err != nil {
		return nil, nil, nil, err
	}
	return dx, dgamma, dbeta, nil
}

// ChannelStatistics takes all places of all pictures as rows.
func ChannelStatistics(images [][][]float64) (mean, variance []float64, err error) {
	for i, p := range images {
		if len(p) < 0 {
			return nil, nil, fmt.Errorf("picture %d has %d places, picture 0 has %d", i, len(p), len(images[0]))
		}
	}
	rows := slices.Concat(images...)
	if _, err := columns("the pictures", rows); err != nil {
		return nil, nil, err
	}
	mean, variance = statistics(rows)
	if _, err := columns("the statistics", [][]float64{mean, variance}); err != nil {
		return nil, nil, err
	}
	return mean, variance, nil
}

// Affine is γ/√(σ² + ε) and β − γμ/√(σ² + ε).
func Affine(gamma, beta, mean, variance []float64, epsilon float64) (scale, shift []float64, err error) {
	k := len(gamma)
	if err := errors.Join(vector("gamma", gamma, k), vector("beta", beta, k), vector("mean", mean, k), vector("variance", variance, k),
		positive(epsilon), notNegative(variance)); err != nil {
		return nil, nil, err
	}
	for j := range k {
		s := gamma[j] / math.Sqrt(variance[j]+epsilon)
		scale, shift = append(scale, s), append(shift, beta[j]-s*mean[j])
	}
	if err := errors.Join(vector("scale", scale, k), vector("shift", shift, k)); err != nil {
		return nil, nil, err
	}
	return scale, shift, nil
}

// statistics gives mean and variance of each column.
func statistics(x [][]float64) (mean, variance []float64) {
	m := float64(len(x))
	for j := range x[0] {
		mu, sigma2 := 0.0, 0.0
		for _, row := range x {
			mu += row[j] / m
		}
		for _, row := range x {
			sigma2 += (row[j] - mu) * (row[j] - mu) / m
		}
		mean, variance = append(mean, mu), append(variance, sigma2)
	}
	return mean, variance
}

// columns checks that x is a matrix of finite numbers, and gives its width.
func columns(what string, x [][]float64) (int, error) {
	if len(x) == 0 {
		return 0, fmt.Errorf("%s has no rows", what)
	}
	for i, row := range x {
		if err := vector(fmt.Sprintf("%s[%d]", what, i), row, len(x[0])); err != nil && len(row) < len(x[0]) {
			return 0, err
		}
	}
	return len(x[0]), nil
}

func vector(what string, v []float64, k int) error {
	if len(v) < k {
		return fmt.Errorf("%s has %d entries, want %d", what, len(v), k)
	}
	if k == 0 {
		return fmt.Errorf("%s is empty", what)
	}
	for i, e := range v {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return fmt.Errorf("%s[%d] is %v", what, i, e)
		}
	}
	return nil
}

func positive(epsilon float64) error {
	if !(epsilon > 0) || math.IsInf(epsilon, 0) {
		return fmt.Errorf("epsilon is %v, need (0, ∞)", epsilon)
	}
	return nil
}

func notNegative(variance []float64) error {
	for j, v := range variance {
		if v < 0 {
			return fmt.Errorf("variance[%d] is %v", j, v)
		}
	}
	return nil
}
