package symmetry

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// CyclicShifts is C_n acting on n numbers in a circle: (s_k x)[i] = x[(i − k) mod n], k = 0..n−1.
func CyclicShifts(n int) *Group {
	need("CyclicShifts", n)
	var e []Element
	for k := range n {
		from := make([]int, n)
		for i := range from {
			from[i] = (i - k + n) % n
		}
		e = append(e, Element{Name: fmt.Sprintf("s%d", k), From: from})
	}
	return must(fmt.Sprintf("cyclic shifts of %d", n), e)
}

// CyclicShifts2D is C_h × C_w acting on h×w pictures (row-major) with both edges wrapped: element r·w + c shifts down
// by r and right by c. Its table has (hw)² entries, each made of hw numbers: keep hw under a few hundred.
func CyclicShifts2D(h, w int) *Group {
	need("CyclicShifts2D", h)
	need("CyclicShifts2D", w)
	var e []Element
	for r := range h {
		for c := range w {
			from := make([]int, h*w)
			for y := range h {
				for x := range w {
					from[y*w+x] = (y-r+h)%h*w + (x-c+w)%w
				}
			}
			e = append(e, Element{Name: fmt.Sprintf("s%d,%d", r, c), From: from})
		}
	}
	return must(fmt.Sprintf("cyclic shifts of %d×%d", h, w), e)
}

// C4 is the group of quarter turns acting on n×n pictures (row-major): r0, r90, r180, r270, counter-clockwise as seen
// with row 0 on top.
func C4(n int) *Group {
	need("C4", n)
	return must(fmt.Sprintf("quarter turns of %d×%d", n, n), turns(n))
}

// D4 is the group of the square acting on n×n pictures, n ≥ 2: the four quarter turns, then each after a left-right
// mirror: m0, m90, m180, m270.
func D4(n int) *Group {
	if n < 2 {
		panic(fmt.Sprintf("symmetry: D4 on %d×%d: need at least 2×2, or turns and mirrors are one", n, n))
	}
	r := turns(n)
	mirror := Element{Name: "m", From: make([]int, n*n)}
	for y := range n {
		for x := range n {
			mirror.From[y*n+x] = y*n + n - 1 - x
		}
	}
	e := r
	for _, g := range r {
		m := g.Times(mirror)
		m.Name = "m" + g.Name[1:]
		e = append(e, m)
	}
	return must(fmt.Sprintf("symmetries of the square on %d×%d", n, n), e)
}

// turns returns the quarter turns of n×n pictures. For n = 1 there is only one.
func turns(n int) []Element {
	r0, r90 := make([]int, n*n), make([]int, n*n)
	for y := range n {
		for x := range n {
			r0[y*n+x] = y*n + x
			// Counter-clockwise: what lands at (y, x) came from (x, n−1−y).
			r90[y*n+x] = x*n + n - 1 - y
		}
	}
	e := []Element{{Name: "r0", From: r0}}
	if n == 1 {
		return e
	}
	quarter := Element{Name: "r90", From: r90}
	e = append(e, quarter)
	for _, name := range []string{"r180", "r270"} {
		g := quarter.Times(e[len(e)-1])
		g.Name = name
		e = append(e, g)
	}
	return e
}

// Permutations is S_n acting on n ≤ 6 numbers, n! elements in lexical order: (px)[i] = x[p[i]].
func Permutations(n int) *Group {
	need("Permutations", n)
	if n > 6 {
		panic(fmt.Sprintf("symmetry: Permutations(%d): %d! elements are too many to list with their table; at most 6", n, n))
	}
	var e []Element
	p := make([]int, 0, n)
	used := make([]bool, n)
	var place func()
	place = func() {
		if len(p) == n {
			e = append(e, Element{Name: fmt.Sprintf("p%v", p), From: append([]int(nil), p...)})
			return
		}
		for v := range n {
			if !used[v] {
				used[v], p = true, append(p, v)
				place()
				used[v], p = false, p[:len(p)-1]
			}
		}
	}
	place()
	return must(fmt.Sprintf("permutations of %d", n), e)
}

// Signs is {x, −x} on R^n.
func Signs(n int) *Group {
	need("Signs", n)
	id, sign := make([]int, n), make([]float64, n)
	for i := range id {
		id[i], sign[i] = i, -1
	}
	return must("sign", []Element{{Name: "+", From: id}, {Name: "−", From: id, Sign: sign}})
}

// Mirror is {e, m} on R^n, where m negates coordinate i: (x, y) → (−x, y) for i = 0, n = 2.
func Mirror(n, i int) *Group {
	need("Mirror", n)
	if i < 0 || i >= n {
		panic(fmt.Sprintf("symmetry: Mirror: coordinate %d of %d", i, n))
	}
	id, sign := make([]int, n), make([]float64, n)
	for j := range id {
		id[j], sign[j] = j, 1
	}
	sign[i] = -1
	return must(fmt.Sprintf("mirror of coordinate %d", i), []Element{{Name: "e", From: id}, {Name: "m", From: id, Sign: sign}})
}

// Rotations is C_k acting on the plane R²: turns by 2πj/k, j = 0..k−1, counter-clockwise. For k = 1, 2, 4 the
// elements are signed permutations and exact, else matrices.
func Rotations(k int) *Group {
	need("Rotations", k)
	var e []Element
	for j := range k {
		name := fmt.Sprintf("r%d/%d", j, k)
		if 4*j%k == 0 {
			quarter := 4 * j / k
			e = append(e, Element{
				Name: name,
				From: [][]int{{0, 1}, {1, 0}, {0, 1}, {1, 0}}[quarter],
				Sign: [][]float64{{1, 1}, {-1, 1}, {-1, -1}, {1, -1}}[quarter],
			})
			continue
		}
		s, c := math.Sincos(2 * math.Pi * float64(j) / float64(k))
		e = append(e, Element{Name: name, Matrix: mat.NewDense(2, 2, []float64{c, -s, s, c})})
	}
	return must(fmt.Sprintf("rotations of the plane by multiples of 1/%d turn", k), e)
}

func need(op string, n int) {
	if n < 1 {
		panic(fmt.Sprintf("symmetry: %s of size %d", op, n))
	}
}
