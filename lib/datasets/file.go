package datasets

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"nncourse/data"
)

// FileError says that a data file is not what it should be: cut off, corrupt, or another file altogether.
type FileError struct {
	File    string // the path
	Offset  int64  // where the fault was noticed: bytes from the start of the file, for a .gz of the unpacked content; −1 if it concerns the whole
	Problem string // what was expected there and what was found
	Want    string // the file's checksum by the manifest, as "sha256:HEX" or "md5:HEX", "" where the manifest does not know the file
	Got     string // the checksum found, in the same form
	Err     error  // the cause, if it came from another package
}

func (e *FileError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "datasets: %s: ", e.File)
	if e.Offset >= 0 {
		fmt.Fprintf(&b, "at byte %d: ", e.Offset)
	}
	b.WriteString(e.Problem)
	switch {
	case e.Want != "" && e.Got == e.Want:
		b.WriteString("; the checksum is the expected one, " + e.Want)
	case e.Want != "":
		fmt.Fprintf(&b, "; expected checksum %s, found %s: delete the file and fetch it again", e.Want, e.Got)
	}
	return b.String()
}

func (e *FileError) Unwrap() error { return e.Err }

// cut makes the error for a stream that ended, or failed, at offset at where want bytes were expected.
func cut(at, want int64, part string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &FileError{Offset: at, Problem: fmt.Sprintf("the file ends within %s: %d bytes expected, %d found", part, want, at), Err: err}
	}
	return &FileError{Offset: at, Problem: fmt.Sprintf("%s cannot be read: %v", part, err), Err: err}
}

// fault makes a FileError with the file's checksum, expected and found.
func fault(path string, offset int64, problem string, cause error) error {
	e := &FileError{File: path, Offset: offset, Problem: problem, Err: cause}
	if want, _ := known(path); want != "" {
		e.Want = "sha256:" + want
		f, err := os.Open(path)
		if err == nil {
			sum := sha256.New()
			_, err = io.Copy(sum, f)
			e.Got = "sha256:" + hexSum(sum)
			f.Close()
		}
		if err != nil {
			e.Got = "none (" + err.Error() + ")"
		}
	}
	return e
}

// verify compares a file's SHA-256 with the manifest's. A .gz that was packed anew has another checksum but the same
// content, which plain gives; it is called only then. A file that the manifest does not know passes.
func verify(path, got string, plain func() string) error {
	want, wantPlain := known(path)
	switch {
	case want == "" || got == want:
		return nil
	case strings.HasSuffix(path, ".gz") && wantPlain != "" && plain() == wantPlain:
		return nil
	}
	return &FileError{File: path, Offset: -1, Problem: "well formed, but not the published file", Want: "sha256:" + want, Got: "sha256:" + got}
}

// known gives what the manifest says of FOLDER/NAME at the end of the path: the SHA-256 of the file and, for a .gz, of
// its content. A plain file is known through its .gz. Each is "" where the manifest does not say.
func known(path string) (sum, plain string) {
	folder, name := filepath.Base(filepath.Dir(path)), filepath.Base(path)
	if f, ok := data.Lookup(folder, name); ok {
		return f.SHA256, f.PlainSHA256
	}
	if f, ok := data.Lookup(folder, name+".gz"); ok {
		return f.PlainSHA256, ""
	}
	return "", ""
}

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
