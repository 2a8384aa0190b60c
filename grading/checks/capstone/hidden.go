// ### BEGIN HIDDEN TESTS

package capstone

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
	"nncourse/lib/capstone"
)

var mistakes = []grading.Mistake{
	{ID: "flipped-kernel", Cause: "the kernel is turned round: that is the convolution of mathematics, and nets correlate", Hint: "w[u,v] meets x[i+u, j+v]"},
	{ID: "dense-transposed", Cause: "the weights of a dense layer are read as [in, out]", Hint: "W is [out, in]: weight m of output o is W[o·in + m]"},
	{ID: "accepts-bad", Cause: "a description that does not fit, or a picture of another length, gives a result in place of an error", Hint: "follow the shape through the layers first: each kind says what it needs and what comes out"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "the statement's table names all that is an error; 48 pictures are enough to train on"},
	{ID: "wrong-shapes", Cause: "the layers of the model do not fit onto each other, or the last does not give six numbers", Hint: "go through the statement's table with the shape 12×12×1 in your hand, and count the weights of each layer"},
	{ID: "too-large", Cause: "the model has more than 10 000 parameters, 200 000 multiplications or 32 layers", Hint: "a dense layer on 12×12×1 costs 144 weights for each number out; kernels share theirs between all places"},
	{ID: "diverged", Cause: "training diverged: a weight is NaN or infinite, or so large that logits are", Hint: "print the loss; divide the rate by ten; take the greatest logit off before the exponentials"},
	{ID: "not-reproducible", Cause: "something random does not come from seed", Hint: "one rand.New(rand.NewPCG(uint64(seed), 0)) for all of it; the functions of package rand itself, the clock and the order of a map differ from run to run"},
	{ID: "ignores-data", Cause: "Train gives weights that do not depend on what it is given", Hint: "do the steps reach the model that is returned, or a copy of it?"},
	{ID: "changes-arguments", Cause: "Train writes to the pictures or labels it is given: an attack in place of x, or a shuffle of them", Hint: "attack a copy; shuffle indices"},
	{ID: "bad-saved", Cause: "Saved returns text that is no model", Hint: "json.Marshal of a Model with the tags of the stub, pasted between back quotes"},
	{ID: "nothing-learnt", Cause: "even the training pictures are answered as by chance: nothing was learnt, or pictures and labels were mixed up", Hint: "does a shuffle move x and y alike? does the loss fall?"},
	{ID: "other-scale", Cause: "the model was trained on scaled or shifted pictures, and the grader gives it those in [0, 1]", Hint: "put the scale into the first layer: W·(a·x + c) + b = (a·W)·x + (b + c·ΣW)"},
	{ID: "too-inaccurate", Cause: "the model has learnt something, but too little that holds for new pictures", Hint: "compare the training accuracy with that of new pictures of lib/capstone: both low asks for more epochs or another rate, only the second for fewer, shared weights (conv, globalmax) or all the pictures"},
	{ID: "not-robust", Cause: "the model was trained on clean pictures only, and goes by the texture, which an attack of 0.1 repaints", Hint: "train on attacked pictures: exercise adversarial-training"},
	{ID: "weak-attack", Cause: "the attack in training is weaker than the grader's: a smaller radius, or steps that do not go up", Hint: "the radius in training is 0.1 or a little more; measure with lib/capstone what your own attack breaks"},
	{ID: "masked", Cause: "the gradients are masked: logits so large, or units so flat, that the white-box attack finds no way, and attacks that ask for no gradient do", Hint: "do not scale the last layer up; the logits' margins should be some units, not thousands"},
	{ID: "texture", Cause: "the saliency is spread over the whole picture: the model looks at the texture, not at the letter", Hint: "a robust model cannot use the texture; a global maximum lets one place decide"},
}

