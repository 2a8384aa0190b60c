package text

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/mat"

	"nncourse/lib/backend"
)

// TestTransformerAttention compares the graph's attention, with two heads, with Attend's in float64.
func TestTransformerAttention(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	tr := NewTransformer(b, 5, 6, 8, 2, 1, 1)
	rng := rand.New(rand.NewPCG(1, 1))
	x := normal(rng, 2*6, 8) // a batch of 2
	in := make([]float32, 0, 96)
	for _, v := range x.RawMatrix().Data {
		in = append(in, float32(v))
	}
	exec, err := model.NewExec(b, tr.Store, func(scope *model.Scope, x *graph.Node) []*graph.Node {
		out, weights := tr.attention(scope, x, 2, 6)
		var w []*graph.Node
		for v := range scope.Store().IterVariables() {
			if v.Trainable {
				w = append(w, v.NodeValue(x.Graph()))
				paths = append(paths, v.Path())
			}
		}
		return append([]*graph.Node{out, weights}, w...)
	})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	paths = nil
	got, err := exec.Call(tensors.FromFlatDataAndDimensions(in, 12, 8))
	if err != nil {
		t.Fatal(err)
	}
	param := map[string]*mat.Dense{}
	for i, p := range paths {
		flat := tensors.MustCopyFlatData[float32](got[i+2])
		d := make([]float64, len(flat))
		for j, v := range flat {
			d[j] = float64(v)
		}
		columns := got[i+2].Shape().Dim(-1)
		param[p] = mat.NewDense(len(d)/columns, columns, d)
	}
	out, weights := tensors.MustCopyFlatData[float32](got[0]), tensors.MustCopyFlatData[float32](got[1])
	worst := 0.0
	for batch := range 2 {
		part := x.Slice(batch*6, batch*6+6, 0, 8)
		var q, k, v, joined, want mat.Dense
		qkv := param["/qkv/dense/weights"]
		q.Mul(part, qkv.Slice(0, 8, 0, 8))
		k.Mul(part, qkv.Slice(0, 8, 8, 16))
		v.Mul(part, qkv.Slice(0, 8, 16, 24))
		joined.ReuseAs(6, 8)
		for h := range 2 {
			cut := func(m *mat.Dense) *mat.Dense { return mat.DenseCopyOf(m.Slice(0, 6, 4*h, 4*h+4)) }
			a := Attend(cut(&q), cut(&k), cut(&v), true)
			joined.Slice(0, 6, 4*h, 4*h+4).(*mat.Dense).Copy(a.O)
			for i := range 6 {
				for j := range 6 {
					worst = math.Max(worst, math.Abs(a.A.At(i, j)-float64(weights[((batch*2+h)*6+i)*6+j])))
				}
			}
		}
		want.Mul(&joined, param["/out/dense/weights"])
		for i := range 6 {
			for j := range 8 {
				worst = math.Max(worst, math.Abs(want.At(i, j)-float64(out[(batch*6+i)*8+j])))
			}
		}
	}
	if worst > 1e-5 {
		t.Errorf("off by %g", worst)
	}
}

var paths []string // of the trainable variables, in the order of the graph's outputs

