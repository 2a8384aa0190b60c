package datasets

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Table is a labelled set of measurements.
type Table struct {
	Name    string
	Source  string      // one line for a caption
	X       [][]float64 // [n][d]
	Y       []int       // [n], indices of Classes
	Classes []string    // sorted
}

// tables says how each file is laid out: the column of the class (negative: from the end), and the first of the d columns of features.
var tables = map[string]struct {
	file         string
	class, first int
	d            int
}{
	"banknotes":     {"banknote_authentication.csv", 4, 0, 4},
	"breast cancer": {"wdbc.data", 1, 2, 30},
	"ionosphere":    {"ionosphere.csv", 34, 0, 34},
	"sonar":         {"sonar.csv", 60, 0, 60},
	"iris":          {"iris.csv", 4, 0, 4},
	"wheat":         {"wheat-seeds.csv", 7, 0, 7},
	"wine":          {"wine.csv", 13, 0, 13}, // UCI's own file has the class first
}

// Tabular reads one of the small tables of the UCI repository: "banknotes" (1372 × 4, 2 classes), "breast cancer" (the diagnostic
// set, 569 × 30, 2), "ionosphere" (351 × 34, 2), "sonar" (208 × 60, 2), "iris" (150 × 4, 3), "wheat" (210 × 7, 3), "wine" (178 × 13, 3).
// The error is ErrAbsent where the file is nowhere, or a *FileError. It panics on another name.
func Tabular(name string) (*Table, error) {
	form, ok := tables[name]
	if !ok {
		panic(fmt.Sprintf("datasets: Tabular: no such table: %q", name))
	}
	path, raw, err := tabularFile(form.file)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(strings.NewReader(raw)).ReadAll()
	if err != nil {
		return nil, fault(path, -1, "not a table", err)
	}
	t := &Table{Name: name}
	for _, row := range rows {
		if len(row) != form.d+1 && len(row) != form.d+2 { // wdbc begins with a number of the patient
			return nil, fault(path, -1, fmt.Sprintf("a row of %d columns", len(row)), nil)
		}
		if !slices.Contains(t.Classes, row[form.class]) {
			t.Classes = append(t.Classes, row[form.class])
		}
	}
	slices.Sort(t.Classes)
	for i, row := range rows {
		x := make([]float64, form.d)
		for j := range x {
			if x[j], err = strconv.ParseFloat(strings.TrimSpace(row[form.first+j]), 64); err != nil {
				return nil, fault(path, -1, fmt.Sprintf("row %d, column %d", i+1, form.first+j+1), err)
			}
		}
		t.X, t.Y = append(t.X, x), append(t.Y, slices.Index(t.Classes, row[form.class]))
	}
	t.Source = fmt.Sprintf("%s, %d examples of %d features, %d classes (%s)", name, len(t.X), form.d, len(t.Classes), tidy(path))
	return t, nil
}

// Messages are short texts with labels.
type Messages struct {
	Source string
	Text   []string
	Y      []int // 0 ham, 1 spam
}

// SMS reads the SMS Spam Collection (Almeida and Hidalgo 2011): 5574 messages, of which 747 are spam. The error is ErrAbsent where the
// file is nowhere, or a *FileError.
func SMS() (*Messages, error) {
	path, raw, err := tabularFile("sms.tsv")
	if err != nil {
		return nil, err
	}
	m := &Messages{}
	for i, line := range strings.Split(strings.TrimRight(raw, "\n"), "\n") {
		label, text, ok := strings.Cut(strings.TrimRight(line, "\r"), "\t") // quotes are literal: no CSV
		y := slices.Index([]string{"ham", "spam"}, label)
		if !ok || y < 0 {
			return nil, fault(path, -1, fmt.Sprintf("line %d is not ham or spam, a tab, and a text", i+1), nil)
		}
		m.Text, m.Y = append(m.Text, text), append(m.Y, y)
	}
	m.Source = fmt.Sprintf("SMS Spam Collection, %d messages (%s)", len(m.Text), tidy(path))
	return m, nil
}

// tabularFile is checkedFile for the folder tabular.
func tabularFile(name string) (path, content string, err error) {
	return checkedFile("tables", "tabular", name)
}
