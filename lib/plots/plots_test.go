package plots

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const alt = `Sample figure: "a < b" & more, to be described.`

var nan = math.NaN()

func ramp(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = float64(i + 1)
	}
	return v
}

func noise(n int, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 7))
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

func grey(h, w int) Tile {
	t := Tile{Pix: make([]float32, h*w), H: h, W: w, C: 1, Caption: "tile"}
	for k := range t.Pix {
		t.Pix[k] = float32(k%7) / 6
	}
	return t
}

func bowl(x, y float64) float64 { return x*x + 2*y*y - 1 }

// samples holds one call of every function of the package, with all features.
var samples = map[string]func(alt string) (*Figure, error){
	"curves": func(alt string) (*Figure, error) {
		y := noise(300, 1)
		lo, hi := make([]float64, 300), make([]float64, 300)
		for i := range y {
			lo[i], hi[i] = y[i]-1, y[i]+1
		}
		return Curves(alt, Axes{Title: "Title ‖x‖₂", X: "k", Y: "value", YMin: -2, YMax: 2},
			Series{Name: "band", Y: y, Lo: lo, Hi: hi}, Series{Name: "points", X: ramp(9), Y: ramp(9), Points: true})
	},
	"curves, logarithmic": func(alt string) (*Figure, error) {
		return Curves(alt, Axes{LogX: true, LogY: true}, Series{X: ramp(40), Y: []float64{
			1e-9, 2e-8, 3e-7, 4e-6, 5, 6, 7, 8, 9, 10, 1e-9, 2e-8, 3e-7, 4e-6, 5, 6, 7, 8, 9, 10,
			1e-9, 2e-8, 3e-7, 4e-6, 5, 6, 7, 8, 9, 10, 1e-9, 2e-8, 3e-7, 4e-6, 5, 6, 7, 8, 9, 1e5}})
	},
	"images": func(alt string) (*Figure, error) {
		heat := grey(9, 8)
		heat.Heat, heat.Box, heat.Box2 = noise(72, 3), image.Rect(1, 1, 5, 4), image.Rect(2, 2, 20, 20)
		signed := grey(8, 8)
		signed.Diverging, signed.Pix[3] = true, -2
		rgb := Tile{Pix: make([]float32, 5*4*3), H: 5, W: 4, C: 3, Lo: -1, Hi: 1}
		return Images(alt, 3, grey(8, 8), heat, signed, rgb)
	},
	"boundary": func(alt string) (*Figure, error) {
		return Boundary(alt, Axes{Title: "Bowl", X: "x₁", Y: "x₂"}, bowl, BoundaryOptions{Levels: []float64{1},
			Paths: []Path{{Name: "steps", X: []float64{0, 1, 1.5}, Y: []float64{0, 1, 2}}}},
			Cloud{Name: "in", X: noise(40, 4), Y: noise(40, 5)}, Cloud{Name: "out", X: noise(40, 6), Y: noise(40, 7)})
	},
	"boundary of classes": func(alt string) (*Figure, error) {
		return Boundary(alt, Axes{XMin: -1, XMax: 1, YMin: -1, YMax: 1}, func(x, y float64) float64 {
			return math.Floor(math.Min(8.99, 9*math.Hypot(x, y)/1.5))
		}, BoundaryOptions{Classes: 9, Resolution: 40})
	},
	"contours": func(alt string) (*Figure, error) {
		return Contours(alt, Axes{XMin: -2, XMax: 2, YMin: -2, YMax: 2}, bowl, nil, Path{Name: "p", X: noise(70, 8), Y: noise(70, 9)})
	},
	"heatmap": func(alt string) (*Figure, error) {
		return Heatmap(alt, Axes{Title: "Map", X: "x", Y: "y"}, [][]float64{noise(30, 1), noise(30, 2), noise(30, 3)})
	},
	"confusion": func(alt string) (*Figure, error) {
		return HeatmapWith(alt, Axes{}, HeatmapOptions{Rows: []string{"a", "b"}, Columns: []string{"a", "b"}, Values: true},
			[][]float64{{900, 3}, {-2, 870}})
	},
	"bars": func(alt string) (*Figure, error) {
		return Bars(alt, Axes{Title: "Bars", Y: "s"}, []string{"one", "two"},
			Series{Name: "a", Y: []float64{1, 2}}, Series{Name: "b", Y: []float64{-1, 3}, Lo: []float64{-2, 2}, Hi: []float64{0, 4}},
			Series{Name: "c", Y: ramp(2)}, Series{Name: "d", Y: ramp(2)}, Series{Name: "e", Y: ramp(2)}, Series{Name: "f", Y: ramp(2)})
	},
	"bars, lying": func(alt string) (*Figure, error) {
		return Bars(alt, Axes{LogY: true, X: "method", Y: "ms"}, []string{"a method with a long name", "another one, hardly shorter than it", "and yet another one, for good measure"},
			Series{Y: []float64{0.001, 2, 300}})
	},
	"histogram": func(alt string) (*Figure, error) {
		return Histogram(alt, Axes{X: "‖r‖₂"}, 0, Series{Name: "a", X: noise(500, 1)}, Series{Name: "b", Y: noise(500, 2)})
	},
	"panels": func(alt string) (*Figure, error) {
		a, err := Curves("One line of three points.", Axes{Title: "A"}, Series{Y: ramp(3)})
		if err != nil {
			return nil, err
		}
		b, err := Images("Two tiles of grey pixels.", 2, grey(8, 8), grey(8, 8))
		if err != nil {
			return nil, err
		}
		return Panels(alt, 2, a, b, a)
	},
}

