package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nncourse/cmd/course/internal/jupyter"
	"nncourse/cmd/course/internal/notebook"
	"nncourse/lib/workspace"
)

// nb.Grade in a real kernel: it sees the functions as they were last run, whatever the notebook's file says.
func TestGradeInKernel(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	if err := jupyter.Ready(root); err != nil {
		t.Skip("the course is not set up (run `go tool course setup`): " + err.Error())
	}
	source := func(elem ...string) string {
		b, err := os.ReadFile(filepath.Join(append([]string{root}, elem...)...))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	const file = "leastnormgd.go"
	const call = "%%\nnb.Grade(\"least-norm-gd\")"
	cells := []struct {
		source string
		want   string // in the output; "" for a cell that prints nothing
	}{
		{"import \"nncourse/lib/nb\"\n\n" + call, "Not solved yet. Write LeastNorm, StepLimit, GradientDescent and Limit in cells of this notebook"},
		{"func Limit(a [][]float64, b, x0 []float64) ([]float64, error) { return x0, nil }", ""},
		{call, "No cell that you have run declares LeastNorm, StepLimit and GradientDescent."},
		{source("exercises", "least-norm-gd", file), ""},
		{call, "in place of the stub"},
		{source("solutions", "least-norm-gd", "wrong", "basic-solution", file), ""},
		{call, "it has a part in null(A)"}, // the diagnosis of this very mistake
		{source("solutions", "least-norm-gd", file), ""},
		{call, "All public checks hold: 20 of 20 points."},
		{"func StepLimit(a [][]float64) float64 { return 1 }\n\nfunc GradientDescent(a [][]float64, b, x0 []float64, step float64, iters int) ([]float64, error) {\n\treturn x0, nil\n}", ""},
		{call, "Nothing could be run."}, // another form than the statement's
	}
	var list []any
	for i, c := range cells {
		list = append(list, map[string]any{"cell_type": "code", "id": string(rune('a' + i)), "metadata": map[string]any{}, "source": c.source, "outputs": []any{}, "execution_count": nil})
	}
	b, err := json.Marshal(map[string]any{"nbformat": 4, "nbformat_minor": 5, "cells": list,
		"metadata": map[string]any{"kernelspec": map[string]any{"name": "gonb", "display_name": "Go (course)", "language": "go"}}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "mine.ipynb")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	res, err := notebook.Run(ctx, path, notebook.Options{Root: root, Write: true})
	if err != nil || !res.OK {
		t.Fatalf("%v, %+v", err, res)
	}
	nb, err := notebook.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range nb.Cells {
		text := ""
		for _, o := range c.Outputs {
			text += string(o.Text)
			for _, mime := range []string{"text/html", "text/markdown", "text/plain"} {
				var s notebook.Text
				if json.Unmarshal(o.Data[mime], &s) == nil {
					text += string(s)
				}
			}
		}
		if want := cells[i].want; want == "" && text != "" || !strings.Contains(text, want) {
			t.Errorf("cell %d: %q is not in\n%s", i+1, want, text)
		}
		if cells[i].want != "" && !strings.Contains(cells[i].want, "All public") && !strings.Contains(text, "<details><summary>1. ") {
			t.Errorf("cell %d shows no hints", i+1)
		}
	}
	// The first may have to build the command; the time of the others is what a student waits. It is generous here: other
	// tests run beside this one.
	for _, c := range res.Cells[2:] {
		if strings.Contains(c.Title, "nb.Grade") {
			t.Logf("nb.Grade: %.2f s", c.Seconds)
			if c.Seconds > 20 {
				t.Errorf("nb.Grade took %.1f s", c.Seconds)
			}
		}
	}
}

// The hints of every exercise are three steps that fold.
func TestHints(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "exercises", "*", "HINTS.md"))
	if err != nil || len(files) == 0 {
		t.Fatal("no exercise has hints")
	}
	for _, f := range files {
		h, err := hints(f)
		if err != nil || len(h) != 3 {
			t.Errorf("%s: %d hints, want 3 (%v)", f, len(h), err)
		}
		for _, x := range h {
			if x.Title == "" || x.Body == "" {
				t.Errorf("%s: an empty hint", f)
			}
		}
	}
}
