// Mistake: no-noise-path: log σ² has its gradient from KL alone
package vae

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// KL returns ½ Σ (μ² + σ² − 1 − log σ²).
func KL(mean, logVar []float64) (float64, error) {
	if err := vectors(mean, logVar); err != nil {
		return 0, err
	}
	kl := 0.0
	for i, mu := range mean {
		kl += (mu*mu + math.Exp(logVar[i]) - 1 - logVar[i]) / 2
	}
	return kl, nil
}

// Reparameterise returns μ + σ ⊙ ε.
func Reparameterise(mean, logVar, eps []float64) ([]float64, error) {
	if err := vectors(mean, logVar, eps); err != nil {
		return nil, err
	}
	z := make([]float64, len(mean))
	for i, mu := range mean {
		z[i] = mu + math.Exp(logVar[i]/2)*eps[i]
	}
	return z, nil
}

// Score returns (z − μ)/σ² and ½((z − μ)²/σ² − 1).
func Score(mean, logVar, z []float64) (dMean, dLogVar []float64, err error) {
	if err := vectors(mean, logVar, z); err != nil {
		return nil, nil, err
	}
	for i, mu := range mean {
		r := (z[i] - mu) / math.Exp(logVar[i])
		dMean = append(dMean, r)
		dLogVar = append(dLogVar, (r*(z[i]-mu)-1)/2)
	}
	return dMean, dLogVar, nil
}

// ELBO returns the bound and its KL.
func ELBO(x, eps, a, b, v [][]float64) (elbo, kl float64, err error) {
	if err := examine(x, eps, a, b, v); err != nil {
		return 0, 0, err
	}
	m := float64(len(x))
	for i := range x {
		q, err := forward(x[i], eps[i], a, b, v)
		if err != nil {
			return 0, 0, err
		}
		one, err := KL(q.mean, q.logVar)
		if err != nil {
			return 0, 0, err
		}
		kl += one / m
		elbo -= one / m
		for j, t := range q.logits {
			// x log p + (1 − x) log(1 − p) = xt − log(1 + eᵗ)
			elbo += (x[i][j]*t - max(t, 0) - math.Log1p(math.Exp(-math.Abs(t)))) / m
		}
	}
	return elbo, kl, nil
}

// Gradient returns the derivatives of the bound.
func Gradient(x, eps, a, b, v [][]float64) (da, db, dv [][]float64, err error) {
	if err := examine(x, eps, a, b, v); err != nil {
		return nil, nil, nil, err
	}
	m := float64(len(x))
	da, db, dv = zeros(a), zeros(b), zeros(v)
	for i := range x {
		q, err := forward(x[i], eps[i], a, b, v)
		if err != nil {
			return nil, nil, nil, err
		}
		dz := make([]float64, len(a))
		for j, t := range q.logits {
			// ∂t = (x − p)/m
			dt := (x[i][j] - 1/(1+math.Exp(-t))) / m
			for l, z := range q.z {
				dv[j][l] += dt * z
				dz[l] += dt * v[j][l]
			}
		}
		for l, g := range dz {
			s := math.Exp(q.logVar[l] / 2)
			dMean := g - q.mean[l]/m
			dLogVar := -(s*s - 1) / 2 / m
			for j, xj := range x[i] {
				da[l][j] += dMean * xj
				db[l][j] += dLogVar * xj
			}
		}
	}
	return da, db, dv, nil
}

// pass is what goes forwards for one example: mean, log variance and sample [k], logits [d].
type pass struct{ mean, logVar, z, logits []float64 }

func forward(x, eps []float64, a, b, v [][]float64) (pass, error) {
	q := pass{mean: times(a, x), logVar: times(b, x)}
	var err error
	if q.z, err = Reparameterise(q.mean, q.logVar, eps); err != nil {
		return q, err
	}
	q.logits = times(v, q.z)
	return q, nil
}

func times(w [][]float64, x []float64) []float64 {
	y := make([]float64, len(w))
	for i, row := range w {
		for j, v := range x {
			y[i] += row[j] * v
		}
	}
	return y
}

func zeros(w [][]float64) [][]float64 {
	z := make([][]float64, len(w))
	for i := range w {
		z[i] = make([]float64, len(w[i]))
	}
	return z
}

// vectors checks means, log variances and what else must have their length.
func vectors(mean, logVar []float64, more ...[]float64) error {
	if len(mean) == 0 {
		return errors.New("no number")
	}
	for _, v := range append(more, mean, logVar) {
		if len(v) != len(mean) {
			return fmt.Errorf("%d numbers beside %d means", len(v), len(mean))
		}
		if err := finite(v); err != nil {
			return err
		}
	}
	for i, s := range logVar {
		if math.Abs(s) > 700 {
			return fmt.Errorf("log variance %d is %v", i, s)
		}
	}
	return nil
}

func finite(v []float64) error {
	for i, e := range v {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return fmt.Errorf("entry %d is %v", i, e)
		}
	}
	return nil
}

func examine(x, eps, a, b, v [][]float64) error {
	if len(x) == 0 || len(x[0]) == 0 || len(a) == 0 {
		return errors.New("no example, no pixel or no latent number")
	}
	m, d, k := len(x), len(x[0]), len(a)
	for _, part := range []struct {
		name        string
		rows        [][]float64
		high, width int
	}{{"x", x, m, d}, {"ε", eps, m, k}, {"A", a, k, d}, {"B", b, k, d}, {"V", v, d, k}} {
		if len(part.rows) != part.high {
			return fmt.Errorf("%s has %d rows, want %d", part.name, len(part.rows), part.high)
		}
		for i, row := range part.rows {
			if len(row) != part.width {
				return fmt.Errorf("row %d of %s has %d entries, want %d", i, part.name, len(row), part.width)
			}
			if err := finite(row); err != nil {
				return fmt.Errorf("row %d of %s: %w", i, part.name, err)
			}
		}
	}
	for i, row := range x {
		if slices.Min(row) < 0 || slices.Max(row) > 1 {
			return fmt.Errorf("row %d of x leaves [0, 1]: %v", i, row)
		}
	}
	return nil
}
