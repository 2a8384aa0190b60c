package class

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"nncourse/grading"
	"nncourse/grading/sandbox"
)

// Batch is what a run did.
type Batch struct {
	Summary  Summary
	Students []StudentResult
	Run      int           // submissions graded now
	Kept     int           // taken from an earlier run
	Built    int           // builds, fewer than Run where submissions are identical
	Failed   int           // results in state error
	Duration time.Duration // of this run
	Head     string        // hash of the last receipt
	PageErrs []string      // what Pages could not make
}

// unit is one student's work in one exercise.
type unit struct {
	student string
	x       *grading.Exercise
	src     *source // nil: nothing was handed in, or what was is refused
	entry   *entry  // nil: only on the roster, or known from an earlier run
	old     stored
	key     Key
	by      string
	when    time.Time
	late    lateness
	group   *group
	keep    bool // not chosen in this run, or no longer in the folder: the old result stays
	gone    bool

	result *Result
}

// group is a set of units with identical submissions to one exercise. They share a build, and with Options.Same a report.
type group struct {
	once  sync.Once
	built *grading.Built
	err   error

	mu     sync.Mutex
	users  int             // units that still need the build
	report *grading.Report // with Same: the one that all get
}

// unsafeNote is put into every report that was made without containment.
const unsafeNote = grading.UnsafeNote

