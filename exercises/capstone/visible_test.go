package capstone

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	lib "nncourse/lib/capstone"
)

// The cases of the statement.

func logits(t *testing.T, m Model, height, width int, x []float64, want ...float64) {
	t.Helper()
	z, err := Logits(m, height, width, x)
	if err != nil {
		t.Errorf("Logits: %v", err)
		return
	}
	ok := len(z) == len(want)
	for i := range want {
		ok = ok && math.Abs(z[i]-want[i]) <= 1e-9
	}
	if !ok {
		t.Errorf("Logits gives %v, want %v", z, want)
	}
}

func TestLogits(t *testing.T) {
	logits(t, Model{[]Layer{
		{Kind: "conv", Size: 2, Out: 2, W: []float64{1, 0, 2, -1, 0, 3, -1, 1}, B: []float64{0.5, -2}},
		{Kind: "relu"},
		{Kind: "globalmax"},
		{Kind: "dense", Out: 2, W: []float64{1, -1, 2, 0.5}, B: []float64{0, 1}},
	}}, 3, 3, []float64{1, 0, 2, 0, 3, 1, 1, 0, 0}, 0.5, 17)
	logits(t, Model{[]Layer{
		{Kind: "maxpool", Size: 2},
		{Kind: "dense", Out: 2, W: []float64{1, 10, -1, 2}, B: []float64{0, 3}},
	}}, 2, 5, []float64{1, 2, 0, 4, 9, 3, 1, 1, 0, 5}, 43, 8)
}

// given is a model as the library, and so the grader, has it.
func given(m Model) (g lib.Model) {
	for _, l := range m.Layers {
		g.Layers = append(g.Layers, lib.Layer(l))
	}
	return g
}

// TestTrain trains as the grader does and prints what it would measure, on pictures of its own. With CAPSTONE_SAVE=FILE it writes the model
// there, as Saved may return it.
func TestTrain(t *testing.T) {
	rng := rand.New(rand.NewPCG(2026, 7))
	train, test := lib.Draw(600, rng), lib.Draw(200, rng)
	m, err := Train(train.X, train.Y, 1)
	if err != nil {
		t.Fatalf("Train: %v", err)
	}
	if text := Saved(); text != "" {
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatalf("Saved: %v", err)
		}
	}
	net, err := lib.Compile(given(m), lib.Side, lib.Side, lib.Classes)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range test.X[:20] {
		z, err := Logits(m, lib.Side, lib.Side, x)
		for k, v := range net.Logits(x) {
			if err != nil || len(z) != lib.Classes || !(math.Abs(z[k]-v) <= 1e-9*(1+math.Abs(v))) {
				t.Fatalf("picture %d: Logits gives %v, %v; the grader computes %v", i, z, err, net.Logits(x))
			}
		}
	}
	r := lib.Measure(net, test, lib.Standard, rng)
	t.Logf("clean %.0f %%, robust %.0f %%, localisation %.0f %%, %d parameters, %d multiplications", 100*r.CleanAccuracy(), 100*r.RobustAccuracy(), 100*r.Localisation, net.Parameters(), net.Multiplications())
	t.Logf("of %d attacked pictures right: %d as they are, %d after PGD, %d after DeepFool, %d after all", r.Attacked, r.Intact, r.PGD, r.DeepFool, r.Robust)
	if r.CleanAccuracy() < 0.9 {
		t.Errorf("clean accuracy %.2f, below 0.9", r.CleanAccuracy())
	}
	if r.Masked() {
		t.Errorf("masked gradients: the black box alone broke %d pictures", r.BlackBoxOnly)
	}
	if file := os.Getenv("CAPSTONE_SAVE"); file != "" {
		text, err := given(m).Save()
		if err == nil {
			err = os.WriteFile(file, []byte(text), 0o644)
		}
		if err != nil {
			t.Error(err)
		}
	}
}
