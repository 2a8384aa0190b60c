package backend

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"

	"nncourse/lib/workspace"
)

// PluginPathEnv is the variable with the folders in which PJRT plugins are looked for first, separated as in PATH.
const PluginPathEnv = "PJRT_PLUGIN_LIBRARY_PATH"

const (
	adviceSetup     = "run `go tool course setup` to install XLA's CPU plugin"
	adviceReinstall = "`go tool course setup --reinstall-plugin` fetches a fresh one, or set GOMLX_BACKEND=go for the slow pure-Go backend"
)

// ErrPlugin marks every error about a plugin that is missing or unusable.
var ErrPlugin = errors.New("PJRT plugin unusable")

// SearchPath lists the folders in which plugins are looked for, in order.
func SearchPath() []string {
	var dirs []string
	for _, d := range filepath.SplitList(os.Getenv(PluginPathEnv)) {
		if d != "" {
			dirs = append(dirs, d)
		}
	}
	if d, err := workspace.Made("pjrt"); err == nil {
		dirs = append(dirs, d)
	}
	if home, err := os.UserHomeDir(); err == nil {
		if runtime.GOOS == "darwin" {
			dirs = append(dirs, filepath.Join(home, "Library", "Application Support", "go-xla"))
		}
		d := filepath.Join(home, ".local", "lib", "go-xla")
		dirs = append(dirs, d, filepath.Join(d, "nvidia"))
	}
	dirs = append(dirs, "/usr/local/lib/go-xla", "/usr/local/lib/go-xla/nvidia")
	seen := map[string]bool{}
	kept := dirs[:0]
	for _, d := range dirs {
		if !seen[d] {
			seen[d] = true
			kept = append(kept, d)
		}
	}
	return kept
}

func choose(setting string, dirs []string) (Choice, error) {
	if setting == "" {
		return chooseDefault(dirs)
	}
	spec, options, _ := strings.Cut(setting, ",")
	if options != "" {
		options = "," + options
	}
	kind, plugin, _ := strings.Cut(spec, ":")
	why := Env + "=" + setting
	switch kind {
	case "go", "simplego":
		return Choice{Name: "go", Config: setting, Why: why}, nil
	case "xla", "stablehlo", "hlo", "shlo":
	default:
		return Choice{}, fmt.Errorf("backend: %s names no backend of this course; use xla:cpu, xla:cuda, xla:tpu, xla:/path/to/plugin.so or go", why)
	}
	if !xlaCompiledIn {
		return Choice{}, fmt.Errorf("backend: %s, but this program was built without XLA (cgo off, or the tag noxla); build with CGO_ENABLED=1 and a C compiler, or set GOMLX_BACKEND=go: %w", why, ErrPlugin)
	}
	if plugin == "" {
		plugin = "cpu"
	}
	path, err := plugin, error(nil)
	if !filepath.IsAbs(plugin) {
		if path, err = find(plugin, dirs); err != nil {
			return Choice{}, fmt.Errorf("backend: %s: %w", why, err)
		}
		if path == "" {
			return Choice{}, fmt.Errorf("backend: %s: no plugin %q in %s; %s: %w", why, plugin, strings.Join(dirs, ", "), howToGet(plugin), ErrPlugin)
		}
	}
	if err := Examine(path); err != nil {
		return Choice{}, fmt.Errorf("backend: %s: %w", why, err)
	}
	name := pluginKind(path)
	if name == "cuda" && !hasNVIDIA() {
		return Choice{}, fmt.Errorf("backend: %s: plugin %s is for NVIDIA GPUs and this machine shows none (no /dev/nvidia*); use xla:cpu, or give the container its GPU (see docker/README.md): %w", why, path, ErrPlugin)
	}
	return Choice{Name: "xla:" + name, Plugin: path, Config: "xla:" + path + options, Why: why}, nil
}

