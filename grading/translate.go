package grading

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nncourse/grading/sandbox"
)

// Machine code of WebAssembly programs is kept in the grading cache, by the module's content: to grade the same source
// again, or for another student, translates nothing.
const (
	keepTranslated = 24               // entries of some 13 MB, the newest
	keepAtLeast    = 10 * time.Minute // even if there are more: another process may be about to run them
)

// translate makes the machine code of a WebAssembly program. Problems are the submission's.
func translate(ctx context.Context, prog *program, p *prepared, o *Options) ([]Problem, error) {
	module, err := os.ReadFile(prog.path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append(module, p.host.ID...))
	all := filepath.Join(o.cacheDir(), "machine-code")
	entry := filepath.Join(all, hex.EncodeToString(sum[:]))
	prog.code = entry
	if _, err := os.Stat(entry); err == nil {
		now := time.Now()
		os.Chtimes(entry, now, now) // it is in use: see prune
		return nil, nil
	}
	// The translation reads what a student wrote, so it runs in the sandbox, and writes to a private folder. Of what it
	// leaves there, one file is taken, under a name that follows from the module: it can spoil no other's.
	private := filepath.Join(prog.dir, "out", "code")
	if err := os.Mkdir(private, 0o755); err != nil {
		return nil, err
	}
	var said capture
	said.limit = 4 << 10
	spec, err := p.host.Compile(prog.path, private, &said)
	if err != nil {
		return nil, err
	}
	spec.Limits = sandbox.Limits{MemoryMB: 2048, CPU: 2 * o.buildTimeout(), FileMB: 256, OpenFiles: 64}
	spec.Without = o.Without
	proc, err := sandbox.Start(spec)
	if err != nil {
		return nil, err
	}
	select {
	case <-proc.Done():
	case <-ctx.Done():
		proc.Kill()
		if ctx.Err() == context.DeadlineExceeded {
			return []Problem{{Message: fmt.Sprintf("the translation from WebAssembly was stopped after %v", o.buildTimeout()), Explain: "very large functions make it slow"}}, nil
		}
		return nil, ctx.Err()
	}
	if exit := proc.Wait(); exit.Code != 0 {
		return []Problem{{Message: clip(strings.TrimSpace("the translation from WebAssembly failed: "+exit.Signal+" "+said.String()), 400),
			Explain: "very large constants, arrays or functions are over its limits"}}, nil
	}
	files, err := filepath.Glob(filepath.Join(private, "*", "*"))
	if err != nil || len(files) != 1 {
		return nil, fmt.Errorf("the translation from WebAssembly left %d files", len(files))
	}
	work, err := os.MkdirTemp(o.cacheDir(), ".new-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	rel, err := filepath.Rel(private, files[0])
	if err != nil {
		return nil, err
	}
	if err := copyRegular(files[0], filepath.Join(work, rel)); err != nil {
		return nil, err
	}
	if err := errors.Join(os.Chmod(work, 0o755), os.MkdirAll(all, 0o755)); err != nil {
		return nil, err
	}
	if err := os.Rename(work, entry); err != nil {
		if _, statErr := os.Stat(entry); statErr != nil {
			return nil, err
		} // else another process was faster
	}
	prune(all)
	return nil, nil
}

// copyRegular copies a file, and nothing that only looks like one.
func copyRegular(from, to string) error {
	in, err := os.OpenFile(from, os.O_RDONLY|noFollow, 0)
	if err != nil {
		return err
	}
	defer in.Close()
	if info, err := in.Stat(); err != nil || !info.Mode().IsRegular() {
		return errors.Join(err, fmt.Errorf("%s is not a file", filepath.Base(from)))
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// prune removes the oldest entries.
func prune(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var infos []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			infos = append(infos, info)
		}
	}
	slices.SortFunc(infos, func(a, b fs.FileInfo) int { return cmp.Compare(b.ModTime().UnixNano(), a.ModTime().UnixNano()) })
	for i, info := range infos {
		if i >= keepTranslated && time.Since(info.ModTime()) > keepAtLeast {
			os.RemoveAll(filepath.Join(dir, info.Name()))
		}
	}
}
