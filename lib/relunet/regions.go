package relunet

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
)

// ErrLimit is returned, with the regions found so far, when there are more than Options.Limit.
var ErrLimit = errors.New("relunet: more regions than the limit")

// Options of [Enumerate]. The zero value has no limit.
type Options struct {
	// Limit ends the work after that many regions; 0 means none.
	Limit int
	// CountOnly leaves Regions.List empty, and saves its memory.
	CountOnly bool

	check func(s bounded, exact int8)
}

// Stats says how the predicates were decided.
type Stats struct {
	Predicates int // signs asked for: of a corner, or of a whole polygon where that is settled at once
	Exact      int // of these, those that float64 could not settle
}

// Region is a maximal set of one activation pattern that has an interior: a convex polygon.
type Region struct {
	Pattern Pattern
	// Vertices are its corners, counter-clockwise, with a relative error below 10⁻¹². Before rounding no three of them are on a
	// line; rounded, corners of a sliver may coincide. Those at an infinite side of the box are very far away, or ±Inf.
	Vertices [][2]float64
	// Unbounded says that the region reaches an infinite side of the box.
	Unbounded bool

	shape polygon
	cell  *cell // of the output layer
}

// Area is the region's area, by the shoelace formula.
func (r *Region) Area() float64 {
	if r.Unbounded {
		return math.Inf(1)
	}
	sum, o := 0.0, r.Vertices[0]
	for i, p := range r.Vertices {
		q := r.Vertices[(i+1)%len(r.Vertices)]
		sum += (p[0]-o[0])*(q[1]-o[1]) - (q[0]-o[0])*(p[1]-o[1])
	}
	return max(sum/2, 0)
}

// Centre is the mean of the vertices, an inner point.
func (r *Region) Centre() [2]float64 {
	var c [2]float64
	for _, v := range r.Vertices {
		c[0] += v[0] / float64(len(r.Vertices))
		c[1] += v[1] / float64(len(r.Vertices))
	}
	return c
}

// Affine is an output on a region: Ax + By + C.
type Affine struct{ A, B, C float64 }

// At is its value.
func (f Affine) At(x, y float64) float64 { return f.A*x + f.B*y + f.C }

// Regions is what [Enumerate] found.
type Regions struct {
	Net   Net
	Box   Box
	N     int // number of regions
	List  []Region
	Stats Stats

	g *arranger
}

// Count returns the number of activation regions of a network of two inputs in a box. See [Enumerate].
func Count(n Net, box Box) (int, error) {
	r, err := Enumerate(context.Background(), n, box, Options{CountOnly: true})
	if err != nil {
		return 0, err
	}
	return r.N, nil
}

// Enumerate finds all activation regions of a network of two inputs in a box, exactly: see the package's comment.
//
// The work is O(R·w·(d + w)) for R regions, layers of width w and d corners a region (4 on average), when float64 settles
// nearly all signs. With [Options.Limit] it stops with [ErrLimit]; it also ends when ctx does.
//
// Errors: those of [Net.Check], not two inputs, a box without interior.
func Enumerate(ctx context.Context, n Net, box Box, o Options) (*Regions, error) {
	if err := n.Check(); err != nil {
		return nil, err
	}
	if n.Inputs() != 2 {
		return nil, fmt.Errorf("relunet: a network of %d inputs: the regions of 2 can be found (Slice cuts a plane out of more; OnLine is for 1)", n.Inputs())
	}
	if err := box.check(); err != nil {
		return nil, err
	}
	r := &Regions{Net: n, Box: box, g: &arranger{make: func() *exactNet { return newExact(n) }, check: o.check}}
	e := &enumerator{Regions: r, ctx: ctx, o: o, layers: make([]scratch, len(n)), bits: newPattern(n.Hidden())}
	for l, layer := range n {
		e.layers[l].forms = make([]form, len(layer.W))
	}
	err := e.refine(r.frame(), &cell{}, 0)
	r.Stats = r.g.Stats
	return r, err
}

