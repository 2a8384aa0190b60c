package grading

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// What grading a class needs besides Grade: see package class.

// Fingerprint gives what Report.Grader will be for the exercise, and prepares it: after it, no build has anything to
// wait for.
func Fingerprint(ctx context.Context, e *Exercise, o Options) (string, error) {
	if err := e.Validate(); err != nil {
		return "", err
	}
	p, err := prepare(ctx, e, &o)
	if err != nil {
		return "", err
	}
	return graderHash(e, &o, p)
}

// FromFiles makes a submission of the exercise's files as read gives them, from an archive for example. An error of read
// that is fs.ErrNotExist, or made by RefuseFile, becomes a problem of the submission; any other is returned.
func FromFiles(target string, read func(name string) ([]byte, error), e *Exercise) (*Submission, error) {
	s := &Submission{Target: target}
	for _, name := range e.Files {
		b, err := read(name)
		if err != nil {
			if s.refuse(name, err) {
				continue
			}
			return nil, err
		}
		if len(b) > MaxSource {
			s.refuse(name, RefuseFile(fmt.Sprintf("it is larger than %d KB", MaxSource>>10)))
			continue
		}
		s.add(name, name, b, nil, e)
	}
	return s, nil
}

// ReadRegular reads a regular file of at most limit bytes. It follows no symbolic link, and does not hang on a pipe. For
// a file that is there and not taken, Refusal of the error says why.
func ReadRegular(path string, limit int64) ([]byte, error) { return readRegular(path, limit) }

// RefuseFile makes the error for a file that is there and not taken.
func RefuseFile(why string) error { return &refusedFile{why} }

// Refusal tells why a file was not taken, "" if the error is another one.
func Refusal(err error) string {
	var r *refusedFile
	if errors.As(err, &r) {
		return r.why
	}
	return ""
}

// Identity gives a hash of all of the submission that its report shows: of the source, as Hash does, and also of the
// names and cells that errors are given with, and of what intake found. Submissions of one identity can share a build.
func (s *Submission) Identity() string {
	h := sha256.New()
	fmt.Fprintln(h, s.Hash())
	for _, f := range s.files {
		fmt.Fprintf(h, "%q %d\n", f.shown, len(f.origin))
		for _, o := range f.origin {
			fmt.Fprintln(h, o.cell, o.line)
		}
	}
	b, _ := json.Marshal([]any{s.Notes, s.Problems})
	h.Write(b)
	return hex.EncodeToString(h.Sum(nil))
}

// Source is a file of a submission as it is compiled. Of a notebook it is the tagged cells, put together.
type Source struct {
	Name string // as the student knows it
	Text []byte
}

// Sources gives the files of a submission.
func (s *Submission) Sources() []Source {
	var all []Source
	for _, f := range s.files {
		all = append(all, Source{f.shown, f.source})
	}
	return all
}