func chooseDefault(dirs []string) (Choice, error) {
	if !xlaCompiledIn {
		return Choice{Name: "go", Config: "go", Why: "built without XLA",
			Notice: "note: this program was built without XLA (cgo off), so it uses GoMLX's pure-Go backend, " + fallbackCost + ". To get XLA: install a C compiler, set CGO_ENABLED=1 and " + adviceSetup + "."}, nil
	}
	path, err := find("cpu", dirs)
	if err != nil {
		return Choice{}, fmt.Errorf("backend: %w", err)
	}
	if path == "" {
		return Choice{Name: "go", Config: "go", Why: "no PJRT CPU plugin in " + strings.Join(dirs, ", "),
			Notice: "note: no XLA plugin found, so GoMLX's pure-Go backend is used, " + fallbackCost + ". To get XLA, " + adviceSetup + "."}, nil
	}
	if err := Examine(path); err != nil {
		return Choice{}, fmt.Errorf("backend: %w", err)
	}
	return Choice{Name: "xla:cpu", Plugin: path, Config: "xla:" + path, Why: "found in " + filepath.Dir(path)}, nil
}

// find gives the first plugin of that kind ("cpu", "cuda", "tpu", or a full name such as "cpu_v0.114.0"), "" if
// there is none. File names are those that go-xla knows: pjrt_c_api_NAME_plugin.so, pjrt-plugin-NAME.so.
// Within a folder the plain name comes before versioned ones, and a higher version before a lower.
func find(kind string, dirs []string) (string, error) {
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("cannot look for plugins in %s: %v; make it readable or take it out of %s: %w", dir, err, PluginPathEnv, ErrPlugin)
		}
		var fits []string
		for _, e := range entries {
			n := pluginName(e.Name())
			if n == kind || strings.HasPrefix(n, kind+"_v") {
				fits = append(fits, e.Name())
			}
		}
		sort.Slice(fits, func(i, j int) bool {
			a, b := pluginName(fits[i]), pluginName(fits[j])
			if (a == kind) != (b == kind) {
				return a == kind
			}
			return naturalLess(b, a)
		})
		if len(fits) > 0 {
			return filepath.Abs(filepath.Join(dir, fits[0]))
		}
	}
	return "", nil
}

// pluginName gives NAME of pjrt_c_api_NAME_plugin.so and of pjrt-plugin-NAME.so, "" for other files.
func pluginName(file string) string {
	ext := filepath.Ext(file)
	if ext != ".so" && ext != ".dylib" {
		return ""
	}
	base := strings.TrimSuffix(file, ext)
	if n, ok := strings.CutPrefix(base, "pjrt_c_api_"); ok {
		if n, ok = strings.CutSuffix(n, "_plugin"); ok {
			return n
		}
		return ""
	}
	for _, p := range []string{"pjrt-plugin-", "pjrt_plugin_"} {
		if n, ok := strings.CutPrefix(base, p); ok {
			return n
		}
	}
	return ""
}

// pluginKind reads "cpu", "cuda" or "tpu" from a plugin's file name; other names are given as they are.
func pluginKind(path string) string {
	n := pluginName(filepath.Base(path))
	if n == "" {
		n = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	for _, k := range []string{"cuda", "tpu", "cpu"} {
		if strings.Contains(strings.ToLower(n), k) {
			return k
		}
	}
	return n
}

func howToGet(plugin string) string {
	switch {
	case strings.HasPrefix(plugin, "cpu"):
		return adviceSetup
	case strings.HasPrefix(plugin, "cuda"), strings.HasPrefix(plugin, "tpu"):
		return "docker/README.md says how to install it; " + adviceSetup + " for the CPU"
	}
	return "put pjrt_c_api_" + plugin + "_plugin.so into one of them"
}

func hasNVIDIA() bool {
	m, _ := filepath.Glob("/dev/nvidia[0-9]*")
	return len(m) > 0
}

// naturalLess orders names so that v0.9 comes before v0.114.
func naturalLess(a, b string) bool {
	for a != "" && b != "" {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			x, y := strings.TrimLeft(a[:da], "0"), strings.TrimLeft(b[:db], "0")
			if len(x) != len(y) {
				return len(x) < len(y)
			}
			if x != y {
				return x < y
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return a[0] < b[0]
		}
		a, b = a[1:], b[1:]
	}
	return len(a) < len(b)
}

func digits(s string) int {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}
