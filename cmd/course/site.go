package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/jupyter"
	"nncourse/cmd/course/internal/site"
	"nncourse/lib/workspace"
)

var siteCommand = cli.Command{
	Name:    "site",
	Summary: "write the lessons as web pages, with their stored outputs",
	Usage:   "course site OUT [--json]",
	Help: `Each lesson becomes a page in the folder OUT, the playground too, and index.html lists them. Figures are in the pages; formulas are set by
MathJax, which a browser loads from the network. OUT must be new or a site built before.
--json prints {"pages":[{"notebook","file","title","class"}]}.
Exit codes: 0 built; 1 a lesson could not be turned into a page; 2 wrong command line; 3 not set up.`,
	Example: "go tool course site public",
	Run: func(ctx context.Context, fs *flag.FlagSet, args []string) error {
		asJSON := fs.Bool("json", false, "print JSON")
		rest, err := cli.Parse(fs, args)
		if err != nil {
			return err
		}
		if len(rest) != 1 {
			return cli.Errorf(cli.Usage, "go tool course site public", "name the folder to write, and nothing else")
		}
		root, err := workspace.Root()
		if err != nil {
			return &cli.Error{Code: cli.Setup, Err: err}
		}
		if err := jupyter.Ready(root); err != nil {
			return cli.Errorf(cli.Setup, "go tool course setup", "the course is not set up: %v", err)
		}
		pages, err := site.Build(ctx, root, rest[0])
		if err != nil {
			return cli.Errorf(cli.Failed, "go tool course site --help", "%v", err)
		}
		if *asJSON {
			return cli.PrintJSON(os.Stdout, map[string]any{"pages": pages})
		}
		for _, p := range pages {
			fmt.Printf("  %-30s %s\n", p.File, p.Title)
		}
		fmt.Printf("%d pages; open %s\n", len(pages), filepath.Join(rest[0], "index.html"))
		return nil
	},
}
