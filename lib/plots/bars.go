package plots

import (
	"fmt"
	"image/color"
	"math"
)

// Bars draws one bar for each label and group: groups[g].Y[i] at labels[i], with the
// value at its end where there is room, and whiskers from Lo to Hi where given.
// Where the labels are too wide to stand below upright bars, the bars lie.
// X of the series is not used. The axis of values starts at zero, unless it is
// logarithmic or the range is set.
//
// Errors: a poor alt; no label or no group; lengths that differ; NaN or ±Inf; values
// ≤ 0 on a logarithmic axis (Axes.LogY, whichever way the bars go).
func Bars(alt string, ax Axes, labels []string, groups ...Series) (*Figure, error) {
	if err := checkAlt(alt); err != nil {
		return nil, err
	}
	if err := ax.check(); err != nil {
		return nil, err
	}
	if len(labels) == 0 || len(groups) == 0 {
		return nil, fmt.Errorf("plots: Bars with %d labels and %d groups: nothing to draw", len(labels), len(groups))
	}
	if ax.LogX {
		return nil, fmt.Errorf("plots: Bars have no X axis of numbers: LogY makes the values logarithmic")
	}
	var e extent
	groups = finished(groups)
	for i := range groups {
		g := &groups[i]
		if len(g.Y) != len(labels) {
			return nil, fmt.Errorf("plots: %s: %d values for %d labels", g.named(i), len(g.Y), len(labels))
		}
		g.X = g.Y
		if err := g.check(i, ax); err != nil {
			return nil, err
		}
		for k, v := range g.Y {
			e.add(v)
			if g.Lo != nil {
				e.add(g.Lo[k])
				e.add(g.Hi[k])
			}
		}
	}
	if ax.LogY {
		e = e.padded(0.1, true)
	} else {
		e.add(0)
		d := 0.08 * (e.hi - e.lo)
		if d == 0 {
			d = 1
		}
		if e.hi > 0 || e.lo == e.hi {
			e.hi += d
		}
		if e.lo < 0 {
			e.lo -= d
		}
	}
	if ax.YMin != ax.YMax {
		e.lo, e.hi = ax.YMin, ax.YMax
	}
	labels = append([]string(nil), labels...)
	// upright if every label fits below its bars
	w, h := ax.size(640, 0)
	slot := (float64(w) - 2*pad - 50) / float64(len(labels))
	lying := false
	for _, l := range labels {
		lying = lying || tickStyle.width(l) > slot-4
	}
	if h == 0 {
		h = 400
		if lying {
			h = 130 + len(labels)*clampInt(14+16*len(groups), 26, 80)
		}
	}
	return render(alt, w, h, func(p *pen) { paintBars(p, ax, labels, groups, e, lying) })
}

