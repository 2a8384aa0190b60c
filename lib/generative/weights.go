package generative

import (
	"encoding/gob"
	"errors"
	"fmt"
	"os"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// saveWeights writes what the network looks like, and its float32 variables by path, to a file.
func saveWeights(file string, looks any, s *model.Store) error {
	weights := map[string][]float32{}
	for v := range s.IterVariables() {
		if v.DType() != dtypes.Float32 {
			continue
		}
		t, err := v.Value()
		if err != nil {
			return fmt.Errorf("generative: %w", err)
		}
		weights[v.Path()] = tensors.MustCopyFlatData[float32](t)
	}
	w, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("generative: %w", err)
	}
	e := gob.NewEncoder(w)
	if err := errors.Join(e.Encode(looks), e.Encode(weights), w.Close()); err != nil {
		return fmt.Errorf("generative: %w", err)
	}
	return nil
}

// readWeights reads what saveWeights wrote; looks points to the network's type.
func readWeights(file string, looks any) (weights map[string][]float32, err error) {
	r, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("generative: %w", err)
	}
	defer r.Close()
	d := gob.NewDecoder(r)
	if err := errors.Join(d.Decode(looks), d.Decode(&weights)); err != nil {
		return nil, fmt.Errorf("generative: %s: %w", file, err)
	}
	return weights, nil
}

// setWeights gives every float32 variable of s its weights.
func setWeights(s *model.Store, weights map[string][]float32, file string) error {
	for v := range s.IterVariables() {
		if v.DType() != dtypes.Float32 {
			continue
		}
		w, ok := weights[v.Path()]
		if !ok || len(w) != v.Shape().Size() {
			return fmt.Errorf("generative: %s: the variable %s has %d numbers, want %d", file, v.Path(), len(w), v.Shape().Size())
		}
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(w, v.Shape().Dimensions...)); err != nil {
			return fmt.Errorf("generative: %w", err)
		}
	}
	return nil
}
