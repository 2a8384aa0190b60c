// ### BEGIN HIDDEN TESTS

package svmdual

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerances.
//   - formulas: sums of some dozen products of numbers near 1, so 10⁻¹³; 10⁻⁹ of the largest term is generous;
//   - Solve: the statement allows a violation of 10⁻⁶. Then every free point has yf within 10⁻⁶ of 1, which costs at most
//     10⁻⁶ C a point in P, and the gap is at most 10⁻⁶(Cn + Σα); twice that is allowed. For the hard margin, (w, b) must be scaled
//     by at most 1 + 10⁻⁶ to have no slack, which raises P by 2·10⁻⁶; 10⁻⁵ is allowed.
const (
	tol     = 1e-9
	tolSoft = 2e-6
	tolHard = 1e-5
)

var mistakes = []grading.Mistake{
	{ID: "no-half", Cause: "the ½ before the double sum is missing", Hint: "D = Σα − ½‖w‖²"},
	{ID: "no-labels", Cause: "the labels are missing in the double sum", Hint: "αᵢαⱼyᵢyⱼxᵢᵀxⱼ: the vector to square is Σαᵢyᵢxᵢ"},
	{ID: "minus-d", Cause: "the sign is that of the minimisation: −D", Hint: "D = Σα − ½‖w‖² is to be maximised"},
	{ID: "w-no-labels", Cause: "w is Σαx, without the labels", Hint: "w = Σαᵢyᵢxᵢ"},
	{ID: "b-sign", Cause: "b has the other sign: f = wᵀx − b", Hint: "f(x) = wᵀx + b, so b = yᵢ − wᵀxᵢ"},
	{ID: "b-bounded", Cause: "b is a mean over all support vectors, also those with α = C", Hint: "a point with α = C may lie inside the margin; take 0 < α < C only"},
	{ID: "b-one", Cause: "b comes from one point", Hint: "take the mean over all points with 0 < α < C"},
	{ID: "no-free-check", Cause: "it is not looked whether any α is free", Hint: "without a point with 0 < α < C there is nothing to average: return an error"},
	{ID: "sides", Cause: "the labels are missing in \"can rise\" and \"can fall\"", Hint: "for a point of class −1, αy rises where α falls: it needs α > 0"},
	{ID: "all-points", Cause: "m and M are taken over all points", Hint: "a point whose α is at a bound can move one way only"},
	{ID: "gradient", Cause: "the gradient 1 − yₜwᵀxₜ is compared, not e", Hint: "eₜ = yₜ − wᵀxₜ: the two αs move so that Σαy stays, and then e is what counts"},
	{ID: "box-check", Cause: "it is not looked whether α lies in [0, C]", Hint: "α < 0 or α > C is an error of Violation"},
	{ID: "no-box", Cause: "α exceeds C: the box is not kept", Hint: "cut t so that neither α leaves [0, C]"},
	{ID: "negative", Cause: "some α is negative", Hint: "cut t so that neither α leaves [0, C]"},
	{ID: "half-c", Cause: "the box is [0, C/2], which belongs to wᵀw + CΣξ", Hint: "the primal is ½wᵀw + CΣξ: the box is [0, C]"},
	{ID: "no-equality", Cause: "Σαᵢyᵢ is not 0", Hint: "move two αs at a time, by yᵢt and −yⱼt; clipping each by itself breaks the sum"},
	{ID: "stops-early", Cause: "α is feasible, but stops short of the optimum", Hint: "go on until m − M ≤ 10⁻⁶; look at (eᵢ − eⱼ)²/‖xᵢ − xⱼ‖² for the choice of j if it takes too long"},
	{ID: "kernel-of-class", Cause: "the labels are missing in what Solve maximises", Hint: "eₜ = yₜ − Σαⱼyⱼxⱼᵀxₜ"},
	{ID: "nan-passes", Cause: "NaN and infinity in the input are not looked for", Hint: "check every entry with math.IsNaN and math.IsInf"},
	{ID: "shape-passes", Cause: "lengths are not compared", Hint: "check len(y), len(alpha) and every len(x[i])"},
	{ID: "class-passes", Cause: "a missing class is not noticed", Hint: "if all labels are equal, return an error"},
	{ID: "c-passes", Cause: "a C that is not above 0 is accepted", Hint: "!(c > 0) catches 0, negative numbers and NaN"},
	{ID: "changes-data", Cause: "an argument is modified in place", Hint: "work on copies"},
}

