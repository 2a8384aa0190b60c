package class

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"nncourse/grading"
)

// entry is what one student handed in.
type entry struct {
	student string
	sources map[string][]source // by slug, the one to grade first
	refused []string            // why the whole was refused
	notes   []string            // what was found and not understood
	failed  string              // the grader failed here
	when    time.Time           // of the entry itself
	claimed map[string]time.Time
}

// source is one place where a student handed in an exercise.
type source struct {
	rank int
	from string // "anna.zip: deepfool/deepfool.go"
	sub  *grading.Submission
	when time.Time
	// refused says that a file of it was refused, though the rest could be read.
	refused string
}

// studentOf gives the student's name for the name of an entry. One that is not UTF-8 is written as in a URL.
func studentOf(name string) string {
	if !utf8.ValidString(name) {
		return url.PathEscape(name)
	}
	return name
}

// stemOf gives an entry's name without its ending.
func stemOf(name string) (stem, kind string) {
	if s, ok := isArchive(name); ok {
		return s, "archive"
	}
	for _, ext := range []string{".ipynb", ".go"} {
		if s, ok := strings.CutSuffix(name, ext); ok && s != "" {
			return s, ext
		}
	}
	return name, ""
}

// scan lists what is in the folder of submissions, sorted by student.
func scan(o *Options) (entries []*entry, ignored []string, err error) {
	list, err := os.ReadDir(o.Submissions)
	if err != nil {
		return nil, nil, err
	}
	byStudent := map[string]*entry{}
	type job struct {
		e    *entry
		item fs.DirEntry
		kind string
	}
	var jobs []job
	for _, item := range list {
		name := item.Name()
		if strings.HasPrefix(name, ".") || name == "__MACOSX" {
			continue
		}
		stem, kind := stemOf(name)
		if item.IsDir() {
			stem, kind = name, "folder"
		}
		if kind == "" && item.Type().IsRegular() {
			ignored = append(ignored, name)
			continue
		}
		id := studentOf(stem)
		e := byStudent[id]
		if e == nil {
			e = &entry{student: id, sources: map[string][]source{}, claimed: map[string]time.Time{}}
			byStudent[id] = e
			entries = append(entries, e)
		}
		jobs = append(jobs, job{e, item, kind})
	}
	// Entries of one student are read one after the other, those of several at once.
	var mu sync.Mutex
	locks := map[*entry]*sync.Mutex{}
	for _, e := range entries {
		locks[e] = new(sync.Mutex)
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, max(1, min(o.Jobs, 4)))
	for _, j := range jobs {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			mu.Lock()
			l := locks[j.e]
			mu.Unlock()
			l.Lock()
			defer l.Unlock()
			o.scanEntry(j.e, j.item.Name(), j.kind)
		})
	}
	wg.Wait()
	for _, e := range entries {
		for slug, s := range e.sources {
			slices.SortStableFunc(s, func(a, b source) int {
				if a.rank != b.rank {
					return a.rank - b.rank
				}
				return strings.Compare(a.from, b.from)
			})
			e.sources[slug] = s
		}
		slices.Sort(e.refused)
		slices.Sort(e.notes)
	}
	slices.SortFunc(entries, func(a, b *entry) int { return strings.Compare(a.student, b.student) })
	return entries, ignored, nil
}

// scanEntry reads one entry. Whatever is wrong with it stays with its student.
func (o *Options) scanEntry(e *entry, name, kind string) {
	defer func() {
		if x := recover(); x != nil {
			e.failed = fmt.Sprintf("reading %s: the grader panicked: %v", name, x)
			o.log("%s\n%s", e.failed, debug.Stack())
		}
	}()
	abs := filepath.Join(o.Submissions, name)
	info, err := os.Lstat(abs)
	if err != nil {
		e.failed = fmt.Sprintf("reading %s: %v", name, bare(err))
		return
	}
	if e.when.Before(info.ModTime()) {
		e.when = info.ModTime()
	}
	shown := studentOf(name)
	if kind == "folder" {
		if !info.IsDir() {
			e.refused = append(e.refused, shown+" is "+grading.FileKind(info.Mode())+", not a folder")
			return
		}
		b, err := readFolder(abs, shown, o.Limits)
		if err != nil {
			o.entryError(e, shown, err)
			return
		}
		o.takeBundle(e, b, 0, true)
		return
	}
	if !info.Mode().IsRegular() {
		e.refused = append(e.refused, shown+" is "+grading.FileKind(info.Mode())+", not a regular file or a folder")
		return
	}
	single := func(limit int64) ([]byte, error) { return grading.ReadRegular(abs, limit) }
	switch kind {
	case "archive":
		data, err := single(o.Limits.Archive)
		if err == nil {
			var b *bundle
			if b, err = readArchive(shown, data, o.Limits); err == nil {
				for _, f := range b.files {
					f.mod = info.ModTime() // the times inside are the student's to choose
				}
				o.takeBundle(e, b, 1000, true)
				return
			}
		}
		o.entryError(e, shown, err)
	case ".ipynb", ".go":
		b := &bundle{files: map[string]*file{shown: {mod: info.ModTime(), read: single}}}
		o.takeBundle(e, b, 2000, false)
		if kind == ".go" && len(e.sources) == 0 && len(o.chosen()) == 1 {
			// The class has one exercise: this is it, whatever its package is called; the gate says so.
			o.takeFile(e, o.chosen()[0], b, shown, 2000)
		}
	}
}

