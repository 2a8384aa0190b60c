// Package gconv has layers for GoMLX that commute with a group: for each, f(gx) = ρ(g)f(x) with the actions stated as
// symmetry.Action, up to rounding of float32.
//
//	Lift      picture → features on the group, any finite group of signed permutations: ⟨gᵢw, x⟩
//	Conv      features on the group → the same: the group's correlation
//	Circular  signal on a circle → the same, by a short kernel
//	LiftC4    picture → picture of four orientations (Cohen and Welling 2016), and ConvC4 for the layers after it
//	Sets      a set of points in any order → the same (Zaheer et al. 2017)
//	Pool      maximum over an axis: over the group's axis it makes equivariant features invariant
//
// Weights are nodes, made by the caller: variables of a model, or inputs. Channels come last.
package gconv

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"

	"nncourse/lib/symmetry"
)

// Lift compares x, [batch, n, in], with all moved templates, w [n, in, out]:
//
//	y[b, i, o] = Σ_p Σ_c (gᵢw)[p, c, o] x[b, p, c]        → [batch, |G|, out]
//
// In: Tensor(natural, trivial of in); out: Tensor(regular, trivial of out). It panics if an element has a matrix.
func Lift(g *symmetry.Group, x, w *graph.Node) *graph.Node {
	d, wd := x.Shape().Dimensions, w.Shape().Dimensions
	if len(d) != 3 || len(wd) != 3 || d[1] != g.Dim() || wd[0] != g.Dim() || d[2] != wd[1] {
		panic(fmt.Errorf("gconv: Lift over %s (n = %d) reads x [batch, n, in] and w [n, in, out], not %s and %s", g.Name, g.Dim(), x.Shape(), w.Shape()))
	}
	n, in, out := wd[0], wd[1], wd[2]
	from, sign, signed := make([][]int32, 0, g.Order()*n), make([][]float32, 0, g.Order()*n), false
	for _, e := range g.Elements {
		if e.Matrix != nil {
			panic(fmt.Errorf("gconv: Lift: %s of %s is no signed permutation", e.Name, g.Name))
		}
		for p, f := range e.From {
			s := float32(1)
			if e.Sign != nil {
				s, signed = float32(e.Sign[p]), true
			}
			from, sign = append(from, []int32{int32(f)}), append(sign, []float32{s})
		}
	}
	// (gᵢw)[p] = sᵢ[p]·w[From_i[p]], one row for each i and p
	moved := graph.Gather(graph.Reshape(w, n, in*out), graph.Const(w.Graph(), from)) // [|G|·n, in·out]
	if signed {
		moved = graph.Mul(moved, graph.ConvertDType(graph.Const(w.Graph(), sign), w.DType()))
	}
	return graph.Einsum("bpc,ipco->bio", x, graph.Reshape(moved, g.Order(), n, in, out))
}

// Conv correlates features on the group, f [batch, |G|, in], with ψ [|G|, in, out]:
//
//	y[b, i, o] = Σⱼ Σ_c ψ[index of gᵢ⁻¹gⱼ, c, o] f[b, j, c]        → [batch, |G|, out]
//
// In: Tensor(regular, trivial of in); out: Tensor(regular, trivial of out).
func Conv(g *symmetry.Group, f, psi *graph.Node) *graph.Node {
	d, wd := f.Shape().Dimensions, psi.Shape().Dimensions
	n := g.Order()
	if len(d) != 3 || len(wd) != 3 || d[1] != n || wd[0] != n || d[2] != wd[1] {
		panic(fmt.Errorf("gconv: Conv over %s (|G| = %d) reads f [batch, |G|, in] and ψ [|G|, in, out], not %s and %s", g.Name, n, f.Shape(), psi.Shape()))
	}
	in, out := wd[1], wd[2]
	from := make([][]int32, 0, n*n)
	for i := range n {
		for _, k := range g.Table[g.Inv[i]] {
			from = append(from, []int32{int32(k)})
		}
	}
	kernels := graph.Gather(graph.Reshape(psi, n, in*out), graph.Const(psi.Graph(), from)) // [|G|·|G|, in·out]
	return graph.Einsum("bjc,ijco->bio", f, graph.Reshape(kernels, n, n, in, out))
}

// Circular correlates signals on a circle, x [batch, n, in], with a kernel of odd length k ≤ n, w [k, in, out]:
//
//	y[b, i, o] = Σⱼ Σ_c w[j, c, o] x[b, (i + j − (k−1)/2) mod n, c]        → [batch, n, out]
//
// In and out: CyclicShifts(n) on n, channels trivial.
func Circular(x, w *graph.Node) *graph.Node {
	d, wd := x.Shape().Dimensions, w.Shape().Dimensions
	if len(d) != 3 || len(wd) != 3 || d[2] != wd[1] || wd[0]%2 == 0 || wd[0] > d[1] {
		panic(fmt.Errorf("gconv: Circular reads x [batch, n, in] and w [k, in, out] with k odd and at most n, not %s and %s", x.Shape(), w.Shape()))
	}
	if half := wd[0] / 2; half > 0 {
		x = graph.Concatenate([]*graph.Node{ // wrapped by half a kernel on both sides
			graph.SliceAxis(x, 1, graph.AxisRange(d[1]-half, d[1])), x, graph.SliceAxis(x, 1, graph.AxisRange(0, half))}, 1)
	}
	return graph.Convolve(x, w).NoPadding().Done()
}

