package path

import (
	"fmt"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Begin and end of what Pages writes into a page; the rest of the page is written by hand.
const (
	Begin = "<!-- made from the lessons: go tool course path --write -->"
	End   = "<!-- end of what is made -->"
)

// Package is a package of lib.
type Package struct {
	Name     string // "symmetry", "symmetry/gconv"
	Synopsis string // its comment's first sentence, from its verb on
}

// Packages lists the packages of lib by name, without tests, internal ones and commands.
func Packages(root string) ([]Package, error) {
	var out []Package
	lib := filepath.Join(root, "lib")
	err := filepath.WalkDir(lib, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || dir == lib {
			return err
		}
		if n := d.Name(); n == "testdata" || n == "internal" {
			return filepath.SkipDir
		}
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			return err
		}
		p, found := Package{}, false
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				return err
			}
			if file.Name.Name == "main" {
				return nil
			}
			found = true
			if file.Doc != nil {
				p.Synopsis = new(doc.Package).Synopsis(file.Doc.Text())
				p.Synopsis = whole(strings.TrimPrefix(p.Synopsis, "Package "+file.Name.Name+" "))
			}
		}
		if found {
			rel, err := filepath.Rel(lib, dir)
			if err != nil {
				return err
			}
			p.Name = filepath.ToSlash(rel)
			out = append(out, p)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Package) int { return strings.Compare(a.Name, b.Name) })
	return out, err
}

