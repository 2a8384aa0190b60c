package testall

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Packages lists the packages whose tests `go test` is to run: all but the exercises, whose stubs fail by design.
func Packages(ctx context.Context, root string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "./...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOFLAGS=")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list ./...: %w", err)
	}
	var kept []string
	for p := range strings.FieldsSeq(string(out)) {
		if !strings.HasPrefix(p, "nncourse/exercises/") {
			kept = append(kept, p)
		}
	}
	return kept, nil
}

// VisibleTests runs each exercise's visible tests twice: on the stub, where every one must fail, and with the solution
// in the stub's place (go test -overlay: no file is touched), where every one must pass.
func VisibleTests(ctx context.Context, root string) ([]Outcome, error) {
	dirs, err := filepath.Glob(filepath.Join(root, "exercises", "*", "visible_test.go"))
	if err != nil {
		return nil, err
	}
	var all []Outcome
	for _, test := range dirs {
		slug := filepath.Base(filepath.Dir(test))
		start := time.Now()
		o := Outcome{Suite: "exercises", Name: "visible tests of " + slug, Status: Passed}
		if _, err := os.Stat(filepath.Join(root, "solutions", slug)); err != nil {
			o.Status, o.Detail = Skipped, "the student edition holds no solutions"
		} else if err := visible(ctx, root, slug); err != nil {
			o.Status, o.Detail = Failed, err.Error()
		}
		if ctx.Err() != nil {
			return all, ctx.Err()
		}
		o.Seconds = time.Since(start).Seconds()
		all = append(all, o)
	}
	return all, nil
}

func visible(ctx context.Context, root, slug string) error {
	onStub, err := GoTest(ctx, root, nil, "-count=1", "./exercises/"+slug)
	if err != nil {
		return err
	}
	tests := map[string]bool{}
	for _, o := range onStub {
		tests[o.Name] = true
		if o.Status != Failed {
			return fmt.Errorf("%s %s on the stub: it tests nothing", o.Name, o.Status)
		}
	}
	if len(tests) == 0 {
		return fmt.Errorf("exercises/%s has no visible test", slug)
	}
	files, err := filepath.Glob(filepath.Join(root, "solutions", slug, "*.go"))
	if err != nil {
		return err
	}
	replace := map[string]string{}
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			replace[filepath.Join(root, "exercises", slug, filepath.Base(f))] = f
		}
	}
	overlay, err := os.CreateTemp("", "course-overlay-*.json")
	if err != nil {
		return err
	}
	defer os.Remove(overlay.Name())
	err = json.NewEncoder(overlay).Encode(map[string]any{"Replace": replace})
	if cerr := overlay.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	onSolution, err := GoTest(ctx, root, nil, "-count=1", "-overlay", overlay.Name(), "./exercises/"+slug)
	if err != nil {
		return err
	}
	if len(onSolution) != len(onStub) {
		return fmt.Errorf("%d tests ran on the stub, %d on the solution", len(onStub), len(onSolution))
	}
	for _, o := range onSolution {
		if o.Status != Passed {
			return fmt.Errorf("%s %s on the solution:\n%s", o.Name, o.Status, o.Detail)
		}
	}
	return nil
}
