package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"
)

// Series is one curve, one cloud of markers, one group of bars or one sample,
// depending on the figure.
type Series struct {
	Name string // for the legend; "" leaves it out
	// X and Y have one length. For Curves, X may be nil: 0, 1, 2, ….
	X, Y []float64
	// Points draws markers without a line.
	Points bool
	// Lo and Hi, of Y's length, bound a band around the curve. Optional.
	Lo, Hi []float64
}

// finished copies the series: a figure does not change with the caller's data.
func finished(s []Series) []Series {
	s = slices.Clone(s)
	for i := range s {
		s[i].X, s[i].Y = slices.Clone(s[i].X), slices.Clone(s[i].Y)
		s[i].Lo, s[i].Hi = slices.Clone(s[i].Lo), slices.Clone(s[i].Hi)
	}
	return s
}

// named is what errors call the series.
func (s Series) named(i int) string {
	if s.Name != "" {
		return fmt.Sprintf("series %d (%q)", i, s.Name)
	}
	return fmt.Sprintf("series %d", i)
}

// checkValues refuses NaN and infinities, and on a logarithmic axis values ≤ 0.
func checkValues(who, what string, v []float64, log bool) error {
	for k, x := range v {
		if !finite(x) {
			return fmt.Errorf("plots: %s: %s[%d] = %v: not a finite number; leave such points out", who, what, k, x)
		}
		if log && x <= 0 {
			return fmt.Errorf("plots: %s: %s[%d] = %v on a logarithmic axis: it must be > 0", who, what, k, x)
		}
	}
	return nil
}

// Curves draws lines y(x), with a legend where series are named. A line of at most
// 25 points gets markers too. Series differ by colour and by dash or marker.
//
// Errors: a poor alt; no series or an empty one; X, Y, Lo, Hi of different lengths;
// NaN or ±Inf; values ≤ 0 on a logarithmic axis; Lo above Hi; an empty range.
func Curves(alt string, ax Axes, s ...Series) (*Figure, error) {
	if err := checkAlt(alt); err != nil {
		return nil, err
	}
	if err := ax.check(); err != nil {
		return nil, err
	}
	s = finished(s)
	if len(s) == 0 {
		return nil, fmt.Errorf("plots: Curves without a series: nothing to draw")
	}
	var ex, ey extent
	for i := range s {
		if s[i].X == nil {
			s[i].X = make([]float64, len(s[i].Y))
			for k := range s[i].X {
				s[i].X[k] = float64(k)
			}
		}
		if err := s[i].check(i, ax); err != nil {
			return nil, err
		}
		for k, x := range s[i].X {
			ex.add(x)
			if ax.XMin == ax.XMax || x >= ax.XMin && x <= ax.XMax {
				ey.add(s[i].Y[k])
				if s[i].Lo != nil {
					ey.add(s[i].Lo[k])
					ey.add(s[i].Hi[k])
				}
			}
		}
	}
	if !ey.any {
		return nil, fmt.Errorf("plots: no point lies between XMin = %v and XMax = %v", ax.XMin, ax.XMax)
	}
	ex, ey = ex.padded(0.02, ax.LogX), ey.padded(0.06, ax.LogY)
	if ax.XMin != ax.XMax {
		ex.lo, ex.hi = ax.XMin, ax.XMax
	}
	if ax.YMin != ax.YMax {
		ey.lo, ey.hi = ax.YMin, ax.YMax
	}
	w, h := ax.size(640, 400)
	return render(alt, w, h, func(p *pen) { paintCurves(p, ax, ex, ey, s) })
}

