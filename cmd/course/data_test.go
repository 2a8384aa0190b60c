package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nncourse/cmd/course/internal/cli"
	"nncourse/cmd/course/internal/fetch"
	"nncourse/data"
)

// dataRoot makes an empty course, so that no data of this machine is seen.
func dataRoot(t *testing.T) string {
	root := filepath.Join(t.TempDir(), "course")
	if err := os.MkdirAll(root, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module nncourse\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("COURSE_ROOT", root)
	t.Setenv("COURSE_DATA", "")
	return root
}

func TestDataCommandLine(t *testing.T) {
	dataRoot(t)
	for _, args := range []string{"", "list x", "list --dir x", "fetch", "fetch mnist --verify", "fetch nothing", "get mnist", "list --nothing"} {
		fs := flag.NewFlagSet("data", flag.ContinueOnError)
		fs.SetOutput(io.Discard)
		if err := runData(t.Context(), fs, strings.Fields(args)); cli.Code(err) != cli.Usage {
			t.Errorf("data %s: exit code %d (%v), want %d", args, cli.Code(err), err, cli.Usage)
		}
	}
}

func TestDataList(t *testing.T) {
	root := dataRoot(t)
	var list struct {
		OK   bool
		Sets []dataListed
	}
	read := func(verify bool) error {
		t.Helper()
		var out bytes.Buffer
		err := dataList(&out, verify, true)
		list.Sets = nil
		if e := json.Unmarshal(out.Bytes(), &list); e != nil {
			t.Fatal(e)
		}
		return err
	}
	if err := read(false); err != nil || !list.OK || len(list.Sets) != len(data.Sets()) {
		t.Fatalf("%v, %+v", err, list)
	}
	for _, s := range list.Sets {
		if s.State != fetch.Absent || s.Where != "" || s.Verified {
			t.Errorf("in an empty course: %+v", s)
		}
	}
	// A file of the right size and the wrong content: a quick look takes it, --verify does not.
	karate, _ := data.ByName("karate")
	folder := filepath.Join(root, ".course", "data", "karate")
	os.MkdirAll(folder, 0o755)
	for _, f := range karate.Files {
		os.WriteFile(filepath.Join(folder, f.Path), make([]byte, f.Size), 0o644)
	}
	find := func() dataListed {
		for _, s := range list.Sets {
			if s.Name == "karate" {
				return s
			}
		}
		return dataListed{}
	}
	if err := read(false); err != nil || find().State != fetch.Complete || find().Verified {
		t.Errorf("by size: %v, %+v", err, find())
	}
	if err := read(true); cli.Code(err) != cli.Failed || list.OK || find().State != fetch.Wrong || len(find().Problems) != len(karate.Files) {
		t.Errorf("by checksum: %v, %+v", err, find())
	}
	var out bytes.Buffer
	if err := dataList(&out, true, false); cli.Code(err) != cli.Failed || !strings.Contains(out.String(), "WRONG in .course/data/karate") {
		t.Errorf("table: %v\n%s", err, out.String())
	}
}

// testSet is a set of two files that the server gives under /base/.
func testSet(t *testing.T, change func(name string, b []byte) []byte) *data.Set {
	files := map[string][]byte{"a.bin": bytes.Repeat([]byte("alpha"), 9999), "b/c.bin": bytes.Repeat([]byte("gamma"), 999)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, ok := files[strings.TrimPrefix(r.URL.Path, "/base/")]
		if ok {
			b = change(r.URL.Path, b)
		}
		if b == nil {
			http.NotFound(w, r)
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
	}))
	t.Cleanup(server.Close)
	s := &data.Set{Name: "two", Folder: "two", Generated: "datasets.Nothing", Bases: []string{server.URL + "/base/"}}
	for _, name := range []string{"a.bin", "b/c.bin"} {
		sum := sha256.Sum256(files[name])
		s.Files = append(s.Files, data.File{Path: name, Size: int64(len(files[name])), SHA256: hex.EncodeToString(sum[:])})
	}
	return s
}

