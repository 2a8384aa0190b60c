// Package backpropdeep solves "Backpropagation through any number of layers" by recursion: a layer hands its output to
// the rest of the network and gets the signal back.
package backpropdeep

import (
	"fmt"
	"math"
)

func g(name string, a float64) (z, slope float64) {
	switch name {
	case "sigmoid":
		e := math.Exp(-math.Abs(a))
		if z = 1 / (1 + e); a < 0 {
			z = e / (1 + e)
		}
		return z, e / ((1 + e) * (1 + e))
	case "tanh":
		z = math.Tanh(a)
		return z, (1 - z) * (1 + z)
	case "relu":
		if a <= 0 {
			return 0, 0
		}
	}
	return a, 1
}

// visit is told of each layer, from the last to the first: its place, what went in, a, z, δ.
type visit func(l int, before, a, z, delta []float64)

// descend runs layers l, l+1, … on before and returns ∂L/∂before. Without y there is no way back: δ is nil.
func descend(w [][][]float64, l int, name string, before, y []float64, see visit) (signal []float64) {
	if l == len(w) {
		if y != nil {
			for k, z := range before {
				signal = append(signal, z-y[k])
			}
		}
		return signal
	}
	n := len(w[l][0])
	a, z, slopes := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, row := range w[l] {
		for j, e := range row {
			a[j] += e * before[i]
		}
	}
	for j := range a {
		z[j], slopes[j] = g(name, a[j])
	}
	delta := descend(w, l+1, name, z, y, see)
	for j := range delta {
		delta[j] *= slopes[j]
	}
	see(l, before, a, z, delta)
	if y == nil {
		return nil
	}
	signal = make([]float64, len(before))
	for i, row := range w[l] {
		for j, e := range row {
			signal[i] += e * delta[j]
		}
	}
	return signal
}

func bad(w [][][]float64, name string, x []float64) error {
	known := name == "sigmoid" || name == "tanh" || name == "relu" || name == "identity"
	ok := known && len(w) > 0 && len(x) > 0 && allFinite(x)
	width := len(x)
	for _, m := range w {
		ok = ok && len(m) == width && len(m[0]) > 0
		if !ok {
			break
		}
		width = len(m[0])
		for _, row := range m {
			ok = ok && len(row) == width && allFinite(row)
		}
	}
	if !ok {
		return fmt.Errorf("the network or its input is not sound")
	}
	return nil
}

func allFinite(v []float64) bool {
	for _, e := range v {
		if math.IsNaN(e - e) {
			return false
		}
	}
	return true
}

// Forward goes there only.
func Forward(w [][][]float64, name string, x []float64) (a, z [][]float64, err error) {
	if err := bad(w, name, x); err != nil {
		return nil, nil, err
	}
	a, z = make([][]float64, len(w)), make([][]float64, len(w))
	descend(w, 0, name, x, nil, func(l int, _, al, zl, _ []float64) { a[l], z[l] = al, zl })
	return a, z, nil
}

func badTarget(w [][][]float64, y []float64) error {
	if len(y) != len(w[len(w)-1][0]) || !allFinite(y) {
		return fmt.Errorf("a target is not sound: %v", y)
	}
	return nil
}

// Deltas goes there and back.
func Deltas(w [][][]float64, name string, x, y []float64) (delta [][]float64, err error) {
	if err := bad(w, name, x); err != nil {
		return nil, err
	}
	if err := badTarget(w, y); err != nil {
		return nil, err
	}
	delta = make([][]float64, len(w))
	descend(w, 0, name, x, y, func(l int, _, _, _, d []float64) { delta[l] = d })
	return delta, nil
}

// Gradient goes there and back for each sample.
func Gradient(w [][][]float64, name string, x, y [][]float64) (risk float64, dw [][][]float64, err error) {
	if len(x) != len(y) || len(x) == 0 {
		return 0, nil, fmt.Errorf("%d inputs, %d targets", len(x), len(y))
	}
	for l := range w {
		dw = append(dw, nil)
		for i := range w[l] {
			dw[l] = append(dw[l], make([]float64, len(w[l][i])))
		}
	}
	n := float64(len(x))
	for s := range x {
		if err := bad(w, name, x[s]); err != nil {
			return 0, nil, err
		}
		if err := badTarget(w, y[s]); err != nil {
			return 0, nil, err
		}
		descend(w, 0, name, x[s], y[s], func(l int, before, _, z, d []float64) {
			if l == len(w)-1 {
				for k := range z {
					risk += (y[s][k] - z[k]) * (y[s][k] - z[k]) / (2 * n)
				}
			}
			for i := range before {
				for j := range d {
					dw[l][i][j] += before[i] * d[j] / n
				}
			}
		})
	}
	return risk, dw, nil
}

// Train descends.
func Train(w [][][]float64, name string, x, y [][]float64, rate float64, steps int) ([][][]float64, []float64, error) {
	if !(rate > 0) || rate > math.MaxFloat64 || steps < 0 {
		return nil, nil, fmt.Errorf("%d steps of rate %v", steps, rate)
	}
	var trained [][][]float64
	for _, m := range w {
		var copied [][]float64
		for _, row := range m {
			copied = append(copied, append([]float64(nil), row...))
		}
		trained = append(trained, copied)
	}
	var risks []float64
	for {
		risk, dw, err := Gradient(trained, name, x, y)
		if err == nil && math.IsNaN(risk-risk) {
			err = fmt.Errorf("the risk is %v", risk)
		}
		if err != nil {
			return nil, nil, err
		}
		if risks = append(risks, risk); len(risks) == steps+1 {
			return trained, risks, nil
		}
		for l, m := range dw {
			for i, row := range m {
				for j, e := range row {
					trained[l][i][j] -= rate * e
				}
			}
		}
	}
}
