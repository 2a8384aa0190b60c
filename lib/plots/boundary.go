package plots

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
)

// Cloud is the points of one class.
type Cloud struct {
	Name string // for the legend; "" leaves it out
	X, Y []float64
}

// Path is a sequence of points in the plane: iterates, an attack's steps.
type Path struct {
	Name string // for the legend; "" leaves it out
	X, Y []float64
}

// BoundaryOptions says what the function of Boundary means and what else to draw.
// The zero value: a continuous function with its boundary at level 0.
type BoundaryOptions struct {
	// Classes > 0 says that the function returns a class index 0 … Classes−1;
	// 0 says that it is real, positive on one side (cloud 1) and negative on the
	// other (cloud 0), and its level 0 is drawn.
	Classes int
	// Batch evaluates many points at once, instead of f, which may then be nil: for
	// networks. It gets n points and returns n values. Every call of one figure has the
	// same n, so that a network compiled for its shape is compiled once.
	Batch func(points [][2]float64) []float64
	// Resolution is the number of sample points along the longer side, 16 … 400;
	// 0 means 120.
	Resolution int
	// Levels are further level sets of a real function, drawn as thin lines.
	Levels []float64
	// Paths are drawn over the regions, each with a dot per point and an arrow head.
	Paths []Path
}

// field is a function sampled on a regular grid of the axes' rectangle.
type field struct {
	nx, ny int
	v      []float64 // [ny][nx], row 0 at the least y
	ex, ey extent    // what it covers
	eval   func(points [][2]float64) ([]float64, error)
}

func (f field) at(i, j int) float64 { return f.v[j*f.nx+i] }

// Boundary draws the regions into which f divides the plane, in tints with hatching,
// the boundary between them, and point clouds, each with its own marker. The range is
// that of the axes, else of the clouds and paths with a margin.
//
// f is called at Resolution² points at most (fewer: the picture's shape); for classes
// then at each pixel of the cells whose corners disagree, so that the regions' edges are
// exact to the pixel.
//
// Errors: a poor alt; no range to draw; lengths that differ; NaN or ±Inf, from f too;
// a class index outside 0 … Classes−1; logarithmic axes.
func Boundary(alt string, ax Axes, f func(x, y float64) float64, opt BoundaryOptions, clouds ...Cloud) (*Figure, error) {
	if err := checkAlt(alt); err != nil {
		return nil, err
	}
	w, h := ax.size(560, 460)
	clouds, opt.Paths, opt.Levels = copies(clouds), copies(opt.Paths), slices.Clone(opt.Levels)
	ex, ey, err := planeRange(ax, clouds, opt.Paths)
	if err != nil {
		return nil, err
	}
	g, err := sample(ax, ex, ey, w, h, f, opt)
	if err != nil {
		return nil, err
	}
	if err := checkValues("BoundaryOptions", "Levels", opt.Levels, false); err != nil {
		return nil, err
	}
	m := classMap{w: max(2*(w-60), 16), h: max(2*(h-80), 16)} // about the PNG's pixels
	if m.class, err = g.classify(opt.Classes, m.w, m.h); err != nil {
		return nil, err
	}
	return render(alt, w, h, func(p *pen) {
		l := begin(p, ax, ex, ey, planeEntries(clouds, opt.Paths))
		unit := pngScale
		if p.vector {
			unit = 1
		}
		iw, ih := int(math.Round(l.x1-l.x0))*unit, int(math.Round(l.y1-l.y0))*unit
		p.image(l.x0, l.y0, l.x1-l.x0, l.y1-l.y0, compact(m.regions(iw, ih, unit, opt.Classes > 0)))
		if opt.Classes == 0 {
			for _, v := range opt.Levels {
				for _, line := range g.contour(v) {
					p.line(stroke{axisLine, 1, nil}, g.pixels(l, line)...)
				}
			}
			for _, line := range g.contour(0) {
				p.line(stroke{ink, 2, nil}, g.pixels(l, line)...)
			}
		}
		paintClouds(p, l, clouds)
		paintPaths(p, l, opt.Paths)
	})
}

// copies of the data: a figure does not change with the caller's.
func copies[T Cloud | Path](in []T) []T {
	out := make([]T, len(in))
	for i, v := range in {
		c := Cloud(v)
		out[i] = T(Cloud{c.Name, slices.Clone(c.X), slices.Clone(c.Y)})
	}
	return out
}