// Run grades a class. One batch at a time may write to Options.Out. An error is the machine's or the caller's; whatever
// the students handed in ends in their results.
func Run(ctx context.Context, o Options) (*Batch, error) {
	begin := time.Now()
	if o.now == nil {
		o.now = time.Now
	}
	if o.Jobs <= 0 {
		o.Jobs = runtime.NumCPU()
	}
	if o.Attempt == "" {
		o.Attempt = "0"
	}
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits
	}
	contained := o.Grading.Level().Contains()
	if !contained && !o.Unsafe {
		return nil, fmt.Errorf("%w: %s", grading.ErrNoSandbox, sandbox.Detect().Why)
	}
	o.Unsafe = !contained // with a sandbox nothing is unsafe
	o.Grading.Others, o.Grading.Unsafe = true, o.Unsafe
	if o.Unsafe {
		o.log("! %s", unsafeNote)
	}
	for _, slug := range o.Only {
		if !slices.ContainsFunc(o.Exercises, func(x *grading.Exercise) bool { return x.Slug == slug }) {
			return nil, fmt.Errorf("%w: there is no exercise %q", ErrInput, slug)
		}
	}
	in, err := o.readFiles()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}

	if err := os.MkdirAll(filepath.Join(o.Out, "results"), 0o755); err != nil {
		return nil, err
	}
	lockFile, err := os.OpenFile(filepath.Join(o.Out, ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	defer lockFile.Close()
	if err := lock(lockFile); err != nil {
		return nil, fmt.Errorf("another batch writes to %s", o.Out)
	}
	scratch, err := newScratch(lockFile)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	if o.Grading.Scratch == "" {
		o.Grading.Scratch = scratch
	}
	receipts, err := openChain(o.Out, macKey(o.Grading.Secret))
	if err != nil {
		return nil, err
	}
	defer receipts.close()
	old, err := loadStored(o.Out, receipts.last, func(l string) { o.log("%s", l) })
	if err != nil {
		return nil, err
	}

	if err := o.checkOut(old); err != nil {
		return nil, err
	}

	entries, ignored, err := scan(&o)
	if err != nil {
		return nil, err
	}
	for _, name := range ignored {
		o.log("%s is left aside: neither a folder, nor an archive, nor a notebook, nor a Go file", name)
	}
	units, exercises, graders, err := o.plan(ctx, entries, in, old)
	if err != nil {
		return nil, err
	}
	b := &Batch{}
	if err := o.gradeAll(ctx, units, in, receipts, b); err != nil {
		return nil, err
	}
	b.Students = o.students(units, in)
	b.Summary = o.summarise(b.Students, exercises)
	if err := o.writeBooks(b, in.due, receipts); err != nil {
		return nil, err
	}
	b.Head = receipts.hash
	if o.Shard.N > 0 {
		if err := o.writeShard(b, entries, in, graders); err != nil {
			return nil, err
		}
	} else {
		o.pages(b)
	}
	b.Duration = time.Since(begin)
	return b, nil
}

// ErrInput is wrapped by what is wrong with a file that the teacher gives.
var ErrInput = errors.New("cannot grade like this")

// input is what a teacher's files say.
type input struct {
	policy *Policy
	times  map[[2]string]time.Time
	roster map[string]person
	manual map[[2]string][]Manual
}

// due gives the date until which the class may hand an exercise in, without extensions.
func (in input) due(slug string) (time.Time, bool) {
	if in.policy != nil {
		if d := in.policy.rule(slug).Due; d != nil {
			return *d, true
		}
	}
	return time.Time{}, false
}

func (o *Options) readFiles() (in input, err error) {
	if o.Policy != "" {
		if in.policy, err = ReadPolicy(o.Policy); err != nil {
			return in, err
		}
		for slug := range in.policy.Exercises {
			if o.checkPoints(slug) == nil {
				return in, fmt.Errorf("%s: there is no exercise %q", o.Policy, slug)
			}
		}
	}
	if o.Times != "" {
		if in.times, err = fromFile(o.Times, readTimes); err != nil {
			return in, err
		}
	}
	if o.Roster != "" {
		if in.roster, err = fromFile(o.Roster, readRoster); err != nil {
			return in, err
		}
	}
	file := o.Manual
	if file == "" {
		file = filepath.Join(o.Out, "manual.csv")
	}
	in.manual, err = fromFile(file, func(r io.Reader) (map[[2]string][]Manual, error) { return readManual(r, o.checkPoints) })
	if o.Manual == "" && errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return in, err
}

// checkPoints gives the points of an exercise's checks, nil for an unknown exercise.
func (o *Options) checkPoints(slug string) map[string]float64 {
	for _, x := range o.Exercises {
		if x.Slug == slug {
			m := map[string]float64{}
			for _, c := range x.Checks {
				m[c.ID] = c.Points
			}
			return m
		}
	}
	return nil
}

const scratchPrefix = "course-class-"

// newScratch makes the folder for builds, and removes that of a batch that was killed. Its name is kept in the lock file.
func newScratch(lockFile *os.File) (string, error) {
	data, err := io.ReadAll(io.LimitReader(lockFile, 4096))
	if err != nil {
		return "", err
	}
	if old := strings.TrimSpace(string(data)); filepath.Dir(old) == filepath.Clean(os.TempDir()) && strings.HasPrefix(filepath.Base(old), scratchPrefix) {
		if info, err := os.Lstat(old); err == nil && info.IsDir() {
			os.RemoveAll(old)
		}
	}
	dir, err := os.MkdirTemp("", scratchPrefix)
	if err != nil {
		return "", err
	}
	// Others may pass through, so that a program under another user can be started below.
	if err := os.Chmod(dir, 0o711); err != nil {
		return "", err
	}
	if err := lockFile.Truncate(0); err != nil {
		return "", err
	}
	_, err = lockFile.WriteAt([]byte(dir+"\n"), 0)
	return dir, err
}

// settings is the part of Key that stands for everything set from outside.
func (o *Options) settings(x *grading.Exercise) string {
	g := &o.Grading
	return hashOf(fmt.Appendf(nil, "1 %v %v %d %d %v %v %v %v %v", x.CallTimeout, x.MemoryMB, x.CallbackBudget, len(x.Checks),
		g.BuildTimeout, g.RunTimeout, g.Level().String(), o.Unsafe, o.Same))
}

// instance gives the student's name as far as the instances depend on it.
func (o *Options) instance(student string) string {
	if o.Same {
		return ""
	}
	return student
}

// plan decides what is to be done: for each student and exercise a unit, sorted by exercise and student. graders is the
// grader's hash for each exercise that is graded in this run.
func (o *Options) plan(ctx context.Context, entries []*entry, in input, old map[[2]string]stored) (units []*unit, exercises []*grading.Exercise, graders map[string]string, err error) {
	students := map[string]*entry{}
	for _, e := range entries {
		students[e.student] = e
	}
	for id := range in.roster {
		if _, ok := students[id]; !ok {
			students[id] = nil
		}
	}
	// The exercises of the batch: those that are named, or those that anybody handed in; and those of earlier runs.
	isChosen, inBatch := map[string]bool{}, map[string]bool{}
	for _, x := range o.chosen() {
		if len(o.Only) > 0 {
			isChosen[x.Slug] = true
		}
		for _, e := range entries {
			if len(e.sources[x.Slug]) > 0 {
				isChosen[x.Slug] = true
			}
		}
	}
	for k := range old {
		if o.checkPoints(k[1]) == nil {
			o.log("the earlier result of %s in %q is left aside: there is no such exercise", k[0], k[1])
			delete(old, k)
			continue
		}
		inBatch[k[1]] = true
		if len(o.Only) == 0 {
			isChosen[k[1]] = true
		}
		if _, ok := students[k[0]]; !ok {
			students[k[0]] = nil
		}
	}
	for slug := range isChosen {
		inBatch[slug] = true
	}
	if len(isChosen) == 0 {
		var slugs []string
		for _, x := range o.Exercises {
			slugs = append(slugs, x.Slug)
		}
		return nil, nil, nil, fmt.Errorf("%w of %s in %s; name one with --exercise", ErrNothing, strings.Join(slugs, ", "), o.Submissions)
	}
	graders = map[string]string{}
	for _, x := range o.Exercises {
		if !inBatch[x.Slug] {
			continue
		}
		exercises = append(exercises, x)
		if isChosen[x.Slug] {
			hash, err := grading.Fingerprint(ctx, x, o.Grading)
			if err != nil {
				return nil, nil, nil, err
			}
			graders[x.Slug] = hash
		}
	}
	slices.SortFunc(exercises, func(a, b *grading.Exercise) int { return strings.Compare(a.Slug, b.Slug) })

	for id, e := range students {
		if !o.Shard.Holds(id) {
			continue
		}
		var mine []*unit
		var all []handed
		for _, x := range o.Exercises {
			u := &unit{student: id, x: x, entry: e, old: old[[2]string{id, x.Slug}]}
			if e != nil && len(e.sources[x.Slug]) > 0 {
				u.src = &e.sources[x.Slug][0]
			}
			u.keep = !isChosen[x.Slug]
			if u.src == nil && u.old.result != nil && u.old.result.State == Graded {
				u.keep, u.gone = true, true
			}
			u.when, u.by = o.submitted(u, in)
			if u.src != nil || u.old.result != nil {
				all = append(all, handed{x.Slug, u.when})
			}
			if inBatch[x.Slug] && (!u.keep || u.old.result != nil) {
				mine = append(mine, u)
			}
		}
		late := map[string]lateness{}
		if in.policy != nil {
			late = in.policy.lateness(id, all)
			for _, u := range mine {
				if _, ok := late[u.x.Slug]; !ok {
					late[u.x.Slug] = in.policy.lateness(id, []handed{{slug: u.x.Slug}})[u.x.Slug]
				}
			}
		}
		for _, u := range mine {
			u.late = late[u.x.Slug]
			if u.src != nil && !u.keep {
				seed := grading.Seed(o.Grading.Secret, u.x.Slug, o.instance(id), o.Attempt)
				u.key = Key{Submission: u.src.sub.Identity(), Grader: graders[u.x.Slug], Seed: fmt.Sprintf("%x", seed[:8]), Settings: o.settings(u.x)}
			}
			units = append(units, u)
		}
	}
	slices.SortFunc(units, func(a, b *unit) int {
		if c := strings.Compare(a.x.Slug, b.x.Slug); c != 0 {
			return c
		}
		return strings.Compare(a.student, b.student)
	})
	groups := map[[2]string]*group{}
	for _, u := range units {
		if u.keep || u.src == nil {
			continue
		}
		k := [2]string{u.x.Slug, u.key.Submission}
		g := groups[k]
		if g == nil {
			g = &group{}
			groups[k] = g
		}
		u.group = g
		if r := u.reusable(); r == nil {
			g.users++
		} else if o.Same && g.report == nil {
			g.report = r
		}
	}
	return units, exercises, graders, nil
}

// ErrNothing is returned if nobody handed in anything that is known.
var ErrNothing = errors.New("nobody handed in any")

// submitted tells when a unit was handed in, to the second, and who says so.
func (o *Options) submitted(u *unit, in input) (time.Time, string) {
	for _, k := range [][2]string{{u.student, u.x.Slug}, {u.student, ""}} {
		if t, ok := in.times[k]; ok && (u.src != nil || u.old.result != nil) {
			return t.UTC().Truncate(time.Second), "times file"
		}
	}
	switch {
	case u.src != nil:
		by := "file"
		if len(u.entry.claimed) > 0 && u.src.when.Equal(o.claimed(u.entry, u.x.Slug, time.Time{})) {
			by = "submitted_at"
		}
		return u.src.when.UTC().Truncate(time.Second), by
	case u.old.result != nil && u.old.result.Submitted != "":
		if t, err := time.Parse(time.RFC3339, u.old.result.Submitted); err == nil {
			return t.UTC(), u.old.result.SubmittedBy
		}
	case u.entry != nil && len(u.entry.refused) > 0:
		return u.entry.when.UTC().Truncate(time.Second), "file"
	}
	return time.Time{}, ""
}

// reusable gives the report of an earlier run, if nothing that decides it has changed.
func (u *unit) reusable() *grading.Report {
	r := u.old.result
	if r == nil || r.State != Graded && r.State != Refused || r.Report == nil || r.Key != u.key || r.Key == (Key{}) {
		return nil
	}
	return r.Report
}

// gradeAll brings every unit to its result.
func (o *Options) gradeAll(ctx context.Context, units []*unit, in input, receipts *chain, b *Batch) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex // guards receipts, b, and done
	var wg sync.WaitGroup
	var first error
	done := 0
	slots := make(chan struct{}, o.Jobs)
	for _, u := range units {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			ran, err := o.gradeUnit(ctx, u, in)
			var data []byte
			if err == nil {
				data, err = u.result.encode()
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil && !bytes.Equal(data, u.old.data) {
				err = writeAtomic(filepath.Join(o.Out, filepath.FromSlash(resultFile(u.student, u.x.Slug))), data)
			}
			if err == nil {
				err = receipts.add(o.receipt(u.result, data))
			}
			if err != nil {
				if first == nil {
					first = err
				}
				cancel()
				return
			}
			done++
			if ran {
				b.Run++
			} else if u.old.result != nil {
				b.Kept++
			}
			if u.result.State == Failed {
				b.Failed++
			}
			if o.Progress != nil {
				o.Progress(Progress{Done: done, Of: len(units), Run: b.Run, Kept: b.Kept, Last: u.student, Exercise: u.x.Slug, State: u.result.State})
			}
			if o.afterResult != nil {
				o.afterResult(done)
			}
		})
	}
	wg.Wait()
	built := map[*group]bool{}
	for _, u := range units {
		if u.group != nil {
			if u.group.built != nil {
				u.group.built.Close()
				built[u.group] = true
			}
		}
	}
	b.Built = len(built)
	if first != nil {
		return first
	}
	return ctx.Err()
}

