package graph

import (
	"math/rand/v2"
	"slices"

	gx "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
)

// OfNetwork returns the nodes and edges of net, both arcs of each edge, without features.
func OfNetwork(net *datasets.Network) *Graph { return Undirected(net.N, net.Edges) }

// OfCompound returns the atoms and bonds of c, with one-hot features of both, for kinds and bonds in number.
func OfCompound(c *datasets.Compound, kinds, bonds int) *Graph {
	g := Undirected(len(c.Kind), c.Edges)
	hot := func(k, n int) []float64 {
		v := make([]float64, n)
		v[k] = 1
		return v
	}
	for _, k := range c.Kind {
		g.X = append(g.X, hot(k, kinds))
	}
	for _, k := range c.Bond {
		g.Y = append(g.Y, hot(k, bonds), hot(k, bonds)) // two arcs
	}
	return g
}

// Bag is the words of net as Sparse reads them: each node's rows sum to 1, as in Kipf and Welling's code.
type Bag struct {
	Value    [][]float32 // [nnz][1]
	Row, Col []int       // [nnz]
	N, D     int
}

// Words returns the words of net.
func Words(net *datasets.Network) Bag {
	b := Bag{N: net.N, D: net.D}
	for i, words := range net.Words {
		for _, w := range words {
			b.Value, b.Row, b.Col = append(b.Value, []float32{1 / float32(len(words))}), append(b.Row, i), append(b.Col, w)
		}
	}
	return b
}

// TwoGCN is the network of Kipf and Welling 2017, eq. (9), without its softmax: dropout of ½ before each layer, values [nnz, 1] of a Bag →
// [nodes, classes].
//
//	Z = Â ReLU(Â X W₀ + b₀) W₁ + b₁
func TwoGCN(g *Graph, b Bag, hidden, classes int) func(scope *model.Scope, x *gx.Node) *gx.Node {
	looped := g.WithLoops()
	return func(scope *model.Scope, x *gx.Node) *gx.Node {
		a := looped.Const(x.Graph())
		x = layers.DropoutStatic(scope.At("drop0"), x, 0.5)
		h := activation.Relu(Propagate(scope.At("gcn0"), a, Sparse(scope.At("gcn0"), x, b.Row, b.Col, b.N, b.D, hidden)))
		h = layers.DropoutStatic(scope.At("drop1"), h, 0.5)
		return GCN(scope.At("gcn1"), a, h, classes)
	}
}

// NoGraph is the same network without the graph, Â = I: what the words alone say.
func NoGraph(b Bag, hidden, classes int) func(scope *model.Scope, x *gx.Node) *gx.Node {
	return TwoGCN(&Graph{N: b.N}, b, hidden, classes)
}

// Compounds puts all graphs of a set into one, and makes the network that classifies each from it: rounds MessagePassing layers with bonds, a
// Readout, a dense layer with ReLU, dropout of ½, logits [graphs, 2]. x are the kinds of atoms, one-hot. Without rounds (0) it sees only how many atoms
// of each kind there are.
func Compounds(set *datasets.Compounds, units, rounds int) (x [][]float32, logits func(scope *model.Scope, x *gx.Node) *gx.Node) {
	var gs []*Graph
	for _, c := range set.Graphs {
		gs = append(gs, OfCompound(c, len(set.Kinds), len(set.Bonds)))
	}
	all, member := Union(gs...)
	return Float32(all.X), func(scope *model.Scope, h *gx.Node) *gx.Node {
		in := h.Graph()
		a := all.Const(in)
		for k := range rounds {
			h = MessagePassing(scope.At("round%d", k), a, h, units, Sum)
		}
		z := activation.Relu(layers.DenseWithBias(scope.At("hidden"), Readout(h, member, len(gs)), units))
		return layers.DenseWithBias(scope.At("logits"), layers.DropoutStatic(scope.At("drop"), z, 0.5), 2)
	}
}

// Folds divides 0 … len(y)−1 into k parts of almost equal size and equal shares of classes, for cross-validation.
func Folds(y []int, k int, rng *rand.Rand) [][]int {
	folds := make([][]int, k)
	order := rng.Perm(len(y))
	slices.SortStableFunc(order, func(a, b int) int { return y[a] - y[b] })
	for i, v := range order {
		folds[i%k] = append(folds[i%k], v)
	}
	return folds
}