// checkLogits compares the submission's logits with the grader's, and a wrong answer with what the known mistakes give.
func checkLogits(t *grading.T, m capstone.Model, h, w int, x []float64) {
	n := logitsOf(m)
	net, err := capstone.Compile(m, h, w, n)
	if err != nil {
		panic(fmt.Sprintf("a model of the check's own: %v", err))
	}
	got := kit.Untouched(t, "changes-arguments", "Logits", logitsArgs(m, h, w, x)...).Floats(0)
	would := map[string][]float64{}
	for id, change := range map[string]func(l *capstone.Layer){"flipped-kernel": flip, "dense-transposed": transpose} {
		other := capstone.Model{}
		for _, l := range m.Layers {
			l.W = append([]float64{}, l.W...)
			change(&l)
			other.Layers = append(other.Layers, l)
		}
		if net, err := capstone.Compile(other, h, w, n); err == nil {
			would[id] = net.Logits(x)
		}
	}
	// sums of some hundred products of order 1: their order changes the last digits only
	kit.Judge(t, mistakes, "Logits", got, net.Logits(x), func(a, b []float64) bool { return kit.Near(a, b, 1e-9) }, would)
}

func logitsOf(m capstone.Model) int {
	n := 0
	for _, l := range m.Layers {
		if l.Out > 0 {
			n = l.Out
		}
	}
	return n
}

// flip turns a kernel round.
func flip(l *capstone.Layer) {
	if l.Kind != "conv" {
		return
	}
	block := len(l.W) / (l.Size * l.Size)
	for a, b := 0, l.Size*l.Size-1; a < b; a, b = a+1, b-1 {
		for k := range block {
			l.W[a*block+k], l.W[b*block+k] = l.W[b*block+k], l.W[a*block+k]
		}
	}
}

// transpose is what a dense layer is to one who stores [in, out].
func transpose(l *capstone.Layer) {
	if l.Kind != "dense" {
		return
	}
	in, w := len(l.W)/l.Out, l.W
	l.W = make([]float64, len(w))
	for o := range l.Out {
		for m := range in {
			l.W[o*in+m] = w[m*l.Out+o]
		}
	}
}

func conv(rng *rand.Rand, size, in, out int) capstone.Layer {
	return capstone.Layer{Kind: "conv", Size: size, Out: out, W: kit.Normal(rng, size*size*in*out), B: kit.Normal(rng, out)}
}

func dense(rng *rand.Rand, in, out int) capstone.Layer {
	return capstone.Layer{Kind: "dense", Out: out, W: kit.Normal(rng, in*out), B: kit.Normal(rng, out)}
}

func kind(name string) capstone.Layer { return capstone.Layer{Kind: name} }

func pool(size int) capstone.Layer { return capstone.Layer{Kind: "maxpool", Size: size} }

func logitsRandom(t *grading.T) {
	r := t.Rand
	for _, c := range []struct {
		h, w   int
		layers []capstone.Layer
	}{
		{1, 1, []capstone.Layer{dense(r, 1, 1)}},
		{3, 4, []capstone.Layer{dense(r, 12, 3)}},
		{4, 7, []capstone.Layer{conv(r, 3, 1, 2), kind("relu"), conv(r, 2, 2, 3), kind("globalmean")}},
		{5, 4, []capstone.Layer{conv(r, 2, 1, 3), kind("relu"), pool(2), dense(r, 2*1*3, 4)}},
		{7, 5, []capstone.Layer{pool(3), conv(r, 1, 1, 2), kind("relu"), dense(r, 2*1*2, 2), kind("relu"), dense(r, 2, 3)}},
		{12, 12, []capstone.Layer{conv(r, 5, 1, 4), kind("globalmax"), dense(r, 4, 6)}},
		{6, 6, []capstone.Layer{conv(r, 3, 1, 2), pool(2), conv(r, 2, 2, 5), kind("globalmax"), kind("relu")}},
	} {
		checkLogits(t, capstone.Model{Layers: c.layers}, c.h, c.w, kit.Normal(r, c.h*c.w))
	}
}

