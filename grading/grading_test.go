//go:build unix

package grading_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nncourse/grading"
	"nncourse/grading/checks"
	"nncourse/grading/internal/sample"
	"nncourse/grading/sandbox"
)

func TestClose(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, tc := range []struct {
		got, want, tol float64
		ok             bool
	}{
		{1, 1, 0, true}, {1 + 1e-10, 1, 1e-9, true}, {1 + 1e-8, 1, 1e-9, false},
		{1e10 + 1, 1e10, 1e-9, true}, {1e10 + 100, 1e10, 1e-9, false}, {1e-12, 0, 1e-9, true}, {1e-8, 0, 1e-9, false},
		{nan, 0, 1, false}, {0, nan, 1, false}, {nan, nan, 1, false}, {nan, inf, inf, false},
		{inf, inf, 1e-9, true}, {-inf, inf, 1e300, false}, {1e308, inf, 1, false}, {inf, 1e308, 1, false}, {inf, 0, inf, false},
		{0, 0, nan, false}, {1, 1, -1, false}, {inf, inf, nan, false}, {math.MaxFloat64, -math.MaxFloat64, 1, false},
		{0, math.Copysign(0, -1), 0, true},
	} {
		if got := grading.Close(tc.got, tc.want, tc.tol); got != tc.ok {
			t.Errorf("Close(%v, %v, %v) is %v", tc.got, tc.want, tc.tol, got)
		}
	}
	if grading.CloseSlice([]float64{1}, []float64{1, 2}, 1) || grading.CloseSlice(nil, []float64{1}, 1) || !grading.CloseSlice(nil, []float64{}, 0) {
		t.Error("CloseSlice and lengths")
	}
	if grading.CloseMatrix([][]float64{{1}, nil}, [][]float64{{1}, {2}}, 1) || !grading.CloseMatrix([][]float64{{1}}, [][]float64{{1}}, 0) {
		t.Error("CloseMatrix and shapes")
	}
	if grading.CloseCube([][][]float64{{{1}}}, [][][]float64{{{nan}}}, 1) || !grading.CloseCube([][][]float64{{{1}}}, [][][]float64{{{1}}}, 0) {
		t.Error("CloseCube")
	}
	if grading.CloseAny(1, 1.0, 1) || grading.CloseAny(nil, []float64{}, 1) || !grading.CloseAny([]int{1}, []int{1}, 0) || grading.CloseAny("a", "b", 1) {
		t.Error("CloseAny and types")
	}
}

func TestWorstDiff(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, tc := range []struct {
		got, want []float64
		index     int
		diff      float64
	}{
		{[]float64{1, 2, 3}, []float64{1, 2.5, 3}, 1, 0.2}, {[]float64{0, nan}, []float64{9, 0}, 1, nan}, {nil, nil, -1, 0}, {nil, []float64{1}, -1, inf},
		{[]float64{inf}, []float64{inf}, 0, 0}, {[]float64{inf, 5}, []float64{1, 0}, 0, inf}, {[]float64{1}, []float64{1}, 0, 0},
	} {
		i, d := grading.WorstDiff(tc.got, tc.want)
		if i != tc.index || d != tc.diff && !(math.IsNaN(d) && math.IsNaN(tc.diff)) {
			t.Errorf("WorstDiff(%v, %v) = %d, %v", tc.got, tc.want, i, d)
		}
	}
}

func TestShow(t *testing.T) {
	long := make([]float64, 1000)
	for _, tc := range []struct {
		v    any
		want string
	}{
		{[]float64{1, -0.5, 1.0 / 3}, "[1 −0.5 0.33333]"}, {[][]float64{{1, 2}, nil}, "[[1 2] nil]"}, {math.NaN(), "NaN"}, {math.Inf(-1), "−Inf"}, {1e-20, "1e−20"},
		{"a\n", `"a\n"`}, {3, "3"}, {[]int{1, 2}, "[1 2]"}, {true, "true"}, {12345.0, "12345"}, {long, "[" + strings.Repeat("0 ", 24) + "… 1000 in all]"},
	} {
		if got := grading.Show(tc.v); got != tc.want {
			t.Errorf("Show(%v) is %s, want %s", tc.v, got, tc.want)
		}
	}
}

