package testall

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// exercise makes a course with one exercise, whose visible test calls F.
func exercise(t *testing.T, stub, solution, test string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":                          "module nncourse\n\ngo 1.26\n",
		"exercises/two-x/twox.go":         "package twox\n\nfunc F() int { return " + stub + " }\n",
		"solutions/two-x/twox.go":         "package twox\n\nfunc F() int { return " + solution + " }\n",
		"exercises/two-x/visible_test.go": "package twox\n\nimport \"testing\"\n\nfunc TestF(t *testing.T) { " + test + " }\n",
	} {
		p := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestVisibleTests(t *testing.T) {
	const honest = `if F() != 2 { t.Errorf("F() = %d, want 2", F()) }`
	for _, c := range []struct{ name, stub, solution, test, status, says string }{
		{"as it should be", "0", "2", honest, Passed, ""},
		{"the solution fails", "0", "3", honest, Failed, "F() = 3, want 2"},
		{"the test asserts nothing", "0", "2", `_ = F()`, Failed, "tests nothing"},
		{"the test skips", "0", "2", `t.Skip("later")`, Failed, "tests nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := VisibleTests(context.Background(), exercise(t, c.stub, c.solution, c.test))
			if err != nil || len(got) != 1 {
				t.Fatalf("%+v, %v", got, err)
			}
			if got[0].Status != c.status || !strings.Contains(got[0].Detail, c.says) {
				t.Errorf("got %+v, want %s that says %q", got[0], c.status, c.says)
			}
		})
	}
}
