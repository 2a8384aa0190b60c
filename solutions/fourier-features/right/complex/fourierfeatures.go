// Package fourierfeatures in complex numbers, with the strongest waves picked one by one.
package fourierfeatures

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"
)

func check(x []float64) error {
	if len(x) == 0 {
		return fmt.Errorf("nothing")
	}
	for _, v := range x {
		if v-v != 0 { // NaN for NaN and for infinity
			return fmt.Errorf("%v", v)
		}
	}
	return nil
}

// spectrum is a radix-2 transform where it can be, and the sum elsewhere.
func spectrum(x []complex128) []complex128 {
	n := len(x)
	out := make([]complex128, n)
	if n%2 == 1 {
		for k := range out {
			for j, v := range x {
				out[k] += v * cmplx.Rect(1, -2*math.Pi*float64(j*k)/float64(n))
			}
		}
		return out
	}
	even, odd := make([]complex128, n/2), make([]complex128, n/2)
	for i := range even {
		even[i], odd[i] = x[2*i], x[2*i+1]
	}
	even, odd = spectrum(even), spectrum(odd)
	for k := range even {
		t := cmplx.Rect(1, -2*math.Pi*float64(k)/float64(n)) * odd[k]
		out[k], out[k+n/2] = even[k]+t, even[k]-t
	}
	return out
}

func transform(x []float64) []complex128 {
	c := make([]complex128, len(x))
	for i, v := range x {
		c[i] = complex(v, 0)
	}
	return spectrum(c)
}

func DFT(x []float64) (re, im []float64, err error) {
	if err := check(x); err != nil {
		return nil, nil, err
	}
	for _, z := range transform(x) {
		re, im = append(re, real(z)), append(im, imag(z))
	}
	return re, im, nil
}

func Amplitudes(x []float64) ([]float64, error) {
	if err := check(x); err != nil {
		return nil, err
	}
	c, n := transform(x), len(x)
	var a []float64
	for k := 0; 2*k <= n; k++ {
		sum := c[k]
		if m := (n - k) % n; m != k {
			sum = complex(cmplx.Abs(c[k])+cmplx.Abs(c[m]), 0)
		}
		a = append(a, cmplx.Abs(sum)/float64(n))
	}
	return a, nil
}

func KeepLargest(x []float64, k int) ([]float64, float64, error) {
	if err := check(x); err != nil {
		return nil, 0, err
	}
	n := len(x)
	if k < 0 || k > n/2+1 {
		return nil, 0, fmt.Errorf("k = %d", k)
	}
	c := transform(x)
	left := make([]complex128, n) // the spectrum of y
	kept, all := 0.0, 0.0
	size := func(z complex128) float64 { return real(z)*real(z) + imag(z)*imag(z) }
	for _, z := range c {
		all += size(z)
	}
	taken := make([]bool, n)
	for range k {
		best, most := -1, -1.0
		for i := 0; 2*i <= n; i++ {
			e := size(c[i])
			if m := (n - i) % n; m != i {
				e += size(c[m])
			}
			if !taken[i] && e > most {
				best, most = i, e
			}
		}
		taken[best] = true
		kept += most
		left[best], left[(n-best)%n] = c[best], c[(n-best)%n]
	}
	// x = conj(F(conj X))/n
	for i := range left {
		left[i] = cmplx.Conj(left[i])
	}
	y := make([]float64, n)
	for i, z := range spectrum(left) {
		y[i] = real(z) / float64(n)
	}
	if all == 0 {
		return y, 1, nil
	}
	return y, kept / all, nil
}

func Haar(x []float64, levels int) ([]float64, error) {
	if err := check(x); err != nil || levels < 0 {
		return nil, fmt.Errorf("%d levels, %v", levels, err)
	}
	if levels == 0 {
		return slices.Clone(x), nil
	}
	if len(x)%2 == 1 {
		return nil, fmt.Errorf("%d numbers cannot be paired", len(x))
	}
	var a, d []float64
	for i := 0; i < len(x); i += 2 {
		a, d = append(a, (x[i]+x[i+1])*math.Sqrt(0.5)), append(d, (x[i]-x[i+1])*math.Sqrt(0.5))
	}
	a, err := Haar(a, levels-1)
	return append(a, d...), err
}

func InverseHaar(c []float64, levels int) ([]float64, error) {
	if _, err := Haar(c, levels); err != nil {
		return nil, err
	}
	if levels == 0 {
		return slices.Clone(c), nil
	}
	a, err := InverseHaar(c[:len(c)/2], levels-1)
	var x []float64
	for i, d := range c[len(c)/2:] {
		x = append(x, (a[i]+d)*math.Sqrt(0.5), (a[i]-d)*math.Sqrt(0.5))
	}
	return x, err
}

func NearestMean(train [][]float64, labels []int, test [][]float64) ([]int, error) {
	n := len(train)
	if n == 0 || len(labels) != n {
		return nil, fmt.Errorf("%d rows, %d labels", n, len(labels))
	}
	rows := map[int][][]float64{}
	for i, row := range train {
		if err := check(row); err != nil || len(row) != len(train[0]) {
			return nil, fmt.Errorf("row %d: %v", i, err)
		}
		rows[labels[i]] = append(rows[labels[i]], row)
	}
	for k := range len(rows) {
		if rows[k] == nil {
			return nil, fmt.Errorf("no class %d", k)
		}
	}
	d := len(train[0])
	means, variance := make([][]float64, len(rows)), make([]float64, d)
	for k := range means {
		means[k] = make([]float64, d)
		for j := range d {
			for _, row := range rows[k] {
				means[k][j] += row[j]
			}
			means[k][j] /= float64(len(rows[k]))
			for _, row := range rows[k] {
				variance[j] += math.Pow(row[j]-means[k][j], 2) / float64(n)
			}
		}
	}
	answers := []int{}
	for i, x := range test {
		if err := check(x); err != nil || len(x) != d {
			return nil, fmt.Errorf("test row %d: %v", i, err)
		}
		distance := make([]float64, len(means))
		for k, m := range means {
			for j := range d {
				v := variance[j]
				if v == 0 {
					v = 1
				}
				distance[k] += (x[j] - m[j]) * (x[j] - m[j]) / v
			}
		}
		answers = append(answers, slices.Index(distance, slices.Min(distance)))
	}
	return answers, nil
}
