package feedback

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"nncourse/grading"
	"nncourse/grading/class"
	"nncourse/grading/feedback/page"
)

// StudentOptions are what a student's page says besides the results.
type StudentOptions struct {
	Course   string
	Receipts map[string]string // by exercise: SHA-256 of the result's file, which the chain of receipts holds
	Alias    string            // the student's name on leaderboards, "" if it is no other
}

type studentPage struct {
	Title, Course, Name, ID string
	Counts                  bool // all exercises have a score
	Final, Max              float64
	Exercises               []exercisePart
}

type exercisePart struct {
	Anchor, Title string
	State         string // why there is no table of checks, "" if there is one
	Unsafe        bool
	Counts        bool
	Passed        int
	Grade         class.Grade
	Steps         []step // how the points come about, where it is not the checks alone
	Checks        []checkRow
	Next          []checkCard
	Problems      []grading.Problem
	Notes         []string
	Stdout        string
	Stderr        string
	OutputHidden  bool
	Facts         []fact
	Figures       []fact // what was measured
	Alias         string
}

type checkRow struct {
	Name           string
	Kind           string // "public", "hidden"
	Mark, Words    string
	Class          string
	Earned, Points float64
}

type checkCard struct {
	checkRow
	Failures []failure
	Cause    string // of a hidden check
	Hint     string
}

// failure is what a public check says.
type failure struct{ Input, Computed, Expected, Error, Cause, Hint string }

type step struct {
	What    string
	Comment string
	Points  string
}

type fact struct {
	Name, Value string
	Code        bool
}

