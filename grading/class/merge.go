package class

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nncourse/grading"
)

// part is one shard as Merge reads it.
type part struct {
	dir     string
	shard   Shard
	info    *shardInfo
	chain   []byte // its receipts.jsonl
	results []merged
}

type merged struct {
	data    []byte
	result  *Result
	receipt Receipt
}

// Merge puts the shards in dirs together in Options.Out: the results as they are, a grade book and a summary equal to those of
// a batch of the whole class, the pages (similarity between submissions needs all of them), and a chain of receipts that
// holds each result's and, in shards/, each shard's own chain. Nothing is graded. Every shard must be there once, whole,
// and made from the same secret, exercises and files; else the error wraps ErrInput, or is of the type *Broken, and nothing
// is written. Of the Options it uses Out, Exercises, Grading.Secret, Pages and Log, and Submissions, the folder that was
// graded: without it (then it is "") the pages show no source, and nothing is compared. Out may be that of an
// earlier merge of these shards. It may be continued by Run without Options.Shard.
func Merge(ctx context.Context, o Options, dirs []string) (*Batch, error) {
	begin := time.Now()
	if o.now == nil {
		o.now = time.Now
	}
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits
	}
	if len(dirs) == 0 {
		return nil, fmt.Errorf("%w: no shard to merge", ErrInput)
	}
	if s, err := readShard(o.Out); err != nil {
		return nil, err
	} else if s != nil {
		return nil, fmt.Errorf("%w: %s is shard %s itself: choose another --out", ErrInput, o.Out, s.Shard)
	}
	key := macKey(o.Grading.Secret)
	var parts []*part
	for i, dir := range dirs {
		if slices.ContainsFunc(dirs[:i], func(d string) bool { return filepath.Clean(d) == filepath.Clean(dir) }) {
			return nil, fmt.Errorf("%w: %s is named twice", ErrInput, dir)
		}
		p, unlock, err := o.readPart(dir)
		if err != nil {
			return nil, err
		}
		defer unlock()
		parts = append(parts, p)
	}
	if err := agree(parts); err != nil {
		return nil, err
	}
	first := parts[0].info
	var exercises []*grading.Exercise
	for _, slug := range first.Exercises {
		i := slices.IndexFunc(o.Exercises, func(x *grading.Exercise) bool { return x.Slug == slug })
		if i < 0 {
			return nil, fmt.Errorf("%w: there is no exercise %q here: merge with the course that graded", ErrInput, slug)
		}
		exercises = append(exercises, o.Exercises[i])
	}

	// Everything is known; now the folder.
	if err := os.MkdirAll(filepath.Join(o.Out, "results"), 0o755); err != nil {
		return nil, err
	}
	unlock, err := o.lockOut(o.Out)
	if err != nil {
		return nil, err
	}
	defer unlock()
	all := []merged{}
	for _, p := range parts {
		all = append(all, p.results...)
	}
	slices.SortFunc(all, func(a, b merged) int {
		if c := strings.Compare(a.result.Exercise, b.result.Exercise); c != 0 {
			return c
		}
		return strings.Compare(a.result.Student, b.result.Student)
	})
	if err := o.checkMerged(all); err != nil {
		return nil, err
	}
	receipts, err := openChain(o.Out, key)
	if err != nil {
		return nil, err
	}
	defer receipts.close()
	put := func(file string, data []byte, r Receipt) error {
		full := filepath.Join(o.Out, filepath.FromSlash(file))
		if old, err := os.ReadFile(full); err != nil || string(old) != string(data) {
			if err := writeAtomic(full, data); err != nil {
				return err
			}
		}
		r.File, r.SHA256 = file, hashOf(data)
		return receipts.add(r)
	}
	for _, m := range all {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := put(m.receipt.File, m.data, m.receipt); err != nil {
			return nil, err
		}
	}
	for _, p := range parts {
		r := Receipt{At: o.now().UTC().Format(time.RFC3339), Kind: "shard"}
		if err := put(path.Join("shards", fmt.Sprintf("%d-of-%d.jsonl", p.shard.I, p.shard.N)), p.chain, r); err != nil {
			return nil, err
		}
	}

	b := &Batch{Kept: len(all)}
	students := map[string]*StudentResult{}
	for _, p := range parts {
		for _, s := range p.info.Students {
			students[s.ID] = &StudentResult{ID: s.ID, LastName: s.LastName, FirstName: s.FirstName, Email: s.Email}
		}
	}
	for _, m := range all {
		students[m.result.Student].Results = append(students[m.result.Student].Results, *m.result)
		if m.result.State == Failed {
			b.Failed++
		}
	}
	for _, id := range slices.Sorted(maps.Keys(students)) {
		b.Students = append(b.Students, *students[id])
	}
	o.Only, o.Same = first.Only, first.Same
	if err := o.addSources(b.Students); err != nil {
		return nil, err
	}
	b.Summary = o.summarise(b.Students, exercises)
	var level, why []string
	for _, p := range parts {
		b.Summary.Unsafe = b.Summary.Unsafe || p.info.Unsafe
		level, why = append(level, p.info.Sandbox), append(why, p.info.SandboxWhy)
	}
	b.Summary.Sandbox, b.Summary.SandboxWhy = joined(level), joined(why)
	if err := o.writeBooks(b, func(slug string) (time.Time, bool) {
		t, err := time.Parse(time.RFC3339, first.Due[slug])
		return t, err == nil
	}, receipts); err != nil {
		return nil, err
	}
	b.Head = receipts.hash
	o.pages(b)
	b.Duration = time.Since(begin)
	return b, nil
}

