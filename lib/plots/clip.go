package plots

// inside keeps the points within the plot's rectangle.
func (l layout) inside(xy []float64) []float64 {
	var out []float64
	const slack = 0.5
	for i := 0; i+1 < len(xy); i += 2 {
		x, y := xy[i], xy[i+1]
		if x >= l.x0-slack && x <= l.x1+slack && y >= l.y0-slack && y <= l.y1+slack {
			out = append(out, x, y)
		}
	}
	return out
}

// clipLine cuts a polygonal line to the plot's rectangle (Liang and Barsky, 1984).
func (l layout) clipLine(xy []float64) [][]float64 {
	var out [][]float64
	var cur []float64
	if len(xy) == 2 {
		return nil
	}
	for i := 0; i+3 < len(xy); i += 2 {
		ax, ay, bx, by := xy[i], xy[i+1], xy[i+2], xy[i+3]
		t0, t1, ok := l.cut(ax, ay, bx, by)
		if !ok {
			if cur != nil {
				out, cur = append(out, cur), nil
			}
			continue
		}
		dx, dy := bx-ax, by-ay
		if cur == nil || t0 > 0 {
			if cur != nil {
				out = append(out, cur)
			}
			cur = []float64{ax + t0*dx, ay + t0*dy}
		}
		cur = append(cur, ax+t1*dx, ay+t1*dy)
		if t1 < 1 {
			out, cur = append(out, cur), nil
		}
	}
	if cur != nil {
		out = append(out, cur)
	}
	return out
}

// cut returns the part [t0, t1] of the segment from a to b within the rectangle.
func (l layout) cut(ax, ay, bx, by float64) (t0, t1 float64, ok bool) {
	t0, t1 = 0, 1
	dx, dy := bx-ax, by-ay
	for _, e := range [4][2]float64{{-dx, ax - l.x0}, {dx, l.x1 - ax}, {-dy, ay - l.y0}, {dy, l.y1 - ay}} {
		d, q := e[0], e[1]
		switch {
		case d == 0 && q < 0:
			return 0, 0, false
		case d < 0:
			t0 = max(t0, q/d)
		case d > 0:
			t1 = min(t1, q/d)
		}
	}
	return t0, t1, t0 <= t1
}

// clipPolygon cuts a polygon to the plot's rectangle (Sutherland and Hodgman, 1974).
func (l layout) clipPolygon(xy []float64) []float64 {
	for _, e := range []struct {
		axis  int
		bound float64
		sign  float64
	}{{0, l.x0, 1}, {0, l.x1, -1}, {1, l.y0, 1}, {1, l.y1, -1}} {
		in := xy
		xy = nil
		n := len(in)
		for i := 0; i < n; i += 2 {
			j := (i + 2) % n
			a, b := e.sign*(in[i+e.axis]-e.bound), e.sign*(in[j+e.axis]-e.bound)
			if a >= 0 {
				xy = append(xy, in[i], in[i+1])
			}
			if a >= 0 != (b >= 0) {
				t := a / (a - b)
				xy = append(xy, in[i]+t*(in[j]-in[i]), in[i+1]+t*(in[j+1]-in[i+1]))
			}
		}
	}
	return xy
}
