// ### BEGIN HIDDEN TESTS

package pooling

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"nncourse/grading"
	"nncourse/grading/checks/kit"
)

// Tolerance, relative to the largest number wanted: sums of at most 144 terms of one size. A wrong entry is off by about a term.
const tol = 1e-10

var mistakes = []grading.Mistake{
	{ID: "swapped", Cause: "window and stride are mixed up", Hint: "the windows are window × window pixels and begin at i·stride"},
	{ID: "size-long", Cause: "there is an output too many: an incomplete window at the end counts", Hint: "⌊(M + 2·pad − window)/stride⌋ + 1: round down; what lies behind the last whole window is not seen"},
	{ID: "size-short", Cause: "there is an output too few", Hint: "⌊(M + 2·pad − window)/stride⌋ + 1: the + 1 is the first window"},
	{ID: "zero-start", Cause: "the maximum starts from 0", Hint: "start with the first entry of the window: all may be negative"},
	{ID: "all-ties", Cause: "all equal entries get the gradient", Hint: "only the first of them, row after row"},
	{ID: "last-tie", Cause: "the last of equal entries counts as the maximum", Hint: "> in place of >="},
	{ID: "everywhere", Cause: "every entry of the window gets the gradient of the maximum", Hint: "a small change of an entry that is not the largest changes nothing"},
	{ID: "per-column", Cause: "the maximum of every column of the window gets the gradient", Hint: "one maximum for the whole window: keep its row and its column"},
	{ID: "overwritten", Cause: "a later window overwrites what an earlier one gave", Hint: "windows overlap: += in place of ="},
	{ID: "padding-counted", Cause: "padding counts in the mean", Hint: "divide by the number of pixels of the picture in the window"},
	{ID: "share-undivided", Cause: "every entry gets the whole gradient of the mean", Hint: "∂y/∂x is one divided by the number of pixels in the window"},
	{ID: "l2-mean", Cause: "the root of the mean of squares in place of their sum", Hint: "√Σx², without a division"},
	{ID: "zero-window", Cause: "0/0 in a window of zeros", Hint: "there the gradient shall be 0"},
	{ID: "l2-overflows", Cause: "the sum of squares overflows or underflows where its root does not", Hint: "divide by the largest |x| of the window first"},
	{ID: "l2-undivided", Cause: "the gradient is dy·x, without the division by y", Hint: "∂√Σx²/∂x = x/√Σx²"},
	{ID: "counts-staying", Cause: "the shift by nothing is counted", Hint: "eight shifts: not dr = 0 and dc = 0 together"},
	{ID: "four-shifts", Cause: "only the four shifts along the axes are counted", Hint: "diagonals too: eight"},
	{ID: "not-lowest", Cause: "the fraction can be reduced", Hint: "divide both numbers by their greatest common divisor"},
	{ID: "edge-centre", Cause: "5/8, the share for the middle of an edge, is given as the mean", Hint: "average over all places of the window"},
	{ID: "nan-passes", Cause: "NaN and infinity are not looked for", Hint: "check every number that comes in, and the results of L2"},
	{ID: "shape-passes", Cause: "empty or ragged pictures, or a dy of another shape, are accepted", Hint: "compare each row's length with row 0's, and dy with the shape of the output"},
	{ID: "size-passes", Cause: "a window, a stride or a padding out of range is accepted", Hint: "compare with the table of the statement, height and width both"},
	{ID: "changes", Cause: "an argument is changed", Hint: "make a new picture for every result"},
	{ID: "refuses-good", Cause: "an input that has a result is refused", Hint: "compare your conditions with the table of the statement, one by one"},
}

func same(got, want [][]float64) bool {
	size := 0.0
	for _, v := range slices.Concat(want...) {
		size = math.Max(size, math.Abs(v))
	}
	return slices.EqualFunc(got, want, func(a, b []float64) bool {
		return slices.EqualFunc(a, b, func(x, y float64) bool {
			return math.Abs(x-y) <= tol*size || math.IsInf(size, 0) && x == y || x != x && y != y
		})
	})
}