var studentTemplate = page.New("student", `<header class="top">
{{with .Course}}<p class="course">{{line .}}</p>{{end}}
<h1>Feedback for <bdi>{{line .Name}}</bdi></h1>
{{if ne .Name .ID}}<p class="soft">Student <bdi>{{line .ID}}</bdi></p>{{end}}
</header>
<main>
{{if .Exercises}}{{if gt (len .Exercises) 1}}
<p class="big">{{points .Final}} <small>of {{points .Max}} points in {{len .Exercises}} exercises{{if not .Counts}}; not all of them have a score yet{{end}}</small></p>
<table>
<caption>Points by exercise</caption>
<thead><tr><th scope="col">Exercise</th><th scope="col">Checks passed</th><th scope="col" class="num">Points</th></tr></thead>
<tbody>
{{range .Exercises}}<tr><th scope="row"><a href="#{{.Anchor}}">{{line .Title}}</a></th><td>{{if .State}}{{.State}}{{else}}{{.Passed}} of {{len .Checks}}{{end}}</td><td class="num">{{template "score" .}}</td></tr>
{{end}}</tbody>
</table>
{{end}}{{range .Exercises}}{{template "exercise" .}}{{end}}
{{else}}<p>There is no result yet.</p>
{{end}}</main>
<footer>
<p>“Hidden” checks run the same functions on cases that are not shown, so that an answer is right and not only fits the cases of the statement.
For them this page says how they ended, the likely cause and where to look next.</p>
</footer>
{{define "score"}}{{if .Counts}}{{points .Grade.Final}} of {{points .Grade.Max}}{{else}}no score yet{{end}}{{end}}
{{define "tag"}}<span class="tag {{.Class}}"><span aria-hidden="true">{{.Mark}}&nbsp;</span>{{.Words}}</span>{{end}}
{{define "exercise"}}<section aria-labelledby="{{.Anchor}}">
<h2 id="{{.Anchor}}">{{line .Title}}</h2>
{{if .Counts}}<p class="big">{{points .Grade.Final}} <small>of {{points .Grade.Max}} points{{if not .State}}, {{.Passed}} of {{len .Checks}} checks passed{{end}}</small></p>
{{meter .Grade.Final .Grade.Max}}{{end}}
{{with .State}}<p><strong>{{.}}</strong></p>{{end}}
{{if .Unsafe}}<p class="note"><strong>Graded without a sandbox.</strong> The teacher chose to run the class’s programs where nothing contains a hostile one. This grade is worth no more than the trust in every student of the class.</p>{{end}}
{{if .Steps}}<table>
<caption>How the points come about</caption>
<thead><tr><th scope="col">Step</th><th scope="col">Comment</th><th scope="col" class="num">Points</th></tr></thead>
<tbody>
{{range .Steps}}<tr><th scope="row">{{line .What}}</th><td class="free">{{text .Comment}}</td><td class="num">{{.Points}}</td></tr>
{{end}}</tbody>
<tfoot><tr><th scope="row" colspan="2">Final</th><td class="num">{{template "score" .}}</td></tr></tfoot>
</table>{{end}}
{{if .Problems}}<h3>It does not build</h3>
<ol class="plain">
{{range .Problems}}<li>{{with .Place}}<strong>{{line .}}</strong>: {{end}}<code>{{text .Message}}</code>
{{with .Source}}<pre>{{text .}}</pre>{{end}}{{with .Explain}}<p>In plain words: {{text .}}.</p>{{end}}</li>
{{end}}</ol>{{end}}
{{if .Checks}}<table>
<caption>Checks of {{line .Title}}</caption>
<thead><tr><th scope="col">Check</th><th scope="col">Kind</th><th scope="col">Result</th><th scope="col" class="num">Points</th></tr></thead>
<tbody>
{{range .Checks}}<tr><th scope="row">{{line .Name}}</th><td>{{.Kind}}</td><td>{{template "tag" .}}</td><td class="num">{{points .Earned}} of {{points .Points}}</td></tr>
{{end}}</tbody>
</table>{{end}}
{{if .Figures}}<h3>What was measured</h3>
<dl class="facts">
{{range .Figures}}<dt>{{line .Name}}</dt><dd>{{line .Value}}</dd>
{{end}}</dl>
{{with .Alias}}<p>On the class’s leaderboard you are <strong>{{line .}}</strong>.</p>{{end}}{{end}}
{{if .Next}}<h3>Where to look</h3>
{{range .Next}}<article class="card {{.Class}}">
<h4>{{line .Name}} {{template "tag" .}}</h4>
{{range .Failures}}<dl>
{{with .Input}}<dt>Input</dt><dd><pre>{{text .}}</pre></dd>{{end}}
{{with .Computed}}<dt>Computed</dt><dd><pre>{{text .}}</pre></dd>{{end}}
{{with .Expected}}<dt>Expected</dt><dd><pre>{{text .}}</pre></dd>{{end}}
{{with .Error}}<dt>Error</dt><dd>{{text .}}</dd>{{end}}
{{with .Cause}}<dt>Likely cause</dt><dd>{{text .}}</dd>{{end}}
{{with .Hint}}<dt>Next hint</dt><dd class="next">{{text .}}</dd>{{end}}
</dl>
{{end}}{{if .Cause}}<dl>
<dt>Likely cause</dt><dd>{{text .Cause}}</dd>
{{with .Hint}}<dt>Next hint</dt><dd class="next">{{text .}}</dd>{{end}}
</dl>
{{end}}</article>
{{end}}{{end}}
{{if .Notes}}<h3>Left aside</h3>
<ul>
{{range .Notes}}<li>{{text .}}</li>
{{end}}</ul>{{end}}
{{if or .Stdout .Stderr .OutputHidden}}<h3>What your program printed</h3>
<p class="soft">Printing changes no grade.{{if .OutputHidden}} What was printed from the first hidden check on is not shown.{{end}}</p>
{{with .Stdout}}<h4>Standard output</h4>
<pre>{{.}}</pre>{{end}}
{{with .Stderr}}<h4>Standard error</h4>
<pre>{{.}}</pre>{{end}}{{end}}
{{if .Facts}}<h3>How this was graded</h3>
<dl class="facts">
{{range .Facts}}<dt>{{.Name}}</dt><dd>{{if .Code}}<code>{{line .Value}}</code>{{else}}{{line .Value}}{{end}}</dd>
{{end}}</dl>{{end}}
</section>
{{end}}
`, map[string]any{"meter": meter})

