package explain_test

import (
	"context"
	"fmt"
	"image"
	"math/rand/v2"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/backend"
	"nncourse/lib/datasets"
	"nncourse/lib/explain"
	"nncourse/lib/nets"
)

// Two channels on a 2×2 grid: the first fires at the top left, the second everywhere. Class 0 likes the first channel
// and dislikes the second. The mean of its map plus the bias is its logit.
func Example() {
	f := [][][]float64{ // f[y][x][k]
		{{4, 1}, {0, 1}},
		{{0, 1}, {0, 3}},
	}
	weights := [][]float64{ // [K][C]
		{2, 0},
		{-1, 1},
	}
	biases := []float64{0.5, 0}

	m, _ := explain.ClassMap(f, weights, 0)
	F, _ := explain.Pool(f, explain.Mean)
	fmt.Println("M_0 =", m)
	fmt.Println("F   =", F)
	fmt.Println("S_0 =", explain.Score(F, weights, biases, 0), "= mean of M_0 + 0.5")
	// Output:
	// M_0 = [[7 -1] [-1 -3]]
	// F   = [1 1.5]
	// S_0 = 1 = mean of M_0 + 0.5
}

// From a coarse map to a box in the image, and how well it meets the true box.
func ExampleBox() {
	m, _ := explain.Upsample([][]float64{{0, 0, 0}, {0, 1, 0}, {0, 0, 0}}, 9, 9)
	box, _ := explain.Box(m, 0.5)
	truth := image.Rect(3, 3, 8, 6)
	fmt.Println(box, "IoU", explain.IoU(box, truth))
	// Output: (3,3)-(6,6) IoU 0.6
}

// Two places make six pixels: their centres lie at pixel coordinates 1 and 4.
func ExampleUpsample() {
	m, _ := explain.Upsample([][]float64{{0, 6}}, 1, 6)
	fmt.Println(m)
	// Output: [[0 0 2 4 6 6]]
}

// product is S_0 = x_00·x_01 − x_10, S_1 = 0 on images of 2×2 pixels: small enough to see what each method says of it.
func product() *nets.Model {
	b, err := backend.New(context.Background())
	if err != nil {
		panic(err)
	}
	return &nets.Model{Backend: b, Store: model.NewStore(), Input: [3]int{2, 2, 1}, Classes: 2, Logits: func(s *model.Scope, x *graph.Node) *graph.Node {
		pixel := func(row, column int) *graph.Node {
			return graph.Reshape(graph.Slice(x, graph.AxisRange(), graph.AxisElem(row), graph.AxisElem(column)), x.Shape().Dimensions[0])
		}
		score := graph.Sub(graph.Mul(pixel(0, 0), pixel(0, 1)), pixel(1, 0))
		return graph.Stack([]*graph.Node{score, graph.ZerosLike(score)}, 1)
	}}
}

// one is the image x_00 = ½, x_01 = 2, x_10 = 1, x_11 = 3; S_0 = 0.
func one() *datasets.Images {
	return &datasets.Images{N: 1, H: 2, W: 2, C: 1, Pix: []float32{0.5, 2, 1, 3}, Labels: []int32{0}}
}

// The gradient of x_00·x_01 is large where the other factor is.
func ExampleSaliency() {
	maps, _ := (&explain.Saliency{Signed: true}).Explain(context.Background(), product(), one(), []int32{0})
	fmt.Println(maps.Map(0))
	// Output: [[2 0.5] [-1 0]]
}

// From black, the product ½·2 = 1 is divided between its factors in halves. The map sums to S_0 − 0 = 0.
func ExampleIntegratedGradients() {
	maps, _ := (&explain.IntegratedGradients{}).Explain(context.Background(), product(), one(), []int32{0})
	fmt.Println(maps.Map(0), "logit", maps.Logits[0])
	// Output: [[0.5 0.5] [-1 0]] logit 0
}

// Without either factor the product is lost, so each is charged for all of it: these maps do not sum to the logit.
func ExampleOcclusion() {
	maps, _ := (&explain.Occlusion{Size: 1, Stride: 1}).Explain(context.Background(), product(), one(), []int32{0})
	fmt.Println(maps.Map(0))
	// Output: [[1 1] [-1 0]]
}

// The pixel beside the edge stands out, whatever the net.
func ExampleLocalContrast() {
	d := &datasets.Images{N: 1, H: 1, W: 5, C: 1, Pix: []float32{0, 0, 0, 3, 3}}
	maps, _ := (&explain.LocalContrast{Radius: 1}).Explain(context.Background(), nil, d, nil)
	fmt.Println(maps.Map(0))
	// Output: [[0 0 1 1 0]]
}

// A map made from the dense layer's weights changes with them; the local contrast does not, so it explains no net.
func ExampleSanityCheck() {
	ctx := context.Background()
	b, err := backend.New(ctx)
	if err != nil {
		panic(err)
	}
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, int64(1))
	m := &nets.Model{Backend: b, Store: store, Input: [3]int{8, 8, 1}, Classes: 3, Logits: func(s *model.Scope, x *graph.Node) *graph.Node {
		return layers.Dense(s.At("logits"), graph.Reshape(x, x.Shape().Dimensions[0], 64), true, 3)
	}}
	rng := rand.New(rand.NewPCG(1, 1))
	d := &datasets.Images{N: 4, H: 8, W: 8, C: 1, Pix: make([]float32, 4*64), Labels: make([]int32, 4)}
	for i := range d.Pix {
		d.Pix[i] = rng.Float32()
	}
	for _, e := range []explain.Explainer{&explain.Saliency{}, &explain.LocalContrast{}} {
		s, err := explain.SanityCheck(ctx, e, m, d, nil, []string{"/logits"}, rng)
		if err != nil {
			panic(err)
		}
		fmt.Println(s.Method, s.Passes(0.5))
	}
	// Output:
	// saliency true
	// local contrast false
}
