package grading

import (
	"strings"
	"testing"
)

func TestPlaces(t *testing.T) {
	row := func(name string, robust, parameters, masked float64) Standing {
		return Standing{Name: name, Figures: []Figure{{ID: "robust", Value: robust}, {ID: "parameters", Value: parameters}, {ID: "masked", Value: masked}}}
	}
	l := Leaderboard{By: []string{"robust", "-parameters"}, Without: "masked", Standing: []Standing{row("baseline", 0, 3000, 0), row("reference", 0.8, 200, 0)}}
	var got []string
	for _, p := range l.Places([]Standing{
		row("dora", 0.5, 300, 0), row("anna", 0.5, 200, 0), row("cara", 0.5, 300, 0), row("bert", 0.9, 900, 0), row("eve", 1, 10, 1),
		{Name: "fred", Figures: []Figure{{ID: "parameters", Value: 1}}},
	}) {
		got = append(got, string(rune('0'+p.Rank))+p.Name+"/"+p.Kind)
	}
	const want = "1bert/student 0reference/standing 2anna/student 3cara/student 3dora/student 0baseline/standing 5fred/student 0eve/without"
	if g := strings.Join(got, " "); g != want {
		t.Errorf("%s\nwant\n%s", g, want)
	}
}
