// Package fouriermask solves the exercise by quadruple sums, and ∂L/∂M as the inner product of g with each filtered wave.
package fouriermask

import (
	"fmt"
	"math"
)

// DFT2 is the 2-D transform, along the rows and then along the columns.
func DFT2(x [][]float64) (re, im [][]float64, err error) {
	h, w, err := shape(x)
	if err != nil {
		return nil, nil, err
	}
	c := transform(flat(x), h, w, -1)
	re, im = grid(h, w), grid(h, w)
	for i, z := range c {
		re[i/w][i%w], im[i/w][i%w] = real(z), imag(z)
	}
	return re, im, nil
}

// Filter is Re F⁻¹(M ⊙ Fx).
func Filter(x, mask [][]float64) ([][]float64, error) {
	h, w, err := shape(x)
	if err != nil {
		return nil, err
	}
	if err := valid(mask, h, w); err != nil {
		return nil, err
	}
	y := filter(transform(flat(x), h, w, -1), flat(mask), h, w)
	out := grid(h, w)
	for i, v := range y {
		out[i/w][i%w] = v
	}
	return out, nil
}

// Objective is 1/n Σ E((L(x̄) − L(x))²) + λ ΣM, with its gradient by M.
func Objective(weights [][]float64, bias []float64, images [][]float64, labels []int, mask [][]float64, lambda float64) (float64, [][]float64, error) {
	h, w, err := shape(mask)
	if err == nil {
		err = valid(mask, h, w)
	}
	if err != nil {
		return 0, nil, err
	}
	if err := problem(weights, bias, images, labels, h*w, lambda); err != nil {
		return 0, nil, err
	}
	m := flat(mask)
	value, gradient, n := 0.0, grid(h, w), float64(len(images))
	for i, x := range images {
		c := transform(x, h, w, -1)
		before, _ := loss(weights, bias, x, labels[i])
		after, g := loss(weights, bias, filter(c, m, h, w), labels[i])
		// t = L(x̄) − L(x)
		t := after - before
		e, slope := bounded(t * t)
		value += e / n
		// ∂x̄/∂M[j] is x filtered by the mask that is 1 at j alone
		for j := range c {
			one := make([]float64, h*w)
			one[j] = 1
			inner := 0.0
			for k, v := range filter(c, one, h, w) {
				inner += v * g[k]
			}
			gradient[j/w][j%w] += slope * 2 * t * inner / n
		}
	}
	for j, v := range m {
		value += lambda * v
		gradient[j/w][j%w] += lambda
	}
	return value, gradient, nil
}

// Step is clip(M − rate·gradient, 0, 1).
func Step(mask, gradient [][]float64, rate float64) ([][]float64, error) {
	h, w, err := shape(mask)
	if err == nil {
		err = valid(mask, h, w)
	}
	if err != nil {
		return nil, err
	}
	if gh, gw, err := shape(gradient); err != nil || gh != h || gw != w {
		return nil, fmt.Errorf("a gradient of %d×%d for a mask of %d×%d: %v", gh, gw, h, w, err)
	}
	if !(rate > 0) || math.IsInf(rate, 1) {
		return nil, fmt.Errorf("the rate is %v", rate)
	}
	next := grid(h, w)
	for u := range next {
		for v := range next[u] {
			next[u][v] = min(max(mask[u][v]-rate*gradient[u][v], 0), 1)
		}
	}
	return next, nil
}

// RadialMean averages e over the rings of its frequencies.
func RadialMean(e [][]float64) ([]float64, error) {
	h, w, err := shape(e)
	if err != nil {
		return nil, err
	}
	var sum, count []float64
	for u := range e {
		for v := range e[u] {
			k := int(math.Floor(math.Hypot(signed(u, h), signed(v, w)) + 0.5))
			for len(sum) <= k {
				sum, count = append(sum, 0), append(count, 0)
			}
			sum[k] += e[u][v]
			count[k]++
		}
	}
	for k := range sum {
		if count[k] > 0 {
			sum[k] /= count[k]
		}
	}
	return sum, nil
}

// signed is the frequency of index k of n.
func signed(k, n int) float64 {
	if 2*k > n {
		k -= n
	}
	return float64(k)
}

// transform sums x e^(sign·2πi(uy/h + vz/w)), without a factor.
func transform(x []float64, h, w int, sign float64) []complex128 {
	c := make([]complex128, h*w)
	for i, v := range x {
		c[i] = complex(v, 0)
	}
	return transformComplex(c, h, w, sign)
}

