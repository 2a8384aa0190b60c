// Elements are found by a key in a map; features move the template, ⟨gᵢw, x⟩.

package equivariance

import (
	"errors"
	"fmt"
	"math"
)

func key(g []int) string { return fmt.Sprint(g) }

// index maps each element to its place.
func index(maps [][]int) (map[string]int, error) {
	if len(maps) == 0 {
		return nil, errors.New("no maps")
	}
	at := make(map[string]int)
	n := len(maps[0])
	for i, g := range maps {
		if err := bijective(g, n); err != nil {
			return nil, err
		}
		if _, twice := at[key(g)]; twice {
			return nil, errors.New("a map is there twice")
		}
		at[key(g)] = i
	}
	return at, nil
}

func bijective(g []int, n int) error {
	if n == 0 || len(g) != n {
		return fmt.Errorf("a map of %d for %d places", len(g), n)
	}
	hit := make(map[int]bool)
	for _, v := range g {
		if v >= 0 && v < n {
			hit[v] = true
		}
	}
	if len(hit) != n {
		return errors.New("not every place is hit")
	}
	return nil
}

func Axioms(maps [][]int) (closure, identity, inverse bool, err error) {
	at, err := index(maps)
	if err != nil {
		return
	}
	n := len(maps[0])
	e := make([]int, n)
	for i := range e {
		e[i] = i
	}
	_, identity = at[key(e)]
	closure, inverse = true, true
	gh := make([]int, n)
	for _, g := range maps {
		back := make([]int, n)
		for i := range g {
			back[g[i]] = i
		}
		if _, ok := at[key(back)]; !ok {
			inverse = false
		}
		for _, h := range maps {
			for i := range gh {
				gh[i] = h[g[i]]
			}
			if _, ok := at[key(gh)]; !ok {
				closure = false
			}
		}
	}
	return
}

func Features(maps [][]int, w, x []float64) ([]float64, error) {
	if _, err := index(maps); err != nil {
		return nil, err
	}
	if len(w) != len(maps[0]) || len(x) != len(maps[0]) {
		return nil, errors.New("lengths differ")
	}
	var out []float64
	for _, g := range maps {
		s := 0.0
		for j := range x {
			s += w[g[j]] * x[j] // (gw)[j] = w[g[j]]
		}
		out = append(out, s)
	}
	return out, good(w, x, out)
}

func Permutation(maps [][]int, k int) ([]int, error) {
	closure, _, _, err := Axioms(maps)
	if err != nil {
		return nil, err
	}
	// a finite set of permutations that is closed has the identity and inverses
	if !closure || k < 0 || k >= len(maps) {
		return nil, errors.New("no group, or no such element")
	}
	at, _ := index(maps)
	// gₖ·g_{p[i]} = gᵢ: walk over all j with i = index of gₖgⱼ
	p := make([]int, len(maps))
	gh := make([]int, len(maps[0]))
	for j, h := range maps {
		for i := range gh {
			gh[i] = h[maps[k][i]]
		}
		p[at[key(gh)]] = j
	}
	return p, nil
}

func Symmetrise(f func(x []float64) []float64, maps [][]int, x []float64) ([]float64, error) {
	if closure, _, _, err := Axioms(maps); err != nil || !closure {
		return nil, errors.Join(err, errors.New("a group is needed"))
	}
	n := len(maps[0])
	if len(x) != n {
		return nil, errors.New("x has another length")
	}
	if err := good(x); err != nil {
		return nil, err
	}
	out := make([]float64, n)
	for _, g := range maps {
		gx := make([]float64, n)
		for i := range gx {
			gx[i] = x[g[i]]
		}
		y := f(gx)
		if len(y) != n {
			return nil, errors.New("f returned another length")
		}
		if err := good(y); err != nil {
			return nil, err
		}
		for i := range y {
			out[g[i]] += y[i] / float64(len(maps)) // (g⁻¹y)[g[i]] = y[i]
		}
	}
	return out, good(out)
}

func Relabel(m [][]float64, p []int) ([][]float64, error) {
	if err := bijective(p, len(m)); err != nil {
		return nil, err
	}
	var out [][]float64
	for _, a := range p {
		if len(m[a]) != len(m) {
			return nil, errors.New("not square")
		}
		if err := good(m[a]); err != nil {
			return nil, err
		}
		var row []float64
		for _, b := range p {
			row = append(row, m[a][b])
		}
		out = append(out, row)
	}
	return out, nil
}

func good(vs ...[]float64) error {
	for _, v := range vs {
		for _, x := range v {
			if math.IsNaN(x - x) {
				return fmt.Errorf("%v is not finite", x)
			}
		}
	}
	return nil
}
