package text

import "fmt"

// Cooccurrence counts how often word j stands within window places of word i in a text of words 0 … n−1:
//
//	N_ij = Σ_t Σ_{0 < |d| ≤ window} w(|d|) [word_t = i] [word_{t+d} = j]
//
// with the weight w = 1, or w(d) = 1/d where nearer is set (as GloVe has it, Pennington, Socher, Manning 2014, section 4.2): nearer words count
// more. The table is symmetric. It panics on window < 1, or a word out of range.
func Cooccurrence(ids []int, n, window int, nearer bool) *Sparse {
	if window < 1 {
		panic(fmt.Sprintf("text: Cooccurrence: a window of %d", window))
	}
	counts := map[[2]int]float64{}
	for t, i := range ids {
		for d := 1; d <= window && t+d < len(ids); d++ {
			w := 1.0
			if nearer {
				w = 1 / float64(d)
			}
			j := ids[t+d]
			counts[[2]int{i, j}] += w
			counts[[2]int{j, i}] += w
		}
	}
	return NewSparse(n, n, counts)
}
