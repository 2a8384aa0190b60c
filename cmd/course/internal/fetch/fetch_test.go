package fetch

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nncourse/data"
)

// server gives content at every path, with ranges; its fields make it misbehave.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	content  []byte
	ranges   []string // the Range header of every request
	cutAfter int      // > 0: a response breaks off after so many bytes, as long as cuts > 0
	cuts     int
	noRange  bool
	status   int
	wait     bool // stand still after the first bytes, until the request ends
}

func newServer(t *testing.T, content []byte) *server {
	s := &server{content: content}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.ranges = append(s.ranges, r.Header.Get("Range"))
	status, cut, wait := s.status, 0, s.wait
	if s.cuts > 0 {
		cut = s.cutAfter
		s.cuts--
	}
	s.mu.Unlock()
	if status != 0 {
		http.Error(w, "no", status)
		return
	}
	if s.noRange {
		r.Header.Del("Range")
	}
	if cut > 0 || wait {
		c := &cutter{ResponseWriter: w, left: cut, wait: wait, done: r.Context()}
		if r.Header.Get("Range") == "" {
			c.first = 10
		}
		w = c
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.content))
}

type cutter struct {
	http.ResponseWriter
	left  int
	wait  bool
	first int // bytes sent before waiting
	done  context.Context
}

func (c *cutter) Write(p []byte) (int, error) {
	if c.wait {
		c.ResponseWriter.Write(p[:c.first])
		c.ResponseWriter.(http.Flusher).Flush()
		<-c.done.Done()
		return 0, errors.New("done")
	}
	if len(p) >= c.left {
		c.ResponseWriter.Write(p[:c.left])
		c.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(p)
	return c.ResponseWriter.Write(p)
}

func random(n int) []byte {
	rng := rand.New(rand.NewPCG(7, 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func sha(b []byte) string { h := sha256.Sum256(b); return hex.EncodeToString(h[:]) }

func setFor(content []byte, bases ...string) (*data.Set, data.File) {
	f := data.File{Path: "sub/f.bin", Size: int64(len(content)), SHA256: sha(content)}
	return &data.Set{Name: "s", Folder: "s", Bases: bases, Files: []data.File{f}}, f
}

func quick() *Fetcher { return &Fetcher{Pause: time.Millisecond} }

func mustHold(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s: %d bytes that are not the expected %d", path, len(got), len(want))
	}
	mustBeAbsent(t, path+".part")
}

func mustBeAbsent(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s is there (%v)", path, err)
	}
}

func TestFetchAndFetchAgain(t *testing.T) {
	content := random(300_000)
	s := newServer(t, content)
	set, file := setFor(content, s.URL+"/")
	dir := t.TempDir()
	f := quick()
	var last, calls int64
	f.Progress = func(_ string, done, total int64) { last, calls = done, calls+1 }
	fetched, err := f.File(t.Context(), dir, set, file)
	if err != nil || !fetched {
		t.Fatal(fetched, err)
	}
	mustHold(t, filepath.Join(dir, "sub", "f.bin"), content)
	if last != file.Size || calls < 2 {
		t.Errorf("progress: last %d of %d in %d calls", last, file.Size, calls)
	}
	if fetched, err := f.File(t.Context(), dir, set, file); err != nil || fetched || len(s.ranges) != 1 {
		t.Errorf("a file that is there was loaded again: %v, %v, %d requests", fetched, err, len(s.ranges))
	}
}

func TestResumeAfterCut(t *testing.T) {
	content := random(300_000)
	s := newServer(t, content)
	s.cutAfter, s.cuts = 100_000, 2
	set, file := setFor(content, s.URL+"/")
	dir := t.TempDir()
	if _, err := quick().File(t.Context(), dir, set, file); err != nil {
		t.Fatal(err)
	}
	mustHold(t, filepath.Join(dir, "sub", "f.bin"), content)
	if len(s.ranges) != 3 || s.ranges[0] != "" || s.ranges[1] != "bytes=100000-" || s.ranges[2] != "bytes=200000-" {
		t.Errorf("ranges asked for: %q", s.ranges)
	}
}

// A download that was stopped is continued by another call, in another process for all it knows.
func TestInterruptThenResume(t *testing.T) {
	content := random(300_000)
	s := newServer(t, content)
	set, file := setFor(content, s.URL+"/")
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	f := quick()
	f.Progress = func(_ string, done, _ int64) {
		if done > 0 {
			cancel()
		}
	}
	s.wait = true
	_, err := f.File(ctx, dir, set, file)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want context.Canceled", err)
	}
	path := filepath.Join(dir, "sub", "f.bin")
	mustBeAbsent(t, path)
	st, err := os.Stat(path + ".part")
	if err != nil || st.Size() != 10 {
		t.Fatalf("part: %v, %v", st, err)
	}
	s.mu.Lock()
	s.wait = false
	s.mu.Unlock()
	if _, err := quick().File(t.Context(), dir, set, file); err != nil {
		t.Fatal(err)
	}
	mustHold(t, path, content)
	if got := s.ranges[len(s.ranges)-1]; got != "bytes=10-" {
		t.Errorf("range %q", got)
	}
}

func TestStall(t *testing.T) {
	content := random(1000)
	s := newServer(t, content)
	s.wait = true
	set, file := setFor(content, s.URL+"/")
	f := &Fetcher{Pause: time.Millisecond, Stall: 50 * time.Millisecond, Tries: 1}
	_, err := f.File(t.Context(), t.TempDir(), set, file)
	var un *UnavailableError
	if !errors.As(err, &un) || !strings.Contains(err.Error(), "stood still") {
		t.Fatalf("error %v", err)
	}
	if un.Part != 10 || len(s.ranges) != 2 {
		t.Errorf("%d bytes kept after %d requests, want 10 and 2", un.Part, len(s.ranges))
	}
}

// A slow transfer that moves is not one that stands still.
func TestSlowIsNoStall(t *testing.T) {
	content := random(2000)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(content); i += 100 {
			w.Write(content[i : i+100])
			w.(http.Flusher).Flush()
			time.Sleep(50 * time.Millisecond)
		}
	}))
	t.Cleanup(s.Close)
	set, file := setFor(content, s.URL+"/")
	f := &Fetcher{Stall: 600 * time.Millisecond, Tries: 1} // less than the whole takes
	dir := t.TempDir()
	if _, err := f.File(t.Context(), dir, set, file); err != nil {
		t.Fatal(err)
	}
	mustHold(t, filepath.Join(dir, "sub", "f.bin"), content)
}

