package graph

import (
	"context"
	_ "embed"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	gx "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/backend"
	"nncourse/lib/datasets"
)

//go:embed testdata/layers.json
var golden []byte

type table = [][]float64

// outcome computes f on x, with the variables named set to given values.
func outcome(t *testing.T, x [][]float64, set map[string]any, f func(scope *model.Scope, x *gx.Node) *gx.Node) [][]float32 {
	t.Helper()
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	store := model.NewStore()
	exec, err := model.NewExec(b, store, f)
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	store.SetParam(model.ParamInitialSeed, int64(1))
	for round := 0; ; round++ {
		y, err := exec.Call(Float32(x))
		if err != nil {
			t.Fatal(err)
		}
		if round == 1 || set == nil {
			return y[0].Value().([][]float32)
		}
		found := 0
		for v := range store.IterVariables() {
			if value, ok := set[v.Path()]; ok {
				found++
				if err := v.SetValue(tensors.MustFromAnyValue(value)); err != nil {
					t.Fatal(err)
				}
			} else if v.Trainable {
				t.Fatalf("no value for %s", v.Path())
			}
		}
		if found != len(set) {
			t.Fatalf("%d of %d variables", found, len(set))
		}
	}
}

func worst(got [][]float32, want table) (w float64) {
	for i := range want {
		for j, v := range want[i] {
			w = math.Max(w, math.Abs(float64(got[i][j])-v))
		}
	}
	return w
}

// The layers by gather and scatter give what numpy's dense matrices give (testdata/layers.py). Numbers are near 1 and of float32: 10⁻⁵.
func TestLayersGolden(t *testing.T) {
	var want struct {
		Edges [][2]int
		X     table
		GCN   struct{ W, B, Out table }
		GAT   struct{ W, Source, Target, Out table }
		MP    struct {
			M, U     table
			C, D     []float64
			Sum, Max table
		}
	}
	if err := json.Unmarshal(golden, &want); err != nil {
		t.Fatal(err)
	}
	g := Undirected(6, want.Edges)
	looped := g.WithLoops()
	got := outcome(t, want.X, map[string]any{"/dense/weights": Float32(want.GCN.W), "/biases": Float32(want.GCN.B)},
		func(s *model.Scope, x *gx.Node) *gx.Node { return GCN(s, looped.Const(x.Graph()), x, 4) })
	if w := worst(got, want.GCN.Out); w > 1e-5 {
		t.Errorf("GCN is off by %g", w)
	}
	zero := make(table, 1)
	zero[0] = make([]float64, 8)
	got = outcome(t, want.X, map[string]any{"/dense/weights": Float32(want.GAT.W), "/source": Float32(want.GAT.Source), "/target": Float32(want.GAT.Target), "/biases": Float32(zero)},
		func(s *model.Scope, x *gx.Node) *gx.Node {
			h, alpha := GAT(s, looped.Const(x.Graph()), x, 2, 4)
			alpha.AssertDims(len(looped.From), 2)
			return h
		})
	if w := worst(got, want.GAT.Out); w > 1e-5 {
		t.Errorf("GAT is off by %g", w)
	}
	one := func(v []float64) []float32 { return Float32(table{v})[0] }
	mp := map[string]any{"/message/dense/weights": Float32(want.MP.M), "/message/dense/biases": one(want.MP.C), "/update/dense/weights": Float32(want.MP.U), "/update/dense/biases": one(want.MP.D)}
	got = outcome(t, want.X, mp, func(s *model.Scope, x *gx.Node) *gx.Node { return MessagePassing(s, g.Const(x.Graph()), x, 4, Sum) })
	if w := worst(got, want.MP.Sum); w > 1e-5 {
		t.Errorf("message passing with sums is off by %g", w)
	}
	got = outcome(t, want.X, mp, func(s *model.Scope, x *gx.Node) *gx.Node { return MessagePassing(s, g.Const(x.Graph()), x, 4, Max) })
	if w := worst(got, want.MP.Max); w > 1e-5 {
		t.Errorf("message passing with maxima is off by %g", w)
	}
}

// F(PAPᵀ, PX) = P F(A, X) for every layer, with features of arcs too; a readout does not change.
func TestEquivariance(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	g := random(rng, 9, 0.3)
	for range g.N {
		g.X = append(g.X, []float64{rng.NormFloat64(), rng.NormFloat64()})
	}
	for range g.From {
		g.Y = append(g.Y, []float64{rng.NormFloat64()})
	}
	p := shuffle(rng, g.N)
	h := g.Permute(p)
	// the five side by side, and their readout
	run := func(g *Graph) [][]float32 {
		return outcome(t, g.X, nil, func(s *model.Scope, x *gx.Node) *gx.Node {
			a := g.Const(x.Graph())
			gat, _ := GAT(s.At("gat"), a, x, 2, 2)
			y := gx.Concatenate([]*gx.Node{GCN(s.At("gcn"), a, x, 3), gat, MessagePassing(s.At("sum"), a, x, 3, Sum),
				MessagePassing(s.At("mean"), a, x, 3, Mean), MessagePassing(s.At("max"), a, x, 3, Max)}, -1)
			all := Readout(y, make([]int, g.N), 1)
			return gx.Concatenate([]*gx.Node{y, gx.BroadcastToDims(all, g.N, all.Shape().Dimensions[1])}, -1)
		})
	}
	a, b := run(g), run(h)
	size := 0.0
	want := make(table, g.N)
	for i, old := range p.From {
		for _, v := range a[old] {
			want[i] = append(want[i], float64(v))
			size = math.Max(size, math.Abs(float64(v)))
		}
	}
	if w := worst(b, want); w > 1e-5*size || size == 0 {
		t.Errorf("off by %g, numbers of %g", w, size)
	}
}

// Learned on generated papers: the graph helps. Seed 3 gave 0.98 with it and 0.80 without.
func TestTrainer(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	net := datasets.Papers(500, 4, rand.New(rand.NewPCG(1, 61)))
	w := Words(net)
	share := func(f func(scope *model.Scope, x *gx.Node) *gx.Node) float64 {
		tr, err := NewTrainer(b, w.Value, net.N, f)
		if err != nil {
			t.Fatal(err)
		}
		defer tr.Close()
		cfg := Config{Epochs: 100, Rate: 0.02, Decay: 5e-4, Seed: 3, Every: 50}
		h, err := tr.Run(context.Background(), cfg, net.Y, net.Train, net.Valid)
		if err != nil {
			t.Fatal(err)
		}
		again, err := tr.Run(context.Background(), cfg, net.Y, net.Train, net.Valid)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(h.Loss[99]-again.Loss[99]) > 1e-3 || len(h.Valid) != 2 {
			t.Errorf("losses %v and %v from one seed, %d validations", h.Loss[99], again.Loss[99], len(h.Valid))
		}
		return h.Accuracy(net.Y, net.Test)
	}
	with, without := share(TwoGCN(OfNetwork(net), w, 16, 4)), share(NoGraph(w, 16, 4))
	if with < 0.85 || without > with-0.1 {
		t.Errorf("%.3f with the graph, %.3f without", with, without)
	}
	t.Logf("%.3f with the graph, %.3f without", with, without)
}