func (s Series) check(i int, ax Axes) error {
	who := s.named(i)
	switch {
	case len(s.Y) == 0:
		return fmt.Errorf("plots: %s is empty", who)
	case len(s.X) != len(s.Y):
		return fmt.Errorf("plots: %s: %d values of X but %d of Y", who, len(s.X), len(s.Y))
	case (s.Lo == nil) != (s.Hi == nil):
		return fmt.Errorf("plots: %s: a band needs both Lo and Hi", who)
	case s.Lo != nil && (len(s.Lo) != len(s.Y) || len(s.Hi) != len(s.Y)):
		return fmt.Errorf("plots: %s: %d values of Y but %d of Lo and %d of Hi", who, len(s.Y), len(s.Lo), len(s.Hi))
	}
	for _, c := range []struct {
		name string
		v    []float64
		log  bool
	}{{"X", s.X, ax.LogX}, {"Y", s.Y, ax.LogY}, {"Lo", s.Lo, ax.LogY}, {"Hi", s.Hi, ax.LogY}} {
		if err := checkValues(who, c.name, c.v, c.log); err != nil {
			return err
		}
	}
	for k := range s.Lo {
		if s.Lo[k] > s.Hi[k] {
			return fmt.Errorf("plots: %s: Lo[%d] = %v is above Hi[%d] = %v", who, k, s.Lo[k], k, s.Hi[k])
		}
	}
	return nil
}

const fewPoints = 25 // a line of so many points shows them

func paintCurves(p *pen, ax Axes, ex, ey extent, s []Series) {
	var entries []entry
	for i, one := range s {
		if one.Name != "" {
			entries = append(entries, entry{one.Name, func(p *pen, x, y float64) {
				if one.Lo != nil {
					p.rect(x, y-6, swatchWidth, 12, tint(Colour(i), 0.18))
				}
				if !one.Points {
					p.line(stroke{Colour(i), 2.2, dashes[i%len(dashes)]}, x, y, x+swatchWidth, y)
				}
				if one.Points || len(one.Y) <= fewPoints {
					p.markers(i, 3.8, Colour(i), !one.Points, []float64{x + swatchWidth/2, y})
				}
			}})
		}
	}
	l := begin(p, ax, ex, ey, entries)
	for i, one := range s {
		if one.Lo != nil {
			var up, down []float64
			for k := range one.X {
				up = append(up, l.x.at(one.X[k]), l.y.at(one.Hi[k]))
				j := len(one.X) - 1 - k
				down = append(down, l.x.at(one.X[j]), l.y.at(one.Lo[j]))
			}
			c := Colour(i)
			p.polygon(color.NRGBA{c.R, c.G, c.B, 46}, l.clipPolygon(append(up, down...))...)
		}
	}
	for i, one := range s {
		xy := make([]float64, 0, 2*len(one.X))
		for k := range one.X {
			xy = append(xy, l.x.at(one.X[k]), l.y.at(one.Y[k]))
		}
		if !one.Points {
			st := stroke{Colour(i), 2.2, dashes[i%len(dashes)]}
			for _, part := range l.clipLine(thin(xy)) {
				p.line(st, part...)
			}
		}
		if one.Points || len(one.Y) <= fewPoints {
			r := 3.8
			if one.Points && len(one.Y) > 200 {
				r = 2.6
			}
			p.markers(i, r, Colour(i), true, l.inside(xy))
		}
	}
}

// thin drops points of a line that no pixel would show: of each run of points within
// one half-pixel column it keeps the first, the lowest, the highest and the last.
func thin(xy []float64) []float64 {
	const few = 1500
	if len(xy) <= 2*few {
		return xy
	}
	out := make([]float64, 0, 2*few)
	for i := 0; i < len(xy); {
		col := math.Floor(xy[i])
		j, lo, hi := i, i, i
		for ; j < len(xy) && math.Floor(xy[j]) == col; j += 2 {
			if xy[j+1] < xy[lo+1] {
				lo = j
			}
			if xy[j+1] > xy[hi+1] {
				hi = j
			}
		}
		last := -1
		for _, k := range []int{i, min(lo, hi), max(lo, hi), j - 2} {
			if k > last {
				out = append(out, xy[k], xy[k+1])
				last = k
			}
		}
		i = j
	}
	return out
}
