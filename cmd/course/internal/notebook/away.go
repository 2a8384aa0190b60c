package notebook

import (
	"slices"
	"strings"

	"nncourse/cmd/course/internal/fetch"
	"nncourse/data"
	"nncourse/lib/workspace"
)

// away lists the datasets that a lesson uses, as the manifest says, and that are not complete on this machine. Such a lesson makes
// data of its own, and its numbers are others than the stored ones.
func away(lesson string) ([]string, error) {
	dirs, err := workspace.DataDirs()
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(strings.TrimPrefix(lesson, "notebooks/"), ".ipynb")
	var names []string
	sets := data.Sets()
	for i := range sets {
		if slices.Contains(sets[i].UsedBy, name) && fetch.Look(dirs, &sets[i], false).State != fetch.Complete {
			names = append(names, sets[i].Name)
		}
	}
	return names, nil
}
