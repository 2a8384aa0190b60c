package plots

import (
	"fmt"
	"image"
	"math"
	"slices"
	"strconv"
	"strings"
)

// HeatmapOptions are what Heatmap has no room for.
type HeatmapOptions struct {
	// Rows and Columns name the cells' rows and columns instead of numbers.
	Rows, Columns []string
	// Values prints each number in its cell, by Format ("%.2f"); "" means three
	// significant digits. The colours then run from white to blue, for legibility.
	Values bool
	Format string
	// Diverging shows signed values, white at zero.
	Diverging bool
	// Lo and Hi are the ends of the colour bar; both 0 means from the data.
	Lo, Hi float64
}

// Heatmap draws the matrix z [rows][cols] as coloured cells, row 0 at the top, with a
// colour bar. Axes.XMin … YMax, where set, are the values at the outer edges of the
// first and last column and of the last and first row; else cells are numbered.
//
// Errors: a poor alt; an empty or ragged matrix; NaN or ±Inf; logarithmic axes.
func Heatmap(alt string, ax Axes, z [][]float64) (*Figure, error) {
	return HeatmapWith(alt, ax, HeatmapOptions{}, z)
}

// HeatmapWith is Heatmap with options: a confusion matrix has Rows, Columns and Values.
func HeatmapWith(alt string, ax Axes, opt HeatmapOptions, z [][]float64) (*Figure, error) {
	if err := checkAlt(alt); err != nil {
		return nil, err
	}
	if err := ax.check(); err != nil {
		return nil, err
	}
	if ax.LogX || ax.LogY {
		return nil, fmt.Errorf("plots: a heat map with a logarithmic axis: its cells have one size")
	}
	if len(z) == 0 || len(z[0]) == 0 {
		return nil, fmt.Errorf("plots: Heatmap of an empty matrix: nothing to draw")
	}
	rows, cols := len(z), len(z[0])
	var e extent
	for r := range z {
		if len(z[r]) != cols {
			return nil, fmt.Errorf("plots: row %d has %d values, row 0 has %d", r, len(z[r]), cols)
		}
		if err := checkValues("Heatmap", fmt.Sprintf("z[%d]", r), z[r], false); err != nil {
			return nil, err
		}
		for _, v := range z[r] {
			e.add(v)
		}
	}
	switch {
	case opt.Rows != nil && len(opt.Rows) != rows:
		return nil, fmt.Errorf("plots: %d names for %d rows", len(opt.Rows), rows)
	case opt.Columns != nil && len(opt.Columns) != cols:
		return nil, fmt.Errorf("plots: %d names for %d columns", len(opt.Columns), cols)
	case opt.Lo > opt.Hi || !finite(opt.Lo) || !finite(opt.Hi):
		return nil, fmt.Errorf("plots: the colour range Lo = %v, Hi = %v is empty", opt.Lo, opt.Hi)
	}
	if opt.Diverging {
		e.hi = max(math.Abs(e.lo), math.Abs(e.hi))
		e.lo = -e.hi
	}
	if opt.Lo != opt.Hi {
		e.lo, e.hi = opt.Lo, opt.Hi
	}
	if e.lo == e.hi {
		e = e.padded(0, false)
	}
	zc := make([][]float64, rows) // copies: a figure does not change with the caller's data
	for r := range z {
		zc[r] = slices.Clone(z[r])
	}
	opt.Rows, opt.Columns = slices.Clone(opt.Rows), slices.Clone(opt.Columns)
	h := 400
	if rows == cols {
		h = 480
	}
	w, h := ax.size(560, h)
	return render(alt, w, h, func(p *pen) { paintHeatmap(p, ax, opt, zc, e) })
}

