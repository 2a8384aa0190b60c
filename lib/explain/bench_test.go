package explain

import (
	"context"
	"math/rand/v2"
	"testing"

	"nncourse/lib/nets"
)

// Four batches of 64 images through GAPNet, compiled before.
func benchmarkExplainer(b *testing.B, e Explainer) {
	ctx, m := context.Background(), nets.NewGAPNet(open(b), 1)
	d := noise(rand.New(rand.NewPCG(1, 1)), 4*Batch, 64, 64)
	if _, err := e.Explain(ctx, m, d, nil); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := e.Explain(ctx, m, d, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N*d.N), "ms/image")
}

func BenchmarkCAM(b *testing.B)     { benchmarkExplainer(b, &CAM{}) }
func BenchmarkGradCAM(b *testing.B) { benchmarkExplainer(b, &GradCAM{}) }

func BenchmarkClassMap(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	f, w := randomFeatures(rng, 16, 16, 32), randomMap(rng, 32, 10)
	for b.Loop() {
		if _, err := ClassMap(f, w, 3); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUpsample(b *testing.B) {
	m := randomMap(rand.New(rand.NewPCG(1, 1)), 16, 16)
	for b.Loop() {
		if _, err := Upsample(m, 64, 64); err != nil {
			b.Fatal(err)
		}
	}
}
