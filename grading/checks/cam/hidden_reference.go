// ### BEGIN HIDDEN TESTS

package cam

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// The right answers, and what the known mistakes give instead. Written apart from the solution and from lib/explain:
// channels outermost, upsampling by the tent function.

// net is the end of a network: features, dense layer, gradients of some class's score by the features.
type net struct {
	name string
	f, g [][][]float64 // [H][W][K]
	w    [][]float64   // [K][C]
	b    []float64     // [C]
}

func (n *net) size() (h, w, k, c int) { return len(n.f), len(n.f[0]), len(n.w), len(n.w[0]) }

// random makes a net with normal features, weights, biases and gradients. The features are cut at zero (as after a
// ReLU) with probability ½ a net, so that neither sign can be taken for granted.
func random(r *rand.Rand, name string, h, w, k, c int) *net {
	n := &net{name: name, f: cube(r, h, w, k), g: cube(r, h, w, k), w: matrix(r, k, c), b: matrix(r, 1, c)[0]}
	if r.IntN(2) == 0 {
		for y := range n.f {
			for x := range n.f[y] {
				for i, v := range n.f[y][x] {
					n.f[y][x][i] = max(0, v)
				}
			}
		}
	}
	return n
}

func cube(r *rand.Rand, h, w, k int) [][][]float64 {
	f := make([][][]float64, h)
	for y := range f {
		f[y] = matrix(r, w, k)
	}
	return f
}

// matrix holds normal numbers, rounded to three digits after the point, so that a message shows them in full.
func matrix(r *rand.Rand, h, w int) [][]float64 {
	m := blank(h, w)
	for y := range m {
		for x := range m[y] {
			m[y][x] = math.Round(1000*r.NormFloat64()) / 1000
		}
	}
	return m
}

func blank(h, w int) [][]float64 {
	m := make([][]float64, h)
	for y := range m {
		m[y] = make([]float64, w)
	}
	return m
}

// logit is S_c = Σ_k w_k^c F_k + b_c with F_k the mean of channel k.
func (n *net) logit(class int) float64 {
	h, w, k, _ := n.size()
	s := n.b[class]
	for i := range k {
		F := 0.0
		for y := range h {
			for x := range w {
				F += n.f[y][x][i]
			}
		}
		s += n.w[i][class] * F / float64(h*w)
	}
	return s
}

// sum is Σ_k α_k f_k.
func (n *net) sum(alpha func(k int) float64) [][]float64 {
	h, w, k, _ := n.size()
	m := blank(h, w)
	for i := range k {
		a := alpha(i)
		for y := range h {
			for x := range w {
				m[y][x] += a * n.f[y][x][i]
			}
		}
	}
	return m
}

func (n *net) cam(class int) [][]float64 {
	return n.sum(func(k int) float64 { return n.w[k][class] })
}

// reduce folds the gradients of channel k over all places.
func (n *net) reduce(k int, start float64, f func(acc, g float64) float64) float64 {
	for _, row := range n.g {
		for _, place := range row {
			start = f(start, place[k])
		}
	}
	return start
}

func (n *net) meanGradient(k int) float64 {
	h, w, _, _ := n.size()
	return n.reduce(k, 0, func(acc, g float64) float64 { return acc + g }) / float64(h*w)
}

func (n *net) gradCAM() [][]float64 { return cut(n.sum(n.meanGradient)) }

func cut(m [][]float64) [][]float64 { return each(m, func(v float64) float64 { return max(0, v) }) }

func each(m [][]float64, f func(float64) float64) [][]float64 {
	out := blank(len(m), len(m[0]))
	for y := range m {
		for x, v := range m[y] {
			out[y][x] = f(v)
		}
	}
	return out
}

func transpose(m [][]float64) [][]float64 {
	out := blank(len(m[0]), len(m))
	for y := range m {
		for x, v := range m[y] {
			out[x][y] = v
		}
	}
	return out
}

// guess is a result that a known mistake gives.
type guess struct {
	mistake string
	m       [][]float64
}

