package datasets

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestShapesCues(t *testing.T) {
	for _, cues := range []Cues{Matched, Independent, Conflict} {
		d := TexturedShapesWith(500, ShapeOptions{Cues: cues}, rand.New(rand.NewPCG(1, 2)))
		same := 0
		seen := make([]int, 10)
		for i := range d.N {
			if d.Labels[i] != d.Shape[i] {
				t.Fatalf("image %d: label %d, shape %d", i, d.Labels[i], d.Shape[i])
			}
			if d.Texture[i] == d.Shape[i] {
				same++
			}
			seen[d.Texture[i]]++
		}
		lo, hi := map[Cues]int{Matched: 500, Independent: 25, Conflict: 0}[cues], map[Cues]int{Matched: 500, Independent: 80, Conflict: 0}[cues]
		if same < lo || same > hi {
			t.Errorf("%v: %d of 500 images have the shape's own texture, want %d to %d", cues, same, lo, hi)
		}
		if slices.Min(seen) < 25 {
			t.Errorf("%v: textures %v", cues, seen)
		}
		if !strings.Contains(d.Source, cues.String()) {
			t.Errorf("Source %q", d.Source)
		}
	}
}

func TestShapesSeeded(t *testing.T) {
	a := TexturedShapes(70, rand.New(rand.NewPCG(4, 2)))
	b := TexturedShapesWith(70, ShapeOptions{}, rand.New(rand.NewPCG(4, 2)))
	if !slices.Equal(a.Pix, b.Pix) || !slices.Equal(a.Boxes, b.Boxes) || !slices.Equal(a.Texture, b.Texture) {
		t.Error("one seed, two sets")
	}
	if c := TexturedShapes(70, rand.New(rand.NewPCG(5, 2))); slices.Equal(a.Pix, c.Pix) {
		t.Error("two seeds, one set")
	}
}

func TestShapesProperties(t *testing.T) {
	d := TexturedShapes(400, rand.New(rand.NewPCG(1, 2)))
	if d.H != 64 || d.W != 64 || d.C != 1 || len(d.Pix) != 400*64*64 || len(d.Boxes) != 400 || len(d.Classes) != 10 || len(d.TextureNames) != 10 {
		t.Fatalf("%d×%d×%d, %d boxes", d.H, d.W, d.C, len(d.Boxes))
	}
	frame := image.Rect(0, 0, 64, 64)
	for i, b := range d.Boxes {
		if !b.In(frame) || b.Dx() < 12 || b.Dy() < 10 || b.Dx() > 47 || b.Dy() > 47 {
			t.Errorf("image %d (%s): box %v", i, d.Classes[d.Shape[i]], b)
		}
		for p, v := range d.Image(i) {
			if v < 0 || v > 1 || v != v {
				t.Fatalf("image %d, pixel %d: %v", i, p, v)
			}
		}
	}
	// With neither clutter nor noise, all steep steps lie in the box, and they fill most of it: the box is the shape's.
	// Between neighbours on the background the three octaves differ by at most 2·1.5·(0.15/32 + 0.08/16 + 0.04/8) = 0.044.
	d = TexturedShapesWith(400, ShapeOptions{Clutter: -1, Noise: -1}, rand.New(rand.NewPCG(1, 2)))
	for i, b := range d.Boxes {
		steep := image.Rectangle{}
		for y := range 63 {
			for x := range 63 {
				v := d.Image(i)[y*64+x:]
				if math.Abs(float64(v[1]-v[0])) > 0.06 || math.Abs(float64(v[64]-v[0])) > 0.06 {
					steep = steep.Union(image.Rect(x, y, x+1, y+1))
				}
			}
		}
		if !steep.In(b.Inset(-2)) || steep.Dx() < b.Dx()*3/4 || steep.Dy() < b.Dy()*3/4 {
			t.Errorf("image %d (%s, %s): box %v, steep steps in %v", i, d.Classes[d.Shape[i]], d.TextureNames[d.Texture[i]], b, steep)
		}
	}
	// Sizes are what the options say.
	d = TexturedShapesWith(50, ShapeOptions{MinRadius: 28, MaxRadius: 28}, rand.New(rand.NewPCG(1, 2)))
	for i, b := range d.Boxes {
		if !b.In(frame) || max(b.Dx(), b.Dy()) < 40 {
			t.Errorf("radius 28: image %d: box %v", i, b)
		}
	}
}

// Every outline lies in the disc that keeps it inside the image, fills a fair part of it, and differs from the others.
func TestShapeOutlines(t *testing.T) {
	const n = 220
	masks := make([][]bool, len(shapeTests))
	for s, in := range shapeTests {
		masks[s] = make([]bool, n*n)
		area := 0
		for k := range n * n {
			x, y := 2.4*(float64(k%n)+0.5)/n-1.2, 2.4*(float64(k/n)+0.5)/n-1.2
			if in(x, y) {
				masks[s][k] = true
				area++
				if math.Hypot(x, y) > 1.1 {
					t.Fatalf("%s reaches (%.2f, %.2f)", shapeNames[s], x, y)
				}
			}
		}
		if share := float64(area) / n / n; share < 0.12 || share > 0.65 {
			t.Errorf("%s fills %.2f of the square", shapeNames[s], share)
		}
		for r := range s {
			both, either := 0, 0
			for k := range masks[s] {
				if masks[s][k] && masks[r][k] {
					both++
				}
				if masks[s][k] || masks[r][k] {
					either++
				}
			}
			if iou := float64(both) / float64(either); iou > 0.85 {
				t.Errorf("%s and %s share %.2f of their union", shapeNames[s], shapeNames[r], iou)
			}
		}
	}
	// Closed forms: the circle, the square, the hourglass (two trapezia).
	for s, want := range map[int]float64{0: math.Pi * 0.92 * 0.92, 1: 1.52 * 1.52, 7: 2 * 0.85 * (2*0.14 + 0.62*0.85)} {
		area := 0
		for _, in := range masks[s] {
			if in {
				area++
			}
		}
		if got := float64(area) * 2.4 * 2.4 / n / n; math.Abs(got-want) > 0.04 { // half a cell of the grid along the outline
			t.Errorf("%s has the area %.3f, want %.3f", shapeNames[s], got, want)
		}
	}
}

