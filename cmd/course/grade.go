package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
	"nncourse/grading/checks"
	"nncourse/lib/workspace"
)

var gradeCommand = cli.Command{
	Name:    "grade",
	Summary: "grade an exercise: a folder, a Go file, or a notebook's tagged cells",
	Usage:   "course grade TARGET… [--exercise SLUG] [--seed N] [--json]\ncourse grade --all [--seed N] [--json]\ncourse grade --watch TARGET [--seed N]\ncourse grade TARGET --secret-file FILE --student NAME [--attempt N]" + formatUsage + classUsage,
	Help: `TARGET is an exercise's folder (exercises/deepfool, or just deepfool), a Go file, or a notebook (.ipynb), whose cells
with the tag exercise:SLUG are taken. Your files are only read. The code is compiled and run in a sandbox, in a process
of its own with limits of time and memory; each check calls your functions with fixed and with random inputs. A check
that fails says the input, what was computed and expected, the likely cause, and a hint. --seed N draws other inputs.

--all grades every exercise in exercises/, a line for each and a total. --watch grades TARGET now and again after each time
you save it, until Ctrl-C; it looks three times a second and writes nothing.

The inputs of your own grading follow from a secret that everybody knows: it is for learning. A teacher gives a secret of
the class's own with --secret-file (16 bytes or more), and --student; then nothing runs without a sandbox that holds.

--json prints the report (a list of them for several targets, and with --all):
  {"exercise","title","target","student","attempt","score","max","percent","verdict","checks":[{"id","title","points",
   "earned","verdict","public","failures":[{"input","computed","expected","error","mistake","cause","hint"}],"seconds"}],
   "figures":[{"id","name","value","lo","hi","unit"}],"problems":[{"place","source","message","explain"}],"notes","sandbox","sandbox_why","unsafe","submission","grader","seed","go",
   "backend","build_seconds","seconds","stdout","stderr","stdout_open","stderr_open","output_lost","starts","grader_fault"}
Verdicts: pass, fail, error, timeout, crash, out-of-memory, unbuildable.
Exit codes: 0 all points; 1 not all; 2 wrong command line; 3 something needed is missing.` + sandboxHelp + formatHelp + classHelp,
	Example: `go tool course grade exercises/deepfool
go tool course grade my.go --exercise deepfool --seed 7
go tool course grade notebooks/mine.ipynb
go tool course grade --watch exercises/deepfool
go tool course grade --all`,
	Run: runGrade,
}

func runGrade(ctx context.Context, fs *flag.FlagSet, args []string) error {
	if cellWanted(args) {
		return runGradeCell(ctx, fs, args)
	}
	if classWanted(args) {
		return runGradeClass(ctx, fs, args)
	}
	slug := fs.String("exercise", "", "the exercise, where TARGET's name does not tell")
	seed := fs.Int("seed", 0, "draw the N-th set of random inputs")
	asJSON := fs.Bool("json", false, "print JSON")
	secretFile := fs.String("secret-file", "", "file with the class's secret")
	student := fs.String("student", "", "whose work it is")
	attempt := fs.String("attempt", "", "which attempt (default: the seed)")
	all := fs.Bool("all", false, "grade every exercise of this checkout, a line for each")
	watch := fs.Bool("watch", false, "grade TARGET again each time it is saved, until Ctrl-C")
	box := addSandboxFlags(fs)
	format := addFormatFlags(fs)
	targets, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	if err := checkAllWatch(*all, *watch, *slug, targets, *asJSON || format.on()); err != nil {
		return err
	}
	if *all {
		for _, e := range checks.All {
			targets = append(targets, "exercises/"+e.Slug)
		}
	}
	if err := format.check(targets, asJSON); err != nil {
		return err
	}
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	if len(targets) == 0 {
		return cli.Errorf(cli.Usage, "go tool course grade exercises/"+exampleSlug(), "grade what? There are: %s", slugList())
	}
	if done, err := format.book(targets); done {
		return err
	}
	o := grading.Options{Root: root, Others: *secretFile != "" || *student != "", Progress: func(l string) { fmt.Fprintln(os.Stderr, l) }}
	if *secretFile != "" {
		if o.Secret, err = os.ReadFile(*secretFile); err != nil {
			return &cli.Error{Code: cli.Usage, Err: err}
		}
		if len(o.Secret) < 16 {
			return cli.Errorf(cli.Usage, "head -c 32 /dev/urandom > "+*secretFile, "the secret in %s has %d bytes, fewer than 16", *secretFile, len(o.Secret))
		}
	}
	if *attempt == "" {
		*attempt = strconv.Itoa(*seed)
	}
	if err := box.set(&o); err != nil {
		return err
	}
	box.announce(&o)
	// each grades a target and hands over the report of each of its exercises.
	each := func(ctx context.Context, target string, done func(*grading.Report)) error {
		path, err := resolveTarget(root, target)
		if err != nil {
			return err
		}
		exercises, err := exercisesOf(path, *slug)
		if err != nil {
			return err
		}
		for _, e := range exercises {
			s, err := grading.Open(path, e)
			if err != nil {
				return &cli.Error{Code: cli.Usage, Err: err, Next: "go tool course grade --help"}
			}
			s.Target, s.Student, s.Attempt = target, *student, *attempt
			r, err := grading.Grade(ctx, s, e, o)
			if err != nil {
				return gradeError(err)
			}
			done(r)
		}
		return nil
	}
	if *watch {
		return watchTarget(ctx, root, targets[0], *slug, each)
	}
	var reports []*grading.Report
	for _, target := range targets {
		err := each(ctx, target, func(r *grading.Report) {
			reports = append(reports, r)
			switch {
			case format.on():
			case *all:
				printLine(os.Stdout, r)
			default:
				if len(reports) > 1 {
					fmt.Println()
				}
				printReport(os.Stdout, r)
			}
		})
		if err != nil {
			return err
		}
	}
	if *all && !format.on() {
		printTotal(os.Stdout, reports)
	}
	written := false
	if format.on() {
		if written, err = format.reports(reports, *all); err != nil {
			return err
		}
	}
	fault := ""
	for _, r := range reports {
		if r.GraderFault != "" {
			fault = r.Exercise + ": " + r.GraderFault
		}
	}
	if fault != "" {
		return cli.Errorf(cli.Setup, "report this: the exercise's own checks are wrong", "the grader failed, the grade does not count: %s", fault)
	}
	for _, r := range reports {
		if r.Verdict != grading.Pass && !written {
			return &cli.Error{Code: cli.Failed, Err: errors.New("")}
		}
	}
	return nil
}

