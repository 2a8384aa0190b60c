package datasets

import (
	"errors"
	"math/rand/v2"
	"testing"
)

// plain fails unless the edges are pairs a < b of n nodes, each once, and returns the degrees.
func plain(t *testing.T, n int, edges [][2]int) []int {
	t.Helper()
	seen, d := map[[2]int]bool{}, make([]int, n)
	for _, e := range edges {
		if e[0] < 0 || e[0] >= e[1] || e[1] >= n || seen[e] {
			t.Fatalf("edge %v of %d nodes", e, n)
		}
		seen[e] = true
		d[e[0]]++
		d[e[1]]++
	}
	return d
}

func count(v []int, is int) (n int) {
	for _, x := range v {
		if x == is {
			n++
		}
	}
	return n
}

// The figures are those of the literature: Zachary 1977 (34, 78), Yang et al. 2016 (2708 papers, 5278 edges without doubles and
// loops, 140 + 500 + 1000), Morris et al. 2020 (188 graphs, 17.93 nodes and 19.79 edges on average, 125 mutagenic).
func TestPublishedGraphs(t *testing.T) {
	k, err := Karate()
	if errors.Is(err, ErrAbsent) {
		t.Skip("the graphs are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	if d := plain(t, k.N, k.Edges); k.N != 34 || len(k.Edges) != 78 || d[0] != 16 || d[33] != 17 || count(k.Y, 0) != 17 || len(k.Weight) != 78 {
		t.Errorf("karate: %d members, %d ties, degrees %d and %d, %d with Mr. Hi", k.N, len(k.Edges), d[0], d[33], count(k.Y, 0))
	}
	c, err := Cora()
	if err != nil {
		t.Fatal(err)
	}
	plain(t, c.N, c.Edges)
	words := 0
	for _, w := range c.Words {
		words += len(w)
	}
	if c.N != 2708 || len(c.Edges) != 5278 || words != 49216 || len(c.Train) != 140 || len(c.Valid) != 500 || len(c.Test) != 1000 || count(c.Y, 3) != 818 {
		t.Errorf("Cora: %d papers, %d edges, %d words, split %d %d %d, %d of class 3", c.N, len(c.Edges), words, len(c.Train), len(c.Valid), len(c.Test), count(c.Y, 3))
	}
	m, err := MUTAG()
	if err != nil {
		t.Fatal(err)
	}
	nodes, edges, ones := 0, 0, 0
	for _, g := range m.Graphs {
		plain(t, len(g.Kind), g.Edges)
		nodes, edges, ones = nodes+len(g.Kind), edges+len(g.Edges), ones+g.Y
	}
	if len(m.Graphs) != 188 || nodes != 3371 || edges != 3721 || ones != 125 {
		t.Errorf("MUTAG: %d graphs, %d nodes, %d edges, %d mutagenic", len(m.Graphs), nodes, edges, ones)
	}
}

func TestGeneratedGraphs(t *testing.T) {
	p := Papers(400, 4, rand.New(rand.NewPCG(1, 1)))
	plain(t, p.N, p.Edges)
	same := 0
	for _, e := range p.Edges {
		if p.Y[e[0]] == p.Y[e[1]] {
			same++
		}
	}
	if s := float64(same) / float64(len(p.Edges)); s < 0.7 || s > 0.9 { // ¾ + ¼·¼
		t.Errorf("%.2f of the edges stay in a class", s)
	}
	if len(p.Train) != 80 || len(p.Train)+len(p.Valid)+len(p.Test) != 400 || count(p.Y, 0) != 100 {
		t.Errorf("split %d %d %d", len(p.Train), len(p.Valid), len(p.Test))
	}
	c := Circle(34, rand.New(rand.NewPCG(1, 1)))
	plain(t, c.N, c.Edges)
	for i, g := range NitroLike(50, rand.New(rand.NewPCG(1, 1))).Graphs {
		plain(t, len(g.Kind), g.Edges)
		oxygens := 0 // at the N
		for _, e := range g.Edges {
			if g.Kind[e[0]] == 1 && g.Kind[e[1]] == 2 {
				oxygens++
			}
		}
		if g.Y != i%2 || oxygens != 1+g.Y || count(g.Kind, 2) != 2 || count(g.Kind, 1) != 1 || len(g.Edges) != len(g.Kind)-1 {
			t.Errorf("compound %d of class %d: %d O at the N", i, g.Y, oxygens)
		}
	}
}