// Textures stay in [0, 1] and are neither mostly dark nor mostly bright, so that brightness does not give them away.
func TestTextures(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for k, f := range textures {
		sum := 0.0
		const n = 40000
		for range n {
			v := f(100*rng.Float64()-50, 100*rng.Float64()-50, 5)
			if v < 0 || v > 1 || math.IsNaN(v) {
				t.Fatalf("%s: %v", textureNames[k], v)
			}
			sum += v
		}
		if mean := sum / n; mean < 0.2 || mean > 0.8 {
			t.Errorf("%s: mean %.2f", textureNames[k], mean)
		}
	}
}

func TestShapesSliceAndSubset(t *testing.T) {
	d := TexturedShapesWith(20, ShapeOptions{Cues: Conflict}, rand.New(rand.NewPCG(1, 2)))
	s := d.Slice(5, 8)
	if s.N != 3 || s.Boxes[0] != d.Boxes[5] || s.Texture[2] != d.Texture[7] || s.Shape[1] != d.Shape[6] {
		t.Errorf("slice: %+v", s.Boxes)
	}
	c := d.Subset([]int{19, 3})
	if c.N != 2 || c.Boxes[1] != d.Boxes[3] || c.Texture[0] != d.Texture[19] || c.Shape[0] != d.Shape[19] || !slices.Equal(c.Image(1), d.Image(3)) {
		t.Errorf("subset: %+v", c.Boxes)
	}
}

func TestShapesPanics(t *testing.T) {
	for _, o := range []ShapeOptions{{Cues: 3}, {MinRadius: 5, MaxRadius: 4}, {MinRadius: 5}, {MaxRadius: 40, MinRadius: 9}, {Clutter: -2}, {Noise: -2}, {Noise: math.NaN()}, {Side: 15}, {Side: -1}, {Side: 32, MinRadius: 5, MaxRadius: 14.1}, {Fade: 1.1}, {Fade: math.NaN()}, {Spill: -0.1}} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "datasets: ") {
					t.Errorf("%+v: recovered %q", o, s)
				}
			}()
			TexturedShapesWith(1, o, rand.New(rand.NewPCG(1, 2)))
		}()
	}
}

func BenchmarkTexturedShapes(b *testing.B) {
	for b.Loop() {
		TexturedShapes(1000, rand.New(rand.NewPCG(1, 0)))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "µs/image")
}

// TestShapesFadeSpill checks that each option takes its cue away and leaves the other, all else being equal.
func TestShapesFadeSpill(t *testing.T) {
	draw := func(o ShapeOptions) *ShapeImages {
		o.Side, o.Clutter, o.Noise, o.MinRadius, o.MaxRadius = 28, -1, -1, 9, 12
		return TexturedShapesWith(200, o, rand.New(rand.NewPCG(6, 2)))
	}
	full, half, faded, spilt := draw(ShapeOptions{}), draw(ShapeOptions{Fade: 0.5}), draw(ShapeOptions{Fade: 1}), draw(ShapeOptions{Spill: 1})
	ends := [2]int{}
	for i := range full.N {
		a, h, f, s := full.Image(i), half.Image(i), faded.Image(i), spilt.Image(i)
		b := full.Boxes[i]
		if b != faded.Boxes[i] || b != spilt.Boxes[i] {
			t.Fatalf("image %d: the box moved", i)
		}
		var inside []float32 // greys of the faded shape
		for p := range a {
			x, y := p%28, p/28
			if !image.Pt(x, y).In(b.Inset(-2)) && (a[p] != f[p] || a[p] != h[p]) {
				t.Fatalf("image %d, pixel (%d, %d): fading the texture changed the background", i, x, y)
			}
			if math.Abs(float64(h[p]-(a[p]+f[p])/2)) > 1e-5 {
				t.Fatalf("image %d, pixel (%d, %d): half faded %v, between %v and %v", i, x, y, h[p], a[p], f[p])
			}
			if s[p] == a[p] && a[p] != f[p] { // wholly inside the shape, as far as the texture tells
				inside = append(inside, f[p])
			}
		}
		if len(inside) < 40 || slices.Max(inside)-slices.Min(inside) > 1e-5 {
			t.Fatalf("image %d (%s): the faded shape has %d greys inside, %v", i, full.Classes[full.Shape[i]], len(inside), inside)
		}
		ends[int(math.Round(float64(inside[0])))]++
		lo, hi := slices.Min(s), slices.Max(s)
		if hi-lo < 0.4 || lo > 0.35 {
			t.Errorf("image %d (%s): the texture alone runs from %v to %v", i, full.TextureNames[full.Texture[i]], lo, hi)
		}
	}
	if ends[0] < 60 || ends[1] < 60 {
		t.Errorf("%d shapes faded to dark, %d to bright", ends[0], ends[1])
	}
}
