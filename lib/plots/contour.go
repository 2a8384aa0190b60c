package plots

import (
	"image"
	"sort"
)

// contour returns the level set {f = v} as polygonal lines, in grid coordinates
// (i, j), by marching squares: each cell whose corners lie on both sides of v holds one
// or two segments, with their ends interpolated linearly on the cell's edges; segments
// that share an edge are joined. Where the corners alternate, the mean of the four
// decides which are connected.
func (f field) contour(v float64) [][]float64 {
	type edge struct {
		i, j     int
		vertical bool // from (i,j) to (i,j+1), else to (i+1,j)
	}
	where := func(e edge) (float64, float64) {
		a := f.at(e.i, e.j)
		if e.vertical {
			b := f.at(e.i, e.j+1)
			return float64(e.i), float64(e.j) + (v-a)/(b-a)
		}
		b := f.at(e.i+1, e.j)
		return float64(e.i) + (v-a)/(b-a), float64(e.j)
	}
	next := map[edge][]edge{} // neighbours along the level set, at most two
	var order []edge          // of first appearance, so that the result is deterministic
	join := func(a, b edge) {
		for _, e := range [2]edge{a, b} {
			if _, ok := next[e]; !ok {
				order = append(order, e)
			}
		}
		next[a], next[b] = append(next[a], b), append(next[b], a)
	}
	for j := range f.ny - 1 {
		for i := range f.nx - 1 {
			bottom, top := edge{i, j, false}, edge{i, j + 1, false}
			west, east := edge{i, j, true}, edge{i + 1, j, true}
			code := 0
			corners := [4]float64{f.at(i, j), f.at(i+1, j), f.at(i+1, j+1), f.at(i, j+1)}
			for k, c := range corners {
				if c > v {
					code |= 1 << k
				}
			}
			if code > 7 { // the level set does not depend on which side is which
				code = 15 - code
				if code == 5 { // 10: corners 1 and 3 above
					code = 10
				}
			}
			switch code {
			case 1:
				join(west, bottom)
			case 2:
				join(bottom, east)
			case 3:
				join(west, east)
			case 4:
				join(east, top)
			case 6:
				join(bottom, top)
			case 7:
				join(west, top)
			case 5, 10:
				mean := (corners[0] + corners[1] + corners[2] + corners[3]) / 4
				if (mean > v) == (code == 5) { // corners 0 and 2 are connected
					join(west, top)
					join(bottom, east)
				} else {
					join(west, bottom)
					join(east, top)
				}
			}
		}
	}
	var lines [][]float64
	used := map[edge]bool{}
	walk := func(start edge) {
		var line []float64
		e := start
		for {
			used[e] = true
			x, y := where(e)
			line = append(line, x, y)
			found := false
			for _, n := range next[e] {
				if !used[n] {
					e, found = n, true
					break
				}
			}
			if !found {
				break
			}
		}
		for _, n := range next[e] { // closed
			if n == start && len(line) > 4 {
				line = append(line, line[0], line[1])
				break
			}
		}
		lines = append(lines, line)
	}
	for _, e := range order { // open lines from their ends first
		if len(next[e]) == 1 && !used[e] {
			walk(e)
		}
	}
	for _, e := range order {
		if !used[e] {
			walk(e)
		}
	}
	return lines
}

// pixels maps grid coordinates to the plot's rectangle, to a tenth of a pixel.
func (f field) pixels(l layout, ij []float64) []float64 {
	xy := make([]float64, len(ij))
	for k := 0; k < len(ij); k += 2 {
		xy[k] = l.x0 + ij[k]/float64(f.nx-1)*(l.x1-l.x0)
		xy[k+1] = l.y1 - ij[k+1]/float64(f.ny-1)*(l.y1-l.y0)
	}
	return xy
}

// value interpolates bilinearly at (i, j).
func (f field) value(x, y float64) float64 {
	i, j := min(int(x), f.nx-2), min(int(y), f.ny-2)
	u, v := x-float64(i), y-float64(j)
	return (1-u)*(1-v)*f.at(i, j) + u*(1-v)*f.at(i+1, j) + (1-u)*v*f.at(i, j+1) + u*v*f.at(i+1, j+1)
}

// bands colours a w×h picture by the number of levels below each pixel's value.
func bands(f field, levels []float64, w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		fy := (float64(h) - 0.5 - float64(y)) / float64(h) * float64(f.ny-1)
		for x := range w {
			fx := (float64(x) + 0.5) / float64(w) * float64(f.nx-1)
			k := sort.SearchFloat64s(levels, f.value(fx, fy))
			t := float64(k) / float64(len(levels))
			img.SetRGBA(x, y, tint(palette[0], 0.42*(1-t)+0.02))
		}
	}
	return img
}
