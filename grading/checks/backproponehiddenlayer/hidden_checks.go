// ### BEGIN HIDDEN TESTS

package backproponehiddenlayer

import (
	"fmt"
	"math"
	"math/rand/v2"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerances. Sums of up to 30 products, and scores up to 1000 that are known to 10⁻¹³: what is made of them is right to
// 10⁻¹¹. A slip is off by far more than 10⁻⁹. A difference quotient of step 10⁻⁵ errs by h²|J‴| + 2⁻⁵²|J|/h ≈ 10⁻⁸
// for J of size 1.
const (
	tolerance   = 1e-9
	tolQuotient = 1e-6
	quotient    = 1e-5
)

// judge compares the results part by part with those of the reference, which is with(""), and names the mistake.
func judge(t *grading.T, a grading.Answer, names []string, with func(slip string) []any) {
	want := with("")
	input := t.Input()
	if a.Failed() {
		t.Fail(grading.Failure{Input: input, Computed: a.String(), Expected: shown(names, want), Error: "an error where a result exists"})
	}
	got := make([]any, len(want))
	for i, w := range want {
		switch w.(type) {
		case float64:
			got[i] = a.Float(i)
		case []float64:
			got[i] = a.Floats(i)
		default:
			got[i] = a.Matrix(i)
		}
	}
	for i := range want {
		if grading.CloseAny(got[i], want[i], tolerance) {
			continue
		}
		f := grading.Failure{Input: input, Computed: names[i] + " = " + grading.Show(got[i]), Expected: names[i] + " = " + grading.Show(want[i]), Error: names[i] + " is wrong"}
		f.Mistake = diagnose(t, i, got, want, with)
		t.Fail(f)
	}
}

// diagnose names the mistake that gives all of got; if none does, the first that gives part i of it.
func diagnose(t *grading.T, i int, got, want []any, with func(slip string) []any) string {
	if !finite(got[i]) && finite(want[i]) {
		if v, is := got[i].(float64); is && !math.IsNaN(v) || is && logOfZero(t) {
			return "log-underflow"
		}
		return "overflow"
	}
	alone := ""
	for _, m := range mistakes {
		would := with(m.ID)
		all, some := true, false
		for k := range got {
			all = all && grading.CloseAny(got[k], would[k], tolerance)
			some = some || !grading.CloseAny(would[k], want[k], tolerance)
		}
		if all && some {
			return m.ID
		}
		if alone == "" && grading.CloseAny(got[i], would[i], tolerance) && !grading.CloseAny(would[i], want[i], tolerance) {
			alone = m.ID
		}
	}
	return alone
}

// logOfZero tells whether ŷ is right where J is NaN: then 0·log 0 is in it.
func logOfZero(t *grading.T) bool {
	a := t.Call("Forward", [][]float64{{1}}, []float64{0}, [][]float64{{1000}, {-1000}}, []float64{0, 0}, []float64{1})
	return !a.Failed() && grading.CloseSlice(a.Floats(3), []float64{1, 0}, tolerance)
}

func finite(v any) bool {
	switch v := v.(type) {
	case float64:
		return grading.AllFinite([]float64{v})
	case []float64:
		return grading.AllFinite(v)
	case [][]float64:
		for _, row := range v {
			if !grading.AllFinite(row) {
				return false
			}
		}
	}
	return true
}

func shown(names []string, values []any) (s string) {
	for i, v := range values {
		if i > 0 {
			s += ", "
		}
		s += names[i] + " = " + grading.Show(v)
	}
	return s
}

func judgeForward(t *grading.T, n network) {
	judge(t, t.Call("Forward", n.w, n.b1, n.u, n.b2, n.x), []string{"z", "h", "θ", "ŷ"}, func(slip string) []any {
		z, h, theta, yhat, _ := n.forward(slip)
		return []any{z, h, theta, yhat}
	})
}

func judgeDeltas(t *grading.T, u [][]float64, z, yhat, y []float64) {
	judge(t, t.Call("Deltas", u, z, yhat, y), []string{"δ₁", "δ₂"}, func(slip string) []any {
		d1, d2 := deltas(u, z, yhat, y, slip)
		return []any{d1, d2}
	})
}

func judgeBackward(t *grading.T, n network) {
	judge(t, t.Call("Backward", n.w, n.b1, n.u, n.b2, n.x, n.y), []string{"J", "∂J/∂U", "∂J/∂b₂", "∂J/∂W", "∂J/∂b₁", "∂J/∂x"}, n.backward)
}

func matrix(r *rand.Rand, rows, cols int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		m[i] = kit.Normal(r, cols)
	}
	return m
}

