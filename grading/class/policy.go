package class

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Policy is the one file (JSON) in which a teacher declares due dates and what lateness costs.
type Policy struct {
	Schema    int             `json:"schema"`    // 1
	LateDays  int             `json:"late_days"` // each student's budget of days that cost nothing, for all exercises together
	Default   Rule            `json:"default"`
	Exercises map[string]Rule `json:"exercises"` // by slug; a field that is not given is the default's
	// Extensions are individual: the student's due date, or so many days more. The last that fits holds.
	Extensions []Extension `json:"extensions"`

	hash string
}

// Rule is what holds for an exercise.
type Rule struct {
	Due     *time.Time `json:"due"`             // RFC 3339, with the zone: 2026-11-20T23:59:00+01:00
	Grace   *Duration  `json:"grace"`           // "15m": who is later than Due by no more is in time
	PerDay  *float64   `json:"penalty_per_day"` // percent for each begun day that the budget does not pay
	Cap     *float64   `json:"penalty_cap"`     // percent at most; default 100
	Of      string     `json:"penalty_of"`      // percent of the "score" (default) or of the "max" points
	ZeroAt  *int       `json:"zero_after_days"` // more begun days than these: no points
	Comment string     `json:"comment"`
}

// Extension moves a due date for one student.
type Extension struct {
	Student  string     `json:"student"`
	Exercise string     `json:"exercise"` // "" means all
	Due      *time.Time `json:"due"`
	Days     float64    `json:"days"`
	Reason   string     `json:"reason"`
}

// Duration is a time.Duration that JSON writes as "1h30m".
type Duration time.Duration

func (d *Duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf(`a duration is written "15m" or "2h30m", not %s`, b)
	}
	x, err := time.ParseDuration(s)
	if err != nil || x < 0 {
		return fmt.Errorf(`a duration is written "15m" or "2h30m", not %q`, s)
	}
	*d = Duration(x)
	return nil
}

func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// ReadPolicy reads a policy file. A field it does not know is an error: a penalty that is misspelt would be none.
func ReadPolicy(file string) (*Policy, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p, err := parsePolicy(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return p, nil
}

func parsePolicy(data []byte) (*Policy, error) {
	var p Policy
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the policy's closing brace")
	}
	if p.Schema != 1 {
		return nil, fmt.Errorf(`"schema" is %d, this program reads 1`, p.Schema)
	}
	if p.LateDays < 0 {
		return nil, fmt.Errorf(`"late_days" is %d`, p.LateDays)
	}
	rules := map[string]Rule{"default": p.Default}
	for slug, r := range p.Exercises {
		rules["exercises: "+slug] = r
	}
	for name, r := range rules {
		percent := func(field string, x *float64) error {
			if x != nil && !(*x >= 0 && *x <= 100) {
				return fmt.Errorf("%s: %q is %g, not between 0 and 100", name, field, *x)
			}
			return nil
		}
		if err := errors.Join(percent("penalty_per_day", r.PerDay), percent("penalty_cap", r.Cap)); err != nil {
			return nil, err
		}
		if r.Of != "" && r.Of != "score" && r.Of != "max" {
			return nil, fmt.Errorf(`%s: "penalty_of" is %q, not "score" or "max"`, name, r.Of)
		}
		if r.ZeroAt != nil && *r.ZeroAt < 0 {
			return nil, fmt.Errorf(`%s: "zero_after_days" is %d`, name, *r.ZeroAt)
		}
	}
	for i, x := range p.Extensions {
		if x.Student == "" || (x.Due == nil) == (x.Days == 0) || x.Days < 0 || x.Days > 10000 {
			return nil, fmt.Errorf(`extension %d needs "student" and either "due" or "days"`, i+1)
		}
	}
	sum := sha256.Sum256(data)
	p.hash = hex.EncodeToString(sum[:])
	return &p, nil
}

