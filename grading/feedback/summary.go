package feedback

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"nncourse/grading"
	"nncourse/grading/class"
	"nncourse/grading/feedback/page"
)

// SummaryOptions are what the summary says besides the results.
type SummaryOptions struct {
	Course  string
	Similar []Similar
	Page    func(student string) string // relative address of a student's page; nil means no links
}

type summaryPage struct {
	Title, Course string
	Students      int
	Facts         []tile
	Unsafe        bool
	Sandboxes     []string
	Attention     []attention
	Columns       template.HTML
	NoScore       int
	Exercises     []exerciseSummary
	Rows          []studentRow
	Similar       []similarPart
}

type tile struct{ Value, Words string }

type attention struct {
	ID, Page, Title string
	State           string
	Why             []string
}

type exerciseSummary struct {
	Anchor, Title string
	Max           float64
	States        string
	Mean, Median  string
	Checks        []checkSummary
	Mistakes      []mistakeRow
	Unnamed       int
}

type checkSummary struct {
	ID, Title, Kind string
	Points          float64
	Bar             template.HTML
	Passed, Of      int
	N               [4]int
	Verdicts        string
}

type mistakeRow struct {
	Cause, ID string
	Students  int
	Checks    []string
}

type studentRow struct {
	ID, Name, Page string
	Cells          []scoreCell
	Total, Of      string
	Share          string
}

type scoreCell struct{ Points, Words string }

type similarPart struct {
	Title    string
	Compared int
	Pairs    []SimilarPair
}

