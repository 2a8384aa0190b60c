package plots

import (
	"fmt"
	"math"
)

// panelsWidth is the largest width of a composed figure, in CSS pixels.
const panelsWidth = 940.0

// Panels composes figures of this package into one, row by row. Figures keep their
// sizes where the row fits into 940 px; else all shrink to equal columns, and are drawn
// anew at that size, so that their text keeps its size. columns ≤ 0 means one row.
// alt is for the whole: the panels' own texts are not used.
//
// Errors: a poor alt; no figure; a nil figure, or one that this package did not make.
func Panels(alt string, columns int, figs ...*Figure) (*Figure, error) {
	if err := checkAlt(alt); err != nil {
		return nil, err
	}
	if len(figs) == 0 {
		return nil, fmt.Errorf("plots: Panels without a figure: nothing to draw")
	}
	for i, f := range figs {
		if f == nil || f.paint == nil {
			return nil, fmt.Errorf("plots: panel %d is not a figure of this package: make it with Curves, Images, …", i)
		}
	}
	if columns <= 0 {
		columns = len(figs)
	}
	columns = min(columns, len(figs))
	colW := make([]float64, columns)
	var total float64
	for i, f := range figs {
		colW[i%columns] = max(colW[i%columns], float64(f.Width))
	}
	for _, w := range colW {
		total += w
	}
	if total > panelsWidth {
		for c := range colW {
			colW[c] = math.Floor(panelsWidth / float64(columns))
		}
	}
	type place struct{ x, y, w, h float64 }
	places := make([]place, len(figs))
	var width, y float64
	for r := 0; r < len(figs); r += columns {
		var rowH, x float64
		for c, f := range figs[r:min(r+columns, len(figs))] {
			w, h := float64(f.Width), float64(f.Height)
			if w > colW[c] { // a narrower chart is lower too, but not as much
				h = math.Round(h * math.Pow(colW[c]/w, 0.6))
				w = colW[c]
			}
			places[r+c] = place{x, y, w, h}
			rowH = max(rowH, h)
			x += colW[c]
		}
		for c := range figs[r:min(r+columns, len(figs))] {
			if q := &places[r+c]; figs[r+c].stretch && q.h > rowH*0.6 {
				q.h = rowH // charts of one row end on one line
			}
		}
		width = max(width, x)
		y += rowH
	}
	paints := make([]func(*pen), len(figs))
	for i, f := range figs {
		paints[i] = f.paint
	}
	return render(alt, int(math.Ceil(width)), int(math.Ceil(y)), func(p *pen) {
		zx, zy := p.w/width, p.h/y // a panel of panels
		for i, paint := range paints {
			q := places[i]
			paint(p.sub(q.x*zx, q.y*zy, q.w*zx, q.h*zy))
		}
	})
}