func TestWrongChecksum(t *testing.T) {
	content := random(50_000)
	flipped := bytes.Clone(content)
	flipped[40_000] ^= 1
	for name, served := range map[string][]byte{"flipped bit": flipped, "too long": append(bytes.Clone(content), 0)} {
		t.Run(name, func(t *testing.T) {
			bad := newServer(t, served)
			set, file := setFor(content, bad.URL+"/")
			dir := t.TempDir()
			_, err := quick().File(t.Context(), dir, set, file)
			var sum *ChecksumError
			var un *UnavailableError
			if !errors.As(err, &un) || !errors.As(err, &sum) {
				t.Fatalf("error %v", err)
			}
			if sum.Size == file.Size && (sum.Want != "sha256:"+sha(content) || sum.Got != "sha256:"+sha(served)) {
				t.Errorf("expected and found: %+v", sum)
			}
			path := filepath.Join(dir, "sub", "f.bin")
			mustBeAbsent(t, path)
			mustBeAbsent(t, path+".part")

			// With a good mirror behind the bad address, the file comes from there.
			good := newServer(t, content)
			set.Bases = append(set.Bases, good.URL+"/")
			if _, err := quick().File(t.Context(), dir, set, file); err != nil {
				t.Fatal(err)
			}
			mustHold(t, path, content)
		})
	}
}

