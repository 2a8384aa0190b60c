package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
	"nncourse/grading/checks"
	"nncourse/grading/formats"
)

// formatUsage and formatHelp are the part of grade's help that is about other programs' formats.
const formatUsage = `
course grade TARGET… --format junit|gradescope|exercism|json [--out FILE]
course grade OUT/gradebook.csv --format canvas|moodle [--out FILE]`

const formatHelp = `

--format prints for other programs instead, or writes FILE with --out: junit (all that is known, for CI and teachers),
gradescope (results.json of an autograder) and exercism (results.json of a test runner, version 3), both without what only
hidden checks have, one TARGET each; json is --json, its schema is grading/formats/report.schema.json. canvas and moodle
turn a class's gradebook.csv into what the gradebooks of these two import. With gradescope, exercism, canvas and moodle
the exit code is 0 once the file is written, whatever the grades.`

// reportFormats are the formats of one target each; bookFormats those of a gradebook.
var (
	reportFormats = map[string]func(io.Writer, *grading.Report) error{"gradescope": formats.Gradescope, "exercism": formats.Exercism}
	bookFormats   = map[string]func(io.Writer, []formats.Row, func(string) string) error{"canvas": formats.Canvas, "moodle": formats.Moodle}
	formatNames   = []string{"junit", "gradescope", "exercism", "json", "canvas", "moodle"}
)

// formatFlags are --format and --out.
type formatFlags struct{ name, out *string }

func addFormatFlags(fs *flag.FlagSet) formatFlags {
	return formatFlags{fs.String("format", "", "print as one of "+strings.Join(formatNames, ", ")), fs.String("out", "", "write what --format or --json prints into this file")}
}

func (f formatFlags) on() bool { return *f.name != "" }

// check refuses what cannot be done, before anything is graded.
func (f formatFlags) check(targets []string, asJSON *bool) error {
	const next = "go tool course grade --help"
	if *f.name == "" && *asJSON || *f.name == "json" {
		*f.name, *asJSON = "json", false
	}
	one := bookFormats[*f.name] != nil || reportFormats[*f.name] != nil
	switch {
	case *f.name == "" && *f.out != "":
		return cli.Errorf(cli.Usage, next, "--out needs --format")
	case f.on() && !slices.Contains(formatNames, *f.name):
		return cli.Errorf(cli.Usage, next, "there is no format %q; there are: %s", *f.name, strings.Join(formatNames, ", "))
	case *asJSON && f.on():
		return cli.Errorf(cli.Usage, next, "--json and --format %s are two formats; give one", *f.name)
	case one && len(targets) > 1:
		return cli.Errorf(cli.Usage, next, "--format %s takes one TARGET, not %d", *f.name, len(targets))
	}
	return nil
}

// book turns a gradebook into another one; done says whether that was asked for.
func (f formatFlags) book(targets []string) (done bool, err error) {
	write := bookFormats[*f.name]
	if write == nil {
		return false, nil
	}
	in, err := os.Open(targets[0])
	if err != nil {
		return true, &cli.Error{Code: cli.Usage, Err: err}
	}
	defer in.Close()
	rows, err := formats.ReadGradebook(in)
	if err != nil {
		return true, &cli.Error{Code: cli.Usage, Err: err, Next: "give the gradebook.csv that course grade --submissions writes"}
	}
	return true, f.emit(func(w io.Writer) error {
		return write(w, rows, func(slug string) string {
			if e, ok := checks.Find(slug); ok {
				return e.Title
			}
			return slug
		})
	})
}

// reports writes what was graded, as a list even of one where list says so; done says whether the exit code no longer depends on the grades.
func (f formatFlags) reports(all []*grading.Report, list bool) (done bool, err error) {
	write, one := reportFormats[*f.name]
	if one && len(all) != 1 {
		return true, cli.Errorf(cli.Usage, "name one with --exercise", "--format %s takes one exercise, the notebook has %d", *f.name, len(all))
	}
	return one, f.emit(func(w io.Writer) error {
		switch {
		case one:
			return write(w, all[0])
		case *f.name == "junit":
			return formats.JUnit(w, all)
		case len(all) == 1 && !list:
			return cli.PrintJSON(w, all[0])
		}
		return cli.PrintJSON(w, all)
	})
}

// emit prints what write writes, or puts it into the file of --out: whole, or not at all.
func (f formatFlags) emit(write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		if errors.Is(err, formats.ErrGraderFault) {
			return nil // the caller says more about it
		}
		return &cli.Error{Code: cli.Failed, Err: err}
	}
	if *f.out == "" {
		_, err := os.Stdout.Write(b.Bytes())
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(*f.out), ".course-*")
	if err != nil {
		return &cli.Error{Code: cli.Usage, Err: err}
	}
	defer os.Remove(temp.Name()) // nothing is there once it has its name
	_, err = temp.Write(b.Bytes())
	if e := temp.Chmod(0o644); err == nil {
		err = e
	}
	if e := temp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(temp.Name(), *f.out)
	}
	return err
}