// Every figure: SVG is well-formed XML with the alternative text as title and
// description, of the size that Figure says, with nothing of another address in it; the
// PNG decodes to twice that size, is opaque with the card's colour in its corners, and
// shows something; the same input gives the same bytes; both are small.
func TestFigures(t *testing.T) {
	for name, make := range samples {
		t.Run(name, func(t *testing.T) {
			f, err := make(alt)
			if err != nil {
				t.Fatal(err)
			}
			if f.Alt != alt {
				t.Errorf("Alt = %q", f.Alt)
			}
			checkSVG(t, f)
			checkPNG(t, f)
			g, err := make(alt)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(f.SVG, g.SVG) || !bytes.Equal(f.PNG, g.PNG) {
				t.Error("the same input gave other bytes")
			}
			if len(f.SVG) > 100_000 || len(f.PNG) > 150_000 {
				t.Errorf("SVG of %d and PNG of %d bytes: too large for a notebook", len(f.SVG), len(f.PNG))
			}
			for _, bad := range []string{"", "  \n", "Figure", "plot 1", "a b c"} {
				if f, err := make(bad); err == nil || f != nil || !strings.HasPrefix(err.Error(), "plots: ") {
					t.Errorf("alt %q gave %v, %v; want an error", bad, f, err)
				}
			}
		})
	}
}

func checkSVG(t *testing.T, f *Figure) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(f.SVG))
	text := map[string]string{}
	var at string
	elements := 0
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("SVG is not well-formed: %v", err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			elements++
			at = e.Name.Local
			if elements == 1 {
				attr := map[string]string{}
				for _, a := range e.Attr {
					attr[a.Name.Local] = a.Value
				}
				if at != "svg" || attr["width"] != fmt.Sprint(f.Width) || attr["height"] != fmt.Sprint(f.Height) ||
					attr["viewBox"] != fmt.Sprintf("0 0 %d %d", f.Width, f.Height) || attr["role"] != "img" {
					t.Errorf("<%s> has %v, want the size %d×%d", at, attr, f.Width, f.Height)
				}
			}
			for _, a := range e.Attr {
				if a.Name.Local == "href" {
					data, ok := strings.CutPrefix(a.Value, "data:image/png;base64,")
					raw, err := base64.StdEncoding.DecodeString(data)
					if !ok || err != nil {
						t.Errorf("<%s> refers to %.40q", at, a.Value)
					} else if _, err := png.Decode(bytes.NewReader(raw)); err != nil {
						t.Errorf("<%s> holds no PNG: %v", at, err)
					}
				}
			}
		case xml.CharData:
			text[at] += string(e)
		}
	}
	if got := strings.TrimSpace(text["title"]); got != f.Alt {
		t.Errorf("<title> is %q, want the alternative text", got)
	}
	if got := strings.TrimSpace(text["desc"]); got != f.Alt {
		t.Errorf("<desc> is %q, want the alternative text", got)
	}
	if elements < 6 {
		t.Errorf("the SVG has %d elements: it shows nothing", elements)
	}
	for _, size := range regexp.MustCompile(`font-size:([0-9.]+)px`).FindAllSubmatch(f.SVG, -1) {
		var v float64
		fmt.Sscan(string(size[1]), &v)
		if v < 11*scriptSize-1e-9 {
			t.Errorf("text of %v px", v)
		}
	}
}

