package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading/checks"
	"nncourse/grading/class"
	"nncourse/grading/sandbox"
	"nncourse/lib/workspace"
)

func TestClassWanted(t *testing.T) {
	for _, tc := range []struct {
		args []string
		want bool
	}{
		{[]string{"--submissions", "x", "--out", "y"}, true},
		{[]string{"-submissions=x"}, true},
		{[]string{"-j", "2", "--verify-receipts", "x"}, true},
		{[]string{"exercises/deepfool"}, false},
		{[]string{"submissions", "--json"}, false},
	} {
		if got := classWanted(tc.args); got != tc.want {
			t.Errorf("%v: %t", tc.args, got)
		}
	}
}

func TestInside(t *testing.T) {
	for _, tc := range []struct {
		path, dir string
		want      bool
	}{{"a/b", "a", true}, {"a", "a", true}, {"a/../b", "a", false}, {"ab", "a", false}, {"a", "a/b", false}, {"/a", "/", true}} {
		if got := inside(tc.path, tc.dir); got != tc.want {
			t.Errorf("inside(%q, %q) = %t", tc.path, tc.dir, got)
		}
	}
}

func TestMany(t *testing.T) {
	var m many
	m.Set("a, b")
	m.Set("c,,")
	if !slices.Equal(m, many{"a", "b", "c"}) {
		t.Errorf("%q", m)
	}
}

func TestClassSecret(t *testing.T) {
	root := t.TempDir()
	if b, err := classSecret(root, "", false); b != nil || err != nil {
		t.Errorf("none, and none made: %q, %v", b, err)
	}
	a, err := classSecret(root, "", true)
	if err != nil || len(a) < 32 {
		t.Fatalf("%q, %v", a, err)
	}
	if b, err := classSecret(root, "", true); err != nil || string(b) != string(a) {
		t.Errorf("another secret at the second use: %v", err)
	}
	for range 20 { // two commands at once
		root := t.TempDir()
		secrets := make(chan string, 4)
		for range cap(secrets) {
			go func() {
				b, err := classSecret(root, "", true)
				secrets <- fmt.Sprint(string(b), err)
			}()
		}
		first := <-secrets
		for range cap(secrets) - 1 {
			if s := <-secrets; s != first || !strings.HasSuffix(s, "<nil>") {
				t.Fatalf("two secrets: %q and %q", first, s)
			}
		}
		if left, _ := os.ReadDir(filepath.Join(root, ".course")); len(left) != 1 {
			t.Fatalf("%d files beside it", len(left)-1)
		}
	}
	info, err := os.Stat(filepath.Join(root, ".course", "class-secret"))
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v, %v", info, err)
	}
	short := filepath.Join(root, "short")
	os.WriteFile(short, []byte("short"), 0o600)
	for _, f := range []string{short, filepath.Join(root, "absent")} {
		if _, err := classSecret(root, f, true); cli.Code(err) != cli.Usage {
			t.Errorf("%s: %v", filepath.Base(f), err)
		}
	}
}

// grade runs the verb, and gives its exit code and what it printed.
func grade(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	old := os.Stdout
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout = w
	done := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		done <- string(b)
	}()
	fs := flag.NewFlagSet("grade", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	err = runGrade(context.Background(), fs, args)
	os.Stdout = old
	w.Close()
	if err != nil {
		t.Log(err)
	}
	return cli.Code(err), <-done
}

// The verb on a small class of the course's first exercise, from end to end.
func TestGradeClass(t *testing.T) {
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
	sub, out, secret := filepath.Join(base, "sub"), filepath.Join(base, "out"), filepath.Join(base, "secret")
	for student, tree := range map[string]string{"anna": "solutions", "ben": "exercises"} {
		text, err := os.ReadFile(filepath.Join(root, tree, e.Slug, e.Files[0]))
		if err != nil {
			t.Skip("this edition has no " + tree)
		}
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
	args := []string{"--submissions", sub, "--out", out, "--secret-file", secret, "--exercise", e.Slug, "--json"}
	code, text := grade(t, args...)
	var got struct {
		Run, Kept, Failed int
		Summary           class.Summary
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if code != cli.OK || got.Run != 2 || got.Failed != 0 || got.Summary.Exercises[0].Passed != 1 || got.Summary.Students != 2 {
		t.Errorf("exit code %d, %+v", code, got)
	}
	for _, tc := range []struct {
		args []string
		code int
	}{
		{args, cli.OK},
		{[]string{"--verify-receipts", out, "--secret-file", secret}, cli.OK},
		{[]string{"--verify-receipts", base}, cli.Usage},
		{[]string{"--submissions", sub}, cli.Usage},
		{[]string{"--submissions", sub, "--out", filepath.Join(sub, "out")}, cli.Usage},
		{[]string{"--submissions", filepath.Join(base, "absent"), "--out", out}, cli.Usage},
		{[]string{"--submissions", sub, "--out", out, "--exercise", "absent"}, cli.Usage},
		{[]string{"--submissions", sub, "--out", out, "--policy", secret, "--secret-file", secret}, cli.Usage},
		{[]string{"--submissions", sub, "--out", out, "more"}, cli.Usage},
		{[]string{"--submissions", "--help"}, cli.OK},
	} {
		if code, _ := grade(t, tc.args...); code != tc.code {
			t.Errorf("%v: exit code %d, want %d", tc.args, code, tc.code)
		}
	}
	if err := os.WriteFile(filepath.Join(out, "gradebook.csv"), []byte("anna,100\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _ := grade(t, "--verify-receipts", out, "--secret-file", secret); code != cli.Failed {
		t.Errorf("a changed grade book: exit code %d", code)
	}
}