func dims(a [][]float64) string {
	if len(a) == 0 {
		return "no rows"
	}
	for _, row := range a {
		if len(row) != len(a[0]) {
			return "rows of different lengths"
		}
	}
	return fmt.Sprintf("%d×%d", len(a), len(a[0]))
}

// judge compares a picture; would maps mistakes to what they give.
func judge(t *grading.T, what string, got, want [][]float64, would map[string][][]float64) {
	if same(got, want) {
		return
	}
	mistake := ""
	for _, m := range mistakes {
		if v, ok := would[m.ID]; ok && same(got, v) && !same(v, want) {
			mistake = m.ID
			break
		}
	}
	err := "the numbers differ"
	if d := dims(got); d != dims(want) {
		err = d + ", want " + dims(want)
	}
	kit.Fail(t, what, got, want, err, mistake)
}

// ---- reference

type geometry struct{ window, stride, pad int }

func (g geometry) size(n int) int { return (n+2*g.pad-g.window)/g.stride + 1 }

func zeros(m, n int) [][]float64 {
	a := make([][]float64, max(0, m))
	for i := range a {
		a[i] = make([]float64, max(0, n))
	}
	return a
}

// entry is one pixel of a window.
type entry struct {
	r, c int
	v    float64
}

// pool gives h×w outputs, each f of the pixels in its window.
func (g geometry) pool(x [][]float64, h, w int, f func(in []entry) float64) [][]float64 {
	y := zeros(h, w)
	g.walk(x, h, w, func(i, j int, in []entry) { y[i][j] = f(in) })
	return y
}

func (g geometry) walk(x [][]float64, h, w int, do func(i, j int, in []entry)) {
	for i := range h {
		for j := range w {
			var in []entry
			for a := range g.window {
				for b := range g.window {
					if r, c := i*g.stride-g.pad+a, j*g.stride-g.pad+b; r >= 0 && c >= 0 && r < len(x) && c < len(x[0]) {
						in = append(in, entry{r, c, x[r][c]})
					}
				}
			}
			do(i, j, in)
		}
	}
}

// spread gives ∂J/∂x, where share gives ∂y/∂x for each pixel of a window.
func (g geometry) spread(x, dy [][]float64, share func(in []entry) []float64) [][]float64 {
	dx := zeros(len(x), len(x[0]))
	g.walk(x, len(dy), len(dy[0]), func(i, j int, in []entry) {
		for k, s := range share(in) {
			dx[in[k].r][in[k].c] += s * dy[i][j]
		}
	})
	return dx
}

// overwrite is spread with = in place of +=.
func (g geometry) overwrite(x, dy [][]float64, only bool, share func(in []entry) []float64) [][]float64 {
	dx := zeros(len(x), len(x[0]))
	g.walk(x, len(dy), len(dy[0]), func(i, j int, in []entry) {
		for k, s := range share(in) {
			if s != 0 || !only {
				dx[in[k].r][in[k].c] = s * dy[i][j]
			}
		}
	})
	return dx
}

func largest(in []entry) float64 {
	m := math.Inf(-1)
	for _, e := range in {
		m = math.Max(m, e.v)
	}
	return m
}

func fromZero(in []entry) float64 { return math.Max(0, largest(in)) }

func sum(in []entry) (s float64) {
	for _, e := range in {
		s += e.v
	}
	return s
}

func mean(in []entry) float64 { return sum(in) / float64(len(in)) }

func norm(in []entry) (n float64) {
	for _, e := range in {
		n = math.Hypot(n, e.v)
	}
	return n
}

func bareNorm(in []entry) float64 {
	s := 0.0
	for _, e := range in {
		s += e.v * e.v
	}
	return math.Sqrt(s)
}

func rms(in []entry) float64 { return norm(in) / math.Sqrt(float64(len(in))) }

var forwards = map[string]func(in []entry) float64{"Max": largest, "Mean": mean, "L2": norm}