// A spoiled .part must not spoil the file: it is dropped and the download begins anew.
func TestSpoiledPart(t *testing.T) {
	content := random(50_000)
	for name, part := range map[string][]byte{"other bytes": make([]byte, 20_000), "full length": make([]byte, 50_000), "too long": make([]byte, 60_000)} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, content)
			set, file := setFor(content, s.URL+"/")
			dir := t.TempDir()
			path := filepath.Join(dir, "sub", "f.bin")
			os.MkdirAll(filepath.Dir(path), 0o755)
			if err := os.WriteFile(path+".part", part, 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := quick().File(t.Context(), dir, set, file); err != nil {
				t.Fatal(err)
			}
			mustHold(t, path, content)
		})
	}
}

func TestServerWithoutRange(t *testing.T) {
	content := random(300_000)
	s := newServer(t, content)
	s.noRange = true
	s.cutAfter, s.cuts = 100_000, 1
	set, file := setFor(content, s.URL+"/")
	dir := t.TempDir()
	if _, err := quick().File(t.Context(), dir, set, file); err != nil {
		t.Fatal(err)
	}
	mustHold(t, filepath.Join(dir, "sub", "f.bin"), content)
}

func TestUnavailable(t *testing.T) {
	content := random(1000)
	missing := newServer(t, content)
	missing.status = http.StatusNotFound
	busy := newServer(t, content)
	busy.status = http.StatusServiceUnavailable
	gone := newServer(t, content)
	gone.Close()
	set, file := setFor(content, missing.URL+"/", busy.URL+"/", gone.URL+"/", "http://host.invalid/")
	dir := t.TempDir()
	_, err := quick().File(t.Context(), dir, set, file)
	var un *UnavailableError
	if !errors.As(err, &un) || len(un.Attempts) != 4 {
		t.Fatalf("error %v", err)
	}
	for _, want := range []string{missing.URL + "/sub/f.bin: the server answers 404", busy.URL + "/sub/f.bin: the server answers 503", gone.URL, "http://host.invalid/sub/f.bin"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the message does not say %q:\n%v", want, err)
		}
	}
	if len(missing.ranges) != 1 || len(busy.ranges) != 2 {
		t.Errorf("404 was asked %d times, 503 %d times; want 1 and 2", len(missing.ranges), len(busy.ranges))
	}
	mustBeAbsent(t, filepath.Join(dir, "sub", "f.bin"))
	mustBeAbsent(t, filepath.Join(dir, "sub", "f.bin.part"))

	file.Made = "by hand"
	set.Bases = nil
	if _, err := quick().File(t.Context(), dir, set, file); err == nil || !strings.Contains(err.Error(), "it was made by hand") {
		t.Errorf("error %v", err)
	}
}

func TestWrongFileInPlaceIsLeftAlone(t *testing.T) {
	content := random(1000)
	s := newServer(t, content)
	set, file := setFor(content, s.URL+"/")
	dir := t.TempDir()
	path := filepath.Join(dir, "sub", "f.bin")
	os.MkdirAll(filepath.Dir(path), 0o755)
	os.WriteFile(path, []byte("the user's own"), 0o644)
	_, err := quick().File(t.Context(), dir, set, file)
	var sum *ChecksumError
	if !errors.As(err, &sum) || len(s.ranges) != 0 {
		t.Fatalf("error %v, %d requests", err, len(s.ranges))
	}
	mustHold(t, path, []byte("the user's own"))
}

