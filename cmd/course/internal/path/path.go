// Package path reads the course as a whole: which lesson needs which, how long each takes, which packages and exercises belong to
// it. Nothing is repeated by hand: all follows from the lessons' own text, and from times.json, which `course run --times` measures.
package path

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nncourse/cmd/course/internal/notebook"
)

// Lesson is one lesson of the course.
type Lesson struct {
	ID        string   `json:"lesson"` // "5.5": class 5, lesson 5
	Class     int      `json:"class"`
	Number    int      `json:"number"`
	File      string   `json:"notebook"` // notebooks/class5/05-deepfool.ipynb
	Title     string   `json:"title"`
	Needs     []string `json:"needs"`              // the lessons that its line "You need" names
	Helps     []string `json:"helpful"`            // those that it calls helpful
	Minutes   int      `json:"minutes"`            // the reader's time, as the lesson states it
	Run       Time     `json:"run"`                // its cells' time, as measured
	Packages  []string `json:"packages"`           // packages of lib that its text links or its cells import
	Linked    []string `json:"-"`                  // those that its text links
	Broken    []string `json:"-"`                  // its links into lib that lead nowhere
	Exercises []string `json:"exercises"`          // exercises that it links
	Say       string   `json:"you_need,omitempty"` // the line "You need"
}

// Name is the lesson's place without notebooks/ and .ipynb, class5/05-deepfool.
func (l *Lesson) Name() string { return name(l.File) }

func name(file string) string {
	return strings.TrimSuffix(strings.TrimPrefix(file, "notebooks/"), ".ipynb")
}

// Course is all lessons, in the order of their numbers.
type Course struct {
	Lessons []Lesson
	at      map[string]int
}

// Read reads all lessons below root. A line "You need" that names a lesson which is not there is an error; a circle is not: see Order.
func Read(root string) (*Course, error) {
	files, err := notebook.Lessons(root)
	if err != nil {
		return nil, err
	}
	times, err := ReadTimes(filepath.Join(root, TimesFile))
	if err != nil {
		return nil, err
	}
	c := &Course{at: map[string]int{}}
	for _, f := range files {
		nb, err := notebook.Read(f)
		if err != nil {
			return nil, err
		}
		rel, err := filepath.Rel(root, f)
		if err != nil {
			return nil, err
		}
		l, err := parse(filepath.ToSlash(rel), nb)
		if err != nil {
			return nil, err
		}
		for _, link := range libLinks(nb) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(f), filepath.FromSlash(link))); err != nil {
				l.Broken = append(l.Broken, link)
			}
		}
		l.Run = times.Lessons[l.Name()]
		c.Lessons = append(c.Lessons, l)
	}
	slices.SortFunc(c.Lessons, func(a, b Lesson) int { return 100*(a.Class-b.Class) + a.Number - b.Number })
	for i := range c.Lessons {
		c.at[c.Lessons[i].ID] = i
	}
	for i := range c.Lessons {
		l := &c.Lessons[i]
		for _, id := range append(slices.Clone(l.Needs), l.Helps...) {
			if _, ok := c.at[id]; !ok {
				return nil, fmt.Errorf("%s needs lesson %s, which is not there: %q", l.File, id, l.Say)
			}
		}
	}
	return c, nil
}

var (
	numbered   = regexp.MustCompile(`^notebooks/class(\d)/(\d\d)-[a-z0-9-]+\.ipynb$`)
	heading    = regexp.MustCompile(`(?m)^# Class (\d), (\d+)\. (.+)$`)
	youNeed    = regexp.MustCompile(`(?s)\*\*You need\*\*(.*?)(?:\*\*Time\*\*|\n\n|$)`)
	theTime    = regexp.MustCompile(`\*\*Time\*\*\D{0,12}(\d+) minutes`)
	helpful    = regexp.MustCompile(`(?i)[;,.]?\s*\bhelpful\b`)
	toLesson   = regexp.MustCompile(`\[[^\]]*\]\((?:\.\./class(\d)/)?(\d\d)-[a-z0-9-]+\.ipynb[^)]*\)`)
	inWords    = regexp.MustCompile(`(?i)(?:class (\d), )?lessons? (\d+)(?: (to|and) (\d+))?`)
	libLink    = regexp.MustCompile(`\]\((\.\./\.\./lib/[^)#]+)`)
	libImport  = regexp.MustCompile(`"nncourse/lib/([a-z0-9]+)[a-z0-9/]*"`)
	toExercise = regexp.MustCompile(`\]\(\.\./\.\./exercises/([a-z0-9-]+)/`)
)

