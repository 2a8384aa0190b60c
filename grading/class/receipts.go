package class

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Files of receipts in OUT.
const (
	ReceiptsFile = "receipts.jsonl"
	HeadFile     = "receipts.head"
)

// Receipt is a line of receipts.jsonl: that this result was given. Lines are only ever added. Each names the hash of the
// line before, so that none can be changed, removed or moved without the next one, or the head, giving it away; with the
// class's secret each also carries a MAC, without which anybody who may write the file could forge all of it anew.
type Receipt struct {
	N          int     `json:"n"`    // number of the line, from 1
	At         string  `json:"at"`   // when, RFC 3339 UTC
	Kind       string  `json:"kind"` // "result", or "gradebook" for the table as a whole
	Student    string  `json:"student,omitempty"`
	Exercise   string  `json:"exercise,omitempty"`
	State      State   `json:"state,omitempty"`
	Raw        float64 `json:"raw"`
	Score      float64 `json:"score"` // final
	Max        float64 `json:"max"`
	Submission string  `json:"submission,omitempty"` // hashes, as in Key
	Grader     string  `json:"grader,omitempty"`
	Seed       string  `json:"seed,omitempty"`
	Sandbox    string  `json:"sandbox,omitempty"`
	File       string  `json:"file"`   // below OUT, with slashes
	SHA256     string  `json:"sha256"` // of the file
	Prev       string  `json:"prev"`   // SHA-256 of the line before, without its newline; zeros for the first
	MAC        string  `json:"mac"`    // HMAC-SHA-256 of the line with an empty mac; "" without a secret
}

// head is what receipts.head holds: where the chain ended. It finds lines that are cut off at the end.
type head struct {
	Count int    `json:"count"`
	Hash  string `json:"hash"`
	MAC   string `json:"mac"`
}

var noHash = strings.Repeat("0", 64)

// Broken says where a chain of receipts is broken.
type Broken struct {
	Line int    // the first line that is wrong or missing, from 1; 0 if it is not a line
	Why  string // "line 7 was changed"
}

func (b *Broken) Error() string { return "the receipts are broken: " + b.Why }

func broken(line int, format string, args ...any) error {
	return &Broken{line, fmt.Sprintf(format, args...)}
}

// macKey derives the key for receipts from the class's secret.
func macKey(secret []byte) []byte {
	if len(secret) == 0 {
		return nil
	}
	m := hmac.New(sha256.New, secret)
	m.Write([]byte("receipts"))
	return m.Sum(nil)
}

