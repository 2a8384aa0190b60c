package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
	"nncourse/grading/checks"
	"nncourse/grading/verify"
	"nncourse/lib/workspace"
)

var verifyCommand = cli.Command{
	Name:    "verify",
	Summary: "prove exercises: stub 0 %, solution 100 %, each wrong variant caught with its own diagnosis",
	Usage:   "course verify SLUG… [--seeds N] [-j N] [--json]\ncourse verify --all",
	Help: `For an exercise SLUG it grades exercises/SLUG (0 %), solutions/SLUG (100 %), every variant in solutions/SLUG/right
(at least two, 100 %) and every variant in solutions/SLUG/wrong (at least six): a wrong one must lose points, and one of
its failures must name the mistake that the variant's first comment names,
  // Mistake: step-not-divided: the step misses the division by the squared norm of the gradient.
Each variant is built once and run with --seeds sets of instances (course test takes 2 of them). The mutation table is printed: percentage, and in how
many of the runs the diagnosis was given. --json prints
  [{"exercise","ok","seeds","rows":[{"kind","variant","mistake","sentence","ok","why","least","most","diagnosed",
    "others","failed","seconds"}],"problems","sandbox","seconds"}]
Exit codes: 0 all of it holds; 1 something does not; 2 wrong command line; 3 something needed is missing.`,
	Example: "go tool course verify deepfool\ngo tool course verify --all --seeds 3",
	Run:     runVerify,
}

func runVerify(ctx context.Context, fs *flag.FlagSet, args []string) error {
	all := fs.Bool("all", false, "every exercise")
	seeds := fs.Int("seeds", 20, "sets of instances for each variant")
	jobs := fs.Int("j", 0, "variants at a time (0: one for each processor)")
	asJSON := fs.Bool("json", false, "print JSON")
	slugs, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	var exercises []*grading.Exercise
	switch {
	case *all && len(slugs) > 0:
		return cli.Errorf(cli.Usage, "go tool course verify --all", "--all and names of exercises exclude each other")
	case *all:
		for i := range checks.All {
			exercises = append(exercises, &checks.All[i])
		}
	case len(slugs) == 0:
		return cli.Errorf(cli.Usage, "go tool course verify "+exampleSlug(), "which exercise? There are: %s", slugList())
	}
	for _, slug := range slugs {
		e, err := exerciseNamed(slug)
		if err != nil {
			return err
		}
		exercises = append(exercises, e)
	}
	if *seeds < 1 {
		return cli.Errorf(cli.Usage, "go tool course verify --seeds 20 …", "--seeds must be at least 1")
	}
	ok := true
	tables := []*verify.Table{}
	for _, e := range exercises {
		o := verify.Options{Seeds: *seeds, Jobs: *jobs, Grading: grading.Options{Root: root, Progress: func(l string) { fmt.Fprintln(os.Stderr, l) }}}
		if terminal(os.Stderr) && !*asJSON {
			o.Progress = func(r verify.Row, done, of int) {
				fmt.Fprintf(os.Stderr, "\r\x1b[K%s: %d of %d variants", e.Slug, done, of)
				if done == of {
					fmt.Fprint(os.Stderr, "\r\x1b[K")
				}
			}
		}
		t, err := verify.Exercise(ctx, e, o)
		if err != nil {
			return &cli.Error{Code: cli.Setup, Err: err}
		}
		ok = ok && t.OK
		tables = append(tables, t)
		if !*asJSON {
			fmt.Print(t)
		}
	}
	if *asJSON {
		if err := cli.PrintJSON(os.Stdout, tables); err != nil {
			return err
		}
	}
	if !ok {
		return cli.Errorf(cli.Failed, "mend what is marked ✗ and run it again", "not all of it holds")
	}
	return nil
}