// parse reads one lesson. Its second cell of text at the latest says what is needed and how long it takes.
func parse(file string, nb *notebook.Notebook) (Lesson, error) {
	m := numbered.FindStringSubmatch(file)
	if m == nil {
		return Lesson{}, fmt.Errorf("%s: a lesson's file is notebooks/classN/NN-words.ipynb", file)
	}
	l := Lesson{File: file, Needs: []string{}, Helps: []string{}, Packages: []string{}, Exercises: []string{}}
	l.Class, _ = strconv.Atoi(m[1])
	l.Number, _ = strconv.Atoi(m[2])
	l.ID = id(l.Class, l.Number)
	var text, code strings.Builder
	for i := range nb.Cells {
		if c := &nb.Cells[i]; c.Type == "markdown" {
			text.WriteString(string(c.Source) + "\n\n")
		} else if c.Type == "code" {
			code.WriteString(string(c.Source) + "\n")
		}
	}
	t := heading.FindStringSubmatch(text.String())
	if t == nil || t[1] != m[1] || t[2] != strconv.Itoa(l.Number) {
		return l, fmt.Errorf("%s: the first heading must be \"# Class %d, %d. Title\"", file, l.Class, l.Number)
	}
	l.Title = strings.TrimSpace(t[3])
	need := youNeed.FindStringSubmatch(text.String())
	if need == nil {
		return l, fmt.Errorf("%s has no line \"**You need** …\"", file)
	}
	l.Say = strings.Join(strings.Fields(need[1]), " ")
	hard, soft := l.Say, ""
	if at := helpful.FindStringIndex(l.Say); at != nil {
		hard, soft = l.Say[:at[0]], l.Say[at[1]:]
	}
	l.Needs = named(hard, l.Class)
	for _, h := range named(soft, l.Class) {
		if !slices.Contains(l.Needs, h) {
			l.Helps = append(l.Helps, h)
		}
	}
	minutes := theTime.FindStringSubmatch(text.String())
	if minutes == nil {
		return l, fmt.Errorf("%s does not say \"**Time** about N minutes\"", file)
	}
	l.Minutes, _ = strconv.Atoi(minutes[1])
	for _, link := range libLinks(nb) {
		p, _, _ := strings.Cut(strings.TrimPrefix(link, "../../lib/"), "/")
		l.Linked = append(l.Linked, p)
	}
	l.Linked = distinct(l.Linked)
	l.Packages = append(l.Packages, l.Linked...)
	for _, m := range libImport.FindAllStringSubmatch(code.String(), -1) {
		l.Packages = append(l.Packages, m[1])
	}
	l.Packages = distinct(l.Packages)
	for _, m := range toExercise.FindAllStringSubmatch(text.String(), -1) {
		l.Exercises = append(l.Exercises, m[1])
	}
	l.Exercises = distinct(l.Exercises)
	return l, nil
}

func libLinks(nb *notebook.Notebook) []string {
	var links []string
	for i := range nb.Cells {
		if nb.Cells[i].Type != "markdown" {
			continue
		}
		for _, m := range libLink.FindAllStringSubmatch(string(nb.Cells[i].Source), -1) {
			links = append(links, m[1])
		}
	}
	return links
}