func checkPNG(t *testing.T, f *Figure) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(f.PNG))
	if err != nil {
		t.Fatal(err)
	}
	b := img.Bounds()
	if b.Dx() != 2*f.Width || b.Dy() != 2*f.Height {
		t.Errorf("the PNG is %v, want twice %d×%d", b, f.Width, f.Height)
	}
	colours := map[color.Color]int{}
	for y := range b.Dy() {
		for x := range b.Dx() {
			c := img.At(x, y)
			if _, _, _, a := c.RGBA(); a != 0xffff {
				t.Fatalf("pixel (%d, %d) is not opaque", x, y)
			}
			colours[c]++
		}
	}
	for _, p := range []image.Point{{0, 0}, {b.Dx() - 1, 0}, {0, b.Dy() - 1}, {b.Dx() - 1, b.Dy() - 1}} {
		if r, g, bl, _ := img.At(p.X, p.Y).RGBA(); r != 0xffff || g != 0xffff || bl != 0xffff {
			t.Errorf("corner %v is not the card's white", p)
		}
	}
	if len(colours) < 4 {
		t.Errorf("the PNG has %d colours: it shows nothing", len(colours))
	}
	return img
}

// Wrong input is an error that names what is wrong and where.
func TestErrors(t *testing.T) {
	line := Series{Name: "loss", Y: ramp(3)}
	cases := []struct {
		name string
		call func() (*Figure, error)
		want string // a regular expression
	}{
		{"no series", func() (*Figure, error) { return Curves(alt, Axes{}) }, `nothing to draw`},
		{"empty series", func() (*Figure, error) { return Curves(alt, Axes{}, Series{}) }, `series 0 is empty`},
		{"lengths", func() (*Figure, error) { return Curves(alt, Axes{}, line, Series{Name: "b", X: ramp(2), Y: ramp(3)}) }, `series 1 \("b"\): 2 values of X but 3 of Y`},
		{"NaN", func() (*Figure, error) { return Curves(alt, Axes{}, Series{Name: "loss", Y: []float64{1, 2, nan}}) }, `series 0 \("loss"\): Y\[2\] = NaN`},
		{"infinite", func() (*Figure, error) {
			return Curves(alt, Axes{}, Series{X: []float64{1, math.Inf(-1)}, Y: ramp(2)})
		}, `X\[1\] = -Inf`},
		{"log", func() (*Figure, error) { return Curves(alt, Axes{LogY: true}, Series{Y: []float64{1, 0}}) }, `Y\[1\] = 0 on a logarithmic axis`},
		{"log of the implied X", func() (*Figure, error) { return Curves(alt, Axes{LogX: true}, line) }, `X\[0\] = 0 on a logarithmic axis`},
		{"half a band", func() (*Figure, error) { return Curves(alt, Axes{}, Series{Y: ramp(2), Lo: ramp(2)}) }, `both Lo and Hi`},
		{"short band", func() (*Figure, error) { return Curves(alt, Axes{}, Series{Y: ramp(2), Lo: ramp(1), Hi: ramp(2)}) }, `2 values of Y but 1 of Lo`},
		{"crossed band", func() (*Figure, error) {
			return Curves(alt, Axes{}, Series{Y: ramp(2), Lo: ramp(2), Hi: []float64{3, 0}})
		}, `Lo\[1\] = 2 is above Hi\[1\] = 0`},
		{"range", func() (*Figure, error) { return Curves(alt, Axes{XMin: 2, XMax: 1}, line) }, `XMin = 2 is not below XMax = 1`},
		{"log range", func() (*Figure, error) { return Curves(alt, Axes{LogY: true, YMin: -1, YMax: 1}, line) }, `YMin = -1 on a logarithmic axis`},
		{"NaN range", func() (*Figure, error) { return Curves(alt, Axes{YMax: nan}, line) }, `not finite`},
		{"equal log", func() (*Figure, error) { return Curves(alt, Axes{Equal: true, LogY: true}, line) }, `Equal with a logarithmic`},
		{"outside", func() (*Figure, error) { return Curves(alt, Axes{XMin: 10, XMax: 11}, line) }, `no point lies between`},
		{"tiny", func() (*Figure, error) { return Curves(alt, Axes{Width: 3}, line) }, `3×400 px`},
		{"glyph", func() (*Figure, error) { return Curves(alt, Axes{Title: "∇f"}, line) }, `'∇' \(U\+2207\), in "∇f"`},
		{"no tile", func() (*Figure, error) { return Images(alt, 1) }, `nothing to draw`},
		{"channels", func() (*Figure, error) { return Images(alt, 1, Tile{Pix: make([]float32, 8), H: 2, W: 2, C: 2}) }, `tile 0 has 2 channels`},
		{"pixels", func() (*Figure, error) {
			return Images(alt, 1, grey(2, 2), Tile{Pix: make([]float32, 8), H: 2, W: 2, C: 1})
		}, `tile 1: 8 values for 2×2×1`},
		{"NaN pixel", func() (*Figure, error) {
			t := grey(3, 4)
			t.Pix[6] = float32(nan)
			return Images(alt, 1, t)
		}, `Pix\[6\] = NaN \(row 1, column 2\)`},
		{"heat", func() (*Figure, error) { t := grey(3, 4); t.Heat = ramp(3); return Images(alt, 1, t) }, `3 values of Heat for 3×4`},
		{"empty tile range", func() (*Figure, error) { t := grey(3, 4); t.Lo, t.Hi = 1, 1; return Images(alt, 1, t) }, `range Lo = 1, Hi = 1 is empty`},
		{"no range", func() (*Figure, error) { return Boundary(alt, Axes{}, bowl, BoundaryOptions{}) }, `no points and no range`},
		{"cloud", func() (*Figure, error) { return Boundary(alt, Axes{}, bowl, BoundaryOptions{}, Cloud{X: ramp(2)}) }, `cloud 0 \(""\): 2 values of X but 0 of Y`},
		{"NaN function", func() (*Figure, error) {
			return Boundary(alt, Axes{XMax: 1, YMax: 1}, func(x, y float64) float64 { return math.Log(x - 0.5) }, BoundaryOptions{})
		}, `the function is NaN at \(`},
		{"class", func() (*Figure, error) {
			return Boundary(alt, Axes{XMax: 1, YMax: 1}, func(x, y float64) float64 { return 3 }, BoundaryOptions{Classes: 3})
		}, `not a class 0 … 2`},
		{"no function", func() (*Figure, error) { return Boundary(alt, Axes{XMax: 1, YMax: 1}, nil, BoundaryOptions{}) }, `no function`},
		{"batch", func() (*Figure, error) {
			return Boundary(alt, Axes{XMax: 1, YMax: 1}, nil, BoundaryOptions{Batch: func([][2]float64) []float64 { return nil }})
		}, `Batch returned 0 values`},
		{"log plane", func() (*Figure, error) { return Contours(alt, Axes{LogX: true, XMin: 1, XMax: 2, YMax: 1}, bowl, nil) }, `logarithmic axis`},
		{"resolution", func() (*Figure, error) {
			return Boundary(alt, Axes{XMax: 1, YMax: 1}, bowl, BoundaryOptions{Resolution: 5})
		}, `Resolution = 5`},
		{"empty matrix", func() (*Figure, error) { return Heatmap(alt, Axes{}, nil) }, `empty matrix`},
		{"ragged", func() (*Figure, error) { return Heatmap(alt, Axes{}, [][]float64{ramp(2), ramp(3)}) }, `row 1 has 3 values, row 0 has 2`},
		{"NaN cell", func() (*Figure, error) { return Heatmap(alt, Axes{}, [][]float64{{1}, {nan}}) }, `z\[1\]\[0\] = NaN`},
		{"row names", func() (*Figure, error) {
			return HeatmapWith(alt, Axes{}, HeatmapOptions{Rows: []string{"a"}}, [][]float64{{1}, {2}})
		}, `1 names for 2 rows`},
		{"bars", func() (*Figure, error) { return Bars(alt, Axes{}, []string{"a"}, line) }, `series 0 \("loss"\): 3 values for 1 labels`},
		{"log bars", func() (*Figure, error) {
			return Bars(alt, Axes{LogY: true}, []string{"a", "b"}, Series{Y: []float64{1, -1}})
		}, `Y\[1\] = -1 on a logarithmic axis`},
		{"no bins", func() (*Figure, error) { return Histogram(alt, Axes{XMin: 8, XMax: 9}, 3, Series{X: ramp(3)}) }, `no value lies between`},
		{"many bins", func() (*Figure, error) { return Histogram(alt, Axes{}, 1e6, Series{X: ramp(3)}) }, `at most 1000`},
		{"no panels", func() (*Figure, error) { return Panels(alt, 1) }, `nothing to draw`},
		{"foreign panel", func() (*Figure, error) { return Panels(alt, 1, &Figure{Alt: "x"}) }, `panel 0 is not a figure of this package`},
		{"nil panel", func() (*Figure, error) { return Panels(alt, 1, nil) }, `panel 0`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f, err := c.call()
			if err == nil || f != nil {
				t.Fatalf("got %v, %v; want an error", f, err)
			}
			if !strings.HasPrefix(err.Error(), "plots: ") || !regexp.MustCompile(c.want).MatchString(err.Error()) {
				t.Errorf("error %q does not match %q", err, c.want)
			}
		})
	}
}

