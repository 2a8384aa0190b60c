package bench

import (
	"context"
	"fmt"
	"runtime"

	"nncourse/cmd/course/internal/celltime"
	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/jupyter"
)

func init() {
	Benches = append(Benches, Bench{Name: "cells", About: "how long a student waits for an edited cell, in the real kernel", Run: cells})
}

// cells measures kinds of cells; a round is one cell of each kind, and there are at least seven.
func cells(ctx context.Context, root string, o Options) (*Report, error) {
	if err := jupyter.Ready(root); err != nil {
		return nil, cli.Errorf(cli.Setup, "go tool course setup", "the course is not set up: %v", err)
	}
	n := max(7, o.Rounds)
	r := &Report{Name: "cells", About: "an edited cell, from its start to its last output", Threads: runtime.NumCPU(), Rounds: n, LoadAvg: loadAverage()}
	fmt.Fprintf(o.Out, "running %d cells of each kind in the Go kernel\n", n)
	kinds, err := celltime.Measure(ctx, root, n)
	if err != nil {
		return nil, err
	}
	for _, k := range kinds {
		x := Result{By: "course", MedianMS: 1000 * k.Median}
		for _, s := range k.Seconds {
			x.TimesMS = append(x.TimesMS, 1000*s)
		}
		if k.Limit > 0 {
			x.Note = fmt.Sprintf("promised %.1f s", k.Limit)
			if !k.Holds {
				x.Note += ", not kept"
			}
		}
		r.Works = append(r.Works, Work{Work: k.What, Results: []Result{x}})
	}
	return r, nil
}
