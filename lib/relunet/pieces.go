package relunet

import (
	"math"
	"slices"
)

// Border is a line segment of positive length between two regions.
type Border struct {
	I, J     int        // the regions: on I's side Unit (of Layer) has z > 0
	Layer    int        // whose unit's line it is; where lines coincide, the first one's
	Unit     int        // within the layer
	From, To [2]float64 // its ends, with region I on the left
}

// stretch is the edge of a region on a line, in the line's direction.
type stretch struct {
	region   int
	from, to *line // which cut the line there
	at, end  corner
	a, b     [2]float64
}

// Borders returns all segments of positive length that two regions share, exactly: each pair of neighbours once.
func (r *Regions) Borders() []Border {
	r.needList("Borders")
	// Two neighbours were parted by one cut, so that their edges point to the same line, and on both sides of a line its edges fill the same
	// stretch of it without overlap. The direction of the line is (b, −a): the plus side lies on the left.
	type sides struct{ plus, minus []stretch }
	lines := map[*line]*sides{}
	var order []*line
	for i := range r.List {
		p := r.List[i].shape
		for k, c := range p {
			if c.edge.cell == nil {
				continue
			}
			s := lines[c.edge]
			if s == nil {
				s = &sides{}
				lines[c.edge] = s
				order = append(order, c.edge)
			}
			before, next := p[(k+len(p)-1)%len(p)].edge, p[(k+1)%len(p)]
			v, w := r.List[i].Vertices[k], r.List[i].Vertices[(k+1)%len(p)]
			if c.plus {
				s.plus = append(s.plus, stretch{i, before, next.edge, c, next, v, w})
			} else {
				s.minus = append(s.minus, stretch{i, next.edge, before, next, c, w, v})
			}
		}
	}
	var out []Border
	for _, l := range order {
		s := lines[l]
		along := func(x, y stretch) int { return r.g.compare(l, x.from, y.from, x.at, y.at) }
		slices.SortFunc(s.plus, along)
		slices.SortFunc(s.minus, along)
		for i, j := 0, 0; i < len(s.plus) && j < len(s.minus); {
			x, y := s.plus[i], s.minus[j]
			from, to := x.a, x.b
			if r.g.compare(l, x.from, y.from, x.at, y.at) < 0 {
				from = y.a
			}
			ends := r.g.compare(l, x.to, y.to, x.end, y.end)
			if ends > 0 {
				to = y.b
			}
			out = append(out, Border{x.region, y.region, l.cell.layer, int(l.unit), from, to})
			if ends <= 0 {
				i++
			}
			if ends >= 0 {
				j++
			}
		}
	}
	return out
}

func (r *Regions) needList(what string) {
	if len(r.List) != r.N {
		panic("relunet: " + what + " of regions that were only counted")
	}
}

// compare returns the sign of t_p − t_q, where t is the place, along l in the direction (b, −a), at which a line crosses l.
// x and y are the two points, with bounds.
//
//	q is affine along l with slope q_a b − q_b a, so  q(p∩l) = (t_p − t_q)·(q_a b − q_b a)
func (g *arranger) compare(l, p, q *line, x, y corner) int {
	if p == q {
		return 0
	}
	g.Stats.Predicates++
	if s := ahead(x.x, y.x, l.b); s != 0 {
		return s
	}
	if s := -ahead(x.y, y.y, l.a); s != 0 {
		return s
	}
	g.Stats.Exact++
	slope := minor(g.exact(q), g.exact(l), 0, 1).Sign()
	return int(g.side(q, p, l)) * slope
}

// ahead is the sign of (x − y)·d where the bounds settle it, else 0.
func ahead(x, y, d bounded) int {
	t, e := x.v-y.v, (x.e+y.e)*(1+64*unit)+4*unit*(math.Abs(x.v)+math.Abs(y.v))
	switch {
	case !(math.Abs(t) > e) || !(math.Abs(d.v) > d.e):
		return 0
	case (t > 0) == (d.v > 0):
		return 1
	}
	return -1
}

// Pieces merges neighbouring regions on which the network's outputs are the same affine functions: piece[i] is the linear piece of
// region i, from 0 to n−1. Functions are compared exactly: with error bounds where they tell them apart, else in
// integers. Regions that touch in a point only are no neighbours.
func (r *Regions) Pieces() (piece []int, n int) {
	r.needList("Pieces")
	forms := make([][]form, r.N)
	for i := range forms {
		forms[i] = r.forms(i)
	}
	root := make([]int, r.N)
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for _, b := range r.Borders() {
		if i, j := find(b.I), find(b.J); i != j && r.same(b.I, b.J, forms) {
			root[max(i, j)] = min(i, j)
		}
	}
	piece = make([]int, r.N)
	for i := range piece {
		if k := find(i); k == i {
			piece[i] = n
			n++
		} else {
			piece[i] = piece[k] // k < i
		}
	}
	return piece, n
}

// same says whether all outputs are the same functions on regions i and j.
func (r *Regions) same(i, j int, forms [][]form) bool {
	apart := func(x, y bounded) bool {
		d := x.v - y.v
		return d > (x.e+y.e)*1.001+tiny || -d > (x.e+y.e)*1.001+tiny
	}
	for k, f := range forms[i] {
		if h := forms[j][k]; apart(f.a, h.a) || apart(f.b, h.b) || apart(f.c, h.c) {
			return false
		}
	}
	x := r.g.integers()
	for k := range forms[i] {
		p, q := x.row(r.List[i].cell, int32(k)), x.row(r.List[j].cell, int32(k))
		for m := range p {
			if p[m].Cmp(&q[m]) != 0 {
				return false
			}
		}
	}
	return true
}

// Values returns output k at the vertices of region i.
func (r *Regions) Values(i, k int) []float64 {
	f := r.Map(i)[k]
	v := make([]float64, len(r.List[i].Vertices))
	for j, p := range r.List[i].Vertices {
		v[j] = f.At(p[0], p[1])
	}
	return v
}
