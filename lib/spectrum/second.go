package spectrum

import (
	"sync"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
)

// What GoMLX 0.28 lacks for the gradient of a gradient, and how it is had here, exactly.
//
// A reverse pass through an operation y = f(x) builds its vector-Jacobian product (VJP) from other operations; the
// second pass needs the VJPs of those. GoMLX has none for what the VJP of a convolution by its kernel or with a stride
// is made of, nor for the Pad that a Slice leaves. They are added through graph.VJPRegistration, and act only in
// graphs that this package marked: every other graph keeps GoMLX's own.
//
// Convolution. y = C(x, k) is bilinear, so ⟨v, C(x, k)⟩ is trilinear, and all its derivatives, of any order, are
//
//	C(x, k)    the convolution itself
//	A(v, k)    its adjoint by x: what the VJP gives x
//	B(x, v)    its adjoint by k: what the VJP gives k
//
// The VJP of A at (v, k) for a cotangent w (shaped as x) is (C(w, k), B(w, v)); that of B at (x, v) for w (shaped as k)
// is (A(v, w), C(x, w)). So no new operation is needed, whatever stride, padding or dilation: the forward node is cloned
// with other inputs (groups are left as they are in GoMLX).
//
// Slice. Its VJP is a Pad with zeros, whose own VJP is the same Slice of the cotangent. Reverse is its own adjoint.
//
// Maximum over axes. GoMLX's VJP gives the whole cotangent to each of several equal maxima, so that the gradient is
// too long where they depend on the same parameter: over the empty background of a digit all places of a map have the value
// of the bias, and its gradient comes out four times too large after a 2×2 pool. The exact derivative shares the
// cotangent, 1/c to each of c equal maxima (as JAX does).

var (
	marked   sync.Map // graph.GraphId → *table: the graphs in which the VJPs below act
	oldConv  = graph.VJPRegistration[graph.NodeTypeConvGeneral]
	oldSlice = graph.VJPRegistration[graph.NodeTypeSlice]
	oldMax   = graph.VJPRegistration[graph.NodeTypeReduceMax]
)

// table knows where nodes of a graph came from.
type table struct {
	adjointX map[*graph.Node]*graph.Node // node A(v, k) → the convolution C(x, k) it is the adjoint of
	adjointK map[*graph.Node]*graph.Node // node B(x, v) → the convolution
	sliced   map[*graph.Node]*graph.Node // Pad → the Slice it is the adjoint of
}

// mark makes the VJPs below act in a graph until the returned function is called.
func mark(g *graph.Graph) (unmark func()) {
	marked.Store(g.GraphId(), &table{map[*graph.Node]*graph.Node{}, map[*graph.Node]*graph.Node{}, map[*graph.Node]*graph.Node{}})
	return func() { marked.Delete(g.GraphId()) }
}

func tableOf(node *graph.Node) *table {
	t, _ := marked.Load(node.Graph().GraphId())
	if t == nil {
		return nil
	}
	return t.(*table)
}

// Package initialisation comes before any graph, so the registry is never written while it is read.
func init() {
	graph.VJPRegistration[graph.NodeTypeConvGeneral] = convVJP
	graph.VJPRegistration[graph.NodeTypeSlice] = sliceVJP
	graph.VJPRegistration[graph.NodeTypeReduceMax] = maxVJP
	if graph.VJPRegistration[graph.NodeTypePad] == nil {
		graph.VJPRegistration[graph.NodeTypePad] = padVJP
	}
	if graph.VJPRegistration[graph.NodeTypeReverse] == nil {
		graph.VJPRegistration[graph.NodeTypeReverse] = reverseVJP
	}
}

func convVJP(node *graph.Node, vs []*graph.Node, out shapes.Shape) []*graph.Node {
	t := tableOf(node)
	if t == nil {
		return oldConv(node, vs, out)
	}
	w := vs[0]
	if c := t.adjointX[node]; c != nil { // node = A(v, k), computed from v and the reversed k
		v, reversed, k := node.Inputs()[0], node.Inputs()[1], c.Inputs()[1]
		cw := c.CloneWithInputs(w, k)                         // C(w, k)
		b := convVJP(cw, []*graph.Node{v}, out)[1]            // B(w, v)
		return []*graph.Node{cw, reversed.CloneWithInputs(b)} // the kernel came reversed, so its cotangent is too
	}
	if c := t.adjointK[node]; c != nil { // node = B(x, v)
		x, v := node.Inputs()[0], node.Inputs()[1]
		cw := c.CloneWithInputs(x, w)              // C(x, w)
		a := convVJP(cw, []*graph.Node{v}, out)[0] // A(v, w)
		return []*graph.Node{a, cw}
	}
	got := oldConv(node, vs, out)
	a, b := got[0], got[1]
	if a.Type() == graph.NodeTypeConvGeneral && a.Inputs()[1].Type() == graph.NodeTypeReverse && b.Type() == graph.NodeTypeConvGeneral {
		t.adjointX[a], t.adjointK[b] = node, node
	}
	return got
}

func sliceVJP(node *graph.Node, vs []*graph.Node, out shapes.Shape) []*graph.Node {
	got := oldSlice(node, vs, out)
	if t := tableOf(node); t != nil && got[0].Type() == graph.NodeTypePad {
		t.sliced[got[0]] = node
	}
	return got
}

func padVJP(node *graph.Node, vs []*graph.Node, _ shapes.Shape) []*graph.Node {
	if t := tableOf(node); t != nil {
		if slice := t.sliced[node]; slice != nil {
			return []*graph.Node{slice.CloneWithInputs(vs[0]), nil} // the fill is a constant
		}
	}
	panic("the gradient of Pad is known only where the Pad is itself the gradient of a Slice")
}

func reverseVJP(node *graph.Node, vs []*graph.Node, _ shapes.Shape) []*graph.Node {
	return []*graph.Node{node.CloneWithInputs(vs[0])}
}

func maxVJP(node *graph.Node, vs []*graph.Node, out shapes.Shape) []*graph.Node {
	if tableOf(node) == nil {
		return oldMax(node, vs, out)
	}
	// GoMLX gives S(v): v at each of the equal maxima. c = Sᵀ(1) counts them, and the exact VJP is S(v/c).
	ones := graph.OnesLike(node)
	spread := oldMax(node, []*graph.Node{ones}, out)[0]
	c := graph.StopGradient(graph.Gradient(graph.ReduceAllSum(spread), ones)[0])
	return oldMax(node, []*graph.Node{graph.Div(vs[0], c)}, out)
}
