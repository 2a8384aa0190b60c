package class

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// someReceipts makes a folder with five results and six receipts: the third is graded twice.
func someReceipts(t *testing.T, secret []byte) string {
	t.Helper()
	dir := t.TempDir()
	c, err := openChain(dir, macKey(secret))
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for i, n := range []int{1, 2, 3, 4, 5, 3} {
		text := fmt.Appendf(nil, "result %d, run %d\n", n, i)
		file := fmt.Sprintf("results/s%d/deepfool.json", n)
		if err := writeAtomic(filepath.Join(dir, file), text); err != nil {
			t.Fatal(err)
		}
		r := Receipt{Kind: "result", Student: fmt.Sprint("s", n), Exercise: "deepfool", Score: float64(i), File: file, SHA256: hashOf(text)}
		for range 2 { // the second time nothing is added
			if err := c.add(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	if c.n != 6 {
		t.Fatalf("%d lines", c.n)
	}
	return dir
}

func TestReceipts(t *testing.T) {
	secret := []byte("a secret of the class's own")
	lines := func(f func(l [][]byte) [][]byte) func(dir string) {
		return func(dir string) {
			file := filepath.Join(dir, ReceiptsFile)
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			l := f(bytes.SplitAfter(bytes.TrimSuffix(data, nil), []byte("\n")))
			if err := os.WriteFile(file, bytes.Join(l, nil), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	change := func(n int, from, to string) func(dir string) {
		return lines(func(l [][]byte) [][]byte {
			changed := bytes.Replace(l[n-1], []byte(from), []byte(to), 1)
			if bytes.Equal(changed, l[n-1]) {
				t.Fatalf("line %d has no %q", n, from)
			}
			l[n-1] = changed
			return l
		})
	}
	write := func(name, text string) func(dir string) {
		return func(dir string) {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	remove := func(name string) func(dir string) {
		return func(dir string) {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tc := range []struct {
		name string
		do   func(dir string)
		line int
		why  string // "" means that all is well
		key  bool   // found with the secret only
	}{
		{"nothing", func(string) {}, 0, "", false},
		{"first score", change(1, `"score":0`, `"score":9`), 1, "changed", false},
		{"a score in the middle", change(3, `"score":2`, `"score":9`), 3, "changed", false},
		{"last score", change(6, `"score":5`, `"score":9`), 6, "changed", false},
		{"a link", change(4, `"prev":"`, `"prev":"0`), 4, "changed", false},
		{"a space", change(2, `,"`, `, "`), 2, "changed", false},
		{"a field of its own", change(2, `{`, `{"x":1,`), 2, "changed", false},
		{"not JSON", change(5, `{`, `{{`), 5, "changed", false},
		{"deleted", lines(func(l [][]byte) [][]byte { return append(l[:2:2], l[3:]...) }), 3, "missing", false},
		{"first deleted", lines(func(l [][]byte) [][]byte { return l[1:] }), 1, "missing", false},
		{"repeated", lines(func(l [][]byte) [][]byte { return append(l[:3:3], l[2:]...) }), 4, "repeated", false},
		{"reordered", lines(func(l [][]byte) [][]byte { l[2], l[3] = l[3], l[2]; return l }), 3, "moved", false},
		{"last cut off", lines(func(l [][]byte) [][]byte { return l[:5] }), 6, "missing", false},
		{"all cut off", lines(func(l [][]byte) [][]byte { return nil }), 1, "missing", false},
		{"file gone", remove(ReceiptsFile), 1, "missing", false},
		{"head gone", remove(HeadFile), 0, "missing", false},
		{"head emptied", write(HeadFile, "{}"), 0, "changed", false},
		{"a result changed", write("results/s2/deepfool.json", "100 points"), 2, "was changed", false},
		{"a result put back to the old one", write("results/s3/deepfool.json", "result 3, run 2\n"), 6, "was changed", false},
		{"a result gone", remove("results/s4/deepfool.json"), 4, "is gone", false},
		{"a result without receipt", write("results/s9/deepfool.json", "{}"), 0, "no receipt", false},
		{"all forged anew, without the secret", func(dir string) {
			list, _, _, _, err := readChain(dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			os.Remove(filepath.Join(dir, ReceiptsFile))
			os.Remove(filepath.Join(dir, HeadFile))
			c, err := openChain(dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer c.close()
			for _, r := range list {
				r.Score = 10
				if err := c.add(r); err != nil {
					t.Fatal(err)
				}
			}
		}, 0, "changed", true},
		{"cut off with its head", func(dir string) {
			lines(func(l [][]byte) [][]byte { return l[:5] })(dir)
			list, hash, _, _, _ := readChain(dir, nil)
			text, _ := json.Marshal(head{Count: len(list), Hash: hash})
			write(HeadFile, string(text))(dir)
			write("results/s3/deepfool.json", "result 3, run 2\n")(dir)
		}, 0, "changed", true},
	} {
		dir := someReceipts(t, secret)
		tc.do(dir)
		for _, s := range [][]byte{nil, secret} {
			v, err := VerifyReceipts(dir, s)
			if err != nil {
				t.Errorf("%s: %v", tc.name, err)
				continue
			}
			if tc.why == "" || tc.key && s == nil {
				if !v.OK || v.Keyed != (s != nil) {
					t.Errorf("%s, secret %t: %+v", tc.name, s != nil, v)
				}
				continue
			}
			if v.OK || v.Line != tc.line || !strings.Contains(v.Why, tc.why) {
				t.Errorf("%s, secret %t: %+v, want line %d, %s", tc.name, s != nil, v, tc.line, tc.why)
			}
		}
	}
	dir := someReceipts(t, secret)
	if v, err := VerifyReceipts(dir, []byte("another secret of the class")); err != nil || v.OK {
		t.Errorf("another secret: %+v, %v", v, err)
	}
}

// A line that was cut by an interruption is removed, and the chain goes on; a chain that is broken is not added to.
func TestReceiptsTorn(t *testing.T) {
	dir := someReceipts(t, nil)
	f, err := os.OpenFile(filepath.Join(dir, ReceiptsFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString(`{"n":7,"at":"20`)
	f.Close()
	if v, err := VerifyReceipts(dir, nil); err != nil || !v.OK || v.Note == "" {
		t.Errorf("torn: %+v, %v", v, err)
	}
	c, err := openChain(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Killed between the line and the head: the head is one behind.
	old, err := os.ReadFile(filepath.Join(dir, HeadFile))
	if err != nil {
		t.Fatal(err)
	}
	text := []byte("again")
	if err := writeAtomic(filepath.Join(dir, "results/s1/deepfool.json"), text); err != nil {
		t.Fatal(err)
	}
	if err := c.add(Receipt{File: "results/s1/deepfool.json", SHA256: hashOf(text)}); err != nil {
		t.Fatal(err)
	}
	c.close()
	if err := os.WriteFile(filepath.Join(dir, HeadFile), old, 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if v, err := VerifyReceipts(dir, nil); err != nil || !v.OK || v.Lines != 7 || v.Note != "" {
			t.Errorf("after it: %+v, %v", v, err)
		}
		if c, err = openChain(dir, nil); err != nil {
			t.Fatal(err)
		}
		c.close()
	}
	if err := os.WriteFile(filepath.Join(dir, ReceiptsFile), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var b *Broken
	if _, err := openChain(dir, nil); !errors.As(err, &b) || b.Line != 1 {
		t.Errorf("a broken chain is added to: %v", err)
	}
}
