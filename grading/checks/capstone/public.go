package capstone

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"nncourse/grading"
	"nncourse/lib/capstone"
)

// The cases of the statement, with their answers as numbers.

// pack writes a model as the harness reads it: a line for each layer, and two rows of numbers for each.
func pack(m capstone.Model) (spec string, numbers [][]float64) {
	for _, l := range m.Layers {
		spec += l.Kind + " " + strconv.Itoa(l.Size) + " " + strconv.Itoa(l.Out) + "\n"
		numbers = append(numbers, l.W, l.B)
	}
	return spec, numbers
}

// unpack reads a model as the harness writes it. What it cannot read becomes a layer that Compile refuses.
func unpack(spec string, numbers [][]float64) capstone.Model {
	var m capstone.Model
	for i, line := range strings.Split(strings.TrimSuffix(spec, "\n"), "\n") {
		part := strings.Split(line, " ")
		if spec == "" {
			break
		}
		l := capstone.Layer{Kind: "?"}
		if len(part) == 3 && 2*i+1 < len(numbers) {
			l.Kind, l.W, l.B = part[0], numbers[2*i], numbers[2*i+1]
			l.Size, _ = strconv.Atoi(part[1])
			l.Out, _ = strconv.Atoi(part[2])
		}
		m.Layers = append(m.Layers, l)
	}
	return m
}

func logitsArgs(m capstone.Model, h, w int, x []float64) []any {
	spec, numbers := pack(m)
	return []any{spec, numbers, h, w, x}
}

// byHand are the statement's models: a convolution with two kernels, each greatest place, mixed; and a dense layer behind a pool.
func byHand() (a capstone.Model, xa []float64, b capstone.Model, xb []float64) {
	a = capstone.Model{Layers: []capstone.Layer{
		{Kind: "conv", Size: 2, Out: 2, W: []float64{1, 0, 2, -1, 0, 3, -1, 1}, B: []float64{0.5, -2}},
		{Kind: "relu"},
		{Kind: "globalmax"},
		{Kind: "dense", Out: 2, W: []float64{1, -1, 2, 0.5}, B: []float64{0, 1}},
	}}
	xa = []float64{1, 0, 2, 0, 3, 1, 1, 0, 0}
	b = capstone.Model{Layers: []capstone.Layer{
		{Kind: "maxpool", Size: 2},
		{Kind: "dense", Out: 2, W: []float64{1, 10, -1, 2}, B: []float64{0, 3}},
	}}
	xb = []float64{1, 2, 0, 4, 9, 3, 1, 1, 0, 5}
	return
}

func logitsGiven(t *grading.T) {
	a, xa, b, xb := byHand()
	// ### BEGIN HIDDEN TESTS
	checkLogits(t, a, 3, 3, xa)
	checkLogits(t, b, 2, 5, xb)
	// ### END HIDDEN TESTS
	t.Cases(
		grading.Case{Name: "a 3×3 picture", Func: "Logits", Args: logitsArgs(a, 3, 3, xa), Want: []float64{0.5, 17}, Tol: 1e-12},
		grading.Case{Name: "a 2×5 picture", Func: "Logits", Args: logitsArgs(b, 2, 5, xb), Want: []float64{43, 8}, Tol: 1e-12},
	)
}

// trainGiven trains on few pictures, twice on the same and once on others.
func trainGiven(t *grading.T) {
	first, other := capstone.Draw(48, rand.New(rand.NewPCG(1, 0))), capstone.Draw(48, rand.New(rand.NewPCG(2, 0)))
	fail := func(f grading.Failure, mistake string) {
		f.Input = "Train(48 pictures, their labels, 7)"
		// ### BEGIN HIDDEN TESTS
		f.Mistake = mistake
		// ### END HIDDEN TESTS
		t.Fail(f)
	}
	train := func(d *capstone.Data) (string, [][]float64) {
		a := t.Call("Train", d.X, d.Y, 7)
		if a.Failed() {
			fail(grading.Failure{Computed: "error: " + a.Err, Expected: "a model", Error: "an error where a result exists"}, "refuses-good")
		}
		if a.Changed(0) || a.Changed(1) {
			fail(grading.Failure{Computed: "pictures or labels that hold other numbers after the call", Expected: "arguments as they were", Error: "an argument was changed"}, "changes-arguments")
		}
		spec, numbers := a.Text(0), a.Matrix(1)
		if _, err := capstone.Compile(unpack(spec, numbers), capstone.Side, capstone.Side, capstone.Classes); err != nil {
			fail(grading.Failure{Computed: strings.TrimPrefix(err.Error(), "capstone: "), Expected: "a model of the statement's form", Error: "the description does not fit"}, formMistake(err))
		}
		return spec, numbers
	}
	same := func(a, b [][]float64) bool { return slices.EqualFunc(a, b, slices.Equal[[]float64]) }
	spec, numbers := train(first)
	spec2, again := train(first)
	if spec != spec2 || !same(numbers, again) {
		fail(grading.Failure{Computed: "two models that differ", Expected: "the same model twice", Error: "equal arguments give different models"}, "not-reproducible")
	}
	if _, moved := train(other); same(numbers, moved) {
		fail(grading.Failure{Computed: "the same model for other pictures", Expected: "another model", Error: "the model does not depend on the pictures"}, "ignores-data")
	}
}

// formMistake names the mistake of a description that does not fit.
func formMistake(err error) string {
	var form *capstone.FormError
	if errors.As(err, &form) {
		switch form.Kind {
		case "nan":
			return "diverged"
		case "size":
			return "too-large"
		}
	}
	return "wrong-shapes"
}
