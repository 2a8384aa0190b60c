package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"nncourse/lib/backend"
	"nncourse/lib/datasets"
)

// BenchmarkGCNEpoch is one epoch of Kipf and Welling's network on Cora, or on generated papers as many: dropout, forward, cross entropy of the training
// nodes, backward, Adam, the loss read. With COURSE_BENCH_DIR set it writes graph.json there, which the peers of `course bench graph` read.
func BenchmarkGCNEpoch(b *testing.B) {
	ctx := context.Background()
	bk, err := backend.New(ctx)
	if err != nil {
		b.Fatal(err)
	}
	net, err := datasets.Cora()
	name := "Cora"
	if err != nil {
		net, name = datasets.Papers(2708, 7, rand.New(rand.NewPCG(1, 61))), "generated papers"
	}
	g, w, classes := OfNetwork(net), Words(net), len(net.Classes)
	tr, err := NewTrainer(bk, w.Value, net.N, TwoGCN(g, w, 16, classes))
	if err != nil {
		b.Fatal(err)
	}
	defer tr.Close()
	cfg := Config{Epochs: 100, Decay: 5e-4, Seed: 1}
	h, err := tr.Run(ctx, cfg, net.Y, net.Train, nil)
	if err != nil {
		b.Fatal(err)
	}
	right := h.Accuracy(net.Y, net.Test)
	if dir := os.Getenv("COURSE_BENCH_DIR"); dir != "" {
		values := make([]float32, len(w.Value))
		for k, v := range w.Value {
			values[k] = v[0]
		}
		text, err := json.Marshal(map[string]any{
			"name": name, "n": net.N, "d": net.D, "classes": classes, "from": g.From, "to": g.To, "row": w.Row, "col": w.Col, "value": values,
			"y": net.Y, "train": net.Train, "test": net.Test, "right": right, "loss": lossOfFixedWeights(b, tr, net),
		})
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "graph.json"), text, 0o644)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.Run(fmt.Sprintf("%s, %d nodes, %d arcs", name, net.N, len(g.From)), func(b *testing.B) {
		cfg.Epochs = b.N // and one more step, and the logits, in each Run
		if _, err := tr.Run(ctx, cfg, net.Y, net.Train, nil); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(100*right, "%_right_after_100")
	})
}

// lossOfFixedWeights is the mean cross entropy (nats) of the training nodes, without dropout, where W[i][j] = ((7i + 13j) mod 17 − 8)/32 and
// the biases are 0: a number that the peers must find too.
func lossOfFixedWeights(b *testing.B, tr *Trainer, net *datasets.Network) float64 {
	for v := range tr.Store.IterVariables() {
		s := v.Shape()
		switch {
		case matrix(v):
			w := make([]float32, s.Size())
			for k := range w {
				i, j := k/s.Dimensions[1], k%s.Dimensions[1]
				w[k] = (float32((7*i+13*j)%17) - 8) / 32
			}
			if err := v.SetValue(tensors.FromFlatDataAndDimensions(w, s.Dimensions...)); err != nil {
				b.Fatal(err)
			}
		case v.Trainable:
			if err := v.SetValue(tensors.FromShape(s)); err != nil {
				b.Fatal(err)
			}
		}
	}
	z, err := tr.Logits()
	if err != nil {
		b.Fatal(err)
	}
	loss := 0.0
	for _, i := range net.Train {
		sum := 0.0
		for _, v := range z[i] {
			sum += math.Exp(float64(v))
		}
		loss += math.Log(sum) - float64(z[i][net.Y[i]])
	}
	return loss / float64(len(net.Train))
}
