package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
	"nncourse/grading/release/scaffold"
	"nncourse/lib/workspace"
)

var newExerciseCommand = cli.Command{
	Name:    "new-exercise",
	Summary: "begin an exercise: statement, stub, solution, checks, registered",
	Usage:   "course new-exercise SLUG --title TITLE [--json]",
	Help: `Writes exercises/SLUG (README.md, HINTS.md, stub, visible_test.go), solutions/SLUG (a solution, two right variants,
a wrong one), grading/checks and grading/harness, and adds the exercise to grading/checks/all.go. One small function
stands for yours; everything compiles. "course verify SLUG" then says what is still due: six wrong variants.
Hidden checks lie between markers, so that "course release" removes them. No file is overwritten.
--json prints {"exercise","files":[…]}.
Exit codes: 0 written; 1 a file could not be written; 2 wrong command line, or the exercise is there already;
3 not inside the course.`,
	Example: "go tool course new-exercise power-iteration --title \"Power iteration\"",
	Run: func(ctx context.Context, fs *flag.FlagSet, args []string) error {
		title := fs.String("title", "", "`title` of the exercise, as students read it")
		asJSON := fs.Bool("json", false, "print JSON")
		rest, err := cli.Parse(fs, args)
		if err != nil {
			return err
		}
		const example = "go tool course new-exercise power-iteration --title \"Power iteration\""
		if len(rest) != 1 || *title == "" {
			return cli.Errorf(cli.Usage, example, "give the exercise's slug and --title, and nothing else")
		}
		root, err := workspace.Root()
		if err != nil {
			return &cli.Error{Code: cli.Setup, Err: err}
		}
		if grading.StudentEdition {
			return cli.Errorf(cli.Usage, "make exercises in the teacher's source", "this is a student edition")
		}
		files, err := scaffold.New(root, rest[0], *title)
		if errors.Is(err, scaffold.ErrInput) {
			return cli.Errorf(cli.Usage, example, "%v", err)
		}
		if err != nil {
			return cli.Errorf(cli.Failed, "go tool course new-exercise --help", "%v", err)
		}
		if *asJSON {
			return cli.PrintJSON(os.Stdout, map[string]any{"exercise": rest[0], "files": files})
		}
		for _, f := range files {
			fmt.Println("  " + f)
		}
		fmt.Printf("next: write the statement, then go tool course verify %s\n", rest[0])
		return nil
	},
}
