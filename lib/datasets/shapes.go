package datasets

import (
	"fmt"
	"image"
	"math"
	"math/rand/v2"
)

// ShapeImages is a set of images that show one textured shape each on a cluttered background. Its Labels are Shape.
type ShapeImages struct {
	Images
	Boxes          []image.Rectangle // [N], the smallest rectangle of pixels that holds the shape: Min inclusive, Max exclusive
	Shape, Texture []int32           // [N], the outline and the filling, each in [0, 10)
	TextureNames   []string          // names of the textures; Classes names the shapes
}

// Slice returns the images lo ≤ i < hi with their boxes and textures, as a view.
func (d *ShapeImages) Slice(lo, hi int) *ShapeImages {
	return &ShapeImages{Images: *d.Images.Slice(lo, hi), Boxes: d.Boxes[lo:hi:hi],
		Shape: d.Shape[lo:hi:hi], Texture: d.Texture[lo:hi:hi], TextureNames: d.TextureNames}
}

// Subset returns a copy of the images with the given indices, with their boxes and textures.
func (d *ShapeImages) Subset(idx []int) *ShapeImages {
	part := &ShapeImages{Images: *d.Images.Subset(idx), TextureNames: d.TextureNames}
	part.Shape = part.Labels
	for _, i := range idx {
		part.Boxes = append(part.Boxes, d.Boxes[i])
		part.Texture = append(part.Texture, d.Texture[i])
	}
	return part
}

// Cues says how the texture of a shape is chosen.
type Cues int

const (
	Matched     Cues = iota // texture i on shape i: either cue tells the class
	Independent             // a random texture on each shape: only the outline tells the class
	Conflict                // a random texture that is not the shape's own: the two cues disagree (Geirhos et al. 2019, arXiv:1811.12231)
)

func (c Cues) String() string {
	switch c {
	case Matched:
		return "matched"
	case Independent:
		return "independent"
	case Conflict:
		return "in conflict"
	}
	return fmt.Sprintf("Cues(%d)", int(c))
}

// ShapeOptions are what TexturedShapesWith may vary. The zero value is what TexturedShapes does.
type ShapeOptions struct {
	Cues                 Cues
	Side                 int     // rows and columns; 0 means 64, at least 16
	MinRadius, MaxRadius float64 // half the size of the shape in pixels, uniform between the two; 0, 0 means 3/16 and 21/64 of Side; at most 7/16 of it
	Clutter              int     // lines and spots on the background; 0 means 8, −1 none
	Noise                float64 // standard deviation of the pixels' noise; 0 means 0.05, −1 none
	// Fade takes the texture away: 0 leaves it, 1 leaves the shape in the flat grey of the texture's bright or, as often, of its dark.
	Fade float64
	// Spill takes the outline away: the texture also covers the background, in this strength. 1 leaves the texture alone.
	Spill float64
}

var (
	shapeNames   = []string{"circle", "square", "triangle", "star", "cross", "ring", "crescent", "hourglass", "heart", "arrow"}
	textureNames = []string{"level stripes", "upright stripes", "rising stripes", "falling stripes", "checks", "dots", "net", "zigzag", "speckle", "bricks"}
)

// TexturedShapes draws n images of ten classes, 64×64×1, values in [0, 1]: a shape (circle, square, triangle, star,
// cross, ring, crescent, hourglass, heart, arrow) filled with its own texture (stripes in four directions, checks, dots,
// a net, zigzag, speckle, bricks) at a random place, size and angle, on a background of smooth noise with lines and
// spots. Every ten consecutive images hold each class once. Source records that the cues are matched.
//
// It is TexturedShapesWith(n, ShapeOptions{}, rng).
func TexturedShapes(n int, rng *rand.Rand) *ShapeImages {
	return TexturedShapesWith(n, ShapeOptions{}, rng)
}