// bare is an error's text without the path, which is the machine's.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func (o *Options) entryError(e *entry, shown string, err error) {
	switch {
	case grading.Refusal(err) != "":
		e.refused = append(e.refused, shown+": "+grading.Refusal(err))
	case errors.Is(err, ErrArchive):
		e.refused = append(e.refused, shown+": "+err.Error())
	default:
		e.failed = fmt.Sprintf("reading %s: %v", shown, bare(err))
	}
}

// chosen gives the exercises that are to be graded, all if none is named.
func (o *Options) chosen() []*grading.Exercise {
	if len(o.Only) == 0 {
		return o.Exercises
	}
	var list []*grading.Exercise
	for _, e := range o.Exercises {
		if slices.Contains(o.Only, e.Slug) {
			list = append(list, e)
		}
	}
	return list
}

// maxInner is how many archives within a folder are opened.
const maxInner = 5

// takeBundle looks for every exercise in a folder or an archive. The rank orders what is found: lower is graded.
func (o *Options) takeBundle(e *entry, b *bundle, rank int, whole bool) {
	paths := b.paths()
	e.notes = append(e.notes, b.notes...)
	if o.TrustTimes && rank == 0 && whole {
		o.claims(e, b, paths)
	}
	// Notebooks are read once, for all exercises.
	tagged := map[string][]string{}
	notebooks := map[string][]byte{}
	for _, p := range paths {
		if path.Ext(p) != ".ipynb" {
			continue
		}
		f := b.files[p]
		if f.refused != "" {
			e.notes = append(e.notes, b.at(p)+": "+f.refused)
			continue
		}
		data, err := f.read(min(o.Limits.Entry, grading.MaxNotebook))
		if err != nil {
			why := grading.Refusal(err)
			if why == "" {
				why = bare(err).Error()
			}
			e.notes = append(e.notes, b.at(p)+": "+why)
			continue
		}
		slugs, err := grading.NotebookExercises(data)
		if err != nil {
			e.notes = append(e.notes, b.at(p)+": "+err.Error())
			continue
		}
		for _, slug := range slugs {
			tagged[slug] = append(tagged[slug], p)
		}
		if len(slugs) > 0 {
			notebooks[p] = data
		}
	}
	found := false
	for _, x := range o.Exercises {
		n := 0
		for _, p := range paths {
			dir, name := path.Split(p)
			if name != x.Files[0] {
				continue
			}
			dir = path.Clean("./" + dir)
			r := rank + 20 + strings.Count(p, "/")
			if base := path.Base(dir); base == x.Slug || base == x.Package {
				r = rank + strings.Count(p, "/")
			}
			o.takeFolder(e, x, b, dir, r)
			n++
		}
		for i, p := range tagged[x.Slug] {
			f := b.files[p]
			s, err := grading.FromNotebook(b.at(p), notebooks[p], x)
			if err != nil {
				e.notes = append(e.notes, err.Error())
				continue
			}
			s.Target = b.at(p)
			e.sources[x.Slug] = append(e.sources[x.Slug], source{rank: rank + 100 + i, from: b.at(p), sub: s, when: o.claimed(e, x.Slug, f.mod)})
			n++
		}
		if n == 0 && len(x.Files) == 1 {
			for _, p := range paths {
				if f := b.files[p]; strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, "_test.go") && f.refused == "" {
					data, err := f.read(grading.MaxSource)
					if err != nil {
						continue
					}
					tree, err := parser.ParseFile(token.NewFileSet(), "", data, parser.PackageClauseOnly)
					if err == nil && tree.Name.Name == x.Package {
						o.takeFile(e, x, b, p, rank+200)
						n++
					}
				}
			}
		}
		found = found || n > 0
	}
	// Learning platforms hand out a folder with what was uploaded in it.
	if found || !whole || rank != 0 {
		return
	}
	inner := 0
	for _, p := range paths {
		if _, ok := isArchive(p); !ok || inner >= maxInner {
			continue
		}
		inner++
		f := b.files[p]
		if f.refused != "" {
			e.refused = append(e.refused, b.at(p)+": "+f.refused)
			continue
		}
		data, err := f.read(o.Limits.Archive)
		if err == nil {
			var in *bundle
			if in, err = readArchive(b.at(p), data, o.Limits); err == nil {
				for _, g := range in.files {
					g.mod = f.mod
				}
				o.takeBundle(e, in, 500, true)
				continue
			}
		}
		o.entryError(e, b.at(p), err)
	}
}