// arguments gives those of a forward pool.
func (g geometry) arguments(fn string, x [][]float64) []any {
	if fn == "Mean" {
		return []any{x, g.window, g.stride, g.pad}
	}
	return []any{x, g.window, g.stride}
}

func forward(t *grading.T, what, fn string, x [][]float64, g geometry) {
	h, w := g.size(len(x)), g.size(len(x[0]))
	f := forwards[fn]
	would := map[string][][]float64{"size-long": g.pool(x, longer(g, len(x)), longer(g, len(x[0])), f), "size-short": g.pool(x, h-1, w-1, f)}
	if s := (geometry{g.stride, g.window, g.pad}); s.window <= min(len(x), len(x[0]))+2*s.pad && s.pad < s.window {
		would["swapped"] = s.pool(x, s.size(len(x)), s.size(len(x[0])), f)
	}
	switch fn {
	case "Max":
		would["zero-start"] = g.pool(x, h, w, fromZero)
	case "Mean":
		would["padding-counted"] = g.pool(x, h, w, func(in []entry) float64 { return sum(in) / float64(g.window*g.window) })
	case "L2":
		would["l2-mean"], would["l2-overflows"] = g.pool(x, h, w, rms), g.pool(x, h, w, bareNorm)
	}
	a := t.Call(fn, g.arguments(fn, x)...)
	if a.Failed() {
		mistake := "refuses-good"
		if over := would["l2-overflows"]; over != nil && !grading.AllFinite(slices.Concat(over...)) {
			mistake = "l2-overflows"
		}
		if s := would["swapped"]; s == nil && g.stride != g.window && mistake == "refuses-good" && g.stride > min(len(x), len(x[0]))+2*g.pad {
			mistake = "swapped"
		}
		kit.Fail(t, what, "error: "+a.Err, g.pool(x, h, w, f), "an error where a result exists", mistake)
	}
	judge(t, what, a.Matrix(0), g.pool(x, h, w, f), would)
}

// longer is the size with an incomplete window at the end.
func longer(g geometry, n int) int { return (n+2*g.pad-g.window+g.stride-1)/g.stride + 1 }

func firstMax(in []entry) []float64 { return ties(in, 0) }

// ties gives 1 to the first of the largest (which = 0), to the last (1), to all (2).
func ties(in []entry, which int) []float64 {
	share, last := make([]float64, len(in)), -1
	for k, e := range in {
		if e.v == largest(in) {
			if which == 2 || which == 0 && last < 0 {
				share[k] = 1
			}
			last = k
		}
	}
	if which == 1 {
		share[last] = 1
	}
	return share
}

// columns gives 1 to the first maximum of each column.
func columns(in []entry) []float64 {
	share := make([]float64, len(in))
	for k, e := range in {
		top := true
		for l, o := range in {
			if o.c == e.c && (o.v > e.v || o.v == e.v && l < k) {
				top = false
			}
		}
		if top {
			share[k] = 1
		}
	}
	return share
}

func ones(in []entry) []float64 { return shares(in, func(entry) float64 { return 1 }) }

func shares(in []entry, f func(e entry) float64) []float64 {
	s := make([]float64, len(in))
	for k, e := range in {
		s[k] = f(e)
	}
	return s
}

func equal(in []entry) []float64 {
	return shares(in, func(entry) float64 { return 1 / float64(len(in)) })
}

func slope(in []entry) []float64 {
	n := norm(in)
	return shares(in, func(e entry) float64 {
		if n == 0 {
			return 0
		}
		return e.v / n
	})
}

