package plots

import (
	"bytes"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
)

func init() {
	samples["polygons"] = func(alt string) (*Figure, error) {
		return Polygons(alt, Axes{Title: "Cells", X: "x₁", Y: "x₂"}, PolygonsOptions{Edges: true, Diverging: true, Value: "output",
			Clouds: []Cloud{{"points", []float64{0.2, 1.4}, []float64{0.3, 0.1}}}, Paths: []Path{{"path", []float64{0, 2}, []float64{1, 0}}}},
			Polygon{X: []float64{0, 1, 1, 0}, Y: []float64{0, 0, 1, 1}, A: 1, B: -2, C: 0.3},
			Polygon{X: []float64{1, 2, 1}, Y: []float64{0, 0, 1}, C: 1},
			Polygon{X: []float64{2, 2, 1}, Y: []float64{0, 1, 1}, Fill: Mixed(4)})
	}
	samples["polygons, plain"] = func(alt string) (*Figure, error) {
		return Polygons(alt, Axes{Equal: true, XMin: 0.25, XMax: 0.75, YMin: -1, YMax: 2}, PolygonsOptions{},
			Polygon{X: []float64{0, 1, 1, 0}, Y: []float64{0, 0, 1, 1}, Fill: Colour(1)})
	}
}

// Each pixel belongs to the polygon that holds its centre: checked against the half-planes of random triangulations' cells.
func TestCellMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 6))
	for range 20 {
		// four triangles that meet at a random point of the unit square
		px, py := rng.Float64(), rng.Float64()
		cx, cy := []float64{0, 1, 1, 0}, []float64{0, 0, 1, 1}
		var cells []Polygon
		for i := range 4 {
			j := (i + 1) % 4
			cells = append(cells, Polygon{X: []float64{cx[i], cx[j], px}, Y: []float64{cy[i], cy[j], py}})
		}
		m := cellMap{w: 37, h: 23}
		m.fill(cells, extent{-0.5, 1.25, true}, extent{0.25, 1.75, true})
		for row := range m.h {
			y := 1.75 - (float64(row)+0.5)/23*1.5
			for col := range m.w {
				x := -0.5 + (float64(col)+0.5)/37*1.75
				want := int32(0)
				for k, c := range cells {
					in := true
					for i := range 3 {
						j := (i + 1) % 3
						in = in && (c.X[j]-c.X[i])*(y-c.Y[i])-(c.Y[j]-c.Y[i])*(x-c.X[i]) > 0
					}
					if in {
						want = int32(k + 1)
					}
				}
				if got := m.cell[row*m.w+col]; got != want {
					t.Fatalf("pixel %d, %d at (%v, %v) belongs to %d, want %d; the point is (%v, %v)", col, row, x, y, got, want, px, py)
				}
			}
		}
	}
}

// The middle of a cell has its colour, in the right half of the picture; a value at the end of the range has the end's colour.
func TestPolygonColours(t *testing.T) {
	f, err := Polygons(alt, Axes{}, PolygonsOptions{Diverging: true, Lo: -1, Hi: 1},
		Polygon{X: []float64{0, 1, 1, 0}, Y: []float64{0, 0, 1, 1}, Fill: Mixed(7)},
		Polygon{X: []float64{1, 2, 2, 1}, Y: []float64{0, 0, 1, 1}, C: -5})
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(f.PNG))
	if err != nil {
		t.Fatal(err)
	}
	b := img.Bounds()
	for _, c := range []struct {
		share float64
		want  colour
	}{{0.25, Mixed(7)}, {0.65, Diverging(-1)}} {
		r, g, bl, _ := img.At(int(c.share*float64(b.Dx())), b.Dy()/2).RGBA()
		if got := (rgb{uint8(r >> 8), uint8(g >> 8), uint8(bl >> 8)}); diff(got[0], c.want.R)+diff(got[1], c.want.G)+diff(got[2], c.want.B) > 9 {
			t.Errorf("at %v of the width: %v, want %v", c.share, got, c.want)
		}
	}
}

func TestPolygonErrors(t *testing.T) {
	square := Polygon{X: []float64{0, 1, 1, 0}, Y: []float64{0, 0, 1, 1}}
	for _, c := range []struct {
		ax   Axes
		opt  PolygonsOptions
		p    []Polygon
		says string
	}{
		{p: nil, says: "nothing to draw"},
		{p: []Polygon{square, {X: []float64{0, 1}, Y: []float64{0, 1}}}, says: "polygon 1 has 2 corners"},
		{p: []Polygon{{X: []float64{0, 1, 2}, Y: []float64{0, 1}}}, says: "3 values of X but 2 of Y"},
		{p: []Polygon{{X: []float64{0, 1, nan}, Y: []float64{0, 1, 1}}}, says: "polygon 0"},
		{p: []Polygon{{X: square.X, Y: square.Y, B: nan}}, says: "A, B, C"},
		{p: []Polygon{{X: []float64{0, 0, 0}, Y: []float64{0, 1, 1}}}, says: "no area"},
		{ax: Axes{LogX: true}, p: []Polygon{square}, says: "logarithmic"},
		{ax: Axes{XMin: 2, XMax: 1}, p: []Polygon{square}, says: "not below"},
		{opt: PolygonsOptions{Lo: 1}, p: []Polygon{square}, says: "colour range"},
		{opt: PolygonsOptions{Clouds: []Cloud{{"c", []float64{1}, nil}}}, p: []Polygon{square}, says: "1 values of X but 0 of Y"},
	} {
		if _, err := Polygons(alt, c.ax, c.opt, c.p...); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: error %v, want one with %q", c.p, err, c.says)
		}
	}
	if _, err := Polygons("", Axes{}, PolygonsOptions{}, square); err == nil {
		t.Error("no alternative text, and no error")
	}
}

// The colours of Mixed are light enough for dark edges and differ from the card.
func TestMixed(t *testing.T) {
	seen := map[colour]bool{}
	for k := range uint64(2000) {
		c := Mixed(k)
		seen[c] = true
		if l := luminance(c); l < 0.25 {
			t.Fatalf("Mixed(%d) = %v has luminance %.2f", k, c, l)
		}
		if c != Mixed(k) || c.A != 255 {
			t.Fatalf("Mixed(%d) = %v", k, c)
		}
	}
	if len(seen) != 96 {
		t.Errorf("%d colours of 2000 keys, want 96", len(seen))
	}
}