func transformComplex(x []complex128, h, w int, sign float64) []complex128 {
	out := make([]complex128, h*w)
	for i := range out {
		for j, v := range x {
			turns := float64(i/w*(j/w)%h)/float64(h) + float64(i%w*(j%w)%w)/float64(w)
			sin, cos := math.Sincos(sign * 2 * math.Pi * turns)
			out[i] += v * complex(cos, sin)
		}
	}
	return out
}

// filter is Re F⁻¹(M ⊙ c).
func filter(c []complex128, mask []float64, h, w int) []float64 {
	masked := make([]complex128, h*w)
	for i, z := range c {
		masked[i] = z * complex(mask[i], 0)
	}
	x := make([]float64, h*w)
	for i, z := range transformComplex(masked, h, w, 1) {
		x[i] = real(z) / float64(h*w)
	}
	return x
}

// loss is L = log Σ exp(z) − z_y of z = Wx + b, and ∂L/∂x = Σ_k (p_k − 1[k = y]) w_k.
func loss(weights [][]float64, bias, x []float64, y int) (float64, []float64) {
	z, top := make([]float64, len(weights)), math.Inf(-1)
	for k, row := range weights {
		z[k] = bias[k]
		for j, v := range row {
			z[k] += v * x[j]
		}
		top = max(top, z[k])
	}
	sum := 0.0
	for _, v := range z {
		sum += math.Exp(v - top)
	}
	g := make([]float64, len(x))
	for k, row := range weights {
		p := math.Exp(z[k]-top) / sum
		if k == y {
			p--
		}
		for j, v := range row {
			g[j] += p * v
		}
	}
	return math.Log(sum) + top - z[y], g
}

// bounded is E(s) = eˢ up to s = 20 and its tangent beyond, with its derivative.
func bounded(s float64) (e, slope float64) {
	if s <= 20 {
		return math.Exp(s), math.Exp(s)
	}
	return math.Exp(20) * (1 + s - 20), math.Exp(20)
}

func shape(x [][]float64) (h, w int, err error) {
	if len(x) == 0 || len(x[0]) == 0 {
		return 0, 0, fmt.Errorf("no entries")
	}
	for y, row := range x {
		if len(row) != len(x[0]) {
			return 0, 0, fmt.Errorf("row %d has %d entries, row 0 has %d", y, len(row), len(x[0]))
		}
		if err := finite(row); err != nil {
			return 0, 0, fmt.Errorf("row %d: %w", y, err)
		}
	}
	return len(x), len(x[0]), nil
}

func valid(mask [][]float64, h, w int) error {
	mh, mw, err := shape(mask)
	if err != nil {
		return err
	}
	if mh != h || mw != w {
		return fmt.Errorf("a mask of %d×%d, want %d×%d", mh, mw, h, w)
	}
	for u, row := range mask {
		for v, m := range row {
			if m < 0 || m > 1 {
				return fmt.Errorf("the mask is %v at [%d, %d]", m, u, v)
			}
		}
	}
	return nil
}

func problem(weights [][]float64, bias []float64, images [][]float64, labels []int, n int, lambda float64) error {
	if len(weights) == 0 || len(bias) != len(weights) || len(images) == 0 || len(labels) != len(images) {
		return fmt.Errorf("%d classes, %d biases, %d images, %d labels", len(weights), len(bias), len(images), len(labels))
	}
	for _, rows := range [][][]float64{weights, images} {
		for i, row := range rows {
			if len(row) != n {
				return fmt.Errorf("row %d has %d entries, want %d", i, len(row), n)
			}
			if err := finite(row); err != nil {
				return err
			}
		}
	}
	for i, y := range labels {
		if y < 0 || y >= len(weights) {
			return fmt.Errorf("label %d is %d", i, y)
		}
	}
	if !(lambda >= 0) || math.IsInf(lambda, 1) {
		return fmt.Errorf("λ is %v", lambda)
	}
	return finite(bias)
}

func finite(x []float64) error {
	for j, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("entry %d is %v", j, v)
		}
	}
	return nil
}

func flat(x [][]float64) []float64 {
	var v []float64
	for _, row := range x {
		v = append(v, row...)
	}
	return v
}

func grid(h, w int) [][]float64 {
	g := make([][]float64, h)
	for y := range g {
		g[y] = make([]float64, w)
	}
	return g
}
