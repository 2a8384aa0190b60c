package text

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// CosineOf is the cosine of the angle between two vectors,
//
//	cos(u, v) = u·v / (‖u‖ ‖v‖)  ∈ [−1, 1]
//
// and NaN where one is zero: a word that no context has met points nowhere. Between vectors of counts, which are not negative, it is in [0, 1].
// It panics where the lengths differ.
func CosineOf(u, v []float64) float64 {
	if len(u) != len(v) {
		panic(fmt.Sprintf("text: CosineOf: vectors of %d and %d numbers", len(u), len(v)))
	}
	a, b := floats.Norm(u, 2), floats.Norm(v, 2)
	c := 0.0
	for i := range u {
		c += (u[i] / a) * (v[i] / b) // divided first, so that no product leaves the range of float64
	}
	return math.Max(-1, math.Min(1, c)) // math.Max keeps NaN
}

// Cosines is the table of all cosines between vectors, [n][n].
func Cosines(vectors [][]float64) [][]float64 {
	out := make([][]float64, len(vectors))
	for i, u := range vectors {
		out[i] = make([]float64, len(vectors))
		for j, v := range vectors {
			out[i][j] = CosineOf(u, v)
		}
	}
	return out
}

// Neighbour is a word and how similar it is.
type Neighbour struct {
	Word   int
	Cosine float64
}

// Nearest are the k words whose vectors have the greatest cosine with u, without those of the list except and those whose vector is zero; equals in
// the order of their numbers.
func Nearest(vectors [][]float64, u []float64, k int, except ...int) []Neighbour {
	var all []Neighbour
	for i, v := range vectors {
		if slices.Contains(except, i) {
			continue
		}
		if c := CosineOf(u, v); !math.IsNaN(c) {
			all = append(all, Neighbour{i, c})
		}
	}
	slices.SortStableFunc(all, func(a, b Neighbour) int { return cmp.Compare(b.Cosine, a.Cosine) })
	return all[:min(k, len(all))]
}

// Analogy are the k best answers to "a is to b as c is to what?" (Mikolov, Yih and Zweig 2013): the words nearest to
//
//	b/‖b‖ − a/‖a‖ + c/‖c‖
//
// without a, b and c themselves. (With a unit vector d, the cosine with this sum rises with cos(d, b) − cos(d, a) + cos(d, c).)
// It is nil where a, b or c has the vector zero.
func Analogy(vectors [][]float64, a, b, c, k int) []Neighbour {
	u := make([]float64, len(vectors[a]))
	for i, word := range []int{a, b, c} {
		v, sign := vectors[word], []float64{-1, 1, 1}[i]
		n := floats.Norm(v, 2)
		if n == 0 {
			return nil
		}
		floats.AddScaled(u, sign/n, v)
	}
	return Nearest(vectors, u, k, a, b, c)
}
