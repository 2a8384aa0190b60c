//go:build unix

package class

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nncourse/grading"
	"nncourse/grading/internal/sample"
	"nncourse/grading/sandbox"
)

var testSecret = []byte("the secret of a class in a test")

// needSandbox skips where submissions could not be run.
func needSandbox(t *testing.T) {
	t.Helper()
	if !sandbox.Available().Contains() {
		t.Skip("no sandbox that contains a hostile program: " + sandbox.Detect().Why)
	}
}

// variant gives the text of a variant of the sample's solution: "" for the right one, "stub", "wrong/one-step".
func variant(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(sample.Tree(), "solutions", "sample", filepath.FromSlash(name))
	if name == "stub" {
		dir = filepath.Join(sample.Tree(), "exercises", "sample")
	}
	b, err := os.ReadFile(filepath.Join(dir, "sample.go"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// put writes a file below dir, with a fixed time.
func put(t testing.TB, text string, elem ...string) {
	t.Helper()
	file := filepath.Join(elem...)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	if err := os.Chtimes(file, at, at); err != nil {
		t.Fatal(err)
	}
}

// notebookOf makes a notebook with one tagged cell.
func notebookOf(t testing.TB, source string) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{}, "cells": []any{
		map[string]any{"cell_type": "code", "source": source, "metadata": map[string]any{"tags": []string{"exercise:sample"}}, "outputs": []any{}}}})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func testOptions(t testing.TB, sub, out string) Options {
	e := sample.Exercise
	return Options{Submissions: sub, Out: out, Exercises: []*grading.Exercise{&e}, Jobs: 2,
		Grading: grading.Options{Root: sample.Root(), Tree: sample.Tree(), Secret: testSecret},
		Log:     func(l string) { t.Log(l) }}
}

func mustRun(t *testing.T, o Options) *Batch {
	t.Helper()
	b, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := VerifyReceipts(o.Out, testSecret); err != nil || !v.OK {
		t.Fatalf("receipts: %+v, %v", v, err)
	}
	return b
}

// book reads gradebook.csv by student.
func book(t *testing.T, out string) map[string]map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(out, GradebookFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rows[0], Columns) {
		t.Fatalf("columns %v", rows[0])
	}
	m := map[string]map[string]string{}
	for _, r := range rows[1:] {
		row := map[string]string{}
		for i, c := range r {
			row[rows[0][i]] = c
		}
		m[row["student_id"]] = row
	}
	return m
}

func find(t *testing.T, b *Batch, student string) Result {
	t.Helper()
	for _, s := range b.Students {
		if s.ID == student {
			return s.Results[0]
		}
	}
	t.Fatalf("no result of %q", student)
	return Result{}
}