type problem struct {
	name string
	x    [][]float64
	y    []float64
}

// weights returns Σαᵢyᵢxᵢ, and Σαᵢxᵢ if labels is false.
func (p problem) weights(alpha []float64, labels bool) []float64 {
	w := make([]float64, len(p.x[0]))
	for i, x := range p.x {
		c := alpha[i]
		if labels {
			c *= p.y[i]
		}
		for j, v := range x {
			w[j] += c * v
		}
	}
	return w
}

func total(v []float64) float64 {
	s := 0.0
	for _, e := range v {
		s += e
	}
	return s
}

func (p problem) dual(alpha []float64) float64 {
	w := p.weights(alpha, true)
	return total(alpha) - kit.Dot(w, w)/2
}

// canRise and canFall are about αₜyₜ.
func (p problem) canRise(t int, a, c float64) bool { return p.y[t] > 0 && a < c || p.y[t] < 0 && a > 0 }
func (p problem) canFall(t int, a, c float64) bool { return p.y[t] > 0 && a > 0 || p.y[t] < 0 && a < c }

// violation is the reference, and with the name of a mistake what that mistake gives.
func (p problem) violation(alpha []float64, c float64, mistake string) float64 {
	w := p.weights(alpha, true)
	m, low := math.Inf(-1), math.Inf(1)
	for t, x := range p.x {
		e := p.y[t] - kit.Dot(w, x)
		up, down := p.canRise(t, alpha[t], c), p.canFall(t, alpha[t], c)
		switch mistake {
		case "sides":
			up, down = alpha[t] < c, alpha[t] > 0
		case "all-points":
			up, down = true, true
		case "gradient":
			e *= p.y[t]
		}
		if up {
			m = max(m, e)
		}
		if down {
			low = min(low, e)
		}
	}
	return m - low
}

// primal returns the least P(w, b) over b. For C = +Inf: that of (w, b) scaled to be without slack.
func (p problem) primal(w []float64, c float64) float64 {
	f := make([]float64, len(p.x))
	for i, x := range p.x {
		f[i] = kit.Dot(w, x)
	}
	norm2 := kit.Dot(w, w)
	if math.IsInf(c, 1) {
		plus, minus := math.Inf(1), math.Inf(-1) // least f of class +1, largest of class −1
		for i, y := range p.y {
			if y > 0 {
				plus = min(plus, f[i])
			} else {
				minus = max(minus, f[i])
			}
		}
		half := (plus - minus) / 2 // yf ≥ half with the best b
		if half <= 0 {
			return math.Inf(1)
		}
		return norm2 / half / half / 2
	}
	// Σξ as a function of b is piecewise linear and convex: its least value is at a kink, b = y − f.
	best := math.Inf(1)
	for k := range f {
		b := p.y[k] - f[k]
		sum := 0.0
		for i := range f {
			sum += max(0, 1-p.y[i]*(f[i]+b))
		}
		best = min(best, sum)
	}
	return norm2/2 + c*best
}

func (p problem) fail(t *grading.T, computed, expected, err, mistake string) {
	t.Fail(grading.Failure{Input: p.name + ": " + t.Input(), Computed: computed, Expected: expected, Error: err, Mistake: mistake})
}

// judge compares a number; scale is the size of the terms it is made of.
func (p problem) judge(t *grading.T, got, want, scale float64, would map[string]float64) {
	near := func(a, b float64) bool { return math.Abs(a-b) <= tol*max(scale, math.Abs(b)) }
	if near(got, want) {
		return
	}
	mistake := ""
	for _, m := range mistakes { // in their order
		if v, ok := would[m.ID]; ok && near(got, v) {
			mistake = m.ID
			break
		}
	}
	p.fail(t, grading.Show(got), grading.Show(want), fmt.Sprintf("off by %.3g", got-want), mistake)
}

func objective(t *grading.T, p problem, alpha []float64) {
	a := t.CallOK("Objective", alpha, p.x, p.y)
	w, v := p.weights(alpha, true), p.weights(alpha, false)
	sum, w2, v2 := total(alpha), kit.Dot(w, w), kit.Dot(v, v)
	p.judge(t, a.Float(0), sum-w2/2, sum+w2, map[string]float64{"no-half": sum - w2, "no-labels": sum - v2/2, "minus-d": w2/2 - sum})
}

