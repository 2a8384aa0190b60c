package plots

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Axes describes the frame of a figure. The zero value is usable.
type Axes struct {
	Title string // above the picture, one sentence or less
	X, Y  string // what the axes mean, with the unit
	// LogX and LogY choose logarithmic axes; every value must then be positive.
	LogX, LogY bool
	// Equal gives both axes the same number of pixels per unit, so that circles are
	// round: the plot becomes narrower or lower within the figure.
	Equal bool
	// The ranges; both 0 means from the data.
	XMin, XMax, YMin, YMax float64
	// Size in CSS pixels; 0 means 640 × 400 (Boundary and Contours: 560 × 460).
	Width, Height int
}

func (ax Axes) size(w, h int) (int, int) {
	if ax.Width != 0 {
		w = ax.Width
	}
	if ax.Height != 0 {
		h = ax.Height
	}
	return w, h
}

// check refuses ranges that cannot be drawn.
func (ax Axes) check() error {
	if ax.Equal && (ax.LogX || ax.LogY) {
		return fmt.Errorf("plots: Axes.Equal with a logarithmic axis: units have no common length there")
	}
	for _, r := range []struct {
		name   string
		lo, hi float64
		log    bool
	}{{"X", ax.XMin, ax.XMax, ax.LogX}, {"Y", ax.YMin, ax.YMax, ax.LogY}} {
		switch {
		case r.lo == 0 && r.hi == 0:
		case !finite(r.lo) || !finite(r.hi):
			return fmt.Errorf("plots: Axes.%sMin, %sMax = %v, %v: not finite", r.name, r.name, r.lo, r.hi)
		case r.lo >= r.hi:
			return fmt.Errorf("plots: Axes.%sMin = %v is not below %sMax = %v", r.name, r.lo, r.name, r.hi)
		case r.log && r.lo <= 0:
			return fmt.Errorf("plots: Axes.%sMin = %v on a logarithmic axis: it must be > 0", r.name, r.lo)
		}
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// scale maps data to pixels.
type scale struct {
	lo, hi float64 // data
	a, b   float64 // pixels of lo and hi
	log    bool
}

func (s scale) at(v float64) float64 {
	lo, hi := s.lo, s.hi
	if s.log {
		lo, hi, v = math.Log10(lo), math.Log10(hi), math.Log10(v)
	}
	return s.a + (v-lo)/(hi-lo)*(s.b-s.a)
}

// value is the inverse of at.
func (s scale) value(px float64) float64 {
	t := (px - s.a) / (s.b - s.a)
	if s.log {
		lo, hi := math.Log10(s.lo), math.Log10(s.hi)
		return math.Pow(10, lo+t*(hi-lo))
	}
	return s.lo + t*(s.hi-s.lo)
}

// extent is a range of data that grows.
type extent struct {
	lo, hi float64
	any    bool
}

func (e *extent) add(v float64) {
	if !e.any {
		e.lo, e.hi, e.any = v, v, true
		return
	}
	e.lo, e.hi = min(e.lo, v), max(e.hi, v)
}

// padded widens the range by share on both sides, and a single value to a range.
func (e extent) padded(share float64, log bool) extent {
	switch {
	case log && e.lo == e.hi:
		e.lo, e.hi = e.lo/2, e.hi*2
	case log:
		f := math.Pow(e.hi/e.lo, share)
		e.lo, e.hi = e.lo/f, e.hi*f
	case e.lo == e.hi:
		d := max(math.Abs(e.lo)*0.1, 0.5)
		if e.lo == 0 {
			d = 1
		}
		e.lo, e.hi = e.lo-d, e.hi+d
	default:
		d := share * (e.hi - e.lo)
		e.lo, e.hi = e.lo-d, e.hi+d
	}
	return e
}

// tick is a mark on an axis; one without a label is minor.
type tick struct {
	v     float64
	label string
}

// ticks returns about n marks, at least two, at 1, 2 or 5 times a power of ten.
func (s scale) ticks(n int) []tick {
	if s.log {
		return logTicks(s.lo, s.hi, n)
	}
	for n = max(n, 1); ; n++ {
		step := niceStep((s.hi - s.lo) / float64(n))
		var vs []float64
		for k := math.Ceil(s.lo/step - 1e-9); k*step <= s.hi+1e-9*step; k++ {
			vs = append(vs, k*step)
		}
		if len(vs) >= 2 || n > 20 {
			return label(vs, step)
		}
	}
}

func niceStep(raw float64) float64 {
	e := math.Pow(10, math.Floor(math.Log10(raw)))
	switch m := raw / e; {
	case m <= 1:
		return e
	case m <= 2:
		return 2 * e
	case m <= 5:
		return 5 * e
	}
	return 10 * e
}

// label writes the numbers with as many digits as the step needs.
func label(vs []float64, step float64) []tick {
	var big float64
	for _, v := range vs {
		big = max(big, math.Abs(v))
	}
	out := make([]tick, len(vs))
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	for i, v := range vs {
		var t string
		switch {
		case math.Abs(v) < step*1e-6:
			t = "0"
		case big >= 1e7 || big < 1e-4:
			t = scientific(v, step)
		case big >= 1e6 && step >= 1e5:
			t = strconv.FormatFloat(v/1e6, 'f', max(0, decimalsOf(step/1e6)), 64) + "M"
		case big >= 1e4 && step >= 1e2:
			t = strconv.FormatFloat(v/1e3, 'f', max(0, decimalsOf(step/1e3)), 64) + "k"
		default:
			t = strconv.FormatFloat(v, 'f', decimals, 64)
		}
		out[i] = tick{v, strings.Replace(t, "-", "−", 1)}
	}
	return out
}

func decimalsOf(step float64) int { return -int(math.Floor(math.Log10(step) + 1e-9)) }

func scientific(v, step float64) string {
	e := int(math.Floor(math.Log10(math.Abs(v)) + 1e-9))
	d := max(0, e+decimalsOf(step))
	m := strconv.FormatFloat(v/math.Pow(10, float64(e)), 'f', d, 64)
	return m + "×10" + superscript(e)
}

func superscript(n int) string {
	var b strings.Builder
	for _, r := range strconv.Itoa(n) {
		if r == '-' {
			b.WriteRune('⁻')
		} else {
			b.WriteRune([]rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[r-'0'])
		}
	}
	return b.String()
}

func powerLabel(e int) string {
	if e >= -2 && e <= 3 {
		return strconv.FormatFloat(math.Pow(10, float64(e)), 'f', max(0, -e), 64)
	}
	return "10" + superscript(e)
}

func logTicks(lo, hi float64, n int) []tick {
	l, h := math.Log10(lo), math.Log10(hi)
	decades := h - l
	if decades < 1.2 { // few powers of ten: 1, 2, 5 or plain steps
		var out []tick
		for e := math.Floor(l); e <= h; e++ {
			for _, m := range []float64{1, 2, 5} {
				if v := m * math.Pow(10, e); v >= lo*(1-1e-9) && v <= hi*(1+1e-9) {
					out = append(out, tick{v, plain(v)})
				}
			}
		}
		if len(out) >= 2 {
			return out
		}
		s := scale{lo: lo, hi: hi}
		var ts []tick
		for _, t := range s.ticks(n) {
			if t.v > 0 {
				ts = append(ts, t)
			}
		}
		return ts
	}
	every := int(math.Ceil(decades / float64(max(n, 2))))
	var out []tick
	if decades < float64(n)/2 { // room for 2 and 5 between the powers
		for e := math.Floor(l); e <= h; e++ {
			for _, m := range []float64{1, 2, 5} {
				if v := m * math.Pow(10, e); v >= lo*(1-1e-9) && v <= hi*(1+1e-9) {
					out = append(out, tick{v, plain(v)})
				}
			}
		}
		return out
	}
	for e := int(math.Ceil(l - 1e-9)); float64(e) <= h+1e-9; e++ {
		t := tick{v: math.Pow(10, float64(e))}
		if e%every == 0 {
			t.label = powerLabel(e)
		}
		out = append(out, t)
	}
	return out
}

func plain(v float64) string {
	if a := math.Abs(v); a >= 1e4 || a < 1e-3 {
		return scientific(v, math.Abs(v))
	}
	return strings.Replace(strconv.FormatFloat(v, 'g', 6, 64), "-", "−", 1)
}

// entry is a line of the legend.
type entry struct {
	name   string
	swatch func(p *pen, x, y float64) // in a box of swatchWidth around (x.., y)
}

const (
	swatchWidth = 26.0
	pad         = 16.0 // between the card's edge and its content
)

// layout is the frame of a figure after its margins are known.
type layout struct {
	x, y           scale
	x0, y0, x1, y1 float64 // the plot's rectangle
}

// header writes title, legend and extra line, and returns the y below them.
func header(p *pen, title string, entries []entry) float64 {
	y := pad
	if title != "" {
		for _, l := range titleStyle.wrap(title, p.w-2*pad) {
			p.text(pad, y+titleStyle.size*0.82, left, titleStyle, l)
			y += titleStyle.size * 1.3
		}
		y += 3
	}
	x, rows := pad, 0
	for _, e := range entries {
		name := legendStyle.cut(e.name, p.w-2*pad-swatchWidth-6)
		w := swatchWidth + 6 + legendStyle.width(name)
		if x > pad && x+w > p.w-pad {
			x, y = pad, y+19
		}
		e.swatch(p, x, y+8)
		p.text(x+swatchWidth+6, y+12, left, legendStyle, name)
		x += w + 18
		rows++
	}
	if rows > 0 {
		y += 22
	}
	return y
}

// begin draws everything of a chart but its data: header, axes, ticks and grid.
func begin(p *pen, ax Axes, ex, ey extent, entries []entry) layout {
	top := header(p, ax.Title, entries)
	if ax.Y != "" {
		p.text(pad, top+11, left, labelStyle, labelStyle.cut(ax.Y, p.w-2*pad))
		top += 25
	} else {
		top += 6
	}
	bottom := p.h - pad + 4
	if ax.X != "" {
		bottom -= 18
	}
	bottom -= 19

	// whole pixels, so that pictures within the frame stay crisp
	top, bottom = math.Round(top), math.Round(bottom)
	l := layout{y0: top, y1: bottom}
	l.y = scale{lo: ey.lo, hi: ey.hi, a: bottom, b: top, log: ax.LogY}
	yt := l.y.ticks(clampInt(int((bottom-top)/48), 2, 8))
	var wide float64
	for _, t := range yt {
		wide = max(wide, tickStyle.width(t.label))
	}
	l.x0, l.x1 = math.Round(pad+wide+8), math.Round(p.w-pad-4)
	if ax.Equal { // as many pixels for a unit as the narrower axis has
		unit := min((l.x1-l.x0)/(ex.hi-ex.lo), (l.y1-l.y0)/(ey.hi-ey.lo))
		l.x1 = l.x0 + unit*(ex.hi-ex.lo)
		l.y1 = l.y0 + unit*(ey.hi-ey.lo)
		l.y.a = l.y1
	}
	l.x = scale{lo: ex.lo, hi: ex.hi, a: l.x0, b: l.x1, log: ax.LogX}
	xt := l.x.ticks(clampInt(int((l.x1-l.x0)/75), 2, 10))

	for _, t := range yt {
		y := l.y.at(t.v)
		p.line(stroke{gridLine, 1, nil}, l.x0, y, l.x1, y)
		p.text(l.x0-8, y+4, right, tickStyle, t.label)
	}
	for _, t := range xt {
		x := l.x.at(t.v)
		p.line(stroke{gridLine, 1, nil}, x, l.y0, x, l.y1)
	}
	p.line(stroke{axisLine, 1, nil}, l.x0, l.y1, l.x1, l.y1)
	for _, t := range xt {
		if t.label == "" {
			continue
		}
		x := l.x.at(t.v)
		p.line(stroke{axisLine, 1, nil}, x, l.y1, x, l.y1+4)
		w := tickStyle.width(t.label) / 2 // stay on the card
		p.text(min(max(x, w+2), p.w-w-2), l.y1+17, centre, tickStyle, t.label)
	}
	if ax.X != "" {
		p.text((l.x0+l.x1)/2, l.y1+35, centre, labelStyle, labelStyle.cut(ax.X, p.w-2*pad))
	}
	return l
}

func clampInt(v, lo, hi int) int { return max(lo, min(hi, v)) }
