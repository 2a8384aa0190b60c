package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/seed"
)

// shippedEnv names the folder that holds the shipped course (course/) and what set-up made of it (made/).
const shippedEnv = "COURSE_SHIPPED"

var seedCommand = cli.Command{
	Name:    "seed",
	Summary: "in a container: put the course into the student's folder, and upgrade it there",
	Usage:   "course seed DIR [--links] [--from FOLDER] [--json]",
	Help: `A container calls it at each start. FOLDER (default: $` + shippedEnv + `) holds the shipped course in course/ and, in made/, what
set-up made of it, to which DIR/.course gets links. A file that DIR lacks is copied. A file that is as it was shipped before is
replaced. A file that you changed stays; if the course's changed, too, that is written beside it: lesson.new.ipynb, or
exercise.go.new. DIR/` + seed.Record + ` holds the hashes of what was shipped.
--links makes only the links: for a checkout of the course that stands at DIR, as in a dev container.
--json prints {"files","copied","replaced","removed","kept":[{"file","new"}]}.
Exit codes: 0 done; 1 DIR could not be written; 2 wrong command line; 3 there is nothing shipped.`,
	Example: "course seed /home/jovyan/work",
	Run:     runSeed,
}

func runSeed(_ context.Context, fs *flag.FlagSet, args []string) error {
	from := fs.String("from", os.Getenv(shippedEnv), "`folder` with course/ and made/")
	links := fs.Bool("links", false, "make only the links in DIR/.course")
	asJSON := fs.Bool("json", false, "print JSON")
	rest, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return cli.Errorf(cli.Usage, "course seed --help", "name the folder to put the course into, and nothing else")
	}
	if *from == "" {
		return cli.Errorf(cli.Setup, "course seed "+rest[0]+" --from FOLDER", "%s is not set: this is not one of the course's containers", shippedEnv)
	}
	o := seed.Options{From: filepath.Join(*from, "course"), Made: filepath.Join(*from, "made")}
	if _, err := os.Stat(o.Made); err != nil {
		o.Made = ""
	}
	if *links {
		o.From = ""
	} else if _, err := os.Stat(o.From); err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	r, err := seed.Seed(rest[0], o)
	if err != nil {
		return cli.Errorf(cli.Failed, "make "+rest[0]+" writable for the user of this program, or give a new folder", "%v", err)
	}
	if *asJSON {
		return cli.PrintJSON(os.Stdout, r)
	}
	if r.Copied+r.Replaced+r.Removed > 0 {
		fmt.Printf("%s: %d files copied, %d replaced, %d removed\n", rest[0], r.Copied, r.Replaced, r.Removed)
	}
	for _, k := range r.Kept {
		fmt.Printf("  %s stays as you changed it; the course's new one is %s\n", k.File, k.New)
	}
	return nil
}
