// ### BEGIN HIDDEN TESTS

package linearregions

import (
	"fmt"
	"math"
	"slices"

	"nncourse/grading"
)

// tol is for corners, relative to the greatest coordinate. A crossing is exact up to some roundings divided by the sine of the angle, which is
// above 10⁻³ in the polygons here; a wrong corner is off by 10⁻² and more.
const tol = 1e-9

var mistakes = []grading.Mistake{
	{ID: "changes-input", Cause: "the function writes to its arguments", Hint: "work on a copy: slices.Clone, row by row"},
	{ID: "nan-passes", Cause: "NaN or infinity in the input is not noticed", Hint: "check every entry with math.IsNaN and math.IsInf before computing"},
	{ID: "shape-passes", Cause: "shapes that do not fit are not noticed", Hint: "rows against biases, each row's length against the units of the layer before, three corners of two numbers, a line of three"},
	{ID: "range-passes", Cause: "a box without inside, or n and d out of their range, are not noticed", Hint: "four finite numbers with xmin < xmax and ymin < ymax; 0 ≤ n ≤ 60, d ≥ 0"},
	{ID: "no-empty-set", Cause: "the sum begins at k = 1", Hint: "C(n, 0) = 1 belongs to it: without a hyperplane there is one region"},
	{ID: "power-of-two", Cause: "2ⁿ, the number of all patterns", Hint: "most patterns belong to no region: the sum ends at k = d"},
	{ID: "plane-only", Cause: "the sum ends at k = 2 for every d", Hint: "d is the dimension: the sum goes to k = d"},
	{ID: "overflow", Cause: "the binomials are computed through numbers that overflow", Hint: "C(n, k) = C(n, k−1)·(n−k+1)/k, multiplied first, fits in an int for n ≤ 60; factorials do not"},
	{ID: "active-at-zero", Cause: "z = 0 is taken for active", Hint: "active is z > 0"},
	{ID: "no-mask", Cause: "units that are off hand on z: without ReLU all layers are one affine map", Hint: "a unit that is off has the output 0, in Count the affine function [0, 0, 0]"},
	{ID: "mask-inverted", Cause: "the units that are off hand on z, and those that are on hand on 0", Hint: "relu(z) is z on the plus part and 0 on the minus part"},
	{ID: "keeps-constant", Cause: "units that are off hand on their constant c", Hint: "relu is 0 there, all three numbers of [a, b, c]"},
	{ID: "first-layer", Cause: "only the first layer's lines cut", Hint: "each later layer refines every region of the layers before it"},
	{ID: "no-bias", Cause: "biases are left out", Hint: "z starts as [0, 0, bⱼ]"},
	{ID: "whole-plane", Cause: "the regions of the whole plane, or of a box of its own, are counted, as by the formula 1 + n + n(n−1)/2", Hint: "start with the given box as the polygon; crossings outside it do not count"},
	{ID: "touching-cuts", Cause: "a line that touches a polygon in a corner or along a side cuts it into the polygon and a part without area", Hint: "cut only if one corner lies strictly on each side"},
	{ID: "samples", Cause: "regions between sampled points, or that are thin, are missed", Hint: "cut polygons by lines; no point need be looked at"},
	{ID: "sides-swapped", Cause: "the parts are exchanged", Hint: "plus is where ax + by + c ≥ 0, and comes first"},
	{ID: "crossing-midpoint", Cause: "the crossing is put at the middle of the side", Hint: "p + t(q − p) with t = v_p/(v_p − v_q): there the value is zero"},
	{ID: "crossing-other-end", Cause: "t is counted from the other end of the side", Hint: "t = v_p/(v_p − v_q) belongs to p + t(q − p); the value at the crossing must be zero"},
	{ID: "drops-corner", Cause: "corners on the line are left out", Hint: "they belong to both parts: sign ≥ 0 to plus, sign ≤ 0 to minus"},
	{ID: "clockwise", Cause: "a part has its corners clockwise", Hint: "walk round the polygon once and append to both parts as you go"},
}

