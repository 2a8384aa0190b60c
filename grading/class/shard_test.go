//go:build linux

package class

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestParseShard(t *testing.T) {
	for text, want := range map[string]Shard{"1/1": {1, 1}, "2/3": {2, 3}, "10000/10000": {10000, 10000}} {
		if got, err := ParseShard(text); err != nil || got != want || got.String() != text {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "3", "0/3", "4/3", "-1/3", "1/0", "a/3", "1/b", "1/2/3", "1/10001", " 1/3"} {
		if got, err := ParseShard(text); !errors.Is(err, ErrInput) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

// Every student is in exactly one part, and the parts are of about the same size: the number in one of n parts of 3000
// students is binomial, and 5 standard deviations from its mean happen to none of the 26 parts by chance.
func TestShardHolds(t *testing.T) {
	const students = 3000
	for _, n := range []int{1, 2, 3, 7, 13} {
		count := make([]int, n+1)
		for s := range students {
			in := 0
			for i := 1; i <= n; i++ {
				if (Shard{i, n}).Holds(fmt.Sprintf("student %d", s)) {
					count[i]++
					in++
				}
			}
			if in != 1 {
				t.Fatalf("student %d is in %d of %d parts", s, in, n)
			}
		}
		p := 1 / float64(n)
		for i := 1; i <= n; i++ {
			if d := float64(count[i]) - students*p; d*d > 25*students*p*(1-p) {
				t.Errorf("part %d of %d has %d of %d students", i, n, count[i], students)
			}
		}
	}
	if !(Shard{}).Holds("anybody") {
		t.Error("the whole class does not hold everybody")
	}
}

// A class that is graded in parts by processes of their own, one of which is killed and one of which has no student, is
// merged to the grade book and the summary of a batch of the whole, byte for byte; and the merged folder can be continued.
// Shards that do not belong together are refused.
func TestShards(t *testing.T) {
	needSandbox(t)
	base := t.TempDir()
	sub, temp, whole := filepath.Join(base, "submissions"), filepath.Join(base, "temp"), filepath.Join(base, "whole")
	for _, d := range []string{sub, temp} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// Of four parts, the first has four students, the second two, the third none, the fourth two.
	want, names := [5]int{0, 4, 2, 0, 2}, []string(nil)
	perShard := map[int][]string{}
	for i := 0; len(names) < 8; i++ {
		name := fmt.Sprintf("student%02d", i)
		for k := 1; k <= 4; k++ {
			if (Shard{k, 4}).Holds(name) && len(perShard[k]) < want[k] {
				perShard[k] = append(perShard[k], name)
				names = append(names, name)
			}
		}
	}
	texts := []string{variant(t, ""), variant(t, "wrong/one-step"), variant(t, "stub")}
	absent := perShard[2][1] // on the roster only
	roster, manual := "student_id,last_name,first_name,email\n"+absent+",Absent,Ada,a@b\n", "student,exercise,check,points,comment\n"+perShard[4][0]+",sample,adjust,-1,late to the oral\n"
	n := 0
	for k := 1; k <= 4; k++ {
		for i, name := range perShard[k] {
			switch {
			case name == absent:
			case k == 4 && i == 1:
				put(t, "PK no zip", sub, name+".zip")
			default:
				put(t, texts[n%len(texts)], sub, name, "sample.go")
				n++
			}
		}
	}
	put(t, roster, base, "roster.csv")
	put(t, manual, base, "points.csv")
	put(t, `{"schema":1,"late_days":1,"default":{"due":"2026-11-18T12:00:00Z","penalty_per_day":10}}`, base, "policy.json")

	// One of one is the whole class.
	startBatch(t, sub, whole+":1/1", temp, 0)
	options := func(sub, out string) Options {
		o := shardOptions(sub, out)
		o.Progress, o.Log = nil, func(l string) { t.Log(l) }
		return o
	}
	read := func(elem ...string) []byte {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(elem...))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	plain := filepath.Join(base, "plain")
	if _, err := Run(context.Background(), options(sub, plain)); err != nil {
		t.Fatal(err)
	}
	if rows := book(t, plain); len(rows) != 8 || rows[absent]["last_name"] != "Absent" || rows[perShard[1][0]]["score"] != "10.8" {
		t.Fatalf("the class is not what this test needs: %v", rows)
	}

	// Four parts, at the same time; the first is killed after two results, and started again.
	var dirs []string
	var wg sync.WaitGroup
	for k := 1; k <= 4; k++ {
		dir := filepath.Join(base, fmt.Sprintf("part%d", k))
		dirs = append(dirs, dir)
		wg.Go(func() {
			arg := fmt.Sprintf("%s:%d/4", dir, k)
			if k == 1 {
				startBatch(t, sub, arg, temp, 2)
				if _, err := Merge(context.Background(), options(sub, filepath.Join(base, "early")), []string{dir}); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), "interrupted") {
					t.Errorf("a shard that was killed: %v", err)
				}
			}
			if last := startBatch(t, sub, arg, temp, 0); !strings.HasPrefix(last, "end ") {
				t.Errorf("part %d: %s", k, last)
			}
		})
	}
	wg.Wait()
	merged := filepath.Join(base, "merged")
	pages := &pagesOf{}
	merge := func(t *testing.T, out string, dirs ...string) (*Batch, error) {
		o := options(sub, out)
		o.Pages = pages
		return Merge(context.Background(), o, dirs)
	}
	check := func(t *testing.T, out string, dirs ...string) {
		t.Helper()
		if _, err := merge(t, out, dirs...); err != nil {
			t.Fatal(err)
		}
		for _, f := range []string{GradebookFile, SummaryFile} {
			if a, b := read(plain, f), read(out, f); !bytes.Equal(a, b) {
				t.Errorf("%s of the whole and of the parts:\n%s\n%s", f, a, b)
			}
		}
		if v, err := VerifyReceipts(out, testSecret); err != nil || !v.OK {
			t.Errorf("receipts: %+v, %v", v, err)
		}
	}
	check(t, merged, dirs[2], dirs[0], dirs[3], dirs[1])
	if pages.files != 6 || pages.students != 8 {
		t.Errorf("the pages saw %d sources of %d students, not 6 of 8", pages.files, pages.students)
	}
	check(t, filepath.Join(base, "merged1"), whole)

	// Once more: not a byte changes. And each shard's own receipts are kept.
	before := snapshot(t, merged)
	if _, err := merge(t, merged, dirs...); err != nil {
		t.Fatal(err)
	}
	if after := snapshot(t, merged); after != before {
		t.Errorf("a second merge changes\n%s\nto\n%s", before, after)
	}
	if a, b := read(dirs[0], ReceiptsFile), read(merged, "shards", "1-of-4.jsonl"); !bytes.Equal(a, b) {
		t.Error("the shard's receipts are not those of the merge")
	}
	// A batch of the whole goes on from the merge, and grades nothing.
	b, err := Run(context.Background(), options(sub, merged))
	if err != nil || b.Run != 0 || b.Kept != 8 {
		t.Fatalf("going on from the merge: %+v, %v", b, err)
	}
	if a, b := read(plain, GradebookFile), read(merged, GradebookFile); !bytes.Equal(a, b) {
		t.Errorf("going on from the merge changes the grade book:\n%s\n%s", a, b)
	}

	// What does not belong together. The third part has no student, so that it is made anew in no time.
	third := func(t *testing.T, change func(*Options)) string {
		t.Helper()
		o := options(sub, filepath.Join(t.TempDir(), "part3"))
		o.Shard = Shard{3, 4}
		change(&o)
		if _, err := Run(context.Background(), o); err != nil {
			t.Fatal(err)
		}
		return o.Out
	}
	file := func(t *testing.T, text string) string {
		f := filepath.Join(t.TempDir(), "file")
		put(t, text, f)
		return f
	}
	for name, tc := range map[string]struct {
		parts func(t *testing.T) []string
		words string
	}{
		"none":          {func(t *testing.T) []string { return nil }, "no shard"},
		"missing":       {func(t *testing.T) []string { return dirs[:2] }, "shard 3/4, 4/4 is missing"},
		"no folder":     {func(t *testing.T) []string { return append(slices.Clone(dirs[:3]), filepath.Join(base, "none")) }, "is no folder"},
		"empty folder":  {func(t *testing.T) []string { return append(slices.Clone(dirs[:3]), t.TempDir()) }, "never graded"},
		"twice":         {func(t *testing.T) []string { return append(slices.Clone(dirs), dirs[1]+"/") }, "named twice"},
		"overlap":       {func(t *testing.T) []string { return append(slices.Clone(dirs), third(t, func(*Options) {})) }, "are both shard 3/4"},
		"another split": {func(t *testing.T) []string { return []string{dirs[0], whole} }, "split differently"},
		"the whole":     {func(t *testing.T) []string { return []string{plain} }, "it is no shard"},
		"secret": {func(t *testing.T) []string {
			return []string{dirs[0], dirs[1], dirs[3], third(t, func(o *Options) { o.Grading.Secret = []byte("another secret, also long enough") })}
		}, "another secret"},
		"attempt": {func(t *testing.T) []string {
			return []string{dirs[0], dirs[1], dirs[3], third(t, func(o *Options) { o.Attempt = "1" })}
		}, "--attempt 0 and 1"},
		"same instances": {func(t *testing.T) []string {
			return []string{dirs[0], dirs[1], dirs[3], third(t, func(o *Options) { o.Same = true })}
		}, "--same-instances"},
		"exercises": {func(t *testing.T) []string {
			return []string{dirs[0], dirs[1], dirs[3], third(t, func(o *Options) { o.Only = []string{"sample"} })}
		}, "different exercises"},
		"policy": {func(t *testing.T) []string {
			return []string{dirs[0], dirs[1], dirs[3], third(t, func(o *Options) { o.Policy = "" })}
		}, "--policy"},
		"points by hand": {func(t *testing.T) []string {
			return []string{dirs[0], dirs[1], dirs[3], third(t, func(o *Options) { o.Manual = file(t, manual+"\n") })}
		}, "--manual"},
		"class": {func(t *testing.T) []string {
			return []string{dirs[0], dirs[1], dirs[3], third(t, func(o *Options) {
				o.Submissions = filepath.Join(t.TempDir(), "sub")
				if err := os.CopyFS(o.Submissions, os.DirFS(sub)); err != nil {
					t.Fatal(err)
				}
				put(t, "x", o.Submissions, perShard[1][0]+"x", "essay.txt")
				for i := 0; ; i++ { // one who is not in the third part
					name := fmt.Sprintf("new%d", i)
					if !(Shard{3, 4}).Holds(name) {
						put(t, texts[0], o.Submissions, name, "sample.go")
						break
					}
				}
			})}
		}, "different classes"},
		"forged": {func(t *testing.T) []string {
			dir := filepath.Join(t.TempDir(), "forged")
			if err := os.CopyFS(dir, os.DirFS(dirs[1])); err != nil {
				t.Fatal(err)
			}
			f := resultFile(perShard[2][0], "sample")
			put(t, strings.Replace(string(read(dir, f)), `"final": `, `"final": 1`, 1), dir, f)
			return []string{dirs[0], dir, dirs[2], dirs[3]}
		}, "was changed"},
		"version": {func(t *testing.T) []string {
			dir := filepath.Join(t.TempDir(), "part")
			if err := os.CopyFS(dir, os.DirFS(dirs[2])); err != nil {
				t.Fatal(err)
			}
			var info shardInfo
			if err := json.Unmarshal(read(dir, ShardFile), &info); err != nil || len(info.Graders["sample"]) != 64 {
				t.Fatal(info.Graders, err)
			}
			put(t, strings.Replace(string(read(dir, ShardFile)), info.Graders["sample"], noHash, 1), dir, ShardFile)
			return []string{dirs[0], dirs[1], dir, dirs[3]}
		}, "different versions"},
		"not finished": {func(t *testing.T) []string {
			dir := filepath.Join(t.TempDir(), "part")
			if err := os.CopyFS(dir, os.DirFS(dirs[2])); err != nil {
				t.Fatal(err)
			}
			var info shardInfo
			if err := json.Unmarshal(read(dir, ShardFile), &info); err != nil {
				t.Fatal(err)
			}
			put(t, strings.Replace(string(read(dir, ShardFile)), info.Head, noHash, 1), dir, ShardFile)
			return []string{dirs[0], dirs[1], dir, dirs[3]}
		}, "interrupted when it was graded again"},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			_, err := merge(t, out, tc.parts(t)...)
			var broken *Broken
			if err == nil || !strings.Contains(err.Error(), tc.words) || !errors.Is(err, ErrInput) && !errors.As(err, &broken) {
				t.Errorf("%v", err)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("something was written")
			}
		})
	}
	// Folders of results that are another's.
	for name, tc := range map[string]struct {
		do    func(t *testing.T) error
		words string
	}{
		"merge into a shard": {func(t *testing.T) error { _, err := merge(t, dirs[2], dirs...); return err }, "is shard 3/4 itself"},
		"merge over others": {func(t *testing.T) error {
			out := t.TempDir()
			put(t, "{}", out, "results", "zoe", "sample.json")
			_, err := merge(t, out, dirs...)
			return err
		}, "which is in no shard"},
		"merge over points by hand": {func(t *testing.T) error {
			out := t.TempDir()
			put(t, manual, out, "manual.csv")
			_, err := merge(t, out, dirs...)
			return err
		}, "manual.csv"},
		"the whole into a shard": {func(t *testing.T) error {
			_, err := Run(context.Background(), options(sub, dirs[2]))
			return err
		}, "holds shard 3/4"},
		"a shard into another": {func(t *testing.T) error {
			o := options(sub, dirs[2])
			o.Shard = Shard{1, 4}
			_, err := Run(context.Background(), o)
			return err
		}, "holds shard 3/4"},
		"a shard into the whole": {func(t *testing.T) error {
			o := options(sub, plain)
			o.Shard = Shard{1, 4}
			_, err := Run(context.Background(), o)
			return err
		}, "who is not in shard 1/4"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := tc.do(t); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), tc.words) {
				t.Errorf("%v", err)
			}
		})
	}
}

// shardOptions are those of a childBatch with a shard. Nothing hostile is in that class, so that its limits are wide enough for any
// busy machine.
func shardOptions(sub, out string) Options {
	o := childOptions(sub, out)
	o.Exercises[0].CallTimeout = time.Minute
	o.Grading.RunTimeout, o.Grading.BuildTimeout = 5*time.Minute, 5*time.Minute
	o.Roster, o.Manual = filepath.Join(filepath.Dir(sub), "roster.csv"), filepath.Join(filepath.Dir(sub), "points.csv")
	return o
}

// pagesOf counts what the pages are given.
type pagesOf struct{ files, students int }

func (p *pagesOf) Student(string, StudentResult) error { return nil }
func (p *pagesOf) Summary(_ string, all []StudentResult) error {
	p.files, p.students = 0, len(all)
	for _, s := range all {
		for _, r := range s.Results {
			p.files += len(r.Files)
		}
	}
	return nil
}
