// ### BEGIN HIDDEN TESTS

package linearregions

import (
	"math"
	"math/rand/v2"
)

// net is the hidden layers of a network, and its name for the report.
type net struct {
	name string
	w    [][][]float64
	b    [][]float64
}

// way says how to count: rightly, or with a mistake.
type way struct {
	passOn    bool // units that are off hand on z and not 0
	inverted  bool // units that are on hand on 0, the others z
	keepConst bool // units that are off hand on their constant
	layers    int  // how many layers count; 0 means all
	noBias    bool
}

// cutter keeps the smallest distance of a corner from a line that it does not lie on, relative to the scale.
type cutter struct{ margin float64 }

// cut is the reference for Split. side is 1 or −1 for a polygon that is not divided.
func (c *cutter) cut(p [][]float64, f [3]float64) (plus, minus [][]float64, side int) {
	v, s := make([]float64, len(p)), make([]int, len(p))
	scale := 0.0
	for i, q := range p {
		v[i] = f[0]*q[0] + f[1]*q[1] + f[2]
		scale = math.Max(scale, math.Abs(f[0]*q[0])+math.Abs(f[1]*q[1])+math.Abs(f[2]))
	}
	up, down := false, false
	for i := range v {
		switch {
		case math.Abs(v[i]) <= 1e-9*scale:
			if m := math.Abs(v[i]) / scale; m > 1e-12 { // neither on it nor off it
				c.margin = 0
			}
		case v[i] > 0:
			s[i], up = 1, true
		default:
			s[i], down = -1, true
		}
		if s[i] != 0 {
			c.margin = math.Min(c.margin, math.Abs(v[i])/scale)
		}
	}
	switch {
	case !up:
		return nil, p, -1
	case !down:
		return p, nil, 1
	}
	for i, q := range p {
		j := (i + 1) % len(p)
		if s[i] != -1 {
			plus = append(plus, q)
		}
		if s[i] != 1 {
			minus = append(minus, q)
		}
		if s[i]*s[j] == -1 {
			t := v[i] / (v[i] - v[j])
			x := []float64{q[0] + t*(p[j][0]-q[0]), q[1] + t*(p[j][1]-q[1])}
			plus, minus = append(plus, x), append(minus, x)
		}
	}
	return plus, minus, 0
}

type piece struct {
	p   [][]float64
	out [][3]float64
}

// count is the reference for Count, and its margin; ok is false if a mistaken way got out of hand.
func (n net) count(box []float64, how way) (regions int, margin float64, ok bool) {
	c := &cutter{margin: math.Inf(1)}
	all := []piece{{[][]float64{{box[0], box[2]}, {box[1], box[2]}, {box[1], box[3]}, {box[0], box[3]}}, [][3]float64{{1, 0, 0}, {0, 1, 0}}}}
	for l := range n.w {
		if how.layers > 0 && l == how.layers {
			break
		}
		var next []piece
		for _, r := range all {
			parts := []piece{{p: r.p}}
			for j, row := range n.w[l] {
				z := [3]float64{0, 0, n.b[l][j]}
				if how.noBias {
					z[2] = 0
				}
				for k, o := range r.out {
					for i := range z {
						z[i] += row[k] * o[i]
					}
				}
				on, off := z, [3]float64{}
				switch {
				case how.passOn:
					off = z
				case how.inverted:
					on, off = off, z
				case how.keepConst:
					off[2] = z[2]
				}
				var cut []piece
				add := func(p [][]float64, o [][3]float64, out [3]float64) {
					cut = append(cut, piece{p, append(o[:len(o):len(o)], out)})
				}
				for _, q := range parts {
					plus, minus, side := c.cut(q.p, z)
					switch side {
					case 1:
						add(q.p, q.out, on)
					case -1:
						add(q.p, q.out, off)
					default:
						add(plus, q.out, on)
						add(minus, q.out, off)
					}
				}
				if parts = cut; len(parts) > 20000 {
					return 0, 0, false
				}
			}
			next = append(next, parts...)
		}
		all = next
	}
	return len(all), c.margin, true
}

