package notebook

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nncourse/lib/workspace"
)

// Every lesson stands in the list of its class, every exercise in one of the lists, and no list names what is not there.
func TestClassLists(t *testing.T) {
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	paths, err := Lessons(root)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d lessons, %v", len(paths), err)
	}
	lists := map[string]string{}
	for _, p := range paths {
		dir := filepath.Dir(p)
		if lists[dir] == "" {
			b, err := os.ReadFile(filepath.Join(dir, "README.md"))
			if err != nil {
				t.Fatal(err)
			}
			lists[dir] = string(b)
		}
		if !strings.Contains(lists[dir], "]("+filepath.Base(p)+")") {
			t.Errorf("%s/README.md does not list %s", filepath.Base(dir), filepath.Base(p))
		}
	}
	var all strings.Builder
	for dir, list := range lists {
		all.WriteString(list)
		for _, part := range strings.Split(list, "](")[1:] {
			link, _, _ := strings.Cut(part, ")")
			if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(link))); err != nil {
				t.Errorf("%s/README.md links %s, which is not there", filepath.Base(dir), link)
			}
		}
	}
	exercises, err := filepath.Glob(filepath.Join(root, "exercises", "*", "README.md"))
	if err != nil || len(exercises) == 0 {
		t.Fatalf("%d exercises, %v", len(exercises), err)
	}
	for _, e := range exercises {
		slug := filepath.Base(filepath.Dir(e))
		if !strings.Contains(all.String(), "exercises/"+slug+"/README.md") {
			t.Errorf("no class lists the exercise %s", slug)
		}
	}
}
