// Package verify proves an exercise and its grader with each other: the stub earns nothing, the solution and the
// differently written right variants earn everything, and each wrong variant is rejected with its own diagnosis, over
// several seeds.
package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"nncourse/grading"
)

// MinWrong and MinRight are the least numbers of variants that an exercise has.
const (
	MinWrong = 6
	MinRight = 2
)

// Options say how much is verified.
type Options struct {
	Grading grading.Options
	Seeds   int // instances tried for each variant; 0 means 3
	Jobs    int // variants at a time; 0 means one for each processor
	// Progress is called after each variant, from one goroutine at a time. It may be nil.
	Progress func(row Row, done, of int)
}

// Table is the outcome for one exercise: its mutation table.
type Table struct {
	Exercise string   `json:"exercise"`
	OK       bool     `json:"ok"`
	Seeds    int      `json:"seeds"`
	Rows     []Row    `json:"rows"`
	Problems []string `json:"problems"` // about the exercise as a whole
	Sandbox  string   `json:"sandbox"`
	Seconds  float64  `json:"seconds"`
}

// Kinds of variants.
const (
	Stub     = "stub"
	Solution = "solution"
	Right    = "right"
	Wrong    = "wrong"
)

// Row is the outcome for one variant.
type Row struct {
	Kind      string   `json:"kind"`    // stub, solution, right, wrong
	Variant   string   `json:"variant"` // its name, "" for the stub and the solution
	Mistake   string   `json:"mistake"` // of a wrong one, as its first comment names it
	Sentence  string   `json:"sentence"`
	OK        bool     `json:"ok"`
	Why       []string `json:"why"`       // it is not
	Least     float64  `json:"least"`     // least percentage over the seeds
	Most      float64  `json:"most"`      // greatest
	Diagnosed int      `json:"diagnosed"` // seeds with the diagnosis that is due
	Others    []string `json:"others"`    // other diagnoses that were given
	Failed    []string `json:"failed"`    // checks that did not pass, with any seed
	Seconds   float64  `json:"seconds"`
}

type variant struct {
	kind, name, path string
}

// Exercise verifies one exercise. The error is about reading or about the machine; what does not hold is in the table.
func Exercise(ctx context.Context, e *grading.Exercise, o Options) (*Table, error) {
	begin := time.Now()
	if o.Seeds <= 0 {
		o.Seeds = 3
	}
	if o.Jobs <= 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	t := &Table{Exercise: e.Slug, Seeds: o.Seeds, Rows: []Row{}, Problems: []string{}}
	if err := e.Validate(); err != nil {
		t.Problems = append(t.Problems, err.Error())
		return t, nil
	}
	tree := o.Grading.Tree
	if tree == "" {
		tree = o.Grading.Root
	}
	variants := []variant{{Stub, "", filepath.Join(tree, "exercises", e.Slug)}, {Solution, "", filepath.Join(tree, "solutions", e.Slug)}}
	count := map[string]int{}
	for _, kind := range []string{Right, Wrong} {
		dir := filepath.Join(tree, "solutions", e.Slug, kind)
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		for _, entry := range entries {
			if name := entry.Name(); entry.IsDir() || strings.HasSuffix(name, ".go") {
				variants = append(variants, variant{kind, strings.TrimSuffix(name, ".go"), filepath.Join(dir, name)})
				count[kind]++
			}
		}
	}
	if count[Wrong] < MinWrong {
		t.Problems = append(t.Problems, fmt.Sprintf("%d wrong variants, at least %d are due", count[Wrong], MinWrong))
	}
	if count[Right] < MinRight {
		t.Problems = append(t.Problems, fmt.Sprintf("%d differently written right variants, at least %d are due", count[Right], MinRight))
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t.Rows = make([]Row, len(variants))
	var mu sync.Mutex
	var wg sync.WaitGroup
	var first error
	done := 0
	slots := make(chan struct{}, o.Jobs)
	for i, v := range variants {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			row, level, err := verifyVariant(ctx, e, v, o)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				if first == nil {
					first = fmt.Errorf("%s %s: %w", v.kind, v.name, err)
				}
				cancel()
				return
			}
			t.Rows[i] = row
			if level != "" {
				t.Sandbox = level
			}
			done++
			if o.Progress != nil {
				o.Progress(row, done, len(variants))
			}
		})
	}
	wg.Wait()
	if first != nil {
		return nil, first
	}

	// Every known mistake has a variant that makes it; else its diagnosis is never seen to work.
	made := map[string]bool{}
	for _, r := range t.Rows {
		made[r.Mistake] = true
	}
	for _, m := range e.Mistakes {
		if !made[m.ID] {
			t.Problems = append(t.Problems, fmt.Sprintf("no wrong variant makes the mistake %s", m.ID))
		}
	}
	t.OK = len(t.Problems) == 0
	for _, r := range t.Rows {
		t.OK = t.OK && r.OK
	}
	t.Seconds = time.Since(begin).Seconds()
	return t, nil
}

