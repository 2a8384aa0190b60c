package text

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Unknown is the word that stands for all that are not in a vocabulary.
const Unknown = "<unk>"

// Vocabulary numbers words: the number of a word is its place in Words.
type Vocabulary struct {
	Words []string       // by falling count; equals in the order of the alphabet. Unknown, where there is one, is where its count puts it
	Count []int          // how often each was in the text
	Index map[string]int // Index[Words[i]] = i
}

// Words cuts a text into words: runs of letters, digits and apostrophes within words, in small letters. What stands between "<" and ">" stays
// one word, so that "<unk>" survives; all other signs part words and are left out.
func Words(s string) []string {
	var words []string
	for _, field := range strings.Fields(strings.ToLower(s)) {
		if strings.HasPrefix(field, "<") && strings.HasSuffix(field, ">") {
			words = append(words, field)
			continue
		}
		for _, w := range strings.FieldsFunc(field, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' }) {
			if w = strings.Trim(w, "'"); w != "" {
				words = append(words, w)
			}
		}
	}
	return words
}

// Characters cuts a text into characters.
func Characters(s string) []string {
	c := make([]string, 0, len(s))
	for _, r := range s {
		c = append(c, string(r))
	}
	return c
}

// NewVocabulary numbers the words of a text that occur at least atLeast times, the size most frequent of them at most; size 0 sets no limit.
// The words left out, if there are any, are counted together as Unknown, which is in the vocabulary then beyond the size.
func NewVocabulary(words []string, atLeast, size int) *Vocabulary {
	count := map[string]int{}
	for _, w := range words {
		count[w]++
	}
	all := make([]string, 0, len(count))
	for w := range count {
		all = append(all, w)
	}
	order := func(a, b string) int {
		if c := cmp.Compare(count[b], count[a]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	}
	slices.SortFunc(all, order)
	var kept []string
	out := 0
	for _, w := range all {
		switch {
		case w == Unknown:
			out += count[w]
		case count[w] >= atLeast && (size == 0 || len(kept) < size):
			kept = append(kept, w)
		default:
			out += count[w]
		}
	}
	if out > 0 {
		count[Unknown] = out
		kept = append(kept, Unknown)
		slices.SortFunc(kept, order)
	}
	v := &Vocabulary{Words: kept, Index: make(map[string]int, len(kept))}
	for i, w := range kept {
		v.Count, v.Index[w] = append(v.Count, count[w]), i
	}
	return v
}

// Len is the number V of words.
func (v *Vocabulary) Len() int { return len(v.Words) }

// Encode gives the numbers of words; a word that is not in the vocabulary gets Unknown's. It panics where there is no Unknown either.
func (v *Vocabulary) Encode(words []string) []int {
	unknown, has := v.Index[Unknown]
	out := make([]int, len(words))
	for i, w := range words {
		n, ok := v.Index[w]
		if !ok && !has {
			panic(fmt.Sprintf("text: Encode: %q is not in the vocabulary, which has no %s", w, Unknown))
		}
		if !ok {
			n = unknown
		}
		out[i] = n
	}
	return out
}

// Decode is the inverse of Encode. It panics on a number out of range.
func (v *Vocabulary) Decode(ids []int) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = v.Words[id]
	}
	return out
}

// OneHot is the vector of length n with a 1 at place i and 0 elsewhere. It panics unless 0 ≤ i < n.
//
// Two one-hot vectors of different words are orthogonal: their cosine is 0, whatever the words mean.
func OneHot(i, n int) []float64 {
	e := make([]float64, n)
	e[i] = 1
	return e
}
