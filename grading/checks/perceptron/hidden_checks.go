// ### BEGIN HIDDEN TESTS

package perceptron

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// tol is relative. All sums of Train are exact here; Loss and Bound round a few dozen times, which is 10⁻¹⁴.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "strict", Cause: "a point with yf = 0 is not taken for a mistake, so that from w = 0 nothing ever happens", Hint: "correct where yf ≤ 0"},
	{ID: "wrong-sign", Cause: "the correction goes the wrong way: w − yx", Hint: "a mistake at a point of class +1 must raise f there: w ← w + yx"},
	{ID: "no-bias", Cause: "the bias is not corrected", Hint: "b ← b + y belongs to every correction"},
	{ID: "batch", Cause: "all points of an epoch meet the w of its start", Hint: "correct at once; the next point meets the new w and b"},
	{ID: "always", Cause: "every point changes w, also those on their right side", Hint: "correct only where yf ≤ 0"},
	{ID: "delta", Cause: "the correction is multiplied by the error y − f: that is Widrow and Hoff's rule", Hint: "w ← w + yx, whatever the size of f"},
	{ID: "no-stop", Cause: "training goes on after an epoch without a mistake", Hint: "if the epoch's count is 0, append it and end"},
	{ID: "last-zero", Cause: "the epoch without a mistake is not in the list", Hint: "append the count first, then look whether it is 0"},
	{ID: "sign-in-loss", Cause: "the loss takes f after the sign: it counts mistakes", Hint: "max(0, −yf) with f = wᵀx + b"},
	{ID: "loss-sign", Cause: "the loss is max(0, +yf): it charges what is right", Hint: "a mistake has yf < 0, so it costs −yf"},
	{ID: "hinge", Cause: "the loss is max(0, 1 − yf), that of the support vector machine", Hint: "the perceptron charges nothing as soon as yf ≥ 0"},
	{ID: "loss-sum", Cause: "the loss is the sum over the points", Hint: "divide by n"},
	{ID: "bound-no-bias", Cause: "R or γ leaves the bias out", Hint: "‖(x, 1)‖² = ‖x‖² + 1 and ‖(w, b)‖² = ‖w‖² + b²"},
	{ID: "bound-not-squared", Cause: "the bound is R/γ", Hint: "(R/γ)²"},
	{ID: "bound-mean", Cause: "γ is the mean of yf/‖(w, b)‖, not the smallest", Hint: "the proof needs that every correction gains at least γ"},
	{ID: "no-separation-check", Cause: "it is not looked whether (w, b) separates", Hint: "if yf ≤ 0 for some point, return an error"},
	{ID: "changes-data", Cause: "w shares memory with the data, or labels are multiplied in", Hint: "w := make([]float64, d)"},
	{ID: "nan-passes", Cause: "NaN and infinity in the input are not looked for", Hint: "check every entry with math.IsNaN and math.IsInf"},
	{ID: "shape-passes", Cause: "lengths are not compared", Hint: "check len(y), len(w) and every len(x[i])"},
	{ID: "label-passes", Cause: "labels other than +1 and −1 are accepted", Hint: "y[i] != 1 && y[i] != -1 is an error"},
}

type problem struct {
	name string
	x    [][]float64
	y    []float64
}

func (p problem) score(w []float64, b float64, i int) float64 {
	for j, v := range p.x[i] {
		b += w[j] * v
	}
	return b
}

// run is the reference, and with the name of a mistake what that mistake gives.
func (p problem) run(epochs int, mistake string) (w []float64, b float64, counts []int) {
	w, counts = make([]float64, len(p.x[0])), []int{}
	for range epochs {
		count := 0
		w0, b0 := slices.Clone(w), b
		for i := range p.x {
			f := p.score(w, b, i)
			if mistake == "batch" {
				f = p.score(w0, b0, i)
			}
			wrong := p.y[i]*f <= 0
			if mistake == "strict" {
				wrong = p.y[i]*f < 0
			}
			if wrong {
				count++
			}
			step := p.y[i]
			switch {
			case mistake == "always":
			case !wrong:
				continue
			case mistake == "wrong-sign":
				step = -step
			case mistake == "delta":
				step -= f
			}
			for j, v := range p.x[i] {
				w[j] += step * v
			}
			if mistake != "no-bias" {
				b += step
			}
		}
		if count == 0 && mistake == "last-zero" {
			break
		}
		counts = append(counts, count)
		if count == 0 && mistake != "no-stop" {
			break
		}
	}
	return
}

func same(w []float64, b float64, counts []int, a grading.Answer) bool {
	return grading.CloseSlice(a.Floats(0), w, tol) && grading.Close(a.Float(1), b, tol) && slices.Equal(a.Ints(2), counts)
}

