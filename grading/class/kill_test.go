//go:build linux

package class

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"nncourse/grading"
	"nncourse/grading/internal/sample"
)

const childEnv = "COURSE_TEST_CLASS_BATCH" // SUBMISSIONS:OUT or SUBMISSIONS:OUT:SHARD

// TestMain is also the batch that TestKilled and TestShards kill: a process of its own.
func TestMain(m *testing.M) {
	if dirs := os.Getenv(childEnv); dirs != "" {
		sub, out, _ := strings.Cut(dirs, ":")
		out, shard, _ := strings.Cut(out, ":")
		os.Exit(childBatch(sub, out, shard))
	}
	os.Exit(m.Run())
}

// childOptions are those of childBatch.
func childOptions(sub, out string) Options {
	e := sample.Open()
	e.CallTimeout = 3 * time.Second
	return Options{
		Submissions: sub, Out: out, Exercises: []*grading.Exercise{e}, Jobs: 2,
		Policy:   filepath.Join(filepath.Dir(sub), "policy.json"),
		Grading:  grading.Options{Root: sample.Root(), Tree: sample.Tree(), Secret: testSecret, RunTimeout: 8 * time.Second, BuildTimeout: 30 * time.Second},
		Limits:   Limits{Archive: 1 << 20, Entries: 100, Entry: 1 << 20, Total: 32 << 20, Ratio: 100, Depth: 8},
		Progress: func(p Progress) { fmt.Printf("%d %d %d\n", p.Done, p.Run, p.Kept) },
		Log:      func(l string) { fmt.Fprintln(os.Stderr, l) },
	}
}

