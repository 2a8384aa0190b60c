package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// CollectedFile is where Collect notes what it took, in its folder.
const CollectedFile = ".collected.json"

// Collected is one student's latest submission of one assignment.
type Collected struct {
	Student    string    `json:"student"`
	Exercise   string    `json:"exercise"`
	Submission string    `json:"submission"` // its folder's name, which the student gave it
	At         time.Time `json:"at"`         // when a file of it was last changed
	Files      int       `json:"files"`
	Left       []string  `json:"left"`   // what was not taken, and why
	Status     string    `json:"status"` // new, or unchanged since the last time
}

// Collect copies each student's latest submission of the named assignments (all, if none is named) to TO/NAME/SLUG, which
// course grade --submissions TO understands. The files get the time at which they were handed in. What an earlier
// Collect put there is replaced by a later submission; inbound keeps both.
//
// The latest is the one with a file that was changed last. On Linux that time cannot be set back by a student; touching an
// old submission makes it a late one.
func Collect(dir, to string, slugs ...string) ([]Collected, error) {
	for _, s := range slugs {
		if err := checkSlug(s); err != nil {
			return nil, err
		}
	}
	names, err := students(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return nil, err
	}
	var before []Collected
	note := filepath.Join(to, CollectedFile)
	if data, err := os.ReadFile(note); err == nil {
		if err := json.Unmarshal(data, &before); err != nil {
			return nil, wrong("%s cannot be read: %v", note, err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	known := map[[2]string]Collected{}
	for _, c := range before {
		known[[2]string{c.Student, c.Exercise}] = c
	}
	var all []Collected
	for _, name := range names {
		list, err := collectStudent(dir, name, to, slugs, known)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, list...)
	}
	// What was not asked for this time, or is gone from inbound, is noted on.
	now := slices.Clone(all)
	for _, c := range before {
		if !slices.ContainsFunc(all, func(a Collected) bool { return a.Student == c.Student && a.Exercise == c.Exercise }) {
			now = append(now, c)
		}
	}
	slices.SortFunc(now, func(a, b Collected) int {
		return strings.Compare(a.Student+"\x00"+a.Exercise, b.Student+"\x00"+b.Exercise)
	})
	data, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(note+".new", append(data, '\n'), 0o600); err != nil {
		return nil, err
	}
	return all, os.Rename(note+".new", note)
}

func collectStudent(dir, name, to string, slugs []string, known map[[2]string]Collected) ([]Collected, error) {
	root, err := os.OpenRoot(Inbound(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	tops, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, err
	}
	var all []Collected
	for _, top := range tops {
		slug := top.Name()
		if !top.IsDir() || !plainSlug.MatchString(slug) || len(slugs) > 0 && !slices.Contains(slugs, slug) {
			continue
		}
		subs, err := fs.ReadDir(root.FS(), slug)
		if err != nil {
			continue // the student took it away meanwhile, or forbade to read it
		}
		best := Collected{Student: name, Exercise: slug, Left: []string{}}
		var items []item
		refused := []string{}
		for i, s := range subs {
			if !s.IsDir() || strings.HasPrefix(s.Name(), ".") {
				continue
			}
			if len(subs)-i > 1000 {
				continue // of thousands, the last by name
			}
			list, left, err := read(root, path.Join(slug, s.Name()))
			if err != nil {
				refused = append(refused, fmt.Sprintf("%q: %v", s.Name(), err))
				continue
			}
			at := time.Time{}
			for _, it := range list {
				if it.when.After(at) {
					at = it.when
				}
			}
			if len(list) > 0 && !at.Before(best.At) {
				items = list
				best.Submission, best.At, best.Files, best.Left = s.Name(), at, len(list), append([]string{}, left...)
			}
		}
		best.Left = append(best.Left, refused...)
		if best.Submission == "" {
			if len(best.Left) > 0 {
				best.Status = "refused"
				all = append(all, best)
			}
			continue
		}
		target := filepath.Join(to, name, slug)
		_, statErr := os.Lstat(target)
		old, mine := known[[2]string{name, slug}]
		switch {
		case statErr == nil && !mine:
			return nil, wrong("%s is there, and was not collected: choose another folder", target)
		case statErr == nil && old.Submission == best.Submission && old.At.Equal(best.At) && old.Files == best.Files:
			best.Status = "unchanged"
			all = append(all, best)
			continue
		}
		best.Status = "new"
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return nil, err
		}
		temp, err := os.MkdirTemp(filepath.Dir(target), ".new-")
		if err != nil {
			return nil, err
		}
		err = write(temp, items, 0o600, true)
		if err == nil {
			err = replace(temp, target)
		}
		os.RemoveAll(temp)
		if err != nil {
			return nil, err
		}
		all = append(all, best)
	}
	return all, nil
}