// TexturedShapesWith is TexturedShapes with options: textures that match, ignore or contradict the shape, other sizes,
// other backgrounds. One image is made in these steps, U(a, b) uniform:
//
//  1. Background: three octaves of value noise (cells of 32, 16 and 8 pixels) round the grey U(0.3, 0.6), with amplitudes 0.15, 0.08, 0.04.
//  2. Clutter: lines and spots of a random grey in [0.1, 0.9], thinner than the shape.
//  3. The shape, turned by U(−0.25, 0.25) rad, of radius U(MinRadius, MaxRadius), wholly inside the image; its edge is
//     smoothed over a pixel (4×4 samples a pixel).
//  4. The texture inside the shape, in pixel coordinates, so that its period U(4.5, 6) does not depend on the shape's size; it is
//     turned by U(−0.1, 0.1) rad, shifted at random, and runs from the dark U(0, 0.2) to the bright U(0.8, 1). Fade weakens
//     it; Spill lets it cover the background too.
//  5. Normal noise on every pixel, then clipped to [0, 1].
//
// The box of an image is that of the pixels of which the shape covers at least half. It panics where an option is
// outside its range.
func TexturedShapesWith(n int, opt ShapeOptions, rng *rand.Rand) *ShapeImages {
	if opt.Side == 0 {
		opt.Side = 64
	}
	side := opt.Side
	if opt.MinRadius == 0 && opt.MaxRadius == 0 {
		opt.MinRadius, opt.MaxRadius = 12*float64(side)/64, 21*float64(side)/64
	}
	switch opt.Clutter {
	case 0:
		opt.Clutter = 8
	case -1:
		opt.Clutter = 0
	}
	switch opt.Noise {
	case 0:
		opt.Noise = 0.05
	case -1:
		opt.Noise = 0
	}
	if n < 0 || opt.Cues < Matched || opt.Cues > Conflict || !(opt.MinRadius > 2 && opt.MinRadius <= opt.MaxRadius && 16*opt.MaxRadius <= 7*float64(side)) || side < 16 ||
		opt.Clutter < 0 || !(opt.Noise >= 0) || !(opt.Fade >= 0 && opt.Fade <= 1) || !(opt.Spill >= 0 && opt.Spill <= 1) {
		panic(fmt.Sprintf("datasets: TexturedShapesWith(%d, %+v): out of range", n, opt))
	}
	labels := balanced(n, len(shapeNames), rng)
	d := &ShapeImages{
		Images: Images{
			Name:      "textured shapes",
			Source:    fmt.Sprintf("textured shapes, %d images, shape and texture %v (generated)", n, opt.Cues),
			Generated: true,
			N:         n, H: side, W: side, C: 1,
			Pix: make([]float32, n*side*side), Labels: labels, Classes: shapeNames,
		},
		Boxes: make([]image.Rectangle, n), Shape: labels, Texture: make([]int32, n), TextureNames: textureNames,
	}
	seeds := seedsFor(n, rng)
	parallel(n, func(i int) {
		rng := rand.New(rand.NewPCG(seeds[i], 0))
		texture := labels[i]
		switch opt.Cues {
		case Independent:
			texture = int32(rng.IntN(len(textureNames)))
		case Conflict:
			texture = (texture + 1 + int32(rng.IntN(len(textureNames)-1))) % int32(len(textureNames))
		}
		d.Texture[i] = texture
		d.Boxes[i] = drawShape(d.Image(i), side, int(labels[i]), int(texture), opt, rng)
	})
	return d
}

