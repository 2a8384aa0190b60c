package path

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"nncourse/cmd/course/internal/notebook"
	"nncourse/lib/workspace"
)

var read = sync.OnceValues(func() (*Course, error) {
	root, err := workspace.Root()
	if err != nil {
		return nil, err
	}
	return Read(root)
})

func course(t *testing.T) (*Course, string) {
	t.Helper()
	c, err := read()
	if err != nil {
		t.Fatal(err)
	}
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	return c, root
}

// The graph of the lessons has no circle, and every lesson comes after what it needs.
func TestOrder(t *testing.T) {
	c, _ := course(t)
	order, err := c.Order()
	if err != nil {
		t.Fatal(err)
	}
	if len(order) != len(c.Lessons) || len(order) < 60 {
		t.Errorf("%d of %d lessons in order", len(order), len(c.Lessons))
	}
	place := map[string]int{}
	for i, l := range order {
		place[l.ID] = i
	}
	edges := 0
	for _, l := range order {
		for _, n := range l.Needs {
			edges++
			if place[n] >= place[l.ID] {
				t.Errorf("%s stands before %s, which it needs", l.ID, n)
			}
		}
		if l.Minutes < 10 || l.Minutes > 200 {
			t.Errorf("%s takes %d minutes", l.ID, l.Minutes)
		}
	}
	if edges < 60 {
		t.Errorf("only %d lines between lessons were read", edges)
	}
}

// What a line "You need" names, in all the forms in which the lessons write it.
func TestNamed(t *testing.T) {
	for _, c := range []struct {
		say   string
		class int
		want  []string
	}{
		{"dot products and norms.", 1, []string{}},
		{"the perceptron (lesson 1); Lagrange multipliers help.", 1, []string{"1.1"}},
		{"lessons 7 to 12.", 1, []string{"1.7", "1.8", "1.9", "1.10", "1.11", "1.12"}},
		{"(lessons 9 and 10).", 1, []string{"1.9", "1.10"}},
		{"lesson 9, and lesson 7 (multilayer perceptrons).", 1, []string{"1.9", "1.7"}},
		{"backpropagation in layers ([Class 2, lesson 4](../class2/04-backprop.ipynb)), variances", 3, []string{"2.4"}},
		{"LeNet (lesson 10 of this class) and backpropagation (Class 2, lesson 4).", 4, []string{"4.10", "2.4"}},
		{"[lesson 2](02-convolution.ipynb) and [lesson 3](03-groups-equivariance.ipynb#The-idea).", 4, []string{"4.2", "4.3"}},
		{"convolutions and pooling (Class 4), the chain rule", 6, []string{}},
	} {
		if got := named(c.say, c.class); !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, want %v", c.say, got, c.want)
		}
	}
}

func lesson(id string, needs ...string) Lesson { return Lesson{ID: id, Needs: needs} }

func made(lessons ...Lesson) *Course {
	c := &Course{Lessons: lessons, at: map[string]int{}}
	for i, l := range lessons {
		c.at[l.ID] = i
	}
	return c
}

func ids(lessons []*Lesson) string {
	var s []string
	for _, l := range lessons {
		s = append(s, l.ID)
	}
	return strings.Join(s, " ")
}

func TestBefore(t *testing.T) {
	// 1.4 needs 1.2 and 1.3, which both need 1.1; 1.5 needs nothing; 1.2 needs the later 1.6.
	c := made(lesson("1.1"), lesson("1.2", "1.1", "1.6"), lesson("1.3", "1.1"), lesson("1.4", "1.1", "1.2", "1.3"), lesson("1.5"), lesson("1.6"))
	c.Lessons[3].Helps = []string{"1.5"}
	for _, x := range []struct {
		to      string
		from    []string
		helpful bool
		want    string
	}{
		{"1.1", nil, false, ""},
		{"1.4", nil, false, "1.1 1.6 1.2 1.3"},
		{"1.4", nil, true, "1.1 1.6 1.2 1.3 1.5"},
		{"1.4", []string{"1.2"}, false, "1.3"},
		{"1.4", []string{"1.3"}, false, "1.6 1.2"},
		{"1.2", []string{"1.4"}, false, ""},
	} {
		got, err := c.Before(x.to, x.from, x.helpful)
		if err != nil || ids(got) != x.want {
			t.Errorf("before %s, knowing %v: %s, %v; want %s", x.to, x.from, ids(got), err, x.want)
		}
	}
	if got := c.Reduced(&c.Lessons[3]); !slices.Equal(got, []string{"1.2", "1.3"}) {
		t.Errorf("arrows to 1.4 from %v", got)
	}
	circle := made(lesson("1.1", "1.3"), lesson("1.2", "1.1"), lesson("1.3", "1.2"))
	if _, err := circle.Order(); err == nil || !strings.Contains(err.Error(), "1.1 needs 1.3 needs 1.2 needs 1.1") {
		t.Errorf("a circle: %v", err)
	}
}

func TestFind(t *testing.T) {
	c, _ := course(t)
	for _, what := range []string{"5.5", "deepfool", "05-deepfool", "class5/05-deepfool", "notebooks/class5/05-deepfool.ipynb", "./notebooks/class5/05-deepfool.ipynb"} {
		if l, err := c.Find(what); err != nil || l.ID != "5.5" {
			t.Errorf("%s: %v, %v", what, l, err)
		}
	}
	if l, err := c.Find("9.9"); err == nil {
		t.Errorf("9.9 is %s", l.ID)
	}
}

