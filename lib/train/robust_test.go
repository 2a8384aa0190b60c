package train

import (
	"errors"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
	"nncourse/lib/robust"
)

// What RobustLeNet stores gives another net the same answers; the two settings store in different folders; no folder is fs.ErrNotExist.
func TestRobustLeNetStored(t *testing.T) {
	b := open(t)
	test := &datasets.Images{Name: "none"}
	if full, fast := robustSetting(b, false).hash(b, test), robustSetting(b, true).hash(b, test); full == fast {
		t.Errorf("the full and the fast setting share the folder %s", full)
	}
	dir := filepath.Join(t.TempDir(), "robust")
	m, other := nets.NewLeNet(b, 1), nets.NewLeNet(b, 2)
	if _, err := loadRobust(ctx, other, dir); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("no folder: %v", err)
	}
	x := make([]float32, 3*28*28)
	for i := range x {
		x[i] = float32(i%7) / 7
	}
	_, want, err := m.Predict(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	h := &robust.History{Step: []int{20, 40}, Loss: []float64{2, 1}, Epsilon: []float64{0, 0.1}, Accuracy: []float64{0.1, 0.5}, Duration: 3}
	if err := saveRobust(m, h, dir); err != nil {
		t.Fatal(err)
	}
	if _, before, _ := other.Predict(ctx, x); slices.Equal(before, want) {
		t.Fatal("the two nets answered alike before")
	}
	got, err := loadRobust(ctx, other, dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, after, _ := other.Predict(ctx, x); !slices.Equal(after, want) {
		t.Error("the loaded net answers otherwise")
	}
	h.Loaded = true
	if !reflect.DeepEqual(got, h) {
		t.Errorf("history %+v, stored %+v", got, h)
	}
}
