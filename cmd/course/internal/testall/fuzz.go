package testall

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"nncourse/cmd/course/internal/group"
)

// FuzzTarget is a function of the form func FuzzX(f *testing.F).
type FuzzTarget struct {
	Package string // its folder relative to the root, with slashes: "grading/wire"
	Name    string // "FuzzReadMessage"
}

var fuzzFunc = regexp.MustCompile(`(?m)^func (Fuzz\w*)\(\w+ \*testing\.F\)`)

// FuzzTargets finds the fuzz targets below root, sorted. Folders of testdata, hidden ones and notebooks are left out.
func FuzzTargets(root string) ([]FuzzTarget, error) {
	var found []FuzzTarget
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if n := d.Name(); p != root && (strings.HasPrefix(n, ".") || strings.HasPrefix(n, "_") || n == "testdata" || n == "notebooks") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, "_test.go") {
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(p))
		if err != nil {
			return err
		}
		for _, m := range fuzzFunc.FindAllSubmatch(b, -1) {
			found = append(found, FuzzTarget{filepath.ToSlash(rel), string(m[1])})
		}
		return nil
	})
	slices.SortFunc(found, func(a, b FuzzTarget) int {
		return strings.Compare(a.Package+" "+a.Name, b.Package+" "+b.Name)
	})
	return found, err
}

var (
	fuzzExecs   = regexp.MustCompile(`fuzz: elapsed: .*?, execs: (\d+) .*?(?:new interesting: (\d+) )?`)
	fuzzFailing = regexp.MustCompile(`Failing input written to (\S+)`)
)

// Fuzz fuzzes each target for d. An input that fails is kept by Go in the package's testdata/fuzz, where every later test
// runs it; the outcome's detail names it and the command that runs it again.
func Fuzz(ctx context.Context, root string, progress io.Writer, targets []FuzzTarget, d time.Duration) ([]Outcome, error) {
	var outcomes []Outcome
	for i, t := range targets {
		start := time.Now()
		o := Outcome{Suite: "fuzz", Name: t.Package + " " + t.Name, Status: Passed}
		text, err := fuzz(ctx, root, t, d)
		if err != nil && ctx.Err() == nil && deadlineOnly(text) {
			text, err = fuzz(ctx, root, t, d)
		}
		if ctx.Err() != nil {
			return outcomes, ctx.Err()
		}
		o.Seconds = time.Since(start).Seconds()
		execs := "0"
		if all := fuzzExecs.FindAllStringSubmatch(text, -1); len(all) > 0 {
			execs = all[len(all)-1][1]
		}
		switch m := fuzzFailing.FindStringSubmatch(text); {
		case m != nil:
			o.Status = Failed
			o.Detail = fmt.Sprintf("%s\n\nfailing input: %s/%s\nrun it again:  go test ./%s -run '^%s$/^%s$'\nKeep the file when it is mended: every test runs it.",
				strings.TrimSpace(text), t.Package, m[1], t.Package, t.Name, filepath.Base(m[1]))
		case err != nil:
			o.Status, o.Detail = Failed, fmt.Sprintf("%s\n%v", strings.TrimSpace(text), err)
		case execs == "0":
			o.Status, o.Detail = Failed, "it tried no input:\n"+strings.TrimSpace(text)
		}
		if progress != nil {
			mark := "✓"
			if o.Status == Failed {
				mark = "✗"
			}
			fmt.Fprintf(progress, "  %s %d/%d %-40s %6.1f s, %s inputs\n", mark, i+1, len(targets), o.Name, o.Seconds, execs)
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, nil
}

// deadlineOnly tells whether nothing but the end of the time was reported: Go's fuzzer does so now and then where a worker
// was busy at that moment (go.dev/issue/56238).
func deadlineOnly(text string) bool {
	return strings.Contains(text, "context deadline exceeded") && !fuzzFailing.MatchString(text) && !strings.Contains(text, "panic:")
}

func fuzz(ctx context.Context, root string, t FuzzTarget, d time.Duration) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run=^$", "-fuzz=^"+t.Name+"$", "-fuzztime="+d.String(), "-fuzzminimizetime=5s", "-parallel=2", "./"+t.Package)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOFLAGS=", "COURSE_HEADLESS=1")
	group.Own(cmd)
	cmd.Cancel = func() error { return group.Kill(cmd) }
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	return string(out), err
}
