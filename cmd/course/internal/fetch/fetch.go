// Package fetch finds the files of the manifest on disk, checks them, and downloads what is missing: resumable,
// verified before use, and put in place by one rename.
package fetch

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"nncourse/data"
)

// Fetcher downloads. The zero value is ready.
type Fetcher struct {
	Client   *http.Client                         // nil: a client with time limits for connecting and for the answer's head
	Stall    time.Duration                        // how long a transfer may stand still; 0 means 60 s
	Tries    int                                  // connections to one address without any progress before the next one; 0 means 2
	Pause    time.Duration                        // between two tries; 0 means 1 s
	Progress func(path string, done, total int64) // called often, from one goroutine; nil: not
}

// ChecksumError says that a file is complete and not the one that the manifest describes.
type ChecksumError struct {
	Path      string
	Want, Got string // "sha256:HEX" or "md5:HEX"
	Size      int64  // bytes found
	WantSize  int64
}

func (e *ChecksumError) Error() string {
	if e.Size != e.WantSize {
		return fmt.Sprintf("%s: expected %d bytes, found %d", e.Path, e.WantSize, e.Size)
	}
	return fmt.Sprintf("%s: expected checksum %s, found %s", e.Path, e.Want, e.Got)
}

// Attempt is one address that did not give the file.
type Attempt struct {
	Address string
	Err     error
}

// UnavailableError says that no address gave the file. Unwrap gives the reasons.
type UnavailableError struct {
	Path     string // where the file would have been put
	Want     string // its checksum
	Size     int64
	Part     int64  // bytes that are kept in Path.part and will not be loaded again
	Made     string // for a file without an address: how it was made
	Attempts []Attempt
}

func (e *UnavailableError) Error() string {
	name := filepath.Base(e.Path)
	if len(e.Attempts) == 0 {
		return fmt.Sprintf("%s cannot be downloaded: it was made %s", name, e.Made)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "no address gave %s:", name)
	for _, a := range e.Attempts {
		fmt.Fprintf(&b, "\n  %s: %v", a.Address, reason(a.Err))
	}
	if e.Part > 0 {
		fmt.Fprintf(&b, "\n  %d of %d bytes are kept; the next fetch goes on from there", e.Part, e.Size)
	}
	return b.String()
}

func (e *UnavailableError) Unwrap() []error {
	var errs []error
	for _, a := range e.Attempts {
		errs = append(errs, a.Err)
	}
	return errs
}

// reason says in plain words why a host gave nothing.
func reason(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &dns):
		return fmt.Sprintf("the host's name %s is not known here: no network, or a filter (%s)", dns.Name, dns.Err)
	case errors.Is(err, errStall):
		return err.Error()
	case errors.As(err, &timeout) && timeout.Timeout():
		return "the host does not answer (" + err.Error() + ")"
	}
	return err.Error()
}

var errStall = errors.New("the transfer stood still")

// File makes sure that the set's file lies verified in folder (data folder and set's folder, joined): it returns false at once if
// it is there, and downloads it otherwise. A download goes to PATH.part, which is kept when the connection is cut and
// continued by the next call; when complete it is verified and renamed. A file that fails is removed, and never bears the good name.
//
// Errors: *UnavailableError, which wraps a *ChecksumError where an address gave another file; *ChecksumError where the
// file that is already in place is wrong (it is left alone); the context's; those of the disk.
func (f *Fetcher) File(ctx context.Context, folder string, set *data.Set, file data.File) (fetched bool, err error) {
	path := filepath.Join(folder, filepath.FromSlash(file.Path))
	switch err := Verify(path, file); {
	case err == nil:
		return false, nil
	case !errors.Is(err, fs.ErrNotExist):
		return false, err
	}
	addresses := set.Addresses(file)
	if len(addresses) == 0 {
		return false, &UnavailableError{Path: path, Want: file.Checksum(), Size: file.Size, Made: file.Made}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return false, err
	}
	part, err := os.OpenFile(path+".part", os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return false, err
	}
	defer part.Close()
	if err := lock(part); err != nil {
		return false, fmt.Errorf("%s.part: another download of this file is under way: %w", path, err)
	}
	unavailable := &UnavailableError{Path: path, Want: file.Checksum(), Size: file.Size}
	for _, address := range addresses {
		err := f.from(ctx, address, part, path, file)
		if err == nil {
			if err := part.Sync(); err != nil {
				return false, err
			}
			if err := part.Close(); err != nil {
				return false, err
			}
			if err := os.Rename(path+".part", path); err != nil {
				return false, err
			}
			return true, nil
		}
		var disk *fs.PathError
		if ctx.Err() != nil {
			return false, fmt.Errorf("%s: stopped, what was loaded is kept: %w", file.Path, context.Cause(ctx))
		}
		if errors.As(err, &disk) {
			return false, err
		}
		unavailable.Attempts = append(unavailable.Attempts, Attempt{address, err})
	}
	if st, err := part.Stat(); err == nil {
		unavailable.Part = st.Size()
	}
	if unavailable.Part == 0 {
		os.Remove(path + ".part")
		os.Remove(filepath.Dir(path)) // which fails, as it should, where the folder holds anything
	}
	return false, unavailable
}

