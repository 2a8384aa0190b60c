// ### BEGIN HIDDEN TESTS

package lenetshapes

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

var mistakes = []grading.Mistake{
	{ID: "short", Cause: "one place too few: the first is not counted", Hint: "⌊left/s⌋ is the number of moves; there is one place more"},
	{ID: "slide", Cause: "the number of windows, n − k + 1, is divided by the stride, and 1 added: the lecture's mixture of two formulas", Hint: "⌊(n + 2p − span)/s⌋ + 1: without a + 1 inside"},
	{ID: "no-stride", Cause: "the stride is forgotten", Hint: "divide what is left to move over by the stride, and round down"},
	{ID: "ceil", Cause: "rounded up where it is to be rounded down", Hint: "a window that would stick out has no place: ⌊·⌋"},
	{ID: "padding-once", Cause: "the padding is added once", Hint: "an axis has two ends: n + 2p"},
	{ID: "no-dilation", Cause: "the dilation is forgotten", Hint: "the window spans d(k − 1) + 1 pixels, not k"},
	{ID: "dilation-times", Cause: "a dilated window is taken to span d·k pixels", Hint: "between k entries there are k − 1 gaps: d(k − 1) + 1"},
	{ID: "square", Cause: "the height's size is used for the width", Hint: "call OutputSize twice, with shape[0] and with shape[1]"},
	{ID: "channels-multiplied", Cause: "the maps of a convolution multiply with those of its input", Hint: "each kernel sums over all maps of the input: C' kernels give C' maps"},
	{ID: "no-bias", Cause: "the biases are not counted", Hint: "one for each map of a convolution and for each unit of a dense layer"},
	{ID: "no-depth", Cause: "kernels have no depth: the maps of the input are forgotten", Hint: "a kernel has k·k·C weights, C the maps of the layer's input"},
	{ID: "input-places", Cause: "multiplications are counted over the pixels of the input", Hint: "it is the places of the output that compute: height'·width'"},
	{ID: "stride-early", Cause: "a layer's stride is applied to its own field", Hint: "first field ← field + d(k − 1)·jump, then jump ← jump·s"},
	{ID: "field-no-dilation", Cause: "the dilation does not widen the field", Hint: "the outermost entries of a window lie d(k − 1) units apart"},
	{ID: "channels-first", Cause: "the vector is ordered map by map", Hint: "channels last: (i·W + j)·C + k"},
	{ID: "does-not-fit", Cause: "a window that does not fit is accepted", Hint: "n + 2p − span < 0 is an error; check it before you divide, for in Go -1/2 is 0"},
	{ID: "setting-passes", Cause: "a number out of range is accepted", Hint: "n, kernel, stride, dilation, channels, units ≥ 1; padding ≥ 0; indices inside"},
	{ID: "row-passes", Cause: "a row or a shape of the wrong length, or an unknown kind, is accepted", Hint: "check len(row) against the kind before you read its numbers"},
	{ID: "kind-passes", Cause: "a picture is accepted where a vector is wanted, or a vector where a picture is", Hint: "Dense reads one number, all others three: Flatten stands between"},
	{ID: "changes-argument", Cause: "something that was handed in is changed or handed back", Hint: "copy the input: slices.Clone(input)"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one; no layers are no error"},
}

// judge compares numbers exactly; would maps mistakes to what they give.
func judge(t *grading.T, what string, got, want []int, would map[string][]int) {
	if slices.Equal(got, want) {
		return
	}
	mistake := ""
	for _, m := range mistakes {
		if v, ok := would[m.ID]; ok && slices.Equal(got, v) {
			mistake = m.ID
			break
		}
	}
	kit.Fail(t, what, got, want, "the numbers differ", mistake)
}

// ---- OutputSize

// The reference, and what stands in its place when it is mistaken.
type sizing func(n, k, p, s, d int) int

func size(n, k, p, s, d int) int { return floor(n+2*p-d*(k-1)-1, s) + 1 }

// floor rounds down, also below zero.
func floor(a, b int) int {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}

var sizings = map[string]sizing{
	"short":          func(n, k, p, s, d int) int { return size(n, k, p, s, d) - 1 },
	"slide":          func(n, k, p, s, d int) int { return (n+2*p-d*(k-1))/s + 1 },
	"no-stride":      func(n, k, p, s, d int) int { return size(n, k, p, 1, d) },
	"ceil":           func(n, k, p, s, d int) int { return (n+2*p-d*(k-1)-1+s-1)/s + 1 },
	"padding-once":   func(n, k, p, s, d int) int { return floor(n+p-d*(k-1)-1, s) + 1 },
	"no-dilation":    func(n, k, p, s, d int) int { return size(n, k, p, s, 1) },
	"dilation-times": func(n, k, p, s, d int) int { return floor(n+2*p-d*k, s) + 1 },
}

func sizeCase(t *grading.T, c [5]int) {
	what := fmt.Sprintf("%d pixels, kernel %d, padding %d, stride %d, dilation %d", c[0], c[1], c[2], c[3], c[4])
	would := map[string][]int{}
	for id, f := range sizings {
		would[id] = []int{f(c[0], c[1], c[2], c[3], c[4])}
	}
	got := kit.Accepted(t, what, "OutputSize", c[0], c[1], c[2], c[3], c[4]).Ints(0)
	judge(t, what, got, []int{size(c[0], c[1], c[2], c[3], c[4])}, would)
}

func sizeRandom(t *grading.T) {
	r := t.Rand
	for done := 0; done < 30; { // dilation and stride of several sizes, so that the mistakes differ
		c := [5]int{5 + r.IntN(60), 2 + r.IntN(6), r.IntN(5), 1 + r.IntN(4), 1 + r.IntN(3)}
		if size(c[0], c[1], c[2], c[3], c[4]) >= 1 {
			sizeCase(t, c)
			done++
		}
	}
	for _, c := range [][5]int{
		{1, 1, 0, 1, 1}, {1, 3, 1, 1, 1}, {5, 5, 0, 3, 1}, {1, 1, 0, 7, 9}, // one place
		{3, 1, 0, 2, 5},                  // a window of one pixel has no gaps
		{6, 2, 0, 2, 1}, {7, 2, 0, 2, 1}, // the pool of an odd number of pixels
		{4, 2, 3, 4, 1},                             // windows that lie in the padding alone count too
		{224, 7, 3, 2, 1}, {100000, 3, 1, 1, 40000}, // ResNet's first layer; a wide dilation
	} {
		sizeCase(t, c)
	}
	for n := 1; n <= 4; n++ {
		for k := 1; k <= 3; k++ {
			for s := 1; s <= 3; s++ {
				if size(n, k, 0, s, 1) >= 1 {
					sizeCase(t, [5]int{n, k, 0, s, 1})
				}
			}
		}
	}
}

func sizeRefuses(t *grading.T) {
	kit.Accepted(t, "a window that fits", "OutputSize", 5, 5, 0, 1, 1)
	for _, c := range [][5]int{
		{3, 5, 0, 1, 1}, {4, 5, 0, 1, 1}, {4, 5, 0, 2, 1}, {4, 5, 0, 9, 1}, {2, 7, 2, 3, 1}, {4, 3, 0, 2, 2}, {1, 2, 0, 2, 1},
	} {
		kit.Refuses(t, fmt.Sprintf("a window that does not fit %v", c), "does-not-fit", "OutputSize", c[0], c[1], c[2], c[3], c[4])
	}
	for _, c := range [][5]int{{0, 1, 1, 1, 1}, {-3, 2, 5, 1, 1}, {5, 0, 0, 1, 1}, {5, -2, 0, 1, 1}, {5, 3, -1, 1, 1}, {5, 3, 0, 0, 1}, {5, 3, 0, -1, 1}, {5, 3, 0, 1, 0}, {5, 3, 0, 1, -1}, {5, 1, 0, 1, 0}} {
		kit.Refuses(t, fmt.Sprintf("a number out of range %v", c), "setting-passes", "OutputSize", c[0], c[1], c[2], c[3], c[4])
	}
}

// ---- networks

const (
	conv = iota
	pool
	flatten
	dense
)

// faults are what a walk through a network may do wrong.
type faults struct {
	size               sizing
	square, multiplied bool
}

func (f faults) walk(input []int, net [][]float64) [][]int {
	if f.size == nil {
		f.size = size
	}
	shapes := [][]int{input}
	for _, row := range net {
		in := shapes[len(shapes)-1]
		at := func(i int) int { return int(row[i]) }
		axes := func(k, p, s, d, c int) []int {
			h, w := f.size(in[0], k, p, s, d), f.size(in[1], k, p, s, d)
			if f.square {
				w = h
			}
			return []int{h, w, c}
		}
		var out []int
		switch at(0) {
		case conv:
			c := at(1)
			if f.multiplied {
				c *= in[2]
			}
			out = axes(at(2), at(3), at(4), at(5), c)
		case pool:
			out = axes(at(1), at(2), at(3), 1, in[2])
		case flatten:
			out = []int{in[0] * in[1] * in[2]}
		case dense:
			out = []int{at(1)}
		}
		shapes = append(shapes, out)
	}
	return shapes
}

// wouldShapes maps mistakes to the shapes they give.
func wouldShapes(input []int, net [][]float64) map[string][][]int {
	w := map[string][][]int{}
	for id, f := range sizings {
		w[id] = faults{size: f}.walk(input, net)
	}
	w["square"] = faults{square: true}.walk(input, net)
	w["channels-multiplied"] = faults{multiplied: true}.walk(input, net)
	return w
}

// line writes rows one after the other, each behind its length.
func line(rows [][]int) []int {
	var out []int
	for _, r := range rows {
		out = append(append(out, len(r)), r...)
	}
	return out
}

func shapesCase(t *grading.T, what string, input []int, net [][]float64) {
	want := faults{}.walk(input, net)
	would := map[string][]int{}
	for id, s := range wouldShapes(input, net) {
		would[id] = line(s)
	}
	a := kit.Accepted(t, what, "Shapes", input, net)
	var got [][]int
	for _, row := range a.Matrix(0) {
		r := make([]int, len(row))
		for i, v := range row {
			r[i] = int(v)
		}
		got = append(got, r)
	}
	if len(got) != len(want) {
		kit.Fail(t, what, got, want, fmt.Sprintf("%d rows, want %d", len(got), len(want)), "")
	}
	if !slices.Equal(line(got), line(want)) {
		mistake := ""
		for _, m := range mistakes {
			if v, ok := would[m.ID]; ok && slices.Equal(line(got), v) {
				mistake = m.ID
				break
			}
		}
		kit.Fail(t, what, fmt.Sprint(got), fmt.Sprint(want), "the shapes differ", mistake)
	}
	if a.Bool(1) {
		kit.Fail(t, what, "an argument is changed, or row 0 is the slice that was handed in", "arguments as they were, and a copy", "memory is shared", "changes-argument")
	}
}

// counting gives parameters or multiplications of a layer from its input, its output, the kernel's area and the maps or units.
type counting func(in, out []int, area, channels int, conv bool) int

func parameters(in, _ []int, area, channels int, _ bool) int {
	return area*in[len(in)-1]*channels + channels
}

func multiplications(in, out []int, area, channels int, conv bool) int {
	if conv {
		return out[0] * out[1] * area * in[2] * channels
	}
	return in[0] * channels
}

func count(f counting, shapes [][]int, net [][]float64) []int {
	n := make([]int, len(net))
	for l, row := range net {
		switch int(row[0]) {
		case conv:
			n[l] = f(shapes[l], shapes[l+1], int(row[2]*row[2]), int(row[1]), true)
		case dense:
			n[l] = f(shapes[l], shapes[l+1], 1, int(row[1]), false)
		}
	}
	return n
}

// counted judges Parameters or Multiplications: mistakes of its own first, then those of the shapes.
func counted(t *grading.T, what, fn string, f counting, own map[string]counting, input []int, net [][]float64) {
	shapes := faults{}.walk(input, net)
	would := map[string][]int{}
	for id, s := range wouldShapes(input, net) {
		if id != "channels-multiplied" {
			would[id] = count(f, s, net)
		}
	}
	for id, g := range own {
		would[id] = count(g, shapes, net)
	}
	a := kit.Accepted(t, what, fn, input, net)
	judge(t, what, a.Ints(0), count(f, shapes, net), would)
	if a.Bool(1) || a.Changed(0) {
		kit.Fail(t, what, "after the call an argument holds other numbers", "arguments as they were", "an argument was changed", "changes-argument")
	}
}

var wrongParameters = map[string]counting{
	"no-bias": func(in, _ []int, area, c int, _ bool) int { return area * in[len(in)-1] * c },
	"no-depth": func(in, _ []int, area, c int, conv bool) int {
		if conv {
			return area*c + c
		}
		return in[0]*c + c
	},
}

var wrongMultiplications = map[string]counting{
	"no-depth": func(in, out []int, area, c int, conv bool) int {
		if conv {
			return out[0] * out[1] * area * c
		}
		return in[0] * c
	},
	"input-places": func(in, _ []int, area, c int, conv bool) int {
		if conv {
			return in[0] * in[1] * area * in[2] * c
		}
		return in[0] * c
	},
}

func parametersCase(t *grading.T, what string, input []int, net [][]float64) {
	counted(t, what, "Parameters", parameters, wrongParameters, input, net)
}

func multiplicationsCase(t *grading.T, what string, input []int, net [][]float64) {
	counted(t, what, "Multiplications", multiplications, wrongMultiplications, input, net)
}

// network makes a random network for a picture that is not square, with a window of every kind that fits.
func network(r *rand.Rand) (input []int, net [][]float64) {
	for {
		input = []int{15 + r.IntN(30), 15 + r.IntN(30), 1 + r.IntN(4)}
		if input[0] == input[1] {
			continue
		}
		f := func(lo, n int) float64 { return float64(lo + r.IntN(n)) }
		net = [][]float64{
			{conv, f(2, 6), f(2, 4), f(1, 2), f(2, 2), f(2, 2)},
			{conv, f(2, 6), f(2, 3), f(0, 3), f(1, 2), f(1, 2)},
			{pool, f(2, 2), f(0, 2), f(1, 3)},
			{flatten}, {dense, f(5, 20)}, {dense, f(1, 9)},
		}
		if r.IntN(2) == 0 {
			net = slices.Insert(net, 3, []float64{conv, f(2, 6), 1, 0, 1, f(1, 4)})
		}
		fits := true
		for _, s := range (faults{}).walk(input, net) {
			for _, v := range s {
				fits = fits && v >= 1
			}
		}
		if fits {
			return input, net
		}
	}
}

// awkward are networks at the edge of what is allowed.
var awkward = []struct {
	what  string
	input []int
	net   [][]float64
}{
	{"no layers", []int{4, 3, 2}, [][]float64{}},
	{"no layers on a vector", []int{7}, [][]float64{}},
	{"a dense network", []int{9}, [][]float64{{dense, 4}, {dense, 1}, {dense, 6}}},
	{"one pixel", []int{1, 1, 1}, [][]float64{{conv, 1, 1, 0, 1, 1}, {pool, 1, 0, 1}, {flatten}, {dense, 1}}},
	{"one row", []int{1, 9, 2}, [][]float64{{conv, 3, 3, 1, 1, 1}, {pool, 1, 0, 2}, {flatten}}},
	{"1×1 convolutions", []int{6, 5, 7}, [][]float64{{conv, 3, 1, 0, 1, 1}, {conv, 8, 1, 0, 2, 5}}},
	{"the course's LeNet", []int{28, 28, 1}, [][]float64{{conv, 8, 5, 2, 1, 1}, {pool, 2, 0, 2}, {conv, 16, 5, 2, 1, 1}, {pool, 2, 0, 2}, {flatten}, {dense, 128}, {dense, 10}}},
	{"a digit padded by the first layer", []int{28, 28, 1}, append([][]float64{{0, 4, 5, 2, 1, 1}}, examNet[1:]...)},
	{"the first layers of ResNet18", []int{224, 224, 3}, [][]float64{{conv, 64, 7, 3, 2, 1}, {pool, 3, 1, 2}, {conv, 64, 3, 1, 1, 1}}},
}

func everywhere(t *grading.T, f func(t *grading.T, what string, input []int, net [][]float64)) {
	for i := range 6 {
		input, net := network(t.Rand)
		f(t, fmt.Sprintf("random network %d", i+1), input, net)
	}
	for _, a := range awkward {
		f(t, a.what, a.input, a.net)
	}
}

func shapesRandom(t *grading.T)          { everywhere(t, shapesCase) }
func parametersRandom(t *grading.T)      { everywhere(t, parametersCase) }
func multiplicationsRandom(t *grading.T) { everywhere(t, multiplicationsCase) }

// ---- ReceptiveField

func fields(net [][]float64, grow func(field, jump, k, s, d int) (int, int)) []int {
	out := []int{}
	field, jump := 1, 1
	for _, row := range net {
		k, s, d := int(row[1]), int(row[3]), 1
		if row[0] == conv {
			k, s, d = int(row[2]), int(row[4]), int(row[5])
		}
		field, jump = grow(field, jump, k, s, d)
		out = append(out, field)
	}
	return out
}

func receptiveCase(t *grading.T, what string, net [][]float64) {
	want := fields(net, func(f, j, k, s, d int) (int, int) { return f + d*(k-1)*j, j * s })
	a := kit.Accepted(t, what, "ReceptiveField", net)
	judge(t, what, a.Ints(0), want, map[string][]int{
		"stride-early":      fields(net, func(f, j, k, s, d int) (int, int) { return f + d*(k-1)*j*s, j * s }),
		"field-no-dilation": fields(net, func(f, j, k, s, d int) (int, int) { return f + (k-1)*j, j * s }),
		"dilation-times":    fields(net, func(f, j, k, s, d int) (int, int) { return f + (d*k-1)*j, j * s }),
	})
	if a.Bool(1) {
		kit.Fail(t, what, "after the call the layers hold other numbers", "arguments as they were", "an argument was changed", "changes-argument")
	}
}

func receptiveRandom(t *grading.T) {
	r := t.Rand
	f := func(lo, n int) float64 { return float64(lo + r.IntN(n)) }
	for i := range 6 {
		var net [][]float64
		for range 2 + r.IntN(5) {
			if r.IntN(3) == 0 {
				net = append(net, []float64{pool, f(2, 2), f(0, 2), f(1, 3)})
			} else {
				net = append(net, []float64{conv, f(1, 9), f(2, 4), f(0, 3), f(1, 3), f(1, 3)})
			}
		}
		receptiveCase(t, fmt.Sprintf("random stack %d", i+1), net)
	}
	receptiveCase(t, "no layers", [][]float64{})
	receptiveCase(t, "1×1 with strides between", [][]float64{{conv, 1, 1, 0, 3, 2}, {conv, 1, 3, 0, 1, 1}, {pool, 1, 0, 2}, {conv, 1, 2, 4, 1, 3}})
	wave := [][]float64{} // dilation doubles: 2^l·… pixels after l layers
	for d := 1; d <= 64; d *= 2 {
		wave = append(wave, []float64{conv, 4, 2, 0, 1, float64(d)})
	}
	receptiveCase(t, "dilations 1, 2, 4, …, 64", wave)
}

// ---- FlatIndex

func flatCase(t *grading.T, s []int, i, j, k int) {
	H, W, C := s[0], s[1], s[2]
	what := fmt.Sprintf("row %d, column %d of map %d in %v", i, j, k, s)
	judge(t, what, kit.Accepted(t, what, "FlatIndex", s, i, j, k).Ints(0), []int{(i*W+j)*C + k}, map[string][]int{
		"channels-first": {(k*H+i)*W + j},
	})
}

func flatRandom(t *grading.T) {
	r := t.Rand
	s := []int{2, 3, 4}
	for i := range 2 {
		for j := range 3 {
			for k := range 4 {
				flatCase(t, s, i, j, k)
			}
		}
	}
	for range 10 {
		s := []int{2 + r.IntN(30), 2 + r.IntN(30), 2 + r.IntN(30)}
		flatCase(t, s, r.IntN(s[0]), r.IntN(s[1]), r.IntN(s[2]))
	}
	for _, s := range [][]int{{1, 1, 1}, {1, 5, 1}, {5, 1, 1}, {1, 1, 5}} {
		flatCase(t, s, s[0]-1, s[1]-1, s[2]-1)
	}
	for _, at := range [][3]int{{2, 0, 0}, {0, 3, 0}, {0, 0, 4}, {-1, 0, 0}, {0, -1, 0}, {1, 0, -1}} {
		kit.Refuses(t, fmt.Sprintf("%v outside %v", at, s), "setting-passes", "FlatIndex", s, at[0], at[1], at[2])
	}
	for _, s := range [][]int{{}, {4}, {4, 4}, {4, 4, 1, 1}} {
		kit.Refuses(t, fmt.Sprintf("the shape %v", s), "row-passes", "FlatIndex", s, 0, 0, 0)
	}
	for _, s := range [][]int{{0, 4, 4}, {4, 0, 4}, {4, 4, -1}} {
		kit.Refuses(t, fmt.Sprintf("the shape %v", s), "setting-passes", "FlatIndex", s, 0, 0, 0)
	}
}

// ---- errors

func refusesAll(t *grading.T) {
	picture := []int{6, 8, 2}
	c, p := []float64{conv, 3, 3, 1, 1, 1}, []float64{pool, 2, 0, 2}
	bad := []struct {
		what, mistake string
		input         []int
		net           [][]float64
	}{
		{"an input of two numbers", "row-passes", []int{6, 8}, [][]float64{}},
		{"an empty input", "row-passes", []int{}, [][]float64{}},
		{"a height of 0", "setting-passes", []int{0, 8, 2}, [][]float64{{flatten}}},
		{"no channels in the input", "setting-passes", []int{6, 8, 0}, [][]float64{{flatten}}},
		{"a vector of no entries", "setting-passes", []int{0}, [][]float64{}},
		{"an empty row", "row-passes", picture, [][]float64{c, {}}},
		{"the kind 4", "row-passes", picture, [][]float64{{4, 1}}},
		{"the kind −1", "row-passes", picture, [][]float64{{-1, 1}}},
		{"a convolution of five numbers", "row-passes", picture, [][]float64{c[:5]}},
		{"a convolution of seven numbers", "row-passes", picture, [][]float64{append(slices.Clone(c), 1)}},
		{"a pool of three numbers", "row-passes", picture, [][]float64{p[:3]}},
		{"a pool of five numbers", "row-passes", picture, [][]float64{append(slices.Clone(p), 1)}},
		{"a flatten of two numbers", "row-passes", picture, [][]float64{{flatten, 1}}},
		{"a dense layer without units", "row-passes", []int{5}, [][]float64{{dense}}},
		{"a dense layer of 0 units", "setting-passes", []int{5}, [][]float64{{dense, 0}}},
		{"a convolution of 0 maps", "setting-passes", picture, [][]float64{{conv, 0, 3, 1, 1, 1}}},
		{"a kernel of 0", "setting-passes", picture, [][]float64{{conv, 3, 0, 1, 1, 1}}},
		{"a padding of −1", "setting-passes", picture, [][]float64{{pool, 2, -1, 2}}},
		{"a stride of 0", "setting-passes", picture, [][]float64{{pool, 2, 0, 0}}},
		{"a window too high", "does-not-fit", picture, [][]float64{{conv, 3, 7, 0, 1, 1}}},
		{"a window too wide", "does-not-fit", []int{8, 6, 2}, [][]float64{{conv, 3, 7, 0, 1, 1}}},
		{"a dilated window too high", "does-not-fit", picture, [][]float64{{conv, 3, 3, 0, 2, 3}}},
		{"a second pool that no longer fits", "does-not-fit", picture, [][]float64{{pool, 4, 0, 4}, p}},
		{"a convolution of a vector", "kind-passes", picture, [][]float64{{flatten}, c}},
		{"a pool of a vector", "kind-passes", []int{5}, [][]float64{p}},
		{"a vector flattened", "kind-passes", picture, [][]float64{{flatten}, {flatten}}},
		{"a dense layer on a picture", "kind-passes", picture, [][]float64{c, {dense, 10}}},
	}
	for _, fn := range []string{"Shapes", "Parameters", "Multiplications"} {
		kit.Accepted(t, "a network that fits", fn, picture, [][]float64{c, p, {flatten}, {dense, 10}})
		for _, b := range bad {
			kit.Refuses(t, b.what, b.mistake, fn, b.input, b.net)
		}
	}
	kit.Accepted(t, "a stack", "ReceptiveField", [][]float64{c, p})
	for _, b := range []struct {
		what, mistake string
		net           [][]float64
	}{
		{"a flatten", "row-passes", [][]float64{c, {flatten}}},
		{"a dense layer", "row-passes", [][]float64{c, {dense, 10}}},
		{"an empty row", "row-passes", [][]float64{{}, c}},
		{"a convolution of five numbers", "row-passes", [][]float64{c[:5]}},
		{"a pool of five numbers", "row-passes", [][]float64{append(slices.Clone(p), 1)}},
		{"a kernel of 0", "setting-passes", [][]float64{{pool, 0, 0, 1}}},
		{"0 maps", "setting-passes", [][]float64{{conv, 0, 3, 0, 1, 1}}},
		{"a padding of −1", "setting-passes", [][]float64{{conv, 1, 3, -1, 1, 1}}},
		{"a stride of 0", "setting-passes", [][]float64{{conv, 1, 3, 0, 0, 1}}},
		{"a dilation of 0", "setting-passes", [][]float64{{conv, 1, 3, 0, 1, 0}}},
	} {
		kit.Refuses(t, b.what, b.mistake, "ReceptiveField", b.net)
	}
}

func untouched(t *grading.T) {
	for _, fn := range []string{"Shapes", "Parameters", "Multiplications"} {
		a := kit.Accepted(t, "the exam's net", fn, digit, examNet)
		if a.Bool(1) || a.Changed(0) || a.Changed(1) {
			kit.Fail(t, fn, "after the call an argument holds other numbers, or is part of the result", "arguments as they were", "memory is shared", "changes-argument")
		}
	}
	s := []int{4, 5, 6}
	if kit.Accepted(t, "a pixel", "FlatIndex", s, 1, 2, 3).Changed(0) {
		kit.Fail(t, "FlatIndex", "after the call the shape holds other numbers", "the shape as it was", "an argument was changed", "changes-argument")
	}
}

// ### END HIDDEN TESTS