func train(t *grading.T, p problem, epochs int) {
	a := t.Call("Train", p.x, p.y, epochs)
	w, b, counts := p.run(epochs, "")
	fail := func(what, mistake string) {
		t.Fail(grading.Failure{Input: p.name + ": " + t.Input(), Computed: a.String(),
			Expected: fmt.Sprintf("w = %s, b = %s, mistakes = %s", grading.Show(w), grading.Show(b), grading.Show(counts)), Error: what, Mistake: mistake})
	}
	if a.Failed() {
		fail("an error where a result exists", "")
	}
	if same(w, b, counts, a) {
		return
	}
	// which mistake gives this?
	for _, m := range []string{"strict", "wrong-sign", "no-bias", "batch", "always", "delta", "no-stop", "last-zero"} {
		if ww, bb, cc := p.run(epochs, m); same(ww, bb, cc, a) {
			fail("the result is that of another rule", m)
		}
	}
	got := a.Floats(0)
	switch {
	case len(got) != len(w):
		fail(fmt.Sprintf("w has %d entries, want %d", len(got), len(w)), "")
	case !grading.AllFinite(got) || math.IsNaN(a.Float(1)) || math.IsInf(a.Float(1), 0):
		fail("w or b is not finite", "")
	case !slices.Equal(a.Ints(2), counts):
		fail("the numbers of mistakes differ", "")
	}
	wrong := 0
	for i := range p.x {
		if !(p.y[i]*p.score(got, a.Float(1), i) > 0) {
			wrong++
		}
	}
	fail(fmt.Sprintf("w or b differs; with it %d of %d points are on the wrong side", wrong, len(p.x)), "")
}

// whole returns n points with whole coordinates, and the labels that a whole hyperplane gives them; no point lies on it.
func whole(r *rand.Rand, name string, n, d int) problem {
	p := problem{name: name}
	w, b := make([]float64, d), float64(r.IntN(5)-2)
	for j := range w {
		w[j] = float64(r.IntN(4) + 1)
		if r.IntN(2) == 0 {
			w[j] = -w[j]
		}
	}
	for i := 0; len(p.x) < n; i++ {
		x, f := make([]float64, d), b
		for j := range x {
			x[j] = float64(r.IntN(17) - 8)
			f += w[j] * x[j]
		}
		// both classes: in turns
		if f == 0 || len(p.x) < 2 && (f > 0) != (len(p.x) == 0) {
			continue
		}
		p.x, p.y = append(p.x, x), append(p.y, math.Copysign(1, f))
	}
	r.Shuffle(n, func(i, j int) { p.x[i], p.x[j] = p.x[j], p.x[i]; p.y[i], p.y[j] = p.y[j], p.y[i] })
	return p
}

func (p problem) scaled(name string, s float64) problem {
	q := problem{name: name, y: p.y}
	for _, x := range p.x {
		z := make([]float64, len(x))
		for j := range x {
			z[j] = s * x[j]
		}
		q.x = append(q.x, z)
	}
	return q
}

func trainSeparable(t *grading.T) {
	r := t.Rand
	for i := range 8 {
		p := whole(r, fmt.Sprintf("random separable points %d", i+1), 4+r.IntN(20), 1+r.IntN(5))
		train(t, p, 2000)
	}
	train(t, whole(r, "a hundred points", 100, 3), 3000)
}

func trainLimit(t *grading.T) {
	r := t.Rand
	for _, epochs := range []int{1, 2, 3} {
		train(t, whole(r, fmt.Sprintf("%d epochs", epochs), 12, 3), epochs)
	}
	for range 3 {
		p := whole(r, "a point with both labels", 8, 2)
		p.x, p.y = append(p.x, slices.Clone(p.x[0])), append(p.y, -p.y[0])
		train(t, p, 15)
	}
	p := whole(r, "random labels", 20, 2)
	for i := range p.y {
		p.y[i] = float64(2*r.IntN(2) - 1)
	}
	train(t, p, 25)
}

