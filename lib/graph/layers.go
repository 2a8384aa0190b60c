package graph

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	gx "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// Arcs are a graph's arcs inside a GoMLX graph.
type Arcs struct {
	N        int      // nodes
	From, To *gx.Node // [m, 1] int32
	C        *gx.Node // [m, 1] float32: Coefficients of the arcs
	Y        *gx.Node // [m, k] float32: features of the arcs, nil for none
}

// Const puts a graph's arcs, with their coefficients and features, into a GoMLX graph as constants.
func (g *Graph) Const(in *gx.Graph) Arcs {
	g.check("Const")
	a := Arcs{N: g.N, From: gx.Const(in, column(g.From)), To: gx.Const(in, column(g.To))}
	c := g.Coefficients()
	rows := make([][]float32, len(c))
	for e := range c {
		rows[e] = []float32{float32(c[e])}
	}
	a.C = gx.Const(in, rows)
	if len(g.Y) > 0 && len(g.Y[0]) > 0 {
		a.Y = gx.Const(in, Float32(g.Y))
	}
	return a
}

func column(v []int) [][]int32 {
	c := make([][]int32, len(v))
	for i := range v {
		c[i] = []int32{int32(v[i])}
	}
	return c
}

// Float32 returns the table in the type that networks compute with.
func Float32(x [][]float64) [][]float32 {
	y := make([][]float32, len(x))
	for i, row := range x {
		y[i] = make([]float32, len(row))
		for j, v := range row {
			y[i][j] = float32(v)
		}
	}
	return y
}

// Sum adds up rows [m, d] by index [m, 1]: out[v] = Σ of the rows with index v, [n, d]; 0 where there is none.
func Sum(rows, index *gx.Node, n int) *gx.Node {
	return gx.Scatter(index, rows, shapes.Make(rows.DType(), n, rows.Shape().Dimensions[1]), false, false)
}

// Mean is Sum over the number of rows; 0 where there is none.
func Mean(rows, index *gx.Node, n int) *gx.Node {
	one := gx.Ones(rows.Graph(), shapes.Make(rows.DType(), rows.Shape().Dimensions[0], 1))
	return gx.Div(Sum(rows, index, n), gx.MaxScalar(Sum(one, index, n), 1))
}

// Max takes the largest of the rows, entry by entry; 0 where there is none.
func Max(rows, index *gx.Node, n int) *gx.Node {
	in := rows.Graph()
	s := shapes.Make(rows.DType(), n, rows.Shape().Dimensions[1])
	one := gx.Ones(in, shapes.Make(rows.DType(), rows.Shape().Dimensions[0], 1))
	some := gx.GreaterThan(gx.BroadcastToShape(Sum(one, index, n), s), gx.Zeros(in, s))
	low := gx.BroadcastToShape(gx.Const(in, float32(-1e30)), s)
	return gx.Where(some, gx.ScatterMax(low, index, rows, false, false), gx.Zeros(in, s))
}

// GCN is the layer of Kipf and Welling 2017, eq. (2) before its σ: x [n, f] → [n, units],
//
//	h_v = Σ over arcs u → v of c_uv · W x_u + b.
//
// The loops that their Â = A + I has are the graph's own (WithLoops).
func GCN(scope *model.Scope, a Arcs, x *gx.Node, units int) *gx.Node {
	return Propagate(scope, a, layers.Dense(scope, x, false, units)) // W first, as units < f
}

// Propagate is the second half of GCN: z = XW [n, units] → Σ over arcs u → v of c_uv z_u + b.
func Propagate(scope *model.Scope, a Arcs, z *gx.Node) *gx.Node {
	units := z.Shape().Dimensions[1]
	m := gx.Mul(gx.Gather(z, a.From), a.C) // [m, units], the messages
	b := scope.WithInitializer(zeros).VariableWithShape("biases", shapes.Make(dtypes.Float32, 1, units)).NodeValue(z.Graph())
	return gx.Add(Sum(m, a.To, a.N), b)
}

func zeros(in *gx.Graph, s shapes.Shape) *gx.Node { return gx.Zeros(in, s) }

// Sparse is XW for a table X [n, d] of few entries that are not 0: entry k is value[k], in row row[k] and column col[k]. value [nnz, 1] may
// come through dropout, as in Kipf and Welling's code. It costs nnz·units.
func Sparse(scope *model.Scope, value *gx.Node, row, col []int, n, d, units int) *gx.Node {
	in := value.Graph()
	w := scope.VariableWithShape("weights", shapes.Make(dtypes.Float32, d, units)).NodeValue(in)
	return Sum(gx.Mul(gx.Gather(w, gx.Const(in, column(col))), value), gx.Const(in, column(row)), n)
}

