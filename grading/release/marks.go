package release

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
)

// Region is a part of a source file that students do not get.
type Region struct {
	File  string   // relative to the course, with slashes
	Cell  int      // of a notebook, from 1; 0 in a Go file
	Line  int      // of the line that begins it, from 1, in the file or in the cell
	Kind  string   // "SOLUTION" or "HIDDEN TESTS"
	Lines []string // what stood between the markers
}

// at names a place in a file.
func at(file string, cell, line int) string {
	if cell > 0 {
		return fmt.Sprintf("%s: cell %d, line %d", file, cell, line)
	}
	return fmt.Sprintf("%s:%d", file, line)
}

var (
	// A marker stands alone on its line, after a comment sign or none.
	marker = regexp.MustCompile(`^\s*(?://\s*)?### (BEGIN|END) (SOLUTION|HIDDEN TESTS)\s*$`)
	// What looks like one and is none would silently leave a solution in place.
	nearMarker = regexp.MustCompile(`(?i)#{2,}\s*(?:BEGIN|END)[\s_]+(?:SOLUTION|HIDDEN)`)
)

// stripLines removes the marked regions from lines. In the place of a solution comes the stub, with the indentation of
// the marker.
func stripLines(file string, cell int, lines []string, stub string) (kept []string, regions []Region, err error) {
	var open *Region
	for i, l := range lines {
		m := marker.FindStringSubmatch(l)
		switch {
		case m == nil && nearMarker.MatchString(l):
			return nil, nil, fmt.Errorf("%s: %q looks like a marker; it must stand alone on its line, in capitals", at(file, cell, i+1), strings.TrimSpace(l))
		case m == nil && open == nil:
			kept = append(kept, l)
		case m == nil:
			open.Lines = append(open.Lines, l)
		case m[1] == "BEGIN" && open != nil:
			return nil, nil, fmt.Errorf("%s: a region begins inside the one of line %d; regions cannot be nested", at(file, cell, i+1), open.Line)
		case m[1] == "BEGIN":
			open = &Region{File: file, Cell: cell, Line: i + 1, Kind: m[2]}
			if m[2] == "SOLUTION" {
				indent := l[:len(l)-len(strings.TrimLeft(l, " \t"))]
				for s := range strings.SplitSeq(stub, "\n") {
					kept = append(kept, indent+s)
				}
			}
		case open == nil:
			return nil, nil, fmt.Errorf("%s: END %s without its BEGIN", at(file, cell, i+1), m[2])
		case open.Kind != m[2]:
			return nil, nil, fmt.Errorf("%s: END %s closes the BEGIN %s of line %d", at(file, cell, i+1), m[2], open.Kind, open.Line)
		default:
			regions, open = append(regions, *open), nil
		}
	}
	if open != nil {
		return nil, nil, fmt.Errorf("%s: BEGIN %s without its END", at(file, cell, open.Line), open.Kind)
	}
	return kept, regions, nil
}

// stripGo strips a Go file. The result is nil if nothing is left.
func stripGo(file string, src []byte, stub string) ([]byte, []Region, error) {
	lines, regions, err := stripLines(file, 0, strings.Split(string(src), "\n"), stub)
	if err != nil || len(regions) == 0 {
		return src, nil, err
	}
	out := []byte(strings.Join(lines, "\n"))
	if len(bytes.TrimSpace(out)) == 0 {
		return nil, regions, nil
	}
	// (format alone takes fragments of a file too.)
	if _, err = parser.ParseFile(token.NewFileSet(), file, out, parser.SkipObjectResolution); err == nil {
		out, err = format.Source(out)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("what is left of %s is not Go: %w", file, err)
	}
	return out, regions, nil
}

// stripNotebook strips each cell of a notebook. A cell that loses something loses its outputs too: they were made by
// what is gone. A notebook without markers is left byte for byte.
func stripNotebook(file string, src []byte, o Options) ([]byte, []Region, error) {
	var nb map[string]any
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	if err := dec.Decode(&nb); err != nil {
		return nil, nil, fmt.Errorf("%s: not a notebook: %w", file, err)
	}
	cells, _ := nb["cells"].([]any)
	var all []Region
	for i, c := range cells {
		cell, ok := c.(map[string]any)
		if !ok {
			return nil, nil, fmt.Errorf("%s: cell %d is no object", file, i+1)
		}
		text, list := sourceOf(cell["source"])
		stub := o.CodeStub
		if cell["cell_type"] == "markdown" {
			stub = o.TextStub
		}
		lines, regions, err := stripLines(file, i+1, strings.Split(text, "\n"), stub)
		if err != nil {
			return nil, nil, err
		}
		if len(regions) == 0 {
			continue
		}
		all = append(all, regions...)
		text = strings.Join(lines, "\n")
		cell["source"] = text
		if list {
			parts := []string{}
			for l := range strings.Lines(text) {
				parts = append(parts, l)
			}
			cell["source"] = parts
		}
		if cell["cell_type"] == "code" {
			cell["outputs"], cell["execution_count"] = []any{}, nil
		}
	}
	if len(all) == 0 {
		return src, nil, nil
	}
	// As nbformat writes it: keys in order, indented by one.
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(nb); err != nil {
		return nil, nil, err
	}
	return out.Bytes(), all, nil
}

// sourceOf gives a cell's text; list tells whether the file holds it as a list of lines.
func sourceOf(v any) (text string, list bool) {
	switch v := v.(type) {
	case string:
		return v, false
	case []any:
		var b strings.Builder
		for _, l := range v {
			s, _ := l.(string)
			b.WriteString(s)
		}
		return b.String(), true
	}
	return "", false
}