// joined gives the different ones of some texts, sorted.
func joined(texts []string) string {
	slices.Sort(texts)
	return strings.Join(slices.Compact(texts), ", ")
}

// lockOut takes the lock of a folder of results.
func (o *Options) lockOut(dir string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("%w: a batch writes to %s: wait for its end", ErrInput, dir)
	}
	return func() { f.Close() }, nil
}

// readPart reads one shard, and refuses one that is not whole.
func (o *Options) readPart(dir string) (_ *part, unlock func(), err error) {
	refuse := func(format string, args ...any) (*part, func(), error) {
		if unlock != nil {
			unlock()
		}
		return nil, nil, fmt.Errorf("%w: %s %s", ErrInput, dir, fmt.Sprintf(format, args...))
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return refuse("is no folder: this shard is missing; grade it with --shard")
	}
	if _, err := os.Stat(filepath.Join(dir, ReceiptsFile)); errors.Is(err, fs.ErrNotExist) {
		return refuse("holds no results: this shard was never graded, or stopped before its first; grade it with --shard")
	}
	unlock, err = o.lockOut(dir)
	if errors.Is(err, fs.ErrPermission) {
		unlock, err = func() {}, nil // a folder that may only be read
	}
	if err != nil {
		return nil, nil, err
	}
	info, err := readShard(dir)
	if err != nil {
		return refuse("%v", err)
	}
	if info == nil {
		return refuse("has no %s: it is no shard, or the shard was interrupted; the same command with --shard goes on", ShardFile)
	}
	if mark := secretMark(o.Grading.Secret); info.Secret != mark {
		return refuse("was graded with another secret: its instances are others; give all shards, and the merge, the same --secret-file")
	}
	p := &part{dir: dir, info: info}
	if p.shard, err = ParseShard(info.Shard); err != nil {
		return refuse("%v", err)
	}
	v, err := VerifyReceipts(dir, o.Grading.Secret)
	if err != nil {
		return refuse("cannot be read: %v", err)
	}
	if v.OK && v.Head != info.Head {
		return refuse("is not whole: shard %s was interrupted when it was graded again; the same command goes on", info.Shard)
	}
	if !v.OK {
		unlock()
		return nil, nil, &Broken{v.Line, dir + ": " + v.Why}
	}
	if p.chain, err = os.ReadFile(filepath.Join(dir, ReceiptsFile)); err != nil {
		return refuse("cannot be read: %v", err)
	}
	list, _, _, _, err := readChain(dir, macKey(o.Grading.Secret))
	if err != nil {
		return refuse("cannot be read: %v", err)
	}
	last := map[string]Receipt{}
	for _, r := range list {
		last[r.File] = r
	}
	files, err := resultFiles(dir)
	if err != nil {
		return refuse("cannot be read: %v", err)
	}
	named := map[string]bool{}
	for _, s := range info.Students {
		named[s.ID] = true
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f)))
		if err != nil {
			return refuse("cannot be read: %v", err)
		}
		r, err := decodeResult(data)
		switch {
		case err != nil:
			return refuse("holds %s, which cannot be read: %v", f, err)
		case resultFile(r.Student, r.Exercise) != f:
			return refuse("holds %s, which is the result of %q in %q", f, r.Student, r.Exercise)
		case !p.shard.Holds(r.Student) || !named[r.Student]:
			return refuse("holds a result of %q, who is not in shard %s", r.Student, info.Shard)
		case !slices.Contains(info.Exercises, r.Exercise):
			// An exercise that the course no longer has: a batch leaves it aside too.
			o.log("%s is left aside: the shard has no exercise %s", f, r.Exercise)
			continue
		}
		p.results = append(p.results, merged{data, r, last[f]})
	}
	return p, unlock, nil
}

