// ### BEGIN HIDDEN TESTS

package adversarialtraining

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted: sums of at most some dozen terms of like size, and at most ten steps of one
// addition each. Round-off stays below 10⁻¹².
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "overflow", Cause: "exp of a large number", Hint: "log(1 + eᵛ) = max(v, 0) + log(1 + e^{−|v|}), and a sigmoid for each sign of v"},
	{ID: "plus-eps", Cause: "ε‖w‖₁ is added to the margin", Hint: "the worst perturbation takes ε|wⱼ| away in every entry"},
	{ID: "two-norm", Cause: "the margin loses ε‖w‖₂", Hint: "each entry may move by ε, all at once: Σ ε|wⱼ|"},
	{ID: "no-norm-gradient", Cause: "‖w‖₁ is left out of the gradient by w", Hint: "∂‖w‖₁/∂wⱼ = sign(wⱼ): the margin's gradient is y·x − ε·sign(w)"},
	{ID: "norm-with-y", Cause: "y multiplies ε‖w‖₁ too", Hint: "y·(wᵀx + b) − ε‖w‖₁: the norm has no y"},
	{ID: "sum", Cause: "a sum in place of the mean", Hint: "divide by the number of examples"},
	{ID: "descends", Cause: "Perturb lowers the loss", Hint: "the inner problem is a maximum: +α·sign(∂J/∂x)"},
	{ID: "stale-gradient", Cause: "all steps use one gradient", Hint: "ask for the gradient at x + r, where r is now"},
	{ID: "raw-gradient", Cause: "the step is α·∂J/∂x", Hint: "α·sign(∂J/∂x)"},
	{ID: "no-projection", Cause: "r leaves the ball", Hint: "after every step each entry of r into [−ε, ε]"},
	{ID: "no-range", Cause: "x + r leaves [lo, hi]", Hint: "after the ball: r ← clip(x + r, lo, hi) − x"},
	{ID: "range-of-r", Cause: "r is clipped into [lo, hi], not x + r", Hint: "r ← clip(x + r, lo, hi) − x"},
	{ID: "start-ignored", Cause: "the steps begin at r = 0", Hint: "r begins with start"},
	{ID: "start-as-it-is", Cause: "start is not brought into ball and range", Hint: "clip it before the first step, for there may be no step"},
	{ID: "sign-of-zero", Cause: "sign(0) is not 0", Hint: "three cases; math.Copysign and math.Signbit know no zero"},
	{ID: "clean-gradient", Cause: "∂J/∂θ is taken at x", Hint: "learn from x + r, not from x"},
	{ID: "ascends", Cause: "θ goes up the loss", Hint: "θ − η·gradient: only the perturbation goes up"},
	{ID: "online", Cause: "θ moves from example to example", Hint: "every r and every gradient with the θ handed in; one step at the end"},
	{ID: "mean-of-attacks", Cause: "the accuracies under the attacks are averaged", Hint: "an example that one attack breaks is broken"},
	{ID: "any-attack", Cause: "an example counts if one attack leaves it right", Hint: "it must withstand all of them"},
	{ID: "clean-ignored", Cause: "the examples as they are do not count", Hint: "r = 0 is in every ball: wrong without a perturbation is wrong"},
	{ID: "tie-is-right", Cause: "a score of 0 counts as right", Hint: "y·score > 0"},
	{ID: "extra-calls", Cause: "grad is called too often or too seldom", Hint: "once a step, and once more for each example of Step"},
	{ID: "changes-arguments", Cause: "a slice that was handed in is changed", Hint: "copy first: slices.Clone"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, from grad and score too"},
	{ID: "arguments-pass", Cause: "an argument that the statement's table refuses is accepted", Hint: "go through the table line by line; !(step > 0) catches NaN too"},
	{ID: kit.RefusesGood, Cause: "an input that has a result is refused", Hint: "ε = 0, no step, no attack and a start outside the ball are good"},
}

func near(got, want []float64) bool { return kit.Near(got, want, tol) }

// judge finds the mistake whose numbers came; solve gives the right numbers for "".
func judge(t *grading.T, what string, got []float64, solve func(wrong string) []float64) {
	would := map[string][]float64{}
	for _, m := range mistakes {
		would[m.ID] = solve(m.ID)
	}
	kit.Judge(t, mistakes, what, got, solve(""), near, would)
}