// frame is the box as a polygon.
func (r *Regions) frame() polygon {
	far := 0
	b := r.Box
	for _, v := range []float64{b.XMin, b.XMax, b.YMin, b.YMax} {
		if math.IsInf(v, 0) {
			far = -1
		}
	}
	if far < 0 {
		// Any three lines have integer coefficients of at most g bits, so their determinant is p₀ + p₁M + p₂M² with |pᵢ| < 6·2³ᵍ
		// and |pᵢ| ≥ 1 unless it is 0: from M = 2^(3g+4) on the sign is that of the last pᵢ that is not 0.
		g := r.g.integers().bitLen(r.Net)
		for _, v := range []float64{b.XMin, b.XMax, b.YMin, b.YMax} {
			if m, e := dyadic(v); !math.IsInf(v, 0) && m != 0 {
				g = max(g, 54+max(e, -e))
			}
		}
		far = 3*g + 4
	}
	side := func(a, b, c float64) *line { // ax + by + c > 0 inside
		l := &line{form: form{a: bounded{v: a}, b: bounded{v: b}}, exact: new([3]big.Int)}
		if math.IsInf(c, 0) {
			l.c.v = math.Ldexp(1, far)
			l.exact[0].SetInt64(int64(a))
			l.exact[1].SetInt64(int64(b))
			l.exact[2].Lsh(big.NewInt(1), uint(far))
			if math.IsInf(l.c.v, 0) {
				l.c.e = math.Inf(1)
			}
			return l
		}
		l.c.v = c
		e := min(lowest([]float64{c}), 0)
		for i, v := range []float64{a, b, c} {
			l.exact[i].Set(integer(v, e))
		}
		return l
	}
	bottom, right, top, left := side(0, 1, -b.YMin), side(-1, 0, b.XMax), side(0, -1, b.YMax), side(1, 0, -b.XMin)
	edges := []*line{bottom, right, top, left}
	var p polygon
	for i, l := range edges {
		x, y := meet(&edges[(i+3)%4].form, &l.form)
		p = append(p, corner{x, y, l, true})
	}
	return p
}

// enumerator walks the tree of cells depth first.
type enumerator struct {
	*Regions
	ctx    context.Context
	o      Options
	layers []scratch
	bits   Pattern // of the polygon at hand
	steps  int
}

// scratch belongs to one layer; a cell of the layer uses it until the next cell of that layer comes.
type scratch struct {
	forms []form
}

// part is a polygon with the active units of the layer that cuts.
type part struct {
	shape  polygon
	around rect
	active []int32
}

// refine finds the regions within p, on which all layers before l are affine; c is their cell.
func (e *enumerator) refine(p polygon, c *cell, l int) error {
	if l == len(e.Net)-1 {
		return e.leaf(p, c)
	}
	e.forward(c)
	offset := 0
	for _, layer := range e.Net[:l] {
		offset += len(layer.W)
	}
	parts := []part{{shape: p, around: around(p)}}
	for j := range int32(len(e.Net[l].W)) {
		f := &e.layers[l].forms[j]
		var made *line
		lazy := func() *line {
			if made == nil {
				made = &line{form: *f, cell: c, unit: j}
			}
			return made
		}
		for i, n := 0, len(parts); i < n; i++ {
			plus, minus, side := e.g.split(parts[i].shape, &parts[i].around, f, lazy)
			switch {
			case plus != nil:
				active := parts[i].active
				parts = append(parts, part{minus, around(minus), active[:len(active):len(active)]})
				parts[i] = part{plus, around(plus), append(active[:len(active):len(active)], j)}
			case side > 0:
				parts[i].active = append(parts[i].active, j)
			}
			if e.steps++; e.steps%4096 == 0 {
				if err := e.ctx.Err(); err != nil {
					return err
				}
			}
		}
	}
	// the refinement of the first part uses the scratch of later layers only
	for i := range parts {
		for j := range e.Net[l].W {
			e.bits.clear(offset + j)
		}
		for _, j := range parts[i].active {
			e.bits.set(offset + int(j))
		}
		if err := e.refine(parts[i].shape, &cell{parent: c, layer: l + 1, active: parts[i].active}, l+1); err != nil {
			return err
		}
		parts[i] = part{} // for the garbage collector
	}
	return nil
}

