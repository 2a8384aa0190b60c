package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// RoadImages is a set of colour images of roads, each with the exact mask of the road. Its Labels are the weather.
type RoadImages struct {
	Images
	Mask []uint8 // [N, H, W]: 1 where the middle of the pixel shows road (its marks included), 0 elsewhere
}

// MaskOf returns the mask of image i, [H·W], as a view into Mask. It panics unless 0 ≤ i < N.
func (d *RoadImages) MaskOf(i int) []uint8 {
	if i < 0 || i >= d.N {
		panic(fmt.Sprintf("datasets: MaskOf(%d) of %d images", i, d.N))
	}
	size := d.H * d.W
	return d.Mask[i*size : (i+1)*size : (i+1)*size]
}

// Slice returns the images lo ≤ i < hi with their masks, as a view.
func (d *RoadImages) Slice(lo, hi int) *RoadImages {
	size := d.H * d.W
	return &RoadImages{Images: *d.Images.Slice(lo, hi), Mask: d.Mask[lo*size : hi*size : hi*size]}
}

// Subset returns a copy of the images with the given indices, with their masks.
func (d *RoadImages) Subset(idx []int) *RoadImages {
	part := &RoadImages{Images: *d.Images.Subset(idx)}
	for _, i := range idx {
		part.Mask = append(part.Mask, d.MaskOf(i)...)
	}
	return part
}

// RoadOptions are what RoadScenesWith may vary. The zero value is what RoadScenes does.
type RoadOptions struct {
	// H and W are the sides in pixels; 0 means 64. The camera's opening follows H alone: a wider image of one height sees
	// more to the left and right at the same scale, and a higher one sees the same things larger.
	H, W  int
	Noise float64 // largest standard deviation of the pixels' noise; 0 means 0.05, −1 none
}

var weatherNames = []string{"sun", "overcast", "dusk", "rain"}

// RoadScenes draws n colour images of a road as a driver sees it, 64×64×3, values in [0, 1], with the mask of the road:
// curves, lane marks, verges and pavements, cars, trees, houses and hills, shadows, in four kinds of weather. Every four
// consecutive images hold each weather once.
//
// It is RoadScenesWith(n, RoadOptions{}, rng).
func RoadScenes(n int, rng *rand.Rand) *RoadImages { return RoadScenesWith(n, RoadOptions{}, rng) }

// RoadScenesWith is RoadScenes with options: other sizes, other noise.
//
// The camera stands on flat ground. With u to the right of the image's middle and v downwards, in units of its height,
// the horizon at v₀ and the depth of the lowest row as the unit of length along the road,
//
//	t = (v − v₀)/(1 − v₀),    depth z = 1/t,    sideways X = u·z,
//
// a pixel below the horizon shows the ground at (X, z). The middle of the road is the curve X_c(z), a line and two bends;
// the road is |X − X_c(z)| < w up to a crest at some z. Cars, trees and houses are flat and upright: one that stands at z
// hides what lies behind it, and the road there is not road in the mask. A pixel's colour is the mean of four points
// in it; whether it is road is decided at its middle. It panics where an option is outside its range.
func RoadScenesWith(n int, opt RoadOptions, rng *rand.Rand) *RoadImages {
	if opt.H == 0 {
		opt.H = 64
	}
	if opt.W == 0 {
		opt.W = 64
	}
	switch opt.Noise {
	case 0:
		opt.Noise = 0.05
	case -1:
		opt.Noise = 0
	}
	if n < 0 || opt.H < 8 || opt.W < 8 || !(opt.Noise >= 0) {
		panic(fmt.Sprintf("datasets: RoadScenesWith(%d, %+v): out of range", n, opt))
	}
	h, w := opt.H, opt.W
	d := &RoadImages{
		Images: Images{
			Name:      "road scenes",
			Source:    fmt.Sprintf("road scenes with masks, %d images of %d×%d (generated)", n, h, w),
			Generated: true,
			N:         n, H: h, W: w, C: 3,
			Pix: make([]float32, n*h*w*3), Labels: balanced(n, len(weatherNames), rng), Classes: weatherNames,
		},
		Mask: make([]uint8, n*h*w),
	}
	seeds := seedsFor(n, rng)
	parallel(n, func(i int) {
		rng := rand.New(rand.NewPCG(seeds[i], 0))
		s := newScene(int(d.Labels[i]), rng)
		s.render(d.Image(i), d.MaskOf(i), h, w, opt.Noise*uniform(rng, 0.2, 1), rng)
	})
	return d
}

