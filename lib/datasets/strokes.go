package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Strokes draws n images of the ten digits as a pen would: 28×28×1, white ink on black, values in [0, 1], classes
// "0" … "9". Every ten consecutive images hold each class once, in random order.
//
// One image is made in these steps, U(a, b) uniform and N(0, σ) normal; lengths are in units of the digit's height
// (20 pixels before scaling) unless pixels are named:
//
//  1. One of the two to three ways in which the digit is written, as poly-lines and splines through control points.
//  2. Every control point is moved by N(0, 0.02), points shared by two strokes alike, and the whole is bent by two
//     random sine waves in each direction, amplitude U(0, 0.06): the curvature differs from image to image.
//  3. Width × U(0.65, 1.1), height × U(0.75, 1.1), slant U(−0.35, 0.45) (x shifts by that share of y), rotation U(−0.2, 0.2) rad.
//  4. Centred, then shifted by U(−3.5, 3.5) pixels in each direction.
//  5. Drawn with a round pen of radius U(0.6, 1.7) pixels and an edge one pixel soft, ink U(0.65, 1).
//  6. Noise N(0, σ) on every pixel with σ = U(0, 0.12), then clipped to [0, 1].
//
// The shift and the slant are what defeats a linear model, for which each pixel is a coordinate of its own: softmax
// regression stays under 90 % on new images however many it is trained on, a small convolutional net passes 97 %.
//
// The random source gives one seed an image, so the first m of n images are those of Strokes(m) with an equal source.
func Strokes(n int, rng *rand.Rand) *Images {
	if n < 0 {
		panic(fmt.Sprintf("datasets: Strokes(%d): a number of images cannot be negative", n))
	}
	const side = 28
	d := &Images{
		Name:      "drawn digits",
		Source:    fmt.Sprintf("digits drawn from strokes, %d images (generated)", n),
		Generated: true,
		N:         n, H: side, W: side, C: 1,
		Pix: make([]float32, n*side*side), Labels: balanced(n, 10, rng), Classes: digitClasses,
	}
	seeds := seedsFor(n, rng)
	parallel(n, func(i int) {
		drawDigit(d.Image(i), side, int(d.Labels[i]), rand.New(rand.NewPCG(seeds[i], 0)))
	})
	return d
}

// drawDigit adds one digit to the black image pix [side, side].
func drawDigit(pix []float32, side, digit int, rng *rand.Rand) {
	forms := digitForms[digit]
	form := forms[rng.IntN(len(forms))]

	// The wave that bends: x ↦ x + Σₖ aₖ sin(2π(fₖ·(x, y)) + φₖ), and the same for y.
	type wave struct{ a, fx, fy, phase float64 }
	var bend [2][2]wave
	for axis := range bend {
		for k := range bend[axis] {
			bend[axis][k] = wave{0.06 * rng.Float64(), 1.2 * (rng.Float64() - 0.5), 1.2 * (rng.Float64() - 0.5), 2 * math.Pi * rng.Float64()}
		}
	}
	moved := map[vec]vec{}
	move := func(p vec) vec {
		q, ok := moved[p]
		if !ok {
			q = vec{p[0] + 0.02*rng.NormFloat64(), p[1] + 0.02*rng.NormFloat64()}
			moved[p] = q
		}
		return q
	}
	sx, sy := uniform(rng, 0.65, 1.1), uniform(rng, 0.75, 1.1)
	slant := uniform(rng, -0.35, 0.45)
	sin, cos := math.Sincos(uniform(rng, -0.2, 0.2))
	warp := func(p vec) vec {
		q := p
		for axis := range bend {
			for _, w := range bend[axis] {
				q[axis] += w.a * math.Sin(2*math.Pi*(w.fx*p[0]+w.fy*p[1])+w.phase)
			}
		}
		x, y := sx*(q[0]-0.5), sy*(q[1]-0.5)
		x -= slant * y // y points down, so a positive slant leans the digit to the right, as most hands do
		return vec{cos*x - sin*y, sin*x + cos*y}
	}

	var lines [][]vec
	lo, hi := vec{math.Inf(1), math.Inf(1)}, vec{math.Inf(-1), math.Inf(-1)}
	for _, s := range form {
		pts := make([]vec, len(s.points))
		for i, p := range s.points {
			pts[i] = move(p)
		}
		if s.curved {
			pts = spline(pts)
		}
		for i, p := range pts {
			pts[i] = warp(p)
			for axis := range lo {
				lo[axis], hi[axis] = min(lo[axis], pts[i][axis]), max(hi[axis], pts[i][axis])
			}
		}
		lines = append(lines, pts)
	}

	const height = 20
	radius := uniform(rng, 0.6, 1.7)
	centre := vec{float64(side) / 2, float64(side) / 2}
	for axis := range centre {
		room := (float64(side) - height*(hi[axis]-lo[axis])) / 2 // what is left on each side of the centred digit
		shift := max(0, min(3.5, room-radius+0.5))
		centre[axis] += uniform(rng, -shift, shift) - height*(lo[axis]+hi[axis])/2
	}
	ink := float32(uniform(rng, 0.65, 1))
	for _, line := range lines {
		for i := range line {
			line[i] = vec{centre[0] + height*line[i][0], centre[1] + height*line[i][1]}
		}
		penLine(pix, side, side, line, radius, ink)
	}
	if sigma := uniform(rng, 0, 0.12); sigma > 0 {
		for i := range pix {
			pix[i] = clip(pix[i] + float32(sigma*rng.NormFloat64()))
		}
	}
}

