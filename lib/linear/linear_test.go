package linear

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
)

var (
	xor  = [][]float64{{1, 1}, {-1, -1}, {1, -1}, {-1, 1}}
	xorY = []float64{1, 1, -1, -1}
)

// separable returns n points of d coordinates, at least gap/2 away from a random hyperplane, and that hyperplane.
func separable(rng *rand.Rand, n, d int, gap float64) (x [][]float64, y, w []float64, b float64) {
	w = make([]float64, d)
	for j := range w {
		w[j] = rng.NormFloat64()
	}
	floats.Scale(1/floats.Norm(w, 2), w)
	b = rng.NormFloat64() / 2
	for len(x) < n {
		p := make([]float64, d)
		for j := range p {
			p[j] = 2 * rng.NormFloat64()
		}
		if f := Score(w, b, p); math.Abs(f) >= gap/2 {
			x, y = append(x, p), append(y, math.Copysign(1, f))
		}
	}
	return
}

// On separable data: it ends, without a mistake, within Novikoff's bound, and w is the sum of its corrections.
func TestPerceptronConverges(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 1))
		x, y, u, c := separable(rng, 20+rng.IntN(100), 1+rng.IntN(6), 0.3)
		p := Perceptron{Epochs: 100000, Keep: true}
		if seed%2 == 1 {
			p.Shuffle = rng
		}
		r, err := p.Train(x, y)
		if err != nil || !r.Converged || r.Cycle != 0 {
			t.Fatalf("seed %d: converged %v, cycle %d, %v", seed, r.Converged, r.Cycle, err)
		}
		if m := Mistakes(r.W, r.B, x, y); m != 0 || !(Margin(r.W, r.B, x, y) > 0) {
			t.Errorf("seed %d: %d mistakes left, margin %v", seed, m, Margin(r.W, r.B, x, y))
		}
		bound, err := Novikoff(u, c, x, y)
		if err != nil {
			t.Fatal(err)
		}
		k := len(r.Sample)
		if float64(k) > bound.Mistakes {
			t.Errorf("seed %d: %d mistakes, the bound is %v", seed, k, bound.Mistakes)
		}
		total := 0
		for _, m := range r.Mistakes {
			total += m
		}
		if total != k || len(r.Epoch) != k || len(r.Ws) != k+1 || len(r.Bs) != k+1 || r.Mistakes[len(r.Mistakes)-1] != 0 {
			t.Errorf("seed %d: the history does not fit: %d mistakes by epoch, %d samples, %d epochs, %d records", seed, total, k, len(r.Epoch), len(r.Ws))
		}
		// each record differs from the one before by y x of a point that was wrong
		norm := math.Hypot(floats.Norm(u, 2), c)
		for i, s := range r.Sample {
			if y[s]*Score(r.Ws[i], r.Bs[i], x[s]) > 0 {
				t.Fatalf("seed %d: correction %d at a point that was right", seed, i)
			}
			w := slices.Clone(r.Ws[i])
			floats.AddScaled(w, y[s], x[s])
			if !floats.Equal(w, r.Ws[i+1]) || r.Bs[i]+y[s] != r.Bs[i+1] {
				t.Fatalf("seed %d: correction %d is not w + yx, b + y", seed, i)
			}
			// the two halves of the proof
			w2 := floats.Dot(w, w) + r.Bs[i+1]*r.Bs[i+1]
			if along := (floats.Dot(u, w) + c*r.Bs[i+1]) / norm; along < float64(i+1)*bound.Margin*(1-1e-9) || w2 > float64(i+1)*bound.Radius*bound.Radius*(1+1e-9) {
				t.Fatalf("seed %d: after %d corrections ũᵀw̃ = %v, ‖w̃‖² = %v", seed, i+1, along, w2)
			}
		}
		// the rate changes the scale only
		p.Rate, p.Shuffle = 0.25, nil // a power of two: no rounding
		one, _ := Perceptron{Epochs: 100000}.Train(x, y)
		quarter, err := p.Train(x, y)
		if err != nil || !slices.Equal(one.Sample, quarter.Sample) || quarter.B != one.B/4 {
			t.Errorf("seed %d: the rate changes more than the scale", seed)
		}
	}
}

