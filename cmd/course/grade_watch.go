package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
)

// checkAllWatch refuses what does not go with --all and --watch.
func checkAllWatch(all, watch bool, slug string, targets []string, machine bool) error {
	const next = "go tool course grade --help"
	switch {
	case all && watch:
		return cli.Errorf(cli.Usage, next, "--watch takes one TARGET, not --all")
	case all && (len(targets) > 0 || slug != ""):
		return cli.Errorf(cli.Usage, next, "--all takes every exercise; leave out TARGET and --exercise")
	case watch && len(targets) != 1:
		return cli.Errorf(cli.Usage, next, "--watch takes one TARGET, not %d", len(targets))
	case watch && machine:
		return cli.Errorf(cli.Usage, next, "--watch prints for people; leave out --json and --format")
	}
	return nil
}

// printLine prints a report in one line.
func printLine(w io.Writer, r *grading.Report) {
	mark, state := "✗", ""
	switch {
	case r.Verdict == grading.Pass:
		mark = "✓"
	case unwritten(r):
		mark, state = "○", " — not written yet"
	case r.Verdict == grading.Unbuildable:
		state = " — cannot be built"
		if len(r.Problems) > 0 {
			state += ": " + grading.Printable(r.Problems[0].String())
		}
	default:
		state = " — " + firstMiss(r)
	}
	fmt.Fprintf(w, "  %s %5s/%-5s %-28s %s%s\n", mark, short(r.Score), short(r.Max), r.Exercise, r.Title, state)
}

// firstMiss names the first check that did not pass.
func firstMiss(r *grading.Report) string {
	for _, c := range r.Checks {
		if c.Verdict != grading.Pass {
			return "first ✗: " + c.Title
		}
	}
	return string(r.Verdict)
}

func printTotal(w io.Writer, all []*grading.Report) {
	score, points, solved, begun := 0.0, 0.0, 0, 0
	for _, r := range all {
		score, points = score+r.Score, points+r.Max
		switch {
		case r.Verdict == grading.Pass:
			solved++
		case !unwritten(r):
			begun++
		}
	}
	fmt.Fprintf(w, "\n%d of %d exercises solved, %d begun: %s of %s points.\n", solved, len(all), begun, short(score), short(points))
}

const watchEvery = 300 * time.Millisecond

// watchTarget grades target now and after each change of its files, until ctx ends. It only reads them.
func watchTarget(ctx context.Context, root, target, slug string, each func(context.Context, string, func(*grading.Report)) error) error {
	path, err := resolveTarget(root, target)
	if err != nil {
		return err
	}
	exercises, err := exercisesOf(path, slug)
	if err != nil {
		return err
	}
	files := []string{path}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		files = nil
		for _, f := range exercises[0].Files {
			files = append(files, filepath.Join(path, f))
		}
	}
	clear := terminal(os.Stdout)
	poll := time.NewTicker(watchEvery)
	defer poll.Stop()
	for ctx.Err() == nil {
		seen := stamp(files)
		gctx, stop := context.WithCancel(ctx)
		var text strings.Builder
		done := make(chan error, 1)
		go func() {
			done <- each(gctx, target, func(r *grading.Report) {
				if text.Len() > 0 {
					text.WriteByte('\n')
				}
				printReport(&text, r)
			})
		}()
		var graded error
		changed := false
		for running := true; running; {
			select {
			case graded = <-done:
				running = false
			case <-poll.C:
				if now := stamp(files); now != seen && !changed {
					changed = true
					stop() // what is being graded is out of date
				}
			}
		}
		stop()
		if ctx.Err() != nil {
			break
		}
		if !changed {
			if clear {
				fmt.Print("\x1b[H\x1b[2J")
			}
			fmt.Print(text.String())
			if graded != nil {
				// The file may be half saved, or lack its tags: say so, and go on.
				fmt.Printf("%s: %v\n", target, graded)
				var e *cli.Error
				if errors.As(graded, &e) && e.Code == cli.Setup {
					return graded
				}
			}
			fmt.Printf("— %s, watching %s; Ctrl-C ends —\n", time.Now().Format("15:04:05"), target)
		}
		for ctx.Err() == nil && !changed {
			select {
			case <-ctx.Done():
			case <-poll.C:
				changed = stamp(files) != seen
			}
		}
		// An editor may write in several steps: wait until nothing has changed for a moment.
		for last := ""; ctx.Err() == nil && last != stamp(files); {
			last = stamp(files)
			select {
			case <-ctx.Done():
			case <-time.After(60 * time.Millisecond):
			}
		}
	}
	fmt.Println()
	return nil
}

// stamp says which state the files are in: when they were written, and how long they are.
func stamp(files []string) string {
	var b strings.Builder
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			fmt.Fprintf(&b, "%d %d\n", info.ModTime().UnixNano(), info.Size())
		} else {
			b.WriteString("-\n")
		}
	}
	return b.String()
}
