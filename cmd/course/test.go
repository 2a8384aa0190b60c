package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/notebook"
	"nncourse/cmd/course/internal/setup"
	"nncourse/cmd/course/internal/testall"
	"nncourse/lib/workspace"
)

var testCommand = cli.Command{
	Name:    "test",
	Summary: "test everything: code, notebooks, exercises",
	Usage:   "course test [--quick] [--full] [--images] [--within D] [-j N] [--json]",
	Help: `Sets the course up if needed, then: go vet; every unit, property and example test; every fuzz target for three seconds (an
input that fails is kept in the package's testdata/fuzz, and named with the command that runs it again); every exercise's visible
tests (all fail on the stub, all pass on the solution), and its stub, solution, wrong and right variants through the grader; every
lesson headless in the real kernel, its stored outputs compared with the fresh ones. Lessons that train long run under the fast
setting (COURSE_FAST=1: fewer steps, the same claims with wider bands); --full runs them as their stored outputs were made.
--images, as root on Debian with buildah, podman and debootstrap, also builds docker/Dockerfile and tries the container, at the end and if
less than 46 minutes have gone.
--within 50m begins no lesson when 50 minutes have gone: those left are skipped, counted and named, so that a slow machine ends in time.
--quick leaves out the lessons and the long tests (under 3 minutes once set up). What is skipped
is counted and printed with its reason. The last line reads "N passed, N failed, N skipped".
--json prints {"passed","failed","skipped","seconds","outcomes":[{"suite","name","status","detail","seconds"}]}.
Exit codes: 0 nothing failed; 1 something did; 3 the course could not be set up.`,
	Example: "go tool course test --quick\ngo tool course test",
	Run:     runTest,
}

// The images take six to nine minutes. They may still be begun so long after the start of course test, and are stopped so long after it.
const (
	imagesBefore = 46 * time.Minute
	imagesUntil  = 56 * time.Minute
)

