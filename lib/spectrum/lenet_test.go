package spectrum

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
	"gonum.org/v1/gonum/floats"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// The two ways to LeNet's Hessian, reverse over reverse and R operator by hand, are one matrix, whatever the batch.
func TestLeNetByHand(t *testing.T) {
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(5, 6))
	d := datasets.Strokes(5, rng)
	for i := range d.Pix { // an empty upper third, as in MNIST: there all places of a map are equal, and share a maximum
		if i%784 < 9*28 {
			d.Pix[i] = 0
		}
	}
	m := nets.NewLeNet(open(t), 1)
	if _, _, err := m.Predict(ctx, d.Image(0)); err != nil {
		t.Fatal(err)
	}
	nudge := func() { // biases that are not zero: at zero an empty background sits on the kink of the ReLU
		for v := range m.Store.IterVariables() {
			if v.Trainable && v.Shape().Rank() == 1 {
				b := make([]float32, v.Shape().Size())
				for i := range b {
					b[i] = float32(0.2 * rng.NormFloat64())
				}
				v.MustSetValue(tensors.FromFlatDataAndDimensions(b, len(b)))
			}
		}
	}
	nudge()
	general, err := OfModel(ctx, m, d, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer general.Close()
	hand, err := OfLeNet(ctx, m, d, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer hand.Close()
	if general.Dim != hand.Dim || hand.Dim != m.Parameters() {
		t.Fatalf("%d and %d parameters of %d", general.Dim, hand.Dim, m.Parameters())
	}
	a, b := make([]float64, hand.Dim), make([]float64, hand.Dim)
	for trial := range 3 {
		if trial == 2 { // other weights
			nudge()
			if err := hand.Refresh(ctx); err != nil {
				t.Fatal(err)
			}
		}
		v := Normal(hand.Dim, rng)
		if err := general.Mul(ctx, a, v); err != nil {
			t.Fatal(err)
		}
		if err := hand.Mul(ctx, b, v); err != nil {
			t.Fatal(err)
		}
		for i, p := range hand.Params { // each variable's part by itself: none hides behind a larger one
			end := hand.Dim
			if i+1 < len(hand.Params) {
				end = hand.Params[i+1].Offset
			}
			x, y := a[p.Offset:end], b[p.Offset:end]
			// float32 sums of up to 4000 terms with cancellation: 1e-5 of the norm
			if e := floats.Distance(x, y, 2) / floats.Norm(x, 2); !(e < 1e-5) || math.IsNaN(e) {
				t.Errorf("trial %d, %s: relative difference %g", trial, p.Name, e)
			}
		}
	}
}
