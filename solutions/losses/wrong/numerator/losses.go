// Mistake: numerator: a table row that ends too early

package losses

import (
	"errors"
	"fmt"
	"math"
)

// check errs unless y and o have the same number of entries, at least one, all finite.
func check(y, o []float64) error {
	if len(y) != len(o) || len(y) == 0 {
		return fmt.Errorf("y has %d entries, o has %d", len(y), len(o))
	}
	for j := range y {
		if !finite(y[j]) || !finite(o[j]) {
			return fmt.Errorf("entry %d is y %v, o %v", j, y[j], o[j])
		}
	}
	return nil
}

// distribution is check, and errs unless y ≥ 0 and Σy = 1.
func distribution(y, o []float64) error {
	if err := check(y, o); err != nil {
		return err
	}
	total := 0.0
	for _, v := range y {
		if v < 0 {
			return fmt.Errorf("y has the negative entry %v", v)
		}
		total += v
	}
	if math.Abs(total-1) > 1e-6 {
		return fmt.Errorf("y sums to %v, not 1", total)
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// logSumExp returns log Σ e^zⱼ = m + log Σ e^(zⱼ−m).
func logSumExp(z []float64) float64 {
	m := math.Inf(-1)
	for _, v := range z {
		m = max(m, v)
	}
	sum := 0.0
	for _, v := range z {
		sum += math.Exp(v - m)
	}
	return m + math.Log(sum)
}

// softmax returns σ and log σ.
func softmax(o []float64) (s, log []float64) {
	s, log = make([]float64, len(o)), make([]float64, len(o))
	l := logSumExp(o)
	for j, v := range o {
		log[j] = v - l
		s[j] = math.Exp(log[j])
	}
	return s, log
}

// back turns d = ∂F/∂σ into ∂F/∂o = Jᵀd: σⱼ(dⱼ − Σσᵢdᵢ).
func back(s, d []float64) []float64 {
	mean := 0.0
	for j := range s {
		mean += s[j] * d[j]
	}
	g := make([]float64, len(s))
	for j := range s {
		g[j] = s[j] * (d[j] - mean)
	}
	return g
}

// L1 returns Σ|oⱼ − yⱼ| and its gradient.
func L1(y, o []float64) (float64, []float64, error) {
	if err := check(y, o); err != nil {
		return 0, nil, err
	}
	v, g := 0.0, make([]float64, len(o))
	for j := range o {
		v += math.Abs(o[j] - y[j])
		g[j] = sign(o[j] - y[j])
	}
	return v, g, nil
}

// L2 returns Σ(oⱼ − yⱼ)² and its gradient.
func L2(y, o []float64) (float64, []float64, error) {
	if err := check(y, o); err != nil {
		return 0, nil, err
	}
	v, g := 0.0, make([]float64, len(o))
	for j := range o {
		r := o[j] - y[j]
		v += r * r
		g[j] = 2 * r
	}
	return v, g, nil
}

// Hinge returns Σ max(0, ½ − ŷⱼoⱼ)^power, ŷ = 2y − 1, and its gradient.
func Hinge(y, o []float64, power int) (float64, []float64, error) {
	if err := distribution(y, o); err != nil {
		return 0, nil, err
	}
	if power < 1 || power > 3 {
		return 0, nil, errors.New("power must be 1, 2 or 3")
	}
	v, g := 0.0, make([]float64, len(o))
	for j := range o {
		code := 2*y[j] - 1
		h := 0.5 - code*o[j]
		if h > 0 {
			v += math.Pow(h, float64(power))
			g[j] = -float64(power) * code * math.Pow(h, float64(power-1))
		}
	}
	return v, g, nil
}

// Expectation returns Σ|σⱼ − yⱼ| and its gradient.
func Expectation(y, o []float64) (float64, []float64, error) {
	if err := distribution(y, o); err != nil {
		return 0, nil, err
	}
	s, _ := softmax(o)
	v, d := 0.0, make([]float64, len(o))
	for j := range s {
		v += math.Abs(s[j] - y[j])
		d[j] = sign(s[j] - y[j])
	}
	return v, back(s, d), nil
}

// RegularisedExpectation returns Σ(σⱼ − yⱼ)² and its gradient.
func RegularisedExpectation(y, o []float64) (float64, []float64, error) {
	if err := distribution(y, o); err != nil {
		return 0, nil, err
	}
	s, _ := softmax(o)
	v, d := 0.0, make([]float64, len(o))
	for j := range s {
		r := s[j] - y[j]
		v += r * r
		d[j] = 2 * r
	}
	return v, back(s, d), nil
}

// Chebyshev returns max|σⱼ − yⱼ| and its gradient, that of the first largest.
func Chebyshev(y, o []float64) (float64, []float64, error) {
	if err := distribution(y, o); err != nil {
		return 0, nil, err
	}
	s, _ := softmax(o)
	w := 0
	for j := range s {
		if math.Abs(s[j]-y[j]) > math.Abs(s[w]-y[w]) {
			w = j
		}
	}
	d := make([]float64, len(o))
	d[w] = sign(s[w] - y[w])
	return math.Abs(s[w] - y[w]), back(s, d), nil
}

// Log returns −Σyⱼ log σⱼ and its gradient σ − y.
func Log(y, o []float64) (float64, []float64, error) {
	if err := distribution(y, o); err != nil {
		return 0, nil, err
	}
	s, log := softmax(o)
	v, g := 0.0, make([]float64, len(o))
	for j := range s {
		v -= y[j] * log[j]
		g[j] = s[j] - y[j]
	}
	return v, g, nil
}

// SquaredLog returns +Σ(yⱼ log σⱼ)² and its gradient.
func SquaredLog(y, o []float64) (float64, []float64, error) {
	if err := distribution(y, o); err != nil {
		return 0, nil, err
	}
	s, log := softmax(o)
	v, total, u := 0.0, 0.0, make([]float64, len(o))
	for j := range s {
		t := y[j] * log[j]
		v += t * t
		u[j] = 2 * t * y[j] // ∂F/∂(log σⱼ)
		total += u[j]
	}
	// ∂(log σᵢ)/∂oⱼ = δᵢⱼ − σⱼ
	for j := range u {
		u[j] -= s[j] * total
	}
	return v, u, nil
}

// Tanimoto returns −a/(‖σ‖² + ‖y‖² − a), a = Σσy, and its gradient.
func Tanimoto(y, o []float64) (float64, []float64, error) {
	if err := distribution(y, o); err != nil {
		return 0, nil, err
	}
	s, _ := softmax(o)
	a := 0.0
	for j := range s {
		a += s[j] * y[j]
	}
	d := make([]float64, len(o))
	for j := range s {
		d[j] = -y[j]
	}
	return -a, back(s, d), nil
}

// CauchySchwarz returns −log(Σσy/(‖σ‖‖y‖)) = ½ LSE(2o) + log‖y‖ − LSE(o + log y) and its gradient.
func CauchySchwarz(y, o []float64) (float64, []float64, error) {
	if err := distribution(y, o); err != nil {
		return 0, nil, err
	}
	twice, shifted, norm := make([]float64, len(o)), make([]float64, len(o)), 0.0
	for j := range o {
		twice[j], shifted[j] = 2*o[j], o[j]+math.Log(y[j])
		norm += y[j] * y[j]
	}
	g, _ := softmax(twice)
	q, _ := softmax(shifted)
	for j := range g {
		g[j] -= q[j]
	}
	return logSumExp(twice)/2 + math.Log(norm)/2 - logSumExp(shifted), g, nil
}
