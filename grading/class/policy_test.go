package class

import (
	"strings"
	"testing"
	"time"
)

const samplePolicy = `{
  "schema": 1,
  "late_days": 2,
  "default": {"due": "2026-11-20T23:59:00+01:00", "grace": "15m", "penalty_per_day": 10, "penalty_cap": 50, "zero_after_days": 7},
  "exercises": {"cam": {"due": "2026-11-27T23:59:00+01:00", "penalty_of": "max"}},
  "extensions": [
    {"student": "eve", "exercise": "deepfool", "days": 3, "reason": "ill"},
    {"student": "fay", "due": "2026-12-24T12:00:00Z"}
  ]
}`

func mustPolicy(t *testing.T, text string) *Policy {
	t.Helper()
	p, err := parsePolicy([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLateness(t *testing.T) {
	p := mustPolicy(t, samplePolicy)
	due := time.Date(2026, 11, 20, 22, 59, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for _, tc := range []struct {
		name, student string
		late          time.Duration // after the exercise's own date
		days, free    int
		raw           float64
		percent, pen  float64
		final         float64
	}{
		{"early", "anna", -day, 0, 0, 8, 0, 0, 8},
		{"on the second", "anna", 0, 0, 0, 8, 0, 0, 8},
		{"in the grace time", "anna", 15 * time.Minute, 0, 0, 8, 0, 0, 8},
		{"just after it", "anna", 15*time.Minute + time.Second, 1, 1, 8, 0, 0, 8},
		{"a whole day", "anna", day, 1, 1, 8, 0, 0, 8},
		{"a day and a second", "anna", day + time.Second, 2, 2, 8, 0, 0, 8},
		{"three days: one is charged", "anna", 2*day + time.Hour, 3, 2, 8, 10, 0.8, 7.2},
		{"seven days: the cap", "anna", 7 * day, 7, 2, 8, 50, 4, 4},
		{"eight days: nothing", "anna", 7*day + time.Second, 8, 0, 8, 100, 8, 0},
		{"an extension", "eve", 3 * day, 0, 0, 8, 0, 0, 8},
		{"after an extension", "eve", 3*day + time.Hour, 1, 1, 8, 0, 0, 8},
		{"another date", "fay", 30 * day, 0, 0, 8, 0, 0, 8},
	} {
		l := p.lateness(tc.student, []handed{{"deepfool", due.Add(tc.late)}})["deepfool"]
		g := p.grade("deepfool", l, tc.raw, 10, true, nil, nil)
		if g.Days != tc.days || g.Free != tc.free || g.Percent != tc.percent || g.Penalty != tc.pen || g.Final != tc.final || g.Raw != tc.raw {
			t.Errorf("%s: %+v, want %+v", tc.name, g, tc)
		}
	}
	// Percent of all points, but never below zero.
	l := p.lateness("anna", []handed{{"cam", due.Add(7*day + 4*day)}})["cam"]
	if g := p.grade("cam", l, 1.5, 10, true, nil, nil); g.Penalty != 1.5 || g.Final != 0 || g.Percent != 20 {
		t.Errorf("of max: %+v", g)
	}
	if g := p.grade("cam", l, 8, 10, true, nil, nil); g.Penalty != 2 || g.Final != 6 {
		t.Errorf("of max: %+v", g)
	}
}

// The budget pays in the order of the due dates, whatever the order of handing in, and never for what is worth nothing.
func TestBudget(t *testing.T) {
	p := mustPolicy(t, samplePolicy)
	first := time.Date(2026, 11, 20, 22, 59, 0, 0, time.UTC)
	second := first.AddDate(0, 0, 7)
	l := p.lateness("anna", []handed{{"cam", second.Add(30 * time.Hour)}, {"deepfool", first.Add(20 * time.Hour)}, {"least-norm-gd", time.Time{}}})
	if l["deepfool"].free != 1 || l["cam"].days != 2 || l["cam"].free != 1 || l["least-norm-gd"].days != 0 {
		t.Errorf("%+v", l)
	}
	l = p.lateness("anna", []handed{{"cam", second.Add(time.Hour)}, {"deepfool", first.AddDate(0, 0, 20)}})
	if l["deepfool"].free != 0 || l["cam"].free != 1 {
		t.Errorf("late days were spent on what is worth nothing: %+v", l)
	}
}

func TestManual(t *testing.T) {
	points := func(slug string) map[string]float64 {
		if slug == "deepfool" {
			return map[string]float64{"flip": 4, "norm": 6}
		}
		return nil
	}
	all, err := readManual(strings.NewReader("student,exercise,check,points,comment\n"+
		"anna,deepfool,adjust,1,\"a good idea, in words\"\nanna,deepfool,flip,3.5,\n\nben,deepfool,adjust,-1,\nben,deepfool,total,5,oral\n'=cmd,deepfool,final,9,\n"), points)
	if err != nil {
		t.Fatal(err)
	}
	var p *Policy
	g := p.grade("deepfool", lateness{}, 6, 10, true, map[string]float64{"flip": 0, "norm": 6}, all[[2]string{"anna", "deepfool"}])
	if g.Raw != 10.5 || g.Final != 10.5 || len(g.Manual) != 2 || g.Manual[0].Check != "flip" || g.Manual[1].Comment != "a good idea, in words" {
		t.Errorf("anna: %+v", g)
	}
	if g := p.grade("deepfool", lateness{}, 0, 10, false, nil, all[[2]string{"ben", "deepfool"}]); !g.Counts || g.Final != 4 {
		t.Errorf("ben, whom the grader failed: %+v", g)
	}
	if g := p.grade("deepfool", lateness{}, 0, 10, false, nil, nil); g.Counts {
		t.Errorf("the grader failed and it counts: %+v", g)
	}
	q := mustPolicy(t, samplePolicy)
	if g := q.grade("deepfool", lateness{days: 8, hasDue: true, by: 200 * time.Hour}, 5, 10, true, nil, all[[2]string{"=cmd", "deepfool"}]); g.Final != 9 {
		t.Errorf("final by hand: %+v", g)
	}
	for bad, want := range map[string]string{
		"":                         "empty",
		"student,exercise,check\n": "no column points",
		"student,exercise,check,points\na,b,total,1\n":                            `line 2: there is no exercise "b"`,
		"student,exercise,check,points\na,deepfool,what,1\n":                      `no check "what"`,
		"student,exercise,check,points\na,deepfool,flip,5\n":                      "has 4 points",
		"student,exercise,check,points\na,deepfool,flip,NaN\n":                    "no number",
		"student,exercise,check,points\na,deepfool,total,-1\n":                    "-1",
		"student,exercise,check,points\na,deepfool\n":                             "line 2: 2 cells",
		"student,exercise,check,points\n\na,deepfool,flip,1\na,deepfool,flip,2\n": "line 4",
	} {
		if _, err := readManual(strings.NewReader(bad), points); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
	}
}

func TestPolicyErrors(t *testing.T) {
	for bad, want := range map[string]string{
		`{}`:                          "schema",
		`{"schema":1,"late_day":2}`:   "late_day",
		`{"schema":1,"late_days":-1}`: "late_days",
		`{"schema":1} {}`:             "follows",
		`{"schema":1,"default":{"due":"tomorrow"}}`:             "tomorrow",
		`{"schema":1,"default":{"due":"2026-11-20T23:59:00"}}`:  "parsing time",
		`{"schema":1,"default":{"grace":15}}`:                   "15m",
		`{"schema":1,"default":{"penalty_per_day":110}}`:        "110",
		`{"schema":1,"default":{"penalty_of":"grade"}}`:         "penalty_of",
		`{"schema":1,"extensions":[{"student":"a"}]}`:           "extension 1",
		`{"schema":1,"extensions":[{"student":"a","days":-1}]}`: "extension 1",
		`{"schema":1,"exercises":{"x":{"zero_after_days":-1}}}`: "zero_after_days",
	} {
		if _, err := parsePolicy([]byte(bad)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", bad, err, want)
		}
	}
}

func TestTimes(t *testing.T) {
	all, err := readTimes(strings.NewReader("\uFEFFstudent,exercise,submitted_at\nanna,,2026-11-20T23:59:00+01:00\nanna,cam,2026-11-21 10:00:00 UTC\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := all[[2]string{"anna", ""}]; !got.Equal(time.Date(2026, 11, 20, 22, 59, 0, 0, time.UTC)) {
		t.Errorf("%v", got)
	}
	if got := all[[2]string{"anna", "cam"}]; !got.Equal(time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("%v", got)
	}
	for _, bad := range []string{"student,submitted_at\na,2026-11-20 10:00\n", "student,submitted_at\na,2026-11-20 10:00:00 CET\n"} {
		if _, err := readTimes(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