// WriteStudent writes a student's page. It holds nothing of a hidden check but its points, verdict, cause and hint.
func WriteStudent(w io.Writer, s class.StudentResult, o StudentOptions) error {
	p := studentPage{Title: "Feedback for " + full(s), Course: o.Course, Name: full(s), ID: s.ID, Counts: true}
	for i := range s.Results {
		x := studentPart(&s.Results[i], o.Receipts[s.Results[i].Exercise])
		x.Anchor, x.Alias = fmt.Sprintf("exercise-%d", i+1), o.Alias
		p.Exercises = append(p.Exercises, x)
		p.Max += x.Grade.Max
		if x.Counts {
			p.Final += x.Grade.Final
		} else {
			p.Counts = false
		}
	}
	return studentTemplate.Execute(w, p)
}

func studentPart(r *class.Result, receipt string) exercisePart {
	x := exercisePart{Title: r.Exercise, Unsafe: r.Unsafe, Counts: r.Grade.Counts, Grade: r.Grade}
	rep := r.Report
	if rep != nil {
		x.Title = rep.Title
	}
	switch {
	case r.State == class.Missing:
		x.State = "Nothing was handed in"
	case r.State == class.Failed:
		// Why is the teacher's to read: the text may name a hidden check.
		x.State = "The grader failed here, not you: your teacher has to look at it"
	case rep == nil:
		x.State = "There is no report"
	}
	labels, points := map[string]string{}, map[string]float64{}
	if rep != nil {
		hidden := 0
		for _, c := range rep.Checks {
			row := checkRow{Name: c.Title, Kind: "public", Earned: c.Earned, Points: c.Points}
			row.Mark, row.Words, row.Class = verdictWords(c.Verdict)
			if !c.Public {
				hidden++
				row.Name, row.Kind = fmt.Sprintf("Hidden check %d", hidden), "hidden"
			}
			labels[c.ID], points[c.ID] = row.Name, c.Points
			if x.State != "" {
				continue
			}
			x.Checks = append(x.Checks, row)
			if c.Verdict == grading.Pass {
				x.Passed++
			} else if c.Verdict != grading.Unbuildable {
				x.add(card(row, &c))
			}
		}
	}
	if x.State == "" {
		x.Problems, x.Notes = rep.Problems, rep.Notes
		for _, f := range rep.Figures {
			x.Figures = append(x.Figures, fact{Name: f.Name, Value: f.Text()})
		}
		x.Stdout, x.Stderr = page.Excerpt(open(rep.Stdout, rep.StdoutOpen)), page.Excerpt(open(rep.Stderr, rep.StderrOpen))
		x.OutputHidden = len(rep.Stdout) > rep.StdoutOpen || len(rep.Stderr) > rep.StderrOpen
	}
	x.Steps = steps(r, labels, points)
	x.Facts = facts(r, receipt)
	return x
}

// add adds a card. Hidden checks that say the same share one.
func (x *exercisePart) add(k checkCard) {
	for i := range x.Next {
		if old := &x.Next[i]; k.Kind == "hidden" && old.Kind == "hidden" && old.Words == k.Words && old.Cause == k.Cause && old.Hint == k.Hint {
			old.Name = strings.Replace(old.Name, "check ", "checks ", 1) + ", " + strings.TrimPrefix(k.Name, "Hidden check ")
			return
		}
	}
	x.Next = append(x.Next, k)
}

// open gives the first n bytes of what was printed.
func open(s string, n int) string { return strings.ToValidUTF8(s[:max(0, min(n, len(s)))], "") }

func card(row checkRow, c *grading.CheckResult) checkCard {
	k := checkCard{checkRow: row}
	if c.Public {
		for _, f := range c.Failures {
			k.Failures = append(k.Failures, failure{f.Input, f.Computed, f.Expected, f.Error, f.Cause, f.Hint})
		}
		if len(c.Failures) == 0 {
			k.Cause, k.Hint = general(c.Verdict), generalHint
		}
		return k
	}
	for _, f := range c.Failures {
		if f.Cause != "" || f.Hint != "" {
			k.Cause, k.Hint = f.Cause, f.Hint
			break
		}
	}
	if k.Cause == "" {
		k.Cause = general(c.Verdict)
		if k.Hint == "" {
			k.Hint = generalHint
		}
	}
	return k
}