// A figure does not change when the caller's data do.
func TestFinished(t *testing.T) {
	y := ramp(5)
	f, err := Curves(alt, Axes{}, Series{Y: y})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Panels(alt, 1, f)
	if err != nil {
		t.Fatal(err)
	}
	y[2] = 1000
	b, err := Panels(alt, 1, f)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.SVG, b.SVG) {
		t.Error("a figure changed with its data")
	}
}

// Pictures are shown pixel by pixel: black, white and the range's middle.
func TestTilePixels(t *testing.T) {
	f, err := Images(alt, 1, Tile{Pix: []float32{-1, 0, 1, 3}, H: 2, W: 2, C: 1, Lo: -1, Hi: 1})
	if err != nil {
		t.Fatal(err)
	}
	img := checkPNG(t, f)
	// the picture fills a whole multiple of its pixels after the margin
	side := (2*f.Width - 4*int(pad)) / 2
	for k, want := range []uint8{0, 128, 255, 255} {
		for _, d := range []int{3, side / 2, side - 4} { // corner, middle, corner
			x, y := 2*int(pad)+d+side*(k%2), 2*int(pad)+d+side*(k/2)
			r, g, b, _ := img.At(x, y).RGBA()
			if uint8(r>>8) != want || r != g || g != b {
				t.Errorf("pixel %d at %d is %02x %02x %02x, want grey %02x", k, d, r>>8, g>>8, b>>8, want)
			}
		}
	}
}

