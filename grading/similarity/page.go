package similarity

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"nncourse/grading/feedback/page"
)

// maxLines is the number of lines of a file that a side-by-side page shows.
const maxLines = 3000

// PageOptions are what a side-by-side page says besides the code.
type PageOptions struct {
	Exercise string // title of the exercise
	Back     string // relative address of the summary, "" for none
}

type sideLine struct {
	No      int
	Text    string
	Match   int  // number of the match that begins or goes on here, 0 for none
	Begins  bool // the match's first line
	Even    bool
	Anchor  string
	Partner string
}

type sideFile struct {
	Name  string
	Lines []sideLine
	More  int
}

type side struct {
	Letter  string
	ID      string
	Share   float64
	Marked  int // lines
	Of      int
	Problem string
	Files   []sideFile
}

type matchRow struct {
	N      int
	Anchor string
	A, B   string
	Tokens int
}

var pairPage = page.New("pair", `<header class="top wide">
<p class="course">Similar submissions{{with .Exercise}} · {{line .}}{{end}}</p>
<h1><bdi>{{line .A.ID}}</bdi> and <bdi>{{line .B.ID}}</bdi></h1>
{{with .Back}}<p><a href="{{.}}">Back to the summary</a></p>{{end}}
</header>
<main class="wide">
<p class="big">{{percent .Score}} <small>of the smaller submission’s fingerprints are in the other as well: {{.Shared}} in common</small></p>
<p>What is equal here is equal after names, literals, comments, layout and the order of declarations are taken away, and without the code that everybody was given.
Short exercises have few good solutions: this is a reason to read, not a proof. Equal passages bear the same number on both sides, in the column “Same”; the number leads to the passage on the other side.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Equal passages">
<table>
<caption>Equal passages, in the order of the left side</caption>
<thead><tr><th scope="col">Passage</th><th scope="col"><bdi>{{line .A.ID}}</bdi></th><th scope="col"><bdi>{{line .B.ID}}</bdi></th><th scope="col" class="num">Tokens</th></tr></thead>
<tbody>
{{range .Matches}}<tr><th scope="row"><a href="#{{.Anchor}}">Passage {{.N}}</a></th><td>{{line .A}}</td><td>{{line .B}}</td><td class="num">{{.Tokens}}</td></tr>
{{else}}<tr><td colspan="4">None that is long enough to be shown.</td></tr>
{{end}}</tbody>
</table>
</div>
<div class="sides">
{{range .Sides}}{{$side := .}}<section aria-labelledby="side-{{.Letter}}">
<h2 id="side-{{.Letter}}"><bdi>{{line .ID}}</bdi></h2>
<p class="soft">{{percent .Share}} of its fingerprints are in the other; {{.Marked}} of {{.Of}} lines are marked.{{with .Problem}} It does not parse, and is compared as far as it does: {{text .}}{{end}}</p>
{{range .Files}}<table class="code">
<caption>{{line .Name}}, as {{line $side.ID}} handed it in</caption>
<thead><tr><th scope="col" class="no">Line</th><th scope="col" class="mark">Same</th><th scope="col">Code</th></tr></thead>
<tbody>
{{range .Lines}}<tr{{if .Anchor}} id="{{.Anchor}}"{{end}}{{if .Match}} class="m{{if .Even}} even{{end}}"{{end}}><td class="no">{{.No}}</td><td class="mark">{{if .Begins}}<a href="#{{.Partner}}" aria-label="Passage {{.Match}}, to the other side">{{.Match}} {{if eq $side.Letter "a"}}→{{else}}←{{end}}</a>{{else if .Match}}{{.Match}}{{end}}</td><td>{{.Text}}</td></tr>
{{end}}</tbody>
</table>
{{with .More}}<p class="soft">{{.}} more lines are not shown.</p>{{end}}
{{end}}</section>
{{end}}</div>
</main>
`, nil)

// WritePage writes a page that shows two submissions side by side, with what is equal in both.
func WritePage(w io.Writer, p Pair, o PageOptions) error {
	matches := p.Matches()
	data := struct {
		Title, Exercise, Back string
		A, B                  *Document
		Score                 float64
		Shared                int
		Matches               []matchRow
		Sides                 []side
	}{Title: fmt.Sprintf("%s and %s: similar submissions", p.A.ID, p.B.ID), Exercise: o.Exercise, Back: o.Back, A: p.A, B: p.B, Score: p.Score, Shared: p.Shared}
	var ranges [2][]Range
	for i, m := range matches {
		data.Matches = append(data.Matches, matchRow{N: i + 1, A: m.A.in(p.A), B: m.B.in(p.B), Tokens: m.Tokens})
		ranges[0], ranges[1] = append(ranges[0], m.A), append(ranges[1], m.B)
	}
	data.Sides = []side{makeSide("a", "b", p.A, p.ShareA, ranges[0]), makeSide("b", "a", p.B, p.ShareB, ranges[1])}
	// A passage that shares all its lines with others has no line of its own to lead to.
	there := map[string]bool{}
	each := func(f func(l *sideLine)) {
		for _, s := range data.Sides {
			for _, file := range s.Files {
				for i := range file.Lines {
					f(&file.Lines[i])
				}
			}
		}
	}
	each(func(l *sideLine) { there[l.Anchor] = true })
	each(func(l *sideLine) {
		if l.Begins && !there[l.Partner] {
			l.Partner = "side-" + l.Partner[:1]
		}
	})
	for i := range data.Matches {
		m := &data.Matches[i]
		if m.Anchor = fmt.Sprintf("a%d", m.N); !there[m.Anchor] {
			m.Anchor = "side-a"
		}
	}
	return pairPage.Execute(w, data)
}

// in says a range in words.
func (r Range) in(d *Document) string {
	s := fmt.Sprintf("lines %d–%d", r.First, r.Last)
	if r.First == r.Last {
		s = fmt.Sprintf("line %d", r.First)
	}
	if len(d.Files) > 1 {
		s = d.Files[r.File].Name + ", " + s
	}
	return s
}

func makeSide(letter, other string, d *Document, share float64, ranges []Range) side {
	s := side{Letter: letter, ID: d.ID, Share: share}
	if d.Err != nil {
		s.Problem = d.Err.Error()
	}
	for i, f := range d.Files {
		lines := bytes.Split(bytes.TrimSuffix(f.Source, []byte("\n")), []byte("\n"))
		file := sideFile{Name: f.Name}
		if len(lines) > maxLines {
			file.More = len(lines) - maxLines
			lines = lines[:maxLines]
		}
		s.Of += len(lines)
		for n, l := range lines {
			file.Lines = append(file.Lines, sideLine{No: n + 1, Text: page.Excerpt(strings.TrimRight(string(l), "\r"))})
		}
		for m, r := range ranges {
			if r.File != i {
				continue
			}
			begun := false
			for n := r.First; n <= min(r.Last, len(file.Lines)); n++ {
				l := &file.Lines[n-1]
				if l.Match == 0 {
					s.Marked++
				} else if begun || l.Begins {
					continue // the line in which one passage ends and the next begins belongs to one of them
				}
				l.Match, l.Even = m+1, m%2 == 1
				if !begun {
					begun = true
					l.Begins, l.Anchor, l.Partner = true, fmt.Sprintf("%s%d", letter, m+1), fmt.Sprintf("%s%d", other, m+1)
				}
			}
		}
		s.Files = append(s.Files, file)
	}
	return s
}

// PageName gives a file name for a pair's page, from two names that are safe as file names.
func PageName(a, b string) string { return a + "--" + b + ".html" }
