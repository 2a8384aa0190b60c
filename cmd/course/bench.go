package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"nncourse/cmd/course/internal/bench"
	"nncourse/cmd/course/internal/cli"
	"nncourse/lib/workspace"
)

var benchCommand = cli.Command{
	Name:    "bench",
	Summary: "measure the course's work, beside its peers if you like",
	Usage:   "course bench NAME [--peers] [--time D] [--rounds N] [--json]\ncourse bench --install-peers[=light]",
	Help: `Times a piece of work and prints the median of a few rounds. NAME is one of:
` + benchList() + `
--peers does the same work in JAX, PyTorch, NumPy or scikit-learn in the same call, on the same number of threads, taking turns with ours, and
prints the ratio of their time to ours. The peers live in a venv of their own, .course/peers, which --install-peers makes from
lock files with hashes; --install-peers=light leaves out PyTorch, which takes 4.5 GB on Linux. Close other programs before you
believe a figure. The peers of bench grade, nbgrader and otter-grader, live in .course/peers-grade, which bench grade --peers makes.
--json prints {"name", "about", "cpu", "threads", "rounds", "seconds", "load_avg", "works": [{"work", "results": [{"by", "version",
"note", "times_ms", "median_ms", "ratio"}]}], "missing"}: times_ms is the mean of a call in each round; by is "course" for ours,
first in its list, "course …" for other ways of ours, else the peer; ratio is the median over that of "course" (above 1: the course is
faster); missing lists peers that were asked for and are not there.
Exit codes: 0 measured; 1 a benchmark failed; 2 no such name; 3 peers were asked for and none is installed.`,
	Example: "go tool course bench lenet\ngo tool course bench --install-peers && go tool course bench lenet --peers --json",
	Run:     runBench,
}

func benchList() string {
	var b strings.Builder
	for _, x := range bench.Benches {
		fmt.Fprintf(&b, "  %-12s %s\n", x.Name, x.About)
	}
	return strings.TrimRight(b.String(), "\n")
}

// peerChoice is the flag --install-peers, --install-peers=all or --install-peers=light.
type peerChoice string

func (p *peerChoice) String() string   { return string(*p) }
func (p *peerChoice) IsBoolFlag() bool { return true }
func (p *peerChoice) Set(s string) error {
	switch s {
	case "true":
		s = "all"
	case "false":
		s = ""
	case "all", "light":
	default:
		return fmt.Errorf("want all or light")
	}
	*p = peerChoice(s)
	return nil
}

func runBench(ctx context.Context, fs *flag.FlagSet, args []string) error {
	o := bench.Options{Out: os.Stderr}
	var install peerChoice
	fs.BoolVar(&o.Peers, "peers", false, "do the same work in JAX, PyTorch, NumPy or scikit-learn, in turns")
	fs.DurationVar(&o.Time, "time", time.Second, "how long each benchmark and peer runs in a round")
	fs.IntVar(&o.Rounds, "rounds", 3, "number of rounds")
	fs.Var(&install, "install-peers", "make the venv of the peers: all (the default), or light without PyTorch")
	asJSON := fs.Bool("json", false, "print JSON")
	rest, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	if o.Time <= 0 || o.Rounds < 1 {
		return cli.Errorf(cli.Usage, "go tool course bench --help", "--time must be positive and --rounds at least 1")
	}
	if install != "" {
		if err := bench.Install(ctx, root, install == "all", os.Stderr); err != nil {
			return err
		}
		if len(rest) == 0 {
			fmt.Fprintln(os.Stderr, "The peers are there. Measure with: go tool course bench lenet --peers")
			return nil
		}
	}
	if len(rest) != 1 {
		return cli.Errorf(cli.Usage, "go tool course bench --help", "name one benchmark of: %s", strings.Join(bench.Names(), ", "))
	}
	r, err := bench.Run(ctx, root, rest[0], o)
	if err != nil {
		return err
	}
	if *asJSON {
		err = cli.PrintJSON(os.Stdout, r)
	} else {
		r.Print(os.Stdout)
		switch {
		case o.Peers:
		case rest[0] == "grade":
			fmt.Println("Beside nbgrader and otter-grader (made in .course/peers-grade the first time): --peers")
		default:
			fmt.Println("Beside other libraries: --peers (once before: go tool course bench --install-peers)")
		}
	}
	if err == nil && o.Peers && r.Measured() == 0 {
		return cli.Errorf(cli.Setup, "go tool course bench --install-peers", "no peer was measured: %s", strings.Join(r.Missing, "; "))
	}
	return err
}