var summaryTemplate = page.New("summary", patterns+`<header class="top">
{{with .Course}}<p class="course">{{line .}}</p>{{end}}
<h1>Summary of the class</h1>
<p class="soft">For the teacher: this page names hidden checks.</p>
</header>
<main>
<ul class="tiles">
{{range .Facts}}<li><b>{{.Value}}</b> {{.Words}}</li>
{{end}}</ul>
{{if .Unsafe}}<p class="note"><strong>Graded without a sandbox that contains a hostile program</strong> (<code>--unsafe-no-sandbox</code>). These grades are worth no more than the trust in every student of the class.</p>{{end}}
{{if .Sandboxes}}<p>Sandbox: {{range $i, $s := .Sandboxes}}{{if $i}}; {{end}}<code>{{line $s}}</code>{{end}}.</p>{{end}}
{{if .Attention}}<h2>To be looked at</h2>
<table>
<caption>Results that need a teacher</caption>
<thead><tr><th scope="col">Student</th><th scope="col">Exercise</th><th scope="col">State</th><th scope="col">Why</th></tr></thead>
<tbody>
{{range .Attention}}<tr><th scope="row">{{template "who" .}}</th><td>{{line .Title}}</td><td>{{.State}}</td><td class="free">{{range $i, $w := .Why}}{{if $i}}<br>{{end}}{{text $w}}{{end}}</td></tr>
{{end}}</tbody>
</table>{{end}}
<h2>Scores</h2>
{{.Columns}}
<p class="soft">Each student’s final points in percent of the points of all their exercises{{with .NoScore}}; {{.}} without a score are left out{{end}}.</p>
{{range .Exercises}}<section aria-labelledby="{{.Anchor}}">
<h2 id="{{.Anchor}}">{{line .Title}}</h2>
<p>{{.States}}. Mean {{.Mean}}, median {{.Median}} of {{points .Max}} points among those who handed in.</p>
{{if .Checks}}<ul class="legend" aria-label="Parts of the bars">
{{range kinds}}<li>{{swatch .Class}}{{.Words}}</li>
{{end}}</ul>
<div class="scroll" tabindex="0" role="region" aria-label="Checks of {{line .Title}}">
<table>
<caption>How the checks of {{line .Title}} ended</caption>
<thead><tr><th scope="col">Check</th><th scope="col">Kind</th><th scope="col" class="num">Points</th><th scope="col">Share</th><th scope="col" class="num">Passed</th><th scope="col">Others</th></tr></thead>
<tbody>
{{range .Checks}}<tr><th scope="row">{{line .Title}} <span class="soft">({{line .ID}})</span></th><td>{{.Kind}}</td><td class="num">{{points .Points}}</td><td>{{.Bar}}</td><td class="num">{{.Passed}} of {{.Of}}</td><td>{{.Verdicts}}</td></tr>
{{end}}</tbody>
</table>
</div>{{end}}
{{if .Mistakes}}<h3>Most frequent mistakes</h3>
<table>
<caption>Mistakes in {{line .Title}}, by the number of students</caption>
<thead><tr><th scope="col">Likely cause</th><th scope="col" class="num">Students</th><th scope="col">Found by the checks</th></tr></thead>
<tbody>
{{range .Mistakes}}<tr><th scope="row" class="free">{{text .Cause}}{{with .ID}} <span class="soft">({{line .}})</span>{{end}}</th><td class="num">{{.Students}}</td><td>{{range $i, $c := .Checks}}{{if $i}}, {{end}}{{line $c}}{{end}}</td></tr>
{{end}}</tbody>
</table>{{end}}
{{with .Unnamed}}<p class="soft">{{.}} failed {{if eq . 1}}check has{{else}}checks have{{end}} no known cause.</p>{{end}}
</section>
{{end}}
<h2>Students</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Table of students">
<table>
<caption>Final points of {{.Students}} students, by name of the student’s entry</caption>
<thead><tr><th scope="col">Student</th><th scope="col">Name</th>{{range .Exercises}}<th scope="col" class="num">{{line .Title}}</th>{{end}}<th scope="col" class="num">Total</th><th scope="col" class="num">Percent</th></tr></thead>
<tbody>
{{range .Rows}}<tr><th scope="row">{{template "who" .}}</th><td><bdi>{{line .Name}}</bdi></td>{{range .Cells}}<td class="num">{{.Points}}{{with .Words}}<br><span class="soft">{{.}}</span>{{end}}</td>{{end}}<td class="num">{{.Total}} of {{.Of}}</td><td class="num">{{.Share}}</td></tr>
{{end}}</tbody>
</table>
</div>
<h2>Similar submissions</h2>
<p>Compared by winnowing over the syntax tree: names, literals, comments, layout and the order of declarations play no part, and the code that everybody was given is left out.
The percentage is the share of the smaller submission’s fingerprints that are in the other. It is a reason to read both, not a proof.</p>
{{range .Similar}}<h3>{{line .Title}}</h3>
{{if .Pairs}}<table>
<caption>Similar pairs among {{.Compared}} submissions to {{line .Title}}, the most similar first</caption>
<thead><tr><th scope="col">Pair</th><th scope="col" class="num">Similarity</th><th scope="col" class="num">Fingerprints in common</th></tr></thead>
<tbody>
{{range .Pairs}}<tr><th scope="row">{{if .Page}}<a href="{{.Page}}"><bdi>{{line .A}}</bdi> and <bdi>{{line .B}}</bdi></a>{{else}}<bdi>{{line .A}}</bdi> and <bdi>{{line .B}}</bdi>{{end}}</th><td class="num">{{percent .Score}}</td><td class="num">{{.Shared}}</td></tr>
{{end}}</tbody>
</table>{{else}}<p>No two of {{.Compared}} submissions are similar.</p>{{end}}
{{else}}<p>Nothing was compared.</p>
{{end}}
</main>
<footer><p>The points are those of gradebook.csv; summary.json has the same counts for programs.</p></footer>
{{define "who"}}{{if .Page}}<a href="{{.Page}}"><bdi>{{line .ID}}</bdi></a>{{else}}<bdi>{{line .ID}}</bdi>{{end}}{{end}}
`, map[string]any{"kinds": func() any { return kinds }, "swatch": swatch})

// short names verdicts where there is little room.
var short = map[grading.Verdict]string{grading.Fail: "wrong", grading.Error: "no answer", grading.Timeout: "too long", grading.Crash: "crashed",
	grading.OutOfMemory: "out of memory", grading.Unbuildable: "not built"}

// exerciseName is an exercise of the batch.
type exerciseName struct{ slug, title string }

// exercisesOf gives the exercises in the order of their slugs.
func exercisesOf(all []class.StudentResult) []exerciseName {
	titles := map[string]string{}
	for _, s := range all {
		for _, r := range s.Results {
			if titles[r.Exercise] == "" || titles[r.Exercise] == r.Exercise {
				titles[r.Exercise] = r.Exercise
				if r.Report != nil && r.Report.Title != "" {
					titles[r.Exercise] = r.Report.Title
				}
			}
		}
	}
	var list []exerciseName
	for slug, title := range titles {
		list = append(list, exerciseName{slug, title})
	}
	slices.SortFunc(list, func(a, b exerciseName) int { return strings.Compare(a.slug, b.slug) })
	return list
}

