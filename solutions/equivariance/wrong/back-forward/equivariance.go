// Mistake: back-forward: moves the values on

package equivariance

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Axioms looks at all products.
func Axioms(maps [][]int) (closure, identity, inverse bool, err error) {
	if err := check(maps); err != nil {
		return false, false, false, err
	}
	closure, inverse = true, true
	for _, g := range maps {
		for _, h := range maps {
			closure = closure && find(maps, times(g, h)) >= 0
		}
		inverse = inverse && find(maps, invert(g)) >= 0
	}
	one := make([]int, len(maps[0]))
	for i := range one {
		one[i] = i
	}
	identity = find(maps, one) >= 0
	return closure, identity, inverse, nil
}

// Features moves x back by each element.
func Features(maps [][]int, w, x []float64) ([]float64, error) {
	if err := check(maps); err != nil {
		return nil, err
	}
	if n := len(maps[0]); len(w) != n || len(x) != n {
		return nil, fmt.Errorf("w has %d entries, x has %d, maps of %d", len(w), len(x), n)
	}
	if err := errors.Join(finite("w", w), finite("x", x)); err != nil {
		return nil, err
	}
	out := make([]float64, len(maps))
	for i, g := range maps {
		// f(x)ᵢ = ⟨w, gᵢ⁻¹x⟩
		for j, v := range apply(invert(g), x) {
			out[i] += w[j] * v
		}
	}
	return out, finite("the result", out)
}

// Permutation looks each gₖ⁻¹gᵢ up.
func Permutation(maps [][]int, k int) ([]int, error) {
	if err := group(maps); err != nil {
		return nil, err
	}
	if k < 0 || k >= len(maps) {
		return nil, fmt.Errorf("element %d of %d", k, len(maps))
	}
	p := make([]int, len(maps))
	for i, g := range maps {
		p[i] = find(maps, times(invert(maps[k]), g))
	}
	return p, nil
}

// Symmetrise averages gᵢ⁻¹f(gᵢx).
func Symmetrise(f func(x []float64) []float64, maps [][]int, x []float64) ([]float64, error) {
	if err := group(maps); err != nil {
		return nil, err
	}
	if len(x) != len(maps[0]) {
		return nil, fmt.Errorf("x has %d entries, maps of %d", len(x), len(maps[0]))
	}
	if err := finite("x", x); err != nil {
		return nil, err
	}
	out := make([]float64, len(x))
	for _, g := range maps {
		y := f(apply(g, x))
		if len(y) != len(x) {
			return nil, fmt.Errorf("f returned %d entries for %d", len(y), len(x))
		}
		if err := finite("f(gx)", y); err != nil {
			return nil, err
		}
		for i, v := range apply(g, y) {
			out[i] += v / float64(len(maps))
		}
	}
	return out, finite("the result", out)
}

// Relabel permutes rows and columns.
func Relabel(m [][]float64, p []int) ([][]float64, error) {
	if len(m) == 0 || len(p) != len(m) {
		return nil, fmt.Errorf("%d rows, a permutation of %d", len(m), len(p))
	}
	if err := permutation(p); err != nil {
		return nil, err
	}
	for i, row := range m {
		if len(row) != len(m) {
			return nil, fmt.Errorf("row %d has %d entries, want %d", i, len(row), len(m))
		}
		if err := finite("m", row); err != nil {
			return nil, err
		}
	}
	out := make([][]float64, len(m))
	for i := range out {
		out[i] = make([]float64, len(m))
		for j := range out {
			out[i][j] = m[p[i]][p[j]]
		}
	}
	return out, nil
}

// apply is gx.
func apply(g []int, x []float64) []float64 {
	out := make([]float64, len(x))
	for i, from := range g {
		out[i] = x[from]
	}
	return out
}

// times is gh: (g(hx))[i] = (hx)[g[i]] = x[h[g[i]]].
func times(g, h []int) []int {
	out := make([]int, len(g))
	for i, from := range g {
		out[i] = h[from]
	}
	return out
}

func invert(g []int) []int {
	out := make([]int, len(g))
	for i, from := range g {
		out[from] = i
	}
	return out
}

// find returns the index of g, or −1.
func find(maps [][]int, g []int) int {
	return slices.IndexFunc(maps, func(h []int) bool { return slices.Equal(g, h) })
}

func group(maps [][]int) error {
	closure, identity, inverse, err := Axioms(maps)
	if err == nil && !(closure && identity && inverse) {
		err = errors.New("the maps are no group")
	}
	return err
}

func check(maps [][]int) error {
	if len(maps) == 0 || len(maps[0]) == 0 {
		return errors.New("no maps, or maps of nothing")
	}
	for i, g := range maps {
		if len(g) != len(maps[0]) {
			return fmt.Errorf("map %d has %d entries, map 0 has %d", i, len(g), len(maps[0]))
		}
		if err := permutation(g); err != nil {
			return fmt.Errorf("map %d: %w", i, err)
		}
		if find(maps, g) != i {
			return fmt.Errorf("map %d is there twice", i)
		}
	}
	return nil
}

func permutation(g []int) error {
	seen := make([]bool, len(g))
	for i, from := range g {
		if from < 0 || from >= len(g) || seen[from] {
			return fmt.Errorf("entry %d is %d: no permutation", i, from)
		}
		seen[from] = true
	}
	return nil
}

func finite(name string, v []float64) error {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("entry %d of %s is %v", i, name, x)
		}
	}
	return nil
}
