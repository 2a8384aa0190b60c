package relunet

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"slices"
)

// Segment is an interval of inputs with one activation pattern, for a network of one input. There each output is Slope·x + Offset.
type Segment struct {
	Lo, Hi        float64 // rounded to nearest; ±Inf at the ends of the line
	Pattern       Pattern
	Slope, Offset []float64 // [outputs], rounded to nearest

	hi   *big.Rat // nil at an end
	maps [][2]*big.Rat
}

// OnLine finds all activation regions of a network of one input between lo and hi, which may be infinite, from left to right. They are
// exact like those of [Enumerate]; so are slopes and offsets, up to their one rounding.
//
// It works on the network of two inputs that ignores the second: its regions are strips.
func OnLine(ctx context.Context, n Net, lo, hi float64) ([]Segment, error) {
	if err := n.Check(); err != nil {
		return nil, err
	}
	if n.Inputs() != 1 {
		return nil, fmt.Errorf("relunet: OnLine of a network of %d inputs", n.Inputs())
	}
	if !(lo < hi) || math.IsInf(lo, 1) || math.IsInf(hi, -1) {
		return nil, fmt.Errorf("relunet: the interval [%v, %v] has no interior", lo, hi)
	}
	flat := append(Net{{W: make([][]float64, len(n[0].W)), B: n[0].B}}, n[1:]...)
	for j, row := range n[0].W {
		flat[0].W[j] = []float64{row[0], 0}
	}
	r, err := Enumerate(ctx, flat, Box{lo, hi, 0, 1}, Options{})
	if err != nil {
		return nil, err
	}
	out := make([]Segment, r.N)
	for i := range r.List {
		out[i] = r.segment(i)
	}
	slices.SortFunc(out, func(a, b Segment) int {
		switch {
		case a.hi == b.hi:
			return 0
		case a.hi == nil:
			return 1
		case b.hi == nil:
			return -1
		}
		return a.hi.Cmp(b.hi)
	})
	out[0].Lo = lo
	for i := range out[1:] {
		out[i+1].Lo = out[i].Hi
	}
	return out, nil
}

// segment reads a strip. Its right side is the edge on which the polygon goes up: inside, ax + c > 0 on the left of it.
func (r *Regions) segment(i int) Segment {
	reg := r.List[i]
	s := Segment{Pattern: reg.Pattern, Hi: r.Box.XMax}
	for _, c := range reg.shape {
		if c.edge.cell == nil {
			continue
		}
		e := r.g.exact(c.edge)
		if s := e[0].Sign(); s == 0 || (s > 0) == c.plus {
			continue // a left side
		}
		s.hi = new(big.Rat).SetFrac(new(big.Int).Neg(&e[2]), &e[0]) // x = −c/a
		s.Hi, _ = s.hi.Float64()
	}
	for k := range r.Net.Outputs() {
		m := r.ExactMap(i, k)
		s.maps = append(s.maps, [2]*big.Rat{m[0], m[2]})
		slope, _ := m[0].Float64()
		offset, _ := m[2].Float64()
		s.Slope, s.Offset = append(s.Slope, slope), append(s.Offset, offset)
	}
	return s
}

// Kink is a point at which the slope of some output changes.
type Kink struct {
	X             float64   // rounded to nearest
	Left, Right   []float64 // slopes of the outputs before and after it
	Y             []float64 // outputs there
	LeftOf, After int       // indices of the segments before and after it
}

// Kinks returns the segments of a network of one input and the points between them at which its outputs really bend: a border of
// segments at which all slopes agree, exactly, is none. Between two kinks the network is one affine function.
func Kinks(ctx context.Context, n Net, lo, hi float64) ([]Kink, []Segment, error) {
	s, err := OnLine(ctx, n, lo, hi)
	if err != nil {
		return nil, nil, err
	}
	var kinks []Kink
	for i := range s[:len(s)-1] {
		bends := false
		var y []float64
		for k, m := range s[i].maps {
			bends = bends || m[0].Cmp(s[i+1].maps[k][0]) != 0
			v := new(big.Rat).Mul(m[0], s[i].hi)
			f, _ := v.Add(v, m[1]).Float64()
			y = append(y, f)
		}
		if bends {
			kinks = append(kinks, Kink{s[i].Hi, s[i].Slope, s[i+1].Slope, y, i, i + 1})
		}
	}
	return kinks, s, nil
}
