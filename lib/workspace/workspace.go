// Package workspace finds the course on disk: its root, the folder that set-up fills, where data may lie,
// and where lessons keep what they trained.
package workspace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// RootEnv names the environment variable that, when set, is the course's root. The kernel sets it.
const RootEnv = "COURSE_ROOT"

// DataEnv names the environment variable that, when set, is the first folder in which data is looked for.
const DataEnv = "COURSE_DATA"

// ErrNoRoot is returned by Root outside the course's folder.
var ErrNoRoot = errors.New("this is not inside the course: no go.mod with \"module nncourse\" in this folder or above it; change into the course's folder, or set " + RootEnv)

// Root gives the absolute path of the course: $COURSE_ROOT, else the nearest folder at or above the current
// one whose go.mod says "module nncourse".
func Root() (string, error) {
	if r := os.Getenv(RootEnv); r != "" {
		if !isRoot(r) {
			return "", fmt.Errorf("%s=%s is not the course: it has no go.mod with \"module nncourse\"; correct it or unset it", RootEnv, r)
		}
		return filepath.Abs(r)
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if isRoot(dir) {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", ErrNoRoot
		}
		dir = up
	}
}

func isRoot(dir string) bool {
	b, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return false
	}
	for l := range strings.Lines(string(b)) {
		if strings.TrimSpace(l) == "module nncourse" {
			return true
		}
	}
	return false
}

// Made gives the folder of everything that set-up makes, ROOT/.course, joined with the given elements.
// It does not create it.
func Made(elem ...string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	return filepath.Join(append([]string{root, ".course"}, elem...)...), nil
}

// Checkpoints gives the folder ROOT/.course/checkpoints/NAME, created. A lesson that trains writes there and
// later cells and lessons read it: every GoNB cell is a process of its own.
func Checkpoints(name string) (string, error) {
	dir, err := Made("checkpoints", name)
	if err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o755)
}

// FastEnv is the variable of the fast setting: COURSE_FAST=1 makes lessons that train long take fewer steps.
const FastEnv = "COURSE_FAST"

// Fast tells whether the fast setting is on.
func Fast() bool {
	v := os.Getenv(FastEnv)
	return v != "" && v != "0"
}

// DataDirs lists the folders in which datasets are looked for, in order: $COURSE_DATA (if set), ROOT/../shared/data,
// and ROOT/.course/data, where `course data fetch` puts them. A folder need not exist.
func DataDirs() ([]string, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	var dirs []string
	if d := os.Getenv(DataEnv); d != "" {
		dirs = append(dirs, d)
	}
	return append(dirs, filepath.Join(root, "..", "shared", "data"), filepath.Join(root, ".course", "data")), nil
}
