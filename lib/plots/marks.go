package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

// dashes and shapes distinguish series beside their colours.
var dashes = [][]float64{nil, {7, 4}, {2, 3}, {9, 3, 2, 3}, {4, 2}, {12, 4}, {2, 2, 6, 2}, {1, 2}}

// shape adds one marker of radius r around (x, y) to the path.
type shape func(p *pen, path *vg.Path, x, y, r float64)

var shapes = []shape{disc, square, triangle, diamond, cross, plus, triangleDown, star}

func disc(p *pen, path *vg.Path, x, y, r float64) {
	c := p.pt(x, y)
	path.Move(vg.Point{X: c.X + vg.Length(r), Y: c.Y})
	path.Arc(c, vg.Length(r), 0, 2*math.Pi)
	path.Close()
}

func poly(p *pen, path *vg.Path, xy ...float64) {
	*path = append(*path, p.path(true, xy...)...)
}

func square(p *pen, path *vg.Path, x, y, r float64) {
	r *= 0.9
	poly(p, path, x-r, y-r, x+r, y-r, x+r, y+r, x-r, y+r)
}

func triangle(p *pen, path *vg.Path, x, y, r float64) {
	r *= 1.2
	poly(p, path, x, y-r, x+0.87*r, y+0.5*r, x-0.87*r, y+0.5*r)
}

func triangleDown(p *pen, path *vg.Path, x, y, r float64) {
	r *= 1.2
	poly(p, path, x, y+r, x+0.87*r, y-0.5*r, x-0.87*r, y-0.5*r)
}

func diamond(p *pen, path *vg.Path, x, y, r float64) {
	r *= 1.25
	poly(p, path, x, y-r, x+r, y, x, y+r, x-r, y)
}

func plus(p *pen, path *vg.Path, x, y, r float64) {
	a, b := 1.15*r, 0.4*r
	poly(p, path, x-a, y-b, x-b, y-b, x-b, y-a, x+b, y-a, x+b, y-b, x+a, y-b,
		x+a, y+b, x+b, y+b, x+b, y+a, x-b, y+a, x-b, y+b, x-a, y+b)
}

func cross(p *pen, path *vg.Path, x, y, r float64) {
	a, b := 1.15*r, 0.4*r
	xy := []float64{-a, -b, -b, -b, -b, -a, b, -a, b, -b, a, -b, a, b, b, b, b, a, -b, a, -b, b, -a, b}
	for i := 0; i < len(xy); i += 2 { // a plus turned by 45°
		u, v := xy[i], xy[i+1]
		xy[i], xy[i+1] = x+(u-v)*math.Sqrt2/2, y+(u+v)*math.Sqrt2/2
	}
	poly(p, path, xy...)
}

func star(p *pen, path *vg.Path, x, y, r float64) {
	var xy []float64
	for k := range 10 {
		q := 1.35 * r
		if k%2 == 1 {
			q *= 0.45
		}
		s, c := math.Sincos(math.Pi * float64(k) / 5)
		xy = append(xy, x+q*s, y-q*c)
	}
	poly(p, path, xy...)
}

// markers draws all points of one series as one path: small in SVG, and the white
// rim of one point never covers a later point of the same series.
func (p *pen) markers(i int, r float64, c color.Color, rim bool, xy []float64) {
	var path vg.Path
	for k := 0; k+1 < len(xy); k += 2 {
		shapes[i%len(shapes)](p, &path, xy[k], xy[k+1], r)
	}
	if rim {
		p.strokePath(stroke{white, 1.6, nil}, path)
	}
	p.fill(c, path)
}

// arrow draws a line whose last stretch ends in an arrow head.
func (p *pen) arrow(s stroke, xy ...float64) {
	n := len(xy)
	if n < 4 {
		return
	}
	p.line(s, xy...)
	x, y := xy[n-2], xy[n-1]
	for k := n - 4; k >= 0; k -= 2 { // direction from the last point that differs
		dx, dy := x-xy[k], y-xy[k+1]
		if d := math.Hypot(dx, dy); d > 3 || k == 0 && d > 0 {
			dx, dy = dx/d, dy/d
			h := 4 + 2*s.width
			p.polygon(s.colour, x, y, x-h*dx-0.45*h*dy, y-h*dy+0.45*h*dx, x-h*dx+0.45*h*dy, y-h*dy-0.45*h*dx)
			return
		}
	}
}