// camGuesses lists what known mistakes give for CAM.
func (n *net) camGuesses(class int) []guess {
	h, w, k, c := n.size()
	right := n.cam(class)
	column := func(k int) float64 { return n.w[k][class] }
	list := []guess{
		{"cam-relu", cut(right)},
		{"absolute-weights", n.sum(func(k int) float64 { return math.Abs(column(k)) })},
		{"positive-weights", n.sum(func(k int) float64 { return max(0, column(k)) })},
		{"map-scaled", normalise(right)},
		{"map-divided", each(right, func(v float64) float64 { return v / float64(h*w) })},
	}
	if _, hi := extremes(right); hi != 0 {
		list = append(list, guess{"map-scaled", each(right, func(v float64) float64 { return v / hi })})
	}
	softmax := func(v []float64, i int) float64 {
		s := 0.0
		for _, z := range v {
			s += math.Exp(z)
		}
		return math.Exp(v[i]) / s
	}
	list = append(list, guess{"softmax-weights", n.sum(func(k int) float64 { return softmax(n.w[k], class) })})
	whole := transpose(n.w)[class]
	list = append(list, guess{"softmax-weights", n.sum(func(k int) float64 { return softmax(whole, k) })})
	for _, size := range []func(float64) float64{math.Abs, func(v float64) float64 { return v }} {
		list = append(list, guess{"channels-scaled", n.sum(func(k int) float64 {
			top := 0.0
			for _, row := range n.f {
				for _, place := range row {
					top = max(top, size(place[k]))
				}
			}
			if top == 0 {
				return column(k)
			}
			return column(k) / top
		})})
	}
	best := 0
	for i := range k {
		if column(i) > column(best) {
			best = i
		}
	}
	list = append(list, guess{"strongest-channel", n.sum(func(k int) float64 {
		if k == best {
			return column(k)
		}
		return 0
	})})
	if k == c {
		list = append(list, guess{"weights-transposed", n.sum(func(k int) float64 { return n.w[class][k] })})
	}
	if h > 1 && w > 1 {
		list = append(list, guess{"transposed", transpose(right)})
	}
	for other := range c {
		if other != class {
			list = append(list, guess{"wrong-class", n.cam(other)})
		}
	}
	return list
}

// gradGuesses lists what known mistakes give for GradCAM.
func (n *net) gradGuesses() []guess {
	h, w, k, _ := n.size()
	terms := func(term func(y, x, k int) float64) [][]float64 {
		m := blank(h, w)
		for y := range m {
			for x := range m[y] {
				for i := range k {
					m[y][x] += term(y, x, i)
				}
			}
		}
		return m
	}
	signed := n.sum(n.meanGradient)
	add := func(acc, g float64) float64 { return acc + g }
	list := []guess{
		{"gradcam-no-relu", signed},
		{"gradcam-sum", cut(n.sum(func(k int) float64 { return n.reduce(k, 0, add) }))},
		{"gradcam-maximum", cut(n.sum(func(k int) float64 { return n.reduce(k, math.Inf(-1), math.Max) }))},
		{"gradcam-absolute", cut(n.sum(func(k int) float64 {
			return n.reduce(k, 0, func(acc, g float64) float64 { return acc + math.Abs(g) }) / float64(h*w)
		}))},
		{"gradcam-absolute", each(signed, math.Abs)},
		{"gradcam-relu-early", cut(n.sum(func(k int) float64 { return max(0, n.meanGradient(k)) }))},
		{"gradcam-relu-early", terms(func(y, x, k int) float64 { return max(0, n.meanGradient(k)*n.f[y][x][k]) })},
		{"gradcam-relu-early", cut(n.sum(func(k int) float64 {
			return n.reduce(k, 0, func(acc, g float64) float64 { return acc + max(0, g) }) / float64(h*w)
		}))},
		{"gradcam-elementwise", cut(terms(func(y, x, k int) float64 { return n.g[y][x][k] * n.f[y][x][k] }))},
		{"gradcam-elementwise", terms(func(y, x, k int) float64 { return n.g[y][x][k] * n.f[y][x][k] })},
		{"map-scaled", normalise(cut(signed))},
	}
	if h > 1 && w > 1 {
		list = append(list, guess{"transposed", transpose(cut(signed))})
	}
	return list
}

// ---- upsampling

// tent gives the share of place i in a pixel that reads at u.
func tent(u float64, i int) float64 { return max(0, 1-math.Abs(u-float64(i))) }

// resample computes Σ_i Σ_j shareY(y, i)·shareX(x, j)·m[i][j], with shares from at(pixel, pixels, places).
func resample(m [][]float64, height, width int, at func(j, n, N int) float64, share func(u float64, i, N int) float64) [][]float64 {
	out := blank(height, width)
	for y := range out {
		uy := at(y, height, len(m))
		for x := range out[y] {
			ux := at(x, width, len(m[0]))
			for i := range m {
				for j, v := range m[i] {
					if s := share(uy, i, len(m)) * share(ux, j, len(m[i])); s != 0 {
						out[y][x] += s * v
					}
				}
			}
		}
	}
	return out
}

