package attack

import (
	"fmt"
	"math"
)

// DeepFool looks for the smallest perturbation that changes a classifier's answer (Moosavi-Dezfooli, Fawzi, Frossard,
// "DeepFool: a simple and accurate method to fool deep neural networks", CVPR 2016).
//
// Where a classifier is affine the smallest perturbation has a closed form (linear.go). DeepFool takes the classifier
// for affine where it stands, goes to that boundary, and looks again:
//
//  1. linearise the logits at x; with y the original label, the boundary to class k is at the distance |f'_k|/‖w'_k‖_q,
//     f'_k = f_k(x) − f_y(x), w'_k = ∇f_k(x) − ∇f_y(x)
//  2. go to the nearest of these boundaries: r ← r + |f'_l|/‖w'_l‖_q · u_l
//  3. x ← x₀ + (1 + η)·r; stop if the label at x is no longer y
//
// The step of 2 lands on the linearised boundary, where classes tie, so without the overshoot η even an affine
// classifier's label would stand (or be decided by round-off). The paper adds the overshoot once, after the loop; here as in the authors'
// own code, the label is looked up, and the next linearisation made, at the overshot point. So the perturbation
// returned is one whose label was seen to differ, and on an affine classifier it is exactly (1 + η) times the minimum.
//
// The result is small but not proven smallest: for an affine classifier it is, up to η.
//
// The struct holds the hyperparameters; its zero value is the paper's setting. Binary and Multiclass are the algorithm in
// float64 for one example; Attack and Compile (deepfoolxla.go) run it on many examples of a network.
type DeepFool struct {
	Norm          Norm    // length to keep small: 0 = L2. Any p ≥ 1 in float64, L2 and Inf in the batched version
	Overshoot     float64 // η ≥ 0, dimensionless: 0 = the paper's 0.02, NoOvershoot = none
	MaxIterations int     // 0 = 50
	Candidates    int     // classes to look at beside the label: the strongest at x₀; 0 = all
	MinStep       float64 // least length of a step, in the units of x: 0 = 1e-9 in float64 and 1e-4 in the batched float32 version (as in the authors' code)
	Lo, Hi        float64 // valid range of every input value: x is clipped into it after each step, which undoes part of the step, so that more are taken; both 0 = no clipping
	KeepPath      bool    // keep the iterates

	Slots    int                   // batched version: examples worked on at once; 0 = 64
	Plain    bool                  // batched version: look at every candidate in every step, also at those that are too far off to be the nearest (see deepfoolxla.go)
	Progress func(done, total int) // batched version: called between steps; nil = silent
}

// NoOvershoot is an Overshoot of exactly zero (0 itself asks for the default).
const NoOvershoot = -1

func (d DeepFool) overshoot() float64 {
	switch {
	case d.Overshoot == 0:
		return 0.02
	case d.Overshoot < 0:
		return 0
	}
	return d.Overshoot
}

func (d DeepFool) maxIterations() int {
	if d.MaxIterations <= 0 {
		return 50
	}
	return d.MaxIterations
}

func (d DeepFool) minStep(typical float64) float64 {
	if d.MinStep == 0 {
		return typical
	}
	return d.MinStep
}

func (d DeepFool) clips() bool { return d.Lo != 0 || d.Hi != 0 }

// inRange is the part v' of a change v of the input x that leaves x + v' in [lo, hi]; v itself where both are 0, which means no range.
func inRange(x, v float32, lo, hi float64) float32 {
	if lo != 0 || hi != 0 {
		return min(max(x+v, float32(lo)), float32(hi)) - x
	}
	return v
}

// String describes the attack: "DeepFool, L2, overshoot 0.02".
func (d DeepFool) String() string {
	s := fmt.Sprintf("DeepFool, %v, overshoot %v", d.Norm, d.overshoot())
	if d.Candidates > 0 {
		s += fmt.Sprintf(", %d candidate classes", d.Candidates)
	}
	if d.clips() {
		s += fmt.Sprintf(", clipped to [%v, %v]", d.Lo, d.Hi)
	}
	return s
}

