package grading

import (
	"cmp"
	"slices"
	"strings"
)

// Leaderboard says how the results of a class are placed by their figures.
type Leaderboard struct {
	// By are the figures that decide, by ID, the first first; the greater is the better, or the smaller where a minus stands in front.
	By      []string
	Columns []string // the figures that are shown, by ID
	// Without is the ID of a flag: who has it gets no rank, for the reason in Why.
	Without, Why string
	Standing     []Standing // rows to compare with; they take part in the order and have no rank
}

// Standing is a row of the exercise's own: the baseline, the reference.
type Standing struct {
	Name    string
	Figures []Figure
}

// Place is a row of a leaderboard.
type Place struct {
	Rank    int      `json:"rank"` // from 1, equal for equals; 0 for a row without one
	Name    string   `json:"name"`
	Kind    string   `json:"kind"` // "student", "standing", or "without": a student's that the flag takes out
	Figures []Figure `json:"figures"`
}

// Places orders rows. Those that the flag takes out come last. Equals are ordered by name.
func (l *Leaderboard) Places(students []Standing) []Place {
	figure := func(list []Figure, id string) (Figure, bool) {
		i := slices.IndexFunc(list, func(f Figure) bool { return f.ID == id })
		if i < 0 {
			return Figure{}, false
		}
		return list[i], true
	}
	var all []Place
	for _, s := range students {
		p := Place{Name: s.Name, Kind: "student", Figures: s.Figures}
		if f, _ := figure(s.Figures, l.Without); l.Without != "" && f.Value != 0 {
			p.Kind = "without"
		}
		all = append(all, p)
	}
	for _, s := range l.Standing {
		all = append(all, Place{Name: s.Name, Kind: "standing", Figures: s.Figures})
	}
	better := func(a, b Place) int {
		for _, id := range l.By {
			name, less := strings.CutPrefix(id, "-")
			x, okX := figure(a.Figures, name)
			y, okY := figure(b.Figures, name)
			c := cmp.Compare(y.Value, x.Value)
			if less {
				c = -c
			}
			if okX != okY { // a row without the figure comes after
				if okX {
					c = -1
				} else {
					c = 1
				}
			}
			if c != 0 {
				return c
			}
		}
		return 0
	}
	out := func(p Place) int {
		if p.Kind == "without" {
			return 1
		}
		return 0
	}
	slices.SortFunc(all, func(a, b Place) int {
		return cmp.Or(cmp.Compare(out(a), out(b)), better(a, b), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
	})
	ranked, last := 0, -1
	for i := range all {
		if all[i].Kind != "student" {
			continue
		}
		ranked++
		all[i].Rank = ranked
		if last >= 0 && better(all[last], all[i]) == 0 {
			all[i].Rank = all[last].Rank
		}
		last = i
	}
	return all
}
