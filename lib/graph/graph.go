// Package graph has graphs, and networks that compute on them.
//
// A Graph is a list of arcs with features of nodes, of arcs and of the whole; Permute renumbers it, by an element of package
// symmetry. Everything a network says of a graph must be invariant under renumbering (one answer for the graph) or equivariant
// (one for each node or arc), because the numbers of the nodes mean nothing.
//
//   - Exhaustive, Isomorphism, Refine: whether two graphs are one up to renumbering: by all n! permutations, by a search among
//     those that colour refinement (Weisfeiler and Leman 1968) leaves, and the refinement alone.
//   - GCN (Kipf and Welling 2017), GAT (Veličković et al. 2018), MessagePassing (Gilmer et al. 2017): layers of GoMLX, which gather
//     features along the arcs and scatter them at their heads.
//   - Nodes, Pairs, Readout: answers for nodes, for arcs, for graphs.
//   - Fit: training on one graph, or on many as one disconnected graph (Union).
//   - Spring, Spectral, Picture: where to draw the nodes, and the drawing.
package graph

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/symmetry"
)

// Graph is a directed graph of N nodes. Arc e runs From[e] → To[e]; an undirected edge is two arcs. There is no matrix: arcs are
// few in most graphs. Arcs may repeat, and may be loops.
type Graph struct {
	N        int
	From, To []int       // [m]
	X        [][]float64 // [N][f] features of the nodes, nil for none
	Y        [][]float64 // [m][k] features of the arcs, nil for none
	Global   []float64   // features of the whole graph
}

// Undirected returns the graph of n nodes with both arcs of each edge, one after the other; a loop gives one. It panics if an end
// is no node.
func Undirected(n int, edges [][2]int) *Graph {
	g := &Graph{N: n}
	for _, e := range edges {
		g.From, g.To = append(g.From, e[0]), append(g.To, e[1])
		if e[0] != e[1] {
			g.From, g.To = append(g.From, e[1]), append(g.To, e[0])
		}
	}
	g.check("Undirected")
	return g
}

// FromAdjacency returns the graph with an arc i → j wherever A[i][j] ≠ 0, in the order of rows. It panics if A is not square.
func FromAdjacency(a [][]float64) *Graph {
	g := &Graph{N: len(a)}
	for i, row := range a {
		if len(row) != len(a) {
			panic(fmt.Sprintf("graph: FromAdjacency: row %d has %d entries of %d", i, len(row), len(a)))
		}
		for j, v := range row {
			if v != 0 {
				g.From, g.To = append(g.From, i), append(g.To, j)
			}
		}
	}
	return g
}

// check panics unless arcs join nodes and every table has its length.
func (g *Graph) check(op string) {
	if len(g.From) != len(g.To) || g.X != nil && len(g.X) != g.N || g.Y != nil && len(g.Y) != len(g.From) {
		panic(fmt.Sprintf("graph: %s: %d nodes with features of %d; %d tails, %d heads, features of %d arcs", op, g.N, len(g.X), len(g.From), len(g.To), len(g.Y)))
	}
	for e, u := range g.From {
		if v := g.To[e]; u < 0 || v < 0 || u >= g.N || v >= g.N {
			panic(fmt.Sprintf("graph: %s: arc %d runs %d → %d, of %d nodes", op, e, u, v, g.N))
		}
	}
}

// Adjacency returns A [N, N], A[u][v] the number of arcs u → v. N² numbers.
func (g *Graph) Adjacency() *mat.Dense {
	a := mat.NewDense(g.N, g.N, nil)
	for e, u := range g.From {
		a.Set(u, g.To[e], a.At(u, g.To[e])+1)
	}
	return a
}

// Degrees returns for each node the number of arcs that end there.
func (g *Graph) Degrees() []int {
	d := make([]int, g.N)
	for _, v := range g.To {
		d[v]++
	}
	return d
}

// Permute returns the graph renumbered by p, a permutation of the nodes without signs: new node i is the old node p.From[i], so that
// A ↦ PAPᵀ and X ↦ PX as in symmetry's OnGraphs. The arcs keep their order, and with it their features. It panics on anything else.
func (g *Graph) Permute(p symmetry.Element) *Graph {
	if len(p.From) != g.N || p.Sign != nil {
		panic(fmt.Sprintf("graph: Permute: %q does not permute %d nodes", p.Name, g.N))
	}
	now := make([]int, g.N) // old number → new number
	h := &Graph{N: g.N, Y: g.Y, Global: g.Global, From: make([]int, len(g.From)), To: make([]int, len(g.To))}
	for i, old := range p.From {
		now[old] = i
		if g.X != nil {
			h.X = append(h.X, g.X[old])
		}
	}
	for e := range g.From {
		h.From[e], h.To[e] = now[g.From[e]], now[g.To[e]]
	}
	return h
}

// WithLoops returns the graph with one arc v → v more for every node, after the others, with features 0. A loop that is there
// already stays beside it.
func (g *Graph) WithLoops() *Graph {
	h := *g
	h.From, h.To, h.Y = append([]int(nil), g.From...), append([]int(nil), g.To...), append([][]float64(nil), g.Y...)
	for v := range g.N {
		h.From, h.To = append(h.From, v), append(h.To, v)
		if g.Y != nil {
			h.Y = append(h.Y, make([]float64, len(g.Y[0])))
		}
	}
	return &h
}

// Coefficients returns c_uv = 1/√(deg u · deg v) for every arc, deg by Degrees. A tail without an arc that ends there, as may be in
// a directed graph, has no such coefficient: it gets 0. In an undirected graph with loops added (WithLoops) every degree is at
// least 1, and isolated nodes keep their own features, which is why Kipf and Welling 2017 add them ("renormalisation").
func (g *Graph) Coefficients() []float64 {
	d := g.Degrees()
	c := make([]float64, len(g.From))
	for e, u := range g.From {
		if p := d[u] * d[g.To[e]]; p > 0 {
			c[e] = 1 / math.Sqrt(float64(p))
		}
	}
	return c
}

// Union returns all graphs as one that has no arc between them, and for each node the graph it came from. Features of nodes and arcs
// must be there in all of them or in none. The whole has no global features.
func Union(gs ...*Graph) (all *Graph, member []int) {
	all = &Graph{}
	for k, g := range gs {
		g.check("Union")
		for e := range g.From {
			all.From, all.To = append(all.From, all.N+g.From[e]), append(all.To, all.N+g.To[e])
		}
		all.X, all.Y = append(all.X, g.X...), append(all.Y, g.Y...)
		for range g.N {
			member = append(member, k)
		}
		all.N += g.N
	}
	all.check("Union")
	return all, member
}
