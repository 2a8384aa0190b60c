package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/doctor"
	"nncourse/data"
	"nncourse/grading"
	"nncourse/grading/sandbox"
	"nncourse/lib/workspace"
)

var doctorCommand = cli.Command{
	Name:    "doctor",
	Summary: "what this machine offers the course, and what to do where something is bad",
	Usage:   "course doctor [--json]",
	Help: `One screen: versions, backend and plugin, cores, memory, the speed of a 1024×1024 product on XLA and on the Go backend, the data
that is here, the sandbox that grading uses. A line that is not good says what to do.
--json prints {"ok","lines":[{"name","value","status","advice"}],
  "backend":{"name","plugin","version","devices","why","error","open_ms","matmul_ms","gflops","go_matmul_ms","go_gflops"},
  "sandbox":{"level","why","advice","contains","in_force"},"versions":{…},"machine":{"os","arch","cores","memory_mb","disk_free_mb"},
  "data":[{"name","present","where"}]}; backend.name is "xla:cpu", "xla:cuda", "xla:tpu" or "go", status good, warning or bad.
Exit codes: 0 nothing is bad (warnings may be there); 1 something is; 2 wrong command line; 3 not inside the course.`,
	Example: "go tool course doctor\ngo tool course doctor --json",
	Run:     runDoctor,
}

func runDoctor(ctx context.Context, fs *flag.FlagSet, args []string) error {
	asJSON := fs.Bool("json", false, "print JSON")
	rest, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return cli.Errorf(cli.Usage, "go tool course doctor --help", "doctor takes no argument, got %q", rest[0])
	}
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	sets, err := present()
	if err != nil {
		return err
	}
	s := sandbox.Detect()
	r := doctor.Look(ctx, root, doctor.Sandbox{Level: s.Level, Why: s.Why, Advice: s.Advice,
		Contains: sandbox.Available().Contains(), InForce: new(grading.Options).Level().String()}, sets)
	if *asJSON {
		if err := cli.PrintJSON(os.Stdout, r); err != nil {
			return err
		}
	} else {
		mark := map[string]string{"good": "✓", "warning": "!", "bad": "✗"}
		for _, l := range r.Lines {
			fmt.Printf("%s %-16s %s\n", mark[l.Status], l.Name, l.Value)
			if l.Advice != "" {
				fmt.Printf("  %-16s → %s\n", "", l.Advice)
			}
		}
	}
	if !r.OK {
		return cli.Errorf(cli.Failed, "", "something is bad; the lines marked ✗ say what to do")
	}
	return nil
}

// present tells for each set of the manifest in which data folder all its files are, if in any.
func present() ([]doctor.Dataset, error) {
	dirs, err := workspace.DataDirs()
	if err != nil {
		return nil, err
	}
	var all []doctor.Dataset
	for _, set := range data.Sets() {
		d := doctor.Dataset{Name: set.Name}
		for _, dir := range dirs {
			if d.Present = complete(filepath.Join(dir, set.Folder), set.Files); d.Present {
				d.Where = filepath.Join(dir, set.Folder)
				break
			}
		}
		all = append(all, d)
	}
	return all, nil
}

// complete tells whether every file is in the folder with its size, or what may stand in for it.
func complete(folder string, files []data.File) bool {
	for _, f := range files {
		if info, err := os.Stat(filepath.Join(folder, filepath.FromSlash(f.Path))); err == nil && info.Size() == f.Size {
			continue
		}
		if len(f.Or) == 0 {
			return false
		}
		for _, o := range f.Or {
			if _, err := os.Stat(filepath.Join(folder, filepath.FromSlash(o))); err != nil {
				return false
			}
		}
	}
	return len(files) > 0
}
