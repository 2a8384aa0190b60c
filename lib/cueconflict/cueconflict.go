// Package cueconflict asks a classifier whether it goes by shape or by texture, in the manner of Geirhos, Rubisch, Michaelis,
// Bethge, Wichmann and Brendel 2019 ("ImageNet-trained CNNs are biased towards texture", arXiv:1811.12231).
//
// An image in which the two cues disagree, a cat with the skin of an elephant, is shown. Who answers "cat" went by shape, who answers
// "elephant" by texture, and any other answer tells nothing. Over many images
//
//	shape bias = shape decisions / (shape decisions + texture decisions).
//
// Training makes sets whose labels follow one cue, the other, or both; Conflicts makes the test; Count counts; datasets.Geirhos reads the
// published images, and Published holds what people and networks answered to them.
package cueconflict

import (
	"fmt"
	"math"
	"math/rand/v2"

	"nncourse/lib/datasets"
	"nncourse/lib/proportion"
)

// Cue is what tells the class of a training image.
type Cue int

const (
	Texture Cue = iota // the texture alone: each sits on a shape drawn at random
	Both               // either: shape and texture go together, as they mostly do in photographs
	Shape              // the shape alone: each has a texture drawn at random
)

func (c Cue) String() string {
	switch c {
	case Texture:
		return "texture"
	case Both:
		return "both"
	case Shape:
		return "shape"
	}
	return fmt.Sprintf("Cue(%d)", int(c))
}

// Training draws n textured shapes (datasets.TexturedShapesWith, whose options these are; Cues is overwritten) of which the cue tells the
// class: Labels are the textures for Texture and the shapes otherwise. It panics on another cue.
func Training(n int, tells Cue, opt datasets.ShapeOptions, rng *rand.Rand) *datasets.ShapeImages {
	switch tells {
	case Both:
		opt.Cues = datasets.Matched
	case Texture, Shape:
		opt.Cues = datasets.Independent
	default:
		panic(fmt.Sprintf("cueconflict: Training: no such cue: %v", tells))
	}
	d := datasets.TexturedShapesWith(n, opt, rng)
	if tells == Texture {
		d.Labels = d.Texture
	}
	return d
}

// Mixed draws n images of shapes with their own textures, but for the share of them that have textures drawn at random (a tenth of
// these by chance their own). Labels are the shapes. The share is spread evenly: of the first k images, ⌊share·k⌋ are random.
// It panics unless the share is in [0, 1].
func Mixed(n int, share float64, opt datasets.ShapeOptions, rng *rand.Rand) *datasets.ShapeImages {
	if !(share >= 0 && share <= 1) {
		panic(fmt.Sprintf("cueconflict: Mixed: a share of %v", share))
	}
	own := Training(n, Both, opt, rng)
	random := Training(n, Shape, opt, rng)
	for i := range n {
		if math.Floor(share*float64(i+1)) > math.Floor(share*float64(i)) {
			copy(own.Image(i), random.Image(i))
			own.Shape[i], own.Texture[i], own.Boxes[i] = random.Shape[i], random.Texture[i], random.Boxes[i]
		}
	}
	own.Labels = own.Shape
	own.Source = fmt.Sprintf("textured shapes, %d images, %.0f %% of them with random textures (generated)", n, 100*share)
	return own
}

// Conflicts draws n images of shapes with textures of other classes: the test. Cues is overwritten.
func Conflicts(n int, opt datasets.ShapeOptions, rng *rand.Rand) *datasets.ShapeImages {
	opt.Cues = datasets.Conflict
	return datasets.TexturedShapesWith(n, opt, rng)
}

// Counts says how often a classifier went by which cue.
type Counts struct {
	Shape, Texture int
	Other          int // any third class
}

// Bias returns the shape bias, and its 95 % interval for the choice of images (Wilson). All three are NaN where no answer was either cue's.
func (c Counts) Bias() (bias, lo, hi float64) {
	n := c.Shape + c.Texture
	if n == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	lo, hi = proportion.Wilson(c.Shape, n)
	return float64(c.Shape) / float64(n), lo, hi
}

// Either returns the part of all answers that was one of the two cues'. A bias that rests on a small part means little.
func (c Counts) Either() float64 {
	return float64(c.Shape+c.Texture) / float64(c.Shape+c.Texture+c.Other)
}

// Result is the answers of one observer, by the class of the shape.
type Result struct {
	Classes []string
	By      []Counts // [classes]
	Agree   int      // images whose cues agree: they tell nothing and are not counted, as in the paper (§2.2)
}

// Count compares answers with the two cues of each image; all are indices of classes, [N]. It panics where the lengths differ, or an
// image's shape is no class.
func Count(answers []int32, d *datasets.ShapeImages) *Result {
	if len(answers) != d.N {
		panic(fmt.Sprintf("cueconflict: Count: %d answers to %d images", len(answers), d.N))
	}
	r := &Result{Classes: d.Classes, By: make([]Counts, len(d.Classes))}
	for i, a := range answers {
		s, t := d.Shape[i], d.Texture[i]
		if s < 0 || int(s) >= len(r.By) {
			panic(fmt.Sprintf("cueconflict: Count: image %d has shape %d of %d classes", i, s, len(r.By)))
		}
		switch c := &r.By[s]; {
		case s == t:
			r.Agree++
		case a == s:
			c.Shape++
		case a == t:
			c.Texture++
		default:
			c.Other++
		}
	}
	return r
}

// Total sums over the classes.
func (r *Result) Total() (sum Counts) {
	for _, c := range r.By {
		sum.Shape += c.Shape
		sum.Texture += c.Texture
		sum.Other += c.Other
	}
	return sum
}

// Add counts the answers of another observer to the same classes as this one's, for instance of a net from another seed.
// It panics where the number of classes differs.
func (r *Result) Add(s *Result) {
	if len(r.By) != len(s.By) {
		panic(fmt.Sprintf("cueconflict: Add: %d and %d classes", len(r.By), len(s.By)))
	}
	for i, c := range s.By {
		r.By[i].Shape += c.Shape
		r.By[i].Texture += c.Texture
		r.By[i].Other += c.Other
	}
	r.Agree += s.Agree
}
