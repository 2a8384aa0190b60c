// Command sbom lists what an image of the course is made of, as CycloneDX JSON: the Go modules that the course's packages need and
// that its programs hold, the Python packages of the venv (each must stand in a lock file), and Debian's packages.
//
//	go run ./docker/sbom -o /opt/nncourse/sbom.cdx.json
//	go run ./docker/sbom -lock docker/cuda.lock -o /opt/nncourse/sbom-cuda.cdx.json   # only what a lock file names
package main

import (
	"bytes"
	"cmp"
	"debug/buildinfo"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// Component is an entry of a CycloneDX 1.6 list. Its package URL (purl) names kind, name and version.
type Component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl"`
}

// program lists the modules that a Go program holds: its own, unless that is built from a checkout, and those it depends on.
func program(file string) ([]Component, error) {
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var all []Component
	if v := info.Main.Version; v != "" && v != "(devel)" {
		all = append(all, component("pkg:golang/", info.Main.Path, v, ""))
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		all = append(all, component("pkg:golang/", m.Path, m.Version, ""))
	}
	return all, nil
}

// component makes an entry; prefix is the purl's start, such as "pkg:pypi/".
func component(prefix, name, version, suffix string) Component {
	purl := prefix + name + "@" + strings.ReplaceAll(url.QueryEscape(version), "%2A", "*") + suffix
	return Component{"library", purl, name, version, purl}
}

// BOM is the whole list.
type BOM struct {
	Format     string `json:"bomFormat"`
	Spec       string `json:"specVersion"`
	Version    int    `json:"version"`
	Metadata   any    `json:"metadata"`
	Components []Component
}

// MarshalJSON sorts the components and drops repeated ones, so that equal images have equal lists.
func (b BOM) MarshalJSON() ([]byte, error) {
	list := slices.Clone(b.Components)
	slices.SortFunc(list, func(x, y Component) int { return cmp.Compare(x.PURL, y.PURL) })
	return json.Marshal(map[string]any{"bomFormat": b.Format, "specVersion": b.Spec, "version": b.Version, "metadata": b.Metadata,
		"components": slices.Compact(list)})
}

func main() {
	out := flag.String("o", "", "`file` to write")
	lock := flag.String("lock", "", "list only the packages of this lock `file`")
	made := flag.String("made", ".course", "what `course setup` made")
	flag.Parse()
	b := BOM{"CycloneDX", "1.6", 1, map[string]any{"component": Component{"container", "nncourse", "nncourse", "", "pkg:generic/nncourse"}}, nil}
	var err error
	if *lock != "" {
		b.Components, err = locked(*lock)
	} else {
		b.Components, err = image(*made)
	}
	if err == nil {
		err = write(*out, b)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
	fmt.Printf("%s: %d components\n", *out, len(b.Components))
}

func write(file string, b BOM) error {
	raw, err := json.Marshal(b)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := json.Indent(&text, raw, "", " "); err != nil {
		return err
	}
	return os.WriteFile(file, append(text.Bytes(), '\n'), 0o644)
}

func image(made string) ([]Component, error) {
	all := []Component{component("pkg:generic/", "go", strings.TrimPrefix(runtime.Version(), "go"), "")}
	listed, err := exec.Command("go", "list", "-e", "-deps", "-test", "-f", `{{with .Module}}{{if .Version}}{{.Path}} {{.Version}}{{end}}{{end}}`, "./...", "github.com/janpfeifer/gonb/...").Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	for l := range strings.Lines(string(listed)) {
		if path, version, ok := strings.Cut(strings.TrimSpace(l), " "); ok {
			all = append(all, component("pkg:golang/", path, version, ""))
		}
	}
	programs, _ := filepath.Glob(filepath.Join(made, "bin", "*"))
	if gopls := filepath.Join(made, "gopls", "gopls"); exists(gopls) {
		programs = append(programs, gopls)
	}
	for _, p := range programs {
		inside, err := program(p)
		if err != nil {
			return nil, err
		}
		all = append(all, inside...)
	}
	for _, v := range []string{"venv", "hub"} {
		if v == "hub" && !exists(filepath.Join(made, v)) {
			continue
		}
		python, err := venv(filepath.Join(made, v), "cmd/course/python")
		if err != nil {
			return nil, err
		}
		all = append(all, python...)
	}
	plugin, err := locked("cmd/course/python/pjrt.lock")
	if err != nil {
		return nil, err
	}
	all = append(all, plugin...)
	debian, err := exec.Command("dpkg-query", "-W", "-f", "${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\n").Output()
	if err != nil {
		return nil, fmt.Errorf("dpkg-query: %w", err)
	}
	return append(all, packages(string(debian))...), nil
}

func exists(p string) bool { _, err := os.Stat(p); return err == nil }

// packages reads what dpkg-query printed: status, package, version, architecture. Only installed ones count.
func packages(text string) []Component {
	var all []Component
	for l := range strings.Lines(text) {
		if f := strings.Split(strings.TrimSpace(l), "\t"); len(f) == 4 && strings.HasPrefix(f[0], "ii") {
			all = append(all, component("pkg:deb/debian/", f[1], f[2], "?arch="+f[3]))
		}
	}
	return all
}

var lockLine = regexp.MustCompile(`(?m)^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)`)

// locked gives the packages of a lock file, whatever machine each is for.
func locked(file string) ([]Component, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var all []Component
	for _, m := range lockLine.FindAllStringSubmatch(string(b), -1) {
		all = append(all, component("pkg:pypi/", normal(m[1]), m[2], ""))
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s names no package", file)
	}
	return all, nil
}

// normal writes a Python package's name as PyPI compares names (PEP 503).
func normal(name string) string {
	return strings.ToLower(regexp.MustCompile(`[-_.]+`).ReplaceAllString(name, "-"))
}

// venv gives the packages that are installed in a venv. All but pip must stand in one of the folder's lock files in that version.
func venv(dir, locks string) ([]Component, error) {
	files, err := filepath.Glob(filepath.Join(locks, "*.lock"))
	if err != nil {
		return nil, err
	}
	var pinned []Component
	for _, f := range files {
		list, err := locked(f)
		if err != nil {
			return nil, err
		}
		pinned = append(pinned, list...)
	}
	infos, err := filepath.Glob(filepath.Join(dir, "lib", "python3*", "site-packages", "*.dist-info"))
	if err != nil || len(infos) == 0 {
		return nil, fmt.Errorf("%s holds no package", dir)
	}
	var all []Component
	for _, i := range infos {
		name, version, _ := strings.Cut(strings.TrimSuffix(filepath.Base(i), ".dist-info"), "-")
		c := component("pkg:pypi/", normal(name), version, "")
		if !slices.Contains(pinned, c) && c.Name != "pip" {
			return nil, fmt.Errorf("%s %s is installed, and in no lock file of %s", name, version, locks)
		}
		all = append(all, c)
	}
	return all, nil
}
