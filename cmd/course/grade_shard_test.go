package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading/checks"
	"nncourse/grading/sandbox"
	"nncourse/lib/workspace"
)

// A class in two parts over the command line: merged, it is the same as in one, with the pages and their comparison.
func TestGradeShards(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles an exercise's imports at the first use")
	}
	if !sandbox.Available().Contains() {
		t.Skip("no sandbox that contains a hostile program: " + sandbox.Detect().Why)
	}
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	e := checks.All[0]
	base := t.TempDir()
	sub, secret := filepath.Join(base, "sub"), filepath.Join(base, "secret")
	text, err := os.ReadFile(filepath.Join(root, "exercises", e.Slug, e.Files[0]))
	if err != nil {
		t.Fatal(err)
	}
	for _, student := range []string{"anna", "ben", "cleo"} {
		dir := filepath.Join(sub, student)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, e.Files[0]), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(secret, []byte("a secret for this test only"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := func(elem ...string) string { return filepath.Join(append([]string{base}, elem...)...) }
	part := func(out, shard string) []string {
		return []string{"--submissions", sub, "--out", at(out), "--secret-file", secret, "--exercise", e.Slug, "--shard", shard}
	}
	merge := func(more ...string) []string {
		return append([]string{"--merge", at("1"), at("2"), "--secret-file", secret}, more...)
	}
	for _, tc := range []struct {
		args []string
		code int
	}{
		{part("whole", "1/1")[:8], cli.OK},
		{part("1", "1/2"), cli.OK},
		{merge("--out", at("merged")), cli.Usage}, // the second part is missing
		{part("2", "2/2"), cli.OK},
		{merge(), cli.Usage},
		{merge("--out", filepath.Join(sub, "merged"), "--submissions", sub), cli.Usage},
		{merge("--out", at("merged"), "--submissions", at("none")), cli.Usage},
		{append(merge("--out", at("merged"))[:3], "--out", at("merged"), "--secret-file", filepath.Join(root, "go.mod")), cli.Usage},
		{merge("--out", at("merged"), "--submissions", sub), cli.OK},
		{part("3", "3/2"), cli.Usage},
		{part("1", "2/2"), cli.Usage},
		{[]string{"--verify-receipts", at("merged"), "--secret-file", secret}, cli.OK},
		{[]string{"--merge", "--help"}, cli.OK},
	} {
		if code, out := grade(t, tc.args...); code != tc.code {
			t.Errorf("%v: exit code %d, want %d\n%s", tc.args, code, tc.code, out)
		}
	}
	check := func(merged string) {
		t.Helper()
		for _, f := range []string{"gradebook.csv", "summary.json", "summary.html", filepath.Join("feedback", "anna", "index.html")} {
			a, err1 := os.ReadFile(filepath.Join(at("whole"), f))
			b, err2 := os.ReadFile(filepath.Join(merged, f))
			if err1 != nil || err2 != nil {
				t.Errorf("%v, %v", err1, err2)
			} else if filepath.Dir(f) == "." && !bytes.Equal(a, b) { // feedback holds the times of grading
				t.Errorf("%s differs:\n%s", f, firstDifference(a, b))
			}
		}
	}
	check(at("merged"))

	// The same by the scripts for Slurm, each task in a process of its own; their variables are Slurm's and the head's.
	bash, err := exec.LookPath("bash")
	if err != nil {
		return
	}
	script := func(name, task string, args ...string) {
		t.Helper()
		cmd := exec.Command(bash, append([]string{filepath.Join(root, "docker", "slurm", name)}, args...)...)
		cmd.Env = append(os.Environ(), asCourse+"=1", "COURSE="+root, "COURSE_PROGRAM="+os.Args[0], "SUBMISSIONS="+sub, "OUT="+at("slurm"), "SECRET="+secret, "PARTS=3",
			"SLURM_ARRAY_TASK_ID="+task, "SLURM_CPUS_PER_TASK=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s, task %s: %v\n%s", name, task, err, out)
		}
	}
	for _, task := range []string{"3", "1", "2"} {
		script("grade.sh", task, "--exercise", e.Slug)
	}
	script("merge.sh", "", at("slurm", "all"))
	check(at("slurm", "all"))
}

// firstDifference shows where two texts part.
func firstDifference(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	show := func(x []byte) []byte { return x[max(0, min(len(x), i)-60):min(len(x), i+60)] }
	return fmt.Sprintf("at %d: %q, %q", i, show(a), show(b))
}
