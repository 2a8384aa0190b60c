package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPackages(t *testing.T) {
	got := packages("ii \tlibc6\t2.41-12+deb13u1\tamd64\nrc \told\t1\tall\nii \ttini\t1:0.19\tamd64\n")
	if len(got) != 2 || got[0].PURL != "pkg:deb/debian/libc6@2.41-12%2Bdeb13u1?arch=amd64" || got[1].PURL != "pkg:deb/debian/tini@1%3A0.19?arch=amd64" {
		t.Errorf("%+v", got)
	}
}

// A program holds its own module too, which is not among those that it depends on.
func TestProgram(t *testing.T) {
	file := filepath.Join("..", "..", ".course", "bin", "goimports")
	if _, err := os.Stat(file); err != nil {
		t.Skip("the course is not set up: go tool course setup")
	}
	got, err := program(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"pkg:golang/golang.org/x/tools@v", "pkg:golang/golang.org/x/mod@v"} {
		if !slices.ContainsFunc(got, func(c Component) bool { return strings.HasPrefix(c.PURL, want) }) {
			t.Errorf("no %s… in %v", want, got)
		}
	}
}

// Every line of the course's own lock files that pins is read.
func TestLocked(t *testing.T) {
	for _, file := range []string{"../../cmd/course/python/jupyter.lock", "../../cmd/course/python/pjrt.lock", "../cuda.lock", "../tpu.lock", "../lint.lock"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pins := 0
		for l := range strings.Lines(string(b)) {
			if strings.Contains(l, "==") && !strings.HasPrefix(l, " ") && !strings.HasPrefix(l, "#") {
				pins++
			}
		}
		got, err := locked(file)
		if err != nil || len(got) != pins || pins == 0 {
			t.Errorf("%s: %d of %d, %v", file, len(got), pins, err)
		}
	}
}

// A package in the venv that no lock file names is an error.
func TestVenv(t *testing.T) {
	dir := t.TempDir()
	site := filepath.Join(dir, "lib", "python3.13", "site-packages")
	lock := filepath.Join(dir, "x.lock")
	if err := os.WriteFile(lock, []byte("jupyter-client==8.10.0 \\\n    --hash=sha256:00\nnever==1.0 ; sys_platform == 'win32' \\\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"jupyter_client-8.10.0", "pip-25.1"} {
		if err := os.MkdirAll(filepath.Join(site, d+".dist-info"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	got, err := venv(dir, dir)
	if err != nil || len(got) != 2 || got[0].PURL != "pkg:pypi/jupyter-client@8.10.0" {
		t.Errorf("%+v, %v", got, err)
	}
	if err := os.Mkdir(filepath.Join(site, "stranger-1.0.dist-info"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := venv(dir, dir); err == nil || !strings.Contains(err.Error(), "stranger") {
		t.Error(err)
	}
}

func TestBOM(t *testing.T) {
	a, b := component("pkg:golang/", "x.y/b", "v1.0.0", ""), component("pkg:golang/", "x.y/a", "v2.0.0+incompatible", "")
	text, err := json.Marshal(BOM{"CycloneDX", "1.6", 1, nil, []Component{a, b, a}})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Components []Component `json:"components"`
	}
	if err := json.Unmarshal(text, &got); err != nil || len(got.Components) != 2 || got.Components[0].PURL != "pkg:golang/x.y/a@v2.0.0%2Bincompatible" {
		t.Errorf("%s, %v", text, err)
	}
}