func oneHot(k, c int) []float64 {
	y := make([]float64, k)
	y[c] = 1
	return y
}

// spread is a distribution.
func spread(r *rand.Rand, k int) []float64 {
	y, sum := make([]float64, k), 0.0
	for c := range y {
		y[c] = 0.1 + r.ExpFloat64()
		sum += y[c]
	}
	for c := range y {
		y[c] /= sum
	}
	return y
}

// random is a network with units on and off, none near its kink.
func random(r *rand.Rand, dx, dh, nc int) network {
	for {
		n := network{w: matrix(r, dh, dx), u: matrix(r, nc, dh), b1: kit.Normal(r, dh), b2: kit.Normal(r, nc), x: kit.Normal(r, dx), y: oneHot(nc, r.IntN(nc))}
		if r.IntN(2) == 0 {
			n.y = spread(r, nc)
		}
		z, _, _, _, _ := n.forward("")
		on, off, near := 0, 0, false
		for _, v := range z {
			if v > 0 {
				on++
			} else {
				off++
			}
			near = near || math.Abs(v) < 0.01
		}
		if !near && on > 0 && (off > 0 || dh == 1) {
			return n
		}
	}
}

func forwardRandom(t *grading.T) {
	r := t.Rand
	for range 5 {
		judgeForward(t, random(r, 1+r.IntN(5), 2+r.IntN(5), 2+r.IntN(4)))
	}
	judgeForward(t, random(r, 3, 3, 3))
}

func deltasRandom(t *grading.T) {
	r := t.Rand
	for i := range 6 {
		dh, nc := 2+r.IntN(5), 2+r.IntN(4)
		if i < 2 {
			nc = dh
		}
		z := kit.Normal(r, dh)
		off := r.IntN(dh)
		z[off] = -0.5
		if i%2 == 1 {
			z[(off+1)%dh] = 0
		}
		y := oneHot(nc, r.IntN(nc))
		if i > 3 {
			y = spread(r, nc)
		}
		judgeDeltas(t, matrix(r, nc, dh), z, spread(r, nc), y)
	}
	judgeDeltas(t, [][]float64{{1, -2}, {3, 0.5}}, []float64{0, math.Copysign(0, -1)}, []float64{0.75, 0.25}, []float64{0, 1})
	judgeDeltas(t, [][]float64{{1, -2}, {3, 0.5}}, []float64{1e-300, -1e-300}, []float64{0.75, 0.25}, []float64{0, 1})
}

// quotients compares the five derivatives with those of J, all by the student's own function.
func quotients(t *grading.T) {
	r := t.Rand
	for _, shape := range [][3]int{{2, 3, 2}, {3, 3, 3}, {4, 2, 3}} {
		n := random(r, shape[0], shape[1], shape[2])
		call := func() grading.Answer { return t.Call("Backward", n.w, n.b1, n.u, n.b2, n.x, n.y) }
		first := call()
		if first.Failed() {
			judgeBackward(t, n)
		}
		input := t.Input()
		slope := func(at *float64) float64 {
			old := *at
			*at = old + quotient
			up := t.CallOK("Backward", n.w, n.b1, n.u, n.b2, n.x, n.y).Float(0)
			*at = old - quotient
			down := t.CallOK("Backward", n.w, n.b1, n.u, n.b2, n.x, n.y).Float(0)
			*at = old
			return (up - down) / (2 * quotient)
		}
		compare := func(name string, got []float64, at []float64) {
			slopes := make([]float64, len(at))
			for i := range at {
				slopes[i] = slope(&at[i])
			}
			if !grading.CloseSlice(got, slopes, tolQuotient) {
				judgeBackward(t, n) // it names the cause, if there is a known one
				t.Fail(grading.Failure{Input: input, Computed: name + " = " + grading.Show(got), Expected: "difference quotients of J: " + grading.Show(slopes), Error: name + " is not the derivative of the J returned"})
			}
		}
		rows := func(name string, got, at [][]float64) {
			if len(got) != len(at) {
				judgeBackward(t, n)
			}
			for i := range at {
				compare(fmt.Sprintf("row %d of %s", i, name), got[i], at[i])
			}
		}
		rows("∂J/∂U", first.Matrix(1), n.u)
		compare("∂J/∂b₂", first.Floats(2), n.b2)
		rows("∂J/∂W", first.Matrix(3), n.w)
		compare("∂J/∂b₁", first.Floats(4), n.b1)
		compare("∂J/∂x", first.Floats(5), n.x)
	}
}