// named finds the lessons that a sentence of class's lesson names: by links, and by words such as "lessons 9 and 10" or
// "Class 2, lesson 4".
func named(say string, class int) []string {
	var found []string
	for _, m := range toLesson.FindAllStringSubmatch(say, -1) {
		k, n := class, 0
		if m[1] != "" {
			k, _ = strconv.Atoi(m[1])
		}
		n, _ = strconv.Atoi(m[2])
		found = append(found, id(k, n))
	}
	for _, m := range inWords.FindAllStringSubmatch(toLesson.ReplaceAllString(say, ""), -1) {
		k := class
		if m[1] != "" {
			k, _ = strconv.Atoi(m[1])
		}
		first, _ := strconv.Atoi(m[2])
		found = append(found, id(k, first))
		if last, err := strconv.Atoi(m[4]); err == nil {
			if m[3] == "and" {
				found = append(found, id(k, last))
			}
			for n := first + 1; m[3] == "to" && n <= last; n++ {
				found = append(found, id(k, n))
			}
		}
	}
	return distinct(found)
}

func id(class, number int) string { return fmt.Sprintf("%d.%d", class, number) }

func distinct(s []string) []string {
	out := []string{}
	for _, v := range s {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// Find gives the lesson that a reader means by "5.5", "class5/05-deepfool", its file, or the words of its file's name.
func (c *Course) Find(what string) (*Lesson, error) {
	want := name(filepath.ToSlash(strings.TrimPrefix(what, "./")))
	var found []*Lesson
	for i := range c.Lessons {
		l := &c.Lessons[i]
		base := filepath.Base(l.Name())
		if l.ID == want || l.Name() == want || strings.HasSuffix(want, "/"+l.Name()) || base == want {
			return l, nil
		}
		if base[3:] == want {
			found = append(found, l)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if len(found) > 1 {
		return nil, fmt.Errorf("%q is lesson %s and lesson %s: give the number", what, found[0].ID, found[1].ID)
	}
	return nil, fmt.Errorf("there is no lesson %q", what)
}

// Before gives what stands before lesson id: the lessons it needs, and with helpful those it calls helpful, each with what they need
// in turn, in an order in which each comes after what it needs. What is known, with all that it needs, is left out. Every lesson of
// this list is needed, so no preparation is shorter. A circle is an error that names it.
func (c *Course) Before(id string, known []string, helpful bool) ([]*Lesson, error) {
	skip := map[string]bool{}
	for _, k := range known {
		if err := c.visit(k, helpful, skip, nil, func(*Lesson) {}); err != nil {
			return nil, err
		}
	}
	if skip[id] {
		return nil, nil
	}
	var out []*Lesson
	err := c.visit(id, helpful, skip, nil, func(l *Lesson) {
		if l.ID != id {
			out = append(out, l)
		}
	})
	return out, err
}

// Order gives all lessons so that each comes after what it needs, and otherwise by number.
func (c *Course) Order() ([]*Lesson, error) {
	seen := map[string]bool{}
	var out []*Lesson
	for i := range c.Lessons {
		if err := c.visit(c.Lessons[i].ID, false, seen, nil, func(l *Lesson) { out = append(out, l) }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// visit calls do for lesson id after all that it needs, once for each lesson; above are the lessons that led here.
func (c *Course) visit(id string, helpful bool, seen map[string]bool, above []string, do func(*Lesson)) error {
	if i := slices.Index(above, id); i >= 0 {
		return fmt.Errorf("lessons need each other in a circle: %s", strings.Join(append(above[i:], id), " needs "))
	}
	if seen[id] {
		return nil
	}
	l := &c.Lessons[c.at[id]]
	needs := slices.Clone(l.Needs)
	if helpful {
		needs = append(needs, l.Helps...)
	}
	slices.SortFunc(needs, func(a, b string) int { return c.at[a] - c.at[b] })
	for _, n := range needs {
		if err := c.visit(n, helpful, seen, append(slices.Clone(above), id), do); err != nil {
			return err
		}
	}
	seen[id] = true
	do(l)
	return nil
}

// Reduced gives the lesson's needs without those that another of its needs has before it already.
func (c *Course) Reduced(l *Lesson) []string {
	var out []string
	for _, n := range l.Needs {
		implied := false
		for _, other := range l.Needs {
			if other == n {
				continue
			}
			before, err := c.Before(other, nil, false)
			if err == nil && slices.ContainsFunc(before, func(b *Lesson) bool { return b.ID == n }) {
				implied = true
			}
		}
		if !implied {
			out = append(out, n)
		}
	}
	return out
}
