// Without any library: eigenvalues by Jacobi's rotations, the perceptron with its scores kept up to date.

package kerneltrick

import (
	"errors"
	"fmt"
	"math"
)

var errInput = errors.New("the input does not fit")

func good(v float64) bool { return v-v == 0 }

func Kernel(kind string, p float64, x, z []float64) (float64, error) {
	if len(x) == 0 || len(x) != len(z) {
		return 0, errInput
	}
	xz, xx, zz, far := 0.0, 0.0, 0.0, 0.0
	for i, a := range x {
		b := z[i]
		if !good(a) || !good(b) {
			return 0, errInput
		}
		xz += a * b
		xx += a * a
		zz += b * b
		far += (a - b) * (a - b)
	}
	k := map[string]float64{"linear": xz, "quadratic": math.Pow(xz+p, 2), "rbf": 1 / math.Exp(p*far), "lift": xz + xx*zz}
	v, ok := k[kind]
	if !ok || kind == "quadratic" && !(good(p) && p >= 0) || kind == "rbf" && !(good(p) && p > 0) {
		return 0, fmt.Errorf("kind %q, p = %v", kind, p)
	}
	return v, nil
}

func Features(p float64, x []float64) ([]float64, error) {
	if len(x) == 0 || !good(p) || p < 0 {
		return nil, errInput
	}
	phi := []float64{p}
	for i, a := range x {
		if !good(a) {
			return nil, errInput
		}
		phi = append(phi, math.Sqrt(p)*a, a*math.Sqrt(p)) // twice, in the place of √2 once
		for _, b := range x[i+1:] {
			phi = append(phi, a*b, b*a)
		}
		phi = append(phi, a*a)
	}
	return phi, nil
}

func Gram(kind string, p float64, x [][]float64) ([][]float64, error) {
	if len(x) == 0 {
		return nil, errInput
	}
	k := make([][]float64, len(x))
	for i := range x {
		k[i] = make([]float64, len(x))
	}
	for i := range x {
		for j := 0; j <= i; j++ {
			v, err := Kernel(kind, p, x[i], x[j])
			if err != nil {
				return nil, err
			}
			k[i][j], k[j][i] = v, v
		}
	}
	return k, nil
}

// copied checks a Gram matrix and returns a copy, divided by its largest magnitude, and that.
func copied(k [][]float64) (c [][]float64, size float64, err error) {
	for _, row := range k {
		if len(row) != len(k) {
			return nil, 0, errInput
		}
		c = append(c, append([]float64(nil), row...))
		for _, v := range row {
			if !good(v) {
				return nil, 0, errInput
			}
			size = math.Max(size, math.Abs(v))
		}
	}
	if len(k) == 0 {
		return nil, 0, errInput
	}
	for i := range c {
		for j := range c {
			if size > 0 {
				c[i][j] /= size
			}
		}
	}
	for i := range c {
		for j := range c {
			if math.Abs(c[i][j]-c[j][i]) > 1e-9 {
				return nil, 0, errInput
			}
		}
	}
	return c, size, nil
}

func IsPSD(k [][]float64) (bool, error) {
	a, _, err := copied(k)
	if err != nil {
		return false, err
	}
	n := len(a)
	for range 60 {
		off := 0.0
		for p := range n {
			for q := range p {
				off += a[p][q] * a[p][q]
				if a[p][q] == 0 {
					continue
				}
				theta := math.Atan2(2*a[p][q], a[p][p]-a[q][q]) / 2
				s, c := math.Sincos(theta)
				for r := range n {
					u, v := a[p][r], a[q][r]
					a[p][r], a[q][r] = c*u+s*v, c*v-s*u
				}
				for r := range n {
					u, v := a[r][p], a[r][q]
					a[r][p], a[r][q] = c*u+s*v, c*v-s*u
				}
			}
		}
		if off < 1e-30 {
			break
		}
	}
	least, most := math.Inf(1), 0.0
	for i := range a {
		least, most = math.Min(least, a[i][i]), math.Max(most, math.Abs(a[i][i]))
	}
	return least >= -1e-9*most, nil
}

func Distances(k [][]float64) ([][]float64, error) {
	c, size, err := copied(k)
	if err != nil {
		return nil, err
	}
	d := make([][]float64, len(c))
	for i := range c {
		for j := range c {
			s := (c[i][i] - c[i][j]) + (c[j][j] - c[i][j])
			if s < 0 {
				s = 0
			}
			d[i] = append(d[i], math.Sqrt(s)*math.Sqrt(size))
		}
	}
	return d, nil
}

func Perceptron(k [][]float64, y []float64, epochs int) ([]int, []int, error) {
	if _, _, err := copied(k); err != nil {
		return nil, nil, err
	}
	if len(y) != len(k) || epochs < 0 {
		return nil, nil, errInput
	}
	for _, v := range y {
		if v*v != 1 {
			return nil, nil, errInput
		}
	}
	n := len(y)
	f, counts, mistakes := make([]float64, n), make([]int, n), []int{}
	for len(mistakes) < epochs {
		wrong := 0
		for j := range y {
			if f[j]*y[j] > 0 {
				continue
			}
			wrong++
			counts[j]++
			for i := range f {
				f[i] += y[j] * (1 + k[j][i])
			}
		}
		if mistakes = append(mistakes, wrong); wrong == 0 {
			break
		}
	}
	return counts, mistakes, nil
}