// TestTransformerLearns a text in which the next token follows from the last two, and not from the last one. A later token changes nothing before it, and the loss
// agrees with the logits of Next.
func TestTransformerLearns(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	var ids []int
	for range 200 {
		ids = append(ids, 0, 1, 2, 0, 2, 1)
	}
	tr := NewTransformer(b, 3, 12, 24, 2, 1, 4)
	before, err := tr.Loss(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	loss, err := tr.Train(ctx, ids, TransformerConfig{Steps: 250, Batch: 16, Rate: 1e-2, Seed: 1})
	if err != nil || len(loss) != 250 {
		t.Fatal(len(loss), err)
	}
	after, err := tr.Loss(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	// After the first of the 12 places of a piece two tokens are possible, after the others one: ln 2/12 = 0.06 nats, if places tell nothing.
	if before < 0.5 || after > 0.3 {
		t.Errorf("loss %.3f before, %.3f after", before, after)
	}
	z, attention, err := tr.Next(ids[:12])
	if err != nil {
		t.Fatal(err)
	}
	if len(z) != 12 || len(attention) != 1 || len(attention[0]) != 2 || len(attention[0][0]) != 12 {
		t.Fatalf("%d logits, %d layers", len(z), len(attention))
	}
	z2, _, err := tr.Next(append(slices.Clone(ids[:11]), 0))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 11 {
		for c := range z[i] {
			if math.Abs(z[i][c]-z2[i][c]) > 1e-6 {
				t.Errorf("logits %d changed with token 11", i)
			}
		}
	}
	for i, row := range attention[0][1] {
		sum := 0.0
		for j, w := range row {
			if sum += w; j > i && w != 0 {
				t.Errorf("place %d looks at place %d", i, j)
			}
		}
		if math.Abs(sum-1) > 1e-5 {
			t.Errorf("the weights of place %d sum to %v", i, sum)
		}
	}
	nll := 0.0
	for i := range 12 {
		nll -= math.Log(SampleWeights(z[i], 1, 0)[ids[i+1]]) / 12
	}
	one, err := tr.Loss(ctx, ids[:32*12+1]) // 32 pieces, all the same
	if err != nil || math.Abs(one-nll) > 1e-4 {
		t.Errorf("loss %v, by the logits %v, error %v", one, nll, err)
	}
	out, err := tr.Generate(ctx, ids[:12], 12, 0, 0, rand.New(rand.NewPCG(1, 1)))
	if err != nil || !slices.Equal(out, ids[:24]) {
		t.Errorf("generated %v, want %v; %v", out, ids[:24], err)
	}
	file := filepath.Join(t.TempDir(), "model")
	if err := tr.Save(file); err != nil {
		t.Fatal(err)
	}
	again, err := LoadTransformer(tr.Backend, file)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := again.Loss(ctx, ids[:32*12+1]); err != nil || same != one {
		t.Errorf("loss %v after Save and LoadTransformer, %v before; %v", same, one, err)
	}
	if _, err := LoadTransformer(tr.Backend, file+"-not"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestSample(t *testing.T) {
	z := []float64{1, 3, 2, 3}
	rng := rand.New(rand.NewPCG(2, 2))
	e := math.E
	for _, c := range []struct {
		temperature float64
		topK        int
		want        []float64
	}{
		{0, 0, []float64{0, 1, 0, 0}},
		{1, 1, []float64{0, 1, 0, 0}},
		{1, 2, []float64{0, 0.5, 0, 0.5}},
		{1, 3, []float64{0, e / (2*e + 1), 1 / (2*e + 1), e / (2*e + 1)}},
		{2, 9, []float64{1 / (1 + 2*e + math.Sqrt(e)), e / (1 + 2*e + math.Sqrt(e)), math.Sqrt(e) / (1 + 2*e + math.Sqrt(e)), e / (1 + 2*e + math.Sqrt(e))}},
		{1e-3, 0, []float64{0, 0.5, 0, 0.5}},
	} {
		p := SampleWeights(z, c.temperature, c.topK)
		count := make([]float64, 4)
		const n = 4000
		for range n {
			count[Sample(z, c.temperature, c.topK, rng)] += 1. / n
		}
		for i := range p {
			if math.Abs(p[i]-c.want[i]) > 1e-12 || math.Abs(count[i]-p[i]) > 5*math.Sqrt(p[i]*(1-p[i])/n)+1e-9 { // five standard deviations
				t.Errorf("temperature %g, top %d: weights %.3f, drawn %.3f, want %.3f", c.temperature, c.topK, p, count, c.want)
			}
		}
	}
}

func ExampleSampleWeights() {
	z := []float64{0, math.Log(2), math.Log(4)}
	fmt.Printf("%.2f\n", SampleWeights(z, 1, 0))
	fmt.Printf("%.2f\n", SampleWeights(z, 0.5, 2))
	// Output:
	// [0.14 0.29 0.57]
	// [0.00 0.20 0.80]
}

// BenchmarkTransformerStep is a training step: forward, cross entropy, backward, Adam, the loss read; the batch is handed over anew.
func BenchmarkTransformerStep(b *testing.B) {
	bk, err := backend.New(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	ids := make([]int, 10000)
	for i := range ids {
		ids[i] = rng.IntN(65)
	}
	b.Run("xla", func(b *testing.B) {
		tr := NewTransformer(bk, 65, 64, 128, 4, 4, 1)
		// The first steps compile and warm up; the clock starts after them.
		_, err := tr.Train(context.Background(), ids, TransformerConfig{Steps: 1e6, Batch: 32, Rate: 1e-3, Every: func(step int, loss float64) bool { return step < 3 || b.Loop() }})
		if err != nil {
			b.Fatal(err)
		}
	})
}
