package symmetry

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Float is the type of a function's numbers: layers are tested in the type in which they compute.
type Float interface{ float32 | float64 }

// Move returns gx, for numbers of either type. With float32 a signed permutation is still exact, and a matrix is applied
// in float64 and rounded once.
func Move[T Float](g Element, x []T) []T {
	if len(x) != g.Dim() {
		panic(fmt.Sprintf("symmetry: %s acts on %d numbers, have %d", g.Name, g.Dim(), len(x)))
	}
	out := make([]T, len(x))
	if g.Matrix == nil {
		for i, from := range g.From {
			out[i] = x[from] * T(g.sign(i))
		}
		return out
	}
	for i := range out {
		s := 0.0
		for j, v := range x {
			s += g.Matrix.At(i, j) * float64(v)
		}
		out[i] = T(s)
	}
	return out
}

// Report is what a test of f(gx) = ρ(g)f(x) saw.
type Report struct {
	// Error is the largest |f(gx) − ρ(g)f(x)| over elements, points and coordinates, divided by Scale. It is +Inf
	// where f returned NaN or ±Inf.
	Error float64
	Scale float64 // the largest |f(x)| of all points
	// Where: element, point and coordinate, all 0 if the error is 0.
	Element, Point, Coordinate int
	Name                       string    // of the element
	X                          []float64 // the point
	Got, Want                  []float64 // f(gx) and ρ(g)f(x)
	Each                       []float64 // for each element the largest error, in units of Scale
	Tests                      int       // pairs of element and point
}

// String says it in one line.
func (r Report) String() string {
	if r.Error == 0 {
		return fmt.Sprintf("no difference in %d tests", r.Tests)
	}
	return fmt.Sprintf("%d tests, worst %.1e for %s at point %d: f(gx)[%d] = %.6g, (P_g f(x))[%d] = %.6g",
		r.Tests, r.Error, r.Name, r.Point, r.Coordinate, r.Got[r.Coordinate], r.Coordinate, r.Want[r.Coordinate])
}

// Equivariance tests f(gx) = ρ(g)f(x) for any function f at the points given, for every pair of maps in[i], out[i].
// The maps need not be a group: pass a.Maps of two actions, or a list of your own. f must return out's number of values.
// It calls f once for each point and once for each pair. It panics without points or maps.
//
// A passed test shows it for these points; random points show it for almost all if f is analytic.
func Equivariance[T Float](f func(x []T) []T, in, out []Element, points [][]T) Report {
	if len(points) == 0 || len(in) == 0 || len(in) != len(out) {
		panic(fmt.Sprintf("symmetry: Equivariance: %d points, %d maps on one side and %d on the other", len(points), len(in), len(out)))
	}
	r := Report{Each: make([]float64, len(in))}
	values := make([][]T, len(points))
	for p, x := range points {
		values[p] = append([]T(nil), f(append([]T(nil), x...))...)
		if len(values[p]) != out[0].Dim() {
			panic(fmt.Sprintf("symmetry: Equivariance: f returned %d values, its action has %d", len(values[p]), out[0].Dim()))
		}
		for _, v := range values[p] {
			r.Scale = math.Max(r.Scale, math.Abs(float64(v)))
		}
	}
	unit := r.Scale
	if !(unit > 0) || math.IsInf(unit, 0) {
		unit = 1
	}
	worst := 0.0
	for p, x := range points {
		for i := range in {
			r.Tests++
			got, want := f(Move(in[i], x)), Move(out[i], values[p])
			if len(got) != len(want) {
				panic(fmt.Sprintf("symmetry: Equivariance: f returned %d values, its action has %d", len(got), len(want)))
			}
			for c := range got {
				d := math.Abs(float64(got[c])-float64(want[c])) / unit
				if math.IsNaN(d) {
					d = math.Inf(1)
				}
				r.Each[i] = math.Max(r.Each[i], d)
				if d > worst {
					worst = d
					r.Element, r.Point, r.Coordinate, r.Name = i, p, c, in[i].Name
					r.X, r.Got, r.Want = float64s(x), float64s(got), float64s(want)
				}
			}
		}
	}
	r.Error = worst
	return r
}

// Invariance tests f(gx) = f(x): Equivariance with an action that moves nothing.
func Invariance[T Float](f func(x []T) T, in []Element, points [][]T) Report {
	out := make([]Element, len(in))
	for i := range out {
		out[i] = Element{Name: "e", From: []int{0}}
	}
	return Equivariance(func(x []T) []T { return []T{f(x)} }, in, out, points)
}

func float64s[T Float](x []T) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// Pooling makes one number of many, whatever their order: hence pooling over an orbit gives an invariant function.
// Pooling must not keep or change its argument.
type Pooling func(values []float64) float64

// Mean, Max and L2 pool: the mean, the largest value, the root of the sum of squares.
func Mean(v []float64) float64 { return floats.Sum(v) / float64(len(v)) }
func Max(v []float64) float64  { return floats.Max(v) }
func L2(v []float64) float64   { return floats.Norm(v, 2) }

// Pooled makes any function invariant: x ↦ pool of f(g₁x), …, f(g_Nx). For gx the same values come in another order:
// {gᵢgx} = {gᵢx}, as G is a group. It costs |G| calls of f. Sums of rounded numbers depend on the order by about 10⁻¹⁶ of their size.
func Pooled(pool Pooling, maps []Element, f func(x []float64) float64) func(x []float64) float64 {
	return func(x []float64) float64 {
		v := make([]float64, len(maps))
		for i, g := range maps {
			v[i] = f(g.Apply(nil, x))
		}
		return pool(v)
	}
}

// Symmetrised makes any function equivariant, by averaging over the orbit and turning each value back:
//
//	f̄(x) = (1/|G|) Σᵢ ρ(gᵢ)⁻¹ f(gᵢx),     f̄(gx) = ρ(g)f̄(x).
//
// With a trivial out it is orbit averaging. A function that is equivariant already stays as it is. The actions must
// be of one group.
func Symmetrised(in, out *Action, f func(x []float64) []float64) func(x []float64) []float64 {
	g := same("Symmetrised", []*Action{in, out})
	return func(x []float64) []float64 {
		sum := make([]float64, out.Dim())
		for i := range g.Elements {
			// ρ(gᵢ)⁻¹ = ρ(gᵢ⁻¹), an element of its own
			floats.Add(sum, out.Maps[g.Inv[i]].Apply(nil, f(in.Maps[i].Apply(nil, x))))
		}
		floats.Scale(1/float64(g.Order()), sum)
		return sum
	}
}