// result calls a function that must have a result and leave its arguments alone.
func result(t *grading.T, name, fn string, args ...any) grading.Answer {
	a := t.Call(fn, args...)
	if a.Failed() {
		t.Fail(grading.Failure{Input: name + ": " + t.Input(), Computed: "error: " + a.Err, Expected: "a result", Error: "an error where a result exists"})
	}
	for i := range args {
		if a.Changed(i) {
			t.Fail(grading.Failure{Input: name + ": " + t.Input(), Computed: fmt.Sprintf("argument %d is changed after the call", i+1), Expected: "arguments as they were", Error: "the function writes to what it was given", Mistake: "changes-input"})
		}
	}
	return a
}

// ---- MostRegions

func judgeMost(t *grading.T, n, d int) {
	got, want := result(t, fmt.Sprintf("%d hyperplanes in %d dimensions", n, d), "MostRegions", n, d).Int(0), most(n, d)
	if got == want {
		return
	}
	mistake := ""
	switch {
	case got == want-1:
		mistake = "no-empty-set"
	case n < 62 && got == 1<<n:
		mistake = "power-of-two"
	case got == most(n, 2):
		mistake = "plane-only"
	case n > 20:
		mistake = "overflow"
	}
	t.Fail(grading.Failure{Input: t.Input(), Computed: fmt.Sprint(got), Expected: fmt.Sprint(want), Error: "another number", Mistake: mistake})
}

func mostRandom(t *grading.T) {
	for _, c := range [][2]int{{3, 2}, {0, 2}, {1, 1}, {5, 0}, {4, 7}, {6, 6}, {5, 4}, {10, 3}} {
		judgeMost(t, c[0], c[1])
	}
	for range 4 {
		judgeMost(t, 5+t.Rand.IntN(10), 3+t.Rand.IntN(2))
	}
	for _, c := range [][2]int{{21, 2}, {60, 2}, {60, 3}, {60, 30}, {60, 60}} {
		judgeMost(t, c[0], c[1])
	}
}

// ---- Pattern

func judgePattern(t *grading.T, n net, x []float64) {
	got := result(t, n.name, "Pattern", n.w, n.b, x).Ints(0)
	want := n.pattern(x, true, false)
	if slices.Equal(got, want) {
		return
	}
	mistake := ""
	for _, g := range []struct {
		id string
		p  []int
	}{{"active-at-zero", n.pattern(x, true, true)}, {"no-mask", n.pattern(x, false, false)}} {
		if slices.Equal(got, g.p) {
			mistake = g.id
			break
		}
	}
	t.Fail(grading.Failure{Input: n.name + ": " + t.Input(), Computed: fmt.Sprint(got), Expected: fmt.Sprint(want), Error: "another pattern", Mistake: mistake})
}

func patternRandom(t *grading.T) {
	r := t.Rand
	for _, widths := range [][]int{{6}, {5, 4}, {4, 4, 4}, {1, 1, 1, 1}} {
		in := 1 + r.IntN(4)
		n := random(r, fmt.Sprintf("%d inputs, hidden layers %v", in, widths), in, widths...)
		for range 12 {
			x := make([]float64, in)
			for k := range x {
				x[k] = math.Round(150*r.NormFloat64()) / 100
			}
			judgePattern(t, n, x)
		}
	}
	tw, tb := threeLines()
	judgePattern(t, net{"at a crossing, where z = 0", tw, tb}, []float64{0, 1})
	judgePattern(t, net{"all z = 0", [][][]float64{{{1, 1}, {2, -2}}, {{1, 1}}}, [][]float64{{0, 0}, {0}}}, []float64{0, 0})
	judgePattern(t, net{"no layer", [][][]float64{}, [][]float64{}}, []float64{1, 2})
}

// ---- Split