// rgb is a colour, each part in [0, 1].
type rgb [3]float64

func (c rgb) times(k float64) rgb { return rgb{k * c[0], k * c[1], k * c[2]} }

// mix is (1 − k)c + kd.
func (c rgb) mix(d rgb, k float64) rgb {
	for a := range c {
		c[a] += k * (d[a] - c[a])
	}
	return c
}

// vary moves each part of a colour by U(−by, by).
func vary(c rgb, by float64, rng *rand.Rand) rgb {
	for a := range c {
		c[a] = max(0, min(1, c[a]+uniform(rng, -by, by)))
	}
	return c
}

// scene is all that is random in one image but the pixels' noise.
type scene struct {
	v0, sin, cos             float64 // height of the horizon; turn of the camera about its axis
	half, off, head          float64 // w; X_c at z = 1; slope of X_c there
	bend1, bend2, zBend, end float64 // curvature of X_c, its change at depth zBend; depth of the crest
	asphalt, verge, grass    rgb
	vergeWidth               float64 // in units of w
	marks, edges             bool    // a broken line in the middle, lines along the edges
	dash                     float64 // period of the broken line
	rough, patch             float64 // strength of the ground's fine and coarse texture
	sky, zenith, haze        rgb
	hazeDepth, clouds        float64
	hills                    [3]float64 // amplitudes of three waves
	hill                     rgb
	light                    rgb     // multiplies all colours
	shade, shadeAt           float64 // what a shadow leaves; how much of the ground is in shadow
	wet                      float64 // share of the sky that the road mirrors
	seed                     uint64
	things                   []thing // the nearest first
}

// thing is something upright on the ground.
type thing struct {
	kind          int // 0 car, 1 tree, 2 house
	z, u          float64
	foot          float64 // v of its lowest point
	half, height  float64 // as seen: half its width and its height, in units of the image's height
	colour, other rgb
}

func newScene(weather int, rng *rand.Rand) *scene {
	s := &scene{
		v0:   uniform(rng, 0.28, 0.5),
		half: uniform(rng, 0.22, 0.55), off: uniform(rng, -0.25, 0.25), head: uniform(rng, -0.12, 0.12),
		bend1: uniform(rng, -0.08, 0.08), bend2: uniform(rng, -0.12, 0.12), zBend: uniform(rng, 2, 6), end: uniform(rng, 7, 25),
		asphalt: rgb{1, 1, 1}.times(uniform(rng, 0.25, 0.55)),
		grass:   rgb{0.25, 0.42, 0.16}.mix(rgb{0.55, 0.47, 0.25}, rng.Float64()),
		verge:   rgb{0.5, 0.45, 0.35}, vergeWidth: uniform(rng, 0.05, 0.3),
		marks: rng.Float64() < 0.7, edges: rng.Float64() < 0.6, dash: uniform(rng, 0.8, 1.6),
		rough: uniform(rng, 0.02, 0.08), patch: uniform(rng, 0.02, 0.1),
		sky: rgb{0.75, 0.83, 0.92}, zenith: rgb{0.35, 0.55, 0.85}, clouds: rng.Float64(),
		light: rgb{1, 1, 1}, shade: 1, hazeDepth: uniform(rng, 15, 60), seed: rng.Uint64(),
	}
	s.sin, s.cos = math.Sincos(uniform(rng, -0.06, 0.06))
	if rng.Float64() < 0.15 { // a track of earth
		s.asphalt, s.marks, s.edges = rgb{0.5, 0.4, 0.28}, false, false
	}
	if rng.Float64() < 0.3 { // a pavement, as grey as the road
		s.verge = rgb{1, 1, 1}.times(uniform(rng, 0.4, 0.7))
		s.vergeWidth = uniform(rng, 0.2, 0.5)
	}
	s.asphalt, s.verge, s.grass = vary(s.asphalt, 0.04, rng), vary(s.verge, 0.06, rng), vary(s.grass, 0.06, rng)
	s.hill = vary(s.grass.mix(rgb{0.35, 0.42, 0.5}, 0.5), 0.05, rng)
	for a := range s.hills {
		s.hills[a] = uniform(rng, 0, 0.05)
	}
	switch weatherNames[weather] {
	case "sun":
		s.shade, s.shadeAt = uniform(rng, 0.4, 0.7), uniform(rng, 0.1, 0.5)
		s.light = rgb{1.1, 1.05, 0.95}.times(uniform(rng, 0.9, 1.1))
	case "overcast":
		s.sky, s.zenith = rgb{0.8, 0.82, 0.84}, rgb{0.62, 0.66, 0.7}
		s.light = rgb{0.95, 0.97, 1}.times(uniform(rng, 0.7, 0.95))
	case "dusk":
		s.sky, s.zenith = rgb{1.2, 0.75, 0.45}, rgb{0.5, 0.45, 0.65}
		s.light = rgb{0.6, 0.5, 0.5}.times(uniform(rng, 0.6, 1))
	case "rain":
		s.sky, s.zenith = rgb{0.75, 0.77, 0.8}, rgb{0.6, 0.62, 0.66}
		s.light = rgb{0.8, 0.84, 0.9}.times(uniform(rng, 0.7, 0.9))
		s.wet, s.hazeDepth = uniform(rng, 0.1, 0.5), uniform(rng, 5, 15)
	}
	s.haze = s.sky
	s.place(rng)
	return s
}

