package leastnorm

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"time"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/workspace"
)

// saveInterval is the least time between two writings of a checkpoint, so that they cost little beside the steps.
const saveInterval = time.Second

// checkpoint is a run's state on disk. Gradient descent has no memory: the point and its number are all that the next
// step needs. The records are there so that the trajectory of a resumed run is that of one run.
type checkpoint struct {
	path  string
	saved time.Time // when it was written last

	Sum   [sha256.Size]byte // of the problem, the step, and what is recorded
	K     int               // steps done
	Point []float64         // [n] x_K
	Trace Trajectory        // the records so far
}

// openCheckpoint reads d.Checkpoint, if that names a file that exists, into t and returns the steps done. A nil
// checkpoint is none: its methods do nothing. It errs if the file is unreadable, or belongs to another problem.
func (d GradientDescent) openCheckpoint(kind string, t *Trajectory, a mat.Matrix, b, x0 []float64) (*checkpoint, int, error) {
	if d.Checkpoint == "" {
		return nil, 0, nil
	}
	c := &checkpoint{path: d.Checkpoint, Sum: d.fingerprint(kind, t.Step, a, b, x0), saved: time.Now()}
	f, err := os.Open(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("leastnorm: checkpoint: %w", err)
	}
	defer f.Close()
	old := checkpoint{}
	if err := gob.NewDecoder(f).Decode(&old); err != nil {
		return nil, 0, fmt.Errorf("leastnorm: %s is no checkpoint: %w; remove it to start anew", c.path, err)
	}
	if old.Sum != c.Sum || len(old.Point) != len(x0) {
		return nil, 0, fmt.Errorf("leastnorm: %s is the checkpoint of another problem or step size, or records something else: remove it, or name another file", c.path)
	}
	if old.K > d.Iterations {
		return nil, 0, fmt.Errorf("leastnorm: %s has %d steps, more than the %d asked for: remove it to start anew", c.path, old.K, d.Iterations)
	}
	// What was recorded at x_K is recorded again, as the first thing that the run does.
	keep := 0
	for keep < len(old.Trace.K) && old.Trace.K[keep] < old.K {
		keep++
	}
	t.K, t.Residuals = append(t.K, old.Trace.K[:keep]...), append(t.Residuals, old.Trace.Residuals[:keep]...)
	if d.Target != nil {
		t.Distances = append(t.Distances, old.Trace.Distances[:keep]...)
	}
	if d.Keep {
		t.Points = append(t.Points, old.Trace.Points[:keep]...)
	}
	copy(t.X, old.Point)
	t.Resumed = old.K
	return c, old.K, nil
}

// maybe saves if the last time is long ago.
func (c *checkpoint) maybe(k int, t *Trajectory) error {
	if c == nil || time.Since(c.saved) < saveInterval {
		return nil
	}
	return c.save(k, t)
}

// save writes t, whose X is x_k, beside the old file and then in its place: whoever is interrupted keeps one of the two.
func (c *checkpoint) save(k int, t *Trajectory) (err error) {
	if c == nil {
		return nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("leastnorm: checkpoint: %w", err)
		}
	}()
	c.K, c.Point, c.Trace = k, t.X, *t
	if err := workspace.Replace(c.path, func(w io.Writer) error { return gob.NewEncoder(w).Encode(c) }); err != nil {
		return err
	}
	c.saved = time.Now()
	return nil
}

// fingerprint tells problems apart: all that the trajectory depends on, except how many steps are taken.
func (d GradientDescent) fingerprint(kind string, mu float64, a mat.Matrix, b, x0 []float64) (sum [sha256.Size]byte) {
	h := sha256.New()
	m, n := a.Dims()
	fmt.Fprintln(h, kind, m, n, d.Every, d.Keep, d.Target != nil)
	write := func(v float64) { h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))) }
	write(mu)
	for i := range m {
		for j := range n {
			write(a.At(i, j))
		}
	}
	for _, v := range [][]float64{b, x0, d.Target} {
		for _, x := range v {
			write(x)
		}
	}
	h.Sum(sum[:0])
	return sum
}
