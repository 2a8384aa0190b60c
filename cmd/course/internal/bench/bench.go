// Package bench measures the course's work and sets it beside its peers: the same work in JAX, PyTorch, NumPy and scikit-learn, in
// one call, on the same number of threads, in turns, so that what else the machine does falls on all alike.
//
// Our figures come from Go benchmarks, run by a child process (this package imports no GoMLX); the peers' from the
// scripts in peers/, in a Python venv of their own at ROOT/.course/peers.
package bench

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/lib/workspace"
)

// Bench is one name of `course bench`.
type Bench struct {
	Name, About string
	Alias       string // another spelling of Name; "" has none
	Package     string // holds the Go benchmark, relative to the course's root
	Pattern     string // for go test -bench
	// Label says which work a Go benchmark does, and by whom, from its name without "Benchmark"; "" ignores it.
	Label  func(name string) (work, by string)
	Script string   // of the peers, in peers/; "" has none
	Peers  []string // who does the same work, by the name of the Python package
	Export bool     // the peers need the network that export/ writes
	// Run does the whole measurement, instead of all of the above.
	Run func(ctx context.Context, root string, o Options) (*Report, error)
}

// Benches is the table of benchmarks.
var Benches = []Bench{
	{
		Name: "lenet", About: "training LeNet with Adam: one step on a batch, and an epoch of the whole loop",
		Package: "lib/train", Pattern: "^BenchmarkLeNetStep$|^BenchmarkLeNetEpoch$", Label: lenetLabel,
		Script: "lenet.py", Peers: []string{"jax", "torch"},
	},
	{
		Name: "deepfool", About: "DeepFool on 256 test digits and the course's LeNet",
		Package: "lib/attack", Pattern: "^BenchmarkDeepFool256$", Label: each("DeepFool256/"),
		Script: "deepfool.py", Peers: []string{"jax", "torch", "foolbox"}, Export: true,
	},
	{
		Name: "pgd", About: "40 steps of PGD on 1000 test digits and the course's LeNet",
		Package: "lib/attack", Pattern: "^BenchmarkPGD1000$", Label: each("PGD1000/"),
		Script: "pgd.py", Peers: []string{"jax", "torch", "foolbox"}, Export: true,
	},
	{
		Name: "least-norm", About: "gradient descent on a 200×1000 system, 10 000 steps",
		Package: "lib/leastnorm", Pattern: "^BenchmarkGD$", Label: ways("GD/", "200×1000, 10000 steps"),
		Script: "least_norm.py", Peers: []string{"jax", "numpy"}, Alias: "leastnorm",
	},
	{
		Name: "lanczos", About: "80 Lanczos steps with full reorthogonalisation on the Hessian of LeNet",
		Package: "lib/spectrum", Pattern: "^BenchmarkLanczos80$", Label: spaced("Lanczos80/"),
		Script: "lanczos.py", Peers: []string{"jax"}, Export: true,
	},
	{
		Name: "svm", About: "a support vector machine by SMO, C = 1, on n points of two moons",
		Package: "lib/svm", Pattern: "^BenchmarkSMO$", Label: svmLabel,
		Script: "svm.py", Peers: []string{"scikit-learn"},
	},
	{
		Name: "matmul", About: "the product of two 1024×1024 matrices",
		Package: "cmd/course/internal/bench/matmul", Pattern: "^BenchmarkMatMul$", Label: ways("MatMul/", "1024×1024 float32"),
		Script: "matmul.py", Peers: []string{"jax", "torch", "numpy"},
	},
	{
		Name: "regions", About: "all linear regions of a ReLU network in the plane, exactly: 10², 10³ and 10⁴ of them",
		Package: "lib/relunet", Pattern: "^BenchmarkRegions$", Label: each("Regions/"),
	},
}

// each labels sub-benchmarks that are pieces of work of their own: PREFIX/WORK.
func each(prefix string) func(name string) (work, by string) {
	return func(name string) (string, string) {
		work, ok := strings.CutPrefix(name, prefix)
		if !ok {
			return "", ""
		}
		return work, "course"
	}
}