func recovers(t *grading.T, p problem, alpha []float64, c float64) {
	a := t.CallOK("Recover", alpha, p.x, p.y, c)
	w := p.weights(alpha, true)
	got, scale := a.Vector(0, len(w)), 1.0
	for i, x := range p.x {
		for _, v := range x {
			scale = max(scale, alpha[i]*math.Abs(v))
		}
	}
	var free, support []float64 // yᵢ − wᵀxᵢ
	delta := 1e-8 * slices.Max(alpha)
	size := 1.0
	for i, x := range p.x {
		e := p.y[i] - kit.Dot(w, x)
		for j, v := range x {
			size = max(size, math.Abs(w[j]*v))
		}
		if alpha[i] > delta {
			support = append(support, e)
			if alpha[i] < c-delta {
				free = append(free, e)
			}
		}
	}
	b := total(free) / float64(len(free))
	want := fmt.Sprintf("w = %s, b = %s", grading.Show(w), grading.Show(b))
	for j := range w {
		if !(math.Abs(got[j]-w[j]) <= tol*scale) {
			mistake := ""
			if v := p.weights(alpha, false); grading.CloseSlice(got, v, tol) {
				mistake = "w-no-labels"
			}
			p.fail(t, a.String(), want, fmt.Sprintf("w[%d] is off by %.3g", j, got[j]-w[j]), mistake)
		}
	}
	p.judge(t, a.Float(1), b, size, map[string]float64{
		"b-sign": -b, "b-bounded": total(support) / float64(len(support)), "b-one": free[0]})
}

func violation(t *grading.T, p problem, alpha []float64, c float64) {
	a := t.CallOK("Violation", alpha, p.x, p.y, c)
	would := map[string]float64{}
	for _, m := range []string{"sides", "all-points", "gradient"} {
		would[m] = p.violation(alpha, c, m)
	}
	want := p.violation(alpha, c, "")
	p.judge(t, a.Float(0), want, 1, would)
}

// clouds returns n points of two normal clouds, half of each class, their centres so far apart.
func clouds(r *rand.Rand, name string, n, d int, apart float64) problem {
	p := problem{name: name}
	direction := kit.Gaussian(r, d, 1)
	l := math.Sqrt(kit.Dot(direction, direction))
	for i := range n {
		y := float64(1 - 2*(i%2))
		x := kit.Gaussian(r, d, 1)
		for j := range x {
			x[j] += y * apart / 2 * direction[j] / l
		}
		p.x, p.y = append(p.x, x), append(p.y, y)
	}
	return p
}

// separable pushes the points of clouds apart until a slab as wide as gap is free.
func separable(r *rand.Rand, name string, n, d int, gap float64) problem {
	p := clouds(r, name, n, d, 0)
	direction := kit.Gaussian(r, d, 1)
	l := math.Sqrt(kit.Dot(direction, direction))
	for i := range p.x {
		along := kit.Dot(direction, p.x[i]) / l
		want := p.y[i] * (gap/2 + math.Abs(along))
		for j := range p.x[i] {
			p.x[i][j] += (want - along) * direction[j] / l
		}
	}
	return p
}

func (p problem) scaled(s float64) problem {
	q := problem{name: p.name, y: p.y}
	for _, x := range p.x {
		z := slices.Clone(x)
		for j := range z {
			z[j] *= s
		}
		q.x = append(q.x, z)
	}
	return q
}

// some returns a random α in the box with zeros, Cs and free entries, of both classes each where there is room.
func some(r *rand.Rand, n int, c float64) []float64 {
	alpha := make([]float64, n)
	top := min(c, 3)
	for i := range alpha {
		switch {
		case i%6 < 2:
		case i%6 < 4 && !math.IsInf(c, 1):
			alpha[i] = c
		default:
			alpha[i] = top * (0.05 + 0.9*r.Float64())
		}
	}
	return alpha
}