func runTest(ctx context.Context, fs *flag.FlagSet, args []string) error {
	quick := fs.Bool("quick", false, "leave out the lessons and the long tests")
	full := fs.Bool("full", false, "run the lessons under the full setting")
	images := fs.Bool("images", false, "also build the container image and try it (Linux, root)")
	within := fs.Duration("within", 0, "begin no lesson later than this after the start (0: begin all)")
	jobs := fs.Int("j", 2, "notebooks run at a time")
	asJSON := fs.Bool("json", false, "print JSON")
	rest, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 || *jobs < 1 {
		return cli.Errorf(cli.Usage, "go tool course test --help", "test takes no argument, and -j at least 1")
	}
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	var w io.Writer = os.Stdout
	if *asJSON {
		w = io.Discard
	}
	began := time.Now()
	if !setup.Current(root) {
		fmt.Fprintf(w, "Setting up the course in %s\n", root)
		if _, err := setup.Run(ctx, root, setup.Options{Out: w, NoCompletion: true}); err != nil {
			return err
		}
	}
	late := func() bool { return *within > 0 && time.Since(began) > *within }
	var all []testall.Outcome
	phase := func(name string, do func() ([]testall.Outcome, error)) error {
		start := time.Now()
		fmt.Fprintf(w, "\n== %s\n", name)
		out, err := do()
		all = append(all, out...)
		for _, o := range out {
			if o.Status == testall.Failed {
				fmt.Fprintf(w, "✗ %s\n%s\n", o.Name, indent(o.Detail))
			}
		}
		fmt.Fprintf(w, "== %s: %.0f s\n", name, time.Since(start).Seconds())
		return err
	}

	err = errors.Join(
		phase("go vet", func() ([]testall.Outcome, error) { return vet(ctx, root) }),
		phase("tests of the code", func() ([]testall.Outcome, error) {
			packages, err := testall.Packages(ctx, root)
			if err != nil {
				return nil, err
			}
			goArgs := append([]string{"-timeout", "30m", "-vet=off"}, packages...) // the whole go vet ran just before
			if runtime.GOOS == "linux" {
				goArgs = append([]string{"-ldflags=-s -linkmode=internal"}, goArgs...) // as lessons are linked: without cc, in half the time
			}
			if *quick {
				goArgs = append([]string{"-short"}, goArgs...)
			}
			return testall.GoTest(ctx, root, w, goArgs...)
		}),
		phase("fuzzing", func() ([]testall.Outcome, error) {
			targets, err := testall.FuzzTargets(root)
			if err != nil {
				return nil, err
			}
			return testall.Fuzz(ctx, root, w, targets, 3*time.Second)
		}),
		phase("visible tests", func() ([]testall.Outcome, error) { return testall.VisibleTests(ctx, root) }),
		phase("exercises", func() ([]testall.Outcome, error) { return verifyAll(ctx, root, w, *quick) }),
		phase("lessons", func() ([]testall.Outcome, error) { return lessons(ctx, root, w, *jobs, *quick, !*full, late) }),
		phase("images", func() ([]testall.Outcome, error) {
			if gone := time.Since(began); *images && gone > imagesBefore {
				return []testall.Outcome{{Suite: "images", Name: "docker/Dockerfile, built and run", Status: testall.Skipped,
					Detail: fmt.Sprintf("%.0f minutes had gone when its turn came: not begun after %.0f, so that the whole stays under an hour; docker/README.md says how to run it alone", gone.Minutes(), imagesBefore.Minutes())}}, nil
			}
			inTime, cancel := context.WithDeadline(ctx, began.Add(imagesUntil))
			defer cancel()
			outcomes, err := testall.Images(inTime, root, w, *images)
			if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
				outcomes, err = append(outcomes, testall.Outcome{Suite: "images", Name: "the rest", Status: testall.Skipped,
					Detail: fmt.Sprintf("stopped after %.0f minutes in all, so that the whole stays under an hour; docker/README.md says how to run it alone", imagesUntil.Minutes())}), nil
			}
			return outcomes, err
		}),
	)
	if ctx.Err() != nil {
		return cli.Errorf(cli.Failed, "go tool course test", "stopped")
	}
	passed, failed, skipped := 0, 0, 0
	for _, o := range all {
		switch o.Status {
		case testall.Passed:
			passed++
		case testall.Failed:
			failed++
		default:
			skipped++
		}
	}
	if *asJSON {
		if perr := cli.PrintJSON(os.Stdout, map[string]any{"passed": passed, "failed": failed, "skipped": skipped, "seconds": time.Since(began).Seconds(), "outcomes": all}); perr != nil {
			return perr
		}
	}
	if skips := testall.Skips(all); len(skips) > 0 {
		fmt.Fprintln(w, "\nSkipped:")
		for _, s := range skips {
			fmt.Fprintln(w, "  "+s)
		}
	}
	if failed > 0 {
		fmt.Fprintln(w, "\nFailed:")
		for _, f := range testall.Failures(all) {
			fmt.Fprintln(w, "  "+f)
		}
	}
	fmt.Fprintf(w, "\nin %.0f s\n%d passed, %d failed, %d skipped\n", time.Since(began).Seconds(), passed, failed, skipped)
	if err != nil {
		return err
	}
	if passed == 0 {
		return cli.Errorf(cli.Failed, "go tool course doctor", "no test ran")
	}
	if failed > 0 {
		return cli.Errorf(cli.Failed, "", "%d failed", failed)
	}
	return nil
}

func vet(ctx context.Context, root string) ([]testall.Outcome, error) {
	start := time.Now()
	cmd := exec.CommandContext(ctx, "go", "vet", "./...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOFLAGS=")
	out, err := cmd.CombinedOutput()
	o := testall.Outcome{Suite: "vet", Name: "go vet ./...", Status: testall.Passed, Seconds: time.Since(start).Seconds()}
	if err != nil {
		o.Status, o.Detail = testall.Failed, string(out)+err.Error()
	}
	return []testall.Outcome{o}, ctx.Err()
}

