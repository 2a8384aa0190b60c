package path

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"nncourse/cmd/course/internal/notebook"
)

// TimesFile is the file with the lessons' measured times, relative to the course's root.
const TimesFile = "notebooks/times.json"

// Time is how long all cells of a lesson took together in one run, on how many cores and in which setting.
type Time struct {
	Seconds float64 `json:"seconds"` // 0: not measured
	Cores   int     `json:"cores,omitempty"`
	Fast    bool    `json:"fast,omitempty"` // under the fast setting
}

// Times holds the times of many lessons, by name: class5/05-deepfool.
type Times struct {
	Lessons map[string]Time `json:"lessons"`
}

// ReadTimes reads a file of times; one that is not there is empty.
func ReadTimes(file string) (Times, error) {
	t := Times{Lessons: map[string]Time{}}
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	err = json.Unmarshal(b, &t)
	return t, err
}

// AddTimes puts the times of the lessons that ran to their end into the file, over what it said of them; it keeps the other lessons'. The
// fast setting is noted where it changes something: where the lesson has cells tagged budget.
func AddTimes(file, root string, results []*notebook.Result, fast bool) error {
	t, err := ReadTimes(file)
	if err != nil {
		return err
	}
	for _, r := range results {
		if r != nil && r.Error == nil && numbered.MatchString(r.Notebook) {
			budget := fast
			if nb, err := notebook.Read(filepath.Join(root, filepath.FromSlash(r.Notebook))); err == nil {
				budget = fast && slices.ContainsFunc(nb.Cells, func(c notebook.Cell) bool { return c.Tagged("budget") })
			}
			t.Lessons[name(r.Notebook)] = Time{Seconds: math.Round(10*r.Seconds) / 10, Cores: runtime.NumCPU(), Fast: budget}
		}
	}
	b, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o644)
}
