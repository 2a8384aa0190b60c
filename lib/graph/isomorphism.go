package graph

import (
	"fmt"
	"slices"
	"sort"

	"nncourse/lib/symmetry"
)

// LecturePair returns the two graphs of five nodes that the lecture shows without a word whether they are one.
func LecturePair() (a1, a2 *Graph) {
	a1 = Undirected(5, [][2]int{{0, 1}, {1, 2}, {1, 3}, {1, 4}, {2, 3}, {3, 4}})
	a2 = Undirected(5, [][2]int{{0, 1}, {0, 2}, {1, 2}, {1, 3}, {1, 4}, {2, 3}})
	return a1, a2
}

// Exhaustive looks at all n! permutations P for those with P·A·P⁻¹ = B, in lexical order, and returns them all and the number that
// it looked at. n!·n² operations: it panics for more than 9 nodes. Features are not compared.
func Exhaustive(a, b *Graph) (found []symmetry.Element, tried int) {
	if a.N != b.N {
		return nil, 0
	}
	if a.N > 9 {
		panic(fmt.Sprintf("graph: Exhaustive: %d nodes have too many permutations; see Isomorphism", a.N))
	}
	A, B := a.Adjacency(), b.Adjacency()
	from := make([]int, 0, a.N)
	used := make([]bool, a.N)
	var extend func()
	extend = func() {
		if len(from) < a.N {
			for u := range used {
				if !used[u] {
					used[u], from = true, append(from, u)
					extend()
					used[u], from = false, from[:len(from)-1]
				}
			}
			return
		}
		tried++
		for i, u := range from {
			for j, v := range from {
				if A.At(u, v) != B.At(i, j) { // (PAP⁻¹)[i][j] = A[from i][from j]
					return
				}
			}
		}
		found = append(found, permutation(from))
	}
	extend()
	return found, tried
}

func permutation(from []int) symmetry.Element {
	return symmetry.Element{Name: fmt.Sprint(from), From: slices.Clone(from)}
}

// Refine colours the nodes of several graphs together, by the 1-dimensional algorithm of Weisfeiler and Leman (1968):
//
//	c₀(v) = 0,   c_{t+1}(v) = name of (c_t(v), {c_t(u) : u → v}, {c_t(w) : v → w}),
//
// the braces being multisets, until no colour splits any more. rounds[t][k][v] is the colour of node v of graph k after t rounds,
// numbered from 0 in the order of (colour before, multisets). Graphs that are one have equally many nodes of each colour in every round;
// the reverse does not hold. O(rounds · m log m). Features are not used.
func Refine(gs ...*Graph) (rounds [][][]int) {
	colours := make([][]int, len(gs))
	for k, g := range gs {
		colours[k] = make([]int, g.N)
	}
	rounds = [][][]int{colours}
	for count := 1; ; {
		signatures := make([][]string, len(gs))
		var names []string
		for k, g := range gs {
			in, out := make([][]int, g.N), make([][]int, g.N)
			for e, u := range g.From {
				v := g.To[e]
				in[v], out[u] = append(in[v], colours[k][u]), append(out[u], colours[k][v])
			}
			for v := range g.N {
				sort.Ints(in[v])
				sort.Ints(out[v])
				signatures[k] = append(signatures[k], fmt.Sprintf("%08d %08d %08d", colours[k][v], in[v], out[v]))
			}
			names = append(names, signatures[k]...)
		}
		sort.Strings(names)
		names = slices.Compact(names)
		if len(names) <= count {
			return rounds
		}
		count = len(names)
		colours = make([][]int, len(gs))
		for k := range gs {
			for _, s := range signatures[k] {
				c, _ := slices.BinarySearch(names, s)
				colours[k] = append(colours[k], c)
			}
		}
		rounds = append(rounds, colours)
	}
}

// Told reports whether Refine tells a from b: after some round a colour is not equally frequent in both. Then no permutation takes
// one to the other. If it does not, that says nothing.
func Told(a, b *Graph) bool {
	rounds := Refine(a, b)
	last := rounds[len(rounds)-1]
	x, y := slices.Clone(last[0]), slices.Clone(last[1])
	sort.Ints(x)
	sort.Ints(y)
	return !slices.Equal(x, y)
}

// Isomorphism returns a P with P·A·P⁻¹ = B, or ok = false if there is none. It searches node by node among nodes of equal colour
// (Refine), and turns back where an arc does not fit; tried counts the assignments it looked at. It is exact; in the worst case,
// where refinement sees nothing, the time grows like n!. Features are not compared.
func Isomorphism(a, b *Graph) (p symmetry.Element, tried int, ok bool) {
	if a.N != b.N || len(a.From) != len(b.From) || Told(a, b) {
		return p, 0, false
	}
	rounds := Refine(a, b)
	last := rounds[len(rounds)-1]
	A, B := a.Adjacency(), b.Adjacency()
	from, used := make([]int, 0, a.N), make([]bool, a.N)
	var extend func() bool
	extend = func() bool {
		i := len(from)
		if i == a.N {
			return true
		}
	candidates:
		for u := range a.N {
			if used[u] || last[0][u] != last[1][i] {
				continue
			}
			tried++
			if A.At(u, u) != B.At(i, i) {
				continue
			}
			for j, v := range from {
				if A.At(u, v) != B.At(i, j) || A.At(v, u) != B.At(j, i) {
					continue candidates
				}
			}
			used[u], from = true, append(from, u)
			if extend() {
				return true
			}
			used[u], from = false, from[:i]
		}
		return false
	}
	if !extend() {
		return p, tried, false
	}
	return permutation(from), tried, true
}