// agree checks that the parts are those of one class, each once.
func agree(parts []*part) error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrInput, fmt.Sprintf(format, args...))
	}
	a := parts[0]
	have := map[int]string{}
	for _, p := range parts {
		if p.shard.N != a.shard.N {
			return wrong("%s is shard %s and %s is shard %s: the class was split differently", a.dir, a.shard, p.dir, p.shard)
		}
		if other, ok := have[p.shard.I]; ok {
			return wrong("%s and %s are both shard %s", other, p.dir, p.shard)
		}
		have[p.shard.I] = p.dir
	}
	var missing []string
	for i := 1; i <= a.shard.N; i++ {
		if _, ok := have[i]; !ok {
			missing = append(missing, Shard{i, a.shard.N}.String())
		}
	}
	if len(missing) > 0 {
		if len(missing) > 8 {
			missing = append(missing[:8], fmt.Sprintf("… (%d in all)", a.shard.N-len(have)))
		}
		return wrong("shard %s is missing", strings.Join(missing, ", "))
	}
	for _, p := range parts[1:] {
		x, y := a.info, p.info
		both := fmt.Sprintf("%s and %s", a.dir, p.dir)
		switch {
		case x.Attempt != y.Attempt:
			return wrong("%s were graded with different instances: --attempt %s and %s", both, x.Attempt, y.Attempt)
		case x.Same != y.Same:
			return wrong("%s were graded with different instances: one with --same-instances, one without", both)
		case !slices.Equal(x.Only, y.Only) || !slices.Equal(x.Exercises, y.Exercises):
			return wrong("%s hold different exercises (%s; %s): name them with --exercise in all shards", both, strings.Join(x.Exercises, ", "), strings.Join(y.Exercises, ", "))
		case !maps.Equal(x.Graders, y.Graders):
			return wrong("%s were graded by different versions of the course", both)
		case !slices.Equal(x.Class, y.Class):
			return wrong("%s saw different classes (%s): grade both again", both, difference(x.Class, y.Class))
		}
		for _, name := range slices.Sorted(maps.Keys(x.Files)) {
			if x.Files[name] != y.Files[name] {
				return wrong("%s were graded with different files for --%s", both, name)
			}
		}
	}
	return nil
}

// difference names one that only one of two sorted lists has.
func difference(a, b []string) string {
	for _, s := range a {
		if !slices.Contains(b, s) {
			return fmt.Sprintf("only the first has %q", s)
		}
	}
	for _, s := range b {
		if !slices.Contains(a, s) {
			return fmt.Sprintf("only the second has %q", s)
		}
	}
	return "not the same number"
}

// checkMerged refuses a folder that holds anything else than an earlier merge of the same shards.
func (o *Options) checkMerged(all []merged) error {
	if _, err := os.Stat(filepath.Join(o.Out, "manual.csv")); err == nil {
		return fmt.Errorf("%w: %s holds manual.csv, which a merge does not read: give the file to the shards with --manual, or choose another --out", ErrInput, o.Out)
	}
	mine := map[string]bool{}
	for _, m := range all {
		mine[m.receipt.File] = true
	}
	files, err := resultFiles(o.Out)
	if err != nil {
		return err
	}
	for _, f := range files {
		if !mine[f] {
			return fmt.Errorf("%w: %s holds %s, which is in no shard: choose another --out", ErrInput, o.Out, f)
		}
	}
	return nil
}

// addSources gives the results their sources, for the pages.
func (o *Options) addSources(students []StudentResult) error {
	if o.Submissions == "" {
		return nil
	}
	if o.Jobs <= 0 {
		o.Jobs = 1
	}
	entries, _, err := scan(o)
	if err != nil {
		return err
	}
	byStudent := map[string]*entry{}
	for _, e := range entries {
		byStudent[e.student] = e
	}
	for _, s := range students {
		for i := range s.Results {
			r := &s.Results[i]
			e := byStudent[s.ID]
			if e == nil || len(e.sources[r.Exercise]) == 0 {
				continue
			}
			sub := e.sources[r.Exercise][0].sub
			if sub.Identity() != r.Key.Submission {
				o.log("%s, %s: the submission is not the one that was graded: it is not compared", s.ID, r.Exercise)
				continue
			}
			r.Files = sub.Sources()
		}
	}
	return nil
}
