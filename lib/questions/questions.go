// Package questions holds the questions of the whole course, each with its answer, with the lesson and cell that shows it, and
// with choices or a number for a self-test.
//
// The questions stand in class1.json to class7.json, a file a class. A question says by a piece of text which cell shows it;
// `go tool course path --write` looks that text up in the lesson and stores the cell's id, and the course's tests hold both
// together.
package questions

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"math"
	"os"
	"regexp"
	"strings"
)

//go:embed class*.json
var files embed.FS

// Question is one question. Question, Answer and choices are Markdown of a few kinds only: `code`, *stress*, and formulas in Unicode,
// so that a page, a terminal and a screen reader show the same.
type Question struct {
	ID       string   `json:"id"`     // "1.2-margin": the lesson's number and a word
	Class    int      `json:"class"`  // 1 to 7
	Lesson   string   `json:"lesson"` // class1/02-svm
	Shows    string   `json:"shows"`  // text that stands in the source of the cell that shows it
	Cell     string   `json:"cell"`   // that cell's id
	Question string   `json:"question"`
	Answer   string   `json:"answer"`
	Right    string   `json:"right,omitempty"` // the right choice
	Wrong    []string `json:"wrong,omitempty"` // one to three others
	Number   *Number  `json:"number,omitempty"`
}

// Number is a short numeric answer: right is what lies within Within of Value.
type Number struct {
	Value  float64 `json:"value"`
	Within float64 `json:"within"`
	Unit   string  `json:"unit,omitempty"` // shown behind the field
}

// Accepts tells whether v is a right answer. NaN is not.
func (n Number) Accepts(v float64) bool { return math.Abs(v-n.Value) <= n.Within }

// Files lists the names of the files, in the order of the classes.
func Files() []string {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		panic(err) // the pattern is well formed
	}
	return names
}

// All gives the questions of all classes, in order.
func All() ([]Question, error) {
	var all []Question
	for _, name := range Files() {
		b, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		list, err := parse(name, b)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// Of gives the questions of one class.
func Of(class int) ([]Question, error) {
	all, err := All()
	var of []Question
	for _, q := range all {
		if q.Class == class {
			of = append(of, q)
		}
	}
	return of, err
}

// ReadFile reads a file of questions; a field that is not known is an error.
func ReadFile(path string) ([]Question, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(path, b)
}

func parse(name string, b []byte) ([]Question, error) {
	var list []Question
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		return nil, fmt.Errorf("questions: %s: %w", name, err)
	}
	return list, nil
}

// Format writes questions as their file has them.
func Format(list []Question) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(list)
	return b.String(), err
}

// Place is the lesson's number, "1.2".
func (q *Question) Place() string {
	m := place.FindStringSubmatch(q.Lesson)
	if m == nil {
		return q.Lesson
	}
	return m[1] + "." + m[2]
}

// Link is the way to the cell from a lesson's folder. JupyterLab and the pages made of the lessons know such an address.
func (q *Question) Link() string { return "../" + q.Lesson + ".ipynb#cell-id=" + q.Cell }

// Fold gives questions as Markdown, numbered from 1, each with its answer folded away and the link to the cell.
func Fold(list []Question) string {
	var b strings.Builder
	for i := range list {
		q := &list[i]
		fmt.Fprintf(&b, "**%d.** %s\n\n<details><summary>Answer</summary>\n\n%s\n\n[The cell that shows it, in lesson %s](%s)\n\n</details>\n\n", i+1, q.Question, q.Answer, q.Place(), q.Link())
	}
	return b.String()
}

var (
	place  = regexp.MustCompile(`^class(\d)/0?(\d+)-`)
	stress = regexp.MustCompile(`(^|[\s(])\*([^*\s][^*]*)\*`)
)

// rich turns the Markdown of a question into HTML.
func rich(s string) string {
	var b strings.Builder
	for i, part := range strings.Split(html.EscapeString(s), "`") {
		if i%2 == 1 {
			b.WriteString("<code>" + part + "</code>")
		} else {
			b.WriteString(stress.ReplaceAllString(part, "$1<em>$2</em>"))
		}
	}
	return b.String()
}