// stroke is one movement of the pen: straight from point to point, or on a smooth curve through them.
// x points right and y down, the digit's frame is [0, 1]².
type stroke struct {
	curved bool
	points []vec
}

// digitForms holds, for each digit, the ways in which it is drawn.
var digitForms = [10][][]stroke{
	0: {
		{{true, []vec{{.52, .02}, {.22, .16}, {.14, .5}, {.24, .86}, {.5, .98}, {.78, .84}, {.86, .5}, {.76, .14}, {.52, .02}}}},
		{{true, []vec{{.6, .04}, {.3, .12}, {.2, .48}, {.26, .88}, {.5, .98}, {.76, .8}, {.8, .42}, {.68, .1}, {.46, .04}}}},
	},
	1: {
		{{false, []vec{{.5, .02}, {.5, .98}}}},
		{{false, []vec{{.3, .24}, {.53, .02}, {.53, .98}}}},
		{{false, []vec{{.32, .22}, {.52, .02}, {.52, .97}}}, {false, []vec{{.28, .97}, {.52, .97}, {.76, .97}}}},
	},
	2: {
		{{true, []vec{{.18, .26}, {.3, .06}, {.56, .02}, {.78, .18}, {.74, .42}, {.46, .7}, {.16, .96}}}, {false, []vec{{.16, .96}, {.86, .95}}}},
		{{true, []vec{{.2, .22}, {.36, .04}, {.64, .06}, {.76, .26}, {.62, .56}, {.4, .82}, {.22, .94}, {.14, .86}, {.24, .78}, {.46, .88}, {.7, .98}, {.88, .9}}}},
	},
	3: {
		{{true, []vec{{.2, .14}, {.44, .02}, {.72, .1}, {.74, .32}, {.42, .47}}}, {true, []vec{{.42, .47}, {.76, .56}, {.82, .78}, {.58, .97}, {.2, .88}}}},
		{{false, []vec{{.2, .04}, {.78, .04}, {.44, .42}}}, {true, []vec{{.44, .42}, {.76, .5}, {.82, .76}, {.56, .97}, {.18, .86}}}},
	},
	4: {
		{{false, []vec{{.26, .04}, {.18, .56}, {.86, .56}}}, {false, []vec{{.68, .1}, {.66, .98}}}},
		{{false, []vec{{.64, .98}, {.66, .02}, {.14, .66}, {.88, .66}}}},
		{{true, []vec{{.24, .06}, {.2, .3}, {.26, .48}, {.48, .54}, {.74, .46}}}, {false, []vec{{.78, .04}, {.74, .46}, {.7, .98}}}},
	},
	5: {
		{{false, []vec{{.8, .03}, {.28, .04}, {.24, .44}}}, {true, []vec{{.24, .44}, {.52, .36}, {.8, .52}, {.8, .78}, {.54, .97}, {.18, .9}}}},
		{{true, []vec{{.82, .04}, {.54, .06}, {.36, .1}, {.28, .4}, {.48, .46}, {.74, .58}, {.72, .84}, {.46, .98}, {.2, .9}}}},
	},
	6: {
		{{true, []vec{{.7, .03}, {.42, .18}, {.24, .46}, {.22, .76}, {.42, .97}, {.7, .9}, {.78, .7}, {.6, .53}, {.36, .6}, {.24, .76}}}},
		{{true, []vec{{.5, .02}, {.34, .3}, {.24, .62}, {.3, .9}, {.54, .98}, {.76, .84}, {.72, .62}, {.5, .54}, {.28, .68}}}},
	},
	7: {
		{{false, []vec{{.16, .05}, {.82, .05}, {.4, .98}}}},
		{{false, []vec{{.16, .05}, {.82, .05}, {.44, .98}}}, {false, []vec{{.3, .52}, {.8, .5}}}},
		{{false, []vec{{.16, .2}, {.18, .05}}}, {true, []vec{{.18, .05}, {.46, .08}, {.82, .04}, {.62, .42}, {.48, .98}}}},
	},
	8: {
		{{true, []vec{{.52, .48}, {.28, .32}, {.32, .08}, {.56, .02}, {.76, .14}, {.7, .34}, {.5, .48}, {.24, .66}, {.22, .88}, {.48, .98}, {.76, .9}, {.8, .7}, {.52, .48}}}},
		{{true, []vec{{.74, .14}, {.5, .02}, {.26, .12}, {.3, .34}, {.54, .5}, {.78, .7}, {.74, .92}, {.46, .98}, {.22, .86}, {.28, .66}, {.54, .48}, {.72, .32}, {.76, .1}}}},
	},
	9: {
		{{true, []vec{{.74, .26}, {.6, .06}, {.36, .04}, {.22, .22}, {.28, .44}, {.52, .48}, {.74, .26}}}, {false, []vec{{.74, .26}, {.7, .98}}}},
		{{true, []vec{{.76, .22}, {.56, .03}, {.3, .08}, {.22, .3}, {.4, .48}, {.64, .42}, {.76, .22}}}, {true, []vec{{.76, .22}, {.78, .5}, {.7, .82}, {.48, .98}, {.24, .92}}}},
	},
}