// rule gives what holds for an exercise.
func (p *Policy) rule(slug string) Rule {
	r := p.Default
	s, ok := p.Exercises[slug]
	if !ok {
		return r
	}
	if s.Due != nil {
		r.Due = s.Due
	}
	if s.Grace != nil {
		r.Grace = s.Grace
	}
	if s.PerDay != nil {
		r.PerDay = s.PerDay
	}
	if s.Cap != nil {
		r.Cap = s.Cap
	}
	if s.Of != "" {
		r.Of = s.Of
	}
	if s.ZeroAt != nil {
		r.ZeroAt = s.ZeroAt
	}
	return r
}

// due gives a student's due date; ok is false if there is none.
func (p *Policy) due(student, slug string) (due time.Time, ok bool) {
	own := p.rule(slug).Due
	if own != nil {
		due, ok = *own, true
	}
	for _, x := range p.Extensions {
		switch {
		case x.Student != student || x.Exercise != "" && x.Exercise != slug:
		case x.Due != nil:
			due, ok = *x.Due, true
		case own != nil:
			// From the exercise's own date: two extensions do not add up.
			due, ok = own.Add(time.Duration(x.Days*float64(24*time.Hour))), true
		}
	}
	return due.UTC(), ok
}

// lateness is how late one student's submission is, and what of it the budget pays.
type lateness struct {
	due        time.Time
	hasDue     bool
	by         time.Duration
	days, free int
}

// handed is what lateness depends on.
type handed struct {
	slug string
	when time.Time // zero: nothing was handed in
}

