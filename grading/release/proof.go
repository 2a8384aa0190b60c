package release

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// MinLine is the length in characters above which a line, trimmed, is the teacher's own. Shorter ones ("return nil,
// err") are anybody's.
const MinLine = 25

// Leak is something of the teacher's in a student edition.
type Leak struct {
	File string `json:"file"`
	From string `json:"from"` // where it stands in the source
	Text string `json:"text"`
}

// Shared counts lines of solutions or hidden checks that a file which students get has too, in the source already.
type Shared struct {
	File  string `json:"file"`
	Lines int    `json:"lines"`
}

// Proof says what was looked for in a student edition, and what was found.
type Proof struct {
	Lines  int      `json:"lines"`  // different lines of solutions and hidden parts that were searched for
	Files  int      `json:"files"`  // files that were searched
	Common int      `json:"common"` // lines not searched for, because the kept part of the source has them too
	Shared []Shared `json:"shared"` // the files with five of those or more: for the teacher to judge
	Leaks  []Leak   `json:"leaks"`
}

// secrets are the lines to search for.
type secrets struct {
	text, from []string
	index      map[[2]uint64][]int // by the first 16 bytes
	known      map[string]bool
}

func (s *secrets) add(from string, lines []string) {
	if s.known == nil {
		s.known, s.index = map[string]bool{}, map[[2]uint64][]int{}
	}
	for _, l := range lines {
		l = strings.TrimSpace(l)
		if utf8.RuneCountInString(l) <= MinLine || s.known[l] {
			continue
		}
		s.known[l] = true
		k := key([]byte(l))
		s.index[k] = append(s.index[k], len(s.text))
		s.text, s.from = append(s.text, l), append(s.from, from)
	}
}

func key(b []byte) [2]uint64 {
	return [2]uint64{binary.NativeEndian.Uint64(b), binary.NativeEndian.Uint64(b[8:])}
}

// in calls found for each secret that occurs in b, anywhere.
func (s *secrets) in(b []byte, found func(i int)) {
	for p := 0; p+16 <= len(b); p++ {
		for _, i := range s.index[key(b[p:])] {
			if bytes.HasPrefix(b[p:], []byte(s.text[i])) {
				found(i)
			}
		}
	}
}

// readable gives what is to be searched of a file: its bytes, and for a notebook its strings too, decoded.
func readable(name string, b []byte) [][]byte {
	all := [][]byte{b}
	if !strings.HasSuffix(name, ".ipynb") {
		return all
	}
	var v any
	if json.Unmarshal(b, &v) != nil {
		return all
	}
	var text bytes.Buffer
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			text.WriteString(v)
			text.WriteByte('\n')
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(v)
	return append(all, text.Bytes())
}

// prove reads the edition from disk and searches it for the secrets that no kept file has.
func prove(dir string, s *secrets, kept map[string][]byte) (*Proof, error) {
	p := &Proof{Shared: []Shared{}, Leaks: []Leak{}}
	common := map[int]bool{}
	for name, b := range kept {
		here := map[int]bool{}
		for _, part := range readable(name, b) {
			s.in(part, func(i int) { here[i], common[i] = true, true })
		}
		if len(here) >= 5 {
			p.Shared = append(p.Shared, Shared{name, len(here)})
		}
	}
	slices.SortFunc(p.Shared, func(a, b Shared) int {
		if a.Lines != b.Lines {
			return b.Lines - a.Lines
		}
		return strings.Compare(a.File, b.File)
	})
	p.Common, p.Lines = len(common), len(s.text)-len(common)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil || d.IsDir() {
			return err
		}
		rel = filepath.ToSlash(rel)
		p.Files++
		if solution(rel) {
			p.Leaks = append(p.Leaks, Leak{rel, rel, "a file in a folder named solutions"})
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		here := map[int]bool{}
		for _, part := range readable(rel, b) {
			s.in(part, func(i int) {
				if !common[i] && !here[i] {
					here[i] = true
					p.Leaks = append(p.Leaks, Leak{rel, s.from[i], s.text[i]})
				}
			})
		}
		return nil
	})
	return p, err
}
