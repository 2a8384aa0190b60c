package explain

import (
	"fmt"
	"math"
	"slices"
)

// RankCorrelation is Spearman's ρ of two maps of one shape: the correlation of the ranks of their values, ties given
// their mean rank. Order alone counts, so scaling and normalising do not matter. It is NaN where a map is constant.
//
// Adebayo et al. 2018 ("Sanity checks for saliency maps") use it so: make a net's weights random and compare its
// maps with those of the trained net. A method whose maps stay alike does not explain the net.
//
// It panics where the maps differ in shape, and errs where a value is not finite.
func RankCorrelation(a, b [][]float64) (float64, error) {
	h, w, err := mapSize("RankCorrelation", a)
	if err != nil {
		return 0, err
	}
	h2, w2, err := mapSize("RankCorrelation", b)
	if err != nil {
		return 0, err
	}
	if h != h2 || w != w2 {
		panic(fmt.Sprintf("explain: RankCorrelation of %d×%d and %d×%d", h, w, h2, w2))
	}
	ra, rb := ranks(slices.Concat(a...)), ranks(slices.Concat(b...))
	mean := (float64(h*w) - 1) / 2 // of ranks 0, 1, …, n−1, ties or not
	var ab, aa, bb float64
	for i := range ra {
		p, q := ra[i]-mean, rb[i]-mean
		ab, aa, bb = ab+p*q, aa+p*p, bb+q*q
	}
	return ab / math.Sqrt(aa*bb), nil
}

// ranks gives each value its place in the order, from 0; equal values share the mean of their places.
func ranks(v []float64) []float64 {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		switch {
		case v[i] < v[j]:
			return -1
		case v[i] > v[j]:
			return 1
		}
		return i - j
	})
	r := make([]float64, len(v))
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && v[order[hi]] == v[order[lo]] {
			hi++
		}
		for _, i := range order[lo:hi] {
			r[i] = float64(lo+hi-1) / 2
		}
		lo = hi
	}
	return r
}