// whole makes a sentence of a synopsis that ends before a list, or at a point within parentheses.
func whole(s string) string {
	if open := strings.LastIndexByte(s, '('); open > strings.LastIndexByte(s, ')') {
		s = s[:open]
	}
	if s = strings.TrimRight(s, " ,:;"); s != "" && !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// tools are the packages that serve all lessons; the others stand under the class of the first lesson that shows them.
var tools = []string{"nb", "plots", "datasets", "backend", "nets", "train", "workspace", "questions"}

// Showing gives the lessons that show a package: those whose text links it, or if none does those whose cells import it. more is how
// many others import it. A package within another one is shown where that is.
func (c *Course) Showing(name string) (shown []*Lesson, more int) {
	name, _, _ = strings.Cut(name, "/")
	var imports []*Lesson
	for i := range c.Lessons {
		switch l := &c.Lessons[i]; {
		case slices.Contains(l.Linked, name):
			shown = append(shown, l)
		case slices.Contains(l.Packages, name):
			imports = append(imports, l)
		}
	}
	if len(shown) == 0 {
		return imports, 0
	}
	return shown, len(imports)
}

// Pages gives the made part of each page of the course that has one, by file.
func (c *Course) Pages(root string) (map[string]string, error) {
	packages, err := Packages(root)
	if err != nil {
		return nil, err
	}
	exercises, err := c.exercises(root)
	if err != nil {
		return nil, err
	}
	lessons, err := c.table()
	if err != nil {
		return nil, err
	}
	return map[string]string{"lib/README.md": c.library(packages), "exercises/README.md": exercises, "notebooks/README.md": lessons}, nil
}

// With puts a made part in the place of the page's old one.
func With(page, made string) (string, error) {
	before, rest, ok := strings.Cut(page, Begin)
	_, after, ok2 := strings.Cut(rest, End)
	if !ok || !ok2 {
		return "", fmt.Errorf("there is no place between %q and %q", Begin, End)
	}
	return before + Begin + "\n\n" + strings.TrimSpace(made) + "\n\n" + End + after, nil
}

// Write brings the pages, the drawing and the questions' cells up to date, and returns the files that changed. With dry it
// writes nothing.
func (c *Course) Write(root string, dry bool) ([]string, error) {
	pages, err := c.Pages(root)
	if err != nil {
		return nil, err
	}
	fresh := map[string]string{SVGFile: c.SVG()}
	for file, made := range pages {
		old, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
		if err != nil {
			return nil, err
		}
		if fresh[file], err = With(string(old), made); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	if err := cells(root, fresh); err != nil {
		return nil, err
	}
	var changed []string
	for file, text := range fresh {
		at := filepath.Join(root, filepath.FromSlash(file))
		if old, err := os.ReadFile(at); err == nil && string(old) == text {
			continue
		}
		changed = append(changed, file)
		if !dry {
			if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
				return nil, err
			}
		}
	}
	slices.Sort(changed)
	return changed, nil
}

func (c *Course) library(packages []Package) string {
	sections := map[int][]Package{} // by class; 0: the tools; -1: in no lesson
	last := 0
	for _, p := range packages {
		top, _, _ := strings.Cut(p.Name, "/")
		class := -1
		if slices.Contains(tools, top) {
			class = 0
		} else if shown, _ := c.Showing(p.Name); len(shown) > 0 {
			class = shown[0].Class
		}
		sections[class] = append(sections[class], p)
		last = max(last, class)
	}
	var b strings.Builder
	write := func(title string, class int) {
		if len(sections[class]) == 0 {
			return
		}
		fmt.Fprintf(&b, "### %s\n\n| package | what | lessons |\n|---|---|---|\n", title)
		for _, p := range sections[class] {
			shown, more := c.Showing(p.Name)
			fmt.Fprintf(&b, "| [%s](%s) | %s | %s |\n", p.Name, p.Name, strings.ReplaceAll(p.Synopsis, "|", `\|`), links("../", shown, more))
		}
		b.WriteByte('\n')
	}
	for k := 1; k <= last; k++ {
		write(fmt.Sprintf("First met in Class %d", k), k)
	}
	write("Around the lessons", 0)
	write("In no lesson", -1)
	return b.String()
}

// links lists lessons by number; up is the way from the page to the course's root. Of more than six it names the first.
func links(up string, lessons []*Lesson, more int) string {
	var parts []string
	for i, l := range lessons {
		if i == 6 {
			more += len(lessons) - i
			break
		}
		parts = append(parts, fmt.Sprintf("[%s](%s%s)", l.ID, up, l.File))
	}
	if more > 0 {
		parts = append(parts, fmt.Sprintf("%d more", more))
	}
	return strings.Join(parts, ", ")
}

func (c *Course) exercises(root string) (string, error) {
	files, err := filepath.Glob(filepath.Join(root, "exercises", "*", "README.md"))
	if err != nil {
		return "", err
	}
	rows := make([][]string, 10) // by class; 0: with no lesson
	for _, f := range files {
		slug := filepath.Base(filepath.Dir(f))
		text, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		title, _, _ := strings.Cut(strings.TrimPrefix(string(text), "# "), "\n")
		var of, linking []*Lesson // the lessons that the statement names; if none, those that link it
		for i := range c.Lessons {
			l := &c.Lessons[i]
			if strings.Contains(string(text), "](../../"+l.File+")") {
				of = append(of, l)
			}
			if slices.Contains(l.Exercises, slug) {
				linking = append(linking, l)
			}
		}
		if len(of) == 0 {
			of = linking
		}
		class := 0
		if len(of) > 0 {
			class = of[0].Class
		}
		order := "~" // by lesson, then by name
		if len(of) > 0 {
			order = fmt.Sprintf("%02d", of[0].Number)
		}
		rows[class] = append(rows[class], order+slug+"\x00"+fmt.Sprintf("| [%s](%s/README.md) | %s | %s |\n", slug, slug, title, links("../", of, 0)))
	}
	var b strings.Builder
	for k := 1; k <= len(rows); k++ {
		of, title := rows[k%len(rows)], fmt.Sprintf("Class %d", k)
		if len(of) == 0 {
			continue
		}
		if k == len(rows) {
			title = "Without a lesson"
		}
		slices.Sort(of)
		fmt.Fprintf(&b, "### %s\n\n| exercise | what | lesson |\n|---|---|---|\n", title)
		for _, r := range of {
			_, row, _ := strings.Cut(r, "\x00")
			b.WriteString(row)
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

func (c *Course) table() (string, error) {
	order, err := c.Order()
	if err != nil {
		return "", err
	}
	minutes, run, measured := Sum(order)
	var b strings.Builder
	fmt.Fprintf(&b, "[![%s](path.svg)](path.svg)\n\n", c.Alt())
	fmt.Fprintf(&b, "%d lessons, %s of reading and trying. ", len(order), Hours(minutes))
	if measured > 0 {
		fmt.Fprintf(&b, "The cells of the %d lessons measured run for %s in all.", measured, run.Round(time.Minute))
	}
	class := 0
	for i := range c.Lessons {
		l := &c.Lessons[i]
		if l.Class != class {
			class = l.Class
			fmt.Fprintf(&b, "\n\n### Class %d\n\n| lesson | needs | helpful | minutes | its cells run |\n|---|---|---|---|---|\n", class)
		}
		fmt.Fprintf(&b, "| [%s %s](%s) | %s | %s | %d | %s |\n", l.ID, l.Title, strings.TrimPrefix(l.File, "notebooks/"), strings.Join(l.Needs, ", "), strings.Join(l.Helps, ", "), l.Minutes, l.Run)
	}
	return b.String(), nil
}

// Sum adds the readers' minutes, and the cells' times of the lessons that were measured.
func Sum(lessons []*Lesson) (minutes int, run time.Duration, measured int) {
	for _, l := range lessons {
		minutes += l.Minutes
		if l.Run.Seconds > 0 {
			measured++
			run += time.Duration(l.Run.Seconds * float64(time.Second))
		}
	}
	return minutes, run, measured
}

// Hours writes minutes as hours and minutes.
func Hours(minutes int) string {
	if minutes < 60 {
		return fmt.Sprintf("%d min", minutes)
	}
	return fmt.Sprintf("%d h %02d min", minutes/60, minutes%60)
}

// String is the time in seconds, below 100 to the second.
func (t Time) String() string {
	if t.Seconds <= 0 {
		return ""
	}
	s := fmt.Sprintf("%.0f s", t.Seconds)
	if t.Fast {
		s += " (fast)"
	}
	return s
}
