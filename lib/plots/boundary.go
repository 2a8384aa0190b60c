package plots

import (
	"fmt"
	"image"
	"image/color"
	"math"
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
	// Batch evaluates many points at once, instead of f, which may then be nil. It gets
	// [n][2]float64 as pairs and returns n values. For networks.
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
}

func (f field) at(i, j int) float64 { return f.v[j*f.nx+i] }

// Boundary draws the regions into which f divides the plane, in tints with hatching,
// the boundary between them, and point clouds, each with its own marker. The range is
// that of the axes, else of the clouds and paths with a margin.
//
// f is called at Resolution² points at most (fewer: the picture's shape), in order.
//
// Errors: a poor alt; no range to draw; lengths that differ; NaN or ±Inf, from f too;
// a class index outside 0 … Classes−1; logarithmic axes.
func Boundary(alt string, ax Axes, f func(x, y float64) float64, opt BoundaryOptions, clouds ...Cloud) (*Figure, error) {
	w, h := ax.size(560, 460)
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
	return render(alt, w, h, func(p *pen) {
		l := begin(p, ax, ex, ey, planeEntries(clouds, opt.Paths))
		iw, ih := int(math.Round(l.x1-l.x0)), int(math.Round(l.y1-l.y0))
		p.image(l.x0, l.y0, l.x1-l.x0, l.y1-l.y0, compact(regions(g, opt.Classes, iw, ih)))
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
	g := field{nx: n, ny: n}
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
	if opt.Batch != nil {
		g.v = opt.Batch(points)
		if len(g.v) != len(points) {
			return g, fmt.Errorf("plots: Batch returned %d values for %d points", len(g.v), len(points))
		}
	} else {
		g.v = make([]float64, len(points))
		for k, q := range points {
			g.v[k] = f(q[0], q[1])
		}
	}
	for k, v := range g.v {
		q := points[k]
		if !finite(v) {
			return g, fmt.Errorf("plots: the function is %v at (%.4g, %.4g): not a finite number", v, q[0], q[1])
		}
		if c := opt.Classes; c > 0 && (v != math.Trunc(v) || v < 0 || v >= float64(c)) {
			return g, fmt.Errorf("plots: the function is %v at (%.4g, %.4g): not a class 0 … %d", v, q[0], q[1], c-1)
		}
	}
	return g, nil
}

// regions colours a w×h picture by the class that wins at each pixel, where the four
// samples around it vote with their bilinear weights; tints differ by hatching too.
func regions(g field, classes, w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	class := make([]int, w*h)
	votes := make([]float64, max(classes, 2))
	for y := range h {
		fy := (float64(h) - 0.5 - float64(y)) / float64(h) * float64(g.ny-1)
		j := min(int(fy), g.ny-2)
		v := fy - float64(j)
		for x := range w {
			fx := (float64(x) + 0.5) / float64(w) * float64(g.nx-1)
			i := min(int(fx), g.nx-2)
			u := fx - float64(i)
			corners := [4]float64{g.at(i, j), g.at(i+1, j), g.at(i, j+1), g.at(i+1, j+1)}
			weights := [4]float64{(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v}
			if classes == 0 {
				var s float64
				for k := range corners {
					s += weights[k] * corners[k]
				}
				if s > 0 {
					class[y*w+x] = 1
				}
				continue
			}
			clear(votes)
			for k := range corners {
				votes[int(corners[k])] += weights[k]
			}
			best := 0
			for c := range votes {
				if votes[c] > votes[best] {
					best = c
				}
			}
			class[y*w+x] = best
		}
	}
	for y := range h {
		for x := range w {
			c := class[y*w+x]
			share := 0.16
			if hatched(c, x, y) {
				share = 0.27
			}
			col := tint(Colour(c), share)
			if classes > 0 && (x > 0 && class[y*w+x-1] != c || y > 0 && class[(y-1)*w+x] != c) {
				col = tint(ink, 0.8)
			}
			img.SetRGBA(x, y, col)
		}
	}
	return img
}

// hatched says whether a pixel lies on the hatching of class c: none, rising lines,
// dots, level lines, falling lines, upright lines, crossed lines, wide dots.
func hatched(c, x, y int) bool {
	const d = 10
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
		return (x+d/2*(y/d%2))%d < 3 && y%d < 1
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
