package text

import (
	"fmt"
	"strings"

	"nncourse/lib/datasets"
	"nncourse/lib/explain"
)

// Answers says how vectors answered questions.
type Answers struct {
	Asked int // those of which all words are in the vocabulary
	Right int
}

// Share of the asked that were right; 0 where none was asked.
func (a Answers) Share() float64 {
	if a.Asked == 0 {
		return 0
	}
	return float64(a.Right) / float64(a.Asked)
}

// Analogies asks the questions, by kind and under "all" together. A question is right if its D comes first in Analogy; one with a word that
// is not in the vocabulary is not asked. Letters are made small. Vectors are those of the vocabulary's words, in its order.
func Analogies(v *Vocabulary, vectors [][]float64, questions []datasets.WordQuestion) map[string]Answers {
	out := map[string]Answers{}
	for _, q := range questions {
		ids, ok := v.find(q.A, q.B, q.C, q.D)
		if !ok {
			continue
		}
		best := Analogy(vectors, ids[0], ids[1], ids[2], 1)
		for _, kind := range []string{q.Kind, "all"} {
			a := out[kind]
			a.Asked++
			if len(best) == 1 && best[0].Word == ids[3] {
				a.Right++
			}
			out[kind] = a
		}
	}
	return out
}

// Similarity compares the vectors' cosines of pairs of words with what people said of them: Spearman's rank correlation, and how many pairs
// have both words in the vocabulary, with vectors that are not zero. It errs where these are fewer than three.
func Similarity(v *Vocabulary, vectors [][]float64, pairs []datasets.WordPair) (rho float64, n int, err error) {
	var said, found []float64
	for _, p := range pairs {
		ids, ok := v.find(p.A, p.B)
		if !ok {
			continue
		}
		if c := CosineOf(vectors[ids[0]], vectors[ids[1]]); c == c {
			said, found = append(said, p.Score), append(found, c)
		}
	}
	if len(said) < 3 {
		return 0, len(said), fmt.Errorf("text: Similarity: %d of %d pairs have both words in the vocabulary: too few to correlate", len(said), len(pairs))
	}
	rho, err = explain.RankCorrelation([][]float64{said}, [][]float64{found})
	return rho, len(said), err
}

// find gives the numbers of words, and whether all are there.
func (v *Vocabulary) find(words ...string) (ids []int, ok bool) {
	for _, w := range words {
		id, ok := v.Index[strings.ToLower(w)]
		if !ok {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}