func planeRange(ax Axes, clouds []Cloud, paths []Path) (ex, ey extent, err error) {
	if ax.LogX || ax.LogY {
		return ex, ey, fmt.Errorf("plots: a plane figure with a logarithmic axis: take the logarithm in the function instead")
	}
	if err = ax.check(); err != nil {
		return
	}
	add := func(who string, x, y []float64) error {
		if len(x) != len(y) {
			return fmt.Errorf("plots: %s: %d values of X but %d of Y", who, len(x), len(y))
		}
		if err := checkValues(who, "X", x, false); err != nil {
			return err
		}
		if err := checkValues(who, "Y", y, false); err != nil {
			return err
		}
		for k := range x {
			ex.add(x[k])
			ey.add(y[k])
		}
		return nil
	}
	for i, c := range clouds {
		if err = add(fmt.Sprintf("cloud %d (%q)", i, c.Name), c.X, c.Y); err != nil {
			return
		}
	}
	for i, c := range paths {
		if err = add(fmt.Sprintf("path %d (%q)", i, c.Name), c.X, c.Y); err != nil {
			return
		}
	}
	if (ax.XMin == ax.XMax || ax.YMin == ax.YMax) && !ex.any {
		err = fmt.Errorf("plots: no points and no range: set XMin, XMax, YMin, YMax")
		return
	}
	ex, ey = ex.padded(0.12, false), ey.padded(0.12, false)
	if ax.XMin != ax.XMax {
		ex.lo, ex.hi = ax.XMin, ax.XMax
	}
	if ax.YMin != ax.YMax {
		ey.lo, ey.hi = ax.YMin, ax.YMax
	}
	return
}

func sample(ax Axes, ex, ey extent, w, h int, f func(x, y float64) float64, opt BoundaryOptions) (field, error) {
	n := opt.Resolution
	if n == 0 {
		n = 120
	}
	if n < 16 || n > 400 {
		return field{}, fmt.Errorf("plots: Resolution = %d: it must be between 16 and 400", n)
	}
	if f == nil && opt.Batch == nil {
		return field{}, fmt.Errorf("plots: no function: both f and Batch are nil")
	}
	g := field{nx: n, ny: n, ex: ex, ey: ey}
	if w > h {
		g.ny = max(16, n*h/w)
	} else {
		g.nx = max(16, n*w/h)
	}
	points := make([][2]float64, 0, g.nx*g.ny)
	for j := range g.ny {
		y := ey.lo + (ey.hi-ey.lo)*float64(j)/float64(g.ny-1)
		for i := range g.nx {
			points = append(points, [2]float64{ex.lo + (ex.hi-ex.lo)*float64(i)/float64(g.nx-1), y})
		}
	}
	size := len(points)
	g.eval = func(points [][2]float64) ([]float64, error) {
		v := make([]float64, 0, len(points))
		switch {
		case opt.Batch == nil:
			for _, q := range points {
				v = append(v, f(q[0], q[1]))
			}
		default:
			for k := 0; k < len(points); k += size {
				part := points[k:min(k+size, len(points))]
				batch := append(make([][2]float64, 0, size), part...)
				for len(batch) < size {
					batch = append(batch, part[0])
				}
				got := opt.Batch(batch)
				if len(got) != size {
					return nil, fmt.Errorf("plots: Batch returned %d values for %d points", len(got), size)
				}
				v = append(v, got[:len(part)]...)
			}
		}
		for k, value := range v {
			q := points[k]
			if !finite(value) {
				return nil, fmt.Errorf("plots: the function is %v at (%.4g, %.4g): not a finite number", value, q[0], q[1])
			}
			if c := opt.Classes; c > 0 && (value != math.Trunc(value) || value < 0 || value >= float64(c)) {
				return nil, fmt.Errorf("plots: the function is %v at (%.4g, %.4g): not a class 0 … %d", value, q[0], q[1], c-1)
			}
		}
		return v, nil
	}
	var err error
	g.v, err = g.eval(points)
	return g, err
}

// classify says for each pixel of a w×h picture in which region it lies, row by row from
// the top: by the sign of the bilinear interpolation for a real function; for classes by
// the corners of its cell where they agree, and by the function where they do not.
func (g field) classify(classes, w, h int) ([]int, error) {
	class := make([]int, w*h)
	var open []int // pixels to ask the function for
	var points [][2]float64
	for y := range h {
		fy := (float64(h) - 0.5 - float64(y)) / float64(h)
		j := min(int(fy*float64(g.ny-1)), g.ny-2)
		for x := range w {
			fx := (float64(x) + 0.5) / float64(w)
			i := min(int(fx*float64(g.nx-1)), g.nx-2)
			k := y*w + x
			if classes == 0 {
				if g.value(fx*float64(g.nx-1), fy*float64(g.ny-1)) > 0 {
					class[k] = 1
				}
				continue
			}
			c := g.at(i, j)
			class[k] = int(c)
			if g.at(i+1, j) != c || g.at(i, j+1) != c || g.at(i+1, j+1) != c {
				open = append(open, k)
				points = append(points, [2]float64{g.ex.lo + fx*(g.ex.hi-g.ex.lo), g.ey.lo + fy*(g.ey.hi-g.ey.lo)})
			}
		}
	}
	v, err := g.eval(points)
	for n, k := range open {
		if err != nil {
			break
		}
		class[k] = int(v[n])
	}
	return class, err
}