// WriteSummary writes the teacher's summary. Students come in the order of their IDs, whatever their order in all.
func WriteSummary(w io.Writer, all []class.StudentResult, o SummaryOptions) error {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b class.StudentResult) int { return strings.Compare(a.ID, b.ID) })
	link := func(id string) string {
		if o.Page == nil {
			return ""
		}
		return o.Page(id)
	}
	p := summaryPage{Title: "Summary of the class", Course: o.Course, Students: len(all)}
	names := exercisesOf(all)
	var bins [10]int
	handed, graded := 0, 0
	sandboxes := map[string]int{}
	for _, s := range all {
		row := studentRow{ID: s.ID, Page: link(s.ID)}
		if n := full(s); n != s.ID {
			row.Name = n
		}
		final, most := 0.0, 0.0
		for _, x := range names {
			i := slices.IndexFunc(s.Results, func(r class.Result) bool { return r.Exercise == x.slug })
			if i < 0 {
				row.Cells = append(row.Cells, scoreCell{Points: "–", Words: "not set"})
				continue
			}
			r := &s.Results[i]
			c := scoreCell{Points: page.Points(r.Grade.Final), Words: stateWords(r)}
			if r.Grade.Counts {
				final, most = final+r.Grade.Final, most+r.Grade.Max
			} else {
				c.Points = "–"
			}
			row.Cells = append(row.Cells, c)
			p.Unsafe = p.Unsafe || r.Unsafe
			if r.State != class.Missing {
				handed++
			}
			if r.State == class.Graded {
				graded++
				if r.Report != nil && r.Report.Starts > 0 {
					sandboxes[cmp.Or(r.Report.Sandbox, "none")]++
				}
			}
			if len(r.Teacher) > 0 || r.State == class.Failed || r.State == class.Refused {
				p.Attention = append(p.Attention, attention{ID: s.ID, Page: link(s.ID), Title: x.title, State: string(r.State), Why: r.Teacher})
			}
		}
		row.Total, row.Of, row.Share = page.Points(final), page.Points(most), "–"
		if most > 0 {
			row.Share = page.Percent(share(final, most))
			bins[min(9, int(10*share(final, most)+1e-9))]++
		} else {
			p.NoScore++
		}
		p.Rows = append(p.Rows, row)
	}
	p.Columns = columns(bins)
	for s, n := range sandboxes {
		p.Sandboxes = append(p.Sandboxes, fmt.Sprintf("%s (%d)", s, n))
	}
	slices.Sort(p.Sandboxes)
	similar := 0
	for _, s := range o.Similar {
		p.Similar = append(p.Similar, similarPart{cmp.Or(s.Title, s.Exercise), s.Compared, s.Pairs})
		similar += len(s.Pairs)
	}
	for i, x := range names {
		e := summarise(x, all)
		e.Anchor = fmt.Sprintf("exercise-%d", i+1)
		p.Exercises = append(p.Exercises, e)
	}
	p.Facts = []tile{{fmt.Sprint(len(all)), "students"}, {fmt.Sprint(handed), "submissions"}, {fmt.Sprint(graded), "graded"},
		{fmt.Sprint(len(p.Attention)), "to be looked at"}, {fmt.Sprint(similar), "similar pairs"}}
	return summaryTemplate.Execute(w, p)
}

func stateWords(r *class.Result) string {
	var words []string
	switch r.State {
	case class.Missing:
		words = append(words, "nothing handed in")
	case class.Failed:
		words = append(words, "grader failed")
	case class.Refused:
		words = append(words, "refused")
	case class.Graded:
		if r.Report != nil && r.Report.Verdict == grading.Unbuildable {
			words = append(words, "does not build")
		}
	}
	if r.Grade.Penalty > 0 {
		words = append(words, "late, −"+page.Points(r.Grade.Penalty))
	} else if r.Grade.Days > 0 {
		words = append(words, "late")
	}
	if len(r.Grade.Manual) > 0 {
		words = append(words, "by hand")
	}
	return strings.Join(words, "; ")
}