func judgeSplit(t *grading.T, name string, p [][]float64, line []float64) {
	a := result(t, name, "Split", p, line)
	got := [2][][]float64{a.Matrix(0), a.Matrix(1)}
	plus, minus, _ := (&cutter{}).cut(p, [3]float64(line))
	want := [2][][]float64{plus, minus}
	size := 0.0
	for _, q := range p {
		size = math.Max(size, math.Max(math.Abs(q[0]), math.Abs(q[1])))
	}
	same := func(x, y [2][][]float64) bool { return ring2(x[0], y[0], size) && ring2(x[1], y[1], size) }
	if same(got, want) {
		return
	}
	mistake := ""
	switch {
	case same(got, [2][][]float64{minus, plus}):
		mistake = "sides-swapped"
	case len(plus) == 0 && len(got[0]) > 0 || len(minus) == 0 && len(got[1]) > 0:
		mistake = "touching-cuts"
	case same(turned(got, true, false), want) || same(turned(got, false, true), want) || same(turned(got, true, true), want):
		mistake = "clockwise"
	default:
		for _, id := range []string{"crossing-midpoint", "crossing-other-end", "drops-corner"} {
			if same(got, wrongCut(p, [3]float64(line), id)) {
				mistake = id
				break
			}
		}
	}
	for i, side := range []string{"plus", "minus"} {
		if !ring2(got[i], want[i], size) {
			t.Fail(grading.Failure{Input: name + ": " + t.Input(), Computed: side + " " + grading.Show(got[i]), Expected: side + " " + grading.Show(want[i]), Error: fmt.Sprintf("%d corners, want %d, or they differ", len(got[i]), len(want[i])), Mistake: mistake})
		}
	}
}

// ring2 compares polygons of any size.
func ring2(p, q [][]float64, size float64) bool {
	scaled := func(p [][]float64) [][]float64 {
		out := make([][]float64, len(p))
		for i, c := range p {
			for _, v := range c {
				out[i] = append(out[i], v/size)
			}
		}
		return out
	}
	return sameRing(scaled(p), scaled(q), tol)
}

func turned(p [2][][]float64, first, second bool) [2][][]float64 {
	for i, turn := range []bool{first, second} {
		if turn {
			p[i] = slices.Clone(p[i])
			slices.Reverse(p[i])
		}
	}
	return p
}

// wrongCut is Split with a mistake.
func wrongCut(p [][]float64, f [3]float64, mistake string) (out [2][][]float64) {
	v := make([]float64, len(p))
	scale := 0.0
	for i, q := range p {
		v[i] = f[0]*q[0] + f[1]*q[1] + f[2]
		scale = math.Max(scale, math.Abs(f[0]*q[0])+math.Abs(f[1]*q[1])+math.Abs(f[2]))
	}
	for i := range v {
		if math.Abs(v[i]) <= 1e-9*scale {
			v[i] = 0
		}
	}
	for i, q := range p {
		j := (i + 1) % len(p)
		on := v[i] == 0 && mistake != "drops-corner"
		if v[i] > 0 || on {
			out[0] = append(out[0], q)
		}
		if v[i] < 0 || on {
			out[1] = append(out[1], q)
		}
		if v[i]*v[j] < 0 {
			t := v[i] / (v[i] - v[j])
			switch mistake {
			case "crossing-midpoint":
				t = 0.5
			case "crossing-other-end":
				t = 1 - t
			}
			x := []float64{q[0] + t*(p[j][0]-q[0]), q[1] + t*(p[j][1]-q[1])}
			out[0], out[1] = append(out[0], x), append(out[1], x)
		}
	}
	return out
}

// inner is a line through the inside of a convex polygon, well away from its corners, turned by chance.
func inner(t *grading.T, p [][]float64) []float64 {
	for {
		mix := func() []float64 {
			q, sum := []float64{0, 0}, 0.0
			for _, c := range p {
				w := t.Rand.ExpFloat64()
				q[0], q[1], sum = q[0]+w*c[0], q[1]+w*c[1], sum+w
			}
			return []float64{q[0] / sum, q[1] / sum}
		}
		f := through(mix(), mix())
		h := math.Hypot(f[0], f[1])
		clear := h > 1e-2
		for _, c := range p {
			clear = clear && math.Abs(f[0]*c[0]+f[1]*c[1]+f[2]) > 0.02*h
		}
		if clear {
			s := 0.2 + 3*t.Rand.Float64()
			return []float64{s * f[0], s * f[1], s * f[2]}
		}
	}
}

