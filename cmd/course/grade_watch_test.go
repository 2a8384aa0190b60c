package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
	"nncourse/grading/checks"
	"nncourse/lib/workspace"
)

// --all has a line for each exercise and a total; its JSON is a list, whatever its length.
func TestGradeAll(t *testing.T) {
	out, code := course(t, "grade", "--all", "--json")
	var list []grading.Report
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != cli.Failed || len(list) != len(checks.All) {
		t.Fatalf("exit code %d, %v, %d reports", code, err, len(list))
	}
	for i, r := range list {
		if r.Exercise != checks.All[i].Slug || r.Score != 0 || r.Verdict == grading.Pass {
			t.Errorf("report %d: %s, %s, %g points; want the stub of %s", i, r.Exercise, r.Verdict, r.Score, checks.All[i].Slug)
		}
	}
	// For people: the same way, so that a few exercises tell.
	whole := checks.All
	checks.All = whole[:3]
	defer func() { checks.All = whole }()
	out, code = course(t, "grade", "--all")
	if code != cli.Failed || !strings.Contains(out, fmt.Sprintf("0 of %d exercises solved, 0 begun: 0 of ", len(checks.All))) {
		t.Errorf("exit code %d\n%s", code, out)
	}
	for _, e := range checks.All {
		if n := len(regexp.MustCompile(`(?m)^\s*\S+\s+\d+/\d+\s+`+e.Slug+`\s`).FindAllString(out, -1)); n != 1 {
			t.Errorf("%d lines for %s\n%s", n, e.Slug, out)
		}
	}
	checks.All = whole
	for _, args := range [][]string{{"--all", "deepfool"}, {"--all", "--exercise", "deepfool"}, {"--all", "--watch"}, {"--watch"}, {"--watch", "cam", "deepfool"},
		{"--watch", "cam", "--json"}, {"--watch", "cam", "--format", "junit"}, {"--watch", "no-such"}} {
		if out, code := course(t, append([]string{"grade"}, args...)...); code != cli.Usage {
			t.Errorf("grade %q: exit code %d\n%s", args, code, out)
		}
	}
}

// --watch grades at once and after each saved change, ends with its context, and leaves the file as it is.
func TestGradeWatch(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	const slug, file = "least-norm-gd", "leastnormgd.go"
	read := func(elem ...string) []byte {
		b, err := os.ReadFile(filepath.Join(append([]string{root}, elem...)...))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	mine := filepath.Join(t.TempDir(), file)
	save := func(b []byte) {
		t.Helper()
		if err := os.WriteFile(mine, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	save(read("exercises", slug, file))
	before, err := os.Stat(mine)
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stdout
	os.Stdout = w
	defer func() { os.Stdout = old }()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Main(ctx, []cli.Command{gradeCommand}, []string{"grade", "--watch", mine})
		w.Close()
	}()
	lines := make(chan string, 10000)
	go func() {
		for s := bufio.NewScanner(r); s.Scan(); {
			lines <- s.Text()
		}
		close(lines)
	}()
	// next gives what is printed up to the line that says that it watches.
	next := func(what string) string {
		t.Helper()
		var b strings.Builder
		for limit := time.After(time.Minute); ; {
			select {
			case l, open := <-lines:
				if !open {
					t.Fatalf("%s: the command ended:\n%s", what, b.String())
				}
				if strings.Contains(l, "watching") {
					return b.String()
				}
				b.WriteString(l + "\n")
			case <-limit:
				t.Fatalf("%s: nothing was graded for a minute:\n%s", what, b.String())
			}
		}
	}
	if out := next("at once"); !strings.Contains(out, "Score: 0 of 100") {
		t.Errorf("the stub:\n%s", out)
	}
	if after, err := os.Stat(mine); err != nil || after.ModTime() != before.ModTime() || after.Size() != before.Size() {
		t.Errorf("the student's file was written to: %v", err)
	}
	save(read("solutions", slug, file))
	if out := next("a change"); !strings.Contains(out, "Everything holds") {
		t.Errorf("the solution:\n%s", out)
	}
	save([]byte("package leastnormgd\n\nfunc {"))
	if out := next("what does not parse"); !strings.Contains(out, "it cannot be built") {
		t.Errorf("half a file:\n%s", out)
	}
	// An editor that removes the file and writes it anew.
	if err := os.Remove(mine); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * watchEvery)
	save(read("solutions", slug, file))
	for out := next("the file is gone, and back"); !strings.Contains(out, "Everything holds"); {
		out = next("the file is back")
	}
	if len(lines) > 0 {
		t.Errorf("graded again without a change: %s", <-lines)
	}
	time.Sleep(3 * watchEvery)
	if len(lines) > 0 {
		t.Errorf("graded again without a change: %s", <-lines)
	}
	cancel()
	select {
	case code := <-ended:
		if code != cli.OK {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(10 * time.Second):
		t.Error("it does not end")
	}
}