// Every exercise of the course keeps the rules: public checks carry at most 30 % of the points, and so on.
func TestExercises(t *testing.T) {
	if len(checks.All) == 0 {
		t.Fatal("no exercise is registered")
	}
	seen := map[string]bool{}
	for _, e := range checks.All {
		if err := e.Validate(); err != nil {
			t.Error(err)
		}
		if seen[e.Slug] {
			t.Errorf("%s is registered twice", e.Slug)
		}
		seen[e.Slug] = true
		for _, dir := range []string{"exercises/" + e.Slug, "solutions/" + e.Slug, "grading/harness/" + e.Slug} {
			if _, err := os.Stat(filepath.Join(sample.Root(), dir)); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestValidate(t *testing.T) {
	run := func(*grading.T) {}
	for name, change := range map[string]func(e *grading.Exercise){
		"slug":          func(e *grading.Exercise) { e.Slug = "../sample" },
		"package":       func(e *grading.Exercise) { e.Package = "other" },
		"title":         func(e *grading.Exercise) { e.Title = "" },
		"files":         func(e *grading.Exercise) { e.Files = nil },
		"test file":     func(e *grading.Exercise) { e.Files = []string{"x_test.go"} },
		"path":          func(e *grading.Exercise) { e.Files = []string{"../x.go"} },
		"system's file": func(e *grading.Exercise) { e.Files = []string{"x_windows.go"} },
		"unsafe":        func(e *grading.Exercise) { e.Imports = []string{"unsafe"} },
		"checks":        func(e *grading.Exercise) { e.Checks = nil },
		"points":        func(e *grading.Exercise) { e.Checks[0].Points = 0 },
		"NaN points":    func(e *grading.Exercise) { e.Checks[0].Points = math.NaN() },
		"check twice":   func(e *grading.Exercise) { e.Checks[1].ID = e.Checks[0].ID },
		"no function":   func(e *grading.Exercise) { e.Checks[0].Run = nil },
		"public": func(e *grading.Exercise) {
			e.Checks = append(e.Checks, grading.Check{ID: "p", Title: "p", Points: 10, Public: true, Run: run})
		},
		"mistake twice":  func(e *grading.Exercise) { e.Mistakes[1].ID = e.Mistakes[0].ID },
		"mistake's hint": func(e *grading.Exercise) { e.Mistakes[0].Hint = "" },
	} {
		e := sample.Exercise
		e.Checks = append([]grading.Check(nil), e.Checks...)
		e.Mistakes = append([]grading.Mistake(nil), e.Mistakes...)
		if err := e.Validate(); err != nil {
			t.Fatal(err)
		}
		change(&e)
		if e.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func options() grading.Options {
	return grading.Options{Root: sample.Root(), Tree: sample.Tree()}
}

func gradeSource(t *testing.T, e *grading.Exercise, source string) *grading.Report {
	t.Helper()
	return gradeAs(t, grading.Auto, e, source)
}

func gradeAs(t *testing.T, mode grading.Mode, e *grading.Exercise, source string) *grading.Report {
	t.Helper()
	o := options()
	o.Sandbox = mode
	r, err := grading.Grade(context.Background(), grading.FromSource("my.go", []byte(source), e), e, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func solution(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(sample.Tree(), "solutions", "sample", "sample.go"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// edit replaces a part of the solution that must be there.
func edit(t *testing.T, old, new string) string {
	t.Helper()
	s := solution(t)
	if strings.Count(s, old) != 1 {
		t.Fatalf("the solution has %q %d times", old, strings.Count(s, old))
	}
	return strings.Replace(s, old, new, 1)
}

func TestReport(t *testing.T) {
	e := sample.Exercise
	r := gradeSource(t, &e, solution(t))
	if r.Verdict != grading.Pass || r.Score != 12 || r.Max != 12 || r.Percent != 100 || r.Starts != 1 || r.Sandbox != sandbox.Detect().Level {
		t.Errorf("%+v", r)
	}
	if len(r.Submission) != 64 || len(r.Grader) != 64 || len(r.Seed) != 16 {
		t.Errorf("hashes %q %q %q", r.Submission, r.Grader, r.Seed)
	}
	again := gradeSource(t, &e, solution(t))
	if again.Submission != r.Submission || again.Grader != r.Grader || again.Seed != r.Seed {
		t.Error("graded again, other hashes")
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for key := range m {
		if !strings.Contains(string(readme), "`"+key+"`") {
			t.Errorf("README.md does not describe the field %s", key)
		}
	}

	// One mistake, in one function: partial credit, and its diagnosis.
	r = gradeSource(t, &e, edit(t, "for i := range a {", "for i := range len(a) - 1 {"))
	if r.Score != 9 || r.Percent != 75 || r.Verdict != grading.Fail {
		t.Errorf("score %v, %v %%, %s", r.Score, r.Percent, r.Verdict)
	}
	for _, c := range r.Checks {
		if (c.ID == "dot") == (c.Verdict == grading.Pass) || (c.Earned == c.Points) != (c.Verdict == grading.Pass) {
			t.Errorf("%+v", c)
		}
		if c.ID == "dot" {
			f := c.Failures[0]
			if f.Mistake != "dot-skips-last" || f.Cause == "" || f.Hint == "" || !strings.HasPrefix(f.Input, "Dot([") || f.Computed == "" || f.Expected == "" {
				t.Errorf("%+v", f)
			}
		}
	}
}

// Instances follow from the secret, the exercise, the student and the attempt, bit for bit.
func TestInstances(t *testing.T) {
	e := sample.Exercise
	source := edit(t, "s += a[i] * b[i]", "s += a[i]*b[i] + 1")
	input := func(secret, student, attempt string) string {
		o := options()
		o.Secret = []byte(secret)
		s := grading.FromSource("my.go", []byte(source), &e)
		s.Student, s.Attempt = student, attempt
		r, err := grading.Grade(context.Background(), s, &e, o)
		if err != nil {
			t.Fatal(err)
		}
		return r.Checks[2].Failures[0].Input + r.Seed
	}
	first := input("secret", "ada", "1")
	if input("secret", "ada", "1") != first {
		t.Error("a regrade has other instances")
	}
	for _, x := range [][3]string{{"other", "ada", "1"}, {"secret", "bob", "1"}, {"secret", "ada", "2"}, {"secret", "ada1", ""}} {
		if input(x[0], x[1], x[2]) == first {
			t.Errorf("%v has the same instances", x)
		}
	}
}

func TestVerdicts(t *testing.T) { testVerdicts(t, grading.Auto) }

func testVerdicts(t *testing.T, mode grading.Mode) {
	e := sample.Exercise
	e.CallTimeout = 30 * time.Second // none of these should end by it, on a busy machine neither
	loop := "s := 0.0"
	for _, tc := range []struct {
		name, old, new string
		verdict        grading.Verdict
		text, cause    string
	}{
		{"panic with the student's line", loop, "s := a[len(a)]", grading.Crash, "index out of range [1] with length 1 at my.go:25: s := a[len(a)]", "past the end"},
		{"nil map", loop, "s := 0.0\n\tvar m map[int]int\n\tm[0]++", grading.Crash, "assignment to entry in nil map at my.go:27", "map"},
		{"error for good input", loop, `s := 0.0; if len(a) > 0 { return 0, errors.New("will not") }`, grading.Fail, "refused an input", ""},
		{"recursion", loop, "var f func(n int) float64\n\tf = func(n int) float64 { return 1 + f(n+1) }\n\ts := f(0)", grading.Crash, "the stack overflowed at my.go:26", "calls itself"},
		{"deadlock", loop, "s := <-make(chan float64)", grading.Crash, "deadlock", "channel"},
		{"huge slice", loop, "s := make([]float64, 1<<33)[0]", grading.OutOfMemory, "more than its 300 MB at my.go:25", "slice"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if mode == grading.WASI && tc.name == "huge slice" {
				// 64 GB are no length where addresses have 32 bits; 2 GB are one, and too much.
				tc.new = strings.Replace(tc.new, "1<<33", "1<<28", 1)
			}
			r := gradeAs(t, mode, &e, edit(t, tc.old, tc.new))
			if r.Verdict == grading.Unbuildable {
				t.Fatalf("%v", r.Problems)
			}
			c := r.Checks[2]
			if c.Verdict != tc.verdict {
				t.Errorf("verdict %s", c.Verdict)
			}
			if f := c.Failures[0]; !strings.Contains(f.Error, tc.text) || !strings.Contains(f.Cause, tc.cause) || !strings.HasPrefix(f.Input, "Dot(") {
				t.Errorf("%+v", f)
			}
			// The other functions keep their points.
			if r.Checks[0].Verdict != grading.Pass || r.Checks[4].Verdict != grading.Pass {
				t.Errorf("%s", summary(r))
			}
		})
	}
}

// A function that never answers is called twice, not in every check; the others keep their points.
func TestTimeoutTwice(t *testing.T) { testTimeoutTwice(t, grading.Auto) }

func testTimeoutTwice(t *testing.T, mode grading.Mode) {
	e := sample.Exercise
	e.CallTimeout = 3 * time.Second // a quick answer takes half a second on a busy machine
	o := options()
	o.Sandbox = mode
	o.RunTimeout = time.Minute
	e.Checks = append([]grading.Check(nil), e.Checks...)
	e.Checks = append(e.Checks[:4:4], grading.Check{ID: "again", Title: "again", Points: 1, Run: e.Checks[3].Run}, e.Checks[4])
	r, err := grading.Grade(context.Background(), grading.FromSource("my.go", []byte(edit(t, "s := 0.0", "s := 0.0\n\tfor s == 0 {\n\t}")), &e), &e, o)
	must(t, err)
	for i, want := range []string{"", "", "no answer within 3s", "no answer within 3s", "not called: Dot did not answer 2 times before", ""} {
		c := r.Checks[i]
		if want == "" && c.Verdict != grading.Pass || want != "" && (c.Verdict != grading.Timeout || c.Failures[0].Error != want) {
			t.Errorf("check %d: %+v", i, c)
		}
	}
	if r.Starts != 3 {
		t.Errorf("started %d times", r.Starts)
	}
}

func TestCompileErrors(t *testing.T) { testCompileErrors(t, grading.Auto) }

func testCompileErrors(t *testing.T, mode grading.Mode) {
	e := sample.Exercise
	for _, tc := range []struct{ old, new, place, message, explain string }{
		{"s := 0.0", "s := 0.0\n\tunused := 1", "my.go:26:2", "declared and not used: unused", "never read"},
		{"s := 0.0", "s := 0", "my.go:27:3", "", ""},
		{"return s, nil", "return s", "my.go:29:9", "not enough return values", "also returns an error"},
		{"return s, nil", "", "my.go:30:1", "missing return", "without a return"},
		{"s := 0.0", "s := zero", "my.go:25:7", "undefined: zero", "nothing here has the name zero"},
		{"s := 0.0", "s := math.Zero()", "my.go:25:12", "undefined: math.Zero", "package math has no Zero"},
		{`"slices"`, `"slices"` + "\n\t\"fmt\"", "my.go:8:2", `"fmt" imported and not used`, "delete the import"},
		{`"slices"`, `"slices"` + "\n\t\"os\"", "my.go:8:2", `import "os" is not allowed`, "allowed here: errors, fmt, math, slices"},
		{"s := 0.0", "s := 0.0 +", "my.go:26:2", "expected", ""},
		{"for i := range a {", "for i := range a\n\t{", "my.go:26:18", "", ""},
		{"func Dot(a, b []float64) (float64, error)", "func Dot(a, b []float64) float64", "my.go:23:13", "too many return values", "as many values"},
		{"func Dot(", "func Dott(", "", "the function Dot is missing", "keep the names"},
		{"func Dot(a, b []float64)", "func Dot(a, b []float64, c ...int)", "", "", ""},
		{"package sample", "package main", "my.go:2:9", "the package is main, not sample", "package sample"},
	} {
		r := gradeAs(t, mode, &e, edit(t, tc.old, tc.new))
		if tc.message == "" && tc.place == "" {
			if r.Verdict != grading.Pass {
				t.Errorf("%s: %v", tc.new, r.Problems)
			}
			continue
		}
		if r.Verdict != grading.Unbuildable || len(r.Problems) == 0 {
			t.Errorf("%s: %s %v", tc.new, r.Verdict, r.Problems)
			continue
		}
		p := r.Problems[0]
		if p.Place != tc.place || !strings.Contains(p.Message, tc.message) || !strings.Contains(p.Explain, tc.explain) {
			t.Errorf("%s: %+v, want %s %s", tc.new, r.Problems, tc.place, tc.message)
		}
		if r.Score != 0 || len(r.Checks) != 5 || r.Checks[0].Verdict != grading.Unbuildable {
			t.Errorf("%s: %+v", tc.new, r)
		}
	}
}

// A mistake in a check is the grader's fault, says so, and gives no points.
func TestGraderFault(t *testing.T) {
	for name, run := range map[string]func(*grading.T){
		"panic":   func(t *grading.T) { panic("oh") },
		"index":   func(t *grading.T) { _ = []int{}[len(t.Input())] },
		"no call": func(t *grading.T) {},
		"unknown mistake": func(t *grading.T) {
			t.Call("Dot", []float64{1}, []float64{1})
			t.Fail(grading.Failure{Mistake: "no-such"})
		},
		"bad argument": func(t *grading.T) { t.Call("Dot", []float32{1}, []float64{1}) },
		"no function":  func(t *grading.T) { t.Call("Cross", []float64{1}) },
	} {
		e := sample.Exercise
		e.Checks = append([]grading.Check(nil), e.Checks...)
		e.Checks[1].Run = run
		r := gradeSource(t, &e, solution(t))
		c := r.Checks[1]
		if c.Verdict == grading.Pass || c.Earned != 0 || len(c.Failures) == 0 && name != "no call" {
			t.Errorf("%s: %+v", name, c)
		}
		// The harness's own words come out of the student's process, which could forge them: they excuse nothing.
		if forgeable := name == "no function"; (r.GraderFault == "") != forgeable {
			t.Errorf("%s: fault %q", name, r.GraderFault)
		}
		if r.Checks[2].Verdict != grading.Pass {
			t.Errorf("%s: the next check: %+v", name, r.Checks[2])
		}
	}
}

func TestOthersNeedSandbox(t *testing.T) {
	e := sample.Exercise
	o := options()
	o.Others, o.Without, o.Sandbox = true, sandbox.Seccomp|sandbox.Landlock, grading.Native
	_, err := grading.Grade(context.Background(), grading.FromSource("my.go", []byte(solution(t)), &e), &e, o)
	if !errors.Is(err, grading.ErrNoSandbox) {
		t.Errorf("others' work without a sandbox: %v", err)
	}
	// It may be asked for, and is said aloud. WebAssembly needs no layer of the system's.
	for _, tc := range []struct {
		mode   grading.Mode
		unsafe bool
	}{{grading.Native, true}, {grading.WASI, false}} {
		o.Sandbox, o.Unsafe = tc.mode, tc.unsafe
		r, err := grading.Grade(context.Background(), grading.FromSource("my.go", []byte(solution(t)), &e), &e, o)
		must(t, err)
		if r.Verdict != grading.Pass || r.Unsafe != tc.unsafe || slices.Contains(r.Notes, grading.UnsafeNote) != tc.unsafe {
			t.Errorf("%s: %s, unsafe %v, notes %q", tc.mode, r.Verdict, r.Unsafe, r.Notes)
		}
		if wasi := tc.mode == grading.WASI; strings.HasPrefix(r.Sandbox, "wasi") != wasi || strings.Contains(r.SandboxWhy, "the Go compiler") != wasi {
			t.Errorf("%s: sandbox %s, %s", tc.mode, r.Sandbox, r.SandboxWhy)
		}
	}
}

func TestCancel(t *testing.T) {
	e := sample.Exercise
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := grading.Grade(ctx, grading.FromSource("my.go", []byte(solution(t)), &e), &e, options()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// The student's file is only read, whatever way it comes.
func TestTargets(t *testing.T) {
	e := sample.Exercise
	dir := t.TempDir()
	folder := filepath.Join(dir, "sample")
	nb := filepath.Join(dir, "lesson.ipynb")
	file := filepath.Join(dir, "mine.go")
	must(t, os.Mkdir(folder, 0o555))
	must(t, os.Chmod(folder, 0o755))
	must(t, os.WriteFile(filepath.Join(folder, "sample.go"), []byte(solution(t)), 0o444))
	must(t, os.WriteFile(file, []byte(solution(t)), 0o444))
	must(t, os.WriteFile(nb, notebookOf(t, cell{tags: []string{"exercise:sample"}, source: strings.Replace(solution(t), "package sample", "", 1)}), 0o444))
	before := tree(t, dir)
	for _, target := range []string{folder, file, nb} {
		s, err := grading.Open(target, &e)
		must(t, err)
		r, err := grading.Grade(context.Background(), s, &e, options())
		must(t, err)
		if r.Verdict != grading.Pass {
			t.Errorf("%s: %v %s", target, r.Problems, summary(r))
		}
	}
	if after := tree(t, dir); after != before {
		t.Errorf("%s, then %s", before, after)
	}
	for _, target := range []string{filepath.Join(dir, "absent.go"), "/dev/null", filepath.Join(dir, "notes.txt")} {
		if target == filepath.Join(dir, "notes.txt") {
			must(t, os.WriteFile(target, nil, 0o644))
		}
		if s, err := grading.Open(target, &e); err == nil {
			t.Errorf("%s was taken: %+v", target, s)
		}
	}
}

func BenchmarkGrade(b *testing.B) {
	source, err := os.ReadFile(filepath.Join(sample.Tree(), "solutions", "sample", "sample.go"))
	if err != nil {
		b.Fatal(err)
	}
	e := sample.Exercise
	for b.Loop() {
		r, err := grading.Grade(context.Background(), grading.FromSource("my.go", source, &e), &e, options())
		if err != nil || r.Verdict != grading.Pass {
			b.Fatal(err, r)
		}
		b.ReportMetric(r.BuildTime, "build-s")
	}
}

func ExampleGrade() {
	e := sample.Exercise
	s, err := grading.Open(filepath.Join(sample.Tree(), "solutions", "sample", "wrong", "scale-adds"), &e)
	if err != nil {
		panic(err)
	}
	r, err := grading.Grade(context.Background(), s, &e, grading.Options{Root: sample.Root(), Tree: sample.Tree()})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%g of %g\n", r.Score, r.Max)
	f := r.Checks[0].Failures[0]
	fmt.Printf("%s: computed %s, expected %s\n%s: %s\n", f.Input, f.Computed, f.Expected, f.Mistake, f.Cause)
	// Output:
	// 7 of 12
	// Scale([1 −2], 3): computed [4 1], expected [3 −6]
	// scale-adds: c is added to each entry instead of multiplied
}
