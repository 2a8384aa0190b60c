package text

import (
	"math/rand/v2"
	"strings"

	"nncourse/lib/datasets"
)

// people are pairs of words that differ in one thing only, male and female.
var (
	people = [][2]string{{"king", "queen"}, {"man", "woman"}, {"boy", "girl"}, {"father", "mother"}, {"son", "daughter"}, {"uncle", "aunt"}}
	// deeds are what people of each pair do, and nobody else.
	deeds  = [][]string{{"rules the kingdom", "wears a crown"}, {"works in town", "pays the rent"}, {"plays in the garden", "goes to school"}, {"feeds the baby", "sings a lullaby"}, {"obeys the parents", "inherits the house"}, {"visits the nephews", "brings a present"}}
	traits = [2][]string{{"he shaves his beard", "he buttons his waistcoat"}, {"she combs her curls", "she laces her gown"}}
	drinks = []string{"tejuino", "wine", "beer", "cider"}
	foods  = []string{"tortillas", "bread", "cheese", "soup"}
)

// Sentences generates a text of n sentences in small letters, parted by " . ", whose meaning is known: people, male and female, with what each does; drinks and foods
// with how they are served. It needs no file, and vectors that are any good show its structure: see SentenceQuestions.
func Sentences(n int, rng *rand.Rand) string {
	pick := func(s []string) string { return s[rng.IntN(len(s))] }
	lines := make([]string, n)
	for i := range lines {
		switch rng.IntN(4) {
		case 0, 1:
			k, sex := rng.IntN(len(people)), rng.IntN(2)
			who := people[k][sex]
			if rng.IntN(2) == 0 {
				lines[i] = "the " + who + " " + pick(deeds[k])
			} else {
				lines[i] = "of the " + who + " they say " + pick(traits[sex])
			}
		case 2:
			lines[i] = strings.ReplaceAll(pick([]string{"a bottle of ____ is on the table", "we drink ____ from a glass", "do not have ____ before you drive"}), Blank, pick(drinks))
		case 3:
			lines[i] = strings.ReplaceAll(pick([]string{"a plate of ____ is on the table", "we eat ____ with a fork", "cut the ____ for supper"}), Blank, pick(foods))
		}
	}
	return strings.Join(lines, " . ")
}

// SentenceQuestions are the analogies that Sentences answers: all "man is to woman as king is to queen", in both directions.
func SentenceQuestions() []datasets.WordQuestion {
	var q []datasets.WordQuestion
	for i, a := range people {
		for j, b := range people {
			if i != j {
				q = append(q, datasets.WordQuestion{Kind: "family", A: a[0], B: a[1], C: b[0], D: b[1]},
					datasets.WordQuestion{Kind: "family", A: a[1], B: a[0], C: b[1], D: b[0]})
			}
		}
	}
	return q
}
