package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
	"nncourse/grading/exchange"
	"nncourse/lib/workspace"
)

var exchangeCommand = cli.Command{
	Name:    "exchange",
	Summary: "on a class's hub: get an assignment, hand it in, see the feedback; release, collect, return",
	Usage: `course exchange list | fetch SLUG [TO] | submit SLUG [PATH] | feedback [TO]
course exchange release SLUG [PATH…] | collect TO [SLUG…] | return OUT | prepare STUDENT… [--owner UID:GID] [--teacher UID:GID]`,
	Help: `The exchange is a folder that the hub shares: --exchange DIR, or $COURSE_EXCHANGE. The student is --student, or
$COURSE_STUDENT, or $JUPYTERHUB_USER.

Students: list says what is released and what was handed in. fetch copies an assignment to TO (default: a folder SLUG here).
submit hands in the folder or file PATH (default: SLUG here), as often as you like; the latest counts, all are kept. feedback
copies your pages to TO (default: feedback here). Nothing of yours is ever overwritten: what is new comes beside it.

Teachers: release puts an assignment into the exchange, by default the folder exercises/SLUG of the course; a file with a solution
or hidden tests is refused. collect copies everybody's latest submission to TO, with its time, for
  course grade --submissions TO --out OUT
and return gives each student the pages in OUT/feedback. prepare makes a student's folders with owners and modes such that no
student can read another's; the hub does it before it starts a server (docker/jupyterhub/README.md).

--json prints for list {"released","submitted":{SLUG:[TIME]}}, for fetch and feedback [{"file","status"}] with status new,
unchanged or beside, for submit {"exercise","submission","files"}, for release {"exercise","files"}, for collect
[{"student","exercise","submission","at","files","left","status"}], for return {"students"}.
Exit codes: 0 done; 1 something was not taken (collect); 2 wrong command line, name or folder; 3 the disk refuses.`,
	Example: "course exchange fetch deepfool\ncourse exchange submit deepfool\ncourse exchange collect collected && course grade --submissions collected --out graded && course exchange return graded",
	Run:     runExchange,
}

// parseOwner reads "1000:100".
func parseOwner(text string) (exchange.Owner, error) {
	none := exchange.Owner{UID: -1, GID: -1}
	if text == "" {
		return none, nil
	}
	u, g, ok := strings.Cut(text, ":")
	uid, err1 := strconv.Atoi(u)
	gid, err2 := strconv.Atoi(g)
	if !ok || err1 != nil || err2 != nil || uid < 0 || gid < 0 {
		return none, cli.Errorf(cli.Usage, "course exchange --help", "%q is not UID:GID, as in 1000:100", text)
	}
	return exchange.Owner{UID: uid, GID: gid}, nil
}