func TestPerceptronCycles(t *testing.T) {
	r, err := Perceptron{Keep: true}.Train(xor, xorY)
	if err != nil || r.Converged || r.Cycle == 0 {
		t.Fatalf("XOR: %+v, %v", r, err)
	}
	// the epochs of one period sum up to no change
	again, _ := Perceptron{Epochs: len(r.Mistakes) + r.Cycle, W0: r.W, B0: r.B}.Train(xor, xorY)
	if again.Cycle != r.Cycle || !floats.Equal(again.W, r.W) || again.B != r.B {
		t.Errorf("XOR: from the state at its end it comes back to %v, %v with period %d; want %v, %v, %d", again.W, again.B, again.Cycle, r.W, r.B, r.Cycle)
	}
	s, err := Perceptron{Shuffle: rand.New(rand.NewPCG(1, 1)), Epochs: 200}.Train(xor, xorY)
	if err != nil || s.Converged || s.Cycle != 0 || len(s.Mistakes) != 200 {
		t.Errorf("XOR, shuffled: converged %v, cycle %d after %d epochs", s.Converged, s.Cycle, len(s.Mistakes))
	}
}

func TestPerceptronEdges(t *testing.T) {
	// one class: one correction
	r, err := Perceptron{}.Train([][]float64{{1}, {2}}, []float64{-1, -1})
	if err != nil || !r.Converged || len(r.Sample) != 1 || r.W[0] != -1 || r.B != -1 {
		t.Errorf("one class: %+v, %v", r, err)
	}
	w0 := []float64{3}
	r, err = Perceptron{W0: w0, B0: 1, Keep: true}.Train([][]float64{{1}, {-2}}, []float64{1, -1})
	if err != nil || len(r.Sample) != 0 || r.W[0] != 3 || r.B != 1 || len(r.Ws) != 1 || &r.W[0] == &w0[0] {
		t.Errorf("a start that separates: %+v, %v", r, err)
	}
	if got := Signs([]int{0, 1, 1}); !slices.Equal(got, []float64{-1, 1, 1}) {
		t.Errorf("Signs: %v", got)
	}
	if Classify([]float64{1}, 0, []float64{0}) != 1 || Classify([]float64{1}, 0, []float64{-1}) != -1 || !math.IsInf(Margin([]float64{0}, 1, [][]float64{{1}}, []float64{1}), -1) {
		t.Error("Classify or Margin at the border")
	}
	if got := PerceptronLoss([]float64{2}, 1, [][]float64{{1}, {1}}, []float64{1, -1}); got != 1.5 {
		t.Errorf("loss %v, want (0 + 3)/2", got)
	}
	if _, err := Novikoff([]float64{1}, 0, [][]float64{{1}, {2}}, []float64{1, -1}); err == nil || !strings.Contains(err.Error(), "x[1]") {
		t.Errorf("Novikoff of what does not separate: %v", err)
	}
	for want, in := range map[string]struct {
		x [][]float64
		y []float64
	}{
		"x[1][0] is NaN": {[][]float64{{1}, {math.NaN()}}, []float64{1, -1}},
		"y[1] is 2":      {[][]float64{{1}, {2}}, []float64{1, 2}},
	} {
		_, e1 := Perceptron{}.Train(in.x, in.y)
		_, e2 := Logistic{}.Fit(in.x, in.y)
		for _, err := range []error{e1, e2} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("want an error with %q, have %v", want, err)
			}
		}
	}
	for name, f := range map[string]func(){
		"empty":  func() { Perceptron{}.Train(nil, nil) },
		"ragged": func() { Perceptron{}.Train([][]float64{{1}, {}}, []float64{1, 1}) },
		"labels": func() { Perceptron{}.Train([][]float64{{1}}, []float64{1, 1}) },
		"rate":   func() { Perceptron{Rate: -1}.Train(xor, xorY) },
		"start":  func() { Perceptron{W0: []float64{1}}.Train(xor, xorY) },
		"signs":  func() { Signs([]int{2}) },
		"l2":     func() { Logistic{L2: math.NaN()}.Fit(xor, xorY) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "linear: ") {
					t.Errorf("%s: panic %v, want one of linear", name, r)
				}
			}()
			f()
		}()
	}
}