// ---- the reference, with mistakes

func sign(v float64, wrong string) float64 {
	switch {
	case v > 0 || v == 0 && wrong == "sign-of-zero":
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// robustLoss is the loss, ∂/∂w and ∂/∂b, one after the other.
func robustLoss(w []float64, b float64, x [][]float64, y []float64, eps float64, wrong string) []float64 {
	norm, two := 0.0, 0.0
	for _, v := range w {
		norm += math.Abs(v)
		two = math.Hypot(two, v)
	}
	d, n := len(w), float64(len(x))
	if wrong == "sum" {
		n = 1
	}
	out := make([]float64, d+2)
	for i := range x {
		k := make([]float64, d) // of the norm in the margin
		for j := range k {
			k[j] = -eps * sign(w[j], wrong)
		}
		m := y[i] * (kit.Dot(w, x[i]) + b)
		switch wrong {
		case "plus-eps":
			m, k = m+eps*norm, kit.Scale(k, -1)
		case "two-norm":
			m -= eps * two
			for j := range k {
				k[j] = 0
				if two > 0 {
					k[j] = -eps * w[j] / two
				}
			}
		case "norm-with-y":
			m, k = m-eps*norm, kit.Scale(k, y[i])
		case "no-norm-gradient":
			m, k = m-eps*norm, make([]float64, d)
		default:
			m -= eps * norm
		}
		s := 1 / (1 + math.Exp(m)) // exp may overflow to +Inf: then s is 0, as it should be
		out[0] += (math.Max(-m, 0) + math.Log1p(math.Exp(-math.Abs(m)))) / n
		for j := range w {
			out[1+j] -= s * (y[i]*x[i][j] + k[j]) / n
		}
		out[1+d] -= s * y[i] / n
	}
	return out
}

type problem struct {
	grad      func(theta, x []float64, y float64) (dtheta, dx []float64)
	theta     []float64
	x         [][]float64
	y         []float64
	start     [][]float64
	eps, step float64
	steps     int
	lo, hi    float64
	rate      float64
}

// perturb is r of example i with the parameters theta.
func (p problem) perturb(theta []float64, i int, wrong string) []float64 {
	x := p.x[i]
	r := slices.Clone(p.start[i])
	if wrong == "start-ignored" {
		clear(r)
	}
	legal := func() {
		for j := range r {
			if wrong != "no-projection" {
				r[j] = min(max(r[j], -p.eps), p.eps)
			}
			switch wrong {
			case "no-range":
			case "range-of-r":
				r[j] = min(max(r[j], p.lo), p.hi)
			default:
				r[j] = min(max(x[j]+r[j], p.lo), p.hi) - x[j]
			}
		}
	}
	if wrong != "start-as-it-is" {
		legal()
	}
	_, first := p.grad(theta, kit.Add(x, 1, r), p.y[i])
	for range p.steps {
		_, dx := p.grad(theta, kit.Add(x, 1, r), p.y[i])
		if wrong == "stale-gradient" {
			dx = first
		}
		for j := range r {
			switch wrong {
			case "descends":
				r[j] -= p.step * sign(dx[j], "")
			case "raw-gradient":
				r[j] += p.step * dx[j]
			default:
				r[j] += p.step * sign(dx[j], wrong)
			}
		}
		legal()
	}
	return r
}

func (p problem) train(wrong string) []float64 {
	theta := slices.Clone(p.theta)
	total := make([]float64, len(theta))
	n := float64(len(p.x))
	if wrong == "sum" {
		n = 1
	}
	rate := p.rate / n
	if wrong == "ascends" {
		rate = -rate
	}
	for i := range p.x {
		at := p.x[i]
		if r := p.perturb(theta, i, wrong); wrong != "clean-gradient" {
			at = kit.Add(at, 1, r)
		}
		dtheta, _ := p.grad(theta, at, p.y[i])
		if wrong == "online" {
			theta = kit.Add(theta, -rate, dtheta)
		} else {
			total = kit.Add(total, 1, dtheta)
		}
	}
	return kit.Add(theta, -rate, total)
}

func accuracy(score func([]float64) float64, x [][]float64, y []float64, r [][][]float64, wrong string) []float64 {
	right := func(i int, at []float64) bool {
		s := y[i] * score(at)
		return s > 0 || s == 0 && wrong == "tie-is-right"
	}
	n := float64(len(x))
	sum := 0.0
	for i := range x {
		clean, stands := right(i, x[i]), 0
		for k := range r {
			if right(i, kit.Add(x[i], 1, r[k][i])) {
				stands++
			}
		}
		ok := clean && stands == len(r)
		switch wrong {
		case "clean-ignored":
			ok = stands == len(r)
		case "any-attack":
			ok = clean && (stands > 0 || len(r) == 0)
		case "mean-of-attacks":
			if len(r) > 0 {
				sum += float64(stands) / float64(len(r)) / n
				continue
			}
		}
		if ok {
			sum += 1 / n
		}
	}
	return []float64{sum}
}

// ---- judging

func checkLoss(t *grading.T, w []float64, b float64, x [][]float64, y []float64, eps float64) {
	a := kit.Untouched(t, "changes-arguments", "RobustLoss", w, b, x, y, eps)
	got := slices.Concat([]float64{a.Float(0)}, a.Floats(1), []float64{a.Float(2)})
	if slices.ContainsFunc(got, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
		kit.Fail(t, "RobustLoss: loss, dw, db", got, robustLoss(w, b, x, y, eps, ""), "not finite", "overflow")
	}
	judge(t, "RobustLoss: loss, dw, db", got, func(wrong string) []float64 { return robustLoss(w, b, x, y, eps, wrong) })
}

func (p problem) counted(t *grading.T, calls *int) any {
	return handed(t, len(p.theta), len(p.x[0]), func(theta, x []float64, y float64) ([]float64, []float64) {
		*calls++
		return p.grad(theta, x, y)
	})
}

func (p problem) perturbArgs(f any) []any {
	return []any{f, p.theta, p.x[0], p.y[0], p.start[0], p.eps, p.step, p.steps, p.lo, p.hi}
}

func (p problem) stepArgs(f any) []any {
	return []any{f, p.theta, p.x, p.y, p.start, p.eps, p.step, p.steps, p.lo, p.hi, p.rate}
}

// call is kit.Untouched for arguments of which the first is a callback.
func call(t *grading.T, fn string, args []any) grading.Answer {
	a := kit.Accepted(t, "a good input", fn, args...)
	for i := 1; i < len(args); i++ {
		if a.Changed(i) {
			kit.Fail(t, fn, fmt.Sprintf("after the call, argument %d holds other numbers", i+1), "arguments as they were", "an argument was changed", "changes-arguments")
		}
	}
	return a
}

func checkPerturb(t *grading.T, p problem) {
	calls := 0
	got := call(t, "Perturb", p.perturbArgs(p.counted(t, &calls))).Floats(0)
	judge(t, "Perturb", got, func(wrong string) []float64 { return p.perturb(p.theta, 0, wrong) })
	if calls != p.steps {
		kit.Fail(t, "Perturb", fmt.Sprintf("%d calls of grad", calls), fmt.Sprintf("%d, one a step", p.steps), "grad is called otherwise", "extra-calls")
	}
}

func checkStep(t *grading.T, p problem) {
	calls := 0
	got := call(t, "Step", p.stepArgs(p.counted(t, &calls))).Floats(0)
	judge(t, "Step", got, p.train)
	if want := len(p.x) * (p.steps + 1); calls != want {
		kit.Fail(t, "Step", fmt.Sprintf("%d calls of grad", calls), fmt.Sprintf("%d, n·(steps + 1)", want), "grad is called otherwise", "extra-calls")
	}
}

func checkAccuracy(t *grading.T, score func([]float64) float64, x [][]float64, y []float64, r [][][]float64) {
	got := call(t, "RobustAccuracy", []any{t.ScalarFunc(len(x[0]), score), x, y, r}).Float(0)
	judge(t, "RobustAccuracy", []float64{got}, func(wrong string) []float64 { return accuracy(score, x, y, r, wrong) })
}

// ---- random instances

func classes(rng *rand.Rand, n int) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = float64(2*rng.IntN(2) - 1)
	}
	return y
}

