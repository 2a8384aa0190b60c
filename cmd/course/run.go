package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/jupyter"
	"nncourse/cmd/course/internal/notebook"
	"nncourse/cmd/course/internal/path"
	"nncourse/lib/workspace"
)

var runCommand = cli.Command{
	Name:    "run",
	Summary: "run lessons headless in the real kernel, with the time of each cell",
	Usage:   "course run NOTEBOOK… [--write] [--check] [--fast] [--times FILE] [--timeout D] [-j N] [--json]\ncourse run --all",
	Help: `Each notebook runs in a kernel of its own, from the first cell to the last, and stops at the first cell that fails.
--write stores the outputs in the notebook, if every cell ran. --check compares the stored text outputs with the
fresh ones: words must be equal, numbers within 2 % (or what a cell's tag tolerance:X says), times behind ⏱ and cells
tagged volatile are left out and counted. --fast sets COURSE_FAST=1: lessons that train long take fewer steps, and cells tagged
budget are not compared, but must make as many claims (✓) as are stored; so must all cells of a lesson whose dataset is not on
this machine. --times FILE puts each lesson's time into FILE, beside those of the other lessons; go tool course path reads notebooks/times.json. --json prints
  [{"notebook","ok","cells":[{"index","number","of","seconds","title","trains"}],"seconds",
    "error":{"index","number","kind","message","source"},"written","compared","masked","budget","away","data_away",
    "differences":[{"index","number","stored","fresh","why"}]}]
Exit codes: 0 every cell ran (and, with --check, nothing differs); 1 not so; 2 wrong command line; 3 not set up.`,
	Example: "go tool course run notebooks/class5/05-deepfool.ipynb\ngo tool course run --all --check -j 2",
	Run:     runRun,
}

func runRun(ctx context.Context, fs *flag.FlagSet, args []string) error {
	all := fs.Bool("all", false, "every lesson of the course")
	write := fs.Bool("write", false, "store the outputs in the notebook")
	check := fs.Bool("check", false, "compare stored with fresh text outputs")
	fast := fs.Bool("fast", false, "the fast setting: fewer steps where a lesson trains long")
	timeout := fs.Duration("timeout", 10*time.Minute, "the longest that one cell may run")
	jobs := fs.Int("j", 1, "notebooks run at a time")
	times := fs.String("times", "", "put the lessons' times into this file, for course path: "+path.TimesFile)
	asJSON := fs.Bool("json", false, "print JSON")
	paths, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	if *all {
		if len(paths) > 0 {
			return cli.Errorf(cli.Usage, "go tool course run --all", "--all and names of notebooks exclude each other")
		}
		if paths, err = notebook.Lessons(root); err != nil {
			return err
		}
	}
	if len(paths) == 0 {
		return cli.Errorf(cli.Usage, "go tool course run notebooks/class5/05-deepfool.ipynb", "which notebook?")
	}
	if *jobs < 1 {
		return cli.Errorf(cli.Usage, "go tool course run -j 2 …", "-j must be at least 1")
	}
	if *fast && *write {
		return cli.Errorf(cli.Usage, "go tool course run --write "+paths[0], "--fast and --write exclude each other: the outputs stored in a lesson come from the full setting")
	}
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			return cli.Errorf(cli.Usage, "ls "+filepath.Join(root, "notebooks"), "%v", err)
		}
	}
	if err := jupyter.Ready(root); err != nil {
		return cli.Errorf(cli.Setup, "go tool course setup", "the course is not set up: %v", err)
	}

	results := make([]*notebook.Result, len(paths))
	errs := make([]error, len(paths))
	var print sync.Mutex
	var wg sync.WaitGroup
	slots := make(chan struct{}, *jobs)
	for i, p := range paths {
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer func() { <-slots; wg.Done() }()
			o := notebook.Options{Root: root, CellTimeout: *timeout, Write: *write, Check: *check, Fast: *fast}
			if !*asJSON {
				name := strings.TrimSuffix(filepath.Base(p), ".ipynb")
				o.Progress = func(c notebook.CellRun) {
					print.Lock()
					defer print.Unlock()
					fmt.Printf("%s  cell %2d/%d  %6.2f s  %.70s\n", name, c.Number, c.Of, c.Seconds, c.Title)
				}
			}
			results[i], errs[i] = notebook.Run(ctx, p, o)
			print.Lock()
			defer print.Unlock()
			if !*asJSON && errs[i] == nil {
				printResult(results[i])
			}
		}()
	}
	wg.Wait()
	failed := 0
	var kept []*notebook.Result
	for i := range paths {
		if errs[i] != nil {
			return fmt.Errorf("%s: %w", paths[i], errs[i])
		}
		kept = append(kept, results[i])
		if !results[i].OK {
			failed++
		}
	}
	if *times != "" {
		if err := path.AddTimes(*times, root, kept, *fast); err != nil {
			return err
		}
	}
	if *asJSON {
		if err := cli.PrintJSON(os.Stdout, kept); err != nil {
			return err
		}
	}
	if failed > 0 {
		return cli.Errorf(cli.Failed, "", "%d of %d notebooks failed", failed, len(paths))
	}
	return nil
}

func printResult(r *notebook.Result) {
	if e := r.Error; e != nil {
		fmt.Printf("\n✗ %s stopped at code cell %d (%s):\n", r.Notebook, e.Number, e.Kind)
		if e.Source != "" {
			fmt.Println(indent(firstLines(e.Source, 12)))
		}
		fmt.Printf("\n%s\n\n", indent(strings.TrimSpace(e.Message)))
		return
	}
	for _, d := range r.Differences {
		fmt.Printf("≠ %s code cell %d: %s\n   stored: %s\n   fresh:  %s\n", r.Notebook, d.Number, d.Why, oneLine(d.Stored), oneLine(d.Fresh))
	}
	mark, extra := "✓", ""
	if !r.OK {
		mark = "✗"
	}
	if r.Compared+r.Masked+r.Budget+r.Away > 0 {
		extra = fmt.Sprintf(", %d outputs compared, %d differ, %d not compared (volatile)", r.Compared, len(r.Differences), r.Masked)
		if r.Budget > 0 {
			extra += fmt.Sprintf(", %d under the fast setting", r.Budget)
		}
		if r.Away > 0 {
			extra += fmt.Sprintf(", %d with other data: go tool course data fetch %s", r.Away, strings.Join(r.DataAway, " "))
		}
	}
	if r.Written {
		extra += ", outputs stored"
	}
	fmt.Printf("%s %s: %d cells in %.1f s%s\n", mark, r.Notebook, len(r.Cells), r.Seconds, extra)
}

func indent(s string) string { return "    " + strings.ReplaceAll(s, "\n", "\n    ") }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func firstLines(s string, n int) string {
	lines := strings.Split(s, "\n")
	if len(lines) > n {
		lines = append(lines[:n], "…")
	}
	return strings.Join(lines, "\n")
}
