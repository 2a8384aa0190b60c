package relunet

import (
	"math"
	"math/big"
)

const (
	unit = 0x1p-53 // u, the relative error of one float64 operation
	// tiny is added to error bounds for what underflow may take from a product (at most 2⁻¹⁰⁷⁴ each).
	tiny = 1e-290
)

// bounded is a float64 with a bound of its distance to the real number that it stands for.
// e = 0 says that v is that number.
type bounded struct{ v, e float64 }

// form is an affine function ax + by + c.
type form struct{ a, b, c bounded }

// line is the zero set of a form that is not constant. Two lines with different pointers may coincide.
type line struct {
	form
	cell  *cell // unit is one of the layer of this cell; nil: a side of the box
	unit  int32
	exact *[3]big.Int // coefficients as integers, up to a positive factor; nil if not yet asked for
}

// corner is a vertex of a convex polygon: the crossing of the edge before it and the edge after it.
type corner struct {
	x, y bounded
	edge *line // the edge to the next corner
	plus bool  // the polygon lies where edge > 0
}

// polygon is convex, with an interior, counter-clockwise. Consecutive edges lie on lines that cross.
type polygon []corner

// arranger decides the predicates.
type arranger struct {
	net   *exactNet
	make  func() *exactNet
	Stats Stats
	signs []int8                      // scratch
	check func(s bounded, exact int8) // tests look at each sign that float64 settles
}

func (g *arranger) integers() *exactNet {
	if g.net == nil {
		g.net = g.make()
	}
	return g.net
}

func (g *arranger) exact(l *line) *[3]big.Int {
	if l.exact == nil {
		l.exact = g.integers().row(l.cell, l.unit)
	}
	return l.exact
}

// value returns ax + by + c at a corner with a bound of its error.
//
//	|fl(ax + by + c) − (ax + by + c)| ≤ |a|e_x + |x|e_a + e_a e_x + … + e_c + 4u(|ax| + |by| + |c|)
func (f *form) value(p *corner) bounded {
	ax, by := f.a.v*p.x.v, f.b.v*p.y.v
	e := math.Abs(f.a.v)*p.x.e + f.a.e*(math.Abs(p.x.v)+p.x.e) +
		math.Abs(f.b.v)*p.y.e + f.b.e*(math.Abs(p.y.v)+p.y.e) + f.c.e
	e += 4 * unit * (math.Abs(ax) + math.Abs(by) + math.Abs(f.c.v))
	if e == 0 && zero(f.a, p.x) && zero(f.b, p.y) {
		return bounded{f.c.v, 0}
	}
	return bounded{ax + by + f.c.v, e*(1+64*unit) + tiny} // the factor: e itself is rounded
}

// zero says that a product is known to be 0.
func zero(x, y bounded) bool { return x.v == 0 && x.e == 0 || y.v == 0 && y.e == 0 }

// sign returns the sign of f at the corner, whose edges are before and p.edge. f is the form of l; l may be nil until it is needed: then lazy makes it.
func (g *arranger) sign(f *form, before *line, p *corner, lazy func() *line) int8 {
	g.Stats.Predicates++
	s := f.value(p)
	if g.check != nil {
		g.check(s, g.side(lazy(), before, p.edge))
	}
	switch {
	case s.v > s.e:
		return 1
	case -s.v > s.e:
		return -1
	case s.v == 0 && s.e == 0:
		return 0
	}
	g.Stats.Exact++
	return g.side(lazy(), before, p.edge)
}

// side returns the sign of l where the lines p and q cross, in integers:
//
//	det(l, p, q) / (p_a q_b − p_b q_a),  the crossing being (p × q) in homogeneous coordinates
func (g *arranger) side(l, p, q *line) int8 {
	L, P, Q := g.exact(l), g.exact(p), g.exact(q)
	var det, t big.Int
	for i := range 3 {
		m := minor(P, Q, (i+1)%3, (i+2)%3)
		det.Add(&det, t.Mul(&L[i], m))
	}
	return int8(det.Sign() * minor(P, Q, 0, 1).Sign())
}

// minor is PᵢQⱼ − PⱼQᵢ.
func minor(P, Q *[3]big.Int, i, j int) *big.Int {
	x, y := new(big.Int).Mul(&P[i], &Q[j]), new(big.Int).Mul(&P[j], &Q[i])
	return x.Sub(x, y)
}

// cross returns xv − yu with a bound.
func cross(x, y, u, v bounded) bounded {
	xv, yu := x.v*v.v, y.v*u.v
	e := math.Abs(x.v)*v.e + x.e*(math.Abs(v.v)+v.e) + math.Abs(y.v)*u.e + y.e*(math.Abs(u.v)+u.e)
	e += 3 * unit * (math.Abs(xv) + math.Abs(yu))
	if e == 0 && zero(x, v) && zero(y, u) {
		return bounded{}
	}
	return bounded{xv - yu, e*(1+64*unit) + tiny}
}

// quotient returns n/d with a bound, infinite if d may be zero:
//
//	|n′/d′ − n/d| ≤ (e_n + |n/d| e_d) / (|d| − e_d)
func quotient(n, d bounded) bounded {
	if n == (bounded{}) {
		return n
	}
	q := n.v / d.v
	room := math.Abs(d.v)*(1-4*unit) - d.e
	if !(room > 0) {
		return bounded{q, math.Inf(1)}
	}
	return bounded{q, ((n.e+math.Abs(q)*d.e)/room+2*unit*math.Abs(q))*(1+64*unit) + tiny}
}

