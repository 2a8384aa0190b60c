// Package weights keeps the trained numbers of a GoMLX model in one file, beside what is needed to build the model anew.
//
// It is for models that one cell trains and another loads. The variables of an optimiser that are float32 are kept too, as they lie in
// the same store; a store that lacks them ignores them. lib/train keeps whole trainings, with their history, by GoMLX's checkpoints.
package weights

import (
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/workspace"
)

// Save writes what the network looks like (any value that package encoding/gob can write), and its float32 variables by path, to a file.
// A file of that name is replaced when all is written: an interrupted Save leaves the old one.
func Save(file string, looks any, s *model.Store) error {
	weights := map[string][]float32{}
	for v := range s.IterVariables() {
		if v.DType() != dtypes.Float32 {
			continue
		}
		t, err := v.Value()
		if err != nil {
			return fmt.Errorf("weights: %w", err)
		}
		weights[v.Path()] = tensors.MustCopyFlatData[float32](t)
	}
	err := workspace.Replace(file, func(w io.Writer) error {
		e := gob.NewEncoder(w)
		return errors.Join(e.Encode(looks), e.Encode(weights))
	})
	if err != nil {
		return fmt.Errorf("weights: %w", err)
	}
	return nil
}

// Read reads what Save wrote; looks points to a value of the type that was saved.
func Read(file string, looks any) (weights map[string][]float32, err error) {
	r, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	defer r.Close()
	d := gob.NewDecoder(r)
	if err := errors.Join(d.Decode(looks), d.Decode(&weights)); err != nil {
		return nil, fmt.Errorf("weights: %s: %w", file, err)
	}
	return weights, nil
}

// Set gives every float32 variable of s, which must exist already, its weights by path; file is for the error's text. It errs where a
// variable has none, or another number of them.
func Set(s *model.Store, weights map[string][]float32, file string) error {
	for v := range s.IterVariables() {
		if v.DType() != dtypes.Float32 {
			continue
		}
		w, ok := weights[v.Path()]
		if !ok || len(w) != v.Shape().Size() {
			return fmt.Errorf("weights: %s: the variable %s has %d numbers, want %d", file, v.Path(), len(w), v.Shape().Size())
		}
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(w, v.Shape().Dimensions...)); err != nil {
			return fmt.Errorf("weights: %w", err)
		}
	}
	return nil
}