func splitRandom(t *grading.T) {
	for _, n := range []int{3, 4, 5, 8} {
		for range 3 {
			p := ring(t.Rand, n)
			judgeSplit(t, fmt.Sprintf("a random polygon of %d corners", n), p, inner(t, p))
		}
	}
	for _, scale := range []float64{1e-90, 1e90} {
		p := ring(t.Rand, 5)
		f := inner(t, p)
		for _, c := range p {
			c[0], c[1] = c[0]*scale, c[1]*scale
		}
		judgeSplit(t, fmt.Sprintf("corners near %g", scale), p, []float64{f[0], f[1], f[2] * scale})
	}
}

func splitEdges(t *grading.T) {
	p := ring(t.Rand, 6)
	judgeSplit(t, "through two corners", p, through(p[0], p[3]))
	mid := []float64{(p[2][0] + p[3][0]) / 2, (p[2][1] + p[3][1]) / 2}
	judgeSplit(t, "through a corner and a side", p, through(p[0], mid))
	judgeSplit(t, "through a corner and a side, turned round", p, through(mid, p[0]))
	judgeSplit(t, "along a side", p, through(p[1], p[2]))
	judgeSplit(t, "along a side, turned round", p, through(p[2], p[1]))
	judgeSplit(t, "touching a corner", square(), []float64{1, 1, 0})
	judgeSplit(t, "touching a corner, turned round", square(), []float64{-1, -1, 0})
	judgeSplit(t, "outside", square(), []float64{1, 1, 1})
	judgeSplit(t, "outside, on the other side", square(), []float64{1, 1, -5})
	judgeSplit(t, "no line: 0x + 0y + 2", square(), []float64{0, 0, 2})
	judgeSplit(t, "no line: 0x + 0y − 2", square(), []float64{0, 0, -2})
	judgeSplit(t, "no line: 0x + 0y + 0", square(), []float64{0, 0, 0})
	judgeSplit(t, "a hair from a side", square(), []float64{1, 0, -1e-6})
	judgeSplit(t, "less than a hair from a side", square(), []float64{1, 0, -1e-13})
}

// ---- Count

// judgeCount is for nets on which the mistakes that Count knows differ; more says what a count that is too large or too small means.
func judgeCount(t *grading.T, n net, box []float64, more ...string) {
	got := result(t, n.name, "Count", n.w, n.b, box).Int(0)
	want, _, _ := n.count(box, way{})
	if got == want {
		return
	}
	mistake := ""
	switch {
	case len(more) > 0 && got > want && more[0] == "touching-cuts":
		mistake = more[0]
	default:
		for _, g := range n.mistaken(box) {
			if got == g.count && g.count != want {
				mistake = g.id
				break
			}
		}
		if mistake == "" && len(more) > 0 && got < want && more[0] == "samples" {
			mistake = more[0]
		}
	}
	t.Fail(grading.Failure{Input: n.name + ": " + t.Input(), Computed: fmt.Sprint(got), Expected: fmt.Sprint(want), Error: fmt.Sprintf("%d regions too many", got-want), Mistake: mistake})
}

// lines is one layer whose units are zero on ax + by + c = 0.
func lines(name string, abc ...[3]float64) net {
	var w [][]float64
	var b []float64
	for _, f := range abc {
		w, b = append(w, []float64{f[0], f[1]}), append(b, f[2])
	}
	return net{name, [][][]float64{w}, [][]float64{b}}
}