// from loads the file from one address until part is complete and verified. It starts anew, once, where bytes that were there
// before may be what makes the checksum wrong.
func (f *Fetcher) from(ctx context.Context, address string, part *os.File, path string, file data.File) error {
	tries, pause := f.Tries, f.Pause
	if tries == 0 {
		tries = 2
	}
	if pause == 0 {
		pause = time.Second
	}
	resumed := false
	for failures := 0; ; {
		st, err := part.Stat()
		if err != nil {
			return err
		}
		before := st.Size()
		if before > file.Size {
			if err := empty(part); err != nil {
				return err
			}
			before = 0
		}
		resumed = resumed || before > 0
		if before < file.Size {
			err = f.once(ctx, address, part, before, path, file)
			if err != nil {
				if ctx.Err() != nil || permanent(err) {
					return err
				}
				if st, e := part.Stat(); e == nil && st.Size() > before {
					failures = 0
				} else {
					failures++
				}
				if failures >= tries {
					return err
				}
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(pause):
				}
				continue
			}
		}
		if err := verifyOpen(part, path, file); err == nil {
			return nil
		} else if e := empty(part); e != nil {
			return e
		} else if !resumed {
			return err
		}
		resumed = false // all bytes of the next round come from this address
	}
}

// statusError is an answer other than the file.
type statusError struct{ status string }

func (e *statusError) Error() string { return "the server answers " + e.status }

// permanent says whether trying again at the same address is of no use.
func permanent(err error) bool {
	var status *statusError
	var dns *net.DNSError
	var sum *ChecksumError
	var disk *fs.PathError
	return errors.As(err, &status) && !strings.HasPrefix(status.status, "5") && !strings.HasPrefix(status.status, "429") ||
		errors.As(err, &dns) && !dns.IsTemporary || errors.As(err, &sum) || errors.As(err, &disk)
}

// once makes one request for the bytes from offset on and appends what comes to part.
func (f *Fetcher) once(ctx context.Context, address string, part *os.File, offset int64, path string, file data.File) error {
	stall := f.Stall
	if stall == 0 {
		stall = 60 * time.Second
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(stall, func() { cancel(fmt.Errorf("%w for %v", errStall, stall)) })
	defer watch.Stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", "nncourse-data-fetch")
	req.Header.Set("Accept-Encoding", "identity") // a .gz must come as it is
	if offset > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
	}
	client := f.Client
	if client == nil {
		client = defaultClient
	}
	resp, err := client.Do(req)
	if err != nil {
		return because(ctx, err)
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusPartialContent:
		if start, ok := rangeStart(resp.Header.Get("Content-Range")); !ok || start != offset {
			// an answer to another question: drop what is here and ask for all
			return errors.Join(fmt.Errorf("the server continues at %q where %d was asked for", resp.Header.Get("Content-Range"), offset), empty(part))
		}
	case http.StatusOK: // the whole file: the server knows no ranges, or none were asked for
		if err := empty(part); err != nil {
			return err
		}
		offset = 0
	case http.StatusRequestedRangeNotSatisfiable:
		return errors.Join(errors.New("the server has fewer bytes than are here"), empty(part))
	default:
		return &statusError{resp.Status}
	}
	if _, err := part.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	done := offset
	buf := make([]byte, 1<<17)
	for {
		n, err := resp.Body.Read(buf)
		watch.Reset(stall)
		if n > 0 {
			if done+int64(n) > file.Size {
				return errors.Join(&ChecksumError{Path: address, Size: done + int64(n), WantSize: file.Size}, empty(part))
			}
			if _, err := part.Write(buf[:n]); err != nil {
				return err
			}
			done += int64(n)
			if f.Progress != nil {
				f.Progress(path, done, file.Size)
			}
		}
		switch {
		case err == io.EOF && done == file.Size:
			return nil
		case err == io.EOF:
			return fmt.Errorf("the connection ended after %d of %d bytes", done, file.Size)
		case err != nil:
			return because(ctx, err)
		}
	}
}

// because prefers the cause of a cancelled context over the error that it led to.
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

func empty(f *os.File) error { return f.Truncate(0) }

// rangeStart reads the first byte's position out of "bytes 100-199/200".
func rangeStart(s string) (int64, bool) {
	s, ok := strings.CutPrefix(s, "bytes ")
	if !ok {
		return 0, false
	}
	first, _, ok := strings.Cut(s, "-")
	n, err := strconv.ParseInt(first, 10, 64)
	return n, ok && err == nil
}

var defaultClient = &http.Client{Transport: &http.Transport{
	Proxy:                 http.ProxyFromEnvironment,
	DialContext:           (&net.Dialer{Timeout: 15 * time.Second}).DialContext,
	TLSHandshakeTimeout:   15 * time.Second,
	ResponseHeaderTimeout: 30 * time.Second,
	ForceAttemptHTTP2:     true,
}}

// Verify checks a file's size and checksum. A .gz that was packed anew, so that only its content is the right one, passes. The
// error is fs.ErrNotExist, a *ChecksumError, or that of the disk.
func Verify(path string, file data.File) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return verifyOpen(f, path, file)
}

func verifyOpen(f *os.File, path string, file data.File) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	bad := &ChecksumError{Path: path, Want: file.Checksum(), Size: st.Size(), WantSize: file.Size}
	if st.Size() != file.Size {
		return packedAnew(f, file, bad)
	}
	kind, _, _ := strings.Cut(bad.Want, ":")
	h := sha256.New()
	if kind == "md5" {
		h = md5.New()
	}
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, st.Size())); err != nil {
		return err
	}
	if bad.Got = kind + ":" + hex.EncodeToString(h.Sum(nil)); bad.Got != bad.Want {
		return packedAnew(f, file, bad)
	}
	return nil
}

// packedAnew returns nil if the content of the .gz is what the manifest says of it, else bad.
func packedAnew(f *os.File, file data.File, bad error) error {
	if file.PlainSHA256 == "" {
		return bad
	}
	const limit = 1 << 30 // a packed file must not keep us busy for ever
	z, err := gzip.NewReader(bufio.NewReader(io.NewSectionReader(f, 0, limit)))
	if err != nil {
		return bad
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(z, limit)); err != nil || hex.EncodeToString(h.Sum(nil)) != file.PlainSHA256 {
		return bad
	}
	return nil
}