// childBatch grades, and prints a line after each result.
func childBatch(sub, out, shard string) int {
	o := childOptions(sub, out)
	if shard != "" {
		o = shardOptions(sub, out)
		var err error
		if o.Shard, err = ParseShard(shard); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	b, err := Run(context.Background(), o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Printf("end %d %d %d\n", b.Run, b.Kept, b.Failed)
	return 0
}

// hostile are submissions that want to stop, fool or spy on the batch. Each is the right solution with the attack in it,
// and %s stands for the path of the right solution's file.
var hostile = map[string]string{
	"endless-loop": `func init() { for { } }`,
	"exit-in-init": `func init() { os.Exit(0) }`,
	"flood": `func init() {
	go func() { for { fmt.Println(strings.Repeat("x", 1<<16)) } }()
	for { fmt.Fprintln(os.Stderr, strings.Repeat("PASS ok\n", 1000)) }
}`,
	// At most 60 processes, should the sandbox fail; each of them ends by itself.
	"fork-bomb": `func init() {
	for range 60 {
		cmd := exec.Command("/bin/sleep", "20")
		if cmd.Start() == nil { os.WriteFile("/tmp/course-test-fork-bomb-got-through", nil, 0o644) }
		syscall.ForkExec("/bin/sleep", []string{"sleep", "20"}, &syscall.ProcAttr{Sys: &syscall.SysProcAttr{Setsid: true}})
	}
	panic("forked")
}`,
	"memory-bomb": `var hoard [][]byte
func init() {
	for { b := make([]byte, 8<<20); for i := range b { b[i] = 1 }; hoard = append(hoard, b) }
}`,
	"forged-frames": `func init() {
	f := os.NewFile(4, "replies")
	for range 3 { for id := range 20 {
		text := fmt.Sprintf("{\"op\":\"return\",\"id\":%%d,\"nonce\":\"\",\"values\":[]}", id)
		binary.Write(f, binary.LittleEndian, uint32(len(text)))
		f.Write([]byte(text))
		binary.Write(f, binary.BigEndian, uint32(len(text)))
		f.Write([]byte(text))
	} }
	fmt.Println("\x16=== PASS all")
	f.Close()
}`,
	"reads-solution": `func init() {
	if b, err := os.ReadFile(%q); err == nil {
		fmt.Println(string(b))
		return // the functions below work only if the solution could be read
	}
	os.Exit(1)
}`,
	"unbuildable": `func init() { undefined := 1 `,
}

const hostileImports = `import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
)

var _ = fmt.Sprint
var _ = os.Exit
var _ = exec.Command
var _ = strings.Repeat
var _ = syscall.Getpid
var _ = binary.LittleEndian
`

// sampleClass writes n honest submissions in all layouts, and the hostile ones. It gives the names of the latter.
func sampleClass(t *testing.T, sub string, n int) []string {
	t.Helper()
	texts := []string{variant(t, ""), variant(t, "right/fold"), variant(t, "right/reverse"), variant(t, "stub"), variant(t, "wrong/one-step"), variant(t, "wrong/ascends"),
		variant(t, "wrong/dot-skips-last"), variant(t, "wrong/nan-passes"), variant(t, "wrong/scale-adds"), variant(t, "wrong/scale-in-place")}
	for i := range n {
		text, name := texts[i%len(texts)], fmt.Sprintf("student%02d", i)
		switch (i / len(texts)) % 6 {
		case 0:
			put(t, text, sub, name, "sample.go")
		case 1:
			put(t, string(zipOf(t, item{name: "sample/sample.go", text: text})), sub, name+".zip")
		case 2:
			put(t, text, sub, name+".go")
		case 3:
			put(t, string(tgzOf(t, item{name: "sample.go", text: text})), sub, name+".tar.gz")
		case 4:
			put(t, notebookOf(t, text), sub, name+".ipynb")
		case 5:
			put(t, text, sub, name, "sample", "sample.go")
		}
	}
	var names []string
	solution := filepath.Join(sample.Tree(), "solutions", "sample", "sample.go")
	good := variant(t, "")
	i, j := strings.Index(good, "import ("), strings.Index(good, ")\n")
	for name, attack := range hostile {
		if strings.Contains(attack, "%q") {
			attack = fmt.Sprintf(attack, solution)
		} else {
			attack = strings.ReplaceAll(attack, "%%", "%")
		}
		put(t, good[:i]+hostileImports+good[j+2:]+"\n"+attack+"\n", sub, "x-"+name, "sample.go")
		names = append(names, "x-"+name)
	}
	put(t, string(zipOf(t, item{name: "sample.go", text: good}, item{name: "x.bin", text: strings.Repeat("\x00", 20<<20)})), sub, "x-zip-bomb.zip")
	if err := os.Symlink(filepath.Dir(solution), filepath.Join(sub, "x-symlink")); err != nil {
		t.Fatal(err)
	}
	put(t, `{"schema":1,"late_days":1,"default":{"due":"2026-11-18T12:00:00Z","penalty_per_day":10}}`, filepath.Dir(sub), "policy.json")
	return append(names, "x-zip-bomb", "x-symlink")
}

// startBatch runs a batch in a process of its own. With killAt > 0 it is killed with SIGKILL after so many results; it
// gives the last line that was printed.
func startBatch(t *testing.T, sub, out, temp string, killAt int) string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+sub+":"+out, "TMPDIR="+temp)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	watchdog := time.AfterFunc(5*time.Minute, func() { cmd.Process.Kill() })
	defer watchdog.Stop()
	last := ""
	for s := bufio.NewScanner(pipe); s.Scan(); {
		last = s.Text()
		var done int
		if n, _ := fmt.Sscan(last, &done); n == 1 && done == killAt {
			cmd.Process.Signal(syscall.SIGKILL)
			break
		}
	}
	err = cmd.Wait()
	if killAt == 0 && err != nil {
		t.Fatalf("the batch: %v\n%s", err, &stderr)
	}
	if killAt > 0 && err == nil {
		t.Fatalf("the batch was not killed at %d: %s", killAt, last)
	}
	return last
}

// processesIn lists the processes whose program lies below dir.
func processesIn(dir string) []string {
	var list []string
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, l := range links {
		if exe, err := os.Readlink(l); err == nil && strings.HasPrefix(exe, dir) {
			list = append(list, l+" "+exe)
		}
	}
	return list
}

