package sandbox

import (
	"bufio"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// AllowXLA makes the Spec one for a program that computes on XLA's CPU plugin: it chooses the profile, and lists what
// the dynamic loader needs for the program and the plugin (the loader and their shared libraries, file by file), the
// plugin, and what XLA asks about the machine: /proc/self and /sys/devices/system/cpu. Give it 2 GB of memory or more.
func (s *Spec) AllowXLA(plugin string) error {
	s.Profile = XLA
	files, err := sharedFiles(s.Path, plugin)
	if err != nil {
		return fmt.Errorf("%w: XLA: %w", ErrSandbox, err)
	}
	s.Exec = append(s.Exec, files...)
	s.Exec = append(s.Exec, plugin)
	for _, p := range []string{"/proc/self", "/sys/devices/system/cpu"} {
		if _, err := os.Stat(p); err == nil {
			s.Read = append(s.Read, p)
		}
	}
	// The loader finds each library where it was found here, also where its own list of folders names others.
	var dirs []string
	for _, f := range files {
		if d := filepath.Dir(f); !slices.Contains(dirs, d) {
			dirs = append(dirs, d)
		}
	}
	s.Env = append(s.Env, "LD_LIBRARY_PATH="+strings.Join(dirs, ":"))
	return nil
}

// sharedFiles lists the dynamic loader and the shared libraries that the ELF files need, and that these need.
func sharedFiles(files ...string) ([]string, error) {
	var list []string
	dirs := libraryDirs()
	todo, seen := slices.Clone(files), map[string]bool{}
	for len(todo) > 0 {
		path := todo[0]
		todo = todo[1:]
		f, err := elf.Open(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		need, err := f.ImportedLibraries()
		for _, p := range f.Progs {
			if p.Type == elf.PT_INTERP {
				b := make([]byte, p.Filesz)
				if _, err := p.ReadAt(b, 0); err == nil {
					if loader := strings.TrimRight(string(b), "\x00"); !slices.Contains(list, loader) {
						list = append(list, loader)
					}
				}
			}
		}
		machine := f.Machine
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for _, name := range need {
			if seen[name] {
				continue
			}
			seen[name] = true
			at := findLibrary(name, machine, dirs)
			if at == "" {
				return nil, fmt.Errorf("%s needs %s, which is in none of %s", path, name, strings.Join(dirs, ", "))
			}
			if !slices.Contains(list, at) {
				list = append(list, at)
			}
			todo = append(todo, at)
		}
	}
	return list, nil
}

func findLibrary(name string, machine elf.Machine, dirs []string) string {
	for _, d := range dirs {
		path := filepath.Join(d, name)
		if f, err := elf.Open(path); err == nil {
			same := f.Machine == machine
			f.Close()
			if same {
				return path
			}
		}
	}
	return ""
}

// libraryDirs gives the folders of shared libraries in the loader's order: LD_LIBRARY_PATH, what /etc/ld.so.conf lists,
// and the usual ones.
func libraryDirs() []string {
	dirs := filepath.SplitList(os.Getenv("LD_LIBRARY_PATH"))
	var read func(file string, depth int)
	read = func(file string, depth int) {
		f, err := os.Open(file)
		if err != nil || depth > 5 {
			return
		}
		defer f.Close()
		for in := bufio.NewScanner(f); in.Scan(); {
			line := strings.TrimSpace(in.Text())
			if pattern, ok := strings.CutPrefix(line, "include "); ok {
				if pattern = strings.TrimSpace(pattern); !filepath.IsAbs(pattern) {
					pattern = filepath.Join(filepath.Dir(file), pattern)
				}
				more, _ := filepath.Glob(pattern)
				for _, m := range more {
					read(m, depth+1)
				}
			} else if filepath.IsAbs(line) {
				dirs = append(dirs, line)
			}
		}
	}
	read("/etc/ld.so.conf", 0)
	return append(dirs, "/lib64", "/usr/lib64", "/lib", "/usr/lib")
}
