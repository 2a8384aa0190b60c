package formats

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"nncourse/grading/class"
)

// Row is what Canvas and Moodle are told of a line of gradebook.csv.
type Row struct {
	Assignment, Student, LastName, FirstName, Email string

	Score  float64 // final: with points by hand and after the penalty
	Scored bool    // false: the cell is empty, which is no zero
	Max    float64
}

// ReadGradebook reads gradebook.csv, as package class writes it. The error names the line.
func ReadGradebook(r io.Reader) ([]Row, error) {
	in := csv.NewReader(r)
	head, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("formats: the gradebook has no first line: %w", err)
	}
	if len(head) > 0 {
		head[0] = strings.TrimPrefix(head[0], "\ufeff") // spreadsheet programs write it
	}
	column := map[string]int{}
	for _, name := range class.Columns {
		if column[name] = slices.Index(head, name); column[name] < 0 {
			return nil, fmt.Errorf("formats: the gradebook has no column %s; the columns are %s", name, strings.Join(class.Columns, ","))
		}
	}
	var rows []Row
	for {
		cells, err := in.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("formats: gradebook: %w", err)
		}
		line, _ := in.FieldPos(0)
		text := func(name string) string { return uncell(cells[column[name]]) }
		points := func(name string) (float64, error) {
			x, err := strconv.ParseFloat(cells[column[name]], 64)
			if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
				return 0, fmt.Errorf("formats: line %d of the gradebook has the %s %q, which is no number", line, name, cells[column[name]])
			}
			return x, nil
		}
		row := Row{Assignment: text("assignment"), Student: text("student_id"), LastName: text("last_name"), FirstName: text("first_name"), Email: text("email")}
		if row.Assignment == "" || row.Student == "" {
			return nil, fmt.Errorf("formats: line %d of the gradebook lacks the assignment or the student", line)
		}
		if row.Max, err = points("max_score"); err != nil {
			return nil, err
		}
		if cells[column["score"]] != "" {
			row.Scored = true
			if row.Score, err = points("score"); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
	}
}

// uncell takes away the apostrophe that class.Cell puts before what a spreadsheet program would take for a formula.
func uncell(s string) string {
	if len(s) > 1 && s[0] == '\'' && class.Cell(s[1:]) != s[1:] {
		return s[1:]
	}
	return s
}

// table is the rows with a line for each student and a column for each assignment, both sorted.
type table struct {
	assignments, titles []string
	students            []Row
	score               map[[2]string]Row // by student and assignment
	max                 map[string]float64
}

func tabulate(rows []Row, titleOf func(assignment string) string) (*table, error) {
	t := &table{score: map[[2]string]Row{}, max: map[string]float64{}}
	known := map[string]bool{}
	for _, r := range rows {
		if _, twice := t.score[[2]string{r.Student, r.Assignment}]; twice {
			return nil, fmt.Errorf("formats: the gradebook has %s of %s twice", r.Assignment, r.Student)
		}
		t.score[[2]string{r.Student, r.Assignment}] = r
		if m, ok := t.max[r.Assignment]; ok && m != r.Max {
			return nil, fmt.Errorf("formats: the gradebook gives %s both %g and %g points at most; grade the class again", r.Assignment, m, r.Max)
		} else if !ok {
			t.max[r.Assignment] = r.Max
			t.assignments = append(t.assignments, r.Assignment)
		}
		if !known[r.Student] {
			known[r.Student] = true
			t.students = append(t.students, r)
		}
	}
	slices.Sort(t.assignments)
	slices.SortFunc(t.students, func(a, b Row) int { return strings.Compare(a.Student, b.Student) })
	for _, a := range t.assignments {
		title := a
		if titleOf != nil {
			title = titleOf(a)
		}
		if slices.Contains(t.titles, title) {
			return nil, fmt.Errorf("formats: two assignments are called %q", title)
		}
		t.titles = append(t.titles, title)
	}
	return t, nil
}

// canvasReserved are headers that Canvas does not take for assignments, wherever they stand in a header.
var canvasReserved = []string{"Current Score", "Current Points", "Current Grade", "Final Score", "Final Points", "Final Grade",
	"Override Score", "Override Grade", "Override Status"}

