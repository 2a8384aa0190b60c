package text

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"nncourse/lib/gradcheck"
	"nncourse/lib/optim"
)

// TestFeedForwardGradient compares with central differences; tokens repeat within a context, so that their vectors get several terms.
func TestFeedForwardGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	f := NewFeedForward(rng, 4, 3, 2, 5)
	ids, places := []int{0, 0, 1, 2, 1, 1, 3, 0}, []int{3, 4, 5, 7}
	J, g := f.Gradient(ids, places)
	p := f.Params()
	if math.Abs(J-f.Loss(ids, places)) > 1e-14 {
		t.Errorf("Gradient's loss is %v, Loss %v", J, f.Loss(ids, places))
	}
	for i, want := range gradcheck.Numeric(func(x []float64) float64 { f.SetParams(x); return f.Loss(ids, places) }, slices.Clone(p)) {
		if math.Abs(g[i]-want) > 1e-7 {
			t.Fatalf("parameter %d: %v, by differences %v", i, g[i], want)
		}
	}
	f.SetParams(p)
	// The loss by hand: −log softmax of Next.
	nll := 0.0
	for _, at := range places {
		nll -= math.Log(SampleWeights(f.Next(ids[:at]), 1, 0)[ids[at]]) / float64(len(places))
	}
	if math.Abs(nll-J) > 1e-12 {
		t.Errorf("loss %v, by Next %v", J, nll)
	}
}

// TestFeedForwardLearns: a source of order 2 is learned to its entropy by a model of order 2, and not below the entropy of one token before by one of order 1.
// After (a, b) comes a + b mod 4 with probability 0.9, else one of all four: H = −0.925 ln 0.925 − 0.075 ln 0.025.
func TestFeedForwardLearns(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	source := func(n int) []int {
		ids := []int{1, 2}
		for len(ids) < n {
			next := (ids[len(ids)-2] + ids[len(ids)-1]) % 4
			if rng.Float64() < 0.1 {
				next = rng.IntN(4)
			}
			ids = append(ids, next)
		}
		return ids
	}
	train, test := source(3000), source(3000)
	entropy := -0.925*math.Log(0.925) - 0.075*math.Log(0.025)
	places := make([]int, 2900)
	for i := range places {
		places[i] = 50 + i
	}
	var reached [3]float64
	for order := 1; order <= 2; order++ {
		f := NewFeedForward(rng, 4, order, 3, 24)
		if _, err := f.Train(context.Background(), train, optim.Adam{Rate: 0.02, Steps: 600, Every: 600, Batch: 64}, rng); err != nil {
			t.Fatal(err)
		}
		reached[order] = f.Loss(test, places)
		if order == 2 {
			if out := f.Generate([]int{1, 2}, 4, 0, 0, rng); !slices.Equal(out, []int{1, 2, 3, 1, 0, 1}) {
				t.Errorf("continued by the likeliest: %v", out)
			}
		}
	}
	// The source's own loss on 2900 tokens varies by 0.02; what is learned is no better than it by more than that.
	if reached[2] < entropy-0.08 || reached[2] > entropy+0.12 || reached[1] < entropy+0.4 {
		t.Errorf("loss %.3f of order 2, %.3f of order 1; the entropy is %.3f", reached[2], reached[1], entropy)
	}
}