func objectiveRandom(t *grading.T) {
	r := t.Rand
	for i := range 5 {
		n := 6 + r.IntN(20)
		p := clouds(r, fmt.Sprintf("random points %d", i+1), n, 1+r.IntN(5), 1)
		objective(t, p, some(r, n, 1))
	}
	p := clouds(r, "α of any sign", 9, 3, 1)
	objective(t, p, kit.Gaussian(r, 9, 1))
	objective(t, problem{"α = 0", p.x, p.y}, make([]float64, 9))
	objective(t, problem{"one point", [][]float64{{3, -4}}, []float64{-1}}, []float64{0.5})
	objective(t, p.scaled(1e100), kit.Gaussian(r, 9, 1e-100))
	objective(t, p.scaled(1e-100), kit.Gaussian(r, 9, 1e100))
}

func recoverRandom(t *grading.T) {
	r := t.Rand
	for i := range 6 {
		n, c := 6+r.IntN(20), 0.5+2*r.Float64()
		p := clouds(r, fmt.Sprintf("random points %d", i+1), n, 1+r.IntN(5), 1)
		recovers(t, p, some(r, n, c), c)
	}
	p := clouds(r, "hard margin: every α > 0 is free", 12, 3, 2)
	recovers(t, p, some(r, 12, math.Inf(1)), math.Inf(1))
	alpha := some(r, 12, 2)
	alpha[0], alpha[3] = 1e-14, 2-1e-14 // not free within 10⁻⁸
	recovers(t, problem{"α within rounding of its bounds", p.x, p.y}, alpha, 2)
	alpha = make([]float64, 12)
	alpha[5] = 0.7
	recovers(t, problem{"one free point", p.x, p.y}, alpha, 1)
}

func violationRandom(t *grading.T) {
	r := t.Rand
	for i := 0; i < 8; {
		n, c := 6+r.IntN(20), 0.2+2*r.Float64()
		p := clouds(r, fmt.Sprintf("random points %d", i+1), n, 1+r.IntN(4), 1)
		alpha := some(r, n, c)
		r.Shuffle(n, func(i, j int) { alpha[i], alpha[j] = alpha[j], alpha[i] })
		if all := p.violation(alpha, c, "all-points"); i == 0 && (all == p.violation(alpha, c, "sides") || all == p.violation(alpha, c, "")) {
			continue // the first finds these two mistakes, and tells them apart
		}
		violation(t, p, alpha, c)
		i++
	}
	p := clouds(r, "α = 0", 10, 2, 2)
	violation(t, p, make([]float64, 10), 1)
	all := make([]float64, 10)
	for i := range all {
		all[i] = 0.5
	}
	violation(t, problem{"all α = C", p.x, p.y}, all, 0.5)
	violation(t, problem{"all α free", p.x, p.y}, all, 1)
	violation(t, problem{"C = +Inf", p.x, p.y}, some(r, 10, math.Inf(1)), math.Inf(1))
}

func refuse(t *grading.T, what, mistake, fn string, args ...any) {
	t.CallErr(grading.Failure{Input: fn + " with " + what, Mistake: mistake}, fn, args...)
}

type badInput struct {
	what, mistake string
	x             [][]float64
	y             []float64
}

func bad(p problem) []badInput {
	with := func(i, j int, v float64) [][]float64 {
		x := p.scaled(1).x
		x[i][j] = v
		return x
	}
	label := func(v float64) []float64 {
		y := slices.Clone(p.y)
		y[2] = v
		return y
	}
	ragged := p.scaled(1).x
	ragged[3] = ragged[3][:1]
	return []badInput{
		{"NaN in a point", "nan-passes", with(2, 1, math.NaN()), p.y},
		{"infinity in a point", "nan-passes", with(0, 0, math.Inf(1)), p.y},
		{"the label 0", "", p.x, label(0)},
		{"the label 2", "", p.x, label(2)},
		{"a label too few", "shape-passes", p.x, p.y[:len(p.y)-1]},
		{"a label too many", "shape-passes", p.x, append(slices.Clone(p.y), 1)},
		{"a point too short", "shape-passes", ragged, p.y},
		{"no points", "shape-passes", [][]float64{}, []float64{}},
	}
}