func trainEdges(t *grading.T) {
	r := t.Rand
	p := whole(r, "", 10, 3)
	train(t, problem{"no epoch", p.x, p.y}, 0)
	train(t, p.scaled("coordinates of 2²⁰", 1<<20), 5)
	train(t, p.scaled("coordinates of 2⁻¹⁶", 1./(1<<16)), 5)
	train(t, problem{"one point, +1", p.x[:1], []float64{1}}, 9)
	train(t, problem{"one point, −1", p.x[:1], []float64{-1}}, 9)
	train(t, problem{"the origin alone", [][]float64{{0, 0}}, []float64{-1}}, 9)
	all := make([]float64, len(p.x))
	for i := range all {
		all[i] = -1
	}
	train(t, problem{"one class", p.x, all}, 500)
	train(t, problem{"one coordinate", [][]float64{{-3}, {5}, {4}, {-2}, {0}}, []float64{-1, 1, 1, -1, -1}}, 500)
	// after the first correction, w = a and b = 1, the second point lies on the hyperplane
	a := math.Exp2(float64(r.IntN(4)))
	train(t, problem{"a point on the hyperplane", [][]float64{{a, 0}, {-1 / a, 7}, {-4, -4}}, []float64{1, -1, -1}}, 50)
	train(t, problem{"a point on the hyperplane", [][]float64{{1, 3}, {-1, 0}, {2, 2}}, []float64{1, -1, 1}}, 50)
}

func refuse(t *grading.T, what, mistake, fn string, args ...any) {
	t.CallErr(grading.Failure{Input: fn + " with " + what, Mistake: mistake}, fn, args...)
}

func trainRefuses(t *grading.T) {
	p := whole(t.Rand, "good points", 6, 2)
	train(t, p, 50) // who refuses everything earns nothing
	for _, b := range bad(p) {
		refuse(t, b.what, b.mistake, "Train", b.x, b.y, 10)
	}
	refuse(t, "−1 epochs", "", "Train", p.x, p.y, -1)
}

type badInput struct {
	what, mistake string
	x             [][]float64
	y             []float64
}

func bad(p problem) []badInput {
	with := func(i, j int, v float64) [][]float64 {
		x := p.scaled("", 1).x
		x[i][j] = v
		return x
	}
	label := func(v float64) []float64 {
		y := slices.Clone(p.y)
		y[1] = v
		return y
	}
	ragged := p.scaled("", 1).x
	ragged[3] = ragged[3][:1]
	long := p.scaled("", 1).x
	long[3] = append(slices.Clone(long[3]), 1)
	return []badInput{
		{"NaN in a point", "nan-passes", with(2, 1, math.NaN()), p.y},
		{"infinity in a point", "nan-passes", with(0, 0, math.Inf(-1)), p.y},
		{"the label 0", "label-passes", p.x, label(0)},
		{"the label 2", "label-passes", p.x, label(2)},
		{"the label NaN", "label-passes", p.x, label(math.NaN())},
		{"a label too few", "shape-passes", p.x, p.y[:len(p.y)-1]},
		{"a label too many", "shape-passes", p.x, append(slices.Clone(p.y), 1)},
		{"a point too short", "shape-passes", ragged, p.y},
		{"a point too long", "shape-passes", long, p.y},
		{"no points", "shape-passes", [][]float64{}, []float64{}},
		{"points without coordinates", "shape-passes", [][]float64{{}, {}}, []float64{1, -1}},
	}
}

func untouched(t *grading.T) {
	p := whole(t.Rand, "", 8, 3)
	w, b, _ := p.run(2000, "")
	for slices.Equal(w, p.x[0]) { // the end that a w in the place of the first point would leave there
		p = whole(t.Rand, "", 8, 3)
		w, b, _ = p.run(2000, "")
	}
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"Train", []any{p.x, p.y, 2000}},
		{"Loss", []any{w, b, p.x, p.y}},
		{"Bound", []any{w, b, p.x, p.y}},
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

func loss(t *grading.T, p problem, w []float64, b float64) {
	a := t.CallOK("Loss", w, b, p.x, p.y)
	n := float64(len(p.x))
	var want, hinge, sign, plus float64
	for i := range p.x {
		yf := p.y[i] * p.score(w, b, i)
		want += max(0, -yf) / n
		hinge += max(0, 1-yf) / n
		plus += max(0, yf) / n
		if yf < 0 {
			sign += 1 / n
		}
	}
	judge(t, p, a, want, map[string]float64{"sign-in-loss": sign, "loss-sign": plus, "hinge": hinge, "loss-sum": want * n})
}

// judge compares a number: relatively, for losses of any scale.
func judge(t *grading.T, p problem, a grading.Answer, want float64, would map[string]float64) {
	got := a.Float(0)
	near := func(x, y float64) bool { return math.Abs(x-y) <= tol*math.Abs(y) }
	if near(got, want) {
		return
	}
	f := grading.Failure{Input: p.name + ": " + t.Input(), Computed: grading.Show(got), Expected: grading.Show(want), Error: fmt.Sprintf("off by %.3g", got-want)}
	for _, m := range mistakes { // in their order
		if v, ok := would[m.ID]; ok && near(got, v) {
			f.Mistake = m.ID
			break
		}
	}
	t.Fail(f)
}