func points(rng *rand.Rand, n, d int, size float64) (x [][]float64) {
	for range n {
		x = append(x, kit.Gaussian(rng, d, size))
	}
	return x
}

func lossRandom(t *grading.T) {
	for k := range 10 {
		n, d := 1+t.Rand.IntN(6), 1+t.Rand.IntN(6)
		w := kit.Normal(t.Rand, d)
		if k%3 == 0 && d > 1 {
			w[t.Rand.IntN(d)] = 0
		}
		y := classes(t.Rand, n)
		y[0] = float64(2*(k%2) - 1)
		eps := 0.1 + t.Rand.Float64()
		if k == 9 {
			eps = 0
		}
		checkLoss(t, w, t.Rand.NormFloat64(), points(t.Rand, n, d, 1), y, eps)
	}
	checkLoss(t, []float64{0, 0}, 0.3, points(t.Rand, 3, 2, 1), []float64{1, -1, -1}, 0.5)
}

// lossHuge has margins of some thousands, of both signs.
func lossHuge(t *grading.T) {
	for _, y := range []float64{1, -1} {
		x := points(t.Rand, 1, 3, 1)
		x[0][0] = 3000 + 1000*t.Rand.Float64()
		checkLoss(t, []float64{1 + t.Rand.Float64(), 1, -1}, 0, x, []float64{y}, 0.3)
	}
	checkLoss(t, []float64{1, -2}, 0, [][]float64{{1, 1}, {2, 1}}, []float64{1, -1}, 1000)
}

