// Package widgets is what the course's site lets a reader play with at the foot of a lesson, without its page: each widget is
// a function from its settings to what is to be drawn, and to words that say the same. The page (widgets/web) is this package
// compiled to WebAssembly; what is computed is the library's.
package widgets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"nncourse/lib/activation"
	"nncourse/lib/conv"
	"nncourse/lib/lagrange"
	"nncourse/lib/optim"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Names lists the widgets.
var Names = []string{"softmax", "kernel", "descent", "nearest"}

// Run computes a widget: its settings and its answer are JSON, the types below. It errs on a name that it does not know, on
// settings that it cannot read, and on those out of range.
func Run(name string, settings []byte) (answer []byte, err error) {
	switch name {
	case "softmax":
		return run(settings, Softmax)
	case "kernel":
		return run(settings, Kernel)
	case "descent":
		return run(settings, Descent)
	case "nearest":
		return run(settings, Nearest)
	}
	return nil, fmt.Errorf("widgets: no widget %q, only %s", name, strings.Join(Names, ", "))
}

func run[S, A any](settings []byte, f func(S) (A, error)) ([]byte, error) {
	var s S
	if err := json.Unmarshal(settings, &s); err != nil {
		return nil, fmt.Errorf("widgets: %w", err)
	}
	a, err := f(s)
	if err != nil {
		return nil, fmt.Errorf("widgets: %w", err)
	}
	return json.Marshal(a)
}

// SoftmaxSettings are the scores of the classes, and the temperature T > 0.
type SoftmaxSettings struct {
	Scores      []float64
	Temperature float64
}

// SoftmaxAnswer holds softmax(z/T) and its entropy in nats.
type SoftmaxAnswer struct {
	P       []float64
	Entropy float64
	Words   string
}

// Softmax turns scores into probabilities.
func Softmax(s SoftmaxSettings) (a SoftmaxAnswer, err error) {
	if len(s.Scores) < 2 || len(s.Scores) > 26 || !(s.Temperature > 0) {
		return a, fmt.Errorf("softmax wants 2 to 26 scores and a temperature above 0, not %v, %v", s.Scores, s.Temperature)
	}
	z := append([]float64(nil), s.Scores...)
	floats.Scale(1/s.Temperature, z)
	a.P = activation.Softmax(nil, z)
	var parts []string
	for i, p := range a.P {
		if p > 0 {
			a.Entropy -= p * math.Log(p)
		}
		parts = append(parts, fmt.Sprintf("%c %.1f %%", 'a'+i, 100*p))
	}
	a.Words = fmt.Sprintf("At temperature %.3g: %s. The entropy is %.2f of at most %.2f nats.", s.Temperature, strings.Join(parts, ", "), a.Entropy, math.Log(float64(len(a.P))))
	return a, nil
}

// KernelSettings are a picture's name (shapes, stripes, noise) and a 3×3 kernel, row by row.
type KernelSettings struct {
	Picture string
	Kernel  []float64
}

// Side is the side of the kernel widget's pictures, in pixels.
const Side = 56

// KernelAnswer holds the picture and its correlation with the kernel, Side·Side values each, row by row. The input is in
// [0, 1]; the output is in [Low, High].
type KernelAnswer struct {
	In, Out   []float64
	Low, High float64
	Words     string
}

