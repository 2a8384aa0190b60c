package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/python"
)

// venv is where the peers live.
func venv(root string) string { return filepath.Join(root, ".course", "peers") }

func interpreter(root string) string { return filepath.Join(venv(root), "bin", "python") }

func scripts(root string) string {
	return filepath.Join(root, "cmd", "course", "internal", "bench", "peers")
}

const install = "go tool course bench --install-peers"

// installed errs, saying what to do, if a peer is not in the venv.
func installed(ctx context.Context, root, peer string) error {
	if _, err := os.Stat(interpreter(root)); err != nil {
		return fmt.Errorf("not installed; %s", install)
	}
	out, err := command(ctx, root, interpreter(root), "-c", "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))", peer).CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil:
		return nil
	case strings.Contains(string(out), "PackageNotFoundError"):
		return fmt.Errorf("not installed; %s", install)
	}
	return fmt.Errorf("its Python does not start (%v); %s", err, install)
}

// runPeer runs a script once and reads the samples that it prints.
func runPeer(ctx context.Context, root, script, peer, dir string, d time.Duration) ([]sample, error) {
	c := command(ctx, scripts(root), interpreter(root), "-B", script, "--by", peer, "--seconds", strconv.FormatFloat(d.Seconds(), 'g', -1, 64),
		"--threads", strconv.Itoa(runtime.NumCPU()), "--dir", dir)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%s by %s failed: %w\n%s", script, peer, err, tail(errs.Bytes()))
	}
	return parsePeer(&out, script, peer)
}

// parsePeer reads a script's lines of JSON.
func parsePeer(r io.Reader, script, peer string) ([]sample, error) {
	var samples []sample
	for dec := json.NewDecoder(r); ; {
		var l struct {
			Work, By, Version, Note string
			NS                      float64
			N                       int
		}
		err := dec.Decode(&l)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s by %s printed something else than results: %w", script, peer, err)
		}
		if l.Work == "" || l.By != peer || !(l.NS > 0) || l.N < 1 {
			return nil, fmt.Errorf("%s by %s printed a result without work, time or runs: %+v", script, peer, l)
		}
		samples = append(samples, sample{work: l.Work, by: l.By, version: l.Version, note: l.Note, ms: l.NS / 1e6})
	}
	if len(samples) == 0 {
		return nil, fmt.Errorf("%s by %s printed no result", script, peer)
	}
	return samples, nil
}

// Install makes the venv of the peers from the lock files: JAX, NumPy, scikit-learn and librosa, and, if torch is set, PyTorch with foolbox and torch-geometric.
func Install(ctx context.Context, root string, torch bool, out io.Writer) error {
	host, _, err := python.Find(ctx, 11)
	if err != nil {
		return cli.Errorf(cli.Setup, "install it, then: "+install, "the peers need what this machine lacks: %v", err)
	}
	step := func(what string, name string, args ...string) error {
		fmt.Fprintln(out, what)
		c := command(ctx, root, name, args...)
		c.Env = python.PipEnv()
		if got, err := c.CombinedOutput(); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return cli.Errorf(cli.Setup, "look at pip's message above; pip's own settings (PIP_INDEX_URL, PIP_CERT) are obeyed", "%s: %v\n%s", what, err, tail(got))
		}
		return nil
	}
	pip := []string{"-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"}
	if err := step("making the venv "+venv(root), host, "-m", "venv", venv(root)); err != nil {
		return err
	}
	if err := step("installing JAX, NumPy, scikit-learn and librosa (about 1 GB on disk)", interpreter(root), append(pip, "-r", filepath.Join(scripts(root), "requirements.txt"))...); err != nil {
		return err
	}
	if !torch {
		fmt.Fprintln(out, "PyTorch was left out; --install-peers=all brings it")
		return nil
	}
	what := "installing PyTorch"
	if runtime.GOOS == "linux" {
		what += " (on Linux its wheel needs the CUDA libraries to be imported: 2.5 GB to fetch, 4.5 GB on disk)"
	}
	return step(what, interpreter(root), append(pip, "--no-deps", "-r", filepath.Join(scripts(root), "requirements-torch.txt"))...)
}