func paintBars(p *pen, ax Axes, labels []string, groups []Series, e extent, lying bool) {
	var entries []entry
	for i, g := range groups {
		if g.Name != "" {
			entries = append(entries, entry{g.Name, func(p *pen, x, y float64) {
				p.bar(x+3, y-7, swatchWidth-6, 14, i)
			}})
		}
	}
	top := header(p, ax.Title, entries)
	values, names := ax.Y, ax.X // what the axes mean
	topLabel, bottomLabel := values, names
	if lying {
		topLabel, bottomLabel = names, values
	}
	if topLabel != "" {
		p.text(pad, top+11, left, labelStyle, labelStyle.cut(topLabel, p.w-2*pad))
		top += 25
	} else {
		top += 6
	}
	bottom := p.h - pad - 15
	if bottomLabel != "" {
		bottom -= 18
	}
	n, m := float64(len(labels)), float64(len(groups))
	var v scale
	x0, x1 := pad, p.w-pad-4
	if lying {
		var wide float64
		for _, l := range labels {
			wide = max(wide, tickStyle.width(l))
		}
		wide = min(wide, p.w*0.4)
		x0 += wide + 8
		v = scale{lo: e.lo, hi: e.hi, a: x0, b: x1, log: ax.LogY}
		for _, t := range v.ticks(clampInt(int((x1-x0)/75), 2, 10)) {
			x := v.at(t.v)
			p.line(stroke{gridLine, 1, nil}, x, top, x, bottom)
			w := tickStyle.width(t.label) / 2
			p.text(min(x, p.w-w-2), bottom+16, centre, tickStyle, t.label)
		}
		for i, l := range labels {
			p.text(x0-8, top+(float64(i)+0.5)*(bottom-top)/n+4, right, tickStyle, tickStyle.cut(l, wide))
		}
	} else {
		v = scale{lo: e.lo, hi: e.hi, a: bottom, b: top, log: ax.LogY}
		ts := v.ticks(clampInt(int((bottom-top)/48), 2, 8))
		var wide float64
		for _, t := range ts {
			wide = max(wide, tickStyle.width(t.label))
		}
		x0 += wide + 8
		for _, t := range ts {
			y := v.at(t.v)
			p.line(stroke{gridLine, 1, nil}, x0, y, x1, y)
			p.text(x0-8, y+4, right, tickStyle, t.label)
		}
		for i, l := range labels {
			p.text(x0+(float64(i)+0.5)*(x1-x0)/n, bottom+16, centre, tickStyle, tickStyle.cut(l, (x1-x0)/n-2))
		}
	}
	if bottomLabel != "" {
		p.text((x0+x1)/2, bottom+34, centre, labelStyle, labelStyle.cut(bottomLabel, p.w-2*pad))
	}
	zero := v.lo
	if !ax.LogY {
		zero = min(max(0, v.lo), v.hi)
	}
	slot := (x1 - x0) / n
	if lying {
		slot = (bottom - top) / n
	}
	thick := min(slot*0.76/m, 46)
	small := style{size: 11, colour: ink}
	for g, group := range groups {
		for i, val := range group.Y {
			off := (float64(i)+0.5)*slot + (float64(g)-m/2)*thick
			a, b := v.at(zero), v.at(min(max(val, v.lo), v.hi))
			txt := plain(round3(val))
			whisker := group.Lo != nil
			if lying {
				y := top + off
				p.bar(min(a, b), y+0.5, math.Abs(b-a), thick-1, g)
				if whisker {
					p.whisker(v.at(max(group.Lo[i], v.lo)), y+thick/2, v.at(min(group.Hi[i], v.hi)), y+thick/2)
				} else if thick >= 11 {
					at, anc := b+4, left
					if w := small.width(txt); at+w > p.w-4 {
						p.rect(b-w-8, y+thick/2-7, w+5, 14, color.NRGBA{255, 255, 255, 215})
						at, anc = b-5, right
					}
					p.text(at, y+thick/2+4, anc, small, txt)
				}
				continue
			}
			x := x0 + off
			p.bar(x+0.5, min(a, b), thick-1, math.Abs(b-a), g)
			if whisker {
				p.whisker(x+thick/2, v.at(max(group.Lo[i], v.lo)), x+thick/2, v.at(min(group.Hi[i], v.hi)))
			} else if small.width(txt) <= thick+2 {
				y := b - 4
				if val < 0 {
					y = b + 12
				}
				p.text(x+thick/2, y, centre, small, txt)
			}
		}
	}
	if lying {
		p.line(stroke{axisLine, 1, nil}, v.at(zero), top, v.at(zero), bottom)
	} else {
		p.line(stroke{axisLine, 1, nil}, x0, v.at(zero), x1, v.at(zero))
	}
}

// round3 rounds to three significant digits.
func round3(v float64) float64 {
	if v == 0 {
		return 0
	}
	e := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*e) / e
}

// bar fills a rectangle with the colour and the hatching of group g.
func (p *pen) bar(x, y, w, h float64, g int) {
	p.rect(x, y, w, h, Colour(g))
	if g == 0 {
		return
	}
	s := stroke{color.NRGBA{255, 255, 255, 150}, 1, nil}
	l := layout{x0: x, y0: y, x1: x + w, y1: y + h}
	hatch := func(dx, dy float64) { // lines along (dx, dy), 7 px apart
		const d = 7
		for k := -math.Ceil((w + h) / d); k <= math.Ceil((w+h)/d); k++ {
			var line []float64
			if dx == 0 {
				line = []float64{x + k*d + 3, y, x + k*d + 3, y + h}
			} else {
				line = []float64{x - h, y + k*d - dy*h, x + w, y + k*d + dy*w}
			}
			for _, part := range l.clipLine(line) {
				p.line(s, part...)
			}
		}
	}
	switch (g - 1) % 5 {
	case 0:
		hatch(1, -1)
	case 1:
		hatch(1, 0)
	case 2:
		hatch(1, 1)
	case 3:
		hatch(0, 1)
	case 4:
		hatch(1, -1)
		hatch(1, 1)
	}
}

func (p *pen) whisker(ax, ay, bx, by float64) {
	s := stroke{ink, 1.5, nil}
	p.line(s, ax, ay, bx, by)
	for _, e := range [2][2]float64{{ax, ay}, {bx, by}} {
		if ax == bx {
			p.line(s, e[0]-4, e[1], e[0]+4, e[1])
		} else {
			p.line(s, e[0], e[1]-4, e[0], e[1]+4)
		}
	}
}
