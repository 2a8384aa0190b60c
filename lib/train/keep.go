package train

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/checkpoint"

	"nncourse/lib/nets"
	"nncourse/lib/workspace"
)

// keeper writes a run into its folder:
//
//	checkpoint-n…-step-….{json,bin}  GoMLX's checkpoints, the last two, Adam's moments included
//	history.json                     the run's configuration and history, written after each checkpoint
//	best.gob                         with Patience, the weights of the best epoch
//
// history.json is replaced in one step, so it always names a checkpoint that is whole; newer ones, which a crash may
// have cut, are removed before the run is resumed.
type keeper struct {
	dir     string
	handler *checkpoint.Handler
}

const (
	historyFile = "history.json"
	bestFile    = "best.gob"
)

// saved is the content of history.json.
type saved struct {
	Config    Config
	Images    [2]int   // number of training and validation images
	Trainable []string // names of the trainable variables, which GoMLX's checkpoints do not know
	History   *History
}

// open prepares the checkpoint folder and loads what is there into the model and the history.
func (f *fit) open() error {
	dir := f.cfg.Checkpoint
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("train: checkpoint folder: %w", err)
	}
	h, err := LoadHistory(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		if err := f.sameRun(dir); err != nil {
			return err
		}
		f.h = h
	}
	done := last(f.h.EpochStep)
	if err := sweep(dir, done); err != nil {
		return err
	}
	if f.cfg.Patience > 0 && done > 0 {
		if err := readGob(filepath.Join(dir, bestFile), &f.best); err != nil {
			return fmt.Errorf("train: %w; delete the folder %s to train anew", err, dir)
		}
	}
	handler, err := load(f.m.Store, dir, done)
	if err != nil {
		return err
	}
	f.keep = &keeper{dir: dir, handler: handler}
	return nil
}

// load reads the newest checkpoint of a folder, if there is one, into the store. There must be one if the
// folder's history has steps.
func load(store *model.Store, dir string, steps int) (*checkpoint.Handler, error) {
	handler, err := checkpoint.Build(store).Dir(dir).Keep(2).Done()
	if err != nil {
		return nil, fmt.Errorf("train: the checkpoint in %s cannot be read: %w; delete the folder to train anew", dir, err)
	}
	some, err := handler.HasCheckpoints()
	if err != nil || steps > 0 && !some {
		return nil, fmt.Errorf("train: %s has a history of %d steps and no whole checkpoint; delete the folder to train anew", dir, steps)
	}
	if !some {
		return handler, nil
	}
	var s saved
	if err := readJSON(filepath.Join(dir, historyFile), &s); err != nil {
		return nil, err
	}
	// GoMLX gives a loaded variable to the store when it is first asked for: ask now, so that clean finds them all.
	for _, key := range slices.Sorted(maps.Keys(handler.LoadedVariables())) {
		name := strings.TrimPrefix(key, "var:")
		store.GetVariable(name).SetTrainable(slices.Contains(s.Trainable, name))
	}
	return handler, nil
}

// Load gives a model the weights of a finished run that Fit left in a checkpoint folder, and returns its history
// with Loaded set. The model must be of the same network. The error is fs.ErrNotExist (for errors.Is) where there is
// no run; an unfinished or unreadable one is an error too.
func Load(m *nets.Model, dir string) (*History, error) {
	h, err := LoadHistory(dir)
	if err != nil {
		return nil, err
	}
	if !h.Finished {
		return nil, fmt.Errorf("train: the run in %s ended at step %d, before it was finished; call Fit to resume it", dir, last(h.EpochStep))
	}
	if err := clean(m.Store); err != nil {
		return nil, err
	}
	defer m.Store.SetLoader(m.Store.Loader())
	if _, err := load(m.Store, dir, last(h.EpochStep)); err != nil {
		return nil, err
	}
	h.Loaded = true
	return h, clean(m.Store)
}

// last is the last of the values, 0 if there is none.
func last[T int | float64](values []T) T {
	if len(values) == 0 {
		return 0
	}
	return values[len(values)-1]
}

