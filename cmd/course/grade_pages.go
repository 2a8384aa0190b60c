package main

import (
	"path/filepath"

	"nncourse/grading"
	"nncourse/grading/checks"
	"nncourse/grading/class"
	"nncourse/grading/feedback"
	"nncourse/grading/similarity"
	"nncourse/lib/workspace"
)

func init() {
	classPages = &feedback.Pages{Leaderboard: leaderboardOf, Base: func(slug string) ([]similarity.File, error) {
		root, err := workspace.Root()
		if err != nil {
			return nil, err
		}
		return similarity.BaseOf(filepath.Join(root, "exercises", slug))
	}}
}

// leaderboardOf gives the leaderboard of an exercise, nil if it has none.
func leaderboardOf(slug string) *grading.Leaderboard {
	if e, ok := checks.Find(slug); ok {
		return e.Leaderboard
	}
	return nil
}

// leaderboardNames are what a leaderboard may call students.
const (
	boardPseudonyms = "pseudonyms"
	boardNames      = "names"
	boardOff        = "off"
)

// pagesWith gives the pages with leaderboards under the names that are asked for.
func pagesWith(pages class.Pages, names string, secret []byte) class.Pages {
	p, ok := pages.(*feedback.Pages)
	if !ok {
		return pages
	}
	q := *p
	switch names {
	case boardOff:
		q.Leaderboard = nil
	case boardPseudonyms:
		q.Alias = func(student string) string { return feedback.Pseudonym(secret, student) }
	}
	return &q
}