func macOf(key []byte, text []byte) string {
	if key == nil {
		return ""
	}
	m := hmac.New(sha256.New, key)
	m.Write(text)
	return hex.EncodeToString(m.Sum(nil))
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// seal gives the line's text.
func (r Receipt) seal(key []byte) ([]byte, error) {
	r.MAC = ""
	text, err := marshalLine(r)
	if err != nil {
		return nil, err
	}
	r.MAC = macOf(key, text)
	return marshalLine(r)
}

// marshalLine writes one line of JSON without a newline.
func marshalLine(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// chain is an open file of receipts.
type chain struct {
	dir  string
	key  []byte
	f    *os.File
	n    int
	hash string
	last map[string]Receipt // by File
}

// readChain reads and checks the lines. A key is checked against only if there is one. torn is the length of a last line
// that was not written to its end.
func readChain(dir string, key []byte) (list []Receipt, hash string, size int64, torn int, err error) {
	hash = noHash
	data, err := os.ReadFile(filepath.Join(dir, ReceiptsFile))
	if errors.Is(err, fs.ErrNotExist) {
		data, err = nil, nil
	}
	if err != nil {
		return nil, "", 0, 0, err
	}
	headData, err := os.ReadFile(filepath.Join(dir, HeadFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, "", 0, 0, err
	}
	var h head
	switch {
	case err != nil && len(data) > 0 && bytes.IndexByte(data, '\n') != bytes.LastIndexByte(data, '\n'):
		// The head is written after each line: it can be missing after the first only.
		return nil, "", 0, 0, broken(0, "%s is missing", HeadFile)
	case err == nil:
		text := h
		if json.Unmarshal(headData, &h) != nil || h.Count < 1 {
			return nil, "", 0, 0, broken(0, "%s was changed: it cannot be read", HeadFile)
		}
		text = h
		text.MAC = ""
		line, _ := marshalLine(text)
		if key != nil && !hmac.Equal([]byte(h.MAC), []byte(macOf(key, line))) {
			return nil, "", 0, 0, broken(0, "%s was changed, or belongs to another secret", HeadFile)
		}
	}
	err = nil
	for len(data) > 0 {
		n := len(list) + 1
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			torn = len(data)
			break
		}
		line := data[:i]
		var r Receipt
		dec := json.NewDecoder(bytes.NewReader(line))
		dec.DisallowUnknownFields()
		if dec.Decode(&r) != nil {
			return list, hash, size, 0, broken(n, "line %d was changed: it is no receipt", n)
		}
		mac := r.MAC
		canonical, _ := marshalLine(r)
		switch {
		case r.N > n:
			return list, hash, size, 0, broken(n, "line %d is missing or moved: the receipt %d stands in its place", n, r.N)
		case r.N < n:
			return list, hash, size, 0, broken(n, "line %d is the receipt %d: repeated or moved", n, r.N)
		case !bytes.Equal(canonical, line):
			return list, hash, size, 0, broken(n, "line %d was changed: it is not as it was written", n)
		case r.Prev != hash:
			// Either this line was changed or the one before. What follows knows this one's hash.
			at, follows := n, h.Hash
			if next, _, ok := bytes.Cut(data[i+1:], []byte("\n")); ok {
				var f Receipt
				json.Unmarshal(next, &f)
				follows = f.Prev
			}
			if n > 1 && key == nil && follows == hashOf(line) {
				at = n - 1
			}
			return list, hash, size, 0, broken(at, "line %d was changed", at)
		}
		if key != nil {
			r.MAC = ""
			text, _ := marshalLine(r)
			if !hmac.Equal([]byte(mac), []byte(macOf(key, text))) {
				return list, hash, size, 0, broken(n, "line %d was changed, or was written with another secret", n)
			}
			r.MAC = mac
		}
		hash = hashOf(line)
		list = append(list, r)
		if len(list) == h.Count && hash != h.Hash {
			return list, hash, size, 0, broken(n, "line %d was changed: %s holds another hash", n, HeadFile)
		}
		size += int64(i + 1)
		data = data[i+1:]
	}
	if len(list) < h.Count {
		return list, hash, size, torn, broken(len(list)+1, "line %d is missing: there were %d lines, %d are left", len(list)+1, h.Count, len(list))
	}
	return list, hash, size, torn, nil
}

// openChain opens the receipts for adding. A last line that was cut by an interruption is removed: what it was for is
// written again.
func openChain(dir string, key []byte) (*chain, error) {
	list, hash, size, torn, err := readChain(dir, key)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, ReceiptsFile), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	if torn > 0 {
		if err := f.Truncate(size); err != nil {
			f.Close()
			return nil, err
		}
	}
	c := &chain{dir: dir, key: key, f: f, n: len(list), hash: hash, last: map[string]Receipt{}}
	for _, r := range list {
		c.last[r.File] = r
	}
	if c.n > 0 {
		if err := c.writeHead(); err != nil {
			f.Close()
			return nil, err
		}
	}
	return c, nil
}

// add appends a receipt, unless the last one for the file says the same hash.
func (c *chain) add(r Receipt) error {
	if old, ok := c.last[r.File]; ok && old.SHA256 == r.SHA256 {
		return nil
	}
	r.N, r.Prev = c.n+1, c.hash
	line, err := r.seal(c.key)
	if err != nil {
		return err
	}
	if _, err := c.f.Write(append(line, '\n')); err != nil {
		return err
	}
	if err := c.f.Sync(); err != nil {
		return err
	}
	c.n, c.hash = r.N, hashOf(line)
	c.last[r.File] = r
	return c.writeHead()
}

func (c *chain) writeHead() error {
	h := head{Count: c.n, Hash: c.hash}
	text, err := marshalLine(h)
	if err != nil {
		return err
	}
	h.MAC = macOf(c.key, text)
	if text, err = marshalLine(h); err != nil {
		return err
	}
	return writeAtomic(filepath.Join(c.dir, HeadFile), append(text, '\n'))
}

func (c *chain) close() error { return c.f.Close() }

// Verified is what VerifyReceipts found.
type Verified struct {
	OK    bool   `json:"ok"`
	Lines int    `json:"lines"` // good ones, up to the first that is broken
	Head  string `json:"head"`  // hash of the last good line: note it elsewhere, and nobody can forge the chain anew
	Keyed bool   `json:"keyed"` // the MACs were checked
	Line  int    `json:"line"`  // the first broken line, 0 if none or if it is no line
	Why   string `json:"why"`   // what is broken, "" if nothing
	Note  string `json:"note"`  // what is not wrong but worth knowing
}

// VerifyReceipts checks the receipts in OUT: the chain itself, and that each file of results, and the grade book, is as
// its last receipt says. With a nil secret the MACs are not checked, and a chain that was forged as a whole passes.
func VerifyReceipts(out string, secret []byte) (*Verified, error) {
	key := macKey(secret)
	if _, err := os.Stat(filepath.Join(out, ReceiptsFile)); err != nil {
		if _, e := os.Stat(filepath.Join(out, HeadFile)); e == nil && errors.Is(err, fs.ErrNotExist) {
			return &Verified{Keyed: key != nil, Line: 1, Why: "line 1 is missing: " + ReceiptsFile + " is gone, " + HeadFile + " is there"}, nil
		}
		return nil, err
	}
	list, hash, _, torn, err := readChain(out, key)
	v := &Verified{Lines: len(list), Head: hash, Keyed: key != nil}
	var b *Broken
	if errors.As(err, &b) {
		v.Line, v.Why = b.Line, b.Why
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	if torn > 0 {
		v.Note = "the last line was not written to its end: the batch was interrupted; start it again"
	}
	last := map[string]Receipt{}
	for _, r := range list {
		last[r.File] = r
	}
	for _, r := range list {
		if last[r.File].N != r.N {
			continue
		}
		if !filepath.IsLocal(filepath.FromSlash(r.File)) {
			v.Line, v.Why = r.N, fmt.Sprintf("line %d names a file outside of the results", r.N)
			return v, nil
		}
		data, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(r.File)))
		if errors.Is(err, fs.ErrNotExist) {
			v.Line, v.Why = r.N, fmt.Sprintf("%s is gone; line %d is its receipt", r.File, r.N)
			return v, nil
		}
		if err != nil {
			return nil, err
		}
		if hashOf(data) != r.SHA256 {
			v.Line, v.Why = r.N, fmt.Sprintf("%s was changed; line %d is its receipt", r.File, r.N)
			return v, nil
		}
	}
	files, err := resultFiles(out)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if _, ok := last[f]; !ok {
			v.Why = f + " has no receipt: it was put there, or its receipt was cut off, or the batch was interrupted (then start it again)"
			return v, nil
		}
	}
	v.OK = true
	return v, nil
}

// resultFiles lists the files of results below OUT, with slashes, sorted.
func resultFiles(out string) ([]string, error) {
	list, err := fs.Glob(os.DirFS(out), "results/*/*.json")
	if err != nil {
		return nil, err
	}
	slices.Sort(list)
	return list, nil
}
