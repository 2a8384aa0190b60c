package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
	"nncourse/grading/checks"
	"nncourse/lib/workspace"
)

// course runs the command line and gives what it printed on stdout, and its exit code.
func course(t *testing.T, args ...string) (string, int) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	text := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		text <- string(b)
	}()
	old := os.Stdout
	os.Stdout = w
	code := cli.Main(context.Background(), []cli.Command{gradeCommand, verifyCommand}, args)
	os.Stdout = old
	w.Close()
	return <-text, code
}

// A stub earns nothing and a solution everything, whichever way the target is named. Every tenth exercise: verify, which course test runs
// on all of them, proves it of each.
func TestGradeCommand(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range checks.All {
		if i%10 != 0 {
			continue
		}
		out, code := course(t, "grade", e.Slug)
		if code != cli.Failed || !strings.Contains(out, "Score: 0 of ") || !strings.Contains(out, "✗") {
			t.Errorf("stub of %s: exit code %d\n%s", e.Slug, code, out)
		}
		out, code = course(t, "grade", "solutions/"+e.Slug, "--json", "--seed", "3")
		var r grading.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil || code != cli.OK || r.Percent != 100 || r.Exercise != e.Slug || r.Attempt != "3" {
			t.Errorf("solution of %s: exit code %d, %v\n%s", e.Slug, code, err, out)
		}
	}
	e := checks.All[0]
	t.Chdir(filepath.Join(root, "solutions"))
	if out, code := course(t, "grade", filepath.Join(e.Slug, e.Files[0])); code != cli.OK {
		t.Errorf("a file, from another folder: exit code %d\n%s", code, out)
	}
	dir := t.TempDir()
	source, err := os.ReadFile(filepath.Join(root, "solutions", e.Slug, e.Files[0]))
	if err != nil {
		t.Fatal(err)
	}
	mine, nb, empty := filepath.Join(dir, "mine.go"), filepath.Join(dir, "lesson.ipynb"), filepath.Join(dir, "empty.ipynb")
	write := func(path string, tags ...string) {
		b, err := json.Marshal(map[string]any{"nbformat": 4, "cells": []any{map[string]any{"cell_type": "code", "source": string(source), "metadata": map[string]any{"tags": tags}}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(mine, source, 0o644); err != nil {
		t.Fatal(err)
	}
	write(nb, "exercise:"+e.Slug)
	write(empty)
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		args []string
		code int
		text string
	}{
		{[]string{"grade", mine}, cli.OK, "Everything holds"}, // known by its package
		{[]string{"grade", nb}, cli.OK, "Everything holds"},
		{[]string{"grade", nb, mine, "--json"}, cli.OK, "[\n"},
		{[]string{"grade", empty}, cli.Usage, ""},
		{[]string{"grade", empty, "--exercise", e.Slug}, cli.Failed, "no cell has the tag"},
		{[]string{"grade", mine, "--exercise", checks.All[1].Slug}, cli.Failed, "the package is"},
		{[]string{"grade"}, cli.Usage, ""},
		{[]string{"grade", "no-such"}, cli.Usage, ""},
		{[]string{"grade", "--exercise", "no-such", mine}, cli.Usage, ""},
		{[]string{"grade", "--no-such-flag"}, cli.Usage, ""},
		{[]string{"grade", mine, "--secret-file", secret}, cli.Usage, ""},
		{[]string{"verify"}, cli.Usage, ""},
		{[]string{"verify", "no-such"}, cli.Usage, ""},
		{[]string{"verify", e.Slug, "--seeds", "0"}, cli.Usage, ""},
		{[]string{"grade", "--help"}, cli.OK, "Example:"},
		{[]string{"verify", "--help"}, cli.OK, "Example:"},
	} {
		if out, code := course(t, tc.args...); code != tc.code || !strings.Contains(out, tc.text) {
			t.Errorf("%v: exit code %d, want %d\n%s", tc.args, code, tc.code, out)
		}
	}
}

// The whole mutation table of one exercise with one seed; `course verify --all` does the others.
func TestVerifyCommand(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: some thirty builds; course test runs verify --all anyway")
	}
	out, code := course(t, "verify", checks.All[0].Slug, "--seeds", "1", "--json")
	var tables []struct {
		OK   bool  `json:"ok"`
		Rows []any `json:"rows"`
	}
	if err := json.Unmarshal([]byte(out), &tables); err != nil || code != cli.OK || len(tables) != 1 || !tables[0].OK || len(tables[0].Rows) < 10 {
		t.Errorf("exit code %d, %v\n%s", code, err, out)
	}
}
