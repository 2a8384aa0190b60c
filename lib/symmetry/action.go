package symmetry

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// Action says how a group acts on some R^n: Maps[i] is the linear map ρ(gᵢ), and ρ(gᵢ)ρ(gⱼ) = ρ(gᵢgⱼ). One group has
// many actions: the quarter turns act on pictures, on stacks of pictures, and on the features that a layer makes of them.
//
//	Natural   the R^n that the group was made for
//	Trivial   nothing moves: what an invariant function returns
//	Regular   the numbers f[i], one for each element: P_g moves them, (P_g f)[i] = f[index of g⁻¹gᵢ]
//	Sum       blocks one after another
//	Tensor    a table with rows and columns: rows moved by one action, columns by the other
//
// The adjacency matrix of a graph, [n, n], under renumbering its nodes is Tensor(nodes, nodes): A ↦ PAPᵀ. The features
// of its nodes, [n, f], are Tensor(nodes, Trivial(f)): X ↦ PX.
type Action struct {
	Group *Group
	Name  string
	Maps  []Element // [|G|]
}

// Natural returns the action on the group's own R^n.
func (g *Group) Natural() *Action { return &Action{Group: g, Name: g.Name, Maps: g.Elements} }

// Trivial returns the action on n numbers that leaves all as they are.
func (g *Group) Trivial(n int) *Action {
	need("Trivial", n)
	a := &Action{Group: g, Name: fmt.Sprintf("trivial on %d", n)}
	id := make([]int, n)
	for i := range id {
		id[i] = i
	}
	for range g.Elements {
		a.Maps = append(a.Maps, Element{Name: "e", From: id})
	}
	return a
}

// Regular returns the action on functions of the group, one number for each element: P of Features.
func (g *Group) Regular() *Action {
	a := &Action{Group: g, Name: "regular, of " + g.Name}
	for k, e := range g.Elements {
		a.Maps = append(a.Maps, Element{Name: "P(" + e.Name + ")", From: g.P(k)})
	}
	return a
}

// NewAction makes an action of maps, one for each element of g in its order, or errs with a product that does not fit:
// it looks at all |G|² of them.
func NewAction(g *Group, name string, maps ...Element) (*Action, error) {
	if len(maps) != g.Order() {
		return nil, fmt.Errorf("symmetry: %d maps for %d elements of %s", len(maps), g.Order(), g.Name)
	}
	for i, m := range maps {
		m.check()
		if m.Dim() != maps[0].Dim() {
			panic(fmt.Sprintf("symmetry: map %d acts on %d numbers, map 0 on %d", i, m.Dim(), maps[0].Dim()))
		}
	}
	for i, row := range g.Table {
		for j, k := range row {
			if !maps[i].Times(maps[j]).Equal(maps[k]) {
				return nil, fmt.Errorf("symmetry: %s is no action of %s: ρ(%s)ρ(%s) is not ρ(%s)", name, g.Name,
					g.Elements[i].Name, g.Elements[j].Name, g.Elements[k].Name)
			}
		}
	}
	return &Action{Group: g, Name: name, Maps: maps}, nil
}

// Dim returns the n of the R^n that is acted on.
func (a *Action) Dim() int { return a.Maps[0].Dim() }

// Sum returns the action on one vector made of blocks, x = (x₁, x₂, …), each moved by its own action. All are actions of one group.
func Sum(parts ...*Action) *Action {
	g := same("Sum", parts)
	names, n := make([]string, len(parts)), 0
	for i, p := range parts {
		names[i] = p.Name
		n += p.Dim()
	}
	out := &Action{Group: g, Name: strings.Join(names, " ⊕ ")}
	for k := range g.Elements {
		e := Element{Name: g.Elements[k].Name}
		if dense(parts, k) {
			e.Matrix = mat.NewDense(n, n, nil)
			at := 0
			for _, p := range parts {
				e.Matrix.Slice(at, at+p.Dim(), at, at+p.Dim()).(*mat.Dense).Copy(p.Maps[k].Dense())
				at += p.Dim()
			}
		} else {
			at := 0
			for _, p := range parts {
				for i, from := range p.Maps[k].From {
					e.From = append(e.From, at+from)
					e.Sign = append(e.Sign, p.Maps[k].sign(i))
				}
				at += p.Dim()
			}
			e.plain()
		}
		out.Maps = append(out.Maps, e)
	}
	return out
}

