package plots

import (
	"fmt"
	"math"
)

// Histogram counts the values X of each series (Y where X is nil) in bins of equal
// width over the common range, or of Axes.XMin … XMax, and draws the counts as steps.
// bins ≤ 0 chooses a number by Sturges' rule, ⌈log₂ n⌉ + 1. With Axes.LogX the bins are
// equal in the logarithm. Values outside the range are not counted.
//
// Errors: a poor alt; no series or an empty one; NaN or ±Inf; more than 1000 bins;
// values ≤ 0 on a logarithmic X axis; no value in the range; LogY (counts may be 0).
func Histogram(alt string, ax Axes, bins int, s ...Series) (*Figure, error) {
	if err := checkAlt(alt); err != nil {
		return nil, err
	}
	if err := ax.check(); err != nil {
		return nil, err
	}
	switch {
	case len(s) == 0:
		return nil, fmt.Errorf("plots: Histogram without a series: nothing to draw")
	case bins > 1000:
		return nil, fmt.Errorf("plots: %d bins: at most 1000", bins)
	case ax.LogY:
		return nil, fmt.Errorf("plots: a histogram with a logarithmic Y axis: empty bins have no place on it")
	}
	var ex extent
	most := 0
	values := make([][]float64, len(s))
	for i, one := range s {
		v, what := one.X, "X"
		if v == nil {
			v, what = one.Y, "Y"
		}
		if len(v) == 0 {
			return nil, fmt.Errorf("plots: %s is empty", one.named(i))
		}
		if err := checkValues(one.named(i), what, v, ax.LogX); err != nil {
			return nil, err
		}
		for _, x := range v {
			ex.add(x)
		}
		values[i] = v
		most = max(most, len(v))
	}
	if bins <= 0 {
		bins = int(math.Ceil(math.Log2(float64(most)))) + 1
	}
	if ex.lo == ex.hi {
		ex = ex.padded(0, ax.LogX)
	}
	if ax.XMin != ax.XMax {
		ex.lo, ex.hi = ax.XMin, ax.XMax
	}
	// edges[k] and edges[k+1] bound bin k
	sc := scale{lo: ex.lo, hi: ex.hi, a: 0, b: float64(bins), log: ax.LogX}
	counts := make([][]float64, len(s))
	ey := extent{0, 0, true}
	for i := range s {
		counts[i] = make([]float64, bins)
		for _, x := range values[i] {
			if x < ex.lo || x > ex.hi {
				continue
			}
			k := min(int(sc.at(x)), bins-1)
			counts[i][k]++
			ey.add(counts[i][k])
		}
	}
	if ey.hi == 0 {
		return nil, fmt.Errorf("plots: no value lies between XMin = %v and XMax = %v", ex.lo, ex.hi)
	}
	ey.hi *= 1.06
	if ax.YMin != ax.YMax {
		ey.lo, ey.hi = ax.YMin, ax.YMax
	}
	if ax.Y == "" {
		ax.Y = "count"
	}
	names := make([]string, len(s))
	for i := range s {
		names[i] = s[i].Name
	}
	w, h := ax.size(640, 400)
	return render(alt, w, h, func(p *pen) {
		var entries []entry
		for i, name := range names {
			if name != "" {
				entries = append(entries, entry{name, func(p *pen, x, y float64) {
					p.rect(x+2, y-6, swatchWidth-4, 12, tint(Colour(i), 0.3))
					p.line(stroke{Colour(i), 2, dashes[i%len(dashes)]}, x+2, y-6, x+swatchWidth-2, y-6)
				}})
			}
		}
		l := begin(p, ax, ex, ey, entries)
		for i := range counts {
			base := l.y.at(max(0, ey.lo))
			xy := []float64{l.x0, base}
			for k, c := range counts[i] {
				a, b := l.x.at(sc.value(float64(k))), l.x.at(sc.value(float64(k+1)))
				y := l.y.at(c)
				xy = append(xy, a, y, b, y)
			}
			xy = append(xy, l.x1, base)
			c := Colour(i)
			c2 := colourAlpha(c, 70)
			p.polygon(c2, l.clipPolygon(xy)...)
			for _, part := range l.clipLine(xy) {
				p.line(stroke{c, 2, dashes[i%len(dashes)]}, part...)
			}
		}
	})
}
