// Package notebook runs lessons headless in the real kernel, and compares what they print with what is stored.
package notebook

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Notebook is a Jupyter notebook, format 4, with what the course looks at.
type Notebook struct {
	Cells    []Cell         `json:"cells"`
	Metadata map[string]any `json:"metadata"`
	Format   int            `json:"nbformat"`
}

// Cell is one cell.
type Cell struct {
	Type     string   `json:"cell_type"`
	ID       string   `json:"id"`
	Source   Text     `json:"source"`
	Metadata CellMeta `json:"metadata"`
	Outputs  []Output `json:"outputs"`
}

// CellMeta holds a cell's tags.
type CellMeta struct {
	Tags []string `json:"tags"`
}

// Output is one output of a code cell.
type Output struct {
	Type     string                     `json:"output_type"`
	Name     string                     `json:"name"` // stream: stdout, stderr
	Text     Text                       `json:"text"` // stream
	Data     map[string]json.RawMessage `json:"data"`
	Metadata map[string]any             `json:"metadata"`
	EName    string                     `json:"ename"`
	EValue   string                     `json:"evalue"`
}

// Text is a string that notebooks store as one string or as a list of lines.
type Text string

// UnmarshalJSON reads either form.
func (t *Text) UnmarshalJSON(b []byte) error {
	var lines []string
	if json.Unmarshal(b, &lines) == nil {
		*t = Text(strings.Join(lines, ""))
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("notebook: neither a string nor a list of strings: %.40s", b)
	}
	*t = Text(s)
	return nil
}

// Tagged tells whether the cell has the tag.
func (c *Cell) Tagged(tag string) bool {
	for _, t := range c.Metadata.Tags {
		if t == tag {
			return true
		}
	}
	return false
}

// Read reads a notebook file.
func Read(path string) (*Notebook, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var nb Notebook
	if err := json.Unmarshal(b, &nb); err != nil {
		return nil, fmt.Errorf("%s is not a notebook: %w", path, err)
	}
	if nb.Format != 4 {
		return nil, fmt.Errorf("%s has notebook format %d, not 4: open it in JupyterLab and save it", path, nb.Format)
	}
	return &nb, nil
}

// Lessons lists the course's notebooks, notebooks/classN/NN-slug.ipynb, in the order of the course.
func Lessons(root string) ([]string, error) {
	return filepath.Glob(filepath.Join(root, "notebooks", "class[0-9]", "[0-9][0-9]-*.ipynb"))
}
