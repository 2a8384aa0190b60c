// Mistake: absolute-threshold: compares β with 10⁻¹⁰ whatever the size of A

package lanczos

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Lanczos with full reorthogonalisation.
func Lanczos(matvec func(v []float64) []float64, start []float64, k int) (alpha, beta []float64, q [][]float64, err error) {
	if err := finite("start", start); err != nil {
		return nil, nil, nil, err
	}
	norm := floats.Norm(start, 2)
	if !(norm > 0) {
		return nil, nil, nil, errors.New("the start is empty or zero")
	}
	if k < 1 {
		return nil, nil, nil, fmt.Errorf("%d steps", k)
	}
	first := slices.Clone(start)
	for i := range first {
		first[i] /= norm
	}
	q = [][]float64{first}
	for j := 0; ; j++ {
		// w = Aqⱼ
		w, err := product(matvec, q[j])
		if err != nil {
			return nil, nil, nil, err
		}
		// αⱼ = qⱼᵀw
		alpha = append(alpha, floats.Dot(q[j], w))
		if j+1 == k {
			return alpha, beta, q, nil
		}
		// w ← w − Σᵢ(qᵢᵀw)qᵢ, which holds αⱼqⱼ and βⱼ₋₁qⱼ₋₁
		for range 2 {
			for _, v := range q {
				floats.AddScaled(w, -floats.Dot(v, w), v)
			}
		}
		// βⱼ = ‖w‖, qⱼ₊₁ = w/βⱼ
		b := floats.Norm(w, 2)
		if b <= 1e-10 {
			return alpha, beta, q, nil
		}
		floats.Scale(1/b, w)
		beta, q = append(beta, b), append(q, w)
	}
}

// Quadrature returns nodes and weights of Gauss quadrature.
func Quadrature(alpha, beta []float64) (nodes, weights []float64, err error) {
	if len(alpha) == 0 || len(beta) != len(alpha)-1 {
		return nil, nil, fmt.Errorf("%d diagonal and %d side diagonal entries", len(alpha), len(beta))
	}
	if err := errors.Join(finite("alpha", alpha), finite("beta", beta)); err != nil {
		return nil, nil, err
	}
	t := mat.NewSymDense(len(alpha), nil)
	for i, a := range alpha {
		t.SetSym(i, i, a)
	}
	for i, b := range beta {
		t.SetSym(i, i+1, b)
	}
	var eig mat.EigenSym
	if !eig.Factorize(t, true) {
		return nil, nil, errors.New("the eigenvalues were not found")
	}
	var v mat.Dense
	eig.VectorsTo(&v)
	weights = make([]float64, len(alpha))
	for i := range weights {
		// weightᵢ = (e₁ᵀvᵢ)²
		weights[i] = v.At(0, i) * v.At(0, i)
	}
	return eig.Values(nil), weights, nil
}

// Trace is Hutchinson's estimate.
func Trace(matvec func(v []float64) []float64, probes [][]float64) (float64, error) {
	if err := check(probes); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, z := range probes {
		w, err := product(matvec, z)
		if err != nil {
			return 0, err
		}
		sum += floats.Dot(z, w)
	}
	return sum / float64(len(probes)), nil
}

// TraceOf is stochastic Lanczos quadrature.
func TraceOf(matvec func(v []float64) []float64, f func(x float64) float64, probes [][]float64, k int) (float64, error) {
	if err := check(probes); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, z := range probes {
		alpha, beta, _, err := Lanczos(matvec, z, k)
		if err != nil {
			return 0, err
		}
		nodes, weights, err := Quadrature(alpha, beta)
		if err != nil {
			return 0, err
		}
		inner := 0.0
		for i, x := range nodes {
			y := f(x)
			if err := finite("f", []float64{y}); err != nil {
				return 0, err
			}
			inner += weights[i] * y
		}
		// zᵀf(A)z ≈ ‖z‖² Σ weightᵢ f(θᵢ)
		sum += floats.Dot(z, z) * inner
	}
	return sum / float64(len(probes)), nil
}

// product returns a copy of Av.
func product(matvec func(v []float64) []float64, v []float64) ([]float64, error) {
	w := slices.Clone(matvec(slices.Clone(v)))
	if len(w) != len(v) {
		return nil, fmt.Errorf("a product of %d entries with a vector of %d", len(w), len(v))
	}
	return w, finite("a product", w)
}

// check wants probes of one length.
func check(probes [][]float64) error {
	if len(probes) == 0 || len(probes[0]) == 0 {
		return errors.New("no probes, or empty ones")
	}
	for i, z := range probes {
		if len(z) != len(probes[0]) {
			return fmt.Errorf("probe %d has %d entries, probe 0 has %d", i, len(z), len(probes[0]))
		}
		if err := finite("a probe", z); err != nil {
			return err
		}
	}
	return nil
}

func finite(name string, v []float64) error {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("entry %d of %s is %v", i, name, x)
		}
	}
	return nil
}
