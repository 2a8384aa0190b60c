package main

import (
	"path/filepath"

	"nncourse/grading/feedback"
	"nncourse/grading/similarity"
	"nncourse/lib/workspace"
)

func init() {
	classPages = &feedback.Pages{Base: func(slug string) ([]similarity.File, error) {
		root, err := workspace.Root()
		if err != nil {
			return nil, err
		}
		return similarity.BaseOf(filepath.Join(root, "exercises", slug))
	}}
}