// The contour of x²+2y²−1 at level 0 lies on that ellipse and closes; its length is
// the ellipse's perimeter, 4a E(1−b²/a²) = 5.4026 for a = 1, b = 1/√2.
func TestContour(t *testing.T) {
	g := field{nx: 121, ny: 121}
	for j := range g.ny {
		for i := range g.nx {
			g.v = append(g.v, bowl(-1.5+3*float64(i)/120, -1.5+3*float64(j)/120))
		}
	}
	lines := g.contour(0)
	if len(lines) != 1 {
		t.Fatalf("%d lines, want one closed one", len(lines))
	}
	l := lines[0]
	if n := len(l); l[0] != l[n-2] || l[1] != l[n-1] {
		t.Error("the contour is not closed")
	}
	var length float64
	for k := 0; k < len(l); k += 2 {
		x, y := -1.5+3*l[k]/120, -1.5+3*l[k+1]/120
		if v := bowl(x, y); math.Abs(v) > 1e-3 {
			t.Fatalf("(%v, %v) has the value %v, want 0", x, y, v)
		}
		if k > 0 {
			length += 3.0 / 120 * math.Hypot(l[k]-l[k-2], l[k+1]-l[k-1])
		}
	}
	if math.Abs(length-5.4026) > 5e-3 {
		t.Errorf("length %v, want 5.4026", length)
	}
	// a saddle: two branches, each of which ends at the frame
	s := field{nx: 40, ny: 40}
	for j := range s.ny {
		for i := range s.nx {
			s.v = append(s.v, (float64(i)-19.3)*(float64(j)-19.3))
		}
	}
	saddle := s.contour(0.05) // its cell has opposite corners above, and their mean below
	if len(saddle) != 2 {
		t.Errorf("the saddle's level has %d lines, want 2", len(saddle))
	}
	for _, l := range saddle {
		for k := 0; k < len(l); k += 2 {
			if (l[k] > 19.3) != (l[0] > 19.3) || (l[k+1] > 19.3) != (l[1] > 19.3) {
				t.Fatalf("a branch of the hyperbola crosses over: %v", l)
			}
		}
	}
}