func refuses(t *grading.T) {
	r := t.Rand
	good := capstone.Model{Layers: []capstone.Layer{conv(r, 2, 1, 2), kind("globalmax"), dense(r, 2, 3)}}
	checkLogits(t, good, 4, 4, kit.Normal(r, 16))
	bad := func(what string, h, w, n int, layers ...capstone.Layer) {
		kit.Refuses(t, what, "accepts-bad", "Logits", logitsArgs(capstone.Model{Layers: layers}, h, w, kit.Normal(r, n))...)
	}
	short := func(l capstone.Layer) capstone.Layer { l.W = l.W[1:]; return l }
	long := func(l capstone.Layer) capstone.Layer { l.B = append(l.B, 1); return l }
	bad("no layer", 4, 4, 16)
	bad("a picture too short", 4, 4, 15, good.Layers...)
	bad("a kernel larger than the picture", 4, 4, 16, conv(r, 5, 1, 2))
	bad("a window larger than its input", 4, 4, 16, conv(r, 3, 1, 2), pool(3))
	bad("an unknown kind", 4, 4, 16, kind("tanh"))
	bad("a weight too few (conv)", 4, 4, 16, short(conv(r, 2, 1, 2)))
	bad("a bias too many (conv)", 4, 4, 16, long(conv(r, 2, 1, 2)))
	bad("a weight too few (dense)", 4, 4, 16, short(dense(r, 16, 2)))
	bad("a bias too many (dense)", 4, 4, 16, long(dense(r, 16, 2)))
	bad("a dense layer for more channels than there are", 4, 4, 16, conv(r, 2, 1, 2), kind("globalmax"), dense(r, 3, 3))
	d := capstone.Draw(3, r)
	train := func(what string, x [][]float64, y []int) {
		kit.Refuses(t, what, "accepts-bad", "Train", x, y, 1)
	}
	train("no picture", [][]float64{}, []int{})
	train("three pictures and two labels", d.X, d.Y[:2])
	train("a label of 6", d.X, []int{0, 6, 1})
	train("a label of −1", d.X, []int{0, 1, -1})
	train("a picture too short", [][]float64{d.X[0], d.X[1][:143], d.X[2]}, d.Y)
}

// measured is what all of the checks below judge.
type measured struct {
	capstone.Result
	net    *capstone.Net
	trainX [][]float64
	trainY []int
	test   *capstone.Data

	saved bool
}

const trainPictures, testPictures = 600, 200

// measurement trains, or loads, and measures, once for all checks.
func measurement(t *grading.T) *measured {
	return t.Once("measurement", func(rng *rand.Rand) any {
		train := capstone.Draw(trainPictures, rng)
		m := &measured{trainX: train.X, trainY: train.Y, test: capstone.Draw(testPictures, rng)}
		var model capstone.Model
		seconds := 0.0
		if text := kit.Accepted(t, "the saved model", "Saved").Text(0); strings.TrimSpace(text) != "" {
			var err error
			if model, err = capstone.Load(text); err != nil {
				kit.Fail(t, "Saved()", err.Error(), "a model as JSON, or nothing", "the text is no model", "bad-saved")
			}
			m.saved = true
		} else {
			begin := time.Now()
			a := kit.Accepted(t, "the hidden training pictures", "Train", train.X, train.Y, rng.IntN(1_000_000))
			seconds = time.Since(begin).Seconds()
			model = unpack(a.Text(0), a.Matrix(1))
		}
		var err error
		if m.net, err = capstone.Compile(model, capstone.Side, capstone.Side, capstone.Classes); err != nil {
			kit.Fail(t, "the model", strings.TrimPrefix(err.Error(), "capstone: "), "a model of the statement's form", "the description does not fit", formMistake(err))
		}
		m.Result = capstone.Measure(m.net, m.test, capstone.Standard, rng)
		m.figures(t, seconds)
		if m.NotFinite > 0 {
			kit.Fail(t, "the model", fmt.Sprintf("logits that are not finite for %d of %d pictures", m.NotFinite, m.Images), "finite logits", "the numbers overflow", "diverged")
		}
		return m
	}).(*measured)
}

