package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
	"nncourse/grading/checks"
	"nncourse/grading/class"
	"nncourse/lib/workspace"
)

// classUsage and classHelp are the part of grade's help that is about a class.
const classUsage = `
course grade --submissions DIR --out OUT [--exercise SLUG,…] [-j N] [--policy FILE] [--roster FILE] [--json]
course grade --verify-receipts OUT [--secret-file FILE] [--json]` + shardUsage

const classHelp = `

A class: DIR holds an entry for each student, named after the student: a folder with the exercise's files or with a folder
for each exercise, an archive (.zip, .tar.gz), a notebook, or a Go file. Links, devices and bombs are refused, never
followed. OUT gets results/STUDENT/SLUG.json at once after each submission, then gradebook.csv (nbgrader's columns),
summary.json and receipts.jsonl, the pages, and a leaderboard for an exercise that measures (the capstone). A batch that was interrupted, by whatever, goes on with the same command; what did not
change is not graded again. The secret is ROOT/.course/class-secret, made at the first use, or --secret-file: keep it,
the instances follow from it. --json prints
  {"run","kept","built","failed","seconds","out","receipts_head","page_errors",
   "summary":{"schema","sandbox","sandbox_why","unsafe","same_instances","warnings","students","exercises":[{"exercise",
   "title","max","states","mean","median","passed","checks":[{"id","title","points","verdicts"}]}],
   "needs_teacher":[{"student","exercise","state","why","file"}],"identical":[{"exercise","submission","students"}]}}
and with --verify-receipts {"ok","lines","head","keyed","line","why","note"}. The files of a class (policy, roster, times,
points by hand, results) are described in grading/class/README.md; course grade --submissions --help lists all flags.
Exit codes for a class: 0 all graded (whatever the grades); 1 interrupted, or the grader failed on some (their state is
"error", they need a teacher), or the receipts are broken; 2 wrong command line or file; 3 something needed is missing, or
no sandbox contains a hostile program (--unsafe-no-sandbox grades all the same, and every report says so).` + shardHelp

// classWanted tells whether the command line is about a class.
func classWanted(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool {
		name, _, _ := strings.Cut(strings.TrimLeft(a, "-"), "=")
		return strings.HasPrefix(a, "-") && (name == "submissions" || name == "verify-receipts" || name == "merge")
	})
}

// classPages makes the pages that people read; nil means none.
var classPages class.Pages

// many is a flag that may be repeated, and may hold several values with commas between.
type many []string

func (m *many) String() string { return strings.Join(*m, ",") }
func (m *many) Set(s string) error {
	for _, x := range strings.Split(s, ",") {
		if x = strings.TrimSpace(x); x != "" {
			*m = append(*m, x)
		}
	}
	return nil
}