// Class regions are exact at every pixel, and a batch always has one size.
func TestClassify(t *testing.T) {
	disc := func(x, y float64) float64 {
		if math.Hypot(x-0.1, y) < 0.6 {
			return 1
		}
		return 0
	}
	sizes := map[int]int{}
	opt := BoundaryOptions{Classes: 2, Resolution: 50, Batch: func(p [][2]float64) []float64 {
		sizes[len(p)]++
		v := make([]float64, len(p))
		for i := range p {
			v[i] = disc(p[i][0], p[i][1])
		}
		return v
	}}
	one := extent{-1, 1, true}
	g, err := sample(Axes{}, one, one, 300, 300, nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	class, err := g.classify(2, 300, 300)
	if err != nil {
		t.Fatal(err)
	}
	for k, c := range class {
		x, y := -1+2*(float64(k%300)+0.5)/300, 1-2*(float64(k/300)+0.5)/300
		if float64(c) != disc(x, y) {
			t.Fatalf("pixel %d at (%v, %v) is of class %d", k, x, y, c)
		}
	}
	if len(sizes) != 1 {
		t.Errorf("batches of sizes %v, want one size", sizes)
	}
}

// Ticks are round numbers within the range, in order, at least two, with labels that
// tell them apart and read back as their values.
func TestTicks(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		s := scale{lo: rng.NormFloat64() * math.Pow(10, float64(rng.IntN(12)-6)), log: rng.IntN(2) == 0}
		s.hi = s.lo + math.Abs(s.lo)*math.Pow(10, 6*rng.Float64()-3)
		if s.log {
			s.lo = math.Abs(s.lo)
			s.hi = s.lo * math.Pow(10, 0.05+9*rng.Float64())
		}
		n := 2 + rng.IntN(8)
		ts := s.ticks(n)
		labels := map[string]bool{}
		for i, tk := range ts {
			slack := 1e-6 * (s.hi - s.lo)
			if tk.v < s.lo-slack || tk.v > s.hi+slack || i > 0 && tk.v <= ts[i-1].v {
				t.Fatalf("%+v has ticks %v", s, ts)
			}
			if tk.label != "" {
				if labels[tk.label] {
					t.Fatalf("%+v has the label %q twice: %v", s, tk.label, ts)
				}
				labels[tk.label] = true
			}
		}
		if !s.log && len(ts) > 1 { // steps of 1, 2 or 5
			step := ts[1].v - ts[0].v
			m := step / math.Pow(10, math.Floor(math.Log10(step)+1e-6))
			if d := min(math.Abs(m-1), math.Abs(m-2), math.Abs(m-5)); d > 1e-4 {
				t.Fatalf("%+v has steps of %v", s, step)
			}
		}
		if len(labels) < 1 || !s.log && len(ts) < 2 || len(ts) > 3*n+4 {
			t.Fatalf("%+v for %d has the ticks %v", s, n, ts)
		}
	}
	for _, c := range []struct {
		s    scale
		want string
	}{
		{scale{lo: 0, hi: 2.5}, "0 0.5 1.0 1.5 2.0 2.5"},
		{scale{lo: 0, hi: 1}, "0 0.2 0.4 0.6 0.8 1.0"},
		{scale{lo: -2e-5, hi: 3e-5}, "−2×10⁻⁵ −1×10⁻⁵ 0 1×10⁻⁵ 2×10⁻⁵ 3×10⁻⁵"},
		{scale{lo: 0, hi: 60000}, "0 10k 20k 30k 40k 50k 60k"},
		{scale{lo: 1e-6, hi: 1, log: true}, "10⁻⁶ 10⁻⁵ 10⁻⁴ 10⁻³ 0.01 0.1 1"},
		{scale{lo: 2, hi: 60, log: true}, "2 5 10 20 50"},
	} {
		var got []string
		for _, tk := range c.s.ticks(6) {
			got = append(got, tk.label)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%+v: %q, want %q", c.s, s, c.want)
		}
	}
}

