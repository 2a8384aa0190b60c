// Package entropysgd is the exercise "Entropy-SGD", written by recursion over steps, with offsets from x in the place of x′.
package entropysgd

import (
	"fmt"
	"math"
)

type settings struct{ gamma, rate, noise, alpha float64 }

func (s settings) valid() bool {
	return inside(s.gamma, true) && inside(s.rate, true) && inside(s.noise, false) && inside(s.alpha, true) && s.alpha <= 1
}

// inside says whether v is in (0, ∞), or in [0, ∞).
func inside(v float64, open bool) bool {
	return v < math.Inf(1) && (v > 0 || v == 0 && !open)
}

func all(v []float64) bool {
	for _, u := range v {
		if u-u != 0 { // NaN, ±Inf
			return false
		}
	}
	return true
}

// Scope by exponentials.
func Scope(gamma0, gamma1 float64, t int) (float64, error) {
	if !inside(gamma0, true) || !inside(gamma1, false) || t < 0 {
		return 0, fmt.Errorf("scope %v, %v, %d", gamma0, gamma1, t)
	}
	g := math.Exp(math.Log(gamma0) + float64(t)*math.Log1p(gamma1))
	if !inside(g, true) {
		return 0, fmt.Errorf("γ(%d) is %v", t, g)
	}
	return g, nil
}

// LocalEntropy with a running maximum.
func LocalEntropy(f, places []float64, x, gamma float64) (entropy, gradient float64, err error) {
	if len(f) != len(places) || len(f) < 2 || !all(f) || !all(places) || !all([]float64{x}) || !inside(gamma, true) {
		return 0, 0, fmt.Errorf("%d losses, %d places, x = %v, γ = %v", len(f), len(places), x, gamma)
	}
	top, z, m := math.Inf(-1), 0.0, 0.0 // z and m are in units of e^top
	for j, p := range places {
		width := 0.0
		if j > 0 {
			width += (p - places[j-1]) / 2
		}
		if j+1 < len(places) {
			if places[j+1] <= p {
				return 0, 0, fmt.Errorf("place %d is not beyond place %d", j+1, j)
			}
			width += (places[j+1] - p) / 2
		}
		a := -f[j] - gamma*(p-x)*(p-x)/2
		if a > top {
			shrink := math.Exp(top - a)
			top, z, m = a, z*shrink, m*shrink
		}
		e := math.Exp(a-top) * width
		z, m = z+e, m+e*(p-x)
	}
	entropy, gradient = math.Log(z)+top, -gamma*(m/z)
	if !all([]float64{entropy, gradient}) {
		return 0, 0, fmt.Errorf("F is %v", entropy)
	}
	return entropy, gradient, nil
}

// InnerLoop follows the offset o = x′ − x.
func InnerLoop(gradient func(x []float64) []float64, x []float64, gamma, rate, noise, alpha float64, normal [][]float64) (mean, last []float64, err error) {
	s := settings{gamma, rate, noise, alpha}
	if len(x) == 0 || len(normal) == 0 || !s.valid() || !all(x) {
		return nil, nil, fmt.Errorf("%+v, %d coordinates, %d steps", s, len(x), len(normal))
	}
	at := func(o []float64) []float64 {
		p := make([]float64, len(x))
		for i := range x {
			p[i] = x[i] + o[i]
		}
		return p
	}
	var walk func(o, mu []float64, rows [][]float64) ([]float64, []float64, error)
	walk = func(o, mu []float64, rows [][]float64) ([]float64, []float64, error) {
		if len(rows) == 0 {
			return mu, o, nil
		}
		g := gradient(at(o))
		if len(g) != len(x) || len(rows[0]) != len(x) || !all(g) || !all(rows[0]) {
			return nil, nil, fmt.Errorf("gradient %v, normal numbers %v", g, rows[0])
		}
		next, average := make([]float64, len(x)), make([]float64, len(x))
		for i := range x {
			next[i] = o[i] - s.rate*(g[i]+s.gamma*o[i]) + math.Sqrt(s.rate)*s.noise*rows[0][i]
			average[i] = mu[i] + s.alpha*(next[i]-mu[i])
		}
		return walk(next, average, rows[1:])
	}
	zero := make([]float64, len(x))
	mu, o, err := walk(zero, zero, normal)
	if err != nil {
		return nil, nil, err
	}
	mean, last = at(mu), at(o)
	if !all(mean) || !all(last) {
		return nil, nil, fmt.Errorf("μ is %v", mean)
	}
	return mean, last, nil
}

// EntropySGD appends point by point.
func EntropySGD(gradient func(x []float64) []float64, x0 []float64, gamma0, gamma1, eta, rate, noise, alpha float64, normal [][][]float64) ([][]float64, error) {
	if len(x0) == 0 || !all(x0) || !inside(eta, true) || !inside(gamma1, false) || !(settings{gamma0, rate, noise, alpha}).valid() {
		return nil, fmt.Errorf("a setting is out of its range")
	}
	path := [][]float64{append([]float64(nil), x0...)}
	for t := range normal {
		gamma, err := Scope(gamma0, gamma1, t)
		if err != nil {
			return nil, err
		}
		x := append([]float64(nil), path[t]...)
		mu, _, err := InnerLoop(gradient, x, gamma, rate, noise, alpha, normal[t])
		if err != nil {
			return nil, err
		}
		for i, m := range mu {
			x[i] += eta * (gamma * (m - x[i]))
		}
		if !all(x) {
			return nil, fmt.Errorf("update %d leads to %v", t, x)
		}
		path = append(path, x)
	}
	return path, nil
}
