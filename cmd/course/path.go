package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/path"
	"nncourse/lib/workspace"
)

var pathCommand = cli.Command{
	Name:    "path",
	Summary: "which lessons to read before a lesson, and how long that takes",
	Usage:   "course path [--to LESSON] [--from LESSON[,LESSON…]] [--helpful] [--json]\ncourse path --write [--json]",
	Help: `Prints the lessons that a lesson needs, each after what it needs itself, and their time. All of them are needed: no preparation
is shorter. --from leaves out what you know: these lessons and all before them. --helpful takes in what lessons call helpful.
Without --to it prints the whole course. LESSON is a number (5.5), a file, or the words of its name (deepfool).

What a lesson needs is what its line "You need" names. The reader's time is the one that the lesson states; the time of its cells
is measured: go tool course run --all --times ` + path.TimesFile + `.

--write draws the graph (` + path.SVGFile + `) and brings up to date what follows from the lessons in the pages notebooks/README.md,
lib/README.md and exercises/README.md, and the cells in lib/questions: for who changes the course.
--json prints {"to","from","lessons":[{"lesson","class","number","notebook","title","needs","helpful","minutes",
"run":{"seconds","cores","fast"},"packages","exercises","you_need"}],"minutes","run_seconds","measured"},
where seconds is 0 for a lesson not measured and measured counts the others; and with --write {"changed":[FILE]}.
Exit codes: 0 printed; 1 lessons need each other in a circle, or one cannot be read; 2 wrong command line, or no such lesson;
3 not inside the course.`,
	Example: "go tool course path --to deepfool\ngo tool course path --from 2.4 --to 5.8",
	Run:     runPath,
}

func runPath(_ context.Context, fs *flag.FlagSet, args []string) error {
	to := fs.String("to", "", "the lesson to prepare for")
	from := fs.String("from", "", "lessons that you know, with all before them; separated by commas")
	helpful := fs.Bool("helpful", false, "also what lessons call helpful")
	write := fs.Bool("write", false, "draw the graph and bring the pages up to date")
	asJSON := fs.Bool("json", false, "print JSON")
	rest, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	const next = "go tool course path --help"
	if len(rest) > 0 {
		return cli.Errorf(cli.Usage, "go tool course path --to "+rest[0], "path takes no argument, got %q", rest[0])
	}
	if *write && (*to != "" || *from != "" || *helpful) {
		return cli.Errorf(cli.Usage, next, "--write goes with --json only")
	}
	if *to == "" && (*from != "" || *helpful) {
		return cli.Errorf(cli.Usage, next, "--from and --helpful go with --to")
	}
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	course, err := path.Read(root)
	if err != nil {
		return err
	}
	if *write {
		changed, err := course.Write(root, false)
		if err != nil {
			return err
		}
		if *asJSON {
			return cli.PrintJSON(os.Stdout, map[string]any{"changed": append([]string{}, changed...)})
		}
		for _, f := range changed {
			fmt.Println(f)
		}
		fmt.Printf("%d files changed\n", len(changed))
		return nil
	}

	var lessons []*path.Lesson
	var goal *path.Lesson
	known := []string{}
	if *to == "" {
		lessons, err = course.Order()
	} else {
		if goal, err = course.Find(*to); err != nil {
			return cli.Errorf(cli.Usage, "go tool course path", "%v", err)
		}
		for _, f := range strings.FieldsFunc(*from, func(r rune) bool { return r == ',' }) {
			l, err := course.Find(strings.TrimSpace(f))
			if err != nil {
				return cli.Errorf(cli.Usage, "go tool course path", "%v", err)
			}
			known = append(known, l.ID)
		}
		lessons, err = course.Before(goal.ID, known, *helpful)
	}
	if err != nil {
		return err
	}
	minutes, run, measured := path.Sum(lessons)
	if *asJSON {
		out := map[string]any{"from": known, "lessons": append([]*path.Lesson{}, lessons...), "minutes": minutes, "run_seconds": run.Seconds(), "measured": measured}
		if goal != nil {
			out["to"] = goal.ID
		}
		return cli.PrintJSON(os.Stdout, out)
	}
	for _, l := range lessons {
		needs := strings.Join(l.Needs, ", ")
		if needs == "" {
			needs = "–"
		}
		fmt.Printf("%5s  %-58.58s %3d min  %10s  needs %s\n", l.ID, l.Title, l.Minutes, l.Run, needs)
	}
	total := path.Hours(minutes)
	if measured > 0 {
		total += fmt.Sprintf(" (the cells of %d of them run for %s)", measured, run.Round(time.Second))
	}
	switch {
	case goal == nil:
		fmt.Printf("%d lessons, %s\n", len(lessons), total)
	case len(lessons) == 0:
		fmt.Printf("Nothing stands before %s %s (%s): %d min\n", goal.ID, goal.Title, goal.File, goal.Minutes)
	default:
		fmt.Printf("%d lessons, %s; then %s %s (%s), %d min\n", len(lessons), total, goal.ID, goal.Title, goal.File, goal.Minutes)
	}
	return nil
}
