// Mistake: normalised: divides the gradient by its length

package gradientdescent

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Descend takes steps x ← x − rate·grad(x) from x0 and returns all points, the start first.
func Descend(grad func(x []float64) []float64, x0 []float64, rate float64, steps int) ([][]float64, error) {
	if len(x0) == 0 {
		return nil, errors.New("the start is empty")
	}
	if err := finite("x0", x0); err != nil {
		return nil, err
	}
	if err := goodRate(rate); err != nil {
		return nil, err
	}
	if steps < 0 {
		return nil, fmt.Errorf("%d steps", steps)
	}
	x := slices.Clone(x0)
	points := [][]float64{slices.Clone(x)}
	for range steps {
		g := grad(slices.Clone(x))
		if len(g) != len(x) {
			return nil, fmt.Errorf("a gradient of %d entries for a point of %d", len(g), len(x))
		}
		// x ← x − η∇L(x)
		norm := 0.0
		for _, v := range g {
			norm = math.Hypot(norm, v)
		}
		for i := range x {
			x[i] -= rate * g[i] / math.Max(norm, 1e-300)
		}
		if err := finite("x", x); err != nil {
			return nil, fmt.Errorf("diverged: %w", err)
		}
		points = append(points, slices.Clone(x))
	}
	return points, nil
}

// BatchGradient returns (1/|B|) Σ_{i∈B} (aᵢᵀw − yᵢ)aᵢ.
func BatchGradient(a [][]float64, y, w []float64, batch []int) ([]float64, error) {
	if err := check(a, y, w, batch); err != nil {
		return nil, err
	}
	g := make([]float64, len(w))
	for _, i := range batch {
		// r = aᵢᵀw − yᵢ, the gradient of ½r² is r·aᵢ
		r := -y[i]
		for j, v := range a[i] {
			r += v * w[j]
		}
		for j, v := range a[i] {
			g[j] += r * v
		}
	}
	for j := range g {
		g[j] /= float64(len(batch))
	}
	return g, nil
}

// Epoch takes a step for each batch of size of order.
func Epoch(a [][]float64, y, w0 []float64, order []int, size int, rate float64) ([][]float64, error) {
	if err := check(a, y, w0, order); err != nil {
		return nil, err
	}
	if size < 1 {
		return nil, fmt.Errorf("batches of %d", size)
	}
	if err := goodRate(rate); err != nil {
		return nil, err
	}
	w := slices.Clone(w0)
	points := [][]float64{slices.Clone(w)}
	for batch := range slices.Chunk(order, size) {
		g, err := BatchGradient(a, y, w, batch)
		if err != nil {
			return nil, err
		}
		for j := range w {
			w[j] -= rate * g[j]
		}
		if err := finite("w", w); err != nil {
			return nil, fmt.Errorf("diverged: %w", err)
		}
		points = append(points, slices.Clone(w))
	}
	return points, nil
}

// BestRate returns 2/(λ_min + λ_max) and (λ_max − λ_min)/(λ_max + λ_min).
func BestRate(eigenvalues []float64) (rate, factor float64, err error) {
	if len(eigenvalues) == 0 {
		return 0, 0, errors.New("no eigenvalues")
	}
	if err := finite("eigenvalues", eigenvalues); err != nil {
		return 0, 0, err
	}
	lo, hi := slices.Min(eigenvalues), slices.Max(eigenvalues)
	if lo <= 0 {
		return 0, 0, fmt.Errorf("the eigenvalue %v is not positive", lo)
	}
	return 2 / (lo + hi), (hi - lo) / (hi + lo), nil
}

func check(a [][]float64, y, w []float64, batch []int) error {
	if len(a) == 0 || len(a[0]) == 0 {
		return errors.New("no samples, or samples without entries")
	}
	if len(y) != len(a) || len(w) != len(a[0]) {
		return fmt.Errorf("y has %d entries for %d samples, w %d for %d features", len(y), len(a), len(w), len(a[0]))
	}
	for i, row := range a {
		if len(row) != len(w) {
			return fmt.Errorf("sample %d has %d features, sample 0 has %d", i, len(row), len(w))
		}
		if err := finite(fmt.Sprintf("a[%d]", i), row); err != nil {
			return err
		}
	}
	if err := errors.Join(finite("y", y), finite("w", w)); err != nil {
		return err
	}
	if len(batch) == 0 {
		return errors.New("an empty batch has no mean")
	}
	for k, i := range batch {
		if i < 0 || i >= len(a) {
			return fmt.Errorf("batch[%d] is %d, there are %d samples", k, i, len(a))
		}
	}
	return nil
}

func goodRate(rate float64) error {
	if !(rate > 0) || math.IsInf(rate, 0) {
		return fmt.Errorf("a rate of %v", rate)
	}
	return nil
}

func finite(name string, v []float64) error {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%s[%d] is %v", name, i, x)
		}
	}
	return nil
}
