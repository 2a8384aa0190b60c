// Mistake: in-place: each layer is changed before the δ below is taken through it

package backpropdeep

import (
	"fmt"
	"math"
)

// activation returns g and g′, both as functions of a.
func activation(g string) (f, slope func(a float64) float64, err error) {
	switch g {
	case "sigmoid":
		s := func(a float64) float64 { return 1 / (1 + math.Exp(-a)) }
		return s, func(a float64) float64 { return s(a) * s(-a) }, nil
	case "tanh":
		return math.Tanh, func(a float64) float64 { return 1 - math.Tanh(a)*math.Tanh(a) }, nil
	case "relu":
		return func(a float64) float64 { return max(0, a) }, func(a float64) float64 {
			if a > 0 {
				return 1
			}
			return 0
		}, nil
	case "identity":
		return func(a float64) float64 { return a }, func(float64) float64 { return 1 }, nil
	}
	return nil, nil, fmt.Errorf("no activation %q", g)
}

// Forward returns a and z of each layer.
func Forward(w [][][]float64, g string, x []float64) (a, z [][]float64, err error) {
	f, _, err := activation(g)
	if err != nil {
		return nil, nil, err
	}
	if err := check(w, x); err != nil {
		return nil, nil, err
	}
	before := x
	for _, m := range w {
		al, zl := make([]float64, len(m[0])), make([]float64, len(m[0]))
		for j := range al {
			// a_j = Σ_i w_ij z_i
			for i, v := range before {
				al[j] += m[i][j] * v
			}
			zl[j] = f(al[j])
		}
		a, z = append(a, al), append(z, zl)
		before = zl
	}
	return a, z, nil
}

// Deltas returns δ of each layer.
func Deltas(w [][][]float64, g string, x, y []float64) (delta [][]float64, err error) {
	a, z, err := Forward(w, g, x)
	if err != nil {
		return nil, err
	}
	return back(w, g, a, z, y)
}

func back(w [][][]float64, g string, a, z [][]float64, y []float64) (delta [][]float64, err error) {
	_, slope, err := activation(g)
	if err != nil {
		return nil, err
	}
	last := len(w) - 1
	if err := vector("y", y, len(a[last])); err != nil {
		return nil, err
	}
	delta = make([][]float64, len(w))
	for l := last; l >= 0; l-- {
		delta[l] = make([]float64, len(a[l]))
		for k := range delta[l] {
			signal := 0.0
			if l == last {
				signal = -(y[k] - z[l][k])
			} else {
				// Σ_ℓ δ_ℓ w_kℓ
				for m, d := range delta[l+1] {
					signal += d * w[l+1][k][m]
				}
			}
			delta[l][k] = signal * slope(a[l][k])
		}
	}
	return delta, nil
}

// Gradient returns R and ∂R/∂w.
func Gradient(w [][][]float64, g string, x, y [][]float64) (risk float64, dw [][][]float64, err error) {
	if len(x) == 0 || len(x) != len(y) {
		return 0, nil, fmt.Errorf("%d inputs, %d targets", len(x), len(y))
	}
	dw = clone(w)
	for _, m := range dw {
		for _, row := range m {
			clear(row)
		}
	}
	count := float64(len(x))
	for n := range x {
		a, z, err := Forward(w, g, x[n])
		if err != nil {
			return 0, nil, err
		}
		delta, err := back(w, g, a, z, y[n])
		if err != nil {
			return 0, nil, err
		}
		for k, v := range z[len(z)-1] {
			risk += 0.5 * (y[n][k] - v) * (y[n][k] - v) / count
		}
		before := x[n]
		for l := range w {
			for j, v := range before {
				for k, d := range delta[l] {
					dw[l][j][k] += d * v / count // δ_k z_j
				}
			}
			before = z[l]
		}
	}
	return risk, dw, nil
}

// Train takes steps w ← w − rate·∂R/∂w.
func Train(w [][][]float64, g string, x, y [][]float64, rate float64, steps int) (trained [][][]float64, risks []float64, err error) {
	if !(rate > 0) || math.IsInf(rate, 0) || steps < 0 {
		return nil, nil, fmt.Errorf("rate %v, %d steps", rate, steps)
	}
	trained = clone(w)
	for step := 0; ; step++ {
		risk, dw, err := Gradient(trained, g, x, y)
		if err != nil {
			return nil, nil, err // also: a weight is not finite any more
		}
		if math.IsNaN(risk) || math.IsInf(risk, 0) {
			return nil, nil, fmt.Errorf("after %d steps the risk is %v", step, risk)
		}
		risks = append(risks, risk)
		if step == steps {
			return trained, risks, nil
		}
		as, zs := make([][][]float64, len(x)), make([][][]float64, len(x))
		for n := range x {
			as[n], zs[n], _ = Forward(trained, g, x[n])
		}
		for l := len(trained) - 1; l >= 0; l-- {
			for n := range x {
				delta, _ := back(trained, g, as[n], zs[n], y[n])
				before := x[n]
				if l > 0 {
					before = zs[n][l-1]
				}
				for i, v := range before {
					for j, d := range delta[l] {
						trained[l][i][j] -= rate * d * v / float64(len(x))
					}
				}
			}
		}
		_ = dw
	}
}

func clone(w [][][]float64) [][][]float64 {
	c := make([][][]float64, len(w))
	for l := range w {
		for _, row := range w[l] {
			c[l] = append(c[l], append([]float64(nil), row...))
		}
	}
	return c
}

// check walks through the layers.
func check(w [][][]float64, x []float64) error {
	if len(w) == 0 || len(x) == 0 {
		return fmt.Errorf("%d layers, %d inputs", len(w), len(x))
	}
	if err := vector("x", x, len(x)); err != nil {
		return err
	}
	units := len(x)
	for l, m := range w {
		if len(m) != units || len(m[0]) == 0 {
			return fmt.Errorf("w[%d] has %d rows, want %d", l, len(m), units)
		}
		for i, row := range m {
			if err := vector(fmt.Sprintf("row %d of w[%d]", i, l), row, len(m[0])); err != nil {
				return err
			}
		}
		units = len(m[0])
	}
	return nil
}

func vector(name string, v []float64, n int) error {
	if len(v) != n {
		return fmt.Errorf("%s has %d entries, want %d", name, len(v), n)
	}
	for i, e := range v {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return fmt.Errorf("entry %d of %s is %v", i, name, e)
		}
	}
	return nil
}
