package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/playground"
	"nncourse/lib/workspace"
)

var playgroundCommand = cli.Command{
	Name:    "playground",
	Summary: "write the playground (class 1.14) as one page for a browser",
	Usage:   "course playground [--out FILE] [--json]",
	Help: `Compiles lib/playground to WebAssembly and writes a page that holds everything; it opens from the disk, without a server and
without a network. What you set there stands in the page's address: copy that to share it.
--json prints {"file","bytes"}.
Exit codes: 0 written; 1 it could not be compiled or written; 2 wrong command line; 3 not inside the course.`,
	Example: "go tool course playground --out playground.html",
	Run: func(ctx context.Context, fs *flag.FlagSet, args []string) error {
		out := fs.String("out", "", "file to write (default "+playground.File+")")
		asJSON := fs.Bool("json", false, "print JSON")
		rest, err := cli.Parse(fs, args)
		if err != nil {
			return err
		}
		if len(rest) > 0 {
			return cli.Errorf(cli.Usage, "go tool course playground --help", "playground takes no argument, got %q", rest[0])
		}
		root, err := workspace.Root()
		if err != nil {
			return &cli.Error{Code: cli.Setup, Err: err}
		}
		file := *out
		if file == "" {
			file = filepath.Join(root, filepath.FromSlash(playground.File))
		}
		if err := playground.Build(ctx, root, file); err != nil {
			return cli.Errorf(cli.Failed, "go tool course doctor", "%v", err)
		}
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		if *asJSON {
			return cli.PrintJSON(os.Stdout, map[string]any{"file": file, "bytes": info.Size()})
		}
		fmt.Printf("%s (%.1f MB): open it in a browser\n", file, float64(info.Size())/1e6)
		return nil
	},
}
