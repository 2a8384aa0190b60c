package main

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading/checks"
	"nncourse/grading/class"
	"nncourse/grading/formats"
)

func TestGradeFormats(t *testing.T) {
	slug, dir := checks.All[0].Slug, t.TempDir()
	file := filepath.Join(dir, "results.json")
	out, code := course(t, "grade", "solutions/"+slug, "--format", "exercism", "--out", file)
	b, err := os.ReadFile(file)
	var x formats.ExercismResults
	if err != nil || out != "" || code != cli.OK || json.Unmarshal(b, &x) != nil || x.Version != 3 || x.Status != "pass" {
		t.Errorf("exercism: exit code %d, %v, printed %q, written %s", code, err, out, b)
	}
	out, code = course(t, "grade", slug, "--format", "gradescope") // the stub
	var g formats.GradescopeResults
	if err := json.Unmarshal([]byte(out), &g); err != nil || code != cli.OK || g.Score != 0 || len(g.Tests) != len(checks.All[0].Checks) {
		t.Errorf("gradescope: exit code %d, %v\n%s", code, err, out)
	}
	out, code = course(t, "grade", slug, "solutions/"+slug, "--format=junit")
	if err := xml.Unmarshal([]byte(out), new(struct{})); err != nil || code != cli.Failed || strings.Count(out, "<testsuite ") != 2 {
		t.Errorf("junit: exit code %d, %v\n%s", code, err, out)
	}
	book := filepath.Join(dir, class.GradebookFile)
	if err := os.WriteFile(book, []byte(strings.Join(class.Columns, ",")+"\n"+slug+",,,anna,Ash,Anna,a@example.org,1.5,0.0,1.5,9.0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"canvas": "\"Ash, Anna\",,,anna,,1.5\n", "moodle": "Anna,Ash,anna,a@example.org,1.5\n"} {
		if out, code = course(t, "grade", book, "--format", name); code != cli.OK || !strings.HasSuffix(out, want) || !strings.Contains(out, checks.All[0].Title) {
			t.Errorf("%s: exit code %d\n%s", name, code, out)
		}
	}
	for _, args := range [][]string{
		{slug, "--format", "pdf"},
		{slug, "--out", file},
		{slug, slug, "--format", "exercism"},
		{slug, "--json", "--format", "junit"},
		{filepath.Join("exercises", slug, "README.md"), "--format", "canvas"},
		{"--format", "canvas"},
	} {
		if out, code := course(t, append([]string{"grade"}, args...)...); code != cli.Usage || out != "" {
			t.Errorf("%v: exit code %d\n%s", args, code, out)
		}
	}
}