func formulasRefuse(t *grading.T) {
	r := t.Rand
	p := clouds(r, "good points", 8, 2, 2)
	alpha := some(r, 8, 1)
	objective(t, p, alpha) // who refuses everything earns nothing
	recovers(t, p, alpha, 1)
	violation(t, p, alpha, 1)
	for _, b := range bad(p) {
		a := alpha
		if len(b.x) == 0 {
			a = nil
		}
		refuse(t, b.what, b.mistake, "Objective", a, b.x, b.y)
		refuse(t, b.what, b.mistake, "Recover", a, b.x, b.y, 1.0)
		refuse(t, b.what, b.mistake, "Violation", a, b.x, b.y, 1.0)
	}
	poisoned := slices.Clone(alpha)
	poisoned[4] = math.NaN()
	for _, c := range []struct {
		what, mistake string
		alpha         []float64
	}{{"an α too few", "shape-passes", alpha[:7]}, {"an α too many", "shape-passes", append(slices.Clone(alpha), 0)}, {"NaN in α", "nan-passes", poisoned}} {
		refuse(t, c.what, c.mistake, "Objective", c.alpha, p.x, p.y)
		refuse(t, c.what, c.mistake, "Recover", c.alpha, p.x, p.y, 1.0)
		refuse(t, c.what, c.mistake, "Violation", c.alpha, p.x, p.y, 1.0)
	}
	for _, c := range []float64{0, -1, math.NaN()} {
		refuse(t, fmt.Sprintf("C = %v", c), "c-passes", "Recover", alpha, p.x, p.y, c)
		refuse(t, fmt.Sprintf("C = %v", c), "c-passes", "Violation", make([]float64, 8), p.x, p.y, c)
	}
	refuse(t, "every α at 0 or C", "no-free-check", "Recover", []float64{1, 1, 0, 0, 1, 1, 0, 0}, p.x, p.y, 1.0)
	refuse(t, "an α above C", "box-check", "Violation", alpha, p.x, p.y, 0.5)
	negative := slices.Clone(alpha)
	negative[0] = -0.1
	refuse(t, "a negative α", "box-check", "Violation", negative, p.x, p.y, 1.0)
	refuse(t, "nothing that can fall: α = 0 and one class", "", "Violation", make([]float64, 8), p.x, []float64{1, 1, 1, 1, 1, 1, 1, 1}, 1.0)
}

// solve judges α: feasible, and P − D small.
func solve(t *grading.T, p problem, c float64) {
	p.name += fmt.Sprintf(", C = %g", c)
	a := t.Call("Solve", p.x, p.y, c)
	if a.Failed() {
		p.fail(t, "error: "+a.Err, "an α", "an error where a result exists", "")
	}
	n := len(p.x)
	alpha := a.Vector(0, n)
	sum, off := 0.0, 0.0
	for i := range alpha {
		sum += math.Abs(alpha[i])
		off += alpha[i] * p.y[i]
	}
	show := grading.Show(alpha)
	gapOf := func(box float64) (gap, allowed, d float64) {
		d = p.dual(alpha)
		gap = p.primal(p.weights(alpha, true), box) - d
		if math.IsInf(box, 1) {
			return gap, tolHard * math.Abs(d), d
		}
		return gap, tolSoft * (box*float64(n) + sum), d
	}
	lo, hi := slices.Min(alpha), slices.Max(alpha)
	switch {
	case lo < -1e-12*max(hi, -lo):
		p.fail(t, show, fmt.Sprintf("0 ≤ α ≤ %g", c), fmt.Sprintf("the smallest α is %.3g", lo), "negative")
	case hi > c*(1+1e-12):
		p.fail(t, show, fmt.Sprintf("0 ≤ α ≤ %g", c), fmt.Sprintf("the largest α is %.6g", hi), "no-box")
	}
	gap, allowed, d := gapOf(c)
	feasible := math.Abs(off) <= 1e-9*sum
	if feasible && gap <= allowed {
		return
	}
	what := fmt.Sprintf("P − D = %.3g, allowed %.2g; D = %.6g; violation %.3g; Σαy = %.2g", gap, allowed, d, p.violation(alpha, c, ""), off)
	mistake := ""
	switch half, allowedHalf, _ := gapOf(c / 2); {
	case p.withoutLabels(alpha, c) <= 1e-3:
		mistake = "kernel-of-class"
	case !feasible:
		mistake = "no-equality"
	case !math.IsInf(c, 1) && half <= allowedHalf && hi <= c/2*(1+1e-12):
		mistake = "half-c"
	default:
		mistake = "stops-early"
	}
	p.fail(t, show, "the α that is best: P − D = 0 and Σαy = 0", what, mistake)
}

