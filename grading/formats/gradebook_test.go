package formats

import (
	"bytes"
	"encoding/csv"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"nncourse/grading/class"
)

// book is a gradebook as package class writes it.
func book(t *testing.T) []Row {
	t.Helper()
	result := func(slug string, max, final float64, counts bool) class.Result {
		return class.Result{Exercise: slug, Grade: class.Grade{Counts: counts, Raw: final, Final: final, Max: max}}
	}
	b, err := class.Gradebook([]class.StudentResult{
		{ID: "zoe", LastName: "Über; \"Z\"", FirstName: "Zoë", Email: "zoe@example.org", Results: []class.Result{result("deepfool", 12, 7.125, true), result("cam", 10, 0, true)}},
		{ID: "=cmd|' /C calc'!A0", LastName: "+1+1", FirstName: "@SUM(A1)", Email: "-2", Results: []class.Result{result("deepfool", 12, 12, true)}},
		{ID: "bob", Results: []class.Result{result("deepfool", 12, 3, false)}},
	}, func(string) (time.Time, bool) { return time.Time{}, false })
	if err != nil {
		t.Fatal(err)
	}
	rows, err := ReadGradebook(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	return rows
}

var titles = map[string]string{"deepfool": "DeepFool", "cam": "=Class activation"}

func title(slug string) string { return titles[slug] }

// lines writes rows and reads the file again.
func lines(t *testing.T, write func(io.Writer, []Row, func(string) string) error, rows []Row) [][]string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, rows, title); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&b).ReadAll() // all lines of one length
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		for _, cell := range l {
			if cell != "-" && cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
	return all
}

func TestReadGradebook(t *testing.T) {
	want := []Row{
		{"cam", "zoe", "Über; \"Z\"", "Zoë", "zoe@example.org", 0, true, 10},
		{"deepfool", "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2", 12, true, 12},
		{"deepfool", "bob", "", "", "", 0, false, 12},
		{"deepfool", "zoe", "Über; \"Z\"", "Zoë", "zoe@example.org", 7.125, true, 12},
	}
	if got := book(t); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	head := strings.Join(class.Columns, ",") + "\n"
	for text, want := range map[string]string{
		"":                             "no first line",
		"a,b\n":                        "no column assignment",
		head + "x,y\n":                 "wrong number of fields",
		head + "x,,,s,,,,,,many,ten\n": "line 2",
		head + "x,,,s,,,,,,NaN,10\n":   "line 2",
		head + "x,,,,,,,,,1,10\n":      "lacks",
		head + "x,,,s,,,,,,1,\n":       "max_score",
	} {
		if _, err := ReadGradebook(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, due %q", text, err, want)
		}
	}
}

// TestCanvas reads the file as Canvas's gradebook importer does.
func TestCanvas(t *testing.T) {
	all := lines(t, Canvas, book(t))
	head := all[0]
	// row_has_student_headers?, update_column_count, last_student_info_column
	if len(head) <= 3 || !strings.Contains(head[0], "Student") || !strings.Contains(head[1], "ID") || !regexp.MustCompile(`SIS\s+User\s+ID`).MatchString(head[2]) ||
		!regexp.MustCompile(`SIS\s+Login\s+ID`).MatchString(head[3]) || !strings.Contains(head[4], "Section") {
		t.Fatalf("Canvas refuses the header %q", head)
	}
	if !reflect.DeepEqual(head[5:], []string{"'=Class activation", "DeepFool"}) {
		t.Errorf("assignments %q", head[5:])
	}
	if !strings.Contains(all[1][0], "Points Possible") || !reflect.DeepEqual(all[1][5:], []string{"10", "12"}) {
		t.Errorf("points possible %q", all[1])
	}
	want := [][]string{
		{"'+1+1, @SUM(A1)", "", "", "'=cmd|' /C calc'!A0", "", "", "12"},
		{"bob", "", "", "bob", "", "", ""},
		{"Über; \"Z\", Zoë", "", "", "zoe", "", "0", "7.125"},
	}
	if !reflect.DeepEqual(all[2:], want) {
		t.Errorf("got  %q\nwant %q", all[2:], want)
	}
	for _, l := range all[2:] {
		for _, cell := range l[5:] {
			if _, err := strconv.ParseFloat(cell, 64); cell != "" && err != nil {
				t.Error(err)
			}
		}
	}
}

// TestMoodle reads the file as Moodle's CSV import does.
func TestMoodle(t *testing.T) {
	all := lines(t, Moodle, book(t))
	want := [][]string{
		{"First name", "Last name", "ID number", "Email address", "'=Class activation", "DeepFool"},
		{"'@SUM(A1)", "'+1+1", "'=cmd|' /C calc'!A0", "'-2", "-", "12"},
		{"", "", "bob", "", "-", "-"},
		{"Zoë", "Über; \"Z\"", "zoe", "zoe@example.org", "0", "7.125"},
	}
	if !reflect.DeepEqual(all, want) {
		t.Errorf("got  %q\nwant %q", all, want)
	}
}

func TestGradebooksRefuse(t *testing.T) {
	row := func(assignment, student string, score, max float64) Row {
		return Row{Assignment: assignment, Student: student, Score: score, Scored: true, Max: max}
	}
	same := func(string) string { return "Same" }
	for name, tc := range map[string]struct {
		write func(io.Writer, []Row, func(string) string) error
		rows  []Row
		title func(string) string
	}{
		"a line twice":               {Canvas, []Row{row("a", "s", 1, 2), row("a", "s", 2, 2)}, nil},
		"two maxima":                 {Moodle, []Row{row("a", "s", 1, 2), row("a", "r", 1, 3)}, nil},
		"two assignments, one title": {Canvas, []Row{row("a", "s", 1, 2), row("b", "s", 1, 2)}, same},
		"a reserved title":           {Canvas, []Row{row("a", "s", 1, 2)}, func(string) string { return "My Final Score" }},
		"a column's title":           {Moodle, []Row{row("a", "s", 1, 2)}, func(string) string { return "ID number" }},
		"a grade above 100":          {Moodle, []Row{row("a", "s", 100.5, 120)}, nil},
		"a student Points Possible":  {Canvas, []Row{row("a", "Points Possible", 1, 2)}, nil},
	} {
		var b bytes.Buffer
		if err := tc.write(&b, tc.rows, tc.title); err == nil || b.Len() > 0 {
			t.Errorf("%s: error %v, written %q", name, err, b.String())
		}
	}
}