// LiftC4 correlates pictures, x [batch, n, n, in], with a kernel and its three quarter turns, w [k, k, in, out], k odd,
// zero-padded: y[…, r, o] belongs to the kernel turned by r·90° counter-clockwise → [batch, n, n, 4, out].
//
// In: Tensor(natural, trivial of in) of symmetry.C4(n); out: Tensor(Tensor(natural, regular), trivial of out): a turn of the picture
// turns the maps and passes them on to the next orientation.
func LiftC4(x, w *graph.Node) *graph.Node {
	d, wd := x.Shape().Dimensions, w.Shape().Dimensions
	if len(d) != 4 || len(wd) != 4 || d[1] != d[2] || wd[0] != wd[1] || wd[0]%2 == 0 || d[3] != wd[2] {
		panic(fmt.Errorf("gconv: LiftC4 reads x [batch, n, n, in] and w [k, k, in, out] with k odd, not %s and %s", x.Shape(), w.Shape()))
	}
	var kernels []*graph.Node
	for range 4 {
		kernels = append(kernels, w)
		w = turn(w)
	}
	y := graph.Convolve(x, graph.Concatenate(kernels, 3)).PadSame().Done()
	return graph.Reshape(y, d[0], d[1], d[2], 4, wd[3])
}

// ConvC4 is the layer after LiftC4: f [batch, n, n, 4, in] with w [k, k, 4, in, out], k odd → [batch, n, n, 4, out].
// For output orientation r the kernel is turned r times, and its orientation j looks at the input's j + r.
func ConvC4(f, w *graph.Node) *graph.Node {
	d, wd := f.Shape().Dimensions, w.Shape().Dimensions
	if len(d) != 5 || len(wd) != 5 || d[1] != d[2] || d[3] != 4 || wd[0] != wd[1] || wd[0]%2 == 0 || wd[2] != 4 || d[4] != wd[3] {
		panic(fmt.Errorf("gconv: ConvC4 reads f [batch, n, n, 4, in] and w [k, k, 4, in, out] with k odd, not %s and %s", f.Shape(), w.Shape()))
	}
	k, in, out := wd[0], wd[3], wd[4]
	var kernels []*graph.Node
	for range 4 {
		kernels = append(kernels, graph.Reshape(w, k, k, 4*in, out))
		w = turn(w)
		// the orientations move up by one: axis 2 becomes (3, 0, 1, 2)
		w = graph.Concatenate([]*graph.Node{graph.SliceAxis(w, 2, graph.AxisRange(3, 4)), graph.SliceAxis(w, 2, graph.AxisRange(0, 3))}, 2)
	}
	y := graph.Convolve(graph.Reshape(f, d[0], d[1], d[2], 4*in), graph.Concatenate(kernels, 3)).PadSame().Done()
	return graph.Reshape(y, d[0], d[1], d[2], 4, out)
}

// turn is a quarter turn counter-clockwise of axes 0 and 1: w′[y, x] = w[x, n−1−y].
func turn(w *graph.Node) *graph.Node { return graph.Reverse(graph.Transpose(w, 0, 1), 0) }

// Sets maps the points of a set, x [batch, n, in], each by itself and by the mean of all, own and mean [in, out]:
//
//	y[b, i] = x[b, i]·own + (1/n) Σⱼ x[b, j]·mean        → [batch, n, out]
//
// The only linear maps with one channel that commute with all permutations of the points. In and out: Tensor(permutations of n, trivial).
func Sets(x, own, mean *graph.Node) *graph.Node {
	d, od, md := x.Shape().Dimensions, own.Shape().Dimensions, mean.Shape().Dimensions
	if len(d) != 3 || len(od) != 2 || len(md) != 2 || d[2] != od[0] || od[0] != md[0] || od[1] != md[1] {
		panic(fmt.Errorf("gconv: Sets reads x [batch, n, in] and two weights [in, out], not %s, %s and %s", x.Shape(), own.Shape(), mean.Shape()))
	}
	all := graph.InsertAxes(graph.ReduceMean(x, 1), 1) // [batch, 1, in]
	return graph.Add(graph.Einsum("bpc,co->bpo", x, own), graph.Einsum("bpc,co->bpo", all, mean))
}

// Pool takes the maximum over axes: over the axis of the group, which P_g permutes, the result is invariant.
func Pool(f *graph.Node, axes ...int) *graph.Node { return graph.ReduceMax(f, axes...) }