func backward(t *grading.T, what, fn string, x, dy [][]float64, g geometry) {
	share := map[string]func(in []entry) []float64{"MaxBackward": firstMax, "MeanBackward": equal, "L2Backward": slope}[fn]
	want := g.spread(x, dy, share)
	would := map[string][][]float64{"overwritten": g.overwrite(x, dy, fn == "MaxBackward", share)}
	args := []any{x, dy, g.window, g.stride}
	switch fn {
	case "MaxBackward":
		would["all-ties"] = g.spread(x, dy, func(in []entry) []float64 { return ties(in, 2) })
		would["last-tie"] = g.spread(x, dy, func(in []entry) []float64 { return ties(in, 1) })
		would["per-column"] = g.spread(x, dy, columns)
		would["everywhere"] = g.spread(x, dy, ones)
	case "MeanBackward":
		args = []any{len(x), len(x[0]), dy, g.window, g.stride, g.pad}
		would["share-undivided"] = g.spread(x, dy, ones)
		would["padding-counted"] = g.spread(x, dy, func(in []entry) []float64 {
			return shares(in, func(entry) float64 { return 1 / float64(g.window*g.window) })
		})
	case "L2Backward":
		would["l2-undivided"] = g.spread(x, dy, func(in []entry) []float64 { return shares(in, func(e entry) float64 { return e.v }) })
		would["l2-mean"] = g.spread(x, dy, func(in []entry) []float64 {
			n := rms(in) * float64(len(in))
			return shares(in, func(e entry) float64 {
				if n == 0 {
					return 0
				}
				return e.v / n
			})
		})
		would["zero-window"] = g.spread(x, dy, func(in []entry) []float64 {
			n := norm(in)
			return shares(in, func(e entry) float64 { return e.v / n })
		})
		would["l2-overflows"] = g.spread(x, dy, func(in []entry) []float64 {
			n := bareNorm(in)
			return shares(in, func(e entry) float64 { return e.v / n })
		})
		// the guard may be there, and the sum underflow to it
		if got := g.spread(x, dy, func(in []entry) []float64 {
			n := bareNorm(in)
			return shares(in, func(e entry) float64 {
				if n == 0 {
					return 0
				}
				return e.v / n
			})
		}); !same(got, want) {
			would["l2-overflows"] = got
		}
	}
	a := t.Call(fn, args...)
	if a.Failed() {
		mistake := "refuses-good"
		if g.window != g.stride {
			s := geometry{g.stride, g.window, g.pad}
			if s.window > min(len(x), len(x[0]))+2*s.pad || s.size(len(x)) != len(dy) || s.size(len(x[0])) != len(dy[0]) {
				mistake = "swapped" // dy would not fit
			}
			for _, h := range [][2]int{{longer(g, len(x)), longer(g, len(x[0]))}} {
				if h[0] != len(dy) || h[1] != len(dy[0]) {
					mistake = "size-long"
				}
			}
		}
		kit.Fail(t, what, "error: "+a.Err, want, "an error where a result exists", mistake)
	}
	judge(t, what, a.Matrix(0), want, would)
}

// ---- random instances

func gaussian(r *rand.Rand, m, n int, size float64) [][]float64 {
	x := zeros(m, n)
	for i := range x {
		for j := range x[i] {
			x[i][j] = size * r.NormFloat64()
		}
	}
	return x
}

// coarse has many equal entries.
func coarse(r *rand.Rand, m, n int) [][]float64 {
	x := zeros(m, n)
	for i := range x {
		for j := range x[i] {
			x[i][j] = float64(r.IntN(3) - 1)
		}
	}
	return x
}

type instance struct {
	what string
	x    [][]float64
	g    geometry
}

