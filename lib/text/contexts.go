package text

import (
	"strings"
)

// Blank marks the place of the word in a context, "a bottle of ____ is on the table".
const Blank = "____"

// Contexts makes the table of words and contexts, [words][contexts]: 1 where a sentence of the text is the context with the word in its blank,
// and 0 elsewhere. Small and capital letters and punctuation do not matter. A context has one Blank; it stands for one word.
//
// The rows are vectors of the words: words of one meaning occur in the same contexts (Harris 1954, Firth 1957).
func Contexts(words, contexts, sentences []string) [][]float64 {
	has := map[string]bool{}
	for _, s := range sentences {
		has[strings.Join(Words(s), " ")] = true
	}
	table := make([][]float64, len(words))
	for i, w := range words {
		table[i] = make([]float64, len(contexts))
		for j, c := range contexts {
			if has[strings.Join(Words(strings.ReplaceAll(c, Blank, w)), " ")] {
				table[i][j] = 1
			}
		}
	}
	return table
}

// Tejuino is the lecture's example of the distributional hypothesis: six words, four contexts, and which fits which. Nobody needs to know
// what tejuino is to see that it is closest to wine.
func Tejuino() (words, contexts []string, table [][]float64) {
	words = []string{"tejuino", "loud", "motor-oil", "tortillas", "choices", "wine"}
	contexts = []string{"A bottle of ____ is on the table.", "Everybody likes ____.", "Don't have ____ before you drive.", "We make ____ out of corn."}
	table = [][]float64{
		{1, 1, 1, 1},
		{0, 0, 0, 0},
		{1, 0, 0, 0},
		{0, 1, 0, 1},
		{0, 1, 0, 0},
		{1, 1, 1, 0},
	}
	return words, contexts, table
}
