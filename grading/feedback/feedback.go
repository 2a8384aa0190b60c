// Package feedback writes what people read about a graded class: a page for each student, and a summary for the teacher.
//
// A student's page (student.go) says everything about public checks, and of a hidden check its points, how it ended, the
// likely cause and the next hint. It never holds a hidden check's title, its ID, what the function was given, what it
// answered or what was expected, nor what the program printed while a hidden check ran: with these, a hidden check is one
// no more. The summary (summary.go) holds all of it and is the teacher's alone. A leaderboard (leaderboard.go) is for the whole class.
//
// Pages implements class.Pages.
package feedback

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"nncourse/grading"
	"nncourse/grading/class"
	"nncourse/grading/feedback/page"
	"nncourse/grading/similarity"
)

// Pages writes OUT/feedback/STUDENT/index.html, OUT/summary.html, OUT/similarity/SLUG/A--B.html, and OUT/leaderboard-SLUG.html and .json.
type Pages struct {
	Course string // name of the course and class, on each page; may be empty
	// Base gives the code of an exercise that everybody was given; nil means none. See similarity.BaseOf.
	Base       func(slug string) ([]similarity.File, error)
	Similarity similarity.Options
	MaxPairs   int // the number of pairs that get a side-by-side page; 0 means 200
	// Leaderboard gives an exercise's leaderboard, nil if it has none; nil means there are none.
	Leaderboard func(slug string) *grading.Leaderboard
	// Alias gives a student's name on a leaderboard (see Pseudonym); nil means the student's own.
	Alias func(student string) string
}

var _ class.Pages = (*Pages)(nil)

// Student writes one student's page into dir.
func (p *Pages) Student(dir string, r class.StudentResult) error {
	receipts := map[string]string{}
	for _, x := range r.Results {
		b, err := os.ReadFile(filepath.Join(dir, "..", "..", "results", class.SafeName(r.ID), class.SafeName(x.Exercise)+".json"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		receipts[x.Exercise] = hex.EncodeToString(sum[:])
	}
	return page.Write(filepath.Join(dir, "index.html"), func(w io.Writer) error {
		o := StudentOptions{Course: p.Course, Receipts: receipts}
		if p.Alias != nil && p.Leaderboard != nil {
			o.Alias = p.Alias(r.ID)
		}
		return WriteStudent(w, r, o)
	})
}

// Summary writes the teacher's pages into dir.
func (p *Pages) Summary(dir string, all []class.StudentResult) error {
	sections, err := p.similar(dir, all)
	if err != nil {
		return err
	}
	if err := p.leaderboards(dir, all); err != nil {
		return err
	}
	return page.Write(filepath.Join(dir, "summary.html"), func(w io.Writer) error {
		return WriteSummary(w, all, SummaryOptions{
			Course: p.Course, Similar: sections,
			Page: func(student string) string { return "feedback/" + class.SafeName(student) + "/index.html" },
		})
	})
}

// similar compares all submissions and writes the side-by-side pages. Those of an earlier run are removed.
func (p *Pages) similar(dir string, all []class.StudentResult) ([]Similar, error) {
	most := p.MaxPairs
	if most == 0 {
		most = 200
	}
	folder := filepath.Join(dir, "similarity")
	if err := os.RemoveAll(folder); err != nil {
		return nil, err
	}
	var sections []Similar
	for _, x := range exercisesOf(all) {
		var base []similarity.File
		if p.Base != nil {
			var err error
			if base, err = p.Base(x.slug); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
		corpus := similarity.New(p.Similarity, base...)
		s := Similar{Exercise: x.slug, Title: x.title}
		for _, st := range all {
			for _, r := range st.Results {
				if r.Exercise != x.slug || len(r.Files) == 0 {
					continue
				}
				var files []similarity.File
				for _, f := range r.Files {
					files = append(files, similarity.File{Name: f.Name, Source: f.Text})
				}
				corpus.Add(st.ID, files...)
				s.Compared++
			}
		}
		for i, pair := range corpus.Pairs() {
			row := SimilarPair{A: pair.A.ID, B: pair.B.ID, Score: pair.Score, Shared: pair.Shared}
			if i < most {
				name := similarity.PageName(class.SafeName(pair.A.ID), class.SafeName(pair.B.ID))
				row.Page = "similarity/" + class.SafeName(x.slug) + "/" + name
				err := page.Write(filepath.Join(folder, class.SafeName(x.slug), name), func(w io.Writer) error {
					return similarity.WritePage(w, pair, similarity.PageOptions{Exercise: x.title, Back: "../../summary.html"})
				})
				if err != nil {
					return nil, err
				}
			}
			s.Pairs = append(s.Pairs, row)
		}
		sections = append(sections, s)
	}
	return sections, nil
}

// verdictWords says how a check ended. kind is one of the style's: pass, fail, other, unbuilt.
func verdictWords(v grading.Verdict) (mark, words, kind string) {
	switch v {
	case grading.Pass:
		return "✓", "Passed", "pass"
	case grading.Fail:
		return "✗", "Wrong answer", "fail"
	case grading.Error:
		return "!", "No answer to judge", "other"
	case grading.Timeout:
		return "!", "Took too long", "other"
	case grading.Crash:
		return "!", "Crashed", "other"
	case grading.OutOfMemory:
		return "!", "Ran out of memory", "other"
	case grading.Unbuildable:
		return "–", "Not run: it does not build", "unbuilt"
	}
	return "!", fmt.Sprintf("Ended as %q", string(v)), "other"
}

// general is what can be said of a verdict if nothing more is known.
func general(v grading.Verdict) string {
	switch v {
	case grading.Fail:
		return "none of the known mistakes gives these numbers"
	case grading.Timeout:
		return "a loop that does not end, or far too much work"
	case grading.Crash:
		return "the function panicked or ended the program"
	case grading.OutOfMemory:
		return "a slice that grows without end, or one of a far too large length"
	}
	return "there was no answer of the right kind"
}

const generalHint = "go through the cases of the statement by hand, the unusual ones first, and compare each step with what your function does"

// full is a student's name as far as it is known.
func full(s class.StudentResult) string {
	switch {
	case s.FirstName != "" && s.LastName != "":
		return s.FirstName + " " + s.LastName
	case s.LastName != "":
		return s.LastName
	case s.FirstName != "":
		return s.FirstName
	}
	return s.ID
}

// Similar is the pairs of one exercise, the most similar first.
type Similar struct {
	Exercise, Title string
	Compared        int // submissions
	Pairs           []SimilarPair
}

// SimilarPair is two students whose submissions are alike.
type SimilarPair struct {
	A, B   string
	Score  float64 // 0 to 1
	Shared int     // fingerprints
	Page   string  // relative address of the side-by-side page, "" if there is none
}