// place puts cars on the road, and trees and houses beside it.
func (s *scene) place(rng *rand.Rand) {
	add := func(kind int, z, x, half, height float64, colour, other rgb) {
		// A length at depth z is seen 1/z as long.
		s.things = append(s.things, thing{kind: kind, z: z, u: x / z, foot: s.v0 + (1-s.v0)/z, half: half / z, height: height / z, colour: colour, other: other})
	}
	for range rng.IntN(3) {
		z := uniform(rng, 1.7, 8)
		side := float64(1 - 2*rng.IntN(2))
		half := s.half * uniform(rng, 0.26, 0.34)
		colour := vary([]rgb{{0.75, 0.15, 0.12}, {0.15, 0.25, 0.6}, {0.85, 0.85, 0.85}, {0.12, 0.12, 0.13}, {0.5, 0.5, 0.52}, {0.8, 0.65, 0.15}}[rng.IntN(6)], 0.08, rng)
		add(0, z, s.middle(z)+side*s.half*uniform(rng, 0.4, 0.55), half, half*uniform(rng, 1.3, 1.8), colour, rgb{0.1, 0.12, 0.15})
	}
	for range rng.IntN(9) {
		z := uniform(rng, 1.2, 12)
		side := float64(1 - 2*rng.IntN(2))
		half := uniform(rng, 0.12, 0.35)
		crown := vary(rgb{0.12, 0.3, 0.1}.mix(rgb{0.5, 0.35, 0.1}, rng.Float64()*rng.Float64()), 0.06, rng)
		add(1, z, s.middle(z)+side*(s.half*(1.1+s.vergeWidth)+half*uniform(rng, 0.5, 4)), half, half*uniform(rng, 2.5, 4.5), crown, rgb{0.22, 0.16, 0.1})
	}
	for range rng.IntN(4) {
		z := uniform(rng, 2.5, 12)
		side := float64(1 - 2*rng.IntN(2))
		half := uniform(rng, 0.4, 1.2)
		wall := vary([]rgb{{0.7, 0.62, 0.5}, {0.6, 0.3, 0.22}, {0.55, 0.55, 0.57}, {0.8, 0.78, 0.72}}[rng.IntN(4)], 0.08, rng)
		add(2, z, s.middle(z)+side*(s.half*(1.2+s.vergeWidth)+half*uniform(rng, 1, 2.5)), half, uniform(rng, 0.8, 2.2), wall, vary(rgb{0.2, 0.22, 0.28}, 0.08, rng))
	}
	slices.SortStableFunc(s.things, func(a, b thing) int {
		switch {
		case a.z < b.z:
			return -1
		case a.z > b.z:
			return 1
		}
		return 0
	})
}