func runExchange(_ context.Context, fs *flag.FlagSet, args []string) error {
	dir := fs.String("exchange", os.Getenv("COURSE_EXCHANGE"), "the exchange's `folder`")
	student := fs.String("student", firstOf(os.Getenv("COURSE_STUDENT"), os.Getenv("JUPYTERHUB_USER")), "`name` of the student")
	owner := fs.String("owner", "", "prepare: the student's `UID:GID`")
	teacher := fs.String("teacher", "", "prepare: the teacher's `UID:GID`")
	asJSON := fs.Bool("json", false, "print JSON")
	args, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	const help = "course exchange --help"
	if len(args) == 0 {
		return cli.Errorf(cli.Usage, help, "say what to do: list, fetch, submit, feedback; release, collect, return, prepare")
	}
	what, args := args[0], args[1:]
	bounds, ok := map[string][2]int{"list": {0, 0}, "fetch": {1, 2}, "submit": {1, 2}, "feedback": {0, 1}, "release": {1, 1000}, "collect": {1, 1000},
		"return": {1, 1}, "prepare": {1, 10000}}[what]
	switch {
	case !ok:
		return cli.Errorf(cli.Usage, help, "the exchange knows no %q", what)
	case len(args) < bounds[0] || len(args) > bounds[1]:
		return cli.Errorf(cli.Usage, help, "%s takes other arguments", what)
	case *dir == "":
		return cli.Errorf(cli.Usage, "set COURSE_EXCHANGE, or give --exchange DIR", "which exchange?")
	case *student == "" && slices.Contains([]string{"list", "submit", "feedback"}, what):
		return cli.Errorf(cli.Usage, "set COURSE_STUDENT, or give --student NAME", "who are you?")
	}
	arg := func(i int, otherwise string) string {
		if len(args) > i {
			return args[i]
		}
		return otherwise
	}
	var result any
	var lines []string
	var failed error
	say := func(format string, a ...any) { lines = append(lines, fmt.Sprintf(format, a...)) }
	written := func(to string, list []exchange.Written) {
		for _, w := range list {
			say("%-10s %s", w.Status, filepath.Join(to, w.File))
		}
		result = list
	}
	switch what {
	case "list":
		var names []string
		if names, err = exchange.Released(*dir); err != nil {
			break
		}
		submitted := map[string][]string{}
		for _, slug := range names {
			if submitted[slug], err = exchange.Submissions(*dir, *student, slug); err != nil {
				break
			}
			say("%-30s %d handed in %s", slug, len(submitted[slug]), strings.Join(submitted[slug], " "))
		}
		result = map[string]any{"released": append([]string{}, names...), "submitted": submitted}
	case "fetch":
		to := arg(1, args[0])
		var list []exchange.Written
		list, err = exchange.Fetch(*dir, args[0], to)
		written(to, list)
	case "submit":
		var name string
		var files []string
		name, files, err = exchange.Submit(*dir, *student, args[0], arg(1, args[0]), time.Now())
		say("handed in: %s, %s (%s)", args[0], name, strings.Join(files, ", "))
		result = map[string]any{"exercise": args[0], "submission": name, "files": files}
	case "feedback":
		to := arg(0, "feedback")
		var list []exchange.Written
		if list, err = exchange.Feedback(*dir, *student, to); err == nil && len(list) == 0 {
			say("there is no feedback yet")
		}
		written(to, list)
	case "release":
		from := args[1:]
		if len(from) == 0 {
			root, err := workspace.Root()
			if err != nil {
				return &cli.Error{Code: cli.Setup, Err: err}
			}
			from = []string{filepath.Join(root, "exercises", args[0])}
		}
		var files []string
		files, err = exchange.Release(*dir, args[0], from...)
		say("released: %s (%s)", args[0], strings.Join(files, ", "))
		result = map[string]any{"exercise": args[0], "files": files}
	case "collect":
		var list []exchange.Collected
		list, err = exchange.Collect(*dir, args[0], args[1:]...)
		left := 0
		for _, c := range list {
			say("%-10s %-20s %-24s %s, %d files", c.Status, c.Student, c.Exercise, c.At.UTC().Format("2006-01-02 15:04:05"), c.Files)
			for _, l := range c.Left {
				say("  not taken: %s", grading.Printable(l))
				left++
			}
		}
		say("%d submissions in %s", len(list), args[0])
		if left > 0 {
			failed = cli.Errorf(cli.Failed, "look into it: a link, a pipe, or far too much", "%d files or submissions were not taken", left)
		}
		result = append([]exchange.Collected{}, list...)
	case "return":
		var names []string
		names, err = exchange.Return(*dir, args[0])
		say("%d students have new feedback", len(names))
		result = map[string]any{"students": append([]string{}, names...)}
	case "prepare":
		who, err1 := parseOwner(*owner)
		by, err2 := parseOwner(*teacher)
		if err := errors.Join(err1, err2); err != nil {
			return &cli.Error{Code: cli.Usage, Err: err, Next: help}
		}
		for _, name := range args {
			if err = exchange.Prepare(*dir, name, who, by); err != nil {
				break
			}
		}
		say("%d students prepared in %s", len(args), *dir)
		result = map[string]any{"students": args}
	}
	if errors.Is(err, exchange.ErrInput) {
		return &cli.Error{Code: cli.Usage, Err: err, Next: help}
	}
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err, Next: help}
	}
	if *asJSON {
		if err := cli.PrintJSON(os.Stdout, result); err != nil {
			return err
		}
		return failed
	}
	for _, l := range lines {
		fmt.Println(l)
	}
	return failed
}

// firstOf gives the first text that is not empty.
func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