func lossRandom(t *grading.T) {
	r := t.Rand
	for i := range 6 {
		d := 1 + r.IntN(5)
		p := whole(r, fmt.Sprintf("random points %d", i+1), 5+r.IntN(20), d)
		loss(t, p, kit.Gaussian(r, d, 1), r.NormFloat64())
	}
	p := whole(r, "a separating hyperplane: no loss", 10, 2)
	w, b, _ := p.run(10000, "")
	loss(t, p, w, b)
	loss(t, problem{"w = 0, b = 0: no loss", p.x, p.y}, []float64{0, 0}, 0)
	loss(t, problem{"w = 0, b = −3", p.x, p.y}, []float64{0, 0}, -3)
	loss(t, p.scaled("coordinates of 10¹⁵⁰", 1e150), kit.Gaussian(r, 2, 1e-140), 1)
	loss(t, p.scaled("coordinates of 10⁻¹⁵⁰", 1e-150), kit.Gaussian(r, 2, 1e-100), 0)
	loss(t, problem{"one point", p.x[:1], []float64{-1}}, kit.Gaussian(r, 2, 1), 20)
}

func bound(t *grading.T, p problem, w []float64, b float64) {
	a := t.CallOK("Bound", w, b, p.x, p.y)
	w2 := 0.0
	for _, v := range w {
		w2 += v * v
	}
	n := float64(len(p.x))
	r2, least, mean := 0.0, math.Inf(1), 0.0 // max ‖x‖², min yf
	for i, x := range p.x {
		s := 0.0
		for _, v := range x {
			s += v * v
		}
		r2 = max(r2, s)
		yf := p.y[i] * p.score(w, b, i)
		least = min(least, yf)
		mean += yf / n
	}
	full := (r2 + 1) / least * (w2 + b*b) / least
	would := map[string]float64{
		"bound-not-squared": math.Sqrt(full),
		"bound-mean":        (r2 + 1) / mean * (w2 + b*b) / mean,
	}
	for _, v := range []float64{r2 / least * w2 / least, (r2 + 1) / least * w2 / least, r2 / least * (w2 + b*b) / least} {
		if got := a.Float(0); math.Abs(got-v) <= tol*v && math.Abs(full-v) > tol*v {
			would["bound-no-bias"] = v
		}
	}
	judge(t, p, a, full, would)
}

func boundRandom(t *grading.T) {
	r := t.Rand
	for i := range 6 {
		p := whole(r, fmt.Sprintf("random points %d", i+1), 4+r.IntN(20), 1+r.IntN(4))
		w, b, _ := p.run(20000, "")
		bound(t, p, w, b)
		// the scale of (w, b) does not matter
		for j := range w {
			w[j] *= 0.37
		}
		bound(t, p, w, b*0.37)
	}
	bound(t, problem{"one point", [][]float64{{3, 4}}, []float64{-1}}, []float64{-1, 2}, -6)
	bound(t, problem{"one class, w = 0", [][]float64{{3, 4}, {1, 1}}, []float64{1, 1}}, []float64{0, 0}, 2)
}

func refuses(t *grading.T) {
	p := whole(t.Rand, "good points", 6, 2)
	w, b, _ := p.run(20000, "")
	loss(t, p, w, b)
	bound(t, p, w, b)
	for _, c := range bad(p) {
		refuse(t, c.what, c.mistake, "Loss", w, b, c.x, c.y)
		refuse(t, c.what, c.mistake, "Bound", w, b, c.x, c.y)
	}
	for _, fn := range []string{"Loss", "Bound"} {
		refuse(t, "w too short", "shape-passes", fn, w[:1], b, p.x, p.y)
		refuse(t, "w too long", "shape-passes", fn, append(slices.Clone(w), 0), b, p.x, p.y)
		refuse(t, "NaN in w", "nan-passes", fn, []float64{math.NaN(), 1}, b, p.x, p.y)
		refuse(t, "infinity in b", "nan-passes", fn, w, math.Inf(1), p.x, p.y)
	}
	minus := []float64{-w[0], -w[1]}
	refuse(t, "a hyperplane that has every point on its wrong side", "no-separation-check", "Bound", minus, -b, p.x, p.y)
	refuse(t, "w = 0 and b = 0", "no-separation-check", "Bound", []float64{0, 0}, 0.0, p.x, p.y)
	// one point exactly on the hyperplane
	refuse(t, "a point on the hyperplane", "no-separation-check", "Bound", []float64{1, 0}, -2.0, [][]float64{{3, 0}, {2, 1}, {0, 5}}, []float64{1, 1, -1})
}

// ### END HIDDEN TESTS
