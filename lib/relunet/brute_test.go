package relunet

import (
	"math"
	"math/big"
)

// The reference: all 2ᴺ patterns of N units, each put to a linear programme in rational numbers. It shares no code and no idea with the
// refinement: the programme is solved by Fourier-Motzkin elimination.

// ratForm is ax + by + c.
type ratForm [3]*big.Rat

func (f ratForm) null() bool { return f[0].Sign() == 0 && f[1].Sign() == 0 && f[2].Sign() == 0 }

func (f ratForm) neg() ratForm {
	var out ratForm
	for i := range f {
		out[i] = new(big.Rat).Neg(f[i])
	}
	return out
}

func rat(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }

// bruteUnits returns the forms of all units, and of the outputs, if the pattern holds.
func bruteUnits(n Net, pattern []bool) (units, outputs []ratForm) {
	in := []ratForm{{rat(1), rat(0), rat(0)}, {rat(0), rat(1), rat(0)}}
	for l, layer := range n {
		var z []ratForm
		for j, row := range layer.W {
			f := ratForm{rat(0), rat(0), rat(layer.B[j])}
			for k, w := range row {
				for i := range f {
					f[i] = new(big.Rat).Add(f[i], new(big.Rat).Mul(rat(w), in[k][i]))
				}
			}
			z = append(z, f)
		}
		if l == len(n)-1 {
			return units, z
		}
		in = nil
		for _, f := range z {
			if pattern[len(units)] {
				in = append(in, f)
			} else {
				in = append(in, ratForm{rat(0), rat(0), rat(0)})
			}
			units = append(units, f)
		}
	}
	panic("unreachable")
}

func boxForms(b Box) []ratForm {
	var out []ratForm
	for _, s := range [][3]float64{{1, 0, -b.XMin}, {-1, 0, b.XMax}, {0, 1, -b.YMin}, {0, -1, b.YMax}} {
		if !math.IsInf(s[2], 0) {
			out = append(out, ratForm{rat(s[0]), rat(s[1]), rat(s[2])})
		}
	}
	return out
}

// constraints of a pattern, all to be > 0 in the interior of its region; false if a unit is active that is zero.
func constraints(units []ratForm, pattern []bool) ([]ratForm, bool) {
	var out []ratForm
	for j, f := range units {
		switch {
		case pattern[j]:
			out = append(out, f)
		case !f.null(): // where it is zero everywhere, inactive is right
			out = append(out, f.neg())
		}
	}
	return out, true
}

// feasible says whether all forms are > 0 at some point.
func feasible(forms []ratForm) bool {
	var lower, upper, rest []ratForm
	for _, f := range forms {
		switch f[1].Sign() {
		case 1: // y > −(a/b)x − c/b
			lower = append(lower, f)
		case -1:
			upper = append(upper, f)
		default:
			rest = append(rest, f)
		}
	}
	for _, l := range lower { // l/b_l + u/|b_u| > 0 has no y
		for _, u := range upper {
			g := ratForm{new(big.Rat), new(big.Rat), new(big.Rat)}
			for i := range g {
				g[i].Sub(new(big.Rat).Quo(l[i], l[1]), new(big.Rat).Quo(u[i], u[1]))
			}
			rest = append(rest, g)
		}
	}
	return interval(rest)
}

// interval says whether all ax + c > 0 hold at some x.
func interval(forms []ratForm) bool {
	var lo, hi *big.Rat
	for _, f := range forms {
		if f[0].Sign() == 0 {
			if f[2].Sign() <= 0 {
				return false
			}
			continue
		}
		x := new(big.Rat).Quo(f[2], f[0])
		x.Neg(x)
		switch {
		case f[0].Sign() > 0 && (lo == nil || x.Cmp(lo) > 0):
			lo = x
		case f[0].Sign() < 0 && (hi == nil || x.Cmp(hi) < 0):
			hi = x
		}
	}
	return lo == nil || hi == nil || lo.Cmp(hi) < 0
}

type bruteRegion struct {
	pattern []bool
	forms   []ratForm // constraints
	units   []ratForm
	outputs []ratForm
}

func (r bruteRegion) String() string {
	b := make([]byte, len(r.pattern))
	for i, on := range r.pattern {
		b[i] = '0'
		if on {
			b[i] = '1'
		}
	}
	return string(b)
}

// brute returns all regions.
func brute(n Net, box Box) []bruteRegion {
	var out []bruteRegion
	N := n.Hidden()
	for bits := range 1 << N {
		pattern := make([]bool, N)
		for j := range pattern {
			pattern[j] = bits>>j&1 == 1
		}
		units, outputs := bruteUnits(n, pattern)
		forms, ok := constraints(units, pattern)
		if ok && feasible(append(boxForms(box), forms...)) {
			out = append(out, bruteRegion{pattern, forms, units, outputs})
		}
	}
	return out
}

// neighbours says whether two regions share a segment. The first unit in which they differ has the same form in both, so
// the segment lies on its line: all constraints that are not zero on the line must be > 0 at some point of it.
func neighbours(p, q bruteRegion, box Box) bool {
	d := 0
	for p.pattern[d] == q.pattern[d] {
		d++
	}
	f := p.units[d] // the point (x₀, y₀) + t(b, −a)
	x0, y0 := new(big.Rat), new(big.Rat)
	switch {
	case f[0].Sign() != 0:
		x0.Quo(f[2], f[0])
		x0.Neg(x0)
	case f[1].Sign() != 0:
		y0.Quo(f[2], f[1])
		y0.Neg(y0)
	default:
		return false
	}
	var on []ratForm
	for _, g := range append(append(boxForms(box), p.forms...), q.forms...) {
		slope := new(big.Rat).Sub(new(big.Rat).Mul(g[0], f[1]), new(big.Rat).Mul(g[1], f[0]))
		at := new(big.Rat).Add(new(big.Rat).Add(new(big.Rat).Mul(g[0], x0), new(big.Rat).Mul(g[1], y0)), g[2])
		if slope.Sign() != 0 || at.Sign() != 0 {
			on = append(on, ratForm{slope, rat(0), at})
		}
	}
	return interval(on)
}

// brutePieces returns the number of linear pieces and of neighbouring pairs.
func brutePieces(rs []bruteRegion, box Box) (pieces, pairs int) {
	root := make([]int, len(rs))
	for i := range root {
		root[i] = i
	}
	var find func(i int) int
	find = func(i int) int {
		if root[i] != i {
			root[i] = find(root[i])
		}
		return root[i]
	}
	pieces = len(rs)
	for i := range rs {
		for j := range i {
			if !neighbours(rs[i], rs[j], box) {
				continue
			}
			pairs++
			same := true
			for k, f := range rs[i].outputs {
				for m := range f {
					same = same && f[m].Cmp(rs[j].outputs[k][m]) == 0
				}
			}
			if a, b := find(i), find(j); same && a != b {
				root[a] = b
				pieces--
			}
		}
	}
	return pieces, pairs
}