func backwardRandom(t *grading.T) {
	r := t.Rand
	for _, shape := range [][3]int{{2, 4, 3}, {5, 2, 3}, {3, 6, 2}, {1, 3, 5}, {4, 3, 2}} {
		judgeBackward(t, random(r, shape[0], shape[1], shape[2]))
	}
	judgeBackward(t, random(r, 30, 20, 10))
}

func square(t *grading.T) {
	for _, k := range []int{2, 3, 4, 5} {
		judgeBackward(t, random(t.Rand, k, k, k))
	}
}

func edges(t *grading.T) {
	r := t.Rand
	one := network{w: [][]float64{{2}}, u: [][]float64{{-1}, {3}}, b1: []float64{1}, b2: []float64{0.5, 0}, x: []float64{-0.25}, y: []float64{0, 1}}
	judgeBackward(t, one)
	one.u, one.b2, one.y = [][]float64{{3}}, []float64{0.5}, []float64{1} // one class is certain: nothing comes back
	judgeBackward(t, one)

	off := random(r, 2, 3, 2)
	for i := range off.b1 {
		off.b1[i] = -50
	}
	judgeBackward(t, off) // only b₂ has a gradient

	kink := network{w: [][]float64{{1, 1}, {2, -1}}, u: [][]float64{{1, 2}, {-2, 1}}, b1: []float64{-3, 0}, b2: []float64{0, 0}, x: []float64{1, 2}, y: []float64{1, 0}}
	judgeForward(t, kink)
	judgeBackward(t, kink) // z = (0, 0), exactly

	same := random(r, 3, 4, 3)
	_, _, _, yhat, _ := same.forward("")
	same.y = yhat // Σŷ = 1 up to rounding
	judgeBackward(t, same)

	distribution := random(r, 3, 4, 4)
	distribution.y = []float64{0.25, 0, 0.75, 0}
	judgeBackward(t, distribution)

	tiny := random(r, 3, 4, 3)
	for i := range tiny.x {
		tiny.x[i] *= 1e-60
	}
	judgeBackward(t, tiny)
}

func stable(t *grading.T) {
	r := t.Rand
	for _, top := range [][]float64{{1000, -1000}, {-1000, -999}, {1000, 999.5}, {0, 800}} {
		for c := range top {
			n := network{w: matrix(r, 2, 3), u: [][]float64{{top[0], 0}, {top[1], 0}}, b1: []float64{1, 1}, b2: []float64{0, 0}, x: []float64{0, 0, 0}, y: oneHot(2, c)}
			judgeForward(t, n)
			judgeBackward(t, n)
		}
	}
}

func untouched(t *grading.T) {
	n := statement()
	for _, a := range []grading.Answer{
		t.CallOK("Forward", n.w, n.b1, n.u, n.b2, n.x),
		t.CallOK("Deltas", n.u, []float64{1, -1, 2}, []float64{0.5, 0.5}, n.y),
		t.CallOK("Backward", n.w, n.b1, n.u, n.b2, n.x, n.y),
	} {
		for i := range 6 {
			if a.Changed(i) {
				t.Fail(grading.Failure{Input: t.Input(), Computed: fmt.Sprintf("argument %d is changed after the call", i+1), Expected: "arguments as they were", Error: "the function writes to what it was given", Mistake: "changes-arguments"})
			}
		}
	}
	judgeBackward(t, n)
}

