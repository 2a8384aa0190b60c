package plots

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
)

// Polygon is a convex polygon, filled with one colour or by an affine function.
type Polygon struct {
	X, Y []float64 // its corners, in order
	// Fill is its colour. Where it is the zero value, the colour of A·x + B·y + C is taken, at each pixel.
	Fill    color.RGBA
	A, B, C float64
}

// PolygonsOptions are what else Polygons draws. The zero value is usable.
type PolygonsOptions struct {
	// Edges draws the borders between polygons, one pixel wide.
	Edges bool
	// Diverging shows signed values, white at zero, with a line where the values change sign.
	Diverging bool
	// Lo and Hi are the ends of the colour bar; both 0 means from the values at the corners. Values beyond take the end's colour.
	Lo, Hi float64
	// Value is the title of the colour bar.
	Value  string
	Clouds []Cloud
	Paths  []Path
}

// valueSteps is the number of colours of values: few enough for small files, too many to count.
const valueSteps = 96

// Polygons draws convex polygons that fill a part of the plane: the cells of an arrangement. A pixel belongs to the polygon that
// holds its centre, the last one where several do, so that the thinnest cells do not show. With values a colour bar stands on the right.
//
// The range is that of the axes, else of the corners.
//
// Errors: a poor alt; no polygon; fewer than three corners; lengths that differ; NaN or ±Inf; logarithmic axes.
func Polygons(alt string, ax Axes, opt PolygonsOptions, polygons ...Polygon) (*Figure, error) {
	if err := checkAlt(alt); err != nil {
		return nil, err
	}
	if ax.LogX || ax.LogY {
		return nil, fmt.Errorf("plots: a plane figure with a logarithmic axis: take the logarithm of the corners instead")
	}
	if err := ax.check(); err != nil {
		return nil, err
	}
	if len(polygons) == 0 {
		return nil, fmt.Errorf("plots: Polygons without a polygon: nothing to draw")
	}
	if opt.Lo > opt.Hi || !finite(opt.Lo) || !finite(opt.Hi) {
		return nil, fmt.Errorf("plots: the colour range Lo = %v, Hi = %v is empty", opt.Lo, opt.Hi)
	}
	cells := make([]Polygon, len(polygons)) // copies: a figure does not change with the caller's data
	var ex, ey, ev extent
	for i, c := range polygons {
		who := fmt.Sprintf("polygon %d", i)
		switch {
		case len(c.X) != len(c.Y):
			return nil, fmt.Errorf("plots: %s: %d values of X but %d of Y", who, len(c.X), len(c.Y))
		case len(c.X) < 3:
			return nil, fmt.Errorf("plots: %s has %d corners: it needs three", who, len(c.X))
		}
		if err := checkValues(who, "X", c.X, false); err != nil {
			return nil, err
		}
		if err := checkValues(who, "Y", c.Y, false); err != nil {
			return nil, err
		}
		if err := checkValues(who, "A, B, C", []float64{c.A, c.B, c.C}, false); err != nil {
			return nil, err
		}
		for k := range c.X {
			ex.add(c.X[k])
			ey.add(c.Y[k])
			if c.Fill == (color.RGBA{}) {
				ev.add(c.A*c.X[k] + c.B*c.Y[k] + c.C)
			}
		}
		c.X, c.Y = slices.Clone(c.X), slices.Clone(c.Y)
		cells[i] = c
	}
	if ax.XMin != ax.XMax {
		ex.lo, ex.hi = ax.XMin, ax.XMax
	}
	if ax.YMin != ax.YMax {
		ey.lo, ey.hi = ax.YMin, ax.YMax
	}
	if ex.lo == ex.hi || ey.lo == ey.hi {
		return nil, fmt.Errorf("plots: the polygons have no area: x in [%v, %v], y in [%v, %v]", ex.lo, ex.hi, ey.lo, ey.hi)
	}
	check := ax
	check.XMin, check.XMax, check.YMin, check.YMax = ex.lo, ex.hi, ey.lo, ey.hi
	if _, _, err := planeRange(check, opt.Clouds, opt.Paths); err != nil {
		return nil, err
	}
	opt.Clouds, opt.Paths = copies(opt.Clouds), copies(opt.Paths)
	if opt.Diverging {
		ev.hi = max(math.Abs(ev.lo), math.Abs(ev.hi))
		ev.lo = -ev.hi
	}
	if opt.Lo != opt.Hi {
		ev.lo, ev.hi = opt.Lo, opt.Hi
	}
	if ev.any && ev.lo == ev.hi {
		ev = ev.padded(0, false)
	}
	w, h := ax.size(560, 500)
	return render(alt, w, h, func(p *pen) {
		chart := p
		if ev.any {
			chart = p.sub(0, 0, p.w-66, p.h)
		}
		l := begin(chart, ax, ex, ey, planeEntries(opt.Clouds, opt.Paths))
		unit := pngScale
		if p.vector {
			unit = 1
		}
		m := cellMap{w: int(math.Round(l.x1-l.x0)) * unit, h: int(math.Round(l.y1-l.y0)) * unit}
		m.fill(cells, ex, ey)
		chart.image(l.x0, l.y0, l.x1-l.x0, l.y1-l.y0, compact(m.paint(cells, ex, ey, ev, opt, unit)))
		chart.frame(l.x0, l.y0, l.x1-l.x0, l.y1-l.y0, stroke{axisLine, 1, nil})
		paintClouds(chart, l, opt.Clouds)
		paintPaths(chart, l, opt.Paths)
		if ev.any {
			colourBar(p, l.x1+16, l.y0, l.y1, ev, opt.Value, opt.colour)
		}
	})
}

