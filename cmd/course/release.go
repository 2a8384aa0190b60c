package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading/release"
	"nncourse/lib/workspace"
)

var releaseCommand = cli.Command{
	Name:    "release",
	Summary: "write the student edition: no solutions, no hidden checks",
	Usage:   "course release OUT [--stub LINE] [--json]",
	Help: `OUT gets the files that git tracks (outside a git checkout: those that .gitignore does not name), without
solutions/, without tests that need it, and without the regions between nbgrader's markers in .ipynb and .go files.
A marker stands alone on its line, in Go after "//": three #, then BEGIN SOLUTION … END SOLUTION (replaced by the
stub) or BEGIN HIDDEN TESTS … END HIDDEN TESTS (removed). A marker without its partner is an error with file and line.
A Go file of which nothing is left is left out; what is left must pass go vet.
At the end the edition is read again and searched for every line of what stayed behind: none may be in it.
Lines of at most 25 characters do not count, nor those that the rest of the course has anyway; files with five or more
of the latter are listed, for you to judge.
OUT lies outside the course, and is absent, empty, or an earlier release in which nothing was changed.
It gets its name when it is complete; nothing is ever half written.
--json prints {"out","files","stripped_regions","left_out":[…],
"proof":{"lines","files","common","shared":[{"file","lines"}],"leaks":[{"file","from","text"}]},"ok"}.
Exit codes: 0 written and proven; 1 a leak, a wrong marker, or an edition that does not build: nothing is written;
2 wrong command line, or OUT cannot take it; 3 not inside the course.`,
	Example: "go tool course release ../course-for-students",
	Run: func(ctx context.Context, fs *flag.FlagSet, args []string) error {
		asJSON := fs.Bool("json", false, "print JSON")
		stub := fs.String("stub", "// YOUR CODE HERE", "`line` in the place of a solution in Go")
		rest, err := cli.Parse(fs, args)
		if err != nil {
			return err
		}
		if len(rest) != 1 {
			return cli.Errorf(cli.Usage, "go tool course release ../course-for-students", "name the folder to write, and nothing else")
		}
		root, err := workspace.Root()
		if err != nil {
			return &cli.Error{Code: cli.Setup, Err: err}
		}
		r, err := release.Build(ctx, release.Options{Root: root, Out: rest[0], CodeStub: *stub, Vet: []string{"./grading/...", "./cmd/course", "./exercises/..."}})
		if errors.Is(err, release.ErrOut) {
			return cli.Errorf(cli.Usage, "name a new folder outside the course", "%s: %v", rest[0], err)
		}
		if err != nil {
			return cli.Errorf(cli.Failed, "mend the source and run it again", "%v", err)
		}
		if *asJSON {
			if err := cli.PrintJSON(os.Stdout, r); err != nil {
				return err
			}
		} else {
			fmt.Printf("%d files, %d regions stripped, %d files left out\n", r.Files, r.Regions, len(r.LeftOut))
			fmt.Printf("proof: %d lines of solutions and hidden parts searched for in %d files: %d found\n", r.Proof.Lines, r.Proof.Files, len(r.Proof.Leaks))
			if r.Proof.Common > 0 {
				fmt.Printf("%d more of their lines stand in other files of the course too", r.Proof.Common)
				for i, s := range r.Proof.Shared {
					fmt.Print(map[bool]string{true: ", most in ", false: ", "}[i == 0], s.File, " (", s.Lines, ")")
				}
				fmt.Println()
			}
			for _, l := range r.Proof.Leaks {
				fmt.Printf("  ✗ %s has a line of %s: %s\n", l.File, l.From, l.Text)
			}
		}
		if !r.OK {
			return cli.Errorf(cli.Failed, "remove what is listed from the course's own files, or put it between markers", "%d leaks; nothing was written", len(r.Proof.Leaks))
		}
		if !*asJSON {
			fmt.Printf("written: %s\n", rest[0])
		}
		return nil
	},
}