// Trace is the course of an attack on one example.
type Trace struct {
	R          []float64   // x₀ + R is the point reached, overshoot and clipping included
	Status     Status      // Flipped, AlreadyWrong or Exhausted where the error is nil
	From, To   int         // label at x₀ and at x₀ + R (for Binary −1 and +1)
	Iterations int         // steps taken
	Queries    int         // calls of the model's value function
	Gradients  int         // calls of the model's gradient function
	Path       [][]float64 // x₀, x₁, …: the points looked at
	Rivals     []int       // the class each step went for (empty for Binary)
	Steps      []float64   // the length ‖rᵢ‖_p of each step, overshoot not included
}

// Binary runs Algorithm 1: the attack on a classifier that answers sign(f(x)). f returns the value, grad its gradient
// [len(x0)] at the same x; neither may keep or change its argument.
//
//	rᵢ = −f(xᵢ)/‖∇f(xᵢ)‖₂² · ∇f(xᵢ)          (eq. 4 and 3; other norms as in eq. 11 and 12)
//
// Errors, with the trace so far: ErrTied (f(x₀) = 0), ErrNotFinite, ErrZeroGradient. Reaching MaxIterations is no error:
// Status tells. x0 is not changed.
func (d DeepFool) Binary(f func(x []float64) float64, grad func(x []float64) []float64, x0 []float64) (*Trace, error) {
	t := &Trace{R: make([]float64, len(x0)), Status: Exhausted, Path: [][]float64{clone(x0)}}
	value := func(x []float64) (float64, error) {
		t.Queries++
		v := f(clone(x))
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Status = NotFinite
			return v, fmt.Errorf("attack: f(x) is %v after %d iterations: %w", v, t.Iterations, ErrNotFinite)
		}
		return v, nil
	}
	fx, err := value(x0)
	if err != nil {
		return t, err
	}
	t.From = sign(fx)
	t.To = t.From
	if t.From == 0 {
		t.Status = Tied
		return t, fmt.Errorf("attack: f(x₀) = 0, x₀ lies on the boundary: %w", ErrTied)
	}
	total := make([]float64, len(x0)) // Σ rᵢ, without overshoot
	x := clone(x0)
	for t.Iterations < d.maxIterations() {
		t.Gradients++
		w := grad(clone(x))
		if err := checkGradient(w, len(x0), t.Iterations, -1); err != nil {
			t.Status = NotFinite
			return t, err
		}
		u, gain := d.Norm.Steepest(w)
		if gain == 0 {
			t.Status = ZeroGradient
			return t, fmt.Errorf("attack: ∇f is zero after %d iterations: %w", t.Iterations, ErrZeroGradient)
		}
		// rᵢ = −f(xᵢ)/‖∇f(xᵢ)‖_q · u, of length |f(xᵢ)|/‖∇f(xᵢ)‖_q
		step := math.Max(math.Abs(fx)/gain, d.minStep(1e-9))
		for i := range total {
			total[i] -= float64(t.From) * step * u[i]
		}
		d.move(t, x, x0, total, step)
		if fx, err = value(x); err != nil {
			return t, err
		}
		if t.To = sign(fx); t.To != t.From {
			t.Status = Flipped
			return t, nil
		}
	}
	return t, nil
}

