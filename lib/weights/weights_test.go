package weights_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/weights"
)

// store is a model's variables: a [2, 3] and b [2], filled from a number on.
func store(t *testing.T, from float32, shape ...int) *model.Store {
	t.Helper()
	s := model.NewStore()
	n := 1
	for _, d := range shape {
		n *= d
	}
	a := make([]float32, n)
	for i := range a {
		a[i] = from + float32(i)
	}
	s.RootScope().At("layer").VariableWithValue("a", tensors.FromFlatDataAndDimensions(a, shape...))
	s.RootScope().VariableWithValue("b", []float32{from, -from})
	s.RootScope().VariableWithValue("steps", int64(7)) // no float32: neither kept nor asked for
	return s
}

func values(t *testing.T, s *model.Store) map[string][]float32 {
	t.Helper()
	out := map[string][]float32{}
	for v := range s.IterVariables() {
		if v.Name() == "steps" {
			continue
		}
		x, err := v.Value()
		if err != nil {
			t.Fatal(err)
		}
		out[v.Path()] = tensors.MustCopyFlatData[float32](x)
	}
	return out
}

func TestRoundTrip(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model")
	for _, from := range []float32{1, 20} { // the second replaces the first
		if err := weights.Save(file, []string{"tanh", "2"}, store(t, from, 2, 3)); err != nil {
			t.Fatal(err)
		}
	}
	var looks []string
	w, err := weights.Read(file, &looks)
	if err != nil || strings.Join(looks, " ") != "tanh 2" {
		t.Fatalf("%q, %v", looks, err)
	}
	s := store(t, 5, 2, 3)
	if err := weights.Set(s, w, file); err != nil {
		t.Fatal(err)
	}
	got, want := values(t, s), values(t, store(t, 20, 2, 3))
	if len(got) != 2 {
		t.Fatalf("%d variables: %v", len(got), got)
	}
	for path, x := range want {
		for i := range x {
			if got[path][i] != x[i] {
				t.Errorf("%s[%d] = %g, want %g", path, i, got[path][i], x[i])
			}
		}
	}
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Errorf("%d files in the folder, want 1", len(left))
	}
}

// What does not fit is an error, and a Save that fails leaves what was there.
func TestErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model")
	if err := weights.Save(file, 1, store(t, 1, 2, 3)); err != nil {
		t.Fatal(err)
	}
	var looks int
	w, err := weights.Read(file, &looks)
	if err != nil {
		t.Fatal(err)
	}
	if err := weights.Set(store(t, 1, 3, 3), w, file); err == nil || !strings.Contains(err.Error(), "has 6 numbers, want 9") {
		t.Errorf("a variable of another size: %v", err)
	}
	delete(w, "/b")
	if err := weights.Set(store(t, 1, 2, 3), w, file); err == nil {
		t.Error("a missing variable passed")
	}
	if err := weights.Save(file, func() {}, store(t, 9, 2, 3)); err == nil {
		t.Error("a value that gob cannot write passed")
	}
	if w, err = weights.Read(file, &looks); err != nil || w["/b"][0] != 1 {
		t.Errorf("after a Save that failed: %v, %v", w, err)
	}
	var other string
	if _, err := weights.Read(file, &other); err == nil {
		t.Error("the wrong type passed")
	}
	if err := os.WriteFile(file, []byte("text"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := weights.Read(file, &looks); err == nil {
		t.Error("a file of text passed")
	}
}
