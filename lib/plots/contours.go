package plots

import (
	"fmt"
	"math"
	"sort"
)

// Contours draws the level sets of f with the paths that optimisers take over them:
// light where f is great, dark where it is small. Levels are values of f, in any order;
// none means ten levels that divide the picture into equal areas.
// Range, resolution and errors are as for Boundary.
func Contours(alt string, ax Axes, f func(x, y float64) float64, levels []float64, paths ...Path) (*Figure, error) {
	if err := checkAlt(alt); err != nil {
		return nil, err
	}
	w, h := ax.size(560, 460)
	paths = copies(paths)
	ex, ey, err := planeRange(ax, nil, paths)
	if err != nil {
		return nil, err
	}
	g, err := sample(ax, ex, ey, w, h, f, BoundaryOptions{})
	if err != nil {
		return nil, err
	}
	if err := checkValues("Contours", "levels", levels, false); err != nil {
		return nil, err
	}
	levels = append([]float64(nil), levels...)
	if len(levels) == 0 {
		v := append([]float64(nil), g.v...)
		sort.Float64s(v)
		for k := 1; k <= 10; k++ {
			levels = append(levels, v[k*(len(v)-1)/11])
		}
	}
	sort.Float64s(levels)
	if len(levels) > 200 {
		return nil, fmt.Errorf("plots: %d levels: at most 200", len(levels))
	}
	return render(alt, w, h, func(p *pen) {
		l := begin(p, ax, ex, ey, planeEntries(nil, paths))
		iw, ih := int(math.Round(l.x1-l.x0)), int(math.Round(l.y1-l.y0))
		p.image(l.x0, l.y0, l.x1-l.x0, l.y1-l.y0, compact(bands(g, levels, iw, ih)))
		for _, v := range levels {
			for _, line := range g.contour(v) {
				p.line(stroke{tint(palette[0], 0.55), 1, nil}, g.pixels(l, line)...)
			}
		}
		paintPaths(p, l, paths)
	})
}