func TestDataFetchSet(t *testing.T) {
	target, elsewhere := t.TempDir(), t.TempDir()
	f := &fetch.Fetcher{Pause: time.Millisecond}
	same := func(_ string, b []byte) []byte { return b }
	s := testSet(t, same)
	var log bytes.Buffer
	r, err := fetchSet(t.Context(), &log, f, s, []string{elsewhere, target}, target)
	if err != nil || r.State != "fetched" || r.Bytes != s.Size() || r.Where != filepath.Join(target, "two") {
		t.Fatalf("%v, %+v", err, r)
	}
	if !strings.Contains(log.String(), "(100 %)") {
		t.Errorf("progress:\n%s", log.String())
	}
	r, err = fetchSet(t.Context(), &log, f, s, []string{elsewhere, target}, target)
	if err != nil || r.State != "present" || r.Bytes != 0 {
		t.Errorf("again: %v, %+v", err, r)
	}
	// A wrong file in a folder that is looked at first would be read first: that is an error, not a download.
	os.MkdirAll(filepath.Join(elsewhere, "two"), 0o755)
	os.WriteFile(filepath.Join(elsewhere, "two", "a.bin"), []byte("x"), 0o644)
	r, err = fetchSet(t.Context(), &log, f, s, []string{elsewhere, target}, target)
	if cli.Code(err) != cli.Failed || r.State != "failed" {
		t.Errorf("shadowed: %v, %+v", err, r)
	}

	missing := testSet(t, func(name string, b []byte) []byte {
		if strings.HasSuffix(name, "c.bin") {
			return nil
		}
		return b
	})
	target = t.TempDir()
	r, err = fetchSet(t.Context(), &log, f, missing, []string{target}, target)
	var e *cli.Error
	if cli.Code(err) != cli.Setup || r.State != "unavailable" || !errors.As(err, &e) || r.Bytes != missing.Files[0].Size {
		t.Fatalf("404: %v, %+v", err, r)
	}
	for _, want := range []string{filepath.Join(target, "two", "b", "c.bin"), missing.Files[1].Checksum(), "datasets.Nothing", "another network"} {
		if !strings.Contains(e.Next, want) {
			t.Errorf("the next step does not say %q: %s", want, e.Next)
		}
	}

	// A file without an address does not keep the others from being fetched.
	mixed := testSet(t, same)
	mixed.Files[0].Made = "by hand"
	target = t.TempDir()
	r, err = fetchSet(t.Context(), &log, f, mixed, []string{target}, target)
	if cli.Code(err) != cli.Setup || r.State != "unavailable" || r.Bytes != mixed.Files[1].Size || !strings.Contains(err.Error(), "1 of 2 files cannot be downloaded (a.bin)") {
		t.Errorf("made: %v, %+v", err, r)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	target = t.TempDir()
	r, err = fetchSet(ctx, &log, f, testSet(t, same), []string{target}, target)
	if cli.Code(err) != cli.Failed || r.State != "failed" || !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v, %+v", err, r)
	}
}

func TestDataFetchJSON(t *testing.T) {
	dataRoot(t)
	refuse := &http.Client{Transport: refuser{}}
	var out, log bytes.Buffer
	err := dataFetch(t.Context(), &out, &log, &fetch.Fetcher{Client: refuse, Pause: time.Millisecond}, []string{"mnist", "karate"}, "", true)
	if cli.Code(err) != cli.Setup {
		t.Errorf("exit code %d: %v", cli.Code(err), err)
	}
	var answer struct {
		OK   bool
		Sets []dataFetched
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	if answer.OK || len(answer.Sets) != 2 || answer.Sets[0].State != "unavailable" || answer.Sets[0].Next == "" || answer.Sets[1].State != "unavailable" {
		t.Errorf("%+v", answer)
	}
	if !strings.Contains(answer.Sets[0].Error, "storage.googleapis.com") || !strings.Contains(answer.Sets[0].Error, "ossci-datasets") {
		t.Errorf("the error does not name both addresses: %s", answer.Sets[0].Error)
	}
}

type refuser struct{}

func (refuser) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connection refused")
}
