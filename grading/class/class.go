// Package class grades the work of a whole class: one folder, archive or notebook for each student, for any number of
// exercises, into a folder of results.
//
// The steps, each in a file of its own:
//
//  1. scan.go, archive.go: who handed in what, without following a link or trusting an archive;
//  2. batch.go: each submission is graded by package grading, and its result written at once (result.go), so that a
//     batch that was interrupted, even by SIGKILL, goes on where it was;
//  3. policy.go: due dates, late days and penalties, and the points that a teacher gave by hand;
//  4. receipts.go: every grade that was ever given adds a line to a chain of hashes;
//  5. gradebook.go: gradebook.csv in nbgrader's columns, and summary.json;
//  6. shard.go, merge.go: a class that is graded in parts, on several machines, and put together again.
//
// README.md describes the folders and files.
package class

import (
	"time"

	"nncourse/grading"
)

// Schema is the version of the JSON forms below.
const Schema = 1

// State says what became of a submission.
type State string

const (
	Graded  State = "graded"  // there is a report, though perhaps of something that does not build
	Refused State = "refused" // it could not be opened: a link, a device, a bomb, a broken archive; 0 points, and a teacher should look
	Missing State = "missing" // nothing was handed in; 0 points
	Failed  State = "error"   // the grader failed, not the student: no score, a teacher must look, the next run tries again
)

// Key is what a stored report is reused by: all four must be the same.
type Key struct {
	Submission string `json:"submission"` // SHA-256 of the source and of what intake found (grading.Submission.Identity)
	Grader     string `json:"grader"`     // SHA-256 of what decides besides (grading.Report.Grader)
	Seed       string `json:"seed"`       // which instances
	Settings   string `json:"settings"`   // limits of time and memory, sandbox, same instances or not
}

// Result is one student's result in one exercise: OUT/results/STUDENT/SLUG.json.
type Result struct {
	Schema      int      `json:"schema"`
	Student     string   `json:"student"`
	Exercise    string   `json:"exercise"`
	Attempt     string   `json:"attempt"`
	State       State    `json:"state"`
	Teacher     []string `json:"needs_teacher"` // why a teacher should look, empty if nobody need
	Source      string   `json:"source"`        // what was graded, below the folder of submissions: "anna.zip: deepfool/deepfool.go"
	Submitted   string   `json:"submitted"`     // RFC 3339, UTC; "" if nothing was handed in
	SubmittedBy string   `json:"submitted_by"`  // who says so: "times file", "submitted_at", "file"
	Key         Key      `json:"key"`
	Same        bool     `json:"same_instances"` // all students had the same instances
	Unsafe      bool     `json:"unsafe"`         // graded without a sandbox that contains a hostile program
	Error       string   `json:"error"`          // in state error: what failed
	Grade       Grade    `json:"grade"`

	Report *grading.Report `json:"report"` // null where nothing was run

	// Files is the source that was graded, for Pages; it is not stored, and empty if the submission is no longer there.
	Files []grading.Source `json:"-"`
}

// Grade is how the final points come about.
type Grade struct {
	Counts  bool     `json:"counts"`  // false: the grader failed and nobody gave points by hand; the others mean nothing
	Auto    float64  `json:"auto"`    // what the checks earned
	Manual  []Manual `json:"manual"`  // what a teacher gave by hand
	Raw     float64  `json:"raw"`     // both together, before the penalty
	Max     float64  `json:"max"`     // of the exercise
	Due     string   `json:"due"`     // RFC 3339 UTC, with this student's extension; "" without a due date
	LateBy  float64  `json:"late_by"` // seconds after Due, 0 if in time
	Days    int      `json:"days"`    // begun days late, 0 within the grace time
	Free    int      `json:"free"`    // of them paid from the student's budget of late days
	Percent float64  `json:"percent"` // of the penalty
	Penalty float64  `json:"penalty"` // points
	Final   float64  `json:"final"`
	Words   string   `json:"words"`  // the same as a sentence, for the student
	Policy  string   `json:"policy"` // SHA-256 of the policy file, "" without one
}

// StudentResult is all of one student's results, in the order of the exercises.
type StudentResult struct {
	ID, LastName, FirstName, Email string
	Results                        []Result
}

// Pages makes what is read by people out of the results. A mistake of it, even a panic, loses no grade.
type Pages interface {
	// Student writes one student's feedback into dir, which exists: OUT/feedback/STUDENT.
	Student(dir string, r StudentResult) error
	// Summary writes the class's pages into dir: OUT.
	Summary(dir string, all []StudentResult) error
}

// Options say how a class is graded.
type Options struct {
	Submissions string // the folder with an entry for each student
	Out         string // the folder of results, made if it is not there
	Exercises   []*grading.Exercise
	Only        []string // slugs; empty means all of Exercises that anybody handed in
	Grading     grading.Options
	Attempt     string // part of what the instances follow from; "" means "0"
	Jobs        int    // submissions at a time; 0 means one for each processor
	Same        bool   // all students get the same instances, and identical submissions are graded once
	// Unsafe lets submissions run where no sandbox contains them. Every result says so.
	Unsafe     bool
	Policy     string // file of due dates and penalties, "" for none
	Times      string // file of submission times, "" for none
	TrustTimes bool   // take the time from a file submitted_at or timestamp.txt in a student's folder, which the student may have written
	Roster     string // file of the class's students, "" for none
	Manual     string // file of points given by hand; "" means OUT/manual.csv, if it is there
	Limits     Limits // of archives and folders; the zero value means DefaultLimits
	Pages      Pages  // may be nil
	Shard      Shard  // grade only this part of the class; Merge puts the parts together
	// Progress is told after each submission. It may be nil, and is called by one goroutine at a time.
	Progress func(Progress)
	Log      func(line string) // told about what is worth a line; may be nil

	now         func() time.Time // for tests
	afterResult func(n int)      // for tests
}

// Progress is the state of a batch.
type Progress struct {
	Done, Of       int
	Run, Kept      int // run now; taken from an earlier run
	Last, Exercise string
	State          State
}