func paintHeatmap(p *pen, ax Axes, opt HeatmapOptions, z [][]float64, e extent) {
	rows, cols := len(z), len(z[0])
	mapColour := Sequential
	if opt.Values {
		mapColour = func(t float64) colour { return okLab(1-0.5*t, 0.145*t, 250) }
	}
	if opt.Diverging {
		mapColour = func(t float64) colour { return Diverging(2*t - 1) }
	}
	top := header(p, ax.Title, nil)
	if ax.Y != "" {
		p.text(pad, top+11, left, labelStyle, labelStyle.cut(ax.Y, p.w-2*pad))
		top += 25
	}
	bottom := p.h - pad - 15
	if ax.X != "" {
		bottom -= 18
	}
	// the colour bar and its labels
	bar := scale{lo: e.lo, hi: e.hi, a: bottom, b: top}
	bt := bar.ticks(clampInt(int((bottom-top)/50), 2, 7))
	var barText, rowText float64
	for _, t := range bt {
		barText = max(barText, tickStyle.width(t.label))
	}
	yt := cellTicks(opt.Rows, rows, ax.YMax, ax.YMin, clampInt(int((bottom-top)/32), 2, 12))
	for _, t := range yt {
		rowText = max(rowText, tickStyle.width(t.label))
	}
	rowText = min(rowText, p.w*0.3)
	x0, x1 := pad+rowText+8, p.w-pad-barText-8-14-18
	if q := (x1 - x0) / (bottom - top) * float64(rows) / float64(cols); ax.XMin == ax.XMax && ax.YMin == ax.YMax && rows > 1 && cols > 1 {
		// cells that are nearly square become square
		switch {
		case q > 1 && q < 1.6:
			x1 = x0 + (x1-x0)/q
		case q < 1 && q > 0.6:
			bottom = top + (bottom-top)*q
			bar.a = bottom
		}
	}
	cw, ch := (x1-x0)/float64(cols), (bottom-top)/float64(rows)

	img := image.NewRGBA(image.Rect(0, 0, cols, rows))
	share := func(v float64) float64 { return (v - e.lo) / (e.hi - e.lo) }
	for r := range z {
		for c, v := range z[r] {
			img.SetRGBA(c, r, mapColour(share(v)))
		}
	}
	p.image(x0, top, x1-x0, bottom-top, compact(img))
	p.frame(x0, top, x1-x0, bottom-top, stroke{axisLine, 1, nil})
	for _, t := range yt {
		y := top + t.v*ch
		p.text(x0-8, y+4, right, tickStyle, tickStyle.cut(t.label, rowText))
	}
	xt := cellTicks(opt.Columns, cols, ax.XMin, ax.XMax, clampInt(int((x1-x0)/60), 2, 12))
	for _, t := range xt {
		lbl := t.label
		if opt.Columns != nil {
			lbl = tickStyle.cut(lbl, cw-2)
		}
		p.text(x0+t.v*cw, bottom+16, centre, tickStyle, lbl)
	}
	if ax.X != "" {
		p.text((x0+x1)/2, bottom+35, centre, labelStyle, labelStyle.cut(ax.X, p.w-2*pad))
	}
	if opt.Values {
		s := style{size: min(12, max(7, ch*0.42)), colour: ink}
		for r := range z {
			for c, v := range z[r] {
				txt := strconv.FormatFloat(v, 'g', 3, 64)
				if opt.Format != "" {
					txt = fmt.Sprintf(opt.Format, v)
				}
				txt = strings.Replace(txt, "-", "−", 1)
				q := s
				q.size = min(q.size, q.size*(cw-3)/max(q.width(txt), 1))
				if luminance(mapColour(share(v))) < 0.18 {
					q.colour = white
				}
				p.text(x0+(float64(c)+0.5)*cw, top+(float64(r)+0.5)*ch+q.size*0.36, centre, q, txt)
			}
		}
	}
	// colour bar
	bx := x1 + 18
	strip := image.NewRGBA(image.Rect(0, 0, 1, 128))
	for k := range 128 {
		strip.SetRGBA(0, k, mapColour(1-(float64(k)+0.5)/128))
	}
	p.image(bx, top, 14, bottom-top, compact(strip))
	p.frame(bx, top, 14, bottom-top, stroke{axisLine, 1, nil})
	for _, t := range bt {
		y := bar.at(t.v)
		p.line(stroke{axisLine, 1, nil}, bx+14, y, bx+18, y)
		p.text(bx+22, y+4, left, tickStyle, t.label)
	}
}

// cellTicks labels cells: by names, by values from a (first edge) to b (last edge), or
// by their numbers. Positions count cells from the first edge.
func cellTicks(names []string, n int, a, b float64, most int) []tick {
	var out []tick
	switch {
	case names != nil:
		for i, s := range names {
			out = append(out, tick{float64(i) + 0.5, s})
		}
	case a != b:
		for _, t := range (scale{lo: min(a, b), hi: max(a, b)}).ticks(most) {
			out = append(out, tick{(t.v - a) / (b - a) * float64(n), t.label})
		}
	default:
		step := max(1, int(niceStep(float64(n)/float64(most))))
		for i := 0; i < n; i += step {
			out = append(out, tick{float64(i) + 0.5, strconv.Itoa(i)})
		}
	}
	return out
}