func verifyVariant(ctx context.Context, e *grading.Exercise, v variant, o Options) (Row, string, error) {
	begin := time.Now()
	row := Row{Kind: v.kind, Variant: v.name, Why: []string{}, Others: []string{}, Failed: []string{}}
	why := func(format string, args ...any) {
		if s := fmt.Sprintf(format, args...); !slices.Contains(row.Why, s) {
			row.Why = append(row.Why, s)
		}
	}
	if v.kind == Wrong {
		var err error
		if row.Mistake, row.Sentence, err = mistakeOf(v.path, e); err != nil {
			why("%v", err)
		} else if !slices.ContainsFunc(e.Mistakes, func(m grading.Mistake) bool { return m.ID == row.Mistake }) {
			why("the exercise does not list the mistake %s", row.Mistake)
		}
	}
	s, err := grading.Open(v.path, e)
	if err != nil {
		return row, "", err
	}
	b, err := grading.Build(ctx, s, e, o.Grading)
	if err != nil {
		return row, "", err
	}
	defer b.Close()
	for _, p := range b.Problems {
		why("it does not build: %v", p)
	}
	level := ""
	for seed := range o.Seeds {
		if len(b.Problems) > 0 {
			break
		}
		s.Attempt = strconv.Itoa(seed)
		r, err := b.Run(ctx)
		if err != nil {
			return row, "", err
		}
		level = r.Sandbox
		if r.GraderFault != "" {
			why("the grader itself failed with seed %d: %s", seed, r.GraderFault)
		}
		if seed == 0 || r.Percent < row.Least {
			row.Least = r.Percent
		}
		row.Most = max(row.Most, r.Percent)
		diagnosed := false
		for _, c := range r.Checks {
			if c.Verdict == grading.Pass {
				continue
			}
			if !slices.Contains(row.Failed, c.ID) {
				row.Failed = append(row.Failed, c.ID)
			}
			if v.kind == Solution || v.kind == Right {
				f := grading.Failure{}
				if len(c.Failures) > 0 {
					f = c.Failures[0]
				}
				why("with seed %d, check %s: %s: %s (input %s, computed %s, expected %s)", seed, c.ID, c.Verdict, f.Error, f.Input, f.Computed, f.Expected)
			}
			for _, f := range c.Failures {
				if f.Mistake == row.Mistake && f.Mistake != "" {
					diagnosed = true
				} else if f.Mistake != "" && !slices.Contains(row.Others, f.Mistake) {
					row.Others = append(row.Others, f.Mistake)
				}
			}
		}
		if diagnosed {
			row.Diagnosed++
		} else if v.kind == Wrong && r.Verdict != grading.Pass {
			why("with seed %d it is rejected without its own diagnosis", seed)
		}
		switch {
		case v.kind == Stub && r.Score != 0:
			why("the stub earns %g points with seed %d", r.Score, seed)
		case v.kind == Wrong && r.Verdict == grading.Pass:
			why("with seed %d it earns all points", seed)
		}
	}
	row.OK = len(row.Why) == 0
	row.Seconds = time.Since(begin).Seconds()
	return row, level, nil
}

var mistakeForm = regexp.MustCompile(`^(?://|/\*)\s*Mistake:\s*([a-z0-9]+(?:-[a-z0-9]+)*):\s*(\S.*?)\s*(?:\*/)?$`)

// mistakeOf reads the first comment of a wrong variant: // Mistake: ID: sentence.
func mistakeOf(path string, e *grading.Exercise) (id, sentence string, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, e.Files[0])
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", "", err
	}
	var sc scanner.Scanner
	fset := token.NewFileSet()
	sc.Init(fset.AddFile("", -1, len(b)), b, func(token.Position, string) {}, scanner.ScanComments)
	for {
		_, tok, lit := sc.Scan()
		if tok == token.EOF {
			return "", "", fmt.Errorf("its first comment is not of the form // Mistake: ID: sentence")
		}
		if tok == token.COMMENT {
			line, _, _ := strings.Cut(lit, "\n")
			m := mistakeForm.FindStringSubmatch(strings.TrimRight(line, "\r "))
			if m == nil {
				return "", "", fmt.Errorf("its first comment is %q, not of the form // Mistake: ID: sentence", line)
			}
			return m[1], m[2], nil
		}
	}
}

// String prints the table.
func (t *Table) String() string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s: %d variants × %d seeds, %.1f s, sandbox %s\n", t.Exercise, len(t.Rows), t.Seeds, t.Seconds, t.Sandbox)
	for _, r := range t.Rows {
		mark := "✓"
		if !r.OK {
			mark = "✗"
		}
		name := r.Kind
		if r.Variant != "" {
			name += "/" + r.Variant
		}
		percent := fmt.Sprintf("%.0f %%", r.Least)
		if r.Most != r.Least {
			percent = fmt.Sprintf("%.0f–%.0f %%", r.Least, r.Most)
		}
		fmt.Fprintf(&b, "  %s %-36s %10s", mark, name, percent)
		if r.Kind == Wrong {
			fmt.Fprintf(&b, "  %d/%d %s", r.Diagnosed, t.Seeds, r.Mistake)
		}
		b.WriteByte('\n')
		for i, w := range r.Why {
			if i == 4 {
				fmt.Fprintf(&b, "      … and %d more\n", len(r.Why)-i)
				break
			}
			fmt.Fprintf(&b, "      %s\n", w)
		}
	}
	for _, p := range t.Problems {
		fmt.Fprintf(&b, "  ✗ %s\n", p)
	}
	return b.String()
}