// Every layout, odd names, and what cannot be opened.
func TestLayouts(t *testing.T) {
	needSandbox(t)
	sub, out := t.TempDir(), filepath.Join(t.TempDir(), "o[u]t *")
	good := variant(t, "")
	put(t, good, sub, "folder", "sample.go")
	put(t, good, sub, "sub folder", "sample", "sample.go")
	put(t, good, sub, "deep", "work", "exercises", "sample", "sample.go")
	put(t, good, sub, "renamed", "my-own.go")
	put(t, good, sub, `o'neil "x", jr`, "sample.go")
	put(t, good, sub, "=cmd|'calc'!A1", "sample.go")
	put(t, good, sub, "李雷", "sample.go")
	put(t, good, sub, "bad\xffname", "sample.go")
	put(t, string(zipOf(t, item{name: "sample/sample.go", text: good})), sub, "zipped.zip")
	put(t, string(zipOf(t, item{name: "a.txt"}, item{name: `top\sample.go`, text: good})), sub, "windows.zip")
	put(t, string(tgzOf(t, item{name: "./sample.go", text: good})), sub, "tarred.tar.gz")
	put(t, string(tgzOf(t, item{name: "lesson.ipynb", text: notebookOf(t, good)})), sub, "tarred2.tgz")
	put(t, notebookOf(t, good), sub, "book.ipynb")
	put(t, notebookOf(t, good), sub, "nbgrader", "ps1", "lesson.ipynb")
	put(t, string(zipOf(t, item{name: "x/sample.go", text: good})), sub, "uploaded", "Attempt 1", "hand in.zip")
	put(t, good, sub, "gofile.go")
	put(t, variant(t, "wrong/one-step"), sub, "wrong", "sample.go")
	put(t, variant(t, "stub"), sub, "stub.go")
	put(t, good+"\nfunc {", sub, "unbuildable.go")
	put(t, "package other", sub, "otherpackage.go")
	put(t, "nothing that is known", sub, "empty", "essay.txt")
	put(t, string(zipOf(t, item{name: "../sample.go", text: good})), sub, "traversal.zip")
	put(t, "PK no zip", sub, "broken.zip")
	put(t, good, sub, "twice", "sample.go")
	put(t, notebookOf(t, variant(t, "stub")), sub, "twice.ipynb")
	put(t, "not a submission", sub, "readme.txt")
	for _, l := range [][2]string{{"/etc", "linked"}, {filepath.Join(sample.Tree(), "solutions", "sample", "sample.go"), "linkedfile.go"}, {"/dev/zero", "zero.zip"}} {
		if err := os.Symlink(l[0], filepath.Join(sub, l[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(sub, "linkinside"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(sample.Tree(), "solutions", "sample", "sample.go"), filepath.Join(sub, "linkinside", "sample.go")); err != nil {
		t.Fatal(err)
	}
	pipes(t, filepath.Join(sub, "pipe.zip"), filepath.Join(sub, "pipedir", "sample.go"))
	roster := filepath.Join(t.TempDir(), "roster.csv")
	put(t, "student_id,last_name,first_name,email\nabsent,Absent,Abel,a@b\nfolder,-Fold,@Er,\n", roster)

	o := testOptions(t, sub, out)
	o.Roster = roster
	b := mustRun(t, o)
	rows := book(t, out)
	for id, want := range map[string]string{
		"folder": "12.0", "sub folder": "12.0", "deep": "12.0", "renamed": "12.0", `o'neil "x", jr`: "12.0", "'=cmd|'calc'!A1": "12.0", "李雷": "12.0", "bad%FFname": "12.0",
		"zipped": "12.0", "windows": "12.0", "tarred": "12.0", "tarred2": "12.0", "book": "12.0", "nbgrader": "12.0", "uploaded": "12.0", "gofile": "12.0", "twice": "12.0",
		"wrong": "9.0", "stub": "0.0", "unbuildable": "0.0", "otherpackage": "0.0", "empty": "0.0", "traversal": "0.0", "broken": "0.0",
		"linked": "0.0", "linkedfile": "0.0", "zero": "0.0", "linkinside": "0.0", "pipe": "0.0", "pipedir": "0.0", "absent": "0.0",
	} {
		row, ok := rows[id]
		if !ok {
			t.Errorf("%s has no row", id)
			continue
		}
		if row["score"] != want || row["raw_score"] != want || row["max_score"] != "12.0" || row["assignment"] != "sample" {
			t.Errorf("%s: %v, want %s", id, row, want)
		}
		delete(rows, id)
	}
	if len(rows) > 0 {
		t.Errorf("rows too many: %v", rows)
	}
	for id, want := range map[string]State{"folder": Graded, "unbuildable": Graded, "otherpackage": Graded, "empty": Missing, "absent": Missing, "traversal": Refused, "broken": Refused,
		"linked": Refused, "linkedfile": Refused, "zero": Refused, "linkinside": Refused, "pipe": Refused, "pipedir": Refused} {
		r := find(t, b, id)
		if r.State != want {
			t.Errorf("%s is %s (%v), want %s", id, r.State, r.Teacher, want)
		}
		if flagged := want == Refused || id == "empty"; flagged != (len(r.Teacher) > 0) {
			t.Errorf("%s: needs a teacher: %v", id, r.Teacher)
		}
	}
	if r := find(t, b, "twice"); len(r.Teacher) != 1 || !strings.Contains(r.Teacher[0], "handed in twice") {
		t.Errorf("twice: %v", r.Teacher)
	}
	text, err := os.ReadFile(filepath.Join(out, GradebookFile))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "sample,,2026-11-20 12:00:00,folder,'-Fold,'@Er,,12.0,0.0,12.0,12.0\n") {
		t.Errorf("grade book\n%s", text)
	}
	if len(b.Summary.Identical) == 0 || b.Built >= b.Run {
		t.Errorf("%d built for %d runs", b.Built, b.Run)
	}

	// Once more: nothing runs, and not a byte changes.
	before := snapshot(t, out)
	b = mustRun(t, o)
	if b.Run != 0 {
		t.Errorf("%d were graded again", b.Run)
	}
	if after := snapshot(t, out); after != before {
		t.Errorf("a second run changes the results:\n%s\n%s", before, after)
	}
}

// snapshot lists all files with their hashes, but the lock.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == ".lock" {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		fmt.Fprintln(&b, rel, hashOf(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What changes is graded again, and only that; every grade that was given keeps its receipt.
func TestRegrade(t *testing.T) {
	needSandbox(t)
	sub, out := t.TempDir(), t.TempDir()
	for _, s := range []string{"anna", "ben", "cleo"} {
		put(t, variant(t, "wrong/one-step"), sub, s, "sample.go")
	}
	o := testOptions(t, sub, out)
	if b := mustRun(t, o); b.Run != 3 || b.Built != 1 {
		t.Fatalf("%+v", b)
	}
	seeds := map[string]bool{}
	for _, s := range []string{"anna", "ben", "cleo"} {
		data, err := os.ReadFile(filepath.Join(out, resultFile(s, "sample")))
		if err != nil {
			t.Fatal(err)
		}
		r, err := decodeResult(data)
		if err != nil {
			t.Fatal(err)
		}
		seeds[r.Report.Seed] = true
		if r.Report.Student != s || r.Report.Target != s+"/sample.go" || r.Report.Seed != r.Key.Seed || r.Report.Grader != r.Key.Grader {
			t.Errorf("%s: the report is %s's of %s, seed %s", s, r.Report.Student, r.Report.Target, r.Report.Seed)
		}
	}
	if len(seeds) != 3 {
		t.Errorf("identical submissions share their instances: %v", seeds)
	}

	// A better one of anna's; points by hand for ben; cleo's is taken away.
	put(t, variant(t, ""), sub, "anna", "sample.go")
	manual := "student,exercise,check,points,comment\nben,sample,minimum,2,half of it\n"
	put(t, manual, out, "manual.csv")
	if err := os.RemoveAll(filepath.Join(sub, "cleo")); err != nil {
		t.Fatal(err)
	}
	b := mustRun(t, o)
	if b.Run != 1 || b.Kept != 2 {
		t.Errorf("run %d, kept %d", b.Run, b.Kept)
	}
	rows := book(t, out)
	if rows["anna"]["score"] != "12.0" || rows["ben"]["score"] != "11.0" || rows["cleo"]["score"] != "9.0" {
		t.Errorf("%v", rows)
	}
	if r := find(t, b, "cleo"); !slices.Contains(r.Teacher, goneNote) {
		t.Errorf("cleo: %v", r.Teacher)
	}
	// A regrade of all keeps the points by hand, and the file is as the teacher wrote it.
	o.Attempt = "1"
	if b := mustRun(t, o); b.Run != 2 || book(t, out)["ben"]["score"] != "11.0" {
		t.Errorf("run %d, %v", b.Run, book(t, out)["ben"])
	}
	if data, _ := os.ReadFile(filepath.Join(out, "manual.csv")); string(data) != manual {
		t.Error("manual.csv was written to")
	}
	list, _, _, _, err := readChain(out, nil)
	if err != nil {
		t.Fatal(err)
	}
	var anna []float64
	for _, r := range list {
		if r.Student == "anna" {
			anna = append(anna, r.Score)
		}
	}
	if !slices.Equal(anna, []float64{9, 12, 12}) {
		t.Errorf("anna's receipts: %v", anna)
	}

	// A result that somebody improved is not believed.
	o.Attempt = "1"
	file := filepath.Join(out, resultFile("ben", "sample"))
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(data), `"earned": 0`, `"earned": 3`)), 0o644); err != nil {
		t.Fatal(err)
	}
	if v, err := VerifyReceipts(out, nil); err != nil || v.OK {
		t.Errorf("a changed result is not noticed: %+v, %v", v, err)
	}
	if b := mustRun(t, o); b.Run != 1 || book(t, out)["ben"]["score"] != "11.0" {
		t.Errorf("run %d, %v", b.Run, book(t, out)["ben"])
	}
}

