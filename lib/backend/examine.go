package backend

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
)

// The PJRT C API is append-only within a major version. The oldest minor version with which the course's tests
// have passed is 81 (the CPU plugin that set-up installs); a newer one only adds functions.
const (
	apiMajor    = 0
	apiMinMinor = 81
)

// Examine tells whether a PJRT plugin can be loaded: a whole ELF shared object for this processor that exports
// GetPjrtApi, whose libraries are found, and whose PJRT version this course can drive. Nothing of the plugin but
// GetPjrtApi runs. On systems without ELF only the file's presence is checked and go-xla judges the rest.
func Examine(path string) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("plugin %s %s; %s: %w", path, fmt.Sprintf(format, args...), adviceReinstall, ErrPlugin)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fail("cannot be read: %v", err)
	case !info.Mode().IsRegular():
		return fail("is not a file")
	}
	if runtime.GOOS == "linux" {
		if err := examineELF(path, info.Size()); err != nil {
			return fail("%v", err)
		}
	}
	major, minor, err := apiVersion(path)
	if err != nil {
		return fail("does not load: %v", err)
	}
	if major != apiMajor || minor < apiMinMinor {
		return fail("has PJRT API version %d.%d, and this course needs %d.%d or a later %d.x", major, minor, apiMajor, apiMinMinor, apiMajor)
	}
	return nil
}

// examineELF finds what makes dlopen fail or crash: a file that ends early or is no ELF object for this processor.
func examineELF(path string, size int64) error {
	f, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("is not a whole ELF shared object (%v): the download was cut or changed", err)
	}
	defer f.Close()
	want := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[runtime.GOARCH]
	if f.Type != elf.ET_DYN || f.Machine != want {
		return fmt.Errorf("is %v for %v, not a shared object for %s", f.Type, f.Machine, runtime.GOARCH)
	}
	for _, p := range f.Progs {
		if end := int64(p.Off + p.Filesz); end > size {
			return fmt.Errorf("ends at byte %d of at least %d: the download was cut", size, end)
		}
	}
	syms, err := f.DynamicSymbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return fmt.Errorf("has no readable symbols (%v)", err)
	}
	if !slices.ContainsFunc(syms, func(s elf.Symbol) bool { return s.Name == "GetPjrtApi" && s.Section != elf.SHN_UNDEF }) {
		return errors.New("is no PJRT plugin: it does not export GetPjrtApi")
	}
	return nil
}

// PluginVersion gives the PJRT API version of a plugin that Examine accepts: "0.81".
func PluginVersion(path string) (string, error) {
	if err := Examine(path); err != nil {
		return "", err
	}
	major, minor, err := apiVersion(path)
	return fmt.Sprintf("%d.%d", major, minor), err
}