func (m *measured) figures(t *grading.T, seconds float64) {
	flag := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	for _, f := range []grading.Figure{
		share("robust", "Robust accuracy", m.Robust, m.Attacked),
		share("clean", "Clean accuracy", m.Clean, m.Images),
		share("after-pgd", "Accuracy under PGD alone", m.PGD, m.Attacked),
		share("black-box-only", "Broken by the black box only", m.BlackBoxOnly, m.Attacked),
		one("localisation", "Localisation", "share", m.Localisation),
		one("parameters", "Parameters", "count", float64(m.net.Parameters())),
		one("multiplications", "Multiplications", "count", float64(m.net.Multiplications())),
		one("masked", "Masked gradients", "flag", flag(m.Masked())),
		one("saved", "Saved model", "flag", flag(m.saved)),
		one("train-seconds", "Training time", "s", seconds),
	} {
		t.Figure(f)
	}
}

func percent(x float64) string { return fmt.Sprintf("%.0f %%", 100*x) }

// accuracy is the share of right answers to a·x + c.
func (m *measured) accuracy(x [][]float64, y []int, a, c float64) float64 {
	right := 0
	for i := range x {
		s := make([]float64, len(x[i]))
		for j, v := range x[i] {
			s[j] = a*v + c
		}
		if m.net.Answer(s) == y[i] {
			right++
		}
	}
	return float64(right) / float64(len(x))
}

const enough = 0.9

func clean(t *grading.T) {
	m := measurement(t)
	got := m.CleanAccuracy()
	if got >= enough {
		return
	}
	// why: pictures that were scaled in training, or nothing learnt at all
	mistake := "too-inaccurate"
	train := m.accuracy(m.trainX, m.trainY, 1, 0)
	for _, s := range [][2]float64{{2, -1}, {1, -0.5}, {1, -0.25}, {255, 0}, {4, -1}, {8, -2}, {7, -2}, {10, -2.5}} {
		if m.accuracy(m.test.X, m.test.Y, s[0], s[1]) > math.Max(0.75, got+0.1) {
			mistake = "other-scale"
		}
	}
	if mistake == "too-inaccurate" && train < 0.35 {
		mistake = "nothing-learnt"
	}
	kit.Fail(t, fmt.Sprintf("%d new pictures", m.Images), percent(got)+" right ("+percent(train)+" of the training pictures)", percent(enough)+" or more", "the clean accuracy is too low", mistake)
}

// robustAt judges the accuracy under all attacks.
func robustAt(t *grading.T, least float64, mistake string) {
	m := measurement(t)
	if m.RobustAccuracy() >= least {
		return
	}
	if m.CleanAccuracy() < 0.5 {
		mistake = "too-inaccurate"
	}
	kit.Fail(t, fmt.Sprintf("%d pictures under PGD, DeepFool, transfer and random search, radius %g", m.Attacked, capstone.Epsilon),
		fmt.Sprintf("%s right after all attacks (%d right as they are, %d after PGD, %d after DeepFool too)", percent(m.RobustAccuracy()), m.Intact, m.PGD, m.DeepFool),
		percent(least)+" or more", "the robust accuracy is too low", mistake)
}

func robust(t *grading.T)       { robustAt(t, 0.25, "not-robust") }
func robustStrong(t *grading.T) { robustAt(t, 0.45, "weak-attack") }

func unmasked(t *grading.T) {
	m := measurement(t)
	if m.Masked() {
		kit.Fail(t, fmt.Sprintf("%d pictures, radius %g", m.Attacked, capstone.Epsilon), fmt.Sprintf("PGD leaves %d right, and the black box breaks %d of these", m.PGD, m.BlackBoxOnly),
			fmt.Sprintf("at most %.0f", capstone.MaskedShare*float64(m.Attacked)), "attacks without gradients are stronger than those with them", "masked")
	}
	if m.CleanAccuracy() < 0.5 {
		kit.Fail(t, "the model", percent(m.CleanAccuracy())+" clean accuracy", "50 % or more", "there is nothing yet whose gradients could be judged", "too-inaccurate")
	}
}

func localisation(t *grading.T) {
	const least = 0.6
	if m := measurement(t); m.Localisation < least {
		kit.Fail(t, fmt.Sprintf("the saliency of %d pictures", m.Attacked), percent(m.Localisation)+" of its energy within a pixel of the letter's box", percent(least)+" or more (a map that is flat has about 32 %)",
			"the saliency lies elsewhere", "texture")
	}
}

// ### END HIDDEN TESTS