// Multiclass runs Algorithm 2: the attack on a classifier that answers argmax_k of logits(x) [classes], the first among
// equals. jacobian returns [classes][len(x0)], row k the gradient of logit k. label is the class the example
// truly has: if the model does not answer it at x₀, Status is AlreadyWrong and R zero; a negative label stands for
// whatever the model answers, which is what the paper does.
//
//	l̂ = argmin_{k≠y} |f'_k| / ‖w'_k‖_q            (Alg. 2 line 8; eq. 11 for other norms)
//	rᵢ = |f'_l̂| / ‖w'_l̂‖₂² · w'_l̂                (Alg. 2 line 9; eq. 12)
//
// Among equally near classes the first is taken. Errors, with the trace so far: ErrTied (the largest logit at x₀ is
// shared), ErrNotFinite, ErrZeroGradient (no candidate's w'_k differs from zero). x0 is not changed.
func (d DeepFool) Multiclass(logits func(x []float64) []float64, jacobian func(x []float64) [][]float64, x0 []float64, label int) (*Trace, error) {
	t := &Trace{R: make([]float64, len(x0)), Status: Exhausted, Path: [][]float64{clone(x0)}}
	values := func(x []float64) ([]float64, error) {
		t.Queries++
		f := logits(clone(x))
		for k, v := range f {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Status = NotFinite
				return f, fmt.Errorf("attack: logit %d is %v after %d iterations: %w", k, v, t.Iterations, ErrNotFinite)
			}
		}
		return f, nil
	}
	f, err := values(x0)
	if err != nil {
		return t, err
	}
	if label >= len(f) || len(f) < 2 {
		panic(fmt.Sprintf("attack: Multiclass: label %d of %d classes", label, len(f)))
	}
	y := ArgMax(f)
	t.From, t.To = y, y
	if label >= 0 && y != label {
		t.Status = AlreadyWrong
		return t, nil
	}
	candidates := rivals(f, y, d.Candidates)
	for _, k := range candidates {
		if f[k] == f[y] {
			t.Status = Tied
			return t, fmt.Errorf("attack: logits %d and %d are both %v at x₀: %w", y, k, f[y], ErrTied)
		}
	}
	total := make([]float64, len(x0)) // Σ rᵢ, without overshoot
	x := clone(x0)
	w := make([]float64, len(x0))
	for t.Iterations < d.maxIterations() {
		t.Gradients++
		J := jacobian(clone(x))
		if len(J) != len(f) {
			panic(fmt.Sprintf("attack: Multiclass: jacobian has %d rows for %d logits", len(J), len(f)))
		}
		nearest, dist := -1, math.Inf(1)
		var dir []float64
		for _, k := range candidates {
			for _, row := range []int{y, k} {
				if err := checkGradient(J[row], len(x0), t.Iterations, row); err != nil {
					t.Status = NotFinite
					return t, err
				}
			}
			// w'_k = ∇f_k − ∇f_y,  f'_k = f_k − f_y
			for i := range w {
				w[i] = J[k][i] - J[y][i]
			}
			// |f'_k| / ‖w'_k‖_q
			u, gain := d.Norm.Steepest(w)
			if gain == 0 {
				continue
			}
			if dk := math.Abs(f[k]-f[y]) / gain; dk < dist {
				nearest, dist, dir = k, dk, u
			}
		}
		if nearest < 0 {
			t.Status = ZeroGradient
			return t, fmt.Errorf("attack: no candidate class's gradient differs from class %d's after %d iterations: %w", y, t.Iterations, ErrZeroGradient)
		}
		step := math.Max(dist, d.minStep(1e-9))
		for i := range total {
			total[i] += step * dir[i]
		}
		t.Rivals = append(t.Rivals, nearest)
		d.move(t, x, x0, total, step)
		if f, err = values(x); err != nil {
			return t, err
		}
		if t.To = ArgMax(f); t.To != y {
			t.Status = Flipped
			return t, nil
		}
	}
	return t, nil
}

// move sets x ← clip(x₀ + (1 + η)·total), notes it in the trace and counts the iteration.
func (d DeepFool) move(t *Trace, x, x0, total []float64, step float64) {
	for i := range x {
		x[i] = x0[i] + (1+d.overshoot())*total[i]
		t.R[i] = (1 + d.overshoot()) * total[i]
		if d.clips() {
			x[i] = math.Min(math.Max(x[i], d.Lo), d.Hi)
			t.R[i] = x[i] - x0[i]
		}
	}
	t.Iterations++
	t.Steps = append(t.Steps, step)
	t.Path = append(t.Path, clone(x))
}

// rivals lists the classes other than y in ascending order: all, or the n with the largest logits.
func rivals[F float32 | float64](f []F, y, n int) []int {
	var out []int
	for k := range f {
		if k == y {
			continue
		}
		stronger := 0 // classes other than y that come before k in strength
		for j := range f {
			if j != y && (f[j] > f[k] || f[j] == f[k] && j < k) {
				stronger++
			}
		}
		if n <= 0 || stronger < n {
			out = append(out, k)
		}
	}
	return out
}

func checkGradient(w []float64, n, iterations, row int) error {
	if len(w) != n {
		panic(fmt.Sprintf("attack: gradient of length %d for %d values", len(w), n))
	}
	for i, v := range w {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			what := "∇f"
			if row >= 0 {
				what = fmt.Sprintf("∇f_%d", row)
			}
			return fmt.Errorf("attack: %s[%d] is %v after %d iterations: %w", what, i, v, iterations, ErrNotFinite)
		}
	}
	return nil
}

func clone(v []float64) []float64 { return append([]float64(nil), v...) }

func sign(v float64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}
