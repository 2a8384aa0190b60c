package nets_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/backend"
	"nncourse/lib/nets"
)

func noisePixels(n int, seed uint64) []float32 {
	rng := rand.New(rand.NewPCG(seed, 0))
	x := make([]float32, n)
	for i := range x {
		x[i] = rng.Float32()
	}
	return x
}

func TestSegmenterLayout(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	// 3×3 convolutions from a to b maps have 9ab + b parameters.
	conv := func(widths ...int) int {
		n := 0
		for i := 1; i < len(widths); i++ {
			n += 9*widths[i-1]*widths[i] + widths[i]
		}
		return n
	}
	for _, s := range []nets.Segmenter{{}, {NoSkips: true}, {Widths: []int{4, 6}, Channels: 1}} {
		want := conv(3, 8, 16, 24, 32, 32, 24, 16, 8, 1)
		if s.Widths != nil {
			want = conv(1, 4, 6, 6, 4, 1)
		}
		for _, size := range [][2]int{{64, 64}, {32, 96}} {
			l, err := nets.LayoutOf(b, s.Logits, 5, size[0], size[1], max(s.Channels, 1+2*min(1, 1-s.Channels)))
			if err != nil {
				t.Fatalf("%+v: %v", s, err)
			}
			if l.Parameters() != want || !slices.Equal(l.Output, []int{5, size[0], size[1]}) {
				t.Errorf("%+v on %v: %d parameters, want %d; output %v", s, size, l.Parameters(), want, l.Output)
			}
		}
	}
	if _, err := nets.LayoutOf(b, nets.Segmenter{}.Logits, 1, 60, 64, 3); err == nil || !strings.Contains(err.Error(), "multiples of 8") {
		t.Errorf("60 rows: %v", err)
	}
	if _, err := nets.LayoutOf(b, nets.Segmenter{Widths: []int{3}}.Logits, 1, 64, 64, 3); err == nil || !strings.Contains(err.Error(), "two widths") {
		t.Errorf("one width: %v", err)
	}
}

// Far from the border the logits move with the image, by multiples of 2^L: pooling has that grid.
func TestSegmenterMovesWithTheImage(t *testing.T) {
	ctx := context.Background()
	b, err := backend.New(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s := nets.Segmenter{Widths: []int{4, 5, 6}} // the grid is 4; it sees 1 + 2 + 4 + 4 + 4 + 2 + 1 + 8 < 28 pixels far
	m := s.New(b, 3)
	const size, shift, far = 96, 8, 28
	x := noisePixels(size*size*3, 1)
	moved := make([]float32, len(x))
	for y := range size {
		for c := range size {
			copy(moved[(y*size+c)*3:][:3], x[(y*size+(c+shift)%size)*3:])
		}
	}
	z, err := m.Predict(ctx, append(slices.Clone(x), moved...), size, size)
	if err != nil {
		t.Fatal(err)
	}
	worst, spread := 0.0, 0.0
	for y := far; y < size-far; y++ {
		for c := far; c < size-far-shift; c++ {
			worst = max(worst, math.Abs(float64(z[size*size+y*size+c]-z[y*size+c+shift])))
			spread = max(spread, math.Abs(float64(z[y*size+c]-z[y*size+c+1])))
		}
	}
	if worst > 1e-5 || spread < 1e-2 {
		t.Errorf("logits moved by %d pixels differ by %g, neighbours by up to %g", shift, worst, spread)
	}
	// A logit does not depend on the batch that it was computed in, nor on the padding.
	one, err := m.Predict(ctx, moved, size, size)
	if err != nil {
		t.Fatal(err)
	}
	for p, v := range one {
		if math.Abs(float64(v-z[size*size+p])) > 1e-5 {
			t.Fatalf("pixel %d: %g alone, %g in a batch", p, v, z[size*size+p])
		}
	}
	if m.Parameters() == 0 {
		t.Error("no parameters")
	}
}

// Without skips a change of the image's fine detail that keeps every pooled map moves no logit of the decoder by itself:
// the two nets differ by the skips alone, which a net with equal weights shows.
func TestSegmenterSkipsAdd(t *testing.T) {
	ctx := context.Background()
	b, err := backend.New(ctx)
	if err != nil {
		t.Fatal(err)
	}
	with := nets.Segmenter{Widths: []int{4, 5, 6}}
	m := with.New(b, 3)
	x := noisePixels(16*16*3, 2)
	exec, err := model.NewExec(b, m.Store, func(scope *model.Scope, x *graph.Node) []*graph.Node {
		without := nets.Segmenter{Widths: with.Widths, NoSkips: true}
		a, c := with.Stages(scope, x), without.Stages(scope, x)
		// stages: E₀, E₁, bottom, decoder 1, decoder 0, logits. Decoder 1 starts from the same bottom:
		// ReLU(up + E₁) against ReLU(up); where both are positive they differ by E₁ exactly.
		both := graph.Mul(graph.PositiveIndicator(a[3]), graph.PositiveIndicator(c[3]))
		apart := graph.Abs(graph.Sub(graph.Sub(a[3], c[3]), a[1]))
		return []*graph.Node{graph.ReduceAllMax(graph.Mul(both, apart)), graph.ReduceAllSum(both), graph.ReduceAllMax(a[1]), graph.ReduceAllMax(graph.Abs(graph.Sub(a[2], c[2])))}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	in := tensors.FromFlatDataAndDimensions(x, 1, 16, 16, 3)
	out, err := exec.Call(in)
	if err != nil {
		t.Fatal(err)
	}
	apart, places, e1, bottom := tensors.ToScalar[float32](out[0]), tensors.ToScalar[float32](out[1]), tensors.ToScalar[float32](out[2]), tensors.ToScalar[float32](out[3])
	if apart > 1e-6 || places < 20 || e1 < 1e-3 || bottom != 0 {
		t.Errorf("skips: apart %g at %g places, E₁ up to %g, bottoms %g apart", apart, places, e1, bottom)
	}
}

func TestDouble(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	exec, err := graph.NewExec(b, func(x *graph.Node) *graph.Node { return nets.Double(x) })
	if err != nil {
		t.Fatal(err)
	}
	y, err := exec.Call1(tensors.FromFlatDataAndDimensions([]float32{1, 10, 2, 20, 3, 30, 4, 40}, 1, 2, 2, 2))
	if err != nil {
		t.Fatal(err)
	}
	v, err := tensors.CopyFlatData[float32](y)
	if err != nil {
		t.Fatal(err)
	}
	want := []float32{1, 10, 1, 10, 2, 20, 2, 20, 1, 10, 1, 10, 2, 20, 2, 20, 3, 30, 3, 30, 4, 40, 4, 40, 3, 30, 3, 30, 4, 40, 4, 40}
	if !slices.Equal(v, want) {
		t.Errorf("%v, want %v", v, want)
	}
}