func runGradeClass(ctx context.Context, fs *flag.FlagSet, args []string) error {
	args = helpOnly(args)
	if mergeWanted(args) {
		return runGradeMerge(ctx, fs, args)
	}
	var shard shardFlag
	fs.Var(&shard, "shard", "grade only part `I/N` of the class")
	dir := fs.String("submissions", "", "folder with an entry for each student")
	out := fs.String("out", "", "folder of the results")
	var only many
	fs.Var(&only, "exercise", "grade only this exercise (repeatable, or with commas; default: all that anybody handed in)")
	jobs := fs.Int("j", 0, "submissions at a time (0: one for each processor)")
	policy := fs.String("policy", "", "JSON file of due dates, late days and penalties")
	times := fs.String("times", "", "CSV file of submission times: student,exercise,submitted_at (default: the files' times)")
	trust := fs.Bool("trust-submitted-at", false, "believe a file submitted_at or timestamp.txt in a student's folder")
	roster := fs.String("roster", "", "CSV file of the class: student_id,last_name,first_name,email")
	manual := fs.String("manual", "", "CSV file of points by hand: student,exercise,check,points,comment (default OUT/manual.csv)")
	same := fs.Bool("same-instances", false, "all students get the same inputs; identical submissions are graded once")
	attempt := fs.String("attempt", "0", "which attempt: another one draws other inputs")
	secretFile := fs.String("secret-file", "", "file with the class's secret (default ROOT/.course/class-secret)")
	box := addSandboxFlags(fs)
	asJSON := fs.Bool("json", false, "print JSON")
	board := fs.String("leaderboard", boardPseudonyms, "whom a leaderboard names: pseudonyms, names, or off for none")
	verify := fs.String("verify-receipts", "", "check the receipts in this folder of results, and grade nothing")
	rest, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	const next = "go tool course grade --submissions --help"
	if len(rest) > 0 {
		return cli.Errorf(cli.Usage, next, "%q stands beside --submissions or --verify-receipts; a class has no other target", rest[0])
	}
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	secret, err := classSecret(root, *secretFile, *verify == "" && shard.N == 0)
	if err != nil {
		return err
	}
	if shard.N > 0 && secret == nil {
		return errNoSharedSecret
	}
	if *verify != "" {
		if *dir != "" {
			return cli.Errorf(cli.Usage, next, "--submissions and --verify-receipts exclude each other")
		}
		return verifyReceipts(*verify, secret, *asJSON)
	}
	switch {
	case *dir == "" || *out == "":
		return cli.Errorf(cli.Usage, "go tool course grade --submissions DIR --out OUT", "a class needs both --submissions and --out")
	case *board != boardPseudonyms && *board != boardNames && *board != boardOff:
		return cli.Errorf(cli.Usage, next, "--leaderboard is %q, not pseudonyms, names or off", *board)
	case *jobs < 0:
		return cli.Errorf(cli.Usage, next, "-j is %d", *jobs)
	}
	if info, err := os.Stat(*dir); err != nil || !info.IsDir() {
		return cli.Errorf(cli.Usage, next, "there is no folder %s", *dir)
	}
	if inside(*out, *dir) {
		return cli.Errorf(cli.Usage, next, "the results may not lie in the folder of submissions: choose another --out")
	}
	for i, slug := range only {
		e, err := exerciseNamed(slug)
		if err != nil {
			return err
		}
		only[i] = e.Slug
	}
	p := classProgress{live: terminal(os.Stderr) && !*asJSON, begin: time.Now(), last: time.Now()}
	o := class.Options{
		Submissions: *dir, Out: *out, Only: only, Attempt: *attempt, Jobs: *jobs, Same: *same, Unsafe: box.unsafe,
		Policy: *policy, Times: *times, TrustTimes: *trust, Roster: *roster, Manual: *manual, Pages: pagesWith(classPages, *board, secret), Shard: shard.Shard,
		Progress: p.show, Log: p.line,
		Grading: grading.Options{Root: root, Secret: secret, Progress: p.line},
	}
	if err := box.set(&o.Grading); err != nil {
		return err
	}
	for i := range checks.All {
		o.Exercises = append(o.Exercises, &checks.All[i])
	}
	b, err := class.Run(ctx, o)
	p.end()
	var broken *class.Broken
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return cli.Errorf(cli.Failed, "the same command again goes on where this one stopped", "interrupted")
	case errors.As(err, &broken):
		return &cli.Error{Code: cli.Failed, Err: err, Next: "find out who changed it; to start afresh, grade into another --out"}
	case errors.Is(err, grading.ErrNoSandbox):
		return &cli.Error{Code: cli.Setup, Err: err, Next: noSandboxAdvice() + "; or add --unsafe-no-sandbox, if you trust every student"}
	case errors.Is(err, class.ErrInput) || errors.Is(err, class.ErrNothing):
		return &cli.Error{Code: cli.Usage, Err: err, Next: next}
	default:
		return &cli.Error{Code: cli.Setup, Err: err, Next: "go tool course doctor"}
	}
	return batchOutput(b, *out, *asJSON)
}

// batchOutput prints what a batch or a merge did; the error says what is wrong with it.
func batchOutput(b *class.Batch, out string, asJSON bool) (err error) {
	if asJSON {
		err = cli.PrintJSON(os.Stdout, map[string]any{"run": b.Run, "kept": b.Kept, "built": b.Built, "failed": b.Failed,
			"seconds": b.Duration.Seconds(), "out": out, "receipts_head": b.Head, "page_errors": append([]string{}, b.PageErrs...), "summary": b.Summary})
	} else {
		printBatch(b, out)
	}
	switch {
	case err != nil:
		return err
	case b.Failed > 0:
		return cli.Errorf(cli.Failed, "look at \"needs_teacher\" in "+filepath.Join(out, class.SummaryFile)+"; the same command tries these again",
			"the grader failed on %d of the submissions; they have no score", b.Failed)
	case len(b.PageErrs) > 0:
		return cli.Errorf(cli.Failed, "the grades are whole; mend it and run the same command", "pages could not be made: %s", strings.Join(b.PageErrs, "; "))
	}
	return nil
}

// classSecret reads the class's secret, and makes it at the first use.
func classSecret(root, file string, make bool) ([]byte, error) {
	given := file != ""
	if !given {
		file = filepath.Join(root, ".course", "class-secret")
	}
	b, err := os.ReadFile(file)
	switch {
	case err == nil && len(b) < 16:
		return nil, cli.Errorf(cli.Usage, "head -c 32 /dev/urandom > "+file, "the secret in %s has %d bytes, fewer than 16", file, len(b))
	case err == nil:
		return b, nil
	case given || !errors.Is(err, fs.ErrNotExist):
		return nil, &cli.Error{Code: cli.Usage, Err: err}
	case !make:
		return nil, nil
	}
	b = []byte(rand.Text() + rand.Text() + "\n")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, &cli.Error{Code: cli.Setup, Err: err}
	}
	// Whole or not at all, and never over one that is there: of two commands that make it at once, one takes the other's.
	temp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.new") // for its owner's eyes
	if err != nil {
		return nil, &cli.Error{Code: cli.Setup, Err: err}
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(b)
	if err = errors.Join(err, temp.Close()); err != nil {
		return nil, &cli.Error{Code: cli.Setup, Err: err}
	}
	switch err := os.Link(temp.Name(), file); {
	case errors.Is(err, fs.ErrExist):
		return classSecret(root, "", false)
	case err != nil: // a file system without links
		if err := os.Rename(temp.Name(), file); err != nil {
			return nil, &cli.Error{Code: cli.Setup, Err: err}
		}
	}
	fmt.Fprintf(os.Stderr, "made the class's secret, %s: keep it, and keep it from the students; without it no grade can be repeated\n", file)
	return b, nil
}