// Kernel slides the kernel over the picture, as a convolutional layer does; beyond the rim lies 0.
func Kernel(s KernelSettings) (a KernelAnswer, err error) {
	if len(s.Kernel) != 9 {
		return a, fmt.Errorf("a kernel has 9 numbers, not %d", len(s.Kernel))
	}
	for _, v := range s.Kernel {
		if !(math.Abs(v) <= 1e6) {
			return a, fmt.Errorf("a kernel's numbers lie within a million, not %v", v)
		}
	}
	in, err := picture(s.Picture)
	if err != nil {
		return a, err
	}
	k := s.Kernel
	out := conv.Correlate2D(in, [][]float64{k[:3], k[3:6], k[6:]}, conv.Options{Mode: conv.Same})
	for i := range in {
		a.In = append(a.In, in[i]...)
		a.Out = append(a.Out, out[i]...)
	}
	a.Low, a.High = floats.Min(a.Out), floats.Max(a.Out)
	sum := floats.Sum(k)
	what := "so an even patch keeps its brightness"
	switch {
	case math.Abs(sum) < 1e-9:
		what = "so an even patch becomes 0, and what is left are changes"
	case math.Abs(sum-1) > 1e-9:
		what = fmt.Sprintf("so an even patch gets %.3g times as bright", sum)
	}
	a.Words = fmt.Sprintf("The kernel's numbers add up to %.3g, %s. The output runs from %.2f to %.2f.", sum, what, a.Low, a.High)
	return a, nil
}

// picture draws a picture of [Side][Side] values in [0, 1].
func picture(name string) ([][]float64, error) {
	var at func(x, y float64) float64 // in [−1, 1]², y downwards
	rng := rand.New(rand.NewPCG(1, 1))
	switch name {
	case "shapes":
		at = func(x, y float64) float64 {
			switch u, v := x+y, x-y; {
			case math.Hypot(x+0.4, y+0.35) < 0.38:
				return 1
			case math.Abs(u-0.75) < 0.42 && math.Abs(v) < 0.42:
				return 0.75
			case math.Abs(y-0.7) < 0.07 && x < 0.2 || math.Abs(x-0.75) < 0.07 && y < -0.2:
				return 0.9
			}
			return 0.15 + 0.15*(x+1)/2
		}
	case "stripes":
		at = func(x, y float64) float64 { return 0.5 + 0.45*math.Sin(14*(x+1)*(x+1)/2+3*y) }
	case "noise":
		at = func(x, y float64) float64 {
			v := 0.3
			if math.Hypot(x, y) < 0.6 {
				v = 0.7
			}
			return min(max(v+0.2*rng.NormFloat64(), 0), 1)
		}
	default:
		return nil, fmt.Errorf("no picture %q, only shapes, stripes, noise", name)
	}
	p := make([][]float64, Side)
	for i := range p {
		p[i] = make([]float64, Side)
		for j := range p[i] {
			p[i][j] = at(2*(float64(j)+0.5)/Side-1, 2*(float64(i)+0.5)/Side-1)
		}
	}
	return p, nil
}

// DescentSettings are a method (gd, heavyball, nesterov) on L(x, y) = ½(x² + κy²) from (−2, 1): the condition κ in [1, 1000], the
// rate as a part of the method's limit on this valley, the momentum ρ in [0, 1), which gd does without, and up to 1000 steps.
type DescentSettings struct {
	Method    string
	Condition float64
	Rate      float64
	Momentum  float64
	Steps     int
}

// DescentAnswer holds the points from the start on and their losses, up to where they leave the picture for good. Eta is the
// rate η itself; BestEta and BestMomentum are the method's choice for this valley: the best of gd and of the heavy ball, the usual
// one of Nesterov's method. Within is the first step from which on the loss stays under a thousandth of the first, −1 if none is.
type DescentAnswer struct {
	X            [][]float64
	Loss         []float64
	Eta, Limit   float64
	BestEta      float64
	BestMomentum float64
	Within       int
	Words        string
}