// lenetLabel makes "batch=64" of LeNetStep/batch=64, and "epoch of 6400 images, batch=64" of LeNetEpoch/batch=64.
func lenetLabel(name string) (work, by string) {
	if work, by = each("LeNetEpoch/")(name); work != "" {
		return "epoch of 6400 images, " + work, by
	}
	return each("LeNetStep/")(name)
}

// spaced is each, with the spaces that Go's benchmarks print as "_": "LeNet, 1024 digits" of Lanczos80/LeNet,_1024_digits.
func spaced(prefix string) func(name string) (work, by string) {
	return func(name string) (work, by string) {
		work, by = each(prefix)(name)
		return strings.ReplaceAll(work, "_", " "), by
	}
}

// svmLabel makes "rbf, n = 500" of SMO/rbf/n=500.
func svmLabel(name string) (work, by string) {
	work, by = each("SMO/")(name)
	return strings.ReplaceAll(strings.ReplaceAll(work, "/", ", "), "=", " = "), by
}

// ways labels sub-benchmarks that do one work in several ways, of which xla is the course's own: PREFIX/WAY.
func ways(prefix, work string) func(name string) (work, by string) {
	return func(name string) (string, string) {
		switch way, ok := strings.CutPrefix(name, prefix); {
		case !ok:
			return "", ""
		case way == "xla":
			return work, "course"
		default:
			return work, "course " + way
		}
	}
}

// Options of a run.
type Options struct {
	Peers  bool
	Time   time.Duration // for each benchmark, peer and round
	Rounds int           // turns: ours, the first peer, the second …, and again
	Out    io.Writer     // progress
}

// Result is what one party took for a piece of work.
type Result struct {
	By       string    `json:"by"`                // "course", "course gonum", "jax", "torch", "numpy"
	Version  string    `json:"version,omitempty"` // of a peer
	Note     string    `json:"note,omitempty"`    // "float32", "ρ 0.123"
	TimesMS  []float64 `json:"times_ms"`          // mean milliseconds a call, one entry a round
	MedianMS float64   `json:"median_ms"`
	Ratio    float64   `json:"ratio,omitempty"` // a peer's median over that of "course": above 1, the course is faster
}

// Work is one piece of work with everybody's results, the course's first.
type Work struct {
	Work    string   `json:"work"`
	Results []Result `json:"results"`
}

// Report is what `course bench NAME --json` prints.
type Report struct {
	Name    string   `json:"name"`
	About   string   `json:"about"`
	CPU     string   `json:"cpu,omitempty"`
	Threads int      `json:"threads"`
	Rounds  int      `json:"rounds"`
	Seconds float64  `json:"seconds"`  // time for each benchmark, peer and round
	LoadAvg float64  `json:"load_avg"` // the machine's load before the first round; 0 where it is not known
	Works   []Work   `json:"works"`
	Missing []string `json:"missing,omitempty"` // peers that were asked for and not measured, with the reason
}

// sample is one timing.
type sample struct {
	work, by, version, note string
	ms                      float64
}

