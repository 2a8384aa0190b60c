package class

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// resultFile gives the place of a result below OUT, with slashes.
func resultFile(student, slug string) string {
	return path.Join("results", SafeName(student), SafeName(slug)+".json")
}

// writeAtomic writes a file so that at every moment there is the old one or the new one, whole.
func writeAtomic(file string, data []byte) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	temp := filepath.Join(dir, "."+filepath.Base(file)+".tmp")
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if e := f.Sync(); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(temp, file)
	}
	if err != nil {
		os.Remove(temp)
		return err
	}
	// The name as well has to reach the disk. Not every system can do that to a folder.
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
	return nil
}

// encode gives a result's file.
func (r *Result) encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(r)
	return b.Bytes(), err
}

// decodeResult reads a result's file.
func decodeResult(data []byte) (*Result, error) {
	var r Result
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, err
	}
	if r.Schema != Schema {
		return nil, fmt.Errorf("it has schema %d, not %d", r.Schema, Schema)
	}
	return &r, nil
}

// stored is a result of an earlier run.
type stored struct {
	result *Result
	data   []byte
}

// loadStored reads the results that OUT holds, by student and exercise. One is believed only if it is as its last receipt
// says; what is not, and what cannot be read, is told to log and graded again.
func loadStored(out string, receipts map[string]Receipt, log func(string)) (map[[2]string]stored, error) {
	all := map[[2]string]stored{}
	files, err := resultFiles(out)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(f)))
		if err != nil {
			return nil, err
		}
		if last, ok := receipts[f]; !ok {
			log(f + " has no receipt: the last run was interrupted there; it is graded again")
			continue
		} else if last.SHA256 != hashOf(data) {
			log(fmt.Sprintf("%s is not as receipt %d says: somebody changed it; it is graded again", f, last.N))
			continue
		}
		r, err := decodeResult(data)
		if err == nil && resultFile(r.Student, r.Exercise) != f {
			err = fmt.Errorf("it is the result of %q in %q", r.Student, r.Exercise)
		}
		if err != nil {
			log(fmt.Sprintf("%s is left aside: %v", f, err))
			continue
		}
		all[[2]string{r.Student, r.Exercise}] = stored{r, data}
	}
	// What an interruption left half written.
	old, err := fs.Glob(os.DirFS(out), "results/*/.*.tmp")
	if err != nil {
		return nil, err
	}
	for _, f := range old {
		os.Remove(filepath.Join(out, filepath.FromSlash(f)))
	}
	return all, nil
}
