package train

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/augment"
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

// strokes gives small sets of drawn digits, the same in every call.
var strokes = sync.OnceValues(func() (tr, valid *datasets.Images) {
	all := datasets.Strokes(840, rand.New(rand.NewPCG(1, 2)))
	return all.Slice(0, 640), all.Slice(640, 840)
})

// small is a net that compiles fast: 2×2 max pool, 16 hidden units, dropout.
func small(b compute.Backend, seed int64) *nets.Model {
	m := nets.NewLeNet(b, seed)
	m.Logits = func(scope *model.Scope, x *graph.Node) *graph.Node {
		x = graph.Reshape(nets.MaxPool2(x), x.Shape().Dimensions[0], 14*14)
		x = activation.Relu(layers.DenseWithBias(scope.At("hidden"), x, 16))
		return layers.DenseWithBias(scope.At("logits"), layers.DropoutStatic(scope.At("drop"), x, 0.2), 10)
	}
	return m
}

const smallParameters = 196*16 + 16 + 16*10 + 10

// digest is a hash of all trainable weights, bit by bit.
func digest(t testing.TB, m *nets.Model) string {
	t.Helper()
	w, err := weights(m.Store)
	if err != nil {
		t.Fatal(err)
	}
	h, n := fnv.New64a(), 0
	for _, name := range slices.Sorted(maps.Keys(w)) {
		for _, x := range w[name] {
			fmt.Fprintf(h, "%08x", math.Float32bits(x))
			n++
		}
	}
	if n != m.Parameters() || n < smallParameters {
		t.Fatalf("digest of %d weights of %d", n, m.Parameters())
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

func fitted(t testing.TB, seed int64, cfg Config) (*nets.Model, *History) {
	t.Helper()
	tr, valid := strokes()
	m := small(open(t), seed)
	h, err := Fit(ctx, m, tr, valid, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m, h
}

// Two runs with one seed give the same bits, also when the model computed before; another seed gives others.
func TestFitSameBits(t *testing.T) {
	cfg := Config{Epochs: 2, Seed: 3, Schedule: Cosine}
	m, h := fitted(t, 1, cfg)
	again, h2 := fitted(t, 1, cfg)
	if a, b := digest(t, m), digest(t, again); a != b {
		t.Errorf("two runs: %s and %s", a, b)
	}
	if fmt.Sprint(h.Loss, h.ValidLoss, h.Accuracy) != fmt.Sprint(h2.Loss, h2.ValidLoss, h2.Accuracy) {
		t.Errorf("two runs have different histories:\n%+v\n%+v", h, h2)
	}
	tr, valid := strokes()
	used := small(open(t), 1)
	if _, err := used.Accuracy(ctx, valid); err != nil {
		t.Fatal(err)
	}
	if _, err := Fit(ctx, used, tr, valid, cfg); err != nil {
		t.Fatal(err)
	}
	if a, b := digest(t, m), digest(t, used); a != b {
		t.Errorf("a prediction before the training changed its result: %s and %s", a, b)
	}
	for _, other := range []struct{ model, order int64 }{{2, 3}, {1, 4}} {
		cfg.Seed = other.order
		if m2, _ := fitted(t, other.model, cfg); digest(t, m) == digest(t, m2) {
			t.Errorf("seeds %+v gave the weights of seeds {1 3}", other)
		}
	}
}

func TestFitLearnsAndRecords(t *testing.T) {
	tr, valid := strokes()
	m := nets.NewLeNet(open(t), 1)
	h, err := Fit(ctx, m, tr, valid, Config{Epochs: 6, LearningRate: 3e-3, Schedule: Cosine})
	if err != nil {
		t.Fatal(err)
	}
	// 640 images in batches of 64: 10 steps an epoch, one record at the end of each.
	if want := "[10 20 30 40 50 60]"; fmt.Sprint(h.Step) != want || fmt.Sprint(h.EpochStep) != want || fmt.Sprint(h.Epoch) != "[1 2 3 4 5 6]" {
		t.Errorf("steps %v, epochs %v at %v; want %s", h.Step, h.Epoch, h.EpochStep, want)
	}
	for i, step := range h.Step {
		// Record i is of step 10(i+1), before which 10(i+1)−1 of 60 steps lay: rate = 3e-3·½(1 + cos π(10(i+1)−1)/60).
		want := 3e-3 * (1 + math.Cos(math.Pi*float64(step-1)/60)) / 2
		if math.Abs(h.LearningRate[i]-want) > 1e-12 {
			t.Errorf("step %d: rate %g, want %g", step, h.LearningRate[i], want)
		}
		if h.Loss[i] != h.EpochLoss[i] {
			t.Errorf("epoch %d: loss %g in its one record, %g as its mean", i+1, h.Loss[i], h.EpochLoss[i])
		}
	}
	if h.EpochLoss[0] < 1.5 || h.EpochLoss[5] > 1.2 || h.ValidAccuracy[5] < 0.6 {
		t.Errorf("it does not learn: losses %v, validation accuracies %v", h.EpochLoss, h.ValidAccuracy)
	}
	if a, err := m.Accuracy(ctx, valid); err != nil || a != h.ValidAccuracy[5] {
		t.Errorf("accuracy %g, %v; the history's last is %g", a, err, h.ValidAccuracy[5])
	}
	if !h.Finished || h.Loaded || h.Stopped != "" || h.Duration <= 0 || h.Train == "" || h.Valid == "" {
		t.Errorf("history: %+v", h)
	}
	for v := range m.Store.IterVariables() {
		if !v.Trainable && v.Path() != "/#rngState" {
			t.Errorf("the training left the variable %q", v.Path())
		}
	}
}

// An incomplete batch is left out, and a set smaller than the batch is one batch.
func TestFitBatches(t *testing.T) {
	tr, valid := strokes()
	for _, c := range []struct{ n, batch, steps int }{{100, 64, 1}, {200, 64, 3}, {30, 64, 1}, {50, 7, 7}} {
		h, err := Fit(ctx, small(open(t), 1), tr.Slice(0, c.n), valid, Config{Epochs: 1, BatchSize: c.batch})
		if err != nil || h.EpochStep[0] != c.steps {
			t.Errorf("%d images in batches of %d: %v steps, %v; want %d", c.n, c.batch, h.EpochStep, err, c.steps)
		}
	}
}

// A run that is cancelled in its second epoch and resumed, with the remains of a cut save in its folder, ends
// with the bits of one that was not stopped. Called again it is loaded.
func TestFitResume(t *testing.T) {
	cfg := Config{Epochs: 3, Seed: 5, Schedule: Cosine, Augment: augment.Shift(1)}
	whole, h0 := fitted(t, 1, cfg)
	cfg.Checkpoint = filepath.Join(t.TempDir(), "a run") // a folder not yet there, with a space
	stopped, cancel := context.WithCancel(ctx)
	defer cancel()
	cut := cfg
	cut.Schedule = func(done float64) float64 {
		if done > 0.5 { // in the second of three epochs
			cancel()
		}
		return Cosine(done)
	}
	tr, valid := strokes()
	h, err := Fit(stopped, small(open(t), 1), tr, valid, cut)
	if !errors.Is(err, context.Canceled) || h == nil || len(h.Epoch) != 1 {
		t.Fatalf("cancelled in epoch 2: %v, history %+v", err, h)
	}
	// What a crash in the middle of GoMLX's save leaves: an empty description and half of the data.
	for name, content := range map[string]string{"checkpoint-n0000001-20260101-000000-step-00000020.json": "", "checkpoint-n0000001-20260101-000000-step-00000020.bin": "\x1f\x8b"} {
		if err := os.WriteFile(filepath.Join(cfg.Checkpoint, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Load(small(open(t), 1), cfg.Checkpoint); err == nil || !strings.Contains(err.Error(), "ended at step 10") {
		t.Errorf("Load of an unfinished run: %v", err)
	}
	resumed := small(open(t), 99) // its own initial weights must not matter
	h, err = Fit(ctx, resumed, tr, valid, cfg)
	if err != nil {
		t.Fatalf("resumed: %v", err)
	}
	if h.Loaded {
		t.Error("the resumed run is said to be loaded")
	}
	if a, b := digest(t, whole), digest(t, resumed); a != b {
		t.Errorf("resumed run has weights %s, the whole one %s", b, a)
	}
	if fmt.Sprint(h0.Step, h0.Loss, h0.ValidLoss) != fmt.Sprint(h.Step, h.Loss, h.ValidLoss) {
		t.Errorf("resumed history\n%v %v\nwhole one\n%v %v", h.Step, h.Loss, h0.Step, h0.Loss)
	}
	if n, _ := filepath.Glob(filepath.Join(cfg.Checkpoint, "checkpoint-*.bin")); len(n) != 2 {
		t.Errorf("%d checkpoints are kept, want 2: %v", len(n), n)
	}
	for name, f := range map[string]func(m *nets.Model) (*History, error){
		"Fit":  func(m *nets.Model) (*History, error) { return Fit(ctx, m, tr, valid, cfg) },
		"Load": func(m *nets.Model) (*History, error) { return Load(m, cfg.Checkpoint) },
	} {
		m := small(open(t), 7)
		h, err := f(m)
		if err != nil {
			t.Fatalf("%s of the finished run: %v", name, err)
		}
		if !h.Loaded || fmt.Sprint(h.ValidLoss) != fmt.Sprint(h0.ValidLoss) {
			t.Fatalf("%s of the finished run: %v, %+v", name, err, h)
		}
		if a, b := digest(t, whole), digest(t, m); a != b || m.Parameters() != smallParameters {
			t.Errorf("%s: weights %s, want %s; %d parameters", name, b, a, m.Parameters())
		}
	}
}

// With Augment every epoch sees every training image once, changed anew; the images and their labels stay as they are.
func TestFitAugment(t *testing.T) {
	tr, valid := strokes()
	before := slices.Clone(tr.Pix)
	calls, seen := 0, map[float32]int{}
	var mu sync.Mutex
	cfg := Config{Epochs: 2, Seed: 5, Augment: func(x []float32, h, w, c int, rng *rand.Rand) []float32 {
		x = slices.Clone(x)
		x[0] = rng.Float32()
		mu.Lock()
		calls++
		seen[x[0]]++
		mu.Unlock()
		return x
	}}
	m := small(open(t), 1)
	if _, err := Fit(ctx, m, tr, valid, cfg); err != nil {
		t.Fatal(err)
	}
	if calls != 2*tr.N || len(seen) < 2*tr.N-2 { // float32 draws may coincide
		t.Errorf("%d calls and %d different draws in two epochs of %d images", calls, len(seen), tr.N)
	}
	if !slices.Equal(before, tr.Pix) {
		t.Error("the training images were changed")
	}
	if plain, _ := fitted(t, 1, Config{Epochs: 2, Seed: 5}); digest(t, plain) == digest(t, m) {
		t.Error("the changed images trained the same weights as the plain ones")
	}
}

func TestFitRefusesAnotherRun(t *testing.T) {
	cfg := Config{Epochs: 1, Checkpoint: t.TempDir()}
	fitted(t, 1, cfg)
	tr, valid := strokes()
	other := cfg
	other.LearningRate = 5e-3
	if _, err := Fit(ctx, small(open(t), 1), tr, valid, other); err == nil || !strings.Contains(err.Error(), `"LearningRate":0.005`) {
		t.Errorf("another learning rate: %v", err)
	}
	if _, err := Fit(ctx, small(open(t), 1), tr.Slice(0, 600), valid, cfg); err == nil || !strings.Contains(err.Error(), "[640 200]") {
		t.Errorf("other data: %v", err)
	}
	if err := os.WriteFile(filepath.Join(cfg.Checkpoint, historyFile), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Fit(ctx, small(open(t), 1), tr, valid, cfg); err == nil || !strings.Contains(err.Error(), historyFile) {
		t.Errorf("cut history: %v", err)
	}
	if _, err := LoadHistory(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no history: %v", err)
	}
}

// A second Fit of one model starts with a fresh Adam: it equals that of a model that was given the weights.
func TestFitTwice(t *testing.T) {
	cfg := Config{Epochs: 1}
	a, _ := fitted(t, 1, cfg)
	w, err := weights(a.Store)
	if err != nil {
		t.Fatal(err)
	}
	tr, valid := strokes()
	b := small(open(t), 1)
	if _, err := b.Accuracy(ctx, valid); err != nil { // makes the variables
		t.Fatal(err)
	}
	if err := restore(b.Store, w); err != nil {
		t.Fatal(err)
	}
	state := func(m *nets.Model) { // dropout's random numbers go on in a and start in b: give both the same
		if err := m.Store.SetRNGStateFromSeed(11); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range []*nets.Model{a, b} {
		state(m)
		if _, err := Fit(ctx, m, tr, valid, cfg); err != nil {
			t.Fatal(err)
		}
	}
	if digest(t, a) != digest(t, b) {
		t.Error("the second Fit depends on more than the weights")
	}
}

func TestFitDiverges(t *testing.T) {
	tr, valid := strokes()
	h, err := Fit(ctx, small(open(t), 1), tr, valid, Config{Epochs: 3, LearningRate: 1e18})
	if err == nil || !strings.Contains(err.Error(), "at step ") || !strings.Contains(err.Error(), "(epoch 1, batch ") || !strings.Contains(err.Error(), "lower the learning rate") {
		t.Errorf("learning rate 1e18: %v, %+v", err, h)
	}
}

// With labels that mean nothing, the validation accuracy stops rising: the run ends early with its best weights.
func TestFitPatience(t *testing.T) {
	tr, valid := strokes()
	tr, valid = tr.Subset(perm(tr.N)), valid.Subset(perm(valid.N))
	rng := rand.New(rand.NewPCG(4, 4))
	for _, d := range []*datasets.Images{tr, valid} {
		for i := range d.Labels {
			d.Labels[i] = int32(rng.IntN(10))
		}
	}
	dir := t.TempDir()
	m := small(open(t), 1)
	cfg := Config{Epochs: 30, Patience: 2, Checkpoint: dir}
	h, err := Fit(ctx, m, tr, valid, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Epoch) != h.Best+3 || !strings.Contains(h.Stopped, "2 epochs") || !h.Finished {
		t.Fatalf("%d epochs, best %d, stopped %q, accuracies %v", len(h.Epoch), h.Best, h.Stopped, h.ValidAccuracy)
	}
	for i, a := range h.ValidAccuracy {
		if a > h.ValidAccuracy[h.Best] || i < h.Best && a == h.ValidAccuracy[h.Best] {
			t.Errorf("epoch index %d has accuracy %g, the best is said to be %d with %g", i, a, h.Best, h.ValidAccuracy[h.Best])
		}
	}
	loaded := small(open(t), 2)
	if _, err := Load(loaded, dir); err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]*nets.Model{"fitted": m, "loaded": loaded} {
		if a, err := m.Accuracy(ctx, valid); err != nil || a != h.ValidAccuracy[h.Best] {
			t.Errorf("%s: accuracy %g, %v; the best epoch's is %g", name, a, err, h.ValidAccuracy[h.Best])
		}
	}
}

func perm(n int) []int { return rand.New(rand.NewPCG(9, 9)).Perm(n) }

func TestSchedules(t *testing.T) {
	steps, warm := Steps(0.1, 0.5, 0.75), WarmUp(0.2, Cosine)
	for _, c := range []struct{ got, want float64 }{
		{Cosine(0), 1}, {Cosine(0.5), 0.5}, {Cosine(1), 0}, {Cosine(1. / 3), 0.75},
		{steps(0), 1}, {steps(0.49), 1}, {steps(0.5), 0.1}, {steps(0.76), 0.01},
		{warm(0), 1e-3}, {warm(0.1), 0.5}, {warm(0.2), 1}, {warm(0.6), 0.5}, {warm(1), 0},
	} {
		if !(math.Abs(c.got-c.want) <= 1e-12) {
			t.Errorf("got %g, want %g", c.got, c.want)
		}
	}
}

// Against the definition −log(e^{z_y}/Σe^z), and where that overflows.
func TestCrossEntropy(t *testing.T) {
	z := []float32{1.1, 2.2, 0.2, -1.7} // softmax [0.224, 0.672, 0.091, 0.014]
	sum := 0.0
	for _, v := range z {
		sum += math.Exp(float64(v))
	}
	for y, v := range z {
		if got, want := crossEntropy(z, int32(y)), -math.Log(math.Exp(float64(v))/sum); !(math.Abs(got-want) <= 1e-7) {
			t.Errorf("class %d: %g, want %g", y, got, want)
		}
	}
	if got := crossEntropy([]float32{1000, -1000}, 1); got != 2000 {
		t.Errorf("logits ±1000: %g, want 2000", got)
	}
}

func TestCallersBugsPanic(t *testing.T) {
	tr, valid := strokes()
	m := small(open(t), 1)
	for name, f := range map[string]func(){
		"no images": func() { Fit(ctx, m, tr.Slice(0, 0), valid, Config{}) },
		"patience":  func() { Fit(ctx, m, tr, valid, Config{Patience: -1}) },
	} {
		func() {
			defer func() {
				if s, _ := recover().(string); !strings.HasPrefix(s, "train: ") {
					t.Errorf("%s: want a panic that begins with \"train: \", got %q", name, s)
				}
			}()
			f()
		}()
	}
}

// DigitsLeNet's frame, with a small plan on drawn digits: two at once train one; the next loads; a changed plan is another folder.
func TestPlan(t *testing.T) {
	b := open(t) // before the root is another, which has no plugin
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module nncourse\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("COURSE_ROOT", root)
	p := plan{name: "try", cfg: Config{Epochs: 1, Schedule: Cosine, Seed: 1}, nTrain: 300, nTest: 50, valid: 100, drawn: true}
	var wg sync.WaitGroup
	var models [2]*nets.Model
	var loaded [2]bool
	for i := range 2 {
		wg.Go(func() {
			m, test, h, err := p.model(ctx, b)
			if err != nil || test.N != 50 || !test.Generated {
				t.Errorf("call %d: %v", i, err)
				return
			}
			models[i], loaded[i] = m, h.Loaded
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	if loaded[0] == loaded[1] {
		t.Errorf("of two calls at once, loaded: %v; want one to train and one to load", loaded)
	}
	if digest(t, models[0]) != digest(t, models[1]) {
		t.Error("the loaded model has other weights than the trained one")
	}
	_, _, h, err := p.model(ctx, b)
	if err != nil || !h.Loaded || len(h.Epoch) != 1 {
		t.Errorf("third call: %v, %+v", err, h)
	}
	p.cfg.LearningRate = 0.01
	if _, _, h, err = p.model(ctx, b); err != nil || h.Loaded {
		t.Errorf("another plan: %v, loaded %v", err, h.Loaded)
	}
	if dirs, _ := filepath.Glob(filepath.Join(root, ".course", "checkpoints", "try-????????")); len(dirs) != 2 {
		t.Errorf("folders %v, want two", dirs)
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	p.cfg.Seed = 2
	if _, _, _, err := p.model(stopped, b); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// The pure-Go backend trains too, in a smaller plan.
func TestGoBackend(t *testing.T) {
	b, err := gobackend.New("")
	if err != nil {
		t.Fatal(err)
	}
	if p := digitsPlan(b); p.nTrain == 0 || p.nTest == 0 {
		t.Errorf("the Go backend's plan is the whole of MNIST: %+v", p)
	}
	if p := digitsPlan(open(t)); slow(open(t)) != (p.nTrain != 0) {
		t.Errorf("plan for %s: %+v", open(t).Name(), p)
	}
	tr, valid := strokes()
	h, err := Fit(ctx, nets.NewLeNet(b, 1), tr.Slice(0, 64), valid.Slice(0, 20), Config{Epochs: 1, BatchSize: 16})
	if err != nil || len(h.Epoch) != 1 || h.EpochStep[0] != 4 {
		t.Errorf("%v, %+v", err, h)
	}
}

func ExampleFit() {
	b, err := backend.New(ctx)
	if err != nil {
		panic(err)
	}
	digits := datasets.Strokes(600, rand.New(rand.NewPCG(1, 1)))
	m := nets.NewLeNet(b, 1)
	h, err := Fit(ctx, m, digits.Slice(0, 500), digits.Slice(500, 600), Config{Epochs: 8, BatchSize: 50, LearningRate: 3e-3, Schedule: Cosine})
	if err != nil {
		panic(err)
	}
	fmt.Println(h.EpochStep[7], "steps; more than half of the unseen digits right:", h.ValidAccuracy[7] > 0.5)
	// Output: 80 steps; more than half of the unseen digits right: true
}
