package feedback

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nncourse/grading"
	"nncourse/grading/checks"
	"nncourse/grading/class"
	"nncourse/grading/similarity"
	"nncourse/lib/workspace"
)

func root(t testing.TB) string {
	t.Helper()
	dir, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// hostile is text that would do harm on a page that does not escape it.
const hostile = `</script><script>document.title="hacked"</script><img src=x onerror=alert(1)>"'` + "`" + `{{.}}]]>-->` + "\x00\x1b[31m\x7f\u202e\u2066"

var people = [][2]string{{"Anna", "Berg"}, {"Bilal", "Yılmaz"}, {"Chen", "Wěi"}, {"Dana", "O’Neill"}, {"Émile", "Zürcher"}, {"Fatima", "Al-Sayed"}, {"Gita", "Rao"}, {"Hugo", "Lindström"},
	{"Ida", "Nowak"}, {"Jonas", "Weber"}, {"Kim", "Min-jun"}, {"Lucía", "Fernández"}, {"Mika", "Virtanen"}, {"Nora", "Haddad"}, {"Olga", "Ivanova"}, {"Paul", "Schmidt"}, {"Quỳnh", "Nguyễn"}, {"Rosa", "Conti"}}

// sampleClass is a made-up class of eighteen over two exercises: its results look as those of package class, its sources are
// those of solutions/ and its reports are drawn at random from the exercises' own checks and mistakes.
func sampleClass(t testing.TB) []class.StudentResult {
	t.Helper()
	rng := rand.New(rand.NewPCG(4, 2026))
	var exercises []grading.Exercise
	for _, e := range checks.All {
		if e.Slug == "deepfool" || e.Slug == "least-norm-gd" {
			exercises = append(exercises, e)
		}
	}
	if len(exercises) != 2 {
		t.Fatalf("%d of the two exercises of the sample are there", len(exercises))
	}
	slices.SortFunc(exercises, func(a, b grading.Exercise) int { return strings.Compare(a.Slug, b.Slug) }) // as package class does
	sources := map[string][]string{}
	for _, e := range exercises {
		for _, g := range []string{"*.go", "right/*/*.go", "wrong/*/*.go"} {
			list, err := filepath.Glob(filepath.Join(root(t), "solutions", e.Slug, g))
			if err != nil {
				t.Fatal(err)
			}
			sources[e.Slug] = append(sources[e.Slug], list...)
		}
	}
	var all []class.StudentResult
	for i, name := range people {
		s := class.StudentResult{ID: strings.ToLower(fmt.Sprintf("%s%02d", string([]rune(name[0])[:1]), i+1)), FirstName: name[0], LastName: name[1]}
		for k := range exercises {
			e := &exercises[k]
			r := class.Result{Schema: class.Schema, Student: s.ID, Exercise: e.Slug, Attempt: "0", State: class.Graded, Source: s.ID + "/" + e.Files[0],
				Submitted: fmt.Sprintf("2026-11-%02dT18:%02d:00Z", 14+i%7, i), SubmittedBy: "file"}
			r.Grade.Due, r.Grade.Max, r.Grade.Counts = "2026-11-20T22:59:00Z", e.Max(), true
			rep := &grading.Report{Exercise: e.Slug, Title: e.Title, Target: r.Source, Student: s.ID, Max: e.Max(), Verdict: grading.Pass,
				Sandbox: "rlimits+landlock+seccomp", Submission: strings.Repeat(fmt.Sprintf("%02x", 17*i+k), 32), Grader: strings.Repeat("5a", 32), Seed: fmt.Sprintf("%016x", rng.Uint64()),
				Go: "go1.26 linux/amd64", Backend: "float64", Starts: 1}
			// The first three have it all right; the more to the end, the less.
			for j, c := range e.Checks {
				res := grading.CheckResult{ID: c.ID, Title: c.Title, Points: c.Points, Public: c.Public, Verdict: grading.Pass, Failures: []grading.Failure{}}
				if i > 2 && rng.Float64() < float64(i)/26 && (!c.Public || i > 9) {
					m := e.Mistakes[(i/3+j)%len(e.Mistakes)]
					res.Verdict = grading.Fail
					f := grading.Failure{Input: "HIDDENINPUT" + c.ID + "(func, [0.8415 −1.25 0.3], 0.02, 50)", Computed: "HIDDENCOMPUTED [0.42 0.17 −0.05]", Expected: "HIDDENEXPECTED [0.21 0.085 −0.025]",
						Error: "HIDDENERROR worst difference 0.21 in entry 0", Mistake: m.ID, Cause: m.Cause, Hint: m.Hint}
					if c.Public {
						f.Input, f.Computed, f.Expected, f.Error = "Binary(func, [2 −1], 0.02, 50)", "[−0.36 0.48], 1", "[−1.836 2.448], 1", "r differs by 2.46 at most; 1e-9 is allowed"
					}
					switch rng.IntN(9) {
					case 0:
						res.Verdict, f.Mistake, f.Cause, f.Hint = grading.Timeout, "", "a loop that does not end, or far too much work", "look at each loop: what makes its condition false?"
					case 1:
						res.Verdict, f.Mistake, f.Cause, f.Hint = grading.Crash, "", "an index runs past the end of a slice", "check lengths first: an empty input and one element are inputs too"
					case 2:
						f.Mistake, f.Cause, f.Hint = "", "", ""
					}
					res.Failures = append(res.Failures, f)
					if rep.Verdict == grading.Pass {
						rep.Verdict = res.Verdict
					}
				} else {
					res.Earned = c.Points
					rep.Score += c.Points
				}
				rep.Checks = append(rep.Checks, res)
			}
			// The solution and the two right ones are independent; two wrong variants are close to the solution.
			if list := sources[e.Slug]; i < 5 {
				text, err := os.ReadFile(list[i])
				if err != nil {
					t.Fatal(err)
				}
				r.Files = []grading.Source{{Name: e.Files[0], Text: text}}
			}
			r.Grade.Auto, r.Report = rep.Score, rep
			switch {
			case i == 4 && k == 0: // does not build
				rep.Verdict, rep.Score, r.Grade.Auto = grading.Unbuildable, 0, 0
				for j := range rep.Checks {
					rep.Checks[j].Verdict, rep.Checks[j].Earned, rep.Checks[j].Failures = grading.Unbuildable, 0, []grading.Failure{}
				}
				rep.Problems = []grading.Problem{
					{Place: "deepfool.go:31:12", Source: "\t\tr[i] = step * g[i] / n", Message: "invalid operation: step * g[i] / n (mismatched types float64 and int)", Explain: "Go does not mix int and float64: write float64(n)"},
					{Place: "deepfool.go:40:2", Source: "\tnorm := 0.0", Message: "declared and not used: norm", Explain: "the variable norm is never read; use it or delete it"}}
			case i == 5: // late, and a teacher's word
				r.Submitted = "2026-11-22T02:45:40Z"
				r.Grade.LateBy, r.Grade.Days, r.Grade.Free, r.Grade.Percent = 100000, 2, 1, 10
				r.Grade.Manual = []class.Manual{{Student: s.ID, Exercise: e.Slug, Check: "adjust", Points: 2, Comment: "Well explained in the comments."},
					{Student: s.ID, Exercise: e.Slug, Check: e.Checks[len(e.Checks)-1].ID, Points: 1, Comment: "The idea is right."}}
				rep.Stdout, rep.Stderr = "step 1: f = 15\nstep 2: f = −0.3\nHIDDENPRINTED 0.8415\n", "warning: no progress\n"
				rep.StdoutOpen, rep.StderrOpen = strings.Index(rep.Stdout, "HIDDEN"), len(rep.Stderr)
			case i == 8 && k == 1:
				r.State, r.Report, r.Files, r.Source, r.Submitted, r.Grade.Auto = class.Missing, nil, nil, "", "", 0
			case i == 11 && k == 0:
				r.State, r.Error, r.Grade.Counts = class.Failed, "check HIDDENFAULT panicked", false
				r.Teacher = []string{"the grader failed: check binary-edges panicked: index out of range"}
			case i == 13 && k == 1:
				r.State, r.Files, r.Grade.Auto, rep.Starts = class.Refused, nil, 0, 0
				rep.Verdict, rep.Problems = grading.Unbuildable, []grading.Problem{{Message: "n14.zip: it unpacks to more than 64 MB", Explain: "hand in a folder, an archive, a notebook or a Go file"}}
				for j := range rep.Checks {
					rep.Checks[j].Verdict, rep.Checks[j].Earned, rep.Checks[j].Failures = grading.Unbuildable, 0, []grading.Failure{}
				}
				r.Teacher = []string{"refused: n14.zip: it unpacks to more than 64 MB"}
			}
			r.Grade.Raw = r.Grade.Auto
			for _, m := range r.Grade.Manual {
				r.Grade.Raw += m.Points
			}
			r.Grade.Penalty = r.Grade.Raw * r.Grade.Percent / 100
			r.Grade.Final = r.Grade.Raw - r.Grade.Penalty
			s.Results = append(s.Results, r)
		}
		all = append(all, s)
	}
	// Two copiers: the same, and the same with other names.
	all[7].Results[0].Files = []grading.Source{{Name: "deepfool.go", Text: all[2].Results[0].Files[0].Text}}
	other := strings.NewReplacer("jacobian", "alleAbleitungen", "overshoot", "zuviel", "label", "marke").Replace(string(all[2].Results[0].Files[0].Text))
	all[12].Results[0].Files = []grading.Source{{Name: "deepfool.go", Text: []byte(other)}}
	return all
}

// writeSample writes all pages of the sample class, and one hostile student's, below dir as a batch does.
func writeSample(t testing.TB, dir string) []class.StudentResult {
	t.Helper()
	all := sampleClass(t)
	p := &Pages{Course: "Neural Networks, autumn 2026", Base: func(slug string) ([]similarity.File, error) {
		return similarity.BaseOf(filepath.Join(root(t), "exercises", slug))
	}}
	for _, s := range all {
		for _, r := range s.Results { // what the receipt is the hash of
			f := filepath.Join(dir, "results", class.SafeName(s.ID), class.SafeName(r.Exercise)+".json")
			if err := os.MkdirAll(filepath.Dir(f), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(f, []byte(s.ID+r.Exercise), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		d := filepath.Join(dir, "feedback", class.SafeName(s.ID))
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := p.Student(d, s); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Summary(dir, all); err != nil {
		t.Fatal(err)
	}
	return all
}