// pattern is the reference for Pattern. relu false hands on z; geq takes z ≥ 0 for active; inverted turns 0 and 1 round.
func (n net) pattern(x []float64, relu, geq bool) []int {
	out := []int{}
	for l := range n.w {
		next := make([]float64, len(n.w[l]))
		for j, row := range n.w[l] {
			z := n.b[l][j]
			for k, w := range row {
				z += w * x[k]
			}
			if z > 0 || geq && z == 0 {
				out = append(out, 1)
			} else {
				out = append(out, 0)
			}
			if z > 0 || !relu {
				next[j] = z
			}
		}
		x = next
	}
	return out
}

// binomials is row n of Pascal's triangle, all of whose entries fit for n ≤ 60.
func binomials(n int) []int {
	row := []int{1}
	for range n {
		next := []int{1}
		for k := range len(row) - 1 {
			next = append(next, row[k]+row[k+1])
		}
		row = append(next, 1)
	}
	return row
}

func most(n, d int) int {
	sum := 0
	for k, c := range binomials(n) {
		if k <= d {
			sum += c
		}
	}
	return sum
}

// random returns a net of the given widths whose numbers are multiples of 1/64: then the affine functions of three layers are exact in float64, and
// what lies on a line lies on it exactly.
func random(r *rand.Rand, name string, in int, widths ...int) net {
	n := net{name: name}
	number := func() float64 { return math.Round(64*r.NormFloat64()) / 64 }
	for _, out := range widths {
		w, b := make([][]float64, out), make([]float64, out)
		for j := range w {
			w[j] = make([]float64, in)
			for k := range w[j] {
				w[j][k] = number()
			}
			b[j] = math.Round(40*r.NormFloat64()) / 64
		}
		n.w, n.b = append(n.w, w), append(n.b, b)
		in = out
	}
	return n
}

// clearly draws nets until one has a margin in the box, and each mistake gives a count of its own, different from the right one.
func clearly(box []float64, draw func() net) net {
	for range 500 {
		n := draw()
		right, m, _ := n.count(box, way{})
		if m <= 1e-6 {
			continue
		}
		seen := map[int]string{right: ""}
		good := true
		for _, g := range n.mistaken(box) {
			id, taken := seen[g.count]
			good = good && (!taken || id == g.id)
			seen[g.count] = g.id
		}
		if good {
			return n
		}
	}
	panic("linearregions: no clear net in 500")
}

// guess is what a mistake makes of a network.
type guess struct {
	id    string
	count int
}

// mistaken lists what the mistakes that a net can show would count.
func (n net) mistaken(box []float64) []guess {
	var out []guess
	add := func(id string, b []float64, how way) {
		if c, _, ok := n.count(b, how); ok {
			out = append(out, guess{id, c})
		}
	}
	far := 1e4
	add("whole-plane", []float64{-far, far, -far, far}, way{})
	formula := 1
	for _, w := range n.w {
		formula *= most(len(w), 2)
	}
	out = append(out, guess{"whole-plane", formula})
	add("no-bias", box, way{noBias: true})
	if len(n.w) > 1 {
		add("first-layer", box, way{layers: 1})
		add("no-mask", box, way{passOn: true})
		add("mask-inverted", box, way{inverted: true})
		add("keeps-constant", box, way{keepConst: true})
	}
	return out
}

// ring is a random convex polygon: points of an ellipse, counter-clockwise.
func ring(r *rand.Rand, n int) [][]float64 {
	x, y := 3*r.NormFloat64(), 3*r.NormFloat64()
	a, b, turn := 1+r.Float64(), 0.5+r.Float64(), 6*r.Float64()
	p := make([][]float64, n)
	for i := range p {
		s, c := math.Sincos(2 * math.Pi * (float64(i) + 0.6*r.Float64()) / float64(n))
		ts, tc := math.Sincos(turn)
		p[i] = []float64{x + a*c*tc - b*s*ts, y + a*c*ts + b*s*tc}
	}
	return p
}

// through is the line through two points.
func through(p, q []float64) []float64 {
	a, b := p[1]-q[1], q[0]-p[0]
	return []float64{a, b, -(a*p[0] + b*p[1])}
}

// ### END HIDDEN TESTS