// classMap is a picture of class indices.
type classMap struct {
	w, h  int
	class []int // [h][w]
}

// regions colours a w×h picture by the map, in tints that differ by hatching too, with
// the edges between classes dark if they are not to be drawn otherwise. unit is the
// number of pixels for one CSS pixel.
func (m classMap) regions(w, h, unit int, edges bool) *image.RGBA {
	at := func(x, y int) int { return m.class[y*m.h/h*m.w+x*m.w/w] }
	var plain, dark [8]color.RGBA
	for c := range plain {
		plain[c], dark[c] = tint(Colour(c), 0.16), tint(Colour(c), 0.27)
	}
	edge := tint(ink, 0.8)
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := at(x, y)
			col := plain[c%8]
			if hatched(c, x/unit, y/unit) {
				col = dark[c%8]
			}
			if edges && (x >= unit && at(x-unit, y) != c || y >= unit && at(x, y-unit) != c) {
				col = edge
			}
			img.SetRGBA(x, y, col)
		}
	}
	return img
}

// hatched says whether a pixel lies on the hatching of class c: none, rising lines,
// dots, level lines, falling lines, upright lines, crossed lines, dashes.
func hatched(c, x, y int) bool {
	const d = 9
	switch c % 8 {
	case 1:
		return (x+y)%d == 0
	case 2:
		return x%d < 2 && y%d < 2
	case 3:
		return y%d == 0
	case 4:
		return (x-y+10000*d)%d == 0
	case 5:
		return x%d == 0
	case 6:
		return x%d == 0 || y%d == 0
	case 7:
		return (x+d/2*(y/d%2))%d < 4 && y%d < 1
	}
	return false
}

func planeEntries(clouds []Cloud, paths []Path) []entry {
	var entries []entry
	for i, c := range clouds {
		if c.Name != "" {
			entries = append(entries, entry{c.Name, func(p *pen, x, y float64) {
				p.rect(x+3, y-8, swatchWidth-6, 16, tint(Colour(i), 0.16))
				p.markers(i, 4, Colour(i), true, []float64{x + swatchWidth/2, y})
			}})
		}
	}
	for i, c := range paths {
		if c.Name != "" {
			entries = append(entries, entry{c.Name, func(p *pen, x, y float64) {
				p.arrow(pathStroke(i), x, y, x+swatchWidth, y)
			}})
		}
	}
	return entries
}

func paintClouds(p *pen, l layout, clouds []Cloud) {
	for i, c := range clouds {
		r := 4.0
		if len(c.X) > 150 {
			r = 3
		}
		p.markers(i, r, Colour(i), true, l.inside(l.pixels(c.X, c.Y)))
	}
}

func (l layout) pixels(x, y []float64) []float64 {
	xy := make([]float64, 0, 2*len(x))
	for k := range x {
		xy = append(xy, l.x.at(x[k]), l.y.at(y[k]))
	}
	return xy
}

// pathStroke is black for one path; further ones take the colours from behind.
func pathStroke(i int) stroke {
	cs := []color.RGBA{ink, palette[3], palette[5], palette[6]}
	return stroke{cs[i%len(cs)], 1.8, dashes[i%len(dashes)]}
}

func paintPaths(p *pen, l layout, paths []Path) {
	for i, c := range paths {
		s := pathStroke(i)
		xy := l.pixels(c.X, c.Y)
		lines := l.clipLine(xy)
		for _, line := range lines {
			p.line(stroke{white, s.width + 2.4, nil}, line...)
		}
		for k, line := range lines {
			if n := len(line); k == len(lines)-1 && line[n-2] == xy[len(xy)-2] && line[n-1] == xy[len(xy)-1] {
				p.arrow(s, line...)
			} else {
				p.line(s, line...)
			}
		}
		if len(c.X) <= 60 && len(c.X) > 1 {
			dots := l.inside(xy)
			if n := len(dots); n >= 2 {
				dots = dots[:n-2] // the last one is the arrow's head
			}
			p.markers(0, 2.6, s.colour, true, dots)
		}
		if start := l.inside(xy[:min(2, len(xy))]); len(start) > 0 {
			p.markers(0, 4.6, s.colour, true, start)
			p.markers(0, 2.4, white, false, start)
		}
	}
}
