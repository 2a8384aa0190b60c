package notebook

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"nncourse/data"
	"nncourse/lib/workspace"
)

// The manifest's used_by is what tells a run which outputs depend on data that may be away: it must name the lessons that read it.
func TestManifestNamesItsLessons(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	paths, err := Lessons(root)
	if err != nil {
		t.Fatal(err)
	}
	reads := map[string]*regexp.Regexp{
		"mnist":      regexp.MustCompile(`datasets\.(Digits|MNIST)\(|train\.DigitsLeNet\(`),
		"molecules":  regexp.MustCompile(`datasets\.ESOL\(`),
		"caltech101": regexp.MustCompile(`caltech101|datasets\.(Caltech101|Scenes)\(`),
	}
	found := 0
	for _, p := range paths {
		nb, err := Read(p)
		if err != nil {
			t.Fatal(err)
		}
		var code strings.Builder
		for _, c := range nb.Cells {
			if c.Type == "code" {
				code.WriteString(string(c.Source) + "\n")
			}
		}
		at := strings.LastIndex(p[:strings.LastIndexAny(p, "/\\")], "class")
		name := strings.TrimSuffix(strings.ReplaceAll(p[at:], "\\", "/"), ".ipynb")
		for set, reader := range reads {
			s, ok := data.ByName(set)
			if !ok {
				t.Fatalf("no set %s", set)
			}
			uses := reader.MatchString(code.String())
			if uses {
				found++
			}
			if uses != slices.Contains(s.UsedBy, name) {
				t.Errorf("%s reads %s: %v; the manifest's used_by says otherwise", name, set, uses)
			}
		}
	}
	if found < 10 {
		t.Errorf("%d lessons read data: the test looks in the wrong place", found)
	}
}

func TestAway(t *testing.T) {
	t.Setenv(workspace.DataEnv, t.TempDir())
	if sets, err := away("notebooks/class1/01-perceptron.ipynb"); err != nil || len(sets) > 0 {
		t.Errorf("a lesson without datasets: %v, %v", sets, err)
	}
}