// middle is X_c(z) = off + head·(z − 1) + ½bend₁(z − 1)² + ½bend₂ max(0, z − z_b)².
func (s *scene) middle(z float64) float64 {
	far := max(0, z-s.zBend)
	return s.off + s.head*(z-1) + 0.5*s.bend1*(z-1)*(z-1) + 0.5*s.bend2*far*far
}

// at gives the colour of the point (u, v), and whether it is road.
func (s *scene) at(u, v float64) (c rgb, road bool) {
	u, v = s.cos*u-s.sin*(v-0.5), s.sin*u+s.cos*(v-0.5)+0.5
	for i := range s.things {
		if c, ok := s.things[i].at(u, v, s.seed+uint64(i)); ok {
			return s.far(c, s.things[i].z), false
		}
	}
	t := (v - s.v0) / (1 - s.v0)
	if t <= 1/s.end { // beyond the crest
		crest := s.v0 + (1-s.v0)/s.end
		top := crest - s.hills[0]*(1+math.Sin(5*u+float64(s.seed%7))) - s.hills[1]*(1+math.Sin(11*u+float64(s.seed%11))) - s.hills[2]*(1+math.Sin(23*u+float64(s.seed%13)))
		if v > top {
			return s.far(s.hill.times(1+0.3*(s.noise(12*u, 12*v, 3)-0.5)), 0.8*s.end), false
		}
		up := max(0, min(1, (crest-v)/(crest+0.1)))
		c = s.sky.mix(s.zenith, up)
		cloud := s.noise(3*u, 8*v, 4)*0.65 + s.noise(8*u, 20*v, 5)*0.35
		return s.lit(c.mix(rgb{1, 1, 1}.times(0.95*(s.sky[0]+s.sky[2])/2), max(0, min(1, 4*(cloud-0.8+0.4*s.clouds))))), false
	}
	z := 1 / t
	x := u * z
	d := x - s.middle(z)
	a := math.Abs(d) / s.half // 0 in the middle of the road, 1 at its edges
	logz := math.Log(z)
	along := 6 * logz // the texture's second coordinate: its grain shrinks with depth as the image does
	fine := s.noise(30*u, 30*v, 0) - 0.5
	coarse := s.noise(3*x, along, 1) - 0.5
	switch {
	case a < 1:
		road = true
		c = s.asphalt.times(1 + 2*s.rough*fine + 2*s.patch*coarse)
		if a < 0.9 && s.wet > 0 {
			c = c.mix(s.sky, s.wet*(0.5+s.noise(4*u, 3*v, 6)))
		}
		white := rgb{0.9, 0.9, 0.86}
		if s.marks && math.Abs(d) < 0.018+0.01*s.half && frac(3*logz/s.dash) < 0.55 {
			c = c.mix(white, 0.85)
		}
		if s.edges && a > 0.9 && a < 0.96 {
			c = c.mix(white, 0.8)
		}
	case a < 1+s.vergeWidth:
		c = s.verge.times(1 + 3*s.rough*fine + 2*s.patch*coarse)
	default:
		c = s.grass.times(1 + 5*s.rough*fine + 6*s.patch*coarse)
	}
	if s.shade < 1 && s.noise(2.5*x+7, 0.8*along, 2) < s.shadeAt { // shadows of trees and houses
		c = c.times(s.shade)
	}
	for i := range s.things { // dark under the cars
		th := &s.things[i]
		if th.kind == 0 {
			du, dv := (u-th.u)/(1.1*th.half), (v-th.foot)/(0.25*th.half)
			if du*du+dv*dv < 1 {
				c = c.times(0.45)
			}
		}
	}
	return s.far(c, z), road
}