func bilinear(u float64, i, N int) float64 { return tent(min(max(u, 0), float64(N-1)), i) }

func centres(j, n, N int) float64 { return (float64(j)+0.5)*float64(N)/float64(n) - 0.5 }

func upsample(m [][]float64, height, width int) [][]float64 {
	return resample(m, height, width, centres, bilinear)
}

func upsampleGuesses(m [][]float64, height, width int) []guess {
	list := []guess{
		{"upsample-corners", resample(m, height, width, func(j, n, N int) float64 {
			if n == 1 {
				return 0
			}
			return float64(j) * float64(N-1) / float64(n-1)
		}, bilinear)},
		{"upsample-no-half", resample(m, height, width, func(j, n, N int) float64 { return float64(j) * float64(N) / float64(n) }, bilinear)},
		{"upsample-no-clamp", resample(m, height, width, centres, func(u float64, i, N int) float64 {
			if N == 1 {
				return 1
			}
			lo := max(0, min(int(math.Floor(u)), N-2))
			switch i {
			case lo:
				return 1 - (u - float64(lo))
			case lo + 1:
				return u - float64(lo)
			}
			return 0
		})},
	}
	for _, round := range []func(float64) float64{func(u float64) float64 { return math.Floor(u + 0.5) }, func(u float64) float64 { return math.Ceil(u - 0.5) }} {
		list = append(list, guess{"upsample-nearest", resample(m, height, width, centres, func(u float64, i, N int) float64 {
			if int(min(max(round(u), 0), float64(N-1))) == i {
				return 1
			}
			return 0
		})})
	}
	for _, at := range []func(j, n, N int) float64{func(j, n, N int) float64 { return float64(j * N / n) }} {
		list = append(list, guess{"upsample-nearest", resample(m, height, width, at, bilinear)})
	}
	return append(list,
		guess{"upsample-swapped", upsample(m, width, height)},
		guess{"transposed", transpose(upsample(m, height, width))})
}

// ---- to [0, 1], and boxes