func summarise(x exerciseName, all []class.StudentResult) exerciseSummary {
	e := exerciseSummary{Title: x.title, Mean: "–", Median: "–"}
	states := map[class.State]int{}
	var final []float64
	index := map[string]int{}
	verdicts := []map[grading.Verdict]int{}
	type mistake struct {
		cause    map[string]int
		students int
		checks   map[string]bool
	}
	mistakes := map[string]*mistake{}
	for _, s := range all {
		mine := map[string]bool{} // each student counts once for a mistake
		note := func(id, cause, check string) {
			m := mistakes[id]
			if m == nil {
				m = &mistake{cause: map[string]int{}, checks: map[string]bool{}}
				mistakes[id] = m
			}
			m.cause[cause]++
			m.checks[check] = true
			if !mine[id] {
				mine[id] = true
				m.students++
			}
		}
		for _, r := range s.Results {
			if r.Exercise != x.slug {
				continue
			}
			states[r.State]++
			e.Max = max(e.Max, r.Grade.Max)
			if r.Grade.Counts && r.State != class.Missing {
				final = append(final, r.Grade.Final)
			}
			if r.Report == nil || r.State == class.Failed {
				continue
			}
			for _, pr := range r.Report.Problems {
				if r.State == class.Graded && pr.Explain != "" {
					note("\x00"+pr.Explain, "does not build: "+pr.Explain, "none: the compiler or the intake")
				}
			}
			for _, c := range r.Report.Checks {
				i, ok := index[c.ID]
				if !ok {
					i = len(e.Checks)
					index[c.ID] = i
					kind := "hidden"
					if c.Public {
						kind = "public"
					}
					e.Checks = append(e.Checks, checkSummary{ID: c.ID, Title: c.Title, Kind: kind, Points: c.Points})
					verdicts = append(verdicts, map[grading.Verdict]int{})
				}
				k := &e.Checks[i]
				verdicts[i][c.Verdict]++
				k.Of++
				switch c.Verdict {
				case grading.Pass:
					k.N[0]++
					k.Passed++
				case grading.Fail:
					k.N[1]++
				case grading.Unbuildable:
					k.N[3]++
				default:
					k.N[2]++
				}
				if c.Verdict == grading.Pass || c.Verdict == grading.Unbuildable {
					continue
				}
				named := false
				for _, f := range c.Failures {
					if id := cmp.Or(f.Mistake, f.Cause); id != "" {
						note(id, cmp.Or(f.Cause, f.Mistake), c.ID)
						named = true
					}
				}
				if !named {
					e.Unnamed++
				}
			}
		}
	}
	for i := range e.Checks {
		var words []string
		for _, v := range []grading.Verdict{grading.Fail, grading.Error, grading.Timeout, grading.Crash, grading.OutOfMemory, grading.Unbuildable} {
			if n := verdicts[i][v]; n > 0 {
				words = append(words, fmt.Sprintf("%d %s", n, short[v]))
			}
		}
		e.Checks[i].Verdicts = strings.Join(words, ", ")
		e.Checks[i].Bar = bar(e.Checks[i].N)
	}
	for id, m := range mistakes {
		row := mistakeRow{ID: id, Students: m.students}
		most := 0
		for c, n := range m.cause {
			if n > most || n == most && c < row.Cause {
				row.Cause, most = c, n
			}
		}
		if id == row.Cause || strings.HasPrefix(id, "\x00") {
			row.ID = ""
		}
		for c := range m.checks {
			row.Checks = append(row.Checks, c)
		}
		slices.Sort(row.Checks)
		e.Mistakes = append(e.Mistakes, row)
	}
	slices.SortFunc(e.Mistakes, func(a, b mistakeRow) int {
		return cmp.Or(cmp.Compare(b.Students, a.Students), strings.Compare(a.Cause, b.Cause))
	})
	if more := len(e.Mistakes) - 25; more > 0 {
		e.Mistakes = e.Mistakes[:25]
	}
	var words []string
	for _, s := range []struct {
		state class.State
		words string
	}{{class.Graded, "graded"}, {class.Refused, "refused"}, {class.Missing, "missing"}, {class.Failed, "where the grader failed"}} {
		if n := states[s.state]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, s.words))
		}
	}
	e.States = strings.Join(words, ", ")
	if n := len(final); n > 0 {
		slices.Sort(final)
		sum := 0.0
		for _, f := range final {
			sum += f
		}
		e.Mean, e.Median = page.Points(sum/float64(n)), page.Points((final[(n-1)/2]+final[n/2])/2)
	}
	return e
}
