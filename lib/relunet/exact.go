package relunet

import (
	"math"
	"math/big"
)

// exactNet holds the weights as integers. A float64 is m·2ᵉ with integer m, so the coefficients of the layer-l units within a region
// are integers times 2^scale[l]:
//
//	W = 2^e·M,  coefficients of the layer before = 2^scale[l−1]·C,  b = 2^f·m
//	z = W·relu(…) + b = 2^scale[l]·(M·C·2^lift[l] + biases),  scale[l] = min(e + scale[l−1], f),  lift[l] = e + scale[l−1] − scale[l]
//
// The factor 2^scale is positive and the same for all units of a layer, so that signs are those of the integers.
type exactNet struct {
	w     [][][]*big.Int // [layer][out][in]
	b     [][]*big.Int   // [layer][out]
	lift  []uint
	scale []int
}

// dyadic returns v = m·2ᵉ with odd m, or 0, 0.
func dyadic(v float64) (m int64, e int) {
	if v == 0 {
		return 0, 0
	}
	f, e := math.Frexp(v)
	m, e = int64(f*(1<<53)), e-53
	for m&1 == 0 {
		m, e = m>>1, e+1
	}
	return m, e
}

// lowest returns the smallest exponent of the entries, 0 if all are zero.
func lowest(rows ...[]float64) int {
	low, any := 0, false
	for _, row := range rows {
		for _, v := range row {
			if m, e := dyadic(v); m != 0 && (!any || e < low) {
				low, any = e, true
			}
		}
	}
	return low
}

// integer returns v·2^−e, which the caller knows to be an integer.
func integer(v float64, e int) *big.Int {
	m, f := dyadic(v)
	x := big.NewInt(m)
	if m == 0 {
		return x
	}
	return x.Lsh(x, uint(f-e))
}

func newExact(n Net) *exactNet {
	x := &exactNet{}
	before := 0
	for _, layer := range n {
		e, f := lowest(layer.W...), lowest(layer.B)
		s := min(e+before, f)
		w := make([][]*big.Int, len(layer.W))
		b := make([]*big.Int, len(layer.W))
		for j, row := range layer.W {
			w[j] = make([]*big.Int, len(row))
			for k, v := range row {
				w[j][k] = integer(v, e)
			}
			b[j] = integer(layer.B[j], s)
		}
		x.w, x.b, x.lift, x.scale = append(x.w, w), append(x.b, b), append(x.lift, uint(e+before-s)), append(x.scale, s)
		before = s
	}
	return x
}

// bitLen bounds the length in bits of every coefficient of every hidden unit in every region.
func (x *exactNet) bitLen(n Net) int {
	most, before := 0, 1
	for l := range n {
		w, b := 0, 0
		for j := range x.w[l] {
			for _, v := range x.w[l][j] {
				w = max(w, v.BitLen())
			}
			b = max(b, x.b[l][j].BitLen())
		}
		if l > 0 { // a sum of len(row) products and a bias
			w += before + big.NewInt(int64(len(x.w[l][0]))).BitLen()
		}
		before = max(w+int(x.lift[l]), b) + 1
		most = max(most, before)
	}
	return most
}

// cell is a region of the layers before layer: there the units of the layer are affine.
type cell struct {
	parent *cell // the region of the layers before that which holds it; nil if layer is 0
	layer  int
	active []int32 // the active units of layer−1
	rows   map[int32]*[3]big.Int
}

// row returns the integer coefficients a, b, c of unit j: z = 2^scale·(ax + by + c).
func (x *exactNet) row(c *cell, j int32) *[3]big.Int {
	if r := c.rows[j]; r != nil {
		return r
	}
	r := new([3]big.Int)
	w := x.w[c.layer][j]
	if c.layer == 0 {
		r[0].Lsh(w[0], x.lift[0])
		r[1].Lsh(w[1], x.lift[0])
	} else {
		var t big.Int
		for _, k := range c.active {
			if w[k].Sign() == 0 {
				continue
			}
			p := x.row(c.parent, k)
			for i := range r {
				r[i].Add(&r[i], t.Mul(w[k], &p[i]))
			}
		}
		for i := range r {
			r[i].Lsh(&r[i], x.lift[c.layer])
		}
	}
	r[2].Add(&r[2], x.b[c.layer][j])
	if c.rows == nil {
		c.rows = make(map[int32]*[3]big.Int)
	}
	c.rows[j] = r
	return r
}

// rational returns v·2^scale.
func rational(v *big.Int, scale int) *big.Rat {
	one := big.NewInt(1)
	if scale >= 0 {
		return new(big.Rat).SetInt(new(big.Int).Lsh(v, uint(scale)))
	}
	return new(big.Rat).SetFrac(v, one.Lsh(one, uint(-scale)))
}
