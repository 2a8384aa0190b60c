// Package data is the manifest of the datasets that the course knows: where each comes from, how to tell a good
// file from a bad one, under which licence it is. It holds no data and touches neither disk nor network.
// README.md in this folder says what each field of manifest.json means.
package data

import (
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed manifest.json files/*.txt
var content embed.FS

// Set is one dataset.
type Set struct {
	Name         string   `json:"name"`                        // what `course data fetch` is given
	Title        string   `json:"title"`                       // what it is, in one line
	Folder       string   `json:"folder"`                      // where its files lie under a data folder
	Reader       string   `json:"reader,omitempty"`            // the functions that read it
	Generated    string   `json:"generated_instead,omitempty"` // the function that makes something to use in its place
	Licence      string   `json:"licence"`                     // short name (SPDX where there is one)
	LicenceNote  string   `json:"licence_note"`                // who says so, and about what
	UsedBy       []string `json:"used_by"`                     // lessons
	ChecksumFrom string   `json:"checksum_from"`               // where the checksums come from
	Bases        []string `json:"bases,omitempty"`             // addresses to which a file's path is appended, best first
	List         string   `json:"list,omitempty"`              // a file in files/ with more files of this set
	Files        []File   `json:"files"`
}

// File is one file of a set.
type File struct {
	Path        string   `json:"path"`                   // under the set's folder, with / as separator
	Size        int64    `json:"size"`                   // bytes
	SHA256      string   `json:"sha256,omitempty"`       // hexadecimal
	MD5         string   `json:"md5,omitempty"`          // hexadecimal; used where no SHA-256 is known
	PlainSHA256 string   `json:"plain_sha256,omitempty"` // of a .gz: that of its unpacked content
	URLs        []string `json:"urls,omitempty"`         // addresses, best first; without any, those of the set's bases
	Made        string   `json:"made,omitempty"`         // how the file was made, where no address gives it as it is
	Unpack      bool     `json:"unpack,omitempty"`       // an archive that is unpacked beside itself once it is verified
	Or          []string `json:"or,omitempty"`           // paths that, all present, stand in for the file: its content unpacked
	remote      string   // the path behind a base, where it is not Path
}

// Checksum returns the expected checksum as "sha256:HEX", else "md5:HEX", else "".
func (f File) Checksum() string {
	switch {
	case f.SHA256 != "":
		return "sha256:" + f.SHA256
	case f.MD5 != "":
		return "md5:" + f.MD5
	}
	return ""
}

// Addresses returns where the file can be had, best first. It is empty for a file that was made (see Made).
func (s *Set) Addresses(f File) []string {
	if len(f.URLs) > 0 || f.Made != "" {
		return f.URLs
	}
	remote := f.remote
	if remote == "" {
		remote = f.Path
	}
	var out []string
	for _, b := range s.Bases {
		out = append(out, b+remote)
	}
	return out
}

// Size returns the bytes of all files.
func (s *Set) Size() int64 {
	var n int64
	for _, f := range s.Files {
		n += f.Size
	}
	return n
}

var load = sync.OnceValues(func() ([]Set, error) {
	b, err := content.ReadFile("manifest.json")
	if err != nil {
		return nil, err
	}
	return Parse(b, func(name string) ([]byte, error) { return content.ReadFile("files/" + name) })
})

// Sets returns all sets in the manifest's order. The manifest is part of the program and tested, so that a fault in it
// is a bug and panics.
func Sets() []Set {
	sets, err := load()
	if err != nil {
		panic("data: " + err.Error())
	}
	return sets
}

// ByName returns the set with the given name.
func ByName(name string) (*Set, bool) {
	sets := Sets()
	for i := range sets {
		if sets[i].Name == name {
			return &sets[i], true
		}
	}
	return nil, false
}

// Lookup returns the manifest's entry for a file, given the set's folder and the file's path in it.
func Lookup(folder, file string) (File, bool) {
	for _, s := range Sets() {
		if s.Folder != folder {
			continue
		}
		for _, f := range s.Files {
			if f.Path == file {
				return f, true
			}
		}
	}
	return File{}, false
}

// Parse reads a manifest; list gives the content of a named list of files. It checks every field that a program relies on.
func Parse(manifest []byte, list func(name string) ([]byte, error)) ([]Set, error) {
	var m struct {
		About string `json:"about"`
		Sets  []Set  `json:"sets"`
	}
	dec := json.NewDecoder(strings.NewReader(string(manifest)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return nil, fmt.Errorf("manifest.json: %w", err)
	}
	names := map[string]bool{}
	for i := range m.Sets {
		s := &m.Sets[i]
		if s.List != "" {
			b, err := list(s.List)
			if err != nil {
				return nil, err
			}
			more, err := parseList(s.List, string(b))
			if err != nil {
				return nil, err
			}
			s.Files = append(s.Files, more...)
		}
		if err := check(s); err != nil {
			return nil, fmt.Errorf("manifest.json: set %d (%q): %w", i, s.Name, err)
		}
		if names[s.Name] || names["folder "+s.Folder] {
			return nil, fmt.Errorf("manifest.json: set %d: the name %q or the folder %q occurs twice", i, s.Name, s.Folder)
		}
		names[s.Name], names["folder "+s.Folder] = true, true
	}
	return m.Sets, nil
}

// parseList reads lines "SHA256 TAB SIZE TAB PATH", with a fourth field where the path behind the base is another.
func parseList(name, text string) ([]File, error) {
	var files []File
	n := 0
	for line := range strings.Lines(text) {
		n++
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 3 && len(fields) != 4 {
			return nil, fmt.Errorf("files/%s:%d: three or four fields expected, found %d", name, n, len(fields))
		}
		size, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("files/%s:%d: %w", name, n, err)
		}
		f := File{Path: fields[2], Size: size, SHA256: fields[0]}
		if len(fields) == 4 {
			f.remote = fields[3]
		}
		files = append(files, f)
	}
	return files, nil
}

func check(s *Set) error {
	switch {
	case s.Name == "" || s.Title == "" || s.Licence == "" || s.LicenceNote == "" || s.ChecksumFrom == "" || len(s.Files) == 0:
		return fmt.Errorf("name, title, licence, licence_note, checksum_from and files must all be there")
	case !local(s.Folder) || strings.Contains(s.Folder, "/"):
		return fmt.Errorf("folder %q must be one plain name", s.Folder)
	}
	seen := map[string]bool{}
	for _, f := range s.Files {
		for _, p := range append([]string{f.Path}, f.Or...) {
			if !local(p) {
				return fmt.Errorf("path %q must be relative and clean", p)
			}
		}
		if seen[f.Path] {
			return fmt.Errorf("path %q occurs twice", f.Path)
		}
		seen[f.Path] = true
		if f.Size <= 0 {
			return fmt.Errorf("%s: size %d must be positive", f.Path, f.Size)
		}
		if f.SHA256 == "" && f.MD5 == "" {
			return fmt.Errorf("%s: it has no checksum", f.Path)
		}
		for _, c := range []struct {
			hex   string
			bytes int
		}{{f.SHA256, 32}, {f.PlainSHA256, 32}, {f.MD5, 16}} {
			if b, err := hex.DecodeString(c.hex); c.hex != "" && (err != nil || len(b) != c.bytes || strings.ToLower(c.hex) != c.hex) {
				return fmt.Errorf("%s: checksum %q is not %d bytes in lower-case hexadecimal", f.Path, c.hex, c.bytes)
			}
		}
		addresses := s.Addresses(f)
		if len(addresses) == 0 && f.Made == "" {
			return fmt.Errorf("%s: it has neither an address nor a note on how it was made", f.Path)
		}
		for _, a := range addresses {
			if !strings.HasPrefix(a, "https://") && !strings.HasPrefix(a, "http://") {
				return fmt.Errorf("%s: address %q is not http(s)", f.Path, a)
			}
		}
	}
	return nil
}

// local says whether p is a clean relative path that stays below its folder.
func local(p string) bool {
	return p != "" && p != "." && path.Clean(p) == p && !path.IsAbs(p) && p != ".." && !strings.HasPrefix(p, "../") && !strings.Contains(p, `\`)
}
