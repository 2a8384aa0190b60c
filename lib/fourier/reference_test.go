package fourier

import (
	"encoding/json"
	"os"
	"testing"
)

// reference is testdata/filter.json, written by testdata/filter.py.
type reference struct {
	Mean struct {
		H, W, C                         int
		Pix, Amplitude, Energy, Centred []float64
	}
	Radial []struct {
		H, W              int
		E, Sum, Mean      []float64
		Count             []int
		Ratio, MeanRadius float64
	}
	Filter struct {
		N, H, W, C         int
		X, M, G, Y, DM, DX []float64
	}
	Mask struct {
		H, W, N, Classes   int
		X, A, M, Change, G []float64
		Y                  []int32
		Largest            float64
	}
}

func readReference(t *testing.T) (r reference) {
	t.Helper()
	b, err := os.ReadFile("testdata/filter.json")
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func float32s(v []float64) []float32 {
	f := make([]float32, len(v))
	for i := range v {
		f[i] = float32(v[i])
	}
	return f
}
