package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"testing"

	"nncourse/cmd/course/internal/cli"
)

// The exit codes of `course path`, and its JSON: what comes before DeepFool's universal perturbations, each after what it needs.
func TestPath(t *testing.T) {
	commands := []cli.Command{pathCommand}
	run := func(args ...string) (int, string) {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		old := os.Stdout
		os.Stdout = w
		done := make(chan string)
		go func() { b, _ := io.ReadAll(r); done <- string(b) }()
		code := cli.Main(context.Background(), commands, append([]string{"path"}, args...))
		os.Stdout = old
		w.Close()
		return code, <-done
	}
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"--to", "5.5", "--helpful"}, cli.OK},
		{[]string{"--help"}, cli.OK},
		{[]string{"--to", "9.9"}, cli.Usage},
		{[]string{"--from", "9.9", "--to", "5.5"}, cli.Usage},
		{[]string{"--from", "5.5"}, cli.Usage},
		{[]string{"5.5"}, cli.Usage},
		{[]string{"--write", "--to", "5.5"}, cli.Usage},
	} {
		if code, out := run(c.args...); code != c.code {
			t.Errorf("path %q: exit code %d, want %d\n%s", c.args, code, c.code, out)
		}
	}
	code, out := run("--to", "5.6", "--from", "5.3,2.4", "--json")
	var got struct {
		To      string
		From    []string
		Lessons []struct {
			Lesson  string
			Needs   []string
			Minutes int
		}
		Minutes int
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != cli.OK {
		t.Fatalf("%d, %v: %s", code, err, out)
	}
	sum := 0
	for _, l := range got.Lessons {
		sum += l.Minutes
	}
	if got.To != "5.6" || len(got.From) != 2 || len(got.Lessons) != 2 || got.Lessons[0].Lesson != "5.4" || got.Lessons[1].Lesson != "5.5" || got.Minutes != sum || sum == 0 {
		t.Errorf("%+v", got)
	}
}