// net is J = log(1 + exp(−y f)), f = uᵀtanh(Vx + c) + a, and its gradients by θ = (V, c, u, a) and by x.
func net(h, d int) func(theta, x []float64, y float64) ([]float64, []float64) {
	return func(theta, x []float64, y float64) ([]float64, []float64) {
		V, c, u := theta[:h*d], theta[h*d:h*d+h], theta[h*d+h:h*d+2*h]
		z := make([]float64, h)
		for k := range z {
			z[k] = math.Tanh(kit.Dot(V[k*d:(k+1)*d], x) + c[k])
		}
		f := kit.Dot(u, z) + theta[h*d+2*h]
		s := -y / (1 + math.Exp(y*f)) // ∂J/∂f
		dtheta, dx := make([]float64, len(theta)), make([]float64, d)
		for k := range z {
			g := s * u[k] * (1 - z[k]*z[k])
			for j := range d {
				dtheta[k*d+j] = g * x[j]
				dx[j] += g * V[k*d+j]
			}
			dtheta[h*d+k], dtheta[h*d+h+k] = g, s*z[k]
		}
		dtheta[len(theta)-1] = s
		return dtheta, dx
	}
}

// newProblem is a batch whose perturbations meet the surface of the ball, and in the first entry the end of the range. Entry 1 has no
// influence on the net if deaf.
func newProblem(rng *rand.Rand, n int, deaf bool) problem {
	h, d := 2+rng.IntN(3), 2+rng.IntN(3)
	p := problem{grad: net(h, d), y: classes(rng, n), eps: 0.2 + 0.2*rng.Float64(), steps: 3 + rng.IntN(5), hi: 1, rate: 0.2 + rng.Float64()}
	p.theta = kit.Gaussian(rng, h*d+2*h+1, 1.5)
	if deaf {
		for k := range h {
			p.theta[k*d+1] = 0
		}
	}
	p.step = p.eps * (0.3 + 0.3*rng.Float64())
	for range n {
		x, s := make([]float64, d), make([]float64, d)
		for j := range x {
			x[j] = 0.2 + 0.6*rng.Float64()
			s[j] = p.eps * (2*rng.Float64() - 1)
		}
		x[0] = 0.1 * p.eps * rng.Float64()
		if rng.IntN(2) == 0 {
			x[0] = 1 - x[0]
		}
		p.x, p.start = append(p.x, x), append(p.start, s)
	}
	return p
}

