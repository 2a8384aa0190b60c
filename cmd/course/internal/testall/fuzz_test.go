package testall

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"nncourse/lib/workspace"
)

// A target that fails is reported with its input and a command that fails again; one that holds is passed.
func TestFuzz(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		p := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module fuzzed\n\ngo 1.26\n")
	write("deep/er/x_test.go", "package er\n\nimport \"testing\"\n\nfunc FuzzBad(f *testing.F) {\n\tf.Add([]byte(\"ab\"))\n\tf.Fuzz(func(t *testing.T, b []byte) {\n\t\tif len(b) > 2 {\n\t\t\tt.Fatal(\"too long\")\n\t\t}\n\t})\n}\n\nfunc FuzzGood(f *testing.F) {\n\tf.Fuzz(func(t *testing.T, b []byte) {})\n}\n")
	write("testdata/y_test.go", "package y\n\nfunc FuzzNot(f *testing.F) {}\n")
	targets, err := FuzzTargets(root)
	if err != nil || len(targets) != 2 || targets[0] != (FuzzTarget{"deep/er", "FuzzBad"}) || targets[1] != (FuzzTarget{"deep/er", "FuzzGood"}) {
		t.Fatalf("%v, %v", targets, err)
	}
	var progress bytes.Buffer
	out, err := Fuzz(context.Background(), root, &progress, targets, time.Second)
	if err != nil || len(out) != 2 {
		t.Fatalf("%+v, %v", out, err)
	}
	if out[1].Status != Passed || out[1].Suite != "fuzz" {
		t.Errorf("%+v", out[1])
	}
	if out[0].Status != Failed || !strings.Contains(out[0].Detail, "too long") {
		t.Fatalf("%+v", out[0])
	}
	m := regexp.MustCompile(`(?m)^failing input: (\S+)$`).FindStringSubmatch(out[0].Detail)
	if m == nil {
		t.Fatalf("no input is named:\n%s", out[0].Detail)
	}
	if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(m[1]))); err != nil {
		t.Error(err)
	}
	again := regexp.MustCompile(`(?m)^run it again:  go test (\S+) -run '(\S+)'$`).FindStringSubmatch(out[0].Detail)
	if again == nil {
		t.Fatalf("no command is named:\n%s", out[0].Detail)
	}
	cmd := exec.Command("go", "test", again[1], "-run", again[2])
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOFLAGS=")
	if text, err := cmd.CombinedOutput(); err == nil || !bytes.Contains(text, []byte("too long")) {
		t.Errorf("run again: %v\n%s", err, text)
	}
	if p := progress.String(); strings.Count(p, "\n") != 2 || !strings.Contains(p, "✗ 1/2 deep/er FuzzBad") || !strings.Contains(p, "✓ 2/2 deep/er FuzzGood") {
		t.Errorf("progress:\n%s", p)
	}
}

// The grader's doors to the outside each have a target.
func TestFuzzTargetsOfTheCourse(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "solutions")); err != nil {
		t.Skip("the student edition holds no solutions, and not the grader's own tests")
	}
	targets, err := FuzzTargets(root)
	if err != nil {
		t.Fatal(err)
	}
	have := map[FuzzTarget]bool{}
	for _, x := range targets {
		have[x] = true
	}
	for _, want := range []FuzzTarget{{"grading", "FuzzNotebook"}, {"grading", "FuzzGate"}, {"grading", "FuzzCells"}, {"grading/wire", "FuzzReadMessage"},
		{"grading/wire", "FuzzValue"}, {"grading/class", "FuzzArchive"}} {
		if !have[want] {
			t.Errorf("no %s in %s", want.Name, want.Package)
		}
	}
}
