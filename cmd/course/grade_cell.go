package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
	"nncourse/lib/workspace"
)

// cellGrade is what `course grade --cell` prints, for nb.Grade in a lesson: lib/nb reads it.
type cellGrade struct {
	Exercise  string          `json:"exercise"`
	Title     string          `json:"title"`
	Source    string          `json:"source"`    // "cells", "folder", or "" if nothing could be graded
	State     string          `json:"state"`     // "graded", "unwritten" (all of it is the stub), "missing" (a cell was not run)
	Functions []string        `json:"functions"` // what the exercise asks for
	Missing   []string        `json:"missing"`
	Helpers   []string        `json:"helpers"` // names taken along because the functions use them
	Report    *grading.Report `json:"report"`  // of the public checks; null if missing
	Hints     []cellHint      `json:"hints"`
}

type cellHint struct {
	Title string `json:"title"`
	Body  string `json:"body"` // Markdown
}

// cellWanted tells whether the arguments ask for a cell's formative grade.
func cellWanted(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return a == "--cell" || strings.HasPrefix(a, "--cell=") })
}

// runGradeCell grades the functions in a program that GoNB made, by the public checks. Where the cells still hold the
// stub, or do not declare the functions, exercises/SLUG is graded.
func runGradeCell(ctx context.Context, fs *flag.FlagSet, args []string) error {
	file := fs.String("cell", "", "")
	slug := fs.String("exercise", "", "")
	rest, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return cli.Errorf(cli.Usage, "", "grade --cell takes no TARGET")
	}
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	e, err := exerciseNamed(*slug)
	if err != nil {
		return err
	}
	g := cellGrade{Exercise: e.Slug, Title: e.Title, Missing: []string{}, Helpers: []string{}}
	if g.Hints, err = hints(filepath.Join(root, "exercises", e.Slug, "HINTS.md")); err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	if g.Functions, err = e.Functions(root); err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	grade := func(s *grading.Submission) error {
		r, err := grading.Grade(ctx, s, e, grading.Options{Root: root, Public: true})
		if err != nil {
			return gradeError(err)
		}
		g.Report, g.State = r, "graded"
		if unwritten(r) {
			g.State = "unwritten"
		}
		return nil
	}
	if *file != "" && len(e.Files) == 1 {
		source, err := os.ReadFile(*file)
		if err != nil {
			return &cli.Error{Code: cli.Setup, Err: err}
		}
		c, err := grading.FromCells(source, e, g.Functions)
		if err != nil {
			return &cli.Error{Code: cli.Failed, Err: err}
		}
		g.State = "missing"
		g.Missing = append(g.Missing, c.Missing...)
		if c.Submission != nil {
			g.Source = "cells"
			g.Helpers = append(g.Helpers, c.Helpers...)
			if err := grade(c.Submission); err != nil {
				return err
			}
		}
	}
	// Some of the functions in cells: the student works there, and forgot to run one.
	inCells := g.State == "graded" || g.State == "missing" && len(g.Missing) < len(g.Functions)
	if !inCells {
		cells := g
		s, err := grading.Open(filepath.Join(root, "exercises", e.Slug), e)
		if err != nil {
			return &cli.Error{Code: cli.Setup, Err: err}
		}
		s.Target = "exercises/" + e.Slug
		if err := grade(s); err != nil {
			return err
		}
		switch {
		case g.State == "graded":
			g.Source, g.Helpers = "folder", []string{}
		case cells.State == "unwritten":
			g = cells
		default:
			g.Source = "folder"
		}
	}
	return cli.PrintJSON(os.Stdout, g)
}

// unwritten tells whether the stub answered everywhere: its functions return an error that names the exercise.
func unwritten(r *grading.Report) bool {
	if r.Verdict == grading.Unbuildable {
		return false
	}
	for _, c := range r.Checks {
		if c.Verdict == grading.Pass || len(c.Failures) == 0 || !strings.Contains(c.Failures[0].Computed+c.Failures[0].Error, stubError(r.Exercise)) {
			return false
		}
	}
	return true
}

// stubError is what a stub's functions answer.
func stubError(slug string) string { return "exercise " + slug + ": not written yet" }

var hintForm = regexp.MustCompile(`(?s)<details>\s*<summary>(.*?)</summary>(.*?)</details>`)

// hints reads HINTS.md.
func hints(path string) ([]cellHint, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return []cellHint{}, nil
	}
	if err != nil {
		return nil, err
	}
	list := []cellHint{}
	for _, m := range hintForm.FindAllStringSubmatch(string(b), -1) {
		list = append(list, cellHint{strings.TrimSpace(m[1]), strings.TrimSpace(m[2])})
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s holds no <details> with a <summary>", path)
	}
	return list, nil
}