// Descent runs a method down a narrow valley.
func Descent(s DescentSettings) (a DescentAnswer, err error) {
	if !(s.Condition >= 1 && s.Condition <= 1000) || !(s.Rate > 0 && s.Rate <= 2) || !(s.Momentum >= 0 && s.Momentum < 1) || s.Steps < 0 || s.Steps > 1000 {
		return a, fmt.Errorf("descent: settings out of range: %+v", s)
	}
	h := mat.NewSymDense(2, []float64{1, 0, 0, s.Condition})
	var m optim.Method
	var name string
	switch s.Method {
	case "gd":
		a.Limit, a.BestEta, name = optim.StepLimit(h), optim.BestRate(h), "Gradient descent"
		a.Eta = s.Rate * a.Limit
		m = optim.GD{Rate: a.Eta, Steps: s.Steps}
	case "heavyball":
		a.Limit, name = optim.HeavyBallLimit(h, s.Momentum), "The heavy ball"
		a.BestEta, a.BestMomentum = optim.BestHeavyBall(h)
		a.Eta = s.Rate * a.Limit
		m = optim.HeavyBall{Rate: a.Eta, Momentum: s.Momentum, Steps: s.Steps}
	case "nesterov":
		a.Limit, name = optim.NesterovLimit(h, s.Momentum), "Nesterov's method"
		a.BestEta, a.BestMomentum = optim.UsualNesterov(h)
		a.Eta = s.Rate * a.Limit
		m = optim.Nesterov{Rate: a.Eta, Momentum: s.Momentum, Steps: s.Steps}
	default:
		return a, fmt.Errorf("no method %q, only gd, heavyball, nesterov", s.Method)
	}
	t, err := m.Minimize(context.Background(), optim.Quadratic(h, []float64{0, 0}), []float64{-2, 1}, nil)
	if err != nil && !errors.Is(err, optim.ErrDiverged) {
		return a, err
	}
	a.Within = -1
	for i, x := range t.X {
		if !(floats.Norm(x, math.Inf(1)) <= 1e6) {
			break
		}
		a.X, a.Loss = append(a.X, x), append(a.Loss, t.Loss[i])
	}
	first := a.Loss[0]
	for i := len(a.Loss) - 1; i >= 0 && a.Loss[i] <= first/1000; i-- {
		a.Within = i
	}
	last := a.Loss[len(a.Loss)-1]
	how := fmt.Sprintf("after %d steps the loss is %.2g times the first", len(a.Loss)-1, last/first)
	switch {
	case s.Rate >= 1:
		how += ": the rate is not below its limit, and it does not converge"
	case a.Within >= 0:
		how += fmt.Sprintf("; it is under a thousandth from step %d on", a.Within)
	}
	a.Words = fmt.Sprintf("%s with rate %.3g (limit %.3g): %s.", name, a.Eta, a.Limit, how)
	return a, nil
}

// NearestSettings are a linear classifier sign(wᵀx + b), w of length 1 at an angle in degrees, and a point.
type NearestSettings struct {
	Angle, Offset float64
	X, Y          float64
}

// NearestAnswer holds w, the nearest point of the other side's closure (the point itself where it lies on the border), the way's
// length in L2, and the constraint's multiplier for the objective ½‖x − x₀‖².
type NearestAnswer struct {
	W        []float64
	To       []float64
	Class    int // 1 or −1, before
	Distance float64
	Lambda   float64
	Words    string
}

// Nearest finds the least change, in L2, that takes the point to the border.
func Nearest(s NearestSettings) (a NearestAnswer, err error) {
	x0 := []float64{s.X, s.Y}
	sin, cos := math.Sincos(s.Angle * math.Pi / 180)
	a.W = []float64{cos, sin}
	f := floats.Dot(a.W, x0) + s.Offset
	// Of class 1: minimise ½‖x − x₀‖² under wᵀx ≤ −b; of class −1 under −wᵀx ≤ b.
	a.Class = 1
	w, b := a.W, -s.Offset
	if f < 0 {
		a.Class = -1
		w, b = []float64{-cos, -sin}, s.Offset
	}
	sol, err := lagrange.HalfSpace(lagrange.Distance(x0), w, b)
	if err != nil {
		return a, err
	}
	a.To, a.Lambda, a.Distance = sol.X, sol.Lambda[0], floats.Distance(x0, sol.X, 2)
	a.Words = fmt.Sprintf("f(x₀) = %.2f: class %s. The nearest point of the border is (%.2f, %.2f), %.2f away, along w; the multiplier is %.2f.", f, map[int]string{1: "1", -1: "−1"}[a.Class], a.To[0], a.To[1], a.Distance, a.Lambda)
	return a, nil
}