// forward computes the forms of the units of c's layer from those of the layer before, which the scratch still holds.
//
//	z_j = Σ_{k active} w_jk z_k + b_j,  error ≤ Σ|w_jk|e_k + (m + 2)u(Σ|w_jk z_k| + |b_j|) with m terms
func (e *enumerator) forward(c *cell) {
	layer := e.Net[c.layer]
	forms := e.layers[c.layer].forms
	if c.layer == 0 {
		for j, w := range layer.W {
			forms[j] = form{bounded{v: w[0]}, bounded{v: w[1]}, bounded{v: layer.B[j]}}
		}
		return
	}
	before := e.layers[c.layer-1].forms
	gamma := float64(len(c.active)+3) * unit * (1 + 64*unit)
	slack := 1 + 4*gamma // the bound itself is rounded
	for j, w := range layer.W {
		var f form
		var ma, mb, mc float64 // Σ|w z|
		for _, k := range c.active {
			v, q := w[k], &before[k]
			a, b, d, av := v*q.a.v, v*q.b.v, v*q.c.v, math.Abs(v)
			f.a.v += a
			f.b.v += b
			f.c.v += d
			ma += math.Abs(a)
			mb += math.Abs(b)
			mc += math.Abs(d)
			f.a.e += av * q.a.e
			f.b.e += av * q.b.e
			f.c.e += av * q.c.e
		}
		f.c.v += layer.B[j]
		if mc > 0 || f.c.e > 0 {
			mc += math.Abs(layer.B[j])
		}
		f.a.e = bound(f.a.e, ma, gamma, slack)
		f.b.e = bound(f.b.e, mb, gamma, slack)
		f.c.e = bound(f.c.e, mc, gamma, slack)
		if f.a.e == 0 || f.b.e == 0 || f.c.e == 0 { // zero for certain, or by underflow
			for _, k := range c.active {
				q := &before[k]
				for _, t := range []struct {
					q   bounded
					sum *bounded
				}{{q.a, &f.a}, {q.b, &f.b}, {q.c, &f.c}} {
					if w[k] != 0 && t.q != (bounded{}) && t.sum.e == 0 {
						t.sum.e = tiny
					}
				}
			}
		}
		forms[j] = f
	}
}

func bound(e, m, gamma, slack float64) float64 {
	if e == 0 && m == 0 {
		return 0
	}
	return (e+gamma*m)*slack + tiny
}

// leaf keeps a region.
func (e *enumerator) leaf(p polygon, c *cell) error {
	if e.o.Limit > 0 && e.N == e.o.Limit {
		return ErrLimit
	}
	e.N++
	if e.o.CountOnly {
		return nil
	}
	r := Region{Pattern: e.bits.clone(), Vertices: make([][2]float64, len(p)), shape: p, cell: c}
	for i := range p {
		r.Vertices[i] = e.g.round(p, i)
		if l := p[i].edge; l.cell == nil && e.infinite(l) {
			r.Unbounded = true
		}
	}
	e.List = append(e.List, r)
	return nil
}

// infinite says whether a side of the box is one at infinity.
func (r *Regions) infinite(l *line) bool {
	switch {
	case l.b.v > 0:
		return math.IsInf(r.Box.YMin, -1)
	case l.b.v < 0:
		return math.IsInf(r.Box.YMax, 1)
	case l.a.v > 0:
		return math.IsInf(r.Box.XMin, -1)
	}
	return math.IsInf(r.Box.XMax, 1)
}

// Map returns the network's outputs on region i as affine functions, computed in float64.
func (r *Regions) Map(i int) []Affine {
	forms := r.forms(i)
	out := make([]Affine, len(forms))
	for k, f := range forms {
		out[k] = Affine{f.a.v, f.b.v, f.c.v}
	}
	return out
}

// forms carries the affine functions of region i through all layers.
func (r *Regions) forms(i int) []form {
	var chain []*cell
	for c := r.List[i].cell; c != nil; c = c.parent {
		chain = append(chain, c)
	}
	e := &enumerator{Regions: r, layers: make([]scratch, len(r.Net))}
	for k := len(chain) - 1; k >= 0; k-- {
		l := chain[k].layer
		e.layers[l].forms = make([]form, len(r.Net[l].W))
		e.forward(chain[k])
	}
	return e.layers[len(r.Net)-1].forms
}

// ExactMap returns the coefficients a, b, c of output k on region i, ax + by + c, as the rational numbers that they are.
func (r *Regions) ExactMap(i, k int) [3]*big.Rat {
	x := r.g.integers()
	c := r.List[i].cell
	row := x.row(c, int32(k))
	var out [3]*big.Rat
	for j := range out {
		out[j] = rational(&row[j], x.scale[c.layer])
	}
	return out
}
