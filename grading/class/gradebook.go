package class

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nncourse/grading"
)

// Files that a batch writes into OUT besides the results.
const (
	GradebookFile = "gradebook.csv"
	SummaryFile   = "summary.json"
)

// Columns are those of gradebook.csv: what `nbgrader export` writes (nbgrader 0.9, plugins/export.py).
var Columns = []string{"assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
	"raw_score", "late_submission_penalty", "score", "max_score"}

// nbgraderTime is how nbgrader writes a time: in UTC, without saying so.
const nbgraderTime = "2006-01-02 15:04:05"

// Gradebook gives gradebook.csv: a line for each exercise and student, sorted by them. It holds nothing that depends on
// when or how fast it was made. A result without a score (state error, and no points by hand) has empty cells there: an
// empty cell is no zero.
func Gradebook(students []StudentResult, due func(slug string) (time.Time, bool)) ([]byte, error) {
	type line struct {
		key   [2]string
		cells []string
	}
	var lines []line
	for _, s := range students {
		for _, r := range s.Results {
			duedate, timestamp := "", ""
			if t, ok := due(r.Exercise); ok {
				duedate = t.UTC().Format(nbgraderTime)
			}
			if t, err := time.Parse(time.RFC3339, r.Submitted); err == nil {
				timestamp = t.UTC().Format(nbgraderTime)
			}
			cells := []string{Cell(r.Exercise), duedate, timestamp, Cell(s.ID), Cell(s.LastName), Cell(s.FirstName), Cell(s.Email), "", "", "", number(r.Grade.Max)}
			if r.Grade.Counts {
				cells[7], cells[8], cells[9] = number(r.Grade.Raw), number(r.Grade.Penalty), number(r.Grade.Final)
			}
			lines = append(lines, line{[2]string{r.Exercise, s.ID}, cells})
		}
	}
	slices.SortFunc(lines, func(a, b line) int {
		if c := strings.Compare(a.key[0], b.key[0]); c != 0 {
			return c
		}
		return strings.Compare(a.key[1], b.key[1])
	})
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(Columns); err != nil {
		return nil, err
	}
	for _, l := range lines {
		if err := w.Write(l.cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// Summary is summary.json.
type Summary struct {
	Schema     int               `json:"schema"`
	Sandbox    string            `json:"sandbox"`
	SandboxWhy string            `json:"sandbox_why"`
	Unsafe     bool              `json:"unsafe"`
	Same       bool              `json:"same_instances"`
	Warnings   []string          `json:"warnings"`
	Students   int               `json:"students"`
	Exercises  []ExerciseSummary `json:"exercises"`
	Teacher    []Attention       `json:"needs_teacher"`
	Identical  []Identical       `json:"identical"`
}

// ExerciseSummary is one exercise's part.
type ExerciseSummary struct {
	Exercise string        `json:"exercise"`
	Title    string        `json:"title"`
	Max      float64       `json:"max"`
	States   map[State]int `json:"states"`
	Mean     float64       `json:"mean"`   // of the final points of those that handed in
	Median   float64       `json:"median"` // likewise
	Passed   int           `json:"passed"` // all checks
	// Checks says for each check how many ended with which verdict.
	Checks []CheckSummary `json:"checks"`
}

// CheckSummary is one check's part.
type CheckSummary struct {
	ID       string                  `json:"id"`
	Title    string                  `json:"title"`
	Points   float64                 `json:"points"`
	Verdicts map[grading.Verdict]int `json:"verdicts"`
}

// Attention is a result that a teacher should look at.
type Attention struct {
	Student  string   `json:"student"`
	Exercise string   `json:"exercise"`
	State    State    `json:"state"`
	Why      []string `json:"why"`
	File     string   `json:"file"`
}

// Identical is a set of students whose source is the same to the byte.
type Identical struct {
	Exercise   string   `json:"exercise"`
	Submission string   `json:"submission"`
	Students   []string `json:"students"`
}

func (o *Options) summarise(students []StudentResult, exercises []*grading.Exercise) Summary {
	s := Summary{Schema: Schema, Sandbox: o.Grading.Level().String(), SandboxWhy: o.Grading.Why(), Unsafe: o.Unsafe, Same: o.Same, Warnings: []string{},
		Students: len(students), Exercises: []ExerciseSummary{}, Teacher: []Attention{}, Identical: []Identical{}}
	unsafe := false
	for _, x := range exercises {
		xs := ExerciseSummary{Exercise: x.Slug, Title: x.Title, Max: x.Max(), States: map[State]int{}, Checks: []CheckSummary{}}
		for _, c := range x.Checks {
			xs.Checks = append(xs.Checks, CheckSummary{ID: c.ID, Title: c.Title, Points: c.Points, Verdicts: map[grading.Verdict]int{}})
		}
		var final []float64
		same := map[string][]string{}
		for _, st := range students {
			for _, r := range st.Results {
				if r.Exercise != x.Slug {
					continue
				}
				unsafe = unsafe || r.Unsafe
				xs.States[r.State]++
				if r.Grade.Counts && r.State != Missing {
					final = append(final, r.Grade.Final)
				}
				if len(r.Teacher) > 0 {
					s.Teacher = append(s.Teacher, Attention{st.ID, x.Slug, r.State, r.Teacher, resultFile(st.ID, x.Slug)})
				}
				if r.Report == nil || r.State == Failed {
					continue
				}
				if r.Report.Verdict == grading.Pass {
					xs.Passed++
				}
				if r.State == Graded {
					same[r.Report.Submission] = append(same[r.Report.Submission], st.ID)
				}
				for i := range xs.Checks {
					for _, c := range r.Report.Checks {
						if c.ID == xs.Checks[i].ID {
							xs.Checks[i].Verdicts[c.Verdict]++
						}
					}
				}
			}
		}
		if n := len(final); n > 0 {
			slices.Sort(final)
			sum := 0.0
			for _, f := range final {
				sum += f
			}
			xs.Mean, xs.Median = round(sum/float64(n)), round((final[(n-1)/2]+final[n/2])/2)
		}
		s.Exercises = append(s.Exercises, xs)
		for hash, ids := range same {
			if len(ids) > 1 {
				s.Identical = append(s.Identical, Identical{x.Slug, hash, ids})
			}
		}
	}
	slices.SortFunc(s.Identical, func(a, b Identical) int {
		if c := strings.Compare(a.Exercise, b.Exercise); c != 0 {
			return c
		}
		return strings.Compare(a.Students[0], b.Students[0])
	})
	if unsafe {
		s.Warnings = append(s.Warnings, unsafeNote)
	}
	return s
}

// writeBooks writes gradebook.csv and summary.json.
func (o *Options) writeBooks(b *Batch, due func(slug string) (time.Time, bool), receipts *chain) error {
	book, err := Gradebook(b.Students, due)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(b.Summary, "", "  ")
	if err != nil {
		return err
	}
	if err := writeAtomic(filepath.Join(o.Out, SummaryFile), append(text, '\n')); err != nil {
		return err
	}
	if err := writeAtomic(filepath.Join(o.Out, GradebookFile), book); err != nil {
		return err
	}
	return receipts.add(Receipt{At: o.now().UTC().Format(time.RFC3339), Kind: "gradebook", File: GradebookFile, SHA256: hashOf(book)})
}