func perturbRandom(t *grading.T) {
	for k := range 14 {
		p := newProblem(t.Rand, 1, k%3 == 0)
		switch k {
		case 0, 1: // from outside the ball, and no step
			p.start[0], p.steps = kit.Normal(t.Rand, len(p.x[0])), 0
			p.start[0][1] = 1.5
		case 2:
			p.steps = 0
		case 3, 4:
			p.start[0] = make([]float64, len(p.x[0]))
		case 5:
			p.start[0] = kit.Normal(t.Rand, len(p.x[0]))
		case 6:
			p.eps = 0
		case 7: // a range without 0
			p.lo, p.hi = 1.2, 2.2
			for j := range p.x[0] {
				p.x[0][j] += 1.2
			}
		}
		checkPerturb(t, p)
	}
}

func stepRandom(t *grading.T) {
	for k := range 10 {
		p := newProblem(t.Rand, 1+k%4, k%3 == 0)
		switch k {
		case 4:
			p.steps = 0
		case 6:
			p.eps = 0
		}
		checkStep(t, p)
	}
}

func accuracyRandom(t *grading.T) {
	for k := range 10 {
		n, d := 4+t.Rand.IntN(10), 2+t.Rand.IntN(3)
		w := kit.Normal(t.Rand, d)
		x, y := points(t.Rand, n, d, 1), make([]float64, n)
		for i := range x {
			y[i] = 1
			if kit.Dot(w, x[i]) < 0 != (t.Rand.IntN(8) == 0) { // one in eight is wrong from the start
				y[i] = -1
			}
		}
		if k == 0 { // without an attack, and one that is wrong as it is
			y[0] = 1
			if kit.Dot(w, x[0]) > 0 {
				y[0] = -1
			}
		}
		r := [][][]float64{}
		for range k % 4 {
			r = append(r, points(t.Rand, n, d, 0.5))
		}
		checkAccuracy(t, func(x []float64) float64 { return kit.Dot(w, x) }, x, y, r)
	}
	// on the boundary as it is, brought there by the attack, right, wrong
	still := []float64{0, 0}
	checkAccuracy(t, difference, [][]float64{{1, 1}, {2, 0}, {3, 0}, {0, 1}}, []float64{1, 1, 1, 1}, [][][]float64{{still, {0, 2}, still, still}})
	// the attack brings the first to the right side
	checkAccuracy(t, difference, [][]float64{{-1, 0}, {3, 0}}, []float64{1, 1}, [][][]float64{{{2, 0}, still}})
}