// instances are pictures for every pool: side by side, overlapping, with gaps, with rows and columns left over.
func instances(r *rand.Rand, padded bool) []instance {
	pad := func(p int) int {
		if padded {
			return p
		}
		return 0
	}
	more := r.IntN(3)
	return []instance{
		{"windows side by side", gaussian(r, 6, 8, 1), geometry{2, 2, pad(1)}},
		{"windows that overlap", gaussian(r, 7+more, 6, 1), geometry{3, 1, pad(1)}},
		{"rows and columns left over", gaussian(r, 8, 7+2*more, 1), geometry{3, 2, pad(1 + r.IntN(2))}},
		{"windows of 3 side by side, the picture no multiple", gaussian(r, 8, 10, 1), geometry{3, 3, 0}},
		{"windows with gaps", gaussian(r, 9, 8, 1), geometry{2, 3, pad(1)}},
		{"one window", gaussian(r, 4, 4, 1), geometry{4, 4, 0}},
		{"a stride longer than the picture", gaussian(r, 3, 3, 1), geometry{2, 9, 0}},
		{"windows of one pixel", gaussian(r, 3, 5, 1), geometry{1, 1, 0}},
		{"one pixel", gaussian(r, 1, 1, 1), geometry{1, 3, 0}},
		{"equal entries", coarse(r, 6, 7), geometry{3, 2, pad(1)}},
		{"huge numbers", gaussian(r, 5, 5, 1e100), geometry{2, 1, 0}},
		{"tiny numbers", gaussian(r, 5, 5, 1e-100), geometry{2, 1, 0}},
		{"zeros", zeros(4, 4), geometry{2, 2, pad(1)}},
	}
}

func allForward(t *grading.T, fn string) {
	for _, c := range instances(t.Rand, fn == "Mean") {
		forward(t, c.what, fn, c.x, c.g)
	}
}

func allBackward(t *grading.T, fn string) {
	for _, c := range instances(t.Rand, fn == "MeanBackward") {
		backward(t, c.what, fn, c.x, gaussian(t.Rand, c.g.size(len(c.x)), c.g.size(len(c.x[0])), 1), c.g)
	}
}

func maxRandom(t *grading.T) {
	allForward(t, "Max")
	x := gaussian(t.Rand, 6, 6, 1)
	for _, row := range x {
		for j := range row {
			row[j] = -1 - math.Abs(row[j])
		}
	}
	forward(t, "negative numbers", "Max", x, geometry{2, 2, 0})
}

func maxBackwardRandom(t *grading.T) {
	allBackward(t, "MaxBackward")
	r := t.Rand
	x := zeros(5, 5)
	x[2][2] = 3 // the maximum of nine windows
	backward(t, "one peak in nine windows", "MaxBackward", x, gaussian(r, 3, 3, 1), geometry{3, 1, 0})
	backward(t, "all equal", "MaxBackward", zeros(4, 6), gaussian(r, 2, 3, 1), geometry{2, 2, 0})
	backward(t, "equal entries, overlapping", "MaxBackward", coarse(r, 7, 7), gaussian(r, 6, 6, 1), geometry{2, 1, 0})
}

func meanRandom(t *grading.T) {
	allForward(t, "Mean")
	forward(t, "a padding of one less than the window", "Mean", gaussian(t.Rand, 2, 3, 1), geometry{4, 2, 3})
	forward(t, "a window larger than the picture", "Mean", gaussian(t.Rand, 2, 2, 1), geometry{4, 1, 2})
	constant := zeros(5, 5)
	for _, row := range constant {
		for j := range row {
			row[j] = 2.5
		}
	}
	forward(t, "a constant picture", "Mean", constant, geometry{3, 2, 1})
}

func meanBackwardRandom(t *grading.T) {
	allBackward(t, "MeanBackward")
	backward(t, "a padding of one less than the window", "MeanBackward", zeros(2, 3), gaussian(t.Rand, 3, 3, 1), geometry{4, 2, 3})
}

func l2Random(t *grading.T) {
	allForward(t, "L2")
	forward(t, "numbers whose squares overflow", "L2", gaussian(t.Rand, 4, 4, 1e200), geometry{2, 2, 0})
	forward(t, "numbers whose squares underflow", "L2", gaussian(t.Rand, 4, 4, 1e-200), geometry{2, 2, 0})
}

func l2BackwardRandom(t *grading.T) {
	allBackward(t, "L2Backward")
	r := t.Rand
	x := zeros(4, 4)
	x[3][2] = -2
	backward(t, "windows of zeros", "L2Backward", x, gaussian(r, 2, 2, 1), geometry{2, 2, 0})
	backward(t, "numbers whose squares overflow", "L2Backward", gaussian(r, 4, 4, 1e200), gaussian(r, 2, 2, 1), geometry{2, 2, 0})
	backward(t, "numbers whose squares underflow", "L2Backward", gaussian(r, 4, 4, 1e-200), gaussian(r, 2, 2, 1), geometry{2, 2, 0})
}