// inside tells whether path is dir or lies in it.
func inside(path, dir string) bool {
	a, err1 := filepath.Abs(path)
	b, err2 := filepath.Abs(dir)
	if err1 != nil || err2 != nil {
		return false
	}
	rel, err := filepath.Rel(b, a)
	return err == nil && (rel == "." || filepath.IsLocal(rel))
}

func verifyReceipts(out string, secret []byte, asJSON bool) error {
	v, err := class.VerifyReceipts(out, secret)
	if errors.Is(err, fs.ErrNotExist) {
		return cli.Errorf(cli.Usage, "go tool course grade --submissions DIR --out "+out, "%s has no receipts", out)
	}
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	if asJSON {
		if err := cli.PrintJSON(os.Stdout, v); err != nil {
			return err
		}
	} else if v.OK {
		fmt.Printf("✓ %d receipts, each in its place; every result and the grade book are as their last receipt says\n  head %s\n", v.Lines, v.Head)
		if !v.Keyed {
			fmt.Println("  ! without the class's secret only the chain was checked, not who wrote it: add --secret-file")
		}
	}
	if v.Note != "" && !asJSON {
		fmt.Println("  note: " + v.Note)
	}
	if !v.OK {
		return cli.Errorf(cli.Failed, "", "the receipts in %s are broken: %s", out, v.Why)
	}
	return nil
}

// classProgress shows how far a batch is: a bar in a terminal, else a line now and then.
type classProgress struct {
	mu     sync.Mutex
	live   bool
	begin  time.Time
	last   time.Time
	tenths int
	shown  bool
}

func (c *classProgress) show(p class.Progress) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.live {
		if time.Since(c.last) < 50*time.Millisecond && p.Done < p.Of {
			return
		}
		c.last, c.shown = time.Now(), true
		const width = 30
		full := width * p.Done / max(1, p.Of)
		name := []rune(strings.Map(func(r rune) rune {
			if r == '\n' || r == '\t' {
				return ' '
			}
			return r
		}, grading.Printable(p.Last)))
		if len(name) > 24 {
			name = append(name[:23], '…')
		}
		fmt.Fprintf(os.Stderr, "\r\x1b[K%s%s %d of %d  %s  %s", strings.Repeat("█", full), strings.Repeat("░", width-full), p.Done, p.Of, c.left(p), string(name))
		return
	}
	if tenth := 10 * p.Done / max(1, p.Of); tenth > c.tenths && (time.Since(c.last) > 5*time.Second || p.Done == p.Of) {
		c.tenths, c.last = tenth, time.Now()
		fmt.Fprintf(os.Stderr, "%d of %d, %d of them from an earlier run\n", p.Done, p.Of, p.Kept)
	}
}

func (c *classProgress) left(p class.Progress) string {
	if p.Run < 3 || p.Done == p.Of {
		return ""
	}
	per := time.Since(c.begin) / time.Duration(p.Run)
	return "about " + (per * time.Duration(p.Of-p.Done)).Round(time.Second).String() + " left"
}

func (c *classProgress) line(l string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wipe()
	fmt.Fprintln(os.Stderr, l)
}

func (c *classProgress) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wipe()
}

func (c *classProgress) wipe() {
	if c.shown {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
		c.shown = false
	}
}

func printBatch(b *class.Batch, out string) {
	for _, w := range b.Summary.Warnings {
		fmt.Println("! " + w)
	}
	for _, x := range b.Summary.Exercises {
		var states []string
		for _, s := range []class.State{class.Graded, class.Refused, class.Missing, class.Failed} {
			if n := x.States[s]; n > 0 {
				states = append(states, fmt.Sprintf("%d %s", n, s))
			}
		}
		fmt.Printf("%s: %s; %d with all points; mean %s, median %s of %g\n", x.Exercise, strings.Join(states, ", "), x.Passed, short(x.Mean), short(x.Median), x.Max)
	}
	const show = 12
	for i, a := range b.Summary.Teacher {
		if i == 0 {
			fmt.Println("\nA teacher should look at:")
		}
		if i == show {
			fmt.Printf("  … and %d more in %s\n", len(b.Summary.Teacher)-show, filepath.Join(out, class.SummaryFile))
			break
		}
		fmt.Printf("  %s, %s (%s): %s\n", grading.Printable(a.Student), a.Exercise, a.State, strings.Join(a.Why, "; "))
	}
	if n := len(b.Summary.Identical); n > 0 {
		fmt.Printf("\nThe same source was handed in by several students (%d times, see %s)\n", n, filepath.Join(out, class.SummaryFile))
	}
	fmt.Printf("\n%d graded now, %d kept from earlier, in %.1f s, sandbox %s. Grades: %s\n", b.Run, b.Kept, b.Duration.Seconds(), b.Summary.Sandbox, filepath.Join(out, class.GradebookFile))
}