// lateness judges all of one student's submissions together: the budget pays in the order of the due dates.
func (p *Policy) lateness(student string, all []handed) map[string]lateness {
	result := map[string]lateness{}
	var order []string
	for _, h := range all {
		var l lateness
		l.due, l.hasDue = p.due(student, h.slug)
		if l.hasDue && !h.when.IsZero() {
			if by := h.when.Sub(l.due); by > 0 {
				l.by = by
				grace := time.Duration(0)
				if g := p.rule(h.slug).Grace; g != nil {
					grace = time.Duration(*g)
				}
				if by > grace {
					l.days = int((by + 24*time.Hour - 1) / (24 * time.Hour))
				}
			}
		}
		result[h.slug] = l
		order = append(order, h.slug)
	}
	slices.SortFunc(order, func(a, b string) int {
		if c := result[a].due.Compare(result[b].due); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	budget := p.LateDays
	for _, slug := range order {
		l := result[slug]
		// No day is spent on what is worth nothing anyway.
		if z := p.rule(slug).ZeroAt; z != nil && l.days > *z {
			continue
		}
		l.free = min(l.days, budget)
		budget -= l.free
		result[slug] = l
	}
	return result
}

// grade computes the final points. Points are rounded to 0.0001.
func (p *Policy) grade(slug string, l lateness, auto, most float64, counts bool, byCheck map[string]float64, manual []Manual) Grade {
	g := Grade{Counts: counts, Auto: auto, Raw: auto, Max: most, Manual: []Manual{}, Days: l.days, Free: l.free}
	var words []string
	words = append(words, fmt.Sprintf("checks %s of %s", points(auto), points(most)))
	if !counts {
		words[0] = "the grader failed, there is no score of the checks"
	}
	var final *float64
	for _, m := range manual {
		g.Manual = append(g.Manual, m)
		switch m.Check {
		case "total":
			g.Raw, g.Counts = m.Points, true
			words = append(words, fmt.Sprintf("set to %s by hand", points(m.Points)))
		case "adjust":
			g.Raw += m.Points
			words = append(words, fmt.Sprintf("%+g by hand", round(m.Points)))
		case "final":
			g.Counts, final = true, &m.Points
		default:
			g.Raw += m.Points - byCheck[m.Check]
			words = append(words, fmt.Sprintf("check %s set to %s by hand", m.Check, points(m.Points)))
		}
	}
	g.Raw = round(max(0, g.Raw))
	if p != nil {
		g.Policy = p.hash
		r := p.rule(slug)
		if l.hasDue {
			g.Due = l.due.Format(time.RFC3339)
			g.LateBy = l.by.Seconds()
		}
		if l.by > 0 {
			words = append(words, "late by "+span(l.by))
		}
		charged := l.days - l.free
		switch {
		case l.days == 0 && l.by > 0:
			words = append(words, "within the grace time")
		case r.ZeroAt != nil && l.days > *r.ZeroAt:
			g.Percent, g.Penalty = 100, g.Raw
			words = append(words, fmt.Sprintf("more than %d days late: no points", *r.ZeroAt))
		case l.days > 0:
			perDay, most := 0.0, 100.0
			if r.PerDay != nil {
				perDay = *r.PerDay
			}
			if r.Cap != nil {
				most = *r.Cap
			}
			g.Percent = round(min(float64(charged)*perDay, most))
			of, base := "score", g.Raw
			if r.Of == "max" {
				of, base = "points", g.Max
			}
			g.Penalty = round(min(g.Percent/100*base, g.Raw))
			words = append(words, fmt.Sprintf("%s, %d paid from the late days, %d × %g %% of the %s: −%s",
				plural(l.days, "begun day"), l.free, charged, perDay, of, points(g.Penalty)))
		}
	}
	g.Final = round(max(0, g.Raw-g.Penalty))
	if final != nil {
		g.Final = round(*final)
		words = append(words, "final points by hand")
	}
	if g.Counts {
		words = append(words, fmt.Sprintf("final %s of %s", points(g.Final), points(g.Max)))
	}
	g.Words = strings.Join(words, "; ")
	return g
}

func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

func points(x float64) string { return strconv.FormatFloat(round(x), 'f', -1, 64) }

func plural(n int, s string) string {
	if n != 1 {
		s += "s"
	}
	return fmt.Sprintf("%d %s", n, s)
}

// span prints a duration to the minute: "1 d 3 h 20 min".
func span(d time.Duration) string {
	m := int(d.Round(time.Minute) / time.Minute)
	if m == 0 {
		return fmt.Sprintf("%.0f s", math.Ceil(d.Seconds()))
	}
	var s []string
	if x := m / (24 * 60); x > 0 {
		s = append(s, fmt.Sprintf("%d d", x))
	}
	if x := m / 60 % 24; x > 0 {
		s = append(s, fmt.Sprintf("%d h", x))
	}
	if x := m % 60; x > 0 {
		s = append(s, fmt.Sprintf("%d min", x))
	}
	return strings.Join(s, " ")
}

// Manual is a line of manual.csv: points that a teacher gives by hand. Check is the ID of a check, whose points it
// replaces; or "total", which replaces all points before the penalty; or "adjust", which adds to them; or "final", which
// is the grade, whatever the rest.
type Manual struct {
	Student  string  `json:"student"`
	Exercise string  `json:"exercise"`
	Check    string  `json:"check"`
	Points   float64 `json:"points"`
	Comment  string  `json:"comment"`
}

// readManual reads manual.csv. checks gives the points of an exercise's checks, nil for an unknown exercise.
func readManual(r io.Reader, checks func(slug string) map[string]float64) (map[[2]string][]Manual, error) {
	all := map[[2]string][]Manual{}
	err := readCSV(r, []string{"student", "exercise", "check", "points"}, []string{"comment"}, func(row map[string]string) error {
		m := Manual{Student: row["student"], Exercise: row["exercise"], Check: row["check"], Comment: row["comment"]}
		of := checks(m.Exercise)
		if of == nil {
			return fmt.Errorf("there is no exercise %q", m.Exercise)
		}
		x, err := strconv.ParseFloat(row["points"], 64)
		if err != nil || math.IsNaN(x) || math.Abs(x) > 1e6 {
			return fmt.Errorf("points %q are no number", row["points"])
		}
		m.Points = x
		switch m.Check {
		case "total", "final":
			if x < 0 {
				return fmt.Errorf("%s of %g points", m.Check, x)
			}
		case "adjust":
		default:
			most, ok := of[m.Check]
			if !ok {
				return fmt.Errorf("%s has no check %q (or write total, adjust or final)", m.Exercise, m.Check)
			}
			if x < 0 || x > most {
				return fmt.Errorf("check %s has %g points, not %g", m.Check, most, x)
			}
		}
		k := [2]string{m.Student, m.Exercise}
		for _, old := range all[k] {
			if old.Check == m.Check && m.Check != "adjust" {
				return fmt.Errorf("%s, %s, %s is there twice", m.Student, m.Exercise, m.Check)
			}
		}
		all[k] = append(all[k], m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	// Single checks first; a total replaces them; then what is added; the final points last.
	rank := func(m Manual) int { return 1 + slices.Index([]string{"total", "adjust", "final"}, m.Check) }
	for k := range all {
		slices.SortStableFunc(all[k], func(a, b Manual) int { return rank(a) - rank(b) })
	}
	return all, nil
}

// readTimes reads the file of submission times: student, exercise (empty means all), submitted_at (RFC 3339).
func readTimes(r io.Reader) (map[[2]string]time.Time, error) {
	all := map[[2]string]time.Time{}
	return all, readCSV(r, []string{"student", "submitted_at"}, []string{"exercise"}, func(row map[string]string) error {
		t, err := parseTime(row["submitted_at"])
		if err != nil {
			return err
		}
		k := [2]string{row["student"], row["exercise"]}
		if _, twice := all[k]; twice {
			return fmt.Errorf("%s is there twice", row["student"])
		}
		all[k] = t
		return nil
	})
}

// parseTime reads RFC 3339, and the form that nbgrader writes into timestamp.txt (UTC).
func parseTime(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05.999999 MST"} {
		if t, err := time.Parse(form, s); err == nil && (form == time.RFC3339 || strings.HasSuffix(s, " UTC")) {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("the time %q is not of the form 2026-11-20T23:59:00+01:00", s)
}

// person is a line of the roster.
type person struct{ last, first, email string }

// readRoster reads the class's students: student_id (or student, or id), last_name, first_name, email, as `nbgrader db
// student export` writes them.
func readRoster(r io.Reader) (map[string]person, error) {
	all := map[string]person{}
	return all, readCSV(r, []string{"student_id"}, []string{"last_name", "first_name", "email"}, func(row map[string]string) error {
		id := row["student_id"]
		if id == "" {
			return fmt.Errorf("no student_id")
		}
		if _, twice := all[id]; twice {
			return fmt.Errorf("%s is there twice", id)
		}
		all[id] = person{row["last_name"], row["first_name"], row["email"]}
		return nil
	})
}

// readCSV reads a file with a line of column names. Errors say the line.
func readCSV(r io.Reader, need, may []string, each func(row map[string]string) error) error {
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1
	head, err := c.Read()
	if err == io.EOF {
		return fmt.Errorf("it is empty; its first line is %s", strings.Join(append(need, may...), ","))
	}
	if err != nil {
		return err
	}
	head[0] = strings.TrimPrefix(head[0], "\uFEFF")
	for i, h := range head {
		head[i] = strings.ToLower(strings.TrimSpace(h))
		if slices.Contains(head[:i], head[i]) {
			return fmt.Errorf("line 1: the column %s is there twice", head[i])
		}
	}
	for _, n := range need {
		if !slices.Contains(head, n) {
			return fmt.Errorf("line 1: there is no column %s; it has %s", n, strings.Join(head, ", "))
		}
	}
	for {
		rec, err := c.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := c.FieldPos(0)
		if len(rec) == 1 && strings.TrimSpace(rec[0]) == "" {
			continue
		}
		if len(rec) != len(head) {
			return fmt.Errorf("line %d: %d cells, not %d", line, len(rec), len(head))
		}
		row := map[string]string{}
		for i, h := range head {
			row[h] = uncell(rec[i])
		}
		if err := each(row); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// fromFile opens a file for one of the readers above.
func fromFile[T any](file string, read func(io.Reader) (T, error)) (T, error) {
	var zero T
	data, err := os.ReadFile(file)
	if err != nil {
		return zero, err
	}
	v, err := read(bytes.NewReader(data))
	if err != nil {
		return zero, fmt.Errorf("%s: %w", file, err)
	}
	return v, nil
}
