package site

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"nncourse/cmd/course/internal/notebook"
)

// stage is the folder of sources that Sphinx reads, and what is known about it.
type stage struct {
	root, dir string
	lessons   []Page
	doc       map[string]string // file of the course → page of the site, without its ending, perhaps with #place
	uses      map[string][]Page // folder of lib/ → lessons that import it
}

// write puts a source into the stage.
func (s *stage) write(name string, text []byte) error {
	file := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

// link matches a Markdown link or picture up to its end: the bracket's end, the target, a title perhaps.
var link = regexp.MustCompile(`\]\(([^()\s]+)((?:\s+"[^"]*")?)\)`)

// relink lets the links of a text, which lies at file (relative to the course), point into the site from the page at page.
// A link to a file that the site does not show stays as its words.
func (s *stage) relink(text, file, page string) string {
	var out strings.Builder
	fence := ""
	for line := range strings.Lines(text) {
		mark := strings.TrimSpace(line)
		switch {
		case fence != "":
			if strings.HasPrefix(mark, fence) && strings.Trim(mark, fence[:1]) == "" {
				fence = ""
			}
		case strings.HasPrefix(mark, "```"), strings.HasPrefix(mark, "~~~"):
			fence = mark[:len(mark)-len(strings.TrimLeft(mark, mark[:1]))]
		default:
			line = s.relinkLine(line, file, page)
		}
		out.WriteString(line)
	}
	return out.String()
}

func (s *stage) relinkLine(line, file, page string) string {
	for at := 0; ; {
		m := link.FindStringSubmatchIndex(line[at:])
		if m == nil {
			return line
		}
		begin, end, target, title := at+m[0], at+m[1], line[at+m[2]:at+m[3]], line[at+m[4]:at+m[5]]
		if strings.HasPrefix(target, "#cell-id=") { // JupyterLab's place of a cell; a page of the site has none
			target = path.Base(file)
		}
		if strings.Count(line[:begin], "`")%2 == 1 || strings.Contains(target, ":") || strings.HasPrefix(target, "#") {
			at = end // code, an address, a place of the same page
			continue
		}
		name, place, _ := strings.Cut(target, "#")
		if strings.HasPrefix(place, "cell-id=") {
			place = ""
		}
		from := path.Join(path.Dir(file), name)
		to, ok := s.doc[from]
		if !ok && strings.HasSuffix(from, ".svg") || strings.HasSuffix(from, ".png") {
			if b, err := os.ReadFile(filepath.Join(s.root, filepath.FromSlash(from))); err == nil && s.write(from, b) == nil {
				line = line[:begin] + "](/" + from + title + ")" + line[end:]
				at = begin + len("](/") + len(from) + len(title) + 1
				continue
			}
		}
		if ok {
			base, inner, _ := strings.Cut(to, "#")
			ending := ".md"
			if slices.ContainsFunc(s.lessons, func(p Page) bool { return p.source() == base }) {
				ending = ".ipynb"
			}
			rel, err := filepath.Rel(path.Dir(page), base+ending)
			if err != nil {
				panic(err) // both are relative
			}
			to = filepath.ToSlash(rel)
			if place == "" {
				place = inner
			} else if strings.HasPrefix(place, "cell-id=") {
				place = "" // JupyterLab's name of a cell: the page has none
			}
			if place != "" {
				to += "#" + place
			}
			line = line[:begin] + "](" + to + title + ")" + line[end:]
			at = begin + len("](") + len(to) + len(title) + 1
			continue
		}
		// Without its brackets, the words alone.
		open, depth := begin-1, 1
		for ; open >= 0; open-- {
			if line[open] == ']' {
				depth++
			} else if line[open] == '[' {
				if depth--; depth == 0 {
					break
				}
			}
		}
		if open < 0 {
			at = end
			continue
		}
		words := line[open+1 : begin]
		if open > 0 && line[open-1] == '!' {
			open--
		}
		line = line[:open] + words + line[end:]
		at = open + len(words)
	}
}

var href = regexp.MustCompile(`\bhref="([^":#][^":]*)"`)

// rehref is relink for a cell's output in HTML; a link to what the site does not show leads nowhere.
func (s *stage) rehref(text, file, page string) string {
	return href.ReplaceAllStringFunc(text, func(m string) string {
		name, _, _ := strings.Cut(href.FindStringSubmatch(m)[1], "#")
		to, ok := s.doc[path.Join(path.Dir(file), name)]
		if !ok {
			return ""
		}
		base, place, placed := strings.Cut(to, "#")
		rel, err := filepath.Rel(path.Dir(page), base+".html")
		if err != nil {
			panic(err) // both are relative
		}
		if to = filepath.ToSlash(rel); placed {
			to += "#" + place
		}
		return `href="` + to + `"`
	})
}

// source gives the name of the page's source without its ending.
func (p Page) source() string { return strings.TrimSuffix(p.File, ".html") }

// short gives the title without the class, which stands above it in every list.
func (p Page) short() string { return strings.TrimPrefix(p.Title, "Class "+p.Class+", ") }

// toLesson matches the address of a lesson, or of a cell of it, in the HTML that a cell shows: there the pages lie as the notebooks do.
var toLesson = regexp.MustCompile(`href="((?:\.\./class\d/)?\d\d-[a-z0-9-]+)\.ipynb(?:#[^"]*)?"`)

var imported = regexp.MustCompile(`"nncourse/(lib/[a-z0-9/]+)"`)

// lesson puts a notebook into the stage: with one form of each output, links into the site, and its widgets at its foot.
func (s *stage) lesson(p Page) error {
	b, err := os.ReadFile(filepath.Join(s.root, filepath.FromSlash(p.Notebook)))
	if err != nil {
		return err
	}
	var nb map[string]any
	if err := json.Unmarshal(b, &nb); err != nil {
		return fmt.Errorf("%s is not a notebook: %w", p.Notebook, err)
	}
	cells, _ := nb["cells"].([]any)
	rewrite := func(v any) any { return s.relink(joined(v), p.Notebook, p.source()) }
	used := map[string]bool{}
	for _, c := range cells {
		cell, _ := c.(map[string]any)
		switch cell["cell_type"] {
		case "markdown":
			cell["source"] = rewrite(cell["source"])
		case "code":
			for _, m := range imported.FindAllStringSubmatch(joined(cell["source"]), -1) {
				used[m[1]] = true
			}
			outputs, _ := cell["outputs"].([]any)
			for _, o := range outputs {
				output, _ := o.(map[string]any)
				data, _ := output["data"].(map[string]any)
				if data == nil {
					continue
				}
				if h, ok := data["text/html"]; ok {
					data["text/html"] = s.rehref(joined(h), p.Notebook, p.source())
				}
				if m, ok := data["text/markdown"]; ok {
					data["text/markdown"] = rewrite(m)
				}
				if m, ok := data["text/html"]; ok {
					data["text/html"] = toLesson.ReplaceAllString(joined(m), `href="$1.html"`)
				}
				for _, best := range []string{"text/html", "text/markdown", "image/svg+xml", "image/png"} {
					if v, ok := data[best]; ok {
						output["data"] = map[string]any{best: v}
						break
					}
				}
			}
		}
	}
	for dir := range used {
		s.uses[dir] = append(s.uses[dir], p)
	}
	if foot := widgetsOf(p.source()); foot != "" {
		nb["cells"] = append(cells, map[string]any{"cell_type": "markdown", "metadata": map[string]any{}, "source": foot})
	}
	meta, _ := nb["metadata"].(map[string]any)
	if meta == nil {
		meta = map[string]any{}
		nb["metadata"] = meta
	}
	meta["language_info"] = map[string]any{"name": "go", "pygments_lexer": "go"}
	out, err := json.Marshal(nb)
	if err != nil {
		return err
	}
	return s.write(p.source()+".ipynb", out)
}

// joined gives a notebook's text, which is a string or a list of them.
func joined(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var b strings.Builder
		for _, l := range v {
			if l, ok := l.(string); ok {
				b.WriteString(l)
			}
		}
		return b.String()
	}
	return ""
}