// steps tells what a teacher gave by hand and what lateness cost. Grade.Words is not used: it names checks by their IDs.
func steps(r *class.Result, labels map[string]string, points map[string]float64) []step {
	g := r.Grade
	late := lateWords(g)
	if len(g.Manual) == 0 && late == "" {
		return nil
	}
	all := []step{{What: "The checks", Points: page.Points(g.Auto)}}
	if r.State == class.Failed {
		all[0].Points = "no score"
	}
	var final []step
	for _, m := range g.Manual {
		s := step{Comment: m.Comment, Points: page.Points(m.Points)}
		switch m.Check {
		case "total":
			s.What = "All checks together, set by hand"
		case "adjust":
			s.What = "Added by hand"
			if m.Points >= 0 {
				s.Points = "+" + s.Points
			}
		case "final":
			s.What = "Final points, set by hand"
			final = append(final, s)
			continue
		default:
			s.What = "A check, set by hand"
			if l, ok := labels[m.Check]; ok {
				s.What, s.Points = l+", set by hand", s.Points+" of "+page.Points(points[m.Check])
			}
		}
		all = append(all, s)
	}
	if late != "" {
		all = append(all, step{What: "Handed in late", Comment: late, Points: page.Points(-g.Penalty)})
	}
	return append(all, final...)
}

// lateWords tells what lateness cost, "" if the submission was in time.
func lateWords(g class.Grade) string {
	if g.LateBy <= 0 {
		return ""
	}
	by := time.Duration(g.LateBy * float64(time.Second)).Round(time.Minute)
	d := int(by / (24 * time.Hour))
	words := fmt.Sprintf("%d h %d min after the due date", int(by.Hours())%24, int(by.Minutes())%60)
	if d > 0 {
		words = fmt.Sprintf("%d d %s", d, words)
	}
	switch {
	case g.Days == 0:
		return words + ", within the grace time"
	case g.Free >= g.Days:
		return fmt.Sprintf("%s; %d begun, paid from your late days", words, g.Days) + dayWord(g.Days)
	case g.Free > 0:
		return fmt.Sprintf("%s; %d begun%s, %d of them paid from your late days; penalty %s %%", words, g.Days, dayWord(g.Days), g.Free, page.Points(g.Percent))
	}
	return fmt.Sprintf("%s; %d begun%s; penalty %s %%", words, g.Days, dayWord(g.Days), page.Points(g.Percent))
}

func dayWord(n int) string {
	if n == 1 {
		return " day"
	}
	return " days"
}

func facts(r *class.Result, receipt string) []fact {
	var all []fact
	add := func(name, value string, code bool) {
		if value != "" {
			all = append(all, fact{name, value, code})
		}
	}
	add("Handed in", r.Source, true)
	add("Time", when(r.Submitted), false)
	add("Due", when(r.Grade.Due), false)
	if rep := r.Report; rep != nil {
		box := rep.Sandbox
		if box == "" {
			box = "none"
		}
		add("Sandbox", box, true)
		add("Instances", rep.Seed, true)
		add("Attempt", r.Attempt, true)
		add("Computed with", strings.TrimSpace(rep.Go+", "+rep.Backend), false)
		add("SHA-256 of your source", rep.Submission, true)
		add("SHA-256 of the grader", rep.Grader, true)
	}
	add("Receipt (SHA-256 of the result)", receipt, true)
	return all
}

// when prints a time of RFC 3339 for people; UTC, as it is recorded.
func when(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return s
	}
	return t.UTC().Format("Monday, 2 January 2006, 15:04 UTC")
}

// share gives x/max in [0, 1].
func share(x, most float64) float64 {
	if !(most > 0) || math.IsNaN(x) {
		return 0
	}
	return min(max(x/most, 0), 1)
}