// withoutLabels tells how far α is from the optimum of Σα − ½‖Σαx‖²: the same constraints, no labels in the double sum.
func (p problem) withoutLabels(alpha []float64, c float64) float64 {
	v := p.weights(alpha, false)
	m, low := math.Inf(-1), math.Inf(1)
	for t, x := range p.x {
		e := p.y[t] * (1 - kit.Dot(v, x))
		if p.canRise(t, alpha[t], c) {
			m = max(m, e)
		}
		if p.canFall(t, alpha[t], c) {
			low = min(low, e)
		}
	}
	return m - low
}

func solveHard(t *grading.T) {
	r := t.Rand
	hard := math.Inf(1)
	for i, d := range []int{2, 2, 3, 5} {
		solve(t, separable(r, fmt.Sprintf("separable points %d", i+1), 12+r.IntN(30), d, 1), hard)
	}
	solve(t, separable(r, "a narrow gap", 30, 2, 0.2), hard)
	p := separable(r, "far from the origin", 20, 2, 1)
	for _, x := range p.x {
		x[0] += 20
	}
	solve(t, p, hard)
}

func solveSoft(t *grading.T) {
	r := t.Rand
	for _, c := range []float64{0.01, 0.3, 1, 10, 100} {
		solve(t, clouds(r, "overlapping clouds", 20+r.IntN(30), 2, 2), c)
	}
	solve(t, clouds(r, "80 points of 4 coordinates", 80, 4, 1), 1)
	solve(t, separable(r, "separable points", 30, 2, 1), 1)
}

func solveEdges(t *grading.T) {
	r := t.Rand
	p := clouds(r, "a point with both labels, twice", 14, 2, 2)
	for range 2 {
		p.x, p.y = append(p.x, slices.Clone(p.x[0])), append(p.y, -p.y[0])
	}
	solve(t, p, 1)
	solve(t, problem{"two equal points", [][]float64{{1, 2}, {1, 2}}, []float64{1, -1}}, 3)
	solve(t, clouds(r, "more coordinates than points", 8, 20, 1), 1)
	solve(t, clouds(r, "one coordinate", 20, 1, 2), 1)
	p = clouds(r, "a minority of two", 40, 2, 3)
	for i := 5; i < 40; i += 2 {
		p.y[i] = 1
	}
	solve(t, p, 0.5)
	solve(t, clouds(r, "two points", 2, 3, 2), math.Inf(1))
	// the same problem in other units: x → sx, C → C/s²
	p = clouds(r, "large units", 20, 2, 2)
	solve(t, p.scaled(1e6), 1e-12)
	p.name = "small units"
	solve(t, p.scaled(1e-6), 1e12)
	solve(t, problem{"the origin among the points", [][]float64{{0, 0}, {2, 0}, {0, 2}, {-1, -1}}, []float64{-1, 1, 1, -1}}, math.Inf(1))
}

func solveRefuses(t *grading.T) {
	p := clouds(t.Rand, "good points", 8, 2, 2)
	solve(t, p, 1) // who refuses everything earns nothing
	for _, b := range bad(p) {
		refuse(t, b.what, b.mistake, "Solve", b.x, b.y, 1.0)
	}
	for _, c := range []float64{0, -1, math.NaN()} {
		refuse(t, fmt.Sprintf("C = %v", c), "c-passes", "Solve", p.x, p.y, c)
	}
	for _, v := range []float64{1, -1} {
		y := make([]float64, 8)
		for i := range y {
			y[i] = v
		}
		refuse(t, fmt.Sprintf("labels %+g alone", v), "class-passes", "Solve", p.x, y, 1.0)
	}
}

func untouched(t *grading.T) {
	p := clouds(t.Rand, "", 8, 2, 2)
	alpha := some(t.Rand, 8, 1)
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"Objective", []any{alpha, p.x, p.y}},
		{"Recover", []any{alpha, p.x, p.y, 1.0}},
		{"Violation", []any{alpha, p.x, p.y, 1.0}},
		{"Solve", []any{p.x, p.y, 1.0}},
	} {
		a := t.CallOK(c.fn, c.args...)
		for i := range c.args {
			if a.Changed(i) {
				t.Fail(grading.Failure{Input: t.Input(), Computed: fmt.Sprintf("argument %d is changed after the call", i+1),
					Expected: "arguments as they were", Error: "the function writes to what it was given", Mistake: "changes-data"})
			}
		}
	}
}

// ### END HIDDEN TESTS
