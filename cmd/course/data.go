package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/fetch"
	"nncourse/data"
	"nncourse/lib/workspace"
)

var dataCommand = cli.Command{
	Name:    "data",
	Summary: "list the datasets and fetch them: resumable, verified before use",
	Usage: `course data list [--verify] [--json]
course data fetch NAME… [--dir DIR] [--json]`,
	Help: `
list shows every set of data/manifest.json: where it is, its size, its licence, the lessons that use it. It compares
sizes; --verify compares checksums. A set is complete, partial, wrong or absent.

fetch gets the named sets into .course/data (or DIR). What already lies complete in $COURSE_DATA, ../shared/data or
.course/data is verified and left there. A download that was cut goes on where it stopped; a file gets its name only
after its checksum was found right. No lesson needs a download: without one it uses generated data and says so.

list --json prints {"ok", "dirs": […], "sets": [{"name", "title", "state", "where", "files", "files_total", "size", "licence",
"licence_note", "used_by", "reader", "verified", "problems": […]}]}; ok is false if a set is wrong.
fetch --json prints {"ok", "sets": [{"name", "state", "where", "bytes", "error", "next"}]}; state is "present", "fetched",
"failed" (a wrong file) or "unavailable" (no address gave it); bytes is what was downloaded.

Exit codes: 0 done; 1 a file is wrong; 2 wrong command line, or an unknown set; 3 no address gave a file.`,
	Example: `go tool course data list
go tool course data fetch mnist`,
	Run: runData,
}

func runData(ctx context.Context, fs *flag.FlagSet, args []string) error {
	asJSON := fs.Bool("json", false, "print one JSON object on stdout")
	verify := fs.Bool("verify", false, "list: compare checksums, not only sizes")
	dir := fs.String("dir", "", "fetch: the data folder to put files in (default .course/data)")
	rest, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	usage := func(format string, args ...any) error {
		return cli.Errorf(cli.Usage, "go tool course data --help", format, args...)
	}
	if len(rest) == 0 {
		return usage("list or fetch? Nothing was asked for")
	}
	switch verb, names := rest[0], rest[1:]; {
	case verb == "list" && len(names) > 0:
		return usage("list takes no names, found %q", names)
	case verb == "list" && *dir != "":
		return usage("--dir belongs to fetch")
	case verb == "list":
		return dataList(os.Stdout, *verify, *asJSON)
	case verb == "fetch" && len(names) == 0:
		return usage("fetch what? Known are %s", strings.Join(setNames(), ", "))
	case verb == "fetch" && *verify:
		return usage("--verify belongs to list; fetch always verifies")
	case verb == "fetch":
		return dataFetch(ctx, os.Stdout, os.Stderr, &fetch.Fetcher{}, names, *dir, *asJSON)
	default:
		return usage("there is no data verb %q: list or fetch", verb)
	}
}

func setNames() []string {
	var names []string
	for _, s := range data.Sets() {
		names = append(names, s.Name)
	}
	return names
}

// dataListed is one set in the answer of `data list --json`.
type dataListed struct {
	Name        string      `json:"name"`
	Title       string      `json:"title"`
	State       fetch.State `json:"state"`
	Where       string      `json:"where"` // the set's folder, "" where it is absent
	Files       int         `json:"files"`
	FilesTotal  int         `json:"files_total"`
	Size        int64       `json:"size"`
	Licence     string      `json:"licence"`
	LicenceNote string      `json:"licence_note"`
	UsedBy      []string    `json:"used_by"`
	Reader      string      `json:"reader"`
	Verified    bool        `json:"verified"` // checksums were compared, and all are right
	Problems    []string    `json:"problems"`
}