func refuses(t *grading.T) {
	good := func() problem {
		return problem{grad: squares, theta: []float64{1, 2}, x: [][]float64{{0.5, 0.25}, {0.2, 0.4}}, y: []float64{0, 2}, start: [][]float64{{0, 0}, {0.05, 0}}, eps: 0.1, step: 0.1, steps: 1, hi: 1, rate: 0.2}
	}
	checkPerturb(t, good())
	checkStep(t, good())
	// both refuses what change makes of a good problem, in Perturb and in Step
	both := func(what, mistake string, change func(p *problem)) {
		p := good()
		change(&p)
		f := handed(t, 2, 2, p.grad)
		kit.Refuses(t, what, mistake, "Perturb", p.perturbArgs(f)...)
		kit.Refuses(t, what, mistake, "Step", p.stepArgs(f)...)
	}
	step := func(what, mistake string, change func(p *problem)) {
		p := good()
		change(&p)
		kit.Refuses(t, what, mistake, "Step", p.stepArgs(handed(t, 2, 2, p.grad))...)
	}
	w, x, y := []float64{1, 2}, [][]float64{{1, 0}, {0, 1}}, []float64{1, -1}
	loss := func(what, mistake string, w []float64, b float64, x [][]float64, y []float64, eps float64) {
		kit.Refuses(t, what, mistake, "RobustLoss", w, b, x, y, eps)
	}
	score := func(f func([]float64) float64) any { return t.ScalarFunc(2, f) }
	acc := func(what, mistake string, x [][]float64, y []float64, r [][][]float64) {
		kit.Refuses(t, what, mistake, "RobustAccuracy", score(difference), x, y, r)
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		both("theta not finite", "nan-passes", func(p *problem) { p.theta = []float64{1, bad} })
		both("x not finite", "nan-passes", func(p *problem) { p.x = [][]float64{{bad, 0.5}, {0.2, 0.4}} })
		both("y not finite", "nan-passes", func(p *problem) { p.y = []float64{bad, 1} })
		both("start not finite", "nan-passes", func(p *problem) { p.start = [][]float64{{0, bad}, {0, 0}} })
		both("∂J/∂x not finite", "nan-passes", func(p *problem) {
			p.grad = func(theta, x []float64, y float64) ([]float64, []float64) { return x, []float64{1, bad} }
		})
		step("∂J/∂θ not finite", "nan-passes", func(p *problem) {
			p.grad = func(theta, x []float64, y float64) ([]float64, []float64) { return []float64{bad, 1}, x }
		})
		both("ε is NaN or infinite", "arguments-pass", func(p *problem) { p.eps = math.Abs(bad) })
		both("step is NaN or infinite", "arguments-pass", func(p *problem) { p.step = math.Abs(bad) })
		step("rate is NaN or infinite", "arguments-pass", func(p *problem) { p.rate = math.Abs(bad) })
		loss("w not finite", "nan-passes", []float64{bad, 1}, 0, x, y, 0.1)
		loss("b not finite", "nan-passes", w, bad, x, y, 0.1)
		loss("x not finite", "nan-passes", w, 0, [][]float64{{1, 0}, {0, bad}}, y, 0.1)
		loss("ε is NaN or infinite", "arguments-pass", w, 0, x, y, math.Abs(bad))
		acc("x not finite", "nan-passes", [][]float64{{1, bad}, {0, 1}}, y, [][][]float64{})
		acc("a perturbation not finite", "nan-passes", x, y, [][][]float64{{{0, 0}, {bad, 0}}})
		kit.Refuses(t, "the score is not finite", "nan-passes", "RobustAccuracy", score(func([]float64) float64 { return bad }), x, y, [][][]float64{})
	}
	both("ε < 0", "arguments-pass", func(p *problem) { p.eps = -0.1 })
	both("a step of 0", "arguments-pass", func(p *problem) { p.step = 0 })
	both("steps < 0", "arguments-pass", func(p *problem) { p.steps = -1 })
	both("lo = hi", "arguments-pass", func(p *problem) { p.x, p.lo, p.hi = [][]float64{{1, 1}, {1, 1}}, 1, 1 })
	both("x outside the range", "arguments-pass", func(p *problem) { p.lo = 0.3 })
	both("start too short", "arguments-pass", func(p *problem) { p.start = [][]float64{{0}, {0}} })
	both("∂J/∂x too long", "arguments-pass", func(p *problem) {
		p.grad = func(theta, x []float64, y float64) ([]float64, []float64) { return x, []float64{1, 1, 1} }
	})
	step("∂J/∂θ too short", "arguments-pass", func(p *problem) {
		p.grad = func(theta, x []float64, y float64) ([]float64, []float64) { return []float64{1}, x }
	})
	step("a rate of 0", "arguments-pass", func(p *problem) { p.rate = 0 })
	step("no example", "arguments-pass", func(p *problem) { p.x, p.y, p.start = [][]float64{}, []float64{}, [][]float64{} })
	step("one y for two examples", "arguments-pass", func(p *problem) { p.y = []float64{1} })
	step("three starts for two examples", "arguments-pass", func(p *problem) { p.start = [][]float64{{0, 0}, {0, 0}, {0, 0}} })
	loss("ε < 0", "arguments-pass", w, 0, x, y, -0.1)
	loss("a label of 0", "arguments-pass", w, 0, x, []float64{1, 0}, 0.1)
	loss("a row too short", "arguments-pass", w, 0, [][]float64{{1, 0}, {1}}, y, 0.1)
	loss("three labels", "arguments-pass", w, 0, x, []float64{1, 1, 1}, 0.1)
	loss("no example", "arguments-pass", w, 0, [][]float64{}, []float64{}, 0.1)
	loss("w empty", "arguments-pass", []float64{}, 0, [][]float64{{}}, []float64{1}, 0.1)
	acc("a label of 2", "arguments-pass", x, []float64{1, 2}, [][][]float64{})
	acc("no example", "arguments-pass", [][]float64{}, []float64{}, [][][]float64{})
	acc("one perturbation for two examples", "arguments-pass", x, y, [][][]float64{{{0, 0}}})
	acc("a perturbation too long", "arguments-pass", x, y, [][][]float64{{{0, 0}, {0, 0, 0}}})
}

// ### END HIDDEN TESTS
