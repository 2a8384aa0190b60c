// Package celltime measures how long a student waits for a cell: edited, in the real kernel, with a warm build cache.
package celltime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"nncourse/cmd/course/internal/notebook"
)

// Kind is a kind of cell and its times.
type Kind struct {
	Name    string    `json:"name"` // print, library, rerun
	What    string    `json:"what"`
	Limit   float64   `json:"limit_s"` // what the course promises on two cores; 0: no promise
	Seconds []float64 `json:"seconds"` // each run
	Median  float64   `json:"median_s"`
	Holds   bool      `json:"holds"` // median within the limit
}

const (
	printCell = "%%%%\nfmt.Println(\"edited\", %d)"
	declare   = "import (\n\t\"context\"\n\t\"github.com/gomlx/gomlx/core/graph\"\n\t\"nncourse/lib/backend\"\n)\n\n" +
		"func squares(x ...float32) {\n\tb, err := backend.New(context.Background())\n\tif err != nil {\n\t\tpanic(err)\n\t}\n" +
		"\tout, err := graph.ExecOnce(b, func(x *graph.Node) *graph.Node { return graph.ReduceAllSum(graph.Square(x)) }, x)\n\tfmt.Println(b.Name(), out, err)\n}"
	libraryCell = "%%%%\nsquares(1, 2, %d)"
	plotCell    = "%%%%\nf, err := plots.Curves(\"A straight line from the origin, for timing.\", plots.Axes{Title: \"edited %d\"}, plots.Series{Name: \"y\", X: []float64{0, 1}, Y: []float64{0, 1}})\nnb.ShowE(f, err)"
	plotImport  = "import (\n\t\"nncourse/lib/nb\"\n\t\"nncourse/lib/plots\"\n)"
)

// Measure runs a notebook of edited cells for each kind, n cells after one that is not counted, and returns medians.
func Measure(ctx context.Context, root string, n int) ([]Kind, error) {
	if n < 1 {
		return nil, errors.New("celltime: at least one run")
	}
	kinds := []Kind{
		{Name: "print", What: "a cell that only prints", Limit: 0.6},
		{Name: "figure", What: "a cell that draws a figure"},
		{Name: "library", What: "a cell that uses the library and the backend", Limit: 1.5},
	}
	// The cells are run kind by kind in notebooks of their own: declarations of one kind would slow the others.
	for k, spec := range []struct{ first, cell string }{{"", printCell}, {plotImport, plotCell}, {declare, libraryCell}} {
		var cells []string
		if spec.first != "" {
			cells = append(cells, spec.first)
		}
		for i := 0; i <= n; i++ {
			cells = append(cells, fmt.Sprintf(spec.cell, i+3))
		}
		r, err := run(ctx, root, cells)
		if err != nil {
			return nil, err
		}
		times := r.Cells[len(r.Cells)-n:]
		for _, c := range times {
			kinds[k].Seconds = append(kinds[k].Seconds, c.Seconds)
		}
		sorted := slices.Sorted(slices.Values(kinds[k].Seconds))
		kinds[k].Median = sorted[len(sorted)/2]
		kinds[k].Holds = kinds[k].Limit == 0 || kinds[k].Median <= kinds[k].Limit
	}
	return kinds, nil
}

func run(ctx context.Context, root string, sources []string) (*notebook.Result, error) {
	type cell map[string]any
	var cells []cell
	for i, s := range sources {
		cells = append(cells, cell{"cell_type": "code", "id": fmt.Sprint("c", i), "metadata": map[string]any{}, "source": s, "outputs": []any{}, "execution_count": nil})
	}
	b, err := json.Marshal(map[string]any{"nbformat": 4, "nbformat_minor": 5, "cells": cells,
		"metadata": map[string]any{"kernelspec": map[string]any{"name": "gonb", "display_name": "Go (course)", "language": "go"}}})
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "course-cells-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	p := filepath.Join(dir, "cells.ipynb")
	if err := os.WriteFile(p, b, 0o644); err != nil {
		return nil, err
	}
	r, err := notebook.Run(ctx, p, notebook.Options{Root: root})
	if err != nil {
		return nil, err
	}
	if r.Error != nil {
		return nil, fmt.Errorf("a cell failed: %s", r.Error.Message)
	}
	return r, nil
}
