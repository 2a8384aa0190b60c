package nets

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/backend"
)

// The form that class activation mapping rests on: logits are the dense layer of the mean of the maps, nothing else.
func TestGAPNetIsAMeanAndADenseLayer(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	m := NewGAPNet(b, 5)
	rng := rand.New(rand.NewPCG(1, 1))
	const n = 3
	pix := make([]float32, n*GAPNetSide*GAPNetSide)
	for i := range pix {
		pix[i] = rng.Float32()
	}
	values, dims, err := m.Outputs(pix, func(s *model.Scope, x *graph.Node) []*graph.Node {
		f, logits := GAPNetStages(s, x)
		return []*graph.Node{f, logits}
	})
	if err != nil {
		t.Fatal(err)
	}
	if d := dims[0]; d[0] != n || d[1] != GAPNetMaps || d[2] != GAPNetMaps || d[3] != GAPNetWidth {
		t.Fatalf("features %v", d)
	}
	if want := 25*1*8 + 8 + 25*8*16 + 16 + 9*16*32 + 32 + 9*32*32 + 32 + 32*10 + 10; m.Parameters() != want {
		t.Errorf("%d parameters, want %d", m.Parameters(), want)
	}
	w, wd, err := m.Weights(GAPNetWeights)
	if err != nil || wd[0] != GAPNetWidth || wd[1] != GAPNetClasses {
		t.Fatalf("weights %v: %v", wd, err)
	}
	bias, _, err := m.Weights("/logits/dense/biases")
	if err != nil {
		t.Fatal(err)
	}
	_, logits, err := m.Predict(context.Background(), pix)
	if err != nil {
		t.Fatal(err)
	}
	const places = GAPNetMaps * GAPNetMaps
	for i := range n {
		for c := range GAPNetClasses {
			s := float64(bias[c])
			for p := range places {
				for k := range GAPNetWidth {
					f := float64(values[0][(i*places+p)*GAPNetWidth+k])
					if f < 0 {
						t.Fatalf("negative feature %g", f)
					}
					s += float64(w[k*GAPNetClasses+c]) * f / places
				}
			}
			if got := float64(logits[i*GAPNetClasses+c]); math.Abs(got-s) > 1e-5*(1+math.Abs(s)) {
				t.Errorf("image %d, class %d: logit %g, by hand %g", i, c, got, s)
			}
		}
	}
	again := NewGAPNet(b, 5)
	if _, l, err := again.Predict(context.Background(), pix); err != nil || l[7] != logits[7] {
		t.Errorf("the seed does not decide the weights: %g and %g (%v)", l[7], logits[7], err)
	}
	if _, _, err := m.Outputs(make([]float32, 64*64), func(s *model.Scope, x *graph.Node) []*graph.Node {
		return []*graph.Node{GAPNet(s, graph.Reshape(x, 1, 32, 128, 1))}
	}); err == nil {
		t.Error("images of 32×128 were taken")
	}
}