func dataList(out io.Writer, verify, asJSON bool) error {
	dirs, err := workspace.DataDirs()
	if err != nil {
		return cli.Errorf(cli.Setup, "", "%w", err)
	}
	answer := struct {
		OK   bool         `json:"ok"`
		Dirs []string     `json:"dirs"`
		Sets []dataListed `json:"sets"`
	}{OK: true, Dirs: dirs}
	var wrong []string
	sets := data.Sets()
	for i := range sets {
		s := &sets[i]
		found := fetch.Look(dirs, s, verify)
		l := dataListed{Name: s.Name, Title: s.Title, State: found.State, Files: found.Files, FilesTotal: len(s.Files), Size: s.Size(),
			Licence: s.Licence, LicenceNote: s.LicenceNote, UsedBy: append([]string{}, s.UsedBy...), Reader: s.Reader,
			Verified: verify && found.State == fetch.Complete, Problems: append([]string{}, found.Problems...)}
		if found.State != fetch.Absent {
			l.Where = filepath.Join(found.Dir, s.Folder)
		}
		if found.State == fetch.Wrong {
			answer.OK = false
			wrong = append(wrong, s.Name)
		}
		answer.Sets = append(answer.Sets, l)
	}
	if asJSON {
		if err := cli.PrintJSON(out, answer); err != nil {
			return err
		}
	} else {
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "NAME\tHERE\tSIZE\tLICENCE\tUSED BY")
		for _, l := range answer.Sets {
			here := "no"
			switch l.State {
			case fetch.Complete:
				here = shortPath(l.Where)
			case fetch.Partial:
				here = fmt.Sprintf("partial: %d of %d files in %s", l.Files, l.FilesTotal, shortPath(l.Where))
			case fetch.Wrong:
				here = "WRONG in " + shortPath(l.Where)
			}
			usedBy := strings.Join(l.UsedBy, ", ")
			if usedBy == "" {
				usedBy = "-"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.Name, here, humanBytes(l.Size), l.Licence, usedBy)
		}
		w.Flush()
		for _, l := range answer.Sets {
			for _, p := range l.Problems {
				fmt.Fprintf(out, "%s: %s\n", l.Name, p)
			}
		}
		how := "sizes were compared; --verify compares checksums"
		if verify {
			how = "checksums were compared"
		}
		fmt.Fprintf(out, "\n%s. Looked in: %s\n", how, shortPath(dirs...))
		fmt.Fprintln(out, "Generated, no file needed: digits from strokes, textured shapes, two moons, circles, spirals, XOR, blobs (nncourse/lib/datasets).")
	}
	if len(wrong) > 0 {
		return cli.Errorf(cli.Failed, "delete the wrong files named above, then: go tool course data fetch "+strings.Join(wrong, " "), "wrong files in %s", strings.Join(wrong, ", "))
	}
	return nil
}

// dataFetched is one set in the answer of `data fetch --json`.
type dataFetched struct {
	Name  string `json:"name"`
	State string `json:"state"` // present, fetched, failed, unavailable
	Where string `json:"where"`
	Bytes int64  `json:"bytes"`
	Error string `json:"error"`
	Next  string `json:"next"`
}

func dataFetch(ctx context.Context, out, log io.Writer, f *fetch.Fetcher, names []string, dir string, asJSON bool) error {
	sets := make([]*data.Set, len(names))
	for i, name := range names {
		s, ok := data.ByName(name)
		if !ok {
			return cli.Errorf(cli.Usage, "go tool course data list", "there is no set %q; known are %s", name, strings.Join(setNames(), ", "))
		}
		sets[i] = s
	}
	dirs, err := workspace.DataDirs()
	if err != nil {
		return cli.Errorf(cli.Setup, "", "%w", err)
	}
	target := dir
	if target == "" {
		if target, err = workspace.Made("data"); err != nil {
			return cli.Errorf(cli.Setup, "", "%w", err)
		}
	} else {
		if target, err = filepath.Abs(dir); err != nil {
			return err
		}
		dirs = []string{target} // the user names the place: what lies elsewhere does not count
	}
	answer := struct {
		OK   bool          `json:"ok"`
		Sets []dataFetched `json:"sets"`
	}{OK: true}
	code := cli.OK
	var lastErr error
	for _, s := range sets {
		r, err := fetchSet(ctx, log, f, s, dirs, target)
		if err != nil {
			answer.OK = false
			lastErr = err
			code = max(cli.Code(err), code)
			var e *cli.Error
			r.Error = err.Error()
			if errors.As(err, &e) {
				r.Next = e.Next
			}
		}
		answer.Sets = append(answer.Sets, r)
		if !asJSON {
			switch {
			case err == nil && r.State == "present":
				fmt.Fprintf(out, "%s is already here, verified: %s\n", s.Name, shortPath(r.Where))
			case err == nil:
				fmt.Fprintf(out, "%s: %s fetched and verified: %s\n", s.Name, humanBytes(r.Bytes), shortPath(r.Where))
			case len(sets) > 1:
				fmt.Fprintf(log, "%s: %v\nnext: %s\n", s.Name, err, r.Next)
			}
		}
		if ctx.Err() != nil {
			break
		}
	}
	if asJSON {
		if err := cli.PrintJSON(out, answer); err != nil {
			return err
		}
	}
	switch {
	case lastErr == nil:
		return nil
	case len(sets) == 1:
		return lastErr
	}
	failed := 0
	for _, r := range answer.Sets {
		if r.Error != "" {
			failed++
		}
	}
	return cli.Errorf(code, "see the lines above, one for each set", "%d of %d sets were not fetched", failed, len(sets))
}