func (o *Options) receipt(r *Result, data []byte) Receipt {
	rc := Receipt{At: o.now().UTC().Format(time.RFC3339), Kind: "result", Student: r.Student, Exercise: r.Exercise, State: r.State,
		Raw: r.Grade.Raw, Score: r.Grade.Final, Max: r.Grade.Max, Submission: r.Key.Submission, Grader: r.Key.Grader, Seed: r.Key.Seed,
		File: resultFile(r.Student, r.Exercise), SHA256: hashOf(data)}
	if r.Report != nil {
		rc.Sandbox = r.Report.Sandbox
	}
	return rc
}

// gradeUnit makes u.result. The error is of the kind that ends the batch: it was interrupted.
func (o *Options) gradeUnit(ctx context.Context, u *unit, in input) (ran bool, err error) {
	r := &Result{Schema: Schema, Student: u.student, Exercise: u.x.Slug, Attempt: o.Attempt, Teacher: []string{}, Key: u.key, Same: o.Same, Unsafe: o.Unsafe}
	u.result = r
	if !u.when.IsZero() {
		r.Submitted, r.SubmittedBy = u.when.Format(time.RFC3339), u.by
	}
	manual := in.manual[[2]string{u.student, u.x.Slug}]
	e := u.entry
	switch {
	case u.keep:
		// What an earlier run found stays; only the penalty and the points by hand are computed again.
		old := *u.old.result
		old.Teacher = slices.DeleteFunc(slices.Clone(old.Teacher), func(s string) bool { return s == goneNote })
		if u.gone {
			old.Teacher = append(old.Teacher, goneNote)
			if e != nil {
				for _, s := range e.refused {
					old.Teacher = append(old.Teacher, "refused: "+s)
				}
			}
		}
		old.Submitted, old.SubmittedBy = r.Submitted, r.SubmittedBy
		*r = old
	case u.src != nil:
		r.Source, r.State = u.src.from, Graded
		if u.src.refused != "" {
			r.State = Refused
			r.Teacher = append(r.Teacher, "refused: "+u.src.refused)
		}
		if rep := u.reusable(); rep != nil {
			r.Report = rep
			break
		}
		ran = true
		rep, failure, err := o.report(ctx, u)
		if err != nil {
			return false, err
		}
		r.Report = rep
		if failure != "" {
			r.State, r.Error = Failed, failure
		}
	case e != nil && e.failed != "":
		r.State, r.Error = Failed, e.failed
	case e != nil && len(e.refused) > 0 && len(e.sources) == 0:
		r.State = Refused
		r.Source = e.student
		for _, s := range e.refused {
			r.Teacher = append(r.Teacher, "refused: "+s)
		}
		r.Report = refusedReport(u.x, e)
		r.Report.Attempt = o.Attempt
	default:
		r.State = Missing
		if e != nil && len(e.sources) == 0 {
			r.Teacher = append(r.Teacher, "something was handed in, and nothing of it is an exercise")
		}
	}
	if e != nil && !u.keep {
		if list := e.sources[u.x.Slug]; len(list) > 1 {
			for _, s := range list[1:] {
				if s.sub.Hash() != list[0].sub.Hash() {
					r.Teacher = append(r.Teacher, "handed in twice: "+list[0].from+" is graded, "+s.from+" is another and is not")
				}
			}
		}
		if r.State != Graded {
			r.Teacher = append(r.Teacher, e.notes...)
		}
	}
	if u.src != nil {
		r.Files = u.src.sub.Sources()
	}
	auto, byCheck := 0.0, map[string]float64{}
	if r.Report != nil {
		auto = r.Report.Score
		for _, c := range r.Report.Checks {
			byCheck[c.ID] = c.Earned
		}
	}
	if r.State == Failed {
		auto, byCheck = 0, map[string]float64{}
		r.Teacher = append(r.Teacher, "the grader failed: "+r.Error)
	}
	r.Teacher = distinct(r.Teacher)
	r.Grade = in.policy.grade(u.x.Slug, u.late, auto, u.x.Max(), r.State != Failed, byCheck, manual)
	return ran, nil
}