// ---- Kept

// count counts for all places the shifts that stay inside.
func count(k int, shifts [][2]int) (counts []int, total int) {
	for p := range k * k {
		n := 0
		for _, d := range shifts {
			if r, c := p/k+d[0], p%k+d[1]; r >= 0 && c >= 0 && r < k && c < k {
				n++
			}
		}
		counts, total = append(counts, n), total+n
	}
	return counts, total
}

func lowest(a, b int) [2]int {
	g, h := a, b
	for h > 0 {
		g, h = h, g%h
	}
	return [2]int{a / g, b / g}
}

func kept(t *grading.T, k int) {
	axes := [][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}}
	eight := append(slices.Clone(axes), [][2]int{{-1, -1}, {-1, 1}, {1, -1}, {1, 1}}...)
	want, total := count(k, eight)
	fraction := lowest(total, 8*k*k)
	what := fmt.Sprintf("window %d", k)
	a := kit.Accepted(t, what, "Kept", k)
	got, share := a.Ints(0), [2]int{a.Int(1), a.Int(2)}
	nine, nines := count(k, append(slices.Clone(eight), [2]int{}))
	four, fours := count(k, axes)
	if !slices.Equal(got, want) {
		mistake := ""
		switch {
		case slices.Equal(got, nine):
			mistake = "counts-staying"
		case slices.Equal(got, four):
			mistake = "four-shifts"
		}
		kit.Fail(t, what, got, want, "the counts differ", mistake)
	}
	if share != fraction {
		mistake := ""
		switch {
		case share == lowest(nines, 9*k*k) || share == lowest(nines, 8*k*k):
			mistake = "counts-staying"
		case share == lowest(fours, 4*k*k):
			mistake = "four-shifts"
		case share == [2]int{5, 8}:
			mistake = "edge-centre"
		case share[0] != 0 && share[0]*fraction[1] == share[1]*fraction[0]:
			mistake = "not-lowest"
		}
		kit.Fail(t, what, share[:], fraction[:], "the fraction differs", mistake)
	}
}

func keptRandom(t *grading.T) {
	for _, k := range []int{1, 2, 3, 4, 5, 6, 7 + t.Rand.IntN(20), 100} {
		kept(t, k)
	}
}

// ---- refusals