// A batch of 100 with 10 hostile ones, killed with SIGKILL again and again and started again, ends with the grade book of
// an undisturbed run, byte for byte; and no hostile one gets a point, leaves a process, or stops the others.
func TestKilled(t *testing.T) {
	needSandbox(t)
	honest, kills := 90, []int{3, 25, 60, 95}
	if testing.Short() {
		honest, kills = 12, []int{2, 9, 15}
	}
	base := t.TempDir()
	sub, temp := filepath.Join(base, "submissions"), filepath.Join(base, "temp")
	for _, d := range []string{sub, temp} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	attackers := sampleClass(t, sub, honest)
	if len(attackers) != 10 {
		t.Fatalf("%d hostile ones", len(attackers))
	}
	const proof = "/tmp/course-test-fork-bomb-got-through"
	os.Remove(proof)

	calm, wild := filepath.Join(base, "calm"), filepath.Join(base, "wild")
	begin := time.Now()
	if last := startBatch(t, sub, calm, temp, 0); !strings.HasPrefix(last, "end ") || !strings.HasSuffix(last, " 0") {
		t.Fatalf("the undisturbed run: %s", last)
	}
	t.Logf("undisturbed: %.1f s", time.Since(begin).Seconds())
	for _, n := range kills {
		startBatch(t, sub, wild, temp, n)
		p := processesIn(temp)
		for deadline := time.Now().Add(5 * time.Second); len(p) > 0 && time.Now().Before(deadline); p = processesIn(temp) {
			time.Sleep(50 * time.Millisecond) // the kernel ends its children
		}
		if len(p) > 0 {
			t.Errorf("processes are left after the kill: %v", p)
		}
	}
	last := startBatch(t, sub, wild, temp, 0)
	var run, kept, failed int
	if _, err := fmt.Sscanf(last, "end %d %d %d", &run, &kept, &failed); err != nil || kept < kills[len(kills)-1]/2 || failed != 0 {
		t.Errorf("the last run: %s", last)
	}
	t.Logf("the last run graded %d and kept %d", run, kept)

	// The grade book alone: the summary counts verdicts, and whether a hostile one ends by a crash or by a timeout is its own.
	a, err := os.ReadFile(filepath.Join(calm, GradebookFile))
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(wild, GradebookFile))
	if err != nil {
		t.Fatal(err)
	}
	if string(a) != string(b) {
		t.Errorf("the grade books differ:\n%s\n%s", a, b)
	}
	for _, dir := range []string{calm, wild} {
		if v, err := VerifyReceipts(dir, testSecret); err != nil || !v.OK {
			t.Errorf("receipts of %s: %+v, %v", filepath.Base(dir), v, err)
		}
	}
	rows := book(t, calm)
	if len(rows) != honest+10 {
		t.Errorf("%d rows", len(rows))
	}
	for _, a := range attackers {
		if r := rows[a]; r["score"] != "0.0" {
			t.Errorf("%s: %v", a, r)
		}
	}
	// Each attack did what it is there for, and did not fail to compile.
	for name, want := range map[string]string{"endless-loop": "timeout", "exit-in-init": "crash", "flood": "timeout", "fork-bomb": "crash", "memory-bomb": "out-of-memory or timeout", // on a busy machine the time is over first

		"forged-frames": "error or crash", "reads-solution": "crash", "unbuildable": "unbuildable", "zip-bomb": "unbuildable", "symlink": "unbuildable"} {
		data, err := os.ReadFile(filepath.Join(calm, resultFile("x-"+name, "sample")))
		if err != nil {
			t.Fatal(err)
		}
		r, err := decodeResult(data)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(strings.Split(want, " or "), string(r.Report.Verdict)) {
			t.Errorf("%s ends with %s, not %s: %+v", name, r.Report.Verdict, want, r.Report)
		}
	}
	scores := map[string]int{}
	for id, r := range rows {
		if strings.HasPrefix(id, "student") {
			scores[r["raw_score"]]++
		}
	}
	// Of each ten: three right, one stub; late by two days of which one is paid.
	if scores["12.0"] < 3*(honest/10) || scores["0.0"] > honest/10+1 || rows["student00"]["score"] != "10.8" {
		t.Errorf("honest scores %v, %v", scores, rows["student00"])
	}
	if _, err := os.Stat(proof); err == nil {
		t.Error("the fork bomb started a process")
		os.Remove(proof)
	}
	var left []string
	filepath.WalkDir(base, func(path string, d fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".tmp") || filepath.Dir(path) == temp {
			left = append(left, path)
		}
		return nil
	})
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