// markdown puts one of the course's texts into the stage, with more below it.
func (s *stage) markdown(file, page, more string) error {
	b, err := os.ReadFile(filepath.Join(s.root, filepath.FromSlash(file)))
	if err != nil {
		return err
	}
	return s.write(page+".md", []byte(s.relink(string(b), file, page)+more))
}

// toctree is MyST's list of the pages below a page.
func toctree(options string, pages ...string) string {
	return "\n```{toctree}\n" + options + "\n" + strings.Join(pages, "\n") + "\n```\n"
}

// place notes where the site shows each file of the course.
func (s *stage) place(exercises []string, packages []*goPackage) {
	for _, p := range s.lessons {
		s.doc[p.Notebook] = p.source()
		class := path.Dir(p.Notebook)
		s.doc[class], s.doc[class+"/README.md"] = path.Dir(p.File)+"/index", path.Dir(p.File)+"/index"
	}
	for _, e := range exercises {
		s.doc["exercises/"+e], s.doc["exercises/"+e+"/README.md"] = "exercises/"+e, "exercises/"+e
		if _, err := os.Stat(filepath.Join(s.root, "exercises", e, "HINTS.md")); err == nil {
			s.doc["exercises/"+e+"/HINTS.md"] = "exercises/" + e + "-hints"
		}
	}
	s.doc["exercises"], s.doc["exercises/README.md"], s.doc["lib"], s.doc["lib/README.md"] = "exercises/index", "exercises/index", "library/index", "library/index"
	for _, p := range packages {
		s.doc[p.dir] = p.page()
		for _, f := range p.files {
			s.doc[f] = p.page() + "-source#" + anchor(path.Base(f))
		}
	}
}