func refusesAll(t *grading.T) {
	x, dy := [][]float64{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 1, 2, 3}, {4, 5, 6, 7}}, [][]float64{{1, 2}, {3, 4}}
	kit.Accepted(t, "a good input", "Mean", x, 2, 2, 0)
	// every function with x, dy, window, stride
	each := func(what, mistake string, x, dy [][]float64, window, stride int) {
		kit.Refuses(t, what, mistake, "Max", x, window, stride)
		kit.Refuses(t, what, mistake, "MaxBackward", x, dy, window, stride)
		kit.Refuses(t, what, mistake, "Mean", x, window, stride, 0)
		kit.Refuses(t, what, mistake, "L2", x, window, stride)
		kit.Refuses(t, what, mistake, "L2Backward", x, dy, window, stride)
	}
	each("no rows", "shape-passes", [][]float64{}, dy, 1, 1)
	each("an empty row", "shape-passes", [][]float64{{}}, dy, 1, 1)
	each("a ragged picture", "shape-passes", [][]float64{{1, 2, 3, 4}, {1, 2, 3, 4}, {1, 2, 3}, {1, 2, 3, 4}}, dy, 2, 2)
	each("a picture with one long row", "shape-passes", [][]float64{{1, 2, 3, 4}, {1, 2, 3, 4}, {1, 2, 3, 4, 5}, {1, 2, 3, 4}}, dy, 2, 2)
	for _, g := range [][2]int{{0, 1}, {-1, 1}, {2, 0}, {2, -2}} {
		what := fmt.Sprintf("window %d, stride %d", g[0], g[1])
		each(what, "size-passes", x, dy, g[0], g[1])
		kit.Refuses(t, what, "size-passes", "MeanBackward", 4, 4, dy, g[0], g[1], 0)
	}
	each("a window higher than the picture", "size-passes", x[:2], [][]float64{{1, 2}}, 3, 1)
	each("a window wider than the picture", "size-passes", [][]float64{{1, 2}, {3, 4}, {5, 6}}, [][]float64{{1}, {2}}, 3, 1)
	for _, pad := range []int{-1, 2, 5} {
		what := fmt.Sprintf("window 2, padding %d", pad)
		kit.Refuses(t, what, "size-passes", "Mean", x, 2, 2, pad)
		h := max(1, geometry{2, 2, pad}.size(4))
		kit.Refuses(t, what, "size-passes", "MeanBackward", 4, 4, zeros(h, h), 2, 2, pad)
	}
	for _, m := range [][2]int{{0, 4}, {4, 0}, {-1, 4}} {
		kit.Refuses(t, fmt.Sprintf("a picture %d×%d", m[0], m[1]), "shape-passes", "MeanBackward", m[0], m[1], dy, 2, 2, 0)
	}
	for _, bad := range []struct {
		what string
		dy   [][]float64
	}{
		{"a dy with a row too few", dy[:1]}, {"a dy with a row too many", [][]float64{{1, 2}, {3, 4}, {5, 6}}}, {"a dy too narrow", [][]float64{{1}, {2}}},
		{"a dy too wide", [][]float64{{1, 2, 3}, {4, 5, 6}}}, {"a ragged dy", [][]float64{{1, 2}, {3}}}, {"an empty dy", [][]float64{}},
	} {
		kit.Refuses(t, bad.what, "shape-passes", "MaxBackward", x, bad.dy, 2, 2)
		kit.Refuses(t, bad.what, "shape-passes", "MeanBackward", 4, 4, bad.dy, 2, 2, 0)
		kit.Refuses(t, bad.what, "shape-passes", "L2Backward", x, bad.dy, 2, 2)
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		what := fmt.Sprintf("%v among the numbers", v)
		spoilt, dyBad := [][]float64{x[0], x[1], {1, 2, 3, v}, x[3]}, [][]float64{{1, 2}, {v, 4}}
		each(what, "nan-passes", spoilt, dy, 2, 2)
		kit.Refuses(t, what+" of dy", "nan-passes", "MaxBackward", x, dyBad, 2, 2)
		kit.Refuses(t, what+" of dy", "nan-passes", "MeanBackward", 4, 4, dyBad, 2, 2, 0)
		kit.Refuses(t, what+" of dy", "nan-passes", "L2Backward", x, dyBad, 2, 2)
	}
	kit.Refuses(t, "a norm that overflows", "nan-passes", "L2", [][]float64{{1.5e308, 1.5e308}, {1.5e308, 1.5e308}}, 2, 2)
	for _, k := range []int{0, -3, 101} {
		kit.Refuses(t, fmt.Sprintf("window %d", k), "size-passes", "Kept", k)
	}
}

func untouched(t *grading.T) {
	x, dy := [][]float64{{1, -2, 3}, {4, 5, -6}, {-7, 8, 9}}, [][]float64{{1, 2}, {3, 4}}
	for _, c := range []struct {
		fn   string
		args []any
	}{
		{"Max", []any{x, 2, 1}}, {"MaxBackward", []any{x, dy, 2, 1}}, {"Mean", []any{x, 2, 1, 0}},
		{"MeanBackward", []any{3, 3, dy, 2, 1, 0}}, {"L2", []any{x, 2, 1}}, {"L2Backward", []any{x, dy, 2, 1}},
	} {
		kit.Untouched(t, "changes", c.fn, c.args...)
	}
}

// ### END HIDDEN TESTS
