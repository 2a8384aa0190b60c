package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
	"nncourse/lib/workspace"
)

// The flag reaches the program, for one target and for a class; the report names what held, and whether that is unsafe.
func TestGradeSandbox(t *testing.T) {
	if _, code := course(t, "grade", "deepfool", "--sandbox", "docker"); code != cli.Usage {
		t.Errorf("an unknown sandbox: exit code %d", code)
	}
	if testing.Short() {
		t.Skip("short: translates a submission from WebAssembly")
	}
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	solution := filepath.Join(root, "solutions", "deepfool", "deepfool.go")
	out, code := course(t, "grade", solution, "--exercise", "deepfool", "--sandbox", "wasi", "--student", "ada", "--json")
	var r grading.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != cli.OK {
		t.Fatalf("exit code %d, %v\n%s", code, err, out)
	}
	if !strings.HasPrefix(r.Sandbox, "wasi") || !strings.HasSuffix(r.Go, "wasip1/wasm") || r.Unsafe || r.Percent != 100 {
		t.Errorf("%s, %s, unsafe %v, %g %%", r.Sandbox, r.Go, r.Unsafe, r.Percent)
	}
	// A sandbox that holds is not made unsafe by the flag.
	out, code = course(t, "grade", solution, "--exercise", "deepfool", "--unsafe-no-sandbox", "--student", "ada", "--json")
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != cli.OK || r.Unsafe || slices.Contains(r.Notes, grading.UnsafeNote) {
		t.Errorf("exit code %d, %v: unsafe %v, notes %q", code, err, r.Unsafe, r.Notes)
	}
	dir, results := filepath.Join(t.TempDir(), "in"), filepath.Join(t.TempDir(), "out")
	b, err := os.ReadFile(solution)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "ada"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ada", "deepfool.go"), b, 0o644); err != nil {
		t.Fatal(err)
	}
	out, code = course(t, "grade", "--submissions", dir, "--out", results, "--sandbox", "wasi")
	if code != cli.OK || !strings.Contains(out, "sandbox wasi") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if b, err := os.ReadFile(filepath.Join(results, "results", "ada", "deepfool.json")); err != nil || !strings.Contains(string(b), `"sandbox": "wasi`) {
		t.Errorf("%v\n%.600s", err, b)
	}
}