func gradeError(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return cli.Errorf(cli.Failed, "", "interrupted")
	case errors.Is(err, grading.ErrNoSandbox):
		return &cli.Error{Code: cli.Setup, Err: err, Next: noSandboxAdvice() + "; or add --unsafe-no-sandbox, if you trust whoever wrote it"}
	}
	return &cli.Error{Code: cli.Setup, Err: err, Next: "go tool course doctor"}
}

// resolveTarget finds TARGET from here, from the course's root, or as an exercise's name.
func resolveTarget(root, target string) (string, error) {
	candidates := []string{target, filepath.Join(root, target), filepath.Join(root, "exercises", target)}
	if filepath.IsAbs(target) {
		candidates = candidates[:1]
	}
	for i, c := range candidates {
		if i == 2 {
			if _, ok := checks.Find(target); !ok {
				continue
			}
		}
		if _, err := os.Stat(c); err == nil {
			return c, nil
		}
	}
	return "", cli.Errorf(cli.Usage, "go tool course grade exercises/"+exampleSlug(), "there is no %s; the exercises are: %s", target, slugList())
}

// exercisesOf tells which exercises a target is for: by name, by the notebook's tags, by a folder of the path, or by the
// file's package.
func exercisesOf(path, slug string) ([]*grading.Exercise, error) {
	if slug != "" {
		e, err := exerciseNamed(slug)
		return []*grading.Exercise{e}, err
	}
	if strings.HasSuffix(path, ".ipynb") {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, &cli.Error{Code: cli.Usage, Err: err}
		}
		slugs, err := grading.NotebookExercises(b)
		if err != nil {
			return nil, cli.Errorf(cli.Usage, "", "%s: %v", path, err)
		}
		if len(slugs) == 0 {
			return nil, cli.Errorf(cli.Usage, "tag the cells with your functions exercise:"+exampleSlug()+" (JupyterLab: property inspector, the gears at the right), or name one with --exercise",
				"%s has no cell with a tag exercise:SLUG", path)
		}
		var list []*grading.Exercise
		for _, s := range slugs {
			e, err := exerciseNamed(s)
			if err != nil {
				return nil, err
			}
			list = append(list, e)
		}
		return list, nil
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	parts := strings.Split(filepath.ToSlash(abs), "/")
	slices.Reverse(parts)
	for _, p := range parts {
		if e, ok := checks.Find(p); ok {
			return []*grading.Exercise{e}, nil
		}
	}
	if strings.HasSuffix(path, ".go") {
		if f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly); err == nil {
			for i := range checks.All {
				if checks.All[i].Package == f.Name.Name {
					return []*grading.Exercise{&checks.All[i]}, nil
				}
			}
		}
	}
	return nil, cli.Errorf(cli.Usage, "go tool course grade "+path+" --exercise "+exampleSlug(), "which exercise is %s? There are: %s", path, slugList())
}

