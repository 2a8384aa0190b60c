package feedback

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nncourse/grading"
	"nncourse/grading/class"
)

func measuredResult(robust, masked float64) class.Result {
	f := func(id, name, unit string, v float64) grading.Figure {
		return grading.Figure{ID: id, Name: name, Unit: unit, Value: v, Lo: v, Hi: v}
	}
	return class.Result{Exercise: "capstone", State: class.Graded, Grade: class.Grade{Counts: true, Max: 100}, Report: &grading.Report{Title: "Capstone <&>", Exercise: "capstone", Verdict: grading.Pass,
		Figures: []grading.Figure{f("robust", "Robust accuracy", "share", robust), f("parameters", "Parameters", "count", 198), f("masked", "Masked gradients", "flag", masked)}}}
}

func TestLeaderboard(t *testing.T) {
	board := &grading.Leaderboard{By: []string{"robust", "-parameters"}, Columns: []string{"robust", "parameters", "absent"}, Without: "masked", Why: "gradients are masked",
		Standing: []grading.Standing{{Name: "Reference", Figures: []grading.Figure{{ID: "robust", Name: "Robust accuracy", Unit: "share", Value: 0.8, Lo: 0.7, Hi: 0.9}}}}}
	all := []class.StudentResult{
		{ID: "anna-42", FirstName: "Anna", LastName: "Berg", Results: []class.Result{measuredResult(0.5, 0)}},
		{ID: hostile, LastName: hostile, Results: []class.Result{measuredResult(0.9, 0)}},
		{ID: "eve", Results: []class.Result{measuredResult(1, 1)}},
		{ID: "none", Results: []class.Result{{Exercise: "capstone", State: class.Missing}}},
		{ID: "broken", Results: []class.Result{{Exercise: "capstone", State: class.Graded, Report: &grading.Report{Title: "Capstone <&>"}}}},
	}
	secret := []byte("a secret of some length")
	for _, alias := range []bool{false, true} {
		dir := t.TempDir()
		p := &Pages{Leaderboard: func(slug string) *grading.Leaderboard { return board }}
		if alias {
			p.Alias = func(student string) string { return Pseudonym(secret, student) }
		}
		if err := p.Summary(dir, all); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(dir, "leaderboard-capstone.html"))
		if err != nil {
			t.Fatal(err)
		}
		inspect(t, "leaderboard", string(b))
		text := words(t, string(b))
		for _, w := range []string{"3 students; 1 more without a measured result", "Ordered by robust accuracy, then by fewer parameters.", "80 % (70 to 90)", "no rank", "No rank: gradients are masked", "198"} {
			if !strings.Contains(text, w) {
				t.Errorf("alias %v: the page does not say %q: %s", alias, w, text)
			}
		}
		j, err := os.ReadFile(filepath.Join(dir, "leaderboard-capstone.json"))
		if err != nil {
			t.Fatal(err)
		}
		var parsed struct {
			Places []grading.Place `json:"places"`
		}
		if err := json.Unmarshal(j, &parsed); err != nil || len(parsed.Places) != 4 || parsed.Places[0].Rank != 1 || parsed.Places[1].Kind != "standing" || parsed.Places[3].Kind != "without" {
			t.Errorf("%v %+v", err, parsed.Places)
		}
		for _, name := range []string{"Anna", "Berg", "anna-42", "eve", "none", "broken"} {
			if shown := strings.Contains(string(b)+string(j), `"`+name) || strings.Contains(text, name+" "); alias && name != "none" && shown {
				t.Errorf("with pseudonyms the board names %s", name)
			}
		}
		if shown := strings.Contains(text, "Anna Berg"); shown == alias {
			t.Errorf("alias %v: the name is shown: %v", alias, shown)
		}
		page := words(t, studentHTML(t, all[0], StudentOptions{Alias: Pseudonym(secret, "anna-42")}))
		if !strings.Contains(page, "Robust accuracy 50 %") || !strings.Contains(page, "you are "+Pseudonym(secret, "anna-42")) {
			t.Errorf("the student's page: %s", page)
		}
	}
}

func TestPseudonym(t *testing.T) {
	seen := map[string]bool{}
	for i := range 300 {
		seen[Pseudonym([]byte("secret"), string(rune('a'+i)))] = true
	}
	if len(seen) < 298 {
		t.Errorf("%d names for 300 students", len(seen))
	}
	if Pseudonym([]byte("one"), "anna") == Pseudonym([]byte("two"), "anna") || Pseudonym([]byte("one"), "anna") != Pseudonym([]byte("one"), "anna") {
		t.Error("a pseudonym follows from the secret and the student")
	}
}
