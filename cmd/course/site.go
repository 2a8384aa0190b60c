package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/site"
	"nncourse/lib/workspace"
)

var siteCommand = cli.Command{
	Name:    "site",
	Summary: "write the whole course as web pages, with the lessons' stored outputs",
	Usage:   "course site OUT [--offline] [--json]",
	Help: `Writes a static site into the folder OUT: the lessons as they are stored (nothing is run), the exercises and their hints, the
library with its documentation and source, the playground, and other things to play with, computed in the page by the library.
It has a search, a dark mode, and loads nothing from elsewhere: any web server can host it, and it opens from a disk too.
OUT must be new, or a site that was built before; that one is replaced only when the new one is finished and checked: each
link leads somewhere, each picture has words. The pages are made by Sphinx, MyST-NB and the Sphinx book theme, which are
installed into .course/site-venv from cmd/course/python/site.lock the first time (Python 3.11 or newer, a network, about 60 MB).
--json prints {"pages":[{"notebook","file","title","class"}],"files","links","images","away","seconds"}.
Exit codes: 0 built; 1 a page could not be made, or a check found something; 2 wrong command line; 3 the builder is missing.`,
	Example: "go tool course site public\npython3 -m http.server --directory public",
	Run:     runSite,
}

func runSite(ctx context.Context, fs *flag.FlagSet, args []string) error {
	offline := fs.Bool("offline", false, "use only what is on this machine")
	asJSON := fs.Bool("json", false, "print JSON")
	rest, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return cli.Errorf(cli.Usage, "go tool course site public", "name the folder to write, and nothing else")
	}
	out := rest[0]
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	if err := site.Free(out); err != nil {
		return cli.Errorf(cli.Usage, "go tool course site NEW-FOLDER", "%v", err)
	}
	began := time.Now()
	say := func(what string) {
		if !*asJSON {
			fmt.Printf("  %5.1f s  %s\n", time.Since(began).Seconds(), what)
		}
	}
	if !site.Ready(root) {
		if *offline {
			return cli.Errorf(cli.Setup, "go tool course site "+out+"   (once without --offline)", "--offline, and the builder of the pages is not installed yet")
		}
		say("installing the builder of the pages (this happens once)")
		if err := site.Install(ctx, root); err != nil {
			return cli.Errorf(cli.Setup, "go tool course site "+out+"   (again, with a network)", "the builder of the pages could not be installed: %v", err)
		}
	}
	made, err := site.Build(ctx, root, out, site.Options{Say: say})
	if err != nil {
		next := "mend what is named; the folder is as it was"
		if errors.Is(err, context.Canceled) {
			next = ""
		}
		return cli.Errorf(cli.Failed, next, "%v", err)
	}
	if *asJSON {
		return cli.PrintJSON(os.Stdout, struct {
			*site.Site
			Seconds float64 `json:"seconds"`
		}{made, time.Since(began).Seconds()})
	}
	fmt.Printf("%d lessons, %d files, %d links and %d pictures checked, in %.0f s; open %s\n", len(made.Pages), made.Files, made.Links, made.Images, time.Since(began).Seconds(), filepath.Join(out, "index.html"))
	return nil
}