// With Equal a unit is as long on both axes, and the plot stays within its place.
func TestEqual(t *testing.T) {
	sc, err := render(alt, 600, 300, func(p *pen) {
		ax := Axes{X: "x", Y: "y"}
		ex, ey := extent{-1, 1, true}, extent{0, 5, true}
		free := begin(p, ax, ex, ey, nil)
		ax.Equal = true
		l := begin(p, ax, ex, ey, nil)
		ux, uy := l.x.at(1)-l.x.at(0), l.y.at(0)-l.y.at(1)
		if math.Abs(ux-uy) > 1e-9 || l.x1 > free.x1 || l.y1 > free.y1 || l.x1 != free.x1 && l.y1 != free.y1 {
			t.Errorf("units of %v and %v px, plot %v of %v", ux, uy, l, free)
		}
	})
	if err != nil || sc == nil {
		t.Fatal(err)
	}
}

// Lines and polygons stay within the frame, and what lies within stays as it is.
func TestClip(t *testing.T) {
	l := layout{x0: 0, y0: 0, x1: 10, y1: 10}
	rng := rand.New(rand.NewPCG(8, 9))
	for range 500 {
		var xy []float64
		for range 12 {
			xy = append(xy, 30*rng.Float64()-10)
		}
		var in float64
		for _, part := range l.clipLine(xy) {
			for k := 0; k < len(part); k += 2 {
				if part[k] < -1e-9 || part[k] > 10+1e-9 || part[k+1] < -1e-9 || part[k+1] > 10+1e-9 {
					t.Fatalf("%v leaves the frame", part)
				}
				if k > 0 {
					in += math.Hypot(part[k]-part[k-2], part[k+1]-part[k-1])
				}
			}
		}
		var want float64 // the length within, by 2000 samples of each segment
		for k := 0; k+3 < len(xy); k += 2 {
			d := math.Hypot(xy[k+2]-xy[k], xy[k+3]-xy[k+1])
			for s := range 2000 {
				u := (float64(s) + 0.5) / 2000
				x, y := xy[k]+u*(xy[k+2]-xy[k]), xy[k+1]+u*(xy[k+3]-xy[k+1])
				if x >= 0 && x <= 10 && y >= 0 && y <= 10 {
					want += d / 2000
				}
			}
		}
		if math.Abs(in-want) > 0.1 {
			t.Fatalf("%v: length %v within the frame, want %v", xy, in, want)
		}
	}
	got := l.clipPolygon([]float64{-5, -5, 5, -5, 5, 5, -5, 5})
	area := 0.0
	for k := 0; k < len(got); k += 2 {
		j := (k + 2) % len(got)
		area += (got[k]*got[j+1] - got[j]*got[k+1]) / 2
	}
	if math.Abs(area-25) > 1e-9 {
		t.Errorf("the clipped square has the area %v, want 25", area)
	}
}