// at gives a file's place as the teacher knows it.
func (b *bundle) at(p string) string {
	if !utf8.ValidString(p) {
		p = url.PathEscape(p)
	}
	switch {
	case b.label == "":
		return p
	case strings.Contains(b.label, "/") || isArchiveName(b.label):
		return b.label + ": " + p
	}
	return b.label + "/" + p
}

func isArchiveName(s string) bool { _, ok := isArchive(s); return ok }

// takeFolder takes an exercise's files out of one folder of the bundle.
func (o *Options) takeFolder(e *entry, x *grading.Exercise, b *bundle, dir string, rank int) {
	src := source{rank: rank, from: b.at(path.Join(dir, x.Files[0]))}
	var when time.Time
	s, err := grading.FromFiles(src.from, func(name string) ([]byte, error) {
		f := b.files[path.Join(dir, name)]
		if f == nil {
			return nil, fs.ErrNotExist
		}
		if when.Before(f.mod) {
			when = f.mod
		}
		if f.refused != "" {
			src.refused = b.at(path.Join(dir, name)) + ": " + f.refused
			return nil, grading.RefuseFile(f.refused)
		}
		data, err := f.read(grading.MaxSource)
		if why := grading.Refusal(err); why != "" {
			src.refused = b.at(path.Join(dir, name)) + ": " + why
		}
		return data, err
	}, x)
	if err != nil {
		e.failed = fmt.Sprintf("reading %s: %v", src.from, bare(err))
		return
	}
	var extra []string
	for p := range b.files {
		d, name := path.Split(p)
		if path.Clean("./"+d) == dir && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !slices.Contains(x.Files, name) {
			extra = append(extra, grading.Printable(name))
		}
	}
	if len(extra) > 0 {
		slices.Sort(extra)
		s.Notes = append(s.Notes, fmt.Sprintf("left aside: %s; the exercise consists of %s", strings.Join(extra, ", "), strings.Join(x.Files, ", ")))
	}
	src.sub, src.when = s, o.claimed(e, x.Slug, when)
	e.sources[x.Slug] = append(e.sources[x.Slug], src)
}

// takeFile takes one Go file of any name for an exercise of one file.
func (o *Options) takeFile(e *entry, x *grading.Exercise, b *bundle, p string, rank int) {
	f := b.files[p]
	data, err := f.read(grading.MaxSource)
	src := source{rank: rank, from: b.at(p), when: o.claimed(e, x.Slug, f.mod)}
	if why := grading.Refusal(err); why != "" {
		src.refused = src.from + ": " + why
		src.sub = &grading.Submission{Problems: []grading.Problem{{Place: path.Base(p), Message: why}}}
	} else if err != nil {
		e.failed = fmt.Sprintf("reading %s: %v", src.from, bare(err))
		return
	} else {
		src.sub = grading.FromSource(path.Base(p), data, x)
	}
	src.sub.Target = src.from
	e.sources[x.Slug] = append(e.sources[x.Slug], src)
}

// claims reads the times that a student's folder itself gives: submitted_at, or nbgrader's timestamp.txt, in the folder
// or in an exercise's.
func (o *Options) claims(e *entry, b *bundle, paths []string) {
	for _, p := range paths {
		dir, name := path.Split(p)
		f := b.files[p]
		if name != "submitted_at" && name != "timestamp.txt" || strings.Count(p, "/") > 1 || f.refused != "" {
			continue
		}
		data, err := f.read(200)
		if err != nil {
			continue
		}
		t, err := parseTime(string(data))
		if err != nil {
			e.notes = append(e.notes, b.at(p)+": "+err.Error())
			continue
		}
		slug := strings.TrimSuffix(dir, "/")
		for _, x := range o.Exercises {
			if slug == x.Package {
				slug = x.Slug
			}
		}
		e.claimed[slug] = t
	}
}

func (o *Options) claimed(e *entry, slug string, file time.Time) time.Time {
	if t, ok := e.claimed[slug]; ok {
		return t
	}
	if t, ok := e.claimed[""]; ok {
		return t
	}
	return file
}

func (o *Options) log(format string, args ...any) {
	if o.Log != nil {
		o.Log(grading.Printable(fmt.Sprintf(format, args...)))
	}
}
