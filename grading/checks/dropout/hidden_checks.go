// ### BEGIN HIDDEN TESTS

package dropout

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted. Products of two or three numbers, and sums of at most 2¹⁰ terms, whose
// rounding is below 10⁻¹³ of the largest; a wrong formula is off by far more than 10⁻⁹.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "drop-probability", Cause: "keep is taken for the probability to drop", Hint: "a unit is kept, 1, with probability keep"},
	{ID: "fixed-count", Cause: "every mask keeps the same number of units", Hint: "each unit is kept or dropped by itself: the number varies"},
	{ID: "one-draw", Cause: "one draw decides for the whole layer", Hint: "a call of uniform for each unit"},
	{ID: "scaled-mask", Cause: "the mask holds 1/p", Hint: "zeros and ones only: the factor belongs to Drop"},
	{ID: "never-scaled", Cause: "the factor p is missing at test time", Hint: "the lecture's rule is p·x there"},
	{ID: "scaled-twice", Cause: "p is applied in training and at test time", Hint: "inverted: r∘x/p in training, and x untouched at test time"},
	{ID: "not-inverted", Cause: "the factor 1/p is missing in training", Hint: "inverted: r∘x/p"},
	{ID: "masked-test", Cause: "the mask is applied at test time", Hint: "without chance at test time: look at training before you look at the mask"},
	{ID: "no-mask-back", Cause: "the gradient does not pass through the mask", Hint: "a unit that was dropped had no influence on ℓ: its derivative is 0"},
	{ID: "no-factor-back", Cause: "the factor 1/p is missing on the way back", Hint: "y = r x/p has the derivative r/p"},
	{ID: "equal-weights", Cause: "all masks count the same", Hint: "a mask with k ones has probability p^k (1−p)^(n−k)"},
	{ID: "test-rule", Cause: "f(p h) is returned", Hint: "that is the rule for test time; the mean is taken after f"},
	{ID: "empty-mask", Cause: "the mask without any unit is left out", Hint: "2ⁿ masks: count from 0"},
	{ID: "first-always", Cause: "blocks are counted from 0", Hint: "l = 1 … L: the first block has p = 1 − (1 − p_L)/L"},
	{ID: "constant", Cause: "every block has the last one's probability", Hint: "p_l falls with l, down to p_L"},
	{ID: "dropped", Cause: "the probabilities to drop are returned", Hint: "p_l is the probability to be there"},
	{ID: "mean-probability", Cause: "the mean of the p_l is returned as the expected number", Hint: "an expected number is the sum of the probabilities"},
	{ID: "probability-passes", Cause: "a probability out of (0, 1] is accepted", Hint: "!(p > 0 && p <= 1) catches NaN too"},
	{ID: "mask-passes", Cause: "a mask of another length, or with other numbers than 0 and 1, is accepted", Hint: "compare lengths first, then look at each entry"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, from f too, and every result"},
	{ID: "empty-passes", Cause: "nothing, or too much, is accepted", Hint: "n < 1, no unit, no block, more than ten units: an error"},
	{ID: "changes", Cause: "an argument is changed", Hint: "make a new slice for every result"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one; keep = 1 is good, and at test time any mask"},
}

func near(got, want []float64) bool { return kit.Near(got, want, tol) }

// judge compares a vector; would maps mistakes to what they give.
func judge(t *grading.T, what string, got, want []float64, would map[string][]float64) {
	kit.Judge(t, mistakes, what, got, want, near, would)
}

func randomMask(r *rand.Rand, n int, keep float64) []float64 {
	m := make([]float64, n)
	for i := range m {
		if r.Float64() < keep {
			m[i] = 1
		}
	}
	return m
}

// times is s·x∘mask; without a mask, s·x.
func times(s float64, x, mask []float64) []float64 {
	y := make([]float64, len(x))
	for i := range x {
		y[i] = s * x[i]
		if mask != nil {
			y[i] *= mask[i]
		}
	}
	return y
}

// ---- Mask

// draw asks for a mask and counts how many of the n units are kept.
func draw(t *grading.T, n int, keep float64) (mask []float64, kept int) {
	uniform := t.Callback(func(args []any) ([]any, error) {
		if len(args) != 0 {
			return nil, fmt.Errorf("uniform was called with %d arguments", len(args))
		}
		return []any{t.Rand.Float64()}, nil
	})
	what := fmt.Sprintf("a mask of %d units", n)
	mask = kit.Accepted(t, what, "Mask", n, keep, uniform).Floats(0)
	if len(mask) != n {
		kit.Fail(t, what, fmt.Sprintf("%d entries", len(mask)), fmt.Sprintf("%d entries", n), "a wrong length", "")
	}
	for i, v := range mask {
		if v != 0 && v != 1 {
			mistake := ""
			if grading.Close(v, 1/keep, 1e-12) {
				mistake = "scaled-mask"
			}
			kit.Fail(t, what, v, "0 or 1", fmt.Sprintf("entry %d is neither 0 nor 1", i), mistake)
		}
		kept += int(v)
	}
	return mask, kept
}

// The bounds are six standard deviations of a right mask: it fails once in 10⁸ gradings.
func maskStatistics(t *grading.T) {
	r := t.Rand
	for _, keep := range []float64{0.15 + 0.2*r.Float64(), 0.65 + 0.25*r.Float64()} {
		const n = 400
		what := fmt.Sprintf("a mask of %d units", n)
		mask, kept := draw(t, n, keep)
		sd := math.Sqrt(keep * (1 - keep) / n)
		share := float64(kept) / n
		want := fmt.Sprintf("%.3g of the units kept, up to %.2g", keep, 6*sd)
		switch {
		case kept == 0 || kept == n:
			kit.Fail(t, what, fmt.Sprintf("%d kept", kept), want, "all units have the same fate", "one-draw")
		case math.Abs(share-keep) > 6*sd:
			mistake := ""
			if math.Abs(share-(1-keep)) <= 6*sd {
				mistake = "drop-probability"
			}
			kit.Fail(t, what, fmt.Sprintf("%.3g kept", share), want, "a wrong share", mistake)
		}
		// neighbours: the mean product of what two units deviate by
		c := 0.0
		for i := range n - 1 {
			c += (mask[i] - keep) * (mask[i+1] - keep) / (keep * (1 - keep))
		}
		if math.Abs(c)/n > 6/math.Sqrt(n) {
			kit.Fail(t, what, fmt.Sprintf("a correlation of %.2g between neighbours", c/n), "none", "units depend on each other", "")
		}
	}
	// the number kept varies: its variance over 40 masks of 8 units is 8p(1−p)
	keep := 0.4 + 0.2*r.Float64()
	counts := map[int]int{}
	place := make([]float64, 8)
	for range 40 {
		mask, kept := draw(t, 8, keep)
		counts[kept]++
		for i, v := range mask {
			place[i] += v
		}
	}
	if len(counts) == 1 {
		kit.Fail(t, "40 masks of 8 units", fmt.Sprintf("each keeps the same number: %v", counts), "numbers that vary", "units are not independent", "fixed-count")
	}
	for i, v := range place {
		if math.Abs(v/40-keep) > 6*math.Sqrt(keep*(1-keep)/40) {
			kit.Fail(t, "40 masks of 8 units", fmt.Sprintf("unit %d is kept in %v of them", i, v), fmt.Sprintf("about %.3g", 40*keep), "a wrong share for one place", "")
		}
	}
	if _, kept := draw(t, 30, 1); kept != 30 {
		kit.Fail(t, "keep = 1", fmt.Sprintf("%d of 30 kept", kept), "30", "a unit is dropped although keep is 1", "drop-probability")
	}
	draw(t, 1, 0.5)
	draw(t, 30, 1e-12)
}

// ---- Drop, DropGradient

// forward asks for all four cases; at test time a mask is handed in that must not be looked at.
func forward(t *grading.T, what string, x, mask []float64, keep float64) {
	run := func(rule string, inverted, training bool) []float64 {
		return kit.Accepted(t, what+", "+rule, "Drop", x, mask, keep, inverted, training).Floats(0)
	}
	plain, thin := times(1, x, nil), times(1, x, mask)
	judge(t, what+", the lecture's rule, training", run("the lecture's rule, training", false, true), thin,
		map[string][]float64{"scaled-twice": times(keep, x, mask), "never-scaled": plain})
	judge(t, what+", the lecture's rule, test", run("the lecture's rule, test", false, false), times(keep, x, nil),
		map[string][]float64{"never-scaled": plain, "masked-test": times(keep, x, mask), "scaled-twice": times(keep*keep, x, nil), "drop-probability": times(1-keep, x, nil)})
	judge(t, what+", inverted, training", run("inverted, training", true, true), times(1/keep, x, mask),
		map[string][]float64{"not-inverted": thin, "drop-probability": times(1/(1-keep), x, mask), "scaled-twice": times(keep, x, mask)})
	judge(t, what+", inverted, test", run("inverted, test", true, false), plain,
		map[string][]float64{"scaled-twice": times(keep, x, nil), "masked-test": thin})
}

func backward(t *grading.T, what string, dy, mask []float64, keep float64) {
	judge(t, what+", the lecture's rule", kit.Accepted(t, what, "DropGradient", dy, mask, keep, false).Floats(0), times(1, dy, mask),
		map[string][]float64{"no-mask-back": dy, "scaled-twice": times(keep, dy, mask)})
	judge(t, what+", inverted", kit.Accepted(t, what, "DropGradient", dy, mask, keep, true).Floats(0), times(1/keep, dy, mask),
		map[string][]float64{"no-mask-back": times(1/keep, dy, nil), "no-factor-back": times(1, dy, mask), "scaled-twice": times(keep, dy, mask)})
}

// each runs f on random and awkward inputs.
func each(t *grading.T, f func(t *grading.T, what string, x, mask []float64, keep float64)) {
	r := t.Rand
	for range 4 {
		n := 3 + r.IntN(8)
		keep := 0.55 + 0.4*r.Float64()
		mask := randomMask(r, n, keep)
		mask[0], mask[1] = 1, 0
		f(t, fmt.Sprintf("%d units", n), kit.Gaussian(r, n, 1), mask, keep)
	}
	f(t, "one unit, kept", kit.Gaussian(r, 1, 1), []float64{1}, 0.3)
	f(t, "one unit, dropped", kit.Gaussian(r, 1, 1), []float64{0}, 0.3)
	f(t, "all kept", kit.Gaussian(r, 4, 1), []float64{1, 1, 1, 1}, 0.7)
	f(t, "none kept", kit.Gaussian(r, 4, 1), make([]float64, 4), 0.7)
	f(t, "keep = 1", kit.Gaussian(r, 3, 1), []float64{1, 0, 1}, 1)
	f(t, "a tiny keep", kit.Gaussian(r, 3, 1), []float64{1, 0, 1}, 1e-9)
	for _, size := range []float64{1e-200, 1e200} {
		f(t, fmt.Sprintf("numbers near %.0e", size), kit.Gaussian(r, 3, size), []float64{0, 1, 1}, 0.5)
	}
}

func forwardRandom(t *grading.T)  { each(t, forward) }
func backwardRandom(t *grading.T) { each(t, backward) }

// ---- Expectation

func expectation(t *grading.T, what string, f func(h []float64) float64, h []float64, keep float64) {
	n := len(h)
	mean, equal, without := 0.0, 0.0, 0.0
	for b := range uint(1) << n {
		thin := make([]float64, n)
		for i := range h {
			thin[i] = h[i] * float64(b>>i&1)
		}
		k := bits.OnesCount(b)
		v := f(thin)
		add := math.Pow(keep, float64(k)) * math.Pow(1-keep, float64(n-k)) * v
		mean += add
		equal += v / float64(uint(1)<<n)
		if b > 0 {
			without += add
		}
	}
	got := kit.Accepted(t, what, "Expectation", t.ScalarFunc(n, f), h, keep).Float(0)
	judge(t, what, []float64{got}, []float64{mean}, map[string][]float64{
		"equal-weights": {equal}, "test-rule": {f(times(keep, h, nil))}, "empty-mask": {without}})
}

func expectationRandom(t *grading.T) {
	r := t.Rand
	for _, n := range []int{4, 5, 3, 8} {
		w, b := kit.Gaussian(r, n, 1), 1+r.Float64()
		dot := func(h []float64) float64 {
			s := b
			for i := range h {
				s += w[i] * h[i]
			}
			return s
		}
		keep := 0.6 + 0.3*r.Float64()
		what := fmt.Sprintf("%d units, p = %.2f, ", n, keep)
		expectation(t, what+"a square", func(h []float64) float64 { return dot(h) * dot(h) }, kit.Gaussian(r, n, 1), keep)
		expectation(t, what+"tanh", func(h []float64) float64 { return 2 + math.Tanh(dot(h)) }, kit.Gaussian(r, n, 1), keep)
		if n < 8 {
			expectation(t, what+"a linear unit", dot, kit.Gaussian(r, n, 1), keep)
		}
	}
	square := func(h []float64) float64 { return 1 + h[0]*h[0] }
	expectation(t, "one unit", square, []float64{3}, 0.2)
	expectation(t, "keep = 1", square, []float64{3, 4}, 1)
	expectation(t, "a constant", func([]float64) float64 { return 5 }, []float64{1, 2, 3}, 0.3)
	expectation(t, "huge values", func(h []float64) float64 { return 1e300 * h[0] }, []float64{3, 1}, 0.25)
	expectation(t, "units of zero", square, []float64{0, 0}, 0.5)
}

// ---- Survival

func survival(t *grading.T, blocks int, last float64) {
	var p, from0, constant, dropped []float64
	sum := 0.0
	for l := 1; l <= blocks; l++ {
		share := float64(l) / float64(blocks) * (1 - last)
		p, constant, dropped = append(p, 1-share), append(constant, last), append(dropped, share)
		from0 = append(from0, 1-float64(l-1)/float64(blocks)*(1-last))
		sum += 1 - share
	}
	what := fmt.Sprintf("%d blocks, p_L = %.3g", blocks, last)
	a := kit.Accepted(t, what, "Survival", blocks, last)
	judge(t, what, a.Floats(0), p, map[string][]float64{"first-always": from0, "constant": constant, "dropped": dropped})
	judge(t, what+", expected number", []float64{a.Float(1)}, []float64{sum}, map[string][]float64{"mean-probability": {sum / float64(blocks)}})
}

func survivalRandom(t *grading.T) {
	r := t.Rand
	for range 3 {
		survival(t, 2+r.IntN(60), 0.1+0.8*r.Float64())
	}
	survival(t, 54, 0.5)
	survival(t, 1, 0.3)
	survival(t, 7, 1)
	survival(t, 3, 1e-12)
}

// ---- what is refused

func refusals(t *grading.T) {
	x, r := []float64{1, -2, 3}, []float64{1, 0, 1}
	never := func() any { return t.Callback(func([]any) ([]any, error) { return []any{0.5}, nil }) }
	sum := func(n int) any {
		return t.ScalarFunc(n, func(h []float64) float64 { return h[0] })
	}
	for _, p := range []float64{0, -0.2, 1.5, math.NaN(), math.Inf(1)} {
		what := fmt.Sprintf("a probability of %v", p)
		kit.Refuses(t, what, "probability-passes", "Mask", 3, p, never())
		for _, inverted := range []bool{false, true} {
			kit.Refuses(t, what, "probability-passes", "Drop", x, r, p, inverted, true)
			kit.Refuses(t, what+" at test time", "probability-passes", "Drop", x, r, p, inverted, false)
			kit.Refuses(t, what, "probability-passes", "DropGradient", x, r, p, inverted)
		}
		kit.Refuses(t, what, "probability-passes", "Expectation", sum(3), x, p)
		kit.Refuses(t, what, "probability-passes", "Survival", 3, p)
	}
	for what, mask := range map[string][]float64{"a short mask": {1, 0}, "a long mask": {1, 0, 1, 1}, "no mask": {}, "a mask with ½": {1, 0.5, 0}, "a mask with 2": {1, 2, 0}, "a mask with NaN": {1, math.NaN(), 0}} {
		kit.Refuses(t, what, "mask-passes", "Drop", x, mask, 0.5, false, true)
		kit.Refuses(t, what, "mask-passes", "DropGradient", x, mask, 0.5, true)
		kit.Accepted(t, what+", at test time", "Drop", x, mask, 0.5, false, false)
	}
	for _, v := range []float64{math.NaN(), math.Inf(-1)} {
		bad := []float64{1, v, 2} // the unit is dropped: the mask times NaN is NaN all the same
		kit.Refuses(t, fmt.Sprintf("x with %v", v), "nan-passes", "Drop", bad, r, 0.5, false, true)
		kit.Refuses(t, fmt.Sprintf("x with %v", v), "nan-passes", "Drop", bad, r, 0.5, true, false)
		kit.Refuses(t, fmt.Sprintf("dy with %v", v), "nan-passes", "DropGradient", bad, r, 0.5, false)
		kit.Refuses(t, fmt.Sprintf("h with %v", v), "nan-passes", "Expectation", sum(3), bad, 0.5)
		kit.Refuses(t, fmt.Sprintf("a value of %v", v), "nan-passes", "Expectation", t.ScalarFunc(2, func(h []float64) float64 { return v }), []float64{1, 2}, 0.5)
	}
	kit.Refuses(t, "a result that overflows", "nan-passes", "Drop", []float64{1e308}, []float64{1}, 0.01, true, true)
	kit.Refuses(t, "a result that overflows", "nan-passes", "DropGradient", []float64{1e308}, []float64{1}, 0.01, true)
	kit.Refuses(t, "no units", "empty-passes", "Mask", 0, 0.5, never())
	kit.Refuses(t, "−3 units", "empty-passes", "Mask", -3, 0.5, never())
	kit.Refuses(t, "no units", "empty-passes", "Drop", []float64{}, []float64{}, 0.5, false, true)
	kit.Refuses(t, "no units", "empty-passes", "Drop", []float64{}, []float64{}, 0.5, false, false)
	kit.Refuses(t, "no units", "empty-passes", "DropGradient", []float64{}, []float64{}, 0.5, false)
	kit.Refuses(t, "no units", "empty-passes", "Expectation", sum(0), []float64{}, 0.5)
	kit.Refuses(t, "11 units", "empty-passes", "Expectation", sum(11), make([]float64, 11), 0.5)
	kit.Refuses(t, "no blocks", "empty-passes", "Survival", 0, 0.5)
	kit.Refuses(t, "−1 blocks", "empty-passes", "Survival", -1, 0.5)
}

func untouched(t *grading.T) {
	x, r := kit.Gaussian(t.Rand, 4, 1), []float64{1, 0, 0, 1}
	for _, inverted := range []bool{false, true} {
		for _, c := range []struct {
			fn   string
			args []any
		}{
			{"Drop", []any{x, r, 0.4, inverted, true}},
			{"Drop", []any{x, r, 0.4, inverted, false}},
			{"DropGradient", []any{x, r, 0.4, inverted}},
			{"Expectation", []any{t.ScalarFunc(4, func(h []float64) float64 { return h[0] }), slices.Clone(x), 0.4}},
		} {
			kit.Untouched(t, "changes", c.fn, c.args...)
		}
	}
}

// ### END HIDDEN TESTS