// A long line keeps its ends, its highest and its lowest point.
func TestThin(t *testing.T) {
	n := 200_000
	xy := make([]float64, 2*n)
	for k := range n {
		xy[2*k], xy[2*k+1] = 600*float64(k)/float64(n), math.Sin(float64(k)/9)
	}
	xy[2*77777+1], xy[2*99999+1] = 50, -60
	got := thin(xy)
	if len(got) > 2*4*601 {
		t.Errorf("%d points are left", len(got)/2)
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for k := 0; k < len(got); k += 2 {
		lo, hi = min(lo, got[k+1]), max(hi, got[k+1])
		if k > 0 && got[k] < got[k-2] {
			t.Fatal("points are out of order")
		}
	}
	if lo != -60 || hi != 50 || got[0] != xy[0] || got[len(got)-2] != xy[2*n-2] {
		t.Errorf("lowest %v, highest %v, first %v, last %v", lo, hi, got[0], got[len(got)-2])
	}
}

// The palette of a PNG is exact for areas to 3 and for edges to the tolerance; too many
// colours leave the picture as it is.
func TestQuantise(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	img := image.NewRGBA(image.Rect(0, 0, 400, 200))
	for y := range 200 {
		for x := range 400 {
			c := color.RGBA{uint8(x / 4 * 2), uint8(y), 90, 255} // areas of 4 × 1
			if y >= 60 {
				c = color.RGBA{255, 255, 255, 255}
			}
			if y >= 190 && x%3 == 0 { // edges
				c = color.RGBA{uint8(rng.IntN(40)), uint8(rng.IntN(40)), uint8(rng.IntN(40)), 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	for _, tolerance := range []int{0, 22} {
		got := quantise(img, tolerance)
		if tolerance == 0 && got != image.Image(img) {
			t.Error("a picture of 6000 colours got an exact palette")
		}
		for y := range 200 {
			for x := range 400 {
				a, b := img.RGBAAt(x, y), color.RGBAModel.Convert(got.At(x, y)).(color.RGBA)
				limit := min(tolerance, 3)
				if y >= 190 {
					limit = tolerance
				}
				if d := max(diff(a.R, b.R), diff(a.G, b.G), diff(a.B, b.B)); d > limit {
					t.Fatalf("tolerance %d: pixel (%d, %d) is off by %d", tolerance, x, y, d)
				}
			}
		}
	}
	few := image.NewRGBA(image.Rect(0, 0, 16, 16))
	for k := range 256 {
		few.SetRGBA(k%16, k/16, color.RGBA{uint8(k), uint8(k), uint8(k), 255})
	}
	p, ok := compact(few).(*image.Paletted)
	if !ok || len(p.Palette) != 256 {
		t.Fatalf("256 greys gave %T", compact(few))
	}
	if c := p.At(7, 9); c != (color.RGBA{151, 151, 151, 255}) {
		t.Errorf("grey 151 became %v", c)
	}
}

func TestSave(t *testing.T) {
	f, err := samples["confusion"](alt)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for ext, want := range map[string][]byte{".svg": f.SVG, ".PNG": f.PNG} {
		path := filepath.Join(dir, "figure"+ext)
		if err := f.Save(path); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, %v; want %d", ext, len(got), err, len(want))
		}
	}
	if err := f.Save(filepath.Join(dir, "figure.jpg")); err == nil || !strings.Contains(err.Error(), ".svg or .png") {
		t.Errorf("a JPEG gave %v", err)
	}
	if err := f.Save(filepath.Join(dir, "no", "such", "folder.png")); err == nil {
		t.Error("a missing folder gave no error")
	}
	if err := (&Figure{}).Save(filepath.Join(dir, "empty.png")); err == nil {
		t.Error("an empty figure gave no error")
	}
	left, err := filepath.Glob(filepath.Join(dir, ".figure*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

// Figures may be drawn by several goroutines.
func TestConcurrent(t *testing.T) {
	want, err := samples["curves"](alt)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan *Figure)
	for range 4 {
		go func() {
			f, _ := samples["curves"](alt)
			done <- f
		}()
	}
	for range 4 {
		if f := <-done; f == nil || !bytes.Equal(f.SVG, want.SVG) || !bytes.Equal(f.PNG, want.PNG) {
			t.Error("a figure drawn beside others differs")
		}
	}
}
