package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/symmetry"
)

func random(rng *rand.Rand, n int, p float64) *Graph {
	var edges [][2]int
	for i := range n {
		for j := range i {
			if rng.Float64() < p {
				edges = append(edges, [2]int{j, i})
			}
		}
	}
	return Undirected(n, edges)
}

func shuffle(rng *rand.Rand, n int) symmetry.Element {
	return symmetry.Element{Name: "p", From: rng.Perm(n)}
}

// Permute is the action that package symmetry has on graphs, A ↦ PAPᵀ and X ↦ PX.
func TestPermuteIsTheAction(t *testing.T) {
	swap, turn := symmetry.Element{Name: "s", From: []int{1, 0, 2, 3}}, symmetry.Element{Name: "r", From: []int{1, 2, 3, 0}}
	s4, err := symmetry.Generate("S4", 24, swap, turn)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	g := random(rng, 4, 0.5)
	g.From, g.To = append(g.From, 1), append(g.To, 3) // one arc more, so that A is not symmetric
	for range 4 {
		g.X = append(g.X, []float64{rng.NormFloat64(), rng.NormFloat64()})
	}
	flat := func(g *Graph) []float64 {
		v := slices.Clone(g.Adjacency().RawMatrix().Data)
		for _, x := range g.X {
			v = append(v, x...)
		}
		return v
	}
	action := s4.OnGraphs(2)
	if len(action.Maps) != 24 {
		t.Fatalf("%d maps", len(action.Maps))
	}
	for k, p := range s4.Elements {
		if want, got := action.Maps[k].Apply(nil, flat(g)), flat(g.Permute(p)); !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", p.From, got, want)
		}
	}
}

// By hand: in A₁ the node 1 has degree 4 and 3 has degree 3; in A₂ these are 1 and 2. The one leaf is 0 in A₁ and 4 in A₂. The two others, of degree 2,
// may be exchanged: two permutations of 120.
func TestLecturePair(t *testing.T) {
	a, b := LecturePair()
	all, tried := Exhaustive(a, b)
	if len(all) != 2 || tried != 120 {
		t.Fatalf("%d of %d", len(all), tried)
	}
	for _, p := range all {
		if !mat.Equal(a.Permute(p).Adjacency(), b.Adjacency()) || p.From[1] != 1 || p.From[2] != 3 || p.From[4] != 0 {
			t.Errorf("%v", p.From)
		}
	}
	p, tried, ok := Isomorphism(a, b)
	if !ok || tried > 10 || !mat.Equal(a.Permute(p).Adjacency(), b.Adjacency()) || Told(a, b) {
		t.Errorf("%v, %d, %v", p.From, tried, ok)
	}
}

func TestIsomorphismRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	same := 0
	for range 60 {
		n := 1 + rng.IntN(6)
		a, b := random(rng, n, 0.5), random(rng, n, 0.5)
		all, _ := Exhaustive(a, b)
		p, _, ok := Isomorphism(a, b)
		if ok != (len(all) > 0) || ok && !mat.Equal(a.Permute(p).Adjacency(), b.Adjacency()) {
			t.Errorf("%d permutations, found %v", len(all), ok)
		}
		if Told(a, b) && ok {
			t.Error("refinement tells two graphs that are one")
		}
		if ok {
			same++
		}
		if c := a.Permute(shuffle(rng, n)); Told(a, c) {
			t.Error("refinement tells a graph from itself renumbered")
		}
	}
	if same < 5 || same > 55 {
		t.Errorf("%d of 60 pairs are one: the test shows little", same)
	}
	big := random(rng, 60, 0.1)
	if _, tried, ok := Isomorphism(big, big.Permute(shuffle(rng, 60))); !ok || tried > 20000 {
		t.Errorf("60 nodes: %v after %d", ok, tried)
	}
}

// hexagon and triangles: every node has two neighbours, so that refinement sees nothing.
func hexagon() (one, two *Graph) {
	return Undirected(6, [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {0, 5}}), Undirected(6, [][2]int{{0, 1}, {1, 2}, {0, 2}, {3, 4}, {4, 5}, {3, 5}})
}