// drawShape draws one image into pix [side, side] and returns the shape's box.
func drawShape(pix []float32, side, shape, texture int, opt ShapeOptions, rng *rand.Rand) image.Rectangle {
	// 1. Background.
	grey := uniform(rng, 0.3, 0.6)
	for i := range pix {
		pix[i] = float32(grey)
	}
	for k, amplitude := range []float64{0.15, 0.08, 0.04} {
		addValueNoise(pix, side, 32>>k, amplitude, rng)
	}
	// 2. Clutter. penLine can only brighten, so each piece is drawn on a sheet of its own and laid over.
	sheet := make([]float32, len(pix))
	for range opt.Clutter {
		clear(sheet)
		a := vec{uniform(rng, 0, float64(side)), uniform(rng, 0, float64(side))}
		b := a // a spot
		if rng.IntN(2) == 0 {
			sin, cos := math.Sincos(2 * math.Pi * rng.Float64())
			length := uniform(rng, 6, 24)
			b = vec{a[0] + length*cos, a[1] + length*sin}
		}
		penLine(sheet, side, side, []vec{a, b}, uniform(rng, 0.5, 1.8), 1)
		lay(pix, sheet, float32(uniform(rng, 0.1, 0.9)))
	}
	// 3. The shape's outline, as the part of each pixel that it covers.
	r := uniform(rng, opt.MinRadius, opt.MaxRadius)
	turn := uniform(rng, -0.25, 0.25)
	sin, cos := math.Sincos(turn)
	inside := shapeTests[shape]
	reach := 1.1 * r // no outline leaves the disc of radius 1.1 round its centre, so that a turned one stays inside the image
	cx, cy := uniform(rng, reach, float64(side)-reach), uniform(rng, reach, float64(side)-reach)
	const sub = 4
	clear(sheet)
	box := image.Rectangle{}
	for y := int(cy - reach); y < min(side, int(cy+reach)+1); y++ {
		for x := int(cx - reach); x < min(side, int(cx+reach)+1); x++ {
			n := 0
			for s := range sub * sub {
				u := (float64(x) + (float64(s%sub)+0.5)/sub - cx) / r
				v := (float64(y) + (float64(s/sub)+0.5)/sub - cy) / r
				if inside(cos*u+sin*v, -sin*u+cos*v) {
					n++
				}
			}
			if n == 0 {
				continue
			}
			sheet[y*side+x] = float32(n) / (sub * sub)
			if 2*n >= sub*sub {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	// 4. The texture inside it.
	dark, bright := uniform(rng, 0, 0.2), uniform(rng, 0.8, 1)
	period := uniform(rng, 4.5, 6)
	sin, cos = math.Sincos(uniform(rng, -0.1, 0.1))
	shiftX, shiftY := rng.Float64(), rng.Float64()
	fill := textures[texture]
	speckle := rng.Uint64()
	flat := float64(speckle & 1) // what Fade leaves
	for i, cover := range sheet {
		cover = max(cover, float32(opt.Spill))
		if cover == 0 {
			continue
		}
		x, y := float64(i%side), float64(i/side)
		value := fill((cos*x+sin*y)/period+shiftX, (-sin*x+cos*y)/period+shiftY, speckle)
		value += opt.Fade * (flat - value)
		pix[i] += cover * (float32(dark+(bright-dark)*value) - pix[i])
	}
	// 5. Noise.
	for i := range pix {
		pix[i] = clip(pix[i] + float32(opt.Noise*rng.NormFloat64()))
	}
	return box
}

// lay paints a grey over pix where the sheet is, in the sheet's strength.
func lay(pix, sheet []float32, grey float32) {
	for i, s := range sheet {
		pix[i] += s * (grey - pix[i])
	}
}

// addValueNoise adds smooth noise: random values in [−amplitude, amplitude] on a grid of the given cell size in pixels, interpolated
// by s(t) = 3t² − 2t³ between the grid's points.
func addValueNoise(pix []float32, side, cell int, amplitude float64, rng *rand.Rand) {
	n := side/cell + 2
	grid := make([]float64, n*n)
	for i := range grid {
		grid[i] = amplitude * (2*rng.Float64() - 1)
	}
	offX, offY := rng.Float64(), rng.Float64()
	smooth := func(t float64) (int, float64) {
		i := int(t)
		t -= float64(i)
		return i, t * t * (3 - 2*t)
	}
	for y := range side {
		j, v := smooth(float64(y)/float64(cell) + offY)
		for x := range side {
			i, u := smooth(float64(x)/float64(cell) + offX)
			// the grid's last row and column serve only the largest offsets, so the index stays inside
			a, b := grid[j*n+i], grid[j*n+min(i+1, n-1)]
			c, d := grid[min(j+1, n-1)*n+i], grid[min(j+1, n-1)*n+min(i+1, n-1)]
			pix[y*side+x] += float32((1-v)*((1-u)*a+u*b) + v*((1-u)*c+u*d))
		}
	}
}

// shapeTests says for each shape whether the point (x, y), y down, is inside; every shape lies in the disc of radius 1.1.
var shapeTests = [10]func(x, y float64) bool{
	func(x, y float64) bool { return x*x+y*y < 0.92*0.92 },                      // circle
	func(x, y float64) bool { return math.Abs(x) < 0.76 && math.Abs(y) < 0.76 }, // square
	polygon(regular(3, 1.05, 1.05)),                                             // triangle
	polygon(regular(10, 1.05, 0.44)),                                            // star of five points
	func(x, y float64) bool { // cross
		x, y = math.Abs(x), math.Abs(y)
		return x < 0.32 && y < 0.98 || y < 0.32 && x < 0.98
	},
	func(x, y float64) bool { r := x*x + y*y; return r < 0.95*0.95 && r > 0.52*0.52 }, // ring
	func(x, y float64) bool { // crescent: a disc less a disc shifted to the right
		return x*x+y*y < 1 && (x-0.5)*(x-0.5)+y*y > 0.78*0.78
	},
	func(x, y float64) bool { // hourglass: two triangles on a narrow waist
		return math.Abs(y) < 0.85 && math.Abs(x) < 0.14+0.62*math.Abs(y)
	},
	func(x, y float64) bool { // heart: (x² + y² − 1)³ < x²y³, y up
		x, y = 1.25*x, -1.25*(y-0.1)
		q := x*x + y*y - 1
		return q*q*q < x*x*y*y*y
	},
	polygon([]vec{{1, 0}, {0.2, -0.8}, {0.2, -0.3}, {-0.95, -0.3}, {-0.95, 0.3}, {0.2, 0.3}, {0.2, 0.8}}), // arrow to the right
}

// regular returns n corners round the origin, the first at the top, with the two radii in turn.
func regular(n int, r0, r1 float64) []vec {
	p := make([]vec, n)
	for i := range p {
		r := r0
		if i%2 == 1 {
			r = r1
		}
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		p[i] = vec{r * sin, -r * cos}
	}
	return p
}

// polygon returns the test for the inside of a polygon, by the parity of the edges that a ray to the right crosses.
func polygon(p []vec) func(x, y float64) bool {
	return func(x, y float64) bool {
		in := false
		for i, a := range p {
			b := p[(i+1)%len(p)]
			if (a[1] > y) != (b[1] > y) && x < a[0]+(y-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
				in = !in
			}
		}
		return in
	}
}

// textures gives for each texture its value in [0, 1], dark to bright, at the point (u, v) in units of the period, v down.
// seed matters to the speckle alone.
var textures = [10]func(u, v float64, seed uint64) float64{
	func(u, v float64, _ uint64) float64 { return wave(v) },                        // level stripes
	func(u, v float64, _ uint64) float64 { return wave(u) },                        // upright
	func(u, v float64, _ uint64) float64 { return wave((u + v) * math.Sqrt2 / 2) }, // rising to the right
	func(u, v float64, _ uint64) float64 { return wave((u - v) * math.Sqrt2 / 2) }, // falling to the right
	func(u, v float64, _ uint64) float64 { return edge(tri(u) * tri(v)) },          // checks
	func(u, v float64, _ uint64) float64 { // dots: discs of radius 0.32
		return edge(2 * (0.32 - math.Hypot(frac(u)-0.5, frac(v)-0.5)))
	},
	func(u, v float64, _ uint64) float64 { // net: thin bright lines both ways, wider apart than the stripes
		return max(edge(-tri(0.8*u)-0.55), edge(-tri(0.8*v)-0.55))
	},
	func(u, v float64, _ uint64) float64 { return wave(v + 0.5*tri(0.5*u)) }, // zigzag
	func(u, v float64, seed uint64) float64 { // speckle: a random value on each cell of a third of the period
		return cellHash(int64(math.Floor(3*u)), int64(math.Floor(3*v)), seed)
	},
	func(u, v float64, _ uint64) float64 { // bricks: dark joints, every second row shifted by half a brick
		row := math.Floor(v)
		joint := 0.5 - math.Abs(frac(v)-0.5)
		x := 0.5*u + 0.5*(row-2*math.Floor(row/2))
		return edge(2 * (min(joint, 2*(0.5-math.Abs(frac(x)-0.5))) - 0.14))
	},
}

// wave is a stripe pattern of period 1 with soft edges.
func wave(t float64) float64 { return edge(tri(t)) }

// tri is the triangle wave of period 1 between −1 (at 0) and 1 (at ½).
func tri(t float64) float64 { return 1 - 4*math.Abs(frac(t)-0.5) }

// edge is a step from 0 to 1 at 0, softened so that textures do not alias.
func edge(t float64) float64 { return max(0, min(1, 0.5+1.5*t)) }

func frac(t float64) float64 { return t - math.Floor(t) }

// cellHash returns a value in [0, 1) that depends on all three arguments.
func cellHash(i, j int64, seed uint64) float64 {
	return rand.New(rand.NewPCG(seed, uint64(i)<<32^uint64(j)&0xffffffff)).Float64()
}