// lessons runs every notebook and compares its stored outputs. Those whose turn comes when it is late are skipped, and say so.
func lessons(ctx context.Context, root string, w io.Writer, jobs int, quick, fast bool, late func() bool) ([]testall.Outcome, error) {
	paths, err := notebook.Lessons(root)
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return []testall.Outcome{{Suite: "notebooks", Name: "notebooks/", Status: testall.Failed, Detail: "there is no lesson"}}, nil
	}
	outcomes := make([]testall.Outcome, len(paths))
	done := make(chan int)
	slots := make(chan struct{}, jobs)
	for i, p := range paths {
		rel := strings.TrimPrefix(p, root+string(os.PathSeparator))
		outcomes[i] = testall.Outcome{Suite: "notebooks", Name: rel}
		if quick {
			outcomes[i].Status, outcomes[i].Detail = testall.Skipped, "--quick leaves out the lessons"
			continue
		}
		go func() {
			slots <- struct{}{}
			defer func() { <-slots; done <- i }()
			o := &outcomes[i]
			if late() {
				o.Status, o.Detail = testall.Skipped, "its turn came later than --within allows: this machine was too slow for all of them"
				return
			}
			r, err := notebook.Run(ctx, p, notebook.Options{Root: root, Check: true, Fast: fast})
			switch {
			case err != nil:
				o.Status, o.Detail = testall.Failed, err.Error()
			case r.Error != nil:
				o.Status, o.Seconds = testall.Failed, r.Seconds
				o.Detail = fmt.Sprintf("code cell %d (%s): %s", r.Error.Number, r.Error.Kind, r.Error.Message)
			case !r.OK:
				o.Status, o.Seconds = testall.Failed, r.Seconds
				for _, d := range r.Differences {
					o.Detail += fmt.Sprintf("code cell %d: %s\n  stored: %s\n  fresh:  %s\n", d.Number, d.Why, oneLine(d.Stored), oneLine(d.Fresh))
				}
			default:
				o.Status, o.Seconds = testall.Passed, r.Seconds
				fmt.Fprintf(w, "  ✓ %-44s %6.1f s, %d outputs compared, %d volatile, %d fast\n", rel, r.Seconds, r.Compared, r.Masked, r.Budget)
				if r.Away > 0 {
					fmt.Fprintf(w, "      %d outputs not compared, only their claims held: %s not on this machine\n", r.Away, strings.Join(r.DataAway, ", "))
				}
			}
		}()
	}
	if !quick {
		for range paths {
			<-done
		}
	}
	return outcomes, ctx.Err()
}

// verifyAll runs `course verify --all`: an exercise counts as one outcome.
func verifyAll(ctx context.Context, root string, w io.Writer, quick bool) ([]testall.Outcome, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	seeds := "2"
	if quick {
		seeds = "1"
	}
	args := []string{"verify", "--all", "--json", "--seeds", seeds}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, runErr := cmd.Output()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var reports []struct {
		Exercise string   `json:"exercise"`
		OK       bool     `json:"ok"`
		Seconds  float64  `json:"seconds"`
		Problems []string `json:"problems"`
	}
	if err := json.Unmarshal(out, &reports); err != nil || len(reports) == 0 {
		return []testall.Outcome{{Suite: "exercises", Name: "course verify --all", Status: testall.Failed, Detail: fmt.Sprintf("%v, %v: %.2000s", runErr, err, out)}}, nil
	}
	var outcomes []testall.Outcome
	for _, r := range reports {
		o := testall.Outcome{Suite: "exercises", Name: r.Exercise, Status: testall.Passed, Seconds: r.Seconds, Detail: strings.Join(r.Problems, "\n")}
		if !r.OK {
			o.Status = testall.Failed
		} else {
			fmt.Fprintf(w, "  ✓ %-44s %6.1f s\n", r.Exercise, r.Seconds)
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, nil
}
