package path

import (
	"fmt"
	"path/filepath"
	"strings"

	"nncourse/cmd/course/internal/notebook"
	"nncourse/lib/questions"
)

// cells puts into fresh the files of lib/questions in which every question names the cell that holds the text it says to show.
func cells(root string, fresh map[string]string) error {
	read := map[string]*notebook.Notebook{}
	for _, file := range questions.Files() {
		at := filepath.Join(root, "lib", "questions", file)
		list, err := questions.ReadFile(at)
		if err != nil {
			return err
		}
		for i := range list {
			q := &list[i]
			nb := read[q.Lesson]
			if nb == nil {
				if nb, err = notebook.Read(filepath.Join(root, "notebooks", filepath.FromSlash(q.Lesson)+".ipynb")); err != nil {
					return fmt.Errorf("question %s: %w", q.ID, err)
				}
				read[q.Lesson] = nb
			}
			if q.Cell, err = holds(nb, q.Shows); err != nil {
				return fmt.Errorf("question %s, lesson %s: %w", q.ID, q.Lesson, err)
			}
		}
		text, err := questions.Format(list)
		if err != nil {
			return err
		}
		fresh["lib/questions/"+file] = text
	}
	return nil
}

// holds gives the id of the first cell of code whose source holds the text, else of the first cell of text.
func holds(nb *notebook.Notebook, text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", fmt.Errorf("the question does not say which text its cell shows")
	}
	for _, kind := range []string{"code", "markdown"} {
		for i := range nb.Cells {
			if c := &nb.Cells[i]; c.Type == kind && strings.Contains(string(c.Source), text) {
				return c.ID, nil
			}
		}
	}
	return "", fmt.Errorf("no cell holds %q", text)
}