// at gives the colour of a thing at (u, v), if it is there.
func (t *thing) at(u, v float64, seed uint64) (c rgb, ok bool) {
	x, y := (u-t.u)/t.half, (t.foot-v)/t.height // −1 … 1, and 0 at the foot … 1 at the top
	if x < -1 || x > 1 || y < 0 || y > 1 {
		return c, false
	}
	ax := math.Abs(x)
	switch t.kind {
	case 0: // body, windows, wheels, lamps
		switch {
		case y > 0.55 && ax > 0.95-0.45*(y-0.55)/0.45:
			return c, false
		case y < 0.15 && ax < 0.55:
			return rgb{0.05, 0.05, 0.05}, true
		case y < 0.15:
			return rgb{0.08, 0.08, 0.08}, true
		case y > 0.6 && y < 0.9 && ax < 0.7:
			return t.other, true
		case y > 0.38 && y < 0.5 && ax > 0.68:
			return rgb{0.9, 0.25, 0.15}, true
		}
		return t.colour, true
	case 1: // trunk and crown
		if dy := (y - 0.62) / 0.38; x*x+dy*dy < 1 {
			return t.colour.times(0.75 + 0.5*cellValue(int64(math.Floor(3*x)), int64(math.Floor(4*y)), seed) + 0.3*dy), true
		}
		return t.other, y < 0.4 && ax < 0.12
	}
	if y > 0.88 { // roof
		return t.other.times(1.3), ax < 1-(y-0.88)
	}
	if frac(3.5*x+10) > 0.4 && frac(3.5*x+10) < 0.75 && frac(4*y) > 0.4 && frac(4*y) < 0.8 {
		return t.other, true
	}
	return t.colour, true
}

// far is what the air leaves of a colour at depth z, in the scene's light.
func (s *scene) far(c rgb, z float64) rgb {
	// c·e^(−z/z_h) + haze·(1 − e^(−z/z_h))
	return s.lit(c.mix(s.haze, 1-math.Exp(-z/s.hazeDepth)))
}

func (s *scene) lit(c rgb) rgb { return rgb{c[0] * s.light[0], c[1] * s.light[1], c[2] * s.light[2]} }

// noise is value noise in [0, 1]: random values at the whole points, between them interpolated by 3t² − 2t³.
func (s *scene) noise(x, y float64, layer uint64) float64 {
	i, j := math.Floor(x), math.Floor(y)
	u, v := x-i, y-j
	u, v = u*u*(3-2*u), v*v*(3-2*v)
	seed := s.seed + layer*0x9e3779b97f4a7c15
	at := func(di, dj int64) float64 { return cellValue(int64(i)+di, int64(j)+dj, seed) }
	return (1-v)*((1-u)*at(0, 0)+u*at(1, 0)) + v*((1-u)*at(0, 1)+u*at(1, 1))
}

// cellValue is a value in [0, 1) that looks random and depends on its arguments alone: cellHash, but a hundred times
// faster, by the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func cellValue(i, j int64, seed uint64) float64 {
	h := seed ^ uint64(i)*0xbf58476d1ce4e5b9 ^ uint64(j)*0x94d049bb133111eb
	h ^= h >> 30
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 27
	h *= 0x94d049bb133111eb
	h ^= h >> 31
	return float64(h>>11) / (1 << 53)
}

// render draws the scene into pix [h, w, 3] and its mask [h, w].
func (s *scene) render(pix []float32, mask []uint8, h, w int, noise float64, rng *rand.Rand) {
	size := float64(h)
	for y := range h {
		for x := range w {
			u, v := (float64(x)+0.5-float64(w)/2)/size, (float64(y)+0.5)/size
			if _, road := s.at(u, v); road {
				mask[y*w+x] = 1
			}
			var sum rgb
			for k := range 4 {
				c, _ := s.at(u+(float64(k&1)-0.5)/2/size, v+(float64(k>>1)-0.5)/2/size)
				for a := range sum {
					sum[a] += max(0, min(1, c[a])) / 4
				}
			}
			grain := noise * rng.NormFloat64() // most of a sensor's noise at this size is in the brightness
			for a := range sum {
				pix[(y*w+x)*3+a] = clip(float32(sum[a] + grain + 0.3*noise*rng.NormFloat64()))
			}
		}
	}
}