// fetchSet looks for a set in dirs and else downloads it into target.
func fetchSet(ctx context.Context, log io.Writer, f *fetch.Fetcher, s *data.Set, dirs []string, target string) (dataFetched, error) {
	r := dataFetched{Name: s.Name}
	switch found := fetch.Look(dirs, s, true); found.State {
	case fetch.Complete:
		r.State, r.Where = "present", filepath.Join(found.Dir, s.Folder)
		return r, nil
	case fetch.Wrong:
		r.State, r.Where = "failed", filepath.Join(found.Dir, s.Folder)
		return r, cli.Errorf(cli.Failed, "delete the file, then: go tool course data fetch "+s.Name, "a file that is here is wrong: %s", strings.Join(found.Problems, "; "))
	}
	r.Where = filepath.Join(target, s.Folder)
	progress := newFetchProgress(log, s)
	get := *f
	get.Progress = progress.show
	var made []string // files that no address gives as they are; the others are fetched all the same
	var firstMade *fetch.UnavailableError
	for _, file := range s.Files {
		fetched, err := get.File(ctx, r.Where, s, file)
		progress.fileDone(file.Size)
		if fetched {
			r.Bytes += file.Size
		}
		if err == nil && file.Unpack {
			progress.end()
			fmt.Fprintf(log, "%s: unpacking %s\n", s.Name, file.Path)
			err = fetch.Unpack(ctx, filepath.Join(r.Where, filepath.FromSlash(file.Path)))
		}
		if err == nil {
			continue
		}
		progress.end()
		var un *fetch.UnavailableError
		switch {
		case errors.As(err, &un) && len(un.Attempts) == 0:
			made = append(made, file.Path)
			if firstMade == nil {
				firstMade = un
			}
			continue
		case errors.As(err, &un):
			r.State = "unavailable"
			next := fmt.Sprintf("try again later or on another network, or put the file by hand at %s (%d bytes, %s)", un.Path, un.Size, un.Want)
			if s.Generated != "" {
				next += "; or go on without: the lessons then use generated data (" + s.Generated + ")"
			}
			return r, &cli.Error{Code: cli.Setup, Err: err, Next: next}
		case ctx.Err() != nil:
			r.State = "failed"
			return r, &cli.Error{Code: cli.Failed, Err: err, Next: "go tool course data fetch " + s.Name + " goes on from there"}
		}
		r.State = "failed"
		return r, &cli.Error{Code: cli.Failed, Err: err, Next: "mend what the message names, then: go tool course data fetch " + s.Name}
	}
	progress.end()
	if len(made) > 0 {
		r.State = "unavailable"
		return r, cli.Errorf(cli.Setup, "make each file as said and put it into "+filepath.Dir(firstMade.Path)+", then: go tool course data list --verify",
			"%d of %d files cannot be downloaded (%s): %w", len(made), len(s.Files), strings.Join(made, ", "), firstMade)
	}
	r.State = "fetched"
	return r, nil
}

// fetchProgress prints one line that is written over on a terminal, and a line at every tenth elsewhere.
type fetchProgress struct {
	log      io.Writer
	set      *data.Set
	terminal bool
	before   int64 // bytes of the files that are done
	last     time.Time
	tenth    int64
	open     bool // a line without its newline stands on the terminal
}

func newFetchProgress(log io.Writer, s *data.Set) *fetchProgress {
	p := &fetchProgress{log: log, set: s}
	if f, ok := log.(*os.File); ok {
		st, err := f.Stat()
		p.terminal = err == nil && st.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *fetchProgress) show(path string, done, _ int64) {
	done += p.before
	total := p.set.Size()
	line := fmt.Sprintf("%s: %s of %s (%d %%), %s", p.set.Name, humanBytes(done), humanBytes(total), 100*done/total, filepath.Base(path))
	if p.terminal {
		if time.Since(p.last) > 100*time.Millisecond || done == total {
			fmt.Fprintf(p.log, "\r\033[K%s", line)
			p.last, p.open = time.Now(), true
		}
		return
	}
	if tenth := 10 * done / total; tenth > p.tenth {
		p.tenth = tenth
		fmt.Fprintln(p.log, line)
	}
}

func (p *fetchProgress) fileDone(size int64) { p.before += size }

func (p *fetchProgress) end() {
	if p.open {
		fmt.Fprintln(p.log)
		p.open = false
	}
}

func humanBytes(n int64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d B", n)
}

// shortPath writes paths relative to the course's root where that is shorter.
func shortPath(paths ...string) string {
	root, err := workspace.Root()
	var out []string
	for _, p := range paths {
		if err == nil {
			if rel, e := filepath.Rel(root, p); e == nil && len(rel) < len(p) {
				p = rel
			}
		}
		out = append(out, p)
	}
	return strings.Join(out, ", ")
}
