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
	"strings"
	"testing"
	"time"

	"nncourse/cmd/course/internal/cli"
)

func TestParseGo(t *testing.T) {
	const out = `goos: linux
pkg: nncourse/lib/train
cpu: A Processor 9000
BenchmarkLeNetStep/batch=64-2         	     142	   8262914 ns/op
BenchmarkLeNetStep/batch=256-2        	      37	  31579023.5 ns/op	  12 B/op	 3 allocs/op
BenchmarkNoSuffix	10	5 ns/op
BenchmarkDeepFool256/L2-16 	note: something the code printed
training: 12 of 100
       2	 902123456 ns/op	         0.1230 ρ	        3.1 steps/digit
--- BENCH: BenchmarkDeepFool256/L2-16
    bench_test.go:33: MNIST, test part
BenchmarkMetricFirst-2  7  1.5 ρ  100 ns/op
BenchmarkSkipped-2 --- SKIP: no
PASS
`
	cpu, lines := parseGo(out)
	want := []line{{"LeNetStep/batch=64", 8262914, ""}, {"LeNetStep/batch=256", 31579023.5, ""}, {"NoSuffix", 5, ""},
		{"DeepFool256/L2", 902123456, "0.1230 ρ, 3.1 steps/digit"}, {"MetricFirst", 100, "1.5 ρ"}}
	if cpu != "A Processor 9000" || fmt.Sprint(lines) != fmt.Sprint(want) {
		t.Errorf("cpu %q, lines %v\nwant %v", cpu, lines, want)
	}
}

func TestLabels(t *testing.T) {
	for _, c := range []struct{ bench, name, work, by string }{
		{"lenet", "LeNetStep/batch=64", "batch=64", "course"},
		{"lenet", "LeNetEpoch/batch=256", "epoch of 6400 images, batch=256", "course"},
		{"lenet", "Predict", "", ""},
		{"least-norm", "GD/xla", "200×1000, 10000 steps", "course"},
		{"least-norm", "GD/gonum", "200×1000, 10000 steps", "course gonum"},
		{"deepfool", "DeepFool256/Linf", "Linf", "course"},
		{"svm", "SMO/rbf/n=500", "rbf, n = 500", "course"},
		{"lanczos", "Lanczos80/LeNet,_1024_digits", "LeNet, 1024 digits", "course"},
		{"matmul", "MatMul/go", "1024×1024 float32", "course go"},
		{"regions", "Regions/one-layer-10⁴", "one-layer-10⁴", "course"},
	} {
		for _, b := range Benches {
			if b.Name != c.bench {
				continue
			}
			if work, by := b.Label(c.name); work != c.work || by != c.by {
				t.Errorf("%s: %s is %q by %q, want %q by %q", c.bench, c.name, work, by, c.work, c.by)
			}
		}
	}
}

// Every benchmark of the table has its Go function and its script, with every peer in it.
func TestTable(t *testing.T) {
	root := filepath.Join("..", "..", "..", "..")
	for _, b := range Benches {
		if b.Run != nil {
			continue
		}
		files, _ := filepath.Glob(filepath.Join(root, b.Package, "*_test.go"))
		for name := range strings.SplitSeq(b.Pattern, "|") {
			name = strings.Trim(name, "^$")
			found := false
			for _, f := range files {
				text, err := os.ReadFile(f)
				found = found || err == nil && bytes.Contains(text, []byte("func "+name+"("))
			}
			if !found {
				t.Errorf("%s: no func %s in %s", b.Name, name, b.Package)
			}
		}
		if b.Script == "" {
			if len(b.Peers) > 0 || b.Export {
				t.Errorf("%s has peers, and no script for them", b.Name)
			}
			continue
		}
		text, err := os.ReadFile(filepath.Join(scripts(root), b.Script))
		if err != nil {
			t.Errorf("%s: %v", b.Name, err)
		}
		for _, p := range b.Peers {
			if !bytes.Contains(text, []byte(`"`+p+`": run_`+strings.ReplaceAll(p, "-", "_"))) {
				t.Errorf("%s: %s knows nothing of %s", b.Name, b.Script, p)
			}
		}
	}
}

func TestParsePeer(t *testing.T) {
	good := `{"work": "a", "by": "jax", "version": "1.2", "ns": 2e6, "n": 5, "note": "x"}` + "\n"
	s, err := parsePeer(strings.NewReader(good+good), "s.py", "jax")
	if err != nil || len(s) != 2 || s[0] != (sample{work: "a", by: "jax", version: "1.2", note: "x", ms: 2}) {
		t.Errorf("%+v, %v", s, err)
	}
	for name, text := range map[string]string{
		"nothing":      "",
		"a warning":    "WARNING: no GPU\n" + good,
		"no time":      `{"work": "a", "by": "jax", "ns": 0, "n": 5}`,
		"someone else": `{"work": "a", "by": "torch", "ns": 1, "n": 5}`,
		"cut":          good + `{"work": `,
	} {
		if s, err := parsePeer(strings.NewReader(text), "s.py", "jax"); err == nil {
			t.Errorf("%s: no error, %+v", name, s)
		}
	}
}

func TestGroup(t *testing.T) {
	works := group([]sample{
		{work: "w", by: "jax", version: "1", ms: 30}, {work: "w", by: "course gonum", ms: 50}, {work: "w", by: "course", ms: 10}, {work: "w", by: "numpy", note: "float32", ms: 5},
		{work: "w", by: "jax", version: "1", ms: 20}, {work: "w", by: "course", ms: 14}, {work: "w", by: "numpy", note: "float64", ms: 9},
		{work: "w", by: "course", ms: 90}, {work: "v", by: "jax", ms: 1},
	})
	r := Report{Name: "n", Threads: 2, Rounds: 3, Works: works}
	got := ""
	for _, w := range works {
		for _, x := range w.Results {
			got += fmt.Sprintf("%s %s%s %g %.4g; ", w.Work, x.By, x.Note, x.MedianMS, x.Ratio)
		}
	}
	const want = "w course 14 0; w course gonum 50 3.571; w jax 25 1.786; w numpyfloat32 5 0.3571; w numpyfloat64 9 0.6429; v jax 1 0; "
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if r.Measured() != 2 {
		t.Errorf("%d peers measured, want jax and numpy", r.Measured())
	}
	var text bytes.Buffer
	r.Print(&text)
	for _, part := range []string{"jax 1 ", "25.0 ms", "1.79×", "[20.0 … 30.0]"} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("the printed report lacks %q:\n%s", part, text.String())
		}
	}
	if b, err := json.Marshal(r); err != nil || !strings.Contains(string(b), `"times_ms":[10,14,90]`) {
		t.Errorf("%v: %s", err, b)
	}
}

func TestMissingPeersAndNames(t *testing.T) {
	if err := installed(context.Background(), t.TempDir(), "jax"); err == nil || !strings.Contains(err.Error(), "--install-peers") {
		t.Errorf("no venv: %v", err)
	}
	// Another spelling is the same benchmark: it gets as far as building, which fails in an empty folder.
	if _, err := Run(context.Background(), t.TempDir(), "leastnorm", Options{Rounds: 1, Time: time.Second, Out: io.Discard}); err == nil || !strings.Contains(err.Error(), "lib/leastnorm does not build") {
		t.Errorf("leastnorm: %v", err)
	}
	_, err := Run(context.Background(), t.TempDir(), "nonsense", Options{Rounds: 1, Time: time.Second})
	var e *cli.Error
	if !errors.As(err, &e) || e.Code != cli.Usage || !strings.Contains(err.Error(), "least-norm") {
		t.Errorf("unknown name: %v", err)
	}
}