// meet is the corner where p and q cross, with the edge q after it.
func meet(p, q *form) (x, y bounded) {
	w := cross(p.a, p.b, q.a, q.b)
	return quotient(cross(p.b, p.c, q.b, q.c), w), quotient(cross(p.c, p.a, q.c, q.a), w)
}

// between narrows a coordinate that is known to lie between those of two corners.
func between(v, p, q bounded) bounded {
	lo, hi := min(p.v-p.e, q.v-q.e), max(p.v+p.e, q.v+q.e)
	if e := (hi - lo) * (1 + 4*unit); e < v.e && !math.IsNaN(v.v) {
		return bounded{min(max(v.v, lo), hi), e + 4*unit*max(math.Abs(lo), math.Abs(hi)) + tiny}
	}
	return v
}

// rect is a rectangle around a polygon: |x − cx| ≤ hx, |y − cy| ≤ hy for all its points.
type rect struct{ cx, cy, hx, hy float64 }

func around(p polygon) rect {
	x0, x1, y0, y1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for i := range p {
		c := &p[i]
		x0, x1 = min(x0, c.x.v-c.x.e), max(x1, c.x.v+c.x.e)
		y0, y1 = min(y0, c.y.v-c.y.e), max(y1, c.y.v+c.y.e)
	}
	half := func(lo, hi float64) float64 { return (hi-lo)/2 + 8*unit*(math.Abs(lo)+math.Abs(hi)) + tiny }
	return rect{x0 + (x1-x0)/2, y0 + (y1-y0)/2, half(x0, x1), half(y0, y1)}
}

// beside returns the sign that f has on the whole rectangle, 0 if it has none there or the bound does not settle it:
//
//	|f(x, y) − f(cx, cy)| ≤ |a|hx + |b|hy, and the coefficients' errors
func (f *form) beside(r *rect) int8 {
	ax, by := f.a.v*r.cx, f.b.v*r.cy
	s := ax + by + f.c.v
	e := math.Abs(f.a.v)*r.hx + math.Abs(f.b.v)*r.hy +
		f.a.e*(math.Abs(r.cx)+r.hx) + f.b.e*(math.Abs(r.cy)+r.hy) + f.c.e +
		4*unit*(math.Abs(ax)+math.Abs(by)+math.Abs(f.c.v))
	e = e*(1+64*unit) + tiny
	switch { // false for NaN
	case s > e:
		return 1
	case -s > e:
		return -1
	}
	return 0
}

// split cuts p by the line where f is zero. side is +1 or −1 if p lies on one side of it (touching it or not), 0 if f is zero on p;
// otherwise both parts are returned. lazy makes the line of f, once. r is the rectangle around p.
func (g *arranger) split(p polygon, r *rect, f *form, lazy func() *line) (plus, minus polygon, side int8) {
	if side = f.beside(r); side != 0 { // most lines pass far by
		g.Stats.Predicates++
		if g.check != nil {
			for i := range p {
				g.check(bounded{v: float64(side)}, g.side(lazy(), p[(i+len(p)-1)%len(p)].edge, p[i].edge))
			}
		}
		return nil, nil, side
	}
	if cap(g.signs) < len(p) {
		g.signs = make([]int8, 2*len(p))
	}
	s := g.signs[:len(p)]
	var above, below int
	for i := range p {
		before := p[(i+len(p)-1)%len(p)].edge
		s[i] = g.sign(f, before, &p[i], lazy)
		switch {
		case s[i] > 0:
			above++
		case s[i] < 0:
			below++
		}
	}
	switch {
	case below == 0 && above == 0:
		return nil, nil, 0
	case below == 0:
		return nil, nil, 1
	case above == 0:
		return nil, nil, -1
	}
	l := lazy()
	plus = make(polygon, 0, above+2)
	minus = make(polygon, 0, below+2)
	for i := range p {
		j := (i + 1) % len(p)
		switch c := p[i]; {
		case s[i] > 0:
			plus = append(plus, c)
		case s[i] < 0:
			minus = append(minus, c)
		case s[j] > 0: // from − through this corner to +
			plus = append(plus, c)
			minus = append(minus, corner{c.x, c.y, l, false})
		default: // from + through this corner to −
			minus = append(minus, c)
			plus = append(plus, corner{c.x, c.y, l, true})
		}
		if s[i]*s[j] < 0 {
			c := p[i]
			x, y := meet(&c.edge.form, f)
			x, y = between(x, p[i].x, p[j].x), between(y, p[i].y, p[j].y)
			in, out := corner{x, y, c.edge, c.plus}, corner{x, y, l, s[i] > 0}
			if s[i] > 0 {
				plus, minus = append(plus, out), append(minus, in)
			} else {
				minus, plus = append(minus, out), append(plus, in)
			}
		}
	}
	return plus, minus, 0
}

// round returns corner i of p in float64. Where its bound is poor it is computed from integers.
func (g *arranger) round(p polygon, i int) [2]float64 {
	c := p[i]
	if fine(c.x) && fine(c.y) {
		return [2]float64{c.x.v, c.y.v}
	}
	P, Q := g.exact(p[(i+len(p)-1)%len(p)].edge), g.exact(c.edge)
	w := minor(P, Q, 0, 1)
	return [2]float64{ratio(minor(P, Q, 1, 2), w), ratio(minor(P, Q, 2, 0), w)}
}

// ratio is n/d to within a unit in the last place, ±Inf beyond float64.
func ratio(n, d *big.Int) float64 {
	const bits = 128
	x, y := new(big.Float).SetPrec(bits).SetInt(n), new(big.Float).SetPrec(bits).SetInt(d)
	v, _ := x.Quo(x, y).Float64()
	return v
}

func fine(v bounded) bool { return v.e <= 1e-12*math.Abs(v.v) }