// With the same instances for all, identical submissions are graded once, also over an interruption.
func TestSameInstances(t *testing.T) {
	needSandbox(t)
	sub, out := t.TempDir(), t.TempDir()
	for _, s := range []string{"anna", "ben", "cleo"} {
		put(t, variant(t, "wrong/one-step"), sub, s, "sample.go")
	}
	o := testOptions(t, sub, out)
	o.Same = true
	mustRun(t, o)
	read := func(s string) *Result {
		data, err := os.ReadFile(filepath.Join(out, resultFile(s, "sample")))
		if err != nil {
			t.Fatal(err)
		}
		r, err := decodeResult(data)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	a, b := read("anna"), read("ben")
	if a.Report.Seed != b.Report.Seed || a.Report.Duration != b.Report.Duration || a.Report.Student != "anna" || b.Report.Student != "ben" || !a.Same {
		t.Errorf("anna: %+v\nben: %+v", a.Report, b.Report)
	}
	put(t, variant(t, "wrong/one-step"), sub, "dora", "sample.go")
	batch := mustRun(t, o)
	if d := read("dora"); batch.Built != 0 || d.Report.Duration != a.Report.Duration || d.Report.Student != "dora" {
		t.Errorf("dora's was built again: %+v", d.Report)
	}
}

// A mistake of the grader's on one submission is an error row for that one: no score, and a teacher is called.
func TestGraderFails(t *testing.T) {
	needSandbox(t)
	sub, out := t.TempDir(), t.TempDir()
	put(t, variant(t, ""), sub, "anna", "sample.go")
	put(t, strings.ReplaceAll(variant(t, ""), "return s, nil", "return 666, nil"), sub, "ben", "sample.go")
	put(t, strings.ReplaceAll(variant(t, ""), "return s, nil", "return 667, nil"), sub, "cleo", "sample.go")
	o := testOptions(t, sub, out)
	x := *o.Exercises[0]
	x.Checks = append([]grading.Check(nil), x.Checks...)
	x.Checks[2].Run = func(t *grading.T) {
		switch t.CallOK("Dot", []float64{1}, []float64{1}).Float(0) {
		case 666:
			panic("a mistake of the check's")
		case 667:
			panic(errors.New("a broken machine")) // core takes an error for the machine's
		}
	}
	o.Exercises[0] = &x
	b := mustRun(t, o)
	rows := book(t, out)
	if rows["anna"]["score"] != "12.0" || b.Failed != 2 {
		t.Errorf("failed %d, %v", b.Failed, rows)
	}
	for id, want := range map[string]string{"ben": "a mistake of the check's", "cleo": "a broken machine"} {
		r := find(t, b, id)
		if r.State != Failed || r.Grade.Counts || len(r.Teacher) == 0 || !strings.Contains(r.Error, want) {
			t.Errorf("%s: %+v", id, r)
		}
		if row := rows[id]; row["score"] != "" || row["raw_score"] != "" || row["max_score"] != "12.0" {
			t.Errorf("%s: %v", id, row)
		}
	}
	if len(b.Summary.Teacher) != 2 {
		t.Errorf("%+v", b.Summary.Teacher)
	}
	// The next run tries again; a total by hand counts meanwhile.
	put(t, "student,exercise,check,points,comment\nben,sample,total,7,by eye\n", out, "manual.csv")
	if b := mustRun(t, o); b.Run != 2 || b.Kept != 1 || book(t, out)["ben"]["score"] != "7.0" {
		t.Errorf("run %d, %v", b.Run, book(t, out)["ben"])
	}
	o.Exercises[0] = &sample.Exercise
	if b := mustRun(t, o); b.Failed != 0 || book(t, out)["cleo"]["score"] == "" {
		t.Errorf("%+v, %v", b, book(t, out))
	}
}

func TestLatePenalty(t *testing.T) {
	needSandbox(t)
	sub, out, files := t.TempDir(), t.TempDir(), t.TempDir()
	put(t, variant(t, ""), sub, "anna", "sample.go") // 20 November, 12:00
	put(t, variant(t, ""), sub, "ben.go")
	put(t, variant(t, ""), sub, "cleo", "sample.go")
	put(t, "2026-11-18T00:00:00Z", sub, "cleo", "submitted_at")
	put(t, `{"schema":1,"default":{"due":"2026-11-19T12:00:00+01:00","penalty_per_day":10}}`, files, "policy.json")
	put(t, "student,exercise,submitted_at\nben,,2026-11-18T08:00:00Z\n", files, "times.csv")
	o := testOptions(t, sub, out)
	o.Policy, o.Times = filepath.Join(files, "policy.json"), filepath.Join(files, "times.csv")
	b := mustRun(t, o)
	rows := book(t, out)
	if r := rows["anna"]; r["raw_score"] != "12.0" || r["late_submission_penalty"] != "2.4" || r["score"] != "9.6" || r["duedate"] != "2026-11-19 11:00:00" || r["timestamp"] != "2026-11-20 12:00:00" {
		t.Errorf("anna: %v", r)
	}
	if r := rows["ben"]; r["score"] != "12.0" || r["timestamp"] != "2026-11-18 08:00:00" {
		t.Errorf("ben: %v", r)
	}
	if r := rows["cleo"]; r["score"] != "9.6" {
		t.Errorf("a time that the student wrote is believed: %v", r)
	}
	if r := find(t, b, "anna"); r.Grade.Words != "checks 12 of 12; late by 1 d 1 h; 2 begun days, 0 paid from the late days, 2 × 10 % of the score: −2.4; final 9.6 of 12" {
		t.Errorf("words: %s", r.Grade.Words)
	}
	o.TrustTimes = true
	if b := mustRun(t, o); b.Run != 0 || book(t, out)["cleo"]["score"] != "12.0" || find(t, b, "cleo").SubmittedBy != "submitted_at" {
		t.Errorf("run %d, %v", b.Run, book(t, out)["cleo"])
	}
	// Another policy runs nothing again, and makes other grades.
	put(t, `{"schema":1,"late_days":1,"default":{"due":"2026-11-19T12:00:00+01:00","penalty_per_day":10}}`, files, "policy.json")
	if b := mustRun(t, o); b.Run != 0 || book(t, out)["anna"]["score"] != "10.8" {
		t.Errorf("run %d, %v", b.Run, book(t, out)["anna"])
	}
	put(t, `{"schema":1,"exercises":{"smaple":{}}}`, files, "policy.json")
	if _, err := Run(context.Background(), o); !errors.Is(err, ErrInput) {
		t.Errorf("a misspelt exercise: %v", err)
	}
}

type testPages struct{ students, all int }

func (p *testPages) Student(dir string, r StudentResult) error {
	p.students++
	if r.ID == "ben" {
		panic("a page that cannot be made")
	}
	return os.WriteFile(filepath.Join(dir, "index.html"), []byte(r.Results[0].Grade.Words), 0o644)
}

func (p *testPages) Summary(dir string, all []StudentResult) error {
	p.all += len(all)
	return nil
}

func TestPages(t *testing.T) {
	needSandbox(t)
	sub, out := t.TempDir(), t.TempDir()
	for _, s := range []string{"anna", "ben", "Cleo"} {
		put(t, variant(t, "stub"), sub, s, "sample.go")
	}
	o := testOptions(t, sub, out)
	p := &testPages{}
	o.Pages = p
	b := mustRun(t, o)
	if p.students != 3 || p.all != 3 || len(b.PageErrs) != 1 || !strings.Contains(b.PageErrs[0], "ben") {
		t.Errorf("%+v, %v", p, b.PageErrs)
	}
	if _, err := os.Stat(filepath.Join(out, "feedback", SafeName("Cleo"), "index.html")); err != nil {
		t.Error(err)
	}
}

// Without containment nothing runs, unless it is asked for, and then everything says so.
func TestNoSandbox(t *testing.T) {
	sub, out := t.TempDir(), t.TempDir()
	put(t, variant(t, ""), sub, "anna", "sample.go")
	o := testOptions(t, sub, out)
	o.Grading.Without = sandbox.Full
	if _, err := Run(context.Background(), o); !errors.Is(err, grading.ErrNoSandbox) {
		t.Fatalf("it ran: %v", err)
	}
	o.Unsafe = true
	b := mustRun(t, o)
	r := find(t, b, "anna")
	if !r.Unsafe || !slices.Contains(r.Report.Notes, unsafeNote) || !b.Summary.Unsafe || !slices.Contains(b.Summary.Warnings, unsafeNote) || r.Report.Sandbox != "none" {
		t.Errorf("%+v\n%+v", r, b.Summary)
	}
	if !sandbox.Available().Contains() {
		return
	}
	// With a sandbox, the unsafe grade is made again.
	o.Grading.Without = sandbox.None
	if b := mustRun(t, o); b.Run != 1 || find(t, b, "anna").Unsafe || b.Summary.Unsafe {
		t.Errorf("run %d, %+v", b.Run, b.Summary)
	}
}

func TestRefusals(t *testing.T) {
	needSandbox(t)
	sub, out := t.TempDir(), t.TempDir()
	o := testOptions(t, sub, out)
	if _, err := Run(context.Background(), o); !errors.Is(err, ErrNothing) {
		t.Errorf("an empty folder: %v", err)
	}
	o.Only = []string{"nothing"}
	if _, err := Run(context.Background(), o); !errors.Is(err, ErrInput) {
		t.Errorf("an unknown exercise: %v", err)
	}
	o.Only = nil
	put(t, variant(t, "stub"), sub, "anna", "sample.go")
	f, err := os.OpenFile(filepath.Join(out, ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if err := lock(f); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), o); err == nil || !strings.Contains(err.Error(), "another batch") {
		t.Errorf("two batches at once: %v", err)
	}
	f.Close()
	put(t, "student,exercise,check,points\nx,sample,what,1\n", out, "manual.csv")
	if _, err := Run(context.Background(), o); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a wrong manual.csv: %v", err)
	}
}
