package nets_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/backend"
	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

var ctx = context.Background()

func open(t testing.TB) compute.Backend {
	t.Helper()
	b, err := backend.New(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func noise(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = rng.Float32()
	}
	return x
}

// shuffled gives n different values in random order, so that no window has two greatest.
func shuffled(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i, p := range rng.Perm(n) {
		x[i] = float32(p)/float32(n) - 0.5
	}
	return x
}

// The widths of LeNet and its number of parameters, each layer counted by hand:
// 5·5·1·8+8 = 208, 5·5·8·16+16 = 3216, 7·7·16·128+128 = 100480, 128·10+10 = 1290.
func TestLeNetShapesAndParameters(t *testing.T) {
	m := nets.NewLeNet(open(t), 1)
	if m.Parameters() != 0 {
		t.Errorf("%d parameters before the first execution, want 0", m.Parameters())
	}
	rng := rand.New(rand.NewPCG(1, 2))
	_, dims, err := m.Outputs(noise(rng, 3*784), func(scope *model.Scope, x *graph.Node) []*graph.Node {
		s := nets.LeNetStages(scope, x)
		return []*graph.Node{s.Conv1, s.Pool1, s.Conv2, s.Pool2, s.Hidden, s.Logits}
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(dims), "[[3 28 28 8] [3 14 14 8] [3 14 14 16] [3 7 7 16] [3 128] [3 10]]"; got != want {
		t.Errorf("stages have shapes %s, want %s", got, want)
	}
	sum := 0
	for _, c := range []struct {
		name string
		dims string
		n    int
	}{
		{"/conv1/conv/weights", "[5 5 1 8]", 200}, {"/conv1/conv/biases", "[8]", 8},
		{"/conv2/conv/weights", "[5 5 8 16]", 3200}, {"/conv2/conv/biases", "[16]", 16},
		{"/hidden/dense/weights", "[784 128]", 100352}, {"/hidden/dense/biases", "[128]", 128},
		{"/logits/dense/weights", "[128 10]", 1280}, {"/logits/dense/biases", "[10]", 10},
	} {
		w, d, err := m.Weights(c.name)
		if err != nil {
			t.Fatal(err)
		}
		if len(w) != c.n || fmt.Sprint(d) != c.dims {
			t.Errorf("%s: %d values of shape %v, want %d of %s", c.name, len(w), d, c.n, c.dims)
		}
		sum += len(w)
		if strings.HasSuffix(c.name, "/biases") {
			continue
		}
		// He initialisation: mean 0, variance 2 / fan-in.
		fanIn := float64(c.n / d[len(d)-1])
		mean, second := 0.0, 0.0
		for _, v := range w {
			mean += float64(v) / float64(c.n)
			second += float64(v) * float64(v) / float64(c.n)
		}
		if se := math.Sqrt(2 / fanIn / float64(c.n)); math.Abs(mean) > 4*se || math.Abs(second*fanIn/2-1) > 4*math.Sqrt(2/float64(c.n)) {
			t.Errorf("%s: mean %.3g, variance %.3g, want 0 and %.3g", c.name, mean, second, 2/fanIn)
		}
	}
	if sum != 105194 || m.Parameters() != sum {
		t.Errorf("%d values, Parameters() = %d, want 105194", sum, m.Parameters())
	}
	if _, _, err := m.Weights("/conv9"); err == nil || !strings.Contains(err.Error(), "/conv1/conv/weights") {
		t.Errorf("Weights of an unknown name: %v; want an error that lists the names", err)
	}
}

func TestSeedDecidesWeights(t *testing.T) {
	b := open(t)
	rng := rand.New(rand.NewPCG(3, 4))
	x := noise(rng, 784)
	logits := func(seed int64) []float32 {
		_, z, err := nets.NewLeNet(b, seed).Predict(ctx, x)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	for _, seed := range []int64{0, 7} {
		if a, c := logits(seed), logits(seed); fmt.Sprint(a) != fmt.Sprint(c) {
			t.Errorf("seed %d gave logits %v and then %v", seed, a, c)
		}
	}
	if fmt.Sprint(logits(7)) == fmt.Sprint(logits(8)) {
		t.Error("seeds 7 and 8 gave the same logits")
	}
}

// LeNet on the backend against the same network in plain Go loops, float64, written from its formula.
func TestLeNetAgainstLoops(t *testing.T) {
	m := nets.NewLeNet(open(t), 5)
	rng := rand.New(rand.NewPCG(5, 6))
	const n = 3
	pix := noise(rng, n*784)
	_, got, err := m.Predict(ctx, pix)
	if err != nil {
		t.Fatal(err)
	}
	weights := func(name string) []float32 {
		v := m.Store.GetVariable(name)
		w, _, err := m.Weights(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "biases") { // zero at the start: give them values, or a lost bias would not be seen
			for i := range w {
				w[i] = float32(rng.NormFloat64()) * 0.1
			}
			if err := v.SetValue(tensors.FromFlatDataAndDimensions(w, len(w))); err != nil {
				t.Fatal(err)
			}
		}
		return w
	}
	w1, b1 := weights("/conv1/conv/weights"), weights("/conv1/conv/biases")
	w2, b2 := weights("/conv2/conv/weights"), weights("/conv2/conv/biases")
	w3, b3 := weights("/hidden/dense/weights"), weights("/hidden/dense/biases")
	w4, b4 := weights("/logits/dense/weights"), weights("/logits/dense/biases")
	before := fmt.Sprint(got)
	if _, got, err = m.Predict(ctx, pix); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) == before {
		t.Error("Predict does not see changed variables")
	}
	for i := range n {
		x := make([]float64, 784)
		for j := range x {
			x[j] = float64(pix[i*784+j])
		}
		x = pool(relu(conv(x, 28, 1, w1, b1, 8)), 28, 8)
		x = pool(relu(conv(x, 14, 8, w2, b2, 16)), 14, 16)
		x = dense(relu(dense(x, w3, b3)), w4, b4)
		for k, want := range x {
			if g := float64(got[i*10+k]); !(math.Abs(g-want) <= 1e-4*(1+math.Abs(want))) {
				t.Errorf("image %d, class %d: logit %.6f, loops give %.6f", i, k, g, want)
			}
		}
	}
}

// conv is a 5×5 cross-correlation with zeros around: y[i,j,o] = b[o] + Σ_abc x[i+a−2, j+b−2, c] w[a,b,c,o].
func conv(x []float64, side, in int, w, b []float32, out int) []float64 {
	y := make([]float64, side*side*out)
	for i := range side {
		for j := range side {
			for o := range out {
				s := float64(b[o])
				for a := range 5 {
					for bb := range 5 {
						r, q := i+a-2, j+bb-2
						if r < 0 || r >= side || q < 0 || q >= side {
							continue
						}
						for c := range in {
							s += x[(r*side+q)*in+c] * float64(w[((a*5+bb)*in+c)*out+o])
						}
					}
				}
				y[(i*side+j)*out+o] = s
			}
		}
	}
	return y
}

func relu(x []float64) []float64 {
	for i := range x {
		x[i] = max(0, x[i])
	}
	return x
}

func pool(x []float64, side, ch int) []float64 {
	h := side / 2
	y := make([]float64, h*h*ch)
	for i := range h {
		for j := range h {
			for c := range ch {
				at := func(a, b int) float64 { return x[((2*i+a)*side+2*j+b)*ch+c] }
				y[(i*h+j)*ch+c] = max(at(0, 0), at(0, 1), at(1, 0), at(1, 1))
			}
		}
	}
	return y
}

func dense(x []float64, w, b []float32) []float64 {
	y := make([]float64, len(b))
	for o := range y {
		y[o] = float64(b[o])
		for i, v := range x {
			y[o] += v * float64(w[i*len(b)+o])
		}
	}
	return y
}

// MaxPool2 equals GoMLX's window pool, value and gradient, where no window has two greatest values.
func TestMaxPool2(t *testing.T) {
	b := open(t)
	rng := rand.New(rand.NewPCG(7, 8))
	for _, d := range [][4]int{{1, 2, 2, 1}, {2, 6, 4, 3}, {5, 28, 28, 8}} {
		n := d[0] * d[1] * d[2] * d[3]
		x := tensors.FromFlatDataAndDimensions(shuffled(rng, n), d[0], d[1], d[2], d[3])
		up := tensors.FromFlatDataAndDimensions(noise(rng, n/4), d[0], d[1]/2, d[2]/2, d[3])
		out, err := graph.ExecOnceN(b, func(x, up *graph.Node) []*graph.Node {
			ours, theirs := nets.MaxPool2(x), graph.MaxPool(x).Window(2).Done()
			grad := func(y *graph.Node) *graph.Node { return graph.Gradient(graph.ReduceAllSum(graph.Mul(y, up)), x)[0] }
			return []*graph.Node{ours, theirs, grad(ours), grad(theirs)}
		}, x, up)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < 4; i += 2 {
			if a, c := tensors.MustCopyFlatData[float32](out[i]), tensors.MustCopyFlatData[float32](out[i+1]); fmt.Sprint(a) != fmt.Sprint(c) {
				t.Errorf("%v: output %d differs from graph.MaxPool's", d, i/2)
			}
		}
	}
}

func TestMaxPool2OddPanics(t *testing.T) {
	_, err := graph.ExecOnce(open(t), nets.MaxPool2, tensors.FromShape(shapes.Make(tensors.FromScalar(float32(0)).DType(), 1, 3, 4, 1)))
	if err == nil || !strings.Contains(err.Error(), "even H and W") {
		t.Errorf("odd height: %v", err)
	}
}

// An image's logits are the same bits alone, in a batch, and beyond the first batch.
func TestPredictBatches(t *testing.T) {
	m := nets.NewLeNet(open(t), 2)
	rng := rand.New(rand.NewPCG(9, 10))
	n := 2*nets.PredictBatch + 37
	pix := noise(rng, n*784)
	labels, logits, err := m.Predict(ctx, pix)
	if err != nil {
		t.Fatal(err)
	}
	if len(labels) != n || len(logits) != n*10 {
		t.Fatalf("%d labels, %d logits, want %d and %d", len(labels), len(logits), n, n*10)
	}
	for _, i := range []int{0, 1, nets.PredictBatch - 1, nets.PredictBatch, n - 1} {
		l, z, err := m.Predict(ctx, pix[i*784:(i+1)*784])
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(z) != fmt.Sprint(logits[i*10:i*10+10]) || l[0] != labels[i] {
			t.Errorf("image %d: alone %v, among %d: %v", i, z, n, logits[i*10:i*10+10])
		}
		for k, v := range z {
			if v > z[l[0]] {
				t.Errorf("image %d: label %d, but class %d has a greater logit", i, l[0], k)
			}
		}
	}
	if l, z, err := m.Predict(ctx, nil); err != nil || len(l) != 0 || len(z) != 0 {
		t.Errorf("no image: %v, %v, %v", l, z, err)
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := m.Predict(stopped, pix); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// The same network may stand several times in one graph, on one set of variables.
func TestLogitsTwiceInOneGraph(t *testing.T) {
	m := nets.NewLeNet(open(t), 2)
	pix := noise(rand.New(rand.NewPCG(11, 12)), 2*784)
	v, _, err := m.Outputs(pix, func(scope *model.Scope, x *graph.Node) []*graph.Node {
		return []*graph.Node{m.Logits(scope, x), m.Logits(scope, x)}
	})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(v[0]) != fmt.Sprint(v[1]) || m.Parameters() != 105194 {
		t.Errorf("two uses differ or made variables of their own: %d parameters", m.Parameters())
	}
}

func TestAccuracy(t *testing.T) {
	m := nets.NewLeNet(open(t), 2)
	d := datasets.Strokes(100, rand.New(rand.NewPCG(1, 1)))
	labels, _, err := m.Predict(ctx, d.Pix)
	if err != nil {
		t.Fatal(err)
	}
	copy(d.Labels, labels)
	for i := range 25 {
		d.Labels[4*i] = (d.Labels[4*i] + 1) % 10
	}
	if a, err := m.Accuracy(ctx, d); err != nil || a != 0.75 {
		t.Errorf("accuracy %g, %v; 75 of 100 labels are the model's", a, err)
	}
	if _, err := m.Accuracy(ctx, d.Slice(0, 0)); err == nil {
		t.Error("accuracy on no image has no error")
	}
}

func TestCallersBugsPanic(t *testing.T) {
	m := nets.NewLeNet(open(t), 2)
	wide := &datasets.Images{Name: "wide", N: 1, H: 28, W: 30, C: 1, Pix: make([]float32, 840), Labels: make([]int32, 1)}
	for name, f := range map[string]func(){
		"Predict":  func() { m.Predict(ctx, make([]float32, 785)) },
		"Accuracy": func() { m.Accuracy(ctx, wide) },
		"Outputs":  func() { m.Outputs(nil, nil) },
	} {
		func() {
			defer func() {
				if s, _ := recover().(string); !strings.HasPrefix(s, "nets: ") {
					t.Errorf("%s: want a panic that begins with \"nets: \", got %q", name, s)
				}
			}()
			f()
		}()
	}
}

func ExampleModel_Predict() {
	b, err := backend.New(ctx)
	if err != nil {
		panic(err)
	}
	m := nets.NewLeNet(b, 1)
	labels, logits, err := m.Predict(ctx, make([]float32, 2*28*28)) // two black images
	fmt.Println(len(labels), len(logits), logits[0] == logits[10], m.Parameters(), err)
	// Output: 2 20 true 105194 <nil>
}