// GAT is the layer of Veličković et al. 2018, eqs. (1)-(5) before its σ, with heads side by side: x [n, f] → [n, heads·units],
//
//	e_uv = LeakyReLU(aₛᵀW x_u + a_tᵀW x_v),   α_uv = exp e_uv / Σ over arcs w → v of exp e_wv,   h_v = Σ α_uv W x_u + b.
//
// The largest e_wv is taken off before exp, which changes nothing and cannot overflow. It returns α too, [m, heads].
func GAT(scope *model.Scope, a Arcs, x *gx.Node, heads, units int) (h, alpha *gx.Node) {
	in, n := x.Graph(), a.N
	z := gx.Reshape(layers.Dense(scope, x, false, heads*units), n, heads, units)
	score := func(name string) *gx.Node { // [n, heads]
		w := scope.VariableWithShape(name, shapes.Make(dtypes.Float32, heads, units)).NodeValue(in)
		return gx.ReduceSum(gx.Mul(z, gx.InsertAxes(w, 0)), -1)
	}
	e := activation.LeakyReluWith(gx.Add(gx.Gather(score("source"), a.From), gx.Gather(score("target"), a.To)), 0.2) // [m, heads]
	e = gx.Sub(e, gx.StopGradient(gx.Gather(Max(e, a.To, n), a.To)))
	e = gx.Exp(e)
	alpha = gx.Div(e, gx.Gather(Sum(e, a.To, n), a.To))
	m := gx.Mul(gx.Gather(z, a.From), gx.InsertAxes(alpha, -1)) // [m, heads, units]
	b := scope.WithInitializer(zeros).VariableWithShape("biases", shapes.Make(dtypes.Float32, 1, heads*units)).NodeValue(in)
	return gx.Add(Sum(gx.Reshape(m, -1, heads*units), a.To, n), b), alpha
}

// MessagePassing is a layer of the general kind (Gilmer et al. 2017), with arcs' features where there are any: x [n, f] → [n, units],
//
//	m_uv = ReLU(M [x_v, x_u, y_uv] + c),   h_v = ReLU(U [x_v, ⊕ over arcs u → v of m_uv] + b),
//
// ⊕ being Sum, Mean or Max.
func MessagePassing(scope *model.Scope, a Arcs, x *gx.Node, units int, aggregate func(rows, index *gx.Node, n int) *gx.Node) *gx.Node {
	parts := []*gx.Node{gx.Gather(x, a.To), gx.Gather(x, a.From)}
	if a.Y != nil {
		parts = append(parts, a.Y)
	}
	m := activation.Relu(layers.DenseWithBias(scope.At("message"), gx.Concatenate(parts, -1), units))
	return activation.Relu(layers.DenseWithBias(scope.At("update"), gx.Concatenate([]*gx.Node{x, aggregate(m, a.To, a.N)}, -1), units))
}

// Pairs gives a number for each pair of nodes, [m, 1] indices each: ⟨h_u, h_v⟩ [m, 1], the logit of an arc between them.
func Pairs(h, u, v *gx.Node) *gx.Node {
	return gx.ReduceAndKeep(gx.Mul(gx.Gather(h, u), gx.Gather(h, v)), gx.ReduceSum, -1)
}

// Readout gives one row for each of n graphs from their nodes' rows h: a tenth of the sum and the mean side by side, [n, 2d]. member[v] is the graph of
// node v; every graph has a node.
func Readout(h *gx.Node, member []int, n int) *gx.Node {
	if h.Rank() != 2 || h.Shape().Dimensions[0] != len(member) {
		panic(fmt.Errorf("graph: Readout reads [%d, d], not %s", len(member), h.Shape()))
	}
	share := make([][]float32, n) // 1/number of nodes; counted here, because XLA would do it while it compiles, slowly
	for k := range share {
		share[k] = []float32{0}
	}
	for _, k := range member {
		share[k][0]++
	}
	for k := range share {
		share[k][0] = 1 / share[k][0]
	}
	sum := Sum(h, gx.Const(h.Graph(), column(member)), n)
	return gx.Concatenate([]*gx.Node{gx.MulScalar(sum, 0.1), gx.Mul(sum, gx.Const(h.Graph(), share))}, -1)
}
