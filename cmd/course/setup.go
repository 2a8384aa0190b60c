package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/jupyter"
	"nncourse/cmd/course/internal/setup"
	"nncourse/lib/workspace"
)

var setupCommand = cli.Command{
	Name:    "setup",
	Summary: "make this folder ready: JupyterLab, the Go kernel, XLA's plugin, a warm build cache",
	Usage:   "course setup [--offline] [--reinstall-plugin] [--no-completion] [--hub] [--json]",
	Help: `Run it as often as you like: what is up to date is passed over. Everything lands in .course/ below the course's folder
(and in Go's own caches); nothing goes into your home. Python packages and XLA's plugin come from lock files with hashes
(cmd/course/python/*.lock, made with uv pip compile --universal --generate-hashes).
--json prints {"ok", "error", "next", "steps":[{"name","status","detail","seconds"}]}; status is done, unchanged or warning.
Exit codes: 0 ready; 3 something is missing, and the message says how to get it.`,
	Example: "go tool course setup\ngo tool course setup --offline",
	Run:     runSetup,
}

func runSetup(ctx context.Context, fs *flag.FlagSet, args []string) error {
	o := setup.Options{Out: os.Stdout}
	fs.BoolVar(&o.Offline, "offline", false, "use only what is on this machine")
	fs.BoolVar(&o.ReinstallPlugin, "reinstall-plugin", false, "fetch XLA's plugin anew")
	fs.BoolVar(&o.Hub, "hub", false, "JupyterHub for a class, too (docker/jupyterhub)")
	fs.BoolVar(&o.NoCompletion, "no-completion", false, "leave out gopls (completion in JupyterLab)")
	asJSON := fs.Bool("json", false, "print JSON")
	rest, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return cli.Errorf(cli.Usage, "go tool course setup --help", "setup takes no argument, got %q", rest[0])
	}
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	if *asJSON {
		o.Out = io.Discard
	} else {
		fmt.Printf("Setting up the course in %s\n", root)
	}
	steps, err := setup.Run(ctx, root, o)
	if *asJSON {
		report := map[string]any{"ok": err == nil, "steps": steps}
		if err != nil {
			report["error"] = err.Error()
			var e *cli.Error
			if errors.As(err, &e) {
				report["next"] = e.Next
			}
		}
		if perr := cli.PrintJSON(os.Stdout, report); perr != nil {
			return perr
		}
	}
	if err != nil {
		return err
	}
	if !*asJSON {
		fmt.Println("Ready. Start the course with: go tool course lab")
	}
	return nil
}

var labCommand = cli.Command{
	Name:    "lab",
	Summary: "start the course: set it up if needed, then open JupyterLab at notebooks/",
	Usage:   "course lab [--port N] [--no-browser] [--offline]",
	Help: `JupyterLab listens on 127.0.0.1 only and asks for the token that is in the address it prints. Stop it with Ctrl-C twice.
Exit codes: 0 it was stopped; 1 it ended by itself; 3 the course could not be set up.`,
	Example: "go tool course lab\ngo tool course lab --port 9999 --no-browser",
	Run:     runLab,
}

func runLab(ctx context.Context, fs *flag.FlagSet, args []string) error {
	port := fs.Int("port", 0, "port on 127.0.0.1 (default: the first free one from 8888 on)")
	noBrowser := fs.Bool("no-browser", false, "only print the address")
	offline := fs.Bool("offline", false, "set up with what is on this machine only")
	rest, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return cli.Errorf(cli.Usage, "go tool course lab --help", "lab takes no argument, got %q", rest[0])
	}
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	if !setup.Current(root) {
		fmt.Printf("Setting up the course in %s (this happens once)\n", root)
		if _, err := setup.Run(ctx, root, setup.Options{Out: os.Stdout, Offline: *offline}); err != nil {
			return err
		}
	}
	// The terminal's Ctrl-C reaches JupyterLab too, which asks before it stops: so it does not run under ctx.
	cmd := jupyter.Lab(context.Background(), root, jupyter.LabOptions{Port: *port, Browser: !*noBrowser})
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return cli.Errorf(cli.Setup, "go tool course setup", "JupyterLab does not start: %v", err)
	}
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	go func() {
		<-term
		_ = cmd.Process.Signal(syscall.SIGTERM)
		time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
	}()
	if err := cmd.Wait(); err != nil {
		return cli.Errorf(cli.Failed, "go tool course doctor", "JupyterLab ended: %v", err)
	}
	return nil
}
