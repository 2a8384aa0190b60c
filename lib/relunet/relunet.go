// Package relunet takes ReLU networks apart: it finds the pieces on which they are affine.
//
// A network with ReLU units is continuous and piecewise affine. Two things are counted here, and they differ:
//
//   - An activation region is a maximal set of inputs with one activation pattern (which hidden units have z > 0) that has an
//     interior. It is convex: within it every unit is affine in x, so it is cut out by half-planes. Two regions never share a
//     pattern.
//   - A linear piece is a maximal connected union of regions on which the network's output is one affine function. It may hold
//     several regions (a unit that nobody downstream listens to cuts regions but not pieces), and need not be convex.
//
// [Enumerate] finds the regions of a network of two inputs, [OnLine] and [Kinks] those of a network of one input. [Slice] makes a
// network of two inputs from one of many: its restriction to a plane.
//
// # Method: arrangement refinement
//
//  1. Begin with one polygon, the box.
//  2. Layer by layer: within a polygon all earlier layers are affine, so each unit of the layer is affine too,
//     z(x, y) = ax + by + c, and z = 0 is a line. Each unit in turn cuts in two the polygons that its line crosses.
//  3. What is left after the last hidden layer are the regions.
//
// # Exactness
//
// The counts are those of the network in real arithmetic, with the given float64 numbers as its weights; nothing is sampled, and no
// tolerance decides. All that the method asks is on which side of a line the crossing of two other lines lies, which is
// the sign of a 3×3 determinant of their coefficients. These are sums of products of weights, hence integers times a power of two. The sign
// is first computed in float64 with a bound of the error, carried along from the weights (the bound of a dot product of n terms is
// nu/(1−nu)·Σ|wᵢxᵢ|: Higham, Accuracy and Stability, §3.1); only where value and bound do not settle the sign, it is computed again
// in integers of any size. Parallel and coincident lines, lines through one point, dead units
// and slivers of any thinness need no special case: sign 0 is an answer. [Stats] says how often integers were needed.
//
// A box with infinite sides is a box of 2ᵏ, with k from a bound on all these determinants, so large that none changes its sign
// on the way to infinity: the count is that of the whole plane.
package relunet

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// Layer is an affine map x ↦ Wx + b.
type Layer struct {
	W [][]float64 // [out][in]
	B []float64   // [out]
}

// Net is a network: ReLU after every layer but the last, which is affine.
type Net []Layer

// Dense returns the layer with the entries of w, [out, in], and b, [out]; both are copied.
func Dense(w mat.Matrix, b []float64) Layer {
	out, in := w.Dims()
	l := Layer{W: make([][]float64, out), B: append([]float64(nil), b...)}
	for j := range out {
		l.W[j] = make([]float64, in)
		for k := range in {
			l.W[j][k] = w.At(j, k)
		}
	}
	return l
}

// Check returns an error if the shapes do not fit each other or a number is not finite.
func (n Net) Check() error {
	if len(n) == 0 {
		return errors.New("relunet: a network without layers")
	}
	in := -1
	for l, layer := range n {
		if len(layer.W) == 0 || len(layer.W) != len(layer.B) {
			return fmt.Errorf("relunet: layer %d has %d rows of weights and %d biases: it needs as many of both, and at least one", l, len(layer.W), len(layer.B))
		}
		for j, row := range layer.W {
			if in < 0 {
				in = len(row)
			}
			if len(row) != in || in == 0 {
				return fmt.Errorf("relunet: layer %d, unit %d has %d weights: there are %d inputs", l, j, len(row), max(in, 0))
			}
			for k, w := range row {
				if math.IsNaN(w) || math.IsInf(w, 0) {
					return fmt.Errorf("relunet: layer %d, unit %d, weight %d is %v", l, j, k, w)
				}
			}
			if b := layer.B[j]; math.IsNaN(b) || math.IsInf(b, 0) {
				return fmt.Errorf("relunet: layer %d, unit %d, bias is %v", l, j, b)
			}
		}
		in = len(layer.W)
	}
	return nil
}

// Inputs is the number of inputs.
func (n Net) Inputs() int { return len(n[0].W[0]) }

// Outputs is the number of outputs.
func (n Net) Outputs() int { return len(n[len(n)-1].W) }

// Hidden is the number of hidden units, of all layers together.
func (n Net) Hidden() int {
	h := 0
	for _, l := range n[:len(n)-1] {
		h += len(l.W)
	}
	return h
}