func countOne(t *grading.T) {
	r := t.Rand
	var thin [][3]float64
	for i := range 6 {
		thin = append(thin, [3]float64{1, 0.3, -0.1 - 1e-5*float64(i)})
	}
	judgeCount(t, lines("thin regions", append(thin, [3]float64{0.2, 1, 0.1}, [3]float64{1, -1, 0.5}, [3]float64{1, 2, -1})...), givenBox(), "samples")
	for _, m := range []int{5, 8} {
		box := []float64{-1, 0.5 + r.Float64(), -0.5, 1}
		judgeCount(t, clearly(box, func() net {
			return random(r, fmt.Sprintf("%d random lines, some of whose crossings lie outside", m), 2, m)
		}), box)
	}
	const touching = "touching-cuts"
	judgeCount(t, lines("the same line twice", [3]float64{1, 2, -1}, [3]float64{1, 2, -1}), givenBox(), touching)
	judgeCount(t, lines("the same line four times, scaled and turned round", [3]float64{1, 2, -1}, [3]float64{2, 4, -2}, [3]float64{-1, -2, 1}, [3]float64{-0.5, -1, 0.5}), givenBox(), touching)
	judgeCount(t, lines("along a side of the box", [3]float64{1, 0, -2}, [3]float64{1, 1, 0}), givenBox(), touching)
	judgeCount(t, lines("through a corner of the box", [3]float64{1, 1, -4}, [3]float64{1, -2, 0}), givenBox(), touching)
	var grid, pencil [][3]float64
	for i := range 5 {
		d := float64(i) / 4
		grid = append(grid, [3]float64{1, 0, -d}, [3]float64{0, -2, 2 * d}, [3]float64{1, 1, -d})
		pencil = append(pencil, [3]float64{1, float64(i), -1 - float64(i)})
	}
	judgeCount(t, lines("six lines through one point", append(pencil, [3]float64{0, 1, -1})...), givenBox(), touching)
	judgeCount(t, lines("a grid with its diagonals", grid...), []float64{-1, 2, -1, 2}, touching)
	judgeCount(t, lines("no lines: units without weights", [3]float64{0, 0, 1}, [3]float64{0, 0, -1}, [3]float64{0, 0, 0}), givenBox(), touching)
	judgeCount(t, lines("lines that miss the box", [3]float64{1, 0, -3}, [3]float64{1, 1, 9}), givenBox())
	far := []float64{10, 11, -5, -4}
	judgeCount(t, lines("a box elsewhere", [3]float64{1, 0, -10.5}, [3]float64{1, 2, -1.4}), far)
	for _, scale := range []float64{1e-100, 1e100} {
		n := clearly(givenBox(), func() net { return random(r, fmt.Sprintf("weights near %g", scale), 2, 6) })
		for j := range n.w[0] {
			n.w[0][j][0] *= scale
			n.w[0][j][1] *= scale
			n.b[0][j] *= scale
		}
		judgeCount(t, n, givenBox())
	}
	judgeCount(t, net{"no layer", [][][]float64{}, [][]float64{}}, givenBox())
	wide := []float64{-3, 3, -3, 3}
	judgeCount(t, clearly(wide, func() net { return random(r, "25 random lines", 2, 25) }), wide)
}

func countDeep(t *grading.T) {
	r := t.Rand
	box := givenBox()
	for _, widths := range [][]int{{5, 4}, {6, 6}, {4, 4, 3}, {3, 3, 3, 3}} {
		judgeCount(t, clearly(box, func() net { return random(r, fmt.Sprintf("random hidden layers %v", widths), 2, widths...) }), box)
	}
	fw, fb := foldNet()
	judgeCount(t, net{"four times the fold's last unit", append(fw[:1:1], [][]float64{{1, 1}, {2, 2}, {1, 1}, {-1, -1}}), append(fb[:1:1], []float64{-1, -2, -0.5, 1})}, box, "touching-cuts")
	judgeCount(t, net{"a layer that is off everywhere", [][][]float64{{{1, 0}, {0, 1}}, {{-1, -1}, {-2, 0}}, {{1, 1}}}, [][]float64{{0, 0}, {-1, -1}, {3}}}, box)
	judgeCount(t, net{"a layer whose lines are those of the layer before", [][][]float64{{{1, 0}, {0, 1}}, {{1, 0}, {0, 1}}}, [][]float64{{0, 0}, {0, 0}}}, box, "touching-cuts")
	cones := random(r, "all biases zero: cones", 2, 5, 4)
	clear(cones.b[0])
	clear(cones.b[1])
	judgeCount(t, cones, []float64{-1, 1, -1, 1}, "touching-cuts")
	// the square wave of depth 3: each layer folds x ↦ |x| − 1/2, |·| − 1/4, …
	tooth := net{name: "three folds of x"}
	in := [][]float64{{1, 0}, {-1, 0}}
	for k := range 3 {
		tooth.w, tooth.b = append(tooth.w, in), append(tooth.b, []float64{-0.5 * float64(min(k, 1)) / float64(int(1)<<max(k-1, 0)), 0.5 * float64(min(k, 1)) / float64(int(1)<<max(k-1, 0))})
		in = [][]float64{{1, 1}, {-1, -1}}
	}
	judgeCount(t, tooth, []float64{-1, 1, 0, 1})
}

