package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/python"
)

func init() {
	Benches = append(Benches, Bench{Name: "grade", About: "grading one submission and a class; peers: nbgrader and otter-grader", Run: grade,
		Peers: []string{"nbgrader", "otter-grader"}})
}

// The exercise that is graded, and what is wanted of one submission and of a class.
const (
	gradeSlug   = "least-norm-gd"
	gradeFile   = "leastnormgd.go"
	wantOne     = 0.5 // seconds
	wantPerSec  = 4.0
	gradeJobs   = 2
	gradeBigOne = 100
)

// gradersVenv is where nbgrader and otter-grader live, apart from the other peers.
func gradersVenv(root string) string { return filepath.Join(root, ".course", "peers-grade") }

// grade measures the course command as a teacher and a student type it. The submissions of a class are the exercise's own
// solution, right and wrong variants in turn, each with a line of its own: every source is new to the grader, so that no
// result is taken from an earlier one.
func grade(ctx context.Context, root string, o Options) (*Report, error) {
	n := max(7, o.Rounds)
	r := &Report{Name: "grade", About: "exercise " + gradeSlug + ", 13 checks, each call in the sandbox; the peers: its public cases in Python, 5 tests",
		Threads: runtime.NumCPU(), Rounds: n, LoadAvg: loadAverage()}
	sources, err := gradeSources(root)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "course-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("a secret of the benchmark's own\n"), 0o600); err != nil {
		return nil, err
	}
	var samples []sample

	// One submission, with the build warm: the first is not counted.
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(o.Out, "one submission, %d times\n", n)
	for i := range n + 1 {
		for _, way := range []struct {
			by      string
			command []string
		}{{"course", []string{self}}, {"course, with go tool's own start", []string{"go", "tool", "course"}}} {
			file := filepath.Join(dir, gradeFile)
			source := fmt.Sprintf("%s\n// %s, round %d\n", sources[0], way.by, i)
			if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
				return nil, err
			}
			start := time.Now()
			out, err := courseCommand(ctx, root, way.command, "grade", file, "--json")
			took := time.Since(start)
			if err != nil {
				return nil, err
			}
			var got struct{ Percent float64 }
			if err := json.Unmarshal(out, &got); err != nil || got.Percent != 100 {
				return nil, fmt.Errorf("the solution got %g %% (%v)", got.Percent, err)
			}
			if i > 0 {
				samples = append(samples, sample{work: "1 submission", by: way.by, ms: took.Seconds() * 1000})
			}
		}
	}

	// A class.
	class := func(students, round int) error {
		fmt.Fprintf(o.Out, "a class of %d\n", students)
		in := filepath.Join(dir, fmt.Sprintf("class-%d-%d", students, round))
		for i := range students {
			p := filepath.Join(in, fmt.Sprintf("student%03d", i), gradeFile)
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				return err
			}
			source := fmt.Sprintf("%s\n// student %d of class %d-%d\n", sources[i%len(sources)], i, students, round)
			if err := os.WriteFile(p, []byte(source), 0o644); err != nil {
				return err
			}
		}
		start := time.Now()
		out, err := courseCommand(ctx, root, []string{"go", "tool", "course"}, "grade", "--submissions", in, "--out", in+"-out", "--exercise", gradeSlug,
			"--secret-file", secret, "-j", fmt.Sprint(gradeJobs), "--json")
		took := time.Since(start)
		if err != nil {
			return err
		}
		var got struct{ Run, Kept, Built, Failed int }
		if err := json.Unmarshal(out, &got); err != nil || got.Run != students || got.Built != students || got.Kept != 0 || got.Failed != 0 {
			return fmt.Errorf("of %d submissions %d were built, %d run, %d kept, %d failed (%v)", students, got.Built, got.Run, got.Kept, got.Failed, err)
		}
		samples = append(samples, sample{work: fmt.Sprintf("%d submissions", students), by: "course", ms: took.Seconds() * 1000,
			note: fmt.Sprintf("-j %d, feedback and similarity pages too", gradeJobs)})
		return nil
	}
	for round := range min(o.Rounds, 3) {
		if err := class(20, round); err != nil {
			return nil, err
		}
	}
	if err := class(gradeBigOne, 0); err != nil {
		return nil, err
	}

	if o.Peers {
		for _, by := range []string{"nbgrader", "otter-grader"} {
			for _, students := range []int{1, 20} {
				got, err := gradePeer(ctx, root, o, by, students, dir)
				if err != nil {
					if ctx.Err() != nil {
						return nil, ctx.Err()
					}
					r.Missing = append(r.Missing, fmt.Sprintf("%s: %v", by, err))
					break
				}
				samples = append(samples, got...)
			}
		}
	}
	r.Works = group(samples)
	for i := range r.Works {
		w := &r.Works[i]
		c := &w.Results[0]
		wish := func(ok bool, text string) {
			c.Note = strings.TrimPrefix(c.Note+", "+text, ", ")
			if !ok {
				c.Note += ", not kept"
			}
		}
		switch w.Work {
		case "1 submission":
			wish(c.MedianMS <= 1000*wantOne, fmt.Sprintf("promised %.1f s", wantOne))
		case fmt.Sprintf("%d submissions", gradeBigOne):
			rate := gradeBigOne / (c.MedianMS / 1000)
			wish(rate >= wantPerSec, fmt.Sprintf("%.1f a second, promised %.0f", rate, wantPerSec))
		}
	}
	return r, nil
}