func TestLogisticGolden(t *testing.T) {
	b, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		X       [][]float64
		Y, W    []float64
		L2      float64
		B, Loss float64
	}
	if err := json.Unmarshal(b, &cases); err != nil || len(cases) < 6 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for i, c := range cases {
		f, err := Logistic{L2: c.L2}.Fit(c.X, c.Y)
		if err != nil {
			t.Errorf("case %d: %v", i, err)
			continue
		}
		if !floats.EqualApprox(f.W, c.W, 1e-8) || math.Abs(f.B-c.B) > 1e-8 || math.Abs(f.Loss[len(f.Loss)-1]-c.Loss) > 1e-12 {
			t.Errorf("case %d: w = %v, b = %v; want %v, %v", i, f.W, f.B, c.W, c.B)
		}
		if len(f.Loss) > 20 || len(f.Loss) != len(f.GradNorm) {
			t.Errorf("case %d: %d Newton steps", i, len(f.Loss))
		}
	}
}

func TestLogistic(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	x, y, _, _ := separable(rng, 50, 3, 0.5)
	if f, err := (Logistic{}).Fit(x, y); !errors.Is(err, ErrSeparable) || Mistakes(f.W, f.B, x, y) != 0 {
		t.Errorf("separable without a penalty: %v", err)
	}
	if _, err := (Logistic{}).Fit([][]float64{{1, 1}, {2, 2}, {3, 3}, {4, 4}}, []float64{1, -1, 1, -1}); err == nil || !strings.Contains(err.Error(), "singular") {
		t.Errorf("points on a line: %v", err)
	}
	f, err := Logistic{L2: 1e-3}.Fit(xor, xorY)
	if err != nil || floats.Norm(f.W, 2) > 1e-12 || f.B != 0 {
		t.Errorf("XOR: %+v, %v", f, err)
	}
	// central differences at random points
	y[3] = -y[3]
	l := Logistic{L2: 0.3}
	for range 20 {
		w, b := []float64{rng.NormFloat64(), rng.NormFloat64(), 3 * rng.NormFloat64()}, rng.NormFloat64()
		dw, db := l.Gradient(w, b, x, y)
		const h = 1e-5
		for j := range w {
			up, down := slices.Clone(w), slices.Clone(w)
			up[j], down[j] = w[j]+h, w[j]-h
			if d := (l.Loss(up, b, x, y) - l.Loss(down, b, x, y)) / (2 * h); math.Abs(d-dw[j]) > 1e-8 {
				t.Errorf("∂J/∂w[%d] = %v, differences say %v", j, dw[j], d)
			}
		}
		if d := (l.Loss(w, b+h, x, y) - l.Loss(w, b-h, x, y)) / (2 * h); math.Abs(d-db) > 1e-8 {
			t.Errorf("∂J/∂b = %v, differences say %v", db, d)
		}
	}
	if v := l.Loss([]float64{1000, 0, 0}, 0, x, y); math.IsNaN(v) || math.IsInf(v, 0) {
		t.Errorf("loss at scores of thousands: %v", v)
	}
	if log1pexp(1000) != 1000 || log1pexp(-1000) != 0 || sigmoid(-1000) != 0 || sigmoid(1000) != 1 {
		t.Error("log1pexp or sigmoid at ±1000")
	}
}

func BenchmarkPerceptron(b *testing.B) {
	x, y, _, _ := separable(rand.New(rand.NewPCG(1, 1)), 1000, 10, 0.2)
	for b.Loop() {
		if r, err := (Perceptron{Epochs: 100000}).Train(x, y); err != nil || !r.Converged {
			b.Fatal(err)
		}
	}
}