// anchor gives the place that docutils makes of a heading that is a file's name.
func anchor(name string) string {
	return strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(name), "-"), "-")
}

// classes puts the lessons into the stage, with a page for each class, and gives those pages.
func (s *stage) classes() ([]string, error) {
	var pages []string
	for i := 0; i < len(s.lessons); {
		class := path.Dir(s.lessons[i].File)
		var list []string
		for ; i < len(s.lessons) && path.Dir(s.lessons[i].File) == class; i++ {
			if err := s.lesson(s.lessons[i]); err != nil {
				return nil, err
			}
			entry := path.Base(s.lessons[i].source())
			if short := s.lessons[i].short(); short != "" && !strings.ContainsAny(short, "<>$`*_\\") { // a list of pages takes words only
				entry = short + " <" + entry + ">"
			}
			list = append(list, entry)
		}
		readme := "notebooks/" + class + "/README.md"
		if err := s.markdown(readme, class+"/index", toctree(":hidden:", list...)); err != nil {
			return nil, err
		}
		pages = append(pages, class+"/index")
	}
	return pages, nil
}

// exercises puts the exercises' texts and hints into the stage.
func (s *stage) exercises(names []string) error {
	index := "# Exercises\n\nYou solve them on your machine: `go tool course grade exercises/NAME` checks a solution and says what is wrong with it.\n\n"
	if b, err := os.ReadFile(filepath.Join(s.root, "exercises", "README.md")); err == nil {
		index = s.relink(string(b), "exercises/README.md", "exercises/index")
	}
	for _, e := range names {
		more := ""
		if _, ok := s.doc["exercises/"+e+"/HINTS.md"]; ok {
			more = "\n\nStuck? [Hints](" + e + "-hints.md)\n" + toctree(":hidden:", e+"-hints")
			if err := s.markdown("exercises/"+e+"/HINTS.md", "exercises/"+e+"-hints", "\n\nBack to [the exercise]("+e+".md).\n"); err != nil {
				return err
			}
		}
		if err := s.markdown("exercises/"+e+"/README.md", "exercises/"+e, more); err != nil {
			return err
		}
	}
	return s.write("exercises/index.md", []byte(index+"\n"+toctree(":maxdepth: 1", names...)))
}

// exerciseNames lists the exercises that have a text.
func exerciseNames(root string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(root, "exercises", "*", "README.md"))
	var names []string
	for _, f := range files {
		names = append(names, filepath.Base(filepath.Dir(f)))
	}
	return names, err
}

// title takes the first heading of the lesson.
func title(nb *notebook.Notebook, other string) string {
	for _, c := range nb.Cells {
		if c.Type != "markdown" {
			continue
		}
		for l := range strings.Lines(string(c.Source)) {
			if t, ok := strings.CutPrefix(strings.TrimSpace(l), "# "); ok {
				return t
			}
		}
	}
	return other
}
