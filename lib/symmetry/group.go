package symmetry

import (
	"fmt"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/floats"
)

// Group is a finite group of linear maps of R^n, checked when it was made.
type Group struct {
	Name     string
	Elements []Element
	Identity int     // index of e
	Table    [][]int // Table[i][j] = index of gᵢgⱼ (gⱼ is applied first)
	Inv      []int   // Inv[i] = index of gᵢ⁻¹
}

// Axioms is what holds of a list of maps. The failures are sentences that name a witness, "" where the axiom holds.
type Axioms struct {
	Closure, Associativity, Identity, Inverse string
	Products, Triples                         int // how many products and triples were looked at
}

// Hold reports whether all four hold.
func (a Axioms) Hold() bool {
	return a.Closure == "" && a.Associativity == "" && a.Identity == "" && a.Inverse == ""
}

// String lists the four with ✓ or the failure.
func (a Axioms) String() string {
	var b strings.Builder
	for _, l := range [][2]string{{"closure", a.Closure}, {"associativity", a.Associativity}, {"identity", a.Identity}, {"inverse", a.Inverse}} {
		if l[1] == "" {
			l[1] = "✓"
		}
		fmt.Fprintf(&b, "%s: %s\n", l[0], l[1])
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// maxTriples bounds the triples that are looked at for associativity.
const maxTriples = 2_000_000

// Check looks at the four axioms for a list of distinct maps on the same R^n: all N² products, and all N³ triples whose
// products are in the list while they are at most two million (N ≤ 125), else those with the first elements in the middle. It panics on an empty list,
// a malformed element, different dimensions, or a map that appears twice.
func Check(elements ...Element) Axioms {
	a, _ := check(elements)
	return a
}

func check(elements []Element) (Axioms, *Group) {
	if len(elements) == 0 {
		panic("symmetry: no elements")
	}
	n, d := len(elements), elements[0].Dim()
	find := newIndex()
	for i, g := range elements {
		g.check()
		if g.Dim() != d {
			panic(fmt.Sprintf("symmetry: %s acts on %d numbers, %s on %d", elements[0].Name, d, g.Name, g.Dim()))
		}
		if j := find.of(g); j >= 0 {
			panic(fmt.Sprintf("symmetry: elements %d (%s) and %d (%s) are the same map", j, elements[j].Name, i, g.Name))
		}
		find.add(g)
	}

	var a Axioms
	table := make([][]int, n)
	for i, g := range elements {
		table[i] = make([]int, n)
		for j, h := range elements {
			table[i][j] = find.of(g.Times(h))
			a.Products++
			if table[i][j] < 0 && a.Closure == "" {
				a.Closure = fmt.Sprintf("%s·%s is not in the set", g.Name, h.Name)
			}
		}
	}

	names := make([]string, n)
	for i, g := range elements {
		names[i] = g.Name
	}
	a.Associativity, a.Triples = associativity(names, table)

	one := Element{Name: "e", From: make([]int, d)}
	for i := range one.From {
		one.From[i] = i
	}
	e := find.of(one)
	if e < 0 {
		a.Identity = "the identity is not in the set"
	}
	inv := make([]int, n)
	for i, g := range elements {
		back, err := g.Inverse()
		if err != nil {
			inv[i] = -1
			if a.Inverse == "" {
				a.Inverse = g.Name + " is singular"
			}
			continue
		}
		inv[i] = find.of(back)
		if inv[i] < 0 && a.Inverse == "" {
			a.Inverse = fmt.Sprintf("the inverse of %s is not in the set", g.Name)
		}
	}
	return a, &Group{Elements: elements, Identity: e, Table: table, Inv: inv}
}

// CheckTable looks at the four axioms for any operation on a finite set: table[i][j] is the index of the result of
// (i, j), or −1 where the result is not in the set. Maps under composition are always associative; here it can fail, as
// for subtraction. Names are for the sentences. Triples with a result outside the set are left out.
func CheckTable(names []string, table [][]int) Axioms {
	n := len(names)
	if n == 0 || len(table) != n {
		panic(fmt.Sprintf("symmetry: CheckTable: %d names and %d rows", n, len(table)))
	}
	a := Axioms{Identity: "no element leaves all others as they are"}
	e := -1
	for i, row := range table {
		if len(row) != n {
			panic(fmt.Sprintf("symmetry: CheckTable: row %d has %d entries, want %d", i, len(row), n))
		}
		neutral := true
		for j, k := range row {
			if k < -1 || k >= n {
				panic(fmt.Sprintf("symmetry: CheckTable: entry (%d, %d) is %d", i, j, k))
			}
			a.Products++
			if k < 0 && a.Closure == "" {
				a.Closure = fmt.Sprintf("%s·%s is not in the set", names[i], names[j])
			}
			neutral = neutral && k == j && table[j][i] == j
		}
		if neutral {
			e, a.Identity = i, ""
		}
	}
	a.Associativity, a.Triples = associativity(names, table)
	if e < 0 {
		a.Inverse = "without an identity nothing is inverse"
		return a
	}
	for i := range n {
		found := false
		for j := range n {
			found = found || table[i][j] == e && table[j][i] == e
		}
		if !found && a.Inverse == "" {
			a.Inverse = names[i] + " has no inverse"
		}
	}
	return a
}

// associativity compares (ij)k with i(jk) where all the products are in the set.
func associativity(names []string, table [][]int) (failure string, triples int) {
	for j := range table {
		for i := range table {
			ij := table[i][j]
			if triples >= maxTriples || ij < 0 {
				continue
			}
			for k := range table {
				jk := table[j][k]
				if jk < 0 || table[ij][k] < 0 || table[i][jk] < 0 {
					continue
				}
				triples++
				if table[ij][k] != table[i][jk] && failure == "" {
					failure = fmt.Sprintf("(%s·%s)·%s differs from %[1]s·(%[2]s·%[3]s)", names[i], names[j], names[k])
				}
			}
		}
	}
	return failure, triples
}

// New makes a group of the elements, or errs with the axioms that fail.
func New(name string, elements ...Element) (*Group, error) {
	a, g := check(elements)
	if !a.Hold() {
		return nil, fmt.Errorf("symmetry: %s is not a group:\n%v", name, a)
	}
	g.Name = name
	return g, nil
}

// must makes the groups of this package, of which it is known that they are.
func must(name string, elements []Element) *Group {
	g, err := New(name, elements...)
	if err != nil {
		panic(err)
	}
	return g
}

// Order returns |G|.
func (g *Group) Order() int { return len(g.Elements) }

// Dim returns the n of the R^n on which G acts.
func (g *Group) Dim() int { return g.Elements[0].Dim() }

// Images returns gᵢx for all i, [|G|][n], in the order of the elements; equal ones appear as often as they arise.
func (g *Group) Images(x []float64) [][]float64 {
	out := make([][]float64, g.Order())
	for i, e := range g.Elements {
		out[i] = e.Apply(nil, x)
	}
	return out
}

// Orbit returns the distinct points among gᵢx, in the order in which they appear; points within tol (largest
// coordinate) are one.
func (g *Group) Orbit(x []float64, tol float64) [][]float64 {
	var out [][]float64
next:
	for _, y := range g.Images(x) {
		for _, z := range out {
			if distance(y, z) <= tol {
				continue next
			}
		}
		out = append(out, y)
	}
	return out
}

// Stabiliser returns the indices of the elements with gx = x to within tol.
func (g *Group) Stabiliser(x []float64, tol float64) []int {
	var out []int
	for i, y := range g.Images(x) {
		if distance(x, y) <= tol {
			out = append(out, i)
		}
	}
	return out
}

// Project returns (1/|G|) Σᵢ gᵢx, which every g leaves alone (the Reynolds operator): for orthogonal actions the
// orthogonal projection of x on the invariant vectors.
func (g *Group) Project(x []float64) []float64 {
	sum := make([]float64, len(x))
	for _, y := range g.Images(x) {
		floats.Add(sum, y)
	}
	floats.Scale(1/float64(g.Order()), sum)
	return sum
}

// index finds maps in a list: signed permutations by a key, matrices by looking through all.
type index struct {
	keys  map[string]int
	all   []Element
	dense bool // some element has a matrix
}

func newIndex() *index { return &index{keys: map[string]int{}} }

func (x *index) add(g Element) {
	if g.Matrix != nil {
		x.dense = true
	} else {
		x.keys[key(g)] = len(x.all)
	}
	x.all = append(x.all, g)
}

// of returns the place of g, or −1.
func (x *index) of(g Element) int {
	if g.Matrix == nil {
		if i, ok := x.keys[key(g)]; ok {
			return i
		}
		if !x.dense {
			return -1
		}
	}
	for i, h := range x.all {
		if g.Equal(h) {
			return i
		}
	}
	return -1
}

// key writes a signed permutation as text.
func key(g Element) string {
	b := make([]byte, 0, 4*len(g.From))
	for i, from := range g.From {
		if g.sign(i) < 0 {
			b = append(b, '-')
		}
		b = strconv.AppendInt(b, int64(from), 36)
		b = append(b, ' ')
	}
	return string(b)
}