func extremes(m [][]float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, row := range m {
		for _, v := range row {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return lo, hi
}

func normalise(m [][]float64) [][]float64 {
	lo, hi := extremes(m)
	return each(m, func(v float64) float64 {
		if hi == lo {
			return 0
		}
		return (v - lo) / (hi - lo)
	})
}

func normaliseGuesses(m [][]float64) []guess {
	lo, hi := extremes(m)
	lo0, hi0 := min(lo, 0), max(hi, 0)
	if lo == hi { // first, since a NaN is in some of the others as well
		return []guess{{"constant-nan", each(m, func(float64) float64 { return math.NaN() })}, {"normalise-by-maximum", each(m, func(v float64) float64 { return v / hi })}}
	}
	return []guess{
		{"normalise-by-maximum", each(m, func(v float64) float64 { return v / hi })},
		{"normalise-by-maximum", each(m, func(v float64) float64 { return v / max(hi, -lo) })},
		{"normalise-by-maximum", each(m, func(v float64) float64 { return max(0, v) / hi })},
		{"normalise-from-zero", each(m, func(v float64) float64 { return (v - lo0) / (hi0 - lo0) })},
		{"normalise-from-zero", each(m, func(v float64) float64 { return (v - lo) / (hi0 - lo) })},
		{"transposed", transpose(normalise(m))},
	}
}

// rectangle is the smallest one that holds the pixels with in(v).
func rectangle(m [][]float64, in func(v float64) bool) []int {
	var b []int
	for y, row := range m {
		for x, v := range row {
			switch {
			case !in(v):
			case b == nil:
				b = []int{x, y, x + 1, y + 1}
			default:
				b = []int{min(b[0], x), min(b[1], y), max(b[2], x+1), max(b[3], y+1)}
			}
		}
	}
	if b == nil {
		return []int{0, 0, 0, 0}
	}
	return b
}

func box(m [][]float64, threshold float64) []int {
	if _, hi := extremes(m); hi > 0 {
		return rectangle(m, func(v float64) bool { return v >= threshold*hi })
	}
	return []int{0, 0, 0, 0}
}

type boxGuess struct {
	mistake string
	b       []int
}

func boxGuesses(m [][]float64, threshold float64) []boxGuess {
	lo, hi := extremes(m)
	b := box(m, threshold)
	list := []boxGuess{
		{"box-swapped", []int{b[1], b[0], b[3], b[2]}},
		{"box-inclusive", []int{b[0], b[1], b[2] - 1, b[3] - 1}},
		{"box-width", []int{b[0], b[1], b[2] - b[0], b[3] - b[1]}},
		{"box-absolute", rectangle(m, func(v float64) bool { return v >= threshold })},
		{"box-range", rectangle(m, func(v float64) bool { return v >= lo+threshold*(hi-lo) })},
		{"box-strict", rectangle(m, func(v float64) bool { return v > threshold*hi })},
		{"box-largest-part", largestPart(m, threshold*hi)},
	}
	return list
}

// largestPart is the rectangle of the largest connected part (four neighbours) of the pixels with v ≥ level.
func largestPart(m [][]float64, level float64) []int {
	h, w := len(m), len(m[0])
	seen := make(map[[2]int]bool)
	var part func(y, x int) [][2]int
	part = func(y, x int) [][2]int {
		if y < 0 || x < 0 || y >= h || x >= w || seen[[2]int{y, x}] || m[y][x] < level {
			return nil
		}
		seen[[2]int{y, x}] = true
		all := [][2]int{{y, x}}
		for _, d := range [][2]int{{0, 1}, {1, 0}, {0, -1}, {-1, 0}} {
			all = append(all, part(y+d[0], x+d[1])...)
		}
		return all
	}
	var best [][2]int
	for y := range h {
		for x := range w {
			if p := part(y, x); len(p) > len(best) {
				best = p
			}
		}
	}
	of := blank(h, w)
	for _, p := range best {
		of[p[0]][p[1]] = 1
	}
	return rectangle(of, func(v float64) bool { return v > 0 })
}

// ---- comparing and showing

// off is the greatest difference of two maps, NaN-safe: +Inf where they differ in shape, or one has a NaN.
func off(a, b [][]float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	worst := 0.0
	for y := range b {
		if len(a[y]) != len(b[y]) {
			return math.Inf(1)
		}
		for x := range b[y] {
			d := math.Abs(a[y][x] - b[y][x])
			if math.IsNaN(d) {
				return math.Inf(1)
			}
			worst = max(worst, d)
		}
	}
	return worst
}

// alike is off ≤ tolerance, with NaN equal to NaN: it recognises wrong results, never right ones.
func alike(a, b [][]float64, tol float64) bool {
	if len(a) != len(b) {
		return false
	}
	for y := range b {
		if len(a[y]) != len(b[y]) {
			return false
		}
		for x := range b[y] {
			d := math.Abs(a[y][x] - b[y][x])
			if bothNaN := a[y][x] != a[y][x] && b[y][x] != b[y][x]; !(d <= tol) && !bothNaN && a[y][x] != b[y][x] {
				return false
			}
		}
	}
	return true
}

// scale is the greatest absolute value, at least 1e-300.
func scale(ms ...[][]float64) float64 {
	s := 1e-300
	for _, m := range ms {
		for _, row := range m {
			for _, v := range row {
				s = max(s, math.Abs(v))
			}
		}
	}
	return s
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

func row(v []float64) string {
	var s []string
	for _, x := range v {
		s = append(s, number(x))
	}
	return strings.Join(s, " ")
}

// show writes a map as [a b; c d], a large one by its size.
func show(m [][]float64) string {
	n := 0
	for _, r := range m {
		n += len(r)
	}
	if n > 60 {
		return fmt.Sprintf("%d×%d numbers beginning with [%s …", len(m), len(m[0]), row(m[0][:min(len(m[0]), 8)]))
	}
	var s []string
	for _, r := range m {
		s = append(s, row(r))
	}
	return "[" + strings.Join(s, "; ") + "]"
}

// showCube writes features channel by channel: k=0: [...], k=1: [...].
func showCube(f [][][]float64) string {
	if len(f) == 0 || len(f[0]) == 0 {
		return "empty"
	}
	h, w, k := len(f), len(f[0]), len(f[0][0])
	if h*w*k > 60 {
		return fmt.Sprintf("%d×%d×%d numbers", h, w, k)
	}
	var s []string
	for i := range k {
		m := blank(h, w)
		for y := range m {
			for x := range m[y] {
				m[y][x] = f[y][x][i]
			}
		}
		s = append(s, fmt.Sprintf("f%d = %s", i, show(m)))
	}
	return strings.Join(s, ", ")
}

func clone(m [][]float64) [][]float64 {
	return each(m, func(v float64) float64 { return v })
}

func cloneCube(f [][][]float64) [][][]float64 {
	out := make([][][]float64, len(f))
	for y := range f {
		out[y] = clone(f[y])
	}
	return out
}

// ### END HIDDEN TESTS