// ---- errors

func refuse(t *grading.T, what, mistake, fn string, args ...any) {
	t.CallErr(grading.Failure{Input: fn + ", " + what, Mistake: mistake}, fn, args...)
}

func refuses(t *grading.T) {
	r := t.Rand
	n := clearly(givenBox(), func() net { return random(r, "a good network", 2, 4, 3) })
	judgeCount(t, n, givenBox()) // who refuses everything earns nothing
	judgePattern(t, n, []float64{0.3, -0.4})
	judgeMost(t, 5, 2)
	p := ring(r, 4)
	judgeSplit(t, "a good polygon", p, inner(t, p))

	for _, c := range [][2]int{{-1, 2}, {61, 2}, {3, -1}} {
		refuse(t, fmt.Sprintf("n = %d, d = %d", c[0], c[1]), "range-passes", "MostRegions", c[0], c[1])
	}
	copied := func(change func(m net)) net {
		m := net{}
		for l := range n.w {
			var w [][]float64
			for _, row := range n.w[l] {
				w = append(w, slices.Clone(row))
			}
			m.w, m.b = append(m.w, w), append(m.b, slices.Clone(n.b[l]))
		}
		change(m)
		return m
	}
	for _, c := range []struct {
		what, mistake string
		change        func(m net)
	}{
		{"NaN in the second layer's weights", "nan-passes", func(m net) { m.w[1][2][1] = math.NaN() }},
		{"+Inf in a bias", "nan-passes", func(m net) { m.b[0][3] = math.Inf(1) }},
		{"a bias too few", "shape-passes", func(m net) { m.b[1] = m.b[1][:2] }},
		{"a weight too few in the second layer", "shape-passes", func(m net) { m.w[1][0] = m.w[1][0][:3] }},
		{"a weight too many in the first layer", "shape-passes", func(m net) { m.w[0][1] = append(m.w[0][1], 1) }},
		{"a layer without units", "shape-passes", func(m net) { m.w[1], m.b[1] = [][]float64{}, []float64{} }},
	} {
		m := copied(c.change)
		refuse(t, c.what, c.mistake, "Count", m.w, m.b, givenBox())
		refuse(t, c.what, c.mistake, "Pattern", m.w, m.b, []float64{0.5, 0.5})
	}
	refuse(t, "biases of one layer only", "shape-passes", "Count", n.w, n.b[:1], givenBox())
	refuse(t, "three inputs to a net of two", "shape-passes", "Pattern", n.w, n.b, []float64{1, 2, 3})
	refuse(t, "NaN in x", "nan-passes", "Pattern", n.w, n.b, []float64{1, math.NaN()})
	m := random(r, "", 3, 2)
	refuse(t, "a net of three inputs", "shape-passes", "Count", m.w, m.b, givenBox())
	for _, box := range [][]float64{{1, 1, 0, 1}, {0, 1, 2, 1}, {0, 1, 0}, {}} {
		refuse(t, fmt.Sprintf("the box %v", box), "range-passes", "Count", n.w, n.b, box)
	}
	refuse(t, "an infinite box", "nan-passes", "Count", n.w, n.b, []float64{0, math.Inf(1), 0, 1})
	refuse(t, "two corners", "shape-passes", "Split", p[:2], []float64{1, 0, 0})
	refuse(t, "a corner of three numbers", "shape-passes", "Split", [][]float64{{0, 0}, {1, 0}, {1, 1, 1}}, []float64{1, 0, 0})
	refuse(t, "a line of two numbers", "shape-passes", "Split", p, []float64{1, 0})
	refuse(t, "NaN in a corner", "nan-passes", "Split", [][]float64{{0, 0}, {1, 0}, {1, math.NaN()}}, []float64{1, 0, 0})
	refuse(t, "+Inf in the line", "nan-passes", "Split", p, []float64{1, math.Inf(1), 0})
}

// ### END HIDDEN TESTS