// Canvas writes a file that "Import" in Canvas's Gradebook takes, as the page "How do I import grades in the Gradebook?"
// of the Canvas Instructor Guide and Canvas's own lib/gradebook_importer.rb describe it: the columns Student, ID, SIS
// User ID, SIS Login ID, Section, then one for each assignment; the second line holds the points possible. The
// gradebook's student_id goes to SIS Login ID; Canvas looks for it there, and then for the name; its own ID stays empty.
// An assignment is found by its title, which titleOf gives (nil: the slug); "Title (123)" names one by Canvas's ID, and
// an unknown title makes a new assignment. A score that is missing stays empty. Cells that a spreadsheet program would
// take for a formula begin with an apostrophe; Canvas does not find a student whose login begins so.
func Canvas(w io.Writer, rows []Row, titleOf func(assignment string) string) error {
	t, err := tabulate(rows, titleOf)
	if err != nil {
		return err
	}
	head, most := []string{"Student", "ID", "SIS User ID", "SIS Login ID", "Section"}, []string{"    Points Possible", "", "", "", ""}
	for i, a := range t.assignments {
		title := t.titles[i]
		if slices.Contains(head, title) || slices.ContainsFunc(canvasReserved, func(r string) bool { return strings.Contains(title, r) }) {
			return fmt.Errorf("formats: Canvas does not take %q for an assignment: the words are reserved; give it another title", title)
		}
		head, most = append(head, class.Cell(title)), append(most, float(t.max[a]))
	}
	lines := [][]string{head, most}
	for _, s := range t.students {
		name := s.LastName + ", " + s.FirstName
		if s.LastName == "" || s.FirstName == "" {
			name = s.LastName + s.FirstName
		}
		if name == "" {
			name = s.Student
		}
		if strings.Contains(name, "Points Possible") {
			return fmt.Errorf("formats: Canvas takes the line of the student %q for the points possible", name)
		}
		line := []string{class.Cell(name), "", "", class.Cell(s.Student), ""}
		for _, a := range t.assignments {
			cell := ""
			if r := t.score[[2]string{s.Student, a}]; r.Scored {
				cell = float(r.Score)
			}
			line = append(line, cell)
		}
		lines = append(lines, line)
	}
	return csv.NewWriter(w).WriteAll(lines)
}

// moodleMax is the greatest grade that Moodle's import takes, unless the site allows more (unlimitedgrades).
const moodleMax = 100

// Moodle writes a file that "Import > CSV file" in Moodle's gradebook takes, as the page "Grade import" of MoodleDocs and
// Moodle's own grade/import/csv describe it: the header names the columns, which the teacher maps: ID number (the
// gradebook's student_id) or Email address identifies the student, each assignment is one column, called by titleOf (nil:
// the slug). Moodle reads "-" as no grade; an empty cell in a new column would be a zero. One grade above 100 makes Moodle
// refuse the whole file, so that is an error here. Cells that a spreadsheet program would take for a formula begin with
// an apostrophe; Moodle does not find a student whose ID number begins so.
func Moodle(w io.Writer, rows []Row, titleOf func(assignment string) string) error {
	t, err := tabulate(rows, titleOf)
	if err != nil {
		return err
	}
	head := []string{"First name", "Last name", "ID number", "Email address"}
	for _, title := range t.titles {
		if title == "" || title != strings.TrimSpace(title) || slices.Contains(head, title) {
			return fmt.Errorf("formats: Moodle cannot tell the column %q; give the assignment another title", title)
		}
		head = append(head, class.Cell(title))
	}
	lines := [][]string{head}
	for _, s := range t.students {
		line := []string{class.Cell(s.FirstName), class.Cell(s.LastName), class.Cell(s.Student), class.Cell(s.Email)}
		for i, a := range t.assignments {
			cell := "-"
			if r := t.score[[2]string{s.Student, a}]; r.Scored {
				if r.Score > moodleMax {
					return fmt.Errorf("formats: %s has %g points in %q; Moodle refuses a file with a grade above %d", s.Student, r.Score, t.titles[i], moodleMax)
				}
				cell = float(r.Score)
			}
			line = append(line, cell)
		}
		lines = append(lines, line)
	}
	return csv.NewWriter(w).WriteAll(lines)
}
