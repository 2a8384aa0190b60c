package chromium

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"nncourse/lib/workspace"
)

// axe-core as the npm registry has it: the integrity of the package, and the hash of the one file in it that is used.
const (
	AxeVersion   = "4.14.1"
	axeIntegrity = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
	axeSHA256    = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
)

// Axe gives axe-core's source: from the file that COURSE_AXE names, from ROOT/.course/axe, or by npm, which puts it there.
// Without any of them the test is skipped. A source that is not the pinned one is an error.
func Axe(t testing.TB) string {
	t.Helper()
	file := os.Getenv("COURSE_AXE")
	if file == "" {
		root, err := workspace.Root()
		if err != nil {
			t.Fatal(err)
		}
		file = filepath.Join(root, ".course", "axe", "axe.min.js")
		if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
			if err := fetchAxe(t, file); err != nil {
				t.Skipf("no axe-core: put axe.min.js of version %s at ROOT/.course/axe, or name it in COURSE_AXE; fetching it: %v", AxeVersion, err)
			}
		}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != axeSHA256 {
		t.Fatalf("%s is not axe.min.js of axe-core %s: its SHA-256 is %x", file, AxeVersion, sum)
	}
	return string(b)
}

// fetchAxe gets axe-core by npm, and compares the package with its integrity before anything is taken from it.
func fetchAxe(t testing.TB, file string) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return err
	}
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "pack", "--silent", "axe-core@"+AxeVersion)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm pack: %w: %.300s", err, out)
	}
	pack, err := os.ReadFile(filepath.Join(dir, "axe-core-"+AxeVersion+".tgz"))
	if err != nil {
		return err
	}
	if sum := sha512.Sum512(pack); "sha512-"+base64.StdEncoding.EncodeToString(sum[:]) != axeIntegrity {
		t.Fatalf("the package axe-core %s is not the one of the registry", AxeVersion)
	}
	z, err := gzip.NewReader(bytes.NewReader(pack))
	if err != nil {
		return err
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err != nil {
			return fmt.Errorf("package/axe.min.js: %w", err)
		}
		if h.Name != "package/axe.min.js" {
			continue
		}
		b, err := io.ReadAll(io.LimitReader(r, 8<<20))
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		// Through a name of its own: another test may be reading.
		part := fmt.Sprintf("%s.%d", file, os.Getpid())
		if err := os.WriteFile(part, b, 0o644); err != nil {
			return err
		}
		return os.Rename(part, file)
	}
}

// RunAxe lets axe-core, whose source Axe gives, look at the page of the tab. A finding of impact serious or critical is an error,
// another is noted; name says which page it is. It gives the number of rules that passed.
func RunAxe(t testing.TB, tab context.Context, source, name string) (passes int) {
	t.Helper()
	var r struct {
		Violations []struct{ ID, Impact, Help, Where string }
		Passes     int
	}
	err := chromedp.Run(tab,
		chromedp.Evaluate(source+";0", nil),
		chromedp.Evaluate(`axe.run(document, {resultTypes: ['violations']}).then(r => ({
			Passes: r.passes.length,
			Violations: r.violations.map(v => ({ID: v.id, Impact: v.impact || '', Help: v.help, Where: v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | ')})),
		}))`, &r, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	if err != nil {
		t.Fatalf("%s: axe: %v", name, err)
	}
	for _, v := range r.Violations {
		if slices.Contains([]string{"serious", "critical"}, v.Impact) {
			t.Errorf("%s: axe finds %s (%s): %s: %s", name, v.ID, v.Impact, v.Help, v.Where)
		} else {
			t.Logf("%s: axe finds %s (%s): %s: %s", name, v.ID, v.Impact, v.Help, v.Where)
		}
	}
	return r.Passes
}