// colour is that of the share t ∈ [0, 1] of the range of values.
func (o PolygonsOptions) colour(t float64) color.RGBA {
	t = math.Floor(min(max(t, 0), 1-1e-12)*valueSteps)/(valueSteps-1)*(1-1e-12) + 0
	if o.Diverging {
		return Diverging(2*t - 1)
	}
	return Sequential(t)
}

// colourBar draws the bar of values from y0 (top) to y1, 14 px wide, with its labels and title.
func colourBar(p *pen, x, y0, y1 float64, e extent, title string, colour func(t float64) color.RGBA) {
	bar := scale{lo: e.lo, hi: e.hi, a: y1, b: y0}
	strip := image.NewRGBA(image.Rect(0, 0, 1, valueSteps))
	for k := range valueSteps {
		strip.SetRGBA(0, k, colour(1-(float64(k)+0.5)/valueSteps))
	}
	p.image(x, y0, 14, y1-y0, compact(strip))
	p.frame(x, y0, 14, y1-y0, stroke{axisLine, 1, nil})
	for _, t := range bar.ticks(clampInt(int((y1-y0)/50), 2, 7)) {
		y := bar.at(t.v)
		p.line(stroke{axisLine, 1, nil}, x+14, y, x+18, y)
		p.text(x+22, y+4, left, tickStyle, tickStyle.cut(t.label, p.w-x-24))
	}
	if title != "" {
		p.text(p.w-pad, y0-9, right, labelStyle, labelStyle.cut(title, p.w/2))
	}
}

// cellMap says which polygon holds each pixel's centre, 0 none, k+1 polygon k.
type cellMap struct {
	w, h int
	cell []int32 // [h][w], from the top
}

func (m *cellMap) fill(cells []Polygon, ex, ey extent) {
	m.cell = make([]int32, m.w*m.h)
	sx, sy := float64(m.w)/(ex.hi-ex.lo), float64(m.h)/(ey.hi-ey.lo)
	for k, c := range cells {
		n := len(c.X)
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, y := range c.Y {
			v := (ey.hi - y) * sy
			lo, hi = min(lo, v), max(hi, v)
		}
		for row := max(0, int(math.Ceil(lo-0.5))); row < m.h && float64(row)+0.5 <= hi; row++ {
			y := ey.hi - (float64(row)+0.5)/sy // the line through the row's centres
			left, right := math.Inf(1), math.Inf(-1)
			for i := range n {
				j := (i + 1) % n
				y0, y1 := c.Y[i], c.Y[j]
				if y0 == y1 || (y0 > y) == (y1 > y) {
					continue
				}
				x := c.X[i] + (y-y0)/(y1-y0)*(c.X[j]-c.X[i])
				left, right = min(left, x), max(right, x)
			}
			if left > right {
				continue
			}
			from := int(math.Ceil(min(max((left-ex.lo)*sx-0.5, 0), float64(m.w))))
			to := int(math.Ceil(min(max((right-ex.lo)*sx-0.5, 0), float64(m.w))))
			for x := from; x < to; x++ {
				m.cell[row*m.w+x] = int32(k + 1)
			}
		}
	}
}

// paint colours the map; unit is the number of pixels for one CSS pixel.
func (m *cellMap) paint(cells []Polygon, ex, ey, ev extent, opt PolygonsOptions, unit int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, m.w, m.h))
	value := func(k int32, x, y int) float64 {
		c := cells[k-1]
		px := ex.lo + (float64(x)+0.5)/float64(m.w)*(ex.hi-ex.lo)
		py := ey.hi - (float64(y)+0.5)/float64(m.h)*(ey.hi-ey.lo)
		return c.A*px + c.B*py + c.C
	}
	dark, edge := tint(ink, 0.95), tint(ink, 0.62)
	for y := range m.h {
		for x := range m.w {
			k := m.cell[y*m.w+x]
			if k == 0 {
				img.SetRGBA(x, y, card)
				continue
			}
			col := cells[k-1].Fill
			plain := col != (color.RGBA{})
			var v float64
			if !plain {
				v = value(k, x, y)
				col = opt.colour((v - ev.lo) / (ev.hi - ev.lo))
			}
			for _, d := range [][2]int{{-1, 0}, {0, -1}} {
				u, w := x+d[0], y+d[1]
				if u < 0 || w < 0 {
					continue
				}
				q := m.cell[w*m.w+u]
				if opt.Edges && q != 0 && q != k {
					col = edge
				}
				u, w = x+unit*d[0], y+unit*d[1] // one CSS pixel away: a line of that width
				if u < 0 || w < 0 {
					continue
				}
				q = m.cell[w*m.w+u]
				if opt.Diverging && !plain && q != 0 && (value(q, u, w) > 0) != (v > 0) {
					col = dark
					break
				}
			}
			img.SetRGBA(x, y, col)
		}
	}
	return img
}

// mixed are the colours of Mixed: twelve hues in eight steps of lightness, the darkest still light enough for dark edges and markers.
var mixed = func() (t [96]color.RGBA) {
	for i := range t {
		L := 0.66 + 0.036*float64(i/12)
		t[i] = okLab(L, 0.13-0.28*(L-0.66), 20+30*float64(i%12)+11*float64(i/12))
	}
	return
}()

// Mixed returns one of 96 light colours, of different lightness and hue, chosen by a hash: the colour of things that have no order, such
// as the cells of a map. Equal keys have equal colours; neighbours with different keys rarely have.
func Mixed(key uint64) color.RGBA {
	// the finaliser of splitmix64 (Steele, Lea and Flood, 2014)
	key = (key ^ key>>30) * 0xbf58476d1ce4e5b9
	key = (key ^ key>>27) * 0x94d049bb133111eb
	key ^= key >> 31
	return mixed[key%uint64(len(mixed))]
}