// Tensor returns the action on tables [rows, columns], flat with rows one after another: M ↦ ρ_a(g) M ρ_b(g)ᵀ.
func Tensor(a, b *Action) *Action {
	g := same("Tensor", []*Action{a, b})
	out := &Action{Group: g, Name: a.Name + " ⊗ " + b.Name}
	for k := range g.Elements {
		r, c := a.Maps[k], b.Maps[k]
		e := Element{Name: g.Elements[k].Name}
		if dense([]*Action{a, b}, k) {
			e.Matrix = new(mat.Dense)
			e.Matrix.Kronecker(r.Dense(), c.Dense())
		} else {
			// (ρMρᵀ)[i, j] = s[i]·s[j]·M[From[i], From[j]]
			for i, fi := range r.From {
				for j, fj := range c.From {
					e.From = append(e.From, fi*len(c.From)+fj)
					e.Sign = append(e.Sign, r.sign(i)*c.sign(j))
				}
			}
			e.plain()
		}
		out.Maps = append(out.Maps, e)
	}
	return out
}

// OnGraphs returns the action of renumbering on graphs with n nodes, as one vector: the adjacency matrix, [n, n], and
// then f features for each node, [n, f] (none for f = 0). The group must act on nodes, by permutations.
func (g *Group) OnGraphs(f int) *Action {
	for _, e := range g.Elements {
		if e.Matrix != nil || e.Sign != nil {
			panic("symmetry: OnGraphs: " + g.Name + " does not permute")
		}
	}
	nodes := g.Natural()
	a := Tensor(nodes, nodes)
	if f > 0 {
		a = Sum(a, Tensor(nodes, g.Trivial(f)))
	}
	a.Name = fmt.Sprintf("graphs of %d nodes with %d features, under %s", g.Dim(), f, g.Name)
	return a
}

// Generate returns the smallest group that holds the generators: all products of them, the identity first. It errs
// if there are more than limit, or if a generator is singular. Elements are named by the products in which they were found.
// With matrices that do not come back exactly, such as a rotation by an irrational angle, there is no end but the limit.
func Generate(name string, limit int, generators ...Element) (*Group, error) {
	if len(generators) == 0 || limit < 1 {
		panic(fmt.Sprintf("symmetry: Generate: %d generators, limit %d", len(generators), limit))
	}
	id := make([]int, generators[0].Dim())
	for i := range id {
		id[i] = i
	}
	found := []Element{{Name: "e", From: id}}
	seen := newIndex()
	seen.add(found[0])
	for _, g := range generators {
		g.check()
		if _, err := g.Inverse(); err != nil {
			return nil, err
		}
	}
	// In a finite group inverses are powers: products reach all.
	for i := 0; i < len(found); i++ {
		for _, g := range generators {
			p := g.Times(found[i])
			if found[i].Name == "e" {
				p.Name = g.Name
			}
			if p.Matrix == nil {
				p.plain()
			}
			if seen.of(p) >= 0 {
				continue
			}
			if len(found) == limit {
				return nil, fmt.Errorf("symmetry: %s has more than %d elements", name, limit)
			}
			found = append(found, p)
			seen.add(p)
		}
	}
	return New(name, found...)
}

// plain drops signs that are all +1.
func (g *Element) plain() {
	for _, s := range g.Sign {
		if s != 1 {
			return
		}
	}
	g.Sign = nil
}

// same returns the group of all the actions.
func same(op string, parts []*Action) *Group {
	if len(parts) == 0 {
		panic("symmetry: " + op + " of no actions")
	}
	for _, p := range parts {
		if p.Group != parts[0].Group {
			panic(fmt.Sprintf("symmetry: %s: %s and %s are actions of different groups", op, parts[0].Name, p.Name))
		}
	}
	return parts[0].Group
}

// dense reports whether some action needs a matrix for element k.
func dense(parts []*Action, k int) bool {
	for _, p := range parts {
		if p.Maps[k].Matrix != nil {
			return true
		}
	}
	return false
}
