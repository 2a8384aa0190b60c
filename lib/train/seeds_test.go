package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/backend"
	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// coloured makes n pictures of 2×2, whose label 0, 1, 2 is the place of the brightest of the first three pixels.
func coloured(n int) *datasets.Images {
	rng := rand.New(rand.NewPCG(3, 4))
	d := &datasets.Images{Name: "test", Source: "test", N: n, H: 2, W: 2, C: 1, Classes: []string{"a", "b", "c"}}
	for range n {
		x := []float32{rng.Float32(), rng.Float32(), rng.Float32(), rng.Float32()}
		y := 0
		for k := range 3 {
			if x[k] > x[y] {
				y = k
			}
		}
		d.Pix, d.Labels = append(d.Pix, x...), append(d.Labels, int32(y))
	}
	return d
}

func seedsOn(t *testing.T, s Seeds, d *datasets.Images) []Run {
	t.Helper()
	b, err := gobackend.New("")
	if err != nil {
		t.Fatal(err)
	}
	runs, err := s.Run(context.Background(), b, d)
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// A network that sees nothing: its logits are a bias. With the whole set as one batch the descent is that of
// L(b) = log Σ exp b_k − Σ q_k b_k, q the shares of the labels, whose gradient is softmax(b) − q: by hand here.
func TestSeedsMomentum(t *testing.T) {
	d := coloured(40)
	bias := func(scope *model.Scope, x *graph.Node) *graph.Node {
		b := scope.VariableWithShape("biases", shapes.Make(x.DType(), 3)).NodeValue(x.Graph())
		return graph.BroadcastToDims(graph.Reshape(b, 1, 3), x.Shape().Dimensions[0], 3)
	}
	s := Seeds{Logits: bias, Epochs: 25, BatchSize: 40, LearningRate: 0.7, Momentum: 0.6, Schedule: Cosine, Seeds: []uint64{5}}
	got := seedsOn(t, s, d)[0]
	q := make([]float64, 3)
	for _, y := range d.Labels {
		q[y] += 1. / 40
	}
	b, v := make([]float64, 3), make([]float64, 3)
	for step := range 25 {
		sum, l := 0.0, 0.0
		for _, x := range b {
			sum += math.Exp(x)
		}
		best := 0
		for k, x := range b {
			l += q[k] * (math.Log(sum) - x)
			if x > b[best] {
				best = k
			}
		}
		// float32 against float64
		if math.Abs(got.Loss[step]-l) > 1e-5 || math.Abs(got.Wrong[step]-(1-q[best])) > 1e-6 {
			t.Fatalf("step %d: loss %g, wrong %g, want %g, %g", step, got.Loss[step], got.Wrong[step], l, 1-q[best])
		}
		rate := 0.7 * (1 + math.Cos(math.Pi*float64(step)/25)) / 2
		for k := range b {
			v[k] = 0.6*v[k] + math.Exp(b[k])/sum - q[k]
		}
		for k := range b {
			b[k] -= rate * v[k]
		}
	}
}

func TestSeedsLearnAndRepeat(t *testing.T) {
	d := coloured(200)
	net := func(scope *model.Scope, x *graph.Node) *graph.Node {
		h := activation.Relu(layers.DenseWithBias(scope.At("hidden"), graph.Reshape(x, x.Shape().Dimensions[0], -1), 16))
		return layers.DenseWithBias(scope.At("logits"), h, 3)
	}
	runs := seedsOn(t, Seeds{Logits: net, Epochs: 30, BatchSize: 16, LearningRate: 0.1, Momentum: 0.9, Seeds: []uint64{1, 2, 1}}, d)
	if !slices.Equal(runs[0].Loss, runs[2].Loss) || !slices.Equal(runs[0].Wrong, runs[2].Wrong) {
		t.Error("the same seed gave another run")
	}
	if slices.Equal(runs[0].Loss, runs[1].Loss) {
		t.Error("another seed gave the same run")
	}
	for _, r := range runs {
		if len(r.Wrong) != 30 || r.Diverged != 0 || r.Wrong[29] > 0.08 {
			t.Errorf("seed %d: %.3f wrong after 30 epochs, diverged %d", r.Seed, r.Wrong, r.Diverged)
		}
	}
}

func TestSeedsTellsDivergence(t *testing.T) {
	net := func(scope *model.Scope, x *graph.Node) *graph.Node {
		return layers.DenseWithBias(scope.At("logits"), graph.MulScalar(graph.Reshape(x, x.Shape().Dimensions[0], -1), 1e30), 3)
	}
	r := seedsOn(t, Seeds{Logits: net, Epochs: 3, BatchSize: 10, LearningRate: 1e30, Seeds: []uint64{1}}, coloured(20))[0]
	if r.Diverged == 0 || math.Abs(r.Loss[2]-math.Log(3)) > 1e-12 || math.Abs(r.Wrong[2]-2./3) > 1e-12 {
		t.Errorf("diverged at step %d, loss %v, wrong %v", r.Diverged, r.Loss, r.Wrong)
	}
}

// Weights begin normal with variance 2/fan-in; everything else as the layers have it.
func TestSeedsBegin(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if slow(b) {
		t.Skip("GoMLX's Go backend has no batch normalisation for training")
	}
	net := nets.ResNet{Blocks: 1, Widths: [3]int{16, 32, 64}, Classes: 10, Input: [3]int{8, 8, 1}}
	d := &datasets.Images{N: 4, H: 8, W: 8, C: 1}
	f := &seedsRun{Seeds: Seeds{Logits: net.Logits, BatchSize: 4}, d: d, store: model.NewStore()}
	if err := f.lay(b); err != nil {
		t.Fatal(err)
	}
	if err := f.begin(rand.New(rand.NewPCG(1, 2))); err != nil {
		t.Fatal(err)
	}
	kernels, velocities := 0, 0
	for v := range f.store.IterVariables() {
		x, err := tensors.CopyFlatData[float32](v.MustValue())
		if err != nil {
			t.Fatal(err)
		}
		sum, square := 0.0, 0.0
		for _, a := range x {
			sum, square = sum+float64(a), square+float64(a)*float64(a)
		}
		n := float64(len(x))
		dims := v.Shape().Dimensions
		switch name := path.Base(v.Path()); {
		case strings.Contains(v.Path(), velocity):
			velocities++
			if square != 0 {
				t.Errorf("%s is not zero", v.Path())
			}
		case len(dims) == 4:
			kernels++
			fanIn := float64(dims[0] * dims[1] * dims[2])
			// the mean square of n normal numbers is within 5·√(2/n) of its expectation
			if got := square / n * fanIn / 2; math.Abs(got-1) > 5*math.Sqrt(2/n) {
				t.Errorf("%s: variance %.3f times 2/fan-in", v.Path(), got)
			}
		case name == "scale" || name == "variance":
			if sum != n || square != n {
				t.Errorf("%s is not one", v.Path())
			}
		case len(dims) == 1:
			if square != 0 {
				t.Errorf("%s is not zero", v.Path())
			}
		}
	}
	if kernels != 7 || velocities != 7*3+2 { // 7 convolutions with scale and offset, a dense layer
		t.Errorf("%d kernels, %d velocities", kernels, velocities)
	}
}

func TestSeedsSettings(t *testing.T) {
	b, err := gobackend.New("")
	if err != nil {
		t.Fatal(err)
	}
	net := func(scope *model.Scope, x *graph.Node) *graph.Node {
		return layers.DenseWithBias(scope.At("logits"), graph.Reshape(x, x.Shape().Dimensions[0], -1), 3)
	}
	good := Seeds{Logits: net, Epochs: 1, BatchSize: 5, Seeds: []uint64{1}}
	for i, change := range []func(s *Seeds){
		func(s *Seeds) { s.Epochs = 0 }, func(s *Seeds) { s.BatchSize = 21 }, func(s *Seeds) { s.LearningRate = math.NaN() },
		func(s *Seeds) { s.Momentum = 1 }, func(s *Seeds) { s.Seeds = nil }, func(s *Seeds) { s.Logits = nil },
	} {
		s := good
		change(&s)
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "train: ") {
					t.Errorf("bad setting %d: %v", i, r)
				}
			}()
			s.Run(context.Background(), b, coloured(20))
		}()
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := good.Run(stopped, b, coloured(20)); err != context.Canceled {
		t.Errorf("a cancelled context gave %v", err)
	}
}