func refusesAll(t *grading.T) {
	judgeForward(t, statement()) // who refuses everything earns nothing
	judgeBackward(t, statement())
	nan, inf := math.NaN(), math.Inf(1)
	refuse := func(what, mistake string, change func(n *network)) {
		n := statement()
		change(&n)
		f := grading.Failure{Error: what + ", and no error", Mistake: mistake}
		t.CallErr(f, "Backward", n.w, n.b1, n.u, n.b2, n.x, n.y)
		if mistake != "target-passes" && len(n.y) == 2 {
			t.CallErr(f, "Forward", n.w, n.b1, n.u, n.b2, n.x)
		}
	}
	refuse("x has three entries", "shape-passes", func(n *network) { n.x = []float64{1, 2, 3} })
	refuse("x has one entry", "shape-passes", func(n *network) { n.x = []float64{1} })
	refuse("b₁ has two entries", "shape-passes", func(n *network) { n.b1 = n.b1[:2] })
	refuse("b₂ has three entries", "shape-passes", func(n *network) { n.b2 = []float64{0, 0, 0} })
	refuse("U has columns for four units", "shape-passes", func(n *network) { n.u = [][]float64{{1, 2, 0, 1}, {-1, 1, 1, 1}} })
	refuse("rows of W differ in length", "shape-passes", func(n *network) { n.w = [][]float64{{1, 0}, {0}, {1, 1}} })
	refuse("a row of W is too long", "shape-passes", func(n *network) { n.w = [][]float64{{1, 0}, {0, 1, 2}, {1, 1}} })
	refuse("y has three entries", "shape-passes", func(n *network) { n.y = []float64{1, 0, 0} })
	refuse("everything is empty", "shape-passes", func(n *network) {
		*n = network{w: [][]float64{}, u: [][]float64{}, b1: []float64{}, b2: []float64{}, x: []float64{}, y: []float64{}}
	})
	refuse("x has a NaN", "nan-passes", func(n *network) { n.x = []float64{1, nan} })
	refuse("W has an infinity", "nan-passes", func(n *network) { n.w = [][]float64{{1, 0}, {0, -inf}, {1, 1}} })
	refuse("b₁ is −∞ somewhere, so that the unit is off", "nan-passes", func(n *network) { n.b1 = []float64{0, -inf, 1} })
	refuse("U has a NaN at a unit that is off", "nan-passes", func(n *network) { n.u = [][]float64{{1, nan, 0}, {-1, 1, 1}} })
	refuse("b₂ is −∞ somewhere", "nan-passes", func(n *network) { n.b2 = []float64{0, -inf} })
	refuse("y sums to 2", "target-passes", func(n *network) { n.y = []float64{1, 1} })
	refuse("y is zero", "target-passes", func(n *network) { n.y = []float64{0, 0} })
	refuse("an entry of y is negative", "target-passes", func(n *network) { n.y = []float64{1.5, -0.5} })

	z, yhat, y := []float64{1, -1, 2}, []float64{0.5, 0.5}, []float64{1, 0}
	judgeDeltas(t, givenU, z, yhat, y)
	deltas := func(what, mistake string, args ...any) {
		t.CallErr(grading.Failure{Error: what + ", and no error", Mistake: mistake}, "Deltas", args...)
	}
	deltas("z has two entries", "shape-passes", givenU, z[:2], yhat, y)
	deltas("y has three entries", "shape-passes", givenU, z, yhat, []float64{1, 0, 0})
	deltas("ŷ has one entry", "shape-passes", givenU, z, yhat[:1], y)
	deltas("z has a NaN", "nan-passes", givenU, []float64{1, nan, 2}, yhat, y)
	deltas("ŷ has a NaN", "nan-passes", givenU, z, []float64{nan, 0.5}, y)
	deltas("y sums to 0", "target-passes", givenU, z, yhat, []float64{0, 0})
}

// ### END HIDDEN TESTS
