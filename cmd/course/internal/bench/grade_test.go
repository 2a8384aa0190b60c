package bench

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nncourse/lib/workspace"
)

// What a class of the benchmark hands in: the solution first, all of it Go of the exercise's package, no two alike.
func TestGradeSources(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "solutions", gradeSlug)); err != nil {
		if _, err := gradeSources(root); err == nil || !strings.Contains(err.Error(), "not here") {
			t.Errorf("without solutions: %v", err)
		}
		return
	}
	sources, err := gradeSources(root)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, s := range sources {
		f, err := parser.ParseFile(token.NewFileSet(), "", s, 0)
		if err != nil || f.Name.Name != "leastnormgd" {
			t.Errorf("source %d: %v", i, err)
		}
		seen[s] = true
	}
	if len(seen) != len(sources) || len(sources) < 10 {
		t.Errorf("%d sources, %d distinct", len(sources), len(seen))
	}
}

// The lock file pins what the report names.
func TestGradePeersPinned(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(scripts(root), "requirements-grade.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\nnbgrader==0.9.5 ", "\notter-grader==7.0.0 ", "--hash=sha256:"} {
		if !strings.Contains("\n"+string(b), want) {
			t.Errorf("no %q in the lock file", want)
		}
	}
}

// The Python solution that the peers grade gives the statement's answers.
func TestGradePeersExercise(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 on PATH")
	}
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	program := `
import re, sys
text = open(sys.argv[1]).read().split("\ndef main()")[0]
names = {}
exec(text, names)
code = {}
exec(names["SOLUTION"] + names["CLOSE"], code)
for t in names["TESTS"]: exec(t, code)
wrong = {f: lambda *a: [0] if len(a) > 1 else 0 for f in ["least_norm", "step_limit", "gradient_descent", "limit"]}
exec(names["CLOSE"], wrong)
passed = 0
for t in names["TESTS"]:
    try: exec(t, wrong); passed += 1
    except AssertionError: pass
print(len(names["TESTS"]), passed)
`
	out, err := exec.Command(python, "-c", program, filepath.Join(scripts(root), "grade.py")).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "5 0" {
		t.Errorf("%v\n%s", err, out)
	}
}