func TestRefinementIsBlind(t *testing.T) {
	one, two := hexagon()
	if all, _ := Exhaustive(one, two); len(all) != 0 || Told(one, two) {
		t.Error("a hexagon and two triangles")
	}
	if _, tried, ok := Isomorphism(one, two); ok || tried == 0 {
		t.Error("the search must find out")
	}
}

// The coefficients are the entries of D^(−½)(A + I)D^(−½), and there is none without loops at an isolated node.
func TestCoefficients(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	g := Undirected(7, random(rng, 6, 0.5).edges()).WithLoops() // node 6 is isolated
	a := g.Adjacency()
	var s mat.Dense
	d := mat.NewDiagDense(7, nil)
	for v := range 7 {
		sum := 0.0
		for u := range 7 {
			sum += a.At(u, v)
		}
		d.SetDiag(v, 1/math.Sqrt(sum))
	}
	s.Product(d, a, d)
	for e, c := range g.Coefficients() {
		if want := s.At(g.From[e], g.To[e]); math.Abs(c-want) > 1e-15 {
			t.Errorf("arc %d: %v, want %v", e, c, want)
		}
	}
	lonely := &Graph{N: 2, From: []int{0}, To: []int{1}}
	if c := lonely.Coefficients(); c[0] != 0 {
		t.Errorf("a tail of degree 0: %v", c)
	}
}

func (g *Graph) edges() (list [][2]int) {
	for e, u := range g.From {
		if u <= g.To[e] {
			list = append(list, [2]int{u, g.To[e]})
		}
	}
	return list
}

func TestUnion(t *testing.T) {
	a, b := LecturePair()
	all, member := Union(a, b)
	if all.N != 10 || len(all.From) != 24 || fmt.Sprint(member) != "[0 0 0 0 0 1 1 1 1 1]" || all.Adjacency().At(5, 6) != 1 || all.Adjacency().At(0, 5) != 0 {
		t.Errorf("%+v %v", all, member)
	}
}

// A path of three: L's second eigenvector is (1, 0, −1)/√2, the third (1, −2, 1)/√6, up to sign.
func TestSpectral(t *testing.T) {
	p := Spectral(Undirected(3, [][2]int{{0, 1}, {1, 2}}))
	for v, want := range [][2]float64{{math.Sqrt(0.5), math.Sqrt(1. / 6)}, {0, math.Sqrt(4. / 6)}, {math.Sqrt(0.5), math.Sqrt(1. / 6)}} {
		if math.Abs(math.Abs(p[v][0])-want[0]) > 1e-12 || math.Abs(math.Abs(p[v][1])-want[1]) > 1e-12 {
			t.Errorf("node %d: %v, want ±%v", v, p[v], want)
		}
	}
}

// Two nodes rest where 1/d = 2d² (each edge is two arcs, and each arc pulls at its tail).
func TestSpring(t *testing.T) {
	p := Spring(Undirected(2, [][2]int{{0, 1}}), 2000, rand.New(rand.NewPCG(1, 1)))
	if d := math.Hypot(p[0][0]-p[1][0], p[0][1]-p[1][1]); math.Abs(d-1) > 0.01 {
		t.Errorf("distance %v", d)
	}
}

func TestPanics(t *testing.T) {
	for what, f := range map[string]func(){
		"an end that is no node": func() { Undirected(2, [][2]int{{0, 2}}) },
		"a ragged matrix":        func() { FromAdjacency([][]float64{{0, 1}, {1}}) },
		"ten nodes":              func() { Exhaustive(&Graph{N: 10}, &Graph{N: 10}) },
		"a short permutation":    func() { (&Graph{N: 2}).Permute(symmetry.Element{From: []int{0}}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", what)
				}
			}()
			f()
		}()
	}
}

func ExampleIsomorphism() {
	a1, a2 := LecturePair()
	p, tried, ok := Isomorphism(a1, a2)
	fmt.Println(ok, p.From, "after", tried, "assignments")
	// Output: true [2 1 3 4 0] after 5 assignments
}