// Eval returns the outputs at x.
func (n Net) Eval(x ...float64) []float64 {
	out, _ := n.eval(x, nil)
	return out
}

// Pattern returns which hidden units have z > 0 at x, in float64.
func (n Net) Pattern(x ...float64) Pattern {
	p := newPattern(n.Hidden())
	_, p = n.eval(x, &p)
	return p
}

func (n Net) eval(x []float64, p *Pattern) ([]float64, Pattern) {
	if len(x) != n.Inputs() {
		panic(fmt.Sprintf("relunet: %d inputs to a network of %d", len(x), n.Inputs()))
	}
	unit := 0
	for l, layer := range n {
		z := make([]float64, len(layer.W))
		for j, row := range layer.W {
			z[j] = layer.B[j]
			for k, w := range row {
				z[j] += w * x[k]
			}
			if l == len(n)-1 {
				continue
			}
			if z[j] > 0 {
				if p != nil {
					p.set(unit)
				}
			} else {
				z[j] = 0 // ReLU
			}
			unit++
		}
		x = z
	}
	if p == nil {
		return x, Pattern{}
	}
	return x, *p
}

// Slice restricts a network to the plane origin + s·u + t·v: a network of the two inputs s and t, whose first layer is
// W[u v] and b + W·origin, rounded to float64. It panics if lengths do not fit.
func Slice(n Net, origin, u, v []float64) Net {
	if in := n.Inputs(); len(origin) != in || len(u) != in || len(v) != in {
		panic(fmt.Sprintf("relunet: Slice with vectors of lengths %d, %d, %d in a network of %d inputs", len(origin), len(u), len(v), in))
	}
	first := Layer{W: make([][]float64, len(n[0].W)), B: make([]float64, len(n[0].W))}
	for j, row := range n[0].W {
		a, b, c := 0.0, 0.0, n[0].B[j]
		for k, w := range row {
			a += w * u[k]
			b += w * v[k]
			c += w * origin[k]
		}
		first.W[j], first.B[j] = []float64{a, b}, c
	}
	return append(Net{first}, n[1:]...)
}

// Pattern says which hidden units are active, z > 0, counted through the layers from the first. A unit with z = 0 on a whole region is not.
type Pattern struct {
	n    int
	bits []uint64
}

func newPattern(n int) Pattern { return Pattern{n, make([]uint64, (n+63)/64)} }

func (p Pattern) set(k int) { p.bits[k/64] |= 1 << (k % 64) }

func (p Pattern) clear(k int) { p.bits[k/64] &^= 1 << (k % 64) }

func (p Pattern) clone() Pattern { return Pattern{p.n, append([]uint64(nil), p.bits...)} }

// Len is the number of units.
func (p Pattern) Len() int { return p.n }

// Active says whether unit k is active.
func (p Pattern) Active(k int) bool { return p.bits[k/64]>>(k%64)&1 == 1 }

// Count is the number of active units.
func (p Pattern) Count() int {
	c := 0
	for _, b := range p.bits {
		c += bits.OnesCount64(b)
	}
	return c
}

// Distance is the number of units in which two patterns of one network differ.
func (p Pattern) Distance(q Pattern) int {
	c := 0
	for i, b := range p.bits {
		c += bits.OnesCount64(b ^ q.bits[i])
	}
	return c
}

// String writes the pattern as 0 and 1, unit 0 first. Equal patterns of a network have equal strings.
func (p Pattern) String() string {
	var b strings.Builder
	for k := range p.n {
		b.WriteByte("01"[p.bits[k/64]>>(k%64)&1])
	}
	return b.String()
}

// Box is a rectangle of inputs. Sides may be infinite.
type Box struct{ XMin, XMax, YMin, YMax float64 }

// Plane is the box without sides.
var Plane = Box{math.Inf(-1), math.Inf(1), math.Inf(-1), math.Inf(1)}

// Square is the box [−r, r]².
func Square(r float64) Box { return Box{-r, r, -r, r} }

func (b Box) check() error {
	if !(b.XMin < b.XMax) || !(b.YMin < b.YMax) || math.IsInf(b.XMin, 1) || math.IsInf(b.YMin, 1) || math.IsInf(b.XMax, -1) || math.IsInf(b.YMax, -1) {
		return fmt.Errorf("relunet: box [%v, %v] × [%v, %v] has no interior", b.XMin, b.XMax, b.YMin, b.YMax)
	}
	return nil
}