// Run measures one benchmark of the table.
func (b Bench) run(ctx context.Context, root string, o Options) (*Report, error) {
	if b.Run != nil {
		return b.Run(ctx, root, o)
	}
	r := &Report{Name: b.Name, About: b.About, Threads: runtime.NumCPU(), Rounds: o.Rounds, Seconds: o.Time.Seconds(), LoadAvg: loadAverage()}
	dir, err := os.MkdirTemp("", "course-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)

	fmt.Fprintf(o.Out, "building %s\n", b.Package)
	binary := filepath.Join(dir, "bench.test")
	if out, err := command(ctx, root, "go", "test", "-c", "-o", binary, "./"+b.Package).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the benchmark of %s does not build: %w\n%s", b.Package, err, tail(out))
	}
	var peers []string
	if o.Peers && b.Script != "" {
		for _, p := range b.Peers {
			if err := installed(ctx, root, p); err != nil {
				r.Missing = append(r.Missing, fmt.Sprintf("%s: %v", p, err))
				continue
			}
			peers = append(peers, p)
		}
		if len(peers) > 0 && b.Export {
			fmt.Fprintln(o.Out, "exporting the network for the peers (trains it, if no lesson did)")
			if out, err := command(ctx, root, "go", "run", "./cmd/course/internal/bench/export", dir).CombinedOutput(); err != nil {
				return nil, fmt.Errorf("the network could not be exported: %w\n%s", err, tail(out))
			}
		}
	}
	var samples []sample
	for round := range o.Rounds {
		fmt.Fprintf(o.Out, "round %d of %d: course", round+1, o.Rounds)
		c := command(ctx, filepath.Join(root, b.Package), binary, "-test.run=^$", "-test.bench="+b.Pattern, "-test.benchtime="+o.Time.String(), "-test.count=1", "-test.timeout=30m")
		c.Env = append(workspace.Environ(os.Environ()), "COURSE_BENCH_DIR="+dir) // as lessons run; and where it may leave data and results for the peers
		out, err := c.CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("the benchmark of %s failed: %w\n%s", b.Package, err, tail(out))
		}
		cpu, lines := parseGo(string(out))
		r.CPU = cpu
		found := 0
		for _, l := range lines {
			if work, by := b.Label(l.name); work != "" {
				samples = append(samples, sample{work: work, by: by, note: l.note, ms: l.ns / 1e6})
				found++
			}
		}
		if found == 0 {
			return nil, fmt.Errorf("the benchmark of %s printed no result that is known here:\n%s", b.Package, tail(out))
		}
		for _, p := range peers {
			fmt.Fprintf(o.Out, ", %s", p)
			got, err := runPeer(ctx, root, b.Script, p, dir, o.Time)
			if err != nil {
				fmt.Fprintln(o.Out)
				return nil, err
			}
			samples = append(samples, got...)
		}
		fmt.Fprintln(o.Out)
	}
	r.Works = group(samples)
	return r, nil
}

// group puts the samples of one work and party together, in the order in which they first came, the course's own first.
func group(samples []sample) []Work {
	var works []Work
	for _, s := range samples {
		i := slices.IndexFunc(works, func(w Work) bool { return w.Work == s.work })
		if i < 0 {
			i = len(works)
			works = append(works, Work{Work: s.work})
		}
		w := &works[i]
		j := slices.IndexFunc(w.Results, func(r Result) bool { return r.By == s.by && (r.Note == s.note || rank(s.by) < 2) })
		if j < 0 {
			j = len(w.Results)
			w.Results = append(w.Results, Result{By: s.by, Version: s.version, Note: s.note})
		}
		w.Results[j].TimesMS = append(w.Results[j].TimesMS, s.ms)
	}
	for i := range works {
		results := works[i].Results
		slices.SortStableFunc(results, func(a, b Result) int { return rank(a.By) - rank(b.By) })
		for j := range results {
			results[j].MedianMS = median(results[j].TimesMS)
			if results[0].By == "course" && j > 0 {
				results[j].Ratio = results[j].MedianMS / results[0].MedianMS
			}
		}
	}
	return works
}

// rank puts the course's main result first and its others before the peers'.
func rank(by string) int {
	switch {
	case by == "course":
		return 0
	case strings.HasPrefix(by, "course"):
		return 1
	}
	return 2
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(v))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

// line is one result of a Go benchmark.
type line struct {
	name string // "LeNetStep/batch=64", without "Benchmark" and "-2"
	ns   float64
	note string // what it reported beside time and memory: "0.1230 ρ, 3.1 steps/digit"
}

// parseGo reads what a Go benchmark prints: a name, a number of runs, and pairs of value and unit. A benchmark that prints itself splits its line: then the numbers stand on a later line without a name.
func parseGo(out string) (cpu string, lines []line) {
	pending := ""
	for l := range strings.Lines(out) {
		if c, ok := strings.CutPrefix(l, "cpu: "); ok {
			cpu = strings.TrimSpace(c)
			continue
		}
		f := strings.Fields(l)
		if len(f) > 0 && strings.HasPrefix(f[0], "Benchmark") {
			pending, f = f[0], f[1:]
		}
		if pending == "" || len(f) < 3 {
			continue
		}
		if _, err := strconv.Atoi(f[0]); err != nil {
			continue
		}
		var notes []string
		ns := math.NaN()
		for i := 1; i+1 < len(f); i += 2 {
			v, err := strconv.ParseFloat(f[i], 64)
			if err != nil {
				break
			}
			switch f[i+1] {
			case "ns/op":
				ns = v
			case "B/op", "allocs/op", "MB/s":
			default:
				notes = append(notes, f[i]+" "+f[i+1])
			}
		}
		if ns > 0 {
			lines = append(lines, line{name: benchmarkName(pending), ns: ns, note: strings.Join(notes, ", ")})
			pending = ""
		}
	}
	return cpu, lines
}