// Each lesson links the library's code, no such link is broken, and lib/README.md leads back from each package.
func TestLibrary(t *testing.T) {
	c, root := course(t)
	for i := range c.Lessons {
		l := &c.Lessons[i]
		if len(l.Linked) == 0 {
			t.Errorf("%s links no code in lib", l.File)
		}
		for _, link := range l.Broken {
			t.Errorf("%s links %s, which is not there", l.File, link)
		}
	}
	packages, err := Packages(root)
	if err != nil || len(packages) < 40 {
		t.Fatalf("%d packages, %v", len(packages), err)
	}
	for _, p := range packages {
		if p.Synopsis == "" {
			t.Errorf("lib/%s has no comment that says what it is", p.Name)
		}
		if shown, _ := c.Showing(p.Name); len(shown) == 0 && p.Name != "workspace" {
			t.Errorf("no lesson shows lib/%s", p.Name)
		}
	}
}

// What is made from the lessons is up to date: the pages, the drawing, and the cells of the questions.
func TestUpToDate(t *testing.T) {
	c, root := course(t)
	changed, err := c.Write(root, true)
	if err != nil {
		t.Fatal(err)
	}
	if len(changed) > 0 {
		t.Errorf("not up to date: %s; do: go tool course path --write", strings.Join(changed, ", "))
	}
	pages, err := c.Pages(root)
	if err != nil {
		t.Fatal(err)
	}
	for file, made := range pages { // every link of a made part leads somewhere
		for _, part := range strings.Split(made, "](")[1:] {
			link, _, _ := strings.Cut(part, ")")
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(file), filepath.FromSlash(link))); err != nil {
				t.Errorf("%s links %s, which is not there", file, link)
			}
		}
	}
}

// Every exercise stands in exercises/README.md, and every package in lib/README.md.
func TestComplete(t *testing.T) {
	c, root := course(t)
	pages, err := c.Pages(root)
	if err != nil {
		t.Fatal(err)
	}
	exercises, err := filepath.Glob(filepath.Join(root, "exercises", "*", "README.md"))
	if err != nil || len(exercises) == 0 {
		t.Fatalf("%d exercises, %v", len(exercises), err)
	}
	for _, e := range exercises {
		if slug := filepath.Base(filepath.Dir(e)); strings.Count(pages["exercises/README.md"], "]("+slug+"/README.md)") != 1 {
			t.Errorf("the exercise %s is not listed once", slug)
		}
	}
	dirs, err := filepath.Glob(filepath.Join(root, "lib", "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range dirs {
		if p := filepath.Base(filepath.Dir(f)); strings.Count(pages["lib/README.md"], "| ["+p+"]("+p+") |") != 1 {
			t.Errorf("lib/%s is not listed once", p)
		}
	}
}

// The drawing is well-formed XML with a box and a link for each lesson, a title and a description.
func TestSVG(t *testing.T) {
	c, _ := course(t)
	svg := c.SVG()
	d := xml.NewDecoder(strings.NewReader(svg))
	count := map[string]int{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			count[e.Name.Local]++
		}
	}
	if count["a"] != len(c.Lessons) || count["desc"] != 1 || count["path"] < 40 {
		t.Errorf("%v for %d lessons", count, len(c.Lessons))
	}
	for i := range c.Lessons {
		if lines := label(&c.Lessons[i]); len(lines) > 2 {
			t.Errorf("%s has %d lines: %q", c.Lessons[i].ID, len(lines), lines)
		}
	}
}

// A run's times go into the file over the old ones of the same lesson, and no other lesson is lost; a lesson that failed is left as it was.
func TestTimes(t *testing.T) {
	_, root := course(t)
	file := filepath.Join(t.TempDir(), "times.json")
	run := func(fast bool, results ...*notebook.Result) {
		t.Helper()
		if err := AddTimes(file, root, results, fast); err != nil {
			t.Fatal(err)
		}
	}
	run(true, &notebook.Result{Notebook: "notebooks/class1/01-perceptron.ipynb", Seconds: 3.14159}, &notebook.Result{Notebook: "notebooks/class3/07-hessian-spectrum.ipynb", Seconds: 7})
	if got, err := ReadTimes(file); err != nil || got.Lessons["class1/01-perceptron"].Fast {
		t.Errorf("a lesson without a fast setting: %+v, %v", got, err)
	}
	run(false, &notebook.Result{Notebook: "notebooks/class1/01-perceptron.ipynb", Seconds: 5},
		&notebook.Result{Notebook: "notebooks/class3/07-hessian-spectrum.ipynb", Seconds: 1, Error: &notebook.CellError{}}, &notebook.Result{Notebook: "notebooks/mine.ipynb", Seconds: 1})
	got, err := ReadTimes(file)
	if err != nil {
		t.Fatal(err)
	}
	one, two := got.Lessons["class1/01-perceptron"], got.Lessons["class3/07-hessian-spectrum"]
	if len(got.Lessons) != 2 || one.Seconds != 5 || one.Fast || two.Seconds != 7 || !two.Fast || one.Cores < 1 {
		b, _ := json.Marshal(got)
		t.Errorf("%s", b)
	}
}