func TestTwoAtOnce(t *testing.T) {
	content := random(1000)
	s := newServer(t, content)
	set, file := setFor(content, s.URL+"/")
	dir := t.TempDir()
	os.MkdirAll(filepath.Join(dir, "sub"), 0o755)
	other, err := os.Create(filepath.Join(dir, "sub", "f.bin.part"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := lock(other); err != nil {
		t.Fatal(err)
	}
	if _, err := quick().File(t.Context(), dir, set, file); err == nil || !strings.Contains(err.Error(), "under way") {
		t.Errorf("error %v", err)
	}
}

func TestVerify(t *testing.T) {
	content := random(1000)
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	os.WriteFile(path, content, 0o644)
	sum := md5.Sum(content)
	if err := Verify(path, data.File{Size: 1000, MD5: hex.EncodeToString(sum[:])}); err != nil {
		t.Errorf("md5: %v", err)
	}
	var bad *ChecksumError
	if err := Verify(path, data.File{Size: 1000, MD5: strings.Repeat("0", 32)}); !errors.As(err, &bad) || bad.Got != "md5:"+hex.EncodeToString(sum[:]) {
		t.Errorf("md5: %v", err)
	}
	packed := gzipped(content)
	os.WriteFile(path, packed, 0o644)
	file := data.File{Size: 1, SHA256: strings.Repeat("0", 64), PlainSHA256: sha(content)}
	if err := Verify(path, file); err != nil {
		t.Errorf("packed anew: %v", err)
	}
	file.PlainSHA256 = sha(packed)
	if err := Verify(path, file); !errors.As(err, &bad) {
		t.Errorf("other content: %v", err)
	}
}

func gzipped(b []byte) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	z.Write(b)
	z.Close()
	return buf.Bytes()
}

func tgz(t *testing.T, headers ...tar.Header) []byte {
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, h := range headers {
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len(h.Name))
		}
		h.Mode = 0o644
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			w.Write([]byte(h.Name))
		}
	}
	w.Close()
	return gzipped(buf.Bytes())
}

func TestUnpack(t *testing.T) {
	reg := func(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeReg} }
	dir := t.TempDir()
	archive := filepath.Join(dir, "a.tgz")
	os.WriteFile(archive, tgz(t, tar.Header{Name: "top/", Typeflag: tar.TypeDir}, reg("top/a"), reg("top/b/c")), 0o644)
	if err := Unpack(t.Context(), archive); err != nil {
		t.Fatal(err)
	}
	mustHold(t, filepath.Join(dir, "top", "b", "c"), []byte("top/b/c"))
	if err := Unpack(t.Context(), archive); err == nil || !strings.Contains(err.Error(), "already there") {
		t.Errorf("twice: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Unpack(ctx, archive); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	good, _ := os.ReadFile(archive)
	for name, b := range map[string][]byte{
		"../up":    tgz(t, reg("ok"), reg("../up")),
		"/abs":     tgz(t, reg("/abs")),
		"link":     tgz(t, tar.Header{Name: "l", Linkname: "/etc", Typeflag: tar.TypeSymlink}),
		"cut":      good[:len(good)/2],
		"not gzip": []byte("not gzip"),
	} {
		dir := t.TempDir()
		archive := filepath.Join(dir, "a.tgz")
		os.WriteFile(archive, b, 0o644)
		if err := Unpack(t.Context(), archive); err == nil {
			t.Errorf("%s: no error", name)
		}
		left, _ := os.ReadDir(dir)
		if len(left) != 1 {
			t.Errorf("%s: left behind: %v", name, left)
		}
	}
}

func TestLook(t *testing.T) {
	content := random(100)
	set := &data.Set{Name: "s", Folder: "s", Files: []data.File{
		{Path: "a", Size: 100, SHA256: sha(content)},
		{Path: "b.gz", Size: 100, SHA256: sha(content), Or: []string{"b"}},
	}}
	one, two := t.TempDir(), t.TempDir()
	put := func(dir, name string, b []byte) {
		os.MkdirAll(filepath.Join(dir, "s"), 0o755)
		if err := os.WriteFile(filepath.Join(dir, "s", name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(state State, dir string, files int, verify bool) {
		t.Helper()
		f := Look([]string{one, two}, set, verify)
		if f.State != state || f.Dir != dir || f.Files != files {
			t.Errorf("found %+v, want %v in %s with %d files", f, state, dir, files)
		}
	}
	expect(Absent, "", 0, false)
	put(two, "a", content)
	expect(Partial, two, 1, false)
	put(two, "b", []byte("unpacked"))
	expect(Complete, two, 2, true)
	put(one, "a.part", content[:10])
	expect(Complete, two, 2, false)
	flipped := bytes.Clone(content)
	flipped[3] ^= 1
	put(one, "a", flipped)
	expect(Complete, two, 2, false) // the size is right, so a quick look sees a partial set first and goes on
	expect(Wrong, one, 0, true)
	put(one, "a", content[:99])
	expect(Wrong, one, 0, false)
}
