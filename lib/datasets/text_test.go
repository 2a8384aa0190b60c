package datasets

import (
	"errors"
	"strings"
	"testing"
)

// TestText holds the texts, where they are, to what is published of them.
func TestText(t *testing.T) {
	plays, err := TinyShakespeare()
	if errors.Is(err, ErrAbsent) {
		t.Skip("the texts are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	letters := map[rune]bool{}
	for _, r := range plays {
		letters[r] = true
	}
	if len(plays) != 1115394 || len(letters) != 65 || !strings.HasPrefix(plays, "First Citizen:\n") {
		t.Errorf("Tiny Shakespeare has %d characters, %d of them different; want 1115394, 65", len(plays), len(letters))
	}
	names, err := Names()
	if err != nil || len(names) != 32033 || names[0] != "emma" {
		t.Errorf("%d names, %v", len(names), err)
	}
	questions, err := WordQuestions()
	kinds := map[string]int{}
	for _, q := range questions {
		kinds[q.Kind]++
	}
	if err != nil || len(questions) != 19544 || len(kinds) != 14 || kinds["family"] != 506 {
		t.Errorf("%d questions of %d kinds, %d on families, %v", len(questions), len(kinds), kinds["family"], err)
	}
	for part, want := range map[string]int{"ALL": 353, "SIM": 203, "REL": 252} {
		pairs, err := WordSim353(part)
		if err != nil || len(pairs) != want {
			t.Errorf("%d pairs of %s, want %d; %v", len(pairs), part, want, err)
		}
	}
	for part, want := range map[string]int{"valid": 217646, "test": 245569} { // Merity et al., table 1, counts the ends of lines too
		words, err := WikiText2(part)
		if n := len(strings.Fields(words)) + strings.Count(words, "\n"); err != nil || n != want {
			t.Errorf("%d words of %s, want %d; %v", n, part, want, err)
		}
	}
}