// sameRun errs if the folder's run has another configuration or other data than this one.
func (f *fit) sameRun(dir string) error {
	var s saved
	if err := readJSON(filepath.Join(dir, historyFile), &s); err != nil {
		return err
	}
	was, _ := json.Marshal(s.Config)
	is, _ := json.Marshal(f.cfg)
	if !bytes.Equal(was, is) {
		return fmt.Errorf("train: %s holds a run with the configuration %s, not %s; choose another folder, or delete it to train anew", dir, was, is)
	}
	if images := [2]int{f.train.N, f.valid.N}; s.Images != images || s.History.Train != f.train.Source || s.History.Valid != f.valid.Source {
		return fmt.Errorf("train: %s holds a run on %v images (%s; %s), not %v (%s; %s); choose another folder, or delete it to train anew",
			dir, s.Images, s.History.Train, s.History.Valid, images, f.train.Source, f.valid.Source)
	}
	return nil
}

// save writes the state at the end of an epoch. A nil keeper keeps nothing.
func (k *keeper) save(f *fit) error {
	if k == nil {
		return nil
	}
	if err := k.handler.Save(); err != nil {
		return fmt.Errorf("train: checkpoint: %w", err)
	}
	if f.cfg.Patience > 0 {
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(f.best); err != nil {
			return fmt.Errorf("train: %w", err)
		}
		if err := replace(filepath.Join(k.dir, bestFile), b.Bytes()); err != nil {
			return err
		}
	}
	s := saved{Config: f.cfg, Images: [2]int{f.train.N, f.valid.N}, History: f.h}
	for v := range f.m.Store.IterVariables() {
		if v.Trainable {
			s.Trainable = append(s.Trainable, v.Path())
		}
	}
	b, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	return replace(filepath.Join(k.dir, historyFile), b)
}

// LoadHistory reads the history that Fit wrote into a checkpoint folder. The error is fs.ErrNotExist (for errors.Is)
// where there is none.
func LoadHistory(dir string) (*History, error) {
	s := saved{History: new(History)}
	if err := readJSON(filepath.Join(dir, historyFile), &s); err != nil {
		return nil, err
	}
	return s.History, nil
}

var stepInName = regexp.MustCompile(`^checkpoint-.*-step-(\d+)$`)

// sweep removes checkpoints newer than the step that the history knows, and those of which a part is missing.
func sweep(dir string, last int) error {
	found, err := filepath.Glob(filepath.Join(dir, "checkpoint-*"))
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	base := map[string]bool{}
	for _, path := range found {
		base[strings.TrimSuffix(strings.TrimSuffix(path, checkpoint.JsonNameSuffix), checkpoint.BinDataSuffix)] = true
	}
	for path := range base {
		step := -1
		if m := stepInName.FindStringSubmatch(filepath.Base(path)); m != nil {
			step, _ = strconv.Atoi(m[1])
		}
		meta, metaErr := os.ReadFile(path + checkpoint.JsonNameSuffix)
		_, binErr := os.Stat(path + checkpoint.BinDataSuffix)
		if step >= 0 && step <= last && metaErr == nil && json.Valid(meta) && binErr == nil {
			continue
		}
		for _, suffix := range []string{checkpoint.JsonNameSuffix, checkpoint.BinDataSuffix} {
			if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("train: %w", err)
			}
		}
	}
	return nil
}

// weights copies the values of the trainable variables.
func weights(store *model.Store) (map[string][]float32, error) {
	w := map[string][]float32{}
	for v := range store.IterVariables() {
		if !v.Trainable {
			continue
		}
		t, err := v.Value()
		if err != nil {
			return nil, fmt.Errorf("train: %w", err)
		}
		if w[v.Path()], err = tensors.CopyFlatData[float32](t); err != nil {
			return nil, fmt.Errorf("train: %q: %w", v.Path(), err)
		}
	}
	return w, nil
}

// restore gives the variables the values that weights copied.
func restore(store *model.Store, w map[string][]float32) error {
	for path, values := range w {
		v := store.GetVariable(path)
		if v == nil {
			return fmt.Errorf("train: the best epoch's weights have %q, which the model lacks", path)
		}
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(values, v.Shape().Dimensions...)); err != nil {
			return fmt.Errorf("train: %q: %w", path, err)
		}
	}
	return nil
}

func readJSON(path string, v any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("train: %s: %w; delete its folder to train anew", path, err)
	}
	return nil
}

func readGob(path string, v any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// replace writes a file in one step: a reader sees the old content or the new one.
func replace(path string, content []byte) error {
	err := workspace.Replace(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	return nil
}