// gradeSources reads the exercise's solution and variants, the solution first.
func gradeSources(root string) ([]string, error) {
	base := filepath.Join(root, "solutions", gradeSlug)
	paths := []string{filepath.Join(base, gradeFile)}
	for _, kind := range []string{"right", "wrong"} {
		more, err := filepath.Glob(filepath.Join(base, kind, "*", gradeFile))
		if err != nil {
			return nil, err
		}
		paths = append(paths, more...)
	}
	var sources []string
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			return nil, cli.Errorf(cli.Setup, "run it in the teacher's edition", "the benchmark grades the solution and its variants, which are not here: %v", err)
		}
		sources = append(sources, strings.TrimRight(string(b), "\n"))
	}
	return sources, nil
}

// courseCommand runs the course command in the root and gives what it printed. Exit code 1 only says that not all is right.
func courseCommand(ctx context.Context, root string, name []string, args ...string) ([]byte, error) {
	c := command(ctx, root, name[0], slices.Concat(name[1:], args)...)
	c.Env = append(os.Environ(), "GOFLAGS=", "COURSE_ROOT="+root)
	out, err := c.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() != 1 {
		return nil, fmt.Errorf("course %s: %w\n%s", args[0], err, tail(exit.Stderr))
	}
	if err != nil && exit == nil {
		return nil, err
	}
	return out, nil
}

// gradePeer installs the peer if it is not there, and lets it grade.
func gradePeer(ctx context.Context, root string, o Options, by string, students int, dir string) ([]sample, error) {
	if err := installGraders(ctx, root, o); err != nil {
		return nil, err
	}
	fmt.Fprintf(o.Out, "%s, %d submissions\n", by, students)
	c := command(ctx, scripts(root), filepath.Join(gradersVenv(root), "bin", "python"), "-B", "grade.py", "--by", by, "--students", fmt.Sprint(students), "--dir", dir)
	c.Env = python.PipEnv()
	out, err := c.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return nil, fmt.Errorf("%w\n%s", err, tail(exit.Stderr))
		}
		return nil, err
	}
	got, err := parsePeer(strings.NewReader(string(out)), "grade.py", by)
	for i := range got {
		got[i].note = map[string]string{"nbgrader": "autograde", "otter-grader": "run, 2 at a time"}[by]
	}
	return got, err
}

// installGraders makes the venv of nbgrader and otter-grader from its lock file, unless it is there.
func installGraders(ctx context.Context, root string, o Options) error {
	py := filepath.Join(gradersVenv(root), "bin", "python")
	if command(ctx, root, py, "-c", "import nbgrader, otter, ipykernel").Run() == nil {
		return nil
	}
	host, _, err := python.Find(ctx, 11)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "installing nbgrader and otter-grader into %s (once)\n", gradersVenv(root))
	for _, args := range [][]string{{host, "-m", "venv", "--clear", gradersVenv(root)},
		{py, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:", "-r", filepath.Join(scripts(root), "requirements-grade.txt")}} {
		c := command(ctx, root, args[0], args[1:]...)
		c.Env = python.PipEnv()
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("it could not be installed: %w\n%s", err, tail(out))
		}
	}
	return nil
}