// benchmarkName cuts "Benchmark" and the number of processors, "-8", from a name.
func benchmarkName(s string) string {
	s = strings.TrimPrefix(s, "Benchmark")
	if i := strings.LastIndexByte(s, '-'); i > 0 {
		if _, err := strconv.Atoi(s[i+1:]); err == nil {
			return s[:i]
		}
	}
	return s
}

// loadAverage is the machine's load over the last minute, 0 where it is not known.
func loadAverage() float64 {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	v, _ := strconv.ParseFloat(strings.Fields(string(b) + " 0")[0], 64)
	return v
}

// command is a child that ends with its children when the context does.
func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.WaitDelay = 5 * time.Second
	return c
}

// tail is the last lines of a child's output, for an error.
func tail(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

// Run measures the benchmark of a name.
func Run(ctx context.Context, root, name string, o Options) (*Report, error) {
	i := slices.IndexFunc(Benches, func(b Bench) bool { return b.Name == name || b.Alias != "" && b.Alias == name })
	if i < 0 {
		return nil, cli.Errorf(cli.Usage, "go tool course bench --help", "there is no benchmark %q; there are %s", name, strings.Join(Names(), ", "))
	}
	return Benches[i].run(ctx, root, o)
}

// Names lists the benchmarks.
func Names() []string {
	var names []string
	for _, b := range Benches {
		names = append(names, b.Name)
	}
	return names
}

// Print writes a report for people.
func (r *Report) Print(w io.Writer) {
	fmt.Fprintf(w, "\n%s: %s\n%d threads, median of %d rounds", r.Name, r.About, r.Threads, r.Rounds)
	if r.Seconds > 0 {
		fmt.Fprintf(w, " of %.3g s", r.Seconds)
	}
	if r.CPU != "" {
		fmt.Fprintf(w, ", %s", r.CPU)
	}
	fmt.Fprintln(w)
	if r.LoadAvg > 0.5*float64(r.Threads) {
		fmt.Fprintf(w, "The machine was busy (load %.1f): the times are too long, and the ratios uncertain.\n", r.LoadAvg)
	}
	for _, work := range r.Works {
		fmt.Fprintf(w, "\n  %s\n", work.Work)
		for _, x := range work.Results {
			who := x.By
			if x.Version != "" {
				who += " " + x.Version
			}
			if x.Note != "" {
				who += " (" + x.Note + ")"
			}
			ratio := ""
			if x.Ratio > 0 {
				ratio = fmt.Sprintf("%8.2f×", x.Ratio)
			}
			fmt.Fprintf(w, "    %-32s %10s ms%s   %s\n", who, threeDigits(x.MedianMS), ratio, spread(x.TimesMS))
		}
	}
	fmt.Fprintln(w, "\n×: time over the course's; above 1 the course is faster. In brackets: fastest and slowest round.")
	for _, m := range r.Missing {
		fmt.Fprintf(w, "not measured: %s\n", m)
	}
}

func spread(v []float64) string {
	return fmt.Sprintf("[%s … %s]", threeDigits(slices.Min(v)), threeDigits(slices.Max(v)))
}

// threeDigits prints a positive number with three significant digits and no exponent.
func threeDigits(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case v >= 1:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return strconv.FormatFloat(v, 'f', 4, 64)
}

// Measured counts the peers that have a result.
func (r *Report) Measured() int {
	peers := map[string]bool{}
	for _, w := range r.Works {
		for _, x := range w.Results {
			if rank(x.By) == 2 {
				peers[x.By] = true
			}
		}
	}
	return len(peers)
}