// distinct makes lines printable and leaves out repeated ones.
func distinct(lines []string) []string {
	list := []string{}
	for _, l := range lines {
		if l = grading.Printable(l); !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	return list
}

const goneNote = "the submission is no longer in the folder; the earlier grade stands"

// refusedReport is the report of something that could not be opened.
func refusedReport(x *grading.Exercise, e *entry) *grading.Report {
	r := &grading.Report{Exercise: x.Slug, Title: x.Title, Target: e.student, Student: e.student, Max: x.Max(), Verdict: grading.Unbuildable,
		Checks: []grading.CheckResult{}, Problems: []grading.Problem{}, Notes: []string{}}
	for _, s := range e.refused {
		r.Problems = append(r.Problems, grading.Problem{Message: grading.Printable(s), Explain: "hand in a folder, an archive, a notebook or a Go file"})
	}
	for _, c := range x.Checks {
		r.Checks = append(r.Checks, grading.CheckResult{ID: c.ID, Title: c.Title, Points: c.Points, Public: c.Public, Verdict: grading.Unbuildable, Failures: []grading.Failure{}})
	}
	return r
}

// report builds and runs a unit. failure says that the grader failed on it, by an error, a panic, or by not coming back;
// err that the batch is interrupted.
func (o *Options) report(ctx context.Context, u *unit) (rep *grading.Report, failure string, err error) {
	type outcome struct {
		rep *grading.Report
		err error
	}
	ch := make(chan outcome, 1)
	go func() {
		var out outcome
		defer func() {
			if x := recover(); x != nil {
				o.log("grading %s, %s: the grader panicked: %v\n%s", u.student, u.x.Slug, x, debug.Stack())
				out = outcome{nil, fmt.Errorf("it panicked: %v", x)}
			}
			ch <- out
		}()
		out.rep, out.err = o.buildAndRun(ctx, u)
	}()
	build, run := o.Grading.BuildTimeout, o.Grading.RunTimeout
	if build == 0 {
		build = 30 * time.Second
	}
	if run == 0 {
		run = 10 * max(u.x.CallTimeout, 5*time.Second)
	}
	// Every step of the student's has its limit; this one is for a check that itself does not end.
	late := time.NewTimer(2*(build+run) + 2*time.Minute)
	defer late.Stop()
	select {
	case out := <-ch:
		switch {
		case out.err != nil && ctx.Err() != nil:
			return nil, "", ctx.Err()
		case out.err != nil:
			return nil, grading.Printable(out.err.Error()), nil
		case out.rep == nil:
			return nil, "it ended without a report", nil
		case out.rep.GraderFault != "":
			fault, _, _ := strings.Cut(out.rep.GraderFault, "\n")
			return out.rep, fault, nil
		}
		return out.rep, "", nil
	case <-late.C:
		return nil, "it did not come back: a check does not end", nil
	}
}

func (o *Options) buildAndRun(ctx context.Context, u *unit) (*grading.Report, error) {
	g := u.group
	if o.Same {
		// One at a time: the first makes the report that the others get.
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.report != nil {
			return o.relabel(g.report, u), nil
		}
	}
	g.once.Do(func() {
		g.err = errors.New("the grader panicked while building an identical submission")
		g.built, g.err = grading.Build(ctx, u.src.sub, u.x, o.Grading)
	})
	if !o.Same {
		defer func() {
			g.mu.Lock()
			defer g.mu.Unlock()
			if g.users--; g.users == 0 && g.built != nil {
				g.built.Close() // once more at the end does no harm
			}
		}()
	}
	if g.err != nil {
		return nil, g.err
	}
	// A copy of its own: several of the group may run at once.
	built, sub := *g.built, *u.src.sub
	sub.Student, sub.Attempt = o.instance(u.student), o.Attempt
	built.Submission = &sub
	rep, err := built.Run(ctx)
	if err != nil {
		return nil, err
	}
	if o.Same {
		g.built.Close()
		g.report = rep
	}
	return o.relabel(rep, u), nil
}

// relabel gives a report, which may be shared, the student's name and place.
func (o *Options) relabel(rep *grading.Report, u *unit) *grading.Report {
	r := *rep
	r.Student, r.Target = u.student, u.src.from
	return &r
}

// students collects the results by student.
func (o *Options) students(units []*unit, in input) []StudentResult {
	by := map[string]*StudentResult{}
	var order []string
	for _, u := range units { // sorted by exercise
		s := by[u.student]
		if s == nil {
			p := in.roster[u.student]
			s = &StudentResult{ID: u.student, LastName: p.last, FirstName: p.first, Email: p.email}
			by[u.student] = s
			order = append(order, u.student)
		}
		s.Results = append(s.Results, *u.result)
	}
	slices.Sort(order)
	list := make([]StudentResult, 0, len(order))
	for _, id := range order {
		list = append(list, *by[id])
	}
	return list
}

// pages makes what people read. The grades are on the disk already.
func (o *Options) pages(b *Batch) {
	if o.Pages == nil {
		return
	}
	try := func(what string, f func() error) {
		defer func() {
			if x := recover(); x != nil {
				o.log("%s: %v\n%s", what, x, debug.Stack())
				b.PageErrs = append(b.PageErrs, fmt.Sprintf("%s: panic: %v", what, x))
			}
		}()
		if err := f(); err != nil {
			b.PageErrs = append(b.PageErrs, fmt.Sprintf("%s: %v", what, err))
		}
	}
	for _, s := range b.Students {
		try("feedback for "+s.ID, func() error {
			dir := filepath.Join(o.Out, "feedback", SafeName(s.ID))
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			return o.Pages.Student(dir, s)
		})
	}
	try("summary", func() error { return o.Pages.Summary(o.Out, b.Students) })
}
