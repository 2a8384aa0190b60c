// Package fourierfeatures by scalar products: with waves, and with the wavelets themselves.
package fourierfeatures

import (
	"errors"
	"math"
	"slices"
)

var errBad = errors.New("not defined for this input")

func bad(x []float64) bool {
	return len(x) == 0 || slices.ContainsFunc(x, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

func dot(x, y []float64) (s float64) {
	for i := range x {
		s += x[i] * y[i]
	}
	return s
}

// basis gives cosine and sine of frequency k on n samples.
func basis(k, n int) (cos, sin []float64) {
	cos, sin = make([]float64, n), make([]float64, n)
	for j := range n {
		sin[j], cos[j] = math.Sincos(2 * math.Pi * float64(k*j%n) / float64(n))
	}
	return cos, sin
}

func DFT(x []float64) (re, im []float64, err error) {
	if bad(x) {
		return nil, nil, errBad
	}
	for k := range x {
		cos, sin := basis(k, len(x))
		re, im = append(re, dot(x, cos)), append(im, -dot(x, sin))
	}
	return re, im, nil
}

// wave is the projection of x onto the wave of frequency k; waves are orthogonal to each other.
func wave(x []float64, k int) []float64 {
	cos, sin := basis(k, len(x))
	y := make([]float64, len(x))
	for _, b := range [][]float64{cos, sin} {
		if size := dot(b, b); size > 1e-6 { // the sine of wave 0 and of the fastest one is 0
			f := dot(x, b) / size
			for j := range y {
				y[j] += f * b[j]
			}
		}
	}
	return y
}

func Amplitudes(x []float64) ([]float64, error) {
	if bad(x) {
		return nil, errBad
	}
	a := make([]float64, len(x)/2+1)
	for k := range a {
		cos, sin := basis(k, len(x))
		parts := 0.0
		for _, b := range [][]float64{cos, sin} {
			if size := dot(b, b); size > 1e-6 {
				parts = math.Hypot(parts, dot(x, b)/size)
			}
		}
		a[k] = parts
	}
	return a, nil
}

func KeepLargest(x []float64, k int) ([]float64, float64, error) {
	if bad(x) || k < 0 || k > len(x)/2+1 {
		return nil, 0, errBad
	}
	var waves [][]float64
	for i := range len(x)/2 + 1 {
		waves = append(waves, wave(x, i))
	}
	slices.SortStableFunc(waves, func(a, b []float64) int {
		if d := dot(b, b) - dot(a, a); d != 0 {
			return int(math.Copysign(1, d))
		}
		return 0
	})
	y, kept, all := make([]float64, len(x)), 0.0, 0.0
	for i, w := range waves {
		e := dot(w, w)
		all += e
		if i < k {
			kept += e
			for j := range y {
				y[j] += w[j]
			}
		}
	}
	if all == 0 {
		kept, all = 1, 1
	}
	return y, kept / all, nil
}

// wavelets are the rows of the transform's matrix.
func wavelets(n, levels int) [][]float64 {
	var rows [][]float64
	add := func(level int, second float64) {
		size := 1 << level
		height := 1 / math.Sqrt(float64(size))
		for lo := 0; lo < n; lo += size {
			w := make([]float64, n)
			for j := range size {
				w[lo+j] = height
				if j >= size/2 {
					w[lo+j] = second * height
				}
			}
			rows = append(rows, w)
		}
	}
	add(levels, 1)
	for l := levels; l > 0; l-- {
		add(l, -1)
	}
	return rows
}

func fits(x []float64, levels int) bool {
	return !bad(x) && levels >= 0 && levels < 40 && len(x)%(1<<levels) == 0
}

func Haar(x []float64, levels int) ([]float64, error) {
	if !fits(x, levels) {
		return nil, errBad
	}
	var c []float64
	for _, w := range wavelets(len(x), levels) {
		c = append(c, dot(w, x))
	}
	return c, nil
}

func InverseHaar(c []float64, levels int) ([]float64, error) {
	if !fits(c, levels) {
		return nil, errBad
	}
	x := make([]float64, len(c)) // the matrix is orthogonal: the inverse is its transpose
	for i, w := range wavelets(len(c), levels) {
		for j := range x {
			x[j] += c[i] * w[j]
		}
	}
	return x, nil
}

func NearestMean(train [][]float64, labels []int, test [][]float64) ([]int, error) {
	if len(train) == 0 || len(labels) != len(train) {
		return nil, errBad
	}
	d := len(train[0])
	for _, row := range append(slices.Clone(train), test...) {
		if bad(row) || len(row) != d {
			return nil, errBad
		}
	}
	classes := slices.Max(labels) + 1
	if classes > len(train) {
		return nil, errBad
	}
	for k := range classes {
		if !slices.Contains(labels, k) {
			return nil, errBad
		}
	}
	if slices.Min(labels) < 0 {
		return nil, errBad
	}
	// One feature at a time: what it adds to each distance.
	distance := make([][]float64, len(test))
	for i := range distance {
		distance[i] = make([]float64, classes)
	}
	for j := range d {
		sum, n := make([]float64, classes), make([]float64, classes)
		for i, k := range labels {
			sum[k], n[k] = sum[k]+train[i][j], n[k]+1
		}
		v := 0.0
		for i, k := range labels {
			v += math.Pow(train[i][j]-sum[k]/n[k], 2)
		}
		s := math.Sqrt(v / float64(len(train)))
		if s == 0 {
			s = 1
		}
		for i := range test {
			for k := range classes {
				distance[i][k] += math.Pow((test[i][j]-sum[k]/n[k])/s, 2)
			}
		}
	}
	answers := make([]int, len(test))
	for i, v := range distance {
		for k := range v {
			if v[k] < v[answers[i]] {
				answers[i] = k
			}
		}
	}
	return answers, nil
}