func exerciseNamed(slug string) (*grading.Exercise, error) {
	slug = strings.TrimSuffix(filepath.ToSlash(slug), "/")
	slug = slug[strings.LastIndexByte(slug, '/')+1:]
	if e, ok := checks.Find(slug); ok {
		return e, nil
	}
	return nil, cli.Errorf(cli.Usage, "", "there is no exercise %q; there are: %s", slug, slugList())
}

func slugList() string {
	var slugs []string
	for _, e := range checks.All {
		slugs = append(slugs, e.Slug)
	}
	return strings.Join(slugs, ", ")
}

func exampleSlug() string {
	if len(checks.All) > 0 {
		return checks.All[0].Slug
	}
	return "deepfool"
}

// terminal tells whether f is a terminal.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// printReport prints a report for its student.
func printReport(w io.Writer, r *grading.Report) {
	fmt.Fprintf(w, "%s · %s\n", r.Title, r.Target)
	for _, n := range r.Notes {
		fmt.Fprintf(w, "  note: %s\n", grading.Printable(n))
	}
	if r.Verdict == grading.Unbuildable {
		fmt.Fprintln(w, "\n  ✗ it cannot be built, so nothing was run:")
		for _, p := range r.Problems {
			fmt.Fprintln(w)
			if p.Place != "" {
				fmt.Fprintf(w, "    %s\n", grading.Printable(p.Place))
			}
			if src := strings.TrimSpace(p.Source); src != "" {
				fmt.Fprintf(w, "      %s\n", src)
			}
			fmt.Fprintf(w, "      %s\n", p.Message)
			if p.Explain != "" {
				fmt.Fprintf(w, "      → %s\n", p.Explain)
			}
		}
		fmt.Fprintf(w, "\nScore: 0 of %g. Next: mend the first place above, and grade again.\n", r.Max)
		return
	}
	fmt.Fprintln(w)
	seen := map[string]string{} // the error of a check that was shown → its title
	for _, c := range r.Checks {
		mark := "✓"
		if c.Verdict != grading.Pass {
			mark = "✗"
		}
		title := c.Title
		switch c.Verdict {
		case grading.Pass, grading.Fail:
		default:
			title += " — " + string(c.Verdict)
		}
		fmt.Fprintf(w, "  %s %3g/%-3g %s\n", mark, c.Earned, c.Points, title)
		for _, f := range c.Failures {
			key := f.Computed + "\x00" + f.Error + "\x00" + f.Cause
			if first, ok := seen[key]; ok {
				fmt.Fprintf(w, "            as in “%s”\n", first)
				continue
			}
			seen[key] = c.Title
			for _, l := range []struct{ name, text string }{{"input", f.Input}, {"computed", f.Computed}, {"expected", f.Expected},
				{"error", f.Error}, {"likely", f.Cause}, {"hint", f.Hint}} {
				if l.text != "" {
					fmt.Fprintf(w, "            %-9s %s\n", l.name, strings.ReplaceAll(strings.TrimSpace(l.text), "\n", "\n                      "))
				}
			}
		}
	}
	for _, f := range r.Figures {
		fmt.Fprintf(w, "  measured: %s\n", f)
	}
	if out := strings.TrimSpace(r.Stdout + r.Stderr); out != "" && r.Verdict != grading.Pass {
		const show = 1000
		if len(out) > show {
			out = strings.ToValidUTF8(out[:show], "") + fmt.Sprintf("… (%d bytes in all)", int64(len(r.Stdout)+len(r.Stderr))+r.OutputLost)
		}
		fmt.Fprintf(w, "\n  your program printed:\n    %s\n", strings.ReplaceAll(out, "\n", "\n    "))
	}
	fmt.Fprintf(w, "\nScore: %s of %g (%s %%) in %.1f s, sandbox %s.", short(r.Score), r.Max, short(r.Percent), r.Duration, r.Sandbox)
	if r.Verdict == grading.Pass {
		fmt.Fprintln(w, " Everything holds.")
		return
	}
	fmt.Fprintf(w, "\nNext: start with the first ✗; exercises/%s/HINTS.md has three steps of help.\n", r.Exercise)
}

func short(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(x, 'f', 1, 64), "0"), ".")
}
